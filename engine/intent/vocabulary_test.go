package intent

import (
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"cauce/engine/words"
)

// testdata/keywords.toml is the list the vocabulary started from. The
// vocabulary may have more, and better; what the list has and nobody decided
// against must still be there.
func TestVocabularyHasTheList(t *testing.T) {
	var list map[string]any
	if _, err := toml.DecodeFile("testdata/keywords.toml", &list); err != nil {
		t.Fatal(err)
	}
	strs := func(v any) (s []string) {
		v2, _ := v.([]any)
		for _, e := range v2 {
			s = append(s, e.(string))
		}
		return s
	}
	lex := embedded()
	compared := 0
	compare := func(tag, class string, want []string) {
		b := lex.byTag[tag]
		if b == nil {
			t.Errorf("no language %s", tag)
			return
		}
		for _, e := range want {
			compared++
			if !slices.Contains(b.lists[class], e) {
				t.Errorf("%s %s lacks %q", tag, class, e)
			}
		}
	}
	for i, tag := range strs(list["languages"]) {
		if got := lex.languages[i].tag; got != tag {
			t.Errorf("language %d is %s, want %s", i, got, tag)
		}
		language := list[tag].(map[string]any)
		for _, intent := range []string{"stop", "start", "human", "help"} {
			for class, entries := range language[intent].(map[string]any) {
				compare(tag, intent+"."+class, strs(entries))
			}
		}
	}
	for tag, entries := range list["courtesy"].(map[string]any) {
		compare(tag, "courtesy", strs(entries))
	}
	for tag, entries := range list["negators"].(map[string]any) {
		compare(tag, "negator", strs(entries))
	}
	if compared != 1283 {
		t.Errorf("only %d entries compared: is the list read whole?", compared)
	}
}

func TestVocabularyIsInOrder(t *testing.T) {
	for _, b := range embedded().languages {
		for class, entries := range b.lists {
			seen := map[string]string{}
			for _, e := range entries {
				form := words.Normalize(e)
				if form == "" {
					t.Errorf("%s %s: %q has no words", b.tag, class, e)
				}
				if strings.TrimSpace(e) != e {
					t.Errorf("%s %s: space around %q", b.tag, class, e)
				}
				if seen[form] == e {
					t.Errorf("%s %s: %q stands there twice", b.tag, class, e)
				}
				seen[form] = e
				tokens := strings.Count(form, " ") + 1
				if class == "courtesy" && tokens > maxCourtesy {
					t.Errorf("%s: courtesy of %d words, %q", b.tag, tokens, e)
				}
				if tokens > maxTokens {
					t.Errorf("%s %s: %d words, %q", b.tag, class, tokens, e)
				}
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"en\tstop.words\n", "line 1: want language, class and entry, parted by tabs"},
		{"# a comment\n\nen\tstop.words\t\n", "line 3: want language, class and entry, parted by tabs"},
		{"en\tstop\tstop\n", `line 1: no class is named "stop"`},
	} {
		if _, err := parse(c.text); err == nil || err.Error() != c.want {
			t.Errorf("parse(%q): %v, want %s", c.text, err, c.want)
		}
	}
}
