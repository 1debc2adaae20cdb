package engine_test

import (
	"slices"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
)

// flowOf finds a flow to change.
func flowOf(d *engine.Definition, id engine.FlowID) *engine.Flow {
	return &d.Flows[slices.IndexFunc(d.Flows, func(f engine.Flow) bool { return f.ID == id })]
}

// A schedule starts a flow later, with what it was given then, as proactive;
// the question that scheduled it is not what it waits behind.
func TestSchedule(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	same(t, l.pick(t, "pronto"))
	if s := l.c.Scheduled; len(s) != 1 || s[0].Flow != "recuerda" || !s[0].Due.Time().Equal(l.now.Add(2*hour)) {
		t.Fatalf("%+v", s)
	}
	same(t, l.wait(t, 2*hour-time.Microsecond))
	same(t, l.wait(t, time.Microsecond), "¿Recuerdas pronto?")
	if m := l.sends()[0]; m.Cause != policy.Proactive || len(l.c.Scheduled) != 0 {
		t.Fatalf("%+v", m)
	}
}

// Once per flow: again replaces, with its timer. Cancel forgets.
func TestScheduleAgainAndCancel(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	l.wait(t, hour)
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	if len(l.c.Scheduled) != 1 || len(l.timers) != 1 {
		t.Fatalf("%+v %v", l.c.Scheduled, l.timers)
	}
	same(t, l.wait(t, hour+30*time.Minute))
	same(t, l.wait(t, 30*time.Minute), "¿Recuerdas pronto?")
	l.pick(t, "si")

	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	k := timerKey{"recuerda", l.c.Scheduled[0].Visit, engine.ForStart}
	l.say(t, "agenda", 0)
	l.pick(t, "nunca")
	if len(l.c.Scheduled) != 0 || len(l.timers) != 0 {
		t.Fatalf("%+v %v", l.c.Scheduled, l.timers)
	}
	// A timer of a schedule that is over does nothing.
	same(t, l.must(t, engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}))
	if !slices.Contains(l.records(), "lapse/past-visit") {
		t.Fatal(l.records())
	}
}

// A flow is in a conversation at most once: entered, called or not, one that
// was scheduled is not begun again later.
func TestEnteringTakesTheSchedule(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	same(t, l.pick(t, "curso"))
	same(t, l.say(t, "tutor", 0), "¿Listo?")
	if len(l.c.Scheduled) != 0 || len(l.timers) != 1 {
		t.Fatalf("%+v %v", l.c.Scheduled, l.timers)
	}
	d := alba()
	flowOf(&d, "agenda").Nodes[3].Go = engine.Target{Node: "llama"}
	flowOf(&d, "agenda").Nodes[3].Cancel = ""
	flowOf(&d, "agenda").Nodes = append(flowOf(&d, "agenda").Nodes, engine.Node{ID: "llama", Verb: engine.CallVerb, Call: "tutor", Go: engine.Target{End: "done"}})
	l = live(t, d)
	l.say(t, "agenda", 0)
	l.pick(t, "curso")
	l.say(t, "agenda", 0)
	same(t, l.pick(t, "nunca"), "¿Listo?")
	if len(l.c.Scheduled) != 0 {
		t.Fatalf("%+v", l.c.Scheduled)
	}
}

// A scheduled flow whose time comes waits like a parked one: behind an open
// question for half an hour, and during a handover for the release.
func TestScheduledFlowWaitsForItsTurn(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	l.now = l.now.Add(119 * time.Minute)
	l.say(t, "casa", 0)
	same(t, l.wait(t, 29*time.Minute))
	same(t, l.wait(t, time.Minute), "¿Recuerdas pronto?")

	l = live(t, alba())
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	l.say(t, "guía", 0)
	same(t, l.wait(t, 3*hour))
	d := alba()
	d.Human.After = ""
	l.s = live(t, d).s
	same(t, l.act(t, engine.Releases), "¿Recuerdas pronto?")
}

