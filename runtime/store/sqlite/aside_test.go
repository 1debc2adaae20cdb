package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cauce/runtime/store"
)

var t0 = time.Date(2026, 3, 29, 8, 0, 0, 0, time.UTC)

// What is set aside keeps its shape, the kind of error and where it came from,
// and neither it nor the log keeps what the person wrote or their number.
func TestSetAside(t *testing.T) {
	const secret = "me duele desde ayer"
	const number = "573001234567"
	shape := []byte(`{"text":{"body":"…"}}`)
	for _, c := range []struct {
		name         string
		from         store.Address
		step         store.Step
		shape        func() []byte
		class, place string
		kept         []byte
	}{
		{"panic", store.Address{Phone: number}, func(store.Tx, store.Inbound) error { panic(secret + number) },
			func() []byte { return shape }, "panic", "TestSetAside.func", shape},
		{"nil", store.Address{Phone: number}, func(store.Tx, store.Inbound) error { var p *int; *p = 1; return nil },
			func() []byte { return shape }, "panic", "nil pointer", shape},
		{"error", store.Address{Phone: number}, func(store.Tx, store.Inbound) error { return errors.New(secret) },
			func() []byte { return shape }, "step", "", shape},
		{"constraint", store.Address{Phone: number}, func(tx store.Tx, _ store.Inbound) error {
			_, err := tx.Enqueue(store.Outgoing{Message: []byte(secret)}) // no token
			return fmt.Errorf("enqueue for %s: %w", number, err)
		}, func() []byte { return shape }, "constraint", "constraint failed", shape},
		{"nobody", store.Address{}, nil, func() []byte { return shape }, "nobody", "", shape},
		{"no shape", store.Address{}, nil, nil, "nobody", "", nil},
		{"a shape that panics", store.Address{}, nil, func() []byte { panic(secret) }, "nobody", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "books.db")
			var log bytes.Buffer
			s, err := Open(file, Options{Merge: keepOlder, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			in := store.Inbound{Key: "number/message/" + number, From: c.from, Received: t0, Shape: c.shape}
			got, err := s.Ingest(t.Context(), []store.Inbound{in}, c.step)
			if err != nil || got[0].Aside == nil {
				t.Fatalf("%+v, %v", got, err)
			}
			if err := got[0].Aside.Error(); c.class == "panic" && (strings.Contains(err, secret) || strings.Contains(err, number)) {
				t.Errorf("the error tells: %s", err)
			}
			rows := 0
			err = s.query(t.Context(), "look", `SELECT received, class, place, shape FROM set_aside`, func(v []any) {
				rows++
				if !moment(v[0]).Equal(t0) || text(v[1]) != c.class || !strings.Contains(text(v[2]), c.place) || string(blob(v[3])) != string(c.kept) {
					t.Errorf("kept %v %v %v %s", moment(v[0]), v[1], v[2], v[3])
				}
			})
			if err != nil || rows != 1 {
				t.Errorf("%d rows, %v", rows, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			book, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{secret, number} {
				if bytes.Contains(book, []byte(word)) {
					t.Errorf("the database has %q", word)
				}
				if strings.Contains(log.String(), word) {
					t.Errorf("the log has %q", word)
				}
			}
			// A report about nobody is ordinary, and no error.
			if logged := strings.Contains(log.String(), "class="+c.class); logged != (c.class != "nobody") {
				t.Errorf("log: %s", &log)
			}
		})
	}
}

// Where a panic came from is the place that panicked, not the one that caught it.
func TestPanicPlace(t *testing.T) {
	for name, fn := range map[string]func() error{
		"thrown": func() error { return thrower() },
		"nil":    func() error { var none *error; return *none },
	} {
		var p *Panic
		err := protect(fn)
		if !errors.As(err, &p) {
			t.Fatalf("%s: %v", name, err)
		}
		want := "sqlite.TestPanicPlace"
		if name == "thrown" {
			want = "sqlite.thrower:"
		}
		if !strings.Contains(p.Place, want) {
			t.Errorf("%s: %s, want it at %s", name, p, want)
		}
	}
}

func thrower() error { panic(errors.New("words")) }
