package diag

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write what the tests see into their golden files")

const flow = `[node.semana]
ask = { es = "¿Cuántas?" }
	go = "consjo"

	[node.consejo]
say = "Toma 👩‍⚕️ 中文 n̂ó tu ácido"
`

// at spans the nth occurrence (from 1) of part in src.
func at(t *testing.T, name, src, part string, nth int) Span {
	t.Helper()
	start := 0
	for ; nth > 0; nth-- {
		i := strings.Index(src[start:], part)
		if i < 0 {
			t.Fatalf("no %q", part)
		}
		start += i + 1
	}
	return NewIndex([]byte(src)).Span(name, start-1, start-1+len(part))
}

// cases are the printed examples, by the name of their golden file.
func cases(t *testing.T) map[string]List {
	long := strings.Repeat("palabras ", 30)
	longLine := `say = "` + long + `{nombre} ` + long + `"`
	flowAt := func(part string, nth int) Span { return at(t, "luna/semana.toml", flow, part, nth) }
	longAt := func(part string, nth int) Span { return at(t, "luna/larga.toml", longLine, part, nth) }
	sources["luna/larga.toml"] = []byte(longLine)
	hugeLine := strings.Repeat("ñ", 20_000) + "{nombre}" + strings.Repeat("ñ", 20_000)
	sources["luna/enorme.toml"] = []byte(hugeLine)
	return map[string]List{
		"one": {{
			Code: "unknown-node", At: flowAt(`"consjo"`, 1), Message: `no node is named "consjo"`,
			Help: `did you mean "consejo" (line 5)?`,
		}},
		"notes": {{
			Code: "too-long", At: flowAt("say", 1), Severity: Warning, Message: "this is long",
			Notes: []Note{
				{Message: "a fact without a place"},
				{At: flowAt("ask", 1), Message: "another line"},
				{At: flowAt(`"Toma`, 1), Message: "the same line"},
				{At: flowAt("say", 1), Message: "the same place"},
				{At: at(t, "luna/service.toml", string(sources["luna/service.toml"]), "quiet", 1), Message: "another file"},
				{At: Span{File: "luna"}, Message: "a folder"},
			},
		}},
		"wide": {
			{Code: "wide", At: flowAt("👩‍⚕️", 1), Message: "one picture of several code points"},
			{Code: "wide", At: flowAt("中文", 1), Message: "letters of two columns"},
			{Code: "wide", At: flowAt("n̂", 1), Message: "a letter and its mark"},
			{Code: "wide", At: flowAt("tu", 1), Message: "after all of them"},
			{Code: "wide", At: flowAt("[node.consejo]", 1), Message: "behind a tab"},
		},
		"places": {
			{Code: "missing", At: Span{File: "luna"}, Message: "there is no service.toml in this folder", Help: "add one"},
			{Code: "missing", Message: "nothing to read"},
			{Code: "elsewhere", At: Span{File: "other.toml", Start: Pos{7, 2, 3}, End: Pos{9, 2, 5}}, Message: "a file without its source"},
			{Code: "outside", At: Span{File: "luna/semana.toml", Start: Pos{900, 90, 3}, End: Pos{901, 90, 4}}, Message: "a line that is not there"},
			{Code: "gap", At: func() Span { s := flowAt("\n", 2); s.End = s.Start; return s }(), Message: "the end of a line"},
			{Code: "lines", At: flowAt("\"¿Cuántas?\" }\n\tgo", 1), Message: "a part of two lines"},
			{Code: "empty", At: flowAt("\n\n", 1), Message: "the end of a line and the next"},
			{At: flowAt("node", 1), Message: "no code"},
		},
		"long": {
			{Code: "long", At: longAt("{nombre}", 1), Message: "in the middle"},
			{Code: "long", At: longAt("say", 1), Message: "at the beginning"},
			{Code: "long", At: longAt(`s "`, 1), Message: "at the end"},
			{Code: "long", At: longAt(longLine[6:], 1), Message: "nearly all"},
			{Code: "long", At: at(t, "luna/enorme.toml", hugeLine, "{nombre}", 1), Message: "in a line of a whole file"},
		},
		"hostile": {{
			Code: "hos\ntile", At: at(t, "a\x1b[31m.toml", hostile, "b", 1),
			Message: "quotes \x1b[2J\u202e\u009b31m and\na line end",
			Help:    "\r\ttab and bytes \xff\xfe",
			Notes:   []Note{{At: at(t, "a\x1b[31m.toml", hostile, "\x9b", 1), Message: "\a"}},
		}},
		"many": func() (l List) {
			for range 25 {
				l.Add(Diagnostic{Code: "same", At: Span{File: "a.toml"}, Message: "again", Severity: Severity(len(l) % 2)})
			}
			return l
		}(),
		"nothing": nil,
	}
}

