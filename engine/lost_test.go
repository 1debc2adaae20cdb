package engine_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/policy"
)

// anything draws an event, and moves the clock: mostly forward, sometimes to
// the next timer, now and then back.
func (l *life) anything(t *rapid.T, texts, taps []string, past []timerKey) engine.Event {
	if l.rng == nil {
		// rapid likes small numbers: what happens is drawn evenly, for a walk
		// to get far.
		l.rng = rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	}
	kind := l.rng.IntN(22)
	if k, ok := l.next(); ok && kind < 5 {
		if due := l.timers[k]; due.After(l.now) {
			l.now = due
		}
		return engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}
	}
	l.now = l.now.Add(rapid.SampledFrom([]time.Duration{
		0, 0, time.Second, time.Minute, 9 * time.Minute, 31 * time.Minute, 2 * time.Hour, 11 * time.Hour, 25 * time.Hour, -time.Hour, -26 * time.Hour,
	}).Draw(t, "later"))
	sent := l.now.Add(-rapid.SampledFrom([]time.Duration{0, 0, 0, 0, time.Second, time.Hour, 30 * time.Hour, -50 * time.Hour}).Draw(t, "ago"))
	if rapid.IntRange(0, 19).Draw(t, "timeless") == 0 {
		sent = time.Time{}
	}
	in := func(m engine.Inbound) engine.Event {
		m.ID, m.Sent = "m", sent
		return l.s.Read(m).Event(l.now)
	}
	visit := func() engine.Frame {
		var all []engine.Frame
		each(&l.c, func(f engine.Frame) { all = append(all, f) })
		if len(all) == 0 {
			return engine.Frame{Flow: "casa", Node: "pide", Visit: 1}
		}
		return rapid.SampledFrom(all).Draw(t, "visit")
	}
	switch kind {
	case 0, 1, 2, 3, 4, 5:
		return in(engine.Inbound{Kind: engine.InText, Type: "text", Text: texts[l.rng.IntN(len(texts))]})
	case 6, 7, 8, 9, 10, 11, 12, 13:
		if kind < 13 { // what was offered last: answers that lead on
			taps = taps[max(len(taps)-7, 0):]
		}
		if len(taps) == 0 {
			return in(engine.Inbound{Kind: engine.InOther, Type: "audio", Text: "\xff"})
		}
		return in(engine.Inbound{Kind: engine.InTap, Type: "button", Text: "\xff", Tap: taps[l.rng.IntN(len(taps))]})
	case 14:
		return in(engine.Inbound{Kind: rapid.SampledFrom([]engine.InKind{engine.InMedia, engine.InMedia, engine.InOther, engine.InFact}).Draw(t, "kind"), Type: "image", Carries: photo})
	case 15, 16:
		return engine.Operator{Now: l.now, Name: rapid.SampledFrom([]string{"Marta", ""}).Draw(t, "name"),
			Act:  rapid.SampledFrom([]engine.Act{engine.Releases, engine.Claims, engine.Claims, engine.Replies, engine.Releases}).Draw(t, "act"),
			Text: rapid.SampledFrom([]string{"hola", " "}).Draw(t, "text")}
	case 17:
		f := visit()
		return engine.Delivery{Now: l.now, Code: rapid.SampledFrom([]int{131047, 131026, 0}).Draw(t, "code"), Flow: f.Flow, Visit: f.Visit, Sent: sent}
	case 18:
		f := visit()
		return engine.Decided{Now: l.now, Reason: "window-shut", Message: engine.Outgoing{Flow: f.Flow, Node: f.Node, Visit: f.Visit,
			Cause: rapid.SampledFrom([]policy.Cause{policy.Answer, policy.Nudge, policy.GiveUp}).Draw(t, "cause")}}
	}
	if kind > 19 {
		f := visit()
		if i := slices.IndexFunc(past, func(k timerKey) bool { return k.purpose == engine.ForFetch }); i >= 0 && rapid.Bool().Draw(t, "asked for") {
			f.Flow, f.Visit = past[i].flow, past[i].visit
		}
		return engine.Fetched{Now: l.now, Flow: f.Flow, Visit: f.Visit, Status: rapid.SampledFrom([]int{200, 200, 404, 0}).Draw(t, "status"),
			Body: []byte(rapid.SampledFrom([]string{places, places, `{"nota": 7}`, `{"nota": "no"}`, `{`, "", `"\ud800"`, `{"nota": 99}`}).Draw(t, "body"))}
	}
	if len(past) == 0 {
		return engine.TimerFired{Now: l.now, Flow: "casa", Visit: 1, Purpose: engine.ForSilence}
	}
	k := rapid.SampledFrom(past).Draw(t, "timer")
	return engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}
}

// cast is a service and what people write to it.
type cast struct {
	def   engine.Definition
	texts []string
}

