// Package api is the HTTP API under /api/v1/, by which other programs of the
// service work with the number. So far those are operators': who waits for a
// person, taking a conversation, writing in it, giving it back.
//
// Its handlers are thin. They see that the caller has the token, read JSON, call
// the runtime, and write JSON; what may be done and said is decided there and by
// the gate. Everything is answered in JSON, errors included, which carry a code
// for programs and words for people. openapi.json says what there is, and is
// itself served.
//
// The log gets ids of ours, methods and codes: no name, no text, no number.
package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"cauce/runtime"
)

// Prefix is where the API is mounted.
const Prefix = "/api/v1/"

// MinToken is how long the token has to be, in characters: what
// openssl rand -hex 16 makes is enough.
const MinToken = 32

// MaxBody is the largest body of a request, in bytes.
const MaxBody = 64 << 10

// Operators is the runtime's door for operators.
type Operators interface {
	Handovers(ctx context.Context, q runtime.HandoverQuery) (runtime.HandoverPage, error)
	Claim(ctx context.Context, c runtime.Claim) error
	Reply(ctx context.Context, r runtime.Reply) error
	Release(ctx context.Context, r runtime.Release) error
}

// Options are what an API is made of. Operators is required.
type Options struct {
	// Token is what callers show. Empty: the API is off, and says so.
	Token     string
	Operators Operators
	Logger    *slog.Logger // discards when nil
}

// CheckToken says what is wrong with a token that is not empty.
func CheckToken(token string) error {
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("it has a space or a letter that no HTTP header carries; openssl rand -hex 16 makes a good one")
	}
	if len(token) < MinToken {
		return fmt.Errorf("it has %d characters and needs %d at least; openssl rand -hex 16 makes a good one", len(token), MinToken)
	}
	return nil
}

// New answers everything under Prefix. The error is CheckToken's.
func New(o Options) (http.Handler, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	a := &api{operators: o.Operators, log: o.Logger}
	if o.Token != "" {
		if err := CheckToken(o.Token); err != nil {
			return nil, err
		}
		a.on, a.token = true, sha256.Sum256([]byte(o.Token))
	}
	return a, nil
}

type api struct {
	operators Operators
	log       *slog.Logger
	on        bool
	token     [sha256.Size]byte
}

// route is one thing that can be asked. {id} in a path stands for one part.
type route struct {
	method, path string
	fields       []field // of the body; none: it has no body
	query        []string
	serve        func(a *api, r *http.Request, c call) (status int, body any, err error)
}

// call is what a request says, besides its path.
type call struct {
	id    string            // what stood for {id}
	body  map[string]string // every field of the route
	query map[string]string // what was given
}

// field is one of a body. All are texts, and needed.
type field string

//go:embed openapi.json
var openAPI []byte

var routes = []route{
	{method: "GET", path: "handovers", query: []string{"inbox", "after", "limit"}, serve: (*api).list},
	{method: "POST", path: "handovers/{id}/claim", fields: []field{"operator"}, serve: (*api).claim},
	{method: "POST", path: "handovers/{id}/reply", fields: []field{"operator", "text"}, serve: (*api).reply},
	{method: "POST", path: "handovers/{id}/release", fields: []field{"operator"}, serve: (*api).release},
	{method: "GET", path: "openapi.json", serve: func(*api, *http.Request, call) (int, any, error) {
		return http.StatusOK, openAPI, nil
	}},
}

// ServeHTTP sees to who asks before it looks at what is asked: without the
// token nobody learns what there is.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if !a.on {
		a.fail(w, r, problem(http.StatusNotFound, "not-configured",
			"the API is not configured: set CAUCE_API_TOKEN where cauce serve runs, and start it again"))
		return
	}
	if !a.known(r.Header.Values("Authorization")) {
		h.Set("WWW-Authenticate", `Bearer realm="cauce"`)
		a.fail(w, r, problem(http.StatusUnauthorized, "unauthorized", "a token is needed, and this is none: Authorization: Bearer …"))
		return
	}
	found, id, allowed := match(r.Method, strings.TrimPrefix(r.URL.EscapedPath(), Prefix))
	switch {
	case len(allowed) == 0:
		a.fail(w, r, problem(http.StatusNotFound, "no-such-path", "there is nothing here; GET "+Prefix+"openapi.json says what there is"))
		return
	case found == nil:
		h.Set("Allow", strings.Join(allowed, ", "))
		a.fail(w, r, problem(http.StatusMethodNotAllowed, "method", "this takes "+strings.Join(allowed, " and ")+" only"))
		return
	}
	c := call{id: id}
	var err error
	if c.query, err = readQuery(r, found.query); err == nil && len(found.fields) > 0 {
		c.body, err = readBody(w, r, found.fields)
	}
	if err != nil {
		a.fail(w, r, err)
		return
	}
	status, body, err := found.serve(a, r, c)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	write(w, status, body)
}

// known reports whether a request's one Authorization header shows the token,
// in a time that tells nothing of it, its length included.
func (a *api) known(headers []string) bool {
	theirs := ""
	if len(headers) == 1 {
		if scheme, token, ok := strings.Cut(headers[0], " "); ok && strings.EqualFold(scheme, "Bearer") {
			theirs = token
		}
	}
	sum := sha256.Sum256([]byte(theirs))
	return subtle.ConstantTimeCompare(a.token[:], sum[:]) == 1
}

// match finds the route of a path. allowed are the methods that the path takes,
// whatever the route.
func match(method, path string) (found *route, id string, allowed []string) {
	if method == http.MethodHead {
		method = http.MethodGet // the server leaves the body out
	}
	parts := strings.Split(path, "/")
	for i := range routes {
		want := strings.Split(routes[i].path, "/")
		if len(want) != len(parts) {
			continue
		}
		value, same := "", true
		for j := range want {
			if want[j] == "{id}" && parts[j] != "" {
				value = parts[j]
			} else if want[j] != parts[j] {
				same = false
			}
		}
		if !same {
			continue
		}
		allowed = append(allowed, routes[i].method)
		if routes[i].method == method {
			found, id = &routes[i], value
		}
	}
	return found, id, allowed
}
