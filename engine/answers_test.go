package engine_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/eval"
)

func date(s string) eval.Value { return eval.Value{Kind: eval.Date, Text: s} }
func clock(s string) eval.Value {
	return eval.Value{Kind: eval.Time, Text: s}
}

// asking is a question that saves one datum, and goes on to one that shows it.
func asking(x engine.Datum, change ...func(*engine.Node)) engine.Definition {
	x.Name = "x"
	n := engine.Node{ID: "n", Verb: engine.AskVerb, Ask: es("¿Y?"), Save: "x", Retry: []engine.Words{es("¿Eh?"), es("¿Mm?")}, Go: engine.Target{Node: "fin"}}
	for _, c := range change {
		c(&n)
	}
	show := es("{x}")
	if x.Type == eval.Bool {
		show = es(`{x ? "verdad" : "mentira"}`)
	}
	if x.Type == eval.Media || x.Type == eval.List {
		show = es("Gracias")
	}
	return one([]engine.Datum{x}, n, engine.Node{ID: "fin", Verb: engine.AskVerb, Ask: show, Go: done})
}

// kept is the value that a question kept; unset: it asked again, or asked back.
func keptX(l *life) engine.Kept {
	for _, f := range l.c.Front {
		if f.Node == "fin" {
			return f.Data["x"]
		}
	}
	return engine.Kept{}
}

// What a question saves is read as people write it, in the person's language,
// and what does not lie within its bounds is no answer. It is Monday, 2 March.
func TestAnswersOfEveryType(t *testing.T) {
	number := engine.Datum{Type: eval.Number, Least: "0.5", Most: "99.5"}
	day := engine.Datum{Type: eval.Date, Least: "today", Most: `add(today, "300 days")`}
	hour := engine.Datum{Type: eval.Time, Least: `"08:00"`, Most: `"18:00"`}
	mail := engine.Datum{Type: eval.Email}
	phone := engine.Datum{Type: eval.Phone}
	whole := engine.Datum{Type: eval.Integer, Min: num(1), Max: num(42)}
	code := engine.Datum{Type: eval.Text, Pattern: "[a-z]+[0-9]|sí", Max: num(6)}
	for _, c := range []struct {
		x    engine.Datum
		text string
		want eval.Value
	}{
		{number, "3,5", eval.NumberOf(3.5)},
		{number, "peso 72,4 kilos", eval.NumberOf(72.4)},
		{number, "99,5", eval.NumberOf(99.5)},
		{number, "0,5", eval.NumberOf(0.5)},
		{number, "99,6", eval.Value{}},
		{number, "0,4", eval.Value{}},
		{number, "mucho", eval.Value{}},
		{whole, "veinte", eval.IntOf(20)},
		{whole, "veinte semanas", eval.IntOf(20)},
		{whole, "٢٠", eval.IntOf(20)},
		{whole, "cincuenta", eval.Value{}},
		{day, "3 de mayo", date("2026-05-03")},
		{day, "mañana", date("2026-03-03")},
		{day, "hoy", date("2026-03-02")},
		{day, "ayer", eval.Value{}},
		{day, "3 de febrero", eval.Value{}}, // past this year, too far the next
		{day, "2026-12-27", date("2026-12-27")},
		{day, "2026-12-28", eval.Value{}},
		{day, "25/12/2026", date("2026-12-25")},
		{hour, "a las 8 de la mañana", clock("08:00")},
		{hour, "a las 8", clock("08:00")}, // eight in the evening is out of bounds
		{hour, "18:00", clock("18:00")},
		{hour, "18:01", eval.Value{}},
		{hour, "7:59 am", eval.Value{}},
		{mail, "es ana@example.org, gracias", eval.Value{Kind: eval.Email, Text: "ana@example.org"}},
		{mail, "ana", eval.Value{}},
		{phone, "300 123 4567", eval.Value{Kind: eval.Phone, Text: "+573001234567"}},
		{phone, "+34 612 345 678", eval.Value{Kind: eval.Phone, Text: "+34612345678"}},
		{phone, "123", eval.Value{}},
		{code, "ab1", eval.TextOf("ab1")},
		{code, "sí", eval.TextOf("sí")},
		{code, "ab1!", eval.Value{}}, // the whole of it
		{code, "1", eval.Value{}},
		{code, "abcdef1", eval.Value{}},
	} {
		l := begin(t, asking(c.x))
		l.say(t, c.text, 0)
		k := keptX(l)
		if k.Value != c.want {
			t.Errorf("%s: %q: %+v, want %+v (%q)", c.x.Type, c.text, k.Value, c.want, l.records())
		}
		if c.want.IsSet() && (k.Raw != c.text || l.c.Raw != c.text) {
			t.Errorf("%q: raw is %q", c.text, k.Raw)
		}
	}
	l := begin(t, asking(engine.Datum{Type: eval.Number}))
	l.c.Language = "en"
	l.say(t, "3.5", 0)
	if keptX(l).Value != eval.NumberOf(3.5) {
		t.Errorf("%+v", keptX(l))
	}
}

