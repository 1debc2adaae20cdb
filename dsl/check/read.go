package check

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
)

// This file reads values out of tables. Each reader reports what is wrong with
// the value and then returns nothing, as if it had not been there; has tells
// the two apart.

// A table is a table whose keys were looked at.
type table struct {
	c *checker
	*syntax.Table
	shape *shape
}

// open looks at the keys of a table.
func (c *checker) open(t *syntax.Table, s *shape) table {
	for _, e := range t.Entries {
		c.checkKey(e, s)
	}
	for _, key := range s.need {
		if t.Get(key) == nil && !c.meant(t, s, key) {
			c.missing(t, s, key)
		}
	}
	return table{c, t, s}
}

// meant reports whether the author wrote a key with a slip in it: that is
// reported by itself, and is not missing as well.
func (c *checker) meant(t *syntax.Table, s *shape, key string) bool {
	return slices.ContainsFunc(t.Entries, func(e *syntax.Entry) bool {
		return !slices.Contains(s.keys, e.Key) && c.suggest(e.Key, s.keys) == key
	})
}

func (c *checker) missing(t *syntax.Table, s *shape, key string) {
	at := t.At
	if at.Start == at.End { // the root: the file as a whole
		at = diag.Span{File: at.File}
	}
	c.report(MissingKey, at, needs[key], "%s has no %s", s.what, quote(key))
}

// needs helps with keys that must be there.
var needs = map[string]diag.Phrase{
	"name":           `add name = "…": what people know the service as`,
	"languages":      `add languages = ["es"]: the first is the one you write in`,
	"timezone":       `add timezone = "America/Bogota", or the zone of the people you serve`,
	"privacy":        `add privacy = "https://…": WhatsApp asks for a published policy`,
	"home":           `add home = "…": the flow that answers when nothing else waits for the message`,
	"not_understood": `add not_understood = "…": what is said to an answer the question can't use`,
	"stop":           `add [stop] with say = "…": what is said, once, to a person who wants no more messages`,
	"hint":           `add [hint] with say = "{word.human}: … · {word.stop}: …": how to reach a person and how to leave`,
	"say":            `add say = "…"`,
	"begins":         `add begins = "…": the node where the flow starts`,
	"node":           `add a node: [node.inicio] with say = "…" and end = "done"`,
	"type":           `add type = "text", "integer", "date", "choice" or another of the types`,
	"category":       `add category = "utility", "marketing" or "authentication"`,
	"body":           `add body = "…": the words WhatsApp approved`,
	"id":             `add id = "…": a name that people don't see`,
	"label":          `add label = "…": the words people see`,
	"if":             `add if = "…": when this row is taken; otherwise = "…" of the node is for when none is`,
	"version":        `add version = 1, and count up when the words change in meaning`,
	"purpose":        `add purpose = "…": what people agree to, as in "send you weekly advice"`,
	"words":          `add words = { es = ["…"] }: what people write`,
	"after":          `add after = "4 hours"`,
	"yes":            `add yes = { label = "…", go = "…" }`,
	"no":             `add no = { label = "…", go = "…" }`,
	"share":          `add share = 50: how this one compares with the others`,
	"url":            `add url = "https://…"`,
	"file":           `add file = "media/…": a file of the folder media, beside service.toml`,
	"lat":            `add lat = 4.6: degrees north of the equator`,
	"lng":            `add lng = -74.1: degrees east of Greenwich`,
	"for":            `add for = "48 hours": how long it is worth keeping`,
	"else":           `add else = "…": the node that comes when it was kept too long`,
	"flow":           `add flow = "…": the flow that begins`,
	"from":           `add from = "…": the list that the choices are made from`,
	"fetch":          `add fetch = "…": the name of a [connection]`,
}

func (c *checker) checkKey(e *syntax.Entry, s *shape) {
	if slices.Contains(s.keys, e.Key) {
		return
	}
	var help diag.Phrase
	if len(s.keys) <= 10 {
		help = diag.Say("it may have %s", diag.Or(phrases(s.keys)))
	}
	if inside, ok := insideVerbs[e.Key]; ok && s == nodeShape {
		help = inside
	} else {
		help = c.didYouMean(e.Key, s.keys, help)
	}
	c.report(UnknownKey, e.KeyAt, help, "%s has no %s", s.what, quote(e.Key))
}

// has reports whether the author wrote key, whatever stands behind it.
func (t table) has(key string) bool { return t.Get(key) != nil }

// wrongKind reports a value that is not what its key takes.
func (c *checker) wrongKind(key string, v syntax.Value, takes, help diag.Phrase) {
	c.report(WrongKind, v.Span(), help, "%s takes %s, and this is %s", quote(key), takes, v.Kind())
}

