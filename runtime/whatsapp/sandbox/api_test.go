package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAPIKnowsItsCaller(t *testing.T) {
	w := newWorld(t, nil)
	good := "Bearer " + testToken
	for _, c := range []struct {
		name, method, path, authorization string
		status, code, subcode             int
	}{
		{"no token", "POST", messagesOf, "", 401, 190, 0},
		{"another token", "POST", messagesOf, "Bearer other", 401, 190, 0},
		{"the token without its scheme", "POST", messagesOf, testToken, 401, 190, 0},
		{"a token that begins like ours", "POST", messagesOf, good + "x", 401, 190, 0},
		{"no token for a path that is not there", "GET", "/", "", 401, 190, 0},
		{"another phone number id", "POST", "/v25.0/222000000000002/messages", good, 400, 100, 33},
		{"no version", "POST", "/" + testPhoneID + "/messages", good, 400, 2500, 0},
		{"a version that is none", "POST", "/v25/" + testPhoneID + "/messages", good, 400, 2500, 0},
		{"GET", "GET", messagesOf, good, 400, 2500, 0},
		{"something else", "POST", "/v25.0/" + testPhoneID + "/register", good, 400, 2500, 0},
		{"an upload that is no form", "POST", "/v25.0/" + testPhoneID + "/media", good, 400, 100, 0},
		{"an upload to another number", "POST", "/v25.0/222000000000002/media", good, 400, 100, 33},
		{"media nobody sent", "GET", "/v25.0/123456", good, 400, 100, 33},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := w.raw(c.method, c.path, `{}`, c.authorization)
			var out struct {
				Error struct {
					Message string `json:"message"`
					Type    string `json:"type"`
					Code    int    `json:"code"`
					Subcode int    `json:"error_subcode"`
					Trace   string `json:"fbtrace_id"`
				} `json:"error"`
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			if rec.Code != c.status || out.Error.Code != c.code || out.Error.Subcode != c.subcode {
				t.Errorf("answered %d with %d/%d, want %d with %d/%d", rec.Code, out.Error.Code, out.Error.Subcode, c.status, c.code, c.subcode)
			}
			if out.Error.Message == "" || out.Error.Type != "OAuthException" || out.Error.Trace == "" {
				t.Errorf("an error without message, type or trace: %s", rec.Body)
			}
		})
	}
	if n := len(w.s.Books().Accepted); n != 0 {
		t.Errorf("%d sends were accepted", n)
	}
}

// interactiveTo builds a body for somebody whose window is open.
func interactiveTo(to, interactive string) string {
	return `{"messaging_product":"whatsapp","to":"+` + to + `","type":"interactive","interactive":` + interactive + `}`
}

func buttons(list ...string) string {
	for i, b := range list {
		list[i] = `{"type":"reply","reply":` + b + `}`
	}
	return `{"type":"button","body":{"text":"¿Sí?"},"action":{"buttons":[` + strings.Join(list, ",") + `]}}`
}

func listOf(sections ...string) string {
	return `{"type":"list","body":{"text":"¿Cuál?"},"action":{"button":"Ver","sections":[` + strings.Join(sections, ",") + `]}}`
}

func rows(n int, format string) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(out, ",")
}

