package eval

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
)

// checker judges the tree that expr's parser made of one source, and makes of
// it the tree that runs. It judges with our types and an author's words; what
// it lets pass has one meaning for every value the types allow.
type checker struct {
	src    string
	tokens []token
	index  map[int]int // where a token begins, in code points → its index
	env    Schema

	names  []string       // data that is read, in the order of slots
	types  []Type         // of names
	slots  map[string]int // its index in names
	uses   []Use          // reads of data that may be unset and nothing guards
	kept   map[string]int // data that a condition around this place has found to be kept
	blind  bool           // a name of no known type is read
	inside bool           // in the text that list shows of each element
	plain  bool           // what is shown is for machines: it needs no words
	root   ast.Node
}

// typed is a part of an expression after its check.
type typed struct {
	node  ast.Node // the tree that runs
	typ   Type     // zero: not known, and everything is allowed
	ids   []string // of a choice: what it can be
	local bool     // it is shown in a way of the person's language
	size  size     // how many letters it has, at most, when it is shown
}

// size tells how many letters a part has, at most, when it is shown: of gives
// the same for data.
type size func(of func(name string) int) int

// open reads a source into a checker: scanned, in order, parsed.
func open(src string, env Schema) (*checker, *Error) {
	tokens, lexed, err := scan(src)
	if err != nil {
		return nil, err
	}
	if err := checkOrder(src, tokens, env); err != nil {
		return nil, err
	}
	c := &checker{
		src: src, tokens: tokens, env: env,
		index: make(map[int]int, len(tokens)),
		slots: map[string]int{},
		kept:  map[string]int{},
	}
	for i, t := range tokens {
		c.index[t.at] = i
	}
	tree, perr := parser.ParseWithConfig(lexed, parsing())
	if perr != nil {
		return nil, c.misparsed(perr)
	}
	if lexed != src {
		ast.Walk(&tree.Node, newLines{})
	}
	c.root = tree.Node
	return c, nil
}

// newLines puts new lines back into texts in quotes.
type newLines struct{}

func (newLines) Visit(n *ast.Node) {
	if s, ok := (*n).(*ast.StringNode); ok {
		s.Value = restored.Replace(s.Value)
	}
}

// parsing is a configuration under which every call is parsed alike: with
// expr's functions on, the parser has rules of its own for some.
func parsing() *conf.Config {
	config := conf.CreateNew()
	config.DisableIfOperator = false // if and else stay words of the language: foreign
	config.MaxNodes = 4 * MaxParts   // a second wall: scan has counted already
	for name := range config.Builtins {
		config.Disabled[name] = true
	}
	return config
}

// only reports a part that is not of one of the types; rule says what asks.
func (c *checker) only(n ast.Node, t typed, rule Said, types ...Type) *Error {
	if t.typ == 0 || slices.Contains(types, t.typ) {
		return nil
	}
	return c.errorAt(n, "%s, and %s is %s", rule, c.say(n), t.typ)
}

// condition checks a part that must be true or false.
func (c *checker) condition(n ast.Node, rule Said) (typed, *Error) {
	t, err := c.check(n)
	if err != nil {
		return t, err
	}
	t = c.as(t, Bool)
	if err := c.only(n, t, rule, Bool); err != nil {
		return t, err.helped(c.compareHelp(n, t))
	}
	return t, nil
}

