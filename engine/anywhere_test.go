package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/policy"
)

// Words that work everywhere are a digression from the open question, or with
// leaves drop it; they come before its rows and what it would save.
func TestAnywhere(t *testing.T) {
	l := live(t, alba())
	same(t, l.say(t, "casa", 0), "¿Color?") // any text is an answer here
	same(t, l.say(t, "Pista!", 0), "¿Una pista?")
	if l.c.Aside == nil || l.c.Data["color"].At != 0 {
		t.Fatalf("%+v", l.c)
	}
	same(t, l.pick(t, "no"), "¿Color?")

	same(t, l.say(t, "tutor", 0), "Gracias.") // no word of anywhere: an answer
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	same(t, l.say(t, "salida", 0), "¿Color?")
	l.stands(t, "casa.pide")
	if l.c.Aside != nil || !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("%+v %v", l.c, l.records())
	}
	// Dropped is left: the caller has its turn once no question is open.
	same(t, l.say(t, "azul", 0), "Gracias.", "¿Lo dejamos?")

	// With nothing open it begins; of a flow in front, anew.
	l = live(t, alba())
	same(t, l.say(t, "salida", 0), "¿Color?")
	same(t, l.say(t, "salida", 0), "¿Color?")
	if len(l.c.Front) != 1 || l.front(t).Visit != 2 {
		t.Fatalf("%+v", l.c.Front)
	}
	// What leaves drops a question that was set aside, too.
	l.say(t, "pista", 0)
	same(t, l.say(t, "salida", 0), "¿Color?")
	if l.c.Aside != nil || len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c)
	}
}

// The first entry that has the words keeps them, and tells the language of a
// first message; a whole message only, and nothing with a card number in it.
func TestWordsOfAnywhere(t *testing.T) {
	for text, want := range map[string]string{"pista": "es", "CLUE": "en", "salida": "es"} {
		l := live(t, alba())
		l.say(t, text, 0)
		if l.c.Language != want || l.front(t).Flow == "urgente" {
			t.Errorf("%q: %s, %+v", text, l.c.Language, l.c.Front)
		}
	}
	l := live(t, alba())
	same(t, l.say(t, "dame una pista", 0), "¿Color?")
	l = live(t, alba())
	l.say(t, "pista 4111 1111 1111 1111", 0)
	if len(l.c.Front) != 0 {
		t.Fatalf("%+v", l.c.Front)
	}
}

// The reserved words come first, and one that is in doubt is asked about only
// when no word of anywhere has it.
func TestReservedWordsComeBeforeAnywhere(t *testing.T) {
	d := alba()
	d.Anywhere = append(d.Anywhere, engine.Anywhere{Words: map[string][]string{"es": {"stop", "guía", "hunan"}}, Flow: "ayuda"})
	l := live(t, d)
	l.say(t, "guía", 0)
	if l.c.Handover == nil {
		t.Fatal("no person was asked for")
	}
	l.say(t, "stop", 0)
	if l.c.Stopped == nil {
		t.Fatal("stop is gone")
	}
	l = live(t, d)
	same(t, l.say(t, "hunan", 0), "¿Una pista?")
	l = live(t, alba())
	same(t, l.say(t, "hunan", 0), "Do you want to talk to a person?")
}

