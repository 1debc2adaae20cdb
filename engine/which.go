package engine

import (
	"slices"
	"strings"
	"unicode/utf8"

	"cauce/engine/answer"
	"cauce/engine/eval"
	"cauce/engine/limits"
)

// whichRow begins the id of a row that stands for one reading of an answer.
const whichRow = "@is."

// askWhich asks which of several things they meant: one short question of the
// same visit, which uses no try up. The answer is kept in the frame until they
// say; whatever else they do is what it is.
func (a *advance) askWhich(f *Frame, n *node, readings []eval.Value, raw string) {
	if !a.mayAnswer(f, "which") || !a.hop(f, n, n.which) {
		return
	}
	f.Doubt = &Doubt{Values: readings, Raw: raw}
	body := builtinWhichDate
	if readings[0].Kind == eval.Time {
		body = builtinWhichTime
	}
	m := Outgoing{Kind: OutButtons, Body: a.ours(a.s.builtin[body])}
	for i, label := range a.readings(readings) {
		m.Choices = append(m.Choices, Choice{
			ID:    WireID{f.Flow, f.Node, f.Visit, whichRow + readings[i].Text}.String(),
			Label: label,
		})
		if limits.ButtonTitle.Over(label) != limits.Fits || i >= limits.ReplyButtons {
			m.Kind = OutList
		}
	}
	if m.Kind == OutList {
		m.Opener = a.text(a.s.builtin[builtinOpener])
	}
	a.send(f, m)
	a.listen(f, n)
}

// readings are what an answer can mean, in words. Of dates in one year the year
// is left out where the buttons would be too long with it.
func (a *advance) readings(list []eval.Value) []string {
	lang := a.s.languages[a.lang]
	var out []string
	oneYear := true
	for _, v := range list {
		if v.Kind != eval.Date {
			out = append(out, v.Text)
			continue
		}
		oneYear = oneYear && strings.HasPrefix(v.Text, list[0].Text[:4])
		out = append(out, eval.Day(v.Text, "long", lang))
	}
	long := slices.ContainsFunc(out, func(s string) bool { return utf8.RuneCountInString(s) > limits.ButtonTitle.Max() })
	if long && oneYear {
		year := list[0].Text[:4]
		for i, s := range out {
			s = strings.TrimSuffix(s, year)
			out[i] = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(s, " ,"), " de"), " ,")
		}
	}
	return out
}

// tapped is the reading that a tap on the row of one says, while it is in doubt.
func (d *Doubt) tapped(row string) (eval.Value, bool) {
	text, ok := strings.CutPrefix(row, whichRow)
	if d == nil || !ok {
		return eval.Value{}, false
	}
	i := slices.IndexFunc(d.Values, func(v eval.Value) bool { return v.Text == text })
	if i < 0 {
		return eval.Value{}, false
	}
	return d.Values[i], true
}

// meant is the reading they meant, if what they write says it: the words on a
// row, or a date or time that is one of them and no other. The year of a date
// may be left out: it was said before.
func (a *advance) meant(d *Doubt, r Reading) (eval.Value, bool) {
	for i, label := range a.readings(d.Values) {
		if form(label) == r.form() {
			return d.Values[i], true
		}
	}
	var said []eval.Value
	for _, v := range d.Values {
		switch {
		case v.Kind == eval.Time && slices.Contains(answer.Times(r.Text, a.s.languages[a.lang]), v.Text),
			v.Kind == eval.Date && slices.ContainsFunc(a.dates(r), func(read answer.DateReading) bool {
				return slices.ContainsFunc(read.Dates, func(s string) bool {
					return s == v.Text || len(read.Dates) > 1 && s[4:] == v.Text[4:]
				})
			}):
			said = append(said, v)
		}
	}
	if len(said) != 1 {
		return eval.Value{}, false
	}
	return said[0], true
}
