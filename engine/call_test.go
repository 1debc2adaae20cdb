package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
)

// nodes are where a stack stands, its callers first.
func nodes(stack []engine.Frame) string {
	var out []string
	for _, f := range stack {
		out = append(out, string(f.Flow)+"."+string(f.Node))
	}
	return strings.Join(out, " > ")
}

// stands fails unless the stack in front stands there.
func (l *life) stands(t *testing.T, want string) {
	t.Helper()
	if got := nodes(l.c.Front); got != want {
		t.Fatalf("in front: %q, want %q", got, want)
	}
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
}

// pick has the person tap a row of the open question.
func (l *life) pick(t *testing.T, row string) []string {
	t.Helper()
	return l.tap(t, l.front(t), row)
}

// fetched answers the request that is out.
func (l *life) fetched(t *testing.T, status int, body string) []string {
	t.Helper()
	for k := range l.timers {
		if k.purpose == engine.ForFetch {
			return l.must(t, engine.Fetched{Now: l.now, Flow: k.flow, Visit: k.visit, Status: status, Body: []byte(body)})
		}
	}
	t.Fatal("no request is out")
	return nil
}

// In front is the flow being talked in, with the flows that called it: each
// outcome is a way of the caller, judged by its machine, and result.outcome
// tells which it was.
func TestCallComesBackWithAnOutcome(t *testing.T) {
	l := live(t, alba())
	same(t, l.say(t, "tutor", 0), "¿Listo?")
	same(t, l.pick(t, "si"), "Nivel 3: ¿dos y dos?")
	l.stands(t, "tutor.curso > leccion.suma")
	same(t, l.pick(t, "nada"), "Nivel 3: ¿dos y dos?") // floja: the course once more
	var hops []string
	for _, h := range l.last.Trace {
		hops = append(hops, string(h.Flow)+":"+string(h.Transition)+">"+h.To)
	}
	same(t, hops, "leccion:suma/choose/nada>@end", "tutor:curso/outcome/floja>curso")
	same(t, l.pick(t, "cuatro"), "Bravo: hecha.")
	if len(l.c.Front) != 0 || len(l.timers) != 0 {
		t.Fatalf("%+v %v", l.c.Front, l.timers)
	}
}

// Given data belong to the called flow, are worked out where the caller stands,
// and must fit; what is not given has its default.
func TestGivenData(t *testing.T) {
	d := alba()
	for source, want := range map[string]string{"2 + 1": "Nivel 3: ¿dos y dos?", "2 * 3": "Nivel 1: ¿dos y dos?"} {
		d.Flows[slices.IndexFunc(d.Flows, func(f engine.Flow) bool { return f.ID == "tutor" })].Nodes[1].With[0].Source = source
		l := live(t, d)
		l.say(t, "tutor", 0)
		same(t, l.pick(t, "si"), want)
		if _, kept := l.c.Front[0].Data["nivel"]; kept {
			t.Fatal("the caller keeps what it gave")
		}
		if bad := slices.Contains(l.records(), "fault/does-not-fit"); bad != (source == "2 * 3") {
			t.Fatal(l.records())
		}
	}
}

// Ending left unwinds the callers too: each takes its on.left, as proactive,
// whatever they last wrote.
func TestLeftUnwindsTheCallers(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.pick(t, "largo"), "¿Lo dejamos?")
	if m := l.sends()[0]; m.Cause != policy.Proactive {
		t.Fatalf("%+v", m)
	}
	l.stands(t, "tutor.retoma")

	// By itself, two deep; leccion has no way of its own for left, and ends so.
	l = live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.pick(t, "examen"))
	same(t, l.fetched(t, 200, `{"nota": 7}`), "Nota 7. ¿Vale?")
	l.stands(t, "tutor.curso > leccion.prueba > examen.dice")
	same(t, l.wait(t, 30*24*hour)) // it lapses; the window is long shut: the question is held
	if len(l.c.Parked) != 1 || nodes(l.c.Parked[0].Stack) != "tutor.retoma" {
		t.Fatalf("%+v", l.c)
	}
	same(t, l.say(t, "aquí estoy", 0), "¿Lo dejamos?")
}

