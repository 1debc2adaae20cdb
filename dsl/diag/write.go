package diag

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Format is who a List is written for.
type Format string

// Text is for people; JSON and SARIF are for editors and CI, and hold all there
// is.
const (
	Text  Format = "text"
	JSON  Format = "json"
	SARIF Format = "sarif" // 2.1.0
)

// Options says how Write prints.
type Options struct {
	// Format is Text when it is empty.
	Format Format
	// Max is how many diagnostics are printed as text; the rest are counted. 0
	// means DefaultMax, a negative number means all.
	Max int
	// Language is the reader's, a BCP-47 tag; English when the catalogue has
	// none for it.
	Language string
	// Color asks for the colours of a terminal, in text.
	Color bool
	// Version is the program's, for SARIF; it may be empty.
	Version string
}

// DefaultMax is how many diagnostics Write prints unless told otherwise: what
// a person works through before they run the check again.
const DefaultMax = 20

// lineMax is how many columns of an author's line are shown; a longer line is
// clipped around the part in question. lead is how many of them stay in front
// of that part. Nothing further than reach bytes from its beginning is looked at.
const (
	lineMax = 100
	lead    = 30
	reach   = 4096
)

// Write writes l in the order in which it is: as one JSON or SARIF document, or
// for people, each diagnostic as
//
//	flows/luna/embarazo.toml:14:6: error: no node is named "consjo" [unknown-node]
//	  14 | go = "consjo"
//	     |      ^^^^^^^^
//	  help: did you mean "consejo" (line 22)?
//
// and what exceeds o.Max as one line with its count. A source that src does
// not have, or that is shorter than a span says, costs the quoted line and
// nothing else. The error is w's.
func Write(w io.Writer, l List, src Sources, o Options) error {
	switch o.Format {
	case JSON:
		return writeJSON(w, l, o.Language)
	case SARIF:
		return writeSARIF(w, l, o)
	}
	p := printer{src: src, indexes: map[string]*Index{}, lang: o.Language}
	if o.Color {
		p.paint = ansi
	}
	shown := l
	if o.Max == 0 {
		o.Max = DefaultMax
	}
	if o.Max > 0 && len(l) > o.Max {
		shown = l[:o.Max]
	}
	for _, d := range shown {
		p.diagnostic(d)
	}
	if rest := l[len(shown):]; len(rest) > 0 {
		p.out.WriteString(Say("and %d more: %s", len(rest), Tally(rest)).In(o.Language) + "\n")
	}
	_, err := io.WriteString(w, p.out.String())
	return err
}

// Tally counts l in words: "1 error, 5 warnings"; "" when it is empty.
func Tally(l List) Phrase {
	errors, warnings := l.Count()
	var parts []Phrase
	for _, c := range []struct {
		n         int
		one, many Phrase
	}{{errors, "error", "errors"}, {warnings, "warning", "warnings"}} {
		if c.n == 1 {
			parts = append(parts, Say("1 %s", c.one))
		} else if c.n > 1 {
			parts = append(parts, Say("%d %s", c.n, c.many))
		}
	}
	return joined(parts, "%s, %s")
}

// style is a role that a piece of the output plays; colours hang on it.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	yellow style = "1;33"
	cyan   style = "1;36"
	green  style = "1;32"
)

func ansi(s style, text string) string { return "\x1b[" + string(s) + "m" + text + "\x1b[0m" }

type printer struct {
	out     strings.Builder
	src     Sources
	indexes map[string]*Index
	lang    string
	paint   func(style, string) string // nil prints plain text
}

func (p *printer) styled(s style, text string) string {
	if p.paint == nil || text == "" {
		return text
	}
	return p.paint(s, text)
}

func (p *printer) diagnostic(d Diagnostic) {
	tone := red
	if d.Severity == Warning {
		tone = yellow
	}
	if at := place(d.At); at != "" {
		p.out.WriteString(p.styled(bold, at+": "))
	}
	p.out.WriteString(p.styled(tone, p.say(Phrase(d.Severity.String()))+":") + " " + p.styled(bold, p.say(d.Message)))
	if d.Code != "" {
		p.out.WriteString(" " + p.styled(dim, "["+clean(string(d.Code))+"]"))
	}
	p.out.WriteByte('\n')
	p.quote(d.At, tone)
	for _, n := range d.Notes {
		p.out.WriteString("  " + p.styled(cyan, p.say("note")+":") + " ")
		if n.At.File != d.At.File && n.At != (Span{}) {
			p.out.WriteString(place(n.At) + ": ")
		}
		p.out.WriteString(p.say(n.Message) + "\n")
		if n.At != d.At {
			p.quote(n.At, cyan)
		}
	}
	if d.Help != "" {
		p.out.WriteString("  " + p.styled(green, p.say("help")+":") + " " + p.say(d.Help) + "\n")
	}
}

