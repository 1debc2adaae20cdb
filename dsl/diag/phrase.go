package diag

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Phrase is a sentence, or a part of one, for an author. It is written in
// English; what fills it is kept apart from its words, so that it can be said
// in every language of the catalogue. A constant is a Phrase; Say makes one
// with values in it. Two are equal when they say the same.
type Phrase string

// apart stands between a format and what fills it. No format has it.
const apart = "\x00"

// Say fills a format as fmt.Sprintf does. A value that is a Phrase is said in
// the reader's language, and so is the name of a value with a method String;
// any other stands as it is.
func Say(format Phrase, values ...any) Phrase {
	if len(values) == 0 {
		return format
	}
	shown := make([]string, len(values)) // how each is to be written: its first verb
	for _, v := range verbsOf(string(format)) {
		if v.value >= 0 && v.value < len(values) && shown[v.value] == "" {
			shown[v.value] = v.plain
		}
	}
	var b strings.Builder
	b.WriteString(string(format))
	b.WriteString(apart)
	for i, v := range values {
		kind, text := byte('='), ""
		switch v := v.(type) {
		case Phrase:
			kind, text = 'p', string(v)
		case fmt.Stringer:
			kind, text = 'p', v.String()
		default:
			if shown[i] != "" {
				text = fmt.Sprintf(shown[i], v)
			}
		}
		b.WriteByte(kind)
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
	return Phrase(b.String())
}

// A verb is where a value stands in a format.
type verb struct {
	from, to int
	value    int    // which value, from 0; -1: %%
	plain    string // without the number of the value
}

// verbsOf finds the verbs of a format. One may say which value it takes, from
// 1; the next then takes the one after it, as in package fmt.
func verbsOf(format string) []verb {
	var out []verb
	next := 0
	for _, m := range verbForm.FindAllStringSubmatchIndex(format, -1) {
		v := verb{from: m[0], to: m[1], value: -1, plain: format[m[0]:m[1]]}
		if v.plain != "%%" {
			if m[2] >= 0 {
				next = int(format[m[2]+1] - '1')
				v.plain = format[m[0]:m[2]] + format[m[3]:m[1]]
			}
			v.value = next
			next++
		}
		out = append(out, v)
	}
	return out
}

var verbForm = regexp.MustCompile(`%(\[[1-9]\])?[-+# 0]*\d*(?:\.\d+)?[a-zA-Z%]`)

// Format is the English format, without what fills it: the catalogue's key.
func (p Phrase) Format() string {
	format, _, _ := strings.Cut(string(p), apart)
	return format
}

// String is the phrase in English.
func (p Phrase) String() string { return p.In("en") }

// In is the phrase in a language, a BCP-47 tag; in English where the catalogue
// has no such language, or not this phrase.
func (p Phrase) In(lang string) string {
	format, rest, filled := strings.Cut(string(p), apart)
	key := format
	if t, ok := catalogue(lang)[key]; ok {
		format = t
	}
	if !filled {
		return format
	}
	var values []string
	for rest != "" {
		kind := rest[0]
		length, after, _ := strings.Cut(rest[1:], ":")
		n, err := strconv.Atoi(length)
		if err != nil || n > len(after) {
			break // no Phrase of ours
		}
		text := after[:n]
		if kind == 'p' {
			text = Phrase(text).In(lang)
		}
		values, rest = append(values, text), after[n:]
	}
	if len(values) == 2 {
		format = euphonic(format, values[1])
	}
	var b strings.Builder
	done := 0
	for _, v := range verbsOf(format) {
		b.WriteString(format[done:v.from])
		switch done = v.to; {
		case v.value < 0:
			b.WriteByte('%')
		case v.value < len(values):
			b.WriteString(values[v.value])
		}
	}
	return b.String() + format[done:]
}

// euphonic is "%s o %s" and "%s y %s" before a word that begins with the same
// sound: uno u otro, esto e imagen. hie (hielo) begins with another.
func euphonic(format, word string) string {
	word = strings.ToLower(strings.TrimLeft(word, `"'`))
	begins := func(sounds ...string) bool {
		return slices.ContainsFunc(sounds, func(s string) bool { return strings.HasPrefix(word, s) })
	}
	switch {
	case format == "%s o %s" && begins("o", "ho", "ó", "hó"):
		return "%s u %s"
	case format == "%s y %s" && begins("i", "hi", "í", "hí") && !begins("hie"):
		return "%s e %s"
	}
	return format
}

// Spanish, a file for the phrases of each package; of several packages, for
// those of the one that the others build on. A line is a phrase: the English
// format, a tab, the Spanish one.
//
//go:embed es
var spanish embed.FS

var spanishCatalogue = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	names, err := fs.Glob(spanish, "es/*.tsv")
	if err != nil {
		panic("diag: " + err.Error())
	}
	for _, name := range names {
		text, err := fs.ReadFile(spanish, name)
		if err == nil {
			err = parseCatalogue(m, string(text))
		}
		if err != nil {
			panic("diag: " + name + ": " + err.Error())
		}
	}
	return m
})

// catalogue holds a language's phrases by their English format; nil for
// English, and for a language that there is none of.
func catalogue(lang string) map[string]string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if base == "es" {
		return spanishCatalogue()
	}
	return nil
}

// Languages are those in which every diagnostic can be said.
func Languages() []string { return []string{"en", "es"} }

// Phrases are the English formats that the catalogue has in a language, sorted.
func Phrases(lang string) []string { return slices.Sorted(maps.Keys(catalogue(lang))) }

// parseCatalogue adds the phrases of a file to m.
func parseCatalogue(m map[string]string, text string) error {
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		from, to, ok := strings.Cut(line, "\t")
		if !ok || from == "" || to == "" {
			return fmt.Errorf("line %d: want a phrase, a tab and what it is in the other language", number)
		}
		if _, twice := m[from]; twice {
			return fmt.Errorf("line %d: %q is there twice", number, from)
		}
		if a, b := valuesOf(from), valuesOf(to); !slices.Equal(a, b) {
			return fmt.Errorf("line %d: the values %v in one language and %v in the other", number, a, b)
		}
		m[from] = to
	}
	return nil
}

// valuesOf are the values that a format shows, each once.
func valuesOf(format string) []int {
	var out []int
	for _, v := range verbsOf(format) {
		out = append(out, v.value)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// OneOf joins names for people, in quotes: "a", "b" or "c".
func OneOf(names []string) Phrase {
	out := make([]Phrase, len(names))
	for i, n := range names {
		out[i] = Say("%s", Quote(n))
	}
	return Or(out)
}

// Or joins phrases for people: a, b or c.
func Or(list []Phrase) Phrase { return joined(list, "%s or %s") }

// And joins phrases for people: a, b and c.
func And(list []Phrase) Phrase { return joined(list, "%s and %s") }

// joinMax is how many of a list are said; of a longer one the rest is counted.
const joinMax = 12

func joined(list []Phrase, last Phrase) Phrase {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	head := list[0]
	if len(list) > joinMax {
		for _, p := range list[1 : joinMax-1] {
			head = Say("%s, %s", head, p)
		}
		return Say("%s and %d more", head, len(list)-joinMax+1)
	}
	for _, p := range list[1 : len(list)-1] {
		head = Say("%s, %s", head, p)
	}
	return Say(last, head, list[len(list)-1])
}
