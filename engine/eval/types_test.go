package eval

import (
	"errors"
	"testing"
)

// clinica is the schema of a service that uses every type there is.
var clinica = Schema{
	"today":            {Type: Date},
	"now":              {Type: Time},
	"fecha":            {Type: Date, MayBeUnset: true},
	"cita":             {Type: Date},
	"hora":             {Type: Time},
	"celular":          {Type: Phone},
	"correo":           {Type: Email},
	"lugar":            {Type: Location},
	"lugar.latitude":   {Type: Number, MayBeUnset: true},
	"foto":             {Type: Media},
	"peso":             {Type: Number},
	"n":                {Type: Integer},
	"nombre":           {Type: Text, MayBeUnset: true},
	"ciudad":           {Type: Text},
	"vegana":           {Type: Bool},
	"plan":             {Type: Choice, Options: []string{"basico", "total"}},
	"contact.language": {Type: Choice, Options: []string{"es", "en", "fr"}},
	"agreed.consejos":  {Type: Bool},
	"agreed.estudio":   {Type: Bool},
	"result":           {Type: Document, MayBeUnset: true},
	"result.status":    {Type: Integer, MayBeUnset: true},
	"centros": {Type: List, Max: 3, Fields: Schema{
		"nombre": {Type: Text}, "km": {Type: Number, MayBeUnset: true}, "abre": {Type: Time, MayBeUnset: true}, "plan": {Type: Choice, MayBeUnset: true},
		"camas": {Type: Integer, MayBeUnset: true},
	}},
}

const clinicaBody = `{"status": 200, "body": {"name": "Ana", "age": 31, "height": 1.5, "ok": true, "none": null, "date": "2026-05-03", "time": "10:30:00",
	"phone": "+57 (300) 123-4567", "mail": "ana@example.org", "plan": "total", "first-name": "Ana María", "big": 1e300, "whole": 4.0,
	"at": {"latitude": 4.6, "longitude": -74.1, "name": "Centro"},
	"items": [{"name": "A", "n": 1}, {"name": "B", "n": 2.5}], "tags": ["x", "y"]}}`

var luisa = kept{
	"today": DateOf(2026, 3, 2), "now": TimeOf(9, 5), "cita": DateOf(2026, 5, 1), "hora": TimeOf(16, 30), "celular": {Kind: Phone, Text: "+573001234567"},
	"correo": {Kind: Email, Text: "luisa@example.org"}, "peso": NumberOf(3.5), "n": IntOf(2), "ciudad": TextOf("Bogotá"), "vegana": BoolOf(false),
	"lugar": {Kind: Location, Text: `{"latitude":4.6,"longitude":-74.1,"name":"Clínica Luna","address":"Calle 1 # 2-3"}`}, "lugar.latitude": NumberOf(4.6),
	"foto": {Kind: Media, Text: `{"id":"1","type":"image"}`}, "plan": ChoiceOf("total"), "contact.language": ChoiceOf("es"),
	"agreed.consejos": BoolOf(true), "agreed.estudio": BoolOf(false), "result": {Kind: Document, Text: clinicaBody}, "result.status": IntOf(200),
	"centros": {Kind: List, Text: `[{"nombre":"Norte","km":2.5,"abre":"08:00","plan":"total"},{"nombre":"Sur \"{x}\"","camas":3}]`},
}

