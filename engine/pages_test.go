package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/words"
)

// sites is data with a list, and a question whose rows are its elements.
func sites(fixed ...engine.Row) engine.Definition {
	text := func(name string) engine.Datum { return engine.Datum{Name: name, Type: eval.Text, Max: num(60)} }
	d := one([]engine.Datum{
		{Name: "sedes", Type: eval.List, Fields: []engine.Datum{text("id"), text("nombre"), text("zona"), {Name: "camas", Type: eval.Integer}}},
		{Name: "elegida", Type: eval.List, Fields: []engine.Datum{text("nombre"), {Name: "camas", Type: eval.Integer}}},
		{Name: "aviso", Type: eval.Text},
	},
		engine.Node{ID: "cual", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Save: "elegida", Rows: fixed, Go: engine.Target{Node: "fin"},
			Retry: []engine.Words{es("¿Eh?"), es("¿Mm?")},
			From: &engine.From{List: "sedes", ID: "{it.id}", Row: engine.Row{
				Label: es("{it.nombre}"), Note: es("{it.camas} camas"), If: "it.camas > 0",
				Set: []engine.Assign{{Name: "aviso", Source: "Sede {it.nombre}"}}, Say: []engine.Words{es("¡{it.nombre}!")}}}},
		engine.Node{ID: "fin", Verb: engine.AskVerb, Ask: es("{aviso ?? \"nada\"}: {list(elegida, \"{it.nombre} {it.camas}\")}"), Go: done},
	)
	return d
}

type site struct {
	ID     string `json:"id"`
	Nombre string `json:"nombre"`
	Camas  int    `json:"camas"`
}

func siteList(list ...site) engine.Kept {
	b, _ := json.Marshal(list)
	return engine.Kept{Value: eval.Value{Kind: eval.List, Text: string(b)}}
}

func some(n int) (out []site) {
	for i := range n {
		out = append(out, site{fmt.Sprintf("s%d", i), fmt.Sprintf("Sede %d", i), i + 1})
	}
	return out
}

// choosing is a conversation at the question, over some sites.
func choosing(t testing.TB, d engine.Definition, list ...site) *life {
	t.Helper()
	l := live(t, d)
	l.c.Heard, l.c.Hinted, l.c.Language = stamp(l.now), true, "es"
	f := engine.Frame{Flow: "una", Node: "cual", Visit: 7, Asked: true, Said: stamp(l.now), Timer: engine.ForSilence,
		Data: map[string]engine.Kept{"sedes": siteList(list...)}}
	l.c.Front, l.c.Visits = []engine.Frame{f}, 7
	l.tap(t, f, "@again")
	return l
}

func labels(m engine.Outgoing) (out []string) {
	for _, c := range m.Choices {
		out = append(out, c.Label)
	}
	return out
}

func sede(from, to int) (out []string) {
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf("Sede %d", i))
	}
	return out
}

// Rows are made from the elements of a list: shown when their condition holds,
// with their note; choosing one sets, says and keeps the element.
func TestRowsFromAList(t *testing.T) {
	list := some(3)
	list[1].Camas = 0
	l := choosing(t, sites(engine.Row{ID: "otra", Label: es("Otra"), Go: done}), list...)
	m := l.sends()[0]
	same(t, outline(l.sends()), "buttons ¿Cuál? [Sede 0] [Sede 2] [Otra]")
	if m.Choices[1].Note != "3 camas" || m.Choices[1].ID != "una.cual.7.=s2" {
		t.Errorf("%+v", m.Choices[1])
	}
	same(t, l.tap(t, l.front(t), "=s1"), "Esa era una pregunta anterior. Ahora estamos aquí:") // nobody was offered it
	same(t, l.tap(t, l.front(t), "=s2"), "¡Sede 2!", "Sede Sede 2: Sede 2 3")
	if k := l.front(t).Data["elegida"]; k.Value.Text != `[{"nombre":"Sede 2","camas":3}]` || k.Value.Kind != eval.List {
		t.Errorf("%+v", k)
	}
	l = choosing(t, sites(), some(3)...)
	same(t, l.say(t, "sede 1", 0), "¡Sede 1!", "Sede Sede 1: Sede 1 2")
}

