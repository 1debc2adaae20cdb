package engine

import (
	"time"

	"cauce/engine/policy"
)

// maxQuiet bounds the search for the end of the quiet hours: a service that is
// quiet all week asks again a week later.
const maxQuiet = 7 * day

// quietUntil is when the quiet hours end that t falls into, on a clock of that
// zone; the service's where the zone is none. Zero: t falls into none.
func (s *Service) quietUntil(zone string, t time.Time) time.Time {
	loc := s.zoneOr(zone)
	end := t
	for end.Sub(t) < maxQuiet {
		h, m := s.quietAt(end.In(loc))
		if h == nil {
			break
		}
		next := onClock(dateOf(end.In(loc)), minutes(h.To), loc)
		if !next.After(end) { // a clock that is put back shows it a second time
			next = end.Add(minutes(h.To - m))
		}
		end = next
	}
	if end.Equal(t) {
		return time.Time{}
	}
	return end.UTC()
}

// quietFrom is when the quiet hours began that t falls into.
func (s *Service) quietFrom(zone string, t time.Time) time.Time {
	loc := s.zoneOr(zone)
	for start := t; ; {
		h, m := s.quietAt(start.In(loc))
		if h == nil || t.Sub(start) > maxQuiet {
			// One instant before the hours that were found last.
			return start.Add(time.Microsecond).UTC()
		}
		first := onClock(dateOf(start.In(loc)), minutes(h.From), loc)
		if first.After(start) {
			first = start.Add(-minutes(m - h.From))
		}
		start = first.Add(-time.Microsecond)
	}
}

// quietAt finds the quiet hours that a local time falls into, and its minute of
// the day. nil: none.
func (s *Service) quietAt(l time.Time) (*Hours, int) {
	m := l.Hour()*60 + l.Minute()
	for i := range s.def.Quiet {
		if h := &s.def.Quiet[i]; h.Days[l.Weekday()] && m >= h.From && m < h.To {
			return h, m
		}
	}
	return nil, m
}

// zoneOr is a zone by its name; the service's, if that is none.
func (s *Service) zoneOr(name string) *time.Location {
	if name != "" {
		if loc, err := Zone(name); err == nil {
			return loc
		}
	}
	return s.zone
}

// nudgeAt is when a silence is broken: after its time, but one that would fall
// into the margin at the end of the window, or into quiet hours, goes out a
// minute before them, if that is at least an hour after the visit's last
// message. One that can't is left out, and counts as sent when it was due.
func (a *advance) nudgeAt(said time.Time, after time.Duration) time.Time {
	due := said.Add(after)
	early := due
	c := a.c.Contact()
	if shuts := a.s.rules.Shuts(c); !shuts.IsZero() && !early.Before(shuts) && early.Before(shuts.Add(policy.Margin)) {
		early = shuts.Add(-time.Minute)
	}
	if until := a.s.rules.QuietUntil(c, early); !until.IsZero() {
		early = a.s.quietFrom(c.Zone, early).Add(-time.Minute)
	}
	if early.Before(said.Add(time.Hour)) {
		return due
	}
	return early
}