// What is past is at once: as soon as no question is open. One that a schedule
// began and that schedules itself at once goes by the clock.
func TestScheduleOfThePast(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	same(t, l.pick(t, "ya"), "¿Recuerdas eso?")

	d := alba()
	d.Flows = append(d.Flows, engine.Flow{ID: "eco", Keywords: map[string][]string{"es": {"eco"}}, Begins: "a", Nodes: []engine.Node{
		{ID: "a", Verb: engine.SayVerb, Say: []engine.Words{es("Eco.")}, Go: engine.Target{Node: "b"}},
		{ID: "b", Verb: engine.ScheduleVerb, Schedule: &engine.Schedule{Flow: "eco", Wait: engine.Wait{At: -1}}, Go: engine.Target{End: "done"}},
	}})
	l = live(t, d)
	same(t, l.say(t, "eco", 0), "Eco.", "Eco.")
	if len(l.timers) != 1 || len(l.c.Scheduled) != 1 {
		t.Fatalf("%v %+v", l.timers, l.c.Scheduled)
	}
}

// A scheduled flow that a new version no longer has is dropped, and recorded;
// what it was given and no longer takes is not given.
func TestScheduledFlowThatChanged(t *testing.T) {
	l := live(t, alba())
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	d := alba()
	flowOf(&d, "recuerda").Data[0].Max = num(3)
	changed := *l
	changed.s = live(t, d).s
	same(t, changed.wait(t, 2*hour), "¿Recuerdas eso?")

	d = alba()
	flowOf(&d, "recuerda").ID = "otra"
	for _, f := range []engine.FlowID{"agenda", "urgente"} {
		for i := range flowOf(&d, f).Nodes {
			n := &flowOf(&d, f).Nodes[i]
			if n.Verb == engine.ScheduleVerb && n.Schedule.Flow == "recuerda" {
				n.Schedule.Flow = "otra"
			}
			if n.Cancel != "" {
				n.Cancel = "otra"
			}
		}
	}
	l.timers = map[timerKey]time.Time{}
	l.s = live(t, d).s
	l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InFact}).Event(l.now))
	if len(l.c.Scheduled) != 0 || !slices.Contains(l.records(), "fault/node-gone") {
		t.Fatalf("%+v %v", l.c.Scheduled, l.records())
	}
}

