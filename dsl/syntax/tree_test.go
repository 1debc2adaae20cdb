package syntax

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cauce/dsl/diag"
)

// read parses a source that has no problems.
func read(t *testing.T, src string) *File {
	t.Helper()
	f, problems := Parse("flow.toml", []byte(src))
	if len(problems) > 0 {
		t.Fatalf("%s\n%v", src, problems)
	}
	return f
}

// cut is the part of the source that s spans.
func cut(f *File, s diag.Span) string { return string(f.Source[s.Start.Offset:s.End.Offset]) }

// lines lists everything in v: its name, its kind, and the part of the file
// that its name and it have.
func lines(f *File, path string, v Value) []string {
	var out []string
	switch v := v.(type) {
	case *Table:
		for _, e := range v.Entries {
			at := strings.TrimPrefix(path+"."+e.Key, ".")
			out = append(out, fmt.Sprintf("%s: %s is %s: %s", at, cut(f, e.KeyAt), e.Value.Kind(), cut(f, e.Value.Span())))
			out = append(out, lines(f, at, e.Value)...)
		}
	case *List:
		for i, item := range v.Items {
			at := fmt.Sprintf("%s.%d", path, i+1)
			out = append(out, fmt.Sprintf("%s is %s: %s", at, item.Kind(), cut(f, item.Span())))
			out = append(out, lines(f, at, item)...)
		}
	}
	return out
}

func TestEverythingHasAPlace(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"names and texts", "go = \"b\"\n'say' = 'Hola' # saludo\n", `
go: go is text: "b"
say: 'say' is text: 'Hola'`},

		{"kinds", "a = 24\nb = 3.5\nc = true\nd = 2026-02-08\ne = 08:00\nf = 2026-02-08 08:00\ng = -inf\nh = 0x1F\ni = 2026-02-08T08:00:00-05:00 # Bogotá\n", `
a: a is a whole number: 24
b: b is a number with a decimal point: 3.5
c: c is true or false: true
d: d is a date: 2026-02-08
e: e is a time: 08:00
f: f is a date and time: 2026-02-08 08:00
g: g is a number with a decimal point: -inf
h: h is a whole number: 0x1F
i: i is a date and time: 2026-02-08T08:00:00-05:00`},

		{"headings", "[node.a]\ngo = \"b\"\n[ node . \"b\" ] # dos\n", `
node: node is a table: [node.a]
node.a: a is a table: [node.a]
node.a.go: go is text: "b"
node.b: "b" is a table: [ node . "b" ]`},

		{"a heading after one that implies it", "[human.late]\nx = 1\n[human]\ny = 2\n", `
human: human is a table: [human]
human.late: late is a table: [human.late]
human.late.x: x is a whole number: 1
human.y: y is a whole number: 2`},

		{"dotted names", "silence.say.es = \"Hola\"\nsilence . times = 1\n", `
silence: silence is a table: silence
silence.say: say is a table: say
silence.say.es: es is text: "Hola"
silence.times: times is a whole number: 1`},

		{"headings in double brackets", "[[human.path]]\ninbox = \"a\"\n[[human.path]]\nphone = \"1\"\n[human.path.visit]\nes = \"x\"\n", `
human: human is a table: [[human.path]]
human.path: path is a list: [[human.path]]
human.path.1 is a table: [[human.path]]
human.path.1.inbox: inbox is text: "a"
human.path.2 is a table: [[human.path]]
human.path.2.phone: phone is text: "1"
human.path.2.visit: visit is a table: [human.path.visit]
human.path.2.visit.es: es is text: "x"`},

		{"lists in lists", "x = [ [1, 2], # uno\n [], [[3],], { a = 1 }, ]\n", `
x: x is a list: [ [1, 2], # uno
 [], [[3],], { a = 1 }, ]
x.1 is a list: [1, 2]
x.1.1 is a whole number: 1
x.1.2 is a whole number: 2
x.2 is a list: []
x.3 is a list: [[3],]
x.3.1 is a list: [3]
x.3.1.1 is a whole number: 3
x.4 is a table: { a = 1 }
x.4.a: a is a whole number: 1`},

		{"TOML 1.1: braces over lines, comments and a last comma in them", "say = { # dos idiomas\n\tes = \"Hola\", # ]}\n\n\t\"en\".us = \"Hi\",\n}\ngo = \"b\"\n", `
say: say is a table: { # dos idiomas
	es = "Hola", # ]}

	"en".us = "Hi",
}
say.es: es is text: "Hola"
say.en: "en" is a table: "en"
say.en.us: us is text: "Hi"
go: go is text: "b"`},

		{"TOML 1.1: escapes and times without seconds", `a = "\e[1m \x41"` + "\nb = 23:59\nc = {x=07:32, y=[2026-01-01T00:00Z]}", `
a: a is text: "\e[1m \x41"
b: b is a time: 23:59
c: c is a table: {x=07:32, y=[2026-01-01T00:00Z]}
c.x: x is a time: 07:32
c.y: y is a list: [2026-01-01T00:00Z]
c.y.1 is a date and time: 2026-01-01T00:00Z`},

		{"texts over lines", "a = \"\"\"\nHola,\n\\\n  amiga\"\"\"\"\"\nb = '''it''s'''\n", `
a: a is text: """
Hola,
\
  amiga"""""
b: b is text: '''it''s'''`},

		{"nothing", "", ``},
		{"only a comment", "# nada\r\n\t\r\n#", ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := read(t, test.src)
			if got := strings.Join(lines(f, "", f.Root), "\n"); got != strings.TrimPrefix(test.want, "\n") {
				t.Errorf("got:\n%s\nwant:%s", got, test.want)
			}
		})
	}
}

