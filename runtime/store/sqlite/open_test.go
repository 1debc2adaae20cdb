package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"cauce/runtime/store"

	"github.com/mattn/go-sqlite3"
)

// keepOlder is a Merge for tests that merge nobody.
func keepOlder(older, _ []byte) ([]byte, store.Heard, error) { return older, store.Older, nil }

func openAt(t *testing.T, file string) *Store {
	t.Helper()
	s, err := Open(file, Options{Merge: keepOlder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func fresh(t *testing.T) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "books.db"))
}

// script runs SQL on a file from outside.
func script(t *testing.T, file, sql string) {
	t.Helper()
	c, err := (&sqlite3.SQLiteDriver{}).Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.(*sqlite3.SQLiteConn).Exec(sql, nil); err != nil {
		t.Fatal(err)
	}
}

// What was flushed to disk before anybody was told survives the machine: on
// every connection, whatever the driver's default.
func TestEveryConnectionIsFull(t *testing.T) {
	s := fresh(t)
	want := map[string]int64{"synchronous": 2, "foreign_keys": 1}
	err := s.writer.one(t.Context(), "look", func(c *conn) error {
		for name, want := range want {
			if got, err := c.pragma(name); got != want || err != nil {
				t.Errorf("writer: %s is %d, %v, want %d", name, got, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want["query_only"] = 1
	for i := range readers {
		r, err := s.readers.Conn(t.Context()) // held, so that the next is another
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for name, want := range want {
			var got int64
			if err := r.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); got != want || err != nil {
				t.Errorf("reader %d: %s is %d, %v, want %d", i, name, got, err, want)
			}
		}
		if _, err := r.ExecContext(t.Context(), "DELETE FROM contact"); err == nil {
			t.Errorf("reader %d can write", i)
		}
		var mode string
		if err := r.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); mode != "wal" || err != nil {
			t.Errorf("reader %d: journal_mode is %s, %v", i, mode, err)
		}
	}
}

// Every way in which a database can't be opened is one line that says what to
// do, and harms nothing.
func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) string {
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return in(name)
	}
	write("plain", "x")
	foreign := in("foreign.db")
	script(t, foreign, `CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Alfonsina y el mar')`)
	marked := in("marked.db")
	script(t, marked, `PRAGMA application_id = 7; CREATE TABLE t (n)`)
	newer := in("newer.db")
	openAt(t, newer).Close()
	script(t, newer, `PRAGMA user_version = 99`)
	damaged := in("damaged.db")
	openAt(t, damaged).Close()
	func() {
		f, err := os.OpenFile(damaged, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt([]byte(strings.Repeat("x", 4000)), 100); err != nil {
			t.Fatal(err)
		}
	}()
	served := in("served.db")
	openAt(t, served)
	link := in("link.db")
	if err := os.Symlink(served, link); err != nil {
		t.Fatal(err)
	}
	// Opened by a link that led nowhere yet.
	if err := os.Symlink(in("later.db"), in("early.db")); err != nil {
		t.Fatal(err)
	}
	openAt(t, in("early.db"))
	for _, c := range []struct {
		name, path, says string
		is               error
	}{
		{"no name", "", "name a file with --db", nil},
		{"a folder", dir, "it is a folder; name a file with --db", nil},
		{"no such folder", in("a/b.db"), "does not exist; make it, or name another", nil},
		{"a file for a folder", in("plain/b.db"), "is a file, not a folder; name another", nil},
		{"not a database", write("text.db", strings.Repeat("Dear diary\n", 99)), "it is not a database; name another", nil},
		{"a short one", write("short.db", "hola"), "it is not a database; name another", nil},
		{"another program's", foreign, "it belongs to another program; name another", nil},
		{"another program's, marked", marked, "it belongs to another program; name another", nil},
		{"a newer version's", newer, "(it has version 99, this one knows up to 3)", store.ErrNewer},
		{"damaged", damaged, "it is damaged (", nil},
		{"being served", served, store.ErrLocked.Error(), store.ErrLocked},
		{"being served by a link", in("later.db"), store.ErrLocked.Error(), store.ErrLocked},
		{"being served, by another name", link, store.ErrLocked.Error(), store.ErrLocked},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, _ := os.ReadFile(c.path)
			s, err := Open(c.path, Options{Merge: keepOlder})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			line := err.Error()
			if !strings.Contains(line, c.says) || strings.Contains(line, "\n") || !strings.HasPrefix(line, "open the database "+c.path+": ") {
				t.Errorf("says: %s", line)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
			after, _ := os.ReadFile(c.path)
			if string(before) != string(after) {
				t.Error("the file was changed")
			}
		})
	}
	if _, err := Open(in("x.db"), Options{}); err == nil {
		t.Error("opened without a merge")
	}
}

// A file or folder this user may not write. Root may write everything, so the
// test becomes somebody else as far as files go.
func TestNotWritable(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for parent := filepath.Dir(dir); parent != os.TempDir() && len(parent) > 1; parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "books.db")
	openAt(t, file).Close()
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(dir, "secret")
	if err := os.Mkdir(secret, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		os.Chmod(secret, 0)
		os.Chmod(dir, 0o555)
		defer os.Chmod(dir, 0o755)
	}
	asSomebody(t, func() {
		for path, says := range map[string]string{
			file:                             "this user may not write it; give it the right to, or name another file with --db",
			filepath.Join(dir, "new.db"):     "this user may not write it; give it the right to, or name another file with --db",
			filepath.Join(secret, "x.db"):    "this user may not write it; give it the right to, or name another file with --db",
			filepath.Join(secret, "y/x.db"):  "can't be read by this user; give it the right to, or name another file with --db",
			filepath.Join(dir, "no", "x.db"): "does not exist; make it, or name another file with --db",
		} {
			s, err := Open(path, Options{Merge: keepOlder})
			if err == nil {
				s.Close()
				t.Errorf("%s was opened", path)
			} else if !strings.Contains(err.Error(), says) {
				t.Errorf("says: %v", err)
			}
		}
	})
}

