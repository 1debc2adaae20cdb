package engine_test

import (
	"slices"
	"strings"
	"testing"

	"cauce/engine"
	"cauce/engine/eval"
)

// one is luna with one flow of its own, which any message begins.
func one(own []engine.Datum, nodes ...engine.Node) engine.Definition {
	d := luna()
	d.Home = "una"
	d.Flows = append(d.Flows, engine.Flow{ID: "una", Begins: nodes[0].ID, Outcomes: []string{"done"}, Data: own, Nodes: nodes})
	return d
}

var done = engine.Target{End: "done"}

// begin is a conversation in which the hint was said, so that bodies are bare.
func begin(t testing.TB, d engine.Definition) *life {
	t.Helper()
	l := live(t, d)
	l.c.Heard, l.c.Hinted, l.c.Language = stamp(l.now), true, "es"
	l.say(t, "ey", 0)
	return l
}

// kinds are what was sent, one by one: the shape, what it shows, the words.
func outline(list []engine.Outgoing) (out []string) {
	for _, m := range list {
		s := string(m.Kind)
		if m.Media != nil {
			s += " (" + m.Media.Type + " " + m.Media.File + ")"
		}
		for _, part := range []string{m.Header, m.Body, m.Footer} {
			if part != "" {
				s += " " + part
			}
		}
		if m.Link != nil {
			s += " [" + m.Link.Label + "](" + m.Link.URL + ")"
		}
		for _, c := range m.Choices {
			s += " [" + c.Label + "]"
		}
		out = append(out, s)
	}
	return out
}

func file(kind, path string) engine.Media {
	return engine.Media{Type: kind, File: map[string]string{"es": path}}
}

func rowsOf(n int) (out []engine.Row) {
	for i := range n {
		out = append(out, engine.Row{ID: "r" + string(rune('a'+i)), Label: es("Fila " + string(rune('A'+i))), Go: done})
	}
	return out
}