// Today is the person's: the same words are another day elsewhere.
func TestTodayIsThePersons(t *testing.T) {
	l := begin(t, asking(engine.Datum{Type: eval.Date}))
	l.c.Zone = "Pacific/Kiritimati" // already Tuesday
	l.say(t, "mañana", 0)
	if keptX(l).Value != date("2026-03-04") {
		t.Errorf("%+v", keptX(l))
	}
}

// A question about true or false offers yes and no by itself, and reads them
// typed; with rows of its own it reads them too.
func TestYesAndNo(t *testing.T) {
	x := engine.Datum{Type: eval.Bool}
	l := begin(t, asking(x))
	same(t, outline(l.sends()), "buttons ¿Y? [Sí] [No]")
	f := l.front(t)
	same(t, l.tap(t, f, "no"), "mentira")
	same(t, begin(t, asking(x)).tap(t, f, "yes"), "verdad")
	same(t, begin(t, asking(x)).say(t, "Si", 0), "verdad")
	same(t, begin(t, asking(x)).say(t, "claro que sí", 0), "verdad")
	same(t, begin(t, asking(x)).say(t, "nop", 0), "mentira")
	same(t, begin(t, asking(x)).say(t, "tal vez", 0), "¿Eh?")
	own := asking(x, func(n *engine.Node) {
		n.Rows = []engine.Row{
			{ID: "s", Label: es("Acepto"), Set: []engine.Assign{{Name: "x", Source: "true"}}},
			{ID: "n", Label: es("Paso"), Go: done},
		}
	})
	same(t, outline(begin(t, own).sends()), "buttons ¿Y? [Acepto] [Paso]")
	same(t, begin(t, own).tap(t, f, "s"), "verdad")
	same(t, begin(t, own).say(t, "acepto", 0), "verdad")
	same(t, begin(t, own).say(t, "sí", 0), "verdad")
	same(t, begin(t, own).say(t, "no", 0), "mentira")
	yes, no := engine.YesNoWords([]string{"pt-BR", "fr", "de"})
	if yes["pt-BR"] != "Sim" || no["fr"] != "Non" || yes["de"] != "Yes" {
		t.Errorf("%v %v", yes, no)
	}
}

// A row's number counts only where numbers are shown and none is asked for.
func TestRowNumbersBesideTypes(t *testing.T) {
	for typ, row := range map[eval.Type]bool{
		eval.Text: true, eval.Email: true, eval.Integer: false, eval.Number: false, eval.Date: false, eval.Time: false, eval.Phone: false,
	} {
		l := begin(t, asking(engine.Datum{Type: typ}, func(n *engine.Node) {
			n.Shape, n.Rows = "numbers", []engine.Row{{ID: "a", Label: es("Nada"), Say: []engine.Words{es("Vale.")}, Go: done}}
		}))
		if got := l.say(t, "1", 0); slices.Contains(got, "Vale.") != row {
			t.Errorf("%s: %q", typ, got)
		}
	}
}

