package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cauce/runtime/store"

	"github.com/mattn/go-sqlite3"
)

// The tests below run this binary again as a server that they kill.
func TestMain(m *testing.M) {
	if file := os.Getenv("CAUCE_TEST_VICTIM"); file != "" {
		if err := victim(file, os.Getenv("CAUCE_TEST_FROM")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const people = 4

// keep is a step that writes its key in three places, which must agree.
func keep(tx store.Tx, in store.Inbound) error {
	encoded, err := tx.Conversation()
	if err != nil {
		return err
	}
	var keys []int
	if encoded != nil {
		if err := json.Unmarshal(encoded, &keys); err != nil {
			return err
		}
	}
	n, err := strconv.Atoi(in.Name)
	if err != nil {
		return err
	}
	if encoded, err = json.Marshal(append(keys, n)); err != nil {
		return err
	}
	if err := tx.SaveConversation(encoded); err != nil {
		return err
	}
	if err := tx.Append(store.Entry{Text: in.Name}); err != nil {
		return err
	}
	_, err = tx.Enqueue(store.Outgoing{Token: in.Key, Message: []byte(in.Name)})
	return err
}

func nth(who, n int) store.Inbound {
	return store.Inbound{
		Key: fmt.Sprintf("%d/%d", who, n), From: store.Address{UserID: fmt.Sprint("CO.", who)},
		Name: fmt.Sprint(n), Received: t0,
	}
}

// victim ingests without end, in batches of one to three, and prints what it
// was told is durable.
func victim(file, from string) error {
	s, err := Open(file, Options{Merge: keepOlder})
	if err != nil {
		return err
	}
	starts := strings.Split(from, ",")
	var mu sync.Mutex
	var all sync.WaitGroup
	for who := range people {
		n, err := strconv.Atoi(starts[who])
		if err != nil {
			return err
		}
		all.Go(func() {
			for err == nil {
				var batch []store.Inbound
				for range n%3 + 1 {
					batch = append(batch, nth(who, n))
					n++
				}
				if _, err = s.Ingest(context.Background(), batch, keep); err != nil {
					return
				}
				mu.Lock()
				_, err = fmt.Printf("%d %d\n", who, n-1)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return err
}

// Killed at any moment, the books hold everything that was acknowledged, once,
// in order, and nothing by half.
func TestKilled(t *testing.T) {
	rounds := 8
	if os.Getenv("CAUCE_LONG") != "" {
		rounds = 200
	}
	file := filepath.Join(t.TempDir(), "books.db")
	acked := make([]int, people)
	for i := range acked {
		acked[i] = -1
	}
	for round := range rounds {
		// WhatsApp sends again what it had no answer to, and some it had.
		var from []string
		for _, n := range acked {
			from = append(from, fmt.Sprint(max(0, n-2)))
		}
		v := exec.Command(os.Args[0])
		v.Env = append(os.Environ(), "CAUCE_TEST_VICTIM="+file, "CAUCE_TEST_FROM="+strings.Join(from, ","))
		out, err := v.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var complaint bytes.Buffer
		v.Stderr = &complaint
		if err := v.Start(); err != nil {
			t.Fatal(err)
		}
		lives := rand.IntN(60)
		lines := bufio.NewScanner(out)
		for heard := 0; lines.Scan(); heard++ {
			var who, n int
			if _, err := fmt.Sscan(lines.Text(), &who, &n); err != nil {
				t.Fatalf("%q: %v", lines.Text(), err)
			}
			acked[who] = max(acked[who], n)
			if heard == lives {
				v.Process.Kill()
			}
		}
		v.Wait()
		if complaint.Len() > 0 {
			t.Fatalf("round %d: %s", round, &complaint)
		}
		s := openAt(t, file)
		for who, want := range agree(t, s) {
			if want < acked[who] {
				t.Fatalf("round %d: %d was told that %d is durable, and %d is the last", round, who, acked[who], want)
			}
		}
		s.Close()
		if err := audit(file); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

// agree fails unless conversation, transcript and outbox of everybody hold the
// same: 0, 1, 2 and so on. It returns the last of each.
func agree(t *testing.T, s *Store) []int {
	t.Helper()
	rows, err := s.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := make([]int, people)
	for who := range last {
		last[who] = -1
		user := fmt.Sprint("CO.", who)
		encoded := conversation(t, s, user)
		if encoded == "" {
			continue
		}
		var keys []int
		if err := json.Unmarshal([]byte(encoded), &keys); err != nil {
			t.Fatal(err)
		}
		c, err := s.Lookup(t.Context(), store.Address{UserID: user})
		if err != nil {
			t.Fatal(err)
		}
		entries, err := s.Transcript(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		var said, owed []string
		for _, e := range entries {
			said = append(said, e.Text)
		}
		for _, o := range rows {
			if o.Contact == c.ID {
				owed = append(owed, string(o.Message))
			}
		}
		var want []string
		for i, n := range keys {
			if n != i {
				t.Fatalf("%s: %v", user, keys)
			}
			want = append(want, fmt.Sprint(n))
		}
		if !slices.Equal(said, want) || !slices.Equal(owed, want) {
			t.Fatalf("%s: conversation %v, transcript %v, outbox %v", user, want, said, owed)
		}
		last[who] = len(keys) - 1
	}
	return last
}

// When the machine dies, the write-ahead log may end anywhere in what was not
// yet acknowledged. Wherever that is, the next transaction is there or not, and
// all before it are.
func TestTornLog(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "books.db")
	s := openAt(t, file)
	read := func(name string) []byte {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	// So that the log starts over now and then.
	hook(t, s, func(c *sqlite3.SQLiteConn) { c.Exec("PRAGMA wal_autocheckpoint = 40", nil) })
	next := make([]int, people)
	restarts := 0
	for i := range 60 {
		book, before := read(file), read(file+"-wal")
		who := rand.IntN(people)
		var batch []store.Inbound
		for range rand.IntN(3) + 1 {
			batch = append(batch, nth(who, next[who]+len(batch)))
		}
		if _, err := s.Ingest(t.Context(), batch, keep); err != nil {
			t.Fatal(err)
		}
		after := read(file + "-wal")
		first := 0
		for first < len(before) && before[first] == after[first] {
			first++
		}
		if first < 32 {
			restarts++
		}
		cut := first + rand.IntN(len(after)-first+1)
		torn := append(slices.Clone(after[:cut]), before[min(cut, len(before)):]...)
		copied := filepath.Join(dir, fmt.Sprintf("torn%d.db", i))
		for name, content := range map[string][]byte{copied: book, copied + "-wal": torn} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c := openAt(t, copied)
		last := agree(t, c)
		c.Close()
		if err := audit(copied); err != nil {
			t.Fatalf("cut %d of %d: %v", cut, len(after), err)
		}
		for person, n := range next {
			most := n
			if person == who {
				most += len(batch)
			}
			if got := last[person] + 1; got < n || got > most {
				t.Fatalf("cut %d of %d: %d has %d, want %d to %d", cut, len(after), person, got, n, most)
			}
			if got := last[person] + 1; person == who && got != n && got != most {
				t.Fatalf("cut %d of %d: a part of a commit, %d of %d", cut, len(after), got-n, len(batch))
			}
		}
		if cut == len(after) && last[who]+1 != next[who]+len(batch) {
			t.Fatalf("the whole log is there, but not what was acknowledged")
		}
		next[who] += len(batch)
	}
	if restarts == 0 {
		t.Error("the log never started over: this tested less than it says")
	}
}
