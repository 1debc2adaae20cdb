package check

import (
	"slices"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
)

// readMoved reads where people go who wait in a node that is gone.
func (f *flow) readMoved(t table) {
	v, ok := as[*syntax.Table](t.c, t.Get("moved"), "a table", `write [moved], and under it names of nodes: antes = "ahora"`)
	if !ok {
		return
	}
	for _, e := range v.Entries {
		if s, ok := as[*syntax.String](t.c, e, "the name of a node", quotesHelp(e.Value)); ok {
			f.moved = append(f.moved, &move{from: e.Key, at: e.KeyAt, to: ref{s.Value, s.Span()}})
		}
	}
}

// checkMoved holds [moved] to what it is for: the first name is gone, the second
// is there.
func (c *checker) checkMoved(f *flow, nodes []string) {
	for _, m := range f.moved {
		if f.node(m.from) != nil {
			c.report(DuplicateID, m.at, "take the line out: nobody has to move", "the node %s is not gone", quote(m.from))
		}
		if f.node(m.to.name) != nil || !f.nodesKnown() || f.file.Root.Find("node", m.to.name) != nil {
			continue
		}
		help := diag.Phrase("name a node of this flow")
		if slices.ContainsFunc(f.moved, func(o *move) bool { return o.from == m.to.name }) {
			help = "name the node where they go in the end"
		}
		if s := c.suggest(m.to.name, nodes); s != "" {
			help = diag.Say("did you mean %s (line %d)?", quote(s), f.node(s).at.Start.Line)
		}
		c.report(UnknownNode, m.to.at, help, "no node is named %s", quote(m.to.name))
	}
}
