package check

import (
	"math"
	"slices"
	"strings"
	"time"

	"cauce/dsl/syntax"
	"cauce/engine/eval"
)

// maxRequest is how long data that only answers a request is kept at most
// (LANGUAGE §2).
const maxRequest = 30 * 24 * time.Hour

// maxText is the longest text a person can send: WhatsApp's (Cloud API
// reference, §4).
const maxText = 4096

var dataKinds = map[string]eval.Type{
	"text": eval.Text, "integer": eval.Integer, "bool": eval.Bool, "choice": eval.Choice,
}

// data reads [data.x]: the service's, or a flow's own.
func (t table) data(ofService bool) ([]*datum, map[string]*datum) {
	var out []*datum
	by := map[string]*datum{}
	for _, n := range t.named("data", "data") {
		d := t.c.readDatum(n, ofService)
		out = append(out, d)
		by[d.name] = d
	}
	return out, by
}

// readDatum reads one. Whatever is reported on the way makes it unsure: its
// uses are then not judged by what it may not be.
func (c *checker) readDatum(n namedTable, ofService bool) *datum {
	before := len(c.list)
	t := c.open(n.Table, dataShape)
	d := &datum{name: n.name, at: n.at}
	if slices.Contains(reservedNames, n.name) {
		c.report(BadName, n.at, "choose another, such as "+quote("mi_"+n.name), "%s means something else in conditions and texts", quote(n.name))
	}
	kind := t.oneOf("type", "types of data", dataTypes, laterDataTypes)
	d.typ = dataKinds[kind]
	t.readRange(d, kind)
	t.readOptions(d, kind)
	if kind != "" {
		t.readDefault(d, kind)
	}
	if v := t.text("purpose"); v != nil {
		d.purpose = v.Value
	}
	if v := t.text("sensitive"); v != nil {
		d.sensitive = true
	}
	t.readNeeds(d, kind, ofService)
	t.readKeep(d)
	t.readShare(d)
	d.unsure = len(c.list) > before
	return d
}

func (t table) readRange(d *datum, kind string) {
	for _, key := range []string{"min", "max"} {
		if t.has(key) && kind != "" && kind != "integer" && kind != "text" {
			t.c.report(MisplacedKey, t.Get(key).KeyAt, "take it out", "a %s has no %s; whole numbers and text have", kind, quote(key))
			return
		}
		v := t.integer(key)
		if v == nil {
			continue
		}
		if kind == "text" && v.Value < 0 {
			t.c.report(BadRange, v.Span(), "count letters, from 0", "no text has fewer than 0 letters")
			continue
		}
		if kind == "text" && key == "max" && (v.Value < 1 || v.Value > maxText) {
			t.c.report(BadRange, v.Span(), "write a number from 1 to 4096", "a message has from 1 to 4096 letters")
			continue
		}
		n := v.Value
		if key == "min" {
			d.min = &n
		} else {
			d.max = &n
		}
	}
	if d.min != nil && d.max != nil && *d.min > *d.max {
		t.c.report(BadRange, t.Get("max").Value.Span(), "swap them", "max is smaller than min (%d)", *d.min)
	}
}

func (t table) readOptions(d *datum, kind string) {
	e := t.Get("of")
	switch {
	case kind == "":
		return
	case kind != "choice" && e != nil:
		t.c.report(MisplacedKey, e.KeyAt, `take it out, or write type = "choice"`, "only a choice has options, and this is type = %s", quote(kind))
		return
	case kind == "choice" && e == nil:
		t.c.report(MissingKey, t.At, `add of = { si = "Sí", no = "No" }: the options, and the words people see`, "a choice has options")
		return
	case e == nil:
		return
	}
	of, ok := as[*syntax.Table](t.c, e, "a table of options", `write of = { si = "Sí", no = "No" }`)
	if !ok {
		return
	}
	if len(of.Entries) == 0 {
		t.c.report(EmptyText, of.Span(), `write of = { si = "Sí", no = "No" }`, "a choice has at least one option")
	}
	for _, o := range of.Entries {
		if !t.c.checkName(o.Key, o.KeyAt, "an option") {
			continue
		}
		d.options = append(d.options, &option{o.Key, o.KeyAt, t.c.readWords(o.Key, o.Value)})
		d.ids = append(d.ids, o.Key)
	}
}

