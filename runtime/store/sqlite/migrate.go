package sqlite

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"cauce/runtime/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// application marks a database as ours: "Cauc" in ASCII. SQLite keeps it in
// the file's header (PRAGMA application_id).
const application = 0x43617563

// migrate brings the database to the last version of files, forwards only, in
// one transaction: to the end or not at all.
// A file that is not ours is refused before a byte of it has changed.
func migrate(c *conn, files fs.FS, log *slog.Logger) error {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return err
	}
	mark, err := c.pragma("application_id")
	if err != nil {
		return err
	}
	version, err := c.pragma("user_version")
	if err != nil {
		return err
	}
	tables, err := c.pragma("schema_version")
	if err != nil {
		return err
	}
	switch fresh := mark == 0 && version == 0 && tables == 0; {
	case mark != application && !fresh:
		return errors.New("it belongs to another program; name another file with --db")
	case version > int64(len(names)):
		return fmt.Errorf("%w (it has version %d, this one knows up to %d)", store.ErrNewer, version, len(names))
	}
	// Before the first transaction: the mode can't change inside one.
	if err := c.wal(); err != nil {
		return err
	}
	if version == int64(len(names)) {
		return nil
	}
	script := "BEGIN IMMEDIATE;\n"
	for _, name := range names[version:] {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		script += string(text) + "\n"
	}
	script += fmt.Sprintf("PRAGMA application_id = %d;\nPRAGMA user_version = %d;\nCOMMIT;", application, len(names))
	if err := c.script(script); err != nil {
		return fmt.Errorf("migrate it from version %d to %d (nothing was changed): %w", version, len(names), err)
	}
	if version == 0 {
		log.Info("database created", "version", len(names))
		return nil
	}
	log.Info("database migrated", "from", version, "to", len(names))
	return nil
}
