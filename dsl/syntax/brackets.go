package syntax

import (
	"bytes"

	"cauce/dsl/diag"
)

// list reads [ … ].
func (r *reader) list(at reach) bool {
	open := r.pos
	r.pos++
	return r.listFrom(at, open)
}

// listFrom reads the rest of a list whose [ stands at open, or should.
func (r *reader) listFrom(at reach, open int) bool {
	at.levels++
	if !r.fits(at, open, min(open+1, len(r.src))) {
		return false
	}
	r.opened++
	defer func() { r.opened-- }()
	value := false // a value stands before, and no comma after it
	for empty := true; !r.lost; empty = false {
		r.pairFaults = len(r.faults)
		r.gaps()
		switch c := r.peek(); {
		case r.pos >= len(r.src) || r.fresh() && r.headingLine(r.pos):
			return r.unclosed(open, ']')
		case c == ']':
			r.pos++
			r.last = piece{open, r.pos, 0}
			return true
		case c == '}':
			return r.mismatch(open, ']')
		case c == ',' || c == ';' || c == '.' && value:
			r.comma(value)
			value = false
		case r.pairLine(r.pos):
			if ended, ok := r.pairInList(at, open, empty); ended || !ok {
				return ok
			}
			value = true
		case value && !r.missingComma('['):
			return false
		case !r.value(at, '[', nil, r.pos):
			return false
		default:
			value = true
		}
	}
	return false
}

// pairInList reports name = value where a list has a value; empty means that
// nothing else stands in it. ended means that the list is read to its end.
func (r *reader) pairInList(at reach, open int, empty bool) (ended, ok bool) {
	first, n := r.closers(r.pos)
	switch {
	case first < 0:
		return true, r.unclosed(open, ']')
	case r.src[first] == '}' && n == r.opened && empty:
		r.otherOpening(open, '}')
		r.opened--
		defer func() { r.opened++ }()
		return true, r.bracesFrom(at, open)
	case r.src[first] == ']':
		r.fault(r.pos, min(first, r.endOf(r.pos)), "this list holds name = value without braces", "put each row of the list between { and }")
		r.pos = first + 1
		r.last = piece{open, r.pos, 0}
		return true, true
	case n > r.opened:
		return false, r.missingBrace(at)
	}
	return true, r.unclosed(open, ']')
}

// braces reads { … }.
func (r *reader) braces(at reach) bool {
	open := r.pos
	r.pos++
	return r.bracesFrom(at, open)
}

// missingBrace reports that { is missing before the name that comes, and reads
// on as if it stood there.
func (r *reader) missingBrace(at reach) bool {
	r.fault(r.pos, r.pos, "{ is missing here, before the first name of the table", "put { here")
	return r.bracesFrom(at, r.pos)
}

// bracesFrom reads the rest of a table whose { stands at open, or should.
func (r *reader) bracesFrom(at reach, open int) bool {
	r.opened++
	defer func() { r.opened-- }()
	value := false
	for empty := true; !r.lost; empty = false {
		r.pairFaults = len(r.faults)
		r.gaps()
		switch c := r.peek(); {
		case r.pos >= len(r.src) || r.fresh() && r.headingLine(r.pos):
			return r.unclosed(open, '}')
		case c == '}':
			r.pos++
			r.last = piece{open, r.pos, 0}
			return true
		case c == ']':
			return r.mismatch(open, '}')
		case c == ',' || c == ';' || c == '.' && value:
			r.comma(value)
			value = false
		case empty && r.beginsValue() && !r.pairLine(r.pos) && r.isList():
			r.otherOpening(open, ']')
			r.opened--
			defer func() { r.opened++ }()
			return r.listFrom(at, open)
		case value && r.fresh() && !r.closedBelow('}'):
			return r.unclosed(open, '}')
		case value && !r.missingComma('{'):
			return false
		case !r.pair(at, '{'):
			return false
		default:
			value = true
		}
	}
	return false
}

// fresh reports whether only spaces stand before the walk's place on its line.
func (r *reader) fresh() bool {
	for i := r.pos - 1; i >= 0; i-- {
		r.ahead++
		switch r.src[i] {
		case '\n':
			return true
		case ' ', '\t':
		default:
			return false
		}
	}
	return true
}

// comma passes a comma, or what stands in its place, between values.
func (r *reader) comma(value bool) {
	c := r.src[r.pos]
	switch {
	case c != ',':
		name := map[byte]string{';': "semicolon", '.': "dot"}[c]
		r.fault(r.pos, r.pos+1, diag.Say("a comma belongs here, not a %s", name), "write , in its place")
	case !value:
		r.fault(r.pos, r.pos+1, "this comma has no value in front of it", "delete it, or write the value")
	}
	r.pos++
}

