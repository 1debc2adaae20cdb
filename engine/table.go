package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/looplab/fsm"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// Table is the compiled service: for every node what entering it does, how
// long it may last, and every way out. Advance executes it; a proof walks it.
// What Table returns is a copy.
type Table struct {
	Flows []FlowTable // sorted by name
}

// FlowTable is one flow.
type FlowTable struct {
	Flow     FlowID
	Begins   NodeID
	Outcomes []string
	Nodes    []NodeTable // in source order
}

// NodeTable is one node.
type NodeTable struct {
	Node   NodeID
	Verb   Verb
	Enters []EffectKind // what entering does, in order
	// Free reports whether entering sends free-form messages, which the gate
	// may hold: the node is then not asked, and nothing behind it runs.
	Free   bool
	Waits  Waits
	Ways   []Way
	Origin Origin
}

// Waits is how long a node lasts by itself. All zero: it goes on at once.
// Asks: until they answer, at most Max.
type Waits struct {
	Asks     bool
	Hands    bool // until a person of the service is done; nobody knows when
	Min, Max time.Duration
}

// Trigger is what sets a way off.
type Trigger string

// The triggers. OnStop and OnHuman belong to every node of every flow.
const (
	OnNext      Trigger = "next"      // at once
	OnIf        Trigger = "if"        // at once, when its condition is true and no earlier one is
	OnOtherwise Trigger = "otherwise" // no condition was true; too many tries; any other reply
	OnRow       Trigger = "choose"    // they chose a row
	OnAnswer    Trigger = "answer"    // they typed an answer that is saved
	OnRetry     Trigger = "retry"     // they typed something else; the node stays
	OnAgain     Trigger = "again"     // the question is asked again; the node stays
	OnPage      Trigger = "page"      // they turned to another page of rows; the node stays
	OnWhich     Trigger = "which"     // their answer says two things, and they are asked which; the node stays
	OnNudge     Trigger = "nudge"     // they said nothing; the node stays
	OnSilence   Trigger = "silence"   // they said nothing for too long
	OnTime      Trigger = "time"      // the wait is over
	OnReply     Trigger = "reply"     // they wrote during the wait
	OnAgreed    Trigger = "agreed"    // at once: they agreed to it before
	OnHeld      Trigger = "held"      // its message was held for too long
	OnDone      Trigger = "done"      // a person of the service is done
	OnClosed    Trigger = "closed"    // at once: nobody of the service is there now
	OnNobody    Trigger = "nobody"    // nobody of the service came in time
	OnShare     Trigger = "share"     // at once, for those whose arm it is
	OnOutcome   Trigger = "outcome"   // the called flow ended so
	OnFetched   Trigger = "fetched"   // the request was answered, and all of it fits
	OnFailed    Trigger = "failed"    // it was not, or does not
	OnStop      Trigger = "@stop"
	OnHuman     Trigger = "@human"
)

// Way is one way out of a node, or back into it.
type Way struct {
	ID      TransitionID
	On      Trigger
	If      string       // its condition as written; empty: none
	Effects []EffectKind // what taking it does, before the node it leads to is entered
	To      Place
	// Cause is what messages behind it are for; empty: as before.
	Cause    policy.Cause
	Origin   Origin // nowhere for what Cauce injects
	injected bool
}

// Place is where a way leads; just one field is set.
type Place struct {
	Node NodeID // a node of the flow; its own: the node stays
	End  string // an outcome of the flow
	Own  Own    // @human, @offer: the flow stays at the node; @stop, @home, @back
}

// Left is how a flow ends that was not walked to an end of its own: a question
// that lapsed, or was left.
const Left = "left"

// The states of a machine that are no nodes. No node may have such a name:
// authors' names never begin with @.
const (
	stateEnd     = "@end"
	stateStopped = "@stopped"
	stateHome    = "@home"
	stateBack    = "@back"
)

// machine judges hops of one flow. looplab/fsm keeps one state an instance
// behind locks, so instances are lent from a pool, set to the node and asked.
type machine struct {
	events fsm.Events
	states map[NodeID]bool
	pool   sync.Pool
}

// state is where the machine stands after a way.
func (p Place) state(from NodeID) string {
	switch {
	case p.Node != "":
		return string(p.Node)
	case p.End != "":
		return stateEnd
	case p.Own == ToStop:
		return stateStopped
	case p.Own == ToHome:
		return stateHome
	case p.Own == ToBack:
		return stateBack
	}
	return string(from) // a person, or the offer of one: the flow stays
}

// newMachine compiles a flow's ways. Two ways of one name, or a way to a node
// that is not there, would go unnoticed by the library; they are faults here.
func newMachine(nodes []*node) (*machine, error) {
	m := &machine{states: make(map[NodeID]bool, len(nodes))}
	for _, n := range nodes {
		m.states[n.Node] = true
	}
	seen := map[TransitionID]bool{}
	for _, n := range nodes {
		for i := range n.Ways {
			w := &n.Ways[i]
			if seen[w.ID] {
				return nil, fmt.Errorf("two ways are named %q", w.ID)
			}
			seen[w.ID] = true
			if w.To.Node != "" && !m.states[w.To.Node] {
				return nil, fmt.Errorf("the way %q leads to %q, which is no node of the flow", w.ID, w.To.Node)
			}
			m.events = append(m.events, fsm.EventDesc{
				Name: string(w.ID), Src: []string{string(n.Node)}, Dst: w.To.state(n.Node),
			})
		}
	}
	m.pool.New = func() any { return fsm.NewFSM("", m.events, nil) }
	return m, nil
}

