package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestEscape(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"a":"b"}`, `{"a":"b"}`},
		{`"ñandú"`, `"\u00f1and\u00fa"`},
		{`"🌙"`, `"\ud83c\udf19"`},
		{`"https://x/y"`, `"https:\/\/x\/y"`},
		{`"\\/"`, `"\\\/"`},
		{`"日本"`, `"\u65e5\u672c"`},
	} {
		if got := string(escape([]byte(c.in))); got != c.want {
			t.Errorf("escape(%s) = %s, want %s", c.in, got, c.want)
		}
	}
}

func TestEscapeKeepsTheMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		escaped := escape(encoded)
		for i, c := range escaped {
			if c >= 0x80 || c == '/' && escaped[i-1] != '\\' {
				t.Fatalf("%q has a bare %q", escaped, c)
			}
		}
		var back, want string
		if err := json.Unmarshal(escaped, &back); err != nil {
			t.Fatalf("%s: %v", escaped, err)
		}
		if json.Unmarshal(encoded, &want); back != want {
			t.Fatalf("%q came back as %q", want, back)
		}
	})
}

func TestWebhooksAreSignedOverTheirBytes(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		ana := w.person(`{"name":"Zoé / Ñ"}`)
		w.says(ana, "¿Sí? 🌙 https://example.org/a")
		synctest.Wait()
		got := w.attempts()
		if len(got) != 1 {
			t.Fatalf("%d webhooks", len(got))
		}
		// Computed here from the bytes alone, with the secret the service was given.
		if want := sign(testSecret, got[0].body); got[0].header.Get("X-Hub-Signature-256") != want {
			t.Errorf("signature %q, want %q", got[0].header.Get("X-Hub-Signature-256"), want)
		}
		if !bytes.Contains(got[0].body, []byte(`"body":"\u00bfS\u00ed? \ud83c\udf19 https:\/\/example.org\/a"`)) {
			t.Errorf("not escaped as Meta does: %s", got[0].body)
		}
		if kind := got[0].header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("content type %q", kind)
		}
		book := w.s.Books().Delivered
		if len(book) != 1 || !bytes.Equal(book[0].Body, got[0].body) || book[0].Signature != got[0].header.Get("X-Hub-Signature-256") || book[0].Attempts != 1 {
			t.Errorf("the books say %+v", book)
		}
	})
	// A known answer, so that signer and test cannot be wrong together.
	if got := sign("key", []byte("The quick brown fox jumps over the lazy dog")); got != "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8" {
		t.Errorf("sign: %s", got)
	}
}

// Every key and kind of value in our webhooks occurs in bodies recorded from WhatsApp.
func TestWebhooksLookLikeRecordedOnes(t *testing.T) {
	recorded := map[string]bool{}
	files, err := filepath.Glob("testdata/webhooks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded webhooks: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		paths(t, body, recorded)
	}
	inBubble(t, func(t *testing.T, w *world) {
		for _, kind := range []string{"both", "phone", "id"} {
			p := w.person(`{"kind":"` + kind + `"}`)
			w.says(p, "hola")
			to := `"to":"+` + p + `"`
			if kind == "id" {
				to = `"recipient":"` + p + `"`
			}
			ask := func(rest string) string {
				return w.send(`{"messaging_product":"whatsapp",` + to + `,"biz_opaque_callback_data":"x",` + rest + `}`)
			}
			id := ask(`"type":"interactive","interactive":` + buttons(`{"id":"a","title":"A"}`))
			w.does(p, `{"type":"tap","message":"`+id+`","choice":0}`)
			id = ask(`"type":"interactive","interactive":` + listOf(`{"rows":[{"id":"a","title":"A","description":"B"}]}`))
			w.does(p, `{"type":"tap","message":"`+id+`","choice":0}`)
			id = ask(`"type":"template","template":{"name":"consejo_semanal","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}`)
			w.does(p, `{"type":"tap","message":"`+id+`","choice":1}`)
			w.does(p, `{"type":"voice"}`)
			w.does(p, `{"type":"location","latitude":4.5,"longitude":-74,"name":"Aquí"}`)
			w.image(p)
		}
		time.Sleep(time.Minute)
		ours := map[string]bool{}
		for _, d := range w.s.Books().Delivered {
			paths(t, d.Body, ours)
		}
		if len(ours) < 40 {
			t.Errorf("only %d paths seen: the test does not see the webhooks", len(ours))
		}
		for path := range ours {
			if !recorded[path] {
				t.Errorf("no recorded webhook has %s", path)
			}
		}
	})
}