// check judges one part and everything in it.
func (c *checker) check(n ast.Node) (typed, *Error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return typed{node: typedNode(&ast.IntegerNode{Value: n.Value}, Integer), typ: Integer, size: fixed(len(strconv.Itoa(n.Value)))}, nil
	case *ast.FloatNode:
		return typed{node: typedNode(&ast.FloatNode{Value: n.Value}, Number), typ: Number, size: fixed(len(showNumber(n.Value)))}, nil
	case *ast.BoolNode:
		return typed{node: typedNode(&ast.BoolNode{Value: n.Value}, Bool), typ: Bool, size: fixed(len("false"))}, nil
	case *ast.StringNode:
		if !utf8.ValidString(n.Value) {
			// expr takes \U80000080 for a letter, and makes bytes of it that are none.
			return typed{}, c.errorAt(n, "%s has an escape that stands for no letter", c.say(n)).with("write the letter itself")
		}
		return typed{node: typedNode(&ast.StringNode{Value: n.Value}, Text), typ: Text, size: lettersOf(n.Value)}, nil
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.read(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.choose(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.NilNode:
		return typed{}, c.errorAt(n, `"nil" has no meaning in an expression`).with("known(x) asks whether x is kept")
	}
	return typed{}, c.errorAt(n, "%s has no meaning in an expression", c.say(n))
}

// read is a name where its value is needed: at run time it must be kept.
func (c *checker) read(n ast.Node) (typed, *Error) {
	t, at, err := c.slot(n)
	if err != nil {
		return t, err
	}
	if c.env[at.name].MayBeUnset && c.kept[at.name] == 0 {
		from, to := c.place(at.node)
		u := Use{Name: at.name, From: from, To: to}
		if !slices.Contains(c.uses, u) { // in a < b < c, b is read twice
			c.uses = append(c.uses, u)
		}
	}
	t.node = c.needed(t.node, t.typ, at.String())
	return t, nil
}

// needed is a value, or if there is none a call that fails. It costs next to
// nothing while there is one.
func (c *checker) needed(n ast.Node, t Type, name string) ast.Node {
	unset := &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: fnUnset},
		Arguments: []ast.Node{&ast.StringNode{Value: name}},
	}
	return typedNode(&ast.BinaryNode{
		Operator: "??", Left: n, Right: typedNode(unset, t),
	}, t)
}

// slot is a name where it may be unset: on the left of ?? and in known(…).
func (c *checker) slot(n ast.Node) (typed, reading, *Error) {
	at, ok := c.reading(n)
	if !ok {
		return typed{}, at, c.errorAt(n, "%s has no meaning in an expression", c.say(n))
	}
	d, ok := c.env[at.name]
	if !ok || strings.HasPrefix(at.name, agreedTo) {
		return typed{}, at, c.unknown(n, at.name)
	}
	t := typed{node: c.load(at.name, d.Type), typ: d.Type, size: c.shownSize(at.name, d.Type)}
	switch {
	case d.Type == Choice:
		t.ids = d.Options
	case d.Type == 0 || d.Type > Document:
		t.typ, c.blind = 0, true
	}
	if at.path != nil {
		t.node = c.invoke(fnPart, Document, t.node, &ast.ConstantNode{Value: at.path})
	}
	return t, at, nil
}

// load reads a name as it is, unset or not.
func (c *checker) load(name string, t Type) ast.Node {
	i, ok := c.slots[name]
	if !ok {
		i = len(c.names)
		c.slots[name] = i
		c.names, c.types = append(c.names, name), append(c.types, t)
	}
	return typedNode(&ast.IdentifierNode{Value: slotNames[i]}, t)
}

// implied is a name that a function reads by itself.
func (c *checker) implied(name string, t Type) ast.Node {
	return c.needed(c.load(name, t), t, name)
}

// shownSize is the size of a kept value. Whoever asks knows how long texts,
// numbers and choices are; how the others are shown is known here.
func (c *checker) shownSize(name string, t Type) size {
	switch t {
	case Date:
		return fixed(dayLetters("short", c.env[language].Options))
	case Time:
		return fixed(len("15:04"))
	case Phone:
		return fixed(maxPhoneShown)
	case Email:
		return fixed(maxEmail)
	case Location:
		return fixed(maxPlaceShown)
	case Document:
		return fixed(MaxResult)
	}
	return func(of func(string) int) int { return of(name) }
}

// unknown says that there is no such name, and which was meant if that is clear.
func (c *checker) unknown(n ast.Node, name string) *Error {
	err := c.errorAt(n, NoName, quote(name))
	if f, ok := functions[name]; ok {
		return err.with("the function is written with brackets: %s", f.usage)
	}
	if consent, ok := strings.CutPrefix(name, agreedTo); ok {
		return err.with("agreed(%q) asks whether they agreed", consent)
	}
	if is(name, "null", "NULL", "none", "None", "undefined") {
		return err.with("known(x) asks whether x is kept")
	}
	if is(name, "sí", "si", "yes", "sim", "oui", "no", "não", "non", "verdadero", "falso") {
		return err.with("true or false is what it is; a text stands in quotes")
	}
	if is(name, "hoy", "hoje", "aujourdhui", "ahora", "agora", "maintenant") {
		return err.with("today is the date, and now the time of day")
	}
	if field, ok := strings.CutPrefix(name, it+"."); ok {
		if err := c.noField(n, name, field); err != nil {
			return err
		}
	}
	known := make([]string, 0, len(c.env)+2)
	for k := range c.env {
		if !strings.HasPrefix(k, agreedTo) {
			known = append(known, k)
		}
	}
	slices.Sort(known)
	if near := nearest(name, append(known, "true", "false")); near != "" {
		return err.with("did you mean %q?", near)
	}
	return err
}

