package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cauce/engine/answer"
	"cauce/engine/eval"
	"cauce/engine/words"
)

// consent is a purpose that people agree to, compiled.
type consent struct {
	Consent
	purpose texts
}

// The rows of a consent that every one has, in this order.
const (
	yesRow = 0
	noRow  = 1
)

func (s *Service) compileConsents() error {
	s.consents = map[string]*consent{}
	env := Schema(&s.def, nil)
	for _, d := range s.def.Consents {
		if s.consents[d.Name] != nil {
			return fmt.Errorf("two consents are named %q", d.Name)
		}
		c := &consent{Consent: d}
		var err error
		if c.purpose, err = s.words(d.Purpose, env); err != nil {
			return fmt.Errorf("consent %s: %w", d.Name, err)
		}
		s.consents[d.Name] = c
	}
	return nil
}

// compileConsent compiles a question whose yes is written to the ledger. It is
// asked, tried again and left like any other; who has agreed already is not
// asked at all.
func (s *Service) compileConsent(f *flow, n *node, d *Node, goTo Place, env eval.Schema) error {
	if n.consent = s.consents[d.Consent]; n.consent == nil {
		return fmt.Errorf("no consent is named %q", d.Consent)
	}
	if d.Save != "" {
		return errors.New("a consent saves nothing")
	}
	if err := s.compileAsk(f, n, d, goTo, env); err != nil {
		return err
	}
	if len(n.rows) < 2 {
		return errors.New("a consent needs a yes and a no")
	}
	for _, i := range []int{yesRow, noRow} {
		if n.rows[i].cond != nil || n.rows[i].label == nil {
			return errors.New("the yes and the no of a consent are always shown")
		}
		w := n.way(n.rows[i].way)
		w.Effects = append(w.Effects, DoConsent)
	}
	// Its own way: nobody said anything now, and what comes behind it is for
	// what it was for before.
	n.agreed = n.add(OnAgreed, "", n.way(n.rows[yesRow].way).To, Way{})
	if len(n.rows[yesRow].set) > 0 {
		n.way(n.agreed).Effects = []EffectKind{DoSave}
	}
	return nil
}

// withPurpose is a schema with what a consent's words may read.
func withPurpose(env eval.Schema) eval.Schema {
	out := make(eval.Schema, len(env)+1)
	for name, t := range env {
		out[name] = t
	}
	out[NamePurpose] = eval.Name{Type: eval.Text}
	return out
}

// agreed reports whether a live consent is kept: given to the version that
// counts, and not taken back.
func (a *advance) agreed(name string) bool {
	c, have := a.s.consents[name], a.c.Consents[name]
	return c != nil && have.Live && have.Version == c.Version
}

// takeAgreed goes the way of a yes unasked. What the yes would have answered is
// not said: nobody said anything.
func (a *advance) takeAgreed(f *Frame, n *node) {
	a.frame = f
	a.assign(n.rows[yesRow].set)
	a.take(n.agreed)
}

// consentWords are what a consent asks: the author's words, and what they lack
// of the service's name and the way to its privacy policy.
func (a *advance) consentWords(body string) string {
	return WithPolicy(body, a.s.def.Name, a.s.def.Privacy)
}

// WithPolicy is the message of a consent: words that name the service and close
// with the link to its privacy policy. What they lack is appended, on a line of
// its own.
func WithPolicy(body, service, link string) string {
	var lacks []string
	if !namesService(body, service) {
		lacks = append(lacks, service)
	}
	if link != "" && !strings.Contains(body, link) {
		lacks = append(lacks, link)
	}
	if len(lacks) == 0 {
		return body
	}
	return body + "\n\n" + strings.Join(lacks, " · ")
}

// namesService reports whether words hold a name, as words of their own: "Ana"
// is not in "semana".
func namesService(body, service string) bool {
	name := words.Normalize(service)
	if name == "" {
		return strings.Contains(body, service)
	}
	return strings.Contains(" "+words.Normalize(body)+" ", " "+name+" ")
}

// showed notes exactly what a consent showed: the words of the bubble, and what
// there was to tap.
func showed(m Outgoing) string {
	var b strings.Builder
	b.WriteString(m.Body)
	for i, c := range m.Choices {
		sep := " "
		if i == 0 {
			sep = "\n"
		}
		b.WriteString(sep + "[" + c.Label + "]")
	}
	return b.String()
}

// answered writes what a consent's yes or no comes to. r is their own tap or
// words, of the very visit.
func (a *advance) answered(f *Frame, n *node, row int, r Reading) {
	name := n.consent.Name
	switch row {
	case yesRow:
		if a.c.Consents == nil {
			a.c.Consents = map[string]Agreement{}
		}
		a.c.Consents[name] = Agreement{Version: n.consent.Version, Live: true, At: stampOf(a.now)}
		a.do(Consented{
			Purpose: name, Version: n.consent.Version, Given: true,
			Words: f.Shown, Message: r.ID, Source: sourceOf(f), Actor: ByPerson, At: a.wrote.Time(),
		})
	case noRow:
		a.takeBack(name, r.Text, sourceOf(f))
	}
}

