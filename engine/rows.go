package engine

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cauce/engine/eval"
	"cauce/engine/limits"
	"cauce/engine/policy"
)

// mostRows is how many rows a message shows for tapping; more are numbered
// text, or pages where they are made from data.
const mostRows = limits.ListRows

// pick is what a person chose of what a question offers: a row, or another page
// of rows.
type pick struct {
	row  *row
	it   *element // what the row was made from; nil: it was written
	page int      // with no row: turn to this page
}

// compileRows compiles what a question offers: rows made from a list first,
// then those that were written. A question that saves a choice or true or false
// and has none offers its values.
func (s *Service) compileRows(f *flow, n *node, d *Node, goTo Place, env eval.Schema) error {
	rows := d.Rows
	asks := d.Verb == AskVerb && d.From == nil && len(rows) == 0 && n.save != nil
	switch {
	case asks && n.save.Type == eval.Choice:
		for _, o := range n.save.Options {
			rows = append(rows, Row{ID: o.ID, Label: o.Label, Origin: d.Origin})
		}
	case asks && n.save.Type == eval.Bool:
		yes, no := YesNoWords(s.languages)
		rows = []Row{{ID: rowYes, Label: yes, Origin: d.Origin}, {ID: rowNo, Label: no, Origin: d.Origin}}
	}
	if d.From != nil {
		if err := s.compileFrom(f, n, d, goTo, env); err != nil {
			return err
		}
		if len(rows) > mostRows-2 {
			return fmt.Errorf("%d rows stand on every page of those made from data; at most %d fit", len(rows), mostRows-2)
		}
	}
	for i := range rows {
		r := &rows[i]
		if r.ID == "" || strings.HasPrefix(r.ID, "@") || strings.HasPrefix(r.ID, madeFrom) {
			return fmt.Errorf("a row can't be named %q", r.ID)
		}
		if slices.ContainsFunc(n.rows, func(have row) bool { return have.id == r.ID }) {
			return fmt.Errorf("two rows are named %q", r.ID)
		}
		var value eval.Value
		if n.save != nil {
			switch {
			case n.save.Type == eval.Choice && n.save.offers(s, r.ID):
				value = eval.ChoiceOf(r.ID)
			case asks && n.save.Type == eval.Bool:
				value = eval.BoolOf(r.ID == rowYes)
			}
		}
		c, err := s.compileRow(f, n, d, r, goTo, env, value)
		if err != nil {
			return err
		}
		c.id = r.ID
		n.rows = append(n.rows, c)
	}
	return nil
}

// offers reports whether an id is a value of a choice.
func (d *datum) offers(s *Service, id string) bool {
	if d.Name == NameLanguage {
		return s.rank(id) < len(s.languages)
	}
	return slices.ContainsFunc(d.Options, func(o Option) bool { return o.ID == id })
}

// compileRow compiles one row and its way out. value is what it saves by itself.
func (s *Service) compileRow(f *flow, n *node, d *Node, r *Row, goTo Place, env eval.Schema, value eval.Value) (row, error) {
	c := row{value: value, toStop: r.Go.Own == ToStop, toHuman: r.Go.Own == ToHuman}
	var err error
	for _, w := range []struct {
		from Words
		to   *texts
	}{{r.Label, &c.label}, {r.Note, &c.note}, {r.Section, &c.section}} {
		if *w.to, err = s.words(w.from, env); err != nil {
			return c, err
		}
	}
	s.plainLabels(&c)
	if c.say, err = s.several(r.Say, env); err != nil {
		return c, err
	}
	if c.set, err = s.assigns(f, r.Set, env); err != nil {
		return c, err
	}
	for _, l := range s.languages {
		var also []string
		for _, a := range r.Also[l] {
			also = append(also, form(a))
		}
		c.also = append(c.also, also)
	}
	if r.If != "" {
		if c.cond, err = s.expr(r.If, env, eval.Bool); err != nil {
			return c, err
		}
	}
	to := goTo
	if !r.Go.IsZero() {
		if to, err = f.place(r.Go); err != nil {
			return c, err
		}
	} else if d.Go.IsZero() {
		return c, fmt.Errorf("the row %q has no way out", r.ID)
	}
	c.tags, c.counts = r.Tags, r.Count
	w := Way{If: r.If, Cause: policy.Answer, Effects: []EffectKind{DoStopTimer}, Origin: r.Origin}
	if value.IsSet() || len(c.set) > 0 || d.From != nil && r == &d.From.Row && n.save != nil {
		w.Effects = append(w.Effects, DoSave)
	}
	if len(c.tags) > 0 {
		w.Effects = append(w.Effects, DoFlag)
	}
	if c.counts != "" {
		w.Effects = append(w.Effects, DoCount)
	}
	if len(c.say) > 0 {
		w.Effects = append(w.Effects, DoSend)
	}
	id := r.ID
	if id == "" {
		id = eachRow
	}
	c.way = n.add(OnRow, id, to, w)
	return c, nil
}

