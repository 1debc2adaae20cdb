package syntax

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	gotoml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
	"pgregory.net/rapid"

	"cauce/dsl/diag"
)

// FuzzParse holds Parse to its promises on any bytes: it never panics, every
// span lies in the file and agrees with itself, a file is refused exactly when
// one of the two libraries refuses it, and both see the same names in the same
// order.
func FuzzParse(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range archives {
		_, files := readArchive(f, path)
		for _, file := range files {
			f.Add([]byte(file.text))
		}
	}
	for _, src := range []string{
		"[node.a]\nask = { es = \"¿Más?\", en = \"More?\" }\nchoose = [\n  { id = \"si\", go = \"b\" }, # sí\n]\n",
		"[[human.path]]\ninbox = \"e\"\n[human.path.visit]\nes = '''a\n'''\n[[human.path]]\nx.y = [[1], [{}]]\n",
		"a = \"\"\"\r\n\\\r\n  x\\u00e1\\x41\\e\"\"\"\"\r\nb = -0.5e+3\r\nc = 2026-02-08 08:00Z\r\n",
		"a.b.c = 1\na.b.d = { e.f = 2, e.g = 3 }\n[h]\n[h.i.j]\n[h.i]\n",
		"[a.b]\n[a]\nb.c = 1\n", "a = 0x_1", "a = 08:00:00.5", "\"\" = 1\n[\"\"]\n",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, problems := Parse("flow.toml", src)
		index := diag.NewIndex(src)
		if (file.Root == nil) != (len(problems) > 0) {
			t.Fatal("a tree and problems, or neither")
		}
		for _, d := range problems {
			inFile(t, src, index, d.At)
			for _, n := range d.Notes {
				inFile(t, src, index, n.At)
			}
			if d.Message == "" || d.Code == "" || strings.Contains(d.Message.String(), "fault in Cauce") {
				t.Fatalf("%+v", d)
			}
			if d.Code == TooBig || d.Code == TooDeep {
				return
			}
		}
		if len(problems) == 0 {
			valuesIn(t, src, index, file.Root)
		}

		var a, b map[string]any
		md, errA := toml.Decode(string(src), &a)
		errB := gotoml.Unmarshal(src, &b)
		refused := errA != nil || errB != nil || !utf8.Valid(src) || strings.HasPrefix(string(src), "\ufeff")
		if refused != (len(problems) > 0) {
			t.Fatalf("problems: %v\nBurntSushi: %v\npelletier: %v", problems, errA, errB)
		}
		if refused {
			return
		}
		var keysA []string
		for _, key := range md.Keys() {
			keysA = append(keysA, strings.Join(key, "\x00"))
		}
		if keysB := keysOf(t, src); !slices.Equal(keysA, keysB) {
			t.Fatalf("BurntSushi has %q\npelletier has %q", keysA, keysB)
		}
	})
}

// inFile checks one span.
func inFile(t *testing.T, src []byte, index *diag.Index, s diag.Span) {
	if s.Whole() {
		if s != (diag.Span{File: "flow.toml"}) {
			t.Fatalf("half a span: %+v", s)
		}
		return
	}
	start, end := s.Start.Offset, s.End.Offset
	if start < 0 || end < start || end > len(src) {
		t.Fatalf("span %+v of %d bytes", s, len(src))
	}
	if s != index.Span("flow.toml", start, end) {
		t.Fatalf("span %+v has another line or column", s)
	}
}

// valuesIn checks the places of everything in v.
func valuesIn(t *testing.T, src []byte, index *diag.Index, v Value) {
	inFile(t, src, index, v.Span())
	cut := string(src[v.Span().Start.Offset:v.Span().End.Offset])
	switch v := v.(type) {
	case *Table:
		for _, e := range v.Entries {
			inFile(t, src, index, e.KeyAt)
			if v.Get(e.Key) != e {
				t.Fatalf("%q is another entry", e.Key)
			}
			valuesIn(t, src, index, e.Value)
		}
		if v.made == braced && (cut[0] != '{' || cut[len(cut)-1] != '}') || v.Header && (cut[0] != '[' || cut[len(cut)-1] != ']') {
			t.Fatalf("a table is %q", cut)
		}
	case *List:
		for _, item := range v.Items {
			valuesIn(t, src, index, item)
		}
		if cut[0] != '[' || cut[len(cut)-1] != ']' {
			t.Fatalf("a list is %q", cut)
		}
	case *String:
		if quote := cut[0]; quote != cut[len(cut)-1] || quote != '"' && quote != '\'' {
			t.Fatalf("a text is %q", cut)
		}
		all := v.At(0, len(v.Value))
		inFile(t, src, index, all)
		if all.Start.Offset <= v.at.Start.Offset || all.End.Offset >= v.at.End.Offset {
			t.Fatalf("the text of %q is at %+v", cut, all)
		}
		last := all.Start.Offset
		for i := range v.Value {
			at := v.At(i, i+1)
			inFile(t, src, index, at)
			if at.Start.Offset < last || at.End.Offset <= at.Start.Offset {
				t.Fatalf("byte %d of %q is at %+v", i, cut, at)
			}
			last = at.End.Offset
		}
	}
}

