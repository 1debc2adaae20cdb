package eval

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// Program is a compiled expression. It never changes, and any number of
// goroutines may run it at once.
type Program struct {
	src       string
	code      *vm.Program
	names     []string // in the order of slots
	types     []Type   // of names
	sorted    []string
	unguarded []Use
	typ       Type
	want      Name // what a result becomes
	blind     bool
}

// Compile reads an expression that gives a value of the type want: a whole
// number where a number is wanted is one, and so is a choice (its id), a phone
// number or an e-mail address where a text is wanted, and a text where a choice
// is. A text in quotes is a date, a time of day, a phone number or an address
// where one is wanted. A part of a result becomes what is wanted when it runs,
// as Convert makes it. Zero wants anything.
//
// It reports the first thing that is wrong.
func Compile(src string, env Schema, want Type) (*Program, *Error) {
	return CompileName(src, env, Name{Type: want})
}

// CompileName is Compile for a value that a name is to hold: what comes from a
// result keeps to the Options of a choice, and of a list to its Fields and Max.
func CompileName(src string, env Schema, want Name) (*Program, *Error) {
	c, err := open(src, env)
	if err != nil {
		return nil, err
	}
	t, err := c.check(c.root)
	if err != nil {
		return nil, err
	}
	if t, err = c.constant(c.root, t, want.Type); err != nil {
		return nil, err
	}
	if err := c.wanted(t, want.Type); err != nil {
		return nil, err
	}
	switch {
	case t.typ == Document && want.Type != 0, want.Type == Number, want.Type.isWords() && t.typ.isText():
		t.typ = want.Type
	}
	p, err := c.assemble(t)
	if err != nil {
		return nil, err
	}
	p.want = want
	p.want.Type = p.typ
	return p, nil
}

// wanted reports a whole expression of the wrong type.
func (c *checker) wanted(t typed, want Type) *Error {
	switch {
	case want == 0 || t.typ == 0 || t.typ == want:
		return nil
	case want == Number && t.typ == Integer, want.isWords() && t.typ.isWords(), want == Text && t.typ.isText():
		return nil
	case t.typ == Document && want != Media:
		return nil
	case want == Bool:
		return c.errorAt(c.root, "a condition is true or false, and %s is %s", c.say(c.root), t.typ).helped(c.compareHelp(c.root, t))
	case want == Integer && t.typ == Number:
		err := c.errorAt(c.root, "%s can have decimals, and a whole number is needed", c.say(c.root)).
			with("round(…) gives the nearest whole number")
		if n, ok := c.root.(*ast.BinaryNode); ok && n.Operator == "/" {
			a, b := c.source(n.Left), c.source(n.Right)
			if utf8.RuneCountInString(a+b) > shownMax {
				a, b = "a", "b"
			}
			err.Help = say("to divide whole numbers, use div(%s, %s)", a, b)
		}
		return err
	case want == Text && t.typ.counts():
		return c.errorAt(c.root, "%s is %s, and text is needed", c.say(c.root), t.typ).with("string(…) makes a text of a number")
	}
	err := c.errorAt(c.root, "%s is %s, and %s is needed", c.say(c.root), t.typ, need(want))
	switch {
	case want == Text && t.typ == Date:
		err.Help = say(`day(…, "long") says a date in words`)
	case want == Text && t.typ == Time:
		err.Help = say("string(…) makes a text of a time of day")
	case want == Date && (t.typ == Text || t.typ.counts()):
		err.Help = say(`a date is written year-month-day, in quotes: "2026-05-03"`)
	case want == Time && (t.typ == Text || t.typ.counts()):
		err.Help = say(`a time of day is written in quotes: "18:00"`)
	}
	return err
}

// need is a type as something that is asked for.
func need(t Type) Said {
	if t == Choice {
		return say("the id of a choice")
	}
	return say("%s", t)
}

// assemble has expr's compiler make the code of a checked tree.
func (c *checker) assemble(t typed) (*Program, *Error) {
	config := conf.CreateNew()
	config.WithEnv(map[string]any{}) // names load from a map: the quickest way there is
	config.Functions = inner
	tree := &parser.Tree{Node: t.node, Source: file.NewSource(c.src)}
	code, err := compiler.Compile(tree, config)
	if err != nil {
		// Not for authors: whatever was checked can be compiled.
		panic(fmt.Sprintf("eval: %q was checked and does not compile: %v", c.src, err))
	}
	p := &Program{
		src: c.src, code: code, names: c.names, types: c.types, typ: t.typ, want: Name{Type: t.typ}, unguarded: c.uses, blind: c.blind,
		sorted: slices.Sorted(slices.Values(c.names)),
	}
	slices.SortStableFunc(p.unguarded, func(a, b Use) int { return a.From - b.From })
	return p, nil
}

// Names returns the data the program reads, sorted, those that only known(…)
// asks about included, and those that its functions read by themselves: today
// for days_until, contact.language for day and plural, agreed.x for agreed.
func (p *Program) Names() []string { return slices.Clone(p.sorted) }

// Unguarded returns, in the order of the source, where the program reads data
// that may be unset (by its Schema) without asking first: outside known(…) and
// the left of ??, and not behind a known(…) that must be true there, as in
// known(x) and x > 3 or known(x) ? x : 0.
func (p *Program) Unguarded() []Use { return slices.Clone(p.unguarded) }