// A text keeps the id of the element; what is typed and is no row is no answer.
func TestRowFromAListKeptAsText(t *testing.T) {
	d := sites()
	d.Flows[len(d.Flows)-1].Nodes[0].Save = "aviso"
	d.Flows[len(d.Flows)-1].Nodes[0].From.Row.Set = nil
	l := choosing(t, d, some(3)...)
	same(t, l.say(t, "otra cosa", 0), "¿Eh?")
	l.say(t, "Sede 1", 0)
	if k := l.front(t).Data["aviso"]; k.Value != eval.TextOf("s1") || k.Raw != "Sede 1" {
		t.Errorf("%+v", k)
	}
}

// More than ten rows page by themselves: nine and one that turns the page, and
// from the last page back to the first.
func TestPages(t *testing.T) {
	l := choosing(t, sites(), some(10)...)
	if got := labels(l.sends()[0]); !slices.Equal(got, sede(0, 10)) {
		t.Fatalf("ten fit: %q", got)
	}
	l = choosing(t, sites(), some(20)...)
	visit := l.front(t).Visit
	same(t, labels(l.sends()[0]), append(sede(0, 9), "Ver más")...)
	l.say(t, "mm", 0) // one try
	same(t, labels(l.sends()[0]), append(sede(0, 9), "Ver más")...)
	l.tap(t, l.front(t), "@page.1")
	same(t, outline(l.sends())[:1], "list ¿Cuál? ["+strings.Join(append(sede(9, 18), "Ver más"), "] [")+"]")
	l.say(t, "VER MÁS", 0)
	same(t, labels(l.sends()[0]), append(sede(18, 20), "Volver al principio")...)
	if l.sends()[0].Kind != engine.OutList {
		t.Error("one page among others looks like the others")
	}
	f := l.front(t)
	if f.Visit != visit || f.Tries != 1 {
		t.Errorf("paging is no retry and no visit: %+v", f)
	}
	l.say(t, "mm", 0) // a retry shows the page again
	same(t, labels(l.sends()[0]), append(sede(18, 20), "Volver al principio")...)
	l.say(t, "volver al principio", 0)
	same(t, labels(l.sends()[0]), append(sede(0, 9), "Ver más")...)
	same(t, l.tap(t, f, "=s19"), "¡Sede 19!", "Sede Sede 19: Sede 19 20")               // of a page that is not shown
	same(t, choosing(t, sites(), some(10)...).say(t, "volver al principio", 0), "¿Eh?") // there is one page
	// A page that is no more, because the list is shorter now, is the last.
	l = choosing(t, sites(), some(20)...)
	l.tap(t, l.front(t), "@page.7")
	same(t, labels(l.sends()[0]), append(sede(18, 20), "Volver al principio")...)
	// Turning pages may take as long as it likes: silence begins afresh.
	due := l.timers[timerKey{"una", visit, engine.ForSilence}]
	l.now = l.now.Add(60e9)
	l.tap(t, l.front(t), "@page.0")
	if !l.timers[timerKey{"una", visit, engine.ForSilence}].After(due) {
		t.Error("the silence is counted from the last message")
	}
	// Asked again, it begins with the first page.
	l.tap(t, l.front(t), "@page.2")
	l.tap(t, l.front(t), "nada")
	same(t, labels(l.sends()[0]), append(sede(0, 9), "Ver más")...)
}

