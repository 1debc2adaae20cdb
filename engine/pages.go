package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"cauce/engine/eval"
	"cauce/engine/limits"
)

// madeFrom begins the id of a row that was made from data, and pageRow that of
// the row that turns to another page. No row of an author's begins so.
const (
	madeFrom = "="
	pageRow  = "@page."
)

// from makes rows from a list.
type from struct {
	list   *eval.Program
	named  string   // the list is this name, and nothing has to be worked out; empty: it is not
	fields []*datum // of an element, in source order
	names  []string // it.field, in the same order
	id     *eval.Wording
	row    row // the pattern
}

// element is one element of a list, as expressions read it.
type element struct {
	from   *from
	values []eval.Value // of the fields, in their order
	key    string       // its id, as it was written out
	label  string       // in the person's language
}

// value is what a name means while this element is looked at.
func (e *element) value(name string) (eval.Value, bool) {
	i := slices.Index(e.from.names, name)
	if i < 0 {
		return eval.Value{}, false
	}
	return e.values[i], true
}

// field is the declared field that a name means while this element is looked
// at; nil: it is none.
func (e *element) field(name string) *datum {
	if i := slices.Index(e.from.names, name); i >= 0 {
		return e.from.fields[i]
	}
	return nil
}

// wire is the element's row on the wire: its id, or where that is long or holds
// what may not pass through unchanged, a digest of it. A tap on it is judged by
// the id and not by the place in the list, so that it means the same thing on
// whatever page, and nothing once the element is gone.
func (e *element) wire() string {
	const longest = 40
	plain := len(e.key) <= longest
	for i := 0; i < len(e.key) && plain; i++ {
		c := e.key[i]
		plain = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.'
	}
	if plain {
		return madeFrom + e.key
	}
	sum := sha256.Sum256([]byte(e.key))
	return madeFrom + "#" + hex.EncodeToString(sum[:16])
}

// made are the rows that a question makes from data now, and how they stand on
// pages. Written rows stand on every page, so that a way out is always there.
type made struct {
	elements []element
	per      int // elements on a page
	pages    int
	page     int // the one that is shown
}

// next is the page that the row between made and written rows turns to: the one
// behind, or from the last the first.
func (m *made) next() int {
	if m.page+1 < m.pages {
		return m.page + 1
	}
	return 0
}

// shown are the elements of the page, and how many stand before them.
func (m *made) shown() ([]element, int) {
	first := min(m.page*m.per, len(m.elements))
	return m.elements[first:min(first+m.per, len(m.elements))], first
}

// list is the list that a question makes its rows from now.
func (a *advance) list(fr *from) (eval.Value, error) {
	if fr.named != "" {
		if v := a.Value(fr.named); v.IsSet() {
			return v, nil
		}
	}
	return fr.list.Run(a)
}

// offers works out whether an element is offered, and its id and label. What
// can't be worked out is an error.
func (a *advance) offers(fr *from, e *element) (bool, error) {
	outer := a.it
	a.it = e
	defer func() { a.it = outer }()
	if fr.row.cond != nil {
		if v, err := fr.row.cond.Run(a); err != nil || !v.Bool {
			return false, err
		}
	}
	var err error
	if e.key, err = fr.id.Fill(a, asIs); err != nil || e.key == "" {
		return false, err
	}
	e.label, err = fr.row.label[a.lang].Render(a, a.show)
	return err == nil && strings.TrimSpace(e.label) != "", err
}

// made makes the rows of a question. What can't be worked out is left out; it
// is recorded, once, if tell is set.
func (a *advance) made(f *Frame, n *node, tell bool) *made {
	fr := n.from
	m := &made{}
	v, first := a.list(fr)
	if first == nil {
		list := elementsOf(fr.fields, v.Text)
		m.elements = make([]element, 0, len(list))
		for _, values := range list {
			e := element{from: fr, values: values}
			ok, err := a.offers(fr, &e)
			if err != nil && first == nil {
				first = err
			}
			// Two of one id would be one thing to tap: the first has it.
			if ok && !slices.ContainsFunc(m.elements, func(have element) bool { return have.key == e.key }) {
				m.elements = append(m.elements, e)
			}
		}
	}
	if first != nil && tell {
		a.record(RecordFault, "expression", f, first.Error())
	}
	written := 0
	for i := range n.rows {
		if a.shows(&n.rows[i], f) {
			written++
		}
	}
	m.per, m.pages = len(m.elements), 1
	if len(m.elements)+written > mostRows {
		m.per = mostRows - 1 - written
		m.pages = (len(m.elements) + m.per - 1) / m.per
	}
	m.page = max(0, min(f.Page, m.pages-1))
	return m
}

