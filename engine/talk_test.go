package engine_test

import (
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/sim"
)

// talk plays a conversation written as it reads: > the person, [x] a tap, < the
// service, @ a length of time.
func talk(t *testing.T, w *sim.World, script string) {
	t.Helper()
	var got []string
	note := func(lines []sim.Line, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			got = append(got, strings.Split(strings.TrimPrefix(l.String(), "< "), "\n")[0])
		}
	}
	for i, line := range strings.Split(strings.TrimSpace(script), "\n") {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		if mark != "<" && len(got) > 0 {
			t.Fatalf("before line %d (%s): not expected: %q", i+1, line, got)
		}
		switch mark {
		case ">":
			if l, ok := strings.CutPrefix(rest, "["); ok {
				note(w.Tap(strings.TrimSuffix(l, "]"), 0))
			} else if k, ok := strings.CutPrefix(rest, "("); ok {
				note(w.Send(strings.TrimSuffix(k, ")")))
			} else {
				note(w.Say(rest))
			}
		case "@":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			note(w.Wait(d))
		case "<":
			if len(got) == 0 || !strings.HasPrefix(got[0], rest) {
				t.Fatalf("line %d: want %q, got %q", i+1, rest, got)
			}
			got = got[1:]
		default:
			t.Fatalf("line %d: %q", i+1, line)
		}
	}
	if len(got) > 0 {
		t.Fatalf("not expected: %q", got)
	}
}

func world(t *testing.T) *sim.World {
	t.Helper()
	s, err := engine.New(luna())
	if err != nil {
		t.Fatal(err)
	}
	return sim.New(s, monday)
}

func TestWeeklyAdvice(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> [Sí]
		< ¿De cuántas semanas?
		> muchas
		< Solo el número.
		> 20
		< Semana 20: descansa.
		@ 168h
		@ 1h
		< template consejo [Leer] [Ya nació]
		> [Leer]
		< Semana 21: descansa.`)
}

func TestGreetingDuringTheWaitChangesNothing(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> sí
		< ¿De cuántas semanas?
		> 39
		< Semana 39: prepara tu maleta.
		@ 72h
		> hola
		< Hola.
		< ¿Cómo te llamas?
		> Ana
		< ¿Qué plan, Ana?
		> plan b
		< Gracias, Ana: Plan B.
		@ 97h
		< template consejo [Leer] [Ya nació]
		> ya nació
		< ¡Felicidades!
		@ 2000h`)
}

func TestStopEverywhere(t *testing.T) {
	w := world(t)
	talk(t, w, `
		> embarazo
		< ¿Quieres consejos?
		> sí
		< ¿De cuántas semanas?
		> darme de baja
		< Listo. Escribe`)
	if w.Timers() != 0 {
		t.Errorf("%d timers run after a stop", w.Timers())
	}
	talk(t, w, `
		> STOP
		@ 720h
		> y ahora?
		< No te escribimos porque
		> hola
		@ 25h
		> hola
		< No te escribimos porque
		> alta
		< ¡Qué bueno
		< Hola.
		< ¿Cómo te llamas?`)
}

func TestHandover(t *testing.T) {
	w := world(t)
	talk(t, w, `
		> embarazo
		< ¿Quieres consejos?
		> enfermera
		< Una enfermera te escribirá pronto.
		> sigo aquí
		@ 5h`)
	if _, err := w.Operator(engine.Claims, "Marta", ""); err != nil {
		t.Fatal(err)
	}
	if l, err := w.Operator(engine.Replies, "Marta", "Hola, soy Marta"); err != nil || len(l) != 1 {
		t.Fatal(l, err)
	}
	l, err := w.Operator(engine.Releases, "Marta", "")
	if err != nil || len(l) != 1 || !strings.HasPrefix(l[0].Message.Body, "¿Quieres consejos?") {
		t.Fatalf("after the release the question left is asked again: %v %v", l, err)
	}
	talk(t, w, `
		> sí
		< ¿De cuántas semanas?`)
}

func TestNobodyCame(t *testing.T) {
	w := world(t)
	talk(t, w, `
		> embarazo
		< ¿Quieres consejos?
		> enfermera
		< Una enfermera te escribirá pronto.
		@ 47h
		@ 2h`) // two working days later the window is shut: the apology waits
	talk(t, w, `
		> sigo aquí
		< Perdona, no hubo nadie libre.
		< ¿Quieres consejos?`)
}

func TestHeldQuestionWasNotAsked(t *testing.T) {
	w := world(t)
	talk(t, w, `
		> tarde
		@ 25h`) // the window is shut when the wait is over
	if c := w.Conversation(); len(c.Parked) != 1 || c.Parked[0].Why != engine.InHold || c.Parked[0].Stack[0].Asked {
		t.Fatalf("%+v", c.Parked)
	}
	talk(t, w, `
		> ya
		< ¿Ya?
		> ya`)
}

