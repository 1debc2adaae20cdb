package script

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cauce/dsl/diag"
)

// Clock is a move of the clock: so much time, or until a moment.
type Clock struct {
	pass    time.Duration
	days    int // whole days, before At
	weekday int // from Sunday; -1: none
	date    time.Time
	at      int // minutes from midnight; -1: none
}

var (
	passing = regexp.MustCompile(`^\+([0-9]{1,5})([a-z]+)$`)
	oclock  = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])$`)
	dated   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// maxDays keeps a move inside what a time.Duration can hold.
const maxDays = 36_500

const clockHelp = `write "+25h", "+30m", "+7d 10:00", "Tue 10:00", "10:00" or "2026-03-09 10:00"`

// ParseClock reads what stands behind an "@". The error says what is wrong and
// what to write instead.
func ParseClock(s string) (Clock, error) {
	c, p := parseClock(s)
	if p != nil {
		return Clock{}, p
	}
	return c, nil
}

func parseClock(s string) (Clock, *problem) {
	c := Clock{weekday: -1, at: -1}
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields) > 2 {
		return c, wrong("the clock is told how long, or until when", clockHelp)
	}
	if at, ok := minutes(fields[len(fields)-1]); ok {
		c.at = at
		fields = fields[:len(fields)-1]
	} else if len(fields) == 2 {
		return c, wrong(diag.Say("%s is no time of day", diag.Quote(fields[1])), `write it like "10:00", from "0:00" to "23:59"`)
	}
	if len(fields) == 0 {
		return c, nil // the next time the clock shows it
	}
	word := fields[0]
	if m := passing.FindStringSubmatch(word); m != nil {
		return c.passes(m[1], m[2])
	}
	if i := slices.IndexFunc(weekdays, func(d string) bool { return strings.EqualFold(d, word) }); i >= 0 {
		if c.weekday = i; c.at < 0 {
			return c, wrong("a day of the week needs a time", diag.Say(`write it like "%s 10:00"`, weekdays[i]))
		}
		return c, nil
	}
	if dated.MatchString(word) {
		d, err := time.Parse(time.DateOnly, word)
		if err != nil || c.at < 0 {
			return c, wrong("this is no day and time", `write it like "2026-03-09 10:00"`)
		}
		c.date = d
		return c, nil
	}
	return c, wrong(diag.Say("%s says neither how long nor until when", diag.Quote(word)), clockHelp)
}

func (c Clock) passes(number, unit string) (Clock, *problem) {
	n, _ := strconv.Atoi(number) // at most five digits
	switch unit {
	case "m":
		c.pass = time.Duration(n) * time.Minute
	case "h":
		c.pass = time.Duration(n) * time.Hour
	case "d":
		c.days = n
	case "w":
		c.days = 7 * n
	default:
		return c, wrong(diag.Say("no length of time is named %s", diag.Quote(unit)), `the units are m for minutes, h, d and w`)
	}
	if c.days > maxDays {
		return c, wrong("the clock passes at most 100 years at once", "write fewer days")
	}
	if c.pass > 0 && c.at >= 0 {
		return c, wrong("a time of day may stand behind days and weeks only", `write "+1d 10:00", or the minutes or hours alone`)
	}
	return c, nil
}

// minutes reads a time of day.
func minutes(s string) (int, bool) {
	m := oclock.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1]) // the pattern admits two digits each
	past, _ := strconv.Atoi(m[2])
	return h*60 + past, true
}

// From is the moment the move leads to, seen from now in a zone. Days without a
// time of day are 24 hours each. A date may lie in the past; everything else
// never does.
func (c Clock) From(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	on := func(days int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, c.at/60, c.at%60, 0, 0, zone)
	}
	switch {
	case !c.date.IsZero():
		return time.Date(c.date.Year(), c.date.Month(), c.date.Day(), c.at/60, c.at%60, 0, 0, zone)
	case c.weekday >= 0:
		days := (c.weekday - int(local.Weekday()) + 7) % 7
		if t := on(days); t.After(now) {
			return t
		}
		return on(days + 7)
	case c.at < 0:
		return now.Add(c.pass + time.Duration(c.days)*24*time.Hour)
	case c.days > 0:
		return on(c.days)
	}
	if t := on(0); t.After(now) {
		return t
	}
	return on(1)
}
