package runtime_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/policy"
	"cauce/runtime"
	"cauce/runtime/store"
)

// wide is the echo with all that could send too much: consents, quiet nights,
// questions whose silence is broken, waits that end inside and after the
// window, words from anywhere, and some that hand over.
func wide() engine.Definition {
	d := agreeing()
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	done := engine.Target{End: "done"}
	wait := func(d time.Duration) *engine.Wait { return &engine.Wait{For: engine.Duration{Exact: d}, At: -1} }
	every := [7]bool{true, true, true, true, true, true, true}
	d.Quiet = []engine.Hours{{Days: every, From: 22 * 60, To: 24 * 60}, {Days: every, To: 6 * 60}}
	d.Human.GiveUp = engine.GiveUp{After: engine.Duration{Exact: 20 * time.Hour}, Say: es("Nadie pudo.")}
	d.Templates[0].Consent = "consejos"
	d.Flows[0].Nodes[0].Silence.Say, d.Flows[0].Nodes[0].Silence.Times = es("¿Sigues ahí?"), 1
	d.Flows[0].Keywords = map[string][]string{"es": {"eco"}}
	d.Flows = append(d.Flows,
		engine.Flow{ID: "pronto", Begins: "w", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"pronto"}}, Nodes: []engine.Node{
			{ID: "w", Verb: engine.WaitVerb, Wait: wait(3 * time.Hour), Go: to("di")},
			{ID: "di", Verb: engine.SayVerb, Say: []engine.Words{es("Ya pasaron tres horas.")}, Go: done},
		}},
		engine.Flow{ID: "tarde", Begins: "w", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"tarde"}}, Nodes: []engine.Node{
			{ID: "w", Verb: engine.WaitVerb, Wait: wait(30 * time.Hour), Go: to("di")},
			{ID: "di", Verb: engine.AskVerb, Ask: es("¿Qué tal ayer?"), Go: to("fin")},
			{ID: "fin", Verb: engine.SayVerb, Say: []engine.Words{es("Anotado: {raw}")}, Go: engine.Target{Own: engine.ToHuman}},
		}},
		engine.Flow{ID: "urgente", Begins: "di", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "di", Verb: engine.AskVerb, Ask: es("¿Estás en peligro?"), Go: done, Rows: []engine.Row{{ID: "si", Label: es("Sí"), Go: engine.Target{Own: engine.ToHuman}}}},
		}},
	)
	d.Anywhere = []engine.Anywhere{{Words: map[string][]string{"es": {"socorro"}}, Flow: "urgente", Urgent: true}}
	return d
}

// own are words that only one of the two people ever writes.
var own = [2]string{"zoraida", "wenceslao"}

var phones = [2]string{ana, bea}

// turn is what happens next, to one of two people.
type turn struct {
	who  int
	kind int
	text string
	ago  time.Duration // of what they write; longer than they may have lived: without a time
	wait time.Duration // before it
}

func turns(t *rapid.T) []turn {
	// rapid likes small numbers: what happens is drawn evenly, for a world to get
	// far. Fewer turns are the same ones, without the last.
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	var all []turn
	for range rapid.IntRange(1, 60).Draw(t, "turns") {
		x := turn{who: rng.IntN(2), kind: rng.IntN(16)}
		texts := []string{
			own[x.who], own[x.who], "eco", "permiso", "permiso", "sí", "sí", "sí", "no", "pronto", "pronto", "tarde", "socorro", "stop", "alta", "alta", "agente",
		}
		waits := []time.Duration{0, 0, time.Second, time.Second, 20 * time.Minute, 3 * time.Hour, 5 * time.Hour, 23*time.Hour + 45*time.Minute, 26 * time.Hour, 80 * time.Hour}
		x.text, x.wait = texts[rng.IntN(len(texts))], waits[rng.IntN(len(waits))]
		if ago := []time.Duration{0, 0, 0, 0, 0, time.Minute, 5 * time.Hour, 30 * time.Hour, -40 * time.Hour, forever}; x.text != "stop" && x.text != "alta" && x.text != "agente" {
			x.ago = ago[rng.IntN(len(ago))]
		}
		all = append(all, x)
	}
	return all
}

