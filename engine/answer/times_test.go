package answer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine/answer"
)

func TestTimes(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"es", "8:30", "08:30 20:30"},
		{"es", "08:30", "08:30"},
		{"es", "8.30", "08:30 20:30"},
		{"es", "8h30", "08:30"},
		{"es", "20:30", "20:30"},
		{"es", "20:30 h", "20:30"},
		{"es", "20 h", "20:00"},
		{"es", "20h", "20:00"},
		{"es", "20 hs", "20:00"},
		{"es", "15 horas", "15:00"},
		{"es", "8", "08:00 20:00"},
		{"es", "3", "15:00 03:00"},
		{"es", "12", "12:00 00:00"},
		{"es", "20", "20:00"},
		{"es", "0:15", "00:15"},
		{"es", "24:00", "00:00"},
		{"es", "a las 8", "08:00 20:00"},
		{"es", "A las 8, por favor", "08:00 20:00"},
		{"es", "a las ocho", "08:00 20:00"},
		{"es", "a la una", "13:00 01:00"},
		{"es", "a las 8 de la noche", "20:00"},
		{"es", "8 de la mañana", "08:00"},
		{"es", "3 de la tarde", "15:00"},
		{"es", "8 de la tarde", "20:00"},
		{"es", "2 de la madrugada", "02:00"},
		{"es", "12 de la noche", "00:00"},
		{"es", "2 de la noche", "02:00"},
		{"es", "12 del día", "12:00"},
		{"es", "8pm", "20:00"},
		{"es", "8 p.m.", "20:00"},
		{"es", "8:30 a. m.", "08:30"},
		{"es", "12 am", "00:00"},
		{"es", "12 pm", "12:00"},
		{"es", "12:30 am", "00:30"},
		{"es", "mediodía", "12:00"},
		{"es", "al mediodía", "12:00"},
		{"es", "a medianoche", "00:00"},
		{"es", "8 y media", "08:30 20:30"},
		{"es", "ocho y cuarto", "08:15 20:15"},
		{"es", "a las ocho y media de la noche", "20:30"},
		{"es", "nueve menos cuarto", "08:45 20:45"},
		{"es", "las nueve menos diez", "08:50 20:50"},
		{"es", "un cuarto para las nueve", "08:45 20:45"},
		{"es", "diez para las nueve", "08:50 20:50"},
		{"es", "una menos cuarto", "12:45 00:45"},
		{"es", "a las diez y cinco", "10:05 22:05"},
		{"es", "a las diez y treinta y cinco", "10:35 22:35"},
		{"es", "a las 8 en punto", "08:00 20:00"},
		{"es", "20 y 15", "20:15"},
		{"es", "٢٠:٣٠", "20:30"},
		{"es", "half past eight", "08:30 20:30"},
		{"en", "half past eight", "08:30 20:30"},
		{"en", "quarter to nine", "08:45 20:45"},
		{"en", "a quarter past 8", "08:15 20:15"},
		{"en", "ten past eight pm", "20:10"},
		{"en", "twenty to one", "12:40 00:40"},
		{"en", "quarter to midnight", "23:45"},
		{"en", "ten minutes to two pm", "13:50"},
		{"es", "a las 8 horas", "08:00 20:00"},
		{"en", "8 o'clock", "08:00 20:00"},
		{"en", "eight thirty", "08:30 20:30"},
		{"en", "eight oh five", "08:05 20:05"},
		{"en", "at 8 in the morning", "08:00"},
		{"en", "7 in the evening", "19:00"},
		{"en", "9 at night", "21:00"},
		{"en", "noon", "12:00"},
		{"en", "14:00 hours", "14:00"},
		{"pt", "às 8 da noite", "20:00"},
		{"pt", "8h30", "08:30"},
		{"pt", "oito e meia", "08:30 20:30"},
		{"pt", "meio-dia e meia", "12:30"},
		{"pt", "meia-noite", "00:00"},
		{"pt", "quinze para as nove", "08:45 20:45"},
		{"pt", "às vinte e duas horas", "22:00"},
		{"pt", "3 da tarde", "15:00"},
		{"pt", "às dez e cinco", "10:05 22:05"},
		{"fr", "8h30", "08:30"},
		{"fr", "à 20h", "20:00"},
		{"fr", "20 heures", "20:00"},
		{"fr", "huit heures et demie", "08:30 20:30"},
		{"fr", "neuf heures moins le quart", "08:45 20:45"},
		{"fr", "neuf heures moins dix", "08:50 20:50"},
		{"fr", "huit heures cinq", "08:05 20:05"},
		{"fr", "8h du soir", "20:00"},
		{"fr", "3 h de l'après-midi", "15:00"},
		{"fr", "midi et demi", "12:30"},
		{"fr", "minuit", "00:00"},
		{"de", "20:30", "20:30"},
		{"hi", "२०:३०", "20:30"},

		{"es", "", ""},
		{"es", "no sé", ""},
		{"es", "25", ""},
		{"es", "8:60", ""},
		{"es", "8:5", ""},
		{"es", "24:30", ""},
		{"es", "8:30:15", ""},
		{"es", "8,30", ""},
		{"es", "8-9", ""},
		{"es", "8 - 9", ""},
		{"es", "8/30", ""},
		{"es", "8 o 9", ""},
		{"es", "entre 8 y 9", ""},
		{"es", "a las 8 o a las 9", ""},
		{"es", "después de las 8", ""},
		{"es", "antes de las 8", ""},
		{"es", "no a las 8", ""},
		{"es", "mañana a las 8", ""},
		{"es", "por la mañana", ""},
		{"es", "en la tarde", ""},
		{"es", "8 semanas", ""},
		{"es", "tengo 8", ""},
		{"es", "8 y", ""},
		{"es", "20 am", ""},
		{"es", "14 de la mañana", ""},
		{"es", "5 de la noche", ""},
		{"es", "8 de la mañana de la noche", ""},
		{"es", "300 123 4567", ""},
		{"es", "2026-05-03", ""},
		{"es", "8 de mayo", ""},
		{"es", "-8", ""},
		{"es", "8½", ""},
		{"es", "una pregunta", ""},
		{"es", "1430", ""},
		{"es", "8 horas", ""},
		{"es", "24 horas", ""},
		{"es", "una hora", ""},
		{"es", "en 8 horas", ""},
		{"es", "cada 8 horas", ""},
		{"en", "in 8 hours", ""},
		{"en", "8 hours", ""},
		{"en", "ten to two", ""}, // a range, perhaps
		{"en", "2 to 3", ""},
		{"fr", "dans deux heures", ""},
		{"en", "after 8", ""},
		{"en", "8 or 9", ""},
		{"en", "half eight", ""}, // 7:30 to some, 8:30 to others
		{"en", "a", ""},
		{"en", "12 in the morning", ""},
		{"en", "ten", "10:00 22:00"},
		{"pt", "até as 8", ""},
		{"pt", "oito ou nove", ""},
		{"fr", "huit ou neuf heures", ""},
		{"fr", "vers le soir", ""},
		{"de", "acht Uhr", ""},
		{"de", "8 Uhr", ""},
	} {
		if got := strings.Join(answer.Times(c.text, c.lang), " "); got != c.want {
			t.Errorf("[%s] %q: %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}

// A time written for a clock of 24 hours, or with its half of the day, is read
// back: first, where clocks of 12 hours write the same, and else alone.
func TestTimesReadsWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"es", "pt", "en", "fr", "de"}).Draw(t, "lang")
		h, m := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		want := fmt.Sprintf("%02d:%02d", h, m)
		text := want
		switch form := rapid.IntRange(0, 3).Draw(t, "form"); {
		case form == 1 && lang != "de":
			half := "am"
			if h >= 12 {
				half = "pm"
			}
			text = fmt.Sprintf("%d:%02d %s", (h+11)%12+1, m, half)
		case form == 2 && lang != "de":
			text = fmt.Sprintf("%dh%02d", h, m)
		case form == 3:
			text = fmt.Sprintf("%02d.%02d", h, m)
		}
		got := answer.Times(text, lang)
		if open := 10 <= h && h <= 12 && !strings.ContainsAny(text, "mh"); open && len(got) == 2 {
			got = got[:1]
		}
		if !slices.Equal(got, []string{want}) {
			t.Fatalf("[%s] %q: %v, want %s", lang, text, got, want)
		}
	})
}
