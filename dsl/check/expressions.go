package check

import (
	"regexp"
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
)

// checkExpressions compiles every condition, every value, and every text with
// {…} in it, and reports what is wrong with one at its own place in the file.
// When service.toml can't be read nobody knows which names there are, and
// nothing is said.
func (c *checker) checkExpressions() {
	s := &c.service
	if s.broken || !s.present {
		return
	}
	env := c.schema(nil)
	c.compileBounds(s.data, env)
	for _, w := range s.texts() {
		c.compileWords(w, env)
	}
	for _, list := range s.fixedTexts() {
		for _, w := range list {
			c.compileFixed(w)
		}
	}
	for _, f := range c.flows {
		if f.broken {
			continue
		}
		env := c.schema(f)
		c.compileBounds(f.data, env)
		for _, d := range f.data {
			for _, o := range d.options {
				c.compileFixed(o.label)
			}
		}
		for _, n := range f.nodes {
			c.compileNode(f, n, env)
		}
	}
}

// schema is what a flow's expressions may name; the service's own words, if f
// is nil. A name whose declaration is faulty has no type: it may be anything.
func (c *checker) schema(f *flow) eval.Schema {
	var own []engine.Datum
	roots := []*syntax.Table{c.service.file.Root}
	if f != nil {
		own = schemaData(f.data)
		roots = append(roots, f.file.Root)
	}
	var languages []string
	if c.service.languagesKnown {
		languages = c.service.languages
	}
	env := engine.Schema(&engine.Definition{Languages: languages, Data: schemaData(c.service.data), Consents: lowerConsents(c.service.consents)}, own)
	if e := c.service.file.Root.Get("consent"); e != nil {
		if t, ok := e.Value.(*syntax.Table); ok {
			for _, o := range t.Entries {
				if _, there := env[engine.AgreedTo+o.Key]; !there {
					env[engine.AgreedTo+o.Key] = eval.Name{}
				}
			}
		}
	}
	for _, root := range roots {
		if e := root.Get("data"); e != nil {
			if t, ok := e.Value.(*syntax.Table); ok {
				for _, d := range t.Entries {
					if _, there := env[d.Key]; !there {
						env[d.Key] = eval.Name{}
					}
				}
			}
		}
	}
	return env
}

func schemaData(list []*datum) []engine.Datum {
	out := make([]engine.Datum, len(list))
	for i, d := range list {
		if d.unsure {
			out[i] = engine.Datum{Name: d.name, Default: eval.TextOf("")}
			continue
		}
		out[i] = d.lower()
	}
	return out
}

// texts are the service's own words, but for those that are fixed.
func (s *service) texts() []*words {
	out := []*words{s.notUnderstood, s.human.say, s.human.closed, s.human.giveUp.say, s.stop.say, s.welcomeBack, s.hint, s.sensitive.say}
	for _, p := range s.human.paths {
		out = append(out, p.visit)
	}
	return out
}

// fixedTexts are words in which nothing is worked out: WhatsApp has a
// template's buttons as they are, and an option reads the same everywhere.
func (s *service) fixedTexts() [][]*words {
	var out [][]*words
	for _, d := range s.data {
		var labels []*words
		for _, o := range d.options {
			labels = append(labels, o.label)
		}
		out = append(out, labels)
	}
	for _, o := range s.consents {
		out = append(out, []*words{o.purpose})
	}
	for _, t := range s.templates {
		var labels []*words
		for _, b := range t.buttons {
			labels = append(labels, b.label)
		}
		out = append(out, labels)
	}
	return out
}

