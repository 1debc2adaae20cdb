package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cauce/runtime/store"
)

var (
	sqlOwedByID      = newStatement(outgoingFrom + `WHERE o.id = ?`)
	sqlOwedByToken   = newStatement(outgoingFrom + `WHERE o.token = ?`)
	sqlOwedByMessage = newStatement(outgoingFrom + `WHERE o.message_id = ? AND o.message_id <> '' ORDER BY o.id DESC LIMIT 1`)

	sqlMove = newStatement(`UPDATE outbox SET state = ?2, reason = ?3, message_id = iif(?4 = '', message_id, ?4), turn = NULL WHERE id = ?1`)
	sqlWait = newStatement(`UPDATE outbox SET state = ?2, reason = ?3, not_before = ?4 WHERE id = ?1`)
	sqlName = newStatement(`UPDATE outbox SET message_id = ?2 WHERE id = ?1 AND message_id = ''`)

	sqlReadEarly = newStatement(`SELECT state, reason FROM early_status WHERE message_id = ?`)
	sqlKeepEarly = newStatement(`INSERT INTO early_status (message_id, state, reason, received) VALUES (?, ?, ?, ?)
		ON CONFLICT (message_id) DO UPDATE SET state = excluded.state, reason = excluded.reason`)
	sqlDropEarly = newStatement(`DELETE FROM early_status WHERE message_id = ?`)
)

// Settle implements store.Store. Each result is a transaction of its own. A
// step that fails twice by itself is set aside, and the result counts; a
// result for a row nobody has is named in the error, and the others count.
func (s *Store) Settle(ctx context.Context, results []store.Result, step func(store.Tx, store.Outgoing) error) error {
	for _, r := range results {
		switch r.State {
		case store.Sent, store.Failed, store.Dead, store.Queued, store.Indeterminate:
		default:
			return fmt.Errorf("settle: a send can't end as %q", r.State)
		}
	}
	results = slices.Clone(results) // the caller may leave with its own
	return s.each(ctx, "settle", len(results), func(c *conn, i int) error {
		return c.settle(results[i], step)
	})
}

// Report implements store.Store. Each status is a transaction of its own, and
// a step that fails twice by itself is set aside, as in Settle. A state that is
// none of WhatsApp's moves nothing.
func (s *Store) Report(ctx context.Context, batch []store.Status, step func(store.Tx, store.Outgoing) error) error {
	batch = slices.Clone(batch)
	return s.each(ctx, "report", len(batch), func(c *conn, i int) error {
		return c.report(batch[i], step)
	})
}

// each does transactions that stand for themselves: one that fails undoes
// nothing but itself, and is named in the error.
func (s *Store) each(ctx context.Context, doing string, n int, run func(c *conn, i int) error) error {
	own := make([]error, n)
	err := s.writer.do(ctx, &work{
		doing: doing,
		n:     n,
		run: func(c *conn, i int) error {
			own[i] = nil
			return run(c, i)
		},
		failed: func(_ *conn, i int, err error) error {
			own[i] = fmt.Errorf("%s: %w", doing, err)
			return nil
		},
	})
	if err != nil {
		return err
	}
	return errors.Join(own...)
}

func (c *conn) settle(r store.Result, step func(store.Tx, store.Outgoing) error) error {
	o, ok, err := c.owed(sqlOwedByID, r.ID)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("no message of ours has the id %d", r.ID)
	}
	if r.UserID != "" || r.Phone != "" {
		p, err := c.byNumber(o.contact)
		if err != nil {
			return err
		}
		a := store.Address{UserID: r.UserID, Phone: r.Phone}
		if r.UserID != "" && p.UserID != "" && p.UserID != r.UserID {
			// Another user id behind the number we wrote to: it has changed
			// hands, and this contact is not whoever has it now.
			a = store.Address{}
		}
		if err := c.link(&p, a); err != nil {
			return err
		}
	}
	if r.State == store.Sent {
		return c.heard(o, store.Status{State: store.Sent, MessageID: r.MessageID}, o.Claimed, step)
	}
	if o.State != store.Sending {
		return nil // a status knew better
	}
	switch {
	case r.State == store.Queued && o.Recalled:
		// It did not leave, and was taken back meanwhile.
		err = c.moveTo(&o, store.Withdrawn, o.Reason, "")
	case r.State == store.Queued, r.State == store.Indeterminate:
		reason := r.Reason
		if o.Recalled {
			reason = o.Reason
		}
		if err = c.exec(sqlWait, o.ID, string(r.State), reason, micros(r.Retry)); err == nil {
			err = c.exec(sqlPromote, o.contact)
		}
	default:
		if err = c.moveTo(&o, r.State, r.Reason, r.MessageID); err == nil {
			err = c.stepFailed(o, o.Claimed, step)
		}
	}
	return err
}

