package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	goruntime "runtime"
	"strings"

	"cauce/runtime/store"

	"github.com/mattn/go-sqlite3"
)

// statement is one line of SQL that the writer keeps prepared.
type statement int

var statements []string

// isOpen picks the rows that index outbox_open holds. SQLite uses a partial
// index only where a query repeats the index's own condition.
const isOpen = `state IN ('queued', 'sending', 'indeterminate')`

// newStatement adds a line of SQL. Package variables only: the writer prepares
// them all when it connects.
func newStatement(text string) statement {
	statements = append(statements, text)
	return statement(len(statements) - 1)
}

// conn is the writer's connection. It speaks to the driver directly, because
// the pool of database/sql would cost a third of a small statement, and might
// give us another connection without our statements.
//
// One goroutine uses it.
type conn struct {
	db       *sqlite3.SQLiteConn
	prepared []*sqlite3.SQLiteStmt
	args     []driver.NamedValue // reused
	// broken is the first error of the database itself: nothing that was done
	// since the last commit can be trusted, whatever a step made of the error
	// it was given. Until rollback, every statement answers with it.
	broken error

	join  store.Merge
	newID func() store.ContactID
	log   *slog.Logger
}

// connect opens the writer's connection and brings the database up to date.
func connect(file string, o Options) (*conn, error) {
	opened, err := (&sqlite3.SQLiteDriver{}).Open(dsn(file))
	if err != nil {
		return nil, err
	}
	c := &conn{db: opened.(*sqlite3.SQLiteConn), join: o.Merge, newID: o.NewID, log: o.Logger}
	if err := c.setUp(); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *conn) setUp() error {
	if err := migrate(c, migrations, c.log); err != nil {
		return err
	}
	// 32 MiB of pages in memory, because first sights land all over their
	// index; savepoints keep what they may have to undo in memory too. A log
	// that a burst blew up gives its space back.
	if err := c.script("PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864"); err != nil {
		return err
	}
	for _, text := range statements {
		s, err := c.db.Prepare(text)
		if err != nil {
			return fmt.Errorf("prepare %q: %w", text, err)
		}
		c.prepared = append(c.prepared, s.(*sqlite3.SQLiteStmt))
	}
	return nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.db.Close())...)
}

// wal turns on write-ahead logging, which stays on in the file.
func (c *conn) wal() error {
	var mode string
	err := c.ask("PRAGMA journal_mode = WAL", func(v []driver.Value) { mode = text(v[0]) })
	if err == nil && mode != "wal" {
		err = errors.New("this disk can't share memory between connections, as network disks can't; name a file on a local disk with --db")
	}
	return err
}

// pragma reads a number.
func (c *conn) pragma(name string) (n int64, err error) {
	err = c.ask("PRAGMA "+name, func(v []driver.Value) { n = number(v[0]) })
	return n, err
}

// script runs SQL that is not worth keeping prepared. A failing one leaves no
// transaction open.
func (c *conn) script(sql string) error {
	_, err := c.db.Exec(sql, nil)
	if err != nil && !c.db.AutoCommit() {
		c.db.Exec("ROLLBACK", nil)
	}
	return err
}

func (c *conn) ask(sql string, each func(row []driver.Value)) error {
	rows, err := c.db.Query(sql, nil)
	if err != nil {
		return err
	}
	return drain(rows, each)
}

func drain(rows driver.Rows, each func(row []driver.Value)) error {
	row := make([]driver.Value, len(rows.Columns()))
	for {
		err := rows.Next(row)
		if err == nil {
			each(row)
			continue
		}
		closing := rows.Close()
		if errors.Is(err, io.EOF) {
			return closing
		}
		return err
	}
}

// exec runs a statement that changes rows.
func (c *conn) exec(s statement, args ...driver.Value) error {
	_, err := c.run(s, args)
	return err
}

// count runs a statement and says how many rows it changed.
func (c *conn) count(s statement, args ...driver.Value) (int, error) {
	r, err := c.run(s, args)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// insert runs an INSERT and returns the number of the new row.
func (c *conn) insert(s statement, args ...driver.Value) (int64, error) {
	r, err := c.run(s, args)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func (c *conn) run(s statement, args []driver.Value) (driver.Result, error) {
	if c.broken != nil {
		return nil, c.broken
	}
	r, err := c.prepared[s].ExecContext(context.Background(), c.named(args))
	return r, c.judge(err)
}

// rows reads everything a query finds before it returns, so that no cursor is
// open when somebody else's code runs.
func (c *conn) rows(s statement, each func(row []driver.Value), args ...driver.Value) error {
	if c.broken != nil {
		return c.broken
	}
	rows, err := c.prepared[s].QueryContext(context.Background(), c.named(args))
	if err == nil {
		err = drain(rows, each)
	}
	return c.judge(err)
}

func (c *conn) named(args []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, v := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.args
}

// judge tells an error of the data, which a savepoint can undo, from one of
// the database.
func (c *conn) judge(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(sqlite3.Error); ok {
		switch e.Code {
		case sqlite3.ErrConstraint, sqlite3.ErrTooBig, sqlite3.ErrMismatch:
			return err
		}
	}
	c.broken = err
	return err
}

var (
	sqlBegin      = newStatement(`BEGIN IMMEDIATE`)
	sqlCommit     = newStatement(`COMMIT`)
	sqlSavepoint  = newStatement(`SAVEPOINT message`)
	sqlRelease    = newStatement(`RELEASE message`)
	sqlRollbackTo = newStatement(`ROLLBACK TO message`)
)

// rollback ends a transaction that failed and makes the connection good again.
// After some errors (a full disk) SQLite has rolled back by itself.
func (c *conn) rollback() {
	c.broken = nil
	if c.db.AutoCommit() {
		return
	}
	if _, err := c.db.Exec("ROLLBACK", nil); err != nil {
		c.log.Error("a transaction could not be rolled back", "error", err)
	}
}

// guard runs fn inside a savepoint. When fn fails or panics, what it did is
// undone and its error returned, unless the database failed: then c.broken is
// set, and it is the whole transaction that has to go. Guards nest.
func (c *conn) guard(fn func() error) error {
	if err := c.exec(sqlSavepoint); err != nil {
		return err
	}
	// Whatever fn makes of an error of the database, the statements below
	// answer with it.
	err := protect(fn)
	if err == nil {
		return c.exec(sqlRelease)
	}
	if err := c.exec(sqlRollbackTo); err != nil {
		return err
	}
	if err := c.exec(sqlRelease); err != nil {
		return err
	}
	return err
}

// twice is guard with a second try for what failed by itself.
func (c *conn) twice(fn func() error) error {
	err := c.guard(fn)
	if err != nil && c.broken == nil {
		err = c.guard(fn)
	}
	return err
}

// Panic is a bug that was caught in a function handed to the store. It holds
// no value that might be a person's words.
type Panic struct {
	What  string // Go's own message, or only the type of what was thrown
	Place string // function and line
}

func (p *Panic) Error() string { return "panic: " + p.What + " at " + p.Place }

func protect(fn func() error) (err error) {
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		p := &Panic{What: fmt.Sprintf("%T", thrown), Place: thrownAt()}
		if e, ok := thrown.(goruntime.Error); ok {
			p.What = e.Error()
		}
		err = p
	}()
	return fn()
}

// thrownAt is the first place below the panic that isn't Go's own runtime.
func thrownAt() string {
	var pcs [32]uintptr
	frames := goruntime.CallersFrames(pcs[:goruntime.Callers(4, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
	}
}
