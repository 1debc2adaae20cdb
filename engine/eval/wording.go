package eval

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// Wording is a compiled text: words for people with {…} in them. It never
// changes, and any number of goroutines may render it at once.
//
// (The type it would be natural to call Text is the type of a datum.)
type Wording struct {
	parts     []piece
	names     []string
	unguarded []Use
	literal   string
}

// piece is literal words, or one {…}. A {…} is tried in order: the first of its
// names that is kept, else what rest gives. {nombre} has one name and no rest.
type piece struct {
	literal  string
	names    []string
	types    []Type // of names
	rest     *Program
	typ      Type
	reads    []string // everything, sorted
	local    bool     // shown in a way of the person's language
	size     size     // nil: literal
	from, to int
}

// Part is one piece of a Wording, for those who count its letters.
type Part struct {
	Literal  string   // the words, when it is no {…}
	Type     Type     // of a {…}; zero: literal words, or a type that is not known
	Names    []string // what a {…} reads, sorted
	From, To int      // where it stands in the source, in bytes, braces included
	size     size
}

// Longest returns how many letters (code points) the part has at most, given the
// same for the data it reads, as it is shown: for a choice its longest words,
// for a whole number the digits of its widest value. It may be more than can
// happen, never less.
func (p Part) Longest(of func(name string) int) int {
	if p.size == nil {
		return utf8.RuneCountInString(p.Literal)
	}
	return p.size(of)
}

// CompileText reads a text with expressions in braces; "{{" and "}}" are braces
// themselves. An expression gives a text or a number; a choice prints its words
// where its name stands by itself: {plan} or {plan ?? "…"}.
//
// It reports the first thing that is wrong; its place is one in the whole text.
func CompileText(src string, env Schema) (*Wording, *Error) {
	return compileText(src, env, func(*checker) {})
}

// CompileData is CompileText for a text that a machine reads: an address, a
// body. Anything may stand between the braces, and Fill writes it out.
func CompileData(src string, env Schema) (*Wording, *Error) {
	return compileText(src, env, func(c *checker) { c.plain = true })
}

// compileText has set adjust every checker it makes.
func compileText(src string, env Schema, set func(*checker)) (*Wording, *Error) {
	if n := utf8.RuneCountInString(src); n > MaxText {
		return nil, &Error{Message: say("this text has %d letters; at most %d fit", n, MaxText), To: len(src)}
	}
	w := &Wording{}
	var words strings.Builder
	start := 0 // of the words
	flush := func(to int) {
		if words.Len() > 0 {
			w.parts = append(w.parts, piece{literal: words.String(), from: start, to: to})
			words.Reset()
		}
	}
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c != '{' && c != '}':
			words.WriteByte(c)
			i++
		case i+1 < len(src) && src[i+1] == c:
			words.WriteByte(c)
			i += 2
		case c == '}':
			return nil, &Error{Message: say(`this "}" closes nothing`), Help: say(`to show a brace, write it twice: "}}"`), From: i, To: i + 1}
		default:
			end, err := braces(src, i)
			if err != nil {
				return nil, err
			}
			flush(i)
			p, err := compilePart(src[i+1:end], env, set)
			if err != nil {
				err.From, err.To = err.From+i+1, err.To+i+1
				if err.From == err.To { // nothing between the braces
					err.From, err.To = i, end+1
				}
				return nil, err
			}
			for k := range p.uses {
				p.uses[k].From, p.uses[k].To = p.uses[k].From+i+1, p.uses[k].To+i+1
			}
			w.unguarded = append(w.unguarded, p.uses...)
			p.from, p.to = i, end+1
			w.parts = append(w.parts, p.piece)
			i = end + 1
			start = i
		}
	}
	flush(len(src))
	for _, p := range w.parts {
		w.names = append(w.names, p.reads...)
	}
	slices.Sort(w.names)
	w.names = slices.Compact(w.names)
	if len(w.parts) == 1 && w.parts[0].size == nil {
		w.literal = w.parts[0].literal
	}
	return w, nil
}

// braces returns where the brace that opens at i closes. Texts inside may hold
// braces.
func braces(src string, i int) (int, *Error) {
	for j := i + 1; j < len(src); j++ {
		switch src[j] {
		case '}':
			return j, nil
		case '"', '\'':
			end := skipQuoted(src, j)
			if end < 0 {
				if !strings.Contains(src[j:], "}") {
					break // a brace in running words, and an apostrophe after it
				}
				return 0, &Error{
					Message: say("the text that begins here never ends"),
					Help:    say("close it with another %c", src[j]),
					From:    j, To: j + 1,
				}
			}
			j = end - 1
		}
	}
	return 0, &Error{Message: say(`this "{" is never closed`), Help: say(`to show a brace, write it twice: "{{"`), From: i, To: i + 1}
}

// compiled is a part and its reads of data that may be unset.
type compiled struct {
	piece
	uses []Use
}

