package check

import (
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/intent"
)

// checkClashes reports words that people would type for one thing and that mean
// another: labels, synonyms and keywords that ask to stop, or for a person. The
// recogniser itself is asked, the way the engine makes it, so the two can't
// differ. Start words are free: they mean something only to those who stopped.
func (c *checker) checkClashes() {
	s := &c.service
	if s.broken || !s.present || !s.languagesKnown {
		return
	}
	r := intent.New(s.languages, intent.Vocabulary{Stop: lowerTyped(s.stop.words), Human: lowerTyped(s.human.words)})
	clashes{c, func(text string) intent.Match { return r.Recognize(text) }, map[diag.Span]bool{}}.check()
}

// clashes looks for words that the recogniser takes for something.
type clashes struct {
	*checker
	recognise func(text string) intent.Match
	// seen are the words that were reported: an option, or a template's
	// button, may be offered by many nodes.
	seen map[diag.Span]bool
}

func (l clashes) check() {
	for _, a := range l.service.anywhere {
		for _, t := range a.words {
			for _, s := range t.list {
				l.judge(t.lang, s, nil, "")
			}
		}
	}
	for _, f := range l.flows {
		for _, t := range f.keywords {
			for _, s := range t.list {
				l.judge(t.lang, s, nil, "")
			}
		}
		for _, n := range f.nodes {
			if n.opaque {
				continue // its ways are not known
			}
			lost := n.lost() // once: it looks through every row
			for _, r := range n.rows {
				l.checkRow(n, r, lost)
			}
			if n.verb == engine.TemplateV && n.approved != nil && !lost {
				l.checkButtons(n)
			}
		}
	}
}

func (l clashes) checkRow(n *node, r *row, lost bool) {
	to := &r.next
	if !to.present {
		if lost {
			return // where it leads may have been misspelt
		}
		to = &n.next
	}
	var offered diag.Span
	if r.offered {
		offered = r.idAt
	}
	for _, s := range r.label.sayings() {
		l.judgeLabel(s, to, r.id, offered)
	}
	for _, t := range r.also {
		for _, s := range t.list {
			l.judge(t.lang, s, to, leadRow)
		}
	}
}

// checkButtons judges the buttons of the template that a node sends. Those that
// have no row lead where any other reply does.
func (l clashes) checkButtons(n *node) {
	for _, b := range n.approved.buttons {
		to, at := &n.otherwise, n.template.at
		if !to.present {
			to = &n.next
		}
		for _, r := range n.rows {
			if r.id != b.id {
				continue
			}
			if at = r.idAt; r.next.present {
				to = &r.next
			} else {
				to = &n.next
			}
			break
		}
		for _, s := range b.label.sayings() {
			l.judgeLabel(s, to, b.id, at)
		}
	}
}

// leadRow is what to do about a row, if its word is to stay.
const leadRow = "lead the row there"

// judgeLabel judges what a row shows. What holds a {…} is not known before it
// is shown. offered is where they are, if the words stand somewhere else.
func (l clashes) judgeLabel(s *saying, to *target, id string, offered diag.Span) {
	if s.src == nil || s.text == nil {
		return
	}
	if _, fixed := s.text.Literal(); !fixed {
		return
	}
	if offered == (diag.Span{}) {
		l.judge(s.lang, s.src, to, leadRow)
	} else if l.judge(s.lang, s.src, to, diag.Say("give %s a row that leads there", quote(id))) {
		l.note(offered, "it is offered here, and leads elsewhere")
	}
}

// judge reports words that mean stop or a person, unless they lead there, and
// tells whether it did. lead is how they can be made to lead there; keywords,
// which have no way to, can't.
func (l clashes) judge(lang string, s *syntax.String, to *target, lead diag.Phrase) bool {
	m := l.recognise(s.Value)
	own, wants := engine.ToStop, diag.Phrase("to stop")
	switch m.Kind {
	case intent.Stop:
	case intent.Human:
		own, wants = engine.ToHuman, "a person"
	default:
		return false
	}
	if to != nil && (!to.present || to.unknown || to.to.Own == own) || l.seen[s.Span()] {
		return false
	}
	l.seen[s.Span()] = true
	help := diag.Phrase("choose another word")
	if to != nil {
		help = diag.Say("choose another word, or %s: go = %s", lead, quote(string(own)))
	}
	if m.Tier == intent.Act {
		l.report(WordClash, s.Span(), help, "people who write %s want %s", quote(s.Value), wants)
	} else {
		l.warn(WordClash, s.Span(), help, "people who write %s may want %s", quote(s.Value), wants)
	}
	if m.Language != lang {
		l.note(diag.Span{}, "it is a word of the language %s: %s", quote(m.Language), quote(m.Word))
	}
	return true
}
