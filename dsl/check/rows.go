package check

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/answer"
	"cauce/engine/eval"
	compare "cauce/engine/words"
)

// checkRows looks at what can be chosen: ids and words that are there twice,
// and what a question saves. A question that saves one of a few and has no
// rows of its own gets them here, so that they are measured like any other.
func (c *checker) checkRows() {
	for _, d := range c.service.data {
		c.checkOptions(d)
	}
	for _, f := range c.flows {
		for _, d := range f.data {
			c.checkOptions(d)
		}
		for _, n := range f.nodes {
			c.checkSave(n)
			c.offer(n)
			c.checkNodeRows(n)
		}
	}
}

func (c *checker) checkOptions(d *datum) {
	var labels []labelled
	for _, o := range d.options {
		labels = append(labels, labelled{label: o.label})
	}
	c.checkLabels(labels)
}

func (c *checker) checkSave(n *node) {
	d := n.save.datum
	if d == nil || d.unsure {
		return
	}
	c.checkWant(n, d)
	c.checkElement(n, d)
	c.checkShadows(n, d)
	if d.typ != eval.Choice || len(n.rows) == 0 || !n.rowsRead {
		return
	}
	// A row whose id is no option is another way out. One that is nearly an
	// option was meant to be one.
	ids := d.ids
	var used []string
	for _, r := range n.rows {
		if slices.Contains(ids, r.id) {
			used = append(used, r.id)
		}
	}
	for _, r := range n.rows {
		if slices.Contains(ids, r.id) {
			continue
		}
		if s := c.suggest(r.id, ids); s != "" && !slices.Contains(used, s) {
			c.report(UnknownOption, r.idAt, diag.Say("did you mean %s?", quote(s)), "%s has no option %s", quote(d.name), quote(r.id))
			used = append(used, s)
		}
	}
	if len(used) == 0 {
		c.report(UnknownOption, n.save.at, diag.Say("its options: %s", diag.And(phrases(ids))), "no row of this question is an option of %s, so nothing is ever saved", quote(d.name))
	}
}

// checkWant reports a question none of whose answers can be kept where it saves.
func (c *checker) checkWant(n *node, d *datum) {
	if len(n.want) == 0 || n.verb != engine.AskVerb || slices.ContainsFunc(n.want, d.keeps) {
		return
	}
	c.report(WrongKind, n.table.Get("want").Value.Span(), wantHelp[d.kindOfAnswer()],
		"%s is %s, and no answer that this question wants is that", quote(d.name), d.typ)
}

// wantHelp says what keeps what.
var wantHelp = map[string]diag.Phrase{
	"location": "add \"location\", or save it elsewhere",
	"media":    "add \"image\", \"video\", \"audio\", \"document\" or \"sticker\", or save it elsewhere",
	"text":     "add \"text\"; a place is kept in data with type = \"location\", pictures and sounds with type = \"media\"",
}

// kindOfAnswer is what kind of answers data keeps.
func (d *datum) kindOfAnswer() string {
	switch d.typ {
	case eval.Location:
		return "location"
	case eval.Media:
		return "media"
	}
	return "text"
}

// keeps reports whether an answer of a kind that a question may want can be kept.
func (d *datum) keeps(kind string) bool {
	switch kind {
	case "location", "text":
		return d.kindOfAnswer() == kind
	case "contacts":
		return false
	}
	return d.kindOfAnswer() == "media"
}

// keepsAll reports whether whatever answers the question is kept.
func (n *node) keepsAll() bool {
	d := n.save.datum
	if d == nil || d.unsure {
		return true
	}
	for _, kind := range n.want {
		if !d.keeps(kind) {
			return false
		}
	}
	return true
}