// casts are the services of these tests by name.
func casts() map[string]cast {
	words := []string{
		"stop", "alta", "guía", "casa", "cuenta", "gira", "noche", "pausa", "3", "va", "luego", "dormí", "bien", "mal", "seguimos", "basta",
		"salir de aquí", "con gente", "dudo", "azul", "un color que no cabe en veinte letras", "👍", "",
	}
	return map[string]cast{
		"with an inbox": {amanecer(), words},
		"without one":   {deaf(), words},
		"luna": {luna(), []string{
			"embarazo", "hola", "tarde", "sí", "no", "no lo sé", "20", "40", "stop", "alta", "enfermera", "plan a", "Ana", "leer", "ya nació", "ya",
		}},
		"permiso": {permiso(), allowed},
		"alba": {alba(), []string{
			"stop", "alta", "alta", "alta", "guía", "casa", "pausa", "noche", "azul", "", "salida", "pista", "clue", "socorro", "recuerdo",
			"tutor", "listo", "examen", "examen", "cuatro", "dejar", "vale", "otra vez", "seguir", "agenda", "pronto", "ya mismo", "el curso", "olvidé", "consulta",
		}},
		"booking": {booking(), []string{
			"buenas", "hola", "ver más", "volver al principio", "sede 3", "sede 12", "ninguna", "mañana", "05/03", "5 de marzo", "el domingo", "a las 3", "8:00", "a las 11",
			"300 123 45 67", "5730 0123 4006", "no la tengo", "sí", "no", "claro", "stop", "alta", "enfermera", "basta", "embarazo", "mm",
		}},
	}
}

// A question that was asked ends answered, asked again, lapsed or left. After
// whatever has happened, with a clock that also goes back: every question, wait
// and request for a person has something that ends it, no timer runs for
// nothing, nothing is said twice, and the promises hold.
func TestNothingIsEverLost(t *testing.T) {
	for name, c := range casts() {
		d, texts := c.def, c.texts
		t.Run(name, func(t *testing.T) {
			versions := versions(t)
			rapid.Check(t, func(t *rapid.T) {
				s, err := engine.New(d)
				if err != nil {
					t.Fatal(err)
				}
				l := &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
				var taps []string
				var past []timerKey
				for range rapid.IntRange(1, 60).Draw(t, "events") {
					was := l.c
					if name == "alba" && l.rng != nil && l.rng.IntN(12) == 0 {
						l.s = versions[l.rng.IntN(len(versions))]
					}
					ev := l.anything(t, texts, taps, past)
					if err := l.do(ev); err != nil {
						t.Fatalf("%T: %v", ev, err)
					}
					res := l.last
					if err := promises(l.s, &was, &res, ev, l.now); err != nil && !backwards(err) {
						t.Fatalf("%T: %v", ev, err)
					}
					for _, err := range []error{l.alive(), l.forgotten(&was), l.twice()} {
						if err != nil {
							t.Fatalf("%T: %v\n%+v", ev, err, l.c)
						}
					}
					for _, e := range res.Effects {
						switch e := e.(type) {
						case engine.Send:
							for _, ch := range e.Message.Choices {
								taps = append(taps, ch.ID)
							}
						case engine.StartTimer:
							past = append(past, timerKey{e.Flow, e.Visit, e.Purpose})
						}
					}
				}
				// Left alone, everything ends: nothing waits for ever but
				// what is held until they write.
				for range 500 {
					maps.DeleteFunc(l.timers, func(k timerKey, _ time.Time) bool { return k.purpose == engine.ForKeep })
					k, ok := l.next()
					if !ok {
						break
					}
					if due := l.timers[k]; due.After(l.now) {
						l.now = due
					}
					if err := l.do(engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}); err != nil {
						t.Fatal(err)
					}
				}
				if len(l.timers) > 0 || l.c.Handover != nil || len(l.c.Front) > 0 || l.c.Aside != nil {
					t.Fatalf("left alone, it goes on: %v %+v", l.timers, l.c)
				}
				for _, p := range l.c.Parked {
					if p.Why != engine.InHold {
						t.Fatalf("left alone, it waits: %+v", p)
					}
				}
			})
		})
	}
}

// backwards: only a clock that goes back makes the last inbound later than it.
func backwards(err error) bool {
	return fmt.Sprint(err) == "the last inbound went back, or into the future"
}

// versions are alba as it was and as it may become: a question, a wait and a
// call with other names, where their people are moved to; and a question that
// is gone.
func versions(t *testing.T) []*engine.Service {
	t.Helper()
	return []*engine.Service{
		live(t, alba()).s,
		renamed(t, "leccion", "suma", "resta", true), renamed(t, "leccion", "espera", "pausa", true),
		renamed(t, "tutor", "curso", "clase", true), renamed(t, "examen", "dice", "cuenta", false),
	}
}
