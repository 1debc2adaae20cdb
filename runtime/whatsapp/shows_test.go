package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"cauce/engine"
	"cauce/engine/limits"
	"cauce/runtime"
	"cauce/runtime/store"
)

// folder is a service's folder with files to send.
var folder = fstest.MapFS{
	"media/maleta.jpg": {Data: []byte("jpeg")}, "media/otra.jpg": {Data: []byte("jpeg")}, "media/voz.ogg": {Data: []byte("ogg")},
	"media/a.pdf": {Data: []byte("pdf")}, "media/clip.mp4": {Data: []byte("mp4")}, "media/s.webp": {Data: []byte("webp")}, "media/raro.exe": {Data: []byte("MZ")},
}

// cloud takes uploads and messages: every upload gets the id that comes next.
type cloud struct {
	*api
	mu      sync.Mutex
	uploads []string // what was uploaded: type, name and content
	media   http.HandlerFunc
}

func newCloud(t *testing.T) *cloud {
	c := &cloud{}
	c.api = newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/media") {
			says(200, `{"messages":[{"id":"wamid.a"}]}`)(w, r)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		body := c.bodies[len(c.bodies)-1]
		c.bodies = c.bodies[:len(c.bodies)-1]
		c.uploads = append(c.uploads, parts(t, r, body))
		if c.media != nil {
			c.media(w, r)
			return
		}
		fmt.Fprintf(w, `{"id":"%d"}`, 1000+len(c.uploads))
	})
	return c
}

func (c *cloud) client() *Client {
	return NewClient(ClientOptions{BaseURL: c.URL + "/v25.0", PhoneNumberID: number, Token: token, HTTP: c.Client(), Files: folder})
}

