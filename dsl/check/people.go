package check

import (
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
