package intent

import (
	"unicode"
	"unicode/utf8"
)

const (
	minSlip  = 4  // letters a word needs to be taken for a slip of another
	sureSlip = 7  // and for any slip to be sure
	maxSlip  = 32 // no reserved word is as long
)

// slip recognises a message that, without its courtesy, is one word and one
// slip of the finger away from a reserved word: two letters swapped, or one
// missing, added or wrong. The first letter stays, and a word of the language is
// no slip. Swapped letters, and a slip in a long word, are sure.
func (in tongues) slip(m *message, voices []spoken) Match {
	if !m.whole() {
		return Match{}
	}
	for i := range m.n {
		if !m.front[i] || !m.back[i+1] || len(m.token(i)) > 4*maxSlip {
			continue
		}
		var space [maxSlip]rune
		token := runes(space[:0], m.token(i))
		if len(token) < minSlip || !letters(token) {
			continue
		}
		for _, group := range [...][]spoken{voices, in[1:]} {
			for _, s := range group {
				if s.builtin.knows(m.token(i)) {
					return Match{}
				}
			}
		}
		var found Match
		for _, group := range [...][]spoken{voices, in[1:]} {
			for _, s := range group {
				for _, t := range s.builtin.targets[token[0]] {
					swap, near := slipped(token, t.letters)
					if !near {
						continue
					}
					match := Match{Kind: t.kind, Tier: Ask, Word: t.word, Language: s.tag, Rule: "typo"}
					if swap || len(t.letters) >= sureSlip {
						match.Tier = Act
						return match
					}
					if found.Kind == None {
						found = match
					}
				}
			}
		}
		if found.Kind != None {
			return found
		}
	}
	return Match{}
}

// A target is a reserved word of one token that slips are compared with.
type target struct {
	kind    Kind
	word    string
	letters []rune
}

func runes(dst []rune, s string) []rune {
	for _, r := range s {
		if len(dst) == maxSlip {
			return nil
		}
		dst = append(dst, r)
	}
	return dst
}

func letters(token []rune) bool {
	for _, r := range token {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

// slipped reports whether a becomes b by one slip (optimal string alignment
// distance 1), and whether that slip swaps two neighbours.
func slipped(a, b []rune) (swap, near bool) {
	if d := len(a) - len(b); d < -1 || d > 1 {
		return false, false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	if len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0] {
		return true, true
	}
	return false, len(x)+len(y) > 0 && len(x) <= 1 && len(y) <= 1
}

// newTarget makes a target of a reserved word that is long enough to be one: a
// single token of minSlip letters or more.
func newTarget(k Kind, entry, form string) (target, bool) {
	if utf8.RuneCountInString(form) < minSlip {
		return target{}, false
	}
	l := runes(nil, form)
	return target{k, entry, l}, letters(l) && len(l) > 0
}