// checkElement reports a list that no element can be saved in.
func (c *checker) checkElement(n *node, d *datum) {
	switch {
	case d.typ != eval.List || n.verb != engine.AskVerb:
	case n.from == nil:
		if n.rowsRead {
			c.report(WrongKind, n.save.at, "make the choices from a list, whose elements it can keep: choose = { from = \"…\", label = \"{it.…}\", id = \"{it.…}\" }",
				"%s is a list, and no answer is that", quote(d.name))
		}
	case len(n.want) > 0:
		c.report(MisplacedKey, n.table.Get("want").KeyAt, "take it out", "this question is answered by choosing from a list")
	}
}

// checkShadows reports rows whose words the question itself would take for an
// answer: rows come first, so people who write them choose the row, and what they
// said is not saved. A row that gives the data a value by itself is a short cut.
func (c *checker) checkShadows(n *node, d *datum) {
	if n.verb != engine.AskVerb || n.from != nil {
		return
	}
	for _, r := range n.rows {
		if slices.ContainsFunc(r.set, func(a *assign) bool { return a.name == d.name }) {
			continue
		}
		for _, s := range r.label.sayings() {
			if s.src != nil {
				c.checkShadow(d, s.lang, s.src)
			}
		}
		for _, t := range r.also {
			for _, s := range t.list {
				c.checkShadow(d, t.lang, s)
			}
		}
	}
}

func (c *checker) checkShadow(d *datum, lang string, s *syntax.String) {
	value, ok := c.reads(d, s.Value, lang)
	if !ok {
		return
	}
	c.report(ShadowedRow, s.Span(), diag.Say("give the row other words, or let it save the answer: set = { %s = %s }", d.name, value),
		"people who answer %s choose this row, and their answer is not saved", quote(s.Value))
}

// reads is what the question would save of an answer, as set is given it.
func (c *checker) reads(d *datum, text, lang string) (value string, ok bool) {
	switch d.typ {
	case eval.Integer:
		v, ok := answer.Integer(text, lang)
		return formatInteger(v), ok && v >= bound(d.min, math.MinInt64) && v <= bound(d.max, math.MaxInt64)
	case eval.Number:
		v, ok := answer.Number(text, lang)
		return formatNumber(v), ok
	case eval.Bool:
		v, ok := answer.YesNo(text, lang)
		return strconv.FormatBool(v), ok
	case eval.Date:
		// Any day will do: what is asked is whether it reads as one.
		return `"…"`, len(answer.Dates(text, lang, answer.Country(c.service.timezone), "2026-01-15")) > 0
	case eval.Time:
		if times := answer.Times(text, lang); len(times) > 0 {
			return `"'` + times[0] + `'"`, true
		}
	}
	return "", false
}

// checkFrom reports rows made from a list that are all the same.
func (c *checker) checkFrom(n *node) {
	if n.from == nil {
		return
	}
	if id := n.from.id; id != nil && !strings.Contains(id.src.Value, "{") {
		c.report(DuplicateID, id.src.Span(), "write what tells them apart: \"{it.…}\"", "all these choices have the id %s", quote(id.src.Value))
	}
	for _, s := range n.from.row.label.sayings() {
		if s.src != nil && !strings.Contains(s.src.Value, "{") {
			c.report(DuplicateLabel, s.src.Span(), "write what tells them apart: \"{it.…}\"", "all these choices have the label %s", quote(s.src.Value))
		}
	}
}

// offer makes the rows of a question that saves one of a few and names none.
func (c *checker) offer(n *node) {
	if n.table.Get("choose") != nil || n.verb != engine.AskVerb {
		return
	}
	switch {
	case n.save.language && c.service.languagesKnown:
		for _, lang := range c.service.languages {
			n.rows = append(n.rows, &row{at: n.save.at, id: lang, idAt: n.save.at, label: c.everywhere(ownName(lang), n.save), offered: true})
		}
	case n.save.datum != nil && n.save.datum.typ == eval.Choice && !n.save.datum.unsure:
		for _, o := range n.save.datum.options {
			n.rows = append(n.rows, &row{at: n.save.at, id: o.id, idAt: n.save.at, label: o.label, offered: true})
		}
	}
}