const forever = 1000 * time.Hour

// person is what is known of somebody from outside: not from our books.
type person struct {
	last, shut, heard time.Time
	stopped           bool
	said              []string
	newest            string // the id of the newest message they got
	at                time.Time
	repeat            *runtime.Incoming
}

// watch is a house whose every message is held against the language page when
// it reaches WhatsApp.
type watch struct {
	h      *house
	mu     sync.Mutex
	people [2]person
	wrong  []string
	causes map[policy.Cause]int
}

func (w *watch) fault(format string, args ...any) {
	w.wrong = append(w.wrong, time.Now().UTC().Format(time.DateTime)+" "+fmt.Sprintf(format, args...))
}

// see is asked before a message is accepted.
func (w *watch) see(to store.Contact, m engine.Outgoing, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	i := slices.Index(phones[:], to.Phone)
	p := &w.people[i]
	p.newest, p.at = id, now
	p.said = append(p.said, fmt.Sprintf("%s %s %s %q %v", now.UTC().Format(time.DateTime), m.Cause, m.Kind, m.Body, m.Choices))
	w.causes[m.Cause]++
	first := m.Cause == policy.Proactive || m.Cause == policy.GiveUp || m.Cause == policy.Nudge
	if m.Kind != engine.OutTemplate && !w.open(i) {
		w.fault("%q left with the window shut: they wrote at %s, it was shut at %s", m.Body, p.last, p.shut)
	}
	if p.stopped && m.Cause != policy.FromOperator && (first || now.Sub(p.heard) > time.Minute) {
		w.fault("%q (%s) to a stopped person who last wrote at %s", m.Body, m.Cause, p.heard)
	}
	ledger, err := w.h.store.Consents(context.Background(), to.ID)
	if err != nil {
		w.fault("%v", err)
	}
	if live := len(ledger) > 0 && ledger[len(ledger)-1].Given && ledger[len(ledger)-1].Version == 3; m.Cause == policy.Proactive && !live {
		w.fault("nobody asked for %q, and they do not agree: %+v", m.Body, ledger)
	}
	if h := now.In(time.FixedZone("", -5*3600)).Hour(); first && (h >= 22 || h < 6) {
		w.fault("%q at %d o'clock", m.Body, h)
	}
	c := w.conversation(i)
	if h := c.Handover; h != nil && !m.Anywhere && (m.Cause == policy.Answer || m.Cause == policy.Nudge || m.Cause == policy.Proactive) && now.Sub(h.Since.Time()) > time.Second {
		w.fault("the flow %s says %q, and a person has the conversation since %s", m.Flow, m.Body, h.Since.Time())
	}
	if strings.Contains(strings.ToLower(m.Body), own[1-i]) {
		w.fault("%q is somebody else's", m.Body)
	}
}

// open reports whether they may be written to freely now, less the margin.
func (w *watch) open(i int) bool {
	p := &w.people[i]
	return !p.last.IsZero() && time.Now().Before(p.last.Add(24*time.Hour-10*time.Minute)) && (p.shut.IsZero() || p.last.After(p.shut))
}

// conversation is what our books say.
func (w *watch) conversation(i int) engine.Conversation {
	ctx := context.Background()
	who, err := w.h.store.Lookup(ctx, store.Address{Phone: phones[i]})
	if err != nil {
		return engine.Conversation{}
	}
	b, err := w.h.store.Load(ctx, who.ID)
	if err != nil {
		w.fault("%v", err)
	}
	c, err := engine.Decode(b)
	if err != nil {
		w.fault("%v", err)
	}
	return c
}

// write has somebody write a message.
func (w *watch) write(n, i int, text string, ago time.Duration) {
	now := time.Now()
	sent := now.Add(-ago)
	if ago == forever {
		sent = time.Time{}
	}
	m := message(fmt.Sprintf("%d.%d", i, n), phones[i], text, sent)
	w.mu.Lock()
	p := &w.people[i]
	if !sent.IsZero() {
		if sent.After(now) {
			sent = now
		}
		if sent.After(p.last) {
			p.last = sent
		}
	}
	p.heard, p.repeat = now, &m
	p.stopped = p.stopped || text == "stop"
	// A message that lifts the stop is answered by then: what is sent is judged
	// by what the books say once it is handled.
	lifts := text == "alta" && p.stopped && w.conversation(i).Handover == nil
	if lifts {
		p.stopped = false
	}
	w.mu.Unlock()
	w.receive(m)
}

