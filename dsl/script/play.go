package script

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/sim"
)

// Report is how a conversation went.
type Report struct {
	Steps []Step
}

// Step is one line of the person, the clock or the world, and what came of it. The first
// step of a Report is what was there before any.
type Step struct {
	At       diag.Span // the line; its file alone in the first step
	Source   string    // the line, as written
	Played   bool      // false: the line can't be done, and the conversation ends here
	Came     []engine.Outgoing
	Walked   []engine.Hop
	Stands   diag.Phrase // where the conversation stands after it, in words
	Nodes    []Spot      // every node at which a flow of the conversation stands after it
	Language string      // the person's, after it
	Failures []Failure
}

// Failure is one thing that went otherwise.
type Failure struct {
	At       diag.Span   // the script's line
	Problem  diag.Phrase // what is wrong, one sentence without a full stop
	Expected string      // as a script says it; may be empty
	Came     diag.Phrase // likewise, or in words
}

// Passed reports whether everything went as it should.
func (r Report) Passed() bool {
	return !slices.ContainsFunc(r.Steps, func(s Step) bool { return len(s.Failures) > 0 })
}

// begins is when a conversation begins that says nothing else: a Monday.
var begins = clockHeader{true, 2026, 3, 2, 9, 0}

// Play plays the conversation against a service. It goes on after a failure,
// for what follows may still be right, unless a line can't be done at all: then
// the Report ends there.
func (s *Script) Play(svc *engine.Service) Report {
	return s.Visit(svc, func(*sim.World, Take) {})
}

// Visit plays the conversation as Play does, and shows the world at its start
// and after every line that could be played, with what led there. Whoever looks
// forks the world before doing anything in it.
func (s *Script) Visit(svc *engine.Service, look func(*sim.World, Take)) Report {
	var r Report
	zone, clock := s.zone, s.clock
	if zone == nil {
		zone = svc.Zone()
	}
	if !clock.set {
		clock = begins
	}
	svc, conv, failed := s.begin(svc, clock.in(zone))
	first := Step{At: s.steps[0].at, Failures: failed, Played: len(failed) == 0}
	if !first.Played {
		return Report{Steps: []Step{first}}
	}
	w := sim.New(svc, clock.in(zone))
	w.Start(conv)
	s.steps[0].judge(w, &first)
	r.Steps = append(r.Steps, first)
	take := Take{begins: s.headers()}
	look(w, take)
	for i := range s.steps[1:] {
		st := &s.steps[i+1]
		step := st.play(w, zone)
		r.Steps = append(r.Steps, step)
		if !step.Played {
			break
		}
		take = take.Then(step.Source, step.Came)
		look(w, take)
	}
	return r
}

