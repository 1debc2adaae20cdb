package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/policy"
)

// at lets time pass until a moment.
func (l *life) at(t *testing.T, clock time.Time) []string {
	t.Helper()
	return l.wait(t, clock.Sub(l.now))
}

func (l *life) parked(t *testing.T, flow engine.FlowID) *engine.Thread {
	t.Helper()
	for i := range l.c.Parked {
		if l.c.Parked[i].Stack[0].Flow == flow {
			return &l.c.Parked[i]
		}
	}
	t.Fatalf("%s is not parked: %+v", flow, l.c.Parked)
	return nil
}

// Consent: proactive needs the live consent of its purpose. One that is refused
// ends its flow left, and is recorded.
func TestProactiveNeedsItsConsent(t *testing.T) {
	for name, g := range map[string]engine.Agreement{
		"withdrawn": {Version: 3}, "outdated": {Version: 2, Live: true}, "of a version to come": {Version: 4, Live: true},
	} {
		l := agreed(t)
		l.c.Consents["consejos"] = g
		same(t, l.wait(t, 4*hour))
		if len(l.c.Parked)+len(l.c.Front) != 0 || len(l.timers) != 0 {
			t.Fatalf("%s: %+v", name, l.c)
		}
	}
	l := agreed(t)
	same(t, l.wait(t, 3*hour), "Semana 20: descansa.")
	if m := l.sends()[0]; m.Cause != policy.Proactive || m.Purpose != "consejos" {
		t.Fatalf("%+v", m)
	}
	delete(l.c.Consents, "consejos")
	same(t, l.wait(t, 8*24*hour)) // the template, too
	if len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c)
	}
	// What answers them needs none.
	same(t, l.say(t, "casa", 0), "¿Cómo te llamas?")
}

// A message that names no purpose has one only where there is no doubt which.
func TestPurposeOfAMessage(t *testing.T) {
	for name, change := range map[string]func(*engine.Definition){
		"two with messages":  func(d *engine.Definition) { d.Consents[1].Messages = true },
		"none with messages": func(d *engine.Definition) { d.Consents[0].Messages = false },
		"another is named":   func(d *engine.Definition) { d.Flows[2].Nodes[3].Purpose = "estudio" },
	} {
		d := permiso()
		change(&d)
		l := agreed(t)
		l.s = live(t, d).s
		l.c.Consents["estudio"] = engine.Agreement{Version: 1, Live: true} // to no messages
		same(t, l.wait(t, 4*hour))
		if len(l.c.Parked) != 0 {
			t.Fatalf("%s: %+v", name, l.c.Parked)
		}
	}
	d := permiso()
	d.Consents[1].Messages = true
	d.Flows[2].Nodes[3].Purpose = "consejos"
	l := agreed(t)
	l.s = live(t, d).s
	same(t, l.wait(t, 3*hour), "Semana 20: descansa.")
}

// Category: a marketing opt-out blocks marketing templates only.
func TestMarketingOptOutBlocksMarketingOnly(t *testing.T) {
	advised := func(events ...engine.Event) *life {
		l := agreed(t)
		l.wait(t, 3*hour)
		same(t, l.wait(t, 7*24*hour), "Tu consejo está listo.")
		for _, e := range events {
			l.must(t, e)
		}
		return l
	}
	out := func(at time.Time) engine.Event { return engine.Preference{Now: monday.Add(9 * 24 * hour), Sent: at} }
	in := func(at time.Time) engine.Event {
		return engine.Preference{Now: monday.Add(9 * 24 * hour), Sent: at, Marketing: true}
	}
	early, late := monday.Add(7*24*hour), monday.Add(8*24*hour)
	for _, c := range []struct {
		name   string
		events []engine.Event
		want   []string
	}{
		{"nothing was said", nil, []string{"Hay cunas."}},
		{"out", []engine.Event{out(early)}, nil},
		{"out and in", []engine.Event{out(early), in(late)}, []string{"Hay cunas."}},
		{"an older out comes late", []engine.Event{in(late), out(early)}, []string{"Hay cunas."}},
		{"an older in comes late", []engine.Event{out(late), in(early)}, nil},
	} {
		l := advised(c.events...)
		if len(c.events) > 0 && !slices.ContainsFunc(l.records(), func(r string) bool { return strings.HasPrefix(r, "preference/") }) {
			t.Fatalf("%s: %v", c.name, l.records())
		}
		f := l.parked(t, "embarazo").Stack[0]
		same(t, l.tap(t, f, "leer"), c.want...)
		if c.want == nil {
			l.has(t, "decision/category")
			l.has(t, "lapse/left")
		}
	}
	// 131050 says the same, and ends the flow of the template that did not arrive.
	l := advised()
	f := l.parked(t, "embarazo").Stack[0]
	l.tap(t, f, "leer")
	f = l.parked(t, "embarazo").Stack[0]
	l.must(t, engine.Delivery{Now: l.now, Code: 131050, Flow: f.Flow, Visit: f.Visit, Cause: policy.Answer, Sent: l.now})
	if l.c.NoMarketing == 0 || len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c)
	}
	l.has(t, "delivery/no-marketing")
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
}