// parts is a form as one line.
func parts(t *testing.T, r *http.Request, body string) string {
	t.Helper()
	if r.Method != "POST" || r.URL.Path != "/v25.0/"+number+"/media" || r.Header.Get("Authorization") != "Bearer "+token {
		t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		t.Fatalf("%q: %v", kind, err)
	}
	var list []string
	for form := multipart.NewReader(strings.NewReader(body), params["boundary"]); ; {
		p, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return strings.Join(list, " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		name := p.FormName()
		if p.FileName() != "" {
			name += "(" + p.FileName() + " " + p.Header.Get("Content-Type") + ")"
		}
		list = append(list, name+"="+string(content))
	}
}

// What a message shows is sent as the documents show it.
func TestWhatMessagesShowIsLikeTheDocuments(t *testing.T) {
	drop := func(v any, keys ...string) {
		for _, k := range keys {
			delete(v.(map[string]any), k)
		}
	}
	image := &engine.Attachment{Type: "image", File: "media/maleta.jpg", Alt: "Una maleta"}
	for _, c := range []struct {
		file string
		edit func(map[string]any)
		m    engine.Outgoing
	}{
		{"send-request-interactive-buttons.json", func(v map[string]any) {
			at(v, "interactive", "header", "image").(map[string]any)["id"] = "1001"
		}, engine.Outgoing{Kind: engine.OutButtons, Media: image, Footer: "Lucky Shrub: Your gateway to succulents!™",
			Body:    "Hi Pablo! Your gardening workshop is scheduled for 9am tomorrow. Use the buttons if you need to reschedule. Thank you!",
			Choices: []engine.Choice{{ID: "change-button", Label: "Change"}, {ID: "cancel-button", Label: "Cancel"}}}},
		{"send-request-interactive-list.json", func(map[string]any) {}, engine.Outgoing{
			Kind: engine.OutList, Header: "Choose Shipping Option", Body: "Which shipping option do you prefer?", Opener: "Shipping Options",
			Footer: "Lucky Shrub: Your gateway to succulents™",
			Choices: []engine.Choice{
				{ID: "priority_express", Label: "Priority Mail Express", Note: "Next Day to 2 Days", Section: "I want it ASAP!"},
				{ID: "priority_mail", Label: "Priority Mail", Note: "1–3 Days"},
				{ID: "usps_ground_advantage", Label: "USPS Ground Advantage", Note: "2–5 Days", Section: "I can wait a bit"},
				{ID: "media_mail", Label: "Media Mail", Note: "2–8 Days"},
			}}},
		{"send-request-interactive-cta-url.json", func(v map[string]any) {
			at(v, "interactive").(map[string]any)["header"] = map[string]any{"type": "text", "text": "Dates"}
		}, engine.Outgoing{Kind: engine.OutLink, Header: "Dates", Body: "Tap the button below to see available dates.", Footer: "Dates subject to change.",
			Link: &engine.Address{Label: "See Dates", URL: "https://www.luckyshrub.com?clickID=kqDGWd24Q5TRwoEQTICY7W1JKoXvaZOXWAS7h1P76s0R7Paec4"}}},
		{"send-request-interactive-location-request.json", func(map[string]any) {},
			engine.Outgoing{Kind: engine.OutPlace, Body: "Where should we deliver your order?"}},
		{"send-request-location.json", func(v map[string]any) { v["to"], v["recipient_type"] = "+16505551234", "individual" },
			engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{
				Type: "location", Lat: 37.758056, Lng: -122.425332, Name: "META HQ", Addr: "1 Hacker Way, Menlo Park, CA 94025"}}},
		{"send-request-contacts.json", func(v map[string]any) {
			v["to"], v["recipient_type"] = "+16505551234", "individual"
			one := at(v, "contacts", 0).(map[string]any)
			drop(one, "addresses", "birthday", "org", "urls")
			one["name"] = map[string]any{"formatted_name": "John Smith", "first_name": "John Smith"}
			one["phones"], one["emails"] = one["phones"].([]any)[:1], one["emails"].([]any)[:1]
			drop(at(one, "phones", 0), "type")
			drop(at(one, "emails", 0), "type")
		}, engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "contact_card", Name: "John Smith", Tel: "+1 (940) 555-1234", Mail: "test@fb.com"}}},
		{"send-request-document-by-id.json", func(v map[string]any) { at(v, "document").(map[string]any)["id"] = "1001" },
			engine.Outgoing{Kind: engine.OutMedia, Body: "Your receipt", Media: &engine.Attachment{Type: "document", File: "media/a.pdf", Alt: "receipt.pdf"}}},
	} {
		a := newCloud(t)
		if _, err := a.client().Send(t.Context(), store.Contact{Phone: "16505551234"}, permitted(t, c.m), ""); err != nil {
			t.Fatalf("%s: %v", c.file, err)
		}
		var got any
		if err := json.Unmarshal([]byte(a.bodies[0]), &got); err != nil {
			t.Fatal(err)
		}
		if want := like(t, c.file, c.edit); !reflect.DeepEqual(got, want) {
			w, _ := json.Marshal(want)
			t.Errorf("%s\n got %s\nwant %s", c.file, a.bodies[0], w)
		}
	}
}

// Every kind of file goes out as WhatsApp takes that kind: words below it where
// there may be some, and a recording in ogg as a voice note.
func TestFilesByKind(t *testing.T) {
	a := newCloud(t)
	client := a.client()
	for _, c := range []struct{ kind, file, want string }{
		{"image", "media/maleta.jpg", `"type":"image","image":{"id":"1001","caption":"Hola"}`},
		{"video", "media/clip.mp4", `"type":"video","video":{"id":"1002","caption":"Hola"}`},
		{"audio", "media/voz.ogg", `"type":"audio","audio":{"id":"1003","voice":true}`},
		{"sticker", "media/s.webp", `"type":"sticker","sticker":{"id":"1004"}`},
		{"document", "media/a.pdf", `"type":"document","document":{"id":"1005","caption":"Hola"}`},
	} {
		m := engine.Outgoing{Kind: engine.OutMedia, Body: "Hola", Media: &engine.Attachment{Type: c.kind, File: c.file}}
		if _, err := client.Send(t.Context(), ana, permitted(t, m), ""); err != nil {
			t.Fatal(err)
		}
		if got := a.bodies[len(a.bodies)-1]; !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.kind, got)
		}
	}
	if want := "messaging_product=whatsapp type=image/jpeg file(file.jpg image/jpeg)=jpeg"; a.uploads[0] != want {
		t.Errorf("uploaded %q, want %q", a.uploads[0], want)
	}
}

