// Package sim is a world with one person in it, whose clock you set.
//
// It plays the runtime's part around the engine, in memory: it reads what the
// person writes, advances the conversation, keeps timers and fires them as the
// clock goes by, asks the gate again as the outbox does, and writes a
// transcript. Conversation tests, the phone in the terminal and properties run
// on it; it decides nothing itself.
package sim

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"cauce/engine"
)

// World is a service, a person, and a clock.
type World struct {
	svc     *engine.Service
	conv    engine.Conversation
	now     time.Time
	timers  []timer
	lines   []Line
	records []Record
	effects []Effect
	serial  int
	walked  []engine.Hop // because of the newest event
	hops    []engine.Hop // all of them

	last     *engine.Inbound   // what the person sent last
	seen     map[string]bool   // the ids of what arrived
	reorder  bool              // their next two messages arrive in the other order
	underway *engine.Inbound   // the first of the two
	requests []engine.Fetch    // that nobody has answered yet
	paused   map[string]bool   // templates that WhatsApp does not send now
	refused  []engine.Outgoing // what it did not send, until the conversation hears of it
}

type timer struct {
	flow    engine.FlowID
	visit   uint64
	purpose engine.Purpose
	due     time.Time
	order   int
}

// Line is one message of the transcript, the person's or the service's.
type Line struct {
	At       time.Time
	Incoming bool
	Text     string          // of the person's: what they wrote, or the words on what they tapped
	Type     string          // of the person's: text, tap, image, …
	Message  engine.Outgoing // of the service's
	Trace    []engine.Hop    // what was walked because of the event that made this line
}

// Record is a record the engine asked to keep, and when.
type Record struct {
	At time.Time
	engine.Record
}

// Effect is something the engine asked for that reaches nobody in the
// conversation, and when: a Flag, a Count, a Consented or a HandOver.
type Effect struct {
	At time.Time
	engine.Effect
}

// New is a world at a time, before the person wrote anything.
func New(s *engine.Service, start time.Time) *World {
	return &World{svc: s, now: start.UTC().Truncate(time.Microsecond), seen: map[string]bool{}}
}

// Service is what the world runs.
func (w *World) Service() *engine.Service { return w.svc }

// Now is the world's clock.
func (w *World) Now() time.Time { return w.now }

// Conversation is all that is known of the person now.
func (w *World) Conversation() engine.Conversation { return w.conv }

// Start puts the world into a conversation: a test's "given".
func (w *World) Start(c engine.Conversation) { w.conv = c }

// Transcript is everything said so far.
func (w *World) Transcript() []Line { return slices.Clone(w.lines) }

// Records are everything the engine asked to keep so far.
func (w *World) Records() []Record { return slices.Clone(w.records) }

// Effects are all marks, counts, entries of the ledger of consents and words to
// operators so far.
func (w *World) Effects() []Effect { return slices.Clone(w.effects) }

// Hops are all that was walked so far, also by events that made nobody say
// anything.
func (w *World) Hops() []engine.Hop { return slices.Clone(w.hops) }

// Timers counts the timers that run for the person: those by which data is
// forgotten reach nobody, and are left out.
func (w *World) Timers() int {
	n := 0
	for _, t := range w.timers {
		if t.purpose != engine.ForKeep {
			n++
		}
	}
	return n
}

// Open reports whether the window is open now.
func (w *World) Open() bool { return w.svc.WindowOpen(&w.conv, w.now) }

// Say has the person write something, now.
func (w *World) Say(text string) ([]Line, error) {
	return w.hear(engine.Inbound{Kind: engine.InText, Type: "text", Text: text, Sent: w.now})
}

// Send has the person send something that is no text: a picture, a voice note.
func (w *World) Send(kind string) ([]Line, error) {
	return w.hear(engine.Inbound{Kind: engine.InOther, Type: kind, Sent: w.now})
}

// Hear has the person's message arrive as it is, whenever it was sent.
func (w *World) Hear(m engine.Inbound) ([]Line, error) { return w.hear(m) }

// Tap has the person tap the choice with that label on the newest message that
// has it; back counts older ones: 1 is the second newest.
func (w *World) Tap(label string, back int) ([]Line, error) {
	for i := len(w.lines) - 1; i >= 0; i-- {
		for _, c := range w.lines[i].Message.Choices {
			if c.Label != label {
				continue
			}
			if back > 0 {
				back--
				break
			}
			return w.hear(engine.Inbound{Kind: engine.InTap, Type: "interactive", Text: c.Label, Tap: c.ID, Sent: w.now})
		}
	}
	return nil, engine.Refuse("no message has a choice [%s]", label)
}

func (w *World) hear(m engine.Inbound) ([]Line, error) {
	w.serial++
	if m.ID == "" {
		m.ID = "sim." + strconv.Itoa(w.serial)
	}
	from := len(w.lines)
	if w.seen[m.ID] {
		return nil, nil // a repeat ends here, quietly
	}
	w.last = &m
	if w.reorder && w.underway == nil {
		m.Sent = m.Sent.Add(-time.Second)
		w.underway = &m
		return nil, nil
	}
	w.seen[m.ID] = true
	r := w.svc.Read(m)
	w.lines = append(w.lines, Line{At: w.now, Incoming: true, Text: m.Text, Type: string(m.Kind)})
	if m.Kind != engine.InText && m.Kind != engine.InTap {
		w.lines[from].Type = m.Type
	}
	w.walked = nil
	err := w.advance(r.Event(w.now))
	w.lines[from].Trace = w.walked
	if err == nil && w.reorder {
		err = w.arrive()
	}
	return w.lines[from+1:], err
}

