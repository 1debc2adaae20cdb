package engine

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

const (
	fetchTimeout = 10 * time.Second // where none is given
	// fetchMargin is what a request may take besides its tries: to leave, to
	// be tried again, to come back through a restart.
	fetchMargin = time.Minute
	getTries    = 3
	// maxResult bounds what a conversation keeps of an answer, in bytes: it is
	// written with the conversation after every event.
	maxResult = 64 << 10
	maxPath   = 8 << 10
)

// guard is how long a fetch may go without an answer before it counts as failed.
func (d *Request) guard() time.Duration {
	tries := time.Duration(1)
	if d.Method == "GET" {
		tries = getTries
	}
	return cmp.Or(d.Timeout, fetchTimeout)*tries + fetchMargin
}

// request is a fetch, compiled.
type request struct {
	*Request
	path  pieces
	query []pieces
	body  *bodyOf
	save  []assign
}

// pieces are a text with {…} whose values are encoded for the place they stand
// in.
type pieces []piece

// piece is literal words, or one {…}.
type piece struct {
	literal string
	expr    *eval.Program
}

// bodyOf is a Body, compiled.
type bodyOf struct {
	names []string // of an object
	of    []*bodyOf
	list  bool
	text  pieces
	fixed string
}

func (s *Service) compileFetch(f *flow, n *node, d *Node, goTo Place, env eval.Schema) error {
	if d.Fetch == nil {
		return errors.New("it fetches nothing")
	}
	r := &request{Request: d.Fetch}
	n.request = r
	known := false
	for _, c := range s.def.Connections {
		known = known || c.Name == r.Connection
	}
	if !known {
		return fmt.Errorf("no connection is named %q", r.Connection)
	}
	switch r.Method {
	case "GET", "POST", "PUT", "PATCH", "DELETE":
	default:
		return fmt.Errorf("no request is made with %q", r.Method)
	}
	var err error
	if r.path, err = s.pieces(r.Path, env); err != nil {
		return err
	}
	if !strings.HasPrefix(r.Path, "/") {
		return fmt.Errorf("the path %q does not begin with /", r.Path)
	}
	for _, q := range d.Fetch.Query {
		p, err := s.pieces(q.Source, env)
		if err != nil {
			return err
		}
		r.query = append(r.query, p)
	}
	if d.Fetch.Body != nil {
		if r.body, err = s.compileBody(d.Fetch.Body, env); err != nil {
			return err
		}
	}
	for _, as := range d.Fetch.Save {
		to, err := s.target(f, as.Name)
		if err != nil {
			return err
		}
		c := assign{to: to}
		if c.expr, err = s.exprAs(as.Source, env, NameOf(&to.Datum)); err != nil {
			return err
		}
		r.save = append(r.save, c)
	}
	n.Enters = append(n.Enters, DoFetch, DoStartTimer)
	n.Waits.Max = r.guard()
	w := Way{Effects: []EffectKind{DoStopTimer}}
	if len(r.save) > 0 {
		w.Effects = append(w.Effects, DoSave)
	}
	n.next = n.add(OnFetched, "", goTo, w)
	to, err := f.place(r.Failed)
	if err != nil {
		return err
	}
	n.failed = n.add(OnFailed, "", to, Way{Effects: []EffectKind{DoStopTimer}, Origin: r.Origin})
	return nil
}

// pieces compiles a text with {…} of a request. Unlike a text for people it may
// hold any type.
func (s *Service) pieces(src string, env eval.Schema) (pieces, error) {
	var out pieces
	var words strings.Builder
	flush := func() {
		if words.Len() > 0 {
			out = append(out, piece{literal: words.String()})
			words.Reset()
		}
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c != '{' && c != '}':
			words.WriteByte(c)
		case i+1 < len(src) && src[i+1] == c:
			words.WriteByte(c)
			i++
		case c == '}':
			return nil, fmt.Errorf("%q: a brace closes nothing", src)
		default:
			end := closing(src, i)
			if end < 0 {
				return nil, fmt.Errorf("%q: a brace is never closed", src)
			}
			p, err := s.expr(src[i+1:end], env, 0)
			if err != nil {
				return nil, err
			}
			flush()
			out = append(out, piece{expr: p})
			i = end
		}
	}
	flush()
	return out, nil
}

