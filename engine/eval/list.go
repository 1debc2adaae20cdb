package eval

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// it is the element of a list, in the text that list shows of each.
const it = "it"

// listed is list: a text for each element of a list, one under the other.
func (c *checker) listed(n *ast.CallNode) (typed, *Error) {
	of, text := n.Arguments[0], n.Arguments[1]
	if c.inside {
		return typed{}, c.errorAt(n, "a list stands inside the text of another")
	}
	l, err := c.check(of)
	if err != nil {
		return l, err
	}
	if err := c.only(of, l, say("list shows the elements of a list"), List, Document); err != nil {
		return l, err
	}
	src, err := c.quotedText(text, "what list shows of each element", `list(centros, "*{it.nombre}*")`)
	if err != nil {
		return l, err
	}
	name, ok := dotted(of)
	if l.typ == List && !ok {
		return l, c.errorAt(of, "list takes the name of a list, and %s is more", c.say(of)).with(`for example: known(centros) ? list(centros, "{it.…}") : ""`)
	}
	from, d := name+".", c.env[name]
	env := maps.Clone(c.env)
	switch l.typ {
	case List:
		for field, f := range d.Fields {
			f.MayBeUnset = false // what an element lacks is left empty
			env[it+"."+field] = f
		}
	case Document:
		env[it] = Name{Type: Document}
		l = c.as(l, List)
	default: // not known: whatever is read of an element may be there
		return typed{node: l.node, typ: Text, size: fixed(MaxResult)}, nil
	}
	w, terr := compileText(src, env, func(in *checker) { in.inside = true })
	if terr != nil {
		return l, c.insideText(text, terr)
	}
	run := &listing{each: w, fields: d.Fields}
	args := []ast.Node{&ast.ConstantNode{Value: run}, l.node}
	for _, p := range w.parts {
		c.blind = c.blind || p.size != nil && p.typ == 0
		for i, name := range p.names {
			if p.types[i] == Choice {
				err := &Error{
					Message: say("%s is a choice, whose words cannot stand in the text of a list", quote(name)),
					Help:    say("string(%s) is its id", name),
					From:    p.from, To: p.to,
				}
				return l, c.insideText(text, err)
			}
		}
	}
	for _, u := range w.unguarded {
		if strings.HasPrefix(u.Name, it+".") || u.Name == it || c.kept[u.Name] > 0 {
			continue
		}
		at := c.insideText(text, &Error{From: u.From, To: u.To})
		c.uses = append(c.uses, Use{Name: u.Name, From: at.From, To: at.To})
	}
	for _, name := range w.names {
		if name == it || strings.HasPrefix(name, it+".") {
			continue
		}
		// Unset or not: the text of each element says whether it minds.
		args = append(args, c.load(name, env[name].Type))
		run.names, run.types = append(run.names, name), append(run.types, env[name].Type)
	}
	most := d.Max
	if most <= 0 || most > MaxElements {
		most = MaxElements
	}
	parts := w.Parts()
	each := func(of func(string) int) int {
		n := 0
		for _, p := range parts {
			n += p.Longest(func(name string) int {
				if field, ok := strings.CutPrefix(name, it+"."); ok {
					name = from + field
				}
				return of(name)
			})
		}
		return n
	}
	t := typed{typ: Text, size: atMost(MaxResult, func(of func(string) int) int { return most*(each(of)+1) - 1 })}
	t.node = c.invoke(fnList, Text, args...)
	return t, nil
}

// listing is a text for each element, and the names of everything else that it
// reads.
type listing struct {
	each   *Wording
	fields Schema
	names  []string
	types  []Type
}

// listRun joins the texts of the elements with new lines.
func listRun(args ...any) (any, error) {
	l := args[0].(*listing)
	elements, err := args[1].(part).elements()
	if err != nil {
		return nil, err
	}
	v := element{types: l.fields, names: l.names}
	for i, x := range args[2:] {
		v.values = append(v.values, unboxed(x, l.types[i]))
	}
	var b strings.Builder
	for i, e := range elements {
		if i > 0 {
			b.WriteByte('\n')
		}
		v.fields = e.(map[string]any)
		s, err := l.each.render(&v, nil, lacking)
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i+1, err)
		}
		b.WriteString(s)
		if b.Len() > MaxResult && utf8.RuneCountInString(b.String()) > MaxResult {
			return nil, ErrTooLong
		}
	}
	return b.String(), nil
}

// lacking reports an element that lacks a field: what is shown of it is left empty.
func lacking(err error) bool {
	var unset *UnsetError
	return errors.As(err, &unset) && strings.HasPrefix(unset.Name, it+".")
}

// element are the values that the text of one element reads.
type element struct {
	fields map[string]any
	types  Schema // of fields; nil: not known
	names  []string
	values []Value
}

// Value implements Values. A field of another type than it should have is a
// result, which whoever reads it refuses.
func (e *element) Value(name string) Value {
	if i := slices.Index(e.names, name); i >= 0 {
		return e.values[i]
	}
	field, ok := strings.CutPrefix(name, it+".")
	var v any = e.fields
	if ok {
		v = e.fields[field]
	}
	if v == nil {
		return Value{}
	}
	if x, err := (part{v}).as(e.types[field]); ok && err == nil && x.IsSet() {
		return x
	}
	x, _ := part{v}.value(Document)
	return x
}

// insideText moves a fault in a text in quotes to its place in the source.
func (c *checker) insideText(n ast.Node, err *Error) *Error {
	from, to := c.place(n)
	out := *err
	out.From, out.To = from, to
	places, ok := unescaped(c.src[from:to], n.(*ast.StringNode).Value)
	if ok {
		out.From, out.To = from+places[err.From], from+places[err.To]
	}
	return &out
}

// unescaped says for each byte of a text, and for its end, where it stands in
// the quoted source it was read from. ok: it was read so.
func unescaped(src, text string) (places []int, ok bool) {
	var b strings.Builder
	at := 1 // behind the quote
	for at < len(src)-1 {
		rest := src[at : len(src)-1]
		r, multibyte, tail, err := strconv.UnquoteChar(strings.ReplaceAll(rest[:1], "\n", " ")+rest[1:], src[0])
		if err != nil {
			return nil, false
		}
		if rest[0] == '\n' {
			r = '\n'
		}
		before := b.Len()
		if r < utf8.RuneSelf || !multibyte {
			b.WriteByte(byte(r))
		} else {
			b.WriteRune(r)
		}
		for range b.Len() - before {
			places = append(places, at)
		}
		at = len(src) - 1 - len(tail)
	}
	return append(places, at), b.String() == text
}

// unboxed is a value of the machine as a Value.
func unboxed(x any, t Type) Value {
	switch x := x.(type) {
	case int:
		return IntOf(int64(x))
	case float64:
		return NumberOf(x)
	case bool:
		return BoolOf(x)
	case string:
		return Value{Kind: t, Text: x}
	case part:
		v, err := x.value(Document)
		if err != nil {
			return Value{}
		}
		v.Kind = t
		return v
	}
	return Value{}
}