func TestAPIChecksBodies(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{"name":"Ana"}`)
	w.says(ana, "hola")
	to := `"messaging_product":"whatsapp","to":"+` + ana + `"`
	letters := func(n int) string { return strings.Repeat("ñ", n) }
	const ok = 200
	for _, c := range []struct {
		name, body string
		code       int    // ok, or the error's
		details    string // a part of them
	}{
		{"not JSON", `{`, 100, "not a JSON object"},
		{"an array", `[]`, 100, "not a JSON object"},
		{"null", `null`, 100, "not a JSON object"},
		{"no product", `{"to":"+573005550001","text":{"body":"x"}}`, 100, "messaging_product is required"},
		{"another product", `{"messaging_product":"sms","to":"+573005550001","text":{"body":"x"}}`, 100, "messaging_product"},
		{"nobody", `{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}`, 100, "to (or recipient) is required"},
		{"a number with letters", `{"messaging_product":"whatsapp","to":"+57 300 CALL","text":{"body":"x"}}`, 131009, "to is not a phone number"},
		{"a number too short", `{"messaging_product":"whatsapp","to":"+12","text":{"body":"x"}}`, 131009, "to is not a phone number"},
		{"a user id in to", `{"messaging_product":"whatsapp","to":"CO.12345678","text":{"body":"x"}}`, 131009, "to is not a phone number"},
		{"a phone in recipient", `{"messaging_product":"whatsapp","recipient":"+573005550001","text":{"body":"x"}}`, 131009, "recipient is not"},
		{"to a number", `{"messaging_product":"whatsapp","to":573005550001,"text":{"body":"x"}}`, 131009, "to must be a string"},
		{"to ourselves", `{"messaging_product":"whatsapp","to":"+57 601 555 0199","text":{"body":"x"}}`, 131021, ""},
		{"a group", `{` + to + `,"recipient_type":"group","text":{"body":"x"}}`, 131051, "groups"},
		{"an odd recipient type", `{` + to + `,"recipient_type":"people","text":{"body":"x"}}`, 131009, "recipient_type"},
		{"spaces, dashes and brackets in the number", `{"messaging_product":"whatsapp","to":"+` + ana[:2] + ` (` + ana[2:5] + `) ` + ana[5:8] + `-` + ana[8:] + `","text":{"body":"x"}}`, ok, ""},
		{"individual", `{` + to + `,"recipient_type":"individual","text":{"body":"x"}}`, ok, ""},
		{"keys Graph does not know", `{` + to + `,"something":"else","text":{"body":"x"}}`, ok, ""},

		{"no type is text", `{` + to + `,"text":{"body":"x","preview_url":true}}`, ok, ""},
		{"an odd type", `{` + to + `,"type":"poem","poem":{}}`, 100, "Param type must be one of"},
		{"text without its object", `{` + to + `,"type":"text"}`, 131008, "text is required"},
		{"text is null", `{` + to + `,"type":"text","text":null}`, 131008, "text is required"},
		{"text is a string", `{` + to + `,"type":"text","text":"x"}`, 131009, "text must be an object"},
		{"no body", `{` + to + `,"type":"text","text":{}}`, 131008, "text.body is required"},
		{"an empty body", `{` + to + `,"type":"text","text":{"body":""}}`, 100, "text.body length invalid: 0"},
		{"a body of 4096 letters", `{` + to + `,"type":"text","text":{"body":"` + letters(4096) + `"}}`, ok, ""},
		{"a body of 4097 letters", `{` + to + `,"type":"text","text":{"body":"` + letters(4097) + `"}}`, 100, "Max length: 4096"},
		{"a body that is a number", `{` + to + `,"type":"text","text":{"body":7}}`, 131009, "text.body must be a string"},
		{"a key text does not have", `{` + to + `,"type":"text","text":{"body":"x","boddy":"y"}}`, 100, `Unexpected key "boddy" on param text`},
		{"a preview that is no flag", `{` + to + `,"type":"text","text":{"body":"x","preview_url":"yes"}}`, 131009, "preview_url"},

		{"callback data of 512", `{` + to + `,"text":{"body":"x"},"biz_opaque_callback_data":"` + letters(512) + `"}`, ok, ""},
		{"callback data of 513", `{` + to + `,"text":{"body":"x"},"biz_opaque_callback_data":"` + letters(513) + `"}`, 131009, "biz_opaque_callback_data"},
		{"direct send", `{` + to + `,"category":"utility","text":{"body":"x"}}`, 100, "Direct Send"},
		{"a quote of nothing", `{` + to + `,"context":{},"text":{"body":"x"}}`, 131008, "context.message_id"},
		{"a quote of an unknown message", `{` + to + `,"context":{"message_id":"wamid.unknown"},"text":{"body":"x"}}`, ok, ""},

		{"three buttons", interactiveTo(ana, buttons(`{"id":"a","title":"A"}`, `{"id":"b","title":"B"}`, `{"id":"c","title":"C"}`)), ok, ""},
		{"four buttons", interactiveTo(ana, buttons(`{"id":"a","title":"A"}`, `{"id":"b","title":"B"}`, `{"id":"c","title":"C"}`, `{"id":"d","title":"D"}`)), 131009, "buttons has 4 items. Min: 1, Max: 3"},
		{"no buttons", interactiveTo(ana, buttons()), 131009, "buttons has 0 items"},
		{"a button title of 20", interactiveTo(ana, buttons(`{"id":"a","title":"`+letters(20)+`"}`)), ok, ""},
		{"a button title of 21", interactiveTo(ana, buttons(`{"id":"a","title":"`+letters(21)+`"}`)), 131009, "buttons[0].reply.title length invalid: 21"},
		{"an empty button title", interactiveTo(ana, buttons(`{"id":"a","title":""}`)), 131009, "buttons[0].reply.title"},
		{"a button id of 256", interactiveTo(ana, buttons(`{"id":"`+letters(256)+`","title":"A"}`)), ok, ""},
		{"a button id of 257", interactiveTo(ana, buttons(`{"id":"`+letters(257)+`","title":"A"}`)), 131009, "reply.id"},
		{"two buttons of one title", interactiveTo(ana, buttons(`{"id":"a","title":"A"}`, `{"id":"b","title":"A"}`)), 131009, "Duplicate button title"},
		{"two buttons of one id", interactiveTo(ana, buttons(`{"id":"a","title":"A"}`, `{"id":"a","title":"B"}`)), 131009, "Duplicate button id"},
		{"a button with a description", interactiveTo(ana, buttons(`{"id":"a","title":"A","description":"x"}`)), 100, `Unexpected key "description"`},
		{"a button that is no reply", interactiveTo(ana, `{"type":"button","body":{"text":"x"},"action":{"buttons":[{"type":"url","reply":{"id":"a","title":"A"}}]}}`), 131009, "buttons[0].type"},
		{"buttons without a body", interactiveTo(ana, `{"type":"button","action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"A"}}]}}`), 131008, "interactive.body is required"},
		{"buttons under 1024 letters", interactiveTo(ana, strings.Replace(buttons(`{"id":"a","title":"A"}`), "¿Sí?", letters(1024), 1)), ok, ""},
		{"buttons under 1025 letters", interactiveTo(ana, strings.Replace(buttons(`{"id":"a","title":"A"}`), "¿Sí?", letters(1025), 1)), 131009, "interactive.body.text"},
		{"a footer of 61", interactiveTo(ana, strings.Replace(buttons(`{"id":"a","title":"A"}`), `"action"`, `"footer":{"text":"`+letters(61)+`"},"action"`, 1)), 131009, "interactive.footer.text"},
		{"a header of 61", interactiveTo(ana, strings.Replace(buttons(`{"id":"a","title":"A"}`), `"action"`, `"header":{"type":"text","text":"`+letters(61)+`"},"action"`, 1)), 131009, "interactive.header.text"},
		{"a picture above buttons", interactiveTo(ana, strings.Replace(buttons(`{"id":"a","title":"A"}`), `"action"`, `"header":{"type":"image","image":{"link":"https://example.org/a.jpg"}},"action"`, 1)), ok, ""},
		{"an audio above buttons", interactiveTo(ana, strings.Replace(buttons(`{"id":"a","title":"A"}`), `"action"`, `"header":{"type":"audio"},"action"`, 1)), 131009, "interactive.header.type"},

		{"ten rows", interactiveTo(ana, listOf(`{"rows":[`+rows(10, `{"id":"r%d","title":"Fila"}`)+`]}`)), ok, ""},
		{"eleven rows", interactiveTo(ana, listOf(`{"rows":[`+rows(11, `{"id":"r%d","title":"Fila"}`)+`]}`)), 131009, "rows has 11 items"},
		{"eleven rows in two sections", interactiveTo(ana, listOf(`{"title":"A","rows":[`+rows(6, `{"id":"a%d","title":"Fila"}`)+`]}`, `{"title":"B","rows":[`+rows(5, `{"id":"b%d","title":"Fila"}`)+`]}`)), 131009, "Total row count exceed max allowed count: 11"},
		{"a section without a title", interactiveTo(ana, listOf(`{"title":"A","rows":[{"id":"a","title":"Fila"}]}`, `{"rows":[{"id":"b","title":"Fila"}]}`)), 131009, "sections[1].title is required"},
		{"eleven sections", interactiveTo(ana, listOf(rows(11, `{"title":"S","rows":[{"id":"r%d","title":"Fila"}]}`))), 131009, "sections has 11 items"},
		{"no rows", interactiveTo(ana, listOf(`{"rows":[]}`)), 131009, "rows has 0 items"},
		{"two rows of one id", interactiveTo(ana, listOf(`{"rows":[{"id":"a","title":"A"},{"id":"a","title":"B"}]}`)), 131009, "Duplicate row id"},
		{"two rows of one title", interactiveTo(ana, listOf(`{"rows":[{"id":"a","title":"A"},{"id":"b","title":"A"}]}`)), ok, ""},
		{"a row title of 25", interactiveTo(ana, listOf(`{"rows":[{"id":"a","title":"`+letters(25)+`"}]}`)), 131009, "rows[0].title"},
		{"a row description of 72", interactiveTo(ana, listOf(`{"rows":[{"id":"a","title":"A","description":"`+letters(72)+`"}]}`)), ok, ""},
		{"a row description of 73", interactiveTo(ana, listOf(`{"rows":[{"id":"a","title":"A","description":"`+letters(73)+`"}]}`)), 131009, "rows[0].description"},
		{"an empty row description", interactiveTo(ana, listOf(`{"rows":[{"id":"a","title":"A","description":""}]}`)), 131009, "rows[0].description"},
		{"a row id of 201", interactiveTo(ana, listOf(`{"rows":[{"id":"`+letters(201)+`","title":"A"}]}`)), 131009, "rows[0].id"},
		{"a list under 4096 letters", interactiveTo(ana, strings.Replace(listOf(`{"rows":[{"id":"a","title":"A"}]}`), "¿Cuál?", letters(4096), 1)), ok, ""},
		{"a list button of 21", interactiveTo(ana, strings.Replace(listOf(`{"rows":[{"id":"a","title":"A"}]}`), `"Ver"`, `"`+letters(21)+`"`, 1)), 131009, "interactive.action.button length"},
		{"a picture above a list", interactiveTo(ana, strings.Replace(listOf(`{"rows":[{"id":"a","title":"A"}]}`), `"action"`, `"header":{"type":"image","image":{"link":"https://example.org/a.jpg"}},"action"`, 1)), 131009, "interactive.header.type"},

		{"an address button", interactiveTo(ana, `{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Ver","url":"https://example.org"}}}`), ok, ""},
		{"an address button elsewhere", interactiveTo(ana, `{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Ver","url":"javascript:alert(1)"}}}`), 131009, "not an http or https URL"},
		{"a location request", interactiveTo(ana, `{"type":"location_request_message","body":{"text":"x"},"action":{"name":"send_location"}}`), ok, ""},
		{"an interactive type nobody knows", interactiveTo(ana, `{"type":"wheel"}`), 131009, "interactive.type"},
		{"an interactive type this phone cannot show", interactiveTo(ana, `{"type":"product_list"}`), 131051, "product_list"},

		{"an image by link", `{` + to + `,"type":"image","image":{"link":"https://example.org/a.jpg","caption":"x"}}`, ok, ""},
		{"an image from nowhere", `{` + to + `,"type":"image","image":{"caption":"x"}}`, 131009, "either id or link"},
		{"an image from two places", `{` + to + `,"type":"image","image":{"id":"1","link":"https://example.org/a.jpg"}}`, 131009, "either id or link"},
		{"an image of an unknown id", `{` + to + `,"type":"image","image":{"id":"12345"}}`, 131009, "No media with this id"},
		{"an image by a file's link", `{` + to + `,"type":"image","image":{"link":"file:///etc/passwd"}}`, 131009, "not an http or https URL"},
		{"a caption of 1025", `{` + to + `,"type":"image","image":{"link":"https://example.org/a.jpg","caption":"` + letters(1025) + `"}}`, 131009, "image.caption"},
		{"a voice with a caption", `{` + to + `,"type":"audio","audio":{"link":"https://example.org/a.ogg","caption":"x"}}`, 100, `"caption"`},
		{"a place", `{` + to + `,"type":"location","location":{"latitude":"4.6","longitude":-74.07,"name":"Bogotá"}}`, ok, ""},
		{"a place off the map", `{` + to + `,"type":"location","location":{"latitude":91,"longitude":0}}`, 131009, "location.latitude is out of range"},
		{"a place without longitude", `{` + to + `,"type":"location","location":{"latitude":4.6}}`, 131008, "location.longitude is required"},
		{"contacts", `{` + to + `,"type":"contacts","contacts":[{"name":{"formatted_name":"Rosa","first_name":"Rosa"}}]}`, ok, ""},
		{"a contact of one name", `{` + to + `,"type":"contacts","contacts":[{"name":{"formatted_name":"Rosa"}}]}`, 131009, "one more part"},
		{"no contacts", `{` + to + `,"type":"contacts"}`, 131008, "contacts is required"},
		{"a reaction", `{` + to + `,"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"👍"}}`, ok, ""},
		{"a reaction that quotes", `{` + to + `,"type":"reaction","context":{"message_id":"wamid.x"},"reaction":{"message_id":"wamid.x","emoji":"👍"}}`, 100, "context"},

		{"a receipt of nothing", `{"messaging_product":"whatsapp","status":"read"}`, 131008, "message_id is required"},
		{"an odd receipt", `{"messaging_product":"whatsapp","status":"seen","message_id":"wamid.x"}`, 131009, "status must be one of read"},
		{"a receipt of no id", `{"messaging_product":"whatsapp","status":"read","message_id":"x"}`, 131009, "message_id"},
		{"odd typing", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"voice"}}`, 131009, "typing_indicator.type"},
		{"a receipt from before a restart", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"text"}}`, ok, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(w.s.Books().Accepted)
			code, out := w.api(messagesOf, c.body)
			if c.code == ok {
				if code != http.StatusOK {
					t.Fatalf("refused: %v", out)
				}
				return
			}
			e, _ := out["error"].(map[string]any)
			if code != http.StatusBadRequest || e == nil || int(e["code"].(float64)) != c.code {
				t.Fatalf("answered %d %v, want error %d", code, out, c.code)
			}
			data, _ := e["error_data"].(map[string]any)
			if details, _ := data["details"].(string); !strings.Contains(details, c.details) {
				t.Errorf("details %q do not say %q", details, c.details)
			}
			if data["messaging_product"] != "whatsapp" {
				t.Errorf("error_data without its product: %v", data)
			}
			if got := len(w.s.Books().Accepted); got != before {
				t.Error("a refused send is in the books as accepted")
			}
		})
	}
}

