package intent_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine/intent"
	"cauce/engine/words"
)

func service(languages ...string) *intent.Recognizer {
	return intent.New(languages, intent.Vocabulary{})
}

var kinds = []intent.Kind{intent.Stop, intent.Human, intent.Start}

func TestRecognize(t *testing.T) {
	for _, c := range []struct {
		languages string
		text      string
		want      string // kind, word, language
	}{
		{"en", "STOP", "stop stop en"},
		{"en", "Stop, please", "stop stop en"},
		{"en", "hi, please stop now, thank you!", "stop stop en"},
		{"en", "STOPPP!!", "stop stop en"},
		{"en", "stop 🛑", "stop stop en"},
		{"en", "*stop*", "stop stop en"},
		{"en", "stop stop", "stop stop en"},
		{"en", "Stop. Stop. STOP!!! please", "stop stop en"},
		{"en", "s t o p", "stop stop en"},
		{"en", "S.T.O.P. please", "stop stop en"},
		{"en", "s-t-o-p-p-p", "stop stop en"},
		{"en", "opt-out", "stop opt out en"},
		{"en", "OPT OUT", "stop opt out en"},
		{"en", "ＳＴＯＰ", "stop stop en"},
		{"en", "call me please", "human call me en"},
		{"en", "Human", "human human en"},
		{"en", "unstop", "start unstop en"},
		{"en", "begin", "start begin en"},

		{"es", "darme de baja", "stop darme de baja es"},
		{"es", "¡Baja, por favor!", "stop baja es"},
		{"es", "hola, un asesor", "human un asesor es"},
		{"es", "hola, asesor, gracias", "human asesor es"},
		{"es", "ALTA", "start alta es"},
		{"es", "unsubscribe", "stop unsubscribe en"}, // English is always understood
		{"es en", "stop", "stop stop es"},            // the first language that has it
		{"en es", "stop", "stop stop en"},
		{"es-CO", "persona real", "human persona real es-CO"},
		{"fr", "ARRET S’IL VOUS PLAÎT", "stop arrêt fr"},
		{"fr", "stop svp", "stop stop fr"},
		{"fr", "m’abonner", "start m'abonner fr"},
		{"pt-BR", "sair", "stop sair pt-BR"},
		{"hi", "बन्द करो जी", "stop बंद करो hi"},
		{"hi", "band karo yaar", "stop band karo hi"},
		{"ar", "أوقفْ", "stop أوقف ar"},
		{"ar", "الغاء الاشتراك من فضلك", "stop إلغاء الاشتراك ar"},
		{"vi", "dung lai", "stop dừng lại vi"},
		{"fil", "itigil na po", "stop itigil fil"},
		{"yo", "da duro", "stop dá dúró yo"},
		{"de", "Bitte abmelden!", "stop abmelden de"},
		{"xx", "stop", "stop stop en"}, // a language without a vocabulary
		{"", "stop", "stop stop en"},

		// What is not there, or not the whole message.
		{"en", "", "none"},
		{"en", "🛑", "none"},
		{"en", "please", "none"},
		{"en", "please please thank you", "none"},
		{"en", "bus stop", "none"},
		{"en", "don't stop", "none"},
		{"en", "please don't stop sending the tips", "none"},
		{"en", "he won't stop hitting me", "none"},
		{"en", "I can't stop bleeding", "none"},
		{"en", "non stop vomiting since morning", "none"},
		{"en", "cancel my appointment on Tuesday", "none"},
		{"en", "end of the month", "none"},
		{"en", "human rights", "none"},
		{"en", "weekend", "none"},
		{"en", "top", "none"},
		{"en", "s t", "none"},
		{"en", "yes", "none"},
		{"en", "no", "none"},
		{"en", "0", "none"},
		{"en", "c 4 l l m e", "none"},
		{"es", "una persona me pegó", "none"},
		{"es", "no para de llorar", "none"},
		{"es", "baja presión", "none"},
		{"es", "quiero salir de esta relación", "none"},
		{"es", "el agente de salud me visitó", "none"},
		{"es", "cancelar la cita del lunes", "none"},
		{"es", "la parada del bus", "none"},
		{"es", "se me para el corazón", "none"},
		{"es", "la regla no baja", "none"},
		{"es", "hola", "none"},
		{"pt", "não para de sangrar", "none"},
		{"fr", "l'arrêt de bus", "none"},
		{"fr", "arrêt maladie", "none"},
		{"hi", "खून बंद नहीं हो रहा", "none"},
		{"hi", "बस स्टॉप", "none"},
		{"ru", "автобусная остановка", "none"},
		{"sw", "mtoto haachi kulia", "none"},
		{"es", "бас", "none"},
		{"es", "приостановить", "none"},
		{"es", "отписаться", "none"}, // Russian, in a service without it
	} {
		r := service(strings.Fields(c.languages)...)
		m := r.Recognize(c.text)
		got := m.Kind.String()
		if m.Kind != intent.None {
			got = fmt.Sprint(m.Kind, " ", m.Word, " ", m.Language)
		}
		if got != c.want {
			t.Errorf("[%s] %q: %s, want %s", c.languages, c.text, got, c.want)
		}
		if want := map[bool]intent.Tier{true: intent.NoTier, false: intent.Act}[m.Kind == intent.None]; m.Tier != want {
			t.Errorf("[%s] %q: tier %s, want %s", c.languages, c.text, m.Tier, want)
		}
	}
}

