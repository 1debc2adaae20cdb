package whatsapp

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// A webhook body may hold a thousand updates, any of which may be odd. Decoding
// it into Go types level by level, so that each part can be odd by itself,
// reads every byte about ten times and takes 100 ms for the largest body. So
// encoding/json judges the whole once, and what follows only cuts text that is
// known to be JSON into its parts. A part of another kind than expected has no
// members and no elements, and is no text: it reads like one that is missing.

// members yields the keys of an object and their values, in the order they
// stand there, repeated keys included.
func members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		if kind(object) != '{' {
			return
		}
		for i := space(object, 1); object[i] != '}'; {
			end := skip(object, i)
			key := object[i+1 : end-1]
			if !plain(key) {
				s, _ := text(object[i:end])
				key = []byte(s)
			}
			i = space(object, end) // the colon
			i = space(object, i+1) // the value
			end = skip(object, i)  // behind it
			if !yield(key, object[i:end]) {
				return
			}
			if i = space(object, end); object[i] == ',' {
				i = space(object, i+1)
			}
		}
	}
}

// elements yields the elements of an array.
func elements(array []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if kind(array) != '[' {
			return
		}
		for i := space(array, 1); array[i] != ']'; {
			end := skip(array, i)
			if !yield(array[i:end]) {
				return
			}
			if i = space(array, end); array[i] == ',' {
				i = space(array, i+1)
			}
		}
	}
}

// find returns the value of a key; the last one, as encoding/json has it, when
// the key is repeated, and nil when it is not there.
func find(object []byte, key string) []byte {
	var found []byte
	for k, v := range members(object) {
		if string(k) == key {
			found = v
		}
	}
	return found
}

// kind is the first byte of a value, which tells what it is; 0 for none.
func kind(value []byte) byte {
	if len(value) == 0 {
		return 0
	}
	return value[0]
}

// text is the content of a string. Halves of surrogate pairs and bytes that
// are no UTF-8 become U+FFFD.
func text(value []byte) (string, bool) {
	if kind(value) != '"' {
		return "", false
	}
	if inside := value[1 : len(value)-1]; plain(inside) {
		return string(inside), true
	}
	var s string
	if json.Unmarshal(value, &s) != nil {
		return "", false
	}
	return s, true
}

// plain reports whether what stands between the quotes is the string itself.
func plain(inside []byte) bool { return bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) }

// word is a string, or a whole number as it is written: WhatsApp's ids and
// times are strings by its documents and now and then numbers in its bodies.
func word(value []byte) string {
	if s, ok := text(value); ok {
		return s
	}
	if kind(value) == 0 || !digits(string(value)) {
		return ""
	}
	return string(value)
}

// digits reports whether s is a number of ASCII digits and nothing else.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// empty reports whether a value says nothing: missing, null, "", [] or {}.
func empty(value []byte) bool {
	switch kind(value) {
	case 0, 'n':
		return true
	case '"':
		return len(value) == 2
	case '[':
		return value[space(value, 1)] == ']'
	case '{':
		return value[space(value, 1)] == '}'
	}
	return false
}

// space returns where the next thing stands at or after i.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skip returns where the value that starts at i ends. It does not call itself:
// the depth of a body is somebody else's choice.
func skip(b []byte, i int) int {
	switch b[i] {
	case '"':
		return quoted(b, i)
	case '{', '[':
		for depth := 0; ; i++ {
			switch b[i] {
			case '"':
				i = quoted(b, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	for i < len(b) {
		switch b[i] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			return i
		}
		i++
	}
	return i
}

// quoted returns where the string that starts at i ends.
func quoted(b []byte, i int) int {
	for i++; ; {
		i += bytes.IndexByte(b[i:], '"')
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++
		}
		i++
		if slashes%2 == 0 {
			return i
		}
	}
}
