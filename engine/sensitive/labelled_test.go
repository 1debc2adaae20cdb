package sensitive_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"cauce/engine/sensitive"
)

// A labelled line is a message and the kind of the first number in it.
type labelled struct {
	line             int
	tag, label, text string
}

// readLabelled reads a table of testdata; columns says where tag, label and text
// stand (-1 for none).
func readLabelled(t *testing.T, name string, tag, label, text int) []labelled {
	t.Helper()
	src, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []labelled
	for i, line := range strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")[1:] {
		row := strings.Split(line, "\t")
		if len(row) <= max(tag, label, text) {
			t.Fatalf("%s:%d: %q", name, i+2, line)
		}
		l := labelled{line: i + 2, label: row[label], text: row[text]}
		if tag >= 0 {
			l.tag = row[tag]
		}
		out = append(out, l)
	}
	return out
}

// A score counts how lines of one kind were judged.
type score struct{ right, missed, wrong int }

func (s score) precision() float64 { return float64(s.right) / float64(max(1, s.right+s.wrong)) }
func (s score) recall() float64    { return float64(s.right) / float64(max(1, s.right+s.missed)) }

func judge(lines []labelled) (scores map[string]*score, mistakes []string) {
	scores = map[string]*score{}
	of := func(k string) *score {
		if scores[k] == nil {
			scores[k] = &score{}
		}
		return scores[k]
	}
	for _, l := range lines {
		got, rule := "none", ""
		if found := sensitive.Find(l.text, sensitive.Options{}); len(found) > 0 {
			got, rule = found[0].Kind.String(), found[0].Rule+" "+found[0].Word
		}
		if got == l.label {
			of(got).right++
			continue
		}
		of(got).wrong++
		of(l.label).missed++
		mistakes = append(mistakes, fmt.Sprintf("%d: %q is %s, not %s (%s)", l.line, l.text, l.label, got, rule))
	}
	return scores, mistakes
}

// floors are what is promised of unseen lines.
var floors = []struct {
	kind              string
	precision, recall float64
}{
	{"card", 0.97, 0.97},
	{"iban", 0.99, 0.99},
	{"national_id", 0.93, 0.88},
	{"bank_account", 0.93, 0.88},
	{"none", 0.9, 0.98},
}

func check(t *testing.T, lines []labelled) {
	t.Helper()
	scores, mistakes := judge(lines)
	for _, f := range floors {
		s := scores[f.kind]
		if s == nil {
			t.Errorf("no line is %s", f.kind)
			continue
		}
		t.Logf("%-12s precision %.3f recall %.3f (%d lines)", f.kind, s.precision(), s.recall(), s.right+s.missed)
		if s.precision() < f.precision || s.recall() < f.recall {
			t.Errorf("%s: precision %.3f, recall %.3f; at least %.2f and %.2f were promised", f.kind, s.precision(), s.recall(), f.precision, f.recall)
		}
	}
	if t.Failed() || testing.Verbose() && os.Getenv("CAUCE_MISTAKES") != "" {
		t.Log(strings.Join(mistakes, "\n"))
	}
}

func TestDev(t *testing.T)       { check(t, readLabelled(t, "dev.tsv", 0, 1, 2)) }
func TestPublished(t *testing.T) { check(t, readLabelled(t, "published.tsv", -1, 1, 0)) }

// Nobody tunes on the held-out lines.
func TestHeldOut(t *testing.T) { check(t, readLabelled(t, "heldout.tsv", 0, 1, 2)) }
