package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/sim"
)

// booking is a service that does what people do at a counter: it looks up the
// places there are, lets them choose one, asks for the day, the hour, a number
// and a photo, and shows what it understood.
func booking() engine.Definition {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	text := func(name string) engine.Datum { return engine.Datum{Name: name, Type: eval.Text} }
	ask := func(id engine.NodeID, words, save string, next engine.NodeID) engine.Node {
		return engine.Node{ID: id, Verb: engine.AskVerb, Ask: es(words), Save: save, Go: to(next)}
	}
	pick := ask("elige", "¿En qué sede?", "sede", "dia")
	pick.From = &engine.From{List: "sedes", ID: "{it.codigo}", Row: engine.Row{Label: es("{it.nombre}"), Note: es("{it.direccion}")}}
	pick.Rows = []engine.Row{{ID: "ninguna", Label: es("Ninguna"), Say: []engine.Words{es("Avisaremos cuando haya.")}, Go: done}}
	day := ask("dia", "¿Qué día?", "dia", "hora")
	day.Checks = []engine.Check{{If: `day(value, "weekday") == "domingo"`, Say: es("El {value} es domingo y no abrimos.")}}
	photo := ask("foto", "Envía una foto de tu orden.", "orden", "seguro")
	photo.Rows = []engine.Row{{ID: "sin", Label: es("No la tengo"), Go: to("seguro")}}
	sure := ask("seguro", `{list(sede, "{it.nombre}")}, el {day(dia, "long")} a las {hora}, {telefono}. ¿Está bien?`, "bien", "veamos")
	d := one([]engine.Datum{
		{Name: "sedes", Type: eval.List, Fields: []engine.Datum{text("codigo"), text("nombre"), text("direccion")}},
		{Name: "sede", Type: eval.List, Fields: []engine.Datum{text("codigo"), text("nombre")}},
		{Name: "dia", Type: eval.Date, Least: `add(today, "1 day")`, Most: `add(today, "60 days")`},
		{Name: "hora", Type: eval.Time, Least: `"08:00"`, Most: `"17:00"`},
		{Name: "telefono", Type: eval.Phone}, {Name: "orden", Type: eval.Media}, {Name: "bien", Type: eval.Bool},
	},
		engine.Node{ID: "busca", Verb: engine.FetchVerb, Go: to("elige"), Fetch: &engine.Request{
			Connection: "agenda", Method: "GET", Path: "/sedes", Save: []engine.Assign{{Name: "sedes", Source: "result.body.sedes"}}, Failed: done}},
		pick, day, ask("hora", "¿A qué hora?", "hora", "telefono"), ask("telefono", "¿A qué número te llamamos?", "telefono", "foto"), photo, sure,
		engine.Node{ID: "veamos", Verb: engine.WhenVerb, When: []engine.Case{{If: "bien", Go: to("listo")}}, Otherwise: to("elige")},
		engine.Node{ID: "listo", Verb: engine.SayVerb, Say: []engine.Words{es("Te esperamos.")}, Footer: es("Llega diez minutos antes."),
			Link: &engine.Link{Label: es("Cómo llegar"), URL: es(`https://mapa.example.org/?q={list(sede, "{it.nombre}")}&d={dia}`)}, Go: done},
	)
	d.Timezone = "Africa/Johannesburg" // 05/03 is written in both orders
	d.Connections = []engine.Connection{{Name: "agenda", URL: "https://api.example.org"}}
	return d
}

// places is what the agenda answers.
var places = func() string {
	var list []string
	for i := range 14 {
		list = append(list, fmt.Sprintf(`{"codigo":"s-%d","nombre":"Sede %d","direccion":"Calle %d # 4-5","interno":{"x":1}}`, i, i, i))
	}
	return `{"sedes":[` + strings.Join(list, ",") + `]}`
}()

func TestBooking(t *testing.T) {
	s, err := engine.New(booking())
	if err != nil {
		t.Fatal(err)
	}
	w := sim.New(s, monday)
	talk(t, w, `> buenas`)
	if _, err := w.Fetched("agenda", 200, []byte(places)); err != nil {
		t.Fatal(err)
	}
	talk(t, w, `
		> una cerca
		< No te entendí.
		> ver más
		< ¿En qué sede?
		> [Volver al principio]
		< ¿En qué sede?
		> [Sede 11]
		< ¿Qué día?
		> ayer
		< No te entendí.
		> el domingo
		< El 8 mar 2026 es domingo y no abrimos.
		> [Sede 3]
		< Esa era una pregunta anterior. Ahora estamos aquí:
		> el próximo martes
		< ¿A qué hora?
		> a las 3
		< ¿A qué número te llamamos?
		> mi celular es +57 300 123 45 67
		< Envía una foto de tu orden.
		> ahora la busco
		< No te entendí.`)
	photo := engine.Inbound{Kind: engine.InMedia, Type: "image", Text: "aquí", Sent: w.Now(), Carries: photo}
	l, err := w.Hear(photo)
	if err != nil || len(l) != 1 || !strings.Contains(l[0].Message.Body, "Sede 11, el ") || !strings.HasSuffix(l[0].Message.Body, " a las 15:00, +57 300 123 4567. ¿Está bien?") {
		t.Fatalf("%v %v", l, err)
	}
	talk(t, w, `> claro`+"\n"+`< Te esperamos.`)
	m := w.Transcript()[len(w.Transcript())-1].Message
	day, err := time.Parse(time.DateOnly, m.Link.URL[len(m.Link.URL)-len(time.DateOnly):])
	if err != nil || m.Kind != engine.OutLink || !strings.HasPrefix(m.Link.URL, "https://mapa.example.org/?q=Sede%2011&d=2026-03-") || day.Weekday() != time.Tuesday || m.Footer != "Llega diez minutos antes." {
		t.Errorf("%+v %+v %v", m, m.Link, err)
	}
}
