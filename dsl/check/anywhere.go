package check

import (
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	compare "cauce/engine/words"
)

// readAnywhere reads [[anywhere]]: words that begin a flow in every state.
func (c *checker) readAnywhere(p *syntax.Table) *anywhere {
	t := c.open(p, anywhereShape)
	out := &anywhere{at: p.At, words: t.typed("words"), flow: t.ref("flow"), leaves: t.boolean("leaves"), urgent: t.boolean("urgent")}
	if e := t.Get("words"); e != nil && typedNone(e.Value) {
		c.report(EmptyText, e.Value.Span(), `write them: { es = ["menú"] }`, "nobody can write these words: there are none")
	}
	return out
}

// typedNone reports whether words that people type are none in any language.
func typedNone(v syntax.Value) bool {
	switch v := v.(type) {
	case *syntax.List:
		return len(v.Items) == 0
	case *syntax.Table:
		for _, e := range v.Entries {
			if !typedNone(e.Value) {
				return false
			}
		}
		return true
	}
	return false
}

// checkAnywhere reports words that stand in two [[anywhere]], words that begin
// another flow as its keyword, and labels that nobody can type any more:
// anywhere comes before the rows of an open question.
func (c *checker) checkAnywhere() {
	type beginning struct {
		at   diag.Span
		of   *anywhere
		flow string
	}
	seen := map[string]beginning{}
	for _, a := range c.service.anywhere {
		for _, t := range a.words {
			for _, s := range t.list {
				form := compare.Normalize(s.Value)
				if form == "" {
					c.report(EmptyText, s.Span(), "write letters or digits", "nobody can write this as a word: %s has neither letters nor digits", quote(s.Value))
					continue
				}
				first, there := seen[form]
				switch {
				case !there:
					seen[form] = beginning{s.Span(), a, a.flow.name}
				case first.of != a:
					c.report(DuplicateWord, s.Span(), "keep it in one of them", "%s stands in two [[anywhere]]; the first has it", quote(s.Value))
					c.note(first.at, "the first")
				}
			}
		}
	}
	for _, f := range c.flows {
		for _, t := range f.keywords {
			for _, s := range t.list {
				if first, there := seen[compare.Normalize(s.Value)]; there && first.flow != f.id {
					c.report(DuplicateWord, s.Span(), "keep it in one of them", "%s begins two flows", quote(s.Value))
					c.note(first.at, "[[anywhere]] begins the flow %s with it", quote(first.flow))
				}
			}
		}
		shadow := func(s *syntax.String) {
			if s == nil || len(seen) == 0 || c.taken[s.Span()] {
				return
			}
			first, there := seen[compare.Normalize(s.Value)]
			if !there {
				return
			}
			c.warn(ShadowedRow, s.Span(), "choose another word for one of them",
				"people who type %s get the flow %s, and not this row", quote(s.Value), quote(first.flow))
			c.note(first.at, "[[anywhere]] has the word")
		}
		for _, n := range f.nodes {
			for _, r := range n.rows {
				if to := r.next.to; r.offered || to.Own == engine.ToHome {
					continue
				}
				for _, s := range r.label.sayings() {
					shadow(s.src)
				}
				for _, t := range r.also {
					for _, s := range t.list {
						shadow(s)
					}
				}
			}
		}
	}
}

func (a *anywhere) lower() engine.Anywhere {
	return engine.Anywhere{Words: lowerTyped(a.words), Flow: engine.FlowID(a.flow.name), Leaves: a.leaves, Urgent: a.urgent, Origin: origin(a.at)}
}