// noField says that the elements in reach have no such field; nil: none are.
func (c *checker) noField(n ast.Node, name, field string) *Error {
	var known []string
	for k := range c.env {
		if strings.HasPrefix(k, it+".") {
			known = append(known, k)
		}
	}
	if known == nil {
		return nil
	}
	slices.Sort(known)
	err := c.errorAt(n, NoField, quote(field))
	if near := nearest(name, known); near != "" {
		return err.with("did you mean %q?", near)
	}
	return err.with("they have %s", `"`+strings.Join(known[:min(len(known), shownNames)], `", "`)+`"`)
}

func (c *checker) unary(n *ast.UnaryNode) (typed, *Error) {
	t, err := c.check(n.Node)
	if err != nil {
		return t, err
	}
	if is(n.Operator, "not", "!") {
		t = c.as(t, Bool)
		if err := c.only(n.Node, t, say(`"%s" turns true into false`, n.Operator), Bool); err != nil {
			return t, err.with("brackets show what it is about: %s (… == …)", n.Operator)
		}
		t.node = typedNode(&ast.UnaryNode{Operator: "not", Node: t.node}, Bool)
		return t, nil
	}
	t = c.as(t, Number)
	if err := c.only(n.Node, t, say(`"%s" stands before a number`, n.Operator), Integer, Number); err != nil {
		return t, err
	}
	if n.Operator == "-" {
		t.node = c.invoke(fnNegate, t.typ, t.node)
		t.size = plus(t.size, 1)
	}
	return t, nil
}

func (c *checker) binary(n *ast.BinaryNode) (typed, *Error) {
	switch n.Operator {
	case "and", "&&", "or", "||":
		if links := chain(n); links != nil {
			return c.links(links)
		}
		return c.join(n)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(n)
	case "in":
		return c.in(n)
	case "??":
		return c.otherwise(n)
	}
	return c.arithmetic(n)
}

// join is and, or. What the left has found to be kept needs no guard on the
// right.
func (c *checker) join(n *ast.BinaryNode) (typed, *Error) {
	rule := say(`"%s" joins two conditions`, n.Operator)
	l, err := c.condition(n.Left, rule)
	if err != nil {
		return l, err
	}
	op, found := "and", findings{}
	found.of(n.Left)
	kept := found.yes
	if n.Operator == "or" || n.Operator == "||" {
		op, kept = "or", found.no
	}
	var r typed
	c.knowing(kept, func() { r, err = c.condition(n.Right, rule) })
	if err != nil {
		return r, err
	}
	return typed{node: typedNode(&ast.BinaryNode{Operator: op, Left: l.node, Right: r.node}, Bool), typ: Bool, size: l.size}, nil
}

// knowing runs do where names are known to be kept.
func (c *checker) knowing(names []string, do func()) {
	for _, name := range names {
		c.kept[name]++
	}
	do()
	for _, name := range names {
		c.kept[name]--
	}
}

// links is a < b < c. The parser gives (a < b) && (b < c) with one b in two
// places; to keep what runs as small as what was written, b must be simple.
func (c *checker) links(links []*ast.BinaryNode) (typed, *Error) {
	for _, l := range links[:len(links)-1] {
		if !simple(l.Right) {
			return typed{}, c.errorAt(l.Right, "between two comparisons stands one name or number, and %s is more", c.say(l.Right)).
				with("write both comparisons, with and between them")
		}
	}
	all, err := c.compare(links[0])
	if err != nil {
		return all, err
	}
	for _, l := range links[1:] {
		t, err := c.compare(l)
		if err != nil {
			return t, err
		}
		all.node = typedNode(&ast.BinaryNode{Operator: "and", Left: all.node, Right: t.node}, Bool)
	}
	return all, nil
}

// chain returns the comparisons of a < b < c, or nil if n is no such chain: only
// there do two of the parser's nodes share an operand.
func chain(n *ast.BinaryNode) []*ast.BinaryNode {
	right, ok := n.Right.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	left, ok := n.Left.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	before := []*ast.BinaryNode{left}
	if is(left.Operator, "and", "&&") {
		if before = chain(left); before == nil {
			return nil
		}
	}
	if before[len(before)-1].Right != right.Left {
		return nil
	}
	return append(before, right)
}

