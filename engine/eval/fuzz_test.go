package eval

import (
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

var seeds = []string{
	"semana >= 37", "min(semana + 1, 42) * -edad % 7", `plan == "total" and not embarazada || known(hijos)`, `nombre ?? ciudad ?? 'a"\n\u00e1'`,
	`contact.language not in ["es", "en"] ? 1 : 2.5`, "1 <= semana <= 42", "a // b", "{semana}", "“x”", "filter(semana, # > 3)", "let a = 1; a", "x ?. y[1:2]",
	`"\xff\377\ud800" + string(peso)`, "((((", "- - ! not semana", "12abc 0x1F 1e9 1..2", "b'x'", "a.b.c(d)", "`x`", "altura ?? 3 > 2", "\u00a0semana\u2003> 3", "not in [", "$env",
	`cita >= "2026-05-03" and hora < '18:00' and cita in [today]`, `day(add(cita, "-14 days"), "long") + title(ciudad) + last4(celular)`, `months_from(cita, n) ?? fecha`,
	`days_until(result.body.date) + weeks_between(cita, today) > 3`, `result.body.items[0].name ?? result.body["a b"] == plan`, `agreed("consejos") ? plural(n, "#", "##") : string(cita)`,
	`list(centros, "*{it.nombre ?? 'á'}*\n{it.km}\u00e1") + list(result.body.items, "{it.name}")`, "list(centros, 'a\r\n{it.nombre}\n')", `len(centros) + len(result.x[1].y)`, `result.body`, "centros",
}

// every is all that luna and clinica may name.
func every() Schema {
	env := Schema{}
	for _, s := range []Schema{luna, clinica} {
		for name, n := range s {
			if n.Type != 0 {
				env[name] = n
			}
		}
	}
	return env
}

// sound fails on an error that an editor could not show.
func sound(t *testing.T, src string, err *Error) {
	t.Helper()
	if err.Message.String() == "" || err.Message.Format == unreadable {
		t.Errorf("%q: says %q", src, err.Message)
	}
	if err.From < 0 || err.To < err.From || err.To > len(src) {
		t.Fatalf("%q: points at %d–%d of %d", src, err.From, err.To, len(src))
	}
	for _, at := range []int{err.From, err.To} {
		if utf8.ValidString(src) && at < len(src) && !utf8.RuneStart(src[at]) {
			t.Errorf("%q: points inside a letter, at %d", src, at)
		}
	}
	for _, said := range []Said{err.Message, err.Help} {
		if !filled(said) {
			t.Errorf("%q: %q is filled with %d values", src, said.Format, len(said.Values))
		}
	}
	for _, word := range []string{"token", "invalid", "struct", "interface", "int64", "float", "panic", "please", "!\n"} {
		if strings.Contains(strings.ReplaceAll(err.Message.String(), quoteIn(err.Message.String()), ""), word) {
			t.Errorf("%q: says %q", src, err.Message)
		}
	}
}

// filled reports whether every verb of a sentence has its value.
func filled(s Said) bool {
	verbs := strings.Count(strings.NewReplacer(`%" `, "", "%%", "").Replace(string(s.Format)), "%")
	for _, v := range s.Values {
		if inner, ok := v.(Said); ok && !filled(inner) {
			return false
		}
	}
	return verbs == len(s.Values)
}

// quoteIn is the author's part of a message, from its first quote to its last.
func quoteIn(message string) string {
	from, to := strings.IndexAny(message, `"'`), strings.LastIndexAny(message, `"'`)
	if from < 0 {
		return ""
	}
	return message[from : to+1]
}

// expected reports whether a run may fail so: everything else is a fault in
// what was let pass.
func expected(err error) bool {
	var unset *UnsetError
	if errors.As(err, &unset) {
		return true
	}
	for _, e := range []error{ErrZero, ErrTooLarge, ErrTooLong, ErrDate, ErrForm} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

var situations = []kept{
	ana,
	luisa,
	{},
	{
		"semana": IntOf(0), "hijos": IntOf(-1), "edad": IntOf(math.MinInt64), "peso": NumberOf(-math.MaxFloat64), "altura": NumberOf(0), "nombre": TextOf(""),
		"ciudad": TextOf(strings.Repeat("á", 3000)), "embarazada": BoolOf(false), "plan": ChoiceOf("oro"), "contact.language": ChoiceOf(""), "word.stop": TextOf("{x}"),
		"today": DateOf(9999, 12, 31), "cita": DateOf(1, 1, 1), "hora": TimeOf(0, 0), "now": TimeOf(23, 59), "n": IntOf(math.MinInt64), "centros": {Kind: List, Text: "[]"},
		"result": {Kind: Document, Text: `{"body":[null,1e400,{"":[]}],"x":[0,{"y":"2026-02-29"}]}`}, "celular": {Kind: Phone, Text: "+1234567"},
	},
}

func FuzzCompile(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	env := every()
	f.Fuzz(func(t *testing.T, src string) {
		for _, want := range []Type{0, Bool, Integer, Number, Text, Choice, Date, Time, Phone, Email, Location, Media, List, Document} {
			p, err := Compile(src, env, want)
			if err != nil {
				sound(t, src, err)
				continue
			}
			if p.Type() == 0 || want != 0 && p.Type() != want {
				t.Errorf("%q gives %v, wanted %v", src, p.Type(), want)
			}
			for _, u := range p.Unguarded() {
				if u.From < 0 || u.To > len(src) || u.From >= u.To {
					t.Errorf("%q: %v", src, u)
				}
			}
			for _, v := range situations {
				a, err := p.Run(v)
				b, again := p.Run(v)
				if (err == nil) != (again == nil) || !a.Equal(b) {
					t.Errorf("%q gives %v, %v and then %v, %v", src, a, err, b, again)
				}
				if err != nil && !expected(err) {
					t.Errorf("%q: %v", src, err)
				}
				if err == nil && a.Kind != p.Type() || !utf8.ValidString(a.Text) {
					t.Errorf("%q gives %v %q", src, a.Kind, a)
				}
			}
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range seeds {
		f.Add("á {" + s + "} {{" + s + "}}")
	}
	f.Add("{it's} }} { {{{semana}}}")
	env := every()
	f.Fuzz(func(t *testing.T, src string) {
		if w, err := CompileData(src, env); err == nil {
			for _, v := range situations {
				if _, err := w.Fill(v, func(v Value) (string, error) { return v.String(), nil }); err != nil && !expected(err) {
					t.Errorf("%q: %v", src, err)
				}
			}
		}
		w, err := CompileText(src, env)
		if err != nil {
			sound(t, src, err)
			return
		}
		end := 0
		for _, p := range w.Parts() {
			if p.From != end || p.To <= p.From {
				t.Errorf("%q: a part from %d to %d, after %d", src, p.From, p.To, end)
			}
			end = p.To
		}
		if end != len(src) {
			t.Errorf("%q: parts end at %d", src, end)
		}
		for _, v := range situations {
			if _, err := w.Render(v, asShown); err != nil && !expected(err) {
				t.Errorf("%q: %v", src, err)
			}
		}
	})
}

// Whatever a fetch brings, it becomes what is wanted, or fails.
func FuzzConvert(f *testing.F) {
	for _, s := range []string{clinicaBody, `[{"name":"A","n":1.0}]`, `{"latitude":1,"longitude":-1e2}`, `"2026-05-03"`, `"+57 300 123 4567"`, `1e18`, `-0`, `null`, `"\ud800"`, `{"a":1,"a":2}`, "[[[", ` 3 `, "\"\xff\""} {
		f.Add(s)
	}
	fields := Schema{"name": {Type: Text}, "n": {Type: Integer}, "date": {Type: Date}, "at": {Type: Location}, "items": {Type: List, Fields: Schema{"name": {Type: Text}}}}
	f.Fuzz(func(t *testing.T, src string) {
		for to := Text; to <= Document; to++ {
			name := Name{Type: to, Options: []string{"total"}, Fields: fields, Max: 5}
			v, err := Convert(Value{Kind: Document, Text: src}, name)
			if err != nil {
				if !expected(err) || v.IsSet() {
					t.Errorf("%q to %v: %v %v", src, to, v, err)
				}
				continue
			}
			if !v.IsSet() {
				continue // null
			}
			if v.Kind != to || !utf8.ValidString(v.Text) {
				t.Errorf("%q to %v is %v %q", src, to, v.Kind, v.Text)
			}
			if _, err := boxed(v, to); err != nil {
				t.Errorf("%q to %v is %q, which can't be read: %v", src, to, v.Text, err)
			}
			if again, err := Convert(v, name); err != nil || !again.Equal(v) {
				t.Errorf("%q to %v is %q, and again %q, %v", src, to, v.Text, again.Text, err)
			}
			v.ShowIn("es")
		}
	})
}
