package check

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
	"cauce/engine/eval"
)

// maxRequest is how long data that only answers a request is kept at most
// (LANGUAGE §2).
const maxRequest = 30 * 24 * time.Hour

// maxText is the longest text a person can send: WhatsApp's (Cloud API
// reference, §4).
const maxText = 4096

// maxItems bounds a list: so many elements fit into what a request may bring.
const maxItems = 1000

var dataKinds = map[string]eval.Type{
	"text": eval.Text, "integer": eval.Integer, "number": eval.Number, "bool": eval.Bool, "date": eval.Date,
	"time": eval.Time, "choice": eval.Choice, "phone": eval.Phone, "email": eval.Email, "location": eval.Location,
	"media": eval.Media, "list": eval.List,
}

// A keeper is where data is declared.
type keeper int

const (
	ofService keeper = iota
	ofFlow
	ofList // a field of a list's elements
)

// data reads [data.x]: the service's, or a flow's own.
func (t table) data(by keeper) ([]*datum, map[string]*datum) {
	var out []*datum
	all := map[string]*datum{}
	for _, n := range t.named("data", "data") {
		d := t.c.readDatum(n, by)
		out = append(out, d)
		all[d.name] = d
	}
	return out, all
}

// readDatum reads one. Whatever is reported on the way makes it unsure: its
// uses are then not judged by what it may not be.
func (c *checker) readDatum(n namedTable, by keeper) *datum {
	before := len(c.list)
	s, types := dataShape, dataTypes
	if by == ofList {
		s, types = fieldShape, fieldTypes
	}
	t := c.open(n.Table, s)
	d := &datum{name: n.name, at: n.at}
	if by != ofList && slices.Contains(reservedNames, n.name) {
		c.report(BadName, n.at, diag.Say("choose another, such as %s", quote("mi_"+n.name)), "%s means something else in conditions and texts", quote(n.name))
	}
	kind := t.oneOf("type", "types of data", types)
	d.typ = dataKinds[kind]
	t.readRange(d, kind)
	t.readPattern(d, kind)
	t.readOptions(d, kind)
	t.readFields(d, kind)
	if kind != "" {
		t.readDefault(d, kind)
	}
	if by == ofList {
		d.unsure = len(c.list) > before
		return d
	}
	t.readGiven(d, by)
	if v := t.text("purpose"); v != nil {
		d.purpose = v.Value
	}
	if v := t.text("sensitive"); v != nil {
		d.sensitive = v.Value
	}
	t.readNeeds(d, kind, by == ofService)
	t.readKeep(d)
	t.readShare(d)
	t.readAllow(n.at)
	d.unsure = len(c.list) > before
	return d
}

func (t table) readRange(d *datum, kind string) {
	for _, key := range []string{"min", "max"} {
		if !t.has(key) || kind == "" {
			continue
		}
		switch kind {
		case "number", "date", "time":
			if e := t.edge(key, kind); key == "min" {
				d.least = e
			} else {
				d.most = e
			}
			continue
		case "integer", "text", "list":
		default:
			t.c.report(MisplacedKey, t.Get(key).KeyAt, "take it out", "type = %s has no %s; numbers, dates, times, text and lists have", quote(kind), quote(key))
			return
		}
		v := t.integer(key)
		if v == nil {
			continue
		}
		switch {
		case kind == "text" && v.Value < 0:
			t.c.report(BadRange, v.Span(), "count letters, from 0", "no text has fewer than 0 letters")
			continue
		case kind == "text" && key == "max" && (v.Value < 1 || v.Value > maxText):
			t.c.report(BadRange, v.Span(), "write a number from 1 to 4096", "a message has from 1 to 4096 letters")
			continue
		case kind == "list" && (v.Value < 0 || v.Value > maxItems):
			t.c.report(BadRange, v.Span(), "write a number from 0 to 1000", "a list has from 0 to 1000 elements")
			continue
		}
		n := v.Value
		if key == "min" {
			d.min = &n
		} else {
			d.max = &n
		}
	}
	switch {
	case d.min != nil && d.max != nil && *d.min > *d.max:
		t.c.report(BadRange, t.Get("max").Value.Span(), "swap them", "max is smaller than min (%d)", *d.min)
	case d.least != nil && d.most != nil && d.least.src == nil && d.most.src == nil && smaller(d.most.value, d.least.value):
		t.c.report(BadRange, d.most.at, "swap them", "max comes before min (%s)", d.least.shown())
	}
}

