package check

import (
	"slices"

	"cauce/dsl/syntax"
	"cauce/engine"
)

// checkVerbs finds the verb of every node: which one it has is its type.
func (c *checker) checkVerbs() {
	for _, f := range c.flows {
		for _, n := range f.nodes {
			c.checkVerb(n)
		}
	}
}

// verbKeys are the keys that are verbs, in the order they are looked for. A say
// beside an ask is what is said before the question.
var verbKeys = []struct {
	key  string
	verb engine.Verb
}{
	{"ask", engine.AskVerb}, {"when", engine.WhenVerb}, {"wait", engine.WaitVerb}, {"template", engine.TemplateV},
	{"say", engine.SayVerb},
}

func (c *checker) checkVerb(n *node) {
	n.verbAt = n.at
	if n.opaque {
		return
	}
	var found []*syntax.Entry
	for _, v := range verbKeys {
		e := n.table.Get(v.key)
		if e == nil || v.key == "say" && n.table.Get("ask") != nil {
			continue
		}
		if len(found) == 0 {
			n.verb, n.verbAt = v.verb, e.KeyAt
		}
		found = append(found, e)
	}
	if len(found) > 1 {
		slices.SortFunc(found, func(a, b *syntax.Entry) int { return a.KeyAt.Start.Offset - b.KeyAt.Start.Offset })
		n.opaque = true
		c.report(TwoVerbs, found[1].KeyAt, "make two nodes of it, and lead from one to the other with go",
			"a node does one thing, and this one has both %s and %s", found[0].Key, found[1].Key)
		return
	}
	if n.verb == engine.None && n.table.Get("end") != nil {
		n.verb, n.verbAt = engine.EndVerb, n.table.Get("end").KeyAt
	}
	for _, use := range keyUses {
		e := n.table.Get(use.key)
		if e == nil || slices.Contains(use.verbs, n.verb) {
			continue
		}
		what := "a node without a verb"
		if n.verb != engine.None {
			what = "a node with " + string(n.verb)
		}
		c.report(MisplacedKey, e.KeyAt, use.help, "%s has no use for %s", what, quote(use.key))
	}
}
