package whatsapp

import (
	"encoding/json"
	"strconv"
)

// Bounds of a shape. The deepest body seen nests ten levels; a message is
// about 1 KB.
const (
	maxDepth = 24
	maxShape = 16 << 10
)

// shape renders JSON as what it is made of: every string becomes "…" and its
// length in bytes, every number 0, and only the names of keys stay, where they
// are names. So nothing of a person is left, and still one can see what came.
// An error's code stays, for it is the number that says what happened.
//
// The result is valid JSON whatever raw is. What is deeper than maxDepth is
// cut, and so is what follows when maxShape is reached (some closing
// brackets more).
func shape(raw []byte) []byte {
	if !json.Valid(raw) {
		return redacted(nil, len(raw))
	}
	return render(nil, raw[space(raw, 0):], 0)
}

func render(out, raw []byte, depth int) []byte {
	switch kind(raw) {
	case '"':
		return redacted(out, len(raw)-2)
	case 't', 'f', 'n':
		return append(out, raw[:skip(raw, 0)]...)
	case '{', '[':
		if depth == maxDepth {
			return append(out, `"…"`...)
		}
	default:
		return append(out, '0')
	}
	n := 0
	next := func() bool {
		if n++; len(out) > maxShape {
			return false
		}
		if n > 1 {
			out = append(out, ',')
		}
		return true
	}
	if kind(raw) == '[' {
		out = append(out, '[')
		for v := range elements(raw) {
			if !next() {
				break
			}
			out = render(out, v, depth+1)
		}
		return append(out, ']')
	}
	out = append(out, '{')
	for key, v := range members(raw) {
		if !next() {
			break
		}
		name := label(string(key))
		if name == "" {
			out = redacted(out, len(key))
		} else {
			out = append(append(append(out, '"'), name...), '"')
		}
		out = append(out, ':')
		if name == "code" && digits(string(v)) && len(v) <= 7 {
			out = append(out, v...)
		} else {
			out = render(out, v, depth+1)
		}
	}
	return append(out, '}')
}

func redacted(out []byte, length int) []byte {
	out = append(out, `"…`...)
	out = strconv.AppendInt(out, int64(length), 10)
	return append(out, '"')
}

// label is a word of WhatsApp's own vocabulary, or nothing when s is none: a
// key, a field, a type. Dots join two. What else stands in such a place may
// be anybody's.
func label(s string) string {
	if len(s) > 64 {
		return ""
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		case i > 0 && (c >= '0' && c <= '9' || c == '.'):
		default:
			return ""
		}
	}
	return s
}
