package answer

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

// Integer returns the whole number that text says, read as people write in
// lang (BCP-47). It reports false when there is none, when there are two that
// differ, and when what there is may be something else.
//
// The number is in the digits of any script, keycaps included, may have a sign
// directly before it, and may be grouped as lang does: "1.200" in Spanish,
// "1,200" in English and in Mexico, "1 200" in French, "1,00,000" in India.
// Words may stand around it ("tengo unas 20 semanas, gracias"), up to maxWords
// of them, and a unit may be glued to it: one of a short list ("20kg"), or a
// word of four letters or more ("20semanas"; outside Latin script, of two).
//
// Refused are decimals and fractions, dates, times and ranges ("3/5", "5:30",
// "20-21", "3 de mayo", "5 pm"), letters glued before a number or one letter
// glued after it ("a20", "20b"), words that change what the digits say ("20
// mil", "20 y medio", "menos de 20", "no tengo 20"), bounds ("20+", ">20"), and
// what is beyond an int64.
//
// In Spanish, English, Portuguese and French the number may be in words, up to
// 999 999 999 ("veinte", "quatre-vingt-dix-sept", "twenty one"). Beside words
// less is allowed than beside digits: only what people say around an answer
// ("tengo", "creo que", "por favor"), known units, and one other word directly
// behind the number, which it counts. So "veinte semanas" is 20, and "mil
// gracias" and "un momento" are no numbers.
func Integer(text string, lang string) (int64, bool) {
	s := readable(Text(text)) // what is saved is tidied first: the same must be read from both
	found, ok := inDigits(s, habitOf(lang))
	if !ok || len(found) > maxMentions {
		return 0, false
	}
	if found, ok = withWords(s, found, lang); !ok || len(found) == 0 || countWords(s) > maxWords+len(found) {
		return 0, false
	}
	first := found[0]
	for i, n := range found {
		if n.value != first.value {
			return 0, false
		}
		if i > 0 && !saidAgain(s[found[i-1].end:n.start]) {
			return 0, false
		}
	}
	for _, n := range found {
		if meansElse(s, n.start, n.end, lang) {
			return 0, false
		}
	}
	return first.value, true
}

// saidAgain reports whether what stands between two mentions of a number parts
// them: "20, sí, 20" is 20, while "20 20" may be one long number, and "dix heures
// dix" is a time.
func saidAgain(between string) bool { return strings.ContainsFunc(between, endsClause) }

const (
	// maxMentions is how often the number may be said.
	maxMentions = 3

	// maxWords is how many words may stand beside the number. More is a story
	// with a number in it.
	maxWords = 12
)

// A mention is a number found in a text, at text[start:end].
type mention struct {
	value      int64
	start, end int
}

// readable returns s with ASCII digits and without what cannot be seen, which
// may stand between digits.
func readable(s string) string {
	s = words.Digits(s)
	if !strings.ContainsFunc(s, unseen) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)
}

func unseen(r rune) bool {
	return r >= 0xAD && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r))
}

// countWords counts the words of s and stops when there are clearly too many.
func countWords(s string) (n int) {
	for range strings.FieldsSeq(s) {
		if n++; n > maxWords+maxMentions {
			break
		}
	}
	return n
}

// inDigits returns the numbers written in digits, in order. It reports false
// when something numeric in s is no whole number that stands by itself.
func inDigits(s string, h habit) (found []mention, ok bool) {
	last := ' '
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case isDigit(r):
			digits, end := grouped(s, i, h)
			sign, alone := before(s[:i])
			if !alone || !standsAlone(s[end:]) {
				return nil, false
			}
			v, err := strconv.ParseInt(sign+digits, 10, 64)
			if err != nil { // only its size can be wrong
				return nil, false
			}
			found = append(found, mention{value: v, start: i, end: end})
			if len(found) > maxMentions {
				return nil, false
			}
			last, i = '0', end
			continue
		case unicode.IsNumber(r) && !(unicode.IsLetter(last) && (r == '²' || r == '³')):
			return nil, false // ½, Ⅳ, ①; but m² is a unit
		}
		last = r
		i += size
	}
	return found, true
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// run returns where the digits that begin at s[i] end.
func run(s string, i int) int {
	for i < len(s) && isDigit(rune(s[i])) {
		i++
	}
	return i
}

