package check

import (
	"path"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// readFlow reads a flow file into the model.
func (c *checker) readFlow(file *syntax.File) {
	f := &flow{file: file, id: strings.TrimSuffix(path.Base(file.Name), ".toml"), byName: map[string]*node{}}
	c.flows = append(c.flows, f)
	if !goodName(f.id) {
		c.checkName(f.id, diag.Span{File: file.Name}, "a flow (the file's name without .toml)")
	}
	if file.Root == nil {
		f.broken = true
		return
	}
	if len(file.Root.Entries) == 0 {
		c.report(MissingKey, diag.Span{File: file.Name}, needs["node"], "this flow is empty")
		return
	}
	t := c.open(file.Root, flowShape)
	if v := t.text("title"); v != nil {
		f.title = v.Value
	}
	f.keywords = t.typed("keywords")
	t.readAllow(diag.Span{})
	f.begins = t.ref("begins")
	f.outcomes, f.outcomesKnown = t.outcomes()
	f.data, f.dataBy = t.data(ofFlow)
	for _, n := range t.named("node", "a node") {
		node := c.readNode(n)
		node.index = len(f.nodes)
		f.nodes = append(f.nodes, node)
		f.byName[node.name] = node
	}
	f.readMoved(t)
	if e := t.Get("node"); e != nil && len(f.nodes) == 0 {
		if table, ok := e.Value.(*syntax.Table); ok && len(table.Entries) == 0 {
			c.report(MissingKey, e.KeyAt, needs["node"], "this flow has no node")
		}
	}
}

// outcomes reads how a flow can end. None given: one, "done".
func (t table) outcomes() (names []string, known bool) {
	if !t.has("outcomes") {
		return []string{"done"}, true
	}
	before := len(t.c.list)
	for _, v := range t.strings("outcomes") {
		switch {
		case v.Value == engine.Left:
			t.c.report(BadName, v.Span(), "take it out: every flow has it", `"left" is how a flow ends that was left`)
		case t.c.checkName(v.Value, v.Span(), "an outcome"):
			for _, n := range names {
				if n == v.Value {
					t.c.report(DuplicateID, v.Span(), "take one out", "%s is here twice", quote(n))
				}
			}
			names = append(names, v.Value)
		}
	}
	if e := t.Get("outcomes"); len(names) == 0 && len(t.c.list) == before {
		t.c.report(EmptyText, e.Value.Span(), `name one, or take the key out: then there is one, "done"`, "a flow has at least one outcome")
	}
	return names, len(t.c.list) == before
}

func (c *checker) readNode(n namedTable) *node {
	node := &node{name: n.name, at: n.at, table: n.Table}
	before := len(c.list)
	t := c.open(n.Table, nodeShape)
	node.consent = t.ref("consent")
	node.say = t.messages("say")
	node.ask = t.words("ask")
	node.readRows(t)
	if t.has("fetch") || method(n.Table) != nil {
		node.fetch = t.fetch()
		node.failed = t.target("failed", "")
	} else if v := t.ref("save"); v.name != "" {
		node.save = save{ref: v, language: v.name == languageRef}
	}
	for _, row := range t.tables("check") {
		rt := c.open(row, checkShape)
		node.checks = append(node.checks, &checkRow{at: row.At, when: rt.expression("if"), say: rt.words("say")})
	}
	node.want = t.wants()
	node.shape = t.oneOf("shape", "shapes of a question", []string{"numbers"})
	node.opener = t.words("opener")
	node.retry = t.messages("retry")
	node.otherwise = t.target("otherwise", "")
	node.silence = t.silence()
	node.readMedia(t)
	for _, row := range t.tables("when") {
		rt := c.open(row, caseShape)
		node.cases = append(node.cases, &choice{at: row.At, when: rt.expression("if"), next: rt.target("go", "end")})
	}
	node.readSplit(t)
	node.call = t.ref("call")
	node.on = t.outcomesOf("on")
	node.with = t.assigns("with", false)
	node.wait = t.wait()
	node.schedule = t.schedule()
	node.cancel = t.ref("cancel")
	node.readHandover(t)
	node.template = t.ref("template")
	node.fill = t.assigns("fill", false)
	node.set = t.assigns("set", true)
	node.readMarks(t)
	node.next = t.target("go", "end")
	t.readAllow(n.at)
	node.faulty = len(c.list) > before
	return node
}

// readSplit reads the arms of a split.
func (n *node) readSplit(t table) {
	if list, ok := t.value("split").(*syntax.List); ok && len(list.Items) == 0 {
		t.c.report(EmptyText, list.Span(), examples["split"], "there is nothing to share out")
	}
	for _, row := range t.tables("split") {
		rt := t.c.open(row, shareShape)
		a := &arm{at: row.At, next: rt.target("go", "end")}
		if v := rt.integer("share"); v != nil {
			if v.Value < 1 || v.Value > maxShare {
				t.c.report(BadRange, v.Span(), sharesHelp, "a share is from 1 to %d", maxShare)
			}
			a.share = int(min(max(v.Value, 1), maxShare))
		}
		n.arms = append(n.arms, a)
	}
}

// maxShare bounds a share, so that their sum is a number like any other.
const maxShare = 1_000_000

// target reads where a way leads: go, or end if the place has it. Its names
// are looked up later.
func (t table) target(goKey, endKey string) target {
	e := t.Get(goKey)
	var end *syntax.Entry
	if endKey != "" {
		end = t.Get(endKey)
	}
	switch {
	case e == nil && end == nil:
		return target{}
	case e != nil && end != nil:
		t.c.report(TwoWays, end.KeyAt, "keep one of them", "this both goes on (line %d) and ends", e.KeyAt.Start.Line)
		return target{present: true, at: end.KeyAt, unknown: true}
	case end != nil:
		v := t.text(endKey)
		if v == nil {
			return target{present: true, at: end.KeyAt, unknown: true}
		}
		return target{present: true, at: v.Span(), to: engine.Target{End: v.Value}}
	}
	v := t.text(goKey)
	if v == nil {
		return target{present: true, at: e.KeyAt, unknown: true}
	}
	return named(v)
}

// named is the target that a text names.
func named(v *syntax.String) target {
	to := engine.Target{Node: engine.NodeID(v.Value)}
	if strings.HasPrefix(v.Value, "@") {
		to = engine.Target{Own: engine.Own(v.Value)}
	}
	return target{present: true, at: v.Span(), to: to}
}

// value is what stands behind a key, or nil.
func (t table) value(key string) syntax.Value {
	if e := t.Get(key); e != nil {
		return e.Value
	}
	return nil
}

func (t table) expression(key string) *expression {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	if b, ok := e.Value.(*syntax.Bool); ok {
		t.c.wrongKind(key, b, "a condition in quotes", `write a condition: "semana >= 37"`)
		return nil
	}
	v := t.text(key)
	if v == nil {
		return nil
	}
	return &expression{src: v}
}

func (t table) silence() *silence {
	s, ok := t.table("silence", silenceShape)
	if !ok {
		return nil
	}
	out := &silence{at: t.Get("silence").KeyAt, say: s.words("say"), next: s.target("go", "end")}
	out.after, _ = s.duration("after", false)
	if s.has("say") {
		out.times = 1
	}
	if n := s.integer("times"); n != nil {
		switch {
		case !s.has("say"):
			t.c.report(MisplacedKey, s.Get("times").KeyAt, `add say = "…", or take it out`, "times counts nudges, and this silence says nothing")
		case n.Value < 1 || n.Value > maxNudges:
			t.c.report(BadRange, n.Span(), "one or two are enough for most", "times is from 1 to %d", maxNudges)
		default:
			out.times = int(n.Value)
		}
	}
	return out
}

// maxNudges bounds how often a silence is broken. The window lasts 24 hours;
// whoever needs more has lost the person.
const maxNudges = 100

func (t table) wait() *wait {
	w, ok := t.table("wait", waitShape)
	if !ok {
		return nil
	}
	out := &wait{at: t.Get("wait").KeyAt, clock: -1, reply: w.target("reply", "")}
	switch {
	case w.has("for") && w.has("until"):
		t.c.report(TwoWays, w.Get("until").KeyAt, "keep one of them", "this waits both for a time and until a time")
	case !w.has("for") && !w.has("until") && w.has("at"):
		t.c.report(MissingKey, w.Get("at").KeyAt, `write until = "10:00", or add for = "7 days"`, "at is the time of day after a wait, and this wait has no for")
	case !w.has("for") && !w.has("until"):
		if w.onlyKnown() {
			t.c.report(MissingKey, out.at, `add for = "7 days" or until = "tomorrow 08:00"`, "this wait does not say how long")
		}
	}
	out.spell, _ = w.duration("for", false)
	out.clock = w.clockAt("at")
	out.until, out.day = w.until("until")
	if out.until != nil && w.has("at") && !w.has("for") {
		t.c.report(MisplacedKey, w.Get("at").KeyAt, `put the time into until: "tomorrow 08:00"`, "at goes with for, and this until has a time of its own")
	}
	return out
}

// assigns reads a table of names and values. Dotted names are tables in TOML:
// contact.language is one name here.
func (t table) assigns(key string, dotted bool) []*assign {
	v, ok := as[*syntax.Table](t.c, t.Get(key), "a table", `write names and values: { semana = "semana + 1" }`)
	if !ok {
		return nil
	}
	if len(v.Entries) == 0 {
		t.c.report(EmptyText, v.Span(), "take it out", "%s is empty", quote(key))
	}
	var out []*assign
	for _, e := range v.Entries {
		if inner, ok := e.Value.(*syntax.Table); ok && dotted && e.Key == "contact" {
			for _, ie := range inner.Entries {
				out = t.c.assign(out, key, e.Key+"."+ie.Key, ie)
			}
			continue
		}
		out = t.c.assign(out, key, e.Key, e)
	}
	return out
}

func (c *checker) assign(out []*assign, key, name string, e *syntax.Entry) []*assign {
	a := &assign{name: name, at: e.KeyAt, where: e.Value.Span()}
	switch v := e.Value.(type) {
	case *syntax.String:
		a.src = v
	case *syntax.Integer:
		a.plain = formatInteger(v.Value)
	case *syntax.Bool:
		a.plain = "false"
		if v.Value {
			a.plain = "true"
		}
	default:
		c.report(WrongKind, e.Value.Span(), "", "%s takes text, a whole number, true or false, and this is %s", quote(key), e.Value.Kind())
		return out
	}
	return append(out, a)
}
