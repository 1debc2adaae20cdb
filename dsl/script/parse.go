package script

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cauce/dsl/diag"
	"cauce/engine"
)

// Script is a conversation as it should go.
type Script struct {
	name   string
	src    []byte
	index  *diag.Index
	flow   header
	lang   header
	clock  clockHeader
	zone   *time.Location // nil: the service's
	givens []given
	steps  []step // the first holds what stands before any line that causes something
}

// header is a word behind a header, and where it stands.
type header struct {
	value string
	at    diag.Span
}

// clockHeader is when a conversation begins, in a zone that only the service
// may know.
type clockHeader struct {
	set                            bool
	year, month, day, hour, minute int
}

// step is a line of the person or the clock, and what is to come of it.
type step struct {
	at     diag.Span // of the line; its file alone in the first step
	last   int       // the line's last line, from 1
	source string
	said   *Said
	clock  *Clock
	world  *Happening
	say    []expected
	facts  []located[fact]
	bans   []located[ban]
}

// expected is a message that is to come, and the lines that say so.
type expected struct {
	message
	at          diag.Span
	first, last int // lines, from 1
	source      string
}

type located[T any] struct {
	it T
	at diag.Span
}

// Parse reads a script. name is how its spans call it. Every problem is
// reported at once; a Script that has any plays nothing, and is nil.
func Parse(name string, src []byte) (*Script, diag.List) {
	p := parser{Script: &Script{name: name, src: src, index: diag.NewIndex(src)}}
	p.steps = []step{{at: diag.Span{File: name}}}
	switch {
	case !utf8.Valid(src):
		at := 0
		for at < len(src) {
			r, size := utf8.DecodeRune(src[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		p.report(wrong("this is no text in UTF-8", "save the file as UTF-8 in your editor"), at, at+1)
		return nil, p.list
	case bytes.HasPrefix(src, []byte("\ufeff")):
		p.report(wrong("the file begins with a byte-order mark", "save it as UTF-8 without one"), 0, 3)
		return nil, p.list
	}
	p.lines()
	if len(p.list) == 0 && len(p.steps) == 1 {
		p.list.Add(diag.Diagnostic{
			Code: Syntax, At: diag.Span{File: name}, Message: "in this conversation the person says nothing",
			Help: `begin with "> hola"`,
		})
	}
	if len(p.list) > 0 {
		p.list.Sort()
		return nil, p.list
	}
	return p.Script, nil
}

func (c clockHeader) in(zone *time.Location) time.Time {
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, 0, 0, zone)
}

type parser struct {
	*Script
	list diag.List
}

func (p *parser) report(pr *problem, from, to int) {
	p.list.Add(diag.Diagnostic{Code: pr.code, At: p.index.Span(p.name, from, to), Message: pr.what, Help: pr.help})
}

// block is a line with those that continue it: its text behind the first sign,
// and where each piece of it stands in the file.
type block struct {
	text        string
	pieces      []piece
	first, last int
}

type piece struct{ text, src int }

// place is where a byte of the text stands in the file.
func (b *block) place(i int) int {
	at := b.pieces[0]
	for _, p := range b.pieces {
		if p.text > i {
			break
		}
		at = p
	}
	return at.src + i - at.text
}

// span is where a problem in the text stands.
func (b *block) span(pr *problem) (from, to int) {
	from, to = pr.from, pr.to
	if from == 0 && to == 0 {
		to = len(b.text)
	}
	if to <= from {
		return b.place(from), b.place(from)
	}
	return b.place(from), b.place(to-1) + 1
}

// lines reads every line of the script.
func (p *parser) lines() {
	// NewIndex counts a last, empty line behind a final line end.
	for n := 1; n <= p.index.Lines(); {
		raw, at := p.index.Line(n)
		line := string(raw)
		switch {
		case strings.Trim(line, blanks) == "" || line[0] == '#':
			n++
		case line[0] == ' ' || line[0] == '\t':
			p.stray(line, at)
			n++
		case strings.IndexByte("><", line[0]) >= 0:
			b := p.block(n)
			p.message(line[0], &b)
			n = b.last + 1
		case strings.IndexByte("@=!~", line[0]) >= 0:
			b := p.single(n, line[0] != '!' && line[0] != '~')
			p.mark(line[0], &b)
			n++
		default:
			b := p.single(n, true)
			p.header(&b)
			n++
		}
	}
}

func (p *parser) stray(line string, at int) {
	pr := wrong("this line continues nothing", `a line begins with ">", "<", "@", "=", "!", "~" or "#"; two blanks continue a ">" or a "<" right above`)
	if !strings.HasPrefix(line, "  ") {
		pr = wrong("a line that continues another begins with two blanks", "put two blanks before it, or none")
	}
	p.report(pr, at+len(line)-len(strings.TrimLeft(line, " \t")), at+len(strings.TrimRight(line, " \t")))
}

// block reads line n without its sign, and the lines that continue it. Empty
// lines belong to it when a line behind them does.
func (p *parser) block(n int) block {
	raw, at := p.index.Line(n)
	b := block{first: n, last: n}
	rest := string(raw[1:])
	text := strings.TrimLeft(rest, " \t")
	b.pieces = []piece{{0, at + 1 + len(rest) - len(text)}}
	var t strings.Builder
	t.WriteString(strings.TrimRight(text, " \t"))
	empty := 0
	for n++; n <= p.index.Lines(); n++ {
		raw, at := p.index.Line(n)
		line := string(raw)
		if strings.Trim(line, blanks) == "" {
			empty++
			continue
		}
		if !strings.HasPrefix(line, "  ") {
			break
		}
		t.WriteString(strings.Repeat("\n", empty+1))
		b.pieces = append(b.pieces, piece{t.Len(), at + 2})
		t.WriteString(strings.TrimRight(line[2:], " \t"))
		empty, b.last = 0, n
	}
	b.text = t.String()
	return b
}

// single reads line n alone; a sign at its beginning is left out, a comment at
// its end is cut off where there may be one.
func (p *parser) single(n int, comment bool) block {
	raw, at := p.index.Line(n)
	line := string(raw)
	if strings.IndexByte("@=!~", line[0]) >= 0 {
		line, at = line[1:], at+1
	}
	if i := strings.Index(line, " #"); comment && i >= 0 {
		line = line[:i]
	}
	text := strings.TrimLeft(line, " \t")
	return block{
		text: strings.TrimRight(text, " \t"), first: n, last: n,
		pieces: []piece{{0, at + len(line) - len(text)}},
	}
}

// at is the span of a block with its sign.
func (p *parser) at(b *block) diag.Span {
	_, start := p.index.Line(b.first)
	line, end := p.index.Line(b.last)
	return p.index.Span(p.name, start, end+len(bytes.TrimRight(line, " \t")))
}

func (p *parser) source(b *block) string {
	at := p.at(b)
	return string(bytes.ReplaceAll(p.src[at.Start.Offset:at.End.Offset], []byte("\r\n"), []byte("\n")))
}

// check reports a problem of a block, if there is one.
func (p *parser) check(b *block, pr *problem) bool {
	if pr == nil {
		return true
	}
	from, to := b.span(pr)
	if from == to { // nothing is there to underline: the sign is
		_, from = p.index.Line(b.first)
		to = from + 1
	}
	p.report(pr, from, to)
	return false
}

// message reads a ">" or "<".
func (p *parser) message(sign byte, b *block) {
	if sign == '>' {
		said, pr := parseSaid(b.text)
		p.check(b, pr)
		// A line with a problem still causes what stands under it.
		p.steps = append(p.steps, step{at: p.at(b), last: b.last, source: p.source(b), said: &said})
		return
	}
	m, pr := parseMessage(b.text)
	if pr == nil {
		pr = p.caused()
	}
	if p.check(b, pr) {
		st := &p.steps[len(p.steps)-1]
		st.say = append(st.say, expected{m, p.at(b), b.first, b.last, p.source(b)})
	}
}

// caused reports that nothing stands above that could have caused anything.
func (p *parser) caused() *problem {
	if len(p.steps) > 1 {
		return nil
	}
	return wrong("nothing has happened yet that the service could answer", `begin with "> hola", or move the clock with "@"`)
}

// mark reads an "@", "=", "!" or "~".
func (p *parser) mark(sign byte, b *block) {
	st := &p.steps[len(p.steps)-1]
	switch sign {
	case '~':
		h, pr := parseHappening(b.text)
		p.check(b, pr)
		p.steps = append(p.steps, step{at: p.at(b), last: b.last, source: p.source(b), world: &h})
	case '@':
		c, pr := parseClock(b.text)
		p.check(b, pr)
		p.steps = append(p.steps, step{at: p.at(b), last: b.last, source: p.source(b), clock: &c})
	case '=':
		if f, pr := parseFact(b.text); p.check(b, pr) {
			st.facts = append(st.facts, located[fact]{f, p.at(b)})
		}
	case '!':
		f, pr := parseBan(b.text)
		if pr == nil {
			pr = p.caused()
		}
		if p.check(b, pr) {
			st.bans = append(st.bans, located[ban]{f, p.at(b)})
		}
	}
}

var headers = []string{"flow", "lang", "clock", "given"}

// header reads a line that begins with a word.
func (p *parser) header(b *block) {
	word, rest, _ := strings.Cut(b.text, " ")
	rest = strings.TrimSpace(rest)
	if !slices.Contains(headers, word) {
		help := diag.Phrase(`a line begins with ">", "<", "@", "=", "!", "~" or "#"; the headers are flow, lang, clock and given`)
		if near, ok := diag.Suggest(word, headers); ok {
			help = diag.Say("did you mean %s?", diag.Quote(near))
		}
		p.check(b, wrong("this line begins with no sign of the language", help))
		return
	}
	if first := &p.steps[0]; len(p.steps) > 1 || len(first.facts) > 0 {
		p.check(b, wrong(diag.Say("%s belongs to the top of the script", diag.Quote(word)), "move it above everything else"))
		return
	}
	at := p.index.Span(p.name, b.place(0), b.place(0)+len(b.text))
	var pr *problem
	switch word {
	case "given":
		pr = p.given(b, rest)
	case "flow":
		if p.flow.value != "" {
			pr = twice(word)
		} else if !flowName.MatchString(rest) {
			pr = wrong("the name of one flow stands here", `write it like "flow bienvenida"`)
		} else {
			p.flow = header{rest, at}
		}
	case "lang":
		if p.lang.value != "" {
			pr = twice(word)
		} else if rest == "" || strings.ContainsAny(rest, " \t") {
			pr = wrong("one language stands here", `write it like "lang es"`)
		} else {
			p.lang = header{rest, at}
		}
	case "clock":
		if p.clock.set {
			pr = twice(word)
		} else {
			pr = p.startsAt(rest)
		}
	}
	p.check(b, pr)
}

func twice(word string) *problem {
	return wrong(diag.Say("%s stands here for the second time", diag.Quote(word)), "leave one of the two lines out")
}

// startsAt reads "2026-03-02 09:00 America/Bogota".
func (p *parser) startsAt(s string) *problem {
	const help = `write it like "clock 2026-03-02 09:00 America/Bogota"; without a zone it is the service's`
	fields := strings.Fields(s)
	if len(fields) != 2 && len(fields) != 3 {
		return wrong("a day and a time stand here", help)
	}
	day, err := time.Parse(time.DateOnly, fields[0])
	at, ok := minutes(fields[1])
	if err != nil || !ok || day.Year() < 1970 || day.Year() > 9000 {
		return wrong("this is no day and time", help)
	}
	if len(fields) == 3 {
		zone, err := engine.Zone(fields[2])
		if err != nil {
			return wrong(diag.Say("no time zone is named %s", diag.Quote(fields[2])), `zones have names like "America/Bogota"`)
		}
		p.zone = zone
	}
	p.clock = clockHeader{true, day.Year(), int(day.Month()), day.Day(), at / 60, at % 60}
	return nil
}
