package check

import (
	"cauce/dsl/syntax"
	"cauce/engine"
)

// This file is about flows that other flows run: call, and schedule.

// outcomesOf reads where the outcomes of a called flow lead: a node, or a table
// with go or end.
func (t table) outcomesOf(key string) []*outcome {
	v, ok := as[*syntax.Table](t.c, t.Get(key), "a table", `write on = { listo = "…" }: each outcome of the flow, and the node it leads to`)
	if !ok {
		return nil
	}
	var out []*outcome
	for _, e := range v.Entries {
		o := &outcome{name: e.Key, at: e.KeyAt, next: target{present: true, at: e.KeyAt, unknown: true}}
		switch v := e.Value.(type) {
		case *syntax.String:
			if wt := (table{t.c, t.Table, wayShape}); wt.filled(v, e.Key) {
				o.next = named(v)
			}
		case *syntax.Table:
			wt := t.c.open(v, wayShape)
			o.next = wt.target("go", "end")
			if !o.next.present {
				if wt.onlyKnown() {
					t.c.report(NoWayOut, v.Span(), `add go = "…" or end = "…"`, "this outcome leads nowhere")
				}
				o.next = target{present: true, at: e.KeyAt, unknown: true}
			}
		default:
			t.c.report(WrongKind, v.Span(), `write the name of a node, or { end = "…" }`, "an outcome leads to a node, and this is %s", v.Kind())
		}
		out = append(out, o)
	}
	return out
}

// filled reports whether a text is no empty text, and says so if it is.
func (t table) filled(v *syntax.String, key string) bool {
	if v.Value != "" {
		return true
	}
	t.c.report(EmptyText, v.Span(), "", "%s is empty", quote(key))
	return false
}

// schedule reads schedule = { flow = …, in/at/on = …, with = … }.
func (t table) schedule() *schedule {
	s, ok := t.table("schedule", scheduleShape)
	if !ok {
		return nil
	}
	out := &schedule{at: t.Get("schedule").KeyAt, flow: s.ref("flow"), when: wait{clock: -1}, with: s.assigns("with", false)}
	w := &out.when
	if e := s.Get("on"); e != nil {
		w.day = s.expression("on")
	}
	w.spell, _ = s.duration("in", false)
	switch {
	case s.has("in") && s.has("on"):
		t.c.report(TwoWays, s.Get("on").KeyAt, "keep one of them", "this begins both after a time and on a day")
	case s.has("in") || s.has("on"):
		w.clock = s.clockAt("at")
	case s.has("at"):
		v := s.text("at")
		if w.until, w.day = s.until("at"); w.day != nil {
			t.c.report(BadTime, v.Span(), `write "10:00", "tomorrow 08:00" or "Mon 09:00"; a day that is worked out goes into on`,
				"%s is not a time to come", quote(v.Value))
			w.day = nil
		}
	case s.onlyKnown():
		t.c.report(MissingKey, out.at, `add in = "3 days", at = "tomorrow 10:00", or on = "…" with an expression that gives a day`, "this schedule does not say when")
	}
	return out
}

// onOf is where an outcome of a called flow leads, as written; nil when the
// author did not write it.
func (n *node) onOf(name string) *outcome {
	for _, o := range n.on {
		if o.name == name {
			return o
		}
	}
	return nil
}

// outcomes are where all the outcomes of the called flow lead: as on says; by
// go if there is just one; and left as left, if nothing else is said.
func (n *node) outcomes() []*outcome {
	var out []*outcome
	if n.called != nil {
		for _, name := range n.called.outcomes {
			if o := n.onOf(name); o != nil {
				out = append(out, o)
			} else if n.next.present && len(n.called.outcomes) == 1 {
				out = append(out, &outcome{name: name, at: n.next.at, next: n.next})
			}
		}
	}
	if o := n.onOf(engine.Left); o != nil {
		return append(out, o)
	}
	return append(out, &outcome{name: engine.Left, at: n.call.at, next: target{present: true, at: n.call.at, to: engine.Target{End: engine.Left}}})
}
