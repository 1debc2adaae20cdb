package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
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

// checkCalls looks at what flows give each other and how they come back, and for
// flows that call each other in a circle.
func (c *checker) checkCalls() {
	for _, f := range c.flows {
		for _, n := range f.nodes {
			if n.opaque {
				continue
			}
			if n.called != nil && n.verb == engine.CallVerb {
				c.checkOutcomes(n)
				c.checkGiven(n.called, n.with, n.table.Get("with"), n.call, strange(n.table, nodeShape))
			}
			if s := n.schedule; s != nil && s.to != nil {
				e := n.table.Get("schedule").Value
				var with *syntax.Entry
				if t, ok := e.(*syntax.Table); ok {
					with = t.Get("with")
				}
				// A with beside schedule was meant for it, and is reported where it stands.
				c.checkGiven(s.to, s.with, with, s.flow, strange(e, scheduleShape) || n.table.Get("with") != nil)
			}
		}
	}
	c.checkCircles()
}

// checkOutcomes compares where a call leads with how the flow can end.
func (c *checker) checkOutcomes(n *node) {
	if !n.called.outcomesKnown {
		return
	}
	outcomes := n.called.outcomes
	for _, o := range n.on {
		if o.name == engine.Left || slices.Contains(outcomes, o.name) {
			continue
		}
		o.next.unknown = true
		c.report(UnknownOutcome, o.at, c.didYouMean(o.name, outcomes, diag.Say("it can end as %s, and every flow as left", diag.Or(phrases(outcomes)))),
			"the flow %s has no outcome %s", quote(n.called.id), quote(o.name))
	}
	var missing []string
	for _, name := range outcomes {
		if n.onOf(name) == nil && !slices.ContainsFunc(n.on, func(o *outcome) bool {
			return o.name != engine.Left && !slices.Contains(outcomes, o.name) && c.suggest(o.name, outcomes) == name // a slip that was reported
		}) {
			missing = append(missing, name)
		}
	}
	e := n.table.Get("on")
	if e != nil && e.Value.Kind() != "a table" {
		return
	}
	at := n.verbAt
	if e != nil {
		at = e.KeyAt
	}
	way := n.table.Get("go")
	if way == nil {
		way = n.table.Get("end")
	}
	n.vague = len(missing) > 0
	switch {
	case way != nil && len(outcomes) > 1:
		c.report(MissingOutcome, way.KeyAt, "take it out, and say with on = { … } where each of them leads",
			"the flow %s ends in several ways (%s), and %s can't stand for them", quote(n.called.id), diag.And(phrases(outcomes)), quote(way.Key))
	case way != nil && len(missing) == 0:
		c.report(TwoWays, way.KeyAt, "keep one of them", "this stands for the outcome %s, and on says already where that leads", quote(outcomes[0]))
	case way == nil && len(missing) > 0:
		help := diag.Say("add on = { %s = \"…\" }: a node, or { end = \"…\" }", missing[0])
		if len(outcomes) == 1 && e == nil {
			help = diag.Say("add go = \"…\", or on = { %s = \"…\" }", missing[0])
		} else if e != nil {
			help = diag.Say("add %s = \"…\": a node, or { end = \"…\" }", missing[0])
		}
		c.report(MissingOutcome, at, help, "the flow %s can end as %s, and this call does not say where that leads", quote(n.called.id), diag.OneOf(missing))
	}
}

