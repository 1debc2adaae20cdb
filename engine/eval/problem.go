package eval

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says what is wrong with a source, to the person who wrote it: Message
// says what, Help the next move (it may be empty). From and To are bytes of the
// source that was given, never inside a letter, From <= To.
type Error struct {
	Message  Said
	Help     Said
	From, To int
}

func (e *Error) Error() string { return e.Message.String() }

// What a Message says of a name, for those who know more of names.
const (
	NoName    Format = "there is nothing named %s"
	NoConsent Format = "there is no consent named %s"
	NoField   Format = "the elements of this list have no %s"
)

// What can go wrong when an expression runs. Run wraps them with the source.
var (
	ErrTooLarge = errors.New("a number is too large")
	ErrZero     = errors.New("a division by zero")
	ErrTooLong  = fmt.Errorf("a text has more than %d letters", MaxResult)
	ErrKind     = errors.New("a kept value is not of the declared type")
	ErrDate     = errors.New("a date before the year 1 or after 9999")
	ErrForm     = errors.New("a result has another form than is needed")
)

// UnsetError says that an expression read data that is not kept, outside
// known(…) and the left of ??.
type UnsetError struct {
	Name string
}

func (e *UnsetError) Error() string { return fmt.Sprintf("%q is not kept", e.Name) }

// shownMax is the longest piece of source, in letters, that a message repeats.
const shownMax = 30

// shownNames is how many names a message lists.
const shownNames = 8

// quote puts a piece of source into a message, in quotes unless it is a text,
// which has its own, or digits. What is long or spans lines is only "this".
func quote(s string) Said {
	if s == "" || utf8.RuneCountInString(s) > shownMax || strings.ContainsAny(s, "\n\r\t") {
		return say("this")
	}
	if c := s[0]; (c == '"' || c == '\'') && skipQuoted(s, 0) == len(s) || digits(s) {
		return shown(s)
	}
	return shown(`"` + s + `"`)
}

// nearest returns the one of known that name is most likely a slip of: a letter
// left out, added or changed, or two that changed places. Names of three
// letters allow one slip, longer ones two; if two names are equally near there
// is no answer. It is the same rule that the checker has for names of nodes.
func nearest(name string, known []string) string {
	best, found := 3, ""
	for _, k := range known {
		n := 0
		if !strings.EqualFold(k, name) {
			n = slips([]rune(name), []rune(k))
		}
		short := min(utf8.RuneCountInString(name), utf8.RuneCountInString(k))
		if n > 0 && (short <= 1 || short <= 3 && n > 1) {
			continue
		}
		switch {
		case n < best:
			best, found = n, k
		case n == best:
			found = ""
		}
	}
	return found
}

// slips counts how many slips lead from a to b: three stands for any number
// above two.
func slips(a, b []rune) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	// Rows of the optimal string alignment table: two above, above, this.
	two, one, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		two, one, row = one, row, two
		row[0] = i + 1
		for j := range b {
			change := one[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(one[j+1]+1, row[j]+1, change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
	}
	return min(row[len(b)], 3)
}
