package check

import (
	"slices"

	"cauce/dsl/diag"
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

// verbKeys are the keys that are verbs, in the order they are looked for. An ask
// beside a consent is its question; a say beside either, or beside a handover, is
// what is said before.
var verbKeys = []struct {
	key    string
	verb   engine.Verb
	unless []string // beside these keys it is a part of their verb
}{
	{"consent", engine.ConsentVerb, nil},
	{"ask", engine.AskVerb, []string{"consent"}},
	{"when", engine.WhenVerb, nil},
	{"split", engine.SplitVerb, nil},
	{"call", engine.CallVerb, nil},
	{"wait", engine.WaitVerb, nil},
	{"fetch", engine.FetchVerb, nil},
	{"schedule", engine.ScheduleVerb, nil},
	{"handover", engine.HandoverVerb, nil},
	{"template", engine.TemplateV, nil},
	{"say", engine.SayVerb, []string{"consent", "ask", "handover"}},
}

func (c *checker) checkVerb(n *node) {
	n.verbAt = n.at
	var found []*syntax.Entry
	for _, v := range verbKeys {
		e := n.table.Get(v.key)
		if e == nil || slices.ContainsFunc(v.unless, func(key string) bool { return n.table.Get(key) != nil }) {
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
	switch e := method(n.table); {
	case n.verb != engine.None:
	case e != nil: // that fetch is missing was reported
		n.verb, n.verbAt = engine.FetchVerb, e.KeyAt
	case n.shows() != nil: // pictures and sounds are said, with words or without
		n.verb, n.verbAt = engine.SayVerb, n.shows().KeyAt
	case strange(n.table, nodeShape):
		// A verb with a slip in it was reported, and with it all its keys lost
		// their meaning.
		n.opaque = true
		return
	case n.table.Get("end") != nil:
		n.verb, n.verbAt = engine.EndVerb, n.table.Get("end").KeyAt
	}
	c.checkKeys(n)
	c.checkCompany(n)
}

// shows is the first key of a node that shows something besides words.
func (n *node) shows() *syntax.Entry {
	for _, e := range n.table.Entries {
		if slices.Contains(mediaKeys, e.Key) {
			return e
		}
	}
	return nil
}

// checkKeys reports keys that the verb of a node has no use for. Several that
// would need the same verb are one fault.
func (c *checker) checkKeys(n *node) {
	helped := map[diag.Phrase]bool{}
	for _, use := range keyUses {
		e := n.table.Get(use.key)
		if e == nil || slices.Contains(use.verbs, n.verb) || helped[use.help] {
			continue
		}
		helped[use.help] = true
		what := diag.Phrase("a node without a verb")
		if n.verb != engine.None {
			what = diag.Say("a node with %s", string(n.verb))
		}
		c.report(MisplacedKey, e.KeyAt, use.help, "%s has no use for %s", what, quote(use.key))
	}
}

// checkCompany reports keys that need another beside them, or can't stand beside
// it.
func (c *checker) checkCompany(n *node) {
	need := func(key string, help, format diag.Phrase, args ...any) {
		if n.table.Get(key) == nil && !c.meant(n.table, nodeShape, key) {
			n.vague = true
			c.report(MissingKey, n.verbAt, help, format, args...)
		}
	}
	switch n.verb {
	case engine.ConsentVerb:
		need("ask", `add ask = "…": what people are asked to agree to`, "this consent asks nothing")
		if n.table.Get("yes") == nil && n.table.Get("no") == nil && !c.meant(n.table, nodeShape, "yes") {
			need("no", `add yes = { label = "…", go = "…" } and no = { label = "…", go = "…" }; choose is for what else they may answer`,
				"nobody can answer this: it has neither yes nor no")
			break
		}
		need("yes", needs["yes"], "nobody can agree to this: it has no %s", quote("yes"))
		need("no", needs["no"], "nobody can refuse this: it has no %s", quote("no"))
	case engine.FetchVerb:
		need("failed", `add failed = "…": where it leads when nothing comes, or not what was expected`, "this request may fail, and does not say where that leads")
	}
	if e := n.table.Get("fill"); e != nil && slices.Contains(speaks, n.verb) && n.table.Get("outside") == nil {
		c.report(MisplacedKey, e.KeyAt, "in words, write {…}", "fill gives a template its values, and this %s sends none", n.verb)
	}
	if e := n.table.Get("choose"); e != nil && n.from != nil && n.verb == engine.TemplateV {
		c.report(MisplacedKey, e.KeyAt, "list the buttons by their ids: choose = [ { id = \"…\", go = \"…\" } ]", "a template's buttons are what WhatsApp approved, and not made from data")
	}
}
