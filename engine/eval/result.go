package eval

import (
	"encoding/json"

	"github.com/expr-lang/expr/ast"
)

// What a fetch brought is a result: JSON whose parts have no type until they
// are used. Where the checker knows which type is wanted it puts a conversion
// into the tree; it fails when it runs and the part is something else.

// reading is a name that is read, and of a result the way to the part that is
// meant.
type reading struct {
	name string
	node ast.Node // where the name stands
	path *way     // nil: the whole value
}

func (r reading) String() string {
	if r.path == nil {
		return r.name
	}
	return r.name + r.path.String()
}

// reading is what a part of an expression reads, if it is no more than that.
func (c *checker) reading(n ast.Node) (reading, bool) {
	name, ok := dotted(n)
	if _, there := c.env[name]; ok && there {
		return reading{name: name, node: n}, true
	}
	root, steps, isWay := parts(n)
	if isWay && len(steps) > 0 && c.env[root.Value].Type == Document {
		return reading{name: root.Value, node: root, path: &way{steps}}, true
	}
	return reading{name: name, node: n}, ok
}

// parts are a name and what stands behind it: .name, ["name"] and [0].
func parts(n ast.Node) (*ast.IdentifierNode, []step, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n, nil, true
	case *ast.MemberNode:
		root, steps, ok := parts(n.Node)
		if !ok || n.Optional || n.Method {
			return nil, nil, false
		}
		switch p := n.Property.(type) {
		case *ast.StringNode:
			return root, append(steps, step{key: p.Value, index: -1}), true
		case *ast.IntegerNode:
			return root, append(steps, step{index: p.Value}), true
		}
	}
	return nil, nil, false
}

// as puts a conversion around a part of a result. Other types stay as they are.
func (c *checker) as(t typed, to Type) typed {
	if t.typ != Document || to == 0 || to == Document || to == Media {
		return t
	}
	t.node = c.invoke(fnAs, to, &ast.ConstantNode{Value: to}, t.node)
	t.typ, t.size = to, fixed(c.letters(to))
	return t
}

// letters is how many letters a value of a type has at most, if nothing else is
// known of it.
func (c *checker) letters(t Type) int {
	switch t {
	case Integer:
		return maxIntegerShown
	case Number:
		return maxNumberShown
	case Bool:
		return len("false")
	case Date, Time, Phone, Email, Location:
		return c.shownSize("", t)(nil)
	}
	return MaxResult
}

// comparedAs is what a part of a result is beside a value of a type.
func comparedAs(t Type) Type {
	switch t {
	case Integer:
		return Number // 3.5 > 3 is no failure
	case Choice:
		return Text
	}
	return t
}

// orderedAs is what a part of a result is beside a value that it is smaller or
// larger than: of texts only those in quotes that are dates or times of day have
// an order.
func orderedAs(n ast.Node, t typed) Type {
	s, ok := n.(*ast.StringNode)
	for _, clock := range []Type{Date, Time} {
		if _, reads := readAs(stringOf(s), clock); ok && reads {
			return clock
		}
	}
	if t.typ.isWords() {
		return Number
	}
	return comparedAs(t.typ)
}

func stringOf(s *ast.StringNode) string {
	if s == nil {
		return ""
	}
	return s.Value
}

// settled gives two sides that are compared the type that one of them has: a
// part of a result, and a text in quotes beside a date.
func (c *checker) settled(ln ast.Node, l typed, rn ast.Node, r typed) (typed, typed, *Error) {
	if l.typ == Document && r.typ == Document {
		err := c.unclear(ln)
		err.From, err.To = c.between(ln, rn)
		return l, r, err
	}
	l, r = c.as(l, comparedAs(r.typ)), c.as(r, comparedAs(l.typ))
	l, err := c.constant(ln, l, r.typ)
	if err != nil {
		return l, r, err
	}
	r, err = c.constant(rn, r, l.typ)
	return l, r, err
}

// unclear reports two parts of a result where neither says what they are.
func (c *checker) unclear(n ast.Node) *Error {
	return c.errorAt(n, "nothing says whether these parts of a result are numbers or texts").
		with("string(…) makes a text of one, round(…) a whole number")
}

