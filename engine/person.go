package engine

import (
	"time"

	"cauce/engine/answer"
	"cauce/engine/eval"
	"cauce/engine/intent"
	"cauce/engine/policy"
	"cauce/engine/words"
)

// Read does everything with a message that needs no conversation: normalise,
// recognise. It belongs before any transaction. languages are further ones the
// person is known to use; the service's and English are always looked at.
func (s *Service) Read(m Inbound, languages ...string) Reading {
	r := Reading{Inbound: m}
	r.Text, r.Name = answer.Text(r.Text), answer.Text(r.Name)
	s.redactName(&r)
	if m.Kind != InTap {
		s.redact(&r)
	}
	if m.Kind != InText {
		return r // a tap is compared by id, never read as words, whoever made it
	}
	r.Normal = words.Normalize(r.Text)
	r.Match = s.recogniser.RecognizeNormal(r.Text, r.Normal, languages...)
	return r
}

// Event makes the event of a reading: a tap or a message.
func (r Reading) Event(now time.Time) Event {
	if r.Kind == InTap {
		return Tap{now, r}
	}
	return Message{now, r}
}

// heard decides whose message it is, in the one order of the language page:
// stop, a person, start, then the open question's rows, what it saves,
// keywords, retry; and with no question open, the parked flows, keywords, what
// is held, home.
func (a *advance) heard(r Reading) {
	if r.Kind == InFact {
		a.record(RecordFact, r.Type, nil, "")
		return
	}
	a.cause, a.answering = policy.Answer, true
	a.wrote, a.id, a.said = a.written(r), r.ID, r.Text
	a.seed(r.ID)
	a.called(r)
	a.session(r)
	sure := r.Kind == InText && r.Match.Tier == intent.Act && !a.isRow(r)
	if sure && r.Match.Kind == intent.Stop {
		a.stopBy(r)
		return
	}
	if r.Sensitive != "" && a.askedFor(r) {
		r.Sensitive = "" // it only looked like one
	}
	if r.Sensitive != "" {
		a.record(RecordSensitive, r.Sensitive, nil, "")
	}
	if a.c.Handover != nil {
		a.duringHandover(r)
		return
	}
	unsure := a.c.Unsure
	a.c.Unsure = nil // whatever they do now answers it, or passes it over
	if sure && r.Match.Kind == intent.Human {
		a.humanBy(r)
		return
	}
	if a.c.Stopped != nil {
		if sure && r.Match.Kind == intent.Start {
			a.startBy(r)
			return
		}
		a.stoppedPerson(r)
		return
	}
	if r.Sensitive != "" {
		a.pointElsewhere()
		return
	}
	if w := a.anywhereIn(r); w != nil {
		a.goAnywhere(w)
		return
	}
	if unsure != nil && a.answersUnsure(unsure, r) {
		return
	}
	a.rest(r, true)
}

// rest is the order from the open question's rows on. doubt: a word that may be
// a stop or a request for a person is asked about, after the rows.
func (a *advance) rest(r Reading, doubt bool) {
	if f, n := a.front(); f != nil && fetching(f, n) {
		// No question is open, and soon one is: what they write now answers
		// neither.
		a.record(RecordFact, "fetching", f, "")
		return
	}
	if r.Kind == InTap {
		a.tapped(r)
		return
	}
	if doubt && r.Match.Tier == intent.Ask && !a.names(r) && a.askUnsure(r) {
		return
	}
	if f, n := a.front(); f != nil {
		a.typed(f, n, r)
		return
	}
	a.nothingOpen(r)
}

// session notes that they wrote: the window, the session, the language.
func (a *advance) session(r Reading) {
	if heard := a.c.Heard.Time(); heard.IsZero() {
		a.c.FirstTime, a.c.Hinted = true, false
	} else if a.now.Sub(heard) >= policy.Window {
		a.c.FirstTime, a.c.Hinted = false, false
	}
	a.c.Heard = max(a.c.Heard, stampOf(a.now))
	// Never later than our clock, never earlier than it was; a missing time
	// opens nothing (Cloud API reference §5).
	if !r.Sent.IsZero() {
		a.c.LastInbound = max(a.c.LastInbound, min(stampOf(r.Sent), stampOf(a.now)))
	}
	if a.c.Language == "" {
		l := a.s.languages[0]
		if r.Match.Kind != intent.None && a.s.rank(r.Match.Language) < len(a.s.languages) {
			l = r.Match.Language
		} else if k, ok := a.s.keywords[r.form()]; ok && a.s.rank(k.language) < len(a.s.languages) {
			l = k.language
		} else if w := a.anywhereIn(r); w != nil && a.s.rank(w.language) < len(a.s.languages) {
			l = w.language
		}
		a.c.Language, a.lang = l, a.s.index(l)
	}
}