// Labelled messages in every language: what is nothing must stay nothing, and
// what is recognised must be what it is.
func TestMessagesDoNotMisfire(t *testing.T) {
	text, err := os.ReadFile("testdata/messages.tsv")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		columns := strings.Split(line, "\t")
		lang, message, label := columns[0], columns[1], columns[2]
		m := service(lang).Recognize(message)
		if m.Kind != intent.None && m.Kind.String() != label {
			t.Errorf("line %d: [%s] %q is %+v, want %s", i+2, lang, message, m, label)
		}
		if m.Kind != intent.None {
			found++
		}
	}
	if found < 240 {
		t.Errorf("only %d requests found: is the file read whole?", found)
	}
}

// Every word acts in a service that has its language, however it is written,
// and in a service that has not, when the contact has.
func TestEveryBuiltinWord(t *testing.T) {
	for _, lang := range intent.Languages() {
		first, second, without := service(lang), service("en", lang), service("en")
		for _, k := range kinds {
			if len(intent.Builtin(lang, k)) == 0 {
				t.Errorf("%s: no %s word", lang, k)
			}
			for _, word := range intent.Builtin(lang, k) {
				for _, text := range []string{word, strings.ToUpper(word), "¡" + word + "! 🙏", word + " " + word + "\n", "\u200f" + word + "\u200e.", "please " + word, words.Normalize(word)} {
					if text == word+" "+word+"\n" && strings.ContainsAny(words.Normalize(word), " ") {
						continue // only single words are said again
					}
					if m := first.Recognize(text); m.Kind != k || m.Tier != intent.Act || m.Language != lang {
						t.Errorf("%s: %q is %+v, want %s", lang, text, m, k)
					}
					if m := second.Recognize(text); m.Kind != k {
						t.Errorf("en %s: %q is %+v, want %s", lang, text, m, k)
					}
					if m := without.Recognize(text, lang); m.Kind != k {
						t.Errorf("en, also %s: %q is %+v, want %s", lang, text, m, k)
					}
				}
			}
		}
	}
}

// In the vocabulary no word asks for one thing in one language and for another
// in another, so that the order of a service's languages cannot turn a stop into
// something else. Who adds one that does decides here, and says why.
func TestNoBuiltinWordMeansTwoThings(t *testing.T) {
	decided := map[string]string{}
	type use struct {
		kind intent.Kind
		lang string
	}
	uses := map[string]use{}
	for _, lang := range intent.Languages() {
		for _, k := range kinds {
			for _, word := range intent.Builtin(lang, k) {
				form := words.Normalize(word)
				before, ok := uses[form]
				if ok && before.kind != k && decided[form] == "" {
					t.Errorf("%q is %s in %s and %s in %s", form, before.kind, before.lang, k, lang)
				}
				if !ok {
					uses[form] = use{k, lang}
				}
			}
		}
	}
}