func (w *watch) receive(m runtime.Incoming) {
	if err := w.h.svc.Receive(context.Background(), runtime.Delivery{Messages: []runtime.Incoming{m}}); err != nil {
		w.fault("%v", err)
	}
	synctest.Wait()
}

// books are looked at after every turn.
func (w *watch) books(i int) {
	c := w.conversation(i)
	flows := map[engine.FlowID]int{}
	count := func(stack []engine.Frame) {
		for _, f := range stack {
			flows[f.Flow]++
		}
	}
	count(c.Front)
	if c.Aside != nil {
		count(c.Aside.Stack)
	}
	for _, t := range c.Parked {
		count(t.Stack)
		if f := t.Stack[len(t.Stack)-1]; (t.Why == engine.InHold || t.Why == engine.InQuiet) && f.Asked {
			w.fault("%s.%s is held, and was asked", f.Flow, f.Node)
		}
	}
	for f, n := range flows {
		if n > 1 {
			w.fault("the flow %s is in the conversation %d times", f, n)
		}
	}
	if p := &w.people[i]; p.stopped != (c.Stopped != nil) {
		w.fault("stopped: they say %v, the books %v", p.stopped, c.Stopped != nil)
	}
	if n := len(c.Front); n > 0 && c.Handover != nil && c.Front[n-1].Timer == engine.ForSilence && !c.Front[n-1].Anywhere {
		w.fault("an operator and %s.%s both wait for an answer", c.Front[n-1].Flow, c.Front[n-1].Node)
	}
}

// live plays turns over a real database, of those people that take part, and
// tells what each was sent.
func (w *watch) live(t *testing.T, script []turn, with ...int) {
	synctest.Test(t, func(t *testing.T) {
		w.causes = map[policy.Cause]int{}
		w.h = openWith(t, wide())
		w.h.wire.see = w.see
		defer func() { w.h.close() }()
		for n, x := range script {
			time.Sleep(x.wait)
			synctest.Wait()
			if slices.Contains(with, x.who) {
				w.turn(n, x)
				w.books(x.who)
			}
		}
		for _, i := range with {
			// From wherever they are now: a person, and peace.
			w.write(1000, i, "agente", 0)
			if c := w.conversation(i); c.Handover == nil {
				w.fault("nobody is called: %+v", c)
			}
			w.write(1001, i, "stop", 0)
			if c := w.conversation(i); c.Stopped == nil || c.Handover != nil || len(c.Front)+len(c.Parked) > 0 {
				w.fault("stopped, and it goes on: %+v", c)
			}
		}
		told := [2]int{len(w.people[0].said), len(w.people[1].said)}
		time.Sleep(40 * 24 * time.Hour)
		synctest.Wait()
		for _, i := range with {
			if said := w.people[i].said; len(said) != told[i] {
				w.fault("after a stop: %q", said[told[i]:])
			}
		}
	})
}