// grouped returns the digits of the number that begins at s[i], without what
// groups them, and where it ends. When what looks like groups is not one number,
// it ends after the first of them.
func grouped(s string, i int, h habit) (digits string, end int) {
	end = run(s, i)
	digits = s[i:end]
	if len(digits) > 3 || digits[0] == '0' {
		return digits, end
	}
	var by rune
	var groups []int
	joined, at := digits, end
	for {
		r, size := utf8.DecodeRuneInString(s[at:])
		if !h.parts(r) || by != 0 && r != by {
			break
		}
		from := at + size
		to := run(s, from)
		if to == from {
			break
		}
		if len(groups) == 6 {
			break // 10^18 and beyond: it will not fit anyway
		}
		by, at = r, to
		groups = append(groups, to-from)
		joined += s[from:to]
	}
	if h.fits(len(digits), groups) {
		return joined, at
	}
	return digits, end
}

// before judges what stands directly before a number: it returns the number's
// sign, and whether the number begins there.
func before(left string) (sign string, ok bool) {
	r, size := utf8.DecodeLastRuneInString(left)
	if size == 0 || unicode.IsSpace(r) {
		return "", true
	}
	further, _ := utf8.DecodeLastRuneInString(left[:len(left)-size])
	opens := size == len(left) || unicode.IsSpace(further) || strings.ContainsRune("([{:=*_\"“«¿¡", further)
	switch {
	case unicode.IsLetter(r), unicode.IsMark(r):
		return "", false
	case r == '-', r == '−':
		return "-", opens
	case r == '+':
		return "", opens
	case r == '.', r == ',', r == '٫':
		return "", !opens && !isDigit(further) // ".5" is no 5; "sem.20" and "...20" are 20
	case strings.ContainsRune(`/\<>≤≥≠±∓^×÷@–—`, r):
		return "", false
	}
	return "", true
}

// standsAlone judges what stands directly after a number: whether the number
// ends there.
func standsAlone(right string) bool {
	r, size := utf8.DecodeRuneInString(right)
	switch {
	case size == 0 || unicode.IsSpace(r):
		return true
	case r == 'º', r == 'ª': // Unicode calls them letters: 37º
	case unicode.IsMark(r):
		return false // no letter to belong to
	case unicode.IsLetter(r):
		return isUnit(right)
	case r == '-', r == '\'', r == '’':
		right = right[size:]
		if r, size := utf8.DecodeRuneInString(right); size > 0 && unicode.IsLetter(r) {
			return isUnit(right) // "20-week"; but "20's" and "20-B"
		}
	case strings.ContainsRune(`/\<>≤≥±^×÷+@`, r):
		return false
	}
	// Whatever else follows, a further digit in the same breath makes it a
	// decimal, a time, a date, a range, a phone number.
	for _, r := range right {
		switch {
		case isDigit(r):
			return false
		case unicode.IsSpace(r), unicode.IsLetter(r) && r != 'º' && r != 'ª':
			return true
		}
	}
	return true
}

// isUnit reports whether the letters at the beginning of right are a unit that
// people glue to a number, and not the rest of a code.
func isUnit(right string) bool {
	end := strings.IndexFunc(right, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if end < 0 {
		end = len(right)
	}
	if next, _ := utf8.DecodeRuneInString(right[end:]); end < len(right) && isDigit(next) {
		return false // "20x20"
	}
	letters := utf8.RuneCountInString(right[:end])
	r, _ := utf8.DecodeRuneInString(right)
	switch {
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana):
		return !strings.ContainsRune("万萬億亿兆千仟百佰十拾半点點分만억조천백십반", r)
	case !unicode.Is(unicode.Latin, r):
		return letters >= 2
	case letters >= 4:
		return true
	}
	return units[words.Normalize(right[:end])]
}

// units are the short ones that people glue to a number, in normal form. One
// letter alone is none: "20b" is a house, "5h" a time, "2k" two thousand.
var units = func() map[string]bool {
	set := map[string]bool{}
	for _, u := range strings.Fields(`kg kgs gr grs mg ml cl lt lts lb lbs oz km cm cms mm ft
		bpm min sec seg hrs std wk wks sem sems yr yrs mes dia ano an ans day mo mos
		st nd rd th usd eur cop mxn ksh kes inr rs pkr ngn zar`) {
		set[u] = true
	}
	return set
}()

func lastRune(s string) rune {
	r, size := utf8.DecodeLastRuneInString(s)
	if size == 0 {
		return 0
	}
	return r
}

func nextRune(s string) rune {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return 0
	}
	return r
}
