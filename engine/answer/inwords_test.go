package answer_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine/answer"
)

func TestIntegerInWords(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		want       int64
	}{
		{"es", "veinte", 20},
		{"es", "Veinte.", 20},
		{"es", "VEINTE", 20},
		{"es", "cero", 0},
		{"es", "veintidos", 22},
		{"es", "veintidós", 22},
		{"es", "veinte y dos", 22},
		{"es", "diez y seis", 16},
		{"es", "treinta y una", 31},
		{"es", "treinta y un años", 31},
		{"es", "cien", 100},
		{"es", "ciento uno", 101},
		{"es", "doscientas cincuenta", 250},
		{"es", "mil", 1000},
		{"es", "mil pesos", 1000},
		{"es", "dos mil veintiséis", 2026},
		{"es", "cien mil", 100_000},
		{"es", "novecientos noventa y nueve mil novecientos noventa y nueve", 999_999},
		{"es", "un millón", 1_000_000},
		{"es", "dos millones de pesos", 2_000_000},
		{"es", "veinte semanas", 20},
		{"es", "tengo veinte semanas, gracias", 20},
		{"es", "Hola, tengo como unas veinte semanas más o menos", 20},
		{"es", "creo que veinte", 20},
		{"es", "acabo de cumplir veinte semanas", 20},
		{"es", "semana veinte", 20},
		{"es", "veinte manzanas", 20},
		{"es", "veinte, sí, veinte", 20},
		{"es", "20 (veinte)", 20},
		{"es", "una semana", 1},
		{"es", "una", 1},
		{"es", "uno", 1},
		{"es", "tengo un hijo", 1},
		{"es", "dos minutos", 2},
		{"es", "no sé, veinte", 20},

		{"pt", "vinte", 20},
		{"pt", "vinte e um", 21},
		{"pt", "vinte e duas semanas", 22},
		{"pt", "cento e cinco", 105},
		{"pt", "duzentos e trinta", 230},
		{"pt", "mil e duzentos", 1200},
		{"pt", "mil duzentos e trinta e quatro", 1234},
		{"pt", "estou de vinte semanas", 20},
		{"pt", "dezesseis", 16},
		{"pt", "uma semana", 1},

		{"en", "twenty", 20},
		{"en", "twenty one", 21},
		{"en", "twenty-one", 21},
		{"en", "one hundred", 100},
		{"en", "a hundred and five", 105},
		{"en", "two thousand five hundred", 2500},
		{"en", "I'm twenty weeks", 20},
		{"en", "about twenty weeks I think", 20},
		{"en", "a week", 1},
		{"en", "one", 1},

		{"fr", "vingt", 20},
		{"fr", "vingt-deux", 22},
		{"fr", "vingt et un", 21},
		{"fr", "vingt et une semaines", 21},
		{"fr", "soixante et onze", 71},
		{"fr", "soixante-dix-sept", 77},
		{"fr", "quatre-vingts", 80},
		{"fr", "quatre-vingt-un", 81},
		{"fr", "quatre-vingt-dix-sept", 97},
		{"fr", "septante-cinq", 75},
		{"fr", "nonante", 90},
		{"fr", "cent", 100},
		{"fr", "deux cents", 200},
		{"fr", "mille neuf cents", 1900},
		{"fr", "je suis à vingt semaines", 20},
		{"fr", "une semaine", 1},

		// What means something else.
		{"es", "mil gracias", no},
		{"es", "mil veces gracias", no},
		{"es", "mil disculpas", no},
		{"es", "cien por ciento segura", no},
		{"es", "un momento", no},
		{"es", "un minuto", no},
		{"es", "tengo una pregunta", no},
		{"es", "uno de mis hijos", no},
		{"es", "una persona me pegó", no},
		{"es", "veinte o veintiuna", no},
		{"es", "uno o dos", no},
		{"es", "veinte y pico", no},
		{"es", "veinte y tantos", no},
		{"es", "veinte y media", no},
		{"es", "veinte y medio", no},
		{"es", "casi veinte", no},
		{"es", "casi 20", no},
		{"es", "menos de veinte", no},
		{"es", "más de veinte", no},
		{"es", "no tengo veinte", no},
		{"es", "20 o treinta", no},
		{"es", "2 hijos y una hija", no},
		{"fr", "dix heures dix", no},
		{"fr", "trois quarts", no},
		{"es", "de veinte a treinta", no},
		{"es", "veinte treinta", no},
		{"es", "treinta cinco", no},
		{"es", "dos docenas", no},
		{"es", "tres de mayo", no},
		{"es", "a las ocho", no},
		{"es", "ocho pm", no},
		{"es", "veinte por ahí creo que mi hermana dijo", no},
		{"es", "vingt", no},
		{"es", "vigésima", no},
		{"es", "ciento", no},
		{"en", "15th March", no},
		{"en", "no one", no},
		{"en", "one moment", no},
		{"en", "a minute", no},
		{"en", "a friend", no},
		{"en", "a", no},
		{"en", "thousand", no},
		{"en", "nearly twenty", no},
		{"en", "almost 20", no},
		{"en", "twenty or so", no},
		{"en", "twenty to thirty", no},
		{"en", "twenty and a half", no},
		{"en", "one of them", no},
		{"en", "a thousand thanks", no},
		{"pt", "mil desculpas", no},
		{"pt", "quase vinte", no},
		{"pt", "vinte e poucas", no},
		{"pt", "vinte um", no},
		{"pt", "um momento", no},
		{"fr", "mille mercis", no},
		{"fr", "presque vingt", no},
		{"fr", "vingt ou trente", no},
		{"fr", "vingt-dix", no},
		{"fr", "quatre-vingt et un", no},
		{"fr", "un instant", no},
		{"fr", "mon téléphone est neuf et vieux", no},
		{"de", "zwanzig", no}, // only four languages have numbers in words
		{"de", "veinte", no},
	} {
		got, ok := answer.Integer(c.text, c.lang)
		if want := c.want != no; ok != want || ok && got != c.want || !ok && got != 0 {
			t.Errorf("[%s] %q: %d, %t; want %d, %t", c.lang, c.text, got, ok, c.want, want)
		}
	}
}

