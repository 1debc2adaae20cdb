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

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*engine.Definition){
		"a node of ours that begins the flow": func(d *engine.Definition) {
			d.Flows[1].Nodes[0].ID, d.Flows[1].Begins = "@stop", "@stop" // no other node leads there
		},
		"a target nobody knows":         func(d *engine.Definition) { d.Flows[0].Nodes[3].Go = engine.Target{Own: "@nowhere"} },
		"a question that leads nowhere": func(d *engine.Definition) { d.Flows[0].Nodes[0].Go = engine.Target{} },
		"no language":                   func(d *engine.Definition) { d.Languages = nil },
		"a home that is not there":      func(d *engine.Definition) { d.Home = "x" },
		"two flows of one name":         func(d *engine.Definition) { d.Flows[1].ID = "casa" },
		"a silence without a length":    func(d *engine.Definition) { d.Flows[0].Nodes[0].Silence.After = 0 },
	} {
		d := amanecer()
		change(&d)
		if _, err := engine.New(d); err == nil {
			t.Errorf("%s: New takes it", name)
		}
	}
}

// A stop takes back what is queued before it says that it understood.
func TestStopWithdraws(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "noche", 0)
	l.say(t, "cuenta", 0)
	l.say(t, "stop", 0)
	var order []string
	for _, e := range l.last.Effects {
		switch e.(type) {
		case engine.Withdraw:
			order = append(order, "withdraw")
		case engine.Send:
			order = append(order, "send")
		}
	}
	same(t, order, "withdraw", "send")
	var ended []string
	for _, h := range l.last.Trace {
		if h.To == "@stopped" {
			ended = append(ended, string(h.Transition))
		}
	}
	same(t, ended, "n/@stop", "espera/@stop")
}

// WhatsApp's times are seconds: what was written in the same second as the stop
// came after it if it reached us after it; and the latest stop counts.
func TestStopAndStartInOneSecond(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "stop", 0)
	l.say(t, "alta", 0)
	if l.c.Stopped != nil {
		t.Fatal("a start in the same second")
	}
	l.say(t, "stop", 0)
	if l.c.Stopped == nil {
		t.Fatal("a stop in the same second")
	}
	l.say(t, "guía", 0)
	if l.c.Handover == nil {
		t.Fatal("a person in the same second")
	}
	l = live(t, amanecer())
	l.say(t, "stop", 0)
	l.say(t, "stop", time.Hour)
	l.say(t, "alta", time.Minute)
	if l.c.Stopped == nil {
		t.Fatal("the later of two stops")
	}
}

// A reply is the template's only if the template was the last thing we sent.
func TestReplyToATemplateThatWasNotTheLast(t *testing.T) {
	parked := func() *life {
		l := live(t, amanecer())
		l.say(t, "cuenta", 0)
		same(t, l.say(t, "7", 0), "Hola 7")
		return l
	}
	l := parked()
	l.say(t, "cosas", 0) // its other reply ends the flow
	if len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c.Parked)
	}
	l = parked()
	l.tap(t, engine.Frame{Flow: "casa", Node: "pide", Visit: 99}, "x")
	same(t, l.say(t, "azul", 0), "Gracias.")
	same(t, l.say(t, "cosas", 0), "¿Color?") // home
	if len(l.c.Parked) != 1 {
		t.Fatalf("%+v", l.c.Parked)
	}
	// Words of the service itself are the last thing sent, too.
	l = parked()
	l.s = live(t, deaf()).s
	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	same(t, l.say(t, "cosas", 0), "¿Color?")
}

// The reply of the flow parked last in a wait, and of no other.
func TestReplyOfTheWaitParkedLast(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "pausa", 0)
	l.c.Parked = append(slices.Clone(l.c.Parked), engine.Thread{Why: engine.InWait, Due: l.c.Parked[0].Due,
		Stack: []engine.Frame{{Flow: "noche", Node: "espera", Visit: 50, Timer: engine.ForWait}}})
	same(t, l.say(t, "qué tal", 0), "¿Color?")
	l.c.Parked[0], l.c.Parked[1] = l.c.Parked[1], l.c.Parked[0]
	l.c.Front = nil
	same(t, l.say(t, "qué tal", 0), "¿Seguimos?")
}

