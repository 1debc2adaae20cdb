package script

import (
	"slices"
	"strings"

	"cauce/engine"
)

// ban is what stands behind a "!": what is not to be said.
type ban struct {
	source string
	any    bool
	free   bool
	label  string
	words  pattern
}

func parseBan(s string) (ban, *problem) {
	b := ban{source: "! " + s}
	switch s {
	case "":
		return b, wrong("nothing is named that must not be said", `write "any", "free-form", the words, or a "[label]"`)
	case "any":
		b.any = true
		return b, nil
	case "free-form":
		b.free = true
		return b, nil
	}
	tokens, p := scan(s, 0)
	if p != nil {
		return b, p
	}
	if len(tokens) == 1 && tokens[0].kind == buttonToken {
		b.label = tokens[0].labels[0]
		return b, nil
	}
	for _, t := range tokens {
		if t.kind >= buttonToken {
			p := wrong("a label stands alone, without words", `write two lines, or "\[" for the sign itself`)
			p.from, p.to = t.from, t.to
			return b, p
		}
	}
	b.words, p = compile(tokens, false)
	if p == nil && (b.words.empty() || strings.Trim(s, ". ") == "") {
		p = wrong("nothing is named that must not be said", `"any" stands for any message`)
	}
	return b, p
}

// strikes reports whether a message is one that must not be said.
func (b *ban) strikes(o engine.Outgoing) bool {
	switch {
	case b.any:
		return true
	case b.free:
		return o.Kind != engine.OutTemplate
	case b.label != "":
		return o.Link != nil && oneLine(o.Link.Label) == b.label ||
			slices.ContainsFunc(o.Choices, func(c engine.Choice) bool { return oneLine(c.Label) == b.label })
	}
	return slices.ContainsFunc([]string{o.Header, o.Body, o.Footer}, func(words string) bool {
		if b.words.re != nil {
			return b.words.re.MatchString(normal(words))
		}
		return strings.Contains(normal(words), b.words.words)
	})
}
