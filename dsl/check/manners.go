package check

import (
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/eval"
)

// checkManners warns of flows that are hard on people: that send many messages
// in a row, and that ask without giving anything back.
func (c *checker) checkManners() {
	for _, f := range c.flows {
		c.checkChatter(f)
		c.checkGiving(f)
	}
}

// maxInRow is how many messages may leave in a row before one that waits for
// the person. People read the last; and since October 2026 each is charged.
const maxInRow = 3

// checkChatter follows a flow and counts the messages that leave before anybody
// is waited for. A question is the message that waits, and is not counted.
func (c *checker) checkChatter(f *flow) {
	start := f.node(f.begins.name)
	if start == nil {
		return
	}
	before := make([]int, len(f.nodes)) // sent in a row when a node is entered, at most
	for i := range before {
		before[i] = -1
	}
	before[start.index] = 0
	todo := []*node{start}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		leave := func(to *target, sent int) {
			// Past the bound it is reported, and what comes after that is the same
			// fault; so a circle ends too.
			sent = min(sent, maxInRow+1)
			if next := f.node(string(to.to.Node)); next != nil && sent > before[next.index] {
				before[next.index] = sent
				todo = append(todo, next)
			}
		}
		for _, w := range n.ways() {
			switch {
			case w.kind == onRow:
				leave(w.to, len(w.row.say))
			case n.waits():
				leave(w.to, 0)
			default:
				leave(w.to, before[n.index]+n.sent())
			}
		}
	}
	const help = "put two into one, or ask something in between; if the pauses are the point, say so: allow = { too-chatty = \"…\" }"
	for _, n := range f.nodes {
		if sent, had := n.sent(), before[n.index]; had >= 0 && had <= maxInRow && had+sent > maxInRow {
			at := n.verbAt
			if nth := maxInRow - had; nth < len(n.say) && sent == len(n.say) {
				at = n.say[nth].at
			}
			c.warn(TooChatty, at, help, "more than %d messages leave in a row here, and nobody is waited for; each is charged", maxInRow)
		}
		for _, r := range n.choices() {
			if len(r.say) > maxInRow {
				c.warn(TooChatty, r.say[maxInRow].at, help, "more than %d messages leave in a row here, and nobody is waited for; each is charged", maxInRow)
			}
		}
	}
}

// waits reports whether a node waits before it leads on, or hands the
// conversation to what has messages of its own.
func (n *node) waits() bool {
	switch n.verb {
	case engine.SayVerb, engine.None, engine.WhenVerb, engine.SplitVerb, engine.FetchVerb, engine.ScheduleVerb:
		return false
	}
	return true
}

// sent is how many messages a node sends before one that waits for the person.
// What is sent only at times is not counted.
func (n *node) sent() int {
	alone, pictures := 0, 0
	for _, m := range n.media {
		switch {
		case m.when != nil:
		case m.kind == "image" || m.kind == "video" || m.kind == "document":
			pictures++
		default:
			alone++
		}
	}
	// One of these goes out with words.
	return len(n.say) + alone + max(0, pictures-1)
}

// How much a flow may ask before it has to give something back, and how long a
// text is that gives something: a "thank you" is shorter.
const (
	fewAsked = 3
	wordy    = 80
)

// checkGiving warns of a flow that asks for several things and gives nothing
// back: no advice, no link, no picture, no person, nothing that hangs on what
// was answered.
func (c *checker) checkGiving(f *flow) {
	var asked []string
	var last diag.Span
	for _, n := range f.nodes {
		if n.verb == engine.AskVerb && n.save.datum != nil && !slices.Contains(asked, n.save.name) {
			asked = append(asked, n.save.name)
			last = n.save.at
		}
	}
	if len(asked) < fewAsked || slices.ContainsFunc(f.nodes, func(n *node) bool { return c.gives(f, n) }) {
		return
	}
	c.warn(OnlyAsks, last, `tell people what their answers lead to: advice, a link, a person; if that comes later, say so: allow = { only-asks = "…" }`,
		"this flow asks for %d things (%s), and gives nothing back", len(asked), diag.And(phrases(asked)))
}

// gives reports whether a node gives people something.
func (c *checker) gives(f *flow, n *node) bool {
	switch n.verb {
	case engine.TemplateV, engine.WhenVerb, engine.CallVerb, engine.FetchVerb, engine.ScheduleVerb, engine.HandoverVerb:
		return true
	}
	if len(n.media) > 0 || n.link != nil || n.from != nil || len(n.tags) > 0 {
		return true
	}
	for _, t := range n.targets() {
		if t.to.Own == engine.ToHuman {
			return true
		}
	}
	list := n.say
	for _, r := range n.rows {
		list = append(list[:len(list):len(list)], r.say...)
	}
	for _, w := range list {
		s := w.in(c.source())
		if s == nil {
			continue
		}
		if text := s.source(); letters(text) > wordy || strings.Contains(text, "://") {
			return true
		}
		if s.text == nil {
			continue
		}
		// A result, and not only a name: "you have {points} points".
		for _, name := range s.text.Names() {
			if d := c.datum(f, name); d != nil && d.typ != eval.Text {
				return true
			}
		}
	}
	return false
}
