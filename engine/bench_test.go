package engine_test

import (
	"testing"
	"time"

	"cauce/engine"
)

// BenchmarkVerbs is the heaviest things a flow does in one event, with decoding
// and encoding: a call that ends two flows at once, a digression from a stack,
// a schedule, a split, what came of a fetch, urgent words of a stopped person.
func BenchmarkVerbs(b *testing.B) {
	s, err := engine.New(alba())
	if err != nil {
		b.Fatal(err)
	}
	walk := func(steps ...string) *life {
		l := &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
		for _, step := range steps {
			l.now = l.now.Add(time.Second)
			if step == "=" {
				f := l.c.Front[len(l.c.Front)-1]
				l.must(b, engine.Fetched{Now: l.now, Flow: f.Flow, Visit: f.Visit, Status: 200, Body: []byte(`{"nota": 7}`)})
				continue
			}
			l.say(b, step, 0)
		}
		l.now = l.now.Add(time.Second)
		return l
	}
	typed := func(l *life, text string) engine.Event {
		return s.Read(engine.Inbound{ID: "wamid.x", Kind: engine.InText, Type: "text", Text: text, Sent: l.now}).Event(l.now)
	}
	deep := []string{"casa", "azul", "tutor", "listo", "examen"}
	for _, c := range []struct {
		name string
		at   *life
		ev   func(*life) engine.Event
	}{
		{"call", walk("tutor"), func(l *life) engine.Event { return typed(l, "listo") }},
		{"outcome", walk(append(deep, "=")...), func(l *life) engine.Event { return typed(l, "vale") }},
		{"digression", walk(append(deep, "=")...), func(l *life) engine.Event { return typed(l, "agenda") }},
		{"back", walk(append(deep, "=", "agenda")...), func(l *life) engine.Event { return typed(l, "nunca") }},
		{"schedule", walk("agenda"), func(l *life) engine.Event { return typed(l, "pronto") }},
		{"at once", walk("agenda"), func(l *life) engine.Event { return typed(l, "ya mismo") }},
		{"split", walk("tutor"), func(l *life) engine.Event { return typed(l, "clue") }},
		{"urgent", walk("stop"), func(l *life) engine.Event { return typed(l, "socorro") }},
		{"fetch", walk("tutor", "listo"), func(l *life) engine.Event { return typed(l, "examen") }},
		{"fetched", walk(deep...), func(l *life) engine.Event {
			f := l.c.Front[len(l.c.Front)-1]
			return engine.Fetched{Now: l.now, Flow: f.Flow, Visit: f.Visit, Status: 200, Body: []byte(`{"nota": 7}`)}
		}},
		{"stop", walk(append(deep, "=", "agenda")...), func(l *life) engine.Event { return typed(l, "stop") }},
	} {
		enc, err := c.at.c.Encode()
		if err != nil {
			b.Fatal(err)
		}
		ev := c.ev(c.at)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				conv, err := engine.Decode(enc)
				if err != nil {
					b.Fatal(err)
				}
				res, err := s.Advance(conv, ev)
				if err != nil {
					b.Fatal(err)
				}
				if len(res.Effects) == 0 {
					b.Fatal("nothing was done")
				}
				if _, err := res.Conversation.Encode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
