package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/store"
)

const ana, bea = "573005550101", "573005550102"

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("message %d: got %q, want %q", i+1, got[i], want[i])
		}
	}
}

func TestAMessageIsAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		d := runtime.Delivery{Messages: []runtime.Incoming{message("m1", ana, "hola", time.Now())}}
		for range 3 {
			if err := h.svc.Receive(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.")
		h.close()
		h.start() // a repeat is a repeat after a restart, too
		if err := h.svc.Receive(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.")
		h.close()
	})
}

func TestOrderAndPeopleStayApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		var batch []runtime.Incoming
		for i, text := range []string{"hola", "uno", "dos"} {
			batch = append(batch, message("a"+text, ana, text, time.Now()), message("b"+text, bea, strings.Repeat("b", i+1), time.Now()))
		}
		if err := h.svc.Receive(t.Context(), runtime.Delivery{Messages: batch}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		per := map[string][]string{}
		for _, s := range h.wire.sent {
			per[s.To] = append(per[s.To], s.Body)
		}
		expect(t, per[ana], "Di algo.", "Dijiste: uno", "Di algo.", "Dijiste: dos", "Di algo.")
		expect(t, per[bea], "Di algo.", "Dijiste: bb", "Di algo.", "Dijiste: bbb", "Di algo.")
		h.close()
	})
}

func TestTimersFireAtTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.say(ana, "hola")
		time.Sleep(4*time.Hour - time.Second)
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.")
		h.close()
		h.start() // timers are kept
		time.Sleep(2 * time.Second)
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.", "¿Seguimos?")
		time.Sleep(30 * time.Hour)
		h.say(ana, "sí")
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.", "¿Seguimos?", "Di algo.")
		h.close()
	})
}

// A stop takes back what is owed; nothing is claimed after its commit but its
// confirmation.
func TestNothingLeavesAfterAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		var up atomic.Bool
		h.wire.fail = func(int, engine.Outgoing) error {
			if !up.Load() {
				return &runtime.SendError{Fate: runtime.Wait, Code: 131016, After: time.Minute}
			}
			return nil
		}
		h.say(ana, "hola")
		h.say(ana, "uno")
		synctest.Wait()
		expect(t, h.wire.bodies())
		h.say(ana, "stop")
		up.Store(true)
		time.Sleep(time.Hour)
		synctest.Wait()
		expect(t, h.wire.bodies(), "Listo.")
		out, err := h.store.Outbox(t.Context(), store.Withdrawn)
		if err != nil || len(out) != 3 {
			t.Fatalf("%d withdrawn, %v", len(out), err)
		}
		for _, o := range out {
			if o.Reason != "stopped" {
				t.Errorf("withdrawn because of %q", o.Reason)
			}
		}
		h.close()
	})
}

// WhatsApp was down until the window shut: the gate is asked again when the
// message could leave, and it stays. They are asked anew when they write.
func TestTheGateIsAskedWhenItCouldLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		var up atomic.Bool
		h.wire.fail = func(int, engine.Outgoing) error {
			if !up.Load() {
				return &runtime.SendError{Fate: runtime.Wait, Code: 131016, After: time.Hour}
			}
			return nil
		}
		h.say(bea, "hola")
		h.say(bea, "stop")
		time.Sleep(25 * time.Hour)
		up.Store(true)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		expect(t, h.wire.bodies()) // not even a confirmation
		h.say(ana, "hola")
		synctest.Wait()
		up.Store(false)
		h.say(ana, "uno")
		time.Sleep(25 * time.Hour)
		up.Store(true)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		got := h.wire.bodies()
		for _, b := range got[1:] {
			if !strings.HasPrefix(b, "¿Seguimos?") { // the template of the silence may
				t.Errorf("%q left with the window shut", b)
			}
		}
		h.close()
	})
}

// A request that ended without an answer may have gone out. WhatsApp's word is
// awaited; without it what answers somebody is sent once more, a template never.
func TestIndeterminateSends(t *testing.T) {
	lost := func(n int, _ engine.Outgoing) error {
		if n == 1 {
			return &runtime.SendError{Err: errors.New("timeout")}
		}
		return nil
	}
	t.Run("an answer is sent once more, marked", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := open(t)
			h.wire.fail = lost
			h.say(ana, "hola")
			h.say(ana, "uno")
			time.Sleep(19 * time.Second)
			synctest.Wait()
			expect(t, h.wire.bodies()) // what follows waits behind it
			time.Sleep(2 * time.Second)
			synctest.Wait()
			expect(t, h.wire.bodies(), "Di algo.", "Dijiste: uno", "Di algo.")
			out, err := h.store.Outbox(t.Context())
			if err != nil || !out[0].Resent || out[1].Resent {
				t.Fatalf("%+v %v", out, err)
			}
			h.close()
		})
	})
	t.Run("a status that comes in time settles it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := open(t)
			h.wire.fail = lost
			h.say(ana, "hola")
			time.Sleep(5 * time.Second)
			synctest.Wait()
			out, err := h.store.Outbox(t.Context(), store.Indeterminate)
			if err != nil || len(out) != 1 {
				t.Fatal(out, err)
			}
			err = h.svc.Receive(t.Context(), runtime.Delivery{Statuses: []store.Status{{
				Key: "n/status/x/sent", MessageID: "wamid.x", Token: out[0].Token, State: store.Sent, At: time.Now(), Received: time.Now(),
			}}})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			expect(t, h.wire.bodies())
			h.close()
		})
	})
	t.Run("a template is not repeated", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := open(t)
			h.wire.fail = func(_ int, m engine.Outgoing) error {
				if m.Kind == engine.OutTemplate {
					return &runtime.SendError{Err: errors.New("timeout")}
				}
				return nil
			}
			h.say(ana, "hola")
			time.Sleep(5 * time.Hour)
			synctest.Wait()
			expect(t, h.wire.bodies(), "Di algo.")
			out, err := h.store.Outbox(t.Context(), store.Dead)
			if err != nil || len(out) != 1 {
				t.Fatal(out, err)
			}
			h.close()
		})
	})
	t.Run("what was being sent when the process died", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := open(t)
			h.wire.hang = true
			h.say(ana, "hola")
			synctest.Wait()
			h.close() // the request is given up after a few seconds
			h.wire = &wire{}
			h.start()
			time.Sleep(30 * time.Second)
			synctest.Wait()
			expect(t, h.wire.bodies(), "Di algo.")
			h.close()
		})
	})
}

