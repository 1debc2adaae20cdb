package intent_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"cauce/engine/intent"
)

// A labelled message, of which somebody said what it asks for before any rule
// was written.
type labelled struct{ lang, text, label string }

func readLabelled(t *testing.T, name string) (all []labelled) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			t.Fatalf("%s line %d: %q", name, i+2, line)
		}
		all = append(all, labelled{columns[0], columns[1], columns[2]})
	}
	return all
}

// A score counts, for one kind (or for messages that ask for nothing), what was
// made of the messages.
type score struct {
	requests, acts, asks int // requests, and how many of them were recognised
	wrong                int // acts that were not this request
	ordinary, misfires   int // messages labelled none, and acts on them
	softMisfires         int // and asks
}

func (s score) recall() float64 {
	return (float64(s.acts) + float64(s.asks)/2) / float64(max(s.requests, 1))
}

func (s score) precision() float64 {
	if s.acts+s.wrong == 0 {
		return 1
	}
	return float64(s.acts) / float64(s.acts+s.wrong)
}

type scores map[string]*score

func (s scores) of(key string) *score {
	if s[key] == nil {
		s[key] = new(score)
	}
	return s[key]
}

// judge scores messages under "", their language, their kind, both, and the
// stratum: whether a whole-message word made it.
func judge(messages []labelled, complain func(string, ...any)) scores {
	s := scores{}
	services := map[string]*intent.Recognizer{}
	for _, l := range messages {
		if services[l.lang] == nil {
			services[l.lang] = service(l.lang)
		}
		m := services[l.lang].Recognize(l.text)
		got := m.Kind.String()
		if got != l.label || m.Tier == intent.Ask {
			complain("[%s] %q is %s %s by %q, labelled %s", l.lang, l.text, m.Tier, m.Kind, m.Rule, l.label)
		}
		if l.label == "none" {
			for _, key := range []string{"", l.lang} {
				c := s.of(key)
				c.ordinary++
				switch m.Tier {
				case intent.Act:
					c.misfires++
				case intent.Ask:
					c.softMisfires++
				}
			}
		} else {
			stratum := "other wording"
			if m.Rule == "word" && got == l.label {
				stratum = "whole-message word"
			}
			for _, key := range []string{"", l.lang, l.label, l.lang + " " + l.label, stratum, stratum + " " + l.label} {
				c := s.of(key)
				c.requests++
				switch {
				case got == l.label && m.Tier == intent.Act:
					c.acts++
				case got == l.label:
					c.asks++
				}
			}
		}
		if m.Tier == intent.Act && got != l.label {
			for _, key := range []string{"", l.lang, got, l.lang + " " + got} {
				s.of(key).wrong++
			}
		}
	}
	return s
}

func (s scores) String() string {
	var keys []string
	for k := range s {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		c := s[k]
		fmt.Fprintf(&b, "%-26s precision %.3f recall %.3f (%d requests: %d act, %d ask; %d wrong acts)", k, c.precision(), c.recall(), c.requests, c.acts, c.asks, c.wrong)
		if c.ordinary > 0 {
			fmt.Fprintf(&b, "; of %d ordinary %d misfire, %d are asked", c.ordinary, c.misfires, c.softMisfires)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// The floors on the messages that the frames were tuned on: a change to a frame
// or a guard that loses more than it wins shows here, with every message that is
// not what its label says.
func TestTunedMessages(t *testing.T) {
	all := slices.Concat(readLabelled(t, "dev.tsv"), readLabelled(t, "messages.tsv"))
	s := judge(all, t.Logf)
	t.Logf("\n%s", s)
	for kind, least := range map[string]float64{"stop": 0.99, "human": 0.98, "start": 0.98} {
		if got := s.of(kind).precision(); got < least {
			t.Errorf("%s: precision %.3f, want %.2f", kind, got, least)
		}
	}
	if c := s.of(""); c.misfires*200 > c.ordinary {
		t.Errorf("%d of %d ordinary messages misfire", c.misfires, c.ordinary)
	}
	for _, lang := range []string{"en", "es", "pt", "fr"} {
		for kind, least := range map[string]float64{"stop": 0.93, "human": 0.92, "start": 0.9} {
			if got := s.of(lang + " " + kind).recall(); got < least {
				t.Errorf("%s %s: recall %.3f, want %.2f", lang, kind, got, least)
			}
		}
	}
	for _, lang := range []string{"ar", "sw", "hi", "id", "ru", "it", "de"} {
		if got := s.of(lang).recall(); got < 0.93 {
			t.Errorf("%s: recall %.3f, want 0.93", lang, got)
		}
	}
}

// The floors on messages of a second kind, written without the rules in view:
// the wishes of whole sentences, misspelled, with courtesy and with a reason.
func TestWishes(t *testing.T) {
	all := readLabelled(t, "wishes.tsv")
	s := judge(all, t.Logf)
	t.Logf("\n%s", s)
	for _, lang := range []string{"en", "es", "pt", "fr", "de"} {
		for _, kind := range []string{"stop", "human", "start"} {
			c := s.of(lang + " " + kind)
			if c.requests == 0 {
				t.Fatalf("%s %s: no messages", lang, kind)
			}
			if got := c.recall(); got < 0.95 {
				t.Errorf("%s %s: recall %.3f, want 0.95", lang, kind, got)
			}
			if c.wrong > 0 {
				t.Errorf("%s %s: %d acts are wrong", lang, kind, c.wrong)
			}
		}
	}
	for _, lang := range []string{"it", "id", "sw", "hi", "ar", "ru"} {
		if got := s.of(lang).recall(); got < 0.85 {
			t.Errorf("%s: recall %.3f, want 0.85", lang, got)
		}
	}
	if c := s.of(""); c.misfires > 0 || c.softMisfires*100 > c.ordinary {
		t.Errorf("of %d ordinary messages %d misfire and %d are asked", c.ordinary, c.misfires, c.softMisfires)
	}
}

// The messages that nobody looked at while the frames were written: their
// figures (go test -v) say how well the frames do on wording they have not seen.
func TestHeldOutMessages(t *testing.T) {
	all := readLabelled(t, "heldout.tsv")
	s := judge(all, func(string, ...any) {})
	t.Logf("\n%s", s)
	if n := s.of("").requests + s.of("").ordinary; n != len(all) {
		t.Errorf("%d of %d messages were judged", n, len(all))
	}
}
