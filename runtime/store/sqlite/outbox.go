package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"cauce/runtime/store"
)

const outgoingColumns = `o.id, o.message, o.token, o.state, o.not_before, o.created, o.claimed, o.attempts, o.resent,
	o.recalled, o.message_id, o.reason, c.n, c.id, c.user_id, c.phone, c.name, c.created`

const outgoingFrom = `SELECT ` + outgoingColumns + ` FROM outbox o JOIN contact c ON c.n = o.contact `

// owed is a row of the outbox as the writer knows it.
type owed struct {
	store.Outgoing
	contact int64
}

func readOwed[V any](v []V) owed {
	at := func(i int) any { return v[i] }
	o := owed{contact: number(at(12)), Outgoing: store.Outgoing{
		ID: number(at(0)), Message: blob(at(1)), Token: text(at(2)), State: store.State(text(at(3))),
		NotBefore: moment(at(4)), Created: moment(at(5)), Claimed: moment(at(6)), Attempts: int(number(at(7))),
		Resent: number(at(8)) != 0, Recalled: number(at(9)) != 0, MessageID: text(at(10)), Reason: text(at(11)),
		To: store.Contact{ID: store.ContactID(text(at(13))), UserID: text(at(14)), Phone: text(at(15)), Name: text(at(16)), Created: moment(at(17))},
	}}
	o.Contact = o.To.ID
	return o
}

func (c *conn) owed(s statement, args ...driver.Value) (o owed, ok bool, err error) {
	err = c.rows(s, func(v row) { o, ok = readOwed(v), true }, args...)
	return o, ok, err
}

var (
	// A contact that is owed nothing yet has its turn at once.
	sqlEnqueue = newStatement(`INSERT INTO outbox (contact, message, token, state, not_before, created, turn)
		VALUES (?1, ?2, ?3, 'queued', ?4, ?5, iif(EXISTS (SELECT 1 FROM outbox WHERE contact = ?1 AND ` + isOpen + `), NULL, max(?4, 0)))`)

	// promote gives a contact's turn to its oldest queued row, if nothing of
	// that contact is being sent or in doubt. Whatever takes a row out of the
	// way runs it.
	sqlPromote = newStatement(`UPDATE outbox SET turn = max(not_before, 0)
		WHERE id = (SELECT min(id) FROM outbox WHERE contact = ?1 AND ` + isOpen + ` AND state = 'queued')
		AND turn IS NULL
		AND NOT EXISTS (SELECT 1 FROM outbox WHERE contact = ?1 AND ` + isOpen + ` AND state = 'sending')
		AND NOT EXISTS (SELECT 1 FROM outbox WHERE contact = ?1 AND ` + isOpen + ` AND state = 'indeterminate')`)
	sqlLoseTurn = newStatement(`UPDATE outbox SET turn = NULL WHERE contact = ? AND ` + isOpen + ` AND state = 'queued' AND turn IS NOT NULL`)

	sqlWithdrawOpen = newStatement(`UPDATE outbox SET state = 'withdrawn', reason = ?2, turn = NULL
		WHERE contact = ?1 AND ` + isOpen + ` AND state IN ('queued', 'indeterminate')`)
	sqlRecall = newStatement(`UPDATE outbox SET recalled = 1, reason = ?2
		WHERE contact = ?1 AND ` + isOpen + ` AND state = 'sending' AND recalled = 0`)
)

// withdraw takes back everything that can be, and marks the rest.
func (c *conn) withdraw(contact int64, reason string) (int, error) {
	n, err := c.count(sqlWithdrawOpen, contact, reason)
	if err != nil {
		return 0, err
	}
	m, err := c.count(sqlRecall, contact, reason)
	return n + m, err
}

var (
	sqlRipen     = newStatement(`UPDATE outbox SET turn = 0 WHERE turn > 0 AND turn <= ?`)
	sqlNextTurn  = newStatement(outgoingFrom + `WHERE o.turn = 0 AND o.id > ? ORDER BY o.id LIMIT 1`)
	sqlClaim     = newStatement(`UPDATE outbox SET state = 'sending', claimed = ?2, attempts = attempts + 1, reason = '', turn = NULL WHERE id = ?1 AND turn = 0`)
	sqlPutOff    = newStatement(`UPDATE outbox SET not_before = ?2, turn = max(?2, 0), reason = ?3 WHERE id = ?1 AND turn = 0`)
	sqlWithdrawn = newStatement(`UPDATE outbox SET state = 'withdrawn', reason = ?2, turn = NULL WHERE id = ?1 AND state = 'queued'`)
)

// refusals is how many candidates more than its limit a claim asks about, so
// that a long queue of refused ones does not make one long transaction.
const refusals = groupLimit

