package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	shownBy = regexp.MustCompile("`([a-z/]+)\\.(Test[A-Za-z0-9]+)`")
	archive = regexp.MustCompile("`(diag/[a-z_.-]+\\.txtar)`")
)

// The pages of WhatsApp's rules, in two languages, have the same rules in the
// same order, shown by the same tests; every test there exists; and a rule that
// no test shows says that it is not held yet.
func TestEveryRuleIsShownByTestsThatExist(t *testing.T) {
	english, spanish := rows(t, "rules.md", "not yet"), rows(t, "reglas.md", "todavía no")
	if len(english) < 17 || len(english) != len(spanish) {
		t.Fatalf("%d rules, and %d in Spanish", len(english), len(spanish))
	}
	for i := range english {
		if !slices.Equal(english[i], spanish[i]) {
			t.Errorf("rule %d is shown by %v, and in Spanish by %v", i+1, english[i], spanish[i])
		}
	}
	known := map[string]map[string]bool{}
	for _, page := range []string{"rules.md", "reglas.md"} {
		text := read(t, page)
		for _, m := range shownBy.FindAllStringSubmatch(text, -1) {
			if known[m[1]] == nil {
				known[m[1]] = tests(t, filepath.Join("../..", filepath.FromSlash(m[1])))
			}
			if !known[m[1]][m[2]] {
				t.Errorf("%s: %s has no %s", page, m[1], m[2])
			}
		}
		for _, m := range archive.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("../../testdata", filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

func read(t *testing.T, page string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../docs", page))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rows are the tests of each rule of a page.
func rows(t *testing.T, page, yet string) (all [][]string) {
	t.Helper()
	for line := range strings.Lines(read(t, page)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if !strings.HasPrefix(line, "| **") {
			continue
		}
		if len(cells) < 2 || strings.TrimSpace(cells[1]) == "" {
			t.Errorf("%s: it is not said where this is held: %s", page, line)
			continue
		}
		var by []string
		for _, name := range strings.Split(line, "`") {
			if strings.HasPrefix(name, "diag/") || strings.Contains(name, ".Test") {
				by = append(by, name)
			}
		}
		quoted := len(shownBy.FindAllString(line, -1)) + len(archive.FindAllString(line, -1))
		if quoted != len(by) {
			t.Errorf("%s: a test that is named in no way we know: %s", page, line)
		}
		if len(by) == 0 && !strings.Contains(strings.ToLower(line), yet) {
			t.Errorf("%s: nothing shows this, and it does not say %q: %s", page, yet, line)
		}
		all = append(all, by)
	}
	return all
}

// tests are the names of the tests of a package.
func tests(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
				all[fn.Name.Name] = true
			}
		}
	}
	return all
}
