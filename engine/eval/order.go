package eval

import (
	"github.com/expr-lang/expr/parser/lexer"
)

// reserved are the words of expr that no data can be read by.
var reserved = []string{
	"and", "or", "not", "in", "true", "false", "nil",
	"if", "else", "let", "matches", "contains", "startsWith", "endsWith",
}

// Reserved reports whether a word belongs to the language of expressions, so
// that data of that name could not be read.
func Reserved(name string) bool { return is(name, reserved...) }

// between are the signs and words that stand between two values.
var between = []string{
	"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=",
	"and", "&&", "or", "||", "in", "??", "?", ":", ",",
}

// foreign says what to write instead of a sign or word of expr that is off, or
// of another language. Without an entry there is nothing better to say.
var foreign = map[string]Format{
	"=":  "two signs ask whether two values are the same: ==",
	"|":  "write or",
	"&":  "write and",
	"if": elseHelp, "else": elseHelp,
	"**": "write it as a multiplication: a * a",
	"..": `two comparisons say "from … to": 1 <= a and a <= 5`,
	"?.": "leave a space after the question mark",
	"::": "leave a space between the two",
}

const elseHelp Format = "a choice between two values is written: condition ? one : other"

// spoken are words people write for those of expressions.
var spoken = map[string]string{
	"AND": "and", "And": "and", "y": "and", "OR": "or", "Or": "or", "o": "or",
	"NOT": "not", "Not": "not", "IN": "in", "In": "in", "is": "==", "es": "==",
}

// bracket is one that is open: ( of a group, f of a function's values, [ of a
// list, ? of a choice between two values that has not met its colon.
type bracket struct {
	kind  byte
	index int
}

// order checks that names, values and signs follow each other as they must,
// and joins brackets to their mates. What passes is parsed by expr without
// complaint, but for ?? beside another sign.
type order struct {
	src    string
	tokens []token
	env    Schema
	open   []bracket
}

func checkOrder(src string, tokens []token, env Schema) *Error {
	o := &order{src: src, tokens: tokens, env: env}
	if len(tokens) == 0 {
		return &Error{Message: say("there is nothing here to work out"), To: len(src)}
	}
	wantsValue := true
	for i := 0; i < len(tokens); i++ {
		var err *Error
		if err = o.known(i); err == nil {
			if wantsValue {
				i, wantsValue, err = o.value(i)
			} else {
				i, wantsValue, err = o.sign(i)
			}
		}
		if err == nil && len(o.open) > MaxDepth {
			err = o.at(o.open[MaxDepth].index, "here more than %d brackets stand inside one another", MaxDepth)
		}
		if err != nil {
			return err
		}
	}
	if wantsValue {
		return o.at(len(tokens)-1, "a value is missing after %s", o.word(len(tokens)-1))
	}
	if len(o.open) > 0 {
		return o.unclosed(o.open[len(o.open)-1])
	}
	return nil
}

// known refuses a sign or word that never has a meaning here.
func (o *order) known(i int) *Error {
	t := o.tokens[i]
	if t.kind != lexer.Operator || t.sign(between...) || t.sign("not", "!", ".") {
		return nil
	}
	help := foreign[t.value]
	if t.value == "=" {
		switch {
		case o.touches(i, "=") && o.tokens[i-1].sign("=="):
			help = "two signs are enough: =="
		case i+1 < len(o.tokens) && o.touches(i+1, ">"):
			help = "write >="
		case i+1 < len(o.tokens) && o.touches(i+1, "<"):
			help = "write <="
		}
	}
	return o.at(i, `"%s" has no meaning in an expression`, t.value).with(help)
}

// touches reports whether token i is the sign s and stands right behind the one
// before it.
func (o *order) touches(i int, s string) bool {
	return i > 0 && o.tokens[i].sign(s) && o.tokens[i-1].to == o.tokens[i].from
}