// A document whose type is in no list goes up as what it looks like; a picture
// of such a type never does.
func TestADocumentOfAnotherType(t *testing.T) {
	a := newCloud(t)
	client := a.client()
	client.uploads.files = fstest.MapFS{"media/a.csv": {Data: []byte("a,b\n")}}
	m := engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "document", File: "media/a.csv"}}
	if _, err := client.Send(t.Context(), ana, permitted(t, m), ""); err != nil || !strings.Contains(a.uploads[0], "type=text/plain ") {
		t.Errorf("%v, uploaded %q", err, a.uploads)
	}
	m.Media = &engine.Attachment{Type: "image", File: "media/a.csv"}
	var refused *runtime.SendError
	if _, err := client.Send(t.Context(), ana, permitted(t, m), ""); !errors.As(err, &refused) || refused.Fate != runtime.Never || len(a.uploads) != 1 {
		t.Errorf("a picture: %v, %d uploads", err, len(a.uploads))
	}
}

// A file is uploaded once, whoever it is sent to and whatever it is called,
// until WhatsApp is about to forget it.
func TestAFileIsUploadedOnce(t *testing.T) {
	a := newCloud(t)
	client := a.client()
	show := func(kind, file string) engine.Outgoing {
		return engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: kind, File: file}}
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := client.upload(t.Context(), "image", "media/maleta.jpg"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, file := range []string{"media/maleta.jpg", "media/otra.jpg"} {
		if _, err := client.Send(t.Context(), ana, permitted(t, show("image", file)), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.uploads) != 1 {
		t.Errorf("uploaded %d times", len(a.uploads))
	}
	if _, err := client.Send(t.Context(), ana, permitted(t, show("audio", "media/voz.ogg")), ""); err != nil || len(a.uploads) != 2 {
		t.Errorf("another file: %v, %d uploads", err, len(a.uploads))
	}
}

func TestAnUploadIsForgottenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		client := NewClient(ClientOptions{PhoneNumberID: number, Files: folder, HTTP: &http.Client{Transport: tripper(func(*http.Request) (*http.Response, error) {
			n++
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(fmt.Sprintf(`{"id":"%d"}`, n)))}, nil
		})}})
		for _, c := range []struct {
			days int
			want string
		}{{0, "1"}, {28, "1"}, {2, "2"}} {
			time.Sleep(time.Duration(c.days) * 24 * time.Hour)
			if id, err := client.upload(t.Context(), "document", "media/a.pdf"); err != nil || id != c.want {
				t.Errorf("%d days later: %q, %v, want %q", c.days, id, err, c.want)
			}
		}
	})
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// While a file can't be uploaded, the message has not left: it waits, or never
// goes, and nobody has to wonder.
func TestUploadsThatFail(t *testing.T) {
	image := engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "image", File: "media/maleta.jpg"}}
	for _, c := range []struct {
		status int
		body   string
		fate   runtime.Fate
	}{
		{500, ``, runtime.Wait},
		{200, `{}`, runtime.Wait},
		{200, `<html>`, runtime.Wait},
		{429, ``, runtime.Wait},
		{401, `{"error":{"code":190}}`, runtime.Halt},
		{400, `{"error":{"code":100}}`, runtime.Never},
	} {
		a := newCloud(t)
		a.media = says(c.status, c.body)
		r, err := a.client().Send(t.Context(), ana, permitted(t, image), "")
		if e := failed(t, r, err); e.Fate != c.fate || len(a.bodies) > 0 {
			t.Errorf("HTTP %d %s: %+v, %d messages", c.status, c.body, e, len(a.bodies))
		}
	}
	// A failure is not remembered.
	a := newCloud(t)
	client := a.client()
	a.media = says(500, "")
	if _, err := client.Send(t.Context(), ana, permitted(t, image), ""); err == nil {
		t.Error("no error")
	}
	a.media = nil
	if _, err := client.Send(t.Context(), ana, permitted(t, image), ""); err != nil {
		t.Error(err)
	}
	a.Close()
	r, err := a.client().Send(t.Context(), ana, permitted(t, image), "")
	if e := failed(t, r, err); e.Fate != runtime.Wait {
		t.Errorf("nobody there: %+v", e)
	}
	for _, file := range []string{"media/nada.jpg", "media/raro.exe", "../maleta.jpg"} {
		image.Media = &engine.Attachment{Type: "image", File: file}
		r, err := a.client().Send(t.Context(), ana, permitted(t, image), "")
		if e := failed(t, r, err); e.Fate != runtime.Never {
			t.Errorf("%s: %+v", file, e)
		}
	}
	r, err = newAPI(t, says(200, "")).client().Send(t.Context(), ana, permitted(t, image), "")
	if e := failed(t, r, err); e.Fate != runtime.Never || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder: %+v", e)
	}
}