// closing is where the brace that opens at i closes; texts inside may hold
// braces. -1: nowhere.
func closing(src string, i int) int {
	var quote byte
	for j := i + 1; j < len(src); j++ {
		c := src[j]
		switch {
		case quote != 0 && c == '\\':
			j++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '}':
			return j
		}
	}
	return -1
}

func (s *Service) compileBody(d *Body, env eval.Schema) (*bodyOf, error) {
	b := &bodyOf{fixed: d.Fixed, list: d.List != nil}
	var err error
	for i := range d.Object {
		var of *bodyOf
		if of, err = s.compileBody(&d.Object[i].Body, env); err != nil {
			return nil, err
		}
		b.names, b.of = append(b.names, d.Object[i].Name), append(b.of, of)
	}
	for i := range d.List {
		var of *bodyOf
		if of, err = s.compileBody(&d.List[i], env); err != nil {
			return nil, err
		}
		b.of = append(b.of, of)
	}
	if d.Fixed != "" && !json.Valid([]byte(d.Fixed)) {
		return nil, fmt.Errorf("%q is no JSON", d.Fixed)
	}
	if b.text, err = s.pieces(d.Text, env); err != nil {
		return nil, err
	}
	if d.Object != nil && b.names == nil {
		b.fixed = "{}"
	}
	return b, nil
}

// fetch sends a request. The flow stays in front with no question open, until
// its answer comes. One that can't be made has failed.
func (a *advance) fetch(f *Frame, n *node) {
	r := n.request
	path, err := a.path(r)
	var body []byte
	if err == nil && r.body != nil {
		body, err = a.body(nil, r.body)
	}
	if err != nil {
		a.record(RecordFault, "expression", f, err.Error())
		f.Result = statusResult(0, nil)
		a.take(n.failed)
		return
	}
	a.seed("")
	f.Cause = a.cause
	a.do(Fetch{
		Flow: f.Flow, Visit: f.Visit, Connection: r.Connection, Method: r.Method, Path: path, Body: body,
		Timeout: cmp.Or(r.Timeout, fetchTimeout), Key: a.key(f),
	})
	a.startTimer(f, ForFetch, a.now.Add(r.guard()))
}

// key is the same for every try of a visit, and for no other visit of anybody.
// Nothing of the person can be read from it.
func (a *advance) key(f *Frame) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%x %s.%s.%d", a.c.Seed, f.Flow, f.Node, f.Visit)))
	return hex.EncodeToString(sum[:16])
}

var (
	errEmpty  = errors.New("a value in a path is empty")
	errDots   = errors.New("a value leads the path elsewhere")
	errTooBig = errors.New("the request is too large")
)

