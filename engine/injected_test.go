package engine_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/policy"
)

// Changes of what Cauce injects and of what opens the window, each of which
// breaks a test:
//
//	what is changed                                   caught by
//	the outbox's gate knows no handover               TestGateOfAnywhere
//	the outbox's gate takes all for anywhere          TestGateOfTheService
//	a message from the future opens for longer        TestAdvanceProperties
//	a message without a time opens the window         TestOnlyTheirOwnMessagesOpenTheWindow
//	a late message takes the window back              TestAdvanceProperties
//	a reaction opens the window                       TestOnlyTheirOwnMessagesOpenTheWindow
//	131047 is not noted                               TestWindowShutOutOfOrder
//	stop leaves what is parked                        TestAdvanceProperties
//	stop leaves schedules                             TestStopEndsTheCallersToo
//	stop leaves the timers of what is parked          TestStopWithdraws
//	stop leaves the outbox                            TestStopWithdraws
//	stop keeps consents                               TestStopWithdrawsConsentsToMessages
//	stop forgets nothing                              TestMergeIsSeenTo
//	stop leaves the handover                          TestAdvanceProperties
//	stop is confirmed again                           TestUrgentWordsOfAStoppedPerson
//	a second stop leaves what urgent words say        TestStopFromEveryState
//	an overtaken stop acts                            TestLateStopAndStart
//	start leaves the stop                             TestStopWithdrawsConsentsToMessages
//	start does not go home                            TestUrgentWordsOfAStoppedPerson
//	no person for who stopped                         TestStopAndStartInOneSecond
//	no person where only a flow is parked             TestReplyToATemplateThatWasNotTheLast
//	renderings are kept between people                TestNothingOneContactWroteAppearsInAnothersMessages
//	the last answer is kept between people            TestNothingOneContactWroteAppearsInAnothersMessages

// fork is the same conversation once more, to try something out.
func (l *life) fork() *life {
	f := *l
	f.timers = maps.Clone(l.timers)
	return &f
}

// walk takes every service of these tests through random worlds, and hands each
// state that is reached to look.
func walk(t *testing.T, look func(t *rapid.T, d *engine.Definition, l *life, past []timerKey)) {
	for name, c := range casts() {
		t.Run(name, func(t *testing.T) {
			s := live(t, c.def).s
			rapid.Check(t, func(t *rapid.T) {
				l := &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
				var taps []string
				var past []timerKey
				for range rapid.IntRange(1, 25).Draw(t, "events") {
					ev := l.anything(t, c.texts, taps, past)
					if err := l.do(ev); err != nil {
						t.Fatalf("%T: %v", ev, err)
					}
					for _, e := range l.last.Effects {
						switch e := e.(type) {
						case engine.Send:
							for _, ch := range e.Message.Choices {
								taps = append(taps, ch.ID)
							}
						case engine.StartTimer:
							past = append(past, timerKey{e.Flow, e.Visit, e.Purpose})
						}
					}
					look(t, &c.def, l.fork(), past)
				}
			})
		})
	}
}

// hears has the person write something now.
func (l *life) hears(t *rapid.T, text string) {
	if err := l.do(l.s.Read(engine.Inbound{ID: "probe", Kind: engine.InText, Type: "text", Text: text, Sent: l.now}).Event(l.now)); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}

// stop, from every state, handovers and waits included: ends front, set-aside
// and parked flows, the handover, timers, schedules and every message not
// already being sent; forgets data kept until stop; withdraws consents to
// messages; records the words, message id and time; confirms once, then silence.
func TestStopFromEveryState(t *testing.T) {
	stopped, again := 0, 0
	walk(t, func(t *rapid.T, d *engine.Definition, l *life, past []timerKey) {
		was, since := l.c.Stopped != nil, len(l.c.Front) > 0 || l.c.Handover != nil
		l.hears(t, "stop")
		if slices.Contains(l.records(), "stop/overtaken") {
			return // the clock went back: they started again after this
		}
		c := &l.c
		if c.Stopped == nil || len(c.Front)+len(c.Parked)+len(c.Scheduled) > 0 || c.Aside != nil || c.Handover != nil {
			t.Fatalf("stopped, and it goes on: %+v", c)
		}
		for k := range l.timers {
			if k.purpose != engine.ForKeep {
				t.Fatalf("a timer goes on: %v", k)
			}
		}
		withdrawn := slices.ContainsFunc(l.last.Effects, func(e engine.Effect) bool { _, ok := e.(engine.Withdraw); return ok })
		if withdrawn != (!was || since) { // stopped and asked for nothing since, only the confirmation may be on its way
			t.Fatalf("withdrawn from the outbox: %v", withdrawn)
		}
		for _, x := range d.Data {
			if _, kept := c.Data[x.Name]; kept && x.UntilStop {
				t.Fatalf("%s is kept after a stop", x.Name)
			}
		}
		for _, x := range d.Consents {
			if x.Messages && c.Consents[x.Name].Live {
				t.Fatalf("they agree to %s still", x.Name)
			}
		}
		sent := l.sends()
		if was {
			again++
			if len(sent) > 0 {
				t.Fatalf("confirmed twice: %q", sent[0].Body)
			}
		} else {
			stopped++
			if c.Stopped.ID != "probe" || !c.Stopped.At.Time().Equal(l.now) || !slices.ContainsFunc(l.last.Effects, func(e engine.Effect) bool {
				r, ok := e.(engine.Record)
				return ok && r.Kind == engine.RecordStop && r.Detail == "stop"
			}) {
				t.Fatalf("what they wrote is not on record: %+v %+v", c.Stopped, l.last.Effects)
			}
			if open := l.s.WindowOpen(c, l.now); len(sent) > 1 || open != (len(sent) == 1) || open && sent[0].Cause != policy.Confirmation {
				t.Fatalf("window open %v, and they are told %+v", open, sent)
			}
		}
		// Then silence, whatever timer was ever started.
		for _, k := range past {
			l.now = l.now.Add(time.Minute)
			if err := l.do(engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}); err != nil {
				t.Fatal(err)
			}
			if sent := l.sends(); len(sent) > 0 {
				t.Fatalf("after a stop: %q", sent[0].Body)
			}
		}
	})
	if stopped < 1000 || again < 100 {
		t.Errorf("only %d states were stopped, and %d once more", stopped, again)
	}
}

