package words_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"cauce/engine/words"
)

// One reader, one spelling: each row's texts have the first one as their form.
var alike = []struct {
	why  string
	form string
	of   []string
}{
	{"capitals and ends", "stop", []string{"stop", "STOP", " Stop ", "\tstop\n", "\u00a0stop\u2003"}},
	{"punctuation, markup and emoji", "stop", []string{"¡STOP!", "*stop*", "_stop_", "~stop~", "```stop```", "“stop”", "stop 🛑", "🛑👩🏽‍⚕️stop❤️", "stop…"}},
	{"stretched letters", "stop", []string{"stopppp", "SSSTOP!!", "stoooop"}},
	{"two of a letter are spelled", "stopp good", []string{"Stopp good"}},
	{"Roman numerals", "grado i grado ii grado iii viii", []string{"Grado I, grado II, grado III, VIII", "grado Ⅰ, grado Ⅱ, grado Ⅲ, Ⅷ"}},
	{"stretched i", "si vi i", []string{"siii viiii iiiii", "sí vi i"}},
	{"full-width, circled, bold", "stop", []string{"ＳＴＯＰ", "ⓢⓣⓞⓟ", "𝗦𝗧𝗢𝗣", "ｓｔｏｐ"}},
	{"what cannot be seen", "stop", []string{"s\u200bt\u200do\u2060p", "\ufeffstop", "\u202estop\u202c", "st\u00adop", "stop\ufe0f", "\u3164stop", "st\u034fop"}},
	{"apostrophes", "dont stop", []string{"don't stop", "don’t stop", "donʼt stop", "don´t stop", "don＇t stop", "dont stop"}},
	{"words stay apart", "opt out", []string{"opt-out", "opt  out", "opt/out", "opt\nout", "opt,out", "opt—out"}},
	{"Latin accents", "si mas informacion", []string{"sí más información", "SÍ, MÁS INFORMACIÓN", "si\u0301 ma\u0301s informacio\u0301n"}},
	{"ñ is n to most phones", "manana", []string{"mañana", "Man\u0303ana"}},
	{"full case folding", "strasse", []string{"Straße", "STRASSE", "STRAẞE"}},
	{"Turkish i", "istanbul iki", []string{"İstanbul İki", "istanbul iki", "ıstanbul ıkı"}},
	{"letters that do not decompose", "dbkyol coeur", []string{"đɓƙƴøł cœur", "ĐƁƘƳØŁ CŒUR", "ɗbkyol coeur"}},
	{"ligatures", "fin office", []string{"ﬁn oﬃce"}},
	{"Vietnamese", "dung lai", []string{"dừng lại", "DỪNG LẠI", "dung lai"}},
	{"Yoruba", "dawo duro", []string{"dáwọ́ dúró", "dawo duro"}},
	{"Greek accents and final sigma", "λογοσ", []string{"λόγος", "ΛΌΓΟΣ", "λογοσ"}},
	{"Russian stress and ё", "все замок", []string{"всё за́мок", "ВСЁ ЗАМО́К", "все замок"}},
	{"й and ї are letters", "мій їхати йод", []string{"Мій їхати йод", "МІ\u0418\u0306 і\u0308хати и\u0306од"}},
	{"Belarusian and Macedonian", "ў ѓ ќ", []string{"Ў Ѓ Ќ"}},
	{"Arabic alef, yeh, teh marbuta", "الغاء مساعده علي", []string{"إلغاء مساعدة على", "الغاء مساعده علي", "أَلْغَاء مُسَاعَدَة عَلَى"}},
	{"Arabic hamza that is spelled", "مسؤول رئيس", []string{"مسؤول رئيس", "مسـؤول رئـيس"}},
	{"tatweel", "توقف", []string{"توقـــف", "توقّف"}},
	{"Urdu and Farsi keys", "يه كريم", []string{"یہ کریم", "يه كريم"}},
	{"Arabic ligatures", "لا الله", []string{"ﻻ ﷲ"}},
	{"nukta", "फोन रद्द सडक", []string{"फ़ोन रद्द सड़क", "फ\u093cोन रद्द सडक"}},
	{"homorganic nasal", "बंद हिंदी चंपा पंख मुंडा पंच", []string{"बन्द हिन्दी चम्पा पङ्ख मुण्डा पञ्च", "बंद हिंदी चंपा पंख मुंडा पंच"}},
	{"a nasal before a nasal is spelled", "अम्मा अन्न", []string{"अम्मा अन्न"}},
	{"chandrabindu", "हां", []string{"हाँ", "हां"}},
	{"joiners", "మెసేజ్లు", []string{"మెసేజ్\u200cలు", "మెసేజ్\u200dలు"}},
	{"Ethiopic homophones", "ሀኪም ሰራ አይን ጸሀይ", []string{"ሐኪም ሠራ ዐይን ፀሐይ", "ኀኪም ሠራ አይን ጸሐይ"}},
	{"Ethiopic punctuation", "አቁም ጀምር", []string{"አቁም፣ጀምር።"}},
	{"digits of every script", "20", []string{"20", "٢٠", "۲۰", "२०", "২০", "２０", "௨௦", "2️⃣0️⃣", "𝟐𝟎", "᠒᠐"}},
	{"keycap ten", "10", []string{"🔟"}},
	{"digits never collapse", "1000 00000", []string{"1000 00000", "١٠٠٠ ٠٠٠٠٠"}},
	{"a number keeps its parts apart", "3 5 1 200", []string{"3.5 1,200", "3,5 1.200"}},
	{"Hangul", "그만", []string{"그만", norm.NFD.String("그만")}},
	{"half-width kana", "やめて ガ", []string{"やめて ｶﾞ"}},
	{"Thai", "หยุด น\u0e4d\u0e32", []string{"หยุด นำ", "หยุด น\u0e4d\u0e32"}},
	{"Cherokee, whose small letters are the newer ones", "ᏣᎳᎩ Ᏸ", []string{"ᏣᎳᎩ Ᏸ", "ꮳꮃꭹ ᏸ"}},
	{"not UTF-8", "a b", []string{"a\xffb", "a\xc3 b\x80"}},
	{"no words", "", []string{"", " ", "🛑", "...", "'", "\u200b", "\u0301", "❤️"}},
}

