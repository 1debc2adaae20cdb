package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestDecide(t *testing.T) {
	wrote := func(ago time.Duration) Contact { return Contact{LastInbound: noon.Add(-ago)} }
	for _, c := range []struct {
		name    string
		contact Contact
		message Message
		want    Decision
	}{
		{"an answer inside the window", wrote(time.Hour), Message{Cause: Answer}, Decision{Send, Open}},
		{"the last moment before the margin", wrote(Window - Margin - time.Microsecond), Message{Cause: Proactive}, Decision{Send, Open}},
		{"the margin is not used", wrote(Window - Margin), Message{Cause: Answer}, Decision{HoldForReply, WindowShut}},
		{"a template goes out with the window shut", wrote(48 * time.Hour), Message{Cause: Proactive, Template: true}, Decision{Send, Open}},
		{"they never wrote", Contact{}, Message{Cause: Answer}, Decision{HoldForReply, WindowShut}},
		{"WhatsApp said that it is shut", Contact{LastInbound: noon.Add(-time.Hour), ShutAt: noon.Add(-time.Minute)}, Message{Cause: Answer}, Decision{HoldForReply, WindowShut}},
		{"they wrote after WhatsApp said so", Contact{LastInbound: noon.Add(-time.Minute), ShutAt: noon.Add(-time.Hour)}, Message{Cause: Answer}, Decision{Send, Open}},
		{"stopped: nothing proactive", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Proactive}, Decision{Refuse, Stopped}},
		{"stopped: no template", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Proactive, Template: true}, Decision{Refuse, Stopped}},
		{"stopped: no nudge", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Nudge}, Decision{Refuse, Stopped}},
		{"stopped: nobody gives up on them", Contact{Stopped: true, LastInbound: noon}, Message{Cause: GiveUp}, Decision{Refuse, Stopped}},
		{"stopped: a message without a cause", Contact{Stopped: true, LastInbound: noon}, Message{}, Decision{Refuse, Stopped}},
		{"stopped: the confirmation", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Confirmation}, Decision{Send, Open}},
		{"stopped: what they ask for", Contact{Stopped: true, LastInbound: noon}, Message{Cause: Answer}, Decision{Send, Open}},
		{"stopped outweighs handover", Contact{Stopped: true, Handover: true, LastInbound: noon}, Message{Cause: Proactive}, Decision{Refuse, Stopped}},
		{"handover: the flows are silent", Contact{Handover: true, Since: noon.Add(-time.Minute), LastInbound: noon}, Message{Cause: Answer, Created: noon}, Decision{HoldForReply, InHandover}},
		{"handover: what was made before it leaves", Contact{Handover: true, Since: noon, LastInbound: noon}, Message{Cause: Answer, Created: noon}, Decision{Send, Open}},
		{"handover: an operator writes", Contact{Handover: true, Since: noon.Add(-time.Minute), LastInbound: noon}, Message{Cause: FromOperator, Created: noon}, Decision{Send, Open}},
		{"handover: not an operator either, with the window shut", Contact{Handover: true, Since: noon.Add(-time.Minute), LastInbound: noon.Add(-25 * time.Hour)}, Message{Cause: FromOperator, Created: noon}, Decision{HoldForReply, WindowShut}},
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

// Whatever the world: no free-form message with the window shut, nothing but
// answers and confirmations to a stopped person, and a reason for everything.
func TestGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) time.Time {
			if rapid.Bool().Draw(t, name+" unknown") {
				return time.Time{}
			}
			return noon.Add(time.Duration(rapid.Int64Range(-50*60, 60).Draw(t, name)) * time.Minute)
		}
		c := Contact{
			Stopped: rapid.Bool().Draw(t, "stopped"), LastInbound: at("last"), ShutAt: at("shut"),
			Handover: rapid.Bool().Draw(t, "handover"), Since: at("since"),
		}
		m := Message{
			Cause:    rapid.SampledFrom([]Cause{Answer, Nudge, Confirmation, FromOperator, GiveUp, Proactive, ""}).Draw(t, "cause"),
			Template: rapid.Bool().Draw(t, "template"), Created: at("created"),
		}
		d := Decide(Rules{}, c, m, noon)
		if d.Reason == "" {
			t.Fatal("a decision without a reason")
		}
		if d.Verb != Send {
			return
		}
		if !m.Template && (c.LastInbound.IsZero() || noon.Sub(c.LastInbound) >= Window-Margin) {
			t.Fatal("free-form with the window shut")
		}
		if c.Stopped && m.Cause != Answer && m.Cause != Confirmation && m.Cause != FromOperator {
			t.Fatalf("%q to a stopped person", m.Cause)
		}
		if c.Handover && m.Created.After(c.Since) && m.Cause != Confirmation && m.Cause != FromOperator && m.Cause != GiveUp {
			t.Fatalf("%q during a handover", m.Cause)
		}
	})
}
