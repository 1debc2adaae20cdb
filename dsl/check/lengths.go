package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/limits"
)

// What the engine adds to a message, in code points. These are a little more
// than it adds now.
const (
	gap     = 2  // the empty line before a hint
	earlier = 80 // "That was an earlier question. We are here now:", in any language
	opens   = 60 // "on Monday at 08:00", in any language
	word    = 30 // a built-in word of stop, human or start
	paths   = 80 // "You can also reach a person here:", in any language
	number  = 6  // "\n12. " before a row of numbered text
)

// letters counts the code points of a text.
func letters(s string) int { return utf8.RuneCountInString(s) }

// A measure of a text: at most how many code points it has, and how many UTF-16
// units: package limits says why both.
type measure struct {
	points, units int
	fixed         bool   // no value stands in it
	widest        string // the name whose value takes most room, and how much
	room          int
}

func (m measure) plus(o measure) measure {
	sum := measure{m.points + o.points, m.units + o.units, m.fixed && o.fixed, m.widest, m.room}
	if o.room > m.room {
		sum.widest, sum.room = o.widest, o.room
	}
	return sum
}

func plain(n int) measure { return measure{points: n, units: n, fixed: true} }

// checkLengths holds every message to WhatsApp's limits, in every language,
// with the longest values its data can have.
func (c *checker) checkLengths() {
	s := &c.service
	if s.broken || !s.present {
		return
	}
	for _, t := range s.templates {
		c.checkTemplateLengths(t)
	}
	hint := map[string]measure{}
	for _, lang := range s.languages {
		m := c.longest(nil, s.hint.in(lang))
		if limits.ButtonBody.OverLengths(m.points, m.units) == limits.TooLong {
			m = plain(0) // reported below; that nothing fits beside it is the same fault
		}
		hint[lang] = plain(gap).plus(m)
	}
	c.fits(nil, s.hint, "the hint", limits.ButtonBody, nil, "shorten it") // @offer shows it with two buttons
	for _, w := range []*words{s.stop.say, s.welcomeBack, s.human.giveUp.say} {
		c.fits(nil, w, "this text", limits.TextBody, hint, "shorten it")
	}
	// The retry of every question that has none of its own, buttons or not.
	c.fits(nil, s.notUnderstood, "this text, with the hint under it,", limits.ButtonBody, hint, "shorten it")
	c.checkHumanLengths(hint)
	for _, f := range c.flows {
		for _, n := range f.nodes {
			c.measured = n
			c.checkNodeLengths(f, n, hint)
		}
		c.measured = nil
	}
}

// checkHumanLengths measures what is said to a person who asks for a person, or
// who sent a number that does not belong here: the words, and every path that is
// no inbox.
func (c *checker) checkHumanLengths(hint map[string]measure) {
	h := &c.service.human
	extra := map[string]measure{}
	for _, lang := range c.service.languages {
		m := plain(paths).plus(hint[lang])
		for _, p := range h.paths {
			m = m.plus(plain(gap + letters(p.value))).plus(c.longest(nil, p.visit.in(lang)))
		}
		extra[lang] = m
	}
	c.fits(nil, h.say, "this text, with the paths under it,", limits.TextBody, extra, "shorten it")
	c.fits(nil, h.closed, "this text, with the paths under it,", limits.TextBody, extra, "shorten it")
	c.fits(nil, c.service.sensitive.say, "this text, with the paths under it,", limits.TextBody, extra, "shorten it")
}

func (c *checker) checkTemplateLengths(t *template) {
	if t.body != nil {
		for _, s := range t.body.by {
			c.over("a template's body", s.src, limits.TemplateBody, written(s.src.Value), "shorten it")
			if t.category == "marketing" && limits.TemplateBody.Over(s.src.Value) == limits.Fits {
				c.over("a marketing template's body", s.src, limits.MarketingBody, written(s.src.Value), "shorten it")
			}
		}
	}
	for _, b := range t.buttons {
		c.fits(nil, b.label, "a template's button", limits.TemplateButton, nil, "shorten it")
	}
}

