package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A date is kept as 2006-01-02 and a time of day as 15:04: texts that sort as
// what they mean, so the machine compares them as they are. The calendar is the
// one in civil use, from the year 1 to 9999.

// DateOf is a date, by its day: of a clock and its zone nothing is read. Years
// outside 1 to 9999 give nothing.
func DateOf(year int, month time.Month, day int) Value {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() < 1 || t.Year() > 9999 {
		return Value{}
	}
	return Value{Kind: Date, Text: t.Format(time.DateOnly)}
}

// TimeOf is a time of day, from 0, 0 to 23, 59; others give nothing.
func TimeOf(hour, minute int) Value {
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return Value{}
	}
	return Value{Kind: Time, Text: fmt.Sprintf("%02d:%02d", hour, minute)}
}

// isDate reports whether s is a date as it is kept. It is asked on every read,
// so it parses nothing.
func isDate(s string) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' || !digits(s[:4]) || !digits(s[5:7]) || !digits(s[8:]) {
		return false
	}
	year, month, day := int(s[0]-'0')*1000+int(s[1]-'0')*100+two(s[2:]), two(s[5:]), two(s[8:])
	return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, time.Month(month))
}

// isTime reports whether s is a time of day as it is kept.
func isTime(s string) bool {
	return len(s) == len("15:04") && s[2] == ':' && digits(s[:2]) && digits(s[3:]) && two(s) < 24 && two(s[3:]) < 60
}

func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

func daysIn(year int, month time.Month) int {
	switch {
	case month == time.February && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == time.February:
		return 28
	case month == time.April || month == time.June || month == time.September || month == time.November:
		return 30
	}
	return 31
}

// dayOf is a kept date as a time.Time, midnight UTC: there all days have 24
// hours.
func dayOf(s string) time.Time {
	year, _ := strconv.Atoi(s[:4])
	return time.Date(year, time.Month(two(s[5:])), two(s[8:]), 0, 0, 0, 0, time.UTC)
}

// daysBetween counts the days from a to b.
func daysBetween(a, b string) int {
	return int(dayOf(b).Unix()/86400 - dayOf(a).Unix()/86400)
}

// period is a length of time on the calendar.
type period struct {
	days, months int
}

// maxPeriod is the largest number a period is written with: more than there are
// days in the calendar is never meant.
const maxPeriod = 1_000_000

// units are the words of a period, in the singular.
var units = []struct {
	word string
	one  period
}{{"day", period{days: 1}}, {"week", period{days: 7}}, {"month", period{months: 1}}, {"year", period{months: 12}}}

