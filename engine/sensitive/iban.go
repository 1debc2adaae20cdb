package sensitive

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed iban.tsv
var ibanTSV string

// structures are, by country, what may stand at each place after the two letters
// and two check digits: n, a or c.
var structures = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, row := range rows(ibanTSV, 2) {
		var b strings.Builder
		n := 0
		for _, c := range []byte(row[1]) {
			if '0' <= c && c <= '9' {
				n = n*10 + int(c-'0')
				continue
			}
			b.WriteString(strings.Repeat(string(c), n))
			n = 0
		}
		m[row[0]] = b.String()
	}
	return m
})

// isIBAN reports whether s (capitals and digits, nothing else) is an IBAN.
func isIBAN(s string) bool {
	if len(s) < 5 {
		return false
	}
	structure := structures()[s[:2]]
	if structure == "" || len(s) != 4+len(structure) || s[2] > '9' || s[3] > '9' {
		return false
	}
	for i, want := range []byte(structure) {
		isDigit := s[4+i] <= '9'
		if want == 'n' && !isDigit || want == 'a' && isDigit {
			return false
		}
	}
	return mod97(s[4:]+s[:4]) == 1
}

// longestIBAN is Russia's.
const longestIBAN = 33

// claimIBANs claims every IBAN: it begins where an atom does, or after the
// letters IBAN, and ends where one does.
func (f *finder) claimIBANs() {
	var room [longestIBAN]byte
	for i := 0; i < len(f.atoms); i++ {
		head := f.atoms[i].code
		skipped := 0
		if strings.HasPrefix(head, "IBAN") && f.atoms[i].to-f.atoms[i].from == len(head) {
			skipped = len("IBAN")
			head = head[skipped:]
		}
		if len(head) < 2 {
			continue
		}
		structure := structures()[head[:2]]
		want := 4 + len(structure)
		if structure == "" || len(head) > want {
			continue
		}
		s := append(room[:0], head...)
		j := i + 1
		for j < len(f.atoms) && len(s) < want && f.joinsIBAN(j) && len(s)+len(f.atoms[j].code) <= want {
			if s = append(s, f.atoms[j].code...); len(s) > 2 && s[2] > '9' {
				break
			}
			j++
		}
		if len(s) == want && isIBAN(string(s)) {
			f.claim(i, j, Span{Kind: IBAN, Rule: "iban"})
			f.found[len(f.found)-1].From += skipped
			i = j - 1
		}
	}
}

func (f *finder) joinsIBAN(j int) bool {
	a := &f.atoms[j]
	return a.code != "" && (a.before.joins() || a.before.mark == nothing && a.before == gap{})
}
