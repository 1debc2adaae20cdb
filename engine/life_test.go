package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
)

// amanecer is a service with everything that can lose a question: flows that
// digress, park, hold, hand over, go home, leave and go round; a template that
// answers what it can't use and breaks a silence; data that a flow has for
// itself; a flow after every release.
func amanecer() engine.Definition {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	end := func(o string) engine.Target { return engine.Target{End: o} }
	own := func(o engine.Own) engine.Target { return engine.Target{Own: o} }
	hours := func(n int) time.Duration { return time.Duration(n) * time.Hour }
	return engine.Definition{
		Name: "Amanecer", Languages: []string{"es", "en"}, Timezone: "America/Bogota", Home: "casa",
		Human: engine.Human{
			Words: map[string][]string{"es": {"guía"}},
			Say:   es("Te escribirá alguien."),
			Paths: []engine.Path{{Inbox: "guias"}, {Phone: "+57 601 555 0100", Always: true}},
			After: "cierre", GiveUp: engine.GiveUp{After: engine.Duration{Exact: hours(30)}, Say: es("Nadie pudo.")},
			Idle: hours(6),
		},
		Stop: engine.Stop{Say: es("Listo.")}, WelcomeBack: es("Qué bueno."), Hint: es("{word.human} · {word.stop}"),
		Data: []engine.Datum{
			{Name: "color", Type: eval.Text, Max: num(20), Keep: hours(24 * 10)},
			{Name: "dias", Type: eval.Integer, UntilStop: true},
		},
		Templates: []engine.Template{{
			Name: "hola", Category: "utility", Body: es("Hola {color}"), Fill: []string{"color"},
			Buttons: []engine.Button{{ID: "va", Label: es("Va")}, {ID: "no", Label: es("Luego")}},
		}},
		Flows: []engine.Flow{
			{ID: "casa", Keywords: map[string][]string{"es": {"casa"}}, Begins: "pide", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "pide", Verb: engine.AskVerb, Ask: es("¿Color?"), Save: "color",
					Rows: []engine.Row{
						{ID: "sale", Label: es("Salir de aquí"), Say: []engine.Words{es("Adiós.")}, Go: own(engine.ToStop)},
						{ID: "gente", Label: es("Con gente"), Go: own(engine.ToHuman)},
						{ID: "dudo", Label: es("Dudo"), Go: own(engine.ToOffer)},
					},
					Silence: &engine.Silence{After: hours(10), Say: es("¿Y?"), Times: 2, Go: to("aviso")}, Go: to("fin")},
				{ID: "aviso", Verb: engine.TemplateV, Template: "hola", Fill: []engine.Fill{{Name: "color", Source: `color ?? "azul"`}},
					Rows:  []engine.Row{{ID: "va", Go: to("pide")}, {ID: "no", Go: to("espera")}},
					Retry: []engine.Words{es("Toca un botón.")}, Otherwise: to("pide"),
					Silence: &engine.Silence{After: hours(12), Say: es("¿Viste?"), Times: 1, Go: to("fin")}},
				{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: hours(30)}, At: -1}, Go: to("aviso")},
				{ID: "fin", Verb: engine.SayVerb, Say: []engine.Words{es("Gracias.")}, Go: end("done")},
			}},
			{ID: "cierre", Begins: "nota", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "nota", Verb: engine.AskVerb, Ask: es("¿Qué tal te atendieron?"),
					Rows: []engine.Row{{ID: "bien", Label: es("Bien"), Go: end("done")}, {ID: "mal", Label: es("Mal"), Go: to("luego")}}},
				{ID: "luego", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: hours(5)}, At: -1}, Go: end("done")},
			}},
			{ID: "cuenta", Keywords: map[string][]string{"es": {"cuenta"}}, Begins: "n", Outcomes: []string{"done"},
				Data: []engine.Datum{{Name: "dias", Type: eval.Integer, Default: eval.IntOf(0)}},
				Nodes: []engine.Node{
					{ID: "n", Verb: engine.AskVerb, Ask: es("¿Cuántos?"), Save: "dias", Go: to("manda"), Otherwise: own(engine.ToHome),
						Rows: []engine.Row{{ID: "oculta", Label: es("Oculta"), If: "dias > 90", Go: end("done")}}},
					{ID: "manda", Verb: engine.TemplateV, Template: "hola", Fill: []engine.Fill{{Name: "color", Source: `string(dias)`}},
						Rows: []engine.Row{{ID: "va", Go: to("n")}}, Otherwise: end("done")},
				}},
			{ID: "gira", Keywords: map[string][]string{"es": {"gira"}}, Begins: "a", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "a", Go: to("b")}, {ID: "b", Verb: engine.WhenVerb, When: []engine.Case{{If: "len(color ?? '') > 19", Go: end("done")}}, Otherwise: to("a")},
			}},
			{ID: "noche", Keywords: map[string][]string{"es": {"noche"}}, Begins: "espera", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: hours(26)}, At: -1}, Go: to("libre")},
				{ID: "libre", Verb: engine.SayVerb, Say: []engine.Words{es("Ya amanece.")}, Go: to("duerme")},
				{ID: "duerme", Verb: engine.AskVerb, Ask: es("¿Dormiste?"), Go: end("done"), Rows: []engine.Row{{ID: "si", Label: es("Dormí"), Go: to("fin")}}},
				{ID: "fin", Go: own(engine.ToHuman)},
			}},
			{ID: "pausa", Keywords: map[string][]string{"es": {"pausa"}}, Begins: "p", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "p", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 40 * time.Minute}, At: -1, Reply: "r"}, Go: to("r")},
				{ID: "r", Verb: engine.AskVerb, Ask: es("¿Seguimos?"), Rows: []engine.Row{{ID: "si", Label: es("Seguimos"), Go: to("p")}, {ID: "no", Label: es("Basta"), Go: own(engine.ToHome)}}},
			}},
		},
	}
}

