package sensitive

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"cauce/engine/words"
)

//go:embed asks.tsv
var asksTSV string

// Asks says whether an author's text asks whoever reads it for a card, account
// or identity number, a document's photo, or a secret: the first such thing. The
// tag is the text's language (BCP-47); English is always looked at, too. A tag
// the vocabulary does not have leaves English.
//
// It reads sentence by sentence. A noun that names such a number is asked for
// when a request ("send", "what is your") governs it and no negator turns that
// off, or when it stands alone as the name of a field ("DNI:", "¿Cédula?"). The
// last four digits may be asked for.
//
// Span.Kind is Secret for PINs, passwords and one-time codes; Last4 is empty.
func Asks(text, tag string) (Span, bool) {
	f := &finder{text: text}
	f.atoms = scan(text)
	r := reader{f: f, tag: base(tag)}
	for i := 0; i < len(f.atoms); {
		j := i + 1
		for j < len(f.atoms) && (f.atoms[j].before.mark != pause || f.abbreviated(j)) {
			j++
		}
		if s, ok := r.sentence(i, j); ok {
			return s, true
		}
		i = j
	}
	return Span{}, false
}

// base is the language of a tag: pt of pt-BR.
func base(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}

// A role is what a word does in a prompt. They are bits: "no" is two things.
type role uint16

const (
	asks role = 1 << iota
	negates
	forgets
	numbers
	photos
	lasts
	branches
	mentions
	isNoun   // names something sensitive
	isEnough // and needs no word for number
)

var roleNamed = map[string]role{
	"ask": asks, "not": negates, "forget": forgets, "number": numbers, "photo": photos, "last": lasts, "if": branches, "about": mentions,
}

// nouns are what asks.tsv names besides roles.
var nounNamed = map[string]Kind{"secret": Secret, "cvv": Card, "iban": BankAccount, "card": Card, "id": NationalID, "account": BankAccount, "none": None}

// A meaning is what a phrase means in a language.
type meaning struct {
	tag  string // * in every one
	role role
	kind Kind // of a noun
}

// A branch is where one stands in the vocabulary of prompts.
type branch struct {
	next     map[string]*branch
	meanings []meaning
}

// everywhere are the classes whose words are names and no language's.
var everywhere = map[string]bool{"ssn": true, "aadhaar": true, "cpf": true, "cnpj": true, "cuit": true, "dni": true, "curp": true, "clabe": true, "bvn": true, "cnic": true, "kra": true, "nik": true, "snils": true}

var prompts = sync.OnceValue(func() *branch {
	root := &branch{}
	for _, row := range rows(asksTSV, 3) {
		m := meaning{tag: row[0], role: roleNamed[row[1]]}
		if m.role == 0 {
			kind, ok := nounNamed[row[1]]
			if !ok {
				panic("sensitive: asks.tsv: no role is named " + row[1])
			}
			if m.kind = kind; kind != None {
				m.role = isNoun
			}
			if row[1] == "secret" || row[1] == "cvv" || row[1] == "iban" {
				m.role |= isEnough
			}
		}
		root.add(row[2], m)
	}
	for _, row := range rows(wordsTSV, 3) {
		c := known().classes[row[0]]
		if c == nil {
			continue // a link
		}
		m := meaning{tag: row[1]}
		if everywhere[row[0]] {
			m.tag = "*"
		}
		if !c.veto {
			m.kind, m.role = c.kind, isNoun
			switch row[0] {
			case "card", "weakaccount", "weakid", "cedulashort", "ifsc", "sortcode":
			default:
				m.role |= isEnough
			}
		}
		root.add(row[2], m)
	}
	return root
})

func (b *branch) add(phrases string, m meaning) {
	for phrase := range strings.SplitSeq(phrases, "|") {
		at := b
		for _, w := range strings.Fields(words.Normalize(strings.TrimSuffix(phrase, "*"))) {
			if at.next == nil {
				at.next = map[string]*branch{}
			}
			if at.next[w] == nil {
				at.next[w] = &branch{}
			}
			at = at.next[w]
		}
		at.meanings = append(at.meanings, m)
	}
}

