package diag

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// as writes one of the examples for programs, and reads it again.
func as(t *testing.T, format Format, l List, into any) {
	t.Helper()
	var out strings.Builder
	if err := Write(&out, l, sources, Options{Format: format, Max: 1, Color: true, Version: "v1.2.3"}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out.String()), into); err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
}

func TestFormats(t *testing.T) {
	for _, name := range []string{"one", "notes", "places", "hostile", "nothing"} {
		l := cases(t)[name]
		golden(t, name+".json", l, Options{Format: JSON})
		golden(t, name+".sarif", l, Options{Format: SARIF, Version: "v1.2.3"})
	}
}

// What a program reads is what was found, all of it: words, places and notes.
func TestJSONLosesNothing(t *testing.T) {
	for name, l := range cases(t) {
		var doc struct {
			Diagnostics []map[string]any
			Proofs      []any
		}
		as(t, JSON, l, &doc)
		if len(doc.Diagnostics) != len(l) || doc.Diagnostics == nil || doc.Proofs == nil {
			t.Fatalf("%s: %d of %d diagnostics, proofs %v", name, len(doc.Diagnostics), len(l), doc.Proofs)
		}
		for i, d := range l {
			got := doc.Diagnostics[i]
			want := map[string]any{
				"code": string(d.Code), "severity": d.Severity.String(), "message": d.Message.String(), "help": d.Help.String(),
				"notes": []any{},
			}
			placed(want, d.At)
			for _, n := range d.Notes {
				note := map[string]any{"message": n.Message.String()}
				placed(note, n.At)
				want["notes"] = append(want["notes"].([]any), note)
			}
			if want := valid(want); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got\n%v\nwant\n%v", name, got, want)
			}
		}
	}
}

// placed adds a span's names to an object.
func placed(m map[string]any, s Span) {
	if s.Whole() {
		s.Start, s.End = Pos{}, Pos{}
	}
	m["file"] = s.File
	for name, n := range map[string]int{
		"line": s.Start.Line, "column": s.Start.Column, "offset": s.Start.Offset,
		"end_line": s.End.Line, "end_column": s.End.Column, "end_offset": s.End.Offset,
	} {
		m[name] = float64(n)
	}
}

