package syntax

import (
	"fmt"
	goruntime "runtime"
	"strings"
	"testing"

	"cauce/dsl/diag"
)

// hostile are files that somebody makes to keep a reader busy: each is a shape,
// repeated until the file has size bytes.
var hostile = []struct {
	name string
	make func(size int) string
}{
	{"names", counted("", "k%d = 1\n", "")},
	{"names-quoted", counted("", "\"k %d\" = 1\n", "")},
	{"names-dotted", counted("", "a.k%d = 1\n", "")},
	{"names-deep", counted("", "a%d.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z = 1\n", "")},
	{"names-deep-shared", counted("", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.k%d = 1\n", "")},
	{"names-one-letter", counted("", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z%d=1\n", "")},
	{"tables", counted("", "[t%d]\n", "")},
	{"tables-deep", counted("", "[t%d.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z]\n", "")},
	{"tables-shared", counted("", "[a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.t%d]\n", "")},
	{"rows", repeated("", "[[a]]\n", "")},
	{"rows-deep", repeated("", "[[a.b.c.d.e.f.g]]\n", "")},
	{"rows-in-rows", repeated("", "[[a]]\n[[a.b]]\n[[a.b.c]]\n", "")},
	{"rows-with-names", repeated("", "[[a]]\nid = \"x\"\ngo = \"y\"\n", "")},
	{"rows-of-many-lists", counted("", "[[a%d]]\n", "")},
	{"braces", repeated("a = [", "{},", "]\n")},
	{"braces-names", counted("a = {", "k%d=1,", "}\n")},
	{"braces-dotted", counted("a = {", "a.b.c.k%d=1,", "}\n")},
	{"braces-lines", repeated("", "\n", "a = {b={c={}}}\n")},
	{"braces-of-lists", repeated("a = {b=[", "[],", "]}\n")},
	{"list-numbers", repeated("a = [", "1,", "]\n")},
	{"list-lines", repeated("a = [\n", "1,\n", "]\n")},
	{"list-comments", repeated("a = [\n", "#\n", "]\n")},
	{"list-texts", repeated("a = [", "\"\",", "]\n")},
	{"list-dates", repeated("a = [", "2026-01-01,", "]\n")},
	{"list-never-closed", repeated("a = [", "1,", "")},
	{"text-long", repeated("a = \"", "x", "\"\n")},
	{"text-escapes", repeated("a = \"", "\\u00e1", "\"\n")},
	{"text-bad-escapes", repeated("a = \"", "\\q", "\"\n")},
	{"text-lines", repeated("a = \"\"\"\n", "x\n", "\"\"\"\n")},
	{"text-line-ends", repeated("a = \"\"\"\r\n", "x\r\n", "\"\"\"\r\n")},
	{"text-backslashes", repeated("a = \"\"\"\n", "x\\\n   \n", "\"\"\"\n")},
	{"text-never-closed", repeated("a = \"", "x", "")},
	{"text-quotes", repeated("a = '''\n", "\"\"\"", "'''\n")},
	{"text-quote-run", repeated("a = ", "\"", "\n")},
	{"number-long", repeated("a = ", "1", "\n")},
	{"number-scores", repeated("a = 1", "_1", "\n")},
	{"number-float", repeated("a = 0.", "1", "\n")},
	{"words", repeated("a = ", "palabra ", "\n")},
	{"words-in-list", repeated("a = [", "palabra ", "]\n")},
	{"words-in-braces", repeated("a = {", "palabra ", "}\n")},
	{"words-commas", repeated("a = {b = ", "palabra, ", "}\n")},
	{"words-lines", repeated("", "palabra\n", "")},
	{"name-long", repeated("", "a", " = 1\n")},
	{"name-dots", repeated("a", ".a", " = 1\n")},
	{"name-spaces", repeated("a", " ", "= 1\n")},
	{"name-words", repeated("", "a ", "= 1\n")},
	{"name-quoted-dots", repeated("\"\"", ".\"\"", " = 1\n")},
	{"dots", repeated("", ".", "\n")},
	{"equals", repeated("a ", "=", "\n")},
	{"commas", repeated("a = [", ",", "]\n")},
	{"commas-braces", repeated("a = {", ",", "}\n")},
	{"comma-lines", repeated("a = [\n", ",\n", "]\n")},
	{"brackets", repeated("a = ", "[", "\n")},
	{"brackets-closing", repeated("a = 1 ", "]", "\n")},
	{"brackets-lines", repeated("", "[\n", "")},
	{"brackets-open-lines", repeated("", "a = [\n", "")},
	{"braces-open-lines", repeated("", "a = {\n", "")},
	{"braces-deep", repeated("a = ", "{a=", "\n")},
	{"closing-lines", repeated("", "]\n", "")},
	{"headings-open", repeated("", "[a\n", "")},
	{"headings-in-list", repeated("a = [\n", "[a]\n", "")},
	{"headings-twice", repeated("", "[a]\n", "")},
	{"names-twice", repeated("", "a = 1\n", "")},
	{"names-taken", repeated("a = 1\n", "[a.b]\n", "")},
	{"names-empty", repeated("", "= 1\n", "")},
	{"values-missing", repeated("", "a =\n", "")},
	{"values-missing-list", repeated("a = [", "b =,\n", "]\n")},
	{"values-below", repeated("", "a =\n1\n", "")},
	{"quotes-typographic", repeated("a = ", "“", "\n")},
	{"quotes-typographic-lines", repeated("", "a = “x\n", "")},
	{"quotes-typographic-names", repeated("", "“", "\n")},
	{"quotes-unclosed-lines", repeated("", "a = \"x\n", "")},
	{"quotes-doubt", repeated("", "a = \"\"\"\nb = \"\"\"\n", "")},
	{"hidden", repeated("", "\u200b", "\n")},
	{"hidden-lines", repeated("", "\u200ba = 1\n", "")},
	{"slashes", repeated("", "//\n", "")},
	{"semicolons", repeated("", "a = 1;\n", "")},
	{"one-line", repeated("", "a = 1 ", "\n")},
	{"one-line-pairs", repeated("a = [", "b = 1, ", "]\n")},
	{"one-line-pairs-braces", repeated("a = {", "b = 1 ", "}\n")},
	{"comment", repeated("#", "x", "\n")},
	{"comments", repeated("", "#\n", "")},
	{"spaces", repeated("", " ", "\n")},
	{"spaces-braces", repeated("a = {", " ", "}")},
	{"spaces-before-braces", repeated("", "a = {}"+strings.Repeat(" ", 50)+"\n", "")},
	{"lines", repeated("", "\n", "")},
	{"lines-list", repeated("a = [", "\n", "]")},
	{"carriage-returns", repeated("", "\r\n", "")},
	{"carriage-returns-alone", repeated("", "\r", "")},
	{"controls", repeated("", "\x01\n", "")},
	{"bytes", repeated("", "\xff", "")},
	{"zeros", repeated("", "\x00", "")},
	{"marks", repeated("a", "\u0301", " = 1\n")},
	{"accents", counted("", "año%d = 1\n", "")},
	{"emoji-line", repeated("a = \"", "👩‍⚕️", "\"\n")},
	{"braces-list-deep", counted("a = [", "{a={a={a={a={a={a=[%d]}}}}}},", "]\n")},
}

// repeated is a shape of one part again and again.
func repeated(before, part, after string) func(int) string {
	return func(size int) string {
		return before + strings.Repeat(part, max(1, (size-len(before)-len(after))/len(part))) + after
	}
}

// counted is a shape whose part holds a number, so that no two are the same.
func counted(before, part, after string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; b.Len()+len(part)+len(after)+8 < size; i++ {
			fmt.Fprintf(&b, part, i)
		}
		return b.String() + after
	}
}

// BenchmarkHostile reads every hostile shape at the largest size that is read
// at all; none should take a second.
func BenchmarkHostile(b *testing.B) {
	for _, h := range hostile {
		src := []byte(h.make(MaxFile))
		b.Run(h.name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Parse("flow.toml", src)
			}
		})
	}
}

// TestHostileFilesCostWhatTheirSizeDoes reads each shape at one size and at four
// times that size, and compares the memory that was asked for and the bytes
// that looks ahead have passed: neither may grow much faster than the file.
func TestHostileFilesCostWhatTheirSizeDoes(t *testing.T) {
	const small, times = 16 << 10, 4
	for _, h := range hostile {
		little, much := memory(h.make(small)), memory(h.make(times*small))
		if most := uint64(float64(little)*times*1.5) + 64<<10; much > most {
			t.Errorf("%s: %d bytes of memory for %d, and %d for %d", h.name, little, small, much, times*small)
		}
		less, more := ahead(h.make(small)), ahead(h.make(times*small))
		if most := int(float64(less)*times*1.5) + 1<<10; more > most {
			t.Errorf("%s: looks ahead pass %d bytes of %d, and %d of %d", h.name, less, small, more, times*small)
		}
		// A hundred faults may each read the file to its end, and nothing reads it
		// more often than that.
		if more > 2*faultsMax*times*small {
			t.Errorf("%s: looks ahead pass %d bytes of %d", h.name, more, times*small)
		}
	}
}

// memory is how many bytes of it reading a file asks for, all in all.
func memory(src string) uint64 {
	var before, after goruntime.MemStats
	bytes := []byte(src)
	goruntime.ReadMemStats(&before)
	Parse("flow.toml", bytes)
	goruntime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// ahead is how many bytes the grammar's looks ahead pass.
func ahead(src string) int {
	f := &File{Source: []byte(src), index: diag.NewIndex([]byte(src))}
	r := &reader{f: f, src: f.Source}
	if len(characters(f)) == 0 { // else the grammar is not asked
		r.walk()
	}
	return r.ahead
}

// Whatever is too much is refused at its place, and by its own code.
func TestHostileFilesAreRefused(t *testing.T) {
	tests := map[string]struct {
		code diag.Code
		line int // 0: any but the first
	}{
		"names":              {TooBig, 0},
		"names-dotted":       {TooBig, 0},
		"names-deep":         {TooBig, 0},
		"tables":             {TooBig, 0},
		"tables-deep":        {TooBig, 0},
		"rows":               {TooBig, 0},
		"rows-in-rows":       {TooBig, 0},
		"rows-with-names":    {TooBig, 0},
		"braces":             {TooBig, 1},
		"braces-names":       {TooBig, 1},
		"braces-dotted":      {TooBig, 1},
		"list-numbers":       {TooBig, 1},
		"list-lines":         {TooBig, 0},
		"brackets":           {TooDeep, 1},
		"braces-deep":        {TooDeep, 1},
		"name-dots":          {TooDeep, 1},
		"name-long":          {TooBig, 1},
		"text-never-closed":  {Syntax, 1},
		"brackets-lines":     {Syntax, 1},
		"headings-twice":     {TooBig, 0},
		"carriage-returns":   {"", 0},
		"text-long":          {"", 0},
		"comments":           {"", 0},
		"rows-of-many-lists": {"", 0},
	}
	for _, h := range hostile {
		want, ok := tests[h.name]
		if !ok {
			continue
		}
		delete(tests, h.name)
		_, problems := Parse("flow.toml", []byte(h.make(MaxFile)))
		if want.code == "" {
			if len(problems) > 0 {
				t.Errorf("%s: %+v", h.name, problems[0])
			}
			continue
		}
		if len(problems) == 0 || problems[0].Code != want.code {
			t.Errorf("%s: %+v, want %s", h.name, problems, want.code)
			continue
		}
		if line := problems[0].At.Start.Line; line < 1 || want.line > 0 && line != want.line || want.line == 0 && line == 1 {
			t.Errorf("%s: %s in line %d", h.name, want.code, line)
		}
	}
	if len(tests) > 0 {
		t.Errorf("no such shapes: %v", tests)
	}
}

// A file of MaxParts is read; one more name is refused, and it is the one that
// is told.
func TestPartsAreCounted(t *testing.T) {
	line := "a%d = 1\n" // a name and a value
	var b strings.Builder
	for i := range MaxParts / 2 {
		fmt.Fprintf(&b, line, i)
	}
	if _, problems := Parse("flow.toml", []byte(b.String())); len(problems) > 0 {
		t.Fatalf("%+v", problems[0])
	}
	b.WriteString("[uno.mas]\n")
	_, problems := Parse("flow.toml", []byte(b.String()))
	if len(problems) != 1 || problems[0].Code != TooBig {
		t.Fatalf("%+v", problems)
	}
	if at := problems[0].At; at.Start.Line != MaxParts/2+1 || at.Start.Column != 2 || at.End.Column != 5 {
		t.Errorf("it is at %+v", at)
	}
}

// A file of many megabytes is not read past what a file may have, and the place
// where it is too much is told.
func TestLargerFilesAreNotRead(t *testing.T) {
	for _, part := range []string{"a = 1\n", "ñ", "\xff", "\x80\x80\x80\x80\x80", "中"} {
		src := strings.Repeat(part, 5<<20/len(part))
		f, problems := Parse("flow.toml", []byte(src))
		if f.Root != nil || len(problems) != 1 || problems[0].Code != TooBig {
			t.Fatalf("%q: %+v", part, problems)
		}
		at := problems[0].At
		if at.Start != at.End || at.Start.Offset > MaxFile || at.Start.Offset < MaxFile-4 {
			t.Errorf("%q: at %+v", part, at)
		}
		if want := diag.NewIndex([]byte(src)).Pos(at.Start.Offset); at.Start != want {
			t.Errorf("%q: at %+v, want %+v", part, at.Start, want)
		}
		if more := memory(src); more > 8<<20 {
			t.Errorf("%q: %d bytes of memory", part, more)
		}
	}
}
