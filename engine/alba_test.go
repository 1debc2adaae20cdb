package engine_test

import (
	"time"

	"cauce/engine"
	"cauce/engine/eval"
)

// alba is amanecer with flows that follow one another in every way there is:
// that call, two deep, and one that would call itself; that begin later; that
// fetch; that divide; words that work everywhere.
func alba() engine.Definition {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	end := func(o string) engine.Target { return engine.Target{End: o} }
	own := func(o engine.Own) engine.Target { return engine.Target{Own: o} }
	row := func(id, label string, go_ engine.Target) engine.Row {
		return engine.Row{ID: id, Label: es(label), Go: go_}
	}
	hours := func(n int) engine.Duration { return engine.Duration{Exact: time.Duration(n) * time.Hour} }
	d := amanecer()
	d.Connections = []engine.Connection{{Name: "notas", URL: "https://example.org"}}
	d.Anywhere = []engine.Anywhere{
		{Words: map[string][]string{"es": {"salida"}}, Flow: "casa", Leaves: true},
		{Words: map[string][]string{"es": {"pista"}, "en": {"clue"}}, Flow: "ayuda"},
		{Words: map[string][]string{"es": {"socorro", "pista"}}, Flow: "urgente", Urgent: true},
	}
	d.Flows = append(d.Flows,
		engine.Flow{ID: "tutor", Keywords: map[string][]string{"es": {"tutor"}}, Begins: "listo", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "listo", Verb: engine.AskVerb, Ask: es("¿Listo?"), Rows: []engine.Row{row("si", "Listo", to("curso")), row("no", "No estoy", end("done"))}},
			{ID: "curso", Verb: engine.CallVerb, Call: "leccion", With: []engine.Assign{{Name: "nivel", Source: "2 + 1"}}, On: []engine.Outcome{
				{Name: "hecha", Go: to("bravo")}, {Name: "floja", Go: to("curso")}, {Name: "left", Go: to("retoma")},
			}},
			{ID: "bravo", Verb: engine.SayVerb, Say: []engine.Words{es("Bravo: {result.outcome ?? \"nada\"}.")}, Go: end("done")},
			{ID: "retoma", Verb: engine.AskVerb, Ask: es("¿Lo dejamos?"), Rows: []engine.Row{row("si", "Dejamos", end("done")), row("no", "Seguir", to("curso"))}},
		}},
		engine.Flow{ID: "leccion", Begins: "suma", Outcomes: []string{"hecha", "floja"},
			Data: []engine.Datum{{Name: "nivel", Type: eval.Integer, Given: true, Max: num(5), Default: eval.IntOf(1)}},
			Nodes: []engine.Node{
				{ID: "suma", Verb: engine.AskVerb, Count: "lecciones", Ask: es("Nivel {nivel}: ¿dos y dos?"), Rows: []engine.Row{
					{ID: "cuatro", Label: es("Cuatro"), Go: end("hecha"), Tags: []string{"sabe"}, Count: "aciertos"},
					row("nada", "Nada", end("floja")), row("examen", "Examen", to("prueba")), row("luego", "Luego sigo", to("espera")),
					row("atras", "Atrás", own(engine.ToBack)), row("hogar", "A casa", own(engine.ToHome)), row("largo", "Dejar", end("left")),
				}, Silence: &engine.Silence{After: 3 * time.Hour, Go: end("left")}},
				{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: hours(4), At: -1}, Go: to("suma")},
				{ID: "prueba", Verb: engine.CallVerb, Call: "examen", On: []engine.Outcome{{Name: "done", Go: end("hecha")}}},
			}},
		engine.Flow{ID: "examen", Begins: "pide", Outcomes: []string{"done"},
			Data: []engine.Datum{{Name: "nota", Type: eval.Integer, Max: num(10)}},
			Nodes: []engine.Node{
				{ID: "pide", Verb: engine.FetchVerb, Go: to("dice"), Fetch: &engine.Request{Connection: "notas", Method: "GET",
					Path: "/notas/{color ?? \"gris\"}", Save: []engine.Assign{{Name: "nota", Source: "result.body.nota"}}, Failed: to("falla")}},
				{ID: "dice", Verb: engine.AskVerb, Ask: es("Nota {nota ?? 0}. ¿Vale?"), Rows: []engine.Row{
					row("vale", "Vale", end("done")), row("otra", "Otra vez", to("gira")), row("repite", "Repite", to("pide")),
				}},
				{ID: "falla", Verb: engine.SayVerb, Say: []engine.Words{es("No hay notas ({result.status ?? 0}).")}, Go: end("done")},
				{ID: "gira", Verb: engine.CallVerb, Call: "leccion", On: []engine.Outcome{{Name: "hecha", Go: end("done")}, {Name: "floja", Go: end("done")}}},
			}},
		engine.Flow{ID: "agenda", Keywords: map[string][]string{"es": {"agenda"}}, Begins: "cuando", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "cuando", Verb: engine.AskVerb, Ask: es("¿Cuándo?"), Rows: []engine.Row{
				row("pronto", "Pronto", to("pronto")), row("ya", "Ya mismo", to("ya")), row("nunca", "Nunca", to("nunca")), row("curso", "El curso", to("tutor")),
			}},
			{ID: "pronto", Verb: engine.ScheduleVerb, Schedule: &engine.Schedule{Flow: "recuerda", Wait: engine.Wait{For: hours(2), At: -1}},
				With: []engine.Assign{{Name: "que", Source: "pronto"}}, Go: end("done")},
			{ID: "ya", Verb: engine.ScheduleVerb, Schedule: &engine.Schedule{Flow: "recuerda", Wait: engine.Wait{At: -1}}, Go: end("done")},
			{ID: "nunca", Cancel: "recuerda", Forget: []string{"color"}, Go: end("done")},
			{ID: "tutor", Verb: engine.ScheduleVerb, Schedule: &engine.Schedule{Flow: "tutor", Wait: engine.Wait{For: hours(1), At: -1}}, Go: end("done")},
		}},
		engine.Flow{ID: "recuerda", Begins: "pregunta", Outcomes: []string{"done"},
			Data: []engine.Datum{{Name: "que", Type: eval.Text, Given: true, Default: eval.TextOf("eso")}},
			Nodes: []engine.Node{
				{ID: "pregunta", Verb: engine.AskVerb, Ask: es("¿Recuerdas {que}?"), Rows: []engine.Row{row("si", "Recuerdo", end("done")), row("no", "Olvidé", to("curso"))},
					Silence: &engine.Silence{After: 5 * time.Hour, Go: end("left")}},
				{ID: "curso", Verb: engine.CallVerb, Call: "tutor", Go: end("done")},
			}},
		engine.Flow{ID: "ayuda", Begins: "reparte", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "reparte", Verb: engine.SplitVerb, Split: []engine.Share{{Share: 1, Go: to("corta")}, {Share: 3, Go: to("larga")}}},
			{ID: "corta", Verb: engine.SayVerb, Say: []engine.Words{es("Son cuatro.")}, Go: end("done")},
			{ID: "larga", Verb: engine.AskVerb, Ask: es("¿Una pista?"), Rows: []engine.Row{
				row("no", "Sin pista", end("done")), row("volver", "Volver", own(engine.ToBack)), row("duerme", "Duerme", to("espera")),
			}},
			{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: hours(1), At: -1}, Go: to("corta")},
		}},
		engine.Flow{ID: "urgente", Begins: "bien", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "bien", Verb: engine.AskVerb, Ask: es("¿Estás a salvo?"), Rows: []engine.Row{
				row("si", "A salvo", to("adios")), row("no", "Con alguien", own(engine.ToHuman)), row("espera", "Espera", to("espera")),
				row("agenda", "Mañana", to("manana")), row("plantilla", "Avisa", to("aviso")), row("consulta", "Consulta", to("consulta")), row("pantalla", "Casa ya", own(engine.ToHome)),
			}},
			{ID: "adios", Verb: engine.SayVerb, Say: []engine.Words{es("Cuídate.")}, Go: end("done")},
			{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: hours(1), At: -1}, Go: to("bien")},
			{ID: "manana", Verb: engine.ScheduleVerb, Schedule: &engine.Schedule{Flow: "recuerda", Wait: engine.Wait{For: hours(20), At: -1}}, Go: to("adios")},
			{ID: "aviso", Verb: engine.TemplateV, Template: "hola", Fill: []engine.Fill{{Name: "color", Source: `"rojo"`}}, Otherwise: end("done")},
			{ID: "consulta", Verb: engine.CallVerb, Call: "examen", On: []engine.Outcome{{Name: "done", Go: to("bien")}, {Name: "left", Go: to("adios")}}},
		}},
	)
	return d
}
