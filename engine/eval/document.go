package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what a Document or List may hold. Reading one takes a millisecond
// at most.
const (
	MaxJSON      = 64 << 10 // bytes
	MaxJSONDepth = 20       // objects and lists inside one another
	MaxElements  = 500      // of a List
)

// part is a value inside JSON: a string, json.Number, bool, map[string]any or
// []any. Missing and null are nil, and never wrapped in a part.
type part struct{ v any }

// readJSON reads the whole of a text that is one JSON value.
func readJSON(s string) (part, error) {
	if len(s) > MaxJSON {
		return part{}, fmt.Errorf("it has more than %d bytes", MaxJSON)
	}
	// encoding/json goes ten thousand levels deep before it gives up.
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > MaxJSONDepth {
				return part{}, fmt.Errorf("more than %d objects and lists stand inside one another", MaxJSONDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return part{}, errors.New("it is no JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return part{}, errors.New("something follows its JSON")
	}
	return part{v}, nil
}

// DocumentOf is a Document of a text of JSON, or an error that says which bound
// it breaks.
func DocumentOf(text string) (Value, error) {
	p, err := readJSON(text)
	if err != nil {
		return Value{}, fmt.Errorf("read a result: %w", err)
	}
	return p.value(Document)
}

// step leads from a value to one inside it: by a key, or by the number of an
// element, counted from 0.
type step struct {
	key   string
	index int // -1: a key
}

// way is the steps to a part of a result.
type way struct{ steps []step }

func (w *way) String() string {
	var b strings.Builder
	for _, s := range w.steps {
		switch {
		case s.index >= 0:
			fmt.Fprintf(&b, "[%d]", s.index)
		case plainKey(s.key):
			b.WriteString("." + s.key)
		default:
			fmt.Fprintf(&b, "[%q]", s.key)
		}
	}
	return b.String()
}

func plainKey(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == '.' || !wordByte(c) {
			return false
		}
	}
	return s != ""
}

// follow is the part at the end of a way, or nil.
func (w *way) follow(v any) any {
	p, ok := v.(part)
	if !ok {
		return nil
	}
	at := p.v
	for _, s := range w.steps {
		switch x := at.(type) {
		case map[string]any:
			if s.index >= 0 {
				return nil
			}
			at = x[s.key]
		case []any:
			if s.index < 0 || s.index >= len(x) {
				return nil
			}
			at = x[s.index]
		default:
			return nil
		}
	}
	if at == nil {
		return nil
	}
	return part{at}
}

// formError says what a part of a result is, and what it should have been.
type formError struct{ is, want string }

func (e *formError) Error() string {
	return fmt.Sprintf("%s: it is %s, not %s", ErrForm, e.is, e.want)
}

func (e *formError) Unwrap() error { return ErrForm }

// sort names what a part is.
func (p part) sort() string {
	switch p.v.(type) {
	case string:
		return "text"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "nothing"
}

// value is a part as a Value of a type, without a look at options and fields.
func (p part) value(t Type) (Value, error) { return p.as(Name{Type: t}) }

// as is a part as a value that a name can hold.
func (p part) as(to Name) (Value, error) {
	bad := &formError{is: p.sort(), want: to.Type.String()}
	switch to.Type {
	case 0:
		return Value{}, bad
	case Document:
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(p.v); err != nil || b.Len()-1 > MaxJSON {
			return Value{}, bad
		}
		return Value{Kind: Document, Text: strings.TrimSuffix(b.String(), "\n")}, nil
	case List:
		return p.list(to)
	case Location:
		return p.place()
	}
	switch v := p.v.(type) {
	case bool:
		if to.Type == Bool {
			return BoolOf(v), nil
		}
	case json.Number:
		switch to.Type {
		case Integer:
			if n, ok := wholeOf(v); ok {
				return IntOf(n), nil
			}
			bad.is = "a number with decimals, or too large,"
		case Number:
			if f, err := v.Float64(); err == nil {
				return NumberOf(f), nil
			}
			bad.is = "a number too large"
		}
	case string:
		if utf8.RuneCountInString(v) > MaxResult {
			return Value{}, ErrTooLong
		}
		switch to.Type {
		case Text:
			return TextOf(v), nil
		case Choice:
			if len(to.Options) > 0 && !slices.Contains(to.Options, v) {
				bad.is, bad.want = "text", "one of its options"
				return Value{}, bad
			}
			return ChoiceOf(v), nil
		case Date, Time, Phone, Email:
			if s, ok := readAs(v, to.Type); ok {
				return Value{Kind: to.Type, Text: s}, nil
			}
		}
	}
	return Value{}, bad
}

// own is a part as a value of its own kind: a text, a number, true or false, a
// list of objects, or a result.
func (p part) own() (Value, error) {
	switch v := p.v.(type) {
	case string:
		return p.value(Text)
	case bool:
		return p.value(Bool)
	case json.Number:
		if n, ok := wholeOf(v); ok {
			return IntOf(n), nil
		}
		return p.value(Number)
	}
	return p.value(Document)
}

// wholeOf is a JSON number that is whole: 3, 3.0 and 3e2 are.
func wholeOf(n json.Number) (int64, bool) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i, true
	}
	f, err := n.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// readAs reads a text as a date, a time of day, a phone number or an e-mail
// address, and gives it as it is kept.
func readAs(s string, t Type) (string, bool) {
	switch t {
	case Date:
		return s, isDate(s)
	case Time:
		// Machines write seconds, and people leave out the first zero.
		if len(s) == len("15:04:05") {
			s = strings.TrimSuffix(s, ":00")
		}
		if len(s) == len("9:30") {
			s = "0" + s
		}
		return s, isTime(s)
	case Phone:
		return readPhone(s)
	case Email:
		return s, isEmail(s)
	}
	return "", false
}

// elements are the objects of a list.
func (p part) elements() ([]any, error) {
	list, ok := p.v.([]any)
	if !ok {
		return nil, &formError{is: p.sort(), want: "a list"}
	}
	if len(list) > MaxElements {
		return nil, &formError{is: fmt.Sprintf("a list of %d elements", len(list)), want: fmt.Sprintf("one of at most %d", MaxElements)}
	}
	for _, e := range list {
		if _, ok := e.(map[string]any); !ok {
			return nil, &formError{is: "a list of " + plurals(part{e}), want: "one of objects"}
		}
	}
	return list, nil
}

func plurals(p part) string {
	switch p.v.(type) {
	case string:
		return "texts"
	case json.Number:
		return "numbers"
	case []any:
		return "lists"
	}
	return "other things"
}

// list is a part as a List: every element keeps the fields that the name has,
// each as its own type; what else it holds is left out. A field that is missing
// stays so. Without fields all is kept as it is.
func (p part) list(to Name) (Value, error) {
	list, err := p.elements()
	if err != nil {
		return Value{}, err
	}
	if to.Max > 0 && len(list) > to.Max {
		return Value{}, &formError{is: fmt.Sprintf("a list of %d elements", len(list)), want: fmt.Sprintf("one of at most %d", to.Max)}
	}
	out := list
	if to.Fields != nil {
		names := make([]string, 0, len(to.Fields))
		for name := range to.Fields {
			names = append(names, name)
		}
		slices.Sort(names) // the first fault must not depend on a map
		out = make([]any, len(list))
		for i, e := range list {
			kept := map[string]any{}
			for _, name := range names {
				x := e.(map[string]any)[name]
				if x == nil {
					continue
				}
				v, err := part{x}.as(to.Fields[name])
				if err != nil {
					return Value{}, fmt.Errorf("%q of element %d: %w", name, i, err)
				}
				kept[name] = plainJSON(v)
			}
			out[i] = kept
		}
	}
	v, err := part{out}.value(Document)
	if err != nil {
		return Value{}, err
	}
	if len(out) == 0 {
		v.Text = "[]"
	}
	v.Kind = List
	return v, nil
}

// plainJSON is a value as encoding/json writes it.
func plainJSON(v Value) any {
	switch v.Kind {
	case Integer:
		return v.Int
	case Number:
		return v.Num
	case Bool:
		return v.Bool
	case Location, Media, List, Document:
		return json.RawMessage(v.Text)
	}
	return v.Text
}

// coordinates of a place, as JSON has them. WhatsApp gives the same names.
type place struct {
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	Name      string   `json:"name,omitempty"`
	Address   string   `json:"address,omitempty"`
}

// place is a part as a Location: an object with latitude and longitude.
func (p part) place() (Value, error) {
	bad := &formError{is: p.sort(), want: "a place with latitude and longitude"}
	raw, err := json.Marshal(p.v)
	if err != nil {
		return Value{}, bad
	}
	var x place
	if json.Unmarshal(raw, &x) != nil || x.Latitude == nil || x.Longitude == nil ||
		math.Abs(*x.Latitude) > 90 || math.Abs(*x.Longitude) > 180 {
		return Value{}, bad
	}
	raw, err = json.Marshal(x)
	if err != nil {
		return Value{}, bad
	}
	return Value{Kind: Location, Text: string(raw)}, nil
}

// Convert makes of a value one that a name can hold, or fails with an error
// that wraps ErrForm (or ErrTooLong). Nothing stays nothing, and so does JSON's
// null; a value of the wanted type stays as it is (a List keeps to the Fields
// and Max of the name). Else:
//
//	a whole number     → a number
//	a choice           → text, its id
//	a phone number, an e-mail address → text
//	text               → a choice, if it is one of its Options; a date, a time of
//	                     day, a phone number or an address written as one
//	a part of a result → JSON's text as text does; its true and false; its
//	                     number as a number, and as a whole one if it is whole;
//	                     an array of objects as a List; an object with latitude
//	                     and longitude as a place
//
// Bounds of the data (min, max, pattern) are not looked at.
func Convert(v Value, to Name) (Value, error) {
	out, err := convert(v, to)
	if err != nil {
		return Value{}, fmt.Errorf("make %s of %s: %w", to.Type, v.Kind, err)
	}
	return out, nil
}

func convert(v Value, to Name) (Value, error) {
	switch {
	case !v.IsSet() || to.Type == 0:
		return v, nil
	case v.Kind == Document || v.Kind == List && to.Type == List:
		p, err := readJSON(v.Text)
		if err != nil {
			return Value{}, fmt.Errorf("%w: %s", ErrForm, err)
		}
		if p.v == nil {
			return Value{}, nil
		}
		return p.as(to)
	case v.Kind == Integer && to.Type == Number:
		return NumberOf(float64(v.Int)), nil
	case v.Kind.isText() && (to.Type == Text || v.Kind.isWords() && to.Type > Number):
		return part{v.Text}.as(to)
	case v.Kind == to.Type:
		return v, nil
	}
	return Value{}, &formError{is: v.Kind.String(), want: to.Type.String()}
}
