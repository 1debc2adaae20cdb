package check_test

import (
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
)

// Everything that stands in service.toml besides the spine reaches the engine.
func TestPromisesLower(t *testing.T) {
	d := definition(t, smallest+`[data.quien]
type = "text"
default = "nadie"
given = true
`, "\n[human]\n", `
quiet = ["21:00-07:00", "Sun 12:00-13:00"]

[human]
`, "[data.nombre]", `[[anywhere]]
words  = ["menú", "inicio ya"]
flow   = "inicio"
leaves = true
[[anywhere]]
words  = { es = ["sangre"] }
flow   = "inicio"
urgent = true

[consent.estudio]
version = 2
purpose = "usar tus respuestas"
[consent.consejos]
version  = 3
messages = true
purpose  = "enviarte consejos"

[connection.clinica]
url = "https://api.example.org/v1/"
headers = { X-Zona = "norte", Authorization = "env:CLINIC_TOKEN" }
[connection.aqui]
url = "http://[::1]:8080"

[data.placa]
type      = "text"
pattern   = "[A-Z]{3}"
needs     = "estudio"
purpose   = "saber quién viene"
sensitive = "vehicle"
share     = ["template.recordatorio", "connection.clinica"]
[data.peso]
type    = "number"
min     = 0.5
max     = 120
default = 3.25
needs   = "request"
[data.parto]
type    = "date"
min     = "today"
max     = 2027-12-31
default = "2027-01-01"
needs   = "request"
[data.hora]
type    = "time"
min     = 08:00:00
max     = "17:30"
default = "9:00"
needs   = "request"
[data.celular]
type    = "phone"
default = "+57 (601) 555-0100"
needs   = "request"
[data.hijos]
type   = "list"
max    = 5
fields = { nombre = { type = "text", max = 24 }, edad = { type = "integer", min = 0 } }
needs  = "request"
[data.nombre]`)

	weekly := [7]bool{true, true, true, true, true, true, true}
	same(t, "quiet", d.Quiet, []engine.Hours{
		{Days: weekly, From: 1260, To: 1440}, {Days: weekly, To: 420}, {Days: [7]bool{true}, From: 720, To: 780},
	})
	for i := range d.Anywhere {
		d.Anywhere[i].Origin = engine.Origin{}
	}
	same(t, "anywhere", d.Anywhere, []engine.Anywhere{
		{Words: map[string][]string{"es": {"menú", "inicio ya"}}, Flow: "inicio", Leaves: true},
		{Words: map[string][]string{"es": {"sangre"}}, Flow: "inicio", Urgent: true},
	})
	for i := range d.Consents {
		d.Consents[i].Origin = engine.Origin{}
	}
	same(t, "consents", d.Consents, []engine.Consent{
		{Name: "consejos", Version: 3, Messages: true, Purpose: engine.Words{"es": "enviarte consejos"}},
		{Name: "estudio", Version: 2, Purpose: engine.Words{"es": "usar tus respuestas"}},
	})
	for i := range d.Connections {
		d.Connections[i].Origin = engine.Origin{}
	}
	same(t, "connections", d.Connections, []engine.Connection{
		{Name: "aqui", URL: "http://[::1]:8080"},
		{Name: "clinica", URL: "https://api.example.org/v1", Headers: []engine.Header{{Name: "Authorization", Value: "env:CLINIC_TOKEN"}, {Name: "X-Zona", Value: "norte"}}},
	})
	// The only consent to messages is what templates serve that name none.
	same(t, "template", d.Templates[0].Consent, "consejos")

	data := map[string]engine.Datum{}
	for _, x := range d.Data {
		data[x.Name] = x
	}
	month := 720 * time.Hour
	same(t, "placa", data["placa"], engine.Datum{
		Name: "placa", Type: eval.Text, Pattern: "[A-Z]{3}", Needs: "estudio", Purpose: "saber quién viene", Sensitive: "vehicle",
		Share: []string{"template.recordatorio", "connection.clinica"},
	})
	same(t, "peso", data["peso"], engine.Datum{
		Name: "peso", Type: eval.Number, Least: "0.5", Most: "120", Default: eval.NumberOf(3.25), Needs: "request", Keep: month,
	})
	same(t, "parto", data["parto"], engine.Datum{
		Name: "parto", Type: eval.Date, Least: "today", Most: `"2027-12-31"`, Default: eval.Value{Kind: eval.Date, Text: "2027-01-01"},
		Needs: "request", Keep: month,
	})
	same(t, "hora", data["hora"], engine.Datum{
		Name: "hora", Type: eval.Time, Least: `"08:00"`, Most: `"17:30"`, Default: eval.Value{Kind: eval.Time, Text: "09:00"},
		Needs: "request", Keep: month,
	})
	same(t, "celular", data["celular"].Default, eval.Value{Kind: eval.Phone, Text: "+576015550100"})
	five, letters, zero := int64(5), int64(24), int64(0)
	same(t, "hijos", data["hijos"], engine.Datum{
		Name: "hijos", Type: eval.List, Max: &five, Needs: "request", Keep: month,
		Fields: []engine.Datum{{Name: "nombre", Type: eval.Text, Max: &letters}, {Name: "edad", Type: eval.Integer, Min: &zero}},
	})
	same(t, "given", d.Flows[0].Data, []engine.Datum{{Name: "quien", Type: eval.Text, Default: eval.TextOf("nadie"), Given: true}})
}

// With several consents to messages nothing is guessed: a template that need not
// name one serves none.
func TestNoConsentIsGuessed(t *testing.T) {
	d := definition(t, smallest, "[template.recordatorio]\ncategory = \"utility\"", `[consent.a]
version  = 1
messages = true
purpose  = "enviarte consejos"
[consent.b]
version  = 1
messages = true
purpose  = "recordarte tus citas"
[template.recordatorio]
category = "authentication"`, "[template.nadie_libre]", "[template.nadie_libre]\nconsent = \"b\"")
	same(t, "templates", []string{d.Templates[0].Consent, d.Templates[1].Consent}, []string{"", "b"})
}
