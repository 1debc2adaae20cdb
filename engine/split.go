package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strconv"
	"time"
)

// arm picks one way of a split: the same person gets the same one at the same
// node, whenever they come by and whatever version of the flow runs, as long
// as the shares are the same.
func (a *advance) arm(f *Frame, n *node) int {
	a.seed("")
	h := sha256.New()
	var seed [8]byte
	binary.BigEndian.PutUint64(seed[:], a.c.Seed)
	h.Write(seed[:])
	h.Write([]byte(string(f.Flow) + "." + string(f.Node)))
	at := binary.BigEndian.Uint64(h.Sum(nil)) % uint64(n.shares[len(n.shares)-1].upTo)
	for _, s := range n.shares {
		if at < uint64(s.upTo) {
			return s.way
		}
	}
	return n.shares[len(n.shares)-1].way // the last one's upTo is their sum
}

// share is one arm of a split: drawn from 0 to the sum of all shares, numbers
// below upTo are its or an earlier one's.
type share struct {
	upTo int
	way  int
}

// seed draws, once for each conversation, what sets it apart from others where
// no id of the person may be used. It is made of what began the conversation:
// the same events give the same seed. message is WhatsApp's id of the first
// message; of a conversation that began without one there is only the time.
func (a *advance) seed(message string) {
	if a.c.Seed != 0 {
		return
	}
	sum := sha256.Sum256([]byte(a.now.Format(time.RFC3339Nano) + " " + message))
	a.c.Seed = max(binary.BigEndian.Uint64(sum[:]), 1)
}

func (s *Service) compileSplit(f *flow, n *node, d *Node) error {
	sum := 0
	for i, sh := range d.Split {
		if sh.Share < 1 {
			return errors.New("a share is less than one")
		}
		to, err := f.place(sh.Go)
		if err != nil {
			return err
		}
		sum += sh.Share
		n.shares = append(n.shares, share{sum, n.add(OnShare, strconv.Itoa(i), to, Way{Origin: sh.Origin})})
	}
	if sum == 0 {
		return errors.New("it splits into nothing")
	}
	return nil
}
