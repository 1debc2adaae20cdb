package engine

import (
	"strings"
	"time"

	"cauce/engine/policy"
)

// reminder is how often a stopped person who writes is told how to come back.
const reminder = 24 * time.Hour

// stopBy stops because they asked to, in words. One they wrote before they
// last came back, and that reaches us after it, says nothing any more.
func (a *advance) stopBy(r Reading) {
	if a.wrote < a.c.Started {
		a.record(RecordStop, "overtaken", nil, r.Match.Word)
		return
	}
	if a.c.Stopped == nil {
		a.stop(r.Match.Word)
		return
	}
	// It was confirmed once; then silence. Somebody they asked for since is
	// not wanted any more either.
	a.c.Stopped.At = max(a.c.Stopped.At, a.wrote)
	since := len(a.c.Front) > 0 // what urgent words began, and may still be saying
	a.stopAll()
	a.withdrawMessages(r.Match.Word, "stop") // given since, to what urgent words began
	a.forgetUntilStop()
	if a.c.Handover != nil && a.move(moveStop) {
		a.endHandover(GivenBack)
		a.c.Stopped.Asked = 0
		since = true
	}
	if since {
		// Else only the confirmation could be waiting to leave, and is owed.
		a.do(Withdraw{string(policy.Stopped)})
	}
	a.record(RecordStop, "again", nil, r.Match.Word)
}

// stop ends everything under way and confirms once. From here on the gate lets
// nothing through but what they ask for.
func (a *advance) stop(word string) {
	if !a.move(moveStop) {
		return
	}
	a.stopAll()
	a.endHandover(GivenBack)
	a.c.Unsure, a.c.Owed = nil, nil
	a.withdrawMessages(word, "stop")
	a.forgetUntilStop()
	if a.c.Stopped != nil {
		// It was confirmed once; a flow that urgent words began ends quietly.
		a.c.Stopped.Asked = 0
		a.record(RecordStop, "again", nil, word)
		return
	}
	a.c.Stopped = &Stopping{At: stampOf(a.now), ID: a.id}
	if a.wrote != 0 {
		a.c.Stopped.At = a.wrote
	}
	a.do(Withdraw{string(policy.Stopped)})
	a.record(RecordStop, "act", nil, word)
	a.cause = policy.Confirmation
	if d := a.decide(false); d.Verb != policy.Send {
		// A stop that reaches us days late acts; its confirmation may no
		// longer be sent.
		a.record(RecordDecision, string(d.Reason), nil, "confirmation")
		return
	}
	a.send(nil, Outgoing{Kind: OutText, Body: a.ours(a.s.stopSay)})
}

// stopAll ends every flow by the way that each of its nodes has.
func (a *advance) stopAll() {
	a.stopped(a.c.Front)
	if a.c.Aside != nil {
		a.stopped(a.c.Aside.Stack)
	}
	for _, t := range a.c.Parked {
		a.stopped(t.Stack)
	}
	for _, s := range a.c.Scheduled {
		a.unschedule(s)
	}
	a.c.Front, a.c.Aside, a.c.Parked, a.c.Scheduled, a.frame = nil, nil, nil, nil, nil
}

// forgetUntilStop forgets what is kept until the person stops.
func (a *advance) forgetUntilStop() {
	for name, d := range a.s.data {
		if d.UntilStop {
			delete(a.c.Data, name)
		}
	}
}

// stopped ends a stack by the way that every node has.
func (a *advance) stopped(stack []Frame) {
	a.dropAll(stack)
	for i := len(stack) - 1; i >= 0; i-- {
		f := &stack[i]
		if n := a.node(f); n != nil {
			a.hops = 0 // stopping is no going round, however much there is to stop
			a.hop(f, n, n.stop)
		}
	}
}

// startBy takes a stop back: welcome, and home.
func (a *advance) startBy(r Reading) {
	if a.wrote < a.c.Stopped.At {
		a.record(RecordStart, "overtaken", nil, r.Match.Word)
		return
	}
	if !a.move(moveStart) {
		return
	}
	a.leaveFront()
	a.c.Stopped = nil
	a.c.Started = a.wrote
	a.record(RecordStart, "act", nil, r.Match.Word)
	if d := a.decide(false); d.Verb == policy.Send {
		a.send(nil, Outgoing{Kind: OutText, Body: a.ours(a.s.welcome)})
	} else {
		a.record(RecordDecision, string(d.Reason), nil, "welcome")
		a.owe(OwesWelcome)
	}
	a.start(a.s.home)
}

// stillStopped answers a stopped person who writes: once a day, with the way
// back and the ways to a person. Nothing else of what they write is used.
func (a *advance) stillStopped() {
	st := a.c.Stopped
	if st.Told != 0 && a.now.Sub(st.Told.Time()) < reminder {
		a.record(RecordDecision, string(policy.Stopped), nil, "told")
		return
	}
	if d := a.decide(false); d.Verb != policy.Send {
		a.record(RecordDecision, string(d.Reason), nil, "told")
		return
	}
	st.Told = stampOf(a.now)
	a.c.Hinted = true // it says how to reach a person by itself
	a.send(nil, Outgoing{Kind: OutText, Body: joinLines(a.ours(a.s.builtin[builtinStillStopped]), a.paths(false))})
}

// paths lists the ways to a person that are no inbox, one a line; only those
// that always work, if asked.
func (a *advance) paths(always bool) string {
	return a.pathsThat(func(p Path) bool { return p.Always || !always })
}

func (a *advance) pathsThat(counts func(Path) bool) string {
	var lines []string
	for i, p := range a.s.def.Human.Paths {
		if !counts(p) {
			continue
		}
		switch {
		case p.Phone != "":
			lines = append(lines, "☎ "+p.Phone)
		case p.Email != "":
			lines = append(lines, "✉ "+p.Email)
		case p.Form != "":
			lines = append(lines, "→ "+p.Form)
		case a.s.visits[i] != nil:
			lines = append(lines, "⌂ "+a.ours(a.s.visits[i]))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return a.ours(a.s.builtin[builtinPaths]) + "\n" + strings.Join(lines, "\n")
}

func joinLines(a, b string) string {
	if b == "" {
		return a
	}
	return a + "\n\n" + b
}
