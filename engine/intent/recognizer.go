package intent

import (
	"slices"

	"cauce/engine/words"
)

// A Vocabulary is the author's own words, by language tag.
type Vocabulary struct {
	Stop, Human, Start map[string][]string
}

func (v Vocabulary) of(k Kind) map[string][]string {
	switch k {
	case Stop:
		return v.Stop
	case Human:
		return v.Human
	case Start:
		return v.Start
	}
	return nil
}

// A Recognizer knows the reserved words and the ways of asking of one service.
// It never changes and is safe for concurrent use.
type Recognizer struct {
	table  table    // the whole-message words of all its languages, merged
	voices []spoken // its languages that have a vocabulary, English among them
}

// New returns the recogniser of a service that speaks these languages (BCP-47,
// the first one first) and reserves its authors' own words besides the built-in
// ones of these languages and of English. A language the vocabulary does not
// have contributes own words only, and so does a tag that only own names.
func New(languages []string, own Vocabulary) *Recognizer {
	r := &Recognizer{table: newTable()}
	for _, tag := range languages {
		r.learn(tag, own, embedded().byTag[base(tag)])
	}
	for _, tag := range own.tags() {
		if base(tag) != english {
			r.learn(tag, own, nil)
		}
	}
	for _, tag := range own.tags() {
		if base(tag) == english && tag != english {
			r.learn(tag, own, nil)
		}
	}
	r.learn(english, own, embedded().byTag[english])
	return r
}

// tags returns every tag that has words, sorted, for no map may decide which
// comes first.
func (v Vocabulary) tags() []string {
	var tags []string
	for _, k := range inOrder {
		for tag := range v.of(k) {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// learn reserves the words of one language: of each kind the author's own, then
// the built-in ones, if there are any, and with them its frames.
func (r *Recognizer) learn(tag string, own Vocabulary, b *builtin) {
	for _, k := range inOrder {
		r.table.reserve(k, tag, own.of(k)[tag])
		if b != nil {
			r.table.reserve(k, tag, b.lists[wordsClass[k]])
		}
	}
	if b == nil {
		return
	}
	r.table.excuse(b.lists["courtesy"])
	if !slices.ContainsFunc(r.voices, func(s spoken) bool { return s.builtin == b }) {
		r.voices = append(r.voices, spoken{table: &b.table, builtin: b, tag: tag})
	}
}

// Recognize says what a message asks for. The built-in words of further
// languages, such as the contact's, can be named in also.
func (r *Recognizer) Recognize(text string, also ...string) Match {
	return r.RecognizeNormal(text, words.Normalize(text), also...)
}

// RecognizeNormal is Recognize for callers that have the text's normal form,
// the result of words.Normalize. The text itself is only looked at for what the
// normal form has lost: where its clauses end.
//
// It stops at the first that fits, and everything that is sure comes before
// everything that is not:
//
//	word       the whole message is a reserved word: as it stands, then what is
//	           left of it without courtesy at its ends, the longest rest first
//	           and never nothing, then with its letters joined where it is
//	           spelled ("s t o p"), and all of that with repeats said once
//	phrase     the same, for the vocabulary's phrases
//	frame      a frame stands in the message and no guard touches it
//	typo       what is left without courtesy is one word, a slip away from a
//	           reserved one
//	ambiguous  the whole message is a word that also answers questions
//
// Phrases and frames are asked language by language, in the order of the
// package comment.
func (r *Recognizer) RecognizeNormal(written, text string, also ...string) Match {
	if text == "" {
		return Match{}
	}
	var few [4]spoken
	in := append(tongues(few[:0]), spoken{table: &r.table})
	for _, tag := range also {
		if b := embedded().byTag[base(tag)]; b != nil {
			in = append(in, spoken{table: &b.table, builtin: b, tag: tag})
		}
	}
	if m := in.find(text); m.Kind != None {
		return m
	}
	var msg message
	msg.split(text, false)
	if msg.whole() {
		msg.politeness(in)
		if m := in.search(&msg); m.Kind != None {
			return m
		}
	}
	once := sayOnce(text)
	if once != text {
		if m := in.find(once); m.Kind != None {
			return m
		}
		msg.split(once, false)
		msg.politeness(in)
		if m := in.search(&msg); m.Kind != None {
			return m
		}
	}
	msg.split(once, true)
	msg.borders = clauses(written, text).once(text)
	msg.politeness(in)
	msg.clauses(in)

	var unsure Match
	for _, voices := range [...][]spoken{r.voices, in[1:]} {
		for _, s := range voices {
			m := s.hear(&msg)
			if m.Tier == Act {
				return m
			}
			if unsure.Kind == None {
				unsure = m
			}
		}
	}
	if unsure.Kind != None {
		return unsure
	}
	return in.slip(&msg, r.voices)
}

// tongues are the tables a message is compared with, in the order in which
// they win a word.
type tongues []spoken

// A spoken language, under the name that the service or the caller gave it.
type spoken struct {
	table   *table
	builtin *builtin // nil for the merged table of a service
	tag     string   // as it was named; "" for the merged table
}

func (in tongues) find(text string) Match {
	for _, s := range in {
		m, ok := s.table.entries[text]
		if !ok {
			continue
		}
		if s.tag != "" {
			m.Language = s.tag
		}
		return m
	}
	return Match{}
}

func (in tongues) isCourtesy(text string) bool {
	for _, s := range in {
		if s.table.courtesy[text] {
			return true
		}
	}
	return false
}

// search compares a message without the courtesy at its ends, the longest rest
// first, and each rest also joined if it is spelled.
func (in tongues) search(m *message) Match {
	for left := m.n; left > 0; left-- {
		for i := 0; i+left <= m.n; i++ {
			j := i + left
			if !m.front[i] || !m.back[j] {
				continue
			}
			if left < m.n {
				if match := in.find(m.from(i, j)); match.Kind != None {
					return match
				}
			}
			if match := in.find(m.spelled(i, j)); match.Kind != None {
				return match
			}
		}
	}
	return Match{}
}

// hear asks one language what the message, as a whole or by a frame, asks for.
func (s spoken) hear(m *message) Match {
	whole := Match{}
	if m.whole() {
		whole = s.rest(m)
	}
	if whole.Tier == Act {
		return whole
	}
	if match := s.builtin.grammar.read(m); match.Kind != None {
		match.Language = s.tag
		return match
	}
	return whole
}

// rest compares the message without courtesy with phrases and ambiguous words.
func (s spoken) rest(m *message) Match {
	for left := m.n; left > 0; left-- {
		for i := 0; i+left <= m.n; i++ {
			if !m.front[i] || !m.back[i+left] {
				continue
			}
			if match, ok := s.builtin.rest[m.from(i, i+left)]; ok {
				match.Language = s.tag
				return match
			}
		}
	}
	return Match{}
}
