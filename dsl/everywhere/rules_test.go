package everywhere

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cauce/dsl/script"
	"cauce/engine"
)

func parse(t testing.TB, svc *engine.Service, src string) *Rules {
	t.Helper()
	r, list := Parse("everywhere.toml", []byte(src), svc)
	if r == nil {
		t.Fatal(list)
	}
	return r
}

func TestRules(t *testing.T) {
	svc := small(t, true, row("x", "Esperar", "espera"), row("y", "Nada", "fin"))
	for _, c := range []struct {
		name, src string
		problem   string // empty: it holds
		first     string // in the first fault's script
	}{
		{"it holds", `say = { es = "otro", en = "other" }
expect = { es = "Otra cosa. ...", en = "Something else. ..." }
unless = ["stopped", "handover waiting", "handover with"]`, "", ""},
		{"a person is there", `say = "otro"
expect = "Otra cosa. ..."
unless = "stopped"`, "what is expected is not said", "< Otra cosa. ..."},
		{"in one language only", `say = { en = "other" }
expect = "Something else. ..."
unless = ["handover waiting", "handover with"]`, "", ""},
		{"in the other", `say = { es = "other" }
expect = { es = "Something else. ...", en = "Something else. ..." }
unless = ["handover waiting", "handover with"]`, "what is expected is not said", "lang es"},
		{"no such words", `say = "qué"
not = "No te entendí"`, "what must not be said is", "! No te entendí"},
		{"not said at all", `say = "qué"
not = "Nadie lo dice"`, "", ""},
		{"both", `say = "otro"
expect = "..."
not = "[Esperar]"
unless = ["handover waiting", "handover with"]`, "what must not be said is", "! [Esperar]"},
		{"more lines", `say = "otro"
expect = """
Otra

cosa."""
`, "what is expected is not said", "< Otra\n\n  cosa."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Try(svc, parse(t, svc, "[[rule]]\n"+c.src), nil, nil)
			if c.problem == "" {
				if len(r.Faults) > 0 {
					t.Errorf("%+v\n%s", r.Faults[0], r.Faults[0].Script("en"))
				}
				return
			}
			if len(r.Faults) != 1 {
				t.Fatalf("%+v", r.Faults)
			}
			f := r.Faults[0]
			if f.Problem.String() != c.problem || !strings.Contains(string(f.Script("en")), c.first) || f.At.Start.Line != 1 {
				t.Errorf("%+v\n%s", f, f.Script("en"))
			}
			replays(t, svc, f)
		})
	}
}

// A rule is tried at every state that it is about, and at no other.
func TestRulesAreTriedEverywhere(t *testing.T) {
	svc := small(t, true, row("x", "Esperar", "espera"), row("y", "Nada", "fin"))
	none := Try(svc, nil, nil, nil)
	all := Try(svc, parse(t, svc, "[[rule]]\nsay = \"hola\"\nnot = \"nunca\"\n"), nil, nil)
	if all.Tries != none.Tries+all.States || all.States != none.States {
		t.Errorf("%d states, %d tries, %d without the rule", all.States, all.Tries, none.Tries)
	}
	es, _ := Explore(svc, "es")
	one := Try(svc, parse(t, svc, "[[rule]]\nsay = { es = \"hola\" }\nnot = \"nunca\"\n"), nil, nil)
	if one.Tries != none.Tries+len(es) {
		t.Errorf("%d tries, %d states in Spanish", one.Tries-none.Tries, len(es))
	}
	s, _ := script.Parse("x.chat", []byte("> hola\n< ...\n~ reorder\n> [Nada]\n"))
	if states := Of(s, svc); len(states) != 4 {
		t.Errorf("%d states of a script of three lines", len(states))
	} else if with := Try(svc, nil, states, nil); with.States != none.States+2 {
		t.Errorf("%d more; while a message is on its way, nothing can be tried", with.States-none.States)
	}
}

