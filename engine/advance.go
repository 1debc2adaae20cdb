package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// maxHops bounds one event: a flow that goes round without a person or a clock
// is a fault of the flow, and ends there.
const maxHops = 100

// turn is how long an open question keeps a parked flow waiting whose time has
// come.
const turn = 30 * time.Minute

// digressionLasts is how long after it was left a question is still asked again.
const digressionLasts = time.Hour

// errHops is what too many hops are called inside.
var errHops = errors.New("the flow goes round without waiting for anybody")

// advance is one Advance under way: a copy of the conversation that it may
// write to, and what it came to so far.
type advance struct {
	s     *Service
	c     Conversation
	now   time.Time
	cause policy.Cause
	lang  int
	// wrote and id are of the message being handled: when they wrote it, as
	// far as anybody knows, and WhatsApp's id of it.
	wrote Stamp
	id    string
	// answering: a person's own message is being handled; the first message
	// of the session carries the hint then.
	answering bool
	// frame is the one whose own data expressions see; nil outside flows.
	frame *Frame
	// anywhere: what is said belongs to a flow that words began which work in
	// every state.
	anywhere bool
	// it is the element of a list, and value the answer, that expressions are
	// about now.
	it    *element
	value eval.Value
	fx    []Effect
	trace []Hop
	hops  int
	err   error
}

func (s *Service) begin(c Conversation, now time.Time) *advance {
	return &advance{
		s: s, c: c.clone(), now: now, cause: policy.Proactive, lang: s.index(c.Language),
		fx: make([]Effect, 0, 6), trace: make([]Hop, 0, 4),
	}
}

// Advance tells a conversation what happened and returns what came of it. It
// is pure: the same conversation and event give the same result, and what it
// was given is never changed. An error is a fault of ours or of a conversation
// that no longer fits the service; nothing has happened then.
func (s *Service) Advance(c Conversation, ev Event) (Result, error) {
	// The engine's clock has microseconds, as everything it keeps.
	a := s.begin(c, ev.At().UTC().Truncate(time.Microsecond))
	a.joined()
	a.prune()
	switch e := ev.(type) {
	case Message:
		a.heard(e.Reading)
	case Tap:
		a.heard(e.Reading)
	case TimerFired:
		a.fired(e)
	case Delivery:
		a.delivered(e)
	case Operator:
		a.operator(e)
	case Decided:
		a.decided(e)
	case Preference:
		a.prefers(e)
	default:
		return Result{}, fmt.Errorf("advance: no event is known as %T", ev)
	}
	a.settle()
	if a.err != nil {
		return Result{}, fmt.Errorf("advance: %w", a.err)
	}
	return Result{a.c, a.fx, a.trace}, nil
}

// prune ends flows that the service no longer has, or that stand at a node it
// no longer has, or that has become another verb: a conversation goes on with
// what is left.
func (a *advance) prune() {
	// gone: verb is what the frame that waits has to stand at; None, anything.
	gone := func(stack []Frame, verb Verb) bool {
		for i := range stack {
			fl := a.s.flows[stack[i].Flow]
			if fl == nil || fl.byID[stack[i].Node] == nil {
				return true
			}
		}
		f := at(stack)
		n := a.s.flows[f.Flow].byID[f.Node]
		if verb == AskVerb {
			return !n.asks()
		}
		return verb != None && n.Verb != verb
	}
	end := func(stack []Frame) {
		f := at(stack)
		a.record(RecordFault, "node-gone", f, "")
		a.dropAll(stack)
	}
	open := AskVerb
	if a.c.Handover != nil {
		open = None // a person may be asked for from any node
	}
	if len(a.c.Front) > 0 && gone(a.c.Front, open) {
		end(a.c.Front)
		a.c.Front = nil
		a.leaveAside() // the digression that it waited for is gone
	}
	if a.c.Aside != nil && gone(a.c.Aside.Stack, None) {
		end(a.c.Aside.Stack)
		a.c.Aside = nil
	}
	for i := 0; i < len(a.c.Parked); {
		t := a.c.Parked[i]
		verb := None
		switch t.Why {
		case InWait:
			verb = WaitVerb
		case InTemplate:
			verb = TemplateV
		}
		if gone(t.Stack, verb) {
			end(t.Stack)
			a.c.Parked = append(a.c.Parked[:i], a.c.Parked[i+1:]...)
			continue
		}
		i++
	}
}

func (a *advance) do(e Effect) { a.fx = append(a.fx, e) }

func (a *advance) record(kind RecordKind, code string, f *Frame, detail string) {
	r := Record{Kind: kind, Code: code, Detail: detail}
	if f != nil {
		r.Flow, r.Node = f.Flow, f.Node
	}
	a.do(r)
}

