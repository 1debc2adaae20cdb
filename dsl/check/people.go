package check

import (
	"slices"

	"cauce/dsl/diag"
)

// checkPeople holds a service to its first promise: from everywhere, people
// reach a person. WhatsApp's policy asks for a prompt, clear and direct path
// (Business Messaging Policy; LANGUAGE §7, human-path).
func (c *checker) checkPeople() {
	s := &c.service
	if s.broken || !s.present {
		return
	}
	h := &s.human
	const help = `add [human] with say = "…", and under it [[human.path]] with phone = "+57 601 555 0100", or inbox, email, form or visit`
	switch {
	case !h.present:
		c.report(HumanPath, diag.Span{File: s.file.Name}, help, "nobody who writes to this service can reach a person")
		return
	case !h.pathsRead:
		return
	case len(h.paths) == 0:
		c.report(HumanPath, h.at, `add [[human.path]] with phone = "+57 601 555 0100", or inbox, email, form or visit`,
			"this service has no way to a person")
		return
	}
	c.checkElsewhere()
	if len(h.hours) == 0 {
		return
	}
	for _, p := range h.paths {
		if p.kind != "inbox" || p.always {
			return
		}
	}
	c.report(HumanPath, h.hoursAt, "add a [[human.path]] with a phone, an e-mail address, a form or a place",
		"outside these hours nobody reaches a person: every path is an inbox")
}

// checkElsewhere looks for the path that [sensitive] tells people of: those who
// sent a number that does not belong here are told where it does.
func (c *checker) checkElsewhere() {
	path := c.service.sensitive.path
	if path.name == "" || slices.ContainsFunc(c.service.human.paths, func(p *humanPath) bool { return p.kind == path.name }) {
		return
	}
	var kinds []string
	for _, kind := range pathKinds[1:] {
		if slices.ContainsFunc(c.service.human.paths, func(p *humanPath) bool { return p.kind == kind }) {
			kinds = append(kinds, kind)
		}
	}
	help := diag.Say("add a [[human.path]] with %s", path.name)
	if len(kinds) > 0 {
		help = diag.Say("add a [[human.path]] with %s, or write %s", path.name, diag.OneOf(kinds))
	}
	c.report(UnknownValue, path.at, help, "no [[human.path]] of this service has %s", quote(path.name))
}
