// Package words has the one normalisation for everything that compares words:
// the reserved words of stop, human and start, the labels and synonyms of
// choices, keywords, and what people type.
//
// Two texts that a reader would call the same words have one normal form:
//
//	Normalize("  ¡STOPPP!! 🛑 ") == "stop"
//	Normalize("s’il vous plaît")  == "sil vous plait"
//	Normalize("٢٠ أسابيع")        == "20 اسابيع"
//
// The form is for comparing and is never shown to anybody. It holds letters,
// the marks that belong to them, digits 0–9 and single spaces; it is NFC, has
// no space at either end, and normalising it again changes nothing. It may be
// empty: a message of emoji has no words.
//
// The steps, in order (glyphs.go, folds.go and marks.go say what and why):
//
//  1. compatibility forms become plain ones (full-width ＳＴＯＰ, ligatures,
//     ½), and upper and lower case become one, by full case folding;
//  2. what cannot be seen (zero-width and direction characters, soft hyphens,
//     variation selectors) and apostrophes go, and what stood around them
//     belongs together: a letter and its mark, "dont";
//  3. letters people use for one another become one, script by script, and
//     marks go where a script can be read without them. A vowel sign is a letter
//     that Unicode files under marks: it always stays. So does the breve of й;
//  4. every decimal digit becomes ASCII, keycaps (3️⃣) included;
//  5. everything else (punctuation, symbols, emoji, WhatsApp's * _ ~ `)
//     becomes space;
//  6. three or more of one letter in a row become one ("stopppp"), but not
//     digits, and not the i of a Roman numeral; runs of space become one.
//
// The work is linear in the length of the text and in bounded memory whatever
// the text is; the functions are pure and safe for concurrent use.
package words

import (
	"bytes"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns the normal form of s (see the package comment). Bytes that
// are not UTF-8 part words as punctuation does. A text already in normal form
// is returned as it is, without an allocation; any other message of ordinary
// length costs one.
func Normalize(s string) string {
	isASCII, isNormal := survey(s)
	switch {
	case isASCII && isNormal:
		return s
	case isASCII:
		return normalizeASCII(s)
	default:
		return normalizeUnicode(s)
	}
}

// survey reports whether s is ASCII and, if so, already normal.
func survey(s string) (isASCII, isNormal bool) {
	isNormal = true
	last, run := byte(' '), 1
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b >= utf8.RuneSelf {
			return false, false
		}
		if b != ascii[b] { // a capital, or something that goes or becomes a space
			isNormal = false
		}
		if b != last {
			last, run = b, 1
			continue
		}
		run++ // the numeral iii takes the long way here, and stays
		if b == ' ' || run > 2 && !isDigit(b) {
			isNormal = false
		}
	}
	if last == ' ' && len(s) > 0 {
		isNormal = false
	}
	return true, isNormal
}

// gone marks, in the table ascii, a character that is dropped.
const gone = 0

// ascii says what each ASCII character becomes: a small letter, a digit, a
// space, or nothing (the apostrophe).
var ascii = func() (t [utf8.RuneSelf]byte) {
	for b := range byte(utf8.RuneSelf) {
		switch {
		case 'a' <= b && b <= 'z', isDigit(b):
			t[b] = b
		case 'A' <= b && b <= 'Z':
			t[b] = b + ('a' - 'A')
		case b == '\'':
			t[b] = gone
		default:
			t[b] = ' '
		}
	}
	return t
}()

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func normalizeASCII(s string) string {
	var space [192]byte // most messages fit, and then only the result is allocated
	b := space[:0]
	if len(s) > len(space) {
		b = make([]byte, 0, len(s))
	}
	for i := 0; i < len(s); i++ {
		if c := ascii[s[i]]; c != gone {
			b = append(b, c)
		}
	}
	return string(settle(b))
}

// A desk is the room one call works in. It is lent, for nearly every text of
// another script than ASCII needs one.
type desk struct {
	text, spare []byte
	scribe      scribe
}

var desks = sync.Pool{New: func() any {
	return &desk{text: make([]byte, 0, 1<<10), spare: make([]byte, 0, 1<<10)}
}}

// A desk that one huge text made bigger than this is not kept.
const keptDesk = 64 << 10

func normalizeUnicode(s string) string {
	d := desks.Get().(*desk)
	d.text = appendLetters(d.text[:0], s, &d.scribe)
	if !norm.NFC.IsNormal(d.text) {
		d.spare = norm.NFC.Append(d.spare[:0], d.text...)
		d.text, d.spare = d.spare, d.text
	}
	form := settle(d.text)

	out := s
	if string(form) != s {
		out = string(form)
	}
	if cap(d.text) <= keptDesk && cap(d.spare) <= keptDesk {
		desks.Put(d)
	}
	return out
}

// appendLetters appends what s becomes, character by character: letters
// decomposed and folded, the marks that stay, ASCII digits, and spaces.
func appendLetters(dst []byte, s string, look *scribe) []byte {
	var at letter
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			i++
			c := ascii[b]
			if c == gone {
				continue
			}
			dst = append(dst, c)
			at = letter{}
			if c > '9' {
				at.script = latin
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		for _, g := range look.look(r) {
			dst = at.appendGlyph(dst, g)
		}
	}
	return dst
}

// appendGlyph appends g after the letter l, which then is g if g is a letter.
func (l *letter) appendGlyph(dst []byte, g glyph) []byte {
	switch g.class {
	case mark:
		r := l.mark(g.rune)
		if r == gone {
			return dst
		}
		return utf8.AppendRune(dst, r)
	case spelling:
		*l = g.of
		return utf8.AppendRune(dst, g.rune)
	case number:
		*l = letter{}
		return utf8.AppendRune(dst, g.rune)
	}
	*l = letter{}
	return append(dst, ' ')
}

// settle collapses, in place, runs of one letter and of space, drops space at
// the ends, and spells Devanagari's nasals one way.
func settle(b []byte) []byte {
	w := 0 // b[:w] is settled
	last, run := ' ', 1
	for i := 0; i < len(b); {
		r, size := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[i:])
		}
		from := i
		i += size
		if r == last {
			if r == ' ' {
				continue
			}
			run++
			if run > 2 && !unicode.IsNumber(r) {
				if run == 3 && endsRoman(b[:w], b[from:]) {
					w += copy(b[w:], b[from:i])
					continue
				}
				if run == 3 {
					w -= size // two stand there already: one stays
				}
				continue
			}
		} else {
			last, run = r, 1
		}
		if isDevanagariStop(r) {
			w = foldNasal(b[:w], r)
		}
		w += copy(b[w:], b[from:i])
	}
	if w > 0 && b[w-1] == ' ' {
		w--
	}
	return b[:w]
}

// endsRoman reports whether rest begins with the last i of a word like iii,
// viii or xiii, of which before holds the beginning: a Roman numeral and not a
// stretched word. Else "Level III" would be "Level I".
func endsRoman(before, rest []byte) bool {
	if rest[0] != 'i' || len(rest) > 1 && rest[1] != ' ' {
		return false
	}
	word := before[bytes.LastIndexByte(before, ' ')+1:]
	return len(bytes.Trim(bytes.TrimSuffix(word, []byte("ii")), "vx")) == 0
}
