package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"golang.org/x/text/feature/plural"
	xlanguage "golang.org/x/text/language"
)

// titled is title: every word begins with a capital letter.
func titled(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t := args[0]
	if err := c.only(nodes[0], t, say("title works with texts"), Text); err != nil {
		return t, err
	}
	t.node = c.invoke(fnTitle, Text, t.node)
	return t, nil
}

// titleRun changes letters one by one, so a text keeps its length. A word goes
// on after an apostrophe (it's), but for one letter before it (D'Angelo).
func titleRun(args ...any) (any, error) {
	var b strings.Builder
	in := 0 // letters of the word so far
	for _, r := range args[0].(string) {
		switch {
		case unicode.IsLetter(r) && in == 0:
			r, in = unicode.ToTitle(r), 1
		case unicode.IsLetter(r):
			r = unicode.ToLower(r)
			in++
		case unicode.IsMark(r):
		case (r == '\'' || r == '’') && in > 1:
		case unicode.IsDigit(r):
			in++
		default:
			in = 0
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

// lastFour is last4: the last four letters and digits of a text or a phone
// number.
func lastFour(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t := c.as(args[0], Text)
	if err := c.only(nodes[0], t, say("last4 works with texts and phone numbers"), Text, Phone); err != nil {
		if t.typ == Integer {
			err.Help = say("string(…) makes a text of a number: last4(string(%s))", c.source(nodes[0]))
		}
		return t, err
	}
	return typed{node: c.invoke(fnLast4, Text, t.node), typ: Text, size: fixed(4)}, nil
}

func last4Run(args ...any) (any, error) {
	var last []rune
	for _, r := range args[0].(string) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			last = append(last, r)
		}
	}
	return string(last[max(0, len(last)-4):]), nil
}

// pluralForms says which categories of a language the forms of plural are for,
// by how many there are. A category that is not named has the last form.
var pluralForms = map[int][]plural.Form{
	2: {plural.One},
	3: {plural.One, plural.Few},
	4: {plural.One, plural.Few, plural.Many},
	6: {plural.Zero, plural.One, plural.Two, plural.Few, plural.Many},
}

// counted is plural: the word for a number of things.
func counted(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	n := c.as(args[0], Number)
	if err := c.only(nodes[0], n, say("plural chooses a word by a number"), Integer, Number); err != nil {
		return n, err
	}
	if pluralForms[len(nodes)-1] == nil {
		from, to := c.between(nodes[1], nodes[len(nodes)-1])
		return n, &Error{
			Message: say("plural takes 2, 3, 4 or 6 forms, and there are 5 here"),
			Help:    say("their order is: one, other; one, few, other; one, few, many, other; zero, one, two, few, many, other"),
			From:    from, To: to,
		}
	}
	run := []ast.Node{n.node, c.implied(language, Choice)}
	longest := fixed(0)
	for _, node := range nodes[1:] {
		form, err := c.quotedText(node, "a form of plural", `plural(semanas, "semana", "semanas")`)
		if err != nil {
			return n, err
		}
		run = append(run, &ast.StringNode{Value: form})
		signs := strings.Count(form, "#")
		letters := utf8.RuneCountInString(form) - signs
		longest = larger(longest, func(of func(string) int) int { return letters + signs*n.size(of) })
	}
	return typed{node: c.invoke(fnPlural, Text, run...), typ: Text, size: longest}, nil
}

// pluralRun: # in a form stands for the number.
func pluralRun(args ...any) (any, error) {
	shown := showIn(args[0], args[1].(string))
	forms := args[2:]
	form := forms[len(forms)-1].(string)
	is := category(args[0], args[1].(string))
	for i, f := range pluralForms[len(forms)] {
		if f == is {
			form = forms[i].(string)
		}
	}
	out := strings.ReplaceAll(form, "#", shown)
	if len(out) > MaxResult && utf8.RuneCountInString(out) > MaxResult {
		return nil, ErrTooLong
	}
	return out, nil
}

// showIn is a number as people of a language read it.
func showIn(v any, tag string) string {
	if f, ok := v.(float64); ok {
		return showNumberIn(f, tag)
	}
	return showAny(v)
}

// category is which form of a word goes with a number as it is shown.
func category(n any, tag string) plural.Form {
	s := strings.TrimPrefix(showAny(n), "-")
	whole, decimals, _ := strings.Cut(s, ".")
	// The rules look at no more digits than these.
	const most = 7
	i := 0
	for _, d := range whole[max(0, len(whole)-most):] {
		i = i*10 + int(d-'0')
	}
	if len(whole) > most {
		// Cut off so, a million would be none; this keeps what the rules ask
		// (is it 0, 1, a whole million?) as it was.
		i += 10_000_000
	}
	f := 0
	for _, d := range decimals {
		f = f*10 + int(d-'0')
	}
	return plural.Cardinal.MatchPlural(xlanguage.Make(tag), i, len(decimals), len(decimals), f, f)
}
