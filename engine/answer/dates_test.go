package answer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine/answer"
)

// Monday.
const today = "2026-03-02"

func TestDates(t *testing.T) {
	for _, c := range []struct {
		lang, country, text string
		want                string // readings parted by |, the dates of one by blanks
	}{
		// From today.
		{"es", "CO", "hoy", "2026-03-02"},
		{"es", "CO", "Hoy, gracias", "2026-03-02"},
		{"es", "CO", "mañana", "2026-03-03"},
		{"es", "CO", "manana", "2026-03-03"},
		{"es", "CO", "mañana por la mañana", "2026-03-03"},
		{"es", "CO", "pasado mañana", "2026-03-04"},
		{"es", "CO", "ayer", "2026-03-01"},
		{"es", "CO", "antes de ayer", "2026-02-28"},
		{"es", "CO", "dentro de 3 días", "2026-03-05"},
		{"es", "CO", "en dos semanas", "2026-03-16"},
		{"es", "CO", "en una semana", "2026-03-09"},
		{"es", "CO", "en un mes", "2026-04-02"},
		{"es", "CO", "hace 2 días", "2026-02-28"},
		{"es", "CO", "hace un año", "2025-03-02"},
		{"es", "CO", "2 semanas atrás", "2026-02-16"},
		{"es", "CO", "en 15 días", "2026-03-17|2026-03-16"}, // a fortnight, or so many days
		{"es", "CO", "dentro de ocho días", "2026-03-10|2026-03-09"},
		{"pt", "BR", "amanhã", "2026-03-03"},
		{"pt", "BR", "depois de amanhã", "2026-03-04"},
		{"pt", "BR", "daqui a 3 dias", "2026-03-05"},
		{"pt", "BR", "há duas semanas", "2026-02-16"},
		{"pt", "BR", "há 2 dias atrás", "2026-02-28"},
		{"en", "", "tomorrow", "2026-03-03"},
		{"en", "", "the day after tomorrow", "2026-03-04"},
		{"en", "", "3 days ago", "2026-02-27"},
		{"en", "", "in two weeks", "2026-03-16"},
		{"en", "", "in 15 days", "2026-03-17"},
		{"en", "", "a week from today", "2026-03-09"},
		{"fr", "FR", "demain", "2026-03-03"},
		{"fr", "FR", "aujourd’hui", "2026-03-02"},
		{"fr", "FR", "après-demain", "2026-03-04"},
		{"fr", "FR", "avant-hier", "2026-02-28"},
		{"fr", "FR", "dans 3 jours", "2026-03-05"},
		{"fr", "FR", "il y a deux jours", "2026-02-28"},
		{"fr", "FR", "dans quinze jours", "2026-03-17|2026-03-16"},

		// Weekdays: the coming one, then the one before.
		{"es", "CO", "martes", "2026-03-03 2026-02-24"},
		{"es", "CO", "el viernes", "2026-03-06 2026-02-27"},
		{"es", "CO", "el lunes", "2026-03-09 2026-03-02 2026-02-23"},
		{"es", "CO", "el próximo martes", "2026-03-03"},
		{"es", "CO", "el martes que viene", "2026-03-03"},
		{"es", "CO", "el lunes pasado", "2026-02-23"},
		{"es", "CO", "este sábado", "2026-03-07"},
		{"es", "CO", "el próximo martes 10 de marzo", "2026-03-10"},
		{"es", "CO", "mañana martes", "2026-03-03"},
		{"en", "", "next Tuesday", "2026-03-03"},
		{"en", "", "on Sat", "2026-03-07 2026-02-28"},
		{"fr", "FR", "mer. 4 mars", "2026-03-04"},
		{"en", "", "on Friday", "2026-03-06 2026-02-27"},
		{"en", "", "last Monday", "2026-02-23"},
		{"pt", "BR", "na sexta-feira", "2026-03-06 2026-02-27"},
		{"pt", "BR", "terça que vem", "2026-03-03"},
		{"pt", "BR", "segunda passada", "2026-02-23"},
		{"fr", "FR", "mardi prochain", "2026-03-03"},
		{"fr", "FR", "lundi dernier", "2026-02-23"},

		// Months by name.
		{"es", "CO", "3 de mayo", "2026-05-03 2025-05-03 2027-05-03"},
		{"es", "CO", "el 3 de mayo", "2026-05-03 2025-05-03 2027-05-03"},
		{"es", "CO", "3 mayo 2026", "2026-05-03"},
		{"es", "CO", "3 de mayo de 2026", "2026-05-03"},
		{"es", "CO", "3 de Mayo del 2026.", "2026-05-03"},
		{"es", "CO", "03-may-2026", "2026-05-03"},
		{"es", "CO", "3/mayo/26", "2026-05-03 1926-05-03"},
		{"es", "CO", "3 mayo 85", "1985-05-03 2085-05-03"},
		{"es", "CO", "mayo 3", "2026-05-03 2025-05-03 2027-05-03"},
		{"es", "CO", "tres de mayo", "2026-05-03 2025-05-03 2027-05-03"},
		{"es", "CO", "treinta y uno de diciembre", "2025-12-31 2026-12-31 2027-12-31"},
		{"es", "CO", "tres de mayo de dos mil veintiséis", "2026-05-03"},
		{"es", "CO", "1º de mayo de 2026", "2026-05-01"},
		{"es", "CO", "1ero de mayo de 2026", "2026-05-01"},
		{"es", "CO", "primero de mayo de 2026", "2026-05-01"},
		{"es", "CO", "lunes 4 de mayo", "2026-05-04"},
		{"es", "CO", "lunes, 4 de mayo de 2026", "2026-05-04"},
		{"es", "CO", "29 de febrero", "2028-02-29 2024-02-29 2032-02-29 2020-02-29"},
		{"es", "CO", "mi bebé nació el 3 de mayo de 2025", "2025-05-03"},
		{"es", "CO", "May 3, 2026", "2026-05-03"}, // English is read everywhere
		{"en", "", "May 3rd, 2026", "2026-05-03"},
		{"en", "", "3rd of May 2026", "2026-05-03"},
		{"en", "", "the twenty-first of June 2026", "2026-06-21"},
		{"en", "", "Monday, May 4th", "2026-05-04"},
		{"en", "", "Dec 25 '26", "2026-12-25 1926-12-25"},
		{"en", "", "3may2026", "2026-05-03"},
		{"pt", "BR", "3 de maio de 2026", "2026-05-03"},
		{"pt", "BR", "1º de março de 2026", "2026-03-01"},
		{"pt", "BR", "vinte e três de abril de 2026", "2026-04-23"},
		{"fr", "FR", "le 1er mai 2026", "2026-05-01"},
		{"fr", "FR", "3 août 2026", "2026-08-03"},
		{"fr", "FR", "le trois mai 2026", "2026-05-03"},
		{"fr", "FR", "lundi 4 mai", "2026-05-04"},

		// Digits.
		{"es", "CO", "05/03", "2026-03-05 2025-03-05 2027-03-05"},
		{"es", "CO", "5/3/2026", "2026-03-05"},
		{"es", "CO", "05-03-2026", "2026-03-05"},
		{"es", "CO", "05.03.2026", "2026-03-05"},
		{"es", "CO", "05 03 2026", "2026-03-05"},
		{"es", "CO", "5 / 3 / 2026", "2026-03-05"},
		{"es", "CO", "05/03/26", "2026-03-05 1926-03-05"},
		{"es", "CO", "12/25/2026", "2026-12-25"}, // only one order makes a date
		{"es", "CO", "2026-05-03", "2026-05-03"},
		{"es", "CO", "2026/5/3", "2026-05-03"},
		{"es", "CO", "20260503", "2026-05-03"},
		{"es", "CO", "03052026", "2026-05-03"},
		{"es", "CO", "٠٣/٠٥/٢٠٢٦", "2026-05-03"},
		{"es", "CO", "nació el 03/05/2025 en la clínica", "2025-05-03"},
		{"en", "US", "05/03/2026", "2026-05-03"},
		{"en", "GB", "05/03/2026", "2026-03-05"},
		{"en", "", "05/03/2026", "2026-05-03|2026-03-05"},
		{"en", "", "05/05/2026", "2026-05-05"},
		{"en", "", "25/12/2026", "2026-12-25"},
		{"en-GB", "", "05/03/2026", "2026-03-05"},
		{"es-US", "", "05/03/2026", "2026-05-03"},
		{"es", "PA", "05/03/2026", "2026-03-05|2026-05-03"},
		{"fr", "CA", "05/03/2026", "2026-03-05|2026-05-03"},
		{"hi", "IN", "०५/०३/२०२६", "2026-03-05"},
		{"de", "", "5.3.2026", "2026-03-05"},
		{"ja", "JP", "03/05", "2026-03-05 2025-03-05 2027-03-05"},

		// No date, two dates, another thing.
		{"es", "CO", "", ""},
		{"es", "CO", "no sé", ""},
		{"es", "CO", "15", ""},
		{"es", "CO", "el 15", ""},
		{"es", "CO", "mayo", ""},
		{"es", "CO", "mayo 2026", ""},
		{"es", "CO", "2026", ""},
		{"es", "CO", "la próxima semana", ""},
		{"es", "CO", "dos semanas", ""},
		{"es", "CO", "3-5", ""},
		{"es", "CO", "3.5", ""},
		{"es", "CO", "3/5/1", ""},
		{"es", "CO", "31/02/2026", ""},
		{"es", "CO", "31 de abril", ""},
		{"es", "CO", "29 de febrero de 2026", ""},
		{"es", "CO", "32 de mayo", ""},
		{"es", "CO", "13/13/2026", ""},
		{"es", "CO", "3 de mayo de 1026", ""},
		{"es", "CO", "03/05/0026", ""},
		{"es", "CO", "3 de mayo o 4 de mayo", ""},
		{"es", "CO", "lunes o martes", ""},
		{"es", "CO", "lunes martes", ""},
		{"es", "CO", "lunes 5 de mayo de 2026", ""}, // a Tuesday
		{"es", "CO", "mañana o pasado mañana", ""},
		{"es", "CO", "antes del 3 de mayo", ""},
		{"es", "CO", "después del 3 de mayo de 2026", ""},
		{"es", "CO", "entre el 3 y el 5 de mayo", ""},
		{"es", "CO", "del 3 al 5 de mayo", ""},
		{"es", "CO", "el 3 de mayo no", ""},
		{"es", "CO", "no es el 3 de mayo de 2026", ""},
		{"es", "CO", "mañana no puedo", ""},
		{"es", "CO", "hoy estoy cansada", ""},
		{"es", "CO", "3 de mayo a las 8", ""},
		{"es", "CO", "3 de mayo 10 am", ""},
		{"es", "CO", "hoy semanas", ""},
		{"es", "CO", "mañana a las 8", ""},
		{"es", "CO", "300 123 4567", ""},
		{"es", "CO", "-5/3/2026", ""},
		{"es", "CO", "hoy" + strings.Repeat(" .", 60), ""}, // too long to be looked at
		{"es", "CO", "1.234.567", ""},
		{"es", "CO", "10/03/05/2026", ""},
		{"es", "CO", "dentro de 1000 días", ""},
		{"es", "CO", "en tres días y medio", ""},
		{"es", "CO", "por la mañana", ""},
		{"es", "CO", "la mañana", ""},
		{"en", "", "I sat", ""},
		{"fr", "FR", "la mer", ""},
		{"en", "", "may", ""},
		{"en", "", "I may go", ""},
		{"en", "", "second of", ""},
		{"en", "", "May 3 or 4", ""},
		{"en", "", "by Friday", ""},
		{"en", "", "not today", ""},
		{"pt", "BR", "quinta vez", ""},
		{"pt", "BR", "até amanhã", ""},
		{"fr", "FR", "avant demain", ""},
		{"fr", "FR", "pas demain", ""},
		{"de", "", "morgen", ""},
		{"de", "", "am 5.3.2026 bitte", ""},
		{"de", "", "tomorrow", ""},
	} {
		var got []string
		for _, r := range answer.Dates(c.text, c.lang, c.country, today) {
			got = append(got, strings.Join(r.Dates, " "))
		}
		if got := strings.Join(got, "|"); got != c.want {
			t.Errorf("[%s %s] %q: %q, want %q", c.lang, c.country, c.text, got, c.want)
		}
	}
}

