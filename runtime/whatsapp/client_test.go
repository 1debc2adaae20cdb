package whatsapp

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/store"
)

const (
	number = "106540352242922"
	token  = "EAAG-a-token"
)

var (
	ana   = store.Contact{Phone: "16505551234", UserID: "US.1"}
	hello = engine.Outgoing{Kind: engine.OutText, Language: "es", Body: "Hola, Ana"}
)

// permitted is the gate's word on a message to somebody who just wrote.
func permitted(t testing.TB, m engine.Outgoing) engine.Permit {
	t.Helper()
	now := time.Now()
	p, d := new(engine.Service).Permit(&engine.Conversation{LastInbound: engine.Stamp(now.UnixMicro())}, &m, now, now)
	if !p.Allows() {
		t.Fatalf("the gate refuses %+v: %s", m, d.Reason)
	}
	return p
}

// Without the gate's word nothing leaves: not a byte.
func TestNothingIsSentWithoutAPermit(t *testing.T) {
	a := newAPI(t, says(200, `{}`))
	now := time.Now()
	refused, d := new(engine.Service).Permit(&engine.Conversation{}, &hello, now, now) // they never wrote
	for name, p := range map[string]engine.Permit{"the zero value": {}, string(d.Reason): refused} {
		r, err := a.client().Send(t.Context(), ana, p, "")
		if !errors.Is(err, runtime.ErrNoPermit) || r != (runtime.Receipt{}) || len(a.requests) > 0 {
			t.Errorf("%s: %+v, %v, %d requests", name, r, err, len(a.requests))
		}
		if m, ok := p.Message(); ok || p.Allows() || !reflect.DeepEqual(m, engine.Outgoing{}) {
			t.Errorf("%s holds a message: %+v", name, m)
		}
	}
}

// api is a server that keeps what it was sent and answers as it is told.
type api struct {
	*httptest.Server
	requests []*http.Request
	bodies   []string
	answer   http.HandlerFunc
}

func newAPI(t *testing.T, answer http.HandlerFunc) *api {
	t.Helper()
	a := &api{answer: answer}
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("the request broke off: %v", err)
		}
		a.requests, a.bodies = append(a.requests, r), append(a.bodies, string(body))
		a.answer(w, r)
	}))
	a.Config.ErrorLog = log.New(io.Discard, "", 0)
	a.Start()
	t.Cleanup(a.Close)
	return a
}

func (a *api) client() *Client {
	return NewClient(ClientOptions{BaseURL: a.URL + "/v25.0/", PhoneNumberID: number, Token: token, HTTP: a.Client()})
}

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// failed is the error of a send, which must be of the one kind there is.
func failed(t *testing.T, r runtime.Receipt, err error) *runtime.SendError {
	t.Helper()
	var e *runtime.SendError
	if !errors.As(err, &e) {
		t.Fatalf("receipt %+v, error %v (%T)", r, err, err)
	}
	if r != (runtime.Receipt{}) || e.Err == nil {
		t.Errorf("receipt %+v beside error %#v", r, e)
	}
	return e
}

