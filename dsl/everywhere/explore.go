package everywhere

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cauce/dsl/script"
	"cauce/engine"
	"cauce/engine/sim"
)

// Bound is how many states are found in each language at most.
const Bound = 500

// nobodysWords are words that no service waits for: they begin the home flow,
// and are the answer of somebody who did not read the question.
const nobodysWords = "👋"

// samples are answers, of which one fits most questions. They are written as a
// script has them.
var samples = []string{
	"20", "Ana", "2.5", "16:30", "+573001234567", "ana@example.org", "(location)", "(image foto.jpg)", "(audio)", "(document)", "(video)", "(sticker)", "(contacts)",
}

// Explore finds states that a person can come to, breadth first. The first is
// that of somebody who has not written yet. more: there are others beyond Bound.
func Explore(svc *engine.Service, lang string) (list []State, more bool) {
	start := script.DefaultStart(svc.Zone())
	w := sim.New(svc, start)
	w.Start(engine.Conversation{Language: lang})
	e := explorer{seen: map[string]bool{}}
	e.add(State{w, script.NewTake(lang, time.Time{})})
	for _, word := range append([]string{nobodysWords}, svc.Vocabulary(lang).Keywords...) {
		e.write(e.list[0], word)
	}
	for next := 1; next < len(e.list); next++ {
		e.from(e.list[next])
	}
	return e.list, e.more
}

type explorer struct {
	list []State
	seen map[string]bool
	more bool
}

// add keeps a state, unless it is one that was found before.
func (e *explorer) add(s State) {
	k := key(s.World)
	switch {
	case e.seen[k]:
	case len(e.list) >= Bound:
		e.more = true
	default:
		e.seen[k] = true
		e.list = append(e.list, s)
	}
}

// then keeps where a line leads; a line that can't be played leads nowhere.
func (e *explorer) then(s State, source string, do func(*sim.World) ([]sim.Line, error)) *sim.World {
	w := s.World.Fork()
	lines, err := do(w)
	if err != nil {
		return nil
	}
	e.add(State{w, s.Take.Then(source, messages(lines))})
	return w
}

func (e *explorer) write(s State, word string) {
	said := script.Writes(word)
	e.then(s, "> "+said.String(), said.Do)
}

// from does everything that can be done at a state.
func (e *explorer) from(s State) {
	c := s.World.Conversation()
	if len(c.Front) > 0 || len(c.Parked) > 0 {
		e.tap(s)
	}
	e.write(s, nobodysWords)
	if len(c.Front) > 0 && c.Handover == nil {
		e.answer(s)
	}
	e.wait(s)
	for _, r := range s.World.Requests() {
		e.happen(s, "fetch "+r.Connection+" 200 {}")
		e.happen(s, "fetch "+r.Connection+" 0")
	}
	if h := c.Handover; h != nil {
		if h.With == "" {
			e.happen(s, "operator claim")
		}
		e.happen(s, "operator done")
	}
}

// tap taps every choice of the newest message that has any.
func (e *explorer) tap(s State) {
	lines := s.World.Transcript()
	for i := len(lines) - 1; i >= 0; i-- {
		choices := lines[i].Message.Choices
		for _, ch := range choices {
			tap := script.Taps(ch.Label)
			e.then(s, "> "+tap.String(), tap.Do)
		}
		if len(choices) > 0 {
			return
		}
	}
}

// answer gives the open question an answer that it can use, if one of the
// samples is one.
func (e *explorer) answer(s State) {
	c := s.World.Conversation()
	asked := c.Front[len(c.Front)-1]
	local := s.World.Now().In(s.World.Service().Zone())
	days := []string{local.AddDate(0, 0, 1).Format(time.DateOnly), local.AddDate(0, -6, 0).Format(time.DateOnly), local.AddDate(-20, 0, 0).Format(time.DateOnly)}
	for _, sample := range append(samples[:1:1], append(days, samples[1:]...)...) {
		said, err := script.ParseSaid(sample)
		if err != nil {
			continue
		}
		w := s.World.Fork()
		lines, err := said.Do(w)
		if err != nil {
			continue
		}
		now := w.Conversation()
		if n := len(now.Front); n > 0 && now.Front[n-1].Visit == asked.Visit {
			continue // the question stays
		}
		e.add(State{w, s.Take.Then("> "+sample, messages(lines))})
		return
	}
}

// wait lets time pass until the next timer is due.
func (e *explorer) wait(s State) {
	due := s.World.Due()
	if due.IsZero() {
		return
	}
	minutes := int(due.Sub(s.World.Now())+time.Minute-1) / int(time.Minute)
	move := "+" + strconv.Itoa(max(minutes, 1)) + "m"
	if minutes > 99_999 {
		move = "+" + strconv.Itoa(minutes/(24*60)+1) + "d"
	}
	c, err := script.ParseClock(move)
	if err != nil {
		return // further away than a script can say
	}
	e.then(s, "@ "+move, func(w *sim.World) ([]sim.Line, error) {
		return w.Until(c.From(w.Now(), w.Service().Zone()))
	})
}

func (e *explorer) happen(s State, what string) {
	h, err := script.ParseHappening(what)
	if err != nil {
		return
	}
	e.then(s, "~ "+what, h.Do)
}

// key says where a conversation is, without when it came there and what was
// answered on the way: two states with one key are taken for the same.
func key(w *sim.World) string {
	c := w.Conversation()
	var b strings.Builder
	stack := func(frames []engine.Frame) {
		for _, f := range frames {
			fmt.Fprintf(&b, " %s.%s %v %v %d %d %v %d %v", f.Flow, f.Node, f.Asked, f.Offered, f.Tries, f.Nudges, f.Doubt != nil, f.Page, f.Anywhere)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s %v %v %v %v %v\n", c.Language, w.Open(), c.Stopped != nil, c.Unsure != nil, c.Owed, len(w.Requests()))
	stack(c.Front)
	if c.Aside != nil {
		stack(c.Aside.Stack)
	}
	b.WriteByte('\n')
	for _, t := range c.Parked {
		fmt.Fprintf(&b, "%s %v", t.Why, t.Ready)
		stack(t.Stack)
	}
	for _, s := range c.Scheduled {
		fmt.Fprintf(&b, "%s %v\n", s.Flow, s.Ready)
	}
	if h := c.Handover; h != nil {
		fmt.Fprintf(&b, "handover %v\n", h.With != "")
	}
	return b.String()
}
