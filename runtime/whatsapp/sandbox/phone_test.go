package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// image has a person send a picture.
func (w *world) image(person string) string {
	w.t.Helper()
	r := httptest.NewRequest("POST", "http://127.0.0.1/phone/api/people/"+person+"/file", bytes.NewReader(testPNG(w.t)))
	r.Header.Set("Content-Type", "image/png")
	rec := httptest.NewRecorder()
	w.s.Phone().ServeHTTP(rec, r)
	var out struct{ ID string }
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || rec.Code != 200 {
		w.t.Fatalf("image: %d %s", rec.Code, rec.Body)
	}
	return out.ID
}

func TestPhoneIsForThisMachineAndItsOwnPage(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{"name":"Ana"}`)
	for _, c := range []struct {
		name, host string
		header     map[string]string
		get, post  int
	}{
		{"this machine", "127.0.0.1:8080", nil, 200, 200},
		{"by name", "localhost:8080", nil, 200, 200},
		{"by its other address", "[::1]:8080", nil, 200, 200},
		{"without a port", "127.0.0.1", nil, 200, 200},
		{"our own page", "127.0.0.1:8080", map[string]string{"Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-origin"}, 200, 200},
		{"an older browser's own page", "127.0.0.1:8080", map[string]string{"Origin": "http://127.0.0.1:8080"}, 200, 200},
		{"a name that was pointed here", "evil.example:8080", nil, 403, 403},
		{"a name that looks like us", "localhost.evil.example", nil, 403, 403},
		{"an address of the network", "192.168.1.7:8080", nil, 403, 403},
		{"another site", "127.0.0.1:8080", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 200, 403},
		{"another site in an older browser", "127.0.0.1:8080", map[string]string{"Origin": "https://evil.example"}, 200, 403},
		{"another port", "127.0.0.1:8080", map[string]string{"Origin": "http://127.0.0.1:3000", "Sec-Fetch-Site": "same-site"}, 200, 403},
		{"a page of no origin", "127.0.0.1:8080", map[string]string{"Origin": "null"}, 200, 403},
		{"a form", "127.0.0.1:8080", map[string]string{"Content-Type": "text/plain"}, 200, 415},
	} {
		t.Run(c.name, func(t *testing.T) {
			ask := func(method, path, body string) int {
				r := httptest.NewRequest(method, path, strings.NewReader(body))
				r.Host = c.host
				r.Header.Set("Content-Type", "application/json")
				for k, v := range c.header {
					r.Header.Set(k, v)
				}
				rec := httptest.NewRecorder()
				w.s.Phone().ServeHTTP(rec, r)
				return rec.Code
			}
			if got := ask("GET", "/phone/", ""); got != c.get {
				t.Errorf("GET: %d, want %d", got, c.get)
			}
			if got := ask("POST", "/phone/api/people/"+ana+"/messages", `{"type":"text","text":"hola"}`); got != c.post {
				t.Errorf("POST: %d, want %d", got, c.post)
			}
		})
	}
}

func TestPhoneServesItsFiles(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Name = `Luna <script>alert("x")</script>`; o.Language = "en-GB" })
	for path, kind := range map[string]string{
		"": "text/html; charset=utf-8", "phone.css": "text/css; charset=utf-8", "phone.js": "text/javascript; charset=utf-8", "words.js": "text/javascript; charset=utf-8",
		"format.js": "text/javascript; charset=utf-8", "bubbles.js": "text/javascript; charset=utf-8", "sheet.js": "text/javascript; charset=utf-8",
		"icon.svg": "image/svg+xml", "waves.svg": "image/svg+xml",
	} {
		rec := httptest.NewRecorder()
		w.s.Phone().ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost/phone/"+path, nil))
		if rec.Code != 200 || rec.Header().Get("Content-Type") != kind || rec.Body.Len() == 0 {
			t.Errorf("%q: %d %q", path, rec.Code, rec.Header().Get("Content-Type"))
		}
		if policy := rec.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%q: policy %q", path, policy)
		}
		if rec.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%q may be sniffed", path)
		}
		if bytes.Contains(rec.Body.Bytes(), []byte("<script>alert")) {
			t.Errorf("%q: the name became markup", path)
		}
		if path == "" && !bytes.Contains(rec.Body.Bytes(), []byte(`<html lang="en">`)) {
			t.Errorf("the page is not in the language asked for: %.80s", rec.Body)
		}
	}
	for _, path := range []string{"nothing.js", "index.html", "voice.ogg", "..%2fphone.go"} {
		rec := httptest.NewRecorder()
		w.s.Phone().ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost/phone/"+path, nil))
		if rec.Code != 404 {
			t.Errorf("%q: %d, want 404", path, rec.Code)
		}
	}
}

// The page's own files fetch nothing from anywhere else.
func TestPageReachesNothingOutside(t *testing.T) {
	files, err := page.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := page.ReadFile("page/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, outside := range []string{"//cdn", "http://", "https://", "innerHTML", "insertAdjacentHTML", "eval("} {
			for line := range strings.SplitSeq(string(content), "\n") {
				if strings.Contains(line, outside) && !strings.Contains(line, "http://www.w3.org/2000/svg") && f.Name() != "voice.ogg" {
					t.Errorf("%s holds %q: %.100s", f.Name(), outside, line)
				}
			}
		}
	}
}

func TestPhoneRefusesWhatItCannotDo(t *testing.T) {
	w := newWorld(t, nil)
	ana, bea := w.person(`{"name":"Ana"}`), w.person(`{"name":"Bea"}`)
	w.says(bea, "hola")
	hers := w.send(interactiveTo(bea, buttons(`{"id":"a","title":"A"}`)))
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		word                     string
	}{
		{"somebody unknown writes", "POST", "people/573009999999/messages", `{"type":"text","text":"x"}`, 404, "unknown-person"},
		{"somebody unknown looks", "POST", "people/573009999999/seen", `{}`, 404, "unknown-person"},
		{"somebody unknown goes", "DELETE", "people/573009999999", ``, 404, "unknown-person"},
		{"nothing", "POST", "people/" + ana + "/messages", `{"type":"text","text":" \n "}`, 400, "too-long"},
		{"too much", "POST", "people/" + ana + "/messages", `{"type":"text","text":"` + strings.Repeat("x", 65537) + `"}`, 400, "too-long"},
		{"far too much", "POST", "people/" + ana + "/messages", `{"type":"text","text":"` + strings.Repeat("x", maxPageBody) + `"}`, 413, "too-long"},
		{"not JSON", "POST", "people/" + ana + "/messages", `hola`, 400, "not-json"},
		{"an odd gesture", "POST", "people/" + ana + "/messages", `{"type":"dance"}`, 400, "unknown-gesture"},
		{"a tap on another's message", "POST", "people/" + ana + "/messages", `{"type":"tap","message":"` + hers + `","choice":0}`, 404, "unknown-choice"},
		{"a tap beside the buttons", "POST", "people/" + bea + "/messages", `{"type":"tap","message":"` + hers + `","choice":1}`, 404, "unknown-choice"},
		{"a tap before the buttons", "POST", "people/" + bea + "/messages", `{"type":"tap","message":"` + hers + `","choice":-1}`, 404, "unknown-choice"},
		{"a place off the map", "POST", "people/" + ana + "/messages", `{"type":"location","latitude":91}`, 400, "bad-place"},
		{"a name too long", "POST", "people", `{"name":"` + strings.Repeat("x", 61) + `"}`, 400, "bad-person"},
		{"a number that is none", "POST", "people", `{"phone":"+57 300"}`, 400, "bad-person"},
		{"the service's number", "POST", "people", `{"phone":"576015550199"}`, 400, "bad-person"},
		{"an id that is none", "POST", "people", `{"user_id":"../../x"}`, 400, "bad-person"},
		{"an odd kind", "POST", "people", `{"kind":"robot"}`, 400, "bad-person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out := w.call(c.method, c.path, c.body)
			if status != c.status || out["error"] != c.word {
				t.Errorf("answered %d %v, want %d %q", status, out, c.status, c.word)
			}
		})
	}
	for kind, content := range map[string][]byte{
		"image/png": []byte("<svg onload=alert(1)>"), "image/svg+xml": []byte("<svg/>"), "image/jpeg": testPNG(t), "text/html": []byte("<html>"),
		"image/webp": testPNG(t), "video/webm": []byte("webm"), "application/pdf": nil, "": []byte("?"),
	} {
		r := httptest.NewRequest("POST", "http://127.0.0.1/phone/api/people/"+ana+"/file", bytes.NewReader(content))
		r.Header.Set("Content-Type", kind)
		rec := httptest.NewRecorder()
		w.s.Phone().ServeHTTP(rec, r)
		if rec.Code != http.StatusUnsupportedMediaType {
			t.Errorf("%s that is none: %d", kind, rec.Code)
		}
	}
	big := httptest.NewRequest("POST", "http://127.0.0.1/phone/api/people/"+ana+"/file", bytes.NewReader(append(testPNG(t), make([]byte, 5<<20)...)))
	big.Header.Set("Content-Type", "image/png")
	rec := httptest.NewRecorder()
	if w.s.Phone().ServeHTTP(rec, big); rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge image: %d", rec.Code)
	}
}

func TestPeople(t *testing.T) {
	w := newWorld(t, nil)
	seen := map[string]bool{}
	for range maxPeople {
		_, p := w.call("POST", "people", `{}`)
		phone := p["phone"].(string)
		if seen[phone] || !strings.HasPrefix(phone, "57300555") || len(phone) != 12 {
			t.Fatalf("number %q, already taken: %v", phone, seen[phone])
		}
		seen[phone] = true
		if p["user_id"] != userIDOf(phone) || p["name"] == "" || seen[p["name"].(string)] {
			t.Fatalf("person %v", p)
		}
		seen[p["name"].(string)] = true
	}
	if status, out := w.call("POST", "people", `{}`); status != 409 || out["error"] != "too-many-people" {
		t.Errorf("one more: %d %v", status, out)
	}
	if n := len(w.s.snapshot().People); n != maxPeople {
		t.Errorf("%d people", n)
	}
}

func TestPeopleComeBackAsThemselves(t *testing.T) {
	first, second := newWorld(t, nil), newWorld(t, nil)
	_, p := first.call("POST", "people", `{"name":"Zoé","kind":"id"}`)
	back := fmt.Sprintf(`{"name":"Zoé","user_id":%q}`, p["user_id"])
	for range 2 { // twice is once
		_, q := second.call("POST", "people", back)
		if q["id"] != p["id"] || q["user_id"] != p["user_id"] || q["phone"] != nil || q["username"] != p["username"] {
			t.Errorf("was %v, is %v", p, q)
		}
	}
	if n := len(second.s.snapshot().People); n != 1 {
		t.Errorf("%d people", n)
	}
	if p := first.s.find("", ""); p != nil {
		t.Error("nobody in particular was found")
	}
}

// Ids are drawn at random and always have WhatsApp's form.
func TestUserIDsHaveTheirForm(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 500 {
		n := newcomer{Kind: "id"}
		w.s.invent(&n)
		if !regexp.MustCompile(`^CO\.[1-9][0-9]{18}$`).MatchString(n.UserID) || n.Phone != "" {
			t.Fatalf("hidden number: %+v", n)
		}
		if id := userIDOf(fmt.Sprint(573005550000 + i)); !regexp.MustCompile(`^CO\.[1-9][0-9]{18}$`).MatchString(id) {
			t.Fatalf("user id %q", id)
		}
	}
}

func TestRemovedPeopleAreGone(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.answer = func(int) int { return 500 }
		ana := w.person(`{"name":"Ana"}`)
		w.says(ana, "hola")
		w.send(textTo("+"+ana, "sí"))
		time.Sleep(10 * time.Second)
		if status, _ := w.call("DELETE", "people/"+ana, ""); status != 200 {
			t.Fatalf("DELETE: %d", status)
		}
		time.Sleep(time.Minute)
		before := len(w.attempts())
		time.Sleep(time.Hour)
		if n := len(w.attempts()); n != before {
			t.Errorf("%d webhooks for somebody who is gone", n-before)
		}
		if code, _ := w.refusal(textTo("+"+ana, "hola")); code != 131047 {
			t.Errorf("a send to them: %d", code)
		}
		w.s.mu.Lock()
		defer w.s.mu.Unlock()
		if len(w.s.sent) != 0 || len(w.s.owner) != 0 {
			t.Errorf("%d messages of theirs are still kept", len(w.s.sent))
		}
	})
}

func TestHistoryStaysBounded(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{}`)
	for i := range maxHistory + 50 {
		w.says(ana, fmt.Sprint(i))
	}
	shot := w.s.snapshot().People[0]
	if len(shot.Messages) != maxHistory || shot.Messages[0].Text != "50" || len(w.s.sent) != maxHistory {
		t.Errorf("%d messages from %q, %d by id", len(shot.Messages), shot.Messages[0].Text, len(w.s.sent))
	}
}