// The rule for the words of authors, who may well let two meet.
func TestWhoWinsAWord(t *testing.T) {
	own := intent.Vocabulary{
		Stop:  map[string][]string{"es": {"fuera"}, "pt": {"luna"}, "en": {"moon"}},
		Human: map[string][]string{"es": {"luna", "fuera"}, "fr": {"cancel", "lune"}, "it": {"lune", "nurse"}, "en": {"cancel", "nurse", "quit"}},
		Start: map[string][]string{"es": {"luna", "moon"}, "de": {"lune"}},
	}
	for _, c := range []struct {
		languages string
		text      string
		also      []string
		want      intent.Match
	}{
		{"es", "fuera", nil, intent.Match{Kind: intent.Stop, Word: "fuera", Language: "es"}},  // stop before human
		{"es", "luna", nil, intent.Match{Kind: intent.Human, Word: "luna", Language: "es"}},   // human before start
		{"pt es", "luna", nil, intent.Match{Kind: intent.Stop, Word: "luna", Language: "pt"}}, // the first language first
		{"es en", "moon", nil, intent.Match{Kind: intent.Start, Word: "moon", Language: "es"}},
		{"en es", "moon", nil, intent.Match{Kind: intent.Stop, Word: "moon", Language: "en"}},
		{"en", "cancel", nil, intent.Match{Kind: intent.Stop, Word: "cancel", Language: "en"}},
		{"fr en", "cancel", nil, intent.Match{Kind: intent.Human, Word: "cancel", Language: "fr"}},
		{"es", "lune", nil, intent.Match{Kind: intent.Start, Word: "lune", Language: "de"}},   // tags nobody declared: by name
		{"es", "nurse", nil, intent.Match{Kind: intent.Human, Word: "nurse", Language: "it"}}, // and before English
		{"es", "quit", nil, intent.Match{Kind: intent.Stop, Word: "quit", Language: "en"}},
		{"es", "cancelar", []string{"pt"}, intent.Match{Kind: intent.Stop, Word: "cancelar", Language: "es"}},
		{"es", "abbestellen", []string{"pt", "de-AT"}, intent.Match{Kind: intent.Stop, Word: "abbestellen", Language: "de-AT"}},
	} {
		r := intent.New(strings.Fields(c.languages), own)
		c.want.Tier, c.want.Rule = intent.Act, "word"
		if m := r.Recognize(c.text, c.also...); m != c.want {
			t.Errorf("[%s] %q: %+v, want %+v", c.languages, c.text, m, c.want)
		}
	}
}

func TestOwnWords(t *testing.T) {
	r := intent.New([]string{"es", "en"}, intent.Vocabulary{
		Human: map[string][]string{"es": {"Enfermera", "la   Señora Luna"}, "en": {"nurse"}},
		Stop:  map[string][]string{"es": {"no no", "🛑", "por favor"}},
	})
	for text, want := range map[string]intent.Kind{
		"enfermera":                   intent.Human,
		"ENFERMERA, por favor":        intent.Human,
		"enfermera enfermera":         intent.Human,
		"hola, la senora luna":        intent.Human,
		"nurse please":                intent.Human,
		"baja":                        intent.Stop, // the built-in words stay
		"no no":                       intent.Stop,
		"no":                          intent.None, // saying a word once is for messages, not for entries
		"no no no":                    intent.None,
		"por favor":                   intent.Stop, // courtesy, but never down to nothing
		"por favor por favor":         intent.Stop,
		"🛑":                           intent.None, // no word, and nothing it could be compared to
		"":                            intent.None,
		"la enfermera me ayudó mucho": intent.None,
	} {
		if m := r.Recognize(text); m.Kind != want {
			t.Errorf("%q is %+v, want %s", text, m, want)
		}
	}
}

