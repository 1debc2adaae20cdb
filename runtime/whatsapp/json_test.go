package whatsapp

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// whole builds with the cutting functions what encoding/json builds by itself.
func whole(value []byte) any {
	switch kind(value) {
	case '{':
		m := map[string]any{}
		for k, v := range members(value) {
			m[string(k)] = whole(v)
		}
		return m
	case '[':
		l := []any{}
		for v := range elements(value) {
			l = append(l, whole(v))
		}
		return l
	case '"':
		s, _ := text(value)
		return s
	case 't':
		return true
	case 'f':
		return false
	case 'n':
		return nil
	}
	return json.Number(value)
}

func FuzzCuttingAgreesWithEncodingJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, ` [ ] `, `{"a":1,"a":{"b":[true,false,null,-1.5e3]}}`, `["\\","\"","\\\"","a\\\\\"b","\u00e9\ud83d\udc4d\ud800"]`,
		"{\"\\u0061\" : \"\xff\" ,\r\n\t\"\\\"\":[ 1 , 2 ]}", `{"a{":"}","b[":"]"}`, `0`, `"x"`, `{"":{"":""}}`,
		strings.Repeat(`{"a":[`, 200) + strings.Repeat(`]}`, 200),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if body = bytes.TrimSpace(body); !json.Valid(body) {
			return
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := whole(body); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %#v\nwant %#v", body, got, want)
		}
		if object, ok := want.(map[string]any); ok {
			for k := range object {
				if got := whole(find(body, k)); !reflect.DeepEqual(got, object[k]) {
					t.Errorf("%s: %q is %#v, want %#v", body, k, got, object[k])
				}
			}
		}
	})
}

func TestAnotherKindReadsLikeNothing(t *testing.T) {
	for _, value := range []string{``, `null`, `7`, `true`, `"x"`, `[1]`, `{"a":1}`} {
		v := []byte(value)
		for range members(v) {
			if value[0] != '{' {
				t.Errorf("%s has members", value)
			}
		}
		for range elements(v) {
			if value[0] != '[' {
				t.Errorf("%s has elements", value)
			}
		}
		if _, ok := text(v); ok != (value == `"x"`) {
			t.Errorf("%s is text: %v", value, ok)
		}
		if got := find(v, "b"); got != nil {
			t.Errorf("%s has b: %s", value, got)
		}
	}
	for value, want := range map[string]string{`"a"`: "a", `7`: "7", `-7`: "", `7.5`: "", `7e3`: "", `null`: "", `true`: "", `["7"]`: "", ``: ""} {
		if got := word([]byte(value)); got != want {
			t.Errorf("word of %s: %q, want %q", value, got, want)
		}
	}
	for value, want := range map[string]bool{``: true, `null`: true, `""`: true, `[ ]`: true, "{\n}": true,
		`0`: false, `false`: false, `" "`: false, `[null]`: false, `{"a":null}`: false} {
		if got := empty([]byte(value)); got != want {
			t.Errorf("%q is empty: %v", value, got)
		}
	}
}
