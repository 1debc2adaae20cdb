package syntax

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"cauce/dsl/diag"
)

// grammar walks over f and reports where it is not TOML. It follows the
// grammar of TOML 1.1 to the letter; everything else in it is about saying what
// the author probably meant.
//
// Going on after a fault is worth having only if what comes next is never a
// mere consequence. So a fault is of one of two sorts. Where the end of the
// faulty part is beyond doubt (a name with ñ, a word without quotes), the walk
// goes on right there. Everywhere else the method returns false, and the walk
// takes up again at the next heading, if nothing before it can hide where texts
// begin and end.
func grammar(f *File) diag.List {
	r := &reader{f: f, src: f.Source}
	r.walk()
	return r.faults
}

// walk reads the file to its end, or to where nothing can be read any more.
func (r *reader) walk() {
	for r.pos < len(r.src) && !r.lost {
		if !r.statement() && !r.resume() {
			break
		}
	}
}

// reader is the state of one walk.
type reader struct {
	f      *File
	src    []byte
	pos    int
	faults diag.List

	base reach // of the heading that the walk is under
	last piece // the value, text or heading that was read last

	// before is how many faults there were when the statement began. What
	// follows a faulty value on its line is not reported on top of it.
	before int
	// pairFaults is how many faults there were when the walk came to the name
	// whose value it reads. A word without quotes is not reported on top of
	// another fault of the same name and value.
	pairFaults int
	// careful is set after a fault that may go on in the next line (a text
	// without quotes): that line is read only if it is clearly a new one.
	careful bool
	// suspect is the opening quotes of a text over several lines whose end
	// looks like the beginning of another one. The first fault after it is
	// taken for the lack of its own end.
	suspect *piece
	// opened is how many brackets are open.
	opened int
	// resumeAt is the walk's place when a list or table that is not closed is
	// known to end there.
	resumeAt int
	// hiddenLine is the last line whose hidden characters were reported.
	hiddenLine int
	// parts counts the names and values that were read.
	parts int
	// ahead counts the bytes that looks ahead have passed: whatever makes a walk
	// more than linear shows here.
	ahead int
	// lost ends the walk: too much is wrong, or it is not clear what.
	lost bool
}

// piece is a part of the file that was read, and as what.
type piece struct {
	start, end int
	as         byte // '[' a heading, '"' or '\'' a text, 'm' one over several lines, 'u' one whose end is a guess, 0 anything else
}

// reach is how deep in the file's tables the walk is.
type reach struct{ levels, bytes int }

// fault reports what stands in src[start:end].
func (r *reader) fault(start, end int, message, help diag.Phrase, notes ...diag.Note) {
	if r.lost {
		return
	}
	if s := r.suspect; s != nil {
		quotes := string(r.src[s.start : s.start+3])
		start, end, message, help = s.start, s.start+3, diag.Say("this text has no closing %s", quotes), diag.Say("put %s where it ends", quotes)
		notes = []diag.Note{r.note(s.end-3, s.end, "it goes on to here, where the next text opens")}
	}
	r.faults.Add(diag.Diagnostic{
		Code: Syntax, At: r.f.span(start, end), Message: message, Help: help, Notes: notes,
	})
	r.lost = r.suspect != nil || len(r.faults) == faultsMax
}

func (r *reader) note(start, end int, message diag.Phrase) diag.Note {
	return diag.Note{At: r.f.span(start, end), Message: message}
}

// peek is the code point at the walk's place, 0 at the end of the file.
func (r *reader) peek() rune {
	if r.pos >= len(r.src) {
		return 0
	}
	c, _ := utf8.DecodeRune(r.src[r.pos:])
	return c
}

func (r *reader) at(prefix string) bool { return bytes.HasPrefix(r.src[r.pos:], []byte(prefix)) }

// lineOver reports whether nothing but a comment is left on the line.
func (r *reader) lineOver() bool {
	return r.pos >= len(r.src) || r.src[r.pos] == '#' || lineEnd(r.src[r.pos:]) > 0
}

// endOf is the offset of the end of the line that holds offset i.
func (r *reader) endOf(i int) int {
	n := bytes.IndexByte(r.src[i:], '\n')
	if n < 0 {
		return len(r.src)
	}
	if n > 0 && r.src[i+n-1] == '\r' {
		n--
	}
	return i + n
}

// spaces passes spaces and tabs. Hidden characters are passed too, and
// reported once a line.
func (r *reader) spaces() {
	for r.pos < len(r.src) {
		switch c := r.peek(); {
		case c == ' ' || c == '\t':
			r.pos++
		case hidden(c):
			size := utf8.RuneLen(c)
			if line := r.f.index.Pos(r.pos).Line; line != r.hiddenLine {
				r.hiddenLine = line
				r.fault(r.pos, r.pos+size,
					diag.Say("a hidden character (U+%04X) stands here, as in text copied from a page or a document", c),
					"delete it, and type a plain space if one belongs here")
			}
			r.pos += size
		default:
			return
		}
	}
}