// paths adds "a.b.c kind" for every value in a body.
func paths(t *testing.T, body []byte, into map[string]bool) {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, child := range v {
				walk(strings.TrimPrefix(at+"."+key, "."), child)
			}
		case []any:
			for _, child := range v {
				walk(at, child)
			}
		default:
			into[fmt.Sprintf("%s %T", at, v)] = true
		}
	}
	walk("", v)
}

func TestWhatPeopleDoArrivesAsWhatsAppSendsIt(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		ana := w.person(`{"name":"Ana","phone":"573005550101","user_id":"CO.77"}`)
		start := time.Now()
		w.says(ana, "hola")
		ask := func(rest string) string {
			return w.send(`{"messaging_product":"whatsapp","to":"+573005550101",` + rest + `}`)
		}
		asked := ask(`"type":"interactive","interactive":` + buttons(`{"id":"si/1","title":"Sí"}`, `{"id":"no/1","title":"No"}`))
		w.does(ana, `{"type":"tap","message":"`+asked+`","choice":1}`)
		listed := ask(`"type":"interactive","interactive":` + listOf(`{"title":"A","rows":[{"id":"r1","title":"Uno"}]}`, `{"title":"B","rows":[{"id":"r2","title":"Dos","description":"el segundo"}]}`))
		w.does(ana, `{"type":"tap","message":"`+listed+`","choice":1}`)
		template := `"type":"template","template":{"name":"consejo_semanal","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"2"}]}%s]}`
		bare := ask(fmt.Sprintf(template, ""))
		w.does(ana, `{"type":"tap","message":"`+bare+`","choice":1}`)
		loaded := ask(fmt.Sprintf(template, `,{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"nacio/9"}]}`))
		w.does(ana, `{"type":"tap","message":"`+loaded+`","choice":1}`)
		time.Sleep(time.Minute)

		got := w.inbounds()
		if len(got) != 5 {
			t.Fatalf("%d messages arrived", len(got))
		}
		for _, m := range got {
			if m.From != "573005550101" || m.FromUserID != "CO.77" || m.Timestamp != fmt.Sprint(start.Unix()) {
				t.Errorf("from %q %q at %s", m.From, m.FromUserID, m.Timestamp)
			}
		}
		if got[0].Type != "text" || got[0].Text.Body != "hola" || got[0].Context != nil {
			t.Errorf("text: %+v", got[0])
		}
		if r := got[1].Interactive; got[1].Type != "interactive" || r.Type != "button_reply" || *r.ButtonReply != (reply{ID: "no/1", Title: "No"}) || *got[1].Context != (reference{"576015550199", asked}) {
			t.Errorf("button: %+v", got[1])
		}
		if r := got[2].Interactive; r.Type != "list_reply" || *r.ListReply != (reply{"r2", "Dos", "el segundo"}) || got[2].Context.ID != listed {
			t.Errorf("list: %+v", got[2])
		}
		if b := got[3].Button; got[3].Type != "button" || *b != (quickButton{"Ya nació", "Ya nació"}) || got[3].Context.ID != bare {
			t.Errorf("quick reply without a payload of its own: %+v", got[3])
		}
		if *got[4].Button != (quickButton{"nacio/9", "Ya nació"}) {
			t.Errorf("quick reply: %+v", got[4].Button)
		}
		v := decode(t, w.s.Books().Delivered[0].Body)
		if v.Metadata != (metadata{"576015550199", testPhoneID}) || v.Contacts[0] != (contact{profile{Name: "Ana"}, "573005550101", "CO.77"}) {
			t.Errorf("metadata %+v, contact %+v", v.Metadata, v.Contacts[0])
		}
	})
}