// Type returns the type of what the program gives.
func (p *Program) Type() Type { return p.typ }

// Run works out the expression. The error is an *UnsetError, or wraps ErrZero,
// ErrTooLarge, ErrTooLong, ErrDate, ErrForm or ErrKind.
func (p *Program) Run(v Values) (Value, error) {
	out, err := p.run(v)
	if err != nil {
		return Value{}, err
	}
	return p.value(out)
}

// value gives a result of the machine its kind.
func (p *Program) value(out any) (Value, error) {
	switch out := out.(type) {
	case bool:
		if p.typ == Bool {
			return BoolOf(out), nil
		}
	case int:
		switch p.typ {
		case Integer:
			return IntOf(int64(out)), nil
		case Number:
			return NumberOf(float64(out)), nil
		}
	case float64:
		if p.typ == Number {
			return NumberOf(out), nil
		}
	case string:
		if p.typ.isWords() {
			if len(out) > MaxResult && utf8.RuneCountInString(out) > MaxResult {
				return Value{}, p.failed(ErrTooLong)
			}
			return Value{Kind: p.typ, Text: out}, nil
		}
		if p.typ > Choice && p.typ != List && p.typ != Document {
			return Value{Kind: p.typ, Text: out}, nil
		}
	case part:
		x, err := out.as(p.want)
		if err != nil {
			return Value{}, p.failed(err)
		}
		return x, nil
	case Value:
		return out, nil
	}
	return Value{}, p.failed(fmt.Errorf("%T is not %s", out, p.typ))
}

func (p *Program) failed(err error) error { return fmt.Errorf("work out %q: %w", p.src, err) }

// machine is what a run needs and the next can use again: expr's machine, and
// the map it loads names from. Every program names its data by the same slots,
// and fills those it reads before it runs, so one pool serves all.
type machine struct {
	vm    vm.VM
	slots map[string]any
}

var machines = sync.Pool{New: func() any {
	// Nothing that compiles makes a list at run time; the budget is a wall for
	// the day something does.
	return &machine{vm: vm.VM{MemoryBudget: 10_000}, slots: make(map[string]any, 8)}
}}

// slotNames are what the machine calls data. No source can say them.
var slotNames = func() (names [MaxParts]string) {
	for i := range names {
		names[i] = "#" + strconv.Itoa(i)
	}
	return names
}()

// run fills the slots and runs the code.
func (p *Program) run(v Values) (any, error) {
	if p.blind {
		return nil, p.failed(errors.New("the type of what it reads is not known"))
	}
	m := machines.Get().(*machine)
	for i, name := range p.names {
		x, err := boxed(v.Value(name), p.types[i])
		if err != nil {
			machines.Put(m)
			return nil, p.failed(fmt.Errorf("%q: %w", name, err))
		}
		m.slots[slotNames[i]] = x
	}
	out, err := m.vm.Run(p.code, m.slots)
	for i, t := range p.types {
		if t == Text || t > Choice {
			m.slots[slotNames[i]] = nil // a pool is no place for what people wrote
		}
	}
	machines.Put(m)
	if err != nil {
		return nil, p.cause(err)
	}
	return out, nil
}

// cause takes our error out of the one expr's machine wraps it in.
func (p *Program) cause(err error) error {
	var unset *UnsetError
	if errors.As(err, &unset) {
		return unset
	}
	for _, ours := range []error{ErrZero, ErrTooLarge, ErrTooLong, ErrDate} {
		if errors.Is(err, ours) {
			return p.failed(ours)
		}
	}
	var form *formError
	if errors.As(err, &form) {
		return p.failed(form)
	}
	return p.failed(err)
}

// boxed is a value as the machine takes it; nil is unset. A number is always a
// float64, so that what the checker knows of types is true.
func boxed(v Value, want Type) (any, error) {
	if err := fits(v, want); err != nil {
		return nil, err
	}
	switch {
	case v.Kind == 0:
		return nil, nil
	case want == Number && v.Kind == Integer:
		return float64(v.Int), nil
	case v.Kind == Integer:
		return int(v.Int), nil
	case v.Kind == Number:
		return v.Num, nil
	case v.Kind == Bool:
		return v.Bool, nil
	case v.Kind == Document || v.Kind == List:
		p, err := readJSON(v.Text)
		if err == nil && v.Kind == List {
			_, err = p.elements()
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrKind, err)
		}
		return p, nil
	}
	return v.Text, nil
}

// fits reports a kept value that is not of the type its schema gives: data of
// an older version of a service, say.
func fits(v Value, want Type) error {
	switch {
	case v.Kind == 0 || v.Kind == Integer && want == Number:
	case v.Kind != want:
		return fmt.Errorf("%w: it is %s, not %s", ErrKind, v.Kind, want)
	case v.Kind == Number && (math.IsNaN(v.Num) || math.IsInf(v.Num, 0)):
		return fmt.Errorf("%w: it is no finite number", ErrKind)
	case v.Kind == Date && !isDate(v.Text), v.Kind == Time && !isTime(v.Text):
		return fmt.Errorf("%w: it is not %s", ErrKind, v.Kind)
	}
	return nil
}