func TestAPITemplates(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Templates = append(o.Templates, Template{Name: "larga", Language: "es", Category: "utility", Body: strings.Repeat("x", 1000) + "{{1}}."})
	})
	ana := w.person(`{"name":"Ana"}`)
	template := func(rest string) string {
		return `{"messaging_product":"whatsapp","to":"+` + ana + `","type":"template","template":` + rest + `}`
	}
	body := func(parameters ...string) string {
		return `{"type":"body","parameters":[` + strings.Join(parameters, ",") + `]}`
	}
	text := func(s string) string { return `{"type":"text","text":"` + s + `"}` }
	named := func(name, s string) string {
		return `{"type":"text","parameter_name":"` + name + `","text":"` + s + `"}`
	}
	button := func(index, payload string) string {
		return `{"type":"button","sub_type":"quick_reply","index":` + index + `,"parameters":[{"type":"payload","payload":"` + payload + `"}]}`
	}
	of := func(name, language string, components ...string) string {
		return template(`{"name":"` + name + `","language":{"code":"` + language + `"},"components":[` + strings.Join(components, ",") + `]}`)
	}
	for _, c := range []struct {
		name, body string
		code       int
		want       string // the person's text, or a part of the details
	}{
		{"numbered", of("pedido", "es", body(text("A-1"), text("lunes"))), 200, "Tu pedido A-1 sale el lunes."},
		{"numbered, with a currency and a date", of("pedido", "es", body(`{"type":"currency","currency":{"fallback_value":"$ 10","code":"COP","amount_1000":10000}}`, `{"type":"date_time","date_time":{"fallback_value":"3 de mayo"}}`)), 200, "Tu pedido $ 10 sale el 3 de mayo."},
		{"numbered, sent by name", of("pedido", "es", body(named("a", "x"), named("b", "y"))), 132012, "numbered"},
		{"named", of("saludo", "en_US", body(named("first_name", "Rosa"))), 200, "Hi Rosa!"},
		{"named, sent by place", of("saludo", "en_US", body(text("Rosa"))), 132012, "named"},
		{"named, another name", of("saludo", "en_US", body(named("name", "Rosa"))), 132012, "no variable"},
		{"either, by name, in any order", of("consejo_semanal", "es", body(named("semana", "25"), named("nombre", "Ana"))), 200, "Hola Ana, tu consejo de la semana 25 está listo."},
		{"either, by place", of("consejo_semanal", "es", body(text("Ana"), text("25"))), 200, "Hola Ana, tu consejo de la semana 25 está listo."},
		{"one name twice", of("consejo_semanal", "es", body(named("semana", "25"), named("semana", "26"))), 132012, "given twice"},
		{"buttons", of("consejo_semanal", "es", body(text("Ana"), text("25")), button(`"0"`, "p0"), button(`1`, "p1")), 200, ""},
		{"a third button", of("consejo_semanal", "es", body(text("Ana"), text("25")), button(`"2"`, "p2")), 132012, "2 buttons"},
		{"one button twice", of("consejo_semanal", "es", body(text("Ana"), text("25")), button(`"0"`, "p"), button(`"0"`, "q")), 132012, "given twice"},
		{"an address for a quick reply", of("consejo_semanal", "es", body(text("Ana"), text("25")), `{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"x"}]}`), 132012, "quick replies"},
		{"too few", of("pedido", "es", body(text("A-1"))), 132000, "(1) does not match the expected number of params (2)"},
		{"none", of("pedido", "es"), 132000, "(0) does not match the expected number of params (2)"},
		{"no components at all", template(`{"name":"pedido","language":{"code":"es"}}`), 132000, "(0)"},
		{"too many", of("pedido", "es", body(text("a"), text("b"), text("c"))), 132000, "(3)"},
		{"a header it does not have", of("pedido", "es", `{"type":"header","parameters":[{"type":"text","text":"x"}]}`, body(text("a"), text("b"))), 132000, "header"},
		{"an empty value", of("pedido", "es", body(text("a"), text(""))), 131009, "text length invalid: 0"},
		{"a value of another kind", of("pedido", "es", body(text("a"), `{"type":"image","image":{}}`)), 100, ""},
		{"filled too long", of("larga", "es", body(text(strings.Repeat("y", 24)))), 132005, "1025"},
		{"filled to the brim", of("larga", "es", body(text(strings.Repeat("y", 23)))), 200, ""},
		{"unknown", of("otra", "es"), 132001, "template name (otra) does not exist in es"},
		{"another language", of("pedido", "es_CO", body(text("a"), text("b"))), 132001, "does not exist in es_CO"},
		{"no language", template(`{"name":"pedido"}`), 131008, "template.language is required"},
		{"no name", template(`{"language":{"code":"es"}}`), 131008, "template.name is required"},
		{"a code to a user id", `{"messaging_product":"whatsapp","recipient":"CO.123","type":"template","template":{"name":"codigo","language":{"code":"es"},"components":[` + body(text("1")) + `]}}`, 131062, "phone number"},
		{"a code to a number", of("codigo", "es", body(text("123456"))), 200, "Tu código es 123456."},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out := w.api(messagesOf, c.body)
			if c.code == 200 {
				if code != 200 {
					t.Fatalf("refused: %v", out)
				}
				m := out["messages"].([]any)[0].(map[string]any)
				if m["message_status"] != "accepted" {
					t.Errorf("a template is answered with its message_status: %v", m)
				}
				w.s.mu.Lock()
				shown := w.s.sent[m["id"].(string)]
				w.s.mu.Unlock()
				if c.want != "" && shown.Text != c.want {
					t.Errorf("the person sees %q, want %q", shown.Text, c.want)
				}
				if shown.Template == "" || shown.Category == "" {
					t.Error("the bubble is not marked as a template")
				}
				return
			}
			e := out["error"].(map[string]any)
			wantStatus := 400
			if c.code == 132001 {
				wantStatus = 404
			}
			if int(e["code"].(float64)) != c.code || code != wantStatus {
				t.Fatalf("answered %d %v, want %d", code, out, c.code)
			}
			if details, _ := e["error_data"].(map[string]any)["details"].(string); !strings.Contains(details, c.want) {
				t.Errorf("details %q do not say %q", details, c.want)
			}
		})
	}
}

