package words

import (
	"bytes"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A class is what a character is to words.
type class uint8

const (
	parting  class = iota // punctuation, symbols, emoji, controls: a space
	spelling              // a letter
	mark                  // a mark: letter.mark decides
	number                // a digit, or a number of another kind
)

// A glyph is what a character becomes, as far as that does not depend on its
// neighbours: decomposed, and folded in case and script. Most become one, some
// several, what is unseen none.
type glyph struct {
	class class
	rune  rune   // a letter, mark or number
	of    letter // what marks that follow a letter belong to
}

// maxGlyphs is how many glyphs a character may become: U+FDFA, an Arabic
// phrase in one character, becomes 18.
const maxGlyphs = 24

// A scribe looks characters up and keeps the room that needs; a call at a time
// has one.
type scribe struct {
	glyphs [maxGlyphs]glyph
	folded [4 * maxGlyphs]byte
	plain  [utf8.UTFMax]byte
}

// look returns what r becomes, valid until the next call. The characters of
// most scripts are looked up in a table; of the others, those that messages are
// full of (Chinese, Korean, emoji) need none.
func (s *scribe) look(r rune) []glyph {
	s.glyphs[0] = glyph{}
	switch {
	case r < tabled:
		t := glyphs()
		return t.glyphs[t.from[r]:t.from[r+1]]
	case 0x4E00 <= r && r <= 0x9FFF, 0xAC00 <= r && r <= 0xD7A3:
		// A Korean syllable is left composed: nothing in it folds.
		s.glyphs[0] = glyph{class: spelling, rune: r, of: letter{script: other, base: r}}
		return s.glyphs[:1]
	case 0x1F300 <= r && r <= 0x1FAFF && r != keycapTen:
		return s.glyphs[:1]
	}
	return s.describe(r)
}

// Characters below this one are in the table.
const tabled = 0x2100

// A table holds what each character becomes: the glyphs of r are
// glyphs[from[r]:from[r+1]].
type table struct {
	from   [tabled + 1]uint16
	glyphs []glyph
}

// glyphs describes the characters of the table once, when first needed: about
// a millisecond.
var glyphs = sync.OnceValue(func() *table {
	var s scribe
	t := &table{glyphs: make([]glyph, 0, 2*tabled)}
	for r := range rune(tabled) {
		t.glyphs = append(t.glyphs, s.describe(r)...)
		t.from[r+1] = uint16(len(t.glyphs))
	}
	return t
})

var folding = cases.Fold() // stateless, says its documentation

// iotaSubscript is the only mark that folds to a letter. It is dropped instead,
// like every Greek mark: ᾳ is α to whoever types today. (A letter could not be
// sorted among the marks it stands between.)
const iotaSubscript = '\u0345'

// describe works out what r becomes, valid until the next call.
func (s *scribe) describe(r rune) []glyph {
	dst := s.glyphs[:0]
	switch {
	case isUnseen(r) || isApostrophe(r):
		return dst
	case r == keycapTen:
		return append(dst, glyph{}, glyph{class: number, rune: '1'}, glyph{class: number, rune: '0'}, glyph{})
	}
	decomposed := s.plain[:utf8.EncodeRune(s.plain[:], r)]
	if d := norm.NFKD.Properties(decomposed).Decomposition(); d != nil {
		decomposed = d
	}
	if r == iotaSubscript {
		return append(dst, glyph{class: mark, rune: r})
	}
	decomposed, _ = bytes.CutSuffix(decomposed, []byte(string(iotaSubscript)))
	n, _, err := folding.Transform(s.folded[:], decomposed, true)
	if err != nil {
		panic("words: no room to fold " + string(r))
	}
	for folded := s.folded[:n]; len(folded) > 0; {
		r, size := utf8.DecodeRune(folded)
		folded = folded[size:]
		dst = appendFolded(dst, r)
	}
	if len(dst) > 1 {
		return s.compose(dst)
	}
	return dst
}

// compose returns g as one glyph if it is one letter, or one mark, with the
// marks it keeps: á is a, and й is й again. Composed here, once, it need not be
// composed in each text.
func (s *scribe) compose(g []glyph) []glyph {
	of := g[0].of
	if g[0].class == mark {
		of.script = other // on whatever letter: a mark that might go is not composed
	}
	b := utf8.AppendRune(s.folded[:0], g[0].rune)
	for _, m := range g[1:] {
		if m.class != mark {
			return g
		}
		b = of.appendGlyph(b, m)
	}
	if !norm.NFC.IsNormal(b) {
		b = norm.NFC.Append(nil, b...)
	}
	r, size := utf8.DecodeRune(b)
	if size < len(b) {
		return g
	}
	g[0].rune = r
	if g[0].class == spelling {
		g[0].of = of
	}
	return g[:1]
}

// appendFolded appends what r, decomposed and in folded case, becomes.
func appendFolded(dst []glyph, r rune) []glyph {
	switch {
	case isUnseen(r) || isApostrophe(r): // ŉ is made of one
	case unicode.IsMark(r):
		dst = append(dst, glyph{class: mark, rune: r})
	case unicode.IsLetter(r):
		script := scriptOf(r)
		first, second := foldLetter(r)
		for _, r := range [...]rune{first, second} {
			if r != gone {
				dst = append(dst, glyph{class: spelling, rune: r, of: letter{script: script, base: r}})
			}
		}
	case unicode.IsNumber(r):
		if d, ok := decimal(r); ok {
			r = rune(d)
		}
		dst = append(dst, glyph{class: number, rune: r})
	default:
		dst = append(dst, glyph{class: parting})
	}
	return dst
}