// gaps passes everything that means nothing: spaces, line ends, comments.
func (r *reader) gaps() {
	for {
		r.spaces()
		if !r.lineOver() || r.pos >= len(r.src) {
			return
		}
		if n := lineEnd(r.src[r.pos:]); n > 0 {
			r.pos += n
		} else {
			r.pos = r.endOf(r.pos)
		}
	}
}

// resume looks for the next heading after a fault and goes there. It gives up
// when texts over several lines stand between, for then a heading may be part
// of one.
func (r *reader) resume() bool {
	from := r.pos
	if r.resumeAt == from && from > 0 {
		r.resumeAt = 0
		return true
	}
	for i := r.endOf(from); i < len(r.src); i = r.endOf(i) {
		i += lineEnd(r.src[i:])
		start := i + indent(r.src[i:])
		if r.headingLine(start) {
			between := r.src[from:start]
			r.pos, r.careful = start, false
			return !bytes.Contains(between, []byte(`"""`)) && !bytes.Contains(between, []byte(`'''`))
		}
	}
	return false
}

func indent(b []byte) int { return len(b) - len(bytes.TrimLeft(b, " \t")) }

// statement reads a heading or a name with its value, and the line end after
// it.
func (r *reader) statement() bool {
	r.gaps()
	if r.pos >= len(r.src) {
		return true
	}
	if r.careful && !r.headingLine(r.pos) && !r.pairLine(r.pos) {
		return false
	}
	r.careful = false
	r.before = len(r.faults)
	if s := r.suspect; s != nil {
		// What comes right after that text is read well: it was no accident.
		defer func() {
			if r.suspect == s {
				r.suspect = nil
			}
		}()
	}
	switch c := r.peek(); {
	case c == '[':
		return r.heading() && r.over()
	case c == ']' || c == '}':
		r.stray()
		return r.over()
	case r.at("//") || c == ';' || r.at("--") && !r.pairLine(r.pos):
		r.slashes()
		return true
	case r.at("/*") || r.at("<!--"):
		r.fault(r.pos, r.pos+2, "a comment begins with #, on each of its lines", "put # in front of each line of the comment")
		return false
	case (r.at("- ") || r.at("* ") || r.at("• ")) && !r.pairLine(r.pos):
		r.fault(r.pos, r.pos+utf8.RuneLen(c), "a list is written between [ and ], with a comma after each of its values",
			`write name = ["…", "…"]`)
		r.careful = true
		return false
	}
	return r.pair(r.base, 0) && r.over()
}

// slashes reports a comment as other languages write it, and passes it.
func (r *reader) slashes() {
	end := r.endOf(r.pos)
	r.fault(r.pos, min(r.pos+2, end), "a comment begins with #", "put # in its place")
	r.pos = end
}

// stray reports a closing bracket that nothing opened, and passes it.
func (r *reader) stray() {
	c := r.src[r.pos]
	r.fault(r.pos, r.pos+1, diag.Say("this %c closes nothing: no %s is open here", c, opening[c]), "delete it")
	r.pos++
}

// heading reads [a.b] or [[a.b]].
func (r *reader) heading() bool {
	start := r.pos
	brackets := 1
	if r.at("[[") {
		brackets = 2
	}
	r.pos += brackets
	parts, ok := r.names('[')
	if !ok {
		return false
	}
	r.spaces()
	closing := 0
	for closing < 2 && r.peek() == ']' {
		closing++
		r.pos++
	}
	name := r.written(parts)
	whole := fmt.Sprintf("%s%s%s", "[["[:brackets], name, "]]"[:brackets])
	switch {
	case closing == 0 && r.lineOver():
		r.fault(start, parts[len(parts)-1].end, diag.Say("this heading has no closing %s", "]]"[:brackets]), diag.Say("write %s", whole))
		r.careful = true
	case closing == 0:
		r.fault(r.pos, r.pos+utf8.RuneLen(r.peek()), "a dot or ] belongs here, after the name in the heading", diag.Say("write %s", whole))
		return false
	case closing != brackets:
		r.fault(start, r.pos,
			diag.Say("this heading opens with %s and closes with %s", "[["[:brackets], "]]"[:closing]),
			diag.Say("write [%s], or [[%s]] for one row of a list", name, name))
	}
	r.last = piece{start, r.pos, '['}
	r.base, ok = r.into(reach{levels: brackets - 1}, parts) // a row is one level below its list
	return ok
}

// pair reads a name, = and a value; within is '{' in a table in braces and 0
// elsewhere.
func (r *reader) pair(at reach, within byte) bool {
	r.pairFaults = len(r.faults)
	parts, ok := r.names(within)
	if !ok {
		return false
	}
	r.spaces()
	read, ok := r.equals(parts, within)
	if !ok || read {
		return ok
	}
	if at, ok = r.into(at, parts); !ok {
		return false
	}
	equals := r.pos
	r.spaces()
	return r.value(at, within, parts, equals)
}

