package words_test

import (
	"strings"
	"testing"
	"unicode"

	"cauce/engine/words"
)

func TestDigits(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"semana 20", "semana 20"},
		{"٢٠", "20"},
		{"۲۰ هفته", "20 هفته"},
		{"२०.५", "20.5"},
		{"１２：３０", "12：30"},
		{"2️⃣0️⃣", "20"},
		{"2\u20e3", "2"},
		{"#️⃣", "#️⃣"},
		{"❤\u20e3", "❤\u20e3"},
		{"🔟", " 10 "},
		{"Ⅳ ² ½ ①", "Ⅳ ² ½ ①"},
		{"٢\xff", "2\xff"},
		{"\u0301é ٣", "\u0301é 3"},
	} {
		if got := words.Digits(c[0]); got != c[1] {
			t.Errorf("Digits(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

// Unicode promises that each script's ten digits stand in a row from zero, which
// is how their value is found.
func TestDigitsOfEveryScript(t *testing.T) {
	value := -1
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Nd, r) {
			if value != -1 && value != 9 {
				t.Fatalf("the digits before %U end at %d", r, value)
			}
			value = -1
			continue
		}
		value = (value + 1) % 10
		want := string(rune('0' + value))
		if got := words.Digits(string(r)); got != want {
			t.Errorf("Digits(%U) = %q, want %q", r, got, want)
		}
		if got := words.Normalize(string(r)); got != want {
			t.Errorf("Normalize(%U) = %q, want %q", r, got, want)
		}
	}
}

func TestDigitsIsLinear(t *testing.T) {
	s := strings.Repeat("٢\ufe0f\u20e3", 20_000)
	if got, want := words.Digits(s), strings.Repeat("2", 20_000); got != want {
		t.Errorf("%d digits, want %d", len(got), len(want))
	}
}
