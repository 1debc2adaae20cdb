package everywhere

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cauce/dsl"
	"cauce/dsl/diag"
	"cauce/dsl/script"
	"cauce/engine"
	"cauce/engine/sim"
)

// folders are the services that are shipped, and those that are tried.
func folders(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob("../../testdata/services/*")
	if err != nil || len(list) == 0 {
		t.Fatal("no services", err)
	}
	return append(list, "../../flows/luna", "../../testdata/cmd/saludo")
}

func load(t testing.TB, dir string) *engine.Service {
	t.Helper()
	svc, list := dsl.Load(os.DirFS(dir))
	if svc == nil {
		t.Fatal(list)
	}
	return svc
}

// In each of our services everything that must hold does, at every state that is
// found and at every one that a script reaches; and no exit is left untried.
func TestServices(t *testing.T) {
	for _, dir := range folders(t) {
		t.Run(path.Base(dir), func(t *testing.T) {
			svc := load(t, dir)
			cover := script.NewCoverage(svc.Table(), svc.Languages())
			var states []State
			names, _ := filepath.Glob(filepath.Join(dir, "tests", "*.chat"))
			for _, name := range names {
				src, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				s, list := script.Parse(name, src)
				if s == nil {
					t.Fatal(list)
				}
				states = append(states, Of(s, svc)...)
			}
			r := Try(svc, nil, states, cover)
			for _, f := range r.Faults {
				t.Errorf("%s: %s, also at %d\n%s", f.Promise, f.Problem, f.Also, f.Script("en"))
			}
			if r.More {
				t.Error("there are states beyond the bound")
			}
			if exits := cover.All().Exits; exits.Percent() < 100 || exits.Of == 0 {
				t.Errorf("exits: %+v", exits)
			}
			if least := 2 * (len(states) + r.Languages*5); r.Tries < least {
				t.Errorf("only %d tries at %d states", r.Tries, r.States)
			}
		})
	}
}

func words(s string) engine.Words { return engine.Words{"es": s, "en": s} }

