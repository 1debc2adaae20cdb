package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"cauce/runtime/store"
)

func testDurable(t *testing.T, open Open) {
	b := fresh(t, open)
	entry := store.Entry{
		At: after(time.Second), Sent: start, Incoming: true, Kind: "text", Text: "hola ✨\x00", MessageID: "wamid.1",
		Cause: "answer", Flow: "luna", Node: "semana",
	}
	record := store.Record{At: start, Kind: "stop", Code: "stopped", Flow: "luna", Node: "semana", Detail: "basta"}
	timer := store.Timer{Flow: "luna", Visit: 1<<63 + 5, Purpose: "wait", Due: after(time.Hour)}
	who := b.say("m1", both("CO.ana", "57301"), start, func(tx store.Tx, in store.Inbound) error {
		if !tx.Contact().New {
			return errors.New("a contact nobody has seen is not new")
		}
		if c, err := tx.Conversation(); c != nil || err != nil {
			return fmt.Errorf("a new contact has a conversation %q, %v", c, err)
		}
		if err := tx.SaveConversation([]byte("first")); err != nil {
			return err
		}
		if c, err := tx.Conversation(); string(c) != "first" || err != nil {
			return fmt.Errorf("what was saved reads %q, %v", c, err)
		}
		if _, err := tx.Enqueue(store.Outgoing{Message: []byte{0, 1, 2}, Token: "t1", Created: start, NotBefore: after(time.Minute)}); err != nil {
			return err
		}
		return errors.Join(tx.SaveConversation([]byte("second")), tx.Append(entry), tx.Record(record), tx.StartTimer(timer))
	})
	before := b.row("t1")
	b.reopen()

	c := b.lookup(user("CO.ana"))
	equal(t, "contact", c, store.Contact{ID: who, UserID: "CO.ana", Phone: "57301", Created: start})
	encoded, err := b.Load(t.Context(), who)
	equal(t, "conversation", fmt.Sprint(string(encoded), err), "second<nil>")
	entries, err := b.Transcript(t.Context(), who)
	equal(t, "transcript", fmt.Sprintf("%+v %v", entries, err), fmt.Sprintf("%+v <nil>", []store.Entry{entry}))
	records, err := b.Records(t.Context(), who)
	equal(t, "records", fmt.Sprint(records, err), fmt.Sprint([]store.Record{record}, error(nil)))
	timer.Contact = who
	due, err := b.Due(t.Context(), after(time.Hour), 10)
	equal(t, "timers", fmt.Sprint(due, err), fmt.Sprint([]store.Timer{timer}, error(nil)))
	equal(t, "outbox", b.row("t1"), before)
	equal(t, "outbox", before, store.Outgoing{
		ID: before.ID, Contact: who, To: c, Message: []byte{0, 1, 2}, Token: "t1", State: store.Queued,
		NotBefore: after(time.Minute), Created: start,
	})
}

func testFirstSight(t *testing.T, open Open) {
	b := fresh(t, open)
	ana := user("CO.ana")
	got, err := b.Ingest(t.Context(), []store.Inbound{
		message("m1", ana, start), message("m2", ana, start), message("m1", ana, start),
	}, write)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "repeats", []bool{got[0].Repeat, got[1].Repeat, got[2].Repeat}, []bool{false, false, true})
	who := got[0].Contact
	again := func(key string) {
		t.Helper()
		got, err := b.Ingest(t.Context(), []store.Inbound{message(key, user("CO.other"), after(time.Hour))}, write)
		if err != nil || !got[0].Repeat || got[0].Aside != nil {
			t.Errorf("%s again: %+v, %v", key, got, err)
		}
	}
	again("m2")
	b.reopen()
	again("m1")
	equal(t, "diary", b.keys(who), words("m1 m2"))
	if _, err := b.Lookup(t.Context(), user("CO.other")); !errors.Is(err, store.ErrNoContact) {
		t.Errorf("a repeat put somebody on file: %v", err)
	}
}

func testEmptyKey(t *testing.T, open Open) {
	b := fresh(t, open)
	who := b.say("", user("CO.ana"), start, write)
	b.say("", user("CO.ana"), start, write)
	equal(t, "handled", len(b.keys(who)), 2)
}

