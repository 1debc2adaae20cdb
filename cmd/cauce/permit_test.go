package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cauce/engine"
	"cauce/engine/policy"
	"cauce/runtime"
)

// What a sender takes is the gate's word, and no message beside it.
func TestASenderTakesAPermitAndNoMessage(t *testing.T) {
	permit, message := reflect.TypeFor[engine.Permit](), reflect.TypeFor[engine.Outgoing]()
	send, ok := reflect.TypeFor[runtime.Sender]().MethodByName("Send")
	if !ok || reflect.TypeFor[runtime.Sender]().NumMethod() != 1 {
		t.Fatal("a sender has one way to send")
	}
	permits := 0
	for i := range send.Type.NumIn() {
		switch in := send.Type.In(i); in {
		case permit:
			permits++
		case message, reflect.PointerTo(message), reflect.TypeFor[[]byte]():
			t.Errorf("a sender is handed a message without the gate's word: %s", in)
		}
	}
	if permits != 1 {
		t.Errorf("a sender takes %d permits", permits)
	}
	for _, typ := range []reflect.Type{permit, reflect.TypeFor[policy.Decision]()} {
		closed := false
		for f := range typ.Fields() {
			closed = closed || !f.IsExported()
		}
		if !closed {
			t.Errorf("anybody can write a %s that sends", typ)
		}
	}
	if m, ok := (engine.Permit{}).Message(); ok || !reflect.ValueOf(m).IsZero() {
		t.Errorf("the zero permit holds %+v", m)
	}
}

// Only Service.Permit fills in a Permit, and only policy.Decide says that a
// decision sends: nobody in their packages goes round them either, and nobody
// anywhere reaches past the types.
func TestOnlyTheGateMakesAPermit(t *testing.T) {
	permits, sends := 0, 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			if imp.Path.Value == `"unsafe"` {
				t.Errorf("%s: unsafe reaches past the types that keep the gate shut", path)
			}
		}
		room := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(filepath.ToSlash(path), "../../")))
		for _, decl := range f.Decls {
			fn, _ := decl.(*ast.FuncDecl)
			in := ""
			if fn != nil {
				in = room + "." + fn.Name.Name
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					switch typeName(n.Type) {
					case "Permit":
						if len(n.Elts) > 0 {
							permits++
							if in != "engine.Permit" {
								t.Errorf("%s: a permit is written in %q, and not by the gate", path, in)
							}
						}
					case "Decision":
						if room == "engine/policy" && in != "engine/policy.Decide" && len(n.Elts) > 0 {
							t.Errorf("%s: a decision is written in %q, and not in Decide", path, in)
						}
					}
				case *ast.KeyValueExpr:
					if id, ok := n.Key.(*ast.Ident); ok && id.Name == "made" && room == "engine/policy" {
						sends++
					}
				case *ast.AssignStmt:
					for _, to := range n.Lhs {
						if sel, ok := to.(*ast.SelectorExpr); ok && (sel.Sel.Name == "made" && room == "engine/policy" || room == "engine" && strings.HasSuffix(path, "/permit.go")) {
							t.Errorf("%s: %s is set in %q", path, sel.Sel.Name, in)
						}
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if permits != 1 || sends != 1 {
		t.Errorf("permits are made in %d places and sending is decided in %d, want one each", permits, sends)
	}
}

// typeName is the last name of a type that is written out.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
