package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
)

const hour = time.Hour

// front is where the conversation waits.
func (l *life) front(t *testing.T) engine.Frame {
	t.Helper()
	if len(l.c.Front) == 0 {
		t.Fatalf("no question is open: %+v", l.c)
	}
	return l.c.Front[len(l.c.Front)-1]
}

// A template that answers what it can't use waits on, and its silence is
// counted from that answer.
func TestTemplateAnswersWhatItCannotUse(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "casa", 0)
	same(t, l.wait(t, 21*hour), "¿Y?", "¿Y?") // the second falls due inside the window still
	same(t, l.wait(t, 9*hour), "Hola azul")
	same(t, l.wait(t, 11*hour))
	same(t, l.say(t, "mm", 0), "Toca un botón.") // an hour before the first silence
	if m := l.sends()[0]; !strings.HasSuffix(m.Body, "GUÍA · STOP") {
		t.Fatalf("a retry closes with the hint: %q", m.Body)
	}
	same(t, l.wait(t, 11*hour))
	same(t, l.wait(t, hour), "¿Viste?")
	same(t, l.say(t, "va", 0), "¿Color?") // the template was the last thing we sent

	// During a handover it says nothing, in its very first moment neither.
	l = live(t, amanecer())
	l.say(t, "casa", 0)
	l.wait(t, 30*hour)
	l.now = l.now.Add(12 * hour)
	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	same(t, l.wait(t, 0))
	if !slices.Contains(l.records(), "decision/handover") {
		t.Fatalf("%v", l.records())
	}
}

// A template's silence is broken like a question's: then one more, then its way.
func TestTemplateSilenceIsBroken(t *testing.T) {
	d := amanecer()
	d.Flows[2].Nodes[1].Silence = &engine.Silence{After: 2 * hour, Say: es("¿Hola?"), Times: 2, Go: engine.Target{Node: "n"}}
	l := live(t, d)
	l.say(t, "cuenta", 0)
	same(t, l.say(t, "7", 0), "Hola 7")
	same(t, l.wait(t, 2*hour), "¿Hola?")
	same(t, l.tap(t, engine.Frame{Flow: "casa", Node: "pide", Visit: 99}, "x"), "¿Color?") // an old button
	same(t, l.wait(t, 2*hour))                                                             // a question is open: the second is left out, and counts as sent
	if !slices.Contains(l.records(), "decision/question-open") {
		t.Fatalf("%v", l.records())
	}
	same(t, l.wait(t, 2*hour), "¿Cuántos?") // and its way is taken two hours later: ¿Color? is long unanswered
}

// Handed over by a digression: after the release, the flow that runs then, then
// the question left; also when the window is shut, and each of them is held.
func TestAfterReleaseTheQuestionLeftIsAskedAgainOrHeld(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "casa", 0)
	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Releases), "¿Qué tal te atendieron?")
	same(t, l.say(t, "bien", 0), "¿Color?")

	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	l.wait(t, 25*hour)
	l.act(t, engine.Claims)
	same(t, l.wait(t, 6*hour)) // idle; the window is shut
	if len(l.c.Parked) != 2 || l.c.Parked[0].Why != engine.InHold || l.c.Parked[1].Why != engine.InHold {
		t.Fatalf("%+v", l.c.Parked)
	}
	same(t, l.say(t, "hola", 0), "¿Qué tal te atendieron?")
	same(t, l.say(t, "bien", 0), "¿Color?")
	same(t, l.say(t, "azul", 0), "Gracias.")
}

// A digression that handed over does not go back to the question before it,
// and says so.
func TestDigressionThatHandedOver(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "pausa", 0)
	l.wait(t, 40*time.Minute)
	same(t, l.say(t, "casa", 0), "¿Color?")
	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	same(t, l.act(t, engine.Releases), "¿Qué tal te atendieron?")
	if !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("pausa ends left: %v", l.records())
	}
	same(t, l.say(t, "bien", 0), "¿Color?")
	same(t, l.say(t, "azul", 0), "Gracias.")
	if len(l.c.Front)+len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c)
	}
}

