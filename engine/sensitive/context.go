package sensitive

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"cauce/engine/words"
)

//go:embed words.tsv
var wordsTSV string

//go:embed classes.tsv
var classesTSV string

// A class is what a number may be where a word says so: a line of classes.tsv.
type class struct {
	name   string
	kind   Kind
	veto   bool
	digits ranges
	codes  ranges
	check  *check
	reach  int
}

type ranges [][2]int

func (r ranges) has(n int) bool {
	for _, b := range r {
		if b[0] <= n && n <= b[1] {
			return true
		}
	}
	return false
}

// A check is a function of checksums.go and the lengths it takes.
type check struct {
	lengths ranges
	holds   func(string) bool
}

func (c *check) ok(s string) bool { return c.lengths.has(len(s)) && c.holds(s) }

// checks are the functions that the tables name.
var checks = map[string]*check{
	"aadhaar":     {ranges{{12, 12}}, isAadhaar},
	"aba":         {ranges{{9, 9}}, isABA},
	"bare-nik":    {ranges{{16, 16}}, isBareNIK},
	"card":        {ranges{{12, 19}}, isToldCard},
	"cbu":         {ranges{{22, 22}}, isCBU},
	"cedula-ec":   {ranges{{10, 10}}, isCedulaEC},
	"chinese":     {ranges{{18, 18}}, isChinese},
	"clabe":       {ranges{{18, 18}}, isCLABE},
	"cnic":        {ranges{{13, 13}}, isCNIC},
	"cnpj":        {ranges{{14, 14}}, isCNPJ},
	"cpf":         {ranges{{11, 11}}, isCPF},
	"cuit":        {ranges{{11, 11}}, isCUIT},
	"egyptian":    {ranges{{14, 14}}, isEgyptian},
	"emirati":     {ranges{{15, 15}}, isEmirati},
	"inn":         {ranges{{10, 10}, {12, 12}}, isINN},
	"korean":      {ranges{{13, 13}}, isKorean},
	"luhn-cedula": {ranges{{11, 11}}, isLuhnCedula},
	"malaysian":   {ranges{{12, 12}}, isMalaysian},
	"nida":        {ranges{{20, 20}}, isNIDA},
	"nik":         {ranges{{16, 16}}, isNIK},
	"nir":         {ranges{{15, 15}}, isNIR},
	"nit":         {ranges{{9, 11}}, isNIT},
	"rut":         {ranges{{7, 9}}, isRUT},
	"snils":       {ranges{{11, 11}}, isSNILS},
	"ssn":         {ranges{{9, 9}}, isSSN},
	"tckn":        {ranges{{11, 11}}, isTCKN},
	"thai":        {ranges{{13, 13}}, isThai},
	"za":          {ranges{{13, 13}}, isZA},
}

func checkNamed(name string) *check {
	if name == "-" {
		return nil
	}
	c := checks[name]
	if c == nil {
		panic("sensitive: no check is named " + name)
	}
	return c
}

// An entry is what words tell. Those written with a slash (c/c) are not those
// written otherwise (C.C.), though their normal forms are one.
type entry struct {
	class *class
	slash bool
}

// A node is where one stands in the vocabulary after some words.
type node struct {
	next    map[string]*node
	stems   map[string]*node // of last words that end in *
	classes []entry          // empty where no entry ends
	link    bool
}

func (n *node) child(word string, create bool) *node {
	m := &n.next
	stem, isStem := strings.CutSuffix(word, "*")
	if isStem {
		m, word = &n.stems, stem
	}
	c := (*m)[word]
	if c == nil && create {
		if *m == nil {
			*m = map[string]*node{}
		}
		c = &node{}
		(*m)[word] = c
	}
	return c
}

// longestStem bounds, in bytes, how much of a word is compared with stems.
const longestStem = 48

// step is where one stands after one more word.
func (n *node) step(word string) *node {
	if c := n.next[word]; c != nil {
		return c
	}
	if n.stems == nil {
		return nil
	}
	for end := min(len(word), longestStem); end > 1; end-- {
		if end < len(word) && !utf8.RuneStart(word[end]) {
			continue
		}
		if c := n.stems[word[:end]]; c != nil {
			return c
		}
	}
	return nil
}

// A vocabulary is words.tsv and classes.tsv.
type vocabulary struct {
	root    *node
	classes map[string]*class
}

var known = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{root: &node{}, classes: map[string]*class{}}
	for _, row := range rows(classesTSV, 6) {
		reach, err := strconv.Atoi(row[5])
		c := &class{name: row[0], kind: kindNamed(row[1]), veto: row[1] == "veto", digits: rangesOf(row[2]), codes: rangesOf(row[3]), check: checkNamed(row[4]), reach: reach}
		if err != nil || c.kind == None && !c.veto {
			panic("sensitive: classes.tsv: " + c.name)
		}
		v.classes[c.name] = c
	}
	for _, row := range rows(wordsTSV, 3) {
		for phrase := range strings.SplitSeq(row[2], "|") {
			v.add(row[0], phrase)
		}
	}
	return v
})

func (v *vocabulary) add(class, phrase string) {
	plain, isStem := strings.CutSuffix(phrase, "*")
	at := v.root
	parts := strings.Fields(words.Normalize(plain))
	for i, w := range parts {
		if isStem && i == len(parts)-1 {
			w += "*"
		}
		at = at.child(w, true)
	}
	if class == "link" {
		at.link = true
		return
	}
	c := v.classes[class]
	if c == nil {
		panic("sensitive: words.tsv: no class " + class)
	}
	at.classes = append(at.classes, entry{c, strings.Contains(phrase, "/")})
}

