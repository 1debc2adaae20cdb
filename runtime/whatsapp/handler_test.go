package whatsapp

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"cauce/runtime"
)

const secret = "an app secret"

// sign is Meta's side of the signature.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// hook is a webhook on a real port, and what it received and logged.
type hook struct {
	*httptest.Server
	got []runtime.Delivery
	err error // what Receive answers
	log bytes.Buffer
}

func serve(t *testing.T, o HandlerOptions) *hook {
	t.Helper()
	h := &hook{}
	o.Receive = func(_ context.Context, d runtime.Delivery) error {
		h.got = append(h.got, d)
		return h.err
	}
	o.Logger = slog.New(slog.NewTextHandler(&h.log, nil))
	o.Now = func() time.Time { return received }
	h.Server = httptest.NewServer(NewHandler(o))
	t.Cleanup(h.Close)
	return h
}

// post sends a body under a signature header, and returns the answer.
func (h *hook) post(t *testing.T, body []byte, signature string) (int, string) {
	t.Helper()
	req, err := http.NewRequest("POST", h.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if signature != "" {
		req.Header.Set("X-Hub-Signature-256", signature)
	}
	res, err := h.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

func TestEveryBodyIsTakenOverHTTP(t *testing.T) {
	for _, name := range webhooks(t) {
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			body := load(t, name)
			number := numberOf(t, body)
			h := serve(t, HandlerOptions{PhoneNumberID: number, AppSecrets: []string{secret}})
			for range 2 {
				if code, answer := h.post(t, body, sign(secret, body)); code != 200 || answer != "" {
					t.Fatalf("%d %q", code, answer)
				}
			}
			want := Decode(body, number, received)
			if len(h.got) != 2 || !reflect.DeepEqual(keys(h.got[0]), keys(want)) || !reflect.DeepEqual(keys(h.got[1]), keys(want)) {
				t.Errorf("received %d deliveries:\n%s", len(h.got), summary(h.got[0]))
			}
			if summary(h.got[0]) != summary(want) {
				t.Errorf("got\n%s\nwant\n%s", summary(h.got[0]), summary(want))
			}
			if h.log.Len() != 0 {
				t.Errorf("log: %s", h.log.String())
			}
		})
	}
}

