// Package everywhere tries what must hold at every state of a service that a
// person can be in, in every language.
//
// Some of it needs no author: the words that stop do stop, with one
// confirmation and silence from there on, and the words for a person reach one.
// More is for the author to say, in tests/everywhere.toml, which Parse reads:
//
//	coverage = { nodes = 100, transitions = 90 }   # in percent; also languages, exits
//
//	[[rule]]
//	say    = { es = "menú", en = "menu" }   # what the person writes
//	expect = "¿Qué quieres? ..."            # one of the answers, as behind a "<"
//	unless = ["stopped", "handover with"]   # not where this is so, as behind a "="
//	[[rule]]
//	say = "hola"
//	not = "No te entendí"                   # no answer, as behind a "!"
//
// Words may be a table by language; a rule is tried where the conversation is in
// a language that it has words for.
//
// The states are those after every line of the service's own scripts and those
// that Explore finds by itself, breadth first, from the home flow and from each
// keyword in each language: it taps every row, writes something that fits no
// question and something that may fit this one, lets time pass until the next
// thing happens, answers requests, and does what operators do. It finds at most
// Bound of them in a language, and says so when there are more. So this is a
// search, and no proof.
//
// A fault is a script that ends where the service does otherwise.
package everywhere

import (
	"slices"

	"cauce/dsl/diag"
	"cauce/dsl/script"
	"cauce/engine"
	"cauce/engine/sim"
)

// State is a world in which a conversation has come to somewhere, and how.
type State struct {
	World *sim.World // forked before anything is done in it
	Take  script.Take
}

// Result is what came of it.
type Result struct {
	States    int // that were looked at, in all languages
	Languages int
	Tries     int  // messages of persons that were judged
	More      bool // there are states beyond Bound
	Faults    []Fault
}

// Fault is a promise that is not kept somewhere.
type Fault struct {
	Promise diag.Phrase // what was tried
	Problem diag.Phrase // what is wrong, one sentence without a full stop
	At      diag.Span   // of the author's rule; the zero Span for what needs none
	Also    int         // at how many other states the promise is not kept

	state State // the first such state
	lines []string
}

// Script is a conversation that comes to the first state where the promise is
// not kept, and ends with what was to come. Its comment is in a language.
func (f Fault) Script(lang string) []byte {
	comment := diag.Say("%s: %s", f.Promise, f.Problem).In(lang)
	src := f.state.Take.Write(f.state.World.Service(), comment)
	for _, line := range f.lines {
		src = append(src, line+"\n"...)
	}
	return src
}

// Try explores a service, and tries every promise at every state: those that
// need no author, and those of rules, which may be nil. states are the further
// ones, of scripts. cover, which may be nil, is told which exits were reached
// and taken.
func Try(svc *engine.Service, rules *Rules, states []State, cover *script.Coverage) Result {
	res := Result{Languages: len(svc.Languages())}
	promises := builtin(svc)
	if rules != nil {
		promises = append(promises, rules.promises...)
	}
	broken := make([]*Fault, len(promises))
	at := func(s State) {
		res.States++
		before := s.World.Conversation()
		if cover != nil {
			cover.Stood(before)
		}
		for i, p := range promises {
			if !p.concerns(s.World) {
				continue
			}
			res.Tries++
			w := s.World.Fork()
			from := len(w.Hops())
			tried := p.try(w)
			if cover != nil {
				cover.Left(w.Hops()[from:])
			}
			switch {
			case tried == nil:
			case broken[i] == nil:
				broken[i] = &Fault{Promise: p.name, Problem: tried.problem, At: p.at, state: s, lines: tried.lines}
			default:
				broken[i].Also++
			}
		}
	}
	for _, s := range states {
		if !s.World.Reordering() { // what they do now arrives after something else
			at(s)
		}
	}
	for _, lang := range svc.Languages() {
		found, more := Explore(svc, lang)
		res.More = res.More || more
		for _, s := range found {
			at(s)
		}
	}
	for _, f := range broken {
		if f != nil {
			res.Faults = append(res.Faults, *f)
		}
	}
	return res
}

// Of plays a script for its states.
func Of(s *script.Script, svc *engine.Service) []State {
	var list []State
	s.Visit(svc, func(w *sim.World, t script.Take) { list = append(list, State{w.Fork(), t}) })
	return list
}

// language is the person's; before they wrote, what they would be answered in.
func language(w *sim.World) string {
	if l := w.Conversation().Language; l != "" {
		return l
	}
	return w.Service().Languages()[0]
}

// messages are the service's among some lines.
func messages(lines []sim.Line) []engine.Outgoing {
	var list []engine.Outgoing
	for _, l := range lines {
		if !l.Incoming {
			list = append(list, l.Message)
		}
	}
	return slices.Clip(list)
}