// equals reads the = between a name and its value. read means that the value
// is read too, for there is nothing more to say about it.
func (r *reader) equals(parts []part, within byte) (read, ok bool) {
	name, said := r.written(parts), said(parts)
	switch c := r.peek(); {
	case c == '=':
		r.pos++
		if next := r.peek(); next == '=' || next == '>' {
			r.fault(r.pos-1, r.pos+1, diag.Say(`"=" alone belongs here, not "=%c"`, next), diag.Say("write %s = …", name))
			r.pos++
			r.pos += len(r.src[r.pos:]) - len(bytes.TrimLeft(r.src[r.pos:], "= "))
		}
		return false, true
	case c == ':':
		start := r.pos
		r.pos++
		if r.peek() == '=' {
			r.pos++
		}
		r.fault(start, r.pos, diag.Say("%q stands where \"=\" belongs", r.src[start:r.pos]), diag.Say("write %s = …", name))
		return false, true
	case c == '"' || c == '\'' || typographic(c) || (c == '[' || c == '{') && r.filled():
		r.fault(r.pos, r.pos, diag.Say("there is no = after %s", said), diag.Say("write %s = …", name))
		return false, true
	case c == ']' && within == 0:
		r.noOpening(parts)
		return true, true
	case within == '{' && (c == ',' || c == '}' || c == ']') && parts[0].quoted:
		r.fault(parts[0].start, parts[0].end, "a table in braces holds name = value, and this is only a value",
			"a list of values is written between [ and ]")
		return true, false
	}
	last := parts[len(parts)-1].end
	start, end := r.pos, r.pos
	if !r.lineOver() && r.peek() != ']' {
		end = r.wordsEnd(within)
	}
	value := string(bytes.TrimSpace(r.src[start:end]))
	r.pos, r.careful = end, true
	if !r.lost {
		r.faults = r.faults[:r.pairFaults] // words that are no name need not be spelt like one
	}
	switch {
	case value == "" && within == 0:
		r.fault(parts[0].start, last, diag.Say("%s stands alone: this line gives no name a value", said),
			`write name = "text"; a text over several lines stands between """ and """`)
	case value == "":
		r.fault(parts[0].start, last, diag.Say("%s has no value", said), diag.Say("write %s = …", name))
	case oneWord(value):
		r.fault(last, last, diag.Say("there is no = after %s", said), diag.Say("write %s = %s", name, asValue(value)))
	default:
		r.fault(parts[0].start, end, "this line gives no name a value",
			`write name = "text"; a text over several lines stands between """ and """`)
	}
	return true, true
}

// written is how the author writes a name, dots and quotes included, for use in
// a help; a long one would drown it.
func (r *reader) written(parts []part) string {
	start, end := parts[0].start, parts[len(parts)-1].end
	if end-start > helpMax {
		return "name"
	}
	return string(r.src[start:end])
}

// helpMax is how many bytes of the author's words a help repeats.
const helpMax = 80

// noOpening reports a heading that lacks its [.
func (r *reader) noOpening(parts []part) {
	closing := 0
	for r.peek() == ']' {
		closing++
		r.pos++
	}
	closing = min(closing, 2)
	r.fault(parts[0].start, r.pos, diag.Say("this heading has no opening %s", "[["[:closing]), diag.Say("write %s%s%s", "[["[:closing], r.written(parts), "]]"[:closing]))
}

// said is a name as messages quote it.
func said(parts []part) string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return diag.Quote(strings.Join(names, "."))
}

// into is the reach of what stands under parts, which stand under at.
func (r *reader) into(at reach, parts []part) (reach, bool) {
	for _, p := range parts {
		n := len(p.name)
		at.levels++
		at.bytes += n
		switch {
		case n > MaxName:
			r.refuse(TooBig, p.start, p.end, diag.Say("this name has %d bytes; a name may have %d", n, MaxName), "give it a shorter one")
			return at, false
		case at.bytes > MaxPath:
			r.refuse(TooDeep, p.start, p.end, diag.Say("the names that lead here have %d bytes together; they may have %d", at.bytes, MaxPath), "give them shorter ones")
			return at, false
		case !r.fits(at, p.start, p.end), !r.counts(p.start, p.end):
			return at, false
		}
	}
	return at, true
}

// counts reports whether one more name or value is within MaxParts, and refuses
// it if not.
func (r *reader) counts(start, end int) bool {
	if r.parts++; r.parts > MaxParts {
		r.refuse(TooBig, start, end, diag.Say("this file has more than %d names and values", MaxParts), "divide it into several flows")
		return false
	}
	return true
}

// fits reports whether at is within MaxDepth, and refuses it if not.
func (r *reader) fits(at reach, start, end int) bool {
	if at.levels > MaxDepth {
		r.refuse(TooDeep, start, end, diag.Say("this stands more than %d levels deep", MaxDepth), "bring it nearer to the top: divide the table into several")
		return false
	}
	return true
}

// refuse ends the walk: the file is not wrong but out of bounds.
func (r *reader) refuse(code diag.Code, start, end int, message, help diag.Phrase) {
	r.faults.Add(diag.Diagnostic{Code: code, At: r.f.span(start, end), Message: message, Help: help})
	r.lost = true
}
