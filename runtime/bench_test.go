package runtime_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/dispatch/local"
	"cauce/runtime/store/sqlite"
	"cauce/runtime/whatsapp"
)

// BenchmarkIntake compares, in one run and turn by turn, how many messages a
// second go from a signed webhook body to its 200, with how many of the same
// transactions SQLite commits when nothing else is done: the same statements
// with the very values the first wrote, prepared, on one goroutine, in groups
// of the store's size, each in a savepoint, on a database of the same schema
// and the same settings (FULL). An iteration is a thousand and some people who
// write for the first time and then answer the question they are asked.
//
//	go test -run - -bench Intake -benchtime 10x ./runtime
//
// ratio is what is judged: at least 0.6.
func BenchmarkIntake(b *testing.B) {
	for _, callers := range []int{64, 256} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) { intake(b, callers) })
	}
}

const crowd = 2048 // people of an iteration

func intake(b *testing.B, callers int) {
	in := openIntake(b, callers)
	raw := openRaw(b)
	phases := []string{"hola", "uno y dos"}
	spent := [2][2]time.Duration{}
	b.ResetTimer()
	for range b.N {
		from := in.people
		in.people += crowd
		for phase, text := range phases {
			requests := in.requests(b, from, phase, text)
			spent[0][phase] += in.receive(b, requests)
			rows := in.rows(b)
			if len(rows) != crowd {
				b.Fatalf("%d messages were handled, %d written", len(rows), crowd)
			}
			spent[1][phase] += raw.commit(b, rows)
		}
	}
	b.StopTimer()
	compare(b, in.path, raw.path)
	n := float64(b.N * crowd)
	ratio := func(ours, theirs time.Duration) float64 { return float64(theirs) / float64(ours) }
	b.ReportMetric(2*n/(spent[0][0]+spent[0][1]).Seconds(), "received/s")
	b.ReportMetric(2*n/(spent[1][0]+spent[1][1]).Seconds(), "raw/s")
	b.ReportMetric(ratio(spent[0][0], spent[1][0]), "ratio-first")
	b.ReportMetric(ratio(spent[0][1], spent[1][1]), "ratio-answer")
	b.ReportMetric(ratio(spent[0][0]+spent[0][1], spent[1][0]+spent[1][1]), "ratio")
	b.ReportMetric(0, "ns/op")
}

// intakeSide is the way of a message as serve has it, without the network.
type intakeSide struct {
	path    string
	handler http.Handler
	books   *sql.DB
	callers int
	people  int
	seen    struct{ transcript, outbox int64 } // rows that were read
}

func openIntake(b *testing.B, callers int) *intakeSide {
	in := &intakeSide{path: filepath.Join(b.TempDir(), "received.db"), callers: callers}
	store, err := sqlite.Open(in.path, sqlite.Options{Merge: runtime.Merge})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	flows, err := engine.New(echo())
	if err != nil {
		b.Fatal(err)
	}
	service, err := runtime.New(runtime.Options{Flows: flows, Store: store, Sender: &wire{}, Dispatcher: local.New(nil)})
	if err != nil {
		b.Fatal(err)
	}
	in.handler = whatsapp.NewHandler(whatsapp.HandlerOptions{
		PhoneNumberID: phoneNumber, VerifyToken: "v", AppSecrets: []string{secret},
		Receive: service.Receive, Logger: slog.New(slog.DiscardHandler),
	})
	if in.books, err = sql.Open("sqlite3", "file:"+in.path+"?mode=ro&_query_only=1"); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.books.Close() })
	return in
}

