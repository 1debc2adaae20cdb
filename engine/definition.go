package engine

import (
	"time"

	"cauce/engine/eval"
)

// Definition is a service as it was written, after checking: everything New
// needs, and nothing that has to be looked up elsewhere. dsl makes it from a
// folder of flows; a test may make it by hand.
//
// Texts and expressions are sources; New compiles them.
type Definition struct {
	Name          string
	Languages     []string // BCP-47, the first is the source language; at least one
	Timezone      string   // IANA name
	Privacy       string   // URL of the published policy
	Home          FlowID
	NotUnderstood Words
	Human         Human
	Stop          Stop
	WelcomeBack   Words // empty: the built-in words
	Hint          Words
	Sensitive     Sensitive
	Quiet         []Hours      // nothing proactive in these hours
	Anywhere      []Anywhere   // in source order: the first that knows the words has them
	Consents      []Consent    // sorted by name
	Connections   []Connection // sorted by name
	Data          []Datum      // sorted by name
	Templates     []Template
	Flows         []Flow // sorted by name
}

// Anywhere is words that begin a flow in every state, after the reserved ones.
type Anywhere struct {
	Words  map[string][]string // by language; whole messages
	Flow   FlowID
	Leaves bool // drops the question that was open; else a digression
	Urgent bool // also answers a stopped person, and tags the conversation
	Origin Origin
}

// Consent is a purpose that people agree to.
type Consent struct {
	Name     string
	Version  int  // at least 1; one that was given to another version is outdated
	Messages bool // we may write first for it
	Purpose  Words
	Origin   Origin
}

// Connection is a host that flows may call.
type Connection struct {
	Name    string
	URL     string   // https, without a slash at its end
	Headers []Header // sorted by name
	Origin  Origin
}

// Header is one header of a connection. A value env:NAME is taken from the
// environment by whoever makes the call; the engine never sees it.
type Header struct{ Name, Value string }

// Words are what a person reads, by language; every language of the service
// is there, or none.
type Words map[string]string

// Origin is where something stands in an author's files; the zero value is
// nowhere (what the engine added by itself).
type Origin struct {
	File         string
	Line, Column int
}

// Human is the way to a person.
type Human struct {
	Words    map[string][]string // besides the built-in words of each language
	Say      Words
	Closed   Words // said instead of Say while the inbox is closed; may use {opens}
	Hours    []Hours
	Holidays []string // dates, 2026-12-25
	GiveUp   GiveUp
	Idle     time.Duration // an operator has it and neither side writes
	After    FlowID        // runs after every release; may be empty
	Paths    []Path        // at least one
}

// Hours are opening hours of some days of the week, in minutes from midnight;
// To may be 1440. They never cross midnight: the checker splits those that do.
type Hours struct {
	Days     [7]bool // from Sunday
	From, To int
}

// GiveUp is what happens when nobody took a request for a person in time.
type GiveUp struct {
	After    Duration // zero: 2 working days
	Say      Words    // empty: the built-in words
	Template string   // sent instead when the window is shut; may be empty
}

// Duration is a length of time as authors write it.
type Duration struct {
	Exact       time.Duration
	WorkingDays int // Monday to Friday that are no holiday; used alone
}

// Path is one way to a person. Just one field of the first five is set.
type Path struct {
	Inbox  string // a queue in the operators' inbox
	Phone  string
	Email  string
	Form   string // URL
	Visit  Words
	Always bool // offered also while the inbox is closed
}

// Stop holds the words of stopping; what it does is fixed.
type Stop struct {
	Words map[string][]string
	Say   Words
}

// Sensitive is what is said to a message that carries a card, account or ID
// number.
type Sensitive struct {
	Say  Words  // empty: the built-in words
	Path string // phone, email, form or visit: the way that is told; empty: all that are no inbox
}

// Datum is a named, typed value a conversation remembers.
type Datum struct {
	Name string
	Type eval.Type
	Min  *int64 // of an integer; of a text: letters; of a list: elements
	Max  *int64
	// Least and Most are the bounds of a number, a date or a time: expressions
	// of its type ("today", "add(today, \"-14 days\")", "\"08:00\"", "0.5");
	// empty: none.
	Least   string
	Most    string
	Pattern string   // of a text: an RE2 expression that the whole of it fits; empty: any
	Options []Option // of a choice
	Fields  []Datum  // of a list: what each element has, in source order
	Default eval.Value
	Given   bool // of a flow's own: a caller may pass it
	// Needs says what the value may be kept for: a consent's name, "request" or
	// "nothing".
	Needs     string
	Purpose   string
	Sensitive string   // the kind: "health"; empty: it is not
	Share     []string // "operators", "template.NAME", "connection.NAME"
	// Keep is how long after its last save it is kept: zero is forever.
	Keep      time.Duration
	UntilStop bool // forgotten when the person stops
}

