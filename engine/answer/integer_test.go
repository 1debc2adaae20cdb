package answer_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine/answer"
)

const no = math.MinInt64 // in the tables: not a number

func TestInteger(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		want       int64
	}{
		// Alone, in every writing.
		{"es", "20", 20},
		{"es", " 20 ", 20},
		{"es", "0", 0},
		{"es", "007", 7},
		{"es", "20.", 20},
		{"es", "¡20!", 20},
		{"es", "¿20?", 20},
		{"es", "(20)", 20},
		{"es", "*20*", 20},
		{"es", "~20", 20},
		{"es", "#20", 20},
		{"es", "...20", 20},
		{"es", "20👍🏽", 20},
		{"ar", "٢٠", 20},
		{"fa", "۲۰", 20},
		{"hi", "२०", 20},
		{"ar", "\u200f٢٠\u200f", 20},
		{"en", "２０", 20},
		{"en", "2️⃣0️⃣", 20},
		{"en", "🔟", 10},

		// Signs.
		{"es", "-5", -5},
		{"es", "−5", -5},
		{"es", "+5", 5},
		{"es", "(-5)", -5},
		{"es", "hace -5 grados", -5},
		{"es", "semana: -5", -5},
		{"es", "- 5", 5}, // a dash and a five
		{"es", "–5", no}, // a dash or a minus
		{"es", "semana-20", no},
		{"es", "--5", no},

		// With words around it.
		{"es", "20 semanas", 20},
		{"es", "tengo 20", 20},
		{"es", "Tengo unas 20 semanas, gracias", 20},
		{"es", "unas 20", 20},
		{"es", "creo que tengo como 20 semanas más o menos", 20},
		{"es", "más o menos 20", 20},
		{"es", "no sé, 20", 20},
		{"es", "no sé 20 creo", 20},
		{"es", "no, 20", 20},
		{"es", "No. 20 semanas.", 20},
		{"es", "semana 20", 20},
		{"es", "semana:20", 20},
		{"es", "sem.20", 20},
		{"es", "la 20", 20},
		{"es", "20, sí, 20 semanas", 20},
		{"es", "$20", 20},
		{"es", "20€", 20},
		{"es", "20%", 20},
		{"es", "37º", 37},
		{"es", "20 m²", 20},
		{"en", "20 weeks", 20},
		{"en", "I'm about 20 weeks I think", 20},
		{"en", "I may be 20 weeks", 20},
		{"en", "20-week", 20},
		{"en", "20th week", 20},
		{"fr", "environ 20 semaines", 20},
		{"pt", "estou de 20 semanas", 20},
		{"ar", "٢٠ أسبوع", 20},
		{"hi", "20 हफ्ते", 20},
		{"ru", "20 недель", 20},
		{"sw", "wiki 20", 20},
		{"yo", "ọ̀sẹ̀ 20", 20},

		// A unit glued to it.
		{"es", "20kg", 20},
		{"es", "20KG.", 20},
		{"es", "20sem", 20},
		{"es", "20semanas", 20},
		{"es", "3años", 3},
		{"fr", "20ans", 20},
		{"hi", "20हफ्ते", 20},
		{"bn", "২০টা", 20},
		{"ko", "20주", 20},
		{"zh", "20周", 20},
		{"es", "20b", no},
		{"es", "20 b", 20},
		{"es", "a20", no},
		{"es", "á20", no},
		{"es", "20-B", no},
		{"es", "20's", no},
		{"es", "20abc", no},
		{"es", "20x20", no},
		{"es", "20kg2", no},
		{"es", "5h", no},
		{"es", "2k", no},
		{"ru", "20я", no},
		{"zh", "2万", no},

		// Grouped as the language does.
		{"es", "1.200", 1200},
		{"es-CO", "1.200.000", 1_200_000},
		{"es", "1.200.000 pesos", 1_200_000},
		{"es", "1,200", no}, // a decimal comma, or Mexico
		{"es-MX", "1,200", 1200},
		{"es-MX", "1.200", no},
		{"es", "1 200", no},
		{"es", "1\u00a0200", 1200},
		{"pt", "1.200", 1200},
		{"pt_BR", "12.345", 12345},
		{"de", "1.200", 1200},
		{"de-CH", "1'200", 1200},
		{"de-CH", "1’200", 1200},
		{"de", "1'200", no},
		{"en", "1,200", 1200},
		{"en", "12,345,678", 12_345_678},
		{"en", "1.200", no},
		{"en", "1,00,000", no},
		{"en-IN", "1,00,000", 100_000},
		{"hi", "1,00,000", 100_000},
		{"hi", "12,34,567", 1_234_567},
		{"hi", "100,000", 100_000},
		{"hi", "123,45,678", no},
		{"fr", "1 200", 1200},
		{"fr", "1\u202f200 francs", 1200},
		{"fr", "il y en a 1 200 000", 1_200_000},
		{"fr", "1 200 20", no},
		{"fr", "06 12 34 56 78", no},
		{"fr", "1.200", no},
		{"ru", "1 200", 1200},
		{"ar", "١٬٢٠٠", 1200},
		{"en-GB", "1,200", 1200},
		{"es", "1.20", no},
		{"es", "1.2000", no},
		{"es", "1200.000", no},
		{"es", "0.200", no},
		{"es", "1..200", no},
		{"es", "1.200,50", no},
		{"es", "1.200.00", no},
		{"es", "1.200\u00a0000", no},
		{"en", "1,200.00", no},
		{"xx", "1,200", no}, // nobody knows the habit
		{"", "1200", 1200},

		// Two numbers, or not a whole one.
		{"es", "20 o 21", no},
		{"es", "20 20", no}, // one long number, perhaps
		{"es", "20\n20", 20},
		{"es", "20-21", no},
		{"es", "20 - 21", no},
		{"es", "20/21", no},
		{"es", "20,21", no},
		{"es", "entre 20 y 21", no},
		{"es", "20, 21", no},
		{"es", "3,5", no},
		{"es", "3.5", no},
		{"es", ".5", no},
		{"es", "(.5)", no},
		{"es", ",5", no},
		{"ar", "٣٫٥", no},
		{"es", "½", no},
		{"es", "2½", no},
		{"es", "2 ½", no},
		{"es", "5²", no},
		{"es", "3/5", no},
		{"es", "3/ 5", no},
		{"es", "3-5-2026", no},
		{"es", "5:30", no},
		{"es", "1e5", no},
		{"es", "0x10", no},
		{"es", "20+", no},
		{"es", ">20", no},
		{"es", "≤20", no},
		{"es", "±20", no},
		{"es", "+57 601 555 0100", no},
		{"es", "20, 20, 20, 20", no},

		// Words that change it.
		{"es", "20 mil", no},
		{"es", "20mil", no},
		{"es", "20 mil pesos", no},
		{"es", "2 docenas", no},
		{"es", "20 y medio", no},
		{"es", "20 y media", no},
		{"es", "menos de 20", no},
		{"es", "más de 20", no},
		{"es", "MAS DE 20", no},
		{"es", "20 o más", no},
		{"es", "no tengo 20", no},
		{"es", "no 20", no},
		{"es", "3 de mayo", no},
		{"es", "mayo 3", no},
		{"es", "a las 5", no},
		{"es", "5 p.m.", no},
		{"es", "5pm", no},
		{"es", "media hora. 20 semanas", 20},
		{"es", "20 thousand", no}, // English is read everywhere
		{"en", "20 thousand", no},
		{"en", "2 dozen", no},
		{"en", "20 and a half", no},
		{"en", "less than 20", no},
		{"en", "I don't have 20", no},
		{"en", "not 20", no},
		{"en", "May 20", no},
		{"en", "20th of March", no},
		{"en", "5 o'clock", no},
		{"en", "5 PM", no},
		{"pt", "20 mil", no},
		{"pt", "mais ou menos 20", 20},
		{"pt", "não tenho 20", no},
		{"fr", "20 et demie", no},
		{"fr", "plus ou moins 20", 20},
		{"fr", "moins de 20", no},
		{"de", "über 20", no},
		{"de", "20 Tausend", no},
		{"it", "20 mila", no},
		{"id", "20 ribu", no},
		{"id", "20ribu", no},
		{"id", "kurang lebih 20", 20},
		{"id", "kurang dari 20", no},
		{"hi", "20 हज़ार", no},
		{"hi", "20 हजार", no},
		{"hi", "साढ़े 5", no},
		{"ar", "٢٠ ألف", no},
		{"ar", "20 ونصف", no},
		{"ru", "20 тысяч", no},
		{"ru", "20тыс", no},
		{"ru", "3 мая", no},
		{"vi", "20 nghìn", no},
		{"vi", "20 tuần", 20},
		{"fil", "20 libo", no},

		// Nothing, a story, and what is too large.
		{"es", "", no},
		{"es", "muchas", no},
		{"es", "veinte", 20},
		{"es", "Ⅳ", no},
		{"es", "-", no},
		{"es", "mi vecina me contó ayer que su hija mayor ya tiene 20 y que le va bien", no},
		{"es", "9223372036854775807", math.MaxInt64},
		{"es", "9223372036854775808", no},
		{"es", "-9223372036854775807", -math.MaxInt64},
		{"es", "-9223372036854775809", no},
		{"es", "9.223.372.036.854.775.807", math.MaxInt64},
		{"es", "9.223.372.036.854.775.808", no},
		{"es", "1.000.000.000.000.000.000.000", no},
		{"es", strings.Repeat("0", 100) + "20", 20},
		{"es", strings.Repeat("9", 10_000), no},
	} {
		got, ok := answer.Integer(c.text, c.lang)
		if want := c.want != no; ok != want || ok && got != c.want || !ok && got != 0 {
			t.Errorf("[%s] %.60q: %d, %t; want %d, %t", c.lang, c.text, got, ok, c.want, want)
		}
	}
	if got, ok := answer.Integer("-9223372036854775808", "es"); !ok || got != math.MinInt64 {
		t.Errorf("the smallest: %d, %t", got, ok)
	}
}

