package eval

import "testing"

// What authors are told. « and » stand around the part that is underlined.
func TestMessages(t *testing.T) {
	for _, c := range []struct {
		src     string
		want    Type
		message string
		help    string
	}{
		// Names.
		{`«semna» > 3`, 0, `there is nothing named "semna"`, `did you mean "semana"?`},
		{`«Semana» > 3`, 0, `there is nothing named "Semana"`, `did you mean "semana"?`},
		{`«smeana» > 3`, 0, `there is nothing named "smeana"`, `did you mean "semana"?`},
		{`«contact.langage» == "es"`, 0, `there is nothing named "contact.langage"`, `did you mean "contact.language"?`},
		{`«contact» == "es"`, 0, `there is nothing named "contact"`, ``},
		{`«semana.dia» == 3`, 0, `there is nothing named "semana.dia"`, ``},
		{`«zzz» > 3`, 0, `there is nothing named "zzz"`, ``},
		{`embarazada == «True»`, 0, `there is nothing named "True"`, `did you mean "true"?`},
		{`plan == «basico»`, 0, `there is nothing named "basico"`, `the id of a choice stands in quotes: "basico"`},
		{`plan in ["total", «basico»]`, 0, `there is nothing named "basico"`, `the id of a choice stands in quotes: "basico"`},
		{`nombre == «nil»`, 0, `"nil" has no meaning in an expression`, `known(x) asks whether x is kept`},
		{`nombre != «null»`, 0, `there is nothing named "null"`, `known(x) asks whether x is kept`},
		{`«len» > 3`, 0, `there is nothing named "len"`, `the function is written with brackets: len(a)`},
		{`1 + known(«semna»)`, 0, `there is nothing named "semna"`, `did you mean "semana"?`},

		// Functions.
		{`«lenght»(nombre) > 3`, 0, `there is no function named "lenght"`, ``},
		{`«ln»(nombre) > 3`, 0, `there is no function named "ln"`, `did you mean "len"?`},
		{`«uper»(nombre) == "A"`, 0, `there is no function named "uper"`, `did you mean "upper"?`},
		{`«nombre»(3)`, 0, `"nombre" is data, not a function`, `to use its value, write it without brackets`},
		{`«contact.language»(3)`, 0, `"contact.language" is data, not a function`, `to use its value, write it without brackets`},
		{`«embarazada AND» NOT(embarazada)`, 0, `something is missing between "embarazada" and "AND"`, `the word for "AND" is and`},
		{`«NOT»(embarazada)`, 0, `there is no function named "NOT"`, `the word is not`},
		{`«div(semana)»`, 0, `"div" takes 2 values, and there is 1 here`, `it is written div(a, b)`},
		{`«round(1, 2)» > 3`, 0, `"round" takes one value, and there are 2 here`, `it is written round(a)`},
		{`«known()»`, 0, `"known" needs a value between its brackets`, ``},
		{`known(«semana + 1»)`, 0, `known asks about one name, and "semana + 1" is more`, `for example: known(nombre)`},
		{`upper(«semana»)`, 0, `upper works with texts, and "semana" is a whole number`, ``},
		{`len(«plan»)`, 0, `len counts the letters of a text or the elements of a list, and "plan" is a choice`, ``},
		{`max(1, «ciudad»)`, 0, `max works with numbers, and "ciudad" is text`, ``},
		{`int(«ciudad»)`, 0, `int works with numbers, and "ciudad" is text`, `a question that saves a whole number reads it as people write it`},
		{`div(«peso», 2)`, 0, `div divides whole numbers, and "peso" is a number`, ``},
		{`string(«embarazada»)`, 0, `string makes a text of a number or a choice, and "embarazada" is true or false`, `say the words for both: embarazada ? "sí" : "no"`},

		// Comparisons.
		{`semana «=» 37`, 0, `"=" has no meaning in an expression`, `two signs ask whether two values are the same: ==`},
		{`semana ==«=» 37`, 0, `"=" has no meaning in an expression`, `two signs are enough: ==`},
		{`semana «=»> 37`, 0, `"=" has no meaning in an expression`, `write >=`},
		{`semana «=»< 37`, 0, `"=" has no meaning in an expression`, `write <=`},
		{`semana «<>» 37`, 0, `a value is missing between "<" and ">"`, `write !=`},
		{`semana «≥» 37`, 0, `"≥" has no meaning in an expression`, `write >=`},
		{`«nombre» > 5`, 0, `">" compares numbers, and "nombre" is text`, ``},
		{`«nombre == 5»`, 0, `"nombre" is text and 5 is a whole number: they cannot be compared`, ``},
		{`«semana == "37"»`, 0, `"semana" is a whole number and "37" is text: they cannot be compared`, `a number stands without quotes: 37`},
		{`semana > «"37"»`, 0, `">" compares numbers, and "37" is text`, `a number stands without quotes: 37`},
		{`«(semana + 1) == embarazada» or true`, 0, `"semana + 1" is a whole number and "embarazada" is true or false: they cannot be compared`, ``},
		{`plan == «"basica"»`, 0, `"plan" is never "basica"`, `did you mean "basico"?`},
		{`«"oro"» != plan`, 0, `"plan" is never "oro"`, `it can be "basico" or "total"`},
		{`plan not in ["total", «"oro"»]`, 0, `"plan" is never "oro"`, `it can be "basico" or "total"`},
		{`semana in [1, «"2"»]`, 0, `"semana" is a whole number and "2" is text: they cannot be compared`, `a number stands without quotes: 2`},
		{`semana in «semana»`, 0, `after "in" stands a list in square brackets`, `for example: x in ["a", "b"]`},
		{`1 <= «semana + 1» <= 42`, 0, `between two comparisons stands one name or number, and "semana + 1" is more`, `write both comparisons, with and between them`},

		// Conditions.
		{`«semana»`, Bool, `a condition is true or false, and "semana" is a whole number`, `compare it with a number: semana > 0`},
		{`«ciudad»`, Bool, `a condition is true or false, and "ciudad" is text`, `compare it with a text: ciudad == "…", or ask whether there is one: known(ciudad)`},
		{`«plan»`, Bool, `a condition is true or false, and "plan" is a choice`, `compare it with one of its ids: plan == "basico"`},
		{`«1 + 1»`, Bool, `a condition is true or false, and "1 + 1" is a whole number`, ``},
		{`embarazada and «semana»`, 0, `"and" joins two conditions, and "semana" is a whole number`, `compare it with a number: semana > 0`},
		{`«ciudad» || embarazada`, 0, `"||" joins two conditions, and "ciudad" is text`, `compare it with a text: ciudad == "…", or ask whether there is one: known(ciudad)`},
		{`not «semana» > 3`, 0, `"not" turns true into false, and "semana" is a whole number`, `brackets show what it is about: not (… == …)`},
		{`«semana» ? 1 : 2`, 0, `before "?" stands a condition, and "semana" is a whole number`, `compare it with a number: semana > 0`},
		{`«embarazada ? 1 : "no"»`, 0, `1 is a whole number and "no" is text: both values must be of one kind`, ``},
		{`«nombre ?? 3»`, 0, `"nombre" is text and 3 is a whole number: both values must be of one kind`, ``},
		{`(«semana + 1») ?? 3`, 0, `on the left of "??" stands a name, and "semana + 1" is more`, `"??" gives a value when the data on its left is not kept: nombre ?? "amiga"`},
		{`hijos «?? 3 >» 2`, 0, `it is not clear which comes first, "??" or ">"`, `put brackets around the part with "??"`},

		// Numbers and texts.
		{`«semana / 2»`, Integer, `"semana / 2" can have decimals, and a whole number is needed`, `to divide whole numbers, use div(semana, 2)`},
		{`«peso + 1»`, Integer, `"peso + 1" can have decimals, and a whole number is needed`, `round(…) gives the nearest whole number`},
		{`«semana»`, Text, `"semana" is a whole number, and text is needed`, `string(…) makes a text of a number`},
		{`«ciudad»`, Integer, `"ciudad" is text, and a whole number is needed`, ``},
		{`«embarazada»`, Choice, `"embarazada" is true or false, and the id of a choice is needed`, ``},
		{`ciudad + «semana»`, 0, `"+" adds two numbers or joins two texts, and "semana" is a whole number`, `string(semana) is its digits, as text`},
		{`«plan» + "!"`, 0, `"+" adds two numbers or joins two texts, and "plan" is a choice`, `string(plan) is its id; a text shows its words where {plan} stands`},
		{`«ciudad» - 1`, 0, `"-" works with numbers, and "ciudad" is text`, ``},
		{`1 + «embarazada»`, 0, `"+" works with numbers, and "embarazada" is true or false`, ``},
		{`«peso» % 2`, 0, `"%" gives what is left after dividing whole numbers, and "peso" is a number`, ``},
		{`-«ciudad»`, 0, `"-" stands before a number, and "ciudad" is text`, ``},
		{`semana «//» 2`, 0, `"//" has no meaning in an expression`, `div(a, b) divides whole numbers`},
		{`semana «/*» 2 */`, 0, `"/*" has no meaning in an expression`, `notes stand in the file after #, outside the quotes`},
		{`peso > 3«,»5`, 0, `a comma stands only between the values of a function or a list`, `decimals follow a point: 3.5`},
		{`«0x1F» > 3`, 0, `"0x1F" is not how a number is written here`, `write it with digits, and a point before decimals: 1000, 0.5`},
		{`peso > «.5»`, 0, `".5" is not how a number is written here`, `write it with digits, and a point before decimals: 1000, 0.5`},
		{`«1_000» > 3`, 0, `"1_000" is not how a number is written here`, `write it with digits, and a point before decimals: 1000, 0.5`},
		{`semana > «37a»`, 0, `"37a" is neither a number nor a name`, `a name begins with a letter; a number has digits only, and a point before decimals`},
		{`ñ > «37ñ»`, 0, `"37ñ" is neither a number nor a name`, `a name begins with a letter; a number has digits only, and a point before decimals`},
		{`semana > «٢»`, 0, `"٢" has no meaning in an expression`, `write numbers with the digits 0 to 9`},
		{`«99999999999999999999» > 1`, 0, `this number is too large`, ``},
		{`ciudad == «"»Cali`, 0, `the text that begins here never ends`, `close it with another "`},
		{`ciudad == «“»Cali”`, 0, `"“" has no meaning in an expression`, `write texts between " and " or between ' and '`},
		{`ciudad == "á«\»q"`, 0, `this backslash has no meaning`, `a backslash itself is \\, a quote \", a new line \n`},
		{`ciudad == «b"Cali"»`, 0, `something is missing between "b" and "Cali"`, ``},
		{"ciudad == «\u200b»'a'", 0, "the hidden character U+200B has no meaning in an expression", ``},

		// Order.
		{``, 0, `there is nothing here to work out`, ``},
		{`semana «>=»`, 0, `a value is missing after ">="`, ``},
		{`«and» embarazada`, 0, `a value is missing before "and"`, ``},
		{`semana > 3 «and or» embarazada`, 0, `a value is missing between "and" and "or"`, ``},
		{`semana > «3 y» embarazada`, 0, `something is missing between 3 and "y"`, `the word for "y" is and`},
		{`«semana is» 3`, 0, `something is missing between "semana" and "is"`, `the word for "is" is ==`},
		{`«semana 37»`, 0, `something is missing between "semana" and 37`, ``},
		{`«(»semana > 3`, 0, `this "(" is never closed`, ``},
		{`semana > 3«)»`, 0, `this ")" closes nothing`, ``},
		{`semana in «[»1, (2)`, 0, `this "[" is never closed`, ``},
		{`semana in «[»1)`, 0, `this "[" is never closed`, ``},
		{`semana in «[ ]»`, 0, `a value is missing between "[" and "]"`, ``},
		{`min(1«, )»`, 0, `a value is missing between "," and ")"`, ``},
		{`«[»1, 2] == 3`, 0, `a list stands only after in`, `for example: x in ["a", "b"]`},
		{`nombre«[»0] == "A"`, 0, `a list stands only after in`, `for example: x in ["a", "b"]`},
		{`embarazada «?» 1`, 0, `this "?" has only one of its two values`, `a choice between two values is written: condition ? one : other`},
		{`max(embarazada «?» 1, 2)`, 0, `this "?" has only one of its two values`, `a choice between two values is written: condition ? one : other`},
		{`semana «:» 1`, 0, `":" stands only after "?"`, `a choice between two values is written: condition ? one : other`},
		{`semana«.»`, 0, `a name is missing after "."`, ``},
		{`«{»semana} > 3`, 0, `"{" has no meaning in an expression`, `inside an expression a name stands by itself, without braces`},
		{`«$»env`, 0, `"$" has no meaning in an expression`, ``},
		{`semana «|» 3`, 0, `"|" has no meaning in an expression`, `write or`},
		{`nombre «contains» "a"`, 0, `"contains" has no meaning in an expression`, ``},
		{`«let» x`, 0, `"let" has no meaning in an expression`, ``},
		{`«if» embarazada`, 0, `"if" has no meaning in an expression`, `a choice between two values is written: condition ? one : other`},
		{`semana «**» 2`, 0, `"**" has no meaning in an expression`, `write it as a multiplication: a * a`},
	} {
		src, at := marked(c.src)
		_, err := Compile(src, luna, c.want)
		if err == nil {
			t.Errorf("%s compiles", c.src)
			continue
		}
		if err.Message.String() != c.message || err.Help.String() != c.help {
			t.Errorf("%s:\n got %s\n     %s\nwant %s\n     %s", c.src, err.Message, err.Help, c.message, c.help)
		}
		if len(at) == 0 {
			at = append(at, [2]int{0, len(src)})
		}
		if [2]int{err.From, err.To} != at[0] {
			t.Errorf("%s: points at %q", c.src, src[err.From:err.To])
		}
		if err.Error() != err.Message.String() {
			t.Errorf("%s: as an error it is %q", c.src, err.Error())
		}
	}
}

func TestNotUTF8(t *testing.T) {
	_, err := Compile("ciudad == 'á\xff'", luna, 0)
	if err == nil || err.From != len("ciudad == 'á") || err.To != err.From+1 {
		t.Errorf("%+v", err)
	}
}

// A suggestion is clear or it is not made.
func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"semana", "semana"}, {"smana", "semana"}, {"seman", "semana"}, {"semaana", "semana"}, {"esmana", "semana"}, {"smna", "semana"}, {"sm", ""},
		{"SEMANA", "semana"}, {"eda", "edad"}, {"dad", "edad"}, {"da", ""}, {"pes1", "peso"}, {"pesx", "peso"}, {"b", ""}, {"plano1", ""}, {"", ""},
	} {
		if got := nearest(c.name, []string{"semana", "edad", "peso", "beso", "a", "plano2", "plano3"}); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
}
