package check_test

import (
	"slices"
	"testing"

	"golang.org/x/text/language"

	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/intent"
)

// In every language, every built-in word that the service would take for stop or
// a person is no label, but where the row leads there; the others are free.
func TestReservedWordsClash(t *testing.T) {
	for _, lang := range intent.Languages() {
		tag := language.Make(lang).String() // as a service has to write it: fil for tl
		r := intent.New([]string{tag}, intent.Vocabulary{})
		for _, kind := range []intent.Kind{intent.Stop, intent.Human, intent.Start} {
			for _, word := range intent.Builtin(lang, kind) {
				want := map[intent.Kind]string{intent.Stop: "@stop", intent.Human: "@human"}[r.Recognize(word).Kind]
				for _, to := range []string{"@stop", "@human", "@home"} {
					files := parse(t, "begins = \"a\"\n[node.a]\nask = \"¿?\"\nchoose = [ { id = \"x\", also = [\""+word+"\"] } ]\ngo = \""+to+"\"\n",
						`languages = ["es"]`, `languages = ["`+tag+`"]`, `words  = { es = ["enfermera"] }`, "", `words = { es = ["darme de baja"] }`, "")
					c, list := check.Flows(files...)
					if c == nil && want == to {
						t.Fatalf("%s: %v", tag, list)
					}
					got := slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Code == check.WordClash })
					if got != (want != "" && want != to) {
						t.Errorf("%s %q, which means %v and leads to %s: reported %v", lang, word, kind, to, got)
					}
				}
			}
		}
	}
}

func TestSensitiveLowers(t *testing.T) {
	const words = "\n[sensitive]\n"
	for source, want := range map[string]engine.Sensitive{
		"":                       {},
		words:                    {},
		words + `path = "phone"`: {Path: "phone"},
		words + "say = \"No los envíes. {word.human}: una persona.\"\npath = \"phone\"": {
			Say: engine.Words{"es": "No los envíes. {word.human}: una persona."}, Path: "phone",
		},
	} {
		d := definition(t, smallest, "[hint]", source+"\n[hint]")
		same(t, source, d.Sensitive, want)
	}
}

// What people are not asked for in one language they may not be asked for in
// any other; a negation counts in its own.
func TestAsksInEveryLanguage(t *testing.T) {
	for _, c := range []struct {
		es, tag, other string
		want           int
	}{
		{"Escribe tu número de tarjeta.", "en", "Write your name.", 1},
		{"Escribe tu nombre.", "en", "Write your card number.", 1},
		{"Escribe tu número de tarjeta.", "en", "Write your card number.", 2},
		{"No envíes tu número de tarjeta.", "en", "Do not send your card number.", 0},
		{"Escribe los últimos cuatro dígitos de tu tarjeta.", "en", "Write the last four digits of your card.", 0},
		{"Escribe tu nombre.", "pt-BR", "Digite o número do cartão.", 1},
		{"No envíes tu CPF.", "pt-BR", "Não envie seu CPF.", 0},
	} {
		files := parse(t, "begins = \"a\"\n[node.a]\nsay = { es = \""+c.es+"\", "+c.tag+" = \""+c.other+"\" }\nend = \"done\"\n",
			`languages = ["es"]`, `languages = ["es", "`+c.tag+`"]`)
		_, list := check.Flows(files...)
		got := 0
		for _, d := range list {
			if d.Code == check.AsksIdentifier {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%q and %q: %d are reported", c.es, c.other, got)
		}
	}
}