// path is a request's path with its query, every value encoded for its place.
func (a *advance) path(r *request) (string, error) {
	var b strings.Builder
	for _, p := range r.path {
		if p.expr == nil {
			b.WriteString(p.literal)
			continue
		}
		v, err := p.expr.Run(a)
		if err != nil {
			return "", err
		}
		// DELETE /people/ is another thing than DELETE /people/7.
		if plain(v) == "" {
			return "", errEmpty
		}
		b.WriteString(url.PathEscape(plain(v)))
	}
	for _, part := range strings.Split(b.String(), "/") {
		if part == "." || part == ".." {
			return "", errDots
		}
	}
	for i, q := range r.query {
		v, err := a.fill(q)
		if err != nil {
			return "", err
		}
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(url.QueryEscape(r.Query[i].Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(v))
	}
	if b.Len() > maxPath {
		return "", errTooBig
	}
	return b.String(), nil
}

// fill is a text with its values as they are.
func (a *advance) fill(list pieces) (string, error) {
	var b strings.Builder
	for _, p := range list {
		if p.expr == nil {
			b.WriteString(p.literal)
			continue
		}
		v, err := p.expr.Run(a)
		if err != nil {
			return "", err
		}
		b.WriteString(plain(v))
	}
	return b.String(), nil
}

// plain is a value for machines: no words for people, no rounding.
func plain(v eval.Value) string {
	switch v.Kind {
	case eval.Integer, eval.Bool:
		return v.String()
	case eval.Number:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	}
	return v.Text
}

// body writes what a request carries, as JSON.
func (a *advance) body(to []byte, b *bodyOf) (_ []byte, err error) {
	switch {
	case b.fixed != "":
		return append(to, b.fixed...), nil
	case b.list, b.names != nil:
		brackets := "{}"
		if b.list {
			brackets = "[]"
		}
		to = append(to, brackets[0])
		for i, of := range b.of {
			if i > 0 {
				to = append(to, ',')
			}
			if !b.list {
				if to, err = quoted(to, b.names[i]); err != nil {
					return nil, err
				}
				to = append(to, ':')
			}
			if to, err = a.body(to, of); err != nil {
				return nil, err
			}
		}
		if len(to) > maxResult {
			return nil, errTooBig
		}
		return append(to, brackets[1]), nil
	case len(b.text) == 1 && b.text[0].expr != nil:
		v, err := b.text[0].expr.Run(a)
		if err != nil {
			return nil, err
		}
		return typed(to, v)
	}
	s, err := a.fill(b.text)
	if err != nil {
		return nil, err
	}
	return quoted(to, s)
}

// typed writes a value as JSON of its own type.
func typed(to []byte, v eval.Value) ([]byte, error) {
	switch v.Kind {
	case eval.Integer, eval.Number, eval.Bool:
		return append(to, plain(v)...), nil
	case eval.Location, eval.Media, eval.List, eval.Document:
		var b bytes.Buffer
		if err := json.Compact(&b, []byte(v.Text)); err != nil {
			return nil, err
		}
		return append(to, b.Bytes()...), nil
	}
	return quoted(to, v.Text)
}

// quoted writes a JSON string; & < > stay as they are.
func quoted(to []byte, s string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return append(to, bytes.TrimRight(b.Bytes(), "\n")...), nil
}

// fetching reports whether a flow waits for the answer to its request.
func fetching(f *Frame, n *node) bool { return n.Verb == FetchVerb && f.Timer == ForFetch }

// parkFetch puts a flow behind that waits for the answer to its request.
func (a *advance) parkFetch() {
	if !a.move(movePark) {
		return
	}
	a.c.Parked = append(a.c.Parked, Thread{Stack: a.c.Front, Why: InFetch})
	a.c.Front, a.frame = nil, nil
	a.leaveAside() // the digression from it goes on elsewhere
}

// fetched handles the answer to a request. One of a past visit does nothing.
func (a *advance) fetched(e Fetched) {
	mine := func(f *Frame) bool { return f.Flow == e.Flow && f.Visit == e.Visit && f.Timer == ForFetch }
	if len(a.c.Front) > 0 && mine(at(a.c.Front)) {
		f, n := a.front()
		if f == nil {
			return
		}
		a.frame = f
		a.kept(f, e)
		a.arrived(f, n)
		return
	}
	for i := range a.c.Parked {
		if t := &a.c.Parked[i]; t.Why == InFetch && mine(at(t.Stack)) {
			a.kept(at(t.Stack), e)
			t.Due, t.Ready = stampOf(a.now), true
			return // settle gives it its turn
		}
	}
	a.record(RecordLapse, "past-visit", nil, string(ForFetch))
}

// kept keeps what came. What is too much for a conversation counts as nothing.
func (a *advance) kept(f *Frame, e Fetched) {
	a.stopTimer(f)
	f.Result = statusResult(e.Status, e.Body)
	if len(f.Result) > maxResult {
		a.record(RecordFault, "too-big", f, strconv.Itoa(len(f.Result)))
		f.Result = statusResult(0, nil)
	}
}

// statusResult is what result holds after a fetch. A body that is no JSON is a
// text.
func statusResult(status int, body []byte) string {
	r := result{Status: &status}
	if body = bytes.ToValidUTF8(bytes.TrimSpace(body), []byte("\uFFFD")); len(body) > 0 && status != 0 {
		if r.Body = body; !json.Valid(body) {
			r.Body, _ = quoted(nil, string(body)) // a string is always JSON
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		return "" // it was made of valid JSON
	}
	return string(b)
}

// arrived goes on with a flow whose answer has come, for what it went on for
// when it asked. What is saved is saved all or not at all.
func (a *advance) arrived(f *Frame, n *node) {
	a.cause = cmp.Or(f.Cause, policy.Proactive)
	a.answering = a.cause == policy.Answer
	if s := resultOf(f).Status; s == nil || *s < 200 || *s > 299 {
		a.take(n.failed)
		return
	}
	values := make([]eval.Value, len(n.request.save))
	for i, as := range n.request.save {
		v, ok := a.worth(as)
		if !ok {
			a.take(n.failed)
			return
		}
		values[i] = v
	}
	for i, as := range n.request.save {
		a.keep(as.to, values[i], "")
	}
	a.take(n.next)
}