// asSomebody runs fn with the file rights of nobody in particular.
func asSomebody(t *testing.T, fn func()) {
	if os.Geteuid() != 0 {
		fn()
		return
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		// The thread is given up with its goroutine, because it stays locked.
		goruntime.LockOSThread()
		if err := syscall.Setfsuid(65534); err != nil {
			t.Error(err)
			return
		}
		fn()
	}()
	<-done
}

// What SQLite says in its own words once a file could be opened.
func TestAdvice(t *testing.T) {
	for code, says := range map[sqlite3.ErrNo]string{
		sqlite3.ErrReadonly: "give this user the right to write it",
		sqlite3.ErrBusy:     "another program is using it",
		sqlite3.ErrFull:     "make room",
		sqlite3.ErrIoErr:    "look at its health",
		sqlite3.ErrError:    "",
	} {
		err := advise(sqlite3.Error{Code: code})
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v", code, err)
		}
		if e, ok := errors.AsType[sqlite3.Error](err); !ok || e.Code != code {
			t.Errorf("%v is lost in %v", code, err)
		}
	}
}

func TestOddNames(t *testing.T) {
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "no#1.db", "ñandú.db", "a&b=c.db", "%41.db", ":memory:"} {
		file := filepath.Join(t.TempDir(), name)
		s := openAt(t, file)
		if err := s.Update(t.Context(), store.Address{Phone: "1"}, func(store.Tx) error { return nil }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Lookup(t.Context(), store.Address{Phone: "1"}); err != nil {
			t.Errorf("%s: readers: %v", name, err)
		}
		s.Close()
		info, err := os.Stat(file)
		if err != nil || info.Size() == 0 {
			t.Errorf("%s: the file is %v, %v", name, info, err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, want nobody else to read it", name, info.Mode())
		}
		others, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
		if len(others) > 2 { // the file and its lock
			t.Errorf("%s: %v are left", name, others)
		}
	}
}

func TestOpenTellsWhatItDid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	say := func() string {
		var told strings.Builder
		s, err := Open(file, Options{Merge: keepOlder, Logger: slog.New(slog.NewTextHandler(&told, nil))})
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		return told.String()
	}
	if told := say(); !strings.Contains(told, `"database created" version=3`) {
		t.Errorf("told: %s", told)
	}
	if told := say(); told != "" {
		t.Errorf("told of nothing: %s", told)
	}
}

// Migrations are numbered without a gap, and the last of them is the version.
func TestMigrationsAreNumbered(t *testing.T) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	numbered := regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)
	for i, e := range entries {
		m := numbered.FindStringSubmatch(e.Name())
		if m == nil || m[1] != "000"+string(rune('1'+i)) {
			t.Errorf("migration %d is named %s", i+1, e.Name())
		}
	}
}

