package engine

import (
	"strconv"
	"strings"
)

// WireID is what stands on the wire for something to tap: it names flow, node,
// visit and row, so that a tap is never mistaken for one on another question,
// nor on the same question asked again. Names hold no dot; a row's id may.
//
// With names of at most 40 letters it is at most 40+40+20+40+3 = 143 long;
// WhatsApp allows 200 for list rows and 256 for buttons (Cloud API reference §4).
type WireID struct {
	Flow  FlowID
	Node  NodeID
	Visit uint64
	Row   string
}

func (w WireID) String() string {
	b := make([]byte, 0, len(w.Flow)+len(w.Node)+len(w.Row)+23)
	b = append(b, w.Flow...)
	b = append(b, '.')
	b = append(b, w.Node...)
	b = append(b, '.')
	b = strconv.AppendUint(b, w.Visit, 10)
	b = append(b, '.')
	b = append(b, w.Row...)
	return string(b)
}

// ParseWireID reads a WireID. ok is false for an id that is none of ours.
func ParseWireID(id string) (w WireID, ok bool) {
	flow, rest, ok1 := strings.Cut(id, ".")
	node, rest, ok2 := strings.Cut(rest, ".")
	visit, row, ok3 := strings.Cut(rest, ".")
	n, err := strconv.ParseUint(visit, 10, 64)
	if !ok1 || !ok2 || !ok3 || flow == "" || node == "" || row == "" || n == 0 || err != nil {
		return WireID{}, false
	}
	return WireID{FlowID(flow), NodeID(node), n, row}, true
}

// The rows of @offer.
const (
	offerAgain = "@again"
	offerHuman = "@human"
)
