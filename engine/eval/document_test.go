package eval

import (
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestConvert(t *testing.T) {
	doc := func(s string) Value { return Value{Kind: Document, Text: s} }
	fields := Schema{"name": {Type: Text}, "n": {Type: Integer}, "day": {Type: Date}, "plan": {Type: Choice, Options: []string{"a", "b"}}, "w": {Type: Number}, "ok": {Type: Bool}}
	for _, c := range []struct {
		v    Value
		to   Name
		want Value // unset: ErrForm
	}{
		{doc(`"a"`), Name{Type: Text}, TextOf("a")},
		{doc(`""`), Name{Type: Text}, TextOf("")},
		{doc(`3`), Name{Type: Text}, Value{}},
		{doc(`3`), Name{Type: Integer}, IntOf(3)},
		{doc(`3.0`), Name{Type: Integer}, IntOf(3)},
		{doc(`3e2`), Name{Type: Integer}, IntOf(300)},
		{doc(`-9223372036854775808`), Name{Type: Integer}, IntOf(math.MinInt64)},
		{doc(`9223372036854775808`), Name{Type: Integer}, Value{}},
		{doc(`3.5`), Name{Type: Integer}, Value{}},
		{doc(`"3"`), Name{Type: Integer}, Value{}},
		{doc(`3.5`), Name{Type: Number}, NumberOf(3.5)},
		{doc(`3`), Name{Type: Number}, NumberOf(3)},
		{doc(`1e999`), Name{Type: Number}, Value{}},
		{doc(`true`), Name{Type: Bool}, BoolOf(true)},
		{doc(`"true"`), Name{Type: Bool}, Value{}},
		{doc(`1`), Name{Type: Bool}, Value{}},
		{doc(`"a"`), Name{Type: Choice, Options: []string{"a"}}, ChoiceOf("a")},
		{doc(`"c"`), Name{Type: Choice, Options: []string{"a"}}, Value{}},
		{doc(`"c"`), Name{Type: Choice}, ChoiceOf("c")},
		{doc(`"2026-05-03"`), Name{Type: Date}, DateOf(2026, 5, 3)},
		{doc(`"2026-02-30"`), Name{Type: Date}, Value{}},
		{doc(`"2026-05-03T10:00:00Z"`), Name{Type: Date}, Value{}},
		{doc(`"9:30"`), Name{Type: Time}, TimeOf(9, 30)},
		{doc(`"09:30:00"`), Name{Type: Time}, TimeOf(9, 30)},
		{doc(`"09:30:05"`), Name{Type: Time}, Value{}},
		{doc(`930`), Name{Type: Time}, Value{}},
		{doc(`"+57 (300) 123-4567"`), Name{Type: Phone}, Value{Kind: Phone, Text: "+573001234567"}},
		{doc(`"300 123 4567"`), Name{Type: Phone}, Value{}},
		{doc(`"a@b.co"`), Name{Type: Email}, Value{Kind: Email, Text: "a@b.co"}},
		{doc(`"a"`), Name{Type: Email}, Value{}},
		{doc(`{"latitude":4.6,"longitude":-74.1,"name":"x","other":1}`), Name{Type: Location}, Value{Kind: Location, Text: `{"latitude":4.6,"longitude":-74.1,"name":"x"}`}},
		{doc(`{"latitude":4.6}`), Name{Type: Location}, Value{}},
		{doc(`{"latitude":91,"longitude":0}`), Name{Type: Location}, Value{}},
		{doc(`{"latitude":"4","longitude":0}`), Name{Type: Location}, Value{}},
		{doc(`{"id":"1"}`), Name{Type: Media}, Value{}},
		{doc(`[]`), Name{Type: List, Fields: fields}, Value{Kind: List, Text: "[]"}},
		{
			doc(`[{"name":"A","n":2.0,"day":"2026-05-03","plan":"b","w":1.5,"ok":true,"more":[1]},{"name":null}]`), Name{Type: List, Fields: fields},
			Value{Kind: List, Text: `[{"day":"2026-05-03","n":2,"name":"A","ok":true,"plan":"b","w":1.5},{}]`},
		},
		{doc(`[{"more":[1]}]`), Name{Type: List}, Value{Kind: List, Text: `[{"more":[1]}]`}},
		{doc(`[{"n":"2"}]`), Name{Type: List, Fields: fields}, Value{}},
		{doc(`[{"plan":"c"}]`), Name{Type: List, Fields: fields}, Value{}},
		{doc(`[{"name":"A"},{"name":"B"}]`), Name{Type: List, Fields: fields, Max: 1}, Value{}},
		{doc(`["a"]`), Name{Type: List, Fields: fields}, Value{}},
		{doc(`{"a":1}`), Name{Type: List, Fields: fields}, Value{}},
		{doc(`[` + strings.Repeat(`{},`, MaxElements) + `{}]`), Name{Type: List}, Value{}},
		{Value{Kind: List, Text: `[{"name":"A","x":1}]`}, Name{Type: List, Fields: fields}, Value{Kind: List, Text: `[{"name":"A"}]`}},
		{IntOf(3), Name{Type: Number}, NumberOf(3)},
		{NumberOf(3), Name{Type: Integer}, Value{}},
		{ChoiceOf("a"), Name{Type: Text}, TextOf("a")},
		{TextOf("a"), Name{Type: Choice, Options: []string{"a"}}, ChoiceOf("a")},
		{TextOf("b"), Name{Type: Choice, Options: []string{"a"}}, Value{}},
		{TextOf("2026-05-03"), Name{Type: Date}, DateOf(2026, 5, 3)},
		{TextOf("mañana"), Name{Type: Date}, Value{}},
		{Value{Kind: Phone, Text: "+573001234567"}, Name{Type: Text}, TextOf("+573001234567")},
		{TextOf("3"), Name{Type: Integer}, Value{}},
		{DateOf(2026, 5, 3), Name{Type: Text}, Value{}},
		{DateOf(2026, 5, 3), Name{Type: Date}, DateOf(2026, 5, 3)},
		{BoolOf(true), Name{Type: Bool}, BoolOf(true)},
		{IntOf(3), Name{}, IntOf(3)},
		{doc(`{"b":1,"a":"<é>"}`), Name{Type: Document}, doc(`{"a":"<é>","b":1}`)},
		{doc(`{`), Name{Type: Text}, Value{}},
		{doc(`1 2`), Name{Type: Integer}, Value{}},
		{doc(strings.Repeat("[", 10000)), Name{Type: List}, Value{}},
	} {
		got, err := Convert(c.v, c.to)
		if c.want.IsSet() != (err == nil) || !got.Equal(c.want) || err != nil && !errors.Is(err, ErrForm) {
			t.Errorf("%v %.60q to %v: %v %q, %v; want %v %q", c.v.Kind, c.v.Text, c.to.Type, got.Kind, got.Text, err, c.want.Kind, c.want.Text)
		}
	}
	for _, v := range []Value{{}, doc("null")} {
		if got, err := Convert(v, Name{Type: Date}); err != nil || got.IsSet() {
			t.Errorf("nothing becomes %v, %v", got, err)
		}
	}
	if _, err := Convert(doc(`"`+strings.Repeat("a", MaxResult+1)+`"`), Name{Type: Text}); !errors.Is(err, ErrTooLong) {
		t.Errorf("a text too long: %v", err)
	}
}

func TestDocumentBounds(t *testing.T) {
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{`{"a":[1,2,{"b":null}]}`, true},
		{`null`, true},
		{`"\"` + strings.Repeat("[", 2*MaxJSONDepth) + `\\"`, true},
		{`"]]]]]]]]]]]]]]]]]]]]]]]]]]]][[[[[[[[[[[[[[[[[[[[[[[[\"[[[["`, true},
		{strings.Repeat("[", MaxJSONDepth) + strings.Repeat("]", MaxJSONDepth), true},
		{strings.Repeat("[", MaxJSONDepth+1) + strings.Repeat("]", MaxJSONDepth+1), false},
		{strings.Repeat(`{"a":`, MaxJSONDepth+1) + "1" + strings.Repeat("}", MaxJSONDepth+1), false},
		{`"` + strings.Repeat("a", MaxJSON-2) + `"`, true},
		{`"` + strings.Repeat("a", MaxJSON-1) + `"`, false},
		{``, false}, {`{`, false}, {`1 2`, false}, {`{"a":1}}`, false}, {`{'a':1}`, false}, {`NaN`, false},
	} {
		v, err := DocumentOf(c.text)
		if (err == nil) != c.ok || c.ok && v.Kind != Document {
			t.Errorf("%.40q: %v, %v", c.text, v.Kind, err)
		}
	}
}

