package eval

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
)

// function is one that authors may call. Six are expr's own and run as they
// are; the others are ours, because expr's would turn a number too large into
// a wrong one in silence, or because expr has none.
type function struct {
	usage string
	// check judges the values and says what runs; the number of values is
	// right by then. nodes are the parser's, args what became of them.
	check func(c *checker, nodes []ast.Node, args []typed) (typed, *Error)
	takes Type // what a part of a result becomes
	least int  // how many values it takes
	most  int  // 0: any number
}

var functions map[string]function

// functionNames are the names of functions, sorted.
var functionNames []string

// The table is filled here because its functions lead back to it.
func init() {
	functions = map[string]function{
		"min":    {usage: "min(a, b)", check: smallest("min"), takes: Number, least: 2},
		"max":    {usage: "max(a, b)", check: smallest("max"), takes: Number, least: 2},
		"abs":    {usage: "abs(a)", check: absolute, takes: Number, least: 1, most: 1},
		"round":  {usage: "round(a)", check: whole("round", fnRound), takes: Number, least: 1, most: 1},
		"int":    {usage: "int(a)", check: whole("int", fnWhole), takes: Number, least: 1, most: 1},
		"div":    {usage: "div(a, b)", check: divided, takes: Integer, least: 2, most: 2},
		"len":    {usage: "len(a)", check: length, least: 1, most: 1},
		"lower":  {usage: "lower(a)", check: cased("lower"), takes: Text, least: 1, most: 1},
		"upper":  {usage: "upper(a)", check: cased("upper"), takes: Text, least: 1, most: 1},
		"trim":   {usage: "trim(a)", check: cased("trim"), takes: Text, least: 1, most: 1},
		"string": {usage: "string(a)", check: asText, least: 1, most: 1},

		"day":           {usage: `day(a, "long")`, check: dayWords, least: 2, most: 2},
		"add":           {usage: `add(a, "3 days")`, check: moved, least: 2, most: 2},
		"days_until":    {usage: "days_until(a)", check: daysUntil, least: 1, most: 1},
		"weeks_between": {usage: "weeks_between(a, b)", check: weeksBetween, least: 2, most: 2},
		"months_from":   {usage: "months_from(a, n)", check: monthsFrom, least: 2, most: 2},
		"plural":        {usage: `plural(n, "semana", "semanas")`, check: counted, least: 3, most: 7},
		"title":         {usage: "title(a)", check: titled, takes: Text, least: 1, most: 1},
		"last4":         {usage: "last4(a)", check: lastFour, least: 1, most: 1},

		// These take a name, or a text that is read at once, and not values: see call.
		"known":  {usage: "known(a)", least: 1, most: 1},
		"agreed": {usage: `agreed("consejos")`, least: 1, most: 1},
		"list":   {usage: `list(a, "{it.nombre}")`, least: 2, most: 2},
	}
	for name := range functions {
		functionNames = append(functionNames, name)
	}
	slices.Sort(functionNames)
}

// call is a function with its values.
func (c *checker) call(n *ast.CallNode) (typed, *Error) {
	callee, _ := dotted(n.Callee)
	f, ok := functions[callee]
	if !ok {
		return typed{}, c.errorAt(n, "there is no function named %s", quote(callee))
	}
	if got := len(n.Arguments); got < f.least || f.most > 0 && got > f.most {
		return typed{}, c.errorAt(n, "%q takes %s, and %s here", callee, values(f), count(got)).with("it is written %s", f.usage)
	}
	switch callee {
	case "known":
		return c.known(n)
	case "agreed":
		return c.agreed(n)
	case "list":
		return c.listed(n)
	}
	args := make([]typed, len(n.Arguments))
	for i, a := range n.Arguments {
		var err *Error
		if args[i], err = c.check(a); err != nil {
			return args[i], err
		}
		args[i] = c.as(args[i], f.takes)
	}
	return f.check(c, n.Arguments, args)
}