// Written rows stand on every page.
func TestWrittenRowsOnEveryPage(t *testing.T) {
	fixed := []engine.Row{{ID: "no", Label: es("Ninguna"), Go: done}, {ID: "x", Label: es("Salir"), Go: done}}
	l := choosing(t, sites(fixed...), some(8)...)
	same(t, labels(l.sends()[0]), append(sede(0, 8), "Ninguna", "Salir")...)
	l = choosing(t, sites(fixed...), some(9)...)
	same(t, labels(l.sends()[0]), append(sede(0, 7), "Ver más", "Ninguna", "Salir")...)
	l.say(t, "ver más", 0)
	same(t, labels(l.sends()[0]), append(sede(7, 9), "Volver al principio", "Ninguna", "Salir")...)
	l.say(t, "ninguna", 0)
	if len(l.c.Front) != 0 {
		t.Fatalf("%+v", l.c.Front)
	}
}

// Numbered text pages too; a number means the same element on every page.
func TestNumberedPages(t *testing.T) {
	d := sites(engine.Row{ID: "no", Label: es("Ninguna"), Say: []engine.Words{es("Vale.")}, Go: done})
	d.Flows[len(d.Flows)-1].Nodes[0].Shape = "numbers"
	l := choosing(t, d, some(12)...)
	const last = "\n0. Volver al principio\n13. Ninguna"
	if b := l.sends()[0].Body; !strings.HasPrefix(b, "¿Cuál?\n1. Sede 0\n2. Sede 1\n") || !strings.HasSuffix(b, "\n8. Sede 7\n0. Ver más\n13. Ninguna") {
		t.Fatalf("%q", b)
	}
	l.say(t, "0", 0)
	if b := l.sends()[0].Body; b != "¿Cuál?\n9. Sede 8\n10. Sede 9\n11. Sede 10\n12. Sede 11"+last {
		t.Fatalf("%q", b)
	}
	same(t, choosing(t, d, some(12)...).say(t, "10", 0), "¡Sede 9!", "Sede Sede 9: Sede 9 10")
	same(t, choosing(t, d, some(12)...).say(t, "13", 0), "Vale.")
	same(t, choosing(t, d, some(12)...).say(t, "14", 0), "¿Eh?")
	same(t, choosing(t, sites(), some(12)...).say(t, "1", 0), "¿Eh?") // a list shows no numbers
	same(t, choosing(t, d, some(3)...).say(t, "0", 0), "¿Eh?")        // one page
}

// A tap on an element that is gone is an earlier question, no retry used; so is
// one of another visit.
func TestElementThatIsGone(t *testing.T) {
	l := choosing(t, sites(), some(3)...)
	old := l.front(t)
	l.c.Front[0].Data["sedes"] = siteList(some(2)...)
	same(t, l.tap(t, old, "=s2"), "Esa era una pregunta anterior. Ahora estamos aquí:")
	same(t, labels(l.sends()[0]), sede(0, 2)...)
	if l.front(t).Tries != 0 {
		t.Error("it used up a try")
	}
	old.Visit--
	same(t, l.tap(t, old, "=s0"), "Esa era una pregunta anterior. Ahora estamos aquí:")
	same(t, l.tap(t, l.front(t), "=s0"), "¡Sede 0!", "Sede Sede 0: Sede 0 1")
}

