package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"cauce/engine"
	"cauce/runtime"
)

// message reads one of messages[]. There is nothing in it that could fail: at
// worst it is of an unknown type, by nobody, at no time.
func (d *decoder) message(raw []byte, contacts people) {
	if kind(raw) != '{' {
		d.notice("messages.messages", nil, raw)
		return
	}
	var in engine.Inbound
	var number, user, parent string
	group := false
	for key, v := range members(raw) {
		switch string(key) {
		case "id":
			in.ID = identifier(word(v))
		case "type":
			s, _ := text(v)
			in.Type = label(s)
		case "timestamp":
			in.Sent = d.sent(v)
		case "from":
			number = word(v)
		case "from_user_id":
			user = word(v)
		case "from_parent_user_id":
			parent = word(v)
		case "group_id":
			group = !empty(v)
		}
	}
	key := d.key("message", in.ID)
	if in.ID == "" {
		key = d.hashed("message", nil, raw)
	}
	if group { // no chat of one person with us
		d.keep("messages.group", key, raw)
		return
	}
	content(&in, raw)
	from := contacts.complete(named(number, user, parent))
	in.Name = from.name
	d.out.Messages = append(d.out.Messages, runtime.Incoming{
		Key: key, From: from.address(), Message: in,
		Shape: func() []byte { return shape(raw) },
	})
}

// content fills what a message is made of, by its type (Cloud API, message
// types). The part that holds it bears the name of the type.
//
// Only a text that has words is a text, and only a tap that bears an id is a
// tap: an id is all a tap is compared by. Without it, the words on the button
// are kept as what they are, something a question can't use.
func content(in *engine.Inbound, raw []byte) {
	if in.Type == "" {
		in.Type = untyped(raw)
	}
	in.Kind = engine.InOther
	part := find(raw, in.Type)
	switch in.Type {
	case "text":
		if in.Text, _ = text(find(part, "body")); in.Text != "" {
			in.Kind = engine.InText
		}
	case "button": // a template's quick reply; the payload is the id we sent with it
		tap(in, find(part, "payload"), find(part, "text"))
	case "interactive":
		tapped := reply(part)
		tap(in, find(tapped, "id"), find(tapped, "title"))
	case "reaction", "edit", "revoke", "system":
		in.Kind = engine.InFact
	case "order":
		in.Text, _ = text(find(part, "text"))
	case "image", "video", "audio", "voice", "document", "sticker":
		in.Text, _ = text(find(part, "caption"))
		carried(in, part)
	case "location":
		placed(in, part)
	case "contacts":
		if !empty(part) {
			in.Kind = engine.InMedia
		}
	default:
		var ok bool
		if in.Text, ok = text(find(part, "caption")); !ok {
			// seen on an unsupported message
			in.Text, _ = text(find(find(raw, "text"), "body"))
		}
	}
}

// carried keeps which picture, recording or file came: without its id nobody
// could ever see it, and it is something a question can't use.
func carried(in *engine.Inbound, part []byte) {
	id := identifier(word(find(part, "id")))
	if id == "" {
		return
	}
	mime, _ := text(find(part, "mime_type"))
	name, _ := text(find(part, "filename"))
	in.Kind = engine.InMedia
	in.Carries = engine.MediaOf(id, in.Type, cut(mime, maxMime), cut(name, maxFilename), cut(in.Text, maxCaption))
}

// What is kept of words beside a file or a place. The transcript has captions in
// full; with the file they are carried along by the conversation, for ever.
const (
	maxMime     = 100
	maxFilename = 240
	maxCaption  = 1024
)

// cut keeps the beginning of s: at most so many letters. A number that the end
// would fall into goes as a whole: of half of a card's nobody could tell any
// more that it is one.
func cut(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return strings.TrimRightFunc(s[:i], func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune(" -.", r) })
		}
		n++
	}
	return s
}

// placed keeps a place. Where a latitude or longitude is missing or is none,
// it is something a question can't use.
func placed(in *engine.Inbound, part []byte) {
	lat, ok := degrees(find(part, "latitude"), 90)
	lng, too := degrees(find(part, "longitude"), 180)
	if !ok || !too {
		return
	}
	name, _ := text(find(part, "name"))
	address, _ := text(find(part, "address"))
	in.Kind = engine.InMedia
	in.Carries = engine.PlaceOf(lat, lng, cut(name, maxFilename), cut(address, maxFilename))
}

// degrees reads a number, or a string that holds one, of at most so much on
// either side of nothing.
func degrees(value []byte, most float64) (float64, bool) {
	s, ok := text(value)
	if !ok {
		s = string(value)
	}
	n, err := strconv.ParseFloat(s, 64)
	// Go reads more than JSON knows: 0x1p3, 1_0, inf, nan.
	return n, err == nil && json.Valid([]byte(s)) && n >= -most && n <= most
}

func tap(in *engine.Inbound, id, words []byte) {
	in.Text, _ = text(words)
	if in.Tap, _ = text(id); in.Tap != "" {
		in.Kind = engine.InTap
	}
}

// reply is the part of an interactive message that says what was tapped. An
// answer to a form, an address or a call is none.
func reply(interactive []byte) []byte {
	said, _ := text(find(interactive, "type"))
	for _, t := range [...]string{"button_reply", "list_reply"} {
		if part := find(interactive, t); (said == t || said == "") && !empty(part) {
			return part
		}
	}
	return nil
}

// untyped guesses the type of a message that bears none, by the part it has.
func untyped(raw []byte) string {
	for _, t := range [...]string{"text", "button", "interactive"} {
		if !empty(find(raw, t)) {
			return t
		}
	}
	return "unknown"
}
