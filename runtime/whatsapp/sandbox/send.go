package sandbox

import (
	"encoding/json"
	"regexp"
	"strings"
)

// A send is the body of one accepted POST to /messages, read and checked.
type send struct {
	to        string // digits, when a phone number was given
	recipient string // business-scoped user id, when only that was given
	input     string // as it was written; the answer repeats it
	callback  string // biz_opaque_callback_data
	show      bubble // what the person's phone shows
	template  *Template
	reactTo   string // the message a reaction belongs to
}

// The body's own keys. Graph ignores keys it does not know at this level, and so do we.
type sendBody struct{ object }

var userIDForm = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)

// readSend checks a whole body against the limits and the registry. What depends on the person
// (the window) is checked later, under the lock.
func (s *Sandbox) readSend(raw map[string]json.RawMessage) (*send, *fault) {
	c := &checker{}
	b := sendBody{object{c: c, fields: raw}}
	m := &send{}

	b.addressee(m, s.digits)
	if b.has("biz_opaque_callback_data") {
		m.callback = b.text("biz_opaque_callback_data", maxCallbackData)
	}
	if b.has("category") || b.has("ttl_seconds") {
		b.c.fail(100, "Direct Send is not enabled for this account")
	}
	if b.has("context") {
		m.show.Quote = b.child("context", "message_id").text("message_id", maxURL)
	}

	kind := "text"
	if b.has("type") {
		kind = b.str("type")
	}
	m.show.Kind = kind
	switch kind {
	case "text":
		o := b.child("text", "body", "preview_url")
		m.show.Text = o.sized(100, "body", maxTextBody)
		o.flag("preview_url")
	case "interactive":
		b.interactive(m)
	case "template":
		s.readTemplate(b, m)
	case "image", "video", "audio", "document", "sticker":
		b.media(m, kind)
	case "location":
		o := b.child("location", "latitude", "longitude", "name", "address")
		m.show.Place = &place{
			Latitude: o.number("latitude", -90, 90), Longitude: o.number("longitude", -180, 180),
			Name: o.maybe("name", maxTextBody), Address: o.maybe("address", maxTextBody),
		}
	case "contacts":
		b.contacts(m)
	case "reaction":
		if b.has("context") {
			b.c.fail(100, "context cannot be used with type reaction")
		}
		o := b.child("reaction", "message_id", "emoji")
		m.reactTo, m.show.Text = o.text("message_id", maxURL), clip(o.str("emoji"), 16)
	default:
		b.c.fail(100, "Param type must be one of text, interactive, template, image, video, audio, document, sticker, location, contacts, reaction")
	}
	return m, c.fault
}

// addressee reads who it is for. A phone number wins over a user id.
func (b sendBody) addressee(m *send, own string) {
	if b.has("recipient_type") {
		if b.oneOf("recipient_type", "individual", "group") == "group" {
			b.c.fail(131051, "The sandbox has no groups")
		}
	}
	switch {
	case b.has("to"):
		m.input = b.text("to", 64)
		m.to = onlyDigits(m.input)
		if strings.Trim(m.input, "+0123456789 -().") != "" || strings.LastIndex(m.input, "+") > 0 || !validDigits(m.to) {
			b.c.fail(131009, "to is not a phone number with its country code")
		}
		if m.to == own {
			b.c.fail(131021, "to is the business's own number")
		}
	case b.has("recipient"):
		m.input = b.str("recipient")
		m.recipient = m.input
		if b.c.fault == nil && !userIDForm.MatchString(m.recipient) {
			b.c.fail(131009, "recipient is not a business-scoped user id")
		}
	default:
		b.c.fail(100, "The parameter to (or recipient) is required")
	}
}

// validDigits reports whether s may be an international number: 5 to 15 digits, no leading zero.
func validDigits(s string) bool {
	return len(s) >= 5 && len(s) <= 15 && s[0] != '0' && onlyDigits(s) == s
}

func (b sendBody) interactive(m *send) {
	o := b.child("interactive", "type", "header", "body", "footer", "action")
	kind := o.oneOf("type", "button", "list", "cta_url", "location_request_message", "flow", "address_message", "request_contact_info",
		"product", "product_list", "catalog_message", "carousel", "voice_call", "call_permission_request")
	if b.c.fault != nil {
		return
	}
	switch kind {
	case "button":
		m.show.Kind = "buttons"
		b.frame(o, m, maxButtonsBody, true)
		b.buttons(o.child("action", "buttons"), m)
	case "list":
		m.show.Kind = "list"
		b.frame(o, m, maxListBody, false)
		b.list(o.child("action", "button", "sections"), m)
	case "cta_url":
		m.show.Kind = "link"
		b.frame(o, m, maxLinkBody, true)
		a := o.child("action", "name", "parameters")
		a.oneOf("name", "cta_url")
		p := a.child("parameters", "display_text", "url")
		m.show.Link = &link{Text: p.text("display_text", maxLinkText), URL: p.link("url")}
	case "location_request_message":
		m.show.Kind = "location_request"
		b.frame(o, m, maxLocationAsk, false)
		o.child("action", "name").oneOf("name", "send_location")
	default:
		b.c.fail(131051, "The sandbox's phone cannot show interactive messages of type %s", kind)
	}
}

