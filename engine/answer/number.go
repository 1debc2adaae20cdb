package answer

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed parts.tsv
var partsTSV string

// parts holds the words for parts of numbers. The table is parsed once, when
// first needed.
var parts = sync.OnceValue(func() map[string]*lexicon {
	return mustLexicons("parts.tsv", partsTSV, "part", "point")
})

// mostSignificant is how many digits a number may have, leading zeros left out:
// so many a float64 keeps exactly.
const mostSignificant = 15

// Number returns the number that text says, with decimals as people write them
// in lang (BCP-47): "3,5" in Spanish, "3.5" in English and in Mexico, "1.234,5"
// and "1,234.5", "3½", "3 y medio", "tres kilos y medio", "tres coma cinco". All
// that Integer reads is read, in the same way.
//
// A full stop that cannot be grouping is a decimal point in every language, for
// so phones and calculators have it: "3.5" is 3.5 in Spanish and "1.234" is
// 1234. Refused is "1,234" in Spanish without a country, which is another
// number in Mexico than in Argentina, and what has more than 15 digits.
func Number(text, lang string) (float64, bool) {
	s := readable(Text(text))
	found, ok := decimals(s, lang)
	if !ok {
		return 0, false
	}
	tokens, ok := tokenize(s)
	if !ok {
		return 0, false
	}
	tokens = quantities(tokens, found, lang)
	var said []token
	inDigits, articles := false, 0
	for _, t := range tokens {
		switch t.kind {
		case article:
			articles++
			said = append(said, t)
		case digits, spelled:
			inDigits = inDigits || t.kind == digits
			said = append(said, t)
		}
	}
	switch {
	case inDigits:
		if addsOne(tokens) {
			return 0, false
		}
		said = withoutArticles(said)
	case articles > 0 && articles < len(said), !countsOnly(tokens, lang):
		return 0, false
	}
	if len(said) == 0 || len(said) > maxMentions || countWords(s) > maxWords+len(said) {
		return 0, false
	}
	for i, t := range said {
		if t.decimal != said[0].decimal || meansElse(s, t.start, t.end, lang) {
			return 0, false
		}
		if i > 0 && !saidAgain(s[said[i-1].end:t.start]) {
			return 0, false
		}
	}
	return said[0].decimal, true
}

func withoutArticles(said []token) []token {
	var rest []token
	for _, t := range said {
		if t.kind != article {
			rest = append(rest, t)
		}
	}
	return rest
}

// decimals returns the numbers written in digits as tokens, in order. It
// reports false when something numeric in s is no number that stands by itself.
func decimals(s, lang string) (found []token, ok bool) {
	h := habitOf(lang)
	last := ' '
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		fraction, isFraction := fractions[r]
		switch {
		case isDigit(r), isFraction:
			t := token{kind: digits, start: i, end: i + size}
			written := "0"
			if !isFraction {
				written, t.end, ok = decimal(s, i, h, lang)
				if !ok {
					return nil, false
				}
				if f, end, is := fractionAt(s, t.end); is && !strings.Contains(written, ".") {
					fraction, t.end = f, end
				}
			}
			sign, alone := before(s[:i])
			if !alone || !standsAlone(s[t.end:]) || significant(written) > mostSignificant || len(found) == maxMentions {
				return nil, false
			}
			v, err := strconv.ParseFloat(written, 64)
			if err != nil {
				return nil, false
			}
			t.decimal = v + fraction
			if sign != "" && t.decimal != 0 { // no negative zero
				t.decimal = -t.decimal
			}
			found = append(found, t)
			last, i = '0', t.end
			continue
		case unicode.IsNumber(r) && !(unicode.IsLetter(last) && (r == '²' || r == '³')):
			return nil, false
		}
		last = r
		i += size
	}
	return found, true
}

var fractions = map[rune]float64{'½': 0.5, '¼': 0.25, '¾': 0.75}

// fractionAt returns the fraction at s[i], a blank before it or none.
func fractionAt(s string, i int) (f float64, end int, ok bool) {
	at := i + len(s[i:]) - len(strings.TrimLeft(s[i:], " "))
	r, size := utf8.DecodeRuneInString(s[at:])
	f, ok = fractions[r]
	return f, at + size, ok
}

