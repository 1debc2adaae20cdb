package intent

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"cauce/engine/words"
)

// A grammar is what frames/<language>.tsv says: the frames in which people ask
// and the guards that turn them off. Each line has two columns, parted by a
// tab.
//
//	set NAME          words, and sets above, that {NAME} stands for
//	act.KIND          a frame; who says it asks for KIND (stop, human, start)
//	must.KIND         the same, and no "not" turns it off: "I don't want to talk
//	                  to a robot"
//	ask.KIND          a frame that may mean it
//	may.KIND          the same, and no guard nearby turns it off: "I want to get
//	                  out of this" says the service, or home
//	not.KIND          a guard: frames of KIND that share a word with it do not
//	                  count. not.all is a guard of every kind
//	veto.KIND         a guard that turns off every frame of KIND in the message
//	ordinary          words that are no slip and no request, however near one; _
//	                  is a space in them
//	phrases           "inside": the vocabulary's phrases are frames too
//	as WORD           other spellings of WORD (q k qe of que): they are what WORD
//	                  is, wherever a pattern has it
//	part              words that begin a clause, as punctuation does: but, so
//
// A pattern is a row of elements, each standing for one word:
//
//	word|other|{set}   any of these; pre*, *fix and *mid* stand for many words
//	?element           or nothing
//	.. ... .... .....  up to 2, 3, 5, 8 words of any kind
//	^  $               the message's beginning and end, but for courtesy
//	<  >               a clause's beginning and end, but for courtesy
//	word|$  word|>     a word or the end
//
// Words are compared in normal form, so they may be written as people write. A
// frame may stand in two clauses, for people put commas anywhere; a guard stands
// in one.
type grammar struct {
	exact    map[string]shape
	prefixes affixes
	suffixes affixes
	inside   []affix
	patterns []pattern
	first    [maxElements][]int16 // patterns by their first element
	anchored []int16              // patterns that begin with the message, and with no certain word
	ordinary map[string]bool
	parting  map[string]bool // words that begin a clause
}

// maxElements is how many different elements the patterns of one language may
// have.
const maxElements = 1024

// A shape is the set of elements that a word is.
type shape [maxElements / 64]uint64

func (s *shape) add(e int)      { s[e/64] |= 1 << (e % 64) }
func (s *shape) has(e int) bool { return s[e/64]&(1<<(e%64)) != 0 }
func (s *shape) join(o *shape) {
	for i := range s {
		s[i] |= o[i]
	}
}

type affix struct {
	text  string
	shape shape
}

// affixes are found by their text, whose lengths in bytes are known.
type affixes struct {
	byText  map[string]*shape
	lengths []int
}

func (a *affixes) add(text string, e int) {
	s := a.byText[text]
	if s == nil {
		if a.byText == nil {
			a.byText = map[string]*shape{}
		}
		s = new(shape)
		a.byText[text] = s
		if !slices.Contains(a.lengths, len(text)) {
			a.lengths = append(a.lengths, len(text))
			slices.Sort(a.lengths)
		}
	}
	s.add(e)
}

type outcome uint8

const (
	frameAct outcome = iota
	frameAsk
	guardNear
	guardAll
)

var outcomes = map[string]outcome{"act": frameAct, "ask": frameAsk, "not": guardNear, "veto": guardAll}

type pattern struct {
	outcome outcome
	kinds   [Start + 1]bool
	kind    Kind
	steps   []step
	rule    string
	firm    bool // no guard nearby turns it off
}

// A step is one element, or a gap, or an end of the message.
type step struct {
	element  int16
	gap      uint8 // up to so many words
	at       byte  // one of "^$<>"
	optional bool
	orAt     byte // or an end, one of "$>"; 0 if it must be there
}

func newGrammar() *grammar {
	return &grammar{exact: map[string]shape{}, ordinary: map[string]bool{}, parting: map[string]bool{}}
}