// A digression that parks is over, and its question's flow ends left; one more
// digression replaces the first.
func TestDigressionThatParksEndsTheQuestion(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "cuenta", 0)
	same(t, l.say(t, "pausa", 0))
	if len(l.c.Front) != 0 || l.c.Aside != nil || !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("%+v", l.c)
	}
	l = live(t, luna())
	l.say(t, "embarazo", 0)
	l.say(t, "hola", 0)
	same(t, l.say(t, "Ana", 0), "¿Qué plan, Ana?")
	same(t, l.say(t, "embarazo", 0), "¿Quieres consejos?") // the flow set aside, by its word: it begins again
	if l.c.Aside != nil || len(l.c.Front) != 1 {
		t.Fatalf("%+v", l.c)
	}
}

// The clock of a digression: less than one hour, and the question is asked
// again.
func TestDigressionOfAnHour(t *testing.T) {
	for after, want := range map[time.Duration][]string{
		hour - time.Microsecond: {"Gracias, Ana: Plan A.", "¿Quieres consejos?"},
		hour:                    {"Gracias, Ana: Plan A."},
	} {
		l := live(t, luna())
		l.say(t, "embarazo", 0)
		l.say(t, "hola", 0)
		l.say(t, "Ana", 0)
		l.wait(t, after)
		same(t, l.say(t, "plan a", 0), want...)
	}
}

// What goes round does not take the question with it that it was a digression
// from.
func TestFlowThatGoesRoundGivesTheQuestionBack(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "cuenta", 0)
	same(t, l.say(t, "gira", 0), "¿Cuántos?")
	if !slices.Contains(l.records(), "fault/too-many-hops") || len(l.last.Trace) != 101 {
		t.Fatalf("%v, %d hops", l.records(), len(l.last.Trace))
	}
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
}

// A held message leaves as soon as no question is open, not only with the next
// message.
func TestHeldMessageLeavesAsSoonAsNoQuestionIsOpen(t *testing.T) {
	d := luna()
	d.Flows[1].Nodes[0].Silence = &engine.Silence{After: 3 * hour, Go: engine.Target{End: "done"}}
	l := live(t, d)
	l.say(t, "tarde", 0)
	same(t, l.wait(t, 25*hour)) // held
	same(t, l.say(t, "hola", 0), "Hola.", "¿Cómo te llamas?")
	same(t, l.wait(t, 3*hour), "¿Ya?")
}

// A message that opens nothing begins nothing in place of what is held.
func TestLateMessageLeavesWhatIsHeld(t *testing.T) {
	d := luna()
	d.Home = "tarde"
	l := live(t, d)
	l.say(t, "tarde", 0)
	l.wait(t, 25*hour)
	same(t, l.say(t, "qué tal", 40*hour))
	if len(l.c.Parked) != 1 || l.c.Parked[0].Stack[0].Node != "libre" {
		t.Fatalf("%+v", l.c.Parked)
	}
	same(t, l.say(t, "qué tal", 0), "¿Ya?")
}

// A tap on something older, so late that nothing may leave, takes nothing from
// the open question.
func TestLateTapLeavesTheQuestionOpen(t *testing.T) {
	l := live(t, luna())
	l.say(t, "embarazo", 0)
	old := l.front(t)
	l.tap(t, old, "si")
	l.now = l.now.Add(25 * hour)
	l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InTap, Text: "No", Sent: l.now.Add(-24 * hour),
		Tap: engine.WireID{Flow: old.Flow, Node: old.Node, Visit: old.Visit, Row: "no"}.String()}).Event(l.now))
	if f := l.front(t); f.Node != "semana" || !f.Asked || f.Timer != engine.ForSilence {
		t.Fatalf("%+v", f)
	}
}

