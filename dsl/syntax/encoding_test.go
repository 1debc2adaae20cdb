package syntax

import (
	"fmt"
	"strings"
	"testing"

	"cauce/dsl/diag"
)

func TestFilesThatAreNotPlainText(t *testing.T) {
	tests := []struct {
		name, src string
		code      diag.Code
		at        string // line:column, "" for the whole file
		says      string
	}{
		{"Windows-1252", "[node.a]\nsay = \"\xbfM\xe1s?\"\n", Encoding, "2:8", `0xBF stands here, which older programs write for "¿"`},
		{"Windows-1252, a quote", "say = \"a\x93\"", Encoding, "1:9", `for "“"`},
		{"a byte of no encoding", "say = \"\x81\"", Encoding, "1:8", "the byte 0x81 stands here"},
		{"half a letter", "say = \"\xc3", Encoding, "1:8", "not saved as UTF-8"},
		{"a byte-order mark", "\ufeffsay = \"a\"", Encoding, "1:1", "byte-order mark"},
		{"UTF-16 with its mark", "\xff\xfes\x00a\x00", Encoding, "", "UTF-16"},
		{"UTF-16, the other way around", "\xfe\xff\x00s\x00a", Encoding, "", "UTF-16"},
		{"UTF-16 without a mark", "s\x00a\x00y\x00", Encoding, "", "UTF-16"},
		{"a control character", "say = \"a\x07b\"", Syntax, "1:9", "U+0007"},
		{"a null", "say = \"ab\x00\"", Syntax, "1:10", "U+0000"},
		{"an escape sequence in a comment", "# \x1b[31m", Syntax, "1:3", "U+001B"},
		{"line ends of old machines", "a = 1\rb = 2\rc = 3", Syntax, "1:6", "without a line feed"},
		{"a carriage return at the end", "a = 1\r", Syntax, "1:6", "without a line feed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, problems := Parse("flow.toml", []byte(test.src))
			if len(problems) != 1 || f.Root != nil {
				t.Fatalf("problems: %v", problems)
			}
			d := problems[0]
			at := fmt.Sprintf("%d:%d", d.At.Start.Line, d.At.Start.Column)
			if d.At.Whole() {
				at = ""
			}
			if d.Code != test.code || at != test.at || !strings.Contains(d.Message.String(), test.says) || d.Help == "" {
				t.Errorf("got %s at %q: %s", d.Code, at, d.Message)
			}
			plain(t, d.Message.String())
			plain(t, d.Help.String())
		})
	}
}

func TestControlCharactersOncePerLine(t *testing.T) {
	_, problems := Parse("flow.toml", []byte("a = \"\x01\x02\"\nb = \"\x03\"\n"))
	if len(problems) != 2 || problems[1].At.Start.Line != 2 {
		t.Errorf("problems: %v", problems)
	}
}

func TestHiddenCharactersOncePerLine(t *testing.T) {
	for _, hidden := range []string{"\u00a0", "\u200b", "\u2028", "\u3000", "\ufeff", "\u202e"} {
		_, problems := Parse("flow.toml", []byte("a"+hidden+"="+hidden+"1\n"+hidden+"b = 2"+hidden+"\n"))
		if len(problems) != 2 || problems[0].At.Start.Column != 2 || problems[1].At.Start.Line != 2 {
			t.Errorf("%q: %v", hidden, problems)
		}
	}
	read(t, "a = \"uno\u00a0dos\" # tres\u00a0cuatro\n") // in texts and comments they are the author's
}

func TestBounds(t *testing.T) {
	long := strings.Repeat("a", MaxName)
	tests := []struct {
		name, src string
		code      diag.Code // "" for a file within bounds
	}{
		{"the largest file", "#" + strings.Repeat(" ", MaxFile-1), ""},
		{"a larger file", "#" + strings.Repeat(" ", MaxFile), TooBig},
		{"the longest name", long + " = 1", ""},
		{"a longer name", "a" + long + " = 1", TooBig},
		{"a longer name between quotes", `"a` + long + `" = 1`, TooBig},
		{"the longest way", strings.Repeat(long+".", MaxPath/MaxName-1) + long + " = 1", ""},
		{"a longer way", strings.Repeat(long+".", MaxPath/MaxName) + "a = 1", TooDeep},
		{"the deepest name", strings.Repeat("a.", MaxDepth-1) + "a = 1", ""},
		{"a deeper name", strings.Repeat("a.", MaxDepth) + "a = 1", TooDeep},
		{"the deepest heading", "[" + strings.Repeat("a.", MaxDepth-2) + "a]\nb = 1", ""},
		{"a deeper name under a heading", "[" + strings.Repeat("a.", MaxDepth-1) + "a]\nb = 1", TooDeep},
		{"a deeper heading in double brackets", "[[" + strings.Repeat("a.", MaxDepth-1) + "a]]", TooDeep},
		{"the deepest list", "a = " + strings.Repeat("[", MaxDepth-1) + strings.Repeat("]", MaxDepth-1), ""},
		{"a deeper list", "a = " + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), TooDeep},
		{"the deepest table", strings.Repeat("a = {", MaxDepth-1) + "b = 1" + strings.Repeat("}", MaxDepth-1), ""},
		{"a deeper table", strings.Repeat("a = {", MaxDepth) + "b = 1" + strings.Repeat("}", MaxDepth), TooDeep},
		{"brackets without end", "a = " + strings.Repeat("[", MaxFile-4), TooDeep},
		{"braces without end", "a = " + strings.Repeat("{a=", MaxFile/3-4), TooDeep},
		{"names without end", strings.Repeat("a.", MaxFile/2-4) + "a = 1", TooDeep},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, problems := Parse("flow.toml", []byte(test.src))
			switch {
			case test.code == "" && (len(problems) > 0 || f.Root == nil):
				t.Errorf("problems: %v", problems[0].Message)
			case test.code != "" && (len(problems) != 1 || problems[0].Code != test.code || f.Root != nil):
				t.Errorf("problems: %v, want one %s", problems, test.code)
			case test.code != "":
				plain(t, problems[0].Message.String())
				plain(t, problems[0].Help.String())
			}
		})
	}
}