// keysOf lists every name with a value or heading as pelletier's parser meets
// it, in the way of BurntSushi's list.
func keysOf(t *testing.T, src []byte) []string {
	var out []string
	var p unstable.Parser
	p.Reset(src)
	var walk func(way []string, n *unstable.Node)
	walk = func(way []string, n *unstable.Node) {
		switch n.Kind {
		case unstable.KeyValue:
			for it := n.Key(); it.Next(); {
				way = append(way[:len(way):len(way)], string(it.Node().Data))
			}
			out = append(out, strings.Join(way, "\x00"))
			walk(way, n.Value())
		case unstable.Array, unstable.InlineTable:
			for it := n.Children(); it.Next(); {
				walk(way, it.Node())
			}
		}
	}
	var heading []string
	for p.NextExpression() {
		n := p.Expression()
		if n.Kind == unstable.KeyValue {
			walk(heading, n)
			continue
		}
		heading = nil
		for it := n.Key(); it.Next(); {
			heading = append(heading, string(it.Node().Data))
		}
		out = append(out, strings.Join(heading, "\x00"))
	}
	if err := p.Error(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTextMapsToItsPlace writes a text in random ways and checks that every
// part of it is found where it was written.
func TestTextMapsToItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.SampledFrom([]rune("aZ {}\"'\\#\t\náñ¿€😀\u0301\u200d\u007f\u0000")), 0, 30).Draw(t, "text")
		long := rapid.Bool().Draw(t, "over lines")
		newline := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")

		src := strings.Builder{}
		src.WriteString("# ñ" + newline + "say = { es = ")
		if long {
			src.WriteString(`"""`)
			if rapid.Bool().Draw(t, "on the next line") || len(letters) > 0 && letters[0] == '\n' {
				src.WriteString(newline)
			}
		} else {
			src.WriteString(`"`)
		}
		var from, to []int // where each letter is written
		for _, r := range letters {
			if long && rapid.IntRange(0, 9).Draw(t, "goes on") == 0 {
				src.WriteString("\\ " + newline + " \t" + newline)
				// What follows must not be taken for its indentation.
				from = append(from, src.Len())
				src.WriteString(escaped(t, r))
				to = append(to, src.Len())
				continue
			}
			from = append(from, src.Len())
			switch how := rapid.IntRange(0, 3).Draw(t, "how"); {
			case r == '\n' && long && how > 0:
				src.WriteString(newline)
			case r < ' ' && r != '\t', r == '"', r == '\\', r == 0x7f, how == 0:
				src.WriteString(escaped(t, r))
			default:
				src.WriteRune(r)
			}
			to = append(to, src.Len())
		}
		if long {
			src.WriteString(`"""`)
		} else {
			src.WriteString(`"`)
		}
		src.WriteString(", en = \"x\" }" + newline)

		f, problems := Parse("flow.toml", []byte(src.String()))
		if len(problems) > 0 {
			t.Fatalf("%q: %v", src.String(), problems)
		}
		v := f.Root.Find("say", "es").Value.(*String)
		if v.Value != string(letters) {
			t.Fatalf("%q reads %q, want %q", src.String(), v.Value, string(letters))
		}
		if len(letters) == 0 {
			return
		}
		i := rapid.IntRange(0, len(letters)-1).Draw(t, "first")
		j := rapid.IntRange(i, len(letters)-1).Draw(t, "last")
		start, end := len(string(letters[:i])), len(string(letters[:j+1]))
		at := v.At(start, end)
		if at.Start.Offset != from[i] || at.End.Offset != to[j] {
			t.Fatalf("%q of %q is at %d–%d, want %d–%d", v.Value[start:end], src.String(),
				at.Start.Offset, at.End.Offset, from[i], to[j])
		}
	})
}

// escaped writes r as one of the escapes that it has.
func escaped(t *rapid.T, r rune) string {
	hex := func(digits int) string {
		return fmt.Sprintf("%0*X", digits, r)
	}
	ways := []string{`\U` + hex(8)}
	if r <= 0xffff {
		ways = append(ways, `\u`+hex(4))
	}
	if r <= 0xff {
		ways = append(ways, `\x`+hex(2))
	}
	if short, ok := map[rune]string{'\n': `\n`, '\t': `\t`, '"': `\"`, '\\': `\\`}[r]; ok {
		ways = append(ways, short)
	}
	return rapid.SampledFrom(ways).Draw(t, "escape")
}
