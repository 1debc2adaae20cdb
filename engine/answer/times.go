package answer

import (
	_ "embed"
	"fmt"
	"sync"
)

//go:embed times.tsv
var timesTSV string

// timeWords holds the words of clock times. The table is parsed once, when first
// needed.
var timeWords = sync.OnceValue(func() map[string]*lexicon {
	return mustLexicons("times.tsv", timesTSV, "named", "at", "hour", "sharp", "and", "past", "less", "minus", "amount", "after", "to", "minute", "oh", "length", "part")
})

// Times returns the times of day ("15:04") that text may mean, the likeliest
// first; none when it says no time, two, or something else.
//
// Read are "8:30", "8.30", "8h30", "20 h", "8pm", "a las 8 de la noche", "half
// past eight", "mediodía" and a bare hour, in Spanish, English, Portuguese and
// French; in every other language what is in digits alone, of any script.
//
// An hour up to 12 has two readings, unless a part of the day is said ("de la
// noche", "pm"), a zero stands before it ("08:30"), or "h" behind it, which
// counts 24 hours. "A las 8" is 08:00 or 20:00, and "a las 3" 15:00 or 03:00.
func Times(text, lang string) []string {
	tokens, ok := tokenize(readable(Text(text)))
	if !ok {
		return nil
	}
	language, _ := subtags(lang)
	for _, l := range [...]string{language, "en"} {
		t := timer{words: timeWords()[l], language: l}
		if l != language && timeWords()[language] == nil {
			break // other languages have digits only
		}
		t.tokens = spellerOf(l, false).merge(tokens)
		if times := t.read(); times != nil {
			return times
		}
	}
	return nil
}

// A timer reads the time of one text in one language.
type timer struct {
	words    *lexicon
	language string
	tokens   []token
}

// A clock is a time as it was said.
type clock struct {
	hour, minute int
	day          bool   // of 24 hours: nothing is open
	length       bool   // may be so many hours long
	part         string // the part of the day, "" when none is said
	plain        bool   // a number alone
}

func (t *timer) read() []string {
	var rest []token
	var found *clock
	part := ""
	for i := 0; i < len(t.tokens); {
		if c, n := t.at(i); n > 0 {
			if found != nil {
				return nil
			}
			found = &c
			i += n
			continue
		}
		if p, n := t.words.match(t.tokens, i); p.class == "part" {
			if part != "" && part != p.value {
				return nil
			}
			part = p.value
			i += n
			continue
		}
		if t.class(i, "length") > 0 { // "en 8 horas", "cada 8 horas"
			return nil
		}
		rest = append(rest, t.tokens[i])
		i++
	}
	if found == nil || found.length && part == "" {
		return nil
	}
	if part != "" {
		if found.part != "" && found.part != part {
			return nil
		}
		found.part = part
	}
	if t.saysMore(rest, found.plain && part == "") {
		return nil
	}
	return found.times()
}

// saysMore judges what stands beside the time. A number alone may be the answer
// to another question, so beside it only courtesy may stand.
func (t *timer) saysMore(rest []token, plain bool) bool {
	if !plain {
		return len(leftOver(rest, t.language)) > 0
	}
	l := beside()[t.language]
	for i := 0; i < len(rest); {
		p, n := l.match(rest, i)
		switch {
		case n > 0 && p.class == "courtesy":
		case rest[i].idle():
			n = 1
		default:
			return true
		}
		i += n
	}
	return false
}

// at returns the time that begins at token i and how many tokens say it.
func (t *timer) at(i int) (c clock, n int) {
	start := i
	at := t.class(i, "at")
	i += at
	for _, rule := range [...]func(int) (clock, int){t.named, t.toHour, t.digital, t.fromHour} {
		if c, n = rule(i); n > 0 {
			break
		}
	}
	if n == 0 {
		return c, 0
	}
	i += n
	if sharp := t.class(i, "sharp"); sharp > 0 {
		i += sharp
		c.plain = false
	}
	if p, m := t.words.match(t.tokens, i); p.class == "part" {
		c.part, c.plain = p.value, false
		i += m
	}
	if at > 0 {
		c.plain, c.length = false, false
	}
	if c.part != "" {
		c.length = false
	}
	return c, i - start
}

