package check_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"cauce/dsl/check"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// whole is the service of testdata/whole, which has every verb and every key of a
// flow, and its first flow's nodes without their places.
func whole(t *testing.T) (engine.Flow, map[engine.NodeID]engine.Node) {
	t.Helper()
	const dir = "../../testdata/whole"
	names, err := filepath.Glob(dir + "/*.toml")
	if err != nil || len(names) == 0 {
		t.Fatal("no files", err)
	}
	var files []*syntax.File
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, syntaxOf(t, filepath.Base(name), string(src)))
	}
	c, list := check.Folder(os.DirFS(dir), files...)
	if len(list) > 0 {
		t.Fatal(said(t, files, list))
	}
	f := c.Definition().Flows[0]
	nodes := map[engine.NodeID]engine.Node{}
	for _, n := range f.Nodes {
		n.Origin = engine.Origin{}
		nodes[n.ID] = n
	}
	return f, nodes
}

// nowhere takes the places out of what is compared: TestVerbsLower has some.
func nowhere(n engine.Node) engine.Node {
	clear := func(list []engine.Assign) {
		for i := range list {
			list[i].Origin = engine.Origin{}
		}
	}
	for i := range n.Rows {
		n.Rows[i].Origin = engine.Origin{}
		clear(n.Rows[i].Set)
	}
	for i := range n.Media {
		n.Media[i].Origin = engine.Origin{}
	}
	for i := range n.Checks {
		n.Checks[i].Origin = engine.Origin{}
	}
	for i := range n.On {
		n.On[i].Origin = engine.Origin{}
	}
	if n.From != nil {
		n.From.Origin, n.From.Row.Origin = engine.Origin{}, engine.Origin{}
	}
	if r := n.Fetch; r != nil {
		r.Origin = engine.Origin{}
		clear(r.Save)
		for i := range r.Query {
			r.Query[i].Origin = engine.Origin{}
		}
		bare(r.Body)
	}
	if n.Link != nil {
		n.Link.Origin = engine.Origin{}
	}
	clear(n.Set)
	clear(n.With)
	return n
}

func bare(b *engine.Body) {
	if b == nil {
		return
	}
	b.Origin = engine.Origin{}
	for i := range b.Object {
		bare(&b.Object[i].Body)
	}
	for i := range b.List {
		bare(&b.List[i])
	}
}

