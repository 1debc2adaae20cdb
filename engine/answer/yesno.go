package answer

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed yesno.tsv
var yesnoTSV string

// yesNo holds the words for yes and no. The table is parsed once, when first
// needed.
var yesNo = sync.OnceValue(func() map[string]*lexicon {
	return mustLexicons("yesno.tsv", yesnoTSV, "yes", "no", "sound")
})

// YesNo returns what text answers to a question of yes or no. It reports false
// for a text that is more, less or something else ("no sé", "tal vez", "sí pero
// no", "¿sí?").
//
// Words are read in Spanish, English, Portuguese and French; English ones in the
// other three too. Thumbs and marks (👍, 👎, ✅, ❌) are read in every language.
func YesNo(text, lang string) (yes, ok bool) {
	s := readable(Text(text))
	if countWords(s) > maxWords || strings.ContainsAny(s, "?¿؟？🤔🤷🙄😕😐🫤") {
		return false, false
	}
	signed, sign := signOf(s)
	if signed && !hasLetter(s) && strings.IndexFunc(s, isDigit) < 0 {
		return sign > 0, sign != 0
	}
	tokens, fits := tokenize(s)
	if !fits {
		return false, false
	}
	language, _ := subtags(lang)
	if yesNo()[language] == nil {
		return false, false
	}
	for _, l := range [...]string{language, "en"} {
		if said := sideOf(tokens, l); said != 0 {
			if signed && said != sign {
				return false, false // "no 👍"
			}
			return said > 0, true
		}
	}
	return false, false
}

// signOf returns whether s holds a thumb or a mark, and what they all say: 1 for
// yes, -1 for no, 0 for both.
func signOf(s string) (signed bool, sign int) {
	yes := strings.ContainsAny(s, "👍👌✅✔☑🆗")
	no := strings.ContainsAny(s, "👎❌✖🚫🙅")
	switch {
	case yes && !no:
		return true, 1
	case no && !yes:
		return true, -1
	}
	return yes, 0
}

// sideOf returns 1 when tokens say yes, -1 for no, and 0 when they say neither
// or more than that.
func sideOf(tokens []token, language string) (side int) {
	l, courtesy := yesNo()[language], beside()[language]
	for i := 0; i < len(tokens); {
		p, n := l.match(tokens, i)
		switch {
		case p.class == "sound":
		case n > 0:
			s := 1
			if p.class == "no" {
				s = -1
			}
			if side != 0 && s != side {
				return 0
			}
			side = s
		case tokens[i].idle():
			n = 1
		default:
			if p, n = courtesy.match(tokens, i); n == 0 || p.class != "courtesy" {
				return 0
			}
		}
		i += n
	}
	return side
}