// human, from every state, stopped included: with an inbox path a handover,
// the flows silent; without one the paths are told. Nobody takes the place of
// who has the conversation already.
func TestHumanFromEveryState(t *testing.T) {
	asked, told := 0, 0
	walk(t, func(t *rapid.T, d *engine.Definition, l *life, _ []timerKey) {
		was := l.c
		l.hears(t, "agente")
		if slices.Contains(l.records(), "human/overtaken") {
			return // the clock went back: they stopped after this
		}
		inbox := slices.ContainsFunc(d.Human.Paths, func(p engine.Path) bool { return p.Inbox != "" })
		open := l.s.WindowOpen(&l.c, l.now)
		switch {
		case inbox && l.c.Handover == nil:
			t.Fatalf("nobody is called from %+v", was)
		case inbox && was.Handover != nil:
			if l.c.Handover.Visit != was.Handover.Visit || l.c.Handover.With != was.Handover.With {
				t.Fatalf("they are with %+v, and were with %+v", l.c.Handover, was.Handover)
			}
		case inbox:
			asked++
			if open && !slices.ContainsFunc(l.sends(), func(m engine.Outgoing) bool { return m.Cause == policy.Confirmation }) {
				t.Fatalf("nobody tells them that somebody comes: %+v", l.sends())
			}
			if len(l.c.Front) > 0 && l.c.Front[len(l.c.Front)-1].Timer == engine.ForSilence {
				t.Fatal("silence rests during a handover")
			}
		case open:
			told++
			if !slices.ContainsFunc(l.sends(), func(m engine.Outgoing) bool { return strings.Contains(m.Body, "+57 601 555 0100") }) {
				t.Fatalf("no way to a person from %+v: %+v", was, l.sends())
			}
		}
		// And out of it again: the release gives the conversation back.
		if l.c.Handover == nil {
			return
		}
		visit := l.c.Handover.Visit
		if err := l.do(engine.Operator{Now: l.now, Act: engine.Releases, Name: "Marta"}); err != nil {
			t.Fatal(err)
		}
		if h := l.c.Handover; h != nil && h.Visit == visit {
			t.Fatalf("released, and not free: %+v", h)
		}
	})
	if asked < 1000 || told < 100 {
		t.Errorf("a person was called from %d states, and the ways told in %d", asked, told)
	}
}

// start, when stopped: lifts the stop, consents stay withdrawn, welcomes, home
// flow.
func TestStartFromEveryStoppedState(t *testing.T) {
	started := 0
	walk(t, func(t *rapid.T, d *engine.Definition, l *life, _ []timerKey) {
		if l.c.Stopped == nil || l.c.Handover != nil {
			return // during a handover all but stop is kept for the operator
		}
		l.hears(t, "alta")
		if slices.Contains(l.records(), "start/overtaken") {
			return // they stopped after this: the clock went back
		}
		started++
		if l.c.Stopped != nil {
			t.Fatalf("they came back, and are stopped: %+v", l.c.Stopped)
		}
		for _, x := range d.Consents {
			if x.Messages && l.c.Consents[x.Name].Live {
				t.Fatalf("they agree to %s again, and nobody asked them", x.Name)
			}
		}
		if !l.s.WindowOpen(&l.c, l.now) {
			return
		}
		if len(l.sends()) == 0 {
			t.Fatal("nobody welcomes them")
		}
		home := slices.ContainsFunc(l.last.Trace, func(h engine.Hop) bool { return h.Flow == d.Home })
		each(&l.c, func(f engine.Frame) { home = home || f.Flow == d.Home })
		if !home {
			t.Fatalf("welcomed, and not at home: %+v", l.c)
		}
	})
	if started < 100 {
		t.Errorf("they came back %d times", started)
	}
}