func TestEveryVerbLowers(t *testing.T) {
	f, nodes := whole(t)
	to := func(id engine.NodeID) engine.Target { return engine.Target{Node: id} }
	end := func(outcome string) engine.Target { return engine.Target{End: outcome} }
	file := func(path string) map[string]string { return map[string]string{"es": path} }
	same(t, "moved", f.Moved, []engine.Move{{From: "viejo", To: "permiso"}})
	for _, want := range []engine.Node{
		{
			ID: "permiso", Verb: engine.ConsentVerb, Consent: "consejos",
			Media: []engine.Media{{Type: "image", File: file("media/mapa.jpg"), Alt: es("Mapa")}},
			Say:   []engine.Words{es("Hola.")}, Ask: es("¿Podemos {purpose}?"),
			Rows: []engine.Row{
				{ID: "yes", Label: es("Sí, acepto"), Also: map[string][]string{"es": {"dale"}}, Say: []engine.Words{es("Gracias.")},
					Set: []engine.Assign{{Name: "veces", Source: "1"}}, Tags: []string{"acepta"}, Count: "acepta", Go: to("viene")},
				{ID: "no", Label: es("No, gracias"), Go: end("no_quiso")},
				{ID: "que", Label: es("¿Qué es?"), Go: to("que_es")},
			},
			Retry:   []engine.Words{es("Elige una.")},
			Silence: &engine.Silence{After: 4 * time.Hour, Go: end("listo")},
		},
		{ID: "que_es", Verb: engine.SayVerb, Go: to("permiso"),
			Media: []engine.Media{{Type: "audio", File: file("media/nota.amr"), If: "first_time"}}},
		{ID: "viene", Verb: engine.AskVerb, Ask: es("¿Vienes?"), Save: "viene", Shape: "numbers", Go: to("acaso")},
		{ID: "cuando", Verb: engine.AskVerb, Ask: es("¿Qué día?"), Save: "fecha", Go: to("donde"),
			Checks: []engine.Check{{If: "value > add(today, '60 days')", Say: es("El {day(value, 'long')} es muy tarde.")}}},
		{ID: "foto", Verb: engine.AskVerb, Ask: es("Mándanos una foto o una nota."), Want: []string{"image", "audio"}, Save: "foto",
			Hold: &engine.Hold{}, Go: to("arma")},
		{ID: "pide", Verb: engine.FetchVerb, Go: to("cual"), Fetch: &engine.Request{
			Connection: "clinica", Method: "POST", Path: "/citas/{zona}", Timeout: 20 * time.Second, Failed: to("persona"),
			Query: []engine.Field{{Name: "dia", Source: "{day(fecha, 'iso')}"}, {Name: "n", Source: "3"}, {Name: "todo", Source: "true"}},
			Body: &engine.Body{Object: []engine.Member{
				{Name: "nombre", Body: engine.Body{Text: "{nombre ?? 'Ana'}"}},
				{Name: "veces", Body: engine.Body{Text: "{veces}"}},
				{Name: "lista", Body: engine.Body{List: []engine.Body{{Fixed: "1"}, {Fixed: "2.5"}, {Text: "x {veces}"}}}},
				{Name: "vacio", Body: engine.Body{Object: []engine.Member{}}},
				{Name: "nada", Body: engine.Body{List: []engine.Body{}}},
				{Name: "si", Body: engine.Body{Fixed: "true"}},
			}},
			Save: []engine.Assign{{Name: "citas", Source: "result.body.citas"}, {Name: "nombre", Source: "result.body.nombre"}},
		}},
		{ID: "cual", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Save: "cita", Go: to("sigue"),
			From: &engine.From{List: "citas", ID: "{it.id}", Row: engine.Row{Label: es("{it.titulo}"), Note: es("{it.lugar}"), Go: to("sigue")}},
			Rows: []engine.Row{{ID: "ninguna", Label: es("Ninguna"), Go: to("persona")}}},
		{ID: "sigue", Verb: engine.WaitVerb, Wait: &engine.Wait{At: 540, Expr: "add(fecha, '-1 days')"}, Go: to("aviso")},
		{ID: "aviso", Verb: engine.SayVerb, Say: []engine.Words{es("Mañana es tu cita: {list(cita, '{it.titulo}')}")},
			Link:   &engine.Link{Label: es("Ver mapa"), URL: es("https://example.org/{zona}?q={veces}")},
			Header: es("Cita"), Footer: es("Gratis"), Outside: "cita", Purpose: "consejos", Go: to("luego")},
		{ID: "luego", Verb: engine.ScheduleVerb, Schedule: &engine.Schedule{Flow: "otra", Wait: engine.Wait{At: 600, Expr: "fecha"}},
			With: []engine.Assign{{Name: "quien", Source: "{nombre}"}}, Go: to("otra_vez")},
		{ID: "otra_vez", Verb: engine.CallVerb, Call: "otra", With: []engine.Assign{{Name: "quien", Source: "{nombre}"}},
			On: []engine.Outcome{{Name: "si", Go: to("olvida")}, {Name: "no", Go: end("listo")}, {Name: "left", Go: engine.Target{Own: engine.ToHome}}}},
		{ID: "olvida", Withdraw: "consejos", Forget: []string{"foto", "donde"}, Cancel: "otra", Tags: []string{"fin"}, Go: to("persona")},
		{ID: "persona", Verb: engine.HandoverVerb, Handover: &engine.Handing{Inbox: "enfermeras",
			Tell: []string{"nombre", "zona", "donde", "foto"}, Priority: 9, Done: engine.Target{Own: engine.ToBack}, Closed: to("cerrado"), Nobody: to("cerrado")}},
		{ID: "cerrado", Verb: engine.SayVerb, Say: []engine.Words{es("Llámanos.")}, Go: end("listo"), Media: []engine.Media{
			{Type: "location", Lat: 4.6, Lng: -74.1, Name: es("Clínica"), Addr: es("Calle 1")},
			{Type: "contact_card", Name: es("Clínica"), Phone: "+57 601 555 0100"},
		}},
	} {
		same(t, string(want.ID), nowhere(nodes[want.ID]), want)
	}
}
