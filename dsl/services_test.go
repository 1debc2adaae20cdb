package dsl_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cauce/dsl/script"
)

// Three kinds of journeys that public services run today, and how many lines of
// flow they may take: the originals take 1,228, 945 and 1,317.
var journeys = map[string]int{
	"ayuda":      200, // a help desk: a menu of ten, questions to a service of answers, a person
	"bienvenida": 150, // onboarding: language, privacy, consent, a due date, a reminder
	"curso":      120, // a module of a course: 18 questions, two voice notes, two arms, a score
}

// Besides them stand services that a stranger wrote from the language page
// alone: visits that are booked, a survey, a campaign, a triage, and one in
// which everything crosses everything else.
func TestServices(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join("..", "testdata", "services", "*"))
	if err != nil || len(dirs) < len(journeys)+5 {
		t.Fatalf("%v %v", dirs, err)
	}
	for _, dir := range dirs {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			most, limited := journeys[name]
			fsys := shipped(t, dir)
			svc, list := load(t, fsys)
			if len(list) > 0 {
				t.Fatalf("%s", written(t, fsys, list))
			}
			lines := 0
			for name, f := range fsys {
				if strings.HasSuffix(name, ".toml") && name != "service.toml" {
					lines += bytes.Count(f.Data, []byte("\n"))
				}
			}
			if limited && lines > most {
				t.Errorf("%d lines of flow, at most %d", lines, most)
			}
			scripts, _ := filepath.Glob(filepath.Join(dir, "tests", "*.chat"))
			if len(scripts) == 0 {
				t.Error("no conversation to play")
			}
			for _, name := range scripts {
				src, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				s, problems := script.Parse(filepath.Base(name), src)
				if s == nil {
					t.Errorf("%s:\n%+v", name, problems)
					continue
				}
				if r := s.Play(svc); !r.Passed() {
					for _, step := range r.Steps {
						for _, f := range step.Failures {
							t.Errorf("%s:%d: %s\n  want %s\n  came %s", name, f.At.Start.Line, f.Problem, f.Expected, f.Came)
						}
					}
				}
			}
		})
	}
}
