package engine

import (
	"errors"
	"maps"
	"slices"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// longestWait is how far ahead anything may be timed: as far as authors may
// write it.
const longestWait = 3660 * day

// wait lets time pass. One that can't be worked out has no end that would be
// right: its flow ends left.
func (a *advance) wait(f *Frame, n *node) {
	if a.c.Stopped != nil {
		a.record(RecordDecision, string(policy.Stopped), f, "wait")
		a.end(Left)
		return
	}
	due, ok := a.due(n.wait)
	switch {
	case !ok:
		a.end(Left)
	case !due.After(a.now):
		a.take(n.over)
	default:
		a.startTimer(f, ForWait, due)
		a.park(InWait, stampOf(due))
	}
}

// waiting is a Wait with its expression compiled.
type waiting struct {
	Wait
	expr *eval.Program // of a date or a time of day; nil: the rest says when
}

func (s *Service) compileWait(w *Wait, env eval.Schema) (*waiting, error) {
	c := &waiting{Wait: *w}
	if w.Expr == "" {
		return c, nil
	}
	var err error
	if c.expr, err = s.expr(w.Expr, env, eval.Date); err != nil {
		var second error
		if c.expr, second = s.expr(w.Expr, env, eval.Time); second != nil {
			return nil, err
		}
	}
	return c, nil
}

// due is when a wait is over that begins now, by the person's clock. What went
// wrong with it is recorded.
func (a *advance) due(w *waiting) (time.Time, bool) {
	if w.expr == nil {
		return w.over(a.now, a.zone(), a.s.def.Human.Holidays), true
	}
	v, err := w.expr.Run(a)
	if err != nil {
		a.record(RecordFault, "expression", a.frame, err.Error())
		return time.Time{}, false
	}
	due, ok := a.moment(v, w.At)
	if !ok || due.Sub(a.now) > longestWait {
		a.record(RecordFault, "does-not-fit", a.frame, "until")
		return time.Time{}, false
	}
	return due, true
}

// moment is when the person's clock shows a date (its midnight, or at minutes
// after it) or, next, a time of day.
func (a *advance) moment(v eval.Value, at int) (time.Time, bool) {
	switch v.Kind {
	case eval.Date:
		date, err := time.Parse(time.DateOnly, v.Text)
		if err != nil {
			return time.Time{}, false
		}
		return onClock(date, minutes(max(at, 0)), a.zone()), true
	case eval.Time:
		clock, err := time.Parse("15:04", v.Text)
		if err != nil {
			return time.Time{}, false
		}
		c := Clock{Minutes: clock.Hour()*60 + clock.Minute()}
		return c.after(a.now, a.zone()), true
	}
	return time.Time{}, false
}

// zone is where the person's clock stands: what they told, else the service's.
func (a *advance) zone() *time.Location { return a.s.zoneOr(a.c.Zone) }

// schedule has a flow begin later. A flow is scheduled once: again replaces.
func (a *advance) schedule(f *Frame, n *node) {
	due, ok := a.due(n.later)
	switch {
	case a.c.Stopped != nil:
		a.record(RecordDecision, string(policy.Stopped), f, "schedule")
	case ok:
		given := a.given(n.with)
		a.cancel(n.starts.id)
		a.c.Visits++
		s := Scheduled{Flow: n.starts.id, Visit: a.c.Visits, Due: stampOf(due), With: given}
		// What is past is at once; but one that a schedule began and that
		// schedules at once goes by the clock, or an event would never end.
		if s.Ready = !due.After(a.now) && !a.scheduled; !s.Ready {
			a.do(StartTimer{s.Flow, s.Visit, ForStart, due})
		}
		a.c.Scheduled = append(a.c.Scheduled, s)
	}
	a.take(n.next)
}

// cancel forgets a scheduled flow.
func (a *advance) cancel(id FlowID) {
	a.c.Scheduled = slices.DeleteFunc(a.c.Scheduled, func(s Scheduled) bool {
		if s.Flow != id {
			return false
		}
		a.unschedule(s)
		return true
	})
}

// unschedule takes back the timer of a scheduled flow.
func (a *advance) unschedule(s Scheduled) {
	if !s.Ready {
		a.do(StopTimer{s.Flow, s.Visit, ForStart})
	}
}

// comes notes that a scheduled flow's time has come: it begins at its turn.
func (a *advance) comes(e TimerFired) {
	for i := range a.c.Scheduled {
		if s := &a.c.Scheduled[i]; s.Flow == e.Flow && s.Visit == e.Visit && !s.Ready {
			s.Ready = true
			return
		}
	}
	a.record(RecordLapse, "past-visit", nil, string(e.Purpose))
}

// begins begins a scheduled flow with what it was given, as far as the flow
// still takes it.
func (a *advance) begins(i int) {
	s := a.c.Scheduled[i]
	a.c.Scheduled = slices.Delete(a.c.Scheduled, i, i+1)
	fl := a.s.flows[s.Flow]
	given := maps.Clone(s.With) // it becomes the flow's own
	for name, k := range s.With {
		if d := fl.data[name]; d == nil || !a.fits(d, k.Value) || !a.covered(d) {
			delete(given, name)
		}
	}
	a.scheduled = true
	a.startWith(fl, given, false)
}

func (s *Service) compileSchedule(n *node, d *Node, env eval.Schema) error {
	if d.Schedule == nil {
		return errors.New("it schedules nothing")
	}
	if n.starts = s.flows[d.Schedule.Flow]; n.starts == nil {
		return errNoFlow(d.Schedule.Flow)
	}
	var err error
	if n.later, err = s.compileWait(&d.Schedule.Wait, env); err != nil {
		return err
	}
	n.with, err = s.gives(n.starts, d.With, env)
	n.Enters = append(n.Enters, DoStartTimer)
	return err
}
