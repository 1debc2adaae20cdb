package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/policy"
)

// Nobody can define stop and the way to a person away: not by a node or a row
// that is named like them, not by a row, a keyword or an option with the same
// word, not by leaving out words.
func TestStopAndHumanCannotBeDefinedAway(t *testing.T) {
	for name, change := range map[string]func(*engine.Definition){
		"a node named @stop":            func(d *engine.Definition) { d.Flows[0].Nodes[0].ID = "@stop" },
		"a node named like a way":       func(d *engine.Definition) { d.Flows[0].Nodes[0].ID = "permiso/@stop" },
		"a row named @human":            func(d *engine.Definition) { d.Flows[0].Nodes[0].Rows[0].ID = "@human" },
		"two nodes of one name":         func(d *engine.Definition) { d.Flows[0].Nodes[1].ID = "permiso" },
		"no way to a person":            func(d *engine.Definition) { d.Human.Paths = nil },
		"a way to a node that is not":   func(d *engine.Definition) { d.Flows[0].Nodes[0].Rows[0].Go.Node = "@stop" },
		"an outcome that is not listed": func(d *engine.Definition) { d.Flows[0].Nodes[0].Rows[1].Go.End = "@end" },
	} {
		d := luna()
		change(&d)
		if _, err := engine.New(d); err == nil {
			t.Errorf("%s: New takes it", name)
		}
	}

	// A definition that says nothing of stop, and uses its words for its own ends.
	d := luna()
	d.Stop, d.Human.Words = engine.Stop{}, nil
	d.Flows[1].Keywords = map[string][]string{"es": {"stop", "agente"}}
	d.Flows[0].Nodes[1].Save = "nombre" // any text is an answer here
	s, err := engine.New(d)
	if err != nil {
		t.Fatal(err)
	}
	nodes := 0
	for _, f := range s.Table().Flows {
		for _, n := range f.Nodes {
			nodes++
			var stop, human bool
			for _, w := range n.Ways {
				stop = stop || w.On == engine.OnStop && w.To.Own == engine.ToStop && w.If == ""
				human = human || w.On == engine.OnHuman && w.To.Own == engine.ToHuman && w.If == ""
			}
			if !stop || !human {
				t.Errorf("%s.%s: stop %v, human %v", f.Flow, n.Node, stop, human)
			}
		}
	}
	if nodes != 14 {
		t.Errorf("%d nodes were looked at", nodes)
	}
	for _, before := range [][]string{nil, {"embarazo"}, {"embarazo", "sí"}, {"embarazo", "sí", "Ana"}, {"hola"}, {"tarde"}} {
		for _, word := range []string{"stop", "STOP", "unsubscribe", "agente", "agent"} {
			c := engine.Conversation{}
			for i, text := range append(append([]string{}, before...), word) {
				c = hear(t, s, c, text, monday.Add(time.Duration(i)*time.Minute)).Conversation
			}
			if strings.HasPrefix(word, "agent") && c.Handover == nil || !strings.HasPrefix(word, "agent") && c.Stopped == nil {
				t.Errorf("after %q, %q does nothing", before, word)
			}
		}
	}
}