func values(f function) Said {
	switch {
	case f.most == 0:
		return say("at least %d values", f.least)
	case f.least == 1:
		return say("one value")
	case f.most > f.least:
		return say("%d to %d values", f.least, f.most)
	}
	return say("%d values", f.least)
}

func count(n int) Said {
	switch n {
	case 0:
		return say("there are none")
	case 1:
		return say("there is 1")
	}
	return say("there are %d", n)
}

// known asks whether a value is kept.
func (c *checker) known(n *ast.CallNode) (typed, *Error) {
	arg := n.Arguments[0]
	if _, _, ok := parts(arg); !ok {
		return typed{}, c.errorAt(arg, "known asks about one name, and %s is more", c.say(arg)).with("for example: known(nombre)")
	}
	t, _, err := c.slot(arg)
	if err != nil {
		return t, err
	}
	nothing := &ast.NilNode{}
	node := &ast.BinaryNode{Operator: "!=", Left: t.node, Right: nothing}
	return typed{node: typedNode(node, Bool), typ: Bool, size: fixed(len("false"))}, nil
}

// smallest is min and max.
func smallest(name string) func(*checker, []ast.Node, []typed) (typed, *Error) {
	return func(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
		t := args[0]
		run := make([]ast.Node, len(args))
		for i, a := range args {
			if err := c.only(nodes[i], a, say("%s works with numbers", name), Integer, Number); err != nil {
				return t, err
			}
			run[i] = a.node
			t.typ, t.size = numeric(t.typ, a.typ), larger(t.size, a.size)
		}
		t.node = typedNode(&ast.BuiltinNode{Name: name, Arguments: run}, t.typ)
		return t, nil
	}
}

func absolute(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t := args[0]
	if err := c.only(nodes[0], t, say("abs works with numbers"), Integer, Number); err != nil {
		return t, err
	}
	t.node = c.invoke(fnAbs, t.typ, t.node)
	return t, nil
}

// whole is round (to the nearest, halves away from zero) and int (decimals cut
// off).
func whole(name, fn string) func(*checker, []ast.Node, []typed) (typed, *Error) {
	return func(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
		t := args[0]
		if err := c.only(nodes[0], t, say("%s works with numbers", name), Integer, Number); err != nil {
			if t.typ == Text {
				err.Help = say("a question that saves a whole number reads it as people write it")
			}
			return t, err
		}
		if t.typ != Integer {
			t.size = fixed(maxIntegerShown)
		}
		t.typ = Integer
		t.node = c.invoke(fn, Integer, t.node)
		return t, nil
	}
}

// divided is div: how often b goes into a, decimals cut off, as int(a / b) is.
func divided(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	for i, a := range args {
		if err := c.only(nodes[i], a, say("div divides whole numbers"), Integer); err != nil {
			return a, err
		}
	}
	t := typed{typ: Integer, size: atMost(maxIntegerShown, plus(args[0].size, 1))}
	t.node = c.invoke(fnDiv, Integer, args[0].node, args[1].node)
	return t, nil
}

// length is len: the letters of a text, the elements of a list.
func length(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t := args[0]
	if err := c.only(nodes[0], t, say("len counts the letters of a text or the elements of a list"), Text, List, Document); err != nil {
		return t, err
	}
	var node ast.Node = &ast.BuiltinNode{Name: "len", Arguments: []ast.Node{t.node}}
	if t.typ == List || t.typ == Document {
		node = c.invoke(fnLen, Integer, t.node)
	}
	return typed{node: typedNode(node, Integer), typ: Integer, size: fixed(maxIntegerShown)}, nil
}

// cased is lower, upper and trim: none makes a text longer in letters.
func cased(name string) func(*checker, []ast.Node, []typed) (typed, *Error) {
	return func(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
		t := args[0]
		if err := c.only(nodes[0], t, say("%s works with texts", name), Text); err != nil {
			return t, err
		}
		t.node = typedNode(&ast.BuiltinNode{Name: name, Arguments: []ast.Node{t.node}}, Text)
		return t, nil
	}
}