func (in *intakeSide) requests(b *testing.B, from, phase int, text string) []*http.Request {
	requests := make([]*http.Request, crowd)
	for i := range requests {
		body := webhook(fmt.Sprintf("wamid.HBgLNTczMDA1NTUwMTAxFQIAEhg.%d.%d", from+i, phase), fmt.Sprintf("57300%07d", from+i), text)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		requests[i] = httptest.NewRequestWithContext(b.Context(), "POST", "/webhooks/whatsapp", bytes.NewReader(body))
		requests[i].Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	return requests
}

func (in *intakeSide) receive(b *testing.B, requests []*http.Request) time.Duration {
	var next atomic.Int64
	var working sync.WaitGroup
	begun := time.Now()
	for range in.callers {
		working.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(requests) {
					return
				}
				w := httptest.NewRecorder()
				if in.handler.ServeHTTP(w, requests[i]); w.Code != http.StatusOK {
					b.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
	working.Wait()
	return time.Since(begun)
}

// written is all that one message changed in the books.
type written struct {
	key          []driver.Value // of the first sight
	phone        string
	n            int64
	contact      []driver.Value // when it is new
	conversation []byte
	incoming     []driver.Value
	outgoing     [][2][]driver.Value // outbox, transcript
	oldTimer     []driver.Value
	timer        []driver.Value
}

// rows reads what was written since it was called last, a message an entry.
// Each person has written once.
func (in *intakeSide) rows(b *testing.B) []*written {
	var order []*written
	by := map[int64]*written{}
	in.each(b, `SELECT contact, at, sent, incoming, kind, text, message_id, cause, flow, node, n FROM transcript WHERE n > ? ORDER BY n`,
		func(v []driver.Value) {
			n := v[0].(int64)
			in.seen.transcript = v[10].(int64)
			if by[n] == nil {
				by[n] = &written{n: n, incoming: v[:10]}
				order = append(order, by[n])
				return
			}
			by[n].outgoing = append(by[n].outgoing, [2][]driver.Value{nil, v[:10]})
		}, in.seen.transcript)
	done := map[int64]int{}
	in.each(b, `SELECT contact, message, token, not_before, created, id FROM outbox WHERE id > ? ORDER BY id`, func(v []driver.Value) {
		n := v[0].(int64)
		in.seen.outbox = v[5].(int64)
		by[n].outgoing[done[n]][0] = v[:5]
		done[n]++
	}, in.seen.outbox)
	in.each(b, `SELECT c.n, c.id, c.user_id, c.phone, c.name, c.created, c.conversation, t.flow, t.visit, t.purpose, t.due
		FROM contact c JOIN timer t ON t.contact = c.n WHERE c.n >= ?`, func(v []driver.Value) {
		w := by[v[0].(int64)]
		if w == nil {
			b.Fatal("somebody has not written")
		}
		w.phone, w.conversation = v[3].(string), v[6].([]byte)
		w.timer = append([]driver.Value{w.n}, v[7:11]...)
		if visit := v[8].(int64); visit > 1 {
			w.oldTimer = []driver.Value{w.n, v[7], visit - 2, v[9]}
		} else {
			w.contact = v[1:6]
		}
	}, (order[0].n-1)/crowd*crowd+1)
	for _, w := range order {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/message/%s", phoneNumber, w.incoming[6]))
		w.key = []driver.Value{sum[:16], w.incoming[1]}
	}
	return order
}

func (in *intakeSide) each(b *testing.B, query string, visit func(v []driver.Value), args ...any) {
	rows, err := in.books.Query(query, args...)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		v, into := make([]driver.Value, len(columns)), make([]any, len(columns))
		for i := range v {
			into[i] = &v[i]
		}
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		visit(v)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}

// rawSide is the driver alone.
type rawSide struct {
	path     string
	conn     driver.Conn
	prepared map[string]driver.Stmt
	args     []driver.NamedValue
}

// The store's statements for these messages (runtime/store/sqlite).
const (
	rawSight   = `INSERT INTO first_sight (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING`
	rawFind    = `SELECT c.n, c.id, c.user_id, c.phone, c.name, c.created, c.conversation FROM known_by k JOIN contact c ON c.n = k.contact WHERE k.kind = ? AND k.value = ?`
	rawContact = `INSERT INTO contact (id, user_id, phone, name, created) VALUES (?, ?, ?, ?, ?)`
	rawName    = `INSERT INTO known_by (kind, value, contact) VALUES (?, ?, ?)`
	rawSave    = `UPDATE contact SET conversation = ?2 WHERE n = ?1`
	rawAppend  = `INSERT INTO transcript (contact, at, sent, incoming, kind, text, message_id, cause, flow, node) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	rawEnqueue = `INSERT INTO outbox (contact, message, token, state, not_before, created, turn)
		VALUES (?1, ?2, ?3, 'queued', ?4, ?5, iif(EXISTS (SELECT 1 FROM outbox WHERE contact = ?1 AND state IN ('queued', 'sending', 'indeterminate')), NULL, max(?4, 0)))`
	rawStopTimer  = `DELETE FROM timer WHERE contact = ? AND flow = ? AND visit = ? AND purpose = ?`
	rawStartTimer = `INSERT INTO timer (contact, flow, visit, purpose, due) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (contact, flow, visit, purpose) DO UPDATE SET due = excluded.due`

	rawGroup = 128 // the most that the store commits at once
)

func openRaw(b *testing.B) *rawSide {
	r := &rawSide{path: filepath.Join(b.TempDir(), "raw.db"), prepared: map[string]driver.Stmt{}}
	schema, err := sqlite.Open(r.path, sqlite.Options{Merge: runtime.Merge})
	if err != nil {
		b.Fatal(err)
	}
	if err := schema.Close(); err != nil {
		b.Fatal(err)
	}
	// Opened as the store opens it, settings and all.
	if r.conn, err = (&sqlite3.SQLiteDriver{}).Open("file:" + r.path + "?_synchronous=FULL&_foreign_keys=1&_busy_timeout=5000"); err != nil {
		b.Fatal(err)
	}
	for _, text := range []string{
		`BEGIN IMMEDIATE`, `SAVEPOINT message`, `RELEASE message`, `COMMIT`, `PRAGMA cache_size = -32768`, `PRAGMA temp_store = MEMORY`,
		rawSight, rawFind, rawContact, rawName, rawSave, rawAppend, rawEnqueue, rawStopTimer, rawStartTimer,
	} {
		if r.prepared[text], err = r.conn.Prepare(text); err != nil {
			b.Fatalf("%s: %v", text, err)
		}
	}
	r.exec(b, `PRAGMA cache_size = -32768`)
	r.exec(b, `PRAGMA temp_store = MEMORY`)
	b.Cleanup(func() {
		for _, s := range r.prepared {
			s.Close()
		}
		r.conn.Close()
	})
	return r
}

func (r *rawSide) bind(args []driver.Value) []driver.NamedValue {
	r.args = r.args[:0]
	for i, v := range args {
		r.args = append(r.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return r.args
}

func (r *rawSide) exec(b *testing.B, text string, args ...driver.Value) {
	if _, err := r.prepared[text].(driver.StmtExecContext).ExecContext(context.Background(), r.bind(args)); err != nil {
		b.Fatalf("%s: %v", text, err)
	}
}

func (r *rawSide) find(b *testing.B, phone string) (n int64) {
	rows, err := r.prepared[rawFind].(driver.StmtQueryContext).QueryContext(context.Background(), r.bind([]driver.Value{"phone", phone}))
	if err != nil {
		b.Fatal(err)
	}
	v := make([]driver.Value, 7)
	for err = rows.Next(v); err == nil; err = rows.Next(v) {
		n = v[0].(int64)
	}
	if err != io.EOF {
		b.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		b.Fatal(err)
	}
	return n
}

func (r *rawSide) commit(b *testing.B, messages []*written) time.Duration {
	begun := time.Now()
	for i, m := range messages {
		if i%rawGroup == 0 {
			r.exec(b, `BEGIN IMMEDIATE`)
		}
		r.exec(b, `SAVEPOINT message`)
		r.exec(b, rawSight, m.key...)
		n := r.find(b, m.phone)
		if (n == 0) != (m.contact != nil) {
			b.Fatalf("number %d is somebody else's", n)
		}
		if m.contact != nil {
			r.exec(b, rawContact, m.contact...)
			r.exec(b, rawName, "phone", m.phone, m.n)
		}
		r.exec(b, rawAppend, m.incoming...)
		r.exec(b, rawSave, m.n, m.conversation)
		if m.oldTimer != nil {
			r.exec(b, rawStopTimer, m.oldTimer...)
		}
		for _, o := range m.outgoing {
			r.exec(b, rawEnqueue, o[0]...)
			r.exec(b, rawAppend, o[1]...)
		}
		r.exec(b, rawStartTimer, m.timer...)
		r.exec(b, `RELEASE message`)
		if i%rawGroup == rawGroup-1 || i == len(messages)-1 {
			r.exec(b, `COMMIT`)
		}
	}
	return time.Since(begun)
}

// compare makes sure that both did the same: every table has the same rows.
// The order in which people came is each side's own.
func compare(b *testing.B, received, raw string) {
	db, err := sql.Open("sqlite3", "file:"+received+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`ATTACH ? AS raw`, "file:"+raw+"?mode=ro"); err != nil {
		b.Fatal(err)
	}
	for table, columns := range map[string]string{
		"contact": "*", "known_by": "*", "first_sight": "*", "timer": "*", "record": "*", "set_aside": "*", "early_status": "*",
		"transcript": "contact, at, sent, incoming, kind, text, message_id, cause, flow, node",
		"outbox":     "contact, message, token, state, not_before, created, turn",
	} {
		var ours, theirs, common int
		query := fmt.Sprintf(`SELECT (SELECT count(*) FROM main.%[1]s), (SELECT count(*) FROM raw.%[1]s),
			(SELECT count(*) FROM (SELECT %[2]s FROM main.%[1]s INTERSECT SELECT %[2]s FROM raw.%[1]s))`, table, columns)
		if err := db.QueryRow(query).Scan(&ours, &theirs, &common); err != nil {
			b.Fatalf("%s: %v", table, err)
		}
		if ours != theirs || common != ours {
			b.Errorf("%s: %d rows were received, %d are in the raw database, %d of them the same", table, ours, theirs, common)
		}
	}
}