// node is where a frame stands; nil, and a fault, when the flow no longer has
// it.
func (a *advance) node(f *Frame) *node {
	if fl := a.s.flows[f.Flow]; fl != nil {
		if n := fl.byID[f.Node]; n != nil {
			return n
		}
	}
	if a.err == nil {
		a.err = fmt.Errorf("the service has no node %s.%s", f.Flow, f.Node)
	}
	return nil
}

// move takes a transition of the conversation as a whole.
func (a *advance) move(m move) bool {
	_, err := a.s.modes.judge(a.c.mode(), TransitionID(m))
	if err != nil && a.err == nil {
		a.err = err
	}
	return err == nil
}

// front is the frame that waits, and its node; nil when no question is open.
func (a *advance) front() (*Frame, *node) {
	if len(a.c.Front) == 0 {
		return nil, nil
	}
	f := at(a.c.Front)
	n := a.node(f)
	if n == nil {
		return nil, nil
	}
	return f, n
}

// hop has the flow's machine judge a way, and notes it.
func (a *advance) hop(f *Frame, n *node, i int) bool {
	if a.err != nil {
		return false
	}
	if a.hops++; a.hops > maxHops {
		return false
	}
	w := n.way(i)
	to, err := n.flow.machine.judge(f.Node, w.ID)
	if err != nil {
		a.err = err
		return false
	}
	a.trace = append(a.trace, Hop{f.Flow, f.Node, w.ID, to, w.Origin})
	return true
}

// take takes a way of the front flow, and runs on from where it leads until
// something waits.
func (a *advance) take(i int) {
	f, n := a.front()
	if f == nil {
		return
	}
	if !a.hop(f, n, i) {
		if a.err == nil {
			a.record(RecordFault, "too-many-hops", f, errHops.Error())
			a.hops = 0 // what goes on behind this flow did not go round
			a.end(Left)
		}
		return
	}
	w := n.way(i)
	if w.Cause != "" {
		a.cause = w.Cause
	}
	a.follow(w.To)
}

func (a *advance) follow(to Place) {
	switch {
	case to.Node != "":
		a.enter(to.Node)
	case to.End != "":
		a.end(to.End)
	case to.Own == ToHuman:
		a.human()
	case to.Own == ToOffer:
		a.offer()
	case to.Own == ToStop:
		a.stop("@stop")
	case to.Own == ToHome:
		a.dropAll(a.c.Front)
		a.c.Front = nil
		a.leaveAside()
		a.start(a.s.home)
	}
}

// start begins a flow in front. A flow is in a conversation at most once: one
// that is somewhere already is replaced, with its timers.
func (a *advance) start(fl *flow) {
	a.replace(fl.id)
	if !a.move(movePush) {
		return
	}
	a.c.Front = []Frame{{Flow: fl.id}}
	a.enter(fl.begins.Node)
}

