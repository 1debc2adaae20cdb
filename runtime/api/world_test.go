package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cauce/dsl"
	"cauce/runtime"
	"cauce/runtime/api"
	"cauce/runtime/dispatch/local"
	"cauce/runtime/store/sqlite"
	"cauce/runtime/whatsapp"
	"cauce/runtime/whatsapp/sandbox"
)

const (
	token     = "a-token-for-operators-of-this-test"
	ana, bea  = "573005550101", "573005550102"
	number    = "222000000000001"
	appSecret = "the-secret-of-this-test"
	graphKey  = "the-graph-token-of-this-test"
)

// direct makes an HTTP client's requests of a handler, without a socket.
type direct struct{ to func() http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	d.to().ServeHTTP(rec, r)
	return rec.Result(), nil
}

// world is a number as serve runs it: people with phones on a sandbox, its
// webhooks, the runtime over a real database, and the API.
type world struct {
	t     testing.TB
	box   *sandbox.Sandbox
	api   http.Handler
	hook  atomic.Pointer[http.Handler] // of the server that runs now
	path  string
	books *sqlite.Store
	log   bytes.Buffer
	to    *slog.Logger // writes log
	end   func()
}

// inBubble runs a test in a world whose clock the test moves.
func inBubble(t *testing.T, test func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		// A bubble begins in 2000, and WhatsApp's timestamps of that time make no sense.
		time.Sleep(time.Until(time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)))
		w := &world{t: t, path: filepath.Join(t.TempDir(), "turno.db")}
		w.to = slog.New(slog.NewTextHandler(&w.log, nil))
		var err error
		w.box, err = sandbox.New(sandbox.Options{
			PhoneNumberID: number, DisplayNumber: "+57 601 555 0199", Token: graphKey, AppSecret: appSecret,
			Name: "Turno", Language: "es", Webhook: "http://127.0.0.1:8080/webhooks/whatsapp",
			Client: &http.Client{Transport: direct{func() http.Handler { return *w.hook.Load() }}},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.start()
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- w.box.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-ran; err != nil {
				t.Errorf("sandbox: %v", err)
			}
			w.end()
		}()
		for _, phone := range []string{ana, bea} {
			w.phone("people", map[string]string{"name": "Ana María Rojas", "kind": "phone", "phone": phone})
		}
		test(t, w)
	})
}

// start serves the books as they are.
func (w *world) start() {
	w.t.Helper()
	flows, list := dsl.Load(os.DirFS("testdata/turno"))
	if flows == nil {
		w.t.Fatal(list)
	}
	log := w.to
	books, err := sqlite.Open(w.path, sqlite.Options{Merge: runtime.Merge, Logger: log})
	if err != nil {
		w.t.Fatal(err)
	}
	svc, err := runtime.New(runtime.Options{
		Flows: flows, Store: books, Dispatcher: local.New(log), Logger: log,
		Sender: whatsapp.NewClient(whatsapp.ClientOptions{
			BaseURL: "http://127.0.0.1:8080/v25.0", PhoneNumberID: number, Token: graphKey,
			HTTP: &http.Client{Transport: direct{w.box.API}},
		}),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if w.api, err = api.New(api.Options{Token: token, Operators: svc, Logger: log}); err != nil {
		w.t.Fatal(err)
	}
	hook := whatsapp.NewHandler(whatsapp.HandlerOptions{
		PhoneNumberID: number, VerifyToken: "v", AppSecrets: []string{appSecret}, Receive: svc.Receive, Logger: log,
	})
	w.hook.Store(&hook)
	w.books = books
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- svc.Run(ctx) }()
	w.end = func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("run: %v", err)
		}
		if err := books.Close(); err != nil {
			w.t.Errorf("close: %v", err)
		}
	}
}

