package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cauce/runtime"
	"cauce/runtime/api"
	"cauce/runtime/store"

	"pgregory.net/rapid"
)

// desk is a runtime that says what it is told to.
type desk struct {
	err   error
	calls []string
	query runtime.HandoverQuery
	page  runtime.HandoverPage
}

func (d *desk) Handovers(_ context.Context, q runtime.HandoverQuery) (runtime.HandoverPage, error) {
	d.calls, d.query = append(d.calls, "list"), q
	return d.page, d.err
}

func (d *desk) Claim(_ context.Context, c runtime.Claim) error {
	d.calls = append(d.calls, "claim "+c.Handover.String()+" "+c.Operator)
	return d.err
}

func (d *desk) Reply(_ context.Context, r runtime.Reply) error {
	d.calls = append(d.calls, "reply "+r.Handover.String()+" "+r.Operator+": "+r.Text)
	return d.err
}

func (d *desk) Release(_ context.Context, r runtime.Release) error {
	d.calls = append(d.calls, "release "+r.Handover.String()+" "+r.Operator)
	return d.err
}

func serving(t testing.TB, d *desk) http.Handler {
	t.Helper()
	h, err := api.New(api.Options{Token: token, Operators: d})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	return r
}

func serve(h http.Handler, r *http.Request) (*httptest.ResponseRecorder, answer) {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	var a answer
	json.Unmarshal(rec.Body.Bytes(), &a)
	return rec, a
}

// Without the token nobody learns anything, not even what there is; every no is
// the same.
func TestOnlyTheTokenOpens(t *testing.T) {
	d := &desk{}
	h := serving(t, d)
	first := ""
	for _, headers := range [][]string{
		nil, {""}, {"Bearer"}, {"Bearer "}, {"Bearer " + token + "x"}, {"Bearer " + token[:len(token)-1]}, {"Bearer  " + token},
		{"Basic " + token}, {token}, {"Bearer " + strings.ToUpper(token)}, {"Bearer " + token, "Bearer " + token}, {"Bearer " + token + " "},
	} {
		for _, path := range []string{"handovers", "handovers/c-1/claim", "openapi.json", "nothing/here"} {
			r := httptest.NewRequest("GET", "/api/v1/"+path, nil)
			r.Header["Authorization"] = headers
			rec, _ := serve(h, r)
			if first == "" {
				first = rec.Body.String()
			}
			if rec.Code != 401 || rec.Body.String() != first || !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%q %s: %d %s", headers, path, rec.Code, rec.Body)
			}
		}
	}
	if len(d.calls) > 0 {
		t.Errorf("called: %v", d.calls)
	}
	for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
		r := httptest.NewRequest("GET", "/api/v1/handovers", nil)
		r.Header.Set("Authorization", scheme+" "+token)
		if rec, _ := serve(h, r); rec.Code != 200 {
			t.Errorf("%s: %d", scheme, rec.Code)
		}
	}
}

