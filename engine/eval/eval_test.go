package eval

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/parser/operator"
	"github.com/fxamacker/cbor/v2"
)

// kept are the values of one conversation.
type kept map[string]Value

func (k kept) Value(name string) Value { return k[name] }

// luna is the schema of most tests: some of what a pregnancy service remembers.
var luna = Schema{
	"semana":           {Type: Integer},
	"hijos":            {Type: Integer, MayBeUnset: true},
	"edad":             {Type: Integer},
	"peso":             {Type: Number},
	"altura":           {Type: Number, MayBeUnset: true},
	"nombre":           {Type: Text, MayBeUnset: true},
	"ciudad":           {Type: Text},
	"embarazada":       {Type: Bool},
	"plan":             {Type: Choice, Options: []string{"basico", "total"}, MayBeUnset: true},
	"contact.language": {Type: Choice, Options: []string{"es", "en"}},
	"word.stop":        {Type: Text},
	"roto":             {},
}

var ana = kept{
	"semana": IntOf(37), "edad": IntOf(math.MaxInt64), "peso": NumberOf(61.5), "ciudad": TextOf("Bogotá"), "embarazada": BoolOf(true),
	"contact.language": ChoiceOf("es"), "word.stop": TextOf("SALIR"), "roto": IntOf(1),
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		src  string
		want Value
	}{
		{"semana >= 37", BoolOf(true)},
		{"semana > 37 or semana == 37", BoolOf(true)},
		{"semana != 37", BoolOf(false)},
		{"not (semana < 37) and embarazada", BoolOf(true)},
		{"!embarazada || semana < 3", BoolOf(false)},
		{"embarazada && semana == 37", BoolOf(true)},
		{"1 <= semana <= 42", BoolOf(true)},
		{"1 <= semana <= 42 < 43", BoolOf(true)},
		{"1 <= semana <= 42 < 40", BoolOf(false)},
		{"-1 < -0 < semana", BoolOf(true)},
		{"min(semana + 1, 42)", IntOf(38)},
		{"max(1, semana, 3)", IntOf(37)},
		{"min(semana, 1.5)", NumberOf(1.5)},
		{"max(semana, 1.5)", NumberOf(37)},
		{"semana / 2", NumberOf(18.5)},
		{"div(semana, 2)", IntOf(18)},
		{"div(-7, 2)", IntOf(-3)},
		{"-7 % 2", IntOf(-1)},
		{"div(-7, 2) * 2 + -7 % 2", IntOf(-7)},
		{"abs(-3) + abs(3)", IntOf(6)},
		{"abs(-1.5)", NumberOf(1.5)},
		{"round(2.5) * 100 + round(-1.5) * 10 + round(2.4)", IntOf(282)},
		{"round(semana) + round(0.4999)", IntOf(37)},
		{"int(2.9) + int(-2.9) + int(semana)", IntOf(37)},
		{"2 + 3 * 4 - 1", IntOf(13)},
		{"-semana * -1", IntOf(37)},
		{"10 - 4 - 3", IntOf(3)},
		{"peso + 1", NumberOf(62.5)},
		{"0.5 * 4 == 2", BoolOf(true)},
		{"semana == 37.0", BoolOf(true)},
		{`ciudad == "Bogotá"`, BoolOf(true)},
		{`ciudad == 'Bogotá'`, BoolOf(true)},
		{`'él dijo "no"' == "él dijo \"no\""`, BoolOf(true)},
		{"len(ciudad)", IntOf(6)},
		{"upper(ciudad) + lower('ÁB')", TextOf("BOGOTÁáb")},
		{`trim("  a b ")`, TextOf("a b")},
		{"ciudad + ' ' + string(semana)", TextOf("Bogotá 37")},
		{"string(peso) + string(1 / 3) + string(1000000.0)", TextOf("61.50.3333331000000")},
		{"string(contact.language)", TextOf("es")},
		{"contact.language", ChoiceOf("es")},
		{`contact.language == "es"`, BoolOf(true)},
		{`contact.language in ["en", "es"]`, BoolOf(true)},
		{`contact.language not in ["en", "es"]`, BoolOf(false)},
		{`not (contact.language in ["en"])`, BoolOf(true)},
		{`semana in [1, 2 * 3, 37.0]`, BoolOf(true)},
		{`peso in [61, 61.5]`, BoolOf(true)},
		{`37.0 in [semana]`, BoolOf(true)},
		{`plan == "total"`, Value{}},
		{`known(plan)`, BoolOf(false)},
		{`known(semana)`, BoolOf(true)},
		{`known(plan) and plan == "total"`, BoolOf(false)},
		{`known(plan) ? plan == "total" : embarazada`, BoolOf(true)},
		{`nombre ?? "amiga"`, TextOf("amiga")},
		{`ciudad ?? "amiga"`, TextOf("Bogotá")},
		{`nombre ?? ciudad ?? "amiga"`, TextOf("Bogotá")},
		{`(nombre ?? ciudad) == "Bogotá"`, BoolOf(true)},
		{`hijos ?? semana`, IntOf(37)},
		{`altura ?? semana`, NumberOf(37)},
		{`semana > 40 ? "ya" : semana > 30 ? "casi" : "falta"`, TextOf("casi")},
		{"embarazada ? semana : peso", NumberOf(37)},
		{"true", BoolOf(true)},
		{"(((((1)))))", IntOf(1)},
		{"9223372036854775807", IntOf(math.MaxInt64)},
		{"-9223372036854775807 - 1", IntOf(math.MinInt64)},
	} {
		p, err := Compile(c.src, luna, 0)
		if err != nil {
			t.Errorf("%s: %s (%s)", c.src, err.Message, err.Help)
			continue
		}
		got, rerr := p.Run(ana)
		if !c.want.IsSet() {
			var unset *UnsetError
			if !errors.As(rerr, &unset) {
				t.Errorf("%s: %v, %v; want it unset", c.src, got, rerr)
			}
		} else if rerr != nil || !got.Equal(c.want) {
			t.Errorf("%s: %v %q, %v; want %v %q", c.src, got.Kind, got, rerr, c.want.Kind, c.want)
		} else if p.Type() != got.Kind {
			t.Errorf("%s: gives %v, and says %v", c.src, got.Kind, p.Type())
		}
	}
}