// A condition refuses an answer in its own words, and that uses up a try; what
// it says may use the answer.
func TestChecks(t *testing.T) {
	d := asking(engine.Datum{Type: eval.Integer}, func(n *engine.Node) {
		n.Checks = []engine.Check{{If: "value > 31", Say: es("{value} es mucho.")}, {If: "value % 2 == 1", Say: es("Par, por favor.")}}
		n.Rows = []engine.Row{{ID: "otra", Label: es("33"), Say: []engine.Words{es("Vale.")}, Go: done}}
	})
	l := begin(t, d)
	same(t, l.say(t, "40", 0), "40 es mucho.")
	if f := l.front(t); f.Tries != 1 || l.sends()[0].Kind != engine.OutButtons || l.c.Raw == "40" {
		t.Errorf("%+v %+v", f, l.sends())
	}
	same(t, l.say(t, "7", 0), "Par, por favor.")
	same(t, begin(t, d).say(t, "8", 0), "8")
	same(t, l.say(t, "9", 0), "ENFERMERA: una persona · DARME DE BAJA: salir") // no try left
	same(t, begin(t, d).say(t, "33", 0), "Vale.")                              // a row is no typed answer
	// A keyword is one, if the check refuses it.
	d = asking(engine.Datum{Type: eval.Text}, func(n *engine.Node) { n.Checks = []engine.Check{{If: "len(value) < 5", Say: es("Más.")}} })
	same(t, begin(t, d).say(t, "hola", 0), "Hola.", "¿Cómo te llamas?")
	same(t, begin(t, d).say(t, "aló", 0), "Más.")
	same(t, begin(t, d).say(t, "embarazada", 0), "embarazada")
	// One that can't be worked out refuses nothing, and is recorded.
	d = asking(engine.Datum{Type: eval.Integer}, func(n *engine.Node) { n.Checks = []engine.Check{{If: "semana > value", Say: es("No.")}} })
	l = begin(t, d)
	same(t, l.say(t, "3", 0), "3")
	if !slices.Contains(l.records(), "fault/expression") {
		t.Errorf("%q", l.records())
	}
	// Where nothing is saved, the answer is a text.
	d = asking(engine.Datum{Type: eval.Text}, func(n *engine.Node) {
		n.Save, n.Checks = "", []engine.Check{{If: `value == "no"`, Say: es("¿No?")}}
	})
	same(t, begin(t, d).say(t, "no", 0), "¿No?")
}

// A date that can be read two ways, and both fit, is asked back: one short
// question of the same visit, which uses no try up. A tap or one of them in
// words decides.
func TestWhichDate(t *testing.T) {
	d := asking(engine.Datum{Type: eval.Date, Least: `"2026-01-01"`, Most: `"2026-12-31"`})
	d.Timezone = "Africa/Johannesburg" // both orders are in use
	d.Languages = []string{"es", "en"}
	which := func() (*life, engine.Frame) {
		l := begin(t, d)
		visit := l.front(t).Visit
		same(t, l.say(t, "05/03", 0), "¿Cuál de estas fechas?")
		f := l.front(t)
		if f.Visit != visit || f.Tries != 0 || !f.Asked || len(l.sends()) != 1 {
			t.Fatalf("%+v", f)
		}
		return l, f
	}
	l, f := which()
	got := labels(l.sends()[0])
	slices.Sort(got)
	same(t, got, "3 de mayo de 2026", "5 de marzo de 2026")
	same(t, l.tap(t, f, "@is.2026-05-03"), "3 may 2026")
	if k := keptX(l); k.Value != date("2026-05-03") || k.Raw != "05/03" || l.c.Raw != "05/03" {
		t.Errorf("%+v", k)
	}
	for _, words := range []string{"el 3 de mayo", "3 de mayo de 2026", "mayo 3"} {
		l, _ = which()
		l.say(t, words, 0)
		if keptX(l).Value != date("2026-05-03") {
			t.Errorf("%q: %+v", words, l.c.Front)
		}
	}
	l, _ = which()
	same(t, l.say(t, "4 de mayo", 0), "4 may 2026") // another answer
	l, f = which()
	same(t, l.say(t, "05/03", 0), "¿Eh?") // no answer
	if g := l.front(t); g.Tries != 1 || g.Doubt != nil {
		t.Errorf("%+v", g)
	}
	same(t, l.tap(t, f, "@is.2026-05-03"), "Esa era una pregunta anterior. Ahora estamos aquí:")
	l, _ = which()
	same(t, l.say(t, "hola", 0), "Hola.", "¿Cómo te llamas?") // a digression
	l, f = which()
	same(t, l.tap(t, f, "@is.2026-07-07"), "Esa era una pregunta anterior. Ahora estamos aquí:") // nobody offered that
	if l.front(t).Doubt != nil {
		t.Error("the question was asked anew")
	}
	// Bounds leave one.
	d.Flows[len(d.Flows)-1].Data[0].Most = `"2026-04-01"`
	same(t, begin(t, d).say(t, "05/03", 0), "5 mar 2026")
	// A check refuses what was decided, too.
	d.Flows[len(d.Flows)-1].Data[0].Most = ""
	d.Flows[len(d.Flows)-1].Nodes[0].Checks = []engine.Check{{If: `value == "2026-05-03"`, Say: es("Ese no.")}}
	l, f = which()
	same(t, l.tap(t, f, "@is.2026-05-03"), "Ese no.")
	// The question's own silence is counted from here.
	l = begin(t, d)
	silence := timerKey{"una", l.front(t).Visit, engine.ForSilence}
	due := l.timers[silence]
	l.now = l.now.Add(60e9)
	same(t, l.say(t, "05/03", 0), "¿Cuál de estas fechas?")
	if !l.timers[silence].After(due) {
		t.Error("the silence is counted from the last message")
	}
	// The year was said before; another year is another answer.
	for words, want := range map[string]string{"3 de mayo": "1990-05-03", "5 de marzo": "1990-03-05", "3 de mayo de 1991": "1991-05-03"} {
		d := asking(engine.Datum{Type: eval.Date})
		d.Timezone = "Africa/Johannesburg"
		l := begin(t, d)
		same(t, l.say(t, "05/03/1990", 0), "¿Cuál de estas fechas?")
		l.say(t, words, 0)
		if keptX(l).Value != date(want) {
			t.Errorf("%q: %+v", words, l.c.Front)
		}
	}
	// A year that was left out is no doubt: the nearest is meant.
	l = begin(t, asking(engine.Datum{Type: eval.Date}))
	same(t, l.say(t, "3 de mayo", 0), "3 may 2026")
}