// small is a service that the checker would not let pass: its rows take words
// that stop and words for a person.
func small(t testing.TB, inbox bool, rows ...engine.Row) *engine.Service {
	t.Helper()
	paths := []engine.Path{{Phone: "+57 601 555 0100"}}
	if inbox {
		paths = append(paths, engine.Path{Inbox: "gente"})
	}
	s, err := engine.New(engine.Definition{
		Name: "Luna", Languages: []string{"es", "en"}, Timezone: "America/Bogota", Home: "inicio",
		NotUnderstood: words("No te entendí."), Human: engine.Human{Say: words("Ya viene alguien."), Paths: paths},
		Stop: engine.Stop{Say: words("Listo [fin] (ya)..."), Words: map[string][]string{"es": {"chao"}}}, Hint: words("AYUDA · SALIR"),
		Flows: []engine.Flow{
			{ID: "inicio", Begins: "menu", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "menu", Verb: engine.AskVerb, Ask: words("¿Qué quieres?"), Rows: rows},
				{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 3 * 24 * 3600 * 1e9}}, Go: engine.Target{Node: "fin"}},
				{ID: "fin", Verb: engine.SayVerb, Say: []engine.Words{words("Fin.")}, Go: engine.Target{End: "done"}},
			}},
			{ID: "otro", Begins: "otro", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"otro"}, "en": {"other"}}, Nodes: []engine.Node{
				{ID: "otro", Verb: engine.SayVerb, Say: []engine.Words{{"es": "Otra cosa.", "en": "Something else."}}, Go: engine.Target{End: "done"}},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func row(id, label string, node engine.NodeID) engine.Row {
	return engine.Row{ID: id, Label: words(label), Go: engine.Target{Node: node}}
}

// replays holds a fault to what it promises: its script is one, and the service
// fails it.
func replays(t *testing.T, svc *engine.Service, f Fault) {
	t.Helper()
	s, list := script.Parse("fault.chat", f.Script("en"))
	if s == nil {
		t.Fatalf("%v\n%s", list, f.Script("en"))
	}
	r := s.Play(svc)
	if r.Passed() {
		t.Errorf("%s: the service passes\n%s", f.Promise, f.Script("en"))
	}
	for _, step := range r.Steps[:len(r.Steps)-1] {
		// Only the end is the fault: the way there is as it was.
		if len(step.Failures) > 0 && !strings.Contains(step.Source, "salir") && !strings.Contains(step.Source, "chao") {
			t.Errorf("%s: fails on the way, at %s: %+v\n%s", f.Promise, step.Source, step.Failures, f.Script("en"))
		}
	}
}

func TestWordsThatAreTaken(t *testing.T) {
	for _, c := range []struct {
		name   string
		inbox  bool
		row    engine.Row
		word   string
		faults []string
	}{
		{"a row has the word that stops", true, row("x", "chao", "fin"), "chao", []string{`the word "chao" stops: it does not stop`}},
		{"a row that waits has it", true, row("x", "chao", "espera"), "chao", []string{`the word "chao" stops: it does not stop`}},
		{"a row has the word for a person", true, row("x", "persona", "fin"), "persona", []string{`the word "persona" reaches a person: nobody is asked to come`}},
		{"a row has it, and waits in silence", false, row("x", "persona", "espera"), "persona", []string{`the word "persona" reaches a person: nobody is asked to come, and no way to a person is told`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			svc := small(t, c.inbox, c.row, row("y", "Nada", "fin"))
			first := svc.Vocabulary("es").Human[0]
			if c.word == "persona" {
				svc = small(t, c.inbox, row("x", first, c.row.Go.Node), row("y", "Nada", "fin"))
			}
			r := Try(svc, nil, nil, nil)
			var got []string
			for _, f := range r.Faults {
				got = append(got, f.Promise.String()+": "+f.Problem.String())
				replays(t, svc, f)
			}
			for i := range c.faults {
				c.faults[i] = strings.Replace(c.faults[i], `"persona"`, diag.Quote(first), 1)
			}
			if !slices.Equal(got, c.faults) {
				t.Errorf("%q", got)
			}
		})
	}
}

// What a stop must be, one change at a time: nothing of it goes unseen.
func TestStopped(t *testing.T) {
	svc := small(t, true, row("x", "Algo", "fin"))
	farewell := script.Words(svc.Farewell(engine.Conversation{Language: "es"}))
	yes := engine.Outgoing{Kind: engine.OutText, Language: "es", Body: svc.Farewell(engine.Conversation{Language: "es"})}
	other := engine.Outgoing{Kind: engine.OutText, Language: "es", Body: "¿Seguro?"}
	buttons := yes
	buttons.Kind, buttons.Choices = engine.OutButtons, []engine.Choice{{Label: "Volver"}}
	gone := engine.Conversation{Stopped: &engine.Stopping{}}
	frame := []engine.Frame{{Flow: "inicio", Node: "menu"}}
	with := func(change func(c *engine.Conversation)) engine.Conversation {
		c := gone
		change(&c)
		return c
	}
	one := []engine.Outgoing{yes}
	for _, c := range []struct {
		name          string
		before, after engine.Conversation
		said, late    []engine.Outgoing
		bad           bool
	}{
		{"once, then silence", engine.Conversation{}, gone, one, nil, false},
		{"the second stop", gone, gone, nil, nil, false},
		{"not stopped", engine.Conversation{}, engine.Conversation{}, one, nil, true},
		{"not confirmed", engine.Conversation{}, gone, nil, nil, true},
		{"confirmed twice", engine.Conversation{}, gone, []engine.Outgoing{yes, yes}, nil, true},
		{"something else", engine.Conversation{}, gone, []engine.Outgoing{other}, nil, true},
		{"with buttons", engine.Conversation{}, gone, []engine.Outgoing{buttons}, nil, true},
		{"confirmed again", gone, gone, one, nil, true},
		{"later", engine.Conversation{}, gone, one, one, true},
		{"later, stopped before", gone, gone, nil, []engine.Outgoing{other}, true},
		{"a question left", engine.Conversation{}, with(func(c *engine.Conversation) { c.Front = frame }), one, nil, true},
		{"a question aside", engine.Conversation{}, with(func(c *engine.Conversation) { c.Aside = &engine.Aside{Stack: frame} }), one, nil, true},
		{"a flow parked", engine.Conversation{}, with(func(c *engine.Conversation) { c.Parked = []engine.Thread{{Stack: frame}} }), one, nil, true},
		{"a flow scheduled", engine.Conversation{}, with(func(c *engine.Conversation) { c.Scheduled = []engine.Scheduled{{}} }), one, nil, true},
		{"a handover", engine.Conversation{}, with(func(c *engine.Conversation) { c.Handover = &engine.Handover{} }), one, nil, true},
	} {
		if problem := stopped(c.before, c.after, c.said, c.late, farewell, svc); (problem != "") != c.bad {
			t.Errorf("%s: %q", c.name, problem)
		}
	}
}

// The words that are tried are of each language: not one that another knows, too,
// if there is any that it does not.
func TestVocabulary(t *testing.T) {
	svc := small(t, true, row("x", "Algo", "fin"))
	for _, lang := range svc.Languages() {
		v := svc.Vocabulary(lang)
		for _, list := range [][]string{v.Stop, v.Human} {
			if len(list) == 0 {
				t.Fatalf("%s: no words", lang)
			}
			w := list[len(list)-1]
			if m := svc.Read(engine.Inbound{Kind: engine.InText, Type: "text", Text: w}).Match; m.Language != lang {
				t.Errorf("%q is of %s, not of %s", w, m.Language, lang)
			}
		}
	}
	if v := svc.Vocabulary("fr"); v.Stop != nil || v.Keywords != nil {
		t.Errorf("%+v", v)
	}
	if v := svc.Vocabulary("es"); v.Stop[0] != "chao" || v.Keywords[0] != "otro" {
		t.Errorf("%+v", v)
	}
}

func TestReached(t *testing.T) {
	waits := engine.Conversation{Handover: &engine.Handover{}}
	ana := engine.Conversation{Handover: &engine.Handover{With: "Ana"}}
	said := []engine.Outgoing{{Body: "☎"}}
	for _, c := range []struct {
		name          string
		before, after engine.Conversation
		said          []engine.Outgoing
		inbox, bad    bool
	}{
		{"a queue", engine.Conversation{}, waits, said, true, false},
		{"quietly, the window being shut", engine.Conversation{}, waits, nil, true, false},
		{"an operator has it", ana, ana, nil, true, false},
		{"no queue", engine.Conversation{}, engine.Conversation{}, said, true, true},
		{"the operator is gone", ana, waits, nil, true, true},
		{"the ways are told", engine.Conversation{}, engine.Conversation{}, said, false, false},
		{"no way is told", engine.Conversation{}, engine.Conversation{}, nil, false, true},
	} {
		if problem := reached(c.before, c.after, c.said, c.inbox); (problem != "") != c.bad {
			t.Errorf("%s: %q", c.name, problem)
		}
	}
}

// What is found: the question, the wait behind a row, what a keyword begins, in
// each language; and every one of them as a script that the service passes.
func TestExplore(t *testing.T) {
	svc := small(t, true, row("x", "Esperar [3 días]", "espera"), row("y", "Nada", "fin"))
	for _, lang := range svc.Languages() {
		found, more := Explore(svc, lang)
		if more {
			t.Error("more than are there")
		}
		at := map[string]bool{}
		for _, s := range found {
			// The way there is a script that the service passes.
			if s.Take.Len() > 0 {
				p, list := script.Parse("found.chat", s.Take.Write(svc, ""))
				if p == nil || !p.Play(svc).Passed() {
					t.Fatalf("%v\n%s", list, s.Take.Write(svc, ""))
				}
			}
			for _, n := range []string{"menu", "espera"} {
				if f, err := script.ParseFact("node " + n); err == nil && f.Holds(s.World) {
					at[n] = true
				}
			}
			if f, err := script.ParseFact("held"); err == nil && f.Holds(s.World) {
				at["held"] = true // three days later
			}
			for _, l := range s.World.Transcript() {
				at[l.Message.Body] = true
			}
		}
		other := map[string]string{"es": "Otra cosa.", "en": "Something else."}[lang] + "\n\nAYUDA · SALIR"
		for _, want := range []string{"menu", "espera", "held", other} {
			if !at[want] {
				t.Errorf("%s: nobody came to %q", lang, want)
			}
		}
	}
}

// There is an end to looking, and it is told.
func TestBound(t *testing.T) {
	nodes := []engine.Node{}
	const n = Bound + 50
	name := func(i int) engine.NodeID {
		return engine.NodeID("n" + strings.Repeat("x", i%20) + string(rune('a'+i/20%26)) + string(rune('a'+i/520)))
	}
	for i := range n {
		nodes = append(nodes, engine.Node{ID: name(i), Verb: engine.AskVerb, Ask: words("¿Más?"), Rows: []engine.Row{row("x", "Más", name((i+1)%n))}})
	}
	svc, err := engine.New(engine.Definition{
		Name: "Luna", Languages: []string{"es"}, Timezone: "America/Bogota", Home: "inicio", NotUnderstood: words("No."),
		Human: engine.Human{Say: words("Ya."), Paths: []engine.Path{{Phone: "+57 601 555 0100"}}}, Stop: engine.Stop{Say: words("Listo.")}, Hint: words("AYUDA"),
		Flows: []engine.Flow{{ID: "inicio", Begins: name(0), Outcomes: []string{"done"}, Nodes: nodes}},
	})
	if err != nil {
		t.Fatal(err)
	}
	found, more := Explore(svc, "es")
	if len(found) != Bound || !more {
		t.Errorf("%d states, more: %v", len(found), more)
	}
}

// Going on in a fork changes nothing in the world it is of, nor the other way.
func TestForksAreApart(t *testing.T) {
	svc := small(t, true, row("x", "Esperar", "espera"), row("y", "Nada", "fin"))
	w := sim.New(svc, script.DefaultStart(svc.Zone()))
	w.Say("hola")
	a, b := w.Fork(), w.Fork()
	if _, err := a.Tap("Esperar", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Say("salir"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Tap("Nada", 0); err != nil {
		t.Fatal(err)
	}
	if a.Conversation().Stopped != nil || a.Timers() != 1 || b.Timers() != 0 || b.Conversation().Stopped == nil || w.Conversation().Stopped != nil {
		t.Error("they are one")
	}
	last := func(w *sim.World) string { l := w.Transcript(); return l[len(l)-1].String() }
	if last(a) != "> [Esperar]" || last(w) != "< Fin." || !strings.HasPrefix(last(b), "< Listo") {
		t.Errorf("%s %s %s", last(a), last(b), last(w))
	}
	if n := len(a.Hops()); n != 1 || len(b.Hops()) != 1 || b.Hops()[0].Transition != "menu/@stop" {
		t.Errorf("%v %v", a.Hops(), b.Hops())
	}
}
