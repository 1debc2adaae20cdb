package check

import (
	"maps"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/limits"
)

// A form is what a question can look like: the number of rows picks it, and
// rows with an if come and go.
type form struct {
	buttons, list, numbers bool
	place                  bool         // it asks for their place, and nothing else
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
	if n.offersYesNo() {
		least, most = 2, 2
	}
	if n.from != nil {
		most += limits.ListRows // and more, which page
	}
	switch {
	case most == 0 && n.wantsPlace():
		return form{place: true, body: limits.RequestBody}
	case most == 0:
		return form{body: limits.TextBody}
	case n.shape == "numbers" || n.from == nil && len(n.rows) > limits.ListRows:
		return form{numbers: true, body: limits.TextBody}
	}
	f := form{list: most > limits.ReplyButtons, buttons: least <= limits.ReplyButtons, body: limits.ListBody, label: limits.RowTitle}
	if f.buttons {
		f.body, f.label = limits.ButtonBody, limits.ButtonTitle
	}
	return f
}

// offersYesNo reports whether the question has two rows of Cauce's: it saves
// true or false, and has none of its own.
func (n *node) offersYesNo() bool {
	d := n.save.datum
	return n.verb == engine.AskVerb && d != nil && !d.unsure && d.typ == eval.Bool && len(n.choices()) == 0 && n.choose == (diag.Span{})
}

// wantsPlace reports whether only a place is an answer to the question.
func (n *node) wantsPlace() bool {
	if len(n.want) == 0 {
		d := n.save.datum
		return d != nil && !d.unsure && d.typ == eval.Location
	}
	return len(n.want) == 1 && n.want[0] == "location"
}

func (c *checker) checkNodeLengths(f *flow, n *node, hint map[string]measure) {
	said := limits.TextBody
	if n.link != nil {
		said = limits.LinkBody
		c.fits(f, n.link.label, "the button of a link", limits.LinkTitle, nil, "shorten it")
		c.fits(f, n.link.url, "the address of a link", limits.TemplateURL, nil, "shorten it")
	}
	around := hint
	if n.verb == engine.SayVerb {
		around = c.around(f, n, hint, n.link == nil)
	}
	for i, w := range n.say {
		if i < len(n.say)-1 || n.verb != engine.SayVerb {
			c.fits(f, w, "this text", limits.TextBody, hint, "send it as two: say takes a list")
			continue
		}
		what, help := diag.Phrase("this text"), diag.Phrase("send it as two: say takes a list")
		if n.link != nil {
			what = "a text under which a link's button stands"
		}
		c.fits(f, w, what, said, around, help)
	}
	if n.silence != nil {
		c.fits(f, n.silence.say, "this text", limits.TextBody, nil, "shorten it")
	}
	for _, r := range n.choices() {
		for _, w := range r.say {
			c.fits(f, w, "this text", limits.TextBody, hint, "send it as two: say takes a list")
		}
	}
	switch {
	case n.opaque:
	case n.verb == engine.TemplateV:
		for _, w := range n.retry {
			c.fits(f, w, "this text", limits.TextBody, hint, "shorten it")
		}
	case n.verb == engine.SayVerb && n.link != nil:
		c.checkAround(f, n)
	case n.verb == engine.AskVerb || n.verb == engine.ConsentVerb:
		c.checkQuestionLengths(f, n, hint)
	}
}

// around is what stands around the words of a node in one text: where there are
// no buttons, WhatsApp has no header and no footer, and they are paragraphs.
func (c *checker) around(f *flow, n *node, hint map[string]measure, text bool) map[string]measure {
	if !text {
		return hint
	}
	out := map[string]measure{}
	for _, lang := range c.service.languages {
		m := hint[lang]
		for _, w := range []*words{n.header, n.footer} {
			if s := w.in(lang); s != nil {
				m = m.plus(plain(gap)).plus(c.longest(f, s))
			}
		}
		out[lang] = m
	}
	return out
}