// phone makes a request of the phone page.
func (w *world) phone(path string, body any) {
	w.t.Helper()
	b, _ := json.Marshal(body)
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080/phone/api/"+path, bytes.NewReader(b))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.box.Phone().ServeHTTP(rec, r)
	if rec.Code != 200 {
		w.t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
}

// says has somebody write, and waits for all that comes of it.
func (w *world) says(who, text string) {
	w.t.Helper()
	time.Sleep(time.Second)
	w.phone("people/"+who+"/messages", map[string]string{"type": "text", "text": text})
	synctest.Wait()
}

// got is what somebody received, in order.
func (w *world) got(who string) []string {
	w.t.Helper()
	out := []string{}
	for _, a := range w.box.Books().Accepted {
		var m struct {
			Status string `json:"status"` // of a receipt
			Text   struct {
				Body string `json:"body"`
			} `json:"text"`
			Interactive struct {
				Body struct {
					Text string `json:"text"`
				} `json:"body"`
			} `json:"interactive"`
		}
		if err := json.Unmarshal(a.Body, &m); err != nil {
			w.t.Fatal(err)
		}
		if a.To == who && m.Status == "" {
			out = append(out, strings.SplitN(m.Text.Body+m.Interactive.Body.Text, "\n", 2)[0])
		}
	}
	return out
}

// gets fails unless these are the last that somebody received.
func (w *world) gets(who string, want ...string) {
	w.t.Helper()
	got := w.got(who)
	if len(got) < len(want) || !slices.Equal(got[len(got)-len(want):], want) {
		w.t.Fatalf("the last of %q are not %q", got, want)
	}
}

// do makes a request of the API, and returns the answer as it came.
func (w *world) do(method, path, body string) (int, string) {
	w.t.Helper()
	rec := w.ask(w.request(method, path, body))
	return rec.Code, rec.Body.String()
}

func (w *world) request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080/api/v1/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// ask makes a request, waits for all that comes of it, and holds the answer to
// what every answer is.
func (w *world) ask(r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	synctest.Wait()
	if h := rec.Header(); h.Get("Content-Type") != "application/json; charset=utf-8" || h.Get("Cache-Control") != "no-store" ||
		h.Get("X-Content-Type-Options") != "nosniff" || !json.Valid(rec.Body.Bytes()) {
		w.t.Errorf("%s %s is answered with %v %s", r.Method, r.URL, h, rec.Body)
	}
	return rec
}

// act has an operator do something.
func (w *world) act(id, what, operator, text string) (int, answer) {
	w.t.Helper()
	body := map[string]string{"operator": operator}
	if what == "reply" {
		body["text"] = text
	}
	b, _ := json.Marshal(body)
	status, out := w.do("POST", "handovers/"+id+"/"+what, string(b))
	return status, decode[answer](w.t, out)
}

// does is act, and must succeed.
func (w *world) does(id, what, operator, text string) {
	w.t.Helper()
	if status, a := w.act(id, what, operator, text); status != 200 && status != 202 {
		w.t.Fatalf("%s: %d %+v", what, status, a)
	}
}

// refused is act, and must be refused with 409 and a reason.
func (w *world) refused(id, what, operator, text, reason string) answer {
	w.t.Helper()
	status, a := w.act(id, what, operator, text)
	if status != 409 || a.Error.Reason != reason || a.Error.Message == "" {
		w.t.Fatalf("%s by %s: %d %+v, want %s", what, operator, status, a, reason)
	}
	return a
}

type answer struct {
	ID, State, Operator string
	Error               struct{ Reason, Message, Field, Operator string }
}

type listed struct {
	ID, State, Operator, Inbox, Language string
	Since                                time.Time
	Priority                             int
	WindowOpen                           bool `json:"window_open"`
	Told                                 []struct{ Name, Value string }
	Tags                                 []string
	Messages                             []struct {
		At               time.Time
		From, Kind, Text string
	}
}

type listing struct {
	Handovers []listed
	Next      string
}

func decode[T any](t testing.TB, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// list is who waits, or is with an operator.
func (w *world) list(query string) listing {
	w.t.Helper()
	status, out := w.do("GET", "handovers"+query, "")
	if status != 200 {
		w.t.Fatalf("list: %d %s", status, out)
	}
	return decode[listing](w.t, out)
}

// only is the one request there is.
func (w *world) only() listed {
	w.t.Helper()
	all := w.list("").Handovers
	if len(all) != 1 {
		w.t.Fatalf("%d requests stand: %+v", len(all), all)
	}
	return all[0]
}

// restart ends the server and starts it on the same books.
func (w *world) restart() {
	w.t.Helper()
	w.end()
	w.start()
	synctest.Wait()
}

// raw has an operator do something, and waits for nothing but the answer.
func (w *world) raw(id, what, body string) (int, string) {
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, w.request("POST", "handovers/"+id+"/"+what, body))
	return rec.Code, rec.Body.String()
}