func TestNormalize(t *testing.T) {
	for _, row := range alike {
		for _, s := range row.of {
			if got := words.Normalize(s); got != row.form {
				t.Errorf("%s: Normalize(%q) = %q %+q, want %q %+q", row.why, s, got, got, row.form, row.form)
			}
		}
		if got := words.Normalize(row.form); got != row.form {
			t.Errorf("%s: the form %q becomes %q", row.why, row.form, got)
		}
	}
}

// The usual recipe (decompose, remove every Mn, compose) loses these words.
func TestVowelSignsStay(t *testing.T) {
	for _, s := range []string{
		"बंद करो", "रोकें", "मुझे किसी से बात करनी है", // Devanagari
		"বন্ধ করুন", "সাহায্য", "ড়", "ডাক্তার", // Bengali
		"બંધ કરો", "પ્રતિનિધિ", // Gujarati
		"நிறுத்துங்கள்", "தொடங்கு", // Tamil
		"నిలిపివేయండి", "ప్రారంభించు", // Telugu
		"ನಿಲ್ಲಿಸು", "നിർത്തുക", "ਬੰਦ ਕਰੋ", "නවත්වන්න", // Kannada, Malayalam, Gurmukhi, Sinhala
		"หยุด", "ຢຸດ", "រ៉ា", "ရပ်ပါ", "བོད་", // Thai, Lao, Khmer, Burmese, Tibetan
		"עִבְרִית", // Hebrew points
	} {
		marks := func(s string) (n int) {
			for _, r := range norm.NFD.String(s) {
				if unicode.IsMark(r) {
					n++
				}
			}
			return n
		}
		if got := words.Normalize(s); marks(got) != marks(s) {
			t.Errorf("Normalize(%q) = %q: %d marks of %d", s, got, marks(got), marks(s))
		}
	}
}

func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if thousandsAlike(r) && r%512 != 0 {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "b", "क" + string(r) + "ि", "и" + string(r) + "\u0306", "ي" + string(r) + "\u0654", string([]rune{r, r, r, r})} {
			if why := broken(s, words.Normalize(s)); why != "" {
				t.Fatalf("Normalize(%+q) = %+q: %s", s, words.Normalize(s), why)
			}
		}
	}
}

