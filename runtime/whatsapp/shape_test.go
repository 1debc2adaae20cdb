package whatsapp

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestAShapeShowsWhatCameAndNothingOfAnybody(t *testing.T) {
	for in, want := range map[string]string{
		`{"from":"16505551234","text":{"body":"tengo náuseas"},"type":"text"}`:   `{"from":"…11","text":{"body":"…14"},"type":"…4"}`,
		`{"latitude":12.25,"n":-7,"ok":true,"no":false,"x":null,"l":[1,"a",[]]}`: `{"latitude":0,"n":0,"ok":true,"no":false,"x":null,"l":[0,"…1",[]]}`,
		`{"errors":[{"code":131051,"title":"secret"}]}`:                          `{"errors":[{"code":131051,"title":"…6"}]}`,
		`{"code":16505551234}`: `{"code":0}`,
		`{"code":"123456"}`:    `{"code":"…6"}`,
		`{"16505551234":1,"Ana Ruiz":2,"año":3,"a-b":4,"":5}`: `{"…11":0,"…8":0,"…4":0,"…3":0,"…0":0}`,
		` [ 1 ] `:         `[0]`,
		`"a"`:             `"…1"`,
		`7`:               `0`,
		``:                `"…0"`,
		`{"from":"165055`: `"…15"`, // no JSON: only its length
	} {
		if got := string(shape([]byte(in))); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestAShapeIsBoundedAndValid(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 400) + strings.Repeat(`]}`, 400)
	for name, in := range map[string]string{
		"deep":    deep,
		"wide":    "[" + strings.Repeat(`"a",`, 100000) + "1]",
		"keys":    "{" + strings.Repeat(`"abcdef":{"ghi":[1,2,3]},`, 10000) + `"x":1}`,
		"both":    "[" + strings.Repeat(deep+",", 200) + "1]",
		"tooDeep": strings.Repeat("[", 20000),
		"string":  `"` + strings.Repeat("a", 1<<20) + `"`,
	} {
		got := shape([]byte(in))
		if !json.Valid(got) || len(got) > maxShape+1024 {
			t.Errorf("%s: %d bytes, valid %v: %.100s", name, len(got), json.Valid(got), got)
		}
		if depth := strings.Count(string(got), "[") + strings.Count(string(got), "{"); name == "deep" && depth != maxDepth {
			t.Errorf("%s: cut at %d, not at %d: %s", name, depth, maxDepth, got)
		}
	}
}

var redactedString = regexp.MustCompile(`^…[0-9]*$`)

// No string and no number of a body is in the shape of it, wherever they stood.
func FuzzShape(f *testing.F) {
	for _, name := range webhooks(f) {
		f.Add(load(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := shape(body)
		var v any
		if err := json.Unmarshal(got, &v); err != nil || len(got) > maxShape+(8<<10) {
			t.Fatalf("%d bytes, %v: %.200s", len(got), err, got)
		}
		var check func(key string, v any) error
		check = func(key string, v any) error {
			switch v := v.(type) {
			case string:
				if !redactedString.MatchString(v) {
					return fmt.Errorf("string %q", v)
				}
			case float64:
				if v != 0 && (key != "code" || v >= 1e7) {
					return fmt.Errorf("number %v under %q", v, key)
				}
			case []any:
				for _, e := range v {
					if err := check("", e); err != nil {
						return err
					}
				}
			case map[string]any:
				for k, e := range v {
					if label(k) == "" && !redactedString.MatchString(k) {
						return fmt.Errorf("key %q", k)
					}
					if err := check(k, e); err != nil {
						return err
					}
				}
			}
			return nil
		}
		if err := check("", v); err != nil {
			t.Fatalf("%v in the shape of %.200q", err, body)
		}
	})
}
