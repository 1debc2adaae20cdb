package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// outcome is how one thing went that was tried: a script, the rules that hold
// everywhere, what is wanted of the coverage.
type outcome struct {
	suite  string // the service's folder
	name   string
	note   string // what else there is to say of it, on the same line
	passed bool
	text   string // why it failed, each line indented by two blanks
}

// results are told how everything went, one after the other, and print it.
type results interface {
	add(o outcome)
	// trouble is a fault of a whole folder. Where each thing is counted, it is
	// one that failed.
	trouble(folder, text string)
	// note is something to read that is no outcome.
	note(folder, text string)
	// end prints what comes last.
	end(summary string) error
}

// formats are the ways in which results are printed.
var formats = map[string]func(io.Writer) results{
	"pretty": func(w io.Writer) results { return &pretty{w, colored(w)} },
	"tap":    func(w io.Writer) results { return &tap{out: w} },
	"junit":  func(w io.Writer) results { return &junit{out: w} },
}

// pretty is for people.
type pretty struct {
	out   io.Writer
	paint bool
}

func (p *pretty) add(o outcome) {
	word, color := "ok  ", "\x1b[32m"
	if !o.passed {
		word, color = "FAIL", "\x1b[31m"
	}
	if p.paint {
		word = color + word + "\x1b[0m"
	}
	fmt.Fprintf(p.out, "%s %s%s\n%s", word, o.name, o.aside(), o.text)
}

func (o outcome) aside() string {
	if o.note == "" {
		return ""
	}
	return " (" + o.note + ")"
}

func (p *pretty) trouble(_, text string) { io.WriteString(p.out, text) }
func (p *pretty) note(_, text string)    { io.WriteString(p.out, text) }
func (p *pretty) end(summary string) error {
	_, err := fmt.Fprintln(p.out, summary)
	return err
}

// tap is the Test Anything Protocol, version 13, which every reader knows; what
// is printed is valid in version 14, too.
type tap struct {
	out   io.Writer
	n     int
	begun bool
}

func (t *tap) add(o outcome) {
	t.head()
	t.n++
	word := "ok"
	if !o.passed {
		word = "not ok"
	}
	// A "#" would begin a directive.
	name := strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(plainLine(o.name + o.aside()))
	fmt.Fprintf(t.out, "%s %d - %s\n", word, t.n, name)
	if o.text == "" {
		return
	}
	fmt.Fprint(t.out, "  ---\n  message: |\n")
	// The first line says how far the block is indented: it begins with no blank.
	text := strings.TrimLeft(strings.TrimRight(o.text, " \t\n"), " \t\n")
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(t.out, strings.TrimRight("    "+plainText(strings.TrimPrefix(line, "  ")), " "))
	}
	fmt.Fprint(t.out, "  ...\n")
}

func (t *tap) head() {
	if !t.begun {
		fmt.Fprintln(t.out, "TAP version 13")
		t.begun = true
	}
}

func (t *tap) trouble(folder, text string) { t.add(outcome{name: folder, text: text}) }

func (t *tap) note(_, text string) {
	t.head()
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintln(t.out, strings.TrimRight("# "+plainText(line), " "))
	}
}

func (t *tap) end(summary string) error {
	t.head()
	_, err := fmt.Fprintf(t.out, "1..%d\n# %s\n", t.n, summary)
	return err
}

// plainText takes out of a line what no YAML and no terminal wants to see.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == 0xfffe, r == 0xffff:
			return utf8.RuneError
		}
		return r
	}, s)
}

// plainLine is a name on one line.
func plainLine(s string) string { return strings.TrimSpace(plainText(s)) }

// junit is the XML that CI servers read: a suite a folder. It is printed at the
// end, for a suite says first how many there are.
type junit struct {
	out    io.Writer
	suites []suite
}

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testcase `xml:"testcase"`
	Out      *words     `xml:"system-out"`
}

type testcase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Failure *failure `xml:"failure"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type words struct {
	Text string `xml:",cdata"`
}

// suite is that of a folder.
func (j *junit) suite(name string) *suite {
	name = plainLine(name)
	if n := len(j.suites); n == 0 || j.suites[n-1].Name != name {
		j.suites = append(j.suites, suite{Name: name})
	}
	return &j.suites[len(j.suites)-1]
}

func (j *junit) add(o outcome) {
	s := j.suite(o.suite)
	c := testcase{Class: s.Name, Name: plainLine(o.name)}
	s.Tests++
	if !o.passed {
		s.Failures++
		text := strings.TrimRight(o.text, "\n")
		first, _, _ := strings.Cut(text, "\n")
		c.Failure = &failure{Message: plainLine(first), Text: plainLines(text)}
	}
	s.Cases = append(s.Cases, c)
}

func plainLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = plainText(lines[i])
	}
	return strings.Join(lines, "\n")
}

func (j *junit) trouble(folder, text string) { j.add(outcome{suite: folder, name: folder, text: text}) }

func (j *junit) note(folder, text string) {
	s := j.suite(folder)
	if s.Out == nil {
		s.Out = &words{}
	}
	s.Out.Text += plainLines(text)
}

func (j *junit) end(string) error {
	all := suites{Suites: j.suites}
	for _, s := range j.suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
	}
	b, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	_, err = fmt.Fprintf(j.out, "%s%s\n", xml.Header, b)
	return err
}
