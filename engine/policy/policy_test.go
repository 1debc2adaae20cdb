package policy

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// sends is what Decide says of what may go.
var sends = Decision{Verb: Send, Reason: Open, made: true}

// A decision that nobody made sends nothing, whatever it says.
func TestOnlyDecideSends(t *testing.T) {
	if (Decision{}).Sends() || (Decision{Verb: Send, Reason: Open}).Sends() {
		t.Fatal("a message may go, and the gate was not asked")
	}
	if d := Decide(Rules{}, Contact{LastInbound: noon}, Message{Cause: Answer}, noon); !d.Sends() {
		t.Fatalf("%+v", d)
	}
}

func TestDecide(t *testing.T) {
	wrote := func(ago time.Duration) Contact { return Contact{LastInbound: noon.Add(-ago)} }
	for _, c := range []struct {
		name    string
		contact Contact
		message Message
		want    Decision
	}{
		{"an answer inside the window", wrote(time.Hour), Message{Cause: Answer}, sends},
		{"the last moment before the margin", wrote(Window - Margin - time.Microsecond), Message{Cause: Proactive}, sends},
		{"the margin is not used", wrote(Window - Margin), Message{Cause: Answer}, Decision{Verb: HoldForReply, Reason: WindowShut}},
		{"a template goes out with the window shut", wrote(48 * time.Hour), Message{Cause: Proactive, Template: true}, sends},
		{"they never wrote", Contact{}, Message{Cause: Answer}, Decision{Verb: HoldForReply, Reason: WindowShut}},
		{"WhatsApp said that it is shut", Contact{LastInbound: noon.Add(-time.Hour), ShutAt: noon.Add(-time.Minute)}, Message{Cause: Answer}, Decision{Verb: HoldForReply, Reason: WindowShut}},
		{"they wrote after WhatsApp said so", Contact{LastInbound: noon.Add(-time.Minute), ShutAt: noon.Add(-time.Hour)}, Message{Cause: Answer}, sends},
		{"stopped: nothing proactive", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Proactive}, Decision{Verb: Refuse, Reason: Stopped}},
		{"stopped: no template", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Proactive, Template: true}, Decision{Verb: Refuse, Reason: Stopped}},
		{"stopped: no nudge", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Nudge}, Decision{Verb: Refuse, Reason: Stopped}},
		{"stopped: nobody gives up on them", Contact{Stopped: true, LastInbound: noon}, Message{Cause: GiveUp}, Decision{Verb: Refuse, Reason: Stopped}},
		{"stopped: a message without a cause", Contact{Stopped: true, LastInbound: noon}, Message{}, Decision{Verb: Refuse, Reason: Stopped}},
		{"stopped: the confirmation", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Confirmation}, sends},
		{"stopped: what they ask for", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Answer}, sends},
		{"stopped outweighs handover", Contact{Stopped: true, Handover: true, LastInbound: noon}, Message{Cause: Proactive}, Decision{Verb: Refuse, Reason: Stopped}},
		{"handover: the flows are silent", Contact{Handover: true, Since: noon.Add(-time.Minute), LastInbound: noon}, Message{Cause: Answer, Created: noon}, Decision{Verb: HoldForReply, Reason: InHandover}},
		{"handover: what was made before it leaves", Contact{Handover: true, Since: noon, LastInbound: noon}, Message{Cause: Answer, Created: noon}, sends},
		{"handover: an operator writes", Contact{Handover: true, Since: noon.Add(-time.Minute), LastInbound: noon}, Message{Cause: FromOperator, Created: noon}, sends},
		{"handover: not an operator either, with the window shut", Contact{Handover: true, Since: noon.Add(-time.Minute), LastInbound: noon.Add(-25 * time.Hour)}, Message{Cause: FromOperator, Created: noon}, Decision{Verb: HoldForReply, Reason: WindowShut}},
	} {
		if got := Decide(Rules{}, c.contact, c.message, noon); got != c.want {
			t.Errorf("%s: %v %s, want %v %s", c.name, got.Verb, got.Reason, c.want.Verb, c.want.Reason)
		}
	}
}

// A service can make the margin wider, and never narrower.
func TestMarginOnlyGrows(t *testing.T) {
	c := Contact{LastInbound: noon}
	for _, m := range []time.Duration{-time.Hour, 0, time.Minute, Margin} {
		if got, want := (Rules{Margin: m}).Shuts(c), noon.Add(Window-Margin); !got.Equal(want) {
			t.Errorf("margin %s: shuts %s, want %s", m, got, want)
		}
	}
	if got, want := (Rules{Margin: time.Hour}).Shuts(c), noon.Add(Window-time.Hour); !got.Equal(want) {
		t.Errorf("shuts %s, want %s", got, want)
	}
}