// checkAround measures what stands above and below words with buttons.
func (c *checker) checkAround(f *flow, n *node) {
	c.fits(f, n.header, "a header", limits.Header, nil, "shorten it, or put it into the words")
	c.fits(f, n.footer, "a footer", limits.Footer, nil, "shorten it, or put it into the words")
}

func (c *checker) checkQuestionLengths(f *flow, n *node, hint map[string]measure) {
	form := n.form()
	if form.numbers && n.shape == "" {
		at := n.choose
		if at == (diag.Span{}) {
			at = n.save.at
		}
		c.warn(TooMany, at, "ten or fewer are a list to tap; a question before this one can narrow them down",
			"these %d choices become numbered text: WhatsApp's lists have at most %d", len(n.rows), limits.ListRows)
	}
	if n.from != nil && len(n.rows) > maxFixed {
		c.report(TooMany, n.choose, "keep those that lead out of the list, and ask the others before",
			"these %d rows stand on every page of the list, and at most %d leave room for the others", len(n.rows), maxFixed)
	}
	text := form.numbers || form.place || !form.buttons && !form.list
	extra := maps.Clone(c.around(f, n, hint, text))
	if !text {
		c.checkAround(f, n)
	}
	for _, lang := range c.service.languages {
		m := extra[lang]
		if form.numbers {
			for _, r := range n.rows {
				m = m.plus(plain(number)).plus(c.longest(f, r.label.in(lang)))
			}
			if n.offersYesNo() {
				m = m.plus(plain(2 * (number + limits.ButtonTitle.Max())))
			}
			if n.from != nil {
				each := plain(number).plus(c.longest(f, n.from.row.label.in(lang)))
				for range limits.ListRows {
					m = m.plus(each)
				}
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
	case form.place:
		what = "a question that asks for a place"
	}
	if n.verb == engine.ConsentVerb {
		what = "a consent, with the name of the service and the link to its privacy policy,"
	}
	again := map[string]measure{}
	for lang, m := range extra {
		again[lang] = m.plus(plain(earlier)).plus(c.policyLetters(n, n.ask.in(lang)))
	}
	c.fits(f, n.ask, what, form.body, again, help)
	for _, w := range n.retry {
		more := map[string]measure{}
		for lang, m := range extra {
			more[lang] = m.plus(c.policyLetters(n, w.in(lang)))
		}
		c.fits(f, w, what, form.body, more, "shorten it")
	}
	for _, r := range n.checks {
		c.fits(f, r.say, what, form.body, extra, "shorten it")
	}
	c.checkRowLengths(f, n, form)
	if form.list {
		c.fits(f, n.opener, "the button that opens a list", limits.ListButton, nil, "shorten it")
	}
}

// maxFixed is how many written rows leave room on a page of rows made from data:
// one element, and the row that turns the page.
const maxFixed = limits.ListRows - 2

// policyLetters is what a consent's words are given that they lack.
func (c *checker) policyLetters(n *node, s *saying) measure {
	if n.verb != engine.ConsentVerb || s == nil {
		return plain(0)
	}
	own := s.source()
	return plain(letters(engine.WithPolicy(own, c.service.name, c.service.privacy)) - letters(own))
}

func (c *checker) checkRowLengths(f *flow, n *node, form form) {
	if form.numbers {
		return
	}
	for _, r := range n.rows {
		switch {
		case form.buttons && form.list && n.from != nil:
			c.fits(f, r.label, "this label", form.label, nil, "shorten it to 20: where the list is short, these are buttons")
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
		c.fits(f, r.section, "the title of a section", limits.SectionTitle, nil, "shorten it")
	}
	if n.from != nil {
		// Where they are too long for buttons, they are a list.
		c.fits(f, n.from.row.label, "this row's label", limits.RowTitle, nil, "shorten it, and put the rest into note = \"…\"")
		c.fits(f, n.from.row.note, "this note", limits.RowDescription, nil, "shorten it")
	}
}
