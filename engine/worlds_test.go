package engine_test

import (
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/policy"
)

// allowed is what people write to permiso.
var allowed = []string{
	"stop", "alta", "agente", "casa", "cita", "embarazo", "dudas", "estudio", "fuera", "noche", "olvida", "pregunta", "tarde",
	"sí, acepto", "no, gracias", "sí", "no", "20", "60", "voy", "sigo", "leer", "Ana", "bueno",
}

// outside draws what may happen besides what they write: what they tell
// WhatsApp, what the outbox takes back of what was sent last, what WhatsApp
// refuses of it.
func (l *life) outside(t *rapid.T, sent []engine.Outgoing) engine.Event {
	if len(sent) == 0 || rapid.Bool().Draw(t, "preference") {
		return engine.Preference{Now: l.now, Sent: l.now.Add(-rapid.SampledFrom([]time.Duration{0, hour, 99 * hour}).Draw(t, "ago")), Marketing: rapid.Bool().Draw(t, "marketing")}
	}
	m := rapid.SampledFrom(sent).Draw(t, "message")
	if rapid.Bool().Draw(t, "delivery") {
		return engine.Delivery{Now: l.now, Code: rapid.SampledFrom([]int{131047, 131050}).Draw(t, "code"), Flow: m.Flow, Visit: m.Visit, Cause: m.Cause, Sent: l.now}
	}
	d := l.s.Gate(&l.c, &m, l.now, l.now)
	if d.Sends() {
		d.Reason = policy.Quiet // it was, when the outbox asked
	}
	return engine.Decided{Now: l.now, Message: m, Reason: string(d.Reason)}
}

// Whatever happens, in any order: nothing that nobody asked for without the live
// consent of its purpose, none of it at night, no marketing to who wants none;
// the ledger tells the latest word on every purpose, and what needs a consent is
// kept with a live one only.
func TestNothingWithoutConsentInAnyWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := engine.New(permiso())
		if err != nil {
			t.Fatal(err)
		}
		l := &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
		latest := map[string]engine.Consented{}
		var taps []string
		var past []timerKey
		var sent []engine.Outgoing
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			was := l.c
			ev := engine.Event(nil)
			if rapid.IntRange(0, 6).Draw(t, "outside") == 0 {
				ev = l.outside(t, sent)
			} else {
				ev = l.anything(t, allowed, taps, past)
			}
			if err := l.do(ev); err != nil {
				t.Fatalf("%T: %v", ev, err)
			}
			if err := promises(l.s, &was, &l.last, ev, l.now); err != nil && !backwards(err) {
				t.Fatalf("%T: %v", ev, err)
			}
			for _, err := range []error{l.alive(), l.forgotten(&was), l.twice()} {
				if err != nil {
					t.Fatalf("%T: %v\n%+v", ev, err, l.c)
				}
			}
			live := func(name string) bool {
				e := latest[name]
				return e.Given && e.Version == map[string]int{"consejos": 3, "estudio": 1}[name]
			}
			before := maps.Clone(latest)
			for _, e := range l.last.Effects {
				switch e := e.(type) {
				case engine.Consented:
					latest[e.Purpose] = e
				case engine.Send:
					m := e.Message
					sent = append(sent, m)
					for _, ch := range m.Choices {
						taps = append(taps, ch.ID)
					}
					if m.Cause == policy.Proactive && !live("consejos") {
						t.Fatalf("%T: nobody asked for %q, and they never agreed: %+v", ev, m.Body, before)
					}
					if h := l.now.In(s.Zone()).Hour(); (m.Cause == policy.Proactive || m.Cause == policy.GiveUp || m.Cause == policy.Nudge) && (h >= 21 || h < 7) {
						t.Fatalf("%T: %q at %d o'clock, for %s", ev, m.Body, h, m.Cause)
					}
					if m.Category == "marketing" && l.c.NoMarketing != 0 {
						t.Fatalf("%T: %q to who wants no marketing", ev, m.Body)
					}
				case engine.StartTimer:
					past = append(past, timerKey{e.Flow, e.Visit, e.Purpose})
				}
			}
			for name, e := range latest {
				if g := l.c.Consents[name]; g.Live != e.Given || g.Version != e.Version {
					t.Fatalf("%T: %s is %+v, and the ledger says %+v", ev, name, g, e)
				}
			}
			if len(l.c.Consents) > len(latest) {
				t.Fatalf("%T: %+v, and the ledger knows nothing of it", ev, l.c.Consents)
			}
			for data, name := range map[string]string{"semana": "consejos", "peso": "estudio"} {
				if _, kept := l.c.Data[data]; kept && !live(name) {
					t.Fatalf("%T: %s is kept without %s", ev, data, name)
				}
			}
		}
	})
}
