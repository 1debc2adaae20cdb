// Package policy is the gate: the one decision on whether a message may go to
// a person now.
//
// Decide is a pure function. The engine asks it before a node runs, the outbox
// asks it again in the transaction that takes a message for sending, and an
// operator's reply passes it like everything else. Its rules are WhatsApp's
// (Business Messaging Policy and Cloud API reference, §5 and §9), not an
// author's: nothing in a flow can turn one off.
//
// The package knows nothing of flows, stores or the wire. It is told what
// matters of a contact and of a message, and answers with what to do and why.
package policy

import "time"

// Cause says why a message exists. The engine sets it once.
type Cause string

// The causes, in the words of the language page.
const (
	Answer       Cause = "answer"       // while handling what they wrote
	Nudge        Cause = "nudge"        // a silence text inside the window
	Confirmation Cause = "confirmation" // says that a stop or a request for a person was understood
	FromOperator Cause = "operator"     // a person of the service wrote it
	GiveUp       Cause = "give_up"      // nobody was free
	Proactive    Cause = "proactive"    // after a wait, a silence's way out: nobody just asked for it
)

// Reason is the code of a decision. Every decision has one.
type Reason string

// The reasons. Open says that nothing was in the way.
const (
	Open       Reason = "open"
	Stopped    Reason = "stopped"     // they asked to be left alone
	InHandover Reason = "handover"    // a person has the conversation, or is asked to take it
	WindowShut Reason = "window-shut" // more than 24 hours, less a margin, since they wrote
)

// Verb is what to do with a message.
type Verb uint8

// Send it, hold it until they write, or drop it. Refuse is the zero value: a
// decision nobody made sends nothing.
const (
	Refuse Verb = iota
	Send
	HoldForReply
)

func (v Verb) String() string {
	switch v {
	case Send:
		return "send"
	case HoldForReply:
		return "hold-for-reply"
	}
	return "refuse"
}

// Decision is the gate's answer.
type Decision struct {
	Verb   Verb
	Reason Reason
}

// Sends reports whether the message may go now.
func (d Decision) Sends() bool { return d.Verb == Send }

// Window is how long free-form messages may follow a person's own message, and
// Margin how much of its end is left unused: a message decided now still has to
// be claimed and sent (Cloud API reference §5: the customer service window).
const (
	Window = 24 * time.Hour
	Margin = 10 * time.Minute
)

// Rules are what a service may set. The zero value holds the margin of this
// package.
type Rules struct {
	// Margin is kept at the end of the window; zero means the package's, and
	// a smaller one is raised to it.
	Margin time.Duration
}

// Contact is what the gate needs to know of a person.
type Contact struct {
	Stopped bool
	// LastInbound is when they last wrote, by WhatsApp's time and never later
	// than our clock. Zero: never, or nobody knows when.
	LastInbound time.Time
	// ShutAt is when WhatsApp told us that the window is shut (131047); it
	// holds until they write after it. Zero: it never did.
	ShutAt time.Time
	// Handover is set while a person is asked for, or has the conversation.
	// Since is when it was asked for.
	Handover bool
	Since    time.Time
}

// Message is what the gate needs to know of a message.
type Message struct {
	Cause    Cause
	Template bool
	// Created is when the engine made it. What was made before a handover
	// was asked for still leaves.
	Created time.Time
}

// WindowOpen reports whether a free-form message may leave at now.
func (r Rules) WindowOpen(c Contact, now time.Time) bool {
	if c.LastInbound.IsZero() || !c.ShutAt.IsZero() && !c.LastInbound.After(c.ShutAt) {
		return false
	}
	return now.Before(r.Shuts(c))
}

// Shuts is when the window shuts, the margin taken off; zero when it is not
// known to have been open.
func (r Rules) Shuts(c Contact) time.Time {
	if c.LastInbound.IsZero() {
		return time.Time{}
	}
	return c.LastInbound.Add(Window - max(r.Margin, Margin))
}

// Decide says what to do with m at now. The rules stand in the order of their
// weight: stopped before handover before window, so that the reason given is
// the strongest one.
func Decide(r Rules, c Contact, m Message, now time.Time) Decision {
	if c.Stopped {
		switch m.Cause {
		case Answer, Confirmation, FromOperator:
		default:
			return Decision{Refuse, Stopped}
		}
	}
	if c.Handover && m.Created.After(c.Since) {
		switch m.Cause {
		case Confirmation, FromOperator, GiveUp:
		default:
			return Decision{HoldForReply, InHandover}
		}
	}
	if !m.Template && !r.WindowOpen(c, now) {
		return Decision{HoldForReply, WindowShut}
	}
	return Decision{Send, Open}
}