// Without a token of the service's own the API is off, whatever is shown, and
// says what to do.
func TestWithoutATokenItIsOff(t *testing.T) {
	h, err := api.New(api.Options{Operators: &desk{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"", "Bearer ", "Bearer " + token} {
		r := httptest.NewRequest("GET", "/api/v1/handovers", nil)
		r.Header.Set("Authorization", header)
		rec, a := serve(h, r)
		if rec.Code != 404 || a.Error.Reason != "not-configured" || !strings.Contains(a.Error.Message, "CAUCE_API_TOKEN") {
			t.Errorf("%q: %d %s", header, rec.Code, rec.Body)
		}
	}
}

func TestAWeakTokenIsRefused(t *testing.T) {
	for _, weak := range []string{"short", strings.Repeat("x", api.MinToken-1), strings.Repeat("x", 40) + " y", strings.Repeat("ñ", 40), strings.Repeat("x", 40) + "\x00"} {
		if _, err := api.New(api.Options{Token: weak, Operators: &desk{}}); err == nil || !strings.Contains(err.Error(), "openssl") || strings.Contains(err.Error(), weak) {
			t.Errorf("%q: %v", weak, err)
		}
	}
	if _, err := api.New(api.Options{Token: strings.Repeat("x", api.MinToken), Operators: &desk{}}); err != nil {
		t.Error(err)
	}
}

// Paths and methods that there are not are told in JSON, like all else.
func TestPathsAndMethods(t *testing.T) {
	d := &desk{}
	h := serving(t, d)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/v1/", 404, ""},
		{"GET", "/api/v1/handover", 404, ""},
		{"GET", "/api/v1/handovers/", 404, ""},
		{"GET", "/api/v1/Handovers", 404, ""},
		{"POST", "/api/v1/handovers/c-1", 404, ""},
		{"POST", "/api/v1/handovers//claim", 404, ""},
		{"POST", "/api/v1/handovers/c-1/claim/", 404, ""},
		{"POST", "/api/v1/handovers/a%2Fc-1/claim", 404, ""},
		{"POST", "/api/v1/handovers/{id}/claim", 404, ""},
		{"POST", "/elsewhere/handovers/c-1/claim", 404, ""},
		{"POST", "/api/v1/handovers", 405, "GET"},
		{"DELETE", "/api/v1/openapi.json", 405, "GET"},
		{"GET", "/api/v1/handovers/c-1/claim", 405, "POST"},
		{"HEAD", "/api/v1/handovers/c-1/reply", 405, "POST"},
		{"PUT", "/api/v1/handovers/c-1/release", 405, "POST"},
		{"HEAD", "/api/v1/handovers", 200, ""},
	} {
		rec, a := serve(h, request(c.method, c.path, `{"operator":"Marta"}`))
		if rec.Code != c.status || rec.Header().Get("Allow") != c.allow || (c.status != 200) != (a.Error.Reason != "" && a.Error.Message != "") {
			t.Errorf("%s %s: %d, Allow %q, %s", c.method, c.path, rec.Code, rec.Header().Get("Allow"), rec.Body)
		}
		if kind := rec.Header().Get("Content-Type"); kind != "application/json; charset=utf-8" {
			t.Errorf("%s %s: %s", c.method, c.path, kind)
		}
	}
	if len(d.calls) != 1 {
		t.Errorf("called: %v", d.calls)
	}
}

// What a body or an address says wrong is told, with the field and what would
// do; nothing is done.
func TestBodiesAreStrict(t *testing.T) {
	const post = "POST /api/v1/handovers/c-1/reply"
	big := `{"operator":"Marta","text":"` + strings.Repeat("x", api.MaxBody) + `"}`
	for _, c := range []struct {
		ask, body string
		status    int
		field     string
		says      string
	}{
		{post, `{"operator":"Marta","texto":"hola"}`, 400, "texto", `no field is named "texto" here; this takes {"operator": "…", "text": "…"}`},
		{post, `{"operator":"Marta","Text":"hola"}`, 400, "Text", "no field"},
		{post, `{"operator":"Marta"}`, 400, "text", `"text" is missing`},
		{post, `{}`, 400, "operator", `"operator" is missing`},
		{post, `{"operator":"Marta","text":"a","text":"b"}`, 400, "text", "twice"},
		{post, `{"operator":"Marta","text":7}`, 400, "text", "in quotes"},
		{post, `{"operator":null,"text":"hola"}`, 400, "operator", "in quotes"},
		{post, `{"operator":["Marta"],"text":"hola"}`, 400, "operator", "in quotes"},
		{post, ``, 400, "", "one JSON object"},
		{post, `[]`, 400, "", "one JSON object"},
		{post, `"hola"`, 400, "", "one JSON object"},
		{post, `null`, 400, "", "one JSON object"},
		{post, `{"operator":"Marta","text":"hola"`, 400, "", "one JSON object"},
		{post, `{"operator":"Marta","text":"hola"} {}`, 400, "", "one JSON object"},
		{post, `{"operator":"Marta","text":"hola"}x`, 400, "", "one JSON object"},
		{post, `{"operator":"Marta",}`, 400, "", "one JSON object"},
		{post, "{\"operator\":\"Marta\",\"text\":\"\xff\"}", 400, "", "UTF-8"},
		{post, big, 413, "", "64 KiB"},
		{post + "?x=1", `{"operator":"Marta","text":"hola"}`, 400, "x", "nothing stands behind the ?"},
		{"GET /api/v1/handovers?inbx=a", ``, 400, "inbx", "this takes inbox, after, limit"},
		{"GET /api/v1/handovers?inbox=a&inbox=b", ``, 400, "inbox", "twice"},
		{"GET /api/v1/handovers?inbox=%ff", ``, 400, "inbox", "UTF-8"},
		{"GET /api/v1/handovers?inbox=%zz", ``, 400, "", "behind the ?"},
	} {
		d := &desk{}
		method, path, _ := strings.Cut(c.ask, " ")
		rec, a := serve(serving(t, d), request(method, path, c.body))
		if rec.Code != c.status || a.Error.Field != c.field || !strings.Contains(a.Error.Message, c.says) || len(d.calls) > 0 {
			t.Errorf("%s %.60s: %d %s, called %v", c.ask, c.body, rec.Code, rec.Body, d.calls)
		}
	}
	for kind, status := range map[string]int{
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "application/json; charset=latin1": 415, "multipart/form-data": 415,
		"application/json": 202, "application/json; charset=UTF-8": 202, "Application/JSON": 202,
	} {
		d := &desk{}
		r := request("POST", "/api/v1/handovers/c-1/reply", `{"operator":"Marta","text":"hola"}`)
		r.Header.Set("Content-Type", kind)
		if rec, _ := serve(serving(t, d), r); rec.Code != status || (len(d.calls) == 1) != (status == 202) {
			t.Errorf("%q: %d %s, called %v", kind, rec.Code, rec.Body, d.calls)
		}
	}
}

// Whatever text an operator writes is what the runtime gets, and nothing that
// is no such body gets through.
func TestATextArrivesAsItIs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &desk{}
		text := rapid.String().Draw(rt, "text")
		b, _ := json.Marshal(map[string]string{"operator": "Marta", "text": text})
		if at := rapid.IntRange(-3, len(b)-1).Draw(rt, "damage"); at >= 0 {
			b[at] = rapid.Byte().Draw(rt, "byte")
			rec, a := serve(serving(t, d), request("POST", "/api/v1/handovers/c-1/reply", string(b)))
			if rec.Code != 202 && (rec.Code != 400 || a.Error.Message == "" || len(d.calls) > 0) {
				rt.Fatalf("%q: %d %s", b, rec.Code, rec.Body)
			}
			return
		}
		rec, _ := serve(serving(t, d), request("POST", "/api/v1/handovers/c-1/reply", string(b)))
		if rec.Code != 202 || len(d.calls) != 1 || d.calls[0] != "reply c-1 Marta: "+text {
			rt.Fatalf("%q: %d %s, called %q", b, rec.Code, rec.Body, d.calls)
		}
	})
}

