package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium finds a browser. A machine without one skips these tests and says so; under CI that
// is a failure, for there a skipped test is a test nobody runs.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	const message = "SKIPPED: no chromium on this machine, so the phone page was NOT tested in a browser (Debian: apt-get install chromium, or set CHROMIUM)"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	fmt.Fprintln(os.Stderr, message)
	t.Skip(message)
	return ""
}

// A tab is one browser window on the phone.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func open(t *testing.T, address string, width, height int64) *tab {
	t.Helper()
	path := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "es"))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{t, ctx}
	console := chromedp.Console(ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" && !strings.Contains(m.Text, "Failed to load resource") {
				t.Errorf("the page complained: %s", m)
			}
		}
	}()
	size := []chromedp.EmulateViewportOption{}
	if width < 760 {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do(chromedp.EmulateViewport(width, height, size...), chromedp.Navigate(address))
	return b
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.shot("failed")
		b.t.Fatalf("browser: %v", err)
	}
}

// eval runs an expression on the page and returns its value as JSON.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.shot("failed")
		b.t.Fatalf("browser: %v\nin %s", err, expression)
	}
	return string(got)
}

// until waits for a JavaScript condition over the page. The half minute is a guard against
// hanging, not an expectation.
func (b *tab) until(condition string) {
	b.t.Helper()
	if b.eval(`new Promise((done) => {
		const start = performance.now();
		(function look() {
			if (`+condition+`) done(true);
			else if (performance.now() - start > 30000) done(false);
			else setTimeout(look, 15);
		})();
	})`) != "true" {
		b.shot("failed")
		b.t.Fatalf("the page never showed %s\nit shows:\n%s", condition, b.eval("document.body.innerText"))
	}
}

// sees waits until the conversation holds a text.
func (b *tab) sees(text string) {
	b.t.Helper()
	quoted, _ := json.Marshal(text)
	b.until(fmt.Sprintf("document.querySelector('#log').innerText.includes(%s)", quoted))
}

// says types into the composer and presses Enter, as a person would.
func (b *tab) says(text string) {
	b.t.Helper()
	b.types("#text", text+"\r")
}

// types puts the focus on a field and presses keys. (chromedp's SendKeys reads its own tree of
// nodes while the page changes it, which the race detector reports.)
func (b *tab) types(selector, text string) {
	b.t.Helper()
	b.until("document.querySelector('.person') && document.querySelector('" + selector + "')?.offsetParent")
	b.eval("document.querySelector('" + selector + "').focus()")
	b.do(chromedp.KeyEvent(text))
}

// taps clicks the newest element of a kind with that label.
func (b *tab) taps(selector, label string) {
	b.t.Helper()
	s, _ := json.Marshal(selector)
	l, _ := json.Marshal(label)
	find := fmt.Sprintf("[...document.querySelectorAll(%s)].findLast((n) => n.innerText.includes(%s) && n.offsetParent)", s, l)
	b.until(find)
	b.eval(find + ".click()")
}

// shot keeps a picture of the page in $SANDBOX_SHOTS, for people to look at.
func (b *tab) shot(name string) {
	dir := os.Getenv("SANDBOX_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Logf("screenshot: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Log(err)
	}
}

// picks chooses a file from this machine to send.
func (b *tab) picks(name, mime string, content []byte) {
	b.t.Helper()
	encoded, _ := json.Marshal(content) // base64
	b.eval(fmt.Sprintf(`(() => {
		const files = new DataTransfer();
		files.items.add(new File([Uint8Array.from(atob(%s), (c) => c.charCodeAt(0))], %q, { type: %q }));
		const picker = document.querySelector('#file');
		picker.files = files.files;
		picker.dispatchEvent(new Event('change'));
	})()`, encoded, name, mime))
}

// settle lets animations end before a picture is taken.
func (b *tab) settle() {
	b.eval("Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => 0))).then(() => 1)")
}