// constant makes a text in quotes a date, a time of day, a phone number or an
// e-mail address, where one is wanted. Other parts stay as they are.
func (c *checker) constant(n ast.Node, t typed, want Type) (typed, *Error) {
	s, ok := n.(*ast.StringNode)
	if !ok || t.typ != Text || !(want.onClock() || want.isText() && !want.isWords()) {
		return t, nil
	}
	kept, ok := readAs(s.Value, want)
	if ok {
		t = typed{node: typedNode(&ast.StringNode{Value: kept}, want), typ: want, size: fixed(c.letters(want))}
		return t, nil
	}
	value := quote(`"` + s.Value + `"`)
	if d, known := c.env[s.Value]; known && d.Type == want {
		return t, c.errorAt(n, "%s in quotes is a text, and %s is needed", value, want).
			with("a name stands without quotes: %s", s.Value)
	}
	err := c.errorAt(n, "%s is not %s", value, want)
	switch want {
	case Date:
		if v := s.Value; len(v) == len("2006-01-02") && v[4] == '-' && v[7] == '-' && digits(v[:4]+v[5:7]+v[8:]) {
			err.Message = say("%s is no day of the calendar", value)
		}
		err.Help = say(`a date is written year-month-day: "2026-05-03"`)
	case Time:
		err.Help = say(`a time of day is written from "00:00" to "23:59"`)
	case Phone:
		err.Help = say(`a phone number begins with + and its country: "+57 300 123 4567"`)
	case Email:
		err.Help = say(`for example: "ana@example.org"`)
	}
	return t, err
}

// compares reports a type whose values can be compared.
func (t Type) compares() bool { return t != Location && t != Media && t != List }

func (c *checker) incomparable(n ast.Node, t typed) *Error {
	err := c.errorAt(n, "%s is %s, which is compared with nothing", c.say(n), t.typ)
	name, ok := dotted(n)
	switch {
	case !ok:
	case t.typ == List:
		err.Help = say("len(%s) is how many elements it has", name)
	case t.typ == Location:
		err.Help = say("compare a part of it: %s.latitude > 4.5; or ask whether there is one: known(%s)", name, name)
	default:
		err.Help = say("ask whether there is one: known(%s)", name)
	}
	return err
}

// clockHelp says how two are compared of which one is a date or time of day.
func clockHelp(l, r Type) Said {
	switch {
	case (l == Date || r == Date) && (l.counts() || r.counts()):
		return say("days_until(…) is a number of days, weeks_between(…) a number of weeks")
	case (l == Date || r == Date) && (l == Text || r == Text):
		return say(`a date is written year-month-day, in quotes: "2026-05-03"`)
	case (l == Time || r == Time) && (l == Text || r == Text):
		return say(`a time of day is written in quotes: "18:00"`)
	case l == Date && r == Time || l == Time && r == Date:
		return say("today is a date, and now a time of day")
	}
	return Said{}
}

// dateMath reports a date or a time of day beside a sign of arithmetic.
func (c *checker) dateMath(n *ast.BinaryNode, l, r typed) *Error {
	at, t := n.Left, l
	if !t.typ.onClock() {
		at, t = n.Right, r
	}
	if !t.typ.onClock() {
		return nil
	}
	err := c.errorAt(at, `"%s" works with numbers, and %s is %s`, n.Operator, c.say(at), t.typ)
	name, ok := dotted(at)
	switch {
	case t.typ == Time || !ok:
	case l.typ == Date && r.typ == Date:
		err.Help = say("days_until(…) counts the days from today, weeks_between(…, …) the weeks between two dates")
	case n.Operator == "+" || n.Operator == "-":
		err.Help = say(`a date moves with add: add(%s, "%s3 days")`, name, map[string]string{"-": "-"}[n.Operator])
	}
	return err
}

// partOf is what runs for a part of a result.
func partOf(args ...any) (any, error) { return args[1].(*way).follow(args[0]), nil }

// converted is what runs where a part of a result is wanted as a type. What is
// missing passes through, to ?? or to the call that fails.
func converted(args ...any) (any, error) {
	to := args[0].(Type)
	if args[1] == nil {
		return nil, nil
	}
	p := args[1].(part)
	if to == List {
		if _, err := p.elements(); err != nil {
			return nil, err
		}
		return p, nil
	}
	v, err := p.value(to)
	if err != nil {
		return nil, err
	}
	return boxed(v, to)
}

// asShownText is a part of a result as people read it: a text, or a number.
func (p part) asShownText() (any, error) {
	switch v := p.v.(type) {
	case string:
		return v, nil
	case json.Number:
		if n, ok := wholeOf(v); ok {
			return int(n), nil
		}
		if f, err := v.Float64(); err == nil {
			return f, nil
		}
	}
	return nil, &formError{is: p.sort(), want: "text or a number"}
}
