package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cauce/engine"
	"cauce/runtime/store"
)

func (b *books) nextSend() (time.Time, bool) {
	b.t.Helper()
	at, ok, err := b.NextSend(b.t.Context())
	if err != nil {
		b.t.Fatalf("next send: %v", err)
	}
	return at, ok
}

// wantNextSend fails unless something may be sent at a time, in the past if
// want is zero.
func (b *books) wantNextSend(want time.Time) {
	b.t.Helper()
	at, ok := b.nextSend()
	switch {
	case !ok:
		b.t.Errorf("nothing will ever be sent, want something at %v", want)
	case at.IsZero():
		b.t.Error("the next send is at the zero time, which says nothing")
	case want.IsZero() && at.After(start), !want.IsZero() && !at.Equal(want):
		b.t.Errorf("the next send is at %v, want %v", at, want)
	}
}

func testEnqueue(t *testing.T, open Open) {
	b := fresh(t, open)
	if _, ok := b.nextSend(); ok {
		t.Error("an empty outbox has something to send")
	}
	equal(t, "claims", b.claim(start, 9), []string{})
	var ids []int64
	b.say("m1", user("CO.ana"), start, func(tx store.Tx, _ store.Inbound) error {
		for _, token := range words("a b") {
			id, err := tx.Enqueue(store.Outgoing{Message: []byte(token), Token: token, Created: start, State: store.Sent, Attempts: 7})
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	if ids[0] >= ids[1] {
		t.Errorf("ids are %v, want them to go up", ids)
	}
	equal(t, "ids", ids, []int64{b.row("a").ID, b.row("b").ID})
	if o := b.wantState("a", store.Queued); o.Attempts != 0 {
		t.Errorf("it was never claimed, but has %d attempts", o.Attempts)
	}
	b.wantNextSend(time.Time{})
	rows := b.claimRows(after(time.Second), 9)
	c := b.lookup(user("CO.ana"))
	equal(t, "claimed", rows, []store.Outgoing{{
		ID: ids[0], Contact: c.ID, To: c, Message: []byte("a"), Token: "a", State: store.Sending,
		Created: start, Claimed: after(time.Second), Attempts: 1, Permit: allowed(),
	}})
	rows[0].Permit = engine.Permit{} // it is on no disk
	equal(t, "on file", b.row("a"), rows[0])
	only, err := b.Outbox(t.Context(), store.Sending, store.Dead)
	equal(t, "outbox of some states", fmt.Sprint(tokens(only), err), "[a] <nil>")
	only, err = b.Outbox(t.Context(), store.Sending, store.Queued)
	equal(t, "outbox of more", fmt.Sprint(tokens(only), err), "[a b] <nil>")
	if _, ok := b.nextSend(); ok {
		t.Error("the contact's next message can't move before this one is settled")
	}
}

func testOneOfAContact(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1", "a2", "a3")
	b.owe(user("CO.eva"), "e1", "e2")
	b.owe(user("CO.iris"), "i1")
	equal(t, "limit", b.claim(start, 2), words("a1 e1"))
	equal(t, "the rest", b.claim(start, 9), words("i1"))
	equal(t, "all are being sent", b.claim(start, 9), []string{})
	b.settle("e1", store.Result{State: store.Sent, MessageID: "w1"})
	b.settle("a1", store.Result{State: store.Failed, Reason: "131026"})
	b.settle("i1", store.Result{State: store.Sent, MessageID: "w2"})
	equal(t, "in the order of their oldest row", b.claim(start, 9), words("a2 e2"))
	b.settle("a2", store.Result{State: store.Dead, Reason: "x"})
	b.settle("e2", store.Result{State: store.Indeterminate, Retry: after(time.Second)})
	b.owe(user("CO.eva"), "e3")
	equal(t, "not behind one in doubt", b.claim(after(time.Hour), 9), words("a3"))
	b.reopen()
	equal(t, "nor after reopening", b.claim(after(time.Hour), 9), []string{})
	equal(t, "no limit, no claims", b.claim(start, 0), []string{})
}

func testNotBefore(t *testing.T, open Open) {
	b := fresh(t, open)
	later := func(who store.Address, token string, at time.Time) {
		b.update(who, func(tx store.Tx) error {
			_, err := tx.Enqueue(store.Outgoing{Token: token, NotBefore: at, Created: start})
			return err
		})
	}
	later(user("CO.ana"), "a1", after(time.Hour))
	later(user("CO.ana"), "a2", time.Time{})
	later(user("CO.eva"), "e1", after(2*time.Hour))
	b.wantNextSend(after(time.Hour))
	equal(t, "before its time", b.claim(after(time.Hour-time.Microsecond), 9), []string{})
	equal(t, "at its time", b.claim(after(time.Hour), 9), words("a1"))
	b.wantNextSend(after(2 * time.Hour))
	b.settle("a1", store.Result{State: store.Queued, Retry: after(3 * time.Hour), Reason: "130429"})
	if o := b.wantState("a1", store.Queued); !o.NotBefore.Equal(after(3*time.Hour)) || o.Reason != "130429" {
		t.Errorf("put off: %+v", o)
	}
	equal(t, "in the order of ids, not of times", b.claim(after(4*time.Hour), 9), words("a1 e1"))
	if o := b.row("a1"); o.Attempts != 2 || !o.Claimed.Equal(after(4*time.Hour)) {
		t.Errorf("claimed again: %+v", o)
	}
	b.settle("a1", store.Result{State: store.Sent, MessageID: "w"})
	b.wantNextSend(time.Time{})
	b.settle("e1", store.Result{State: store.Indeterminate, Retry: after(5 * time.Hour)})
	equal(t, "claims", b.claim(after(4*time.Hour), 9), words("a2"))
	b.wantNextSend(after(5 * time.Hour)) // when it is judged
}

// verdicts judges by token and notes whom it was asked about.
type verdicts struct {
	of    map[string]store.Verdict
	asked []string
}

func (v *verdicts) judge(_ store.Tx, o store.Outgoing) (store.Verdict, error) {
	v.asked = append(v.asked, o.Token)
	return v.of[o.Token], nil
}

func testVerdicts(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1", "a2", "a3")
	b.owe(user("CO.eva"), "e1", "e2")
	b.owe(user("CO.iris"), "i1")
	start1 := store.Verdict{Start: allowed()}
	v := &verdicts{of: map[string]store.Verdict{
		"a1": {Reason: "window-shut"}, "a2": {Reason: "stopped"}, "a3": start1,
		"e1": {Later: after(time.Hour), Reason: "quiet"}, "e2": start1,
		"i1": start1,
	}}
	rows, err := b.Claim(t.Context(), start, 9, v.judge)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "asked", v.asked, words("a1 a2 a3 e1 i1"))
	equal(t, "claimed", tokens(rows), words("a3 i1"))
	for _, o := range rows {
		if o.Permit != start1.Start {
			t.Errorf("%s was claimed by another word than the judge's: %+v", o.Token, o.Permit)
		}
	}
	equal(t, "reasons", []string{b.wantState("a1", store.Withdrawn).Reason, b.wantState("a2", store.Withdrawn).Reason},
		words("window-shut stopped"))
	if o := b.wantState("e1", store.Queued); !o.NotBefore.Equal(after(time.Hour)) || o.Attempts != 0 {
		t.Errorf("put off: %+v", o)
	}
	b.wantNextSend(after(time.Hour))
	b.reopen()
	v.asked, v.of["e1"] = nil, start1
	rows, err = b.Claim(t.Context(), after(time.Hour), 9, v.judge)
	equal(t, "claimed later", fmt.Sprint(tokens(rows), v.asked, err), "[e1] [e1] <nil>")
	// A time that has passed is no reason to ask twice.
	b.owe(user("CO.lola"), "l1")
	v.asked, v.of["l1"] = nil, store.Verdict{Later: after(time.Minute)}
	rows, err = b.Claim(t.Context(), after(time.Hour), 9, v.judge)
	equal(t, "put off to the past", fmt.Sprint(tokens(rows), v.asked, err), "[] [l1] <nil>")
}

// What a judge does is kept whatever it says, and a row that it takes back
// itself is not sent.
func testJudgeWrites(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1", "a2")
	b.owe(user("CO.eva"), "e1", "e2")
	rows, err := b.Claim(t.Context(), start, 9, func(tx store.Tx, o store.Outgoing) (store.Verdict, error) {
		if tx.Contact().ID != o.Contact || o.To.UserID != tx.Contact().UserID {
			return store.Verdict{}, errors.New("asked about one contact in a transaction of another")
		}
		if err := tx.Record(store.Record{At: start, Kind: "asked", Code: o.Token}); err != nil {
			return store.Verdict{}, err
		}
		switch o.Token {
		case "a1":
			_, err := tx.Withdraw("stopped")
			return store.Verdict{Start: allowed()}, err
		case "e1":
			return store.Verdict{Reason: "window-shut"}, tx.SaveConversation([]byte("unasked"))
		}
		return store.Verdict{Start: allowed()}, nil
	})
	equal(t, "claimed", fmt.Sprint(tokens(rows), err), "[e2] <nil>")
	for _, token := range words("a1 a2") {
		if o := b.wantState(token, store.Withdrawn); o.Reason != "stopped" || o.Attempts != 0 {
			t.Errorf("%+v", o)
		}
	}
	eva := b.lookup(user("CO.eva")).ID
	encoded, err := b.Load(t.Context(), eva)
	equal(t, "conversation", fmt.Sprint(string(encoded), err), "unasked<nil>")
	records, err := b.Records(t.Context(), eva)
	equal(t, "records", fmt.Sprint(len(records), err), "2 <nil>")
}

func testJudgeFails(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1", "a2")
	b.owe(user("CO.eva"), "e1")
	b.owe(user("CO.iris"), "i1")
	tries := map[string]int{}
	rows, err := b.Claim(t.Context(), start, 9, func(tx store.Tx, o store.Outgoing) (store.Verdict, error) {
		tries[o.Token]++
		if err := tx.Record(store.Record{Kind: o.Token}); err != nil {
			return store.Verdict{}, err
		}
		switch {
		case o.Token == "a1":
			return store.Verdict{Start: allowed()}, errStep
		case o.Token == "e1" && tries["e1"] == 1:
			panic("once")
		}
		return store.Verdict{Start: allowed()}, nil
	})
	equal(t, "claimed", fmt.Sprint(tokens(rows), err), "[a2 e1 i1] <nil>")
	equal(t, "tries", tries, map[string]int{"a1": 2, "a2": 1, "e1": 2, "i1": 1})
	equal(t, "reason", b.wantState("a1", store.Dead).Reason, store.Unjudged)
	records, err := b.Records(t.Context(), b.lookup(user("CO.ana")).ID)
	equal(t, "records", fmt.Sprint(len(records), err), "1 <nil>")
}

// A claim whose caller leaves either did not happen or is told to its caller:
// a row in sending that nobody knows of would block its contact.
func testClaimerLeaves(t *testing.T, open Open) {
	for range 10 {
		testClaimerLeavesOnce(t, open)
	}
}

func testClaimerLeavesOnce(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1")
	ctx, leave := context.WithCancel(t.Context())
	rows, err := b.Claim(ctx, start, 9, func(store.Tx, store.Outgoing) (store.Verdict, error) {
		leave()
		return store.Verdict{Start: allowed()}, nil
	})
	if (err == nil) != (len(rows) == 1) {
		t.Errorf("claimed %v, %v", tokens(rows), err)
	}
	b.update(user("CO.eva"), func(store.Tx) error { return nil }) // comes after it
	if err != nil {
		b.wantState("a1", store.Queued)
	}
}

func testTwoWorkers(t *testing.T, open Open) {
	b := fresh(t, open)
	const contacts, each = 15, 8
	for i := range contacts {
		var all []string
		for j := range each {
			all = append(all, fmt.Sprintf("%d.%d", i, j))
		}
		b.owe(user(fmt.Sprintf("CO.%d", i)), all...)
	}
	var mu sync.Mutex
	sending := map[store.ContactID]bool{}
	sent := map[store.ContactID][]int64{}
	total := 0
	work := func() {
		for {
			mu.Lock()
			done := total == contacts*each
			mu.Unlock()
			if done {
				return
			}
			rows, err := b.Claim(t.Context(), start, 3, yes)
			if err != nil {
				t.Errorf("claim: %v", err)
				return
			}
			var results []store.Result
			mu.Lock()
			for _, o := range rows {
				if sending[o.Contact] {
					t.Errorf("%s is sent two at once", o.Contact)
				}
				sending[o.Contact] = true
				sent[o.Contact] = append(sent[o.Contact], o.ID)
				total++
				results = append(results, store.Result{ID: o.ID, State: store.Sent, MessageID: fmt.Sprint("w", o.ID)})
			}
			for _, o := range rows {
				sending[o.Contact] = false // from here on it may be claimed
			}
			mu.Unlock()
			if err := b.Settle(t.Context(), results, nil); err != nil {
				t.Errorf("settle: %v", err)
				return
			}
		}
	}
	var all sync.WaitGroup
	all.Go(work)
	all.Go(work)
	all.Wait()
	for who, ids := range sent {
		if len(ids) != each || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != each {
			t.Errorf("%s was sent %v", who, ids)
		}
	}
	if rows, err := b.Outbox(t.Context(), store.Sent); len(rows) != contacts*each || err != nil {
		t.Errorf("%d rows are sent, %v", len(rows), err)
	}
}

func testSettle(t *testing.T, open Open) {
	b := fresh(t, open)
	for _, c := range []struct {
		token  string
		result store.Result
		want   store.Outgoing
	}{
		{"s", store.Result{State: store.Sent, MessageID: "w1"}, store.Outgoing{State: store.Sent, MessageID: "w1"}},
		{"f", store.Result{State: store.Failed, Reason: "131026"}, store.Outgoing{State: store.Failed, Reason: "131026"}},
		{"d", store.Result{State: store.Dead, Reason: "131008"}, store.Outgoing{State: store.Dead, Reason: "131008"}},
		{"q", store.Result{State: store.Queued, Retry: after(time.Hour), Reason: "130429"}, store.Outgoing{State: store.Queued, Reason: "130429", NotBefore: after(time.Hour)}},
		{"i", store.Result{State: store.Indeterminate, Retry: after(time.Hour), Reason: "timeout"}, store.Outgoing{State: store.Indeterminate, Reason: "timeout", NotBefore: after(time.Hour)}},
	} {
		b.owe(user("CO."+c.token), c.token)
		before := b.claimRows(start, 1)[0]
		b.settle(c.token, c.result)
		want := before
		want.Permit = engine.Permit{}
		want.State, want.Reason, want.MessageID, want.NotBefore = c.want.State, c.want.Reason, c.want.MessageID, c.want.NotBefore
		equal(t, "settled "+c.token, b.row(c.token), want)
		// A second word on a send that is over changes nothing.
		if c.token != "q" && c.token != "i" {
			b.settle(c.token, store.Result{State: store.Queued})
			equal(t, "settled twice "+c.token, b.row(c.token), want)
		}
	}
	b.reopen()
	b.wantState("s", store.Sent)
	if err := b.Settle(t.Context(), []store.Result{{ID: b.row("i").ID, State: "lost"}}, nil); err == nil {
		t.Error("a send ended as nothing we know")
	}
	// A row nobody has is an error, and the others count.
	b.owe(user("CO.x"), "x")
	b.claim(start, 1)
	err := b.Settle(t.Context(), []store.Result{{ID: 1 << 40, State: store.Sent}, {ID: b.row("x").ID, State: store.Sent, MessageID: "wx"}}, nil)
	if err == nil {
		t.Error("settled a row that isn't there")
	}
	b.wantState("x", store.Sent)
}

func testSettleSteps(t *testing.T, open Open) {
	b := fresh(t, open)
	var results []store.Result
	for state, token := range map[store.State]string{
		store.Sent: "s", store.Failed: "f", store.Dead: "d", store.Queued: "q", store.Indeterminate: "i",
	} {
		b.owe(user("CO."+token), token)
		results = append(results, store.Result{ID: b.row(token).ID, State: state, Reason: "why"})
	}
	for _, token := range words("bad worse") {
		b.owe(user("CO."+token), token)
		results = append(results, store.Result{ID: b.row(token).ID, State: store.Failed, Reason: "why"})
	}
	b.claim(start, 9)
	stepped := map[string]int{}
	err := b.Settle(t.Context(), results, func(tx store.Tx, o store.Outgoing) error {
		stepped[o.Token]++
		if o.Contact != tx.Contact().ID || o.To.ID != o.Contact || o.Reason != "why" || o.State != store.Failed && o.State != store.Dead {
			return fmt.Errorf("stepped %+v for %+v", o, tx.Contact())
		}
		if err := tx.SaveConversation([]byte(o.Token)); err != nil {
			return err
		}
		switch o.Token {
		case "bad":
			return errStep
		case "worse":
			panic("words")
		}
		return nil
	})
	if err != nil {
		t.Errorf("settle: %v", err)
	}
	equal(t, "stepped", stepped, map[string]int{"f": 1, "d": 1, "bad": 2, "worse": 2})
	for token, want := range map[string]string{"f": "f", "d": "d", "bad": "", "worse": ""} {
		c := b.lookup(user("CO." + token))
		encoded, err := b.Load(t.Context(), c.ID)
		equal(t, "conversation of "+token, fmt.Sprint(string(encoded), err), want+"<nil>")
	}
	// What became of the message stays on file when the step fails.
	b.wantState("bad", store.Failed)
	b.wantState("worse", store.Failed)
}

func testSettleLinks(t *testing.T, open Open) {
	b := fresh(t, open)
	eva := b.say("", user("CO.eva"), start, write)
	b.owe(phone("57301"), "a1", "a2")
	ana := b.lookup(phone("57301")).ID
	b.claim(start, 1)
	b.settle("a1", store.Result{State: store.Sent, MessageID: "w1", UserID: "CO.ana", Phone: "57301"})
	equal(t, "linked", b.lookup(user("CO.ana")).ID, ana)
	b.claim(start, 1)
	b.settle("a2", store.Result{State: store.Sent, MessageID: "w2", UserID: "CO.eva"})
	equal(t, "not taken", b.lookup(user("CO.eva")).ID, eva)
	equal(t, "still", b.row("a2").To.UserID, "CO.ana")
	// Somebody else has the number now: that is not who we know.
	b.owe(phone("57301"), "a3")
	b.claim(start, 1)
	b.settle("a3", store.Result{State: store.Sent, MessageID: "w3", UserID: "CO.else", Phone: "57309"})
	b.owe(user("CO.eva"), "e1")
	b.claim(start, 1)
	b.settle("e1", store.Result{State: store.Sent, MessageID: "w4", Phone: "57302"})
	equal(t, "a phone learned", b.lookup(phone("57302")).ID, eva)
	for _, a := range []store.Address{user("CO.else"), phone("57309")} {
		if c, err := b.Lookup(t.Context(), a); !errors.Is(err, store.ErrNoContact) {
			t.Errorf("%+v is %s's, %v", a, c.ID, err)
		}
	}
	equal(t, "unchanged", both(b.row("a3").To.UserID, b.row("a3").To.Phone), both("CO.ana", "57301"))
}

func testWithdraw(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1")
	b.claim(start, 1)
	b.settle("a1", store.Result{State: store.Sent, MessageID: "w1"})
	b.owe(user("CO.ana"), "a2", "a3")
	b.claim(start, 1)
	b.settle("a2", store.Result{State: store.Indeterminate, Retry: after(time.Second)})
	b.owe(user("CO.eva"), "e1")
	n := 0
	b.say("stop", user("CO.ana"), start, func(tx store.Tx, _ store.Inbound) (err error) {
		if n, err = tx.Withdraw("stopped"); err != nil {
			return err
		}
		_, err = tx.Enqueue(store.Outgoing{Token: "bye", Created: start})
		return err
	})
	equal(t, "touched", n, 2)
	b.wantState("a1", store.Sent)
	b.wantState("e1", store.Queued)
	for _, token := range words("a2 a3") {
		equal(t, "reason", b.wantState(token, store.Withdrawn).Reason, "stopped")
	}
	equal(t, "claimed after a stop", b.claim(after(time.Hour), 9), words("e1 bye"))
}

// One that is being sent can't be taken back, but is never sent again, and
// what comes after it waits.
func testRecall(t *testing.T, open Open) {
	for _, c := range []struct {
		result store.Result
		then   store.State
		reason string
		ends   store.State // after Resolve
	}{
		{store.Result{State: store.Sent, MessageID: "w"}, store.Sent, "", store.Sent},
		{store.Result{State: store.Queued}, store.Withdrawn, "stopped", store.Withdrawn},
		{store.Result{State: store.Failed, Reason: "1"}, store.Failed, "1", store.Failed},
		{store.Result{State: store.Dead, Reason: "2"}, store.Dead, "2", store.Dead},
		{store.Result{State: store.Indeterminate, Retry: after(time.Second)}, store.Indeterminate, "stopped", store.Dead},
	} {
		t.Run(string(c.result.State), func(t *testing.T) {
			b := fresh(t, open)
			b.owe(user("CO.ana"), "a1", "a2")
			b.claim(start, 1)
			n := 0
			b.update(user("CO.ana"), func(tx store.Tx) (err error) {
				if n, err = tx.Withdraw("stopped"); err != nil {
					return err
				}
				if again, err := tx.Withdraw("again"); again != 0 || err != nil {
					return fmt.Errorf("withdrew %d twice, %v", again, err)
				}
				_, err = tx.Enqueue(store.Outgoing{Token: "bye", Created: start})
				return err
			})
			equal(t, "touched", n, 2)
			if o := b.wantState("a1", store.Sending); !o.Recalled {
				t.Error("it does not say that it was recalled")
			}
			equal(t, "claimed meanwhile", b.claim(start, 9), []string{})
			b.settle("a1", c.result)
			if o := b.wantState("a1", c.then); o.Reason != c.reason || !o.Recalled {
				t.Errorf("settled: %+v", o)
			}
			if _, err := b.Resolve(t.Context(), after(time.Minute), func(store.Tx, store.Outgoing) (store.Verdict, error) {
				t.Error("asked whether to send what was recalled")
				return store.Verdict{Start: allowed()}, nil
			}); err != nil {
				t.Fatal(err)
			}
			if o := b.wantState("a1", c.ends); c.ends != c.then && o.Reason != "recalled" {
				t.Errorf("resolved: %+v", o)
			}
			equal(t, "claimed after", b.claim(after(time.Minute), 9), words("bye"))
		})
	}
}

func testOrphans(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1", "a2")
	b.owe(user("CO.eva"), "e1")
	b.claim(start, 1)
	b.reopen()
	n, err := b.Orphans(t.Context(), after(20*time.Second))
	equal(t, "orphans", fmt.Sprint(n, err), "1 <nil>")
	if o := b.wantState("a1", store.Indeterminate); !o.NotBefore.Equal(after(20 * time.Second)) {
		t.Errorf("judged at %v", o.NotBefore)
	}
	b.wantState("e1", store.Queued)
	equal(t, "claims", b.claim(start, 9), words("e1"))
	b.wantNextSend(after(20 * time.Second))
}

func testResolve(t *testing.T, open Open) {
	b := fresh(t, open)
	for i, token := range words("again no later early gone") {
		b.owe(user("CO."+token), token, token+"2")
		b.claim(start, 1)
		retry := after(time.Duration(i) * time.Second)
		if token == "early" {
			retry = after(time.Hour)
		}
		b.settle(token, store.Result{State: store.Indeterminate, Retry: retry})
	}
	v := &verdicts{of: map[string]store.Verdict{
		"again": {Start: allowed()}, "no": {Reason: "proactive"}, "later": {Later: after(time.Hour), Reason: "quiet"},
		"gone": {},
	}}
	n, err := b.Resolve(t.Context(), after(time.Minute), v.judge)
	equal(t, "resolved", fmt.Sprint(n, v.asked, err), "4 [again no later gone] <nil>")
	if o := b.wantState("again", store.Queued); !o.Resent || o.Attempts != 1 {
		t.Errorf("to be sent again: %+v", o)
	}
	equal(t, "reasons", []string{b.wantState("no", store.Dead).Reason, b.wantState("later", store.Dead).Reason, b.wantState("gone", store.Dead).Reason},
		words("proactive quiet indeterminate"))
	b.wantState("early", store.Indeterminate)
	equal(t, "claims: again before its second", b.claim(after(time.Minute), 9), words("again no2 later2 gone2"))
	if o := b.row("again"); !o.Resent || o.Attempts != 2 {
		t.Errorf("sent again: %+v", o)
	}
	// Once more, and no more.
	b.settle("again", store.Result{State: store.Indeterminate, Retry: after(2 * time.Minute)})
	v.asked = nil
	n, err = b.Resolve(t.Context(), after(2*time.Minute), v.judge)
	equal(t, "resolved again", fmt.Sprint(n, v.asked, err), "1 [] <nil>")
	equal(t, "reason", b.wantState("again", store.Dead).Reason, "indeterminate")
	equal(t, "claims", b.claim(after(2*time.Minute), 9), words("again2"))
}

func testResolveJudgeFails(t *testing.T, open Open) {
	b := fresh(t, open)
	for _, token := range words("a b") {
		b.owe(user("CO."+token), token)
	}
	b.claim(start, 9)
	if _, err := b.Orphans(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	n, err := b.Resolve(t.Context(), start, func(_ store.Tx, o store.Outgoing) (store.Verdict, error) {
		if o.Token == "a" {
			panic("words")
		}
		return store.Verdict{Start: allowed()}, nil
	})
	equal(t, "resolved", fmt.Sprint(n, err), "2 <nil>")
	equal(t, "reason", b.wantState("a", store.Dead).Reason, store.Unjudged)
	b.wantState("b", store.Queued)
}