// WhatsApp says that the window is shut: the question was not asked, and is
// asked anew when they write.
func TestRefusedForTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.wire.fail = func(n int, _ engine.Outgoing) error {
			if n == 1 {
				return &runtime.SendError{Fate: runtime.Never, Code: 131047}
			}
			return nil
		}
		h.say(ana, "hola")
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, h.wire.bodies())
		h.say(ana, "¿hola?")
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.")
		h.close()
	})
}

// Our token is refused: the queue is kept, and sent when that is mended.
func TestAHaltKeepsTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.wire.fail = func(n int, _ engine.Outgoing) error {
			if n <= 2 {
				return &runtime.SendError{Fate: runtime.Halt, Code: 190}
			}
			return nil
		}
		h.say(ana, "hola")
		h.say(bea, "hola")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.", "Di algo.")
		if h.wire.n > 5 {
			t.Errorf("%d requests while the token is refused", h.wire.n)
		}
		h.close()
	})
}

// A message too old to be answered is kept, and nothing free-form leaves.
func TestOldTimestamps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		old := time.Now().Add(-48 * time.Hour)
		if err := h.svc.Receive(t.Context(), runtime.Delivery{Messages: []runtime.Incoming{
			message("m1", ana, "hola", old), message("m2", ana, "¿están?", old.Add(time.Minute)), message("m3", bea, "hola", time.Time{}),
		}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		expect(t, h.wire.bodies())
		c, err := h.store.Lookup(t.Context(), store.Address{Phone: ana})
		if err != nil {
			t.Fatal(err)
		}
		lines, err := h.store.Transcript(t.Context(), c.ID)
		if err != nil || len(lines) != 2 || lines[1].Text != "¿están?" {
			t.Fatal(lines, err)
		}
		h.close()
	})
}

// A delivery whose store fails is not acknowledged; one whose content can't be
// used is.
func TestReceiveErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		nobody := runtime.Incoming{Key: "n/message/x", Message: engine.Inbound{Kind: engine.InText, Text: "hola"}, Shape: func() []byte { return []byte(`{"text":"…4"}`) }}
		d := runtime.Delivery{
			Messages: []runtime.Incoming{nobody, message("m1", ana, "hola", time.Now())},
			Notices:  []runtime.Notice{{Key: "n/account/1", Field: "account_update", Shape: func() []byte { return []byte("{}") }}},
		}
		if err := h.svc.Receive(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.")
		h.close()
		if err := h.svc.Receive(context.Background(), d); err == nil {
			t.Fatal("a closed store takes a delivery")
		}
	})
}

// Merged contacts: one person, one conversation.
func TestTwoNamesOneStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.say(ana, "hola")
		byUser := message("u1", "", "stop", time.Now())
		byUser.From = store.Address{UserID: "CO.1"}
		both := message("u2", ana, "¿siguen ahí?", time.Now())
		both.From.UserID = "CO.1"
		for _, m := range []runtime.Incoming{byUser, both} {
			if err := h.svc.Receive(t.Context(), runtime.Delivery{Messages: []runtime.Incoming{m}}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		got := h.wire.bodies()
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "No te escribimos") }) {
			t.Fatalf("a stop under one name holds under the other: %q", got)
		}
		h.close()
	})
}

// A card's number is nowhere in the books, whatever it came in: words, a
// caption, a file's name, the sender's own.
func TestNoCardInTheBooks(t *testing.T) {
	h := open(t)
	const card = "4111 1111 1111 1111"
	media := engine.MediaOf("77", "document", "application/pdf", card+".pdf", "mi "+card)
	for i, m := range []engine.Inbound{
		{Kind: engine.InText, Type: "text", Text: card},
		{Kind: engine.InText, Type: "text", Text: "hola"},
		{Kind: engine.InMedia, Type: "document", Text: "mi " + card, Carries: media},
		{Kind: engine.InMedia, Type: "location", Carries: engine.PlaceOf(1, 2, card, card)},
	} {
		m.ID, m.Name, m.Sent = fmt.Sprint("c", i), "Ana "+card, time.Now()
		err := h.svc.Receive(t.Context(), runtime.Delivery{Messages: []runtime.Incoming{
			{Key: "n/message/" + m.ID, From: store.Address{Phone: "573005550102"}, Message: m},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := h.store.Lookup(t.Context(), store.Address{Phone: "573005550102"})
	if err != nil || !strings.HasPrefix(c.Name, "Ana ") {
		t.Fatalf("%+v %v", c, err)
	}
	h.close()
	books := ""
	for _, name := range []string{h.path, h.path + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		books += string(b)
	}
	if !strings.Contains(books, "573005550102") {
		t.Fatal("these are not the books")
	}
	if strings.Contains(books, "4111 1") {
		t.Error("a card's number is in the books")
	}
}