func (c *conn) report(r store.Status, step func(store.Tx, store.Outgoing) error) error {
	first, err := c.firstSight(r.Key, r.Received)
	if err != nil || !first {
		return err
	}
	var o owed
	var ok bool
	if r.MessageID != "" {
		o, ok, err = c.owed(sqlOwedByMessage, r.MessageID)
	}
	if err == nil && !ok && r.Token != "" {
		o, ok, err = c.owed(sqlOwedByToken, r.Token)
	}
	switch {
	case err != nil:
		return err
	case ok:
		return c.heard(o, r, r.Received, step)
	case r.MessageID != "" && r.Token == "":
		return c.tooEarly(r)
	}
	return nil // another program's, or another database's
}

// tooEarly keeps a status until its message has its id. Only the furthest
// counts.
func (c *conn) tooEarly(r store.Status) error {
	known := store.Sending
	if err := c.rows(sqlReadEarly, func(v row) { known = store.State(text(v[0])) }, r.MessageID); err != nil {
		return err
	}
	if !movesOn(known, r.State) {
		return nil
	}
	return c.exec(sqlKeepEarly, r.MessageID, string(r.State), r.Reason, micros(r.Received))
}

// heard applies WhatsApp's word to a row. What was never claimed can't have
// left, whoever says so.
func (c *conn) heard(o owed, r store.Status, at time.Time, step func(store.Tx, store.Outgoing) error) error {
	if o.Attempts == 0 {
		return nil
	}
	id := r.MessageID
	if o.MessageID != "" {
		id = "" // it has one
	}
	failed := false
	if movesOn(o.State, r.State) {
		reason := ""
		if failed = r.State == store.Failed; failed {
			reason = r.Reason
		}
		if err := c.moveTo(&o, r.State, reason, id); err != nil {
			return err
		}
	} else if id != "" {
		if err := c.exec(sqlName, o.ID, id); err != nil {
			return err
		}
		o.MessageID = id
	}
	if failed {
		if err := c.stepFailed(o, at, step); err != nil {
			return err
		}
	}
	if id == "" {
		return nil
	}
	return c.heardEarly(o, id, at, step)
}

// heardEarly applies what was said of a message before its row had its id.
func (c *conn) heardEarly(o owed, id string, at time.Time, step func(store.Tx, store.Outgoing) error) error {
	var early store.Status
	if err := c.rows(sqlReadEarly, func(v row) {
		early = store.Status{State: store.State(text(v[0])), Reason: text(v[1])}
	}, id); err != nil || early.State == "" {
		return err
	}
	if err := c.exec(sqlDropEarly, id); err != nil {
		return err
	}
	return c.heard(o, early, at, step)
}

// movesOn reports whether WhatsApp's word changes where a claimed row stands.
// Forward only: sent, delivered, read. What left and failed stays failed, and
// what was delivered can't fail. A row that was queued again, given up or taken
// back while nobody knew whether it had left moves too: it has.
func movesOn(from, to store.State) bool {
	switch to {
	case store.Sent, store.Delivered, store.Read, store.Failed:
	default:
		return false
	}
	switch from {
	case store.Sending, store.Indeterminate, store.Queued:
		return true
	case store.Withdrawn, store.Dead:
		return to != store.Failed
	case store.Sent:
		return to != store.Sent
	case store.Delivered:
		return to == store.Read
	}
	return false
}

// moveTo ends a row's time in the queue, and lets the next one have its turn.
func (c *conn) moveTo(o *owed, to store.State, reason, messageID string) error {
	if err := c.exec(sqlMove, o.ID, string(to), reason, messageID); err != nil {
		return err
	}
	o.State, o.Reason, o.MessageID = to, reason, or(messageID, o.MessageID)
	return c.exec(sqlPromote, o.contact)
}

// stepFailed runs the step of a message that failed or died. What became of the
// message is a fact, and stays on file when the step fails.
func (c *conn) stepFailed(o owed, at time.Time, step func(store.Tx, store.Outgoing) error) error {
	if step == nil {
		return nil
	}
	err := c.twice(func() error {
		p, err := c.byNumber(o.contact)
		if err != nil {
			return err
		}
		o.To = p.Contact
		return c.step(p, func(tx store.Tx) error { return step(tx, o.Outgoing) })
	})
	if err == nil || c.broken != nil {
		return err
	}
	return c.keepAside(at, err, nil)
}