func TestReplyDuringAWait(t *testing.T) {
	talk(t, world(t), `
		> tarde
		@ 2h
		> qué pasa
		< Todavía no.
		@ 20h
		> y
		< Todavía no.`)
}

func TestOldButton(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> [Sí]
		< ¿De cuántas semanas?
		> [No]
		< Esa era una pregunta anterior.
		> 20
		< Semana 20: descansa.
		> [Sí]
		< Hola.
		< ¿Cómo te llamas?`)
}

func TestDigressionComesBack(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> hola
		< Hola.
		< ¿Cómo te llamas?
		> Ana
		< ¿Qué plan, Ana?
		> [Plan A]
		< Gracias, Ana: Plan A.
		< ¿Quieres consejos?
		> sí
		< ¿De cuántas semanas?`)
}

func TestDigressionThatTookTooLong(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> hola
		< Hola.
		< ¿Cómo te llamas?
		> Ana
		< ¿Qué plan, Ana?
		@ 2h
		> [Plan A]
		< Gracias, Ana: Plan A.
		> sí
		< Hola.
		< ¿Cómo te llamas?`)
}

func TestParkedFlowWaitsForTheOpenQuestion(t *testing.T) {
	w := world(t)
	talk(t, w, `
		> embarazo
		< ¿Quieres consejos?
		> sí
		< ¿De cuántas semanas?
		> 10
		< Semana 10: descansa.
		@ 168h
		@ 55m
		> hola
		< Hola.
		< ¿Cómo te llamas?
		@ 20m
		@ 9m
		@ 1m
		< template consejo [Leer] [Ya nació]`)
}

func TestSilence(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> sí
		< ¿De cuántas semanas?
		@ 3h59m
		@ 1m
		< ¿Sigues ahí?
		@ 4h
		> 20
		< Hola.
		< ¿Cómo te llamas?`)
}

func TestTooManyTries(t *testing.T) {
	talk(t, world(t), `
		> embarazo
		< ¿Quieres consejos?
		> (audio)
		< No te entendí.
		> (image)
		< No te entendí.
		> mm
		< ENFERMERA: una persona
		> [Intentar de nuevo]
		< ¿Quieres consejos?
		> m
		< No te entendí.
		> m
		< No te entendí.
		> m
		< ENFERMERA: una persona
		> m
		< Una enfermera te escribirá pronto.`)
}

// A message that is three days old when it reaches us is kept; nothing
// free-form leaves because of it.
func TestLateMessage(t *testing.T) {
	w := world(t)
	late := engine.Inbound{Kind: engine.InText, Type: "text", Text: "hola", Sent: monday.Add(-72 * time.Hour)}
	if l, err := w.Hear(late); err != nil || len(l) != 0 {
		t.Fatal(l, err)
	}
	talk(t, w, `
		> buenas
		< Hola.
		< ¿Cómo te llamas?`)
}

func TestLateStopAndStart(t *testing.T) {
	w := world(t)
	at := func(text string, ago time.Duration) {
		t.Helper()
		if _, err := w.Hear(engine.Inbound{Kind: engine.InText, Type: "text", Text: text, Sent: w.Now().Add(-ago)}); err != nil {
			t.Fatal(err)
		}
	}
	at("hola", 0)
	at("stop", 72*time.Hour)
	if w.Conversation().Stopped == nil {
		t.Fatal("a stop three days old still stops")
	}
	at("alta", 80*time.Hour)
	if w.Conversation().Stopped == nil {
		t.Fatal("a start that was written before the stop starts nothing")
	}
	at("alta", time.Hour)
	if w.Conversation().Stopped != nil {
		t.Fatal("a start that was written after the stop starts")
	}
	at("stop", 2*time.Hour)
	if w.Conversation().Stopped != nil {
		t.Fatal("a stop that was written before the start says nothing any more")
	}
}

// A missing or odd timestamp opens nothing.
func TestNoTimestampOpensNothing(t *testing.T) {
	w := world(t)
	if l, err := w.Hear(engine.Inbound{Kind: engine.InText, Type: "text", Text: "hola"}); err != nil || len(l) != 0 {
		t.Fatal(l, err)
	}
	if w.Open() {
		t.Fatal("the window is open")
	}
	// One from the future counts as now, and no longer.
	if _, err := w.Hear(engine.Inbound{Kind: engine.InText, Type: "text", Text: "hola", Sent: w.Now().Add(100 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Wait(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if w.Open() {
		t.Fatal("a time in the future kept the window open")
	}
}

func TestWindowShutBySomebodyElse(t *testing.T) {
	w := world(t)
	talk(t, w, `
		> embarazo
		< ¿Quieres consejos?`)
	if _, err := w.Failed(131047); err != nil {
		t.Fatal(err)
	}
	if w.Open() {
		t.Fatal("WhatsApp said that the window is shut")
	}
	talk(t, w, `
		@ 1m
		> sí
		< ¿Quieres consejos?
		> sí
		< ¿De cuántas semanas?`)
}
