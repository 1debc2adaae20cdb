package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A world calls a sandbox's handlers directly and receives its webhooks without a socket, so
// that it can live in a synctest bubble, where a day passes in no time.
type world struct {
	t testing.TB
	s *Sandbox

	mu     sync.Mutex
	tries  []try
	answer func(n int) int // the status for the n-th attempt, from 0; nil is always 200
}

// A try is one attempt at a webhook.
type try struct {
	at     time.Time
	header http.Header
	body   []byte
	status int
}

func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	status := http.StatusOK
	if w.answer != nil {
		status = w.answer(len(w.tries))
	}
	w.tries = append(w.tries, try{time.Now(), r.Header, body, status})
	if status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("")), Header: http.Header{"Location": {"http://127.0.0.1:1/elsewhere"}}, Request: r}, nil
}

func (w *world) attempts() []try {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]try{}, w.tries...)
}

func newWorld(t testing.TB, change func(*Options)) *world {
	w := &world{t: t}
	w.s = newTest(t, func(o *Options) {
		o.Client = &http.Client{Transport: w}
		o.Webhook = "http://127.0.0.1:8080/webhooks/whatsapp"
		if change != nil {
			change(o)
		}
	})
	return w
}

// inBubble runs a test with a world whose Run ends with it.
func inBubble(t *testing.T, test func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.s.Run(ctx) }()
		defer func() { // also when the test gives up
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
		}()
		test(t, w)
	})
}

// call makes a request of the phone page's.
func (w *world) call(method, path, body string) (int, map[string]any) {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8080/phone/api/"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.s.Phone().ServeHTTP(rec, r)
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		w.t.Fatalf("%s %s answered %d, not JSON: %s", method, path, rec.Code, rec.Body)
	}
	return rec.Code, out
}

// person adds somebody and returns their id.
func (w *world) person(body string) string {
	w.t.Helper()
	code, out := w.call("POST", "people", body)
	if code != http.StatusOK {
		w.t.Fatalf("adding %s: %d %v", body, code, out)
	}
	return out["id"].(string)
}

// does has a person do something and returns the message's id.
func (w *world) does(person, gesture string) string {
	w.t.Helper()
	code, out := w.call("POST", "people/"+person+"/messages", gesture)
	if code != http.StatusOK {
		w.t.Fatalf("%s: %d %v", gesture, code, out)
	}
	return out["id"].(string)
}

func (w *world) says(person, text string) string {
	w.t.Helper()
	body, _ := json.Marshal(map[string]string{"type": "text", "text": text})
	return w.does(person, string(body))
}

// api posts to the Cloud API with the right token.
func (w *world) api(path, body string) (int, map[string]any) {
	w.t.Helper()
	rec := w.raw("POST", path, body, "Bearer "+testToken)
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		w.t.Fatalf("%s answered %d, not JSON: %s", path, rec.Code, rec.Body)
	}
	return rec.Code, out
}

func (w *world) raw(method, path, body, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	rec := httptest.NewRecorder()
	w.s.API().ServeHTTP(rec, r)
	return rec
}

const messagesOf = "/v25.0/" + testPhoneID + "/messages"

// send posts a message and returns its id, or fails.
func (w *world) send(body string) string {
	w.t.Helper()
	code, out := w.api(messagesOf, body)
	if code != http.StatusOK {
		w.t.Fatalf("send %s: %d %v", body, code, out)
	}
	return out["messages"].([]any)[0].(map[string]any)["id"].(string)
}

// refusal posts a message that must be refused, and returns code and details.
func (w *world) refusal(body string) (int, string) {
	w.t.Helper()
	code, out := w.api(messagesOf, body)
	e, ok := out["error"].(map[string]any)
	if !ok || code == http.StatusOK {
		w.t.Fatalf("%s was not refused: %d %v", body, code, out)
	}
	data, _ := e["error_data"].(map[string]any)
	details, _ := data["details"].(string)
	return int(e["code"].(float64)), details
}

// inbounds are the messages webhooks told, in the order they were taken; statuses likewise, as
// "status id".
func (w *world) inbounds() (out []inbound) {
	for _, d := range w.s.Books().Delivered {
		out = append(out, decode(w.t, d.Body).Messages...)
	}
	return out
}

func (w *world) statuses() (out []status) {
	for _, d := range w.s.Books().Delivered {
		out = append(out, decode(w.t, d.Body).Statuses...)
	}
	return out
}

func decode(t testing.TB, body []byte) value {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var e envelope
	if err := d.Decode(&e); err != nil || len(e.Entry) != 1 || len(e.Entry[0].Changes) != 1 {
		t.Fatalf("webhook %s: %v", body, err)
	}
	return e.Entry[0].Changes[0].Value
}

func textTo(to, text string) string {
	body, _ := json.Marshal(map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]string{"body": text}})
	return string(body)
}
