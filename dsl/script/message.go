package script

import (
	"regexp"
	"slices"
	"strings"

	"cauce/engine"
)

// message is what a "<" line expects.
type message struct {
	template string
	words    pattern
	choices  []string
	list     bool
	opener   string
	section  []string // of each choice: the title that stands above it; "": none
	link     *link
	things   []thing // what it shows besides words
	open     bool    // a closing "...": whatever there is to tap
	any      bool    // nothing but "..."
}

// link is a button that opens an address.
type link struct{ label, url string }

// token is a piece of a message as it is written.
type token struct {
	kind     tokenKind
	text     string   // words, or a bracket's content with its escapes
	labels   []string // of brackets
	sections []string // of a list's rows: the title that stands above it, or ""
	url      string   // of a link
	opener   string   // of a list
	from, to int      // bytes in what was read
}

type tokenKind uint8

const (
	wordsToken tokenKind = iota
	gapToken             // ...
	buttonToken
	listToken
	linkToken
)

var templateName = regexp.MustCompile(`^template[ \t]+([a-z][a-z0-9_]{0,39})(?:[ \t\n]|$)`)

const bracketHelp = `close it with "]", or write "\[" for the sign itself`

// parseMessage reads what stands behind a "<".
func parseMessage(s string) (message, *problem) {
	var m message
	from, p := m.parseThings(s)
	switch {
	case p != nil:
		return m, p
	case strings.HasPrefix(s[from:], `\template`):
		from++
	case len(m.things) > 0:
		// a template shows what WhatsApp approved, and nothing else
	case templateName.MatchString(s):
		at := templateName.FindStringSubmatchIndex(s)
		m.template, from = s[at[2]:at[3]], at[3]
	case s == "template" || strings.HasPrefix(s, "template "):
		return m, wrong(`a template's name stands behind "template"`, `write it as in service.toml; words that begin so begin with "\template"`)
	}
	tokens, p := scan(s, from)
	if p != nil {
		return m, p
	}
	if tokens, p = m.taps(tokens); p != nil {
		return m, p
	}
	if m.template != "" {
		for _, t := range tokens {
			if t.kind != gapToken && strings.Trim(t.text, blanks) != "" {
				p := wrong("behind a template's name stand its buttons and nothing else", `its words are WhatsApp's; words that begin so begin with "\template"`)
				p.from, p.to = t.from, t.to
				return m, p
			}
		}
		return m, nil
	}
	if m.words, p = compile(tokens, true); p != nil {
		return m, p
	}
	m.any = m.open && strings.Trim(s, blanks) == "..."
	if m.words.empty() && !m.open && len(m.choices) == 0 && m.link == nil && len(m.things) == 0 {
		return m, wrong("nothing is said here", `write the words, or "..." for any`)
	}
	return m, nil
}

// scan cuts a message into words, gaps and brackets.
func scan(s string, from int) ([]token, *problem) {
	var tokens []token
	words := strings.Builder{}
	begun := from
	flush := func(at int) {
		if words.Len() > 0 {
			tokens = append(tokens, token{kind: wordsToken, text: words.String(), from: begun, to: at})
			words.Reset()
		}
	}
	for i := from; i < len(s); {
		rest := s[i:]
		switch {
		case strings.HasPrefix(rest, `\...`):
			if words.Len() == 0 {
				begun = i
			}
			words.WriteString("...")
			i += 4
		case len(rest) > 1 && rest[0] == '\\' && strings.IndexByte(`\[](`, rest[1]) >= 0:
			if words.Len() == 0 {
				begun = i
			}
			words.WriteByte(rest[1])
			i += 2
		case strings.HasPrefix(rest, "..."):
			flush(i)
			tokens = append(tokens, token{kind: gapToken, from: i, to: i + 3})
			i += 3
		case rest[0] == '[':
			flush(i)
			t, p := bracket(s, i)
			if p != nil {
				return nil, p
			}
			tokens = append(tokens, t)
			i = t.to
		default:
			if words.Len() == 0 {
				begun = i
			}
			words.WriteByte(rest[0])
			i++
		}
	}
	flush(len(s))
	return tokens, nil
}

