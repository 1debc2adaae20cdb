package syntax

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/dsl/diag"
)

// value reads any value. within is '[' in a list, '{' in a table in braces and
// 0 at the end of a line; parts is the name whose value it is, nil in a list;
// after is where what is before it ends.
func (r *reader) value(at reach, within byte, parts []part, after int) bool {
	c := r.peek()
	if !r.counts(r.pos, r.pos+utf8.RuneLen(max(c, 0))) {
		return false
	}
	switch {
	case r.at(`"""`) || r.at(`'''`):
		return r.longText()
	case c == '"' || c == '\'':
		return r.text(within)
	case c == '[':
		return r.list(at)
	case c == '{':
		return r.braces(at)
	case r.lineOver(), within != 0 && (c == ',' || c == ']' || c == '}'):
		return r.noValue(at, within, parts, after)
	case typographic(c):
		return r.typographicText(within)
	case c == '=' && parts != nil:
		r.fault(r.pos, r.pos+1, `one "=" is enough`, "delete the other")
		for r.peek() == '=' {
			r.pos++
			r.spaces()
		}
		return r.value(at, within, parts, r.pos)
	case r.pairLine(r.pos):
		if first, n := r.closers(r.pos); n > r.opened && r.src[first] == '}' {
			return r.missingBrace(at)
		}
	}
	return r.token(within)
}

// noValue reports that a name has no value, or has it on the next line; that
// one is read.
func (r *reader) noValue(at reach, within byte, parts []part, after int) bool {
	name := r.written(parts)
	here := r.pos
	if r.lineOver() {
		r.gaps()
		first, n := -1, 0
		if begins := r.beginsValue(); begins || r.pairLine(r.pos) {
			first, n = r.closers(r.pos)
		}
		switch {
		case n > r.opened && r.src[first] == '}' && r.pairLine(r.pos):
			return r.missingBrace(at)
		case n > r.opened && r.src[first] == ']':
			r.fault(after, after, "[ is missing here, before the first value of the list", "put [ here")
			return r.listFrom(at, r.pos)
		}
		if r.beginsValue() && !r.headingLine(r.pos) && !r.pairLine(r.pos) {
			r.fault(after, after, diag.Say("the value of %s begins on another line", said(parts)),
				diag.Say("bring it up, to stand behind %s =", name))
			return r.value(at, within, parts, after)
		}
		r.pos = here
	}
	r.fault(after, after, diag.Say("%s has no value", said(parts)),
		diag.Say(`write it after the =, like %s = "…", or delete the name too`, name))
	r.careful = true
	r.last = piece{after, after, 0}
	return true
}

// token reads a number, a date, true or false; anything else is reported.
func (r *reader) token(within byte) bool {
	start := r.pos
	end := r.tokenEnd(start)
	// A date may be parted from its time by a space.
	if scalar(string(r.src[start:end])) == 'd' && end+1 < len(r.src) && r.src[end] == ' ' {
		if longer := r.tokenEnd(end + 1); scalar(string(r.src[start:longer])) != 0 {
			end = longer
		}
	}
	if kind := scalar(string(r.src[start:end])); kind != 0 && r.valueOver(end, within) {
		return r.inRange(kind, start, end)
	}
	if kind := scalar(string(r.src[start:end])); kind != 0 {
		// What follows is either a fault of its own or part of the value.
		i := len(r.src) - len(bytes.TrimLeftFunc(r.src[end:], blank))
		complete := false
		switch c := r.src[i]; {
		case c == ';', c == '/':
			complete = true
		case within == '{':
			complete = r.pairLine(i)
		case within == '[':
			complete = scalar(string(r.src[i:r.tokenEnd(i)])) != 0
		case c == ',':
			complete = !decimalComma.Match(r.src[start:r.wordsEnd(within)])
		case c == ']', c == '}':
			complete = true
		default:
			complete = r.pairLine(i)
		}
		if complete {
			return r.inRange(kind, start, end)
		}
	}
	end = r.wordsEnd(within)
	if end == start {
		end++ // a lone separator; the list or the line passes it
	}
	words := string(r.src[start:end])
	if within == '{' {
		words = beforeName(words)
	}
	message, help := explain(words)
	r.unquoted(start, start+len(words), message, help)
	return true
}