// Labels are short enough for buttons; years that differ stay.
func TestWhichDateIsShort(t *testing.T) {
	d := asking(engine.Datum{Type: eval.Date})
	d.Timezone = "Africa/Johannesburg"
	l := begin(t, d)
	l.say(t, "09/11/2026", 0)
	got := labels(l.sends()[0])
	slices.Sort(got)
	same(t, got, "11 de septiembre", "9 de noviembre")
	if l.sends()[0].Kind != engine.OutButtons {
		t.Error(l.sends()[0].Kind)
	}
	l.say(t, "11 de septiembre", 0)
	if keptX(l).Value != date("2026-09-11") {
		t.Errorf("%+v", l.c.Front)
	}
}

func TestWhichTime(t *testing.T) {
	d := asking(engine.Datum{Type: eval.Time})
	l := begin(t, d)
	same(t, l.say(t, "a las 8", 0), "¿Cuál de estas horas?")
	same(t, labels(l.sends()[0]), "08:00", "20:00")
	f := l.front(t)
	same(t, l.tap(t, f, "@is.20:00"), "20:00")
	for text, want := range map[string]string{"20:00": "20:00", "las 8 de la noche": "20:00", "8 am": "08:00"} {
		l = begin(t, d)
		l.say(t, "a las 8", 0)
		same(t, l.say(t, text, 0), want)
	}
}

// brings is a message that is no text.
func brings(kind engine.InKind, typ, caption string, v eval.Value) engine.Inbound {
	return engine.Inbound{ID: "m", Kind: kind, Type: typ, Text: caption, Carries: v, Sent: monday}
}

var (
	photo = eval.Value{Kind: eval.Media, Text: `{"id":"1","mime":"image/jpeg","type":"image"}`}
	plaza = eval.Value{Kind: eval.Location, Text: `{"latitude":4.6,"longitude":-74.1,"name":"Plaza"}`}
)

