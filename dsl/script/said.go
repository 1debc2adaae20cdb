package script

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/sim"
)

// Said is one thing a person does: they write, tap, or send something that is
// no text.
type Said struct {
	text  string
	label string // of a tap
	back  int    // 1: on the second newest message that has the label
	kind  string // of what is no text
	rest  string // what is told of it: a file's name, a place
}

// kinds are what a person can send besides text, in WhatsApp's words.
var kinds = []string{"audio", "contacts", "document", "image", "location", "sticker", "video"}

var (
	tapEnd   = regexp.MustCompile(`^@-([1-9][0-9]{0,3})$`)
	position = regexp.MustCompile(`^(-?[0-9]{1,3}(?:\.[0-9]+)?) *, *(-?[0-9]{1,3}(?:\.[0-9]+)?)$`)
)

// ParseSaid reads what stands behind a ">": words, "[label]", "[label]@-2",
// "(audio)". The error says what is wrong and what to write instead.
func ParseSaid(s string) (Said, error) {
	said, p := parseSaid(s)
	if p != nil {
		return Said{}, p
	}
	return said, nil
}

func parseSaid(s string) (Said, *problem) {
	lead := len(s) - len(strings.TrimLeft(s, blanks))
	said, p := parseTrimmed(normal(s))
	if p != nil && p.to > 0 {
		p.from, p.to = p.from+lead, p.to+lead
	}
	return said, p
}

func parseTrimmed(s string) (Said, *problem) {
	switch {
	case s == "":
		return Said{}, wrong("nothing is said here", `write the words, a "[label]" to tap, or "(audio)"`)
	case s[0] == '[':
		return parseTap(s)
	case s[0] == '(':
		return parseThing(s)
	case s[0] == '\\' && len(s) > 1 && strings.IndexByte(`[(\`, s[1]) >= 0:
		s = s[1:]
	}
	return Said{text: s}, nil
}

func parseTap(s string) (Said, *problem) {
	label, n := bracketed(s, 1, "]")
	if n < 0 {
		return Said{}, wrong("this bracket is not closed", `close it with "]"; words that begin with a bracket begin with "\["`)
	}
	if label == "" {
		return Said{}, wrong("nothing stands between the brackets", "write the label of what is tapped")
	}
	said := Said{label: label}
	if rest := s[n:]; rest != "" {
		m := tapEnd.FindStringSubmatch(rest)
		if m == nil {
			p := wrong("only which message is meant may stand behind a label", `write "@-2" for the second newest message that has it, nothing for the newest, or begin words with "\["`)
			p.from, p.to = n, len(s)
			return Said{}, p
		}
		back, _ := strconv.Atoi(m[1]) // at most four digits
		said.back = back - 1
	}
	return said, nil
}

func parseThing(s string) (Said, *problem) {
	const words = `words that begin with a parenthesis begin with "\("`
	if !strings.HasSuffix(s, ")") || strings.Contains(s, "\n") {
		return Said{}, wrong("nothing may stand behind what is sent, and the parenthesis must close", words)
	}
	kind, rest, _ := strings.Cut(strings.TrimSpace(s[1:len(s)-1]), " ")
	if !slices.Contains(kinds, kind) {
		help := diag.Say("the kinds are %s; %s", strings.Join(kinds, ", "), diag.Phrase(words))
		if near, ok := diag.Suggest(kind, kinds); ok {
			help = diag.Say("did you mean %s? %s", diag.Quote(near), diag.Phrase(words))
		}
		return Said{}, wrong(diag.Say("nothing that a person can send is named %s", diag.Quote(kind)), help)
	}
	if _, _, ok := earthly(strings.TrimSpace(rest)); kind == "location" && rest != "" && !ok {
		return Said{}, wrong("a location is a latitude and a longitude", `write "(location 4.6,-74.1)"`)
	}
	return Said{kind: kind, rest: strings.TrimSpace(rest)}, nil
}

// earthly reads a latitude and a longitude.
func earthly(s string) (lat, lng float64, ok bool) {
	m := position.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	lat, _ = strconv.ParseFloat(m[1], 64) // the pattern admits nothing else
	lng, _ = strconv.ParseFloat(m[2], 64)
	return lat, lng, lat >= -90 && lat <= 90 && lng >= -180 && lng <= 180
}

// Do has the person of w do it, and returns what the service said to that. An
// error says that it can't be done: nothing has such a label.
func (s Said) Do(w *sim.World) ([]sim.Line, error) {
	switch {
	case s.label != "":
		return w.Tap(s.label, s.back)
	case s.kind != "":
		return w.Bring(s.brings())
	}
	return w.Say(s.text)
}

// brings is what the person sends that is no text. A place that is not told is
// in Bogotá; a file has an id that says what it is.
func (s Said) brings() engine.Inbound {
	m := engine.Inbound{Type: s.kind}
	if s.kind == "location" {
		lat, lng, _ := earthly(cmp.Or(s.rest, "4.6,-74.1")) // was looked at when it was read
		m.Carries = engine.PlaceOf(lat, lng, "", "")
	} else {
		m.Carries = engine.MediaOf("sim."+cmp.Or(s.rest, s.kind), s.kind, mimes[s.kind], s.rest, "")
	}
	return m
}

// mimes are what WhatsApp sends most of each kind.
var mimes = map[string]string{
	"audio": "audio/ogg; codecs=opus", "contacts": "text/vcard", "document": "application/pdf",
	"image": "image/jpeg", "sticker": "image/webp", "video": "video/mp4",
}