// beforeName cuts words at the name of a pair that follows without a comma.
func beforeName(words string) string {
	before, _, found := strings.Cut(words, "=")
	before = strings.TrimRight(before, " \t")
	i := strings.LastIndexAny(before, " \t")
	if !found || i < 0 || strings.ContainsFunc(before[i+1:], func(c rune) bool { return c >= utf8.RuneSelf || !bare(byte(c)) }) {
		return words
	}
	return strings.TrimRight(before[:i], " \t")
}

// inRange reads the value of kind in src[start:end] unless it exceeds what can
// be remembered.
func (r *reader) inRange(kind byte, start, end int) bool {
	text := strings.ReplaceAll(string(r.src[start:end]), "_", "")
	var err error
	switch kind {
	case 'i':
		_, err = strconv.ParseInt(text, 0, 64)
	case 'f':
		_, err = strconv.ParseFloat(text, 64)
	}
	if errors.Is(err, strconv.ErrRange) {
		r.fault(start, end, "this number is too large to count with", "put it between quotes if it is a code or a phone number")
	}
	r.pos = end
	r.last = piece{start, end, 0}
	return true
}

// tokenEnd is where the word at i ends, as numbers and dates do.
func (r *reader) tokenEnd(i int) int {
	for i < len(r.src) {
		c, size := utf8.DecodeRune(r.src[i:])
		if hidden(c) || strings.ContainsRune(" \t\r\n,;]}#", c) {
			break
		}
		i += size
		r.ahead += size
	}
	return i
}

// wordsEnd is where words without quotes end that begin at the walk's place: at
// the end of the line or a comment, and within brackets at what ends a value
// there.
func (r *reader) wordsEnd(within byte) int { return r.wordsEndFrom(r.pos, within) }

func (r *reader) wordsEndFrom(i int, within byte) int {
	start := i
	defer func() { r.ahead += i - start }()
	for ; i < len(r.src) && lineEnd(r.src[i:]) == 0; i++ {
		c := r.src[i]
		if c == '#' && (i == start || r.src[i-1] == ' ' || r.src[i-1] == '\t') ||
			within == '[' && (c == ',' || c == ']') ||
			within == '{' && (c == '}' || c == ',' && r.commaEnds(i+1)) {
			break
		}
	}
	return start + len(bytes.TrimRightFunc(r.src[start:i], blank))
}

// commaEnds reports whether a comma before i, in a table in braces, ends words
// without quotes: whether after it comes a name with its value, or nothing. Else
// it is one of the words' own.
func (r *reader) commaEnds(i int) bool {
	next := i + indent(r.src[i:])
	return r.valueOver(i, '{') || r.pairLine(next) || next < len(r.src) && (r.src[next] == '"' || r.src[next] == '\'')
}

var (
	wholeNumber = regexp.MustCompile(`^[+-]?(0|[1-9](_?[0-9])*)$`)
	otherBase   = regexp.MustCompile(`^0(x[0-9A-Fa-f](_?[0-9A-Fa-f])*|o[0-7](_?[0-7])*|b[01](_?[01])*)$`)
	realNumber  = regexp.MustCompile(`^[+-]?((0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?|inf|nan)$`)
	dateTime    = regexp.MustCompile(`^(?:(\d{4})-(\d\d)-(\d\d))?(?:([Tt ])?(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-](\d\d):(\d\d))?)?$`)
)

// scalar is what word is: 'i' a whole number, 'f' another one, 'b' true or
// false, 'd' a date, 't' a time, 'w' both; 0 for anything else.
func scalar(word string) byte {
	switch {
	case word == "":
		return 0
	case word == "true" || word == "false":
		return 'b'
	case wholeNumber.MatchString(word) || otherBase.MatchString(word):
		return 'i'
	case realNumber.MatchString(word):
		return 'f'
	}
	return clock(word)
}

