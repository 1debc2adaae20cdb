package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"cauce/runtime/store"
)

// The database itself refuses to change what somebody agreed to, whoever asks.
func TestTheLedgerIsOnlyAddedTo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	s := openAt(t, file)
	err := s.Update(t.Context(), store.Address{Phone: "57301"}, func(tx store.Tx) error {
		return tx.Consent(store.Consent{At: time.Unix(1, 0), Purpose: "consejos", Version: 3, Given: true, Words: "Sí", Source: "a.b"})
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&sqlite3.SQLiteDriver{}).Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, sql := range []string{
		`DELETE FROM consent`, `UPDATE consent SET given = 0`, `UPDATE consent SET words = 'No'`, `UPDATE consent SET version = 4`,
		`UPDATE consent SET at = 0`, `UPDATE consent SET purpose = 'x'`, `UPDATE consent SET source = ''`, `UPDATE consent SET message_id = 'x'`,
		`UPDATE consent SET n = 9`,
	} {
		if _, err := c.(*sqlite3.SQLiteConn).Exec(sql, nil); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// Books of the first version get the ledger when they are opened, and keep all
// they had.
func TestOldBooksGetTheLedger(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.db")
	first, err := migrations.ReadFile("migrations/0001_books.sql")
	if err != nil {
		t.Fatal(err)
	}
	script(t, file, "PRAGMA journal_mode = WAL;"+string(first)+
		`INSERT INTO contact (id, phone, created) VALUES ('c1', '57301', 1); INSERT INTO known_by VALUES ('phone', '57301', 1);
		PRAGMA application_id = 1130460515; PRAGMA user_version = 1`)
	s := openAt(t, file)
	var who store.ContactID
	err = s.Update(t.Context(), store.Address{Phone: "57301"}, func(tx store.Tx) error {
		who = tx.Contact().ID
		return tx.Consent(store.Consent{Purpose: "consejos", Given: true})
	})
	if err != nil || who != "c1" {
		t.Fatalf("%q, %v", who, err)
	}
	if ledger, err := s.Consents(t.Context(), who); len(ledger) != 1 || err != nil {
		t.Errorf("%v, %v", ledger, err)
	}
}