func (c *checker) compileNode(f *flow, n *node, env eval.Schema) {
	if c.faults >= maxFaults {
		return
	}
	env = n.envOf(env)
	for _, w := range n.plainTexts() {
		c.compileWords(w, env)
	}
	c.compileVerb(f, n, env)
	for _, r := range n.rows {
		if r.offered {
			for _, s := range r.label.sayings() {
				if s.text == nil && s.src == nil {
					s.text, _ = eval.CompileText(s.fixed, env)
				}
			}
		}
		c.compileCondition(r.when, env)
	}
	for _, r := range n.cases {
		c.compileCondition(r.when, env)
	}
	for _, a := range n.ownSets() {
		c.compileAssign(f, a, env)
	}
	for _, a := range n.fill {
		var fault *eval.Error
		if a.prog, fault = eval.Compile(a.source(), env, 0); fault != nil {
			if a.src != nil {
				c.fault(a.src, fault, env)
			}
			continue
		}
		switch a.prog.Type() {
		case eval.Bool:
			c.report(TemplateMismatch, a.where, `say it in words: x ? "sí" : "no"`, "a template shows words and numbers, and this is %s", a.prog.Type())
		case eval.List, eval.Media:
			c.report(TemplateMismatch, a.where, "give it a text or a number", "a template shows words and numbers, and this is %s", a.prog.Type())
		}
	}
}

// sayings are the sayings of words that may be absent.
func (w *words) sayings() []*saying {
	if w == nil {
		return nil
	}
	return w.by
}

func (c *checker) compileWords(w *words, env eval.Schema) {
	for _, s := range w.sayings() {
		if s.src == nil || s.text != nil {
			continue
		}
		s.text = c.compileText(s.src, env)
	}
}

// compileText compiles a text, or reports what is wrong with it and returns
// nil. eval tells the first fault; the {…} it is in is then blanked to find
// the next.
func (c *checker) compileText(s *syntax.String, env eval.Schema) *eval.Wording {
	src := s.Value
	for {
		w, fault := eval.CompileText(src, env)
		if fault == nil && src == s.Value {
			return w
		}
		if fault == nil || c.faults >= maxFaults {
			return nil
		}
		c.fault(s, fault, env)
		open := strings.LastIndexByte(src[:min(fault.From+1, len(src))], '{')
		length := strings.IndexByte(src[fault.To:], '}') + 1
		if fault.To > 0 && src[fault.To-1] == '}' {
			length = 0
		} else if length == 0 {
			return nil
		}
		if open < 0 || fault.To+length <= open {
			return nil
		}
		src = src[:open] + strings.Repeat("x", fault.To+length-open) + src[fault.To+length:]
	}
}

// maxFaults bounds how many faults in expressions are looked for. Each may
// cost a look through every name of the service.
const maxFaults = 200

func (c *checker) compileFixed(w *words) {
	for _, s := range w.sayings() {
		if s.src == nil || s.text != nil {
			continue
		}
		if i := strings.IndexAny(s.src.Value, "{}"); i >= 0 {
			c.report(BadExpression, s.src.At(i, i+1), "write it without braces", "these words are the same for everybody, so nothing can stand in {…}")
			continue
		}
		s.text, _ = eval.CompileText(s.src.Value, nil)
	}
}

func (c *checker) compileCondition(e *expression, env eval.Schema) {
	if e == nil {
		return
	}
	var fault *eval.Error
	if e.prog, fault = eval.Compile(e.src.Value, env, eval.Bool); fault != nil {
		e.prog = nil
		c.fault(e.src, fault, env)
	}
}

// compileAssign compiles the value of a set. For text and choice it is a text
// with {…}, for other types an expression.
func (c *checker) compileAssign(f *flow, a *assign, env eval.Schema) {
	if a.name == languageRef {
		c.compilePick(a, languageRef, c.service.languages, c.service.languagesKnown, env)
		return
	}
	if a.name == engine.NameZone {
		c.compileZone(a, env)
		return
	}
	d := c.datum(f, a.name)
	if d == nil || d.unsure {
		return
	}
	var fault *eval.Error
	switch {
	case d.typ == eval.Choice:
		c.compilePick(a, d.name, d.ids, true, env)
	case d.typ == eval.Text && a.src == nil:
		c.report(WrongKind, a.where, "put it in quotes", "%s is text, and this is %s", quote(a.name), a.kind())
	case d.typ == eval.Text:
		if a.text = c.compileText(a.src, env); a.text == nil {
			return
		}
		if !strings.ContainsAny(a.src.Value, "{}") {
			if n := int64(letters(a.src.Value)); n > bound(d.max, maxText) || n < bound(d.min, 0) {
				c.report(BadRange, a.where, "", "this has %d letters, which is outside min and max of %s", n, quote(d.name))
			}
		}
	default:
		if a.prog, fault = eval.Compile(a.source(), env, d.typ); fault == nil {
			c.checkConstant(d, a)
			return
		}
		a.prog = nil
		if a.src == nil {
			c.report(WrongKind, a.where, "", "%s is %s, and this is %s", quote(a.name), d.typ, a.kind())
			return
		}
		c.fault(a.src, fault, env)
	}
}

