package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
)

// checkReach reports nodes that nothing leads to, and flows that never end.
// A way whose end is not known counts as leading anywhere.
func (c *checker) checkReach() {
	for _, f := range c.flows {
		start := f.node(f.begins.name)
		if f.broken || start == nil {
			continue
		}
		reached, anywhere, ends := f.walk(start)
		if anywhere {
			continue
		}
		if !ends {
			outcome := "…"
			if len(f.outcomes) > 0 {
				outcome = f.outcomes[0]
			}
			c.warn(NoEnd, f.begins.at, diag.Say("give one of its nodes end = %s", quote(outcome)), "this flow never ends")
		}
		for _, n := range f.roots(reached) {
			c.report(UnreachableNode, n.at, "lead to it from somewhere, or take it out", "nothing leads to %s", quote(n.name))
		}
	}
}

// walk follows every way from a node. anywhere: one of them can't be followed.
func (f *flow) walk(start *node) (reached []bool, anywhere, ends bool) {
	reached = make([]bool, len(f.nodes))
	reached[start.index] = true
	todo := []*node{start}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n.lost() {
			return nil, true, true
		}
		for _, w := range n.ways() {
			if w.to.unknown {
				return nil, true, true
			}
			switch to := w.to.to; {
			case w.kind == onOutcome && to.End == engine.Left && n.onOf(engine.Left) == nil:
				// Nobody wrote it: a flow ends like this when it is left.
			case to.End != "" || to.Own == engine.ToStop || to.Own == engine.ToHome || to.Own == engine.ToBack,
				to.Own == engine.ToHuman && n.verb != engine.AskVerb && n.verb != engine.ConsentVerb: // only a question is asked again after it
				ends = true
			case to.Node != "":
				if next := f.node(string(to.Node)); next != nil && !reached[next.index] {
					reached[next.index] = true
					todo = append(todo, next)
				}
			}
		}
	}
	return reached, false, ends
}

// roots are the unreached nodes to report: those that no other unreached node
// leads to, and of a circle of them its first. What hangs on them has the same
// cause.
func (f *flow) roots(reached []bool) []*node {
	next := func(i int) []int {
		if reached[i] {
			return nil
		}
		var out []int
		for _, w := range f.nodes[i].ways() {
			if to := f.node(string(w.to.to.Node)); to != nil && !w.to.unknown && !reached[to.index] {
				out = append(out, to.index)
			}
		}
		return out
	}
	ring := rings(len(f.nodes), next)
	led := map[int]bool{} // rings that another leads to
	for i := range f.nodes {
		for _, to := range next(i) {
			if ring[to] != ring[i] {
				led[ring[to]] = true
			}
		}
	}
	var out []*node
	for i, n := range f.nodes {
		if !reached[i] && !led[ring[i]] {
			led[ring[i]] = true
			out = append(out, n)
		}
	}
	return out
}

// checkLoops reports circles in which nobody waits: Cauce would go round and
// round, and send without end.
func (c *checker) checkLoops() {
	for _, f := range c.flows {
		next := func(i int) []int { return c.atOnce(f, f.nodes[i]) }
		ring := rings(len(f.nodes), next)
		seen := map[int]bool{}
		for i, n := range f.nodes {
			if seen[ring[i]] {
				continue
			}
			way := circle(i, ring, next)
			if way == nil {
				continue
			}
			seen[ring[i]] = true
			var names []string
			for _, j := range way {
				names = append(names, quote(f.nodes[j].name))
			}
			if len(names) > 8 {
				names = append(append(names[:4:4], "…"), names[len(names)-3:]...)
			}
			c.report(SilentLoop, n.at, "put an ask or a wait into it, or let one of its ways lead out", "nobody waits in this circle: %s", strings.Join(names, " → "))
		}
	}
}

// atOnce are the nodes that a node leads to without waiting for a person or a
// clock. @home is the first node of the home flow; from there only the home
// flow's own ways lead back.
func (c *checker) atOnce(f *flow, n *node) []int {
	var out []int
	home := f.id == c.service.home.name
	for _, t := range c.atOnceTargets(n) {
		to := f.node(string(t.to.Node))
		if home && t.to.Own == engine.ToHome {
			to = f.node(f.begins.name)
		}
		if to != nil {
			out = append(out, to.index)
		}
	}
	if home && n.verb == engine.CallVerb && c.instant(n.called).home {
		if to := f.node(f.begins.name); to != nil {
			out = append(out, to.index)
		}
	}
	return out
}

