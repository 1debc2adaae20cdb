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

// The body of a send call (Cloud API, messages). Exactly one of the last three
// is there.
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
}

type outText struct {
	Body string `json:"body"`
}

type interactive struct {
	Type   string `json:"type"`
	Body   words  `json:"body"`
	Action action `json:"action"`
}

type words struct {
	Text string `json:"text"`
}

type action struct {
	Buttons  []button  `json:"buttons,omitempty"`
	Button   string    `json:"button,omitempty"`
	Sections []section `json:"sections,omitempty"`
}

type button struct {
	Type  string `json:"type"`
	Reply row    `json:"reply"`
}

// section needs a title only where there are several.
type section struct {
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

// encode writes a message as WhatsApp takes it. An error holds nothing of the
// message.
func encode(to store.Contact, m engine.Outgoing, token string) ([]byte, error) {
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
		out.Type, out.Interactive = "interactive", &interactive{Type: "button", Body: words{m.Body}}
		for _, c := range m.Choices {
			out.Interactive.Action.Buttons = append(out.Interactive.Action.Buttons, button{"reply", row{ID: c.ID, Title: c.Label}})
		}
	case engine.OutList:
		one := section{}
		for _, c := range m.Choices {
			one.Rows = append(one.Rows, row{c.ID, c.Label, c.Note})
		}
		out.Type = "interactive"
		out.Interactive = &interactive{Type: "list", Body: words{m.Body}, Action: action{Button: m.Opener, Sections: []section{one}}}
	case engine.OutTemplate:
		out.Type, out.Template = "template", filled(m)
	default:
		return nil, fmt.Errorf("there is no kind of message %q", m.Kind)
	}
	return json.Marshal(out)
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