// What came from outside is made to fit: a label that is too long is cut, and
// still typed in full or as it is seen; labels that are no buttons are a list;
// what has no id or no label is left out, and of two with one id the first is
// there.
func TestOddElements(t *testing.T) {
	long := "Centro de Salud de la Sierra Nevada"
	l := choosing(t, sites(), site{"a", "A", 1}, site{"b", long, 1})
	same(t, outline(l.sends()), "list ¿Cuál? [A] [Centro de Salud de la S…]")
	same(t, l.say(t, long, 0)[:1], "¡"+long+"!")
	l = choosing(t, sites(), site{"a", "A", 1}, site{"b", long, 1})
	same(t, l.say(t, "centro de salud de la s", 0)[:1], "¡"+long+"!")

	l = choosing(t, sites(), site{"a", "Norte", 1}, site{"b", "Norte", 2})
	same(t, outline(l.sends()), "list ¿Cuál? [Norte] [Norte]")
	same(t, l.tap(t, l.front(t), "=b"), "¡Norte!", "Sede Norte: Norte 2")

	l = choosing(t, sites(), site{"", "Sin id", 1}, site{"a", " ", 1}, site{"b", "B", 1}, site{"b", "C", 1})
	same(t, outline(l.sends()), "buttons ¿Cuál? [B]")

	l = choosing(t, sites())
	same(t, outline(l.sends()), "text ¿Cuál?")
	l = choosing(t, sites())
	l.c.Front[0].Data["sedes"] = engine.Kept{Value: eval.Value{Kind: eval.List, Text: "{"}}
	l.tap(t, l.front(t), "@again")
	same(t, outline(l.sends()), "text ¿Cuál?")
	delete(l.c.Front[0].Data, "sedes")
	l.tap(t, l.front(t), "@again")
	same(t, outline(l.sends()), "text ¿Cuál?")
	if !slices.Contains(l.records(), "fault/expression") {
		t.Errorf("%q", l.records())
	}
}

// On the wire an element's id stands as it is where it is short and plain, and
// else as a digest: within what WhatsApp allows, and no two alike.
func TestElementsOnTheWire(t *testing.T) {
	ids := []string{"a-1.B_2", strings.Repeat("x", 40), strings.Repeat("x", 41), strings.Repeat("x", 42), "a b", "á", "#", "@again", "una.cual.7.=a"}
	var list []site
	for i, id := range ids {
		list = append(list, site{id, fmt.Sprintf("Sede %d", i), 1})
	}
	l := choosing(t, sites(), list...)
	seen := map[string]bool{}
	for i, c := range l.sends()[0].Choices {
		w, ok := engine.ParseWireID(c.ID)
		plain := w.Row == "="+ids[i]
		digest := len(w.Row) == 34 && strings.HasPrefix(w.Row, "=#") && !strings.Contains(w.Row[2:], "#")
		if !ok || seen[c.ID] || plain != (i < 2) || digest == plain {
			t.Errorf("%q: %q", ids[i], c.ID)
		}
		seen[c.ID] = true
	}
	if len(seen) != len(ids) {
		t.Fatalf("%d of %d", len(seen), len(ids))
	}
	for c := range seen {
		w, _ := engine.ParseWireID(c)
		again := choosing(t, sites(), list...)
		if got := again.tap(t, again.front(t), w.Row); len(got) != 2 {
			t.Errorf("%q: %q", c, got)
		}
	}
}

// A field may be missing: without what its id, its label or its condition reads
// an element is not offered; a note that it lacks is left out. A choice among
// the fields prints its words.
func TestElementsThatLackSomething(t *testing.T) {
	d := sites()
	fl := &d.Flows[len(d.Flows)-1]
	fl.Data[0].Fields = append(fl.Data[0].Fields, engine.Datum{Name: "tipo", Type: eval.Choice, Options: []engine.Option{{ID: "h", Label: es("Hospital")}}})
	fl.Nodes[0].From.Row.Note, fl.Nodes[0].From.Row.Say = es("En {it.zona}"), []engine.Words{es("{it.tipo}: {it.nombre}")}
	l := choosing(t, d)
	l.c.Front[0].Data["sedes"] = engine.Kept{Value: eval.Value{Kind: eval.List, Text: `[
		{"id":"a","nombre":"A","camas":1,"zona":"Sur"}, {"id":"b","nombre":"B","camas":1,"tipo":"h"}, {"id":"c","nombre":"C"},
		{"nombre":"D","camas":1}, {"id":"e","camas":1}, {"id":"f","nombre":"F","camas":"mucha"}, {"id":9,"nombre":10,"camas":"2"}]`}}
	l.tap(t, l.front(t), "@again")
	m := l.sends()[0]
	same(t, labels(m), "A", "B", "10")
	if m.Choices[0].Note != "En Sur" || m.Choices[1].Note != "" || m.Choices[2].ID != "una.cual.7.=9" {
		t.Errorf("%+v", m.Choices)
	}
	if n := len(slices.DeleteFunc(l.records(), func(r string) bool { return r != "fault/expression" })); n != 1 {
		t.Errorf("it is recorded once: %q", l.records())
	}
	l.say(t, "mm", 0) // looked at twice: for what they wrote, and to ask again
	if n := len(slices.DeleteFunc(l.records(), func(r string) bool { return r != "fault/expression" })); n != 1 {
		t.Errorf("it is recorded once: %q", l.records())
	}
	same(t, l.tap(t, l.front(t), "=b")[:1], "Hospital: B")
}