// What can't be what is wanted fails, and never is a wrong value.
func TestTypedFailures(t *testing.T) {
	values := kept{}
	for k, v := range luisa {
		values[k] = v
	}
	values["cita"] = DateOf(9999, 12, 31)
	for _, c := range []struct {
		src  string
		want error
	}{
		{`result.body.name > 3`, ErrForm},
		{`result.body.name + 1 > 3`, ErrForm},
		{`result.body.age == "31"`, ErrForm},
		{`result.body.items == 3`, ErrForm},
		{`result.body.items[1].n % 2`, ErrForm},
		{`result.body.name and true`, ErrForm},
		{`result.body.name == today`, ErrForm},
		{`result.body.ok == 1`, ErrForm},
		{`round(result.body.big)`, ErrTooLarge},
		{`result.body.big * result.body.big`, ErrTooLarge},
		{`string(result.body)`, ErrForm},
		{`string(result.body.ok)`, ErrForm},
		{`len(result.body.age)`, ErrForm},
		{`list(result.body.tags, "x")`, ErrForm},
		{`list(result.body, "x")`, ErrForm},
		{`list(result.body.items, "{it.name > 3 ? 1 : 2}")`, ErrForm},
		{`result.body.age ?? "x"`, ErrForm},
		{`add(cita, "1 day")`, ErrDate},
		{`months_from(today, -99999)`, ErrDate},
		{`months_from(today, 9223372036854775807)`, ErrDate},
		{`list(centros, "{string(n) + ciudad}") + "x"`, ErrTooLong},
		{`plural(9223372036854775807, "a", "` + strings.Repeat("#", 300) + `")`, ErrTooLong},
	} {
		values["ciudad"] = TextOf(strings.Repeat("á", 3000))
		p, err := Compile(c.src, clinica, 0)
		if err != nil {
			t.Errorf("%s: %s", c.src, err.Message)
			continue
		}
		got, rerr := p.Run(values)
		if !errors.Is(rerr, c.want) || got.IsSet() {
			t.Errorf("%s: %v, %v; want %v", c.src, got, rerr, c.want)
		}
	}
	for name, bad := range map[string]Value{
		"cita": {Kind: Date, Text: "2026-02-30"}, "hora": {Kind: Time, Text: "25:00"}, "result": {Kind: Document, Text: "{"}, "centros": {Kind: List, Text: `{"a":1}`},
		"celular": TextOf("+573001234567"),
	} {
		src := map[string]string{"cita": "cita > today", "hora": "hora > now", "result": "result.a == 1", "centros": "len(centros)", "celular": `celular == "+57 300 123 4567"`}[name]
		p, err := Compile(src, clinica, 0)
		if err != nil {
			t.Fatalf("%s: %s", src, err.Message)
		}
		values := kept{"today": DateOf(2026, 1, 1), "now": TimeOf(1, 1), name: bad}
		if got, rerr := p.Run(values); !errors.Is(rerr, ErrKind) {
			t.Errorf("%s with %q: %v, %v", src, bad.Text, got, rerr)
		}
	}
	for src, want := range map[string]error{`{result.body}`: ErrForm, `{result.body.ok}`: ErrForm, `{result.body.items}`: ErrForm, `{add(cita, "1 day")}`: ErrDate, `{nombre ?? result.body.ok}`: ErrForm} {
		w, err := CompileText(src, clinica)
		if err != nil {
			t.Errorf("%s: %s", src, err.Message)
		} else if got, rerr := w.Render(values, nil); !errors.Is(rerr, want) || got != "" {
			t.Errorf("%s: %q, %v; want %v", src, got, rerr, want)
		}
	}
	var unset *UnsetError
	w, _ := CompileText("{result.body.x[3]}", clinica)
	if _, err := w.Render(values, nil); !errors.As(err, &unset) || unset.Name != "result.body.x[3]" {
		t.Errorf("%v", err)
	}
}

