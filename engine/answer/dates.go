package answer

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed dates.tsv
var datesTSV string

// dateWords holds the words of dates. The table is parsed once, when first
// needed.
var dateWords = sync.OnceValue(func() map[string]*lexicon {
	return mustLexicons("dates.tsv", datesTSV, "day", "weekday", "month", "ordinal", "suffix", "of", "unit",
		"in", "ago", "later", "back", "next", "last", "part", "but")
})

const (
	isoDate = "2006-01-02"

	// Years outside are slips of the finger: nobody who writes was born before,
	// and nobody makes an appointment after.
	firstYear, lastYear = 1900, 2199

	// farthest is how many days, weeks, months or years people count from today.
	farthest = 999

	// maxBeside is how many words that mean nothing here may stand beside a date
	// that says its day and month.
	maxBeside = 8
)

// A DateReading is one way to understand a text as a date. What the text leaves
// open (the year of "3 de mayo", the century of "03/05/85", which Monday) makes
// several dates, all ISO ("2026-05-03"), the likeliest first: the one nearest to
// today, and of weekdays the coming one. They are no ambiguity: the first that
// the question allows is meant.
type DateReading struct {
	Dates []string
}

// Dates returns the ways in which text says one date, the likeliest first; none
// when it says no date, two, or something else. Several readings ("05/03" where
// both orders are in use) are an ambiguity that only the person can resolve.
// Within applies the question's bounds to them.
//
// today is the person's date (ISO, in the years 1902 to 2197), country where they are (ISO 3166, "" when it
// is not known): it decides the order of day and month. Read are, in Spanish,
// English, Portuguese and French, days in words ("mañana", "dentro de 3 días",
// "el lunes", "next Tuesday", "3 de mayo", "May 3rd, 2026"); and in every
// language digits of any script ("05/03/2026", "3-5-26", "2026-05-03",
// "20260503"). A weekday beside a date must be that date's.
//
// Refused are a day without a month, a month without a day, ranges, a clock time
// besides, days that do not exist, and years outside 1900 … 2199.
func Dates(text, lang, country, today string) []DateReading {
	now, err := time.Parse(isoDate, today)
	if err != nil || now.Year() < 1902 || now.Year() > 2197 {
		return nil // the years around it are read too, and are none that a date may have
	}
	tokens, ok := tokenize(readable(Text(text)))
	if !ok {
		return nil
	}
	language, _ := subtags(lang)
	for _, l := range [...]string{language, "en"} {
		d := dater{words: dateWords()[l], today: now, order: orderOf(lang, country), tokens: tokens}
		if l != language && dateWords()[language] == nil {
			break // other languages have digits only
		}
		d.language = l
		d.tokens = spellerOf(l, true).merge(tokens)
		if readings := d.read(); readings != nil {
			return readings
		}
	}
	return nil
}

// Within returns the date of each reading that lies within min and max (ISO,
// inclusive; "" for none), the likeliest first, without repeats. One is the
// answer, several are to be asked back, and none is no answer.
func Within(readings []DateReading, min, max string) []string {
	var dates []string
	for _, r := range readings {
		for _, d := range r.Dates {
			if d < min || max != "" && d > max {
				continue
			}
			if !slices.Contains(dates, d) {
				dates = append(dates, d)
			}
			break
		}
	}
	return dates
}

// A dater reads the dates of one text in one language.
type dater struct {
	words    *lexicon
	language string
	today    time.Time
	order    order
	tokens   []token
}

// A finding is a date somewhere in the text.
type finding struct {
	readings []DateReading
	weekday  int  // 0 … 6 for a weekday, else -1
	short    bool // it is a weekday in three letters, which may be another word: "la mer"
	full     bool // it says a day and a month by name, or a year
}