// A list keeps its declared fields and nothing else, and only where all of it
// fits: the number of its elements, and each field.
func TestListsThatFit(t *testing.T) {
	result := func(list string) *life {
		text := engine.Datum{Name: "id", Type: eval.Text, Max: num(3)}
		d := one([]engine.Datum{{Name: "x", Type: eval.List, Min: num(1), Max: num(2), Fields: []engine.Datum{text, {Name: "n", Type: eval.Integer, Min: num(0)}}}},
			engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Y?"), Rows: rowsOf(1), Go: engine.Target{Node: "guarda"}},
			engine.Node{ID: "guarda", Set: []engine.Assign{{Name: "x", Source: "result.body"}}, Go: engine.Target{Node: "fin"}},
			engine.Node{ID: "fin", Verb: engine.AskVerb, Ask: es("¿Ya?"), Go: done})
		d.Flows[len(d.Flows)-1].Nodes[0].Rows[0].Go = engine.Target{Node: "guarda"}
		l := begin(t, d)
		l.c.Front[0].Result = `{"status":200,"body":` + list + `}`
		l.tap(t, l.front(t), "ra")
		return l
	}
	for list, want := range map[string]string{
		`[{"id":"a","n":1,"otro":true}]`:     `[{"id":"a","n":1}]`,
		`[{"n":1},{"id":"b"}]`:               `[{"n":1},{"id":"b"}]`,
		`[]`:                                 "",
		`[{"id":"a"},{"id":"b"},{"id":"c"}]`: "",
		`[{"id":"abcd"}]`:                    "",
		`[{"id":"a","n":-1}]`:                "",
		`[{"id":"a","n":"uno"}]`:             "",
		`[7]`:                                "",
		`{"id":"a"}`:                         "",
		`"a"`:                                "",
		`[{"id":"a","x":"` + strings.Repeat("a", 70000) + `"}]`: "",
	} {
		l := result(list)
		if got := l.front(t).Data["x"].Value.Text; got != want {
			t.Errorf("%.60s: %q (%q)", list, got, l.records())
		}
		if want == "" && !slices.ContainsFunc(l.records(), func(r string) bool { return strings.HasPrefix(r, "fault/") }) {
			t.Errorf("%.60s: %q", list, l.records())
		}
	}
}

// A row that is made from data takes no stop and no call for a person away.
func TestElementIsNoReservedWord(t *testing.T) {
	l := choosing(t, sites(), site{"a", "Stop", 1}, site{"b", "Enfermera", 1})
	l.say(t, "enfermera", 0)
	if l.c.Handover == nil {
		t.Error("a person was asked for")
	}
	l = choosing(t, sites(), site{"a", "Stop", 1}, site{"b", "Enfermera", 1})
	l.say(t, "stop", 0)
	if l.c.Stopped == nil {
		t.Error("they asked to stop")
	}
	l = choosing(t, sites(), site{"a", "Stop", 1})
	same(t, l.tap(t, l.front(t), "=a")[:1], "¡Stop!")
}