// as returns the value of an entry if it has the kind wanted.
func as[V syntax.Value](c *checker, e *syntax.Entry, takes, help diag.Phrase) (v V, ok bool) {
	if e == nil {
		return v, false
	}
	v, ok = e.Value.(V)
	if !ok {
		c.wrongKind(e.Key, e.Value, takes, help)
	}
	return v, ok
}

// text reads plain text that is no words for people: a name, a duration.
func (t table) text(key string) *syntax.String {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	help := quotesHelp(e.Value)
	if _, is := e.Value.(*syntax.Bool); is && key != "name" && key != "title" {
		help = diag.Say(`write which: %s = "…"`, key) // true in quotes would name nothing
	}
	v, ok := as[*syntax.String](t.c, e, "text", help)
	if !ok {
		return nil
	}
	if strings.TrimSpace(v.Value) == "" {
		t.c.report(EmptyText, v.Span(), needs[key], "%s is empty", quote(key))
		return nil
	}
	return v
}

// quotesHelp helps with a value that only lacks its quotes.
func quotesHelp(v syntax.Value) diag.Phrase {
	switch v.(type) {
	case *syntax.Integer, *syntax.Float, *syntax.DateTime, *syntax.Bool:
		return "put it in quotes"
	}
	return ""
}

func (t table) integer(key string) *syntax.Integer {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	var help diag.Phrase
	if s, ok := e.Value.(*syntax.String); ok {
		if n, err := strconv.ParseInt(strings.TrimRight(strings.TrimSpace(s.Value), " %"), 10, 64); err == nil {
			help = diag.Say("write it without quotes: %d", n)
		}
	}
	switch _, text := e.Value.(*syntax.String); {
	case help != "":
	case key == "share":
		help = sharesHelp
	case key == "priority" && text:
		help = priorityHelp
	}
	v, ok := as[*syntax.Integer](t.c, e, "a whole number", help)
	if !ok {
		return nil
	}
	return v
}

func (t table) boolean(key string) bool {
	v, ok := as[*syntax.Bool](t.c, t.Get(key), "true or false", "")
	return ok && v.Value
}

// table reads a table within this one.
func (t table) table(key string, s *shape) (table, bool) {
	v, ok := as[*syntax.Table](t.c, t.Get(key), "a table", examples[key])
	if !ok {
		return table{}, false
	}
	return t.c.open(v, s), true
}

// examples of tables, for those who wrote something else.
var examples = map[string]diag.Phrase{
	"silence":  `write silence = { after = "4 hours", end = "…" }`,
	"wait":     `write wait = { for = "7 days" }`,
	"give_up":  `write give_up = { after = "2 working days", say = "…" }`,
	"choose":   `write choose = [ { id = "si", label = "Sí", go = "…" } ]`,
	"when":     `write when = [ { if = "…", go = "…" } ]`,
	"buttons":  `write buttons = [ { id = "si", label = "Sí" } ]`,
	"path":     `write [[human.path]], with two brackets`,
	"anywhere": `write [[anywhere]], with two brackets`,

	"yes":          `write yes = { label = "Sí, acepto", go = "…" }`,
	"no":           `write no = { label = "No, gracias", end = "…" }`,
	"check":        `write check = [ { if = "value > 31", say = "…" } ]`,
	"split":        `write split = [ { share = 50, go = "…" }, { share = 50, go = "…" } ]`,
	"rows":         `write rows = [ { id = "ninguno", label = "Ninguno", go = "…" } ]`,
	"link":         `write link = { label = "Ver", url = "https://…" }`,
	"schedule":     `write schedule = { flow = "…", in = "3 days", at = "10:00" }`,
	"hold":         `write hold = true, or hold = { for = "48 hours", else = "…" }`,
	"image":        `write image = { file = "media/….jpg", alt = "…" }`,
	"video":        `write video = { file = "media/….mp4", alt = "…" }`,
	"audio":        `write audio = { file = "media/….ogg", alt = "…" }`,
	"sticker":      `write sticker = { file = "media/….webp", alt = "…" }`,
	"document":     `write document = { file = "media/….pdf", name = "….pdf" }`,
	"location":     `write location = { lat = 4.6, lng = -74.1, name = "…", address = "…" }`,
	"contact_card": `write contact_card = { name = "…", phone = "+57 601 555 0100" }`,
}

// tables reads a list of tables. A single table is not taken for a list of one:
// its author may have meant a list, and lost the others.
func (t table) tables(key string) []*syntax.Table {
	v, ok := as[*syntax.List](t.c, t.Get(key), "a list of tables", examples[key])
	if !ok {
		return nil
	}
	var out []*syntax.Table
	for _, item := range v.Items {
		if row, ok := item.(*syntax.Table); ok {
			out = append(out, row)
		} else {
			t.c.wrongKind(key, item, "a list of tables", examples[key])
		}
	}
	return out
}

