package script

import (
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
)

// wide is a service with everything that a message can carry, and with all that
// the world can do to a conversation: consents, a connection, operators.
func wide(t testing.TB) *engine.Service {
	t.Helper()
	done := engine.Target{End: "done"}
	row := func(id, label, title string) engine.Row {
		r := engine.Row{ID: id, Label: words(label), Go: done}
		if title != "" {
			r.Section = words(title)
		}
		return r
	}
	image := engine.Media{Type: "image", File: map[string]string{"es": "media/maleta.jpg"}, Alt: words("Una maleta")}
	s, err := engine.New(engine.Definition{
		Name: "Luna", Languages: []string{"es"}, Timezone: "America/Bogota", Home: "ver", Privacy: "https://example.org/p",
		NotUnderstood: words("No te entendí."),
		Human:         engine.Human{Say: words("Una persona te escribirá."), Paths: []engine.Path{{Inbox: "enfermeras"}}},
		Stop:          engine.Stop{Say: words("Listo, no te escribiremos más.")},
		Hint:          words("AYUDA · SALIR"),
		Consents:      []engine.Consent{{Name: "consejos", Version: 3, Messages: true, Purpose: words("enviarte consejos")}},
		Connections:   []engine.Connection{{Name: "clinica", URL: "https://api.example.org"}},
		Data: []engine.Datum{
			{Name: "fecha", Type: eval.Date, Needs: "nothing"},
			{Name: "foto", Type: eval.Media, Needs: "nothing"},
			{Name: "lugar", Type: eval.Location, Needs: "nothing"},
			{Name: "nombre", Type: eval.Text, Needs: "nothing"},
			{Name: "semana", Type: eval.Integer, Min: ptr(1), Max: ptr(42), Needs: "nothing"},
		},
		Flows: []engine.Flow{
			{
				ID: "cita", Begins: "pide", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"cita"}},
				Nodes: []engine.Node{
					{ID: "pide", Verb: engine.FetchVerb, Tags: []string{"citas"}, Go: to("dice"), Fetch: &engine.Request{
						Connection: "clinica", Method: "GET", Path: "/citas", Timeout: 10 * time.Second, Failed: to("falla"),
						Save: []engine.Assign{{Name: "nombre", Source: "result.body.name"}},
					}},
					{ID: "dice", Verb: engine.SayVerb, Say: []engine.Words{words("Tu cita es con {nombre ?? \"alguien\"}.")}, Go: done},
					{ID: "falla", Verb: engine.SayVerb, Say: []engine.Words{words("Hoy no puedo mirar tu cita.")}, Go: done},
				},
			},
			{
				ID: "semana", Begins: "semana", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"semana"}},
				Nodes: []engine.Node{
					{ID: "semana", Verb: engine.AskVerb, Ask: words("¿De cuántas semanas estás?"), Save: "semana", Go: to("consejo")},
					{ID: "consejo", Verb: engine.SayVerb, Say: []engine.Words{words("Semana {semana}: descansa.")}, Go: done},
				},
			},
			{
				ID: "ver", Begins: "permiso", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"ver"}},
				Nodes: []engine.Node{
					{ID: "permiso", Verb: engine.ConsentVerb, Consent: "consejos", Ask: words("¿Podemos {purpose}?"), Rows: []engine.Row{
						{ID: "yes", Label: words("Sí, acepto"), Go: to("maleta")}, {ID: "no", Label: words("No, gracias"), Go: to("maleta")},
					}},
					{ID: "maleta", Verb: engine.SayVerb, Say: []engine.Words{words("Prepara tu maleta.")}, Media: []engine.Media{image}, Go: to("mapa")},
					{ID: "mapa", Verb: engine.SayVerb, Go: to("carta"), Media: []engine.Media{
						{Type: "location", Lat: 4.6, Lng: -74.1, Name: words("Clínica"), Addr: words("Calle 1")},
						{Type: "contact_card", Name: words("Ana"), Phone: "+573001234567"},
					}},
					{
						ID: "carta", Verb: engine.SayVerb, Say: []engine.Words{words("Lee más.")}, Header: words("Luna (gratis)"), Footer: words("De lunes a viernes"),
						Link: &engine.Link{Label: words("Abrir"), URL: words("https://example.org/a(b)")}, Go: to("donde"),
					},
					{ID: "donde", Verb: engine.AskVerb, Ask: words("¿Dónde estás?"), Save: "lugar", Want: []string{"location"}, Go: to("foto")},
					{ID: "foto", Verb: engine.AskVerb, Ask: words("Envía una foto."), Save: "foto", Want: []string{"image"}, Go: to("tema")},
					{ID: "tema", Verb: engine.AskVerb, Ask: words("¿Qué tema?"), Opener: words("Ver"), Rows: []engine.Row{
						row("a", "Sueño", "Madre"), row("b", "(Comida)", ""), row("c", "Fiebre", "Bebé"), row("d", "Otro", ""),
					}},
				},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