// timer, operator, release, idle pass the same gate as any send: every message
// of every event has the gate's word, with what is known once it is handled.
func TestEveryMessageOfEveryEventPassesTheGate(t *testing.T) {
	by := map[string]int{}
	walk(t, func(t *rapid.T, _ *engine.Definition, l *life, past []timerKey) {
		for _, k := range past {
			f := l.fork()
			if err := f.do(engine.TimerFired{Now: f.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}); err != nil {
				t.Fatal(err)
			}
			by[string(k.purpose)] += f.gated(t)
		}
		for _, act := range []engine.Act{engine.Claims, engine.Replies, engine.Releases} {
			f := l.fork()
			if err := f.do(engine.Operator{Now: f.now, Act: act, Name: "Marta", Text: "hola"}); err != nil {
				t.Fatal(err)
			}
			by[string(act)] += f.gated(t)
		}
	})
	for _, k := range []string{string(engine.ForWait), string(engine.ForSilence), string(engine.ForGiveUp), string(engine.ForIdle), string(engine.Replies), string(engine.Releases)} {
		if by[k] == 0 {
			t.Errorf("%s never sent anything: %v", k, by)
		}
	}
}

// gated counts the messages of the last event, all of which have a permit.
func (l *life) gated(t *rapid.T) int {
	sent := l.sends()
	for i := range sent {
		p, d := l.s.Permit(&l.c, &sent[i], l.now, l.now)
		if m, ok := p.Message(); !ok || m.Body != sent[i].Body {
			t.Fatalf("the gate says %s of %q", d.Reason, sent[i].Body)
		}
		if sent[i].Kind != engine.OutTemplate && !l.s.WindowOpen(&l.c, l.now) {
			t.Fatalf("free text with the window shut: %q", sent[i].Body)
		}
	}
	return len(sent)
}

// window: open for 24 h from the person's own last message, by WhatsApp's
// timestamp, never later than our clock; missing timestamps open nothing; never
// opened by a redelivery, a template, a delivery, a reaction or an operator. When
// WhatsApp says that it is shut, it is, until they write.
func TestOnlyTheirOwnMessagesOpenTheWindow(t *testing.T) {
	opened, shut := 0, 0
	var last, refused time.Time
	walk(t, func(t *rapid.T, _ *engine.Definition, l *life, _ []timerKey) {
		if l.events == 1 {
			last, refused = time.Time{}, time.Time{}
		}
		var r engine.Reading
		switch e := l.event.(type) {
		case engine.Message:
			r = e.Reading
		case engine.Tap:
			r = e.Reading
		case engine.Delivery:
			if e.Code == 131047 && e.Sent.After(refused) {
				refused = e.Sent
			}
		}
		if sent := r.Sent; r.Kind != engine.InFact && !sent.IsZero() {
			if sent.After(l.now) {
				sent = l.now
			}
			if sent.After(last) {
				last = sent
			}
		}
		for _, after := range []time.Duration{0, 23 * hour, 24*hour - policy.Margin - time.Second, 24*hour - policy.Margin, 24 * hour, 48 * hour} {
			at := last.Add(after)
			want := !last.IsZero() && after < 24*hour-policy.Margin && (refused.IsZero() || last.After(refused))
			if got := l.s.WindowOpen(&l.c, at); got != want {
				t.Fatalf("%s after they wrote at %s, refused at %s: open %v", after, last, refused, got)
			}
			if want {
				opened++
			} else {
				shut++
			}
		}
	})
	if opened < 1000 || shut < 1000 {
		t.Errorf("open %d times, shut %d", opened, shut)
	}
}

// Nothing is dropped in silence: what a person is not sent of what was to be
// said is on record with its code. Asked with the gate shut in every way, a
// timer, a release and an answer leave a decision, or what they hold.
func TestNothingIsDroppedInSilence(t *testing.T) {
	dropped := 0
	walk(t, func(t *rapid.T, _ *engine.Definition, l *life, past []timerKey) {
		for _, k := range past {
			f := l.fork()
			if last := f.c.LastInbound.Time(); last.After(f.now) {
				f.now = last // the clock went back
			}
			f.now = f.now.Add(49 * hour) // the window is shut
			before := held(&f.c)
			if err := f.do(engine.TimerFired{Now: f.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose}); err != nil {
				t.Fatal(err)
			}
			for _, m := range f.sends() {
				if m.Kind != engine.OutTemplate {
					t.Fatalf("%q leaves with the window shut", m.Body)
				}
			}
			if held(&f.c) > before && !slices.ContainsFunc(f.records(), func(r string) bool { return strings.HasPrefix(r, "decision/") }) {
				t.Fatalf("held, and nobody wrote down why: %v", f.records())
			}
			if held(&f.c) > before {
				dropped++
			}
		}
	})
	if dropped < 50 {
		t.Errorf("only %d messages were held", dropped)
	}
}

func held(c *engine.Conversation) (n int) {
	for _, p := range c.Parked {
		if p.Why == engine.InHold || p.Why == engine.InQuiet {
			n++
		}
	}
	return n
}
