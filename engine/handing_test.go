package engine_test

import (
	"cmp"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
)

// asked are the requests for a person of the last event.
func (l *life) asked() (out []engine.HandOver) {
	for _, e := range l.last.Effects {
		if h, ok := e.(engine.HandOver); ok {
			out = append(out, h)
		}
	}
	return out
}

// handover: gives the conversation to the inbox it names, with what the
// operators should know and may; done, they go on from there.
func TestHandoverNodeGoesOnWhenDone(t *testing.T) {
	l := live(t, permiso())
	l.c.Data = map[string]engine.Kept{
		"peso":   {Value: eval.IntOf(60), At: 1},
		"nombre": {Value: eval.TextOf("Ana"), At: 1}, // shared with nobody
	}
	same(t, l.say(t, "dudas", 0), "Te paso con una partera.")
	got := l.asked()
	if len(got) != 1 || got[0].Act != engine.AskedFor || got[0].Inbox != "parteras" || got[0].Priority != 5 {
		t.Fatalf("%+v", got)
	}
	if len(got[0].Tell) != 1 || got[0].Tell[0] != (engine.Told{Name: "peso", Value: "60"}) {
		t.Fatalf("only what is shared with operators: %+v", got[0].Tell)
	}
	l.has(t, "fault/not-shared")
	if h := l.c.Handover; h.Inbox != "parteras" || h.Flow != "enfermera" || h.Node != "pasa" || h.Priority != 5 {
		t.Fatalf("%+v", h)
	}
	same(t, l.say(t, "¿hola?", 0)) // the flows are silent
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Replies), "hola")
	same(t, l.act(t, engine.Releases), "Gracias por hablar con nosotras.")
	if len(l.c.Front)+len(l.c.Parked)+len(l.timers) != 0 {
		t.Fatalf("%+v %v", l.c, l.timers)
	}
	// Released by nobody's doing, the same; and before anybody took it, too.
	l = live(t, permiso())
	l.say(t, "dudas", 0)
	l.act(t, engine.Claims)
	same(t, l.wait(t, 12*hour), "Gracias por hablar con nosotras.") // idle
	l = live(t, permiso())
	l.say(t, "dudas", 0)
	same(t, l.act(t, engine.Releases), "Gracias por hablar con nosotras.")
}

// closed: nobody is there now, and the flow says what then. Without it, the
// words of [human], and the request stands.
func TestHandoverNodeWhenClosed(t *testing.T) {
	saturday := monday.Add(-48 * hour)
	l := live(t, permiso())
	l.now = saturday
	same(t, l.say(t, "dudas", 0), "Ya cerramos.")
	if l.c.Handover != nil || len(l.asked()) != 0 {
		t.Fatalf("%+v", l.c.Handover)
	}
	d := permiso()
	d.Flows[3].Nodes[0].Handover.Closed = engine.Target{}
	l = live(t, d)
	l.now = saturday
	same(t, l.say(t, "dudas", 0), "Volvemos el lunes a las 08:00.")
	if l.c.Handover == nil {
		t.Fatal("the request stands")
	}
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Releases), "Gracias por hablar con nosotras.")
}

// nobody: nobody came in time. Without it, the words of [human], then done.
func TestHandoverNodeWhenNobodyCame(t *testing.T) {
	l := live(t, permiso())
	l.c.Consents = map[string]engine.Agreement{"consejos": {Version: 3, Live: true, At: 1}}
	l.say(t, "dudas", 0)
	l.wait(t, 47*hour)
	same(t, l.wait(t, hour), "Tu consejo está listo.") // two working days later
	if m := l.sends()[0]; m.Cause != policy.Proactive || l.c.Handover != nil {
		t.Fatalf("%+v", m)
	}
	d := permiso()
	d.Human.GiveUp.After = engine.Duration{Exact: 3 * hour}
	d.Flows[3].Nodes[0].Handover.Nobody = engine.Target{}
	l = live(t, d)
	l.c.Consents = map[string]engine.Agreement{"consejos": {Version: 3, Live: true, At: 1}}
	l.say(t, "dudas", 0)
	same(t, l.wait(t, 3*hour), "No hubo nadie.", "Gracias por hablar con nosotras.")
	if m := l.sends(); m[0].Cause != policy.GiveUp || m[1].Cause != policy.Proactive {
		t.Fatalf("%+v", m)
	}
}

// after: the flow run after every release comes first; then done.
func TestHandoverNodeAfterTheFlowThatRunsAfterARelease(t *testing.T) {
	d := permiso()
	d.Human.After = "pregunta"
	l := live(t, d)
	l.say(t, "dudas", 0)
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Releases), "¿Seguimos?")
	same(t, l.say(t, "bueno", 0), "Gracias por hablar con nosotras.")
}

// The request stands also where its words may not leave: after a wait, with the
// window shut. And a stop ends it.
func TestHandoverNodeWithTheWindowShut(t *testing.T) {
	d := permiso()
	d.Flows[3].Begins = "luego"
	d.Flows[3].Nodes = append(d.Flows[3].Nodes, engine.Node{ID: "luego", Verb: engine.WaitVerb,
		Wait: &engine.Wait{For: engine.Duration{Exact: 48 * hour}, At: -1}, Go: engine.Target{Node: "pasa"}})
	l := live(t, d)
	l.c.Consents = map[string]engine.Agreement{"consejos": {Version: 3, Live: true, At: 1}}
	l.say(t, "dudas", 0)
	same(t, l.wait(t, 48*hour))
	if l.c.Handover == nil || l.c.Handover.Inbox != "parteras" {
		t.Fatalf("%+v", l.c)
	}
	l.has(t, "decision/window-shut")
	l.say(t, "stop", 0)
	if l.c.Handover != nil || len(l.timers) != 0 {
		t.Fatalf("%+v %v", l.c.Handover, l.timers)
	}
}

