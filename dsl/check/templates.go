package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/limits"
)

// checkTemplates compares what nodes send with what WhatsApp approved.
func (c *checker) checkTemplates() {
	for _, t := range c.service.templates {
		c.checkBody(t)
		c.checkButtons(t)
	}
	if g := c.service.human.giveUp; g.template.name != "" {
		for _, t := range c.service.templates {
			if t.name == g.template.name && t.varsRead && len(t.vars) > 0 {
				c.report(TemplateMismatch, g.template.at, "name a template without variables",
					"%s has variables (%s), and nothing gives them values here", quote(t.name), diag.And(phrases(t.vars)))
			}
		}
	}
	for _, f := range c.flows {
		for _, n := range f.nodes {
			if n.verb == engine.TemplateV && n.approved != nil && !n.opaque {
				c.checkSending(n, n.approved)
			}
			if t, at := n.sends(); t != nil && !n.opaque {
				c.checkFill(n, t, at.at)
			}
		}
	}
}

// checkBody holds a body to the rules under which WhatsApp approves it (Cloud
// API reference, §4): a variable is neither first nor last, and two don't
// touch.
func (c *checker) checkBody(t *template) {
	if t.body == nil {
		return
	}
	for _, s := range t.body.by {
		body := s.src.Value
		end := -1
		for _, m := range variableForm.FindAllStringIndex(body, -1) {
			part := body[m[0]:m[1]]
			if len(part) < 3 {
				continue
			}
			at := s.src.At(m[0], m[1])
			switch {
			case strings.TrimSpace(body[:m[0]]) == "":
				c.report(TemplateMismatch, at, "put words before it", "WhatsApp approves no template that begins with a variable")
			case strings.TrimSpace(body[m[1]:]) == "":
				c.report(TemplateMismatch, at, "put words after it", "WhatsApp approves no template that ends with a variable")
			case end >= 0 && strings.TrimSpace(body[end:m[0]]) == "":
				c.report(TemplateMismatch, at, "put words between them", "WhatsApp approves no template with two variables side by side")
			}
			end = m[1]
		}
	}
}

func (c *checker) checkButtons(t *template) {
	for i, b := range t.buttons {
		for _, earlier := range t.buttons[:i] {
			if earlier.id == b.id {
				c.report(DuplicateID, b.idAt, "give each its own", "two buttons have the id %s", quote(b.id))
				c.note(earlier.idAt, "the first")
				break
			}
		}
		if i == limits.TemplateButtons {
			c.report(TooMany, b.at, "take some out", "this template has %d buttons; WhatsApp allows %d", len(t.buttons), limits.TemplateButtons)
		}
		if i >= limits.TemplateButtons {
			break
		}
	}
	var labels []labelled
	for _, b := range t.buttons {
		labels = append(labels, labelled{label: b.label})
	}
	c.checkLabels(labels)
}

// checkSending compares a node with the template it sends.
func (c *checker) checkSending(n *node, t *template) {
	var ids []string
	for _, b := range t.buttons {
		ids = append(ids, b.id)
	}
	for _, r := range n.rows {
		if r.id == "" || slices.Contains(ids, r.id) || !t.whole {
			continue
		}
		help := diag.Say("its buttons: %s", diag.And(phrases(ids)))
		if len(ids) == 0 {
			help = "take the row out; any reply leads to otherwise, or to go"
		}
		c.report(TemplateMismatch, r.idAt, c.didYouMean(r.id, ids, help), "the template %s has no button %s", quote(t.name), quote(r.id))
	}
}

// sends is the template that a node sends, by itself or instead of its words, and
// where it is named.
func (n *node) sends() (*template, ref) {
	switch {
	case n.verb == engine.TemplateV:
		return n.approved, n.template
	case slices.Contains(speaks, n.verb):
		return n.substitute, n.outside
	}
	return nil, ref{}
}

// checkFill compares the values a node gives with the variables of the template
// that it sends.
func (c *checker) checkFill(n *node, t *template, at diag.Span) {
	if !t.varsRead {
		return
	}
	var given []string
	for _, a := range n.fill {
		given = append(given, a.name)
		if slices.Contains(t.vars, a.name) {
			continue
		}
		help := diag.Say("its variables: %s", diag.And(phrases(t.vars)))
		if len(t.vars) == 0 {
			help = "take it out"
		}
		c.report(TemplateMismatch, a.at, c.didYouMean(a.name, t.vars, help), "the template %s has no variable %s", quote(t.name), quote(a.name))
	}
	if e := n.table.Get("fill"); e != nil && e.Value.Kind() != "a table" {
		return
	}
	var missing []string
	for _, v := range t.vars {
		if !slices.Contains(given, v) && !slices.ContainsFunc(given, func(g string) bool {
			return !slices.Contains(t.vars, g) && c.suggest(g, t.vars) == v // a slip that was reported
		}) {
			missing = append(missing, v)
		}
	}
	if len(missing) > 0 && len(n.fill) == n.fillEntries() {
		c.report(TemplateMismatch, at, diag.Say("add fill = { %s = \"…\" }", missing[0]),
			"the template %s has variables without a value: %s", quote(t.name), diag.And(phrases(missing)))
	}
}

// fillEntries is how many values the author gave, readable or not.
func (n *node) fillEntries() int {
	count := 0
	if e := n.table.Get("fill"); e != nil {
		count = entriesOf(e.Value)
	}
	return count
}
