package engine

import (
	"maps"
	"slices"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// Stamp is a moment in microseconds of Unix time; zero is never.
type Stamp int64

// stampOf keeps what a stamp can hold of a time.
func stampOf(t time.Time) Stamp {
	if t.IsZero() {
		return 0
	}
	return Stamp(t.UnixMicro())
}

// Time is the moment, in UTC; the zero time for never.
func (s Stamp) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(s)).UTC()
}

// Conversation is all that is known of one person. It is a value: Advance
// takes one and returns another, and never changes what it was given.
//
// Its encoded form names every field and every node, so that it can be read
// after the flows have changed and by a later version of Cauce.
type Conversation struct {
	Version  int    `cbor:"version"`
	Language string `cbor:"language,omitempty"` // BCP-47; empty until they first wrote

	// Front is the flow being talked in, with the flows that called it: the
	// last frame is the one that waits for an answer. Empty: no question is
	// open.
	Front []Frame `cbor:"front,omitempty"`
	// Aside is the question a digression left.
	Aside *Aside `cbor:"aside,omitempty"`
	// Parked are the flows behind, in the order they were parked.
	Parked []Thread `cbor:"parked,omitempty"`

	// Scheduled are flows that begin later, in the order they were scheduled;
	// each flow at most once.
	Scheduled []Scheduled `cbor:"scheduled,omitempty"`

	// Consents is the latest word on each purpose, by name; the ledger has all.
	Consents map[string]Agreement `cbor:"consents,omitempty"`
	// NoMarketing: they told WhatsApp that they want no marketing messages.
	NoMarketing Stamp    `cbor:"no_marketing,omitempty"`
	Preferred   Stamp    `cbor:"preferred,omitempty"` // when they last said which messages they want
	Tags        []string `cbor:"tags,omitempty"`      // sorted
	Name        string   `cbor:"name,omitempty"`      // their profile name
	Zone        string   `cbor:"zone,omitempty"`      // contact.timezone; empty: the service's

	// Operator is who has, or last had, the conversation; empty: nobody, or
	// nobody with a name.
	Operator string `cbor:"operator,omitempty"`
	// Seed sets this conversation apart where no id of the person may be used:
	// which arm of a split is theirs, what a request is known by. Drawn once.
	Seed uint64 `cbor:"seed,omitempty"`

	Data map[string]Kept `cbor:"data,omitempty"`
	Raw  string          `cbor:"raw,omitempty"` // the last answer, as written

	// LastInbound is when they last wrote: WhatsApp's time, never later than
	// our clock, never earlier than it was. The window is counted from it.
	LastInbound Stamp `cbor:"last_inbound,omitempty"`
	// ShutAt is when WhatsApp said that the window is shut.
	ShutAt Stamp `cbor:"shut_at,omitempty"`
	// Heard is when we last handled something they wrote, whenever that was
	// written; sessions are counted from it.
	Heard     Stamp `cbor:"heard,omitempty"`
	FirstTime bool  `cbor:"first_time,omitempty"` // their first session
	Hinted    bool  `cbor:"hinted,omitempty"`     // this session's first answer carried the hint

	Stopped *Stopping `cbor:"stopped,omitempty"`
	// Started is when they last took a stop back; a stop they wrote before
	// that and that reaches us later says nothing any more.
	Started  Stamp     `cbor:"started,omitempty"`
	Handover *Handover `cbor:"handover,omitempty"`
	// Owed are words of the service itself that wait for the window, each once.
	Owed []Debt `cbor:"owed,omitempty"`

	// Unsure: they were asked whether they meant a stop or a person.
	Unsure *Unsure `cbor:"unsure,omitempty"`

	Visits uint64 `cbor:"visits,omitempty"` // the last visit's number
	// LastVisit is the visit whose message was the last thing we sent.
	LastVisit uint64 `cbor:"last_visit,omitempty"`
	// Joined: another contact's conversation was merged into this one, and
	// the next event has to see to what that left undone.
	Joined Joining `cbor:"joined,omitempty"`
}