// edge reads the bound of a number, a date or a time: a constant, or an
// expression, which is compiled later.
func (t table) edge(key, kind string) *edge {
	e := t.Get(key)
	if v, ok := t.c.constant(kind, e.Value); ok {
		return &edge{at: e.Value.Span(), plain: literal(v), value: v}
	}
	s, ok := e.Value.(*syntax.String)
	if !ok {
		t.c.wrongKind(key, e.Value, takes[kind], constants[kind])
		return nil
	}
	if strings.TrimSpace(s.Value) == "" {
		t.c.report(EmptyText, s.Span(), constants[kind], "%s is empty", quote(key))
		return nil
	}
	if kind != "number" && s.Value[0] >= '0' && s.Value[0] <= '9' {
		// No expression that gives a date or a time begins with a digit.
		t.c.report(BadTime, s.Span(), constants[kind], "%s is not %s", quote(s.Value), dataKinds[kind])
		return nil
	}
	return &edge{at: s.Span(), src: s}
}

// takes is what the bounds and the default of a type are, and constants how
// they are written.
var (
	takes = map[string]diag.Phrase{
		"number": "a number", "date": "a date, or an expression that gives one", "time": "a time of day, or an expression that gives one",
	}
	constants = map[string]diag.Phrase{
		"number": `write it as 0.5`, "date": `write "2026-12-25", or "today"`, "time": `write "08:00"`,
	}
)

// constant is the value of a type that stands in a file, if it is one.
func (c *checker) constant(kind string, v syntax.Value) (eval.Value, bool) {
	switch v := v.(type) {
	case *syntax.Integer:
		return eval.NumberOf(float64(v.Value)), kind == "number"
	case *syntax.Float:
		return eval.NumberOf(v.Value), kind == "number" && !math.IsNaN(v.Value) && !math.IsInf(v.Value, 0)
	case *syntax.DateTime:
		return moment(kind, v.Text)
	case *syntax.String:
		return moment(kind, v.Value)
	}
	return eval.Value{}, false
}

// moment reads a date or a time of day as it stands in a file.
func moment(kind, s string) (eval.Value, bool) {
	switch kind {
	case "date":
		_, err := time.Parse(time.DateOnly, s)
		return eval.Value{Kind: eval.Date, Text: s}, err == nil
	case "time":
		if strings.Count(s, ":") == 2 { // as TOML writes a time of day
			s, _ = strings.CutSuffix(s, ":00")
		}
		n, ok := clock(s)
		return eval.Value{Kind: eval.Time, Text: clockText(n)}, ok && n < 24*60
	}
	return eval.Value{}, false
}

// clockText writes minutes from midnight as 08:00.
func clockText(minutes int) string {
	return time.Time{}.Add(time.Duration(minutes) * time.Minute).Format("15:04")
}

// literal is a constant as an expression.
func literal(v eval.Value) string {
	if v.Kind == eval.Number {
		return formatNumber(v.Num)
	}
	return `"` + v.Text + `"`
}

// shown is a constant bound as people read it.
func (e *edge) shown() string { return strings.Trim(e.plain, `"`) }

// source is a bound as the engine compiles it; empty: none.
func (e *edge) source() string {
	switch {
	case e == nil:
		return ""
	case e.src != nil:
		return e.src.Value
	}
	return e.plain
}

// smaller compares two constants of a type. Dates and times are written so that
// their order is that of their letters.
func smaller(a, b eval.Value) bool {
	if a.Kind == eval.Number {
		return a.Num < b.Num
	}
	return a.Text < b.Text
}