func TestOnlyASignedBodyIsRead(t *testing.T) {
	body := load(t, "inbound-text.json")
	var reencoded any
	if err := json.Unmarshal(body, &reencoded); err != nil {
		t.Fatal(err)
	}
	other, err := json.Marshal(reencoded)
	if err != nil {
		t.Fatal(err)
	}
	good := sign(secret, body)
	h := serve(t, HandlerOptions{PhoneNumberID: "106540352242922", AppSecrets: []string{"the one before", secret, ""}})
	for name, c := range map[string]struct {
		body      []byte
		signature string
		want      int
	}{
		"ours":                    {body, good, 200},
		"the one before":          {body, sign("the one before", body), 200},
		"none":                    {body, "", 401},
		"another secret":          {body, sign("another", body), 401},
		"an empty secret":         {body, sign("", body), 401},
		"of other bytes":          {body, sign(secret, other), 401},
		"one byte more":           {append(bytes.Clone(body), ' '), good, 401},
		"no prefix":               {body, strings.TrimPrefix(good, "sha256="), 401},
		"another prefix":          {body, "sha1=" + strings.TrimPrefix(good, "sha256="), 401},
		"cut short":               {body, good[:len(good)-2], 401},
		"longer":                  {body, good + "00", 401},
		"no hex":                  {body, "sha256=" + strings.Repeat("z", 64), 401},
		"empty":                   {body, "sha256=", 401},
		"no JSON, unsigned":       {[]byte("{"), "", 401},
		"no JSON, wrongly signed": {[]byte("{"), good, 401},
		"no JSON, signed":         {[]byte("{"), sign(secret, []byte("{")), 200},
		"nothing, signed":         {nil, sign(secret, nil), 200},
		"nothing, unsigned":       {nil, "", 401},
		"not even text, signed":   {[]byte{0xff, 0}, sign(secret, []byte{0xff, 0}), 200},
	} {
		h.got = nil
		code, answer := h.post(t, c.body, c.signature)
		if code != c.want {
			t.Errorf("%s: %d %q, want %d", name, code, answer, c.want)
		}
		// The text says nothing of why, nor of the body.
		if c.want == 401 && answer != "the signature does not match\n" {
			t.Errorf("%s: answer %q", name, answer)
		}
		if got := len(h.got); got != 0 && c.want != 200 || got != 1 && c.want == 200 {
			t.Errorf("%s: %d deliveries", name, got)
		}
	}

	req, err := http.NewRequest("POST", h.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	old := hmac.New(sha1.New, []byte(secret))
	old.Write(body)
	req.Header.Set("X-Hub-Signature", "sha1="+hex.EncodeToString(old.Sum(nil)))
	res, err := h.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 401 {
		t.Errorf("the old signature alone: %d", res.StatusCode)
	}
}

func TestWithoutASecretNothingIsTaken(t *testing.T) {
	body := load(t, "inbound-text.json")
	for _, secrets := range [][]string{nil, {}, {""}, {" ", ""}} {
		h := serve(t, HandlerOptions{PhoneNumberID: "106540352242922", AppSecrets: secrets})
		for _, s := range []string{"", " "} {
			if code, _ := h.post(t, body, sign(s, body)); code != 401 || len(h.got) != 0 {
				t.Errorf("secrets %q, signed with %q: %d", secrets, s, code)
			}
		}
	}
}

func TestTheHandshake(t *testing.T) {
	for _, c := range []struct {
		token, query string
		want         int
	}{
		{"our token", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=our+token", 200},
		{"our token", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=their+token", 403},
		{"our token", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=our+toke", 403},
		{"our token", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=", 403},
		{"our token", "hub.mode=subscribe&hub.challenge=1158201444", 403},
		{"our token", "hub.mode=unsubscribe&hub.challenge=1158201444&hub.verify_token=our+token", 403},
		{"our token", "hub.challenge=1158201444&hub.verify_token=our+token", 403},
		{"our token", "", 403},
		{"", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=", 403},
		{"", "hub.mode=subscribe&hub.challenge=1158201444", 403},
	} {
		h := serve(t, HandlerOptions{VerifyToken: c.token, AppSecrets: []string{secret}})
		res, err := h.Client().Get(h.URL + "?" + c.query)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != c.want {
			t.Errorf("token %q, query %s: %d", c.token, c.query, res.StatusCode)
		}
		if c.want == 200 && (string(answer) != "1158201444" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain")) {
			t.Errorf("answer %q of %s", answer, res.Header.Get("Content-Type"))
		}
		if c.want != 200 && strings.Contains(string(answer), "1158201444") {
			t.Errorf("query %s: the challenge is in the answer %q", c.query, answer)
		}
		if log := h.log.String(); strings.Contains(log, "our token") || strings.Contains(log, "their token") {
			t.Errorf("log: %s", h.log.String())
		}
	}
	// A challenge is text to whoever looks at it.
	h := serve(t, HandlerOptions{VerifyToken: "t"})
	res, err := h.Client().Get(h.URL + "?hub.mode=subscribe&hub.verify_token=t&hub.challenge=" + url.QueryEscape("<script>"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", res.Header)
	}
}

func TestABodyMayHaveThreeMiB(t *testing.T) {
	h := serve(t, HandlerOptions{PhoneNumberID: "N", AppSecrets: []string{secret}})
	body := thousand(2 << 20)
	body = append(body, bytes.Repeat([]byte(" "), MaxBody-len(body))...)
	if code, answer := h.post(t, body, sign(secret, body)); code != 200 || len(h.got) != 1 || len(h.got[0].Messages) != 1000 {
		t.Fatalf("%d bytes: %d %q", len(body), code, answer)
	}
	// One byte more, however it is announced.
	body = append(body, ' ')
	for _, r := range []io.Reader{bytes.NewReader(body), iotest.HalfReader(bytes.NewReader(body))} {
		req := httptest.NewRequest("POST", "/", r)
		req.Header.Set("X-Hub-Signature-256", sign(secret, body))
		w := httptest.NewRecorder()
		h.Config.Handler.ServeHTTP(w, req)
		if w.Code != 413 || len(h.got) != 1 {
			t.Errorf("%d bytes: %d", len(body), w.Code)
		}
	}
}

func TestABodyThatBreaksOffIsNotRead(t *testing.T) {
	h := serve(t, HandlerOptions{PhoneNumberID: "106540352242922", AppSecrets: []string{secret}})
	body := load(t, "inbound-text.json")
	req := httptest.NewRequest("POST", "/", io.MultiReader(bytes.NewReader(body), iotest.ErrReader(io.ErrUnexpectedEOF)))
	req.Header.Set("X-Hub-Signature-256", sign(secret, body))
	w := httptest.NewRecorder()
	h.Config.Handler.ServeHTTP(w, req)
	if w.Code != 400 || len(h.got) != 0 {
		t.Errorf("%d, %d deliveries", w.Code, len(h.got))
	}
}

func TestOtherMethods(t *testing.T) {
	h := serve(t, HandlerOptions{VerifyToken: "t", AppSecrets: []string{secret}})
	for _, method := range []string{"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"} {
		req, err := http.NewRequest(method, h.URL+"?hub.mode=subscribe&hub.verify_token=t", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := h.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 405 || res.Header.Get("Allow") != "GET, POST" {
			t.Errorf("%s: %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
}

func TestWhatCouldNotBeStoredIsAskedForAgain(t *testing.T) {
	body := load(t, "inbound-text.json")
	h := serve(t, HandlerOptions{PhoneNumberID: "106540352242922", AppSecrets: []string{secret}})
	h.err = errors.New("disk full")
	code, answer := h.post(t, body, sign(secret, body))
	if code != 500 || strings.Contains(answer, "disk") || !strings.Contains(h.log.String(), "disk full") {
		t.Errorf("%d %q, log %s", code, answer, h.log.String())
	}
	// What is not about our number asks nothing of the store.
	h = serve(t, HandlerOptions{PhoneNumberID: "another", AppSecrets: []string{secret}})
	h.err = errors.New("disk full")
	if code, _ := h.post(t, body, sign(secret, body)); code != 200 || len(h.got) != 0 {
		t.Errorf("%d, %d deliveries", code, len(h.got))
	}
}

// Whatever goes wrong with whichever body, nobody is in the log.
func TestTheLogNamesNobody(t *testing.T) {
	for _, name := range webhooks(t) {
		body := load(t, name)
		h := serve(t, HandlerOptions{PhoneNumberID: numberOf(t, body), AppSecrets: []string{secret}})
		h.err = errors.New("disk full")
		h.post(t, body, sign(secret, body))
		h.post(t, body, sign("another", body))
		log := h.log.String()
		if strings.Count(log, "\n") != 2 {
			t.Errorf("%s: log %s", name, log)
		}
		for _, m := range h.got[0].Messages {
			for _, private := range []string{m.From.Phone, m.From.UserID, m.Message.Name, m.Message.Text, m.Message.ID} {
				if private != "" && strings.Contains(log, private) {
					t.Errorf("%s: %q is in the log: %s", name, private, log)
				}
			}
		}
	}
}

// The handler takes bodies side by side.
func TestDeliveriesSideBySide(t *testing.T) {
	body := load(t, "inbound-text.json")
	arrived, release := make(chan bool), make(chan bool)
	s := httptest.NewServer(NewHandler(HandlerOptions{PhoneNumberID: "106540352242922", AppSecrets: []string{secret},
		Logger: slog.New(slog.DiscardHandler),
		Receive: func(context.Context, runtime.Delivery) error {
			arrived <- true
			<-release
			return nil
		}}))
	defer s.Close()
	codes := make(chan string, 8)
	for range cap(codes) {
		go func() {
			req, err := http.NewRequest("POST", s.URL, bytes.NewReader(body))
			if err != nil {
				codes <- err.Error()
				return
			}
			req.Header.Set("X-Hub-Signature-256", sign(secret, body))
			res, err := s.Client().Do(req)
			if err != nil {
				codes <- err.Error()
				return
			}
			res.Body.Close()
			codes <- fmt.Sprint(res.StatusCode)
		}()
	}
	for range cap(codes) {
		<-arrived // all of them are in, none has been answered
	}
	if len(codes) != 0 {
		t.Error("a delivery was answered before it was on file")
	}
	close(release)
	for range cap(codes) {
		if got := <-codes; got != "200" {
			t.Errorf("answer %s", got)
		}
	}
}