func sourceOf(f *Frame) string { return string(f.Flow) + "." + string(f.Node) }

// yesOrNo is the row of a consent that typed words mean which are none of its
// labels: a yes or a no as people write them in their language. -1: neither.
func (a *advance) yesOrNo(n *node, r Reading) int {
	if n.consent == nil || r.Kind != InText {
		return -1
	}
	yes, ok := answer.YesNo(r.Text, a.s.languages[a.lang])
	switch {
	case !ok:
		return -1
	case yes:
		return yesRow
	}
	return noRow
}

// takeBack withdraws a consent that was given, to whatever version; one that
// never was stays never. What only it covered is forgotten.
func (a *advance) takeBack(name, said, source string) {
	have, ok := a.c.Consents[name]
	if !ok || !have.Live {
		return
	}
	have.Live, have.At = false, stampOf(a.now)
	a.c.Consents[name] = have
	at, by := a.now, ByService
	if a.wrote != 0 {
		at, by = a.wrote.Time(), ByPerson
	}
	a.do(Consented{Purpose: name, Version: have.Version, Words: said, Message: a.id, Source: source, Actor: by, At: at})
	a.forgetCovered(name)
}

// withdrawMessages takes back every consent to be written to first.
func (a *advance) withdrawMessages(said, source string) {
	for i := range a.s.def.Consents {
		if c := &a.s.def.Consents[i]; c.Messages {
			a.takeBack(c.Name, said, source)
		}
	}
}

// forgetCovered forgets the data that were kept for a consent only.
func (a *advance) forgetCovered(name string) {
	var gone []string
	for i := range a.s.def.Data {
		if d := &a.s.def.Data[i]; d.Needs == name {
			gone = append(gone, d.Name)
		}
	}
	a.forget(gone)
	own := func(stack []Frame) {
		for i := range stack {
			if fl := a.s.flows[stack[i].Flow]; fl != nil {
				for d, v := range fl.data {
					if v.Needs == name {
						delete(stack[i].Data, d)
					}
				}
			}
		}
	}
	for i := range a.c.Scheduled {
		s := &a.c.Scheduled[i]
		if fl := a.s.flows[s.Flow]; fl != nil {
			s.With = maps.Clone(s.With) // never written to: it is the input's too
			maps.DeleteFunc(s.With, func(d string, _ Kept) bool { return fl.data[d] != nil && fl.data[d].Needs == name })
		}
	}
	own(a.c.Front)
	if a.c.Aside != nil {
		own(a.c.Aside.Stack)
	}
	for i := range a.c.Parked {
		own(a.c.Parked[i].Stack)
	}
}

// forget forgets data of the service at once. Flows behind the one that is
// talked in, and that read what was kept, end left: they would go on with what
// is gone.
func (a *advance) forget(names []string) {
	gone := map[string]bool{}
	for _, name := range names {
		if _, ok := a.c.Data[name]; !ok {
			continue
		}
		gone[name] = true
		delete(a.c.Data, name)
		if d := a.s.data[name]; d != nil && d.Keep > 0 {
			a.do(StopTimer{FlowID(name), 0, ForKeep})
		}
		a.record(RecordLapse, "forgotten", nil, name)
	}
	if len(gone) == 0 {
		return
	}
	// The lowest flow of a stack that reads it: it ends, and what it called.
	lowest := func(stack []Frame) int {
		return slices.IndexFunc(stack, func(f Frame) bool {
			fl := a.s.flows[f.Flow]
			if fl == nil {
				return false
			}
			for name := range gone {
				if fl.reads[name] && fl.data[name] == nil {
					return true
				}
			}
			return false
		})
	}
	if as := a.c.Aside; as != nil {
		if k := lowest(as.Stack); k >= 0 {
			a.c.Aside = nil
			a.leaveFrom(as.Stack, k)
		}
	}
	for i := 0; i < len(a.c.Parked); {
		stack := a.c.Parked[i].Stack
		if k := lowest(stack); k >= 0 {
			a.c.Parked = slices.Delete(a.c.Parked, i, i+1)
			a.leaveFrom(stack, k)
			continue
		}
		i++
	}
}

// covered reports whether a value may be kept: data that needs a consent is
// kept with a live one only.
func (a *advance) covered(d *datum) bool {
	return a.s.consents[d.Needs] == nil || a.agreed(d.Needs)
}

// purposeWords are what a consent is about, in its own words.
func (a *advance) purposeWords() eval.Value {
	if f := a.frame; f != nil {
		if n := a.node(f); n != nil && n.consent != nil {
			return eval.TextOf(a.text(n.consent.purpose))
		}
	}
	return eval.Value{}
}
