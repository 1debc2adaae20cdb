package syntax

import "cauce/dsl/diag"

// Value is what stands behind a name or in a list: a *String, *Integer,
// *Float, *Bool, *DateTime, *List or *Table.
type Value interface {
	// Span is the value's own part of the file, quotes and brackets included.
	// A table or list that headings make has the part of its first heading.
	Span() diag.Span
	// Kind says what it is in an author's words, with its article: "text",
	// "a whole number", "a list".
	Kind() diag.Phrase
}

// String is text.
type String struct {
	// Value is the text as people will read it: escapes resolved, and line
	// ends always \n, so that a file means the same on every machine.
	Value string

	at       diag.Span
	file     *File
	segments []segment
}

// Integer is a whole number.
type Integer struct {
	Value int64
	at    diag.Span
}

// Float is a number with a decimal point or an exponent; it may be infinite
// or not a number at all (inf, nan).
type Float struct {
	Value float64
	at    diag.Span
}

// Bool is true or false.
type Bool struct {
	Value bool
	at    diag.Span
}

// DateTime is a date, a time, or both. Text is what stands in the file: what
// zone it is in, and whether a date without quotes is wanted, is for others.
type DateTime struct {
	Text string
	at   diag.Span
	kind diag.Phrase
}

// List is a list: values between [ and ], or the tables that headings in
// double brackets make; a reader need not care which.
type List struct {
	Items []Value
	// Header is true for a list that [[…]] headings make. All its items are
	// tables.
	Header bool
	at     diag.Span
}

// Table is a table: between braces, or under a heading, or implied by a longer
// heading or a dotted name. A reader need not care which.
type Table struct {
	// At is the braces with all between them, or the heading with its
	// brackets. A table that is only implied has the place of what first
	// implies it; the root has the empty span at the start of the file.
	At diag.Span
	// Header is true for a table that has a heading of its own.
	Header bool
	// Entries are in the order in which their names first stand in the file.
	Entries []*Entry

	names map[string]*Entry // nil while there are few: most tables are small
	made  making
	body  int
}

// Entry is a name and its value. No two entries of a table have one name.
type Entry struct {
	Key   string
	KeyAt diag.Span // the name alone, with its quotes if it has any
	Value Value
}

func (v *String) Span() diag.Span   { return v.at }
func (v *Integer) Span() diag.Span  { return v.at }
func (v *Float) Span() diag.Span    { return v.at }
func (v *Bool) Span() diag.Span     { return v.at }
func (v *DateTime) Span() diag.Span { return v.at }
func (v *List) Span() diag.Span     { return v.at }
func (v *Table) Span() diag.Span    { return v.At }

func (v *String) Kind() diag.Phrase   { return "text" }
func (v *Integer) Kind() diag.Phrase  { return "a whole number" }
func (v *Float) Kind() diag.Phrase    { return "a number with a decimal point" }
func (v *Bool) Kind() diag.Phrase     { return "true or false" }
func (v *DateTime) Kind() diag.Phrase { return v.kind }
func (v *List) Kind() diag.Phrase     { return "a list" }
func (v *Table) Kind() diag.Phrase    { return "a table" }

// Get returns the entry of t called key, or nil.
func (t *Table) Get(key string) *Entry {
	if t == nil {
		return nil
	}
	if t.names != nil {
		return t.names[key]
	}
	for _, e := range t.Entries {
		if e.Key == key {
			return e
		}
	}
	return nil
}

// Find follows keys from table to table and returns the entry of the last, or
// nil where the way ends early.
func (t *Table) Find(keys ...string) *Entry {
	var e *Entry
	for i, key := range keys {
		if i > 0 {
			t, _ = e.Value.(*Table)
		}
		if e = t.Get(key); e == nil {
			return nil
		}
	}
	return e
}

// few is how many entries are found as quickly by looking at each.
const few = 8

// add puts a new entry at the end of t.
func (t *Table) add(e *Entry) {
	t.Entries = append(t.Entries, e)
	switch {
	case t.names != nil:
		t.names[e.Key] = e
	case len(t.Entries) > few:
		t.names = make(map[string]*Entry, 2*few)
		for _, e := range t.Entries {
			t.names[e.Key] = e
		}
	}
}