// thousandsAlike is true of ideographs, syllables, hieroglyphs, private use and
// what is not assigned.
func thousandsAlike(r rune) bool {
	switch {
	case 0x3400 <= r && r <= 0x9FFF, 0xA000 <= r && r <= 0xA4FF, 0xAC00 <= r && r <= 0xF8FF, 0x12000 <= r && r <= 0x1BBFF:
		return true
	}
	return 0x20000 <= r && r < 0x2F800 || 0x2FA20 <= r && r < 0xE0000 || 0xE0200 <= r
}

// broken says which promise of the package comment form breaks, if any.
func broken(s, form string) string {
	switch {
	case !utf8.ValidString(form):
		return "not UTF-8"
	case !norm.NFC.IsNormalString(form):
		return "not NFC"
	case strings.HasPrefix(form, " "), strings.HasSuffix(form, " "), strings.Contains(form, "  "):
		return "a space too many"
	case words.Normalize(form) != form:
		return "normalising again changes it"
	case words.Normalize("¡"+s+"!") != form:
		return "punctuation around the text changes it"
	}
	last, run := rune(-1), 0
	for _, r := range form {
		switch {
		case r == ' ', '0' <= r && r <= '9':
		case unicode.Is(unicode.Nd, r):
			return "a digit that is not ASCII"
		case !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r):
			return "neither letter, mark nor number"
		case unicode.IsUpper(r) && unicode.ToLower(r) != r && !unicode.Is(unicode.Cherokee, r): // Cherokee folds to capitals
			return "a capital"
		}
		if r != last {
			last, run = r, 0
		}
		if run++; run > 2 && !unicode.IsNumber(r) && !roman.MatchString(form) {
			return "three of a letter"
		}
	}
	return ""
}

var roman = regexp.MustCompile(`(^| )[vx]*iii( |$)`)

// The order in which marks were typed, and whether they were typed composed,
// makes no difference where Unicode says that it makes none.
func TestOrderOfMarks(t *testing.T) {
	for _, same := range [][]string{
		{"й\u0323", "и\u0323\u0306", "и\u0306\u0323"},
		{"г\u0308ﾞ", "г\uff9e\u0308", "г\u3099\u0308"},
		{"\u0345\u094d", "\u094d\u0345"},
		{"a\u1ffda", "a´a", "a'a"},
		{"ئ\u06e3", "ي\u0654\u06e3", "ي\u06e3\u0654"},
		{"ড়", "ড\u09bc"},
		{"কো", "কে\u09be"},
		{"ế", "ê\u0301", "e\u0302\u0301"},
	} {
		for _, s := range same[1:] {
			if got, want := words.Normalize(s), words.Normalize(same[0]); got != want {
				t.Errorf("%+q becomes %+q, %+q becomes %+q", s, got, same[0], want)
			}
		}
	}
}

// hostile draws texts from the characters that have given normalisers trouble.
func hostile() *rapid.Generator[string] {
	chars := []rune("aAzZ09 '’.ßİıŉé\u0301\u0323\u0308\u0306\u0304\u0345\u0344\u034f\u200d\u200c\ufe0f\u20e3" +
		"иеёйгі\u0483क\u093cड़ऩनमद्ंँप\u0951\u0952ড\u09bcো\u09d7" +
		"يىوا\u0654\u0655\u0653\u064b\u0651ـئۂۓ" +
		"ሐሗፀ한각ᆩ\u1160\u3164がｶﾞ\u3099\u0f71\u0f72\u0f73\u0f77ﷺ½²🔟👩🏽\ufffd\x00\u2028")
	return rapid.StringOfN(rapid.OneOf(rapid.SampledFrom(chars), rapid.Rune()), 0, 60, -1)
}

func TestNormalizeKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "text")
		form := words.Normalize(s)
		if why := broken(s, form); why != "" {
			t.Fatalf("Normalize(%+q) = %+q: %s", s, form, why)
		}
		if nfd := words.Normalize(norm.NFC.String(strings.ToValidUTF8(s, " "))); len(s) < 30 && nfd != form {
			t.Fatalf("composed, %+q becomes %+q and not %+q", s, nfd, form)
		}
	})
}