// fits reports a text that, with what is added to it, is longer than allowed.
// Each language is its own text, and its own fault. extra is what Cauce adds,
// by language.
func (c *checker) fits(f *flow, w *words, what diag.Phrase, most limits.Limit, extra map[string]measure, help diag.Phrase) {
	for _, s := range w.sayings() {
		if s.text == nil {
			continue
		}
		m := c.longest(f, s)
		e, adds := extra[s.lang]
		if adds {
			m = m.plus(e)
		}
		if s.src != nil {
			own := c.longest(f, s)
			if c.over(what, s.src, most, m, help) && adds && most.OverLengths(own.points, own.units) == limits.Fits {
				c.note(diag.Span{}, "the hint, and what else Cauce adds to it, can take %d of them", e.points)
			}
			continue
		}
		if most.OverLengths(m.points, m.units) == limits.TooLong {
			c.report(TooLong, w.at, "give the question rows of its own", "the choice %s has %d letters; WhatsApp shows at most %d", quote(s.fixed), m.points, most.Max())
		}
	}
}

// over reports a text that is too long, once, and tells whether it did.
func (c *checker) over(what diag.Phrase, src *syntax.String, most limits.Limit, m measure, help diag.Phrase) bool {
	excess := most.OverLengths(m.points, m.units)
	if excess == limits.Fits || c.long[src.Span()] {
		return false
	}
	c.long[src.Span()] = true
	if m.room > most.Max()/4 {
		switch {
		case m.widest == engine.NameRaw, m.widest == engine.NameValue:
			help = "save the answer in data with a max, and show that"
		case m.widest == engine.NameResult:
			help = "save it in data with a max, and show that"
		case strings.HasPrefix(m.widest, engine.NameIt+"."):
			help = diag.Say("give the field %s of the list a smaller max", quote(strings.TrimPrefix(m.widest, engine.NameIt+".")))
		case c.service.dataBy[m.widest] != nil || goodName(m.widest):
			help = diag.Say("give [data.%s] a smaller max", m.widest)
		}
	}
	switch {
	case excess == limits.TooLong && m.fixed:
		c.report(TooLong, src.Span(), help, "%s has %d letters; WhatsApp shows at most %d", what, m.points, most.Max())
	case excess == limits.TooLong:
		c.report(TooLong, src.Span(), help, "%s can have %d letters; WhatsApp shows at most %d", what, m.points, most.Max())
	case m.fixed:
		c.warn(TooLong, src.Span(), help, "%s may be too long: it has %d letters, counting emoji twice, and WhatsApp may show only %d",
			what, m.units, most.Max())
	default:
		c.warn(TooLong, src.Span(), help, "%s may be too long: it can have %d letters, counting emoji twice, and WhatsApp may show only %d",
			what, m.units, most.Max())
	}
	return true
}

// written is the measure of a text as it stands.
func written(s string) measure {
	points, units := limits.Length(s)
	return measure{points: points, units: units, fixed: true}
}

// longest is the measure of a text with the longest values its data can have.
func (c *checker) longest(f *flow, s *saying) measure {
	m := measure{fixed: true}
	if s == nil || s.text == nil {
		return m
	}
	for _, p := range s.text.Parts() {
		if len(p.Names) == 0 && p.Literal != "" {
			m = m.plus(written(p.Literal))
			continue
		}
		part := measure{}
		part.points = p.Longest(func(name string) int {
			n := c.longestValue(f, name, s.lang)
			if n > part.room {
				part.widest, part.room = name, n
			}
			return n
		})
		part.units = part.points
		if slices.Contains(p.Names, engine.NameResult) && part.points > part.room {
			part.widest, part.room = engine.NameResult, part.points // a part of it has no name
		}
		m = m.plus(part)
	}
	return m
}

