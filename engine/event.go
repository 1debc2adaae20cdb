package engine

import (
	"time"

	"cauce/engine/eval"
	"cauce/engine/intent"
	"cauce/engine/policy"
)

// InKind says what a person's message is made of.
type InKind string

// Text and taps drive flows. Every other kind is kept, and is an answer an
// open question can't use. Facts are no answers at all: they use up no try and
// open no window.
const (
	InText  InKind = "text"
	InTap   InKind = "tap"   // a button or a list row
	InOther InKind = "other" // a picture, a voice note, a place, anything else a person sent
	InMedia InKind = "media" // a picture, voice note or file, a place or a card that a question may want; see Inbound.Carries
	InFact  InKind = "fact"  // an edit, a deletion, a reaction, a change of number
)

// Inbound is one message of a person, as it came.
type Inbound struct {
	ID   string // WhatsApp's id, unique to the message
	Kind InKind
	Type string // WhatsApp's own word: text, image, button, interactive, …
	Text string // what they wrote, the words on what they tapped, or a caption
	Tap  string // the id we put on the wire for what they tapped
	// Carries is what came with InMedia: of type Media or Location. Text is then
	// the caption.
	Carries eval.Value
	// Name is the person's profile name, if WhatsApp told it.
	Name string
	// Sent is WhatsApp's timestamp: when the person did it. Zero when it is
	// missing or makes no sense; it opens nothing then.
	Sent time.Time
}

// Reading is a message after everything that needs no conversation was done
// with it: Service.Read makes one, before any transaction.
type Reading struct {
	Inbound
	// Sensitive is the kind of the first card, account or ID number in the
	// text, which holds no more of it than the last four; empty: there is none.
	Sensitive string
	// Spared is what the text can be besides: it counts if that was asked for.
	Spared *Spared
	Normal string       // the text, normalised for comparing words
	Match  intent.Match // what the recogniser made of the whole message
}

// Event is something that happened to a conversation. Each carries Now, the
// time it is handled, which the gate, timers and conditions go by; what a
// person did also carries, in its Reading, the time they did it.
type Event interface {
	// At is the time the event is handled.
	At() time.Time
}

// Message: the person wrote, or sent something that is no tap.
type Message struct {
	Now time.Time
	Reading
}

// Tap: the person tapped a button or a row of ours.
type Tap struct {
	Now time.Time
	Reading
}

// Purpose says what a timer is for.
type Purpose string

// A timer wakes a wait, breaks a silence (or ends it), ends a question nobody
// answers for thirty days, or ends a handover nobody took.
const (
	ForWait    Purpose = "wait"
	ForSilence Purpose = "silence"
	ForTurn    Purpose = "turn" // a parked flow whose time came waits for the open question
	ForGiveUp  Purpose = "give_up"
	ForIdle    Purpose = "idle"
	ForKeep    Purpose = "keep"     // a datum is forgotten; Flow holds its name
	ForStart   Purpose = "schedule" // a scheduled flow begins
	ForHold    Purpose = "hold"     // a held message is no longer worth keeping
	ForFetch   Purpose = "fetch"    // nothing came of a request in time
	ForQuiet   Purpose = "quiet"    // the quiet hours are over: what waited for them goes on
)

// TimerFired: a timer of a visit is due. One whose visit is over does nothing.
type TimerFired struct {
	Now     time.Time
	Flow    FlowID
	Visit   uint64
	Purpose Purpose
}

// Delivery: WhatsApp could not deliver a message of ours. Code is its error
// code: 131047 says the window is shut, whatever our books say.
type Delivery struct {
	Now   time.Time
	Code  int
	Flow  FlowID
	Visit uint64
	Cause policy.Cause // the message's
	// Sent is when the message left us; a window that a later message of the
	// person opened stays open.
	Sent time.Time
}

// Act is what an operator does.
type Act string

// An operator takes a waiting conversation, and gives it back.
const (
	Claims   Act = "claim"
	Replies  Act = "reply"
	Releases Act = "release"
)

// Operator: somebody in the inbox did something.
type Operator struct {
	Now  time.Time
	Act  Act
	Name string // who, as people are told
	Text string // with Replies: the words
	Done string // with Releases: "" or "done"
}

// Fetched: a request was answered, or failed.
type Fetched struct {
	Now   time.Time
	Flow  FlowID
	Visit uint64
	// Status is the HTTP status; 0 when nothing came.
	Status int
	Body   []byte // JSON; anything else counts as a text
}

// Preference: the person told WhatsApp, outside the chat, which messages they
// want.
type Preference struct {
	Now       time.Time
	Sent      time.Time // when they did
	Marketing bool      // they want marketing messages
}

// Decided: the outbox asked the gate when a message was about to leave, and
// the answer was not to send. Its visit counts as not asked.
type Decided struct {
	Now     time.Time
	Message Outgoing
	Reason  string
}

// At implements Event.
func (e Message) At() time.Time { return e.Now }

// At implements Event.
func (e Tap) At() time.Time { return e.Now }

// At implements Event.
func (e TimerFired) At() time.Time { return e.Now }

// At implements Event.
func (e Delivery) At() time.Time { return e.Now }

// At implements Event.
func (e Operator) At() time.Time { return e.Now }

// At implements Event.
func (e Fetched) At() time.Time { return e.Now }

// At implements Event.
func (e Preference) At() time.Time { return e.Now }

// At implements Event.
func (e Decided) At() time.Time { return e.Now }
