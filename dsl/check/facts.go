package check

import (
	"slices"
	"strings"

	"cauce/engine"
)

// This file is about what unset.go knows beyond one flow: what a flow begins
// with, and what a called flow leaves behind.

// factsOf follows a flow, once; nil while it is being followed: a flow that
// calls itself teaches nothing, and is reported elsewhere.
func (c *checker) factsOf(f *flow) *facts {
	if known, there := c.facts[f]; there {
		return known
	}
	c.facts[f] = nil
	out := &facts{c: c, flow: f, names: map[string]int{}, unset: map[string][]place{}}
	out.track()
	out.walk()
	c.facts[f] = out
	return out
}

// maxGains bounds how many names a called flow teaches its callers: in a long
// row of flows that call one another each would else have all that came before.
const maxGains = 1000

// gains are the names of the service that have a value whenever the flow ends
// with an outcome.
func (f *facts) gains(outcome string) []string {
	k, ended := f.ends[outcome]
	if !ended || outcome == engine.Left {
		return nil // it never ends so; or it can be left anywhere
	}
	var out []string
	for _, name := range f.tracked {
		if k.has(f.names[name]) && f.flow.dataBy[name] == nil && f.c.service.dataBy[name] != nil && len(out) < maxGains {
			out = append(out, name)
		}
	}
	return out
}

// track gives a bit to every name that gets a value, or is asked about,
// somewhere in the flow.
func (f *facts) track() {
	add := func(name string) {
		if _, ok := f.names[name]; !ok {
			f.names[name] = len(f.names)
			f.tracked = append(f.tracked, name)
		}
	}
	for _, name := range []string{anyName, engine.NameRaw, engine.NameResult, engine.NameStatus, engine.NameOutcome, engine.NameOperator} {
		add(name)
	}
	for _, name := range f.flow.given() {
		add(name)
	}
	for _, n := range f.flow.nodes {
		if n.save.name != "" {
			add(n.save.name)
		}
		for _, a := range slices.Concat(n.sets(), n.saves()) {
			add(a.name)
		}
		for _, e := range n.conditions() {
			yes, no := proves(e)
			for _, name := range append(yes, no...) {
				add(name)
			}
		}
		if n.called == nil {
			continue
		}
		if called := f.c.factsOf(n.called); called != nil {
			for _, o := range n.called.outcomes {
				for _, name := range called.gains(o) {
					add(name)
				}
			}
		}
	}
}

// begin is what has a value when the flow begins: what it is given, if every
// way to begin it gives that.
func (f *facts) begin() knowns {
	k := make(knowns, len(f.names)/64+1)
	if f.c.onlyRun(f.flow) {
		for _, name := range f.flow.given() {
			k.add(f.index(name))
		}
	}
	return k
}

// after is what is known on a way that an event of the world takes.
func (f *facts) after(n *node, w way, k knowns) knowns {
	k = slices.Clone(k)
	switch w.kind {
	case onOutcome:
		k.add(f.index(engine.NameResult))
		k.add(f.index(engine.NameOutcome))
		if n.called == nil {
			break
		}
		f.drop(f.c.takes(n.called), k)
		if called := f.c.factsOf(n.called); called != nil {
			for _, name := range called.gains(f.c.outcomeOf(n, w.to)) {
				k.add(f.index(name))
			}
		}
	case onFetched:
		k.add(f.index(engine.NameResult))
		k.add(f.index(engine.NameStatus))
		f.set(n.saves(), k)
	case onFailed:
		k.add(f.index(engine.NameResult))
		k.add(f.index(engine.NameStatus))
	case onDone:
		if w.to == &n.done {
			k.add(f.index(engine.NameOperator))
		}
	}
	return k
}

// outcomeOf is the outcome of a called flow whose way this is.
func (c *checker) outcomeOf(n *node, to *target) string {
	for _, o := range n.outcomes() {
		if &o.next == to || o.next == *to {
			return o.name
		}
	}
	return ""
}

// readAll reads what a node reads when it is entered, besides its words.
func (f *facts) readAll(list []reading, k knowns) {
	for _, r := range list {
		f.wording(r.text, r.src, k)
		f.program(r.prog, r.src, k)
	}
}

// local reports whether a name stands for something in its own place only: the
// element of a list, an answer that is looked at, what a consent is for.
func local(name string) bool {
	root, _, _ := strings.Cut(name, ".")
	return root == engine.NameIt || root == engine.NameValue || root == engine.NamePurpose
}
