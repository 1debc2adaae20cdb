package eval

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tree is an expression of whole numbers and conditions, for comparing what
// runs with the plainest possible reading of what was written. The reading
// works with numbers of any size and reports those that int64 has not.
type tree struct {
	op   string // of a leaf: "number", "name", "true", "false"
	text string // of a leaf
	args []*tree
}

// How tightly what a tree prints binds. Brackets go around a part that binds
// less tightly than its place asks.
func (t *tree) binds() int {
	switch t.op {
	case "?", "??":
		return 0
	case "or":
		return 1
	case "and":
		return 2
	case "==", "!=", "<", "<=", ">", ">=", "in", "not in", "chain":
		return 3
	case "+", "-":
		return 4
	case "not":
		return 5
	case "*", "%":
		return 6
	case "neg":
		return 7
	}
	return 8
}

func (t *tree) at(least int) string {
	if t.binds() < least {
		return "(" + t.String() + ")"
	}
	return t.String()
}

func (t *tree) String() string {
	a := t.args
	switch t.op {
	case "number", "name", "true", "false":
		return t.text
	case "?":
		return a[0].at(1) + " ? " + a[1].at(0) + " : " + a[2].at(0)
	case "??":
		return a[0].text + " ?? " + a[1].at(8)
	case "or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "%":
		left := t.binds()
		if left == 3 {
			left = 4
		}
		return a[0].at(left) + " " + t.op + " " + a[1].at(t.binds()+1)
	case "chain":
		return a[0].at(4) + " < " + a[1].text + " <= " + a[2].at(4)
	case "in", "not in":
		var list []string
		for _, e := range a[1:] {
			list = append(list, e.at(0))
		}
		return a[0].at(4) + " " + t.op + " [" + strings.Join(list, ", ") + "]"
	case "not":
		return "not " + a[0].at(6)
	case "neg":
		return "-" + a[0].at(7)
	}
	var list []string
	for _, e := range a {
		list = append(list, e.at(0))
	}
	return t.op + "(" + strings.Join(list, ", ") + ")"
}

var (
	lowest  = big.NewInt(-1 << 63)
	highest = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 63), big.NewInt(1))
)

// read works out a whole number.
func (t *tree) number(v kept) (*big.Int, error) {
	switch t.op {
	case "number":
		n, _ := new(big.Int).SetString(t.text, 10)
		return n, nil
	case "name":
		if x := v[t.text]; x.IsSet() {
			return big.NewInt(x.Int), nil
		}
		return nil, &UnsetError{t.text}
	case "?":
		c, err := t.args[0].condition(v)
		if err != nil {
			return nil, err
		}
		if c {
			return t.args[1].number(v)
		}
		return t.args[2].number(v)
	case "??":
		if v[t.args[0].text].IsSet() {
			return t.args[0].number(v)
		}
		return t.args[1].number(v)
	}
	var args []*big.Int
	for _, a := range t.args {
		n, err := a.number(v)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
	}
	n, a := new(big.Int), args[0]
	switch t.op {
	case "+":
		n.Add(a, args[1])
	case "-":
		n.Sub(a, args[1])
	case "*":
		n.Mul(a, args[1])
	case "neg":
		n.Neg(a)
	case "abs":
		n.Abs(a)
	case "div", "%":
		if args[1].Sign() == 0 {
			return nil, ErrZero
		}
		if t.op == "div" {
			n.Quo(a, args[1])
		} else {
			n.Rem(a, args[1])
		}
	case "round", "int":
		n = a
	case "min", "max":
		n = a
		for _, b := range args[1:] {
			if c := b.Cmp(n); c < 0 && t.op == "min" || c > 0 && t.op == "max" {
				n = b
			}
		}
	default:
		panic(t.op)
	}
	if n.Cmp(lowest) < 0 || n.Cmp(highest) > 0 {
		return nil, ErrTooLarge
	}
	return n, nil
}

