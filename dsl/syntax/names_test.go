package syntax

import "testing"

func TestNamesThatAreOffered(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"año", "anio"},
		{"AÑO", "anio"},
		{"an\u0303o", "anio"}, // ñ as two code points
		{"mañana", "maniana"},
		{"opción", "opcion"},
		{"opcio\u0301n", "opcion"},
		{"pingüino", "pinguino"},
		{"gestação", "gestacao"},
		{"Größe", "grosse"},
		{"cœur", "coeur"},
		{"mi nodo", "mi_nodo"},
		{"¿qué?", "que"},
		{"a & b", "a_b"},
		{"semana-42", "semana_42"},
		{"_no_sé_", "no_se"},
		{"1º", ""},     // names begin with a letter
		{"неделя", ""}, // another alphabet
		{"año 年", ""},
		{"***", ""},
		{"una_pregunta_que_no_acaba_nunca_jamás_de_los_jamases", ""}, // too long for a name
	} {
		if got := asciiName(test.name); got != test.want {
			t.Errorf("asciiName(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}