func TestSectionsOfAList(t *testing.T) {
	for _, c := range []struct {
		titles string // of each row
		want   string // of each section, with its rows
	}{
		{"", "[]"}, {".", "[.1]"}, {"....", "[.4]"}, {"A...", "[A4]"}, {"A.B.", "[A2 B2]"}, {"AB", "[A1 B1]"}, {"AAB", "[A2 B1]"}, {".A", "[.1 A1]"},
	} {
		var rows []engine.Choice
		for _, title := range c.titles {
			rows = append(rows, engine.Choice{ID: "x", Section: strings.Trim(string(title), ".")})
		}
		var got []string
		for _, s := range sections(rows) {
			if title := s.Title; len(s.Rows) > 0 {
				if title == "" {
					title = "."
				}
				got = append(got, fmt.Sprintf("%s%d", title, len(s.Rows)))
			}
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%q: %v, want %s", c.titles, got, c.want)
		}
	}
}

// What the checker lets pass can be sent: every ending of every kind, and a
// file that is two kinds goes up as both.
func TestEveryEndingCanBeUploaded(t *testing.T) {
	files := fstest.MapFS{}
	for _, kind := range []string{"image", "video", "audio", "document", "sticker"} {
		allowed, ok := limits.MediaOf(kind)
		if !ok {
			t.Fatal(kind)
		}
		for _, mime := range allowed.Types {
			for _, ending := range mime.Endings {
				a := newCloud(t)
				files["media/x."+strings.ToUpper(ending)] = &fstest.MapFile{Data: []byte(ending)}
				client := NewClient(ClientOptions{BaseURL: a.URL + "/v25.0", PhoneNumberID: number, Token: token, HTTP: a.Client(), Files: files})
				m := engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: kind, File: "media/x." + strings.ToUpper(ending)}}
				if _, err := client.Send(t.Context(), ana, permitted(t, m), ""); err != nil || len(a.uploads) != 1 || !strings.Contains(a.uploads[0], " type="+mime.Name+" ") {
					t.Errorf("%s .%s: %v, %q", kind, ending, err, a.uploads)
				}
				if sent := a.bodies[len(a.bodies)-1]; strings.Contains(sent, `"voice":true`) != (mime.Name == "audio/ogg") {
					t.Errorf("%s .%s: %s", kind, ending, sent)
				}
			}
		}
	}
	a := newCloud(t)
	files["media/y.mp4"] = &fstest.MapFile{Data: []byte("both")}
	client := NewClient(ClientOptions{BaseURL: a.URL + "/v25.0", PhoneNumberID: number, Token: token, HTTP: a.Client(), Files: files})
	for _, kind := range []string{"video", "audio"} {
		m := engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: kind, File: "media/y.mp4"}}
		if _, err := client.Send(t.Context(), ana, permitted(t, m), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.uploads) != 2 || !strings.Contains(a.uploads[1], "audio/mp4") {
		t.Errorf("%q", a.uploads)
	}
}
