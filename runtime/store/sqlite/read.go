package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cauce/runtime/store"
)

// query reads rows on a connection that can't write. Ending ctx ends the read:
// nothing is lost with it.
func (s *Store) query(ctx context.Context, doing, text string, each func(v []any), args ...any) error {
	err := func() error {
		rows, err := s.readers.QueryContext(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		v, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range v {
			into[i] = &v[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return err
			}
			each(v)
		}
		return rows.Err()
	}()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

const queryDue = `SELECT c.id, t.flow, t.visit, t.purpose, t.due FROM timer t JOIN contact c ON c.n = t.contact
	WHERE t.due <= ? ORDER BY t.due, t.contact, t.flow, t.visit, t.purpose LIMIT ?`

// Due implements store.Store.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]store.Timer, error) {
	var due []store.Timer
	err := s.query(ctx, "list due timers", queryDue, func(v []any) {
		due = append(due, store.Timer{
			Contact: store.ContactID(text(v[0])), Flow: text(v[1]), Visit: uint64(number(v[2])),
			Purpose: text(v[3]), Due: moment(v[4]),
		})
	}, micros(now), max(limit, 0))
	return due, err
}

const (
	queryNextTimer = `SELECT min(due) FROM timer`
	queryNextSend  = `SELECT min(at) FROM (SELECT min(turn) AS at FROM outbox WHERE turn IS NOT NULL
		UNION ALL SELECT min(not_before) FROM outbox WHERE state = 'indeterminate')`
)

// NextTimer implements store.Store.
func (s *Store) NextTimer(ctx context.Context) (time.Time, bool, error) {
	return s.next(ctx, "find the next timer", queryNextTimer)
}

// NextSend implements store.Store.
func (s *Store) NextSend(ctx context.Context) (time.Time, bool, error) {
	return s.next(ctx, "find the next send", queryNextSend)
}

func (s *Store) next(ctx context.Context, doing, text string) (at time.Time, ok bool, err error) {
	err = s.query(ctx, doing, text, func(v []any) {
		if v[0] != nil {
			// "At once" is kept as 0. The zero time would read as "no time".
			at, ok = time.UnixMicro(number(v[0])).UTC(), true
		}
	})
	return at, ok, err
}

// Outbox implements store.Store. Without states, it is everything.
func (s *Store) Outbox(ctx context.Context, states ...store.State) ([]store.Outgoing, error) {
	where, args := "", make([]any, len(states))
	if len(states) > 0 {
		where = `WHERE o.state IN (?` + strings.Repeat(`, ?`, len(states)-1) + `) `
	}
	for i, state := range states {
		args[i] = string(state)
	}
	var rows []store.Outgoing
	err := s.query(ctx, "read the outbox", outgoingFrom+where+`ORDER BY o.id`, func(v []any) {
		rows = append(rows, readOwed(v).Outgoing)
	}, args...)
	return rows, err
}

// Whoever a contact id names now.
const whoIs = `(SELECT coalesce(merged_into, n) FROM contact WHERE id = ?)`

// Transcript implements store.Store. store.ErrNoContact: nobody has that id.
func (s *Store) Transcript(ctx context.Context, who store.ContactID) ([]store.Entry, error) {
	if err := s.known(ctx, who); err != nil {
		return nil, err
	}
	return s.entries(ctx, `ORDER BY n`, string(who))
}

// entries reads lines of a contact's transcript.
func (s *Store) entries(ctx context.Context, which string, args ...any) ([]store.Entry, error) {
	var entries []store.Entry
	err := s.query(ctx, "read a transcript", `SELECT at, sent, incoming, kind, text, message_id, cause, flow, node
		FROM transcript WHERE contact = `+whoIs+` `+which, func(v []any) {
		entries = append(entries, store.Entry{
			At: moment(v[0]), Sent: moment(v[1]), Incoming: number(v[2]) != 0, Kind: text(v[3]), Text: text(v[4]),
			MessageID: text(v[5]), Cause: text(v[6]), Flow: text(v[7]), Node: text(v[8]),
		})
	}, args...)
	return entries, err
}

// Records implements store.Store. store.ErrNoContact: nobody has that id.
func (s *Store) Records(ctx context.Context, who store.ContactID) ([]store.Record, error) {
	if err := s.known(ctx, who); err != nil {
		return nil, err
	}
	var records []store.Record
	err := s.query(ctx, "read the records", `SELECT at, kind, code, flow, node, detail
		FROM record WHERE contact = `+whoIs+` ORDER BY n`, func(v []any) {
		records = append(records, store.Record{
			At: moment(v[0]), Kind: text(v[1]), Code: text(v[2]), Flow: text(v[3]), Node: text(v[4]), Detail: text(v[5]),
		})
	}, string(who))
	return records, err
}

// Load implements store.Store. store.ErrNoContact: nobody has that id.
func (s *Store) Load(ctx context.Context, who store.ContactID) ([]byte, error) {
	found := false
	var encoded []byte
	err := s.query(ctx, "read a conversation", `SELECT conversation FROM contact WHERE n = `+whoIs, func(v []any) {
		encoded, found = blob(v[0]), true
	}, string(who))
	if err == nil && !found {
		err = fmt.Errorf("read a conversation: %w", store.ErrNoContact)
	}
	return encoded, err
}

func (s *Store) known(ctx context.Context, who store.ContactID) error {
	_, err := s.Lookup(ctx, store.Address{Contact: who})
	return err
}

// Lookup implements store.Store. It finds whom Update would find: a phone that
// is given with another person's user id names nobody yet.
func (s *Store) Lookup(ctx context.Context, who store.Address) (store.Contact, error) {
	if who.Contact != "" {
		return s.contact(ctx, `n = `+whoIs, string(who.Contact))
	}
	if who.UserID != "" {
		c, err := s.contact(ctx, owner, byUser, who.UserID)
		if err == nil || !errors.Is(err, store.ErrNoContact) || who.Phone == "" {
			return c, err
		}
	}
	c, err := s.contact(ctx, owner, byPhone, who.Phone)
	if err == nil && who.UserID != "" && c.UserID != "" {
		return store.Contact{}, fmt.Errorf("look up a contact: %w", store.ErrNoContact)
	}
	return c, err
}

const owner = `n = (SELECT contact FROM known_by WHERE kind = ? AND value = ?)`

func (s *Store) contact(ctx context.Context, where string, args ...any) (store.Contact, error) {
	found := false
	var c store.Contact
	err := s.query(ctx, "look up a contact", `SELECT id, user_id, phone, name, created FROM contact WHERE `+where, func(v []any) {
		c, found = store.Contact{
			ID: store.ContactID(text(v[0])), UserID: text(v[1]), Phone: text(v[2]), Name: text(v[3]), Created: moment(v[4]),
		}, true
	}, args...)
	if err == nil && !found {
		err = fmt.Errorf("look up a contact: %w", store.ErrNoContact)
	}
	return c, err
}

// Consents implements store.Store. store.ErrNoContact: nobody has that id.
func (s *Store) Consents(ctx context.Context, who store.ContactID) ([]store.Consent, error) {
	if err := s.known(ctx, who); err != nil {
		return nil, err
	}
	var ledger []store.Consent
	err := s.query(ctx, "read the ledger of consents", `SELECT at, purpose, version, given, words, message_id, source, actor
		FROM consent WHERE contact = `+whoIs+` ORDER BY n`, func(v []any) {
		ledger = append(ledger, store.Consent{
			At: moment(v[0]), Purpose: text(v[1]), Version: int(number(v[2])), Given: number(v[3]) != 0,
			Words: text(v[4]), MessageID: text(v[5]), Source: text(v[6]), Actor: text(v[7]),
		})
	}, string(who))
	return ledger, err
}

// Tallies implements store.Store.
func (s *Store) Tallies(ctx context.Context) ([]store.Tally, error) {
	var all []store.Tally
	err := s.query(ctx, "read the tallies", `SELECT name, row, language, day, times FROM tally ORDER BY name, day, row, language`, func(v []any) {
		all = append(all, store.Tally{Name: text(v[0]), Row: text(v[1]), Language: text(v[2]), Day: text(v[3]), Times: number(v[4])})
	})
	return all, err
}
