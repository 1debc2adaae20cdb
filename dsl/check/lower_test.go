package check_test

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
)

// parse parses a service of two files: the base service of testdata/diag with
// some of its text replaced, and one flow.
func parse(t *testing.T, flow string, replace ...string) []*syntax.File {
	t.Helper()
	src, err := os.ReadFile("../../testdata/diag/base/service.toml")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(string(src), replace[i]) {
			t.Fatalf("the base service has no %q", replace[i])
		}
	}
	service, list := syntax.Parse("service.toml", []byte(strings.NewReplacer(replace...).Replace(string(src))))
	inicio, more := syntax.Parse("inicio.toml", []byte(flow))
	if list.Add(more...); len(list) > 0 {
		t.Fatal(list)
	}
	return []*syntax.File{service, inicio}
}

// definition is what a good service lowers to.
func definition(t *testing.T, flow string, replace ...string) engine.Definition {
	t.Helper()
	files := parse(t, flow, replace...)
	c, list := check.Flows(files...)
	if list.HasErrors() {
		var b strings.Builder
		src := diag.Sources{}
		for _, f := range files {
			src[f.Name] = f.Source
		}
		if err := diag.Write(&b, list, src, diag.Options{}); err != nil {
			t.Fatal(err)
		}
		t.Fatal(b.String())
	}
	return c.Definition()
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}

const smallest = "begins = \"a\"\n[node.a]\nsay = \"Hola.\"\nend = \"done\"\n"

func TestServiceLowers(t *testing.T) {
	d := definition(t, smallest)
	same(t, "name", d.Name, "Vacunas")
	same(t, "languages", d.Languages, []string{"es"})
	same(t, "home", d.Home, engine.FlowID("inicio"))
	same(t, "hours", d.Human.Hours, []engine.Hours{
		{Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}, From: 480, To: 1020},
		{Days: [7]bool{6: true}, From: 480, To: 720},
	})
	same(t, "holidays", d.Human.Holidays, []string{"2026-12-25"})
	same(t, "give_up", d.Human.GiveUp, engine.GiveUp{
		After: engine.Duration{WorkingDays: 2}, Say: engine.Words{"es": "Perdona, no hubo nadie libre."}, Template: "nadie_libre",
	})
	same(t, "idle", d.Human.Idle, 12*time.Hour)
	same(t, "paths", d.Human.Paths, []engine.Path{{Inbox: "enfermeras"}, {Phone: "+57 601 555 0100", Always: true}})
	same(t, "stop", d.Stop.Words, map[string][]string{"es": {"darme de baja"}})
	same(t, "templates", []any{d.Templates[0].Name, d.Templates[0].Fill, d.Templates[0].Buttons[1]},
		[]any{"recordatorio", []string{"nombre"}, engine.Button{ID: "no_puedo", Label: engine.Words{"es": "No puedo"}}})

	var names []string
	for _, x := range d.Data {
		names = append(names, x.Name)
	}
	same(t, "data", names, []string{"edad", "nombre", "veces", "zona"})
	low, high := int64(0), int64(120)
	// What only answers a request is kept 30 days, also when nobody says so.
	same(t, "edad", d.Data[0], engine.Datum{Name: "edad", Type: eval.Integer, Min: &low, Max: &high, Needs: "request", Sensitive: "health",
		Share: []string{"operators"}, Keep: 720 * time.Hour})
	same(t, "veces", []any{d.Data[2].Default, d.Data[2].UntilStop, d.Data[2].Keep}, []any{eval.IntOf(0), true, time.Duration(0)})
	same(t, "zona", d.Data[3].Options[1], engine.Option{ID: "sur", Label: engine.Words{"es": "Sur"}})
}

