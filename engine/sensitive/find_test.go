package sensitive_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cauce/engine/sensitive"
)

// Where numbers stand, in the text as it was written.
func TestSpans(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"my card is 4242 4242 4242 4242, thanks", "card 4242 4242 4242 4242"},
		{"4242 4242 4242 4242 12/28 123", "card 4242 4242 4242 4242"},
		{"4242 4242 4242 4242 1228 123", "card 4242 4242 4242 4242"},
		{"4242424242424242,12/28,123", "card 4242424242424242"},
		{"12/28 4242424242424242", "card 4242424242424242"},
		{"4242 4242\n4242 4242", "card 4242 4242\n4242 4242"},
		{"४२४२ ४२४२ ४२४२ ४२४२", "card ४२४२ ४२४२ ४२४२ ४२४२"},
		{"4\ufe0f\u20e3" + strings.Repeat("1\ufe0f\u20e3", 15), "card 4\ufe0f\u20e3" + strings.Repeat("1\ufe0f\u20e3", 15)},
		{"4242\u200b4242\u200b4242\u200b4242", "card 4242\u200b4242\u200b4242\u200b4242"},
		{"4242\u00a04242\u20094242\u202f4242", "card 4242\u00a04242\u20094242\u202f4242"},
		{"visa4242424242424242cvv123", ""}, // two words and two numbers grown together
		{"visa4242424242424242", "card 4242424242424242"},
		{"4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "card 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2"},
		{"IBANDE89370400440532013000", "iban DE89370400440532013000"},
		{"GB29-NWBK-6016-1331-9268-19.", "iban GB29-NWBK-6016-1331-9268-19"},
		{"DNI 12.345.678-Z", "national_id 12.345.678"},
		{"12.345.678-Z", "national_id 12.345.678-Z"},
		{"11.111.112-K es mi rut", "national_id 11.111.112"},
		{"AB 12 34 56 C", "national_id AB 12 34 56 C"},
		{"+57 300 123 4567 cédula 1020304050", "national_id 1020304050"},
		{"0712345678 4242424242424242", "card 4242424242424242"},
		{"tarjeta 4242424242424242 y dni 20123456", "card 4242424242424242|national_id 20123456"},
		{"routing 021000021 account 1234567890", "bank_account 021000021|bank_account 1234567890"},
		{"kitambulisho 29876543, simu 0712345678", "national_id 29876543"},
		{"simu 0712345678, kitambulisho 29876543", "national_id 29876543"},
	} {
		var got []string
		for _, s := range sensitive.Find(c.text, sensitive.Options{}) {
			got = append(got, s.Kind.String()+" "+c.text[s.From:s.To])
		}
		if g := strings.Join(got, "|"); g != c.want {
			t.Errorf("%q: %q, not %q", c.text, g, c.want)
		}
	}
}