// A part of a result becomes what the data that takes it is.
func TestCompileName(t *testing.T) {
	fields := Schema{"name": {Type: Text}, "n": {Type: Number}}
	for _, c := range []struct {
		src  string
		to   Name
		want Value
	}{
		{`result.body.age`, Name{Type: Integer}, IntOf(31)},
		{`result.body.age`, Name{Type: Number}, NumberOf(31)},
		{`result.body.height`, Name{Type: Integer}, Value{}},
		{`result.body.name`, Name{Type: Text}, TextOf("Ana")},
		{`result.body.date`, Name{Type: Date}, DateOf(2026, 5, 3)},
		{`result.body.time`, Name{Type: Time}, TimeOf(10, 30)},
		{`result.body.mail`, Name{Type: Email}, Value{Kind: Email, Text: "ana@example.org"}},
		{`result.body.plan`, Name{Type: Choice, Options: []string{"total"}}, ChoiceOf("total")},
		{`result.body.plan`, Name{Type: Choice, Options: []string{"basico"}}, Value{}},
		{`result.body.at`, Name{Type: Location}, Value{Kind: Location, Text: `{"latitude":4.6,"longitude":-74.1,"name":"Centro"}`}},
		{`result.body.items`, Name{Type: List, Fields: fields}, Value{Kind: List, Text: `[{"n":1,"name":"A"},{"n":2.5,"name":"B"}]`}},
		{`result.body.ok`, Name{Type: Bool}, BoolOf(true)},
		{`vegana ? result.body.none : result.body.ok`, Name{Type: Bool}, BoolOf(true)},
		{`result.body.nick ?? result.body.name`, Name{Type: Text}, TextOf("Ana")},
		{`vegana ? "2026-05-03" : fecha ?? "2026-05-04"`, Name{Type: Date}, DateOf(2026, 5, 4)},
		{`"2026-05-04"`, Name{Type: Date}, DateOf(2026, 5, 4)},
		{`"+57 300 1234567"`, Name{Type: Phone}, Value{Kind: Phone, Text: "+573001234567"}},
		{`celular`, Name{Type: Text}, TextOf("+573001234567")},
		{`lugar`, Name{Type: Location}, luisa["lugar"]},
		{`foto`, Name{Type: Media}, luisa["foto"]},
		{`centros`, Name{Type: List, Fields: Schema{"nombre": {Type: Text}}}, Value{Kind: List, Text: `[{"nombre":"Norte"},{"nombre":"Sur \"{x}\""}]`}},
		{`result.body.tags`, Name{Type: Document}, Value{Kind: Document, Text: `["x","y"]`}},
	} {
		p, err := CompileName(c.src, clinica, c.to)
		if err != nil {
			if c.want.IsSet() {
				t.Errorf("%s: %s", c.src, err.Message)
			}
			continue
		}
		if p.Type() != c.to.Type {
			t.Errorf("%s gives %v", c.src, p.Type())
		}
		got, rerr := p.Run(luisa)
		if c.want.IsSet() != (rerr == nil) || !got.Equal(c.want) || rerr != nil && !errors.Is(rerr, ErrForm) {
			t.Errorf("%s: %v %q, %v; want %v %q", c.src, got.Kind, got.Text, rerr, c.want.Kind, c.want.Text)
		}
	}
}

