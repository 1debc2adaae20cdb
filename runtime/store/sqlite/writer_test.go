package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"cauce/runtime/store"

	"github.com/mattn/go-sqlite3"
)

func message(key, user string) store.Inbound {
	return store.Inbound{Key: key, From: store.Address{UserID: user}}
}

// add is a step that adds the key to the conversation.
func add(tx store.Tx, in store.Inbound) error {
	before, err := tx.Conversation()
	if err != nil {
		return err
	}
	return tx.SaveConversation(fmt.Append(before, in.Key, " "))
}

func conversation(t *testing.T, s *Store, user string) string {
	t.Helper()
	c, err := s.Lookup(t.Context(), store.Address{UserID: user})
	if errors.Is(err, store.ErrNoContact) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := s.Load(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// hold occupies the writer until the function it returns is called. In a bubble,
// everything handed in meanwhile is waiting after synctest.Wait.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	entered, proceed := make(chan bool), make(chan bool)
	go s.writer.one(t.Context(), "hold", func(*conn) error {
		entered <- true
		<-proceed
		return nil
	})
	<-entered
	return func() { close(proceed) }
}

// hook runs fn on the writer's connection.
func hook(t *testing.T, s *Store, fn func(c *sqlite3.SQLiteConn)) {
	t.Helper()
	if err := s.writer.one(t.Context(), "hook", func(c *conn) error { fn(c.db); return nil }); err != nil {
		t.Fatal(err)
	}
}

func inBubble(t *testing.T, fn func(t *testing.T, s *Store)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "books.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(file, Options{Merge: keepOlder})
		if err != nil {
			t.Fatal(err)
		}
		fn(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := audit(file); err != nil {
		t.Error(err)
	}
}

// What waits is committed together, at most 128 at once, and nobody hears of
// success before the commit.
func TestGroups(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		commits := 0
		var steps, told []int // how many there were at each commit
		var mu sync.Mutex
		stepped, heard := 0, 0
		hook(t, s, func(c *sqlite3.SQLiteConn) {
			c.RegisterCommitHook(func() int {
				mu.Lock()
				defer mu.Unlock()
				commits++
				steps, told = append(steps, stepped), append(told, heard)
				return 0
			})
		})
		release := hold(t, s)
		var all sync.WaitGroup
		for i := range 300 {
			all.Go(func() {
				_, err := s.Ingest(t.Context(), []store.Inbound{message(fmt.Sprint(i), fmt.Sprint("CO.", i%7))}, func(tx store.Tx, in store.Inbound) error {
					stepped++
					return add(tx, in)
				})
				mu.Lock()
				defer mu.Unlock()
				heard++
				if err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		release()
		all.Wait()
		hook(t, s, func(c *sqlite3.SQLiteConn) { c.RegisterCommitHook(nil) })
		// The hook's own commit and the holder's come first.
		if got := steps[2:5]; !slices.Equal(got, []int{128, 256, 300}) {
			t.Errorf("transactions done at each commit: %v", got)
		}
		for i, n := range told[2:5] {
			if n > i*128 {
				t.Errorf("%d callers were told before commit %d", n, i)
			}
		}
	})
}

// A batch is spread over groups in order, and others get in between in the
// order in which they came.
func TestGather(t *testing.T) {
	k := []*work{{n: 1}, {n: 200}, {n: 1}, {n: 100}, {n: 1}}
	k[2].phase.Store(left)
	var got []string
	queue := slices.Clone(k)
	for _, w := range k {
		w.done = make(chan struct{})
	}
	for len(queue) > 0 {
		group := gather(queue)
		var parts []string
		for i, x := range group {
			if i == 0 || x.work != group[i-1].work {
				parts = append(parts, fmt.Sprintf("%d:%d", slices.Index(k, x.work), x.i))
			}
			x.work.next = x.i + 1
		}
		got = append(got, fmt.Sprint(len(group), parts))
		queue = finish(queue)
	}
	if want := "128 [0:0 1:0] 128 [1:127 3:0] 46 [3:55 4:0]"; strings.Join(got, " ") != want {
		t.Errorf("groups: %s, want %s", strings.Join(got, " "), want)
	}
	for i, w := range k {
		select {
		case <-w.done:
		default:
			t.Errorf("work %d was never answered", i)
		}
	}
}

// A commit that fails takes its group back: each is done again by itself.
func TestCommitFailsOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(t, s)
		fails := 0
		ran := make([]int, 20)
		var all sync.WaitGroup
		for i := range ran {
			all.Go(func() {
				got, err := s.Ingest(t.Context(), []store.Inbound{message(fmt.Sprint(i), "CO.ana")}, func(tx store.Tx, in store.Inbound) error {
					if ran[i]++; i == 7 && ran[i] == 1 {
						s.writer.conn.db.RegisterCommitHook(func() int {
							if fails++; fails == 1 {
								return 1
							}
							return 0
						})
					}
					return add(tx, in)
				})
				if err != nil || got[0].Repeat || got[0].Aside != nil {
					t.Errorf("%d: %+v, %v", i, got, err)
				}
			})
		}
		synctest.Wait()
		release()
		all.Wait()
		keys := strings.Fields(conversation(t, s, "CO.ana"))
		slices.Sort(keys)
		if len(keys) != 20 || len(slices.Compact(keys)) != 20 {
			t.Errorf("handled: %v", keys)
		}
		for i, n := range ran {
			if n != 2 {
				t.Errorf("%d ran %d times", i, n)
			}
		}
		if fails != 21 { // the group's, and twenty more
			t.Errorf("%d commits", fails)
		}
		hook(t, s, func(c *sqlite3.SQLiteConn) { c.RegisterCommitHook(nil) })
	})
}

