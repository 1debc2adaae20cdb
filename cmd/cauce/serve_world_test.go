package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cauce/dsl"
	"cauce/engine"
)

// patience is how long a test waits for what has to come. Nothing is measured
// against it; it only ends a test that would hang.
const patience = 2 * time.Minute

const (
	testSecret = "a-secret-of-this-test"
	testToken  = "a-token-of-this-test"
	testVerify = "a-verify-token-of-this-test"
	aNumber    = "106540352242922"
)

// news tells any number of waiters that something has happened.
type news struct {
	mu   sync.Mutex
	next chan struct{}
}

// come is closed when there is news after this call.
func (n *news) come() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next == nil {
		n.next = make(chan struct{})
	}
	return n.next
}

func (n *news) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next != nil {
		close(n.next)
		n.next = nil
	}
}

// until waits for a condition that changes only with news.
func until(t testing.TB, n *news, what string, met func() bool) {
	t.Helper()
	late := time.After(patience)
	for {
		come := n.come()
		if met() {
			return
		}
		select {
		case <-come:
		case <-late:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// graph is the Cloud API as the server meets it. It keeps what it was sent, in
// the order of arrival.
type graph struct {
	*httptest.Server
	news
	mu     sync.Mutex
	taken  []taken
	refuse func(n int, m taken) (status int, body string) // of the nth request, from 1; 0: accepted
	hold   func(m taken)                                  // runs before the answer
}

type taken struct {
	to, body, token, id string
	accepted            bool
}

func newGraph(t testing.TB, number string) *graph {
	g := &graph{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return // it broke off: nothing was taken
		}
		if r.Method != "POST" || r.URL.Path != "/v25.0/"+number+"/messages" || r.Header.Get("Authorization") != "Bearer "+testToken {
			t.Errorf("a request that is none: %s %s", r.Method, r.URL.Path)
		}
		var m struct {
			To        string `json:"to"`
			Recipient string `json:"recipient"`
			Token     string `json:"biz_opaque_callback_data"`
			Text      struct {
				Body string `json:"body"`
			} `json:"text"`
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Errorf("sent %q: %v", b, err)
		}
		to := strings.TrimPrefix(m.To, "+")
		if to == "" {
			to = m.Recipient
		}
		g.mu.Lock()
		n := len(g.taken) + 1
		id := fmt.Sprintf("wamid.out.%d", n)
		one := taken{to, m.Text.Body, m.Token, id, true}
		status, refusal := 0, ""
		if g.refuse != nil {
			status, refusal = g.refuse(n, one)
			one.accepted = status == 0
		}
		g.taken = append(g.taken, one)
		hold := g.hold
		g.mu.Unlock()
		g.tell()
		if hold != nil {
			hold(one)
		}
		if !one.accepted {
			w.WriteHeader(status)
			io.WriteString(w, refusal)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{
			"messaging_product": "whatsapp",
			"contacts":          []any{map[string]any{"input": m.To + m.Recipient}},
			"messages":          []any{map[string]any{"id": id}},
		})
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *graph) all() []taken {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.taken)
}

// diary is a log that can be waited for.
type diary struct {
	news
	mu sync.Mutex
	b  bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	d.b.Write(p)
	d.mu.Unlock()
	d.tell()
	return len(p), nil
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.String()
}

// listening is the address a server said it serves at.
var listening = regexp.MustCompile(`(?:webhook|phone)=http://([^/]+)/`)

func (d *diary) address(t testing.TB) string {
	t.Helper()
	var addr string
	until(t, &d.news, "the server to listen", func() bool {
		if m := listening.FindStringSubmatch(d.String()); m != nil {
			addr = m[1]
		}
		return addr != ""
	})
	return addr
}

// echoing is the service that the runtime's own tests run, too: it greets with
// a question, and repeats each answer before it asks again.
func echoing(t testing.TB) *engine.Service {
	t.Helper()
	service, list := dsl.Load(os.DirFS("../../runtime/testdata/eco"))
	if service == nil {
		t.Fatal(list)
	}
	return service
}

const question = "Di algo."

// environment is what a number needs.
func environment(number, api string) map[string]string {
	return map[string]string{
		"CAUCE_WHATSAPP_PHONE_NUMBER_ID": number, "CAUCE_WHATSAPP_TOKEN": testToken,
		"CAUCE_WHATSAPP_APP_SECRET": "the-former-secret," + testSecret, "CAUCE_WHATSAPP_VERIFY_TOKEN": testVerify,
		"CAUCE_WHATSAPP_API_URL": api,
	}
}

// server is serve as it runs, in this process, against a graph.
type server struct {
	t      testing.TB
	graph  *graph
	log    *diary
	number string
	addr   string
	db     string
	posted [][]byte
	end    context.CancelFunc
	ended  chan error
	books  *sql.DB
}

// serving runs a number on a database of its own until the test ends.
func serving(t testing.TB, number string) *server {
	return servingOn(t, newGraph(t, number), number, filepath.Join(t.TempDir(), "books.db"))
}

func servingOn(t testing.TB, g *graph, number, db string) *server {
	t.Helper()
	s := &server{t: t, graph: g, log: &diary{}, number: number, db: db, ended: make(chan error, 1)}
	var ctx context.Context
	ctx, s.end = context.WithCancel(context.Background())
	env := environment(number, g.URL+"/v25.0")
	flows := echoing(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ended <- serve(ctx, flows, serveOptions{dir: "eco", addr: "127.0.0.1:0", db: db, resendAfter: time.Minute},
			func(name string) string { return env[name] }, s.log)
	}()
	t.Cleanup(func() {
		s.end()
		<-done
	})
	s.addr = s.log.address(t)
	s.books = openBooks(t, db)
	return s
}

// openBooks reads a server's database beside it.
func openBooks(t testing.TB, db string) *sql.DB {
	t.Helper()
	books, err := sql.Open("sqlite3", "file:"+db+"?mode=ro&_query_only=1&_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { books.Close() })
	return books
}

// stop ends the server as SIGTERM does, and looks at what it left behind.
func (s *server) stop() {
	s.t.Helper()
	s.books.Close() // the last connection folds the log into the file: it has to be the server's
	s.end()
	if err := <-s.ended; err != nil {
		s.t.Errorf("serve: %v", err)
	}
	s.checkLog()
	tokens := map[string]bool{}
	for _, m := range s.graph.all() {
		if tokens[m.token] {
			s.t.Errorf("sent again after it was accepted: %q", m.body)
		}
		tokens[m.token] = m.accepted
	}
}

func sign(body []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// request posts a body with headers as given, and returns the answer.
func (s *server) request(body []byte, header map[string]string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequest("POST", "http://"+s.addr+"/webhooks/whatsapp", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	return answer(s.t, req)
}

func answer(t testing.TB, req *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func get(t testing.TB, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, req)
}

// post delivers a body as WhatsApp does.
func (s *server) post(name string, body []byte) {
	s.t.Helper()
	s.posted = append(s.posted, body)
	if status, text := s.request(body, map[string]string{"X-Hub-Signature-256": sign(body, testSecret)}); status != 200 {
		s.t.Errorf("%s: %d %s", name, status, text)
	}
}

// count asks the books.
func (s *server) count(query string, args ...any) int {
	s.t.Helper()
	n := 0
	if err := s.books.QueryRow(query, args...).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// quiet waits until nothing is owed to anybody. What was answered with 200 is in
// the books by then, and the graph's news come before a send is written down,
// so this looks again by itself.
func (s *server) quiet() {
	s.t.Helper()
	late := time.After(patience)
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for s.count(`SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'indeterminate')`) > 0 {
		select {
		case <-look.C:
		case <-late:
			s.t.Fatalf("the outbox never emptied\n%s", s.log)
		}
	}
}

// dump is everything the books hold, but for the row that Ping writes.
func (s *server) dump() string {
	s.t.Helper()
	var out strings.Builder
	for _, table := range []string{
		"contact", "known_by", "first_sight", "set_aside", "transcript", "record", "timer", "outbox", "early_status",
	} {
		rows, err := s.books.Query("SELECT * FROM " + table)
		if err != nil {
			s.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			s.t.Fatal(err)
		}
		v, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range v {
			into[i] = &v[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				s.t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s %v\n", table, v)
		}
		if err := rows.Err(); err != nil {
			s.t.Fatal(err)
		}
		rows.Close()
	}
	return out.String()
}

// private are the keys of a webhook body whose values are a person's: who they
// are, what they wrote.
var private = []string{
	"from", "wa_id", "user_id", "parent_user_id", "from_user_id", "from_parent_user_id", "recipient_id", "recipient_user_id",
	"name", "username", "formatted_name", "phone", "to", "to_user_id",
	"body", "caption", "title", "description", "filename", "text", "emoji", "address", "payload", "response_json", "vcard",
}

// checkLog looks for anything of a person in the log: of what was posted, and
// of what was sent.
func (s *server) checkLog() {
	s.t.Helper()
	said := s.log.String()
	secrets := map[string]bool{testSecret: true, testToken: true, testVerify: true, question: true}
	for _, body := range s.posted {
		var v any
		if json.Unmarshal(body, &v) == nil {
			eachString("", v, func(key, text string) {
				// A few letters or digits stand in a time or an id by chance.
				if slices.Contains(private, key) && len(text) >= 7 && text != s.number {
					secrets[text] = true
				}
			})
		}
	}
	for _, m := range s.graph.all() {
		if len(m.to) >= 7 {
			secrets[m.to] = true
		}
		if m.body != "" {
			secrets[m.body] = true
		}
	}
	for text := range secrets {
		// The log quotes what has spaces or quotes in it.
		quoted := strings.Trim(fmt.Sprintf("%q", text), `"`)
		if text != "" && (strings.Contains(said, text) || strings.Contains(said, quoted)) {
			s.t.Errorf("the log has %q in it:\n%s", text, said)
		}
	}
}

// eachString visits every string of a decoded JSON value, with its key.
func eachString(key string, v any, visit func(key, text string)) {
	switch v := v.(type) {
	case string:
		visit(key, v)
	case []any:
		for _, e := range v {
			eachString(key, e, visit)
		}
	case map[string]any:
		for k, e := range v {
			eachString(k, e, visit)
		}
	}
}

// note is a message as a test writes it.
type note struct{ id, from, name, text string }

// bodyOf is one body that holds messages for a number, sent now.
func bodyOf(number string, notes ...note) []byte {
	now := fmt.Sprint(time.Now().Unix())
	messages, contacts, known := []any{}, []any{}, map[string]bool{}
	for _, n := range notes {
		messages = append(messages, map[string]any{
			"from": n.from, "id": n.id, "timestamp": now, "type": "text", "text": map[string]any{"body": n.text},
		})
		if !known[n.from] {
			known[n.from] = true
			contacts = append(contacts, map[string]any{"wa_id": n.from, "profile": map[string]any{"name": n.name}})
		}
	}
	return enveloped(number, map[string]any{"messages": messages, "contacts": contacts})
}

func enveloped(number string, value map[string]any) []byte {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = map[string]any{"phone_number_id": number, "display_phone_number": "15550783881"}
	b, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{
		map[string]any{"id": "102290129340398", "changes": []any{map[string]any{"field": "messages", "value": value}}},
	}})
	if err != nil {
		panic(err)
	}
	return b
}
