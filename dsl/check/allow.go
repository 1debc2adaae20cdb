package check

import (
	"slices"
	"sort"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
)

// silenceable are the codes of warnings. A code that is an error at times and a
// warning at others is silenced only where it is a warning.
var silenceable = []diag.Code{
	NoEnd, ShadowedRow, TooLong, TooMany, WordClash, OnlyAsks, LooksLikeGame, LooksLikePromotion, LooksLikeSelling, TooChatty,
	UnusedData, UnusedTemplate, UnusedFlow, UnusedConsent, UnusedConnection,
}

// promises are the codes that nothing silences: what a service owes the people
// who write to it (LANGUAGE §7).
var promises = []diag.Code{
	"stop-works", "human-works", HumanPath, "quiet-after-stop", AsksIdentifier, "consent-first", "outside-window", Leaks,
}

// An allowance silences the warnings of a code that lie within a table.
type allowance struct {
	code diag.Code
	at   diag.Span
	name diag.Span // of what the table declares
	of   table
	used bool
}

// readAllow reads allow = { code = "reason" }. name is where the table's own
// name stands, if it has one.
func (t table) readAllow(name diag.Span) {
	e := t.Get("allow")
	list, ok := as[*syntax.Table](t.c, e, "a table", `write allow = { too-chatty = "why it is right here" }`)
	if !ok {
		return
	}
	for _, a := range list.Entries {
		code := diag.Code(a.Key)
		switch {
		case slices.Contains(promises, code):
			t.c.report(BadAllow, a.KeyAt, "mend what it reports, and take this out", "nothing silences %s: it is what this service owes the people who write to it", quote(a.Key))
			continue
		case slices.Contains(silenceable, code):
		case slices.Contains(Codes, code) || code == syntax.Syntax || code == syntax.Duplicate:
			t.c.report(BadAllow, a.KeyAt, "mend what it reports, and take this out", "%s is an error, and only warnings can be silenced", quote(a.Key))
			continue
		default:
			known := make([]string, len(silenceable))
			for i, s := range silenceable {
				known[i] = string(s)
			}
			t.c.report(UnknownValue, a.KeyAt, t.c.didYouMean(a.Key, known, diag.Say("what can be silenced: %s", oneOfAll(known))), "there is no warning %s", quote(a.Key))
			continue
		}
		reason, ok := as[*syntax.String](t.c, a, "a reason, in quotes", "say why it is right here")
		if !ok {
			continue
		}
		if strings.TrimSpace(reason.Value) == "" {
			t.c.report(EmptyText, reason.Span(), "say why it is right here", "a warning is silenced with a reason, and this one has none")
			continue
		}
		t.c.allowed = append(t.c.allowed, &allowance{code: code, at: a.KeyAt, name: name, of: t})
	}
}

// A stretch is a part of a file, in bytes, that an allowance covers.
type stretch struct {
	from, to int
	by       *allowance
}

// silence takes out the warnings that an author allowed, and reports an
// allowance that silences nothing: what it was for is gone, and it would hide
// what comes next. With an error in the service (it is not sound) that can't be known.
func (c *checker) silence(sound bool) {
	if len(c.allowed) == 0 {
		return
	}
	type place struct {
		file string
		code diag.Code
	}
	whole := map[place]*allowance{}
	parts := map[place][]stretch{}
	for _, a := range c.allowed {
		p := place{a.at.File, a.code}
		if a.of.shape == serviceShape || a.of.shape == flowShape {
			whole[p] = a
			continue
		}
		parts[p] = append(parts[p], a.stretches()...)
	}
	for p, list := range parts {
		parts[p] = merged(list)
	}
	covering := func(d diag.Diagnostic) *allowance {
		p := place{d.At.File, d.Code}
		if list := parts[p]; !d.At.Whole() {
			i := sort.Search(len(list), func(i int) bool { return list[i].from > d.At.Start.Offset }) - 1
			if i >= 0 && d.At.Start.Offset < list[i].to {
				return list[i].by
			}
		}
		return whole[p]
	}
	c.list = slices.DeleteFunc(c.list, func(d diag.Diagnostic) bool {
		if d.Severity != diag.Warning {
			return false
		}
		a := covering(d)
		if a == nil {
			return false
		}
		a.used = true
		return true
	})
	if !sound {
		return
	}
	for _, a := range c.allowed {
		if !a.used {
			c.warn(UnusedAllow, a.at, "take it out", "there is nothing here that %s would silence", quote(string(a.code)))
		}
	}
}

// stretches are the parts of the file that the table of an allowance has: its
// heading, and each of its entries. Tables under headings of their own lie
// anywhere in the file.
func (a *allowance) stretches() []stretch {
	var out []stretch
	add := func(at diag.Span, to diag.Span) {
		out = append(out, stretch{at.Start.Offset, to.End.Offset, a})
	}
	var walk func(*syntax.Table)
	walk = func(t *syntax.Table) {
		add(t.At, t.At)
		for _, e := range t.Entries {
			switch v := e.Value.(type) {
			case *syntax.Table:
				add(e.KeyAt, e.KeyAt)
				walk(v)
			case *syntax.List:
				add(e.KeyAt, e.KeyAt)
				add(v.Span(), v.Span())
				for _, item := range v.Items {
					if row, ok := item.(*syntax.Table); ok && v.Header {
						walk(row)
					}
				}
			default:
				add(e.KeyAt, v.Span())
			}
		}
	}
	if !a.name.Whole() {
		add(a.name, a.name)
	}
	walk(a.of.Table)
	return out
}

// merged puts stretches in order, and those of one allowance that overlap
// together.
func merged(list []stretch) []stretch {
	slices.SortStableFunc(list, func(x, y stretch) int { return x.from - y.from })
	var out []stretch
	for _, s := range list {
		if n := len(out) - 1; n >= 0 && s.from <= out[n].to && s.by == out[n].by {
			out[n].to = max(out[n].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
