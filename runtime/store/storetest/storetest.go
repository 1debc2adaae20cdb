// Package storetest holds the tests that every store passes. A store's own
// package runs them:
//
//	func TestContract(t *testing.T) { storetest.Run(t, open) }
//
// They know the contract of package store and nothing of any database. What
// only one database can do or suffer (its files, its locks, its death) is for
// that package's own tests.
package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/runtime/store"
)

// Open opens the books that belong to dir, an existing folder: the same books
// for the same folder, empty ones the first time. The tests close what it
// returns. merge is what the store joins conversations with.
type Open func(t *testing.T, dir string, merge store.Merge) store.Store

// Run runs every test of the contract.
func Run(t *testing.T, open Open) {
	for _, part := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"Durable", testDurable},
		{"FirstSight", testFirstSight},
		{"EmptyKey", testEmptyKey},
		{"Order", testOrder},
		{"SetAside", testSetAside},
		{"SecondTry", testSecondTry},
		{"Isolation", testIsolation},
		{"SameToken", testSameToken},
		{"Nobody", testNobody},
		{"Update", testUpdate},
		{"UpdatePanics", testUpdatePanics},
		{"TxIsOver", testTxIsOver},
		{"CallerLeaves", testCallerLeaves},
		{"CallerLeftBefore", testCallerLeftBefore},
		{"Closed", testClosed},
		{"Ping", testPing},
		{"Names", testNames},
		{"WhoIsIt", testWhoIsIt},
		{"Merge", testMerge},
		{"MergeChain", testMergeChain},
		{"MergeFails", testMergeFails},
		{"MergeWhileSending", testMergeWhileSending},
		{"Link", testLink},
		{"Enqueue", testEnqueue},
		{"OneOfAContact", testOneOfAContact},
		{"NotBefore", testNotBefore},
		{"Verdicts", testVerdicts},
		{"JudgeWrites", testJudgeWrites},
		{"JudgeFails", testJudgeFails},
		{"ClaimerLeaves", testClaimerLeaves},
		{"TwoWorkers", testTwoWorkers},
		{"Settle", testSettle},
		{"SettleSteps", testSettleSteps},
		{"SettleLinks", testSettleLinks},
		{"Withdraw", testWithdraw},
		{"Recall", testRecall},
		{"Orphans", testOrphans},
		{"Resolve", testResolve},
		{"ResolveJudgeFails", testResolveJudgeFails},
		{"StatusesForwardOnly", testStatusesForwardOnly},
		{"StatusFinds", testStatusFinds},
		{"StatusBeforeSettle", testStatusBeforeSettle},
		{"StatusBeforeID", testStatusBeforeID},
		{"StatusNamesRow", testStatusNamesRow},
		{"StatusAfterResend", testStatusAfterResend},
		{"StatusOfTheUntouched", testStatusOfTheUntouched},
		{"StatusSteps", testStatusSteps},
		{"Timers", testTimers},
		{"Consents", testConsents},
		{"ConsentsOfTwo", testConsentsOfTwo},
		{"Tallies", testTallies},
		{"Handovers", testHandovers},
		{"HandoverPages", testHandoverPages},
		{"HandoversOfTwo", testHandoversOfTwo},
		{"Lately", testLately},
		{"Sweep", testSweep},
		{"Times", testTimes},
		{"Model", testModel},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open) })
	}
}

// start is when every test begins.
var start = time.Date(2026, 3, 29, 8, 0, 0, 0, time.UTC)

// after is a time of the test's own clock.
func after(d time.Duration) time.Time { return start.Add(d) }

var errStep = errors.New("the step failed")

// diary is the conversation of these tests: the keys of what was handled, in
// order, and when the last of them came.
type diary struct {
	Last time.Time
	Keys []string
}

func readDiary(encoded []byte) (diary, error) {
	var d diary
	if encoded == nil {
		return d, nil
	}
	return d, json.Unmarshal(encoded, &d)
}

func (d diary) encode() []byte {
	encoded, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return encoded
}

// join is the Merge of these tests: the older's keys, then the newer's.
func join(older, newer []byte) ([]byte, store.Heard, error) {
	a, err := readDiary(older)
	if err != nil {
		return nil, 0, err
	}
	b, err := readDiary(newer)
	if err != nil {
		return nil, 0, err
	}
	heard := store.Older
	if b.Last.After(a.Last) {
		heard, a.Last = store.Newer, b.Last
	}
	a.Keys = append(a.Keys, b.Keys...)
	return a.encode(), heard, nil
}

// write is the step of these tests: it notes the key in the diary and in the
// transcript.
func write(tx store.Tx, in store.Inbound) error {
	encoded, err := tx.Conversation()
	if err != nil {
		return err
	}
	d, err := readDiary(encoded)
	if err != nil {
		return err
	}
	d.Keys = append(d.Keys, in.Key)
	d.Last = in.Received
	if err := tx.SaveConversation(d.encode()); err != nil {
		return err
	}
	return tx.Append(store.Entry{At: in.Received, Incoming: true, Kind: "text", Text: "said " + in.Key, MessageID: in.Key})
}

