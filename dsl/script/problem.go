package script

import (
	"errors"

	"cauce/dsl/diag"
	"cauce/engine"
)

// The code of what is wrong with a script as it is written. What goes wrong
// while it plays is a Failure, which needs none.
const Syntax diag.Code = "script-syntax" // a line that says nothing

// Codes is every code of this package.
var Codes = []diag.Code{Syntax}

// problem is what is wrong with a part of a line: from and to are byte offsets
// in the text that was read; both zero mean all of it.
type problem struct {
	code     diag.Code
	what     diag.Phrase
	help     diag.Phrase
	from, to int
}

// Error says what is wrong and the next move, on one line.
func (p *problem) Error() string {
	return Reason(p).String()
}

func wrong(what, help diag.Phrase) *problem { return &problem{code: Syntax, what: what, help: help} }

// Reason is why ParseSaid, ParseClock, ParseHappening or a Do refuses, for an
// author of any language.
func Reason(err error) diag.Phrase {
	var p *problem
	var r *engine.Refusal
	switch {
	case errors.As(err, &p) && p.help == "":
		return p.what
	case p != nil:
		return diag.Say("%s; %s", p.what, p.help)
	case errors.As(err, &r):
		return diag.Say(diag.Phrase(r.Why.Format), r.Why.Values...)
	}
	return diag.Say("%s", err.Error())
}
