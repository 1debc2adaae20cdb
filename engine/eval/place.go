package eval

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// errorAt is an error that points at a part.
func (c *checker) errorAt(n ast.Node, format Format, args ...any) *Error {
	from, to := c.place(n)
	return &Error{Message: say(format, args...), From: from, To: to}
}

// say is a part as a message repeats it.
func (c *checker) say(n ast.Node) Said { return quote(c.source(n)) }

func (c *checker) source(n ast.Node) string {
	from, to := c.place(n)
	return c.src[from:to]
}

// place is where a part stands, in bytes. expr's nodes know one token of
// theirs, an operator often; so take the tokens at both ends of the part, and
// whatever brackets open or close between them.
func (c *checker) place(n ast.Node) (from, to int) { return c.between(n, n) }

// between is where everything from one part to another stands.
func (c *checker) between(left, right ast.Node) (from, to int) {
	first, last := c.first(left), c.last(right)
	for i := first; i <= last; i++ {
		if mate := c.tokens[i].mate; mate >= 0 {
			last = max(last, mate)
			if mate < first {
				first, i = mate, mate
			}
		}
	}
	return c.tokens[first].from, c.tokens[last].to
}

func (c *checker) token(n ast.Node) int { return c.index[n.Location().From] }

func (c *checker) first(n ast.Node) int {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return c.first(n.Left)
	case *ast.UnaryNode:
		return min(c.token(n), c.first(n.Node)) // x not in …: the sign is inside
	case *ast.ConditionalNode:
		return c.first(n.Cond)
	case *ast.MemberNode:
		return c.first(n.Node)
	}
	return c.token(n)
}

func (c *checker) last(n ast.Node) int {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return c.last(n.Right)
	case *ast.UnaryNode:
		return c.last(n.Node)
	case *ast.ConditionalNode:
		return c.last(n.Exp2)
	case *ast.CallNode:
		i := c.token(n)
		for i < len(c.tokens)-1 && c.tokens[i].mate < 0 {
			i++
		}
		return i
	}
	return c.token(n)
}

// dotted is the name that a part is, if it is one: semana, contact.language.
func dotted(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		property, ok := n.Property.(*ast.StringNode)
		if !ok || n.Optional || n.Method {
			return "", false
		}
		before, ok := dotted(n.Node)
		return before + "." + property.Value, ok
	}
	return "", false
}

// misparsed turns a complaint of expr's parser into ours. After checkOrder it
// has one left: ?? binds so tightly that it wants brackets beside another sign.
func (c *checker) misparsed(err error) *Error {
	at := 0
	var f *file.Error
	if errors.As(err, &f) {
		at = f.From
	}
	i, ok := c.index[at]
	if ok && c.tokens[i].kind == lexer.Operator {
		for before := i - 1; before >= 0; before-- {
			if c.tokens[before].value == "??" {
				return &Error{
					Message: say(`it is not clear which comes first, "??" or "%s"`, c.tokens[i].value),
					Help:    say(`put brackets around the part with "??"`),
					From:    c.tokens[before].from, To: c.tokens[i].to,
				}
			}
		}
	}
	return &Error{Message: say(unreadable), To: len(c.src)}
}

// unreadable is said of a source that expr's parser refuses and we did not see
// why; the fuzz test fails when it finds one.
const unreadable Format = "this cannot be read as an expression"

// findings are the data that a condition shows to be kept, when it is true and
// when it is false.
type findings struct {
	yes, no []string
}

func (f *findings) of(n ast.Node) {
	switch n := n.(type) {
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && callee.Value == "known" && len(n.Arguments) == 1 {
			name, ok := dotted(n.Arguments[0])
			if ok {
				f.yes = []string{name}
			}
			// Of a part of a result that is there, the result is there too.
			if root, steps, ok := parts(n.Arguments[0]); ok && len(steps) > 0 {
				f.yes = append(f.yes, root.Value)
			}
		}
	case *ast.UnaryNode:
		if is(n.Operator, "not", "!") {
			f.of(n.Node)
			f.yes, f.no = f.no, f.yes
		}
	case *ast.BinaryNode:
		var l, r findings
		switch n.Operator {
		case "and", "&&":
			l.of(n.Left)
			r.of(n.Right)
			f.yes, f.no = slices.Concat(l.yes, r.yes), common(l.no, r.no)
		case "or", "||":
			l.of(n.Left)
			r.of(n.Right)
			f.yes, f.no = common(l.yes, r.yes), slices.Concat(l.no, r.no)
		}
	}
}

func common(a, b []string) []string {
	var both []string
	for _, s := range a {
		if slices.Contains(b, s) {
			both = append(both, s)
		}
	}
	return both
}

// fixed, lettersOf, sum, larger, plus and atMost are the arithmetic of sizes.
func fixed(n int) size { return func(func(string) int) int { return n } }

func lettersOf(s string) size { return fixed(utf8.RuneCountInString(s)) }

func sum(a, b size) size {
	return func(of func(string) int) int { return a(of) + b(of) }
}

func larger(a, b size) size {
	return func(of func(string) int) int { return max(a(of), b(of)) }
}

func plus(a size, n int) size {
	return func(of func(string) int) int { return a(of) + n }
}

func atMost(n int, a size) size {
	return func(of func(string) int) int { return min(a(of), n) }
}