func (t *timer) class(i int, class string) int {
	if p, n := t.words.match(t.tokens, i); p.class == class {
		return n
	}
	return 0
}

// named reads "mediodía", "midi et demi", "midnight".
func (t *timer) named(i int) (c clock, n int) {
	p, n := t.words.match(t.tokens, i)
	if p.class != "named" {
		return c, 0
	}
	c.day = true
	if p.value == "12:00" {
		c.hour = 12
	}
	if past, m := t.words.match(t.tokens, i+n); past.class == "past" {
		c.minute, n = int(past.number()), n+m
	}
	return c, n
}

// toHour reads "half past eight", "ten to nine", "un cuarto para las nueve".
func (t *timer) toHour(i int) (c clock, n int) {
	minute := 0
	if p, m := t.words.match(t.tokens, i); p.class == "amount" {
		minute, n = int(p.number()), m
	} else if i < len(t.tokens) && t.tokens[i].number() && t.tokens[i].kind != article && 1 <= t.tokens[i].value && t.tokens[i].value <= 30 {
		minute, n = int(t.tokens[i].value), 1
		minutes := t.class(i+n, "minute")
		// "Ten to two" may be a time or a range: "twenty to one" is none.
		if n += minutes; t.language == "en" && t.class(i+n, "to") > 0 && minutes == 0 && (t.tokens[i].kind == digits || minute <= 12) {
			return c, 0
		}
	} else {
		return c, 0
	}
	after, to := t.class(i+n, "after"), t.class(i+n, "to")
	n += after + to
	if after+to == 0 {
		return c, 0
	}
	if p, m := t.words.match(t.tokens, i+n); p.class == "named" {
		c.day, c.hour, n = true, 0, n+m
		if p.value == "12:00" {
			c.hour = 12
		}
	} else {
		hour, zero, m := t.hour(i + n)
		if m == 0 {
			return c, 0
		}
		c.hour, c.day, n = hour, zero, n+m
		n += t.class(i+n, "hour")
	}
	if to > 0 {
		c = c.less(minute)
	} else {
		c.minute = minute
	}
	return c, n
}

// less returns c a few minutes earlier.
func (c clock) less(minutes int) clock {
	c.minute = 60 - minutes
	if c.hour--; c.hour < 0 {
		c.hour = 23
	} else if c.hour == 0 && !c.day {
		c.hour = 12 // a quarter to one: which one is still open
	}
	return c
}

// hour reads a number that an hour can be; zero tells whether it is written as
// clocks of 24 hours do.
func (t *timer) hour(i int) (hour int, day bool, n int) {
	if i >= len(t.tokens) {
		return 0, false, 0
	}
	k := t.tokens[i]
	if !k.number() || k.value < 0 || k.value > 24 || k.kind == digits && len(k.text) > 2 || k.kind == article && (k.text == "a" || k.text == "an") {
		return 0, false, 0
	}
	return int(k.value), k.value == 0 || k.value > 12 || k.kind == digits && k.text[0] == '0', 1
}

// digital reads "8:30", "8.30", "8h30", "08:30 h".
func (t *timer) digital(i int) (c clock, n int) {
	hour, day, n := t.hour(i)
	if n == 0 || i+2 >= len(t.tokens) || t.tokens[i].kind != digits {
		return c, 0
	}
	by, minutes := t.tokens[i+1], t.tokens[i+2]
	isH := by.kind == word && (by.text == "h" || by.text == "hs")
	if by.spaced && !isH || !isH && !(by.kind == mark && (by.text == ":" || by.text == "." || by.text == "：")) {
		return c, 0
	}
	if minutes.kind != digits || len(minutes.text) != 2 || minutes.value > 59 || minutes.spaced && !isH {
		return c, 0
	}
	c = clock{hour: hour, minute: int(minutes.value), day: day || isH}
	n = 3
	if m := t.class(i+n, "minute"); m > 0 && isH {
		return c, n + m
	}
	if p, m := t.words.match(t.tokens, i+n); p.class == "hour" && !isH {
		c.day = c.day || p.value == "24"
		n += m
	}
	return c, n
}