func TestBrowserConversation(t *testing.T) {
	s, bot, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 1280, 900)

	// First open: one person, a hint to write hola, and the line that this is a sandbox.
	b.until("document.querySelectorAll('.side .person').length === 1")
	b.sees("Para empezar, saluda")
	b.until("document.querySelector('#text').placeholder === 'Escribe «hola»'")
	b.until("document.body.innerText.includes('Nada sale a Internet')")
	b.until("document.querySelector('h1').innerText === 'Luna' && document.title === 'Luna · Cauce'")
	b.settle()
	b.shot("desktop-first")

	// Enter sends, Shift+Enter is a new line.
	b.types("#text", "callar")
	b.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierShift)))
	b.says("y seguir")
	b.sees("callar\ny seguir")
	b.sees("eco: callar")
	b.until("document.querySelector('#text').value === ''")
	if got := bot.last()["text"].(map[string]any)["body"]; got != "callar\ny seguir" {
		t.Errorf("the bot received %q", got)
	}

	// They write; the bot receives it and answers with formatted text and buttons.
	b.says("hola")
	b.sees("¿Podemos enviarte consejos semanales?")
	if got := bot.last()["text"].(map[string]any)["body"]; got != "hola" {
		t.Errorf("the bot received %q", got)
	}
	b.until("[...document.querySelectorAll('.theirs strong')].some((n) => n.textContent === 'Luna')")
	b.until("[...document.querySelectorAll('.theirs em')].some((n) => n.textContent === 'consejos de embarazo')")
	b.until("document.querySelector('.theirs a[href=\"https://example.org/luna\"]')")
	b.until("document.querySelector('.mine .tick.read')") // the bot marked it as read

	b.taps(".action", "Sí, acepto")
	b.sees("¿De cuántas semanas estás?")
	tap := bot.last()
	if got := tap["interactive"].(map[string]any)["button_reply"].(map[string]any); got["id"] != "permiso/yes/1" || got["title"] != "Sí, acepto" {
		t.Errorf("the bot received %v", got)
	}
	if tap["context"].(map[string]any)["id"] != s.Books().Accepted[2].ID {
		t.Errorf("the tap does not name the message it answers: %v", tap["context"])
	}
	b.until("document.querySelector('.mine .quote')")

	// The list opens a sheet with sections, rows and descriptions; the rest is inert meanwhile.
	b.taps(".action", "Ver opciones")
	b.until("!document.querySelector('#sheet').hidden && document.querySelector('#app').inert")
	b.until("document.querySelectorAll('#sheet .rows').length === 2 && document.querySelector('#sheet').innerText.includes('Semanas 14 a 27')")
	b.settle()
	b.shot("desktop-list")
	b.do(chromedp.KeyEvent("\x1b")) // Escape closes and chooses nothing
	b.until("document.querySelector('#sheet').hidden && !document.querySelector('#app').inert")
	b.taps(".action", "Ver opciones")
	b.taps("#sheet .row", "Segundo trimestre")
	b.sees("tu consejo de la semana 25 está listo.")
	row := bot.last()["interactive"].(map[string]any)["list_reply"].(map[string]any)
	if row["id"] != "t2" || row["description"] != "Semanas 14 a 27" {
		t.Errorf("the bot received %v", row)
	}

	// The template is marked as one; its quick reply comes back as a button message.
	b.until("[...document.querySelectorAll('.badge')].some((n) => n.innerText.toLowerCase() === 'plantilla')")
	b.settle()
	b.shot("desktop-chat")
	b.taps(".action", "Leer")
	b.sees("eco: payload aviso/leer/9")
	if got := bot.last()["button"].(map[string]any); got["payload"] != "aviso/leer/9" || got["text"] != "Leer" {
		t.Errorf("the bot received %v", got)
	}
}

