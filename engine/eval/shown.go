package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many letters values take, at most, when shown.
const (
	maxPhoneDigits = 15 // of the numbering plan of the world
	maxPhoneShown  = 1 + maxPhoneDigits + 6
	maxEmail       = 254
	maxPlaceShown  = 300
)

// readPhone reads a number in international form, with the signs people put
// between its digits, and gives + and the digits.
func readPhone(s string) (string, bool) {
	s = strings.TrimSpace(s)
	rest, plus := strings.CutPrefix(s, "+")
	if !plus {
		return "", false
	}
	out := []byte{'+'}
	for i := range len(rest) {
		switch c := rest[i]; {
		case c >= '0' && c <= '9':
			out = append(out, c)
		case strings.IndexByte(" -.()/", c) < 0:
			return "", false
		}
	}
	n := len(out) - 1
	return string(out), n >= 7 && n <= maxPhoneDigits && out[1] != '0'
}

// isEmail reports whether s has the form of an address. Whether it exists only
// a message to it can tell.
func isEmail(s string) bool {
	name, host, at := strings.Cut(s, "@")
	if !at || name == "" || strings.Contains(host, "@") || utf8.RuneCountInString(s) > maxEmail || !strings.Contains(host, ".") {
		return false
	}
	for _, label := range strings.Split(host, ".") {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>,;:"()[]\`, r)
	})
}

// callingCodes are the country codes of one and of two digits; all others have
// three.
var callingCodes = map[string]bool{
	"1": true, "7": true,
	"20": true, "27": true, "30": true, "31": true, "32": true, "33": true, "34": true, "36": true, "39": true, "40": true, "41": true, "43": true,
	"44": true, "45": true, "46": true, "47": true, "48": true, "49": true, "51": true, "52": true, "53": true, "54": true, "55": true, "56": true,
	"57": true, "58": true, "60": true, "61": true, "62": true, "63": true, "64": true, "65": true, "66": true, "81": true, "82": true, "84": true,
	"86": true, "90": true, "91": true, "92": true, "93": true, "94": true, "95": true, "98": true,
}

// showPhone groups the digits of a kept number: +57 300 123 4567. The groups
// are for reading aloud, and not those of each country.
func showPhone(s string) string {
	d, plus := strings.CutPrefix(s, "+")
	if !plus || len(d) < 5 || !digits(d) {
		return s
	}
	code := 3
	if callingCodes[d[:1]] {
		code = 1
	} else if callingCodes[d[:2]] {
		code = 2
	}
	out := "+" + d[:code]
	for rest := d[code:]; rest != ""; {
		n := 3
		if len(rest) == 4 || len(rest) == 8 || len(rest) == 2 {
			n = min(len(rest), 4)
		}
		n = min(n, len(rest))
		out, rest = out+" "+rest[:n], rest[n:]
	}
	return out
}

// showPlace is a place in words: its name and address, or where it lies. What
// is longer than people send is cut.
func showPlace(s string) string {
	p, err := readJSON(s)
	if err != nil {
		return ""
	}
	o, ok := p.v.(map[string]any)
	if !ok {
		return ""
	}
	name, _ := o["name"].(string)
	address, _ := o["address"].(string)
	name, address = strings.TrimSpace(name), strings.TrimSpace(address)
	words := name
	switch {
	case name == "" && address == "":
		lat, lng := part{o["latitude"]}, part{o["longitude"]}
		a, errA := lat.value(Number)
		b, errB := lng.value(Number)
		if errA != nil || errB != nil {
			return ""
		}
		words = showNumber(a.Num) + ", " + showNumber(b.Num)
	case name == "":
		words = address
	case address != "" && !strings.HasPrefix(address, name):
		words = name + ", " + address
	case address != "":
		words = address
	}
	if utf8.RuneCountInString(words) > maxPlaceShown {
		words = string([]rune(words)[:maxPlaceShown-1]) + "…"
	}
	return words
}

// ShowIn shows a value as a text with {…} does to a person of a language, by
// its BCP-47 tag: a number with the language's decimals, a date in its short
// form, a phone number in groups, a place by its name and address; a choice by
// its id. JSON of other kinds is empty.
func (v Value) ShowIn(language string) string {
	switch v.Kind {
	case Number:
		return showNumberIn(v.Num, language)
	case Date:
		return Day(v.Text, "short", language)
	case Phone:
		return showPhone(v.Text)
	case Location:
		return showPlace(v.Text)
	}
	return v.String()
}

// local reports a type that is shown in a way of its language.
func (t Type) local() bool { return t == Number || t == Date }

// language is the name by which the person's language is read.
const language = "contact.language"

// languageOf is the person's language, or "" if nobody says.
func languageOf(v Values) string {
	if v == nil {
		return ""
	}
	return v.Value(language).Text
}

// unshown reports a type that no text can show.
func unshown(t Type) bool { return t == Media || t == List }

// unshownHelp says what a text shows instead.
func unshownHelp(t Type, src string) Said {
	if utf8.RuneCountInString(src) > shownMax {
		src = "…"
	}
	switch t {
	case List:
		return say(`say what is shown of each element: list(%s, "{it.…}"); len(%s) is how many there are`, src, src)
	case Media:
		return say("a message of its own shows it")
	case Document:
		return say("name the part of it that is meant: %s.body.…", src)
	}
	return Said{}
}
