package answer

import (
	_ "embed"
	"sync"
)

//go:embed beside.tsv
var besideTSV string

// beside holds what may stand beside an answer. The table is parsed once, when
// first needed.
var beside = sync.OnceValue(func() map[string]*lexicon {
	return mustLexicons("beside.tsv", besideTSV, "courtesy", "around", "unit")
})

// leftOver returns the tokens that say more than what may stand beside a date or
// a time in lang.
func leftOver(tokens []token, lang string) []token {
	language, _ := subtags(lang)
	l := beside()[language]
	var rest []token
	for i := 0; i < len(tokens); {
		if p, n := l.match(tokens, i); n > 0 && p.class != "unit" {
			i += n
			continue
		}
		if !tokens[i].idle() {
			rest = append(rest, tokens[i])
		}
		i++
	}
	return rest
}
