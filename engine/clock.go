package engine

import (
	"fmt"
	"slices"
	"time"
)

const day = 24 * time.Hour

// clockChange is the most that a zone puts its clock forward or back: a day
// there lasts from 23 to 25 hours.
const clockChange = time.Hour

// span is how long a wait may last: exact lengths are exact, and a clock time
// adds up to the longest gap between two of its kind. holidays are how many
// the service has.
func (w *Wait) span(holidays int) (least, most time.Duration) {
	if w.Until != nil {
		switch {
		case w.Until.OnDay:
			return 0, 7*day + clockChange
		case w.Until.Tomorrow:
			return 0, 2*day + clockChange
		}
		return 0, day + clockChange
	}
	least = w.For.Exact
	if w.For.WorkingDays > 0 {
		least = time.Duration(w.For.WorkingDays)*day - clockChange
	}
	most = w.For.longest(holidays)
	if w.At >= 0 {
		most += day + clockChange
	}
	return least, most
}

// longest bounds a duration: n working days, and as many more as there are
// holidays, span a weekend for every five that were begun.
func (d Duration) longest(holidays int) time.Duration {
	if d.WorkingDays > 0 {
		n := d.WorkingDays + holidays
		weeks := (n + 4) / 5
		return time.Duration(n+2*weeks)*day + clockChange
	}
	return d.Exact
}

// from counts a duration from a moment.
func (d Duration) from(t time.Time, zone *time.Location, holidays []string) time.Time {
	if d.WorkingDays == 0 {
		return t.Add(d.Exact)
	}
	l := t.In(zone)
	date := dateOf(l)
	// A bound, so that a list of holidays without end ends too.
	for left, i := d.WorkingDays, 0; left > 0 && i < 4000; i++ {
		date = date.AddDate(0, 0, 1)
		if isWorking(date, holidays) {
			left--
		}
	}
	return onClock(date, timeOfDay(l), zone)
}

func isWorking(date time.Time, holidays []string) bool {
	if wd := date.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	return !slices.Contains(holidays, date.Format(time.DateOnly))
}

// dateOf is the date of a local time, as that day's midnight in UTC: days are
// counted there, where every midnight exists. In a zone that skips midnight
// (America/Santiago) counting local times goes to the day before.
func dateOf(l time.Time) time.Time {
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, time.UTC)
}

// timeOfDay is what a local clock shows.
func timeOfDay(l time.Time) time.Duration {
	return time.Duration(l.Hour())*time.Hour + time.Duration(l.Minute())*time.Minute +
		time.Duration(l.Second())*time.Second + time.Duration(l.Nanosecond())
}

// onClock is the moment at which the zone's clock shows a time on a date: of a
// time that it skips, the moment it jumps; of one that it shows twice, the
// first. time.Date promises neither.
func onClock(date time.Time, clock time.Duration, zone *time.Location) time.Time {
	want := date.Add(clock)
	t := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, int(clock/time.Second), int(clock%time.Second), zone)
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	shows := t.UTC().Add(time.Duration(offset) * time.Second)
	switch {
	case shows.Before(want):
		return end.In(zone)
	case shows.After(want):
		return start.In(zone)
	case start.IsZero():
		return t
	}
	_, before := start.Add(-1).Zone()
	if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(start) {
		return first
	}
	return t
}

// over is when a wait that begins at t is over.
func (w *Wait) over(t time.Time, zone *time.Location, holidays []string) time.Time {
	if u := w.Until; u != nil {
		return u.after(t, zone)
	}
	end := w.For.from(t, zone, holidays)
	if w.At < 0 {
		return end
	}
	date := dateOf(end.In(zone))
	for {
		if at := onClock(date, minutes(w.At), zone); !at.Before(end) {
			return at
		}
		date = date.AddDate(0, 0, 1)
	}
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// after is the clock time that the words name, seen from t. A weekday's or a
// plain time that has passed means the next one.
func (c *Clock) after(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	date, next := dateOf(l), 1
	switch {
	case c.Tomorrow:
		date = date.AddDate(0, 0, 1)
	case c.OnDay:
		date, next = date.AddDate(0, 0, (int(c.Weekday)-int(l.Weekday())+7)%7), 7
	}
	if at := onClock(date, minutes(c.Minutes), zone); at.After(t) {
		return at
	}
	return onClock(date.AddDate(0, 0, next), minutes(c.Minutes), zone)
}

// open reports whether the inbox is open; without hours it always is.
func (s *Service) open(t time.Time) bool {
	if len(s.def.Human.Hours) == 0 {
		return !slices.Contains(s.def.Human.Holidays, t.In(s.zone).Format(time.DateOnly))
	}
	l := t.In(s.zone)
	if slices.Contains(s.def.Human.Holidays, l.Format(time.DateOnly)) {
		return false
	}
	m := l.Hour()*60 + l.Minute()
	for _, h := range s.def.Human.Hours {
		if h.Days[l.Weekday()] && m >= h.From && m < h.To {
			return true
		}
	}
	return false
}

// opens is when the inbox opens next, from t on; false if it never does.
func (s *Service) opens(t time.Time) (time.Time, bool) {
	date := dateOf(t.In(s.zone))
	hours := s.def.Human.Hours
	if len(hours) == 0 {
		hours = []Hours{{Days: [7]bool{true, true, true, true, true, true, true}, To: 24 * 60}}
	}
	for i := range 400 {
		d := date.AddDate(0, 0, i)
		if slices.Contains(s.def.Human.Holidays, d.Format(time.DateOnly)) {
			continue
		}
		best := time.Time{}
		for _, h := range hours {
			if !h.Days[d.Weekday()] {
				continue
			}
			at := onClock(d, minutes(h.From), s.zone)
			if at.After(t) && (best.IsZero() || at.Before(best)) {
				best = at
			}
		}
		if !best.IsZero() {
			return best, true
		}
	}
	return time.Time{}, false
}

// opensWords says when the inbox opens: today at 08:00, on Monday at 08:00, a
// date when that is further than a week.
func (s *Service) opensWords(t time.Time, lang int) string {
	at, ok := s.opens(t)
	if !ok {
		return ""
	}
	b := base(s.languages[lang])
	at, now := at.In(s.zone), t.In(s.zone)
	clock := at.Format("15:04")
	switch {
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return fmt.Sprintf("%s %s %s", clockWords[b].today, clockWords[b].at, clock)
	case at.Sub(t) < 6*day:
		return fmt.Sprintf("%s %s %s", weekdays[b][at.Weekday()], clockWords[b].at, clock)
	}
	return at.Format("2006-01-02") + " " + clockWords[b].at + " " + clock
}
