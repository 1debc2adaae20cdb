package diag

import (
	"strings"
	"unicode/utf8"
)

// suggestMax is the longest name, in code points, that Suggest looks at; names
// of authors have 40 at most, and the comparison costs the square.
const suggestMax = 64

// Suggest returns the one of known that name is most likely a slip of. A slip
// is a letter left out, added, changed, or swapped with its neighbour; two of
// them are too far apart in a name of three letters, and none brings a name of
// one letter near another. A name that differs only in capitals is always
// near. When two are equally near, the choice is not clear and there is no
// suggestion: silence beats a silly guess.
func Suggest(name string, known []string) (string, bool) {
	want := []rune(name)
	if len(want) == 0 || len(want) > suggestMax {
		return "", false
	}
	best, found, tie := 3, "", false
	for _, k := range known {
		if k == found || k == name {
			continue
		}
		n := 0
		if !strings.EqualFold(k, name) {
			length := utf8.RuneCountInString(k)
			if length > len(want)+2 || length < len(want)-2 {
				continue
			}
			n = slips(want, []rune(k))
			if n > slipsAllowed(min(len(want), length)) {
				continue
			}
		}
		if n < best {
			best, found, tie = n, k, false
		} else if n == best {
			tie = true
		}
	}
	if best > 2 || tie {
		return "", false
	}
	return found, true
}

func slipsAllowed(length int) int {
	switch {
	case length <= 1:
		return 0
	case length <= 3:
		return 1
	}
	return 2
}

// slips is the optimal string alignment distance of a and b: Levenshtein's,
// where two neighbours that changed places count once.
func slips(a, b []rune) int {
	older := make([]int, len(b)+1)
	old := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		older, old, row = old, row, older
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
