package diag

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	joiner     = '\u200d' // makes one emoji of several
	emojiStyle = '\ufe0f' // asks for the sign before it as an emoji
)

// cell is one code point of a line as it is printed.
type cell struct {
	text  string
	width int // columns on a terminal; -1 for a tab, which only the terminal knows
	at    int // offset of its first byte in the line
	end   int // offset after its last byte
}

// cells lays out a line: what has no shape, or would act on the terminal, is
// made visible; bytes that are not UTF-8 become U+FFFD.
func cells(line []byte) []cell {
	out := make([]cell, 0, len(line))
	var before rune
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		c := cell{text: visible(r), at: i, end: i + size}
		switch {
		case r == '\t':
			c.text, c.width = "\t", -1
		case c.text != string(r):
			c.width = utf8.RuneCountInString(c.text)
		case before == joiner && r > 0x2000:
			// drawn into the emoji before it
		case r == emojiStyle && before > 0x2000 && out[len(out)-1].width == 1:
			c.width = 1 // the sign before it becomes a picture of two columns
		default:
			c.width = columns(r)
		}
		out = append(out, c)
		before = r
		i += size
	}
	return out
}

// visible is r as it may be printed. A control character has its own picture;
// what hides or turns the text around is spelt out by its number.
func visible(r rune) string {
	switch {
	case r < 0x20:
		return string('\u2400' + r)
	case r == 0x7f:
		return "\u2421"
	case r == joiner:
		return string(r)
	case r >= 0x80 && r < 0xa0, // a second set of controls; U+009B opens an escape sequence
		unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		if tag(r) {
			return string(r)
		}
		return fmt.Sprintf("<U+%04X>", r)
	}
	return string(r)
}

// tag reports whether r is one of the marks that flags of regions end with.
func tag(r rune) bool { return r >= 0xe0020 && r <= 0xe007f }

// columns is the number of terminal columns that a printable r takes.
func columns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me) || r == joiner || tag(r):
		return 0
	case r >= 0x1f3fb && r <= 0x1f3ff: // a skin tone, drawn into the emoji before it
		return 0
	case wide(r):
		return 2
	}
	return 1
}

// wide reports whether terminals give r two columns: the East Asian scripts
// and full-width forms, and emoji that are pictures by themselves
// (Unicode 16, EastAsianWidth.txt, in blocks rather than one by one).
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Yi):
		return r < 0xff61 || r > 0xff9f // half-width katakana
	case r <= 0x115f, // Hangul, its leading consonants
		r >= 0x2e80 && r <= 0x303e,
		r >= 0x3041 && r <= 0x33ff,
		r >= 0xac00 && r <= 0xd7a3,
		r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff01 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1f64f,
		r >= 0x1f680 && r <= 0x1f6ff,
		r >= 0x1f900 && r <= 0x1faff,
		r >= 0x20000 && r <= 0x3fffd:
		return true
	}
	return strings.ContainsRune("⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕", r)
}

// clean makes a sentence that may quote an author's words safe to print on one
// line.
func clean(s string) string {
	plain := true
	for _, r := range s {
		if r == utf8.RuneError || visible(r) != string(r) {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || r == '\t' {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(visible(r))
	}
	return b.String()
}

// quoteMax is how many code points of an author's words a sentence quotes.
const quoteMax = 40

// Quote puts an author's words between quotes, as messages show them. Line
// ends become spaces, and of long words only the beginning is kept.
func Quote(words string) string {
	words = strings.Join(strings.FieldsFunc(words, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	n := 0
	for i := range words {
		if n++; n > quoteMax {
			words = strings.TrimRight(words[:i], " ") + "…"
			break
		}
	}
	return `"` + words + `"`
}
