package words

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	keycap    = '\u20E3'     // after a digit: 3️⃣
	keycapTen = '\U0001F51F' // 🔟, the one keycap that is a character of its own
)

// Digits returns s with every decimal digit of every script as ASCII, keycaps
// included ("٢٠" and "2️⃣0️⃣" are "20"), and all else as it was. Digits that are
// not decimal (Ⅳ, ², ½) are left alone. A text without any is returned as it
// is.
func Digits(s string) string {
	first := strings.IndexFunc(s, func(r rune) bool {
		if r < utf8.RuneSelf {
			return false
		}
		_, ok := decimal(r)
		return ok || r == keycap || r == keycapTen
	})
	if first < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i, r := range s {
		if d, ok := decimal(r); ok {
			b = append(b, d)
			continue
		}
		switch r {
		case keycap:
			if n := len(bytes.TrimSuffix(b, []byte("\uFE0F"))); n > 0 && isDigit(b[n-1]) {
				b = b[:n]
				continue
			}
		case keycapTen:
			b = append(b, " 10 "...)
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b = append(b, s[i:i+size]...) // not the rune: a byte that is not UTF-8 stays what it was
	}
	return string(b)
}

// decimal returns the ASCII digit of the same value as r, if r is a decimal
// digit of any script. Unicode keeps each script's ten in a row, from zero up.
func decimal(r rune) (byte, bool) {
	if r < utf8.RuneSelf {
		return byte(r), '0' <= r && r <= '9'
	}
	for _, t := range unicode.Nd.R16 {
		if r <= rune(t.Hi) {
			return '0' + byte((r-rune(t.Lo))%10), r >= rune(t.Lo)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r <= rune(t.Hi) {
			return '0' + byte((r-rune(t.Lo))%10), r >= rune(t.Lo)
		}
	}
	return 0, false
}