// valid is v with what JSON makes of bytes that are no UTF-8.
func valid(v any) any {
	switch v := v.(type) {
	case string:
		return string([]rune(v))
	case []any:
		for i := range v {
			v[i] = valid(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = valid(v[k])
		}
	}
	return v
}

// TestSARIFKeepsToItsSchema holds every example to what SARIF 2.1.0 requires:
// the members that must be there, and no others than it knows; the values that
// are from a closed list; indexes that meet what they point to.
func TestSARIFKeepsToItsSchema(t *testing.T) {
	for name, l := range cases(t) {
		var log map[string]any
		as(t, SARIF, l, &log)
		s := schema{t, name}
		s.members(log, "$schema version runs", "")
		if log["version"] != "2.1.0" {
			t.Errorf("%s: version %v", name, log["version"])
		}
		runs := log["runs"].([]any)
		if len(runs) != 1 {
			t.Fatalf("%s: %d runs", name, len(runs))
		}
		run := runs[0].(map[string]any)
		s.members(run, "tool results columnKind", "")
		if run["columnKind"] != "unicodeCodePoints" {
			t.Errorf("%s: columns are %v", name, run["columnKind"])
		}
		driver := run["tool"].(map[string]any)["driver"].(map[string]any)
		s.members(driver, "name rules", "version")
		var rules []string
		for _, r := range driver["rules"].([]any) {
			s.members(r.(map[string]any), "id", "")
			rules = append(rules, r.(map[string]any)["id"].(string))
		}
		if !slices.IsSorted(rules) || len(slices.Compact(slices.Clone(rules))) != len(rules) {
			t.Errorf("%s: the rules are %q", name, rules)
		}
		results := run["results"].([]any)
		if len(results) != len(l) {
			t.Fatalf("%s: %d of %d results", name, len(results), len(l))
		}
		for i, r := range results {
			s.result(r.(map[string]any), rules, l[i])
		}
	}
}

type schema struct {
	t    *testing.T
	name string
}

// members holds an object to its names.
func (s schema) members(m map[string]any, required, optional string) {
	s.t.Helper()
	for _, name := range strings.Fields(required) {
		if _, ok := m[name]; !ok {
			s.t.Errorf("%s: %v has no %s", s.name, m, name)
		}
	}
	for name := range m {
		if !slices.Contains(strings.Fields(required+" "+optional), name) {
			s.t.Errorf("%s: %v has %s", s.name, m, name)
		}
	}
}

func (s schema) result(r map[string]any, rules []string, d Diagnostic) {
	s.members(r, "ruleId ruleIndex level message", "locations relatedLocations properties")
	if i := int(r["ruleIndex"].(float64)); rules[i] != r["ruleId"] || r["ruleId"] != string([]rune(string(d.Code))) {
		s.t.Errorf("%s: rule %d of %q is %v, not %q", s.name, i, rules, r["ruleId"], d.Code)
	}
	if level := r["level"]; level != "error" && level != "warning" || level != d.Severity.String() {
		s.t.Errorf("%s: level %v", s.name, level)
	}
	text := r["message"].(map[string]any)["text"].(string)
	if text == "" || !strings.HasPrefix(text, string([]rune(d.Message.String()))) || !strings.Contains(text, string([]rune(d.Help.String()))) {
		s.t.Errorf("%s: the message is %q", s.name, text)
	}
	locations, _ := r["locations"].([]any)
	if (len(locations) == 1) != (d.At.File != "") || len(locations) > 1 {
		s.t.Fatalf("%s: %d locations", s.name, len(locations))
	}
	for _, l := range locations {
		s.members(l.(map[string]any), "physicalLocation", "")
		s.place(l.(map[string]any), d.At)
	}
	related, _ := r["relatedLocations"].([]any)
	for _, n := range d.Notes {
		if n.At.File == "" {
			if !strings.Contains(text, n.Message.String()) {
				s.t.Errorf("%s: %q stands nowhere", s.name, n.Message)
			}
			continue
		}
		if len(related) == 0 {
			s.t.Fatalf("%s: %q stands nowhere", s.name, n.Message)
		}
		at := related[0].(map[string]any)
		related = related[1:]
		s.members(at, "id physicalLocation message", "")
		s.place(at, n.At)
	}
	if len(related) > 0 {
		s.t.Errorf("%s: %v is about nothing", s.name, related)
	}
}

func (s schema) place(l map[string]any, at Span) {
	p := l["physicalLocation"].(map[string]any)
	s.members(p, "artifactLocation", "region")
	u, err := url.Parse(p["artifactLocation"].(map[string]any)["uri"].(string))
	if err != nil || u.Path != at.File && u.Path != "./"+at.File {
		s.t.Errorf("%s: %v, %v for %q", s.name, u, err, at.File)
	}
	region, _ := p["region"].(map[string]any)
	if (region == nil) != at.Whole() {
		s.t.Fatalf("%s: %v for %+v", s.name, region, at)
	}
	if region == nil {
		return
	}
	s.members(region, "startLine startColumn endLine endColumn byteOffset byteLength", "")
	want := map[string]any{
		"startLine": at.Start.Line, "startColumn": at.Start.Column, "endLine": at.End.Line, "endColumn": at.End.Column,
		"byteOffset": at.Start.Offset, "byteLength": at.End.Offset - at.Start.Offset,
	}
	if fmt.Sprint(region) != fmt.Sprint(want) {
		s.t.Errorf("%s: %v for %+v", s.name, region, at)
	}
	for _, name := range []string{"startLine", "startColumn", "endLine", "endColumn"} {
		if region[name].(float64) < 1 {
			s.t.Errorf("%s: %s is %v", s.name, name, region[name])
		}
	}
}

// A file's name is a URI there: letters that mean something else in one are
// spelt out, and a name from the root says so.
func TestURIs(t *testing.T) {
	for file, want := range map[string]string{
		"flows/luna/año nuevo.toml": "flows/luna/a%C3%B1o%20nuevo.toml",
		"a:b.toml":                  "./a:b.toml",
		"50%?#.toml":                "50%25%3F%23.toml",
		"/srv/luna/a.toml":          "file:///srv/luna/a.toml",
		"../luna":                   "../luna",
	} {
		if got := uri(file); got != want {
			t.Errorf("%q is %q, want %q", file, got, want)
		}
	}
}