// ASCII has a way of its own through the code; it must lead to the same place.
func TestBothWaysAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom(nil, &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: 0x7f, Stride: 1}}})).Draw(t, "ascii")
		if short, long := words.Normalize(s), words.Normalize(s+"\u200b"); short != long {
			t.Fatalf("Normalize(%q) = %q, by the long way %q", s, short, long)
		}
	})
}

// Texts made to be slow. Each step is linear; what this test can see without a
// clock is that the result stays small and that the promises hold.
func TestHostileTexts(t *testing.T) {
	const size = 64 << 10
	for name, c := range map[string]struct {
		text string
		most int // bytes of the form
	}{
		"combining marks":             {strings.Repeat("\u0301", size/2), 0},
		"marks on a letter":           {"e" + strings.Repeat("\u0301\u0323", size/4), 1},
		"marks that spell":            {"क" + strings.Repeat("\u0952\u0951", size/6), 3 + 12*3},
		"viramas":                     {"क" + strings.Repeat("\u094d", size/3), 6},
		"one letter":                  {strings.Repeat("a", size), 1},
		"one letter of another":       {strings.Repeat("क", size/3), 3},
		"one syllable":                {strings.Repeat("한", size/3), 3},
		"digits":                      {strings.Repeat("9", size), size},
		"spaces":                      {strings.Repeat(" ", size), 0},
		"zero-width":                  {strings.Repeat("\u200b", size/3), 0},
		"apostrophes between marks":   {"क" + strings.Repeat("\u0951'\u0952’", size/8), 3 + 12*3},
		"tatweels between marks":      {"ي" + strings.Repeat("ـ\u06e1\u06e2\u06e1", size/8), 2 + 12*2},
		"characters that decompose":   {strings.Repeat("ﷺ", size/3), 12 * size},
		"broken UTF-8":                {strings.Repeat("\xf0\x9f", size/2), 0},
		"nasals":                      {strings.Repeat("न्द", size/9), size},
		"marks that decompose in two": {"ཀ" + strings.Repeat("\u0f73\u0f75", size/6), 3 + 12*3},
	} {
		t.Run(name, func(t *testing.T) {
			form := words.Normalize(c.text)
			if len(form) > c.most {
				t.Errorf("the form has %d bytes, want at most %d", len(form), c.most)
			}
			if why := broken(c.text, form); why != "" {
				t.Errorf("%+.60q: %s", form, why)
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	spared := spared()
	for _, c := range []struct {
		text string
		most float64
	}{
		{"stop", 0},
		{"quiero hablar con una persona", 0},
		{"बंद करो", 0},
		{"STOP please!", 1},
		{"¿Quiero más información, sí?", 1},
		{"मुझे किसी से बात करनी है।", 1},
		{"لا أريد رسائل", 1},
	} {
		words.Normalize(c.text) // fills the pool
		if got := testing.AllocsPerRun(100, func() { words.Normalize(c.text) }); got > c.most+spared {
			t.Errorf("Normalize(%q) allocates %v times, want at most %v", c.text, got, c.most)
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

func FuzzNormalize(f *testing.F) {
	for _, row := range alike {
		for _, s := range row.of {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		if why := broken(s, words.Normalize(s)); why != "" {
			t.Errorf("Normalize(%+q) = %+q: %s", s, words.Normalize(s), why)
		}
		if d := words.Digits(s); words.Digits(d) != d {
			t.Errorf("Digits(%+q) = %+q, and again %+q", s, d, words.Digits(d))
		}
	})
}

func BenchmarkNormalize(b *testing.B) {
	for name, s := range map[string]string{
		"normal":  "quiero hablar con una persona",
		"ascii":   "Please stop sending me messages!!",
		"spanish": "¿Quiero hablar con una persona, sí? 🙏",
		"hindi":   "मुझे किसी से बात करनी है",
		"arabic":  "أريد التحدث مع شخص من فضلك",
		"russian": "Хочу поговорить с человеком!",
		"yoruba":  "ẹ má fi ọ̀rọ̀ ránṣẹ́ sí mi mọ́",
		"64KiB":   strings.Repeat("मुझे किसी से बात करनी है ", 1040),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				words.Normalize(s)
			}
		})
	}
}
