package sandbox

import (
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"cauce/engine"
	"cauce/runtime/store"
	"cauce/runtime/whatsapp"
)

// file is a real one, as browsers play them.
func file(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/media/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Everything that the real client can send is shown as what it is.
func TestBrowserShowsEveryKind(t *testing.T) {
	s, bot, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 390, 1400)
	b.says("callar")
	b.until("document.querySelector('.mine .tick.delivered, .mine .tick.read')")
	phone := bot.last()["from"].(string)
	api := httptest.NewServer(s.API())
	defer api.Close()
	client := whatsapp.NewClient(whatsapp.ClientOptions{
		BaseURL: api.URL + "/v25.0", PhoneNumberID: testPhoneID, Token: testToken,
		Files: fstest.MapFS{
			"media/f.png": {Data: testPNG(t)}, "media/v.mp4": {Data: file(t, "video.mp4")}, "media/n.ogg": {Data: voiceNote},
			"media/p.webp": {Data: file(t, "pegatina.webp")}, "media/a.pdf": {Data: []byte("%PDF-1.4")},
		},
	})
	sends := func(m engine.Outgoing) {
		t.Helper()
		now := time.Now()
		permit, _ := new(engine.Service).Permit(&engine.Conversation{LastInbound: engine.Stamp(now.UnixMicro())}, &m, now, now)
		if _, err := client.Send(t.Context(), store.Contact{Phone: phone}, permit, ""); err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
	}
	shows := func(kind, name string) *engine.Attachment {
		return &engine.Attachment{Type: kind, File: "media/" + name}
	}

	sends(engine.Outgoing{Kind: engine.OutMedia, Body: "*Tu* maleta", Media: shows("image", "f.png")})
	b.until("document.querySelector('.theirs img.picture')?.naturalWidth === 64")
	sends(engine.Outgoing{Kind: engine.OutMedia, Body: "Un video", Media: shows("video", "v.mp4")})
	b.until("document.querySelector('.theirs video.picture')?.videoWidth === 480 && document.querySelector('.theirs video')?.controls")
	b.eval("document.querySelector('.theirs video').currentTime = .5") // a player asks for parts
	b.until("document.querySelector('.theirs video').currentTime === .5")
	sends(engine.Outgoing{Kind: engine.OutMedia, Media: shows("audio", "n.ogg")})
	b.until("document.querySelector('.theirs .voice audio')?.controls && document.querySelector('.theirs audio').ariaLabel === 'Nota de voz'")
	sends(engine.Outgoing{Kind: engine.OutMedia, Media: shows("sticker", "p.webp")})
	b.until("document.querySelector('.theirs img.sticker')?.naturalWidth === 512")

	pdf := shows("document", "a.pdf")
	pdf.Alt = "guía.pdf"
	sends(engine.Outgoing{Kind: engine.OutMedia, Body: "Una guía", Media: pdf})
	b.until("document.querySelector('.theirs a.card')?.download === 'guía.pdf'")
	if got := b.eval("fetch(document.querySelector('.theirs a.card').href).then((r) => r.text().then((t) => r.headers.get('content-type') + ' ' + t))"); got != `"application/pdf %PDF-1.4"` {
		t.Errorf("the document is %s", got)
	}

	sends(engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "location", Lat: 4.6, Lng: -74.1, Name: "Clínica Norte", Addr: "Calle 1"}})
	b.until("document.querySelector('.theirs .place')?.innerText === 'Clínica Norte\\nCalle 1'")
	sends(engine.Outgoing{Kind: engine.OutMedia, Media: &engine.Attachment{Type: "contact_card", Name: "Clínica", Tel: "+57 601 555 0100", Mail: "hola@example.org"}})
	b.until("document.querySelector('.theirs[data-kind=contacts] .card')?.innerText === 'Clínica\\n+57 601 555 0100\\nhola@example.org'")
	sends(engine.Outgoing{Kind: engine.OutLink, Header: "Cita", Body: "Lee más.", Footer: "Gratis", Link: &engine.Address{Label: "Abrir", URL: "https://example.org/a?b=1"}})
	b.until("document.querySelector('.theirs a.action')?.href === 'https://example.org/a?b=1' && document.querySelector('.theirs a.action').target === '_blank'")
	b.until("document.querySelector('.theirs .header') && getComputedStyle(document.querySelector('.theirs .header')).fontWeight >= 600")
	b.until("parseFloat(getComputedStyle(document.querySelector('.theirs .footer')).fontSize) < parseFloat(getComputedStyle(document.querySelector('.theirs .text')).fontSize)")
	sends(engine.Outgoing{Kind: engine.OutButtons, Media: shows("video", "v.mp4"), Body: "¿Sigues?", Choices: []engine.Choice{{ID: "a", Label: "Sí"}}})
	b.until("document.querySelector('.theirs[data-kind=buttons] video') && document.querySelector('.theirs[data-kind=buttons] .action')")
	sends(engine.Outgoing{Kind: engine.OutPlace, Body: "¿Dónde estás?"})
	b.sees("Enviar ubicación")

	// Words of another direction run their own way, and the time does not lie on them.
	sends(engine.Outgoing{Kind: engine.OutButtons, Body: "مرحبا، كيف حالك اليوم؟", Footer: "مجاني", Choices: []engine.Choice{{ID: "a", Label: "نعم"}}})
	b.until("[...document.querySelectorAll('.theirs .text')].at(-1)?.matches(':dir(rtl)')")
	b.until(`(() => {
		const bubble = [...document.querySelectorAll('.theirs .bubble')].at(-1);
		if (!bubble.querySelector('.footer')) return false;
		const words = document.createRange();
		words.selectNodeContents(bubble.querySelector('.footer'));
		const a = words.getBoundingClientRect(), b = bubble.querySelector('.meta').getBoundingClientRect();
		return a.bottom <= b.top || a.right <= b.left || b.right <= a.left;
	})()`)
	b.until("document.documentElement.scrollWidth <= 390")
	b.until("((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2)(document.querySelector('#log'))")
	b.settle()
	b.shot("mobile-kinds")
}

