package dsl_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cauce/dsl"
	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/dsl/everywhere"
	"cauce/dsl/script"
	"cauce/dsl/syntax"
)

// What the language page leaves out of its service: a few short flows.
var besideThePage = map[string]string{
	"bienvenida.toml": `
title    = "Bienvenida"
keywords = { es = ["hola"], en = ["hello"] }
begins   = "nombre"
[node.nombre]
ask    = { es = "Soy Luna. ¿Cómo te llamas?", en = "I am Luna. What is your name?" }
save   = "nombre"
choose = [ { id = "no", label = { es = "Prefiero no decir", en = "I'd rather not" } } ]
go     = "saludo"
[node.saludo]
say = { es = "Hola, {nombre ?? 'amiga'}. Escribe *embarazo*.", en = "Hello, {nombre ?? 'friend'}. Send *pregnancy*." }
end = "done"
`,
	"urgente.toml": `
begins = "aviso"
[node.aviso]
say = { es = "Ve ya a urgencias.", en = "Go to the emergency room now." }
go  = "@human"
`,
	"cierre.toml": `
begins = "gracias"
[node.gracias]
say = { es = "Gracias por escribirnos.", en = "Thank you for writing to us." }
go  = "avisar"
[node.avisar]
fetch  = "clinica"
post   = "/visits"
body   = { language = "{contact.language}" }
go     = "fin"
failed = "fin"
[node.fin]
end = "done"
`,
	"recordatorio.toml": `
begins = "aviso"
[data.cual]
type  = "date"
given = true
[node.aviso]
say     = { es = "Tu cita es el {day(cual, 'long')}.", en = "Your visit is on {day(cual, 'long')}." }
outside = "consejo_semanal"
end     = "done"
`,
}

// fences are the fenced blocks of a page, in order.
func fences(page, kind string) []string {
	var out []string
	for block := range strings.SplitSeq(page, "\n```"+kind+"\n") {
		if len(out) > 0 || strings.Contains(page, "\n```"+kind+"\n"+block) {
			if body, _, ok := strings.Cut(block, "\n```"); ok {
				out = append(out, body+"\n")
			}
		}
	}
	return out
}

// The service of the language page is a service: it compiles, and behaves as
// the page's own conversation says.
func TestLanguagePage(t *testing.T) {
	src, err := os.ReadFile("../docs/LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(src)
	picture, err := os.ReadFile("../testdata/media/maleta.jpg")
	if err != nil {
		t.Fatal(err)
	}
	toml := fences(page, "toml")
	if len(toml) != 2 {
		t.Fatalf("the page has %d blocks of TOML, not a service and a flow", len(toml))
	}
	verbs := fences(page, "toml verbs")
	if len(verbs) != 1 {
		t.Fatalf("the page shows the verbs in %d blocks", len(verbs))
	}
	fsys := fstest.MapFS{
		"service.toml":     {Data: []byte(toml[0])},
		"embarazo.toml":    {Data: []byte(toml[1])},
		"cita.toml":        {Data: []byte(verbs[0])},
		"media/maleta.jpg": {Data: picture},
	}
	for name, flow := range besideThePage {
		fsys[name] = &fstest.MapFile{Data: []byte(flow)}
	}
	svc, list := dsl.Load(fsys)
	if len(list) > 0 || svc == nil {
		t.Fatalf("the page's service:\n%s", written(t, fsys, list))
	}
	_, section, _ := strings.Cut(page, "\n## 9.")
	_, chat, _ := strings.Cut(section, "\n```\n")
	chat, _, ok := strings.Cut(chat, "\n```")
	if !ok {
		t.Fatal("section 9 has no conversation")
	}
	_, rules, _ := strings.Cut(section, "**Everywhere.**")
	rules, _, ok = strings.Cut(rules[strings.Index(rules, "\n```\n")+5:], "\n```")
	if r, list := everywhere.Parse("tests/everywhere.toml", []byte(rules+"\n"), svc); !ok || r == nil || len(list) > 0 {
		t.Fatalf("the page's rules: %v\n%s", list, rules)
	}
	s, problems := script.Parse("una_semana_de_silencio.chat", []byte(chat+"\n"))
	if s == nil {
		t.Fatalf("the page's conversation: %v", problems)
	}
	if r := s.Play(svc); !r.Passed() {
		t.Fatalf("the page's conversation goes otherwise: %+v", r)
	}
	s, problems = script.Parse("cita.chat", []byte(verbsChat))
	if s == nil {
		t.Fatalf("the conversation about the verbs: %v", problems)
	}
	if r := s.Play(svc); !r.Passed() {
		t.Fatalf("the flow of the verbs goes otherwise: %+v", r)
	}
	for _, verb := range []string{
		"say", "ask", "when", "wait", "split", "call", "fetch", "schedule", "handover", "consent", "template", "end",
	} {
		if !strings.Contains(toml[1], "\n"+verb+" ") && !strings.Contains(verbs[0], "\n"+verb+" ") {
			t.Errorf("the page has no example of %s", verb)
		}
	}
}

// Every code that an author may meet stands in the page, and the page names
// none that there is not.
func TestLanguagePageNamesEveryCode(t *testing.T) {
	src, err := os.ReadFile("../docs/LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(src), "\n| id | level | rule |\n")
	table, _, ok := strings.Cut(section, "\n\n")
	if !ok {
		t.Fatal("section 7 has no table")
	}
	codes := append(slices.Clone(check.Codes), dsl.Unreadable, dsl.Internal,
		syntax.Encoding, syntax.Syntax, syntax.Duplicate, syntax.TooBig, syntax.TooDeep, script.Syntax)
	named := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n") {
		ids, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		for i, id := range strings.Split(ids, "`") {
			if i%2 == 0 || strings.HasPrefix(strings.Split(ids, "`")[i+1], " ‡") {
				continue // between two ids; not built
			}
			if named[id] {
				t.Errorf("%s has two rows", id)
			}
			named[id] = true
			if !slices.Contains(codes, diag.Code(id)) {
				t.Errorf("%s is in the page, and no diagnostic has that code", id)
			}
		}
	}
	for _, code := range codes {
		if !named[string(code)] {
			t.Errorf("%s is not in the page's table", code)
		}
	}
}

// A conversation about the flow that shows the verbs.
const verbsChat = `flow cita
lang es
clock 2026-03-02 09:00 America/Bogota

> cita
< (location?) ¿Dónde estás?
> (location 4.6,-74.1)
< ¿Qué día puedes venir?
> hoy
< Para hoy, llámanos.
> 5 de marzo
~ fetch clinica 200 {"slots": [{"id": "a1", "hora": "08:30", "sede": "Centro"}, {"id": "a2", "hora": "14:00", "sede": "Norte"}]}
< El 5 de marzo de 2026 hay estas horas: [08:30] [14:00] [Otro día]
> [08:30]
~ fetch clinica 0
< Una enfermera te busca un lugar.
= handover waiting
= tag sin_cita
~ operator done
< Gracias por escribirnos.
`
