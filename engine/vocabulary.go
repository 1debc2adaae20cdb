package engine

import (
	"cmp"
	"slices"

	"cauce/engine/intent"
)

// Vocabulary is what people of one language can write that the service knows
// before any question is open.
type Vocabulary struct {
	Stop  []string // the author's words that stop, and one that is built in
	Human []string // those that ask for a person, likewise
	// Keywords are the first word of each flow that has any, in the service's
	// order of flows.
	Keywords []string
}

// Vocabulary is what can be written in a language of the service; there is
// nothing in any other.
func (s *Service) Vocabulary(lang string) Vocabulary {
	if !slices.Contains(s.languages, lang) {
		return Vocabulary{}
	}
	v := Vocabulary{
		Stop:  s.reserved(s.def.Stop.Words[lang], lang, intent.Stop),
		Human: s.reserved(s.def.Human.Words[lang], lang, intent.Human),
	}
	for _, f := range s.def.Flows {
		if w := f.Keywords[lang]; len(w) > 0 {
			v.Keywords = append(v.Keywords, w[0])
		}
	}
	return v
}

// reserved are the author's words and the first built-in one that means this in
// the whole service: a word of two languages has the meaning of the first. One
// that only this language knows goes before.
func (s *Service) reserved(own []string, lang string, k intent.Kind) []string {
	builtin := ""
	for _, w := range intent.Builtin(lang, k) {
		m := s.recogniser.Recognize(w)
		if m.Kind != k || m.Tier != intent.Act {
			continue
		}
		if m.Language == lang {
			builtin = w
			break
		}
		builtin = cmp.Or(builtin, w)
	}
	if builtin == "" {
		return slices.Clone(own)
	}
	return append(slices.Clone(own), builtin)
}

// HasInbox reports whether asking for a person puts them into a queue; without
// one, they are told the ways to a person.
func (s *Service) HasInbox() bool {
	return slices.ContainsFunc(s.def.Human.Paths, func(p Path) bool { return p.Inbox != "" })
}
