package storetest

import (
	"fmt"
	"testing"
	"time"

	"cauce/runtime/store"
)

func (b *books) due(now time.Time, limit int) []string {
	b.t.Helper()
	due, err := b.Due(b.t.Context(), now, limit)
	if err != nil {
		b.t.Fatalf("due: %v", err)
	}
	all := []string{}
	for _, m := range due {
		c := b.lookup(store.Address{Contact: m.Contact})
		all = append(all, fmt.Sprintf("%s/%s/%d/%s@%v", c.UserID, m.Flow, m.Visit, m.Purpose, m.Due.Sub(start)))
	}
	return all
}

func testTimers(t *testing.T, open Open) {
	b := fresh(t, open)
	if _, ok, err := b.NextTimer(t.Context()); ok || err != nil {
		t.Errorf("a timer in empty books: %v", err)
	}
	set := func(who, flow string, visit uint64, purpose string, due time.Duration) {
		t.Helper()
		b.update(user(who), func(tx store.Tx) error {
			return tx.StartTimer(store.Timer{Contact: "somebody else's", Flow: flow, Visit: visit, Purpose: purpose, Due: after(due)})
		})
	}
	take := func(who, flow string, visit uint64, purpose string, now time.Duration) (took bool) {
		t.Helper()
		b.update(user(who), func(tx store.Tx) (err error) {
			took, err = tx.TakeTimer(store.Timer{Flow: flow, Visit: visit, Purpose: purpose}, after(now))
			return err
		})
		return took
	}
	set("ana", "f", 1, "wait", 3*time.Second)
	set("ana", "f", 1, "silence", 1*time.Second)
	set("ana", "f", 2, "wait", 2*time.Second)
	set("ana", "g", 1, "wait", 5*time.Second)
	set("eva", "f", 1, "wait", 4*time.Second)
	at, ok, err := b.NextTimer(t.Context())
	equal(t, "next", fmt.Sprint(at.Equal(after(time.Second)), ok, err), "true true <nil>")
	equal(t, "none due", b.due(start, 9), []string{})
	equal(t, "due", b.due(after(4*time.Second), 9), words("ana/f/1/silence@1s ana/f/2/wait@2s ana/f/1/wait@3s eva/f/1/wait@4s"))
	equal(t, "limit", b.due(after(4*time.Second), 2), words("ana/f/1/silence@1s ana/f/2/wait@2s"))

	set("ana", "f", 1, "silence", 9*time.Second) // moved
	equal(t, "taken too early", take("ana", "f", 1, "silence", 8*time.Second), false)
	equal(t, "not somebody else's", take("eva", "g", 1, "wait", 8*time.Second), false)
	equal(t, "another visit's", take("ana", "g", 2, "wait", 8*time.Second), false)
	equal(t, "taken", take("ana", "f", 2, "wait", 2*time.Second), true)
	equal(t, "taken twice", take("ana", "f", 2, "wait", 2*time.Second), false)
	b.update(user("ana"), func(tx store.Tx) error { return tx.StopTimer("f", 1, "wait") })
	b.update(user("ana"), func(tx store.Tx) error { return tx.StopTimer("f", 1, "never started") })
	b.reopen()
	equal(t, "left", b.due(after(time.Minute), 9), words("eva/f/1/wait@4s ana/g/1/wait@5s ana/f/1/silence@9s"))
}

// Times come back in UTC, to the microsecond, and no time as no time.
func testTimes(t *testing.T, open Open) {
	b := fresh(t, open)
	bogota := time.FixedZone("-05", -5*60*60)
	odd := time.Date(2026, 7, 1, 3, 4, 5, 678_901_234, bogota)
	kept := odd.UTC().Truncate(time.Microsecond)
	who := b.say("", user("CO.ana"), odd, func(tx store.Tx, _ store.Inbound) error {
		if err := tx.StartTimer(store.Timer{Flow: "f", Due: odd}); err != nil {
			return err
		}
		return tx.Append(store.Entry{At: odd})
	})
	if c := b.lookup(user("CO.ana")); c.Created != kept {
		t.Errorf("created %v, want %v", c.Created, kept)
	}
	entries, err := b.Transcript(t.Context(), who)
	if err != nil || entries[0].At != kept || !entries[0].Sent.IsZero() {
		t.Errorf("transcript: %+v, %v", entries, err)
	}
	// A timer that is waited for until the time NextTimer says is due then.
	at, _, err := b.NextTimer(t.Context())
	if err != nil || len(b.due(at, 1)) != 1 {
		t.Errorf("next timer at %v, %v, when nothing is due", at, err)
	}
	for i, old := range []time.Time{{}, time.Unix(-5, 0), time.Unix(0, 0)} {
		b.update(user(fmt.Sprint("CO.", i)), func(tx store.Tx) error {
			_, err := tx.Enqueue(store.Outgoing{Token: fmt.Sprint(i), NotBefore: old, Created: start})
			return err
		})
	}
	equal(t, "claims", b.claim(start, 9), words("0 1 2"))
}

// What was seen long ago is forgotten, and nothing younger: a repeat of the one
// is new again, a repeat of the other is still a repeat.
func testSweep(t *testing.T, open Open) {
	b := fresh(t, open)
	ingest := func(key string, at time.Duration) store.Outcome {
		t.Helper()
		o, err := b.Ingest(t.Context(), []store.Inbound{{Key: key, From: user("ana"), Received: after(at)}},
			func(store.Tx, store.Inbound) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return o[0]
	}
	ingest("old", 0)
	ingest("young", 2*time.Hour)
	n, err := b.Sweep(t.Context(), after(time.Hour))
	equal(t, "swept", fmt.Sprint(n, err), "1 <nil>")
	n, err = b.Sweep(t.Context(), after(time.Hour))
	equal(t, "nothing is left to sweep", fmt.Sprint(n, err), "0 <nil>")
	equal(t, "the young one is a repeat", ingest("young", 3*time.Hour).Repeat, true)
	equal(t, "the old one is new", ingest("old", 3*time.Hour).Repeat, false)
}
