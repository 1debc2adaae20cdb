package eval

import (
	"reflect"

	"github.com/expr-lang/expr/ast"
)

// numeric is the type that two numbers give together.
func numeric(a, b Type) Type {
	switch {
	case a == 0 || b == 0:
		return 0
	case a == Integer && b == Integer:
		return Integer
	}
	return Number
}

// invoke is a call of one of our own functions.
func (c *checker) invoke(fn string, t Type, args ...ast.Node) ast.Node {
	return typedNode(&ast.CallNode{Callee: &ast.IdentifierNode{Value: fn}, Arguments: args}, t)
}

// typedNode tells expr's compiler the Go type of a part, so that it chooses the
// quick instructions. A Number may be an int inside a ?? or ? … :, so nothing
// is said of it.
func typedNode[N ast.Node](n N, t Type) ast.Node {
	switch t {
	case Text, Choice, Date, Time, Phone, Email:
		n.SetType(reflect.TypeFor[string]())
	case Integer:
		n.SetType(reflect.TypeFor[int]())
	case Bool:
		n.SetType(reflect.TypeFor[bool]())
	}
	return n
}