// An expression that can't be worked out says so; it never gives a wrong value.
func TestFailures(t *testing.T) {
	long := strings.Repeat("á", MaxResult)
	values := kept{
		"semana": IntOf(3), "edad": IntOf(math.MaxInt64), "peso": NumberOf(math.MaxFloat64), "ciudad": TextOf(long), "embarazada": TextOf("sí"),
	}
	for _, c := range []struct {
		src  string
		want error
	}{
		{"edad + 1", ErrTooLarge},
		{"-2 - edad", ErrTooLarge},
		{"edad * 2", ErrTooLarge},
		{"-(-edad - 1)", ErrTooLarge},
		{"abs(-edad - 1)", ErrTooLarge},
		{"div(-edad - 1, -1)", ErrTooLarge},
		{"(-edad - 1) * -1", ErrTooLarge},
		{"-1 * (-edad - 1)", ErrTooLarge},
		{"peso * 2 > 0", ErrTooLarge},
		{"peso + peso > 0", ErrTooLarge},
		{"peso / 0.5 > 0", ErrTooLarge},
		{"round(peso)", ErrTooLarge},
		{"int(-peso)", ErrTooLarge},
		{"round(9223372036854775807.0)", ErrTooLarge},
		{"1 / 0", ErrZero},
		{"1 / (semana - 3.0)", ErrZero},
		{"div(1, semana - 3)", ErrZero},
		{"1 % (semana - 3)", ErrZero},
		{`ciudad + "a"`, ErrTooLong},
		{"len(ciudad + ciudad)", ErrTooLong},
		{"embarazada", ErrKind},
	} {
		p, err := Compile(c.src, luna, 0)
		if err != nil {
			t.Errorf("%s: %s", c.src, err.Message)
			continue
		}
		if got, rerr := p.Run(values); !errors.Is(rerr, c.want) || got.IsSet() {
			t.Errorf("%s: %v, %v; want %v", c.src, got, rerr, c.want)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1)} {
		p, _ := Compile("peso > 1", luna, Bool)
		if got, err := p.Run(kept{"peso": NumberOf(f)}); !errors.Is(err, ErrKind) {
			t.Errorf("peso = %v: %v, %v", f, got, err)
		}
	}
	p, _ := Compile("ciudad", luna, 0)
	if got, err := p.Run(values); err != nil || got.Text != long {
		t.Errorf("the longest text is refused: %v", err)
	}
	if _, err := p.Run(kept{"ciudad": TextOf(long + "a")}); !errors.Is(err, ErrTooLong) {
		t.Errorf("a text beyond the longest: %v", err)
	}
	// After failures the pool's machines work as before.
	p, _ = Compile("semana + 1", luna, Integer)
	if got, err := p.Run(ana); err != nil || got.Int != 38 {
		t.Errorf("%v, %v", got, err)
	}
}