// A session is counted from what reached us, whenever that was written.
func TestSessionOfMessagesWithoutATime(t *testing.T) {
	l := live(t, amanecer())
	for range 2 {
		l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InText, Text: "x"}).Event(l.now))
		if !l.c.FirstTime {
			t.Fatal("one session")
		}
		l.now = l.now.Add(time.Minute)
	}
}

// A tap names its visit: the same button, tapped where the question was asked
// before, is an older one; so is a template's.
func TestTapNamesItsVisit(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "pausa", 0)
	l.wait(t, 40*time.Minute)
	old := l.front(t)
	l.tap(t, old, "si")
	l.wait(t, 40*time.Minute)
	same(t, l.tap(t, old, "no"), "Esa era una pregunta anterior. Ahora estamos aquí:")
	same(t, l.tap(t, l.front(t), "no"), "¿Color?")

	l = live(t, amanecer())
	l.say(t, "cuenta", 0)
	l.say(t, "7", 0)
	old = l.c.Parked[0].Stack[0]
	same(t, l.say(t, "va", 0), "¿Cuántos?")
	same(t, l.say(t, "8", 0), "Hola 8")
	same(t, l.tap(t, old, "va"), "¿Color?") // older: nothing open, so home
	same(t, l.tap(t, l.c.Parked[0].Stack[0], "va"), "¿Cuántos?")
	if l.c.Aside == nil || l.c.Aside.Stack[0].Flow != "casa" {
		t.Fatalf("the open question is set aside as in a digression: %+v", l.c)
	}
	if n := l.c.Front[0].Data["dias"].Value; n != eval.IntOf(8) {
		t.Fatalf("the flow's own data: %+v", n)
	}
}

// The offer is made once; after it the next answer it can't use calls a person.
func TestOfferThenAPerson(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "casa", 0)
	same(t, l.tap(t, l.front(t), "dudo"), "GUÍA · STOP")
	f := l.front(t)
	same(t, l.say(t, "un color que no cabe en veinte letras", 0), "Te escribirá alguien.")
	l = live(t, amanecer())
	l.say(t, "casa", 0)
	l.tap(t, l.front(t), "dudo")
	same(t, l.tap(t, f, "@human"), "Te escribirá alguien.")
	if _, ok := l.c.Data["color"]; ok {
		t.Fatal("other ways out save nothing")
	}
}

// Numbers answer where the message shows numbers, and where no number is asked
// for; a hidden row is not there; bounds are inside.
func TestRowsByNumber(t *testing.T) {
	rows := func(n int) (out []engine.Row) {
		for i := range n {
			out = append(out, engine.Row{ID: fmt.Sprintf("r%d", i), Label: es(fmt.Sprintf("Fila %c", 'a'+i)), Say: []engine.Words{es(fmt.Sprintf("Elegiste %d", i))}, Go: engine.Target{End: "done"}})
		}
		return out
	}
	asks := func(n int, save string) *life {
		d := luna()
		d.Flows[1].Nodes[0] = engine.Node{ID: "nombre", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Rows: rows(n), Save: save, Go: engine.Target{End: "done"}}
		d.Flows[1].Nodes[0].Rows[0].If = "first_time && false"
		l := live(t, d)
		l.say(t, "hola", 0)
		return l
	}
	for n, want := range map[int]engine.OutKind{4: engine.OutButtons, 5: engine.OutList, 10: engine.OutList, 11: engine.OutText} {
		if m := asks(n, "").sends()[0]; m.Kind != want {
			t.Errorf("%d rows, one of them hidden: %s, want %s", n, m.Kind, want)
		}
	}
	l := asks(12, "")
	if b := l.sends()[0].Body; !strings.HasPrefix(b, "¿Cuál?\n1. Fila b\n2. Fila c\n") || !strings.Contains(b, "\n11. Fila l\n\n") {
		t.Fatalf("%q", b)
	}
	same(t, l.say(t, "2", 0), "Elegiste 2")
	same(t, asks(12, "").say(t, "11", 0), "Elegiste 11")
	same(t, asks(12, "").say(t, "12", 0), "No te entendí.")
	same(t, asks(12, "").say(t, "fila a", 0), "No te entendí.") // hidden
	l = asks(12, "semana")
	same(t, l.say(t, "2", 0)) // a number is what it asks for
	if l.c.Data["semana"].Value != eval.IntOf(2) {
		t.Fatalf("%+v", l.c.Data)
	}
	same(t, asks(5, "").say(t, "2", 0), "No te entendí.") // a list shows no numbers
	for text, fits := range map[string]bool{"0": false, "1": true, "42": true, "43": false} {
		l := asks(5, "semana")
		l.say(t, text, 0)
		if _, ok := l.c.Data["semana"]; ok != fits {
			t.Errorf("%s: %v", text, ok)
		}
	}
}