// A question takes what it wants, and nothing else; a caption is no answer.
func TestWant(t *testing.T) {
	hear := func(d engine.Definition, m engine.Inbound) (*life, []string) {
		l := begin(t, d)
		return l, l.must(t, l.s.Read(m).Event(l.now))
	}
	want := func(kinds ...string) func(*engine.Node) {
		return func(n *engine.Node) { n.Want = kinds }
	}
	noSave := func(n *engine.Node) { n.Save = "" }
	word := engine.Datum{Type: eval.Text, Default: eval.TextOf("nada")}
	picture, place := engine.Datum{Type: eval.Media}, engine.Datum{Type: eval.Location}
	image := brings(engine.InMedia, "image", "mira", photo)
	voice := brings(engine.InMedia, "audio", "", eval.Value{Kind: eval.Media, Text: `{"id":"2","type":"audio"}`})
	here := brings(engine.InMedia, "location", "", plaza)
	text := engine.Inbound{ID: "m", Kind: engine.InText, Type: "text", Text: "mira", Sent: monday}
	for name, c := range map[string]struct {
		d    engine.Definition
		m    engine.Inbound
		want string
	}{
		"a text wants no picture":               {asking(word), image, "¿Eh?"},
		"nor does a question that saves none":   {asking(word, noSave), image, "¿Eh?"},
		"a picture is kept":                     {asking(picture), image, "Gracias"},
		"so is a voice note":                    {asking(picture), voice, "Gracias"},
		"a text is no picture":                  {asking(picture), text, "¿Eh?"},
		"a place is no picture":                 {asking(picture), here, "¿Eh?"},
		"a picture only":                        {asking(picture, want("image")), voice, "¿Eh?"},
		"a place is kept":                       {asking(place), here, "Plaza"},
		"a picture is no place":                 {asking(place), image, "¿Eh?"},
		"text or audio: text":                   {asking(word, want("text", "audio")), text, "mira"},
		"text or audio: audio":                  {asking(word, want("text", "audio")), voice, "nada"},
		"text or audio: image":                  {asking(word, want("text", "audio")), image, "¿Eh?"},
		"no text where it is not wanted":        {asking(word, want("audio")), text, "¿Eh?"},
		"nothing to keep it in":                 {asking(word, noSave, want("image")), image, "nada"},
		"cards":                                 {asking(word, noSave, want("contacts")), brings(engine.InOther, "contacts", "", eval.Value{}), "nada"},
		"an old client's voice":                 {asking(word, noSave, want("audio")), brings(engine.InMedia, "voice", "", eval.Value{}), "nada"},
		"a picture that could not be read":      {asking(picture), brings(engine.InOther, "image", "", eval.Value{}), "¿Eh?"},
		"it need not be read if it is not kept": {asking(word, noSave, want("image")), brings(engine.InOther, "image", "", eval.Value{}), "nada"},
	} {
		l, got := hear(c.d, c.m)
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if x := c.d.Flows[len(c.d.Flows)-1].Data[0]; c.want == "Gracias" && x.Type == eval.Media && keptX(l).Value != c.m.Carries {
			t.Errorf("%s: %+v", name, keptX(l))
		}
	}
	if l, _ := hear(asking(picture), image); l.c.Raw != "mira" {
		t.Errorf("%q", l.c.Raw)
	}
}

// A question that wants nothing but a place asks for it with WhatsApp's own
// button; with rows there is none.
func TestAskForAPlace(t *testing.T) {
	d := asking(engine.Datum{Type: eval.Location}, func(n *engine.Node) { n.Header = es("Título") })
	same(t, outline(begin(t, d).sends()), "place Título\n\n¿Y?")
	l := begin(t, d)
	l.say(t, "zz", 0)
	if m := l.sends()[0]; m.Kind != engine.OutPlace {
		t.Errorf("a retry asks in the same way: %s", m.Kind)
	}
	d = asking(engine.Datum{Type: eval.Location}, func(n *engine.Node) { n.Rows = rowsOf(1) })
	same(t, outline(begin(t, d).sends()), "buttons ¿Y? [Fila A]")
	d = asking(engine.Datum{Type: eval.Text}, func(n *engine.Node) { n.Save, n.Want = "", []string{"location"} })
	same(t, outline(begin(t, d).sends()), "place ¿Y?")
	d = asking(engine.Datum{Type: eval.Text}, func(n *engine.Node) { n.Save, n.Want = "", []string{"location", "text"} })
	same(t, outline(begin(t, d).sends()), "text ¿Y?")
}

