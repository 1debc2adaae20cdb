package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cauce/runtime"
	"cauce/runtime/store"
)

// modern moves a bubble's clock to when WhatsApp's timestamps make sense.
func modern() { time.Sleep(time.Until(time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))) }

// standing is every request there is.
func (h *house) standing() []runtime.Handover {
	h.t.Helper()
	page, err := h.svc.Handovers(context.Background(), runtime.HandoverQuery{})
	if err != nil {
		h.t.Fatal(err)
	}
	return page.Handovers
}

// from has somebody write who is known by whatever WhatsApp gave us.
func (h *house) from(who store.Address, text string) {
	h.t.Helper()
	time.Sleep(time.Second)
	h.n++
	m := message(fmt.Sprint("m", h.n), "", text, time.Now())
	m.From = who
	if err := h.svc.Receive(context.Background(), runtime.Delivery{Messages: []runtime.Incoming{m}}); err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
}

func refusal(t *testing.T, err error, reason string) *runtime.Refusal {
	t.Helper()
	var no *runtime.Refusal
	if !errors.As(err, &no) || no.Reason != reason || no.Words == "" {
		t.Fatalf("%v, want a refusal for %s", err, reason)
	}
	return no
}

// The gate's no to a reply is the operator's answer, and kept with its reason;
// nothing of the words is.
func TestTheGateAnswersTheOperator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		modern()
		h := open(t)
		defer h.close()
		h.say(ana, "hola")
		h.say(ana, "agente")
		synctest.Wait()
		id := h.standing()[0].ID
		if err := h.svc.Claim(t.Context(), runtime.Claim{Handover: id, Operator: "Marta"}); err != nil {
			t.Fatal(err)
		}
		before, err := h.store.Records(t.Context(), id.Contact)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.svc.Claim(t.Context(), runtime.Claim{Handover: id, Operator: "Marta"}); err != nil {
			t.Errorf("claimed again: %v", err)
		}
		if after, err := h.store.Records(t.Context(), id.Contact); err != nil || len(after) != len(before) {
			t.Errorf("claimed again, and it is on record: %v, %v", after, err)
		}
		reply := runtime.Reply{Handover: id, Operator: "Marta", Text: "palabras que no salen"}
		time.Sleep(10 * time.Hour)
		if err := h.svc.Reply(t.Context(), reply); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Hour) // her reply keeps it hers
		if err := h.svc.Reply(t.Context(), runtime.Reply{Handover: id, Operator: "Marta", Text: "otra"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Hour)
		reply.Text = "palabras que nadie lee"
		for range 2 {
			refusal(t, h.svc.Reply(t.Context(), reply), "window-shut")
		}
		synctest.Wait()
		expect(t, h.wire.bodies(), "Di algo.", "Ya viene alguien.", "palabras que no salen", "otra")
		records, err := h.store.Records(t.Context(), id.Contact)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range records {
			if r.Kind == "decision" && r.Code == "window-shut" && r.Detail == "operator" {
				n++
			}
			if strings.Contains(fmt.Sprint(r), "nadie lee") {
				t.Errorf("the words are kept: %+v", r)
			}
		}
		if n != 2 {
			t.Errorf("%d refusals are on record, want 2: %+v", n, records)
		}
	})
}

// What can't be a name or a text is told before anything happens.
func TestUnfit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		defer h.close()
		h.say(ana, "hola")
		h.say(ana, "agente")
		id := h.standing()[0].ID
		unfit := func(field string, err error) {
			t.Helper()
			var u *runtime.Unfit
			if !errors.As(err, &u) || u.Field != field || u.Words == "" {
				t.Errorf("%v, want an unfit %s", err, field)
			}
		}
		for _, name := range []string{"", "  ", "@operator", "Mar\nta", "Mar\x00ta", "M\xff", "\u202eMarta", strings.Repeat("ñ", runtime.MaxOperator+1)} {
			unfit("operator", h.svc.Claim(t.Context(), runtime.Claim{Handover: id, Operator: name}))
			unfit("operator", h.svc.Reply(t.Context(), runtime.Reply{Handover: id, Operator: name, Text: "hola"}))
			unfit("operator", h.svc.Release(t.Context(), runtime.Release{Handover: id, Operator: name}))
		}
		if now := h.standing()[0]; now.Operator != "" {
			t.Errorf("%+v", now)
		}
		name := strings.Repeat("ñ", runtime.MaxOperator)
		if err := h.svc.Claim(t.Context(), runtime.Claim{Handover: id, Operator: name}); err != nil {
			t.Error(err)
		}
		for _, text := range []string{"", " \n", "\xff", strings.Repeat("ñ", 4097), strings.Repeat("🌙", 2049)} {
			unfit("text", h.svc.Reply(t.Context(), runtime.Reply{Handover: id, Operator: name, Text: text}))
		}
		for _, q := range []runtime.HandoverQuery{{Limit: -1}, {Limit: runtime.PageMax + 1}} {
			_, err := h.svc.Handovers(t.Context(), q)
			unfit("limit", err)
		}
		for _, after := range []string{"x", "1-2", "1-2-", "a-2-c", "1-b-c"} {
			_, err := h.svc.Handovers(t.Context(), runtime.HandoverQuery{After: after})
			unfit("after", err)
		}
	})
}