// Urgent words mark the conversation, every time; and they run for a stopped
// person, with the answers to their questions, and nothing else does.
func TestUrgentWordsOfAStoppedPerson(t *testing.T) {
	flags := func(l *life) (n int) {
		for _, e := range l.last.Effects {
			if e == (engine.Flag{Tag: "urgent"}) {
				n++
			}
		}
		return n
	}
	stopped := func() *life {
		l := live(t, alba())
		l.say(t, "casa", 0)
		l.say(t, "stop", 0)
		same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
		if flags(l) != 1 || !slices.Equal(l.c.Tags, []string{"urgent"}) {
			t.Fatalf("%v", l.c.Tags)
		}
		return l
	}
	l := stopped()
	same(t, l.pick(t, "si"), "Cuídate.")
	if l.c.Stopped == nil || len(l.c.Front)+len(l.timers) != 0 {
		t.Fatalf("%+v", l.c)
	}
	same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
	if flags(l) != 1 {
		t.Fatal("urgent again")
	}

	// Its question takes answers, retries and older taps; keywords and other
	// words of anywhere are nothing now.
	l = stopped()
	old := l.front(t)
	same(t, l.say(t, "pista", 0), "No te entendí.")
	same(t, l.say(t, "tutor", 0), "No te entendí.")
	same(t, l.tap(t, engine.Frame{Flow: "casa", Node: "pide", Visit: 1}, "gente"), "Esa era una pregunta anterior. Ahora estamos aquí:")
	same(t, l.say(t, "a salvo", 0), "Cuídate.")
	if got := l.tap(t, old, "si"); len(got) != 1 || !strings.HasPrefix(got[0], "No te escribimos") {
		t.Fatal(got)
	}

	// Waits, schedules, templates and home are refused; so are nudges and what
	// comes of silence.
	for row, want := range map[string][]string{"espera": nil, "agenda": {"Cuídate."}, "plantilla": nil, "pantalla": nil} {
		l := stopped()
		same(t, l.pick(t, row), want...)
		if !slices.Contains(l.records(), "decision/stopped") || len(l.c.Parked)+len(l.c.Scheduled)+len(l.c.Front)+len(l.timers) != 0 {
			t.Errorf("%s: %v %+v %v", row, l.records(), l.c, l.timers)
		}
	}
	l = stopped()
	same(t, l.wait(t, 31*24*hour))
	if len(l.c.Front) != 0 {
		t.Fatal("it lapses")
	}

	// Requests and calls are part of it, also when what they bring is late.
	l = stopped()
	l.pick(t, "consulta")
	same(t, l.say(t, "hola", 0))
	same(t, l.fetched(t, 404, ""), "No hay notas (404).", "¿Estás a salvo?")
	l.pick(t, "consulta")
	l.now = l.now.Add(25 * hour)
	same(t, l.fetched(t, 404, "")) // the window is shut: nothing is held for a stopped person
	if len(l.c.Front)+len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c)
	}

	// Stop again ends it without another word; start takes the stop back.
	l = stopped()
	same(t, l.say(t, "stop", 0))
	if len(l.c.Front)+len(l.timers) != 0 || !slices.Contains(l.records(), "stop/again") {
		t.Fatalf("%+v", l.c)
	}
	l = stopped()
	same(t, l.say(t, "alta", 0), "Qué bueno.", "¿Color?")
	if !slices.Contains(l.records(), "lapse/left") {
		t.Fatal(l.records())
	}

	// A person may be asked for by it; the question is not asked again after.
	l = stopped()
	same(t, l.pick(t, "no"), "Te escribirá alguien.")
	l.act(t, engine.Claims)
	same(t, l.act(t, engine.Replies), "hola")
	same(t, l.act(t, engine.Releases))
	if len(l.c.Front) != 0 || l.c.Stopped == nil {
		t.Fatalf("%+v", l.c)
	}
}

// A nudge is not what they just asked for.
func TestUrgentQuestionIsNotNudged(t *testing.T) {
	d := alba()
	flowOf(&d, "urgente").Nodes[0].Silence = &engine.Silence{After: hour, Say: es("¿Sigues?"), Times: 1, Go: engine.Target{Node: "adios"}}
	l := live(t, d)
	l.say(t, "stop", 0)
	l.say(t, "socorro", 0)
	same(t, l.wait(t, 3*hour))
	if len(l.c.Front) != 0 {
		t.Fatalf("%+v", l.c.Front)
	}
}

// While they wait for a person the words act: one that leaves takes them out of
// the queue, another keeps their place, and so do the answers to its question.
// All else is kept for the operator.
func TestAnywhereWhileWaitingForAPerson(t *testing.T) {
	waiting := func() *life {
		l := live(t, alba())
		l.say(t, "tutor", 0)
		same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
		return l
	}
	l := waiting()
	same(t, l.say(t, "listo", 0)) // the question that was left takes no answers now
	same(t, l.pick(t, "si"))
	same(t, l.records(), "human/kept")
	place := *l.c.Handover
	same(t, l.say(t, "pista", 0), "¿Una pista?")
	if m := l.sends()[0]; !m.Anywhere || m.Cause != policy.Answer {
		t.Fatalf("%+v", m)
	}
	same(t, l.say(t, "me duele", 0)) // for the operator
	same(t, l.records(), "human/kept")
	same(t, l.say(t, "tutor", 0))
	same(t, l.pick(t, "no"))
	if l.c.Handover == nil || *l.c.Handover != place {
		t.Fatalf("%+v", l.c.Handover)
	}
	l.stands(t, "tutor.listo") // the question left stays where it is, and is not asked now
	d := alba()
	d.Human.After = ""
	l.s = live(t, d).s
	same(t, l.act(t, engine.Releases), "¿Listo?")

	l = waiting()
	same(t, l.say(t, "salida", 0), "¿Color?")
	if l.c.Handover != nil || len(l.timers) != 1 {
		t.Fatalf("%+v %v", l.c, l.timers)
	}
	if m := l.sends()[0]; m.Anywhere {
		t.Fatal("out of the queue, it is a flow like any other")
	}
	var acts []engine.Asked
	for _, e := range l.last.Effects {
		if h, ok := e.(engine.HandOver); ok {
			acts = append(acts, h.Act)
		}
	}
	if !slices.Equal(acts, []engine.Asked{engine.GivenBack}) {
		t.Fatal(acts)
	}

	// A second word replaces the first, and the question left stays the same.
	l = waiting()
	l.say(t, "pista", 0)
	same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
	same(t, l.pick(t, "si"), "Cuídate.")
	l.stands(t, "tutor.listo")

	// Once an operator has it, all is theirs; what was asked ends left.
	l = waiting()
	l.say(t, "pista", 0)
	old := l.front(t)
	l.act(t, engine.Claims)
	l.stands(t, "tutor.listo")
	for _, text := range []string{"pista", "salida", "tutor"} {
		same(t, l.say(t, text, 0))
	}
	same(t, l.tap(t, old, "no"))
	same(t, l.act(t, engine.Releases), "¿Qué tal te atendieron?")

	// Asked for a person from nowhere: nothing to go back to.
	l = live(t, alba())
	l.say(t, "guía", 0)
	l.say(t, "pista", 0)
	same(t, l.pick(t, "duerme"))
	if len(l.c.Parked) != 1 || len(l.c.Front) != 0 {
		t.Fatalf("%+v", l.c)
	}
	same(t, l.wait(t, 2*hour)) // its time comes after the release
	if l.c.Handover == nil {
		t.Fatal("the place is lost")
	}
}