// A text for a machine has values as they are, and whoever fills it in encodes
// them.
func TestFill(t *testing.T) {
	encode := func(v Value) (string, error) {
		if v.Kind == Bool {
			return "", errors.New("no true and false in an address")
		}
		if s := v.String(); s != "" {
			return url.PathEscape(s), nil
		}
		return v.Kind.String(), nil
	}
	for _, c := range []struct{ src, want string }{
		{"/citas/{cita}/{hora}?p={peso}&t={celular}", "/citas/2026-05-01/16:30?p=3.5&t=+573001234567"},
		{"/{ciudad + '/' + ciudad}/{plan}/{result.body.age}", "/Bogot%C3%A1%2FBogot%C3%A1/total/31"},
		{"/{add(cita, '1 day')}/{nombre ?? cita}/{vegana ? hora : cita}/{{", "/2026-05-02/2026-05-01/2026-05-01/{"},
		{"/{centros}/{lugar}/{result.body.items}/{result}", "/a list/a place/a result/a result"},
		{"/{vegana ? plan : plan}", "/total"},
		{"/x", "/x"},
		{"/{vegana}", ""},
		{"/{result.body.ok}", ""},
	} {
		w, err := CompileData(c.src, clinica)
		if err != nil {
			t.Errorf("%s: %s", c.src, err.Message)
			continue
		}
		if got, rerr := w.Fill(luisa, encode); got != c.want || (rerr == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v; want %q", c.src, got, rerr, c.want)
		}
		if slices.Contains(w.Names(), "contact.language") {
			t.Errorf("%s reads the language", c.src)
		}
	}
	for src, want := range map[string]Value{
		"{vegana}": BoolOf(false), "{cita}": luisa["cita"], "{n + 1}": IntOf(3), "{centros}": luisa["centros"], "{result.body.ok}": BoolOf(true),
		"{result.body.height}": NumberOf(1.5), "{plan}": ChoiceOf("total"), "{result.body.tags}": {Kind: Document, Text: `["x","y"]`}, "{vegana ? n : hora}": luisa["hora"],
		"{string(n)}": TextOf("2"),
	} {
		w, err := CompileData(src, clinica)
		if err != nil {
			t.Errorf("%s: %s", src, err.Message)
			continue
		}
		if got, ok, rerr := w.Single(luisa); !ok || rerr != nil || !got.Equal(want) {
			t.Errorf("%s: %v %q, %v, %v", src, got.Kind, got.Text, ok, rerr)
		}
	}
	for _, src := range []string{"", "a", "a{n}", "{n}{n}", "{n} "} {
		w, _ := CompileData(src, clinica)
		if _, ok, _ := w.Single(luisa); ok {
			t.Errorf("%q is a value", src)
		}
	}
	w, _ := CompileData("{fecha}", clinica)
	var unset *UnsetError
	if _, _, err := w.Single(luisa); !errors.As(err, &unset) {
		t.Errorf("%v", err)
	}
	w, _ = CompileData(strings.Repeat("{ciudad}", 30), clinica)
	if _, err := w.Fill(kept{"ciudad": TextOf(strings.Repeat("a", 3000))}, encode); !errors.Is(err, ErrTooLong) {
		t.Errorf("%v", err)
	}
}

