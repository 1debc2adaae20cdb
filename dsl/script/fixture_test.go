package script

import (
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
)

func words(s string) engine.Words { return engine.Words{"es": s} }

func ptr(n int64) *int64 { return &n }

func to(n engine.NodeID) engine.Target { return engine.Target{Node: n} }

// service is a small service with one of everything that scripts can see: a
// list, buttons, a template, a wait, a nudge, words that need escapes.
func service(t testing.TB) *engine.Service {
	t.Helper()
	done := engine.Target{End: "done"}
	row := func(id, label string, go_ engine.Target) engine.Row {
		return engine.Row{ID: id, Label: words(label), Go: go_}
	}
	s, err := engine.New(engine.Definition{
		Name: "Luna", Languages: []string{"es"}, Timezone: "America/Bogota", Home: "inicio",
		NotUnderstood: words("No te entendí."),
		Human:         engine.Human{Say: words("Una persona te escribirá."), Paths: []engine.Path{{Inbox: "enfermeras"}}},
		Stop:          engine.Stop{Say: words("Listo, no te escribiremos más.")},
		Hint:          words("AYUDA · SALIR"),
		Data:          []engine.Datum{{Name: "semana", Type: eval.Integer, Min: ptr(1), Max: ptr(42), Needs: "nothing"}},
		Templates: []engine.Template{{
			Name: "consejo", Category: "utility", Body: words("Tu consejo está listo."),
			Buttons: []engine.Button{{ID: "leer", Label: words("Leer")}, {ID: "no", Label: words("Ahora no")}},
		}},
		Flows: []engine.Flow{
			{
				ID: "inicio", Begins: "saludo", Outcomes: []string{"done"},
				Nodes: []engine.Node{
					{ID: "saludo", Verb: engine.AskVerb, Ask: words("¡Hola! ¿Cómo estás?"), Rows: []engine.Row{
						row("bien", "Bien", to("semana")), row("mal", "Mal", engine.Target{Own: engine.ToHuman}),
					}},
					{
						ID: "semana", Verb: engine.AskVerb, Ask: words("¿De cuántas semanas estás?\n\nUn número del 1 al 42."), Save: "semana",
						Silence: &engine.Silence{After: 4 * time.Hour, Say: words("¿Sigues ahí?"), Times: 1, Go: done}, Go: to("consejo"),
					},
					{ID: "consejo", Verb: engine.SayVerb, Say: []engine.Words{words("Semana {semana}: descansa."), words("Bebe agua.")}, Go: to("esperar")},
					{ID: "esperar", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 7 * 24 * time.Hour}, At: 600}, Go: to("aviso")},
					{ID: "aviso", Verb: engine.TemplateV, Template: "consejo", Rows: []engine.Row{
						{ID: "leer", Go: to("temas")}, {ID: "no", Go: done},
					}, Otherwise: to("temas")},
					{ID: "temas", Verb: engine.AskVerb, Ask: words("¿Qué tema?"), Opener: words("Ver: temas"), Rows: []engine.Row{
						row("a", "Sueño", done), row("b", "Comida | agua", done), row("c", "Dolor [fuerte]", done), row("d", "Otro", to("consejo")),
					}},
				},
			},
			{
				ID: "raro", Begins: "raro", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"raro"}},
				Nodes: []engine.Node{
					{ID: "raro", Verb: engine.SayVerb, Say: []engine.Words{
						words("(Ojo) [1] \\ y ... fin"), words("template no soy"), words("uno\n\n  sangrado\n# dos\n> tres [x]"), words("Espera..."),
					}, Go: to("elige")},
					{ID: "elige", Verb: engine.AskVerb, Ask: words("Elige [una]"), Rows: []engine.Row{row("x", "a\\b", done), row("y", "[y]: z", done)}},
				},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse reads a script that has nothing wrong.
func parse(t testing.TB, src string) *Script {
	t.Helper()
	s, list := Parse("x.chat", []byte(src))
	if s == nil {
		t.Fatalf("the script has problems: %+v\n%s", list, src)
	}
	return s
}