// checkGiven compares what a flow is given with what it takes. lost: with may
// have been misspelt, which was reported.
func (c *checker) checkGiven(to *flow, list []*assign, with *syntax.Entry, at ref, lost bool) {
	takes := to.given()
	for _, a := range list {
		if slices.Contains(takes, a.name) {
			continue
		}
		help := diag.Say("it takes %s", diag.And(phrases(takes)))
		if to.dataBy[a.name] != nil {
			help = diag.Say("add given = true to [data.%s] of that flow", a.name)
		} else if len(takes) == 0 {
			help = diag.Say("declare it there: [data.%s] with given = true", a.name)
		}
		c.report(UnknownData, a.at, c.didYouMean(a.name, takes, help), "the flow %s takes no %s", quote(to.id), quote(a.name))
	}
	if with == nil && lost || with != nil && (len(list) == 0 || entriesOf(with.Value) != len(list)) {
		return // something in it, or all of it, was unreadable
	}
	var missing []string
	for _, name := range takes {
		d := to.dataBy[name]
		gives := func(a *assign) bool {
			return a.name == name || !slices.Contains(takes, a.name) && c.suggest(a.name, takes) == name // a slip that was reported
		}
		if d.unsure || d.fallback.IsSet() || slices.ContainsFunc(list, gives) {
			continue
		}
		missing = append(missing, name)
	}
	if len(missing) == 0 {
		return
	}
	gifts := strings.Join(missing[:min(len(missing), maxListed)], ` = "…", `) + ` = "…"`
	help := diag.Say("add with = { %s }, or a default where it is declared", gifts)
	if with != nil {
		help = diag.Say("add %s to with, or a default where it is declared", gifts)
	}
	c.report(MissingKey, at.at, help, "the flow %s is to be given %s", quote(to.id), oneOfAll(missing))
}

// given are the data that a flow takes from those that run it.
func (f *flow) given() []string {
	var out []string
	for _, d := range f.data {
		if d.given {
			out = append(out, d.name)
		}
	}
	return out
}

// onlyRun reports whether a flow begins in no other way than by a call or a
// schedule, which give it what it is to be given.
func (c *checker) onlyRun(f *flow) bool {
	s := &c.service
	return s.home.name != f.id && s.human.after.name != f.id && len(f.keywords) == 0 &&
		!slices.ContainsFunc(s.anywhere, func(a *anywhere) bool { return a.flow.name == f.id })
}

// takes are the data of the service that a flow may leave without a value, by
// itself or by what it calls: what it forgets, and what a consent covered that it
// takes back.
func (c *checker) takes(f *flow) []string {
	if f == nil {
		return nil
	}
	if out, ok := c.taking[f]; ok {
		return out
	}
	c.taking[f] = nil // a circle is reported elsewhere
	var out []string
	for _, n := range f.nodes {
		for _, name := range slices.Concat(c.lost(n), c.refused(n)) {
			if f.dataBy[name] == nil {
				out = append(out, name)
			}
		}
		if n.called != nil {
			out = append(out, c.takes(n.called)...)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	c.taking[f] = out
	return out
}

// lost are the data that a node forgets when it is entered.
func (c *checker) lost(n *node) []string {
	return append(namesOf(n.forget), c.covered(n.withdraw.name)...)
}

// refused are the data that a no takes with it.
func (c *checker) refused(n *node) []string { return c.covered(n.consent.name) }

// covered are the data that are kept only while a consent is live.
func (c *checker) covered(consent string) []string {
	var out []string
	for _, d := range c.service.data {
		if consent != "" && d.needs.name == consent {
			out = append(out, d.name)
		}
	}
	return out
}

// checkCircles reports flows that call each other in a circle: the one that is
// called last would never come back to the first.
func (c *checker) checkCircles() {
	index := map[*flow]int{}
	for i, f := range c.flows {
		index[f] = i
	}
	next := func(i int) []int {
		var out []int
		for _, n := range c.flows[i].nodes {
			if n.called != nil && !n.opaque {
				out = append(out, index[n.called])
			}
		}
		return out
	}
	ring := rings(len(c.flows), next)
	seen := map[int]bool{}
	for i, f := range c.flows {
		way := []int(nil)
		if !seen[ring[i]] {
			way = circle(i, ring, next)
		}
		if way == nil {
			continue
		}
		seen[ring[i]] = true
		var names []string
		for _, j := range way {
			names = append(names, quote(c.flows[j].id))
		}
		if len(names) > 8 {
			names = append(append(names[:4:4], "…"), names[len(names)-3:]...)
		}
		at := diag.Span{File: f.file.Name}
		for _, n := range f.nodes {
			if n.called != nil && !n.opaque && index[n.called] == way[1] {
				at = n.call.at
				break
			}
		}
		c.report(EndlessCalls, at, "let one of them end, and lead on from there; schedule = { … } begins a flow anew later",
			"these flows call each other in a circle: %s", strings.Join(names, " → "))
	}
}