// Unsure is a message that may ask to stop or for a person, kept until they say
// which: if neither, it goes on to whatever it was for.
type Unsure struct {
	Visit uint64 `cbor:"visit"` // of the question, on the wire
	Kind  string `cbor:"kind"`  // stop or human
	Word  string `cbor:"word"`
	Text  string `cbor:"text"` // what they wrote
	Sent  Stamp  `cbor:"sent,omitempty"`
	ID    string `cbor:"id,omitempty"`
	// Last is the visit that was the last to speak when they wrote.
	Last uint64 `cbor:"last,omitempty"`
}

// Debt names words of the service itself.
type Debt string

// Nobody was free; good to see you again.
const (
	OwesGiveUp  Debt = "give_up"
	OwesWelcome Debt = "welcome"
)

// Joining says what a merge brought.
type Joining string

// Data, whose time to be kept has no timer yet; or a stop as well, which ended
// what was under way.
const (
	JoinedData Joining = "data"
	JoinedStop Joining = "stop"
)

// Frame is one flow under way, at one node.
type Frame struct {
	Flow  FlowID `cbor:"flow"`
	Node  NodeID `cbor:"node"`
	Visit uint64 `cbor:"visit"`
	// Asked: the node's message was decided to be sent. A question that was
	// held is not asked, and nothing is its answer.
	Asked   bool            `cbor:"asked,omitempty"`
	Tries   int             `cbor:"tries,omitempty"`   // answers it could not use
	Nudges  int             `cbor:"nudges,omitempty"`  // silences broken
	Offered bool            `cbor:"offered,omitempty"` // @offer was made at this visit
	Said    Stamp           `cbor:"said,omitempty"`    // the visit's last message
	Timer   Purpose         `cbor:"timer,omitempty"`   // the timer that runs for this visit
	Turn    bool            `cbor:"turn,omitempty"`    // besides it, a parked flow's turn is timed
	Data    map[string]Kept `cbor:"data,omitempty"`    // the flow's own
	// Result is of the frame's last call or fetch: JSON; empty: none.
	Result string `cbor:"result,omitempty"`
	Page   int    `cbor:"page,omitempty"` // of rows that are made from data
	// Doubt is an answer that says two things: they were asked which.
	Doubt *Doubt `cbor:"doubt,omitempty"`
	// Cause is what the flow was going on for when it began to wait for an
	// answer of the world: a fetch, or the called flow behind it.
	Cause policy.Cause `cbor:"cause,omitempty"`
	Held  Stamp        `cbor:"held,omitempty"` // when its message was held
	// Instead: the node's template went instead of its message, which is held.
	Instead bool `cbor:"instead,omitempty"`
	// Shown is what a consent asked, exactly as it was shown.
	Shown string `cbor:"shown,omitempty"`
	// Anywhere: words that work everywhere began it while they were stopped or
	// waited for a person. It speaks where other flows are silent, and its
	// questions take answers there.
	Anywhere bool `cbor:"anywhere,omitempty"`
}

// Doubt is an answer that can be read in more than one way. It is never written
// to.
type Doubt struct {
	Values []eval.Value `cbor:"values"` // the readings
	Raw    string       `cbor:"raw"`    // what they wrote
}

// Scheduled is a flow that begins later.
type Scheduled struct {
	Flow  FlowID          `cbor:"flow"`
	Visit uint64          `cbor:"visit"` // names its timer
	Due   Stamp           `cbor:"due"`
	Ready bool            `cbor:"ready,omitempty"` // its time has come, and it waits for its turn
	With  map[string]Kept `cbor:"with,omitempty"`  // what it is given
}

