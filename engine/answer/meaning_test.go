package answer

import (
	"strings"
	"testing"
)

func TestParseMeaningsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"en\tnot\n":                 "line 1: want language, class and patterns, parted by tabs",
		"# a comment\n\nen not x\n": "line 3: want language, class and patterns, parted by tabs",
		"en\tnever\tnot\n":          `line 1: no class is named "never"`,
	} {
		if _, err := parseMeanings(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// A pattern that is only "#", or empty, would refuse every number.
func TestMeaningsSaySomething(t *testing.T) {
	for lang, p := range meanings() {
		for _, pattern := range append(p.hedges, p.changes...) {
			if strings.Trim(pattern, " #") == "" {
				t.Errorf("%s: the pattern %q says nothing", lang, pattern)
			}
		}
		if len(p.changes) == 0 {
			t.Errorf("%s: nothing changes a number", lang)
		}
	}
}

// The plainest answers must not be caught by any language's patterns.
func TestMeaningsLeaveAnswersAlone(t *testing.T) {
	for lang, weeks := range map[string]string{
		"en": "weeks", "es": "semanas", "pt": "semanas", "fr": "semaines", "ar": "أسبوع", "sw": "wiki", "hi": "हफ्ते", "bn": "সপ্তাহ", "ur": "ہفتے",
		"id": "minggu", "tl": "linggo", "zu": "amaviki", "xh": "iiveki", "af": "weke", "ha": "makonni", "yo": "ọ̀sẹ̀", "am": "ሳምንታት", "so": "toddobaad",
		"ne": "हप्ता", "ru": "недель", "uk": "тижнів", "vi": "tuần", "ta": "வாரங்கள்", "te": "వారాలు", "mr": "आठवडे", "gu": "અઠવાડિયા", "it": "settimane", "de": "Wochen",
	} {
		for _, text := range []string{"20", "20 " + weeks, weeks + " 20", "20 " + weeks + "."} {
			if n, ok := Integer(text, lang); !ok || n != 20 {
				t.Errorf("[%s] %q: %d, %t", lang, text, n, ok)
			}
		}
	}
}
