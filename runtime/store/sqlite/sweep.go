package sqlite

import (
	"context"
	"time"
)

// sweepAtOnce bounds one transaction of a sweep: people's messages wait behind it.
const sweepAtOnce = 1000

var sweeps = []statement{
	newStatement(`DELETE FROM first_sight WHERE key IN (SELECT key FROM first_sight WHERE at < ?1 ORDER BY at LIMIT ?2)`),
	newStatement(`DELETE FROM set_aside WHERE n IN (SELECT n FROM set_aside WHERE received < ?1 ORDER BY received LIMIT ?2)`),
	newStatement(`DELETE FROM early_status WHERE message_id IN (SELECT message_id FROM early_status WHERE received < ?1 ORDER BY received LIMIT ?2)`),
}

// Sweep implements store.Store.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	total := 0
	for _, sweep := range sweeps {
		n := 0
		err := s.writer.one(ctx, "forget what is long past", func(c *conn) (err error) {
			n, err = c.count(sweep, micros(before), int64(sweepAtOnce))
			return err
		})
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}
