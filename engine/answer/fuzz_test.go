package answer_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine/answer"
)

// hostile are texts made to cost time or to break what reads them.
func hostile() map[string]string {
	m := map[string]string{}
	for _, piece := range []string{
		"1", "1 ", "1/", "1.000", "veinte ", "y ", "un ", "mil ", "quatre-vingt-", "3 de mayo ", "de ", "mayo", "lunes ", "8:", "a las 8 ", "sí ", "no ",
		"👍", "@", "a@b.co ", "+57", "(", "\u0301", "٢\ufe0f\u20e3", "\xff", "½", "!?", "'", "-", "\u200b", "dentro de ", "media ", "ﷺ",
	} {
		m[piece] = strings.Repeat(piece, 4096/len([]rune(piece)))
	}
	return m
}

func TestHostileTextsSayNothing(t *testing.T) {
	for piece, text := range hostile() {
		for _, lang := range []string{"es", "en", "pt", "fr", "de", ""} {
			if n, ok := answer.Integer(text, lang); ok {
				t.Errorf("[%s] %q over and over is %d", lang, piece, n)
			}
			if n, ok := answer.Number(text, lang); ok {
				t.Errorf("[%s] %q over and over is %v", lang, piece, n)
			}
			if d := answer.Dates(text, lang, "", today); d != nil {
				t.Errorf("[%s] %q over and over is %v", lang, piece, d)
			}
			if c := answer.Times(text, lang); c != nil {
				t.Errorf("[%s] %q over and over is %v", lang, piece, c)
			}
			if yes, ok := answer.YesNo(text, lang); ok && piece != "👍" {
				t.Errorf("[%s] %q over and over is %t", lang, piece, yes)
			}
		}
		if n, ok := answer.Phone(text, "CO"); ok {
			t.Errorf("%q over and over is %s", piece, n)
		}
		if a, ok := answer.Email(text); ok {
			t.Errorf("%q over and over is %s", piece, a)
		}
	}
}

// seeds begin every fuzz test.
var seeds = []string{
	"", "20", "veinte semanas", "quatre-vingt-dix-sept", "3,5", "1.234,5", "3 y medio", "tres coma cero cinco", "3½", "hoy", "pasado mañana", "el lunes pasado",
	"3 de mayo de 2026", "05/03/26", "2026-05-03", "en 15 días", "lunes 4 de mayo", "29 de febrero", "May 3rd '26", "8:30", "a las 8 de la noche", "half past eight",
	"nueve menos cuarto", "24:00", "8h30", "sí, claro", "no 👍", "300 123 4567", "+57 (300) 123-4567", "ana@correo.co.", "_a@b.co_", "٢٠/٠٣", "1️⃣", "\xff", "ﷺ 8",
}

func FuzzNumber(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "es")
		f.Add(s, "fr")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		n, ok := answer.Number(text, lang)
		if math.IsNaN(n) || math.IsInf(n, 0) || !ok && n != 0 || n == 0 && math.Signbit(n) {
			t.Fatalf("[%s] %q: %v, %t", lang, text, n, ok)
		}
		if i, is := answer.Integer(text, lang); is && ok && float64(i) != n {
			t.Fatalf("[%s] %q is %d and %v", lang, text, i, n)
		}
	})
}

func FuzzDates(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "es", "CO", today)
		f.Add(s, "en", "", "2024-02-29")
	}
	f.Fuzz(func(t *testing.T, text, lang, country, now string) {
		readings := answer.Dates(text, lang, country, now)
		if len(readings) > 3 {
			t.Fatalf("[%s %s] %q on %s: %v", lang, country, text, now, readings)
		}
		for _, r := range readings {
			if len(r.Dates) == 0 || len(r.Dates) > 5 {
				t.Fatalf("[%s %s] %q on %s: %v", lang, country, text, now, readings)
			}
			for i, d := range r.Dates {
				if day, err := time.Parse(time.DateOnly, d); err != nil || day.Format(time.DateOnly) != d || slices.Contains(r.Dates[:i], d) {
					t.Fatalf("[%s %s] %q on %s: %v", lang, country, text, now, readings)
				}
			}
		}
		for _, d := range answer.Within(readings, "", "") {
			again := answer.Within(answer.Dates(d, lang, country, now), "", "")
			if !slices.Equal(again, []string{d}) {
				t.Fatalf("[%s %s] %q is %s, which is %v", lang, country, text, d, again)
			}
		}
	})
}

func FuzzTimes(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "es")
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		times := answer.Times(text, lang)
		if len(times) > 2 || len(times) == 2 && times[0] == times[1] {
			t.Fatalf("[%s] %q: %v", lang, text, times)
		}
		for _, c := range times {
			if at, err := time.Parse("15:04", c); err != nil || at.Format("15:04") != c {
				t.Fatalf("[%s] %q: %v", lang, text, times)
			}
			if again := answer.Times(c, lang); !slices.Contains(again, c) {
				t.Fatalf("[%s] %q is %s, which is %v", lang, text, c, again)
			}
		}
	})
}

func FuzzYesNo(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "es")
		f.Add(s, "pt")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		if yes, ok := answer.YesNo(text, lang); yes && !ok || ok && strings.ContainsAny(text, "?0123456789") {
			t.Fatalf("[%s] %q: %t, %t", lang, text, yes, ok)
		}
	})
}

func FuzzPhone(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "CO")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, country string) {
		n, ok := answer.Phone(text, country)
		if ok != (n != "") || ok && (n[0] != '+' || len(n) > 16 || strings.Trim(n[1:], "0123456789") != "") {
			t.Fatalf("[%s] %q: %q, %t", country, text, n, ok)
		}
		if again, same := answer.Phone(n, ""); ok && (!same || again != n) {
			t.Fatalf("[%s] %q is %s, which is %q", country, text, n, again)
		}
	})
}

func FuzzEmail(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, ok := answer.Email(text)
		local, domain, at := strings.Cut(a, "@")
		if ok != (a != "") || ok && (!at || local == "" || !strings.Contains(domain, ".") || domain != strings.ToLower(domain) || strings.ContainsAny(a, " \n<>\"")) {
			t.Fatalf("%q: %q, %t", text, a, ok)
		}
		if again, same := answer.Email(a); ok && (!same || again != a) {
			t.Fatalf("%q is %s, which is %q", text, a, again)
		}
	})
}

func FuzzCountry(f *testing.F) {
	for _, s := range []string{"America/Bogota", "UTC", "es-CO", "ar-u-nu-latn", "x-co", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []string{answer.Country(s), answer.CountryOf(s)} {
			if c != "" && (len(c) != 2 || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
				t.Fatalf("%q is in %q", s, c)
			}
		}
	})
}
