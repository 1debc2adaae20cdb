package check

import (
	"regexp"

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
	quiet          []engine.Hours
	home           ref
	sells          bool
	notUnderstood  *words
	human          human
	stop           stopWords
	welcomeBack    *words
	hint           *words
	sensitive      sensitiveWords
	anywhere       []*anywhere
	consents       []*consent
	messaging      []*consent // those under which it may write first
	connections    []*connection
	data           []*datum
	dataBy         map[string]*datum
	templates      []*template

	// What is declared, by name, and the names in source order.
	consentBy       map[string]*consent
	connectionBy    map[string]*connection
	templateBy      map[string]*template
	consentNames    []string
	connectionNames []string
	templateNames   []string
}

// anywhere is words that begin a flow in every state.
type anywhere struct {
	at     diag.Span
	words  []typedWords
	flow   ref
	leaves bool
	urgent bool
}

// A consent is a purpose that people agree to.
type consent struct {
	name     string
	at       diag.Span // its name
	version  int
	messages bool
	purpose  *words
	unsure   bool // it could not be read in full
}

// A connection is a host that flows may call.
type connection struct {
	name    string
	at      diag.Span // its name
	url     string
	headers []engine.Header
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
	proper  bool // a name or an address: one plain text will do for every language
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
	name     string
	at       diag.Span // its name
	unsure   bool
	typ      eval.Type
	min, max *int64
	// least and most are the bounds of a number, a date or a time; nil: none.
	least, most *edge
	pattern     *regexp.Regexp // nil: none
	options     []*option
	ids         []string   // of the options
	fields      []*datum   // of a list
	fallback    eval.Value // default
	given       bool
	purpose     string
	needs       ref // a consent, "request", "nothing"
	keep        engine.Duration
	untilStop   bool
	sensitive   string // of what kind; empty: it is not
	share       []shared
}

// An edge is a bound that may be worked out: text is an expression, and a
// bound that was written without quotes, or as a date or time, is its constant.
type edge struct {
	at    diag.Span
	src   *syntax.String // an expression; nil: constant
	plain string         // the constant, as an expression
	value eval.Value     // the constant
	prog  *eval.Program
}

// A shared is one of those whom sensitive data may reach: "operators" has no
// name.
type shared struct {
	kind string // operators, template, connection
	ref
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
	consent  ref
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
	moved         []*move
}

// A move is a line of [moved]: where people go who wait in a node that is gone.
type move struct {
	from string
	at   diag.Span // the name that is gone
	to   ref
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

	consent    ref
	agree      [2]*row // of a consent: yes and no, which are the first of its rows; nil: unreadable
	from       *from   // rows made from a list, before the others
	checks     []*checkRow
	want       []string
	shape      string
	media      []*media
	link       *link
	header     *words
	footer     *words
	arms       []*arm
	call       ref
	called     *flow // what call names, when it is there
	on         []*outcome
	vague      bool // some way is missing, which was reported: it counts as leading anywhere
	with       []*assign
	fetch      *request
	schedule   *schedule
	cancel     ref
	handover   ref
	tell       []ref
	priority   int
	done       target
	closed     target
	nobody     target
	failed     target
	tags       []string
	count      string
	withdraw   ref
	forget     []ref
	hold       *hold
	outside    ref
	substitute *template // what outside names, when it is there
	purpose    ref
}

// from makes rows from a list: row is the pattern, whose id is a text with {…}.
type from struct {
	at   diag.Span
	list *expression
	id   *wording
	row  *row
	// fields are those of the list's elements; nil when they are not known.
	fields []*datum
}

// A wording is a text with {…} that is the same in every language: an id, a
// path, a value of a request.
type wording struct {
	src  *syntax.String
	text *eval.Wording
	prog *eval.Program // instead of text: it is nothing but one {…}
}

// A checkRow is a row of check: what is wrong with an answer, and what is said.
type checkRow struct {
	at   diag.Span
	when *expression
	say  *words
}

// media is something besides words.
type media struct {
	kind    string // the key
	at      diag.Span
	files   []*mediaFile
	filesAt diag.Span
	partial bool   // a language's file was unreadable, which was reported
	alt     *words // a document's: its name
	name    *words
	address *words
	lat     float64
	lng     float64
	phone   string
	email   string
	when    *expression
}

type mediaFile struct {
	lang string
	path *syntax.String
}

type link struct {
	at         diag.Span
	label, url *words
}

// An arm is a row of split.
type arm struct {
	at    diag.Span
	share int
	next  target
}

// An outcome is where one outcome of a called flow leads.
type outcome struct {
	name string
	at   diag.Span
	next target
}

// A request is what a fetch sends.
type request struct {
	connection ref
	at         diag.Span // the method
	method     string
	path       *wording
	query      []*field
	body       *body
	save       []*assign
	timeout    engine.Duration
}

type field struct {
	name string
	at   diag.Span
	text *wording
	// plain is a number or a truth, instead of text.
	plain string
}

// A body is what a request carries, or a part of it. One of the last four is
// set.
type body struct {
	at      diag.Span
	members []*member
	list    []*body
	text    *wording
	fixed   string // JSON as it stands
	object  bool   // members may be none
	array   bool
}

type member struct {
	name string
	body *body
}

type schedule struct {
	at   diag.Span
	flow ref
	to   *flow // what it names, when it is there
	when wait
	with []*assign
}

// hold keeps a message until the person writes.
type hold struct {
	at   diag.Span
	span engine.Duration
	next target // when it was too long
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
	// section is the title of the part of the list that it begins.
	section *words
	when    *expression
	say     []*words
	set     []*assign
	tags    []string
	count   string
	next    target
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

// keepsElement reports whether a row that is made from a list saves its element:
// the element itself, or in a text its id.
func (s save) keepsElement() bool {
	return s.datum != nil && !s.datum.unsure && (s.datum.typ == eval.List || s.datum.typ == eval.Text)
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
	day   *expression // a date or a time of day, instead of the others
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