// Handed over by a digression, where no flow runs after a release: the
// digression's question is asked again, and the one before it is not.
func TestDigressionThatHandedOverGoesOn(t *testing.T) {
	l := live(t, luna())
	l.say(t, "embarazo", 0)
	l.say(t, "hola", 0)
	l.say(t, "agente", 0)
	same(t, l.act(t, engine.Releases), "¿Cómo te llamas?")
	l.say(t, "Ana", 0)
	same(t, l.say(t, "plan a", 0), "Gracias, Ana: Plan A.")
	if !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("%v", l.records())
	}
}

// Timers of past visits, of other purposes, and of handovers that are over do
// nothing.
func TestStrayTimers(t *testing.T) {
	stray := func(l *life, k timerKey) {
		t.Helper()
		before, err := l.c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		l.must(t, engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose})
		if after, err := l.c.Encode(); err != nil || string(after) != string(before) {
			t.Fatalf("%v does something: %+v", k, l.c)
		}
	}
	l := live(t, amanecer())
	l.say(t, "noche", 0)
	p := l.c.Parked[0].Stack[0]
	stray(l, timerKey{"noche", p.Visit, engine.ForSilence})
	stray(l, timerKey{"noche", p.Visit + 1, engine.ForWait})
	l.say(t, "cuenta", 0)
	f := l.front(t)
	l.now = l.now.Add(time.Hour)
	for _, p := range []engine.Purpose{engine.ForWait, engine.ForTurn, engine.ForIdle, engine.ForGiveUp} {
		stray(l, timerKey{"cuenta", f.Visit, p})
	}
	stray(l, timerKey{"cuenta", f.Visit - 1, engine.ForSilence})
	l.say(t, "guía", 0)
	h := l.c.Handover.Visit
	stray(l, timerKey{"cuenta", f.Visit, engine.ForSilence})
	stray(l, timerKey{"", h, engine.ForIdle})
	stray(l, timerKey{"", h - 1, engine.ForGiveUp})
	l.wait(t, 29*time.Hour) // noche's time has come
	if !l.c.Parked[0].Ready {
		t.Fatalf("%+v", l.c.Parked)
	}
	stray(l, timerKey{"cuenta", f.Visit, engine.ForTurn})
	l.act(t, engine.Claims)
	stray(l, timerKey{"", h, engine.ForGiveUp})
}

// A turn that nobody waits for any more takes nothing from the open question.
func TestTurnThatNobodyWaitsFor(t *testing.T) {
	d := luna()
	d.Flows[2].Nodes[0].Wait.Reply, d.Flows[2].Nodes[0].Wait.For.Exact = "", time.Hour
	l := live(t, d)
	l.say(t, "tarde", 0)
	l.wait(t, 50*time.Minute)
	l.say(t, "embarazo", 0)
	l.wait(t, 11*time.Minute)
	d.Flows = d.Flows[:2] // the flow that waits is gone with a new version
	l.s = live(t, d).s
	l.wait(t, time.Hour)
	if f := l.front(t); f.Flow != "embarazo" || f.Timer != engine.ForSilence {
		t.Fatalf("%+v", f)
	}
}

