package script

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
)

// thing is what stands in parentheses before the words of a message of the
// service: what it shows besides them.
type thing struct {
	kind   string // of media; header, footer; place
	detail string // "": whatever it is
}

const (
	headerThing = "header"
	footerThing = "footer"
	placeThing  = "location?" // a message that asks for their place
)

// things are the kinds; the first seven are WhatsApp's, of media.
var things = []string{"image", "video", "audio", "document", "sticker", "location", "contact_card", headerThing, footerThing, placeThing}

// parseThings reads what stands in parentheses at the beginning of a message,
// and returns where the words begin. A parenthesis with anything else in it is
// words.
func (m *message) parseThings(s string) (from int, p *problem) {
	for from < len(s) && s[from] == '(' {
		inside, n := closed(s, from+1, ')')
		end := n
		if n < 0 {
			inside, end = s[from+1:], len(s)
			inside, _, _ = strings.Cut(inside, "\n")
		}
		kind, detail, _ := strings.Cut(inside, " ")
		var pr *problem
		switch {
		case kind == "contact" || kind == "contacts":
			pr = wrong(diag.Say("nothing that a message shows is named %s", diag.Quote(kind)), `a card is "(contact_card Ana, +57 601 555 0100)"; words that begin with a parenthesis begin with "\("`)
		case !slices.Contains(things, kind):
			return from, nil
		case n < 0:
			pr = wrong("this parenthesis is not closed", `close it with ")"; words that begin with a parenthesis begin with "\("`)
			end = from + 1
		case m.has(kind):
			pr = wrong("a message shows one thing, with at most one header and one footer", `what comes in a message of its own has a "<" of its own; words that begin with a parenthesis begin with "\("`)
		default:
			m.things = append(m.things, thing{kind, oneLine(unescape(detail, `\()`))})
		}
		if pr != nil {
			pr.from, pr.to = from, end
			return from, pr
		}
		from = n
		from += len(s[from:]) - len(strings.TrimLeft(s[from:], blanks))
	}
	return from, nil
}

// has reports whether the message shows such a thing already; of media there is
// one.
func (m *message) has(kind string) bool {
	role := func(k string) string {
		if k == headerThing || k == footerThing {
			return k
		}
		return ""
	}
	return slices.ContainsFunc(m.things, func(t thing) bool { return role(t.kind) == role(kind) })
}

// closed reads up to the sign that closes what was opened before from, on the
// same line: what stands between, with its escapes, and where the rest begins;
// -1 when it is not closed.
func closed(s string, from int, sign byte) (string, int) {
	for i := from; i < len(s) && s[i] != '\n'; i++ {
		switch s[i] {
		case '\\':
			i++
		case sign:
			return s[from:i], i + 1
		}
	}
	return "", -1
}

// unescape takes the backslash from before each of the signs.
func unescape(s, signs string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(signs, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// shown is what a message of the service shows besides words and taps, as a
// script says it, in its order.
func shown(o engine.Outgoing) []thing {
	var list []thing
	if o.Kind == engine.OutPlace {
		list = append(list, thing{placeThing, ""})
	}
	if o.Media != nil {
		list = append(list, thing{o.Media.Type, oneLine(detail(o.Media))})
	}
	if h := oneLine(o.Header); h != "" {
		list = append(list, thing{headerThing, h})
	}
	if f := oneLine(o.Footer); f != "" {
		list = append(list, thing{footerThing, f})
	}
	return list
}

// Shows is what a message of the service shows besides words and taps, each as a
// script says it: (image maleta.jpg). Header and footer are left out.
func Shows(o engine.Outgoing) []string {
	var list []string
	for _, t := range shown(o) {
		if t.kind != headerThing && t.kind != footerThing {
			list = append(list, t.String())
		}
	}
	return list
}

// detail says which picture, place or card it is.
func detail(a *engine.Attachment) string {
	given := func(list ...string) string {
		return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), ", ")
	}
	switch a.Type {
	case "location":
		at := strconv.FormatFloat(a.Lat, 'f', -1, 64) + "," + strconv.FormatFloat(a.Lng, 'f', -1, 64)
		return strings.TrimSpace(at + " " + given(a.Name, a.Addr))
	case "contact_card":
		return given(a.Name, a.Tel, a.Mail)
	}
	return strings.TrimPrefix(a.File, "media/")
}

// shows reports whether what is expected is what a message shows. What is not
// told of a thing is not compared; with a closing "...", header and footer may
// be left out.
func (m *message) shows(o engine.Outgoing) bool {
	came := shown(o)
	for _, want := range m.things {
		i := slices.IndexFunc(came, func(t thing) bool { return t.kind == want.kind })
		if i < 0 || !want.is(came[i]) {
			return false
		}
		came = slices.Delete(came, i, i+1)
	}
	if m.open {
		came = slices.DeleteFunc(came, func(t thing) bool { return t.kind == headerThing || t.kind == footerThing })
	}
	return len(came) == 0
}

func (t thing) is(came thing) bool {
	switch {
	case t.detail == "" || t.detail == came.detail:
		return true
	case t.kind == "location":
		return strings.HasPrefix(came.detail, t.detail+" ")
	case t.kind == headerThing, t.kind == footerThing, t.kind == "contact_card":
		return false
	}
	return t.detail == path.Base(came.detail) || strings.TrimPrefix(t.detail, "media/") == came.detail
}

// String is the thing as a script says it.
func (t thing) String() string {
	if t.detail == "" {
		return "(" + t.kind + ")"
	}
	return "(" + t.kind + " " + strings.NewReplacer(`\`, `\\`, ")", `\)`).Replace(t.detail) + ")"
}
