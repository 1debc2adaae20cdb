package check

import (
	"cauce/dsl/diag"
)

// uses are what a service's flows do with what it declares.
type uses struct {
	read, given map[*datum]bool
	templates   map[string]bool
	flows       map[string]bool
	asked       map[string]bool // consents that somebody is asked for
	called      map[string]bool // connections
}

// checkUses warns of what nothing uses: it was forgotten, or it is a promise
// about people's data that the service does not need.
func (c *checker) checkUses() {
	u := c.usesOf()
	s := &c.service
	const still = "take it out, or use it"
	for _, d := range s.data {
		// What operators are shown is read, and so is what says what it is for.
		if u.read[d] || u.given[d] && (d.purpose != "" || d.sharedWith("operators", "")) {
			continue
		}
		c.unusedDatum(d, u.given[d])
	}
	for _, f := range c.flows {
		for _, d := range f.data {
			if !u.read[d] {
				c.unusedDatum(d, u.given[d])
			}
		}
	}
	for _, t := range s.templates {
		if !u.templates[t.name] {
			c.warn(UnusedTemplate, t.at, `take it out, or send it; if the API or a broadcast does, say so: allow = { unused-template = "…" }`,
				"no flow sends the template %s", quote(t.name))
		}
	}
	for _, o := range s.consents {
		if !u.asked[o.name] {
			c.warn(UnusedConsent, o.at, diag.Say("add a node with consent = %s, or take it out", quote(o.name)),
				"nobody is ever asked for the consent %s", quote(o.name))
		}
	}
	for _, o := range s.connections {
		if !u.called[o.name] {
			c.warn(UnusedConnection, o.at, still, "no flow calls the connection %s", quote(o.name))
		}
	}
	for _, f := range c.flows {
		if !u.flows[f.id] {
			c.warn(UnusedFlow, diag.Span{File: f.file.Name}, `add keywords = ["…"], or run it with call or schedule; if the API begins it, say so: allow = { unused-flow = "…" }`,
				"nothing ever begins this flow")
		}
	}
}

func (c *checker) unusedDatum(d *datum, given bool) {
	if given {
		c.warn(UnusedData, d.at, `take it out, or use it; if it is kept for somebody else, say so: allow = { unused-data = "…" }`,
			"%s is kept, and nothing ever reads it", quote(d.name))
		return
	}
	c.warn(UnusedData, d.at, `take it out, or use it`, "nothing uses %s", quote(d.name))
}

func (c *checker) usesOf() uses {
	u := uses{map[*datum]bool{}, map[*datum]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	s := &c.service
	for _, w := range s.texts() {
		u.words(c, nil, w)
	}
	u.bounds(c, nil, s.data)
	u.templates[s.human.giveUp.template.name] = true
	for _, name := range []string{s.home.name, s.human.after.name} {
		u.flows[name] = true
	}
	for _, a := range s.anywhere {
		u.flows[a.flow.name] = true
	}
	for _, f := range c.flows {
		if len(f.keywords) > 0 {
			u.flows[f.id] = true
		}
		u.bounds(c, f, f.data)
		for _, n := range f.nodes {
			u.node(c, f, n)
		}
	}
	return u
}

func (u uses) node(c *checker, f *flow, n *node) {
	for _, w := range n.texts() {
		u.words(c, f, w)
	}
	for _, r := range n.readings() {
		u.reading(c, f, r)
	}
	for _, e := range n.conditions() {
		u.condition(c, f, e)
	}
	for _, r := range n.checks {
		u.condition(c, f, r.when)
	}
	if n.from != nil {
		u.condition(c, f, n.from.list)
		if n.from.id != nil {
			u.reading(c, f, reading{src: n.from.id.src, text: n.from.id.text})
		}
	}
	for _, list := range [][]*assign{n.sets(), n.saves(), n.fill} {
		for _, a := range list {
			u.reading(c, f, reading{text: a.text, prog: a.prog})
		}
	}
	for _, r := range n.tell {
		u.name(c, f, r.name)
	}
	for _, list := range [][]*assign{n.sets(), n.saves()} {
		for _, a := range list {
			u.given[c.datum(f, a.name)] = true
		}
	}
	if n.save.datum != nil {
		u.given[n.save.datum] = true
	}
	for _, name := range []string{n.template.name, n.outside.name} {
		u.templates[name] = true
	}
	u.asked[n.consent.name] = true
	if n.fetch != nil {
		u.called[n.fetch.connection.name] = true
	}
	runs := []*flow{n.called}
	with := n.with
	if n.schedule != nil {
		runs = append(runs, n.schedule.to)
		with = append(with[:len(with):len(with)], n.schedule.with...)
	}
	for _, to := range runs {
		if to == nil {
			continue
		}
		u.flows[to.id] = true
		for _, a := range with {
			u.given[to.dataBy[a.name]] = true
		}
	}
}

func (u uses) bounds(c *checker, f *flow, list []*datum) {
	for _, d := range list {
		for _, e := range []*edge{d.least, d.most} {
			if e != nil {
				u.reading(c, f, reading{prog: e.prog})
			}
		}
		u.bounds(c, f, d.fields)
	}
}

func (u uses) words(c *checker, f *flow, w *words) {
	for _, s := range w.sayings() {
		u.reading(c, f, reading{text: s.text})
	}
}

func (u uses) condition(c *checker, f *flow, e *expression) {
	if e != nil {
		u.reading(c, f, reading{prog: e.prog})
	}
}

func (u uses) reading(c *checker, f *flow, r reading) {
	var names []string
	if r.text != nil {
		names = r.text.Names()
	}
	if r.prog != nil {
		names = append(names, r.prog.Names()...)
	}
	for _, name := range names {
		u.name(c, f, name)
	}
}

// name notes that data is read.
func (u uses) name(c *checker, f *flow, name string) {
	u.read[c.datumOf(f, name)] = true
}
