package policy

import (
	"slices"
	"testing"
	"time"
)

// Changes of the gate, each of which breaks a test of this package:
//
//	what is changed                                   caught by
//	a proactive message to who stopped                TestDecide
//	an operator to who stopped and did not ask        TestGateOverEverything
//	an operator's words from before they asked        TestGateOverEverything
//	a template without a consent                      TestGateOverEverything
//	a consent that is outdated, or withdrawn          TestGateOverEverything
//	give_up needs a consent                           TestGateOverEverything
//	an opt-out blocks every template, or none         TestGateOverEverything
//	what was made before a request is held            TestDecide
//	anywhere speaks over an operator, or nudges       TestGateOverEverything
//	a request can't be given up                       TestGateOverEverything
//	the margin is used, or its first moment           TestDecide
//	131047 is forgotten                               TestDecide
//	answers leave with the window shut                TestDecide
//	what stands in has no purpose, or no category     TestGateOverEverything
//	give_up, or a nudge, at night                     TestGateOverEverything
//	a nudge waits until morning                       TestGateOverEverything
//	night weighs more than the window                 TestGateOverEverything
//	a decision that nobody made sends                 TestOnlyDecideSends

// row holds one row of the language page's table against every combination of
// what the gate looks at: keeps reports whether a decision keeps it.
func row(t *testing.T, keeps func(w world, with map[string]bool, d Decision) bool) {
	t.Helper()
	broken := 0
	everything(func(w world, with map[string]bool) {
		if d := Decide(w.r, w.c, w.m, noon); !keeps(w, with, d) {
			if broken++; broken <= 3 {
				t.Errorf("%v %s: %v", d.Verb, d.Reason, with)
			}
		}
	})
	if broken > 3 {
		t.Errorf("… and %d more", broken-3)
	}
}

// stopped: only confirmation, answer, and operator, in a handover asked for
// after the stop.
func TestStoppedOnlyConfirmationAnswerAndAnOperatorAskedForSince(t *testing.T) {
	row(t, func(w world, with map[string]bool, d Decision) bool {
		asked := w.m.Cause == Answer || w.m.Cause == Confirmation || w.m.Cause == FromOperator && with["stopped, asked since"]
		refused := d == Decision{Verb: Refuse, Reason: Stopped}
		return refused == (w.c.Stopped && !asked)
	})
}

// consent: proactive needs the live consent of its purpose, to the version that
// counts. A service without any consents has no consent rule.
func TestProactiveNeedsTheLiveConsentOfItsPurpose(t *testing.T) {
	row(t, func(w world, with map[string]bool, d Decision) bool {
		if d.Reason == NoConsent {
			return d.Verb == Refuse && w.m.Cause == Proactive && !with["live"] && !with["no consents at all"]
		}
		return w.m.Cause != Proactive || !d.Sends() || with["live"] || with["no consents at all"]
	})
}

// category: a marketing opt-out blocks marketing templates only.
func TestAMarketingOptOutBlocksMarketingTemplatesOnly(t *testing.T) {
	row(t, func(w world, with map[string]bool, d Decision) bool {
		blocked := w.c.NoMarketing && w.m.Template && w.m.Category == Marketing
		if d.Reason == Category {
			return d.Verb == Refuse && blocked
		}
		return !blocked || d.Verb == Refuse // for something that weighs more
	})
}

// handover: the bot is silent from the request on, but for anywhere, until
// released; what was made before the request still leaves.
func TestTheBotIsSilentFromTheRequestOn(t *testing.T) {
	row(t, func(w world, with map[string]bool, d Decision) bool {
		since := with["waiting"] || with["with an operator"] // "waiting since then" was asked for when the message was made
		bot := w.m.Cause != Confirmation && w.m.Cause != FromOperator && w.m.Cause != GiveUp
		anywhere := w.m.Anywhere && w.m.Cause == Answer && !w.c.With
		if d.Reason == InHandover {
			return d.Verb == HoldForReply && since && bot && !anywhere
		}
		return !since || !bot || anywhere || d.Verb == Refuse
	})
}

// window: closed, templates only. A margin is kept at the end; when WhatsApp
// says that it is shut, it is, until they write.
func TestWithTheWindowShutTemplatesOnly(t *testing.T) {
	row(t, func(w world, with map[string]bool, d Decision) bool {
		open := with["they just wrote"] || with["the last moment"] || with["they wrote after WhatsApp shut it"]
		if open && d.Reason == WindowShut {
			return false
		}
		return open || w.m.Template || !d.Sends()
	})
}

// window: a template that stands in goes only where the words can't, and is
// under every rule of a template.
func TestATemplateStandsInOnlyWithTheWindowShut(t *testing.T) {
	row(t, func(w world, _ map[string]bool, d Decision) bool {
		if d.Verb != Substitute {
			return true
		}
		stand := w.m
		stand.Template, stand.Category, stand.Purpose, stand.Outside = true, w.m.Outside.Category, w.m.Outside.Purpose, nil
		return !w.m.Template && !w.r.WindowOpen(w.c, noon) && Decide(w.r, w.c, stand, noon).Sends()
	})
}

// quiet hours, on the person's clock: proactive and give_up wait until morning,
// a nudge is left out; nothing else waits.
func TestInQuietHoursProactiveAndGiveUpWaitUntilMorning(t *testing.T) {
	row(t, func(w world, with map[string]bool, d Decision) bool {
		night := with["quiet"]
		waits := w.m.Cause == Proactive || w.m.Cause == GiveUp
		switch {
		case d.Verb == HoldUntil:
			return night && waits && d.Reason == Quiet && d.Until.Equal(morning)
		case d.Reason == Quiet:
			return night && w.m.Cause == Nudge && d.Verb == Refuse
		}
		return !night || !(waits || w.m.Cause == Nudge) || !d.Sends() && d.Verb != Substitute
	})
}

// The rules are asked in this order, what can never change by waiting first; the
// reason given is the strongest: with everything in the way, and the first of
// it taken away one by one.
func TestTheReasonGivenIsTheStrongest(t *testing.T) {
	w := world{}
	w.r = Rules{Consents: map[string]int{"a": 3}, Quiet: quietUntil}
	w.c = Contact{Stopped: true, NoMarketing: true, Handover: true, Since: noon.Add(-time.Hour), Zone: "x"}
	w.m = Message{Cause: Proactive, Template: true, Category: Marketing, Purpose: "a", Created: noon}
	var got []Reason
	for _, away := range []func(){
		func() {},
		func() { w.c.Stopped = false },
		func() { w.c.Consents = map[string]Agreement{"a": {3, true}} },
		func() { w.m.Template = false },
		func() { w.c.Handover = false },
		func() { w.c.LastInbound = noon },
		func() { w.r.Quiet = nil },
	} {
		away()
		got = append(got, Decide(w.r, w.c, w.m, noon).Reason)
		if len(got) == 2 {
			got = append(got, Decide(w.r, Contact{NoMarketing: true, Consents: map[string]Agreement{"a": {3, true}}}, w.m, noon).Reason)
		}
	}
	if want := []Reason{Stopped, NoConsent, Category, Category, InHandover, WindowShut, Quiet, Open}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
