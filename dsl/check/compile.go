package check

import (
	"maps"
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
)

// This file compiles what stands in a node where not every name means the same:
// the elements of a list, the answer in a check, the data of a called flow.

// with is a schema with one name more.
func with(env eval.Schema, name string, n eval.Name) eval.Schema {
	out := maps.Clone(env)
	out[name] = n
	return out
}

// plainTexts are the words of a node that may use what any text may use.
func (n *node) plainTexts() []*words {
	out := slices.Concat(n.say, []*words{n.ask, n.opener, n.header, n.footer}, n.retry)
	for _, m := range n.media {
		out = append(out, m.alt, m.name, m.address)
	}
	if n.link != nil {
		out = append(out, n.link.label, n.link.url)
	}
	for _, r := range n.rows {
		if !r.offered {
			out = append(out, r.texts()...)
		}
	}
	if n.silence != nil {
		out = append(out, n.silence.say)
	}
	return out
}

// texts are the words of a node, each once.
func (n *node) texts() []*words {
	out := n.plainTexts()
	if n.from != nil {
		out = append(out, n.from.row.texts()...)
	}
	for _, r := range n.checks {
		out = append(out, r.say)
	}
	return out
}

func (r *row) texts() []*words { return append([]*words{r.label, r.note, r.section}, r.say...) }

// envOf is what the words of a node may name: in a consent, also the purpose.
func (n *node) envOf(env eval.Schema) eval.Schema {
	if n.verb == engine.ConsentVerb {
		return with(env, engine.NamePurpose, eval.Name{Type: eval.Text})
	}
	return env
}

func (c *checker) compileVerb(f *flow, n *node, env eval.Schema) {
	for _, m := range n.media {
		c.compileCondition(m.when, env)
	}
	c.compileChecks(n, env)
	c.compileFrom(f, n, env)
	if n.called != nil {
		c.compileWith(n.called, n.with, env)
	}
	if s := n.schedule; s != nil {
		c.compileDay(s.when.day, env, eval.Date)
		if s.to != nil {
			c.compileWith(s.to, s.with, env)
		}
	}
	if n.wait != nil {
		c.compileDay(n.wait.day, env, eval.Date, eval.Time)
	}
	if n.fetch != nil {
		c.compileFetch(f, n.fetch, env)
	}
}

// compileChecks compiles the rows of check, in which value is the answer.
func (c *checker) compileChecks(n *node, env eval.Schema) {
	if len(n.checks) == 0 || n.verb != engine.AskVerb {
		return
	}
	value := eval.Name{Type: eval.Text}
	switch d := n.save.datum; {
	case n.save.language:
		value = eval.Name{Type: eval.Choice, Options: c.service.languages}
	case d == nil && n.save.name != "" || d != nil && d.unsure:
		value = eval.Name{} // it may be anything
	case d != nil:
		value = env[d.name]
		value.MayBeUnset = false
	}
	env = with(env, engine.NameValue, value)
	for _, r := range n.checks {
		c.compileCondition(r.when, env)
		c.compileWords(r.say, env)
	}
}

// compileFrom compiles rows that are made from a list: it is the element.
func (c *checker) compileFrom(f *flow, n *node, env eval.Schema) {
	from := n.from
	if from == nil || from.list == nil || n.verb != engine.AskVerb && n.verb != engine.ConsentVerb {
		return
	}
	prog, fault := eval.Compile(from.list.src.Value, env, 0)
	if fault != nil {
		c.fault(from.list.src, fault, env)
		// What the elements have is not known: nothing in them is judged.
		return
	}
	from.list.prog = prog
	if t := prog.Type(); t != eval.List && t != 0 {
		help := diag.Phrase(`name data with type = "list"`)
		if t == eval.Document {
			help = `name data with type = "list", and save there what the request brought`
		}
		c.report(BadExpression, from.list.src.Span(), help, "choices are made from a list, and %s is %s", quote(from.list.src.Value), t)
		return
	}
	var within eval.Schema
	for _, name := range prog.Names() {
		if d := c.datum(f, name); d != nil && !d.unsure && d.typ == eval.List {
			from.fields = d.fields
			within = engine.SchemaOf(env, d.lower().Fields)
			break
		}
	}
	if within == nil {
		return // of data whose type was no type, the elements are not known either
	}
	for name, n := range within {
		// An element that lacks what is read is not offered.
		if strings.HasPrefix(name, engine.NameIt+".") {
			n.MayBeUnset = false
			within[name] = n
		}
	}
	if from.id != nil {
		from.id.text = c.compileText(from.id.src, within)
	}
	for _, w := range from.row.texts() {
		c.compileWords(w, within)
	}
	c.compileCondition(from.row.when, within)
	for _, a := range from.row.set {
		c.compileAssign(f, a, within)
	}
}

// compileWith compiles what a flow that is run is given: data of that flow, in
// the words of this one.
func (c *checker) compileWith(to *flow, list []*assign, env eval.Schema) {
	for _, a := range list {
		if d := to.dataBy[a.name]; d != nil && d.given {
			c.compileAssign(to, a, env)
		}
	}
}

