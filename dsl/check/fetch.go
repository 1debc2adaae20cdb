package check

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// methods are the keys that say how a request is made.
var methods = []string{"get", "post", "put", "patch", "delete"}

// method is the first key of a node that says how a request is made.
func method(t *syntax.Table) *syntax.Entry {
	for _, e := range t.Entries {
		for _, m := range methods {
			if e.Key == m {
				return e
			}
		}
	}
	return nil
}

// fetch reads a request: which connection, how, and what becomes of what it
// brings.
func (t table) fetch() *request {
	r := &request{connection: t.ref("fetch"), timeout: engine.Duration{Exact: usualTimeout}}
	if !t.has("fetch") {
		t.c.report(MissingKey, method(t.Table).KeyAt, needs["fetch"], "this request does not say which connection it goes to")
	}
	for _, m := range methods {
		e := t.Get(m)
		if e == nil {
			continue
		}
		if r.method != "" {
			t.c.report(TwoWays, e.KeyAt, "make two nodes of it", "a request has one of %s", diag.And(phrases(methods)))
			break
		}
		r.method, r.at = m, e.KeyAt
		r.path = t.wording(m)
		r.checkPath(t.c)
	}
	if e := t.Get("fetch"); r.method == "" && t.onlyKnown() {
		t.c.report(MissingKey, e.KeyAt, `add get = "/…", or post, put, patch or delete: the path of the request`, "this fetch does not say what is asked for")
	}
	r.query = t.query()
	if e := t.Get("body"); e != nil {
		r.body = t.c.body(e.Value, 0)
		if r.method == "get" {
			t.c.report(MisplacedKey, e.KeyAt, "use query = { … }, or post", "a get carries no body")
		}
	}
	r.save = t.assigns("save", true)
	if t.has("timeout") {
		r.timeout = t.timeout()
	}
	return r
}

// checkPath reports a path that is none: the address of the connection stands
// before it, and the query behind it is a key of its own.
func (r *request) checkPath(c *checker) {
	if r.path == nil {
		return
	}
	fixed := variableForm.ReplaceAllString(r.path.src.Value, "x")
	switch {
	case !strings.HasPrefix(fixed, "/"):
		c.report(BadAddress, r.path.src.Span(), `write "/…": what comes after the url of the connection`, "%s is not a path", quote(r.path.src.Value))
	case strings.ContainsAny(fixed, "?#"):
		c.report(BadAddress, r.path.src.Span(), `write query = { name = "{…}" }`, "what is asked for stands in query, and not in the path")
	case strings.ContainsAny(fixed, " \t\n\\") || strings.HasPrefix(fixed, "//") || strings.Contains(fixed+"/", "/../") || strings.Contains(fixed+"/", "/./"):
		c.report(BadAddress, r.path.src.Span(), `write it as in "/pacientes/{id}/citas"`, "%s is not a path", quote(r.path.src.Value))
	}
}

func (t table) query() []*field {
	v, ok := as[*syntax.Table](t.c, t.Get("query"), "a table", `write names and values: query = { desde = "{fecha}" }`)
	if !ok {
		return nil
	}
	var out []*field
	for _, e := range v.Entries {
		f := &field{name: e.Key, at: e.KeyAt}
		switch v := e.Value.(type) {
		case *syntax.String:
			f.text = &wording{src: v}
		case *syntax.Integer:
			f.plain = formatInteger(v.Value)
		case *syntax.Bool:
			f.plain = strconv.FormatBool(v.Value)
		default:
			t.c.report(WrongKind, e.Value.Span(), "", "%s takes text, a whole number, true or false, and this is %s", quote("query"), e.Value.Kind())
			continue
		}
		out = append(out, f)
	}
	return out
}

// maxBody bounds how deep what a request carries goes.
const maxBody = 20

// body reads what a request carries: nested tables and lists as JSON has them.
func (c *checker) body(v syntax.Value, depth int) *body {
	b := &body{at: v.Span()}
	if depth > maxBody {
		c.report(BadRange, v.Span(), "make it flatter", "what a request carries goes at most %d levels deep", maxBody)
		return nil
	}
	switch v := v.(type) {
	case *syntax.Table:
		b.object = true
		for _, e := range v.Entries {
			if inner := c.body(e.Value, depth+1); inner != nil {
				b.members = append(b.members, &member{e.Key, inner})
			}
		}
	case *syntax.List:
		b.array = true
		for _, item := range v.Items {
			if inner := c.body(item, depth+1); inner != nil {
				b.list = append(b.list, inner)
			}
		}
	case *syntax.String:
		b.text = &wording{src: v}
	case *syntax.Integer:
		b.fixed = formatInteger(v.Value)
	case *syntax.Bool:
		b.fixed = strconv.FormatBool(v.Value)
	case *syntax.Float:
		if math.IsInf(v.Value, 0) || math.IsNaN(v.Value) {
			c.report(WrongKind, v.Span(), "write a number", "a request can't carry this: JSON has no such number")
			return nil
		}
		out, _ := json.Marshal(v.Value) // a finite number
		b.fixed = string(out)
	default:
		c.report(WrongKind, v.Span(), "put it in quotes", "a request carries texts, numbers, true and false, lists and tables, and this is %s", v.Kind())
		return nil
	}
	return b
}

// How long a request may take.
const (
	usualTimeout = 10 * time.Second
	maxTimeout   = 30
)

var secondsForm = regexp.MustCompile(`^(\d{1,9}) seconds?$`)

// timeout reads a number of seconds.
func (t table) timeout() engine.Duration {
	if e := t.Get("timeout"); e != nil {
		if n, ok := e.Value.(*syntax.Integer); ok {
			t.c.wrongKind("timeout", n, "a length of time", diag.Say(`write it with its unit: "%d seconds"`, n.Value))
			return engine.Duration{Exact: usualTimeout}
		}
	}
	v := t.text("timeout")
	if v == nil {
		return engine.Duration{Exact: usualTimeout}
	}
	m := secondsForm.FindStringSubmatch(v.Value)
	if m == nil {
		t.c.report(BadDuration, v.Span(), `write seconds: "10 seconds"`, "%s is not a length of time for a request", quote(v.Value))
		return engine.Duration{Exact: usualTimeout}
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 1 || n > maxTimeout {
		t.c.report(BadDuration, v.Span(), "people wait for it", "a request may take from 1 to %d seconds", maxTimeout)
		return engine.Duration{Exact: usualTimeout}
	}
	return engine.Duration{Exact: time.Duration(n) * time.Second}
}

// wordings are the texts with {…} of a request, in source order by part.
func (r *request) wordings() []*wording {
	var out []*wording
	if r.path != nil {
		out = append(out, r.path)
	}
	for _, f := range r.query {
		if f.text != nil {
			out = append(out, f.text)
		}
	}
	return r.body.wordings(out)
}

func (b *body) wordings(out []*wording) []*wording {
	if b == nil {
		return out
	}
	if b.text != nil {
		out = append(out, b.text)
	}
	for _, m := range b.members {
		out = m.body.wordings(out)
	}
	for _, inner := range b.list {
		out = inner.wordings(out)
	}
	return out
}

// place is where a request stands.
func (r *request) place() diag.Span {
	if r.connection.name != "" {
		return r.connection.at
	}
	return r.at
}

// saves are what a node keeps of what a request brought.
func (n *node) saves() []*assign {
	if n.fetch == nil {
		return nil
	}
	return n.fetch.save
}
