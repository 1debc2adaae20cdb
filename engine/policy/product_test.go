package policy

import (
	"fmt"
	"testing"
	"time"
)

// option is one value of one input of the gate.
type option[T any] struct {
	name string
	set  func(*T)
}

// world is everything the gate is told.
type world struct {
	r Rules
	c Contact
	m Message
}

var morning = noon.Add(19 * time.Hour)

func quietUntil(zone string, t time.Time) time.Time {
	if zone != "x" || !t.Equal(noon) {
		return time.Time{}
	}
	return morning
}

// The inputs of the gate, each with every value that could matter to it.
var (
	whether = func(name string, set func(*world)) []option[world] {
		return []option[world]{{"", func(*world) {}}, {name, set}}
	}
	causes = func() (out []option[world]) {
		for _, c := range []Cause{Answer, Nudge, Confirmation, FromOperator, GiveUp, Proactive, ""} {
			out = append(out, option[world]{"cause " + string(c), func(w *world) { w.m.Cause = c }})
		}
		return out
	}()
	stops = []option[world]{
		{"", func(*world) {}},
		{"stopped", func(w *world) { w.c.Stopped = true }},
		{"stopped, asked since", func(w *world) { w.c.Stopped, w.c.Asked = true, noon.Add(-2*time.Hour) }},
		{"stopped, asked after it was made", func(w *world) { w.c.Stopped, w.c.Asked = true, noon.Add(time.Second) }},
	}
	handovers = []option[world]{
		{"", func(*world) {}},
		{"waiting", func(w *world) { w.c.Handover, w.c.Since = true, noon.Add(-time.Hour) }},
		{"waiting since then", func(w *world) { w.c.Handover, w.c.Since = true, noon }},
		{"with an operator", func(w *world) { w.c.Handover, w.c.With, w.c.Since = true, true, noon.Add(-time.Hour) }},
	}
	agreements = []option[world]{
		{"no consents at all", func(*world) {}},
		{"never", func(w *world) { w.r.Consents = map[string]int{"a": 3} }},
		{"live", func(w *world) {
			w.r.Consents, w.c.Consents = map[string]int{"a": 3}, map[string]Agreement{"a": {3, true}}
		}},
		{"withdrawn", func(w *world) {
			w.r.Consents, w.c.Consents = map[string]int{"a": 3}, map[string]Agreement{"a": {3, false}}
		}},
		{"outdated", func(w *world) {
			w.r.Consents, w.c.Consents = map[string]int{"a": 3}, map[string]Agreement{"a": {2, true}}
		}},
		{"to something else", func(w *world) {
			w.r.Consents, w.c.Consents = map[string]int{"a": 3, "b": 1}, map[string]Agreement{"b": {1, true}}
		}},
		{"to a version that nobody knows", func(w *world) { w.r.Consents, w.c.Consents = map[string]int{}, map[string]Agreement{"a": {0, true}} }},
		{"to what is no purpose for messages", func(w *world) { w.r.Consents, w.c.Consents = map[string]int{}, map[string]Agreement{"a": {3, true}} }},
	}
	kinds = []option[world]{
		{"free text", func(*world) {}},
		{"utility", func(w *world) { w.m.Template, w.m.Category = true, "utility" }},
		{"marketing", func(w *world) { w.m.Template, w.m.Category = true, Marketing }},
	}
	stands = []option[world]{
		{"", func(*world) {}},
		{"or a template", func(w *world) { w.m.Outside = &Stand{"utility", "a"} }},
		{"or marketing", func(w *world) { w.m.Outside = &Stand{Marketing, "a"} }},
		{"or one for something else", func(w *world) { w.m.Outside = &Stand{"utility", "z"} }},
	}
	windows = []option[world]{
		{"they never wrote", func(*world) {}},
		{"they just wrote", func(w *world) { w.c.LastInbound = noon }},
		{"the last moment", func(w *world) { w.c.LastInbound = noon.Add(-Window + Margin + time.Microsecond) }},
		{"the margin", func(w *world) { w.c.LastInbound = noon.Add(-Window + Margin) }},
		{"long shut", func(w *world) { w.c.LastInbound = noon.Add(-99 * time.Hour) }},
		{"WhatsApp shut it", func(w *world) { w.c.LastInbound, w.c.ShutAt = noon.Add(-time.Hour), noon.Add(-time.Hour) }},
		{"they wrote after WhatsApp shut it", func(w *world) { w.c.LastInbound, w.c.ShutAt = noon.Add(-time.Hour), noon.Add(-2*time.Hour) }},
		{"a wider margin", func(w *world) { w.r.Margin, w.c.LastInbound = 2*time.Hour, noon.Add(-Window+time.Hour) }},
	}
	nights = []option[world]{
		{"", func(*world) {}},
		{"no quiet hours now", func(w *world) { w.r.Quiet = quietUntil }},
		{"quiet", func(w *world) { w.r.Quiet, w.c.Zone = quietUntil, "x" }},
	}
)

// obstacle is one row of the language page's table, as a reader would check it.
type obstacle struct {
	stands bool
	d      Decision
}

