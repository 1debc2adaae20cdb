// Package check decides whether a folder of flows means something: names,
// kinds, ways out, words in every language, lengths, expressions, and the
// promises a service makes to people.
//
// Flows takes the files as package syntax read them and gives either a Checked
// or the problems, all of them at once. It works in two steps. Reading
// (service.go, flow.go and what they lean on) turns each tree into a small
// model and reports what can be seen from a table alone: keys, kinds, names,
// durations. The passes (the table below) then look across the model; each
// reads and reports, and none repairs.
//
// One cause gives one problem. What cannot be read is left out of the model or
// marked, and every pass is lenient with what is marked: a way to an unknown
// node counts as leading anywhere, a name whose declaration is faulty may be
// anything, and when a file is no TOML at all nobody complains that what it
// holds is missing.
//
// A Checked lowers to an engine.Definition by Definition (lower.go), which is
// mechanical and cannot fail. What always holds at run time (stop, a person,
// the window) is not judged here: package prove walks the compiled service.
package check

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// ServiceFile is the name of the file that holds a service's promises. Every
// other file of a service is a flow, named by its stem.
const ServiceFile = "service.toml"

// Checked is a service without an error. Only Flows makes one.
type Checked struct{ model *model }

// A pass looks at the whole model for one kind of fault.
type pass struct {
	name string
	run  func(*checker)
}

// passes, in the order they run. Each says what it leans on; the list is
// sorted by place in the end.
var passes = []pass{
	{"verbs", (*checker).checkVerbs},             // marks nodes that do two things, whose ways are then left alone
	{"names", (*checker).checkNames},             // binds what is named to what it names, and marks what isn't there
	{"people", (*checker).checkPeople},           // leans on nothing
	{"templates", (*checker).checkTemplates},     // on templates being bound
	{"rows", (*checker).checkRows},               // on data being bound: a choice's options become rows
	{"anywhere", (*checker).checkAnywhere},       // on rows, whose words may have been taken already
	{"calls", (*checker).checkCalls},             // on names being bound; marks outcomes that are none
	{"ways", (*checker).checkWays},               // on rows
	{"reach", (*checker).checkReach},             // on rows, and on unknown targets being marked
	{"loops", (*checker).checkLoops},             // likewise
	{"expressions", (*checker).checkExpressions}, // on rows, and on the types of data; compiles what the rest reads
	{"languages", (*checker).checkLanguages},     // on texts being compiled: what their {…} name
	{"unset", (*checker).checkUnset},             // on expressions being compiled
	{"leaks", (*checker).checkLeaks},             // likewise
	{"lengths", (*checker).checkLengths},         // likewise, and on rows
	{"media", (*checker).checkMedia},             // leans on nothing
	{"clashes", (*checker).checkClashes},         // on rows, and on texts being compiled: a label with a {…} is not known
	{"asks", (*checker).checkAsks},               // leans on nothing
	{"looks", (*checker).checkLooks},             // likewise
}

// Flows checks a service: the files of one folder, service.toml among them.
// Names of files are as syntax.Parse was given them; a file without a Root is
// taken for one that was reported already.
//
// The list is in file order and holds everything there is to say. There is a
// Checked just when none of it is an error and every file has a Root. The files
// must not change afterwards.
func Flows(files ...*syntax.File) (*Checked, diag.List) { return Folder(nil, files...) }

// Folder is Flows for the files of a folder that can be looked into: what flows
// show (media/…) has to be there, and to be what WhatsApp takes.
func Folder(folder fs.FS, files ...*syntax.File) (*Checked, diag.List) {
	c := &checker{folder: folder, model: &model{}, long: map[diag.Span]bool{}, taken: map[diag.Span]bool{}, taking: map[*flow][]string{}, instants: map[*flow]instant{}}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b *syntax.File) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range files {
		if path.Base(f.Name) == ServiceFile {
			c.readService(f)
		}
	}
	for _, f := range files {
		if path.Base(f.Name) != ServiceFile {
			c.readFlow(f)
		}
	}
	c.checkFolder(files)
	for _, p := range passes {
		p.run(c)
	}
	// What is not used, and what a flow is like as a whole, is judged only when
	// nothing else is wrong: a name with a slip in it would look unused as well.
	broken := c.list.HasErrors() || slices.ContainsFunc(files, func(f *syntax.File) bool { return f.Root == nil })
	if !broken {
		c.checkUses()
		c.checkManners()
	}
	c.silence(!broken)
	c.list.Sort()
	if broken {
		return nil, c.list
	}
	return &Checked{c.model}, c.list
}