// compileDay compiles an expression that gives a day, or a time of day.
func (c *checker) compileDay(e *expression, env eval.Schema, types ...eval.Type) {
	if e == nil {
		return
	}
	prog, fault := eval.Compile(e.src.Value, env, 0)
	if fault != nil {
		c.fault(e.src, fault, env)
		return
	}
	if t := prog.Type(); t != 0 && t != eval.Document && !slices.Contains(types, t) {
		wanted := make([]diag.Phrase, len(types))
		for i, t := range types {
			wanted[i] = diag.Phrase(t.String())
		}
		c.report(BadExpression, e.src.Span(), `for example "add(fecha, '-1 days')"`, "%s is %s, and %s is needed",
			quote(e.src.Value), t, diag.Or(wanted))
		return
	}
	e.prog = prog
}

// compileZone compiles the time zone a contact is given.
func (c *checker) compileZone(a *assign, env eval.Schema) {
	if a.src == nil {
		c.report(WrongKind, a.where, zoneHelp, "%s is the name of a time zone, and this is %s", quote(a.name), a.kind())
		return
	}
	if a.text = c.compileText(a.src, env); a.text == nil || strings.ContainsAny(a.src.Value, "{}") {
		return
	}
	if _, err := engine.Zone(a.src.Value); err != nil {
		c.report(BadTime, a.where, zoneHelp, "no time zone is named %s", quote(a.src.Value))
	}
}

const zoneHelp = `write a continent and a city, as in "America/Bogota", or "UTC"`

func (c *checker) compileFetch(f *flow, r *request, env eval.Schema) {
	if r.path != nil {
		r.path.text = c.compileText(r.path.src, env)
	}
	for _, q := range r.query {
		if q.text != nil {
			q.text.text = c.compileText(q.text.src, env)
		}
	}
	c.compileBody(r.body, env)
	for _, a := range r.save {
		var want eval.Type
		switch d := c.datum(f, a.name); {
		case a.name == languageRef:
			want = eval.Choice
		case a.name == engine.NameZone:
			want = eval.Text
		case d != nil && !d.unsure:
			want = d.typ
		}
		var fault *eval.Error
		if a.prog, fault = eval.Compile(a.source(), env, want); fault == nil {
			continue
		}
		if a.prog = nil; a.src != nil {
			c.fault(a.src, fault, env)
		} else {
			c.report(WrongKind, a.where, "", "%s is %s, and this is %s", quote(a.name), want, a.kind())
		}
	}
}

// compileBody compiles the texts of a request. One that is nothing but a single
// {…} stands for the value itself, whatever its type.
func (c *checker) compileBody(b *body, env eval.Schema) {
	if b == nil {
		return
	}
	if b.text != nil {
		src := b.text.src
		if inner, ok := sole(src.Value); ok {
			prog, fault := eval.Compile(inner, env, 0)
			if fault != nil {
				fault.From++
				fault.To++
				c.fault(src, fault, env)
			}
			b.text.prog = prog
		} else {
			b.text.text = c.compileText(src, env)
		}
	}
	for _, m := range b.members {
		c.compileBody(m.body, env)
	}
	for _, inner := range b.list {
		c.compileBody(inner, env)
	}
}

// sole is the expression in a text that is nothing but one {…}.
func sole(s string) (inner string, ok bool) {
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' {
		return "", false
	}
	inner = s[1 : len(s)-1]
	var quoted byte
	for i := range len(inner) {
		switch ch := inner[i]; {
		case quoted != 0 && ch == '\\':
			return "", false // rare, and a text like any other
		case quoted != 0 && ch == quoted:
			quoted = 0
		case quoted != 0:
		case ch == '"' || ch == '\'':
			quoted = ch
		case ch == '{' || ch == '}':
			return "", false
		}
	}
	return inner, quoted == 0
}

// A reading is a text or an expression of a node that reads data.
type reading struct {
	src  *syntax.String
	text *eval.Wording
	prog *eval.Program
}

// readings are what a node reads when it is entered, but for what unset.go goes
// through by itself: its words, its set, its fill.
func (n *node) readings() []reading {
	var out []reading
	texts := []*words{n.header, n.footer}
	expr := func(e *expression) {
		if e != nil {
			out = append(out, reading{src: e.src, prog: e.prog})
		}
	}
	for _, m := range n.media {
		expr(m.when)
		texts = append(texts, m.alt, m.name, m.address)
	}
	if n.link != nil {
		texts = append(texts, n.link.label, n.link.url)
	}
	for _, w := range texts {
		for _, s := range w.sayings() {
			out = append(out, reading{src: s.src, text: s.text})
		}
	}
	lists := [][]*assign{n.with}
	if n.wait != nil {
		expr(n.wait.day)
	}
	if n.schedule != nil {
		expr(n.schedule.when.day)
		lists = append(lists, n.schedule.with)
	}
	if n.from != nil {
		expr(n.from.list)
	}
	if n.fetch != nil {
		for _, w := range n.fetch.wordings() {
			out = append(out, reading{src: w.src, text: w.text, prog: w.prog})
		}
	}
	for _, list := range lists {
		for _, a := range list {
			out = append(out, reading{src: a.src, text: a.text, prog: a.prog})
		}
	}
	return out
}
