package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cauce/runtime/store"
)

// What was agreed to is kept word for word, in the order it was written, across
// a restart, and only where its transaction came to be.
func testConsents(t *testing.T, open Open) {
	b := fresh(t, open)
	given := store.Consent{
		At: start, Purpose: "consejos", Version: 3, Given: true, Words: "¿Podemos enviarte consejos?\n[Sí] [No]",
		MessageID: "wamid.1", Source: "luna.permiso", Actor: "person",
	}
	taken := store.Consent{At: after(time.Hour), Purpose: "consejos", Version: 3, Words: "basta", Source: "stop", Actor: "person"}
	who := b.say("m1", user("CO.ana"), start, func(tx store.Tx, in store.Inbound) error {
		return errors.Join(tx.Consent(given), tx.Consent(taken))
	})
	b.update(user("CO.ana"), func(tx store.Tx) error { return tx.Consent(given) })
	err := b.Update(t.Context(), user("CO.ana"), func(tx store.Tx) error { return errors.Join(tx.Consent(given), errStep) })
	if !errors.Is(err, errStep) {
		t.Errorf("a step that fails: %v", err)
	}
	b.update(user("CO.eva"), func(tx store.Tx) error { return nil })
	for range 2 {
		ledger, err := b.Consents(t.Context(), who)
		equal(t, "ledger", fmt.Sprint(ledger, err), fmt.Sprint([]store.Consent{given, taken, given}, error(nil)))
		if ledger, err := b.Consents(t.Context(), b.lookup(user("CO.eva")).ID); len(ledger) > 0 || err != nil {
			t.Errorf("somebody else's: %v, %v", ledger, err)
		}
		b.reopen()
	}
}

// Two contacts that prove to be one person have one ledger, and nothing of
// either is lost.
func testConsentsOfTwo(t *testing.T, open Open) {
	b := fresh(t, open)
	agree := func(purpose string) store.Step {
		return func(tx store.Tx, in store.Inbound) error {
			return errors.Join(write(tx, in), tx.Consent(store.Consent{At: in.Received, Purpose: purpose, Given: true}))
		}
	}
	older := b.say("m1", phone("57301"), start, agree("a"))
	newer := b.say("m2", user("CO.ana"), after(time.Hour), agree("b"))
	b.say("m3", both("CO.ana", "57301"), after(2*time.Hour), agree("c"))
	for _, id := range []store.ContactID{older, newer} {
		ledger, err := b.Consents(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var purposes []string
		for _, c := range ledger {
			purposes = append(purposes, c.Purpose)
		}
		equal(t, "purposes", purposes, words("a b c"))
	}
}

// Counts add up over people, one by one, and not for a transaction that was
// rolled back.
func testTallies(t *testing.T, open Open) {
	b := fresh(t, open)
	one := store.Tally{Name: "leyeron", Row: "si", Language: "es", Day: "2026-03-29"}
	other := one
	other.Row = "no"
	later := one
	later.Day = "2026-03-30"
	count := func(all ...store.Tally) func(store.Tx) error {
		return func(tx store.Tx) error {
			for _, c := range all {
				if err := tx.Count(c); err != nil {
					return err
				}
			}
			return nil
		}
	}
	b.update(user("CO.ana"), count(one, other, one))
	b.update(user("CO.eva"), count(one, later))
	err := b.Update(t.Context(), user("CO.ana"), func(tx store.Tx) error { return errors.Join(tx.Count(one), errStep) })
	if !errors.Is(err, errStep) {
		t.Errorf("a step that fails: %v", err)
	}
	one.Times, other.Times, later.Times = 3, 1, 1
	for range 2 {
		all, err := b.Tallies(t.Context())
		equal(t, "tallies", fmt.Sprint(all, err), fmt.Sprint([]store.Tally{other, one, later}, error(nil)))
		b.reopen()
	}
}
