package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/dsl"
	"cauce/dsl/script"
	"cauce/engine"
)

// Whatever a person types, taps and waits for, in whatever service: what is
// saved is a script that the service passes.
func TestSavedConversationsPass(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/services/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no services", err)
	}
	services := map[string]*engine.Service{}
	dirs = append(dirs, "../../flows/luna", "../../testdata/cmd/saludo")
	for _, dir := range dirs {
		svc, list := dsl.Load(os.DirFS(dir))
		if svc == nil {
			t.Fatal(list)
		}
		services[dir] = svc
	}
	kept, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		svc := services[rapid.SampledFrom(dirs).Draw(t, "service")]
		start := time.Date(2026, 10, 25, 0, rapid.IntRange(0, 3000).Draw(t, "minutes"), 31, 5, time.UTC)
		p := newPhone(svc, start, io.Discard, false, true)
		if rapid.Bool().Draw(t, "told") {
			p.line("/lang " + rapid.SampledFrom(svc.Languages()).Draw(t, "language"))
		}
		lines := []string{
			"1", "2", "3", "4", "9", "hola", "20", "Ana", "sí", "2026-11-03", "16:30", "menú", "embarazo", "ayuda", "salir", "alta", "agente",
			"/say 1", "/say [x]", `/say \`, "[nada]", "(audio)", "(location 4.6,-74.1)", "(image foto.jpg)", "# no", "< no", "a  b ...", `\(x`, "\u00a0é", "/time +25h",
			"/time +3d 10:00", "/time Tue 09:00", "/time +30m", "/time +5w", "/time 2026-10-25 09:00", "/operator claim Ana", `/operator "Hola\n[1]"`, "/release",
		}
		for _, c := range svc.Connections() {
			lines = append(lines, "/fetch "+c.Name+" 200 {}", "/fetch "+c.Name+" 0", "/fetch  "+c.Name+`  200  {"a": [1, "# x"]}`)
		}
		for _, l := range svc.Languages() {
			lines = append(lines, svc.Vocabulary(l).Keywords...)
		}
		for _, l := range rapid.SliceOfN(rapid.SampledFrom(lines), 1, 12).Draw(t, "lines") {
			p.line(l)
		}
		src, problem := p.script()
		if problem == p.words.nothingSaid {
			return
		}
		if problem != "" {
			refused++
			t.Fatalf("not saved: %s\n%s", problem, p.take.Write(svc, ""))
		}
		kept++
		s, list := script.Parse("x.chat", src)
		if s == nil {
			t.Fatalf("%v\n%s", list, src)
		}
		if r := s.Play(svc); !r.Passed() || len(r.Steps) != p.take.Len()+1 {
			t.Fatalf("%d lines of %d\n%s", len(r.Steps)-1, p.take.Len(), src)
		}
		// To the last word: rewriting it changes nothing.
		if again := s.Rewrite(svc); string(again) != string(src) {
			t.Fatalf("%s\nbecame\n%s", src, again)
		}
	})
	if kept < 50 {
		t.Errorf("only %d were saved, %d not", kept, refused)
	}
}

// Every line that does something is in the script, and none that does nothing.
func TestTakeIsWhole(t *testing.T) {
	p := newPhone(saludo(t), monday.Add(40*time.Second), io.Discard, false, true)
	for _, l := range []string{"hola", "", "/help", "/nada", "[otra]", "9", "/time nunca", "/time 2020-01-01 10:00", "1", "/time +25h", "/release", "/save ???"} {
		p.line(l)
	}
	src, problem := p.script()
	want := "clock 2026-03-02 09:00\n\n> hola\n< ¡Hola! ¿Qué quieres? [Leer] [Nada]\n> 9\n"
	if problem != "" || !strings.HasPrefix(string(src), want) {
		t.Fatalf("%s\n%s", problem, src)
	}
	if n := strings.Count(string(src), "\n>") + strings.Count(string(src), "\n@") + strings.Count(string(src), "\n~"); n != p.take.Len() || n != 4 {
		t.Errorf("%d lines\n%s", n, src)
	}
}

// A file that can't be written is told, and the talk goes on.
func TestSaveFails(t *testing.T) {
	var out strings.Builder
	p := newPhone(saludo(t), monday, &out, false, true)
	p.folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(p.folder, "tests"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p.line("hola")
	if p.line("/save x") || !strings.Contains(out.String(), "tests") {
		t.Errorf("%s", &out)
	}
	// Words that a script can't hold are not saved, and say so.
	q := newPhone(saludo(t), monday, &out, false, true)
	q.folder = t.TempDir()
	q.line("hola")
	q.take = q.take.Then("> [nada]", nil)
	out.Reset()
	q.line("/save x")
	if _, err := os.Stat(filepath.Join(q.folder, "tests", "x.chat")); err == nil || !strings.Contains(out.String(), "no pasaría") {
		t.Errorf("%v %s", err, &out)
	}
	// Replaced only by a yes, which is the whole answer.
	r := newPhone(saludo(t), monday, &out, false, true)
	r.folder = t.TempDir()
	r.line("hola")
	r.line("/save x")
	r.line("1")
	for i, answer := range []string{"", "no", "/save x", "sí no", "SÍ"} {
		r.line("/save x")
		r.line(answer)
		src, err := os.ReadFile(filepath.Join(r.folder, "tests", "x.chat"))
		if replaced := strings.Contains(string(src), "[Leer]\n<"); err != nil || replaced != (i == 4) {
			t.Errorf("%q: %v\n%s", answer, err, src)
		}
		if r.question != nil {
			t.Errorf("%q is no answer", answer)
		}
	}
}
