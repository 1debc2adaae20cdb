package engine_test

import (
	"time"

	"cauce/engine"
	"cauce/engine/eval"
)

var monday = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC) // 09:00 in Bogotá

func es(s string) engine.Words { return engine.Words{"es": s} }

func num(n int64) *int64 { return &n }

// luna is a service with every verb of this version: a question that saves,
// rows, a condition, a wait, a template, a silence that is broken and one that
// is not.
func luna() engine.Definition {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	end := func(o string) engine.Target { return engine.Target{End: o} }
	return engine.Definition{
		Name: "Luna", Languages: []string{"es", "en"}, Timezone: "America/Bogota", Home: "inicio",
		NotUnderstood: es("No te entendí."),
		Human: engine.Human{
			Words: map[string][]string{"es": {"enfermera"}},
			Say:   es("Una enfermera te escribirá pronto."),
			Paths: []engine.Path{{Inbox: "enfermeras"}, {Phone: "+57 601 555 0100", Always: true}},
		},
		Stop: engine.Stop{Words: map[string][]string{"es": {"darme de baja"}}, Say: es("Listo. Escribe {word.start} para volver.")},
		Hint: es("{word.human}: una persona · {word.stop}: salir"),
		Data: []engine.Datum{
			{Name: "nombre", Type: eval.Text, Max: num(40), Keep: 90 * 24 * time.Hour},
			{Name: "plan", Type: eval.Choice, Options: []engine.Option{{ID: "a", Label: es("Plan A")}, {ID: "b", Label: es("Plan B")}}},
			{Name: "semana", Type: eval.Integer, Min: num(1), Max: num(42), UntilStop: true},
		},
		Templates: []engine.Template{{
			Name: "consejo", Category: "utility", Body: es("Hola {nombre}, tu consejo está listo."), Fill: []string{"nombre"},
			Buttons: []engine.Button{{ID: "leer", Label: es("Leer")}, {ID: "nacio", Label: es("Ya nació")}},
		}},
		Flows: []engine.Flow{
			{
				ID: "embarazo", Keywords: map[string][]string{"es": {"embarazo"}, "en": {"pregnancy"}}, Begins: "permiso",
				Outcomes: []string{"listo", "no_quiso"},
				Nodes: []engine.Node{
					{ID: "permiso", Verb: engine.AskVerb, Ask: es("¿Quieres consejos?"), Rows: []engine.Row{
						{ID: "si", Label: es("Sí"), Go: to("semana")},
						{ID: "no", Label: es("No"), Say: []engine.Words{es("Está bien.")}, Go: end("no_quiso")},
					}},
					{ID: "semana", Verb: engine.AskVerb, Ask: es("¿De cuántas semanas?"), Save: "semana",
						Rows:    []engine.Row{{ID: "no_se", Label: es("No lo sé"), Go: engine.Target{Own: engine.ToHuman}}},
						Retry:   []engine.Words{es("Solo el número.")},
						Silence: &engine.Silence{After: 4 * time.Hour, Say: es("¿Sigues ahí?"), Times: 1, Go: end("listo")},
						Go:      to("consejo")},
					{ID: "consejo", Verb: engine.WhenVerb, When: []engine.Case{{If: "semana >= 37", Go: to("maleta")}}, Otherwise: to("descanso")},
					{ID: "maleta", Verb: engine.SayVerb, Say: []engine.Words{es("Semana {semana}: prepara tu maleta.")}, Go: to("esperar")},
					{ID: "descanso", Verb: engine.SayVerb, Say: []engine.Words{es("Semana {semana}: descansa.")}, Go: to("esperar")},
					{ID: "esperar", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 7 * 24 * time.Hour}, At: 600}, Go: to("aviso")},
					{ID: "aviso", Verb: engine.TemplateV, Template: "consejo", Fill: []engine.Fill{{Name: "nombre", Source: `nombre ?? "amiga"`}},
						Rows: []engine.Row{
							{ID: "leer", Go: to("mas")},
							{ID: "nacio", Say: []engine.Words{es("¡Felicidades!")}, Go: end("listo")},
						},
						Otherwise: to("mas"), Silence: &engine.Silence{After: 21 * 24 * time.Hour, Go: end("listo")}},
					{ID: "mas", Set: []engine.Assign{{Name: "semana", Source: "min(semana + 1, 42)"}}, Go: to("consejo")},
				},
			},
			{
				ID: "inicio", Keywords: map[string][]string{"es": {"hola"}}, Begins: "nombre", Outcomes: []string{"done"},
				Nodes: []engine.Node{
					{ID: "nombre", Verb: engine.AskVerb, Say: []engine.Words{es("Hola.")}, Ask: es("¿Cómo te llamas?"), Save: "nombre", Go: to("plan")},
					{ID: "plan", Verb: engine.AskVerb, Ask: es("¿Qué plan, {nombre}?"), Save: "plan", Go: to("gracias")},
					{ID: "gracias", Verb: engine.SayVerb, Say: []engine.Words{es("Gracias, {nombre}: {plan}.")}, Go: end("done")},
				},
			},
			{
				ID: "tarde", Keywords: map[string][]string{"es": {"tarde"}}, Begins: "espera", Outcomes: []string{"done"},
				Nodes: []engine.Node{
					{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 25 * time.Hour}, At: -1, Reply: "durante"}, Go: to("libre")},
					{ID: "durante", Verb: engine.SayVerb, Say: []engine.Words{es("Todavía no.")}, Go: to("espera")},
					{ID: "libre", Verb: engine.AskVerb, Ask: es("¿Ya?"), Rows: []engine.Row{{ID: "ya", Label: es("Ya"), Go: end("done")}}},
				},
			},
		},
	}
}
