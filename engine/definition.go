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
	Data          []Datum // sorted by name
	Templates     []Template
	Flows         []Flow // sorted by name
}

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
	Name    string
	Type    eval.Type
	Min     *int64 // of an integer; of a text: letters
	Max     *int64
	Options []Option // of a choice
	Default eval.Value
	// Needs says what the value may be kept for: "request" or "nothing"
	// (the purposes that ask for no consent).
	Needs string
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
	Origin   Origin
}

// Verb is the type of a node.
type Verb string

// The verbs of this version. None does its settings and goes on.
const (
	None      Verb = ""
	SayVerb   Verb = "say"
	AskVerb   Verb = "ask"
	WhenVerb  Verb = "when"
	WaitVerb  Verb = "wait"
	TemplateV Verb = "template"
	EndVerb   Verb = "end"
)

// Node is one state of a flow.
type Node struct {
	ID     NodeID
	Verb   Verb
	Origin Origin

	Set []Assign // done first, in source order
	Say []Words  // messages sent before the question, or the whole of a say

	Ask    Words
	Rows   []Row // of ask and template, in source order
	Save   string
	Opener Words // empty: the built-in words
	// Retry is what is said to an answer the question can't use, one text a
	// try. nil: the service's NotUnderstood, twice (ask), or none (template).
	Retry []Words
	// Otherwise is where too many tries lead (ask; zero: @offer, then @human),
	// any other reply (template; zero: Go), or no row that is true (when).
	Otherwise Target
	Silence   *Silence // nil: lapses after 30 days

	When []Case

	Wait *Wait

	Template string
	Fill     []Fill

	Go Target
}

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
)

// Row is one choice.
type Row struct {
	ID     string
	Label  Words               // empty: only typed
	Also   map[string][]string // synonyms by language
	Note   Words               // a list row's description
	If     string              // offered only when true; may be empty
	Say    []Words
	Set    []Assign
	Go     Target // zero: the node's
	Origin Origin
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

// Wait lets time pass: For, and then the first At not before it; or Until.
type Wait struct {
	For   Duration
	At    int    // minutes from midnight, -1: none
	Until *Clock // instead of For
	Reply NodeID // where a message during the wait leads; may be empty
}

// Clock is a time of day to come, in the person's zone.
type Clock struct {
	Minutes  int          // from midnight
	Weekday  time.Weekday // with OnDay
	OnDay    bool
	Tomorrow bool
}
