package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"cauce/runtime/store"
	"cauce/runtime/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string, merge store.Merge) store.Store {
		file := filepath.Join(dir, "books.db")
		s, err := Open(file, Options{Merge: merge})
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		return audited{s, file}
	})
}

// audited is a store whose books are audited whenever they are closed.
type audited struct {
	*Store
	file string
}

func (s audited) Close() error {
	if err := s.Store.Close(); err != nil {
		return err
	}
	return audit(s.file)
}

// audit looks for what must never be in a database, whatever was done with it.
func audit(file string) error {
	db, err := sql.Open("sqlite3", dsn(file, "mode", "ro"))
	if err != nil {
		return err
	}
	defer db.Close()
	var whole string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&whole); err != nil || whole != "ok" {
		return fmt.Errorf("integrity check: %s %v", whole, err)
	}
	const turn = `(SELECT min(id) FROM outbox q WHERE q.contact = o.contact AND q.state = 'queued'
		AND NOT EXISTS (SELECT 1 FROM outbox s WHERE s.contact = o.contact AND s.state IN ('sending', 'indeterminate')))`
	for what, query := range map[string]string{
		"a row points to nobody":                  `SELECT 1 FROM pragma_foreign_key_check`,
		"a phone shown is not the contact's":      `SELECT 1 FROM contact c WHERE phone <> '' AND NOT EXISTS (SELECT 1 FROM known_by WHERE kind = 'phone' AND value = c.phone AND contact = c.n)`,
		"a user id shown is not the contact's":    `SELECT 1 FROM contact c WHERE user_id <> '' AND NOT EXISTS (SELECT 1 FROM known_by WHERE kind = 'user' AND value = c.user_id AND contact = c.n)`,
		"a contact has a user id it doesn't show": `SELECT 1 FROM known_by JOIN contact ON n = contact WHERE kind = 'user' AND user_id = ''`,
		"a pointer points to a pointer":           `SELECT 1 FROM contact a JOIN contact b ON b.n = a.merged_into WHERE b.merged_into IS NOT NULL`,
		"a merged contact has an id":              `SELECT 1 FROM known_by JOIN contact ON n = contact WHERE merged_into IS NOT NULL`,
		"a merged contact has a message":          `SELECT 1 FROM outbox JOIN contact ON n = contact WHERE merged_into IS NOT NULL`,
		"a merged contact has a timer":            `SELECT 1 FROM timer JOIN contact ON n = contact WHERE merged_into IS NOT NULL`,
		"a merged contact has a transcript":       `SELECT 1 FROM transcript t JOIN contact c ON c.n = t.contact WHERE merged_into IS NOT NULL`,
		"a merged contact has a conversation":     `SELECT 1 FROM contact WHERE merged_into IS NOT NULL AND conversation IS NOT NULL`,
		"an early status was forgotten":           `SELECT 1 FROM early_status JOIN outbox USING (message_id)`,
		"a row has a turn that isn't its":         `SELECT 1 FROM outbox o WHERE turn IS NOT NULL AND id IS NOT ` + turn,
		"a row has lost its turn":                 `SELECT 1 FROM outbox o WHERE turn IS NULL AND id = ` + turn,
	} {
		rows := 0
		if err := db.QueryRow(`SELECT count(*) FROM (` + query + `)`).Scan(&rows); err != nil || rows > 0 {
			return fmt.Errorf("audit: %s (%d times, %v)", what, rows, err)
		}
	}
	return nil
}
