package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
)

// checkNames binds every name to what it stands for, and marks those that
// stand for nothing.
func (c *checker) checkNames() {
	var flows []string
	for _, f := range c.flows {
		flows = append(flows, f.id)
	}
	s := &c.service
	c.bindFlow(s.home, flows)
	c.bindFlow(s.human.after, flows)
	c.bindTemplate(s.human.giveUp.template)
	for _, a := range s.anywhere {
		c.bindFlow(a.flow, flows)
	}
	several, known := len(s.messaging) > 1, s.consentsKnown()
	var names []string
	for _, o := range s.messaging[:min(len(s.messaging), maxListed)] {
		names = append(names, o.name)
	}
	for _, t := range s.templates {
		switch {
		case t.consent.name != "":
			c.bindPurpose(t.consent)
		case t.category != "authentication" && several && known:
			c.report(MissingKey, t.at, diag.Say("add consent = %s", diag.OneOf(names)), "this template does not say which consent it serves, and there are %d to messages", len(s.messaging))
		}
	}
	for _, d := range s.data {
		c.bindShare(d)
		c.bindNeeds(d)
	}
	c.checkKeywords()
	for _, f := range c.flows {
		if !f.broken {
			c.checkFlowNames(f, flows)
		}
	}
}

func (c *checker) bindFlow(r ref, flows []string) {
	if r.name == "" || len(flows) == 0 || slices.Contains(flows, r.name) {
		return
	}
	help := diag.Say("add %s.toml", r.name)
	if !goodName(r.name) {
		help = ""
	}
	c.report(UnknownFlow, r.at, c.didYouMean(r.name, flows, help), "no flow is named %s", quote(r.name))
}

// maxListed is how many names a help lists.
const maxListed = 6

// bindTemplate finds a template; nil when there is none, or none can be known.
func (c *checker) bindTemplate(r ref) *template {
	if r.name == "" || c.service.broken || !c.service.present {
		return nil
	}
	if t := c.service.templateBy[r.name]; t != nil {
		return t
	}
	if c.declared("template", r.name) {
		return nil // reported where it stands
	}
	help := diag.Say("add [template.%s] to service.toml, as WhatsApp approved it", r.name)
	if !goodName(r.name) {
		help = ""
	}
	c.report(UnknownTemplate, r.at, c.didYouMean(r.name, c.service.templateNames, help), "no template is named %s", quote(r.name))
	return nil
}

// declared reports whether service.toml has key.name, if only as nonsense.
func (c *checker) declared(key, name string) bool {
	if c.service.broken || !c.service.present {
		return true
	}
	e := c.service.file.Root.Get(key)
	return e != nil && (c.service.file.Root.Find(key, name) != nil || e.Value.Kind() != "a table")
}

func (c *checker) bindShare(d *datum) {
	for _, s := range d.share {
		switch s.kind {
		case "template":
			c.bindTemplate(s.ref)
		case "connection":
			c.bindConnection(s.ref)
		}
	}
}

// datum finds data by name: the flow's own, then the service's.
func (c *checker) datum(f *flow, name string) *datum {
	if f != nil && f.dataBy[name] != nil {
		return f.dataBy[name]
	}
	return c.service.dataBy[name]
}

// missingDatum reports a name that is no data, unless its declaration may have
// been lost to another fault.
func (c *checker) missingDatum(f *flow, name string, at diag.Span) {
	if c.declared("data", name) || f.file.Root.Find("data", name) != nil {
		return
	}
	if f.known == nil {
		f.known = []string{languageRef}
		for _, list := range [][]*datum{f.data, c.service.data} {
			for _, d := range list {
				f.known = append(f.known, d.name)
			}
		}
	}
	var help diag.Phrase
	switch {
	case strings.HasPrefix(name, "contact."):
		help = diag.Say("of a contact, only %s and %s can be given a value", languageRef, engine.NameZone)
	case goodName(name):
		help = diag.Say("declare it: [data.%s] in service.toml, or here if it is forgotten when the flow ends", name)
	}
	c.report(UnknownData, at, c.didYouMean(name, f.known, help), "no data is named %s", quote(name))
}