// A whole number kept for data that has become a number since is one.
func TestIntegerAsNumber(t *testing.T) {
	p, _ := Compile("peso / 2", luna, Number)
	w, _ := CompileText("{peso} {peso / 2}", luna)
	v := kept{"peso": IntOf(61)}
	if got, err := p.Run(v); err != nil || got != NumberOf(30.5) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := w.Render(v, nil); err != nil || got != "61 30.5" {
		t.Errorf("%q, %v", got, err)
	}
}

// A name that is not kept fails where it is read, and only there.
func TestUnset(t *testing.T) {
	for _, c := range []struct{ src, name string }{
		{"hijos > 3", "hijos"},
		{"embarazada and hijos > 3", "hijos"},
		{"not embarazada and hijos > 3", ""},
		{"embarazada or hijos > 3", ""},
		{"embarazada ? semana : hijos", ""},
		{"embarazada ? hijos : semana", "hijos"},
		{"hijos ?? semana", ""},
		{"semana ?? hijos", ""},
		{"altura ?? hijos", "hijos"},
		{"known(hijos) or known(altura)", ""},
		{"altura > 1 and hijos > 1", "altura"},
		{"hijos in [1]", "hijos"},
		{"semana in [hijos]", "hijos"},
		{"min(hijos, 3)", "hijos"},
		{"1 < hijos < 3", "hijos"},
		{"1 / 0 > hijos", ""}, // fails before
	} {
		p, err := Compile(c.src, luna, 0)
		if err != nil {
			t.Errorf("%s: %s", c.src, err.Message)
			continue
		}
		_, rerr := p.Run(ana)
		var unset *UnsetError
		if errors.As(rerr, &unset) != (c.name != "") || unset != nil && unset.Name != c.name {
			t.Errorf("%s: %v; want %q unset", c.src, rerr, c.name)
		}
	}
	// A schema may be wrong about what is always kept.
	p, _ := Compile("ciudad == 'Cali'", luna, Bool)
	var unset *UnsetError
	if _, err := p.Run(kept{}); !errors.As(err, &unset) || unset.Name != "ciudad" {
		t.Errorf("%v", err)
	}
}

func TestUnguarded(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"semana > 3", ""},
		{"«hijos» > 3", ""},
		{"«altura» > 3 and «hijos» > «hijos» - 1", ""},
		{"1 < «hijos» < 3", ""},
		{"hijos ?? 3", ""},
		{"hijos ?? «altura»", ""},
		{"(hijos ?? altura) ?? «hijos»", ""},
		{"known(hijos)", ""},
		{"known(hijos) and hijos > 3", ""},
		{"known(hijos) && known(nombre) && hijos > len(nombre)", ""},
		{"known(hijos) and hijos > 3 or «hijos» < 2", ""},
		{"known(hijos) or «hijos» > 3", ""},
		{"not known(hijos) or hijos > 3", ""},
		{"!known(hijos) || known(hijos) && hijos > 3", ""},
		{"not known(hijos) and «hijos» > 3", ""},
		{"known(hijos) ? hijos : 0", ""},
		{"known(hijos) ? 0 : «hijos»", ""},
		{"not (known(hijos) and known(altura)) ? «hijos» : hijos + altura", ""},
		{"(known(hijos) or known(altura)) and «hijos» > 1", ""},
		{"(known(hijos) or known(hijos)) and hijos > 1", ""},
		{"not not known(hijos) and hijos > 1", ""},
		{`"é" == «nombre»`, ""},
		{`«plan» in ["basico"]`, ""},
	} {
		src, want := marked(c.src)
		p, err := Compile(src, luna, 0)
		if err != nil {
			t.Errorf("%s: %s", src, err.Message)
			continue
		}
		var got [][2]int
		for _, u := range p.Unguarded() {
			if src[u.From:u.To] != u.Name {
				t.Errorf("%s: %q stands at %q", src, u.Name, src[u.From:u.To])
			}
			got = append(got, [2]int{u.From, u.To})
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: unguarded at %v, want %v", c.src, got, want)
		}
	}
}

