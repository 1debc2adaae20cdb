package check

import (
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
			c.checkNodeLengths(f, n, hint)
		}
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

// A form is what a question can look like: the number of rows picks it, and
// rows with an if come and go.
type form struct {
	buttons, list, numbers bool
	body                   limits.Limit // the smallest body any of them allows
	label                  limits.Limit // the shortest label
}

func (n *node) form() form {
	least, most := 0, 0
	for _, r := range n.rows {
		if r.label == nil {
			continue
		}
		most++
		if r.when == nil {
			least++
		}
	}
	switch {
	case most == 0:
		return form{body: limits.TextBody}
	case len(n.rows) > limits.ListRows:
		return form{numbers: true, body: limits.TextBody}
	}
	f := form{list: most > limits.ReplyButtons, buttons: least <= limits.ReplyButtons, body: limits.ListBody, label: limits.RowTitle}
	if f.buttons {
		f.body, f.label = limits.ButtonBody, limits.ButtonTitle
	}
	return f
}

func (c *checker) checkNodeLengths(f *flow, n *node, hint map[string]measure) {
	for _, w := range n.say {
		c.fits(f, w, "this text", limits.TextBody, hint, "send it as two: say takes a list")
	}
	if n.silence != nil {
		c.fits(f, n.silence.say, "this text", limits.TextBody, nil, "shorten it")
	}
	for _, r := range n.rows {
		for _, w := range r.say {
			c.fits(f, w, "this text", limits.TextBody, hint, "send it as two: say takes a list")
		}
	}
	if n.verb == engine.TemplateV {
		for _, w := range n.retry {
			c.fits(f, w, "this text", limits.TextBody, hint, "shorten it")
		}
		return
	}
	if n.verb != engine.AskVerb || n.opaque {
		return
	}
	form := n.form()
	if form.numbers {
		at := n.choose
		if at == (diag.Span{}) {
			at = n.save.at
		}
		c.warn(TooMany, at, "ten or fewer are a list to tap; a question before this one can narrow them down",
			"these %d choices become numbered text: WhatsApp's lists have at most %d", len(n.rows), limits.ListRows)
	}
	extra := map[string]measure{}
	for _, lang := range c.service.languages {
		m := hint[lang]
		if form.numbers {
			for _, r := range n.rows {
				m = m.plus(plain(number)).plus(c.longest(f, r.label.in(lang)))
			}
		}
		extra[lang] = m
	}
	what := diag.Phrase("a question")
	help := diag.Phrase("shorten it, or say a part of it before: say and ask may stand together")
	switch {
	case form.buttons:
		what = "a question under which buttons stand"
	case form.numbers:
		what = "a question with its numbered choices"
		help = "shorten it, or offer fewer choices"
	}
	again := map[string]measure{}
	for lang, m := range extra {
		again[lang] = m.plus(plain(earlier))
	}
	c.fits(f, n.ask, what, form.body, again, help)
	for _, w := range n.retry {
		c.fits(f, w, what, form.body, extra, "shorten it")
	}
	c.checkRowLengths(f, n, form)
	if form.list {
		c.fits(f, n.opener, "the button that opens a list", limits.ListButton, nil, "shorten it")
	}
}

func (c *checker) checkRowLengths(f *flow, n *node, form form) {
	if form.numbers {
		return
	}
	for _, r := range n.rows {
		switch {
		case form.buttons && form.list:
			c.fits(f, r.label, "this label", form.label, nil,
				"shorten it to 20: rows with an if may leave three or fewer, which are buttons")
		case form.buttons:
			c.fits(f, r.label, "this button label", form.label, nil,
				"shorten it to 20, or offer four or more choices: a list, whose rows may have 24")
		case form.list:
			c.fits(f, r.label, "this row's label", form.label, nil, "shorten it, and put the rest into note = \"…\"")
		}
		c.fits(f, r.note, "this note", limits.RowDescription, nil, "shorten it")
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
	has := "has"
	if !m.fixed {
		has = "can have"
	}
	if m.room > most.Max()/4 {
		help = diag.Say("give [data.%s] a smaller max", m.widest)
		if m.widest == engine.NameRaw {
			help = "save the answer in data with a max, and show that"
		}
	}
	if excess == limits.TooLong {
		c.report(TooLong, src.Span(), help, "%s %s %d letters; WhatsApp shows at most %d", what, has, m.points, most.Max())
	} else {
		c.warn(TooLong, src.Span(), help, "%s may be too long: it %s %d letters, counting emoji twice, and WhatsApp may show only %d",
			what, has, m.units, most.Max())
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
	case engine.NameRaw:
		return maxText
	}
	d := c.datum(f, name)
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
