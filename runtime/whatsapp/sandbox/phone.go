package sandbox

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed page
var page embed.FS

var pageTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Nothing but this page's own files, and no other page around it.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Phone serves the phone in the browser; mount it at /phone/. Below /phone/api/ it has its own
// endpoints, JSON in and out, which tests and scripts may call too:
//
//	GET    events                     server-sent events: the whole state, then every change
//	POST   people                     {name, kind, phone, user_id, wrote} → the person
//	DELETE people/{person}            takes them off the page
//	POST   people/{person}/messages   {type: "text", text} · {type: "tap", message, choice} ·
//	                                  {type: "location", latitude, longitude, name} · {type: "voice"} ·
//	                                  {type: "contact", name, phone}
//	POST   people/{person}/file       a file as the body, its type in Content-Type; ?name=…&caption=…
//	POST   people/{person}/seen       their chat is on the screen
//	GET    media/{id}                 what people sent
//
// Only this machine may ask, by a name that can only mean this machine, and only our own page
// may change anything: other sites in the same browser can do neither.
func (s *Sandbox) Phone() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /phone/{$}", s.index)
	files, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // embedded
	}
	mux.HandleFunc("GET /phone/{file}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		content, err := fs.ReadFile(files, name)
		kind := pageTypes[path.Ext(name)]
		if err != nil || kind == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Write(content)
	})
	mux.HandleFunc("GET /phone/api/events", s.events)
	mux.HandleFunc("POST /phone/api/people", s.postPerson)
	mux.HandleFunc("DELETE /phone/api/people/{person}", func(w http.ResponseWriter, r *http.Request) {
		if !s.remove(r.PathValue("person")) {
			unknownPerson.answer(w)
			return
		}
		writeJSON(w, http.StatusOK, struct{}{})
	})
	mux.HandleFunc("POST /phone/api/people/{person}/messages", s.postMessage)
	mux.HandleFunc("POST /phone/api/people/{person}/file", s.postFile)
	mux.HandleFunc("POST /phone/api/people/{person}/seen", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		p := s.byID(r.PathValue("person"))
		if p != nil {
			s.saw(p)
		}
		s.mu.Unlock()
		if p == nil {
			unknownPerson.answer(w)
			return
		}
		writeJSON(w, http.StatusOK, struct{}{})
	})
	mux.HandleFunc("GET /phone/api/media/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		f := s.media.files[r.PathValue("id")]
		s.mu.Unlock()
		if f == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.mime)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content)) // in parts, as players ask for a video
	})
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard refuses hosts that are not this machine (a name that another site's DNS points here
// would otherwise carry that site's scripts past the same-origin rule) and sets the headers.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !loopback(host) {
			http.Error(w, "The sandbox's phone is for this machine only: open it as http://127.0.0.1:<port>/phone/", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

var indexPage = template.Must(template.ParseFS(page, "page/index.html"))

func (s *Sandbox) index(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	if err := indexPage.Execute(&b, struct{ Name, Language string }{s.options.Name, s.language}); err != nil {
		panic(fmt.Sprintf("sandbox: page: %v", err))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes())
}

// A complaint answers the page. Its code is a word the page has a sentence for.
type complaint struct {
	status int
	Code   string `json:"error"`
	Detail string `json:"detail,omitempty"`
}

var unknownPerson = complaint{http.StatusNotFound, "unknown-person", ""}

func (c complaint) answer(w http.ResponseWriter) { writeJSON(w, c.status, c) }

// readPage reads a JSON body of the page's, and answers the request itself when it cannot.
// Insisting on the content type keeps out forms of other sites, which cannot set it.
func readPage(w http.ResponseWriter, r *http.Request, into any) bool {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		complaint{http.StatusUnsupportedMediaType, "not-json", ""}.answer(w)
		return false
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPageBody)).Decode(into)
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		complaint{http.StatusRequestEntityTooLarge, "too-long", ""}.answer(w)
	case err != nil:
		complaint{http.StatusBadRequest, "not-json", ""}.answer(w)
	default:
		return true
	}
	return false
}

func (s *Sandbox) postPerson(w http.ResponseWriter, r *http.Request) {
	var n newcomer
	if !readPage(w, r, &n) {
		return
	}
	p, err := s.register(n)
	if errors.Is(err, errTooMany) {
		complaint{http.StatusConflict, "too-many-people", ""}.answer(w)
		return
	}
	if err != nil {
		complaint{http.StatusBadRequest, "bad-person", err.Error()}.answer(w)
		return
	}
	s.mu.Lock()
	f := p.face()
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, f)
}