// parseGrammar reads the form that grammar describes.
// The phrases are the vocabulary's, as lines of it.
func parseGrammar(text string, phrases []string) (*grammar, error) {
	g := newGrammar()
	sets := map[string][]string{}
	elements := map[string]int16{}
	var spellings [][2]string
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, rest, ok := strings.Cut(line, "\t")
		if !ok || strings.TrimSpace(rest) == "" {
			return nil, fmt.Errorf("line %d: want two columns, parted by a tab", number)
		}
		var err error
		switch name, isSet := strings.CutPrefix(head, "set "); {
		case isSet:
			for _, form := range strings.Fields(rest) {
				if inner, ok := strings.CutPrefix(form, "{"); ok {
					sets[name] = append(sets[name], sets[strings.TrimSuffix(inner, "}")]...)
					continue
				}
				sets[name] = append(sets[name], form)
			}
		case strings.HasPrefix(head, "as "):
			for _, w := range strings.Fields(rest) {
				spellings = append(spellings, [2]string{words.Normalize(w), words.Normalize(head[len("as "):])})
			}
		case head == "part":
			for _, w := range strings.Fields(rest) {
				g.parting[words.Normalize(w)] = true
			}
		case head == "ordinary":
			for _, w := range strings.Fields(rest) {
				g.ordinary[words.Normalize(w)] = true
			}
		case head == "phrases":
			for _, line := range phrases {
				head, phrase, _ := strings.Cut(line, "\t")
				if err = g.addPattern(head, phrase, sets, elements); err != nil {
					break
				}
			}
		default:
			err = g.addPattern(head, rest, sets, elements)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	for _, s := range spellings {
		var is, as shape
		g.shapeOf(s[0], &is)
		g.shapeOf(s[1], &as)
		if as == (shape{}) {
			return nil, fmt.Errorf("no pattern has %q, of which %q is to be a spelling", s[1], s[0])
		}
		is.join(&as)
		g.exact[s[0]] = is
	}
	return g, nil
}

// addPattern compiles one frame or guard. Sets must stand before their use.
func (g *grammar) addPattern(head, text string, sets map[string][]string, elements map[string]int16) error {
	what, of, _ := strings.Cut(head, ".")
	firm := what == "must" || what == "may"
	switch what {
	case "must":
		what = "act"
	case "may":
		what = "ask"
	}
	o, ok := outcomes[what]
	if !ok {
		return fmt.Errorf("nothing is named %q", head)
	}
	p := pattern{outcome: o, firm: firm, rule: text}
	switch of {
	case "stop":
		p.kind = Stop
	case "human":
		p.kind = Human
	case "start":
		p.kind = Start
	case "all":
		if o == frameAct || o == frameAsk {
			return fmt.Errorf("a frame asks for one thing, not for all")
		}
	default:
		return fmt.Errorf("nothing is named %q", head)
	}
	for k := range p.kinds {
		p.kinds[k] = p.kind == None || p.kind == Kind(k)
	}
	for _, field := range strings.Fields(text) {
		var s step
		switch field {
		case "^", "$", "<", ">":
			s.at = field[0]
		case "..", "...", "....", ".....":
			s.gap = [...]uint8{2: 2, 3: 3, 4: 5, 5: 8}[len(field)]
		default:
			field, s.optional = strings.CutPrefix(field, "?")
			field, s.orAt = cutEnd(field)
			e, err := g.element(field, sets, elements)
			if err != nil {
				return err
			}
			s.element = e
		}
		p.steps = append(p.steps, s)
	}
	if last := len(p.steps) - 1; last >= 0 && p.steps[last].gap > 0 && (o == frameAct || o == frameAsk) {
		return fmt.Errorf("a frame does not end with a gap: %s", text)
	}
	return g.file(p)
}

// cutEnd takes the end that may stand instead of a word out of its element.
func cutEnd(field string) (rest string, end byte) {
	for _, at := range [...]string{"$", ">"} {
		if i := slices.Index(strings.Split(field, "|"), at); i >= 0 {
			return strings.Join(slices.Delete(strings.Split(field, "|"), i, i+1), "|"), at[0]
		}
	}
	return field, 0
}

// file puts a pattern where read finds it: under its first word, both with and
// without it if the first word need not be there.
func (g *grammar) file(p pattern) error {
	lead := 0
	if len(p.steps) > 0 && (p.steps[0].at == '^' || p.steps[0].at == '<') {
		lead = 1
	}
	if lead == len(p.steps) || p.steps[lead].at != 0 || lead == 0 && p.steps[0].gap > 0 {
		return fmt.Errorf("a pattern begins with a word: %s", p.rule)
	}
	if lead == 0 && p.steps[0].optional {
		without := p
		without.steps = p.steps[1:]
		if err := g.file(without); err != nil {
			return err
		}
		p.steps = slices.Clone(p.steps)
		p.steps[0].optional = false
	}
	n := int16(len(g.patterns))
	if s := p.steps[lead]; s.gap > 0 || s.optional { // only a beginning goes before it
		g.anchored = append(g.anchored, n)
	} else {
		g.first[s.element] = append(g.first[s.element], n)
	}
	g.patterns = append(g.patterns, p)
	return nil
}

func (g *grammar) element(field string, sets map[string][]string, elements map[string]int16) (int16, error) {
	if e, ok := elements[field]; ok {
		return e, nil
	}
	if len(elements) == maxElements {
		return 0, fmt.Errorf("more than %d elements", maxElements)
	}
	e := len(elements)
	elements[field] = int16(e)
	for part := range strings.SplitSeq(field, "|") {
		forms := []string{part}
		if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
			forms = sets[part[1:len(part)-1]]
			if forms == nil {
				return 0, fmt.Errorf("no set is named %s", part)
			}
		}
		for _, f := range forms {
			if err := g.addForm(f, e); err != nil {
				return 0, err
			}
		}
	}
	return int16(e), nil
}

