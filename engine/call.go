package engine

import (
	"encoding/json"
	"fmt"
	"slices"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// The front of a conversation is a stack: the flow being talked in, and below
// it those that called it, each standing at the node that calls. It is set
// aside, parked, brought back and replaced as a whole; only its last frame
// waits for anything.

// start begins a flow in front.
func (a *advance) start(fl *flow) { a.startWith(fl, nil, false) }

// startWith begins a flow in front, with what it is given. A flow is in a
// conversation at most once: one that is somewhere already is replaced, with
// its timers. anywhere: see Frame.Anywhere.
func (a *advance) startWith(fl *flow, given map[string]Kept, anywhere bool) {
	a.replace(fl.id)
	if !a.move(movePush) {
		return
	}
	a.c.Front = []Frame{{Flow: fl.id, Data: given, Anywhere: anywhere}}
	a.enter(fl.begins.Node)
}

// replace takes a flow out of wherever it is: the whole stack goes that it is
// part of.
func (a *advance) replace(id FlowID) {
	out := func(stack []Frame) bool {
		if !within(stack, id) {
			return false
		}
		a.record(RecordLapse, "replaced", at(stack), "")
		a.dropAll(stack)
		return true
	}
	if out(a.c.Front) {
		a.c.Front = nil
	}
	if a.c.Aside != nil && out(a.c.Aside.Stack) {
		a.c.Aside = nil
	}
	a.c.Parked = slices.DeleteFunc(a.c.Parked, func(t Thread) bool { return out(t.Stack) })
	a.cancel(id)
}

// within reports whether a flow is part of a stack.
func within(stack []Frame, id FlowID) bool {
	return slices.ContainsFunc(stack, func(f Frame) bool { return f.Flow == id })
}

// call runs another flow on top of the one in front. One that is under way in
// the same stack would never come back to itself: the flow that calls it ends.
func (a *advance) call(f *Frame, n *node) {
	if within(a.c.Front, n.call.id) {
		a.record(RecordFault, "endless-calls", f, string(n.call.id))
		a.end(Left)
		return
	}
	given := a.given(n.with)
	a.replace(n.call.id)
	if !a.move(movePush) {
		return
	}
	a.c.Front = append(a.c.Front, Frame{Flow: n.call.id, Data: given, Anywhere: f.Anywhere})
	a.enter(n.call.begins.Node)
}

// given works out what a flow is given, where its caller stands. A value that
// does not fit is not given, and recorded.
func (a *advance) given(list []assign) map[string]Kept {
	var out map[string]Kept
	for _, as := range list {
		v, ok := a.worth(as)
		if !ok {
			continue
		}
		if !a.covered(as.to) {
			a.record(RecordFault, "consent-missing", a.frame, as.to.Name)
			continue
		}
		if out == nil {
			out = make(map[string]Kept, len(list))
		}
		out[as.to.Name] = Kept{Value: v, At: stampOf(a.now)}
	}
	return out
}

// giveOver ends the front stack, callers and all, without another step.
func (a *advance) giveOver() {
	stack := a.c.Front
	if !a.move(movePop) {
		return
	}
	a.c.Front, a.frame = nil, nil
	a.drop(stack)
	a.resumeAside()
}

// worth works out an assignment, and reports whether there is a value that its
// data may have. What went wrong is recorded.
func (a *advance) worth(as assign) (v eval.Value, ok bool) {
	v, err := a.work(as)
	if err != nil {
		a.record(RecordFault, "expression", a.frame, err.Error())
		return v, false
	}
	if !a.fits(as.to, v) {
		a.record(RecordFault, "does-not-fit", a.frame, as.to.Name)
		return v, false
	}
	return v, true
}

// end ends the flow in front with an outcome. Its caller takes its way for it;
// without one, what was set aside comes back.
func (a *advance) end(outcome string) {
	if len(a.c.Front) == 0 {
		return
	}
	top := len(a.c.Front) - 1
	if outcome == Left {
		a.record(RecordLapse, Left, &a.c.Front[top], "")
	}
	a.dropAll(a.c.Front[top:])
	if !a.move(movePop) {
		return
	}
	a.c.Front, a.frame = a.c.Front[:top], nil
	if top == 0 {
		a.c.Front = nil
		a.resumeAside()
		return
	}
	a.returned(outcome)
}

// returned goes on with the flow in front, which called one that has ended.
func (a *advance) returned(outcome string) {
	f, n := a.front()
	if f == nil {
		return
	}
	f.Result = outcomeResult(outcome)
	a.frame = f
	a.take(n.outcome(outcome))
}

// outcomeResult is what result holds after a call.
func outcomeResult(outcome string) string {
	b, err := json.Marshal(result{Outcome: outcome})
	if err != nil {
		return "" // a string and a number are always JSON
	}
	return string(b)
}

// result is what a frame keeps of its last call or fetch.
type result struct {
	Status  *int            `json:"status,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
	Outcome string          `json:"outcome,omitempty"`
}

// resultOf reads a frame's result; the zero result for none.
func resultOf(f *Frame) (r result) {
	if f.Result == "" || json.Unmarshal([]byte(f.Result), &r) != nil {
		return result{}
	}
	return r
}

// leave ends a stack that is not, or no longer, in front: its flow ends left.
// Callers whose way for it ends them as well end at once; the first that has
// more to do waits for its turn, like any flow whose time has come.
func (a *advance) leave(stack []Frame) {
	top := len(stack) - 1
	a.record(RecordLapse, Left, &stack[top], "")
	a.dropAll(stack[top:])
	a.unwind(stack[:top], Left)
}

// leaveFrom ends a frame of a stack that is not in front left, and what it
// called with it.
func (a *advance) leaveFrom(stack []Frame, i int) {
	a.drop(stack[i+1:])
	a.leave(stack[:i+1])
}

func (a *advance) unwind(callers []Frame, outcome string) {
	if a.c.Stopped != nil {
		a.drop(callers) // nothing has its turn with somebody who asked for silence
		return
	}
	for len(callers) > 0 {
		f := at(callers)
		n := a.node(f)
		if n == nil {
			return
		}
		f.Result = outcomeResult(outcome)
		i := n.outcome(outcome)
		if outcome = n.way(i).To.End; outcome == "" {
			a.c.Parked = append(a.c.Parked, Thread{Stack: callers, Why: InReturn, Due: stampOf(a.now), Ready: true})
			return
		}
		if !a.hop(f, n, i) {
			a.drop(callers)
			return
		}
		if outcome == Left {
			a.record(RecordLapse, Left, f, "")
		}
		callers = callers[:len(callers)-1]
	}
}

// drop ends a whole stack left; none of its callers has anything more to say.
func (a *advance) drop(stack []Frame) {
	for i := len(stack) - 1; i >= 0; i-- {
		a.record(RecordLapse, Left, &stack[i], "")
	}
	a.dropAll(stack)
}

// goHome ends what is in front, with its callers, and what was set aside: the
// home flow begins.
func (a *advance) goHome() {
	if a.c.Stopped != nil {
		// Home would be there for everybody but those who asked for silence.
		a.record(RecordDecision, string(policy.Stopped), at(a.c.Front), "home")
		a.end(Left)
		return
	}
	a.overFront()
	a.leaveAside()
	a.start(a.s.home)
}

// overFront takes the front stack away: its flow walked to an end, its callers
// are left.
func (a *advance) overFront() {
	stack := a.c.Front
	a.c.Front, a.frame = nil, nil
	top := len(stack) - 1
	a.dropAll(stack[top:])
	a.drop(stack[:top])
}

// goBack ends what is in front and asks the question again that was set aside,
// whatever time has passed; with none, it goes home.
func (a *advance) goBack() {
	as := a.c.Aside
	if as == nil {
		a.goHome()
		return
	}
	a.overFront()
	a.comeBack(as)
}

// resumeAside asks the question again that a digression left, now that the
// digression is over; or ends its flow, when too much time has passed or the
// digression goes on elsewhere.
func (a *advance) resumeAside() {
	as := a.c.Aside
	if as == nil || len(a.c.Front) > 0 {
		return
	}
	if as.Spent || a.now.Sub(as.At.Time()) >= digressionLasts {
		a.leaveAside()
		return
	}
	a.comeBack(as)
}

func (a *advance) comeBack(as *Aside) {
	a.c.Aside = nil
	if !a.move(moveResume) {
		return
	}
	a.c.Front = as.Stack
	if a.c.Handover != nil {
		return // it is asked again after the release
	}
	if a.goOn(func(n *node) int { return n.done }) {
		return // it handed over: that is done, and so is what came after it
	}
	a.askAgain(builtin(-1))
}

// leaveAside ends the flow of a question that was set aside.
func (a *advance) leaveAside() {
	if as := a.c.Aside; as != nil {
		a.c.Aside = nil
		a.leave(as.Stack)
	}
}

// setAside keeps the open question while something else is talked of. A second
// digression replaces the first; the question that was left first stays. A
// flow that waits for the world waits behind.
func (a *advance) setAside() {
	f, n := a.front()
	if f == nil {
		return
	}
	stack := a.c.Front
	if fetching(f, n) {
		a.parkFetch()
		return
	}
	a.stopTimer(f)
	a.c.Front, a.frame = nil, nil
	if as := a.c.Aside; as != nil && as.Spent {
		a.leaveAside() // it would not be asked again anyway
	}
	if a.c.Aside != nil {
		a.leave(stack)
		return
	}
	a.c.Aside = &Aside{Stack: stack, At: stampOf(a.now)}
}

// bring puts a parked flow in front.
func (a *advance) bring(i int) bool {
	t := a.c.Parked[i]
	if !a.move(moveResume) {
		return false
	}
	a.c.Parked = append(a.c.Parked[:i], a.c.Parked[i+1:]...)
	a.c.Front = t.Stack
	a.frame = at(a.c.Front)
	return true
}

// settle lets flows whose time has come go in front, in due order, one at a
// time, as long as no question is open.
func (a *advance) settle() {
	for range maxHops {
		if a.err != nil || a.c.Handover != nil || a.c.Stopped != nil {
			return
		}
		a.hops = 0 // each flow that goes in front has its own
		i, scheduled, ok := a.ready()
		if !ok {
			if !a.letGo() {
				return
			}
			continue
		}
		if len(a.c.Front) > 0 {
			f, n := a.front()
			if f == nil || fetching(f, n) {
				return // the answer of the world is on its way
			}
			f.Turn = true
			a.do(StartTimer{f.Flow, f.Visit, ForTurn, f.Said.Time().Add(turn)})
			return
		}
		a.cause, a.answering = policy.Proactive, false
		if scheduled {
			a.begins(i)
			continue
		}
		t := a.c.Parked[i]
		if !a.bring(i) {
			return
		}
		if n := a.node(a.frame); n != nil {
			a.resume(n, t)
		}
	}
}

// resume goes on with a flow that was parked, now that its time has come.
func (a *advance) resume(n *node, t Thread) {
	switch t.Why {
	case InWait:
		a.take(n.over)
	case InReturn:
		a.returned(resultOf(a.frame).Outcome)
	case InFetch:
		a.arrived(a.frame, n)
	case InMoved:
		a.enter(n.Node)
	case InQuiet:
		a.runHeld(a.frame, n)
	case InHold:
		if n.lapsed >= 0 {
			a.take(n.lapsed)
		} else {
			a.runHeld(a.frame, n)
		}
	default:
		a.take(n.silence.way)
	}
}

// ready is the flow that is next to go in front, of those whose time has come:
// an index into the parked or the scheduled ones.
func (a *advance) ready() (i int, scheduled, ok bool) {
	var due Stamp
	for k, t := range a.c.Parked {
		if t.Ready && (!ok || t.Due < due) {
			i, due, ok = k, t.Due, true
		}
	}
	for k, s := range a.c.Scheduled {
		if s.Ready && (!ok || s.Due < due) {
			i, due, scheduled, ok = k, s.Due, true, true
		}
	}
	return i, scheduled, ok
}

// outcome is the way for an outcome of the called flow. One that the flow did
// not have when this was written counts as left.
func (n *node) outcome(name string) int {
	if i, ok := n.outcomes[name]; ok {
		return i
	}
	return n.outcomes[Left]
}

func (s *Service) compileCall(n *node, d *Node, goTo Place, env eval.Schema) error {
	if n.call = s.flows[d.Call]; n.call == nil {
		return errNoFlow(d.Call)
	}
	var err error
	if n.with, err = s.gives(n.call, d.With, env); err != nil {
		return err
	}
	n.outcomes = map[string]int{}
	add := func(name string, to Place, o Origin) {
		w := Way{Origin: o}
		if name == Left {
			w.Cause = policy.Proactive // nobody's answer: they turned to something else
		}
		n.outcomes[name] = n.add(OnOutcome, name, to, w)
	}
	for _, o := range d.On {
		if o.Name != Left && !slices.Contains(n.call.outcomes, o.Name) {
			return fmt.Errorf("%q is no outcome of the flow %q", o.Name, d.Call)
		}
		to, err := n.flow.place(o.Go)
		if err != nil {
			return err
		}
		add(o.Name, to, o.Origin)
	}
	if len(n.call.outcomes) == 1 && !d.Go.IsZero() {
		if _, ok := n.outcomes[n.call.outcomes[0]]; !ok {
			add(n.call.outcomes[0], goTo, Origin{})
		}
	}
	for _, o := range n.call.outcomes {
		if _, ok := n.outcomes[o]; !ok {
			return fmt.Errorf("the outcome %q of the flow %q leads nowhere", o, d.Call)
		}
	}
	if _, ok := n.outcomes[Left]; !ok {
		add(Left, Place{End: Left}, Origin{})
	}
	return nil
}

func errNoFlow(id FlowID) error { return fmt.Errorf("no flow is named %q", id) }

// gives compiles what a flow is given: in the words of whoever begins it.
func (s *Service) gives(to *flow, list []Assign, env eval.Schema) ([]assign, error) {
	var out []assign
	for _, a := range list {
		d := to.data[a.Name]
		if d == nil || !d.Given {
			return nil, fmt.Errorf("the flow %q is not given %q", to.id, a.Name)
		}
		c, err := s.assign(d, a.Source, env)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
