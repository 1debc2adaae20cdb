package check

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// maxDuration bounds every duration: ten years.
const maxDuration = 10 * 365 * 24 * time.Hour

var (
	durationForm = regexp.MustCompile(`^(\d{1,9}) (minute|hour|day|week|working day)s?$`)
	shortForm    = regexp.MustCompile(`^(\d{1,9}) *([A-Za-z]+)\.?$`)
)

var units = map[string]time.Duration{
	"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

// shortUnits are what people write for the units.
var shortUnits = map[string]string{
	"min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks",
	"wk": "weeks", "minuto": "minutes", "minutos": "minutes", "hora": "hours", "horas": "hours", "dia": "days",
	"dias": "days", "semana": "weeks", "semanas": "weeks",
	"minute": "minutes", "minutes": "minutes", "hour": "hours", "hours": "hours", "day": "days", "days": "days",
	"week": "weeks", "weeks": "weeks",
}

const durationHelp = `write a number and minutes, hours, days or weeks: "4 hours"`

// duration reads a length of time. Working days are for give_up alone.
func (t table) duration(key string, workingDays bool) (engine.Duration, bool) {
	var none engine.Duration
	if e := t.Get(key); e != nil {
		if n, ok := e.Value.(*syntax.Integer); ok {
			t.c.wrongKind(key, n, "a length of time", diag.Say(`write it with its unit: "%d hours", or minutes, days, weeks`, n.Value))
			return none, false
		}
	}
	v := t.text(key)
	if v == nil {
		return none, false
	}
	m := durationForm.FindStringSubmatch(v.Value)
	if m == nil {
		t.c.badDuration(key, v)
		return none, false
	}
	n, err := strconv.Atoi(m[1])
	switch {
	case err != nil:
		t.c.badDuration(key, v)
		return none, false
	case n == 0:
		t.c.report(BadDuration, v.Span(), durationHelp, "%s lasts no time at all", quote(v.Value))
		return none, false
	case m[2] == "working day" && !workingDays:
		t.c.report(BadDuration, v.Span(), `use days: "2 days"`, "working days count only in give_up")
		return none, false
	case m[2] == "working day" && n > 365:
		t.c.report(BadDuration, v.Span(), "write a shorter one", "%s is longer than a year", quote(v.Value))
		return none, false
	case m[2] == "working day":
		return engine.Duration{WorkingDays: n}, true
	}
	if int64(n) > int64(maxDuration/units[m[2]]) {
		t.c.report(BadDuration, v.Span(), "write a shorter one", "%s is longer than ten years", quote(v.Value))
		return none, false
	}
	return engine.Duration{Exact: time.Duration(n) * units[m[2]]}, true
}

func (c *checker) badDuration(key string, v *syntax.String) {
	help := diag.Phrase(durationHelp)
	if m := shortForm.FindStringSubmatch(v.Value); m != nil {
		unit := strings.ToLower(m[2])
		switch {
		case unit == "m":
			help = diag.Say("month or minute? write %s, or days for months", quote(count(m[1], "minutes")))
		case unit == "month" || unit == "months" || unit == "year" || unit == "years":
			help = "months and years differ in length: write days or weeks"
		case unit == "s" || strings.HasPrefix(unit, "sec"):
			help = "the shortest is a minute"
		case shortUnits[unit] != "":
			help = diag.Say("write %s", quote(count(m[1], shortUnits[unit])))
		}
	}
	c.report(BadDuration, v.Span(), help, "%s is not a length of time", quote(v.Value))
}

// count is a number of things, fit to be read.
func count(n, things string) string {
	if n == "1" {
		things = strings.TrimSuffix(things, "s")
	}
	return n + " " + things
}

var clockForm = regexp.MustCompile(`^([01]?\d|2[0-4]):([0-5]\d)$`)

// clock reads 08:00 as minutes from midnight; 24:00 is the end of a day.
func clock(s string) (minutes int, ok bool) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	minutes = h*60 + min
	return minutes, minutes <= 24*60
}

