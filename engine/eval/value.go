package eval

import (
	"math"
	"strconv"
	"strings"
)

// Type is the type of a value.
type Type uint8

// The types. Conversations are stored with these numbers: they never change.
const (
	Text    Type = 1
	Integer Type = 2
	Number  Type = 3
	Bool    Type = 4
	Choice  Type = 5 // its value is an id; expressions compare it with texts

	Date     Type = 6  // a day of the calendar, without a time: 2026-05-03
	Time     Type = 7  // a time of day, to the minute: 16:30
	Phone    Type = 8  // a phone number, in international form: +573001234567
	Email    Type = 9  // an e-mail address
	Location Type = 10 // a place on the map: JSON with latitude, longitude and, if known, name and address
	Media    Type = 11 // a picture, voice note or file: JSON with id, type, mime and, if known, filename and caption
	List     Type = 12 // elements with fields: a JSON array of objects
	Document Type = 13 // JSON of any form, typed only when it is used: what a fetch brought
)

// String says it in an author's words, fit for "… is a whole number".
func (t Type) String() string { return string(t.words()) }

func (t Type) words() Format {
	switch t {
	case Text:
		return "text"
	case Integer:
		return "a whole number"
	case Number:
		return "a number"
	case Bool:
		return "true or false"
	case Choice:
		return "a choice"
	case Date:
		return "a date"
	case Time:
		return "a time of day"
	case Phone:
		return "a phone number"
	case Email:
		return "an e-mail address"
	case Location:
		return "a place"
	case Media:
		return "a picture, recording or file"
	case List:
		return "a list"
	case Document:
		return "a result"
	}
	return "of no known type"
}

// Value is a value of one of the types, or nothing (the zero Value: unset). The
// field that holds it is named by its kind; the others are zero.
type Value struct {
	Kind Type `cbor:"k,omitempty"`
	// Text is a text; the id of a choice; a date as 2006-01-02; a time as 15:04;
	// a phone number as +573001234567; an e-mail address; the JSON of a place,
	// of media, of a list and of a document.
	Text string  `cbor:"t,omitempty"`
	Int  int64   `cbor:"i,omitempty"`
	Num  float64 `cbor:"n,omitempty"`
	Bool bool    `cbor:"b,omitempty"`
}

// TextOf is a text.
func TextOf(s string) Value { return Value{Kind: Text, Text: s} }

// IntOf is a whole number.
func IntOf(n int64) Value { return Value{Kind: Integer, Int: n} }

// NumberOf is a number. It must be finite: an expression that reads another
// fails.
func NumberOf(f float64) Value { return Value{Kind: Number, Num: f} }

// BoolOf is true or false.
func BoolOf(b bool) Value { return Value{Kind: Bool, Bool: b} }

// ChoiceOf is a choice, by its id.
func ChoiceOf(id string) Value { return Value{Kind: Choice, Text: id} }

// IsSet reports whether there is a value.
func (v Value) IsSet() bool { return v.Kind != 0 }

// Equal reports whether two values are the same in kind and content. Two that
// are unset are equal.
func (v Value) Equal(w Value) bool { return v == w }

// String shows the value as string(…) does: digits of a whole number, a number
// with at most six decimals, a choice by its id, a date and a time of day as
// they are kept. JSON and unset are empty. ShowIn shows it to a person.
func (v Value) String() string {
	switch v.Kind {
	case Text, Choice, Date, Time, Phone, Email:
		return v.Text
	case Integer:
		return strconv.FormatInt(v.Int, 10)
	case Number:
		return showNumber(v.Num)
	case Bool:
		return strconv.FormatBool(v.Bool)
	}
	return ""
}

// How many letters numbers take, at most, when shown.
const (
	maxIntegerShown = 20                   // -9223372036854775808
	maxNumberShown  = 1 + 309 + 1 + places // a sign, the digits of 1e308, a point
	places          = 6
)

// showNumber writes a number for people: never an exponent, no more than six
// decimals (0.1 + 0.2 is 0.3) and no zeros at the end.
func showNumber(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	s := strconv.FormatFloat(f, 'f', places, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}