func TestWants(t *testing.T) {
	svc := small(t, true, row("x", "Esperar", "espera"))
	r := parse(t, svc, `coverage = { transitions = 50, nodes = 100, languages = 0, exits = 67 }`)
	all := script.Shares{Nodes: script.Share{Walked: 999, Of: 1000}, Transitions: script.Share{Walked: 1, Of: 2}, Exits: script.Share{Walked: 2, Of: 3}}
	var got []string
	for _, w := range r.Wants {
		got = append(got, fmt.Sprint(w.Of, w.Percent, w.Met(all), w.At.Start.Column))
	}
	if want := []string{"transitions50 true 14", "nodes100 false 32", "languages0 true 45", "exits67 false 60"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestMistakes(t *testing.T) {
	svc := small(t, true, row("x", "Esperar", "espera"))
	for _, c := range []struct{ src, want string }{
		{"coverge = { nodes = 1 }", `1:1 unknown-key: "coverge" means nothing here; did you mean "coverage"?`},
		{"coverage = 90", `1:12 wrong-kind: what is wanted of the coverage is a table; this is a whole number; write it like coverage = { nodes = 100, transitions = 90 }`},
		{"coverage = { node = 90 }", `1:14 unknown-key: "node" means nothing here; did you mean "nodes"?`},
		{"coverage = { nodes = 101 }", `1:22 bad-range: 101 percent: no share of a whole is like that; write a whole number from 0 to 100`},
		{"coverage = { nodes = \"90\" }", `1:22 wrong-kind: a whole number of percent stands here; this is text; write a whole number from 0 to 100, without quotes`},
		{"rule = 1", `1:8 wrong-kind: rules are a list of tables; this is a whole number; begin each with [[rule]]`},
		{"rule = [ 1 ]", `1:10 wrong-kind: a rule is a table; this is a whole number; begin each with [[rule]]`},
		{"[rule]\nsay = \"x\"", `1:1 wrong-kind: rules are a list of tables; this is a table; begin each with [[rule]]`},
		{"[[rule]]\nsay = \"x\"", `1:1 missing-key: this rule expects nothing; add expect = "¿Qué quieres? ..." or not = "No te entendí"`},
		{"[[rule]]\nnot = \"x\"", `1:1 missing-key: this rule does not say what the person writes; add say = "menú", or a table by language`},
		{"[[rule]]\nsay = \"x\"\nnot = 1", `3:7 wrong-kind: words stand here; this is a whole number; put them between quotes, or write a table by language`},
		{"[[rule]]\nsay = { fr = \"x\" }\nnot = \"x\"", `2:9 unknown-language: the service does not speak "fr"; its languages are es and en`},
		{"[[rule]]\nsay = { es = 1 }\nnot = \"x\"", `2:14 wrong-kind: words stand here; this is a whole number; put them between quotes`},
		{"[[rule]]\nsay = {}\nnot = \"x\"", `2:7 missing-key: there are words in no language; write them like { es = "menú", en = "menu" }`},
		{"[[rule]]\nsay = \"[x]\"\nnot = \"x\"", `2:7 script-syntax: a rule is tried everywhere, and not everywhere is there something to tap; write what the person types, as in say = "menú"`},
		{"[[rule]]\nsay = \"x\"\nnot = \"x\\ny\"", `3:7 script-syntax: what must not be said stands on one line; write "..." for the line end and whatever else is between`},
		{"[[rule]]\nsay = \"x\"\nexpect = \"[x\"", `3:10 script-syntax: this bracket is not closed; close it with "]", or write "\[" for the sign itself`},
		{"[[rule]]\nsay = \"x\"\nnot = \"x\"\nunless = 1", `4:10 wrong-kind: facts stand here; this is a whole number; write them like unless = ["stopped", "handover with"]`},
		{"[[rule]]\nsay = \"x\"\nnot = \"x\"\nunless = [\"stoped\"]", `4:11 script-syntax: this says no fact; did you mean "stopped"?`},
		{"[[rule]]\nsay = \"x\"\nnot = \"x\"\nmust = \"x\"", `4:1 unknown-key: "must" means nothing here; there are "say", "expect", "not" or "unless"`},
		{"coverage = {", ``},
	} {
		r, list := Parse("everywhere.toml", []byte(c.src), svc)
		if r != nil || len(list) != 1 {
			t.Errorf("%s\n%v %+v", c.src, r, list)
			continue
		}
		d := list[0]
		got := fmt.Sprintf("%d:%d %s: %s; %s", d.At.Start.Line, d.At.Start.Column, d.Code, d.Message, d.Help)
		if c.want != "" && got != c.want || d.At.File != "everywhere.toml" {
			t.Errorf("%s\n%s", c.src, got)
		}
		for _, p := range []string{d.Message.In("es"), d.Help.In("es")} {
			if p == d.Message.String() || p == d.Help.String() {
				t.Errorf("only in English: %s", p)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	svc := small(f, true, row("x", "Esperar", "espera"))
	f.Add("coverage = { nodes = 100 }\n[[rule]]\nsay = { es = \"menú\", en = \"menu\" }\nexpect = \"Hola ...\"\nunless = [\"stopped\"]\n")
	f.Add("[[rule]]\nsay = \"(audio)\"\nnot = \"a...b\"\n[[rule]]\nsay = '''\n[x\n'''\nexpect = \"[[a: b]]\"\n")
	f.Add("rule = [ {}, 1, [] ]\ncoverage = [ 1 ]")
	f.Fuzz(func(t *testing.T, src string) {
		r, list := Parse("x", []byte(src), svc)
		if (r == nil) != (len(list) > 0) {
			t.Fatal("rules and problems, or neither")
		}
		for _, d := range list {
			if d.At.Start.Offset < 0 || d.At.End.Offset > len(src) || d.At.Start.Offset > d.At.End.Offset || d.Message == "" {
				t.Errorf("%+v", d)
			}
		}
	})
}