// asIs puts a value into an id as it is.
func asIs(v eval.Value) (string, error) { return plain(v), nil }

// composeMade adds the rows of one page. It reports whether they are a list
// whatever their number: a page among others looks like the others, and labels
// that are too long for buttons, or not one of a kind, are no buttons.
func (a *advance) composeMade(f *Frame, n *node, m *Outgoing) (list bool) {
	rows := a.made(f, n, true)
	shown, before := rows.shown()
	row := &n.from.row
	section := ""
	list = rows.pages > 1
	if !n.numbers {
		m.Choices = make([]Choice, 0, mostRows)
	}
	for i := range shown {
		e := &shown[i]
		if n.numbers {
			m.Body += numberedLine(before+i+1, e.label)
			continue
		}
		c := Choice{ID: WireID{f.Flow, f.Node, f.Visit, e.wire()}.String(), Label: cut(e.label, limits.RowTitle)}
		a.it = e
		c.Note = cut(a.quiet(row.note), limits.RowDescription)
		if s := cut(a.quiet(row.section), limits.SectionTitle); s != section {
			c.Section, section = s, s
		}
		a.it = nil
		list = list || limits.ButtonTitle.Over(c.Label) != limits.Fits ||
			slices.ContainsFunc(m.Choices, func(have Choice) bool { return have.Label == c.Label })
		m.Choices = append(m.Choices, c)
	}
	if rows.pages > 1 {
		if label := a.text(a.s.turns(rows.next())); n.numbers {
			m.Body += numberedLine(0, label)
		} else {
			id := pageRow + strconv.Itoa(rows.next())
			m.Choices = append(m.Choices, Choice{ID: WireID{f.Flow, f.Node, f.Visit, id}.String(), Label: label})
		}
	}
	a.composeRows(f, n, m, len(rows.elements))
	return list && !n.numbers
}

// quiet renders words that an element may lack: then there are none.
func (a *advance) quiet(t texts) string {
	if t == nil {
		return ""
	}
	out, _ := t[a.lang].Render(a, a.show)
	return out
}

// cut shortens what came from outside to what WhatsApp shows: one row that is
// too long would lose the whole message.
func cut(s string, l limits.Limit) string {
	if l.Over(s) == limits.Fits {
		return s
	}
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units >= l.Max() {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// turns are the words on the row that turns to a page.
func (s *Service) turns(page int) texts {
	if page == 0 {
		return s.builtin[builtinFirst]
	}
	return s.builtin[builtinMore]
}

// turn is what that row says in a language of the service.
func (s *Service) turn(page, lang int) string {
	lit, _ := s.turns(page)[lang].Literal()
	return lit
}

// named finds the element whose label was typed.
func (a *advance) named(n *node, rows *made, typed string, lang int) *element {
	for i := range rows.elements {
		e := &rows.elements[i]
		label := e.label
		if lang != a.lang {
			a.it = e
			label, _ = n.from.row.label[lang].Render(a, a.show)
			a.it = nil
		}
		if form(label) == typed || form(cut(label, limits.RowTitle)) == typed {
			return e
		}
	}
	return nil
}

// tappedMade finds what a tap names among the rows made from data and the
// pages. Every page's rows count, whichever was shown last.
func (a *advance) tappedMade(f *Frame, n *node, id string) (pick, bool) {
	if at, ok := strings.CutPrefix(id, pageRow); ok {
		page, err := strconv.Atoi(at)
		if err != nil || page < 0 {
			return pick{}, false
		}
		return pick{page: page}, true
	}
	if !strings.HasPrefix(id, madeFrom) {
		return pick{}, false
	}
	if e := a.elementNamed(n.from, id); e != nil {
		return pick{row: &n.from.row, it: e}, true
	}
	return pick{}, false
}

// elementNamed finds the offered element that is so named on the wire. Of the
// others only the id is worked out.
func (a *advance) elementNamed(fr *from, wire string) *element {
	v, err := a.list(fr)
	if err != nil {
		return nil
	}
	for _, values := range elementsOf(fr.fields, v.Text) {
		e := &element{from: fr, values: values}
		a.it = e
		e.key, err = fr.id.Fill(a, asIs)
		a.it = nil
		if err != nil || e.key == "" || e.wire() != wire {
			continue
		}
		if ok, err := a.offers(fr, e); ok && err == nil {
			return e
		}
	}
	return nil
}

// turnTo shows another page of the question: no retry, and the same visit.
func (a *advance) turnTo(f *Frame, n *node, page int) {
	if !a.mayAnswer(f, "page") || !a.hop(f, n, n.paged) {
		return
	}
	f.Page = page
	a.ask(f, n, a.text(n.ask), false)
}