// A refusal is told once, with a count, however often the service tries.
func TestRefusalsAreToldInTheChat(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{}`)
	for range 3 {
		w.refusal(textTo("+"+ana, "hola"))
	}
	notes := w.s.snapshot().People[0].Messages
	if len(notes) != 1 || notes[0].Kind != "note" || notes[0].Code != 131047 || notes[0].Count != 3 {
		t.Errorf("the chat shows %+v", notes)
	}
	if w.s.snapshot().Alert != nil {
		t.Error("and the page too")
	}
	w.refusal(textTo("+573009999999", "hola"))
	if a := w.s.snapshot().Alert; a == nil || a.Code != 131047 {
		t.Errorf("a refusal that belongs to nobody: %+v", a)
	}
}

func TestMediaCanBeDownloaded(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		ana := w.person(`{}`)
		w.image(ana)
		w.does(ana, `{"type":"voice"}`)
		synctest.Wait()
		for i, want := range []struct {
			mime    string
			content []byte
		}{{"image/png", testPNG(t)}, {"audio/ogg; codecs=opus", voiceNote}} {
			m := w.inbounds()[i]
			body := m.Image
			if body == nil {
				body = m.Audio
			}
			if body.MimeType != want.mime || body.SHA256 != digest(want.content) {
				t.Errorf("the webhook says %+v", body)
			}
			rec := w.raw("GET", "/v25.0/"+body.ID, "", "Bearer "+testToken)
			var info struct {
				URL  string
				Mime string `json:"mime_type"`
				Size int    `json:"file_size"`
				ID   string
				Hash string `json:"sha256"`
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &info); err != nil || info.Mime != want.mime || info.Size != len(want.content) || info.ID != body.ID || info.Hash != body.SHA256 {
				t.Fatalf("info %s: %v", rec.Body, err)
			}
			path := strings.TrimPrefix(info.URL, "http://127.0.0.1:8080")
			if rec := w.raw("GET", path, "", "Bearer "+testToken); rec.Code != 200 || !bytes.Equal(rec.Body.Bytes(), want.content) || rec.Header().Get("Content-Type") != want.mime {
				t.Errorf("download %s: %d", path, rec.Code)
			}
			if rec := w.raw("GET", path, "", ""); rec.Code != 401 {
				t.Errorf("download without a token: %d", rec.Code)
			}
			time.Sleep(mediaURL)
			if rec := w.raw("GET", path, "", "Bearer "+testToken); rec.Code != 404 {
				t.Errorf("download after five minutes: %d", rec.Code)
			}
		}
	})
}

func TestShelfStaysBounded(t *testing.T) {
	var shelf mediaShelf
	first := shelf.put("image/png", make([]byte, maxShelf/2))
	second := shelf.put("image/png", make([]byte, maxShelf/2))
	third := shelf.put("image/png", make([]byte, 1))
	if shelf.has(first) || !shelf.has(second) || !shelf.has(third) || shelf.bytes != maxShelf/2+1 {
		t.Errorf("kept %v %v %v, %d bytes", shelf.has(first), shelf.has(second), shelf.has(third), shelf.bytes)
	}
}

// A stream opens with everything there is, goes on with what changes, and ends with Run.
func TestStream(t *testing.T) {
	s := newTest(t, nil)
	server := httptest.NewServer(s.Phone())
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	if _, err := s.register(newcomer{Name: "Ana", Phone: "573005550101"}); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(server.URL + "/phone/api/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("content type %q", kind)
	}
	lines := bufio.NewReader(resp.Body)
	next := func() (event string, data map[string]any) {
		t.Helper()
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("the stream ended: %v", err)
			}
			line = strings.TrimSuffix(line, "\n")
			if name, ok := strings.CutPrefix(line, "event: "); ok {
				event = name
			}
			if text, ok := strings.CutPrefix(line, "data: "); ok {
				if err := json.Unmarshal([]byte(text), &data); err != nil {
					t.Fatalf("%s: %v", text, err)
				}
				return event, data
			}
		}
	}
	event, data := next()
	if event != "state" || data["name"] != "Luna" || data["boot"] == "" || len(data["people"].([]any)) != 1 {
		t.Errorf("first %s %v", event, data)
	}
	if _, err := s.register(newcomer{Name: "Bea", Phone: "573005550102"}); err != nil {
		t.Fatal(err)
	}
	if event, data = next(); event != "person" || data["name"] != "Bea" {
		t.Errorf("then %s %v", event, data)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(lines); err != nil {
		t.Errorf("the stream did not end well: %v (%s)", err, rest)
	}
	if resp, err := http.Get(server.URL + "/phone/api/events"); err != nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream after the end: %v %v", resp.StatusCode, err)
	}
}

// A page that does not listen is let go and nobody waits for it.
func TestSlowPagesAreLetGo(t *testing.T) {
	w := newWorld(t, nil)
	slow := make(chan frame, 2)
	w.s.mu.Lock()
	w.s.streams[slow] = true
	w.s.mu.Unlock()
	ana := w.person(`{}`)
	for range 5 {
		w.says(ana, "hola")
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	if len(w.s.streams) != 0 {
		t.Error("it is still waited for")
	}
}
