package sensitive

import "strings"

// Redact returns text with each span replaced by its kind and last four
// characters: "[card …4242]". It is the same in every language, for operators
// and tools read it and no contact does. Spans are those that Find returned for
// this very text; one that does not fit it, or overlaps the one before, is left
// out.
func Redact(text string, spans []Span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.From < at || s.To <= s.From || s.To > len(text) {
			continue
		}
		b.WriteString(text[at:s.From])
		b.WriteString("[" + s.Kind.String() + " …" + s.Last4 + "]")
		at = s.To
	}
	b.WriteString(text[at:])
	return b.String()
}
