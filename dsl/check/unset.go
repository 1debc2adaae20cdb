package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
)

// checkUnset reports data that is read where it may have no value yet.
//
// It follows every flow forwards and knows for each node what has a value on
// every way there: what a question saved on the way of its answer (not on that
// of its other rows, of too many tries, or of silence), what was set, what has
// a default, and what a when asked with known(…). Data of the service that has
// no default starts without a value: some other flow may have asked for it, or
// not.
func (c *checker) checkUnset() {
	if c.service.broken || !c.service.present {
		return
	}
	for _, w := range c.service.texts() {
		for _, s := range w.sayings() {
			if s.text == nil {
				continue
			}
			for _, u := range s.text.Unguarded() {
				c.reportUnset(nil, u.Name, []place{{s.src, u}})
			}
		}
	}
	c.unsetBounds(c.service.data)
	c.facts = map[*flow]*facts{}
	for _, f := range c.flows {
		c.unsetBounds(f.data)
		if !f.broken {
			c.factsOf(f)
		}
	}
	for _, f := range c.flows {
		if known := c.facts[f]; known != nil {
			known.judge()
		}
	}
}

// knowns is what has a value: a bit for each name that facts tracks.
type knowns []uint64

func (k knowns) has(i int) bool { return i >= 0 && k[i/64]&(1<<(i%64)) != 0 }
func (k knowns) add(i int) {
	if i >= 0 {
		k[i/64] |= 1 << (i % 64)
	}
}

func (k knowns) remove(i int) {
	if i >= 0 {
		k[i/64] &^= 1 << (i % 64)
	}
}

// meet keeps what both know, and reports whether k changed.
func (k knowns) meet(o knowns) (changed bool) {
	for i := range k {
		if n := k[i] & o[i]; n != k[i] {
			k[i], changed = n, true
		}
	}
	return changed
}

// facts follow one flow.
type facts struct {
	c       *checker
	flow    *flow
	names   map[string]int // only those that are given a value, or asked about, somewhere in the flow
	tracked []string       // the keys of names, by their number
	at      []knowns       // by node; nil: not reached
	ends    map[string]knowns
	checked string // what the question saves whose check is gone through
	told    bool   // that it is not saved yet was said
	report  bool   // the last round: what is read is judged
	unset   map[string][]place
	order   []string // the keys of unset, as they were found
}

// A place is where a text reads data.
type place struct {
	src *syntax.String
	use eval.Use
}

func (p place) at() diag.Span { return p.src.At(p.use.From, p.use.To) }

// anyName stands for all names that nothing in the flow gives a value, as far
// as it could be read: a node with a fault may.
const anyName = ""

// index is the bit of a name; -1 when nothing in the flow ever gives it a value.
func (f *facts) index(name string) int {
	if i, ok := f.names[name]; ok {
		return i
	}
	return -1
}

// walk follows the flow from where it begins, until nothing new is learnt.
func (f *facts) walk() {
	start := f.flow.node(f.flow.begins.name)
	f.at = make([]knowns, len(f.flow.nodes))
	f.ends = map[string]knowns{}
	if start == nil {
		return
	}
	f.at[start.index] = f.begin()
	queued := make([]bool, len(f.flow.nodes))
	todo := []*node{start}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		queued[n.index] = false
		f.enter(n, func(to *target, k knowns) {
			if end := to.to.End; end != "" {
				if have := f.ends[end]; have == nil {
					f.ends[end] = slices.Clone(k)
				} else {
					have.meet(k)
				}
				return
			}
			next := f.flow.node(string(to.to.Node))
			if next == nil || to.unknown {
				return
			}
			switch have := f.at[next.index]; {
			case have == nil:
				f.at[next.index] = slices.Clone(k)
			case !have.meet(k):
				return
			}
			if !queued[next.index] {
				queued[next.index] = true
				todo = append(todo, next)
			}
		})
	}
}

// judge goes through every node once more, and reports what is read too early.
func (f *facts) judge() {
	f.report = true
	for _, n := range f.flow.nodes {
		if f.at[n.index] != nil {
			f.enter(n, func(*target, knowns) {})
		}
	}
	for _, name := range f.order {
		f.c.reportUnset(f.flow, name, f.unset[name])
	}
}

// conditions are the conditions of a node.
func (n *node) conditions() []*expression {
	var out []*expression
	for _, r := range n.cases {
		out = append(out, r.when)
	}
	for _, r := range n.choices() {
		out = append(out, r.when)
	}
	return out
}

