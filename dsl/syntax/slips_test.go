package syntax

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestOneSlipOneDiagnostic makes every slip of one character in a real flow: it
// leaves out, or doubles, each mark that TOML lives by, and writes each quote as
// a word processor does. Each slip is reported once, and no further away than
// the heading that it stands under: what follows is not blamed for it.
func TestOneSlipOneDiagnostic(t *testing.T) {
	for _, name := range []string{"embarazo.toml", "service.toml"} {
		flow, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		src := string(flow)
		read(t, src)
		for i, c := range src {
			if !strings.ContainsRune("\"'[]{},=\n", c) || strings.Contains(comment(src, i), "#") {
				continue
			}
			slip(t, src, i, 1, "")
			if c != '\n' {
				slip(t, src, i, 1, string(c)+string(c))
			}
			for _, other := range map[rune][]string{'"': {"“", "”", "'"}, '=': {":"}, '[': {"{"}, ']': {"}"}, '{': {"["}, '}': {"]"}, ',': {";", "."}, '\'': {"´", `"`}}[c] {
				slip(t, src, i, 1, other)
			}
		}
	}
}

// comment is what stands before i on its line.
func comment(src string, i int) string { return src[strings.LastIndexByte(src[:i], '\n')+1 : i] }

// slip replaces n bytes at i and judges what is said about it.
func slip(t *testing.T, src string, i, n int, with string) {
	t.Helper()
	broken := src[:i] + with + src[i+n:]
	f, problems := Parse("embarazo.toml", []byte(broken))
	if len(problems) == 0 && f.Root != nil {
		return // still TOML: a text with another quote in it, a list that ends in no comma
	}
	line := 1 + strings.Count(src[:i], "\n")
	first, last := section(src, line)
	what := fmt.Sprintf("line %d: %s", line, strings.Split(broken, "\n")[line-1])
	if len(problems) > 1 {
		t.Errorf("%d diagnostics for one slip\n%s\n%s", len(problems), what, told(broken, problems))
		return
	}
	if at := problems[0].At.Start.Line; at < first || at > last {
		t.Errorf("the slip is reported on line %d\n%s", at, what)
	}
	if !utf8.ValidString(problems[0].Message.String() + problems[0].Help.String()) {
		t.Errorf("half a letter in %q", problems[0].Message)
	}
}

// section is the first and last line of what stands under the heading that line
// stands under.
func section(src string, line int) (first, last int) {
	lines := strings.Split(src, "\n")
	for first = line; first > 1 && !strings.HasPrefix(lines[first-1], "["); first-- {
	}
	for last = line; last < len(lines) && !strings.HasPrefix(lines[last], "["); last++ {
	}
	return first, last
}