// A reader reads one text's sentences.
type reader struct {
	f   *finder
	tag string
}

// A sign is a phrase of the vocabulary in a sentence: atoms first to last, both
// included.
type sign struct {
	first, last int
	role        role
	kind        Kind
}

// spelledNumber are how the word for number ends words it is part of:
// Kartennummer.
var spelledNumber = [...]string{"nummer", "nommer", "nr"}

// signs finds the phrases from atom i to j, the longest of those that begin alike.
func (r *reader) signs(i, j int) []sign {
	var out []sign
	for k := i; k < j; k++ {
		at := prompts()
		s := sign{first: k, last: -1}
		for n := k; n < j; n++ {
			if n > k && r.f.atoms[n].before.mark == comma {
				break
			}
			if at = at.next[r.wordAt(n)]; at == nil {
				break
			}
			if role, kind, ok := r.means(at); ok {
				s.last, s.role, s.kind = n, role, kind
			}
		}
		if s.last < 0 {
			continue
		}
		if s.role&isNoun != 0 {
			for n := s.first; n <= s.last; n++ {
				if r.isNumberWord(r.wordAt(n)) {
					s.role |= isEnough | numbers
				}
			}
		}
		out = append(out, s)
		k = s.last
	}
	return out
}

// wordAt is atom n as a word; small numbers are words here ("last 4").
func (r *reader) wordAt(n int) string {
	a := &r.f.atoms[n]
	if a.isNumber() && len(a.code) <= 2 {
		return a.code
	}
	return a.word
}