// compilePart makes a part of the expression in one pair of braces.
func compilePart(src string, env Schema, set func(*checker)) (compiled, *Error) {
	c, err := open(src, env)
	if err != nil {
		return compiled{}, err
	}
	set(c)
	var p compiled
	links := alternatives(c.root)
	rest := links[len(links)-1]
	if slices.ContainsFunc(links, c.isWay) {
		links, rest = nil, c.root
	}
	for i, n := range links {
		name, ok := dotted(n)
		last := i == len(links)-1
		if !ok && !last {
			_, err := c.maybe(n) // says what is wrong with it
			return compiled{}, err
		}
		if !ok {
			break
		}
		var t typed
		if last {
			t, err = c.read(n)
		} else {
			t, _, err = c.slot(n)
		}
		if err == nil {
			err = c.showable(n, t, true)
		}
		if err != nil {
			return compiled{}, err
		}
		p.add(t)
		p.names, p.types = append(p.names, name), append(p.types, t.typ)
	}
	p.reads, p.uses = slices.Clone(c.names), c.uses
	if c.blind {
		p.typ = 0
	}
	if links == nil || len(p.names) < len(links) {
		// The rest gets a checker of its own, so that it reads what it names
		// and not the names before it.
		r := &checker{src: c.src, tokens: c.tokens, index: c.index, env: env, slots: map[string]int{}, kept: map[string]int{}}
		set(r)
		t, err := r.shown(rest)
		if err != nil {
			return compiled{}, err
		}
		p.add(t)
		if p.rest, err = r.assemble(t); err != nil {
			return compiled{}, err
		}
		p.reads, p.uses = append(p.reads, r.names...), append(p.uses, p.rest.unguarded...)
	}
	if p.local && !c.plain {
		p.reads = append(p.reads, language)
	}
	slices.Sort(p.reads)
	p.reads = slices.Compact(p.reads)
	return p, nil
}

// isWay reports whether a part of an expression is the way into a result.
func (c *checker) isWay(n ast.Node) bool {
	at, ok := c.reading(n)
	return ok && at.path != nil
}

// add takes in one more thing that the part may show.
func (p *compiled) add(t typed) {
	p.local = p.local || t.local || t.typ.local()
	if p.size == nil {
		p.size, p.typ = t.size, t.typ
		return
	}
	p.size = larger(p.size, t.size)
	if p.typ != t.typ {
		p.typ = Text
	}
}

// alternatives are a, b and c of a ?? b ?? c.
func alternatives(n ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "??" {
		return append(alternatives(b.Left), alternatives(b.Right)...)
	}
	return []ast.Node{n}
}

// shown checks what is put before people's eyes. Unlike elsewhere, both values
// of a ? … : need not be of one kind: each is shown in its own way.
func (c *checker) shown(n ast.Node) (typed, *Error) {
	cond, ok := n.(*ast.ConditionalNode)
	if !ok {
		t, err := c.check(n)
		if err == nil {
			err = c.showable(n, t, false)
		}
		return c.labelled(t), err
	}
	test, err := c.condition(cond.Cond, say(`before "?" stands a condition`))
	if err != nil {
		return test, err
	}
	one, other, err := c.branches(cond, c.shown)
	if err != nil {
		return one, err
	}
	t := typed{typ: one.typ, size: larger(one.size, other.size), local: one.local || other.local || one.typ.local() || other.typ.local()}
	if one.typ != other.typ {
		t.typ = Text
	}
	t.node = &ast.ConditionalNode{Ternary: true, Cond: test.node, Exp1: one.node, Exp2: other.node}
	return t, nil
}

// showable reports a value that has no words to show. alone: it is a name that
// stands by itself, where a choice has words.
func (c *checker) showable(n ast.Node, t typed, alone bool) *Error {
	switch {
	case c.plain:
	case t.typ == Bool:
		return c.errorAt(n, "%s is true or false, which are no words for people", c.say(n)).helped(yesNoHelp(c.source(n)))
	case t.typ == Choice && !alone:
		return c.errorAt(n, "%s is a choice, which shows its words only by itself", c.say(n)).
			with(`write {plan} or {plan ?? "…"}, with nothing else between the braces`)
	case unshown(t.typ), t.typ == Document && alone:
		return c.errorAt(n, "%s is %s, which has no words for people", c.say(n), t.typ).helped(unshownHelp(t.typ, c.source(n)))
	}
	return nil
}

// labelled keeps the type with a value that the machine holds as a text: it is
// shown in a way of its own.
func (c *checker) labelled(t typed) typed {
	switch t.typ {
	case Date, Time, Phone, Email, Location, Media, Choice:
		t.node = c.invoke(fnShown, 0, &ast.ConstantNode{Value: t.typ}, t.node)
	}
	t.local = t.typ.local() || t.typ == Document
	return t
}

// Names returns the data the text reads, sorted.
func (w *Wording) Names() []string { return slices.Clone(w.names) }

