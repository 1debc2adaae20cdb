package answer

import (
	"slices"
	"strconv"
)

// An order is how day and month follow each other in digits, in a country or a
// language.
type order struct {
	monthFirst bool
	sure       bool // nearly everybody there writes so
}

// orderOf returns the order of a country (ISO 3166) or, where that is not known,
// of a language and what its tag names. English without a country is in doubt.
func orderOf(lang, country string) order {
	if country == "" {
		country = CountryOf(lang)
	}
	language, _ := subtags(lang)
	switch country {
	case "US", "AS", "GU", "MP", "UM", "VI", "FM", "MH", "PW":
		return order{monthFirst: true, sure: true}
	case "CN", "JP", "KR", "KP", "TW", "HU", "MN", "LT", "IR", "BT": // the year before both
		return order{monthFirst: true, sure: true}
	case "PH", "PR":
		return order{monthFirst: true}
	case "CA", "PA", "BZ", "KY", "LR", "ZA", "KE", "GH", "TO", "HK", "MO":
		return order{monthFirst: country == "CA" && language == "en"}
	case "":
	default:
		return order{sure: true}
	}
	switch language {
	case "en":
		return order{monthFirst: true}
	case "zh", "ja", "ko", "hu", "mn", "lt":
		return order{monthFirst: true, sure: true}
	case "fil", "tl", "haw":
		return order{monthFirst: true}
	}
	return order{sure: true}
}

// numeric reads a date in digits that begins at token i: day, month and perhaps
// a year, or the year first.
func (d *dater) numeric(i int) (f finding, n int) {
	f.weekday = -1
	if t := d.tokens[i]; t.kind == digits && len(t.text) == 8 {
		return d.unparted(t.text)
	}
	parts, n := d.parted(i)
	if n == 0 {
		return f, 0
	}
	f.full = len(parts) == 3
	a, b := int(parts[0].value), int(parts[1].value)
	switch {
	case len(parts) == 3 && len(parts[0].text) == 4: // the year first: then nobody puts the day before the month
		f.add(d.candidates(int(parts[2].value), b, yearOf(parts[0])))
	case len(parts) == 3:
		f.readings = d.ordered(a, b, yearOf(parts[2]))
	default:
		f.readings = d.ordered(a, b, noYear)
	}
	return f, n
}

func (f *finding) add(dates []string) {
	if len(dates) > 0 && !slices.ContainsFunc(f.readings, func(r DateReading) bool { return slices.Equal(r.Dates, dates) }) {
		f.readings = append(f.readings, DateReading{dates})
	}
}

// ordered returns the readings of a and b as day and month by the order of the
// country. The other order counts where it is also in use, and where it is the
// only one that gives a date.
func (d *dater) ordered(a, b int, y year) []DateReading {
	if d.order.monthFirst {
		a, b = b, a
	}
	f := finding{}
	f.add(d.candidates(a, b, y))
	if !d.order.sure || a <= 12 && b > 12 {
		f.add(d.candidates(b, a, y))
	}
	return f.readings
}

// parted returns the two or three numbers of a date in digits that begins at
// token i, and how many tokens they take with what parts them.
func (d *dater) parted(i int) (parts []token, n int) {
	by := ""
	for i+n < len(d.tokens) && len(parts) < 3 {
		t := d.tokens[i+n]
		if t.kind != digits || len(t.text) > 2 && len(t.text) != 4 {
			break
		}
		if len(parts) > 0 && by != "/" && t.spaced != (by == " ") {
			break
		}
		parts, n = append(parts, t), n+1
		if len(parts) == 3 || i+n >= len(d.tokens) {
			break
		}
		next := d.tokens[i+n]
		sep := next.text
		switch {
		case next.kind == digits && next.spaced:
			sep = " "
		case next.kind != mark || sep != "/" && sep != "-" && sep != "." && sep != "‐" || next.spaced && sep != "/":
			sep = ""
		}
		if sep == "" || by != "" && sep != by {
			break
		}
		if by = sep; by != " " {
			n++
		}
	}
	if len(parts) == 0 {
		return nil, 0
	}
	if last := d.tokens[i+n-1]; last.kind == mark && len(parts) > 0 { // what parts nothing
		n--
	}
	if !shapedAsDate(parts, by) {
		return nil, 0
	}
	return parts, n
}

// shapedAsDate reports whether so many digits, so parted, are written for dates.
// "3-5" is a range and "3.5" a decimal before they are dates.
func shapedAsDate(parts []token, by string) bool {
	if len(parts) == 2 {
		two := len(parts[0].text) == 2 && len(parts[1].text) == 2
		return len(parts[0].text) <= 2 && len(parts[1].text) <= 2 && (by == "/" || two && by != " ")
	}
	if len(parts) != 3 || len(parts[1].text) > 2 {
		return false
	}
	first, last := len(parts[0].text), len(parts[2].text)
	return first == 4 && last <= 2 || first <= 2 && (last == 4 || last == 2 && by != " ")
}

// unparted reads eight digits in a row, the year first or last.
func (d *dater) unparted(s string) (f finding, n int) {
	number := func(from, to int) int {
		v, _ := strconv.Atoi(s[from:to]) // digits, by the caller
		return v
	}
	f = finding{weekday: -1, full: true}
	f.add(d.candidates(number(6, 8), number(4, 6), max(year(number(0, 4)), 100)))
	for _, r := range d.ordered(number(0, 2), number(2, 4), max(year(number(4, 8)), 100)) {
		f.add(r.Dates)
	}
	if len(f.readings) == 0 {
		return f, 0
	}
	return f, 1
}