// A stack is set aside, asked again and left as a whole.
func TestDigressionFromAStack(t *testing.T) {
	deep := func() *life {
		l := live(t, alba())
		l.say(t, "tutor", 0)
		l.pick(t, "si")
		return l
	}
	l := deep()
	same(t, l.say(t, "cuenta", 0), "¿Cuántos?")
	l.stands(t, "cuenta.n")
	l.c.Front[0].Data = map[string]engine.Kept{"dias": {Value: eval.IntOf(99), At: 1}}
	same(t, l.tap(t, l.front(t), "oculta"), "Nivel 3: ¿dos y dos?")
	l.stands(t, "tutor.curso > leccion.suma")

	// A keyword of any flow of the stack begins that flow anew.
	same(t, l.say(t, "tutor", 0), "¿Listo?")
	l.stands(t, "tutor.listo")
	if l.c.Aside != nil || !slices.Contains(l.records(), "lapse/replaced") {
		t.Fatalf("%+v %v", l.c, l.records())
	}

	// Left for an hour: leccion ends left, and its caller goes on at its turn,
	// once the digression is over.
	l = deep()
	l.say(t, "agenda", 0)
	same(t, l.wait(t, hour))
	same(t, l.pick(t, "nunca"), "¿Lo dejamos?")
	l.stands(t, "tutor.retoma")

	// A digression that parks ends it at once, and the caller goes on at once.
	l = deep()
	same(t, l.say(t, "noche", 0), "¿Lo dejamos?")
	l.stands(t, "tutor.retoma")

	// A second digression replaces the first, whose callers have their turn.
	l = deep()
	l.say(t, "cuenta", 0)
	l.say(t, "agenda", 0)
	l.pick(t, "curso") // schedules; the question that was left first comes back
	l.stands(t, "tutor.curso > leccion.suma")
}

// A second digression's stack ends left behind the third thing: its caller has
// its turn when the question left first is answered.
func TestCallerOfAReplacedDigression(t *testing.T) {
	l := live(t, alba())
	l.say(t, "cuenta", 0)
	same(t, l.say(t, "tutor", 0), "¿Listo?")
	l.pick(t, "si")
	same(t, l.say(t, "agenda", 0), "¿Cuándo?")
	if len(l.c.Parked) != 1 || l.c.Parked[0].Why != engine.InReturn || nodes(l.c.Parked[0].Stack) != "tutor.curso" {
		t.Fatalf("%+v", l.c.Parked)
	}
	l.stands(t, "agenda.cuando")
	same(t, l.pick(t, "nunca"), "¿Cuántos?")
	same(t, l.say(t, "3", 0), "Hola 3", "¿Lo dejamos?")
}

// A stack is parked as a whole, and goes on as one.
func TestStackIsParked(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.pick(t, "luego"))
	if len(l.c.Parked) != 1 || nodes(l.c.Parked[0].Stack) != "tutor.curso > leccion.espera" {
		t.Fatalf("%+v", l.c.Parked)
	}
	same(t, l.wait(t, 4*hour), "Nivel 3: ¿dos y dos?")
	same(t, l.pick(t, "cuatro"), "Bravo: hecha.")

	// Entering a flow of it replaces it with its callers and its timers.
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "luego")
	same(t, l.say(t, "tutor", 0), "¿Listo?")
	if len(l.c.Parked) != 0 || len(l.timers) != 1 {
		t.Fatalf("%+v %v", l.c.Parked, l.timers)
	}
}

// A flow that would call one of its own callers would never come back: it ends
// left, and that is recorded.
func TestFlowThatCallsItsCaller(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "examen")
	l.fetched(t, 200, `{"nota": 7}`)
	same(t, l.pick(t, "otra"), "¿Lo dejamos?")
	l.stands(t, "tutor.retoma")
	if !slices.Contains(l.records(), "fault/endless-calls") {
		t.Fatal(l.records())
	}
}

