package check

import (
	"cauce/dsl/syntax"
)

// mediaKeys are the keys of what a message shows besides words.
var mediaKeys = []string{"image", "video", "audio", "document", "sticker", "location", "contact_card"}

// readMedia reads what a node shows besides words, in the order it was written.
func (n *node) readMedia(t table) {
	for _, e := range t.Entries {
		for _, kind := range mediaKeys {
			if e.Key == kind {
				if m := t.media(kind); m != nil {
					n.media = append(n.media, m)
				}
			}
		}
	}
	if l, ok := t.table("link", linkShape); ok {
		n.link = &link{at: t.Get("link").KeyAt, label: l.words("label"), url: l.proper("url")}
	}
	n.header, n.footer = t.words("header"), t.words("footer")
}

func (t table) media(kind string) *media {
	shape := fileShape
	switch kind {
	case "document":
		shape = documentShape
	case "location":
		shape = placeShape
	case "contact_card":
		shape = cardShape
	}
	m, ok := t.table(kind, shape)
	if !ok {
		return nil
	}
	out := &media{kind: kind, at: t.Get(kind).KeyAt, when: m.expression("if")}
	switch kind {
	case "location":
		out.lat = m.degrees("lat", 90)
		out.lng = m.degrees("lng", 180)
		out.name, out.address = m.proper("name"), m.proper("address")
		if out.address != nil && !m.has("name") {
			t.c.report(MissingKey, m.Get("address").KeyAt, `add name = "…": what the place is called`, "WhatsApp shows an address only under a name")
		}
	case "contact_card":
		out.name = m.proper("name")
		for _, key := range []string{"phone", "email"} {
			v := m.text(key)
			if v == nil {
				continue
			}
			t.c.checkAddress(key, v)
			if key == "phone" {
				out.phone = v.Value
			} else {
				out.email = v.Value
			}
		}
		if !m.has("phone") && !m.has("email") && m.onlyKnown() {
			t.c.report(MissingKey, m.At, `add phone = "+57 601 555 0100" or email = "…"`, "this card says who, and not how to reach them")
		}
	case "document":
		out.files, out.alt = m.files(), m.proper("name")
	default:
		out.files, out.alt = m.files(), m.words("alt")
	}
	return out
}

// degrees reads a latitude or a longitude.
func (m table) degrees(key string, most float64) float64 {
	var d float64
	switch v := m.value(key).(type) {
	case nil:
		return 0
	case *syntax.Integer:
		d = float64(v.Value)
	case *syntax.Float:
		d = v.Value
	default:
		m.c.wrongKind(key, v, "a number", "write degrees, as a map gives them: lat = 4.6, lng = -74.1")
		return 0
	}
	if !(d >= -most && d <= most) {
		m.c.report(BadRange, m.value(key).Span(), "write degrees, as a map gives them: lat = 4.6, lng = -74.1", "%s is from -%v to %v", key, most, most)
		return 0
	}
	return d
}

// files reads which file is shown: one for every language, or one for each.
func (m table) files() []*mediaFile {
	e := m.Get("file")
	if e == nil {
		return nil
	}
	switch v := e.Value.(type) {
	case *syntax.String:
		if m.text("file") == nil {
			return nil
		}
		var out []*mediaFile
		for _, lang := range m.c.service.languages {
			out = append(out, &mediaFile{lang, v})
		}
		return out
	case *syntax.Table:
		if len(v.Entries) == 0 {
			m.c.report(EmptyText, v.Span(), needs["file"], "%s is empty", quote("file"))
		}
		var out []*mediaFile
		for _, e := range v.Entries {
			known := m.c.checkTag(e)
			path, ok := e.Value.(*syntax.String)
			if !ok {
				m.c.report(WrongKind, e.Value.Span(), "", "%s takes a file for each language, and this is %s", quote("file"), e.Value.Kind())
				continue
			}
			if known && m.filled(path, e.Key) {
				out = append(out, &mediaFile{e.Key, path})
			}
		}
		return out
	}
	m.c.wrongKind("file", e.Value, "the path of a file, or a table by language", examples["image"])
	return nil
}
