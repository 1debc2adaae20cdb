package check

import (
	"cauce/dsl/diag"
	"cauce/dsl/syntax"
)

// This file reads what can be chosen: the rows of choose, those that a list
// makes, and the yes and no of a consent.

func (n *node) readRows(t table) {
	n.rowsRead = true
	for i, key := range []string{"yes", "no"} {
		e := t.Get(key)
		if e == nil {
			continue
		}
		if a, ok := t.table(key, agreeShape); ok {
			r := a.row()
			r.id, r.idAt = key, e.KeyAt
			n.agree[i] = r
			n.rows = append(n.rows, r)
		} else {
			n.rowsRead = false
		}
	}
	e := t.Get("choose")
	if e == nil {
		return
	}
	n.choose = e.KeyAt
	if pattern, ok := e.Value.(*syntax.Table); ok {
		n.readFrom(t.c, pattern)
		return
	}
	if list, ok := e.Value.(*syntax.List); ok && len(list.Items) == 0 {
		t.c.report(EmptyText, list.Span(), "add rows, or take the key out", "there is nothing to choose")
	}
	shape := rowShape
	if t.has("template") && !t.has("ask") && !t.has("consent") {
		shape = buttonRowShape
	}
	n.readList(t, "choose", shape)
}

// readList reads a list of rows.
func (n *node) readList(t table, key string, shape *shape) {
	rows := t.tables(key)
	if list, ok := t.value(key).(*syntax.List); !ok || len(rows) < len(list.Items) {
		n.rowsRead = false
	}
	for _, r := range rows {
		rt := t.c.open(r, shape)
		row := rt.row()
		if v := rt.id("id", "a row"); v != nil {
			row.id, row.idAt = v.Value, v.Span()
		} else {
			n.rowsRead = false
		}
		if shape == rowShape {
			for _, key := range []string{"note", "section"} {
				if rt.has(key) && !rt.has("label") && !t.c.meant(r, shape, "label") {
					t.c.report(MisplacedKey, rt.Get(key).KeyAt, "add label = \"…\"", "a %s goes with a label, and this row has none", key)
				}
			}
			if !rt.has("label") && !rt.has("also") && !t.c.meant(r, shape, "label") && !t.c.meant(r, shape, "also") {
				t.c.report(MissingKey, r.At, `add label = "…", or also = { es = ["…"] } for a row that is only typed`, "nobody can choose this row: it has no words")
			}
		}
		n.rows = append(n.rows, row)
	}
}

// row reads what the rows of every kind have, whichever of it their shape
// allows.
func (t table) row() *row {
	r := &row{at: t.At, next: t.target("go", "end")}
	r.label = t.words("label")
	r.note = t.words("note")
	r.section = t.words("section")
	r.when = t.expression("if")
	r.also = t.typed("also")
	r.say = t.messages("say")
	r.set = t.assigns("set", true)
	r.tags, r.count = t.tags(), t.counter()
	return r
}

// readFrom reads choose = { from = …, rows = [ … ] }.
func (n *node) readFrom(c *checker, pattern *syntax.Table) {
	if pattern.Get("from") == nil && pattern.Get("id") != nil && !c.meant(pattern, fromShape, "from") {
		// A single row without its list.
		n.rowsRead = false
		c.wrongKind("choose", pattern, "a list of tables", examples["choose"])
		return
	}
	t := c.open(pattern, fromShape)
	before := len(c.list)
	n.from = &from{at: pattern.At, list: t.expression("from"), id: t.wording("id"), row: t.row()}
	if n.from.list == nil || n.from.id == nil || len(c.list) > before {
		n.rowsRead = false
	}
	n.from.row.idAt = diag.Span{}
	if t.has("rows") {
		n.readList(t, "rows", rowShape)
	}
}

// wording reads a text with {…} that is the same in every language.
func (t table) wording(key string) *wording {
	v := t.text(key)
	if v == nil {
		return nil
	}
	return &wording{src: v}
}
