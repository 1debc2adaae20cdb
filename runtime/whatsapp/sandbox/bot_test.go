package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

const (
	testPhoneID = "222000000000001"
	testToken   = "token-of-the-test"
	testSecret  = "secret-of-the-test"
)

func testOptions() Options {
	return Options{
		PhoneNumberID: testPhoneID, DisplayNumber: "+57 601 555 0199", Token: testToken, AppSecret: testSecret, Name: "Luna",
		Templates: []Template{
			{Name: "consejo_semanal", Language: "es", Category: "utility", Body: "Hola {nombre}, tu consejo de la semana {semana} está listo.", Buttons: []string{"Leer", "Ya nació"}},
			{Name: "pedido", Language: "es", Category: "utility", Body: "Tu pedido {{1}} sale el {{2}}."},
			{Name: "saludo", Language: "en_US", Category: "marketing", Body: "Hi {{first_name}}!"},
			{Name: "codigo", Language: "es", Category: "authentication", Body: "Tu código es {{1}}."},
		},
	}
}

func newTest(t testing.TB, change func(*Options)) *Sandbox {
	t.Helper()
	o := testOptions()
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A bot is a service small enough to read: it takes the sandbox's webhooks and answers through
// the sandbox's API, over real HTTP, as a runtime would.
type bot struct {
	t   *testing.T
	api string // …/v25.0/{phone-number-id}/messages

	mu       sync.Mutex
	messages []map[string]any // what people sent, in order
	statuses []string         // "sent wamid…"
	status   int              // answered to webhooks; 0 means 200
	arrived  chan struct{}    // one for every webhook
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if sign(testSecret, body) != r.Header.Get("X-Hub-Signature-256") {
		b.t.Error("a webhook with a bad signature")
	}
	b.mu.Lock()
	status := b.status
	b.mu.Unlock()
	if status != 0 {
		w.WriteHeader(status)
		return
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		b.t.Errorf("webhook: %v", err)
	}
	for _, entry := range e.Entry {
		for _, c := range entry.Changes {
			for _, st := range c.Value.Statuses {
				b.mu.Lock()
				b.statuses = append(b.statuses, st.Status+" "+st.ID)
				b.mu.Unlock()
			}
			for _, m := range c.Value.Messages {
				b.mu.Lock()
				var raw struct {
					Entry []struct {
						Changes []struct {
							Value struct{ Messages []map[string]any }
						}
					}
				}
				json.Unmarshal(body, &raw)
				b.messages = append(b.messages, raw.Entry[0].Changes[0].Value.Messages...)
				b.mu.Unlock()
				b.answer(m)
			}
		}
	}
	select {
	case b.arrived <- struct{}{}:
	default:
	}
}

func (b *bot) answer(m inbound) {
	said := ""
	switch {
	case m.Text != nil:
		said = m.Text.Body
	case m.Button != nil:
		said = "payload " + m.Button.Payload
	case m.Interactive != nil && m.Interactive.ButtonReply != nil:
		said = "button " + m.Interactive.ButtonReply.ID
	case m.Interactive != nil && m.Interactive.ListReply != nil:
		said = "row " + m.Interactive.ListReply.ID
	default:
		said = m.Type
	}
	to := map[string]any{"to": "+" + m.From}
	if m.From == "" {
		to = map[string]any{"recipient": m.FromUserID}
	}
	switch said {
	case "hola":
		b.read(m.ID, false)
		b.send(to, `"type":"text","text":{"body":"¡Hola! Soy *Luna*, el servicio de _consejos de embarazo_. 🌙\nMás en https://example.org/luna"}`)
		b.send(to, `"type":"interactive","interactive":{"type":"button","body":{"text":"¿Podemos enviarte consejos semanales?\nPrivacidad: https://example.org/privacidad"},"footer":{"text":"ENFERMERA: hablar con una persona · BAJA: salir"},"action":{"buttons":[{"type":"reply","reply":{"id":"permiso/yes/1","title":"Sí, acepto"}},{"type":"reply","reply":{"id":"permiso/no/1","title":"No, gracias"}}]}}`)
	case "button permiso/yes/1":
		b.read(m.ID, false)
		b.send(to, `"type":"interactive","interactive":{"type":"list","header":{"type":"text","text":"Trimestre"},"body":{"text":"¿De cuántas semanas estás?"},"action":{"button":"Ver opciones","sections":[{"title":"Lo sé","rows":[{"id":"t1","title":"Primer trimestre","description":"Semanas 1 a 13"},{"id":"t2","title":"Segundo trimestre","description":"Semanas 14 a 27"},{"id":"t3","title":"Tercer trimestre","description":"Semanas 28 a 42"}]},{"title":"No lo sé","rows":[{"id":"no_se","title":"Hablar con una persona"}]}]}}`)
	case "row t2":
		b.read(m.ID, false)
		b.send(to, `"type":"text","text":{"body":"Semana 24: descansa y toma tu ácido fólico."}`)
		b.send(to, `"type":"template","template":{"name":"consejo_semanal","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"25"}]},{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"aviso/leer/9"}]},{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"aviso/nacio/9"}]}]}`)
	case "escribe":
		b.read(m.ID, true)
	case "raro":
		b.send(to, `"type":"text","text":{"body":"<img src=x onerror=document.title='owned'> *<b>negrita</b>* ~tachado~ `+"```código```"+`"}`)
	case "largo":
		b.send(to, `"type":"interactive","interactive":{"type":"button","body":{"text":"x"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"Un título mucho más largo de lo que cabe"}}]}}`)
	case "sitio":
		b.send(to, `"type":"interactive","interactive":{"type":"location_request_message","body":{"text":"¿Dónde estás?"},"action":{"name":"send_location"}}`)
	case "callar":
	default:
		b.send(to, fmt.Sprintf(`"type":"text","text":{"body":%q},"context":{"message_id":%q}`, "eco: "+said, m.ID))
	}
}

func (b *bot) post(body string) {
	req, _ := http.NewRequest(http.MethodPost, b.api, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+testToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Errorf("send: %v", err)
		return
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

func (b *bot) send(to map[string]any, rest string) {
	who, _ := json.Marshal(to)
	b.post(`{"messaging_product":"whatsapp",` + string(bytes.Trim(who, "{}")) + `,` + rest + `}`)
}

func (b *bot) read(id string, typing bool) {
	body := map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": id}
	if typing {
		body["typing_indicator"] = map[string]string{"type": "text"}
	}
	out, _ := json.Marshal(body)
	b.post(string(out))
}

// last is the newest message people sent.
func (b *bot) last() map[string]any {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.messages) == 0 {
		return nil
	}
	return b.messages[len(b.messages)-1]
}

func (b *bot) answerWith(status int) {
	b.mu.Lock()
	b.status = status
	b.mu.Unlock()
}

// serve runs a sandbox and a bot on one loopback address, as `serve --sandbox` does.
func serve(t *testing.T, change func(*Options)) (*Sandbox, *bot, *httptest.Server) {
	t.Helper()
	s := newTest(t, change)
	b := &bot{t: t, arrived: make(chan struct{}, 1000)}
	mux := http.NewServeMux()
	mux.Handle("/phone/", s.Phone())
	mux.Handle("/graph/", http.StripPrefix("/graph", s.API()))
	mux.Handle("/webhooks/whatsapp", b)
	server := httptest.NewServer(mux)
	b.api = server.URL + "/graph/v25.0/" + testPhoneID + "/messages"
	if err := s.SetWebhook(server.URL + "/webhooks/whatsapp"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
		server.Close()
	})
	return s, b, server
}

// testPNG is a small picture.
func testPNG(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			img.Set(x, y, color.RGBA{uint8(40 + 3*x), uint8(120 + 2*y), 170, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
