package check

import (
	"cauce/dsl/diag"
	"cauce/engine"
)

// A wayKind says what sets a way off.
type wayKind int

const (
	onNext      wayKind = iota // at once, or when a wait is over
	onCase                     // a row of when is true
	onOtherwise                // none is; too many tries; any other reply
	onRow                      // a row was chosen
	onAnswer                   // something was typed that fits
	onSilence                  // nobody answered
	onReply                    // they wrote during a wait
)

// A way is one way out of a node. Those that lead to a person, and those that
// the author need not write, are none.
type way struct {
	kind wayKind
	to   *target
	row  *row // of onRow
	nth  int  // of onCase: its index
}

// ways are the ways out of a node, in the order in which they are judged.
func (n *node) ways() []way {
	var out []way
	add := func(kind wayKind, to *target) {
		if to.present {
			out = append(out, way{kind: kind, to: to})
		}
	}
	switch n.verb {
	case engine.WhenVerb:
		for i, r := range n.cases {
			if r.next.present {
				out = append(out, way{kind: onCase, to: &r.next, nth: i})
			}
		}
		add(onOtherwise, &n.otherwise)
	case engine.AskVerb, engine.TemplateV:
		for _, r := range n.rows {
			to := &r.next
			if !to.present {
				to = &n.next
			}
			if to.present {
				out = append(out, way{kind: onRow, to: to, row: r})
			}
		}
		if n.verb == engine.AskVerb && n.typed() {
			add(onAnswer, &n.next)
		}
		if n.verb == engine.TemplateV && !n.otherwise.present {
			add(onOtherwise, &n.next)
		}
		add(onOtherwise, &n.otherwise)
		if n.silence != nil {
			add(onSilence, &n.silence.next)
		}
	case engine.WaitVerb:
		add(onNext, &n.next)
		if n.wait != nil {
			add(onReply, &n.wait.reply)
		}
	default:
		add(onNext, &n.next)
	}
	return out
}

// typed reports whether an answer that is no row can be the answer.
func (n *node) typed() bool {
	return n.save.name != "" && !n.save.picks() || n.save.name == "" && len(n.rows) == 0
}

// lost reports whether some way out of the node may not be in the model,
// because something was unreadable and was reported.
func (n *node) lost() bool {
	if n.opaque || !n.rowsRead || strange(n.table, nodeShape) {
		return true
	}
	for _, key := range []string{"when", "silence", "wait"} {
		if e := n.table.Get(key); e != nil && strange(e.Value, shapeOf[key]) {
			return true
		}
	}
	if e := n.table.Get("choose"); e != nil && strange(e.Value, rowShape) {
		return true
	}
	return false
}

var shapeOf = map[string]*shape{"when": caseShape, "silence": silenceShape, "wait": waitShape}

// checkWays reports ways that lead nowhere.
func (c *checker) checkWays() {
	for _, f := range c.flows {
		for _, n := range f.nodes {
			if !n.lost() {
				c.checkNodeWays(n)
			}
		}
	}
}

const wayHelp = `add go = "…" with the node that comes next, or end = "…"`

func (c *checker) checkNodeWays(n *node) {
	nowhere := func(at diag.Span, help, format string, args ...any) {
		c.report(NoWayOut, at, help, format, args...)
	}
	switch n.verb {
	case engine.SayVerb, engine.WaitVerb, engine.None:
		if !n.next.present {
			nowhere(n.verbAt, wayHelp, "nothing comes after this node")
		}
	case engine.WhenVerb:
		if len(n.cases) == 0 {
			nowhere(n.verbAt, `write when = [ { if = "…", go = "…" } ]`, "this when has no rows")
			return
		}
		for _, r := range n.cases {
			if !r.next.present {
				nowhere(r.at, wayHelp, "this row leads nowhere")
			}
		}
		if !n.otherwise.present {
			nowhere(n.verbAt, `add otherwise = "…" to the node`, "when none of these rows is true, this node leads nowhere")
		}
	case engine.AskVerb:
		c.checkAnswers(n, nowhere)
	case engine.TemplateV:
		if !n.next.present && !n.otherwise.present {
			nowhere(n.verbAt, `add otherwise = "…" or go = "…"`, "any other reply to this template leads nowhere")
			return
		}
		c.checkRowWays(n, nowhere)
	}
	if n.silence != nil && !n.silence.next.present {
		nowhere(n.silence.at, `add go = "…" or end = "…" inside silence`, "when nobody answers, this question leads nowhere")
	}
}

func (c *checker) checkAnswers(n *node, nowhere func(diag.Span, string, string, ...any)) {
	switch {
	case n.next.present:
	case n.save.name != "":
		nowhere(n.save.at, wayHelp, "the answer leads nowhere")
	case n.table.Get("save") != nil:
		// it was reported
	case n.choose == (diag.Span{}):
		nowhere(n.verbAt, `add choose = [ … ], or go = "…" if any answer will do`, "whatever they answer, it leads nowhere")
	default:
		c.checkRowWays(n, nowhere)
	}
}

func (c *checker) checkRowWays(n *node, nowhere func(diag.Span, string, string, ...any)) {
	if n.next.present {
		return
	}
	for _, r := range n.rows {
		if !r.next.present {
			nowhere(r.at, `add go = "…" or end = "…" to the row, or go = "…" to the node for all of them`, "choosing %s leads nowhere", quote(r.id))
		}
	}
}
