package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cauce/engine"
	"cauce/runtime/store"
)

// Delivery is one body WhatsApp posted, decoded: everything in it that is
// about our number, in the order it stood there.
type Delivery struct {
	Messages []Incoming
	Statuses []store.Status
	Notices  []Notice
}

// Incoming is one message of a person.
type Incoming struct {
	Key     string        // number, kind and WhatsApp's id: what makes a repeat the same
	From    store.Address // may name nobody: such a message is kept as a shape
	Message engine.Inbound
	Shape   func() []byte // the report with every string redacted
}

// Notice is something in a body that is no message and no status: a template's
// new state, an account's limits, a preference, an error, a kind we have never
// heard of. It is kept as a shape, so that nothing WhatsApp said is lost.
type Notice struct {
	Key   string // empty: it has no id of its own
	Field string // WhatsApp's word for it
	Shape func() []byte
}

// Sender hands a message to WhatsApp. The runtime declares it because it is
// the one that sends.
type Sender interface {
	// Send returns when WhatsApp has accepted the message that the gate gives
	// its word for, or why not, as a *SendError. token is echoed in the statuses
	// of the message. A Permit that allows nothing makes no request: ErrNoPermit.
	Send(ctx context.Context, to store.Contact, p engine.Permit, token string) (Receipt, error)
}

// Receipt is WhatsApp's word that it accepted a message; not that it arrived.
type Receipt struct {
	MessageID string
	UserID    string // as WhatsApp knows them now, if it said so
	Phone     string
}

// ErrNoPermit: something was to be sent, and the gate gave no word for it. That
// is a fault of ours, and repeating it mends nothing.
var ErrNoPermit = &SendError{Fate: Never, Err: errors.New("the gate gave no word for this message")}

// Fate says what a failed send means for the message.
type Fate uint8

// Unknown is the zero value, so that an error nobody classified is never
// taken for a message that did not leave.
const (
	Unknown Fate = iota // it may have gone out: the request timed out, broke off, or the answer made no sense
	Wait                // not now: a rate, a service that is down; the same message later
	Never               // this message can't be sent
	Halt                // nothing can: a token, an account; the queue is kept and the operator told
)

// SendError is why WhatsApp did not accept a message. It holds no text of the
// message and no number of the person.
type SendError struct {
	Fate  Fate
	Code  int           // WhatsApp's error code; 0 when there is none
	After time.Duration // with Wait: not sooner, if WhatsApp said so
	Err   error
}

func (e *SendError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("WhatsApp refused the message (code %d)", e.Code)
	}
	return fmt.Sprintf("send to WhatsApp (code %d): %v", e.Code, e.Err)
}

func (e *SendError) Unwrap() error { return e.Err }

// Job names one of the runtime's two kinds of work that wait for their time.
type Job uint8

// Sending empties the outbox; Timing fires timers.
const (
	Sending Job = iota
	Timing
	Jobs int = iota
)

// Dispatcher runs the runtime's work when there is some: now, or at a time.
type Dispatcher interface {
	// Wake says that there may be work of a job now. It never blocks.
	Wake(j Job)
	// Run calls work for each job at once, after every Wake, and at the time
	// its last call returned (zero: not by itself), until ctx ends; then it
	// waits for calls under way. Calls of one job never overlap. A call that
	// fails is made again after a pause that grows.
	Run(ctx context.Context, work func(ctx context.Context, j Job) (next time.Time, err error)) error
}
