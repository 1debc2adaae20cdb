package dsl_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"cauce/dsl"
	"cauce/dsl/diag"
)

// values are what an author could write behind a key, wisely or not.
var values = []string{
	`"listo"`, `"nombre"`, `"zona"`, `"@human"`, `"@home"`, `"@offer"`, `"done"`, `"left"`, `"contact.language"`, `""`,
	`"{nombre}"`, `"{zona} {veces + 1}"`, `"{"`, `"}"`, `"{raw ?? opens}"`, `"\u00f1{x"`, `"edad > 3"`, `"known(edad) and edad > 3"`,
	`"7 days"`, `"1m"`, `"until stop"`, `"10:00"`, `"Mon 09:00"`, `"service"`, `"recordatorio"`, `"nadie_libre"`,
	`"text"`, `"choice"`, `"bool"`, `"request"`, `"nothing"`,
	`0`, `1`, `-9223372036854775808`, `9223372036854775807`, `1.5`, `inf`, `true`, `2026-12-25`, `07:32:00`,
	`[]`, `{}`, `["a", "b"]`, `[[]]`, `[ {} ]`, `{ es = "Hola" }`, `{ es = ["hola"] }`, `{ en = "Hi" }`, `{ a = { b = 1 } }`,
	`[ { id = "x", label = "Equis" } ]`, `[ { if = "veces > 1", go = "zona" } ]`, `{ nombre = "'Ana'" }`,
	`"number"`, `"date"`, `"time"`, `"phone"`, `"email"`, `"location"`, `"media"`, `"list"`, `"today"`, `"2026-05-03"`, `"consejos"`,
	`"[A-Z"`, `"https://example.org/v1"`, `"env:TOKEN"`, `["21:00-07:00"]`, `"clinica"`, `["operators", "connection.clinica"]`,
	`{ titulo = { type = "text", max = 24 } }`, `{ no-end = "por algo" }`, `{ Authorization = "Bearer x" }`, `"{agreed(\"consejos\") ? 1 : 2}"`,
	`"citas"`, `"cita"`, `"fecha"`, `"foto"`, `"{it.id}"`, `"value > 3"`, `"{value}"`, `"{purpose}"`, `"otra"`, `"enfermeras"`, `"@back"`, `"media/mapa.jpg"`,
	`"location"`, `["text", "image"]`, `"numbers"`, `"result.body.citas"`, `"/citas/{zona}"`, `"20 seconds"`, `{ quien = "Ana" }`, `{ si = "pide" }`,
	`{ for = "2 days", else = "pide" }`, `[ { share = 1, go = "pide" } ]`, `{ flow = "otra", in = "3 days" }`, `{ from = "citas", id = "{it.id}", label = "{it.titulo}" }`,
	`{ file = "media/nota.amr" }`, `{ label = "Ver", url = "https://example.org/{zona}" }`, `[ { if = "value > 3", say = "No." } ]`, `"add(today, '3 days')"`, `"now"`,
	`{ contact.timezone = "UTC" }`, `{ contact.language = "es" }`, `{ for = "2 days" }`, `{ after = "1 hour", end = "listo" }`, "\"\"\"\nHola\\\n  {veces}\n\"\"\"",
}

// keys are every key of the language, and some that are none.
var keys = []string{
	"say", "ask", "choose", "save", "opener", "retry", "otherwise", "silence", "when", "wait", "template", "fill", "set", "go",
	"end", "id", "label", "also", "note", "if", "after", "times", "for", "at", "until", "reply", "type", "min", "max", "of",
	"default", "needs", "keep", "sensitive", "share", "category", "body", "buttons", "begins", "outcomes", "keywords", "home",
	"languages", "hours", "inbox", "consent", "image", "quiet", "anywhere", "connection", "version", "messages", "purpose", "url", "headers", "words", "flow", "leaves",
	"want", "shape", "check", "link", "header", "footer", "call", "on", "with", "split", "fetch", "get", "post", "query", "timeout", "failed", "schedule", "cancel",
	"handover", "tell", "priority", "done", "closed", "nobody", "tag", "count", "withdraw", "forget", "hold", "outside", "purpose", "section", "from", "rows", "yes", "no",
	"moved", "audio", "document", "location", "contact_card", "file", "share", "else", "in",
	"urgent", "pattern", "fields", "given", "allow", "consent.nuevo", "connection.nueva", "equis", "node.nuevo", "data.nuevo", "human.path",
}