// A nudge that the outbox leaves out counts as sent: the question was asked,
// and its silence goes on.
func TestNudgeThatIsLeftOut(t *testing.T) {
	l := live(t, luna())
	l.say(t, "embarazo", 0)
	l.say(t, "sí", 0)
	same(t, l.wait(t, 4*hour), "¿Sigues ahí?")
	l.must(t, engine.Decided{Now: l.now, Message: l.sends()[0], Reason: string(policy.WindowShut)})
	if f := l.front(t); !f.Asked || f.Nudges != 1 {
		t.Fatalf("%+v", f)
	}
	same(t, l.wait(t, 4*hour))
	if len(l.c.Front) != 0 {
		t.Fatal("the silence is over")
	}
	// A question that the outbox took back was not asked.
	l.say(t, "embarazo", 0)
	l.must(t, engine.Decided{Now: l.now.Add(25 * hour), Message: l.sends()[0], Reason: string(policy.WindowShut)})
	if len(l.c.Front) != 0 || l.c.Parked[0].Why != engine.InHold {
		t.Fatalf("%+v", l.c)
	}
}

// A nudge inside the margin goes out a minute before it, at least an hour after
// the question; else it is left out.
func TestNudgeAtTheEndOfTheWindow(t *testing.T) {
	at := func(after time.Duration, ago time.Duration) time.Time {
		d := luna()
		d.Flows[0].Nodes[1].Silence.After = after
		l := live(t, d)
		l.say(t, "embarazo", ago)
		l.say(t, "sí", ago)
		return l.timers[timerKey{"embarazo", 2, engine.ForSilence}]
	}
	shuts := monday.Add(24*hour - policy.Margin)
	for _, c := range []struct {
		name       string
		after, ago time.Duration
		want       time.Time
	}{
		{"before the margin", 23*hour + 49*time.Minute, 0, monday.Add(23*hour + 49*time.Minute)},
		{"at the margin", 23*hour + 50*time.Minute, 0, shuts.Add(-time.Minute)},
		{"in the margin", 24*hour - time.Microsecond, 0, shuts.Add(-time.Minute)},
		{"after the window", 24 * hour, 0, monday.Add(24 * hour)},
		{"an hour after the question", 65 * time.Minute, 24*hour - policy.Margin - 61*time.Minute, monday.Add(hour)},
		{"too soon after the question", 65 * time.Minute, 24*hour - policy.Margin - 60*time.Minute, monday.Add(65 * time.Minute)},
	} {
		if got := at(c.after, c.ago); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	// Left out, it is counted: one more length, and the silence is over.
	d := luna()
	d.Flows[0].Nodes[1].Silence.After = 25 * hour
	l := live(t, d)
	l.say(t, "embarazo", 0)
	l.say(t, "sí", 0)
	same(t, l.wait(t, 25*hour))
	if f := l.front(t); f.Nudges != 1 {
		t.Fatalf("%+v", f)
	}
	same(t, l.wait(t, 25*hour))
	if len(l.c.Front) != 0 {
		t.Fatal("the silence is over")
	}
}

// Silence is afresh when the question is asked again: after a retry, a
// digression, an older tap, a release.
func TestSilenceIsCountedFromTheLastMessage(t *testing.T) {
	l := live(t, luna())
	l.say(t, "embarazo", 0)
	old := l.front(t)
	l.say(t, "sí", 0)
	due := func() time.Duration { return l.timers[timerKey{"embarazo", 2, engine.ForSilence}].Sub(l.now) }
	again := func(what string) {
		t.Helper()
		if due() != 4*hour {
			t.Fatalf("after %s: %s", what, due())
		}
		same(t, l.wait(t, hour))
	}
	again("the question")
	l.say(t, "muchas", 0)
	again("a retry")
	same(t, l.tap(t, old, "si"), "Esa era una pregunta anterior. Ahora estamos aquí:")
	again("an older tap")
	l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InFact, Type: "reaction", Sent: l.now}).Event(l.now))
	if due() != 3*hour {
		t.Fatalf("a reaction is no answer: %s", due())
	}
	l.say(t, "hola", 0)
	if due() > 0 {
		t.Fatal("set aside, its silence rests")
	}
	l.say(t, "Ana", 0)
	same(t, l.say(t, "plan a", 0), "Gracias, Ana: Plan A.", "¿De cuántas semanas?")
	again("a digression")
	l.say(t, "agente", 0)
	if due() > 0 {
		t.Fatal("during a handover silence rests")
	}
	same(t, l.wait(t, 5*hour))
	same(t, l.act(t, engine.Releases), "¿De cuántas semanas?")
	again("a release")
}

