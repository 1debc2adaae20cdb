package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// A checker reads one send and keeps the first thing wrong with it, for the Cloud API reports
// one fault at a time. After the first, everything it returns is empty and harmless.
type checker struct{ fault *fault }

func (c *checker) fail(code int, format string, args ...any) {
	if c.fault == nil {
		c.fault = faultf(code, format, args...)
	}
}

// An object is a JSON object inside a send and the path that leads to it. Its methods report
// what is missing (131008) or has a wrong value (131009) and never repeat the value: details
// end up in logs.
type object struct {
	c      *checker
	at     string
	fields map[string]json.RawMessage
}

// object reads raw, which stands at the given path and may hold only the given keys.
func (c *checker) object(raw json.RawMessage, at string, keys ...string) object {
	o := object{c: c, at: at}
	if c.fault != nil {
		return o
	}
	if err := json.Unmarshal(raw, &o.fields); err != nil || o.fields == nil {
		c.fail(131009, "%s must be an object", at)
		return o
	}
	unknown := make([]string, 0)
	for key := range o.fields {
		if !slices.Contains(keys, key) {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) > 0 {
		c.fail(100, "Unexpected key %q on param %s", clip(slices.Min(unknown), 40), at)
	}
	return o
}

func (o object) path(key string) string {
	if o.at == "" {
		return key
	}
	return o.at + "." + key
}

func (o object) has(key string) bool {
	raw, ok := o.fields[key]
	return ok && string(raw) != "null"
}

// need reports whether key is there, and a missing parameter when it is not.
func (o object) need(key string) bool {
	if o.c.fault != nil {
		return false
	}
	if !o.has(key) {
		o.c.fail(131008, "%s is required", o.path(key))
		return false
	}
	return true
}

// child is a required object.
func (o object) child(key string, keys ...string) object {
	if !o.need(key) {
		return object{c: o.c, at: o.path(key)}
	}
	return o.c.object(o.fields[key], o.path(key), keys...)
}

// items is a required array with between least and most members.
func (o object) items(key string, least, most int) []json.RawMessage {
	if !o.need(key) {
		return nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(o.fields[key], &list); err != nil {
		o.c.fail(131009, "%s must be an array", o.path(key))
		return nil
	}
	if len(list) < least || len(list) > most {
		o.c.fail(131009, "%s has %d items. Min: %d, Max: %d", o.path(key), len(list), least, most)
		return nil
	}
	return list
}

// text is a required string of 1 to most letters.
func (o object) text(key string, most int) string { return o.sized(131009, key, most) }

// sized is text with the code under which a wrong length is reported.
func (o object) sized(code int, key string, most int) string {
	if !o.need(key) {
		return ""
	}
	s := o.str(key)
	if n := utf8.RuneCountInString(s); o.c.fault == nil && (n < 1 || n > most) {
		o.c.fail(code, "%s length invalid: %d. Min length: 1, Max length: %d", o.path(key), n, most)
	}
	return s
}

// maybe is a string that may be left out, but not be empty.
func (o object) maybe(key string, most int) string {
	if o.c.fault != nil || !o.has(key) {
		return ""
	}
	return o.text(key, most)
}

// str is a string of any length that may be left out.
func (o object) str(key string) string {
	if o.c.fault != nil || !o.has(key) {
		return ""
	}
	var s string
	if err := json.Unmarshal(o.fields[key], &s); err != nil {
		o.c.fail(131009, "%s must be a string", o.path(key))
	}
	return s
}

// flag is a boolean that may be left out.
func (o object) flag(key string) bool {
	if o.c.fault != nil || !o.has(key) {
		return false
	}
	var b bool
	if err := json.Unmarshal(o.fields[key], &b); err != nil {
		o.c.fail(131009, "%s must be true or false", o.path(key))
	}
	return b
}

// number is a required number (or a string holding one, which the API takes too).
func (o object) number(key string, least, most float64) float64 {
	if !o.need(key) {
		return 0
	}
	var n json.Number // takes quoted numbers too
	if err := json.Unmarshal(o.fields[key], &n); err != nil {
		o.c.fail(131009, "%s must be a number", o.path(key))
		return 0
	}
	f, err := n.Float64()
	if err != nil || math.IsNaN(f) || f < least || f > most {
		o.c.fail(131009, "%s is out of range. Min: %g, Max: %g", o.path(key), least, most)
		return 0
	}
	return f
}

// oneOf is a required string out of a closed list.
func (o object) oneOf(key string, values ...string) string {
	if !o.need(key) {
		return ""
	}
	s := o.str(key)
	if o.c.fault == nil && !slices.Contains(values, s) {
		o.c.fail(131009, "%s must be one of %s", o.path(key), strings.Join(values, ", "))
	}
	return s
}

// link is a required http or https address.
func (o object) link(key string) string {
	s := o.text(key, maxURL)
	if o.c.fault != nil {
		return ""
	}
	if u, err := url.Parse(s); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		o.c.fail(131009, "%s is not an http or https URL", o.path(key))
	}
	return s
}

// distinct reports the second of two equal values.
func (c *checker) distinct(values []string, what string) {
	seen := map[string]bool{}
	for _, v := range values {
		if seen[v] {
			c.fail(131009, "Duplicate %s. Each must be unique", what)
			return
		}
		seen[v] = true
	}
}

func item(at string, i int) string { return fmt.Sprintf("%s[%d]", at, i) }

// clip shortens s to at most n letters, for showing.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