// value reads the token at i where a value must stand. It returns the last token
// it read and whether a value is still to come.
func (o *order) value(i int) (int, bool, *Error) {
	t := o.tokens[i]
	switch {
	case t.kind == lexer.Number || t.kind == lexer.String:
		return i, false, nil
	case t.kind == lexer.Identifier:
		return o.name(i)
	case t.sign("-", "+", "not", "!"):
		return i, true, nil
	case t.kind == lexer.Bracket && t.value == "(":
		o.open = append(o.open, bracket{'(', i})
		return i, true, nil
	case t.kind == lexer.Bracket && t.value == "[":
		if i == 0 || !o.tokens[i-1].sign("in") {
			return i, false, o.at(i, "a list stands only after in").with(`for example: x in ["a", "b"]`)
		}
		o.open = append(o.open, bracket{'[', i})
		return i, true, nil
	}
	if i == 0 {
		return i, false, o.at(i, "a value is missing before %s", o.word(i))
	}
	err := o.span(i-1, i, "a value is missing between %s and %s", o.word(i-1), o.word(i))
	switch {
	case o.touches(i, ">") && o.tokens[i-1].sign("<"):
		err.Help = say("write !=")
	case t.kind == lexer.Bracket && o.tokens[i-1].value == "(" && len(o.open) > 0 && o.open[len(o.open)-1].kind == 'f':
		err = o.span(i-2, i, "%s needs a value between its brackets", o.word(i-2))
	}
	return i, false, err
}

// name reads a name, with its dots, or the beginning of a call.
func (o *order) name(i int) (int, bool, *Error) {
	first := i
	if is(o.tokens[i].value, "true", "false", "nil") {
		return i, false, nil
	}
	isResult := o.env[o.tokens[i].value].Type == Document
	for i+1 < len(o.tokens) {
		next := o.tokens[i+1]
		switch {
		case next.sign("."):
			if i+2 >= len(o.tokens) || !(o.tokens[i+2].kind == lexer.Identifier || Reserved(o.tokens[i+2].value)) {
				return i, false, o.at(i+1, `a name is missing after "."`)
			}
			i += 2
			continue
		case isResult && next.kind == lexer.Bracket && next.value == "[":
			if err := o.element(i + 1); err != nil {
				return i, false, err
			}
			i += 3
			continue
		}
		break
	}
	if i+1 >= len(o.tokens) || o.tokens[i+1].kind != lexer.Bracket || o.tokens[i+1].value != "(" {
		return i, false, nil
	}
	name := o.src[o.tokens[first].from:o.tokens[i].to]
	if _, ok := functions[name]; !ok {
		return i, false, o.unknownFunction(first, i, name)
	}
	o.open = append(o.open, bracket{'f', i + 1})
	return i + 1, true, nil
}

// element reads the brackets behind a part of a result: [0] or ["name"].
func (o *order) element(i int) *Error {
	switch {
	case i+1 >= len(o.tokens):
		return o.unclosed(bracket{'[', i})
	case o.tokens[i+1].kind == lexer.Number && digits(o.src[o.tokens[i+1].from:o.tokens[i+1].to]), o.tokens[i+1].kind == lexer.String:
	default:
		return o.at(i+1, "behind a result stands the number of an element in brackets, or a name in quotes").with(`the first is [0]`)
	}
	if i+2 >= len(o.tokens) || o.tokens[i+2].kind != lexer.Bracket || o.tokens[i+2].value != "]" {
		return o.unclosed(bracket{'[', i})
	}
	o.tokens[i].mate, o.tokens[i+2].mate = i+2, i
	return nil
}

func (o *order) unknownFunction(first, last int, name string) *Error {
	err := o.span(first, last, "there is no function named %s", quote(name))
	if _, ok := o.env[name]; ok {
		return o.span(first, last, "%s is data, not a function", quote(name)).with("to use its value, write it without brackets")
	}
	if word, ok := spoken[name]; ok {
		return err.with("the word is %s", word)
	}
	if near := nearest(name, functionNames); near != "" {
		return err.with("did you mean %q?", near)
	}
	return err
}