func TestPeopleMayLackEitherID(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		phone, id := w.person(`{"kind":"phone"}`), w.person(`{"kind":"id"}`)
		w.says(phone, "hola")
		w.says(id, "hola")
		first := w.send(textTo("+"+phone, "sí"))
		second := w.send(`{"messaging_product":"whatsapp","recipient":"` + id + `","text":{"body":"sí"}}`)
		time.Sleep(time.Minute)
		for _, m := range w.inbounds() {
			if (m.From == phone) == (m.FromUserID == id) || m.From != "" && m.FromUserID != "" {
				t.Errorf("from %q, from_user_id %q", m.From, m.FromUserID)
			}
		}
		for _, s := range w.statuses() {
			if s.ID == first && (s.RecipientID != phone || s.RecipientUserID != "") || s.ID == second && (s.RecipientID != "" || s.RecipientUserID != id) {
				t.Errorf("status %+v", s)
			}
		}
		for _, d := range w.s.Books().Delivered {
			if c := decode(t, d.Body).Contacts[0]; (c.WaID == "") == (c.Profile.Username == "") {
				t.Errorf("contact %+v: whoever hides their number has a username", c)
			}
		}
		if code, _ := w.refusal(`{"messaging_product":"whatsapp","recipient":"` + userIDOf(phone) + `","text":{"body":"x"}}`); code != 131047 {
			t.Errorf("somebody without a user id was reached by one: %d", code)
		}
	})
}

func TestStatuses(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		ana := w.person(`{"name":"Ana"}`)
		w.says(ana, "hola")
		free := w.send(`{"messaging_product":"whatsapp","to":"+` + ana + `","text":{"body":"sí"},"biz_opaque_callback_data":"fila/7"}`)
		paid := w.send(`{"messaging_product":"whatsapp","to":"+` + ana + `","type":"template","template":{"name":"saludo","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ana"}]}]}}`)
		time.Sleep(time.Minute)
		of := map[string][]status{}
		for _, s := range w.statuses() {
			of[s.ID] = append(of[s.ID], s)
		}
		for id, want := range map[string]struct {
			callback string
			pricing  pricing
		}{
			free: {"fila/7", pricing{false, "PMP", "free_customer_service", "service"}},
			paid: {"", pricing{true, "PMP", "regular", "marketing"}},
		} {
			got := of[id]
			if len(got) != 3 || got[0].Status != "sent" || got[1].Status != "delivered" || got[2].Status != "read" {
				t.Fatalf("statuses %+v", got)
			}
			for i, s := range got {
				if s.RecipientID != ana || s.RecipientUserID != userIDOf(ana) || s.CallbackData != want.callback {
					t.Errorf("status %+v", s)
				}
				if i < 2 && (s.Pricing == nil || *s.Pricing != want.pricing) || i == 2 && s.Pricing != nil {
					t.Errorf("%s: pricing %+v", s.Status, s.Pricing)
				}
			}
		}
	})
}

// With a page open, a message is read when its chat is on the screen, and not before.
func TestReadWaitsForTheScreen(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.s.mu.Lock()
		w.s.streams[make(chan frame, 1000)] = true
		w.s.mu.Unlock()
		ana := w.person(`{"name":"Ana"}`)
		w.says(ana, "hola")
		w.send(textTo("+"+ana, "sí"))
		time.Sleep(time.Hour)
		if got := w.statuses(); len(got) != 2 || got[1].Status != "delivered" {
			t.Fatalf("before she looked: %+v", got)
		}
		w.call("POST", "people/"+ana+"/seen", "{}")
		time.Sleep(time.Minute)
		if got := w.statuses(); len(got) != 3 || got[2].Status != "read" {
			t.Errorf("after she looked: %+v", got)
		}
		w.call("POST", "people/"+ana+"/seen", "{}")
		w.send(textTo("+"+ana, "otra"))
		w.call("POST", "people/"+ana+"/seen", "{}") // before it even arrived
		time.Sleep(time.Minute)
		if got := w.statuses(); len(got) != 6 || got[5].Status != "read" {
			t.Errorf("seen at once: %+v", got)
		}
	})
}

