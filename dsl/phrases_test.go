package dsl_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"cauce/dsl/diag"
)

// phraseTypes are the types of what an author can be told. A constant of one of
// them is a sentence, or a part of one.
var phraseTypes = []string{"cauce/dsl/diag.Phrase", "cauce/engine/eval.Format"}

// Whatever an author can be told, they can be told in Spanish: every constant
// phrase of the module is in the catalogue, and the catalogue holds nothing that
// nobody says.
func TestEveryPhraseIsInTheCatalogue(t *testing.T) {
	said := map[string]string{} // the phrase, and where
	for _, p := range speakers(t) {
		maps.Copy(said, p.phrases(t))
	}
	if len(said) < 500 {
		t.Fatalf("only %d phrases found", len(said))
	}
	have := diag.Phrases("es")
	for _, phrase := range slices.Sorted(maps.Keys(said)) {
		if _, ok := slices.BinarySearch(have, phrase); !ok && hasWords(phrase) {
			t.Errorf("not in dsl/diag/es: %s\t%s", phrase, said[phrase])
		}
	}
	for _, phrase := range have {
		if _, ok := said[phrase]; !ok {
			t.Errorf("in dsl/diag/es, and nobody says it: %s", phrase)
		}
	}
}

// value is where a phrase shows a value.
var value = regexp.MustCompile(`%(\[[1-9]\])?[-+# 0]*\d*(?:\.\d+)?[a-zA-Z%]`)

func hasWords(phrase string) bool {
	return strings.ContainsFunc(value.ReplaceAllString(phrase, ""), unicode.IsLetter)
}

// spanish holds a diagnostic to what it promises in Spanish: every sentence has
// one of its own, and no English is left in it.
func spanish(t testing.TB, d diag.Diagnostic) {
	t.Helper()
	said := []diag.Phrase{d.Message, d.Help}
	for _, n := range d.Notes {
		said = append(said, n.Message)
	}
	for _, p := range said {
		en, es := p.In("en"), p.In("es")
		if p != "" && en == es {
			t.Errorf("only in English: %s", en)
		}
		if word := english.FindString(asWritten.ReplaceAllString(es, "…")); word != "" {
			t.Errorf("%q is no Spanish: %s", word, es)
		}
	}
}

var (
	// What an author wrote, or should: texts in quotes, and what stands behind =.
	asWritten = regexp.MustCompile(`"[^"]*"|= *[{\[].*|\{[^}]*\}`)
	english   = regexp.MustCompile(`\b(?i:the|is|this|that|which|what|has|are|it|its|by|never|only)\b`)
)

// A goPackage is what go list tells of one.
type goPackage struct {
	ImportPath, Export, Dir string
	GoFiles                 []string

	exports map[string]string // where the compiled form of every package lies
}

// speakers are the packages of the module that may say something to an author.
func speakers(t *testing.T) []*goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles", "cauce/dsl/...", "cauce/engine/...", "cauce/cmd/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	exports := map[string]string{}
	var speak []*goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		p := &goPackage{exports: exports}
		if err := dec.Decode(p); err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if strings.HasPrefix(p.ImportPath, "cauce/") {
			speak = append(speak, p)
		}
	}
	return speak
}

// phrases finds the constants of the types that a package holds, and where.
func (p *goPackage) phrases(t *testing.T) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, p.Dir+"/"+name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(p.exports[path]) })
	conf := types.Config{Importer: imp}
	if _, err := conf.Check(p.ImportPath, fset, parsed, info); err != nil {
		t.Fatalf("%s: %v", p.ImportPath, err)
	}
	out := map[string]string{}
	for e, tv := range info.Types {
		if tv.Value == nil || tv.Value.Kind() != constant.String || !slices.Contains(phraseTypes, tv.Type.String()) {
			continue
		}
		if phrase := constant.StringVal(tv.Value); phrase != "" {
			out[phrase] = p.ImportPath + " " + fset.Position(e.Pos()).String()
		}
	}
	return out
}