// A question that keeps a parked flow waiting gives way after 30 minutes; asked
// again or retried in between, after 30 minutes more; answered, at once.
func TestTurnOfAParkedFlow(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "pausa", 0)
	l.wait(t, 39*time.Minute)
	l.say(t, "casa", 0) // the wait has a reply: this is it
	same(t, l.say(t, "seguimos", 0))

	d := luna()
	d.Flows[2].Nodes[0].Wait.Reply, d.Flows[2].Nodes[0].Wait.For.Exact = "", hour
	l = live(t, d)
	l.say(t, "tarde", 0)
	l.wait(t, 50*time.Minute)
	l.say(t, "embarazo", 0)
	same(t, l.wait(t, 29*time.Minute)) // the wait is over for 19 minutes
	if f := l.front(t); !f.Turn {
		t.Fatalf("%+v", f)
	}
	same(t, l.say(t, "mm", 0), "No te entendí.")
	same(t, l.wait(t, 30*time.Minute-time.Microsecond))
	same(t, l.wait(t, time.Microsecond), "¿Ya?")
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}

	l = live(t, d)
	l.say(t, "tarde", 0)
	l.wait(t, 50*time.Minute)
	l.say(t, "embarazo", 0)
	l.wait(t, 20*time.Minute)
	same(t, l.say(t, "no", 0), "Está bien.", "¿Ya?")
	if m := l.sends()[1]; m.Cause != policy.Proactive || strings.Contains(m.Body, "STOP") {
		t.Fatalf("what comes after a wait answers nobody: %+v", m)
	}

	// A stop ends that timer too.
	l = live(t, d)
	l.say(t, "tarde", 0)
	l.wait(t, 50*time.Minute)
	l.say(t, "embarazo", 0)
	l.wait(t, 20*time.Minute)
	l.say(t, "stop", 0)
	if len(l.timers) != 0 {
		t.Fatalf("after a stop: %v", l.timers)
	}
}

// Parked flows whose time has come go in front in due order, after a release
// too.
func TestParkedFlowsGoInDueOrder(t *testing.T) {
	d := luna()
	two := d.Flows[2]
	two.ID, two.Keywords = "zorro", map[string][]string{"es": {"zorro"}}
	two.Nodes = slices.Clone(two.Nodes)
	two.Nodes[0].Wait = &engine.Wait{For: engine.Duration{Exact: hour}, At: -1}
	two.Nodes[2].Ask = es("¿Zorro?")
	d.Flows[2].Nodes[0].Wait = &engine.Wait{For: engine.Duration{Exact: 2 * hour}, At: -1}
	d.Flows = append(d.Flows, two)
	l := live(t, d)
	l.say(t, "tarde", 0)
	l.say(t, "zorro", 0)
	l.say(t, "agente", 0)
	same(t, l.wait(t, 3*hour)) // during a handover they wait for the release
	same(t, l.act(t, engine.Releases), "¿Zorro?")
	same(t, l.wait(t, 30*time.Minute), "¿Ya?")
}

// Stop is stop: asked for a person since, a stopped person may also want that
// no more; what was asked before the stop and reaches us after it says nothing.
func TestStopAfterAskingForAPerson(t *testing.T) {
	l := live(t, luna())
	l.say(t, "hola", 0)
	same(t, l.say(t, "stop", 0), "Listo. Escribe ALTA para volver.")
	same(t, l.say(t, "agente", 0), "Una enfermera te escribirá pronto.")
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Replies), "hola")
	same(t, l.say(t, "stop", 0))
	if l.c.Handover != nil || len(l.timers) != 0 {
		t.Fatalf("%+v %v", l.c.Handover, l.timers)
	}
	if !slices.ContainsFunc(l.last.Effects, func(e engine.Effect) bool { _, ok := e.(engine.Withdraw); return ok }) {
		t.Fatal("what the operator has not sent yet is withdrawn")
	}
	l.now = l.now.Add(hour)
	l.say(t, "agente", 2*hour)
	if l.c.Handover != nil || !slices.Contains(l.records(), "human/overtaken") {
		t.Fatal("a request from before the stop was overtaken by it")
	}
}