// read returns the readings of the whole text.
func (d *dater) read() []DateReading {
	var found []finding
	var rest []token
	for i := 0; i < len(d.tokens); {
		if n := d.class(i, "part"); n > 0 { // before "mañana" is found in "por la mañana"
			i += n
			continue
		}
		if f, n := d.at(i); n > 0 {
			if len(f.readings) == 0 {
				return nil // looks like a date and is none: 31/02
			}
			found = append(found, f)
			i += n
			continue
		}
		rest = append(rest, d.tokens[i])
		i++
	}
	if len(found) == 0 || !d.saysNoMore(rest, found) {
		return nil
	}
	return agree(found)
}

// saysNoMore judges what stands beside the dates.
func (d *dater) saysNoMore(rest []token, found []finding) bool {
	full := slices.ContainsFunc(found, func(f finding) bool { return f.full })
	for i := range rest {
		if p, _ := d.words.match(rest, i); p.class == "but" {
			return false
		}
	}
	if len(found) == 1 && found[0].short && slices.ContainsFunc(rest, func(t token) bool { return !t.idle() && !t.is("on") && !t.is("el") && !t.is("le") }) {
		return false
	}
	rest = leftOver(rest, d.language)
	for _, t := range rest {
		if t.kind != word || d.words == nil {
			return false
		}
	}
	return len(rest) == 0 || full && len(rest) <= maxBeside
}

// agree returns the readings that all findings leave: "lunes 4 de mayo" is one
// date, and only in a year in which it is a Monday.
func agree(found []finding) []DateReading {
	main := 0
	for i, f := range found {
		if f.full && !found[main].full || found[main].weekday >= 0 && f.weekday < 0 {
			main = i
		}
	}
	readings := found[main].readings
	for i, f := range found {
		if i == main {
			continue
		}
		var left []DateReading
		for _, r := range readings {
			dates := slices.DeleteFunc(slices.Clone(r.Dates), func(date string) bool { return !f.allows(date) })
			if len(dates) > 0 {
				left = append(left, DateReading{dates})
			}
		}
		readings = left
	}
	return readings
}

func (f finding) allows(date string) bool {
	if f.weekday >= 0 {
		t, err := time.Parse(isoDate, date)
		return err == nil && int(t.Weekday()) == f.weekday
	}
	return slices.ContainsFunc(f.readings, func(r DateReading) bool { return slices.Contains(r.Dates, date) })
}

// at returns the date that begins at token i and how many tokens say it.
func (d *dater) at(i int) (f finding, n int) {
	if f, n = d.numeric(i); n > 0 {
		return f, n
	}
	if d.words == nil {
		return f, 0
	}
	for _, rule := range [...]func(int) (finding, int){d.dayMonth, d.monthDay, d.counted, d.ofWeek, d.fromToday} {
		if f, n = rule(i); n > 0 {
			return f, n
		}
	}
	return f, 0
}

// class returns how many tokens at i say a phrase of the class.
func (d *dater) class(i int, class string) int {
	if p, n := d.words.match(d.tokens, i); p.class == class {
		return n
	}
	return 0
}

// mark returns 1 when token i is one of these marks.
func (d *dater) mark(i int, marks string) int {
	if i < len(d.tokens) && d.tokens[i].kind == mark && strings.Contains(marks, d.tokens[i].text) {
		return 1
	}
	return 0
}

// fromToday reads "hoy", "pasado mañana".
func (d *dater) fromToday(i int) (f finding, n int) {
	p, n := d.words.match(d.tokens, i)
	if p.class != "day" {
		return f, 0
	}
	days := int(p.number())
	return one(d.today.AddDate(0, 0, days)), n
}

func one(t time.Time) finding {
	if y := t.Year(); y < firstYear || y > lastYear {
		return finding{weekday: -1}
	}
	return finding{readings: []DateReading{{[]string{t.Format(isoDate)}}}, weekday: -1}
}

