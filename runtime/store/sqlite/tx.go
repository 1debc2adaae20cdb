package sqlite

import (
	"errors"
	"time"

	"cauce/runtime/store"
)

var errOver = errors.New("the transaction is over: it is valid only inside the function it was handed to")

// tx is one contact's transaction: a view of the writer's connection that
// closes when the function it was made for returns.
type tx struct {
	c   *conn // nil when it is over
	who person
}

var _ store.Tx = (*tx)(nil)

// step runs fn in a transaction of p. The savepoint around it is the caller's.
func (c *conn) step(p person, fn func(store.Tx) error) error {
	t := &tx{c: c, who: p}
	defer func() { t.c = nil }()
	return fn(t)
}

// Contact implements store.Tx.
func (t *tx) Contact() store.Contact { return t.who.Contact }

var (
	sqlReadConversation = newStatement(`SELECT conversation FROM contact WHERE n = ?`)
	sqlSaveConversation = newStatement(`UPDATE contact SET conversation = ?2 WHERE n = ?1`)
)

// Conversation implements store.Tx. It is at hand until it is saved: finding the
// contact has read it.
func (t *tx) Conversation() ([]byte, error) {
	if t.c == nil {
		return nil, errOver
	}
	if t.who.read {
		return t.who.conversation, nil
	}
	var encoded []byte
	err := t.c.rows(sqlReadConversation, func(v row) { encoded = blob(v[0]) }, t.who.n)
	return encoded, err
}

// SaveConversation implements store.Tx.
func (t *tx) SaveConversation(encoded []byte) error {
	if t.c == nil {
		return errOver
	}
	t.who.read = false
	return t.c.exec(sqlSaveConversation, t.who.n, notNull(encoded))
}

// Enqueue implements store.Tx.
func (t *tx) Enqueue(o store.Outgoing) (int64, error) {
	if t.c == nil {
		return 0, errOver
	}
	return t.c.insert(sqlEnqueue, t.who.n, notNull(o.Message), o.Token, micros(o.NotBefore), micros(o.Created))
}

// Withdraw implements store.Tx.
func (t *tx) Withdraw(reason string) (int, error) {
	if t.c == nil {
		return 0, errOver
	}
	return t.c.withdraw(t.who.n, reason)
}

var (
	sqlStartTimer = newStatement(`INSERT INTO timer (contact, flow, visit, purpose, due) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (contact, flow, visit, purpose) DO UPDATE SET due = excluded.due`)
	sqlStopTimer = newStatement(`DELETE FROM timer WHERE contact = ? AND flow = ? AND visit = ? AND purpose = ?`)
	sqlTakeTimer = newStatement(`DELETE FROM timer WHERE contact = ? AND flow = ? AND visit = ? AND purpose = ? AND due <= ?`)
)

// StartTimer implements store.Tx.
func (t *tx) StartTimer(m store.Timer) error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlStartTimer, t.who.n, m.Flow, int64(m.Visit), m.Purpose, micros(m.Due))
}

// StopTimer implements store.Tx. Stopping one that is not there is nothing.
func (t *tx) StopTimer(flow string, visit uint64, purpose string) error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlStopTimer, t.who.n, flow, int64(visit), purpose)
}

// TakeTimer implements store.Tx. The timer is this contact's, whoever had it
// when it was listed: it may have been merged since.
func (t *tx) TakeTimer(m store.Timer, now time.Time) (bool, error) {
	if t.c == nil {
		return false, errOver
	}
	n, err := t.c.count(sqlTakeTimer, t.who.n, m.Flow, int64(m.Visit), m.Purpose, micros(now))
	return n > 0, err
}

var (
	sqlAppendEntry = newStatement(`INSERT INTO transcript (contact, at, sent, incoming, kind, text, message_id, cause, flow, node)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlAppendRecord = newStatement(`INSERT INTO record (contact, at, kind, code, flow, node, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`)
)

// Append implements store.Tx.
func (t *tx) Append(e store.Entry) error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlAppendEntry, t.who.n, micros(e.At), micros(e.Sent), e.Incoming, e.Kind, e.Text, e.MessageID, e.Cause, e.Flow, e.Node)
}

// Record implements store.Tx.
func (t *tx) Record(r store.Record) error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlAppendRecord, t.who.n, micros(r.At), r.Kind, r.Code, r.Flow, r.Node, r.Detail)
}

var (
	sqlAppendConsent = newStatement(`INSERT INTO consent (contact, at, purpose, version, given, words, message_id, source, actor)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlCount = newStatement(`INSERT INTO tally (name, row, language, day, times) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (name, day, row, language) DO UPDATE SET times = times + 1`)
)

// Consent implements store.Tx.
func (t *tx) Consent(c store.Consent) error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlAppendConsent, t.who.n, micros(c.At), c.Purpose, int64(c.Version), c.Given, c.Words, c.MessageID, c.Source, c.Actor)
}

// Count implements store.Tx.
func (t *tx) Count(y store.Tally) error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlCount, y.Name, y.Row, y.Language, y.Day)
}

// Link implements store.Tx.
func (t *tx) Link(a store.Address) error {
	if t.c == nil {
		return errOver
	}
	return t.c.link(&t.who, a)
}
