package eval

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// asShown prints a choice as a service would: in words.
func asShown(name string, v Value) string { return "<" + name + " " + v.Text + ">" }

// A text that must be sent is: what can't be worked out is left empty.
func TestRenderRest(t *testing.T) {
	w, err := CompileText("Hola {nombre}, {div(semana, 0)}{semana}.", Schema{
		"nombre": {Type: Text, MayBeUnset: true}, "semana": {Type: Integer},
	})
	if err != nil {
		t.Fatal(err)
	}
	var unset *UnsetError
	if got, err := w.RenderRest(kept{"semana": IntOf(7)}, nil); got != "Hola , 7." || !errors.As(err, &unset) {
		t.Errorf("%q %v", got, err)
	}
	if got, err := w.RenderRest(kept{"semana": IntOf(7), "nombre": TextOf("Ana")}, nil); got != "Hola Ana, 7." || !errors.Is(err, ErrZero) {
		t.Errorf("%q %v", got, err)
	}
	if w, err = CompileText("{semana}", Schema{"semana": {Type: Integer}}); err != nil {
		t.Fatal(err)
	}
	if got, err := w.RenderRest(kept{"semana": IntOf(7)}, nil); got != "7" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}

func TestRender(t *testing.T) {
	values := kept{
		"semana": IntOf(-37), "peso": NumberOf(61.5), "ciudad": TextOf("Bogotá {x}"), "embarazada": BoolOf(true), "plan": ChoiceOf("total"),
		"contact.language": ChoiceOf("es"), "word.stop": TextOf("SALIR"),
	}
	for _, c := range []struct{ src, want string }{
		{"", ""},
		{"Hola", "Hola"},
		{"{{nombre}} y }}{{ á", "{nombre} y }{ á"},
		{"{ciudad}", "Bogotá {x}"},
		{"Semana { semana }: {peso} kg", "Semana -37: 61,5 kg"},
		{"{ciudad}{semana}{{{semana}}}", "Bogotá {x}-37{-37}"},
		{"{word.stop}: salir", "SALIR: salir"},
		{"{plan}", "<plan total>"},
		{"{(plan)}", "<plan total>"},
		{"{contact.language} {string(contact.language)}", "<contact.language es> es"},
		{`{nombre ?? "amiga"}`, "amiga"},
		{`{nombre ?? ciudad ?? "amiga"}`, "Bogotá {x}"},
		{`{nombre ?? (ciudad ?? "amiga")}`, "Bogotá {x}"},
		{`{plan ?? "ninguno"}`, "<plan total>"},
		{`{nombre ?? plan}`, "<plan total>"},
		{`{hijos ?? "ningún"} hijo`, "ningún hijo"},
		{`{hijos ?? semana}`, "-37"},
		{`{hijos ?? (semana + 1)}`, "-36"},
		{`{hijos ?? (embarazada ? "}" : semana)}`, "}"},
		{`{embarazada ? semana : "?"}`, "-37"},
		{`{embarazada ? (peso > 1 ? 'sí' : 1.5) : "?"}`, "sí"},
		{`{plan == "total" ? "todo" : "{{"}`, "todo"},
		{`{plan == "basico" ? "todo" : "{{"}`, "{{"},
		{`{1 / 3} {7 / 7} {0.5 + 0.25} {-0.0000001}`, "0,333333 1 0,75 0"},
		{`{upper(ciudad) + "!"}`, "BOGOTÁ {X}!"},
		{`{known(nombre) ? nombre : "amiga"}`, "amiga"},
		{"a\nb {semana}\n", "a\nb -37\n"},
	} {
		w, err := CompileText(c.src, luna)
		if err != nil {
			t.Errorf("%s: %s", c.src, err.Message)
			continue
		}
		if got, rerr := w.Render(values, asShown); rerr != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.src, got, rerr, c.want)
		}
		literal, ok := w.Literal()
		if ok != (len(w.Names()) == 0 && !strings.Contains(strings.ReplaceAll(c.src, "{{", ""), "{")) || ok && literal != c.want {
			t.Errorf("%s: literally %q, %v", c.src, literal, ok)
		}
	}
	w, _ := CompileText("{plan}", luna)
	if got, err := w.Render(values, nil); err != nil || got != "total" {
		t.Errorf("without words a choice is %q, %v", got, err)
	}
}

