// Package dsl turns a folder of flows into a service that can run.
//
// Load is all of it: every file is read and parsed, all of them are checked
// together, and only when nothing is wrong is the service compiled. What is
// wrong comes back as diagnostics, all of it at once; the language is described
// in LANGUAGE.md, each stage in its own package:
//
//	bytes → syntax.File → check.Checked → engine.Definition → *engine.Service
package dsl

import (
	"errors"
	"io"
	"io/fs"
	"path"

	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// The problems of a folder, and of ourselves.
const (
	Unreadable diag.Code = "unreadable" // a folder or file that can't be read
	Internal   diag.Code = "internal"   // what was checked does not compile: a fault in Cauce
)

// Codes is every code of this package.
var Codes = []diag.Code{Unreadable, Internal}

// Load reads service.toml and every other *.toml at the top of fsys, each of
// which is a flow, and compiles them. Of the folder media it looks at the files
// that flows show, at their size and their first bytes; at nothing else.
//
// The list is in file order; names in it are those of fsys. There is a service
// just when none of the list is an error.
func Load(fsys fs.FS) (*engine.Service, diag.List) {
	files, problems := parse(fsys)
	if len(files) == 0 {
		return nil, problems
	}
	checked, more := check.Folder(fsys, files...)
	problems.Add(more...)
	problems.Sort()
	if problems.HasErrors() || checked == nil {
		return nil, problems
	}
	s, err := engine.New(checked.Definition())
	if err != nil {
		problems.Add(internal(err))
		return nil, problems
	}
	return s, problems
}

// parse reads and parses the files of a folder. No files: what is wrong with
// the folder leaves nothing to check.
func parse(fsys fs.FS) ([]*syntax.File, diag.List) {
	var problems diag.List
	folder := diag.Span{File: "."}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		problems.Add(unreadable(folder, "this folder can't be read", err))
		return nil, problems
	}
	var files []*syntax.File
	for _, e := range entries {
		name := e.Name()
		if path.Ext(name) != ".toml" || e.IsDir() {
			continue
		}
		src, err := read(fsys, name)
		if err != nil {
			problems.Add(unreadable(diag.Span{File: name}, "this file can't be read", err))
			files = append(files, &syntax.File{Name: name})
			continue
		}
		f, faults := syntax.Parse(name, src)
		problems.Add(faults...)
		files = append(files, f)
	}
	if len(files) == 0 {
		problems.Add(diag.Diagnostic{Code: check.MissingService, At: folder, Message: "this folder has no service.toml, and no flow",
			Help: "a service is a folder with service.toml and a .toml file for each flow: is this the right folder?"})
	}
	return files, problems
}

// read reads a file, and no more of it than tells that it is too big.
func read(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, syntax.MaxFile+1))
}

func unreadable(at diag.Span, what diag.Phrase, err error) diag.Diagnostic {
	help := diag.Phrase("look at its name and its permissions")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		help = "it is not there"
	case errors.Is(err, fs.ErrPermission):
		help = "you may not read it: look at its permissions"
	}
	return diag.Diagnostic{Code: Unreadable, At: at, Message: what, Help: help}
}

func internal(err error) diag.Diagnostic {
	return diag.Diagnostic{Code: Internal, At: diag.Span{File: "."},
		Message: diag.Say("nothing is wrong with this service, and yet it does not compile: %v", err),
		Help:    "this is a fault in Cauce, not in your files: report it, with the flows if you can share them"}
}