// What the runtime says no to, and why, comes back; of what nobody foresaw only
// that it happened.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err     error
		status  int
		reason  string
		message string
	}{
		{&runtime.Refusal{Reason: "window-shut", Words: "not sent: too late"}, 409, "window-shut", "not sent: too late"},
		{&runtime.Unfit{Field: "text", Words: "it is too long"}, 400, "bad-request", "text: it is too long"},
		{runtime.ErrNoHandover, 404, "no-such-handover", "nobody asked"},
		{errors.New("disk /var/lib/secret is full"), 500, "internal", "it could not be done"},
	} {
		for _, ask := range []string{"GET handovers", "POST handovers/c-1/claim", "POST handovers/c-1/reply", "POST handovers/c-1/release"} {
			method, path, _ := strings.Cut(ask, " ")
			body := `{"operator":"Marta"}`
			if strings.HasSuffix(path, "reply") {
				body = `{"operator":"Marta","text":"hola"}`
			}
			rec, a := serve(serving(t, &desk{err: c.err}), request(method, "/api/v1/"+path, body))
			if rec.Code != c.status || a.Error.Reason != c.reason || !strings.HasPrefix(a.Error.Message, c.message) || strings.Contains(rec.Body.String(), "secret") {
				t.Errorf("%s, %v: %d %s", ask, c.err, rec.Code, rec.Body)
			}
		}
	}
}

