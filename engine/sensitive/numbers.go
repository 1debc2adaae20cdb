package sensitive

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A run is a maximal row of numbers with nothing but separators between them:
// atoms from to to, to not included.
type run struct{ from, to int }

// A window is a part of a run: the groups of one number, perhaps.
type window struct {
	run
	digits string
	in     run // the run it is part of
}

const (
	// longestNumber is how many digits a window may have; a RIB has 23.
	longestNumber = 24
	// mostGroups is how many groups: a French NIR has seven.
	mostGroups = 8
)

// runs returns the runs of numbers that no IBAN holds, without the phone numbers
// that begin with a +.
func (f *finder) runs() []run {
	var out []run
	for i := 0; i < len(f.atoms); {
		if !f.atoms[i].isNumber() || f.claimed[i] {
			i++
			continue
		}
		j := i + 1
		for j < len(f.atoms) && f.atoms[j].isNumber() && !f.claimed[j] && f.atoms[j].before.joins() {
			j++
		}
		from := i
		if f.atoms[i].before.plus {
			from = f.afterPhone(i, j)
		}
		if from < j {
			out = append(out, run{from, j})
		}
		i = j
	}
	return out
}

// Phone numbers have at most fifteen digits with the country's (ITU-T E.164), and
// hardly fewer than eight.
const (
	shortestPhone = 8
	longestPhone  = 15
)

// afterPhone returns where the phone number that begins at atom i ends.
func (f *finder) afterPhone(i, j int) int {
	digits := 0
	for k := i; k < j; k++ {
		n := f.atoms[k].digits
		if digits+n > longestPhone || digits >= shortestPhone && n >= shortestPhone {
			return max(k, i+1)
		}
		digits += n
	}
	return j
}

// A windower walks the windows of a run that begin at one atom.
type windower struct {
	f      *finder
	in     run
	digits [longestNumber]byte
	n      int
}

// span returns the window of atoms i to j, and false when it is too long.
func (w *windower) span(i, j int) (window, bool) {
	if j-i > mostGroups && (run{i, j}) != w.in {
		return window{}, false
	}
	w.n = 0
	for k := i; k < j; k++ {
		if w.n+w.f.atoms[k].digits > longestNumber {
			return window{}, false
		}
		w.n += copy(w.digits[w.n:], w.f.atoms[k].code)
	}
	return window{run: run{i, j}, digits: string(w.digits[:w.n]), in: w.in}, true
}

// reachable is how many atoms from i on a window may have.
func (w *windower) reachable(i int) int {
	j, n := i, 0
	if i == w.in.from && w.in.to-i <= longestNumber && w.isSpelled() {
		return w.in.to
	}
	for j < w.in.to && j-i < mostGroups && n+w.f.atoms[j].digits <= longestNumber {
		n += w.f.atoms[j].digits
		j++
	}
	return j
}

// isSpelled reports whether the run is digits typed one by one: 4 2 4 2 …
func (w *windower) isSpelled() bool {
	for k := w.in.from; k < w.in.to; k++ {
		if w.f.atoms[k].digits != 1 {
			return false
		}
	}
	return true
}

// mostSkipped is how many groups of a run may stand between a word and the number
// it tells of: "ID 2 29876543".
const mostSkipped = 3

// claimTold claims the numbers of r that a word near it tells of.
func (f *finder) claimTold(r run) {
	var few [mostTellers + 1]told
	tellers := f.around(r.from, r.to, few[:0])
	if len(tellers) == 0 || f.isMoney(r) {
		return
	}
	w := windower{f: f, in: r}
	for i := r.from; i < r.to; i++ {
		if i > r.from && !f.parts(i) {
			continue
		}
		end := w.reachable(i)
		if i-r.from > mostSkipped && r.to-end > mostSkipped {
			continue
		}
		for j := end; j > i; j-- {
			if j < r.to && !f.parts(j) {
				continue
			}
			win, ok := w.span(i, j)
			if !ok || len(win.digits) < fewestDigits {
				continue
			}
			if c, t := f.toldBy(win, tellers); c != nil {
				f.claim(i, j, Span{Kind: c.kind, Rule: c.name, Word: f.wordsOf(t.hit)})
				i = j - 1
				break
			}
		}
	}
}

// parts reports whether a number may end before atom i and another begin with it.
func (f *finder) parts(i int) bool {
	m := f.atoms[i].before.mark
	return m == space || m == newline || m == slash
}

