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
}

// sound fails on an error that an editor could not show.
func sound(t *testing.T, src string, err *Error) {
	t.Helper()
	if err.Message == "" || err.Message == unreadable {
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
	for _, word := range []string{"token", "invalid", "struct", "interface", "int64", "float", "panic", "please", "!\n"} {
		if strings.Contains(strings.ReplaceAll(err.Message, quoteIn(err.Message), ""), word) {
			t.Errorf("%q: says %q", src, err.Message)
		}
	}
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
	return errors.As(err, &unset) || errors.Is(err, ErrZero) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrTooLong)
}

var situations = []kept{
	ana,
	{},
	{
		"semana": IntOf(0), "hijos": IntOf(-1), "edad": IntOf(math.MinInt64), "peso": NumberOf(-math.MaxFloat64), "altura": NumberOf(0), "nombre": TextOf(""),
		"ciudad": TextOf(strings.Repeat("á", 3000)), "embarazada": BoolOf(false), "plan": ChoiceOf("oro"), "contact.language": ChoiceOf(""), "word.stop": TextOf("{x}"),
	},
}

func FuzzCompile(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	env := Schema{}
	for name, n := range luna {
		if n.Type != 0 {
			env[name] = n
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, want := range []Type{0, Bool, Integer, Number, Text, Choice} {
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
	f.Fuzz(func(t *testing.T, src string) {
		w, err := CompileText(src, luna)
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
			if _, err := w.Render(v, asShown); err != nil && !expected(err) && !strings.Contains(err.Error(), "roto") && !strings.Contains(err.Error(), "not known") {
				t.Errorf("%q: %v", src, err)
			}
		}
	})
}
