package dsl_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cauce/dsl"
	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

var update = flag.Bool("update", false, "rewrite what the archives of testdata/diag want")

const archives = "../testdata/diag"

// base is a small service in Spanish without a fault.
func base(t testing.TB) fstest.MapFS { return folder(t, "base") }

// full is a service without a fault that uses the whole language.
func full(t testing.TB) fstest.MapFS { return folder(t, "full") }

func folder(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	names, err := filepath.Glob(filepath.Join(archives, name, "*.toml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no service %s: %v", name, err)
	}
	media, _ := filepath.Glob(filepath.Join(archives, name, "media", "*"))
	for _, file := range append(names, media...) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		at, err := filepath.Rel(filepath.Join(archives, name), file)
		if err != nil {
			t.Fatal(err)
		}
		fsys[filepath.ToSlash(at)] = &fstest.MapFile{Data: src}
	}
	return fsys
}

// load loads a folder and holds Load to what it promises of every list: each
// place lies in its file, and there is a service just when there is no error.
func load(t testing.TB, fsys fstest.MapFS) (*engine.Service, diag.List) {
	t.Helper()
	s, list := dsl.Load(fsys)
	if (s == nil) != list.HasErrors() {
		t.Fatalf("service: %v, errors: %v", s != nil, list.HasErrors())
	}
	for _, d := range list {
		if d.Code == dsl.Internal {
			t.Fatalf("the engine refuses what was checked: %s", d.Message)
		}
		if d.Code == "" || d.Message == "" {
			t.Errorf("says nothing: %+v", d)
		}
		spanish(t, d)
		inside(t, fsys, d.At)
		for _, n := range d.Notes {
			inside(t, fsys, n.At)
		}
	}
	return s, list
}

// inside fails unless a span lies in its file.
func inside(t testing.TB, fsys fstest.MapFS, at diag.Span) {
	t.Helper()
	if at.Whole() {
		return
	}
	f := fsys[at.File]
	if f == nil {
		t.Fatalf("a place in %q, which is no file", at.File)
	}
	if at.Start.Offset < 0 || at.Start.Offset > at.End.Offset || at.End.Offset > len(f.Data) {
		t.Fatalf("%s: from %d to %d, of %d bytes", at.File, at.Start.Offset, at.End.Offset, len(f.Data))
	}
}

func written(t testing.TB, fsys fstest.MapFS, list diag.List) string {
	t.Helper()
	return writtenIn(t, "en", fsys, list)
}