// asText is string: a number as a text with {…} shows it, the id of a choice.
func asText(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t := args[0]
	if err := c.only(nodes[0], t, say("string makes a text of a number or a choice"), Text, Integer, Number, Choice, Date, Time, Phone, Email, Document); err != nil {
		if t.typ == Bool {
			return t, err.helped(yesNoHelp(c.source(nodes[0])))
		}
		return t, err.helped(unshownHelp(t.typ, c.source(nodes[0])))
	}
	switch t.typ {
	case Date:
		t.size = fixed(len("2006-01-02"))
	case Phone:
		t.size = fixed(1 + maxPhoneDigits)
	}
	if t.typ == Choice {
		longest := 0
		for _, id := range t.ids {
			longest = max(longest, utf8.RuneCountInString(id))
		}
		if len(t.ids) == 0 {
			longest = MaxResult // nothing is known of its ids
		}
		t.size = fixed(longest)
	}
	t.typ, t.ids = Text, nil
	t.node = c.invoke(fnString, Text, t.node)
	return t, nil
}

// yesNoHelp shows how true and false become words.
func yesNoHelp(src string) Said {
	if utf8.RuneCountInString(src) > shownMax {
		src = "…"
	}
	return say(`say the words for both: %s ? "sí" : "no"`, src)
}

// The functions of the tree that runs. No source can name them: # is no letter.
const (
	fnUnset     = "#unset"
	fnAdd       = "#add"
	fnSubtract  = "#subtract"
	fnMultiply  = "#multiply"
	fnDivide    = "#divide"
	fnRemainder = "#remainder"
	fnNegate    = "#negate"
	fnJoin      = "#join"
	fnIn        = "#in"
	fnAbs       = "#abs"
	fnRound     = "#round"
	fnWhole     = "#whole"
	fnDiv       = "#div"
	fnString    = "#string"
	fnLen       = "#len"
	fnPart      = "#part"
	fnAs        = "#as"
	fnShown     = "#shown"
	fnDay       = "#day"
	fnMove      = "#move"
	fnDays      = "#days"
	fnWeeks     = "#weeks"
	fnMonths    = "#months"
	fnPlural    = "#plural"
	fnTitle     = "#title"
	fnLast4     = "#last4"
	fnList      = "#list"
)

// inner are those functions, as expr's compiler wants them. It only reads them.
var inner = conf.FunctionsTable{}

func init() {
	for name, f := range map[string]func(args ...any) (any, error){
		fnUnset: func(args ...any) (any, error) { return nil, &UnsetError{args[0].(string)} },
		fnAdd:   func(args ...any) (any, error) { return pair(args, addInt, func(a, b float64) float64 { return a + b }) },
		fnSubtract: func(args ...any) (any, error) {
			return pair(args, subtractInt, func(a, b float64) float64 { return a - b })
		},
		fnMultiply: func(args ...any) (any, error) {
			return pair(args, multiplyInt, func(a, b float64) float64 { return a * b })
		},
		fnDivide:    divide,
		fnRemainder: remainder,
		fnNegate: func(args ...any) (any, error) {
			return pair([]any{0, args[0]}, subtractInt, func(_, b float64) float64 { return -b })
		},
		fnJoin:   join,
		fnIn:     in,
		fnAbs:    abs,
		fnRound:  func(args ...any) (any, error) { return toWhole(args[0], math.Round) },
		fnWhole:  func(args ...any) (any, error) { return toWhole(args[0], math.Trunc) },
		fnDiv:    div,
		fnString: textOf,
		fnLen:    lenRun,
		fnPart:   partOf,
		fnAs:     converted,
		fnShown:  func(args ...any) (any, error) { return Value{Kind: args[0].(Type), Text: args[1].(string)}, nil },
		fnDay:    dayRun,
		fnMove:   moveRun,
		fnDays:   daysRun,
		fnWeeks:  weeksRun,
		fnMonths: monthsRun,
		fnPlural: pluralRun,
		fnTitle:  titleRun,
		fnLast4:  last4Run,
		fnList:   listRun,
	} {
		inner[name] = &builtin.Function{Name: name, Func: f}
	}
}

