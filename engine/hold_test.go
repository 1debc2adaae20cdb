package engine_test

import (
	"slices"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/policy"
)

// invited is agreed, and has been sent the template that stands in for a
// question.
func invited(t *testing.T) *life {
	t.Helper()
	l := agreed(t)
	l.say(t, "cita", 0)
	l.wait(t, 49*hour)
	same(t, l.wait(t, hour), "¿Vienes el lunes?")
	if m := l.sends()[0]; m.Kind != engine.OutTemplate || m.Template != "cita" || m.Fill[0].Value != "lunes" || m.Purpose != "consejos" {
		t.Fatalf("%+v", m)
	}
	p := l.parked(t, "cita")
	if p.Why != engine.InHold || p.Stack[0].Asked {
		t.Fatalf("held is never asked: %+v", p)
	}
	return l
}

// outside: that template goes instead, and their reply releases the message; it
// is not its answer. If its button ids are the node's row ids, the tap answers
// at once.
func TestOutsideGoesInsteadAndTheirReplyReleases(t *testing.T) {
	l := invited(t)
	l.has(t, "decision/window-shut")
	same(t, l.say(t, "¿quién es?", 0), "¿Vienes mañana?")
	if f := l.front(t); !f.Asked || f.Instead || f.Held != 0 {
		t.Fatalf("%+v", f)
	}
	if k := (timerKey{"cita", l.front(t).Visit, engine.ForHold}); !l.timers[k].IsZero() {
		t.Fatal("it is no longer held")
	}
	same(t, l.say(t, "sí, voy", 0), "Te esperamos.")

	for name, does := range map[string]func(l *life) []string{
		"a tap on a button that is a row": func(l *life) []string { return l.tap(t, l.parked(t, "cita").Stack[0], "si") },
		"the words on the button, typed":  func(l *life) []string { return l.say(t, "voy", 0) },
		"the words of the row, typed":     func(l *life) []string { return l.say(t, "Sí, voy", 0) },
	} {
		l := invited(t)
		if got := does(l); !slices.Equal(got, []string{"Te esperamos."}) {
			t.Errorf("%s: %q", name, got)
		}
		if len(l.c.Parked) != 1 || len(l.c.Front) != 0 {
			t.Errorf("%s: %+v", name, l.c)
		}
		if err := l.alive(); err != nil {
			t.Error(err)
		}
	}
	for name, does := range map[string]func(l *life) []string{
		"a button that is no row":             func(l *life) []string { return l.tap(t, l.parked(t, "cita").Stack[0], "otra") },
		"a row that the template has not":     func(l *life) []string { return l.tap(t, l.parked(t, "cita").Stack[0], "no") },
		"words of a row the template has not": func(l *life) []string { return l.say(t, "no voy", 0) },
	} {
		l := invited(t)
		if got := does(l); !slices.Equal(got, []string{"¿Vienes mañana?"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
	// What we said last is what they answer: a keyword, too.
	l = invited(t)
	same(t, l.say(t, "casa", 0), "¿Vienes mañana?")
	// A tap sets what is open since aside, and that is asked again behind it.
	l = invited(t)
	f := l.parked(t, "cita").Stack[0]
	l.c.LastVisit = 0 // something else was said last
	l.say(t, "casa", 0)
	if l.front(t).Flow != "casa" {
		t.Fatalf("%+v", l.c)
	}
	same(t, l.tap(t, f, "si"), "Te esperamos.", "¿Cómo te llamas?")
}

// What they say so late that it opens nothing leaves what is held.
func TestLateReplyToWhatStandsInHoldsOn(t *testing.T) {
	l := invited(t)
	same(t, l.say(t, "hola", 30*hour))
	if p := l.parked(t, "cita"); p.Why != engine.InHold {
		t.Fatalf("%+v", p)
	}
	same(t, l.say(t, "hola", 0), "¿Vienes mañana?")
}

// A yes to a template is no yes to words that were not shown.
func TestOutsideIsNoConsent(t *testing.T) {
	d := permiso()
	d.Templates[2].Buttons = []engine.Button{{ID: "yes", Label: es("Sí, acepto")}}
	d.Flows[1].Nodes[1] = engine.Node{ID: "vienes", Verb: engine.ConsentVerb, Consent: "estudio", Ask: es("¿Nos dejas?"), Outside: "cita",
		Fill: d.Flows[1].Nodes[1].Fill, Rows: []engine.Row{
			{ID: "yes", Label: es("Sí, acepto"), Go: engine.Target{End: "done"}}, {ID: "no", Label: es("No"), Go: engine.Target{Node: "tarde"}}}}
	for _, tap := range []bool{true, false} {
		l := agreed(t)
		l.s = live(t, d).s
		l.say(t, "cita", 0)
		l.wait(t, 50*hour)
		var got []string
		if tap {
			got = l.tap(t, l.parked(t, "cita").Stack[0], "yes")
		} else {
			got = l.say(t, "sí, acepto", 0)
		}
		same(t, got, "¿Nos dejas?")
		if l.c.Consents["estudio"].Live {
			t.Fatal("a consent to words that were not shown")
		}
		l.tap(t, l.front(t), "yes")
		if !l.c.Consents["estudio"].Live {
			t.Fatal("and now it is one")
		}
	}
}

// hold.for: no longer than that; then its else.
func TestHoldForAWhile(t *testing.T) {
	d := permiso()
	d.Flows[1].Nodes[1].Outside = ""
	l := agreed(t)
	l.s = live(t, d).s
	l.say(t, "cita", 0)
	l.wait(t, 50*hour)
	if p := l.parked(t, "cita"); p.Why != engine.InHold || p.Stack[0].Instead {
		t.Fatalf("%+v", p)
	}
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
	same(t, l.wait(t, 48*hour-time.Microsecond))
	same(t, l.wait(t, time.Microsecond), "Tu consejo está listo.")
	if m := l.sends()[0]; m.Cause != policy.Proactive {
		t.Fatalf("%+v", m)
	}
	// Released in time, it is over; and what is held longest leaves first.
	l = agreed(t)
	l.s = live(t, d).s
	l.say(t, "cita", 0)
	l.say(t, "tarde", 0)
	l.wait(t, 60*hour)
	same(t, l.say(t, "buenas", 0), "Vas en la 20.", "¿Sigues en la 20?")
	same(t, l.say(t, "sigo", 0), "¿Vienes mañana?")
	same(t, l.wait(t, 60*hour))
	// A stop ends what is held, with its timers.
	l = invited(t)
	l.say(t, "stop", 0)
	if len(l.timers) != 0 || len(l.c.Parked) != 0 {
		t.Fatalf("%v %+v", l.timers, l.c.Parked)
	}
}

// Stale: a question is asked anew, a say passed over.
func TestStaleSayIsPassedOver(t *testing.T) {
	held := func() *life {
		l := agreed(t)
		l.say(t, "tarde", 0)
		l.wait(t, 29*hour)
		if p := l.parked(t, "tarde"); p.Why != engine.InHold || p.Stack[0].Node != "dice" {
			t.Fatalf("%+v", p)
		}
		return l
	}
	l := held()
	same(t, l.say(t, "buenas", 0), "Vas en la 20.", "¿Sigues en la 20?")
	l = held()
	k := l.c.Data["semana"]
	k.Value.Int, k.At = 21, engine.Stamp(l.now.UnixMicro())
	l.c.Data["semana"] = k
	same(t, l.say(t, "buenas", 0), "¿Sigues en la 21?")
	l.has(t, "lapse/stale")
	// The question itself, held: it is asked with what is known now.
	l = held()
	l.say(t, "buenas", 0)
	l.must(t, engine.Decided{Now: l.now.Add(25 * hour), Message: l.sends()[1], Reason: string(policy.WindowShut)})
	l.now = l.now.Add(26 * hour)
	k.At = engine.Stamp(l.now.UnixMicro())
	l.c.Data["semana"] = k
	same(t, l.say(t, "buenas", 0), "¿Sigues en la 21?")
	// What the node itself set is not news to it.
	d := permiso()
	d.Flows[9].Nodes[1].Set = []engine.Assign{{Name: "semana", Source: "semana + 1"}}
	l = agreed(t)
	l.s = live(t, d).s
	l.say(t, "tarde", 0)
	l.wait(t, 29*hour)
	same(t, l.say(t, "buenas", 0), "Vas en la 21.", "¿Sigues en la 21?")
	// What another question read is no matter.
	l = held()
	l.c.Data["nombre"] = engine.Kept{Value: k.Value, At: k.At}
	same(t, l.say(t, "buenas", 0), "Vas en la 20.", "¿Sigues en la 20?")
}

// A nudge that WhatsApp refuses for its window takes no question back: that one
// arrived.
func TestRefusedNudgeTakesNoQuestionBack(t *testing.T) {
	l := live(t, permiso())
	l.say(t, "pregunta", 0)
	same(t, l.wait(t, 12*hour), "¿Y?")
	m := l.sends()[0]
	l.must(t, engine.Delivery{Now: l.now, Code: 131047, Cause: m.Cause, Flow: m.Flow, Visit: m.Visit, Sent: l.now})
	if f := l.front(t); !f.Asked || l.s.WindowOpen(&l.c, l.now) {
		t.Fatalf("%+v", f)
	}
	l.must(t, engine.Delivery{Now: l.now, Code: 131047, Cause: policy.Answer, Flow: m.Flow, Visit: m.Visit, Sent: l.now})
	if p := l.parked(t, "pregunta"); p.Why != engine.InHold {
		t.Fatalf("the question itself: %+v", p)
	}
}

// What stood in and never left: refused, the words themselves are held on;
// overtaken by the quiet hours, it goes out when they are over.
func TestOutsideThatTheOutboxTookBack(t *testing.T) {
	l := invited(t)
	m := l.sends()[0]
	night := time.Date(2026, 3, 4, 22, 0, 0, 0, l.s.Zone())
	l.now = night
	l.must(t, engine.Decided{Now: night, Message: m, Reason: string(policy.Quiet)})
	if p := l.parked(t, "cita"); p.Why != engine.InQuiet {
		t.Fatalf("%+v", p)
	}
	same(t, l.wait(t, 9*hour), "¿Vienes el lunes?")
	l.must(t, engine.Decided{Now: l.now, Message: l.sends()[0], Reason: string(policy.Category)})
	if p := l.parked(t, "cita"); p.Why != engine.InHold || p.Stack[0].Instead {
		t.Fatalf("%+v", p)
	}
	same(t, l.say(t, "sí, voy", 0), "¿Vienes mañana?")
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
}

// Where the window is open, nothing stands in; and a template that they do not
// want stands in for nothing.
func TestOutsideOnlyOutside(t *testing.T) {
	d := permiso()
	d.Flows[1].Nodes[0].Wait.For.Exact = 2 * hour
	l := agreed(t)
	l.s = live(t, d).s
	l.say(t, "cita", 0)
	same(t, l.wait(t, 2*hour), "¿Vienes mañana?")
	d = permiso()
	d.Flows[1].Nodes[1].Outside, d.Flows[1].Nodes[1].Fill = "oferta", nil
	l = agreed(t)
	l.s = live(t, d).s
	l.c.NoMarketing = 1
	l.say(t, "cita", 0)
	l.wait(t, 50*hour)
	if p := l.parked(t, "cita"); p.Why != engine.InHold || p.Stack[0].Instead {
		t.Fatalf("%+v", p)
	}
}
