package dsl_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"cauce/dsl"
	"cauce/dsl/script"
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
	fsys := fstest.MapFS{
		"service.toml":     {Data: []byte(toml[0])},
		"embarazo.toml":    {Data: []byte(toml[1])},
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
	s, problems := script.Parse("una_semana_de_silencio.chat", []byte(chat+"\n"))
	if s == nil {
		t.Fatalf("the page's conversation: %v", problems)
	}
	if r := s.Play(svc); !r.Passed() {
		t.Fatalf("the page's conversation goes otherwise: %+v", r)
	}
}