// Option is one value of a choice.
type Option struct {
	ID    string
	Label Words
}

// Template mirrors what WhatsApp approved.
type Template struct {
	Name     string
	Category string
	Consent  string   // the purpose it serves; empty: none
	Body     Words    // {x} is a variable that fill gives
	Fill     []string // the variables, in the order the source language's body names them
	Buttons  []Button
	Origin   Origin
}

// Button is a quick reply of a template.
type Button struct {
	ID    string
	Label Words
}

// Flow is one flow file.
type Flow struct {
	ID       FlowID
	Title    string
	Keywords map[string][]string // by language; whole messages
	Begins   NodeID
	Outcomes []string // at least one
	Data     []Datum  // the flow's own, forgotten when it ends
	Nodes    []Node   // in source order
	Moved    []Move   // where people go who wait in a node that is gone
	Origin   Origin
}

// Verb is the type of a node.
type Verb string

// The verbs. None does its settings and goes on.
const (
	None         Verb = ""
	SayVerb      Verb = "say"
	AskVerb      Verb = "ask"
	ConsentVerb  Verb = "consent"
	TemplateV    Verb = "template"
	WhenVerb     Verb = "when"
	SplitVerb    Verb = "split"
	CallVerb     Verb = "call"
	WaitVerb     Verb = "wait"
	FetchVerb    Verb = "fetch"
	ScheduleVerb Verb = "schedule"
	HandoverVerb Verb = "handover"
	EndVerb      Verb = "end"
)

// Node is one state of a flow.
type Node struct {
	ID     NodeID
	Verb   Verb
	Origin Origin

	Set      []Assign // done first, in source order
	Tags     []string // marks operators see
	Count    string   // counted by row, language and day; tied to nobody
	Withdraw string   // a consent that is taken back
	Forget   []string // data that is forgotten
	Cancel   FlowID   // a scheduled flow that is forgotten

	Say []Words // messages sent before the question, or the whole of a say

	// What a message carries besides its words; of what is said or asked.
	Media  []Media
	Link   *Link
	Header Words
	Footer Words

	Ask    Words
	Rows   []Row // of ask, consent (yes and no, in this order, then others) and template, in source order
	From   *From // rows made from a list, before Rows
	Save   string
	Checks []Check  // what a typed answer must pass besides its type
	Shape  string   // "numbers": numbered text whatever the number of rows
	Want   []string // kinds of answers: text, image, video, audio, document, sticker, location, contacts; nil: text
	Opener Words    // empty: the built-in words
	// Retry is what is said to an answer the question can't use, one text a
	// try. nil: the service's NotUnderstood, twice (ask), or none (template).
	Retry []Words
	// Otherwise is where too many tries lead (ask; zero: @offer, then @human),
	// any other reply (template; zero: Go), or no row that is true (when).
	Otherwise Target
	Silence   *Silence // nil: lapses after 30 days

	Consent string // of a consent: its name; Ask, and the rows yes and no

	// Purpose is the consent that proactive free text of this node needs;
	// empty: the only one with messages, if there is just one.
	Purpose string
	Hold    *Hold  // what happens to its message while the window is shut; nil: see Outside
	Outside string // the template sent instead while the window is shut

	When  []Case
	Split []Share

	Call FlowID
	On   []Outcome // of a call: where each of its outcomes leads; "left" included
	With []Assign  // of a call or a schedule: the given data of the flow it runs

	Wait *Wait

	Fetch *Request

	Schedule *Schedule

	Handover *Handing

	Template string
	Fill     []Fill

	Go Target
}

// Media is something besides words. File, or At, or Card.
type Media struct {
	Type   string            // image, video, audio, document, sticker, location, contact_card
	File   map[string]string // by language: a path in the service's folder; every language or none
	Alt    Words             // what it shows, for those who can't see it; a document's: its file name
	Name   Words             // of a location or a contact card
	Addr   Words             // of a location
	Lat    float64           // of a location
	Lng    float64
	Phone  string // of a contact card
	Email  string
	If     string // sent only when true; may be empty
	Origin Origin
}

