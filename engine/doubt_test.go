package engine_test

import (
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/intent"
)

// doubtful is a message the recogniser is not sure of.
func doubtful(text string, kind intent.Kind, at time.Time) engine.Event {
	return engine.Message{Now: at, Reading: engine.Reading{
		Inbound: engine.Inbound{ID: "first", Kind: engine.InText, Type: "text", Text: text, Sent: at},
		Normal:  text, Match: intent.Match{Kind: kind, Tier: intent.Ask, Word: text},
	}}
}

func sends(r engine.Result) (out []engine.Outgoing) {
	for _, e := range r.Effects {
		if s, ok := e.(engine.Send); ok {
			out = append(out, s.Message)
		}
	}
	return out
}

// asked is a conversation in which a doubtful word was just asked about, while
// the question of the weeks is open.
func asked(t *testing.T, s *engine.Service, text string, kind intent.Kind) (engine.Conversation, engine.Outgoing) {
	t.Helper()
	c := engine.Conversation{}
	for i, said := range []string{"embarazo", "sí"} {
		c = hear(t, s, c, said, monday.Add(time.Duration(i)*time.Second)).Conversation
	}
	r, err := s.Advance(c, doubtful(text, kind, monday.Add(time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	got := sends(r)
	if len(got) != 1 || got[0].Kind != engine.OutButtons || len(got[0].Choices) != 2 || r.Conversation.Stopped != nil || r.Conversation.Handover != nil {
		t.Fatalf("one short question, and nothing done yet: %+v", got)
	}
	return r.Conversation, got[0]
}

func TestOneShortQuestionWhenUnsure(t *testing.T) {
	s, err := engine.New(luna())
	if err != nil {
		t.Fatal(err)
	}
	later := monday.Add(2 * time.Minute)
	tap := func(c engine.Conversation, ch engine.Choice) engine.Result {
		t.Helper()
		r, err := s.Advance(c, s.Read(engine.Inbound{ID: "second", Kind: engine.InTap, Type: "interactive", Text: ch.Label, Tap: ch.ID, Sent: later}).Event(later))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}

	c, q := asked(t, s, "basta", intent.Stop)
	r := tap(c, q.Choices[0])
	if st := r.Conversation.Stopped; st == nil || st.ID != "first" || !st.At.Time().Equal(monday.Add(time.Minute)) {
		t.Errorf("yes stops, as of when they first wrote it: %+v", r.Conversation.Stopped)
	}

	// Go on hands what they wrote to the question that is open.
	c, q = asked(t, s, "20", intent.Stop)
	r = tap(c, q.Choices[1])
	if got := sends(r); len(got) != 1 || !strings.HasPrefix(got[0].Body, "Semana 20") {
		t.Errorf("go on: %+v", got)
	}

	// Asking again is a yes; so are its words.
	c, _ = asked(t, s, "alguien", intent.Human)
	if r, err = s.Advance(c, doubtful("alguien", intent.Human, later)); err != nil || r.Conversation.Handover == nil {
		t.Errorf("asked for twice: %v", err)
	}
	c, q = asked(t, s, "basta", intent.Stop)
	if r = hear(t, s, c, strings.ToLower(q.Choices[0].Label), later); r.Conversation.Stopped == nil {
		t.Error("the words on the button, typed, are a yes")
	}

	// Anything else is what it is, and the doubt is forgotten.
	c, q = asked(t, s, "basta", intent.Stop)
	r = hear(t, s, c, "20", later)
	if got := sends(r); len(got) != 1 || !strings.HasPrefix(got[0].Body, "Semana 20") || r.Conversation.Unsure != nil {
		t.Errorf("an answer to the open question: %+v", got)
	}
	if r = tap(r.Conversation, q.Choices[0]); r.Conversation.Stopped != nil {
		t.Error("an old yes stops nothing any more")
	}
}

// What the open question offers is never taken for something else.
func TestARowIsNotAskedAbout(t *testing.T) {
	d := luna()
	d.Flows[0].Nodes[1].Rows[0].Label = es("Basta")
	s, err := engine.New(d)
	if err != nil {
		t.Fatal(err)
	}
	c := engine.Conversation{}
	for _, said := range []string{"embarazo", "sí"} {
		c = hear(t, s, c, said, monday).Conversation
	}
	r, err := s.Advance(c, doubtful("basta", intent.Stop, monday))
	if err != nil || r.Conversation.Unsure != nil || r.Conversation.Handover == nil {
		t.Fatalf("the row leads to a person: %+v %v", r.Conversation, err)
	}
}

// A card number is redacted before anything is kept, answered with another way,
// and is no answer: the question is asked again.
func TestASensitiveNumberIsKeptNowhere(t *testing.T) {
	s, err := engine.New(luna())
	if err != nil {
		t.Fatal(err)
	}
	const card = "4111 1111 1111 1111"
	c := hear(t, s, engine.Conversation{}, "hola", monday).Conversation
	r := hear(t, s, c, "mi tarjeta es "+card, monday)
	got := sends(r)
	if len(got) != 2 || !strings.HasPrefix(got[0].Body, "Por tu seguridad") || !strings.Contains(got[0].Body, "+57 601 555 0100") || got[1].Body != "¿Cómo te llamas?" {
		t.Fatalf("%+v", got)
	}
	b, err := r.Conversation.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "1111 1111") {
		t.Error("the conversation holds the number")
	}
	if read := s.Read(engine.Inbound{Kind: engine.InText, Text: card}); read.Sensitive != "card" || strings.Contains(read.Text, "4111") {
		t.Errorf("%+v", read)
	}
	if read := s.Read(engine.Inbound{Kind: engine.InOther, Type: "image", Text: card}); read.Sensitive != "card" || strings.Contains(read.Text, "4111") {
		t.Errorf("a caption: %+v", read)
	}
	// The one way the author names.
	d := luna()
	d.Sensitive = engine.Sensitive{Say: es("Aquí no."), Path: "email"}
	d.Human.Paths = append(d.Human.Paths, engine.Path{Email: "a@example.org"})
	if s, err = engine.New(d); err != nil {
		t.Fatal(err)
	}
	got = sends(hear(t, s, engine.Conversation{}, card, monday))
	if len(got) != 1 || !strings.HasPrefix(got[0].Body, "Aquí no.") || !strings.Contains(got[0].Body, "a@example.org") || strings.Contains(got[0].Body, "601") {
		t.Fatalf("%+v", got)
	}
}