// Every send on Meta's own pages is taken, or refused for what the sandbox says it leaves out.
func TestAPITakesRecordedSends(t *testing.T) {
	refused := map[string]int{
		"document-by-id.json":                   131009, // there is no media upload here
		"interactive-buttons.json":              131009, // its header is an uploaded image
		"interactive-flow.json":                 131051,
		"interactive-request-contact-info.json": 131051,
		"template-buttons.json":                 132000, // the registry's templates have no header
		"template-media-header.json":            132000,
		"template-text.json":                    132000, // three values for a template of two
	}
	w := newWorld(t, func(o *Options) {
		o.Templates = append(o.Templates, Template{Name: "order_confirmation", Language: "en_US", Category: "utility", Body: "Hi {first_name}, order {order_number}."})
	})
	ana := w.person(`{"name":"Ana","phone":"16505551234","user_id":"US.13491208655302741918"}`)
	w.says(ana, "hello")
	files, err := filepath.Glob("testdata/sends/*.json")
	if err != nil || len(files) != 19 {
		t.Fatalf("%d recorded sends, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			code, out := w.api(messagesOf, string(body))
			want, isRefused := refused[filepath.Base(file)]
			if isRefused {
				if e, _ := out["error"].(map[string]any); e == nil || int(e["code"].(float64)) != want {
					t.Errorf("answered %d %v, want %d", code, out, want)
				}
			} else if code != 200 {
				t.Errorf("refused: %v", out)
			}
		})
	}
}

