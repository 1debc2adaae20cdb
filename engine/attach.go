package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cauce/engine/eval"
	"cauce/engine/limits"
)

// media is something besides words that a node sends.
type media struct {
	Media
	file            []string // by language
	alt, name, addr texts
	cond            *eval.Program // nil: always
}

// link is a button that opens an address.
type link struct {
	label texts
	url   texts
}

// carried is what a node's message carries besides its words. nil: nothing.
type carried struct {
	media          []media
	link           *link
	header, footer texts
}

// compileCarried compiles what a node's message carries.
func (s *Service) compileCarried(n *node, d *Node, env eval.Schema) error {
	if len(d.Media) == 0 && d.Link == nil && len(d.Header) == 0 && len(d.Footer) == 0 {
		return nil
	}
	c := &carried{}
	var err error
	if c.header, err = s.words(d.Header, env); err != nil {
		return err
	}
	if c.footer, err = s.words(d.Footer, env); err != nil {
		return err
	}
	if d.Link != nil {
		if d.Verb != SayVerb {
			return errors.New("a link goes with what is said, and with nothing else")
		}
		if c.link, err = s.compileLink(d.Link, env); err != nil {
			return err
		}
	}
	for i := range d.Media {
		m, err := s.compileMedia(&d.Media[i], env)
		if err != nil {
			return err
		}
		c.media = append(c.media, m)
	}
	n.carried = c
	return nil
}

func (s *Service) compileLink(d *Link, env eval.Schema) (*link, error) {
	l := &link{}
	var err error
	if l.label, err = s.words(d.Label, env); err != nil {
		return nil, err
	}
	if l.label == nil || len(d.URL) == 0 {
		return nil, errors.New("a link needs a label and an address")
	}
	for _, lang := range s.languages {
		src, ok := d.URL[lang]
		if !ok {
			src = d.URL[s.languages[0]]
		}
		u, err := eval.CompileData(src, env)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", src, err)
		}
		s.note(u.Names())
		l.url = append(l.url, u)
	}
	return l, nil
}

func (s *Service) compileMedia(d *Media, env eval.Schema) (media, error) {
	m := media{Media: *d}
	switch d.Type {
	case "image", "video", "audio", "document", "sticker":
		if len(d.File) == 0 {
			return m, fmt.Errorf("the %s has no file", d.Type)
		}
		for _, lang := range s.languages {
			file, ok := d.File[lang]
			if !ok {
				file = d.File[s.languages[0]]
			}
			m.file = append(m.file, file)
		}
	case "location", "contact_card":
	default:
		return m, fmt.Errorf("no message carries a %q", d.Type)
	}
	var err error
	for _, c := range []struct {
		from Words
		to   *texts
	}{{d.Alt, &m.alt}, {d.Name, &m.name}, {d.Addr, &m.addr}} {
		if *c.to, err = s.words(c.from, env); err != nil {
			return m, err
		}
	}
	if d.If != "" {
		if m.cond, err = s.expr(d.If, env, eval.Bool); err != nil {
			return m, err
		}
	}
	return m, nil
}

// attachments are what a node shows now, in the order written.
func (a *advance) attachments(f *Frame, n *node) []Attachment {
	if n.carried == nil {
		return nil
	}
	var out []Attachment
	for i := range n.carried.media {
		m := &n.carried.media[i]
		if m.cond != nil && !a.holds(m.cond, f) {
			continue
		}
		t := Attachment{
			Type: m.Type, Alt: a.text(m.alt), Name: a.text(m.name), Addr: a.text(m.addr),
			Lat: m.Lat, Lng: m.Lng, Tel: m.Phone, Mail: m.Email,
		}
		if m.file != nil {
			t.File = m.file[a.lang]
		}
		out = append(out, t)
	}
	return out
}

// says sends the words of a node one by one, with what the node carries:
// pictures and the like go with the first, a link with the last.
func (a *advance) says(f *Frame, n *node) {
	shows := a.attachments(f, n)
	if len(n.say) == 0 {
		a.deliver(f, n, Outgoing{}, shows)
		return
	}
	for i, t := range n.say {
		m := Outgoing{Kind: OutText, Body: a.text(t)}
		if i == len(n.say)-1 && n.Verb == SayVerb && n.carried != nil {
			a.close(n, &m)
		}
		a.deliver(f, n, m, shows)
		shows = nil
	}
}

// close gives a message what stands around its words: header, footer, link.
func (a *advance) close(n *node, m *Outgoing) {
	c := n.carried
	if c == nil {
		return
	}
	if c.link != nil {
		// A button that leads nowhere would lose the words, too.
		if url := a.address(c.link.url[a.lang]); url != "" {
			m.Kind, m.Link = OutLink, &Address{Label: a.text(c.link.label), URL: url}
			if strings.TrimSpace(m.Body) == "" {
				m.Body = m.Link.Label // WhatsApp sends no button without words
			}
		}
	}
	m.Header, m.Footer = a.text(c.header), a.text(c.footer)
	if m.Kind == OutText || m.Kind == OutPlace {
		// Only buttons, lists and links have a place for these.
		m.Body = paragraphs(m.Header, m.Body, m.Footer)
		m.Header, m.Footer = "", ""
	}
}

// deliver sends words and what they show. What can stand in one bubble with the
// words does, if it is the last of what is shown: the order written is kept.
// Everything else goes before them, each a message of its own. Words that are
// blank are left out.
func (a *advance) deliver(f *Frame, n *node, m Outgoing, shows []Attachment) {
	words := strings.TrimSpace(m.Body) != "" || m.Choices != nil
	last := len(shows) - 1
	if words || last >= 0 && captioned(shows[last].Type) {
		a.hint(&m)
	}
	if last >= 0 && rides(&m, &shows[last], words) {
		if m.Kind == OutText || !words {
			m.Kind = OutMedia
		}
		m.Media = &shows[last]
		shows, words = shows[:last], true
	}
	for i := range shows {
		a.put(f, Outgoing{Kind: OutMedia, Media: &shows[i]})
	}
	if words {
		a.put(f, m)
	}
}

// captioned reports whether words may stand below it in one bubble.
func captioned(kind string) bool {
	return slices.Contains([]string{"image", "video", "document"}, kind)
}

// rides reports whether something can stand in one bubble with a message (Cloud
// API reference §3.3): as a caption's picture, or above buttons and links,
// where no header stands already. A list and a request for a place show none.
func rides(m *Outgoing, t *Attachment, words bool) bool {
	if !captioned(t.Type) {
		return false
	}
	if !words {
		return true
	}
	switch m.Kind {
	case OutText:
		return limits.Caption.Over(m.Body) == limits.Fits
	case OutButtons, OutLink:
		return m.Header == ""
	}
	return false
}

// paragraphs joins what is not empty.
func paragraphs(list ...string) string {
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	return strings.Join(list, "\n\n")
}

// address writes an address out. Every value of a {…} is percent-encoded, so
// that none can end its part of the address and begin another. One that can't
// be worked out gives no address.
func (a *advance) address(u *eval.Wording) string {
	out, err := u.Fill(a, func(v eval.Value) (string, error) { return percent(plain(v)), nil })
	if err != nil {
		a.record(RecordFault, "expression", a.frame, err.Error())
		return ""
	}
	return out
}

// percent encodes everything but the unreserved letters of RFC 3986, which are
// safe in a path and in a query alike.
func percent(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