// A template sent to somebody who is not here is sent, and delivered once their phone is.
func TestMessagesWaitForThePhone(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		template := func(to string) string {
			return w.send(`{"messaging_product":"whatsapp",` + to + `,"type":"template","template":{"name":"pedido","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"1"},{"type":"text","text":"2"}]}]}}`)
		}
		first, second := template(`"to":"+573005550101"`), template(`"recipient":"CO.77"`)
		time.Sleep(time.Hour)
		if got := w.statuses(); len(got) != 2 || got[0].Status != "sent" || got[1].Status != "sent" {
			t.Fatalf("with the phone off: %+v", got)
		}
		if n := len(w.s.snapshot().People); n != 0 {
			t.Fatalf("%d people on the page", n)
		}
		for _, d := range w.s.Books().Delivered {
			if got := decode(t, d.Body).Contacts; got != nil {
				t.Errorf("contacts of somebody who is not here: %+v", got)
			}
		}
		w.person(`{"name":"Ana","phone":"573005550101","user_id":"CO.77"}`) // and the two prove to be one
		time.Sleep(time.Minute)
		var got []string
		for _, s := range w.statuses()[2:] {
			if s.RecipientID != "573005550101" || s.RecipientUserID != "CO.77" {
				t.Errorf("status %+v", s)
			}
			got = append(got, s.Status+" "+s.ID)
		}
		slices.Sort(got)
		want := []string{"delivered " + first, "delivered " + second, "read " + first, "read " + second}
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("then %v, want %v", got, want)
		}
		if shot := w.s.snapshot().People; len(shot) != 1 || len(shot[0].Messages) != 2 {
			t.Errorf("the page shows %+v", shot)
		}
	})
}

func TestWebhooksAreRepeatedUntilTaken(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		statuses := []int{500, 204, 0, 302, 404, 201, 503, 401, 200}
		w.answer = func(n int) int { return statuses[min(n, len(statuses)-1)] }
		ana := w.person(`{"name":"Ana"}`)
		id := w.says(ana, "hola")
		time.Sleep(time.Hour)
		got := w.attempts()
		if len(got) != len(statuses) {
			t.Fatalf("%d attempts, want %d: only 200 is success, and a redirect is not followed", len(got), len(statuses))
		}
		var gaps []time.Duration
		for i, try := range got {
			if !bytes.Equal(try.body, got[0].body) {
				t.Errorf("attempt %d has other bytes", i)
			}
			if i > 0 {
				gaps = append(gaps, try.at.Sub(got[i-1].at))
			}
		}
		want := []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second}
		if !slices.Equal(gaps, want) {
			t.Errorf("gaps %v, want %v", gaps, want)
		}
		if book := w.s.Books().Delivered; len(book) != 1 || book[0].Attempts != 9 || book[0].IDs[0] != id {
			t.Errorf("the books say %+v", book)
		}
	})
}

func TestWebhooksAreGivenUpAfterSevenDays(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		up := false
		w.answer = func(int) int {
			if up {
				return 200
			}
			return 500
		}
		ana := w.person(`{"name":"Ana"}`)
		lost := w.says(ana, "hola")
		time.Sleep(500 * time.Millisecond) // tried twice
		w.s.mu.Lock()
		if got := w.s.byID(ana).trouble; got == nil || got.Reason != "status" || got.Status != 500 || got.Waiting != 1 || got.Next <= time.Now().UnixMilli() {
			t.Errorf("the page is told %+v", got)
		}
		w.s.mu.Unlock()
		time.Sleep(7*24*time.Hour + time.Hour)
		w.mu.Lock()
		up = true
		w.mu.Unlock()
		kept := w.says(ana, "¿hola?")
		time.Sleep(time.Minute)
		if got := w.inbounds(); len(got) != 1 || got[0].ID != kept {
			t.Errorf("arrived: %+v", got)
		}
		w.s.mu.Lock()
		defer w.s.mu.Unlock()
		if w.s.sent[lost].State != "lost" || w.s.sent[kept].State != "delivered" || w.s.byID(ana).trouble != nil {
			t.Errorf("states %q %q, trouble %+v", w.s.sent[lost].State, w.s.sent[kept].State, w.s.byID(ana).trouble)
		}
	})
}

// Whatever the service answers and however people's messages mix, each person's arrive in their
// order, each once by the books, and nobody waits for another person's trouble.
func TestOrderPerPerson(t *testing.T) {
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 40).Draw(t, "who writes")
		answers := rapid.SliceOfN(rapid.SampledFrom([]int{200, 200, 500, 0}), 1, 60).Draw(t, "answers")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 3), len(said), len(said)).Draw(t, "pauses")
		failure := ""
		synctest.Test(outer, func(tt *testing.T) {
			w := newWorld(tt, nil)
			ctx, cancel := context.WithCancel(tt.Context())
			done := make(chan error)
			go func() { done <- w.s.Run(ctx) }()
			w.answer = func(n int) int {
				if n < len(answers) {
					return answers[n]
				}
				return 200
			}
			people := make([]string, 4)
			for i := range people {
				people[i] = w.person(`{}`)
			}
			want := map[string][]string{}
			for i, who := range said {
				p := people[who]
				want[p] = append(want[p], w.says(p, fmt.Sprint(i)))
				time.Sleep(time.Duration(pauses[i]) * time.Second)
			}
			time.Sleep(24 * time.Hour)
			got := map[string][]string{}
			for _, m := range w.inbounds() {
				got[m.From] = append(got[m.From], m.ID)
			}
			for p := range want {
				if !slices.Equal(got[p], want[p]) {
					failure = fmt.Sprintf("%s wrote %v, arrived %v", p, want[p], got[p])
				}
			}
			cancel()
			<-done
		})
		if failure != "" {
			t.Fatal(failure)
		}
	})
}