// A row that leads to @stop stops as the word does: when they tapped it counts,
// and which message it was.
func TestRowThatStops(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "casa", 0)
	f := l.front(t)
	l.now = l.now.Add(hour)
	l.must(t, l.s.Read(engine.Inbound{ID: "wamid.x", Kind: engine.InTap, Sent: l.now.Add(-30 * time.Minute),
		Tap: engine.WireID{Flow: f.Flow, Node: f.Node, Visit: f.Visit, Row: "sale"}.String()}).Event(l.now))
	if st := l.c.Stopped; st == nil || !st.At.Time().Equal(monday.Add(30*time.Minute)) || st.ID != "wamid.x" {
		t.Fatalf("%+v", st)
	}
	same(t, l.say(t, "alta", 20*time.Minute), "Qué bueno.", "¿Color?")
}

// During a handover nothing is on offer: a word of stop stops, whatever a row
// of the question that was left means by it.
func TestStopDuringAHandoverIsNoRow(t *testing.T) {
	d := luna()
	d.Flows[0].Nodes[0].Rows[0].Also = map[string][]string{"es": {"stop", "agente"}}
	l := live(t, d)
	l.say(t, "embarazo", 0)
	same(t, l.say(t, "stop", 0), "¿De cuántas semanas?") // exactly a row that leads elsewhere
	l = live(t, d)
	l.say(t, "embarazo", 0)
	same(t, l.say(t, "agente", 0), "¿De cuántas semanas?")
	l = live(t, d)
	l.say(t, "embarazo", 0)
	l.say(t, "enfermera", 0)
	l.say(t, "stop", 0)
	if l.c.Stopped == nil {
		t.Fatal("stop is gone")
	}
}

// The welcome always holds; so does the apology, and it is said once.
func TestWordsOfTheServiceAreOwed(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "stop", 0)
	l.now = l.now.Add(50 * hour)
	same(t, l.say(t, "alta", 25*hour))
	same(t, l.say(t, "buenas", 0), "Qué bueno.", "¿Color?")

	l = live(t, amanecer())
	for range 2 {
		l.say(t, "guía", 25*hour)
		same(t, l.wait(t, 30*hour))
	}
	same(t, l.say(t, "buenas", 0), "Nadie pudo.", "¿Color?")

	// One that the outbox took back is owed again.
	l = live(t, amanecer())
	l.must(t, engine.Decided{Now: l.now, Reason: "window-shut", Message: engine.Outgoing{Kind: engine.OutText, Cause: policy.GiveUp}})
	same(t, l.say(t, "buenas", 0), "Nadie pudo.", "¿Color?")

	d := amanecer()
	d.Human.GiveUp.Template = "hola"
	l = live(t, d)
	l.say(t, "guía", 0)
	same(t, l.wait(t, 30*hour), "Hola {color}")
	if m := l.sends()[0]; m.Kind != engine.OutTemplate || m.Cause != policy.GiveUp {
		t.Fatalf("%+v", m)
	}
}

// 131047 about a message from before they last wrote: the window is open, and
// the question, which never arrived, is asked at once.
func TestQuestionThatNeverArrived(t *testing.T) {
	l := live(t, luna())
	l.say(t, "embarazo", 0)
	f, sent := l.front(t), l.now
	l.now = l.now.Add(time.Minute)
	same(t, l.say(t, "mm", 0), "No te entendí.")
	same(t, l.must(t, engine.Delivery{Now: l.now, Code: 131047, Flow: f.Flow, Visit: f.Visit, Sent: sent}), "¿Quieres consejos?")
	if !l.s.WindowOpen(&l.c, l.now) || l.front(t).Tries != 0 {
		t.Fatalf("%+v", l.c)
	}
	// Any other failure shuts nothing, and takes nothing back.
	for _, code := range []int{131026, 131000} {
		same(t, l.must(t, engine.Delivery{Now: l.now, Code: code, Flow: f.Flow, Visit: l.front(t).Visit, Sent: l.now}))
	}
	if !l.s.WindowOpen(&l.c, l.now) || !l.front(t).Asked {
		t.Fatalf("%+v", l.c)
	}
	// During a handover it is asked after the release, as it would be anyway.
	l.say(t, "agente", 0)
	same(t, l.must(t, engine.Delivery{Now: l.now, Code: 131047, Flow: f.Flow, Visit: l.front(t).Visit, Sent: l.now}))
	if l.front(t).Asked {
		t.Fatal("it was not asked")
	}
	same(t, l.act(t, engine.Releases))
	l.now = l.now.Add(time.Second)
	same(t, l.say(t, "buenas", 0), "¿Quieres consejos?")
}

