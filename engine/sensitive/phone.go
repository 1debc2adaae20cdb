package sensitive

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed phones.tsv
var phonesTSV string

// A plan is how a country numbers its phones, as far as telling them from other
// numbers takes.
type plan struct {
	calling string   // the country's digits
	trunk   string   // what precedes a number at home; often 0 or nothing
	lengths ranges   // of a number without either
	begins  []string // what mobile numbers begin with, without either
}

var plans = sync.OnceValue(func() map[string]plan {
	m := map[string]plan{}
	for _, row := range rows(phonesTSV, 5) {
		p := plan{calling: row[1], lengths: rangesOf(row[3]), begins: strings.Split(row[4], ",")}
		if row[2] != "-" {
			p.trunk = row[2]
		}
		m[row[0]] = p
	}
	return m
})

// planList is plans in the order of the table, for no map may decide.
var planList = sync.OnceValue(func() []plan {
	var out []plan
	for _, row := range rows(phonesTSV, 5) {
		out = append(out, plans()[row[0]])
	}
	return out
})

// mobile reports whether d, without country and trunk, is a mobile number.
func (p *plan) mobile(d string) bool {
	if !p.lengths.has(len(d)) {
		return false
	}
	for _, b := range p.begins {
		if strings.HasPrefix(d, b) {
			return true
		}
	}
	return false
}

// isPhone reports whether a window reads like a phone number: with 00 or a trunk
// 0, with its country's digits, or as they are dialled in the flow's country.
func (f *finder) isPhone(w window) bool {
	d := w.digits
	n := len(d)
	if n < shortestPhone || n > longestPhone+2 {
		return false
	}
	if f.atoms[w.from].before.plus {
		return true
	}
	if strings.HasPrefix(d, "00") && n >= 11 {
		return d[2] != '0'
	}
	if d[0] == '0' && 9 <= n && n <= 12 && d[1] != '0' {
		return true
	}
	if p, ok := plans()[f.options.Country]; ok && p.mobile(strings.TrimPrefix(d, p.trunk)) {
		return true
	}
	if n < 10 {
		return false
	}
	all := planList()
	for i := range all {
		if rest, ok := strings.CutPrefix(d, all[i].calling); ok && all[i].mobile(rest) {
			return true
		}
	}
	return false
}