func (g *grammar) addForm(form string, e int) error {
	bare := strings.Trim(form, "*")
	text := words.Normalize(bare)
	if text == "" || strings.Contains(text, " ") {
		return fmt.Errorf("%q is not one word", form)
	}
	pre, suf := strings.HasSuffix(form, "*"), strings.HasPrefix(form, "*")
	switch {
	case pre && suf:
		a := affix{text: text}
		a.shape.add(e)
		g.inside = append(g.inside, a)
	case pre:
		g.prefixes.add(text, e)
	case suf:
		g.suffixes.add(text, e)
	default:
		s := g.exact[text]
		s.add(e)
		g.exact[text] = s
	}
	return nil
}

// shapeOf sets s to the elements that a word is.
func (g *grammar) shapeOf(word string, s *shape) {
	*s = g.exact[word]
	for _, n := range g.prefixes.lengths {
		if n > len(word) {
			break
		}
		if o := g.prefixes.byText[word[:n]]; o != nil {
			s.join(o)
		}
	}
	for _, n := range g.suffixes.lengths {
		if n > len(word) {
			break
		}
		if o := g.suffixes.byText[word[len(word)-n:]]; o != nil {
			s.join(o)
		}
	}
	for i := range g.inside {
		if strings.Contains(word, g.inside[i].text) {
			s.join(&g.inside[i].shape)
		}
	}
}

const (
	// maxWord is the longest word, in bytes, that is looked at: a longer one is
	// no word.
	maxWord = 128

	// maxSure is how long a message, in words, may be for a frame in it to be
	// sure: in a long story the words that ask may be told about somebody.
	maxSure = 32

	// maxFound is how many frames, and how many guards, of one message count. A
	// message with more guards than that asks for nothing.
	maxFound = 32
)

// A find is a pattern that stands at tokens from to end.
type find struct {
	pattern   int16
	from, end int8
}

// finds are the patterns that stand in one message.
type finds struct {
	frames, guards [maxFound]find
	nf, ng         int
	tooGuarded     bool // there are more guards than were noted
}

