package syntax

import (
	"errors"

	"github.com/pelletier/go-toml/v2/unstable"

	"cauce/dsl/diag"
)

// making is what made a table, which decides what may still be added to it.
type making uint8

const (
	implied making = iota // by the heading of a table in it: may get its own heading
	headed                // by its own heading: complete but for its own lines
	dotted                // by a dotted name: complete but for the lines beside that one
	braced                // in braces: complete
)

// build makes the tree of a file whose grammar is right. Names, scalars and
// their order come from pelletier's parser; brackets it does not place, so
// these are found between what it does. What is defined twice is reported, and
// left out of the tree.
func build(f *File) (*Table, diag.List) {
	b := builder{f: f}
	root := &Table{At: f.span(0, 0), made: headed}
	b.parser.Reset(f.Source)
	here := root
	for len(b.problems) < faultsMax && b.parser.NextExpression() {
		switch n := b.parser.Expression(); n.Kind {
		case unstable.Table, unstable.ArrayTable:
			here = b.heading(root, n)
			b.body++
		case unstable.KeyValue:
			b.pair(here, n)
		}
	}
	var refused *unstable.ParserError
	if err := b.parser.Error(); errors.As(err, &refused) {
		at := b.parser.Range(refused.Highlight)
		b.problems.Add(disagreement(f, int(at.Offset), int(at.Offset+at.Length)))
	}
	return root, b.problems
}

// disagreement is the diagnostic of a place that one of the readers takes and
// another refuses or reads in another way. None is known; fuzzing looks for
// them.
func disagreement(f *File, start, end int) diag.Diagnostic {
	return diag.Diagnostic{
		Code: Syntax, At: f.span(start, end),
		Message: "this can be read in two ways; that is a fault in Cauce, not in the flow",
		Help:    "write it in another way, and report the fault with this line",
	}
}

type builder struct {
	f        *File
	parser   unstable.Parser
	problems diag.List
	body     int // counts headings: dotted names add to tables of their own body only
}

// key is one name of a dotted name, and where it stands.
type key struct {
	name       string
	start, end int
}

func (b *builder) keys(n *unstable.Node) []key {
	var keys []key
	for it := n.Key(); it.Next(); {
		part := it.Node()
		start := int(part.Raw.Offset)
		keys = append(keys, key{string(part.Data), start, start + int(part.Raw.Length)})
	}
	return keys
}

func (b *builder) span(k key) diag.Span { return b.f.span(k.start, k.end) }

// heading finds or makes the table of [a.b] or [[a.b]]. What stands under a
// heading that cannot be goes to a table outside the tree: it is not at fault.
func (b *builder) heading(root *Table, n *unstable.Node) *Table {
	keys := b.keys(n)
	first, last := keys[0], keys[len(keys)-1]
	opening := 1
	if n.Kind == unstable.ArrayTable {
		opening = 2
	}
	start := b.before(first.start, '[', opening)
	at := b.f.span(start, b.after(last.end, ']')+opening)
	outside := &Table{At: at, Header: true, made: headed}

	t := root
	for _, k := range keys[:len(keys)-1] {
		e := t.Get(k.name)
		if e == nil {
			next := &Table{At: at, made: implied}
			t.add(&Entry{Key: k.name, KeyAt: b.span(k), Value: next})
			t = next
			continue
		}
		switch v := e.Value.(type) {
		case *Table:
			if v.made == braced {
				b.complete(k, e)
				return outside
			}
			t = v
		case *List:
			if !v.Header {
				b.complete(k, e)
				return outside
			}
			t = v.Items[len(v.Items)-1].(*Table)
		default:
			b.taken(k, e)
			return outside
		}
	}

	made := &Table{At: at, Header: true, made: headed, body: b.body}
	e := t.Get(last.name)
	switch {
	case e == nil && opening == 2:
		t.add(&Entry{Key: last.name, KeyAt: b.span(last), Value: &List{Items: []Value{made}, Header: true, at: at}})
		return made
	case e == nil:
		t.add(&Entry{Key: last.name, KeyAt: b.span(last), Value: made})
		return made
	}
	switch v := e.Value.(type) {
	case *List:
		if opening == 2 && v.Header {
			v.Items = append(v.Items, made)
			return made
		}
		b.listTwice(at, keys, v, opening)
	case *Table:
		if opening == 1 && v.made == implied {
			v.At, v.Header, v.made = at, true, headed
			e.KeyAt = b.span(last)
			return v
		}
		b.tableTwice(at, keys, v, e, opening)
	default:
		b.taken(last, e)
	}
	return outside
}