// plainLabels normalises the labels that are the same for everybody, so that
// a typed answer is compared without rendering them again.
func (s *Service) plainLabels(r *row) {
	r.plain = make([]string, len(s.languages))
	for i := range r.label {
		if lit, ok := r.label[i].Literal(); ok {
			r.plain[i] = form(lit)
		}
	}
}

// offered reports whether a row's condition holds.
func (a *advance) offered(r *row, f *Frame) bool {
	return r.cond == nil || a.holds(r.cond, f)
}

// shows reports whether a row is seen: it has a label, and its condition holds.
func (a *advance) shows(r *row, f *Frame) bool {
	return r.label != nil && a.offered(r, f)
}

// compose makes the message of a question: its words with its rows, in the
// shape that their number asks for.
func (a *advance) compose(f *Frame, n *node, body string) Outgoing {
	m := Outgoing{Kind: OutText, Body: body}
	list := false // whatever the number of rows
	if n.from != nil {
		list = a.composeMade(f, n, &m)
	} else {
		a.composeRows(f, n, &m, 0)
	}
	switch {
	case list || len(m.Choices) > limits.ReplyButtons:
		m.Kind, m.Opener = OutList, a.text(n.opener)
		a.sections(&m)
	case len(m.Choices) > 0:
		m.Kind = OutButtons
		for i := range m.Choices {
			m.Choices[i].Section = ""
		}
	case n.place:
		m.Kind = OutPlace
	}
	if n.carried != nil {
		a.close(n, &m)
	}
	return m
}

// composeRows adds the rows that were written. numbered is how many numbers
// stand before them.
func (a *advance) composeRows(f *Frame, n *node, m *Outgoing, numbered int) {
	section, told := -1, -1 // rows whose section it is
	for i := range n.rows {
		r := &n.rows[i]
		if r.section != nil {
			section = i
		}
		if !a.shows(r, f) {
			continue
		}
		numbered++
		if n.numbers {
			m.Body += numberedLine(numbered, a.text(r.label))
			continue
		}
		if m.Choices == nil {
			m.Choices = make([]Choice, 0, len(n.rows))
		}
		c := Choice{
			ID:    WireID{f.Flow, f.Node, f.Visit, r.id}.String(),
			Label: a.text(r.label),
			Note:  a.text(r.note),
		}
		if section != told {
			c.Section, told = a.text(n.rows[section].section), section
		}
		m.Choices = append(m.Choices, c)
	}
}

func numberedLine(number int, label string) string {
	return "\n" + strconv.Itoa(number) + ". " + label
}

// sections gives the first rows of a list a title where others have one: with
// more than one section WhatsApp wants a title on each (Cloud API reference §4).
func (a *advance) sections(m *Outgoing) {
	titled := slices.ContainsFunc(m.Choices, func(c Choice) bool { return c.Section != "" })
	if titled && m.Choices[0].Section == "" {
		m.Choices[0].Section = m.Opener
	}
}

// match finds what a typed answer names: a row by its label or synonym, in the
// person's language first, or by its number where numbers are shown and the
// question does not ask for one.
func (a *advance) match(f *Frame, n *node, r Reading) (pick, bool) {
	typed := r.form()
	if typed == "" {
		return pick{}, false
	}
	var rows *made
	if n.from != nil {
		rows = a.made(f, n, false)
	}
	fits := func(row *row, lang int) bool {
		if row.label != nil {
			if row.plain[lang] != "" {
				if row.plain[lang] == typed {
					return true
				}
			} else if lang == a.lang && form(a.text(row.label)) == typed {
				return true
			}
		}
		return slices.Contains(row.also[lang], typed)
	}
	for k := range a.s.languages {
		lang := (a.lang + k) % len(a.s.languages)
		if rows != nil {
			if it := a.named(n, rows, typed, lang); it != nil {
				return pick{row: &n.from.row, it: it}, true
			}
		}
		for i := range n.rows {
			if fits(&n.rows[i], lang) && a.offered(&n.rows[i], f) {
				return pick{row: &n.rows[i]}, true
			}
		}
		if rows != nil && rows.pages > 1 && form(a.s.turn(rows.next(), lang)) == typed {
			return pick{page: rows.next()}, true
		}
	}
	if n.numbers && (n.save == nil || !n.save.readsNumbers()) {
		if want, err := strconv.Atoi(r.Normal); err == nil {
			return a.numbered(f, n, rows, want)
		}
	}
	return pick{}, false
}

