package script

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"cauce/dsl/diag"
	"cauce/engine"
)

var update = flag.Bool("update", false, "rewrite the archives in testdata")

// archives runs do on the file named in of every archive in a folder of
// testdata, and compares what it returns with the file named want.
func archives(t *testing.T, folder, in, want string, do func(t *testing.T, src []byte) string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in %s: %v", folder, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) != 2 || a.Files[0].Name != in || a.Files[1].Name != want {
				t.Fatalf("an archive here has two files, %s and %s", in, want)
			}
			got := do(t, a.Files[0].Data)
			if got == string(a.Files[1].Data) {
				return
			}
			if !*update {
				t.Fatalf("got:\n%s\nwant:\n%s", got, a.Files[1].Data)
			}
			a.Files[1].Data = []byte(got)
			if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// What is wrong with a script, as its author reads it.
func TestProblems(t *testing.T) {
	seen := map[diag.Code]bool{}
	archives(t, "problems", "x.chat", "want", func(t *testing.T, src []byte) string {
		s, list := Parse("x.chat", src)
		if s != nil {
			t.Error("this script has no problem")
		}
		for _, d := range list {
			seen[d.Code] = true
		}
		var b strings.Builder
		if err := diag.Write(&b, list, diag.Sources{"x.chat": src}, diag.Options{Max: -1}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	})
	for _, c := range Codes {
		if !seen[c] {
			t.Errorf("no archive shows %s", c)
		}
	}
}

// What goes otherwise than a script says, as data.
func TestPlays(t *testing.T) {
	plays(t, "plays", service(t))
}

// The same against a service that says and hears everything there is.
func TestWidePlays(t *testing.T) { plays(t, "wide", wide(t)) }

func plays(t *testing.T, folder string, svc *engine.Service) {
	archives(t, folder, "x.chat", "want", func(t *testing.T, src []byte) string {
		r := parse(t, string(src)).Play(svc)
		var b strings.Builder
		for _, s := range r.Steps {
			for _, f := range s.Failures {
				if f.Problem.In("es") == f.Problem.String() {
					t.Errorf("only in English: %s", f.Problem)
				}
				fmt.Fprintf(&b, "%d: %s\n", f.At.Start.Line, f.Problem)
				for _, line := range strings.Split(f.Expected, "\n") {
					fmt.Fprintln(&b, strings.TrimRight("  expected "+line, " "))
				}
				for _, line := range strings.Split(f.Came.String(), "\n") {
					fmt.Fprintln(&b, strings.TrimRight("  came     "+line, " "))
				}
			}
			if len(s.Failures) > 0 {
				fmt.Fprintf(&b, "  played %v, %d hops, %s\n", s.Played, len(s.Walked), s.Stands)
			}
		}
		if (b.Len() == 0) != r.Passed() {
			t.Errorf("passed %v with these failures: %s", r.Passed(), &b)
		}
		return b.String()
	})
}

func TestRewrites(t *testing.T) {
	for folder, svc := range map[string]*engine.Service{"rewrites": service(t), "wide-rewrites": wide(t)} {
		archives(t, folder, "in.chat", "out.chat", func(t *testing.T, src []byte) string {
			return string(parse(t, string(src)).Rewrite(svc))
		})
	}
}

// Windows' line ends, and a last line without one, stay as they are.
func TestRewriteKeepsLineEnds(t *testing.T) {
	svc := service(t)
	for _, c := range []struct{ in, out string }{
		{"> hola\r\n< x\r\n# fin\r\n", "> hola\r\n< ¡Hola! ¿Cómo estás? [Bien] [Mal]\r\n# fin\r\n"},
		{"# a\n> hola", "# a\n> hola\n< ¡Hola! ¿Cómo estás? [Bien] [Mal]\n"},
		{"> hola\n< ¡Hola! ...", "> hola\n< ¡Hola! ..."},
	} {
		if got := string(parse(t, c.in).Rewrite(svc)); got != c.out {
			t.Errorf("%q became %q, not %q", c.in, got, c.out)
		}
	}
}

// A failure in a header ends a conversation before it begins.
func TestHeadersThatDoNotFit(t *testing.T) {
	svc := service(t)
	for src, problem := range map[string]string{
		"lang fr\n> hola\n< ...\n":   `the service does not speak "fr"`,
		"flow nada\n> hola\n< ...\n": `no flow is named "nada"`,
	} {
		r := parse(t, src).Play(svc)
		if len(r.Steps) != 1 || len(r.Steps[0].Failures) != 1 || r.Steps[0].Failures[0].Problem.String() != problem {
			t.Errorf("%q: %+v", src, r)
		}
		if got := parse(t, src).Rewrite(svc); string(got) != src {
			t.Errorf("%q was rewritten: %q", src, got)
		}
	}
}

// The same script against the same service gives the same report.
func TestPlayIsRepeatable(t *testing.T) {
	svc := service(t)
	s := parse(t, "> hola\n< ¡Hola! ...\n> [Bien]\n@ +30d\n= held\n")
	if a, b := s.Play(svc), s.Play(svc); !slices.Equal(failures(a), failures(b)) || len(failures(a)) == 0 {
		t.Errorf("%+v\n%+v", a, b)
	}
}
