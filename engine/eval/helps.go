package eval

import "github.com/expr-lang/expr/ast"

// This file holds the next moves that several faults share.

// compareHelp shows how a value becomes a condition.
func (c *checker) compareHelp(n ast.Node, t typed) Said {
	name, ok := dotted(n)
	if !ok {
		return Said{}
	}
	switch {
	case t.typ == Integer || t.typ == Number:
		return say("compare it with a number: %s > 0", name)
	case t.typ == Choice && len(t.ids) > 0:
		return say("compare it with one of its ids: %s == %q", name, t.ids[0])
	case t.typ == Text:
		return say(`compare it with a text: %s == "…", or ask whether there is one: known(%s)`, name, name)
	case t.typ == Date:
		return say("compare it with another date: %s < today", name)
	case t.typ == Time:
		return say(`compare it with another time of day: %s < "18:00"`, name)
	case t.typ == List:
		return say("ask how many elements it has: len(%s) > 0", name)
	case t.typ > Choice:
		return say("ask whether there is one: known(%s)", name)
	}
	return Said{}
}

// unquoteHelp is for a number that was written as a text.
func (c *checker) unquoteHelp(n ast.Node) Said {
	if s, ok := n.(*ast.StringNode); ok && digits(s.Value) {
		return say("a number stands without quotes: %s", s.Value)
	}
	return Said{}
}
