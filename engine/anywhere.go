package engine

import (
	"strings"
)

// anywhere is words that begin a flow in every state.
type anywhere struct {
	flow     *flow
	language string
	leaves   bool
	urgent   bool
}

// topPriority is that of a request for a person in which urgent words were
// written.
const topPriority = 9

// compileAnywhere knows every word by its form. The first entry that has a word
// keeps it, and within one entry the service's language before others.
func (s *Service) compileAnywhere() error {
	s.anywhere = map[string]*anywhere{}
	from := map[string]int{}
	for i := range s.def.Anywhere {
		d := &s.def.Anywhere[i]
		fl := s.flows[d.Flow]
		if fl == nil {
			return errNoFlow(d.Flow)
		}
		for lang, list := range d.Words {
			for _, w := range list {
				word := form(w)
				if word == "" {
					continue
				}
				mine := &anywhere{fl, lang, d.Leaves, d.Urgent}
				have := s.anywhere[word]
				if have == nil || from[word] == i && s.before(keyword{fl, lang}, keyword{fl, have.language}) {
					s.anywhere[word], from[word] = mine, i
				}
			}
		}
	}
	return nil
}

// anywhereIn is the entry whose words the whole message is; nil: none's.
func (a *advance) anywhereIn(r Reading) *anywhere {
	if r.Kind != InText || r.Sensitive != "" {
		return nil
	}
	if typed := r.form(); typed != "" {
		return a.s.anywhere[typed]
	}
	return nil
}

// goAnywhere begins the flow of words that work everywhere: in place of what
// was open, or as a digression from it.
func (a *advance) goAnywhere(w *anywhere) {
	if w.urgent {
		a.urgent()
	}
	waits := a.c.Handover != nil
	if waits && w.leaves {
		if !a.move(moveRelease) {
			return
		}
		a.endHandover(GivenBack)
		waits = false
	}
	f, _ := a.front()
	switch {
	case a.err != nil:
		return
	case f == nil:
	case within(a.c.Front, w.flow.id):
		// Begun anew: start replaces the whole stack.
	case w.leaves, f.Anywhere:
		a.leaveFront()
	default:
		a.setAside()
	}
	if w.leaves {
		a.leaveAside()
	}
	a.startWith(w.flow, nil, waits || a.c.Stopped != nil)
}

// leaveFront ends the flow in front, left.
func (a *advance) leaveFront() {
	if len(a.c.Front) == 0 {
		return
	}
	stack := a.c.Front
	a.c.Front, a.frame = nil, nil
	a.leave(stack)
}

// urgent marks the conversation, also if it was marked before: it is urgent
// again.
func (a *advance) urgent() {
	had := len(a.c.Tags)
	if a.tag([]string{urgentTag}); len(a.c.Tags) == had {
		a.do(Flag{urgentTag})
	}
}

// raise makes a request for a person more urgent.
func (a *advance) raise() {
	h := a.c.Handover
	a.urgent()
	if h.Priority < topPriority {
		h.Priority = topPriority
		a.do(HandOver{Act: MoreUrgent, Inbox: h.Inbox, Name: h.With, Priority: h.Priority})
	}
}

// onlyAnswers hands what they sent to the open question of a flow that words
// from anywhere began where other flows are silent, and to nothing else. done:
// the question took it; else refused tells of a check that said no.
func (a *advance) onlyAnswers(r Reading) (refused *refusal, done bool) {
	f, n := a.front()
	if f == nil || !f.Anywhere || !f.Asked || fetching(f, n) {
		return nil, false
	}
	a.frame = f
	if r.Kind == InTap {
		return nil, a.tappedOpen(f, n, r)
	}
	return a.uses(f, n, r)
}

// stoppedPerson handles what a stopped person writes: urgent words run, with
// the answers to their questions. To all else they are told how to come back.
func (a *advance) stoppedPerson(r Reading) {
	if w := a.anywhereIn(r); w != nil && w.urgent {
		a.goAnywhere(w)
		return
	}
	f, n := a.front()
	switch {
	case f == nil:
		if a.err == nil {
			a.stillStopped()
		}
	case fetching(f, n):
		a.record(RecordFact, "fetching", f, "")
	case r.Sensitive != "":
		a.pointElsewhere()
	default:
		refused, done := a.onlyAnswers(r)
		switch {
		case done:
		case r.Kind == InTap:
			a.askAgain(builtinEarlier)
		default:
			a.retry(f, n, refused)
		}
	}
}

// whileWaiting handles what they write while they wait for a person: words from
// anywhere act, and the questions of their flows take answers. It reports
// whether anything but the operator had a use for it.
func (a *advance) whileWaiting(r Reading) bool {
	w := a.anywhereIn(r)
	if a.c.Handover.With != "" {
		if w != nil && w.urgent {
			a.raise()
		}
		return false
	}
	switch {
	case w == nil:
	case a.c.Stopped != nil && !w.urgent:
		return false // in a stop only help is left, and they wait for it
	default:
		if w.urgent {
			a.raise()
		}
		a.goAnywhere(w)
		return true
	}
	if r.Sensitive != "" {
		return false
	}
	_, done := a.onlyAnswers(r)
	return done
}

// backToTheirPlace ends a flow that words from anywhere began during a
// handover, now that the handover goes on to somebody or is over: what they
// left is in front again.
func (a *advance) backToTheirPlace() {
	if len(a.c.Front) == 0 || !a.c.Front[0].Anywhere {
		return
	}
	a.leaveFront()
	switch as := a.c.Aside; {
	case as == nil:
	case as.Spent:
		a.leaveAside()
	default:
		a.c.Front, a.c.Aside = as.Stack, nil
	}
}

// called is the person's profile name, as far as one is known.
func (a *advance) called(r Reading) {
	if name := strings.TrimSpace(r.Name); name != "" {
		a.c.Name = name
	}
}