func TestAPIAnswersWithWhomItReached(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.person(`{"name":"Ana","phone":"573005550101","user_id":"CO.77"}`)
	w.says(ana, "hola")
	_, out := w.api("/v19.0/"+testPhoneID+"/messages", textTo("+57 300 555 0101", "por teléfono"))
	if got, want := fmt.Sprint(out["contacts"]), "[map[input:+57 300 555 0101 wa_id:573005550101]]"; got != want {
		t.Errorf("contacts %s, want %s", got, want)
	}
	_, out = w.api("/v26.0/"+testPhoneID+"/messages", `{"messaging_product":"whatsapp","recipient":"CO.77","text":{"body":"por identificador"}}`)
	if got, want := fmt.Sprint(out["contacts"]), "[map[input:CO.77 user_id:CO.77]]"; got != want {
		t.Errorf("contacts %s, want %s", got, want)
	}
	_, out = w.api(messagesOf, `{"messaging_product":"whatsapp","to":"+573005550101","recipient":"CO.88","text":{"body":"los dos: gana el teléfono"}}`)
	if got, want := fmt.Sprint(out["contacts"]), "[map[input:+573005550101 wa_id:573005550101]]"; got != want {
		t.Errorf("contacts %s, want %s", got, want)
	}
	id := out["messages"].([]any)[0].(map[string]any)
	if !strings.HasPrefix(id["id"].(string), "wamid.") || id["message_status"] != nil {
		t.Errorf("message %v", id)
	}
}

