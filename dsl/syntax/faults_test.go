package syntax

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cauce/dsl/diag"
)

var update = flag.Bool("update", false, "write what the tests see into their golden files")

// TestFaults prints the problems of every flow in testdata/*.txtar and compares
// them with the file of the same name that ends in .want.
func TestFaults(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		comment, files := readArchive(t, path)
		want := map[string]string{}
		for _, f := range files {
			want[f.name] = f.text
		}
		fresh := comment
		for _, f := range files {
			stem, isFlow := strings.CutSuffix(f.name, ".toml")
			if !isFlow {
				continue
			}
			got := report(t, f.name, []byte(f.text))
			fresh += "-- " + f.name + " --\n" + f.text + "-- " + stem + ".want --\n" + got
			if !*update && got != want[stem+".want"] {
				t.Errorf("%s: %s\n%s\ngot:\n%s\nwant:\n%s", path, f.name, f.text, got, want[stem+".want"])
			}
		}
		if *update {
			if err := os.WriteFile(path, []byte(fresh), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

type file struct{ name, text string }

// readArchive reads a txtar archive: a comment, then files that each begin with
// a line "-- name --".
func readArchive(t testing.TB, path string) (comment string, files []file) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.SplitAfter(string(data), "\n") {
		name, begins := strings.CutPrefix(line, "-- ")
		name, ends := strings.CutSuffix(name, " --\n")
		switch {
		case begins && ends:
			files = append(files, file{name: name})
		case len(files) == 0:
			comment += line
		default:
			files[len(files)-1].text += line
		}
	}
	return comment, files
}

// report is what a person reads about src.
func report(t *testing.T, name string, src []byte) string {
	t.Helper()
	f, problems := Parse(name, src)
	if len(problems) == 0 {
		t.Errorf("%s has no problem:\n%s", name, src)
	}
	if f.Root != nil {
		t.Errorf("%s has problems and a tree", name)
	}
	for _, d := range problems {
		plain(t, d.Message.String())
		plain(t, d.Help.String())
	}
	return told(string(src), problems)
}

// told prints problems of src for people.
func told(src string, problems diag.List) string {
	var out bytes.Buffer
	sources := diag.Sources{}
	for _, d := range problems {
		sources[d.At.File] = []byte(src)
	}
	if err := diag.Write(&out, problems, sources, diag.Options{}); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return out.String()
}

// plain refuses sentences that the house does not speak.
func plain(t *testing.T, sentence string) {
	t.Helper()
	for _, word := range []string{"invalid", "unexpected", "please", "nil", "struct", "string", "token", "parse", "!", "you "} {
		if strings.Contains(strings.ToLower(sentence), word) {
			t.Errorf("%q speaks of %q", sentence, word)
		}
	}
	if strings.HasSuffix(sentence, ".") {
		t.Errorf("%q ends in a full stop", sentence)
	}
}
