package sensitive

// A pattern is a code of letters and digits that tells by itself what it is.
type pattern struct {
	rule    string
	shape   string // A a letter, 9 a digit, x either, C a capital that must be typed as one
	check   func(string) bool
	capital bool // only in capitals
}

var patterns = [...]pattern{
	{rule: "mx-curp", shape: "AAAA999999AAAAAAx9", check: isCURP},
	{rule: "mx-rfc", shape: "AAAA999999xxx", check: isRFC, capital: true},
	{rule: "mx-rfc", shape: "AAA999999xxx", check: isRFC, capital: true},
	{rule: "in-pan", shape: "AAAAA9999A", check: isPAN},
	{rule: "es-dni", shape: "99999999A", check: isDNI},
	{rule: "es-nie", shape: "A9999999A", check: isNIE},
	{rule: "uk-nino", shape: "AA999999A", check: isNINO},
	{rule: "ke-kra", shape: "A999999999A", check: isKRA},
	{rule: "it-fiscal", shape: "AAAAAA99A99A999A", check: isFiscal},
	{rule: "cn-id", shape: "99999999999999999A", check: isChinese},
	{rule: "cl-rut", shape: "99999999A", check: isKRUT},
	{rule: "cl-rut", shape: "9999999A", check: isKRUT},
}

func isNIE(s string) bool { return 'X' <= s[0] && s[0] <= 'Z' && isDNI(s) }

// isKRA: Kenya's tax office; people have A, companies P.
func isKRA(s string) bool { return s[0] == 'A' || s[0] == 'P' }

// isKRUT is isRUT for those that end in K.
func isKRUT(s string) bool { return s[len(s)-1] == 'K' && isRUT(s) }

func (p *pattern) matches(code string) bool {
	if len(code) != len(p.shape) {
		return false
	}
	for i := range len(code) {
		if isDigit := code[i] <= '9'; p.shape[i] == '9' && !isDigit || p.shape[i] == 'A' && isDigit {
			return false
		}
	}
	return p.check(code)
}

// mostCodeAtoms is how many atoms a code may be written in: AB 12 34 56 C.
const mostCodeAtoms = 5

// claimCodes claims the codes that nothing need tell of.
func (f *finder) claimCodes() {
	for i := 0; i < len(f.atoms); i++ {
		for j := min(i+mostCodeAtoms, len(f.atoms)); j > i; j-- {
			code, ok := f.code(i, j)
			if !ok {
				continue
			}
			if rule := f.patternOf(code, i, j); rule != "" && !f.isRefused(window{run: run{i, j}, digits: code, in: run{i, j}}, beside) {
				f.claim(i, j, Span{Kind: NationalID, Rule: rule})
				i = j - 1
				break
			}
		}
	}
}

func (f *finder) patternOf(code string, i, j int) string {
	for k := range patterns {
		p := &patterns[k]
		if p.matches(code) && (!p.capital || f.inCapitals(i, j)) {
			return p.rule
		}
	}
	return ""
}

func (f *finder) inCapitals(i, j int) bool {
	for k := i; k < j; k++ {
		if !f.atoms[k].isNumber() && !f.atoms[k].capital {
			return false
		}
	}
	return true
}

// code joins atoms i to j where they may be one code. Dashes and dots may part
// it anywhere; a space only where its letters are capitals, or "12345678 y" were
// one.
func (f *finder) code(i, j int) (string, bool) {
	if j == i+1 {
		a := &f.atoms[i]
		return a.code, a.isCode() && !f.claimed[i] && len(a.code) >= shortestCode
	}
	digits, n := 0, 0
	for k := i; k < j; k++ {
		a := &f.atoms[k]
		if f.claimed[k] || a.code == "" || a.isWord() && (len(a.code) > 2 || k > i && k < j-1) {
			return "", false
		}
		if digits += a.digits; len(a.code) > longestCode {
			return "", false
		}
		n += len(a.code)
		if k == i {
			continue
		}
		switch a.before.mark {
		case dash, dot:
		case space:
			if !f.inCapitals(i, j) {
				return "", false
			}
		default:
			return "", false
		}
	}
	if n < shortestCode || n > longestCode || digits == n {
		return "", false
	}
	var room [longestCode]byte
	s := room[:0]
	for k := i; k < j; k++ {
		s = append(s, f.atoms[k].code...)
	}
	return string(s), true
}

const (
	shortestCode = 6
	longestCode  = 20
)

// fewestCodeDigits is how many digits a code has that only a word tells of.
const fewestCodeDigits = 5

// claimToldCodes claims codes that a word near them tells of.
func (f *finder) claimToldCodes() {
	var few [mostTellers + 1]told
	for i := range f.atoms {
		a := &f.atoms[i]
		if !a.isCode() || f.claimed[i] || a.digits < fewestCodeDigits && !f.isPattern(a.code) || len(a.code) > longestNumber {
			continue
		}
		for _, t := range f.around(i, i+1, few[:0]) {
			c, vetoed := codeClass(a, t)
			if c != nil {
				f.claim(i, i+1, Span{Kind: c.kind, Rule: c.name, Word: f.wordsOf(t.hit)})
			}
			if c != nil || vetoed {
				break
			}
		}
	}
}

func (f *finder) isPattern(code string) bool {
	for k := range patterns {
		if patterns[k].matches(code) {
			return true
		}
	}
	return false
}

// codeClass is what a word says of a code.
func codeClass(a *atom, t told) (c *class, vetoed bool) {
	for _, e := range t.hit.classes {
		c := e.class
		switch {
		case t.far > c.reach && !t.right, t.far > c.reach+fromRight:
		case c.veto:
			vetoed = vetoed || !t.right && c.codes.has(len(a.code))
		case c.codes.has(len(a.code)):
			return c, false
		}
	}
	return nil, vetoed
}
