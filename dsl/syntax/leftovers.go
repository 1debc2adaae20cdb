package syntax

import (
	"bytes"
	"unicode/utf8"

	"cauce/dsl/diag"
)

// over reads to the end of a line on which nothing else may stand.
func (r *reader) over() bool {
	r.spaces()
	if r.lineOver() || r.lost {
		return true
	}
	rest := r.pos
	end := r.endOf(rest)
	switch c := r.peek(); {
	case c == ',' && r.early(end):
		return r.over()
	case c == ',' || c == ';':
		r.pos++
		r.spaces()
		if !r.lineOver() {
			r.fault(r.pos, end, "this begins something new on the same line", "put it on a line of its own")
			r.careful = true
			return true
		}
		name := map[rune]string{',': "comma", ';': "semicolon"}[c]
		r.fault(rest, rest+1, diag.Say("no %s belongs at the end of this line", name), "delete it")
		return true
	case r.at("//") || r.at("--") || r.at("/*"):
		r.slashes()
		return true
	case (c == ']' || c == '}') && len(r.faults) == r.before:
		r.stray()
		return r.over()
	case r.pairLine(rest) && len(r.faults) > r.before:
		return true // and read it
	case r.pairLine(rest):
		r.fault(rest, end, "this begins something new on the same line", "put it on a line of its own")
		return true // and read it
	}
	if len(r.faults) == r.before {
		r.more(end, 0)
	}
	if bytes.Contains(r.src[rest:end], []byte(`"""`)) || bytes.Contains(r.src[rest:end], []byte(`'''`)) {
		return false
	}
	r.pos, r.careful = end, true
	return true
}

// early reports a closing bracket that stands further on the line, up to end,
// and closes nothing, for what it should close has ended already; and passes it.
func (r *reader) early(end int) bool {
	first, n := r.closers(r.pos)
	last := r.last
	if n == 0 || first >= end || last.as == '[' {
		return false
	}
	c := r.src[first]
	help := diag.Say("delete the %c that is too many, or put the %s that is missing in front of its part", c, opening[c])
	r.fault(first, first+1, diag.Say("this %c closes nothing: no %s is open here", c, opening[c]), help,
		r.note(last.end-1, last.end, "the value ends here already"))
	r.pos = first + 1
	return true
}

// more reports that something follows, up to end, after a value or heading
// that is complete.
func (r *reader) more(end int, within byte) {
	last := r.last
	stop := len(bytes.TrimRight(r.src[:end], " \t"))
	quote, other := "'", `"`
	switch last.as {
	case '[':
		r.fault(r.pos, stop, "more follows after this heading", "put it on a line of its own")
		return
	case '"':
		quote, other = `"`, `'`
	case '\'':
	case 'm':
		r.fault(last.end-3, last.end, diag.Say("the text ends at this %s, and more follows", r.src[last.end-3:last.end]),
			"put what follows on a line of its own, or into the text")
		return
	default:
		r.fault(r.pos, stop, "more follows after this value", "put it on a line of its own, or # in front of it if it is a comment")
		return
	}
	inner := r.src[last.start+1 : last.end-1]
	touching := r.pos == last.end
	double := func(c rune) bool { return typographic(c) && !single(c) }
	if i := bytes.IndexFunc(inner, double); i >= 0 && last.as == '"' {
		c, size := utf8.DecodeRune(inner[i:])
		at := last.start + 1 + i
		r.fault(at, at+size, diag.Say("%c neither opens nor closes a text", c), `write a straight quote: "`)
		return
	}
	if n := runsOn(inner, within); n >= 0 && touching {
		if n > 0 && inner[n-1] == other[0] {
			r.fault(last.start+n, last.start+n+1, cannotClose(last.as, rune(other[0])), diag.Say("write %s", asTextWith(last.as, string(inner[:n-1]))))
			return
		}
		r.fault(last.start, last.start+1+n, diag.Say("this text has no closing %s", quote), diag.Say("put %s where it ends", quote))
		return
	}
	switch c := r.peek(); {
	case touching && len(inner) == 0 && wordy(c):
		r.fault(last.start, last.end, diag.Say("one %s is enough to open a text", quote), "delete the other")
		return
	case touching && c == rune(last.as) && r.valueOver(r.pos+1, within):
		r.fault(r.pos, r.pos+1, diag.Say("one %s is enough to close a text", quote), "delete the other")
		return
	}
	help := diag.Say("for a quote inside a text write \\%s, or put the text between %s and %s", quote, other, other)
	if last.as == '\'' {
		help = `put a text that has an apostrophe between " and "`
	}
	r.fault(last.end-1, last.end, diag.Say("the text ends at this %s, and more follows", quote), help)
}

// runsOn is where a text should end that runs into what comes after it: before
// the comma in `Hola, en = ` and the brace in `Hola }, say = { es = `, and in a
// list before the comma in `embarazo, `. -1 if it does not.
func runsOn(text []byte, within byte) int {
	trim := func() { text = bytes.TrimRight(text, " \t") }
	trim()
	names := 0
	for bytes.HasSuffix(text, []byte("=")) {
		names++
		text = text[:len(text)-1]
		trim()
		text = bytes.TrimRightFunc(text, func(c rune) bool { return c < utf8.RuneSelf && bare(byte(c)) })
		trim()
		if !bytes.HasSuffix(text, []byte("{")) {
			break
		}
		text = text[:len(text)-1]
		trim()
	}
	if !bytes.HasSuffix(text, []byte(",")) || names == 0 && within != '[' {
		return -1
	}
	text = text[:len(text)-1]
	// Brackets that the text itself opens are its own: "Hola {nombre}, en = ".
	more := map[byte]int{
		'}': bytes.Count(text, []byte("}")) - bytes.Count(text, []byte("{")),
		']': bytes.Count(text, []byte("]")) - bytes.Count(text, []byte("[")),
	}
	for trim(); len(text) > 0 && more[text[len(text)-1]] > 0; trim() {
		more[text[len(text)-1]]--
		text = text[:len(text)-1]
	}
	return len(text)
}