func TestRenderFails(t *testing.T) {
	for _, c := range []struct {
		src    string
		values kept
		want   error
	}{
		{"{ciudad}!", kept{"ciudad": TextOf(strings.Repeat("á", MaxResult))}, ErrTooLong},
		{"{ciudad + ciudad}", kept{"ciudad": TextOf(strings.Repeat("á", MaxResult))}, ErrTooLong},
		{"{ciudad}", kept{"ciudad": IntOf(3)}, ErrKind},
		{"{semana}", kept{"semana": BoolOf(true)}, ErrKind},
		{"{semana + 1}", kept{"semana": TextOf("3")}, ErrKind},
		{"{div(1, semana)}", kept{"semana": IntOf(0)}, ErrZero},
	} {
		w, err := CompileText(c.src, luna)
		if err != nil {
			t.Fatal(err.Message)
		}
		if got, rerr := w.Render(c.values, nil); !errors.Is(rerr, c.want) || got != "" {
			t.Errorf("%s: %.20q, %v; want %v", c.src, got, rerr, c.want)
		}
	}
	w, _ := CompileText("{ciudad}", luna)
	if _, err := w.Render(kept{"ciudad": TextOf(strings.Repeat("á", MaxResult))}, nil); err != nil {
		t.Errorf("the longest text is refused: %v", err)
	}
	for src, name := range map[string]string{"Hola {nombre}": "nombre", "{nombre ?? plan}": "plan", "{upper(nombre)}": "nombre", "{hijos ?? (altura + 1)}": "altura"} {
		w, _ := CompileText(src, luna)
		var unset *UnsetError
		if got, err := w.Render(kept{}, nil); !errors.As(err, &unset) || unset.Name != name || got != "" {
			t.Errorf("%s: %q, %v", src, got, err)
		}
	}
}

