package engine

import (
	"cmp"
	"encoding/json"
	"time"

	"cauce/engine/answer"
	"cauce/engine/eval"
	"cauce/engine/sensitive"
)

// Spared is what a text can be besides a message with an identity or account
// number: the phone number or the date that a question may have asked for. Of
// the words themselves no more is kept than anywhere.
type Spared struct {
	Phone string                 // in international form; empty: it is none
	Dates [][]answer.DateReading // by language of the service; nil: it is none
}

// redact takes card, account and ID numbers out of a message before anybody
// sees it: what is not kept can't leak.
func (s *Service) redact(r *Reading) {
	spans := sensitive.Find(r.Text, sensitive.Options{})
	if len(spans) > 0 {
		r.Sensitive = spans[0].Kind.String()
		if r.Kind == InText && !certain(spans) {
			r.Spared = s.spare(r.Text, r.Sent)
		}
		r.Text = sensitive.Redact(r.Text, spans)
	}
	if r.Carries.IsSet() {
		r.redactCarried()
	}
}

// redactName does the same to what they call themselves, which comes with every
// message and is no part of it. Many are called by their phone number there.
func (s *Service) redactName(r *Reading) {
	options := sensitive.Options{Country: s.country(""), Expects: sensitive.Phone}
	r.Name = sensitive.Redact(r.Name, sensitive.Find(r.Name, options))
}

// certain reports whether there is a card or an IBAN among them: no question
// asks for such a number.
func certain(spans []sensitive.Span) bool {
	for _, s := range spans {
		if s.Kind == sensitive.Card || s.Kind == sensitive.IBAN {
			return true
		}
	}
	return false
}

// spare reads a text as the phone number or date that it may be, unless a word
// right beside the number says what it is.
func (s *Service) spare(text string, sent time.Time) *Spared {
	var out Spared
	country := s.country("")
	if len(sensitive.Find(text, sensitive.Options{Country: country, Expects: sensitive.Phone})) == 0 {
		out.Phone, _ = answer.Phone(text, country)
	}
	if !sent.IsZero() && len(sensitive.Find(text, sensitive.Options{Country: country, Expects: sensitive.Date})) == 0 {
		today := sent.In(s.zone).Format(time.DateOnly)
		some := false
		for _, l := range s.languages {
			d := answer.Dates(text, l, country, today)
			some = some || d != nil
			out.Dates = append(out.Dates, d)
		}
		if !some {
			out.Dates = nil
		}
	}
	if out.Phone == "" && out.Dates == nil {
		return nil
	}
	return &out
}

// country is where somebody is, as far as it decides how they write: by their
// zone, else the service's, else the first language that names one.
func (s *Service) country(zone string) string {
	c := cmp.Or(answer.Country(zone), answer.Country(s.def.Timezone))
	for i := 0; c == "" && i < len(s.languages); i++ {
		c = answer.CountryOf(s.languages[i])
	}
	return c
}

// redactCarried does the same to the texts that came with a picture or a place.
func (r *Reading) redactCarried() {
	object, ok := decodeJSON(r.Carries.Text).(map[string]any)
	if !ok {
		return
	}
	changed := false
	for _, key := range []string{"caption", "filename", "name", "address"} {
		text, ok := object[key].(string)
		if !ok {
			continue
		}
		tidy := answer.Text(text)
		spans := sensitive.Find(tidy, sensitive.Options{})
		if len(spans) > 0 && r.Sensitive == "" {
			r.Sensitive = spans[0].Kind.String()
		}
		if tidy = sensitive.Redact(tidy, spans); tidy != text {
			object[key], changed = tidy, true
		}
	}
	if !changed {
		return
	}
	if b, err := json.Marshal(object); err == nil {
		r.Carries.Text = string(b)
	}
}

// askedFor reports whether what looks like an ID or account number is the phone
// number or the date that the open question asks for.
func (a *advance) askedFor(r Reading) bool {
	f, n := a.front()
	if r.Spared == nil || f == nil || !f.Asked || a.c.Handover != nil || n.answer < 0 || n.noText || n.save == nil {
		return false
	}
	if n.save.Type != eval.Phone && n.save.Type != eval.Date {
		return false
	}
	a.frame = f
	return len(a.parse(n, r)) > 0
}