// Clock times, dates and times of day are the person's; today and now too.
func TestTimesAreThePersons(t *testing.T) {
	d := alba()
	f := flowOf(&d, "noche")
	f.Data = []engine.Datum{{Name: "dia", Type: eval.Date, Default: eval.Value{Kind: eval.Date, Text: "2026-03-10"}}}
	wait := &f.Nodes[0]
	due := func(w engine.Wait, zone string) time.Time {
		t.Helper()
		wait.Wait = &w
		l := live(t, d)
		l.c.Zone = zone
		l.say(t, "noche", 0)
		if len(l.c.Parked) != 1 {
			return time.Time{}
		}
		return l.c.Parked[0].Due.Time()
	}
	at := func(month time.Month, day, h, m int) time.Time {
		return time.Date(2026, month, day, h, m, 0, 0, time.UTC)
	}
	// It is Monday 2 March, 14:00 in UTC: 09:00 in Bogotá, 23:00 in Tokyo.
	for _, c := range []struct {
		name string
		wait engine.Wait
		zone string
		want time.Time
	}{
		{"clock words", engine.Wait{At: -1, Until: &engine.Clock{Minutes: 600}}, "", at(3, 2, 15, 0)},
		{"clock words in Tokyo", engine.Wait{At: -1, Until: &engine.Clock{Minutes: 600}}, "Asia/Tokyo", at(3, 3, 1, 0)},
		{"at in Tokyo", engine.Wait{At: 600, For: engine.Duration{Exact: 24 * hour}}, "Asia/Tokyo", at(3, 4, 1, 0)},
		{"a date is its midnight", engine.Wait{At: -1, Expr: "dia"}, "", at(3, 10, 5, 0)},
		{"a date at a time", engine.Wait{At: 600, Expr: `add(dia, "-1 day")`}, "Asia/Tokyo", at(3, 9, 1, 0)},
		{"a time of day", engine.Wait{At: -1, Expr: `"18:00"`}, "", at(3, 2, 23, 0)},
		{"a time of day that is past is tomorrow's", engine.Wait{At: -1, Expr: `"08:00"`}, "", at(3, 3, 13, 0)},
		{"a date that is past is at once", engine.Wait{At: -1, Expr: "today"}, "", time.Time{}},
		{"today at a time to come", engine.Wait{At: 720, Expr: "today"}, "", at(3, 2, 17, 0)},
		{"a zone that nobody knows is the service's", engine.Wait{At: 720, Expr: "today"}, "Mars/Base", at(3, 2, 17, 0)},
	} {
		if got := due(c.wait, c.zone); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	// One that can't be worked out has no end that would be right.
	f.Data[0].Default = eval.Value{}
	wait.Wait = &engine.Wait{At: -1, Expr: "dia"}
	l := live(t, d)
	l.say(t, "noche", 0)
	if len(l.c.Parked) != 0 || !slices.Equal(l.records(), []string{"fault/expression", "lapse/left"}) {
		t.Fatalf("%v %+v", l.records(), l.c)
	}
}

// What flows read of the person and of the clock, by the person's own.
func TestNamesOfThePerson(t *testing.T) {
	d := luna()
	d.Flows[1].Nodes[0] = engine.Node{ID: "nombre", Verb: engine.SayVerb, Go: engine.Target{Node: "zona"},
		Say: []engine.Words{es(`{contact.name ?? "tú"}, {now} {today} {contact.timezone} {operator.name ?? "nadie"}`)}}
	d.Flows[1].Nodes = append(d.Flows[1].Nodes, engine.Node{ID: "zona", Verb: engine.AskVerb, Ask: es("¿Zona?"), Save: "contact.timezone", Go: engine.Target{Node: "mala"}},
		engine.Node{ID: "mala", Set: []engine.Assign{{Name: "contact.timezone", Source: "Luna/Crater"}}, Go: engine.Target{Node: "nombre"}})
	l := live(t, d)
	in := func(text, name string) []string {
		return l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InText, Text: text, Name: name, Sent: l.now}).Event(l.now))
	}
	same(t, in("hola", " Ana\u200b "), "Ana, 09:00 2 mar 2026 America/Bogota nadie", "¿Zona?")
	same(t, in("Asia/Nada", ""), "No te entendí.")
	same(t, in("Asia/Tokyo", ""), "Ana, 23:00 2 mar 2026 Asia/Tokyo nadie", "¿Zona?")
	if !slices.Contains(l.records(), "fault/does-not-fit") {
		t.Fatal(l.records())
	}
	l.now = l.now.Add(hour)
	in("agente", "")
	l.act(t, engine.Claims)
	l.act(t, engine.Releases)
	same(t, in("hola", "Ana María"), "Ana María, 00:00 3 mar 2026 Asia/Tokyo Marta", "¿Zona?")
}

// A tag is a mark once; a count is nobody's, by row, language and day.
func TestTagsAndCounts(t *testing.T) {
	l := live(t, alba())
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	var got []engine.Effect
	keep := func() {
		for _, e := range l.last.Effects {
			switch e.(type) {
			case engine.Flag, engine.Count:
				got = append(got, e)
			}
		}
	}
	keep()
	l.now = l.now.Add(17 * hour) // Tuesday in UTC and Bogotá
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "cuatro")
	keep()
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "cuatro")
	keep()
	want := []engine.Effect{
		engine.Count{Name: "lecciones", Language: "es", Day: "2026-03-02"},
		engine.Flag{Tag: "sabe"},
		engine.Count{Name: "aciertos", Row: "cuatro", Language: "es", Day: "2026-03-03"},
		engine.Count{Name: "aciertos", Row: "cuatro", Language: "es", Day: "2026-03-03"},
	}
	if !slices.Equal(got, want) || !slices.Equal(l.c.Tags, []string{"sabe"}) {
		t.Fatalf("%+v\n%v", got, l.c.Tags)
	}
}

// A split is stable: the same person takes the same way whenever they come by;
// people are divided by the shares.
func TestSplit(t *testing.T) {
	short := 0
	s := live(t, alba()).s
	for i := range 400 {
		l := &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
		ask := func() []string {
			return l.must(t, s.Read(engine.Inbound{ID: "wamid." + string(rune('a'+i%26)) + string(rune('a'+i/26)), Kind: engine.InText, Text: "clue", Sent: l.now}).Event(l.now))
		}
		first := ask()
		l.say(t, "stop", 0)
		l.say(t, "alta", 0)
		l.now = l.now.Add(100 * hour)
		if again := ask(); again[0] != first[0] {
			t.Fatalf("%q, then %q", first, again)
		}
		if first[0] == "Son cuatro." {
			short++
		}
	}
	if short < 70 || short > 130 { // a quarter of 400
		t.Fatalf("%d of 400 took the way of a quarter", short)
	}
}

