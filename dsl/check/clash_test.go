package check

import (
	"strings"
	"testing"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine/intent"
)

// A word that only may mean something is a warning, unless its row leads there.
// Which words those are is the recogniser's affair: here it is one of our own.
func TestUnsureClash(t *testing.T) {
	c := modelOf(t, `
keywords = ["prueba", "persona"]
begins = "a"
[node.a]
ask = "¿Qué más?"
choose = [
  { id = "basta", label = "Basta" },
  { id = "fin", label = "Fin", go = "@stop" },
  { id = "alguien", label = "Alguien", also = ["inicio"], go = "@human" },
  { id = "nadie", label = "Nadie", go = "@stop" },
]
end = "done"
`)
	unsure := map[string]intent.Kind{
		"Basta": intent.Stop, "Fin": intent.Stop, "persona": intent.Human, "Alguien": intent.Human, "Nadie": intent.Human, "inicio": intent.Start,
	}
	clashes{c, func(text string) intent.Match {
		return intent.Match{Kind: unsure[text], Tier: intent.Ask, Word: text, Language: "es"}
	}, map[diag.Span]bool{}}.check()
	c.list.Sort()
	var got []string
	for _, d := range c.list {
		if d.Severity != diag.Warning || d.Code != WordClash {
			t.Errorf("%+v", d)
		}
		got = append(got, d.Message.String())
	}
	want := []string{`people who write "persona" may want a person`, `people who write "Basta" may want to stop`, `people who write "Nadie" may want a person`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// modelOf is what is known of a service of one flow before words are compared.
func modelOf(t *testing.T, flow string) *checker {
	t.Helper()
	service, list := syntax.Parse("service.toml", []byte(`
name = "Vacunas"
languages = ["es"]
timezone = "America/Bogota"
privacy = "https://example.org/p"
home = "inicio"
not_understood = "No te entendí."
human = { say = "Ya te escribimos.", path = [ { phone = "123" } ] }
stop = { say = "Listo." }
hint = { say = "{word.human}: una persona" }
`))
	inicio, more := syntax.Parse("inicio.toml", []byte(flow))
	list.Add(more...)
	c := &checker{model: &model{}, long: map[diag.Span]bool{}}
	c.readService(service)
	c.readFlow(inicio)
	for _, p := range passes {
		if p.name != "clashes" {
			p.run(c)
		}
	}
	if list.Add(c.list...); len(list) > 0 {
		t.Fatal(list)
	}
	return c
}