// Sections come from the elements, and begin where the title changes.
func TestSectionsFromAList(t *testing.T) {
	d := sites()
	d.Flows[len(d.Flows)-1].Nodes[0].From.Row.Section = es("{it.camas > 2 ? \"Grandes\" : \"Chicas\"}")
	l := choosing(t, d, some(4)...)
	var got []string
	for _, c := range l.sends()[0].Choices {
		got = append(got, c.Label+"/"+c.Section)
	}
	same(t, got, "Sede 0/Chicas", "Sede 1/", "Sede 2/Grandes", "Sede 3/")
}

// Whatever the list: a message of at most ten rows, whose ids are what WhatsApp
// takes and differ; every element is on exactly one page; every tap of every
// page means its own element, whichever page was shown last; every label that is
// seen can be typed.
func TestPagesProperties(t *testing.T) {
	d := sites(engine.Row{ID: "no", Label: es("Ninguna de estas"), Go: done})
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.OneOf(rapid.StringMatching(`[A-Za-zñé ]{1,30}`), rapid.StringN(0, 60, -1))
		id := rapid.OneOf(rapid.StringMatching(`[a-z0-9]{1,4}`), rapid.StringN(0, 60, 200))
		list := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) site {
			return site{id.Draw(rt, "id"), name.Draw(rt, "name"), rapid.IntRange(0, 3).Draw(rt, "beds")}
		}), 0, 40).Draw(rt, "sites")
		l := choosing(t, d, list...)
		f := l.front(t)
		var ids, names []string
		for page := 0; ; page++ {
			if len(l.sends()) != 1 {
				rt.Fatalf("%d messages", len(l.sends()))
			}
			m := l.sends()[0]
			if len(m.Choices) > 10 || len(m.Choices) <= 3 != (m.Kind == engine.OutButtons) && m.Kind != engine.OutList {
				rt.Fatalf("%s with %d rows", m.Kind, len(m.Choices))
			}
			seen := map[string]bool{}
			turn := ""
			for _, c := range m.Choices {
				if seen[c.ID] || len(c.ID) > 200 || len([]rune(c.Label)) > 24 || strings.TrimSpace(c.Label) == "" {
					rt.Fatalf("%+v", c)
				}
				seen[c.ID] = true
				w, _ := engine.ParseWireID(c.ID)
				if strings.HasPrefix(w.Row, "@page.") {
					turn = w.Row
				} else if w.Row != "no" {
					if slices.Contains(ids, w.Row) {
						rt.Fatalf("%q stands on two pages", c.Label)
					}
					ids, names = append(ids, w.Row), append(names, c.Label)
				}
			}
			if turn == "" || turn == "@page.0" {
				break
			}
			l.tap(t, f, turn)
		}
		want := map[string]bool{}
		for _, s := range list {
			if s.Camas > 0 && s.ID != "" {
				want[s.ID] = true
			}
		}
		if len(ids) > len(want) {
			rt.Fatalf("%d rows of %d elements", len(ids), len(want))
		}
		before := l.c
		for i, row := range ids {
			l.c = before
			if said := l.tap(t, f, row); len(said) != 2 {
				rt.Fatalf("a tap on %q: %q", names[i], said)
			}
			tapped := l.front(t).Data["elegida"].Value
			l.c = before
			said := l.say(t, names[i], 0)
			if l.c.Stopped != nil || l.c.Handover != nil || l.c.Unsure != nil || slices.Contains(said, "Hola.") {
				continue // what they typed is a reserved word
			}
			first := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, names[i]) })
			if first == i && l.front(t).Data["elegida"].Value != tapped && !slices.ContainsFunc(names[:i], func(n string) bool { return alike(n, names[i]) }) {
				rt.Fatalf("%q was typed: %q", names[i], said)
			}
		}
	})
}

func alike(a, b string) bool { return words.Normalize(a) == words.Normalize(b) }

