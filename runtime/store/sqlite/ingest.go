package sqlite

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"cauce/runtime/store"

	"github.com/mattn/go-sqlite3"
)

// Ingest implements store.Store. A batch larger than a group is spread over
// several commits, in order; when the database fails, what comes after the
// failure is not done, so that the repeat finds the order it had.
func (s *Store) Ingest(ctx context.Context, batch []store.Inbound, step store.Step) ([]store.Outcome, error) {
	batch = slices.Clone(batch) // the caller may leave with its own
	outcomes := make([]store.Outcome, len(batch))
	ingest := func(c *conn, i int) (err error) {
		outcomes[i], err = c.ingest(batch[i], step)
		return err
	}
	err := s.writer.do(ctx, &work{
		doing: "ingest",
		n:     len(batch),
		run:   ingest,
		failed: func(c *conn, i int, _ error) error {
			// The second try is in its place, before what came after it.
			err := c.guard(func() error { return ingest(c, i) })
			if err == nil || c.broken != nil {
				return err
			}
			outcomes[i] = store.Outcome{Aside: err}
			return c.setAside(batch[i], err)
		},
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// Update implements store.Store.
func (s *Store) Update(ctx context.Context, who store.Address, fn func(store.Tx) error) error {
	return s.writer.one(ctx, "update", func(c *conn) error {
		p, err := c.resolve(who, "", time.Now())
		if err != nil {
			return err
		}
		return c.step(p, fn)
	})
}

// ingest does one report: sight, contact, step.
func (c *conn) ingest(in store.Inbound, step store.Step) (store.Outcome, error) {
	first, err := c.firstSight(in.Key, in.Received)
	if err != nil {
		return store.Outcome{}, err
	}
	if !first {
		return store.Outcome{Repeat: true}, nil
	}
	p, err := c.resolve(in.From, in.Name, in.Received)
	if err != nil {
		return store.Outcome{}, err
	}
	err = c.step(p, func(tx store.Tx) error { return step(tx, in) })
	return store.Outcome{Contact: p.ID}, err
}

var sqlNoteSight = newStatement(`INSERT INTO first_sight (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING`)

// firstSight notes a key and reports whether it is new. An empty one always is.
func (c *conn) firstSight(key string, at time.Time) (bool, error) {
	if key == "" {
		return true, nil
	}
	sum := sha256.Sum256([]byte(key))
	n, err := c.count(sqlNoteSight, sum[:16], micros(at))
	return n > 0, err
}

var sqlKeepShape = newStatement(`INSERT INTO set_aside (received, class, place, shape) VALUES (?, ?, ?, ?)`)

// setAside keeps the shape of what could not be handled, and its first sight,
// so that a repeat ends quietly.
func (c *conn) setAside(in store.Inbound, err error) error {
	if _, err := c.firstSight(in.Key, in.Received); err != nil {
		return err
	}
	var shape []byte
	if in.Shape != nil {
		if err := protect(func() error { shape = in.Shape(); return nil }); err != nil {
			shape = nil
		}
	}
	return c.keepAside(in.Received, err, shape)
}

func (c *conn) keepAside(received time.Time, err error, shape []byte) error {
	class, place := classify(err)
	if class == "nobody" {
		// Ordinary: WhatsApp tells of templates, accounts and groups, too.
		c.log.Debug("kept the shape of a report about nobody")
	} else {
		c.log.Error("set aside what could not be handled", "class", class, "place", place)
	}
	return c.exec(sqlKeepShape, micros(received), class, place, shape)
}

// classify says what kind of error it was. The text of an error stays out: it
// may quote a person.
func classify(err error) (class, place string) {
	if p, ok := errors.AsType[*Panic](err); ok {
		return "panic", p.Place + ": " + p.What
	}
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return "constraint", e.ExtendedCode.Error()
	}
	switch {
	case errors.Is(err, store.ErrNobody):
		return "nobody", ""
	case errors.Is(err, store.ErrNoContact):
		return "no-contact", ""
	}
	return "step", ""
}
