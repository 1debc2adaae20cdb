package eval

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// Names that functions read by themselves, besides the person's language.
const (
	today    = "today"
	agreedTo = "agreed."
)

// date checks that a value is a date; one in quotes counts.
func (c *checker) date(n ast.Node, t typed, rule Format) (typed, *Error) {
	t, err := c.constant(n, c.as(t, Date), Date)
	if err != nil {
		return t, err
	}
	if err := c.only(n, t, say(rule), Date); err != nil {
		if t.typ == Text {
			err.Help = say(`a date is written year-month-day, in quotes: "2026-05-03"`)
		}
		return t, err
	}
	return t, nil
}

// quotedText checks that a value is written out as a text in quotes.
func (c *checker) quotedText(n ast.Node, what Format, example string) (string, *Error) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		return "", c.errorAt(n, "%s is a text in quotes, and %s is none", say(what), c.say(n)).with("for example: %s", shown(example))
	}
	return s.Value, nil
}

// dayWords is day: a date in the person's words.
func dayWords(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t, err := c.date(nodes[0], args[0], "day says a date in words")
	if err != nil {
		if t.typ == Time {
			err.Help = say("a text shows a time of day by itself: {%s}", c.source(nodes[0]))
		}
		return t, err
	}
	form, err := c.quotedText(nodes[1], "the form of a date", `day(fecha, "long")`)
	if err != nil {
		return t, err
	}
	if !slices.Contains(dayForms, form) {
		err := c.errorAt(nodes[1], "day has no form %s", quote(`"`+form+`"`))
		if near := nearest(form, dayForms); near != "" {
			return t, err.with("did you mean %q?", near)
		}
		return t, err.with("its forms are %s", either(dayForms))
	}
	node := c.invoke(fnDay, Text, t.node, &ast.StringNode{Value: form}, c.implied(language, Choice))
	return typed{node: node, typ: Text, size: fixed(dayLetters(form, c.env[language].Options))}, nil
}

// moved is add: a date that lies a period after another.
func moved(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t, err := c.date(nodes[0], args[0], "add moves a date")
	if err != nil {
		return t, err
	}
	s, err := c.quotedText(nodes[1], "how far add moves a date", `add(fecha, "-14 days")`)
	if err != nil {
		return t, err.with(`for example: add(fecha, "-14 days"); months_from(fecha, n) counts months that are kept`)
	}
	p, help, ok := readPeriod(s)
	if !ok {
		return t, c.errorAt(nodes[1], "%s is no length of time that add knows", quote(`"`+s+`"`)).helped(help)
	}
	node := c.invoke(fnMove, Date, t.node, &ast.ConstantNode{Value: p.days}, &ast.ConstantNode{Value: p.months})
	return typed{node: node, typ: Date, size: c.shownSize("", Date)}, nil
}

// daysUntil is days_until: how many days from today, fewer than none if the
// date is past.
func daysUntil(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t, err := c.date(nodes[0], args[0], "days_until counts the days until a date")
	if err != nil {
		return t, err
	}
	node := c.invoke(fnDays, Integer, c.implied(today, Date), t.node)
	return typed{node: node, typ: Integer, size: fixed(maxDaysShown)}, nil
}

// maxDaysShown is the letters of -3652058, the days from the last day of the
// calendar to its first.
const maxDaysShown = 8

// weeksBetween is weeks_between: whole weeks from one date to another.
func weeksBetween(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	run := make([]ast.Node, len(args))
	for i := range args {
		t, err := c.date(nodes[i], args[i], "weeks_between counts the weeks from one date to another")
		if err != nil {
			return t, err
		}
		run[i] = t.node
	}
	return typed{node: c.invoke(fnWeeks, Integer, run...), typ: Integer, size: fixed(maxDaysShown - 1)}, nil
}

// monthsFrom is months_from: the date some months after another.
func monthsFrom(c *checker, nodes []ast.Node, args []typed) (typed, *Error) {
	t, err := c.date(nodes[0], args[0], "months_from counts months from a date")
	if err != nil {
		return t, err
	}
	n := c.as(args[1], Integer)
	if err := c.only(nodes[1], n, say("months_from counts whole months"), Integer); err != nil {
		return t, err.helped(c.unquoteHelp(nodes[1]))
	}
	return typed{node: c.invoke(fnMonths, Date, t.node, n.node), typ: Date, size: c.shownSize("", Date)}, nil
}

// agreed asks whether a live consent is kept.
func (c *checker) agreed(n *ast.CallNode) (typed, *Error) {
	arg := n.Arguments[0]
	s, ok := arg.(*ast.StringNode)
	if !ok {
		err := c.errorAt(arg, "agreed asks about the name of a consent, in quotes, and %s is none", c.say(arg))
		if name, ok := dotted(arg); ok {
			return typed{}, err.with("write it in quotes: agreed(%q)", name)
		}
		return typed{}, err.with(`for example: agreed("consejos")`)
	}
	name := agreedTo + s.Value
	d, ok := c.env[name]
	if !ok {
		var known []string
		for k := range c.env {
			if len(k) > len(agreedTo) && k[:len(agreedTo)] == agreedTo {
				known = append(known, k[len(agreedTo):])
			}
		}
		slices.Sort(known)
		err := c.errorAt(arg, NoConsent, quote(`"`+s.Value+`"`))
		if near := nearest(s.Value, known); near != "" {
			return typed{}, err.with("did you mean %q?", near)
		}
		switch {
		case len(known) == 0:
			err.Help = say("service.toml declares none: [consent.NAME]")
		case len(known) <= 6:
			err.Help = say("its consents: %s", either(known))
		}
		return typed{}, err
	}
	if d.Type != Bool {
		c.blind = true
	}
	return typed{node: c.implied(name, Bool), typ: Bool, size: fixed(len("false"))}, nil
}

func dayRun(args ...any) (any, error) {
	return Day(args[0].(string), args[1].(string), args[2].(string)), nil
}

func moveRun(args ...any) (any, error) {
	return period{days: args[1].(int), months: args[2].(int)}.after(args[0].(string))
}

func monthsRun(args ...any) (any, error) {
	n := args[1].(int)
	if n > maxPeriod || n < -maxPeriod {
		return nil, ErrDate
	}
	return period{months: n}.after(args[0].(string))
}

func daysRun(args ...any) (any, error) {
	return daysBetween(args[0].(string), args[1].(string)), nil
}

// weeksRun cuts off the days that make no whole week, on both sides of none.
func weeksRun(args ...any) (any, error) {
	return daysBetween(args[0].(string), args[1].(string)) / 7, nil
}
