package check_test

import (
	"strings"
	"testing"
	"time"

	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

func syntaxOf(t *testing.T, name, src string) *syntax.File {
	t.Helper()
	f, list := syntax.Parse(name, []byte(src))
	if len(list) > 0 {
		t.Fatal(list)
	}
	return f
}

// said is a list as people read it.
func said(t *testing.T, files []*syntax.File, list diag.List) string {
	t.Helper()
	src := diag.Sources{}
	for _, f := range files {
		src[f.Name] = f.Source
	}
	var b strings.Builder
	if err := diag.Write(&b, list, src, diag.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// nodesOf lowers a flow and gives its nodes by name.
func nodesOf(t *testing.T, flow string, replace ...string) map[engine.NodeID]engine.Node {
	t.Helper()
	out := map[engine.NodeID]engine.Node{}
	files := append(parse(t, flow, replace...), syntaxOf(t, "otra.toml", other))
	c, list := check.Flows(files...)
	if list.HasErrors() {
		t.Fatal(said(t, files, list))
	}
	for _, n := range c.Definition().Flows[0].Nodes {
		n.Origin = engine.Origin{}
		out[n.ID] = n
	}
	return out
}

func place(line, column int) engine.Origin {
	return engine.Origin{File: "inicio.toml", Line: line, Column: column}
}

func es(s string) engine.Words { return engine.Words{"es": s} }

// other is a flow that others run.
const other = `begins = "a"
outcomes = ["si", "no"]
[data.quien]
type = "text"
max = 40
given = true
[data.cuantas]
type = "integer"
given = true
[node.a]
ask = "¿Vienes, {quien}? Van {cuantas}."
choose = [ { id = "si", label = "Sí", end = "si" }, { id = "no", label = "No", end = "no" } ]
`

func TestVerbsLower(t *testing.T) {
	nodes := nodesOf(t, `begins = "azar"
outcomes = ["listo"]

[node.azar]
split = [ { share = 30, go = "despacho" }, { share = 70, end = "listo" } ]

[node.despacho]
say = "Un momento."
handover = "enfermeras"
tell = ["nombre", "zona"]
priority = 3
done = "tarde"
nobody = "@home"
go = "azar"

[node.tarde]
schedule = { flow = "inicio", in = "3 days", at = "10:00" }
go = "manana"

[node.manana]
schedule = { flow = "inicio", at = "tomorrow 08:00" }
go = "marcas"

[node.marcas]
tag = ["alta", "zona_norte"]
count = "altas"
forget = ["nombre"]
cancel = "inicio"
set = { contact.timezone = "America/Lima" }
go = "enlace"

[node.enlace]
say = "Mira."
link = { label = "Abrir", url = "https://example.org/{zona}" }
header = "Vacunas"
footer = "Gratis"
hold = { for = "48 hours", else = "pregunta" }
go = "pregunta"

[node.pregunta]
ask = "¿Cuántas veces?"
save = "veces"
check = [ { if = "value > 50", say = "{value} son muchas." } ]
shape = "numbers"
hold = true
choose = [ { id = "ninguna", label = "Ninguna", section = "Más", tag = "nunca", count = "nunca", end = "listo" } ]
go = "llamada"

[node.llamada]
call = "otra"
on = { si = { end = "listo" }, no = "azar" }
with = { quien = "{nombre ?? 'Ana'}", cuantas = "veces + 1" }

[moved]
viejo = "azar"
antes = "tarde"
`)
	go_ := func(to engine.NodeID) engine.Target { return engine.Target{Node: to} }
	listo := engine.Target{End: "listo"}
	same(t, "split", nodes["azar"].Split, []engine.Share{
		{Share: 30, Go: go_("despacho"), Origin: place(5, 11)}, {Share: 70, Go: listo, Origin: place(5, 44)}})
	same(t, "handover", []any{nodes["despacho"].Verb, nodes["despacho"].Say, *nodes["despacho"].Handover}, []any{
		engine.HandoverVerb, []engine.Words{es("Un momento.")}, engine.Handing{Inbox: "enfermeras", Tell: []string{"nombre", "zona"},
			Priority: 3, Done: go_("tarde"), Closed: go_("azar"), Nobody: engine.Target{Own: engine.ToHome}}})
	same(t, "schedule", *nodes["tarde"].Schedule, engine.Schedule{Flow: "inicio", Wait: engine.Wait{
		For: engine.Duration{Exact: 72 * time.Hour}, At: 600}})
	same(t, "schedule at", *nodes["manana"].Schedule, engine.Schedule{Flow: "inicio", Wait: engine.Wait{
		At: -1, Until: &engine.Clock{Minutes: 480, Tomorrow: true}}})
	same(t, "marks", nodes["marcas"], engine.Node{ID: "marcas", Tags: []string{"alta", "zona_norte"}, Count: "altas",
		Forget: []string{"nombre"}, Cancel: "inicio", Go: go_("enlace"),
		Set: []engine.Assign{{Name: engine.NameZone, Source: "America/Lima", Origin: place(29, 17)}}})
	same(t, "link", nodes["enlace"], engine.Node{ID: "enlace", Verb: engine.SayVerb, Say: []engine.Words{es("Mira.")},
		Link:   &engine.Link{Label: es("Abrir"), URL: es("https://example.org/{zona}"), Origin: place(34, 1)},
		Header: es("Vacunas"), Footer: es("Gratis"), Go: go_("pregunta"),
		Hold: &engine.Hold{For: engine.Duration{Exact: 48 * time.Hour}, Else: go_("pregunta")}})
	q := nodes["pregunta"]
	same(t, "question", []any{q.Checks, q.Shape, *q.Hold}, []any{
		[]engine.Check{{If: "value > 50", Say: es("{value} son muchas."), Origin: place(43, 11)}}, "numbers", engine.Hold{}})
	same(t, "row", q.Rows, []engine.Row{{ID: "ninguna", Label: es("Ninguna"), Section: es("Más"), Tags: []string{"nunca"},
		Count: "nunca", Go: listo, Origin: place(46, 12)}})
	same(t, "call", []any{nodes["llamada"].Call, nodes["llamada"].On, nodes["llamada"].With}, []any{engine.FlowID("otra"),
		[]engine.Outcome{
			{Name: "si", Go: listo, Origin: place(51, 8)}, {Name: "no", Go: go_("azar"), Origin: place(51, 32)},
			{Name: "left", Go: engine.Target{End: "left"}, Origin: place(50, 8)},
		},
		[]engine.Assign{{Name: "quien", Source: "{nombre ?? 'Ana'}", Origin: place(52, 10)}, {Name: "cuantas", Source: "veces + 1", Origin: place(52, 39)}}})
}