func hear(t testing.TB, s *engine.Service, c engine.Conversation, text string, now time.Time) engine.Result {
	t.Helper()
	r := s.Read(engine.Inbound{ID: "m", Kind: engine.InText, Type: "text", Text: text, Sent: now})
	res, err := s.Advance(c, r.Event(now))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// What Table shows is a copy: writing to it changes nothing that runs.
func TestTableIsACopy(t *testing.T) {
	s, err := engine.New(luna())
	if err != nil {
		t.Fatal(err)
	}
	tb := s.Table()
	for _, f := range tb.Flows {
		for _, n := range f.Nodes {
			for i := range n.Ways {
				n.Ways[i] = engine.Way{}
			}
		}
	}
	c := hear(t, s, engine.Conversation{}, "embarazo", monday).Conversation
	if c = hear(t, s, c, "stop", monday).Conversation; c.Stopped == nil {
		t.Fatal("stop is gone")
	}
}

func TestNewerConversationIsRefused(t *testing.T) {
	c := engine.Conversation{Language: "es"}
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(b, append([]byte("gversion"), 1), append([]byte("gversion"), 2), 1)
	if bytes.Equal(b, newer) {
		t.Fatalf("%q names no version", b)
	}
	if _, err := engine.Decode(newer); err == nil {
		t.Error("a newer form is read")
	}
	if _, err := engine.Decode([]byte{0xff, 0x00}); err == nil {
		t.Error("garbage is read")
	}
	if c, err := engine.Decode(nil); err != nil || c.Language != "" {
		t.Error("no bytes are not a new conversation", err)
	}
}

// event draws something that may happen to a conversation: with messages that
// are late, from the future, without a time; taps on anything ever offered and
// on what never was; timers of past and present visits.
func event(t *rapid.T, s *engine.Service, now time.Time, taps []string, timers []engine.StartTimer) engine.Event {
	sent := func() time.Time {
		return rapid.SampledFrom([]time.Time{now, now, now, now.Add(-time.Minute), now.Add(-30 * time.Hour), now.Add(99 * time.Hour), {}}).Draw(t, "sent")
	}
	in := func(m engine.Inbound) engine.Event {
		m.ID, m.Sent = "m", sent()
		return s.Read(m).Event(now)
	}
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1, 2, 3:
		return in(engine.Inbound{Kind: engine.InText, Type: "text", Text: rapid.OneOf(
			rapid.SampledFrom([]string{"embarazo", "hola", "tarde", "sí", "no", "20", "40", "stop", "darme de baja", "alta", "agente", "enfermera", "plan a", "Ana", "pregnancy", "1"}),
			rapid.String(),
		).Draw(t, "text")})
	case 4:
		id := "embarazo.permiso.1.si"
		if len(taps) > 0 {
			id = rapid.SampledFrom(taps).Draw(t, "tap")
		}
		if rapid.IntRange(0, 9).Draw(t, "forged") == 0 {
			id = rapid.SampledFrom([]string{"x", "a.b.1.c", "embarazo.semana.3.@human", "embarazo.nada.2.si", "STOP"}).Draw(t, "id")
		}
		return in(engine.Inbound{Kind: engine.InTap, Type: "interactive", Text: "Sí", Tap: id})
	case 5:
		return in(engine.Inbound{Kind: rapid.SampledFrom([]engine.InKind{engine.InOther, engine.InFact}).Draw(t, "kind"), Type: "image"})
	case 6, 7:
		if len(timers) == 0 {
			return engine.TimerFired{Now: now, Flow: "embarazo", Visit: 1, Purpose: engine.ForSilence}
		}
		x := rapid.SampledFrom(timers).Draw(t, "timer")
		return engine.TimerFired{Now: now, Flow: x.Flow, Visit: x.Visit, Purpose: x.Purpose}
	case 8:
		return engine.Operator{Now: now, Act: rapid.SampledFrom([]engine.Act{engine.Claims, engine.Replies, engine.Releases}).Draw(t, "act"), Name: "Marta", Text: "hola"}
	}
	if rapid.Bool().Draw(t, "delivery") {
		return engine.Delivery{Now: now, Code: rapid.SampledFrom([]int{131047, 131026, 0}).Draw(t, "code"), Flow: "embarazo", Visit: uint64(rapid.IntRange(0, 9).Draw(t, "visit")), Sent: now}
	}
	return engine.Decided{Now: now, Message: engine.Outgoing{Flow: "embarazo", Node: "semana", Visit: uint64(rapid.IntRange(0, 9).Draw(t, "visit"))}, Reason: "window-shut"}
}

// Whatever happens, in any order: the same input gives the same bytes, what
// Advance was given is never changed, and the promises of the language page
// hold at every step.
func TestAdvanceProperties(t *testing.T) {
	s, err := engine.New(luna())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var c engine.Conversation
		var taps []string
		var timers []engine.StartTimer
		now := monday
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, 40 * time.Minute, 5 * time.Hour, 25 * time.Hour, 8 * 24 * time.Hour}).Draw(t, "later"))
			ev := event(t, s, now, taps, timers)
			before := encode(t, c)
			res, err := s.Advance(c, ev)
			if err != nil {
				t.Fatalf("%T: %v", ev, err)
			}
			if after := encode(t, c); !bytes.Equal(before, after) {
				t.Fatalf("%T changed what it was given", ev)
			}
			d, err := engine.Decode(before)
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.Advance(d, ev)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(encode(t, res.Conversation), encode(t, again.Conversation)) || fmt.Sprintf("%+v", res.Effects) != fmt.Sprintf("%+v", again.Effects) {
				t.Fatalf("%T: the same input gave two results", ev)
			}
			if err := promises(s, &c, &res, ev, now); err != nil {
				t.Fatalf("%T: %v", ev, err)
			}
			c = res.Conversation
			for _, e := range res.Effects {
				switch e := e.(type) {
				case engine.Send:
					for _, ch := range e.Message.Choices {
						taps = append(taps, ch.ID)
					}
				case engine.StartTimer:
					timers = append(timers, e)
				}
			}
		}
	})
}