// A phone number or a date that looks like an ID number is the answer where one
// is asked for, unless it says what it is; a card never. What is kept of the
// words is redacted all the same.
func TestLooksSensitiveAndWasAskedFor(t *testing.T) {
	phone := asking(engine.Datum{Type: eval.Phone})
	ask := func(d engine.Definition, text string) (*life, []string) {
		l := begin(t, d)
		return l, l.say(t, text, 0)
	}
	const elsewhere = "Por tu seguridad no envíes por aquí números de tarjeta, cuenta o documento. No lo guardamos."
	const number = "5730 0123 4006" // it has the check digit of an ID number, too
	s := begin(t, phone).s
	if r := s.Read(engine.Inbound{Kind: engine.InText, Type: "text", Text: number, Sent: monday}); r.Sensitive != "national_id" || strings.Contains(r.Text, "5730") {
		t.Fatalf("%+v", r)
	}
	l, got := ask(phone, "es "+number)
	same(t, got, "+57 300 123 4006")
	if k := keptX(l); k.Value.Text != "+573001234006" || strings.Contains(k.Raw, "5730") || l.c.Raw != k.Raw {
		t.Errorf("%+v %q", k, l.c.Raw)
	}
	if slices.Contains(l.records(), "sensitive/national_id") {
		t.Error("it only looked like one")
	}
	for name, c := range map[string]struct {
		d    engine.Definition
		text string
	}{
		"a card":                    {phone, "4111 1111 1111 1111"},
		"a card beside a phone":     {phone, number + ", 4111 1111 1111 1111"},
		"an IBAN":                   {phone, "DE89 3704 0044 0532 0130 00"},
		"it says what it is":        {phone, "mi cédula es 1020304050"},
		"an ID number that is none": {phone, "123-45-6789"},
		"no phone was asked for":    {asking(engine.Datum{Type: eval.Text}), number},
		"nor any number":            {asking(engine.Datum{Type: eval.Integer}), number},
		"a phone where a date is":   {asking(engine.Datum{Type: eval.Date}), number},
		"no words are wanted":       {asking(engine.Datum{Type: eval.Phone}, func(n *engine.Node) { n.Want = []string{"audio"} }), number},
	} {
		l, got := ask(c.d, c.text)
		if len(got) != 2 || got[0] != elsewhere || keptX(l).Value.IsSet() || !slices.ContainsFunc(l.records(), func(r string) bool { return strings.HasPrefix(r, "sensitive/") }) {
			t.Errorf("%s: %q %q", name, got, l.records())
		}
	}
	const born = "mi documento de toda la vida 12031990"
	l, got = ask(asking(engine.Datum{Type: eval.Date, Most: "today"}), born)
	same(t, got, "12 mar 1990")
	if k := keptX(l); strings.Contains(k.Raw, "12031990") {
		t.Errorf("%+v", k)
	}
	if _, got = ask(asking(engine.Datum{Type: eval.Date, Least: "today"}), born); got[0] != elsewhere {
		t.Errorf("no date that fits: %q", got)
	}
	// With no question open, and while an operator is waited for, it is flagged.
	l = live(t, phone)
	if got := l.say(t, number, 0); got[0] != elsewhere {
		t.Errorf("%q", got)
	}
	l = begin(t, phone)
	l.say(t, "enfermera", 0)
	l.say(t, number, 0)
	if !slices.Contains(l.records(), "sensitive/national_id") || keptX(l).Value.IsSet() {
		t.Errorf("%q", l.records())
	}
	// Nothing anywhere holds the digits as they were written.
	b, err := l.c.Encode()
	if err != nil || strings.Contains(string(b), "5730 0123") {
		t.Errorf("%v %q", err, b)
	}
}

