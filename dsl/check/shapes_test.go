package check_test

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"cauce/dsl/check"
	"cauce/dsl/diag"
	"cauce/engine"
)

const consents = `
[consent.consejos]
version = 1
messages = true
purpose = "enviarte consejos"
`

// longestFit is how many letters the words of a node may have; %s is where they
// stand.
func longestFit(t *testing.T, flow string) int {
	t.Helper()
	return sort.Search(5000, func(n int) bool {
		files := parse(t, fmt.Sprintf(flow, strings.Repeat("x", n+1)), "[welcome_back]", consents+"[welcome_back]")
		_, list := check.Flows(files...)
		return slices.ContainsFunc(list, func(d diag.Diagnostic) bool {
			if d.Code != check.TooLong && d.Severity == diag.Error {
				t.Fatal(said(t, files, list))
			}
			return d.Code == check.TooLong
		})
	})
}

// Each shape of a question has its own longest text, and what stands around the
// words is taken off it, where WhatsApp has no place for it.
func TestLongestByShape(t *testing.T) {
	const rows = `choose = [ { id = "a", label = "A" }, { id = "b", label = "B" } ]`
	const list = `choose = [ { id = "a", label = "A" }, { id = "b", label = "B" }, { id = "c", label = "C" }, { id = "d", label = "D" } ]`
	head := func(keys, data string) string {
		return "begins = \"a\"\n" + data + "[node.a]\nask = \"%s\"\n" + keys + "\ngo = \"z\"\n[node.z]\nsay = \"Hola.\"\nend = \"done\"\n"
	}
	plain := longestFit(t, head("", ""))
	added := 4096 - plain // by the hint, and by what is put before a question that is asked again
	if added <= 0 || added > 300 {
		t.Fatalf("%d letters are added to a question", added)
	}
	header := "header = \"" + strings.Repeat("h", 50) + "\""
	policy := len([]rune(engine.WithPolicy("x", "Vacunas", "https://example.org/privacidad"))) - 1
	for _, c := range []struct {
		name, flow string
		want       int
	}{
		{"buttons", head(rows, ""), 1024 - added},
		{"buttons under a header", head(rows+"\n"+header, ""), 1024 - added},
		{"a list", head(list, ""), 4096 - added},
		{"text under a header", head(header, ""), 4096 - added - 50 - 2},
		{"a place", head(`want = "location"`, ""), 1024 - added},
		{"a place, kept", head(`save = "donde"`, "[data.donde]\ntype = \"location\"\n"), 1024 - added},
		{"a place or words", head(`want = ["location", "text"]`, ""), 4096 - added},
		{"yes or no", head(`save = "viene"`, "[data.viene]\ntype = \"bool\"\n"), 1024 - added},
		{"numbers", head(list+"\nshape = \"numbers\"", ""), 4096 - added - 4*(6+1)},
		{"a consent", head("consent = \"consejos\"\nyes = { label = \"Sí\" }\nno = { label = \"No\" }", ""), 1024 - added - policy},
	} {
		if got := longestFit(t, c.flow); got != c.want {
			t.Errorf("%s: %d letters fit, want %d", c.name, got, c.want)
		}
	}
	// What is said is not asked again: only the hint is added.
	say := "begins = \"a\"\n[node.a]\nsay = \"%s\"\n%%s\nend = \"done\"\n"
	text := longestFit(t, strings.Replace(say, "%%s", "", 1))
	link := longestFit(t, strings.Replace(say, "%%s", `link = { label = "Ver", url = "https://example.org" }`, 1))
	if text-link != 4096-1024 || text <= plain {
		t.Errorf("a text has %d letters, one with a link %d", text, link)
	}
}
