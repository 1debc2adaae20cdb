package engine

import (
	"errors"
	"fmt"
	"slices"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// handing is a node that gives the conversation to an inbox, compiled.
type handing struct {
	Handing
	tell []*datum
}

// compileHandover compiles a node that hands over: it waits for a person of the
// service, and goes on when they are done.
func (s *Service) compileHandover(f *flow, n *node, d *Node, goTo Place) error {
	h := d.Handover
	if h == nil {
		return errors.New("it hands over to nobody")
	}
	if !slices.ContainsFunc(s.def.Human.Paths, func(p Path) bool { return p.Inbox != "" && p.Inbox == h.Inbox }) {
		return fmt.Errorf("no inbox is named %q", h.Inbox)
	}
	n.handing = &handing{Handing: *h}
	for _, name := range h.Tell {
		t := f.data[name]
		if t == nil {
			t = s.data[name]
		}
		if t == nil {
			return fmt.Errorf("no data is named %q", name)
		}
		n.handing.tell = append(n.handing.tell, t)
		s.note([]string{name})
	}
	n.Enters = append(n.Enters, DoHandOver, DoSend, DoStartTimer)
	n.Waits.Hands = true
	done := goTo
	if !h.Done.IsZero() {
		var err error
		if done, err = f.place(h.Done); err != nil {
			return err
		}
	} else if d.Go.IsZero() {
		return errors.New("there is no way out")
	}
	n.done = n.add(OnDone, "", done, Way{Cause: policy.Answer})
	if !h.Closed.IsZero() {
		place, err := f.place(h.Closed)
		if err != nil {
			return err
		}
		n.closed = n.add(OnClosed, "", place, Way{})
	}
	if h.Nobody.IsZero() {
		// The words of [human], and on as if somebody had come.
		n.nobody = n.add(OnNobody, "", done, Way{Cause: policy.Proactive, Effects: []EffectKind{DoSend}})
		return nil
	}
	place, err := f.place(h.Nobody)
	if err == nil {
		n.nobody = n.add(OnNobody, "", place, Way{Cause: policy.Proactive})
	}
	return err
}

// handOver gives the conversation to the node's inbox. The flow stays at the
// node until a person of the service is done, or nobody came.
func (a *advance) handOver(f *Frame, n *node) {
	open := a.s.open(a.now)
	if !open && n.closed >= 0 {
		a.take(n.closed)
		return
	}
	var told []Told
	for _, d := range n.handing.tell {
		v := a.Value(d.Name)
		switch {
		case !slices.Contains(d.Share, "operators"):
			a.record(RecordFault, "not-shared", f, d.Name)
		case v.IsSet():
			told = append(told, Told{d.Name, a.shown(d.Name, v)})
		}
	}
	body := a.ours(a.s.humanClosed)
	switch {
	case !open:
		body = joinLines(body, a.paths(true))
	case n.say != nil:
		body = ""
		for _, t := range n.say {
			if body != "" {
				body += "\n\n"
			}
			body += a.text(t)
		}
	default:
		body = a.ours(a.s.humanSay)
	}
	if h := a.c.Handover; h != nil {
		// Of a flow that their words began while they wait: they wait already,
		// from here on as urgently as this node asks for. The words are said, for
		// they chose something.
		a.record(RecordHuman, "waiting-already", f, "")
		if h.Priority < n.handing.Priority {
			h.Priority = n.handing.Priority
			a.do(HandOver{Act: MoreUrgent, Inbox: h.Inbox, Name: h.With, Priority: h.Priority})
		}
		if a.mayAnswer(f, "human") {
			a.tell(f, body)
		}
		a.end(Left)
		return
	}
	// The request stands whatever the gate says: who is to come needs no window.
	if d := a.decide(false); d.Sends() {
		a.tell(f, body)
	} else {
		a.record(RecordDecision, string(d.Reason), f, "human")
	}
	if a.requestPerson(n.handing.Inbox, n.handing.Priority, told) {
		a.c.Handover.Flow, a.c.Handover.Node = f.Flow, f.Node
	}
}

// shown is a value as people of the service read it.
func (a *advance) shown(name string, v eval.Value) string {
	if v.Kind == eval.Choice {
		return a.show(name, v)
	}
	return v.String()
}

// requestPerson begins a handover: the flows are silent from here on, and the
// question left stays where it is. It reports whether it did.
func (a *advance) requestPerson(inbox string, priority int, told []Told) bool {
	if f, n := a.front(); f != nil && fetching(f, n) {
		a.parkFetch() // its answer comes back to it, and it goes on after the release
	}
	if !a.move(moveHuman) {
		return false
	}
	if f, _ := a.front(); f != nil {
		a.stopTimer(f) // silence rests
	}
	if a.c.Aside != nil {
		a.c.Aside.Spent = true
	}
	a.c.Visits++
	a.c.Handover = &Handover{Since: stampOf(a.now), Inbox: inbox, Visit: a.c.Visits, Priority: priority}
	if a.c.Stopped != nil {
		a.c.Stopped.Asked = stampOf(a.now)
	}
	give := a.s.def.Human.GiveUp.After
	if give == (Duration{}) {
		give.WorkingDays = defaultGiveUp
	}
	a.do(StartTimer{"", a.c.Handover.Visit, ForGiveUp, give.from(a.now, a.s.zone, a.s.def.Human.Holidays)})
	a.do(HandOver{Act: AskedFor, Inbox: inbox, Priority: priority, Tell: told})
	return true
}

// goOn takes the way of a node that handed over, now that it is over. It
// reports whether the conversation stands at one.
func (a *advance) goOn(way func(*node) int) bool {
	f, n := a.front()
	if f == nil || n.Verb != HandoverVerb {
		return false
	}
	a.frame = f
	a.take(way(n))
	return true
}