// A handover needs an inbox that is there, and a way on.
func TestNewRefusesWhatGoesNowhere(t *testing.T) {
	for name, change := range map[string]func(*engine.Definition){
		"an inbox nobody knows":           func(d *engine.Definition) { d.Flows[3].Nodes[0].Handover.Inbox = "x" },
		"no way when done":                func(d *engine.Definition) { d.Flows[3].Nodes[0].Handover.Done = engine.Target{} },
		"data nobody knows is told":       func(d *engine.Definition) { d.Flows[3].Nodes[0].Handover.Tell = []string{"x"} },
		"a consent nobody knows":          func(d *engine.Definition) { d.Flows[2].Nodes[0].Consent = "x" },
		"a consent without a no":          func(d *engine.Definition) { d.Flows[2].Nodes[0].Rows = d.Flows[2].Nodes[0].Rows[:1] },
		"a consent whose no is hidden":    func(d *engine.Definition) { d.Flows[2].Nodes[0].Rows[1].If = "first_time" },
		"a consent that saves":            func(d *engine.Definition) { d.Flows[2].Nodes[0].Save = "semana" },
		"two consents of one name":        func(d *engine.Definition) { d.Consents[1].Name = "consejos" },
		"a withdrawal of nothing":         func(d *engine.Definition) { d.Flows[5].Nodes[0].Withdraw = "x" },
		"no template stands in":           func(d *engine.Definition) { d.Flows[1].Nodes[1].Outside = "x" },
		"its variable is not filled":      func(d *engine.Definition) { d.Flows[1].Nodes[1].Fill = nil },
		"held for a while, and no way on": func(d *engine.Definition) { d.Flows[1].Nodes[1].Hold.Else = engine.Target{} },
	} {
		d := permiso()
		change(&d)
		if _, err := engine.New(d); err == nil {
			t.Errorf("%s: New takes it", name)
		}
	}
}

// Operators write to a stopped person only in what was asked for since; what
// they wrote still leaves once they are done.
func TestOperatorAndAStoppedPerson(t *testing.T) {
	l := live(t, permiso())
	l.say(t, "casa", 0)
	l.say(t, "stop", 0)
	gate := func() policy.Decision {
		return l.s.Gate(&l.c, &engine.Outgoing{Cause: policy.FromOperator}, l.now, l.now)
	}
	if d := gate(); d.Reason != policy.Stopped {
		t.Fatalf("nobody asked: %+v", d)
	}
	before := l.now
	l.now = l.now.Add(time.Minute)
	l.say(t, "agente", 0)
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Replies), "hola")
	l.act(t, engine.Releases)
	if d := gate(); !d.Sends() {
		t.Fatalf("written while they had it: %+v", d)
	}
	if d := l.s.Gate(&l.c, &engine.Outgoing{Cause: policy.FromOperator}, before, l.now); d.Reason != policy.Stopped {
		t.Fatalf("from before the stop: %+v", d)
	}
	l.say(t, "agente", 0)
	l.say(t, "stop", 0)
	if d := gate(); d.Reason != policy.Stopped {
		t.Fatalf("stopped again: %+v", d)
	}
}

// A node that hands over in a flow which their words began while they wait says
// what it says, and makes the request as urgent as it asks for: whoever chose
// something there is not met with silence. Their place in the queue is kept.
func TestHandoverNodeWhileTheyWait(t *testing.T) {
	d := alba()
	inbox := ""
	for _, p := range d.Human.Paths {
		inbox = cmp.Or(inbox, p.Inbox)
	}
	node := engine.Node{ID: "pasa", Verb: engine.HandoverVerb, Handover: &engine.Handing{Inbox: inbox, Priority: 7},
		Say: []engine.Words{es("Ya vienen.")}, Go: engine.Target{End: "done"}}
	d.Flows = append(d.Flows, engine.Flow{ID: "sangro", Begins: "pasa", Outcomes: []string{"done"}, Nodes: []engine.Node{node}})
	d.Anywhere = append(d.Anywhere, engine.Anywhere{Words: map[string][]string{"es": {"sangro"}}, Flow: "sangro"})
	l := live(t, d)
	l.say(t, "tutor", 0)
	l.say(t, "guía", 0)
	since := l.c.Handover.Since
	same(t, l.say(t, "sangro", 0), "Ya vienen.")
	if got := l.asked(); len(got) != 1 || got[0].Act != engine.MoreUrgent || got[0].Priority != 7 {
		t.Fatalf("%+v", got)
	}
	if h := l.c.Handover; h.Priority != 7 || h.Since != since {
		t.Fatalf("%+v", h)
	}
	l.stands(t, "tutor.listo")
	same(t, l.say(t, "sangro", 0), "Ya vienen.")
	if got := l.asked(); len(got) != 0 {
		t.Fatalf("as urgent as before: %+v", got)
	}
}

// Who stopped and then asked for a person keeps their place whatever they write
// that is no call for help: other words from anywhere do nothing in a stop.
func TestWordsFromAnywhereOfAStoppedPersonWhoWaits(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.say(t, "stop", 0)
	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	for _, words := range []string{"salida", "pista"} {
		same(t, l.say(t, words, 0))
		same(t, l.records(), "human/kept")
		if l.c.Handover == nil || len(l.c.Front) != 0 {
			t.Fatalf("%q: %+v", words, l.c)
		}
	}
	same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
}