// toldBy finds what the nearest word whose number this can be says of a window.
func (f *finder) toldBy(w window, tellers []told) (*class, told) {
	for _, t := range tellers {
		far := t.far
		if t.right {
			far += passNumber * (w.in.to - w.to)
		} else {
			far += passNumber * (w.from - w.in.from)
		}
		vetoed := false
		for _, e := range t.hit.classes {
			c := e.class
			switch {
			case far > c.reach+fromRight && t.right, far > c.reach && !t.right:
			case c.veto:
				vetoed = vetoed || c.digits.has(len(w.digits)) && (!t.right || c.name == "phone" || c.name == "unit" || c.name == "money")
			case c.name == "weakaccount" && isMerchant(w, t, tellers):
			case c.digits.has(len(w.digits)) && f.fits(w, c, t.distance(far)):
				return c, t
			}
		}
		if vetoed {
			return nil, told{}
		}
	}
	return nil, told{}
}

// isMerchant reports whether what only "account" tells of is no account of
// somebody's: what one types after a paybill number, or a sum ("sent 250000 to my
// account").
func isMerchant(w window, t told, tellers []told) bool {
	if t.right && len(w.digits) < 9 {
		return true
	}
	for _, other := range tellers {
		for _, e := range other.hit.classes {
			if e.class.name == "paybill" && !other.right {
				return true
			}
		}
	}
	return false
}

// distance is far without what being on the right costs.
func (t told) distance(far int) int {
	if t.right {
		return far - fromRight
	}
	return far
}

// beside is how far a word may be that stands right beside its number.
const beside = 2

// fits reports whether a window can be of a class that a word so far tells of.
func (f *finder) fits(w window, c *class, far int) bool {
	if alike(w.digits) || f.isDate(w) || f.breaksLine(w) || f.isMiddle(w) {
		return false
	}
	switch c.kind {
	case Card:
		return f.isCardWindow(w) && c.check.ok(w.digits)
	case BankAccount:
		if f.isThousands(w) {
			return false
		}
		if far > 2*beside && f.isPhone(w) {
			return false
		}
	default:
		if far > beside && f.isPhone(w) {
			return false
		}
	}
	if far > beside && f.expected(w) {
		return false
	}
	if far > beside && c.check != nil && !c.check.ok(w.digits) {
		return false
	}
	// A card's number that a farther word calls an account or an ID is a card's.
	return far <= beside || c.check != nil || !f.isPlainCard(w)
}

// isMiddle reports whether a window is a piece cut out of groups that are all
// alike: three of the four of 5555 5555 5555 4444.
func (f *finder) isMiddle(w window) bool {
	first, last := &f.atoms[w.from], &f.atoms[w.to-1]
	if before := w.from - 1; before >= w.in.from && f.atoms[before].digits == first.digits && first.digits < fewestDigits {
		return true
	}
	if w.to < w.in.to && f.atoms[w.to].digits == last.digits && last.digits < fewestDigits {
		return !f.isCardWindow(w) || !f.isExtra(w.to, w.in.to)
	}
	return false
}

// layout writes the shape of a window: 3.3.3-2.
func (f *finder) layout(w run, dst []byte) []byte {
	for k := w.from; k < w.to; k++ {
		if k > w.from {
			dst = append(dst, f.atoms[k].before.mark)
		}
		n := f.atoms[k].digits
		if n > 9 {
			dst = append(dst, byte('0'+n/10))
		}
		dst = append(dst, byte('0'+n%10))
	}
	return dst
}

// breaksLine reports whether a line ends inside a window: only cards are written
// so.
func (f *finder) breaksLine(w window) bool {
	for k := w.from + 1; k < w.to; k++ {
		if f.atoms[k].before.mark == newline {
			return !f.isCardWindow(w)
		}
	}
	return false
}

// isDate reports whether a window is written as a date: 12/03/2026, 2026-03-12.
func (f *finder) isDate(w window) bool {
	if w.to-w.from != 3 || f.atoms[w.from+1].before.mark != f.atoms[w.from+2].before.mark {
		return false
	}
	a, b, c := &f.atoms[w.from], &f.atoms[w.from+1], &f.atoms[w.from+2]
	if b.digits > 2 || max(a.digits, c.digits) > 4 || min(a.digits, c.digits) > 2 {
		return false
	}
	if a.digits == 4 {
		return isDay(number(b.code), number(c.code))
	}
	return isDay(number(b.code), number(a.code)) || isDay(number(a.code), number(b.code))
}

