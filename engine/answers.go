package engine

import (
	"errors"
	"fmt"
	"slices"

	"cauce/engine/answer"
	"cauce/engine/eval"
)

// check is a condition over an answer: when it is true, the answer is refused.
type check struct {
	wrong *eval.Program
	say   texts // nil: the question's next retry
}

// refusal is an answer that a check refused.
type refusal struct {
	say   texts
	value eval.Value
}

// mediaKinds are the kinds of answers that Media holds, and kinds all that are
// no words.
var (
	mediaKinds = []string{"audio", "document", "image", "sticker", "video"}
	kinds      = append([]string{"contacts", "location"}, mediaKinds...)
)

// compileAnswers compiles what a question takes for an answer.
func (s *Service) compileAnswers(n *node, d *Node, env eval.Schema) error {
	typ := eval.Text
	if n.save != nil {
		typ = n.save.Type
	}
	n.noText = d.Want != nil
	for _, k := range d.Want {
		switch {
		case k == "text":
			n.noText = false
		case slices.Contains(kinds, k):
			n.want = append(n.want, k)
		default:
			return fmt.Errorf("no answer is a %q", k)
		}
	}
	if d.Want == nil {
		switch typ {
		case eval.Location:
			n.want, n.noText = []string{"location"}, true
		case eval.Media:
			n.want, n.noText = mediaKinds, true
		}
	}
	n.place = n.noText && len(n.want) == 1 && n.want[0] == "location"
	if len(d.Checks) == 0 {
		return nil
	}
	valued := Schema(&s.def, nil)
	for name, v := range env {
		valued[name] = v
	}
	valued[NameValue] = eval.Name{Type: typ}
	if n.save != nil {
		for _, o := range n.save.Options {
			valued[NameValue] = eval.Name{Type: typ, Options: append(valued[NameValue].Options, o.ID)}
		}
	}
	for _, c := range d.Checks {
		if c.If == "" {
			return errors.New("a check has no condition")
		}
		wrong, err := s.expr(c.If, valued, eval.Bool)
		if err != nil {
			return err
		}
		say, err := s.words(c.Say, valued)
		if err != nil {
			return err
		}
		n.checks = append(n.checks, check{wrong, say})
	}
	return nil
}

// answers takes what they sent as the answer to the open question, if it is
// one. done: it was handled; else refused tells of a check that said no.
func (a *advance) answers(f *Frame, n *node, r Reading) (refused *refusal, done bool) {
	if n.answer < 0 {
		return nil, false
	}
	if r.Kind != InText {
		v, ok := a.brought(n, r)
		if !ok {
			return nil, false
		}
		refused = a.accept(f, n, v, r.Text)
		return refused, refused == nil
	}
	if n.noText {
		return nil, false
	}
	readings := a.parse(n, r)
	if d := f.Doubt; d != nil {
		if v, ok := a.meant(d, r); ok {
			readings = []eval.Value{v}
		} else if len(readings) > 1 {
			return nil, false // the same again: that is no answer either
		}
	}
	switch len(readings) {
	case 0:
		return nil, false
	case 1:
		refused = a.accept(f, n, readings[0], r.Text)
		return refused, refused == nil
	}
	a.askWhich(f, n, readings, r.Text)
	return nil, true
}

// brought is what came that is no words, as the question keeps it: unset where
// it takes it and has nothing to keep it in.
func (a *advance) brought(n *node, r Reading) (eval.Value, bool) {
	kind := r.Type
	if kind == "voice" {
		kind = "audio"
	}
	if r.Kind != InMedia && r.Kind != InOther || !slices.Contains(n.want, kind) {
		return eval.Value{}, false
	}
	if n.save == nil || n.save.Type != eval.Media && n.save.Type != eval.Location {
		return eval.Value{}, true
	}
	return r.Carries, a.fits(n.save, r.Carries)
}

// parse reads a typed answer as what the question saves: no reading, one, or
// more than one where it can mean several things that all fit. Text is an answer
// where nothing is saved, too.
func (a *advance) parse(n *node, r Reading) []eval.Value {
	if n.save == nil {
		return a.fitting(nil, eval.TextOf(r.Text))
	}
	lang := a.s.languages[a.lang]
	one := func(v eval.Value, ok bool) []eval.Value {
		if !ok {
			return nil
		}
		return a.fitting(n.save, v)
	}
	switch n.save.Type {
	case eval.Text:
		// A row that is made from a list is chosen, or nothing is.
		return one(eval.TextOf(r.Text), n.from == nil)
	case eval.Integer:
		i, ok := answer.Integer(r.Text, lang)
		return one(eval.IntOf(i), ok)
	case eval.Number:
		f, ok := answer.Number(r.Text, lang)
		return one(eval.NumberOf(f), ok)
	case eval.Bool:
		yes, ok := answer.YesNo(r.Text, lang)
		return one(eval.BoolOf(yes), ok)
	case eval.Phone:
		if r.Spared != nil {
			return one(eval.Value{Kind: eval.Phone, Text: r.Spared.Phone}, r.Spared.Phone != "")
		}
		phone, ok := answer.Phone(r.Text, a.s.country(a.c.Zone))
		return one(eval.Value{Kind: eval.Phone, Text: phone}, ok)
	case eval.Email:
		address, ok := answer.Email(r.Text)
		return one(eval.Value{Kind: eval.Email, Text: address}, ok)
	case eval.Time:
		var out []eval.Value
		for _, t := range answer.Times(r.Text, lang) {
			out = append(out, a.fitting(n.save, eval.Value{Kind: eval.Time, Text: t})...)
		}
		return out
	case eval.Date:
		var out []eval.Value
		for _, reading := range a.dates(r) {
			// What a reading leaves open, the year most often, is settled by
			// the bounds: the likeliest that lies within them is meant.
			for _, d := range reading.Dates {
				if v := a.fitting(n.save, eval.Value{Kind: eval.Date, Text: d}); v != nil {
					if !slices.Contains(out, v[0]) {
						out = append(out, v[0])
					}
					break
				}
			}
		}
		return out
	case eval.Media, eval.Location:
		if r.Text != "" {
			return []eval.Value{{}} // the author wants words too, and has nothing to keep them in
		}
	}
	// A choice is answered by its rows, which were looked at before.
	return nil
}

// fitting is a value that the data may have; nil: it may not.
func (a *advance) fitting(d *datum, v eval.Value) []eval.Value {
	if v.Kind == eval.Text && v.Text == "" || d != nil && !a.fits(d, v) {
		return nil
	}
	return []eval.Value{v}
}

// dates are the ways in which a text says a date.
func (a *advance) dates(r Reading) []answer.DateReading {
	if r.Spared != nil {
		if r.Spared.Dates == nil {
			return nil
		}
		return r.Spared.Dates[a.lang]
	}
	return answer.Dates(r.Text, a.s.languages[a.lang], a.s.country(a.c.Zone), a.Value(NameToday).Text)
}

// accept takes an answer, unless a check of the question refuses it.
func (a *advance) accept(f *Frame, n *node, v eval.Value, raw string) *refusal {
	a.frame = f
	if v.IsSet() {
		a.value = v
		for _, c := range n.checks {
			if a.holds(c.wrong, f) {
				a.value = eval.Value{}
				return &refusal{c.say, v}
			}
		}
		a.value = eval.Value{}
	}
	f.Doubt = nil
	a.c.Raw = raw
	if n.save != nil && v.Kind == n.save.Type {
		a.keep(n.save, v, raw)
	}
	a.take(n.answer)
	return nil
}