// marked takes « and » out of a source, and gives the places between them.
func marked(s string) (src string, places [][2]int) {
	for {
		from := strings.Index(s, "«")
		if from < 0 {
			return s, places
		}
		s = s[:from] + s[from+len("«"):]
		to := strings.Index(s, "»")
		s = s[:to] + s[to+len("»"):]
		places = append(places, [2]int{from, to})
	}
}

func TestNames(t *testing.T) {
	p, _ := Compile("semana > 3 and known(nombre) and contact.language == 'es' and (hijos ?? semana) > 3", luna, Bool)
	if got := p.Names(); !slices.Equal(got, []string{"contact.language", "hijos", "nombre", "semana"}) {
		t.Errorf("%v", got)
	}
	asked := map[string]int{}
	p.Run(counter{ana, asked})
	for _, name := range p.Names() {
		if asked[name] != 1 {
			t.Errorf("%s was asked for %d times", name, asked[name])
		}
	}
	if len(asked) != 4 {
		t.Errorf("asked for %v", asked)
	}
}

type counter struct {
	Values
	asked map[string]int
}

func (c counter) Value(name string) Value {
	c.asked[name]++
	return c.Values.Value(name)
}

// What is wanted: whole numbers are numbers, ids and texts are each other.
func TestWanted(t *testing.T) {
	for _, c := range []struct {
		src  string
		want Type
		out  Value
	}{
		{"semana", Number, NumberOf(37)},
		{"peso", Number, NumberOf(61.5)},
		{"contact.language", Text, TextOf("es")},
		{`embarazada ? "basico" : "total"`, Choice, ChoiceOf("basico")},
		{"semana", Integer, IntOf(37)},
		{"embarazada", Bool, BoolOf(true)},
	} {
		p, err := Compile(c.src, luna, c.want)
		if err != nil {
			t.Errorf("%s as %s: %s", c.src, c.want, err.Message)
			continue
		}
		if got, rerr := p.Run(ana); rerr != nil || !got.Equal(c.out) {
			t.Errorf("%s as %s: %v, %v", c.src, c.want, got, rerr)
		}
	}
}

// A name whose declaration is wrong makes no second complaint, and never runs.
func TestUnknownType(t *testing.T) {
	for _, src := range []string{"roto > 3", "roto + 'a' == nombre", "roto and roto", "roto ?? 3", "len(roto)", "roto in [1]", "-roto", "upper(roto)", "div(roto, 2)", "roto ? roto : 3"} {
		p, err := Compile(src, luna, 0)
		if err != nil {
			t.Errorf("%s: %s", src, err.Message)
			continue
		}
		if _, err := p.Run(ana); err == nil {
			t.Errorf("%s: runs", src)
		}
	}
	if _, err := Compile("roto", luna, Bool); err != nil {
		t.Errorf("%s", err.Message)
	}
	if _, err := CompileText("{roto} {roto ?? 3} {roto + 1}", luna); err != nil {
		t.Errorf("%s", err.Message)
	}
}

