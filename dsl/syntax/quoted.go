package syntax

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"cauce/dsl/diag"
)

// text reads a text on one line, between " and " or ' and '.
func (r *reader) text(within byte) bool {
	start, quote := r.pos, r.src[r.pos]
	told := false // one fault of escapes is enough for one text
	for r.pos++; r.pos < len(r.src) && lineEnd(r.src[r.pos:]) == 0; {
		switch c := r.src[r.pos]; {
		case c == quote:
			r.pos++
			r.last = piece{start, r.pos, quote}
			return true
		case c == '\\' && quote == '"':
			told = r.escape(told, false)
		default:
			r.pos++
		}
	}
	return r.unclosedText(start, within)
}

// unclosedText reports the text that begins at start and lacks its end on the
// line.
func (r *reader) unclosedText(start int, within byte) bool {
	quote := r.src[start]
	line := bytes.TrimRight(r.src[start:r.pos], " \t")
	end := start + len(line)
	body := bytes.TrimRight(line, " \t,]}")
	c, size := utf8.DecodeLastRune(body)
	like := func(other rune) bool {
		return (typographic(other) || other == '"' || other == '\'') && single(other) == single(c)
	}
	if len(body) > 1 && c != rune(quote) && like(c) && bytes.IndexFunc(body[1:len(body)-size], like) < 0 {
		at := start + len(body) - size
		words := string(body[1 : len(body)-size])
		r.fault(at, at+size, cannotClose(quote, c), diag.Say("write %s", asTextWith(quote, words)))
		r.pos = at + size
		r.last = piece{start, r.pos, 0}
		return true
	}
	help := diag.Say("put %c where it ends", quote)
	if within == 0 {
		help = diag.Say("put %c where it ends; a text over several lines stands between %[2]s and %[2]s", quote, strings.Repeat(string(quote), 3))
	}
	r.fault(start, end, diag.Say("this text has no closing %s", string(quote)), help)
	return false
}

func cannotClose(open byte, closing rune) diag.Phrase {
	return diag.Say("this text opens with %c and cannot close with %c", open, closing)
}

// longText reads a text over several lines, between three quotes.
func (r *reader) longText() bool {
	start, quote := r.pos, r.src[r.pos]
	three := bytes.Repeat([]byte{quote}, 3)
	told := false
	for r.pos += 3; r.pos < len(r.src); {
		switch c := r.src[r.pos]; {
		case c == '\\' && quote == '"':
			told = r.escape(told, true)
		case bytes.HasPrefix(r.src[r.pos:], three):
			n := len(r.src[r.pos:]) - len(bytes.TrimLeft(r.src[r.pos:], string(quote)))
			if n > 5 {
				help := diag.Phrase("delete those that are too many")
				if quote == '"' {
					help = `delete those that are too many, or write \" for those that are part of the text`
				}
				r.fault(r.pos, r.pos+n, diag.Say("%d quotes end this text; three close it, and two may stand before them", n), help)
			}
			r.pos += n
			r.last = piece{start, r.pos, 'm'}
			r.doubt(r.last)
			return true
		default:
			r.pos++
		}
	}
	r.fault(start, start+3, diag.Say("this text has no closing %s", string(three)), diag.Say("put %s where it ends", string(three)))
	return false
}

// doubt remembers a text over several lines whose last line reads like the
// beginning of another text: its own closing quotes may be missing.
func (r *reader) doubt(p piece) {
	body := r.src[p.start+3 : p.end-3]
	i := bytes.LastIndexByte(body, '\n')
	if i < 0 {
		return
	}
	end := bytes.TrimRight(body[i+1:], " \t")
	if name, ok := bytes.CutSuffix(end, []byte("=")); ok {
		if n := r.pastNames(p.start + 3 + i + 1); n == p.start+3+i+1+len(name) {
			r.suspect = &p
		}
	}
}

