package intent

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

// A Vocabulary is the author's own words, by language tag.
type Vocabulary struct {
	Stop, Human, Start map[string][]string
}

func (v Vocabulary) of(k Kind) map[string][]string {
	switch k {
	case Stop:
		return v.Stop
	case Human:
		return v.Human
	case Start:
		return v.Start
	}
	return nil
}

// A Recognizer knows the reserved words of one service. It never changes and
// is safe for concurrent use.
type Recognizer struct{ table table }

// New returns the recogniser of a service that speaks these languages (BCP-47,
// the first one first) and reserves its authors' own words besides the built-in
// ones of these languages and of English. A language the vocabulary does not
// have contributes own words only, and so does a tag that only own names.
func New(languages []string, own Vocabulary) *Recognizer {
	t := newTable()
	for _, tag := range languages {
		t.learn(tag, own, embedded().byTag[base(tag)])
	}
	for _, tag := range own.tags() {
		if base(tag) != english {
			t.learn(tag, own, nil)
		}
	}
	for _, tag := range own.tags() {
		if base(tag) == english && tag != english {
			t.learn(tag, own, nil)
		}
	}
	t.learn(english, own, embedded().byTag[english])
	return &Recognizer{table: t}
}

// tags returns every tag that has words, sorted, for no map may decide which
// comes first.
func (v Vocabulary) tags() []string {
	var tags []string
	for _, k := range inOrder {
		for tag := range v.of(k) {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// learn reserves the words of one language: of each kind the author's own, then
// the built-in ones, if there are any.
func (t table) learn(tag string, own Vocabulary, b *builtin) {
	for _, k := range inOrder {
		t.reserve(k, tag, own.of(k)[tag])
		if b != nil {
			t.reserve(k, tag, b.lists[wordsClass[k]])
		}
	}
	if b != nil {
		t.excuse(b.lists["courtesy"])
	}
}

// Recognize says what a message asks for. The built-in words of further
// languages, such as the contact's, can be named in also.
func (r *Recognizer) Recognize(text string, also ...string) Match {
	return r.RecognizeNormal(words.Normalize(text), also...)
}

// RecognizeNormal is Recognize for a text that is the result of
// words.Normalize, for callers that have it.
//
// What it compares, until one fits: the message; what is left of it without
// courtesy words at its ends, the longest rest first and never nothing; each of
// these with its letters joined, where it is spelled ("s t o p"); and all of
// that again with repeated words said once ("stop stop").
func (r *Recognizer) RecognizeNormal(text string, also ...string) Match {
	if text == "" {
		return Match{}
	}
	var few [4]spoken
	in := append(tongues(few[:0]), spoken{table: &r.table})
	for _, tag := range also {
		if b := embedded().byTag[base(tag)]; b != nil {
			in = append(in, spoken{table: &b.table, tag: tag})
		}
	}
	if m := in.find(text); m.Kind != None {
		return m
	}
	if m := in.search(text); m.Kind != None {
		return m
	}
	if once := sayOnce(text); once != text {
		if m := in.find(once); m.Kind != None {
			return m
		}
		return in.search(once)
	}
	return Match{}
}

// tongues are the tables a message is compared with, in the order in which
// they win a word.
type tongues []spoken

type spoken struct {
	table *table
	tag   string // as the caller wrote it, if it is the caller's
}

func (in tongues) find(text string) Match {
	for _, s := range in {
		m, ok := s.table.entries[text]
		if !ok {
			continue
		}
		if s.tag != "" {
			m.Language = s.tag
		}
		return m
	}
	return Match{}
}

func (in tongues) isCourtesy(text string) bool {
	for _, s := range in {
		if s.table.courtesy[text] {
			return true
		}
	}
	return false
}

const (
	// maxTokens is how long a message may be, in words, to be compared as more
	// than what it is. Longer ones are not a reserved word and courtesy.
	maxTokens = 16

	// maxCourtesy is the length of the longest courtesy entry: "s'il vous plaît".
	maxCourtesy = 3
)

// A message is split into tokens; token i is text[starts[i]:ends[i]].
type message struct {
	text         string
	starts, ends [maxTokens]int
	n            int
}

// split reports false when there are more than maxTokens.
func (m *message) split(text string) bool {
	m.text, m.n = text, 0
	for i := 0; i < len(text); {
		if m.n == maxTokens {
			return false
		}
		end := strings.IndexByte(text[i:], ' ')
		if end < 0 {
			end = len(text) - i
		}
		m.starts[m.n], m.ends[m.n] = i, i+end
		m.n++
		i += end + 1
	}
	return true
}

// from returns tokens i to j, j not included.
func (m *message) from(i, j int) string { return m.text[m.starts[i]:m.ends[j-1]] }

// search compares text without the courtesy words at its ends, the longest
// rest first, and each rest also joined if it is spelled.
func (in tongues) search(text string) Match {
	var m message
	if !m.split(text) {
		return Match{}
	}
	// Whether the tokens before i, and those from j on, are all courtesy.
	var front, back [maxTokens + 1]bool
	front[0], back[m.n] = true, true
	for i := range m.n {
		for j := i + 1; front[i] && j <= min(i+maxCourtesy, m.n); j++ {
			front[j] = front[j] || in.isCourtesy(m.from(i, j))
		}
	}
	for j := m.n; j > 0; j-- {
		for i := j - 1; back[j] && i >= max(j-maxCourtesy, 0); i-- {
			back[i] = back[i] || in.isCourtesy(m.from(i, j))
		}
	}
	for left := m.n; left > 0; left-- {
		for i := 0; i+left <= m.n; i++ {
			j := i + left
			if !front[i] || !back[j] {
				continue
			}
			if left < m.n {
				if match := in.find(m.from(i, j)); match.Kind != None {
					return match
				}
			}
			if match := in.find(m.spelled(i, j)); match.Kind != None {
				return match
			}
		}
	}
	return Match{}
}

// spelled joins tokens i to j when they are three or more single letters, and
// else returns "".
func (m *message) spelled(i, j int) string {
	if j-i < 3 {
		return ""
	}
	for k := i; k < j; k++ {
		token := m.from(k, k+1)
		r, size := utf8.DecodeRuneInString(token)
		if size < len(token) || !unicode.IsLetter(r) {
			return ""
		}
	}
	return strings.ReplaceAll(m.from(i, j), " ", "")
}

// sayOnce returns text with each word that follows itself said once: "stop
// stop stop" is "stop". A text that stays too long to search is given back as
// it is.
func sayOnce(text string) string {
	var space [maxTokens]string
	once := space[:0]
	repeated := false
	for token := range strings.SplitSeq(text, " ") {
		if len(once) > 0 && once[len(once)-1] == token {
			repeated = true
			continue
		}
		if len(once) == maxTokens {
			return text
		}
		once = append(once, token)
	}
	if !repeated {
		return text
	}
	return strings.Join(once, " ")
}
