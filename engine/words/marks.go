package words

import "unicode"

// maxMarks is how many marks one letter may carry; what is over is dropped.
// No spelling comes near it (a Burmese syllable reaches eight), while a message
// may hold 64 KiB of them. It stays under the thirty after which norm inserts
// a character of its own.
const maxMarks = 12

// A script, as far as its marks are treated alike.
type script uint8

const (
	none     script = iota // no letter to belong to: a digit, a space, the start
	latin                  // Latin and Greek
	cyrillic               //
	other                  // every script whose marks spell
)

func scriptOf(r rune) script {
	switch {
	case unicode.Is(unicode.Latin, r), unicode.Is(unicode.Greek, r):
		return latin
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic
	}
	return other
}

// A letter is the one that the marks after it belong to.
type letter struct {
	script script
	base   rune  // as folded, without its marks
	kept   uint8 // marks kept on it so far
	spelt  bool  // whether one of them made it another letter: й, ؤ
}

// mark puts a mark on the letter and returns what becomes of it: itself,
// another or gone.
//
//   - Latin and Greek can be read without their marks, and people on phones
//     leave them out: "más" and "mas", Vietnamese "dừng" and "dung", Yoruba
//     "dá dúró" and "da duro" are one.
//   - Cyrillic marks stress the same way, but й, ї, ў, ѓ and the like are
//     letters of their own. ё is not: most people type е.
//   - Arabic vowels (harakat) are left out by nearly everyone.
//   - In Devanagari the nukta is optional, and ँ is written ं by many.
//   - Everywhere else marks spell the word: vowel signs, viramas, tones.
func (l *letter) mark(m rune) rune {
	switch {
	case unicode.Is(unicode.Me, m), l.kept == maxMarks:
		return gone // an enclosing circle or keycap changes no letter
	case isDiacritic(m):
		switch l.script {
		case none, latin:
			return gone
		case cyrillic:
			if l.spelt || !spellsCyrillic(l.base, m) {
				return gone
			}
			l.spelt = true
		}
	case m == hamzaAbove && !l.spelt && (l.base == 'و' || l.base == 'ي'):
		l.spelt = true // ؤ and ئ are spelled; أ إ آ are ا to most who type
	case 0x064B <= m && m <= 0x065F, m == 0x0670: // harakat, madda, hamza
		return gone
	case m == 0x093C: // nukta: फ़ोन, फोन
		return gone
	case m == 0x0901: // हाँ, हां
		m = anusvara
	}
	l.kept++
	return m
}

const hamzaAbove = 0x0654

// isDiacritic reports whether m is in one of the blocks of marks that belong to
// no script: accents, tones, dots. The marks of titlo are with them, for
// Cyrillic writes no word with one today.
func isDiacritic(m rune) bool {
	switch {
	case 0x0300 <= m && m <= 0x036F,
		0x0483 <= m && m <= 0x0487,
		0x1AB0 <= m && m <= 0x1AFF,
		0x1DC0 <= m && m <= 0x1DFF,
		0x20D0 <= m && m <= 0x20FF,
		0x2DE0 <= m && m <= 0x2DFF,
		0xFE20 <= m && m <= 0xFE2F:
		return true
	}
	return false
}

// spellsCyrillic reports whether base with this accent is a letter of some
// alphabet and not the stressed form of base.
func spellsCyrillic(base, m rune) bool {
	switch m {
	case 0x0306: // й, ў, ӂ
		return true
	case 0x0304: // ӣ, ӯ
		return true
	case 0x0308: // ї, ӥ, ӧ; but ё
		return base != 'е'
	case 0x0301: // ѓ, ќ
		return base == 'г' || base == 'к'
	}
	return false
}

// isUnseen reports whether r shows nothing: format characters (Cf: zero-width,
// direction, soft hyphen, byte-order mark, tags), variation selectors, and the
// rest of what Unicode lets a screen ignore (the Hangul fillers people put into
// "empty" messages).
func isUnseen(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD:
		return true
	case r < 0x034F:
		return false
	}
	return unicode.Is(unicode.Cf, r) ||
		unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}