// condition works out true or false.
func (t *tree) condition(v kept) (bool, error) {
	switch t.op {
	case "true", "false":
		return t.op == "true", nil
	case "known":
		return v[t.args[0].text].IsSet(), nil
	case "not":
		c, err := t.args[0].condition(v)
		return !c, err
	case "and", "or":
		c, err := t.args[0].condition(v)
		if err != nil || c == (t.op == "or") {
			return c, err
		}
		return t.args[1].condition(v)
	}
	first, err := t.args[0].number(v)
	if err != nil {
		return false, err
	}
	found := false
	for i, a := range t.args[1:] {
		n, err := a.number(v)
		if err != nil {
			return false, err
		}
		c := first.Cmp(n)
		switch t.op {
		case "in", "not in":
			found = found || c == 0
		case "chain":
			if i == 0 && c >= 0 || i == 1 && c > 0 {
				return false, nil
			}
			first = n
		default:
			return map[string]bool{"==": c == 0, "!=": c != 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[t.op], nil
		}
	}
	return t.op == "chain" || found == (t.op == "in"), nil
}

func numbers(depth int) *rapid.Generator[*tree] {
	leaf := rapid.Custom(func(t *rapid.T) *tree {
		if rapid.Bool().Draw(t, "name") {
			return &tree{op: "name", text: rapid.SampledFrom([]string{"a", "b", "c.d"}).Draw(t, "which")}
		}
		n := rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Min(0)).Draw(t, "number")
		return &tree{op: "number", text: fmt.Sprint(n)}
	})
	if depth == 0 {
		return leaf
	}
	return rapid.Custom(func(t *rapid.T) *tree {
		sub := numbers(depth - 1)
		op := rapid.SampledFrom([]string{"leaf", "+", "-", "*", "%", "neg", "abs", "div", "min", "max", "round", "int", "?", "??"}).Draw(t, "op")
		switch op {
		case "leaf":
			return leaf.Draw(t, "leaf")
		case "neg", "abs", "round", "int":
			return &tree{op: op, args: []*tree{sub.Draw(t, "of")}}
		case "?":
			return &tree{op: op, args: []*tree{conditions(depth-1).Draw(t, "if"), sub.Draw(t, "then"), sub.Draw(t, "else")}}
		case "??":
			return &tree{op: op, args: []*tree{{op: "name", text: "a"}, sub.Draw(t, "otherwise")}}
		case "min", "max":
			return &tree{op: op, args: rapid.SliceOfN(sub, 2, 4).Draw(t, "of")}
		}
		return &tree{op: op, args: []*tree{sub.Draw(t, "left"), sub.Draw(t, "right")}}
	})
}

func conditions(depth int) *rapid.Generator[*tree] {
	leaf := rapid.Custom(func(t *rapid.T) *tree {
		if rapid.Bool().Draw(t, "known") {
			return &tree{op: "known", args: []*tree{{op: "name", text: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "which")}}}
		}
		op := rapid.SampledFrom([]string{"true", "false"}).Draw(t, "constant")
		return &tree{op: op, text: op}
	})
	if depth == 0 {
		return leaf
	}
	return rapid.Custom(func(t *rapid.T) *tree {
		sub, number := conditions(depth-1), numbers(depth-1)
		op := rapid.SampledFrom([]string{"leaf", "and", "or", "not", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "chain"}).Draw(t, "op")
		switch op {
		case "leaf":
			return leaf.Draw(t, "leaf")
		case "not":
			return &tree{op: op, args: []*tree{sub.Draw(t, "of")}}
		case "and", "or":
			return &tree{op: op, args: []*tree{sub.Draw(t, "left"), sub.Draw(t, "right")}}
		case "in", "not in":
			return &tree{op: op, args: rapid.SliceOfN(number, 2, 5).Draw(t, "of")}
		case "chain":
			return &tree{op: op, args: []*tree{number.Draw(t, "low"), numbers(0).Draw(t, "middle"), number.Draw(t, "high")}}
		}
		return &tree{op: op, args: []*tree{number.Draw(t, "left"), number.Draw(t, "right")}}
	})
}

