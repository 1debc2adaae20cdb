package answer_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine/answer"
)

func TestNumber(t *testing.T) {
	none := math.NaN()
	for _, c := range []struct {
		lang, text string
		want       float64
	}{
		{"es", "20", 20},
		{"es", "3,5", 3.5},
		{"es", "3.5", 3.5},
		{"es", "٣٫٥", 3.5},
		{"es", "kg 62,5", 62.5},
		{"es", "62,5 kg", 62.5},
		{"es", "62,5kg", 62.5},
		{"es", "peso 62,5", 62.5},
		{"es", "-3,5", -3.5},
		{"es", "36,6º", 36.6},
		{"es", "62,5%", 62.5},
		{"es", "0,125", 0.125},
		{"es", "0.125", 0.125},
		{"es", "1.234", 1234},
		{"es", "1.234,56", 1234.56},
		{"es", "1.234.567,8", 1234567.8},
		{"es", "1234,5", 1234.5},
		{"es-CO", "1,234", 1.234},
		{"es-MX", "3.5", 3.5},
		{"es-MX", "1,234.5", 1234.5},
		{"es-MX", "1,234", 1234},
		{"es", "3 y medio", 3.5},
		{"es", "3 y media", 3.5},
		{"es", "tres y medio", 3.5},
		{"es", "tres kilos y medio", 3.5},
		{"es", "3 kilos y medio", 3.5},
		{"es", "una hora y media", 1.5},
		{"es", "3 y cuarto", 3.25},
		{"es", "3 y un cuarto", 3.25},
		{"es", "tres coma cinco", 3.5},
		{"es", "tres coma veinticinco", 3.25},
		{"es", "3 coma 05", 3.05},
		{"es", "tres punto cero cinco", 3.05},
		{"es", "veinte semanas", 20},
		{"es", "3½", 3.5},
		{"es", "3 ½", 3.5},
		{"es", "½", 0.5},
		{"es", "3,5, sí, 3,5", 3.5},
		{"es", "más o menos 3,5", 3.5},
		{"en", "3.5", 3.5},
		{"en", "1.234", 1.234},
		{"en", "1,234.5", 1234.5},
		{"en", "three and a half", 3.5},
		{"en", "three and a half kilos", 3.5},
		{"en", "three point two five", 3.25},
		{"en", "I weigh 62.5 kg", 62.5},
		{"pt", "3,5", 3.5},
		{"pt", "dois quilos e meio", 2.5},
		{"pt", "três vírgula cinco", 3.5},
		{"pt", "1.234,5", 1234.5},
		{"fr", "3,5", 3.5},
		{"fr", "1 234,5", 1234.5},
		{"fr", "trois et demi", 3.5},
		{"fr", "trois virgule cinq", 3.5},
		{"fr", "3.5", 3.5},
		{"de-CH", "1'234.5", 1234.5},
		{"hi", "३.५", 3.5},
		{"xx", "3.5", 3.5},
		{"xx", "3,5", 3.5},

		{"es", "", none},
		{"es", "muchos", none},
		{"es", "1,234", none}, // 1234 in Mexico
		{"es", "1.234.56", none},
		{"es", "3,5,2", none},
		{"es", "3.5.2026", none},
		{"es", "1,234.5", none},
		{"es", "3,5 o 4", none},
		{"es", "3,5-4", none},
		{"es", "3/5", none},
		{"es", "3:50", none},
		{"es", "3,5 mil", none},
		{"es", "3 mil y medio", none},
		{"es", "menos de 3,5", none},
		{"es", "casi 3,5", none},
		{"es", "no peso 62,5", none},
		{"es", "3,", 3},
		{"es", ",5", none},
		{"es", ".5", none},
		{"es", "3,5a", none},
		{"es", "a3,5", none},
		{"es", "3,5 3,5", none},
		{"es", "3,5+", none},
		{"es", "3½,5", none},
		{"es", "2 docenas y media", none},
		{"es", "tres coma", none},
		{"es", "tres y pico", none},
		{"es", "2 hijos y una hija", none},
		{"es", "media", none},
		{"es", "1e5", none},
		{"es", "12345678901234567", none},
		{"es", "3 de mayo", none},
		{"en", "3,5", none},
		{"en", "1,23", none},
		{"en", "half", none},
		{"en", "three point", none},
		{"fr", "1.234", none},
		{"fr", "06 12 34 56 78", none},
		{"xx", "1,234", none},
		{"xx", "1.234", none},
	} {
		got, ok := answer.Number(c.text, c.lang)
		if want := !math.IsNaN(c.want); ok != want || ok && got != c.want || !ok && got != 0 {
			t.Errorf("[%s] %q: %v, %t; want %v, %t", c.lang, c.text, got, ok, c.want, want)
		}
	}
}

// A number written with the decimals of a language is read back.
func TestNumberReadsWhatIsWritten(t *testing.T) {
	point := map[string]string{"es-CO": ",", "es-MX": ".", "en": ".", "fr": ",", "pt-BR": ",", "de-CH": "."}
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"es-CO", "es-MX", "en", "fr", "pt-BR", "de-CH"}).Draw(t, "lang")
		want := float64(rapid.Int64Range(-9_999_999_999, 9_999_999_999).Draw(t, "n"))
		places := rapid.IntRange(0, 5).Draw(t, "places")
		written := strconv.FormatFloat(want/math.Pow10(places), 'f', places, 64)
		want, _ = strconv.ParseFloat(written, 64)
		text := strings.Replace(written, ".", point[lang], 1)
		if got, ok := answer.Number(text, lang); !ok || got != want {
			t.Fatalf("[%s] %q: %v, %t; want %v", lang, text, got, ok, want)
		}
	})
}

// What Integer reads, Number reads too, and as the same.
func TestNumberReadsIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"es", "es-MX", "en", "fr", "hi", "de-CH", ""}).Draw(t, "lang")
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"20", "veinte", "vingt", "1.200", "1 200", "kg", "tengo", "semanas", ",", ".", "-", "un", "una", "y", "a", "mil", "o", "no"}), 1, 5).Draw(t, "text"), " ")
		n, ok := answer.Integer(text, lang)
		if !ok {
			return
		}
		if got, ok := answer.Number(text, lang); !ok || got != float64(n) {
			t.Fatalf("[%s] %q: %v, %t; Integer says %d", lang, text, got, ok, n)
		}
	})
}
