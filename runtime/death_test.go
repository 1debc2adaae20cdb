package runtime_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/store"
	"cauce/runtime/store/sqlite"
)

const (
	secret      = "a-secret-of-this-test"
	phoneNumber = "1234567890"

	confirmation = "Listo, no escribimos más."
)

// graph is the Cloud API as the binary meets it: it takes every message, and
// keeps books of what it took.
type graph struct {
	*httptest.Server
	mu    sync.Mutex
	taken []taken
	news  chan struct{}
}

type taken struct{ to, body, token string }

func newGraph(t *testing.T) *graph {
	g := &graph{news: make(chan struct{}, 1)}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			To    string `json:"to"`
			Token string `json:"biz_opaque_callback_data"`
			Text  struct {
				Body string `json:"body"`
			} `json:"text"`
		}
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return // the binary died while it was writing: nothing was accepted
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Errorf("the binary sent %q: %v", b, err)
		}
		g.mu.Lock()
		g.taken = append(g.taken, taken{strings.TrimPrefix(m.To, "+"), m.Text.Body, m.Token})
		n := len(g.taken)
		g.mu.Unlock()
		select {
		case g.news <- struct{}{}:
		default:
		}
		fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":%q,"wa_id":%q}],"messages":[{"id":"wamid.out.%d"}]}`, m.To, strings.TrimPrefix(m.To, "+"), n)
	}))
	t.Cleanup(g.Close)
	return g
}

// binary is the real one, which is killed and started again.
type binary struct {
	t         *testing.T
	path      string
	dir, addr string
	env       []string
	mu        sync.Mutex
	cmd       *exec.Cmd
	log       bytes.Buffer
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cauce")
	if out, err := exec.Command("go", "build", "-o", path, "cauce/cmd/cauce").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (b *binary) start() {
	service, err := filepath.Abs("testdata/eco")
	if err != nil {
		b.t.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cmd = exec.Command(b.path, "serve", "--addr", b.addr, "--db", filepath.Join(b.dir, "eco.db"), "--resend-after", "200ms", service)
	b.cmd.Env = append(os.Environ(), b.env...)
	b.cmd.Stdout, b.cmd.Stderr = &b.log, &b.log
	if err := b.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *binary) kill() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cmd.ProcessState != nil {
		return // it is dead already
	}
	if err := b.cmd.Process.Kill(); err != nil {
		b.t.Error(err)
	}
	b.cmd.Wait() // it was killed: that is its error
}

// post delivers a body as WhatsApp does: until the answer is 200.
func (b *binary) post(ctx context.Context, body []byte) error {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	for {
		req, err := http.NewRequestWithContext(ctx, "POST", "http://"+b.addr+"/webhooks/whatsapp", bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("X-Hub-Signature-256", signature)
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond): // as WhatsApp waits between its tries
		}
	}
}

func webhook(id, phone, text string) []byte {
	m := map[string]any{"from": phone, "id": id, "timestamp": fmt.Sprint(time.Now().Unix()), "type": "text", "text": map[string]any{"body": text}}
	b, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{"id": "1", "changes": []any{map[string]any{
		"field": "messages", "value": map[string]any{
			"messaging_product": "whatsapp", "metadata": map[string]any{"phone_number_id": phoneNumber, "display_phone_number": "573005550100"},
			"contacts": []any{map[string]any{"wa_id": phone, "profile": map[string]any{"name": "Ana"}}}, "messages": []any{m},
		}}}}}})
	if err != nil {
		panic(err)
	}
	return b
}