// pair adds a name and its value to t, which stands in the current body.
func (b *builder) pair(t *Table, n *unstable.Node) {
	keys := b.keys(n)
	last := keys[len(keys)-1]
	for _, k := range keys[:len(keys)-1] {
		e := t.Get(k.name)
		if e == nil {
			next := &Table{At: b.span(k), made: dotted, body: b.body}
			t.add(&Entry{Key: k.name, KeyAt: b.span(k), Value: next})
			t = next
			continue
		}
		next, ok := e.Value.(*Table)
		if !ok || next.made != dotted || next.body != b.body {
			b.complete(k, e)
			return
		}
		t = next
	}
	if e := t.Get(last.name); e != nil {
		b.twice(last, e)
		return
	}
	e := &Entry{Key: last.name, KeyAt: b.span(last)}
	e.Value, _ = b.value(n.Value(), b.after(b.after(last.end, '=')+1, 0))
	t.add(e)
}

// value makes the value that n describes and that begins at start; end is
// where it ends. Its scalars have their places, and get their values later.
func (b *builder) value(n *unstable.Node, start int) (v Value, end int) {
	end = start + int(n.Raw.Length)
	switch n.Kind {
	case unstable.Array:
		return b.list(n, start)
	case unstable.InlineTable:
		return b.braces(n, start)
	}
	at := b.f.span(start, end)
	switch n.Kind {
	case unstable.String:
		text, segments := decode(b.f.Source, start, end, false)
		return &String{Value: text, at: at, file: b.f, segments: segments}, end
	case unstable.Bool:
		return &Bool{at: at}, end
	case unstable.Integer:
		return &Integer{at: at}, end
	case unstable.Float:
		return &Float{at: at}, end
	}
	text := string(b.f.Source[start:end])
	return &DateTime{Text: text, at: at, kind: map[byte]diag.Phrase{'d': "a date", 't': "a time", 'w': "a date and time"}[clock(text)]}, end
}

func (b *builder) list(n *unstable.Node, start int) (Value, int) {
	list := &List{}
	end := start + 1
	for it := n.Children(); it.Next(); {
		var v Value
		v, end = b.value(it.Node(), b.after(end, 0))
		list.Items = append(list.Items, v)
	}
	end = b.after(end, ']') + 1
	list.at = b.f.span(start, end)
	return list, end
}

func (b *builder) braces(n *unstable.Node, start int) (Value, int) {
	t := &Table{made: braced}
	outer := b.body
	b.body = -start - 1 // a body of its own, which no heading has
	end := start + 1
	for it := n.Children(); it.Next(); {
		pair := it.Node()
		b.pair(t, pair)
		end = int(pair.Raw.Offset + pair.Raw.Length)
	}
	b.body = outer
	end = b.after(end, '}') + 1
	t.At = b.f.span(start, end)
	return t, end
}

// after is the offset of the first byte at or after i that is no space, line
// end, comma or part of a comment; want, unless 0, is the byte that the grammar
// puts there.
func (b *builder) after(i int, want byte) int {
	src := b.f.Source
	for i < len(src) && src[i] != want {
		switch src[i] {
		case '#':
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case ' ', '\t', '\r', '\n', ',':
			i++
		default:
			return i
		}
	}
	return i
}