func (w *watch) turn(n int, x turn) {
	p := &w.people[x.who]
	switch {
	case x.kind < 10:
		w.write(n, x.who, x.text, x.ago)
	case x.kind == 10 && p.repeat != nil: // WhatsApp delivers it once more
		w.receive(*p.repeat)
	case x.kind == 11 && p.newest != "": // and says that the window was shut
		w.mu.Lock()
		p.shut = p.at
		w.mu.Unlock()
		now := time.Now()
		err := w.h.svc.Receive(context.Background(), runtime.Delivery{Statuses: []store.Status{{
			Key: fmt.Sprintf("n/status/%d", n), MessageID: p.newest, State: store.Failed, At: now, Received: now, Reason: "131047",
		}}})
		if err != nil {
			w.fault("%v", err)
		}
		synctest.Wait()
	case x.kind > 12:
		h := w.conversation(x.who).Handover
		if h == nil {
			return
		}
		who, err := w.h.store.Lookup(context.Background(), store.Address{Phone: phones[x.who]})
		if err != nil {
			w.fault("%v", err)
			return
		}
		id := runtime.HandoverID{Contact: who.ID, Visit: h.Visit}
		if h.With == "" {
			err = w.h.svc.Claim(context.Background(), runtime.Claim{Handover: id, Operator: "Marta"})
			if other := w.h.svc.Claim(context.Background(), runtime.Claim{Handover: id, Operator: "Rosa"}); other == nil {
				w.fault("two operators have %s", phones[x.who])
			}
		}
		switch {
		case err != nil:
		case x.kind == 13 && h.With != "":
			err = w.h.svc.Release(context.Background(), runtime.Release{Handover: id, Operator: "Marta"})
		case x.kind > 13:
			err = w.h.svc.Reply(context.Background(), runtime.Reply{Handover: id, Operator: "Marta", Text: "Soy Marta."})
			var no *runtime.Refusal
			if w.mu.Lock(); errors.As(err, &no) && no.Reason == string(policy.WindowShut) && !w.open(x.who) {
				err = nil
			}
			w.mu.Unlock()
		}
		if err != nil {
			w.fault("%v", err)
		}
		synctest.Wait()
	case x.kind == 12: // the same service, read anew
		w.h.close()
		w.h.start()
		synctest.Wait()
	}
}

// Whatever two people do, and whatever becomes of it, of every message that
// reaches WhatsApp: after a stop nothing but the confirmation and direct
// answers; nothing free-form with the window shut; nothing proactive without
// its consent, and nothing at night; nobody but a person while one has the
// conversation. What is held is never asked, a person is reachable from wherever
// they are, and nothing one contact wrote ever appears in another's messages:
// each of the two is sent what they would be sent alone.
func TestTwoPeopleInAnyWorld(t *testing.T) {
	// A world of two takes a second, and three are played: as many as -rapid.checks
	// says, if it says something.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("12"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	seen := map[policy.Cause]int{}
	try := func(r rapid.TB, script []turn) {
		var together, first, second watch
		together.live(t, script, 0, 1)
		first.live(t, script, 0)
		second.live(t, script, 1)
		for _, w := range []*watch{&together, &first, &second} {
			if len(w.wrong) > 0 {
				r.Fatalf("%s\n%+v\nwere told\n%s\n%s", strings.Join(w.wrong, "\n"), script, strings.Join(w.people[0].said, "\n"), strings.Join(w.people[1].said, "\n"))
			}
			for c, n := range w.causes {
				seen[c] += n
			}
		}
		for i, alone := range []*watch{&first, &second} {
			if a, b := alone.people[i].said, together.people[i].said; !slices.Equal(a, b) {
				r.Fatalf("%+v\n%s alone is told\n%s\nand together\n%s", script, own[i], strings.Join(a, "\n"), strings.Join(b, "\n"))
			}
		}
	}
	// One in which everything is said for sure, and then any.
	try(t, []turn{
		{text: "permiso"}, {who: 1, text: "permiso"}, {text: "sí"}, {who: 1, text: "no"}, {text: "pronto"}, {who: 1, text: "pronto"},
		{text: "eco", wait: 20 * time.Hour}, {text: own[0]}, {who: 1, text: own[1]}, {text: "agente", wait: 5 * time.Hour},
		{kind: 14}, {kind: 12}, {kind: 13}, {who: 1, text: "agente", wait: 13 * time.Hour}, {text: "hola", wait: 80 * time.Hour},
	})
	rapid.Check(t, func(r *rapid.T) { try(r, turns(r)) })
	for _, c := range []policy.Cause{policy.Answer, policy.Nudge, policy.Confirmation, policy.Proactive, policy.GiveUp, policy.FromOperator} {
		if seen[c] == 0 {
			t.Errorf("no message was ever sent for %s: %v", cmp.Or(string(c), "no cause"), seen)
		}
	}
}