// ofWeek reads "lunes", "el próximo lunes", "last Monday". Both the coming one
// and the one before it are candidates; on the day itself people say "today", so
// it comes second.
func (d *dater) ofWeek(i int) (f finding, n int) {
	next, last := d.class(i, "next"), d.class(i, "last")
	p, m := d.words.match(d.tokens, i+next+last)
	if p.class != "weekday" || i > 0 && m > 0 && d.mark(i+next+last+m, "/") > 0 {
		return f, 0
	}
	n = next + last + m
	if next == 0 && last == 0 {
		next, last = d.class(i+n, "next"), d.class(i+n, "last")
		n += next + last
	}
	f.weekday = int(p.number())
	f.short = len(d.tokens[i+next+last].text) <= 3
	ahead := (f.weekday - int(d.today.Weekday()) + 7) % 7
	coming, before := ahead, ahead-7
	if ahead == 0 {
		coming = 7
	}
	var days []int
	switch {
	case next > 0:
		days = []int{coming}
	case last > 0:
		days = []int{before}
	case ahead == 0:
		days = []int{coming, 0, before}
	default:
		days = []int{coming, before}
	}
	var dates []string
	for _, n := range days {
		dates = append(dates, d.today.AddDate(0, 0, n).Format(isoDate))
	}
	f.readings = []DateReading{{dates}}
	return f, n
}

// counted reads "dentro de 3 días", "hace 2 semanas", "a month ago".
func (d *dater) counted(i int) (f finding, n int) {
	in, ago := d.class(i, "in"), d.class(i, "ago")
	at := i + in + ago
	if at >= len(d.tokens) || !d.tokens[at].number() || d.tokens[at].value < 0 || d.tokens[at].value > farthest {
		return f, 0
	}
	count := int(d.tokens[at].value)
	unit, m := d.words.match(d.tokens, at+1)
	if unit.class != "unit" {
		return f, 0
	}
	end := at + 1 + m
	later, back := d.class(end, "later"), d.class(end, "back")
	past := ago > 0 || back > 0
	if in == 0 && ago == 0 && later == 0 && back == 0 || past && (in > 0 || later > 0) {
		return f, 0
	}
	n = end + later + back - i
	if past {
		count = -count
	}
	size, _ := strconv.Atoi(unit.value[1:])
	if unit.value[0] == 'm' {
		return one(addMonths(d.today, count*size)), n
	}
	f = one(d.today.AddDate(0, 0, count*size))
	// "En ocho días", "dans quinze jours": a week and a fortnight, with today
	// counted among them; or that many days.
	if idiom := map[int]int{8: 7, 15: 14}[count]; idiom != 0 && size == 1 && d.language != "en" && len(f.readings) > 0 {
		f.readings = append(f.readings, one(d.today.AddDate(0, 0, idiom)).readings...)
	}
	return f, n
}

// addMonths adds months and stays within the month: a month after 31 January is
// the last of February.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, months, 0)
	return first.AddDate(0, 0, min(t.Day(), daysIn(first.Year(), first.Month()))-1)
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// dayMonth reads "3 de mayo de 2026", "1º mayo", "the third of May".
func (d *dater) dayMonth(i int) (f finding, n int) {
	day, n := d.dayOfMonth(i)
	if n == 0 {
		return f, 0
	}
	n += d.mark(i+n, "/-.")
	n += d.class(i+n, "of")
	p, m := d.words.match(d.tokens, i+n)
	if p.class != "month" {
		return f, 0
	}
	n += m
	year, m := d.year(i + n)
	return d.named(day, int(p.number()), year), n + m
}

// monthDay reads "May 3rd, 2026", "mayo 3".
func (d *dater) monthDay(i int) (f finding, n int) {
	p, n := d.words.match(d.tokens, i)
	if p.class != "month" {
		return f, 0
	}
	n += d.mark(i+n, "/-.")
	if d.language == "en" && i+n < len(d.tokens) && d.tokens[i+n].is("the") {
		n++
	}
	day, m := d.dayOfMonth(i + n)
	if m == 0 {
		return f, 0
	}
	n += m
	year, m := d.year(i + n)
	return d.named(day, int(p.number()), year), n + m
}