const hostile = "a = \"\x1b[31m\u202e\u200b\x00b\u2028\" # \x9b\u00a0\xc3"

var sources = Sources{
	"luna/semana.toml":  []byte(flow),
	"luna/service.toml": []byte("name = \"Luna\"\r\nquiet = []\r\n"),
	"a\x1b[31m.toml":    []byte(hostile),
}

func TestWrite(t *testing.T) {
	for name, l := range cases(t) {
		golden(t, name+".txt", l, Options{})
	}
}

// golden compares what Write writes with a file of testdata.
func golden(t *testing.T, name string, l List, o Options) string {
	t.Helper()
	var out strings.Builder
	if err := Write(&out, l, sources, o); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, out.String(), want)
	}
	return out.String()
}

// TestColorsOnlyAdd checks that colours change nothing but themselves, and that
// no other escape sequence comes out.
func TestColorsOnlyAdd(t *testing.T) {
	for name, l := range cases(t) {
		var plain, colored strings.Builder
		_ = Write(&plain, l, sources, Options{})
		_ = Write(&colored, l, sources, Options{Color: true})
		bare := colored.String()
		for _, s := range []style{bold, dim, red, yellow, cyan, green, "0"} {
			bare = strings.ReplaceAll(bare, "\x1b["+string(s)+"m", "")
		}
		if bare != plain.String() {
			t.Errorf("%s: without its colours\n%q\nplain\n%q", name, bare, plain.String())
		}
		if len(l) > 0 && bare == colored.String() {
			t.Errorf("%s has no colours", name)
		}
	}
}

func TestMax(t *testing.T) {
	var l List
	for range 30 {
		l.Add(Diagnostic{Message: "again"})
	}
	for max, lines := range map[int]int{0: 21, 3: 4, 29: 30, 30: 30, -1: 30} {
		var out strings.Builder
		_ = Write(&out, l, nil, Options{Max: max})
		if got := strings.Count(out.String(), "\n"); got != lines {
			t.Errorf("with Max %d there are %d lines, want %d", max, got, lines)
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestWriteReportsItsWriter(t *testing.T) {
	for _, format := range []Format{"", Text, JSON, SARIF} {
		if err := Write(brokenPipe{}, List{{Message: "x"}}, nil, Options{Format: format}); err == nil {
			t.Errorf("no error in %q", format)
		}
	}
}

// FuzzWrite holds Write to what it says of any source and any span: it does not
// panic, prints valid UTF-8, and nothing that a terminal would act on.
func FuzzWrite(f *testing.F) {
	f.Add([]byte(flow), 3, 20, "¿qué?")
	f.Add([]byte(hostile), 5, 9, hostile)
	f.Add([]byte("\r\n\t\xff"), -4, 900, "")
	f.Add([]byte(strings.Repeat("ab\u0301\t中", 99)), 300, 301, "x")
	f.Fuzz(func(t *testing.T, src []byte, start, end int, words string) {
		s := NewIndex(src).Span("a", start, end)
		l := List{
			{At: s, Message: Phrase(words), Code: Code(words), Help: Phrase(Quote(words))},
			{At: Span{"a", Pos{start, end, start}, Pos{end, start, end}}, Message: Phrase(words), Notes: []Note{{s, Phrase(words)}}},
		}
		for _, format := range []Format{Text, JSON, SARIF} {
			var out strings.Builder
			if err := Write(&out, l, Sources{"a": src}, Options{Format: format}); err != nil {
				t.Fatal(err)
			}
			if !utf8.ValidString(out.String()) {
				t.Fatalf("%q", out.String())
			}
			if format != Text && !json.Valid([]byte(out.String())) {
				t.Fatalf("no JSON: %s", out.String())
			}
			for _, r := range out.String() {
				if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0x2028) {
					t.Fatalf("%U in %q", r, out.String())
				}
			}
		}
	})
}
