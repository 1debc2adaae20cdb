package check

import (
	"slices"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
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
	onShare                    // an arm of a split
	onOutcome                  // a called flow ended
	onFetched                  // a request was answered
	onFailed                   // it was not, or what came does not fit
	onDone                     // a person gave the conversation back
	onNobody                   // nobody was there, or came in time
	onExpired                  // what was held was kept too long
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
	case engine.SplitVerb:
		for _, a := range n.arms {
			add(onShare, &a.next)
		}
	case engine.CallVerb:
		for _, o := range n.outcomes() {
			add(onOutcome, &o.next)
		}
	case engine.FetchVerb:
		add(onFetched, &n.next)
		add(onFailed, &n.failed)
	case engine.HandoverVerb:
		if !n.done.present || !n.closed.present || !n.nobody.present {
			add(onDone, &n.next)
		}
		add(onDone, &n.done)
		add(onNobody, &n.closed)
		add(onNobody, &n.nobody)
	case engine.AskVerb, engine.ConsentVerb, engine.TemplateV:
		for _, r := range n.choices() {
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
	if n.hold != nil {
		add(onExpired, &n.hold.next)
	}
	return out
}

// choices are everything that can be chosen: the rows made from data, as one,
// and the rows that are written.
func (n *node) choices() []*row {
	if n.from == nil {
		return n.rows
	}
	return append([]*row{n.from.row}, n.rows...)
}

// typed reports whether an answer that is no row can be the answer.
func (n *node) typed() bool {
	if n.verb == engine.ConsentVerb {
		return false
	}
	if n.save.name == "" {
		return len(n.choices()) == 0 || len(n.want) > 0
	}
	// Of what is made from data an element is kept, or the id of one: what is
	// typed and is no row is no answer then.
	return !n.save.picks() && (n.from == nil || !n.save.keepsElement())
}

// onlyRows reports whether every answer is one of rows that can say where they
// lead. Those that are made of a choice's options can't.
func (n *node) onlyRows() bool {
	rows := n.choices()
	return len(rows) > 0 && n.table.Get("want") == nil && !n.typed() && !slices.ContainsFunc(rows, func(r *row) bool { return r.offered })
}

// lost reports whether some way out of the node may not be in the model,
// because something was unreadable and was reported.
func (n *node) lost() bool {
	if n.opaque || n.vague || !n.rowsRead || strange(n.table, nodeShape) {
		return true
	}
	for _, key := range []string{"when", "silence", "wait", "split", "yes", "no"} {
		if e := n.table.Get(key); e != nil && strange(e.Value, shapeOf[key]) {
			return true
		}
	}
	if e := n.table.Get("hold"); e != nil && e.Value.Kind() == "a table" && strange(e.Value, holdShape) {
		return true
	}
	if e := n.table.Get("choose"); e != nil {
		if n.from == nil {
			return strange(e.Value, rowShape)
		}
		rows, ok := e.Value.(*syntax.Table)
		return !ok || strange(e.Value, fromShape) || rows.Get("rows") != nil && strange(rows.Get("rows").Value, rowShape)
	}
	return n.verb == engine.CallVerb && (n.called == nil || !n.called.outcomesKnown)
}

var shapeOf = map[string]*shape{
	"when": caseShape, "silence": silenceShape, "wait": waitShape, "split": shareShape, "yes": agreeShape, "no": agreeShape,
}

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
	nowhere := func(at diag.Span, help, format diag.Phrase, args ...any) {
		n.vague = true
		c.report(NoWayOut, at, help, format, args...)
	}
	switch n.verb {
	case engine.SayVerb, engine.WaitVerb, engine.ScheduleVerb, engine.FetchVerb, engine.None:
		if !n.next.present {
			nowhere(n.verbAt, wayHelp, "nothing comes after this node")
		}
	case engine.SplitVerb:
		for _, a := range n.arms {
			if !a.next.present {
				nowhere(a.at, wayHelp, "this row leads nowhere")
			}
		}
	case engine.HandoverVerb:
		if !n.next.present && !n.done.present {
			nowhere(n.verbAt, `add done = "…", or go = "…": what comes when the person is back`, "nothing comes after this node")
		}
	case engine.ConsentVerb:
		c.checkRowWays(n, nowhere)
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

func (c *checker) checkAnswers(n *node, nowhere func(diag.Span, diag.Phrase, diag.Phrase, ...any)) {
	switch {
	case n.next.present:
	case n.save.name != "" && n.onlyRows():
		c.checkRowWays(n, nowhere)
	case n.save.name != "":
		nowhere(n.save.at, wayHelp, "the answer leads nowhere")
	case n.table.Get("save") != nil:
		// it was reported
	case len(n.want) > 0:
		nowhere(n.verbAt, wayHelp, "the answer leads nowhere")
	case n.choose == (diag.Span{}):
		nowhere(n.verbAt, `add choose = [ … ], or go = "…" if any answer will do`, "whatever they answer, it leads nowhere")
	default:
		c.checkRowWays(n, nowhere)
	}
}

func (c *checker) checkRowWays(n *node, nowhere func(diag.Span, diag.Phrase, diag.Phrase, ...any)) {
	if n.next.present {
		return
	}
	for _, r := range n.rows {
		if !r.next.present {
			nowhere(r.at, `add go = "…" or end = "…" to the row, or go = "…" to the node for all of them`, "choosing %s leads nowhere", quote(r.id))
		}
	}
	if n.from != nil && !n.from.row.next.present {
		nowhere(n.from.at, `add go = "…" or end = "…" to it, or go = "…" to the node`, "choosing one of these leads nowhere")
	}
}