func testOrder(t *testing.T, open Open) {
	b := fresh(t, open)
	var batch []store.Inbound
	want := map[string][]string{}
	for i := range 500 {
		who, key := fmt.Sprintf("CO.%d", i*i%7), fmt.Sprintf("m%d", i)
		batch = append(batch, message(key, user(who), start))
		want[who] = append(want[who], key)
	}
	got, err := b.Ingest(t.Context(), batch, write)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(batch) {
		t.Fatalf("%d outcomes of %d", len(got), len(batch))
	}
	for i, in := range batch {
		if c := b.lookup(in.From); got[i].Contact != c.ID {
			t.Fatalf("outcome %d is of %s, want %s", i, got[i].Contact, c.ID)
		}
	}
	for who, keys := range want {
		c := b.lookup(user(who))
		equal(t, "diary of "+who, b.keys(c.ID), keys)
		if n := len(b.said(c.ID)); n != len(keys) {
			t.Errorf("transcript of %s has %d entries, want %d", who, n, len(keys))
		}
	}
}

// everything does some of each thing a transaction can.
func everything(tx store.Tx, in store.Inbound) error {
	_, err := tx.Enqueue(store.Outgoing{Token: "of " + in.Key, Created: start})
	return errors.Join(err,
		write(tx, in),
		tx.StartTimer(store.Timer{Flow: "f", Visit: 1, Purpose: "wait", Due: start}),
		tx.Record(store.Record{At: start, Kind: "flag"}),
		tx.Link(store.Address{Phone: "57" + in.Key}),
	)
}

// trace fails if anything of a message that was undone is left.
func (b *books) noTrace(key string, of store.Address) {
	b.t.Helper()
	if _, err := b.Lookup(b.t.Context(), of); !errors.Is(err, store.ErrNoContact) {
		b.t.Errorf("%s was undone, but left a contact: %v", key, err)
	}
	if _, err := b.Lookup(b.t.Context(), phone("57"+key)); !errors.Is(err, store.ErrNoContact) {
		b.t.Errorf("%s was undone, but left a link: %v", key, err)
	}
	rows, err := b.Outbox(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, o := range rows {
		if o.Token == "of "+key {
			b.t.Errorf("%s was undone, but left a message", key)
		}
	}
}

func testSetAside(t *testing.T, open Open) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errStep },
		"panic": func() error { panic("a person's own words") },
		"nil":   func() error { var none *error; return *none },
	} {
		t.Run(name, func(t *testing.T) {
			b := fresh(t, open)
			tries, shapes := 0, 0
			poison := message("bad", user("CO.bad"), start)
			poison.Shape = func() []byte { shapes++; return []byte(`{"text":"…"}`) }
			got, err := b.Ingest(t.Context(), []store.Inbound{
				message("m1", user("CO.ana"), start), poison, message("m2", user("CO.ana"), start),
			}, func(tx store.Tx, in store.Inbound) error {
				if err := everything(tx, in); err != nil || in.Key != "bad" {
					return err
				}
				tries++
				return fail()
			})
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Aside != nil || got[1].Aside == nil || got[1].Repeat || got[2].Aside != nil {
				t.Errorf("outcomes: %+v", got)
			}
			if name == "error" && !errors.Is(got[1].Aside, errStep) {
				t.Errorf("set aside for %v, want the step's own error", got[1].Aside)
			}
			equal(t, "tries, shapes", []int{tries, shapes}, []int{2, 1})
			b.noTrace("bad", poison.From)
			equal(t, "diary", b.keys(got[0].Contact), words("m1 m2"))
			b.reopen()
			got, err = b.Ingest(t.Context(), []store.Inbound{poison}, write)
			if err != nil || !got[0].Repeat {
				t.Errorf("set aside and sent again: %+v, %v", got, err)
			}
		})
	}
}

func testSecondTry(t *testing.T, open Open) {
	b := fresh(t, open)
	tries := 0
	who := b.say("m1", user("CO.ana"), start, func(tx store.Tx, in store.Inbound) error {
		if err := everything(tx, in); err != nil {
			return err
		}
		if tries++; tries == 1 {
			panic("once")
		}
		return nil
	})
	equal(t, "tries", tries, 2)
	equal(t, "diary", b.keys(who), words("m1"))
	equal(t, "transcript", b.said(who), []string{"said m1"})
}

func testIsolation(t *testing.T, open Open) {
	b := fresh(t, open)
	const callers, each = 12, 20
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			from := user(fmt.Sprintf("CO.%d", i))
			for j := range each {
				key := fmt.Sprintf("m%d.%d", i, j)
				got, err := b.Ingest(t.Context(), []store.Inbound{message(key, from, start)}, func(tx store.Tx, in store.Inbound) error {
					if err := write(tx, in); err != nil {
						return err
					}
					switch (i + j) % 5 {
					case 0:
						return errStep
					case 1:
						panic(in.Key)
					}
					return nil
				})
				if err != nil {
					t.Errorf("%s: %v", key, err)
				} else if bad := (i+j)%5 < 2; bad != (got[0].Aside != nil) {
					t.Errorf("%s: %+v", key, got[0])
				}
			}
		})
	}
	all.Wait()
	for i := range callers {
		var want []string
		for j := range each {
			if (i+j)%5 > 1 {
				want = append(want, fmt.Sprintf("m%d.%d", i, j))
			}
		}
		equal(t, "diary", b.keys(b.lookup(user(fmt.Sprintf("CO.%d", i))).ID), want)
	}
}

