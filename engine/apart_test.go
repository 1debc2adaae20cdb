package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/sim"
)

// deed is something that happens in the world of one of two people.
type deed struct {
	who  int
	kind int
	text string
	n    int
	wait time.Duration
}

// own are words that only one of two people ever writes.
var own = [2]string{"Zoraida", "Wenceslao"}

// deeds draws a script for two people.
func deeds(t *rapid.T, texts []string) []deed {
	var all []deed
	for range rapid.IntRange(1, 40).Draw(t, "deeds") {
		d := deed{who: rapid.IntRange(0, 1).Draw(t, "who"), kind: rapid.IntRange(0, 11).Draw(t, "kind"), n: rapid.IntRange(0, 9).Draw(t, "n")}
		d.text = rapid.SampledFrom(append([]string{own[d.who], own[d.who]}, texts...)).Draw(t, "text")
		d.wait = rapid.SampledFrom([]time.Duration{0, time.Minute, 40 * time.Minute, 5 * hour, 26 * hour, 8 * 24 * hour}).Draw(t, "wait")
		all = append(all, d)
	}
	return all
}

// play does a deed in somebody's world. What can't be done there is nothing.
func (d deed) play(w *sim.World) error {
	if _, err := w.Wait(d.wait); err != nil {
		return err
	}
	var err error
	switch {
	case d.kind < 5:
		_, err = w.Say(d.text)
	case d.kind < 8:
		var last []engine.Choice
		for _, l := range w.Transcript() {
			if len(l.Message.Choices) > 0 {
				last = l.Message.Choices
			}
		}
		if len(last) > 0 {
			_, err = w.Tap(last[d.n%len(last)].Label, 0)
		}
	case d.kind == 8:
		_, _ = w.Help([]engine.Act{engine.Claims, engine.Replies, engine.Releases}[d.n%3], "", d.text)
	case d.kind == 9:
		if r := w.Requests(); len(r) > 0 {
			_, err = w.Fetched(r[0].Connection, 200, []byte(places))
		}
	case d.kind == 10:
		_, _ = w.Late(time.Duration(d.n) * 10 * hour)
	case d.n > 4:
		err = w.Restart()
	case slices.ContainsFunc(w.Transcript(), func(l sim.Line) bool { return !l.Incoming }):
		_, err = w.Failed(131047)
	}
	return err
}

// told is everything a world has to tell: what was said, what was recorded and
// what is kept, byte for byte.
func told(w *sim.World) (string, error) {
	var b strings.Builder
	for _, l := range w.Transcript() {
		m, err := engine.EncodeOutgoing(&l.Message)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %s %x\n", l.At, l, m)
	}
	c := w.Conversation()
	kept, err := c.Encode()
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "%+v\n%+v\n%+v\n%q", w.Records(), w.Effects(), w.Requests(), kept)
	return b.String(), nil
}

// Nothing one contact wrote ever appears in another's messages: two worlds whose
// events are interleaved, on one service, tell the same as each of the two
// alone. So they do side by side.
func TestNothingOneContactWroteAppearsInAnothersMessages(t *testing.T) {
	for name, c := range casts() {
		t.Run(name, func(t *testing.T) {
			shared := live(t, c.def).s
			alone := [2]*engine.Service{live(t, c.def).s, live(t, c.def).s}
			said := [2]int{}
			rapid.Check(t, func(t *rapid.T) {
				script := deeds(t, c.texts)
				play := func(w *sim.World, whose int) (string, error) {
					for _, d := range script {
						if d.who == whose {
							if err := d.play(w); err != nil {
								return "", err
							}
						}
					}
					return told(w)
				}
				var want [2]string
				for i := range want {
					var err error
					if want[i], err = play(sim.New(alone[i], monday), i); err != nil {
						t.Fatal(err)
					}
					if strings.Contains(want[i], own[1-i]) {
						t.Fatalf("%q was never written to %s", own[1-i], want[i])
					}
					said[i] += strings.Count(want[i], own[i])
				}
				both := [2]*sim.World{sim.New(shared, monday), sim.New(shared, monday)}
				for _, d := range script {
					if err := d.play(both[d.who]); err != nil {
						t.Fatal(err)
					}
				}
				for i, w := range both {
					got, err := told(w)
					if err != nil || got != want[i] {
						t.Fatalf("interleaved, %s is told (%v)\n%s\nalone\n%s", own[i], err, got, want[i])
					}
				}
				var got [2]string
				var errs [2]error
				var wg sync.WaitGroup
				for i := range got {
					wg.Go(func() { got[i], errs[i] = play(sim.New(shared, monday), i) })
				}
				wg.Wait()
				if got != want || errs != [2]error{} {
					t.Fatalf("side by side, they are told (%v)\n%s\nalone\n%s", errs, got, want)
				}
			})
			if said[0] == 0 || said[1] == 0 {
				t.Errorf("what they wrote is never shown: %v", said)
			}
		})
	}
}