// Agreement is the latest word on one purpose.
type Agreement struct {
	Version int   `cbor:"version"`
	Live    bool  `cbor:"live,omitempty"` // given, and not withdrawn since
	At      Stamp `cbor:"at"`
}

// Kept is a value with how and when it came.
type Kept struct {
	Value eval.Value `cbor:"value"`
	Raw   string     `cbor:"raw,omitempty"`
	At    Stamp      `cbor:"at"`
}

// Aside is a question that was set aside, and when.
type Aside struct {
	Stack []Frame `cbor:"stack"`
	At    Stamp   `cbor:"at"`
	// Spent: the digression parked or asked for a person; the question is not
	// asked again.
	Spent bool `cbor:"spent,omitempty"`
}

// Why says what a parked flow waits for.
type Why string

// What a parked flow waits for: time, an answer to a template, the person
// before a held message leaves, the world, or only its turn.
const (
	InWait     Why = "wait"
	InTemplate Why = "template"
	InHold     Why = "held"
	InFetch    Why = "fetch"  // a request was sent, and its answer has not come
	InReturn   Why = "return" // what it called has ended behind something else, and it goes on at its turn
	InMoved    Why = "moved"  // its node is gone, and it goes on at the one that is named for it
	InQuiet    Why = "quiet"  // a message waits for the end of the quiet hours
)

// Thread is a parked flow.
type Thread struct {
	Stack []Frame `cbor:"stack"`
	Why   Why     `cbor:"why"`
	Due   Stamp   `cbor:"due,omitempty"`
	// Ready: its time has come, and it waits for its turn.
	Ready bool `cbor:"ready,omitempty"`
}

// Stopping is a person's wish to be left alone.
type Stopping struct {
	At   Stamp  `cbor:"at"`             // when they wrote it
	Told Stamp  `cbor:"told,omitempty"` // when they were last told how to come back
	ID   string `cbor:"id,omitempty"`   // the message
	// Asked is when they asked for a person since; operators may answer that.
	Asked Stamp `cbor:"asked,omitempty"`
}

// Handover is a request for a person, or a person at work.
type Handover struct {
	Since Stamp  `cbor:"since"`
	With  string `cbor:"with,omitempty"` // the operator; empty while it waits
	Inbox string `cbor:"inbox"`
	Visit uint64 `cbor:"visit"` // names its timers
	// Asked by a node: it goes on from there when the person is back.
	Flow     FlowID `cbor:"flow,omitempty"`
	Node     NodeID `cbor:"node,omitempty"`
	Priority int    `cbor:"priority,omitempty"`
}

// at is the frame that waits: the last of a stack.
func at(stack []Frame) *Frame { return &stack[len(stack)-1] }

// clone copies everything that Advance may write to.
func (c *Conversation) clone() Conversation {
	n := *c
	n.Front = cloneStack(c.Front)
	if c.Aside != nil {
		a := *c.Aside
		a.Stack = cloneStack(a.Stack)
		n.Aside = &a
	}
	if c.Parked != nil {
		n.Parked = make([]Thread, len(c.Parked), len(c.Parked)+1)
		for i, t := range c.Parked {
			t.Stack = cloneStack(t.Stack)
			n.Parked[i] = t
		}
	}
	n.Data = maps.Clone(c.Data)
	n.Consents = maps.Clone(c.Consents)
	n.Tags = slices.Clone(c.Tags)
	n.Scheduled = slices.Clone(c.Scheduled)
	if c.Stopped != nil {
		s := *c.Stopped
		n.Stopped = &s
	}
	if c.Handover != nil {
		h := *c.Handover
		n.Handover = &h
	}
	if c.Unsure != nil {
		u := *c.Unsure
		n.Unsure = &u
	}
	n.Owed = slices.Clone(c.Owed)
	return n
}

func cloneStack(stack []Frame) []Frame {
	n := slices.Clone(stack)
	for i := range n {
		n[i].Data = maps.Clone(n[i].Data)
	}
	return n
}
