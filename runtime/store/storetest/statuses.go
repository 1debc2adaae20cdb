package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cauce/runtime/store"
)

// sent puts a message on its way: claimed and accepted.
func (b *books) sent(token, id string) {
	b.t.Helper()
	b.owe(user("CO."+token), token)
	b.claim(start, 1)
	b.settle(token, store.Result{State: store.Sent, MessageID: id})
}

func testStatusesForwardOnly(t *testing.T, open Open) {
	b := fresh(t, open)
	for i, c := range []struct{ come, want string }{
		{"sent", "sent"},
		{"delivered", "delivered"},
		{"read", "read"},
		{"failed", "failed"},
		{"delivered sent", "delivered"},
		{"read delivered sent", "read"},
		{"sent delivered read", "read"},
		{"delivered failed", "delivered"},
		{"read failed", "read"},
		{"failed sent", "failed"},
		{"failed delivered read", "failed"},
		{"sent failed", "failed"},
		{"read read", "read"},
		{"deleted", "sent"},
		{"queued", "sent"},
	} {
		token := fmt.Sprintf("t%d", i)
		b.sent(token, "w"+token)
		for _, state := range words(c.come) {
			b.report(store.Status{MessageID: "w" + token, State: store.State(state), Reason: "131026", At: start, Received: start})
		}
		o := b.row(token)
		equal(t, c.come, string(o.State), c.want)
		if reason := o.Reason; (reason == "131026") != (c.want == "failed") {
			t.Errorf("%s: the reason is %q", c.come, reason)
		}
	}
}

func testStatusFinds(t *testing.T, open Open) {
	b := fresh(t, open)
	b.sent("a", "wa")
	b.sent("b", "wb")
	b.report(store.Status{MessageID: "wa", Token: "b", State: store.Delivered})
	b.wantState("a", store.Delivered) // WhatsApp's id before ours
	b.wantState("b", store.Sent)
	b.report(store.Status{MessageID: "elsewhere", Token: "b", State: store.Read})
	equal(t, "id", b.wantState("b", store.Read).MessageID, "wb")
	b.report(store.Status{MessageID: "nobody's", State: store.Read})
	b.report(store.Status{Token: "nobody's", State: store.Read})
	b.report(store.Status{State: store.Read})
	b.wantState("a", store.Delivered)

	// First sight, as of messages.
	b.report(store.Status{Key: "k", MessageID: "nobody's", State: store.Read})
	b.report(store.Status{Key: "k", MessageID: "wa", State: store.Read})
	b.wantState("a", store.Delivered)
	if got, err := b.Ingest(t.Context(), []store.Inbound{message("k", user("CO.x"), start)}, write); err != nil || !got[0].Repeat {
		t.Errorf("the key of a status: %+v, %v", got, err)
	}
}

// A status may be quicker than the answer to the request.
func testStatusBeforeSettle(t *testing.T, open Open) {
	for _, c := range []struct {
		status store.State
		settle store.Result
		want   store.State
		id     string
	}{
		{store.Sent, store.Result{State: store.Sent, MessageID: "w"}, store.Sent, "w"},
		{store.Delivered, store.Result{State: store.Sent, MessageID: "w"}, store.Delivered, "w"},
		{store.Failed, store.Result{State: store.Sent, MessageID: "w"}, store.Failed, "w"},
		{store.Delivered, store.Result{State: store.Indeterminate, Retry: start}, store.Delivered, ""},
		{store.Read, store.Result{State: store.Queued}, store.Read, ""},
		{store.Sent, store.Result{State: store.Dead, Reason: "x"}, store.Sent, ""},
	} {
		t.Run(string(c.status+"-"+c.settle.State), func(t *testing.T) {
			b := fresh(t, open)
			b.owe(user("CO.ana"), "a", "b")
			b.claim(start, 1)
			b.report(store.Status{Token: "a", State: c.status, Reason: "131026"})
			equal(t, "the next one's turn", b.claim(start, 9), words("b"))
			b.settle("a", c.settle)
			equal(t, "id", b.wantState("a", c.want).MessageID, c.id)
			equal(t, "claims", b.claim(after(time.Hour), 9), []string{})
		})
	}
}

// A status without our token may come before we know WhatsApp's id.
func testStatusBeforeID(t *testing.T, open Open) {
	for come, want := range map[string]store.State{
		"sent": store.Sent, "delivered": store.Delivered, "read delivered": store.Read, "failed": store.Failed,
		"delivered failed": store.Delivered,
	} {
		t.Run(come, func(t *testing.T) {
			b := fresh(t, open)
			b.owe(user("CO.ana"), "a", "b")
			b.claim(start, 1)
			for _, state := range words(come) {
				b.report(store.Status{MessageID: "w", State: store.State(state), Reason: "131026", Received: start})
			}
			b.wantState("a", store.Sending)
			b.reopen()
			stepped := 0
			err := b.Settle(t.Context(), []store.Result{{ID: b.row("a").ID, State: store.Sent, MessageID: "w"}}, func(_ store.Tx, o store.Outgoing) error {
				if stepped++; o.State != store.Failed || o.Reason != "131026" {
					return errors.New("stepped one that did not fail")
				}
				return nil
			})
			if failed := want == store.Failed; err != nil || (stepped == 1) != failed {
				t.Errorf("stepped %d times, %v", stepped, err)
			}
			b.wantState("a", want)
			equal(t, "claims", b.claim(start, 9), words("b"))
		})
	}
}