// bracket reads [label] or [[opener: row | row]] at i.
func bracket(s string, i int) (token, *problem) {
	t := token{kind: buttonToken, from: i}
	inner, end := i+1, "]"
	if strings.HasPrefix(s[i:], "[[") {
		t.kind, inner, end = listToken, i+2, "]]"
	}
	label, n := bracketed(s, inner, end)
	if n < 0 {
		p := wrong("this bracket is not closed", bracketHelp)
		if t.kind == listToken {
			p = wrong("this list is not closed", `close it with "]]", as in "[[Menú: a | b]]", or write "\[" for the sign itself`)
		}
		p.from, p.to = i, i+len(end)
		return t, p
	}
	t.to = n
	t.text = s[i:n]
	if t.kind == buttonToken && strings.HasPrefix(s[n:], "(") {
		return t.link(s, label)
	}
	if t.kind == buttonToken {
		t.labels = []string{label}
		return t, nil
	}
	opener, rows, ok := cut(s[inner:n-len(end)], ':')
	if !ok {
		p := wrong("a list begins with the words on the button that opens it", `write it like "[[Menú: a | b]]"`)
		p.from, p.to = i, n
		return t, p
	}
	t.opener = plain(opener)
	for more := true; more; {
		var row string
		row, rows, more = cut(rows, '|')
		row = strings.Trim(row, blanks)
		section := ""
		if strings.HasPrefix(row, "(") {
			title, end := closed(row, 1, ')')
			if end < 0 {
				p := wrong("this parenthesis is not closed", `the title of a section stands before its first row, as in "[[Menú: (Fruta) a | b]]"; a label that begins so begins with "\("`)
				p.from, p.to = i, n
				return t, p
			}
			section, row = plain(title), row[end:]
		}
		t.labels, t.sections = append(t.labels, plain(row)), append(t.sections, section)
	}
	return t, nil
}

// link reads the address behind a label.
func (t token) link(s, label string) (token, *problem) {
	url, n := closed(s, t.to+1, ')')
	if n < 0 || strings.Trim(url, blanks) == "" {
		p := wrong("the address of a link stands between parentheses behind its label", `write it like "[Ver más](https://example.org)", or "[Ver más](...)" for any address; "\[" is the sign itself`)
		p.from, p.to = t.from, len(s)
		return t, p
	}
	t.kind, t.to, t.text = linkToken, n, s[t.from:n]
	t.labels, t.url = []string{label}, oneLine(unescape(url, `\()`))
	return t, nil
}

// bracketed reads up to end, which closes what was opened before from, and
// returns it without its escapes and where the rest begins; -1 when it is not
// closed on this line.
func bracketed(s string, from int, end string) (string, int) {
	for i := from; i < len(s) && s[i] != '\n'; i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if strings.HasPrefix(s[i:], end) {
			return plain(s[from:i]), i + len(end)
		}
	}
	return "", -1
}

