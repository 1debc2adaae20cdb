package sensitive_test

import (
	"strings"
	"testing"

	"cauce/engine/sensitive"
)

func TestPrompts(t *testing.T) {
	lines := append(readLabelled(t, "prompts.tsv", 0, 1, 2), readLabelled(t, "prompts_heldout.tsv", 0, 1, 2)...)
	for _, l := range lines {
		s, _ := sensitive.Asks(l.text, l.tag)
		if got := s.Kind.String(); got != l.label {
			t.Errorf("line %d: %s %q asks for %s, not %s (%s)", l.line, l.tag, l.text, got, l.label, s.Word)
		}
	}
}

// What is asked for is pointed at.
func TestPromptSpans(t *testing.T) {
	for text, want := range map[string]string{
		"Escribe tu nombre y tu número de cédula, por favor": "número de cédula",
		"Send a photo of your ID":                            "photo of your ID",
		"What is the number on your card?":                   "number on your card",
	} {
		tag := "en"
		if strings.Contains(text, "tu") {
			tag = "es"
		}
		s, ok := sensitive.Asks(text, tag)
		if !ok || text[s.From:s.To] != want || s.Rule != "asks" {
			t.Errorf("%q: %+v", text, s)
		}
	}
}

// A tag with a region is its language's; one that the vocabulary does not have
// leaves English.
func TestPromptLanguages(t *testing.T) {
	for _, c := range []struct {
		text, tag string
		want      bool
	}{
		{"Digite o número do cartão", "pt-BR", true},
		{"Digite o número do cartão", "xx", false},
		{"Send your card number", "xx", true},
		{"Send your card number", "", true},
		{"Send your card number", "sw", true},
	} {
		if _, ok := sensitive.Asks(c.text, c.tag); ok != c.want {
			t.Errorf("%q in %q: %v", c.text, c.tag, ok)
		}
	}
}

func BenchmarkAsks(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		sensitive.Asks("Por tu seguridad no envíes tu número de tarjeta ni tu clave. ¿En qué te ayudamos?", "es")
	}
}
