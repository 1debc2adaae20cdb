package runtime_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cauce/engine"
)

// timed is a service in which every kind of clock runs: a date that a flow is
// begun at, a night that holds what is ours to say, a message that waits for
// somebody and no longer than it may, and a request that nobody answers.
func timed() engine.Definition {
	d := agreeing()
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	done := engine.Target{End: "done"}
	key := func(w string) map[string][]string { return map[string][]string{"es": {w}} }
	says := func(id engine.NodeID, text string, next engine.Target) engine.Node {
		return engine.Node{ID: id, Verb: engine.SayVerb, Say: []engine.Words{es(text)}, Go: next}
	}
	every := [7]bool{true, true, true, true, true, true, true}
	d.Quiet = []engine.Hours{{Days: every, From: 21 * 60, To: 24 * 60}, {Days: every, To: 7 * 60}}
	d.Templates[0].Consent = "consejos"
	d.Connections = []engine.Connection{{Name: "clinica", URL: "https://api.example.org"}}
	d.Flows = append(d.Flows,
		engine.Flow{ID: "programa", Begins: "p", Outcomes: []string{"done"}, Keywords: key("programa"), Nodes: []engine.Node{
			{ID: "p", Verb: engine.ScheduleVerb, Go: done, Schedule: &engine.Schedule{Flow: "fecha",
				Wait: engine.Wait{Expr: `add(today, "3 days")`, At: 10 * 60}}},
		}},
		engine.Flow{ID: "fecha", Begins: "t", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "t", Verb: engine.TemplateV, Template: "sigue", Otherwise: done},
		}},
		engine.Flow{ID: "noche", Begins: "w", Outcomes: []string{"done"}, Keywords: key("noche"), Nodes: []engine.Node{
			{ID: "w", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 3 * time.Hour}, At: -1}, Go: to("di")},
			says("di", "Buenos días.", done),
		}},
		engine.Flow{ID: "tarde", Begins: "w", Outcomes: []string{"done"}, Keywords: key("tarde"), Nodes: []engine.Node{
			{ID: "w", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: 40 * time.Hour}, At: -1}, Go: to("di")},
			{ID: "di", Verb: engine.SayVerb, Say: []engine.Words{es("Ya pasó.")}, Go: done,
				Hold: &engine.Hold{For: engine.Duration{Exact: 48 * time.Hour}, Else: to("no")}},
			{ID: "no", Verb: engine.TemplateV, Template: "sigue", Otherwise: done},
		}},
		engine.Flow{ID: "pide", Begins: "f", Outcomes: []string{"done"}, Keywords: key("pide"), Nodes: []engine.Node{
			{ID: "f", Verb: engine.FetchVerb, Go: done, Fetch: &engine.Request{Connection: "clinica", Method: "GET", Path: "/x", Timeout: 5 * time.Second, Failed: to("falla")}},
			says("falla", "No contestaron.", done),
		}},
	)
	return d
}

// Every clock goes on over a restart, and over the time that nobody served:
// what came due meanwhile happens at the start, once, and what is not due yet
// at its time. (Bogota's clock; it is Friday, 19:00, when these begin.)
func TestClocksGoOnOverARestart(t *testing.T) {
	const hour = time.Hour
	for _, c := range []struct {
		word    string
		restart time.Duration // the service is off from here …
		off     time.Duration // … for so long
		nothing time.Duration // until here nothing was said
		said    time.Duration // and here it was
		want    string
	}{
		{"programa", 30 * hour, 0, 62 * hour, 64 * hour, "¿Seguimos?"},                     // Monday, 10:00, is 63 hours away
		{"programa", 30 * hour, 50 * hour, 80 * hour, 84*hour + time.Minute, "¿Seguimos?"}, // at 3:00: not in the night
		{"noche", hour, 0, 11 * hour, 12*hour + time.Minute, "Buenos días."},               // due at 22:00, told at 7:00
		{"noche", 4 * hour, 0, 11 * hour, 12*hour + time.Minute, "Buenos días."},           // while it is held
		{"noche", hour, 13 * hour, 14 * hour, 14*hour + time.Minute, "Buenos días."},
		{"tarde", 41 * hour, 0, 87 * hour, 89 * hour, "¿Seguimos?"}, // held at 40 hours, and for 48
		{"tarde", 50 * hour, 45 * hour, 95 * hour, 95*hour + time.Minute, "¿Seguimos?"},
		{"pide", 30 * time.Second, 0, time.Minute, 2 * time.Minute, "No contestaron."},
		{"pide", 30 * time.Second, hour, hour, hour + 2*time.Minute, "No contestaron."},
	} {
		t.Run(c.word, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// 2000-01-01 00:00 UTC is a Friday evening there.
				h := openWith(t, timed())
				begun := time.Now()
				until := func(d time.Duration) {
					time.Sleep(time.Until(begun.Add(d)))
					synctest.Wait()
				}
				h.say(ana, "permiso")
				h.say(ana, "sí")
				h.say(ana, c.word)
				synctest.Wait()
				before := len(h.wire.bodies())
				news := func() string { return strings.Join(h.wire.bodies()[before:], " / ") }
				until(c.restart)
				h.close()
				time.Sleep(c.off)
				if got := news(); got != "" {
					t.Errorf("before the restart: %q", got)
				}
				if c.nothing > c.restart+c.off {
					h.start()
					until(c.nothing)
					if got := news(); got != "" {
						t.Errorf("too early: %q", got)
					}
				} else {
					h.start()
				}
				until(c.said)
				if got := news(); got != c.want {
					t.Errorf("said %q, want %q", got, c.want)
				}
				h.close()
				h.start()
				until(c.said + 5*hour)
				if got := news(); got != c.want {
					t.Errorf("after another restart: %q, want %q", got, c.want)
				}
				h.close()
			})
		})
	}
}