// show may render other texts: words of a choice may hold {…} themselves.
func TestRenderInside(t *testing.T) {
	outer, _ := CompileText("{plan}, {semana + 1}", luna)
	inside, _ := CompileText("plan de {semana * 2}", luna)
	values := kept{"plan": ChoiceOf("total"), "semana": IntOf(3)}
	got, err := outer.Render(values, func(string, Value) string {
		s, _ := inside.Render(values, nil)
		return s
	})
	if want := "plan de 6, 4"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTextMessages(t *testing.T) {
	for _, c := range []struct{ src, message, help string }{
		{`Hola «{»nombre`, `this "{" is never closed`, `to show a brace, write it twice: "{{"`},
		{`¿«{»? it's`, `this "{" is never closed`, `to show a brace, write it twice: "{{"`},
		{`Año {semana}«}»`, `this "}" closes nothing`, `to show a brace, write it twice: "}}"`},
		{`Año «{}»`, `there is nothing here to work out`, ``},
		{`Año {« »}`, `there is nothing here to work out`, ``},
		{`¡Día {semana} y {«semna» + 1}!`, `there is nothing named "semna"`, `did you mean "semana"?`},
		{`{semana} {«semna»} {nombre's}`, `there is nothing named "semna"`, `did you mean "semana"?`},
		{`{nombre«'»s}`, `the text that begins here never ends`, `close it with another '`},
		{`{«embarazada»}`, `"embarazada" is true or false, which are no words for people`, `say the words for both: embarazada ? "sí" : "no"`},
		{`{nombre ?? «embarazada»}`, `"embarazada" is true or false, which are no words for people`, `say the words for both: embarazada ? "sí" : "no"`},
		{`{«semana > 3»}`, `"semana > 3" is true or false, which are no words for people`, `say the words for both: semana > 3 ? "sí" : "no"`},
		{`{embarazada ? «plan» : ""}`, `"plan" is a choice, which shows its words only by itself`, `write {plan} or {plan ?? "…"}, with nothing else between the braces`},
		{`{nombre «?? "a" +» 1}`, `it is not clear which comes first, "??" or "+"`, `put brackets around the part with "??"`},
		{`{(«semana + 1») ?? "a"}`, `on the left of "??" stands a name, and "semana + 1" is more`, `"??" gives a value when the data on its left is not kept: nombre ?? "amiga"`},
		{`{a «{»b} c}`, `"{" has no meaning in an expression`, `inside an expression a name stands by itself, without braces`},
		{`á {semana > «"3"» ? 1 : 2}`, `">" compares numbers, and "3" is text`, `a number stands without quotes: 3`},
		{"«" + strings.Repeat("ñ", MaxText+1) + "»", `this text has 10001 letters; at most 10000 fit`, ``},
	} {
		src, at := marked(c.src)
		_, err := CompileText(src, luna)
		if err == nil {
			t.Errorf("%.50s compiles", c.src)
			continue
		}
		if err.Message.String() != c.message || err.Help.String() != c.help {
			t.Errorf("%.50s:\n got %s\n     %s\nwant %s\n     %s", c.src, err.Message, err.Help, c.message, c.help)
		}
		if [2]int{err.From, err.To} != at[0] {
			t.Errorf("%.50s: points at %q (%d)", c.src, src[err.From:err.To], err.From)
		}
	}
}

func TestTextUses(t *testing.T) {
	src, want := marked(`¡Día! {«nombre»}: {hijos ?? 3} {semana} {upper(«nombre»)} {altura ?? («hijos» + 1)} {nombre ?? «plan»} {known(hijos) ? hijos : 0}`)
	w, err := CompileText(src, luna)
	if err != nil {
		t.Fatal(err.Message)
	}
	var got [][2]int
	for _, u := range w.Unguarded() {
		if src[u.From:u.To] != u.Name {
			t.Errorf("%q stands at %q", u.Name, src[u.From:u.To])
		}
		got = append(got, [2]int{u.From, u.To})
	}
	if !slices.Equal(got, want) {
		t.Errorf("unguarded at %v, want %v", got, want)
	}
	if got := w.Names(); !slices.Equal(got, []string{"altura", "contact.language", "hijos", "nombre", "plan", "semana"}) {
		t.Errorf("reads %v", got)
	}
}

func TestParts(t *testing.T) {
	src := `¡Día! {{ {nombre ?? plan ?? "tú"}{semana} {peso / 2}.`
	w, err := CompileText(src, luna)
	if err != nil {
		t.Fatal(err.Message)
	}
	longest := map[string]int{"nombre": 40, "plan": 12, "semana": 2, "peso": 6}
	type row struct {
		src, literal string
		typ          Type
		names        string
		longest      int
	}
	var got []row
	for _, p := range w.Parts() {
		got = append(got, row{src[p.From:p.To], p.Literal, p.Type, strings.Join(p.Names, " "), p.Longest(func(n string) int { return longest[n] })})
	}
	if want := []row{
		{"¡Día! {{ ", "¡Día! { ", 0, "", 8},
		{`{nombre ?? plan ?? "tú"}`, "", Text, "nombre plan", 40},
		{"{semana}", "", Integer, "semana", 2},
		{" ", " ", 0, "", 1},
		{"{peso / 2}", "", Number, "contact.language peso", maxNumberShown},
		{".", ".", 0, "", 1},
	}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// How long a text can become is never told too short, and not told much too
// long: whole numbers keep to what their data can be.
func TestLongest(t *testing.T) {
	edges := []Value{IntOf(0), IntOf(9), IntOf(-9), IntOf(10), IntOf(99), IntOf(-99), IntOf(math.MaxInt64), IntOf(math.MinInt64)}
	for src, slack := range map[string]int{
		"semana": 0, "007": 0, "-3": 0, "-semana": 1, "semana + edad": 1, "semana - edad": 2, "semana * edad": 1, "div(semana, edad)": 20, "semana % edad": 20,
		"abs(semana)": 1, "min(semana, edad)": 20, "max(semana, edad, 5)": 20, "string(semana)": 0, "string(semana) + '…'": 0,
		"embarazada ? semana : 'largo'": 20, "hijos ?? semana": 20, "hijos ?? 'año'": 20, "known(hijos) ? hijos : semana": 20, "int(semana)": 0,
	} {
		w, err := CompileText("{"+src+"}", luna)
		if err != nil {
			t.Fatalf("%s: %s", src, err.Message)
		}
		over := math.MaxInt
		for _, semana := range edges {
			for _, edad := range edges {
				for _, hijos := range append(edges, Value{}) {
					values := kept{"semana": semana, "edad": edad, "hijos": hijos, "embarazada": BoolOf(edad.Int > 0)}
					got, err := w.Render(values, nil)
					if err != nil {
						continue // too large, by zero
					}
					told := w.Parts()[0].Longest(func(name string) int { return len(values[name].String()) })
					over = min(over, told-utf8.RuneCountInString(got))
				}
			}
		}
		if over < 0 || over > slack {
			t.Errorf("{%s} is told %d letters longer than it can be", src, over)
		}
	}
}

// The same for texts and numbers.
func TestLongestTexts(t *testing.T) {
	texts := []string{
		"{peso}", "{peso * 3}", "{peso / 7}", "{-peso}", "{round(peso)}", "{int(peso)}", "{max(semana, peso)}", "{1.50}", "{abs(peso) + 1}",
		"{upper(ciudad)}", "{lower(ciudad)}", "{trim(ciudad)}", "{ciudad + ciudad}", "{len(ciudad)}", "{nombre ?? ciudad}", "{plan ?? 'x'}",
		"{nombre ?? 'largo, muy largo'}", "{embarazada ? semana : ciudad}", "{string(peso) + string(contact.language)}", "{plan}", "a {{}} á",
	}
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.SampledFrom(texts).Draw(t, "text")
		w, err := CompileText(src, luna)
		if err != nil {
			t.Fatal(err.Message)
		}
		text := rapid.StringN(0, 50, -1)
		values := kept{
			"semana": IntOf(rapid.Int64().Draw(t, "semana")), "peso": NumberOf(rapid.Float64().Draw(t, "peso")), "ciudad": TextOf(text.Draw(t, "ciudad")),
			"embarazada": BoolOf(rapid.Bool().Draw(t, "embarazada")), "plan": ChoiceOf("total"), "contact.language": ChoiceOf("es"),
		}
		if rapid.Bool().Draw(t, "known") {
			values["nombre"] = TextOf(text.Draw(t, "nombre"))
		}
		got, rerr := w.Render(values, asShown)
		if rerr != nil {
			t.Skip(rerr) // a number too large
		}
		told := 0
		for _, p := range w.Parts() {
			told += p.Longest(func(name string) int {
				if v := values[name]; v.Kind == Choice {
					return utf8.RuneCountInString(asShown(name, v))
				}
				return utf8.RuneCountInString(values[name].String())
			})
		}
		if n := utf8.RuneCountInString(got); n > told {
			t.Fatalf("%s is %d letters, told %d: %q", src, n, told, got)
		}
	})
}

// A text without {…} costs nothing.
func TestLiteralIsFree(t *testing.T) {
	w, _ := CompileText("Listo, no te escribiremos más {{.", luna)
	if n := testing.AllocsPerRun(100, func() { w.Render(nil, nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