func TestHelpWordsReserveNothing(t *testing.T) {
	for _, lang := range intent.Languages() {
		r := service(lang)
		for _, text := range []string{"help", "info", "menu", "ayuda", "ajuda", "aide", "मदद", "msaada", "помощь", "hilfe"} {
			if m := r.Recognize(text); m.Kind != intent.None {
				t.Errorf("%s: %q is %+v", lang, text, m)
			}
		}
	}
}

func TestBuiltin(t *testing.T) {
	for _, c := range []struct {
		lang string
		kind intent.Kind
		want string // the first
	}{
		{"en", intent.Stop, "stop"},
		{"es", intent.Stop, "stop"},
		{"es-MX", intent.Human, "agente"},
		{"ES", intent.Start, "alta"},
		{"hi_IN", intent.Stop, "बंद करो"},
		{"fil-PH", intent.Human, "ahente"},
		{"in", intent.Start, "mulai"},
		{"ja", intent.Human, "agent"}, // no vocabulary: English
		{"", intent.Start, "start"},
	} {
		got := intent.Builtin(c.lang, c.kind)
		if len(got) == 0 || got[0] != c.want {
			t.Errorf("Builtin(%q, %s) = %q, want %q first", c.lang, c.kind, got, c.want)
		}
	}
	if got := intent.Builtin("en", intent.None); got != nil {
		t.Errorf("Builtin(en, none) = %q", got)
	}
	intent.Builtin("en", intent.Stop)[0] = "changed"
	if got := intent.Builtin("en", intent.Stop)[0]; got != "stop" {
		t.Errorf("a caller changed the vocabulary: %q", got)
	}
	if got := intent.Languages(); len(got) != 28 || got[0] != "en" || !slices.Contains(got, "gu") {
		t.Errorf("Languages() = %q", got)
	}
}

func TestNames(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"none": intent.None, "stop": intent.Stop, "human": intent.Human, "start": intent.Start,
		"-": intent.NoTier, "ask": intent.Ask, "act": intent.Act,
	} {
		if got.String() != want {
			t.Errorf("%#v is %q, want %q", got, got, want)
		}
	}
}

// Texts made to be slow, or to be taken for something.
func TestHostileTexts(t *testing.T) {
	r := service("es")
	for name, c := range map[string]struct {
		text string
		want intent.Kind
	}{
		"stop said ten thousand times": {strings.Repeat("stop ", 10_000), intent.Stop},
		"the o held":                   {"sto" + strings.Repeat("o", 64<<10) + "p", intent.Stop},
		"stop under marks":             {"s" + strings.Repeat("\u0301", 32<<10) + "top", intent.Stop},
		"stop among emoji":             {strings.Repeat("🛑", 8<<10) + "stop", intent.Stop},
		"courtesy only":                {strings.Repeat("please now ", 5_000), intent.None},
		"courtesy, and stop":           {strings.Repeat("please now ", 5_000) + "stop", intent.None},
		"letters":                      {strings.Repeat("s t o p ", 8_000), intent.None},
		"digits":                       {strings.Repeat("7", 10_000), intent.None},
		"what frames begin with":       {strings.Repeat("no me ya que i want to no quiero ", 2_000), intent.None},
		"one word of 64 KiB":           {strings.Repeat("stopmessages", 5_400), intent.None},
	} {
		if m := r.Recognize(c.text); m.Kind != c.want {
			t.Errorf("%s: %+v, want %s", name, m, c.want)
		}
	}
}

func TestAllocations(t *testing.T) {
	spared := spared()
	r := service("es", "en", "hi")
	for text, most := range map[string]float64{
		"quiero hablar con una persona": 0,
		"stop":                          0,
		"¡Darme de baja, por favor! 🙏":  1,
		"stop stop":                     2,
		"S.T.O.P.":                      2,
		"बंद करो जी":                    1,
	} {
		r.Recognize(text, "sw")
		if got := testing.AllocsPerRun(100, func() { r.Recognize(text, "sw") }); got > most+spared {
			t.Errorf("%q: %v allocations, want at most %v", text, got, most)
		}
	}
}