// TestLargeFiles would not end if the time were not linear in the size.
func TestLargeFiles(t *testing.T) {
	const size = MaxFile / 4
	fill := func(before, unit, after string) string {
		return before + strings.Repeat(unit, (size-len(before)-len(after))/len(unit)) + after
	}
	var names, headings, inline strings.Builder
	inline.WriteString("a = {")
	for i := range 15_000 {
		fmt.Fprintf(&names, "k%d = 1\n", i)
		fmt.Fprintf(&headings, "[n.k%d]\n", i)
		fmt.Fprintf(&inline, "k%d = 1,", i)
	}
	way := strings.Repeat(strings.Repeat("w", MaxName-2)+".", 4)
	for name, src := range map[string]string{
		"names":                     names.String(),
		"names under a long way":    "[" + way + "x]\n" + names.String(),
		"headings":                  headings.String(),
		"one line":                  inline.String() + "}",
		"a list":                    fill("a = [", "1,", "]"),
		"lists":                     fill("a = [", "[],", "]"),
		"rows":                      fill("", "[[a]]\n", ""),
		"one long text":             fill(`a = "`, `\u00e1ñ`, `"`),
		"a text that is not closed": fill(`a = """`, "x\\\n", ""),
		"words without end":         fill("a ", "b ", "= 1"),
		"values without commas":     fill("a = [", "1 ", "]"),
		"names without equals":      fill("a = {", `"a" `, ""),
		"closing brackets":          fill("", "]", ""),
		"commas":                    fill("a = [", ",", ""),
		"equals":                    fill("a", "=", ""),
		"faults on every line":      fill("", "a=b\n", ""),
		"the same name":             fill("", "a=1\n", ""),
		"headings that are open":    fill("", "[x\n", ""),
		"lists that are open":       fill("", "a=[1\n", ""),
		"printed quotes":            fill("a = ", "“", ""),
		"hidden characters":         fill("", "\u00a0", ""),
	} {
		f, problems := Parse("flow.toml", []byte(src))
		if len(problems) > faultsMax {
			t.Errorf("%s: %d problems", name, len(problems))
		}
		if (f.Root == nil) != problems.HasErrors() {
			t.Errorf("%s: a tree and problems, or neither", name)
		}
	}
}

// TestLongWordsStayShortInMessages writes very long words into every kind of
// fault; what is said about them does not grow with them.
func TestLongWordsStayShortInMessages(t *testing.T) {
	long := strings.Repeat("ñandú", 1000)
	digits := strings.Repeat("7", 5000)
	for _, src := range []string{
		long + " = 1", "[" + long + "]", "[" + long, "[[" + long + "]", long + "]", long + ": 1", long, long + " \"a\"", long + " =",
		"“" + long + "” = 1", "a = “" + long + "”", "a = " + long, "a = \"" + long, "a = \"" + long + "'", "a = " + long + "\"",
		"a = 0" + digits, "a = " + digits, "a = 1," + digits, "a = ." + digits, "a = {" + long + "}", "a = [" + long + " = 1]",
		"a = \"" + long + "\"" + long + "\"", "a = { b = \"" + long + ", c = \"d\" }", "a = '" + long + "'" + long, "a == " + long,
	} {
		_, problems := Parse("flow.toml", []byte(src))
		if len(problems) == 0 {
			t.Errorf("%.20s…: no problem", src)
		}
		for _, d := range problems {
			if len(d.Message) > 200 || len(d.Help) > 200 {
				t.Errorf("%.20s…: %.300s / %.300s", src, d.Message, d.Help)
			}
		}
	}
}
