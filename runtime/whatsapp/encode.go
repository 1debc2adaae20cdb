package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cauce/engine"
	"cauce/runtime/store"
)

// The body of a send call (Cloud API, messages). Just one of the parts behind
// Callback is there: the one that Type names.
type outgoing struct {
	Product       string `json:"messaging_product"`
	RecipientType string `json:"recipient_type"`
	To            string `json:"to,omitempty"`
	Recipient     string `json:"recipient,omitempty"`
	Type          string `json:"type"`
	// Callback is echoed in the statuses of the message.
	Callback    string       `json:"biz_opaque_callback_data,omitempty"`
	Text        *outText     `json:"text,omitempty"`
	Interactive *interactive `json:"interactive,omitempty"`
	Template    *template    `json:"template,omitempty"`
	Image       *file        `json:"image,omitempty"`
	Video       *file        `json:"video,omitempty"`
	Audio       *file        `json:"audio,omitempty"`
	Document    *file        `json:"document,omitempty"`
	Sticker     *file        `json:"sticker,omitempty"`
	Location    *location    `json:"location,omitempty"`
	Contacts    []card       `json:"contacts,omitempty"`
}

type outText struct {
	Body string `json:"body"`
}

type interactive struct {
	Type   string  `json:"type"`
	Header *header `json:"header,omitempty"`
	Body   words   `json:"body"`
	Footer *words  `json:"footer,omitempty"`
	Action action  `json:"action"`
}

// header is a text or a picture, video or document.
type header struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitempty"`
	Image    *file  `json:"image,omitempty"`
	Video    *file  `json:"video,omitempty"`
	Document *file  `json:"document,omitempty"`
}

// file is something that was uploaded before.
type file struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	Voice    bool   `json:"voice,omitempty"`
}

type location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// card is somebody's card; WhatsApp wants a part of the name besides the whole.
type card struct {
	Name   cardName `json:"name"`
	Phones []phones `json:"phones,omitempty"`
	Emails []emails `json:"emails,omitempty"`
}

type cardName struct {
	Formatted string `json:"formatted_name"`
	First     string `json:"first_name"`
}

type phones struct {
	Phone string `json:"phone"`
}

type emails struct {
	Email string `json:"email"`
}

type words struct {
	Text string `json:"text"`
}

type action struct {
	Name       string      `json:"name,omitempty"` // of a link and of the request for a place
	Parameters *parameters `json:"parameters,omitempty"`

	Buttons  []button  `json:"buttons,omitempty"`
	Button   string    `json:"button,omitempty"`
	Sections []section `json:"sections,omitempty"`
}

type button struct {
	Type  string `json:"type"`
	Reply row    `json:"reply"`
}

type parameters struct {
	Text string `json:"display_text"`
	URL  string `json:"url"`
}

// section needs a title only where there are several.
type section struct {
	Title string `json:"title,omitempty"`

	Rows []row `json:"rows"`
}

type row struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type template struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []component `json:"components,omitempty"`
}

type language struct {
	Code string `json:"code"`
}

type component struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type,omitempty"`
	Index      string      `json:"index,omitempty"` // a string by Meta's documents
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type    string  `json:"type"`
	Name    string  `json:"parameter_name,omitempty"`
	Text    *string `json:"text,omitempty"`
	Payload *string `json:"payload,omitempty"`
}

// encode writes a message as WhatsApp takes it; media is the id of the file it
// shows, if it shows one. An error holds nothing of the message.
func encode(to store.Contact, m engine.Outgoing, token, media string) ([]byte, error) {
	out := outgoing{Product: "whatsapp", RecipientType: "individual", Callback: token}
	switch {
	case digits(to.Phone):
		// Without the plus, WhatsApp takes it for a number of the country
		// that ours is of.
		out.To = "+" + to.Phone
	case to.UserID != "":
		out.Recipient = to.UserID
	case to.Phone != "":
		out.To = to.Phone // no number, but what WhatsApp said they are
	default:
		return nil, errors.New("the contact has neither a phone number nor a user id")
	}
	switch m.Kind {
	case engine.OutText:
		out.Type, out.Text = "text", &outText{m.Body}
	case engine.OutButtons:
		out.Type, out.Interactive = "interactive", framed("button", m, media)
		for _, c := range m.Choices {
			out.Interactive.Action.Buttons = append(out.Interactive.Action.Buttons, button{"reply", row{ID: c.ID, Title: c.Label}})
		}
	case engine.OutList:
		out.Type, out.Interactive = "interactive", framed("list", m, media)
		out.Interactive.Action = action{Button: m.Opener, Sections: sections(m.Choices)}
	case engine.OutLink:
		out.Type, out.Interactive = "interactive", framed("cta_url", m, media)
		if m.Link == nil {
			return nil, errors.New("a link has no address")
		}
		out.Interactive.Action = action{Name: "cta_url", Parameters: &parameters{m.Link.Label, m.Link.URL}}
	case engine.OutPlace:
		out.Type, out.Interactive = "interactive", framed("location_request_message", m, media)
		out.Interactive.Action = action{Name: "send_location"}
	case engine.OutMedia:
		if m.Media == nil {
			return nil, errors.New("a message of media shows none")
		}
		if err := out.shows(m, media); err != nil {
			return nil, err
		}
	case engine.OutTemplate:
		out.Type, out.Template = "template", filled(m)
	default:
		return nil, fmt.Errorf("there is no kind of message %q", m.Kind)
	}
	return json.Marshal(out)
}