func TestSendAsksAsTheAPIWants(t *testing.T) {
	a := newAPI(t, says(200, string(load(t, "send-response-phone.json"))))
	r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "our-token")
	if err != nil {
		t.Fatal(err)
	}
	if want := (runtime.Receipt{MessageID: "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA", Phone: "16505551234"}); r != want {
		t.Errorf("receipt %+v, want %+v", r, want)
	}
	q := a.requests[0]
	if q.Method != "POST" || q.URL.String() != "/v25.0/"+number+"/messages" {
		t.Errorf("%s %s", q.Method, q.URL)
	}
	if q.Header.Get("Authorization") != "Bearer "+token || q.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", q.Header)
	}
	if q.ContentLength != int64(len(a.bodies[0])) {
		t.Errorf("length %d of %d", q.ContentLength, len(a.bodies[0]))
	}
	if want := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"text","biz_opaque_callback_data":"our-token","text":{"body":"Hola, Ana"}}`; a.bodies[0] != want {
		t.Errorf("body\n%s\nwant\n%s", a.bodies[0], want)
	}
}

func TestReceipts(t *testing.T) {
	for answer, want := range map[string]runtime.Receipt{
		string(load(t, "send-response-bsuid.json")):                                           {MessageID: "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA", UserID: "US.13491208655302741918"},
		string(load(t, "send-response-template-accepted.json")):                               {MessageID: "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA", Phone: "16505551234"},
		`{"messages":[{"id":"a"}],"contacts":[{"input":"x","wa_id":"521","user_id":"MX.1"}]}`: {MessageID: "a", UserID: "MX.1", Phone: "521"},
		`{"messages":[{"id":"a","message_status":"held_for_quality_assessment"}]}`:            {MessageID: "a"},
		`{"messages":[{"id":"a"}],"contacts":[{"wa_id":""},{"wa_id":"7"}]}`:                   {MessageID: "a"},
		`{"messages":[null,{"id":"a"}],"contacts":"none","error":null}`:                       {MessageID: "a"},
		` {"messages":[{"id":"a"}],"contacts":[{"wa_id":"MX.1"}]} `:                           {MessageID: "a", UserID: "MX.1"},
	} {
		a := newAPI(t, says(200, answer))
		if got, err := a.client().Send(t.Context(), ana, permitted(t, hello), ""); err != nil || got != want {
			t.Errorf("%s: %+v %v, want %+v", answer, got, err, want)
		}
	}
}

// After these the message may be on its way: sending it again could be once
// too often.
func TestAnAnswerThatTellsNothingIsUnknown(t *testing.T) {
	for answer, status := range map[string]int{
		``: 200, `ok`: 200, `[]`: 200, `{}`: 200, `null`: 200, `{"messages":[]}`: 200, `{"messages":[{"id":""}]}`: 200, `{"messages":[{"id":{}}]}`: 200,
		`{"messages":{"id":"a"}}`: 200, `{"messages":[{"id":"a"}]`: 200, `{"success":true}`: 201, `<html>`: 200,
		strings.Repeat(" ", maxAnswer) + `{"messages":[{"id":"a"}]}`: 200,
		`<html>bad gateway`: 502, ` `: 500, `{"messages":[{"id":"a"}]}`: 504,
		`{"error":"down"}`: 503, `{"error":{}}`: 500, `{"error":{"code":"x"}}`: 500, `{"error":{"message":"no code"}}`: 200,
		`{"error":{"code":987654}}`: 500, `{"error":{"code":987654,"is_transient":true}}`: 400,
		`{"error":{"code":1}}`: 400, `{"error":{"code":131000}}`: 500, `{"error":{"code":131000,"is_transient":false}}`: 400,
		`timeout`: 408,
	} {
		a := newAPI(t, says(status, answer))
		r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.Fate != runtime.Unknown {
			t.Errorf("%d %.60s: fate %d (%v)", status, answer, e.Fate, e)
		}
	}
}

func TestAnAnswerWithoutACodeIsJudgedByItsStatus(t *testing.T) {
	for status, want := range map[int]runtime.Fate{
		307: runtime.Halt, 302: runtime.Halt, 400: runtime.Never, 401: runtime.Halt, 403: runtime.Halt, 404: runtime.Halt, 405: runtime.Halt, 407: runtime.Halt,
		413: runtime.Never, 422: runtime.Never, 429: runtime.Wait, 500: runtime.Unknown, 502: runtime.Unknown, 503: runtime.Unknown, 504: runtime.Unknown,
	} {
		for _, body := range []string{"", "<html>", "{}", `{"error":{"message":"no code"}}`} {
			a := newAPI(t, says(status, body))
			r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "")
			if e := failed(t, r, err); e.Fate != want || e.Code != 0 {
				t.Errorf("%d %s: fate %d, want %d", status, body, e.Fate, want)
			}
		}
	}
}

func TestTheCodeDecidesNotTheStatus(t *testing.T) {
	for file, want := range map[string]runtime.SendError{
		"api-error-100-invalid-parameter.json":      {Fate: runtime.Never, Code: 100},
		"api-error-130429.json":                     {Fate: runtime.Wait, Code: 130429},
		"api-error-131009-parameter-value.json":     {Fate: runtime.Never, Code: 131009},
		"api-error-131056.json":                     {Fate: runtime.Wait, Code: 131056},
		"api-error-131062-bsuid-not-supported.json": {Fate: runtime.Never, Code: 131062},
		"api-error-190-token-expired.json":          {Fate: runtime.Halt, Code: 190},
		"api-error-368-blocked.json":                {Fate: runtime.Halt, Code: 368},
	} {
		for _, status := range []int{200, 400, 401, 403, 429, 500, 503} {
			a := newAPI(t, says(status, string(load(t, file))))
			r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "")
			if e := failed(t, r, err); e.Fate != want.Fate || e.Code != want.Code {
				t.Errorf("%s with %d: fate %d code %d", file, status, e.Fate, e.Code)
			}
		}
	}
	for answer, want := range map[string]runtime.Fate{
		`{"error":{"code":"131047","error_data":"more than 24 hours"}}`: runtime.Never, // a code as text, error_data as text
		`{"error":{"code":0}}`:                              runtime.Halt,
		`{"error":{"code":987654}}`:                         runtime.Never,
		`{"error":{"code":131047,"is_transient":true}}`:     runtime.Never,
		`{"error":{"code":131016},"messages":[{"id":"a"}]}`: runtime.Wait,
	} {
		a := newAPI(t, says(400, answer))
		r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.Fate != want {
			t.Errorf("%s: fate %d, want %d", answer, e.Fate, want)
		}
	}
}

func TestHowLongToWait(t *testing.T) {
	for _, c := range []struct {
		answer, header string
		want           time.Duration
	}{
		{`{"error":{"code":130429}}`, "", 0},
		{`{"error":{"code":130429}}`, "17", 17 * time.Second},
		{`{"error":{"code":131057}}`, "", 20 * time.Second},
		{`{"error":{"code":131057}}`, "90", 90 * time.Second},
		{`{"error":{"code":130429}}`, "99999999", 24 * time.Hour},
		{`{"error":{"code":130429}}`, "-5", 0},
		{`{"error":{"code":130429}}`, "soon", 0},
		{`{"error":{"code":130429}}`, "Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{`{"error":{"code":130429}}`, "Fri, 01 Jan 2100 00:00:00 GMT", 24 * time.Hour},
		{`{"error":{"code":131047}}`, "17", 0}, // not a thing to wait for
		{``, "17", 17 * time.Second},
	} {
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.header)
			w.WriteHeader(429)
			io.WriteString(w, c.answer)
		})
		r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.After != c.want {
			t.Errorf("%s with Retry-After %q: %v, want %v", c.answer, c.header, e.After, c.want)
		}
	}
}

// Nothing left, so nothing can have arrived.
func TestARequestThatNeverLeftWaits(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "http://" + gone.Addr().String()
	gone.Close()
	strangers := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") }))
	strangers.Config.ErrorLog = log.New(io.Discard, "", 0)
	strangers.StartTLS()
	defer strangers.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	open := newAPI(t, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })

	for name, c := range map[string]struct {
		ctx  context.Context
		url  string
		http *http.Client
	}{
		"connection refused": {t.Context(), refused, &http.Client{}},
		"no such host": {t.Context(), "https://graph.example", &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{Err: "no such host", Name: "graph.example", IsNotFound: true}
			}}}},
		"a certificate nobody knows": {t.Context(), strangers.URL, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{}}}},
		"we are ending already":      {ended, open.URL, &http.Client{}},
	} {
		r, err := NewClient(ClientOptions{BaseURL: c.url, PhoneNumberID: number, Token: token, HTTP: c.http}).Send(c.ctx, ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.Fate != runtime.Wait || e.Code != 0 {
			t.Errorf("%s: fate %d: %v", name, e.Fate, e)
		}
	}
}

// The request was written, and there is no answer.
func TestARequestWithoutAnAnswerIsUnknown(t *testing.T) {
	hang := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(c, answer)
			c.Close()
		}
	}
	for name, answer := range map[string]string{
		"hung up":              "",
		"hung up in the head":  "HTTP/1.1 200",
		"hung up in the body":  "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"messages\":[{\"id\":\"a\"}]}",
		"refused, and hung up": "HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"error\":{\"code\":131047}}",
		"not HTTP":             "220 smtp ready\r\n\r\n",
	} {
		a := newAPI(t, hang(answer))
		r, err := a.client().Send(t.Context(), ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.Fate != runtime.Unknown {
			t.Errorf("%s: fate %d: %v", name, e.Fate, e)
		}
	}

	// The caller's time is over while WhatsApp still thinks.
	ctx, cancel := context.WithCancel(t.Context())
	a := newAPI(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	r, err := a.client().Send(ctx, ana, permitted(t, hello), "")
	if e := failed(t, r, err); e.Fate != runtime.Unknown || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled on the way: fate %d: %v", e.Fate, e)
	}
}

// A connection kept open that the other side has closed meanwhile: the
// transport finds out, dials again, and is refused. Nothing was written in all.
func TestAStaleConnectionAndThenNoneWaits(t *testing.T) {
	server, client := net.Pipe()
	dials := 0
	c := NewClient(ClientOptions{BaseURL: "http://graph.example", PhoneNumberID: number, Token: token, HTTP: &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			if dials++; dials == 1 {
				return client, nil
			}
			return nil, errors.New("connection refused")
		}}}})
	served := make(chan error, 1)
	go func() {
		req, err := http.ReadRequest(bufio.NewReader(server))
		if err == nil {
			_, err = io.Copy(io.Discard, req.Body)
		}
		if err == nil {
			_, err = io.WriteString(server, "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{\"messages\":[{\"id\":\"a\"}]}")
		}
		server.Close()
		served <- err
	}()
	if _, err := c.Send(t.Context(), ana, permitted(t, hello), ""); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	r, err := c.Send(t.Context(), ana, permitted(t, hello), "")
	if e := failed(t, r, err); e.Fate != runtime.Wait || dials != 2 {
		t.Errorf("fate %d after %d dials: %v", e.Fate, dials, e)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	elsewhere := newAPI(t, says(200, `{"messages":[{"id":"a"}]}`))
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	for _, own := range []*http.Client{nil, a.Client(), {CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}} {
		c := NewClient(ClientOptions{BaseURL: a.URL, PhoneNumberID: number, Token: token, HTTP: own})
		r, err := c.Send(t.Context(), ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.Fate != runtime.Halt || len(elsewhere.requests) != 0 {
			t.Errorf("fate %d, %d requests elsewhere", e.Fate, len(elsewhere.requests))
		}
		c.http.CloseIdleConnections()
	}
}

func TestAnAddressThatIsNoneHalts(t *testing.T) {
	for _, url := range []string{"graph.facebook.com/v25.0", "://", "file:///etc", "ftp://graph.example", "http://", "http://[::1", "\x00"} {
		r, err := NewClient(ClientOptions{BaseURL: url, PhoneNumberID: number, Token: token}).Send(t.Context(), ana, permitted(t, hello), "")
		if e := failed(t, r, err); e.Fate != runtime.Halt || !strings.Contains(e.Error(), "CAUCE_WHATSAPP_API_URL") {
			t.Errorf("%q: fate %d: %v", url, e.Fate, e)
		}
	}
	if c := NewClient(ClientOptions{PhoneNumberID: "1/../2?x"}); c.endpoint != DefaultBaseURL+"/1%2F..%2F2%3Fx" {
		t.Errorf("endpoint %s", c.endpoint)
	}
}

// An error goes to logs and to the books. It tells nothing of the message, of
// the person or of the token, whatever WhatsApp or a transport put into it.
func TestAnErrorTellsNothingPrivate(t *testing.T) {
	m := engine.Outgoing{Kind: engine.OutButtons, Body: "tengo náuseas", Choices: []engine.Choice{{ID: "luna/1", Label: "Sí, ayúdame"}}}
	private := []string{token, "EAAG", ana.Phone, ana.UserID, m.Body, "náuseas", "ayúdame", "luna/1"}
	check := func(name string, err error) {
		t.Helper()
		for e := err; e != nil; e = errors.Unwrap(e) {
			for _, p := range private {
				if strings.Contains(e.Error(), p) {
					t.Errorf("%s: %q is in %q", name, p, e.Error())
				}
			}
		}
	}
	for _, status := range []int{200, 400, 500} {
		echo := newAPI(t, nil)
		echo.answer = func(w http.ResponseWriter, r *http.Request) {
			all := fmt.Sprint(r.Header, echo.bodies)
			w.Header().Set("Retry-After", all)
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
				"message": all, "type": all, "code": 131009, "error_subcode": all, "fbtrace_id": all, "error_data": map[string]any{"details": all}}})
		}
		r, err := echo.client().Send(t.Context(), ana, permitted(t, m), "")
		check(fmt.Sprint("answer ", status), failed(t, r, err))
	}
	for name, fail := range map[string]error{
		"transport":         errors.New("proxy says: Authorization: Bearer " + token),
		"wrapped transport": fmt.Errorf("proxy: %w", fmt.Errorf("with Bearer %s: %w", token, io.ErrUnexpectedEOF)),
	} {
		c := NewClient(ClientOptions{BaseURL: "http://graph.example/" + token, PhoneNumberID: number, Token: token + "\n", HTTP: &http.Client{Transport: broken{fail}}})
		r, err := c.Send(t.Context(), ana, permitted(t, m), "")
		check(name, failed(t, r, err))
		if strings.Contains(err.Error(), "graph.example") || strings.Contains(err.Error(), number) {
			t.Errorf("%s: the address is in %q", name, err)
		}
		if errors.Is(fail, io.ErrUnexpectedEOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error("what it stands for is lost")
		}
	}
	r, err := NewClient(ClientOptions{BaseURL: "http://" + token + "\x7f", Token: token}).Send(t.Context(), ana, permitted(t, m), "")
	check("address", failed(t, r, err))
	r, err = NewClient(ClientOptions{Token: token}).Send(t.Context(), store.Contact{Name: "Ana"}, permitted(t, m), "")
	if e := failed(t, r, err); e.Fate != runtime.Never {
		t.Errorf("to nobody: fate %d", e.Fate)
	}
	check("nobody", err)
}

type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }

func FuzzAnswer(f *testing.F) {
	for _, name := range []string{"send-response-phone.json", "send-response-bsuid.json", "api-error-131009-parameter-value.json", "api-error-190-token-expired.json"} {
		f.Add(200, "", load(f, name))
		f.Add(500, "7", load(f, name))
	}
	f.Add(503, "Fri, 01 Jan 2100 00:00:00 GMT", []byte(`{"error":{"code":-1,"error_data":"x","is_transient":1}}`))
	f.Fuzz(func(t *testing.T, status int, retryAfter string, answer []byte) {
		r, err := read(status, retryAfter, answer)
		if err == nil {
			if r.MessageID == "" || status < 200 || status > 299 {
				t.Fatalf("HTTP %d: receipt %+v", status, r)
			}
			return
		}
		e := failed(t, r, err)
		if e.After < 0 || e.After > 24*time.Hour || e.Code < 0 || len(e.Error()) > 300 {
			t.Fatalf("%+v", e)
		}
		if e.After > 0 && e.Fate != runtime.Wait {
			t.Fatalf("waits %v with fate %d", e.After, e.Fate)
		}
	})
}

// like is a body of the documents, as JSON, changed by edit.
func like(t *testing.T, file string, edit func(map[string]any)) any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(load(t, file), &v); err != nil {
		t.Fatal(err)
	}
	edit(v)
	return v
}

// at walks into JSON by keys and indexes.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v
}

func TestBodiesAreLikeThoseOfTheDocuments(t *testing.T) {
	drop := func(v any, keys ...string) {
		for _, k := range keys {
			delete(v.(map[string]any), k)
		}
	}
	phone := store.Contact{Phone: "16505551234"}
	plus := func(v map[string]any) { v["to"] = "+16505551234" } // older examples have none; see encode
	for _, c := range []struct {
		file  string
		edit  func(map[string]any)
		to    store.Contact
		m     engine.Outgoing
		token string
	}{
		{"send-request-text-to-bsuid.json", func(map[string]any) {}, store.Contact{UserID: "US.13491208655302741918"},
			engine.Outgoing{Kind: engine.OutText, Body: "Your order has shipped."}, "flow=order;step=7"},
		{"send-request-text-reply-context.json", func(v map[string]any) { drop(v, "context"); drop(v["text"], "preview_url") }, phone,
			engine.Outgoing{Kind: engine.OutText, Body: "Yes, it comes in green too."}, ""},
		{"send-request-interactive-buttons.json", func(v map[string]any) { drop(v["interactive"], "header", "footer") }, phone,
			engine.Outgoing{Kind: engine.OutButtons, Body: "Hi Pablo! Your gardening workshop is scheduled for 9am tomorrow. Use the buttons if you need to reschedule. Thank you!",
				Choices: []engine.Choice{{ID: "change-button", Label: "Change"}, {ID: "cancel-button", Label: "Cancel"}}}, ""},
		{"send-request-interactive-list.json", func(v map[string]any) {
			drop(v["interactive"], "header", "footer")
			action := at(v, "interactive", "action").(map[string]any)
			action["sections"] = action["sections"].([]any)[:1]
			drop(at(action, "sections", 0), "title")
		}, phone,
			engine.Outgoing{Kind: engine.OutList, Body: "Which shipping option do you prefer?", Opener: "Shipping Options", Choices: []engine.Choice{
				{ID: "priority_express", Label: "Priority Mail Express", Note: "Next Day to 2 Days"}, {ID: "priority_mail", Label: "Priority Mail", Note: "1–3 Days"}}}, ""},
		{"send-request-template-named-params.json", func(map[string]any) {}, phone,
			engine.Outgoing{Kind: engine.OutTemplate, Template: "order_confirmation", Language: "en-US",
				Fill: []engine.Filling{{Name: "first_name", Value: "Jessica"}, {Name: "order_number", Value: "SKBUP2-4CPIG9"}}}, ""},
		{"send-request-template-text.json", func(v map[string]any) {
			plus(v)
			body := at(v, "template", "components", 0).(map[string]any)
			body["parameters"] = body["parameters"].([]any)[:1]
		}, phone,
			engine.Outgoing{Kind: engine.OutTemplate, Template: "order_confirmation", Language: "en-US", Fill: []engine.Filling{{Value: "Jessica"}}}, ""},
		{"send-request-template-buttons.json", func(v map[string]any) {
			plus(v)
			tmpl := v["template"].(map[string]any)
			tmpl["components"] = tmpl["components"].([]any)[1:] // without the picture
			body := at(tmpl, "components", 0).(map[string]any)
			body["parameters"] = body["parameters"].([]any)[:1]
		}, phone,
			engine.Outgoing{Kind: engine.OutTemplate, Template: "order_confirmation", Language: "en_US", Fill: []engine.Filling{{Name: "1", Value: "Jessica"}},
				Choices: []engine.Choice{{ID: "aGlzIHRoaXMgaXMgY29v", Label: "Leer"}, {ID: "9rwnB8RbYmPF5t2Mn09x4h", Label: "Ya nació"}}}, ""},
	} {
		a := newAPI(t, says(200, `{"messages":[{"id":"a"}]}`))
		if _, err := a.client().Send(t.Context(), c.to, permitted(t, c.m), c.token); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal([]byte(a.bodies[0]), &got); err != nil {
			t.Fatal(err)
		}
		if want := like(t, c.file, c.edit); !reflect.DeepEqual(got, want) {
			w, _ := json.Marshal(want)
			t.Errorf("%s\n got %s\nwant %s", c.file, a.bodies[0], w)
		}
	}
}

func TestWhereAMessageGoes(t *testing.T) {
	for _, c := range []struct {
		to        store.Contact
		want      string
		recipient bool
	}{
		{store.Contact{Phone: "5215512345678"}, "+5215512345678", false},
		{store.Contact{Phone: "5215512345678", UserID: "MX.1"}, "+5215512345678", false},
		{store.Contact{UserID: "MX.1"}, "MX.1", true},
		{store.Contact{UserID: "foo_bar"}, "foo_bar", true},
		{store.Contact{Phone: "bla"}, "bla", false}, // all that WhatsApp told us
		{store.Contact{Phone: "bla", UserID: "MX.1"}, "MX.1", true},
	} {
		body, err := encode(c.to, hello, "", "")
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ To, Recipient *string }
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		address, other := got.To, got.Recipient
		if c.recipient {
			address, other = other, address
		}
		if address == nil || *address != c.want || other != nil {
			t.Errorf("to %+v: %s", c.to, body)
		}
	}
	if _, err := encode(ana, engine.Outgoing{Kind: "song", Body: "la"}, "", ""); err == nil {
		t.Error("a kind that does not exist was encoded")
	}
}

func TestTemplatesWithoutValuesHaveNoComponents(t *testing.T) {
	body, err := encode(ana, engine.Outgoing{Kind: engine.OutTemplate, Template: "hola", Language: "pt-BR"}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if want := `"template":{"name":"hola","language":{"code":"pt_BR"}}`; !strings.Contains(string(body), want) {
		t.Errorf("%s", body)
	}
	// Empty values are values: without them the count is wrong.
	body, err = encode(ana, engine.Outgoing{Kind: engine.OutTemplate, Fill: []engine.Filling{{Name: "a"}, {}}, Choices: []engine.Choice{{}}}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"type":"text","parameter_name":"a","text":""},{"type":"text","text":""}]`; !strings.Contains(string(body), want) {
		t.Errorf("%s", body)
	}
	if want := `{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":""}]}`; !strings.Contains(string(body), want) {
		t.Errorf("%s", body)
	}
}