// deaf is amanecer without an inbox: a person is a phone call away.
func deaf() engine.Definition {
	d := amanecer()
	d.Human.Paths, d.Human.After = d.Human.Paths[1:], ""
	return d
}

type timerKey struct {
	flow    engine.FlowID
	visit   uint64
	purpose engine.Purpose
}

// life is a conversation under way, with the timers the engine has asked for.
type life struct {
	s      *engine.Service
	c      engine.Conversation
	now    time.Time
	timers map[timerKey]time.Time
	last   engine.Result
	event  engine.Event
	events int
	rng    *rand.Rand // of a random walk
}

func live(t testing.TB, d engine.Definition) *life {
	t.Helper()
	s, err := engine.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
}

// do tells the conversation what happened, through the bytes that a store
// keeps, and looks after the timers.
func (l *life) do(ev engine.Event) error {
	l.event = ev
	l.events++
	b, err := l.c.Encode()
	if err != nil {
		return err
	}
	c, err := engine.Decode(b)
	if err != nil {
		return err
	}
	if e, ok := ev.(engine.TimerFired); ok {
		delete(l.timers, timerKey{e.Flow, e.Visit, e.Purpose})
	}
	if l.last, err = l.s.Advance(c, ev); err != nil {
		return err
	}
	// As a store keeps it or as it never left memory: it is the same.
	direct, err := l.s.Advance(l.c, ev)
	if err != nil {
		return err
	}
	kept, err := l.last.Conversation.Encode()
	if err != nil {
		return err
	}
	if in, err := direct.Conversation.Encode(); err != nil || !bytes.Equal(in, kept) || !reflect.DeepEqual(direct.Effects, l.last.Effects) {
		return fmt.Errorf("%T: written down and read, it goes on otherwise (%v)", ev, err)
	}
	if after, err := c.Encode(); err != nil || !bytes.Equal(b, after) {
		return fmt.Errorf("%T changed what it was given (%v)", ev, err)
	}
	l.c = l.last.Conversation
	for _, e := range l.last.Effects {
		switch e := e.(type) {
		case engine.StartTimer:
			l.timers[timerKey{e.Flow, e.Visit, e.Purpose}] = e.At
		case engine.StopTimer:
			delete(l.timers, timerKey{e.Flow, e.Visit, e.Purpose})
		}
	}
	return nil
}

// next is the timer that is due first.
func (l *life) next() (timerKey, bool) {
	keys := slices.SortedFunc(maps.Keys(l.timers), func(a, b timerKey) int {
		if c := l.timers[a].Compare(l.timers[b]); c != 0 {
			return c
		}
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	if len(keys) == 0 {
		return timerKey{}, false
	}
	return keys[0], true
}

// wait lets time pass, and fires what falls due on the way.
func (l *life) wait(t testing.TB, d time.Duration) (said []string) {
	t.Helper()
	until := l.now.Add(d)
	for {
		k, ok := l.next()
		if !ok || l.timers[k].After(until) {
			l.now = until
			return said
		}
		if due := l.timers[k]; due.After(l.now) {
			l.now = due
		}
		said = append(said, l.must(t, engine.TimerFired{Now: l.now, Flow: k.flow, Visit: k.visit, Purpose: k.purpose})...)
	}
}

// must does something, and returns the first line of everything said.
func (l *life) must(t testing.TB, ev engine.Event) []string {
	t.Helper()
	if err := l.do(ev); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, e := range l.last.Effects {
		if m, ok := e.(engine.Send); ok {
			said = append(said, strings.Split(m.Message.Body, "\n")[0])
		}
	}
	return said
}

// say has the person write something that was sent ago.
func (l *life) say(t testing.TB, text string, ago time.Duration) []string {
	t.Helper()
	return l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InText, Type: "text", Text: text, Sent: l.now.Add(-ago)}).Event(l.now))
}

