package script

import (
	"slices"

	"cauce/engine"
)

// Spot is a node of a flow.
type Spot struct {
	Flow engine.FlowID
	Node engine.NodeID
}

// standing are the nodes at which a flow of the conversation stands: in front
// with those that called it, set aside, and parked; each once.
func standing(c engine.Conversation) []Spot {
	var list []Spot
	add := func(stack []engine.Frame) {
		for _, f := range stack {
			if s := (Spot{f.Flow, f.Node}); !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	add(c.Front)
	if c.Aside != nil {
		add(c.Aside.Stack)
	}
	for _, t := range c.Parked {
		add(t.Stack)
	}
	return list
}

// Coverage is how much of a service conversations have walked. What it counts
// is counted once, however often it was walked.
type Coverage struct {
	table     engine.Table
	languages []string
	nodes     map[spoken]bool
	ways      map[wayOf]bool
	reached   map[exit]bool // exits of where somebody stood
}

// spoken is a node in a language; no language: in any.
type spoken struct {
	Spot
	language string
}

type wayOf struct {
	Spot
	way engine.TransitionID
}

// exit is a way that Cauce injects.
type exit struct {
	Spot
	on engine.Trigger
}

// exits are what Cauce adds to every node.
var exits = []engine.Trigger{engine.OnStop, engine.OnHuman}

// leaves is the name of an exit of a node.
func leaves(n engine.NodeID, on engine.Trigger) engine.TransitionID {
	return engine.TransitionID(string(n) + "/" + string(on))
}

// Share is how many of how many.
type Share struct{ Walked, Of int }

// Percent is rounded down, so that 100 means all; of nothing, all is walked.
func (s Share) Percent() int {
	if s.Of == 0 {
		return 100
	}
	return s.Walked * 100 / s.Of
}

func (s *Share) count(walked bool) {
	s.Of++
	if walked {
		s.Walked++
	}
}

// Shares are the four things that are counted. Transitions are the ways that a
// flow has; Exits are the two that Cauce adds to each node, where somebody
// stood: @stop at every such node, @human where the conversation was while the
// service was speaking with them. Languages are nodes, each in each language.
type Shares struct{ Nodes, Transitions, Languages, Exits Share }

// FlowCoverage is one flow's.
type FlowCoverage struct {
	Flow engine.FlowID
	Shares
	Missing []Missing // in source order
}

// Missing is something that was never walked. Without a way it is the node, in
// no language or, with one, in that one alone.
type Missing struct {
	Node     engine.NodeID
	Way      *engine.Way
	Language string
	At       engine.Origin
}

// NewCoverage is that of nothing walked yet.
func NewCoverage(t engine.Table, languages []string) *Coverage {
	return &Coverage{t, languages, map[spoken]bool{}, map[wayOf]bool{}, map[exit]bool{}}
}

// Add counts what a conversation walked.
func (c *Coverage) Add(r Report) {
	for _, s := range r.Steps {
		lang := s.Language
		if lang == "" && len(c.languages) > 0 {
			lang = c.languages[0]
		}
		at := func(spot Spot) {
			c.nodes[spoken{spot, ""}] = true
			c.nodes[spoken{spot, lang}] = true
		}
		for _, n := range s.Nodes {
			at(n)
		}
		for _, h := range s.Walked {
			at(Spot{h.Flow, h.From})
			at(Spot{h.Flow, engine.NodeID(h.To)}) // what is no node is in no table
			c.walk(h)
		}
	}
}

// Stood counts the exits of where a conversation stands as reached.
func (c *Coverage) Stood(conv engine.Conversation) {
	for _, s := range standing(conv) {
		c.reached[exit{s, engine.OnStop}] = true
	}
	if conv.Stopped != nil || conv.Handover != nil {
		return // whoever asks for a person now leaves no node
	}
	var stack []engine.Frame
	if len(conv.Front) > 0 {
		stack = conv.Front
	} else if n := len(conv.Parked); n > 0 {
		stack = conv.Parked[n-1].Stack
	}
	if n := len(stack); n > 0 {
		c.reached[exit{Spot{stack[n-1].Flow, stack[n-1].Node}, engine.OnHuman}] = true
	}
}

// Left counts the exits among some hops as walked, and nothing else of them.
func (c *Coverage) Left(hops []engine.Hop) {
	for _, h := range hops {
		for _, on := range exits {
			if h.Transition == leaves(h.From, on) {
				c.walk(h)
			}
		}
	}
}

func (c *Coverage) walk(h engine.Hop) { c.ways[wayOf{Spot{h.Flow, h.From}, h.Transition}] = true }

// Flows is the coverage of each flow, in the order of their names.
func (c *Coverage) Flows() []FlowCoverage {
	var list []FlowCoverage
	for _, f := range c.table.Flows {
		fc := FlowCoverage{Flow: f.Flow}
		for i := range f.Nodes {
			c.node(&fc, &f.Nodes[i])
		}
		list = append(list, fc)
	}
	return list
}

func (c *Coverage) node(fc *FlowCoverage, n *engine.NodeTable) {
	spot := Spot{fc.Flow, n.Node}
	walked := c.nodes[spoken{spot, ""}]
	fc.Nodes.count(walked)
	if !walked {
		fc.Missing = append(fc.Missing, Missing{Node: n.Node, At: n.Origin})
	}
	for _, l := range c.languages {
		there := c.nodes[spoken{spot, l}]
		fc.Languages.count(there)
		if walked && !there {
			fc.Missing = append(fc.Missing, Missing{Node: n.Node, Language: l, At: n.Origin})
		}
	}
	for i := range n.Ways {
		w := &n.Ways[i]
		if slices.Contains(exits, w.On) {
			continue
		}
		taken := c.ways[wayOf{spot, w.ID}]
		fc.Transitions.count(taken)
		if walked && !taken { // where nobody was, the node says it
			fc.Missing = append(fc.Missing, Missing{Node: n.Node, Way: w, At: w.Origin})
		}
	}
	// Asked of the places where somebody stood and not of the ways: a table
	// that lacks one would else have nothing to show for it.
	for _, on := range exits {
		if !c.reached[exit{spot, on}] {
			continue
		}
		id := leaves(n.Node, on)
		there := slices.ContainsFunc(n.Ways, func(w engine.Way) bool { return w.ID == id && w.On == on })
		taken := there && c.ways[wayOf{spot, id}]
		fc.Exits.count(taken)
		if !taken {
			fc.Missing = append(fc.Missing, Missing{Node: n.Node, Way: &engine.Way{ID: id, On: on}, At: n.Origin})
		}
	}
}

// All is the coverage of the whole service.
func (c *Coverage) All() Shares {
	var all Shares
	for _, f := range c.Flows() {
		for _, p := range []struct{ to, of *Share }{
			{&all.Nodes, &f.Nodes},
			{&all.Transitions, &f.Transitions},
			{&all.Languages, &f.Languages},
			{&all.Exits, &f.Exits},
		} {
			p.to.Walked += p.of.Walked
			p.to.Of += p.of.Of
		}
	}
	return all
}
