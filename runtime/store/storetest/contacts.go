package storetest

import (
	"errors"
	"testing"
	"time"

	"cauce/runtime/store"
)

func testNames(t *testing.T, open Open) {
	b := fresh(t, open)
	for _, c := range []struct{ says, known string }{
		{"Ana", "Ana"}, {"", "Ana"}, {"Ana María", "Ana María"},
	} {
		in := message("", user("CO.ana"), start)
		in.Name = c.says
		if _, err := b.Ingest(t.Context(), []store.Inbound{in}, write); err != nil {
			t.Fatal(err)
		}
		equal(t, "name after "+c.says, b.lookup(user("CO.ana")).Name, c.known)
	}
}

// Who a message is from, when WhatsApp names people by two ids that come, go
// and change. A, B, … are contacts in the order in which they came to be;
// who is empty where the last message is of somebody new.
func testWhoIsIt(t *testing.T, open Open) {
	const (
		u1, u2 = "CO.uno", "CO.dos"
		p1, p2 = "57301", "57302"
	)
	type known = map[string]string // user id or phone → contact
	for _, c := range []struct {
		name   string
		before []store.Address
		last   store.Address
		who    string
		then   known
		shows  store.Address // what the contact is known by now
	}{
		{"nobody was here", nil, both(u1, p1), "", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"by user id", []store.Address{user(u1)}, user(u1), "A", known{u1: "A"}, user(u1)},
		{"by phone", []store.Address{phone(p1)}, phone(p1), "A", known{p1: "A"}, phone(p1)},
		{"by both", []store.Address{both(u1, p1)}, both(u1, p1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"by one of both: user id", []store.Address{both(u1, p1)}, user(u1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"by one of both: phone", []store.Address{both(u1, p1)}, phone(p1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"the phone shows itself", []store.Address{user(u1)}, both(u1, p1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"the user id shows itself", []store.Address{phone(p1)}, both(u1, p1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"a second phone is the newest", []store.Address{both(u1, p1)}, both(u1, p2), "A", known{u1: "A", p1: "A", p2: "A"}, both(u1, p2)},
		{"back on the first phone", []store.Address{both(u1, p1), both(u1, p2)}, both(u1, p1), "A", known{u1: "A", p1: "A", p2: "A"}, both(u1, p1)},
		{"by an older phone alone", []store.Address{both(u1, p1), both(u1, p2)}, phone(p1), "A", known{u1: "A", p1: "A", p2: "A"}, both(u1, p1)},
		{"two strangers", []store.Address{user(u1)}, user(u2), "", known{u1: "A", u2: "B"}, user(u2)},
		{"two phones", []store.Address{phone(p1)}, phone(p2), "", known{p1: "A", p2: "B"}, phone(p2)},
		{"two prove to be one", []store.Address{user(u1), phone(p1)}, both(u1, p1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"two prove to be one, phone first", []store.Address{phone(p1), user(u1)}, both(u1, p1), "A", known{u1: "A", p1: "A"}, both(u1, p1)},
		{"a phone of their own before", []store.Address{both(u1, p1), phone(p2)}, both(u1, p2), "A", known{u1: "A", p1: "A", p2: "A"}, both(u1, p2)},
		{"the number has another owner", []store.Address{both(u1, p1)}, both(u2, p1), "", known{u1: "A", p1: "B", u2: "B"}, both(u2, p1)},
		{"both exchange a number", []store.Address{both(u1, p1), both(u2, p2)}, both(u1, p2), "A", known{u1: "A", p1: "A", u2: "B", p2: "A"}, both(u1, p2)},
		{"and the loser has it back", []store.Address{both(u1, p1), both(u2, p1)}, both(u1, p1), "A", known{u1: "A", p1: "A", u2: "B"}, both(u1, p1)},
		{"the number's new owner writes by it alone", []store.Address{both(u1, p1), both(u2, p1)}, phone(p1), "B", known{u1: "A", p1: "B", u2: "B"}, both(u2, p1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := fresh(t, open)
			ids := map[store.ContactID]string{}
			name := func(id store.ContactID) string {
				if ids[id] == "" {
					ids[id] = string(rune('A' + len(ids)))
				}
				return ids[id]
			}
			for _, a := range c.before {
				name(b.say("", a, start, write))
			}
			if found, err := b.Lookup(t.Context(), c.last); (c.who == "") != errors.Is(err, store.ErrNoContact) {
				t.Errorf("before, it was %s (%v)", found.ID, err)
			}
			seen := len(ids)
			isNew := false
			got := name(b.say("", c.last, start, func(tx store.Tx, in store.Inbound) error {
				isNew = tx.Contact().New
				return write(tx, in)
			}))
			if isNew != (c.who == "") || isNew != (len(ids) > seen) {
				t.Errorf("new: %v, as contact %s", isNew, got)
			}
			if c.who != "" && got != c.who {
				t.Errorf("it was %s, want %s", got, c.who)
			}
			for _, id := range []string{u1, u2, p1, p2} {
				a := user(id)
				if id == p1 || id == p2 {
					a = phone(id)
				}
				found, err := b.Lookup(t.Context(), a)
				if want := c.then[id]; want == "" && !errors.Is(err, store.ErrNoContact) || want != "" && name(found.ID) != want {
					t.Errorf("%s is %s's (%v), want %q", id, name(found.ID), err, want)
				}
			}
			now := b.lookup(c.last)
			equal(t, "known by", both(now.UserID, now.Phone), c.shows)
			for id := range ids {
				if owner := b.lookup(store.Address{Contact: id}); owner.ID == now.ID {
					continue
				} else if owner.Phone == now.Phone && now.Phone != "" {
					t.Errorf("the phone is still shown of %s", name(id))
				}
			}
		})
	}
}

// Two contacts with everything, of whom one was heard from last.
func testMerge(t *testing.T, open Open) {
	for _, c := range []struct {
		name          string
		older, newer  time.Duration // when each was heard from
		stays, leaves string        // whose queue and timers
		conversation  string
	}{
		{"heard from the older", 2 * time.Hour, time.Hour, "old", "new", "old1 new1"},
		{"heard from the newer", time.Hour, 2 * time.Hour, "new", "old", "old1 new1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := fresh(t, open)
			furnish := func(name string) store.Step {
				return func(tx store.Tx, in store.Inbound) error {
					for _, n := range words("1 2") {
						if _, err := tx.Enqueue(store.Outgoing{Token: name + n, Created: start}); err != nil {
							return err
						}
					}
					return errors.Join(write(tx, in),
						tx.StartTimer(store.Timer{Flow: "f", Visit: 7, Purpose: "wait", Due: in.Received}),
						tx.StartTimer(store.Timer{Flow: name, Visit: 7, Purpose: "wait", Due: in.Received}),
						tx.Record(store.Record{At: in.Received, Kind: name}))
				}
			}
			older := b.say("old1", phone("57301"), after(c.older), furnish("old"))
			newer := b.say("new1", user("CO.ana"), after(c.newer), furnish("new"))
			for _, in := range []store.Inbound{{From: phone("57301"), Name: "old"}, {From: user("CO.ana"), Name: "new"}} {
				if _, err := b.Ingest(t.Context(), []store.Inbound{in}, func(store.Tx, store.Inbound) error { return nil }); err != nil {
					t.Fatal(err)
				}
			}
			var during store.Contact
			one := b.say("both", both("CO.ana", "57301"), after(3*time.Hour), func(tx store.Tx, _ store.Inbound) error {
				during = tx.Contact()
				return nil
			})
			if one != older || during.ID != older || during.New {
				t.Errorf("merged into %s (%+v), want the older, %s", one, during, older)
			}
			for _, a := range []store.Address{user("CO.ana"), phone("57301"), {Contact: older}, {Contact: newer}} {
				if got := b.lookup(a); got.ID != older || got.UserID != "CO.ana" || got.Phone != "57301" || got.Name != c.stays {
					t.Errorf("%+v is %+v, want %s with both ids, named %s", a, got, older, c.stays)
				}
			}
			for _, id := range []store.ContactID{older, newer} {
				equal(t, "conversation", b.keys(id), words(c.conversation))
				equal(t, "transcript", b.said(id), []string{"said old1", "said new1"})
				if r, err := b.Records(t.Context(), id); len(r) != 2 || err != nil {
					t.Errorf("records: %v, %v", r, err)
				}
			}
			for _, n := range words("1 2") {
				if o := b.wantState(c.stays+n, store.Queued); o.Contact != older || o.To.ID != older {
					t.Errorf("%s is owed to %s", o.Token, o.Contact)
				}
				if o := b.wantState(c.leaves+n, store.Withdrawn); o.Reason != store.MergedAway || o.Contact != older {
					t.Errorf("%s: withdrawn for %q, of %s", o.Token, o.Reason, o.Contact)
				}
			}
			due, err := b.Due(t.Context(), after(time.Hour*9), 9)
			if err != nil {
				t.Fatal(err)
			}
			flows := map[string]bool{}
			for _, m := range due {
				flows[m.Flow] = true
				if m.Contact != older {
					t.Errorf("timer %+v is not of %s", m, older)
				}
			}
			equal(t, "timers", flows, map[string]bool{"f": true, c.stays: true})
			equal(t, "claims", b.claim(after(4*time.Hour), 9), []string{c.stays + "1"})
			b.update(store.Address{Contact: newer}, func(tx store.Tx) error {
				took, err := tx.TakeTimer(store.Timer{Contact: newer, Flow: "f", Visit: 7, Purpose: "wait"}, after(9*time.Hour))
				if err == nil && !took {
					err = errors.New("a timer listed under the old id is gone")
				}
				return err
			})

			b.reopen()
			equal(t, "after reopening", b.lookup(store.Address{Contact: newer}).ID, older)
		})
	}
}

// A contact that was merged into another points to whoever that one became.
func testMergeChain(t *testing.T, open Open) {
	b := fresh(t, open)
	first := b.say("1", phone("57301"), after(1), write)
	second := b.say("2", user("CO.ana"), after(2), write)
	third := b.say("3", phone("57302"), after(3), write)
	equal(t, "third joins second", b.say("4", both("CO.ana", "57302"), after(4), write), second)
	equal(t, "second joins first", b.say("5", both("CO.ana", "57301"), after(5), write), first)
	for _, a := range []store.Address{{Contact: first}, {Contact: second}, {Contact: third}, user("CO.ana"), phone("57301"), phone("57302")} {
		equal(t, "whose", b.lookup(a).ID, first)
	}
	equal(t, "conversation", b.keys(third), words("1 2 3 4 5"))
	b.update(store.Address{Contact: third}, func(tx store.Tx) error {
		if tx.Contact().ID != first {
			return errors.New("the third is not the first")
		}
		return nil
	})
}

func testMergeFails(t *testing.T, open Open) {
	s := open(t, t.TempDir(), func(_, _ []byte) ([]byte, store.Heard, error) { return nil, 0, errStep })
	b := &books{Store: s, t: t}
	defer s.Close()
	a, p := b.say("1", user("CO.ana"), start, write), b.say("2", phone("57301"), start, write)
	got, err := b.Ingest(t.Context(), []store.Inbound{message("3", both("CO.ana", "57301"), start)}, write)
	if err != nil || !errors.Is(got[0].Aside, errStep) {
		t.Errorf("a merge that fails: %+v, %v", got, err)
	}
	equal(t, "still two", []store.ContactID{b.lookup(user("CO.ana")).ID, b.lookup(phone("57301")).ID}, []store.ContactID{a, p})
}

// What is being sent to the one that goes holds up the queue of the one that
// stays, and is never sent again.
func testMergeWhileSending(t *testing.T, open Open) {
	b := fresh(t, open)
	b.say("old", phone("57301"), start, write)
	b.owe(phone("57301"), "o1", "o2")
	equal(t, "first claim", b.claim(start, 9), words("o1"))
	b.say("new", user("CO.ana"), after(time.Hour), write)
	b.owe(user("CO.ana"), "n1", "n2")
	one := b.say("both", both("CO.ana", "57301"), after(time.Hour), write)
	if o := b.wantState("o1", store.Sending); !o.Recalled || o.Contact != one {
		t.Errorf("what was being sent: %+v", o)
	}
	b.wantState("o2", store.Withdrawn)
	equal(t, "claims while it is being sent", b.claim(start, 9), []string{})
	if _, ok, err := b.NextSend(t.Context()); ok || err != nil {
		t.Errorf("something may be sent now: %v", err)
	}
	b.settle("o1", store.Result{State: store.Queued})
	b.wantState("o1", store.Withdrawn)
	equal(t, "claims after", b.claim(start, 9), words("n1"))
	b.settle("n1", store.Result{State: store.Sent, MessageID: "wamid.n1"})
	equal(t, "and then", b.claim(start, 9), words("n2"))
}

func testLink(t *testing.T, open Open) {
	b := fresh(t, open)
	eva := b.say("", both("CO.eva", "57302"), start, write)
	ana := b.say("", user("CO.ana"), start, func(tx store.Tx, _ store.Inbound) error {
		if err := tx.Link(both("CO.eva", "57302")); err != nil {
			return err
		}
		if c := tx.Contact(); c.Phone != "" || c.UserID != "CO.ana" {
			return errors.New("took somebody else's ids")
		}
		if err := tx.Link(both("", "57301")); err != nil {
			return err
		}
		if tx.Contact().Phone != "57301" {
			return errors.New("the link does not show")
		}
		return tx.Link(both("CO.ana2", "57303"))
	})
	for id, want := range map[store.Address]store.ContactID{
		user("CO.eva"): eva, phone("57302"): eva,
		user("CO.ana"): ana, user("CO.ana2"): ana, phone("57301"): ana, phone("57303"): ana,
	} {
		equal(t, id.UserID+id.Phone, b.lookup(id).ID, want)
	}
	c := b.lookup(user("CO.ana"))
	equal(t, "the newest show", both(c.UserID, c.Phone), both("CO.ana2", "57303"))
	// Update with our own id and others adds them the same way.
	b.update(store.Address{Contact: ana, UserID: "CO.eva", Phone: "57304"}, func(store.Tx) error { return nil })
	equal(t, "left alone", b.lookup(user("CO.eva")).ID, eva)
	equal(t, "added", b.lookup(phone("57304")).ID, ana)
}
