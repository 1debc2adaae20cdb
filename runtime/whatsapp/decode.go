package whatsapp

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"cauce/runtime"
	"cauce/runtime/store"
)

// Words of the wire that decide something.
const (
	envelope = "whatsapp_business_account" // what object says of every body for us
	messages = "messages"                  // the field whose changes hold messages and statuses
)

// chats are the fields that tell of a person's chat with one number. They
// matter to that number only, whereas an account, a template or a preference
// is every number's.
var chats = map[string]bool{
	messages: true, "standby": true, "smb_message_echoes": true, "smb_app_state_sync": true,
	"history": true, "calls": true, "messaging_handovers": true,
}

// Decode reads a webhook body for the number with that phone number id. It
// takes what it can and never fails:
//
//   - every level may repeat, be missing, null or of another kind, and harms
//     nothing beside it;
//   - messages and statuses are read in changes of the field messages that
//     name our number; a chat with another number is left out;
//   - everything else is a notice: other fields, errors and unknown keys beside
//     messages, statuses we have no word for, messages in groups, chats that
//     another app or a person in the WhatsApp Business app has taken over
//     (standby, smb_message_echoes), and a body that is no JSON or no envelope.
//
// Keys are made of the number, the kind and WhatsApp's own id, and of a hash of
// the bytes where there is no id, so that a repeated body is recognised as a
// whole; what WhatsApp says twice in the same words and without a time, such as
// an error beside messages, looks like a repeat too.
//
// received is our clock when the body came; a message that claims to be more
// than a day younger has no time.
//
// The delivery keeps parts of body: it must not be changed afterwards.
func Decode(body []byte, number string, received time.Time) runtime.Delivery {
	d := decoder{number: number, received: received.UTC()}
	body = bytes.TrimSpace(body)
	if !json.Valid(body) {
		d.notice("body", nil, body)
		return d.out
	}
	if object, ok := text(find(body, "object")); ok && object != envelope {
		d.notice("body", nil, body)
		return d.out
	}
	entries := 0
	for key, v := range members(body) {
		if string(key) == "entry" {
			for entry := range elements(v) {
				entries++
				d.entry(entry)
			}
		}
	}
	if entries == 0 {
		d.notice("body", nil, body)
	}
	return d.out
}

type decoder struct {
	number   string
	received time.Time
	out      runtime.Delivery
}

func (d *decoder) entry(entry []byte) {
	// What an account says bears a time and no id; the same word at another
	// time is another notice.
	mark := append(bytes.Clone(find(entry, "id")), find(entry, "time")...)
	changes := 0
	for key, v := range members(entry) {
		if string(key) == "changes" {
			for change := range elements(v) {
				changes++
				d.change(mark, change)
			}
		}
	}
	if changes == 0 {
		d.notice("entry", nil, entry)
	}
}

func (d *decoder) change(mark, change []byte) {
	field, _ := text(find(change, "field"))
	value := find(change, "value")
	number := word(find(find(value, "metadata"), "phone_number_id"))
	switch {
	case number != "" && number == d.number && (field == messages || field == ""):
		d.value(mark, value)
	case number != "" && number != d.number && (chats[field] || field == ""):
		// somebody else's
	default:
		d.notice(field, mark, change)
	}
}

// value reads what a change of the field messages says of our number.
func (d *decoder) value(mark, value []byte) {
	var contacts people
	for key, v := range members(value) {
		if string(key) == "contacts" {
			contacts = readPeople(v)
		}
	}
	for key, v := range members(value) {
		switch key := string(key); {
		case key == "messaging_product", key == "metadata", key == "contacts", empty(v):
		case key == "messages" && kind(v) == '[':
			for m := range elements(v) {
				d.message(m, contacts)
			}
		case key == "statuses" && kind(v) == '[':
			for s := range elements(v) {
				d.status(s)
			}
		default:
			d.notice(messages+"."+key, mark, v)
		}
	}
}

// notice keeps a part of a body that is no message and no status of ours.
func (d *decoder) notice(field string, mark, raw []byte) {
	d.keep(field, d.hashed("notice", mark, raw), raw)
}

func (d *decoder) keep(field, key string, raw []byte) {
	if field = label(field); field == "" {
		field = "unknown"
	}
	d.out.Notices = append(d.out.Notices, runtime.Notice{Key: key, Field: field, Shape: func() []byte { return shape(raw) }})
}

// key names one thing WhatsApp reported, so that a repeat of it is recognised.
func (d *decoder) key(kind, id string) string { return d.number + "/" + kind + "/" + id }

// hashed is the key of something without an id: of its bytes, less the spaces
// between them.
func (d *decoder) hashed(kind string, mark, raw []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d ", len(mark))
	h.Write(mark)
	var compact bytes.Buffer
	if json.Compact(&compact, raw) == nil {
		raw = compact.Bytes()
	}
	h.Write(raw)
	return d.key(kind, "sha256:"+hex.EncodeToString(h.Sum(nil)))
}

// founded is the year WhatsApp was. Nothing is older.
const founded = 1230768000 // 2009-01-01

// sent reads a timestamp: seconds since 1970 as a string or a number. Anything
// else has no time, and is not guessed at: milliseconds, fractions, words, a
// time before there was a WhatsApp, and one more than a day after we received
// it. A wrong time could open a window that is shut.
func (d *decoder) sent(timestamp []byte) time.Time {
	s := word(timestamp)
	if len(s) > 10 || !digits(s) { // ten digits last until 2286
		return time.Time{}
	}
	var seconds int64
	for _, c := range s {
		seconds = seconds*10 + int64(c-'0')
	}
	at := time.Unix(seconds, 0).UTC()
	if seconds < founded || !d.received.IsZero() && at.After(d.received.Add(24*time.Hour)) {
		return time.Time{}
	}
	return at
}

// states are the words for what became of a message of ours (Cloud API,
// statuses). A voice note that was played has been read. Others, "deleted"
// among them, say nothing an outbox could act on.
var states = map[string]store.State{
	"sent": store.Sent, "delivered": store.Delivered, "read": store.Read, "played": store.Read, "failed": store.Failed,
}

func (d *decoder) status(raw []byte) {
	var id, said, token, reason string
	var at []byte
	for key, v := range members(raw) {
		switch string(key) {
		case "id":
			id = identifier(word(v))
		case "status":
			said, _ = text(v)
		case "timestamp":
			at = v
		case "biz_opaque_callback_data":
			token, _ = text(v)
		case "errors":
			reason = firstCode(v)
		}
	}
	// Each word about a message comes once, but for repeats.
	key := d.key("status", id+"/"+said)
	if id == "" || label(said) == "" {
		key = d.hashed("status", nil, raw)
	}
	state, known := states[said]
	if !known || id == "" && token == "" {
		d.keep("messages.statuses", key, raw)
		return
	}
	s := store.Status{Key: key, MessageID: id, Token: token, State: state, At: d.sent(at), Received: d.received}
	if state == store.Failed {
		s.Reason = reason
	}
	d.out.Statuses = append(d.out.Statuses, s)
}

// firstCode is the first error code of an errors[]; empty when there is none.
func firstCode(errors []byte) string {
	for e := range elements(errors) {
		if code := word(find(e, "code")); digits(code) && len(code) <= 9 {
			return code
		}
	}
	return ""
}