// What comes with a picture or a place is redacted, too.
func TestWhatAPictureCarriesIsRedacted(t *testing.T) {
	l := begin(t, asking(engine.Datum{Type: eval.Media}))
	const card = "4111 1111 1111 1111"
	for _, field := range []string{"caption", "filename"} {
		v := eval.Value{Kind: eval.Media, Text: `{"id":"1","size":12345678901234567890,"` + field + `":"mi tarjeta ` + card + `"}`}
		r := l.s.Read(brings(engine.InMedia, "image", "", v))
		if r.Sensitive != "card" || strings.Contains(r.Carries.Text, "4111") || !strings.Contains(r.Carries.Text, "12345678901234567890") {
			t.Errorf("%+v", r)
		}
	}
	if r := l.s.Read(brings(engine.InMedia, "image", "", photo)); r.Carries != photo || r.Sensitive != "" {
		t.Errorf("%+v", r)
	}
}

// What they call themselves comes with every message: a card's number in it is
// not kept, and the message is none that carries one. A phone number is a name.
func TestAProfileNameIsRedacted(t *testing.T) {
	s := begin(t, asking(engine.Datum{Type: eval.Text})).s
	for _, kind := range []engine.InKind{engine.InText, engine.InTap, engine.InMedia} {
		r := s.Read(engine.Inbound{Kind: kind, Type: "text", Text: "hola", Name: "Ana 4111 1111 1111 1111"})
		if strings.Contains(r.Name, "4111 1") || !strings.HasPrefix(r.Name, "Ana ") || r.Sensitive != "" {
			t.Errorf("%s: %+v", kind, r)
		}
		if r := s.Read(engine.Inbound{Kind: kind, Type: "text", Text: "hola", Name: "+57 300 123 4006"}); r.Name != "+57 300 123 4006" {
			t.Errorf("%s: %+v", kind, r)
		}
	}
}

// Whatever they write to whatever question: what is kept has the question's
// type and lies within its bounds, and is the same after it was written down
// and read.
func TestKeptAnswersFit(t *testing.T) {
	data := map[string]engine.Datum{
		"number": {Type: eval.Number, Least: "-2", Most: "7.5"},
		"date":   {Type: eval.Date, Least: `"2026-01-15"`, Most: `"2027-06-30"`},
		"time":   {Type: eval.Time, Least: `"07:30"`, Most: `"21:15"`},
		"text":   {Type: eval.Text, Min: num(2), Max: num(5)},
		"phone":  {Type: eval.Phone},
		"email":  {Type: eval.Email},
	}
	texts := []string{"7,5", "-3", "2.5", "siete", "05/03", "5 de marzo", "mañana", "31/12/2026", "1/7/27", "a las 7", "a las 7 y media", "21:15", "21h16", "9pm",
		"a", "ab", "abcdef", "ñandú", "300 123 4567", "+573001234567", "ana@example.org", "sí", "20 o 21", "5730 0123 4006", "12031990"}
	lives := map[string]*life{}
	for name, x := range data {
		d := asking(x)
		d.Timezone = "Africa/Johannesburg"
		lives[name] = begin(t, d)
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"number", "date", "time", "text", "phone", "email"}).Draw(rt, "type")
		l := *lives[name]
		for range rapid.IntRange(1, 3).Draw(rt, "tries") {
			if i := slices.IndexFunc(l.sends(), func(m engine.Outgoing) bool { return m.Choices != nil && rapid.Bool().Draw(rt, "tap") }); i >= 0 {
				w, _ := engine.ParseWireID(l.sends()[i].Choices[0].ID)
				l.tap(t, l.front(t), w.Row)
			} else {
				l.say(t, rapid.OneOf(rapid.SampledFrom(texts), rapid.String()).Draw(rt, "text"), 0)
			}
			if len(l.c.Front) == 0 || l.c.Front[0].Flow != "una" || l.c.Handover != nil {
				return
			}
		}
		v := keptX(&l).Value
		if !v.IsSet() {
			return
		}
		ok := v.Kind == data[name].Type
		switch name {
		case "number":
			ok = ok && v.Num >= -2 && v.Num <= 7.5
		case "date":
			ok = ok && v.Text >= "2026-01-15" && v.Text <= "2027-06-30"
		case "time":
			ok = ok && v.Text >= "07:30" && v.Text <= "21:15"
		case "text":
			n := len([]rune(v.Text))
			ok = ok && n >= 2 && n <= 5
		}
		if !ok {
			rt.Fatalf("%s: %+v", name, v)
		}
	})
}