// A digression that is gone with a new version says so, and the question it was
// a digression from is asked again.
func TestDigressionThatIsGone(t *testing.T) {
	d := amanecer()
	l := live(t, d)
	l.say(t, "cuenta", 0)
	l.say(t, "casa", 0)
	d.Flows, d.Home, d.Human.After = d.Flows[2:3], "cuenta", ""
	d.Flows[0].Nodes[0].Otherwise = engine.Target{End: "done"}
	l.s = live(t, d).s
	l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InFact}).Event(l.now))
	if l.c.Aside != nil || l.front(t).Flow != "cuenta" || len(l.sends()) != 1 || !slices.Contains(l.records(), "fault/node-gone") {
		t.Fatalf("%+v %v", l.c, l.records())
	}
}

// Reports of failures come in any order: the latest message that found the
// window shut counts.
func TestWindowShutOutOfOrder(t *testing.T) {
	l := live(t, luna())
	l.say(t, "hola", 0)
	failed := func(after time.Duration) {
		l.must(t, engine.Delivery{Now: l.now, Code: 131047, Sent: monday.Add(after)})
	}
	failed(3 * time.Minute)
	l.now = l.now.Add(5 * time.Minute)
	l.say(t, "hola", 4*time.Minute) // written a minute after the first message
	failed(0)
	if l.s.WindowOpen(&l.c, l.now) {
		t.Fatal("it was shut two minutes later")
	}
	l.say(t, "hola", 0)
	if !l.s.WindowOpen(&l.c, l.now) {
		t.Fatal("they wrote after it")
	}
	// A report about another visit takes nothing back.
	f := l.front(t)
	same(t, l.must(t, engine.Delivery{Now: l.now, Code: 131047, Flow: f.Flow, Visit: f.Visit - 1, Sent: monday}))
	if l.front(t).Visit != f.Visit || !l.front(t).Asked {
		t.Fatalf("%+v", l.c)
	}
}

// A template whose silence is over takes its turn by when that was.
func TestTemplateInDueOrder(t *testing.T) {
	d := amanecer()
	d.Flows[2].Nodes[1].Silence = &engine.Silence{After: 28 * time.Hour, Go: engine.Target{Node: "n"}}
	d.Human.GiveUp.After = engine.Duration{Exact: 100 * time.Hour}
	l := live(t, d)
	l.say(t, "cuenta", 0)
	l.say(t, "7", 0)
	l.now = l.now.Add(time.Minute)
	l.tap(t, engine.Frame{Flow: "casa", Node: "pide", Visit: 99}, "x")
	l.say(t, "azul", 0)
	l.say(t, "noche", 0)
	l.say(t, "guía", 0)
	l.wait(t, 30*time.Hour)
	l.say(t, "hola", 0)
	// noche was due after 26 hours, the template after 28.
	same(t, l.act(t, engine.Releases), "¿Qué tal te atendieron?")
	same(t, l.say(t, "bien", 0), "Ya amanece.", "¿Dormiste?")
	if !l.c.Parked[0].Ready || l.c.Parked[0].Due != stamp(monday.Add(28*time.Hour)) {
		t.Fatalf("%+v", l.c.Parked)
	}
}

func stamp(t time.Time) engine.Stamp { return engine.Stamp(t.UnixMicro()) }

// The hint closes what answers a person: not what a release or a timer says,
// and not a template.
func TestHintClosesAnswersOnly(t *testing.T) {
	l := live(t, amanecer())
	l.s = live(t, func() engine.Definition { d := amanecer(); d.Human.After = ""; return d }()).s
	l.say(t, "cuenta", 0)
	l.say(t, "guía", 0)
	l.act(t, engine.Claims)
	for range 6 {
		l.now = l.now.Add(5 * time.Hour)
		l.act(t, engine.Replies)
	}
	l.say(t, "sigo aquí", 0) // a new session, and nothing answered it yet
	same(t, l.act(t, engine.Releases), "¿Cuántos?")
	if b := l.sends()[0].Body; b != "¿Cuántos?" || l.c.Hinted {
		t.Fatalf("%q", b)
	}
	l.say(t, "7", 0)
	if m := l.sends()[0]; m.Kind != engine.OutTemplate || m.Body != "Hola 7" || l.c.Hinted {
		t.Fatalf("%+v", m)
	}
	l.say(t, "va", 0)
	if b := l.sends()[0].Body; b != "¿Cuántos?\n\nGUÍA · STOP" {
		t.Fatalf("%q", b)
	}
}