// checkFolder reports a folder that lacks what every service has.
func (c *checker) checkFolder(files []*syntax.File) {
	folder := diag.Span{File: dirOf(files)}
	switch {
	case !c.service.present:
		c.report(MissingService, folder, "add one: it holds the service's name, its languages, the way to a person and the words of stop",
			"this folder has no %s", ServiceFile)
	case len(c.flows) == 0:
		c.report(NoFlows, folder, "add one: a .toml file, named for what it is about", "this folder has no flow beside %s", ServiceFile)
	}
}

func dirOf(files []*syntax.File) string {
	if len(files) == 0 {
		return "."
	}
	return path.Dir(files[0].Name)
}

// A checker holds the model while it is read and looked at, and what was found.
type checker struct {
	*model
	folder  fs.FS // nil: what is in it is not known
	list    diag.List
	allowed []*allowance
	// guesses bounds the work of suggesting names: a hostile file may have
	// many thousands of unknown names and as many known ones.
	guesses  int
	patterns int // what they weigh together
	faults   int // in expressions
	facts    map[*flow]*facts
	taken    map[diag.Span]bool // words that were reported as taken
	taking   map[*flow][]string // what takes worked out
	long     map[diag.Span]bool // where a text was reported as too long: an option may be offered in many places
	instants map[*flow]instant  // what instant worked out
	// measured is the node whose texts are measured.
	measured *node
}

// report adds an error. What is wrong is a format and its arguments.
func (c *checker) report(code diag.Code, at diag.Span, help, format diag.Phrase, args ...any) {
	c.list.Add(diag.Diagnostic{Code: code, At: at, Message: diag.Say(format, args...), Help: help})
}

// warn adds a warning.
func (c *checker) warn(code diag.Code, at diag.Span, help, format diag.Phrase, args ...any) {
	c.list.Add(diag.Diagnostic{Code: code, Severity: diag.Warning, At: at, Message: diag.Say(format, args...), Help: help})
}

// note adds another place to what was reported last.
func (c *checker) note(at diag.Span, format diag.Phrase, args ...any) {
	d := &c.list[len(c.list)-1]
	d.Notes = append(d.Notes, diag.Note{At: at, Message: diag.Say(format, args...)})
}

// maxGuesses is how many names suggestions may look at in one run: 200 slips
// in a service of 10,000 names.
const maxGuesses = 2_000_000

// suggest is the name that was probably meant, or "".
func (c *checker) suggest(name string, known []string) string {
	if c.guesses += len(known); c.guesses > maxGuesses {
		return ""
	}
	s, _ := diag.Suggest(name, known)
	return s
}

// didYouMean is a help that offers the name that was probably meant, or says
// otherwise.
func (c *checker) didYouMean(name string, known []string, otherwise diag.Phrase) diag.Phrase {
	if s := c.suggest(name, known); s != "" {
		return diag.Say("did you mean %s?", quote(s))
	}
	return otherwise
}

// quoted is how much of an author's words a message repeats, in code points.
const quoted = 40

// quote puts an author's words in quotes, the start of them if they are long.
func quote(s string) string {
	if utf8.RuneCountInString(s) > quoted {
		s = string([]rune(s)[:quoted]) + "…"
	}
	return `"` + s + `"`
}

// phrases are names for people as they stand, without quotes.
func phrases(names []string) []diag.Phrase {
	out := make([]diag.Phrase, len(names))
	for i, n := range names {
		out[i] = diag.Say("%s", n)
	}
	return out
}

// origin is where a span begins, as the engine keeps it.
func origin(at diag.Span) engine.Origin {
	return engine.Origin{File: at.File, Line: at.Start.Line, Column: at.Start.Column}
}