// written is when they wrote it, as far as anybody knows.
func (a *advance) written(r Reading) Stamp {
	if r.Sent.IsZero() {
		return stampOf(a.now)
	}
	return min(stampOf(r.Sent), stampOf(a.now))
}

// isRow reports whether what they typed is exactly a row of the open question
// that leads elsewhere than the word asks for: the row has it then, unless it is
// made from data. During a
// handover nothing is on offer.
func (a *advance) isRow(r Reading) bool {
	f, n := a.front()
	if f == nil || !f.Asked || a.c.Handover != nil || r.Match.Kind == intent.Start {
		return false
	}
	a.frame = f
	p, ok := a.match(f, n, r)
	if !ok || p.it != nil {
		return false // nobody looked at what came from outside: it takes no word from anybody
	}
	row := p.row
	return row == nil || !(row.toStop && r.Match.Kind == intent.Stop || row.toHuman && r.Match.Kind == intent.Human)
}

// names reports whether what they typed is exactly a row of the open question.
func (a *advance) names(r Reading) bool {
	f, n := a.front()
	if f == nil || !f.Asked {
		return false
	}
	a.frame = f
	_, ok := a.match(f, n, r)
	return ok
}

// form is what a text is compared by: its normal form or, where it has no words
// (an emoji), itself behind a sign that no normal form holds. Empty: nothing.
func form(s string) string {
	if n := words.Normalize(s); n != "" {
		return n
	}
	if s = answer.Text(s); s != "" {
		return "=" + s
	}
	return ""
}

// form is what a message is compared by; only what was typed has one.
func (r *Reading) form() string {
	if r.Normal != "" || r.Kind != InText || r.Text == "" {
		return r.Normal
	}
	return "=" + r.Text
}

// tapped handles a tap: by id, and by the visit the id names.
func (a *advance) tapped(r Reading) {
	id, _ := ParseWireID(r.Tap)
	f, n := a.front()
	if f != nil && a.tappedOpen(f, n, r) {
		return
	}
	for i, t := range a.c.Parked {
		p := at(t.Stack)
		if p.Flow != id.Flow || p.Visit != id.Visit {
			continue
		}
		if t.Why == InHold && p.Instead {
			a.setAside()
			a.answeredInstead(i, r, id.Row)
			return
		}
		if t.Why != InTemplate {
			continue
		}
		a.setAside()
		if !a.bring(i) {
			return
		}
		p, n := a.front()
		if p == nil {
			return
		}
		if row := n.row(id.Row); row >= 0 {
			a.chose(p, n, pick{row: &n.rows[row]}, r)
		} else {
			a.take(n.otherwise)
		}
		return
	}
	if f == nil {
		a.nothingOpen(r)
		return
	}
	if d := a.decide(false); d.Verb != policy.Send {
		// The question was asked, and stays open.
		a.record(RecordDecision, string(d.Reason), f, "earlier")
		return
	}
	a.askAgain(builtinEarlier)
}

// tappedOpen takes a tap on the open question. It reports whether it was one.
func (a *advance) tappedOpen(f *Frame, n *node, r Reading) bool {
	id, _ := ParseWireID(r.Tap)
	if !f.Asked || f.Flow != id.Flow || f.Visit != id.Visit {
		return false
	}
	a.frame = f
	switch id.Row {
	case offerAgain:
		a.askAgain(-1)
		return true
	case offerHuman:
		a.human()
		return true
	}
	if v, ok := f.Doubt.tapped(id.Row); ok && n.which >= 0 {
		if refused := a.accept(f, n, v, f.Doubt.Raw); refused != nil {
			a.retry(f, n, refused)
		}
		return true
	}
	p, ok := a.tappedRow(f, n, id.Row)
	if ok {
		a.chose(f, n, p, r)
	}
	return ok
}

// chose takes what was chosen.
func (a *advance) chose(f *Frame, n *node, p pick, r Reading) {
	a.frame = f
	row := p.row
	if row == nil {
		a.turnTo(f, n, p.page)
		return
	}
	a.c.Raw = r.Text
	if n.consent != nil {
		a.answered(f, n, n.row(row.id), r)
	}
	a.it = p.it
	switch {
	case p.it != nil && n.save != nil:
		a.keepElement(n.save, p.it, r.Text)
	case row.value.IsSet():
		a.keep(n.save, row.value, r.Text)
	}
	a.assign(row.set)
	a.tag(row.tags)
	a.count(row.counts, row.id)
	if len(row.say) > 0 && a.mayAnswer(f, "row") {
		for _, t := range row.say {
			a.tell(f, a.text(t))
		}
	}
	a.it = nil
	a.take(row.way)
}