// cut cuts at the first sep that has no backslash before it.
func cut(s string, sep byte) (before, after string, found bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if s[i] == sep {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// plain takes a label's escapes away, and the blanks around it.
func plain(s string) string {
	s = strings.Trim(s, blanks)
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`[]|:\()`, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// taps takes the brackets off the end of a message: what there is to tap. A
// bracket with words behind it is words.
func (m *message) taps(tokens []token) ([]token, *problem) {
	blank := func(t token) bool { return t.kind == wordsToken && strings.Trim(t.text, blanks) == "" }
	end := len(tokens)
	for end > 0 && blank(tokens[end-1]) {
		end--
	}
	if end > 0 && tokens[end-1].kind == gapToken {
		m.open = true
		i := end - 1
		for i > 0 && blank(tokens[i-1]) {
			i--
		}
		if i > 0 && tokens[i-1].kind >= buttonToken {
			p := wrong(`a closing "..." stands for all there is to tap`, `list it all and leave the "..." out, or leave the brackets out; a bracket that is words is "\["`)
			p.from, p.to = tokens[i-1].from, tokens[i-1].to
			return nil, p
		}
		return tokens[:end], nil
	}
	start := end
	for start > 0 && (tokens[start-1].kind >= buttonToken || blank(tokens[start-1])) {
		start--
	}
	for _, t := range tokens[start:end] {
		switch {
		case t.kind == wordsToken:
			continue
		case m.list || m.link != nil || t.kind != buttonToken && len(m.choices) > 0:
			p := wrong("a message has buttons, one list or one link", `a list is "[[Menú: a | b]]", buttons are "[a] [b]", a link is "[a](https://…)"; a bracket that is words is "\["`)
			p.from, p.to = t.from, t.to
			return nil, p
		case t.kind == listToken:
			m.list, m.opener = true, t.opener
		}
		if slices.Contains(t.labels, "") {
			p := wrong("a label is missing between the brackets", "write the words on every button and row")
			p.from, p.to = t.from, t.to
			return nil, p
		}
		if t.kind == linkToken {
			m.link = &link{t.labels[0], t.url}
			continue
		}
		m.choices = append(m.choices, t.labels...)
		m.section = append(m.section, t.sections...)
	}
	return tokens[:start], nil
}

// voice is what a service adds to messages by itself.
type voice interface {
	Hint(lang string) string       // closes the first of a session
	WithPolicy(body string) string // the words of a consent, with what they lack
}

// matches reports whether a message of the service is the one expected.
func (m *message) matches(o engine.Outgoing, v voice) bool {
	if (m.template != "") != (o.Kind == engine.OutTemplate) || !m.any && !m.shows(o) {
		return false
	}
	if m.template != "" {
		if o.Template != m.template {
			return false
		}
	} else {
		if !slices.ContainsFunc(bodies(o, v), m.words.matches) {
			return false
		}
	}
	if m.open {
		return true
	}
	if m.list != (o.Kind == engine.OutList) || m.list && m.opener != oneLine(o.Opener) {
		return false
	}
	if (m.link != nil) != (o.Link != nil) {
		return false
	}
	if l := m.link; l != nil && (l.label != oneLine(o.Link.Label) || l.url != "..." && l.url != oneLine(o.Link.URL)) {
		return false
	}
	if m.list && !slices.EqualFunc(m.section, o.Choices, func(title string, c engine.Choice) bool {
		return title == oneLine(c.Section)
	}) {
		return false
	}
	return slices.EqualFunc(m.choices, o.Choices, func(label string, c engine.Choice) bool {
		return label == oneLine(c.Label)
	})
}

// bodies are the words of a message with all that the service adds, and without
// what an author may leave out: the hint, and what a consent appends.
func bodies(o engine.Outgoing, v voice) []string {
	list := []string{normal(o.Body)}
	if short, ok := unhinted(list[0], v.Hint(o.Language)); ok {
		list = append(list, short)
	}
	for _, body := range slices.Clone(list) {
		i := strings.LastIndex(body, "\n\n")
		if i > 0 && normal(v.WithPolicy(body[:i])) == body {
			list = append(list, normal(body[:i]))
		}
	}
	return list
}

// unhinted takes the hint off the end of a body.
func unhinted(body, hint string) (string, bool) {
	if hint = normal(hint); hint == "" {
		return body, false
	}
	short, ok := strings.CutSuffix(body, "\n\n"+hint)
	return normal(short), ok && normal(short) != ""
}

// write is a message of the service as a script says it, without its hint
// unless whole is asked for: the lines, without the "< " of the first.
func write(o engine.Outgoing, hint string, whole bool) []string {
	var b strings.Builder
	space := func() {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
	}
	if o.Kind == engine.OutTemplate {
		b.WriteString("template " + o.Template)
	} else {
		for _, t := range shown(o) {
			space()
			b.WriteString(t.String())
		}
		body := normal(o.Body)
		if short, ok := unhinted(body, hint); ok && !whole {
			body = short
		}
		if body != "" {
			space()
			b.WriteString(escapeWords(body))
		}
	}
	if o.Link != nil {
		space()
		b.WriteString("[" + escapeLabel(o.Link.Label) + "](" + strings.NewReplacer(`\`, `\\`, ")", `\)`).Replace(oneLine(o.Link.URL)) + ")")
	}
	if o.Kind == engine.OutList {
		space()
		b.WriteString("[[" + escapeLabel(o.Opener) + ":")
		for i, c := range o.Choices {
			if i > 0 {
				b.WriteString(" |")
			}
			if title := oneLine(c.Section); title != "" {
				b.WriteString(" (" + strings.NewReplacer("(", `\(`, ")", `\)`).Replace(escapeLabel(title)) + ")")
			}
			label := escapeLabel(c.Label)
			if strings.HasPrefix(label, "(") {
				label = `\` + label
			}
			b.WriteString(" " + label)
		}
		b.WriteString("]]")
	} else {
		for _, c := range o.Choices {
			space()
			b.WriteString("[" + escapeLabel(c.Label) + "]")
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		if i > 0 && lines[i] != "" {
			lines[i] = "  " + lines[i]
		}
	}
	return lines
}

// source is what write returns, as one text behind its "< ".
func source(o engine.Outgoing) string { return "< " + strings.Join(write(o, "", true), "\n") }

func escapeWords(s string) string {
	s = strings.NewReplacer(`\`, `\\`, "...", `\...`, "[", `\[`).Replace(s)
	if strings.HasPrefix(s, "(") || strings.HasPrefix(s, "template") {
		s = `\` + s
	}
	return s
}

func escapeLabel(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "|", `\|`, ":", `\:`).Replace(oneLine(s))
}
