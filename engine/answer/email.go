package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Email returns the one e-mail address in text, its domain in small letters. It
// reports false when there is none, when there are two that differ, and for
// what mail servers take and people hardly ever have: quoted names, domains
// without a dot, letters beyond ASCII. Punctuation around an address is none of
// it, and a slip such as "gmail.con" is refused, for it would be kept.
func Email(text string) (address string, ok bool) {
	s := readable(Text(text))
	if countWords(s) > maxWords+maxMentions {
		return "", false
	}
	for part := range strings.FieldsFuncSeq(s, partsAddresses) {
		if !strings.ContainsRune(part, '@') {
			continue
		}
		a, valid := addressOf(trimFormatting(part))
		if !valid || address != "" && a != address {
			return "", false
		}
		address = a
	}
	return address, address != ""
}

// partsAddresses reports whether r can stand in no address that is read.
func partsAddresses(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("<>()[]{},;:\"“”«»¡¿!?/|\\=", r)
}

// trimFormatting takes away what WhatsApp reads as bold, italic and the like
// when it stands on both sides, and a full stop behind the address.
func trimFormatting(s string) string {
	for {
		s = strings.TrimFunc(s, func(r rune) bool { return r == '*' || r == '`' || r == '\'' || r == '’' || r == '‘' })
		switch {
		case strings.HasSuffix(s, "."):
			s = strings.TrimRight(s, ".")
		case len(s) > 2 && (s[0] == '_' || s[0] == '~') && s[len(s)-1] == s[0]:
			s = s[1 : len(s)-1]
		default:
			if r, size := utf8.DecodeLastRuneInString(s); size > 1 && !unicode.IsLetter(r) {
				s = s[:len(s)-size] // an emoji
				continue
			}
			return s
		}
	}
}

func addressOf(s string) (address string, ok bool) {
	local, domain, _ := strings.Cut(s, "@")
	domain = strings.ToLower(domain)
	if len(s) > 254 || len(local) > 64 || !isLocal(local) || !isDomain(domain) {
		return "", false
	}
	return local + "@" + domain, true
}

func isLocal(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if !isAlphanumeric(r) && !strings.ContainsRune("._%+-", r) {
			return false
		}
	}
	return true
}

func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if !isAlphanumeric(r) && r != '-' {
				return false
			}
		}
	}
	top := labels[len(labels)-1]
	if len(top) < 2 || slips[top] {
		return false
	}
	return strings.IndexFunc(top, func(r rune) bool { return r < 'a' || 'z' < r }) < 0
}

func isAlphanumeric(r rune) bool {
	return isDigit(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// slips are no top-level domains and are typed where "com" or "net" was meant.
var slips = map[string]bool{"con": true, "cmo": true, "ocm": true, "comm": true, "coom": true, "ccom": true, "cpm": true, "xom": true, "vom": true, "cim": true, "ney": true, "nte": true}