// longestValue is how many letters the value of a name has at most when it is
// shown in a language.
func (c *checker) longestValue(f *flow, name, lang string) int {
	switch name {
	case engine.NameLanguage:
		n := 0
		for _, l := range c.service.languages {
			n = max(n, len(l))
		}
		return n
	case engine.NameOpens:
		return opens
	case engine.NameWordStop:
		return firstWord(c.service.stop.words, lang)
	case engine.NameWordHuman:
		return firstWord(c.service.human.words, lang)
	case engine.NameWordStart:
		return word
	case engine.NameRaw, engine.NameResult:
		return maxText
	case engine.NameContact, engine.NameOperator, engine.NameOutcome, engine.NameZone:
		return aName
	case engine.NameToday:
		return aDate
	case engine.NameNow:
		return aTime
	}
	if d, ok := c.inNode(name); ok {
		return d.longest()
	}
	if name == engine.NamePurpose && c.measured != nil {
		n := 0
		for _, o := range c.service.consents {
			if o.name == c.measured.consent.name {
				if s := o.purpose.in(lang); s != nil {
					n = letters(s.source())
				}
			}
		}
		return n
	}
	if place, ok := strings.CutSuffix(name, ".name"); ok && c.isPlace(f, place) {
		return aPlace
	}
	if place, ok := strings.CutSuffix(name, ".address"); ok && c.isPlace(f, place) {
		return aPlace
	}
	if list, field, ok := strings.Cut(name, "."); ok {
		// In the text that list(…) shows of each element, it.field is named so.
		if d := c.datum(f, list); d != nil && d.typ == eval.List {
			i := slices.IndexFunc(d.fields, func(d *datum) bool { return d.name == field })
			if i < 0 {
				return 0
			}
			return d.fields[i].longest()
		}
	}
	return c.datum(f, name).longest()
}

// How many letters values have at most that no data says a max for. WhatsApp's
// profile names have 25 and its names of places are cut; the rest is what eval
// writes.
const (
	aName   = 60
	aPlace  = 500
	aDate   = 50 // "miércoles 30 de septiembre de 2026", in any language
	aTime   = 10
	aPhone  = 16
	aMail   = 254
	aNumber = 30
)

func (c *checker) isPlace(f *flow, name string) bool {
	d := c.datum(f, name)
	return d != nil && !d.unsure && d.typ == eval.Location
}

// inNode is the data behind a name that means something only in the node that is
// measured: the fields of an element, the answer in a check.
func (c *checker) inNode(name string) (*datum, bool) {
	n := c.measured
	if n == nil {
		return nil, false
	}
	if field, ok := strings.CutPrefix(name, engine.NameIt+"."); ok && n.from != nil {
		for _, d := range n.from.fields {
			if d.name == field {
				return d, true
			}
		}
		return nil, true
	}
	if name == engine.NameValue && len(n.checks) > 0 {
		if n.save.datum == nil {
			return &datum{typ: eval.Text}, true
		}
		return n.save.datum, true
	}
	return nil, false
}

// longest is how many letters the value of data has at most when it is shown; 0
// when that is not known.
func (d *datum) longest() int {
	if d == nil || d.unsure {
		return 0
	}
	switch d.typ {
	case eval.Text:
		return int(bound(d.max, maxText))
	case eval.Integer:
		low, high := len(formatInteger(bound(d.min, -1<<63))), len(formatInteger(bound(d.max, 1<<63-1)))
		return max(low, high)
	case eval.Choice:
		n := 0
		for _, o := range d.options {
			n = max(n, letters(o.id))
			for _, s := range o.label.sayings() {
				n = max(n, letters(s.source()))
			}
		}
		return n
	case eval.Number:
		return aNumber
	case eval.Date:
		return aDate
	case eval.Time:
		return aTime
	case eval.Phone:
		return aPhone
	case eval.Email:
		return aMail
	}
	return 0
}

// firstWord is how many letters {word.…} prints: the author's first word in
// that language, else a built-in one. Capitals can be longer than what was
// written (ß becomes SS).
func firstWord(list []typedWords, lang string) int {
	for _, t := range list {
		if t.lang == lang && len(t.list) > 0 {
			return 2 * letters(t.list[0].Value)
		}
	}
	return word
}