// An urgent word raises the priority of a request, while it waits and once an
// operator has it.
func TestUrgentWordsRaiseTheRequest(t *testing.T) {
	raised := func(l *life) (n int) {
		for _, e := range l.last.Effects {
			if h, ok := e.(engine.HandOver); ok && h.Act == engine.MoreUrgent && h.Priority == 9 {
				n++
			}
		}
		return n
	}
	l := live(t, alba())
	l.say(t, "guía", 0)
	same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
	if raised(l) != 1 || l.c.Handover.Priority != 9 {
		t.Fatalf("%+v", l.last.Effects)
	}
	l = live(t, alba())
	l.say(t, "guía", 0)
	l.act(t, engine.Claims)
	same(t, l.say(t, "socorro", 0))
	if raised(l) != 1 || l.c.Handover.Priority != 9 || !slices.Contains(l.last.Effects, engine.Effect(engine.Flag{Tag: "urgent"})) {
		t.Fatalf("%+v", l.last.Effects)
	}
	l.say(t, "socorro", 0)
	if raised(l) != 0 {
		t.Fatal("there is nothing above nine")
	}
}

// What goes out to a person who waits asks the gate as it is then: an operator
// who took it in the meantime is not talked over.
func TestGateOfAnywhere(t *testing.T) {
	l := live(t, alba())
	l.say(t, "guía", 0)
	l.now = l.now.Add(time.Second)
	l.say(t, "pista", 0)
	m := l.sends()[0]
	if d := l.s.Gate(&l.c, &m, l.now, l.now); !d.Sends() {
		t.Fatal(d)
	}
	l.act(t, engine.Claims)
	if d := l.s.Gate(&l.c, &m, l.now, l.now); d.Sends() {
		t.Fatal("talks over an operator")
	}
}

// Words that leave drop what was set aside as well; a second word, while they
// wait or were stopped, ends what the first began.
func TestWordsThatLeaveNothingBehind(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.say(t, "clue", 0)
	same(t, l.say(t, "salida", 0), "¿Color?")
	if l.c.Aside != nil {
		t.Fatalf("%+v", l.c.Aside)
	}
	same(t, l.say(t, "azul", 0), "Gracias.")

	l = live(t, alba())
	l.say(t, "guía", 0)
	l.say(t, "clue", 0)
	same(t, l.say(t, "socorro", 0), "¿Estás a salvo?")
	same(t, l.pick(t, "si"), "Cuídate.")
	if len(l.c.Front) != 0 || l.c.Aside != nil {
		t.Fatalf("%+v", l.c)
	}
}

// A person asked for while a digression waits for the answer to its request: it
// goes on after the release, and the question it was from ends left.
func TestPersonAskedForDuringARequest(t *testing.T) {
	d := alba()
	d.Human.After = ""
	l := live(t, d)
	l.say(t, "agenda", 0)
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "examen")
	same(t, l.say(t, "guía", 0), "Te escribirá alguien.")
	if l.c.Aside != nil || len(l.c.Front) != 0 || !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("%+v %v", l.c, l.records())
	}
	same(t, l.fetched(t, 200, `{"nota": 7}`))
	same(t, l.act(t, engine.Releases), "Nota 7. ¿Vale?")
	l.stands(t, "tutor.curso > leccion.prueba > examen.dice")
}
