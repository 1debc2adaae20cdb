package eval

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestDay(t *testing.T) {
	for _, c := range []struct{ date, form, lang, want string }{
		{"2026-05-03", "short", "es", "3 may 2026"},
		{"2026-05-03", "long", "es-CO", "3 de mayo de 2026"},
		{"2026-05-03", "weekday", "es", "domingo"},
		{"2026-05-03", "month", "es", "mayo"},
		{"2026-05-03", "iso", "es", "2026-05-03"},
		{"2026-09-01", "short", "en", "1 Sep 2026"},
		{"2026-09-01", "long", "en-US", "1 September 2026"},
		{"2026-09-02", "weekday", "en", "Wednesday"},
		{"2026-03-01", "long", "pt-BR", "1º de março de 2026"},
		{"2026-03-03", "weekday", "pt", "terça-feira"},
		{"2026-02-01", "short", "fr", "1er févr. 2026"},
		{"2026-02-11", "long", "fr", "11 février 2026"},
		{"2026-05-03", "short", "qu", "2026-05-03"},
		{"2026-05-03", "long", "qu", "3 May 2026"},
		{"2026-05-03", "long", "", "3 May 2026"},
		{"2026-02-30", "long", "es", ""},
		{"", "short", "es", ""},
	} {
		if got := Day(c.date, c.form, c.lang); got != c.want {
			t.Errorf("%s, %s, %s: %q, want %q", c.date, c.form, c.lang, got, c.want)
		}
	}
	for lang, c := range calendars {
		for _, words := range [][]string{c.months[:], c.short[:], c.weekdays[:]} {
			seen := map[string]bool{}
			for _, w := range words {
				if w == "" || seen[w] || w != strings.TrimSpace(w) {
					t.Errorf("%s: %q stands twice or is empty", lang, w)
				}
				seen[w] = true
			}
		}
	}
}

// What the calendar takes for a day is one for Go's own.
func TestIsDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.StringMatching(`[0-9]{4}-[01][0-9]-[0-3][0-9]`),
			rapid.StringMatching(`[0-9]{4}-02-(28|29|30)`),
			rapid.StringMatching(`[0-9 -]{9,11}`),
		).Draw(t, "date")
		d, err := time.Parse(time.DateOnly, s)
		if want := err == nil && d.Year() > 0; isDate(s) != want {
			t.Fatalf("%q is a date: %v", s, !want)
		}
		if isDate(s) && !dayOf(s).Equal(d) {
			t.Fatalf("%q is %v", s, dayOf(s))
		}
		c := rapid.StringMatching(`[0-9][0-9]?[:.]?[0-9]{2}`).Draw(t, "time")
		_, err = time.Parse("15:04", c)
		if want := err == nil && len(c) == 5; isTime(c) != want {
			t.Fatalf("%q is a time of day: %v", c, !want)
		}
	})
}

func dates(t *rapid.T, label string) string {
	return time.Date(1, 1, 1+rapid.IntRange(0, 3652058).Draw(t, label), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// Days are added and counted alike; months keep their day, or end with theirs.
func TestPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := dates(t, "a"), dates(t, "b")
		n := daysBetween(a, b)
		if got, err := (period{days: n}).after(a); err != nil || got != b {
			t.Fatalf("%d days after %s is %s, %v; want %s", n, a, got, err, b)
		}
		if (n > 0) != (b > a) || daysBetween(b, a) != -n {
			t.Fatalf("from %s to %s are %d days", a, b, n)
		}
		months := rapid.IntRange(-24, 24).Draw(t, "months")
		got, err := period{months: months}.after(a)
		if err != nil {
			if !errors.Is(err, ErrDate) || a > "0002-12-31" && a < "9998-01-01" {
				t.Fatalf("%d months after %s: %v", months, a, err)
			}
			return
		}
		x, y := dayOf(a), dayOf(got)
		apart := (y.Year()-x.Year())*12 + int(y.Month()) - int(x.Month())
		last := y.AddDate(0, 0, 1).Day() == 1
		if apart != months || y.Day() != x.Day() && !(last && y.Day() < x.Day()) {
			t.Fatalf("%d months after %s is %s", months, a, got)
		}
	})
	for _, c := range []struct {
		date string
		by   period
	}{{"9999-12-31", period{days: 1}}, {"0001-01-01", period{days: -1}}, {"9999-12-01", period{months: 1}}, {"0001-01-31", period{months: -1}}, {"2026-01-01", period{months: maxPeriod * 12}}, {"2026-01-01", period{days: -maxPeriod * 7}}} {
		if got, err := c.by.after(c.date); !errors.Is(err, ErrDate) {
			t.Errorf("%+v after %s: %q, %v", c.by, c.date, got, err)
		}
	}
	for _, s := range []string{"1 day", "+1 days", " - 1  day ", "01 day"} {
		if p, _, ok := readPeriod(s); !ok || p.months != 0 || p.days != 1 && p.days != -1 {
			t.Errorf("%q: %+v, %v", s, p, ok)
		}
	}
	for _, s := range []string{"", "day", "1", "1.5 days", "1 1 day", "-- 1 day", "1 DAY", "١ day", "1e3 days", "1m"} {
		if p, help, ok := readPeriod(s); ok || help.Format == "" {
			t.Errorf("%q: %+v, %q", s, p, help)
		}
	}
}

// No day is longer than is told.
func TestLongestDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		date := dates(t, "date")
		lang := rapid.SampledFrom([]string{"es", "en-GB", "pt", "fr", "qu", ""}).Draw(t, "language")
		form := rapid.SampledFrom(dayForms).Draw(t, "form")
		n := utf8.RuneCountInString(Day(date, form, lang))
		if all, own := dayLetters(form, nil), dayLetters(form, []string{lang}); n > own || own > all {
			t.Fatalf("%s as %s in %q has %d letters, told %d and %d", date, form, lang, n, own, all)
		}
	})
	for form, want := range map[string]int{"short": 14, "long": 24, "weekday": 13, "month": 10, "iso": 10} {
		if got := dayLetters(form, nil); got != want {
			t.Errorf("%s: %d letters, want %d", form, got, want)
		}
	}
	if got := dayLetters("short", []string{"es"}); got != len("25 dic 2026") {
		t.Errorf("in Spanish a date has %d letters", got)
	}
}

func TestDayOfNothing(t *testing.T) {
	if v := DateOf(2026, 2, 30); v.Text != "2026-03-02" { // as time.Date has it
		t.Errorf("%v", v)
	}
	for _, v := range []Value{DateOf(0, 1, 1), DateOf(10000, 1, 1), TimeOf(24, 0), TimeOf(0, 60), TimeOf(-1, 0)} {
		if v.IsSet() {
			t.Errorf("%v", v)
		}
	}
	if v := TimeOf(7, 5); v != (Value{Kind: Time, Text: "07:05"}) {
		t.Errorf("%v", v)
	}
}