// An operator needs no name to be one, and says nothing by saying nothing.
func TestOperatorWithoutANameOrWords(t *testing.T) {
	l := live(t, luna())
	l.say(t, "agente", 0)
	l.must(t, engine.Operator{Now: l.now, Act: engine.Claims})
	if l.c.Handover.With == "" {
		t.Fatal("taken, and it waits")
	}
	same(t, l.must(t, engine.Operator{Now: l.now, Act: engine.Replies, Text: " \n"}))
	same(t, l.must(t, engine.Operator{Now: l.now, Act: engine.Replies, Text: "dime"}), "dime")
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
	// Neither side writes for twelve hours, counted from the last that did.
	l.wait(t, 11*hour)
	l.say(t, "hola", 0)
	l.wait(t, 11*hour)
	l.act(t, engine.Replies)
	l.wait(t, 12*hour-time.Microsecond)
	if l.c.Handover == nil {
		t.Fatal("released too soon")
	}
	l.wait(t, time.Microsecond)
	if l.c.Handover != nil {
		t.Fatal("idle, and not released")
	}
}

// A conversation that stands at a node that has become another verb goes on
// with what is left, and nothing panics.
func TestNodesThatChanged(t *testing.T) {
	asked := live(t, amanecer()) // noche waits, cuenta is set aside, casa asks
	asked.say(t, "noche", 0)
	asked.say(t, "cuenta", 0)
	asked.say(t, "casa", 0)
	parked := live(t, amanecer()) // noche waits, cuenta has sent its template, casa asks
	parked.say(t, "noche", 0)
	parked.say(t, "cuenta", 0)
	parked.say(t, "3", 0)
	parked.tap(t, engine.Frame{Flow: "casa", Node: "pide", Visit: 99}, "x")
	if asked.c.Aside == nil || len(parked.c.Parked) != 2 || len(parked.c.Front) != 1 {
		t.Fatalf("%+v\n%+v", asked.c, parked.c)
	}
	for _, from := range []struct {
		was        *life
		flow, node int
	}{{asked, 0, 0}, {asked, 2, 0}, {asked, 4, 0}, {parked, 0, 0}, {parked, 2, 1}, {parked, 4, 0}} {
		was := from.was
		for _, verb := range []engine.Verb{engine.SayVerb, engine.AskVerb, engine.WaitVerb, engine.TemplateV, engine.WhenVerb, "gone"} {
			d := amanecer()
			n := &d.Flows[from.flow].Nodes[from.node]
			*n = engine.Node{ID: n.ID, Verb: verb, Say: []engine.Words{es("Hola")}, Go: engine.Target{Node: n.ID}, Otherwise: engine.Target{Node: n.ID}}
			switch verb {
			case engine.AskVerb:
				n.Ask = es("¿?")
			case engine.WaitVerb:
				n.Wait = &engine.Wait{For: engine.Duration{Exact: hour}, At: -1}
			case engine.TemplateV:
				n.Template, n.Fill = "hola", []engine.Fill{{Name: "color", Source: "'x'"}}
			case "gone":
				n.Verb, n.ID = engine.SayVerb, "otro"
				n.Go = engine.Target{Own: engine.ToHuman}
				for i := range d.Flows[from.flow].Nodes {
					d.Flows[from.flow].Nodes[i] = engine.Node{ID: d.Flows[from.flow].Nodes[i].ID + "x", Go: engine.Target{Own: engine.ToHuman}}
				}
				d.Flows[from.flow].Begins = d.Flows[from.flow].Nodes[0].ID
			}
			s, err := engine.New(d)
			if err != nil {
				t.Fatal(verb, err)
			}
			l := &life{s: s, c: was.c, now: was.now, timers: map[timerKey]time.Time{}}
			for k, v := range was.timers {
				l.timers[k] = v
			}
			l.say(t, "mm", 0)
			l.say(t, "va", 0)
			for range 20 {
				k, ok := l.next()
				if !ok {
					break
				}
				l.now = l.timers[k]
				if err := l.do(engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}); err != nil {
					t.Fatalf("%s: %v", verb, err)
				}
			}
			l.say(t, "hola", 0)
			l.say(t, "casa", 0)
			l.say(t, "stop", 0)
			if l.c.Stopped == nil {
				t.Fatal("stop is gone")
			}
		}
	}
}

