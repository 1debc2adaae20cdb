package everywhere

import (
	"errors"
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/script"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/sim"
)

// File is where a service's rules stand in its folder.
const File = "tests/everywhere.toml"

// The codes of what is wrong with such a file, besides those of syntax and of
// script. They are those of the other files of a service, and mean the same.
const (
	UnknownKey      diag.Code = "unknown-key"
	MissingKey      diag.Code = "missing-key"
	WrongKind       diag.Code = "wrong-kind"
	UnknownLanguage diag.Code = "unknown-language"
	BadRange        diag.Code = "bad-range"
)

// Rules is what an author's everywhere.toml says.
type Rules struct {
	promises []promise
	Wants    []Want // in the order of the file
}

// Want is a share of coverage below which the service fails.
type Want struct {
	Of      string // nodes, transitions, languages, exits
	Percent int    // 0 to 100
	At      diag.Span
}

// Share is what is wanted, as it is.
func (w Want) Share(s script.Shares) script.Share {
	switch w.Of {
	case "nodes":
		return s.Nodes
	case "transitions":
		return s.Transitions
	case "languages":
		return s.Languages
	}
	return s.Exits
}

// Met reports whether it is enough.
func (w Want) Met(s script.Shares) bool { return w.Share(s).Percent() >= w.Percent }

var (
	rootKeys = []string{"coverage", "rule"}
	wantKeys = []string{"nodes", "transitions", "languages", "exits"}
	ruleKeys = []string{"say", "expect", "not", "unless"}
)

// Parse reads the rules of a service. name is how spans call the file. There are
// rules just when nothing is wrong; every problem is reported at once.
func Parse(name string, src []byte, svc *engine.Service) (*Rules, diag.List) {
	f, list := syntax.Parse(name, src)
	if f.Root == nil {
		return nil, list
	}
	p := parser{svc: svc, rules: &Rules{}, list: list}
	p.keys(f.Root, rootKeys)
	if e := f.Root.Get("coverage"); e != nil {
		p.coverage(e)
	}
	if e := f.Root.Get("rule"); e != nil {
		l, ok := e.Value.(*syntax.List)
		if !ok {
			p.report(WrongKind, e.Value.Span(), diag.Say("rules are a list of tables; this is %s", e.Value.Kind()), "begin each with [[rule]]")
			l = &syntax.List{}
		}
		for _, v := range l.Items {
			t, ok := v.(*syntax.Table)
			if !ok {
				p.report(WrongKind, v.Span(), diag.Say("a rule is a table; this is %s", v.Kind()), "begin each with [[rule]]")
				continue
			}
			p.rule(t)
		}
	}
	if len(p.list) > 0 {
		p.list.Sort()
		return nil, p.list
	}
	return p.rules, nil
}

type parser struct {
	svc   *engine.Service
	rules *Rules
	list  diag.List
}

func (p *parser) report(code diag.Code, at diag.Span, message, help diag.Phrase) {
	p.list.Add(diag.Diagnostic{Code: code, At: at, Message: message, Help: help})
}

// keys reports those of a table that mean nothing.
func (p *parser) keys(t *syntax.Table, known []string) {
	for _, e := range t.Entries {
		if slices.Contains(known, e.Key) {
			continue
		}
		help := diag.Say("there are %s", diag.OneOf(known))
		if near, ok := diag.Suggest(e.Key, known); ok {
			help = diag.Say("did you mean %s?", diag.Quote(near))
		}
		p.report(UnknownKey, e.KeyAt, diag.Say("%s means nothing here", diag.Quote(e.Key)), help)
	}
}

