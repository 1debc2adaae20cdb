package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// What a webhook carries, in the order Meta writes it.
type envelope struct {
	Object string  `json:"object"`
	Entry  []entry `json:"entry"`
}

type entry struct {
	ID      string   `json:"id"`
	Changes []change `json:"changes"`
}

type change struct {
	Value value  `json:"value"`
	Field string `json:"field"`
}

type value struct {
	MessagingProduct string    `json:"messaging_product"`
	Metadata         metadata  `json:"metadata"`
	Contacts         []contact `json:"contacts,omitempty"`
	Messages         []inbound `json:"messages,omitempty"`
	Statuses         []status  `json:"statuses,omitempty"`
}

type metadata struct {
	DisplayPhoneNumber string `json:"display_phone_number"`
	PhoneNumberID      string `json:"phone_number_id"`
}

type contact struct {
	Profile profile `json:"profile"`
	WaID    string  `json:"wa_id,omitempty"`
	UserID  string  `json:"user_id,omitempty"`
}

type profile struct {
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
}

type inbound struct {
	Context     *reference   `json:"context,omitempty"`
	From        string       `json:"from,omitempty"`
	FromUserID  string       `json:"from_user_id,omitempty"`
	ID          string       `json:"id"`
	Timestamp   string       `json:"timestamp"`
	Type        string       `json:"type"`
	Text        *textBody    `json:"text,omitempty"`
	Button      *quickButton `json:"button,omitempty"`
	Interactive *interactive `json:"interactive,omitempty"`
	Image       *mediaBody   `json:"image,omitempty"`
	Video       *mediaBody   `json:"video,omitempty"`
	Audio       *mediaBody   `json:"audio,omitempty"`
	Document    *mediaBody   `json:"document,omitempty"`
	Sticker     *mediaBody   `json:"sticker,omitempty"`
	Location    *place       `json:"location,omitempty"`
	Contacts    []sharedCard `json:"contacts,omitempty"`
}

type reference struct {
	From string `json:"from"`
	ID   string `json:"id"`
}

type textBody struct {
	Body string `json:"body"`
}

type quickButton struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

type interactive struct {
	Type        string `json:"type"`
	ButtonReply *reply `json:"button_reply,omitempty"`
	ListReply   *reply `json:"list_reply,omitempty"`
}

type reply struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type mediaBody struct {
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	MimeType string `json:"mime_type"`
	SHA256   string `json:"sha256"` // base64
	ID       string `json:"id"`
	Voice    bool   `json:"voice,omitempty"`
}

type sharedCard struct {
	Name   sharedName    `json:"name"`
	Phones []sharedPhone `json:"phones"`
}

type sharedName struct {
	First     string `json:"first_name"`
	Formatted string `json:"formatted_name"`
}

type sharedPhone struct {
	Phone string `json:"phone"`
	Type  string `json:"type"`
}

type status struct {
	ID              string   `json:"id"`
	Status          string   `json:"status"`
	Timestamp       string   `json:"timestamp"`
	RecipientID     string   `json:"recipient_id,omitempty"`
	RecipientUserID string   `json:"recipient_user_id,omitempty"`
	CallbackData    string   `json:"biz_opaque_callback_data,omitempty"`
	Pricing         *pricing `json:"pricing,omitempty"`
}

// pricing as it is since messages are charged one by one. Which type marks the free service
// messages of a month is not published; this is the one seen for free ones.
type pricing struct {
	Billable     bool   `json:"billable"`
	PricingModel string `json:"pricing_model"`
	Type         string `json:"type"`
	Category     string `json:"category"`
}

// An update is one thing a webhook tells: a message or a status.
type update struct {
	message *inbound
	status  *status
	since   time.Time
}

func (u update) id() string {
	if u.message != nil {
		return u.message.ID
	}
	return u.status.ID
}

// accountID is the business account's id; webhooks name it and nothing depends on it.
const accountID = "100000000000001"

// body encodes updates of one person as one webhook.
func (s *Sandbox) body(p *person, batch []update) []byte {
	v := value{
		MessagingProduct: "whatsapp",
		Metadata:         metadata{s.digits, s.options.PhoneNumberID},
		Contacts:         []contact{{Profile: profile{p.name, p.username()}, WaID: p.phone, UserID: p.userID}},
	}
	if p.absent {
		v.Contacts = nil // nothing is known of somebody who never turned up
	}
	for _, u := range batch {
		if u.message != nil {
			v.Messages = append(v.Messages, *u.message)
		} else {
			v.Statuses = append(v.Statuses, *u.status)
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(envelope{"whatsapp_business_account", []entry{{accountID, []change{{v, "messages"}}}}}); err != nil {
		panic(fmt.Sprintf("sandbox: encode webhook: %v", err)) // only our own types come here
	}
	return escape(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// escape writes JSON the way Meta does: every letter outside ASCII as \uXXXX (two of them
// beyond the first plane) and every slash as \/. A receiver that verifies the signature over
// anything but the raw bytes fails here, not in production. Both can only stand inside strings,
// so the bytes need no parsing.
func escape(encoded []byte) []byte {
	out := make([]byte, 0, len(encoded)+len(encoded)/4)
	for len(encoded) > 0 {
		r, size := utf8.DecodeRune(encoded)
		encoded = encoded[size:]
		switch {
		case r == '/':
			out = append(out, '\\', '/')
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// sign is the value of X-Hub-Signature-256.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
