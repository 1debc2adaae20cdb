package syntax

import (
	"bytes"
	"unicode/utf8"

	"cauce/dsl/diag"
)

const saveAgain = `save the file again with the encoding "UTF-8"`

// tooBig refuses a file before anything reads more of it than a file may have.
// It may be the beginning of a larger one, so its size is not told.
func tooBig(f *File) (diag.Diagnostic, bool) {
	if len(f.Source) <= MaxFile {
		return diag.Diagnostic{}, true
	}
	end := MaxFile
	for n := 1; n < utf8.UTFMax && !utf8.RuneStart(f.Source[end]); n++ {
		end--
	}
	f.index = diag.NewIndex(f.Source[:end])
	return diag.Diagnostic{
		Code:    TooBig,
		At:      f.span(end, end),
		Message: diag.Say("this file is larger than %d bytes: what a file may have ends here", MaxFile),
		Help:    "divide it into several flows, or move pictures and recordings into media/",
	}, false
}

// characters refuses what is not plain UTF-8 text. What it finds concerns the
// file rather than its words, so the words are not looked at.
func characters(f *File) diag.List {
	src := f.Source
	whole := diag.Span{File: f.Name}
	found := func(at diag.Span, message, help diag.Phrase) diag.List {
		return diag.List{{Code: Encoding, At: at, Message: message, Help: help}}
	}
	switch {
	case bytes.HasPrefix(src, []byte("\xff\xfe")), bytes.HasPrefix(src, []byte("\xfe\xff")),
		len(src) > 1 && (src[0] == 0) != (src[1] == 0):
		return found(whole, "this file is saved as UTF-16; flows are read as UTF-8", saveAgain)
	case bytes.HasPrefix(src, []byte("\xef\xbb\xbf")):
		return found(f.span(0, 3), "this file begins with a hidden byte-order mark",
			`save the file again with the encoding "UTF-8", not "UTF-8 with BOM"`)
	}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			message := diag.Say("this file is not saved as UTF-8: the byte 0x%02X stands here", src[i])
			if old := windows1252(src[i]); old != 0 {
				message = diag.Say("this file is not saved as UTF-8: the byte 0x%02X stands here, which older programs write for %q", src[i], string(old))
			}
			return found(f.span(i, i+1), message, saveAgain)
		}
		i += size
	}
	return controls(f)
}

// controls reports control characters, which TOML has no place for: the first
// of every line.
func controls(f *File) diag.List {
	var problems diag.List
	fresh := true // no fault on this line yet
	for i, c := range f.Source {
		if c == '\n' {
			fresh = true
		}
		if !fresh || !control(f.Source[i:]) {
			continue
		}
		fresh = false
		d := diag.Diagnostic{
			Code:    Syntax,
			At:      f.span(i, i+1),
			Message: diag.Say("a control character (U+%04X) stands here, which shows as nothing in most editors", c),
			Help:    "delete it",
		}
		if c == '\r' {
			d.Message = "a carriage return stands here without a line feed, as on very old machines"
			d.Help = "save the file again with line ends LF (Unix) or CRLF (Windows)"
		}
		if problems.Add(d); c == '\r' || len(problems) == faultsMax {
			break // where one line ends so, all do
		}
	}
	return problems
}

// control reports whether b begins with a control character that is neither a
// tab nor part of a line end.
func control(b []byte) bool {
	switch c := b[0]; c {
	case '\t', '\n':
		return false
	default:
		return (c < 0x20 || c == 0x7f) && lineEnd(b) == 0
	}
}

// windows1252 is the letter that c stands for in the encoding that Windows had
// before UTF-8, or 0.
func windows1252(c byte) rune {
	const high = "€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ"
	switch {
	case c > 0xa0 && c != 0xad:
		return rune(c)
	case c >= 0x80 && c < 0xa0:
		return []rune(high)[c-0x80]
	}
	return 0
}