// readPeriod reads "-14 days". help is what to write instead, if it is none.
func readPeriod(s string) (p period, help Said, ok bool) {
	const examples = `for example: "-14 days", "2 weeks", "3 months", "1 year"`
	s = strings.TrimSpace(s)
	written, sign := s, 1
	if rest, minus := strings.CutPrefix(s, "-"); minus {
		sign, s = -1, rest
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	s = strings.TrimLeft(s, " ")
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if end == 0 || err != nil || n > maxPeriod {
		return p, say(examples), false
	}
	word := strings.TrimSpace(s[end:])
	for _, u := range units {
		if word == u.word || word == u.word+"s" {
			return period{days: sign * n * u.one.days, months: sign * n * u.one.months}, Said{}, true
		}
	}
	switch strings.TrimSuffix(word, "s") {
	case "hour", "minute", "second":
		return p, say("a date has no time of day: it moves by days, weeks, months or years"), false
	}
	var words []string
	for _, u := range units {
		words = append(words, u.word+"s")
	}
	if near := nearest(word, words); near != "" {
		return p, say("did you mean %q?", strings.TrimSpace(strings.TrimSuffix(written, word))+" "+near), false
	}
	return p, say(examples), false
}

// after is the date that lies a period after another. A day that a month lacks
// becomes its last: a month after 31 January is 28 or 29 February.
func (p period) after(date string) (string, error) {
	t := dayOf(date)
	if p.months != 0 {
		month := (t.Year()*12 + int(t.Month()) - 1) + p.months
		if month < 12 || month > 9999*12+11 {
			return "", ErrDate
		}
		year, m := month/12, time.Month(month%12+1)
		t = time.Date(year, m, min(t.Day(), daysIn(year, m)), 0, 0, 0, 0, time.UTC)
	}
	t = t.AddDate(0, 0, p.days)
	if t.Year() < 1 || t.Year() > 9999 {
		return "", ErrDate
	}
	return t.Format(time.DateOnly), nil
}

// calendar is how a language says dates. In a form, d is the day, m the month
// in full, s the month in short, y the year.
type calendar struct {
	months   [12]string
	short    [12]string
	weekdays [7]string // from Sunday
	first    string    // the day of the first of a month, where it is said in its own way
	day      string    // the short form
	long     string
}

var calendars = map[string]*calendar{
	"es": {
		months:   [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		short:    [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"},
		weekdays: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		day:      "d s y", long: "d de m de y",
	},
	"en": {
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		short:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:      "d s y", long: "d m y",
	},
	"pt": {
		months:   [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
		short:    [12]string{"jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"},
		weekdays: [7]string{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"},
		first:    "1º", day: "d s y", long: "d de m de y",
	},
	"fr": {
		months:   [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		short:    [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		weekdays: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		first:    "1er", day: "d s y", long: "d m y",
	},
}

// dayForms are the forms that day knows.
var dayForms = []string{"short", "long", "weekday", "month", "iso"}

// base is the language of a BCP-47 tag, without its region or script.
func base(tag string) string {
	lang, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(lang)
}

// Day says a kept date (2006-01-02) in a language, by its BCP-47 tag: "short"
// is 3 may 2026, "long" 3 de mayo de 2026, "weekday" domingo, "month" mayo,
// "iso" 2026-05-03. It has words for Spanish, English, Portuguese and French,
// whatever the region; another language reads English, and the short form, in
// which a foreign month would only confuse, as iso. What is no date is empty.
func Day(date, form, language string) string {
	if !isDate(date) {
		return ""
	}
	c, ok := calendars[base(language)]
	if !ok {
		c = calendars["en"]
		if form == "short" {
			form = "iso"
		}
	}
	t := dayOf(date)
	switch form {
	case "weekday":
		return c.weekdays[t.Weekday()]
	case "month":
		return c.months[t.Month()-1]
	case "short":
		return c.write(c.day, t)
	case "long":
		return c.write(c.long, t)
	}
	return date
}

// write fills a form in: its letters d, m, s and y, where they are a word.
func (c *calendar) write(form string, t time.Time) string {
	words := strings.Fields(form)
	for i, w := range words {
		switch w {
		case "d":
			words[i] = strconv.Itoa(t.Day())
			if t.Day() == 1 && c.first != "" {
				words[i] = c.first
			}
		case "m":
			words[i] = c.months[t.Month()-1]
		case "s":
			words[i] = c.short[t.Month()-1]
		case "y":
			words[i] = strconv.Itoa(t.Year())
		}
	}
	return strings.Join(words, " ")
}

// dayLetters is how many letters a form has at most in one of the languages,
// in any if there are none.
func dayLetters(form string, languages []string) int {
	if len(languages) == 0 {
		languages = append(calendarNames(), "") // and those without words of their own
	}
	longest := 0
	for _, lang := range languages {
		if lang = base(lang); calendars[lang] == nil {
			lang = ""
		}
		longest = max(longest, longestDays()[lang+" "+form])
	}
	return longest
}

func calendarNames() []string { return slices.Sorted(maps.Keys(calendars)) }

// longestDays are the longest of each form by language. All lengths occur
// within a leap year: every month and weekday, one and two digits, the first.
var longestDays = sync.OnceValue(func() map[string]int {
	longest := map[string]int{}
	for day := range 366 {
		date := time.Date(2024, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		for _, lang := range append(calendarNames(), "") {
			for _, form := range dayForms {
				key := lang + " " + form
				longest[key] = max(longest[key], utf8.RuneCountInString(Day(date, form, lang)))
			}
		}
	}
	return longest
})

// decimalMark is what stands before decimals. Where a language is written with
// both, the country decides.
func decimalMark(tag string) string {
	_, region, _ := strings.Cut(tag, "-")
	switch region {
	case "MX", "GT", "HN", "NI", "SV", "PA", "DO", "PE", "PR", "US", "CH", "LI":
		return "."
	}
	switch base(tag) {
	case "es", "pt", "fr", "it", "de", "nl", "ca", "gl", "ro", "pl", "cs", "sk", "hu", "bg", "hr", "sr", "sl", "ru", "uk", "tr", "el", "da", "sv", "nb", "no",
		"fi", "et", "lv", "lt", "kk", "id", "vi", "af":
		return ","
	}
	return "."
}

// showNumberIn is a number for people of a language: 3,5.
func showNumberIn(f float64, tag string) string {
	s := showNumber(f)
	if mark := decimalMark(tag); mark != "." && f != math.Trunc(f) {
		s = strings.Replace(s, ".", mark, 1)
	}
	return s
}
