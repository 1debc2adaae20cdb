// Package policy is the gate: the one decision on whether a message may go to
// a person now.
//
// Decide is a pure function. The engine asks it before a node runs, the outbox
// asks it again in the transaction that takes a message for sending, and an
// operator's reply passes it like everything else. Its rules are WhatsApp's
// (Business Messaging Policy and Cloud API reference, §5 and §9), not an
// author's: nothing in a flow can turn one off.
//
//	stopped       only answers, confirmations, and an operator they asked for
//	consent       what nobody asked for needs the live consent of its purpose
//	category      no marketing template for who wants none
//	handover      the flows are silent while a person is asked for, or speaks
//	window-shut   24 hours after they wrote, less a margin: templates only
//	quiet         what nobody asked for waits until morning
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

// The reasons, in the order of their weight: of everything that is in the way,
// the reason given is the first here. What can never change by waiting comes
// before what can, so that nothing is kept that would be refused in the end.
// Open says that nothing was in the way.
const (
	Stopped    Reason = "stopped"     // they asked to be left alone
	NoConsent  Reason = "consent"     // nobody asked for it, and they never agreed to it, or no longer
	Category   Reason = "category"    // marketing, and they want none
	InHandover Reason = "handover"    // a person has the conversation, or is asked to take it
	WindowShut Reason = "window-shut" // more than 24 hours, less a margin, since they wrote
	Quiet      Reason = "quiet"       // the quiet hours
	Open       Reason = "open"
)

// Verb is what to do with a message.
type Verb uint8

// Refuse drops the message, and is the zero value: a decision nobody made
// sends nothing. HoldForReply keeps it until they write; HoldUntil keeps it
// until a time; Substitute sends the template that stands in for it.
const (
	Refuse Verb = iota
	Send
	HoldForReply
	HoldUntil
	Substitute
)

func (v Verb) String() string {
	switch v {
	case Send:
		return "send"
	case HoldForReply:
		return "hold-for-reply"
	case HoldUntil:
		return "hold-until"
	case Substitute:
		return "substitute"
	}
	return "refuse"
}

// Decision is the gate's answer.
type Decision struct {
	Verb   Verb
	Reason Reason
	Until  time.Time // of HoldUntil: when to ask again; zero otherwise
	// made: Decide made it, of a message that may go. Nobody else can.
	made bool
}

// Sends reports whether the message may go now. It never may by a decision that
// was written down somewhere else than in Decide.
func (d Decision) Sends() bool { return d.Verb == Send && d.made }

// Window is how long free-form messages may follow a person's own message, and
// Margin how much of its end is left unused: a message decided now still has to
// be claimed and sent (Cloud API reference §5: the customer service window).
const (
	Window = 24 * time.Hour
	Margin = 10 * time.Minute
)

// Marketing is the category of templates that a person can do without.
const Marketing = "marketing"

// Rules are what a service may set. The zero value holds the margin of this
// package, has no quiet hours, and knows of no consents.
type Rules struct {
	// Margin is kept at the end of the window; zero means the package's, and
	// a smaller one is raised to it.
	Margin time.Duration
	// Consents are the purposes for which the service may write first, with the
	// version of each that counts. nil: the service has no consents at all, and
	// nothing is refused for want of one.
	Consents map[string]int
	// Quiet says when the quiet hours end that t falls into, on a clock of that
	// zone; the zero time if it falls into none. It must be pure, and its answer
	// later than t. nil: there are none.
	Quiet func(zone string, t time.Time) time.Time
}

// Contact is what the gate needs to know of a person.
type Contact struct {
	Stopped bool
	// Asked is when they asked for a person after they had stopped: operators
	// may answer that. Zero: they did not.
	Asked time.Time
	// LastInbound is when they last wrote, by WhatsApp's time and never later
	// than our clock. Zero: never, or nobody knows when.
	LastInbound time.Time
	// ShutAt is when WhatsApp told us that the window is shut (131047); it
	// holds until they write after it. Zero: it never did.
	ShutAt time.Time
	// Handover is set while a person is asked for, or has the conversation;
	// With, once one has it. Since is when it was asked for.
	Handover bool
	With     bool
	Since    time.Time
	// Consents is their latest word on each purpose.
	Consents map[string]Agreement
	// NoMarketing: they told WhatsApp that they want no marketing messages.
	NoMarketing bool
	// Zone is where their clock stands, as Rules.Quiet knows zones.
	Zone string
}