// Flows that call one another without end take at most a hundred ways: all of
// them end left.
func TestCallsThatGoRound(t *testing.T) {
	d := alba()
	d.Flows = append(d.Flows,
		engine.Flow{ID: "noria", Keywords: map[string][]string{"es": {"noria"}}, Begins: "a", Nodes: []engine.Node{
			{ID: "a", Verb: engine.CallVerb, Call: "cubo", On: []engine.Outcome{{Name: "done", Go: engine.Target{Node: "a"}}, {Name: "left", Go: engine.Target{Node: "a"}}}},
		}},
		engine.Flow{ID: "cubo", Begins: "a", Nodes: []engine.Node{{ID: "a", Go: engine.Target{Node: "b"}}, {ID: "b", Go: engine.Target{Node: "a"}}}},
	)
	l := live(t, d)
	l.say(t, "agenda", 0)
	same(t, l.say(t, "noria", 0), "¿Cuándo?")
	if got := l.records(); !slices.Equal(got, []string{"fault/too-many-hops", "lapse/left", "lapse/left"}) || len(l.last.Trace) != 101 {
		t.Fatalf("%v, %d hops", got, len(l.last.Trace))
	}
}

// @home ends this flow and its callers; @back asks the question again that was
// set aside, whatever time has passed, and is @home with none.
func TestHomeAndBack(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.pick(t, "hogar"), "¿Color?")
	l.stands(t, "casa.pide")
	if !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("nothing says what became of the caller: %v", l.records())
	}

	l = live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.pick(t, "atras"), "¿Color?") // nothing was set aside

	l = live(t, alba())
	l.say(t, "agenda", 0)
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.now = l.now.Add(2 * hour)
	same(t, l.pick(t, "atras"), "¿Cuándo?")
	l.stands(t, "agenda.cuando")
	if l.last.Trace[0].To != "@back" || l.c.Aside != nil {
		t.Fatalf("%+v", l.last.Trace)
	}
}

// A stop ends every flow of a stack by its own way.
func TestStopEndsTheCallersToo(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	l.say(t, "stop", 0)
	var ended []string
	for _, h := range l.last.Trace {
		ended = append(ended, string(h.Flow)+":"+string(h.Transition))
	}
	same(t, ended, "leccion:suma/@stop", "tutor:curso/@stop")
	if len(l.c.Scheduled) != 0 || len(l.timers) != 0 {
		t.Fatalf("%+v %v", l.c.Scheduled, l.timers)
	}
}

// A question open for half an hour gives way to a flow whose time has come; its
// callers come after that flow, not before it.
func TestTurnComesBeforeTheCallers(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	l.now = l.now.Add(110 * time.Minute)
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.wait(t, 29*time.Minute))
	same(t, l.wait(t, time.Minute), "¿Recuerdas pronto?")
	same(t, l.pick(t, "si"), "¿Lo dejamos?")
}