func TestFlowLowers(t *testing.T) {
	d := definition(t, `title = "Visitas"
keywords = ["visita", "ven"]
begins = "a"
outcomes = ["listo"]

[data.viene]
type = "bool"
default = false

[node.a]
set = { veces = 1, nombre = "vecina {veces}", contact.language = "es", viene = true }
go = "b"

[node.b]
say = "Una cosa."
ask = "¿Vienes?"
choose = [ { id = "si", label = "Sí", if = "veces > 0", note = "con gusto" }, { id = "no", label = "No", also = ["nunca"], end = "left" } ]
silence = { after = "90 minutes", say = "¿Hola?", go = "@home" }
go = "c"

[node.c]
wait = { until = "Mon 09:05" }
go = "d"

[node.d]
wait = { for = "1 week" }
go = "@stop"
`)
	f := d.Flows[0]
	same(t, "flow", []any{f.ID, f.Title, f.Begins, f.Outcomes, f.Keywords},
		[]any{engine.FlowID("inicio"), "Visitas", engine.NodeID("a"), []string{"listo"}, map[string][]string{"es": {"visita", "ven"}}})
	at := func(line, column int) engine.Origin {
		return engine.Origin{File: "inicio.toml", Line: line, Column: column}
	}
	same(t, "a", f.Nodes[0], engine.Node{ID: "a", Verb: engine.None, Origin: at(10, 7), Go: engine.Target{Node: "b"}, Set: []engine.Assign{
		{Name: "veces", Source: "1", Origin: at(11, 9)},
		{Name: "nombre", Source: "vecina {veces}", Origin: at(11, 20)},
		{Name: engine.NameLanguage, Source: "es", Origin: at(11, 55)},
		{Name: "viene", Source: "true", Origin: at(11, 72)},
	}})
	b := f.Nodes[1]
	same(t, "b", []any{b.Verb, b.Say, b.Ask, b.Go}, []any{engine.AskVerb,
		[]engine.Words{{"es": "Una cosa."}}, engine.Words{"es": "¿Vienes?"}, engine.Target{Node: "c"}})
	same(t, "b's rows", b.Rows, []engine.Row{
		{ID: "si", Label: engine.Words{"es": "Sí"}, If: "veces > 0", Note: engine.Words{"es": "con gusto"}, Origin: at(17, 12)},
		{ID: "no", Label: engine.Words{"es": "No"}, Also: map[string][]string{"es": {"nunca"}}, Go: engine.Target{End: "left"}, Origin: at(17, 79)},
	})
	same(t, "b's silence", *b.Silence, engine.Silence{After: 90 * time.Minute, Say: engine.Words{"es": "¿Hola?"}, Times: 1, Go: engine.Target{Own: engine.ToHome}})
	same(t, "c", *f.Nodes[2].Wait, engine.Wait{At: -1, Until: &engine.Clock{Minutes: 545, Weekday: time.Monday, OnDay: true}})
	same(t, "d", *f.Nodes[3].Wait, engine.Wait{At: -1, For: engine.Duration{Exact: 168 * time.Hour}})
	same(t, "d's go", f.Nodes[3].Go, engine.Target{Own: engine.ToStop})
}

// A question that saves one of a few, and says nothing of how to choose, shows
// them all: a choice's options, or the service's languages by their own names.
func TestOffered(t *testing.T) {
	d := definition(t, `begins = "a"
[node.a]
ask = "¿Dónde?"
save = "zona"
go = "b"
[node.b]
ask = "¿Qué idioma?"
save = "contact.language"
end = "done"
`)
	var got []string
	for _, n := range d.Flows[0].Nodes {
		for _, r := range n.Rows {
			got = append(got, fmt.Sprintf("%s: %s", r.ID, r.Label["es"]))
		}
	}
	same(t, "rows", got, []string{"norte: Norte", "sur: Sur", "centro: Centro", "es: Español"})
}

func TestHoursThatCrossMidnight(t *testing.T) {
	d := definition(t, smallest, `"Sat 08:00-12:00"`, `"Fri-Sun 20:00-02:00", "Wed 22:00-00:00"`)
	same(t, "hours", d.Human.Hours[1:], []engine.Hours{
		{Days: [7]bool{5: true, 6: true, 0: true}, From: 1200, To: 1440},
		{Days: [7]bool{6: true, 0: true, 1: true}, From: 0, To: 120},
		{Days: [7]bool{3: true}, From: 1320, To: 1440},
	})
}

// Nobody complains of what stands in a file that can't be read.
func TestUnreadFiles(t *testing.T) {
	files := parse(t, "begins = \"a\"\n[node.a]\nask = \"{lejos}\"\nsave = \"otra\"\nend = \"done\"\n[node.b]\ntemplate = \"ninguna\"\nend = \"done\"\n")
	_, list := check.Flows(&syntax.File{Name: "service.toml"}, files[1])
	if len(list) != 1 || list[0].Code != check.UnreachableNode {
		t.Errorf("service.toml unread: %v", list)
	}
	c, list := check.Flows(files[0], &syntax.File{Name: "inicio.toml"})
	if len(list) > 0 || c != nil {
		t.Errorf("inicio.toml unread: %v", list)
	}
}

// A Checked is only ever made of a service without an error.
func TestNothingIsChecked(t *testing.T) {
	if c, list := check.Flows(); c != nil || !list.HasErrors() {
		t.Errorf("no files: %v, %v", c, list)
	}
}
