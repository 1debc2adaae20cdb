package answer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

// A token is a piece of an answer: a word in normal form, a number, or one
// punctuation mark or symbol. What shows nothing and emoji are no tokens.
type token struct {
	kind       kind
	text       string  // the words, the digits as written, or the mark
	value      int64   // of a number
	decimal    float64 // the same where decimals count
	start, end int     // in the text
	spaced     bool    // white space, or nothing at all, stands before it
}

type kind uint8

const (
	word    kind = iota
	digits       // a number in digits
	spelled      // a number in words
	article      // "una", "um", "a": the number one, perhaps
	mark
)

const (
	// maxTokens is how many tokens an answer may have. More is a story; and it
	// bounds the work on a hostile text.
	maxTokens = 48

	// longestWord is how many bytes a word may have to be looked at.
	longestWord = 60

	// maxDigits is how long a number may be in dates and times, which is what
	// the values of tokens are for.
	maxDigits = 8
)

func (t token) number() bool { return t.kind == digits || t.kind == spelled || t.kind == article }

// is reports whether t is this word or mark.
func (t token) is(text string) bool {
	return (t.kind == word || t.kind == mark) && t.text == text
}

// tokenize cuts a readable text into tokens. It reports false for more than
// maxTokens. A number of more than maxDigits has the value -1.
func tokenize(s string) (tokens []token, ok bool) {
	spaced := true
	for i := 0; i < len(s); {
		if len(tokens) == maxTokens {
			return nil, false
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case isDigit(r):
			end := run(s, i)
			t := token{kind: digits, text: s[i:end], value: -1, start: i, end: end, spaced: spaced}
			if len(t.text) <= maxDigits {
				t.value, _ = strconv.ParseInt(t.text, 10, 64) // few digits, and nothing else
			}
			tokens = append(tokens, t)
			i, spaced = end, false
			continue
		case r == 'º', r == 'ª', r == '°':
			tokens = append(tokens, token{kind: mark, text: "º", start: i, end: i + size, spaced: spaced})
			spaced = false
		case unicode.IsLetter(r):
			end := endOfWord(s, i)
			normal := "…" // in no table
			if end-i <= longestWord {
				normal = words.Normalize(s[i:end])
			}
			for w := range strings.FieldsSeq(normal) {
				if len(tokens) == maxTokens {
					return nil, false
				}
				tokens = append(tokens, token{kind: word, text: w, start: i, end: end, spaced: spaced})
				spaced = true
			}
			i, spaced = end, false
			continue
		case (r == '-' || r == '‐') && betweenLetters(s, i, size): // "vingt-deux"
		case unicode.IsNumber(r), unicode.IsPunct(r), unicode.Is(unicode.Sm, r), unicode.Is(unicode.Sc, r), r == '`', r == '´':
			spaced = appendMark(&tokens, token{kind: mark, text: s[i : i+size], start: i, end: i + size, spaced: spaced})
		default:
			spaced = spaced || unicode.IsSpace(r)
		}
		i += size
	}
	return tokens, true
}

// appendMark appends a mark, or lengthens the same one that it follows: "!!!!!"
// is one token, whose text is "!!".
func appendMark(tokens *[]token, t token) (spaced bool) {
	if n := len(*tokens); n > 0 && !t.spaced {
		last := &(*tokens)[n-1]
		if last.kind == mark && (last.text == t.text || last.text == t.text+t.text) {
			last.text, last.end = t.text+t.text, t.end
			return false
		}
	}
	*tokens = append(*tokens, t)
	return false
}

func betweenLetters(s string, i, size int) bool {
	left, _ := utf8.DecodeLastRuneInString(s[:i])
	right, _ := utf8.DecodeRuneInString(s[i+size:])
	return (unicode.IsLetter(left) || unicode.IsMark(left)) && unicode.IsLetter(right)
}

// endOfWord returns where the word that begins at s[i] ends. An apostrophe
// between letters is part of it: "aujourd'hui".
func endOfWord(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 'º' || r == 'ª':
			return i
		case unicode.IsLetter(r), unicode.IsMark(r):
		case r == '\'', r == '’':
			if next, _ := utf8.DecodeRuneInString(s[i+size:]); !unicode.IsLetter(next) {
				return i
			}
		default:
			return i
		}
		i += size
	}
	return i
}

// idle reports whether t says nothing: punctuation that stands around words.
func (t token) idle() bool {
	return t.kind == mark && strings.Contains("!¡?¿.,;:()[]\"“”«»*_~…'’؟،", t.text[:firstRune(t.text)])
}

func firstRune(s string) int {
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// A phrase is what a few words mean: a class, and a value for those that have
// one.
type phrase struct {
	class string
	value string
}

// A lexicon holds the phrases of one language by their words in normal form.
type lexicon struct {
	phrases map[string]phrase
	longest int // in words
}

// match returns what the longest phrase at tokens[i:] means and how many tokens
// it has; none, 0. Punctuation between the words of a phrase parts it, but for a
// hyphen and for the full stop of a shortened word.
func (l *lexicon) match(tokens []token, i int) (p phrase, n int) {
	if l == nil {
		return phrase{}, 0
	}
	var text strings.Builder
	words := 0 // tokens of them: a number in words is one
	for j := i; j < len(tokens) && words < l.longest; j++ {
		t := tokens[j]
		switch {
		case t.kind == mark:
			if words == 0 || t.text != "-" && t.text != "‐" && t.text != "." || t.spaced {
				return p, n
			}
			continue
		case t.kind == digits:
			return p, n
		}
		if words > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(t.text)
		words++
		if found, ok := l.phrases[text.String()]; ok {
			p, n = found, j+1-i
		}
	}
	return p, n
}

// parseLexicons reads a table of four columns parted by tabs: language, class,
// value, and phrases parted by commas in their natural spelling. The classes are
// those of the second argument.
func parseLexicons(text string, classes ...string) (map[string]*lexicon, error) {
	known := map[string]bool{}
	for _, c := range classes {
		known[c] = true
	}
	m := map[string]*lexicon{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 4 {
			return nil, fmt.Errorf("line %d: want language, class, value and phrases, parted by tabs", number)
		}
		if !known[columns[1]] {
			return nil, fmt.Errorf("line %d: no class is named %q", number, columns[1])
		}
		l := m[columns[0]]
		if l == nil {
			l = &lexicon{phrases: map[string]phrase{}}
			m[columns[0]] = l
		}
		for written := range strings.SplitSeq(columns[3], ",") {
			p := words.Normalize(written)
			if p == "" {
				return nil, fmt.Errorf("line %d: an empty phrase", number)
			}
			if before, ok := l.phrases[p]; ok && before != (phrase{columns[1], columns[2]}) {
				return nil, fmt.Errorf("line %d: %q is also %s %s", number, p, before.class, before.value)
			}
			l.phrases[p] = phrase{class: columns[1], value: columns[2]}
			l.longest = max(l.longest, strings.Count(p, " ")+1)
		}
	}
	return m, nil
}

// mustLexicons is parseLexicons of a table that is embedded in the program.
func mustLexicons(file, text string, classes ...string) map[string]*lexicon {
	m, err := parseLexicons(text, classes...)
	if err != nil {
		panic("answer: " + file + ": " + err.Error())
	}
	return m
}
