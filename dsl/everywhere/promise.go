package everywhere

import (
	"slices"
	"time"

	"cauce/dsl/diag"
	"cauce/dsl/script"
	"cauce/engine"
	"cauce/engine/sim"
)

// promise is something that holds everywhere.
type promise struct {
	name     diag.Phrase
	at       diag.Span
	concerns func(*sim.World) bool
	try      func(*sim.World) *failing // nil: it is kept
}

// failing is a promise that is not kept at a state.
type failing struct {
	problem diag.Phrase
	lines   []string // the end of a script that fails there: what is done, and what was to come
}

// silence is how long nothing may be said after a stop.
const silence = 40 * 24 * time.Hour

// builtin are the promises that no author can take back: each word that stops
// and each that asks for a person, of every language, once.
func builtin(svc *engine.Service) []promise {
	var stop, human []string
	for _, l := range svc.Languages() {
		v := svc.Vocabulary(l)
		stop, human = append(stop, v.Stop...), append(human, v.Human...)
	}
	always := func(*sim.World) bool { return true }
	var list []promise
	for _, w := range distinct(stop) {
		list = append(list, promise{
			name: diag.Say("the word %s stops", diag.Quote(w)), concerns: always,
			try: func(world *sim.World) *failing { return stops(world, w) },
		})
	}
	for _, w := range distinct(human) {
		list = append(list, promise{
			name: diag.Say("the word %s reaches a person", diag.Quote(w)), concerns: always,
			try: func(world *sim.World) *failing { return reaches(world, w, stop[0]) },
		})
	}
	return list
}

func distinct(words []string) []string {
	var list []string
	for _, w := range words {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// stops writes a word that stops, and lets time pass.
func stops(w *sim.World, word string) *failing {
	before := w.Conversation()
	lines, err := w.Say(word)
	after, said := w.Conversation(), messages(lines)
	f := failing{lines: []string{"> " + script.Writes(word).String()}}
	farewell := script.Words(w.Service().Farewell(after))
	if before.Stopped == nil {
		f.lines = append(f.lines, "< "+farewell)
	}
	f.lines = append(f.lines, "= stopped", "= timers none", "@ +40d", "! any")
	if err != nil {
		f.problem = diag.Say("the service breaks: %s", script.Reason(err))
		return &f
	}
	timers := w.Timers()
	if lines, err = w.Wait(silence); err != nil {
		f.problem = diag.Say("the service breaks: %s", script.Reason(err))
		return &f
	}
	f.problem = stopped(before, after, said, messages(lines), farewell, w.Service())
	if f.problem == "" && timers > 0 {
		f.problem = "it stops, and something goes on behind it"
	}
	if f.problem == "" {
		return nil
	}
	return &f
}

// stopped judges a stop by what was known before and after it, by what was said
// to it, and by what was said later; empty: all is well.
func stopped(before, after engine.Conversation, said, late []engine.Outgoing, farewell string, svc *engine.Service) diag.Phrase {
	switch {
	case after.Stopped == nil:
		return "it does not stop"
	case len(after.Front) > 0 || after.Aside != nil || len(after.Parked) > 0 || len(after.Scheduled) > 0 || after.Handover != nil:
		return "it stops, and something goes on behind it"
	case before.Stopped != nil && len(said) > 0:
		return "it was stopped before, and something is said to a second stop"
	case before.Stopped == nil && len(said) == 0:
		return "it stops, and is not confirmed"
	case len(said) > 1:
		return "it stops, and more is said than the confirmation"
	case len(late) > 0:
		return "it stops, and something is said later"
	}
	for _, o := range said {
		if e, err := script.ParseExpected(farewell); err != nil || !e.Matches(o, svc) {
			return "it stops, and something other than the confirmation is said"
		}
	}
	return ""
}

// reaches writes a word for a person and, where somebody comes, a word that
// stops behind it.
func reaches(w *sim.World, word, stop string) *failing {
	before := w.Conversation()
	lines, err := w.Say(word)
	after, said := w.Conversation(), messages(lines)
	f := failing{lines: []string{"> " + script.Writes(word).String()}}
	if !w.Service().HasInbox() {
		f.lines = append(f.lines, "< ...")
	} else if before.Handover == nil || before.Handover.With == "" {
		f.lines = append(f.lines, listed(w.Service(), said)...)
		f.lines = append(f.lines, "= handover waiting")
	} else {
		f.lines = append(f.lines, listed(w.Service(), said)...)
		f.lines = append(f.lines, "= handover with")
	}
	if err != nil {
		f.problem = diag.Say("the service breaks: %s", script.Reason(err))
		return &f
	}
	if f.problem = reached(before, after, said, w.Service().HasInbox()); f.problem != "" {
		return &f
	}
	if t := stops(w, stop); t != nil {
		if !w.Service().HasInbox() {
			f.lines = append(f.lines[:1:1], listed(w.Service(), said)...)
		}
		f.lines = append(f.lines, t.lines...)
		f.problem = diag.Say("behind it, the word %s does not stop: %s", diag.Quote(stop), t.problem)
		return &f
	}
	return nil
}

// reached judges a request for a person, likewise.
func reached(before, after engine.Conversation, said []engine.Outgoing, inbox bool) diag.Phrase {
	switch {
	case inbox && after.Handover == nil:
		return "nobody is asked to come"
	case inbox && before.Handover != nil && before.Handover.With != after.Handover.With:
		return "the operator is taken from them"
	case !inbox && len(said) == 0:
		return "nobody is asked to come, and no way to a person is told"
	}
	return ""
}

// listed are messages as a script has them.
func listed(svc *engine.Service, said []engine.Outgoing) []string {
	var lines []string
	for _, o := range said {
		lines = append(lines, script.Says(svc, o))
	}
	return lines
}