// rows returns the lines of a table that are neither empty nor comments, in
// columns.
func rows(table string, columns int) [][]string {
	var out [][]string
	for line := range strings.Lines(table) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			panic(fmt.Sprintf("sensitive: %q has %d columns, not %d", line, len(row), columns))
		}
		out = append(out, row)
	}
	return out
}

// rangesOf reads "6-11,14".
func rangesOf(s string) ranges {
	if s == "-" {
		return nil
	}
	var out ranges
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || a > b {
			panic("sensitive: no range: " + s)
		}
		out = append(out, [2]int{a, b})
	}
	return out
}

// isKnown reports whether a word alone tells what a number is.
func isKnown(word string) bool {
	n := known().root.step(words.Normalize(word))
	return n != nil && len(n.classes) > 0
}

// A hit is an entry of the vocabulary in the text.
type hit struct {
	first, last int // its atoms, both included
	classes     []entry
}

// hits are the entries in the text, and for each atom which of them ends or
// begins there (or -1).
type hits struct {
	all           []hit
	endAt, fromAt []int32
	links         []bool // atoms that only link
}

// findWords finds the entries, the longest of those that begin alike.
func findWords(f *finder) hits {
	h := hits{endAt: make([]int32, len(f.atoms)), fromAt: make([]int32, len(f.atoms)), links: make([]bool, len(f.atoms))}
	for i := range f.atoms {
		h.endAt[i], h.fromAt[i] = -1, -1
	}
	root := known().root
	for i := 0; i < len(f.atoms); i++ {
		if !f.atoms[i].isWord() {
			continue
		}
		at, end := root, -1
		var best *node
		for j := i; j < len(f.atoms) && f.atoms[j].isWord(); j++ {
			if j > i && (f.atoms[j].before.mark == pause || f.atoms[j].before.mark == comma) && !f.abbreviates(j) {
				break
			}
			if at = at.step(f.atoms[j].word); at == nil {
				break
			}
			if len(at.classes) > 0 {
				best, end = at, j
			} else if j == i && at.link {
				h.links[i] = true
			}
		}
		if best == nil {
			continue
		}
		h.endAt[end], h.fromAt[i] = int32(len(h.all)), int32(len(h.all))
		h.all = append(h.all, hit{first: i, last: end, classes: f.choose(best.classes, i, end)})
		for k := i; k <= end; k++ {
			h.links[k] = false
		}
		i = end
	}
	return h
}

// choose returns what the words from atom i to atom j tell.
func (f *finder) choose(all []entry, i, j int) []entry {
	slash := i < j && f.atoms[i+1].before.mark == slash
	for k, e := range all {
		if e.slash == slash && k > 0 && all[0].slash != slash {
			return all[k:]
		}
	}
	return all
}

// abbreviates reports whether the dot before atom j ends an abbreviation, as in
// "acct. no." and "C. C.".
func (f *finder) abbreviates(j int) bool {
	gap := f.text[f.atoms[j-1].to:f.atoms[j].from]
	return strings.TrimSpace(gap) == "." && len(f.atoms[j-1].word) <= 4
}

// A told is a hit seen from a number: how far it is, in halves of a word.
type told struct {
	hit   *hit
	far   int
	right bool
}

// What it costs to pass something on the way from a number to a word, in halves
// of a word.
const (
	passLink   = 0
	passWord   = 2
	passNumber = 3
	passComma  = 1
	passPause  = 4
	fromRight  = 3 // words mostly stand before their number
	farthest   = 8 // four words
)

// tellers are the words around a number that may say what it is, the nearest
// first: at most this many.
const mostTellers = 6

// around returns the hits around atoms i to j, j not included.
func (f *finder) around(i, j int, dst []told) []told {
	far := 0
	for k := i; k > 0; {
		far += passing(f.atoms[k].before, f.abbreviated(k))
		k--
		if far > farthest {
			break
		}
		if n := f.hits.endAt[k]; n >= 0 {
			dst = insert(dst, told{hit: &f.hits.all[n], far: far})
			k = f.hits.all[n].first
			far += passWord
			continue
		}
		far += f.cost(k)
	}
	far = fromRight
	for k := j; k < len(f.atoms); {
		far += passing(f.atoms[k].before, false)
		if far > farthest {
			break
		}
		if n := f.hits.fromAt[k]; n >= 0 {
			dst = insert(dst, told{hit: &f.hits.all[n], far: far, right: true})
			k = f.hits.all[n].last + 1
			far += passWord
			continue
		}
		far += f.cost(k)
		k++
	}
	return dst
}

func (f *finder) abbreviated(k int) bool { return f.atoms[k-1].isWord() && f.abbreviates(k) }

// cost is what it costs to pass atom k.
func (f *finder) cost(k int) int {
	switch {
	case !f.atoms[k].isWord():
		return passNumber
	case f.hits.links[k]:
		return passLink
	}
	return passWord
}

func passing(g gap, abbreviation bool) int {
	switch {
	case abbreviation:
		return 0
	case g.mark == pause:
		return passPause
	case g.mark == newline:
		return passComma
	case g.mark == comma:
		return passComma
	}
	return 0
}

// insert keeps the nearest first; of two as near, the one before the number.
func insert(t []told, n told) []told {
	i := len(t)
	for i > 0 && t[i-1].far > n.far {
		i--
	}
	t = append(t, told{})
	copy(t[i+1:], t[i:])
	t[i] = n
	if len(t) > mostTellers {
		t = t[:mostTellers]
	}
	return t
}