// The binary is killed with SIGKILL at random moments while people write, and
// started again; what it did not acknowledge is delivered again, and some of
// what it did. Then the books are compared: every message handled once and in
// order, every reply there, repeated only where our books say resent, and after
// a stop nothing but its confirmation.
func TestDeath(t *testing.T) {
	kills, people, each := 6, 20, 100
	if os.Getenv("CAUCE_LONG") != "" {
		kills, each = 200, 500
	}
	g := newGraph(t)
	b := &binary{t: t, path: build(t), dir: t.TempDir(), addr: freeAddr(t)}
	b.env = []string{
		"CAUCE_WHATSAPP_PHONE_NUMBER_ID=" + phoneNumber, "CAUCE_WHATSAPP_TOKEN=token", "CAUCE_WHATSAPP_APP_SECRET=" + secret,
		"CAUCE_WHATSAPP_VERIFY_TOKEN=v", "CAUCE_WHATSAPP_API_URL=" + g.URL + "/v25.0",
	}
	b.start()
	defer func() {
		b.kill()
		if t.Failed() {
			t.Logf("the binary's log:\n%s", b.log.String())
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()

	phone := func(i int) string { return fmt.Sprintf("5730055502%02d", i) }
	posted := make(chan struct{}, people*each)
	var writing sync.WaitGroup
	for i := range people {
		writing.Go(func() {
			for n := range each {
				text := fmt.Sprintf("mensaje %d", n)
				if n == each-1 && i%4 == 0 {
					text = "stop"
				}
				body := webhook(fmt.Sprintf("wamid.%d.%d", i, n), phone(i), text)
				if err := b.post(ctx, body); err != nil {
					t.Errorf("post: %v", err)
					return
				}
				if n%7 == 0 { // delivered again, though it was acknowledged
					if err := b.post(ctx, body); err != nil {
						t.Errorf("post: %v", err)
						return
					}
				}
				posted <- struct{}{}
			}
		})
	}
	// Each death comes at a random moment of its share of the messages.
	rng := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	share := people * each / (kills + 1)
	for range kills {
		for range rng.IntN(share/2) + share/2 {
			select {
			case <-posted:
			case <-ctx.Done():
				t.Fatal("the messages were not taken in time")
			}
		}
		b.kill()
		b.start()
	}
	writing.Wait()

	// Everything was acknowledged. Wait until every answer has gone out.
	want := map[string][]string{}
	for i := range people {
		w := []string{"Di algo."}
		for n := 1; n < each; n++ {
			if n == each-1 && i%4 == 0 {
				w = append(w, confirmation)
				continue
			}
			w = append(w, fmt.Sprintf("%d: mensaje %d", n, n), "Di algo.")
		}
		want[phone(i)] = w
	}
	for {
		got, done := g.books(), true
		for p, w := range want {
			tokens := map[string]bool{}
			for _, m := range got[p] {
				tokens[m.token] = true
			}
			stopped := len(got[p]) > 0 && got[p][len(got[p])-1].body == confirmation
			done = done && (stopped || len(tokens) == len(w))
		}
		if done {
			break
		}
		select {
		case <-g.news:
		case <-ctx.Done():
			t.Fatal("not every answer went out in time")
		}
	}
	b.kill()

	books, err := sqlite.Open(filepath.Join(b.dir, "eco.db"), sqlite.Options{Merge: runtime.Merge})
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close()
	resent := map[string]bool{}
	outbox, err := books.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outbox {
		resent[o.Token] = o.Resent
	}
	repeats, counted := 0, int64(0)
	for p, w := range want {
		times := map[string]int{}
		var got []string
		for _, m := range g.books()[p] {
			if times[m.token]++; times[m.token] > 1 {
				repeats++
				if !resent[m.token] || times[m.token] > 2 {
					t.Errorf("%s: %q was sent %d times, and our books do not say resent", p, m.body, times[m.token])
				}
				continue
			}
			body, _, _ := strings.Cut(m.body, "\n\n") // without the hint
			got = append(got, body)
		}
		// What a stop withdrew did not leave: only a tail before the
		// confirmation may be missing.
		if w[len(w)-1] == confirmation {
			if got[len(got)-1] != w[len(w)-1] || !prefix(w, got[:len(got)-1]) {
				t.Errorf("%s: got %q", p, got)
			}
		} else if strings.Join(got, "|") != strings.Join(w, "|") {
			t.Errorf("%s: got %q\nwant %q", p, got, w)
		}
		c, err := books.Lookup(t.Context(), store.Address{Phone: p})
		if err != nil {
			t.Fatal(err)
		}
		lines, err := books.Transcript(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		in := 0
		for _, l := range lines {
			if l.Incoming {
				if wantID := fmt.Sprintf(".%d", in); !strings.HasSuffix(l.MessageID, wantID) {
					t.Errorf("%s: message %d of the transcript is %s", p, in, l.MessageID)
				}
				in++
			}
		}
		if in != each {
			t.Errorf("%s: %d messages in the transcript, %d were written", p, in, each)
		}
		enc, err := books.Load(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		conv, err := engine.Decode(enc)
		if err != nil {
			t.Fatal(err)
		}
		handled := int64(each - 1)
		if w[len(w)-1] == confirmation {
			handled--
			if conv.Stopped == nil {
				t.Errorf("%s: the stop is lost", p)
			}
		}
		if n := conv.Data["veces"].Value.Int; n != handled {
			t.Errorf("%s: counted %d answers, %d were given", p, n, handled)
		}
		counted += handled
	}
	tallies, err := books.Tallies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range tallies {
		counted -= y.Times
	}
	if counted != 0 || len(tallies) == 0 {
		t.Errorf("%d answers are in no tally, or in one twice: %v", counted, tallies)
	}
	t.Logf("%d deaths, %d messages, %d replies repeated and marked resent", kills, people*each, repeats)
}

func (g *graph) books() map[string][]taken {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[string][]taken{}
	for _, m := range g.taken {
		out[m.to] = append(out[m.to], m)
	}
	return out
}

func prefix(whole, start []string) bool {
	if len(start) > len(whole) {
		return false
	}
	for i := range start {
		if whole[i] != start[i] {
			return false
		}
	}
	return true
}
