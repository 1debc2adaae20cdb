package engine_test

import (
	"strings"
	"testing"

	"cauce/engine"
	"cauce/engine/eval"
)

// What a fetch brings takes the form of the data that keeps it: of a list the
// fields that are declared, in words a person reads in their language; a value
// that does not fit is a failure of the fetch.
func TestResultsTakeTheFormOfTheirData(t *testing.T) {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	d := luna()
	d.Connections = append(d.Connections, engine.Connection{Name: "clinica", URL: "https://api.example.org"})
	d.Flows = append(d.Flows, engine.Flow{
		ID: "centros", Keywords: map[string][]string{"es": {"centros"}}, Begins: "pide", Outcomes: []string{"done"},
		Data: []engine.Datum{
			{Name: "cita", Type: eval.Date},
			{Name: "tipo", Type: eval.Choice, Options: []engine.Option{{ID: "a", Label: es("A")}}},
			{Name: "centros", Type: eval.List, Max: num(2), Fields: []engine.Datum{
				{Name: "nombre", Type: eval.Text}, {Name: "km", Type: eval.Number}, {Name: "abre", Type: eval.Time},
			}},
		},
		Nodes: []engine.Node{
			{ID: "pide", Verb: engine.FetchVerb, Fetch: &engine.Request{
				Connection: "clinica", Method: "GET", Path: "/centros", Failed: to("falla"),
				Save: []engine.Assign{
					{Name: "cita", Source: "result.body.dates[0]"}, {Name: "tipo", Source: "result.body.kind"}, {Name: "centros", Source: "result.body.places"},
				},
			}, Go: to("dice")},
			{ID: "dice", Verb: engine.SayVerb, Say: []engine.Words{es(`{cita}, {day(cita, "weekday")}: {plural(len(centros), "# centro", "# centros")}` + "\n" +
				`{list(centros, "*{it.nombre}* a {it.km} km")}`)}, Go: engine.Target{End: "done"}},
			{ID: "falla", Verb: engine.SayVerb, Say: []engine.Words{es("Ahora no.")}, Go: engine.Target{End: "done"}},
		},
	})
	for body, want := range map[string]string{
		`{"dates": ["2026-05-03"], "kind": "a", "places": [{"nombre": "Norte", "km": 2.5, "secreto": [[1]], "abre": "08:00:00"}, {"nombre": "Sur", "km": 3}]}`: "3 may 2026, domingo: 2 centros\n*Norte* a 2,5 km\n*Sur* a 3 km",
		`{"dates": ["2026-02-30"], "kind": "a", "places": []}`:                                           "Ahora no.",
		`{"dates": ["2026-05-03"], "kind": "b", "places": []}`:                                           "Ahora no.",
		`{"dates": ["2026-05-03"], "kind": "a", "places": [{"nombre": 3}]}`:                              "Ahora no.",
		`{"dates": ["2026-05-03"], "kind": "a", "places": [{}, {}, {}]}`:                                 "Ahora no.",
		`{"dates": [], "kind": "a", "places": []}`:                                                       "Ahora no.",
		`{"dates": ["2026-05-03"], "kind": "a", "places": [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}`: "Ahora no.",
	} {
		l := live(t, d)
		l.say(t, "centros", 0)
		l.fetched(t, 200, body)
		if len(l.sends()) != 1 {
			t.Fatalf("%.90s: %+v", body, l.sends())
		}
		if got, _, _ := strings.Cut(l.sends()[0].Body, "\n\n"); got != want { // the hint follows
			t.Errorf("%.90s: %q, want %q", body, got, want)
		}
	}
}

// A template's variable is shown as a text would show it.
func TestTemplatesShowValuesToPeople(t *testing.T) {
	d := luna()
	d.Data = append(d.Data, engine.Datum{Name: "cita", Type: eval.Date, Default: eval.DateOf(2026, 5, 3)})
	for i := range d.Flows[0].Nodes {
		if n := &d.Flows[0].Nodes[i]; n.Fill != nil {
			n.Fill[0].Source = "cita"
		}
	}
	l := live(t, d)
	l.say(t, "embarazo", 0)
	l.say(t, "sí", 0)
	l.say(t, "20", 0)
	same(t, l.wait(t, 8*24*hour), "Hola 3 may 2026, tu consejo está listo.")
}
