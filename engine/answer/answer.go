// Package answer reads what people type as the value a question asked for.
//
// A reading is exact or it is none: what could mean something else than it says
// ("20 o 21", "3/5", "menos de 20") is refused, and the person is asked again,
// because a wrong number that is kept is worse than a question put twice.
//
// Integer and Number read numbers, Dates and Times what they say, YesNo, Phone
// and Email the same; Text tidies what is kept as words. Country and CountryOf
// find out where somebody is, which decides how dates and telephones are read.
//
// Words are read in Spanish, English, Portuguese and French; other languages
// work with digits, of any script, and signs. What the words are stands in the
// .tsv files beside the code. Everything here is pure and its time is bounded by
// the length of the text.
package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s as it is kept when words were asked for: without space around
// it and without control characters. Line breaks inside stay, as \n; a tab is a
// space. Bytes that are not UTF-8 become U+FFFD.
func Text(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n', r == '\r', r == '\u0085':
				return '\n'
			case r == '\t', r == '\v', r == '\f':
				return ' '
			case unicode.IsControl(r):
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimFunc(s, looksEmpty)
}

// looksEmpty reports whether r shows as nothing or as space. Joiners and tags
// are not among them: they end a word in Persian and the flag of Scotland.
func looksEmpty(r rune) bool {
	switch r {
	case 0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, // soft hyphen, direction marks, zero-width
		0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800: // Hangul fillers and the blank of Braille, sent as empty messages
		return true
	}
	return unicode.IsSpace(r)
}