func TestBrowserPeople(t *testing.T) {
	s, bot, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 1100, 800)
	b.until("document.querySelectorAll('.side .person').length === 1")
	b.says("buenas")
	b.sees("eco: buenas")
	ana := "+" + bot.last()["from"].(string)

	// A second person, of whom the service learns only the user id.
	b.taps("#add", "Añadir persona")
	b.until("document.activeElement.id === 'new-name'")
	b.types("#new-name", "Zoé")
	b.eval("document.querySelector('#sheet details').open = true; document.querySelector('[name=kind][value=id]').click()")
	b.settle()
	b.shot("desktop-add")
	b.taps(".primary", "Añadir")
	b.until("document.querySelectorAll('.side .person').length === 2 && document.querySelector('.side .person[aria-current]').innerText.includes('Zoé')")
	b.until("!document.querySelector('#log').innerText.includes('buenas')")
	b.says("soy otra")
	b.sees("eco: soy otra")
	got := bot.last()
	if got["from"] != nil || !strings.HasPrefix(got["from_user_id"].(string), "CO.") {
		t.Errorf("the bot received %v: only the user id should be known", got)
	}

	// What arrives for Ana meanwhile is a dot on the switcher, and is not read until she looks.
	bot.send(map[string]any{"to": ana}, `"type":"text","text":{"body":"¿Sigues ahí?"}`)
	b.until("document.querySelector('.side .person:not([aria-current]) .unread')?.innerText.startsWith('1')")
	b.until("document.title.startsWith('•')")
	b.settle()
	b.shot("desktop-unread")
	id := s.Books().Accepted[2].ID
	b.taps(".side .person", "Ana")
	b.sees("¿Sigues ahí?")
	b.until("!document.querySelector('.side .unread')")
	waitFor(t, bot, "read "+id)

	// A page that is loaded again shows the same people and what was said.
	b.do(chromedp.Reload())
	b.until("document.querySelectorAll('.side .person').length === 2")
	b.sees("¿Sigues ahí?")

	// English, and back when the page is loaded again: the choice is kept.
	b.taps("[data-language=en]", "English")
	b.until("document.querySelector('#people-title').textContent === 'People' && document.documentElement.lang === 'en'")
	b.do(chromedp.Reload())
	b.until("document.querySelector('.strip').innerText === 'Sandbox: nothing leaves this machine'")
	b.sees("¿Sigues ahí?")

	// Taking somebody off.
	b.taps("#info", "")
	b.until("document.querySelector('#sheet').innerText.includes('24-hour window')")
	b.settle()
	b.shot("desktop-about")
	b.taps(".danger", "Take off this phone")
	b.until("document.querySelectorAll('.side .person').length === 1 && document.querySelector('.side .person').innerText.includes('Zoé')")
	b.taps("#info", "")
	b.taps(".danger", "Take off this phone") // the last one: somebody else takes the phone
	b.until("document.querySelectorAll('.side .person').length === 1 && !document.querySelector('.side .person').innerText.includes('Zoé')")
	b.sees("and this is your phone")
}

// waitFor waits until a status reached the bot.
func waitFor(t *testing.T, b *bot, status string) {
	t.Helper()
	for {
		b.mu.Lock()
		there := strings.Contains(strings.Join(b.statuses, "\n"), status)
		b.mu.Unlock()
		if there {
			return
		}
		select {
		case <-b.arrived:
		case <-t.Context().Done():
			t.Fatalf("%q never arrived", status)
		}
	}
}