// missingComma reports that a comma is missing before what comes now, in a list
// or a table in braces, and whether it is safe to go on.
func (r *reader) missingComma(within byte) bool {
	last := r.last
	apart := r.pos > last.end
	sameLine := bytes.IndexByte(r.src[last.end:r.pos], '\n') < 0
	text := last.as == '"' || last.as == '\''
	begins := within == '[' && r.beginsValue() || within == '{' && r.pairLine(r.pos)
	switch {
	case last.as == 'u':
		return true // where those words end is a guess
	case text && sameLine && (!apart || !begins):
		r.more(r.endOf(r.pos), within)
		return false
	case !begins && !sameLine:
		return true // what comes has a fault of its own, and may be all that is wrong
	}
	r.fault(last.end, last.end, "a comma is missing here", "put , between this value and the next")
	return begins
}

// beginsValue reports whether the walk is before what can be a value.
func (r *reader) beginsValue() bool {
	c := r.peek()
	return c == '"' || c == '\'' || c == '[' || c == '{' || scalar(string(r.src[r.pos:r.tokenEnd(r.pos)])) != 0
}

// filled reports whether the bracket that the walk is before opens what can be
// a list or a table, rather than stand in a sentence.
func (r *reader) filled() bool {
	here := r.pos
	defer func() { r.pos = here }()
	c := r.src[r.pos]
	r.pos++
	r.pos += indent(r.src[r.pos:])
	return r.lineOver() || r.at("]") || r.at("}") || c == '[' && r.beginsValue() || c == '{' && r.pairLine(r.pos)
}

// closedBelow reports whether the bracket that is open is closed by closing
// before the next heading.
func (r *reader) closedBelow(closing byte) bool {
	first, _ := r.closers(r.pos)
	return first >= 0 && r.src[first] == closing
}

// isList reports whether ] closes what is open, and all that is open is closed.
func (r *reader) isList() bool {
	first, n := r.closers(r.pos)
	return n == r.opened && r.src[first] == ']'
}

// closers looks from i to the next heading for closing brackets that are not
// opened there: where the first is, -1 if there is none, and how many there
// are. Brackets in texts and comments do not count.
func (r *reader) closers(i int) (first, n int) {
	first = -1
	defer func(start int) { r.ahead += i - start }(i)
	open, fresh := 0, false // fresh: nothing stands before i on its line
	for i < len(r.src) {
		c := r.src[i]
		if c == '[' && fresh && r.headingLine(i) {
			break
		}
		fresh = c == '\n' || fresh && (c == ' ' || c == '\t')
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			if open > 0 {
				open--
				break
			}
			if n++; first < 0 {
				first = i
			}
		case '#':
			i = r.endOf(i)
			continue
		case '"', '\'':
			i = r.pastText(i)
			continue
		}
		i++
	}
	return first, n
}

// pastText is where the text that begins at i ends, or its line if it has no
// end.
func (r *reader) pastText(i int) int {
	quote := r.src[i]
	if three := bytes.Repeat([]byte{quote}, 3); bytes.HasPrefix(r.src[i:], three) {
		n := bytes.Index(r.src[i+3:], three)
		if n < 0 {
			return len(r.src)
		}
		return i + 3 + n + 3
	}
	end := r.endOf(i)
	for i++; i < end; i++ {
		switch {
		case r.src[i] == quote:
			return i + 1
		case r.src[i] == '\\' && quote == '"':
			i++
		}
	}
	return end
}

// kinds are what brackets make, by the one that closes them.
var kinds = map[byte]diag.Phrase{']': "list", '}': "table"}

// unclosed reports that what opens at open is still open where the walk is. In
// the middle of a line the walk goes on, else it takes up again right there.
func (r *reader) unclosed(open int, closing byte) bool {
	message := diag.Say("this %s has no closing %c", kinds[closing], closing)
	help := diag.Say("put %c where the %s ends", closing, kinds[closing])
	if r.pos >= len(r.src) {
		r.fault(open, open+1, message, help)
		return false
	}
	r.fault(open, open+1, message, help, r.note(r.pos, r.endOf(r.pos), "it is still open here, where something else begins"))
	if !r.fresh() {
		r.last = piece{open, r.pos, 'u'} // as if it were closed
		return true
	}
	r.resumeAt = r.pos
	return false
}

// mismatch reports a closing bracket of the other kind.
func (r *reader) mismatch(open int, closing byte) bool {
	r.fault(r.pos, r.pos+1, diag.Say("%c is missing before this %c", closing, r.src[r.pos]),
		diag.Say("put %c where the %s ends", closing, kinds[closing]),
		r.note(open, open+1, diag.Say("the %s opens here", kinds[closing])))
	return false
}

// otherOpening reports an opening bracket of the other kind.
func (r *reader) otherOpening(open int, closing byte) {
	r.fault(open, open+1, diag.Say("a %s opens with %s, not %c", kinds[closing], opening[closing], r.src[open]),
		diag.Say("write %s in its place", opening[closing]))
}

// opening is the other half of a closing bracket.
var opening = map[byte]string{']': "[", '}': "{"}