// numbered finds the row that bears a number.
func (a *advance) numbered(f *Frame, n *node, rows *made, want int) (pick, bool) {
	shown := 0
	if rows != nil {
		if want == 0 && rows.pages > 1 {
			return pick{page: rows.next()}, true
		}
		if shown = len(rows.elements); 1 <= want && want <= shown {
			return pick{row: &n.from.row, it: &rows.elements[want-1]}, true
		}
	}
	for i := range n.rows {
		if !a.shows(&n.rows[i], f) {
			continue
		}
		if shown++; shown == want {
			return pick{row: &n.rows[i]}, true
		}
	}
	return pick{}, false
}

// readsNumbers reports whether digits are a value of the data.
func (d *datum) readsNumbers() bool {
	switch d.Type {
	case eval.Integer, eval.Number, eval.Date, eval.Time, eval.Phone:
		return true
	}
	return false
}

// tappedRow finds what a tap on the open question names, if that is still on
// offer. Rows made from data count from every page, the older ones too.
func (a *advance) tappedRow(f *Frame, n *node, id string) (pick, bool) {
	if n.from != nil {
		if p, ok := a.tappedMade(f, n, id); ok {
			return p, true
		}
	}
	if i := n.row(id); i >= 0 && a.offered(&n.rows[i], f) {
		return pick{row: &n.rows[i]}, true
	}
	return pick{}, false
}

func (n *node) row(id string) int {
	for i := range n.rows {
		if n.rows[i].id == id {
			return i
		}
	}
	return -1
}

// The rows of a question about true or false that has none of its own.
const (
	rowYes = "yes"
	rowNo  = "no"
)

// eachRow is what the rows that are made from a list are called together: in
// the table, and where it is counted who chose one.
const eachRow = "@each"

// YesNoWords are the labels of the two rows that a question about true or false
// offers when it has none of its own, in each of the languages.
func YesNoWords(languages []string) (yes, no Words) {
	yes, no = Words{}, Words{}
	for _, l := range languages {
		yes[l], no[l] = builtins[base(l)][builtinYes], builtins[base(l)][builtinNo]
	}
	return yes, no
}

// compileFrom compiles rows that are made from a list.
func (s *Service) compileFrom(f *flow, n *node, d *Node, goTo Place, env eval.Schema) error {
	if d.Verb != AskVerb && d.Verb != ConsentVerb {
		return errors.New("only a question makes rows from a list")
	}
	list, err := s.expr(d.From.List, env, eval.List)
	if err != nil {
		return err
	}
	c := &from{list: list}
	if names := list.Names(); len(names) == 1 && names[0] == d.From.List {
		c.named = names[0]
	}
	fields := s.fieldsOf(f, list)
	if fields == nil {
		return fmt.Errorf("%q gives no list whose fields are declared", d.From.List)
	}
	c.fields = fields
	var declared []Datum
	for _, field := range fields {
		declared = append(declared, field.Datum)
		c.names = append(c.names, NameIt+"."+field.Name)
	}
	env = SchemaOf(env, declared)
	id, bad := eval.CompileData(d.From.ID, env)
	if bad != nil {
		return fmt.Errorf("%q: %w", d.From.ID, bad)
	}
	c.id = id
	s.note(id.Names())
	n.from = c
	c.row, err = s.compileRow(f, n, d, &d.From.Row, goTo, env, eval.Value{})
	if err != nil {
		return err
	}
	c.row.id = eachRow
	if c.row.label == nil {
		return errors.New("rows made from a list need a label")
	}
	n.paged = n.add(OnPage, "", Place{Node: n.Node}, Way{Cause: policy.Answer, Effects: []EffectKind{DoSend, DoStartTimer}})
	return nil
}
