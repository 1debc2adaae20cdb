package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages of the house and which of ours each may import. A
// package that is not here has no place yet; an import that is not here is an
// arrow nobody drew.
var rooms = map[string][]string{
	"engine":                   {"engine/eval", "engine/policy", "engine/intent", "engine/sensitive", "engine/answer", "engine/limits", "engine/words"},
	"engine/eval":              {},
	"engine/policy":            {},
	"engine/intent":            {"engine/words"},
	"engine/sensitive":         {"engine/words"},
	"engine/answer":            {"engine/words"},
	"engine/words":             {},
	"engine/limits":            {},
	"engine/sim":               {"engine"},
	"dsl":                      {"dsl/check", "dsl/syntax", "dsl/diag", "engine"},
	"dsl/diag":                 {},
	"dsl/syntax":               {"dsl/diag"},
	"dsl/check":                {"dsl/syntax", "dsl/diag", "engine", "engine/eval", "engine/policy", "engine/intent", "engine/answer", "engine/limits", "engine/words", "engine/sensitive"},
	"dsl/script":               {"dsl/diag", "engine", "engine/sim"},
	"dsl/everywhere":           {"dsl/script", "dsl/syntax", "dsl/diag", "engine", "engine/sim"},
	"flows":                    {},
	"runtime":                  {"runtime/store", "engine", "engine/limits", "engine/policy", "engine/sensitive"},
	"runtime/api":              {"runtime", "runtime/store"},
	"runtime/store":            {"engine"},
	"runtime/store/sqlite":     {"runtime/store"},
	"runtime/store/storetest":  {"runtime/store", "engine"},
	"runtime/dispatch/local":   {"runtime"},
	"runtime/whatsapp":         {"runtime", "runtime/store", "engine", "engine/limits"},
	"runtime/whatsapp/sandbox": {"runtime/whatsapp"},
}

// doors are the libraries that only some rooms may open.
var doors = map[string][]string{
	"github.com/looplab/fsm":          {"engine"},
	"github.com/fxamacker/cbor":       {"engine"},
	"github.com/expr-lang/expr":       {"engine/eval"},
	"github.com/BurntSushi/toml":      {"dsl/syntax"},
	"github.com/pelletier/go-toml":    {"dsl/syntax"},
	"github.com/mattn/go-sqlite3":     {"runtime/store/sqlite", "cmd/cauce"},
	"github.com/spf13/cobra":          {"cmd/cauce"},
	"golang.org/x/text":               {"engine/words", "engine", "engine/eval", "engine/intent", "dsl/check"},
	"github.com/nyaruka/phonenumbers": {"engine/answer"},
	"pgregory.net/rapid":              {"runtime/store/storetest"},
	"github.com/rogpeppe/go-internal": {},
	"github.com/chromedp/chromedp":    {},
	"net/http":                        {"runtime/api", "runtime/whatsapp", "runtime/whatsapp/sandbox", "cmd/cauce"},
	"database/sql":                    {"runtime/store/sqlite"},
	"testing":                         {"runtime/store/storetest"},
}

// outside are packages and calls by which a pure room would reach the world.
var outsideImports = []string{"os", "net", "net/http", "syscall", "runtime", "crypto/rand", "math/rand", "math/rand/v2", "log", "log/slog", "os/exec", "io/ioutil", "database/sql"}
var outsideCalls = map[string][]string{
	"time":     {"Now", "Since", "Until", "LoadLocation", "Local", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"filepath": {"Walk", "WalkDir", "Abs", "Glob"},
}

func TestArrows(t *testing.T) {
	root := "../.."
	seen := map[string]bool{}
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		room := filepath.ToSlash(rel)
		seen[room] = true
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		checkFile(t, path, room, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 40 {
		t.Fatalf("only %d files were looked at: is this the project's folder?", files)
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("%s is in the table and holds no code: a room appears when something lives in it", room)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Error(err)
	}
}

func checkFile(t *testing.T, path, room string, f *ast.File) {
	allowed, known := rooms[room]
	if !known && !strings.HasPrefix(room, "cmd/") {
		t.Errorf("%s: no room is named %s", path, room)
		return
	}
	pure := room == "engine" || strings.HasPrefix(room, "engine/") || room == "dsl" || strings.HasPrefix(room, "dsl/")
	for _, imp := range f.Imports {
		p := strings.Trim(imp.Path.Value, `"`)
		if ours, ok := strings.CutPrefix(p, "cauce/"); ok {
			if known && !slices.Contains(allowed, ours) {
				t.Errorf("%s: %s may not import %s", path, room, ours)
			}
			continue
		}
		for lib, who := range doors {
			if (p == lib || strings.HasPrefix(p, lib+"/")) && !slices.Contains(who, room) {
				t.Errorf("%s: %s may not import %s", path, room, p)
			}
		}
		if p == "runtime" && (imp.Name == nil || imp.Name.Name != "goruntime") {
			t.Errorf("%s: Go's own runtime is imported as goruntime", path)
		}
		if pure && slices.Contains(outsideImports, p) {
			t.Errorf("%s: %s is pure and may not import %s", path, room, p)
		}
	}
	if !pure {
		return
	}
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && slices.Contains(outsideCalls[id.Name], sel.Sel.Name) {
			t.Errorf("%s: %s is pure and may not use %s.%s", path, room, id.Name, sel.Sel.Name)
		}
		return true
	})
}
