package api_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cauce/engine"
	"cauce/runtime/store"

	"pgregory.net/rapid"
)

// deed is one thing that happens in a random world.
type deed struct {
	Do       string // says, restart, pass, or what an operator does
	Text     string
	Operator string
	Earlier  int // of the requests there were, counted from the newest
	Hours    int
}

func deeds(rt *rapid.T) []deed {
	return rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) deed {
		return deed{
			Do:       rapid.SampledFrom([]string{"says", "says", "claim", "claim", "reply", "reply", "release", "pass", "pass", "pass", "says", "restart"}).Draw(rt, "do"),
			Text:     rapid.SampledFrom([]string{"agente", "agente", "agente", "hola", "12", "pedir cita", "stop", "empezar", "¿y?"}).Draw(rt, "text"),
			Operator: rapid.SampledFrom([]string{"Marta", "Marta", "Luz"}).Draw(rt, "operator"),
			Earlier:  max(0, rapid.IntRange(-5, 1).Draw(rt, "earlier")),
			Hours:    rapid.IntRange(1, 30).Draw(rt, "hours"),
		}
	}), 8, 18).Draw(rt, "deeds")
}

// Whatever a person, operators, time and restarts do: the list is what the
// conversation says; only who has a request writes in it, and is told the truth
// on whether it left; nobody takes what another has.
func TestWhateverHappens(t *testing.T) {
	t.Parallel()
	answered := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		// Drawn out here: rapid goes by the clock, and a bubble's runs away.
		all := deeds(rt)
		wrong := ""
		inBubble(t, func(t *testing.T, w *world) { wrong = happens(t, w, all, answered) })
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
	// A world in which these never come about tests nothing.
	for _, what := range []string{"claim ", "reply ", "release ", "claim taken", "claim over", "reply not-claimed"} {
		if answered[what] == 0 {
			t.Errorf("%q never came about: %v", what, answered)
		}
	}
}

// happens does all of it, and says what went wrong.
func happens(t *testing.T, w *world, all []deed, answered map[string]int) string {
	w.says(ana, "hola")
	contact, err := w.books.Lookup(t.Context(), store.Address{Phone: ana})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string // every request there was
	for i, d := range all {
		switch d.Do {
		case "says":
			w.says(ana, d.Text)
		case "pass":
			time.Sleep(time.Duration(d.Hours) * time.Hour)
			synctest.Wait()
		case "restart":
			w.restart()
		default:
			if len(ids) == 0 {
				continue
			}
			id := ids[max(0, len(ids)-1-d.Earlier)]
			before := w.list("").Handovers
			text := fmt.Sprintf("%s dice %d", d.Operator, i)
			status, a := w.act(id, d.Do, d.Operator, text)
			answered[d.Do+" "+a.Error.Reason]++
			sent := slices.Contains(w.got(ana), text)
			want := expected(before, id, d)
			if good := status < 300; good != (want == "") || a.Error.Reason != want || sent != (good && d.Do == "reply") {
				return fmt.Sprintf("deed %d: %d %+v, sent %v, want %q; of %+v", i, status, a, sent, want, before)
			}
			after := w.list("").Handovers
			if want == "" && (d.Do == "release") != (len(after) == 0) || want == "" && len(after) > 0 && after[0].Operator != d.Operator {
				return fmt.Sprintf("deed %d: after it %+v", i, after)
			}
		}
		b, err := w.books.Load(t.Context(), contact.ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := engine.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		now := w.list("").Handovers
		if len(now) > 1 || (len(now) == 1) != (c.Handover != nil) {
			return fmt.Sprintf("deed %d: %+v, and the conversation says %+v", i, now, c.Handover)
		}
		if len(now) == 0 {
			continue
		}
		if h := now[0]; h.Operator != c.Handover.With || h.Inbox != c.Handover.Inbox || h.Priority != c.Handover.Priority ||
			!h.Since.Equal(c.Handover.Since.Time()) {
			return fmt.Sprintf("deed %d: %+v, and the conversation says %+v", i, h, c.Handover)
		}
		if !slices.Contains(ids, now[0].ID) {
			ids = append(ids, now[0].ID)
		}
	}
	return ""
}

// expected is the reason for which an operator is refused; empty: they are not.
func expected(standing []listed, id string, d deed) string {
	i := slices.IndexFunc(standing, func(h listed) bool { return h.ID == id })
	switch {
	case i < 0:
		return "over"
	case standing[i].Operator == "" && d.Do != "claim":
		return "not-claimed"
	case standing[i].Operator != "" && standing[i].Operator != d.Operator:
		return "taken"
	case d.Do == "reply" && !standing[i].WindowOpen:
		return "window-shut"
	}
	return ""
}
