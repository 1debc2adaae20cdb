package engine

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"cauce/engine/policy"
)

const (
	defaultIdle     = 12 * time.Hour
	defaultGiveUp   = 2 // working days
	unreachableCode = 131026
	windowShutCode  = 131047
	pausedCode      = 132015 // WhatsApp pauses a template that people complain about
	disabledCode    = 132016
	noMarketingCode = 131050 // they told WhatsApp that they want no marketing
)

// humanBy hands over because they asked for a person, in words.
// One they wrote before they stopped, and that reaches us after it, says
// nothing any more.
func (a *advance) humanBy(r Reading) {
	if a.c.Stopped != nil && a.wrote < a.c.Stopped.At {
		a.record(RecordHuman, "overtaken", nil, r.Match.Word)
		return
	}
	a.record(RecordHuman, "act", nil, r.Match.Word)
	if f, n := a.front(); f != nil {
		if !a.hop(f, n, n.human) {
			return
		}
	} else if a.err != nil {
		return
	} else if len(a.c.Parked) > 0 {
		// No question is open: the flow parked last is where they are.
		f := at(a.c.Parked[len(a.c.Parked)-1].Stack)
		if n := a.node(f); n == nil || !a.hop(f, n, n.human) {
			return
		}
	}
	a.human()
}

// human opens the way to a person. With an inbox it is a handover: the flows
// are silent from here on, and the question left stays where it is. Without
// one the ways are told, and the question is asked again.
func (a *advance) human() {
	if a.c.Handover != nil {
		return
	}
	inbox := ""
	for _, p := range a.s.def.Human.Paths {
		if p.Inbox != "" {
			inbox = p.Inbox
			break
		}
	}
	open := a.s.open(a.now)
	a.cause = policy.Confirmation
	allowed := a.decide(false)
	tell := func(body string) {
		if allowed.Verb != policy.Send {
			a.record(RecordDecision, string(allowed.Reason), nil, "human")
			return
		}
		a.send(nil, Outgoing{Kind: OutText, Body: body})
		a.c.Hinted = true
	}
	if inbox == "" {
		tell(joinLines(a.ours(a.s.humanSay), a.paths(false)))
		a.cause = policy.Answer
		if f, n := a.front(); f != nil {
			switch {
			case n.asks():
				a.askAgain(-1)
			case !fetching(f, n):
				a.end(Left)
			}
		}
		return
	}
	body := a.ours(a.s.humanSay)
	if !open {
		body = joinLines(a.ours(a.s.humanClosed), a.paths(true))
	}
	tell(body)
	a.requestPerson(inbox, 0, nil)
}

// duringHandover keeps what they write for the operator. Nothing of it is an
// answer.
func (a *advance) duringHandover(r Reading) {
	if a.whileWaiting(r) {
		return
	}
	a.record(RecordHuman, "kept", nil, "")
	if a.c.Handover.With != "" {
		a.restIdle()
	}
}

func (a *advance) restIdle() {
	idle := a.s.def.Human.Idle
	if idle <= 0 {
		idle = defaultIdle
	}
	a.do(StartTimer{"", a.c.Handover.Visit, ForIdle, a.now.Add(idle)})
}

// operator does what somebody in the inbox did.
func (a *advance) operator(e Operator) {
	h := a.c.Handover
	switch e.Act {
	case Claims:
		if h == nil || h.With != "" {
			a.record(RecordHuman, "not-waiting", nil, "")
			return
		}
		if !a.move(moveClaim) {
			return
		}
		a.backToTheirPlace()
		a.do(StopTimer{"", h.Visit, ForGiveUp})
		if e.Name != "" {
			a.c.Operator = e.Name
		}
		// Whoever it is has a name here: without one the request would wait on,
		// and nothing would end it.
		h.With = cmp.Or(e.Name, "@operator")
		a.do(HandOver{Act: Taken, Inbox: h.Inbox, Name: h.With})
		a.restIdle()
	case Replies:
		if h == nil || h.With == "" {
			a.record(RecordHuman, "not-with-operator", nil, "")
			return
		}
		if strings.TrimSpace(e.Text) == "" {
			a.record(RecordHuman, "empty", nil, "")
			return
		}
		a.cause = policy.FromOperator
		if d := a.decide(false); d.Verb != policy.Send {
			a.record(RecordDecision, string(d.Reason), nil, "operator")
			return
		}
		a.send(nil, Outgoing{Kind: OutText, Body: e.Text})
		a.restIdle()
	case Releases:
		if h == nil {
			a.record(RecordHuman, "not-waiting", nil, "")
			return
		}
		a.back(GivenBack)
	}
}

// endHandover ends a handover, if there is one.
func (a *advance) endHandover(how Asked) {
	h := a.c.Handover
	if h == nil {
		return
	}
	a.do(StopTimer{"", h.Visit, ForGiveUp})
	a.do(StopTimer{"", h.Visit, ForIdle})
	a.do(HandOver{Act: how, Inbox: h.Inbox, Name: h.With})
	a.c.Handover = nil
}