func TestTypedUnguarded(t *testing.T) {
	for _, c := range []string{
		`«result».body.name == "a"`,
		`known(result.body.name) and result.body.name == "a" and result.body.age > 3`,
		`known(result) ? result.body.name == "a" : «result».body.age > 3`,
		`known(result.body.items[0]) and result.body.items[0].n > 3`,
		`(result.body.name ?? "a") == "a"`,
		`result.body.name ?? «result».body.age`,
		`«result.status» == 200`,
		`«fecha» < today and day(«fecha», "long") == "a"`,
		`known(fecha) and days_until(fecha) < 3 and weeks_between(fecha, today) > 1`,
		`agreed("consejos") and days_until(cita) > 3 and plural(n, "a", "b") == "a"`,
		`«lugar.latitude» > 3`,
		`list(centros, "á\n\"{it.nombre} {«nombre»} {it.km}")`,
		`known(nombre) ? list(centros, "{nombre}") : ""`,
		`list(centros, "{nombre ?? ciudad}")`,
	} {
		src, want := marked(c)
		p, err := Compile(src, clinica, 0)
		if err != nil {
			t.Errorf("%s: %s", src, err.Message)
			continue
		}
		var got [][2]int
		for _, u := range p.Unguarded() {
			if src[u.From:u.To] != u.Name {
				t.Errorf("%s: %q stands at %q", src, u.Name, src[u.From:u.To])
			}
			got = append(got, [2]int{u.From, u.To})
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: unguarded at %v, want %v", c, got, want)
		}
	}
}

