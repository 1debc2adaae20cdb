package intent

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"cauce/engine/words"
)

//go:embed vocabulary.tsv
var vocabularyTSV string

//go:embed frames/*.tsv
var framesTSV embed.FS

// wordsClass names, by kind, the class of entries that a whole message must be.
var wordsClass = [...]string{Stop: "stop.words", Human: "human.words", Start: "start.words"}

// inOrder are the kinds in the order in which they win a word within one
// language.
var inOrder = [...]Kind{Stop, Human, Start}

// A builtin is the vocabulary of one language.
type builtin struct {
	tag   string
	lists map[string][]string // entries by class, in their natural spelling and order
	table table               // the same, to look up; each Match names the language by tag

	rest    map[string]Match  // phrases and ambiguous words, which are a whole message
	targets map[rune][]target // the single words, by their first letter
	grammar *grammar
}

// knows reports whether a word is one that people of this language write for
// itself: no slip of another.
func (b *builtin) knows(word string) bool {
	if b.grammar.ordinary[word] || b.table.courtesy[word] {
		return true
	}
	_, whole := b.rest[word]
	_, form := b.grammar.exact[word]
	return whole || form
}

// A lexicon is all of the embedded vocabulary.
type lexicon struct {
	languages []*builtin // in the file's order
	byTag     map[string]*builtin
}

// embedded parses vocabulary.tsv once, when first needed: a few milliseconds.
var embedded = sync.OnceValue(func() *lexicon {
	lex, err := parse(vocabularyTSV)
	if err != nil {
		panic("intent: vocabulary.tsv: " + err.Error())
	}
	for _, b := range lex.languages {
		text, err := framesTSV.ReadFile("frames/" + b.tag + ".tsv")
		if err == nil {
			err = b.frame(string(text))
		}
		if err != nil {
			panic("intent: frames/" + b.tag + ".tsv: " + err.Error())
		}
	}
	return lex
})

// parse reads the form that vocabulary.tsv describes at its head.
func parse(text string) (*lexicon, error) {
	lex := &lexicon{byTag: map[string]*builtin{}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 || columns[2] == "" {
			return nil, fmt.Errorf("line %d: want language, class and entry, parted by tabs", number)
		}
		tag, class, entry := columns[0], columns[1], columns[2]
		if !slices.Contains(classes, class) {
			return nil, fmt.Errorf("line %d: no class is named %q", number, class)
		}
		b := lex.byTag[tag]
		if b == nil {
			b = &builtin{tag: tag, lists: map[string][]string{}}
			lex.byTag[tag] = b
			lex.languages = append(lex.languages, b)
		}
		b.lists[class] = append(b.lists[class], entry)
	}
	for _, b := range lex.languages {
		b.table = newTable()
		for _, k := range inOrder {
			b.table.reserve(k, b.tag, b.lists[wordsClass[k]])
		}
		b.table.excuse(b.lists["courtesy"])
	}
	return lex, nil
}

// frame reads the frames of a language and, with them, what depends on which
// words are ordinary.
func (b *builtin) frame(text string) (err error) {
	if b.grammar, err = parseGrammar(text, b.insidePhrases()); err != nil {
		return err
	}
	b.rest, b.targets = map[string]Match{}, map[rune][]target{}
	for _, k := range inOrder {
		for _, e := range b.lists[wordsClass[k]] {
			form := words.Normalize(e)
			if t, ok := newTarget(k, e, form); ok {
				b.targets[t.letters[0]] = append(b.targets[t.letters[0]], t)
			}
		}
		for _, e := range b.lists[k.String()+".phrases"] {
			b.restOf(k, Act, "phrase", e)
		}
	}
	for _, k := range inOrder {
		for _, e := range b.lists[k.String()+".ambiguous"] {
			b.restOf(k, Ask, "ambiguous", e)
		}
	}
	for _, e := range slices.Concat(b.lists["help.words"], b.lists["negator"]) {
		b.grammar.ordinary[words.Normalize(e)] = true
	}
	return nil
}

// insidePhrases returns the phrases as lines of a grammar.
func (b *builtin) insidePhrases() (lines []string) {
	for _, k := range inOrder {
		for _, e := range b.lists[k.String()+".phrases"] {
			lines = append(lines, "act."+k.String()+"\t"+words.Normalize(e))
		}
	}
	return lines
}

// restOf adds a whole-message entry, unless it is an ordinary word.
func (b *builtin) restOf(k Kind, tier Tier, rule, entry string) {
	form := words.Normalize(entry)
	if _, taken := b.rest[form]; taken || form == "" || b.grammar.ordinary[form] {
		return
	}
	b.rest[form] = Match{Kind: k, Tier: tier, Word: entry, Rule: rule}
}

var classes = []string{
	"courtesy", "negator",
	"stop.words", "stop.phrases", "stop.ambiguous",
	"start.words", "start.phrases", "start.ambiguous",
	"human.words", "human.phrases", "human.ambiguous",
	"help.words", "help.phrases",
}

// A table finds entries by their normal form.
type table struct {
	entries  map[string]Match
	courtesy map[string]bool
}

func newTable() table {
	return table{entries: map[string]Match{}, courtesy: map[string]bool{}}
}

// reserve adds entries that are not in the table yet: the first who names a
// word keeps it. An entry without letters or digits (an emoji) has an empty
// normal form, to which no message can be compared, and is left out.
func (t table) reserve(k Kind, language string, entries []string) {
	for _, e := range entries {
		form := words.Normalize(e)
		if _, taken := t.entries[form]; taken || form == "" {
			continue
		}
		t.entries[form] = Match{Kind: k, Tier: Act, Word: e, Language: language, Rule: "word"}
	}
}

func (t table) excuse(courtesies []string) {
	for _, c := range courtesies {
		t.courtesy[words.Normalize(c)] = true
	}
}

// Builtin returns the built-in words of a kind in a language (BCP-47; the base
// language counts), or in English where the vocabulary has none. The first is
// the one to print when people are told what to write. There are none for None.
func Builtin(lang string, k Kind) []string {
	if k == None || int(k) >= len(wordsClass) {
		return nil
	}
	lex := embedded()
	if b := lex.byTag[base(lang)]; b != nil && len(b.lists[wordsClass[k]]) > 0 {
		return slices.Clone(b.lists[wordsClass[k]])
	}
	return slices.Clone(lex.byTag[english].lists[wordsClass[k]])
}

// Languages returns the languages of the built-in vocabulary, English first.
func Languages() []string {
	var tags []string
	for _, b := range embedded().languages {
		tags = append(tags, b.tag)
	}
	return tags
}

const english = "en"

// base returns the language of a BCP-47 tag without script and region, as the
// vocabulary names it: "es" of "es-CO".
func base(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	switch tag = strings.ToLower(tag); tag {
	case "fil": // Filipino is standardised Tagalog, and the tag phones send
		return "tl"
	case "in": // what Indonesian was called before 1989, and older Android still says
		return "id"
	}
	return tag
}