func (t table) readGiven(d *datum, by keeper) {
	e := t.Get("given")
	if e == nil {
		return
	}
	if by == ofService {
		t.c.report(MisplacedKey, e.KeyAt, diag.Say("declare it in the flow that takes it: [data.%s] there", d.name),
			"a flow's caller gives only the flow's own data, and this is the service's")
		return
	}
	_, is := e.Value.(*syntax.Bool)
	d.given = t.boolean("given") || !is // what is no word for yes or no is reported, and no more
}

func (t table) readFields(d *datum, kind string) {
	e := t.Get("fields")
	const help = `write fields = { titulo = { type = "text", max = 24 } }`
	switch {
	case kind == "":
		return
	case kind != "list" && e != nil:
		t.c.report(MisplacedKey, e.KeyAt, `take it out, or write type = "list"`, "only a list has fields, and this is type = %s", quote(kind))
		return
	case kind == "list" && e == nil:
		if !t.c.meant(t.Table, t.shape, "fields") {
			t.c.report(MissingKey, t.At, `add fields = { titulo = { type = "text", max = 24 } }`, "a list says what each of its elements has")
		}
		return
	case e == nil:
		return
	}
	of, ok := as[*syntax.Table](t.c, e, "a table of fields", help)
	if !ok {
		return
	}
	if len(of.Entries) == 0 {
		t.c.report(EmptyText, of.Span(), help, "a list has at least one field")
	}
	for _, f := range of.Entries {
		if !t.c.checkName(f.Key, f.KeyAt, "a field") {
			continue
		}
		if inner, ok := as[*syntax.Table](t.c, f, "a table", help); ok {
			d.fields = append(d.fields, t.c.readDatum(namedTable{f.Key, f.KeyAt, inner}, ofList))
		}
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
	e := t.Get("default")
	if e == nil {
		return
	}
	switch kind {
	case "text":
		v, ok := as[*syntax.String](t.c, e, "text", quotesHelp(e.Value))
		if !ok {
			return
		}
		if n := int64(letters(v.Value)); n > bound(d.max, maxText) || n < bound(d.min, 0) {
			t.c.report(BadRange, v.Span(), "write a default that fits", "this default has %d letters, which is outside min and max", n)
		} else if d.pattern != nil && !d.pattern.MatchString(v.Value) {
			t.c.report(BadRange, v.Span(), "write a default that fits", "this default does not fit the pattern of %s", quote(d.name))
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
	case "number", "date", "time":
		v, ok := t.c.constant(kind, e.Value)
		if !ok {
			t.c.wrongDefault(kind, e)
			return
		}
		if beyond(d, v) {
			t.c.report(BadRange, e.Value.Span(), "write a default that fits", "this default is outside min and max")
		}
		d.fallback = v
	case "bool":
		if v, ok := as[*syntax.Bool](t.c, e, "true or false", ""); ok {
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
	case "phone":
		v := t.text("default")
		if v == nil {
			return
		}
		number := phoneMarks.Replace(v.Value)
		if !internationalForm.MatchString(number) {
			t.c.report(BadAddress, v.Span(), `write it with + and the country's code: "+57 601 555 0100"`, "%s is not a phone number in international form", quote(v.Value))
			return
		}
		d.fallback = eval.Value{Kind: eval.Phone, Text: number}
	case "email":
		if v := t.text("default"); v != nil {
			t.c.checkAddress("email", v)
			d.fallback = eval.Value{Kind: eval.Email, Text: v.Value}
		}
	default:
		t.c.report(MisplacedKey, e.KeyAt, "take it out", "type = %s has no default", quote(kind))
	}
}

// phoneMarks are what people put between the digits of a phone number.
var phoneMarks = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")

// internationalForm is a number with its country's code (ITU-T E.164).
var internationalForm = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// wrongDefault reports a default that is no constant of its type.
func (c *checker) wrongDefault(kind string, e *syntax.Entry) {
	s, isText := e.Value.(*syntax.String)
	switch {
	case isText && kind != "number":
		c.report(BadTime, s.Span(), onlyConstants[kind], "%s is not %s", quote(s.Value), dataKinds[kind])
	default:
		c.wrongKind("default", e.Value, diag.Phrase(dataKinds[kind].String()), onlyConstants[kind])
	}
}

// onlyConstants is how a default is written: nothing is worked out in one.
var onlyConstants = map[string]diag.Phrase{
	"number": `write it as 0.5`, "date": `write "2026-12-25": the day itself`, "time": `write "08:00": the time itself`,
}

// beyond reports whether a constant is outside the constant bounds of its data.
func beyond(d *datum, v eval.Value) bool {
	return d.least != nil && d.least.src == nil && smaller(v, d.least.value) ||
		d.most != nil && d.most.src == nil && smaller(d.most.value, v)
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
			t.c.report(MissingKey, t.At, `add needs = "request" if it only answers what the person asked, needs = "nothing" if it is progress, or the name of a consent`,
				"data says what it may be kept for, and %s has no %s", quote(d.name), quote("needs"))
		case d.sensitive != "":
			t.c.report(MissingKey, t.At, `add needs = "request"`, "sensitive data says what it may be kept for, and %s has no %s", quote(d.name), quote("needs"))
		}
		return
	}
	d.needs = t.ref("needs")
	if d.needs.name != "nothing" {
		return
	}
	switch {
	case kind != "" && !slices.Contains(progress, kind):
		t.c.report(BadNeeds, d.needs.at, `write needs = "request", or the name of a consent`,
			`only progress (bool, integer, choice) needs "nothing"; %s can tell something about a person`, dataKinds[kind])
	case d.sensitive != "":
		t.c.report(BadNeeds, d.needs.at, `write needs = "request", or the name of a consent`, `sensitive data can't need "nothing"`)
	}
}

// progress are the types that may need nothing.
var progress = []string{"bool", "integer", "choice"}

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
	if d.needs.name == "request" && keep.Exact > maxRequest {
		t.c.report(BadNeeds, e.Value.Span(), `write keep = "30 days" or less`, "what only answers a request is kept at most 30 days")
	}
}

