package answer

import (
	_ "embed"
	"strconv"
	"sync"
)

//go:embed numerals.tsv
var numeralsTSV string

// numerals are the number words of each language that has some. The table is
// parsed once, when first needed.
var numerals = sync.OnceValue(func() map[string]*lexicon {
	return mustLexicons("numerals.tsv", numeralsTSV, "one", "small", "ten", "loose", "hundred", "only", "times", "thousand", "million", "and")
})

// A speller reads the numbers of one language in words.
type speller struct {
	lexicon  *lexicon
	language string
	loose    bool // "diez y seis" is 16; about clocks it is ten and six minutes
}

func spellerOf(lang string, loose bool) speller {
	language, _ := subtags(lang)
	return speller{lexicon: numerals()[language], language: language, loose: loose}
}

// merge returns tokens with every number in words as one token. Its kind is
// article for a "one" that may be an article and says no more than itself.
func (s speller) merge(tokens []token) []token {
	if s.lexicon == nil {
		return tokens
	}
	merged := make([]token, 0, len(tokens))
	for i := 0; i < len(tokens); {
		v, n := s.number(tokens, i)
		if n == 0 {
			merged = append(merged, tokens[i])
			i++
			continue
		}
		t := tokens[i]
		t.kind, t.value, t.end = spelled, v, tokens[i+n-1].end
		for _, more := range tokens[i+1 : i+n] {
			if more.kind == word {
				t.text += " " + more.text
			}
		}
		if p, _ := s.lexicon.match(tokens, i); n == 1 && p.class == "one" {
			t.kind = article
		}
		merged = append(merged, t)
		i += n
	}
	return merged
}

// number returns the number in words that begins at tokens[i], up to
// 999 999 999, and how many tokens say it; 0 for none.
func (s speller) number(tokens []token, i int) (value int64, n int) {
	v, n := s.upTo(tokens, i, 1_000_000)
	if n == 0 {
		return 0, 0
	}
	if m := s.class(tokens, i+n, "million"); m > 0 && v > 0 && v < 1000 {
		n += m
		value = v * 1_000_000
		if rest, more := s.joined(tokens, i+n, 1_000_000); more > 0 {
			value, n = value+rest, n+more
		}
		return value, n
	}
	return v, n
}

// upTo reads thousands and what follows them.
func (s speller) upTo(tokens []token, i int, limit int64) (value int64, n int) {
	v, n := s.hundreds(tokens, i)
	m := s.class(tokens, i+n, "thousand")
	switch {
	case limit <= 1000 || m == 0 || n > 0 && v == 0:
		return v, n
	case n == 0 && s.language == "en":
		return 0, 0 // "thousand" alone is how many?
	case n == 0:
		v = 1
	}
	value, n = v*1000, n+m
	if rest, more := s.joined(tokens, i+n, 1000); more > 0 {
		value, n = value+rest, n+more
	}
	return value, n
}

// joined reads what is added to thousands and millions, with or without "and"
// as the language has it. Zero is never added.
func (s speller) joined(tokens []token, i int, limit int64) (value int64, n int) {
	and := 0
	if s.language == "pt" || s.language == "en" {
		and = s.class(tokens, i, "and")
	}
	v, n := s.upTo(tokens, i+and, limit)
	if n == 0 || v == 0 {
		return 0, 0
	}
	return v, and + n
}

// hundreds reads 0 … 999.
func (s speller) hundreds(tokens []token, i int) (value int64, n int) {
	p, n := s.lexicon.match(tokens, i)
	switch p.class {
	case "only":
		return p.number(), n
	case "hundred":
		value = p.number()
	case "times": // "cent", without a number before it
		if s.language == "en" {
			return 0, 0
		}
		value = 100
	default:
		if value, n = s.tens(tokens, i); n == 0 || value < 1 || value > 9 {
			return value, n
		}
		m := s.class(tokens, i+n, "times")
		if m == 0 {
			return value, n
		}
		value, n = value*100, n+m
	}
	and := 0
	switch s.language {
	case "pt":
		if and = s.class(tokens, i+n, "and"); and == 0 {
			return whole(p, value, n)
		}
	case "en":
		and = s.class(tokens, i+n, "and")
	}
	if rest, more := s.tens(tokens, i+n+and); more > 0 && rest > 0 {
		return value + rest, n + and + more
	}
	return whole(p, value, n)
}

// whole returns a hundred to which nothing is added. "Ciento" says that
// something is, and a hundred is "cien".
func whole(p phrase, value int64, n int) (int64, int) {
	if p.class == "hundred" && value == 100 {
		return 0, 0
	}
	return value, n
}

// tens reads 0 … 99.
func (s speller) tens(tokens []token, i int) (value int64, n int) {
	p, n := s.lexicon.match(tokens, i)
	switch p.class {
	case "one", "small":
		return p.number(), n
	case "loose":
		if !s.loose {
			return p.number(), n
		}
	case "ten":
	default:
		return 0, 0
	}
	value = p.number()
	and := s.class(tokens, i+n, "and")
	if (s.language == "es" || s.language == "pt") && and == 0 || s.language == "en" && and > 0 {
		return value, n
	}
	unit, m := s.lexicon.match(tokens, i+n+and)
	if unit.class != "one" && unit.class != "small" && unit.class != "loose" || m == 0 {
		return value, n
	}
	u, most := unit.number(), int64(9)
	if s.language == "fr" {
		if value == 60 || value == 80 {
			most = 19
		}
		// "vingt et un", "soixante et onze", but "quatre-vingt-un".
		if one := u == 1 || u == 11; one != (and > 0) && value != 80 || value == 80 && and > 0 {
			return value, n
		}
	}
	if u == 0 || u > most || s.language == "en" && unit.class == "one" && tokens[i+n].text != "one" {
		return value, n
	}
	return value + u, n + and + m
}

// class returns how many tokens at i say a phrase of the class.
func (s speller) class(tokens []token, i int, class string) int {
	if p, n := s.lexicon.match(tokens, i); p.class == class {
		return n
	}
	return 0
}

// number is the value of a numeral.
func (p phrase) number() int64 {
	v, _ := strconv.ParseInt(p.value, 10, 64) // a test reads every value of the table
	return v
}