// atOnceTargets are where a node leads without waiting. A request is answered by
// no person and no clock. A consent that was given already takes its yes unasked;
// an inbox that is closed is known to be at once; and a called flow may end
// without having asked anything.
func (c *checker) atOnceTargets(n *node) []*target {
	if n.opaque {
		return nil
	}
	var out []*target
	add := func(list ...*target) {
		for _, t := range list {
			if t.present && !t.unknown {
				out = append(out, t)
			}
		}
	}
	switch n.verb {
	case engine.SayVerb, engine.WhenVerb, engine.SplitVerb, engine.FetchVerb, engine.ScheduleVerb, engine.None, engine.EndVerb:
		for _, w := range n.ways() {
			if w.kind != onExpired {
				add(w.to)
			}
		}
	case engine.ConsentVerb:
		if yes := n.agree[0]; yes != nil && yes.next.present {
			add(&yes.next)
		} else if yes != nil {
			add(&n.next)
		}
	case engine.HandoverVerb:
		add(&n.closed)
	case engine.CallVerb:
		instant := c.instant(n.called)
		for _, o := range n.outcomes() {
			if slices.Contains(instant.outcomes, o.name) {
				add(&o.next)
			}
		}
	}
	return out
}

// An instant is how a flow can end without having waited for a person or a clock.
type instant struct {
	outcomes []string
	home     bool // by @home
}

func (c *checker) instant(f *flow) instant {
	if f == nil {
		return instant{}
	}
	if in, ok := c.instants[f]; ok {
		return in
	}
	c.instants[f] = instant{} // a circle of calls is reported elsewhere
	var in instant
	start := f.node(f.begins.name)
	if start == nil {
		return in
	}
	seen := make([]bool, len(f.nodes))
	seen[start.index] = true
	for todo := []*node{start}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, t := range c.atOnceTargets(n) {
			if t.to.End != "" && !slices.Contains(in.outcomes, t.to.End) {
				in.outcomes = append(in.outcomes, t.to.End)
			}
			in.home = in.home || t.to.Own == engine.ToHome
			if to := f.node(string(t.to.Node)); to != nil && !seen[to.index] {
				seen[to.index] = true
				todo = append(todo, to)
			}
		}
		in.home = in.home || n.verb == engine.CallVerb && c.instant(n.called).home
	}
	c.instants[f] = in
	return in
}

// circle is a shortest way from a node back to itself, both ends included; nil
// when there is none.
func circle(start int, ring []int, next func(int) []int) []int {
	from := map[int]int{}
	todo := []int{start}
	for len(todo) > 0 {
		i := todo[0]
		todo = todo[1:]
		for _, j := range next(i) {
			if j == start {
				way := []int{start}
				for ; i != start; i = from[i] {
					way = append(way, i)
				}
				way = append(way, start)
				for a, b := 0, len(way)-1; a < b; a, b = a+1, b-1 {
					way[a], way[b] = way[b], way[a]
				}
				return way
			}
			if _, seen := from[j]; !seen && ring[j] == ring[start] {
				from[j] = i
				todo = append(todo, j)
			}
		}
	}
	return nil
}

// rings gives every node of a graph the number of its ring: two nodes are in
// one ring when each leads to the other (Tarjan's strongly connected
// components, without recursion, for a flow may have thousands of nodes).
func rings(n int, next func(int) []int) []int {
	const none = -1
	ring, index, low := make([]int, n), make([]int, n), make([]int, n)
	for i := range n {
		ring[i], index[i] = none, none
	}
	type visit struct {
		node int
		ways []int
	}
	var open []int // nodes whose ring is not known yet
	count, found := 0, 0
	for root := range n {
		if index[root] != none {
			continue
		}
		stack := []visit{{root, next(root)}}
		index[root], low[root] = count, count
		count++
		open = append(open, root)
		for len(stack) > 0 {
			v := &stack[len(stack)-1]
			if len(v.ways) > 0 {
				to := v.ways[0]
				v.ways = v.ways[1:]
				switch {
				case index[to] == none:
					index[to], low[to] = count, count
					count++
					open = append(open, to)
					stack = append(stack, visit{to, next(to)})
				case ring[to] == none:
					low[v.node] = min(low[v.node], index[to])
				}
				continue
			}
			done := v.node
			stack = stack[:len(stack)-1]
			if len(stack) > 0 {
				up := stack[len(stack)-1].node
				low[up] = min(low[up], low[done])
			}
			if low[done] != index[done] {
				continue
			}
			for {
				last := open[len(open)-1]
				open = open[:len(open)-1]
				ring[last] = found
				if last == done {
					break
				}
			}
			found++
		}
	}
	return ring
}