func TestMessageIDsAreNeverRepeated(t *testing.T) {
	seen := map[string]bool{}
	for range 10000 {
		for _, inbound := range []bool{true, false} {
			id := newID("573005550101", inbound)
			if seen[id] {
				t.Fatalf("%s twice", id)
			}
			seen[id] = true
		}
	}
}

func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		ana := w.person(`{"name":"Ana"}`)
		bea := w.person(`{"name":"Bea"}`)
		free := textTo("+"+ana, "hola")
		approved := `{"messaging_product":"whatsapp","to":"+` + ana + `","type":"template","template":{"name":"consejo_semanal","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"2"}]}]}}`
		shut := func(why, body string) {
			t.Helper()
			if code, _ := w.refusal(body); code != 131047 {
				t.Errorf("%s: error %d, want 131047", why, code)
			}
		}

		shut("she never wrote", free)
		w.send(approved) // a template goes out at any time
		shut("our template opens nothing", free)
		w.says(bea, "hola")
		shut("another person wrote", free)

		w.says(ana, "hola")
		w.send(free)
		time.Sleep(24*time.Hour - 2*time.Second)
		w.send(free)
		time.Sleep(2 * time.Second)
		shut("24 hours after she wrote", free)
		shut("buttons are free text too", interactiveTo(ana, buttons(`{"id":"a","title":"A"}`)))
		w.send(approved)

		w.does(ana, `{"type":"voice"}`) // any message of hers opens it
		w.send(free)
	})
}

