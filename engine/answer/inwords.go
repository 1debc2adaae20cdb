package answer

import (
	"slices"
	"strings"
	"unicode"
)

// withWords adds the numbers in words to those in digits that were found in s.
// It reports false when there are words that do not leave the number certain.
func withWords(s string, found []mention, lang string) ([]mention, bool) {
	by := spellerOf(lang, true)
	if by.lexicon == nil || !hasLetter(s) {
		return found, true
	}
	tokens, ok := tokenize(s)
	if !ok {
		return nil, false
	}
	tokens = by.merge(tokens)
	inDigits := len(found) > 0
	articles := 0
	for _, t := range tokens {
		switch t.kind {
		case article:
			articles++
			if inDigits {
				continue // "una persona de 20"
			}
		case spelled:
		default:
			continue
		}
		if len(found) == maxMentions {
			return nil, false
		}
		found = append(found, mention{value: t.value, start: t.start, end: t.end})
	}
	slices.SortFunc(found, func(a, b mention) int { return a.start - b.start })
	switch {
	case inDigits && addsOne(tokens):
		return nil, false
	case inDigits || len(found) == 0:
		return found, true
	case articles > 0 && articles < len(found): // "tengo un total de veinte", "uno o dos"
		return nil, false
	}
	return found, countsOnly(tokens, lang)
}

// addsOne reports whether tokens join an article to what they said: "2 hijos y
// una hija".
func addsOne(tokens []token) bool {
	for i, t := range tokens {
		if i > 0 && t.kind == article && joins[tokens[i-1].text] {
			return true
		}
	}
	return false
}

func hasLetter(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

// countsOnly reports whether tokens, some of which are numbers in words, say
// nothing but them and what they count.
func countsOnly(tokens []token, lang string) bool {
	language, _ := subtags(lang)
	l := beside()[language]
	for i := 0; i < len(tokens); {
		t := tokens[i]
		if t.number() {
			n, ok := counted(l, tokens, i)
			if !ok {
				return false
			}
			i += n
			continue
		}
		if _, n := l.match(tokens, i); n > 0 {
			i += n
			continue
		}
		if !t.idle() {
			return false
		}
		i++
	}
	return true
}

// counted judges the number at tokens[i] by what is directly behind it, and
// returns how many tokens both have.
func counted(l *lexicon, tokens []token, i int) (n int, ok bool) {
	t := tokens[i]
	if i+1 == len(tokens) || tokens[i+1].kind != word {
		return 1, t.kind == spelled || standsForOne[t.text]
	}
	next := tokens[i+1]
	p, m := l.match(tokens, i+1)
	round := t.kind == spelled && roundWords[firstWord(t.text)] && t.value%100 == 0
	switch {
	case p.class == "unit":
		return 1 + m, (t.kind == spelled || p.value != "wait") && !(round && p.value == "often") // "mil veces no"
	case t.kind == article:
		return 1, false // "un momento", "a friend"
	case m > 0:
		return 1, !round || p.class != "courtesy" // "mil gracias"
	}
	return 2, !round && !joins[next.text]
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// standsForOne are the words for one that answer "how many?" by themselves.
var standsForOne = map[string]bool{"uno": true, "una": true, "um": true, "uma": true, "un": true, "une": true, "one": true}

// roundWords begin numbers that people also say for "very many": beside them
// only a known unit counts.
var roundWords = map[string]bool{"mil": true, "cien": true, "cem": true, "cent": true, "mille": true, "un": true, "um": true, "a": true, "one": true}

// joins are words that join a number to something that is not its unit.
var joins = map[string]bool{
	"y": true, "e": true, "o": true, "u": true, "ni": true, "ou": true, "et": true, "or": true, "and": true, "nor": true, "but": true,
	"pero": true, "mas": true, "mais": true, "a": true, "to": true, "ate": true, "hasta": true, "no": true, "not": true, "nao": true, "pas": true,
	"por": true, "per": true, "par": true, "menos": true, "moins": true, "less": true, "more": true, "plus": true,
}