// mutate changes a line of a file as a slip, or a careless hand, would.
func mutate(t *rapid.T, src string) string {
	lines := strings.SplitAfter(src, "\n")
	i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
	line := lines[i]
	key, _, isEntry := strings.Cut(line, "=")
	switch rapid.SampledFrom([]string{"drop", "twice", "swap", "value", "value", "value", "text", "text", "key", "key", "cut", "header"}).Draw(t, "change") {
	case "drop":
		lines = slices.Delete(lines, i, i+1)
	case "twice":
		lines = slices.Insert(lines, i, line)
	case "swap":
		j := rapid.IntRange(0, len(lines)-1).Draw(t, "with")
		lines[i], lines[j] = lines[j], lines[i]
	case "value":
		if isEntry {
			lines[i] = key + "= " + rapid.SampledFrom(values).Draw(t, "value") + "\n"
		}
	case "text":
		// One of the line's texts becomes another value.
		parts := strings.Split(line, `"`)
		if len(parts) >= 3 {
			k := 1 + 2*rapid.IntRange(0, len(parts)/2-1).Draw(t, "text")
			value := rapid.SampledFrom(values).Draw(t, "value")
			lines[i] = strings.Join(parts[:k], `"`) + value + strings.Join(parts[min(k+1, len(parts)):], `"`)
		}
	case "key":
		if isEntry {
			lines[i] = rapid.SampledFrom(keys).Draw(t, "key") + " =" + strings.TrimPrefix(line, key+"=")
		}
	case "cut":
		lines[i] = line[:rapid.IntRange(0, len(line)).Draw(t, "at")]
	case "header":
		lines = slices.Insert(lines, i, "["+rapid.SampledFrom([]string{"node.nuevo", "node.zona", "data.nombre", "human", "stop", "template.otra", "[human.path]", "[anywhere]", "consent.consejos", "connection.clinica"}).Draw(t, "header")+"]\n")
	}
	return strings.Join(lines, "")
}

// However a good service is damaged, what is wrong with it is said, in its
// place, and what is still good compiles. load checks each of it.
func TestMutations(t *testing.T) {
	for _, name := range []string{"base", "full", "../whole"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			good := folder(t, name)
			files := slices.DeleteFunc(slices.Sorted(maps.Keys(good)), func(file string) bool { return filepath.Ext(file) != ".toml" })
			rapid.Check(t, func(r *rapid.T) {
				fsys := maps.Clone(good)
				for range rapid.IntRange(1, 3).Draw(r, "changes") {
					name := rapid.SampledFrom(files).Draw(r, "file")
					fsys[name] = &fstest.MapFile{Data: []byte(mutate(r, string(fsys[name].Data)))}
				}
				load(t, fsys)
			})
		})
	}
}

// Two runs over the same folder say the same, in the same order.
func TestSameEveryTime(t *testing.T) {
	good := full(t)
	rapid.Check(t, func(r *rapid.T) {
		fsys := fstest.MapFS{}
		for _, name := range slices.Sorted(maps.Keys(good)) {
			fsys[name] = &fstest.MapFile{Data: []byte(mutate(r, mutate(r, string(good[name].Data))))}
		}
		_, first := dsl.Load(fsys)
		_, second := dsl.Load(fsys)
		if a, b := fmt.Sprint(first), fmt.Sprint(second); a != b {
			r.Fatalf("first:\n%s\nthen:\n%s", a, b)
		}
	})
}

// A list that names one place twice with one code says the same thing twice.
func TestOneCauseOneDiagnostic(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(archives, "*.txtar"))
	for _, name := range names {
		a := readArchive(t, name)
		fsys := base(t)
		for _, f := range a.files {
			fsys[f.name] = &fstest.MapFile{Data: []byte(f.data)}
		}
		delete(fsys, "want")
		delete(fsys, "want.es")
		_, list := load(t, fsys)
		type key struct {
			code diag.Code
			at   diag.Span
		}
		seen := map[key]bool{}
		for _, d := range list {
			k := key{d.Code, d.At}
			if seen[k] && !d.At.Whole() {
				t.Errorf("%s: %s twice at %d:%d", filepath.Base(name), d.Code, d.At.Start.Line, d.At.Start.Column)
			}
			seen[k] = true
		}
	}
}

// Whatever stands in the files, Load returns, and what it says stands in them.
func FuzzLoad(f *testing.F) {
	service, err := os.ReadFile(filepath.Join(archives, "base", "service.toml"))
	if err != nil {
		f.Fatal(err)
	}
	flow, err := os.ReadFile(filepath.Join(archives, "base", "inicio.toml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(service, flow)
	names, _ := filepath.Glob(filepath.Join(archives, "*.txtar"))
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range strings.Split(string(src), "\n-- ") {
			head, body, _ := strings.Cut(part, "\n")
			switch {
			case strings.Contains(head, "service.toml"):
				f.Add([]byte(body), flow)
			case strings.Contains(head, ".toml"):
				f.Add(service, []byte(body))
			}
		}
	}
	f.Fuzz(func(t *testing.T, service, flow []byte) {
		load(t, fstest.MapFS{
			"service.toml": &fstest.MapFile{Data: service},
			"inicio.toml":  &fstest.MapFile{Data: flow},
		})
	})
}
