package engine_test

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
)

func TestWireIDRoundTrip(t *testing.T) {
	name := rapid.StringMatching(`[a-z][a-z0-9_]{0,39}`)
	rapid.Check(t, func(t *rapid.T) {
		w := engine.WireID{
			Flow: engine.FlowID(name.Draw(t, "flow")), Node: engine.NodeID(name.Draw(t, "node")), Visit: rapid.Uint64Min(1).Draw(t, "visit"),
			Row: rapid.OneOf(name, rapid.SampledFrom([]string{"@again", "@human", "a.b.c", "."})).Draw(t, "row"),
		}
		got, ok := engine.ParseWireID(w.String())
		if !ok || got != w {
			t.Fatalf("%q is read as %+v", w.String(), got)
		}
		if len(w.String()) > 200 && len(w.Row) <= 40 {
			t.Fatalf("%q is too long for a list row", w.String())
		}
	})
	for _, id := range []string{"", ".", "a.b.c", "a.b.1", "a.b.1.", ".b.1.c", "a..1.c", "a.b.0.c", "a.b.-1.c", "a.b.+1.c", "a.b.99999999999999999999.c", "a.b. 1.c"} {
		if w, ok := engine.ParseWireID(id); ok {
			t.Errorf("%q is read as %+v", id, w)
		}
	}
}

func FuzzWireID(f *testing.F) {
	f.Add("embarazo.semana.12.no_se")
	f.Fuzz(func(t *testing.T, id string) {
		w, ok := engine.ParseWireID(id)
		if !ok {
			return
		}
		again, ok := engine.ParseWireID(w.String())
		if !ok || again != w {
			t.Fatalf("%q: %+v, then %+v", id, w, again)
		}
	})
}