// While no commit succeeds, nobody is told of success and nothing is kept.
func TestNoCommit(t *testing.T) {
	s := fresh(t)
	s.writer.conn.db.RegisterCommitHook(func() int { return 1 }) // nobody else is on it
	batch := []store.Inbound{message("1", "CO.ana"), message("2", "CO.ana")}
	if got, err := s.Ingest(t.Context(), batch, add); err == nil || got != nil {
		t.Errorf("ingested %+v, %v", got, err)
	}
	if err := s.Update(t.Context(), store.Address{UserID: "CO.ana"}, func(store.Tx) error { return nil }); err == nil {
		t.Error("updated")
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("the books could be written")
	}
	if got := conversation(t, s, "CO.ana"); got != "" {
		t.Errorf("kept %q", got)
	}
	s.writer.conn.db.RegisterCommitHook(nil)
	if _, err := s.Ingest(t.Context(), batch, add); err != nil {
		t.Error(err)
	}
	if got := conversation(t, s, "CO.ana"); got != "1 2 " {
		t.Errorf("then %q", got)
	}
}

// An error of the database itself, here a full disk: the group goes one by one,
// the others succeed, the guilty one is told, and what comes after it in its own
// batch waits for the repeat.
func TestDatabaseError(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		limit := func(pages int) {
			hook(t, s, func(c *sqlite3.SQLiteConn) {
				if _, err := c.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages), nil); err != nil {
					t.Error(err)
				}
			})
		}
		for _, user := range []string{"CO.ana", "CO.eva", "CO.iris"} {
			if err := s.Update(t.Context(), store.Address{UserID: user}, func(store.Tx) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		limit(200)
		huge := func(tx store.Tx, in store.Inbound) error {
			if err := add(tx, in); err != nil || in.Key != "e2" {
				return err
			}
			tx.Append(store.Entry{Text: strings.Repeat("x", 4<<20)})
			return nil // it makes nothing of the error
		}
		release := hold(t, s)
		eva := []store.Inbound{message("e1", "CO.eva"), message("e2", "CO.eva"), message("e3", "CO.eva")}
		var all sync.WaitGroup
		for i, user := range []string{"CO.ana", "CO.iris"} {
			all.Go(func() {
				if _, err := s.Ingest(t.Context(), []store.Inbound{message(fmt.Sprint("m", i), user)}, add); err != nil {
					t.Errorf("%s: %v", user, err)
				}
			})
		}
		all.Go(func() {
			got, err := s.Ingest(t.Context(), eva, huge)
			if e, ok := errors.AsType[sqlite3.Error](err); !ok || e.Code != sqlite3.ErrFull || got != nil {
				t.Errorf("the full disk: %+v, %v", got, err)
			}
		})
		synctest.Wait()
		release()
		all.Wait()
		if got := conversation(t, s, "CO.ana") + conversation(t, s, "CO.iris") + conversation(t, s, "CO.eva"); got != "m0 m1 e1 " {
			t.Errorf("on file: %q", got)
		}
		limit(1 << 20)
		got, err := s.Ingest(t.Context(), eva, huge)
		if err != nil || !got[0].Repeat || got[1].Repeat || got[1].Aside != nil || got[2].Repeat {
			t.Errorf("again: %+v, %v", got, err)
		}
		if got := conversation(t, s, "CO.eva"); got != "e1 e2 e3 " {
			t.Errorf("then on file: %q", got)
		}
	})
}

