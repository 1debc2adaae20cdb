package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// hostile are names and texts that would say something else if they stood as
// they are.
var hostile = []string{
	"a", "é", "🌙", " ", "  ", "#", "# SKIP", "# TODO x", `\`, `\#`, "\n", "\r", "\t", "\x00", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\ufeff", "\ufffe", "\xff",
	"<", ">", "&", "&amp;", "]]>", "<!--", "</failure>", `"`, "'", "---", "...", "ok 1", "not ok 2 - x", "1..9", "Bail out!", ": ", "- ", "|", "%", "\nok 3\n", "\n1..0\n",
}

func hostileText(t *rapid.T, name string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile), 0, 6).Draw(t, name), "")
}

func outcomes(t *rapid.T) []outcome {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) outcome {
		o := outcome{suite: hostileText(t, "suite"), name: hostileText(t, "name"), note: hostileText(t, "note"), passed: rapid.Bool().Draw(t, "passed")}
		if !o.passed {
			o.text = "  x" + hostileText(t, "text") + "\n"
		}
		return o
	}), 0, 5).Draw(t, "outcomes")
}

// tell tells everything to results of a format, with notes between.
func tell(t testing.TB, format string, list []outcome, note string) string {
	var b bytes.Buffer
	r := formats[format](&b)
	for _, o := range list {
		r.note(o.suite, note)
		r.add(o)
	}
	if err := r.end("2 passed, 0 failed"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	tapLine = regexp.MustCompile(`^(not )?ok ([0-9]+) - ((?:[^#\\]|\\[#\\])*)$`)
	tapEnd  = regexp.MustCompile(`^1\.\.([0-9]+)$`)
)

// readTAP reads what is printed as the specification has it: a
// version, test points each with at most one block of YAML, comments, a plan.
func readTAP(t *rapid.T, s string) (passed []bool, blocks []string) {
	if !utf8.ValidString(s) {
		t.Fatalf("no UTF-8: %q", s)
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if lines[0] != "TAP version 13" {
		t.Fatalf("%q", lines[0])
	}
	plan := -1
	for i := 1; i < len(lines); i++ {
		l := lines[i]
		switch {
		case strings.HasPrefix(l, "#"):
		case tapEnd.MatchString(l):
			if plan >= 0 {
				t.Fatalf("two plans:\n%s", s)
			}
			fmt.Sscan(tapEnd.FindStringSubmatch(l)[1], &plan)
		case tapLine.MatchString(l):
			m := tapLine.FindStringSubmatch(l)
			if m[2] != fmt.Sprint(len(passed)+1) {
				t.Fatalf("%q is not number %d", l, len(passed)+1)
			}
			passed, blocks = append(passed, m[1] == ""), append(blocks, "")
		case l == "  ---":
			if lines[i+1] != "  message: |" {
				t.Fatalf("%q begins no block of text", lines[i+1])
			}
			var text []string
			for i += 2; lines[i] != "  ..."; i++ {
				if lines[i] != "" && !strings.HasPrefix(lines[i], "    ") {
					t.Fatalf("%q ends the block:\n%s", lines[i], s)
				}
				text = append(text, strings.TrimPrefix(lines[i], "    "))
			}
			if len(blocks) == 0 || blocks[len(blocks)-1] != "" {
				t.Fatalf("a block of no test:\n%s", s)
			}
			blocks[len(blocks)-1] = strings.Join(text, "\n")
		default:
			t.Fatalf("%q means nothing:\n%s", l, s)
		}
		for _, r := range l {
			if r < 0x20 && r != '\t' || r >= 0x7f && r < 0xa0 {
				t.Fatalf("%q in %q", r, l)
			}
		}
	}
	if plan != len(passed) {
		t.Fatalf("%d are planned and %d there:\n%s", plan, len(passed), s)
	}
	return passed, blocks
}

// Whatever things are called and whatever is said of them, TAP says of each
// whether it passed, and nothing else.
func TestTAP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := outcomes(t)
		passed, blocks := readTAP(t, tell(nil, "tap", list, hostileText(t, "notes")+"\n"))
		if len(passed) != len(list) {
			t.Fatalf("%d of %d", len(passed), len(list))
		}
		for i, o := range list {
			if passed[i] != o.passed || (blocks[i] == "") != (o.text == "") || o.text != "" && !strings.HasPrefix(blocks[i], "x") {
				t.Fatalf("%+v became %v %q", o, passed[i], blocks[i])
			}
		}
	})
}

// The same of JUnit's XML, as a strict reader reads it.
func TestJUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := outcomes(t)
		s := tell(nil, "junit", list, hostileText(t, "notes")+"\n")
		for d := xml.NewDecoder(strings.NewReader(s)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v\n%s", err, s)
			}
		}
		var got suites
		if err := xml.Unmarshal([]byte(s), &got); err != nil {
			t.Fatal(err)
		}
		n, failed := 0, 0
		for _, suite := range got.Suites {
			there := 0
			for _, c := range suite.Cases {
				o := list[n]
				if c.Name != plainLine(o.name) || c.Class != suite.Name || suite.Name != plainLine(o.suite) || (c.Failure == nil) != o.passed {
					t.Fatalf("%+v became %+v\n%s", o, c, s)
				}
				if c.Failure != nil {
					there++
					if !strings.HasPrefix(c.Failure.Text, "  x") || !strings.HasPrefix(c.Failure.Message, "x") {
						t.Fatalf("%+v", c.Failure)
					}
				}
				n++
			}
			if suite.Tests != len(suite.Cases) || suite.Failures != there {
				t.Fatalf("%+v", suite)
			}
			failed += there
		}
		if n != len(list) || got.Tests != n || got.Failures != failed {
			t.Fatalf("%d of %d", n, len(list))
		}
	})
}

// The exit code is the same whatever the format, and stdout holds the document
// alone.
func TestFormatsEndAlike(t *testing.T) {
	bad := t.TempDir()
	if err := os.CopyFS(bad, os.DirFS("../../testdata/cmd/saludo")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad+"/tests/<mal & #1>.chat", []byte("> hola\n< Adiós ]]> # no\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for format := range formats {
		for _, c := range []struct {
			dir  string
			code int
		}{{"../../testdata/cmd/saludo", 0}, {bad, 1}} {
			var out, errs bytes.Buffer
			if code := run([]string{"test", "--cover", "--format", format, c.dir}, strings.NewReader(""), &out, &errs); code != c.code || errs.Len() > 0 {
				t.Errorf("%s %s: %d %s", format, c.dir, code, &errs)
			}
		}
	}
}
