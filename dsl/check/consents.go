package check

import (
	"slices"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// readConsent reads [consent.x]: a purpose that people agree to.
func (c *checker) readConsent(n namedTable) *consent {
	before := len(c.list)
	t := c.open(n.Table, consentShape)
	out := &consent{name: n.name, at: n.at, messages: t.boolean("messages"), purpose: t.words("purpose")}
	if slices.Contains(plainNeeds, n.name) {
		c.report(BadName, n.at, diag.Say("choose another, such as %s", quote("mi_"+n.name)), "needs = %s means something else", quote(n.name))
	}
	if v := t.integer("version"); v != nil {
		if v.Value < 1 || v.Value > maxVersion {
			c.report(BadRange, v.Span(), "begin with 1, and count up when the words change in meaning", "a consent's version is from 1 to %d", maxVersion)
		} else {
			out.version = int(v.Value)
		}
	}
	out.unsure = len(c.list) > before
	return out
}

// maxVersion bounds a consent's version: a mistyped one can't be taken back,
// since what was agreed to a lower version is outdated for good.
const maxVersion = 10_000

// plainNeeds are what data may need besides a consent.
var plainNeeds = []string{"request", "nothing"}

// bindConsent finds a consent; nil when there is none, or none can be known.
func (c *checker) bindConsent(r ref) *consent {
	if r.name == "" || c.service.broken || !c.service.present {
		return nil
	}
	if o := c.service.consentBy[r.name]; o != nil {
		return o
	}
	if c.declared("consent", r.name) {
		return nil // reported where it stands
	}
	help := diag.Say("add [consent.%s] to service.toml, with version = 1 and what people agree to as purpose", r.name)
	if !goodName(r.name) {
		help = ""
	}
	c.report(UnknownConsent, r.at, c.didYouMean(r.name, c.service.consentNames, help), "no consent is named %s", quote(r.name))
	return nil
}

// bindNeeds looks for the consent that data needs.
func (c *checker) bindNeeds(d *datum) {
	name := d.needs.name
	if name == "" || slices.Contains(plainNeeds, name) || c.service.broken || !c.service.present ||
		c.service.consentBy[name] != nil || c.declared("consent", name) {
		return
	}
	known := c.service.consentNames
	if c.suggest(name, plainNeeds) != "" {
		known = plainNeeds
	}
	help := diag.Phrase(`write "request" or "nothing"`)
	if goodName(d.needs.name) {
		help = diag.Say(`write "request" or "nothing", or add [consent.%s] to service.toml`, d.needs.name)
	}
	c.report(UnknownConsent, d.needs.at, c.didYouMean(d.needs.name, known, help), "no consent is named %s", quote(d.needs.name))
}

// consentsKnown reports whether every consent could be read.
func (s *service) consentsKnown() bool {
	if s.broken || !s.present {
		return false
	}
	e := s.file.Root.Get("consent")
	if e == nil {
		return true
	}
	t, ok := e.Value.(*syntax.Table)
	return ok && len(t.Entries) == len(s.consents) && !slices.ContainsFunc(s.consents, func(c *consent) bool { return c.unsure })
}

// bindPurpose looks for the consent that a message serves, which has to be one
// to messages.
func (c *checker) bindPurpose(r ref) {
	if found := c.bindConsent(r); found != nil && !found.messages && !found.unsure {
		c.report(BadNeeds, r.at, "add messages = true to it, or name another", "nobody agrees to messages with the consent %s", quote(r.name))
		c.note(found.at, "it has no messages = true")
	}
}

// purpose is the name of the consent that a message serves: the one it names,
// else the only one to messages.
func (s *service) purpose(named string) string {
	if named == "" && len(s.messaging) == 1 {
		return s.messaging[0].name
	}
	return named
}

func lowerConsents(list []*consent) []engine.Consent {
	var out []engine.Consent
	for _, o := range list {
		out = append(out, engine.Consent{Name: o.name, Version: o.version, Messages: o.messages, Purpose: o.purpose.lower(), Origin: origin(o.at)})
	}
	return out
}