// An id that names nothing is nobody's, whatever it is made of.
func TestIdsOfNobody(t *testing.T) {
	for _, id := range []string{"x", "-", "-1", "c-", "c-x", "c-01", "c-+1", "c--1", "c-1-2", "c-99999999999999999999", "573005550101", "%20c-1", "..."} {
		d := &desk{}
		for _, what := range []string{"claim", "release"} {
			rec, a := serve(serving(t, d), request("POST", "/api/v1/handovers/"+id+"/"+what, `{"operator":"Marta"}`))
			if rec.Code != 404 || a.Error.Reason != "no-such-handover" || len(d.calls) > 0 {
				t.Errorf("%s of %s: %d %s, called %v", what, id, rec.Code, rec.Body, d.calls)
			}
		}
	}
}

// An answer's every field is there, lists are lists also when they are empty, and
// a name comes back as it was kept.
func TestAnswersByTheLetter(t *testing.T) {
	since := time.Date(2026, 3, 2, 15, 0, 0, 123456000, time.UTC)
	d := &desk{page: runtime.HandoverPage{
		Next: "0-1-c",
		Handovers: []runtime.Handover{
			{ID: runtime.HandoverID{Contact: "c", Visit: 7}, Inbox: "enfermeras", Since: since, Language: "es"},
			{
				ID: runtime.HandoverID{Contact: "d", Visit: 1}, Inbox: "citas", Since: since, Priority: 9, Operator: "Marta", Language: "en", WindowOpen: true,
				Told: []store.Told{{Name: "semana", Value: "30"}}, Tags: []string{"urgent"},
				Lines: []runtime.Line{{At: since, From: runtime.ThePerson, Kind: "text", Text: "¿<hola>?"}},
			},
		},
	}}
	h := serving(t, d)
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "handovers?inbox=x&after=y&limit=2", "", `{"handovers":[` +
			`{"id":"c-7","state":"waiting","inbox":"enfermeras","since":"2026-03-02T15:00:00.123456Z","priority":0,"language":"es",` +
			`"window_open":false,"told":[],"tags":[],"messages":[]},` +
			`{"id":"d-1","state":"with","operator":"Marta","inbox":"citas","since":"2026-03-02T15:00:00.123456Z","priority":9,"language":"en",` +
			`"window_open":true,"told":[{"name":"semana","value":"30"}],"tags":["urgent"],` +
			`"messages":[{"at":"2026-03-02T15:00:00.123456Z","from":"person","kind":"text","text":"¿\u003chola\u003e?"}]}],"next":"0-1-c"}`},
		{"POST", "handovers/c-7/claim", `{"operator":" Marta "}`, `{"id":"c-7","state":"with","operator":"Marta"}`},
		{"POST", "handovers/c-7/reply", `{"operator":"Marta ","text":"hola"}`, `{"id":"c-7","state":"with","operator":"Marta"}`},
		{"POST", "handovers/c-7/release", `{"operator":"Marta"}`, `{"id":"c-7","state":"over"}`},
	} {
		if rec, _ := serve(h, request(c.method, "/api/v1/"+c.path, c.body)); strings.TrimSpace(rec.Body.String()) != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.method, c.path, rec.Body, c.want)
		}
	}
	if want := (runtime.HandoverQuery{Inbox: "x", After: "y", Limit: 2}); d.query != want {
		t.Errorf("asked for %+v, want %+v", d.query, want)
	}
	d.page = runtime.HandoverPage{}
	if rec, _ := serve(h, request("GET", "/api/v1/handovers", "")); strings.TrimSpace(rec.Body.String()) != `{"handovers":[]}` {
		t.Errorf("nobody waits: %s", rec.Body)
	}
}