func TestBrowserNeverRunsWhatPeopleWrite(t *testing.T) {
	_, _, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 1100, 800)
	b.says("raro")
	b.sees("<img src=x onerror=document.title='owned'>")
	b.until("[...document.querySelectorAll('.theirs strong')].some((n) => n.textContent === '<b>negrita</b>')")
	b.until("document.querySelector('.theirs s').textContent === 'tachado' && document.querySelector('.theirs code').textContent === 'código'")
	b.until("!document.querySelector('.log img') && document.title === 'Luna · Cauce'")

	for _, c := range []struct{ text, html string }{
		{"*a* _b_ ~c~", "<strong>a</strong> <em>b</em> <s>c</s>"},
		{"*a _b_ c*", "<strong>a <em>b</em> c</strong>"},
		{"2*3*4 y snake_case_name", "2*3*4 y snake_case_name"},
		{"* no* *tampoco *", "* no* *tampoco *"},
		{"*una\nlínea*", "*una\nlínea*"},
		{"(*sí*), ¿_claro_?", "(<strong>sí</strong>), ¿<em>claro</em>?"},
		{"```*x*\ny```", "<code>*x*\ny</code>"},
		{"`a_b_`", "<code>a_b_</code>"},
		{"https://example.org/a_b_c.", `<a href="https://example.org/a_b_c" target="_blank" rel="noopener noreferrer">https://example.org/a_b_c</a>.`},
		{"javascript:alert(1)", "javascript:alert(1)"},
		{"** __ ~~ ``` `", "** __ ~~ ``` `"},
		{"", ""},
	} {
		text, _ := json.Marshal(c.text)
		var got string
		json.Unmarshal([]byte(b.eval("import('/phone/format.js').then((m) => { const d = document.createElement('div'); d.append(m.format("+string(text)+")); return d.innerHTML; })")), &got)
		if got != c.html {
			t.Errorf("%q is shown as %s, want %s", c.text, got, c.html)
		}
	}

	// Both languages say everything.
	if got := b.eval("import('/phone/words.js').then((m) => String(m.keys('es')) === String(m.keys('en')))"); got != "true" {
		t.Error("the page's two languages do not have the same words")
	}
}

func TestBrowserTellsTrouble(t *testing.T) {
	_, bot, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 1100, 800)
	b.until("document.querySelectorAll('.side .person').length === 1")

	// The service refuses a webhook: the page says so and what to do, until it is taken.
	bot.answerWith(500)
	b.says("callar")
	b.until("document.querySelector('#banner').innerText.includes('rechazó el mensaje (HTTP 500)')")
	b.until("document.querySelector('.mine .tick.waiting')")
	b.settle()
	b.shot("desktop-trouble")
	bot.answerWith(0)
	b.until("document.querySelector('#banner').hidden && document.querySelector('.mine .tick.delivered')")

	// A send the API refuses is told where it was meant to be read.
	b.says("largo")
	b.sees("la API lo rechazó")
	b.sees("131009 · interactive.action.buttons[0].reply.title length invalid")
	b.settle()
	b.shot("desktop-refused")

	// A call that belongs to nobody is told on the page.
	bot.post(`{"messaging_product":"whatsapp","to":"+573009999999","type":"text","text":{"body":"hola"}}`)
	b.until("document.querySelector('#banner').innerText.includes('131047')")
	b.taps(".plain", "Entendido")
	b.until("document.querySelector('#banner').hidden")
}

