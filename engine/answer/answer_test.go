package answer_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cauce/engine/answer"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		" \t\r\n ":                        "",
		"Ana":                             "Ana",
		"  Ana María \n":                  "Ana María",
		"Ana  María":                      "Ana  María", // what is inside is theirs
		"Calle 1\r\nApto 2":               "Calle 1\nApto 2",
		"Calle 1\rApto 2\u0085Piso 3":     "Calle 1\nApto 2\nPiso 3",
		"a\tb\vc":                         "a b c",
		"a\x00b\x1b[31mc\u009b":           "ab[31mc",
		"\u200b\ufeffAna\u200b":           "Ana",
		"\u3164\u2800":                    "",
		"a\xffb":                          "a\uFFFDb",
		"می\u200cخواهم":                   "می\u200cخواهم",
		"👩🏽\u200d⚕️":                      "👩🏽\u200d⚕️",
		"🏴\U000E0067\U000E0062\U000E007F": "🏴\U000E0067\U000E0062\U000E007F",
	} {
		if got := answer.Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTextKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		checkText(t, s)
	})
}

func checkText(t interface{ Fatalf(string, ...any) }, s string) {
	got := answer.Text(s)
	if !utf8.ValidString(got) || answer.Text(got) != got || strings.TrimSpace(got) != got {
		t.Fatalf("Text(%q) = %q", s, got)
	}
	if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
		t.Fatalf("Text(%q) = %q: a control character at %d", s, got, i)
	}
}
