package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
)

// waiting is a service in a zone whose flow waits at once.
func waiting(zone string, w engine.Wait, holidays ...string) engine.Definition {
	end := engine.Target{End: "done"}
	return engine.Definition{
		Name: "Reloj", Languages: []string{"es"}, Timezone: zone, Home: "f",
		Human: engine.Human{Paths: []engine.Path{{Phone: "+57 601 555 0100"}}, Holidays: holidays},
		Flows: []engine.Flow{{ID: "f", Begins: "w", Outcomes: []string{"done"}, Nodes: []engine.Node{{ID: "w", Verb: engine.WaitVerb, Wait: &w, Go: end}}}},
	}
}

// over is when a wait that begins at start is over.
func over(t testing.TB, d engine.Definition, start time.Time) time.Time {
	t.Helper()
	l := live(t, d)
	l.now = start
	l.say(t, "x", 0)
	for _, due := range l.timers {
		return due
	}
	return start
}

func in(t testing.TB, zone, clock string) time.Time {
	t.Helper()
	loc, err := engine.Zone(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04 -0700", clock, loc)
	if err != nil {
		at, err = time.ParseInLocation("2006-01-02 15:04", clock, loc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return at.In(loc)
}

// Santiago's clock goes from 2026-09-06 00:00 to 01:00 and from 2026-04-05 00:00
// back to 23:00; Paris's from 2026-03-29 02:00 to 03:00 and from 2026-10-25
// 03:00 back to 02:00.
func TestWaitsWhenClocksChange(t *testing.T) {
	exact := func(d time.Duration, at int) engine.Wait { return engine.Wait{For: engine.Duration{Exact: d}, At: at} }
	work := func(n, at int) engine.Wait {
		return engine.Wait{For: engine.Duration{WorkingDays: n}, At: at}
	}
	until := func(c engine.Clock) engine.Wait { return engine.Wait{Until: &c, At: -1} }
	const paris, santiago = "Europe/Paris", "America/Santiago"
	for _, c := range []struct {
		name, zone  string
		wait        engine.Wait
		start, want string
	}{
		{"a length is exact, whatever the clock does", paris, exact(24*time.Hour, -1), "2026-03-28 12:00", "2026-03-29 13:00"},
		{"a length is exact, back", santiago, exact(24*time.Hour, -1), "2026-04-04 12:00", "2026-04-05 11:00"},
		{"a clock time after it", paris, exact(24*time.Hour, 12*60), "2026-03-28 12:00", "2026-03-30 12:00"},
		{"a clock time not before it", paris, exact(23*time.Hour, 12*60), "2026-03-28 12:00", "2026-03-29 12:00"},
		{"an hour that Paris skips", paris, exact(0, 150), "2026-03-28 12:00", "2026-03-29 03:00"},
		{"an hour that Santiago skips is not the day before", santiago, exact(0, 30), "2026-09-05 12:00", "2026-09-06 01:00"},
		{"midnight, where there is none", santiago, exact(0, 0), "2026-09-05 00:01", "2026-09-06 01:00"},
		{"an hour that Santiago shows twice: the first", santiago, exact(0, 23*60+30), "2026-04-04 12:00", "2026-04-04 23:30 -0300"},
		{"an hour that Paris shows twice: the first", paris, exact(0, 150), "2026-10-24 12:00", "2026-10-25 02:30 +0200"},
		{"tomorrow from half past midnight", santiago, until(engine.Clock{Minutes: 480, Tomorrow: true}), "2026-09-05 00:30", "2026-09-06 08:00"},
		{"tomorrow in the skipped hour", santiago, until(engine.Clock{Minutes: 30, Tomorrow: true}), "2026-09-05 00:30", "2026-09-06 01:00"},
		{"a time of day to come", paris, until(engine.Clock{Minutes: 600}), "2026-03-28 09:59", "2026-03-28 10:00"},
		{"a time of day that is now is tomorrow's", paris, until(engine.Clock{Minutes: 600}), "2026-03-28 10:00", "2026-03-29 10:00"},
		{"a weekday", paris, until(engine.Clock{Minutes: 600, OnDay: true, Weekday: time.Monday}), "2026-03-27 12:00", "2026-03-30 10:00"},
		{"a weekday, later today", paris, until(engine.Clock{Minutes: 600, OnDay: true, Weekday: time.Friday}), "2026-03-27 09:00", "2026-03-27 10:00"},
		{"a weekday, earlier today", paris, until(engine.Clock{Minutes: 600, OnDay: true, Weekday: time.Friday}), "2026-03-27 11:00", "2026-04-03 10:00"},
		{"a weekday behind a skipped midnight", santiago, until(engine.Clock{Minutes: 0, OnDay: true, Weekday: time.Sunday}), "2026-09-05 00:30", "2026-09-06 01:00"},
		{"two working days over a weekend", paris, work(2, -1), "2026-03-27 16:00", "2026-03-31 16:00"},
		{"from a Saturday", santiago, work(1, -1), "2026-09-05 00:30", "2026-09-07 00:30"},
		{"working days over a holiday", paris, work(1, -1), "2026-12-24 16:00", "2026-12-28 16:00"},
		{"working days, then a clock time", paris, work(1, 9*60), "2026-12-24 16:00", "2026-12-29 09:00"},
	} {
		got := over(t, waiting(c.zone, c.wait, "2026-12-25"), in(t, c.zone, c.start))
		if want := in(t, c.zone, c.want); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", c.name, got.In(want.Location()), want)
		}
	}
}

// A wait at a clock time, in any zone, at any moment of a year: never before
// its length, never later than the next such time, and as long as the Table says.
func TestClockTimesInEveryZone(t *testing.T) {
	zones := []string{"America/Santiago", "Europe/Paris", "America/Bogota", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo", "America/St_Johns", "Pacific/Chatham", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		loc, err := engine.Zone(zone)
		if err != nil {
			t.Fatal(err)
		}
		w := engine.Wait{At: rapid.IntRange(-1, 1439).Draw(t, "at")}
		if rapid.Bool().Draw(t, "working") {
			w.For.WorkingDays = rapid.IntRange(1, 12).Draw(t, "days")
		} else {
			w.For.Exact = time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour
		}
		if rapid.IntRange(0, 3).Draw(t, "until") == 0 {
			w = engine.Wait{At: -1, Until: &engine.Clock{Minutes: rapid.IntRange(0, 1439).Draw(t, "minutes")}}
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 1:
				w.Until.Tomorrow = true
			case 2:
				w.Until.OnDay, w.Until.Weekday = true, time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
			}
		}
		start := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 366*24*60).Draw(t, "start"), 0, 0, time.UTC)
		if rapid.Bool().Draw(t, "near a change") {
			from := start
			if _, next := start.In(loc).ZoneBounds(); !next.IsZero() {
				start = next.Add(time.Duration(rapid.IntRange(-60*60, 60).Draw(t, "minutes from it")) * time.Minute).UTC()
			}
			if start.Before(from.AddDate(-1, 0, 0)) {
				start = from
			}
		}
		holidays := []string{"2026-03-30", "2026-03-31", "2026-09-07", "2026-12-25"}
		d := waiting(zone, w, holidays...)
		s, err := engine.New(d)
		if err != nil {
			t.Fatal(err)
		}
		l := &life{s: s, now: start, timers: map[timerKey]time.Time{}}
		if err := l.do(s.Read(engine.Inbound{ID: "m", Kind: engine.InText, Text: "x", Sent: start}).Event(start)); err != nil {
			t.Fatal(err)
		}
		end := start
		for _, due := range l.timers {
			end = due
		}
		local := end.In(loc)
		shows := local.Hour()*60 + local.Minute()
		if took, n := end.Sub(start), s.Table().Flows[0].Nodes[0]; took < n.Waits.Min || took > n.Waits.Max {
			t.Fatalf("from %s to %s: %s, and the table says %s to %s", start.In(loc), local, took, n.Waits.Min, n.Waits.Max)
		}
		want := w.At
		if w.Until != nil {
			want = w.Until.Minutes
			if w.Until.OnDay && local.Weekday() != w.Until.Weekday {
				t.Fatalf("%s is no %s", local, w.Until.Weekday)
			}
		}
		least := start.Add(w.For.Exact)
		if end.Before(least) {
			t.Fatalf("%s is before %s", local, least.In(loc))
		}
		if w.For.WorkingDays > 0 {
			worked := 0
			for day := in1(start.In(loc)); day.Before(in1(local)); {
				day = day.AddDate(0, 0, 1)
				if wd := day.Weekday(); wd != time.Sunday && wd != time.Saturday && !contains(holidays, day.Format(time.DateOnly)) {
					worked++
				}
			}
			if worked < w.For.WorkingDays {
				t.Fatalf("from %s to %s are %d working days, not %d", start.In(loc), local, worked, w.For.WorkingDays)
			}
			return
		}
		if want < 0 {
			if !end.Equal(least) {
				t.Fatalf("%s, want exactly %s", local, least.In(loc))
			}
			return
		}
		if jump, _ := local.ZoneBounds(); shows != want && !jump.Equal(end) {
			t.Fatalf("%s shows %d, not %d", local, shows, want)
		}
		if w.Until != nil && (w.Until.OnDay || w.Until.Tomorrow) {
			return
		}
		for m := least; m.Before(end); m = m.Add(time.Minute) {
			l, again := m.In(loc), m.Add(-time.Hour).In(loc)
			if l.Hour()*60+l.Minute() == want && again.Hour() != l.Hour() && m.Add(-30*time.Minute).In(loc).Format("15:04") != l.Format("15:04") && (w.Until == nil || m.After(start)) {
				t.Fatalf("%s comes before %s", l, local)
			}
		}
	})
}