func TestTypedValues(t *testing.T) {
	date := func(s string) Value { return Value{Kind: Date, Text: s} }
	for _, c := range []struct {
		src  string
		want Value
	}{
		// Dates and times of day are compared, with a text in quotes too.
		{`cita > today`, BoolOf(true)},
		{`cita == "2026-05-01"`, BoolOf(true)},
		{`"2026-05-01" != cita`, BoolOf(false)},
		{`"2026-05-01" <= cita < "2026-05-02"`, BoolOf(true)},
		{`cita in ["2026-04-30", today, "2026-05-01"]`, BoolOf(true)},
		{`"2026-03-02" in [cita, today]`, BoolOf(true)},
		{`cita not in [today]`, BoolOf(true)},
		{`now < "9:10" and now >= "09:05" and hora > now`, BoolOf(true)},
		{`hora in ["16:30"] and "9:05" in [hora, now]`, BoolOf(true)},
		{`fecha ?? cita`, date("2026-05-01")},
		{`fecha ?? "2026-01-31"`, date("2026-01-31")},
		{`vegana ? "2026-01-31" : cita`, date("2026-05-01")},
		{`known(fecha)`, BoolOf(false)},
		{`fecha > today`, Value{}},
		{`celular == "+57 300 123-4567"`, BoolOf(true)},
		{`celular == ciudad or correo == nombre ?? ciudad`, BoolOf(false)},
		{`correo == "luisa@example.org"`, BoolOf(true)},
		{`correo in ["a@b.co", "luisa@example.org"]`, BoolOf(true)},
		{`lugar.latitude > 4.5`, BoolOf(true)},
		{`string(cita) + " " + string(hora) + " " + string(celular) + string(correo)`, TextOf("2026-05-01 16:30 +573001234567luisa@example.org")},

		{`day(cita, "long")`, TextOf("1 de mayo de 2026")},
		{`day("2026-12-25", "short") + "/" + day(cita, "weekday") + "/" + day(cita, "month") + "/" + day(cita, 'iso')`, TextOf("25 dic 2026/viernes/mayo/2026-05-01")},
		{`add(cita, "-14 days")`, date("2026-04-17")},
		{`add("2026-01-31", "1 month")`, date("2026-02-28")},
		{`add("2024-01-31", "+1 month")`, date("2024-02-29")},
		{`add("2024-02-29", "1 year")`, date("2025-02-28")},
		{`add(add(cita, "2 weeks"), "- 3 months")`, date("2026-02-15")},
		{`months_from("2026-03-31", -1)`, date("2026-02-28")},
		{`months_from(cita, n * 10)`, date("2028-01-01")},
		{`days_until(cita)`, IntOf(60)},
		{`days_until("2026-03-01")`, IntOf(-1)},
		{`weeks_between(today, cita)`, IntOf(8)},
		{`weeks_between(cita, today)`, IntOf(-8)},
		{`weeks_between(cita, cita)`, IntOf(0)},
		{`agreed("consejos") and not agreed("estudio")`, BoolOf(true)},
		{`title("ana MARÍA d'angelo jean-luc it's")`, TextOf("Ana María D'Angelo Jean-Luc It's")},
		{`last4(celular) + last4("4111 1111-1111 12 34 ") + last4("ab")`, TextOf("45671234ab")},
		{`plural(n, "semana", "semanas")`, TextOf("semanas")},
		{`plural(1, "# semana", "# semanas") + plural(0, "#", "# s")`, TextOf("1 semana0 s")},
		{`plural(peso, "un kilo", "# kilos (#)")`, TextOf("3,5 kilos (3,5)")},
		{`len(centros)`, IntOf(2)},

		// A result's parts become what is wanted.
		{`result.body.name == "Ana"`, BoolOf(true)},
		{`result.body.age + 1`, NumberOf(32)},
		{`result.body.age > 30 and 30 < result.body.age`, BoolOf(true)},
		{`result.body.age in [30, 31]`, BoolOf(true)},
		{`31 in [result.body.age]`, BoolOf(true)},
		{`result.body.height == 1 or 1 == result.body.height or result.body.height in [1, 2]`, BoolOf(false)},
		{`result.body.height > 1`, BoolOf(true)},
		{`result.body.ok`, Value{Kind: Document, Text: "true"}},
		{`result.body.ok and true`, BoolOf(true)},
		{`not result.body.ok`, BoolOf(false)},
		{`result.body.ok ? 1 : 2`, IntOf(1)},
		{`-result.body.height`, NumberOf(-1.5)},
		{`result.body.date < today`, BoolOf(false)},
		{`add(result.body.date, "1 day")`, date("2026-05-04")},
		{`result.body.phone == celular`, BoolOf(true)},
		{`result.body.plan == plan`, BoolOf(true)},
		{`result.body.items[0].name + "!"`, TextOf("A!")},
		{`result.body["first-name"] + result.body['items'][1]["name"]`, Value{Kind: 99}},
		{`string(result.body["first-name"]) + result.body['items'][1]["name"]`, TextOf("Ana MaríaB")},
		{`result.body.items[1].n`, Value{Kind: Document, Text: "2.5"}},
		{`len(result.body.items) + len(result.body.tags) + len(result.body.name)`, IntOf(7)},
		{`result.body.tags[1] == "y"`, BoolOf(true)},
		{`result.body.none ?? "x"`, TextOf("x")},
		{`result.body.nothing.at.all ?? 3`, IntOf(3)},
		{`result.body.items[7].name ?? result.body.name ?? "x"`, TextOf("Ana")},
		{`result.body.name ?? "x"`, TextOf("Ana")},
		{`known(result.body.name) and not known(result.body.none) and not known(result.body.items[2]) and known(result)`, BoolOf(true)},
		{`result.body.nothing == "x"`, Value{}},
		{`result.status == 200`, BoolOf(true)},
		{`min(result.body.age, 18) + abs(result.body.height) + round(result.body.height) + int(result.body.whole)`, NumberOf(18 + 1.5 + 2 + 4)},
		{`div(result.body.age, 2) + result.body.whole % 3`, IntOf(16)},
		{`upper(result.body.name) + lower(result.body.name) + trim(result.body.name) + title(result.body.name) + last4(result.body.phone)`, TextOf("ANAanaAnaAna4567")},
		{`string(result.body.age) + string(result.body.height) + string(result.body.name)`, TextOf("311.5Ana")},
		{`result.body.time == hora or result.body.time < "10:31"`, BoolOf(true)},
		{`"2026-05-02" < result.body.date <= "2026-05-03" and result.body.date == "2026-05-03"`, BoolOf(true)},
		{`result.body.time < hora and result.body.time in [now, "10:30"]`, BoolOf(true)},
		{`plural(result.body.age, "año", "años")`, TextOf("años")},
	} {
		p, err := Compile(c.src, clinica, 0)
		if c.want.Kind == 99 {
			if err == nil {
				t.Errorf("%s compiles", c.src)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %s (%s)", c.src, err.Message, err.Help)
			continue
		}
		got, rerr := p.Run(luisa)
		if !c.want.IsSet() {
			var unset *UnsetError
			if !errors.As(rerr, &unset) {
				t.Errorf("%s: %v, %v; want it unset", c.src, got, rerr)
			}
		} else if rerr != nil || !got.Equal(c.want) {
			t.Errorf("%s: %v %q %v, %v; want %v %q", c.src, got.Kind, got, got.Text, rerr, c.want.Kind, c.want)
		} else if p.Type() != got.Kind {
			t.Errorf("%s: gives %v, and says %v", c.src, got.Kind, p.Type())
		}
	}
}

func TestTypedTexts(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`{cita}, {hora}`, "1 may 2026, 16:30"},
		{`{fecha ?? cita} {fecha ?? "sin fecha"}`, "1 may 2026 sin fecha"},
		{`{celular}`, "+57 300 123 4567"},
		{`{correo}`, "luisa@example.org"},
		{`{lugar}`, "Clínica Luna, Calle 1 # 2-3"},
		{`{add(cita, "1 month")}`, "1 jun 2026"},
		{`{vegana ? "nunca" : cita}`, "1 may 2026"},
		{`{vegana ? cita : celular}`, "+57 300 123 4567"},
		{`{peso} {vegana ? 1 : peso}`, "3,5 3,5"},
		{`El {day(cita, "weekday")} {day(cita, "long")}`, "El viernes 1 de mayo de 2026"},
		{`{n} {plural(n, "semana", "semanas")}`, "2 semanas"},
		{`{agreed("consejos") ? "sí" : "no"}`, "sí"},
		{`{result.body.name}, {result.body.age}, {result.body.height}`, "Ana, 31, 1,5"},
		{`{result.body.nick ?? "amiga"} {result.body.nick ?? result.body.name}`, "amiga Ana"},
		{`{nombre ?? result.body.nick ?? "amiga"}`, "amiga"},
		{`{list(centros, "*{it.nombre}*")}`, "*Norte*\n*Sur \"{x}\"*"},
		{`{list(centros, "{it.nombre}: {it.km} km, {it.abre ?? 'cerrado'} en {ciudad}")}.`, "Norte: 2,5 km, 08:00 en Bogotá\nSur \"{x}\":  km, cerrado en Bogotá."},
		{`{list(centros, "{it.nombre ?? \"}\"}\n{string(it.plan)} {plural(it.camas ?? 0, \"cama\", \"# camas\")}")}`, "Norte\ntotal 0 camas\nSur \"{x}\"\n 3 camas"},
		{"{list(centros, '{it.nombre}\n-')}", "Norte\n-\nSur \"{x}\"\n-"},
		{"{'a\r\nb' + \"c\n\n\"}", "a\nbc\n\n"},
		{`{list(result.body.items, "{it.name} {it.n}")}`, "A 1\nB 2,5"},
		{`{len(centros)} {list(centros, "{{}}")}`, "2 {}\n{}"},
	} {
		w, err := CompileText(c.src, clinica)
		if err != nil {
			t.Errorf("%s: %s (%s)", c.src, err.Message, err.Help)
			continue
		}
		if got, rerr := w.Render(luisa, nil); rerr != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.src, got, rerr, c.want)
		}
	}
}