func writtenIn(t testing.TB, lang string, fsys fstest.MapFS, list diag.List) string {
	t.Helper()
	src := diag.Sources{}
	for name, f := range fsys {
		src[name] = f.Data
	}
	var b bytes.Buffer
	if err := diag.Write(&b, list, src, diag.Options{Max: -1, Language: lang}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// An archive of testdata/diag is a folder, and in "want" what is said of it; some
// show in "want.es" what that is in Spanish. It is named for the code it shows;
// a second one has a word of its own after it. Unless its comment begins with
// "complete", files it does not have are those of the base service.
func TestDiagnostics(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(archives, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		name, code := name, codeOf(name)
		t.Run(filepath.Base(name), func(t *testing.T) {
			a := readArchive(t, name)
			fsys := base(t)
			if strings.HasPrefix(a.comment, "complete") {
				fsys = fstest.MapFS{}
			}
			wants := map[string]int{}
			for i, f := range a.files {
				switch f.name {
				case "want":
					wants["en"] = i
				case "want.es":
					wants["es"] = i
				default:
					fsys[f.name] = &fstest.MapFile{Data: []byte(f.data)}
				}
			}
			_, list := load(t, fsys)
			if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return string(d.Code) == code }) {
				t.Errorf("nothing is reported as %s", code)
			}
			if _, ok := wants["en"]; !ok {
				if !*update {
					t.Fatal("no want")
				}
				wants["en"] = len(a.files)
				a.files = append(a.files, file{name: "want"})
			}
			for lang, i := range wants {
				got, want := writtenIn(t, lang, fsys, list), &a.files[i].data
				if *update {
					*want = got
				} else if got != *want {
					t.Errorf("got:\n%s\nwant:\n%s", got, *want)
				}
			}
			if *update {
				if err := os.WriteFile(name, []byte(a.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// An archive is a txtar archive: a comment, then files that each begin with a
// line "-- name --".
type archive struct {
	comment string
	files   []file
}

type file struct{ name, data string }

func readArchive(t *testing.T, name string) archive {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var a archive
	for line := range strings.Lines(string(src)) {
		head, isHead := strings.CutPrefix(strings.TrimRight(line, "\n"), "-- ")
		head, ended := strings.CutSuffix(head, " --")
		switch {
		case isHead && ended:
			a.files = append(a.files, file{name: head})
		case len(a.files) == 0:
			a.comment += line
		default:
			a.files[len(a.files)-1].data += line
		}
	}
	return a
}

func (a archive) String() string {
	var b strings.Builder
	b.WriteString(a.comment)
	for _, f := range a.files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.name, f.data)
	}
	return b.String()
}

// codeOf is the code an archive is named for: too-long.txtar, too-long.hint.txtar.
func codeOf(name string) string {
	code, _, _ := strings.Cut(filepath.Base(name), ".")
	return code
}

// What no archive can show has a test of its own, here or where it is found.
var withoutArchive = map[diag.Code]string{
	dsl.Internal:    "would be a fault of ours: TestBase and TestMutations look for one",
	dsl.Unreadable:  "TestUnreadable",
	syntax.TooBig:   "takes a megabyte: TestTooBig",
	syntax.Encoding: "an archive is text: TestEncoding",
}

func TestEveryCodeHasAnArchive(t *testing.T) {
	codes := slices.Concat(check.Codes, dsl.Codes,
		[]diag.Code{syntax.Encoding, syntax.Syntax, syntax.Duplicate, syntax.TooBig, syntax.TooDeep})
	for _, code := range codes {
		_, err := os.Stat(filepath.Join(archives, string(code)+".txtar"))
		if err != nil && withoutArchive[code] == "" {
			t.Errorf("%s has no archive", code)
		}
		if err == nil && withoutArchive[code] != "" {
			t.Errorf("%s has an archive after all", code)
		}
	}
	names, _ := filepath.Glob(filepath.Join(archives, "*.txtar"))
	for _, name := range names {
		if !slices.Contains(codes, diag.Code(codeOf(name))) {
			t.Errorf("%s is named for no code", name)
		}
	}
}

func TestBase(t *testing.T) {
	fsys := base(t)
	s, list := load(t, fsys)
	if len(list) > 0 {
		t.Fatal(written(t, fsys, list))
	}
	if s.Name() != "Vacunas" || s.Home() != "inicio" {
		t.Errorf("name %q, home %q", s.Name(), s.Home())
	}
}

// What a good service is full of makes nobody complain, and warns of nothing.
func TestFull(t *testing.T) {
	fsys := full(t)
	if _, list := load(t, fsys); len(list) > 0 {
		t.Error(written(t, fsys, list))
	}
}

// broken is a folder in which one name can't be opened.
type broken struct {
	fs.FS
	name string
	err  error
}

func (b broken) Open(name string) (fs.File, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: b.err}
	}
	return b.FS.Open(name)
}

func TestUnreadable(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{".", fs.ErrNotExist, ".: error: this folder can't be read [unreadable]\n  help: it is not there\n"},
		{"inicio.toml", fs.ErrPermission, "inicio.toml: error: this file can't be read [unreadable]\n  help: you may not read it: look at its permissions\n"},
		{"service.toml", errors.New("worn out"), "service.toml: error: this file can't be read [unreadable]\n  help: look at its name and its permissions\n"},
	} {
		fsys := base(t)
		s, list := dsl.Load(broken{fsys, c.name, c.err})
		if got := written(t, fsys, list); s != nil || got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestTooBig(t *testing.T) {
	fsys := base(t)
	fsys["inicio.toml"] = &fstest.MapFile{Data: bytes.Repeat([]byte("# más\n"), syntax.MaxFile/6)}
	_, list := load(t, fsys)
	if len(list) != 1 || list[0].Code != syntax.TooBig {
		t.Error(written(t, fsys, list))
	}
}

func TestEncoding(t *testing.T) {
	fsys := base(t)
	fsys["inicio.toml"] = &fstest.MapFile{Data: []byte("title = \"Ma\xf1ana\"\n")}
	_, list := load(t, fsys)
	if len(list) != 1 || list[0].Code != syntax.Encoding {
		t.Error(written(t, fsys, list))
	}
}

// Other files and folders are not looked at.
func TestOtherFiles(t *testing.T) {
	fsys := base(t)
	for _, name := range []string{"README.md", "media/foto.jpg", "i18n/en.po", "tests/hola.chat", "otra/service.toml", "carpeta.toml/nota"} {
		fsys[name] = &fstest.MapFile{Data: []byte("esto no es TOML = = =")}
	}
	if _, list := load(t, fsys); len(list) > 0 {
		t.Error(written(t, fsys, list))
	}
}

// A service of n nodes, of the kinds a service has, in flows of forty.
func large(n int) fstest.MapFS {
	fsys := fstest.MapFS{"service.toml": &fstest.MapFile{Data: []byte(`
name = "Grande"
languages = ["es", "en"]
timezone = "America/Bogota"
privacy = "https://example.org/p"
home = "flujo0"
not_understood = { es = "No.", en = "No." }
human = { say = { es = "Ya.", en = "Soon." }, path = [ { phone = "123" } ] }
stop = { say = { es = "Listo.", en = "Done." } }
hint = { say = { es = "{word.human} {word.stop}", en = "{word.human} {word.stop}" } }
[data.n]
type = "integer"
default = 0
min = 0
max = 9
needs = "nothing"
`)}}
	for f := 0; f*40 < n; f++ {
		var b strings.Builder
		fmt.Fprintf(&b, "begins = \"n0\"\nkeywords = { es = [\"tema %d\"], en = [\"topic %d\"] }\n", f, f)
		size := min(40, n-f*40)
		for i := range size {
			next := fmt.Sprintf("go = \"n%d\"", i+1)
			if i == size-1 {
				next = `end = "done"`
			}
			switch i % 4 {
			case 0:
				fmt.Fprintf(&b, "[node.n%d]\nsay = { es = \"Van {n} de {n + 1}\", en = \"{n} of {n + 1}\" }\n%s\n", i, next)
			case 1:
				fmt.Fprintf(&b, "[node.n%d]\nask = { es = \"¿Sí?\", en = \"Yes?\" }\nchoose = [ { id = \"si\", label = { es = \"Sí\", en = \"Yes\" } }, { id = \"no\", label = { es = \"No\", en = \"No\" }, end = \"done\" } ]\n%s\n", i, next)
			case 2:
				fmt.Fprintf(&b, "[node.n%d]\nset = { n = \"min(n + 1, 9)\" }\n%s\n", i, next)
			case 3:
				target := fmt.Sprintf("n%d", i+1)
				if i == size-1 {
					target = "n0"
				}
				fmt.Fprintf(&b, "[node.n%d]\nwhen = [ { if = \"n > 3 and n < 9\", end = \"done\" } ]\notherwise = %q\n", i, target)
			}
		}
		fsys[fmt.Sprintf("flujo%d.toml", f)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return fsys
}

func BenchmarkLoad200Nodes(b *testing.B) {
	fsys := large(200)
	if _, list := load(b, fsys); len(list) > 0 {
		b.Fatal(written(b, fsys, list))
	}
	for b.Loop() {
		dsl.Load(fsys)
	}
}
