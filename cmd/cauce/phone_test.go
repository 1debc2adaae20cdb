package main

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"cauce/dsl"
	"cauce/engine"
)

var update = flag.Bool("update", false, "rewrite the archives in testdata")

func saludo(t *testing.T) *engine.Service {
	t.Helper()
	svc, list := dsl.Load(os.DirFS("../../testdata/cmd/saludo"))
	if svc == nil {
		t.Fatal(list)
	}
	return svc
}

// monday is a Monday, 09:00 in Bogota.
var monday = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

func TestPhone(t *testing.T) {
	const name = "testdata/phone.txtar"
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := newPhone(saludo(t), monday, &out, false, true).talk(strings.NewReader(string(a.Files[0].Data))); err != nil {
		t.Fatal(err)
	}
	if out.String() == string(a.Files[1].Data) {
		return
	}
	if !*update {
		t.Fatalf("got:\n%s\nwant:\n%s", &out, a.Files[1].Data)
	}
	a.Files[1].Data = []byte(out.String())
	if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Before anything was typed, the prompt says nothing of a window; in a terminal
// nothing is typed twice; colours come only when they are asked for.
func TestPhoneInATerminal(t *testing.T) {
	var out strings.Builder
	p := newPhone(saludo(t), monday, &out, true, false)
	if err := p.talk(strings.NewReader("hola\n")); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); strings.Contains(s, "> hola") || !strings.Contains(s, "\x1b[36m[Leer]\x1b[0m") || strings.Contains(s, p.words.shut) {
		t.Errorf("%q", s)
	}
}

// Words that reach the terminal never act on it.
func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"¡Hola! 🌙":       "¡Hola! 🌙",
		"a\x1b[31mb\x07": "a[31mb",
		"a\tb\u009bc":    "a bc",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