// tap has the person tap a row of a visit.
func (l *life) tap(t testing.TB, f engine.Frame, row string) []string {
	t.Helper()
	return l.must(t, l.s.Read(engine.Inbound{ID: "m", Kind: engine.InTap, Type: "interactive", Text: row, Sent: l.now,
		Tap: engine.WireID{Flow: f.Flow, Node: f.Node, Visit: f.Visit, Row: row}.String()}).Event(l.now))
}

func (l *life) act(t testing.TB, act engine.Act) []string {
	t.Helper()
	return l.must(t, engine.Operator{Now: l.now, Act: act, Name: "Marta", Text: "hola"})
}

// sends are the messages of the last event.
func (l *life) sends() []engine.Outgoing {
	var out []engine.Outgoing
	for _, e := range l.last.Effects {
		if m, ok := e.(engine.Send); ok {
			out = append(out, m.Message)
		}
	}
	return out
}

// records are the records of the last event, as kind/code.
func (l *life) records() []string {
	var out []string
	for _, e := range l.last.Effects {
		if r, ok := e.(engine.Record); ok {
			out = append(out, string(r.Kind)+"/"+r.Code)
		}
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// alive reports what could never end: a question without its silence, a wait
// without its clock, a held message that may leave, a request for a person
// that nobody gives up; and timers that run for nothing.
func (l *life) alive() error {
	c := &l.c
	live := func(f *engine.Frame, p engine.Purpose) error {
		if f.Timer != p {
			return fmt.Errorf("%s.%s stands without its %s", f.Flow, f.Node, p)
		}
		if _, ok := l.timers[timerKey{f.Flow, f.Visit, p}]; !ok {
			return fmt.Errorf("%s.%s names a timer that does not run: %s", f.Flow, f.Node, p)
		}
		return nil
	}
	used := map[timerKey]bool{}
	use := func(stack []engine.Frame) {
		for _, f := range stack {
			if f.Timer != "" {
				used[timerKey{f.Flow, f.Visit, f.Timer}] = true
			}
			if f.Turn {
				used[timerKey{f.Flow, f.Visit, engine.ForTurn}] = true
			}
		}
	}
	ready := false
	for _, sc := range c.Scheduled {
		k := timerKey{sc.Flow, sc.Visit, engine.ForStart}
		ready = ready || sc.Ready
		used[k] = !sc.Ready
		if l.timers[k].IsZero() != sc.Ready {
			return fmt.Errorf("%s is scheduled, ready %v, and its timer says %s", sc.Flow, sc.Ready, l.timers[k])
		}
	}
	if err := l.callers(); err != nil {
		return err
	}
	for i := range c.Parked {
		t := &c.Parked[i]
		f := &t.Stack[len(t.Stack)-1]
		use(t.Stack)
		ready = ready || t.Ready
		if t.Ready && f.Timer != "" {
			return fmt.Errorf("%s is ready, and its timer runs", f.Flow)
		}
		switch {
		case t.Ready:
		case t.Why == engine.InWait:
			if err := live(f, engine.ForWait); err != nil {
				return err
			}
		case t.Why == engine.InFetch:
			if err := live(f, engine.ForFetch); err != nil {
				return err
			}
		case t.Why == engine.InReturn, t.Why == engine.InMoved:
			return fmt.Errorf("%s.%s waits for its turn, and is not ready", f.Flow, f.Node)
		case t.Why == engine.InTemplate:
			if err := live(f, engine.ForSilence); err != nil {
				return err
			}
		case t.Why == engine.InQuiet:
			if err := live(f, engine.ForQuiet); err != nil {
				return err
			}
		case t.Why == engine.InHold:
			if f.Timer != "" && f.Timer != engine.ForHold || f.Asked || f.Tries+f.Nudges > 0 || f.Offered {
				return fmt.Errorf("%s.%s is held, and was asked: %+v", f.Flow, f.Node, f)
			}
			if len(c.Front) == 0 && c.Handover == nil && l.s.WindowOpen(c, l.now) {
				return fmt.Errorf("%s.%s is held, and nothing holds it", f.Flow, f.Node)
			}
		}
	}
	if c.Aside != nil {
		use(c.Aside.Stack)
		if len(c.Front) == 0 {
			return errors.New("a question was set aside for nothing")
		}
	}
	use(c.Front)
	if n := len(c.Front); n > 0 && c.Front[n-1].Timer == engine.ForFetch {
		if err := live(&c.Front[n-1], engine.ForFetch); err != nil {
			return err
		}
	} else if n > 0 && c.Handover == nil {
		f := &c.Front[n-1]
		if !f.Asked {
			return fmt.Errorf("%s.%s is in front, and was not asked", f.Flow, f.Node)
		}
		if err := live(f, engine.ForSilence); err != nil {
			return err
		}
		if ready {
			if _, ok := l.timers[timerKey{f.Flow, f.Visit, engine.ForTurn}]; !ok || !f.Turn {
				return fmt.Errorf("a flow waits for its turn, and nothing tells %s.%s", f.Flow, f.Node)
			}
		}
	}
	if ready && len(c.Front) == 0 && c.Handover == nil {
		return errors.New("a flow's time has come, no question is open, and it waits on")
	}
	if h := c.Handover; h != nil {
		p := engine.ForGiveUp
		if h.With != "" {
			p = engine.ForIdle
		}
		k := timerKey{"", h.Visit, p}
		used[k] = true
		if _, ok := l.timers[k]; !ok {
			return fmt.Errorf("a handover without its %s", p)
		}
	} else if len(c.Owed) > 0 && len(c.Front) == 0 && l.s.WindowOpen(c, l.now) {
		return fmt.Errorf("%v is owed, and nothing is in the way", c.Owed)
	}
	for name := range c.Data {
		if k := (timerKey{engine.FlowID(name), 0, engine.ForKeep}); name == "color" || name == "nombre" {
			if used[k] = true; l.timers[k].IsZero() {
				return fmt.Errorf("%s is kept for ever", name)
			}
		}
	}
	for k := range l.timers {
		if !used[k] && k.purpose != engine.ForKeep {
			return fmt.Errorf("a timer runs for nothing: %v", k)
		}
	}
	return nil
}

// callers reports a stack whose callers do not stand at the call of what is
// above them.
func (l *life) callers() error {
	calls := map[string]bool{}
	for _, f := range l.s.Table().Flows {
		for _, n := range f.Nodes {
			calls[string(f.Flow+".")+string(n.Node)] = n.Verb == engine.CallVerb
		}
	}
	var err error
	check := func(stack []engine.Frame) {
		for _, f := range stack[:max(len(stack)-1, 0)] {
			if !calls[string(f.Flow+".")+string(f.Node)] || f.Timer != "" {
				err = fmt.Errorf("%s.%s calls nobody: %+v", f.Flow, f.Node, f)
			}
		}
	}
	check(l.c.Front)
	if l.c.Aside != nil {
		check(l.c.Aside.Stack)
	}
	for _, t := range l.c.Parked {
		check(t.Stack)
	}
	return err
}

// forgotten reports a question that was asked and of which nothing says how it
// ended.
func (l *life) forgotten(was *engine.Conversation) error {
	type visit struct {
		flow engine.FlowID
		n    uint64
	}
	now, flows := map[visit]bool{}, map[engine.FlowID]bool{}
	each(&l.c, func(f engine.Frame) { now[visit{f.Flow, f.Visit}] = true })
	for _, h := range l.last.Trace {
		flows[h.Flow] = true
	}
	for _, e := range l.last.Effects {
		if r, ok := e.(engine.Record); ok && (r.Code == engine.Left || r.Code == "moved" || r.Code == "replaced" || r.Code == "node-gone") {
			flows[r.Flow] = true
		}
	}
	var err error
	each(was, func(f engine.Frame) {
		if f.Asked && !now[visit{f.Flow, f.Visit}] && !flows[f.Flow] {
			err = fmt.Errorf("nothing says what became of %s.%s", f.Flow, f.Node)
		}
	})
	return err
}

func each(c *engine.Conversation, fn func(engine.Frame)) {
	for _, f := range c.Front {
		fn(f)
	}
	if c.Aside != nil {
		for _, f := range c.Aside.Stack {
			fn(f)
		}
	}
	for _, t := range c.Parked {
		for _, f := range t.Stack {
			fn(f)
		}
	}
}

// twice reports a message that one event sent two times.
func (l *life) twice() error {
	seen := map[string]bool{}
	for _, m := range l.sends() {
		k := fmt.Sprintf("%s/%d/%s", m.Node, m.Visit, m.Body)
		if seen[k] {
			return fmt.Errorf("sent twice: %q", m.Body)
		}
		seen[k] = true
	}
	return nil
}
