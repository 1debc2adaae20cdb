package engine

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"cauce/engine/eval"
)

// bounds are what a value must meet besides its type.
type bounds struct {
	least, most *eval.Program
	pattern     *regexp.Regexp
}

// compileBounds compiles the bounds of a datum: expressions of its type, over
// the built-in names and the data of the service, and a pattern.
func (s *Service) compileBounds(d *Datum) (b bounds, err error) {
	for _, c := range []struct {
		src string
		to  **eval.Program
	}{{d.Least, &b.least}, {d.Most, &b.most}} {
		if c.src == "" {
			continue
		}
		if *c.to, err = s.expr(c.src, Schema(&s.def, nil), d.Type); err != nil {
			return b, err
		}
	}
	if d.Pattern != "" {
		// The whole of the text, whatever stands in it: in RE2 the time this
		// takes grows with the text and no faster.
		if b.pattern, err = regexp.Compile(`\A(?:` + d.Pattern + `)\z`); err != nil {
			return b, fmt.Errorf("the pattern %q: %w", d.Pattern, err)
		}
	}
	return b, nil
}

// fits reports whether a value is one the data may have.
func (a *advance) fits(d *datum, v eval.Value) bool {
	if v.Kind != d.Type {
		return false
	}
	if d.Name == NameZone {
		_, err := Zone(v.Text)
		return err == nil
	}
	n := int64(0)
	switch d.Type {
	case eval.Integer:
		n = v.Int
	case eval.Text:
		if d.pattern != nil && !d.pattern.MatchString(v.Text) {
			return false
		}
		n = int64(utf8.RuneCountInString(v.Text))
	case eval.Choice:
		return d.offers(a.s, v.Text)
	case eval.Number:
		return !math.IsNaN(v.Num) && !math.IsInf(v.Num, 0) && a.within(d, v)
	case eval.Date, eval.Time:
		return a.within(d, v)
	case eval.List:
		return a.fitsList(d, v)
	default:
		return true
	}
	return (d.Min == nil || n >= *d.Min) && (d.Max == nil || n <= *d.Max)
}

// within reports whether a value lies between the bounds of its data. A bound
// that can't be worked out, because it reads what is not known, bounds nothing;
// it is recorded.
func (a *advance) within(d *datum, v eval.Value) bool {
	bound := func(p *eval.Program) (eval.Value, bool) {
		if p == nil {
			return eval.Value{}, false
		}
		b, err := p.Run(a)
		if err != nil {
			a.record(RecordFault, "expression", a.frame, err.Error())
		}
		return b, err == nil
	}
	if b, ok := bound(d.least); ok && compare(v, b) < 0 {
		return false
	}
	if b, ok := bound(d.most); ok && compare(v, b) > 0 {
		return false
	}
	return true
}

// compare orders two numbers, dates or times. What a date and a time of day are
// written as follows each other as they do.
func compare(v, b eval.Value) int {
	if v.Kind != eval.Number {
		return strings.Compare(v.Text, b.Text)
	}
	n := b.Num
	if b.Kind == eval.Integer {
		n = float64(b.Int)
	}
	switch {
	case v.Num < n:
		return -1
	case v.Num > n:
		return 1
	}
	return 0
}
