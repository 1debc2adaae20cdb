package engine

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"cauce/engine/answer"
	"cauce/engine/eval"
)

// largestList is how many bytes a list takes at most as JSON: it is kept with
// the conversation, and read with every message.
const largestList = 64 << 10

// fieldsOf are the fields of a list's elements; nil where they are not known.
func (s *Service) fieldsOf(f *flow, list *eval.Program) []*datum {
	for _, name := range list.Names() {
		d := f.data[name]
		if d == nil {
			d = s.data[name]
		}
		if d != nil && d.Type == eval.List {
			return d.fields
		}
	}
	return nil
}

// elementsOf reads the elements of a list: for each the values of its fields,
// in their order. What is no list has none; a field that is missing, or not of
// its type, is unset.
func elementsOf(fields []*datum, text string) [][]eval.Value {
	if out, ok := scanElements(fields, text); ok {
		return out
	}
	list, ok := decodeJSON(text).([]any)
	if !ok {
		return nil
	}
	var out [][]eval.Value
	for _, e := range list {
		object, ok := e.(map[string]any)
		if !ok {
			continue
		}
		values := make([]eval.Value, len(fields))
		for i, d := range fields {
			if values[i] = valueOf(d, object[d.Name]); !values[i].IsSet() {
				values[i] = d.Default
			}
		}
		out = append(out, values)
	}
	return out
}

// decodeJSON reads JSON; nil where it is none. Numbers stay as they are written.
func decodeJSON(text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}

// valueOf makes a value of a datum's type from JSON; unset where it is none.
func valueOf(d *datum, v any) eval.Value {
	switch v := v.(type) {
	case nil:
		return eval.Value{}
	case string:
		return scalar(d, v, true)
	case json.Number:
		return scalar(d, v.String(), false)
	case bool:
		return scalar(d, strconv.FormatBool(v), false)
	}
	switch d.Type {
	case eval.Location, eval.Media, eval.Document:
		if b, err := json.Marshal(v); err == nil { // keys sorted
			return eval.Value{Kind: d.Type, Text: string(b)}
		}
	}
	return eval.Value{}
}

// scalar makes a value of a text, or of what JSON writes without quotes.
func scalar(d *datum, text string, isText bool) eval.Value {
	if isText {
		text = answer.Text(text)
	} else if text == "null" || (text == "true" || text == "false") != (d.Type == eval.Bool) {
		return eval.Value{}
	}
	if text == "" {
		return eval.Value{}
	}
	switch d.Type {
	case eval.Bool:
		if !isText {
			return eval.BoolOf(text == "true")
		}
	case eval.Text:
		return eval.TextOf(text)
	case eval.Integer:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return eval.IntOf(n)
		}
	case eval.Number:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return eval.NumberOf(n)
		}
	case eval.Choice:
		return eval.ChoiceOf(text)
	case eval.Date:
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			return eval.Value{Kind: eval.Date, Text: text}
		}
	case eval.Time:
		if _, err := time.Parse("15:04", text); err == nil && len(text) == len("15:04") {
			return eval.Value{Kind: eval.Time, Text: text}
		}
	case eval.Phone, eval.Email:
		return eval.Value{Kind: d.Type, Text: text}
	}
	return eval.Value{}
}

// asJSON is valueOf's inverse.
func asJSON(v eval.Value) any {
	switch v.Kind {
	case eval.Integer:
		return v.Int
	case eval.Number:
		return v.Num
	case eval.Bool:
		return v.Bool
	case eval.Location, eval.Media, eval.List, eval.Document:
		return json.RawMessage(v.Text)
	}
	return v.Text
}

// listOf writes a list down: of each element the declared fields that are set,
// in source order, and nothing else.
func listOf(fields []*datum, elements [][]eval.Value) eval.Value {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, values := range elements {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		first := true
		for k, v := range values {
			if !v.IsSet() {
				continue
			}
			if !first {
				b.WriteByte(',')
			}
			first = false
			name, _ := json.Marshal(fields[k].Name)
			value, err := json.Marshal(asJSON(v))
			if err != nil {
				value = []byte("null") // no finite number
			}
			b.Write(name)
			b.WriteByte(':')
			b.Write(value)
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return eval.Value{Kind: eval.List, Text: b.String()}
}

// fitsList reports whether a list may be kept: its elements are objects whose
// fields fit, and there are not too few or too many.
func (a *advance) fitsList(d *datum, v eval.Value) bool {
	list, ok := decodeJSON(v.Text).([]any)
	if !ok || len(v.Text) > largestList {
		return false
	}
	n := int64(len(list))
	if d.Min != nil && n < *d.Min || d.Max != nil && n > *d.Max {
		return false
	}
	for _, e := range list {
		object, ok := e.(map[string]any)
		if !ok {
			return false
		}
		for _, field := range d.fields {
			raw, there := object[field.Name]
			if !there || raw == nil {
				continue
			}
			if v := valueOf(field, raw); !v.IsSet() && raw != "" || v.IsSet() && !a.fits(field, v) {
				return false
			}
		}
	}
	return true
}

// keepElement keeps the element that was chosen: a list of that one element, or
// in a text its id.
func (a *advance) keepElement(d *datum, e *element, raw string) {
	v := eval.TextOf(e.key)
	if d.Type == eval.List {
		values := make([]eval.Value, len(d.fields))
		for i, field := range d.fields {
			at := slices.IndexFunc(e.from.fields, func(have *datum) bool { return have.Name == field.Name })
			if at >= 0 {
				values[i] = e.values[at]
			}
		}
		v = listOf(d.fields, [][]eval.Value{values})
	}
	if !a.fits(d, v) {
		a.record(RecordFault, "does-not-fit", a.frame, d.Name)
		return
	}
	a.keep(d, v, raw)
}
