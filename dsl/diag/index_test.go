package diag

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// slowPos is Pos as one would count by hand.
func slowPos(src []byte, offset int) Pos {
	p := Pos{Offset: offset, Line: 1, Column: 1}
	for i := 0; i < offset; {
		_, size := utf8.DecodeRune(src[i:])
		if i+size > offset {
			break
		}
		if p.Column++; src[i] == '\n' {
			p.Line, p.Column = p.Line+1, 1
		}
		i += size
	}
	return p
}

func TestIndexCountsAsByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"a", "ñ", "中", "😀", "\n", "\r\n", "\t", "\xff", "\xc3", "\x80", strings.Repeat("palabra ", 40), strings.Repeat("ñ", 300)})
		src := []byte(strings.Join(rapid.SliceOfN(part, 0, 40).Draw(t, "parts"), ""))
		x := NewIndex(src)
		offset := rapid.IntRange(0, len(src)).Draw(t, "offset")
		if got, want := x.Pos(offset), slowPos(src, offset); got != want {
			t.Fatalf("%d of %q is %+v, want %+v", offset, src, got, want)
		}
		if got := x.Pos(-1 - offset); got != (Pos{0, 1, 1}) {
			t.Fatalf("before the start: %+v", got)
		}
		if got := x.Pos(len(src) + offset); got != slowPos(src, len(src)) {
			t.Fatalf("after the end: %+v", got)
		}
		line, start := x.Line(x.Pos(offset).Line)
		if start > offset || offset > start+len(line)+len("\r\n") || strings.ContainsRune(string(line), '\n') {
			t.Fatalf("the line of %d in %q is %q at %d", offset, src, line, start)
		}
	})
}

func TestLines(t *testing.T) {
	x := NewIndex([]byte("uno\r\n\ndos"))
	for n, want := range map[int]string{0: "", 1: "uno", 2: "", 3: "dos", 4: ""} {
		if line, _ := x.Line(n); string(line) != want {
			t.Errorf("line %d is %q, want %q", n, line, want)
		}
	}
	if x.Lines() != 3 || NewIndex(nil).Lines() != 1 {
		t.Errorf("%d lines", x.Lines())
	}
}

func TestSpan(t *testing.T) {
	x := NewIndex([]byte("uno\ndos"))
	if got, want := x.Span("a", 2, 5), (Span{"a", Pos{2, 1, 3}, Pos{5, 2, 2}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := x.Span("a", 5, 2), (Span{"a", Pos{5, 2, 2}, Pos{5, 2, 2}}); got != want {
		t.Errorf("turned around: got %+v, want %+v", got, want)
	}
	if (Span{File: "a"}).Whole() != true || x.Span("a", 0, 0).Whole() {
		t.Error("a place is taken for a whole file, or the other way around")
	}
}