// framed is an interactive message with what stands around its action.
func framed(kind string, m engine.Outgoing, media string) *interactive {
	i := &interactive{Type: kind, Body: words{m.Body}}
	if m.Footer != "" {
		i.Footer = &words{m.Footer}
	}
	switch {
	case m.Media != nil:
		i.Header = &header{Type: m.Media.Type}
		switch f := (&file{ID: media}); m.Media.Type {
		case "image":
			i.Header.Image = f
		case "video":
			i.Header.Video = f
		case "document":
			f.Filename = m.Media.Alt
			i.Header.Document = f
		}
	case m.Header != "":
		i.Header = &header{Type: "text", Text: m.Header}
	}
	return i
}

// sections are the rows of a list, cut where a row begins a section.
func sections(rows []engine.Choice) []section {
	list := []section{{}}
	for i, c := range rows {
		last := &list[len(list)-1]
		switch {
		case c.Section == "":
		case i == 0:
			last.Title = c.Section
		case c.Section != last.Title:
			list = append(list, section{Title: c.Section})
			last = &list[len(list)-1]
		}
		last.Rows = append(last.Rows, row{c.ID, c.Label, c.Note})
	}
	return list
}

// shows fills in the part of a message that is a file, a place or a card. The
// words are the caption where there may be one.
func (out *outgoing) shows(m engine.Outgoing, media string) error {
	a := m.Media
	out.Type = a.Type
	f := &file{ID: media, Caption: m.Body}
	switch a.Type {
	case "image":
		out.Image = f
	case "video":
		out.Video = f
	case "document":
		f.Filename = a.Alt
		out.Document = f
	case "audio":
		mime, _ := typeOf("audio", a.File, nil)
		out.Audio = &file{ID: media, Voice: mime == "audio/ogg"}
	case "sticker":
		out.Sticker = &file{ID: media}
	case "location":
		out.Location = &location{a.Lat, a.Lng, a.Name, a.Addr}
	case "contact_card":
		out.Type = "contacts"
		c := card{Name: cardName{a.Name, a.Name}}
		if a.Tel != "" {
			c.Phones = []phones{{a.Tel}}
		}
		if a.Mail != "" {
			c.Emails = []emails{{a.Mail}}
		}
		out.Contacts = []card{c}
	default:
		return fmt.Errorf("no message shows a %q", a.Type)
	}
	return nil
}

// filled is a template with its values and the ids of its quick replies.
//
// A template was registered with numbered variables, {{1}}, or with named ones,
// and WhatsApp refuses the other kind. Our own copy of its body says which: it
// names them as Meta does. So values go by name, unless none has one, or all
// names are numbers: those go by their order.
func filled(m engine.Outgoing) *template {
	t := &template{Name: m.Template, Language: language{strings.ReplaceAll(m.Language, "-", "_")}}
	named := false
	for _, f := range m.Fill {
		named = named || f.Name != "" && !digits(f.Name)
	}
	body := component{Type: "body"}
	for _, f := range m.Fill {
		p := parameter{Type: "text", Text: &f.Value}
		if named {
			p.Name = f.Name
		}
		body.Parameters = append(body.Parameters, p)
	}
	if len(body.Parameters) > 0 {
		t.Components = append(t.Components, body)
	}
	for i, c := range m.Choices {
		t.Components = append(t.Components, component{
			Type: "button", SubType: "quick_reply", Index: strconv.Itoa(i),
			Parameters: []parameter{{Type: "payload", Payload: &c.ID}},
		})
	}
	return t
}
