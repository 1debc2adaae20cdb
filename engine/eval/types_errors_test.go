package eval

import (
	"strings"
	"testing"
)

// What authors are told about dates, places, lists and results. « and » stand
// around the part that is underlined.
func TestTypedMessages(t *testing.T) {
	const (
		dateHelp = `a date is written year-month-day: "2026-05-03"`
		quoted   = `a date is written year-month-day, in quotes: "2026-05-03"`
		periods  = `for example: "-14 days", "2 weeks", "3 months", "1 year"`
	)
	for _, c := range []struct {
		src     string
		want    Type
		message string
		help    string
	}{
		// Dates and times of day.
		{`cita == «"2026-02-30"»`, 0, `"2026-02-30" is no day of the calendar`, dateHelp},
		{`«"2025-02-29"» < cita`, 0, `"2025-02-29" is no day of the calendar`, dateHelp},
		{`cita > «"3 de mayo"»`, 0, `"3 de mayo" is not a date`, dateHelp},
		{`cita > «"today"»`, 0, `"today" in quotes is a text, and a date is needed`, `a name stands without quotes: today`},
		{`cita in [today, «"2026-13-01"»]`, 0, `"2026-13-01" is no day of the calendar`, dateHelp},
		{`fecha ?? «"mañana"»`, 0, `"mañana" is not a date`, dateHelp},
		{`vegana ? «"0000-01-01"» : cita`, 0, `"0000-01-01" is no day of the calendar`, dateHelp},
		{`now < «"24:00"»`, 0, `"24:00" is not a time of day`, `a time of day is written from "00:00" to "23:59"`},
		{`now < «"8 am"»`, 0, `"8 am" is not a time of day`, `a time of day is written from "00:00" to "23:59"`},
		{`«now < today»`, 0, `"now" is a time of day and "today" is a date: they cannot be compared`, `today is a date, and now a time of day`},
		{`«cita > 30»`, 0, `"cita" is a date and 30 is a whole number: they cannot be compared`, `days_until(…) is a number of days, weeks_between(…) a number of weeks`},
		{`«cita < ciudad»`, 0, `"cita" is a date and "ciudad" is text: they cannot be compared`, quoted},
		{`«hora == ciudad»`, 0, `"hora" is a time of day and "ciudad" is text: they cannot be compared`, `a time of day is written in quotes: "18:00"`},
		{`«cita» + 3`, 0, `"+" works with numbers, and "cita" is a date`, `a date moves with add: add(cita, "3 days")`},
		{`«cita» - 3`, 0, `"-" works with numbers, and "cita" is a date`, `a date moves with add: add(cita, "-3 days")`},
		{`«cita» - today`, 0, `"-" works with numbers, and "cita" is a date`, `days_until(…) counts the days from today, weeks_between(…, …) the weeks between two dates`},
		{`3 * «hora»`, 0, `"*" works with numbers, and "hora" is a time of day`, ``},
		{`"el " + «cita»`, 0, `"+" adds two numbers or joins two texts, and "cita" is a date`, `day(cita, "short") is the date in words; add(cita, "3 days") counts on from it`},
		{`«celular» + "!"`, 0, `"+" adds two numbers or joins two texts, and "celular" is a phone number`, `string(celular) is its text`},
		{`-«cita»`, 0, `"-" stands before a number, and "cita" is a date`, ``},
		{`max(«cita», today)`, 0, `max works with numbers, and "cita" is a date`, ``},
		{`«cita»`, Bool, `a condition is true or false, and "cita" is a date`, `compare it with another date: cita < today`},
		{`«hora» and vegana`, 0, `"and" joins two conditions, and "hora" is a time of day`, `compare it with another time of day: hora < "18:00"`},
		{`«cita»`, Text, `"cita" is a date, and text is needed`, `day(…, "long") says a date in words`},
		{`«ciudad»`, Date, `"ciudad" is text, and a date is needed`, quoted},
		{`«"2026-02-30"»`, Date, `"2026-02-30" is no day of the calendar`, dateHelp},
		{`«"25:00"»`, Time, `"25:00" is not a time of day`, `a time of day is written from "00:00" to "23:59"`},
		{`«cita»`, Time, `"cita" is a date, and a time of day is needed`, ``},

		// Phone numbers and addresses.
		{`celular == «"3001234567"»`, 0, `"3001234567" is not a phone number`, `a phone number begins with + and its country: "+57 300 123 4567"`},
		{`correo == «"luisa"»`, 0, `"luisa" is not an e-mail address`, `for example: "ana@example.org"`},
		{`«celular == correo»`, 0, `"celular" is a phone number and "correo" is an e-mail address: they cannot be compared`, ``},
		{`«celular» > "+57 300 123 4567"`, 0, `">" compares numbers, and "celular" is a phone number`, ``},

		// Places, media, lists.
		{`«lugar» == "Bogotá"`, 0, `"lugar" is a place, which is compared with nothing`, `compare a part of it: lugar.latitude > 4.5; or ask whether there is one: known(lugar)`},
		{`«foto» == foto`, 0, `"foto" is a picture, recording or file, which is compared with nothing`, `ask whether there is one: known(foto)`},
		{`3 == «centros»`, 0, `"centros" is a list, which is compared with nothing`, `len(centros) is how many elements it has`},
		{`«centros» in ["a"]`, 0, `"centros" is a list, which is compared with nothing`, `len(centros) is how many elements it has`},
		{`«centros»`, Bool, `a condition is true or false, and "centros" is a list`, `ask how many elements it has: len(centros) > 0`},
		{`«foto» or vegana`, 0, `"or" joins two conditions, and "foto" is a picture, recording or file`, `ask whether there is one: known(foto)`},
		{`centros«[»0] == "a"`, 0, `one element of a list can't be read by its number`, `list(centros, "{it.…}") shows all, one under the other`},
		{`len(«lugar»)`, 0, `len counts the letters of a text or the elements of a list, and "lugar" is a place`, ``},
		{`string(«foto»)`, 0, `string makes a text of a number or a choice, and "foto" is a picture, recording or file`, `a message of its own shows it`},

		// Functions.
		{`day(«n», "long")`, 0, `day says a date in words, and "n" is a whole number`, ``},
		{`day(«hora», "long")`, 0, `day says a date in words, and "hora" is a time of day`, `a text shows a time of day by itself: {hora}`},
		{`day(«"2026-04-31"», "long")`, 0, `"2026-04-31" is no day of the calendar`, dateHelp},
		{`day(cita, «"lng"»)`, 0, `day has no form "lng"`, `did you mean "long"?`},
		{`day(cita, «"full"»)`, 0, `day has no form "full"`, `its forms are "short", "long", "weekday", "month" or "iso"`},
		{`day(cita, «ciudad»)`, 0, `the form of a date is a text in quotes, and "ciudad" is none`, `for example: day(fecha, "long")`},
		{`«day(cita)»`, 0, `"day" takes 2 values, and there is 1 here`, `it is written day(a, "long")`},
		{`add(cita, «"14 dias"»)`, 0, `"14 dias" is no length of time that add knows`, `did you mean "14 days"?`},
		{`add(cita, «"-2 weks"»)`, 0, `"-2 weks" is no length of time that add knows`, `did you mean "-2 weeks"?`},
		{`add(cita, «"pronto"»)`, 0, `"pronto" is no length of time that add knows`, periods},
		{`add(cita, «"3 hours"»)`, 0, `"3 hours" is no length of time that add knows`, `a date has no time of day: it moves by days, weeks, months or years`},
		{`add(cita, «"9999999 days"»)`, 0, `"9999999 days" is no length of time that add knows`, periods},
		{`add(cita, «n»)`, 0, `how far add moves a date is a text in quotes, and "n" is none`, `for example: add(fecha, "-14 days"); months_from(fecha, n) counts months that are kept`},
		{`add(«ciudad», "3 days")`, 0, `add moves a date, and "ciudad" is text`, quoted},
		{`days_until(«n»)`, 0, `days_until counts the days until a date, and "n" is a whole number`, ``},
		{`weeks_between(cita, «hora»)`, 0, `weeks_between counts the weeks from one date to another, and "hora" is a time of day`, ``},
		{`months_from(cita, «peso»)`, 0, `months_from counts whole months, and "peso" is a number`, ``},
		{`months_from(cita, «"3"»)`, 0, `months_from counts whole months, and "3" is text`, `a number stands without quotes: 3`},
		{`plural(«ciudad», "a", "b")`, 0, `plural chooses a word by a number, and "ciudad" is text`, ``},
		{`plural(n, "a", «ciudad»)`, 0, `a form of plural is a text in quotes, and "ciudad" is none`, `for example: plural(semanas, "semana", "semanas")`},
		{`plural(n, «"a", "b", "c", "d", "e"»)`, 0, `plural takes 2, 3, 4 or 6 forms, and there are 5 here`, `their order is: one, other; one, few, other; one, few, many, other; zero, one, two, few, many, other`},
		{`«plural(n, "a")»`, 0, `"plural" takes 3 to 7 values, and there are 2 here`, `it is written plural(n, "semana", "semanas")`},
		{`title(«n»)`, 0, `title works with texts, and "n" is a whole number`, ``},
		{`last4(«n»)`, 0, `last4 works with texts and phone numbers, and "n" is a whole number`, `string(…) makes a text of a number: last4(string(n))`},
		{`agreed(«"consejo"»)`, 0, `there is no consent named "consejo"`, `did you mean "consejos"?`},
		{`agreed(«"zzz"»)`, 0, `there is no consent named "zzz"`, `its consents: "consejos" or "estudio"`},
		{`agreed(«consejos»)`, 0, `agreed asks about the name of a consent, in quotes, and "consejos" is none`, `write it in quotes: agreed("consejos")`},
		{`«agreed.consejos» == true`, 0, `there is nothing named "agreed.consejos"`, `agreed("consejos") asks whether they agreed`},
		{`«agred.consejos» == true`, 0, `there is nothing named "agred.consejos"`, ``},
		{`«agred»("consejos")`, 0, `there is no function named "agred"`, `did you mean "agreed"?`},
		{`list(«ciudad», "{it.nombre}")`, 0, `list shows the elements of a list, and "ciudad" is text`, ``},
		{`list(«centros ?? centros», "{it.nombre}")`, 0, `list takes the name of a list, and "centros ?? centros" is more`, `for example: known(centros) ? list(centros, "{it.…}") : ""`},
		{`list(centros, «ciudad»)`, 0, `what list shows of each element is a text in quotes, and "ciudad" is none`, `for example: list(centros, "*{it.nombre}*")`},
		{`list(centros, "á {«it.nombe»}")`, 0, `the elements of this list have no "nombe"`, `did you mean "it.nombre"?`},
		{`list(centros, "á\n\"{«it.nombe»}")`, 0, `the elements of this list have no "nombe"`, `did you mean "it.nombre"?`},
		{`list(centros, '\u00e1\'{it.nombre} {it.km > «"3"» ? 1 : 2}')`, 0, `">" compares numbers, and "3" is text`, `a number stands without quotes: 3`},
		{`list(centros, "*«{»it.nombre")`, 0, `this "{" is never closed`, `to show a brace, write it twice: "{{"`},
		{`list(centros, "{«it.calle»}")`, 0, `the elements of this list have no "calle"`, `they have "it.abre", "it.camas", "it.km", "it.nombre", "it.plan"`},
		{`list(centros, "á «{it.plan}»")`, 0, `"it.plan" is a choice, whose words cannot stand in the text of a list`, `string(it.plan) is its id`},
		{`list(centros, "{«centros»}")`, 0, `"centros" is a list, which has no words for people`, `say what is shown of each element: list(centros, "{it.…}"); len(centros) is how many there are`},
		{`list(centros, "{«list(centros, 'a')»}")`, 0, `a list stands inside the text of another`, ``},

		// Results.
		{`result.body.n > «ciudad»`, 0, `">" compares numbers, and "ciudad" is text`, ``},
		{`«result.body.a == result.body.b»`, 0, `nothing says whether these parts of a result are numbers or texts`, `string(…) makes a text of one, round(…) a whole number`},
		{`«result.body.items[0].n == result["a b"][12]» or true`, 0, `nothing says whether these parts of a result are numbers or texts`, `string(…) makes a text of one, round(…) a whole number`},
		{`«result.body.a + result.body.b»`, 0, `nothing says whether these parts of a result are numbers or texts`, `string(…) makes a text of one, round(…) a whole number`},
		{`result.body.items[«n»].name == "a"`, 0, `behind a result stands the number of an element in brackets, or a name in quotes`, `the first is [0]`},
		{`result.body.items[«1.5»] == "a"`, 0, `behind a result stands the number of an element in brackets, or a name in quotes`, `the first is [0]`},
		{`result.body.items«[»0 == "a"`, 0, `this "[" is never closed`, ``},
		{`result.body.items«[»`, 0, `this "[" is never closed`, ``},
		{`result.body«.»`, 0, `a name is missing after "."`, ``},
		{`«resul.body.name» == "a"`, 0, `there is nothing named "resul.body.name"`, ``},
		{`«result.body»`, Media, `"result.body" is a result, and a picture, recording or file is needed`, ``},
		{`«result.body.n + 1»`, Integer, `"result.body.n + 1" can have decimals, and a whole number is needed`, `round(…) gives the nearest whole number`},
	} {
		src, at := marked(c.src)
		_, err := Compile(src, clinica, c.want)
		if err == nil {
			t.Errorf("%s compiles", c.src)
			continue
		}
		if err.Message.String() != c.message || err.Help.String() != c.help {
			t.Errorf("%s:\n got %s\n     %s\nwant %s\n     %s", c.src, err.Message, err.Help, c.message, c.help)
		}
		if [2]int{err.From, err.To} != at[0] {
			t.Errorf("%s: points at %q", c.src, src[err.From:err.To])
		}
	}
}

