package main

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"
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
	typed(t, name, a, saludo(t))
}

// The service is in the archive: it shows everything a message can carry.
func TestPhoneShowsEverything(t *testing.T) {
	const name = "testdata/phone_wide.txtar"
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range a.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	svc, list := dsl.Load(files)
	if svc == nil {
		t.Fatal(list)
	}
	typed(t, name, a, svc)
}

// typed types the last file but one of an archive, and compares what is shown
// with the last.
func typed(t *testing.T, name string, a *txtar.Archive, svc *engine.Service) {
	t.Helper()
	n := len(a.Files) - 1
	var out strings.Builder
	if err := newPhone(svc, monday, &out, false, true).talk(strings.NewReader(string(a.Files[n-1].Data))); err != nil {
		t.Fatal(err)
	}
	if out.String() == string(a.Files[n].Data) {
		return
	}
	if !*update {
		t.Fatalf("got:\n%s\nwant:\n%s", &out, a.Files[n].Data)
	}
	a.Files[n].Data = []byte(out.String())
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