func in1(l time.Time) time.Time {
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, time.UTC)
}

func contains(list []string, s string) bool { return strings.Contains(strings.Join(list, " "), s) }

// When the inbox opens, in words, and whether it is open.
func TestOpeningHours(t *testing.T) {
	week := [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}
	hours := []engine.Hours{{Days: week, From: 8 * 60, To: 12 * 60}, {Days: week, From: 13 * 60, To: 17 * 60}, {Days: [7]bool{6: true}, From: 0, To: 1440}}
	for _, c := range []struct {
		at, lang, want string
		hours          []engine.Hours
		zone           string
	}{
		{"2026-03-02 07:59", "es", "no; hoy a las 08:00", hours, ""},
		{"2026-03-02 08:00", "es", "sí; hoy a las 13:00", hours, ""},
		{"2026-03-02 11:59", "en", "sí; today at 13:00", hours, ""},
		{"2026-03-02 12:00", "en", "no; today at 13:00", hours, ""},
		{"2026-03-02 17:00", "pt", "no; na terça-feira às 08:00", hours, ""},
		{"2026-03-06 17:00", "fr", "no; samedi à 00:00", hours, ""},
		{"2026-03-07 23:59", "de", "sí; on Monday at 08:00", hours, ""},
		{"2026-12-24 17:00", "es-CO", "no; el sábado a las 00:00", hours, ""}, // Friday is a holiday
		{"2026-12-25 10:00", "es", "no; el sábado a las 00:00", nil, ""},
		{"2026-03-02 03:00", "es", "sí; el martes a las 00:00", nil, ""},
		{"2026-03-02 18:00", "es", "no; 2026-03-09 a las 08:00", []engine.Hours{{Days: [7]bool{1: true}, From: 480, To: 1020}}, ""},
		{"2026-03-02 07:00", "es", "no; hoy a las 08:00", []engine.Hours{{Days: [7]bool{1: true}, From: 480, To: 1020}}, ""},
		{"2026-09-05 23:59", "es", "no; el domingo a las 01:00", []engine.Hours{{Days: [7]bool{0: true}, From: 0, To: 600}}, "America/Santiago"},
		{"2026-03-02 07:00", "es", "no; ", []engine.Hours{{Days: [7]bool{}, From: 480, To: 1020}}, ""},
	} {
		zone := c.zone
		if zone == "" {
			zone = "America/Bogota"
		}
		d := waiting(zone, engine.Wait{}, "2026-12-25")
		d.Languages, d.Human.Hours = []string{c.lang}, c.hours
		d.Flows[0].Nodes = []engine.Node{
			{ID: "w", Verb: engine.WhenVerb, When: []engine.Case{{If: "human.open", Go: engine.Target{Node: "si"}}}, Otherwise: engine.Target{Node: "no"}},
			{ID: "si", Verb: engine.SayVerb, Say: []engine.Words{{c.lang: "sí; {opens}"}}, Go: engine.Target{End: "done"}},
			{ID: "no", Verb: engine.SayVerb, Say: []engine.Words{{c.lang: "no; {opens}"}}, Go: engine.Target{End: "done"}},
		}
		l := live(t, d)
		l.now = in(t, zone, c.at)
		if got := l.say(t, "x", 0); fmt.Sprint(got) != fmt.Sprint([]string{c.want}) {
			t.Errorf("%s in %s: %q, want %q", c.at, c.lang, got, c.want)
		}
	}
}

