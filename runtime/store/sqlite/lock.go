package sqlite

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"cauce/runtime/store"
)

// lock takes the right to serve a database: an advisory lock on a file beside
// it, which the system gives back when the process ends, however it ends. Not
// on the database itself: where flock is built on record locks, it would be
// SQLite's own. The file stays; removing it would let two processes lock two
// files of one name.
func lock(file string) (*os.File, error) {
	f, err := os.OpenFile(file+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w; give this user the right to write its folder, or name another file with --db", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, store.ErrLocked
	}
	return nil, fmt.Errorf("lock %s.lock: %w; name a file on a local disk with --db", file, err)
}
