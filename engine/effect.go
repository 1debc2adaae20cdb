package engine

import "time"

// Effect is something the engine asks the world to do. Effects are in order,
// and part of the same commit as the conversation.
type Effect interface{ kind() EffectKind }

// EffectKind names an effect in the Table.
type EffectKind string

// The kinds.
const (
	DoSend       EffectKind = "send"
	DoStartTimer EffectKind = "start-timer"
	DoStopTimer  EffectKind = "stop-timer"
	DoWithdraw   EffectKind = "withdraw"
	DoHandOver   EffectKind = "hand-over"
	DoRecord     EffectKind = "record"
	DoFetch      EffectKind = "fetch"
	DoFlag       EffectKind = "flag"
	DoCount      EffectKind = "count"
	DoConsent    EffectKind = "consent"
	DoSave       EffectKind = "save" // data changes; no effect of its own, the conversation holds it
)

// Send puts a message into the outbox.
type Send struct{ Message Outgoing }

// StartTimer wakes a visit at a time. A visit has one timer a purpose:
// starting it again moves it.
type StartTimer struct {
	Flow    FlowID
	Visit   uint64
	Purpose Purpose
	At      time.Time
}

// StopTimer takes a timer back.
type StopTimer struct {
	Flow    FlowID
	Visit   uint64
	Purpose Purpose
}

// Withdraw takes back every message that is owed and not being sent.
type Withdraw struct{ Reason string }

// HandOver tells operators where a request for a person stands.
type HandOver struct {
	Act      Asked
	Inbox    string
	Name     string // the operator
	Priority int    // with AskedFor and MoreUrgent
	Tell     []Told // with AskedFor: what the operator should know
}

// Told is one datum an operator is told.
type Told struct{ Name, Value string }

// Asked is where a request for a person stands.
type Asked string

// Asked for, taken, given back, nobody came in time, and made more urgent.
const (
	MoreUrgent Asked = "more-urgent"
	AskedFor   Asked = "asked"
	Taken      Asked = "taken"
	GivenBack  Asked = "released"
	NobodyCame Asked = "given-up"
)

// Fetch calls a connection. The answer comes back as Fetched with the same flow
// and visit. Key is the same for every try of one visit: an Idempotency-Key.
type Fetch struct {
	Flow       FlowID
	Visit      uint64
	Connection string
	Method     string
	Path       string // with its query, encoded
	Body       []byte // JSON; empty: none
	Timeout    time.Duration
	Key        string
}

// Flag is a mark that operators see: the conversation's tags changed, or a
// request is urgent.
type Flag struct{ Tag string }

// Count counts that somebody came by: by row, language and day, tied to nobody.
type Count struct {
	Name     string
	Row      string // the row's id; empty: the node's own
	Language string
	Day      string // 2006-01-02 in the service's zone
}

// Consented is an entry of the ledger of consents: nothing in it is ever
// changed or taken out.
type Consented struct {
	Purpose string
	Version int
	Given   bool
	Words   string // exactly what was shown and answered with yes; of a withdrawal: what they wrote
	Message string // WhatsApp's id of their answer
	Source  string // flow.node; stop; preference; @service
	Actor   Actor
	At      time.Time
}

// Actor says who gave or took back a consent.
type Actor string

// The person, with words or a tap of theirs; or the service, by a node that
// takes a consent back while nobody writes.
const (
	ByPerson  Actor = "person"
	ByService Actor = "service"
)

// Record is a fact to keep: a decision that was not to send, a stop and what
// was recognised, something an operator should see. Detail never holds what a
// person wrote, but for the words that were recognised.
type Record struct {
	Kind   RecordKind
	Code   string
	Flow   FlowID
	Node   NodeID
	Detail string
}

// RecordKind says what a record is about.
type RecordKind string

// The kinds of records.
const (
	RecordDecision RecordKind = "decision" // the gate did not say send; Code is its reason
	RecordStop     RecordKind = "stop"
	RecordStart    RecordKind = "start"
	RecordHuman    RecordKind = "human"
	RecordFault    RecordKind = "fault" // an expression or a flow went wrong while it ran
	RecordLapse    RecordKind = "lapse" // a flow ended left, or a timer came too late
	RecordFact     RecordKind = "fact"  // an edit, a reaction: kept, never an answer
	RecordDelivery RecordKind = "delivery"
	RecordUnsure   RecordKind = "unsure" // they were asked what they meant
	// RecordSensitive: a message carried a card, account or ID number; Code is
	// its kind. The number itself was kept nowhere.
	RecordSensitive RecordKind = "sensitive"
	// RecordPreference: they told WhatsApp which messages they want.
	RecordPreference RecordKind = "preference"
)

func (Send) kind() EffectKind       { return DoSend }
func (StartTimer) kind() EffectKind { return DoStartTimer }
func (StopTimer) kind() EffectKind  { return DoStopTimer }
func (Withdraw) kind() EffectKind   { return DoWithdraw }
func (HandOver) kind() EffectKind   { return DoHandOver }
func (Record) kind() EffectKind     { return DoRecord }
func (Fetch) kind() EffectKind      { return DoFetch }
func (Flag) kind() EffectKind       { return DoFlag }
func (Count) kind() EffectKind      { return DoCount }
func (Consented) kind() EffectKind  { return DoConsent }

// Result is what an event came to.
type Result struct {
	Conversation Conversation
	Effects      []Effect
	Trace        []Hop
}

// Hop is one transition taken. Explanations, tests and coverage read hops;
// nothing in the engine does.
type Hop struct {
	Flow       FlowID
	From       NodeID
	Transition TransitionID
	To         string // a node, or @end, @stopped, @home
	Origin     Origin
}