// While the inbox is closed people hear when it opens and what always works.
func TestClosedInbox(t *testing.T) {
	d := luna()
	d.Human.Hours = []engine.Hours{{Days: [7]bool{2: true}, From: 480, To: 600}}
	d.Human.Closed = es("Volvemos {opens}.")
	d.Human.Paths = append(d.Human.Paths, engine.Path{Email: "a@example.org"}, engine.Path{Form: "https://example.org", Always: true}, engine.Path{Visit: es("Calle 1"), Always: true})
	l := live(t, d)
	l.say(t, "agente", 0)
	body := l.sends()[0].Body
	for _, want := range []string{"Volvemos el martes a las 08:00.", "☎ +57 601 555 0100", "→ https://example.org", "⌂ Calle 1"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in %q", want, body)
		}
	}
	if strings.Contains(body, "✉") {
		t.Errorf("%q offers what is closed too", body)
	}
	if l.c.Handover == nil {
		t.Error("closed, and still queued")
	}
	// Two working days later nobody came: Monday 09:00 to Wednesday 09:00.
	l.wait(t, 48*time.Hour-time.Microsecond)
	if l.c.Handover == nil {
		t.Error("given up too soon")
	}
	l.wait(t, time.Microsecond)
	if l.c.Handover != nil {
		t.Error("given up too late")
	}
}

func TestZones(t *testing.T) {
	for _, name := range []string{"", "Local", "Nowhere/At_All", "America/", "America", "../etc/passwd", "america/bogota "} {
		if _, err := engine.Zone(name); err == nil {
			t.Errorf("%q is a zone", name)
		}
	}
	a, err := engine.Zone("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := engine.Zone("America/Santiago"); err != nil || a != b || a.String() != "America/Santiago" {
		t.Error(a, b, err)
	}
	if u, err := engine.Zone("UTC"); err != nil || u != time.UTC {
		t.Error(u, err)
	}
	d := luna()
	d.Timezone = "Local"
	if _, err := engine.New(d); err == nil {
		t.Error("a service in the machine's own zone")
	}
}