func simple(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.BoolNode:
		return true
	case *ast.UnaryNode:
		_, number := n.Node.(*ast.IntegerNode)
		_, fraction := n.Node.(*ast.FloatNode)
		return n.Operator == "-" && (number || fraction)
	}
	_, _, ok := parts(n)
	return ok
}

func (c *checker) compare(n *ast.BinaryNode) (typed, *Error) {
	l, r, err := c.both(n.Left, n.Right)
	if err != nil {
		return l, err
	}
	if !is(n.Operator, "==", "!=") {
		l, r = c.as(l, orderedAs(n.Right, r)), c.as(r, orderedAs(n.Left, l))
	}
	if l, r, err = c.settled(n.Left, l, n.Right, r); err != nil {
		return l, err
	}
	switch {
	case is(n.Operator, "==", "!="), l.typ.onClock() || r.typ.onClock():
		if err := c.comparable(n.Left, l, n.Right, r); err != nil {
			return l, err
		}
	default:
		rule := say(`"%s" compares numbers`, n.Operator)
		for _, side := range []struct {
			n ast.Node
			t typed
		}{{n.Left, l}, {n.Right, r}} {
			if err := c.only(side.n, side.t, rule, Integer, Number); err != nil {
				return l, err.helped(c.unquoteHelp(side.n))
			}
		}
	}
	return typed{
		node: typedNode(&ast.BinaryNode{Operator: n.Operator, Left: l.node, Right: r.node}, Bool),
		typ:  Bool, size: fixed(len("false")),
	}, nil
}

// both checks two sides that are compared. A choice's id without quotes is the
// commonest slip of all, and no name.
func (c *checker) both(left, right ast.Node) (l, r typed, err *Error) {
	if err = c.unquoted(left, right); err == nil {
		err = c.unquoted(right, left)
	}
	if err != nil {
		return l, r, err
	}
	if l, err = c.check(left); err != nil {
		return l, r, err
	}
	r, err = c.check(right)
	return l, r, err
}

func (c *checker) unquoted(choice, id ast.Node) *Error {
	name, ok := dotted(choice)
	word, isName := dotted(id)
	if !ok || !isName {
		return nil
	}
	if _, exists := c.env[word]; exists || !slices.Contains(c.env[name].Options, word) {
		return nil
	}
	return c.errorAt(id, NoName, quote(word)).
		with("the id of a choice stands in quotes: %q", word)
}

func (t Type) counts() bool  { return t == Integer || t == Number }
func (t Type) isWords() bool { return t == Text || t == Choice }

// isText reports a type whose values are texts for whoever asks for one.
func (t Type) isText() bool { return t.isWords() || t == Phone || t == Email }

// onClock reports a type whose values follow each other and are no numbers.
func (t Type) onClock() bool { return t == Date || t == Time }

// comparable reports two sides that are never the same.
func (c *checker) comparable(ln ast.Node, l typed, rn ast.Node, r typed) *Error {
	switch {
	case l.typ == 0 || r.typ == 0:
		return nil
	case l.typ.counts() && r.typ.counts(), l.typ == Bool && r.typ == Bool, l.typ.onClock() && l.typ == r.typ:
		return nil
	case l.typ == r.typ && l.typ.isText() && !l.typ.isWords(), l.typ == Text && r.typ.isText() && !r.typ.isWords(), r.typ == Text && l.typ.isText() && !l.typ.isWords():
		return nil
	case !l.typ.compares():
		return c.incomparable(ln, l)
	case !r.typ.compares():
		return c.incomparable(rn, r)
	case l.typ.isWords() && r.typ.isWords():
		if err := c.neverThat(ln, l, rn); err != nil {
			return err
		}
		return c.neverThat(rn, r, ln)
	}
	from, to := c.between(ln, rn)
	err := &Error{
		Message: say("%s is %s and %s is %s: they cannot be compared", c.say(ln), l.typ, c.say(rn), r.typ),
		From:    from, To: to,
	}
	if l.typ.counts() {
		err.Help = c.unquoteHelp(rn)
	} else if r.typ.counts() {
		err.Help = c.unquoteHelp(ln)
	}
	if err.Help.Format == "" {
		err.Help = clockHelp(l.typ, r.typ)
	}
	return err
}