func (t table) readDefault(d *datum, kind string) {
	if !t.has("default") {
		return
	}
	switch kind {
	case "text":
		v, ok := as[*syntax.String](t.c, t.Get("default"), "text", "")
		if !ok {
			return
		}
		if n := int64(letters(v.Value)); n > bound(d.max, maxText) || n < bound(d.min, 0) {
			t.c.report(BadRange, v.Span(), "write a default that fits", "this default has %d letters, which is outside min and max", n)
		}
		d.fallback = eval.TextOf(v.Value)
	case "integer":
		v := t.integer("default")
		if v == nil {
			return
		}
		if v.Value > bound(d.max, math.MaxInt64) || v.Value < bound(d.min, math.MinInt64) {
			t.c.report(BadRange, v.Span(), "write a default that fits", "this default is outside min and max")
		}
		d.fallback = eval.IntOf(v.Value)
	case "bool":
		if v, ok := as[*syntax.Bool](t.c, t.Get("default"), "true or false", ""); ok {
			d.fallback = eval.BoolOf(v.Value)
		}
	case "choice":
		v := t.text("default")
		if v == nil {
			return
		}
		if len(d.options) > 0 && !slices.Contains(d.ids, v.Value) {
			t.c.report(UnknownOption, v.Span(), t.c.didYouMean(v.Value, d.ids, ""), "%s has no option %s", quote(d.name), quote(v.Value))
		}
		d.fallback = eval.ChoiceOf(v.Value)
	}
}

// bound is a bound that may not be given.
func bound(n *int64, otherwise int64) int64 {
	if n == nil {
		return otherwise
	}
	return *n
}

// readNeeds reads what data is kept for. LANGUAGE §2: "nothing" is for
// progress, never for what is said about a person.
func (t table) readNeeds(d *datum, kind string, ofService bool) {
	if !t.has("needs") {
		switch {
		case ofService:
			t.c.report(MissingKey, t.At, `add needs = "request" if it only answers what the person asked, or needs = "nothing" if it is progress`,
				"data says what it may be kept for, and %s has no %s", quote(d.name), quote("needs"))
		case d.sensitive:
			t.c.report(MissingKey, t.At, `add needs = "request"`, "sensitive data says what it may be kept for, and %s has no %s", quote(d.name), quote("needs"))
		}
		return
	}
	v := t.text("needs")
	if v == nil {
		return
	}
	switch v.Value {
	case "request":
	case "nothing":
		if kind == "text" {
			t.c.report(BadNeeds, v.Span(), `write needs = "request"`, `only progress (bool, integer, choice) needs "nothing"; text can say anything about a person`)
		} else if d.sensitive {
			t.c.report(BadNeeds, v.Span(), `write needs = "request"`, `sensitive data can't need "nothing"`)
		}
	default:
		t.c.report(UnknownValue, v.Span(), t.c.didYouMean(v.Value, []string{"request", "nothing"}, `write "request" or "nothing"`),
			"this version of Cauce has no consents yet, so data can't need %s", quote(v.Value))
		return
	}
	d.needs = v.Value
}

func (t table) readKeep(d *datum) {
	e := t.Get("keep")
	if e == nil {
		return
	}
	if s, ok := e.Value.(*syntax.String); ok && s.Value == "until stop" {
		d.untilStop = true
		return
	}
	keep, ok := t.duration("keep", false)
	if !ok {
		return
	}
	d.keep = keep
	if d.needs == "request" && keep.Exact > maxRequest {
		t.c.report(BadNeeds, e.Value.Span(), `write keep = "30 days" or less`, "what only answers a request is kept at most 30 days")
	}
}

// readShare reads whom sensitive data reaches. Templates are bound later.
func (t table) readShare(d *datum) {
	for _, v := range t.strings("share") {
		name, isTemplate := cutTemplate(v.Value)
		switch {
		case v.Value == "operators":
		case isTemplate:
			d.share = append(d.share, ref{name, v.Span()})
		case len(v.Value) > len("connection.") && v.Value[:len("connection.")] == "connection.":
			t.c.report(UnknownValue, v.Span(), "take it out", "this version of Cauce has no connections yet")
		default:
			t.c.report(UnknownValue, v.Span(), `write "operators" or "template.NAME"`, "data can't be shared with %s", quote(v.Value))
		}
	}
}

// cutTemplate is the name of the template in "template.NAME".
func cutTemplate(s string) (name string, ok bool) { return strings.CutPrefix(s, "template.") }