// escape passes what begins with a backslash, and reports what is none unless
// told says that the text had such a fault before. It returns whether it has
// one now. long means that a backslash may end a line.
func (r *reader) escape(told, long bool) bool {
	start := r.pos
	rest := r.src[start+1:]
	c, size := utf8.DecodeRune(rest)
	if long {
		if n := indent(rest); lineEnd(rest[n:]) > 0 {
			r.pos += 1 + n
			return told
		}
	}
	if _, ok := escapes[byte(c)]; ok && c < utf8.RuneSelf {
		r.pos += 2
		return told
	}
	message := diag.Say("\\%c means nothing in a text between double quotes", c)
	help := diag.Phrase(`write \\ for a backslash, or put the text between ' and '`)
	digits := 0
	if c < utf8.RuneSelf {
		digits = hexDigits(byte(c))
	}
	r.pos += 1 + size
	switch {
	case digits > 0:
		hex := rest[1:min(1+digits, len(rest))]
		n, err := strconv.ParseUint(string(hex), 16, 32)
		switch {
		case len(hex) == digits && err == nil && utf8.ValidRune(rune(n)) && n <= utf8.MaxRune:
			r.pos += digits
			return told
		case len(hex) == digits && err == nil:
			r.pos += digits
			message = diag.Say("%s stands for no letter", r.src[start:r.pos])
			help = "write the letter itself"
			if whole, length := surrogates(r.src[start:]); length > 0 {
				r.pos = start + length
				message = diag.Say("%s stands for no letter; other formats write one letter in such halves", r.src[start:start+6])
				help = diag.Say("write the letter itself: %c", whole)
			}
		default:
			message = diag.Say("\\%c needs %d hexadecimal digits (0–9, a–f) after it", c, digits)
		}
	case size == 0 || lineEnd(rest) > 0:
		r.pos = start + 1
		return told // the text has no end, and that is reported
	case c == ' ' || c == '\t':
		message = "a backslash stands before a space, where it means nothing"
	}
	if !told {
		r.fault(start, r.pos, message, help)
	}
	return true
}

// surrogates reads two \u escapes that JSON writes for one letter, and how many
// bytes they take; 0 when b does not begin with such.
func surrogates(b []byte) (rune, int) {
	if len(b) < 12 || b[1] != 'u' || b[6] != '\\' || b[7] != 'u' {
		return 0, 0
	}
	high, err1 := strconv.ParseUint(string(b[2:6]), 16, 16)
	low, err2 := strconv.ParseUint(string(b[8:12]), 16, 16)
	if err1 != nil || err2 != nil || high>>10 != 0xd800>>10 || low>>10 != 0xdc00>>10 {
		return 0, 0
	}
	return rune((high-0xd800)<<10|(low-0xdc00)) + 0x10000, 12
}

// typographicText reads a text between quotes as word processors write them.
func (r *reader) typographicText(within byte) bool {
	start := r.pos
	open, size := utf8.DecodeRune(r.src[start:])
	end := r.endOf(start)
	for i := start + size; i < end; {
		c, n := utf8.DecodeRune(r.src[i:])
		i += n
		if !typographic(c) && c != '"' && c != '\'' || single(c) != single(open) || !r.valueOver(i, within) {
			continue
		}
		r.fault(start, i, diag.Say("a text stands between straight quotes, not %c and %c", open, c),
			diag.Say("write %s", asText(string(r.src[start+size:i-n]))))
		r.pos, r.careful = i, true
		r.last = piece{start, i, 0}
		return true
	}
	r.fault(start, start+size, diag.Say("%c neither opens nor closes a text", open), `write straight quotes: "`)
	r.pos, r.careful = end, true
	return within == 0
}

// valueOver reports whether after i comes what may follow a value.
func (r *reader) valueOver(i int, within byte) bool {
	i = len(r.src) - len(bytes.TrimLeftFunc(r.src[i:], blank))
	switch {
	case i >= len(r.src) || r.src[i] == '#' || lineEnd(r.src[i:]) > 0:
		return true
	case within != 0:
		return strings.IndexByte(",]}", r.src[i]) >= 0
	}
	return false
}

// asText writes words as a text in a file, or says how to when they are long.
func asText(words string) diag.Phrase {
	if strings.ContainsAny(words, `"\`) && !strings.Contains(words, "'") {
		return asTextWith('\'', words)
	}
	return asTextWith('"', words)
}

func asTextWith(quote byte, words string) diag.Phrase {
	if len(words) > helpMax || strings.ContainsAny(words, string(quote)+`\`) {
		return diag.Say("%[1]c at its beginning and %[1]c at its end", quote)
	}
	return diag.Say("%s", string(quote)+words+string(quote))
}

// unquoted reports words where a text belongs, from start to end. Another fault
// of the same name and value is enough.
func (r *reader) unquoted(start, end int, message, help diag.Phrase, notes ...diag.Note) {
	if len(r.faults) == r.pairFaults {
		r.fault(start, end, message, help, notes...)
	}
	r.pos, r.careful = end, true
	r.last = piece{start, end, 'u'}
}