// headers are the lines before everything else.
func (s *Script) headers() []string {
	var list []string
	if s.flow.value != "" {
		list = append(list, "flow "+s.flow.value)
	}
	if s.lang.value != "" {
		list = append(list, "lang "+s.lang.value)
	}
	if c := s.clock; c.set {
		line := fmt.Sprintf("clock %04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute)
		if s.zone != nil {
			line += " " + s.zone.String()
		}
		list = append(list, line)
	}
	for _, g := range s.givens {
		list = append(list, "given "+g.name+" "+g.value)
	}
	return list
}

// begin does what the headers say.
func (s *Script) begin(svc *engine.Service, now time.Time) (*engine.Service, engine.Conversation, []Failure) {
	var c engine.Conversation
	var list []Failure
	if lang := s.lang; lang.value != "" {
		c.Language = lang.value
		if known := svc.Languages(); !slices.Contains(known, lang.value) {
			list = append(list, Failure{
				At: lang.at, Problem: diag.Say("the service does not speak %s", diag.Quote(lang.value)),
				Expected: "lang " + lang.value, Came: diag.Say("its languages: %s", strings.Join(known, ", ")),
			})
		}
	}
	if flow := s.flow; flow.value != "" {
		if at, err := svc.WithHome(engine.FlowID(flow.value)); err == nil {
			svc = at
		} else {
			list = append(list, Failure{At: flow.at, Problem: diag.Say("no flow is named %s", diag.Quote(flow.value)), Expected: "flow " + flow.value})
		}
	}
	for _, g := range s.givens {
		if err := g.into(&c, svc, now); err != nil {
			list = append(list, Failure{At: g.at, Problem: diag.Say("this can't be given: %s", Reason(err)), Expected: "given " + g.name + " " + g.value})
		}
	}
	return svc, c, list
}

// play does the line, and judges what came of it.
func (st *step) play(w *sim.World, zone *time.Location) Step {
	step := Step{At: st.at, Source: st.source}
	before, hops := len(w.Transcript()), len(w.Hops())
	var err error
	if st.said != nil {
		_, err = st.said.Do(w)
	} else if st.world != nil {
		_, err = st.world.Do(w)
	} else if to := st.clock.From(w.Now(), zone); to.Before(w.Now()) {
		err = &problem{what: diag.Say("the clock never goes back: it is %s", w.Now().In(zone).Format("2006-01-02 15:04"))}
	} else {
		_, err = w.Until(to)
	}
	lines := w.Transcript()[before:]
	for _, l := range lines {
		if !l.Incoming {
			step.Came = append(step.Came, l.Message)
		}
	}
	step.Walked = w.Hops()[hops:]
	c := w.Conversation()
	_, step.Stands = where(c)
	step.Nodes, step.Language = standing(c), c.Language
	if err != nil {
		step.Failures = append(step.Failures, Failure{At: st.at, Problem: diag.Say("this line can't be played: %s", Reason(err)), Came: sources(step.Came)})
		return step
	}
	step.Played = true
	st.judge(w, &step)
	return step
}

// judge compares what came with what was to come.
func (st *step) judge(w *sim.World, step *Step) {
	struck := make([]bool, len(step.Came))
	for _, b := range st.bans {
		var came []engine.Outgoing
		for i, o := range step.Came {
			if b.it.strikes(o) {
				struck[i] = true
				came = append(came, o)
			}
		}
		if came != nil {
			step.fail(b.at, "the service says what it must not", b.it.source, sources(came))
		}
	}
	last := st.at
	for _, p := range align(st.say, step.Came, w.Service()) {
		switch {
		case p.said < 0:
			last = st.say[p.want].at
			step.fail(last, "the service does not say this", st.say[p.want].source, "")
		case p.want < 0:
			if !struck[p.said] {
				step.fail(last, "the service says something more than is written here", "", diag.Say("%s", source(step.Came[p.said])))
			}
		default:
			last = st.say[p.want].at
			if !p.match {
				step.fail(last, "the service says something else", st.say[p.want].source, diag.Say("%s", source(step.Came[p.said])))
			}
		}
	}
	for _, f := range st.facts {
		if ok, instead := f.it.holds(w); !ok {
			step.fail(f.at, "this is not so", f.it.String(), diag.Say("= %s", instead))
		}
	}
	slices.SortStableFunc(step.Failures, func(a, b Failure) int { return a.At.Start.Line - b.At.Start.Line })
}

func (s *Step) fail(at diag.Span, problem diag.Phrase, expected string, came diag.Phrase) {
	s.Failures = append(s.Failures, Failure{at, problem, expected, came})
}

func sources(list []engine.Outgoing) diag.Phrase {
	var b []string
	for _, o := range list {
		b = append(b, source(o))
	}
	return diag.Say("%s", strings.Join(b, "\n"))
}

// pair sets an expected message beside one that came; -1 for none.
type pair struct {
	want, said int
	match      bool
}

// align sets what was expected beside what came, so that as many as can be
// match in order. Between two matches, the first of each side that are left go
// together, and so on: each is then one message that says something else.
func align(want []expected, came []engine.Outgoing, v voice) []pair {
	n, m := len(want), len(came)
	// longest[i][j] is the number of matches from i and j on.
	longest := make([][]int, n+1)
	match := make([][]bool, n)
	for i := range longest {
		longest[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		match[i] = make([]bool, m)
		for j := m - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if match[i][j] = want[i].matches(came[j], v); match[i][j] {
				longest[i][j] = max(longest[i][j], longest[i+1][j+1]+1)
			}
		}
	}
	var pairs []pair
	gapI, gapJ := 0, 0 // what is left since the last match begins here
	fill := func(i, j int) {
		for gapI < i || gapJ < j {
			p := pair{-1, -1, false}
			if gapI < i {
				p.want = gapI
				gapI++
			}
			if gapJ < j {
				p.said = gapJ
				gapJ++
			}
			pairs = append(pairs, p)
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case match[i][j] && longest[i][j] == longest[i+1][j+1]+1:
			fill(i, j)
			pairs = append(pairs, pair{i, j, true})
			i, j = i+1, j+1
			gapI, gapJ = i, j
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	fill(n, m)
	return pairs
}
