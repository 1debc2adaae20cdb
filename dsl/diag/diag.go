// Package diag holds what an author is told about a flow: where, what is
// wrong, and the next move.
//
// A Diagnostic is a plain value. Whoever finds a problem adds one to a List
// and goes on looking; nothing here stops at the first. A Span says where, in
// bytes for programs and in line and column for people; an Index turns the one
// into the other quickly, whatever the file's size. Write prints a List for
// people: the place, the sentence, the author's own line with the exact part
// underlined, other places that explain it, and the help. For editors and CI it
// writes the same as JSON or SARIF.
//
// The package knows no file system and no terminal: sources come in as bytes,
// text goes out to an io.Writer, and whether colours are wanted is the
// caller's to say. Nothing that stands in an author's file (an escape
// sequence, a character that reverses the line) reaches the terminal as such.
package diag

import (
	"cmp"
	"slices"
)

// Code names a kind of problem in words that never change, such as
// "unknown-node". Every code has a page that explains it.
type Code string

// Severity tells a problem that stops a service from a doubt that does not.
type Severity uint8

const (
	// Error stops the service from being compiled.
	Error Severity = iota
	// Warning is a doubt; the service compiles.
	Warning
)

// String is the word people read: "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Pos is one place in a source.
type Pos struct {
	Offset int // bytes from the start of the source, from 0
	Line   int // from 1; 0 in a Pos that is no place
	Column int // code points from the start of the line, from 1
}

// Span is a part of a file, from Start up to but not including End. A Span
// whose Start has no line means the file or folder as a whole; an empty Span
// (Start equal to End) is the gap before Start.
type Span struct {
	File  string
	Start Pos
	End   Pos
}

// Whole reports whether s means its file or folder as a whole.
func (s Span) Whole() bool { return s.Start.Line < 1 }

// Note is another place, or another fact, that helps to understand a
// Diagnostic. A Note whose span is the zero Span is a sentence without a place.
type Note struct {
	At      Span
	Message Phrase
}

// Diagnostic is one problem: one cause, one Diagnostic.
type Diagnostic struct {
	Code     Code
	Severity Severity
	At       Span
	Message  Phrase // what is wrong, one sentence without a full stop
	Notes    []Note
	Help     Phrase // the next move; "" when there is none to give
}

// List is the problems found so far, in the order in which they were found
// until Sort.
type List []Diagnostic

// Add appends ds.
func (l *List) Add(ds ...Diagnostic) { *l = append(*l, ds...) }

// HasErrors reports whether any of l is an Error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count returns how many of l are errors and how many are warnings.
func (l List) Count() (errors, warnings int) {
	for _, d := range l {
		if d.Severity == Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// Sort puts l into the order in which people read it: by file, then by place,
// what concerns a whole file first. Problems of one place keep their order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.At.File, b.At.File),
			cmp.Compare(a.At.Start.Line, b.At.Start.Line),
			cmp.Compare(a.At.Start.Column, b.At.Start.Column),
		)
	})
}

// Sources gives the bytes of each file that a List speaks of, by the name that
// its spans carry. A file may be missing: its problems are then printed
// without their lines.
type Sources map[string][]byte