// Claim implements store.Store. It waits for its own end whatever ctx says once
// it has begun: rows in sending that nobody knows of would block their contacts.
func (s *Store) Claim(ctx context.Context, now time.Time, limit int, judge store.Judge) ([]store.Outgoing, error) {
	var claimed []store.Outgoing
	var own error
	err := s.writer.doToTheEnd(ctx, &work{
		doing: "claim outgoing",
		n:     1,
		run: func(c *conn, _ int) (err error) {
			own = nil
			claimed, err = c.claim(now, limit, judge)
			return err
		},
		failed: func(_ *conn, _ int, err error) error {
			own = fmt.Errorf("claim outgoing: %w", err)
			return nil
		},
	})
	if err == nil {
		err = own
	}
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

func (c *conn) claim(now time.Time, limit int, judge store.Judge) ([]store.Outgoing, error) {
	var claimed []store.Outgoing
	last := int64(0)
	for asked := 0; len(claimed) < limit && asked < limit+refusals; asked++ {
		// Each time: what was refused may have let one through whose time came.
		if err := c.exec(sqlRipen, micros(now)); err != nil {
			return nil, err
		}
		o, ok, err := c.owed(sqlNextTurn, last)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		last = o.ID
		started := false
		err = c.consult(judge, o, func(v store.Verdict) error {
			// Each of these changes nothing if the judge has withdrawn the row.
			switch {
			case v.Start.Allows():
				o.Permit = v.Start
				n, err := c.count(sqlClaim, o.ID, micros(now))
				started = n > 0
				return err
			case !v.Later.IsZero():
				return c.exec(sqlPutOff, o.ID, micros(v.Later), v.Reason)
			}
			if err := c.exec(sqlWithdrawn, o.ID, v.Reason); err != nil {
				return err
			}
			return c.exec(sqlPromote, o.contact)
		})
		if err != nil {
			return nil, err
		}
		if started {
			o.State, o.Claimed, o.Attempts, o.Reason = store.Sending, moment(micros(now)), o.Attempts+1, ""
			claimed = append(claimed, o.Outgoing)
		}
	}
	return claimed, nil
}

var sqlKill = newStatement(`UPDATE outbox SET state = 'dead', reason = ?2, turn = NULL WHERE id = ?1 AND ` + isOpen)

// consult asks judge about a row and applies the verdict, in a savepoint. A row
// whose judge fails twice is not sent, and does not stop the others.
func (c *conn) consult(judge store.Judge, o owed, apply func(store.Verdict) error) error {
	err := c.twice(func() error {
		p, err := c.byNumber(o.contact)
		if err != nil {
			return err
		}
		var v store.Verdict
		err = c.step(p, func(tx store.Tx) (err error) {
			v, err = judge(tx, o.Outgoing)
			return err
		})
		if err != nil {
			return err
		}
		return apply(v)
	})
	if err == nil || c.broken != nil {
		return err
	}
	if err := c.keepAside(o.Created, err, nil); err != nil {
		return err
	}
	if err := c.exec(sqlKill, o.ID, store.Unjudged); err != nil {
		return err
	}
	return c.exec(sqlPromote, o.contact)
}

var (
	sqlOrphans   = newStatement(`UPDATE outbox SET state = 'indeterminate', not_before = ? WHERE ` + isOpen + ` AND state = 'sending'`)
	sqlInDoubt   = newStatement(outgoingFrom + `WHERE o.state = 'indeterminate' AND o.not_before <= ? ORDER BY o.not_before, o.id`)
	sqlSendAgain = newStatement(`UPDATE outbox SET state = 'queued', resent = 1, not_before = 0, reason = '' WHERE id = ? AND state = 'indeterminate'`)
	sqlGiveUp    = newStatement(`UPDATE outbox SET state = 'dead', reason = ?2 WHERE id = ?1 AND state = 'indeterminate'`)
)

// Orphans implements store.Store.
func (s *Store) Orphans(ctx context.Context, until time.Time) (int, error) {
	n := 0
	err := s.writer.one(ctx, "take over what was being sent", func(c *conn) (err error) {
		n, err = c.count(sqlOrphans, micros(until))
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Resolve implements store.Store.
func (s *Store) Resolve(ctx context.Context, now time.Time, judge store.Judge) (int, error) {
	n := 0
	err := s.writer.one(ctx, "resolve sends in doubt", func(c *conn) (err error) {
		n, err = c.resolveDoubts(now, judge)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (c *conn) resolveDoubts(now time.Time, judge store.Judge) (int, error) {
	var doubts []owed
	if err := c.rows(sqlInDoubt, func(v row) { doubts = append(doubts, readOwed(v)) }, micros(now)); err != nil {
		return 0, err
	}
	for _, o := range doubts {
		var err error
		switch {
		case o.Recalled:
			err = c.exec(sqlGiveUp, o.ID, reasonRecalled)
		case o.Resent:
			err = c.exec(sqlGiveUp, o.ID, reasonInDoubt)
		default:
			err = c.consult(judge, o, func(v store.Verdict) error {
				if v.Start.Allows() {
					return c.exec(sqlSendAgain, o.ID)
				}
				return c.exec(sqlGiveUp, o.ID, or(v.Reason, reasonInDoubt))
			})
		}
		if err != nil {
			return 0, err
		}
		if err := c.exec(sqlPromote, o.contact); err != nil {
			return 0, err
		}
	}
	return len(doubts), nil
}

// Reasons of rows that die without being asked about.
const (
	reasonRecalled = "recalled"
	reasonInDoubt  = "indeterminate"
)