// say is a phrase in the reader's language, with nothing in it that a terminal
// would obey.
func (p *printer) say(words Phrase) string { return clean(words.In(p.lang)) }

// place is a span as editors understand it, or the file alone.
func place(s Span) string {
	if s.Whole() {
		return clean(s.File)
	}
	return fmt.Sprintf("%s:%d:%d", clean(s.File), s.Start.Line, s.Start.Column)
}

// quote prints the line on which s starts and underlines its part of s.
func (p *printer) quote(s Span, tone style) {
	if s.Whole() {
		return
	}
	x := p.index(s.File)
	if x == nil || s.Start.Line > x.Lines() {
		return
	}
	line, offset := x.Line(s.Start.Line)
	from, to := s.Start.Offset-offset, s.End.Offset-offset
	if s.End.Line > s.Start.Line {
		to = len(line)
	}
	from = min(max(from, 0), len(line))
	to = min(max(to, from), len(line))

	// Of a line of a whole file only the neighbourhood is laid out.
	lo, hi := near(line, from-reach), near(line, from+reach)
	text, marks := clip(cells(line[lo:hi]), from-lo, min(to, hi)-lo, lo > 0, hi < len(line))
	number := strconv.Itoa(s.Start.Line)
	bar := p.styled(dim, "|")
	p.out.WriteString("  " + p.styled(dim, number) + " " + bar)
	if text != "" {
		p.out.WriteString(" " + text)
	}
	p.out.WriteString("\n  " + strings.Repeat(" ", len(number)) + " " + bar + " ")
	carets := strings.TrimLeft(marks, " \t")
	p.out.WriteString(marks[:len(marks)-len(carets)] + p.styled(tone, carets) + "\n")
}

func (p *printer) index(file string) *Index {
	if x, ok := p.indexes[file]; ok {
		return x
	}
	var x *Index
	if src, ok := p.src[file]; ok {
		x = NewIndex(src)
	}
	p.indexes[file] = x
	return x
}

// near is the beginning of the code point at offset i of line, or the nearest
// end of line.
func near(line []byte, i int) int {
	if i <= 0 || i >= len(line) {
		return min(max(i, 0), len(line))
	}
	for n := 0; n < utf8.UTFMax-1 && i > 0 && !utf8.RuneStart(line[i]); n++ {
		i--
	}
	return i
}

// clip lays out a line and the carets under its bytes from..to. A line longer
// than lineMax columns loses its far ends, each shown as "…", as do ends that
// are cut already; the carets stay under what is left of their part. Tabs stand
// in both, so that they align on any terminal.
func clip(line []cell, from, to int, cutLeft, cutRight bool) (text, marks string) {
	total, start, length := 0, 0, 0 // in columns, a tab being one
	for _, c := range line {
		w := abs(c.width)
		total += w
		if c.end <= from {
			start += w
		} else if c.at < to {
			length += w
		}
	}
	left, right := 0, total
	if total > lineMax {
		if start+min(length, lineMax-lead) > lineMax {
			left = min(start-lead, total-lineMax)
		}
		right = left + lineMax
	}

	var t, m strings.Builder
	if left > 0 || cutLeft {
		t.WriteString("…")
		m.WriteString(" ")
	}
	column, marked := 0, false
	for _, c := range line {
		w := abs(c.width)
		column += w
		if column-w < left || column > right {
			continue
		}
		t.WriteString(c.text)
		switch before := c.end <= from; {
		case !before && c.at >= to:
			// after the part: nothing stands under it
		case c.width < 0:
			m.WriteString("\t")
		case before:
			m.WriteString(strings.Repeat(" ", w))
		default:
			m.WriteString(strings.Repeat("^", w))
			marked = marked || w > 0
		}
	}
	text = t.String()
	if right < total || cutRight {
		text += "…"
	} else {
		text = strings.TrimRight(text, " \t")
	}
	marks = m.String()
	if !marked {
		marks += "^"
	}
	return text, marks
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
