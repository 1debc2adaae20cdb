package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var (
	messagesPath = regexp.MustCompile(`^/v\d{1,3}\.\d{1,2}/([^/]+)/messages$`)
	uploadPath   = regexp.MustCompile(`^/v\d{1,3}\.\d{1,2}/([^/]+)/media$`)
	mediaPath    = regexp.MustCompile(`^/v\d{1,3}\.\d{1,2}/([0-9]+)$`)
	downloadPath = regexp.MustCompile(`^/media/([0-9]+)$`)
)

// API is the Cloud API: POST /{version}/{phone-number-id}/messages sends a message or marks
// one as read; POST /{version}/{phone-number-id}/media takes a file that messages may show,
// and GET /{version}/{media-id} tells where to download one, or what a person sent. Any
// version is served. It may be mounted under a prefix with http.StripPrefix.
func (s *Sandbox) API() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.authorized(r) {
			s.refuse(w, nil, &fault{code: 190, details: "Invalid OAuth access token - it is missing, or not the sandbox's"})
			return
		}
		path := r.URL.Path
		if m := messagesPath.FindStringSubmatch(path); m != nil && r.Method == http.MethodPost {
			s.messages(w, r, m[1])
		} else if m := uploadPath.FindStringSubmatch(path); m != nil && r.Method == http.MethodPost {
			s.upload(w, r, m[1])
		} else if m := mediaPath.FindStringSubmatch(path); m != nil && r.Method == http.MethodGet {
			s.mediaInfo(w, r, m[1])
		} else if m := downloadPath.FindStringSubmatch(path); m != nil && r.Method == http.MethodGet {
			s.download(w, r, m[1])
		} else {
			s.refuse(w, nil, faultf(2500, "The sandbox serves POST /vNN.N/{phone-number-id}/messages, POST /vNN.N/{phone-number-id}/media and GET /vNN.N/{media-id}"))
		}
	})
}

func (s *Sandbox) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare([]byte(token), []byte(s.options.Token)) == 1
}

// messages serves POST /{phone-number-id}/messages.
func (s *Sandbox) messages(w http.ResponseWriter, r *http.Request, phoneNumberID string) {
	if phoneNumberID != s.options.PhoneNumberID {
		s.refuse(w, nil, &fault{code: 100, subcode: 33, details: "Unsupported post request. There is no such phone number id, or no permission to use it"})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSendBody))
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		s.refuse(w, nil, faultf(100, "The body is longer than %d bytes", maxSendBody))
		return
	}
	if err != nil {
		return // the caller went away
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		s.refuse(w, nil, faultf(100, "The parameter messaging_product is required: the body is read as JSON only with Content-Type application/json"))
		return
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		s.refuse(w, nil, faultf(100, "The body is not a JSON object"))
		return
	}
	c := &checker{}
	top := object{c: c, fields: raw}
	if !top.has("messaging_product") {
		s.refuse(w, nil, faultf(100, "The parameter messaging_product is required"))
		return
	}
	if top.str("messaging_product") != "whatsapp" {
		s.refuse(w, nil, faultf(100, `Param messaging_product must be "whatsapp"`))
		return
	}
	if top.has("status") {
		if f := s.markRead(top); f != nil {
			s.refuse(w, nil, f)
			return
		}
		writeJSON(w, http.StatusOK, map[string]bool{"success": true})
		return
	}
	m, f := s.readSend(raw)
	if f != nil {
		s.refuse(w, m, f)
		return
	}
	if m.to != "" && !strings.HasPrefix(m.input, "+") {
		s.log.Warn("sandbox: a number without its plus; WhatsApp may put the business's country code before it")
	}
	id, f := s.accept(m, body)
	if f != nil {
		s.refuse(w, m, f)
		return
	}
	type contact struct {
		Input  string `json:"input"`
		WaID   string `json:"wa_id,omitempty"`
		UserID string `json:"user_id,omitempty"`
	}
	type message struct {
		ID     string `json:"id"`
		Status string `json:"message_status,omitempty"`
	}
	answer := struct {
		MessagingProduct string    `json:"messaging_product"`
		Contacts         []contact `json:"contacts"`
		Messages         []message `json:"messages"`
	}{"whatsapp", []contact{{m.input, m.to, m.recipient}}, []message{{ID: id}}}
	if m.template != nil {
		answer.Messages[0].Status = "accepted"
	}
	writeJSON(w, http.StatusOK, answer)
}

