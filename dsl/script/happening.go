package script

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/sim"
)

// Happening is what stands behind a "~": something that happens in the world
// and that neither the person nor the clock does.
type Happening struct {
	word   string // the first word
	act    engine.Act
	name   string // of an operator, a connection, a template
	text   string // an operator's words
	code   int    // of a delivery; the status of an answer
	body   []byte // of an answer
	ago    time.Duration
	paused bool // of a template
}

// happenings are the words that may stand behind a "~", and how each is written.
var happenings = []struct{ word, like string }{
	{"operator", `~ operator claim, ~ operator "Hola" or ~ operator done`},
	{"delivery", `~ delivery failed 131047`},
	{"duplicate", `~ duplicate last`},
	{"late", `~ late last 3d`},
	{"reorder", `~ reorder`},
	{"restart", `~ restart`},
	{"fetch", `~ fetch clinica 200 {"name": "Ana"}`},
	{"template", `~ template consejo paused`},
}

var (
	operatorName = regexp.MustCompile(`^\pL[\pL\pM '.-]{0,59}$`)
	errorCode    = regexp.MustCompile(`^[1-9][0-9]{0,6}$`)
	httpStatus   = regexp.MustCompile(`^(?:0|[1-5][0-9]{2})$`)
)

// ParseHappening reads what stands behind a "~". The error says what is wrong
// and what to write instead.
func ParseHappening(s string) (Happening, error) {
	h, p := parseHappening(s)
	if p != nil {
		return Happening{}, p
	}
	return h, nil
}

func parseHappening(s string) (Happening, *problem) {
	word, rest, _ := strings.Cut(s, " ")
	h := Happening{word: word}
	rest = strings.TrimSpace(rest)
	i := slices.IndexFunc(happenings, func(k struct{ word, like string }) bool { return k.word == word })
	if i < 0 {
		return h, unknownHappening(word)
	}
	like := diag.Say("write it like %s", happenings[i].like)
	switch word {
	case "operator":
		return h, h.operator(rest, like)
	case "delivery":
		code, ok := strings.CutPrefix(rest, "failed ")
		if code = strings.TrimSpace(code); !ok || !errorCode.MatchString(code) {
			return h, wrong("a delivery fails with one of WhatsApp's codes", like)
		}
		h.code, _ = strconv.Atoi(code) // at most seven digits
	case "duplicate":
		if rest != "last" {
			return h, wrong(`only the newest message can come twice: "last"`, like)
		}
	case "late":
		ago, ok := strings.CutPrefix(rest, "last ")
		m := passing.FindStringSubmatch("+" + strings.TrimSpace(ago))
		if !ok || m == nil {
			return h, wrong("how late the newest message comes stands here", like)
		}
		c, p := (Clock{weekday: -1, at: -1}).passes(m[1], m[2])
		if p != nil {
			return h, wrong(p.what, like)
		}
		h.ago = c.pass + time.Duration(c.days)*24*time.Hour
	case "fetch":
		return h, h.fetch(rest, like)
	case "template":
		return h, h.template(rest, like)
	default:
		if rest != "" {
			return h, wrong(diag.Say("nothing stands behind %s", diag.Quote(word)), "write it alone")
		}
	}
	return h, nil
}

func unknownHappening(word string) *problem {
	var words []string
	for _, k := range happenings {
		words = append(words, k.word)
	}
	if word == "" {
		return wrong("this says nothing that happens", diag.Say("the words are %s", strings.Join(words, ", ")))
	}
	help := diag.Say("the words are %s", strings.Join(words, ", "))
	if near, ok := diag.Suggest(word, words); ok {
		help = diag.Say("did you mean %s?", diag.Quote(near))
	}
	return wrong(diag.Say("nothing that happens is named %s", diag.Quote(word)), help)
}

// template reads `consejo paused` and `consejo approved`.
func (h *Happening) template(rest string, like diag.Phrase) *problem {
	name, now, _ := strings.Cut(rest, " ")
	switch strings.TrimSpace(now) {
	case "paused":
		h.paused = true
	case "approved":
	default:
		return wrong(`WhatsApp pauses a template, or approves it again: "paused" or "approved"`, like)
	}
	if !flowName.MatchString(name) {
		return wrong("the name of a template stands here", like)
	}
	h.name = name
	return nil
}

// operator reads `claim`, `claim Ana`, `"words"` or `done`.
func (h *Happening) operator(rest string, like diag.Phrase) *problem {
	act, name, _ := strings.Cut(rest, " ")
	name = strings.TrimSpace(name)
	switch {
	case strings.HasPrefix(rest, `"`):
		text, err := strconv.Unquote(rest)
		if err != nil || strings.TrimSpace(text) == "" {
			return wrong("an operator's words stand between quotes", like)
		}
		h.act, h.text = engine.Replies, text
	case act == "claim" && (name == "" || operatorName.MatchString(name)):
		h.act, h.name = engine.Claims, name
	case rest == "done":
		h.act, h.text = engine.Releases, "done"
	default:
		return wrong("an operator takes the conversation, writes, or is done", like)
	}
	return nil
}

// fetch reads `clinica 200 {…}`.
func (h *Happening) fetch(rest string, like diag.Phrase) *problem {
	name, rest, _ := strings.Cut(rest, " ")
	status, body, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if !flowName.MatchString(name) || !httpStatus.MatchString(status) {
		return wrong("a connection and the status it answers with stand here; 0 if nothing comes", like)
	}
	h.name = name
	h.code, _ = strconv.Atoi(status) // three digits
	if body = strings.TrimSpace(body); body == "" {
		return nil
	}
	if h.code == 0 {
		return wrong("an answer that never comes has no content", "write 200 for one that does")
	}
	if !json.Valid([]byte(body)) {
		return wrong("what the connection answers is JSON", like)
	}
	h.body = []byte(body)
	return nil
}

// Do makes it happen in w, and returns what the service said to that. An error
// says that it can't happen.
func (h Happening) Do(w *sim.World) ([]sim.Line, error) {
	switch h.word {
	case "operator":
		return w.Help(h.act, h.name, h.text)
	case "delivery":
		return w.Failed(h.code)
	case "duplicate":
		return w.Duplicate()
	case "late":
		return w.Late(h.ago)
	case "reorder":
		w.Reorder()
		return nil, nil
	case "restart":
		return nil, w.Restart()
	case "fetch":
		return w.Fetched(h.name, h.code, h.body)
	case "template":
		return nil, w.Pause(h.name, h.paused)
	}
	return nil, engine.Refuse("nothing happens")
}
