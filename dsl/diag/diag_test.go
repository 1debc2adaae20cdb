package diag

import (
	"slices"
	"testing"
)

func TestSort(t *testing.T) {
	place := func(file string, line, column int) Span {
		return Span{File: file, Start: Pos{Line: line, Column: column}}
	}
	l := List{
		{Message: "6", At: place("b.toml", 0, 0)},
		{Message: "4", At: place("a.toml", 10, 2)},
		{Message: "2", At: place("a.toml", 2, 9)},
		{Message: "5", At: place("a.toml", 10, 2)},
		{Message: "1", At: place("a.toml", 0, 0)},
		{Message: "3", At: place("a.toml", 10, 1)},
	}
	l.Sort()
	var got []string
	for _, d := range l {
		got = append(got, d.Message.String())
	}
	if !slices.IsSorted(got) {
		t.Errorf("the order is %v", got)
	}
}

func TestErrorsAndWarnings(t *testing.T) {
	var l List
	if l.HasErrors() {
		t.Error("an empty list has errors")
	}
	l.Add(Diagnostic{Severity: Warning}, Diagnostic{Severity: Warning})
	if l.HasErrors() {
		t.Error("warnings are errors")
	}
	l.Add(Diagnostic{})
	if errors, warnings := l.Count(); !l.HasErrors() || errors != 1 || warnings != 2 {
		t.Errorf("%d errors, %d warnings", errors, warnings)
	}
}

func TestSuggest(t *testing.T) {
	tests := []struct {
		name  string
		known []string
		want  string // "" for none
	}{
		{"cansel", []string{"cancel", "choose", "count"}, "cancel"},
		{"consjo", []string{"consejo", "semana"}, "consejo"}, // one left out
		{"semanna", []string{"consejo", "semana"}, "semana"}, // one added
		{"smeana", []string{"consejo", "semana"}, "semana"},  // two changed places
		{"esprear", []string{"esperar"}, "esperar"},          // two apart are two slips
		{"smaana", []string{"semana"}, "semana"},             // two slips
		{"smaanx", []string{"semana"}, ""},                   // three
		{"embarzo", []string{"embarazo", "semana"}, "embarazo"},
		{"año", []string{"anio"}, ""}, // two slips in three letters
		{"sya", []string{"say", "ask"}, "say"},
		{"sx", []string{"say"}, ""},
		{"x", []string{"y"}, ""},
		{"", []string{"a"}, ""},
		{"go", nil, ""},
		{"nodo_1", []string{"nodo_2", "nodo_3"}, ""},           // as near as each other
		{"nodo_1", []string{"nodo_2", "nodo_2"}, "nodo_2"},     // one, told twice
		{"semama", []string{"semana", "semanas"}, "semana"},    // the nearer
		{"SEMANA", []string{"semana", "semanal"}, "semana"},    // capitals are no slip
		{"Semana", []string{"SEMANA", "semana"}, ""},           //
		{"semana", []string{"semana", "semanas"}, "semanas"},   // itself is no suggestion
		{"opción", []string{"opcion"}, "opcion"},               //
		{"peso_kg", []string{"peso-kg"}, "peso-kg"},            //
		{"wiat", []string{"wait", "when"}, "wait"},             //
		{"pregnancy", []string{"bienvenida", "embarazo"}, ""},  // nothing near
		{string(make([]byte, 100)), []string{"\x00\x00"}, ""},  // too long to be a slip
		{"choose", []string{"chose", "choosy", "chooses"}, ""}, // three ways
	}
	for _, test := range tests {
		got, ok := Suggest(test.name, test.known)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("Suggest(%q, %q) = %q, %v; want %q", test.name, test.known, got, ok, test.want)
		}
		slices.Reverse(test.known)
		if got, _ := Suggest(test.name, test.known); got != test.want {
			t.Errorf("Suggest(%q, %q) = %q; want %q", test.name, test.known, got, test.want)
		}
	}
}

func TestQuote(t *testing.T) {
	for words, want := range map[string]string{
		"consejo":    `"consejo"`,
		"":           `""`,
		"uno\r\ndos": `"uno dos"`,
		"¿De cuántas semanas estás? Un número del 1 al 42.": `"¿De cuántas semanas estás? Un número del…"`,
		"1234567890123456789012345678901234567890":          `"1234567890123456789012345678901234567890"`,
		"12345678901234567890123456789012345678901":         `"1234567890123456789012345678901234567890…"`,
	} {
		if got := Quote(words); got != want {
			t.Errorf("Quote(%q) = %s, want %s", words, got, want)
		}
	}
}