// sign reads the token at i where a value has just ended.
func (o *order) sign(i int) (int, bool, *Error) {
	t := o.tokens[i]
	top := bracket{}
	if len(o.open) > 0 {
		top = o.open[len(o.open)-1]
	}
	switch {
	case t.sign("not"):
		if i+1 < len(o.tokens) && o.tokens[i+1].sign("in") {
			return i + 1, true, nil
		}
	case t.sign("?"):
		o.open = append(o.open, bracket{'?', i})
		return i, true, nil
	case t.sign(":"):
		if top.kind != '?' {
			return i, false, o.at(i, `":" stands only after "?"`).with(elseHelp)
		}
		o.open = o.open[:len(o.open)-1]
		return i, true, nil
	case t.sign(","):
		if top.kind == '?' {
			return i, false, o.unclosed(top)
		}
		if top.kind != 'f' && top.kind != '[' {
			return i, false, o.at(i, "a comma stands only between the values of a function or a list").helped(o.decimal(i))
		}
		return i, true, nil
	case t.sign(between...):
		return i, true, nil
	case t.kind == lexer.Bracket && (t.value == ")" || t.value == "]"):
		return i, false, o.close(i, top)
	}
	if t.kind == lexer.Bracket && t.value == "[" {
		if name := o.tokens[i-1].value; o.env[name].Type == List {
			return i, false, o.at(i, "one element of a list can't be read by its number").with(`list(%s, "{it.…}") shows all, one under the other`, name)
		}
		return i, false, o.at(i, "a list stands only after in").with(`for example: x in ["a", "b"]`)
	}
	err := o.span(i-1, i, "something is missing between %s and %s", o.word(i-1), o.word(i))
	for _, w := range []string{t.value, o.tokens[i-1].value} {
		if word, ok := spoken[w]; ok {
			return i, false, err.with("the word for %s is %s", quote(w), word)
		}
	}
	return i, false, err
}

// close joins a closing bracket to the one that is open.
func (o *order) close(i int, top bracket) *Error {
	opens := "("
	if o.tokens[i].value == "]" {
		opens = "["
	}
	switch {
	case top.kind == 0:
		return o.at(i, `this "%s" closes nothing`, o.tokens[i].value)
	case top.kind == '?':
		return o.unclosed(top)
	case o.tokens[top.index].value != opens:
		return o.unclosed(top)
	}
	o.tokens[i].mate, o.tokens[top.index].mate = top.index, i
	o.open = o.open[:len(o.open)-1]
	return nil
}

func (o *order) unclosed(b bracket) *Error {
	if b.kind == '?' {
		return o.at(b.index, `this "?" has only one of its two values`).with(elseHelp)
	}
	return o.at(b.index, `this "%s" is never closed`, o.tokens[b.index].value)
}

// decimal is the help for a comma between two numbers.
func (o *order) decimal(i int) Said {
	if i+1 < len(o.tokens) && o.tokens[i-1].kind == lexer.Number && o.tokens[i+1].kind == lexer.Number {
		return say("decimals follow a point: %s.%s", o.tokens[i-1].value, o.tokens[i+1].value)
	}
	return Said{}
}

// word is a token as a message repeats it.
func (o *order) word(i int) Said { return quote(o.src[o.tokens[i].from:o.tokens[i].to]) }

func (o *order) at(i int, format Format, args ...any) *Error { return o.span(i, i, format, args...) }

func (o *order) span(first, last int, format Format, args ...any) *Error {
	return &Error{Message: say(format, args...), From: o.tokens[first].from, To: o.tokens[last].to}
}

// with adds the next move.
func (e *Error) with(format Format, values ...any) *Error { return e.helped(say(format, values...)) }

func (e *Error) helped(help Said) *Error {
	e.Help = help
	return e
}