// try notes which of the patterns stand at token i.
func (fs *finds) try(g *grammar, m *message, shapes *[maxTokens]shape, patterns []int16, i int) {
	for _, n := range patterns {
		p := &g.patterns[n]
		isFrame := p.outcome <= frameAsk
		if isFrame && fs.nf == maxFound {
			continue
		}
		limit := m.n
		if !isFrame {
			limit = m.borders.next(i, m.n)
		}
		end := fit(m, shapes, p.steps, i, limit)
		switch {
		case end < 0:
		case isFrame:
			fs.frames[fs.nf] = find{n, int8(i), int8(end)}
			fs.nf++
		case fs.ng == maxFound:
			fs.tooGuarded = true
		default:
			fs.guards[fs.ng] = find{n, int8(i), int8(end)}
			fs.ng++
		}
	}
}

// read says what the frames of a language make of a message: what is sure before
// what is not, stop before human before start, the first in the message first.
func (g *grammar) read(m *message) Match {
	var shapes [maxTokens]shape
	for i := range m.n {
		if t := m.token(i); len(t) <= maxWord {
			g.shapeOf(t, &shapes[i])
		}
	}
	outer := m.borders
	for i := 1; i < m.n && len(g.parting) > 0; i++ {
		if g.parting[m.token(i)] {
			m.borders |= 1 << i
		}
	}
	defer func() { m.borders = outer }()
	var found finds
	for i := range m.n {
		if m.opens[i] {
			found.try(g, m, &shapes, g.anchored, i)
		}
		for w, set := range shapes[i] {
			for ; set != 0; set &= set - 1 {
				found.try(g, m, &shapes, g.first[w*64+bits.TrailingZeros64(set)], i)
			}
		}
	}
	if found.tooGuarded {
		return Match{}
	}
	best, rank := -1, 0
	for i, f := range found.frames[:found.nf] {
		p := &g.patterns[f.pattern]
		if g.guarded(f, p, found.guards[:found.ng]) {
			continue
		}
		if r := int(p.outcome)*4 + int(p.kind); best < 0 || r < rank {
			best, rank = i, r
		}
	}
	if best < 0 {
		return Match{}
	}
	f := found.frames[best]
	p := &g.patterns[f.pattern]
	tier := Ask
	if p.outcome == frameAct && m.n <= maxSure && !m.long {
		tier = Act
	}
	return Match{Kind: p.kind, Tier: tier, Word: m.from(int(f.from), max(int(f.from)+1, int(f.end))), Rule: p.rule}
}

func (g *grammar) guarded(f find, frame *pattern, guards []find) bool {
	for _, guard := range guards {
		p := &g.patterns[guard.pattern]
		near := !frame.firm && guard.from < f.end && f.from < guard.end
		if p.kinds[frame.kind] && (near || p.outcome == guardAll) {
			return true
		}
	}
	return false
}

// fit returns where the steps end that begin at token i, or -1. No step stands
// at limit or behind it. Steps are few and gaps short, so that trying every way
// is bounded.
func fit(m *message, shapes *[maxTokens]shape, steps []step, i, limit int) int {
	for len(steps) > 0 {
		s := steps[0]
		switch {
		case s.at == '^':
			if !m.front[i] {
				return -1
			}
		case s.at == '$':
			if !m.back[i] {
				return -1
			}
		case s.at == '<':
			if !m.opens[i] {
				return -1
			}
		case s.at == '>':
			if !m.closes[i] {
				return -1
			}
		case s.gap > 0:
			if len(steps) == 1 {
				return min(i+int(s.gap), limit) // a guard reaches as far as it says
			}
			for skip := 0; skip <= int(s.gap) && i+skip <= limit; skip++ {
				if end := fit(m, shapes, steps[1:], i+skip, limit); end >= 0 {
					return end
				}
			}
			return -1
		case s.optional:
			if i < limit && shapes[i].has(int(s.element)) {
				if end := fit(m, shapes, steps[1:], i+1, limit); end >= 0 {
					return end
				}
			}
		default:
			switch {
			case i < limit && shapes[i].has(int(s.element)):
				i++
			case s.orAt == '$' && m.back[i], s.orAt == '>' && m.closes[i]:
			default:
				return -1
			}
		}
		steps = steps[1:]
	}
	return i
}
