package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cauce/runtime/store"
	"cauce/runtime/store/storetest"

	"github.com/mattn/go-sqlite3"
)

// A message as the runtime steps it: a conversation of 1.5 kB is loaded and
// saved, the transcript gets what came and what goes, one message is owed, one
// timer started.
var (
	benchConversation = make([]byte, 1500)
	benchMessage      = make([]byte, 300)
	benchText         = "¿En qué semana estás? Escribe un número del 1 al 42."
)

func benchStep(tx store.Tx, in store.Inbound) error {
	if _, err := tx.Conversation(); err != nil {
		return err
	}
	if err := tx.SaveConversation(benchConversation); err != nil {
		return err
	}
	for _, incoming := range []bool{true, false} {
		if err := tx.Append(store.Entry{At: in.Received, Sent: in.Received, Incoming: incoming, Kind: "text", Text: benchText, MessageID: in.Key, Flow: "luna", Node: "semana"}); err != nil {
			return err
		}
	}
	if _, err := tx.Enqueue(store.Outgoing{Message: benchMessage, Token: in.Key, Created: in.Received}); err != nil {
		return err
	}
	return tx.StartTimer(store.Timer{Flow: "luna", Visit: 1, Purpose: "silence", Due: in.Received.Add(time.Hour)})
}

func benchInbound(n int) store.Inbound {
	return store.Inbound{
		Key:      fmt.Sprintf("106540352242922/message/wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCNUJ%08d", n),
		From:     store.Address{UserID: fmt.Sprint("CO.", n*7919%1000), Phone: fmt.Sprint("57300", n*7919%1000)},
		Received: t0,
	}
}

// raw is the very same statements through the driver, in transactions of as
// many messages, and nothing else: no savepoints, no callers, no contract.
type raw struct {
	db       *sqlite3.SQLiteConn
	prepared map[statement]*sqlite3.SQLiteStmt
}

func (r raw) exec(b *testing.B, s statement, args ...driver.Value) {
	if _, err := r.prepared[s].Exec(args); err != nil {
		b.Fatal(err)
	}
}

func (r raw) query(b *testing.B, s statement, args ...driver.Value) (first driver.Value) {
	rows, err := r.prepared[s].Query(args)
	if err != nil {
		b.Fatal(err)
	}
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		first = row[0]
	}
	rows.Close()
	return first
}

func (r raw) messages(b *testing.B, batch []store.Inbound) {
	for i, in := range batch {
		if i%groupLimit == 0 {
			r.exec(b, sqlBegin)
		}
		at := micros(in.Received)
		sum := sha256.Sum256([]byte(in.Key))
		r.exec(b, sqlNoteSight, sum[:16], at)
		n := r.query(b, sqlFindByName, byUser, in.From.UserID)
		r.exec(b, sqlSaveConversation, n, benchConversation)
		for _, incoming := range []bool{true, false} {
			r.exec(b, sqlAppendEntry, n, at, at, incoming, "text", benchText, in.Key, "", "luna", "semana")
		}
		r.exec(b, sqlEnqueue, n, benchMessage, in.Key, int64(0), at)
		r.exec(b, sqlStartTimer, n, "luna", int64(1), "silence", at+3600e6)
		if i%groupLimit == groupLimit-1 || i == len(batch)-1 {
			r.exec(b, sqlCommit)
		}
	}
}

func openBench(b *testing.B) *Store {
	s, err := Open(filepath.Join(b.TempDir(), "books.db"), Options{Merge: keepOlder})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	// The people are on file already.
	for i := range 1000 {
		if err := s.Update(b.Context(), benchInbound(i).From, func(tx store.Tx) error { return tx.SaveConversation(benchConversation) }); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func openRaw(b *testing.B) raw {
	s := openBench(b)
	r := raw{db: s.writer.conn.db, prepared: map[statement]*sqlite3.SQLiteStmt{}}
	for i, text := range statements {
		p, err := r.db.Prepare(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { p.Close() })
		r.prepared[statement(i)] = p.(*sqlite3.SQLiteStmt)
	}
	return r
}

// How much of the raw rate of its own statements the store keeps, turn by turn
// so that both meet the same disk. x-raw is that share: 1 is as fast as raw.
func BenchmarkIngest(b *testing.B) {
	const turn = 1024
	ways := map[string]func(*testing.B, *Store, []store.Inbound){
		"one-body": func(b *testing.B, s *Store, batch []store.Inbound) {
			if _, err := s.Ingest(context.Background(), batch, benchStep); err != nil {
				b.Fatal(err)
			}
		},
		"256-callers": func(b *testing.B, s *Store, batch []store.Inbound) {
			var all sync.WaitGroup
			for i := range 256 {
				all.Go(func() {
					for j := i; j < len(batch); j += 256 {
						if _, err := s.Ingest(context.Background(), batch[j:j+1], benchStep); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
		},
	}
	for _, name := range []string{"one-body", "256-callers"} {
		b.Run(name, func(b *testing.B) {
			s, r := openBench(b), openRaw(b)
			var ours, theirs time.Duration
			n := 0
			for b.Loop() {
				batch := make([]store.Inbound, turn)
				for i := range batch {
					batch[i] = benchInbound(n)
					n++
				}
				at := time.Now()
				r.messages(b, batch)
				theirs += time.Since(at)
				at = time.Now()
				ways[name](b, s, batch)
				ours += time.Since(at)
			}
			b.ReportMetric(float64(theirs)/float64(ours), "x-raw")
			b.ReportMetric(float64(ours.Microseconds())/float64(n), "µs/message")
			b.ReportMetric(float64(theirs.Microseconds())/float64(n), "raw-µs/message")
		})
	}
}

// One message alone: the time is the disk's.
func BenchmarkIngestAlone(b *testing.B) {
	s := openBench(b)
	n := 0
	for b.Loop() {
		if _, err := s.Ingest(b.Context(), []store.Inbound{benchInbound(n)}, benchStep); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// Claim and settle fifty out of a hundred thousand rows owed to as many
// contacts, half of them not before tomorrow, one of them owed a thousand.
func BenchmarkClaim(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "books.db"), Options{Merge: keepOlder})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var batch []store.Inbound
	for i := range 100_000 {
		in := benchInbound(i)
		in.From = store.Address{UserID: fmt.Sprint("CO.", max(0, i-1000))}
		batch = append(batch, in)
	}
	if _, err := s.Ingest(b.Context(), batch, func(tx store.Tx, in store.Inbound) error {
		o := store.Outgoing{Message: benchMessage, Token: in.Key, Created: t0}
		if len(in.Key)%2 == 0 && in.Key[len(in.Key)-1]%2 == 0 {
			o.NotBefore = t0.Add(24 * time.Hour)
		}
		_, err := tx.Enqueue(o)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	start := func(store.Tx, store.Outgoing) (store.Verdict, error) {
		return store.Verdict{Start: storetest.Allowed()}, nil
	}
	for b.Loop() {
		rows, err := s.Claim(b.Context(), t0, 50, start)
		if err != nil || len(rows) != 50 {
			b.Fatalf("%d rows, %v", len(rows), err)
		}
		var results []store.Result
		for _, o := range rows {
			results = append(results, store.Result{ID: o.ID, State: store.Queued})
		}
		if err := s.Settle(b.Context(), results, nil); err != nil {
			b.Fatal(err)
		}
	}
}
