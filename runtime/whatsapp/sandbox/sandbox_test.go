package sandbox

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"no phone number id", func(o *Options) { o.PhoneNumberID = "" }, "PhoneNumberID is missing"},
		{"no token", func(o *Options) { o.Token = "" }, "Token is missing"},
		{"no secret", func(o *Options) { o.AppSecret = "" }, "AppSecret is missing"},
		{"no number", func(o *Options) { o.DisplayNumber = "Luna" }, "DisplayNumber is not a phone number"},
		{"a webhook elsewhere", func(o *Options) { o.Webhook = "https://example.org/hook" }, "not an http address on this machine"},
		{"a webhook that is no address", func(o *Options) { o.Webhook = "127.0.0.1:8080" }, "not an http address on this machine"},
		{"a template twice", func(o *Options) { o.Templates = append(o.Templates, o.Templates[0]) }, "registered twice"},
		{"a template's name", func(o *Options) { o.Templates[0].Name = "Consejo" }, "lower-case"},
		{"a template's language", func(o *Options) { o.Templates[0].Language = "" }, "language is missing"},
		{"a template's category", func(o *Options) { o.Templates[0].Category = "fun" }, `unknown category "fun"`},
		{"a template's body", func(o *Options) { o.Templates[0].Body = strings.Repeat("x", 1025) }, "1 to 1024"},
		{"a template's button", func(o *Options) { o.Templates[0].Buttons = []string{strings.Repeat("x", 26)} }, "1 to 25"},
		{"a template's buttons", func(o *Options) { o.Templates[0].Buttons = make([]string, 11) }, "at most 10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := testOptions()
			c.change(&o)
			if s, err := New(o); err == nil || s != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New: %v, want %q", err, c.want)
			}
		})
	}
}

// A template's body in the flow language: a doubled brace that opens no variable is a brace.
func TestTemplateBraces(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"a {x} b {y} c {x}", "a 1 b 2 c 1"},
		{"a {{x}} b", "a 1 b"},
		{"{{2}} {{1}}", "2 1"},
		{"{{10}} {{9}}", "2 1"}, // by number, not by letter
		{"{{ x }}", "1"},
		{"una llave {{ y {x}", "una llave { y 1"},
		{"{ no es }", "{ no es }"},
		{"{X}", "{X}"},
		{"}{", "}{"},
	} {
		tpl := Template{Name: "t", Body: c.body}
		names, _, named := variables(pieces(c.body))
		params := []parameter{{text: "1"}, {text: "2"}}[:len(names)]
		if named && len(names) > 0 {
			params = nil
			for i, name := range names {
				params = append(params, parameter{name, string('1' + rune(i))})
			}
		}
		if got, f := tpl.fill(params); f != nil || got != c.want {
			t.Errorf("%q is filled %q (%v), want %q", c.body, got, f, c.want)
		}
	}
}

// Logs are for operators: ids of messages and codes, never who or what.
func TestLogsNameNobody(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	ana := w.person(`{"name":"Secreta"}`)
	w.refusal(textTo(ana, "palabras privadas")) // without the plus
	w.says(ana, "palabras privadas")
	w.refusal(interactiveTo(ana, buttons(`{"id":"a","title":"palabras privadas que no caben"}`)))
	w.send(textTo(ana, "palabras privadas"))
	if log.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	for _, private := range []string{"palabras", "Secreta", ana, ana[4:], testToken, testSecret} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log holds %q:\n%s", private, &log)
		}
	}
}
