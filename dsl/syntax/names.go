package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameLength is how many letters a name of a flow, node, data or choice may
// have; a longer one is not offered.
const nameLength = 40

// asciiOf writes the letters of languages with a Latin alphabet as a–z. It
// keeps words apart and unembarrassing rather than following one country's
// rule: "año" becomes "anio", not the word for the body part.
var asciiOf = func() map[rune]string {
	m := map[rune]string{}
	for _, row := range [][2]string{
		{"a", "áàâäãåāăą"}, {"c", "çćčĉċ"}, {"d", "ďđð"}, {"e", "éèêëēĕėęě"}, {"g", "ĝğġģ"},
		{"h", "ĥħ"}, {"i", "íìîïĩīĭįı"}, {"j", "ĵ"}, {"k", "ķ"}, {"l", "ĺļľł"}, {"n", "ńņňŋ"},
		{"ni", "ñ"}, {"o", "óòôöõøōŏő"}, {"r", "ŕŗř"}, {"s", "śŝşšș"}, {"t", "ţťŧț"},
		{"u", "úùûüũūŭůűų"}, {"w", "ŵ"}, {"y", "ýÿŷ"}, {"z", "źżž"},
		{"ss", "ß"}, {"ae", "æ"}, {"oe", "œ"}, {"th", "þ"},
	} {
		for _, r := range row[1] {
			m[r] = row[0]
		}
	}
	return m
}()

// tilde is the combining mark with which some keyboards write ñ as two code
// points.
const tilde = '\u0303'

// asciiName is what name could be called within a–z, 0–9 and _, or "" when
// there is nothing good to offer.
func asciiName(name string) string {
	var b strings.Builder
	for _, r := range name {
		r = unicode.ToLower(r)
		switch ascii, known := asciiOf[r]; {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case known:
			b.WriteString(ascii)
		case r == tilde && strings.HasSuffix(b.String(), "n"):
			b.WriteByte('i')
		case unicode.Is(unicode.Mn, r): // an accent written on its own
		case unicode.IsLetter(r):
			return "" // another alphabet; spelling it out is not ours to do
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	s := strings.TrimRight(b.String(), "_")
	if s == "" || s[0] < 'a' || len(s) > nameLength {
		return ""
	}
	return s
}

// bare reports whether c may stand in a name without quotes.
func bare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// wordy reports whether r belongs to the name that its author has in mind,
// allowed or not: everything but spaces, quotes and what TOML itself uses.
func wordy(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && !strings.ContainsRune(".=[]{}\"'#,:`\x7f", r)
	}
	return !hidden(r) && !typographic(r)
}

// hidden reports whether r is a space other than the plain one, or shows as
// nothing: what comes along when text is copied from a page or a document.
func hidden(r rune) bool {
	return r >= utf8.RuneSelf && (unicode.IsSpace(r) || unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Cf))
}

// blank reports whether r parts words on a line.
func blank(r rune) bool { return r == ' ' || r == '\t' || hidden(r) }

// typographic reports whether r is a quote as word processors and phones write
// it.
func typographic(r rune) bool {
	return r != 0 && strings.ContainsRune("“”„‟«»″＂‘’‚‛‹›′´`", r)
}

// single reports whether r is one of the quotes that look like '.
func single(r rune) bool { return r == '\'' || strings.ContainsRune("‘’‚‛‹›′´`", r) }
