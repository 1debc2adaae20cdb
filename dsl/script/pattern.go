package script

import (
	"regexp"
	"strings"
)

// blanks are what doesn't count at the ends of lines.
const blanks = " \t\n"

// normal is a text as scripts compare it: lines end in \n, and blanks at their
// ends and around the whole don't count, for an editor may take them away.
func normal(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), blanks)
}

// oneLine is a label as scripts compare it.
func oneLine(s string) string {
	s = strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
	return strings.Trim(s, blanks)
}

// pattern is words, with gaps for any others.
type pattern struct {
	words string         // when there is no gap
	re    *regexp.Regexp // when there is one
}

func (p *pattern) empty() bool { return p.re == nil && p.words == "" }

// matches reports whether the pattern is a normal text, from end to end.
func (p *pattern) matches(s string) bool {
	if p.re != nil {
		return p.re.MatchString(s)
	}
	return s == p.words
}

// compile makes a pattern of words and gaps; brackets are words here. A gap with
// a blank beside it stands for whole words: the blank is part of what may be
// missing at an end, and stays one between words. anchored: from end to end.
func compile(tokens []token, anchored bool) (pattern, *problem) {
	texts := []string{""} // between gaps
	for _, t := range tokens {
		switch t.kind {
		case gapToken:
			texts = append(texts, "")
		case wordsToken:
			texts[len(texts)-1] += t.text
		default:
			texts[len(texts)-1] += plain(t.text)
		}
	}
	// Gaps with nothing but blanks between them are one.
	for i := 1; i < len(texts)-1; {
		if strings.Trim(texts[i], blanks) == "" {
			texts = append(texts[:i], texts[i+1:]...)
			continue
		}
		i++
	}
	if len(texts) == 1 {
		return pattern{words: normal(texts[0])}, nil
	}
	var b strings.Builder
	b.WriteString("(?s)")
	if anchored {
		b.WriteString(`\A`)
	}
	for i, t := range texts {
		words := normal(t)
		if i > 0 {
			before := normal(texts[i-1])
			left := before != "" && strings.TrimRight(texts[i-1], blanks) != texts[i-1]
			right := words != "" && strings.TrimLeft(t, blanks) != t
			switch {
			case left && right:
				b.WriteString(`\s(?:.*\s)?`)
			case left && words == "":
				b.WriteString(`(?:\s.*)?`)
			case left:
				b.WriteString(`\s.*`)
			case right && before == "":
				b.WriteString(`(?:.*\s)?`)
			case right:
				b.WriteString(`.*\s`)
			default:
				b.WriteString(`.*`)
			}
		}
		b.WriteString(regexp.QuoteMeta(words))
	}
	if anchored {
		b.WriteString(`\z`)
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return pattern{}, wrong("this message is too long to be compared", `say less of it, with "..." for the rest`)
	}
	return pattern{re: re}, nil
}