func TestLinesAndColumns(t *testing.T) {
	f := read(t, "# ¿ñ?\r\n[node.a]\r\n\tsay = { es = \"¿Más?\", en = \"Hi\" }\r\n")
	e := f.Root.Find("node", "a", "say", "en")
	for _, test := range []struct {
		what      string
		got, want diag.Pos
	}{
		{"the name", e.KeyAt.Start, diag.Pos{Offset: 44, Line: 3, Column: 24}},
		{"the value", e.Value.Span().Start, diag.Pos{Offset: 49, Line: 3, Column: 29}},
		{"the end of the value", e.Value.Span().End, diag.Pos{Offset: 53, Line: 3, Column: 33}},
		{"a heading", f.Root.Find("node", "a").Value.Span().Start, diag.Pos{Offset: 9, Line: 2, Column: 1}},
		{"the name in a heading", f.Root.Find("node", "a").KeyAt.Start, diag.Pos{Offset: 15, Line: 2, Column: 7}},
	} {
		if test.got != test.want {
			t.Errorf("%s is at %+v, want %+v", test.what, test.got, test.want)
		}
	}
	if e.KeyAt.File != "flow.toml" {
		t.Errorf("the file is %q", e.KeyAt.File)
	}
}

// plainOf is what a value says, without its places.
func plainOf(v Value) any {
	switch v := v.(type) {
	case *String:
		return v.Value
	case *Integer:
		return v.Value
	case *Float:
		return math.Float64bits(v.Value)
	case *Bool:
		return v.Value
	case *DateTime:
		return v.kind.String() + " " + v.Text
	case *List:
		out := []any{}
		for _, item := range v.Items {
			out = append(out, plainOf(item))
		}
		return out
	case *Table:
		out := [][2]any{}
		for _, e := range v.Entries {
			out = append(out, [2]any{e.Key, plainOf(e.Value)})
		}
		return out
	}
	return nil
}