// An id that no request ever had is no request's, of whomever.
func TestNobodysHandover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		defer h.close()
		h.say(ana, "hola")
		h.say(ana, "agente")
		id := h.standing()[0].ID
		for _, other := range []runtime.HandoverID{{Contact: "nobody", Visit: id.Visit}, {Contact: id.Contact}, {Contact: id.Contact, Visit: id.Visit + 1}} {
			if err := h.svc.Claim(t.Context(), runtime.Claim{Handover: other, Operator: "Marta"}); !errors.Is(err, runtime.ErrNoHandover) {
				t.Errorf("%s: %v", other, err)
			}
		}
		// A visit that was something else is over, and so is a request that was.
		refusal(t, h.svc.Claim(t.Context(), runtime.Claim{Handover: runtime.HandoverID{Contact: id.Contact, Visit: id.Visit - 1}, Operator: "Marta"}), runtime.Over)
		if now := h.standing()[0]; now.ID != id || now.Operator != "" {
			t.Errorf("%+v", now)
		}
		back, err := runtime.ParseHandoverID(id.String())
		if err != nil || back != id {
			t.Errorf("%s reads as %v, %v", id, back, err)
		}
	})
}

// Two contacts prove to be one person: the list has the request of the
// conversation that goes on, and none that nobody can act on.
func TestTheListFollowsAMerge(t *testing.T) {
	phone, user := store.Address{Phone: ana}, store.Address{UserID: "CO.ana"}
	for _, c := range []struct {
		name  string
		steps func(h *house)
		want  int
	}{
		{"of the one heard last", func(h *house) { h.from(phone, "hola"); h.from(user, "hola"); h.from(user, "agente") }, 1},
		{"of both", func(h *house) {
			h.from(phone, "hola")
			h.from(phone, "agente")
			h.from(user, "hola")
			h.from(user, "agente")
		}, 1},
		{"of the other, that stopped", func(h *house) {
			h.from(user, "hola")
			h.from(phone, "hola")
			h.from(user, "stop")
			h.from(phone, "agente")
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				modern()
				h := open(t)
				defer h.close()
				c.steps(h)
				h.from(store.Address{Phone: ana, UserID: "CO.ana"}, "sigo aquí")
				all := h.standing()
				if len(all) != c.want {
					t.Fatalf("%+v", all)
				}
				for _, one := range all {
					if err := h.svc.Claim(t.Context(), runtime.Claim{Handover: one.ID, Operator: "Marta"}); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// Books whose list was lost, or is of a version that had none, have it again
// as soon as something happens to the conversation.
func TestTheListMendsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		modern()
		h := open(t)
		defer h.close()
		h.say(ana, "hola")
		h.say(ana, "agente")
		want := h.standing()[0].ID
		if err := h.store.Update(t.Context(), store.Address{Phone: ana}, func(tx store.Tx) error { return tx.EndHandover() }); err != nil {
			t.Fatal(err)
		}
		if all := h.standing(); len(all) > 0 {
			t.Fatalf("%+v", all)
		}
		h.say(ana, "¿alguien?")
		if all := h.standing(); len(all) != 1 || all[0].ID != want {
			t.Errorf("%+v", all)
		}
	})
}

// The list shows the last messages of a long wait, and no more.
func TestTheListShowsTheLastLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		modern()
		h := open(t)
		defer h.close()
		h.say(ana, "hola")
		h.say(ana, "agente")
		for i := range runtime.LinesMax + 5 {
			time.Sleep(time.Minute)
			h.say(ana, fmt.Sprint("línea ", i))
		}
		lines := h.standing()[0].Lines
		if len(lines) != runtime.LinesMax || lines[len(lines)-1].Text != fmt.Sprint("línea ", runtime.LinesMax+4) ||
			!slices.IsSortedFunc(lines, func(a, b runtime.Line) int { return a.At.Compare(b.At) }) {
			t.Errorf("%d lines, %+v", len(lines), lines)
		}
	})
}