// fromHour reads an hour and what follows it: "8", "8 h", "ocho y media",
// "eight thirty", "nueve menos cuarto".
func (t *timer) fromHour(i int) (c clock, n int) {
	hour, day, n := t.hour(i)
	if n == 0 {
		return c, 0
	}
	c = clock{hour: hour, day: day, plain: true}
	if p, m := t.words.match(t.tokens, i+n); p.class == "hour" {
		c.day, c.plain = c.day || p.value == "24", false
		// "8 horas" are long; "oito horas" and "huit heures" are a time.
		c.length = p.value == "" && (t.language == "es" || t.language == "en") && (hour <= 12 || hour == 24)
		n += m
	}
	p, m := t.words.match(t.tokens, i+n)
	switch p.class {
	case "past":
		c.minute, c.plain, c.length = int(p.number()), false, false
		return c, n + m
	case "less":
		c = c.less(int(p.number()))
		c.plain, c.length = false, false
		return c, n + m
	case "minus":
		if minute, k := t.minutes(i+n+m, true); k > 0 && minute > 0 && minute <= 30 {
			c = c.less(minute)
			c.plain = false
			return c, n + m + k
		}
		return c, n
	case "and", "oh":
	default:
		m = 0
	}
	if minute, k := t.minutes(i+n+m, m > 0 || !c.plain); k > 0 && (p.class != "oh" || minute < 10) {
		c.minute, c.plain, c.length = minute, false, false
		return c, n + m + k
	}
	return c, n
}

// minutes reads the minutes behind an hour. Where nothing joins them to it they
// are at least ten, or have two digits.
func (t *timer) minutes(i int, joined bool) (minute, n int) {
	if i >= len(t.tokens) {
		return 0, 0
	}
	k := t.tokens[i]
	if !k.number() || k.value < 0 || k.value > 59 || k.kind == digits && len(k.text) != 2 && !joined || k.kind == spelled && k.value < 10 && !joined {
		return 0, 0
	}
	if k.kind == article && (k.text == "a" || k.text == "an") || k.kind == digits && len(k.text) > 2 {
		return 0, 0
	}
	return int(k.value), 1 + t.class(i+1, "minute")
}

// times returns the times that c may be.
func (c clock) times() []string {
	if c.hour == 24 {
		if c.minute != 0 || c.part != "" {
			return nil
		}
		return []string{"00:00"}
	}
	switch {
	case c.part != "":
		hour, ok := inPart(c.hour, c.part)
		if !ok {
			return nil
		}
		c.hour = hour
	case c.day:
	case c.hour == 12:
		return []string{c.text(12), c.text(0)}
	case c.hour < 7:
		return []string{c.text(c.hour + 12), c.text(c.hour)}
	default:
		return []string{c.text(c.hour), c.text(c.hour + 12)}
	}
	return []string{c.text(c.hour)}
}

func (c clock) text(hour int) string { return fmt.Sprintf("%02d:%02d", hour, c.minute) }

// inPart returns the hour of the day that an hour is in a part of the day. It
// reports false where no such hour is in it, or people would not agree which.
func inPart(hour int, part string) (int, bool) {
	twelve := hour % 12 // 12 is 0
	switch part {
	case "am", "pm":
		if hour > 12 || hour == 0 {
			return hour, part == "pm" && hour > 12 || part == "am" && hour == 0
		}
		if part == "pm" {
			twelve += 12
		}
		return twelve, true
	}
	from, to := 0, 0 // the hours of the day in which the part is
	switch part {
	case "morning":
		from, to = 1, 11
	case "noon":
		from, to = 11, 15
	case "afternoon":
		from, to = 12, 20
	case "evening":
		from, to = 16, 23
	case "night":
		from, to = 18, 28 // 4 in the morning
	case "dawn":
		from, to = 0, 6
	}
	for h := from; h <= to; h++ {
		if hour > 12 && h == hour || hour <= 12 && hour > 0 && h%12 == twelve || hour == 0 && h%24 == 0 {
			return h % 24, true
		}
	}
	return 0, false
}