// frame reads what stands around the choices: header, body and footer.
func (b sendBody) frame(o object, m *send, body int, mediaHeader bool) {
	m.show.Text = o.child("body", "text").text("text", body)
	if o.has("footer") {
		m.show.Footer = o.child("footer", "text").text("text", maxFooter)
	}
	if !o.has("header") {
		return
	}
	h := o.child("header", "type", "text", "image", "video", "document")
	kinds := []string{"text"}
	if mediaHeader {
		kinds = append(kinds, "image", "video", "document")
	}
	switch kind := h.oneOf("type", kinds...); kind {
	case "":
	case "text":
		m.show.Header = h.text("text", maxHeader)
	default:
		m.show.Media = mediaFrom(h.child(kind, "id", "link", "filename", "caption"), kind)
	}
}

func (b sendBody) buttons(action object, m *send) {
	var ids, labels []string
	for i, raw := range action.items("buttons", 1, maxButtons) {
		o := b.c.object(raw, item("interactive.action.buttons", i), "type", "reply")
		o.oneOf("type", "reply")
		r := o.child("reply", "id", "title")
		id, title := r.text("id", maxButtonID), r.text("title", maxButtonTitle)
		ids, labels = append(ids, id), append(labels, title)
		m.show.choices = append(m.show.choices, choice{id: id, title: title})
	}
	b.c.distinct(ids, "button id")
	b.c.distinct(labels, "button title")
	m.show.Buttons = labels
}

func (b sendBody) list(action object, m *send) {
	m.show.Opener = action.text("button", maxOpener)
	var ids []string
	sections := action.items("sections", 1, maxSections)
	for i, raw := range sections {
		at := item("interactive.action.sections", i)
		o := b.c.object(raw, at, "title", "rows")
		shown := section{Title: o.maybe("title", maxSectionTitle)}
		if shown.Title == "" && len(sections) > 1 {
			b.c.fail(131009, "%s.title is required when there is more than one section", at)
		}
		for j, raw := range o.items("rows", 1, maxRows) {
			r := b.c.object(raw, item(at+".rows", j), "id", "title", "description")
			row := choice{id: r.text("id", maxRowID), title: r.text("title", maxRowTitle), description: r.maybe("description", maxRowDescription)}
			ids = append(ids, row.id)
			shown.Rows = append(shown.Rows, listRow{Title: row.title, Description: row.description, Choice: len(m.show.choices)})
			m.show.choices = append(m.show.choices, row)
		}
		m.show.Sections = append(m.show.Sections, shown)
	}
	if n := len(m.show.choices); b.c.fault == nil && n > maxRows {
		b.c.fail(131009, "Total row count exceed max allowed count: %d. Max: %d", n, maxRows)
	}
	b.c.distinct(ids, "row id")
}

func (b sendBody) media(m *send, kind string) {
	keys := []string{"id", "link"}
	switch kind {
	case "image", "video":
		keys = append(keys, "caption")
	case "document":
		keys = append(keys, "caption", "filename")
	case "audio":
		keys = append(keys, "voice")
	}
	o := b.child(kind, keys...)
	m.show.Media = mediaFrom(o, kind)
	m.show.Text = o.maybe("caption", maxCaption)
	m.show.Media.Voice = o.flag("voice")
}

// mediaFrom reads a media object. A link is shown to the person as a link, never fetched: the
// sandbox reaches nothing outside this machine.
func mediaFrom(o object, kind string) *media {
	if o.c.fault == nil && o.has("id") == o.has("link") {
		o.c.fail(131009, "%s must have either id or link", o.at)
	}
	m := &media{Kind: kind, Filename: clip(o.str("filename"), maxHeader)}
	if o.has("link") {
		m.Link = o.link("link")
	} else {
		m.ID = o.text("id", maxURL)
	}
	return m
}

func (b sendBody) contacts(m *send) {
	if b.c.fault != nil {
		return
	}
	if !b.has("contacts") {
		b.c.fail(131008, "contacts is required")
		return
	}
	for i, raw := range b.items("contacts", 1, maxContacts) {
		o := b.c.object(raw, item("contacts", i), "name", "phones", "emails", "addresses", "urls", "org", "birthday")
		n := o.child("name", "formatted_name", "first_name", "last_name", "middle_name", "prefix", "suffix")
		shown := card{Name: n.text("formatted_name", maxTextBody)}
		if b.c.fault == nil && len(n.fields) < 2 {
			b.c.fail(131009, "%s needs one more part besides formatted_name", n.at)
		}
		shown.Phones = o.ways("phones", "phone", "type", "wa_id")
		shown.Emails = o.ways("emails", "email", "type")
		m.show.Cards = append(m.show.Cards, shown)
	}
}

// ways reads how a contact is reached: a list of objects that hold it under one of their keys.
func (o object) ways(key string, keys ...string) []string {
	if !o.has(key) {
		return nil
	}
	var all []string
	for i, raw := range o.items(key, 1, maxContacts) {
		all = append(all, o.c.object(raw, item(o.path(key), i), keys...).text(keys[0], maxTextBody))
	}
	return all
}