// enter goes through a node as the engine does, and hands on what is known on
// each way out.
func (f *facts) enter(n *node, leave func(*target, knowns)) {
	k := slices.Clone(f.at[n.index])
	if n.faulty || n.opaque {
		// What it saves may be missing from the model: it is taken to save
		// everything.
		for i := range k {
			k[i] = ^uint64(0)
		}
		for _, t := range n.targets() {
			leave(t, k)
		}
		return
	}
	f.set(n.set, k)
	f.drop(f.c.lost(n), k)
	for _, w := range slices.Concat(n.say, []*words{n.ask, n.opener}, n.retry) {
		f.read(w, k)
	}
	f.readAll(n.readings(), k)
	if n.silence != nil {
		f.read(n.silence.say, k)
	}
	for _, a := range n.fill {
		f.program(a.prog, a.src, k)
	}
	answered := slices.Clone(k)
	answered.add(f.index(engine.NameRaw))
	f.checked, f.told = n.save.name, false
	for _, r := range n.checks {
		f.condition(r.when, answered)
		f.read(r.say, answered)
	}
	f.checked = ""
	for _, w := range n.ways() {
		switch w.kind {
		case onCase:
			r := n.cases[w.nth]
			yes, no := f.condition(r.when, k)
			leave(w.to, yes)
			k = no
		case onRow:
			before := answered
			switch w.row {
			case n.agree[0]: // who agreed before is not asked
				before = k
			case n.agree[1]:
				before = slices.Clone(answered)
				f.drop(f.c.refused(n), before)
			}
			leave(w.to, f.row(n, w.row, before))
		case onAnswer:
			saved := slices.Clone(answered)
			if n.save.name != "" && n.keepsAll() {
				saved.add(f.index(n.save.name))
			}
			leave(w.to, saved)
		case onOtherwise:
			if n.verb == engine.TemplateV { // any other reply is an answer
				leave(w.to, answered)
			} else {
				leave(w.to, k)
			}
		case onReply:
			leave(w.to, answered)
		default:
			leave(w.to, f.after(n, w, k))
		}
	}
}

// row goes through a row that was chosen.
func (f *facts) row(n *node, r *row, before knowns) knowns {
	k, _ := f.condition(r.when, before)
	f.read(r.label, k)
	f.read(r.note, k)
	f.read(r.section, k)
	switch {
	case n.save.name == "":
	case r.offered, n.from != nil && r == n.from.row && n.save.keepsElement(),
		n.save.picks() && n.save.datum != nil && slices.Contains(n.save.datum.ids, r.id):
		k.add(f.index(n.save.name))
	}
	f.set(r.set, k)
	for _, w := range r.say {
		f.read(w, k)
	}
	return k
}

// drop takes the value of data away.
func (f *facts) drop(names []string, k knowns) {
	for _, name := range names {
		k.remove(f.index(name))
	}
}

func (f *facts) set(list []*assign, k knowns) {
	for _, a := range list {
		f.wording(a.text, a.src, k)
		f.program(a.prog, a.src, k)
		k.add(f.index(a.name))
	}
}

// condition reads a condition and returns what is known when it is true and
// when it is false.
func (f *facts) condition(e *expression, k knowns) (yes, no knowns) {
	yes, no = slices.Clone(k), slices.Clone(k)
	if e == nil {
		return yes, no
	}
	f.program(e.prog, e.src, k)
	known, unknown := proves(e)
	for _, name := range known {
		yes.add(f.index(name))
	}
	for _, name := range unknown {
		no.add(f.index(name))
	}
	return yes, no
}

func (f *facts) read(w *words, k knowns) {
	if !f.report {
		return
	}
	for _, s := range w.sayings() {
		f.wording(s.text, s.src, k)
	}
}

func (f *facts) wording(w *eval.Wording, src *syntax.String, k knowns) {
	if w == nil || src == nil || !f.report {
		return
	}
	f.uses(w.Unguarded(), src, k)
}

func (f *facts) program(p *eval.Program, src *syntax.String, k knowns) {
	if p == nil || src == nil || !f.report {
		return
	}
	f.uses(p.Unguarded(), src, k)
}

func (f *facts) uses(uses []eval.Use, src *syntax.String, k knowns) {
	for _, u := range uses {
		i := f.index(u.Name)
		if i < 0 {
			i = f.index(anyName)
		}
		if local(u.Name) || k.has(i) {
			continue
		}
		if f.checked == u.Name {
			if f.told {
				continue
			}
			f.told = true
			f.c.report(UnsetData, src.At(u.From, u.To), "while it is checked, the answer is named value", "%s is saved only when no row of check is true", quote(u.Name))
			continue
		}
		if f.unset[u.Name] == nil {
			f.order = append(f.order, u.Name)
		}
		f.unset[u.Name] = append(f.unset[u.Name], place{src, u})
	}
}