// Unguarded returns, in the order of the source, where the text reads data that
// may be unset without asking first, as Program.Unguarded does.
func (w *Wording) Unguarded() []Use { return slices.Clone(w.unguarded) }

// Literal returns the words of a text without any {…}, and whether it is one.
func (w *Wording) Literal() (string, bool) {
	return w.literal, len(w.parts) == 0 || w.literal != ""
}

// Parts returns the pieces of the text in their order.
func (w *Wording) Parts() []Part {
	parts := make([]Part, len(w.parts))
	for i, p := range w.parts {
		parts[i] = Part{Literal: p.literal, Type: p.typ, Names: slices.Clone(p.reads), From: p.from, To: p.to, size: p.size}
	}
	return parts
}

// Render writes the text out for a person: whole numbers as digits, numbers with
// at most six decimals, dates in their short form, phone numbers in groups,
// places by name and address, texts as they are; numbers and dates as the
// person's language, contact.language, has them. show gives the words of a
// choice that stands by itself in its braces; nil shows its id. Render may be
// called again inside it. The errors are those of Run; with one there is no
// text.
func (w *Wording) Render(v Values, show func(name string, v Value) string) (string, error) {
	return w.render(v, show, func(error) bool { return false })
}

// RenderRest is Render for a text that is to be sent whatever happens: a {…}
// that can't be worked out is left empty. The error is that of the first such.
func (w *Wording) RenderRest(v Values, show func(name string, v Value) string) (string, error) {
	var first error
	out, err := w.render(v, show, func(err error) bool {
		if first == nil {
			first = err
		}
		return true
	})
	if err == nil {
		err = first
	}
	return out, err
}

// render leaves a {…} empty whose error may be passed over.
func (w *Wording) render(v Values, show func(name string, v Value) string, pass func(error) bool) (string, error) {
	if literal, ok := w.Literal(); ok {
		return literal, nil
	}
	var b strings.Builder
	for i := range w.parts {
		p := &w.parts[i]
		if p.size == nil {
			b.WriteString(p.literal)
			continue
		}
		s, err := p.show(v, show)
		if err != nil {
			if pass(err) {
				continue
			}
			return "", err
		}
		b.WriteString(s)
	}
	if b.Len() > MaxResult && utf8.RuneCountInString(b.String()) > MaxResult {
		return "", fmt.Errorf("fill in a text: %w", ErrTooLong)
	}
	return b.String(), nil
}

// show is what one {…} becomes.
func (p *piece) show(v Values, show func(string, Value) string) (string, error) {
	x, name, err := p.value(v)
	switch {
	case err != nil:
		return "", err
	case x.Kind == Choice && show != nil && name != "":
		return show(name, x), nil
	case x.Kind == Bool || x.Kind == Document:
		return "", p.rest.failed(&formError{is: x.Kind.String(), want: "text or a number"})
	case p.local:
		return x.ShowIn(languageOf(v)), nil
	}
	return x.ShowIn(""), nil
}

// value is what one {…} gives, and the name if it is the value of one.
func (p *piece) value(v Values) (Value, string, error) {
	for i, name := range p.names {
		x := v.Value(name)
		if !x.IsSet() {
			continue
		}
		if err := fits(x, p.types[i]); err != nil {
			return Value{}, "", fmt.Errorf("fill in {%s}: %w", name, err)
		}
		return x, name, nil
	}
	if p.rest == nil {
		return Value{}, "", &UnsetError{p.names[len(p.names)-1]}
	}
	out, err := p.rest.run(v)
	if err != nil {
		return Value{}, "", err
	}
	switch out := out.(type) {
	case Value:
		return out, "", nil
	case part:
		x, err := out.own()
		if err != nil {
			return Value{}, "", p.rest.failed(err)
		}
		return x, "", nil
	}
	return unboxed(out, Text), "", nil
}

// Fill writes the text out for a machine: put gives what stands for the value
// of each {…}, encoded for its place. Its errors are passed on; the others are
// those of Run.
func (w *Wording) Fill(v Values, put func(Value) (string, error)) (string, error) {
	var b strings.Builder
	for i := range w.parts {
		p := &w.parts[i]
		if p.size == nil {
			b.WriteString(p.literal)
			continue
		}
		x, _, err := p.value(v)
		if err != nil {
			return "", err
		}
		s, err := put(x)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
		if b.Len() > MaxJSON {
			return "", fmt.Errorf("fill in a text: %w", ErrTooLong)
		}
	}
	return b.String(), nil
}

// Single gives the value of a text that is one {…} and nothing else; ok reports
// whether it is such a text. The errors are those of Run.
func (w *Wording) Single(v Values) (x Value, ok bool, err error) {
	if len(w.parts) != 1 || w.parts[0].size == nil {
		return Value{}, false, nil
	}
	x, _, err = w.parts[0].value(v)
	return x, true, err
}