// What runs is what was written: the same value, or the same failure.
func TestSameAsWritten(t *testing.T) {
	env := Schema{"a": {Type: Integer, MayBeUnset: true}, "b": {Type: Integer}, "c.d": {Type: Integer}}
	rapid.Check(t, func(t *rapid.T) {
		values := kept{}
		for name := range env {
			if rapid.IntRange(0, 5).Draw(t, name) > 0 {
				values[name] = IntOf(rapid.OneOf(rapid.Int64Range(-9, 9), rapid.Int64()).Draw(t, name))
			}
		}
		isNumber := rapid.Bool().Draw(t, "number")
		gen, want := conditions(3), Bool
		if isNumber {
			gen, want = numbers(3), Integer
		}
		e := gen.Draw(t, "expression")
		src := e.String()
		p, err := Compile(src, env, want)
		if err != nil {
			if strings.Contains(err.Message.String(), "at most") || strings.Contains(err.Message.String(), "stand inside one another") {
				t.Skip("too large")
			}
			t.Fatalf("%s: %s", src, err.Message)
		}
		got, gotErr := p.Run(values)
		var expected Value
		var wantErr error
		if isNumber {
			var n *big.Int
			if n, wantErr = e.number(values); wantErr == nil {
				expected = IntOf(n.Int64())
			}
		} else {
			var c bool
			if c, wantErr = e.condition(values); wantErr == nil {
				expected = BoolOf(c)
			}
		}
		var unset, wantUnset *UnsetError
		switch {
		case errors.As(wantErr, &wantUnset):
			if !errors.As(gotErr, &unset) || *unset != *wantUnset {
				t.Fatalf("%s: %v, %v; want %v", src, got, gotErr, wantErr)
			}
		case wantErr != nil:
			if !errors.Is(gotErr, wantErr) {
				t.Fatalf("%s: %v, %v; want %v", src, got, gotErr, wantErr)
			}
		case gotErr != nil || !got.Equal(expected):
			t.Fatalf("%s: %v, %v; want %v", src, got, gotErr, expected)
		}
	})
}

// Words and signs in any order are understood, or refused in our words at a
// place in the source: expr's parser never has the first say.
func TestWordsInAnyOrder(t *testing.T) {
	words := rapid.SampledFrom([]string{
		"semana", "peso", "ciudad", "nombre", "plan", "embarazada", "contact.language", "known", "min", "filter", "sum", "3", "2.5", `"total"`, "'a'", "true", "nil",
		"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "&&", "or", "||", "not", "!", "in", "??", "?", ":", ",", ".",
		"cita", "hora", "celular", "lugar", "centros", "result", "result.body", "[0]", `["a b"]`, ".x", "day", "add", "list", "agreed", "plural", "days_until", `"2026-05-03"`,
		`"18:00"`, `"3 days"`, `"long"`, `"consejos"`, `"{it.nombre}"`, "it.nombre", "today",
		"(", ")", "(", ")", "[", "]", "=", "|", "&", "..", "?.", "::", "**", "let", "if", "else", "matches", "contains", "^", "#", "{", "}", ";", "\n",
	})
	env := every()
	// Often a sign that fits: else nearly everything ends at its second word.
	fitting := rapid.SampledFrom([]string{" and ", " == ", " < ", " ?? ", " not in ", " in [", "] ", ") ", " ? ", " : ", " + ", " - ", ", "})
	rapid.Check(t, func(t *rapid.T) {
		var src strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "words") {
			src.WriteString(words.Draw(t, "word"))
			if rapid.Bool().Draw(t, "fits") {
				src.WriteString(fitting.Draw(t, "sign"))
			} else if rapid.Bool().Draw(t, "space") {
				src.WriteByte(' ')
			}
		}
		s := src.String()
		p, err := Compile(s, env, 0)
		if err != nil {
			if err.Message.Format == unreadable || err.From < 0 || err.To < err.From || err.To > len(s) {
				t.Fatalf("%q: %q at %d–%d", s, err.Message, err.From, err.To)
			}
			return
		}
		if _, err := p.Run(luisa); err != nil && !expected(err) {
			t.Fatalf("%q: %v", s, err)
		}
	})
}
