package engine

import (
	"strings"
	"testing"
	"time"

	"cauce/engine/eval"
)

// What a test gives is read by the data's declaration, and refused when it
// would not fit there.
func TestGiven(t *testing.T) {
	d := Definition{
		Name: "Luna", Languages: []string{"es"}, Timezone: "UTC", Home: "a", NotUnderstood: Words{"es": "?"},
		Human: Human{Paths: []Path{{Phone: "1"}}}, Consents: []Consent{{Name: "consejos", Version: 3}},
		Flows: []Flow{{ID: "a", Begins: "a", Outcomes: []string{"done"}, Nodes: []Node{{ID: "a", Verb: EndVerb, Go: Target{End: "done"}}}}},
	}
	types := map[string]eval.Type{
		"nombre": eval.Text, "semana": eval.Integer, "peso": eval.Number, "sano": eval.Bool, "tema": eval.Choice, "fecha": eval.Date,
		"hora": eval.Time, "tel": eval.Phone, "correo": eval.Email, "lugar": eval.Location, "foto": eval.Media, "lista": eval.List, "todo": eval.Document,
	}
	most := int64(42)
	for name, typ := range types {
		datum := Datum{Name: name, Type: typ, Needs: "nothing"}
		switch typ {
		case eval.Integer:
			datum.Max = &most
		case eval.Choice:
			datum.Options = []Option{{ID: "sol", Label: Words{"es": "Sol"}}}
		}
		d.Data = append(d.Data, datum)
	}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, text string
		want       eval.Value
	}{
		{"nombre", "Ana", eval.TextOf("Ana")},
		{"semana", "20", eval.IntOf(20)},
		{"peso", "3.5", eval.NumberOf(3.5)},
		{"sano", "true", eval.BoolOf(true)},
		{"tema", "sol", eval.ChoiceOf("sol")},
		{"fecha", "2026-05-03", eval.Value{Kind: eval.Date, Text: "2026-05-03"}},
		{"hora", "16:30", eval.Value{Kind: eval.Time, Text: "16:30"}},
		{"tel", "+573001234567", eval.Value{Kind: eval.Phone, Text: "+573001234567"}},
		{"correo", "ana@example.org", eval.Value{Kind: eval.Email, Text: "ana@example.org"}},
		{"lugar", "4.6,-74.1", eval.Value{Kind: eval.Location, Text: `{"latitude":4.6,"longitude":-74.1}`}},
		{"lista", `[]`, eval.Value{Kind: eval.List, Text: "[]"}},
		{"todo", `3`, eval.Value{Kind: eval.Document, Text: "3"}},
	} {
		got, err := s.Given(c.name, c.text, now)
		if err != nil || got.Value != c.want || got.At.Time() != now {
			t.Errorf("%s %s is %+v, %v", c.name, c.text, got, err)
		}
		if again := Written(got.Value); again != c.text {
			t.Errorf("%s is written as %q, not %q", c.name, again, c.text)
		}
	}
	for v, want := range map[eval.Value]string{
		PlaceOf(-0.5, 100, "Casa", "Calle 1"):                "-0.5,100",
		MediaOf("m1", "image", "image/png", "f.png", "hola"): "f.png",
		MediaOf("m1", "audio", "audio/ogg", "", ""):          "m1",
		{}: "",
	} {
		if got := Written(v); got != want {
			t.Errorf("%+v is written as %q, not %q", v, got, want)
		}
	}
	for _, c := range []struct{ name, text, problem string }{
		{"nadie", "1", `no data item named "nadie"`},
		{"semana", "veinte", `"veinte" is not a whole number`},
		{"semana", "43", `"43" does not keep to what [data.semana] says`},
		{"peso", "NaN", "not a number"},
		{"sano", "sí", "not true or false"},
		{"tema", "luna", "does not keep to"},
		{"fecha", "2026-02-30", "not a date"},
		{"hora", "9:30", "not a time of day"},
		{"tel", "300", "not a phone number"},
		{"correo", "ana", "not an e-mail address"},
		{"lugar", "4.6", "not a place"},
		{"lugar", "91,0", "not a place"},
		{"lista", "{}", "as JSON"},
		{"lista", "", "as JSON"},
		{"foto", "[]", "as JSON"},
		{"todo", "{", "as JSON"},
	} {
		if got, err := s.Given(c.name, c.text, now); err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s %s is %+v, %v, want %q", c.name, c.text, got, err, c.problem)
		}
	}
	if a, err := s.Agreed("consejos", now); err != nil || a.Version != 3 || !a.Live || a.At.Time() != now {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := s.Agreed("nada", now); err == nil {
		t.Error("a consent that is not there is given")
	}
	at, err := s.WithHome("a")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := at.Again(); err != nil || again.Home() != "a" || again == at {
		t.Errorf("compiled anew: %v, %v", again, err)
	}
}
