package diag

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// A long line would make every column cost a walk from its start, and a file
// of one line quadratic. So the code points before every stride-th byte are
// counted once.
const stride = 64

// Index finds lines and columns in one source. Making one reads the source
// once; a question then costs the logarithm of the number of lines. The source
// must not change while the Index is used. An Index never changes; any number
// may use it at once.
type Index struct {
	src   []byte
	lines []int  // where each line starts
	marks []mark // marks[k] is the last code point that starts at or before k*stride
}

type mark struct{ offset, runes int }

// NewIndex reads src. Lines end at \n; a \r before it belongs to its line's
// end. Bytes that are not UTF-8 count as one code point each.
func NewIndex(src []byte) *Index {
	x := &Index{src: src, lines: []int{0}}
	runes, last := 0, 0
	for i := 0; i < len(src); runes++ {
		for len(x.marks)*stride < i {
			x.marks = append(x.marks, mark{last, runes - 1})
		}
		if len(x.marks)*stride == i {
			x.marks = append(x.marks, mark{i, runes})
		}
		last = i
		if src[i] == '\n' {
			x.lines = append(x.lines, i+1)
		}
		_, size := utf8.DecodeRune(src[i:])
		i += size
	}
	for len(x.marks)*stride <= len(src) {
		x.marks = append(x.marks, mark{last, max(runes-1, 0)})
	}
	return x
}

// Pos returns the place of the code point that holds the byte at offset. An
// offset outside the source is taken for its nearest end.
func (x *Index) Pos(offset int) Pos {
	offset = min(max(offset, 0), len(x.src))
	line := sort.SearchInts(x.lines, offset+1) // the first line that starts after offset
	start := x.lines[line-1]
	return Pos{Offset: offset, Line: line, Column: x.runesBefore(offset) - x.runesBefore(start) + 1}
}

// Span returns the part of file from the byte at start up to the byte at end.
// An end before start gives the empty Span at start.
func (x *Index) Span(file string, start, end int) Span {
	s := Span{File: file, Start: x.Pos(start)}
	s.End = x.Pos(max(end, s.Start.Offset))
	return s
}

// Lines returns how many lines there are; a source that ends with a line end
// has an empty last line.
func (x *Index) Lines() int { return len(x.lines) }

// Line returns line n, counted from 1, without its line end, and the offset at
// which it starts. A line that does not exist is nil.
func (x *Index) Line(n int) (text []byte, offset int) {
	if n < 1 || n > len(x.lines) {
		return nil, 0
	}
	start, end := x.lines[n-1], len(x.src)
	if n < len(x.lines) {
		end = x.lines[n] - 1
	}
	return bytes.TrimSuffix(x.src[start:end:end], []byte("\r")), start
}

// runesBefore counts the code points that end at or before offset.
func (x *Index) runesBefore(offset int) int {
	m := x.marks[offset/stride]
	i, runes := m.offset, m.runes
	for i < offset {
		_, size := utf8.DecodeRune(x.src[i:])
		if i += size; i > offset {
			break // offset is inside this one
		}
		runes++
	}
	return runes
}