// clock is the part of scalar that knows dates and times (RFC 3339, as TOML
// has it).
func clock(word string) byte {
	m := dateTime.FindStringSubmatch(word)
	if m == nil {
		return 0
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
	date, time := m[1] != "", m[5] != ""
	switch {
	case date && (number(2) < 1 || number(2) > 12 || number(3) < 1 || number(3) > daysIn(number(1), number(2))),
		time && (number(5) > 23 || number(6) > 59 || number(7) > 59),
		m[9] != "" && (number(9) > 23 || number(10) > 59),
		date && time != (m[4] != ""), // both need what parts them
		!date && (m[4] != "" || m[8] != ""):
		return 0
	case date && time:
		return 'w'
	case date:
		return 'd'
	}
	return 't'
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

var (
	decimalComma = regexp.MustCompile(`^[+-]?\d+,\d+$`)
	leadingZero  = regexp.MustCompile(`^([+-]?)0+(\d+(\.\d+)?)$`)
	bareDot      = regexp.MustCompile(`^([+-]?)(\d*)\.(\d*)$`)
	dayFirst     = regexp.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|^\d{4}[/.]\d{1,2}[/.]\d{1,2}$`)
	likeDate     = regexp.MustCompile(`^\d{2,5}-\d{1,2}-\d{1,2}([Tt ]?[\d:.+-]*[Zz]?)$`)
	fullDate     = regexp.MustCompile(`^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$`)
	likeClock    = regexp.MustCompile(`^\d{1,2}[:h]\d{1,2}(:[\d.:]*)? ?h?$`)
	fullClock    = regexp.MustCompile(`^\d\d:\d\d(:\d\d)?$`)
	likeNumber   = regexp.MustCompile(`^[+-]?\d[\d_.,'eE+-]*$`)
)

// explain says what is wrong with words that stand where a value does, and
// what to write.
func explain(words string) (message, help diag.Phrase) {
	quoted := asText(words)
	switch strings.ToLower(words) {
	case "true", "false":
		return "true and false are written in small letters", diag.Say("write %s", strings.ToLower(words))
	case "sí", "si", "yes", "verdadero", "cierto", "sim", "on":
		return "this text has no quotes", diag.Say("write %s, or true if a yes is meant", quoted)
	case "no", "falso", "não", "nao", "off":
		return "this text has no quotes", diag.Say("write %s, or false if a no is meant", quoted)
	case "null", "nil", "none", "undefined":
		return diag.Say("%s is no value here", diag.Quote(words)), "delete the name with it: what is not given has no value"
	}
	switch {
	case len(words) > helpMax: // no number or date
	case decimalComma.MatchString(words):
		return "a number has a decimal point, not a comma", diag.Say("write %s", strings.Replace(words, ",", ".", 1))
	case leadingZero.MatchString(words):
		m := leadingZero.FindStringSubmatch(words)
		return "a number does not begin with 0", diag.Say("write %s%s, or %s if it is a code or a phone number", m[1], m[2], quoted)
	case bareDot.MatchString(words) && words != ".":
		m := bareDot.FindStringSubmatch(words)
		for i := 2; i <= 3; i++ {
			if m[i] == "" {
				m[i] = "0"
			}
		}
		return "digits belong on both sides of the decimal point", diag.Say("write %s%s.%s", m[1], m[2], m[3])
	case dayFirst.MatchString(words):
		return "a date is written with the year first, like 2026-02-08", diag.Say("write it so, or %s if it is text", quoted)
	case fullDate.MatchString(words):
		return "the calendar or the clock has no such day or time", diag.Say("correct it, or write %s if it is text", quoted)
	case likeDate.MatchString(words):
		return "a date is written like 2026-02-08", diag.Say("write it so, or %s if it is text", quoted)
	case fullClock.MatchString(words):
		return "the clock has no such time", `correct it, and put it between quotes, like "08:00"`
	case likeClock.MatchString(words):
		return "a time is written like 08:00", `write it so, and between quotes: "08:00"`
	case likeNumber.MatchString(words):
		return "this is no number as they are written here", diag.Say("write it like 24 or 3.5, or %s if it is text", quoted)
	case strings.HasPrefix(words, "("):
		return "a value does not stand in round brackets", "a list is written between [ and ], a table between { and }"
	}
	for _, quote := range []string{`"`, `'`} {
		body, ends := strings.CutSuffix(words, quote)
		if ends && strings.Count(words, quote) == 1 {
			return diag.Say("this text has no opening %s", quote), diag.Say("write %s", asTextWith(quote[0], body))
		}
	}
	return "this text has no quotes", diag.Say("write %s", quoted)
}

// oneWord reports whether words are one word or number.
func oneWord(words string) bool {
	c, _ := utf8.DecodeRuneInString(words)
	return (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '@') && !strings.ContainsAny(words, " \t\"'=")
}

// asValue writes words as a value: as they are if they are one.
func asValue(words string) diag.Phrase {
	if scalar(words) != 0 {
		return diag.Say("%s", words)
	}
	return asText(words)
}