// Agreement is a person's latest word on one purpose.
type Agreement struct {
	Version int
	Live    bool // given, and not withdrawn since
}

// Message is what the gate needs to know of a message.
type Message struct {
	Cause    Cause
	Template bool
	// Category is a template's.
	Category string
	// Purpose is the consent that it needs if nobody just asked for it.
	Purpose string
	// Outside is the template that may go instead while the window is shut; nil
	// if there is none, or the message may not be replaced.
	Outside *Stand
	// Anywhere: it belongs to a flow that their words began which work in every
	// state. Those speak while a person is waited for, too.
	Anywhere bool
	// Created is when the engine made it. What was made before a handover
	// was asked for still leaves.
	Created time.Time
}

// Stand is a template that stands in for a message.
type Stand struct {
	Category string
	Purpose  string
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

// Agreed reports whether they gave the consent, to the version that counts, and
// did not take it back.
func (r Rules) Agreed(c Contact, purpose string) bool {
	version, known := r.Consents[purpose]
	have := c.Consents[purpose]
	return known && have.Live && have.Version == version
}

// QuietUntil is when the quiet hours end that they are in; zero if in none.
func (r Rules) QuietUntil(c Contact, now time.Time) time.Time {
	if r.Quiet == nil {
		return time.Time{}
	}
	return r.Quiet(c.Zone, now)
}

// Decide says what to do with m at now. The rules stand in the order of their
// weight, which is that of the reasons.
func Decide(r Rules, c Contact, m Message, now time.Time) Decision {
	if c.Stopped && !forStopped(c, m) {
		return Decision{Verb: Refuse, Reason: Stopped}
	}
	if m.Cause == Proactive && r.Consents != nil && !r.Agreed(c, m.Purpose) {
		return Decision{Verb: Refuse, Reason: NoConsent}
	}
	if m.Template && m.Category == Marketing && c.NoMarketing {
		return Decision{Verb: Refuse, Reason: Category}
	}
	if c.Handover && m.Created.After(c.Since) && !forHandover(c, m) {
		return Decision{Verb: HoldForReply, Reason: InHandover}
	}
	shut := !m.Template && !r.WindowOpen(c, now)
	if shut && m.Outside == nil {
		return Decision{Verb: HoldForReply, Reason: WindowShut}
	}
	if shut {
		stand := m
		stand.Template, stand.Category, stand.Purpose, stand.Outside = true, m.Outside.Category, m.Outside.Purpose, nil
		switch d := Decide(r, c, stand, now); d.Verb {
		case Send:
			return Decision{Verb: Substitute, Reason: WindowShut}
		case HoldUntil:
			return d
		}
		// The template may not go either: the message itself may, once they write.
		return Decision{Verb: HoldForReply, Reason: WindowShut}
	}
	if m.Cause == Proactive || m.Cause == GiveUp || m.Cause == Nudge {
		if until := r.QuietUntil(c, now); !until.IsZero() {
			if m.Cause == Nudge {
				// It was to go out before them: now it is left out.
				return Decision{Verb: Refuse, Reason: Quiet}
			}
			return Decision{Verb: HoldUntil, Reason: Quiet, Until: until}
		}
	}
	return Decision{Verb: Send, Reason: Open, made: true}
}

// forStopped reports whether a stopped person may get the message: what they
// just asked for, and nothing else.
func forStopped(c Contact, m Message) bool {
	switch m.Cause {
	case Answer, Confirmation:
		return true
	case FromOperator:
		return !c.Asked.IsZero() && !m.Created.Before(c.Asked)
	}
	return false
}

// forHandover reports whether the message may leave although a person of the
// service speaks, or is waited for.
func forHandover(c Contact, m Message) bool {
	switch m.Cause {
	case Confirmation, FromOperator, GiveUp:
		return true
	}
	return m.Anywhere && m.Cause == Answer && !c.With
}
