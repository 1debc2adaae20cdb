package answer

import "strings"

// A habit is how people of a language and country group the digits of a large
// number.
type habit struct {
	group  rune // between groups: '.', ',', ' ' or '\''; 0 for none known
	indian bool // the groups above the last have two digits: 1,00,000
}

// habitOf returns the habit of a BCP-47 tag. Where a language is written with
// both separators, the country decides; without one, the more frequent habit of
// its speakers counts. The other separator is then a decimal point, or a doubt,
// and neither is a whole number.
func habitOf(tag string) habit {
	language, country := subtags(tag)
	switch country {
	case "ch", "li":
		return habit{group: '\''}
	case "in", "pk", "bd", "np", "lk":
		return habit{group: ',', indian: true}
	case "mx", "gt", "hn", "ni", "sv", "pa", "do", "pe", "pr", "us":
		return habit{group: ','}
	case "ma", "dz", "tn":
		if language == "ar" {
			return habit{group: '.'}
		}
	}
	switch language {
	case "en", "sw", "tl", "ha", "yo", "am", "so", "ar", "zh", "ja", "ko", "th", "he", "fa", "ms":
		return habit{group: ','}
	case "hi", "bn", "ur", "ta", "te", "mr", "gu", "ne", "kn", "ml", "pa", "si":
		return habit{group: ',', indian: true}
	case "es", "pt", "it", "de", "id", "vi", "nl", "tr", "el", "ro", "da", "ca", "gl", "hr", "sr", "sl":
		return habit{group: '.'}
	case "fr", "ru", "uk", "af", "zu", "xh", "pl", "cs", "sk", "hu", "bg", "sv", "nb", "no", "fi", "et", "lv", "lt", "kk":
		return habit{group: ' '}
	}
	return habit{}
}

// parts reports whether r stands between groups of digits. Spaces that never
// break a line, and the Arabic separator, part groups and nothing else; so they
// count in every language.
func (h habit) parts(r rune) bool {
	switch r {
	case 0x00A0, 0x2009, 0x202F, '٬':
		return true
	case '’':
		return h.group == '\''
	}
	return h.group != 0 && r == h.group
}

// point returns what parts the decimals from the whole.
func (h habit) point() rune {
	switch h.group {
	case '.', ' ':
		return ','
	case ',', '\'':
		return '.'
	}
	return 0
}

// fits reports whether groups of these many digits, the first one left out,
// make one number after a first group of first digits.
func (h habit) fits(first int, groups []int) bool {
	if len(groups) == 0 || groups[len(groups)-1] != 3 {
		return false
	}
	upper := 3
	if h.indian && len(groups) > 1 && groups[0] == 2 {
		upper = 2
	}
	for _, n := range groups[:len(groups)-1] {
		if n != upper {
			return false
		}
	}
	return first <= upper
}

// subtags returns the language and the country of a BCP-47 tag, both in small
// letters, and "" for a country that it does not name.
func subtags(tag string) (language, country string) {
	for part := range strings.SplitSeq(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-") {
		if language == "" {
			language = part
			continue
		}
		if len(part) == 1 || len(language) == 1 || country != "" {
			break // what follows a letter alone is an extension: the "nu" of ar-u-nu-latn is no country
		}
		if len(part) == 2 && isLetter(part[0]) && isLetter(part[1]) {
			country = part
		}
	}
	switch language {
	case "fil": // Filipino, a standard of Tagalog
		language = "tl"
	case "in": // the old tag of Indonesian
		language = "id"
	}
	return language, country
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' }