// dayOfMonth reads a day of the month with what is glued to it.
func (d *dater) dayOfMonth(i int) (day, n int) {
	if i >= len(d.tokens) {
		return 0, 0
	}
	t := d.tokens[i]
	if p, m := d.words.match(d.tokens, i); p.class == "ordinal" {
		return int(p.number()), m
	}
	if !t.number() || t.value < 1 || t.value > 31 || t.kind == digits && len(t.text) > 2 {
		return 0, 0
	}
	n = 1
	switch {
	case t.kind == article && t.text != "uno" && t.text != "um": // "a May"
		return 0, 0
	case t.kind != digits:
	case d.mark(i+1, "º") > 0 && !d.tokens[i+1].spaced:
		n = 2
	case i+1 < len(d.tokens) && !d.tokens[i+1].spaced:
		n += d.class(i+1, "suffix")
	}
	return int(t.value), n
}

// A year as it was written. Below 100 it had two digits.
type year int

const noYear year = -1

// yearOf returns the year that t says. One of four digits below 100 is out of
// every range, and not of two digits.
func yearOf(t token) year {
	if len(t.text) == 4 {
		return year(max(t.value, 100))
	}
	return year(t.value)
}

// year reads a year behind a day and a month.
func (d *dater) year(i int) (y year, n int) {
	apostrophe := 0
	n = d.mark(i, ",-/.")
	joined := n > 0 && d.tokens[i].text != "," && d.tokens[i].text != "."
	if of := d.class(i+n, "of"); of > 0 {
		n, joined = n+of, true
	}
	if apostrophe = d.mark(i+n, "'’"); apostrophe > 0 {
		n, joined = n+1, true
	}
	if i+n >= len(d.tokens) {
		return noYear, 0
	}
	t := d.tokens[i+n]
	switch {
	case t.kind == digits && len(t.text) == 4 && apostrophe == 0, t.kind == spelled && t.value >= firstYear && t.value <= lastYear:
		return max(year(t.value), 100), n + 1
	case t.kind == digits && len(t.text) == 2 && (joined || d.ends(i+n+1)):
		return year(t.value), n + 1
	}
	return noYear, 0
}

// ends reports whether nothing is said from token i on.
func (d *dater) ends(i int) bool {
	return !slices.ContainsFunc(d.tokens[i:], func(t token) bool { return !t.idle() })
}

func (d *dater) named(day, month int, y year) finding {
	f := finding{weekday: -1, full: true}
	if dates := d.candidates(day, month, y); len(dates) > 0 {
		f.readings = []DateReading{{dates}}
	}
	return f
}

// candidates returns the dates of a day and a month that exist, nearest to today
// first.
func (d *dater) candidates(day, month int, y year) (dates []string) {
	var years []int
	switch now := d.today.Year(); {
	case y >= 100:
		years = []int{int(y)}
	case y != noYear:
		years = []int{1900 + int(y), 2000 + int(y)}
	case month == 2 && day == 29:
		for n := now - 8; n <= now+8; n++ { // 1900 and 2100 are no leap years
			years = append(years, n)
		}
	default:
		years = []int{now - 1, now, now + 1}
	}
	var found []time.Time
	for _, y := range years {
		if y < firstYear || y > lastYear || month < 1 || month > 12 || day < 1 || day > daysIn(y, time.Month(month)) {
			continue
		}
		found = append(found, time.Date(y, time.Month(month), day, 0, 0, 0, 0, time.UTC))
	}
	slices.SortStableFunc(found, func(a, b time.Time) int {
		if far := int(a.Sub(d.today).Abs()/time.Hour) - int(b.Sub(d.today).Abs()/time.Hour); far != 0 {
			return far
		}
		return b.Compare(a)
	})
	for _, t := range found {
		dates = append(dates, t.Format(isoDate))
	}
	return dates
}