func (c *checker) checkFlowNames(f *flow, flows []string) {
	nodes := make([]string, len(f.nodes))
	for i, n := range f.nodes {
		nodes[i] = n.name
	}
	if f.begins.name != "" && f.node(f.begins.name) == nil && f.nodesKnown() {
		c.report(UnknownNode, f.begins.at, c.nodeHelp(f, f.begins.name, nodes, flows), "no node is named %s", quote(f.begins.name))
	}
	for _, d := range f.data {
		c.bindShare(d)
		c.bindNeeds(d)
	}
	c.checkMoved(f, nodes)
	for _, n := range f.nodes {
		for _, t := range n.targets() {
			c.bindTarget(f, t, nodes, flows)
		}
		if n.wait != nil && n.wait.reply.present && !n.wait.reply.unknown && n.wait.reply.to.Node == "" {
			n.wait.reply.unknown = true
			c.report(UnknownNode, n.wait.reply.at, "make a node that leads there, and name it here", "reply leads to a node of this flow")
		}
		n.approved = c.bindTemplate(n.template)
		c.bindNode(f, n, flows)
		if n.save.name != "" && !n.save.language {
			switch n.save.datum = c.datum(f, n.save.name); {
			case n.save.name == engine.NameZone:
				c.report(UnknownData, n.save.at, `give it with set: set = { contact.timezone = "America/Bogota" }`, "a time zone is not read from an answer")
			case n.save.datum == nil:
				c.missingDatum(f, n.save.name, n.save.at)
				n.faulty = true // whatever was meant is saved here
			}
		}
		for _, a := range n.sets() {
			if a.name != languageRef && a.name != engine.NameZone && c.datum(f, a.name) == nil {
				c.missingDatum(f, a.name, a.at)
				n.faulty = true
			}
		}
	}
}

// nodesKnown reports whether the flow's nodes could be read at all.
func (f *flow) nodesKnown() bool {
	e := f.file.Root.Get("node")
	return e != nil && e.Value.Kind() == "a table"
}

// targets are all the places where a node says where to go.
func (n *node) targets() []*target {
	out := []*target{&n.next, &n.otherwise}
	for _, r := range n.rows {
		out = append(out, &r.next)
	}
	for _, r := range n.cases {
		out = append(out, &r.next)
	}
	if n.silence != nil {
		out = append(out, &n.silence.next)
	}
	if n.wait != nil {
		out = append(out, &n.wait.reply)
	}
	if n.from != nil {
		out = append(out, &n.from.row.next)
	}
	for _, a := range n.arms {
		out = append(out, &a.next)
	}
	for _, o := range n.on {
		out = append(out, &o.next)
	}
	if n.hold != nil {
		out = append(out, &n.hold.next)
	}
	return append(out, &n.failed, &n.done, &n.closed, &n.nobody)
}

// ownSets are the values a node and its written rows give.
func (n *node) ownSets() []*assign {
	out := slices.Clone(n.set)
	for _, r := range n.rows {
		out = append(out, r.set...)
	}
	return out
}

// sets are all the values a node and its rows give, those made from a list too.
func (n *node) sets() []*assign {
	out := n.ownSets()
	if n.from != nil {
		out = append(out, n.from.row.set...)
	}
	return out
}