// A person sends each kind too; what is in the field goes along below what can bear it.
func TestBrowserSendsEveryKind(t *testing.T) {
	_, bot, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 390, 844)
	for _, c := range []struct {
		name, mime string
		content    []byte
		kind, seen string
		caption    bool
	}{
		{"foto.png", "image/png", testPNG(t), "image", "img.picture", true},
		{"video.mp4", "video/mp4", file(t, "video.mp4"), "video", "video.picture", true},
		{"nota.ogg", "audio/ogg", voiceNote, "audio", "audio", false},
		{"p.webp", "image/webp", file(t, "pegatina.webp"), "sticker", "img.sticker", false},
		{"carné.pdf", "application/pdf", []byte("%PDF-1.4"), "document", "a.card", true},
	} {
		b.types("#text", "mira")
		b.picks(c.name, c.mime, c.content)
		b.sees("eco: " + c.kind)
		b.until("document.querySelector('.mine[data-kind=" + c.kind + "] " + c.seen + "')")
		got := bot.last()[c.kind].(map[string]any)
		if caption := got["caption"] == "mira"; got["mime_type"] != c.mime || caption != c.caption {
			t.Errorf("the bot received %v", got)
		}
		if name := got["filename"]; c.kind == "document" && name != c.name {
			t.Errorf("the file is called %v", name)
		}
		want := ""
		if !c.caption {
			want = "mira"
		}
		b.until("document.querySelector('#text').value === '" + want + "'")
		b.eval("document.querySelector('#text').value = ''")
	}
	b.taps("#attach", "")
	b.taps("#sheet .row", "Contacto")
	b.sees("eco: contacts")
	b.until("document.querySelector('.mine[data-kind=contacts] .card')?.innerText === 'Ana\\n+573005550199'")
	b.picks("a.exe", "application/x-msdownload", []byte("MZ"))
	b.until("document.querySelector('#banner')?.innerText.includes('Se envían fotos')")
	b.settle()
	b.shot("mobile-sent")
}

// What is another kind than the message says is refused, as in life.
func TestAFileIsSentAsWhatItIs(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{"name":"Ana","phone":"573005550101"}`)
	w.says(ana, "hola")
	id := w.s.media.put("video/mp4", []byte("mp4"))
	for kind, want := range map[string]int{"video": 0, "document": 0, "image": 131053, "audio": 131053, "sticker": 131053} {
		body := `{"messaging_product":"whatsapp","to":"+573005550101","type":"` + kind + `","` + kind + `":{"id":"` + id + `"}}`
		if want == 0 {
			w.send(body)
		} else if code, details := w.refusal(body); code != want {
			t.Errorf("a video as %s: %d %s", kind, code, details)
		}
	}
}
