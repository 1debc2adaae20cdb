package words

// isApostrophe reports whether r is one of the marks people type for an
// apostrophe; all are dropped, so that "don’t" is "dont". The grave accent is
// not among them: WhatsApp reads ` as code.
func isApostrophe(r rune) bool {
	switch r {
	case '\'',
		0x00B4, // ´, a key of its own on Spanish and French keyboards
		0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02BE, 0x02BF, 0x02C8,
		0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x2035,
		0x0374, 0x055A, 0x1FBD, 0x1FBF, 0x1FFD, 0xA78B, 0xA78C, 0xFF07:
		return true
	}
	return false
}

// foldLetter returns what stands for r, decomposed and in folded case, in the
// normal form: one letter, two, or gone. The second is gone unless there are
// two.
func foldLetter(r rune) (first, second rune) {
	switch {
	case r < 0x0600:
		// Letters that have a stroke or a hook and so do not decompose.
		switch r {
		case 'ı':
			return 'i', gone
		case 'đ', 'ɗ':
			return 'd', gone
		case 'ɓ':
			return 'b', gone
		case 'ƙ':
			return 'k', gone
		case 'ƴ':
			return 'y', gone
		case 'ø':
			return 'o', gone
		case 'ł':
			return 'l', gone
		case 'æ':
			return 'a', 'e'
		case 'œ':
			return 'o', 'e'
		}
	case r < 0x0700:
		// One Arabic letter has several keys, by the phone's language. Gaf is no
		// key for kaf: in Persian and Urdu گل and کل are two words.
		switch r {
		case 0x0640: // tatweel stretches a word and spells nothing
			return gone, gone
		case 0x0671: // ٱ
			return 'ا', gone
		case 0x0649, 0x06CC: // ى, Farsi ی
			return 'ي', gone
		case 0x0629, 0x06C1: // ة, Urdu ہ
			return 'ه', gone
		case 0x06A9: // Farsi ک
			return 'ك', gone
		}
	case 0x1200 <= r && r <= 0x1346:
		// Amharic writes one sound with several rows of its syllabary. A row is
		// eight code points and its first seven are the vowels.
		if r&7 == 7 {
			return r, gone
		}
		switch r &^ 7 {
		case 0x1210, 0x1280: // ሐ, ኀ
			return 0x1200 | r&7, gone // ሀ
		case 0x1220: // ሠ
			return 0x1230 | r&7, gone // ሰ
		case 0x12D0: // ዐ
			return 0x12A0 | r&7, gone // አ
		case 0x1340: // ፀ
			return 0x1338 | r&7, gone // ጸ
		}
	case 0x13F8 <= r && r <= 0x13FD: // Cherokee folds to capitals; x/text
		return r - 8, gone // swaps the two cases instead
	case 0xAB70 <= r && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0, gone
	}
	return r, gone
}

const (
	virama   = "\u094D"
	anusvara = 'ं'
)

// isDevanagariStop reports whether r is one of the consonants before which a
// nasal may be written as a letter or as a dot.
func isDevanagariStop(r rune) bool {
	return 0x0915 <= r && r <= 0x092D && nasalOf(r) != gone
}

// nasalOf returns the nasal spoken at the same place as a Devanagari stop.
func nasalOf(stop rune) rune {
	switch {
	case 'क' <= stop && stop <= 'घ':
		return 'ङ'
	case 'च' <= stop && stop <= 'झ':
		return 'ञ'
	case 'ट' <= stop && stop <= 'ढ':
		return 'ण'
	case 'त' <= stop && stop <= 'ध':
		return 'न'
	case 'प' <= stop && stop <= 'भ':
		return 'म'
	}
	return gone
}

// foldNasal is called before stop is written after b. Where b ends in the
// stop's own nasal and a virama it puts the dot in their place, so that बन्द is
// बंद, and returns the new length of b, which is never longer.
func foldNasal(b []byte, stop rune) int {
	const nasalAndVirama = 6 // bytes
	n := len(b)
	if n < nasalAndVirama || string(b[n-len(virama):]) != virama {
		return n
	}
	if string(b[n-nasalAndVirama:n-len(virama)]) != string(nasalOf(stop)) {
		return n
	}
	n -= nasalAndVirama
	// Not a second dot beside one that is there: three in a row would collapse
	// when the result is normalised again.
	if n >= 3 && string(b[n-3:n]) == string(anusvara) {
		return n
	}
	return n + copy(b[n:], string(anusvara))
}