// Link is a button that opens an address.
type Link struct {
	Label  Words
	URL    Words // may hold {…}; https
	Origin Origin
}

// Check is a condition that an answer must meet, over value.
type Check struct {
	If     string // what is wrong, when true
	Say    Words
	Origin Origin
}

// From makes rows from a list. Row is the pattern: its words and its id may
// read it.
type From struct {
	List   string // an expression that gives a list
	Row    Row    // Row.ID is empty: ID below is
	ID     string // a text with {…}
	Origin Origin
}

// Hold keeps a message until the person writes; with For, no longer than that:
// then Else.
type Hold struct {
	For  Duration // zero: as long as it takes
	Else Target
}

// Share is one arm of a split.
type Share struct {
	Share  int // of the sum of all
	Go     Target
	Origin Origin
}

// Outcome is where one outcome of a called flow leads.
type Outcome struct {
	Name   string
	Go     Target
	Origin Origin
}

// Request is a call over HTTP.
type Request struct {
	Connection string
	Method     string // GET, POST, PUT, PATCH, DELETE
	Path       string // a text with {…}; begins with /
	Query      []Field
	Body       *Body    // nil: none
	Save       []Assign // expressions over result
	Timeout    time.Duration
	Failed     Target
	Origin     Origin
}

// Field is a name with a text with {…}.
type Field struct {
	Name   string
	Source string
	Origin Origin
}

// Body is what a request carries, as JSON. One of the four is set.
type Body struct {
	Object []Member // in source order
	List   []Body
	Text   string // a text with {…}; nothing but one {…} inserts the value with its type
	Fixed  string // JSON as it stands: a number, true, false
	Origin Origin
}

// Member is one name of an object.
type Member struct {
	Name string
	Body Body
}

// Schedule starts a flow later: after In, at the clock time At; or At a time
// alone; or at a day that an expression gives.
type Schedule struct {
	Flow FlowID
	Wait Wait
}

// Handing gives the conversation to an inbox.
type Handing struct {
	Inbox    string
	Tell     []string // data told to the operators
	Priority int      // 0 is usual; higher goes first
	Done     Target   // released
	Closed   Target   // nobody there now; zero: the [human] text, then Done
	Nobody   Target   // nobody came in time; zero: the [human] text, then Done
}

// Move says where people go who wait in a node that is gone.
type Move struct{ From, To NodeID }

// Target is where a way leads: one field is set.
type Target struct {
	Node NodeID
	End  string // an outcome
	Own  Own
}

// IsZero reports whether the author gave none.
func (t Target) IsZero() bool { return t == Target{} }

// Own is a target of Cauce's.
type Own string

// The targets that begin with @.
const (
	ToHuman Own = "@human"
	ToStop  Own = "@stop"
	ToHome  Own = "@home"
	ToOffer Own = "@offer"
	ToBack  Own = "@back" // the question that was left
)

// Row is one choice.
type Row struct {
	ID      string
	Label   Words               // empty: only typed
	Also    map[string][]string // synonyms by language
	Note    Words               // a list row's description
	Section Words               // the title of the list section it begins; empty: as the row before
	If      string              // offered only when true; may be empty
	Say     []Words
	Set     []Assign
	Tags    []string
	Count   string
	Go      Target // zero: the node's
	Origin  Origin
}

// Assign gives a datum a value. For text and choice the source is a text with
// {…}; for other types it is an expression.
type Assign struct {
	Name   string
	Source string
	Origin Origin
}

// Case is one row of a when.
type Case struct {
	If     string
	Go     Target
	Origin Origin
}

// Fill gives a template's variable its value: an expression.
type Fill struct {
	Name   string
	Source string
	Origin Origin
}

// Silence is what happens when nobody answers.
type Silence struct {
	After time.Duration
	Say   Words // nudges; empty: none
	Times int   // how many nudges; 0 without Say
	Go    Target
}

// Wait lets time pass: For, and then the first At not before it; or Until; or
// until the day or time that Expr gives.
type Wait struct {
	For   Duration
	At    int    // minutes from midnight, -1: none
	Until *Clock // instead of For
	// Expr gives a date (its midnight, or At of that day) or a time of day (the
	// next such moment). One that is past is at once.
	Expr  string
	Reply NodeID // where a message during the wait leads; may be empty
}

// Clock is a time of day to come, in the person's zone.
type Clock struct {
	Minutes  int          // from midnight
	Weekday  time.Weekday // with OnDay
	OnDay    bool
	Tomorrow bool
}