func TestDatesNeedsAToday(t *testing.T) {
	for _, today := range []string{"", "2026-02-30", "02/03/2026", "2026-03-02T10:00"} {
		if got := answer.Dates("2026-05-03", "es", "CO", today); got != nil {
			t.Errorf("on %q: %v", today, got)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		text, country, min, max string
		want                    string
	}{
		{"3 de mayo", "CO", "", "", "2026-05-03"},
		{"3 de mayo", "CO", "2026-06-01", "", "2027-05-03"},
		{"3 de mayo", "CO", "", today, "2025-05-03"},
		{"3 de mayo", "CO", "2026-06-01", "2026-12-31", ""},
		{"3 de mayo", "CO", "2026-05-03", "2026-05-03", "2026-05-03"},
		{"el lunes", "CO", today, "", "2026-03-09"},
		{"el lunes", "CO", "", today, "2026-03-02"},
		{"el martes", "CO", "", today, "2026-02-24"},
		{"05/03/2026", "PA", "", "", "2026-03-05 2026-05-03"},
		{"05/03/2026", "PA", "2026-04-01", "", "2026-05-03"},
		{"05/03/2026", "PA", "", "2026-04-01", "2026-03-05"},
		{"03/05/85", "CO", "", today, "1985-05-03"},
	} {
		got := strings.Join(answer.Within(answer.Dates(c.text, "es", c.country, today), c.min, c.max), " ")
		if got != c.want {
			t.Errorf("%q within %s … %s: %q, want %q", c.text, c.min, c.max, got, c.want)
		}
	}
	repeated := []answer.DateReading{{Dates: []string{"2026-05-03"}}, {Dates: []string{"2025-05-03", "2026-05-03"}}}
	if got := answer.Within(repeated, "2026-01-01", ""); !slices.Equal(got, []string{"2026-05-03"}) {
		t.Errorf("two readings of one date: %v", got)
	}
}

// A date as a careful writer of each language writes it is read back.
func TestDatesReadsWhatIsWritten(t *testing.T) {
	months := map[string][]string{
		"es": strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
		"pt": strings.Fields("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
		"en": strings.Fields("January February March April May June July August September October November December"),
		"fr": strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
	}
	days := map[string][]string{
		"es": strings.Fields("domingo lunes martes miércoles jueves viernes sábado"),
		"pt": strings.Fields("domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado"),
		"en": strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
		"fr": strings.Fields("dimanche lundi mardi mercredi jeudi vendredi samedi"),
	}
	first := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"es", "pt", "en", "fr"}).Draw(t, "lang")
		day := first.AddDate(0, 0, rapid.IntRange(0, 109_000).Draw(t, "day"))
		now := first.AddDate(0, 0, rapid.IntRange(800, 107_000).Draw(t, "today")).Format(time.DateOnly)
		d, m, y := day.Day(), months[lang][day.Month()-1], day.Year()
		var text string
		switch form := rapid.IntRange(0, 5).Draw(t, "form"); {
		case form == 0:
			text = day.Format(time.DateOnly)
		case form == 1 && lang != "en":
			text = day.Format("02/01/2006")
		case form == 2:
			text = fmt.Sprintf("%d %s %d", d, m, y)
		case form == 3 && lang == "en":
			text = fmt.Sprintf("%s, %s %d, %d", days[lang][day.Weekday()], m, d, y)
		case form == 3 && lang == "fr":
			text = fmt.Sprintf("%s %d %s %d", days[lang][day.Weekday()], d, m, y)
		case form == 3:
			text = fmt.Sprintf("%s, %d de %s de %d", days[lang][day.Weekday()], d, m, y)
		case form == 4:
			text = fmt.Sprintf("%d-%s-%d", d, m, y)
		default:
			text = fmt.Sprintf("%s %d, %d", m, d, y)
		}
		got := answer.Dates(text, lang, "", now)
		if want := day.Format(time.DateOnly); len(got) != 1 || len(got[0].Dates) != 1 || got[0].Dates[0] != want {
			t.Fatalf("[%s] %q on %s: %v, want %s", lang, text, now, got, want)
		}
	})
}
