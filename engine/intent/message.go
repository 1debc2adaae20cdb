package intent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxTokens is how much of a message is looked at, in words. What comes
	// after them is not read, so that no text takes longer than a bounded time.
	maxTokens = 64

	// maxWhole is how long a message may be to be compared, as a whole, with
	// reserved words and courtesy.
	maxWhole = 16

	// maxCourtesy is the length of the longest courtesy entry: "s'il vous plaît".
	maxCourtesy = 3
)

// A message is split into tokens; token i is text[starts[i]:ends[i]].
type message struct {
	text         string
	starts, ends [maxTokens]int
	n            int
	long         bool // there are more words than were split

	// Whether the tokens before i, and those from j on, are all courtesy.
	front, back [maxTokens + 1]bool

	// The same of the clause that the tokens stand in, if the borders are known.
	opens, closes [maxTokens + 1]bool
	borders       borders
}

// split parts text into tokens. With once, a word that follows itself is one
// token: "stop stop" is "stop".
func (m *message) split(text string, once bool) {
	m.text, m.n, m.long = text, 0, false
	for i := 0; i < len(text); {
		end := strings.IndexByte(text[i:], ' ')
		if end < 0 {
			end = len(text) - i
		}
		switch {
		case once && m.n > 0 && m.token(m.n-1) == text[i:i+end]:
		case m.n == maxTokens:
			m.long = true
			return
		default:
			m.starts[m.n], m.ends[m.n] = i, i+end
			m.n++
		}
		i += end + 1
	}
}

// token returns token i.
func (m *message) token(i int) string { return m.text[m.starts[i]:m.ends[i]] }

// from returns tokens i to j, j not included, and what stands between them.
func (m *message) from(i, j int) string { return m.text[m.starts[i]:m.ends[j-1]] }

// whole reports whether all of the message was split and it is short enough to
// be compared as a whole.
func (m *message) whole() bool { return !m.long && m.n <= maxWhole }

// politeness finds the courtesy at both ends.
func (m *message) politeness(in tongues) {
	clear(m.front[:m.n+1])
	clear(m.back[:m.n+1])
	m.front[0], m.back[m.n] = true, !m.long
	for i := range m.n {
		for j := i + 1; m.front[i] && j <= min(i+maxCourtesy, m.n); j++ {
			m.front[j] = m.front[j] || in.isCourtesy(m.from(i, j))
		}
	}
	for j := m.n; j > 0; j-- {
		for i := j - 1; m.back[j] && i >= max(j-maxCourtesy, 0); i-- {
			m.back[i] = m.back[i] || in.isCourtesy(m.from(i, j))
		}
	}
}

// clauses finds the courtesy at both ends of every clause.
func (m *message) clauses(in tongues) {
	m.opens, m.closes = m.front, m.back
	if m.borders == 0 {
		return
	}
	for i := range m.n {
		m.opens[i] = m.opens[i] || m.borders.at(i)
		m.closes[i] = m.closes[i] || m.borders.at(i)
	}
	for i := range m.n {
		for j := i + 1; m.opens[i] && j <= min(i+maxCourtesy, m.n); j++ {
			m.opens[j] = m.opens[j] || in.isCourtesy(m.from(i, j))
		}
	}
	for j := m.n; j > 0; j-- {
		for i := j - 1; m.closes[j] && i >= max(j-maxCourtesy, 0); i-- {
			m.closes[i] = m.closes[i] || in.isCourtesy(m.from(i, j))
		}
	}
}

// spelled joins tokens i to j when they are three or more single letters, and
// else returns "".
func (m *message) spelled(i, j int) string {
	if j-i < 3 {
		return ""
	}
	for k := i; k < j; k++ {
		token := m.token(k)
		r, size := utf8.DecodeRuneInString(token)
		if size < len(token) || !unicode.IsLetter(r) {
			return ""
		}
	}
	return strings.ReplaceAll(m.from(i, j), " ", "")
}

// sayOnce returns text with each word that follows itself said once: "stop
// stop stop" is "stop". A text that stays too long to be compared as a whole is
// given back as it is.
func sayOnce(text string) string {
	var space [maxWhole]string
	once := space[:0]
	repeated := false
	for token := range strings.SplitSeq(text, " ") {
		if len(once) > 0 && once[len(once)-1] == token {
			repeated = true
			continue
		}
		if len(once) == maxWhole {
			return text
		}
		once = append(once, token)
	}
	if !repeated {
		return text
	}
	return strings.Join(once, " ")
}
