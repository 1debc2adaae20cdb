package engine

import (
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// encodingVersion is written into every conversation. A field that is added
// needs no new one; a field whose meaning changes does, with the code that
// reads the old.
const encodingVersion = 1

// Encoding is CBOR (RFC 8949) in its deterministic form: every field by name,
// maps in the order of their keys, so that equal conversations are equal bytes.
var codec = sync.OnceValue(func() (c struct {
	enc cbor.EncMode
	dec cbor.DecMode
}) {
	var err error
	if c.enc, err = cbor.CoreDetEncOptions().EncMode(); err != nil {
		panic(err) // fixed options: only a change of this line can fail
	}
	// A conversation is our own, but it comes from a disk: bound what a torn
	// or doctored one can make us allocate.
	// Text that is not UTF-8 is read as it stands: refusing it would lose the
	// person for one odd byte.
	c.dec, err = cbor.DecOptions{
		MaxNestedLevels: 16, MaxArrayElements: 100_000, MaxMapPairs: 100_000, UTF8: cbor.UTF8DecodeInvalid,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return c
})

// Encode writes the conversation down: by name, versioned, equal for equal
// conversations.
func (c *Conversation) Encode() ([]byte, error) {
	n := *c
	n.Version = encodingVersion
	b, err := codec().enc.Marshal(&n)
	if err != nil {
		return nil, fmt.Errorf("encode a conversation: %w", err)
	}
	return b, nil
}

// Decode reads a conversation. No bytes are a new one. One that a newer
// version of Cauce wrote is refused: reading it by half would lose the rest.
func Decode(b []byte) (Conversation, error) {
	var c Conversation
	if len(b) == 0 {
		return c, nil
	}
	if err := codec().dec.Unmarshal(b, &c); err != nil {
		return Conversation{}, fmt.Errorf("decode a conversation: %w", err)
	}
	if c.Version < 1 || c.Version > encodingVersion {
		return Conversation{}, fmt.Errorf("decode a conversation: its form %d is not known to this version, which reads 1 to %d", c.Version, encodingVersion)
	}
	return c, nil
}

// EncodeOutgoing writes a message for the outbox.
func EncodeOutgoing(m *Outgoing) ([]byte, error) {
	b, err := codec().enc.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return b, nil
}

// DecodeOutgoing reads a message from the outbox.
func DecodeOutgoing(b []byte) (Outgoing, error) {
	var m Outgoing
	if err := codec().dec.Unmarshal(b, &m); err != nil {
		return Outgoing{}, fmt.Errorf("decode a message: %w", err)
	}
	return m, nil
}