// A restarted server learns from the browser when its people last wrote, but nothing from the
// future.
func TestWindowSurvivesRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		at := func(ago time.Duration) int64 { return time.Now().Add(-ago).UnixMilli() }
		w.person(fmt.Sprintf(`{"name":"Ana","phone":"573005550001","wrote":%d}`, at(time.Hour)))
		w.person(fmt.Sprintf(`{"name":"Bea","phone":"573005550002","wrote":%d}`, at(25*time.Hour)))
		w.person(fmt.Sprintf(`{"name":"Eva","phone":"573005550003","wrote":%d}`, at(-time.Hour)))
		w.send(textTo("+573005550001", "hola"))
		for _, to := range []string{"+573005550002", "+573005550003"} {
			if code, _ := w.refusal(textTo(to, "hola")); code != 131047 {
				t.Errorf("%s: %d, want 131047", to, code)
			}
		}
	})
}

func TestReceipts(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		ana := w.person(`{"name":"Ana"}`)
		first, second, third := w.says(ana, "uno"), w.says(ana, "dos"), w.says(ana, "tres")
		synctest.Wait()
		_, out := w.api(messagesOf, `{"messaging_product":"whatsapp","status":"read","message_id":"`+second+`","typing_indicator":{"type":"text"}}`)
		if out["success"] != true || len(out) != 1 {
			t.Errorf("answered %v", out)
		}
		state := func(id string) string {
			w.s.mu.Lock()
			defer w.s.mu.Unlock()
			return w.s.sent[id].State
		}
		if got := []string{state(first), state(second), state(third)}; fmt.Sprint(got) != "[read read delivered]" {
			t.Errorf("states %v: that message and all earlier ones are read", got)
		}
		own := w.send(textTo("+"+ana, "hola"))
		if code, _ := w.refusal(`{"messaging_product":"whatsapp","status":"read","message_id":"` + own + `"}`); code != 131009 {
			t.Errorf("a receipt for our own message: %d", code)
		}
	})
}