// The functions that are on, all of them: a new one is a decision, and a new
// one of expr's must be looked at before it is let in.
func TestFunctions(t *testing.T) {
	on := []string{
		"abs", "add", "agreed", "day", "days_until", "div", "int", "known", "last4", "len", "list", "lower", "max", "min", "months_from",
		"plural", "round", "string", "title", "trim", "upper", "weeks_between",
	}
	if !slices.Equal(functionNames, on) {
		t.Errorf("on are %v", functionNames)
	}
	looked := []string{
		"all", "none", "any", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex", "count", "sum", "groupBy", "sortBy",
		"reduce", "len", "type", "abs", "ceil", "floor", "round", "int", "float", "string", "trim", "trimPrefix", "trimSuffix", "upper",
		"lower", "split", "splitAfter", "replace", "repeat", "join", "indexOf", "lastIndexOf", "hasPrefix", "hasSuffix", "max", "min",
		"mean", "median", "toJSON", "fromJSON", "toBase64", "fromBase64", "now", "duration", "date", "timezone", "first", "last", "get",
		"take", "keys", "values", "toPairs", "fromPairs", "reverse", "uniq", "concat", "flatten", "sort", "bitand", "bitor", "bitxor",
		"bitnand", "bitshl", "bitshr", "bitushr", "bitnot",
	}
	if got := builtin.Names; !sameSet(got, looked) {
		t.Errorf("expr's functions changed: look at each, then add it here.\nnew: %v\ngone: %v", missing(got, looked), missing(looked, got))
	}
	for _, name := range looked {
		if slices.Contains(on, name) {
			continue
		}
		for _, src := range []string{name + "()", name + "(semana)", name + "(semana, semana > 3)", "semana > " + name + "(1, 2)"} {
			if _, err := Compile(src, luna, 0); err == nil || err.Message.String() != fmt.Sprintf("there is no function named %q", name) {
				t.Errorf("%s: %v", src, err)
			}
		}
		if _, err := Compile("semana | "+name+"(3)", luna, 0); err == nil {
			t.Errorf("a pipe into %s compiles", name)
		}
	}
}

// The same for its operators.
func TestOperators(t *testing.T) {
	off := []string{"|", "matches", "contains", "startsWith", "endsWith", "..", "**", "^"}
	var on []string
	for op := range operator.Binary {
		if !slices.Contains(off, op) {
			on = append(on, op)
		}
	}
	if want := []string{"or", "||", "and", "&&", "==", "!=", "<", ">", ">=", "<=", "in", "+", "-", "*", "/", "%", "??"}; !sameSet(on, want) {
		t.Errorf("expr's operators changed: new %v, gone %v", missing(on, want), missing(want, on))
	}
	for _, op := range off {
		if _, err := Compile("semana "+op+" semana", luna, 0); err == nil {
			t.Errorf("%s compiles", op)
		}
		if _, err := Compile("ciudad not "+op+" ciudad", luna, 0); err == nil {
			t.Errorf("not %s compiles", op)
		}
	}
}

func sameSet(a, b []string) bool { return len(missing(a, b)) == 0 && len(missing(b, a)) == 0 }

// missing are those of a that b lacks, sorted.
func missing(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func TestReserved(t *testing.T) {
	for _, word := range reserved {
		if !Reserved(word) {
			t.Errorf("%s is free", word)
		}
		// Even declared, it could not be read as data.
		if p, err := Compile(word, Schema{word: {Type: Text}}, Text); err == nil {
			t.Errorf("%s can be read: %v", word, p.Names())
		}
	}
	for _, word := range []string{"semana", "min", "len", "y", "o", "div"} {
		if Reserved(word) {
			t.Errorf("%s is reserved", word)
		}
		if _, err := Compile(word, Schema{word: {Type: Text}}, Text); err != nil {
			t.Errorf("%s cannot be read: %s", word, err.Message)
		}
	}
}

// The two trees of expr-lang that share a branch must not let a small source
// become a large program.
func TestBounds(t *testing.T) {
	deep := strings.Repeat("(", MaxDepth) + "1" + strings.Repeat(")", MaxDepth)
	if _, err := Compile(deep, luna, 0); err != nil {
		t.Errorf("%d brackets: %s", MaxDepth, err.Message)
	}
	full := "semana" + strings.Repeat(" + 1", (MaxParts-1)/2)
	if p, err := Compile(full, luna, 0); err != nil {
		t.Errorf("%d parts: %s", MaxParts, err.Message)
	} else if got, err := p.Run(ana); err != nil || got.Int != 37+(MaxParts-1)/2 {
		t.Errorf("%v, %v", got, err)
	}
	longest := "'" + strings.Repeat("ñ", MaxSource-2) + "'"
	if _, err := Compile(longest, luna, 0); err != nil {
		t.Errorf("%d letters: %s", MaxSource, err.Message)
	}
	for _, c := range []struct{ src, want string }{
		{"(" + deep + ")", "here more than 20 brackets stand inside one another"},
		{full + "+ 1 + 1", "this expression has 203 names, values and signs; at most 200 fit"},
		{longest + " ", "this expression has 1001 letters; at most 1000 fit"},
		{strings.Repeat("-", 250) + "1", "this expression has 251 names, values and signs; at most 200 fit"},
	} {
		if _, err := Compile(c.src, luna, 0); err == nil || err.Message.String() != c.want {
			t.Errorf("%.30s…: %v", c.src, err)
		}
	}
	nested := "1"
	for range 10 {
		nested = "0 < (" + nested + " < 2 ? 1 : 0) < 3 ? 1 : 0"
	}
	if _, err := Compile(nested, luna, 0); err == nil || !strings.Contains(err.Message.String(), "between two comparisons") {
		t.Errorf("comparisons around comparisons: %v", err)
	}
}

// One program serves everybody at once.
func TestShared(t *testing.T) {
	p, err := Compile("min(semana + 1, 42) * 2 - len(ciudad)", luna, Integer)
	if err != nil {
		t.Fatal(err.Message)
	}
	w, err := CompileText("{ciudad}: {semana + 1} {hijos ?? (semana * 2)} {upper(ciudad)}", luna)
	if err != nil {
		t.Fatal(err.Message)
	}
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 200 {
				n := (g*200 + i) % 40
				v := kept{"semana": IntOf(int64(n)), "ciudad": TextOf(strings.Repeat("a", n))}
				if got, err := p.Run(v); err != nil || got.Int != int64((n+1)*2-n) {
					t.Errorf("%d: %v, %v", n, got, err)
				}
				want := fmt.Sprintf("%s: %d %d %s", strings.Repeat("a", n), n+1, n*2, strings.Repeat("A", n))
				if got, err := w.Render(v, nil); err != nil || got != want {
					t.Errorf("%d: %q, %v", n, got, err)
				}
			}
		})
	}
	wg.Wait()
}