// reportUnset reports a name once for a flow, where it is first read: one
// question that some way goes past is one cause, however often its answer is
// read.
func (c *checker) reportUnset(f *flow, name string, where []place) {
	d := c.datum(f, name)
	if d != nil && d.unsure {
		return
	}
	typ := eval.Text
	if d != nil {
		typ = d.typ
	}
	slices.SortStableFunc(where, func(a, b place) int { return a.at().Start.Offset - b.at().Start.Offset })
	first := where[0]
	switch root, _, _ := strings.Cut(name, "."); {
	case d == nil && root == engine.NameResult:
		c.report(UnsetData, first.at(), "read it where a fetch leads with go, or a call with one of its outcomes", "%s may have no value here", quote(name))
	case typ == eval.List || typ == eval.Location || typ == eval.Media:
		c.report(UnsetData, first.at(), diag.Say("ask before whether there is one: when = [ { if = \"known(%s)\", go = \"…\" } ]", name), "%s may have no value here", quote(name))
	default:
		c.report(UnsetData, first.at(), diag.Say("say what stands there then: %s", instead(name, typ, first.src, first.use)),
			"%s may have no value here", quote(name))
	}
	if f == nil {
		return
	}
	for _, n := range f.nodes {
		if at, ok := n.gives(name); ok {
			c.note(at, "it gets a value here, and some way leads past this, or past its answer")
			break
		}
	}
	for i, p := range where[1:] {
		if i == maxPlaces {
			c.note(diag.Span{}, "and in %d more places", len(where)-1-i)
			break
		}
		c.note(p.at(), "it may have none here either")
	}
}

// maxPlaces is how many further places of one cause are shown.
const maxPlaces = 3

// instead is an expression that always has a value.
func instead(name string, typ eval.Type, src *syntax.String, u eval.Use) string {
	other := `"…"`
	switch typ {
	case eval.Integer, eval.Number:
		other = "0"
	case eval.Bool:
		other = "false"
	case eval.Date:
		other = "today"
	case eval.Time:
		other = "now"
	}
	out := name + " ?? " + other
	before, after := strings.TrimRight(src.Value[:u.From], " "), strings.TrimLeft(src.Value[u.To:], " ")
	if strings.HasSuffix(before, "{") && strings.HasPrefix(after, "}") {
		return "{" + out + "}"
	}
	if before != "" || after != "" {
		return "(" + out + ")"
	}
	return out
}

// gives is where a node gives a name a value.
func (n *node) gives(name string) (diag.Span, bool) {
	if n.save.name == name {
		return n.save.at, true
	}
	for _, a := range slices.Concat(n.sets(), n.saves()) {
		if a.name == name {
			return a.at, true
		}
	}
	return diag.Span{}, false
}

// proves is what a condition shows to have a value when it is true, and when
// it is false. It understands known(x), not, and either and or or between
// them; of anything else nothing is concluded.
func proves(e *expression) (yes, no []string) {
	if e == nil || e.prog == nil {
		return nil, nil
	}
	src := strings.NewReplacer("&&", " and ", "||", " or ", "!", " not ", "(", " ( ", ")", " ) ").Replace(e.src.Value)
	if strings.ContainsAny(src, `"'?`) {
		return nil, nil
	}
	words := strings.Fields(src)
	switch and, or := slices.Contains(words, "and"), slices.Contains(words, "or"); {
	case and && or:
		return nil, nil
	case or:
		for _, part := range split(words, "or") {
			if name, negated := knownCall(part); name != "" && negated {
				no = append(no, name)
			}
		}
		return nil, no
	default:
		parts := split(words, "and")
		for _, part := range parts {
			switch name, negated := knownCall(part); {
			case name == "":
			case !negated:
				yes = append(yes, name)
			case len(parts) == 1:
				no = append(no, name)
			}
		}
		return yes, no
	}
}

// split cuts words at every sep that stands outside brackets. Inside them,
// nothing can be concluded, and the part is no known(x).
func split(words []string, sep string) [][]string {
	var out [][]string
	depth, start := 0, 0
	for i, w := range words {
		switch {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case w == sep && depth == 0:
			out = append(out, words[start:i])
			start = i + 1
		}
	}
	return append(out, words[start:])
}

// knownCall reads "known ( x )" and "not known ( x )".
func knownCall(words []string) (name string, negated bool) {
	if len(words) > 0 && words[0] == "not" {
		words, negated = words[1:], true
	}
	if len(words) == 4 && words[0] == "known" && words[1] == "(" && words[3] == ")" {
		return words[2], negated
	}
	return "", false
}
