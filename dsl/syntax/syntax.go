// Package syntax reads the TOML of a flow into a tree whose every name and
// value has a place in the file, and says in plain words what is wrong with a
// file that is not TOML.
//
// Parse is the whole of it. A file goes through four readers, each of which
// may end the way:
//
//   - characters (encoding.go): UTF-8, no byte-order mark, no control
//     characters, not too large;
//   - grammar (grammar.go and its neighbours): our own walk over the bytes,
//     which builds nothing. It knows what people get wrong, says so where it
//     happens, and goes on where going on is safe. It also bounds depth, the
//     length of names, and how many names and values there are, so that what
//     follows costs no more for a hostile file than for a large one;
//   - definitions (build.go): pelletier's parser gives places and order, and the
//     tree is built from them. What is defined twice is found here;
//   - values (values.go): BurntSushi's decoder has the last word on what is
//     valid, and every value is its value, but that line ends in texts are
//     always \n, so that a file means the same on every machine.
//
// The grammar is TOML 1.1: tables in braces may span lines and end in a comma,
// \e and \xHH are escapes, and times may leave out their seconds. Where
// BurntSushi's decoder is more lenient than TOML (it lets dotted names add to
// finished tables), the tree is not.
//
// What the tree means is for others: this package knows TOML, not flows.
package syntax

import (
	"cauce/dsl/diag"
)

// The problems that Parse reports. All are errors.
const (
	// Encoding: the bytes are not the UTF-8 text that flows are written in.
	Encoding diag.Code = "encoding"
	// Syntax: the text cannot be read as TOML.
	Syntax diag.Code = "toml-syntax"
	// Duplicate: a name is given twice, or a table is written in two ways.
	Duplicate diag.Code = "duplicate-key"
	// TooBig: the file, or a name in it, is larger than MaxFile or MaxName, or
	// the file holds more than MaxParts.
	TooBig diag.Code = "too-big"
	// TooDeep: tables and lists stand inside one another more than MaxDepth
	// levels deep, or under names longer than MaxPath together.
	TooDeep diag.Code = "too-deep"
)

// The bounds of a file. A flow is some ten kilobytes and six levels; these
// leave room, and keep a hostile file from costing more than a large one.
const (
	MaxFile  = 1 << 20 // bytes in a file
	MaxParts = 100_000 // names and values in a file: what the readers after the grammar pay for
	MaxDepth = 64      // names and lists from the root to a value
	MaxName  = 200     // bytes in a name
	MaxPath  = 1000    // bytes in all names from the root to a value
)

// faultsMax bounds what one file reports: past it the author has other worries,
// and each fault may cost a look ahead over the rest of the file.
const faultsMax = 100

// File is one file of a service.
type File struct {
	// Name is the file's name in diagnostics.
	Name string
	// Source is the file's bytes. Nobody changes them.
	Source []byte
	// Root is the table of everything in the file. It is nil exactly when
	// Parse reports an error: half a tree would only be blamed for what stands
	// in the other half.
	Root *Table

	index *diag.Index
}

// Parse reads src, which diagnostics call name. The File is never nil. The
// list is in the order of the file; each of its problems is an error, and when
// there is none the File has its tree.
//
// Whatever the bytes, the time is linear in their number, and every span lies
// in them.
func Parse(name string, src []byte) (*File, diag.List) {
	f := &File{Name: name, Source: src}
	if d, ok := tooBig(f); !ok {
		return f, diag.List{d}
	}
	f.index = diag.NewIndex(src)
	problems := characters(f)
	if len(problems) == 0 {
		problems = grammar(f)
	}
	if len(problems) == 0 {
		f.Root, problems = build(f)
	}
	if len(problems) == 0 {
		problems = fill(f)
	}
	if len(problems) > 0 {
		f.Root = nil
	}
	problems.Sort()
	return f, problems
}

// span is the part of f from the byte at start up to the byte at end.
func (f *File) span(start, end int) diag.Span { return f.index.Span(f.Name, start, end) }