func TestTypedNames(t *testing.T) {
	for src, want := range map[string]string{
		`day(cita, "long")`:                   "cita contact.language",
		`days_until(cita) > 3`:                "cita today",
		`agreed("consejos")`:                  "agreed.consejos",
		`plural(n, "a", "b")`:                 "contact.language n",
		`result.body.a == result.status`:      "result result.status",
		`list(centros, "{nombre} {it.km}")`:   "centros contact.language nombre",
		`list(centros, "{it.nombre} {cita}")`: "centros cita contact.language",
		`add(cita, "1 day") > "2026-01-01"`:   "cita",
		`string(peso) == "3"`:                 "peso",
		`len(centros) + len(result.body.a)`:   "centros result",
	} {
		p, err := Compile(src, clinica, 0)
		if err != nil {
			t.Errorf("%s: %s", src, err.Message)
			continue
		}
		if got := strings.Join(p.Names(), " "); got != want {
			t.Errorf("%s reads %s, want %s", src, got, want)
		}
		asked := map[string]int{}
		p.Run(counter{luisa, asked})
		for name, n := range asked {
			if n != 1 || !slices.Contains(p.Names(), name) {
				t.Errorf("%s: %s was asked for %d times", src, name, n)
			}
		}
	}
	for src, want := range map[string]string{"{cita}": "cita contact.language", "{hora}": "hora", "{peso}": "contact.language peso", "{result.body.a}": "contact.language result", "{n}": "n"} {
		w, _ := CompileText(src, clinica)
		if got := strings.Join(w.Names(), " "); got != want {
			t.Errorf("%s reads %s, want %s", src, got, want)
		}
	}
}