// Another program that holds the database makes calls fail, not hang or lie.
func TestBusy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	var log bytes.Buffer
	s, err := Open(file, Options{Merge: keepOlder, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	hook(t, s, func(c *sqlite3.SQLiteConn) { c.Exec("PRAGMA busy_timeout = 1", nil) })
	other, err := connectRaw(file)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	if err := other.script("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ingest(t.Context(), []store.Inbound{message("1", "CO.ana")}, add); err == nil {
		t.Error("ingested")
	}
	if _, err := s.Due(t.Context(), t0, 1); err != nil {
		t.Errorf("readers wait for a writer: %v", err)
	}
	if err := other.script("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Ingest(t.Context(), []store.Inbound{message("1", "CO.ana")}, add); err != nil || got[0].Repeat {
		t.Errorf("then %+v, %v", got, err)
	}
	if err := s.Close(); err != nil || log.Len() > 0 {
		t.Errorf("closed with %v, logged %s", err, &log)
	}
}

// When even writing down a failure fails, the caller is told and nothing is kept.
func TestFailureFails(t *testing.T) {
	s := fresh(t)
	err := s.writer.do(t.Context(), &work{
		doing: "test", n: 1,
		run: func(*conn, int) error { return errors.New("first") },
		failed: func(c *conn, _ int, _ error) error {
			if _, err := c.firstSight("k", t0); err != nil {
				return err
			}
			return errors.New("second")
		},
	})
	if err == nil || !strings.Contains(err.Error(), "second") {
		t.Errorf("told %v", err)
	}
	in := message("k", "CO.ana")
	if got, err := s.Ingest(t.Context(), []store.Inbound{in}, add); err != nil || got[0].Repeat {
		t.Errorf("then %+v, %v", got, err)
	}
}

// A status of a message that another program sent over our number is not kept.
func TestForeignStatus(t *testing.T) {
	s := fresh(t)
	err := s.Report(t.Context(), []store.Status{
		{MessageID: "wamid.1", Token: "not ours", State: store.Read},
		{MessageID: "wamid.2", State: store.Delivered, Received: t0}, // may be ours
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	if err := s.query(t.Context(), "look", "SELECT message_id FROM early_status", func(v []any) { kept = append(kept, text(v[0])) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(kept, []string{"wamid.2"}) {
		t.Errorf("kept %v", kept)
	}
}

// A caller that leaves before its turn has done nothing.
func TestLeftInTheQueue(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		release := hold(t, s)
		ctx, leave := context.WithCancel(t.Context())
		ran := false
		var all sync.WaitGroup
		all.Go(func() {
			// Handed in, as the holder is not in the middle of taking.
			err := s.Update(ctx, store.Address{UserID: "CO.ana"}, func(store.Tx) error { ran = true; return nil })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("left: %v", err)
			}
		})
		synctest.Wait()
		leave()
		all.Wait()
		release()
		hook(t, s, func(*sqlite3.SQLiteConn) {})
		if ran {
			t.Error("it was done all the same")
		}
		// The same for work the writer has accepted and not begun.
		k := &work{n: 1, done: make(chan struct{})}
		k.phase.Store(left)
		if group := gather([]*work{k}); len(group) != 0 || k.next != 1 {
			t.Errorf("gathered %v of a caller that left", group)
		}
	})
}

// What was accepted is finished by Close.
func TestCloseFinishes(t *testing.T) {
	inBubble(t, func(t *testing.T, s *Store) {
		var batch []store.Inbound
		for i := range 500 {
			batch = append(batch, message(fmt.Sprint(i), "CO.ana"))
		}
		entered, proceed := make(chan bool), make(chan bool)
		var all sync.WaitGroup
		var got []store.Outcome
		var err error
		all.Go(func() {
			got, err = s.Ingest(t.Context(), batch, func(tx store.Tx, in store.Inbound) error {
				if in.Key == "3" {
					entered <- true
					<-proceed
				}
				return add(tx, in)
			})
		})
		<-entered
		all.Go(func() { s.Close() })
		synctest.Wait()
		close(proceed)
		all.Wait()
		if err != nil || len(got) != 500 || got[499].Contact == "" {
			t.Errorf("%d outcomes, %v", len(got), err)
		}
	})
}

// A step that ends its goroutine takes the writer with it. Callers are told,
// and the books can be opened again.
func TestGoexit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	s := openAt(t, file)
	if _, err := s.Ingest(t.Context(), []store.Inbound{message("1", "CO.ana")}, add); err != nil {
		t.Fatal(err)
	}
	err := s.Update(t.Context(), store.Address{UserID: "CO.ana"}, func(tx store.Tx) error {
		tx.SaveConversation([]byte("half"))
		goruntime.Goexit()
		return nil
	})
	if err == nil {
		t.Error("it passed for success")
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a store without a writer writes")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got := conversation(t, openAt(t, file), "CO.ana"); got != "1 " {
		t.Errorf("on file: %q", got)
	}
}