// kind says in an author's words what a value without quotes is.
func (a *assign) kind() diag.Phrase {
	if a.plain == "true" || a.plain == "false" {
		return "true or false"
	}
	return "a whole number"
}

// checkConstant reports a number that the data can never have.
func (c *checker) checkConstant(d *datum, a *assign) {
	if d.typ != eval.Integer || len(a.prog.Names()) > 0 {
		return
	}
	v, err := a.prog.Run(nothing{})
	if err != nil || v.Kind != eval.Integer {
		return
	}
	if d.min != nil && v.Int < *d.min || d.max != nil && v.Int > *d.max {
		c.report(BadRange, a.where, "", "%s is never %d: that is outside its min and max", quote(d.name), v.Int)
	}
}

// nothing has no values.
type nothing struct{}

func (nothing) Value(string) eval.Value { return eval.Value{} }

// compilePick compiles a value that is one of a few.
func (c *checker) compilePick(a *assign, name string, ids []string, known bool, env eval.Schema) {
	if a.src == nil {
		c.report(WrongKind, a.where, diag.Say("its options: %s", diag.And(phrases(ids))), "%s is a choice, and this is %s", quote(name), a.kind())
		return
	}
	if a.text = c.compileText(a.src, env); a.text == nil {
		return
	}
	if known && !strings.ContainsAny(a.src.Value, "{}") && !slices.Contains(ids, a.src.Value) {
		c.report(UnknownOption, a.where, c.didYouMean(a.src.Value, ids, diag.Say("its options: %s", diag.And(phrases(ids)))), "%s has no option %s", quote(name), quote(a.src.Value))
	}
}

var nameForm = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

// phrase is what eval said, for a reader of any language.
func phrase(s eval.Said) diag.Phrase {
	values := make([]any, len(s.Values))
	for i, v := range s.Values {
		values[i] = v
		if inner, ok := v.(eval.Said); ok {
			values[i] = phrase(inner)
		}
	}
	return diag.Say(diag.Phrase(s.Format), values...)
}

// fault reports what eval found, at its place inside the text. A name that
// stands for nothing is reported as such.
func (c *checker) fault(s *syntax.String, e *eval.Error, env eval.Schema) {
	if c.faults++; c.faults > maxFaults {
		return
	}
	at := s.At(e.From, e.To)
	name := s.Value[e.From:e.To]
	_, known := env[name]
	called := strings.HasPrefix(strings.TrimLeft(s.Value[e.To:], " "), "(")
	switch {
	case e.Message.Format == eval.NoConsent:
		c.report(UnknownConsent, at, phrase(e.Help), "%s", phrase(e.Message))
	case e.Message.Format == eval.NoField:
		c.report(UnknownData, at, phrase(e.Help), "%s", phrase(e.Message))
	case known || called || !nameForm.MatchString(name) || e.Message.Format != eval.NoName:
		c.report(BadExpression, at, phrase(e.Help), "%s", phrase(e.Message))
	case local(name):
		root, _, _ := strings.Cut(name, ".")
		c.report(UnknownData, at, "take it out", "%s stands for something only %s", quote(root), localNames[root])
	default:
		help := phrase(e.Help)
		if help == "" && goodName(name) {
			help = diag.Say("declare it: [data.%s] in service.toml, or here if it is forgotten when the flow ends", name)
			if s.Span().File == c.service.file.Name {
				help = diag.Say("declare it: [data.%s]", name)
			}
		}
		c.report(UnknownData, at, help, "no data is named %s", quote(name))
	}
}
