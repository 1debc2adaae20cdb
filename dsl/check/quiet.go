package check

import (
	"strings"

	"cauce/dsl/syntax"
	"cauce/engine"
)

// quietHours reads hours in which nothing is sent that nobody asked for:
// "21:00-07:00" of every day, or of some, as opening hours are written.
func (c *checker) quietHours(v *syntax.String) []engine.Hours {
	days, times, named := strings.Cut(v.Value, " ")
	if !named {
		days, times = "Sun-Sat", v.Value
	}
	h, fault := readHours(days, times)
	switch fault {
	case sameHours:
		c.report(BadTime, v.Span(), `a whole day is "Sun 00:00-24:00"`, "%s begin and end at the same time", quote(v.Value))
	case noHours:
		c.report(BadTime, v.Span(), `write from when to when, after the days if they differ: "21:00-07:00", "Sat-Sun 00:00-10:00"`,
			"%s are not quiet hours", quote(v.Value))
	}
	return h
}

// readQuiet reports quiet hours that never end: what must wait for morning
// would wait for good.
func (t table) readQuiet(list []engine.Hours) {
	const day = 24 * 60
	var begun, over [7*day + 1]int
	for _, h := range list {
		for d, on := range h.Days {
			if on {
				begun[d*day+h.From]++
				over[d*day+h.To]++
			}
		}
	}
	quiet := 0
	for m := range 7 * day {
		if quiet += begun[m] - over[m]; quiet == 0 {
			return
		}
	}
	t.c.report(BadTime, t.Get("quiet").Value.Span(), "leave some hours of the week in which messages may leave", "these quiet hours never end, so nothing would ever be sent first")
}
