package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cauce/runtime/store"
)

// A request for a person stands in the books as it was last saved, through a
// restart, until it is over, and only where its transaction came to be.
func testHandovers(t *testing.T, open Open) {
	b := fresh(t, open)
	told := []store.Told{{Name: "semana", Value: "30"}, {Name: "nombre", Value: `Ana "la" Ñusta`}}
	asked := store.Handover{Visit: 7, Inbox: "enfermeras", Since: after(time.Minute), Priority: 3, Told: told}
	who := b.say("m1", user("CO.ana"), start, func(tx store.Tx, in store.Inbound) error {
		return errors.Join(write(tx, in), tx.SaveHandover(asked))
	})
	encoded, err := b.Load(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	want := asked
	want.Contact, want.Conversation = who, encoded
	stands := func(what string) {
		t.Helper()
		all, err := b.Handovers(t.Context(), store.HandoverQuery{Limit: 9})
		equal(t, what, fmt.Sprint(all, err), fmt.Sprint([]store.Handover{want}, error(nil)))
	}
	stands("asked for")

	taken := asked
	taken.Told, taken.Operator, taken.Priority = nil, "Marta", 9
	b.update(user("CO.ana"), func(tx store.Tx) error { return tx.SaveHandover(taken) })
	want.Operator, want.Priority = "Marta", 9
	stands("taken, and what was told with it is kept")

	err = b.Update(t.Context(), user("CO.ana"), func(tx store.Tx) error { return errors.Join(tx.EndHandover(), errStep) })
	if !errors.Is(err, errStep) {
		t.Errorf("a step that fails: %v", err)
	}
	b.reopen()
	stands("after a step that failed, and a restart")

	// The next request of the same contact is told nothing of the last one.
	next := store.Handover{Visit: 9, Inbox: "otras", Since: after(time.Hour)}
	b.update(user("CO.ana"), func(tx store.Tx) error { return tx.SaveHandover(next) })
	want = next
	want.Contact, want.Conversation, want.Told = who, encoded, []store.Told{}
	stands("asked for again")

	b.update(user("CO.eva"), func(tx store.Tx) error { return tx.EndHandover() }) // who has none
	stands("after somebody else's end")
	b.update(user("CO.ana"), func(tx store.Tx) error { return tx.EndHandover() })
	for range 2 {
		if all, err := b.Handovers(t.Context(), store.HandoverQuery{Limit: 9}); len(all) > 0 || err != nil {
			t.Errorf("over: %v, %v", all, err)
		}
		b.reopen()
	}
}

// The most urgent come first, then who has waited longest; pages neither
// repeat nor leave out one, whatever their size, also when the one that a page
// ended with is over by then.
func testHandoverPages(t *testing.T, open Open) {
	b := fresh(t, open)
	ids := map[store.ContactID]string{}
	add := func(name, inbox string, priority int, since time.Duration) {
		b.update(user("CO."+name), func(tx store.Tx) error {
			ids[tx.Contact().ID] = name
			return tx.SaveHandover(store.Handover{Visit: 1, Inbox: inbox, Priority: priority, Since: after(since)})
		})
	}
	add("d", "x", 0, time.Hour)
	add("b", "y", 5, time.Hour)
	add("c", "x", 0, time.Minute)
	add("a", "x", 9, 2*time.Hour)
	add("e", "y", 0, time.Hour) // as long as d, and on file after it
	for _, c := range []struct{ inbox, want string }{{"", "a b c d e"}, {"x", "a c d"}, {"y", "b e"}, {"z", ""}} {
		for limit := 1; limit <= 6; limit++ {
			got := []string{}
			for after := (*store.Handover)(nil); ; {
				page, err := b.Handovers(t.Context(), store.HandoverQuery{Inbox: c.inbox, After: after, Limit: limit})
				if err != nil {
					t.Fatal(err)
				}
				if len(page) > limit {
					t.Fatalf("a page of %d has %d", limit, len(page))
				}
				for _, h := range page {
					got = append(got, ids[h.Contact])
				}
				if len(page) == 0 {
					break
				}
				after = &store.Handover{Contact: page[len(page)-1].Contact, Priority: page[len(page)-1].Priority, Since: page[len(page)-1].Since}
			}
			equal(t, fmt.Sprintf("inbox %q by %d", c.inbox, limit), got, words(c.want))
		}
	}
	if none, err := b.Handovers(t.Context(), store.HandoverQuery{}); len(none) > 0 || err != nil {
		t.Errorf("no limit is none: %v, %v", none, err)
	}
	first, err := b.Handovers(t.Context(), store.HandoverQuery{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	b.update(user("CO.b"), func(tx store.Tx) error { return tx.EndHandover() })
	rest, err := b.Handovers(t.Context(), store.HandoverQuery{After: &first[1], Limit: 9})
	if err != nil || len(rest) != 3 || ids[rest[0].Contact] != "c" {
		t.Errorf("after one that is over: %v, %v", rest, err)
	}
}

// Of two contacts that prove to be one person, the request stands of the one
// whose conversation goes on, and no other.
func testHandoversOfTwo(t *testing.T, open Open) {
	for _, c := range []struct {
		name         string
		older, newer time.Duration // when each was heard from
		has          string        // whose request there is before
		want         string
	}{
		{"both, heard from the older", 2 * time.Hour, time.Hour, "old new", "old"},
		{"both, heard from the newer", time.Hour, 2 * time.Hour, "old new", "new"},
		{"the one heard from", time.Hour, 2 * time.Hour, "new", "new"},
		{"the other one", time.Hour, 2 * time.Hour, "old", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := fresh(t, open)
			ask := func(name string) store.Step {
				return func(tx store.Tx, in store.Inbound) error {
					err := write(tx, in)
					for _, has := range words(c.has) {
						if has == name {
							err = errors.Join(err, tx.SaveHandover(store.Handover{Visit: 1, Inbox: name, Since: in.Received}))
						}
					}
					return err
				}
			}
			older := b.say("m1", phone("57301"), after(c.older), ask("old"))
			b.say("m2", user("CO.ana"), after(c.newer), ask("new"))
			b.say("m3", both("CO.ana", "57301"), after(3*time.Hour), func(store.Tx, store.Inbound) error { return nil })
			got := []string{}
			all, err := b.Handovers(t.Context(), store.HandoverQuery{Limit: 9})
			for _, h := range all {
				got = append(got, h.Inbox)
				if h.Contact != older {
					t.Errorf("it is of %s, not of %s", h.Contact, older)
				}
			}
			equal(t, "requests", fmt.Sprint(got, err), fmt.Sprint(words(c.want), error(nil)))
		})
	}
}

// The end of a transcript is read by time and number, in the order of the whole.
func testLately(t *testing.T, open Open) {
	b := fresh(t, open)
	for i := range 5 {
		b.say(fmt.Sprint("m", i), user("CO.ana"), after(time.Duration(i)*time.Minute), write)
	}
	b.say("x", user("CO.eva"), after(time.Hour), write)
	who := b.lookup(user("CO.ana")).ID
	for _, c := range []struct {
		since time.Duration
		limit int
		want  string
	}{{0, 9, "m0 m1 m2 m3 m4"}, {0, 2, "m3 m4"}, {3 * time.Minute, 9, "m3 m4"}, {3 * time.Minute, 1, "m4"}, {time.Hour, 9, ""}, {0, 0, ""}} {
		got := []string{}
		entries, err := b.Lately(t.Context(), who, after(c.since), c.limit)
		for _, e := range entries {
			got = append(got, e.MessageID)
		}
		equal(t, fmt.Sprintf("since %v, %d", c.since, c.limit), fmt.Sprint(got, err), fmt.Sprint(words(c.want), error(nil)))
	}
	if _, err := b.Lately(t.Context(), "nobody", start, 1); !errors.Is(err, store.ErrNoContact) {
		t.Errorf("of nobody: %v", err)
	}
}