// Quiet hours: proactive waits until morning, on the person's clock; what
// answers them does not.
func TestProactiveWaitsUntilMorning(t *testing.T) {
	morning := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC) // 07:00 in Bogotá
	for zone, want := range map[string]time.Time{
		"": morning, "nowhere/known": morning, "Europe/Madrid": time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC), "Asia/Tokyo": {}, // noon there
	} {
		l := agreed(t)
		l.c.Zone = zone
		l.say(t, "noche", 0)
		got := l.wait(t, 13*hour) // 22:00
		if want.IsZero() {
			if slices.Contains(got, "¿Duermes?") {
				continue
			}
			t.Fatalf("%s: %q", zone, got)
		}
		if slices.Contains(got, "¿Duermes?") || l.parked(t, "noche").Why != engine.InQuiet {
			t.Fatalf("%s: %q %+v", zone, got, l.c.Parked)
		}
		l.has(t, "decision/quiet")
		l.at(t, want.Add(-time.Microsecond))
		if l.parked(t, "noche").Why != engine.InQuiet {
			t.Fatalf("%s: too soon", zone)
		}
		same(t, l.at(t, want), "¿Duermes?")
		if err := l.alive(); err != nil {
			t.Fatal(err)
		}
	}
	l := agreed(t)
	l.now = monday.Add(14 * hour) // at night, they write
	same(t, l.say(t, "casa", 0), "¿Cómo te llamas?")
}

// A template waits for the morning, too, also one that the outbox still had
// when the quiet hours began; so does an apology. What may no longer go by then
// is held.
func TestTemplateWaitsUntilMorning(t *testing.T) {
	d := permiso()
	d.Flows[2].Nodes[4].Wait.For.Exact = 7*24*hour + 11*hour
	l := agreed(t)
	l.s = live(t, d).s
	l.wait(t, 3*hour)
	same(t, l.wait(t, 7*24*hour+11*hour))
	if l.parked(t, "embarazo").Why != engine.InQuiet {
		t.Fatalf("%+v", l.c.Parked)
	}
	same(t, l.wait(t, 8*hour), "Tu consejo está listo.")
	m := l.sends()[0]

	// It stayed in the outbox until night.
	night := time.Date(2026, 3, 10, 22, 0, 0, 0, l.s.Zone())
	if got := l.s.Gate(&l.c, &m, l.now, night); got.Verb != policy.HoldUntil {
		t.Fatalf("%+v", got)
	}
	l.now = night
	l.must(t, engine.Decided{Now: night, Message: m, Reason: string(policy.Quiet)})
	if p := l.parked(t, "embarazo"); p.Why != engine.InQuiet || p.Stack[0].Asked {
		t.Fatalf("%+v", p)
	}
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
	same(t, l.wait(t, 9*hour), "Tu consejo está listo.")

	// Or the consent was taken back meanwhile.
	m = l.sends()[0]
	l.c.Consents["consejos"] = engine.Agreement{Version: 3}
	if got := l.s.Gate(&l.c, &m, l.now, l.now); got.Reason != policy.NoConsent {
		t.Fatalf("%+v", got)
	}
	l.must(t, engine.Decided{Now: l.now, Message: m, Reason: string(policy.NoConsent)})
	if len(l.c.Parked) != 0 {
		t.Fatalf("%+v", l.c.Parked)
	}
	l.has(t, "lapse/left")

	// A question that may go until night, and no more in the morning.
	l = agreed(t)
	l.say(t, "noche", 0)
	l.wait(t, 13*hour)
	l.c.LastInbound = engine.Stamp(monday.Add(-3 * hour).UnixMicro())
	l.wait(t, 9*hour)
	if p := l.parked(t, "noche"); p.Why != engine.InHold {
		t.Fatalf("%+v", p)
	}
	same(t, l.say(t, "buenas", 0), "¿Duermes?")
}

