package check

import (
	"cauce/dsl/diag"
	"cauce/engine"
)

// checkLeaks reports sensitive data in a template's values: a template goes
// out at any hour, onto screens that others may see. Data says itself which
// templates it may stand in (LANGUAGE §2, share).
func (c *checker) checkLeaks() {
	for _, f := range c.flows {
		for _, n := range f.nodes {
			if n.verb != engine.TemplateV || n.approved == nil {
				continue
			}
			for _, a := range n.fill {
				if a.prog == nil {
					continue
				}
				for _, name := range a.prog.Names() {
					d := c.datum(f, name)
					if d == nil || d.sensitive == "" || d.sharedWith("template", n.approved.name) {
						continue
					}
					c.report(Leaks, a.where, diag.Say("take it out, or add %s to the share of [data.%s]", quote("template."+n.approved.name), name),
						"%s is sensitive, and not shared with the template %s", quote(name), quote(n.approved.name))
				}
			}
		}
	}
}
