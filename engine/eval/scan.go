package eval

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// token is a name, a value or a sign of a source.
type token struct {
	kind     lexer.Kind
	value    string // of a text: without quotes, escapes done
	from, to int    // bytes of the source
	at       int    // where it begins in code points: how expr's nodes name places
	mate     int    // of a bracket: the index of the one that closes or opens it
}

func (t token) sign(values ...string) bool { return t.kind == lexer.Operator && is(t.value, values...) }

func is(s string, values ...string) bool {
	for _, v := range values {
		if s == v {
			return true
		}
	}
	return false
}

// scan cuts a source into tokens. What has no meaning anywhere in an expression
// is reported here, before expr's lexer sees it: its own words for that are
// not for authors, and comments it would drop in silence ("a // b" would be
// "a"). lexed is the source as expr may read it.
func scan(src string) (tokens []token, lexed string, _ *Error) {
	if !utf8.ValidString(src) {
		at := 0
		for at < len(src) {
			r, size := utf8.DecodeRuneInString(src[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return nil, "", &Error{Message: say("this is no letter: the bytes are not UTF-8"), From: at, To: at + 1}
	}
	if n := utf8.RuneCountInString(src); n > MaxSource {
		return nil, "", &Error{
			Message: say("this expression has %d letters; at most %d fit", n, MaxSource),
			Help:    say("cut it in two: keep a part in data of its own, with set"),
			To:      len(src),
		}
	}
	quoted, err := letters(src)
	if err != nil {
		return nil, "", err
	}
	lexed = oneLine(src, quoted)
	raw, lerr := lexer.Lex(file.NewSource(lexed))
	if lerr != nil {
		return nil, "", misread(src, quoted, lerr)
	}
	tokens = make([]token, 0, len(raw))
	offset, count := 0, 0 // the same place, in bytes and in code points
	seek := func(at int) int {
		for ; count < at && offset < len(src); count++ {
			_, size := utf8.DecodeRuneInString(src[offset:])
			offset += size
		}
		return offset
	}
	for _, r := range raw {
		if r.Kind == lexer.EOF {
			break
		}
		t := token{kind: r.Kind, value: restored.Replace(r.Value), at: r.From, from: seek(r.From), to: seek(r.To), mate: -1}
		if err := t.check(src); err != nil {
			return nil, "", err
		}
		tokens = append(tokens, t)
	}
	if len(tokens) > MaxParts {
		return nil, "", &Error{
			Message: say("this expression has %d names, values and signs; at most %d fit", len(tokens), MaxParts),
			Help:    say("cut it in two: keep a part in data of its own, with set"),
			To:      len(src),
		}
	}
	return tokens, lexed, nil
}

// oneLine puts stand-ins for new lines in texts in quotes, which expr's lexer
// refuses: what is \n in a file may be a new line by the time it comes here. A
// stand-in is one letter, so no place moves.
func oneLine(src string, quoted [][2]int) string {
	var b strings.Builder
	at := 0
	for _, q := range quoted {
		if strings.Contains(src[q[0]:q[1]], "\n") {
			b.WriteString(src[at:q[0]])
			b.WriteString(standIns.Replace(src[q[0]:q[1]]))
			at = q[1]
		}
	}
	if at == 0 {
		return src
	}
	return b.String() + src[at:]
}

// The stand-ins are no letters, and no source may hold them. expr would make two
// new lines of a return whose new line is one of them, so that has its own.
var (
	standIns = strings.NewReplacer("\r\n", "\uFFFE\uFFFF", "\n", "\uFFFF")
	restored = strings.NewReplacer("\uFFFE", "", "\uFFFF", "\n")
)

// check reports a number or text written in a way that expr knows and authors
// should not need.
func (t token) check(src string) *Error {
	word := src[t.from:t.to]
	switch t.kind {
	case lexer.Number:
		whole, fraction, point := strings.Cut(word, ".")
		if !digits(whole) || point && !digits(fraction) {
			return &Error{
				Message: say("%s is not how a number is written here", quote(word)),
				Help:    say("write it with digits, and a point before decimals: 1000, 0.5"),
				From:    t.from, To: t.to,
			}
		}
		var err error
		if point {
			var f float64
			if f, err = strconv.ParseFloat(word, 64); math.IsInf(f, 0) {
				err = strconv.ErrRange
			}
		} else {
			_, err = strconv.ParseInt(word, 10, 64)
		}
		if err != nil {
			return &Error{Message: say("this number is too large"), From: t.from, To: t.to}
		}
	case lexer.Bytes:
		return &Error{
			Message: say("something is missing between %s and %s", quote(word[:1]), quote(word[1:])),
			From:    t.from, To: t.to,
		}
	}
	return nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// strange says what to write instead of a letter or sign that has no meaning.
var strange = map[string]Format{
	"“": quotesHelp, "”": quotesHelp, "„": quotesHelp, "‘": quotesHelp, "’": quotesHelp,
	"«": quotesHelp, "»": quotesHelp, "`": quotesHelp, "´": quotesHelp,
	"≥": "write >=", "≤": "write <=", "≠": "write !=", "×": "write *", "÷": "write /", "−": "write -", "–": "write -", "—": "write -",
	"{": "inside an expression a name stands by itself, without braces", "}": "inside an expression a name stands by itself, without braces",
	"//": "div(a, b) divides whole numbers", "/*": "notes stand in the file after #, outside the quotes", "#": "notes stand in the file after #, outside the quotes",
	";": "one expression gives one value; set takes several, each with its own name",
}

const quotesHelp Format = `write texts between " and " or between ' and '`

// letters looks at every letter outside texts, and at where texts begin and
// end. It returns the spans of the texts, quotes included.
func letters(src string) ([][2]int, *Error) {
	var quoted [][2]int
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRuneInString(src[i:])
		word := src[i : i+size]
		if r == '"' || r == '\'' {
			end := skipQuoted(src, i)
			if end < 0 {
				return nil, &Error{
					Message: say("the text that begins here never ends"),
					Help:    say("close it with another %c", r),
					From:    i, To: i + size,
				}
			}
			if at := strings.IndexAny(src[i:end], "\uFFFE\uFFFF"); at >= 0 {
				r, size := utf8.DecodeRuneInString(src[i+at:])
				return nil, &Error{Message: say("the hidden character %U has no meaning", r), From: i + at, To: i + at + size}
			}
			quoted = append(quoted, [2]int{i, end})
			i = end
			continue
		}
		if two := src[i:min(i+2, len(src))]; two == "//" || two == "/*" {
			word = two
		}
		help, known := strange[word]
		plain := r < utf8.RuneSelf && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".,()[]+-*/%<>=!?:&|", r))
		if known || !plain && !unicode.IsLetter(r) && !unicode.IsSpace(r) {
			if unicode.IsDigit(r) {
				help = "write numbers with the digits 0 to 9"
			}
			what := shown(`"` + word + `"`)
			if !unicode.IsGraphic(r) {
				what = say("the hidden character %U", r)
			}
			return nil, &Error{Message: say("%s has no meaning in an expression", what), Help: say(help), From: i, To: i + len(word)}
		}
		i += size
	}
	return quoted, nil
}

// skipQuoted returns where the text that begins at i ends, after its closing
// quote, or -1 if it does not end.
func skipQuoted(src string, i int) int {
	mark := src[i]
	for i++; i < len(src); i++ {
		switch src[i] {
		case mark:
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// misread turns an error of expr's lexer into ours. After letters has passed,
// two are left: a backslash in a text, and digits and letters run together.
func misread(src string, quoted [][2]int, err error) *Error {
	at := len(src)
	var f *file.Error
	if errors.As(err, &f) {
		at = byteOffset(src, f.From)
	}
	for _, q := range quoted {
		if at < q[0] || at >= q[1] {
			continue
		}
		from := q[0] + strings.LastIndexByte(src[q[0]:at+1], '\\')
		if from < q[0] {
			from = q[0]
		}
		return &Error{
			Message: say("this backslash has no meaning"),
			Help:    say(`a backslash itself is \\, a quote \", a new line \n`),
			From:    from, To: from + 1,
		}
	}
	from, to := at, at
	for from > 0 && wordByte(src[from-1]) {
		from--
	}
	for to < len(src) && wordByte(src[to]) {
		to++
	}
	return &Error{
		Message: say("%s is neither a number nor a name", quote(src[from:to])),
		Help:    say("a name begins with a letter; a number has digits only, and a point before decimals"),
		From:    from, To: to,
	}
}

// wordByte reports whether a byte belongs to a name or number, bytes of letters
// beyond ASCII included.
func wordByte(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// byteOffset turns a place in code points into one in bytes.
func byteOffset(src string, at int) int {
	for i := range src {
		if at <= 0 {
			return i
		}
		at--
	}
	return len(src)
}
