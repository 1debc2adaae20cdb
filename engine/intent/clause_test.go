package intent

import (
	"testing"

	"cauce/engine/words"
)

func TestBorders(t *testing.T) {
	for _, c := range []struct {
		text       string
		want, once borders // bit i: token i begins a clause
	}{
		{"", 0, 0},
		{"one two", 0, 0},
		{"one, two. three", 0b110, 0b110},
		{"one,two", 0b10, 0b10},
		{"¿one? two\nthree!", 0b110, 0b110},
		{"... one. ", 0b10, 0b10},
		{"1,5 two 3.5", 0, 0},
		{"s.t.o.p", 0, 0},
		{"no, no two, three", 0b1010, 0b100}, // the second "no" is not said
		{"a a a, b", 0b1000, 0b10},
		{"न। one", 0b10, 0b10},
		{"one\u200d, two", 0b10, 0b10}, // a joiner that is not seen
	} {
		normal := words.Normalize(c.text)
		got := clauses(c.text, normal)
		if n := tokensIn(normal); n < maxTokens {
			got &= 1<<n - 1 // a border behind the last word parts nothing
			c.want &= 1<<n - 1
			c.once &= 1<<n - 1
		}
		if got != c.want || got.once(normal) != c.once {
			t.Errorf("%q: borders %b, said once %b, want %b and %b", c.text, got, got.once(normal), c.want, c.once)
		}
	}
	// Where the words of the clauses are not those of the text, nothing is parted.
	if b := clauses("one, two", "one two three"); b != 0 {
		t.Errorf("borders %b of another text", b)
	}
}
