// Package sqlite keeps the books of one number in one SQLite file.
//
// Everything that writes goes through one goroutine and one connection: it
// takes the transactions that are waiting, puts each in a savepoint of its
// own, commits them together and only then tells the callers. One flush to
// disk pays for up to 128 messages, and no two transactions ever race. Readers
// have connections of their own that can't write and never wait for the
// writer (WAL).
//
// It promises what package store asks for, and that no caller's context ever
// reaches the writer's SQL. A function handed to the store runs on the writer's
// goroutine: it must not call the store again, nor wait for anything.
//
// The SQL of the tables is in migrations/, the rest beside the code that uses
// it. SQLite is known nowhere else in Cauce.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"cauce/runtime/store"

	"github.com/mattn/go-sqlite3"
)

// Options of a store.
type Options struct {
	// Merge joins two conversations. It is needed.
	Merge store.Merge
	// Logger is told of migrations, merged contacts and everything that was
	// set aside, with our ids only. Nobody is told when it is nil.
	Logger *slog.Logger
	// NewID makes contact ids. Random ones that sort by time when it is nil.
	NewID func() store.ContactID
}

// Store is one SQLite file, open for serving.
type Store struct {
	writer  *writer
	readers *sql.DB
	lock    *os.File
	closing sync.Once
	closed  error // what closing said
}

var _ store.Store = (*Store)(nil)

// Readers at once. A read takes well under a millisecond, so few go a long way.
const readers = 4

// Open opens the books at path, makes them when there are none, and brings
// older ones up to date. It holds them until Close or the death of the
// process: store.ErrLocked says that another process does, store.ErrNewer that
// a newer version wrote them. Every error is one line that says what to do.
func Open(path string, o Options) (*Store, error) {
	if o.Merge == nil {
		return nil, errors.New("open a store: Options.Merge is not set")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.NewID == nil {
		o.NewID = newID
	}
	file, err := prepare(path)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	s, err := open(file, o)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, advise(err))
	}
	return s, nil
}

func open(file string, o Options) (_ *Store, err error) {
	s := &Store{}
	if s.lock, err = lock(file); err != nil {
		return nil, err
	}
	c, err := connect(file, o)
	if err != nil {
		s.lock.Close()
		return nil, err
	}
	s.readers, err = sql.Open("sqlite3", dsn(file, "mode", "ro", "_query_only", "1"))
	if err == nil {
		s.readers.SetMaxOpenConns(readers)
		s.readers.SetMaxIdleConns(readers)
		err = s.readers.Ping()
	}
	if err != nil {
		c.close()
		s.lock.Close()
		return nil, err
	}
	s.writer = newWriter(c)
	return s, nil
}

// Close finishes what was accepted and ends the store's goroutines. Calls
// after it fail.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.writer.stop()
		// The writer's connection is the last one: closing it folds the
		// write-ahead log into the file.
		s.closed = errors.Join(s.readers.Close(), s.writer.conn.close(), s.lock.Close())
	})
	return s.closed
}

// Ping writes, and returns when that is durable: a full or read-only disk
// shows itself here.
func (s *Store) Ping(ctx context.Context) error {
	return s.writer.one(ctx, "write to the database", func(c *conn) error {
		return c.exec(sqlBeat)
	})
}

var sqlBeat = newStatement(`INSERT INTO pulse (n, at) VALUES (1, unixepoch()) ON CONFLICT (n) DO UPDATE SET at = excluded.at`)

// prepare finds the file behind path, makes it when it is missing, and says
// what is in the way in words of the file system.
func prepare(path string) (string, error) {
	if path == "" {
		return "", errors.New("it has no name; name a file with --db")
	}
	file, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	folder := filepath.Dir(file)
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("the folder %s does not exist; make it, or name another file with --db", folder)
	case errors.Is(err, fs.ErrPermission):
		return "", fmt.Errorf("the folder %s can't be read by this user; give it the right to, or name another file with --db", folder)
	case err != nil:
		return "", fmt.Errorf("%w; name another file with --db", err)
	case !info.IsDir():
		return "", fmt.Errorf("%s is a file, not a folder; name another file with --db", folder)
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return "", errors.New("it is a folder; name a file with --db")
	}
	// It holds what people wrote: nobody else reads it. SQLite gives its
	// companions (-wal, -shm) the same mode.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return "", errors.New("this user may not write it; give it the right to, or name another file with --db")
		}
		return "", fmt.Errorf("%w; name another file with --db", err)
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	// Two names of one file must meet at one lock. Only now does a link surely
	// lead somewhere.
	return filepath.EvalSymlinks(file)
}

// advise adds the next move to what SQLite says.
func advise(err error) error {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		switch e.Code {
		case sqlite3.ErrNotADB:
			return errors.New("it is not a database; name another file with --db")
		case sqlite3.ErrCorrupt:
			return fmt.Errorf("it is damaged (%w); restore a backup, or name another file with --db", err)
		case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
			return fmt.Errorf("it can't be written (%w); give this user the right to write it and its folder, or name another file with --db", err)
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return fmt.Errorf("another program is using it (%w); close that program", err)
		case sqlite3.ErrFull:
			return fmt.Errorf("the disk is full (%w); make room", err)
		case sqlite3.ErrIoErr:
			return fmt.Errorf("the disk does not answer (%w); look at its health", err)
		}
	}
	return err
}

// dsn names a file with what every connection of ours sets. The driver's own
// default in WAL is synchronous=NORMAL, which loses commits when the machine
// dies; it is set here so that no connection can go without.
func dsn(file string, more ...string) string {
	v := url.Values{
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"1"},
		"_busy_timeout": {"5000"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: v.Encode()}
	return u.String()
}
