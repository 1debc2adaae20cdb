package syntax

import (
	"bytes"
	"time"

	"github.com/BurntSushi/toml"

	"cauce/dsl/diag"
)

// fill gives the scalars of f's tree the values that BurntSushi's decoder
// reads, and checks that the decoder sees the same tree. It refuses a file
// that the decoder refuses or reads otherwise.
func fill(f *File) diag.List {
	var doc map[string]any
	if _, err := toml.Decode(string(f.Source), &doc); err != nil {
		at := f.span(0, 0)
		if e, ok := err.(toml.ParseError); ok {
			at = f.span(e.Position.Start, e.Position.Start+e.Position.Len)
		}
		return diag.List{disagreement(f, at.Start.Offset, at.End.Offset)}
	}
	if v := differs(f.Root, doc); v != nil {
		at := v.Span()
		return diag.List{disagreement(f, at.Start.Offset, at.End.Offset)}
	}
	return nil
}

// differs fills v with got, what the decoder has in its place, and returns the
// first value that is not the same in both, or nil.
func differs(v Value, got any) Value {
	same := false
	switch v := v.(type) {
	case *String:
		var text string
		text, same = got.(string)
		same = same && text == v.written()
	case *Integer:
		v.Value, same = got.(int64)
	case *Float:
		v.Value, same = got.(float64)
	case *Bool:
		v.Value, same = got.(bool)
	case *DateTime:
		same = isTime(got)
	case *List:
		items, ok := itemsOf(got)
		same = ok && len(items) == len(v.Items)
		for i := 0; same && i < len(items); i++ {
			if d := differs(v.Items[i], items[i]); d != nil {
				return d
			}
		}
	case *Table:
		names, ok := got.(map[string]any)
		same = ok && len(names) == len(v.Entries)
		for i := 0; same && i < len(v.Entries); i++ {
			e := v.Entries[i]
			value, ok := names[e.Key]
			if !ok {
				return e.Value
			}
			if d := differs(e.Value, value); d != nil {
				return d
			}
		}
	}
	if !same {
		return v
	}
	return nil
}

// written is v as the decoder has it: with the line ends that the file has.
func (v *String) written() string {
	start, end := v.at.Start.Offset, v.at.End.Offset
	if bytes.IndexByte(v.file.Source[start:end], '\r') < 0 {
		return v.Value
	}
	text, _ := decode(v.file.Source, start, end, true)
	return text
}

func isTime(v any) bool {
	_, ok := v.(time.Time)
	return ok
}

// itemsOf is a list as the decoder has it: of values, or of the tables that
// headings make.
func itemsOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []map[string]any:
		items := make([]any, len(v))
		for i, t := range v {
			items[i] = t
		}
		return items, true
	}
	return nil, false
}
