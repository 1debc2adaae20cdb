package engine

import (
	"errors"
	"fmt"
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
	said  string // their words
	// answering: a person's own message is being handled; the first message
	// of the session carries the hint then.
	answering bool
	// scheduled: a flow that was scheduled has begun because of this event.
	scheduled bool
	// frame is the one whose own data expressions see; nil outside flows.
	frame *Frame
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
	case Fetched:
		a.fetched(e)
	default:
		return Result{}, fmt.Errorf("advance: no event is known as %T", ev)
	}
	a.settle()
	if a.err != nil {
		return Result{}, fmt.Errorf("advance: %w", a.err)
	}
	return Result{a.c, a.fx, a.trace}, nil
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
			a.hops = 0 // what goes on behind these flows did not go round
			a.giveOver()
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
	case to.Own == ToBack:
		a.goBack()
	case to.Own == ToHome:
		a.goHome()
	}
}

// enter moves the front flow to a node: a new visit.
func (a *advance) enter(id NodeID) {
	f := at(a.c.Front)
	a.stopTimer(f)
	a.c.Visits++
	*f = Frame{Flow: f.Flow, Node: id, Visit: a.c.Visits, Data: f.Data, Result: f.Result, Anywhere: f.Anywhere}
	n := a.node(f)
	if n == nil {
		return
	}
	a.frame = f
	a.assign(n.set)
	a.also(f, n)
	if n.withdraw != nil {
		a.takeBack(n.withdraw.Name, a.said, sourceOf(f))
	}
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
	if a.c.Stopped != nil && n.template != nil {
		// They asked for silence, and then for help: not for a template.
		a.record(RecordDecision, string(policy.Stopped), f, "")
		a.end(Left)
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
	case SplitVerb:
		a.take(a.arm(f, n))
	case CallVerb:
		a.call(f, n)
	case FetchVerb:
		a.fetch(f, n)
	case ScheduleVerb:
		a.schedule(f, n)
	case WaitVerb:
		a.wait(f, n)
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

// park puts the front flow behind. A digression that parks is over, and the
// question it left is not asked again; one whose message is held has not begun
// to wait for anything, and the question comes back to be asked or held too.
func (a *advance) park(why Why, due Stamp) {
	if !a.move(movePark) {
		return
	}
	a.c.Parked = append(a.c.Parked, Thread{Stack: a.c.Front, Why: why, Due: due})
	a.c.Front, a.frame = nil, nil
	if a.c.Aside != nil && why != InHold && why != InQuiet {
		a.c.Aside.Spent = true
	}
	a.resumeAside()
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