// neverThat reports a choice that is compared with a text that is none of its
// ids.
func (c *checker) neverThat(n ast.Node, t typed, other ast.Node) *Error {
	id, ok := other.(*ast.StringNode)
	if !ok || len(t.ids) == 0 || slices.Contains(t.ids, id.Value) {
		return nil
	}
	err := c.errorAt(other, "%s is never %s", c.say(n), quote(`"`+id.Value+`"`))
	if near := nearest(id.Value, t.ids); near != "" {
		return err.with("did you mean %q?", near)
	}
	if len(t.ids) <= 6 {
		return err.with("it can be %s", either(t.ids))
	}
	return err
}

// in is x in ["a", "b"]: every element is worked out, then compared.
func (c *checker) in(n *ast.BinaryNode) (typed, *Error) {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		return typed{}, c.errorAt(n.Right, `after "in" stands a list in square brackets`).with(`for example: x in ["a", "b"]`)
	}
	args := make([]ast.Node, 0, 1+len(list.Nodes))
	l, err := c.check(n.Left)
	if err != nil {
		return l, err
	}
	args = append(args, l.node)
	for _, e := range list.Nodes {
		if err := c.unquoted(n.Left, e); err != nil {
			return l, err
		}
		t, err := c.check(e)
		if err != nil {
			return l, err
		}
		if l.typ == Document && t.typ != Document {
			// The first element that says what it is decides for all.
			l = c.as(l, comparedAs(t.typ))
		}
		if l, t, err = c.settled(n.Left, l, e, t); err != nil {
			return l, err
		}
		args[0] = l.node
		if err := c.comparable(n.Left, l, e, t); err != nil {
			if l.typ.compares() {
				err.From, err.To = c.place(e)
			}
			return l, err
		}
		args = append(args, t.node)
	}
	return typed{node: c.invoke(fnIn, Bool, args...), typ: Bool, size: fixed(len("false"))}, nil
}

// otherwise is x ?? y: the first of them that is kept.
func (c *checker) otherwise(n *ast.BinaryNode) (typed, *Error) {
	l, err := c.maybe(n.Left)
	if err != nil {
		return l, err
	}
	r, err := c.check(n.Right)
	if err != nil {
		return r, err
	}
	return c.oneOf(n, n.Left, l, n.Right, r, eitherNode)
}

// maybe is the left of ??: a name, or another ??, whose value may be missing.
func (c *checker) maybe(n ast.Node) (typed, *Error) {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "??" {
		l, err := c.maybe(b.Left)
		if err != nil {
			return l, err
		}
		r, err := c.maybe(b.Right)
		if err != nil {
			return r, err
		}
		return c.oneOf(b, b.Left, l, b.Right, r, eitherNode)
	}
	if _, _, ok := parts(n); !ok {
		return typed{}, c.errorAt(n, `on the left of "??" stands a name, and %s is more`, c.say(n)).
			with(`"??" gives a value when the data on its left is not kept: nombre ?? "amiga"`)
	}
	t, _, err := c.slot(n)
	return t, err
}

// eitherNode is what runs for ??.
func eitherNode(l, r ast.Node, t Type) ast.Node {
	return typedNode(&ast.BinaryNode{Operator: "??", Left: l, Right: r}, t)
}

// choose is condition ? one : other.
func (c *checker) choose(n *ast.ConditionalNode) (typed, *Error) {
	cond, err := c.condition(n.Cond, say(`before "?" stands a condition`))
	if err != nil {
		return cond, err
	}
	one, other, err := c.branches(n, c.check)
	if err != nil {
		return cond, err
	}
	return c.oneOf(n, n.Exp1, one, n.Exp2, other, func(one, other ast.Node, t Type) ast.Node {
		return typedNode(&ast.ConditionalNode{Ternary: true, Cond: cond.node, Exp1: one, Exp2: other}, t)
	})
}

// branches checks both values of a ? … :, each where the condition holds or not.
func (c *checker) branches(n *ast.ConditionalNode, check func(ast.Node) (typed, *Error)) (one, other typed, err *Error) {
	var found findings
	found.of(n.Cond)
	c.knowing(found.yes, func() { one, err = check(n.Exp1) })
	if err != nil {
		return one, other, err
	}
	c.knowing(found.no, func() { other, err = check(n.Exp2) })
	return one, other, err
}

