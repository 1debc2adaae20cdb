package eval

import "fmt"

// Format is a sentence for an author, or a part of one, in English and as
// fmt.Sprintf takes it. Every Format is a constant: catalogues of other
// languages are keyed by them.
type Format string

// Said is a Format and what fills it, kept apart so that it can be said in
// another language. A value may be a Said itself, or a Type. The zero Said says
// nothing.
type Said struct {
	Format Format
	Values []any
}

// String says it in English.
func (s Said) String() string {
	if len(s.Values) == 0 {
		return string(s.Format)
	}
	return fmt.Sprintf(string(s.Format), s.Values...)
}

func say(format Format, values ...any) Said { return Said{format, values} }

// shown is a piece of source in a sentence, as it is.
func shown(source string) Said { return say("%s", source) }

// either joins words as a person would: "a", "b" or "c".
func either(words []string) Said {
	var s Said
	for i, w := range words {
		switch word := say("%s", `"`+w+`"`); {
		case i == 0:
			s = word
		case i == len(words)-1:
			s = say("%s or %s", s, word)
		default:
			s = say("%s, %s", s, word)
		}
	}
	return s
}