// How long texts of these types can become is never told too short.
func TestTypedLongest(t *testing.T) {
	texts := []string{
		"{cita}", "{hora}", "{celular}", "{correo}", "{lugar}", "{peso}", "{fecha ?? cita}", "{fecha ?? nombre ?? 'sin fecha todavía'}",
		`{day(cita, "long")}`, `{day(cita, "weekday")}`, `{day(add(cita, "100 days"), "short")}`, `{months_from(cita, n)}`, `{days_until(cita)}`,
		`{weeks_between(cita, today)}`, `{plural(n, "# semana", "# semanas (#)")}`, `{plural(peso, "un kilo y algo", "# kg")}`, `{title(ciudad)}`,
		`{last4(celular)}{last4(ciudad)}`, `{list(centros, "*{it.nombre}*: {it.km}, {it.abre ?? 'cerrado'} {ciudad}")}`, `{len(centros)}`,
		`{string(cita)}{string(hora)}{string(celular)}`, `{vegana ? cita : ciudad}`, `{result.body.x}`, `{result.body.x ?? ciudad}`, `{upper(result.body.x)}`,
	}
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.SampledFrom(texts).Draw(t, "text")
		w, err := CompileText(src, clinica)
		if err != nil {
			t.Fatal(err.Message)
		}
		word := rapid.StringN(0, 40, -1)
		var elements []map[string]any
		km := rapid.SampledFrom([]float64{0, 3.25, -100000}).Draw(t, "km")
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			elements = append(elements, map[string]any{"nombre": word.Draw(t, "nombre"), "km": km, "abre": "08:00"})
		}
		list, _ := json.Marshal(elements)
		if elements == nil {
			list = []byte("[]")
		}
		body, _ := json.Marshal(map[string]any{"body": map[string]any{"x": word.Draw(t, "x")}})
		values := kept{
			"today": {Kind: Date, Text: dates(t, "today")}, "cita": {Kind: Date, Text: dates(t, "cita")}, "hora": TimeOf(16, 30),
			"celular": {Kind: Phone, Text: rapid.StringMatching(`\+[1-9][0-9]{6,14}`).Draw(t, "phone")}, "correo": {Kind: Email, Text: "a@b.co"},
			"lugar": luisa["lugar"], "peso": NumberOf(rapid.Float64().Draw(t, "peso")), "n": IntOf(rapid.Int64Range(-99999, 99999).Draw(t, "n")),
			"ciudad": TextOf(word.Draw(t, "ciudad")), "vegana": BoolOf(rapid.Bool().Draw(t, "vegana")), "contact.language": ChoiceOf(rapid.SampledFrom([]string{"es", "en", "fr"}).Draw(t, "language")),
			"centros": {Kind: List, Text: string(list)}, "result": {Kind: Document, Text: string(body)},
		}
		got, rerr := w.Render(values, nil)
		if rerr != nil {
			if !errors.Is(rerr, ErrTooLarge) && !errors.Is(rerr, ErrTooLong) && !errors.Is(rerr, ErrDate) && !errors.Is(rerr, ErrZero) {
				t.Fatalf("%q: %v", src, rerr)
			}
			t.Skip(rerr) // what is bounded: there is nothing to measure
		}
		told := 0
		for _, p := range w.Parts() {
			told += p.Longest(func(name string) int {
				switch name {
				case "centros.nombre":
					return 40
				case "centros.km":
					return 7
				case "nombre", "ciudad", "n", "peso":
					return utf8.RuneCountInString(values[name].String())
				}
				t.Fatalf("%s: asked about %s", src, name)
				return 0
			})
		}
		if n := utf8.RuneCountInString(got); n > told {
			t.Fatalf("%s is %d letters, told %d: %q", src, n, told, got)
		}
	})
	large := Schema{"x": {Type: List, Max: 10 * MaxElements}}
	if w, _ := CompileText(`{list(x, "a")}`, large); w.Parts()[0].Longest(nil) != 2*MaxElements-1 {
		t.Error("a list has more elements than it may have")
	}
	for src, want := range map[string]int{
		`{list(centros, "{it.nombre}!")}`: 3*41 + 2, `{cita}`: 14, `{hora}`: 5, `{plural(n, "# semana", "# semanas")}`: 11, `{day(cita, "weekday")}`: 9,
		`{list(centros, "{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}{ciudad}")}`: 3*13*40 + 2,
		`{result.body.x}`: MaxResult, `{list(result.body.x, "a")}`: 2*MaxElements - 1, `{list(result.body.x, "{it.a}")}`: MaxResult,
	} {
		w, err := CompileText(src, clinica)
		if err != nil {
			t.Fatalf("%s: %s", src, err.Message)
		}
		if got := w.Parts()[0].Longest(func(name string) int { return map[string]int{"n": 3, "centros.nombre": 40, "ciudad": 40}[name] }); got != want {
			t.Errorf("%s: %d letters, want %d", src, got, want)
		}
	}
}
