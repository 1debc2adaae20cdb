package sensitive

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

// An atom is a word, a number or a code: letters and digits with nothing between
// them. A number may be as short as one group of a card, and "4242 4242" is two
// atoms.
type atom struct {
	from, to int // bytes of the text; what is unseen at the ends is not in it

	// code is what its letters and digits say: ASCII digits and capitals. A word
	// of other letters has none.
	code string

	digits  int    // how many of code's characters are digits
	capital bool   // every ASCII letter of it is one
	before  gap    // what stands between it and the atom before
	word    string // a word's normal form; "" for numbers and codes
}

func (a *atom) isNumber() bool { return a.digits > 0 && a.digits == len(a.code) }
func (a *atom) isWord() bool   { return a.digits == 0 }
func (a *atom) isCode() bool   { return a.digits > 0 && a.digits < len(a.code) }

// A gap is what stands between two atoms.
type gap struct {
	mark byte // see the marks
	plus bool // a + directly before the atom: an international phone number
	cash bool // a sign of money directly before the atom, or after the one before
}

// The marks of gaps. The first five may stand inside one number.
const (
	space   byte = ' '  // only spaces, of any width
	dash    byte = '-'  // a dash of any length, spaces around it or not
	dot     byte = '.'  // a dot without spaces
	slash   byte = '/'  // a slash without spaces
	newline byte = '\n' // one line break, spaces or not
	nothing byte = 0    // nothing at all: a word grown onto a number
	comma   byte = ','  // a comma
	link    byte = ':'  // what links or is no pause: colon, #, =, brackets, quotes, emoji
	pause   byte = ';'  // the end of a sentence, an empty line
)

func (g gap) joins() bool {
	switch g.mark {
	case space, dash, dot, slash, newline:
		return !g.plus && !g.cash
	}
	return false
}

// scan splits text into atoms. Addresses of the web and of mail have none.
func scan(text string) []atom {
	s := scanner{text: text}
	at := nextAddress(text, 0)
	for i := 0; i < len(text); {
		if i == at.from {
			s.part('#')
			i = at.to
			at = nextAddress(text, i)
			continue
		}
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		s.read(r, i, i+size)
		i += size
	}
	s.end()
	return s.atoms
}

type extent struct{ from, to int }

// nextAddress finds the first address at or after i; from is -1 when there is
// none.
func nextAddress(text string, i int) extent {
	for k := i; k < len(text); k++ {
		switch text[k] {
		case ':':
			if !strings.HasPrefix(text[k:], "://") {
				continue
			}
		case '.':
			if k < i+3 || !strings.EqualFold(text[k-3:k], "www") {
				continue
			}
		case '@':
			if k == i || k+1 == len(text) || !inAddress(text[k-1]) || !inAddress(text[k+1]) {
				continue
			}
		default:
			continue
		}
		e := extent{k, k}
		for e.from > i && inAddress(text[e.from-1]) {
			e.from--
		}
		for e.to < len(text) && inAddress(text[e.to]) {
			e.to++
		}
		return e
	}
	return extent{-1, len(text)}
}

func inAddress(b byte) bool { return '!' <= b && b <= '~' && b != '"' && b != '<' && b != '>' }

type scanner struct {
	text  string
	atoms []atom

	open     bool // an atom is open
	from, to int
	foreign  bool   // it has letters that no code has
	code     []byte // its ASCII letters and digits
	digits   int
	small    bool // one of its ASCII letters is small

	quote int // where an apostrophe stands that may be inside a word; 0 is none
	gap   gapReader
}

// read takes the character r at text[i:j].
func (s *scanner) read(r rune, i, j int) {
	if d, ok := digitOf(r); ok {
		if s.open && s.foreign || s.quote > 0 {
			s.end() // آدار٢٣: no script but Latin mixes letters and digits into codes
		}
		s.begin(i, j)
		s.code = append(s.code, d)
		s.digits++
		return
	}
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', 'ａ' <= r && r <= 'ｚ', 'Ａ' <= r && r <= 'Ｚ':
		s.begin(i, j)
		if r > 0xFF00 {
			r -= 'Ａ' - 'A'
		}
		if r >= 'a' {
			s.small = true
			r -= 'a' - 'A'
		}
		s.code = append(s.code, byte(r))
	case r < utf8.RuneSelf && r != '\'':
		s.part(r)
	case isUnseen(r):
		// ZWSP between the groups of a card, joiners inside words.
	case r == keycap || r == 0xFE0F:
		if s.open {
			s.to = j
		}
	case unicode.IsMark(r):
		if s.open {
			s.to = j
		}
	case unicode.IsLetter(r):
		if s.open && s.digits > 0 {
			s.end()
		}
		s.begin(i, j)
		s.foreign = true
	case isApostrophe(r):
		if s.open && s.digits == 0 && s.quote == 0 {
			s.quote = j
			return
		}
		s.part(r)
	default:
		s.part(r)
	}
}

func (s *scanner) begin(i, j int) {
	if !s.open {
		s.open, s.from = true, i
	}
	s.quote = 0
	s.to = j
}

// part takes what belongs to no atom.
func (s *scanner) part(r rune) {
	s.end()
	s.gap.read(r)
}

// end closes the open atom. What is a word joined to a number, like
// "card4242…", becomes two.
func (s *scanner) end() {
	if !s.open {
		s.quote = 0
		return
	}
	a := atom{from: s.from, to: s.to, digits: s.digits, capital: !s.small, before: s.gap.gap()}
	switch {
	case s.digits == 0:
		a.word = words.Normalize(s.text[s.from:s.to])
		if !s.foreign {
			a.code = string(s.code)
		}
		s.atoms = append(s.atoms, a)
	default:
		a.code = string(s.code)
		s.split(a)
	}
	s.gap = gapReader{}
	s.open, s.foreign, s.small, s.digits, s.quote = false, false, false, 0, 0
	s.code = s.code[:0]
}