// spared is how many allocations are forgiven: the race detector has sync.Pool
// forget, now and then, what is put into it.
func spared() float64 {
	var pool sync.Pool
	pool.New = func() any { return new([64]byte) }
	forgotten := testing.AllocsPerRun(1, func() {
		for range 100 {
			pool.Put(pool.Get())
		}
	})
	if forgotten > 5 {
		return 4
	}
	return 0
}

// What a message asks for does not depend on its capitals, its punctuation or
// its politeness, nor on whether it was normalised before.
func TestRecognizeKeepsItsPromises(t *testing.T) {
	var vocabulary []string
	for _, lang := range intent.Languages() {
		for _, k := range kinds {
			vocabulary = append(vocabulary, intent.Builtin(lang, k)...)
		}
	}
	courtesy := []string{"please", "hola", "thank you", "por favor", "s'il vous plaît", "", "now", "🙏"}
	r := service("fr", "es")
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(rapid.SampledFrom(courtesy), 0, 3).Draw(t, "before")
		what := rapid.OneOf(rapid.SampledFrom(vocabulary), rapid.String()).Draw(t, "what")
		after := rapid.SliceOfN(rapid.SampledFrom(courtesy), 0, 3).Draw(t, "after")
		also := rapid.SampledFrom(intent.Languages()).Draw(t, "also")

		plain := r.Recognize(what, also)
		text := strings.Join(append(append(before, what), after...), " ")
		polite := r.Recognize(text, also)
		if plain.Rule == "word" && polite != plain {
			t.Fatalf("%q is %+v, but %q is %+v", what, plain, text, polite)
		}
		check(t, r, text, also)
	})
}

func check(t interface{ Fatalf(string, ...any) }, r *intent.Recognizer, text, also string) {
	m := r.Recognize(text, also)
	if n := r.RecognizeNormal(text, words.Normalize(text), also); n != m {
		t.Fatalf("%q is %+v, and normalised %+v", text, m, n)
	}
	if n := r.Recognize("*¡"+text+"!* 🙏", also); n != m {
		t.Fatalf("%q is %+v, and with punctuation %+v", text, m, n)
	}
	if n := r.Recognize(text); n.Tier == intent.Act && (n.Kind != m.Kind || m.Tier != intent.Act) {
		t.Fatalf("%q is %+v, and with %s besides %+v", text, n, also, m)
	}
	if m.Kind == intent.None {
		if m != (intent.Match{}) {
			t.Fatalf("%q: nothing, with %+v", text, m)
		}
		return
	}
	if n := r.Recognize(m.Word, also); m.Rule == "word" && n.Kind != m.Kind {
		t.Fatalf("%q is %+v, but its word is %+v", text, m, n)
	}
}

func FuzzRecognize(f *testing.F) {
	for _, s := range []string{"STOP please", "s t o p", "stop stop", "bus stop", "बंद करो जी", "por favor, darme de baja", "s'il vous plaît arrêt", "لا أريد رسائل"} {
		f.Add(s, "hi")
	}
	r := service("es", "fr")
	f.Fuzz(func(t *testing.T, text, also string) { check(t, r, text, also) })
}

func BenchmarkRecognize(b *testing.B) {
	r := service("es", "en", "hi")
	for name, text := range map[string]string{
		"answer":   "tengo 20 semanas",
		"stop":     "¡STOP, por favor!",
		"sentence": "una persona me pegó y quiero hablar con alguien hoy",
		"hindi":    "मुझे किसी से बात करनी है",
		"clauses":  "Hola señorita, mi esposo se enoja con tantos mensajes. Por favor, quiten mi número; ya no me escriban, gracias!",
		"courtesy": "please please now now por favor ya ya hola",
		"hostile":  strings.Repeat("no me ya que me más no quiero recibir i want to stop no more of your ", 1000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Recognize(text, "sw")
			}
		})
	}
}
