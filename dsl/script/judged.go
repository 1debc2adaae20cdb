package script

import (
	"errors"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/sim"
)

// Fact is something that may be so, as it stands behind an "=".
type Fact struct{ it fact }

// ParseFact reads what stands behind an "=".
func ParseFact(s string) (Fact, error) {
	f, p := parseFact(s)
	if p != nil {
		return Fact{}, p
	}
	return Fact{f}, nil
}

// Holds reports whether it is so now.
func (f Fact) Holds(w *sim.World) bool {
	ok, _ := f.it.holds(w)
	return ok
}

// Expected is a message as it stands behind a "<".
type Expected struct {
	it     message
	source string
}

// ParseExpected reads what stands behind a "<".
func ParseExpected(s string) (Expected, error) {
	m, p := parseMessage(s)
	if p != nil {
		return Expected{}, p
	}
	return Expected{m, s}, nil
}

// Matches reports whether this is the message that came.
func (e Expected) Matches(o engine.Outgoing, svc *engine.Service) bool { return e.it.matches(o, svc) }

// Ban is what may not be said, as it stands behind a "!".
type Ban struct{ it ban }

// ParseBan reads what stands behind a "!".
func ParseBan(s string) (Ban, error) {
	b, p := parseBan(s)
	if p != nil {
		return Ban{}, p
	}
	return Ban{b}, nil
}

// Strikes reports whether the message is one that may not be said.
func (b Ban) Strikes(o engine.Outgoing) bool { return b.it.strikes(o) }

// Told is what an author is told about something that could not be read, which
// stands at a place of a file.
func Told(err error, at diag.Span) diag.Diagnostic {
	var p *problem
	if !errors.As(err, &p) {
		return diag.Diagnostic{Code: Syntax, At: at, Message: diag.Say("%s", err.Error())}
	}
	return diag.Diagnostic{Code: p.code, At: at, Message: p.what, Help: p.help}
}