// replace takes a flow out of wherever it is.
func (a *advance) replace(id FlowID) {
	out := func(stack []Frame) bool {
		if !slices.ContainsFunc(stack, func(f Frame) bool { return f.Flow == id }) {
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
}

// enter moves the front flow to a node: a new visit.
func (a *advance) enter(id NodeID) {
	f := at(a.c.Front)
	a.stopTimer(f)
	a.c.Visits++
	*f = Frame{Flow: f.Flow, Node: id, Visit: a.c.Visits, Data: f.Data}
	n := a.node(f)
	if n == nil {
		return
	}
	a.frame = f
	a.assign(n.set)
	a.run(n)
}

// run does what a node is for. The gate is asked before it says anything; when
// the answer is not to send, the node was not asked and nothing behind it runs.
func (a *advance) run(n *node) {
	f := at(a.c.Front)
	a.frame = f
	if n.consent != nil && a.agreed(n.consent.Name) {
		a.takeAgreed(f, n)
		return
	}
	if n.Free || n.template != nil {
		if d := a.decideNode(n); !d.Sends() {
			a.putOff(f, n, d)
			return
		}
	}
	switch n.Verb {
	case SayVerb:
		a.says(f, n)
		f.Asked = true
		a.take(n.next)
	case AskVerb:
		if len(n.say) > 0 {
			a.says(f, n)
		}
		a.askAnew(f, n, a.text(n.ask), false)
	case ConsentVerb:
		if len(n.say) > 0 {
			a.says(f, n)
		}
		a.askAnew(f, n, a.consentWords(a.text(n.ask)), false)
	case HandoverVerb:
		a.handOver(f, n)
	case TemplateV:
		a.sendTemplate(f, n)
		a.listen(f, n)
		a.park(InTemplate, 0)
	case WhenVerb:
		a.take(a.choose(f, n))
	case WaitVerb:
		due := n.wait.over(a.now, a.s.zone, a.s.def.Human.Holidays)
		if !due.After(a.now) {
			a.take(n.over)
			return
		}
		a.startTimer(f, ForWait, due)
		a.park(InWait, stampOf(due))
	default:
		a.take(n.next)
	}
}

// choose finds the first true condition of a when. One that can't be judged,
// because it reads what is not known, is not true.
func (a *advance) choose(f *Frame, n *node) int {
	for i, g := range n.guards {
		if a.holds(g, f) {
			return n.cases[i]
		}
	}
	return n.otherwise
}

func (a *advance) holds(g *eval.Program, f *Frame) bool {
	v, err := g.Run(a)
	if err != nil {
		a.record(RecordFault, "expression", f, err.Error())
		return false
	}
	return v.Bool
}

// end ends the front flow with an outcome. Callers would take their way for
// it; what was set aside comes back.
func (a *advance) end(outcome string) {
	if len(a.c.Front) == 0 {
		return
	}
	f := at(a.c.Front)
	if outcome == Left {
		a.record(RecordLapse, Left, f, "")
	}
	a.dropAll(a.c.Front)
	if !a.move(movePop) {
		return
	}
	a.c.Front = nil
	a.frame = nil
	a.resumeAside()
}

// park puts the front flow behind. A digression that parks is over, and the
// question it left is not asked again; one whose message is held has not begun
// to wait for anything, and the question comes back to be asked or held too.
func (a *advance) park(why Why, due Stamp) {
	if !a.move(movePark) {
		return
	}
	a.c.Parked = append(a.c.Parked, Thread{Stack: a.c.Front, Why: why, Due: due})
	a.c.Front, a.frame = nil, nil
	if a.c.Aside != nil && why != InHold {
		a.c.Aside.Spent = true
	}
	a.resumeAside()
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
	a.c.Aside = nil
	if !a.move(moveResume) {
		return
	}
	a.c.Front = as.Stack
	if a.goOn(func(n *node) int { return n.done }) {
		return // it handed over: that is done, and so is what came after it
	}
	a.askAgain(builtin(-1))
}

// leaveAside ends the flow of a question that was set aside.
func (a *advance) leaveAside() {
	if a.c.Aside == nil {
		return
	}
	a.record(RecordLapse, Left, at(a.c.Aside.Stack), "")
	a.dropAll(a.c.Aside.Stack)
	a.c.Aside = nil
}

// setAside keeps the open question while something else is talked of. A second
// digression replaces the first; the question that was left first stays.
func (a *advance) setAside() {
	if len(a.c.Front) == 0 {
		return
	}
	a.stopTimer(at(a.c.Front))
	if a.c.Aside != nil {
		a.record(RecordLapse, Left, at(a.c.Front), "")
		a.dropAll(a.c.Front)
	} else {
		a.c.Aside = &Aside{Stack: a.c.Front, At: stampOf(a.now)}
	}
	a.c.Front, a.frame = nil, nil
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

// settle lets parked flows whose time has come go in front, in due order, one
// at a time, as long as no question is open.
func (a *advance) settle() {
	for range maxHops {
		if a.err != nil || a.c.Handover != nil || a.c.Stopped != nil {
			return
		}
		a.hops = 0 // each flow that goes in front has its own
		next := a.ready()
		if next < 0 {
			if !a.letGo() {
				return
			}
			continue
		}
		if len(a.c.Front) > 0 {
			f := at(a.c.Front)
			f.Turn = true
			a.do(StartTimer{f.Flow, f.Visit, ForTurn, f.Said.Time().Add(turn)})
			return
		}
		why := a.c.Parked[next].Why
		if !a.bring(next) {
			return
		}
		n := a.node(a.frame)
		if n == nil {
			return
		}
		a.cause, a.answering = policy.Proactive, false
		switch {
		case why == InWait:
			a.take(n.over)
		case why == InQuiet, why == InHold && n.lapsed < 0:
			a.runHeld(a.frame, n)
		case why == InHold:
			a.take(n.lapsed)
		default:
			a.take(n.silence.way)
		}
	}
}

// ready is the parked flow that is next to go in front, of those whose time
// has come; -1: none.
func (a *advance) ready() int {
	next := -1
	for i, t := range a.c.Parked {
		if t.Ready && (next < 0 || t.Due < a.c.Parked[next].Due) {
			next = i
		}
	}
	return next
}

// startTimer starts a visit's timer; one that runs for it is moved.
func (a *advance) startTimer(f *Frame, p Purpose, due time.Time) {
	f.Timer = p
	a.do(StartTimer{f.Flow, f.Visit, p, due})
}

// stopTimer takes a visit's timers back.
func (a *advance) stopTimer(f *Frame) {
	if f.Timer != "" {
		a.do(StopTimer{f.Flow, f.Visit, f.Timer})
		f.Timer = ""
	}
	if f.Turn {
		a.do(StopTimer{f.Flow, f.Visit, ForTurn})
		f.Turn = false
	}
}

func (a *advance) dropAll(stack []Frame) {
	for i := range stack {
		a.stopTimer(&stack[i])
	}
}