func encode(t *rapid.T, c engine.Conversation) []byte {
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// promises are the sentences of the language page that hold after every event.
func promises(s *engine.Service, was *engine.Conversation, res *engine.Result, ev engine.Event, now time.Time) error {
	c := &res.Conversation
	flows := map[engine.FlowID]int{}
	count := func(stack []engine.Frame) {
		for _, f := range stack {
			flows[f.Flow]++
		}
	}
	count(c.Front)
	if c.Aside != nil {
		count(c.Aside.Stack)
	}
	held := map[uint64]bool{}
	for _, t := range c.Parked {
		count(t.Stack)
		if t.Why == engine.InHold {
			f := t.Stack[len(t.Stack)-1]
			held[f.Visit] = true
			if f.Asked {
				return errors.New("held, and asked")
			}
		}
	}
	scheduled := map[engine.FlowID]bool{}
	for _, sc := range c.Scheduled {
		if scheduled[sc.Flow] {
			return fmt.Errorf("the flow %s is scheduled twice", sc.Flow)
		}
		scheduled[sc.Flow] = true
	}
	for f, n := range flows {
		if n > 1 {
			return fmt.Errorf("the flow %s is in the conversation %d times", f, n)
		}
	}
	if c.LastInbound < was.LastInbound || c.LastInbound.Time().After(now) {
		return errors.New("the last inbound went back, or into the future")
	}
	if c.LastInbound != was.LastInbound {
		switch ev.(type) {
		case engine.Message, engine.Tap:
		default:
			return fmt.Errorf("%T opened the window", ev)
		}
	}
	stopping := c.Stopped != nil && was.Stopped == nil
	if c.Stopped != nil && (len(c.Parked) > 0 || len(c.Scheduled) > 0 || c.Aside != nil) {
		return errors.New("stopped, and a flow goes on")
	}
	for _, f := range c.Front {
		if c.Stopped != nil && !f.Anywhere {
			return errors.New("stopped, and a flow goes on that nobody asked for since")
		}
	}
	if stopping && len(c.Front) > 0 {
		return errors.New("stopped, and a flow goes on")
	}
	if stopping && c.Handover != nil {
		return errors.New("stopped, and still handed over")
	}
	sent, silent := 0, 0
	for _, e := range res.Effects {
		if f, ok := e.(engine.Fetch); ok && c.Handover != nil && c.Handover.With != "" {
			return fmt.Errorf("%s fetches while an operator has the conversation", f.Flow)
		}
		m, ok := e.(engine.Send)
		if !ok {
			continue
		}
		sent++
		if !m.Message.Anywhere {
			silent++
		}
		if d := s.Gate(c, &m.Message, now, now); d.Verb != policy.Send {
			return fmt.Errorf("sends what the gate would not: %s", d.Reason)
		}
		if m.Message.Kind != engine.OutTemplate && !s.WindowOpen(c, now) {
			return errors.New("free-form with the window shut")
		}
		if m.Message.Visit != 0 && held[m.Message.Visit] && m.Message.Kind != engine.OutTemplate {
			return errors.New("a held question was sent")
		}
		if m.Message.Kind != engine.OutTemplate && strings.TrimSpace(m.Message.Body) == "" {
			return errors.New("an empty message")
		}
	}
	if was.Stopped != nil && c.Stopped != nil && sent > 0 {
		// What they asked for may have waited for the answer to a request.
		if e, timer := ev.(engine.TimerFired); timer && e.Purpose != engine.ForFetch {
			return errors.New("a timer wrote to a stopped person")
		}
	}
	if was.Handover != nil && c.Handover != nil && was.Handover.Visit == c.Handover.Visit && !stopping && (silent > 0 || sent > 0 && c.Handover.With != "") {
		if _, op := ev.(engine.Operator); !op {
			return errors.New("the flows talked during a handover")
		}
	}
	return nil
}

// BenchmarkAdvance is one answer to a choice, with decoding and encoding.
func BenchmarkAdvance(b *testing.B) {
	s, err := engine.New(luna())
	if err != nil {
		b.Fatal(err)
	}
	c := engine.Conversation{}
	for i, text := range []string{"hola", "Ana", "plan a", "embarazo"} {
		c = hear(b, s, c, text, monday.Add(time.Duration(i)*time.Second)).Conversation
	}
	enc, err := c.Encode()
	if err != nil {
		b.Fatal(err)
	}
	now := monday.Add(time.Minute)
	f := c.Front[0]
	tap := s.Read(engine.Inbound{ID: "wamid.x", Kind: engine.InTap, Type: "interactive", Text: "Sí", Sent: now,
		Tap: engine.WireID{Flow: f.Flow, Node: f.Node, Visit: f.Visit, Row: "si"}.String()}).Event(now)
	typed := s.Read(engine.Inbound{ID: "wamid.x", Kind: engine.InText, Type: "text", Text: "sí", Sent: now}).Event(now)
	for _, bc := range []struct {
		name string
		ev   engine.Event
	}{{"tap", tap}, {"typed", typed}} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := engine.Decode(enc)
				if err != nil {
					b.Fatal(err)
				}
				res, err := s.Advance(c, bc.ev)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := res.Conversation.Encode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Read(engine.Inbound{ID: "wamid.x", Kind: engine.InText, Type: "text", Text: "Sí, por favor", Sent: now})
		}
	})
}
