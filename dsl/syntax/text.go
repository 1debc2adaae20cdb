package syntax

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"cauce/dsl/diag"
)

// segment is a piece of a text that stands in one piece in the file, from
// offset text of the decoded text to the next segment's. Without a width it is
// written as it reads, byte for byte; with one it is written as width bytes
// that cannot be parted: an escape, or the two bytes of a Windows line end.
// What the decoded text does not have (a backslash at a line's end and the
// indentation after it) lies between segments.
type segment struct{ text, source, width int }

// At returns the part of the file where bytes i to j of the decoded text are
// written: whole escapes and whole letters, never half of one. Offsets outside
// the text are taken for its nearest end; when i equals j the span is empty, at
// the place where byte i begins or the text ends.
func (v *String) At(i, j int) diag.Span {
	i = min(max(i, 0), len(v.Value))
	j = min(max(j, i), len(v.Value))
	for i > 0 && i < len(v.Value) && !utf8.RuneStart(v.Value[i]) {
		i--
	}
	for j < len(v.Value) && !utf8.RuneStart(v.Value[j]) {
		j++
	}
	start := v.begins(i)
	if i == j {
		return v.file.span(start, start)
	}
	return v.file.span(start, v.ends(j))
}

// begins is where in the file byte i of the text begins.
func (v *String) begins(i int) int {
	if i == len(v.Value) && i > 0 {
		return v.ends(i)
	}
	s := v.segmentOf(i)
	if s.width > 0 {
		return s.source
	}
	return s.source + i - s.text
}

// ends is where in the file the bytes of the text before j end; j is not 0.
func (v *String) ends(j int) int {
	s := v.segmentOf(j - 1)
	if s.width > 0 {
		return s.source + s.width
	}
	return s.source + j - s.text
}

// segmentOf finds the segment that holds byte i of the text. There is always
// one: an empty text has a single segment where it would begin.
func (v *String) segmentOf(i int) segment {
	n := sort.Search(len(v.segments), func(n int) bool { return v.segments[n].text > i })
	return v.segments[n-1]
}

// decoder turns a quoted text of a checked file into what it reads as.
type decoder struct {
	out      strings.Builder
	segments []segment
}

// decode reads the text that stands, quotes included, in src[start:end]. With
// keep, line ends stay as they are written, as BurntSushi's decoder has them;
// without, they are all \n.
func decode(src []byte, start, end int, keep bool) (string, []segment) {
	quote := src[start]
	quotes := 1
	if end-start >= 6 && src[start+1] == quote && src[start+2] == quote {
		quotes = 3
	}
	i, end := start+quotes, end-quotes
	if quotes == 3 {
		i += lineEnd(src[i:end]) // a line end right after the quotes is not part of the text
	}
	var d decoder
	d.out.Grow(end - i)
	d.piece(i, 0)
	for i < end {
		n := lineEnd(src[i:end])
		switch {
		case src[i] == '\\' && quote == '"':
			i = d.escape(src, i, end)
		case n == 2 && !keep:
			d.piece(i, 2)
			d.out.WriteByte('\n')
			i += 2
			d.piece(i, 0)
		default:
			d.out.WriteByte(src[i])
			i++
		}
	}
	return d.out.String(), d.segments
}

// piece begins a segment that is written at source.
func (d *decoder) piece(source, width int) {
	s := segment{d.out.Len(), source, width}
	if n := len(d.segments); n > 0 && d.segments[n-1].text == s.text {
		d.segments[n-1] = s // the one before it is empty
		return
	}
	d.segments = append(d.segments, s)
}

// escape reads what begins with the backslash at i and returns where it ends.
func (d *decoder) escape(src []byte, i, end int) int {
	next := i + 2
	var r rune
	switch c := src[i+1]; c {
	case 'x', 'u', 'U':
		next += hexDigits(c)
		n, _ := strconv.ParseUint(string(src[i+2:next]), 16, 32)
		r = rune(n)
	case ' ', '\t', '\r', '\n':
		for next = i + 1; next < end && strings.IndexByte(" \t\r\n", src[next]) >= 0; {
			next++
		}
		d.piece(next, 0)
		return next
	default:
		r = rune(escapes[c])
	}
	d.piece(i, next-i)
	d.out.WriteRune(r)
	d.piece(next, 0)
	return next
}

// escapes are those of one letter.
var escapes = map[byte]byte{
	'b': '\b', 't': '\t', 'n': '\n', 'f': '\f', 'r': '\r', 'e': 0x1b, '"': '"', '\\': '\\',
}

// hexDigits is how many digits follow \x, \u and \U; 0 for any other letter.
func hexDigits(letter byte) int {
	switch letter {
	case 'x':
		return 2
	case 'u':
		return 4
	case 'U':
		return 8
	}
	return 0
}

// lineEnd is the length of the line end that b begins with, or 0.
func lineEnd(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}