func TestNobodyWaitsForAnotherPerson(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		stuck, free := w.person(`{"name":"Ana"}`), w.person(`{"name":"Bea"}`)
		w.answer = nil
		w.s.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := w.RoundTrip(r)
			w.mu.Lock()
			defer w.mu.Unlock()
			if err == nil && bytes.Contains(w.tries[len(w.tries)-1].body, []byte(`"from":"`+stuck+`"`)) {
				resp.StatusCode = 500
			}
			return resp, err
		})
		w.says(stuck, "uno")
		w.says(free, "dos")
		synctest.Wait()
		if got := w.inbounds(); len(got) != 1 || got[0].From != free {
			t.Errorf("arrived at once: %+v", got)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What waits is delivered when an address is known at last.
func TestWebhookAddressMayComeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *Options) { o.Webhook = "" })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.s.Run(ctx) }()
		w.says(w.person(`{}`), "hola")
		time.Sleep(time.Minute)
		if n := len(w.attempts()); n != 0 {
			t.Errorf("%d attempts without an address", n)
		}
		if err := w.s.SetWebhook("http://localhost:9/webhooks/whatsapp"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got := w.inbounds(); len(got) != 1 {
			t.Errorf("arrived: %+v", got)
		}
		cancel()
		<-done
	})
}

// Many hands at once: every message arrives once, every send has its three statuses in order.
func TestManyHandsAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		const hands, each = 8, 20
		w.answer = func(n int) int { return []int{200, 200, 500}[n%3] }
		var crowd sync.WaitGroup
		for range hands {
			crowd.Go(func() {
				p := w.person(`{}`)
				for i := range each {
					w.says(p, fmt.Sprint(i))
					w.send(textTo("+"+p, "sí"))
					w.refusal(`{"messaging_product":"whatsapp","to":"+` + p + `"}`)
					w.call("POST", "people/"+p+"/seen", "{}")
					w.s.Books()
				}
				other := w.person(`{}`)
				w.says(other, "adiós")
				w.call("DELETE", "people/"+other, "")
			})
		}
		crowd.Wait()
		time.Sleep(time.Hour)
		arrived := map[string]int{}
		for _, m := range w.inbounds() {
			if m.Text.Body != "adiós" {
				arrived[m.ID]++
			}
		}
		told := map[string]string{}
		for _, s := range w.statuses() {
			told[s.ID] += s.Status + " "
		}
		accepted := w.s.Books().Accepted
		if len(arrived) != hands*each || len(accepted) != hands*each {
			t.Errorf("%d messages arrived, %d sends accepted, want %d", len(arrived), len(accepted), hands*each)
		}
		for id, n := range arrived {
			if n != 1 {
				t.Errorf("%s arrived %d times", id, n)
			}
		}
		for _, a := range accepted {
			if told[a.ID] != "sent delivered read " {
				t.Errorf("%s was told %q", a.ID, told[a.ID])
			}
		}
	})
}

func TestRunOnlyOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		synctest.Wait()
		if err := w.s.Run(t.Context()); err == nil {
			t.Error("a second Run began")
		}
	})
}

func TestBooksStayBounded(t *testing.T) {
	s := newTest(t, nil)
	s.mu.Lock()
	for i := range maxBooks + 5 {
		record(s, &s.books.Refused, Refused{Code: i})
	}
	s.mu.Unlock()
	b := s.Books()
	if len(b.Refused) > maxBooks || b.Forgotten+len(b.Refused) != maxBooks+5 || b.Refused[len(b.Refused)-1].Code != maxBooks+4 {
		t.Errorf("%d kept, %d forgotten, last %d", len(b.Refused), b.Forgotten, b.Refused[len(b.Refused)-1].Code)
	}
}