func (r *reader) isNumberWord(w string) bool {
	for _, end := range spelledNumber {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	at := prompts().next[w]
	if at == nil {
		return false
	}
	role, _, _ := r.means(at)
	return role&numbers != 0
}

// means joins what a phrase means in the text's language, in English, and
// everywhere. Of nouns the first counts, a secret before all.
func (r *reader) means(b *branch) (all role, kind Kind, ok bool) {
	for _, m := range b.meanings {
		if m.tag != "*" && m.tag != r.tag && m.tag != "en" {
			continue
		}
		ok = true
		all |= m.role
		if kind == None || m.kind == Secret {
			kind = m.kind
		}
	}
	return all, kind, ok
}

// How many words may stand between a request and what it asks for.
const (
	longReach  = 16 // "send your name, age, district and ID number"
	shortReach = 5  // where no word says that a number is meant
	backReach  = 8  // where the request comes last
	nearNumber = 5  // "the number on the front of your card"
	negateSpan = 4  // "never, under any circumstances, send"
)

// verbLast are the languages whose request may stand behind what it asks for.
var verbLast = map[string]bool{"hi": true, "bn": true, "ur": true, "ne": true, "mr": true, "gu": true, "ta": true, "te": true, "am": true, "so": true, "de": true, "af": true, "yo": true}

func (r *reader) sentence(i, j int) (Span, bool) {
	all := r.signs(i, j)
	last := false
	for _, s := range all {
		last = last || s.role&lasts != 0
	}
	for n := range all {
		s := all[n]
		if s.role&isNoun == 0 {
			continue
		}
		s = r.widen(s, all, n)
		if last && s.kind != Secret {
			continue
		}
		if r.isAsked(s, all, n, i) || r.isField(s, all, i) {
			return Span{Kind: s.kind, From: r.f.atoms[s.first].from, To: r.f.atoms[s.last].to, Rule: "asks", Word: r.words(s)}, true
		}
	}
	return Span{}, false
}

func (r *reader) words(s sign) string {
	var b strings.Builder
	for k := s.first; k <= s.last; k++ {
		if k > s.first {
			b.WriteByte(' ')
		}
		b.WriteString(r.wordAt(k))
	}
	return b.String()
}

// widen takes the words for number or photo around a noun into it.
func (r *reader) widen(s sign, all []sign, n int) sign {
	first, last := s.first, s.last
	for k := n - 1; k >= 0 && first-all[k].last-1 <= nearNumber; k-- {
		if all[k].role&(branches|asks|negates) != 0 && all[k].role&numbers == 0 || r.hasNumber(all[k].last+1, first) {
			break
		}
		if all[k].role&(numbers|photos) != 0 && all[k].role&isNoun == 0 {
			s.first = all[k].first
			s.role |= isEnough | numbers
			break
		}
	}
	if n+1 < len(all) && all[n+1].first-last <= 3 && all[n+1].role&(numbers|photos) != 0 && all[n+1].role&isNoun == 0 {
		s.last = all[n+1].last
		s.role |= isEnough | numbers
	}
	return s
}

// hasNumber reports whether digits stand between atoms i and j: "the number of the
// option: 1 Lost card".
func (r *reader) hasNumber(i, j int) bool {
	for k := i; k < j; k++ {
		if !r.f.atoms[k].isWord() {
			return true
		}
	}
	return false
}

// isAsked reports whether a request governs the noun all[n], widened to s.
func (r *reader) isAsked(s sign, all []sign, n, start int) bool {
	if s.role&isEnough == 0 {
		return false
	}
	reach := shortReach
	if s.role&numbers != 0 || s.kind == Secret {
		reach = longReach
	}
	negated := false
	for k := n - 1; k >= 0; k-- {
		v := all[k]
		switch {
		case v.last >= s.first:
			continue // part of the noun
		case s.first-v.last-1 > reach:
			return false
		case v.role&asks != 0:
			return !negated && !r.isNegated(all, k, start)
		case v.role&branches != 0, v.role&mentions != 0:
			return false
		case v.role&negates != 0:
			negated = k+1 >= len(all) || all[k+1].role&forgets == 0
		}
	}
	if negated || !verbLast[r.tag] {
		return false
	}
	for k := n + 1; k < len(all); k++ {
		v := all[k]
		switch {
		case v.first <= s.last:
			continue
		case v.first-s.last-1 > backReach, v.role&branches != 0, v.role&mentions != 0:
			return false
		case v.role&asks != 0:
			return !negated && !r.isNegated(all, k, start)
		case v.role&negates != 0:
			negated = k+1 >= len(all) || all[k+1].role&forgets == 0
		}
	}
	return false
}

// isNegated reports whether the request all[k] is turned off: a negator before it
// in its clause, or right behind it ("senden Sie nie", "পাঠাবেন না").
func (r *reader) isNegated(all []sign, k, start int) bool {
	v := all[k]
	for n := k - 1; n >= 0; n-- {
		s := all[n]
		if v.first-s.last-1 > negateSpan || r.hasComma(s.last+1, v.first) {
			break
		}
		if s.role&forgets != 0 {
			return false
		}
		if s.role&negates != 0 {
			return true
		}
	}
	for n := k + 1; n < len(all) && all[n].first-v.last <= 3; n++ {
		if all[n].role&negates != 0 && !r.hasComma(v.last+1, all[n].first) {
			return true
		}
	}
	return false
}

func (r *reader) hasComma(i, j int) bool {
	for k := i; k <= j && k < len(r.f.atoms); k++ {
		if r.f.atoms[k].before.mark == comma {
			return true
		}
	}
	return false
}

// isField reports whether a noun is the name of a field: alone in its sentence or
// line but for words that link, and followed by a colon or a question mark.
func (r *reader) isField(s sign, all []sign, start int) bool {
	if s.role&isEnough == 0 {
		return false
	}
	after := strings.TrimLeftFunc(r.f.text[r.f.atoms[s.last].to:], func(c rune) bool { return unicode.IsSpace(c) && c != '\n' || c == '*' || c == '_' })
	switch c, _ := utf8.DecodeRuneInString(after); c {
	case ':', '?', '：', '？', '؟', '՞':
	default:
		return false
	}
	for k := s.first; k > start && r.f.atoms[k].before.mark != newline; k-- {
		if !r.f.atoms[k-1].isWord() && !r.f.atoms[k-1].isNumber() {
			return false
		}
		if n := known().root.step(r.f.atoms[k-1].word); r.f.atoms[k-1].isWord() && (n == nil || !n.link) {
			return false
		}
	}
	for _, o := range all {
		if o.role&negates != 0 && o.last < s.first {
			return false
		}
	}
	return true
}
