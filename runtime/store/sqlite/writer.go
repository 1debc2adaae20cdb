package sqlite

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"sync"
	"sync/atomic"
)

// groupLimit is how many transactions share one commit at most. More would
// make the first of them wait longer without making a flush much cheaper.
const groupLimit = 128

var errClosed = errors.New("the store is closed")

// work is what one call asks of the writer: transactions, done in order.
type work struct {
	doing string // for errors: what the call was about
	n     int    // how many transactions
	// run does one of them, inside a savepoint. It may be called again after
	// it was undone, and leaves its results where only the caller looks,
	// after done.
	run func(c *conn, i int) error
	// failed is told of a transaction that failed by itself and was undone.
	// What it writes is kept in the place of that transaction.
	failed func(c *conn, i int, err error) error

	next  int   // the first transaction that is not committed yet
	err   error // of the database; the transactions from next on did not happen
	done  chan struct{}
	phase atomic.Int32
}

// A work is waiting until the writer begins it or its caller leaves, whichever
// is first.
const (
	waiting int32 = iota
	begun
	left
)

// writer owns the connection that writes.
type writer struct {
	conn    *conn
	inbox   chan *work // unbuffered: what was sent was accepted
	closing chan struct{}
	stopped chan struct{}
	once    sync.Once
}

func newWriter(c *conn) *writer {
	w := &writer{conn: c, inbox: make(chan *work), closing: make(chan struct{}), stopped: make(chan struct{})}
	go w.serve()
	return w
}

// stop ends the writer when everything it accepted is done.
func (w *writer) stop() {
	w.once.Do(func() { close(w.closing) })
	<-w.stopped
}

// one does a single transaction. An error of fn undoes it and is returned.
func (w *writer) one(ctx context.Context, doing string, fn func(c *conn) error) error {
	var own error
	err := w.do(ctx, &work{
		doing: doing,
		n:     1,
		run: func(c *conn, _ int) error {
			own = nil
			return fn(c)
		},
		failed: func(_ *conn, _ int, err error) error {
			own = err
			return nil
		},
	})
	if err != nil {
		return err
	}
	return own
}

// do hands in work and waits until it is durable. When ctx ends first, work
// that has not begun never will; what has begun is finished without the caller.
func (w *writer) do(ctx context.Context, k *work) error {
	began, err := w.enter(ctx, k)
	if err != nil || !began {
		return err
	}
	select {
	case <-k.done:
		return k.err
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", k.doing, ctx.Err())
	case <-w.stopped:
		return k.end()
	}
}

// doToTheEnd is do for work whose result is a duty: once it has begun, its caller
// waits for the end whatever ctx says.
func (w *writer) doToTheEnd(ctx context.Context, k *work) error {
	began, err := w.enter(ctx, k)
	if err != nil || !began {
		return err
	}
	select {
	case <-k.done:
		return k.err
	case <-w.stopped:
		return k.end()
	}
}

// end is what became of work when the writer has stopped: a writer ends with
// work undone only if a function it ran ended its goroutine.
func (k *work) end() error {
	select {
	case <-k.done:
		return k.err
	default:
		return fmt.Errorf("%s: %w", k.doing, errClosed)
	}
}

// enter hands work in. It returns when the work has begun or is done, or with
// an error when it never will.
func (w *writer) enter(ctx context.Context, k *work) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("%s: %w", k.doing, err)
	}
	if k.n == 0 {
		return false, nil
	}
	k.done = make(chan struct{})
	select {
	case w.inbox <- k:
	case <-ctx.Done():
		return false, fmt.Errorf("%s: %w", k.doing, ctx.Err())
	case <-w.closing:
		return false, fmt.Errorf("%s: %w", k.doing, errClosed)
	case <-w.stopped:
		return false, fmt.Errorf("%s: %w", k.doing, errClosed)
	}
	select {
	case <-k.done:
	case <-w.stopped:
	case <-ctx.Done():
		if k.phase.CompareAndSwap(waiting, left) {
			return false, fmt.Errorf("%s: %w", k.doing, ctx.Err())
		}
	}
	return true, nil
}