// An emoji has no words, and is a label all the same; so is one a keyword.
func TestEmojiIsALabel(t *testing.T) {
	d := luna()
	d.Flows[0].Nodes[0].Rows[0].Label = es("👍")
	d.Flows[0].Keywords["es"] = []string{"🤰"}
	l := live(t, d)
	same(t, l.say(t, "🤰", 0), "¿Quieres consejos?")
	same(t, l.say(t, "👎", 0), "No te entendí.")
	same(t, l.say(t, " 👍 ", 0), "¿De cuántas semanas?")
}

// Nothing but the words of a language's own flows chooses it, and it is chosen
// once.
func TestLanguageOfTheFirstWord(t *testing.T) {
	for text, want := range map[string]string{"pregnancy": "en", "embarazo": "es", "buenas": "es", "unsubscribe": "en", "zzz": "es"} {
		l := live(t, luna())
		l.say(t, text, 0)
		if l.c.Language != want {
			t.Errorf("%q: %s, want %s", text, l.c.Language, want)
		}
		l.say(t, "pregnancy", 0)
		if l.c.Language != want {
			t.Errorf("%q: changed to %s", text, l.c.Language)
		}
	}
	d := luna()
	d.Flows[1].Nodes[0] = engine.Node{ID: "nombre", Verb: engine.AskVerb, Ask: engine.Words{"es": "¿Idioma?", "en": "Language?"},
		Save: "contact.language", Go: engine.Target{Node: "plan"}, Otherwise: engine.Target{Node: "plan"},
		Rows: []engine.Row{{ID: "es", Label: es("Español")}, {ID: "en", Label: es("English")}}}
	d.Flows[1].Nodes[1].Ask = engine.Words{"es": "¿Qué plan?", "en": "Which plan?"}
	l := live(t, d)
	same(t, l.say(t, "hola", 0), "¿Idioma?")
	same(t, l.say(t, "english", 0), "Which plan?")
	if l.c.Language != "en" || l.sends()[0].Language != "en" {
		t.Fatalf("%+v", l.c)
	}
}

// The words of the service never read what a flow has for itself.
func TestServiceWordsReadTheServicesData(t *testing.T) {
	d := amanecer()
	d.Hint, d.NotUnderstood = es("{dias ?? 0} días · {word.stop}"), es("¿{dias ?? 0}?")
	l := live(t, d)
	same(t, l.say(t, "cuenta", 0), "¿Cuántos?")
	l.say(t, "7", 0)
	if m := l.sends()[0]; m.Fill[0].Value != "7" {
		t.Fatalf("%+v", m)
	}
	same(t, l.say(t, "va", 0), "¿Cuántos?") // the flow's own is 7 still
	if got := l.say(t, "mucho", 0); got[0] != "¿0?" {
		t.Fatal(got)
	}
	if b := l.sends()[0].Body; !strings.HasSuffix(b, "0 días · STOP") {
		t.Fatalf("%q", b)
	}
}