func testSameToken(t *testing.T, open Open) {
	b := fresh(t, open)
	b.owe(user("CO.ana"), "of m2")
	who := b.say("m1", user("CO.ana"), start, everything)
	got, err := b.Ingest(t.Context(), []store.Inbound{
		message("m2", user("CO.ana"), start), message("m3", user("CO.ana"), start),
	}, everything)
	if err != nil || got[0].Aside == nil || got[1].Aside != nil {
		t.Errorf("a token used twice: %+v, %v", got, err)
	}
	equal(t, "diary", b.keys(who), words("m1 m3"))
}

func testNobody(t *testing.T, open Open) {
	b := fresh(t, open)
	shaped := false
	nobody := message("n1", store.Address{}, start)
	nobody.Shape = func() []byte { shaped = true; return []byte("{}") }
	stranger := message("n2", store.Address{Contact: "not on file", Phone: "57301"}, start)
	got, err := b.Ingest(t.Context(), []store.Inbound{nobody, stranger, nobody}, write)
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(got[0].Aside, store.ErrNobody) || !shaped {
		t.Errorf("a message of nobody: %+v, shape kept: %v", got[0], shaped)
	}
	if !errors.Is(got[1].Aside, store.ErrNoContact) {
		t.Errorf("a message of a contact we don't have: %+v", got[1])
	}
	if !got[2].Repeat {
		t.Errorf("the message of nobody again: %+v", got[2])
	}
	if _, err := b.Lookup(t.Context(), phone("57301")); !errors.Is(err, store.ErrNoContact) {
		t.Errorf("somebody was invented: %v", err)
	}
	for _, err := range []error{
		b.Update(t.Context(), store.Address{}, func(store.Tx) error { return nil }),
		b.Update(t.Context(), store.Address{Contact: "not on file"}, func(store.Tx) error { return nil }),
	} {
		if !errors.Is(err, store.ErrNobody) && !errors.Is(err, store.ErrNoContact) {
			t.Errorf("update of nobody: %v", err)
		}
	}
	for _, read := range []func(store.ContactID) error{
		func(id store.ContactID) error { _, err := b.Load(t.Context(), id); return err },
		func(id store.ContactID) error { _, err := b.Transcript(t.Context(), id); return err },
		func(id store.ContactID) error { _, err := b.Records(t.Context(), id); return err },
		func(id store.ContactID) error { _, err := b.Consents(t.Context(), id); return err },
		func(id store.ContactID) error {
			_, err := b.Lookup(t.Context(), store.Address{Contact: id})
			return err
		},
	} {
		if err := read("not on file"); !errors.Is(err, store.ErrNoContact) {
			t.Errorf("reading a contact we don't have: %v", err)
		}
	}
}

func testUpdate(t *testing.T, open Open) {
	b := fresh(t, open)
	b.update(both("CO.ana", "57301"), func(tx store.Tx) error {
		if !tx.Contact().New {
			return errors.New("not new")
		}
		return tx.SaveConversation([]byte("1"))
	})
	c := b.lookup(phone("57301"))
	if c.Created.IsZero() || c.Created.Location() != time.UTC {
		t.Errorf("created at %v, want a time in UTC", c.Created)
	}
	b.update(store.Address{Contact: c.ID, Phone: "57302"}, func(tx store.Tx) error {
		if tx.Contact().New || tx.Contact().ID != c.ID || tx.Contact().Phone != "57302" {
			return fmt.Errorf("it is %+v", tx.Contact())
		}
		return tx.SaveConversation([]byte("2"))
	})
	tries := 0
	err := b.Update(t.Context(), user("CO.ana"), func(tx store.Tx) error {
		tries++
		if err := tx.SaveConversation([]byte("3")); err != nil {
			return err
		}
		return errStep
	})
	if !errors.Is(err, errStep) || tries != 1 {
		t.Errorf("a failing update: %v after %d tries, want its own error after one", err, tries)
	}
	encoded, err := b.Load(t.Context(), c.ID)
	equal(t, "conversation", fmt.Sprint(string(encoded), err), "2<nil>")
	err = b.Update(t.Context(), user("CO.new"), func(store.Tx) error { return errStep })
	if _, missing := b.Lookup(t.Context(), user("CO.new")); !errors.Is(err, errStep) || !errors.Is(missing, store.ErrNoContact) {
		t.Errorf("an undone update left a contact: %v, %v", err, missing)
	}
}