// oneOf is a part that is one of two values: they must be of one kind. A whole
// number beside a number is a number, a choice beside a text a text, a part of
// a result what the other is.
func (c *checker) oneOf(n, ln ast.Node, l typed, rn ast.Node, r typed, build func(l, r ast.Node, t Type) ast.Node) (typed, *Error) {
	var err *Error
	if l, err = c.constant(ln, c.as(l, r.typ), r.typ); err != nil {
		return l, err
	}
	if r, err = c.constant(rn, c.as(r, l.typ), l.typ); err != nil {
		return r, err
	}
	t := typed{size: larger(l.size, r.size)}
	switch {
	case l.typ == 0 || r.typ == 0:
	case l.typ == r.typ:
		t.typ = l.typ
		if l.typ == Choice && l.ids != nil && r.ids != nil {
			t.ids = slices.Concat(l.ids, r.ids)
		}
	case l.typ.counts() && r.typ.counts():
		t.typ = Number
	case l.typ.isText() && r.typ.isText():
		t.typ = Text
	default:
		return t, c.errorAt(n, "%s is %s and %s is %s: both values must be of one kind", c.say(ln), l.typ, c.say(rn), r.typ)
	}
	t.node = build(l.node, r.node, t.typ)
	return t, nil
}

func (c *checker) arithmetic(n *ast.BinaryNode) (typed, *Error) {
	l, err := c.check(n.Left)
	if err != nil {
		return l, err
	}
	r, err := c.check(n.Right)
	if err != nil {
		return r, err
	}
	if n.Operator == "+" && (l.typ.isText() || r.typ.isText()) {
		return c.concat(n, c.as(l, Text), c.as(r, Text))
	}
	if n.Operator == "+" && l.typ == Document && r.typ == Document {
		return l, c.unclear(n)
	}
	rule, types := say(`"%s" works with numbers`, n.Operator), []Type{Integer, Number}
	if n.Operator == "%" {
		rule, types = say(`"%" gives what is left after dividing whole numbers`), types[:1]
		l, r = c.as(l, Integer), c.as(r, Integer)
	}
	l, r = c.as(l, Number), c.as(r, Number)
	if err := c.dateMath(n, l, r); err != nil {
		return l, err
	}
	if err := c.only(n.Left, l, rule, types...); err != nil {
		return l, err
	}
	if err := c.only(n.Right, r, rule, types...); err != nil {
		return r, err
	}
	t := typed{typ: numeric(l.typ, r.typ), size: fixed(maxNumberShown)}
	fn := ""
	switch n.Operator {
	case "+", "-":
		fn = fnAdd
		if n.Operator == "-" {
			fn = fnSubtract
		}
		if t.typ == Integer {
			t.size = plus(larger(l.size, r.size), 1)
			if n.Operator == "-" {
				t.size = plus(t.size, 1) // 1 - -9 and 0 - 9: a carry and a sign
			}
		}
	case "*":
		fn = fnMultiply
		if t.typ == Integer {
			t.size = sum(l.size, r.size)
		}
	case "/":
		fn = fnDivide
		if t.typ == Integer {
			t.typ = Number
		}
	case "%":
		fn = fnRemainder
		t.size = l.size
	default:
		return t, c.errorAt(n, `"%s" has no meaning in an expression`, n.Operator)
	}
	if t.typ == Integer {
		t.size = atMost(maxIntegerShown, t.size)
	}
	t.node = c.invoke(fn, t.typ, l.node, r.node)
	return t, nil
}

// concat is + between texts.
func (c *checker) concat(n *ast.BinaryNode, l, r typed) (typed, *Error) {
	for _, side := range []struct {
		n ast.Node
		t typed
	}{{n.Left, l}, {n.Right, r}} {
		if side.t.typ == Text || side.t.typ == 0 {
			continue
		}
		err := c.errorAt(side.n, `"+" adds two numbers or joins two texts, and %s is %s`, c.say(side.n), side.t.typ)
		switch src := c.source(side.n); {
		case len(src) > shownMax || side.t.typ == Bool:
		case side.t.typ == Choice:
			err.Help = say("string(%s) is its id; a text shows its words where {%s} stands", src, src)
		case side.t.typ == Date:
			err.Help = say(`day(%s, "short") is the date in words; add(%s, "3 days") counts on from it`, src, src)
		case side.t.typ == Time || side.t.typ == Phone || side.t.typ == Email:
			err.Help = say("string(%s) is its text", src)
		case side.t.typ > Choice:
		default:
			err.Help = say("string(%s) is its digits, as text", src)
		}
		return l, err
	}
	t := typed{typ: Text, size: sum(l.size, r.size)}
	t.node = c.invoke(fnJoin, Text, l.node, r.node)
	return t, nil
}