func number(digits string) int {
	n := 0
	for i := range min(len(digits), 8) {
		n = n*10 + digit(digits, i)
	}
	return n
}

// isThousands reports whether a window is one amount: 1.250.000, 1 250 000.
func (f *finder) isThousands(w window) bool {
	for k := w.from + 1; k < w.to; k++ {
		if f.atoms[k].digits != 3 || f.atoms[k].before.mark == dash || f.atoms[k].before.mark == slash {
			return false
		}
	}
	return w.to-w.from > 1 && f.atoms[w.from].digits <= 3
}

// isMoney reports whether a sign of money stands right at a run: $ 1.250.000.
func (f *finder) isMoney(r run) bool {
	after, _ := utf8.DecodeRuneInString(f.text[f.atoms[r.to-1].to:])
	return f.atoms[r.from].before.cash && len(f.atoms[r.from].code) < 12 || unicode.Is(unicode.Sc, after)
}

// expected reports whether a window can be what the open question asks for.
func (f *finder) expected(w window) bool {
	n := len(w.digits)
	switch f.options.Expects {
	case Phone:
		return n < 16 && n > 5
	case Date:
		return n == 8 && (isDay(two(w.digits, 2), two(w.digits, 0)) || isDay(two(w.digits, 0), two(w.digits, 2)) || isDay(two(w.digits, 4), two(w.digits, 6))) ||
			n == 6 && (isDay(two(w.digits, 2), two(w.digits, 0)) || isDay(two(w.digits, 0), two(w.digits, 2)) || isDay(two(w.digits, 2), two(w.digits, 4)))
	}
	return false
}

// wordsOf is a hit as Span.Word gives it.
func (f *finder) wordsOf(h *hit) string {
	if h.first == h.last {
		return f.atoms[h.first].word
	}
	var b strings.Builder
	for k := h.first; k <= h.last; k++ {
		if k > h.first {
			b.WriteByte(' ')
		}
		b.WriteString(f.atoms[k].word)
	}
	return b.String()
}

//go:embed layouts.tsv
var layoutsTSV string

// A layout is one way in which a number is written that tells by itself.
type layout struct {
	rule  string
	kind  Kind
	alone bool
	check *check
}

var layouts = sync.OnceValue(func() map[string][]layout {
	m := map[string][]layout{}
	for _, row := range rows(layoutsTSV, 4) {
		for shape := range strings.SplitSeq(row[2], ",") {
			shape, alone := strings.CutSuffix(shape, "+")
			m[shape] = append(m[shape], layout{rule: row[0], kind: kindNamed(row[1]), alone: alone, check: checkNamed(row[3])})
		}
	}
	return m
})

// claimLayouts claims what is left of r where shape and check digits are enough.
func (f *finder) claimLayouts(r run) {
	w := windower{f: f, in: r}
	var space [4 * longestNumber]byte
	for i := r.from; i < r.to; i++ {
		if i > r.from && !f.parts(i) && !f.claimed[i-1] {
			continue
		}
		for j := w.reachable(i); j > i; j-- {
			if !f.free(i, j) || j < r.to && !f.parts(j) && !f.claimed[j] {
				continue
			}
			rules := layouts()[string(f.layout(run{i, j}, space[:0]))]
			if len(rules) == 0 {
				continue
			}
			win, ok := w.span(i, j)
			if !ok || f.isRefused(win, beside) || f.expected(win) {
				continue
			}
			if l := ruleFor(win, rules); l != nil {
				f.claim(i, j, Span{Kind: l.kind, Rule: l.rule})
				i = j - 1
				break
			}
		}
	}
}

func ruleFor(w window, rules []layout) *layout {
	for k := range rules {
		l := &rules[k]
		if l.alone && w.run != w.in {
			continue
		}
		if l.check.ok(w.digits) {
			return l
		}
	}
	return nil
}

// isRefused reports whether a word right beside a window says that it is nothing
// of ours: an order, a voucher, a phone.
func (f *finder) isRefused(w window, within int) bool {
	var few [mostTellers + 1]told
	for _, t := range f.around(w.from, w.to, few[:0]) {
		limit := within
		if t.right {
			limit += fromRight
		}
		if t.far > limit {
			return false
		}
		for _, e := range t.hit.classes {
			c := e.class
			switch {
			case !c.veto:
				return false
			case c.name == "order" && !t.right, c.name == "phone" && len(w.digits) <= longestPhone:
				return true
			}
		}
	}
	return false
}
