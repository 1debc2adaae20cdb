package check

import (
	"errors"
	"regexp"
	resyntax "regexp/syntax"
	"strings"

	"cauce/dsl/diag"
)

// maxPattern bounds a pattern, in letters. What it can be made to cost is
// bounded too: Go's patterns take time in proportion to the text, and one that
// would grow too large is refused.
const maxPattern = 200

// patternFaults are what can be wrong with a pattern, in an author's words.
var patternFaults = map[resyntax.ErrorCode]struct{ message, help diag.Phrase }{
	resyntax.ErrMissingParen:          {"a bracket of this pattern is never closed", "close it; to mean the bracket itself, write [(]"},
	resyntax.ErrUnexpectedParen:       {"this pattern closes a bracket that it never opened", "take it out; to mean the bracket itself, write [)]"},
	resyntax.ErrMissingBracket:        {"a [ of this pattern is never closed", "close it with ], as in [0-9]"},
	resyntax.ErrInvalidCharRange:      {"this range of letters goes backwards", "write the smaller one first, as in [a-z] or [0-9]"},
	resyntax.ErrInvalidCharClass:      {"this stands for no letters", "list them, as in [a-z] or [0-9]"},
	resyntax.ErrMissingRepeatArgument: {"there is nothing to repeat here", "put what is repeated before it, as in [0-9]+"},
	resyntax.ErrInvalidRepeatOp:       {"this repeats a repetition", "keep one of them"},
	resyntax.ErrInvalidRepeatSize:     {"this repeats too often", "patterns repeat at most 1000 times"},
	resyntax.ErrLarge:                 {"this pattern is too large", "repeat less, or write a simpler one"},
	resyntax.ErrNestingDepth:          {"this pattern has too many brackets inside one another", "write a simpler one"},
	resyntax.ErrTrailingBackslash:     {"this pattern ends in a backslash, and nothing follows it", "take it out"},
	resyntax.ErrInvalidEscape:         {"this backslash means nothing here", "take it out; \\d is a digit"},
	resyntax.ErrInvalidPerlOp:         {"this version of patterns (RE2) can't look ahead or behind", "write what the whole text looks like, as in [A-Z]{3}[0-9]{3}"},
	resyntax.ErrInvalidNamedCapture:   {"patterns have no use for names", "write plain brackets: ( and )"},
}

// readPattern reads what the whole of a text looks like.
func (t table) readPattern(d *datum, kind string) {
	e := t.Get("pattern")
	switch {
	case e == nil || kind == "":
		return
	case kind != "text":
		t.c.report(MisplacedKey, e.KeyAt, `take it out, or write type = "text"`, "only text has a pattern, and this is type = %s", quote(kind))
		return
	}
	v := t.text("pattern")
	if v == nil {
		return
	}
	if n := letters(v.Value); n > maxPattern {
		t.c.report(BadPattern, v.Span(), "write a simpler one", "this pattern has %d letters; at most %d fit", n, maxPattern)
		return
	}
	// By itself first: "a)(b" must not be mended by the brackets around it.
	parsed, err := resyntax.Parse(v.Value, resyntax.Perl)
	if err == nil {
		n := weight(parsed)
		if t.c.patterns += n; n > maxWeight || t.c.patterns > maxPatterns {
			large := patternFaults[resyntax.ErrLarge]
			t.c.report(BadPattern, v.Span(), large.help, large.message)
			return
		}
		if d.pattern, err = regexp.Compile(patternStart + v.Value + patternEnd); err == nil {
			return
		}
	}
	at := v.Span()
	message, help := diag.Phrase("this pattern means nothing"), diag.Phrase("write what the whole text looks like, as in [A-Z]{3}[0-9]{3}")
	var fault *resyntax.Error
	if errors.As(err, &fault) {
		if said, ok := patternFaults[fault.Code]; ok {
			message, help = said.message, said.help
		}
		if i := strings.Index(v.Value, fault.Expr); i >= 0 && fault.Expr != "" {
			at = v.At(i, i+len(fault.Expr))
		}
	}
	t.c.report(BadPattern, at, help, message)
}

// What patterns may weigh, one and all of a service together: compiled, they
// take room and time in proportion.
const (
	maxWeight   = 5_000
	maxPatterns = 200_000
)

// weight is about how many steps a pattern compiles to: what is repeated is
// written out as often.
func weight(re *resyntax.Regexp) int {
	n := 1 + len(re.Rune)/8
	if re.Op == resyntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += weight(sub)
	}
	if re.Op == resyntax.OpRepeat {
		n *= max(1, re.Min, re.Max)
	}
	return min(n, maxWeight+1) // and no more, however deep the repeats are
}

// A pattern is of the whole text.
const patternStart, patternEnd = `^(?:`, `)$`

// patternSource is the pattern as its author wrote it.
func (d *datum) patternSource() string {
	return strings.TrimSuffix(strings.TrimPrefix(d.pattern.String(), patternStart), patternEnd)
}