// A number that one rule has claimed is not looked at by another: these hold
// runs that would be cards.
func TestNothingIsLookedAtTwice(t *testing.T) {
	for text, want := range map[string]string{
		"NIK 3171011708450001":                    "national_id",
		"DE89370400440532013000 4242424242424242": "iban card",
		"account number 4242424242424242":         "bank_account",
	} {
		var got []string
		for _, s := range sensitive.Find(text, sensitive.Options{}) {
			got = append(got, s.Kind.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// What a question asks for is no identifier, unless a card's or an IBAN's
// checksum holds; a country's phone needs a word right beside it.
func TestOptions(t *testing.T) {
	for _, c := range []struct {
		text    string
		options sensitive.Options
		want    string
	}{
		{"2341 2341 2346", sensitive.Options{}, "national_id"},
		{"2341 2341 2346", sensitive.Options{Expects: sensitive.Phone}, ""},
		{"4242 4242 4242 4242", sensitive.Options{Expects: sensitive.Phone}, "card"},
		{"378282246310005", sensitive.Options{Expects: sensitive.Phone}, "card"},
		{"DE89370400440532013000", sensitive.Options{Expects: sensitive.Date}, "iban"},
		{"mi documento de toda la vida 12031990", sensitive.Options{}, "national_id"},
		{"mi documento de toda la vida 12031990", sensitive.Options{Expects: sensitive.Date}, ""},
		{"documento anterior 3001234567", sensitive.Options{}, "national_id"},
		{"documento anterior otro 3001234567", sensitive.Options{Country: "CO"}, ""},
		{"documento 3001234567", sensitive.Options{Country: "CO"}, "national_id"},
	} {
		got := ""
		if found := sensitive.Find(c.text, c.options); len(found) > 0 {
			got = found[0].Kind.String()
		}
		if got != c.want {
			t.Errorf("%q with %+v: %q, not %q", c.text, c.options, got, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		"mi tarjeta: 4242 4242 4242 4242.":  "mi tarjeta: [card …4242].",
		"رقم البطاقة ٥٥٥٥٥٥٥٥٥٥٥٥٤٤٤٤ شكرا": "رقم البطاقة [card …4444] شكرا",
		"CURP HEGG560427MVZRRL04, ok":       "CURP [national_id …RL04], ok",
		"routing 021000021 acct 1234567890": "routing [bank_account …0021] acct [bank_account …7890]",
		"nada aquí":                         "nada aquí",
	} {
		if got := sensitive.Redact(text, sensitive.Find(text, sensitive.Options{})); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	odd := []sensitive.Span{{Kind: sensitive.Card, From: 2, To: 4, Last4: "x"}, {From: 3, To: 5}, {From: 5, To: 99}, {From: -3, To: 2}}
	if got := sensitive.Redact("abcdef", odd); got != "ab[card …x]ef" {
		t.Errorf("%q", got)
	}
}

// checkSpans says what is wrong with spans of text, or nothing.
func checkSpans(text string, found []sensitive.Span) string {
	at := 0
	for _, s := range found {
		switch {
		case s.From < at || s.To <= s.From || s.To > len(text):
			return "a span lies outside, or on the one before"
		case s.Kind == sensitive.None || s.Kind == sensitive.Secret || s.Rule == "":
			return "a span has no kind or rule"
		case len(s.Last4) != 4:
			return "a span keeps other than four characters"
		case s.From < len(text) && !utf8.RuneStart(text[s.From]), s.To < len(text) && !utf8.RuneStart(text[s.To]) && utf8.ValidString(text):
			return "a span splits a character"
		}
		at = s.To
	}
	return ""
}

var pieces = []string{
	"4242 4242 4242 4242", "4111111111111111", "DE89 3704 0044 0532 0130 00", "IBAN", "GB82", "WEST", "529.982.247-25", "12345678Z", "AB 12 34 56 C",
	"cédula", "tarjeta", "phone", "+57", "0712345678", "20", "-", ".", "/", ",", "\n", " ", " ", "\u00a0", "\u200b", "٤٢٤٢", "३", "4️⃣", "🔟", "é", "\u0301", "्",
	"'", "https://x.y/4242424242424242", "@", "account number", "1 2 3", "\xff", "K", "x", "no", "$", "2341 2341 2346",
}

func TestSpansHoldAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		o := sensitive.Options{Expects: sensitive.Expected(rapid.IntRange(0, 2).Draw(t, "expects")), Country: rapid.SampledFrom([]string{"", "CO", "XX"}).Draw(t, "country")}
		found := sensitive.Find(text, o)
		if wrong := checkSpans(text, found); wrong != "" {
			t.Fatalf("%q: %s: %+v", text, wrong, found)
		}
		redacted := sensitive.Redact(text, found)
		for _, s := range found {
			if n := text[s.From:s.To]; strings.Count(redacted, n) >= strings.Count(text, n) {
				t.Fatalf("%q: %q is still in %q", text, n, redacted)
			}
		}
		sensitive.Asks(text, "es")
	})
}

// A card is found wherever it stands among words that say nothing, in digits of
// any script and parted by anything.
func TestCardsAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sep := rapid.SampledFrom([]string{"", " ", "-", ".", "\u00a0", "\u2009", " - ", "\u2011", "_", "/", "\n", "\u200b"}).Draw(t, "separator")
		zero := rapid.SampledFrom([]rune{'0', '٠', '۰', '०', '০', '０', '๐'}).Draw(t, "zero")
		digits := []byte("4" + rapid.StringMatching(`[0-9]{14}`).Draw(t, "digits") + "0")
		for !luhnHolds(string(digits)) {
			digits[15]++
		}
		var b strings.Builder
		for i, d := range digits {
			if i > 0 && i%4 == 0 {
				b.WriteString(sep)
			}
			b.WriteRune(zero + rune(d-'0'))
		}
		text := rapid.SampledFrom([]string{"", "hola ", "toma: ", "es la ", "(", "😀"}).Draw(t, "before") + b.String() + rapid.SampledFrom([]string{"", " gracias", ".", ")", "\n\nok", " 😀"}).Draw(t, "after")
		found := sensitive.Find(text, sensitive.Options{})
		if len(found) != 1 || found[0].Kind != sensitive.Card || found[0].Last4 != string(digits[12:]) {
			t.Fatalf("%q: %+v", text, found)
		}
	})
}

// luhnHolds is the check written another way than the package's.
func luhnHolds(d string) bool {
	doubled := [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	sum := 0
	for i, c := range d {
		if n := int(c - '0'); (len(d)-i)%2 == 0 {
			sum += doubled[n]
		} else {
			sum += n
		}
	}
	return sum%10 == 0
}

// hostile are texts made to take long.
func hostile(n int) map[string]string {
	return map[string]string{
		"digits":          strings.Repeat("4", n),
		"single digits":   strings.Repeat("1 ", n/2),
		"cards":           strings.Repeat("4242 ", n/5),
		"Luhn neighbours": strings.Repeat("4242-", n/5),
		"marks":           "1234567" + strings.Repeat("\u0301", n/2),
		"marked digits":   strings.Repeat("1\u0301", n/3),
		"links":           strings.Repeat("is ", n/3) + "123456789",
		"words":           strings.Repeat("account ", n/8) + "123456789",
		"words, numbers":  strings.Repeat("account 12345 ", n/14),
		"codes":           strings.Repeat("DE8 ", n/4),
		"IBAN heads":      strings.Repeat("DE89 ", n/5),
		"one letter":      "123456 " + strings.Repeat("a", n),
		"one word":        "123456 " + strings.Repeat("तर", n/6),
		"addresses":       "123456 " + strings.Repeat("a@b", n/3),
		"schemes":         "123456 " + strings.Repeat("://", n/3),
		"apostrophes":     "123456 " + strings.Repeat("a'", n/2),
		"unseen":          "123456" + strings.Repeat("\u200b", n/3),
		"keycaps":         strings.Repeat("4\ufe0f\u20e3", n/7),
		"not UTF-8":       strings.Repeat("\xff1", n/2),
		"requests":        strings.Repeat("send your card number not ", n/26),
		"nouns":           strings.Repeat("card ", n/5) + "number",
		"pauses":          strings.Repeat("1. ", n/3),
	}
}

func TestHostileTexts(t *testing.T) {
	for name, text := range hostile(64 << 10) {
		if wrong := checkSpans(text, sensitive.Find(text, sensitive.Options{Country: "CO"})); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
		sensitive.Asks(text, "en")
	}
}

func FuzzFind(f *testing.F) {
	for _, p := range pieces {
		f.Add(p)
	}
	f.Add(strings.Join(pieces, " "))
	f.Fuzz(func(t *testing.T, text string) {
		found := sensitive.Find(text, sensitive.Options{})
		if wrong := checkSpans(text, found); wrong != "" {
			t.Errorf("%q: %s: %+v", text, wrong, found)
		}
		sensitive.Redact(text, found)
	})
}

func FuzzAsks(f *testing.F) {
	f.Add("Send your card number, not your PIN", "en")
	f.Add("¿Cédula?", "es-CO")
	f.Fuzz(func(t *testing.T, text, tag string) {
		s, ok := sensitive.Asks(text, tag)
		if ok && (s.Kind == sensitive.None || s.From < 0 || s.To <= s.From || s.To > len(text)) {
			t.Errorf("%q: %+v", text, s)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"no digits", "hola, quisiera saber cuándo abre la clínica de la mujer"},
		{"no digits, Hindi", "मुझे डॉक्टर से बात करनी है, क्या क्लिनिक खुला है"},
		{"a date", "mi última regla fue el 12/03/2026 y tengo 28 años"},
		{"a phone", "llámame al 300 123 4567"},
		{"a card", "mi tarjeta es 4242 4242 4242 4242"},
		{"64 KiB of digits", strings.Repeat("4", 64<<10)},
		{"64 KiB of cards", strings.Repeat("4242 ", 64<<10/5)},
		{"64 KiB of single digits", strings.Repeat("1 ", 32<<10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sensitive.Find(c.text, sensitive.Options{})
			}
		})
	}
}