// Any whole number, in any digits, with and without groups and words, is read
// as itself.
func TestIntegerReadsEveryNumber(t *testing.T) {
	scripts := []string{"0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "௦௧௨௩௪௫௬௭௮௯", "０１２３４５６７８９"}
	habits := map[string]string{"es": ".", "es-MX": ",", "en": ",", "fr": " ", "ru": " ", "de-CH": "'", "id": ".", "pt-BR": "."}
	langs := []string{"es", "es-MX", "en", "fr", "ru", "de-CH", "id", "pt-BR"}
	around := [][2]string{{"", ""}, {"¡", "!"}, {" ", "\n"}, {"x ", ", x"}, {"*", "*"}, {"", " kg"}, {"(", ")"}, {"", "."}}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		lang := rapid.SampledFrom(langs).Draw(t, "lang")
		digits := strconv.FormatInt(n, 10)
		if rapid.Bool().Draw(t, "grouped") {
			digits = group(digits, habits[lang])
		}
		script := []rune(rapid.SampledFrom(scripts).Draw(t, "script"))
		digits = strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return script[r-'0']
			}
			return r
		}, digits)
		w := rapid.SampledFrom(around).Draw(t, "around")
		text := w[0] + digits + w[1]
		if n < 0 && w[0] == "¡" {
			text = digits
		}
		if got, ok := answer.Integer(text, lang); !ok || got != n {
			t.Fatalf("[%s] %q: %d, %t, want %d", lang, text, got, ok, n)
		}
	})
}