// What can stand in one bubble with the words does; everything else goes before
// them, in the order written.
func TestWhatRidesWithTheWords(t *testing.T) {
	long := strings.Repeat("a", 1025)
	say := func(text string, m ...engine.Media) engine.Node {
		return engine.Node{ID: "n", Verb: engine.SayVerb, Say: []engine.Words{es(text)}, Media: m, Go: done}
	}
	ask := func(rows int, m ...engine.Media) engine.Node {
		return engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Rows: rowsOf(rows), Media: m, Go: done}
	}
	linked := func(n engine.Node) engine.Node {
		n.Link = &engine.Link{Label: es("Ver"), URL: es("https://a.org")}
		return n
	}
	headed := func(n engine.Node) engine.Node {
		n.Header, n.Footer = es("Título"), es("Pie")
		return n
	}
	both := ask(2, file("image", "a.jpg"))
	both.Say = []engine.Words{es("Mira."), es("Piensa.")}
	alone := engine.Node{ID: "n", Verb: engine.SayVerb, Media: []engine.Media{file("audio", "a.ogg"), file("image", "a.jpg")}, Go: done}
	two := linked(headed(say("Uno", file("image", "a.jpg"))))
	two.Say = append(two.Say, es("Dos"))
	for name, c := range map[string]struct {
		node engine.Node
		want []string
	}{
		"a picture is the words' own":          {say("Hola", file("image", "a.jpg")), []string{"media (image a.jpg) Hola"}},
		"so is a video":                        {say("Hola", file("video", "a.mp4")), []string{"media (video a.mp4) Hola"}},
		"so is a document":                     {say("Hola", file("document", "a.pdf")), []string{"media (document a.pdf) Hola"}},
		"a caption is short":                   {say(long, file("image", "a.jpg")), []string{"media (image a.jpg)", "text " + long}},
		"a caption may be":                     {say(long[1:], file("image", "a.jpg")), []string{"media (image a.jpg) " + long[1:]}},
		"a voice note has no caption":          {say("Hola", file("audio", "a.ogg")), []string{"media (audio a.ogg)", "text Hola"}},
		"nor a sticker":                        {say("Hola", file("sticker", "a.webp")), []string{"media (sticker a.webp)", "text Hola"}},
		"nor a place":                          {say("Hola", engine.Media{Type: "location"}), []string{"media (location )", "text Hola"}},
		"nor a card":                           {say("Hola", engine.Media{Type: "contact_card"}), []string{"media (contact_card )", "text Hola"}},
		"the last rides":                       {say("Hola", file("audio", "a.ogg"), file("image", "a.jpg")), []string{"media (audio a.ogg)", "media (image a.jpg) Hola"}},
		"the order is kept":                    {say("Hola", file("image", "a.jpg"), file("audio", "a.ogg")), []string{"media (image a.jpg)", "media (audio a.ogg)", "text Hola"}},
		"above buttons":                        {ask(2, file("image", "a.jpg")), []string{"buttons (image a.jpg) ¿Cuál? [Fila A] [Fila B]"}},
		"not where a header stands":            {headed(ask(2, file("image", "a.jpg"))), []string{"media (image a.jpg)", "buttons Título ¿Cuál? Pie [Fila A] [Fila B]"}},
		"not above a list":                     {ask(4, file("image", "a.jpg")), []string{"media (image a.jpg)", "list ¿Cuál? [Fila A] [Fila B] [Fila C] [Fila D]"}},
		"above a link":                         {linked(say("Hola", file("image", "a.jpg"))), []string{"link (image a.jpg) Hola [Ver](https://a.org)"}},
		"with the first words, link with last": {two, []string{"media (image a.jpg) Uno", "link Título Dos Pie [Ver](https://a.org)"}},
		"with what is said before a question":  {both, []string{"media (image a.jpg) Mira.", "text Piensa.", "buttons ¿Cuál? [Fila A] [Fila B]"}},
		"by itself":                            {alone, []string{"media (audio a.ogg)", "media (image a.jpg)"}},
		"plain words have no header":           {headed(say("Hola")), []string{"text Título\n\nHola\n\nPie"}},
		"a list has":                           {headed(ask(4)), []string{"list Título ¿Cuál? Pie [Fila A] [Fila B] [Fila C] [Fila D]"}},
	} {
		l := begin(t, one(nil, c.node))
		if got := outline(l.sends()); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

// A file may be there by language, and what it shows only when a condition
// holds.
func TestMediaByLanguageAndCondition(t *testing.T) {
	d := one(nil, engine.Node{ID: "n", Verb: engine.SayVerb, Say: []engine.Words{{"es": "Hola", "en": "Hi"}}, Go: done, Media: []engine.Media{
		{Type: "image", File: map[string]string{"es": "es.jpg", "en": "en.jpg"}, Alt: engine.Words{"es": "Una {plan}", "en": "A {plan}"}, If: "known(plan)"},
	}})
	l := live(t, d)
	l.c.Heard, l.c.Hinted, l.c.Language = stamp(l.now), true, "en"
	l.say(t, "ey", 0)
	same(t, outline(l.sends()), "text Hi")
	l.c.Data = map[string]engine.Kept{"plan": {Value: eval.ChoiceOf("a")}}
	l.say(t, "ey", 0)
	same(t, outline(l.sends()), "media (image en.jpg) Hi")
	if alt := l.sends()[0].Media.Alt; alt != "A Plan A" {
		t.Errorf("%q", alt)
	}
	l.c.Language = "es"
	l.say(t, "ey", 0)
	same(t, outline(l.sends()), "media (image es.jpg) Hola")
}

// The first answer of a session closes with the hint where its words are; what
// can't have words leaves it to the next message.
func TestHintUnderWhatIsShown(t *testing.T) {
	hint := "ENFERMERA: una persona · DARME DE BAJA: salir"
	say := func(id, to engine.NodeID, m ...engine.Media) engine.Node {
		n := engine.Node{ID: id, Verb: engine.SayVerb, Media: m, Go: done}
		if to != "" {
			n.Go = engine.Target{Node: to}
		}
		return n
	}
	words := say("b", "")
	words.Say = []engine.Words{es("Hola")}
	heard := func(nodes ...engine.Node) []string {
		l := live(t, one(nil, nodes...))
		l.say(t, "ey", 0)
		return outline(l.sends())
	}
	same(t, heard(say("a", "b", file("audio", "a.ogg")), words), "media (audio a.ogg)", "text Hola\n\n"+hint)
	same(t, heard(say("a", "b", file("image", "a.jpg")), words), "media (image a.jpg) "+hint, "text Hola")
	// It is the last thing there, below the footer of plain words; so in a retry.
	footed := words
	footed.Footer = es("Pie")
	same(t, heard(footed), "text Hola\n\nPie\n\n"+hint)
	l := live(t, one(nil, engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Y?"), Footer: es("Pie"), Save: "semana", Retry: []engine.Words{es("¿Eh?")}, Go: done}))
	l.say(t, "ey", 0)
	same(t, outline(l.sends()), "text ¿Y?\n\nPie\n\n"+hint)
	l.say(t, "mm", 0)
	same(t, outline(l.sends()), "text ¿Eh?\n\nPie\n\n"+hint)
	riding := words
	riding.Media = []engine.Media{file("image", "a.jpg")}
	same(t, heard(riding), "media (image a.jpg) Hola\n\n"+hint)
	// A caption has room for 1024 letters, the hint among them.
	riding.Say = []engine.Words{es(strings.Repeat("a", 1000))}
	same(t, heard(riding), "media (image a.jpg)", "text "+strings.Repeat("a", 1000)+"\n\n"+hint)
}

// A value never leaves its part of an address.
func TestAddressesAreEncoded(t *testing.T) {
	d := one([]engine.Datum{{Name: "x", Type: eval.Text}}, engine.Node{
		ID: "n", Verb: engine.SayVerb, Set: []engine.Assign{{Name: "x", Source: "a/b?c=ñ&d #{{"}}, Say: []engine.Words{es("Mira {x}")},
		Link: &engine.Link{Label: es("Ver"), URL: es("https://a.org/{x}?{{q}}={x}")}, Go: done,
	})
	const enc = "a%2Fb%3Fc%3D%C3%B1%26d%20%23%7B"
	same(t, outline(begin(t, d).sends()), "link Mira a/b?c=ñ&d #{ [Ver](https://a.org/"+enc+"?{q}="+enc+")")
	// An address that can't be worked out is no button; the words are said.
	d.Flows[len(d.Flows)-1].Nodes[0].Link.URL = es("https://a.org/{semana}")
	l := begin(t, d)
	same(t, outline(l.sends()), "text Mira a/b?c=ñ&d #{")
	if !slices.Contains(l.records(), "fault/expression") {
		t.Errorf("%q", l.records())
	}
}

// When a question is asked again it is the question alone: with the picture in
// its own bubble, and without what went before it. A retry is words and rows.
func TestAskedAgainAlone(t *testing.T) {
	ask := func(rows int) *life {
		n := engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Rows: rowsOf(rows), Retry: []engine.Words{es("¿Eh?")},
			Media: []engine.Media{file("audio", "a.ogg"), file("image", "a.jpg")}}
		l := begin(t, one(nil, n))
		l.say(t, "zz", 0)
		if got := outline(l.sends()); len(got) != 1 || strings.Contains(got[0], "(") || !strings.Contains(got[0], "¿Eh?") {
			t.Errorf("a retry: %q", got)
		}
		l.tap(t, l.front(t), "@again")
		return l
	}
	same(t, outline(ask(1).sends()), "buttons (image a.jpg) ¿Cuál? [Fila A]")
	same(t, outline(ask(4).sends()), "list ¿Cuál? [Fila A] [Fila B] [Fila C] [Fila D]")
}

// Rows stand in sections; a section whose first row is hidden begins with the
// next, and one without a title, beside others, has the words on the list's
// button. Buttons have no sections.
func TestSections(t *testing.T) {
	rows := rowsOf(5)
	rows[1].Section, rows[1].If = es("Norte"), "first_time && false"
	rows[3].Section = es("Sur")
	n := engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Rows: rows}
	titles := func(n engine.Node) (out []string) {
		for _, c := range begin(t, one(nil, n)).sends()[0].Choices {
			out = append(out, c.Label+"/"+c.Section)
		}
		return out
	}
	same(t, titles(n), "Fila A/Ver opciones", "Fila C/Norte", "Fila D/Sur", "Fila E/")
	n.Rows = rows[2:]
	same(t, titles(n), "Fila C/", "Fila D/", "Fila E/")
}

// Numbers are shown and taken where the author wants them, however few rows.
func TestShapeNumbers(t *testing.T) {
	n := engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Rows: rowsOf(3), Shape: "numbers"}
	n.Rows[1].Say = []engine.Words{es("¡La B!")}
	l := begin(t, one(nil, n))
	same(t, outline(l.sends()), "text ¿Cuál?\n1. Fila A\n2. Fila B\n3. Fila C")
	same(t, l.say(t, "2.", 0), "¡La B!")
}