// coverage reads { nodes = 100, transitions = 90 }.
func (p *parser) coverage(e *syntax.Entry) {
	t, ok := e.Value.(*syntax.Table)
	if !ok {
		p.report(WrongKind, e.Value.Span(), diag.Say("what is wanted of the coverage is a table; this is %s", e.Value.Kind()), `write it like coverage = { nodes = 100, transitions = 90 }`)
		return
	}
	p.keys(t, wantKeys)
	for _, e := range t.Entries {
		if !slices.Contains(wantKeys, e.Key) {
			continue
		}
		n, ok := e.Value.(*syntax.Integer)
		switch {
		case !ok:
			p.report(WrongKind, e.Value.Span(), diag.Say("a whole number of percent stands here; this is %s", e.Value.Kind()), "write a whole number from 0 to 100, without quotes")
		case n.Value < 0 || n.Value > 100:
			p.report(BadRange, e.Value.Span(), diag.Say("%d percent: no share of a whole is like that", n.Value), "write a whole number from 0 to 100")
		default:
			p.rules.Wants = append(p.rules.Wants, Want{e.Key, int(n.Value), e.KeyAt})
		}
	}
}

// refused is what can be read, and has no place in a rule.
type refused struct{ what, help diag.Phrase }

func (r refused) Error() string { return r.what.String() + "; " + r.help.String() }

var (
	errTap = refused{"a rule is tried everywhere, and not everywhere is there something to tap", `write what the person types, as in say = "menú"`}
	errBan = refused{"what must not be said stands on one line", `write "..." for the line end and whatever else is between`}
)

// worded is something that is read from words, by language; just one entry, of
// no language, where the same serves for all.
type worded[T any] map[string]T

// in is what serves in a language.
func (w worded[T]) in(lang string) (T, bool) {
	if v, ok := w[""]; ok {
		return v, true
	}
	v, ok := w[lang]
	return v, ok
}

// rule reads one [[rule]].
func (p *parser) rule(t *syntax.Table) {
	before := len(p.list)
	p.keys(t, ruleKeys)
	at := t.Span()
	say, expect, not := t.Get("say"), t.Get("expect"), t.Get("not")
	switch {
	case len(p.list) > before: // what is missing may be what is misspelled
	case say == nil:
		p.report(MissingKey, at, "this rule does not say what the person writes", `add say = "menú", or a table by language`)
	case expect == nil && not == nil:
		p.report(MissingKey, at, "this rule expects nothing", `add expect = "¿Qué quieres? ..." or not = "No te entendí"`)
	}
	r := rule{svc: p.svc}
	if say != nil {
		r.say = read(p, say, func(s string) (script.Said, error) {
			said, err := script.ParseSaid(s)
			if err == nil && said.IsTap() {
				return said, errTap
			}
			return said, err
		})
	}
	if expect != nil {
		r.expect = read(p, expect, script.ParseExpected)
		r.expects = texts(expect)
	}
	if not != nil {
		r.not = read(p, not, func(s string) (script.Ban, error) {
			if strings.Contains(s, "\n") {
				return script.Ban{}, errBan
			}
			return script.ParseBan(s)
		})
		r.nots = texts(not)
	}
	r.unless = p.facts(t.Get("unless"))
	if len(p.list) > before || say == nil {
		return
	}
	var name diag.Phrase
	for _, l := range append([]string{""}, p.svc.Languages()...) {
		if s, ok := r.say[l]; ok {
			name = diag.Say("the answer to %s", diag.Quote(s.String()))
			break
		}
	}
	p.rules.promises = append(p.rules.promises, promise{name: name, at: at, concerns: r.concerns, try: r.try})
}