// expected is the gate once more, written the other way round: what each rule
// says by itself, and then the first one that stands in the way.
func expected(w world, with map[string]bool) Decision {
	is := func(names ...string) bool {
		for _, n := range names {
			if with[n] {
				return true
			}
		}
		return false
	}
	cause := func(list ...Cause) bool {
		for _, c := range list {
			if w.m.Cause == c {
				return true
			}
		}
		return false
	}
	template := is("utility", "marketing")
	shut := is("they never wrote", "the margin", "long shut", "WhatsApp shut it", "a wider margin")
	optedOut := is("no marketing")
	agreed := is("live", "no consents at all")
	first := cause(Proactive)
	night := is("quiet")

	// What stands in may leave under the rules that a template has to keep.
	standsIn := is("or a template", "or one for something else") || is("or marketing") && !optedOut
	if first && is("or one for something else") && !is("no consents at all") {
		standsIn = false
	}
	for _, o := range []obstacle{
		{is("stopped", "stopped, asked since", "stopped, asked after it was made") && !cause(Answer, Confirmation) &&
			!(cause(FromOperator) && is("stopped, asked since")), Decision{Verb: Refuse, Reason: Stopped}},
		{first && !agreed, Decision{Verb: Refuse, Reason: NoConsent}},
		{optedOut && is("marketing"), Decision{Verb: Refuse, Reason: Category}},
		{is("waiting", "with an operator") && !cause(Confirmation, FromOperator, GiveUp) &&
			!(is("anywhere") && is("waiting") && cause(Answer)), Decision{Verb: HoldForReply, Reason: InHandover}},
		{!template && shut && !standsIn, Decision{Verb: HoldForReply, Reason: WindowShut}},
		{night && cause(Nudge), decisionForNudge(template, shut)},
		{night && cause(Proactive, GiveUp), Decision{Verb: HoldUntil, Reason: Quiet, Until: morning}},
		{!template && shut, Decision{Verb: Substitute, Reason: WindowShut}},
	} {
		if o.stands {
			return o.d
		}
	}
	return sends
}

// A nudge in the quiet hours is left out; one that would be a template's, which
// no nudge is, waits like the words it stands for.
func decisionForNudge(template, shut bool) Decision {
	if !template && shut {
		return Decision{Verb: HoldForReply, Reason: WindowShut}
	}
	return Decision{Verb: Refuse, Reason: Quiet}
}

// everything calls fn with every combination of everything the gate looks at,
// and the names of what was set.
func everything(fn func(w world, with map[string]bool)) {
	dims := [][]option[world]{
		causes, stops, handovers, agreements, kinds, stands, windows, nights,
		whether("no marketing", func(w *world) { w.c.NoMarketing = true }),
		whether("anywhere", func(w *world) { w.m.Anywhere = true }),
	}
	with := map[string]bool{}
	var walk func(i int, w world)
	walk = func(i int, w world) {
		if i < len(dims) {
			for _, o := range dims[i] {
				next := w
				o.set(&next)
				had := with[o.name]
				with[o.name] = o.name != ""
				walk(i+1, next)
				with[o.name] = had
			}
			return
		}
		w.m.Created, w.m.Purpose = noon, "a"
		fn(w, with)
	}
	walk(0, world{})
}

// Every combination of everything the gate looks at, against the same rules
// written once more.
func TestGateOverEverything(t *testing.T) {
	seen := map[Decision]int{}
	wrong := 0
	everything(func(w world, with map[string]bool) {
		got, want := Decide(w.r, w.c, w.m, noon), expected(w, with)
		seen[got]++
		if got != want {
			if wrong++; wrong <= 5 {
				t.Errorf("%v: %v %s, want %v %s", with, got.Verb, got.Reason, want.Verb, want.Reason)
			}
		}
		// What may never happen, whatever the reason.
		if got.Verb == Send && !w.m.Template && !w.r.WindowOpen(w.c, noon) {
			t.Fatalf("free text with the window shut: %v", with)
		}
		if got.Reason == "" || (got.Verb == HoldUntil) != got.Until.After(noon) {
			t.Fatalf("%+v: %v", got, with)
		}
	})
	if wrong > 5 {
		t.Errorf("… and %d more", wrong-5)
	}
	// Every decision was made, and by far not always the same one.
	for _, d := range []Decision{
		{Verb: Refuse, Reason: Stopped}, {Verb: Refuse, Reason: NoConsent}, {Verb: Refuse, Reason: Category}, {Verb: Refuse, Reason: Quiet},
		{Verb: HoldForReply, Reason: InHandover}, {Verb: HoldForReply, Reason: WindowShut},
		{Verb: HoldUntil, Reason: Quiet, Until: morning}, {Verb: Substitute, Reason: WindowShut}, sends,
	} {
		if seen[d] < 100 {
			t.Errorf("%v %s was decided %d times", d.Verb, d.Reason, seen[d])
		}
		delete(seen, d)
	}
	if len(seen) > 0 {
		t.Errorf("decisions nobody knows: %s", fmt.Sprint(seen))
	}
}

// A message that names no purpose has nobody's consent.
func TestNoPurposeIsNoConsent(t *testing.T) {
	r := Rules{Consents: map[string]int{"": 0, "a": 0}}
	if d := Decide(r, Contact{LastInbound: noon}, Message{Cause: Proactive}, noon); d.Reason != NoConsent {
		t.Fatalf("%+v", d)
	}
}
