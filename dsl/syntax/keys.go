package syntax

import (
	"unicode"
	"unicode/utf8"

	"cauce/dsl/diag"
)

// part is one name of a dotted name.
type part struct {
	start, end int
	name       string
	quoted     bool
}

// names reads a name, or several with dots between. within is '[' in a
// heading, '{' in a table in braces and 0 elsewhere. When it goes well there is
// at least one part.
func (r *reader) names(within byte) ([]part, bool) {
	var parts []part
	for {
		r.spaces()
		start, before := r.pos, len(r.faults)
		switch c := r.peek(); {
		case r.at(`"""`) || r.at(`'''`):
			r.fault(start, start+3, "a name stands between single quotes, not three", "delete the other two, here and at its end")
			return nil, false
		case c == '"' || c == '\'':
			if !r.text(within) {
				return nil, false
			}
			name := string(r.src[start:r.pos])
			if len(r.faults) == before {
				name, _ = decode(r.src, start, r.pos, false)
			}
			parts = append(parts, part{start, r.pos, name, true})
		case typographic(c):
			p, ok := r.typographicName()
			if !ok {
				return nil, false
			}
			parts = append(parts, p)
		case c != 0 && wordy(c):
			parts = append(parts, r.word(within))
		default:
			return parts, r.noName(parts, within)
		}
		r.spaces()
		if r.peek() != '.' {
			return parts, true
		}
		r.pos++
	}
}

// noName reports that there is no name where one belongs. It never goes on.
func (r *reader) noName(parts []part, within byte) bool {
	c := r.peek()
	switch {
	case within == '[' && c == ']' && len(parts) == 0:
		r.fault(r.pos-1, r.pos+1, "this heading is empty", "write the table's name between the brackets, like [node.hola]")
	case c == '.' || len(parts) > 0:
		r.fault(r.pos, min(r.pos+1, r.endOf(r.pos)), "a name is missing here, beside the dot", "write the name, or delete the dot")
	case c == '=':
		r.fault(r.pos, r.pos+1, "there is no name in front of this =", "write name = value")
	case within == '[':
		r.fault(r.pos, r.pos, "a name belongs here, in the heading", "write it like [node.hola]")
	case within == '{' && (c == '{' || c == '['):
		r.fault(r.pos, r.pos+1, "a table in braces holds name = value, and there is no name here", "a list of tables is written between [ and ]")
	case within == 0 && c == '{' && r.headingEnd(r.pos+1):
		r.fault(r.pos, r.endOf(r.pos), "a heading stands between [ and ]", "write it like [node.hola]")
	default:
		r.fault(r.pos, r.pos+utf8.RuneLen(c), "a name belongs here", `write name = value, or a heading like [node.hola]`)
	}
	return false
}

// word reads a name without quotes. It takes in what its author means as one
// name, spaces and letters that are not allowed included, and reports them.
func (r *reader) word(within byte) part {
	start := r.pos
	for c := r.peek(); c != 0 && wordy(c); c = r.peek() {
		r.pos += utf8.RuneLen(c)
	}
	r.pos = r.wordEnd(within)
	p := part{start: start, end: r.pos, name: string(r.src[start:r.pos])}
	before := ""
	for _, c := range p.name {
		if c < utf8.RuneSelf && bare(byte(c)) {
			before = string(c)
			continue
		}
		odd := diag.Say("%s", diag.Quote(string(c)))
		switch {
		case blank(c):
			odd = "a space"
		case unicode.Is(unicode.Mn, c):
			odd = diag.Say("%s", diag.Quote(before+string(c))) // a letter and its accent, written as two
		}
		r.fault(start, p.end, diag.Say("%s has %s; names are written with a–z, 0–9 and _", diag.Quote(p.name), odd), r.offer(p.name))
		break
	}
	return p
}

// wordEnd is where the name ends whose first word the walk has passed: with
// the words after it, if these end as a name does, else with the first.
func (r *reader) wordEnd(within byte) int {
	end := r.pos
	i := r.pos
	defer func() { r.ahead += i - r.pos }()
	for i < len(r.src) {
		c, size := utf8.DecodeRune(r.src[i:])
		switch {
		case c == '=' && within != '[', (c == ']' || c == '.') && within == '[':
			return end
		case wordy(c):
			end = i + size
		case !blank(c):
			return r.pos
		}
		i += size
	}
	return r.pos
}

