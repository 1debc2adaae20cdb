package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cauce/runtime/store"
)

var (
	// Where nothing was told anew, a request keeps what was told with it.
	sqlSaveHandover = newStatement(`INSERT INTO handover (contact, visit, inbox, since, priority, operator, told)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, '[]'))
		ON CONFLICT (contact) DO UPDATE SET
			told = CASE WHEN ?7 IS NULL AND visit = excluded.visit THEN told ELSE excluded.told END,
			visit = excluded.visit, inbox = excluded.inbox, since = excluded.since,
			priority = excluded.priority, operator = excluded.operator`)
	sqlEndHandover = newStatement(`DELETE FROM handover WHERE contact = ?`)
)

// SaveHandover implements store.Tx.
func (t *tx) SaveHandover(h store.Handover) error {
	if t.c == nil {
		return errOver
	}
	var told any
	if h.Told != nil {
		b, err := json.Marshal(h.Told)
		if err != nil {
			return fmt.Errorf("save a handover: %w", err)
		}
		told = string(b)
	}
	return t.c.exec(sqlSaveHandover, t.who.n, int64(h.Visit), h.Inbox, micros(h.Since), int64(h.Priority), h.Operator, told)
}

// EndHandover implements store.Tx.
func (t *tx) EndHandover() error {
	if t.c == nil {
		return errOver
	}
	return t.c.exec(sqlEndHandover, t.who.n)
}

// The page is chosen first, so that no conversation is read that is not on it.
const queryHandovers = `SELECT p.id, p.visit, p.inbox, p.since, p.priority, p.operator, p.told, c.conversation
	FROM (SELECT h.*, k.id FROM handover h JOIN contact k ON k.n = h.contact
		WHERE (?1 = '' OR h.inbox = ?1)
		  AND (?2 = 0 OR h.priority < ?3 OR h.priority = ?3 AND (h.since > ?4 OR h.since = ?4 AND k.id > ?5))
		ORDER BY h.priority DESC, h.since, k.id LIMIT ?6) p
	JOIN contact c ON c.n = p.contact
	ORDER BY p.priority DESC, p.since, p.id`

// Handovers implements store.Store.
func (s *Store) Handovers(ctx context.Context, q store.HandoverQuery) ([]store.Handover, error) {
	var from store.Handover
	if q.After != nil {
		from = *q.After
	}
	var all []store.Handover
	var bad error
	err := s.query(ctx, "list handovers", queryHandovers, func(v []any) {
		h := store.Handover{
			Contact: store.ContactID(text(v[0])), Visit: uint64(number(v[1])), Inbox: text(v[2]), Since: moment(v[3]),
			Priority: int(number(v[4])), Operator: text(v[5]), Conversation: blob(v[7]),
		}
		if err := json.Unmarshal([]byte(text(v[6])), &h.Told); err != nil && bad == nil {
			bad = fmt.Errorf("list handovers: what %s told: %w", h.Contact, err)
		}
		all = append(all, h)
	}, q.Inbox, q.After != nil, from.Priority, micros(from.Since), string(from.Contact), max(q.Limit, 0))
	if err == nil {
		err = bad
	}
	return all, err
}

// Lately implements store.Store. store.ErrNoContact: nobody has that id.
func (s *Store) Lately(ctx context.Context, who store.ContactID, since time.Time, limit int) ([]store.Entry, error) {
	if err := s.known(ctx, who); err != nil {
		return nil, err
	}
	entries, err := s.entries(ctx, `AND at >= ? ORDER BY n DESC LIMIT ?`, string(who), micros(since), max(limit, 0))
	slices.Reverse(entries)
	return entries, err
}