// expr's whole numbers are Go's int; ours are int64. On a machine where they
// differ this package does not build, instead of cutting numbers in half.
const _ int = math.MaxInt64

// pair works out two numbers: whole ones without a wrap, others without an
// infinity.
func pair(args []any, ints func(a, b int) (int, bool), floats func(a, b float64) float64) (any, error) {
	a, whole := args[0].(int)
	if b, both := args[1].(int); whole && both {
		n, ok := ints(a, b)
		if !ok {
			return nil, ErrTooLarge
		}
		return n, nil
	}
	return finite(floats(float(args[0]), float(args[1])))
}

func finite(f float64) (any, error) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, ErrTooLarge
	}
	return f, nil
}

func float(v any) float64 {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v.(float64)
}

func addInt(a, b int) (int, bool) {
	n := a + b
	return n, (n > a) == (b > 0)
}

func subtractInt(a, b int) (int, bool) {
	n := a - b
	return n, (n < a) == (b > 0)
}

func multiplyInt(a, b int) (int, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	n := a * b
	// The smallest number has no opposite, and divides by -1 into itself.
	return n, n/b == a && !(a == -1 && b == math.MinInt) && !(b == -1 && a == math.MinInt)
}

func divide(args ...any) (any, error) {
	b := float(args[1])
	if b == 0 {
		return nil, ErrZero
	}
	return finite(float(args[0]) / b)
}

func div(args ...any) (any, error) {
	a, b := args[0].(int), args[1].(int)
	switch {
	case b == 0:
		return nil, ErrZero
	case a == math.MinInt && b == -1:
		return nil, ErrTooLarge
	}
	return a / b, nil
}

// remainder has the sign of what was divided: div(a, b) * b + a % b is a.
func remainder(args ...any) (any, error) {
	a, b := args[0].(int), args[1].(int)
	switch b {
	case 0:
		return nil, ErrZero
	case -1:
		return 0, nil
	}
	return a % b, nil
}

func abs(args ...any) (any, error) {
	n, ok := args[0].(int)
	switch {
	case !ok:
		return math.Abs(args[0].(float64)), nil
	case n == math.MinInt:
		return nil, ErrTooLarge
	case n < 0:
		return -n, nil
	}
	return args[0], nil
}

// toWhole makes a whole number of one with decimals.
func toWhole(v any, how func(float64) float64) (any, error) {
	f, ok := v.(float64)
	if !ok {
		return v, nil
	}
	f = how(f)
	if f < -(1<<63) || f >= 1<<63 {
		return nil, ErrTooLarge
	}
	return int(f), nil
}

func join(args ...any) (any, error) {
	a, b := args[0].(string), args[1].(string)
	if len(a)+len(b) > MaxResult && utf8.RuneCountInString(a)+utf8.RuneCountInString(b) > MaxResult {
		return nil, ErrTooLong
	}
	return a + b, nil
}

// in compares as == does: a whole number with another by value.
func in(args ...any) (any, error) {
	for _, e := range args[1:] {
		if args[0] == e {
			return true, nil
		}
		a, mixed := args[0].(int)
		b, other := e.(int)
		switch {
		case mixed && !other && float64(a) == e, other && !mixed && float64(b) == args[0]:
			return true, nil
		}
	}
	return false, nil
}

// textOf is string: of a part of a result, what a person would read.
func textOf(args ...any) (any, error) {
	if p, ok := args[0].(part); ok {
		v, err := p.asShownText()
		return showAny(v), err
	}
	return showAny(args[0]), nil
}

// lenRun is len of a list, and of a part of a result that is one or a text.
func lenRun(args ...any) (any, error) {
	p := args[0].(part)
	switch v := p.v.(type) {
	case []any:
		return len(v), nil
	case string:
		return utf8.RuneCountInString(v), nil
	}
	return nil, &formError{is: p.sort(), want: "a text or a list"}
}

// showAny is a value as people read it.
func showAny(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return showNumber(v)
	}
	return ""
}