func testUpdatePanics(t *testing.T, open Open) {
	b := fresh(t, open)
	b.update(user("CO.ana"), func(tx store.Tx) error { return tx.SaveConversation([]byte("1")) })
	err := b.Update(t.Context(), user("CO.ana"), func(tx store.Tx) error {
		tx.SaveConversation([]byte("2"))
		panic("words")
	})
	if err == nil {
		t.Error("a panic passed for success")
	}
	encoded, err := b.Load(t.Context(), b.lookup(user("CO.ana")).ID)
	equal(t, "conversation", fmt.Sprint(string(encoded), err), "1<nil>")
}

func testTxIsOver(t *testing.T, open Open) {
	b := fresh(t, open)
	var kept store.Tx
	b.update(user("CO.ana"), func(tx store.Tx) error { kept = tx; return nil })
	_, read := kept.Conversation()
	_, queued := kept.Enqueue(store.Outgoing{Token: "t"})
	_, withdrew := kept.Withdraw("r")
	_, took := kept.TakeTimer(store.Timer{}, start)
	for i, err := range []error{
		read, queued, withdrew, took, kept.SaveConversation([]byte("x")), kept.StartTimer(store.Timer{}),
		kept.StopTimer("", 0, ""), kept.Append(store.Entry{}), kept.Record(store.Record{}), kept.Link(phone("1")),
		kept.Consent(store.Consent{Purpose: "p"}), kept.Count(store.Tally{Name: "n"}),
		kept.SaveHandover(store.Handover{Inbox: "i"}), kept.EndHandover(),
	} {
		if err == nil {
			t.Errorf("call %d worked after its transaction was over", i)
		}
	}
}

// A caller that leaves while its step runs harms nobody, and what had begun is
// finished.
func testCallerLeaves(t *testing.T, open Open) {
	b := fresh(t, open)
	ctx, leave := context.WithCancel(t.Context())
	entered, proceed := make(chan bool), make(chan bool)
	var all sync.WaitGroup
	var left, stayed error
	all.Go(func() {
		_, left = b.Ingest(ctx, []store.Inbound{message("m1", user("CO.ana"), start)}, func(tx store.Tx, in store.Inbound) error {
			entered <- true
			<-proceed
			return write(tx, in)
		})
	})
	<-entered
	all.Go(func() {
		_, stayed = b.Ingest(t.Context(), []store.Inbound{message("m2", user("CO.eva"), start)}, write)
	})
	leave()
	close(proceed)
	all.Wait()
	if stayed != nil {
		t.Errorf("somebody else's message: %v", stayed)
	}
	if left != nil && !errors.Is(left, context.Canceled) {
		t.Errorf("the caller that left was told %v", left)
	}
	b.update(user("CO.eva"), func(store.Tx) error { return nil }) // comes after both
	equal(t, "diaries", [][]string{b.keys(b.lookup(user("CO.ana")).ID), b.keys(b.lookup(user("CO.eva")).ID)},
		[][]string{{"m1"}, {"m2"}})
}

func testCallerLeftBefore(t *testing.T, open Open) {
	b := fresh(t, open)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	_, err := b.Ingest(ctx, []store.Inbound{message("m1", user("CO.ana"), start)}, write)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ingest for a caller that has left: %v", err)
	}
	who := b.say("m1", user("CO.ana"), start, write)
	equal(t, "diary", b.keys(who), words("m1"))
}

func testClosed(t *testing.T, open Open) {
	b := fresh(t, open)
	b.say("m1", user("CO.ana"), start, write)
	s := b.Store
	b.reopen()
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	ctx := t.Context()
	_, ingest := s.Ingest(ctx, []store.Inbound{message("m2", user("CO.ana"), start)}, write)
	_, claim := s.Claim(ctx, start, 1, yes)
	_, due := s.Due(ctx, start, 1)
	_, _, next := s.NextSend(ctx)
	for i, err := range []error{
		ingest, claim, due, next, s.Ping(ctx), s.Update(ctx, user("CO.ana"), func(store.Tx) error { return nil }),
		s.Settle(ctx, []store.Result{{ID: 1, State: store.Sent}}, nil),
		s.Report(ctx, []store.Status{{Token: "t", State: store.Sent}}, nil),
	} {
		if err == nil {
			t.Errorf("call %d worked on a closed store", i)
		}
	}
}

func testPing(t *testing.T, open Open) {
	b := fresh(t, open)
	for range 2 {
		if err := b.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	}
	// Nothing to do is done at once.
	if got, err := b.Ingest(t.Context(), nil, nil); len(got) != 0 || err != nil {
		t.Errorf("an empty batch: %v, %v", got, err)
	}
	if err := b.Settle(t.Context(), nil, nil); err != nil {
		t.Error(err)
	}
}