// ownName is what a language calls itself, as it would stand on a button.
func ownName(lang string) string {
	tag := language.Make(lang)
	name := display.Self.Name(tag)
	if name == "" {
		return lang
	}
	first := []rune(name)
	return strings.ToUpper(string(first[0])) + string(first[1:])
}

// everywhere is a text that is the same in every language.
func (c *checker) everywhere(text string, s save) *words {
	w := &words{key: "label", at: s.at}
	for _, lang := range c.service.languages {
		w.by = append(w.by, &saying{lang: lang, fixed: strings.NewReplacer("{", "{{", "}", "}}").Replace(text)})
	}
	return w
}

func (c *checker) checkNodeRows(n *node) {
	c.checkFrom(n)
	ids := map[string]*row{}
	var labels []labelled
	for _, r := range n.rows {
		if r.offered {
			continue // looked at where they are declared
		}
		if first := ids[r.id]; first != nil && r.id != "" {
			c.report(DuplicateID, r.idAt, "give each its own", "two rows have the id %s", quote(r.id))
			c.note(first.idAt, "the first")
		} else {
			ids[r.id] = r
		}
		labels = append(labels, labelled{r.label, r.also, r.when != nil})
	}
	c.checkLabels(labels)
}

// labelled is something people choose by its words.
type labelled struct {
	label *words
	also  []typedWords
	when  bool // not always offered
}

// A taken is where some words were first given, and as what.
type taken struct {
	at    diag.Span
	label bool
	when  bool
	by    int
}

// checkLabels reports words that stand for two things. Rows that are both
// offered only at times may take turns.
func (c *checker) checkLabels(list []labelled) {
	seen := map[string]taken{} // by language and normal form
	for i, l := range list {
		if l.label != nil {
			for _, s := range l.label.by {
				if s.src != nil {
					c.take(seen, taken{s.src.Span(), true, l.when, i}, s.lang, s.src)
				}
			}
		}
		for _, t := range l.also {
			for _, s := range t.list {
				c.take(seen, taken{s.Span(), false, l.when, i}, t.lang, s)
			}
		}
	}
}

func (c *checker) take(seen map[string]taken, t taken, lang string, s *syntax.String) {
	form := compare.Normalize(s.Value)
	if t.label && (form == "" || strings.Contains(s.Value, "{")) {
		form = "=" + strings.TrimSpace(s.Value) // emoji, or what is not known before it is shown: the same only if written the same
	}
	key := lang + "\x00" + form
	first, there := seen[key]
	if !there {
		seen[key] = t
		return
	}
	if first.by == t.by || first.when && t.when {
		return
	}
	if first.label && t.label {
		c.report(DuplicateLabel, t.at, "make them differ", "two choices have the label %s; WhatsApp shows no two alike", quote(s.Value))
	} else {
		c.taken[t.at] = true
		c.report(ShadowedRow, t.at, "take it out of one of them", "an earlier row takes these words, so this one never gets them")
	}
	c.note(first.at, "the first")
}

// checkKeywords reports words that begin two flows.
func (c *checker) checkKeywords() {
	type beginning struct {
		at   diag.Span
		flow string
	}
	seen := map[string]beginning{}
	for _, f := range c.flows {
		for _, t := range f.keywords {
			for _, s := range t.list {
				form := compare.Normalize(s.Value)
				if form == "" {
					c.report(EmptyText, s.Span(), "write letters or digits", "nobody can write this as a word: %s has neither letters nor digits", quote(s.Value))
					continue
				}
				first, there := seen[form]
				if !there {
					seen[form] = beginning{s.Span(), f.id}
					continue
				}
				if first.flow != f.id {
					c.report(DuplicateWord, s.Span(), "keep it in one of them", "%s begins two flows", quote(s.Value))
					c.note(first.at, "the flow %s", quote(first.flow))
				}
			}
		}
	}
}

func formatInteger(n int64) string { return strconv.FormatInt(n, 10) }

// formatNumber writes a number as an expression reads it: never with an exponent.
func formatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