// offer is the help for a name that is not allowed.
func (r *reader) offer(name string) diag.Phrase {
	offered := asciiName(name)
	switch {
	case offered == "":
		return "give it a name of such letters, here and wherever it is used"
	case name[0] == '@':
		return diag.Say("names that begin with @ are Cauce's own; name it %s, here and wherever it is used", offered)
	}
	return diag.Say("name it %s, here and wherever it is used", offered)
}

// typographicName reads a name between quotes as word processors write them.
func (r *reader) typographicName() (part, bool) {
	start := r.pos
	open, size := utf8.DecodeRune(r.src[start:])
	end := r.endOf(start)
	for i := start + size; i < end; {
		c, n := utf8.DecodeRune(r.src[i:])
		if typographic(c) {
			name := string(r.src[start+size : i])
			help := diag.Say("write %s", name)
			if asciiName(name) != name {
				help = diag.Say("write %s", asText(name))
			}
			r.fault(start, i+n, diag.Say("a name stands without quotes or between straight ones, not %c and %c", open, c), help)
			r.pos = i + n
			return part{start, r.pos, name, true}, true
		}
		i += n
	}
	r.fault(start, start+size, diag.Say("%c neither opens nor closes a name", open), `write it without quotes, or between straight ones: "`)
	return part{}, false
}

// headingLine reports whether i, the first letter of a line, begins a heading
// that is alone on its line and cannot well be a list.
func (r *reader) headingLine(i int) bool {
	opening := 0
	for i < len(r.src) && r.src[i] == '[' && opening < 2 {
		i++
		opening++
	}
	if opening == 0 || i >= len(r.src) {
		return false
	}
	if c, _ := utf8.DecodeRune(r.src[i:]); c == '-' || c == '+' || c >= '0' && c <= '9' || !wordy(c) {
		return false
	}
	start := i
	if i = r.pastNames(i); i < 0 {
		return false
	}
	switch string(r.src[start:i]) {
	case "true", "false", "inf", "nan":
		return false
	}
	for ; opening > 0; opening-- {
		if i >= len(r.src) || r.src[i] != ']' {
			return false
		}
		i++
	}
	i += indent(r.src[i:])
	return i >= len(r.src) || r.src[i] == '#' || lineEnd(r.src[i:]) > 0
}

// headingEnd reports whether a name and a closing bracket stand at i.
func (r *reader) headingEnd(i int) bool {
	i = r.pastNames(i)
	return i >= 0 && i < len(r.src) && (r.src[i] == ']' || r.src[i] == '}')
}

// pairLine reports whether a name and = stand at i.
func (r *reader) pairLine(i int) bool {
	i = r.pastNames(i)
	return i >= 0 && i < len(r.src) && r.src[i] == '='
}

// pastNames passes names with dots between, as they may be written, and the
// spaces after them; -1 when there is no name at i. A letter that is not
// allowed does not make a name something else.
func (r *reader) pastNames(i int) int {
	defer func(start int) { r.ahead += i - start }(i)
	for {
		i += indent(r.src[i:])
		start := i
		if i < len(r.src) && (r.src[i] == '"' || r.src[i] == '\'') {
			quote := r.src[i]
			for i++; i < len(r.src) && r.src[i] != quote; i++ {
				switch {
				case r.src[i] == '\n':
					return -1
				case r.src[i] == '\\' && quote == '"':
					i++
				}
			}
			i++
		} else {
			for i < len(r.src) {
				c, size := utf8.DecodeRune(r.src[i:])
				if !wordy(c) || c < utf8.RuneSelf && !bare(byte(c)) {
					break
				}
				i += size
			}
		}
		if i = min(i, len(r.src)); i == start {
			return -1
		}
		i += indent(r.src[i:])
		if i >= len(r.src) || r.src[i] != '.' {
			return i
		}
		i++
	}
}