// A server that was stopped and started again has forgotten everybody. The page says that it is
// gone, comes back by itself, and brings its people, with the numbers the service knows.
func TestBrowserSurvivesRestart(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	start := func(l net.Listener) (*bot, func()) {
		s := newTest(t, nil)
		bot := &bot{t: t, api: "http://" + address + "/graph/v25.0/" + testPhoneID + "/messages", arrived: make(chan struct{}, 100)}
		mux := http.NewServeMux()
		mux.Handle("/phone/", s.Phone())
		mux.Handle("/graph/", http.StripPrefix("/graph", s.API()))
		mux.Handle("/webhooks/whatsapp", bot)
		if err := s.SetWebhook("http://" + address + "/webhooks/whatsapp"); err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: mux}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{}, 2)
		go func() { s.Run(ctx); done <- struct{}{} }()
		go func() { server.Serve(l); done <- struct{}{} }()
		return bot, func() {
			cancel() // lets open pages go, or Shutdown would wait for them
			server.Shutdown(context.Background())
			<-done
			<-done
		}
	}
	before, stop := start(listener)
	b := open(t, "http://"+address+"/phone/", 1100, 800)
	b.says("uno")
	b.sees("eco: uno")
	was := before.last()
	stop()
	b.until("document.querySelector('#banner').innerText.includes('No hay conexión con Cauce')")
	b.settle()
	b.shot("desktop-offline")

	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	after, stop := start(listener)
	defer stop()
	b.until("document.querySelector('#banner').hidden")
	b.sees("este teléfono empieza de nuevo")
	b.says("dos")
	b.sees("eco: dos")
	now := after.last()
	if now["from"] != was["from"] || now["from_user_id"] != was["from_user_id"] || now["from"] == nil {
		t.Errorf("before the restart the person was %v (%v), after it %v (%v)", was["from"], was["from_user_id"], now["from"], now["from_user_id"])
	}
	if now["id"] == was["id"] {
		t.Error("a message id was used twice")
	}
}

func TestBrowserMobile(t *testing.T) {
	_, bot, server := serve(t, nil)
	b := open(t, server.URL+"/phone/", 390, 844)
	b.sees("Para empezar, saluda")
	b.settle()
	b.shot("mobile-first")
	b.taps(".chip", "hola")
	b.sees("¿Podemos enviarte consejos semanales?")
	b.until("document.documentElement.scrollWidth <= 390")
	b.settle()
	b.shot("mobile-chat")

	b.says("escribe")
	b.until("document.querySelector('.typing') && document.querySelector('#subtitle').innerText === 'escribiendo…'")
	b.shot("mobile-typing")
	b.says("sitio") // our next message ends it
	b.sees("¿Dónde estás?")
	b.until("!document.querySelector('.typing')")
	b.taps(".action", "Enviar ubicación")
	b.sees("eco: location")
	if got := bot.last()["location"].(map[string]any); got["latitude"] != 4.59808 {
		t.Errorf("the bot received %v", got)
	}

	// A voice note and a photo, and the photo is what was chosen.
	b.taps("#attach", "")
	b.settle()
	b.shot("mobile-attach")
	b.taps("#sheet .row", "Nota de voz")
	b.sees("eco: audio")
	if got := bot.last()["audio"].(map[string]any); got["voice"] != true {
		t.Errorf("the bot received %v", got)
	}
	b.picks("foto.png", "image/png", testPNG(t))
	b.sees("eco: image")
	b.until("document.querySelector('.mine .picture').naturalWidth === 64")
	const atBottom = "((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2)(document.querySelector('#log'))"
	b.until(atBottom)

	// Whoever reads further up is left there when something arrives.
	b.eval("document.querySelector('#log').scrollTop = 0")
	b.until("document.querySelector('#log').scrollTop === 0")
	b.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))") // the page has noticed
	bot.send(map[string]any{"to": "+" + bot.last()["from"].(string)}, `"type":"text","text":{"body":"¿Sigues ahí?"}`)
	b.sees("¿Sigues ahí?")
	b.until("document.querySelector('#log').scrollTop === 0")
	b.says("callar")
	b.until(atBottom)
	b.settle()
	b.shot("mobile-media")

	// People are behind the button at the left, the page's language with them.
	b.taps("#switch", "")
	b.until("document.querySelectorAll('#sheet .person').length === 1")
	b.taps("#sheet .add", "Añadir persona")
	b.types("#new-name", "Zoé\r")
	b.until("document.querySelector('#sheet').hidden && document.querySelector('#log').innerText.includes('Eres Zoé')")
	b.taps("#switch", "")
	b.until("document.querySelectorAll('#sheet .person').length === 2")
	b.settle()
	b.shot("mobile-people")
	b.taps("#sheet [data-language=en]", "English")
	b.sees("You are Zoé")
}
