package answer

import (
	"strconv"
	"strings"
	"testing"
)

func TestParseLexiconsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"es\tyes\tsí\n":                       "line 1: want language, class, value and phrases, parted by tabs",
		"# a comment\n\nes\tmaybe\t\ttal vez": `line 3: no class is named "maybe"`,
		"es\tyes\t\tsí,,claro\n":              "line 1: an empty phrase",
		"es\tyes\t\tsí\nes\tno\t\tSí\n":       `line 2: "si" is also yes `,
	} {
		if _, err := parseLexicons(text, "yes", "no"); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	same, err := parseLexicons("es\tyes\t\tsí,Si\npt\tno\t\tsi\n", "yes", "no")
	if err != nil || len(same["es"].phrases) != 1 || same["pt"].phrases["si"].class != "no" {
		t.Errorf("%v, %v", same, err)
	}
}

// The values of the tables are what the readers take them for; they are not
// looked at again while reading.
func TestTablesHoldGoodValues(t *testing.T) {
	whole := func(from, to int) func(string) bool {
		return func(v string) bool {
			n, err := strconv.Atoi(v)
			return err == nil && from <= n && n <= to
		}
	}
	oneOf := func(values string) func(string) bool {
		return func(v string) bool {
			return v != "" && strings.Contains(" "+values+" ", " "+v+" ") || v == "" && values == ""
		}
	}
	good := map[string]map[string]func(string) bool{
		"numerals": {
			"one": oneOf("1"), "small": whole(0, 29), "ten": whole(20, 90), "loose": whole(10, 20), "hundred": whole(100, 900), "only": oneOf("100"),
			"times": oneOf("100"), "thousand": oneOf("1000"), "million": oneOf("1000000"), "and": oneOf(""),
		},
		"parts": {"part": oneOf("0.25 0.5 0.75"), "point": oneOf("")},
		"dates": {
			"day": whole(-2, 2), "weekday": whole(0, 6), "month": whole(1, 12), "ordinal": whole(1, 31), "unit": oneOf("d1 d7 m1 m12"),
			"suffix": oneOf(""), "of": oneOf(""), "in": oneOf(""), "ago": oneOf(""), "later": oneOf(""), "back": oneOf(""), "next": oneOf(""),
			"last": oneOf(""), "part": oneOf(""), "but": oneOf(""),
		},
		"times": {
			"named": oneOf("12:00 00:00"), "past": whole(1, 59), "less": whole(1, 59), "amount": whole(1, 30),
			"part": oneOf("am pm morning noon afternoon evening night dawn"),
			"at":   oneOf(""), "sharp": oneOf(""), "and": oneOf(""), "minus": oneOf(""), "after": oneOf(""), "to": oneOf(""), "minute": oneOf(""), "oh": oneOf(""), "length": oneOf(""),
			"hour": func(v string) bool { return v == "" || v == "24" },
		},
		"yesno":  {"yes": oneOf(""), "no": oneOf(""), "sound": oneOf("")},
		"beside": {"courtesy": oneOf(""), "around": oneOf(""), "unit": func(v string) bool { return v == "" || v == "wait" || v == "often" }},
	}
	for name, table := range map[string]map[string]*lexicon{
		"numerals": numerals(), "parts": parts(), "dates": dateWords(), "times": timeWords(), "yesno": yesNo(), "beside": beside(),
	} {
		for _, language := range []string{"es", "en", "pt", "fr"} {
			l := table[language]
			if l == nil {
				t.Errorf("%s has nothing of %s", name, language)
				continue
			}
			for words, p := range l.phrases {
				if ok := good[name][p.class]; ok == nil || !ok(p.value) {
					t.Errorf("%s: %s: %q is %s %q", name, language, words, p.class, p.value)
				}
			}
		}
		if len(table) != 4 {
			t.Errorf("%s has %d languages; the docs say four", name, len(table))
		}
	}
	for language, l := range dateWords() {
		days, months := map[string]bool{}, map[string]bool{}
		for _, p := range l.phrases {
			switch p.class {
			case "weekday":
				days[p.value] = true
			case "month":
				months[p.value] = true
			}
		}
		if len(days) != 7 || len(months) != 12 {
			t.Errorf("%s: %d weekdays, %d months", language, len(days), len(months))
		}
	}
}

func TestZonesAreOfCountries(t *testing.T) {
	seen := 0
	for zone, country := range countries() {
		if len(country) != 2 || strings.ToUpper(country) != country || zone == "" {
			t.Errorf("%q is in %q", zone, country)
		}
		seen++
	}
	if seen < 500 {
		t.Errorf("%d zones", seen)
	}
}
