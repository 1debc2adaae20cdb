package script

import (
	"slices"
	"strings"
	"time"

	"cauce/dsl/diag"
	"cauce/engine"
)

// given is something that was so before the conversation began.
type given struct {
	name, value string
	at          diag.Span
}

// consentWord is what stands before a consent's name, and tagWord before a tag.
const (
	consentWord = "consent"
	tagWord     = "tag"
)

// given reads what stands behind "given".
func (p *parser) given(b *block, rest string) *problem {
	name, value, _ := strings.Cut(rest, " ")
	value = strings.TrimSpace(value)
	if !dataName.MatchString(name) || value == "" || name == consentWord && !flowName.MatchString(value) {
		return wrong("a data item and its value stand here, or a consent", `write it like "given semana 20" or "given consent consejos"`)
	}
	g := given{name, value, p.index.Span(p.name, b.place(0), b.place(0)+len(b.text))}
	if slices.ContainsFunc(p.givens, func(o given) bool { return o.name == name && (name != consentWord || o.value == value) }) {
		return wrong(diag.Say("%s stands here for the second time", diag.Quote("given "+name)), "leave one of the two lines out")
	}
	p.givens = append(p.givens, g)
	return nil
}

// into puts what is given into a conversation.
func (g given) into(c *engine.Conversation, svc *engine.Service, now time.Time) error {
	switch g.name {
	case consentWord:
		a, err := svc.Agreed(g.value, now)
		if err != nil {
			return err
		}
		if c.Consents == nil {
			c.Consents = map[string]engine.Agreement{}
		}
		c.Consents[g.value] = a
		return nil
	case engine.NameContact:
		c.Name = g.value
		return nil
	case engine.NameZone:
		_, err := engine.Zone(g.value)
		c.Zone = g.value
		return err
	}
	k, err := svc.Given(g.name, g.value, now)
	if err != nil {
		return err
	}
	if c.Data == nil {
		c.Data = map[string]engine.Kept{}
	}
	c.Data[g.name] = k
	return nil
}