// back gives the conversation back to the flows: the flow that runs after a
// release, then the question left is asked again.
func (a *advance) back(how Asked) {
	a.backToTheirPlace()
	if !a.move(moveRelease) {
		return
	}
	a.endHandover(how)
	if a.c.Stopped != nil {
		return
	}
	a.cause = policy.Answer
	if how == NobodyCame {
		a.cause = policy.GiveUp
		// Said now or owed again: an apology that is owed already is this one.
		a.c.Owed = slices.DeleteFunc(a.c.Owed, func(d Debt) bool { return d == OwesGiveUp })
		f, n := a.front()
		at := f != nil && n.Verb == HandoverVerb
		if !at || n.way(n.nobody).Effects != nil {
			a.sayNobody()
		}
		if at {
			a.goOn(func(n *node) int { return n.nobody })
			return
		}
		a.cause = policy.Answer
	}
	f, n := a.front()
	if f != nil && !n.asks() && n.Verb != HandoverVerb {
		// They left at a node that asked nothing: there is nothing to go on with.
		a.end(Left)
		f = nil
	}
	if how != NobodyCame && a.s.after != nil {
		if f != nil {
			a.leaveAside() // a digression that handed over does not go back
			a.c.Aside = &Aside{Stack: a.c.Front, At: stampOf(a.now)}
			a.c.Front, a.frame = nil, nil
		}
		a.start(a.s.after)
		return
	}
	if f != nil && !a.goOn(func(n *node) int { return n.done }) {
		a.askAgain(-1)
	}
}

// sayNobody says that nobody was free: in words, by a template when the window
// is shut, or when they write next.
func (a *advance) sayNobody() {
	if a.decide(false).Sends() {
		a.send(nil, Outgoing{Kind: OutText, Body: a.ours(a.s.giveUp)})
	} else if t := a.s.templates[a.s.def.Human.GiveUp.Template]; t != nil && a.decideTemplate(t).Sends() {
		a.send(nil, Outgoing{
			Kind: OutTemplate, Template: t.Name, Category: t.Category, Purpose: a.s.purposeOf(t.Consent), Body: a.text(t.body),
		})
	} else {
		a.owe(OwesGiveUp)
	}
}

// fired handles a timer. One whose visit is over does nothing.
func (a *advance) fired(e TimerFired) {
	switch e.Purpose {
	case ForKeep:
		a.forgetDue(string(e.Flow))
		return
	case ForStart:
		a.comes(e)
		return
	case ForFetch:
		a.fetched(Fetched{Now: e.Now, Flow: e.Flow, Visit: e.Visit})
		return
	case ForGiveUp, ForIdle:
		h := a.c.Handover
		switch {
		case h == nil || h.Visit != e.Visit:
			a.record(RecordLapse, "past-visit", nil, string(e.Purpose))
		case e.Purpose == ForGiveUp && h.With == "":
			a.cause = policy.GiveUp
			if d := a.decide(true); d.Verb == policy.HoldUntil {
				// Not at night: it waits on until then, and somebody may still come.
				a.record(RecordDecision, string(d.Reason), nil, "until")
				a.do(StartTimer{"", h.Visit, ForGiveUp, d.Until})
				return
			}
			a.back(NobodyCame)
		case e.Purpose == ForIdle && h.With != "":
			a.back(GivenBack)
		}
		return
	}
	if len(a.c.Front) > 0 {
		if f := at(a.c.Front); f.Flow == e.Flow && f.Visit == e.Visit {
			a.firedInFront(f, e.Purpose)
			return
		}
	}
	for i := range a.c.Parked {
		t := &a.c.Parked[i]
		f := at(t.Stack)
		if f.Flow != e.Flow || f.Visit != e.Visit || f.Timer != e.Purpose {
			continue
		}
		n := a.node(f)
		if n == nil {
			return
		}
		if t.Why == InTemplate && f.Nudges < n.silence.times {
			a.nudge(f, n)
			return
		}
		f.Timer = ""
		t.Ready = true
		if t.Due == 0 {
			t.Due = stampOf(a.now)
		}
		return // settle gives it its turn
	}
	a.record(RecordLapse, "past-visit", nil, string(e.Purpose))
}

func (a *advance) firedInFront(f *Frame, p Purpose) {
	n := a.node(f)
	if n == nil || a.c.Handover != nil {
		return // silence rests during a handover
	}
	a.frame = f
	if p == ForTurn {
		f.Turn = false
		if _, _, ready := a.ready(); !ready || a.now.Before(f.Said.Time().Add(turn)) {
			return // nobody waits, or asked again since; settle sets the timer anew
		}
		// Unanswered for too long, while another flow waits for its turn.
		a.leaveAside()
		a.leaveFront()
		return
	}
	if p != ForSilence || f.Timer != ForSilence || n.silence == nil {
		return
	}
	if f.Nudges < n.silence.times {
		a.nudge(f, n)
		return
	}
	f.Timer = ""
	a.take(n.silence.way)
}

// nudge breaks a silence. One that may not leave, or would talk into another
// open question, is left out and counts as sent when it was due.
func (a *advance) nudge(f *Frame, n *node) {
	f.Timer = ""
	f.Nudges++
	a.frame, a.cause = f, policy.Nudge
	d := a.decide(false)
	switch {
	case a.c.Handover != nil:
		// Not left to the gate: it lets through what was made in the moment of
		// the request, and this may be that moment.
		a.record(RecordDecision, string(policy.InHandover), f, "nudge")
	case len(a.c.Front) > 0 && at(a.c.Front) != f:
		a.record(RecordDecision, "question-open", f, "nudge")
	case d.Verb != policy.Send:
		a.record(RecordDecision, string(d.Reason), f, "nudge")
	case a.hop(f, n, n.nudged):
		a.tell(f, a.text(n.silence.say))
	}
	a.listen(f, n)
}