// read reads a text, or each text of a table by language.
func read[T any](p *parser, e *syntax.Entry, parse func(string) (T, error)) worded[T] {
	w := worded[T]{}
	one := func(lang string, s *syntax.String) {
		v, err := parse(s.Value)
		var r refused
		switch {
		case errors.As(err, &r):
			p.report(script.Syntax, s.Span(), r.what, r.help)
		case err != nil:
			p.list.Add(script.Told(err, s.Span()))
		default:
			w[lang] = v
		}
	}
	switch v := e.Value.(type) {
	case *syntax.String:
		one("", v)
	case *syntax.Table:
		for _, l := range v.Entries {
			s, ok := l.Value.(*syntax.String)
			switch {
			case !slices.Contains(p.svc.Languages(), l.Key):
				p.report(UnknownLanguage, l.KeyAt, diag.Say("the service does not speak %s", diag.Quote(l.Key)), diag.Say("its languages are %s", diag.And(phrases(p.svc.Languages()))))
			case !ok:
				p.report(WrongKind, l.Value.Span(), diag.Say("words stand here; this is %s", l.Value.Kind()), "put them between quotes")
			default:
				one(l.Key, s)
			}
		}
		if len(v.Entries) == 0 {
			p.report(MissingKey, v.Span(), "there are words in no language", `write them like { es = "menú", en = "menu" }`)
		}
	default:
		p.report(WrongKind, e.Value.Span(), diag.Say("words stand here; this is %s", e.Value.Kind()), "put them between quotes, or write a table by language")
	}
	return w
}

func phrases(list []string) []diag.Phrase {
	var out []diag.Phrase
	for _, s := range list {
		out = append(out, diag.Say("%s", s))
	}
	return out
}

// texts is what was read, as written.
func texts(e *syntax.Entry) worded[string] {
	w := worded[string]{}
	switch v := e.Value.(type) {
	case *syntax.String:
		w[""] = v.Value
	case *syntax.Table:
		for _, l := range v.Entries {
			if s, ok := l.Value.(*syntax.String); ok {
				w[l.Key] = s.Value
			}
		}
	}
	return w
}

// facts reads one fact, or a list of them.
func (p *parser) facts(e *syntax.Entry) []script.Fact {
	if e == nil {
		return nil
	}
	values := []syntax.Value{e.Value}
	if l, ok := e.Value.(*syntax.List); ok {
		values = l.Items
	}
	var list []script.Fact
	for _, v := range values {
		s, ok := v.(*syntax.String)
		if !ok {
			p.report(WrongKind, v.Span(), diag.Say("facts stand here; this is %s", v.Kind()), `write them like unless = ["stopped", "handover with"]`)
			continue
		}
		f, err := script.ParseFact(s.Value)
		if err != nil {
			p.list.Add(script.Told(err, s.Span()))
			continue
		}
		list = append(list, f)
	}
	return list
}

// rule is what an author wants to hold everywhere.
type rule struct {
	svc           *engine.Service
	say           worded[script.Said]
	expect        worded[script.Expected]
	not           worded[script.Ban]
	expects, nots worded[string]
	unless        []script.Fact
}

// concerns reports whether the rule has words for the language of a
// conversation, and none of its exceptions is so.
func (r *rule) concerns(w *sim.World) bool {
	lang := language(w)
	_, says := r.say.in(lang)
	_, expects := r.expect.in(lang)
	_, bans := r.not.in(lang)
	return says && (expects || bans) && !slices.ContainsFunc(r.unless, func(f script.Fact) bool { return f.Holds(w) })
}

func (r *rule) try(w *sim.World) *failing {
	lang := language(w)
	said, _ := r.say.in(lang)
	lines, err := said.Do(w)
	came := messages(lines)
	f := failing{lines: []string{"> " + said.String()}}
	if err != nil {
		f.problem = diag.Say("it can't be done: %s", script.Reason(err))
		return &f
	}
	if e, ok := r.expect.in(lang); ok && !slices.ContainsFunc(came, func(o engine.Outgoing) bool { return e.Matches(o, r.svc) }) {
		source, _ := r.expects.in(lang)
		f.problem = "what is expected is not said"
		f.lines = append(f.lines, "< "+indented(source))
		return &f
	}
	if b, ok := r.not.in(lang); ok && slices.ContainsFunc(came, b.Strikes) {
		source, _ := r.nots.in(lang)
		f.problem = "what must not be said is"
		f.lines = append(append(f.lines, listed(r.svc, came)...), "! "+source)
		return &f
	}
	return nil
}

// indented is a text of any number of lines behind the sign of a script.
func indented(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := range lines {
		if i > 0 && lines[i] != "" {
			lines[i] = "  " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}
