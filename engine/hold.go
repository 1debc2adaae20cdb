package engine

import (
	"fmt"
	"slices"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// compileGate compiles what a node says about the gate: the purpose that its
// messages serve, and what happens while they may not leave.
func (s *Service) compileGate(f *flow, n *node, d *Node, env eval.Schema) error {
	n.purpose = s.purposeOf(d.Purpose)
	if n.template != nil {
		n.purpose = s.purposeOf(n.template.Consent)
	}
	if !n.Free {
		return nil
	}
	if d.Outside != "" {
		if n.outside = s.templates[d.Outside]; n.outside == nil {
			return fmt.Errorf("no template is named %q", d.Outside)
		}
		n.Enters = append(n.Enters, DoSend)
		var err error
		if n.fill, err = s.fills(n.outside, d.Fill, env); err != nil {
			return err
		}
	}
	if d.Hold != nil && d.Hold.For != (Duration{}) {
		to, err := f.place(d.Hold.Else)
		if err != nil {
			return err
		}
		n.hold = d.Hold
		n.Enters = append(n.Enters, DoStartTimer)
		n.lapsed = n.add(OnHeld, "", to, Way{Cause: policy.Proactive})
	}
	return nil
}

// putOff does what the gate says with a node that may not speak now: it was not
// asked, and nothing behind it runs. What is refused will never leave, and ends
// its flow.
func (a *advance) putOff(f *Frame, n *node, d policy.Decision) {
	if a.c.Stopped != nil {
		// Nothing waits to be said to somebody who asked for silence.
		d.Verb = policy.Refuse
	}
	switch d.Verb {
	case policy.Refuse:
		a.record(RecordDecision, string(d.Reason), f, "")
		a.end(Left)
	case policy.Substitute:
		a.sendInstead(f, n)
		a.hold(f, n, d)
	default:
		a.hold(f, n, d)
	}
}

// hold parks the front flow at a node whose message may not leave now. It will
// be asked anew: retries and silence afresh.
func (a *advance) hold(f *Frame, n *node, d policy.Decision) {
	a.stopTimer(f)
	f.Asked, f.Offered, f.Tries, f.Nudges = false, false, 0, 0
	if f.Held == 0 {
		f.Held = stampOf(a.now)
	}
	if d.Verb == policy.HoldUntil {
		a.record(RecordDecision, string(d.Reason), f, "until")
		a.startTimer(f, ForQuiet, d.Until)
		a.park(InQuiet, stampOf(d.Until))
		return
	}
	if d.Verb == policy.Substitute {
		a.record(RecordDecision, string(d.Reason), f, "outside")
	} else {
		a.record(RecordDecision, string(d.Reason), f, "held")
	}
	due := Stamp(0)
	if n.hold != nil && d.Reason == policy.WindowShut {
		at := n.hold.For.from(a.now, a.s.zoneOr(a.c.Zone), a.s.def.Human.Holidays)
		a.startTimer(f, ForHold, at)
		due = stampOf(at)
	}
	a.park(InHold, due)
}

// sendInstead sends the template that stands in for a node's message. Its
// buttons name this visit: the answer to them is the answer to it, or the word
// that the message is waited for.
func (a *advance) sendInstead(f *Frame, n *node) {
	a.sendTemplateOf(f, n.outside, n.fill, a.s.purposeOf(n.outside.Consent))
	f.Instead = true
}

// answeredInstead handles what they do about a template that went instead of a
// message. One of the message's own rows, tapped or typed, answers it at once;
// anything else is the word that it may be said now. A consent is never given
// to words that were not shown.
func (a *advance) answeredInstead(i int, r Reading, tapped string) {
	f := at(a.c.Parked[i].Stack)
	n := a.node(f)
	if n == nil {
		return
	}
	a.frame = f
	row := -1
	if n.outside != nil && n.Verb == AskVerb {
		row = a.rowInstead(f, n, r, tapped)
	}
	if row < 0 {
		if d := a.decide(false); !d.Sends() {
			// So late that nothing may leave: it is held on.
			a.record(RecordDecision, string(d.Reason), f, "held")
			return
		}
	}
	if !a.bring(i) {
		return
	}
	a.stopTimer(a.frame)
	if row < 0 {
		a.runHeld(a.frame, n)
		return
	}
	a.chose(a.frame, n, pick{row: &n.rows[row]}, r)
}

// rowInstead is the row that a button of the template names, or that they typed;
// -1: none.
func (a *advance) rowInstead(f *Frame, n *node, r Reading, tapped string) int {
	typed := r.form()
	for i, b := range n.outside.Buttons {
		row := n.row(b.ID)
		if row < 0 || !a.offered(&n.rows[row], f) {
			continue
		}
		if tapped == b.ID || tapped == "" && typed != "" && typed == form(a.text(n.outside.buttons[i])) {
			return row
		}
		if p, ok := a.match(f, n, r); tapped == "" && ok && p.row == &n.rows[row] {
			return row
		}
	}
	return -1
}

// runHeld lets a node speak that was put off. What it says is put into words
// anew. A question is asked, whatever has passed since; words that were chosen
// by what has changed since are stale: they are passed over.
func (a *advance) runHeld(f *Frame, n *node) {
	if f.Visit == 0 {
		a.enter(n.Node) // moved here, and not entered yet
		return
	}
	stale := n.Verb == SayVerb && a.stale(f, n)
	f.Held, f.Instead = 0, false
	if stale {
		a.record(RecordLapse, "stale", f, "")
		a.take(n.next)
		return
	}
	a.run(n)
}

// stale reports whether something that a held node reads was given another
// value after it was held. What was forgotten since can't be read here: that
// ends the flow.
func (a *advance) stale(f *Frame, n *node) bool {
	for name := range n.reads {
		k, ok := f.Data[name]
		if !ok {
			k, ok = a.c.Data[name]
		}
		if ok && k.At > f.Held {
			return true
		}
	}
	return false
}

// held is the parked flow whose message was held longest; -1: none is.
func (a *advance) held() int {
	return slices.IndexFunc(a.c.Parked, func(t Thread) bool { return t.Why == InHold })
}

// letGo lets what is held leave, one message at a time, once they have written
// and as soon as no question is open. It reports whether something did.
func (a *advance) letGo() bool {
	if len(a.c.Front) > 0 {
		return false
	}
	a.cause = policy.Answer
	if a.decide(false).Verb != policy.Send {
		return false
	}
	a.payOwed()
	return a.release()
}

// release lets the message leave that was held longest, now that they wrote.
// What they wrote is not its answer. It reports whether there was one.
func (a *advance) release() bool {
	i := a.held()
	if i < 0 {
		return false
	}
	if a.bring(i) {
		a.stopTimer(a.frame)
		if n := a.node(a.frame); n != nil {
			a.runHeld(a.frame, n)
		}
	}
	return true
}

// payOwed sends words of the service itself that waited for the window. They
// are no answer to what was written: the rest goes on behind them.
func (a *advance) payOwed() {
	for _, d := range a.c.Owed {
		body := a.s.giveUp
		if d == OwesWelcome {
			body = a.s.welcome
		}
		a.send(nil, Outgoing{Kind: OutText, Body: a.ours(body)})
	}
	a.c.Owed = nil
}

// owe remembers words of the service itself until the window opens.
func (a *advance) owe(d Debt) {
	if !slices.Contains(a.c.Owed, d) {
		a.c.Owed = append(a.c.Owed, d)
	}
}

// delivered handles word that a message did not arrive.
func (a *advance) delivered(e Delivery) {
	code := "failed"
	switch e.Code {
	case windowShutCode:
		code = "window-shut"
		a.c.ShutAt = max(a.c.ShutAt, stampOf(e.Sent)) // a later message of theirs opens it all the same
		if e.Cause == policy.Nudge {
			break // the question itself arrived, and stays open
		}
		// It did not reach them: it is asked again when the window is open,
		// which is now if they have written since it was sent.
		a.unask(e.Flow, e.Visit, policy.WindowShut)
	case unreachableCode:
		code = "unreachable"
	case pausedCode:
		code = "template-paused"
	case disabledCode:
		code = "template-disabled"
	case noMarketingCode:
		code = "no-marketing"
		a.preferred(e.Now, false)
		a.refused(e.Flow, e.Visit, policy.Category)
	}
	if e.Visit != 0 && e.Visit == a.c.LastVisit && e.Cause != policy.Nudge {
		a.c.LastVisit = 0 // what never reached them is nothing they may be answering
	}
	a.record(RecordDelivery, code, nil, "")
}

// prefers notes which messages they told WhatsApp, outside the chat, that they
// want. Word that is older than what is known says nothing any more.
func (a *advance) prefers(e Preference) {
	code := "no-marketing"
	if e.Marketing {
		code = "marketing"
	}
	if !a.preferred(e.Sent, e.Marketing) {
		code = "overtaken"
	}
	a.record(RecordPreference, code, nil, "")
}

// preferred notes what they want, as of a time; never later than now. It
// reports whether that was news.
func (a *advance) preferred(when time.Time, marketing bool) bool {
	at := stampOf(a.now)
	if !when.IsZero() {
		at = min(at, stampOf(when))
	}
	if at < a.c.Preferred {
		return false
	}
	a.c.Preferred = at
	a.c.NoMarketing = at
	if marketing {
		a.c.NoMarketing = 0
	}
	return true
}

// decided handles the outbox's word that the gate no longer says send: the
// visit was not asked.
func (a *advance) decided(e Decided) {
	a.record(RecordDecision, e.Reason, &Frame{Flow: e.Message.Flow, Node: e.Message.Node}, "outbox")
	why := policy.Reason(e.Reason)
	switch {
	case e.Message.Cause == policy.Nudge:
		// Left out, and counted as sent: the question itself was asked.
	case e.Message.Cause == policy.GiveUp && a.c.Stopped == nil && (e.Message.Kind != OutTemplate || why == policy.Category || why == policy.Quiet):
		a.owe(OwesGiveUp)
	case why == policy.NoConsent, why == policy.Category:
		a.refused(e.Message.Flow, e.Message.Visit, why)
	case e.Message.Kind == OutTemplate:
		a.untemplate(e.Message.Flow, e.Message.Visit, why)
	default:
		a.unask(e.Message.Flow, e.Message.Visit, why)
	}
}

// refused ends the flow of a message that will never leave: nobody asked for
// it, and they do not want it.
func (a *advance) refused(flow FlowID, visit uint64, why policy.Reason) {
	if flow == "" || a.c.Stopped != nil {
		return
	}
	if f, n := a.front(); f != nil && f.Flow == flow && f.Visit == visit {
		if f.Asked && n.asks() && a.c.Handover == nil {
			a.end(Left)
		}
		return
	}
	for i, t := range a.c.Parked {
		if f := at(t.Stack); f.Flow != flow || f.Visit != visit {
			continue
		}
		if at(t.Stack).Instead {
			at(a.c.Parked[i].Stack).Instead = false // the words themselves are held on
			return
		}
		if t.Why == InTemplate {
			a.leaveParked(i)
		}
		return
	}
}

// untemplate takes back that a template went out. One that the quiet hours
// overtook goes out when they are over.
func (a *advance) untemplate(flow FlowID, visit uint64, why policy.Reason) {
	if a.c.Stopped != nil || why != policy.Quiet {
		return
	}
	for i := range a.c.Parked {
		t := &a.c.Parked[i]
		f := at(t.Stack)
		if f.Flow != flow || f.Visit != visit || t.Why != InTemplate && !f.Instead {
			continue
		}
		a.stopTimer(f)
		f.Asked, f.Instead = false, false
		d := a.untilMorning()
		t.Why, t.Due = InQuiet, stampOf(d.Until)
		a.startTimer(f, ForQuiet, d.Until)
		return
	}
}

// untilMorning is the decision to wait for the end of the quiet hours; until
// now, if they are over meanwhile.
func (a *advance) untilMorning() policy.Decision {
	until := a.s.rules.QuietUntil(a.c.Contact(), a.now)
	if until.IsZero() {
		until = a.now
	}
	return policy.Decision{Verb: policy.HoldUntil, Reason: policy.Quiet, Until: until}
}

// unask takes back that a visit was asked: its message did not leave. A
// question waits, held, until they write or until the quiet hours are over.
func (a *advance) unask(flow FlowID, visit uint64, why policy.Reason) {
	if flow == "" || a.c.Stopped != nil {
		return
	}
	f, n := a.front()
	if f == nil || f.Flow != flow || f.Visit != visit || !n.asks() {
		return
	}
	if a.c.Handover != nil {
		f.Asked = false // asked again after the release, as it would be anyway
		return
	}
	d := policy.Decision{Verb: policy.HoldForReply, Reason: why}
	if why == policy.Quiet {
		d = a.untilMorning()
	}
	a.hold(f, n, d)
}

// leaveParked ends a parked flow.
func (a *advance) leaveParked(i int) {
	t := a.c.Parked[i]
	a.c.Parked = slices.Delete(a.c.Parked, i, i+1)
	a.leave(t.Stack)
}