// before is the offset of the n-th want before i, with only spaces between the
// last of them and i.
func (b *builder) before(i int, want byte, n int) int {
	for i--; i > 0 && b.f.Source[i] != want; i-- {
	}
	return i - n + 1
}

// twice reports a name that its table has already.
func (b *builder) twice(k key, first *Entry) {
	b.problems.Add(diag.Diagnostic{
		Code: Duplicate, At: b.span(k),
		Message: diag.Say("%s is given twice in one table", diag.Quote(k.name)),
		Notes:   []diag.Note{{At: first.KeyAt, Message: diag.Say("it is first given here (line %d)", first.KeyAt.Start.Line)}},
		Help:    "keep one of the two, or give one another name",
	})
}

// complete reports a name that would add to what is complete already.
func (b *builder) complete(k key, first *Entry) {
	d := diag.Diagnostic{
		Code: Duplicate, At: b.span(k),
		Message: diag.Say("%s is complete already; nothing can be added to it here", diag.Quote(k.name)),
		Notes:   []diag.Note{{At: first.KeyAt, Message: diag.Say("it is written here (line %d)", first.KeyAt.Start.Line)}},
		Help:    "write all that belongs to it in that place",
	}
	switch first.Value.(type) {
	case *Table, *List:
		b.problems.Add(d)
	default:
		b.taken(k, first)
	}
}

// taken reports a name that is to be a table and has another value.
func (b *builder) taken(k key, first *Entry) {
	b.problems.Add(diag.Diagnostic{
		Code: Duplicate, At: b.span(k),
		Message: diag.Say("%s is %s already and cannot be a table too", diag.Quote(k.name), first.Value.Kind()),
		Notes:   []diag.Note{{At: first.KeyAt, Message: diag.Say("it gets its value here (line %d)", first.KeyAt.Start.Line)}},
		Help:    "give one of the two another name",
	})
}

// tableTwice reports a heading for a table that has one, or that is written in
// another way.
func (b *builder) tableTwice(at diag.Span, keys []key, first *Table, e *Entry, opening int) {
	d := diag.Diagnostic{
		Code: Duplicate, At: at,
		Message: diag.Say("the heading of %s is given twice", b.path(keys)),
		Notes:   []diag.Note{{At: first.At, Message: diag.Say("it is first given here (line %d)", first.At.Start.Line)}},
		Help:    "bring what is under the two together, or give one another name",
	}
	switch {
	case first.made != headed && first.made != implied:
		b.complete(keys[len(keys)-1], e)
		return
	case opening == 2:
		d.Message = diag.Say("%s is one table already and cannot be a row of a list too", b.path(keys))
		d.Notes[0].Message = diag.Say("it is one table here (line %d)", first.At.Start.Line)
		d.Help = "use [[ and ]] in every heading of the list, or give one another name"
	}
	b.problems.Add(d)
}

// listTwice reports a heading for what is a list already.
func (b *builder) listTwice(at diag.Span, keys []key, first *List, opening int) {
	d := diag.Diagnostic{
		Code: Duplicate, At: at,
		Notes: []diag.Note{{At: first.at, Message: diag.Say("the list is written here (line %d)", first.at.Start.Line)}},
	}
	switch {
	case first.Header:
		d.Message = diag.Say("%s is a list already and cannot be one table too", b.path(keys))
		d.Help = "write [[ and ]] for one more row of the list, or give one another name"
	case opening == 2:
		d.Message = diag.Say("%s is complete already: it is a list between [ and ]", b.path(keys))
		d.Help = "write every row of the list in one of the two ways"
	default:
		d.Message = diag.Say("%s is a list already and cannot be a table too", b.path(keys))
		d.Help = "give one of the two another name"
	}
	b.problems.Add(d)
}

// path is a dotted name between quotes.
func (b *builder) path(keys []key) string {
	return diag.Quote(string(b.f.Source[keys[0].start:keys[len(keys)-1].end]))
}