// named reads the tables under a key whose names are the author's:
// [data.x], [node.x].
func (t table) named(key string, what diag.Phrase) []namedTable {
	v, ok := as[*syntax.Table](t.c, t.Get(key), "tables, each with a name", diag.Say("write [%s.name], and under it what it is", key))
	if !ok {
		return nil
	}
	var out []namedTable
	for _, e := range v.Entries {
		t.c.checkName(e.Key, e.KeyAt, what)
		if row, ok := e.Value.(*syntax.Table); ok {
			out = append(out, namedTable{e.Key, e.KeyAt, row})
		} else {
			t.c.report(WrongKind, e.Value.Span(), diag.Say("write [%s.%s], and under it what it is", key, e.Key),
				"%s takes a table, and this is %s", quote(key+"."+e.Key), e.Value.Kind())
		}
	}
	return out
}

type namedTable struct {
	name string
	at   diag.Span
	*syntax.Table
}

// strings reads a list of texts, or one text. Empty ones are reported.
func (t table) strings(key string) []*syntax.String {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	if _, ok := e.Value.(*syntax.String); ok {
		if v := t.text(key); v != nil {
			return []*syntax.String{v}
		}
		return nil
	}
	v, ok := as[*syntax.List](t.c, e, "a list of texts", "")
	if !ok {
		return nil
	}
	return t.c.stringItems(key, v)
}

func (c *checker) stringItems(key string, v *syntax.List) []*syntax.String {
	var out []*syntax.String
	for _, item := range v.Items {
		s, ok := item.(*syntax.String)
		switch {
		case !ok:
			c.wrongKind(key, item, "a list of texts", quotesHelp(item))
		case strings.TrimSpace(s.Value) == "":
			c.report(EmptyText, s.Span(), "", "this text is empty")
		default:
			out = append(out, s)
		}
	}
	return out
}

// maxName is the longest name an author may give (LANGUAGE §1).
const maxName = 40

func goodName(s string) bool {
	if s == "" || len(s) > maxName || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// checkName reports a name that is not a name.
func (c *checker) checkName(name string, at diag.Span, what diag.Phrase) bool {
	if goodName(name) {
		return true
	}
	rule := diag.Phrase("names are made of a–z, 0–9 and _, and start with a letter")
	switch {
	case strings.HasPrefix(name, "@"):
		c.report(BadName, at, rule, "%s can't be the name of %s: names that begin with @ are Cauce's", quote(name), what)
	case utf8.RuneCountInString(name) > maxName:
		c.report(BadName, at, "shorten it", "this name has %d letters; names have at most %d", utf8.RuneCountInString(name), maxName)
	default:
		if plain := plainName(name); plain != "" {
			rule = diag.Say("names are made of a–z, 0–9 and _, and start with a letter: %s", quote(plain))
		}
		c.report(BadName, at, rule, "%s can't be the name of %s", quote(name), what)
	}
	return false
}

// plainLetters are what the letters of European languages become in a name.
var plainLetters = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "ni", "ç", "c", "ß", "ss", "æ", "ae", "œ", "oe",
	" ", "_", "-", "_", ".", "_", "'", "", "’", "",
)

// plainName is a name like the one given, or "" when there is none to offer.
func plainName(name string) string {
	plain := strings.Trim(plainLetters.Replace(strings.ToLower(name)), "_")
	if !goodName(plain) {
		return ""
	}
	return plain
}

// id reads a name.
func (t table) id(key string, what diag.Phrase) *syntax.String {
	v := t.text(key)
	if v == nil || !t.c.checkName(v.Value, v.Span(), what) {
		return nil
	}
	return v
}

// oneOf reads one word of a closed list.
func (t table) oneOf(key string, plural diag.Phrase, words []string) string {
	v := t.text(key)
	switch {
	case v == nil:
		return ""
	case slices.Contains(words, v.Value):
		return v.Value
	}
	t.c.report(UnknownValue, v.Span(), t.c.didYouMean(v.Value, words, diag.Say("use %s", diag.OneOf(words))),
		"%s is not one of the %s", quote(v.Value), plural)
	return ""
}

