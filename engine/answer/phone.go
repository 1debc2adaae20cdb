package answer

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

const (
	fewestInPhone = 4  // digits; the numbering plans decide which numbers there are
	mostInPhone   = 20 // with the prefix for calls abroad
)

// Phone returns the telephone number that text holds in the form of E.164
// ("+573001234567"). A number without a country code is of country (ISO 3166);
// where that is "" only numbers with one are read. Digits are those of any
// script, and words may stand around the number.
//
// It reports false when there is none, when there are two that differ, when
// there are digits besides, and for a number that no numbering plan knows.
func Phone(text, country string) (e164 string, ok bool) {
	s := readable(Text(text))
	if countWords(s) > maxWords+maxMentions {
		return "", false
	}
	mentions := 0
	for i := 0; i < len(s); {
		end, next := phoneEnd(s, i)
		if end == i {
			i = next
			continue
		}
		if mentions++; mentions > maxMentions {
			return "", false
		}
		number, valid := phoneOf(s, i, end, country)
		if !valid || e164 != "" && number != e164 || deniesPhone(s[:i]) {
			return "", false
		}
		e164, i = number, end
	}
	return e164, e164 != ""
}

// phoneEnd returns where the run of digits that begins at s[i], with what is
// written between the digits of a telephone number, ends; i when none begins
// there, and then where to look next.
func phoneEnd(s string, i int) (end, next int) {
	if c := s[i]; c != '+' && c != '(' && !isDigit(rune(c)) {
		return i, i + 1
	}
	end = i
	for j, r := range s[i:] {
		switch {
		case isDigit(r):
			end = i + j + 1
		case r == '+' && j > 0 && end > i:
			return end, end // a second number begins
		case strings.ContainsRune("+()-.–‐ \u00a0\u202f/", r):
		default:
			return end, i + j
		}
	}
	return end, len(s)
}

func phoneOf(s string, start, end int, country string) (e164 string, ok bool) {
	if touchesLetter(s, start, end) {
		return "", false
	}
	var b strings.Builder
	for _, r := range s[start:end] {
		if isDigit(r) || r == '+' && b.Len() == 0 {
			b.WriteRune(r)
		}
	}
	digits := b.String()
	if n := len(strings.TrimPrefix(digits, "+")); n < fewestInPhone || n > mostInPhone {
		return "", false
	}
	if e164, ok = validPhone(digits, country); ok {
		return e164, true
	}
	if abroad, cut := strings.CutPrefix(digits, "00"); cut { // the prefix of most countries, known to people of all
		return validPhone("+"+abroad, "")
	}
	return "", false
}

func validPhone(digits, country string) (e164 string, ok bool) {
	if country == "" && digits[0] != '+' {
		return "", false
	}
	if mobile, cut := strings.CutPrefix(digits, "+521"); cut && len(mobile) == 10 {
		digits = "+52" + mobile // Mexico's mobiles had a 1 until 2019, and WhatsApp's addresses still do
	}
	n, err := phonenumbers.Parse(digits, strings.ToUpper(country))
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// touchesLetter reports whether a letter, or what parts an address, is glued to
// s[start:end].
func touchesLetter(s string, start, end int) bool {
	left, right := lastRune(s[:start]), nextRune(s[end:])
	return unicode.IsLetter(left) || unicode.IsLetter(right) || left == '@' || right == '@'
}

// deniesPhone reports whether what is said before a number in its clause denies
// it: "no es el 300 123 4567".
func deniesPhone(before string) bool {
	if i := strings.LastIndexFunc(before, endsClause); i >= 0 {
		before = before[i:]
	}
	for w := range strings.FieldsSeq(before) {
		switch strings.ToLower(w) {
		case "no", "not", "isn't", "não", "nao", "pas", "n'est", "antes", "old", "antigo", "ancien", "viejo":
			return true
		}
	}
	return false
}