// A gesture is what a person does on their phone.
type gesture struct {
	Type      string  `json:"type"` // text, tap, location, voice, contact
	Text      string  `json:"text"`
	Message   string  `json:"message"` // the bubble whose choice was tapped
	Choice    int     `json:"choice"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Phone     string  `json:"phone"` // of a contact; digits
}

func (s *Sandbox) postMessage(w http.ResponseWriter, r *http.Request) {
	var g gesture
	if !readPage(w, r, &g) {
		return
	}
	s.perform(w, r, func(p *person) (inbound, *bubble, *complaint) { return s.gesture(p, g) })
}

// perform lets the person in the path do something and answers with their message's id.
func (s *Sandbox) perform(w http.ResponseWriter, r *http.Request, do func(*person) (inbound, *bubble, *complaint)) {
	s.mu.Lock()
	p, bad, id := s.byID(r.PathValue("person")), &unknownPerson, ""
	if p != nil {
		var m inbound
		var b *bubble
		if m, b, bad = do(p); bad == nil {
			id = s.write(p, m, b)
		}
	}
	s.mu.Unlock()
	if bad != nil {
		bad.answer(w)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

// gesture turns what a person does into the message WhatsApp would make of it, and its bubble.
func (s *Sandbox) gesture(p *person, g gesture) (inbound, *bubble, *complaint) {
	switch g.Type {
	case "text":
		if strings.TrimSpace(g.Text) == "" || utf8.RuneCountInString(g.Text) > maxPersonText {
			return inbound{}, nil, &complaint{http.StatusBadRequest, "too-long", ""}
		}
		return inbound{Type: "text", Text: &textBody{g.Text}}, &bubble{Kind: "text", Text: g.Text}, nil
	case "tap":
		return s.tap(p, g)
	case "location":
		if g.Latitude < -90 || g.Latitude > 90 || g.Longitude < -180 || g.Longitude > 180 || utf8.RuneCountInString(g.Name) > maxName {
			return inbound{}, nil, &complaint{http.StatusBadRequest, "bad-place", ""}
		}
		where := &place{Latitude: g.Latitude, Longitude: g.Longitude, Name: g.Name}
		return inbound{Type: "location", Location: where}, &bubble{Kind: "location", Place: where}, nil
	case "voice":
		const kind = "audio/ogg; codecs=opus"
		id := s.media.put(kind, voiceNote)
		return inbound{Type: "audio", Audio: &mediaBody{MimeType: kind, SHA256: digest(voiceNote), ID: id, Voice: true}},
			&bubble{Kind: "audio", Media: &media{Kind: "audio", ID: id, Voice: true}}, nil
	case "contact":
		if n := utf8.RuneCountInString(g.Name); n < 1 || n > maxName || !validDigits(g.Phone) {
			return inbound{}, nil, &complaint{http.StatusBadRequest, "bad-person", ""}
		}
		phone := "+" + g.Phone
		return inbound{Type: "contacts", Contacts: []sharedCard{{sharedName{g.Name, g.Name}, []sharedPhone{{phone, "CELL"}}}}},
			&bubble{Kind: "contacts", Cards: []card{{Name: g.Name, Phones: []string{phone}}}}, nil
	}
	return inbound{}, nil, &complaint{http.StatusBadRequest, "unknown-gesture", ""}
}

// tap answers with a button or row of a message the person has. Its id and title are ours to
// know; the page only says which one.
func (s *Sandbox) tap(p *person, g gesture) (inbound, *bubble, *complaint) {
	asked := s.sent[g.Message]
	if asked == nil || s.owner[g.Message] != p || g.Choice < 0 || g.Choice >= len(asked.choices) {
		return inbound{}, nil, &complaint{http.StatusNotFound, "unknown-choice", ""}
	}
	c := asked.choices[g.Choice]
	asked.Chosen = &g.Choice
	s.publish("message", p.says(asked))
	m := inbound{Type: "interactive", Context: &reference{s.digits, asked.ID}}
	switch asked.Kind {
	case "template":
		m.Type, m.Button = "button", &quickButton{Payload: c.id, Text: c.title}
	case "list":
		m.Interactive = &interactive{Type: "list_reply", ListReply: &reply{c.id, c.title, c.description}}
	default:
		m.Interactive = &interactive{Type: "button_reply", ButtonReply: &reply{ID: c.id, Title: c.title}}
	}
	return m, &bubble{Kind: "text", Text: c.title, Quote: asked.ID}, nil
}

// postFile sends a file as the person: what kind of message it makes is its type's business.
func (s *Sandbox) postFile(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	u, known := kindOf(kind)
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(u.most)))
	name, caption := r.URL.Query().Get("name"), r.URL.Query().Get("caption")
	switch {
	case !known:
		complaint{http.StatusUnsupportedMediaType, "not-a-file", ""}.answer(w)
		return
	case err != nil, utf8.RuneCountInString(caption) > maxPersonText:
		complaint{http.StatusRequestEntityTooLarge, "too-long", ""}.answer(w)
		return
	// What it is, not what it says it is, where that can be told.
	case len(content) == 0, strings.HasPrefix(kind, "image/") && http.DetectContentType(content) != kind:
		complaint{http.StatusUnsupportedMediaType, "not-a-file", ""}.answer(w)
		return
	}
	s.perform(w, r, func(*person) (inbound, *bubble, *complaint) {
		m := &mediaBody{MimeType: kind, SHA256: digest(content), ID: s.media.put(kind, content)}
		shown := &media{Kind: u.kind, ID: m.ID}
		out := inbound{Type: u.kind}
		switch u.kind {
		case "image":
			out.Image, m.Caption = m, caption
		case "video":
			out.Video, m.Caption = m, caption
		case "audio":
			out.Audio = m
		case "sticker":
			out.Sticker = m
		case "document":
			m.Filename = clip(name, maxFilename)
			out.Document, m.Caption, shown.Filename = m, caption, m.Filename
		}
		return out, &bubble{Kind: u.kind, Text: m.Caption, Media: shown}, nil
	})
}

// write sends what a person wrote: it opens their window and queues its webhook.
func (s *Sandbox) write(p *person, m inbound, b *bubble) string {
	now := time.Now()
	digits := p.phone
	if digits == "" {
		digits = number()[:11]
	}
	m.ID, m.From, m.FromUserID = newID(digits, true), p.phone, p.userID
	m.Timestamp = strconv.FormatInt(now.Unix(), 10)
	p.wrote = seconds(now)
	b.ID, b.Mine, b.State = m.ID, true, "waiting"
	s.add(p, b)
	s.queue(p, update{message: &m, since: now})
	s.show(p)
	return m.ID
}