// Migrations go forwards from wherever a database is, and one that fails leaves
// it as it was.
func TestMigrate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	first := fstest.MapFS{"migrations/0001_a.sql": {Data: []byte("CREATE TABLE a (n); INSERT INTO a VALUES (1);")}}
	second := maps.Clone(first)
	second["migrations/0002_b.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE b (n); INSERT INTO b SELECT n + 1 FROM a;")}
	broken := maps.Clone(second)
	broken["migrations/0003_c.sql"] = &fstest.MapFile{Data: []byte("DELETE FROM b; CREATE TABLE c (n);")}
	broken["migrations/0004_d.sql"] = &fstest.MapFile{Data: []byte("INSERT INTO nowhere VALUES (1);")}
	mended := maps.Clone(broken)
	mended["migrations/0004_d.sql"] = &fstest.MapFile{Data: []byte("INSERT INTO c VALUES (1);")}
	for _, step := range []struct {
		files   fstest.MapFS
		version int64
		says    string
		table   string
	}{
		{first, 1, "", "a"},
		{first, 1, "", "a"},
		{broken, 1, "migrate it from version 1 to 4 (nothing was changed): no such table: nowhere", "a"},
		{second, 2, "", "b"},
		{broken, 2, "migrate it from version 2 to 4 (nothing was changed)", "b"},
		{first, 2, store.ErrNewer.Error(), "b"},
		{mended, 4, "", "c"},
	} {
		c, err := connectRaw(file)
		if err != nil {
			t.Fatal(err)
		}
		err = migrate(c, step.files, c.log)
		if (err == nil) != (step.says == "") || err != nil && !strings.Contains(err.Error(), step.says) {
			t.Errorf("says %v, want %q", err, step.says)
		}
		version, err := c.pragma("user_version")
		mark, _ := c.pragma("application_id")
		if version != step.version || mark != application || err != nil {
			t.Errorf("version %d, mark %x, %v, want version %d", version, mark, err, step.version)
		}
		rows := 0
		if err := c.ask("SELECT count(*) FROM "+step.table, func(v []driver.Value) { rows = int(number(v[0])) }); rows != 1 || err != nil {
			t.Errorf("table %s has %d rows, %v", step.table, rows, err)
		}
		c.close()
	}
}

func connectRaw(file string) (*conn, error) {
	c, err := (&sqlite3.SQLiteDriver{}).Open(dsn(file))
	if err != nil {
		return nil, err
	}
	return &conn{db: c.(*sqlite3.SQLiteConn), log: slog.New(slog.DiscardHandler)}, nil
}

// The lock goes with the store, and the database can be opened again.
func TestLockIsGivenBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	for range 2 {
		s := openAt(t, file)
		if _, err := Open(file, Options{Merge: keepOlder}); !errors.Is(err, store.ErrLocked) {
			t.Errorf("opened twice: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// In a bubble of testing/synctest, days take no time and no goroutine is left.
func TestBubble(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(filepath.Join(dir, "books.db"), Options{Merge: keepOlder})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var made []time.Time
		for _, phone := range []string{"1", "2"} {
			if err := s.Update(t.Context(), store.Address{Phone: phone}, func(tx store.Tx) error {
				return tx.StartTimer(store.Timer{Flow: "f", Due: time.Now().Add(24 * time.Hour)})
			}); err != nil {
				t.Fatal(err)
			}
			at, _, err := s.NextTimer(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Until(at))
			c, err := s.Lookup(t.Context(), store.Address{Phone: phone})
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, c.Created)
		}
		if d := made[1].Sub(made[0]); d != 24*time.Hour {
			t.Errorf("the second was made %v after the first", d)
		}
	})
}

func TestNewID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ids []string
		for range 50 {
			ids = append(ids, string(newID()))
			time.Sleep(time.Millisecond)
		}
		if !slices.IsSorted(ids) || len(slices.Compact(ids)) != 50 || !regexp.MustCompile(`^[0-9a-z]{26}$`).MatchString(ids[0]) {
			t.Errorf("ids: %v", ids)
		}
		if a, b := newID(), newID(); a == b || a[:9] != b[:9] {
			t.Errorf("made at one time: %s and %s", a, b)
		}
	})
}

// No statement reads a whole table, so none gets slower as the books grow.
func TestNoStatementScans(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	openAt(t, file).Close()
	db, err := sql.Open("sqlite3", dsn(file, "mode", "ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// These read an index of open rows from end to end, which is short.
	scans := map[string]string{
		statements[sqlOrphans]: "outbox_open",
	}
	queries := append(slices.Clone(statements), queryDue, queryNextTimer, queryNextSend,
		`SELECT n FROM transcript WHERE contact = `+whoIs+` ORDER BY n`, `SELECT n FROM record WHERE contact = `+whoIs+` ORDER BY n`,
		`SELECT n FROM contact WHERE `+owner)
	for _, query := range queries {
		args := make([]any, 12)
		var rows *sql.Rows
		for n := range args { // however many it takes
			if rows, err = db.Query("EXPLAIN QUERY PLAN "+query, args[:n]...); err == nil {
				break
			}
		}
		if err != nil {
			if !regexp.MustCompile(`^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)`).MatchString(query) {
				t.Errorf("%s: %v", query, err)
			}
			continue
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			whole := strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "(subquery") && !strings.Contains(detail, "CONSTANT ROW")
			sorts := strings.Contains(detail, "TEMP B-TREE FOR ORDER BY")
			if (whole || sorts) && (scans[query] == "" || !strings.Contains(detail, scans[query])) {
				t.Errorf("%s\n\t%s", query, detail)
			}
		}
		rows.Close()
	}
}