// Whatever the words are, they arrive as they are, and so do the ids, which
// come back in a tap.
func TestWordsAndIDsSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := engine.Outgoing{
			Kind: rapid.SampledFrom([]engine.OutKind{engine.OutText, engine.OutButtons, engine.OutList, engine.OutTemplate}).Draw(t, "kind"),
			Body: rapid.String().Draw(t, "body"), Opener: rapid.String().Draw(t, "opener"), Template: rapid.String().Draw(t, "template"),
		}
		for range rapid.IntRange(0, 10).Draw(t, "choices") {
			m.Choices = append(m.Choices, engine.Choice{ID: rapid.String().Draw(t, "id"), Label: rapid.String().Draw(t, "label"), Note: rapid.String().Draw(t, "note")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "values") {
			m.Fill = append(m.Fill, engine.Filling{Name: rapid.String().Draw(t, "name"), Value: rapid.String().Draw(t, "value")})
		}
		body, err := encode(store.Contact{Phone: "1"}, m, "T", "")
		if err != nil {
			t.Fatal(err)
		}
		got := engine.Outgoing{Kind: m.Kind}
		var v outgoing
		if err := json.Unmarshal(body, &v); err != nil {
			t.Fatal(err)
		}
		want := engine.Outgoing{Kind: m.Kind}
		switch {
		case v.Text != nil:
			got.Body, want.Body = v.Text.Body, m.Body
		case v.Template != nil:
			got.Template, want.Template = v.Template.Name, m.Template
			for i, c := range v.Template.Components {
				for _, p := range c.Parameters {
					if c.Type == "body" {
						got.Fill = append(got.Fill, engine.Filling{Value: *p.Text})
					} else {
						got.Choices = append(got.Choices, engine.Choice{ID: *p.Payload})
					}
				}
				if c.Type == "button" && c.Index != fmt.Sprint(i-min(1, len(m.Fill))) {
					t.Fatalf("button %d has index %s", i, c.Index)
				}
			}
			for _, f := range m.Fill {
				want.Fill = append(want.Fill, engine.Filling{Value: f.Value})
			}
			for _, c := range m.Choices {
				want.Choices = append(want.Choices, engine.Choice{ID: c.ID})
			}
		default:
			got.Body, want.Body = v.Interactive.Body.Text, m.Body
			for _, b := range v.Interactive.Action.Buttons {
				got.Choices = append(got.Choices, engine.Choice{ID: b.Reply.ID, Label: b.Reply.Title})
			}
			for _, s := range v.Interactive.Action.Sections {
				for _, r := range s.Rows {
					got.Choices = append(got.Choices, engine.Choice{ID: r.ID, Label: r.Title, Note: r.Description})
				}
			}
			for _, c := range m.Choices {
				if m.Kind == engine.OutButtons {
					c.Note = ""
				}
				want.Choices = append(want.Choices, c)
			}
			if m.Kind == engine.OutList {
				got.Opener, want.Opener = v.Interactive.Action.Button, m.Opener
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\n got %+v\nwant %+v", body, got, want)
		}
	})
}