func TestOneTreeHoweverWritten(t *testing.T) {
	ways := []string{
		`[node.semana]
ask = "¿Cuántas?"
choose = [ { id = "no_se", label = { es = "No sé" } }, { id = "otra", label = { es = "Otra" } } ]
silence = { after = "4 hours", times = 1 }
`,
		`[node.semana]
ask = "¿Cuántas?"
[[node.semana.choose]]
id = "no_se"
label.es = "No sé"
[[node.semana.choose]]
id = 'otra'
[node.semana.choose.label]
es = "Otra"
[node.semana.silence]
after = "4 hours"
times = 1
`,
		`node.semana.ask = """\
   ¿Cuántas?"""
node.semana.choose = [
  { id = "no_se", label.es = "No s\u00e9" },
  { id = "otra", label.es = "\x4ftra" }, # la segunda
]
node.semana.silence.after = "4 hours"
node.semana.silence.times = 0b1
`,
		`node = { semana = {
  ask = "¿Cuántas?",
  choose = [ { id = "no_se", label = { es = "No sé" } }, { id = "otra", label = { es = "Otra" } } ],
  silence = { after = "4 hours", times = 1, },
} }`,
	}
	want := fmt.Sprint(plainOf(read(t, ways[0]).Root))
	for _, way := range ways[1:] {
		if got := fmt.Sprint(plainOf(read(t, way).Root)); got != want {
			t.Errorf("%s\nreads\n%s\nwant\n%s", way, got, want)
		}
	}
	for _, way := range ways {
		windows := strings.ReplaceAll(way, "\n", "\r\n")
		if got := fmt.Sprint(plainOf(read(t, windows).Root)); got != want {
			t.Errorf("with Windows line ends, %s\nreads\n%s\nwant\n%s", way, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	f := read(t, "a = -24\nb = 1e3\nc = false\nd = \"\"\"\r\nuno\r\n\\tdos\\r\n\"\"\"\ne = 1_000\nf = 2026-02-08 08:00\n")
	for key, want := range map[string]any{
		"a": int64(-24), "b": 1e3, "c": false, "d": "uno\n\tdos\r\n", "e": int64(1000), "f": "2026-02-08 08:00",
	} {
		var got any
		switch v := f.Root.Get(key).Value.(type) {
		case *Integer:
			got = v.Value
		case *Float:
			got = v.Value
		case *Bool:
			got = v.Value
		case *String:
			got = v.Value
		case *DateTime:
			got = v.Text
		}
		if got != want {
			t.Errorf("%s is %#v, want %#v", key, got, want)
		}
	}
}

func TestLookups(t *testing.T) {
	f := read(t, "[node.a]\ngo = \"b\"\n")
	if e := f.Root.Find("node", "a", "go"); e == nil || e.Key != "go" {
		t.Errorf("node.a.go is %v", e)
	}
	for _, keys := range [][]string{{"x"}, {"node", "x"}, {"node", "a", "go", "x"}, {}} {
		if e := f.Root.Find(keys...); e != nil {
			t.Errorf("%v is %v", keys, e)
		}
	}
	var none *Table
	if none.Get("x") != nil || none.Find("x", "y") != nil {
		t.Error("a table that is not there has something")
	}
}

func TestPlacesInText(t *testing.T) {
	tests := []struct {
		name, src string
		part      string // of the decoded text
		want      string // of the file
	}{
		{"plain", `"Hola {nombre}, hoy"`, "{nombre}", "{nombre}"},
		{"after escapes", `"\u00bfM\u00e1s {x}?"`, "{x}", "{x}"},
		{"an escape", `"\u00bfM\u00e1s?"`, "á", `\u00e1`},
		{"from one escape to another", `"\u00bfM\u00e1s?"`, "¿Má", `\u00bfM\u00e1`},
		{"a tab and a quote", `"a\t\"b\""`, "\t\"b", `\t\"b`},
		{"literal", `'C:\{x}'`, "{x}", "{x}"},
		{"over lines", "\"\"\"\nHola\n{x}\n\"\"\"", "{x}", "{x}"},
		{"over lines of Windows", "\"\"\"\r\nHola\r\n{x}\r\n\"\"\"", "{x}", "{x}"},
		{"a line end of Windows", "\"\"\"a\r\nb\"\"\"", "\n", "\r\n"},
		{"across a line end of Windows", "'''a\r\nb'''", "a\nb", "a\r\nb"},
		{"after a line that goes on", "\"\"\"Hola \\\n   {x}\"\"\"", "{x}", "{x}"},
		{"across a line that goes on", "\"\"\"Hola\\  \r\n\r\n   {x}\"\"\"", "la{x", "la\\  \r\n\r\n   {x"},
		{"before a line that goes on", "\"\"\"Hola\\\n   {x}\"\"\"", "la", "la"},
		{"quotes at the end", `"""a"""""`, `""`, `""`},
		{"letters of many bytes", `"👩‍⚕️ {x}"`, "⚕️", "⚕️"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := read(t, "say = { es = "+test.src+" }\n")
			v := f.Root.Find("say", "es").Value.(*String)
			i := strings.Index(v.Value, test.part)
			if i < 0 {
				t.Fatalf("%q has no %q", v.Value, test.part)
			}
			if got := cut(f, v.At(i, i+len(test.part))); got != test.want {
				t.Errorf("%q of %q stands at %q, want %q", test.part, v.Value, got, test.want)
			}
		})
	}
}

func TestPlacesAtTheEdgesOfText(t *testing.T) {
	f := read(t, "a = \"\"\nb = \"ñ\"\nc = \"\"\"x\\\n  \"\"\"\n")
	for _, test := range []struct {
		key        string
		i, j       int
		start, end int
	}{
		{"a", 0, 0, 5, 5},
		{"a", -3, 9, 5, 5}, // outside: the nearest end
		{"b", 0, 0, 12, 12},
		{"b", 0, 1, 12, 14}, // half a letter: the whole one
		{"b", 1, 2, 12, 14},
		{"b", 2, 2, 14, 14},
		{"b", 2, 0, 14, 14}, // turned around: empty
		{"c", 1, 1, 24, 24}, // the end is where the text ends, not where its quotes do
	} {
		at := f.Root.Get(test.key).Value.(*String).At(test.i, test.j)
		if at.Start.Offset != test.start || at.End.Offset != test.end {
			t.Errorf("%s from %d to %d is at %d–%d, want %d–%d",
				test.key, test.i, test.j, at.Start.Offset, at.End.Offset, test.start, test.end)
		}
	}
}

func TestOrderIsTheFiles(t *testing.T) {
	var src strings.Builder
	var want []string
	for i := range 500 {
		name := fmt.Sprintf("k%d", (i*7919)%500)
		want = append(want, name)
		fmt.Fprintf(&src, "[%s]\n", name)
	}
	var got []string
	for _, e := range read(t, src.String()).Root.Entries {
		got = append(got, e.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the order is %v", got)
	}
}

// TestTheDecoderHasTheLastWord hands the tree what another decoder might have
// read; the first value that differs is named.
func TestTheDecoderHasTheLastWord(t *testing.T) {
	src := "a = 1\nb = { c = [ \"x\", 08:00 ] }\n"
	for _, test := range []struct {
		got  map[string]any
		want string // the value that differs
	}{
		{map[string]any{"a": int64(1)}, src[:0]},
		{map[string]any{"a": "1", "b": nil}, "1"},
		{map[string]any{"a": int64(1), "c": nil}, `{ c = [ "x", 08:00 ] }`},
		{map[string]any{"a": int64(1), "b": map[string]any{"c": []any{"x"}}}, `[ "x", 08:00 ]`},
		{map[string]any{"a": int64(1), "b": map[string]any{"c": []any{"y", nil}}}, `"x"`},
		{map[string]any{"a": int64(1), "b": map[string]any{"c": []any{"x", "08:00"}}}, `08:00`},
	} {
		f := read(t, src)
		v := differs(f.Root, test.got)
		if v == nil || cut(f, v.Span()) != test.want {
			t.Errorf("%v: got %v, want %q", test.got, v, test.want)
		}
	}
}
