package sandbox

import (
	"bytes"
	"slices"
	"time"
)

// Books is what a sandbox has seen, oldest first: the other side's record, for tests that ask
// whether every message went out and came in once. The latest 20,000 of each are kept.
type Books struct {
	Accepted  []Accepted  // every send answered with 200
	Refused   []Refused   // every call answered with an error
	Delivered []Delivered // every webhook answered with 200
	Forgotten int         // older lines no longer kept
}

// Accepted is one send that was taken.
type Accepted struct {
	ID           string // the message id it was given
	To           string // the phone number's digits; empty when it went to a user id
	Recipient    string // the business-scoped user id, when only that was given
	Body         []byte // exactly as it was sent
	CallbackData string // its biz_opaque_callback_data
	At           time.Time
}

// Refused is one call that was not taken, and what was answered.
type Refused struct {
	Code    int
	Details string
	At      time.Time
}

// Delivered is one webhook that arrived.
type Delivered struct {
	IDs       []string // of the messages or statuses inside, in order
	Status    string   // sent, delivered or read of the last status inside; empty for messages
	Body      []byte   // exactly as it was sent
	Signature string
	Attempts  int // 1 when it was taken at once
	At        time.Time
}

// Books returns a copy of the books.
func (s *Sandbox) Books() Books {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := Books{
		Accepted: slices.Clone(s.books.Accepted), Refused: slices.Clone(s.books.Refused),
		Delivered: slices.Clone(s.books.Delivered), Forgotten: s.books.Forgotten,
	}
	for i := range b.Accepted {
		b.Accepted[i].Body = bytes.Clone(b.Accepted[i].Body)
	}
	for i := range b.Delivered {
		b.Delivered[i].Body, b.Delivered[i].IDs = bytes.Clone(b.Delivered[i].Body), slices.Clone(b.Delivered[i].IDs)
	}
	return b
}

// record adds a line to one of the books. It drops a whole tenth at a time, so that a long
// life does not copy the book at every line.
func record[T any](s *Sandbox, book *[]T, line T) {
	if len(*book) >= maxBooks {
		drop := maxBooks / 10
		*book = slices.Delete(*book, 0, drop)
		s.books.Forgotten += drop
	}
	*book = append(*book, line)
}