// mayAnswer asks the gate about words that are said now or never; that they are
// left out is recorded.
func (a *advance) mayAnswer(f *Frame, what string) bool {
	d := a.decide(false)
	if d.Verb != policy.Send {
		a.record(RecordDecision, string(d.Reason), f, what)
	}
	return d.Verb == policy.Send
}

// typed handles what they wrote while a question is open.
func (a *advance) typed(f *Frame, n *node, r Reading) {
	refused, done := a.uses(f, n, r)
	if done {
		return
	}
	if k, ok := a.s.keywords[r.form()]; ok {
		if !within(a.c.Front, k.flow.id) {
			a.setAside()
		}
		a.start(k.flow)
		return
	}
	a.retry(f, n, refused)
}

// uses hands what they wrote to the open question. done: it was an answer; else
// refused tells of a check that said no.
func (a *advance) uses(f *Frame, n *node, r Reading) (refused *refusal, done bool) {
	a.frame = f
	p, ok := a.match(f, n, r)
	if !ok {
		if i := a.yesOrNo(n, r); i >= 0 {
			p, ok = pick{row: &n.rows[i]}, true
		}
	}
	if ok {
		a.chose(f, n, p, r)
		return nil, true
	}
	return a.answers(f, n, r)
}

// retry says what the question can't use: why, if a check of the question says
// so, else its next retry; when no try is left, the node's otherwise.
func (a *advance) retry(f *Frame, n *node, why *refusal) {
	f.Doubt = nil
	if f.Offered || f.Tries >= len(n.retry) || n.retried < 0 {
		a.take(n.otherwise)
		return
	}
	// The question was asked, and stays open: a retry that may not leave is not
	// repeated later.
	if !a.mayAnswer(f, "retry") || !a.hop(f, n, n.retried) {
		return
	}
	var body string
	switch {
	case why != nil && why.say != nil:
		a.value = why.value
		body = a.text(why.say)
		a.value = eval.Value{}
	case n.notOwn:
		body = a.ours(n.retry[f.Tries])
	default:
		body = a.text(n.retry[f.Tries])
	}
	f.Tries++
	a.ask(f, n, body, true)
}

// nothingOpen is for what they send while no question is open.
func (a *advance) nothingOpen(r Reading) {
	if r.Kind != InTap {
		// The reply to a template, if that was the last thing we sent.
		for i, t := range a.c.Parked {
			p := at(t.Stack)
			if p.Visit != a.c.LastVisit {
				continue
			}
			if t.Why == InTemplate {
				a.replied(i, r)
				return
			}
			if t.Why == InHold && p.Instead {
				a.answeredInstead(i, r, "")
				return
			}
		}
		// The reply of the flow parked last in a wait.
		for i := len(a.c.Parked) - 1; i >= 0; i-- {
			t := a.c.Parked[i]
			if t.Why != InWait {
				continue
			}
			if n := a.node(at(t.Stack)); n == nil {
				return
			} else if n.reply >= 0 {
				if a.bring(i) {
					a.stopTimer(at(a.c.Front))
					a.c.Raw = r.Text
					a.take(n.reply)
				}
				return
			}
			break
		}
		if k, ok := a.s.keywords[r.form()]; ok {
			a.start(k.flow)
			return
		}
	}
	if a.letGo() {
		return
	}
	if held := a.held(); held >= 0 {
		// A message so old that it opens nothing: what is held stays held,
		// and nothing begins in its place.
		a.record(RecordDecision, string(policy.WindowShut), at(a.c.Parked[held].Stack), "held")
		return
	}
	a.start(a.s.home)
}

// replied handles what they wrote after a template.
func (a *advance) replied(i int, r Reading) {
	if !a.bring(i) {
		return
	}
	f, n := a.front()
	if f == nil {
		return
	}
	a.frame = f
	if p, ok := a.match(f, n, r); ok {
		a.chose(f, n, p, r)
		return
	}
	if n.retried >= 0 && f.Tries < len(n.retry) {
		body := a.text(n.retry[f.Tries])
		if d := a.decide(false); d.Verb == policy.Send && a.hop(f, n, n.retried) {
			f.Tries++
			a.send(f, Outgoing{Kind: OutText, Body: a.hinted(body)})
			a.c.Hinted = true
			a.listen(f, n)
		}
		// It waits on, as before: the template is still the last question.
		a.park(InTemplate, 0)
		return
	}
	a.c.Raw = r.Text
	a.take(n.otherwise)
}