// Operator has somebody in the inbox do something. text is their words, or how
// a release is done.
func (w *World) Operator(act engine.Act, name, text string) ([]Line, error) {
	from := len(w.lines)
	if err := w.arrive(); err != nil {
		return w.lines[from:], err
	}
	e := engine.Operator{Now: w.now, Act: act, Name: name}
	if act == engine.Releases {
		e.Done = text
	} else {
		e.Text = text
	}
	err := w.advance(e)
	return w.lines[from:], err
}

// Failed has WhatsApp report that the newest message of the service was not
// delivered.
func (w *World) Failed(code int) ([]Line, error) {
	from := len(w.lines)
	if err := w.arrive(); err != nil {
		return w.lines[from:], err
	}
	for i := len(w.lines) - 1; i >= 0; i-- {
		if l := w.lines[i]; !l.Incoming {
			err := w.advance(engine.Delivery{Now: w.now, Code: code, Cause: l.Message.Cause, Flow: l.Message.Flow, Visit: l.Message.Visit, Sent: l.At})
			return w.lines[from:], err
		}
	}
	return nil, engine.Refuse("the service has sent nothing yet")
}

// Wait lets time pass, and fires what falls due on the way, each at its time.
func (w *World) Wait(d time.Duration) ([]Line, error) { return w.Until(w.now.Add(d)) }

// Until lets time pass until a moment. The clock never goes back.
func (w *World) Until(t time.Time) ([]Line, error) {
	t = t.UTC().Truncate(time.Microsecond)
	from := len(w.lines)
	if err := w.arrive(); err != nil {
		return w.lines[from:], err
	}
	for range 10_000 {
		i := w.next()
		if i < 0 || w.timers[i].due.After(t) {
			w.now = maxTime(w.now, t)
			return w.lines[from:], nil
		}
		due := w.timers[i]
		w.timers = slices.Delete(w.timers, i, i+1)
		w.now = maxTime(w.now, due.due)
		w.over(due.flow, due.visit, due.purpose)
		err := w.advance(engine.TimerFired{Now: w.now, Flow: due.flow, Visit: due.visit, Purpose: due.purpose})
		if err != nil {
			return w.lines[from:], err
		}
	}
	return w.lines[from:], engine.Refuse("more than 10,000 timers fired before %s", t.Format(time.DateTime))
}

// next is the timer that falls due first; the one that was started first, of
// two at one time.
func (w *World) next() int {
	best := -1
	for i, t := range w.timers {
		if best < 0 || t.due.Before(w.timers[best].due) || t.due.Equal(w.timers[best].due) && t.order < w.timers[best].order {
			best = i
		}
	}
	return best
}

// advance tells the engine, through the bytes a store would keep, and does what it asks.
func (w *World) advance(ev engine.Event) error {
	b, err := w.conv.Encode()
	if err != nil {
		return err
	}
	c, err := engine.Decode(b)
	if err != nil {
		return err
	}
	res, err := w.svc.Advance(c, ev)
	if err != nil {
		return err
	}
	w.conv, w.walked = res.Conversation, res.Trace
	w.hops = append(w.hops, res.Trace...)
	said := len(w.lines)
	for _, e := range res.Effects {
		switch e := e.(type) {
		case engine.Send:
			// The outbox asks again, with what is known once the event is handled.
			if d := w.svc.Gate(&w.conv, &e.Message, w.now, w.now); !d.Sends() {
				return engine.Refuse("the engine sends what the outbox would not: %s (%s)", d.Verb, d.Reason)
			}
			if w.paused[e.Message.Template] {
				w.refused = append(w.refused, e.Message)
				continue
			}
			w.lines = append(w.lines, Line{At: w.now, Message: e.Message, Trace: res.Trace})
		case engine.Withdraw:
			// What this very event queued before it has not left either.
			w.lines, w.refused = w.lines[:said], nil
		case engine.StartTimer:
			w.drop(e.Flow, e.Visit, e.Purpose)
			w.serial++
			w.timers = append(w.timers, timer{e.Flow, e.Visit, e.Purpose, e.At, w.serial})
		case engine.StopTimer:
			w.drop(e.Flow, e.Visit, e.Purpose)
			w.over(e.Flow, e.Visit, e.Purpose)
		case engine.Fetch:
			w.requests = append(w.requests, e)
		case engine.Record:
			w.records = append(w.records, Record{w.now, e})
		default:
			w.effects = append(w.effects, Effect{w.now, e})
		}
	}
	if len(w.refused) > 0 {
		m := w.refused[0]
		w.refused = w.refused[1:]
		return w.advance(engine.Delivery{Now: w.now, Code: templatePaused, Cause: m.Cause, Flow: m.Flow, Visit: m.Visit, Sent: w.now})
	}
	return nil
}

// templatePaused is what WhatsApp answers to a template that it does not send
// now (Cloud API reference §6).
const templatePaused = 132015

func (w *World) drop(f engine.FlowID, visit uint64, p engine.Purpose) {
	w.timers = slices.DeleteFunc(w.timers, func(t timer) bool {
		return t.flow == f && t.visit == visit && t.purpose == p
	})
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// String writes a line as people read it: who, the words, what there is to tap.
func (l Line) String() string {
	if l.Incoming {
		if l.Type == string(engine.InTap) {
			return "> [" + l.Text + "]"
		}
		if l.Type != string(engine.InText) {
			return "> (" + l.Type + ")"
		}
		return "> " + l.Text
	}
	var b strings.Builder
	b.WriteString("< ")
	if l.Message.Kind == engine.OutTemplate {
		b.WriteString("template " + l.Message.Template)
	} else {
		b.WriteString(strings.ReplaceAll(l.Message.Body, "\n", "\n  "))
	}
	for _, c := range l.Message.Choices {
		b.WriteString(" [" + c.Label + "]")
	}
	return b.String()
}