// shortestGrown is how many digits a number has to be taken off the word it has
// grown onto. A shorter one is part of a code.
const shortestGrown = 6

// split adds the code a, in two or three atoms where letters before or after its
// digits are words we know.
func (s *scanner) split(a atom) {
	if a.digits == len(a.code) || a.to-a.from != len(a.code) {
		s.atoms = append(s.atoms, a) // a number, or not plain ASCII
		return
	}
	c := a.code
	i := 0
	for i < len(c) && c[i] >= 'A' {
		i++
	}
	j := len(c)
	for j > i && c[j-1] >= 'A' {
		j--
	}
	middle := 0
	for k := i; k < j; k++ {
		if c[k] < 'A' {
			middle++
		}
	}
	if middle != j-i || middle < shortestGrown {
		s.atoms = append(s.atoms, a)
		return
	}
	head := s.text[a.from : a.from+i]
	tail := s.text[a.from+j : a.to]
	if i > 0 && !isKnown(head) || j < len(c) && !isKnown(tail) {
		s.atoms = append(s.atoms, a)
		return
	}
	if i > 0 {
		s.atoms = append(s.atoms, atom{from: a.from, to: a.from + i, code: c[:i], capital: a.capital, before: a.before, word: words.Normalize(head)})
		a.before = gap{}
	}
	s.atoms = append(s.atoms, atom{from: a.from + i, to: a.from + j, code: c[i:j], digits: middle, capital: a.capital, before: a.before})
	if j < len(c) {
		s.atoms = append(s.atoms, atom{from: a.from + j, to: a.to, code: c[j:], capital: a.capital, word: words.Normalize(tail)})
	}
}

// A gapReader reads what stands between atoms.
type gapReader struct {
	mark           byte
	spaces, breaks int
	plus, cash     bool
}

func (g *gapReader) read(r rune) {
	if !unicode.IsSpace(r) {
		g.plus = false // "+ 57 300 …" is a phone, too
	}
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		if r != '\r' {
			g.breaks++
		}
		return
	case '-', '_', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE58, 0xFE63, 0xFF0D, 0x00B7, 0x2022, 0x30FB:
		g.set(dash)
	case '.', 0xFF0E:
		g.set(dot)
	case '/', 0xFF0F, '\\':
		g.set(slash)
	case ',', 0xFF0C, 0x060C, 0x3001, 0x1363:
		g.set(comma)
	case '!', '?', ';', 0xA1, 0xBF, 0x061B, 0x061F, 0x06D4, 0x0964, 0x0965, 0x1362, 0x3002, 0xFF01, 0xFF1F, 0xFF1B:
		g.set(pause)
	case '+', 0xFF0B:
		g.plus = true
		g.set(link)
	default:
		switch {
		case unicode.IsSpace(r):
			g.spaces++
		case unicode.Is(unicode.Sc, r):
			g.cash = true
			g.set(link)
		default:
			g.set(link)
		}
	}
}

// set takes a mark. A second makes a pause of a dot, and a link of the rest.
func (g *gapReader) set(m byte) {
	switch {
	case g.mark == nothing:
		g.mark = m
	case g.mark == pause || m == pause:
		g.mark = pause
	case m == g.mark && (m == dot || m == comma):
		g.mark = pause
	case m == g.mark:
	default:
		g.mark = link
	}
}

func (g *gapReader) gap() gap {
	out := gap{mark: g.mark, plus: g.plus, cash: g.cash}
	switch {
	case g.breaks > 1, g.spaces > 8:
		out.mark = pause
	case g.mark == dot && (g.spaces > 0 || g.breaks > 0):
		out.mark = pause
	case g.mark == nothing && g.breaks > 0:
		out.mark = newline
	case g.breaks > 0 && g.mark != link && g.mark != comma:
		out.mark = pause
	case g.mark == slash && g.spaces > 0:
		out.mark = comma
	case g.mark == nothing && g.spaces > 0:
		out.mark = space
	}
	return out
}

const keycap = '\u20E3'

// digitOf returns the ASCII digit of the same value as r, if r is a decimal
// digit of any script. Unicode keeps each script's ten in a row, from zero up.
// (It is what words.Digits reads; that loses where in the text a digit stood.)
func digitOf(r rune) (byte, bool) {
	if r < 0x0660 {
		return byte(r), '0' <= r && r <= '9'
	}
	if r <= 0xFFFF {
		t := unicode.Nd.R16
		i := sort.Search(len(t), func(i int) bool { return rune(t[i].Hi) >= r })
		if i == len(t) || rune(t[i].Lo) > r {
			return 0, false
		}
		return '0' + byte((r-rune(t[i].Lo))%10), true
	}
	t := unicode.Nd.R32
	i := sort.Search(len(t), func(i int) bool { return rune(t[i].Hi) >= r })
	if i == len(t) || rune(t[i].Lo) > r {
		return 0, false
	}
	return '0' + byte((r-rune(t[i].Lo))%10), true
}

// isUnseen reports whether r shows nothing (and is no variation selector, which
// belongs to the keycap before it).
func isUnseen(r rune) bool {
	return r == 0xAD || r >= 0x034F && r != 0xFE0F && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r))
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', 0x2019, 0x2018, 0x02BC, 0xB4, 0x2032, 0xFF07:
		return true
	}
	return false
}
