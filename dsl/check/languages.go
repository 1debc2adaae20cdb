package check

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"cauce/dsl/diag"
	"cauce/engine"
)

// checkLanguages reports words that a language lacks, and languages that say
// different things: a {…} that one has and another has not.
func (c *checker) checkLanguages() {
	s := &c.service
	if s.broken || !s.languagesKnown {
		return
	}
	for _, w := range s.texts() {
		c.checkWords(w)
	}
	for _, list := range s.fixedTexts() {
		for _, w := range list {
			c.checkWords(w)
		}
	}
	for _, t := range s.templates {
		c.checkWords(t.body)
	}
	for _, f := range c.flows {
		for _, d := range f.data {
			for _, o := range d.options {
				c.checkWords(o.label)
			}
		}
		for _, n := range f.nodes {
			for _, w := range n.texts() {
				c.checkWords(w)
			}
		}
	}
}

func (c *checker) checkWords(w *words) {
	if w == nil {
		return
	}
	var missing []string
	for _, lang := range c.service.languages {
		if w.in(lang) == nil {
			missing = append(missing, lang)
		}
	}
	if len(missing) > 0 && !w.partial && !w.sayNothing() {
		example := make([]string, len(c.service.languages))
		for i, lang := range c.service.languages {
			example[i] = lang + ` = "…"`
		}
		c.report(MissingTranslation, w.at, diag.Say("write { %s }; this version of Cauce does not read i18n/*.po yet", strings.Join(example, ", ")),
			"these words are missing in %s", oneOfAll(missing))
	}
	first := w.in(c.source())
	if first == nil {
		return
	}
	want, ok := c.mentions(w, first)
	if !ok {
		return
	}
	for _, s := range w.by {
		have, ok := c.mentions(w, s)
		if s == first || !ok || slices.Equal(want, have) {
			continue
		}
		less, more := without(want, have), without(have, want)
		switch {
		case len(less) > 0:
			c.report(PlaceholderMismatch, s.src.Span(), "say the same in both", "%s has %s, and %s has not",
				quote(first.lang), diag.And(phrases(braced(less))), quote(s.lang))
		default:
			c.report(PlaceholderMismatch, s.src.Span(), "say the same in both", "%s has %s, and %s has not",
				quote(s.lang), diag.And(phrases(braced(more))), quote(first.lang))
		}
	}
}

// inBraces matches one value in a text.
var inBraces = regexp.MustCompile(`\{[^{}]*\}`)

// sayNothing reports whether words read the same in every language: a name, an
// address, or nothing but values.
func (w *words) sayNothing() bool {
	if w.proper {
		return true
	}
	for _, s := range w.by {
		if w.body {
			return false
		}
		if s.text == nil { // a mistake in its {…} was reported; that no language says it, too, is not
			if strings.IndexFunc(inBraces.ReplaceAllString(s.src.Value, ""), unicode.IsLetter) >= 0 {
				return false
			}
			continue
		}
		for _, p := range s.text.Parts() {
			if strings.IndexFunc(p.Literal, unicode.IsLetter) >= 0 {
				return false
			}
		}
	}
	return true
}

// mentions are the names in a text's {…}, sorted; of a template's body, its
// variables.
func (c *checker) mentions(w *words, s *saying) (names []string, ok bool) {
	if w.body {
		for _, v := range bodyVariables(s.src.Value) {
			names = append(names, v.name)
		}
	} else {
		if s.text == nil {
			return nil, false
		}
		names = s.text.Names()
	}
	slices.Sort(names)
	return slices.Compact(names), true
}

func without(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

func braced(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "{" + n + "}"
	}
	return out
}

func oneOfAll(names []string) diag.Phrase {
	out := make([]diag.Phrase, len(names))
	for i, n := range names {
		out[i] = diag.Say("%s", quote(n))
	}
	return diag.And(out)
}

// lower gives words as the engine takes them; nil when there are none.
func (w *words) lower() engine.Words {
	if w == nil {
		return nil
	}
	out := engine.Words{}
	for _, s := range w.by {
		out[s.lang] = s.source()
	}
	return out
}
