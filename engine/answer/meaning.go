package answer

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

//go:embed meaning.tsv
var meaningTSV string

// patterns are the words of one language beside which digits do not mean what
// they say, in normal form with a space at both ends. "#" stands for the number;
// without it a pattern may stand anywhere in the clause.
type patterns struct {
	hedges  []string // which only sound like one: "más o menos"
	changes []string
}

// meanings parses meaning.tsv once, when first needed.
var meanings = sync.OnceValue(func() map[string]*patterns {
	m, err := parseMeanings(meaningTSV)
	if err != nil {
		panic("answer: meaning.tsv: " + err.Error())
	}
	return m
})

func parseMeanings(text string) (map[string]*patterns, error) {
	m := map[string]*patterns{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		language, rest, _ := strings.Cut(line, "\t")
		class, list, ok := strings.Cut(rest, "\t")
		if !ok {
			return nil, fmt.Errorf("line %d: want language, class and patterns, parted by tabs", number)
		}
		p := m[language]
		if p == nil {
			p = &patterns{}
			m[language] = p
		}
		for pattern := range strings.SplitSeq(list, ",") {
			pattern = normalPattern(pattern)
			switch class {
			case "hedge":
				p.hedges = append(p.hedges, pattern)
			case "times", "part", "bound", "not", "month", "clock":
				p.changes = append(p.changes, pattern)
			default:
				return nil, fmt.Errorf("line %d: no class is named %q", number, class)
			}
		}
	}
	return m, nil
}

// normalPattern normalises the words around "#", if there is one.
func normalPattern(s string) string {
	left, right, placed := strings.Cut(s, "#")
	if !placed {
		return " " + words.Normalize(s) + " "
	}
	return around(left, right)
}

// around returns the words on both sides of a number in the form of a pattern.
func around(left, right string) string {
	b := " "
	if l := words.Normalize(left); l != "" {
		b += l + " "
	}
	b += "# "
	if r := words.Normalize(right); r != "" {
		b += r + " "
	}
	return b
}

// meansElse reports whether the words of the clause in which the number
// s[start:end] stands change what it says, in lang or in English.
func meansElse(s string, start, end int, lang string) bool {
	from, to := clause(s, start, end)
	said := around(s[from:start], s[end:to])
	language, _ := subtags(lang)
	for _, l := range [...]string{language, "en"} {
		p := meanings()[l]
		if p == nil {
			continue
		}
		for _, h := range p.hedges {
			said = strings.ReplaceAll(said, h, " ")
		}
		for _, c := range p.changes {
			if strings.Contains(said, c) {
				return true
			}
		}
	}
	return false
}

// clause returns the bounds of the clause around s[start:end]: what stands
// between the nearest commas, full stops or line breaks. "No, 20" says 20; "no
// 20" does not.
func clause(s string, start, end int) (from, to int) {
	to = len(s)
	for i, r := range s {
		if !endsClause(r) {
			continue
		}
		after := i + utf8.RuneLen(r)
		if r == '.' && after < len(s) && s[after] != ' ' {
			continue // inside "p.m."
		}
		switch {
		case after <= start:
			from = after
		case i >= end:
			return from, i
		}
	}
	return from, to
}

// endsClause is true for a line break and for punctuation, but for what stands
// inside words and about numbers.
func endsClause(r rune) bool {
	switch r {
	case '\n':
		return true
	case '\'', '’', '-', '‐', '#', '*', '_', '%', '&', '@', '/', '"', '“', '”':
		return false
	}
	return unicode.IsPunct(r)
}
