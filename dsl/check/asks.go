package check

import (
	"strings"

	"cauce/dsl/diag"
	"cauce/engine/eval"
	"cauce/engine/sensitive"
)

// checkAsks reports prompts that ask for a card, account or identity number, or
// for a secret. WhatsApp forbids asking for full-length identifiers (Business
// Messaging Policy; LANGUAGE §7, asks-identifier), whoever the service is, so
// nothing silences this.
//
// What is read is what people are told: not the labels they choose from, and
// not the names of data.
func (c *checker) checkAsks() {
	s := &c.service
	for _, w := range s.texts() {
		c.checkPrompt(w)
	}
	for _, o := range s.consents {
		c.checkPrompt(o.purpose)
	}
	for _, t := range s.templates {
		c.checkPrompt(t.body)
	}
	for _, f := range c.flows {
		for _, n := range f.nodes {
			for _, w := range n.prompts() {
				c.checkPrompt(w)
			}
		}
	}
}

// prompts are the words of a node that are said.
func (n *node) prompts() []*words {
	var out []*words
	out = append(append(append(out, n.say...), n.ask), n.retry...)
	for _, r := range n.choices() {
		out = append(out, r.say...)
	}
	for _, r := range n.checks {
		out = append(out, r.say)
	}
	out = append(out, n.header, n.footer)
	if n.silence != nil {
		out = append(out, n.silence.say)
	}
	return out
}

// asked are what people may not be asked for, in words.
var asked = map[sensitive.Kind]diag.Phrase{
	sensitive.Card:        "a card's number or code",
	sensitive.IBAN:        "a bank account's number",
	sensitive.BankAccount: "a bank account's number",
	sensitive.NationalID:  "an identity document or its number",
	sensitive.Secret:      "a secret (a PIN, a password, a code)",
}

// checkPrompt looks at each language by itself, as people read it: a negation
// of one language is no negation in another.
func (c *checker) checkPrompt(w *words) {
	for _, s := range w.sayings() {
		// A longer text is reported as such, and not read.
		if s.src == nil || letters(s.src.Value) > eval.MaxText {
			continue
		}
		found, ok := sensitive.Asks(withoutValues(s.src.Value), s.lang)
		if !ok {
			continue
		}
		help := diag.Phrase(`ask for the last four digits at most, or lead to a person: go = "@human"`)
		if found.Kind == sensitive.Secret {
			help = `take it out, or lead to a person: go = "@human"`
		}
		c.report(AsksIdentifier, s.src.At(found.From, found.To), help,
			"this asks people for %s, which WhatsApp forbids", asked[found.Kind])
	}
}

// withoutValues is a text of the same length in which every {…} is words that
// mean nothing, but for the texts inside it: the name of a datum is nothing that
// people read. (Spaces would not do: many of them end a sentence.)
func withoutValues(text string) string {
	return variableForm.ReplaceAllStringFunc(text, func(part string) string {
		out := []byte(strings.Repeat("x", len(part)))
		for i := 0; i < len(part); i++ {
			if part[i] != '"' && part[i] != '\'' {
				continue
			}
			size := strings.IndexByte(part[i+1:], part[i])
			if size < 0 {
				break
			}
			out[i], out[i+1+size] = ' ', ' '
			copy(out[i+1:], part[i+1:i+1+size])
			i += 1 + size
		}
		return string(out)
	})
}