// A panic of the caller's leaves nothing behind for the next.
func TestPanickingValues(t *testing.T) {
	p, _ := Compile("semana > 3 and edad > 3", luna, Bool)
	func() {
		defer func() { recover() }()
		p.Run(panicking{})
	}()
	if got, err := p.Run(kept{"semana": IntOf(1)}); err != nil || got.Bool {
		t.Errorf("%v, %v", got, err)
	}
}

type panicking struct{}

func (panicking) Value(string) Value { panic("no values") }

// Conversations are stored with these bytes: names and numbers never change.
func TestStored(t *testing.T) {
	for v, want := range map[Value]string{
		TextOf("a"):      `{"k": 1, "t": "a"}`,
		IntOf(-3):        `{"k": 2, "i": -3}`,
		NumberOf(1.5):    `{"k": 3, "n": 1.5}`,
		BoolOf(true):     `{"k": 4, "b": true}`,
		ChoiceOf("alta"): `{"k": 5, "t": "alta"}`,
		{}:               `{}`,
	} {
		b, err := cbor.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := cbor.Diagnose(b)
		if err != nil || shown != want {
			t.Errorf("%v is stored as %s, %v; want %s", v, shown, err, want)
		}
		var back Value
		if err := cbor.Unmarshal(b, &back); err != nil || !back.Equal(v) {
			t.Errorf("%v came back as %v, %v", v, back, err)
		}
	}
}

func TestShownNumbers(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 0.1 + 0.2: "0.3", 1e21: "1000000000000000000000", -1.5: "-1.5", 1e-9: "0", -1e-9: "0", 100: "100", 2.0 / 3: "0.666667",
	} {
		if got := NumberOf(f).String(); got != want {
			t.Errorf("%v is shown as %q, want %q", f, got, want)
		}
	}
	for _, f := range []float64{math.MaxFloat64, -math.MaxFloat64, -math.MaxFloat64 / 3, -1.0 / 3} {
		if n := len(NumberOf(f).String()); n > maxNumberShown {
			t.Errorf("%v takes %d letters", f, n)
		}
	}
	if n := len(IntOf(math.MinInt64).String()); n != maxIntegerShown {
		t.Errorf("the widest whole number takes %d letters", n)
	}
}

// A condition costs no more than the values it reads.
func TestRunIsCheap(t *testing.T) {
	p, _ := Compile("semana >= 37", luna, Bool)
	var v Values = kept{"semana": IntOf(300)}
	if n := testing.AllocsPerRun(1000, func() { p.Run(v) }); n > 3 {
		t.Errorf("%v allocations", n)
	}
}
