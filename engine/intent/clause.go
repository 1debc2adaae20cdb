package intent

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

// borders are where the clauses of a message begin: bit i is set when token i
// of its normal form, of the first maxTokens, is the first after a full stop, a
// comma, a question mark, a line's end. The normal form has lost them, and they
// are what parts "my husband is angry, stop the messages" from "my husband does
// not stop the messages": a guard reaches no further than its clause.
type borders uint64

// maxBordered is how long a text may be, in bytes, to be parted into clauses: a
// longer one is a story in which no frame is sure.
const maxBordered = 2048

// clauses finds the borders of text, whose normal form is normal. Where the
// clauses do not have the words of the whole, nothing is parted.
func clauses(text, normal string) borders {
	if len(text) > maxBordered {
		return 0
	}
	var b borders
	n, from := 0, 0
	for i, r := range text {
		if i < from || !parts(text[i:], r) {
			continue
		}
		n += tokensIn(words.Normalize(text[from:i]))
		from = i + utf8.RuneLen(r)
		if n >= maxTokens {
			return b
		}
		if n > 0 {
			b |= 1 << n
		}
	}
	if b == 0 {
		return 0
	}
	n += tokensIn(words.Normalize(text[from:]))
	if n != tokensIn(normal) {
		return 0
	}
	return b
}

// parts reports whether a clause ends with r, at which rest begins. A full stop
// or a comma inside a word or a number parts nothing: "s.t.o.p", "1,5".
func parts(rest string, r rune) bool {
	switch r {
	case '\n', '!', '?', ';', '¡', '¿', '…', '،', '؛', '؟', '।', '。', '！', '？', '።', '፣':
		return true
	case '.', ',':
		next, _ := utf8.DecodeRuneInString(rest[1:])
		return len(rest) == 1 || unicode.IsSpace(next) || next == r || r == ',' && unicode.IsLetter(next)
	}
	return false
}

func tokensIn(normal string) int {
	if normal == "" {
		return 0
	}
	return strings.Count(normal, " ") + 1
}

// once returns the borders of text after each word that follows itself is said
// once. What follows the border of a repeat is not parted: "no, no".
func (b borders) once(text string) borders {
	if b == 0 {
		return 0
	}
	var kept borders
	last, i, k := "", 0, 0
	for token := range strings.SplitSeq(text, " ") {
		if i == maxTokens || k == maxTokens {
			break
		}
		if i == 0 || token != last {
			if b&(1<<i) != 0 {
				kept |= 1 << k
			}
			k++
		}
		last = token
		i++
	}
	return kept
}

func (b borders) at(i int) bool { return i < maxTokens && b&(1<<i) != 0 }

// next returns the first border after token i, and n if there is none before.
func (b borders) next(i, n int) int {
	if i+1 >= maxTokens {
		return n
	}
	return min(n, i+1+bits.TrailingZeros64(uint64(b)>>(i+1)))
}