// BenchmarkPages turns a page, and takes an element, of a list of twenty.
func BenchmarkPages(b *testing.B) {
	l := choosing(b, sites(), some(20)...)
	enc, err := l.c.Encode()
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range []string{"@page.1", "=s12"} {
		ev := l.s.Read(engine.Inbound{ID: "m", Kind: engine.InTap, Type: "interactive", Sent: l.now,
			Tap: engine.WireID{Flow: "una", Node: "cual", Visit: 7, Row: row}.String()}).Event(l.now)
		b.Run(row, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := engine.Decode(enc)
				if err != nil {
					b.Fatal(err)
				}
				res, err := l.s.Advance(c, ev)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := res.Conversation.Encode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Written rows leave room on every page for one element and the row that turns
// it, and are not named like those that are made.
func TestRowsThatNewRefuses(t *testing.T) {
	for name, d := range map[string]engine.Definition{
		"nine written rows": sites(rowsOf(9)...),
		"a row named =a":    sites(engine.Row{ID: "=a", Label: es("A"), Go: done}),
		"a row named @a":    sites(engine.Row{ID: "@a", Label: es("A"), Go: done}),
	} {
		if _, err := engine.New(d); err == nil {
			t.Errorf("%s: New takes it", name)
		}
	}
	for name, change := range map[string]func(*engine.Node){
		"no list":                 func(n *engine.Node) { n.From.List = "aviso" },
		"no label":                func(n *engine.Node) { n.From.Row.Label = nil },
		"a field that is not":     func(n *engine.Node) { n.From.ID = "{it.x}" },
		"a shape nobody knows":    func(n *engine.Node) { n.Shape = "grid" },
		"an answer nobody knows":  func(n *engine.Node) { n.Want = []string{"reaction"} },
		"a link under a question": func(n *engine.Node) { n.Link = &engine.Link{Label: es("A"), URL: es("https://a.org")} },
		"a picture without file":  func(n *engine.Node) { n.Media = []engine.Media{{Type: "image"}} },
		"media nobody knows":      func(n *engine.Node) { n.Media = []engine.Media{file("gif", "a.gif")} },
	} {
		d := sites()
		change(&d.Flows[len(d.Flows)-1].Nodes[0])
		if _, err := engine.New(d); err == nil {
			t.Errorf("%s: New takes it", name)
		}
	}
	if _, err := engine.New(sites(rowsOf(8)...)); err != nil {
		t.Error(err)
	}
}

// What is read quickly is what is read in the long way, whatever the list.
func FuzzLists(f *testing.F) {
	for _, s := range []string{
		`[]`, `[{}]`, `[{"id":"a","nombre":"B","camas":3}]`, `[{"id":"a\n\u00e9","nombre":"\"","camas":-1}]`, `[{"camas":1.5},{"camas":1e3},{"camas":01}]`,
		`[{"id":null,"nombre":true,"camas":"7"}]`, ` [ { "id" : "a" } ] `, `[{"id":["a"]}]`, `[{"id":"a"},7]`, `[{"id":"a"}`, `[{"id":"a","id":"b","camas":2}] x`, "[{\"id\":\"\xff\"}]",
	} {
		f.Add(s)
	}
	l := live(f, sites())
	node := engine.Frame{Flow: "una", Node: "cual", Visit: 7, Asked: true, Timer: engine.ForSilence}
	rows := func(t *testing.T, list string) []engine.Choice {
		l := *l
		f := node
		f.Data = map[string]engine.Kept{"sedes": {Value: eval.Value{Kind: eval.List, Text: list}}}
		l.c = engine.Conversation{Language: "es", Heard: stamp(monday), LastInbound: stamp(monday), Visits: 7, Front: []engine.Frame{f}}
		l.tap(t, f, "@again")
		return l.sends()[0].Choices
	}
	f.Fuzz(func(t *testing.T, list string) {
		if len(list) > 4000 {
			return
		}
		// A blank behind the first bracket is read in the long way.
		long := strings.Replace(list, "[", "[ ", 1)
		if !slices.Equal(rows(t, list), rows(t, long)) {
			t.Errorf("%q:\n%+v\n%+v", list, rows(t, list), rows(t, long))
		}
	})
}