// readWords reads what people read: a text in the source language, or a table
// by language.
func (c *checker) readWords(key string, v syntax.Value) *words {
	w := &words{key: key, at: v.Span()}
	switch v := v.(type) {
	case *syntax.String:
		w.add(c, c.source(), v)
	case *syntax.Table:
		if len(v.Entries) == 0 {
			c.report(EmptyText, v.Span(), "", "%s has no words", quote(key))
			return nil
		}
		for _, e := range v.Entries {
			known := c.checkTag(e)
			s, ok := e.Value.(*syntax.String)
			if !ok {
				w.partial = true
				c.report(WrongKind, e.Value.Span(), quotesHelp(e.Value), "%s takes a text for each language, and this is %s", quote(key), e.Value.Kind())
				continue
			}
			if !known {
				w.partial = true
				continue
			}
			w.add(c, e.Key, s)
		}
	default:
		c.wrongKind(key, v, "text, or a table by language", quotesHelp(v))
		return nil
	}
	if len(w.by) == 0 {
		return nil
	}
	return w
}

func (w *words) add(c *checker, lang string, s *syntax.String) {
	if strings.TrimSpace(s.Value) == "" {
		w.partial = true
		c.report(EmptyText, s.Span(), "WhatsApp sends no empty message: write something, or take the key out", "%s is empty", quote(w.key))
		return
	}
	w.by = append(w.by, &saying{lang: lang, src: s})
}

// source is the language authors write plain texts in; "" when it is not known.
func (c *checker) source() string {
	if len(c.service.languages) == 0 {
		return ""
	}
	return c.service.languages[0]
}

// checkTag reports a key that is no language of the service.
func (c *checker) checkTag(e *syntax.Entry) bool {
	if slices.Contains(c.service.languages, e.Key) {
		return true
	}
	if _, err := language.Parse(e.Key); err != nil {
		c.report(UnknownLanguage, e.KeyAt, c.didYouMean(e.Key, c.service.languages, `languages are written as tags: "es", "en", "pt-BR"`),
			"%s is not a language", quote(e.Key))
		return false
	}
	if !c.service.languagesKnown {
		return true
	}
	c.report(UnknownLanguage, e.KeyAt, c.didYouMean(e.Key, c.service.languages, "add it to languages in service.toml, or take it out here"),
		"this service does not speak %s", quote(e.Key))
	return false
}

// words reads words for people behind a key.
func (t table) words(key string) *words {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	return t.c.readWords(key, e.Value)
}

// proper reads a name or an address, which need not differ by language.
func (t table) proper(key string) *words {
	w := t.words(key)
	if w != nil {
		w.proper = true
	}
	return w
}

// messages reads one message or a list of them.
func (t table) messages(key string) []*words {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	list, ok := e.Value.(*syntax.List)
	if !ok {
		if w := t.c.readWords(key, e.Value); w != nil {
			return []*words{w}
		}
		return nil
	}
	if len(list.Items) == 0 {
		t.c.report(EmptyText, list.Span(), "write something, or take the key out", "%s is an empty list", quote(key))
	}
	var out []*words
	for _, item := range list.Items {
		if w := t.c.readWords(key, item); w != nil {
			out = append(out, w)
		}
	}
	return out
}

// typed reads words that people type, by language: keywords and synonyms. A
// plain list is in the source language.
func (t table) typed(key string) []typedWords {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	switch v := e.Value.(type) {
	case *syntax.String:
		if s := t.text(key); s != nil {
			return []typedWords{{t.c.source(), []*syntax.String{s}}}
		}
		return nil
	case *syntax.List:
		return []typedWords{{t.c.source(), t.c.stringItems(key, v)}}
	case *syntax.Table:
		var out []typedWords
		for _, e := range v.Entries {
			if !t.c.checkTag(e) {
				continue
			}
			switch list := e.Value.(type) {
			case *syntax.List:
				out = append(out, typedWords{e.Key, t.c.stringItems(key, list)})
			case *syntax.String:
				if strings.TrimSpace(list.Value) == "" {
					t.c.report(EmptyText, list.Span(), "", "this text is empty")
					continue
				}
				out = append(out, typedWords{e.Key, []*syntax.String{list}})
			default:
				t.c.report(WrongKind, e.Value.Span(), `write a list: ["…", "…"]`, "%s takes a list of words for each language, and this is %s", quote(key), e.Value.Kind())
			}
		}
		return out
	}
	t.c.wrongKind(key, e.Value, "a table of words by language", `write { es = ["…"] }`)
	return nil
}

// strange reports whether a table, or a table of a list, has a key that was
// reported, or is no table at all: something its author meant may be missing
// from the model.
func strange(v syntax.Value, s *shape) bool {
	switch v := v.(type) {
	case *syntax.Table:
		for _, e := range v.Entries {
			if !slices.Contains(s.keys, e.Key) {
				return true
			}
		}
		return false
	case *syntax.List:
		for _, item := range v.Items {
			if strange(item, s) {
				return true
			}
		}
		return false
	}
	return true
}