// Every number up to 999 999 spelled out is read back.
func TestIntegerReadsWhatIsSpelled(t *testing.T) {
	check := func(t interface{ Errorf(string, ...any) }, lang string, n int) {
		text := spell[lang](n)
		if got, ok := answer.Integer(text, lang); !ok || got != int64(n) {
			t.Errorf("[%s] %q: %d, %t; want %d", lang, text, got, ok, n)
		}
		if got, ok := answer.Number(text, lang); !ok || got != float64(n) {
			t.Errorf("[%s] %q as a number: %v, %t; want %d", lang, text, got, ok, n)
		}
	}
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		for n := range 1200 {
			check(t, lang, n)
		}
		for _, n := range []int{2000, 10_000, 21_000, 99_999, 100_000, 100_001, 101_000, 200_200, 999_999} {
			check(t, lang, n)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"es", "pt", "en", "fr"}).Draw(t, "lang")
		check(t, lang, rapid.IntRange(0, 999_999).Draw(t, "n"))
	})
}

// spell writes numbers in words, as a careful writer of each language does.
var spell = map[string]func(int) string{
	"es": func(n int) string {
		small := strings.Fields("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve")
		tens := strings.Fields("_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa")
		hundreds := strings.Fields("_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos")
		return thousands(n, "mil", "", func(n int) string {
			return hundred(n, hundreds, " ", func(n int) string {
				switch {
				case n < 30:
					return small[n]
				case n%10 == 0:
					return tens[n/10]
				}
				return tens[n/10] + " y " + small[n%10]
			}, "cien")
		})
	},
	"pt": func(n int) string {
		small := strings.Fields("zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove")
		tens := strings.Fields("_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
		hundreds := strings.Fields("_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos")
		below := func(n int) string {
			return hundred(n, hundreds, " e ", func(n int) string {
				switch {
				case n < 20:
					return small[n]
				case n%10 == 0:
					return tens[n/10]
				}
				return tens[n/10] + " e " + small[n%10]
			}, "cem")
		}
		if rest := n % 1000; n > 1000 && rest > 0 && (rest < 100 || rest%100 == 0) {
			return thousands(n-rest, "mil", "", below) + " e " + below(rest)
		}
		return thousands(n, "mil", "", below)
	},
	"en": func(n int) string {
		small := strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
		tens := strings.Fields("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
		return thousands(n, "thousand", "one", func(n int) string {
			below := func(n int) string {
				switch {
				case n < 20:
					return small[n]
				case n%10 == 0:
					return tens[n/10]
				}
				return tens[n/10] + "-" + small[n%10]
			}
			switch {
			case n < 100:
				return below(n)
			case n%100 == 0:
				return small[n/100] + " hundred"
			}
			return small[n/100] + " hundred and " + below(n%100)
		})
	},
	"fr": func(n int) string {
		small := strings.Fields("zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf")
		tens := strings.Fields("_ _ vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt")
		return thousands(n, "mille", "", func(n int) string {
			below := func(n int) string {
				if n < 20 {
					return small[n]
				}
				unit := n % 10
				if n/10 == 7 || n/10 == 9 {
					unit += 10
				}
				switch {
				case n == 80:
					return "quatre-vingts"
				case unit == 0:
					return tens[n/10]
				case (unit == 1 || unit == 11) && n < 80:
					return tens[n/10] + " et " + small[unit]
				}
				return tens[n/10] + "-" + small[unit]
			}
			head := "cent"
			if n >= 200 {
				head = small[n/100] + " cent"
			}
			switch {
			case n < 100:
				return below(n)
			case n == 100:
				return head
			case n%100 == 0:
				return head + "s"
			}
			return head + " " + below(n%100)
		})
	},
}

func thousands(n int, word, single string, below func(int) string) string {
	if n < 1000 {
		return below(n)
	}
	text := word
	if n/1000 > 1 {
		text = below(n/1000) + " " + word
	} else if single != "" {
		text = single + " " + word
	}
	if n%1000 > 0 {
		text += " " + below(n%1000)
	}
	return text
}

func hundred(n int, hundreds []string, join string, below func(int) string, only string) string {
	switch {
	case n < 100:
		return below(n)
	case n == 100:
		return only
	case n%100 == 0:
		return hundreds[n/100]
	}
	return hundreds[n/100] + join + below(n%100)
}