// The service may quote and react to what the person's phone still has; anything else is sent
// without the quote, and changes nothing.
func TestQuotesAndReactions(t *testing.T) {
	w := newWorld(t, nil)
	ana, bea := w.person(`{"name":"Ana"}`), w.person(`{"name":"Bea"}`)
	hers, others := w.says(ana, "hola"), w.says(bea, "hola")
	about := func(rest string) string {
		return w.send(`{"messaging_product":"whatsapp","to":"+` + ana + `",` + rest + `}`)
	}
	quote := func(id string) string {
		return w.s.sent[about(`"text":{"body":"sí"},"context":{"message_id":"`+id+`"}`)].Quote
	}
	if got := quote(hers); got != hers {
		t.Errorf("quotes %q", got)
	}
	if got := quote(others) + quote("wamid.unknown"); got != "" {
		t.Errorf("quotes %q, which is not on her phone", got)
	}
	before := len(w.s.snapshot().People[0].Messages)
	react := func(id, emoji string) {
		about(`"type":"reaction","reaction":{"message_id":"` + id + `","emoji":"` + emoji + `"}`)
	}
	react(hers, "👍")
	react(others, "👎")
	react("wamid.unknown", "👎")
	if w.s.sent[hers].Reaction != "👍" || w.s.sent[others].Reaction != "" {
		t.Errorf("reactions %q, %q", w.s.sent[hers].Reaction, w.s.sent[others].Reaction)
	}
	if react(hers, ""); w.s.sent[hers].Reaction != "" {
		t.Error("an empty emoji takes the reaction off")
	}
	if got := len(w.s.snapshot().People[0].Messages); got != before {
		t.Error("a reaction became a message")
	}
}

// FuzzSend feeds any bytes to the API: it answers them, with a message id or an error of a code.
func FuzzSend(f *testing.F) {
	files, err := filepath.Glob("testdata/sends/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(interactiveTo("16505551234", listOf(`{"rows":[{"id":"a","title":"A"}]}`))))
	w := newWorld(f, nil)
	ana := w.person(`{"name":"Ana","phone":"16505551234","user_id":"US.13491208655302741918"}`)
	w.says(ana, "hello")
	f.Fuzz(func(t *testing.T, body []byte) {
		rec := w.raw("POST", messagesOf, string(body), "Bearer "+testToken)
		var out struct {
			Messages []struct{ ID string }
			Success  bool
			Error    *struct {
				Code int
				Data struct{ Details string } `json:"error_data"`
			}
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		switch {
		case rec.Code == 200 && (out.Success || len(out.Messages) == 1 && out.Messages[0].ID != ""):
		case rec.Code >= 400 && rec.Code < 500 && out.Error != nil && out.Error.Code != 0 && out.Error.Data.Details != "":
		default:
			t.Fatalf("%s\nanswered %d %s", body, rec.Code, rec.Body)
		}
	})
}