// readShare reads whom sensitive data reaches. Names are bound later.
func (t table) readShare(d *datum) {
	for _, v := range t.strings("share") {
		kind, name, dotted := strings.Cut(v.Value, ".")
		switch {
		case v.Value == "operators":
			d.share = append(d.share, shared{kind: "operators"})
		case dotted && name != "" && (kind == "template" || kind == "connection"):
			d.share = append(d.share, shared{kind, ref{name, v.Span()}})
		default:
			t.c.report(UnknownValue, v.Span(), t.c.didYouMean(v.Value, []string{"operators"}, `write "operators", "template.NAME" or "connection.NAME"`),
				"data can't be shared with %s", quote(v.Value))
		}
	}
}

// sharedWith reports whether sensitive data may reach somebody.
func (d *datum) sharedWith(kind, name string) bool {
	return slices.ContainsFunc(d.share, func(s shared) bool { return s.kind == kind && s.name == name })
}

// lower gives data as the engine takes it.
func (d *datum) lower() engine.Datum {
	out := engine.Datum{
		Name: d.name, Type: d.typ, Min: d.min, Max: d.max, Least: d.least.source(), Most: d.most.source(),
		Default: d.fallback, Given: d.given, Needs: d.needs.name, Purpose: d.purpose, Sensitive: d.sensitive,
		Keep: d.keep.Exact, UntilStop: d.untilStop,
	}
	if d.pattern != nil {
		out.Pattern = d.patternSource()
	}
	if d.needs.name == "request" && out.Keep == 0 {
		out.Keep = maxRequest
	}
	for _, o := range d.options {
		out.Options = append(out.Options, engine.Option{ID: o.id, Label: o.label.lower()})
	}
	for _, f := range d.fields {
		out.Fields = append(out.Fields, f.lower())
	}
	for _, s := range d.share {
		whom := s.kind
		if s.name != "" {
			whom += "." + s.name
		}
		out.Share = append(out.Share, whom)
	}
	return out
}
