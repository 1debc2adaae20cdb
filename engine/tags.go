package engine

import (
	"slices"
	"time"
)

// urgentTag is the mark of a conversation in which an urgent word was written.
const urgentTag = "urgent"

// also does what a node does besides its verb and its settings: marks, counts,
// and what is forgotten.
func (a *advance) also(f *Frame, n *node) {
	a.tag(n.tags)
	a.count(n.counts, "")
	if n.forgets != nil {
		a.forget(slices.DeleteFunc(slices.Clone(n.forgets), func(name string) bool {
			_, own := n.flow.data[name]
			delete(f.Data, name)
			return own
		}))
	}
	if n.cancels != "" {
		a.cancel(n.cancels)
	}
}

// tag marks the conversation for operators. A mark it has is no news.
func (a *advance) tag(tags []string) {
	for _, t := range tags {
		i, has := slices.BinarySearch(a.c.Tags, t)
		if has {
			continue
		}
		a.c.Tags = slices.Insert(a.c.Tags, i, t)
		a.do(Flag{t})
	}
}

// count counts that somebody came by, and nobody in particular: by the day of
// the service's clock, not of theirs.
func (a *advance) count(name, row string) {
	if name == "" {
		return
	}
	a.do(Count{Name: name, Row: row, Language: a.s.languages[a.lang], Day: a.now.In(a.s.zone).Format(time.DateOnly)})
}

func (s *Service) compileAlso(n *node, d *Node) error {
	n.tags, n.counts, n.forgets, n.cancels = d.Tags, d.Count, d.Forget, d.Cancel
	if len(n.tags) > 0 {
		n.Enters = append(n.Enters, DoFlag)
	}
	if n.counts != "" {
		n.Enters = append(n.Enters, DoCount)
	}
	for _, name := range n.forgets {
		if _, err := s.target(n.flow, name); err != nil {
			return err
		}
	}
	if n.cancels != "" {
		n.Enters = append(n.Enters, DoStopTimer)
		if s.flows[n.cancels] == nil {
			return errNoFlow(n.cancels)
		}
	}
	return nil
}