// serve is the writer's goroutine.
func (w *writer) serve() {
	defer close(w.stopped)
	var queue []*work
	for {
		if len(queue) == 0 {
			select {
			case k := <-w.inbox:
				queue = append(queue, k)
			case <-w.closing:
				return
			}
		}
		queue = w.collect(queue)
		group := gather(queue)
		if err := w.together(group); err != nil {
			w.conn.log.Warn("a group was rolled back, so its transactions go one by one", "transactions", len(group), "error", err)
			for _, t := range group {
				w.alone(t)
			}
		}
		queue = finish(queue)
	}
}

// collect adds what is waiting now, until there is enough for a group.
func (w *writer) collect(queue []*work) []*work {
	n := 0
	for _, k := range queue {
		n += k.n - k.next
	}
	for n < groupLimit {
		// Callers whose last work has just been finished may be about to hand
		// in the next: let them, rather than commit for the quickest one
		// alone; and once more for as long as that brings somebody.
		goruntime.Gosched()
		before := len(queue)
		for waiting := true; waiting && n < groupLimit; {
			select {
			case k := <-w.inbox:
				queue = append(queue, k)
				n += k.n
			default:
				waiting = false
			}
		}
		if len(queue) == before {
			break
		}
	}
	return queue
}

// transaction is one of a work's.
type transaction struct {
	work *work
	i    int
}

// gather takes the next transactions, in the order in which they came.
func gather(queue []*work) []transaction {
	var group []transaction
	for _, k := range queue {
		if k.next == 0 && !k.phase.CompareAndSwap(waiting, begun) && k.phase.Load() == left {
			k.next = k.n
			continue
		}
		for i := k.next; i < k.n && len(group) < groupLimit; i++ {
			group = append(group, transaction{k, i})
		}
		if len(group) == groupLimit {
			break
		}
	}
	return group
}

// together does a group in one commit. After an error nothing of the group has
// happened.
func (w *writer) together(group []transaction) error {
	if len(group) == 0 {
		return nil
	}
	c := w.conn
	if err := c.exec(sqlBegin); err != nil {
		// Not even a beginning: trying them one by one would only make
		// everybody wait longer.
		c.rollback()
		for _, t := range group {
			t.fail(err)
		}
		return nil
	}
	for _, t := range group {
		if err := t.do(c); err != nil {
			c.rollback()
			return err
		}
	}
	if err := c.exec(sqlCommit); err != nil {
		c.rollback()
		return err
	}
	for _, t := range group {
		t.work.next = t.i + 1
	}
	return nil
}

// alone does one transaction of a group that failed, in a commit of its own.
func (w *writer) alone(t transaction) {
	c := w.conn
	if t.work.err != nil {
		return // what comes after a failure waits for the repeat, or it would overtake
	}
	err := c.exec(sqlBegin)
	if err == nil {
		err = t.do(c)
	}
	if err == nil {
		err = c.exec(sqlCommit)
	}
	if err != nil {
		c.rollback()
		t.fail(err)
		return
	}
	t.work.next = t.i + 1
}

func (t transaction) fail(err error) {
	if t.work.err == nil {
		t.work.err = fmt.Errorf("%s: %w", t.work.doing, err)
	}
}

// do runs a transaction in a savepoint. An error is the database's, or that of
// failed when it failed by itself: a bug of ours, which must not pass for
// success.
func (t transaction) do(c *conn) error {
	err := c.guard(func() error { return t.work.run(c, t.i) })
	if err == nil || c.broken != nil {
		return err
	}
	return c.guard(func() error { return t.work.failed(c, t.i, err) })
}

// finish answers the callers whose work is done and keeps the rest.
func finish(queue []*work) []*work {
	rest := queue[:0]
	for _, k := range queue {
		if k.err == nil && k.next < k.n {
			rest = append(rest, k)
			continue
		}
		close(k.done)
	}
	clear(queue[len(rest):])
	return rest
}
