package script

import (
	"strings"
	"testing"
	"time"

	"cauce/engine"
)

// What "..." stands for.
func TestGaps(t *testing.T) {
	for _, c := range []struct {
		pattern, body string
		want          bool
	}{
		{"Hola ...", "Hola", true},
		{"Hola ...", "Hola a todos", true},
		{"Hola ...", "Hola\n\nAYUDA", true},
		{"Hola ...", "Holanda", false},
		{"Hola...", "Holanda", true},
		{"... todos", "Hola a todos", true},
		{"... todos", "todos", true},
		{"... todos", "metodos", false},
		{"a ... b", "a b", true},
		{"a ... b", "a x\ny b", true},
		{"a ... b", "ab", false},
		{"a ... b", "a xb", false},
		{"a ...b", "a xb", true},
		{"a... b", "ax b", true},
		{"a ... ... b", "a b", true},
		{"...", "", true},
		{"...", "cualquiera", true},
		{"a ... b ... c", "a 1 b 2 b 3 c", true},
		{"a ... b ... c", "a 1 c", false},
		{`Espera\...`, "Espera...", true},
		{`Espera\...`, "Espera a", false},
		{"Sí. (x+y)*", "Sí. (x+y)*", true},
		{"Sí. ...", "Sí, claro", false},
		{"uno\n\ndos", "uno  \n\ndos ", true},
		{"uno\n\ndos", "uno\ndos", false},
		{"a", "A", false},
	} {
		m, p := parseMessage(c.pattern)
		if p != nil {
			t.Errorf("%q: %s", c.pattern, p.what)
			continue
		}
		if got := m.matches(engine.Outgoing{Kind: engine.OutText, Body: c.body}, saying("")); got != c.want {
			t.Errorf("%q is %q: %v", c.body, c.pattern, got)
		}
	}
}

// Everything there is to tap is listed, unless a closing "..." stands for it.
func TestTaps(t *testing.T) {
	msg := func(kind engine.OutKind, opener string, labels ...string) engine.Outgoing {
		o := engine.Outgoing{Kind: kind, Body: "Elige.", Opener: opener, Template: "consejo"}
		for _, l := range labels {
			o.Choices = append(o.Choices, engine.Choice{Label: l})
		}
		return o
	}
	two := msg(engine.OutButtons, "", "A", "B")
	list := msg(engine.OutList, "Ver: todo", "A", "B | C", "D", "E")
	for _, c := range []struct {
		pattern string
		o       engine.Outgoing
		want    bool
	}{
		{"Elige. [A] [B]", two, true},
		{"Elige.\n[A]\n[B]", two, true},
		{"Elige. [B] [A]", two, false},
		{"Elige. [A]", two, false},
		{"Elige. [A] [B] [C]", two, false},
		{"Elige.", two, false},
		{"Elige. ...", two, true},
		{"... [A] [B]", two, true},
		{"... [A]", two, false},
		{`Elige. [[Ver\: todo: A | B \| C | D | E]]`, list, true},
		{`Elige. [[Ver: A | B \| C | D | E]]`, list, false},
		{`Elige. [A] [B \| C] [D] [E]`, list, false},
		{"Elige. ...", list, true},
		{"template consejo [A] [B]", msg(engine.OutTemplate, "", "A", "B"), true},
		{"template consejo", msg(engine.OutTemplate, "", "A", "B"), false},
		{"template consejo ...", msg(engine.OutTemplate, "", "A", "B"), true},
		{"template otro ...", msg(engine.OutTemplate, "", "A", "B"), false},
		{"Elige. [A] [B]", msg(engine.OutTemplate, "", "A", "B"), false},
		{"template consejo ...", two, false},
	} {
		m, p := parseMessage(c.pattern)
		if p != nil {
			t.Errorf("%q: %s", c.pattern, p.what)
			continue
		}
		if got := m.matches(c.o, saying("")); got != c.want {
			t.Errorf("%q for %+v: %v", c.pattern, c.o, got)
		}
	}
}

func TestClock(t *testing.T) {
	bogota, err := engine.Zone("America/Bogota")
	if err != nil {
		t.Fatal(err)
	}
	// Clocks there go forward on 2026-03-29, from 02:00 to 03:00.
	madrid, err := engine.Zone("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, bogota)
	saturday := time.Date(2026, 3, 28, 12, 0, 0, 0, madrid)
	for _, c := range []struct {
		move string
		from time.Time
		want string
	}{
		{"+30m", monday, "2026-03-02 09:30"},
		{"+25h", monday, "2026-03-03 10:00"},
		{"+7d", monday, "2026-03-09 09:00"},
		{"+2w 00:05", monday, "2026-03-16 00:05"},
		{"+7d 10:00", monday, "2026-03-09 10:00"},
		{"+1d 8:00", monday, "2026-03-03 08:00"},
		{"Mon 09:00", monday, "2026-03-09 09:00"},
		{"mon 09:01", monday, "2026-03-02 09:01"},
		{"Tue 10:00", monday, "2026-03-03 10:00"},
		{"Sun 10:00", monday, "2026-03-08 10:00"},
		{"10:00", monday, "2026-03-02 10:00"},
		{"09:00", monday, "2026-03-03 09:00"},
		{"+0d 08:00", monday, "2026-03-03 08:00"},
		{"2026-03-09 10:00", monday, "2026-03-09 10:00"},
		{"2026-03-01 10:00", monday, "2026-03-01 10:00"},
		{"+1d", saturday, "2026-03-29 13:00"},
		{"+1d 12:00", saturday, "2026-03-29 12:00"},
		{"+36500d", monday, "2126-02-06 09:00"},
	} {
		m, err := ParseClock(c.move)
		if err != nil {
			t.Errorf("%q: %v", c.move, err)
			continue
		}
		if got := m.From(c.from.UTC(), c.from.Location()).In(c.from.Location()).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%q from %s is %s, not %s", c.move, c.from, got, c.want)
		}
	}
	for _, bad := range []string{"", "25h", "+25", "+1x", "+1h 10:00", "Tue", "Tues 10:00", "+7d 24:00", "2026-02-30 10:00", "2026-03-01", "+36501d", "a b c"} {
		if _, err := ParseClock(bad); err == nil || !strings.Contains(err.Error(), "; ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
