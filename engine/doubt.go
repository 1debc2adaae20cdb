package engine

import (
	"cauce/engine/intent"
	"cauce/engine/policy"
	"cauce/engine/words"
)

// The question about a doubtful word has a place of its own on the wire. No
// flow has such a name.
const doubtFlow FlowID = "@doubt"

const (
	doubtYes  = "@yes"
	doubtGoOn = "@go_on"
)

// askUnsure asks one short question: what was understood, and go on. What is
// open stays open behind it. It reports whether it was asked.
func (a *advance) askUnsure(r Reading) bool {
	body, yes := builtinUnsureStop, builtinYesStop
	switch r.Match.Kind {
	case intent.Stop:
	case intent.Human:
		body, yes = builtinUnsureHuman, builtinYesHuman
	default:
		return false // a start is for who is stopped
	}
	if d := a.decide(false); d.Verb != policy.Send {
		return false
	}
	a.c.Visits++
	u := &Unsure{
		Visit: a.c.Visits, Kind: r.Match.Kind.String(), Word: r.Match.Word,
		Text: r.Text, Sent: stampOf(r.Sent), ID: r.ID, Last: a.c.LastVisit,
	}
	a.c.Unsure = u
	row := func(id string, b builtin) Choice {
		return Choice{ID: WireID{doubtFlow, NodeID(u.Kind), u.Visit, id}.String(), Label: a.ours(a.s.builtin[b])}
	}
	a.record(RecordUnsure, u.Kind, nil, u.Word)
	a.send(nil, Outgoing{
		Kind: OutButtons, Body: a.ours(a.s.builtin[body]),
		Choices: []Choice{row(doubtYes, yes), row(doubtGoOn, builtinGoOn)},
	})
	return true
}

// answersUnsure handles what they do once they were asked: yes, by a tap, in
// words or by asking again, does it as if it had been sure from the start; go
// on hands what they first wrote to the rest of the order. It reports whether
// it was an answer; anything else is what it is.
func (a *advance) answersUnsure(u *Unsure, r Reading) bool {
	kind, yes := intent.Stop, builtinYesStop
	if u.Kind == intent.Human.String() {
		kind, yes = intent.Human, builtinYesHuman
	}
	tapped := ""
	if r.Kind == InTap {
		id, ok := ParseWireID(r.Tap)
		if !ok || id.Flow != doubtFlow || id.Visit != u.Visit {
			return false
		}
		tapped = id.Row
	}
	says := func(b builtin) bool {
		typed := r.form()
		return r.Kind == InText && typed != "" && typed == form(a.ours(a.s.builtin[b]))
	}
	first := Reading{
		Inbound: Inbound{ID: u.ID, Kind: InText, Type: "text", Text: u.Text, Sent: u.Sent.Time()},
		Normal:  words.Normalize(u.Text),
	}
	again := r.Kind == InText && r.Match.Tier == intent.Ask && r.Match.Kind == kind && !a.names(r)
	switch {
	case tapped == doubtYes, again, says(yes):
		// It was asked for when they first wrote it, whatever has passed since.
		first.Match = intent.Match{Kind: kind, Tier: intent.Act, Word: u.Word}
		a.wrote, a.id = a.written(first), first.ID
		if kind == intent.Human {
			a.humanBy(first)
		} else {
			a.stopBy(first)
		}
	case tapped == doubtGoOn, says(builtinGoOn):
		a.c.LastVisit = u.Last
		a.rest(first, false)
	default:
		return false
	}
	return true
}

// pointElsewhere answers a message that carried a card, account or ID number:
// not here, but there; and the open question is asked again.
func (a *advance) pointElsewhere() {
	if d := a.decide(false); d.Verb != policy.Send {
		a.record(RecordDecision, string(d.Reason), nil, "sensitive")
		return
	}
	want := a.s.def.Sensitive.Path
	told := a.pathsThat(func(p Path) bool {
		switch want {
		case "phone":
			return p.Phone != ""
		case "email":
			return p.Email != ""
		case "form":
			return p.Form != ""
		case "visit":
			return p.Visit != nil
		}
		return true
	})
	last := a.c.LastVisit
	a.send(nil, Outgoing{Kind: OutText, Body: joinLines(a.ours(a.s.sensitive), told)})
	a.c.LastVisit = last // what was said before it is still what they may answer
	if f, n := a.front(); f != nil && f.Asked && n.asks() {
		a.askAgain(-1)
	}
}