// The same inside a text.
func TestTypedTextMessages(t *testing.T) {
	for _, c := range []struct{ src, message, help string }{
		{`Hola {«centros»}`, `"centros" is a list, which has no words for people`, `say what is shown of each element: list(centros, "{it.…}"); len(centros) is how many there are`},
		{`Hola {«foto»}`, `"foto" is a picture, recording or file, which has no words for people`, `a message of its own shows it`},
		{`Hola {nombre ?? «foto»}`, `"foto" is a picture, recording or file, which has no words for people`, `a message of its own shows it`},
		{`Hola {«result»}`, `"result" is a result, which has no words for people`, `name the part of it that is meant: result.body.…`},
		{`¡Día! {list(centros, "«{»")}`, `this "{" is never closed`, `to show a brace, write it twice: "{{"`},
		{`¡Día! {{ {list(centros, "é\"{upper(«it.nobre»)}\n")}`, `the elements of this list have no "nobre"`, `did you mean "it.nombre"?`},
		{"¡Día!\n{list(centros, 'é\n\n{«it.nobre»}')}", `the elements of this list have no "nobre"`, `did you mean "it.nombre"?`},
		{`{day(cita, «"longo"»)}`, `day has no form "longo"`, `did you mean "long"?`},
		{`{cita == «"2026-02-30"» ? "a" : "b"}`, `"2026-02-30" is no day of the calendar`, `a date is written year-month-day: "2026-05-03"`},
		{`{«agreed("consejos")»}`, `"agreed(\"consejos\")" is true or false, which are no words for people`, `say the words for both: agreed("consejos") ? "sí" : "no"`},
		{`{vegana ? «plan» : "a"}`, `"plan" is a choice, which shows its words only by itself`, `write {plan} or {plan ?? "…"}, with nothing else between the braces`},
	} {
		src, at := marked(c.src)
		_, err := CompileText(src, clinica)
		if err == nil {
			t.Errorf("%s compiles", c.src)
			continue
		}
		c.message = strings.ReplaceAll(c.message, `\"`, `"`)
		if err.Message.String() != c.message || err.Help.String() != c.help {
			t.Errorf("%s:\n got %s\n     %s\nwant %s\n     %s", c.src, err.Message, err.Help, c.message, c.help)
		}
		if [2]int{err.From, err.To} != at[0] {
			t.Errorf("%s: points at %q (%d)", c.src, src[err.From:err.To], err.From)
		}
	}
}
