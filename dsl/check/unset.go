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
	for _, f := range c.flows {
		c.unsetBounds(f.data)
		if start := f.node(f.begins.name); start != nil {
			(&facts{c: c, flow: f, follow: start, unset: map[string][]place{}}).check()
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
	c      *checker
	flow   *flow
	follow *node
	names  map[string]int // only those that are given a value, or asked about, somewhere in the flow
	at     []knowns       // by node; nil: not reached
	report bool           // the last round: what is read is judged
	unset  map[string][]place
	order  []string // the keys of unset, as they were found
}

// A place is where a text reads data.
type place struct {
	src *syntax.String
	use eval.Use
}

func (p place) at() diag.Span { return p.src.At(p.use.From, p.use.To) }

// index is the bit of a name; -1 when nothing in the flow ever gives it a value.
func (f *facts) index(name string) int {
	if i, ok := f.names[name]; ok {
		return i
	}
	return -1
}

func (f *facts) check() {
	f.names = map[string]int{}
	track := func(name string) {
		if _, ok := f.names[name]; !ok {
			f.names[name] = len(f.names)
		}
	}
	track(engine.NameRaw)
	for _, name := range resultNames {
		track(name)
	}
	for _, name := range f.flow.given() {
		track(name)
	}
	for _, n := range f.flow.nodes {
		if n.save.name != "" {
			track(n.save.name)
		}
		for _, a := range slices.Concat(n.sets(), n.saves()) {
			track(a.name)
		}
		for _, e := range n.conditions() {
			yes, no := proves(e)
			for _, name := range append(yes, no...) {
				track(name)
			}
		}
	}
	f.at = make([]knowns, len(f.flow.nodes))
	begin := make(knowns, len(f.names)/64+1)
	if f.c.onlyRun(f.flow) {
		for _, name := range f.flow.given() {
			begin.add(f.index(name))
		}
	}
	f.at[f.follow.index] = begin
	queued := make([]bool, len(f.flow.nodes))
	todo := []*node{f.follow}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		queued[n.index] = false
		f.enter(n, func(to *target, k knowns) {
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
	for _, r := range n.readings() {
		f.wording(r.text, r.src, k)
		f.program(r.prog, r.src, k)
	}
	for _, w := range slices.Concat(n.say, []*words{n.ask, n.opener}, n.retry) {
		f.read(w, k)
	}
	if n.silence != nil {
		f.read(n.silence.say, k)
	}
	for _, a := range n.fill {
		f.program(a.prog, a.src, k)
	}
	answered := slices.Clone(k)
	answered.add(f.index(engine.NameRaw))
	for _, r := range n.checks {
		f.condition(r.when, answered)
		f.read(r.say, answered)
	}
	for _, w := range n.ways() {
		switch w.kind {
		case onCase:
			r := n.cases[w.nth]
			yes, no := f.condition(r.when, k)
			leave(w.to, yes)
			k = no
		case onRow:
			leave(w.to, f.row(n, w.row, answered))
		case onAnswer:
			saved := slices.Clone(answered)
			if n.save.name != "" {
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
		case onFetched, onFailed, onOutcome:
			leave(w.to, f.resulted(n, w.kind, k))
		default:
			leave(w.to, k)
		}
	}
}

// row goes through a row that was chosen.
func (f *facts) row(n *node, r *row, before knowns) knowns {
	k, _ := f.condition(r.when, before)
	f.read(r.label, k)
	f.read(r.note, k)
	f.read(r.section, k)
	if r == n.agree[1] {
		f.drop(f.c.refused(n), k)
	}
	if n.from != nil && r == n.from.row && n.save.keepsElement() {
		k.add(f.index(n.save.name))
	}
	if n.save.picks() && (r.offered || n.save.datum != nil && slices.Contains(n.save.datum.ids, r.id)) {
		k.add(f.index(n.save.name))
	}
	f.set(r.set, k)
	for _, w := range r.say {
		f.read(w, k)
	}
	return k
}

// resulted is what is known when a request was answered, or a called flow ended.
func (f *facts) resulted(n *node, kind wayKind, before knowns) knowns {
	k := slices.Clone(before)
	for _, name := range resultNames {
		k.add(f.index(name))
	}
	if kind == onOutcome {
		f.drop(f.c.takes(n.called), k)
	}
	if kind != onFetched {
		return k
	}
	for _, a := range n.fetch.save {
		f.program(a.prog, a.src, k)
	}
	for _, a := range n.fetch.save {
		k.add(f.index(a.name))
	}
	return k
}

// resultNames are what a fetch or a call leaves behind.
var resultNames = []string{engine.NameResult, engine.NameStatus, engine.NameOutcome}

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
		if k.has(f.index(u.Name)) {
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
	c.report(UnsetData, first.at(), diag.Say("say what stands there then: %s", instead(name, typ, first.src, first.use)),
		"%s may have no value here", quote(name))
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