// Give up waits until morning: somebody may still come until then.
func TestGiveUpWaitsUntilMorning(t *testing.T) {
	d := permiso()
	d.Human.GiveUp.After = engine.Duration{Exact: 14 * hour}
	l := live(t, d)
	l.say(t, "agente", 0)
	same(t, l.wait(t, 14*hour))
	if l.c.Handover == nil {
		t.Fatal("given up at night")
	}
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
	same(t, l.at(t, time.Date(2026, 3, 3, 7, 0, 0, 0, l.s.Zone())), "No hubo nadie.")
	if l.c.Handover != nil {
		t.Fatal("it is over")
	}
}

// A nudge that would fall into quiet hours goes out one minute before them, not
// less than an hour after the visit's last message; one that is left out counts
// as sent when it was due.
func TestNudgeBeforeQuietHours(t *testing.T) {
	for name, c := range map[string]struct {
		asked time.Duration // after 09:00
		after time.Duration
		want  string
	}{
		"in the evening":         {0, 12*hour + 30*time.Minute, "20:59"},
		"after midnight":         {0, 16 * hour, "20:59"},
		"the last quiet minute":  {0, 22*hour - time.Minute, "20:59"},
		"in the morning":         {0, 22 * hour, "07:00"},
		"before they begin":      {0, 12*hour - time.Minute, "20:59"},
		"an hour after":          {10*hour + 59*time.Minute, 2 * hour, "20:59"},
		"too soon after":         {11 * hour, 2 * hour, "22:00"}, // left out
		"the margin is at night": {-10 * hour, 23*hour + 51*time.Minute, "20:59"},
	} {
		d := permiso()
		d.Flows[8].Nodes[0].Silence.After = c.after
		l := live(t, d)
		l.now = monday.Add(c.asked)
		l.say(t, "pregunta", 0)
		due := l.timers[timerKey{"pregunta", 1, engine.ForSilence}].In(l.s.Zone()).Format("15:04")
		if due != c.want {
			t.Errorf("%s: %s, want %s", name, due, c.want)
		}
		said := l.wait(t, l.timers[timerKey{"pregunta", 1, engine.ForSilence}].Sub(l.now))
		if left := len(said) == 0; left != (name == "too soon after") || l.front(t).Nudges != 1 {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// Quiet hours as clocks show them, across midnight and where a clock is put
// back or forward; a service that is quiet all week never runs in a circle.
func TestQuietHoursOnOddClocks(t *testing.T) {
	every := [7]bool{true, true, true, true, true, true, true}
	gate := func(zone string, quiet []engine.Hours, at time.Time) policy.Decision {
		d := permiso()
		d.Timezone, d.Quiet = zone, quiet
		l := agreed(t)
		l.c.LastInbound = engine.Stamp(at.UnixMicro())
		return live(t, d).s.Gate(&l.c, &engine.Outgoing{Cause: policy.Proactive, Purpose: "consejos"}, at, at)
	}
	utc := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	night := []engine.Hours{{Days: every, From: 21 * 60, To: 24 * 60}, {Days: every, To: 7 * 60}}
	for _, c := range []struct {
		zone  string
		quiet []engine.Hours
		at    string
		want  string // zero: send
	}{
		{"Europe/Madrid", night, "2026-03-28 22:00", "2026-03-29 05:00"}, // the clock goes forward at 01:00 UTC
		{"Europe/Madrid", night, "2026-10-24 22:00", "2026-10-25 06:00"}, // and back
		{"Europe/Madrid", night, "2026-03-28 19:59", ""},
		{"Europe/Madrid", night, "2026-03-28 20:00", "2026-03-29 05:00"},
		{"Europe/Madrid", []engine.Hours{{Days: every, From: 60, To: 150}}, "2026-10-25 00:45", ""},
		{"Europe/Madrid", []engine.Hours{{Days: every, From: 60, To: 150}}, "2026-10-25 01:15", "2026-10-25 01:30"}, // 02:15, for the second time
		{"America/Bogota", []engine.Hours{{Days: [7]bool{0: true}, To: 24 * 60}}, "2026-03-01 12:00", "2026-03-02 05:00"},
		{"America/Bogota", []engine.Hours{{Days: every, To: 24 * 60}}, "2026-03-01 12:00", "2026-03-09 05:00"},
	} {
		d := gate(c.zone, c.quiet, utc(c.at))
		got := ""
		if d.Verb == policy.HoldUntil {
			got = d.Until.Format("2006-01-02 15:04")
		}
		if got != c.want {
			t.Errorf("%s %s: until %q, want %q", c.zone, c.at, got, c.want)
		}
	}
}

// A question that was still in the outbox when night fell was not asked: it
// waits for the morning, and a nudge is left out.
func TestQuestionThatNightOvertook(t *testing.T) {
	d := permiso()
	d.Flows[6].Nodes[0].Wait.For.Exact = hour
	l := agreed(t)
	l.s = live(t, d).s
	l.say(t, "noche", 0)
	l.c.Parked = slices.DeleteFunc(l.c.Parked, func(p engine.Thread) bool { return p.Stack[0].Flow == "embarazo" })
	l.timers = map[timerKey]time.Time{{"noche", l.c.Visits, engine.ForWait}: monday.Add(hour)}
	same(t, l.wait(t, hour), "¿Duermes?")
	m := l.sends()[0]
	l.now = monday.Add(13 * hour)
	if got := l.s.Gate(&l.c, &m, l.now, l.now); got.Verb != policy.HoldUntil {
		t.Fatalf("%+v", got)
	}
	l.must(t, engine.Decided{Now: l.now, Message: m, Reason: string(policy.Quiet)})
	if p := l.parked(t, "noche"); p.Why != engine.InQuiet || p.Stack[0].Asked {
		t.Fatalf("%+v", p)
	}
	same(t, l.at(t, time.Date(2026, 3, 3, 7, 0, 0, 0, l.s.Zone())), "¿Duermes?")
	// Once the night is over when we hear of it, it is asked at once.
	m = l.sends()[0]
	l.must(t, engine.Decided{Now: l.now, Message: m, Reason: string(policy.Quiet)})
	same(t, l.wait(t, 0), "¿Duermes?")
	nudge := engine.Outgoing{Cause: policy.Nudge}
	if got := l.s.Gate(&l.c, &nudge, l.now.Add(-hour), l.now.Add(-hour)); got.Verb != policy.Refuse || got.Reason != policy.Quiet {
		t.Fatalf("%+v", got)
	}
}

// Words that wait for the morning have not begun to wait for anything: the
// question that their flow left comes back, as behind words that are held.
func TestNightDoesNotEndTheQuestionThatWasLeft(t *testing.T) {
	d := permiso()
	d.Flows[8].Nodes[0].Silence = &engine.Silence{After: 30 * time.Minute, Go: engine.Target{Node: "adios"}}
	d.Flows[8].Nodes = append(d.Flows[8].Nodes, engine.Node{ID: "adios", Verb: engine.SayVerb, Say: []engine.Words{es("Hasta luego.")}, Go: engine.Target{End: "done"}})
	l := agreed(t)
	l.s = live(t, d).s
	l.c.Parked, l.timers = nil, map[timerKey]time.Time{}
	l.now = monday.Add(11*hour + 45*time.Minute) // 20:45
	l.say(t, "estudio", 0)
	same(t, l.say(t, "pregunta", 0), "¿Seguimos?")
	same(t, l.wait(t, hour))
	if l.parked(t, "pregunta").Why != engine.InQuiet || l.parked(t, "estudio").Why != engine.InQuiet {
		t.Fatalf("%+v", l.c)
	}
	if said := l.wait(t, 10*hour); !slices.Contains(said, "Hasta luego.") || !slices.Contains(said, "Luna quiere usar tus datos en un estudio: "+privacy) {
		t.Fatalf("%q", said)
	}
}