func (c *checker) bindTarget(f *flow, t *target, nodes, flows []string) {
	if !t.present || t.unknown {
		return
	}
	switch {
	case t.to.End != "":
		if t.to.End == engine.Left || !f.outcomesKnown || slices.Contains(f.outcomes, t.to.End) {
			return
		}
		c.report(UnknownOutcome, t.at, c.didYouMean(t.to.End, f.outcomes, diag.Say("this flow's outcomes: %s; add it to outcomes", diag.And(phrases(f.outcomes)))),
			"this flow has no outcome %s", quote(t.to.End))
	case t.to.Own != "":
		own := string(t.to.Own)
		if slices.Contains(ownTargets, t.to.Own) {
			return
		}
		t.unknown = true
		if f.node(own) != nil {
			return // a node has that name, which was reported
		}
		var known []string
		for _, o := range ownTargets {
			known = append(known, string(o))
		}
		c.report(UnknownNode, t.at, c.didYouMean(own, known, diag.Say("the places that begin with @ are %s", diag.And(phrases(known)))), "there is no %s", quote(own))
	default:
		name := string(t.to.Node)
		if f.node(name) != nil {
			return
		}
		t.unknown = true
		if f.nodesKnown() && f.file.Root.Find("node", name) == nil && !f.misnamed(name) {
			c.report(UnknownNode, t.at, c.nodeHelp(f, name, nodes, flows), "no node is named %s", quote(name))
		}
	}
}

// misnamed reports whether a node has a name that names can't be, and would be
// called this if it were spelt as they are: that was reported, once.
func (f *flow) misnamed(name string) bool {
	return slices.ContainsFunc(f.nodes, func(n *node) bool {
		return !goodName(n.name) && plainName(strings.TrimLeft(n.name, "@")) == name
	})
}

// nodeHelp is what to do about a node that isn't there.
func (c *checker) nodeHelp(f *flow, name string, nodes, flows []string) diag.Phrase {
	if s := c.suggest(name, nodes); s != "" {
		return diag.Say("did you mean %s (line %d)?", quote(s), f.node(s).at.Start.Line)
	}
	switch {
	case slices.Contains(f.outcomes, name):
		return diag.Say("this flow has an outcome of that name: write end = %s", quote(name))
	case slices.Contains(flows, name):
		return diag.Say("a flow has that name, and go leads to nodes of this flow: make a node with call = %s", quote(name))
	case slices.ContainsFunc(ownTargets, func(o engine.Own) bool { return string(o) == "@"+name }):
		return diag.Say("did you mean %s?", quote("@"+name))
	case goodName(name):
		return diag.Say("add [node.%s]", name)
	}
	return ""
}

// bindNode binds what a node names besides nodes and the data it is given.
func (c *checker) bindNode(f *flow, n *node, flows []string) {
	n.called = c.bindRun(n.call, flows)
	if n.schedule != nil {
		n.schedule.to = c.bindRun(n.schedule.flow, flows)
	}
	c.bindFlow(n.cancel, flows)
	n.substitute = c.bindTemplate(n.outside)
	c.bindConsent(n.consent)
	c.bindConsent(n.withdraw)
	if n.purpose.name != "" {
		c.bindPurpose(n.purpose)
	}
	if n.fetch != nil {
		c.bindConnection(n.fetch.connection)
		for _, a := range n.fetch.save {
			if a.name != languageRef && a.name != engine.NameZone && c.datum(f, a.name) == nil {
				c.missingDatum(f, a.name, a.at)
				n.faulty = true
			}
		}
	}
	for _, r := range slices.Concat(n.tell, n.forget) {
		if c.datum(f, r.name) == nil {
			c.missingDatum(f, r.name, r.at)
		}
	}
	if h := &c.service.human; n.handover.name != "" && h.present && h.pathsRead && !c.service.broken {
		var inboxes []string
		for _, p := range h.paths {
			if p.kind == "inbox" {
				inboxes = append(inboxes, p.value)
			}
		}
		if !slices.Contains(inboxes, n.handover.name) {
			c.report(UnknownValue, n.handover.at, c.didYouMean(n.handover.name, inboxes, diag.Say("add [[human.path]] with inbox = %s", quote(n.handover.name))),
				"no [[human.path]] of this service has the inbox %s", quote(n.handover.name))
		}
	}
}

// bindRun finds a flow that another runs.
func (c *checker) bindRun(r ref, flows []string) *flow {
	c.bindFlow(r, flows)
	for _, f := range c.flows {
		if r.name != "" && f.id == r.name && !f.broken {
			return f
		}
	}
	return nil
}
