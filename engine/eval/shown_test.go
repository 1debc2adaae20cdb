package eval

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestShowIn(t *testing.T) {
	place := func(s string) Value { return Value{Kind: Location, Text: s} }
	long := strings.Repeat("á", 400)
	for _, c := range []struct {
		v          Value
		lang, want string
	}{
		{NumberOf(3.5), "es", "3,5"},
		{NumberOf(3.5), "es-MX", "3.5"},
		{NumberOf(3.5), "en", "3.5"},
		{NumberOf(3.5), "de-CH", "3.5"},
		{NumberOf(3.5), "pt-BR", "3,5"},
		{NumberOf(-0.25), "fr", "-0,25"},
		{NumberOf(3), "es", "3"},
		{NumberOf(3.5), "", "3.5"},
		{IntOf(-3), "es", "-3"},
		{TextOf("1.5"), "es", "1.5"},
		{ChoiceOf("x"), "es", "x"},
		{Value{Kind: Date, Text: "2026-05-03"}, "fr", "3 mai 2026"},
		{Value{Kind: Time, Text: "16:30"}, "en", "16:30"},
		{Value{Kind: Phone, Text: "+573001234567"}, "es", "+57 300 123 4567"},
		{Value{Kind: Phone, Text: "+12025550123"}, "es", "+1 202 555 0123"},
		{Value{Kind: Phone, Text: "+50688887777"}, "es", "+506 8888 7777"},
		{Value{Kind: Phone, Text: "+5511987654321"}, "es", "+55 119 8765 4321"},
		{Value{Kind: Phone, Text: "+34600123456"}, "es", "+34 600 123 456"},
		{Value{Kind: Phone, Text: "+123456789012345"}, "es", "+1 234 567 8901 2345"},
		{Value{Kind: Phone, Text: "300"}, "es", "300"},
		{Value{Kind: Email, Text: "a@b.co"}, "es", "a@b.co"},
		{place(`{"latitude":4.6,"longitude":-74.1,"name":"Luna","address":"Calle 1"}`), "es", "Luna, Calle 1"},
		{place(`{"latitude":4.6,"longitude":-74.1,"name":"Luna","address":"Luna, Calle 1"}`), "es", "Luna, Calle 1"},
		{place(`{"latitude":4.6,"longitude":-74.1,"address":"Calle 1"}`), "es", "Calle 1"},
		{place(`{"latitude":4.6,"longitude":-74.1,"name":" Luna "}`), "es", "Luna"},
		{place(`{"latitude":4.6,"longitude":-74.1}`), "es", "4.6, -74.1"},
		{place(`{"latitude":4.6,"longitude":-74.1,"name":"` + long + `"}`), "es", long[:2*299] + "…"},
		{place(`{`), "es", ""},
		{place(`[]`), "es", ""},
		{Value{}, "es", ""},
		{Value{Kind: Media, Text: "{}"}, "es", ""},
	} {
		if got := c.v.ShowIn(c.lang); got != c.want {
			t.Errorf("%v %q in %q: %q, want %q", c.v.Kind, c.v.Text, c.lang, got, c.want)
		}
	}
}

// However a number is grouped, its digits stay, and it is no longer than told.
func TestShowPhone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`\+[1-9][0-9]{6,14}`).Draw(t, "phone")
		shown := showPhone(s)
		if strings.ReplaceAll(shown, " ", "") != s || len(shown) > maxPhoneShown || strings.Contains(shown, "  ") || strings.HasSuffix(shown, " ") {
			t.Fatalf("%s is shown as %q", s, shown)
		}
		if back, ok := readPhone(shown); !ok || back != s {
			t.Fatalf("%q is read as %q, %v", shown, back, ok)
		}
	})
	for _, s := range []string{"", "+", "573001234567", "+0573001234567", "+57300", "+1234567890123456", "+57 300 x", "++573001234567"} {
		if got, ok := readPhone(s); ok {
			t.Errorf("%q is read as %q", s, got)
		}
	}
}

func TestIsEmail(t *testing.T) {
	for _, s := range []string{"a@b.co", "ana.maria+x@mail.example.org", "ñ@ejemplo.es"} {
		if !isEmail(s) {
			t.Errorf("%q is none", s)
		}
	}
	for _, s := range []string{"", "a", "a@", "@b.co", "a@b", "a@b..co", "a@.co", "a b@c.co", "a@b@c.co", "<a@b.co>", "a@b.co.", "a@-b.co", strings.Repeat("a", 250) + "@b.co"} {
		if isEmail(s) {
			t.Errorf("%q is one", s)
		}
	}
}

// The forms of a word, in languages with two to six categories.
func TestPlural(t *testing.T) {
	for _, c := range []struct {
		lang, forms string
		want        map[string]string // the numbers each form stands for
	}{
		{"es", "a b", map[string]string{"a": "1 -1 1.0", "b": "0 2 10 1.5 1000000 10000001"}},
		{"en", "a b", map[string]string{"a": "1", "b": "0 2 11 21"}},
		{"fr", "a b", map[string]string{"a": "0 1 1.5", "b": "2 10 10000000"}},
		{"pt", "a b", map[string]string{"a": "0 1 1.5", "b": "2 10"}},
		{"ru", "a b c", map[string]string{"a": "1 21 101 10000001", "b": "2 22 10000002", "c": "0 5 11 12 25 1.5 10000011"}},
		{"pl", "a b c d", map[string]string{"a": "1", "b": "2 4 22", "c": "0 5 12 21", "d": "1.5"}},
		{"ru", "a b", map[string]string{"a": "1 21", "b": "0 2 5"}},
		{"ar", "z a t b c d", map[string]string{"z": "0", "a": "1", "t": "2", "b": "3 10 103", "c": "11 99", "d": "100 102"}},
		{"ar", "a b c d", map[string]string{"a": "1", "b": "3", "c": "11", "d": "0 2 100"}},
		{"id", "a b", map[string]string{"b": "0 1 2"}},
		{"", "a b", map[string]string{"b": "0 1 2"}},
	} {
		forms := strings.Fields(c.forms)
		src := `plural(x, "` + strings.Join(forms, `", "`) + `")`
		p, err := Compile(src, Schema{"x": {Type: Number}, "contact.language": {Type: Choice}}, Text)
		if err != nil {
			t.Fatalf("%s: %s", src, err.Message)
		}
		for want, numbers := range c.want {
			for _, s := range strings.Fields(numbers) {
				n := mustRun(t, s, kept{})
				n.Kind, n.Num = Number, n.Num+float64(n.Int)
				n.Int = 0
				if got, rerr := p.Run(kept{"x": n, "contact.language": ChoiceOf(c.lang)}); rerr != nil || got.Text != want {
					t.Errorf("%q: %s is %q, %v; want %q of %s", c.lang, s, got.Text, rerr, want, c.forms)
				}
			}
		}
	}
}

func mustRun(t *testing.T, src string, v kept) Value {
	t.Helper()
	p, err := Compile(src, clinica, 0)
	if err != nil {
		t.Fatalf("%s: %s", src, err.Message)
	}
	x, rerr := p.Run(v)
	if rerr != nil {
		t.Fatalf("%s: %v", src, rerr)
	}
	return x
}

// A word in capitals or none is a word in title; its length stays.
func TestTitle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		once, _ := titleRun(s)
		twice, _ := titleRun(once)
		if once != twice || utf8.RuneCountInString(once.(string)) != utf8.RuneCountInString(s) {
			t.Fatalf("%q: %q, then %q", s, once, twice)
		}
	})
}
