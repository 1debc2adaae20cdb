package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/runtime/whatsapp"
)

// wire is what this test reads in a webhook body, with a decoder of its own.
type wire struct {
	Object string `json:"object"`
	Entry  []struct {
		Changes []struct {
			Field string `json:"field"`
			Value struct {
				Metadata struct {
					PhoneNumberID string `json:"phone_number_id"`
				} `json:"metadata"`
				Contacts []struct {
					WaID   string `json:"wa_id"`
					UserID string `json:"user_id"`
				} `json:"contacts"`
				Messages []struct {
					ID         string `json:"id"`
					From       string `json:"from"`
					FromUserID string `json:"from_user_id"`
					GroupID    string `json:"group_id"`
					Type       string `json:"type"`
					Text       struct {
						Body string `json:"body"`
					} `json:"text"`
				} `json:"messages"`
				Statuses []struct {
					ID string `json:"id"`
				} `json:"statuses"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

// written is one message of a body that names our number.
type written struct {
	id, text string
	isText   bool // a text in a chat of one person with us
	named    bool // says who wrote it
}

func (w *wire) messages(number string) (out []written) {
	for _, e := range w.Entry {
		for _, c := range e.Changes {
			if c.Field != "messages" || c.Value.Metadata.PhoneNumberID != number {
				continue
			}
			for _, m := range c.Value.Messages {
				named := m.From != "" || m.FromUserID != ""
				for _, p := range c.Value.Contacts {
					named = named || len(c.Value.Contacts) == 1 && p.WaID+p.UserID != ""
				}
				out = append(out, written{
					m.ID, m.Text.Body, m.Type == "text" && m.GroupID == "", named && m.GroupID == "",
				})
			}
		}
	}
	return out
}

// recorded is a webhook body of testdata/cloudapi.
type recorded struct {
	name    string
	raw     []byte
	wire    wire
	numbers map[string]bool // whom it is for
}

// recordings are the webhook bodies by the number they are for. What names no
// number (an account, a template) is for each of them.
func recordings(t *testing.T) map[string][]recorded {
	names, err := filepath.Glob("../../testdata/cloudapi/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	everybody := map[string]bool{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := recorded{name: filepath.Base(name), raw: raw, numbers: map[string]bool{}}
		if json.Unmarshal(raw, &r.wire) != nil || r.wire.Object != "whatsapp_business_account" {
			var v struct{ Object string }
			if json.Unmarshal(raw, &v); v.Object == "whatsapp_business_account" {
				t.Fatalf("%s is a webhook body that this test can't read", name)
			}
			continue // a request to the API, or its answer
		}
		for _, e := range r.wire.Entry {
			for _, c := range e.Changes {
				if id := c.Value.Metadata.PhoneNumberID; id != "" {
					r.numbers[id], everybody[id] = true, true
				}
			}
		}
		all = append(all, r)
	}
	if len(all) < 100 || len(everybody) < 4 {
		t.Fatalf("only %d bodies of %d numbers", len(all), len(everybody))
	}
	by := map[string][]recorded{}
	for number := range everybody {
		for _, r := range all {
			if r.numbers[number] || len(r.numbers) == 0 {
				by[number] = append(by[number], r)
			}
		}
	}
	return by
}

var timestamps = regexp.MustCompile(`("timestamp":\s*"?)\w+`)

// now moves every time in a body to this moment.
func (r recorded) now() []byte {
	return timestamps.ReplaceAll(r.raw, fmt.Appendf(nil, "${1}%d", time.Now().Unix()))
}

// apart gives the ids of a body's messages and statuses an ending of their own:
// recordings share ids. The two deliveries of one message still do.
func (r recorded) apart() recorded {
	ending := "." + strings.TrimSuffix(r.name, ".json")
	if strings.HasPrefix(r.name, "duplicate-redelivery-") {
		ending = ".duplicate-redelivery"
	}
	ids := map[string]bool{}
	for _, e := range r.wire.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				ids[m.ID] = true
			}
			for _, s := range c.Value.Statuses {
				ids[s.ID] = true
			}
		}
	}
	out := recorded{name: r.name, raw: r.raw}
	for id := range ids {
		out.raw = bytes.ReplaceAll(out.raw, []byte(`"`+id+`"`), []byte(`"`+id+ending+`"`))
	}
	if err := json.Unmarshal(out.raw, &out.wire); err != nil {
		panic(err)
	}
	return out
}

var echoed = regexp.MustCompile(`^\d+: (?s)(.*)$`)

// Every body that was ever recorded, as if it came now: 200, each text answered
// once, and a repeat changes nothing in the books.
func TestEveryBodyNow(t *testing.T) {
	for _, ids := range []string{"apart", "shared"} {
		for number, bodies := range recordings(t) {
			t.Run(ids+"/"+number, func(t *testing.T) {
				s := serving(t, number)
				seen := map[string]bool{}
				texts, greetings := 0, 0
				for _, r := range bodies {
					if ids == "apart" {
						r = r.apart()
					}
					body := r.now()
					before := len(s.graph.all())
					s.post(r.name, body)
					s.quiet()
					got := s.graph.all()[before:]

					// What has to be answered: each text of somebody, once.
					var want []string
					onlyTexts := true
					for _, m := range r.wire.messages(number) {
						onlyTexts = onlyTexts && (m.isText || !m.named)
						if m.isText && m.named && !seen[m.id] {
							want = append(want, m.text)
						}
						seen[m.id] = true
					}
					asked, repeated := 0, []string{}
					for _, m := range got {
						body, _, _ := strings.Cut(m.body, "\n\n") // without the hint
						if body == question {
							asked++
						} else if e := echoed.FindStringSubmatch(body); e != nil {
							repeated = append(repeated, e[1])
						}
					}
					texts += len(want)
					if len(want) > 0 {
						// Who wrote for the first time is greeted; every other
						// text is repeated, in order, and asked again after.
						if asked != len(want) {
							t.Errorf("%s: %d texts, %d questions: %+v", r.name, len(want), asked, got)
						}
						if len(got) != asked+len(repeated) || !within(repeated, want) {
							t.Errorf("%s: wrote %q, got %+v", r.name, want, got)
						}
						greetings += asked - len(repeated)
					} else if onlyTexts && len(got) > 0 {
						t.Errorf("%s: nobody wrote, got %+v", r.name, got)
					}

					books := s.dump()
					s.post(r.name+" again", body)
					s.quiet()
					if again := s.graph.all()[before+len(got):]; len(again) > 0 {
						t.Errorf("%s again: got %+v", r.name, again)
					}
					if after := s.dump(); after != books {
						t.Errorf("%s again: the books have changed:\n%s", r.name, difference(books, after))
					}
				}
				if people := s.count(`SELECT count(*) FROM contact`); greetings > people {
					t.Errorf("%d greetings for %d people", greetings, people)
				}
				if texts == 0 && ids == "apart" {
					t.Error("no text was written")
				}
				s.stop()
			})
		}
	}
}

// within reports whether a is b with some left out.
func within(a, b []string) bool {
	for _, s := range b {
		if len(a) > 0 && a[0] == s {
			a = a[1:]
		}
	}
	return len(a) == 0
}

func difference(before, after string) string {
	var out []string
	old := map[string]bool{}
	for line := range strings.Lines(before) {
		old[line] = true
	}
	for line := range strings.Lines(after) {
		if !old[line] {
			out = append(out, "+ "+line)
		}
		delete(old, line)
	}
	for line := range old {
		out = append(out, "- "+line)
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

// The same bodies with their own times, months and years ago: everything is
// kept, and nothing leaves. No window is open.
func TestEveryBodyOfThePast(t *testing.T) {
	for number, bodies := range recordings(t) {
		t.Run(number, func(t *testing.T) {
			s := serving(t, number)
			for range 2 {
				for _, r := range bodies {
					s.post(r.name, r.apart().raw)
				}
			}
			s.quiet()
			if got := s.graph.all(); len(got) > 0 {
				t.Errorf("left: %+v", got)
			}
			sights := map[string]bool{}
			rows, err := s.books.Query(`SELECT hex(key) FROM first_sight`)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var key string
				if err := rows.Scan(&key); err != nil {
					t.Fatal(err)
				}
				sights[key] = true
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			for _, r := range bodies {
				r = r.apart()
				d := whatsapp.Decode(r.raw, number, time.Now())
				keys := map[string]string{}
				for _, m := range d.Messages {
					keys[m.Key] = "message"
				}
				for _, m := range d.Statuses {
					keys[m.Key] = "status"
				}
				for _, m := range d.Notices {
					keys[m.Key] = "notice"
				}
				if len(keys) == 0 {
					t.Errorf("%s: nothing in it", r.name)
				}
				for key, kind := range keys {
					sum := sha256.Sum256([]byte(key))
					if !sights[fmt.Sprintf("%X", sum[:16])] {
						t.Errorf("%s: no sight of a %s", r.name, kind)
					}
				}
				for _, m := range r.wire.messages(number) {
					lines := s.count(`SELECT count(*) FROM transcript WHERE incoming AND message_id = ?`, m.id)
					if m.named && lines != 1 || !m.named && lines != 0 {
						t.Errorf("%s: %d lines in the transcript", r.name, lines)
					}
					if m.isText && m.named && s.count(`SELECT count(*) FROM transcript WHERE message_id = ? AND text = ?`, m.id, m.text) != 1 {
						t.Errorf("%s: its text is not in the transcript", r.name)
					}
				}
			}
			s.stop()
		})
	}
}

func TestOnlyWhatsAppIsHeard(t *testing.T) {
	s := serving(t, aNumber)
	body := bodyOf(aNumber, note{"wamid.1", "573005550101", "Ana María", "hola, ¿hay alguien?"})
	const header = "X-Hub-Signature-256"
	good := sign(body, testSecret)
	empty := s.dump()
	texts := map[string]bool{}
	for name, h := range map[string]map[string]string{
		"none":                   nil,
		"empty":                  {header: ""},
		"another secret":         {header: sign(body, "another secret")},
		"both secrets as one":    {header: sign(body, "the-former-secret,"+testSecret)},
		"no secret":              {header: sign(body, "")},
		"another body":           {header: sign(append(bytes.Clone(body), ' '), testSecret)},
		"without its prefix":     {header: strings.TrimPrefix(good, "sha256=")},
		"cut":                    {header: good[:len(good)-2]},
		"longer":                 {header: good + "00"},
		"the old kind of header": {"X-Hub-Signature": good},
	} {
		status, text := s.request(body, h)
		if status != 401 {
			t.Errorf("%s: %d", name, status)
		}
		texts[text] = true
	}
	if status, text := s.request([]byte(`{`), nil); status != 401 {
		t.Errorf("no JSON, not signed: %d", status)
	} else {
		texts[text] = true
	}
	if len(texts) != 1 {
		t.Errorf("more than one text: %q", slices.Collect(maps.Keys(texts)))
	}
	if s.dump() != empty {
		t.Error("the books have changed")
	}

	// Either secret signs while they are rotated.
	for _, secret := range []string{"the-former-secret", testSecret} {
		if status, _ := s.request(body, map[string]string{header: sign(body, secret)}); status != 200 {
			t.Errorf("a good signature: %d", status)
		}
	}
	s.posted = append(s.posted, body)
	s.quiet()
	if got := s.graph.all(); len(got) != 1 {
		t.Errorf("got %+v", got)
	}

	// As large as WhatsApp's largest, and a byte larger.
	large := func(size int, id string) []byte {
		b := bodyOf(aNumber, note{id, "573005550102", "Beatriz R.", "una larga espera"})
		return append(b, bytes.Repeat([]byte(" "), size-len(b))...)
	}
	s.post("3 MiB", large(3<<20, "wamid.2"))
	s.quiet()
	if got := s.graph.all(); len(got) != 2 {
		t.Errorf("3 MiB: got %+v", got)
	}
	books := s.dump()
	over := large(3<<20+1, "wamid.3")
	if status, _ := s.request(over, map[string]string{header: sign(over, testSecret)}); status != http.StatusRequestEntityTooLarge {
		t.Errorf("more than 3 MiB: %d", status)
	}
	if s.dump() != books {
		t.Error("more than 3 MiB: the books have changed")
	}

	// What is signed and no delivery is no failure: WhatsApp would repeat it for a week.
	for _, body := range []string{"", "{", "null", "[]", `{"object":"page"}`, `{"object":"whatsapp_business_account"}`, "\xff\xfe"} {
		s.post(fmt.Sprintf("%q", body), []byte(body))
	}

	base := "http://" + s.addr + "/webhooks/whatsapp"
	shake := func(mode, token string) (int, string) {
		return get(t, base+"?hub.mode="+mode+"&hub.challenge=1158201444&hub.verify_token="+token)
	}
	if status, text := shake("subscribe", testVerify); status != 200 || text != "1158201444" {
		t.Errorf("handshake: %d %q", status, text)
	}
	for _, h := range [][2]string{{"subscribe", "wrong"}, {"subscribe", ""}, {"unsubscribe", testVerify}, {"", testVerify}} {
		if status, text := shake(h[0], h[1]); status != 403 || strings.Contains(text, "1158201444") {
			t.Errorf("handshake %q: %d %q", h, status, text)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH"} {
		req, err := http.NewRequest(method, base, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(header, good)
		if status, _ := answer(t, req); status != 405 {
			t.Errorf("%s: %d", method, status)
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/phone/": 404, "/": 404, "/webhooks": 404} {
		if status, _ := get(t, "http://"+s.addr+path); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	s.stop()
}

// The most that WhatsApp puts in one body.
const most = 1000

// A thousand updates in one body: each is handled once, and everybody is
// answered in the order in which they wrote.
func TestAThousandInOneBody(t *testing.T) {
	for _, people := range []int{most, 10} {
		t.Run(fmt.Sprintf("%d people", people), func(t *testing.T) {
			s := serving(t, aNumber)
			var notes []note
			want := map[string][]string{}
			for i := range most {
				phone := fmt.Sprintf("573005%06d", i%people)
				text := fmt.Sprintf("recado número %d", i)
				notes = append(notes, note{fmt.Sprintf("wamid.%d", i), phone, fmt.Sprintf("Persona %d", i%people), text})
				if n := len(want[phone]); n > 0 {
					want[phone] = append(want[phone], fmt.Sprintf("%d: %s", n/2+1, text))
				}
				want[phone] = append(want[phone], question)
			}
			body := bodyOf(aNumber, notes...)
			begun := time.Now()
			s.post("messages", body)
			t.Logf("%d messages of %d people in %d bytes: 200 after %v", most, people, len(body), time.Since(begun))
			s.quiet()
			t.Logf("%d messages sent after %v", len(s.graph.all()), time.Since(begun))
			s.post("messages again", body)
			s.quiet()

			got := map[string][]string{}
			for _, m := range s.graph.all() {
				body, _, _ := strings.Cut(m.body, "\n\n") // without the hint
				got[m.to] = append(got[m.to], body)
			}
			for phone, w := range want {
				if !slices.Equal(got[phone], w) {
					t.Fatalf("%s: got %q\nwant %q", phone, got[phone], w)
				}
			}
			if len(got) != people {
				t.Errorf("%d people were written to", len(got))
			}
			if n := s.count(`SELECT count(*) FROM transcript WHERE incoming`); n != most {
				t.Errorf("%d messages in the transcript", n)
			}
			if n := s.count(`SELECT count(DISTINCT message_id) FROM transcript WHERE incoming`); n != most {
				t.Errorf("%d different messages in the transcript", n)
			}

			// And a thousand statuses of what was sent.
			var statuses []any
			for _, m := range s.graph.all()[:most] {
				statuses = append(statuses, map[string]any{
					"id": m.id, "status": "delivered", "timestamp": fmt.Sprint(time.Now().Unix()), "recipient_id": m.to,
				})
			}
			body = enveloped(aNumber, map[string]any{"statuses": statuses})
			begun = time.Now()
			s.post("statuses", body)
			t.Logf("%d statuses: 200 after %v", most, time.Since(begun))
			if n := s.count(`SELECT count(*) FROM outbox WHERE state = 'delivered'`); n != most {
				t.Errorf("%d delivered", n)
			}
			s.stop()
		})
	}
}

// WhatsApp and the network fail in every way while people write: the log says
// so without a word of anybody's, and each message is accepted once at most.
func TestTheLogNamesNobody(t *testing.T) {
	s := serving(t, aNumber)
	ways := []struct {
		status int
		body   string // with the person's number and the text
	}{
		{400, `{"error":{"message":"(#131026) to %[1]s: %[2]s","type":"OAuthException","code":131026,"error_data":{"messaging_product":"whatsapp","details":"%[1]s %[2]s"},"fbtrace_id":"Az8or2yhqkZfEZ"}}`},
		{400, `{"error":{"message":"to %[1]s: %[2]s","code":131047,"error_data":{"details":"%[1]s"},"fbtrace_id":"to %[1]s"}}`},
		{500, `{"error":{"message":"to %[1]s: %[2]s","code":131000}}`},
		{503, `<html>%[1]s %[2]s</html>`},
		{200, `{"messages":[]} %[1]s`},
		{404, `{"error":{"message":"%[1]s","code":999999,"error_subcode":"%[1]s"}}`},
	}
	s.graph.mu.Lock()
	s.graph.refuse = func(n int, m taken) (int, string) {
		if n > 3*len(ways) {
			return 0, ""
		}
		w := ways[n%len(ways)]
		return w.status, strings.NewReplacer("%[1]s", m.to, "%[2]s", question).Replace(w.body)
	}
	s.graph.mu.Unlock()
	people := 4 * len(ways)
	for i := range people {
		s.post("hello", bodyOf(aNumber, note{fmt.Sprintf("wamid.%d", i), fmt.Sprintf("573005%06d", i), "Ana María Robledo", "me duele la cabeza"}))
	}
	for number, bodies := range recordings(t) {
		for _, r := range bodies {
			s.post(number+r.name, r.now())
		}
	}
	failed := `{"id":"%s","status":"failed","timestamp":"%d","recipient_id":"%s","errors":[{"code":131026,"title":"to %[3]s","message":"to %[3]s"}]}`
	until(t, &s.graph.news, "everybody to be written to", func() bool { return len(s.graph.all()) >= people })
	for _, m := range s.graph.all() {
		if m.accepted {
			var status any
			if err := json.Unmarshal(fmt.Appendf(nil, failed, m.id, time.Now().Unix(), m.to), &status); err != nil {
				t.Fatal(err)
			}
			s.post("failed", enveloped(aNumber, map[string]any{"statuses": []any{status}}))
		}
	}
	for _, said := range []string{"WhatsApp will not take this message", "it is not known whether"} {
		until(t, &s.log.news, "the log to say: "+said, func() bool { return strings.Contains(s.log.String(), said) })
	}
	s.stop()
}

// heard is a log that does something when anything is written.
type heard func()

func (h heard) Write(p []byte) (int, error) {
	h()
	return len(p), nil
}

// Two servers never share a database: the second one says so and changes nothing.
func TestOneServerADatabase(t *testing.T) {
	s := serving(t, aNumber)
	s.post("hola", bodyOf(aNumber, note{"wamid.1", "573005550101", "Ana María", "hola a todas"}))
	s.quiet()
	books := s.dump()
	env := environment(aNumber, s.graph.URL)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	// One that begins to serve says so, and ends there.
	err := serve(ctx, echoing(t), serveOptions{dir: "eco", addr: "127.0.0.1:0", db: s.db},
		func(name string) string { return env[name] }, heard(end))
	if err == nil || !strings.Contains(err.Error(), "another process is serving this database") || strings.Contains(err.Error(), "\n") {
		t.Errorf("the second server: %v", err)
	}
	if s.dump() != books {
		t.Error("the books have changed")
	}
	if status, _ := get(t, "http://"+s.addr+"/readyz"); status != 200 {
		t.Errorf("the first one is not ready any more: %d", status)
	}
	s.stop()
	// Now it is free.
	again := servingOn(t, s.graph, aNumber, s.db)
	again.post("otra", bodyOf(aNumber, note{"wamid.2", "573005550101", "Ana María", "sigo por aquí"}))
	again.quiet()
	if got := s.graph.all(); len(got) != 3 {
		t.Errorf("got %+v", got)
	}
	again.stop()
}

// With --sandbox nothing is needed and nothing leaves: a phone, and a whole
// conversation on loopback.
func TestSandbox(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	log := &diary{}
	ended := make(chan error, 1)
	db := filepath.Join(t.TempDir(), "eco.sandbox.db")
	var asked []string
	flows := echoing(t)
	go func() {
		ended <- serve(ctx, flows, serveOptions{dir: "eco", addr: "127.0.0.1:0", db: db, sandbox: true, resendAfter: time.Minute},
			func(name string) string { asked = append(asked, name); return "" }, log)
	}()
	base := "http://" + log.address(t)
	for _, path := range []string{"/healthz", "/readyz", "/phone/", "/"} {
		if status, text := get(t, base+path); status != 200 || strings.HasSuffix(path, "/") && !strings.Contains(text, "<html") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	// A person writes, and is answered.
	call := func(path string, in, out any) {
		t.Helper()
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest("POST", base+"/phone/api/"+path, bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		status, text := answer(t, req)
		if status != 200 {
			t.Fatalf("%s: %d %s", path, status, text)
		}
		if out != nil {
			if err := json.Unmarshal([]byte(text), out); err != nil {
				t.Fatal(err)
			}
		}
	}
	reading, stopReading := context.WithTimeout(ctx, patience)
	defer stopReading()
	req, err := http.NewRequestWithContext(reading, "GET", base+"/phone/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	events, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	var person struct {
		ID string `json:"id"`
	}
	call("people", map[string]any{"name": "Ana María", "kind": "phone"}, &person)
	call("people/"+person.ID+"/messages", map[string]any{"type": "text", "text": "hola, buenas"}, nil)
	var seen bytes.Buffer
	for !strings.Contains(seen.String(), question) {
		b := make([]byte, 4096)
		n, err := events.Body.Read(b)
		seen.Write(b[:n])
		if err != nil {
			t.Fatalf("%v, after %s", err, &seen)
		}
	}
	// Others can't write as if they were the stand-in.
	res, err := http.Post(base+"/webhooks/whatsapp", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	if res.StatusCode != 401 {
		t.Errorf("not signed: %d", res.StatusCode)
	}
	end() // with a page open
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, name := range asked {
		if strings.HasPrefix(name, "CAUCE_WHATSAPP") {
			t.Errorf("the sandbox asked for %s", name)
		}
	}
	for _, secret := range []string{"Ana María", "hola, buenas", question} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q in it:\n%s", secret, log)
		}
	}
}
