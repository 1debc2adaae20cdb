package sensitive

// An issuer is a range of first digits and the lengths of its cards. Sources:
// the schemes' own public ranges, ISO/IEC 7812.
type issuer struct {
	from, to  string // first digits, both included, of one length
	low, high int    // how many digits its numbers have
	only      int    // where not 0, the one other length
	told      bool   // cards of it count only beside a word for cards
}

// issuers are looked through in order.
var issuers = [...]issuer{
	{from: "34", to: "34", low: 15, high: 15}, // American Express
	{from: "37", to: "37", low: 15, high: 15},
	{from: "300", to: "305", low: 14, high: 14, only: 16}, // Diners
	{from: "36", to: "36", low: 14, high: 14, only: 16},
	{from: "38", to: "39", low: 14, high: 14, only: 16},
	{from: "3528", to: "3589", low: 16, high: 19}, // JCB
	{from: "4", to: "4", low: 16, high: 16, only: 19},
	{from: "51", to: "55", low: 16, high: 16},           // Mastercard
	{from: "2221", to: "2720", low: 16, high: 16},       //
	{from: "2200", to: "2204", low: 16, high: 19},       // Mir
	{from: "6011", to: "6011", low: 16, high: 19},       // Discover
	{from: "644", to: "649", low: 16, high: 19},         //
	{from: "65", to: "65", low: 16, high: 19},           // and RuPay, Elo
	{from: "62", to: "62", low: 16, high: 19},           // UnionPay
	{from: "506099", to: "506198", low: 16, high: 19},   // Verve
	{from: "507865", to: "507964", low: 16, high: 19},   //
	{from: "4", to: "4", low: 13, high: 13, told: true}, // Visa's old ones
	{from: "50", to: "50", low: 12, high: 19, told: true},
	{from: "56", to: "69", low: 12, high: 19, told: true}, // Maestro and national schemes
	{from: "22", to: "27", low: 16, high: 19, told: true},
	{from: "3", to: "3", low: 14, high: 19, told: true},
	{from: "81", to: "82", low: 16, high: 16, told: true},     // RuPay
	{from: "9792", to: "9792", low: 16, high: 16, told: true}, // Troy
}

// issued reports whether some issuer gives out such a number, and whether only a
// word for cards makes it one.
func issued(d string) (ok, told bool) {
	for i := range issuers {
		s := &issuers[i]
		n := len(s.from)
		if len(d) < n || d[:n] < s.from || d[:n] > s.to {
			continue
		}
		if s.low <= len(d) && len(d) <= s.high || len(d) == s.only {
			return true, s.told
		}
	}
	return false, false
}

// isToldCard reports whether a number beside a word for cards is one.
func isToldCard(d string) bool {
	ok, _ := issued(d)
	return ok && !alike(d) && luhn(d)
}

// isPlainCard reports whether a window is a card that no word need tell of.
func (f *finder) isPlainCard(w window) bool {
	ok, told := issued(w.digits)
	return ok && !told && !alike(w.digits) && luhn(w.digits) && f.isCardWindow(w)
}

// cardShapes are how people part a card's number, separators aside.
var cardShapes = map[string]bool{
	"4444": true, "44443": true, "4447": true, "4446": true, "444411": true, // 16, 18, 19 digits
	"465": true, "464": true, "455": true, "4442": true, "4443": true, // 14, 15 digits
	"444": true, "4441": true, "88": true,
}

// isCardWindow reports whether a window is parted like a card, or is all of its
// run, and what stands around it in the run is no part of it.
func (f *finder) isCardWindow(w window) bool {
	groups := w.to - w.from
	if groups > 1 {
		var shape [longestNumber]byte
		mark := f.atoms[w.from+1].before.mark
		for k := w.from; k < w.to; k++ {
			shape[k-w.from] = byte('0' + min(f.atoms[k].digits, 10))
			if k > w.from && f.atoms[k].before.mark != mark && f.atoms[k].before.mark != newline && mark != newline {
				return false
			}
		}
		if !cardShapes[string(shape[:groups])] && w.run != w.in {
			return false
		}
	}
	if w.from > w.in.from && groups > 1 && f.atoms[w.from-1].digits >= 4 && !f.claimed[w.from-1] &&
		f.atoms[w.from].before.mark == f.atoms[w.from+1].before.mark && f.atoms[w.from-1].digits == f.atoms[w.from].digits {
		return false // the middle of something longer
	}
	if w.to < w.in.to && groups > 1 && f.atoms[w.to].before.mark == f.atoms[w.to-1].before.mark && !f.claimed[w.to] {
		return f.isExtra(w.to, w.in.to)
	}
	if w.to < w.in.to && groups == 1 && !f.parts(w.to) && !f.claimed[w.to] {
		return false // 4242424242424242-17
	}
	if w.from > w.in.from && groups == 1 && !f.parts(w.from) && !f.claimed[w.from-1] {
		return false
	}
	return true
}

// isExtra reports whether what follows a card in its run is not more of it: an
// expiry, a CVV, a number of another length.
func (f *finder) isExtra(k, end int) bool {
	a := &f.atoms[k]
	switch {
	case a.digits == 4: // 0829, 2029
		m := two(a.code, 0)
		return 1 <= m && m <= 12 && two(a.code, 2) >= 24 && two(a.code, 2) <= 45 || m == 20
	case a.digits == 3:
		return k+1 == end || f.atoms[k+1].digits != 3
	}
	return true
}

// claimCards claims the cards of r that nothing need tell of.
func (f *finder) claimCards(r run) {
	w := windower{f: f, in: r}
	for i := r.from; i < r.to; i++ {
		if c := f.atoms[i].code[0]; c < '2' || c > '6' || f.claimed[i] {
			continue
		}
		for j := w.reachable(i); j > i; j-- {
			win, ok := w.span(i, j)
			if !ok || len(win.digits) < 14 || len(win.digits) > 19 || !f.free(i, j) {
				continue
			}
			if !f.isPlainCard(win) || f.isRefused(win, 1) || f.isOther(win) {
				continue
			}
			f.claim(i, j, Span{Kind: Card, Rule: "card-luhn"})
			i = j - 1
			break
		}
	}
}

// isOther reports whether a card's number is better explained as an Indonesian
// NIK: of a card's numbers one in two thousand is, of NIKs one in ten a card's.
func (f *finder) isOther(w window) bool {
	return len(w.digits) == 16 && w.to-w.from == 1 && isBareNIK(w.digits) && w.digits[13] == '0'
}