// clockAt reads a time of day; -1 is none.
func (t table) clockAt(key string) int {
	v := t.text(key)
	if v == nil {
		return -1
	}
	if n, ok := clock(v.Value); ok && n < 24*60 {
		return n
	}
	t.c.report(BadTime, v.Span(), `write hours and minutes: "10:00"`, "%s is not a time of day", quote(v.Value))
	return -1
}

var weekdays = map[string]time.Weekday{
	"Sun": time.Sunday, "Mon": time.Monday, "Tue": time.Tuesday, "Wed": time.Wednesday, "Thu": time.Thursday,
	"Fri": time.Friday, "Sat": time.Saturday,
}

// until reads a time to come: clock words, or an expression that gives a day or
// a time of day.
func (t table) until(key string) (*engine.Clock, *expression) {
	v := t.text(key)
	if v == nil {
		return nil, nil
	}
	day, at, found := strings.Cut(v.Value, " ")
	if !found {
		day, at = "", v.Value
	}
	n, ok := clock(at)
	weekday, isDay := weekdays[day]
	switch {
	case ok && n < 24*60 && (day == "" || day == "tomorrow" || isDay):
		return &engine.Clock{Minutes: n, Weekday: weekday, OnDay: isDay, Tomorrow: day == "tomorrow"}, nil
	case ok || clockish.MatchString(v.Value) || v.Value == "tomorrow" || dayNamed(v.Value):
		t.c.report(BadTime, v.Span(), `write "10:00", "tomorrow 08:00" or "Mon 09:00", or an expression that gives a day: "add(fecha, '-1 days')"`,
			"%s is not a time to come", quote(v.Value))
		return nil, nil
	}
	return nil, &expression{src: v}
}

// clockish are words that were meant to be a time of day, and no expression.
var clockish = regexp.MustCompile(`^(\pL+\.? )?\d{1,2}([:.hH]\d*)*( ?[aApP]\.?[mM]\.?)?$`)

func dayNamed(s string) bool { _, ok := weekdays[s]; return ok }

// hours reads opening hours: "Mon-Fri 08:00-17:00".
func (c *checker) hours(v *syntax.String) []engine.Hours {
	days, times, _ := strings.Cut(v.Value, " ")
	h, fault := readHours(days, times)
	switch fault {
	case noHours:
		c.report(BadTime, v.Span(), `write the days, then from when to when: "Mon-Fri 08:00-17:00", "Sat 08:00-12:00"`,
			"%s are not opening hours", quote(v.Value))
	case sameHours:
		c.report(BadTime, v.Span(), `a whole day is "00:00-24:00"`, "%s open and close at the same time", quote(v.Value))
	}
	return h
}

// What can be wrong with hours.
type hoursFault int

const (
	noHours   hoursFault = iota + 1
	sameHours            // they begin and end at the same time
)

// readHours reads days and the hours of each. Those that cross midnight become
// two.
func readHours(days, times string) ([]engine.Hours, hoursFault) {
	from, to, _ := strings.Cut(times, "-")
	start, ok := clock(from)
	end, okEnd := clock(to)
	first, last, several := strings.Cut(days, "-")
	if !several {
		last = first
	}
	a, okFirst := weekdays[first]
	b, okLast := weekdays[last]
	switch {
	case !ok || !okEnd || !okFirst || !okLast || start == 24*60:
		return nil, noHours
	case start == end:
		return nil, sameHours
	}
	h := engine.Hours{From: start, To: end}
	for d := a; ; d = (d + 1) % 7 {
		h.Days[d] = true
		if d == b {
			break
		}
	}
	if start < end {
		return []engine.Hours{h}, 0
	}
	evening, night := h, engine.Hours{To: end}
	evening.To = 24 * 60
	for d, open := range h.Days {
		night.Days[(d+1)%7] = open
	}
	if end == 0 {
		return []engine.Hours{evening}, 0
	}
	return []engine.Hours{evening, night}, 0
}

// date reports text that is no date.
func (c *checker) date(v *syntax.String) bool {
	if _, err := time.Parse(time.DateOnly, v.Value); err != nil {
		c.report(BadTime, v.Span(), `write year, month and day: "2026-12-25"`, "%s is not a date", quote(v.Value))
		return false
	}
	return true
}
