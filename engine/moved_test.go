package engine_test

import (
	"slices"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/policy"
)

// renamed is alba after a node of a flow was given another name, and its people
// were moved there or not.
func renamed(t *testing.T, id engine.FlowID, from, to engine.NodeID, moved bool) *engine.Service {
	t.Helper()
	d := alba()
	f := flowOf(&d, id)
	if f.Begins == from {
		f.Begins = to
	}
	point := func(g *engine.Target) {
		if g.Node == from {
			g.Node = to
		}
	}
	for i := range f.Nodes {
		n := &f.Nodes[i]
		if n.ID == from {
			n.ID = to
		}
		point(&n.Go)
		point(&n.Otherwise)
		for j := range n.Rows {
			point(&n.Rows[j].Go)
		}
		for j := range n.On {
			point(&n.On[j].Go)
		}
		if n.Silence != nil {
			point(&n.Silence.Go)
		}
	}
	if moved {
		f.Moved = []engine.Move{{From: from, To: to}}
	}
	s, err := engine.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fact(l *life) engine.Event {
	return l.s.Read(engine.Inbound{ID: "m", Kind: engine.InFact}).Event(l.now)
}

// A conversation at a question that is gone goes on at the one that is named
// for it: it is asked there, as soon as the window is open and no question is.
func TestMovedQuestion(t *testing.T) {
	at := func() *life {
		l := live(t, alba())
		l.say(t, "tutor", 0)
		return l
	}
	l := at()
	old := l.front(t)
	l.s = renamed(t, "tutor", "listo", "empieza", true)
	same(t, l.say(t, "No estoy", 0), "¿Listo?") // what they wrote is not its answer
	l.stands(t, "tutor.empieza")
	if l.front(t).Visit == old.Visit || !slices.Contains(l.records(), "lapse/moved") {
		t.Fatalf("%+v %v", l.front(t), l.records())
	}
	same(t, l.tap(t, old, "si"), "Esa era una pregunta anterior. Ahora estamos aquí:")

	// With the window shut it is held until they write.
	l = at()
	l.s = renamed(t, "tutor", "listo", "empieza", true)
	l.now = l.now.Add(25 * hour)
	same(t, l.must(t, fact(l)))
	if len(l.c.Parked) != 1 || l.c.Parked[0].Why != engine.InHold {
		t.Fatalf("%+v", l.c)
	}
	same(t, l.say(t, "qué tal", 0), "¿Listo?")

	// Nobody said where: it ends there.
	l = at()
	l.s = renamed(t, "tutor", "listo", "empieza", false)
	same(t, l.must(t, fact(l)))
	if len(l.c.Front) != 0 || !slices.Contains(l.records(), "fault/node-gone") {
		t.Fatalf("%+v %v", l.c, l.records())
	}
}

// One that was set aside is asked there after the digression, and what a
// digression that moved was from comes after it.
func TestMovedAside(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.say(t, "agenda", 0)
	both := *l
	l.s = renamed(t, "tutor", "listo", "empieza", true)
	same(t, l.pick(t, "nunca"), "¿Listo?")
	l.stands(t, "tutor.empieza")

	l = &both
	l.s = renamed(t, "agenda", "cuando", "dime", true)
	same(t, l.must(t, fact(l)), "¿Cuándo?")
	same(t, l.pick(t, "nunca"), "¿Listo?")
}

// A wait that is gone goes on at the one that is named for it, from there on; a
// caller, at the call that has another name.
func TestMovedWaitAndCaller(t *testing.T) {
	l := live(t, alba())
	l.say(t, "noche", 0)
	l.now = l.now.Add(25 * hour)
	l.s = renamed(t, "noche", "espera", "sueno", true)
	same(t, l.must(t, fact(l)))
	if p := l.c.Parked; len(p) != 1 || p[0].Why != engine.InWait || p[0].Stack[0].Node != "sueno" || !p[0].Due.Time().Equal(l.now.Add(26*hour)) {
		t.Fatalf("%+v", p)
	}
	// The timer of the visit that is gone went with it.
	delete(l.timers, timerKey{"noche", 1, engine.ForWait})
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}

	l = live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.s = renamed(t, "tutor", "curso", "clase", true)
	same(t, l.pick(t, "largo"), "¿Lo dejamos?")
	l.stands(t, "tutor.retoma")

	// A caller that is gone takes with it what it called; its own caller, if it
	// has one, is told.
	l = live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "examen")
	l.fetched(t, 200, `{"nota": 7}`)
	l.s = renamed(t, "leccion", "prueba", "ensayo", false)
	same(t, l.must(t, fact(l)), "¿Lo dejamos?")
	if m := l.sends()[0]; m.Cause != policy.Proactive {
		t.Fatalf("%+v", m)
	}
	l.stands(t, "tutor.retoma")
}

// What is reset at a node that people are moved to is done as on any way in.
func TestMovedNodeIsEntered(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.s = renamed(t, "leccion", "suma", "cuenta", true)
	same(t, l.must(t, fact(l)), "Nivel 3: ¿dos y dos?") // what it was given is kept
	if !slices.ContainsFunc(l.last.Effects, func(e engine.Effect) bool { c, ok := e.(engine.Count); return ok && c.Name == "lecciones" }) {
		t.Fatalf("%+v", l.last.Effects)
	}
	l.stands(t, "tutor.curso > leccion.cuenta")
}

// A stopped person's flow has no turn to come, and ends where it is gone.
func TestMovedOfAStoppedPerson(t *testing.T) {
	l := live(t, alba())
	l.say(t, "stop", 0)
	l.say(t, "socorro", 0)
	l.s = renamed(t, "urgente", "bien", "salvo", true)
	same(t, l.must(t, fact(l)))
	if len(l.c.Front)+len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c)
	}
	l.timers = map[timerKey]time.Time{}
	same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
}

// A caller that calls another flow now, or nobody, can't take back what it
// called: all of it ends there. What was held stays held, and answers them.
func TestCallerThatChanged(t *testing.T) {
	for _, change := range []func(*engine.Node){
		func(n *engine.Node) { *n = engine.Node{ID: n.ID, Go: engine.Target{Node: "retoma"}} },
		func(n *engine.Node) {
			*n = engine.Node{ID: n.ID, Verb: engine.CallVerb, Call: "ayuda", Go: engine.Target{Node: "retoma"}}
		},
	} {
		l := live(t, alba())
		l.say(t, "tutor", 0)
		l.pick(t, "si")
		d := alba()
		change(&flowOf(&d, "tutor").Nodes[1])
		l.s = live(t, d).s
		same(t, l.must(t, fact(l)))
		if len(l.c.Front)+len(l.c.Parked)+len(l.timers) != 0 || !slices.Contains(l.records(), "fault/node-gone") {
			t.Fatalf("%+v %v", l.c, l.records())
		}
	}
	l := live(t, alba())
	l.say(t, "noche", 0)
	l.wait(t, 26*hour)
	l.s = renamed(t, "noche", "libre", "alba", true)
	same(t, l.say(t, "qué tal", 0), "Ya amanece.", "¿Dormiste?")
	if m := l.sends()[0]; m.Cause != policy.Answer {
		t.Fatalf("%+v", m)
	}
}