// Forgetting by a node is at once: flows behind it that read what is gone end
// left, and their callers have their turn.
func TestForget(t *testing.T) {
	l := live(t, alba())
	l.say(t, "casa", 0)
	l.say(t, "azul", 0)
	l.say(t, "tutor", 0)
	l.pick(t, "si")
	l.pick(t, "examen")
	l.fetched(t, 200, `{"nota": 7}`) // examen reads color
	same(t, l.say(t, "agenda", 0), "¿Cuándo?")
	same(t, l.pick(t, "nunca"), "¿Lo dejamos?")
	if _, kept := l.c.Data["color"]; kept || !l.timers[timerKey{"color", 0, engine.ForKeep}].IsZero() {
		t.Fatal("color is kept")
	}
	l.stands(t, "tutor.retoma")

	// Parked, too; those that do not read it go on. A flow's own data go from its
	// own frame only.
	l = live(t, alba())
	l.say(t, "casa", 0)
	l.say(t, "azul", 0)
	for i, id := range []engine.FlowID{"casa", "noche"} {
		f := engine.Frame{Flow: id, Node: "espera", Visit: uint64(90 + i), Timer: engine.ForWait}
		l.c.Parked = append(l.c.Parked, engine.Thread{Why: engine.InWait, Due: engine.Stamp(l.now.Add(hour).UnixMicro()), Stack: []engine.Frame{f}})
		l.timers[timerKey{id, f.Visit, engine.ForWait}] = l.now.Add(hour)
	}
	l.say(t, "agenda", 0)
	l.pick(t, "nunca")
	if len(l.c.Parked) != 1 || l.c.Parked[0].Stack[0].Flow != "noche" || !slices.Contains(l.records(), "lapse/left") {
		t.Fatalf("%+v", l.c.Parked)
	}
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
	d := alba()
	flowOf(&d, "cuenta").Nodes[0].Forget = []string{"dias"}
	l = live(t, d)
	l.c.Data = map[string]engine.Kept{"dias": {Value: eval.IntOf(9), At: 1}}
	l.say(t, "cuenta", 0)
	if _, kept := l.c.Data["dias"]; !kept {
		t.Fatal("its own days are another thing than the service's")
	}
}

// What a flow is given is kept like anything else: with a live consent only,
// and no longer than that, also while the flow has not begun.
func TestGivenDataNeedTheirConsent(t *testing.T) {
	d := alba()
	d.Consents = []engine.Consent{{Name: "avisos", Version: 1, Purpose: es("avisarte")}, {Name: "mensajes", Version: 1, Messages: true, Purpose: es("escribirte")}}
	flowOf(&d, "recuerda").Data[0].Needs = "avisos"
	agree := func(l *life, live bool) {
		l.c.Consents = map[string]engine.Agreement{"avisos": {Version: 1, Live: live, At: 1}, "mensajes": {Version: 1, Live: true, At: 1}}
	}
	l := live(t, d)
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	if len(l.c.Scheduled) != 1 || l.c.Scheduled[0].With != nil || !slices.Contains(l.records(), "fault/consent-missing") {
		t.Fatalf("%+v %v", l.c.Scheduled, l.records())
	}
	l = live(t, d)
	agree(l, true)
	l.say(t, "agenda", 0)
	l.pick(t, "pronto")
	if len(l.c.Scheduled[0].With) != 1 {
		t.Fatalf("%+v", l.c.Scheduled)
	}
	gone := *l
	agree(&gone, false)
	same(t, gone.wait(t, 2*hour), "¿Recuerdas eso?")

	flowOf(&d, "agenda").Nodes[3].Withdraw, flowOf(&d, "agenda").Nodes[3].Cancel = "avisos", ""
	l.s = live(t, d).s
	l.say(t, "agenda", 0)
	l.pick(t, "nunca")
	if len(l.c.Scheduled) != 1 || len(l.c.Scheduled[0].With) != 0 {
		t.Fatalf("%+v", l.c.Scheduled)
	}
}