func group(digits, by string) string {
	sign, digits := digits[:len(digits)-len(strings.TrimLeft(digits, "-"))], strings.TrimLeft(digits, "-")
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return sign + strings.Join(groups, by)
}

// Two numbers that differ are never one, whatever stands between them and
// whatever language they are read in, unless it groups digits.
func TestIntegerRefusesTwo(t *testing.T) {
	between := []string{" ", " o ", "/", "-", " - ", ":", ";", ", ", " y ", "\n", "–", "...", " de ", "x", "*", "+", " + ", "=", "%", "kg", "🙂", "_"}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(0, 99).Draw(t, "a")
		b := rapid.Int64Range(0, 99).Filter(func(b int64) bool { return a != b }).Draw(t, "b")
		lang := rapid.SampledFrom([]string{"es", "en", "fr", "hi", "de-CH", "ru", ""}).Draw(t, "lang")
		text := strconv.FormatInt(a, 10) + rapid.SampledFrom(between).Draw(t, "between") + strconv.FormatInt(b, 10)
		if got, ok := answer.Integer(text, lang); ok {
			t.Fatalf("[%s] %q is read as %d", lang, text, got)
		}
	})
}

func TestIntegerOfHostileTexts(t *testing.T) {
	for name, text := range map[string]string{
		"digits":        strings.Repeat("1", 64<<10),
		"numbers":       strings.Repeat("1 x ", 16<<10),
		"groups":        "1" + strings.Repeat(".000", 16<<10),
		"marks":         "20" + strings.Repeat("\u0301", 32<<10),
		"letters":       "20" + strings.Repeat("a", 64<<10) + "1",
		"punctuation":   "20" + strings.Repeat("!", 64<<10) + "1",
		"keycaps":       strings.Repeat("1️⃣", 8<<10),
		"one long word": strings.Repeat("a", 64<<10) + " half 20",
		"broken UTF-8":  "2" + strings.Repeat("\xff", 64<<10) + "0",
	} {
		if got, ok := answer.Integer(text, "es"); ok {
			t.Errorf("%s: read as %d", name, got)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"20", "tengo 20 semanas", "1.200", "٢٠", "20 o 21", "3/5", "20kg", "menos de 20", "5 p.m.", "½", "-5", "1 200", "\u200f٢٠"} {
		f.Add(s, "es")
		f.Add(s, "fr")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		checkText(t, text)
		n, ok := answer.Integer(text, lang)
		if !ok {
			if n != 0 {
				t.Fatalf("[%s] %q: nothing, and %d", lang, text, n)
			}
			return
		}
		if again, ok := answer.Integer(strconv.FormatInt(n, 10), lang); !ok || again != n {
			t.Fatalf("[%s] %q is %d, which is read as %d", lang, text, n, again)
		}
		if again, ok := answer.Integer(answer.Text(text), lang); strings.ToValidUTF8(text, "") == text && !strings.ContainsAny(text, "\r\v\f\x00\u0085") && ok && again != n {
			t.Fatalf("[%s] %q is %d, and tidied %d", lang, text, n, again)
		}
	})
}

func BenchmarkInteger(b *testing.B) {
	for _, text := range []string{"20", "tengo unas 20 semanas, gracias", "una persona me pegó"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				answer.Integer(text, "es")
			}
		})
	}
}