// judge confirms that the way leaves the node, and says where it leads.
func (m *machine) judge(from NodeID, t TransitionID) (string, error) {
	if !m.states[from] {
		return "", fmt.Errorf("no node is named %q", from)
	}
	f := m.pool.Get().(*fsm.FSM)
	f.SetState(string(from))
	// Never the caller's context: a cancelled one would wedge f for good.
	err := f.Event(context.Background(), string(t))
	var stayed fsm.NoTransitionError // how the library reports a node leading to itself
	if err != nil && !errors.As(err, &stayed) {
		return "", fmt.Errorf("the way %q from %q: %w", t, from, err) // f is not put back
	}
	to := f.Current()
	m.pool.Put(f)
	return to, nil
}

// The conversation's own machine: what may happen to it as a whole. Each state
// is whether they stopped, and who speaks for the service.
const (
	modeServing = "serving" // the flows do
	modeWaiting = "waiting" // a person was asked for; the flows are silent
	modeWith    = "with"    // an operator does
)

const stoppedPrefix = "stopped+"

// move is an event of the conversation's machine.
type move string

const (
	moveStop    move = "@stop"
	moveStart   move = "@start"
	moveHuman   move = "@human"
	moveClaim   move = "@claim"
	moveRelease move = "@release"
	movePush    move = "push" // a flow begins
	movePop     move = "pop"  // a flow ends
	movePark    move = "park" // a flow goes behind
	moveResume  move = "resume"
)

// newModes compiles the conversation's machine. A flow begins, parks and
// resumes while the flows speak and, begun by words from anywhere, while they
// wait for a person: no flow talks over an operator.
func newModes() *machine {
	m := &machine{states: map[NodeID]bool{}}
	add := func(name move, dst string, src ...string) {
		m.events = append(m.events, fsm.EventDesc{Name: string(name), Src: src, Dst: dst})
	}
	for _, p := range []string{"", stoppedPrefix} {
		serving, waiting, with := p+modeServing, p+modeWaiting, p+modeWith
		for _, s := range []string{serving, waiting, with} {
			m.states[NodeID(s)] = true
			// Ending is always allowed: a stop ends flows in any mode.
			add(movePop, s, s)
		}
		for _, mv := range []move{movePush, movePark, moveResume} {
			add(mv, serving, serving)
			add(mv, waiting, waiting)
		}
		add(moveHuman, waiting, serving)
		add(moveClaim, with, waiting)
		add(moveRelease, serving, waiting, with)
		add(moveStop, stoppedPrefix+modeServing, serving, waiting, with)
	}
	for _, s := range []string{modeServing, modeWaiting, modeWith} {
		add(moveStart, s, stoppedPrefix+s)
	}
	m.pool.New = func() any { return fsm.NewFSM("", m.events, nil) }
	return m
}

// mode is the state of the conversation's machine.
func (c *Conversation) mode() NodeID {
	s := modeServing
	if h := c.Handover; h != nil {
		s = modeWaiting
		if h.With != "" {
			s = modeWith
		}
	}
	if c.Stopped != nil {
		s = stoppedPrefix + s
	}
	return NodeID(s)
}

// Table shows the compiled service.
func (s *Service) Table() Table {
	var t Table
	for _, f := range s.order {
		ft := FlowTable{Flow: f.id, Begins: f.begins.Node, Outcomes: slices.Clone(f.outcomes)}
		for _, n := range f.nodes {
			nt := n.NodeTable
			nt.Enters = slices.Clone(nt.Enters)
			nt.Ways = slices.Clone(nt.Ways)
			for i := range nt.Ways {
				nt.Ways[i].Effects = slices.Clone(nt.Ways[i].Effects)
			}
			ft.Nodes = append(ft.Nodes, nt)
		}
		t.Flows = append(t.Flows, ft)
	}
	return t
}

// node is a NodeTable with what it takes to execute it. Fields named after a
// trigger are indexes into Ways, -1 where the node has no such way.
type node struct {
	NodeTable
	flow *flow

	set     []assign
	say     []texts
	ask     texts
	rows    []row
	save    *datum
	opener  texts
	retry   []texts
	notOwn  bool // retry is the service's not_understood
	numbers bool // the rows are numbered text: they are too many for a list, or the author wants it
	from    *from
	carried *carried
	checks  []check
	want    []string // kinds of answers besides text and taps; sorted
	noText  bool     // words are no answer
	place   bool     // nothing but a place is wanted

	silence *silence
	cases   []int           // ways
	guards  []*eval.Program // of cases
	wait    *waiting

	tags    []string
	counts  string
	forgets []string
	cancels FlowID

	shares   []share
	call     *flow
	outcomes map[string]int // ways of a call
	with     []assign       // what a called or scheduled flow is given
	starts   *flow          // what a schedule begins
	later    *waiting       // and when
	request  *request

	template *template
	fill     []fill

	withdraw *consent // taken back
	consent  *consent
	handing  *handing
	purpose  string    // the consent that what it sends needs if nobody just asked for it
	hold     *Hold     // with a time only
	outside  *template // goes instead while the window is shut; fill is its
	reads    map[string]bool

	next, otherwise, answer, over, reply, again, retried, nudged, paged, which, failed, stop, human int
	agreed, lapsed, done, closed, nobody                                                            int
}

// asks reports whether the node is a question that is open until it is
// answered. A template is none: it is behind.
func (n *node) asks() bool { return n.Verb == AskVerb || n.Verb == ConsentVerb }

// way finds the way at an index.
func (n *node) way(i int) *Way { return &n.Ways[i] }