// raw is the last answer as it was written, tapped or typed, and kept with
// what it gave.
func TestRaw(t *testing.T) {
	l := live(t, luna())
	l.say(t, "embarazo", 0)
	l.tap(t, l.front(t), "si")
	l.say(t, "  20 ", 0)
	if l.c.Raw != "20" || l.c.Data["semana"].Raw != "20" || l.c.Data["semana"].Value != eval.IntOf(20) {
		t.Fatalf("%+v", l.c)
	}
	l.wait(t, 8*24*hour)
	l.say(t, "otra cosa", 0)
	if l.c.Raw != "otra cosa" {
		t.Fatalf("%q", l.c.Raw)
	}
}

// Data kept for 90 days: counted from the last save, never from under a flow
// that reads it; kept until a stop, forgotten by it.
func TestKeep(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "casa", 0)
	l.say(t, "azul", 0)
	l.wait(t, 9*24*hour)
	l.say(t, "casa", 0)
	l.say(t, "rojo", 0)
	l.wait(t, 9*24*hour)
	if l.c.Data["color"].Value.Text != "rojo" {
		t.Fatal("forgotten from the first save")
	}
	l.must(t, engine.TimerFired{Now: l.now, Flow: "color", Purpose: engine.ForKeep})
	if due := l.timers[timerKey{"color", 0, engine.ForKeep}]; l.c.Data["color"].At == 0 || !due.Equal(l.now.Add(24*hour)) {
		t.Fatalf("forgotten too soon, or never: %s", due)
	}
	l.say(t, "casa", 0) // a question of a flow that reads it
	l.wait(t, 26*hour)
	if _, ok := l.c.Data["color"]; !ok {
		t.Fatal("taken from under a flow that reads it")
	}
	l.say(t, "stop", 0) // not kept until a stop: it stays for its time
	if _, ok := l.c.Data["color"]; !ok {
		t.Fatal("a stop forgets only what is kept until one")
	}
	l.wait(t, 24*hour)
	if _, ok := l.c.Data["color"]; ok {
		t.Fatal("kept for ever")
	}
	l = live(t, luna())
	l.say(t, "embarazo", 0)
	l.say(t, "sí", 0)
	l.say(t, "20", 0)
	l.say(t, "stop", 0)
	if _, ok := l.c.Data["semana"]; ok {
		t.Fatal("kept after a stop")
	}
}

// A session begins with a message after 24 hours without one: its first answer
// carries the hint, and first_time is true in the first one only.
func TestSession(t *testing.T) {
	hinted := func(l *life) (n int) {
		for _, m := range l.sends() {
			n += strings.Count(m.Body, "GUÍA · STOP")
		}
		return n
	}
	l := live(t, amanecer())
	l.say(t, "cuenta", 0)
	if hinted(l) != 1 || !l.c.FirstTime {
		t.Fatal("the first session")
	}
	l.wait(t, 4*hour)
	l.say(t, "cuenta", 0)
	if hinted(l) != 0 || !l.c.FirstTime {
		t.Fatal("the same session")
	}
	l.now = l.now.Add(24*hour - time.Microsecond)
	l.say(t, "cuenta", 0)
	if hinted(l) != 0 {
		t.Fatal("still the same session")
	}
	l.now = l.now.Add(24 * hour)
	l.say(t, "cuenta", 0)
	if hinted(l) != 1 || l.c.FirstTime {
		t.Fatal("a new session")
	}
	l.say(t, "mm", 0)
	if hinted(l) != 1 {
		t.Fatal("every retry carries it")
	}
}

// A stopped person who writes is answered once a day.
func TestStoppedIsToldOnceADay(t *testing.T) {
	l := live(t, luna())
	l.say(t, "stop", 0)
	told := func() int { return len(l.say(t, "hola", 0)) }
	if told() != 1 || told() != 0 {
		t.Fatal("once")
	}
	l.now = l.now.Add(24*hour - time.Microsecond)
	if told() != 0 {
		t.Fatal("not within a day")
	}
	l.now = l.now.Add(time.Microsecond)
	if told() != 1 {
		t.Fatal("once a day")
	}
	if !strings.Contains(l.sends()[0].Body, "+57 601 555 0100") {
		t.Fatal("with the ways to a person")
	}
}