// WhatsApp's id may come with a status that has our token, rather than with the
// answer: what was said under the id before counts then.
func testStatusNamesRow(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a")
	b.claim(start, 1)
	b.report(store.Status{MessageID: "w", State: store.Read, Received: start})
	b.report(store.Status{MessageID: "w", Token: "a", State: store.Sent, Received: start})
	equal(t, "id", b.wantState("a", store.Read).MessageID, "w")
	b.settle("a", store.Result{State: store.Sent, MessageID: "w"})
	b.wantState("a", store.Read)
}

// The first of two sends proves to have arrived after all.
func testStatusAfterResend(t *testing.T, open Open) {
	b := fresh(t, open)
	doubt := func(token string) {
		t.Helper()
		b.owe(user("CO."+token), token)
		b.claim(start, 1)
		if _, err := b.Orphans(t.Context(), start); err != nil {
			t.Fatal(err)
		}
	}
	doubt("waiting")
	b.report(store.Status{Token: "waiting", MessageID: "w1", State: store.Sent})
	equal(t, "id", b.wantState("waiting", store.Sent).MessageID, "w1")

	doubt("queued")
	if _, err := b.Resolve(t.Context(), start, yes); err != nil {
		t.Fatal(err)
	}
	b.wantState("queued", store.Queued)
	b.report(store.Status{Token: "queued", State: store.Delivered})
	b.wantState("queued", store.Delivered)
	equal(t, "claims", b.claim(start, 9), []string{})

	doubt("dead")
	no := func(store.Tx, store.Outgoing) (store.Verdict, error) { return store.Verdict{Reason: "proactive"}, nil }
	if _, err := b.Resolve(t.Context(), start, no); err != nil {
		t.Fatal(err)
	}
	b.report(store.Status{Token: "dead", State: store.Failed, Reason: "x"})
	equal(t, "reason", b.wantState("dead", store.Dead).Reason, "proactive")
	b.report(store.Status{Token: "dead", State: store.Delivered})
	b.wantState("dead", store.Delivered)

	doubt("withdrawn")
	b.update(user("CO.withdrawn"), func(tx store.Tx) error { _, err := tx.Withdraw("stopped"); return err })
	b.report(store.Status{Token: "withdrawn", State: store.Read})
	b.wantState("withdrawn", store.Read)
}

// What was never claimed can't have arrived.
func testStatusOfTheUntouched(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "a1", "a2")
	b.report(store.Status{Token: "a1", MessageID: "w", State: store.Delivered})
	b.settle("a1", store.Result{State: store.Sent, MessageID: "w"})
	equal(t, "id", b.wantState("a1", store.Queued).MessageID, "")
	b.update(user("CO.ana"), func(tx store.Tx) error { _, err := tx.Withdraw("stopped"); return err })
	b.report(store.Status{Token: "a2", State: store.Read})
	b.wantState("a2", store.Withdrawn)
}

func testStatusSteps(t *testing.T, open Open) {
	b := fresh(t, open)
	for _, token := range words("a b c d") {
		b.sent(token, "w"+token)
	}
	var batch []store.Status
	for _, s := range []struct{ id, state string }{
		{"wa", "delivered"}, {"wb", "failed"}, {"wb", "failed"}, {"wc", "failed"}, {"wd", "failed"}, {"wa", "read"},
	} {
		batch = append(batch, store.Status{MessageID: s.id, State: store.State(s.state), Reason: "131047", Received: start})
	}
	stepped := map[string]int{}
	err := b.Report(t.Context(), batch, func(tx store.Tx, o store.Outgoing) error {
		stepped[o.Token]++
		if o.State != store.Failed || o.Reason != "131047" || o.MessageID == "" || tx.Contact().ID != o.Contact {
			return fmt.Errorf("stepped %+v", o)
		}
		if err := tx.SaveConversation([]byte(o.Token)); err != nil {
			return err
		}
		switch o.Token {
		case "c":
			return errStep
		case "d":
			panic("words")
		}
		return nil
	})
	if err != nil {
		t.Errorf("report: %v", err)
	}
	equal(t, "stepped", stepped, map[string]int{"b": 1, "c": 2, "d": 2})
	b.wantState("a", store.Read)
	for token, want := range map[string]string{"b": "b", "c": "", "d": ""} {
		b.wantState(token, store.Failed)
		encoded, err := b.Load(t.Context(), b.lookup(user("CO."+token)).ID)
		equal(t, "conversation of "+token, fmt.Sprint(string(encoded), err), want+"<nil>")
	}
}
