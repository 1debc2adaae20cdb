package check

import (
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
)

// The model: what a service says, each part with its place. Lists are in
// source order. A part that is absent, and one that was unreadable and
// reported, both have their zero value.
type model struct {
	service service
	flows   []*flow // by file name
}

type service struct {
	present bool // there is a file
	broken  bool // it has no tree: nothing is known of what it declares
	file    *syntax.File

	name           string
	languages      []string
	languagesKnown bool // every one of them could be read
	timezone       string
	privacy        string
	home           ref
	notUnderstood  *words
	human          human
	stop           stopWords
	welcomeBack    *words
	hint           *words
	sensitive      sensitiveWords
	data           []*datum
	dataBy         map[string]*datum
	templates      []*template
}

type human struct {
	present   bool
	at        diag.Span
	words     []typedWords
	say       *words
	closed    *words
	hoursAt   diag.Span
	hours     []engine.Hours
	holidays  []string
	giveUp    giveUp
	idle      engine.Duration
	after     ref
	paths     []*humanPath
	pathsRead bool // every path could be read
}

type giveUp struct {
	at       diag.Span
	after    engine.Duration
	say      *words
	template ref
}

type humanPath struct {
	at     diag.Span
	kind   string // inbox, phone, email, form, visit
	value  string
	visit  *words
	always bool
}

type stopWords struct {
	words []typedWords
	say   *words
}

// sensitiveWords are what is said to a message with a card, account or ID
// number, and the kind of human path that is told with them.
type sensitiveWords struct {
	say  *words
	path ref
}

// A ref is a name that stands for something elsewhere.
type ref struct {
	name string
	at   diag.Span
}

// words are what people read, one saying a language, in the order in which
// they stand in the file.
type words struct {
	key     string // what they are for: say, label
	at      diag.Span
	by      []*saying
	partial bool // a language was left out because of a fault that was reported
	body    bool // a template's: its {…} are variables, not expressions
}

type saying struct {
	lang  string
	src   *syntax.String
	fixed string        // instead of src: words the author did not write
	text  *eval.Wording // nil until compiled, and when it can't be
}

// source is the text as the engine compiles it.
func (s *saying) source() string {
	if s.src == nil {
		return s.fixed
	}
	return s.src.Value
}

// in is the saying of a language, or nil.
func (w *words) in(lang string) *saying {
	if w == nil {
		return nil
	}
	for _, s := range w.by {
		if s.lang == lang {
			return s
		}
	}
	return nil
}

// typedWords are words that people type, in one language.
type typedWords struct {
	lang string
	list []*syntax.String
}

// A datum is [data.x]. One that could not be read in full is unsure: what is
// said with it is not judged.
type datum struct {
	name      string
	at        diag.Span // its name
	unsure    bool
	typ       eval.Type
	min, max  *int64
	options   []*option
	ids       []string   // of the options
	fallback  eval.Value // default
	purpose   string
	needs     string
	keep      engine.Duration
	untilStop bool
	sensitive bool
	share     []ref // templates it may be sent in
}

type option struct {
	id    string
	at    diag.Span
	label *words
}

type template struct {
	name     string
	at       diag.Span
	category string
	body     *words
	// vars are what the body names, in the order of the source language's;
	// nil and not read when a language's body is faulty.
	vars     []string
	varsRead bool
	buttons  []*button
	whole    bool // every button could be read
}

type button struct {
	at    diag.Span
	id    string
	idAt  diag.Span
	label *words
}

type flow struct {
	file     *syntax.File
	id       string
	broken   bool // it has no tree
	title    string
	keywords []typedWords
	begins   ref
	outcomes []string
	// outcomesKnown: every one could be read.
	outcomesKnown bool
	data          []*datum
	dataBy        map[string]*datum
	known         []string // names of data, once a suggestion is wanted
	nodes         []*node
	byName        map[string]*node
}

// node finds a node by its name.
func (f *flow) node(name string) *node { return f.byName[name] }

type node struct {
	name  string
	at    diag.Span // its name
	table *syntax.Table
	index int // in flow.nodes

	verb   engine.Verb
	verbAt diag.Span
	// opaque: the node does two things, or one this version does not know.
	// It counts as leading anywhere.
	opaque bool
	// faulty: something in it was unreadable, and what it saves or sets may be
	// missing here.
	faulty bool

	set       []*assign
	say       []*words
	ask       *words
	choose    diag.Span // where its rows stand
	rows      []*row
	rowsRead  bool // every row could be read
	save      save
	opener    *words
	retry     []*words
	otherwise target
	silence   *silence
	cases     []*choice
	wait      *wait
	template  ref
	approved  *template // what template names, when it is there
	fill      []*assign
	next      target
}

// A target is where a way leads.
type target struct {
	present bool // written, if only as nonsense
	at      diag.Span
	to      engine.Target
	unknown bool // leads anywhere
}

type row struct {
	at    diag.Span // its first key or its braces
	id    string
	idAt  diag.Span
	label *words
	also  []typedWords
	note  *words
	when  *expression
	say   []*words
	set   []*assign
	next  target
	// offered: made from a choice's option or a language.
	offered bool
}

type save struct {
	ref
	language bool // contact.language
	datum    *datum
}

// picks reports whether what is saved is one of a few.
func (s save) picks() bool {
	return s.language || s.datum != nil && s.datum.typ == eval.Choice && !s.datum.unsure
}

type silence struct {
	at    diag.Span
	after engine.Duration
	say   *words
	times int
	next  target
}

// A choice is a row of when.
type choice struct {
	at   diag.Span
	when *expression
	next target
}

type wait struct {
	at    diag.Span
	spell engine.Duration
	clock int // -1: none
	until *engine.Clock
	reply target
}

// An assign gives a name a value: in set, or in a template's fill. What it is
// (an expression, or a text with {…}) hangs on the name's type.
type assign struct {
	name  string
	at    diag.Span      // the name
	src   *syntax.String // what is written, unless it is a number or a truth
	plain string         // a number or a truth, as an expression
	where diag.Span      // the value
	prog  *eval.Program
	text  *eval.Wording
}

// source is the value as the engine compiles it.
func (a *assign) source() string {
	if a.src == nil {
		return a.plain
	}
	return a.src.Value
}

type expression struct {
	src  *syntax.String
	prog *eval.Program
}