// decimal returns the number that begins at s[i] as Go writes it, and where it
// ends. It reports false when its point may be grouping, or its grouping a point.
func decimal(s string, i int, h habit, lang string) (written string, end int, ok bool) {
	whole, end := grouped(s, i, h)
	isGrouped := end-i > len(whole)
	r, size := utf8.DecodeRuneInString(s[end:])
	to := run(s, end+size)
	if r != '.' && r != ',' && r != '٫' || to == end+size {
		return whole, end, true
	}
	places := s[end+size : to]
	looksGrouped := len(places) == 3 && whole != "0"
	switch {
	case r == '٫':
	case r == h.point():
		// Without a country "1,234" may be of Mexico.
		if looksGrouped && !isGrouped && len(whole) <= 3 && r == ',' && CountryOf(lang) == "" && h.group == '.' {
			return "", 0, false
		}
	case isGrouped, looksGrouped, h.point() != 0 && r == ',':
		return "", 0, false
	}
	return whole + "." + places, to, true
}

func significant(written string) int {
	return len(strings.TrimLeft(strings.Replace(written, ".", "", 1), "0"))
}

// quantities returns tokens with every number as one token: those in digits, as
// they were found, those in words, and both with the parts that words add.
func quantities(tokens, found []token, lang string) []token {
	var whole []token
	for _, t := range tokens {
		for len(found) > 0 && t.start >= found[0].end {
			found = found[1:]
		}
		switch {
		case len(found) > 0 && t.start == found[0].start:
			t = found[0]
		case len(found) > 0 && t.start > found[0].start:
			continue
		}
		whole = append(whole, t)
	}
	by := spellerOf(lang, true)
	if by.lexicon == nil {
		return whole
	}
	whole = by.merge(whole)
	language, _ := subtags(lang)
	var said []token
	for i := 0; i < len(whole); {
		t := whole[i]
		i++
		if !t.number() {
			said = append(said, t)
			continue
		}
		if t.kind != digits {
			t.decimal = float64(t.value)
		}
		v, n := pointed(parts()[language], whole, i)
		if n > 0 && t.decimal == math.Trunc(t.decimal) && t.decimal >= 0 {
			t.decimal, _ = strconv.ParseFloat(strconv.FormatFloat(t.decimal, 'f', 0, 64)+"."+v, 64) // digits on both sides
			t.end, i = whole[i+n-1].end, i+n
			if t.kind == article {
				t.kind = spelled
			}
		} else if unit, p, n := partOf(language, whole, i); n > 0 && t.decimal == math.Trunc(t.decimal) && t.decimal >= 0 {
			t.decimal += p
			t.end = whole[i+n-1].end
			if t.kind == article {
				t.kind = spelled // "una hora y media"
			}
			said = append(said, t)
			said = append(said, whole[i:i+unit]...)
			i += n
			continue
		}
		said = append(said, t)
	}
	return said
}

// pointed reads the decimals said behind a number: "coma cinco", "point two
// five", "coma 25".
func pointed(l *lexicon, tokens []token, i int) (places string, n int) {
	p, n := l.match(tokens, i)
	if p.class != "point" {
		return "", 0
	}
	for i+n < len(tokens) && tokens[i+n].number() && len(places) < 6 {
		t := tokens[i+n]
		v := t.value
		if t.kind == digits {
			v = int64(t.decimal)
			if t.decimal != math.Trunc(t.decimal) {
				return "", 0
			}
		}
		if v < 0 || v > 99 || v > 9 && places != "" {
			return "", 0
		}
		if t.kind == digits && t.end-t.start > 2 {
			return "", 0
		}
		if t.kind == digits && t.end-t.start == 2 && v < 10 {
			places += "0"
		}
		places += strconv.FormatInt(v, 10)
		n++
		if v > 9 || t.kind == digits {
			break
		}
	}
	if places == "" {
		return "", 0
	}
	return places, n
}

// partOf reads the part said behind a number or behind its unit, and how many
// tokens the unit and both have.
func partOf(language string, tokens []token, i int) (unit int, part float64, n int) {
	if p, m := beside()[language].match(tokens, i); p.class == "unit" {
		unit = m
	}
	p, m := parts()[language].match(tokens, i+unit)
	if p.class != "part" {
		return 0, 0, 0
	}
	part, _ = strconv.ParseFloat(p.value, 64) // a test reads every value of the table
	return unit, part, unit + m
}