// conversation draws one: any field anything, as far as the bytes are concerned.
func conversation(t *rapid.T) engine.Conversation {
	stamp := rapid.Map(rapid.OneOf(rapid.Int64Range(0, 2), rapid.Int64Range(0, 1<<52)), func(n int64) engine.Stamp { return engine.Stamp(n) })
	text := rapid.OneOf(rapid.SampledFrom([]string{"a", "b"}), rapid.String())
	value := rapid.OneOf(
		rapid.Map(text, eval.TextOf), rapid.Map(rapid.Int64(), eval.IntOf), rapid.Map(rapid.Float64(), eval.NumberOf),
		rapid.Map(rapid.Bool(), eval.BoolOf), rapid.Map(text, eval.ChoiceOf),
		rapid.Custom(func(t *rapid.T) eval.Value {
			return eval.Value{Kind: rapid.SampledFrom([]eval.Type{eval.Date, eval.Time, eval.Phone, eval.Email, eval.Location, eval.Media, eval.List, eval.Document}).Draw(t, "type"), Text: text.Draw(t, "text")}
		}),
	)
	data := rapid.MapOfN(text, rapid.Custom(func(t *rapid.T) engine.Kept {
		return engine.Kept{Value: value.Draw(t, "value"), Raw: text.Draw(t, "raw"), At: stamp.Draw(t, "at")}
	}), 0, 4)
	frame := rapid.Custom(func(t *rapid.T) engine.Frame {
		f := engine.Frame{
			Flow: engine.FlowID(text.Draw(t, "flow")), Node: engine.NodeID(text.Draw(t, "node")), Visit: rapid.Uint64().Draw(t, "visit"),
			Asked: rapid.Bool().Draw(t, "asked"), Tries: rapid.IntRange(0, 9).Draw(t, "tries"), Nudges: rapid.IntRange(0, 9).Draw(t, "nudges"),
			Offered: rapid.Bool().Draw(t, "offered"), Said: stamp.Draw(t, "said"), Turn: rapid.Bool().Draw(t, "turn"),
			Timer: rapid.SampledFrom([]engine.Purpose{"", engine.ForWait, engine.ForSilence}).Draw(t, "timer"),
		}
		if rapid.Bool().Draw(t, "data") {
			f.Data = data.Draw(t, "own")
		}
		if f.Page = rapid.IntRange(0, 3).Draw(t, "page"); f.Page == 1 {
			f.Doubt = &engine.Doubt{Values: rapid.SliceOfN(value, 2, 3).Draw(t, "doubt"), Raw: text.Draw(t, "doubted")}
		}
		if rapid.Bool().Draw(t, "result") {
			f.Result, f.Anywhere, f.Cause = text.Draw(t, "came"), rapid.Bool().Draw(t, "anywhere"), policy.Answer
		}
		return f
	})
	stack := rapid.SliceOfN(frame, 1, 3)
	c := engine.Conversation{
		Version: 1, Language: text.Draw(t, "language"), Raw: text.Draw(t, "raw"), LastInbound: stamp.Draw(t, "last"), ShutAt: stamp.Draw(t, "shut"),
		Heard: stamp.Draw(t, "heard"), FirstTime: rapid.Bool().Draw(t, "first"), Hinted: rapid.Bool().Draw(t, "hinted"), Started: stamp.Draw(t, "started"),
		Visits: rapid.Uint64().Draw(t, "visits"), LastVisit: rapid.Uint64().Draw(t, "last visit"),
		Joined: rapid.SampledFrom([]engine.Joining{"", engine.JoinedData, engine.JoinedStop}).Draw(t, "joined"),
		Seed:   rapid.Uint64().Draw(t, "seed"), Name: text.Draw(t, "name"), Zone: text.Draw(t, "zone"), Operator: text.Draw(t, "operator"),
	}
	for _, tag := range []string{"a", "b", "c"} {
		if rapid.Bool().Draw(t, "tag") {
			c.Tags = append(c.Tags, tag)
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "scheduled") {
		sc := engine.Scheduled{Flow: engine.FlowID(text.Draw(t, "flow")), Visit: rapid.Uint64().Draw(t, "visit"), Due: stamp.Draw(t, "due"), Ready: rapid.Bool().Draw(t, "ready")}
		if with := data.Draw(t, "with"); len(with) > 0 {
			sc.With = with
		}
		c.Scheduled = append(c.Scheduled, sc)
	}
	if rapid.Bool().Draw(t, "front") {
		c.Front = stack.Draw(t, "stack")
	}
	if rapid.Bool().Draw(t, "aside") {
		c.Aside = &engine.Aside{Stack: stack.Draw(t, "stack"), At: stamp.Draw(t, "at"), Spent: rapid.Bool().Draw(t, "spent")}
	}
	for range rapid.IntRange(0, 3).Draw(t, "parked") {
		c.Parked = append(c.Parked, engine.Thread{
			Stack: stack.Draw(t, "stack"), Why: rapid.SampledFrom([]engine.Why{engine.InWait, engine.InTemplate, engine.InHold, engine.InFetch, engine.InReturn, engine.InMoved}).Draw(t, "why"),
			Due: stamp.Draw(t, "due"), Ready: rapid.Bool().Draw(t, "ready"),
		})
	}
	if rapid.Bool().Draw(t, "data") {
		c.Data = data.Draw(t, "data")
	}
	if rapid.Bool().Draw(t, "stopped") {
		c.Stopped = &engine.Stopping{At: stamp.Draw(t, "at"), Told: stamp.Draw(t, "told"), ID: text.Draw(t, "id")}
	}
	if rapid.Bool().Draw(t, "handover") {
		c.Handover = &engine.Handover{Since: stamp.Draw(t, "since"), With: text.Draw(t, "with"), Inbox: text.Draw(t, "inbox"), Visit: rapid.Uint64().Draw(t, "visit")}
	}
	if rapid.Bool().Draw(t, "owed") {
		c.Owed = []engine.Debt{engine.OwesGiveUp, engine.OwesWelcome}
	}
	return c
}

// A conversation is the same after it was written and read, and equal ones are
// equal bytes. Empty lists and maps are as good as none.
func TestConversationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := conversation(t)
		b := encode(t, c)
		got, err := engine.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encode(t, got), b) {
			t.Fatal("written again, it is other bytes")
		}
		if !reflect.DeepEqual(tidy(got), tidy(c)) {
			t.Fatalf("%+v\n%+v", got, c)
		}
	})
}

