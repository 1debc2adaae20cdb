package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/eval"
)

// checkLeaks reports sensitive data on its way to whom it is not shared with: in
// a template's values, which go out at any hour, onto screens that others may
// see; in a request, which takes it to another house; among what operators are
// told. Data says itself whom it may reach (LANGUAGE §2, share). The name that a
// person gave themselves on WhatsApp is nobody's to put into a template.
func (c *checker) checkLeaks() {
	for _, f := range c.flows {
		for _, n := range f.nodes {
			if t, _ := n.sends(); t != nil {
				c.checkFilled(f, n)
			}
			if n.fetch != nil && slices.ContainsFunc(c.service.connections, func(o *connection) bool { return o.name == n.fetch.connection.name }) {
				c.checkCarried(f, n.fetch)
			}
			for _, r := range n.tell {
				c.leak(f, r.name, r.at, shared{kind: "operators"})
			}
		}
	}
}

// checkFilled looks at what a template is filled with.
func (c *checker) checkFilled(f *flow, n *node) {
	for _, a := range n.fill {
		if a.prog == nil {
			continue
		}
		for _, name := range a.prog.Names() {
			if name == engine.NameContact {
				c.report(Leaks, a.where, "ask for a name, save it in data, and use that", "%s is what people call themselves on WhatsApp, and goes into no template", quote(name))
				continue
			}
			_, to := n.sends()
			c.leak(f, name, a.where, shared{"template", to})
		}
	}
}

// checkCarried looks at what a request carries: in its path, its query and its
// body. Its headers are written in service.toml, where no data is.
// What is not shared with a connection is reported once for a request.
func (c *checker) checkCarried(f *flow, r *request) {
	told := map[*datum]int{} // which of the list
	for _, w := range r.wordings() {
		for _, u := range w.uses() {
			at, d := w.src.At(u.From, u.To), c.datumOf(f, u.Name)
			if i, there := told[d]; there {
				if notes := &c.list[i].Notes; len(*notes) < maxPlaces {
					*notes = append(*notes, diag.Note{At: at, Message: "and here"})
				}
				continue
			}
			if c.leak(f, u.Name, at, shared{"connection", r.connection}) {
				told[d] = len(c.list) - 1
			}
		}
	}
}

// datumOf is the data that a name reads: itself, or a part of it, as in
// casa.latitude.
func (c *checker) datumOf(f *flow, name string) *datum {
	if d := c.datum(f, name); d != nil {
		return d
	}
	root, _, _ := strings.Cut(name, ".")
	return c.datum(f, root)
}

// uses are the places where a text with {…} reads something: the braces in which
// it stands, or all of it when it is nothing but one {…}.
func (w *wording) uses() []eval.Use {
	var out []eval.Use
	if w.prog != nil {
		for _, name := range w.prog.Names() {
			out = append(out, eval.Use{Name: name, From: 0, To: len(w.src.Value)})
		}
	}
	if w.text != nil {
		for _, p := range w.text.Parts() {
			for _, name := range p.Names {
				out = append(out, eval.Use{Name: name, From: p.From, To: p.To})
			}
		}
	}
	return out
}

// leak reports data that is sensitive and reaches somebody it is not shared
// with, and tells whether it did.
func (c *checker) leak(f *flow, name string, at diag.Span, whom shared) bool {
	d := c.datumOf(f, name)
	if d == nil || d.sensitive == "" || d.sharedWith(whom.kind, whom.name) {
		return false
	}
	name = d.name
	word := whom.kind
	if whom.name != "" {
		word += "." + whom.name
	}
	help := diag.Say("take it out, or add %s to the share of [data.%s]", quote(word), name)
	switch whom.kind {
	case "template":
		c.report(Leaks, at, help, "%s is sensitive, and not shared with the template %s", quote(name), quote(whom.name))
	case "connection":
		c.report(Leaks, at, help, "%s is sensitive, and not shared with the connection %s", quote(name), quote(whom.name))
	default:
		c.report(Leaks, at, help, "%s is sensitive, and not shared with operators", quote(name))
	}
	return true
}
