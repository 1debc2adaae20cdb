package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
)

// document is what a List is as JSON. Its names are a contract with the
// scripts and editors that read them: one may be added, none changes. Nothing
// is left out when it is empty, so that no reader has to ask whether it is
// there.
type document struct {
	Diagnostics []record `json:"diagnostics"`
	// Proofs is for the rules that are proved over all states of a service; one
	// entry a rule.
	Proofs []struct{} `json:"proofs"`
}

// record is one Diagnostic. Lines count from 1 and are 0 for a file or folder
// as a whole; columns count code points from 1; offsets are bytes from 0. The
// end is behind the last letter.
type record struct {
	Code     Code   `json:"code"`
	Severity string `json:"severity"`
	extent
	Message string `json:"message"`
	Notes   []note `json:"notes"`
	Help    string `json:"help"`
}

// note is a Note; one that has no place has no file.
type note struct {
	extent
	Message string `json:"message"`
}

// extent is a Span.
type extent struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Offset    int    `json:"offset"`
	EndOffset int    `json:"end_offset"`
}

func extentOf(s Span) extent {
	if s.Whole() {
		return extent{File: s.File}
	}
	return extent{
		File: s.File,
		Line: s.Start.Line, Column: s.Start.Column, EndLine: s.End.Line, EndColumn: s.End.Column,
		Offset: s.Start.Offset, EndOffset: s.End.Offset,
	}
}

// writeJSON writes all of l as one document.
func writeJSON(w io.Writer, l List, lang string) error {
	doc := document{Diagnostics: []record{}, Proofs: []struct{}{}}
	for _, d := range l {
		r := record{
			Code: d.Code, Severity: d.Severity.String(), extent: extentOf(d.At),
			Message: d.Message.In(lang), Notes: []note{}, Help: d.Help.In(lang),
		}
		for _, n := range d.Notes {
			r.Notes = append(r.Notes, note{extentOf(n.At), n.Message.In(lang)})
		}
		doc.Diagnostics = append(doc.Diagnostics, r)
	}
	return writeDocument(w, doc)
}

// writeDocument writes v as indented JSON. What would act on a terminal that
// shows it is spelt out by its number, which means the same to a program.
func writeDocument(w io.Writer, v any) error {
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false) // a < is a <, also to those who search the output
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err // no value of ours is without a JSON form
	}
	var out bytes.Buffer
	out.Grow(plain.Len())
	for _, r := range plain.String() {
		switch {
		case r == '\n' || visible(r) == string(r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}
