package script

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cauce/engine"
	"cauce/engine/sim"
)

// the table of the small service, which a test may change.
func covering(t *testing.T, change func(n *engine.NodeTable), scripts ...string) *Coverage {
	t.Helper()
	svc := service(t)
	table := svc.Table()
	for i := range table.Flows {
		for j := range table.Flows[i].Nodes {
			if change != nil {
				change(&table.Flows[i].Nodes[j])
			}
		}
	}
	c := NewCoverage(table, svc.Languages())
	for _, src := range scripts {
		s := parse(t, src)
		r := s.Visit(svc, func(w *sim.World, _ Take) {
			c.Stood(w.Conversation())
			for _, word := range []string{"salir", "persona"} {
				f := w.Fork()
				n := len(f.Hops())
				if _, err := f.Say(word); err != nil {
					t.Fatal(err)
				}
				c.Left(f.Hops()[n:])
			}
		})
		c.Add(r)
	}
	return c
}

func inicio(c *Coverage) FlowCoverage { return c.Flows()[0] }

const week = "> hola\n< ...\n> [Bien]\n< ...\n> 20\n< ...\n< ...\n"

func TestCoverage(t *testing.T) {
	none := inicio(covering(t, nil))
	if none.Flow != "inicio" || none.Nodes != (Share{0, 6}) || none.Transitions.Walked != 0 || none.Exits != (Share{}) || none.Exits.Percent() != 100 || none.Nodes.Percent() != 0 {
		t.Errorf("%+v", none)
	}
	// Of what nobody came to, the node is all that is missing.
	if len(none.Missing) != 6 || none.Missing[0].Way != nil || none.Missing[0].Node != "saludo" {
		t.Errorf("%+v", none.Missing)
	}
	once := covering(t, nil, week)
	if got := inicio(once); got.Nodes != (Share{4, 6}) || got.Transitions.Walked != 3 || got.Exits != (Share{6, 6}) || got.Languages != (Share{4, 6}) {
		t.Errorf("%+v", got.Shares)
	}
	// What is walked again is not counted again.
	if again := covering(t, nil, week, week, week); inicio(again).Shares != inicio(once).Shares {
		t.Errorf("%+v, once %+v", inicio(again).Shares, inicio(once).Shares)
	}
	// A node where a conversation only stands, and that no hop names yet.
	if got := inicio(covering(t, nil, "> hola\n< ...\n")); got.Nodes.Walked != 1 || got.Transitions.Walked != 0 {
		t.Errorf("%+v", got.Shares)
	}
	// One that is passed without standing there.
	if got := covering(t, nil, "> raro\n< ...\n< ...\n< ...\n< ...\n< ...\n").Flows()[1]; got.Nodes != (Share{2, 2}) {
		t.Errorf("%+v", got)
	}
	all := once.All()
	if all.Nodes != (Share{4, 8}) || all.Exits != (Share{6, 6}) {
		t.Errorf("%+v", all)
	}
	var missing []string
	for _, m := range inicio(once).Missing {
		what := "node"
		if m.Way != nil {
			what = string(m.Way.ID)
		}
		missing = append(missing, fmt.Sprintf("%s: %s", m.Node, what))
	}
	for _, want := range []string{"saludo: saludo/choose/mal", "saludo: saludo/silence", "semana: semana/nudge", "aviso: node", "temas: node"} {
		if !slices.Contains(missing, want) {
			t.Errorf("%q is not missing: %q", want, missing)
		}
	}
	for _, m := range missing {
		if strings.Contains(m, "@stop") || strings.Contains(m, "@human") || strings.Contains(m, "saludo/choose/bien") {
			t.Errorf("%q is", m)
		}
	}
}

// Who speaks another language has not walked the service in this one.
func TestCoverageOfLanguages(t *testing.T) {
	svc := service(t)
	c := NewCoverage(svc.Table(), []string{"es", "en"})
	r := parse(t, "> hola\n< ...\n").Play(svc)
	c.Add(r)
	got := inicio(c)
	if got.Languages != (Share{1, 12}) || !slices.ContainsFunc(got.Missing, func(m Missing) bool { return m.Node == "saludo" && m.Language == "en" && m.Way == nil }) {
		t.Errorf("%+v", got)
	}
	for i := range r.Steps {
		r.Steps[i].Language = "en"
	}
	c.Add(r)
	if got := inicio(c); got.Languages.Walked != 2 || got.Nodes.Walked != 1 {
		t.Errorf("%+v", got.Shares)
	}
}

// A table that lacks an exit of a node does not make up for it by counting less.
func TestCoverageMissesWhatATableLacks(t *testing.T) {
	for _, on := range exits {
		got := inicio(covering(t, func(n *engine.NodeTable) {
			if n.Node == "semana" {
				n.Ways = slices.DeleteFunc(n.Ways, func(w engine.Way) bool { return w.On == on })
			}
		}, week))
		if got.Exits != (Share{5, 6}) || !slices.ContainsFunc(got.Missing, func(m Missing) bool { return m.Node == "semana" && m.Way != nil && m.Way.On == on }) {
			t.Errorf("%s: %+v %+v", on, got.Exits, got.Missing)
		}
	}
}

// During a handover, and once they stopped, nobody leaves a node for a person.
func TestExitsThatCantBeTaken(t *testing.T) {
	c := covering(t, nil, "> hola\n< ...\n> persona\n< ...\n", "> hola\n< ...\n> salir\n< ...\n")
	if got := inicio(c); got.Exits != (Share{2, 2}) {
		t.Errorf("%+v", got.Exits)
	}
	svc := service(t)
	only := NewCoverage(svc.Table(), svc.Languages())
	only.Stood(engine.Conversation{Front: []engine.Frame{{Flow: "inicio", Node: "saludo"}}, Handover: &engine.Handover{}})
	if got := inicio(only); got.Exits != (Share{0, 1}) {
		t.Errorf("%+v", got.Exits)
	}
	// Where everything is tried, only the exits count: the rest is no test that
	// anybody wrote.
	only.Left([]engine.Hop{
		{Flow: "inicio", From: "saludo", Transition: "saludo/choose/bien", To: "semana"},
		{Flow: "inicio", From: "saludo", Transition: "saludo/@stop", To: "@stopped"},
	})
	if got := inicio(only); got.Exits != (Share{1, 1}) || got.Transitions.Walked != 0 || got.Nodes.Walked != 0 {
		t.Errorf("%+v", got.Shares)
	}
}

// What is walked in silence, because a timer fires, is walked.
func TestCoverageOfSilence(t *testing.T) {
	c := covering(t, nil, "> hola\n< ...\n> [Bien]\n< ...\n@ +1d\n< ¿Sigues ahí? ...\n! x\n")
	got := inicio(c)
	for _, m := range got.Missing {
		if m.Way != nil && (m.Way.On == engine.OnSilence || m.Way.On == engine.OnNudge) && m.Node == "semana" {
			t.Errorf("%s is missing", m.Way.ID)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		s    Share
		want int
	}{{Share{0, 0}, 100}, {Share{0, 3}, 0}, {Share{2, 3}, 66}, {Share{999, 1000}, 99}, {Share{3, 3}, 100}} {
		if got := c.s.Percent(); got != c.want {
			t.Errorf("%+v: %d", c.s, got)
		}
	}
}
