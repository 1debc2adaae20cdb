package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cauce/engine"
	"cauce/runtime/store"
	"cauce/runtime/whatsapp"
)

// The real client uploads what a message shows, and the phone has it: in a bubble of its own,
// above buttons, and as the file itself.
func TestWhatTheClientUploadsIsShown(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{"name":"Ana","phone":"573005550101"}`)
	w.says(ana, "hola")
	server := httptest.NewServer(w.s.API())
	defer server.Close()
	client := whatsapp.NewClient(whatsapp.ClientOptions{
		BaseURL: server.URL + "/v25.0", PhoneNumberID: testPhoneID, Token: testToken,
		Files: fstest.MapFS{"media/maleta.jpg": {Data: []byte("jpeg")}, "media/voz.ogg": {Data: voiceNote}, "media/a.pdf": {Data: []byte("%PDF-")}},
	})
	image := &engine.Attachment{Type: "image", File: "media/maleta.jpg"}
	for _, m := range []engine.Outgoing{
		{Kind: engine.OutMedia, Body: "Tu maleta", Media: image},
		{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "audio", File: "media/voz.ogg"}},
		{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "document", File: "media/a.pdf", Alt: "guía.pdf"}},
		{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "location", Lat: 4.6, Lng: -74.1, Name: "Clínica"}},
		{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "contact_card", Name: "Ana", Tel: "+573001234567", Mail: "ana@example.org"}},
		{Kind: engine.OutButtons, Body: "¿Sí?", Media: image, Footer: "Luna", Choices: []engine.Choice{{ID: "a", Label: "Sí"}}},
		{Kind: engine.OutList, Body: "¿Cuál?", Header: "Temas", Opener: "Ver", Choices: []engine.Choice{
			{ID: "a", Label: "Sueño", Section: "Madre"}, {ID: "b", Label: "Fiebre", Section: "Bebé"}}},
		{Kind: engine.OutLink, Body: "Lee más.", Link: &engine.Address{Label: "Abrir", URL: "https://example.org/"}},
		{Kind: engine.OutPlace, Body: "¿Dónde estás?"},
	} {
		now := time.Now()
		permit, _ := new(engine.Service).Permit(&engine.Conversation{LastInbound: engine.Stamp(now.UnixMicro())}, &m, now, now)
		if _, err := client.Send(t.Context(), store.Contact{Phone: "573005550101"}, permit, ""); err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
	}
	var got []string
	var id string
	for _, b := range w.s.find("573005550101", "").history {
		if b.Mine {
			continue
		}
		words := b.Kind
		if b.Media != nil {
			words += " (" + b.Media.Kind + b.Media.Filename + ")"
			if b.Media.Kind == "image" {
				id = b.Media.ID
			}
		}
		got = append(got, words)
	}
	want := "image (image) / audio (audio) / document (documentguía.pdf) / location / contacts / buttons (image) / list / link / location_request"
	if strings.Join(got, " / ") != want {
		t.Errorf("the phone shows\n%s\nwant\n%s", strings.Join(got, " / "), want)
	}
	if n := len(w.s.media.files); n != 3 {
		t.Errorf("%d files were uploaded", n)
	}
	rec := httptest.NewRecorder()
	w.s.Phone().ServeHTTP(rec, httptest.NewRequest("GET", "http://127.0.0.1:8080/phone/api/media/"+id, nil))
	if rec.Code != http.StatusOK || rec.Body.String() != "jpeg" || rec.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("the picture: %d %q %v", rec.Code, rec.Body, rec.Header())
	}
}

// What people send makes room for itself; what the service uploaded stays.
func TestUploadsStay(t *testing.T) {
	var shelf mediaShelf
	own, ok := shelf.keep("image/png", []byte("mine"))
	if !ok {
		t.Fatal("not kept")
	}
	for range 3 {
		shelf.put("image/png", make([]byte, maxShelf/2))
	}
	if !shelf.has(own) {
		t.Error("what the service uploaded went")
	}
	if _, ok := shelf.keep("image/png", make([]byte, maxUploads)); ok {
		t.Error("more than all is kept")
	}
}

func TestUploadsAreChecked(t *testing.T) {
	type field struct{ name, kind, value string }
	good := []field{{"messaging_product", "", "whatsapp"}, {"type", "", "image/png"}, {"file", "image/png", "png"}}
	with := func(i int, f field) []field {
		list := append([]field{}, good...)
		list[i] = f
		return list
	}
	for _, c := range []struct {
		name    string
		fields  []field
		code    int // 0: taken
		details string
	}{
		{"a picture", good, 0, ""},
		{"a voice note", []field{good[0], {"type", "", "audio/ogg; codecs=opus"}, {"file", "audio/ogg", "ogg"}}, 0, ""},
		{"no product", good[1:], 100, "messaging_product"},
		{"another product", with(0, field{"messaging_product", "", "sms"}), 100, "messaging_product"},
		{"no file", good[:2], 100, "file is required"},
		{"an empty file", with(2, field{"file", "image/png", ""}), 100, "file is required"},
		{"no type", []field{good[0], good[2]}, 131053, "type must be"},
		{"a type that is not the file's", with(1, field{"type", "", "image/jpeg"}), 131053, "type must be"},
		{"a type nobody takes", []field{good[0], {"type", "", "application/x-msdownload"}, {"file", "application/x-msdownload", "MZ"}}, 131053, "not taken"},
		{"too large for its kind", with(2, field{"file", "image/png", strings.Repeat("x", 5<<20+1)}), 131053, "at most"},
	} {
		w := newWorld(t, nil)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for _, f := range c.fields {
			h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + f.name + `"`}}
			if f.kind != "" {
				h.Set("Content-Type", f.kind)
			}
			part, err := form.CreatePart(h)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(part, f.value)
		}
		form.Close()
		r := httptest.NewRequest("POST", "http://127.0.0.1:8080/v25.0/"+testPhoneID+"/media", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.Header.Set("Authorization", "Bearer "+testToken)
		rec := httptest.NewRecorder()
		w.s.API().ServeHTTP(rec, r)
		var out struct {
			ID    string
			Error struct {
				Code int
				Data struct{ Details string } `json:"error_data"`
			}
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		if out.Error.Code != c.code || !strings.Contains(out.Error.Data.Details, c.details) || (out.ID != "") != (c.code == 0) || w.s.media.has(out.ID) != (c.code == 0) {
			t.Errorf("%s: %d %s", c.name, rec.Code, rec.Body)
		}
	}
}