// Data is not taken from under a question that a digression left.
func TestKeepUnderAQuestionSetAside(t *testing.T) {
	d := amanecer()
	d.Flows[3].Begins, d.Flows[3].Nodes = "q", []engine.Node{{ID: "q", Verb: engine.AskVerb, Ask: es("¿Y {color ?? 'x'}?"), Save: "dias", Go: engine.Target{End: "done"}, Otherwise: engine.Target{End: "done"}}}
	l := live(t, d)
	l.say(t, "casa", 0)
	l.say(t, "azul", 0)
	l.now = l.now.Add(10*24*time.Hour - time.Minute)
	l.say(t, "gira", 0)
	l.say(t, "cuenta", 0)
	if l.c.Aside == nil {
		t.Fatalf("%+v", l.c)
	}
	l.wait(t, 2*time.Minute)
	if _, ok := l.c.Data["color"]; !ok {
		t.Fatal("taken from under it")
	}
}

// Each flow that goes in front may go a hundred hops.
func TestHopsAreCountedAFlow(t *testing.T) {
	d := amanecer()
	long := func(id engine.FlowID) engine.Flow {
		f := engine.Flow{ID: id, Keywords: map[string][]string{"es": {string(id)}}, Begins: "w", Nodes: []engine.Node{
			{ID: "w", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: time.Hour}, At: -1}, Go: engine.Target{Node: "n0"}}}}
		for i := range 70 {
			f.Nodes = append(f.Nodes, engine.Node{ID: engine.NodeID(fmt.Sprintf("n%d", i)), Go: engine.Target{Node: engine.NodeID(fmt.Sprintf("n%d", i+1))}})
		}
		f.Nodes[70].Go = engine.Target{End: "done"}
		return f
	}
	d.Flows = append(d.Flows, long("uno"), long("dos"))
	d.Human.After = ""
	l := live(t, d)
	l.say(t, "uno", 0)
	l.say(t, "dos", 0)
	l.say(t, "guía", 0)
	l.wait(t, 2*time.Hour)
	l.act(t, engine.Releases)
	if len(l.last.Trace) != 2*71 || slices.Contains(l.records(), "fault/too-many-hops") {
		t.Fatalf("%d hops, %v", len(l.last.Trace), l.records())
	}
}

// The engine's clock has microseconds, as everything it keeps.
func TestMicroseconds(t *testing.T) {
	l := live(t, amanecer())
	l.now = monday.Add(999 * time.Nanosecond)
	l.say(t, "noche", 0)
	for k, due := range l.timers {
		if !due.Equal(monday.Add(26 * time.Hour)) {
			t.Fatalf("%v: %s", k, due)
		}
	}
}

// A message with its window shut is no template; one that is made in a
// handover waits; each says why.
func TestGateOfTheService(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "guía", 0)
	later := l.now.Add(time.Second)
	for _, c := range []struct {
		m    engine.Outgoing
		at   time.Time
		want policy.Decision
	}{
		{engine.Outgoing{Cause: policy.Answer}, later, policy.Decision{Verb: policy.HoldForReply, Reason: policy.InHandover}},
		{engine.Outgoing{Cause: policy.FromOperator}, later, policy.Decision{Verb: policy.Send, Reason: policy.Open}},
		{engine.Outgoing{Cause: policy.FromOperator}, later.Add(24 * time.Hour), policy.Decision{Verb: policy.HoldForReply, Reason: policy.WindowShut}},
		{engine.Outgoing{Cause: policy.GiveUp, Kind: engine.OutTemplate}, later.Add(24 * time.Hour), policy.Decision{Verb: policy.Send, Reason: policy.Open}},
	} {
		if got := l.s.Gate(&l.c, &c.m, c.at, c.at); got.Verb != c.want.Verb || got.Reason != c.want.Reason {
			t.Errorf("%+v: %v", c.m, got)
		}
	}
}
