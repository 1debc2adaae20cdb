package engine

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"cauce/engine/eval"
)

// scanElements reads a list as listOf writes it, which is what is kept: objects
// of texts, numbers and truths. A question with rows from data reads its list
// with every message, and encoding/json takes most of that time. ok is false
// for JSON of another form, which is then read in the long way.
func scanElements(fields []*datum, text string) (out [][]eval.Value, ok bool) {
	s := scanner{text: text}
	if !s.next('[') {
		return nil, false
	}
	if s.next(']') {
		return nil, s.over()
	}
	// Room for as many as there seem to be; a text that only looks like many
	// gets no more than most lists have.
	seem := min(strings.Count(text, "},{")+1, 64)
	out = make([][]eval.Value, 0, seem)
	room := make([]eval.Value, seem*len(fields))
	for {
		if !s.next('{') {
			return nil, false
		}
		if len(room) < len(fields) {
			room = make([]eval.Value, 16*len(fields))
		}
		values := room[:len(fields):len(fields)]
		room = room[len(fields):]
		for first := true; !s.next('}'); first = false {
			if !first && !s.next(',') {
				return nil, false
			}
			name, fine := s.quoted()
			if !fine || !s.next(':') {
				return nil, false
			}
			v, isText, fine := s.value()
			if !fine {
				return nil, false
			}
			for i, d := range fields {
				if d.Name == name {
					values[i] = scalar(d, v, isText)
				}
			}
		}
		for i, d := range fields {
			if !values[i].IsSet() {
				values[i] = d.Default
			}
		}
		out = append(out, values)
		if s.next(']') {
			return out, s.over()
		}
		if !s.next(',') {
			return nil, false
		}
	}
}

// scanner reads compact JSON from left to right.
type scanner struct {
	text string
	at   int
}

func (s *scanner) next(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) over() bool { return s.at == len(s.text) }

// quoted reads a text in quotes.
func (s *scanner) quoted() (string, bool) {
	if !s.next('"') {
		return "", false
	}
	from := s.at
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			if !utf8.ValidString(s.text[from:s.at]) {
				return s.escaped(from - 1)
			}
			s.at++
			return s.text[from : s.at-1], true
		case c < ' ':
			return "", false
		case c == '\\':
			return s.escaped(from - 1)
		}
	}
	return "", false
}

// escaped reads a text that holds a backslash, or bytes that are no letters.
func (s *scanner) escaped(from int) (out string, ok bool) {
	for ; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return out, json.Unmarshal([]byte(s.text[from:s.at]), &out) == nil
		}
	}
	return "", false
}

// value reads a text, a number, a truth or null.
func (s *scanner) value() (v string, isText, ok bool) {
	if s.at < len(s.text) && s.text[s.at] == '"' {
		v, ok = s.quoted()
		return v, true, ok
	}
	end := strings.IndexAny(s.text[s.at:], ",}")
	if end <= 0 {
		return "", false, false
	}
	v = s.text[s.at : s.at+end]
	s.at += end
	switch v {
	case "true", "false", "null":
		return v, false, true
	}
	if digits := strings.TrimPrefix(v, "-"); digits != "" && (digits[0] != '0' || digits == "0") && strings.Trim(digits, "0123456789") == "" {
		return v, false, true
	}
	var n json.Number // its grammar is stricter than strconv's
	return v, false, (v[0] == '-' || '0' <= v[0] && v[0] <= '9') && json.Unmarshal([]byte(v), &n) == nil
}
