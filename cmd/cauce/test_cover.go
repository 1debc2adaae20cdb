package main

import (
	"fmt"
	"path"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/everywhere"
	"cauce/dsl/script"
	"cauce/engine"
)

// tried says how much was tried everywhere.
func (l speech) tried(r everywhere.Result) string {
	s := l.say("states: %d, languages: %d, tries: %d", r.States, r.Languages, r.Tries)
	if r.More {
		s += "; " + l.say("beyond %d of a language only those that scripts reach", everywhere.Bound)
	}
	return s
}

// faults says which promises are not kept somewhere, each with a conversation
// that shows it.
func (l speech) faults(r everywhere.Result) string {
	var b strings.Builder
	for i, f := range r.Faults {
		if i == failuresShown {
			b.WriteString(l.line("  %s", diag.Say("and %d more", len(r.Faults)-i)))
			break
		}
		b.WriteString("  ")
		if !f.At.Whole() {
			b.WriteString(placed(f.At) + ": ")
		}
		b.WriteString(l.say("%s: %s", f.Promise, f.Problem))
		if f.Also > 0 {
			b.WriteString("; " + l.say("other states where it is so: %d", f.Also))
		}
		b.WriteString("\n")
		for line := range strings.SplitSeq(strings.TrimRight(string(f.Script(string(l))), "\n"), "\n") {
			b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		}
	}
	return b.String()
}

// covered is how much of a service was walked, and what was not. exits: they
// were tried.
func (l speech) covered(dir string, c *script.Coverage, exits bool) string {
	var b strings.Builder
	line := func(name string, s script.Shares) {
		list := []string{l.share("nodes", s.Nodes), l.share("transitions", s.Transitions), l.share("languages", s.Languages)}
		if exits {
			list = append(list, l.share("exits", s.Exits))
		}
		fmt.Fprintf(&b, "  %s: %s\n", name, strings.Join(list, ", "))
	}
	b.WriteString(l.line("coverage of %s", dir))
	for _, f := range c.Flows() {
		line(string(f.Flow), f.Shares)
		for _, m := range f.Missing {
			if exits || !isExit(m) {
				fmt.Fprintf(&b, "    %s:%d: %s\n", path.Join(dir, m.At.File), m.At.Line, missing(m).In(string(l)))
			}
		}
	}
	line(l.say("all"), c.All())
	return b.String()
}

// share is a part of what is counted, which has the name that a service knows
// it by in its rules.
func (l speech) share(of string, s script.Share) string {
	return l.say("%s %d%% (%d of %d)", of, s.Percent(), s.Walked, s.Of)
}

func isExit(m script.Missing) bool {
	return m.Way != nil && (m.Way.On == engine.OnStop || m.Way.On == engine.OnHuman)
}

// missing says what was never walked.
func missing(m script.Missing) diag.Phrase {
	node := string(m.Node)
	switch {
	case isExit(m):
		return diag.Say("node %s: never left by %s", node, string(m.Way.On))
	case m.Way != nil:
		return diag.Say("node %s: the way %s, to %s, is never taken", node, string(m.Way.ID), leads(m.Way.To))
	case m.Language != "":
		return diag.Say("node %s: nobody comes here in %s", node, m.Language)
	}
	return diag.Say("node %s: nobody comes here", node)
}

func leads(p engine.Place) string {
	switch {
	case p.Node != "":
		return string(p.Node)
	case p.End != "":
		return p.End
	}
	return string(p.Own)
}

// wanted says which shares are smaller than the service wants; empty: none.
func (l speech) wanted(wants []everywhere.Want, all script.Shares) string {
	var b strings.Builder
	for _, w := range wants {
		if s := w.Share(all); !w.Met(all) {
			fmt.Fprintf(&b, "  %s: %s\n", placed(w.At), l.say("the coverage of %s is %d%% (%d of %d), and %d%% is wanted; --cover says what is missing",
				w.Of, s.Percent(), s.Walked, s.Of, w.Percent))
		}
	}
	return b.String()
}