// What New refuses of calls, and of all that leads from flow to flow.
func TestNewRefusesBrokenCalls(t *testing.T) {
	flow := func(d *engine.Definition, id engine.FlowID) *engine.Flow {
		return &d.Flows[slices.IndexFunc(d.Flows, func(f engine.Flow) bool { return f.ID == id })]
	}
	for name, change := range map[string]func(*engine.Definition){
		"a flow that is not there":           func(d *engine.Definition) { flow(d, "tutor").Nodes[1].Call = "nada" },
		"an outcome that leads nowhere":      func(d *engine.Definition) { flow(d, "tutor").Nodes[1].On = flow(d, "tutor").Nodes[1].On[:1] },
		"an outcome that the flow has not":   func(d *engine.Definition) { flow(d, "tutor").Nodes[1].On[0].Name = "x" },
		"an outcome twice":                   func(d *engine.Definition) { flow(d, "tutor").Nodes[1].On[1].Name = "hecha" },
		"data that it is not given":          func(d *engine.Definition) { flow(d, "leccion").Data[0].Given = false },
		"a schedule of nothing":              func(d *engine.Definition) { flow(d, "agenda").Nodes[1].Schedule = nil },
		"a schedule of a flow that is not":   func(d *engine.Definition) { flow(d, "agenda").Nodes[1].Schedule.Flow = "x" },
		"a cancel of a flow that is not":     func(d *engine.Definition) { flow(d, "agenda").Nodes[3].Cancel = "x" },
		"a fetch of nothing":                 func(d *engine.Definition) { flow(d, "examen").Nodes[0].Fetch = nil },
		"a connection that is not there":     func(d *engine.Definition) { d.Connections = nil },
		"a fetch without a way for failures": func(d *engine.Definition) { flow(d, "examen").Nodes[0].Fetch.Failed = engine.Target{} },
		"a method nobody knows":              func(d *engine.Definition) { flow(d, "examen").Nodes[0].Fetch.Method = "LOOK" },
		"a path that begins nowhere":         func(d *engine.Definition) { flow(d, "examen").Nodes[0].Fetch.Path = "x" },
		"a share of nothing":                 func(d *engine.Definition) { flow(d, "ayuda").Nodes[0].Split[0].Share = 0 },
		"a split into nothing":               func(d *engine.Definition) { flow(d, "ayuda").Nodes[0].Split = nil },
		"words that lead to no flow":         func(d *engine.Definition) { d.Anywhere[0].Flow = "x" },
		"people moved to no node":            func(d *engine.Definition) { flow(d, "tutor").Moved = []engine.Move{{From: "a", To: "b"}} },
		"data to forget that is not there":   func(d *engine.Definition) { flow(d, "agenda").Nodes[3].Forget = []string{"x"} },
	} {
		d := alba()
		change(&d)
		if _, err := engine.New(d); err == nil {
			t.Errorf("%s: New takes it", name)
		}
	}
}

// A proof walks what runs: a call has a way for each outcome and for left, a
// fetch one for what came and one for what did not, within its time.
func TestTableOfFlowsThatFollowOneAnother(t *testing.T) {
	s, err := engine.New(alba())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"tutor.curso":   "[] outcome/hecha>bravo outcome/floja>curso outcome/left>retoma(proactive)",
		"leccion.suma":  "[count send start-timer] 0s-3h0m0s",
		"examen.pide":   "[fetch start-timer] 0s-1m30s fetched>dice failed>falla",
		"agenda.pronto": "[start-timer] next>@done",
		"agenda.nunca":  "[save stop-timer] next>@done",
		"ayuda.reparte": "[] share/0>corta share/1>larga",
	}
	for _, f := range s.Table().Flows {
		for _, n := range f.Nodes {
			w, ok := want[string(f.Flow)+"."+string(n.Node)]
			if !ok {
				continue
			}
			delete(want, string(f.Flow)+"."+string(n.Node))
			got := fmt.Sprint(n.Enters)
			if n.Waits.Max > 0 {
				got += fmt.Sprintf(" %s-%s", n.Waits.Min, n.Waits.Max)
			}
			for _, way := range n.Ways {
				switch way.On {
				case engine.OnOutcome, engine.OnFetched, engine.OnFailed, engine.OnShare, engine.OnNext:
					to := string(way.To.Node)
					if way.To.End != "" {
						to = "@" + way.To.End
					}
					got += " " + strings.TrimPrefix(string(way.ID), string(n.Node)+"/") + ">" + to
					if way.Cause != "" {
						got += "(" + string(way.Cause) + ")"
					}
				}
			}
			if got != w {
				t.Errorf("%s.%s: %s, want %s", f.Flow, n.Node, got, w)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

// A question that will not be asked again anyway gives its place to the one
// that is open now.
func TestDigressionAfterAHandover(t *testing.T) {
	d := alba()
	d.Human.After = ""
	l := live(t, d)
	l.say(t, "tutor", 0)
	l.say(t, "agenda", 0)
	l.say(t, "guía", 0)
	same(t, l.act(t, engine.Releases), "¿Cuándo?")
	same(t, l.say(t, "clue", 0), "¿Una pista?")
	same(t, l.pick(t, "no"), "¿Cuándo?")
	same(t, l.pick(t, "nunca"))
	if len(l.c.Front)+len(l.c.Parked) != 0 || l.c.Aside != nil {
		t.Fatalf("%+v", l.c)
	}
}
