package diag

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type kind int

func (kind) String() string { return "error" }

func TestPhrase(t *testing.T) {
	spanish := catalogue("es-MX")
	spanish["%s has %d letters"] = "de %[2]d letras es %[1]s"
	defer delete(spanish, "%s has %d letters")
	for _, test := range []struct {
		say    Phrase
		en, es string
	}{
		{"warning", "warning", "aviso"},
		{"unheard of", "unheard of", "unheard of"},
		{Say("100 % sure"), "100 % sure", "100 % sure"},
		{Say("%d %%", 100), "100 %", "100 %"},
		{Say("%s has %d letters", `"warning"`, 7), `"warning" has 7 letters`, `de 7 letras es "warning"`},
		{Say("%s has %d letters", Phrase("note"), 4), "note has 4 letters", "de 4 letras es nota"},
		{Say("%s has %d letters", kind(0), 5), "error has 5 letters", "de 5 letras es error"},
		{Say("%s has %d letters", "x\x00p4:note%s", 1), "x\x00p4:note%s has 1 letters", "de 1 letras es x\x00p4:note%s"},
		{Say("%q: %s", "a\n", Or([]Phrase{"note", "help"})), `"a\n": note or help`, `"a\n": nota o ayuda`},
		{OneOf([]string{"a", "b", "note"}), `"a", "b" or "note"`, `"a", "b" o "note"`},
		{OneOf([]string{"a", "otra"}), `"a" or "otra"`, `"a" u "otra"`},
		{Or([]Phrase{"a", "hora"}), "a or hora", "a u hora"},
		{Or([]Phrase{"otra", "a"}), "otra or a", "otra o a"},
		{And([]Phrase{"a", "image"}), "a and image", "a e image"},
		{And([]Phrase{"a", "hijo"}), "a and hijo", "a e hijo"},
		{And([]Phrase{"a", "hielo"}), "a and hielo", "a y hielo"},
		{And([]Phrase{"i", "a", "otra"}), "i, a and otra", "i, a y otra"},
		{And([]Phrase{"error"}), "error", "error"},
		{And(make([]Phrase, 5000)), ", , , , , , , , , ,  and 4989 more", ", , , , , , , , , ,  y 4989 más"},
		{Or(nil), "", ""},
		{Say("put %c; three of %[2]s and %[2]s, %d%%", '"', "x", 5), `put "; three of x and x, 5%`, `put "; three of x and x, 5%`},
		{"not \x00of=9:ours", "not ", "not "},
	} {
		if got := test.say.String(); got != test.en {
			t.Errorf("in English %q, want %q", got, test.en)
		}
		if got := test.say.In("es-MX"); got != test.es {
			t.Errorf("in Spanish %q, want %q", got, test.es)
		}
		if got := test.say.In("de"); got != test.en {
			t.Errorf("in a language without a catalogue %q, want %q", got, test.en)
		}
	}
}

// What an author wrote is never taken for words of ours, whatever it holds.
func TestPhraseKeepsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		inner := Say("%s has no %s", a, b)
		if got, want := Say("%s, %s", inner, b).In("es"), a+" no tiene "+b+", "+b; got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func TestCatalogueFaults(t *testing.T) {
	for _, text := range []string{"only English", "\tx", "x\t", "a\tb\na\tc", "%s\tx", "x\t%d"} {
		if err := parseCatalogue(map[string]string{}, text); err == nil || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