// books is a store with what tests do to it all the time.
type books struct {
	store.Store
	t    *testing.T
	open Open
	dir  string
}

func fresh(t *testing.T, open Open) *books {
	t.Helper()
	b := &books{t: t, open: open, dir: t.TempDir()}
	b.Store = open(t, b.dir, join)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

// reopen closes the books and opens them again.
func (b *books) reopen() {
	b.t.Helper()
	if err := b.Close(); err != nil {
		b.t.Fatalf("close: %v", err)
	}
	b.Store = b.open(b.t, b.dir, join)
}

func user(id string) store.Address  { return store.Address{UserID: id} }
func phone(id string) store.Address { return store.Address{Phone: id} }
func both(userID, phone string) store.Address {
	return store.Address{UserID: userID, Phone: phone}
}

func message(key string, from store.Address, at time.Time) store.Inbound {
	return store.Inbound{Key: key, From: from, Received: at, Event: engine.Message{Now: at}}
}

// say ingests one message, which must be handled, and returns whose it was.
func (b *books) say(key string, from store.Address, at time.Time, step store.Step) store.ContactID {
	b.t.Helper()
	got, err := b.Ingest(b.t.Context(), []store.Inbound{message(key, from, at)}, step)
	if err != nil {
		b.t.Fatalf("ingest %s: %v", key, err)
	}
	if got[0].Aside != nil || got[0].Repeat {
		b.t.Fatalf("ingest %s: %+v", key, got[0])
	}
	return got[0].Contact
}

// update runs fn for somebody, and must succeed.
func (b *books) update(who store.Address, fn func(store.Tx) error) {
	b.t.Helper()
	if err := b.Update(b.t.Context(), who, fn); err != nil {
		b.t.Fatalf("update: %v", err)
	}
}

// owe puts messages with these tokens into somebody's outbox.
func (b *books) owe(who store.Address, tokens ...string) {
	b.t.Helper()
	b.update(who, func(tx store.Tx) error {
		for _, token := range tokens {
			if _, err := tx.Enqueue(store.Outgoing{Message: []byte("to " + token), Token: token, Created: start}); err != nil {
				return err
			}
		}
		return nil
	})
}

func yes(store.Tx, store.Outgoing) (store.Verdict, error) {
	return store.Verdict{Start: allowed()}, nil
}

// claim claims what it can at a time and returns the tokens.
func (b *books) claim(now time.Time, limit int) []string {
	b.t.Helper()
	return tokens(b.claimRows(now, limit))
}

func (b *books) claimRows(now time.Time, limit int) []store.Outgoing {
	b.t.Helper()
	rows, err := b.Claim(b.t.Context(), now, limit, yes)
	if err != nil {
		b.t.Fatalf("claim: %v", err)
	}
	return rows
}

func tokens(rows []store.Outgoing) []string {
	all := []string{}
	for _, o := range rows {
		all = append(all, o.Token)
	}
	return all
}

// row is the row of the outbox that has a token.
func (b *books) row(token string) store.Outgoing {
	b.t.Helper()
	rows, err := b.Outbox(b.t.Context())
	if err != nil {
		b.t.Fatalf("outbox: %v", err)
	}
	i := slices.IndexFunc(rows, func(o store.Outgoing) bool { return o.Token == token })
	if i < 0 {
		b.t.Fatalf("the outbox has no row %s: %v", token, tokens(rows))
	}
	return rows[i]
}

// settle ends the send of the row that has a token.
func (b *books) settle(token string, r store.Result) {
	b.t.Helper()
	r.ID = b.row(token).ID
	if err := b.Settle(b.t.Context(), []store.Result{r}, nil); err != nil {
		b.t.Fatalf("settle %s: %v", token, err)
	}
}

func (b *books) report(r store.Status) {
	b.t.Helper()
	if err := b.Report(b.t.Context(), []store.Status{r}, nil); err != nil {
		b.t.Fatalf("report: %v", err)
	}
}

// keys is the diary of somebody.
func (b *books) keys(who store.ContactID) []string {
	b.t.Helper()
	encoded, err := b.Load(b.t.Context(), who)
	if err != nil {
		b.t.Fatalf("load: %v", err)
	}
	d, err := readDiary(encoded)
	if err != nil {
		b.t.Fatalf("load: %v", err)
	}
	return d.Keys
}

// said is the text of somebody's transcript.
func (b *books) said(who store.ContactID) []string {
	b.t.Helper()
	entries, err := b.Transcript(b.t.Context(), who)
	if err != nil {
		b.t.Fatalf("transcript: %v", err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Text)
	}
	return all
}

func (b *books) lookup(who store.Address) store.Contact {
	b.t.Helper()
	c, err := b.Lookup(b.t.Context(), who)
	if err != nil {
		b.t.Fatalf("look up %+v: %v", who, err)
	}
	return c
}

// wantState fails unless the row of a token stands in a state.
func (b *books) wantState(token string, want store.State) store.Outgoing {
	b.t.Helper()
	o := b.row(token)
	if o.State != want {
		b.t.Errorf("%s is %s, want %s", token, o.State, want)
	}
	return o
}

// equal fails unless two things print alike.
func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

func words(s string) []string { return strings.Fields(s) }