// refuse answers with a fault and lets people see it: in the chat of the person it was meant
// for, or on the whole page when nobody can be told from the call.
func (s *Sandbox) refuse(w http.ResponseWriter, m *send, f *fault) {
	s.log.Warn("sandbox refused a call", slog.Int("code", f.code), slog.String("details", f.details))
	s.mu.Lock()
	record(s, &s.books.Refused, Refused{f.code, f.details, time.Now()})
	var p *person
	if m != nil {
		p = s.find(m.to, m.recipient)
	}
	switch {
	case p == nil:
		s.alert = &alert{Code: f.code, Details: f.details, At: time.Now().UnixMilli()}
		s.publish("alert", s.alert)
	default:
		s.typing(p, false)
		if n := len(p.history); n > 0 && p.history[n-1].Kind == "note" && p.history[n-1].Code == f.code && p.history[n-1].Text == f.details {
			last := p.history[n-1]
			last.Count++
			s.publish("message", p.says(last))
		} else {
			s.add(p, &bubble{ID: "note." + trace(), Kind: "note", Code: f.code, Text: f.details, Count: 1})
		}
	}
	s.mu.Unlock()
	f.write(w)
}

// accept takes a checked send: the last word is the window's.
func (s *Sandbox) accept(m *send, body []byte) (string, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	p := s.find(m.to, m.recipient)
	if m.template == nil && (p == nil || p.wrote.IsZero() || !now.Before(p.wrote.Add(window))) {
		return "", faultf(131047, "Message failed to send because more than 24 hours have passed since the customer last replied to this number")
	}
	if m.show.Media != nil && m.show.Media.ID != "" && !s.media.has(m.show.Media.ID) {
		return "", faultf(131009, "No media with this id is kept here")
	}
	if a := m.show.Media; a != nil && a.ID != "" && a.Kind != "document" { // any file may be a document
		mime, _, _ := strings.Cut(s.media.files[a.ID].mime, ";")
		if u, _ := kindOf(mime); u.kind != a.Kind {
			return "", faultf(131053, "A file of type %s cannot be sent as %s", mime, a.Kind)
		}
	}
	digits := m.to
	if digits == "" {
		digits = number()[:11]
	}
	id := newID(digits, false)
	record(s, &s.books.Accepted, Accepted{id, m.to, m.recipient, body, m.callback, now})
	if p == nil {
		p = s.stranger(m)
	}
	s.typing(p, false)
	b := m.show
	b.ID = id
	if q := s.owner[b.Quote]; q != p {
		b.Quote = "" // an unknown message is not quoted, and nobody is told
	}
	if b.Kind == "reaction" {
		s.react(p, m)
	} else {
		s.add(p, &b)
		p.unread++
	}
	o := &outgoing{person: p, id: id, callback: m.callback, template: m.template}
	p.out = append(p.out, o)
	s.later(o)
	return id, nil
}

// stranger is somebody the service writes to before they were seen here: another life of this
// sandbox knew them, or nobody did. What is sent waits until their phone turns up.
func (s *Sandbox) stranger(m *send) *person {
	p := &person{phone: m.to, userID: m.recipient, absent: true}
	absent := 0
	for _, q := range s.people {
		if q.absent {
			absent++
		}
	}
	if absent < maxAbsent {
		s.people = append(s.people, p)
	}
	return p
}

// react puts the service's reaction on the message it is for, or takes it off.
func (s *Sandbox) react(p *person, m *send) {
	if b := s.sent[m.reactTo]; b != nil && s.owner[m.reactTo] == p {
		b.Reaction = m.show.Text
		s.publish("message", p.says(b))
	}
}

// markRead serves a read receipt: that message of the person's, and all earlier ones, are read.
func (s *Sandbox) markRead(o object) *fault {
	o.oneOf("status", "read")
	id := o.text("message_id", maxURL)
	typing := o.has("typing_indicator")
	if typing {
		o.child("typing_indicator", "type").oneOf("type", "text")
	}
	if o.c.fault != nil {
		return o.c.fault
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, p := s.sent[id], s.owner[id]
	switch {
	case b == nil && strings.HasPrefix(id, "wamid."):
		return nil // from before a restart: WhatsApp would still know it
	case b == nil || !b.Mine:
		return faultf(131009, "message_id is not a message somebody sent to this number")
	}
	for _, earlier := range p.history {
		if earlier.Mine && earlier.State != "read" {
			earlier.State = "read"
			s.publish("message", p.says(earlier))
		}
		if earlier == b {
			break
		}
	}
	if typing {
		s.typing(p, true)
	}
	return nil
}