func tidy(c engine.Conversation) engine.Conversation {
	stack := func(s []engine.Frame) {
		for i := range s {
			if len(s[i].Data) == 0 {
				s[i].Data = nil
			}
		}
	}
	stack(c.Front)
	if c.Aside != nil {
		stack(c.Aside.Stack)
	}
	for i := range c.Parked {
		stack(c.Parked[i].Stack)
	}
	if len(c.Data) == 0 {
		c.Data = nil
	}
	return c
}

// Bytes that are not UTF-8 lose nobody: what was written can be read.
func TestOddBytesAreRead(t *testing.T) {
	c := engine.Conversation{Raw: "\xff", Stopped: &engine.Stopping{ID: "a\xc0"}}
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := engine.Decode(b)
	if err != nil || got.Raw != "\xff" || got.Stopped.ID != "a\xc0" {
		t.Fatal(got, err)
	}
	s, err := engine.New(luna())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []engine.InKind{engine.InText, engine.InTap, engine.InOther} {
		if r := s.Read(engine.Inbound{Kind: k, Text: " a\xff\u200b ", Tap: "a.b.1.c"}); r.Text != "a\uFFFD" {
			t.Errorf("%s: %q", k, r.Text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	c := engine.Conversation{Language: "es", Front: []engine.Frame{{Flow: "casa", Node: "pide", Visit: 1}}}
	b, err := c.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := engine.Decode(b)
		if err != nil {
			return
		}
		again, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := engine.Decode(again); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOutgoingRoundTrip(t *testing.T) {
	m := engine.Outgoing{
		Kind: engine.OutTemplate, Language: "es", Body: "Hola", Choices: []engine.Choice{{ID: "a.b.1.c", Label: "C", Note: "n"}}, Opener: "Ver",
		Template: "x", Category: "utility", Fill: []engine.Filling{{Name: "a", Value: "b"}}, Cause: "answer", Flow: "a", Node: "b", Visit: 1,
	}
	b, err := engine.EncodeOutgoing(&m)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := engine.DecodeOutgoing(b); err != nil || !reflect.DeepEqual(got, m) {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := engine.DecodeOutgoing([]byte{1}); err == nil {
		t.Error("garbage is read")
	}
}

// A value that looks like another variable is no variable, and one line.
func TestFillingIsOneLineAndNoVariable(t *testing.T) {
	d := luna()
	d.Templates[0].Body, d.Templates[0].Fill = es("{nombre} y {otro}."), []string{"nombre", "otro"}
	d.Flows[0].Nodes[6].Fill = append(d.Flows[0].Nodes[6].Fill, engine.Fill{Name: "otro", Source: "plan ?? 'b'"})
	if d.Flows[0].Nodes[6].ID != "aviso" {
		t.Fatal("the fixture has changed")
	}
	l := live(t, d)
	l.c.Data = map[string]engine.Kept{"nombre": {Value: eval.TextOf("{otro}\n\t x")}}
	l.say(t, "embarazo", 0)
	l.say(t, "sí", 0)
	l.say(t, "20", 0)
	if got := l.wait(t, 8*24*time.Hour); fmt.Sprint(got) != "[{otro} x y b.]" {
		t.Fatal(got)
	}
}

// Whichever is older: stopped if either was, the later window, the newer value
// of every datum, the conversation of the one heard last; nothing of what was
// given is written to, and no visit of either is met again.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := conversation(t), conversation(t)
		before := string(encode(t, a)) + string(encode(t, b))
		m, newer := engine.Merge(a, b)
		if newer != (b.Heard > a.Heard) {
			t.Fatal("the one heard last goes on")
		}
		last, other := a, b
		if newer {
			last, other = b, a
		}
		if m.LastInbound != max(a.LastInbound, b.LastInbound) || m.ShutAt != max(a.ShutAt, b.ShutAt) || m.Visits < max(a.Visits, b.Visits) || m.Started != max(a.Started, b.Started) {
			t.Fatal("the later of two")
		}
		if m.FirstTime != (a.FirstTime && b.FirstTime) {
			t.Fatal("known under either name, known")
		}
		stop := other.Stopped != nil && (last.Stopped == nil || last.Stopped.At < other.Stopped.At) && other.Stopped.At >= m.Started
		switch {
		case stop && (m.Stopped == nil || *m.Stopped != *other.Stopped || m.Front != nil || m.Aside != nil || m.Parked != nil || m.Scheduled != nil || m.Handover != nil || m.Owed != nil):
			t.Fatalf("a stop under the other name: %+v", m)
		case !stop && (last.Stopped == nil) != (m.Stopped == nil):
			t.Fatal("a stop under this name")
		case !stop && fmt.Sprintf("%+v %+v", m.Front, m.Parked) != fmt.Sprintf("%+v %+v", last.Front, last.Parked):
			t.Fatal("its conversation goes on")
		}
		if m.Seed != cmp.Or(a.Seed, b.Seed) {
			t.Fatal("the arm that the older contact was given is theirs")
		}
		for _, tag := range []string{"a", "b", "c"} {
			if slices.Contains(m.Tags, tag) != (slices.Contains(a.Tags, tag) || slices.Contains(b.Tags, tag)) {
				t.Fatalf("%v and %v gave %v", a.Tags, b.Tags, m.Tags)
			}
		}
		if !slices.IsSorted(m.Tags) || m.Zone != cmp.Or(last.Zone, other.Zone) || m.Name != cmp.Or(last.Name, other.Name) {
			t.Fatalf("%+v", m)
		}
		for name, k := range m.Data {
			x, ok := last.Data[name]
			if y, has := other.Data[name]; has && (!ok || x.At < y.At) {
				x = y
			}
			if !reflect.DeepEqual(k, x) {
				t.Fatalf("%q: %+v, want %+v", name, k, x)
			}
		}
		for _, c := range []engine.Conversation{a, b} {
			for name := range c.Data {
				if _, ok := m.Data[name]; !ok {
					t.Fatalf("%q is lost", name)
				}
			}
		}
		for i := range m.Front {
			m.Front[i].Flow = "x"
		}
		for name := range m.Data {
			m.Data[name] = engine.Kept{}
		}
		if m.Stopped != nil {
			m.Stopped.ID = "x"
		}
		if string(encode(t, a))+string(encode(t, b)) != before {
			t.Fatal("what was given has changed")
		}
	})
}

// What came with a merge is forgotten in its time, and a stop under the other
// name withdraws what this one has queued and forgets what is kept until one.
func TestMergeIsSeenTo(t *testing.T) {
	l := live(t, amanecer())
	l.say(t, "casa", 0)
	older := l.c
	other := live(t, amanecer())
	other.say(t, "casa", 0)
	other.say(t, "azul", 0)
	older.Heard++
	m, _ := engine.Merge(older, other.c)
	l = live(t, amanecer())
	l.c = m
	l.now = l.now.Add(time.Hour)
	l.say(t, "casa", 0)
	if due := l.timers[timerKey{"color", 0, engine.ForKeep}]; l.c.Joined != "" || due.IsZero() {
		t.Fatalf("kept for ever: %v", l.timers)
	}

	l = live(t, luna())
	l.say(t, "embarazo", 0)
	l.say(t, "sí", 0)
	l.say(t, "20", 0)
	other = live(t, luna())
	other.say(t, "stop", 0)
	l.c.Heard++
	l.c, _ = engine.Merge(other.c, l.c)
	if l.c.Stopped == nil {
		t.Fatal("stopped if either was")
	}
	l.say(t, "hola", 0)
	if _, ok := l.c.Data["semana"]; ok {
		t.Fatal("kept after a stop")
	}
	if _, ok := l.last.Effects[0].(engine.Withdraw); !ok {
		t.Fatalf("%+v", l.last.Effects)
	}
	if got := l.sends(); len(got) != 1 || !strings.HasPrefix(got[0].Body, "No te escribimos") {
		t.Fatalf("%+v", got)
	}
}
