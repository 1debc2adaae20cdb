package engine

import (
	"cauce/engine/policy"
)

// OutKind is the shape of a message of ours.
type OutKind string

// The shapes this version sends. The number of rows picks among the first
// three.
const (
	OutText     OutKind = "text"
	OutButtons  OutKind = "buttons"  // up to three choices
	OutList     OutKind = "list"     // four to ten
	OutTemplate OutKind = "template" // approved by WhatsApp; may be sent with the window shut
)

// Outgoing is a message the service owes a person: everything the outbox, the
// gate and WhatsApp need to know of it.
type Outgoing struct {
	Kind     OutKind      `cbor:"kind"`
	Language string       `cbor:"lang"`           // BCP-47
	Body     string       `cbor:"body,omitempty"` // a template's is how it reads, for transcripts; WhatsApp has its own
	Choices  []Choice     `cbor:"choices,omitempty"`
	Opener   string       `cbor:"opener,omitempty"` // the words on the button that opens a list
	Template string       `cbor:"template,omitempty"`
	Category string       `cbor:"category,omitempty"` // of a template: utility, marketing, authentication
	Fill     []Filling    `cbor:"fill,omitempty"`     // of a template, in the order its body names them
	Cause    policy.Cause `cbor:"cause"`
	Flow     FlowID       `cbor:"flow,omitempty"` // which visit it belongs to; empty: the service's own words
	Node     NodeID       `cbor:"node,omitempty"`
	Visit    uint64       `cbor:"visit,omitempty"`
}

// Choice is one thing to tap. ID is what comes back when it is: it names flow,
// node, row and visit.
type Choice struct {
	ID    string `cbor:"id"`
	Label string `cbor:"label"`
	Note  string `cbor:"note,omitempty"` // a list row's description
}

// Filling is one value for a template's variable.
type Filling struct {
	Name  string `cbor:"name"`
	Value string `cbor:"value"`
}
