package engine_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
	"cauce/engine/sim"
)

const privacy = "https://example.org/privacidad"

// permiso is a service that asks before it writes: a consent to messages and
// one to a study, data that each covers, templates for advice and for offers,
// quiet nights, and nodes that hold, replace and hand over.
func permiso() engine.Definition {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	end := func(o string) engine.Target { return engine.Target{End: o} }
	wait := func(d time.Duration) *engine.Wait { return &engine.Wait{For: engine.Duration{Exact: d}, At: -1} }
	yesNo := func(yes, no engine.Target) []engine.Row {
		return []engine.Row{
			{ID: "yes", Label: es("Sí, acepto"), Also: map[string][]string{"es": {"claro"}}, Go: yes},
			{ID: "no", Label: es("No, gracias"), Say: []engine.Words{es("Está bien.")}, Go: no},
		}
	}
	every := [7]bool{true, true, true, true, true, true, true}
	return engine.Definition{
		Name: "Luna", Languages: []string{"es", "en"}, Timezone: "America/Bogota", Home: "casa", Privacy: privacy,
		NotUnderstood: es("No te entendí."),
		Human: engine.Human{
			Say: es("Te escribirá una enfermera."), Closed: es("Volvemos {opens}."),
			Hours:  []engine.Hours{{Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}, From: 8 * 60, To: 17 * 60}},
			GiveUp: engine.GiveUp{Say: es("No hubo nadie.")},
			Paths:  []engine.Path{{Inbox: "enfermeras"}, {Inbox: "parteras"}, {Phone: "+57 601 555 0100", Always: true}},
		},
		Stop: engine.Stop{Say: es("Listo.")}, WelcomeBack: es("Qué bueno."), Hint: es("{word.human} · {word.stop}"),
		Quiet: []engine.Hours{{Days: every, From: 21 * 60, To: 24 * 60}, {Days: every, To: 7 * 60}},
		Consents: []engine.Consent{
			{Name: "consejos", Version: 3, Messages: true, Purpose: engine.Words{"es": "enviarte consejos", "en": "send you advice"}},
			{Name: "estudio", Version: 1, Purpose: es("usar tus datos en un estudio")},
		},
		Data: []engine.Datum{
			{Name: "nombre", Type: eval.Text, Max: num(40), Needs: "request", Keep: 30 * 24 * time.Hour},
			{Name: "peso", Type: eval.Integer, Needs: "estudio", Sensitive: "health", Share: []string{"operators"}, Keep: 24 * 90 * time.Hour},
			{Name: "semana", Type: eval.Integer, Min: num(1), Max: num(42), Needs: "consejos"},
		},
		Templates: []engine.Template{
			{Name: "consejo", Category: "utility", Consent: "consejos", Body: es("Tu consejo está listo."),
				Buttons: []engine.Button{{ID: "leer", Label: es("Leer")}, {ID: "nacio", Label: es("Ya nació")}}},
			{Name: "oferta", Category: "marketing", Body: es("Hay cunas.")},
			{Name: "cita", Category: "utility", Body: es("¿Vienes el {dia}?"), Fill: []string{"dia"},
				Buttons: []engine.Button{{ID: "si", Label: es("Voy")}, {ID: "otra", Label: es("Otra cosa")}}},
		},
		Flows: []engine.Flow{
			{ID: "casa", Keywords: map[string][]string{"es": {"casa"}}, Begins: "pide", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "pide", Verb: engine.AskVerb, Ask: es("¿Cómo te llamas?"), Save: "nombre", Go: to("fin")},
				{ID: "fin", Verb: engine.SayVerb, Say: []engine.Words{es("Hola, {nombre}.")}, Go: end("done")},
			}},
			{ID: "cita", Keywords: map[string][]string{"es": {"cita"}}, Begins: "espera", Outcomes: []string{"done", "tarde"}, Nodes: []engine.Node{
				{ID: "espera", Verb: engine.WaitVerb, Wait: wait(50 * time.Hour), Go: to("vienes")},
				{ID: "vienes", Verb: engine.AskVerb, Ask: es("¿Vienes mañana?"), Outside: "cita", Fill: []engine.Fill{{Name: "dia", Source: "'lunes'"}},
					Hold: &engine.Hold{For: engine.Duration{Exact: 48 * time.Hour}, Else: to("tarde")},
					Rows: []engine.Row{
						{ID: "si", Label: es("Sí, voy"), Say: []engine.Words{es("Te esperamos.")}, Go: end("done")},
						{ID: "no", Label: es("No voy"), Go: end("done")},
					}},
				{ID: "tarde", Verb: engine.TemplateV, Template: "consejo", Otherwise: end("tarde"), Silence: &engine.Silence{After: 24 * time.Hour, Go: end("tarde")}},
			}},
			{ID: "embarazo", Keywords: map[string][]string{"es": {"embarazo"}}, Begins: "permiso", Outcomes: []string{"listo", "no_quiso"}, Nodes: []engine.Node{
				{ID: "permiso", Verb: engine.ConsentVerb, Consent: "consejos", Ask: engine.Words{"es": "¿Podemos {purpose}?", "en": "May we {purpose}?"},
					Rows: yesNo(to("semana"), end("no_quiso"))},
				{ID: "semana", Verb: engine.AskVerb, Ask: es("¿Qué semana?"), Save: "semana", Go: to("espera")},
				{ID: "espera", Verb: engine.WaitVerb, Wait: wait(3 * time.Hour), Go: to("consejo")},
				{ID: "consejo", Verb: engine.SayVerb, Say: []engine.Words{es("Semana {semana}: descansa.")}, Go: to("lejos")},
				{ID: "lejos", Verb: engine.WaitVerb, Wait: wait(7 * 24 * time.Hour), Go: to("aviso")},
				{ID: "aviso", Verb: engine.TemplateV, Template: "consejo", Otherwise: end("listo"),
					Rows:    []engine.Row{{ID: "leer", Go: to("oferta")}},
					Silence: &engine.Silence{After: 48 * time.Hour, Go: to("oferta")}},
				{ID: "oferta", Verb: engine.TemplateV, Template: "oferta", Otherwise: end("listo"), Silence: &engine.Silence{After: 24 * time.Hour, Go: end("listo")}},
			}},
			{ID: "enfermera", Keywords: map[string][]string{"es": {"dudas"}}, Begins: "pasa", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "pasa", Verb: engine.HandoverVerb, Say: []engine.Words{es("Te paso con una partera.")},
					Handover: &engine.Handing{Inbox: "parteras", Tell: []string{"peso", "nombre"}, Priority: 5, Done: to("listo"), Closed: to("cerrado"), Nobody: to("nadie")}},
				{ID: "listo", Verb: engine.SayVerb, Say: []engine.Words{es("Gracias por hablar con nosotras.")}, Go: end("done")},
				{ID: "cerrado", Verb: engine.SayVerb, Say: []engine.Words{es("Ya cerramos.")}, Go: end("done")},
				{ID: "nadie", Verb: engine.TemplateV, Template: "consejo", Otherwise: end("done")},
			}},
			{ID: "estudio", Keywords: map[string][]string{"es": {"estudio"}}, Begins: "permiso", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "permiso", Verb: engine.ConsentVerb, Consent: "estudio", Ask: es("Luna quiere {purpose}: " + privacy), Rows: yesNo(to("peso"), to("peso"))},
				{ID: "peso", Verb: engine.AskVerb, Ask: es("¿Cuánto pesas?"), Save: "peso", Go: to("mira")},
				{ID: "mira", Verb: engine.WhenVerb, When: []engine.Case{{If: `agreed("estudio")`, Go: to("gracias")}}, Otherwise: to("nada")},
				{ID: "gracias", Verb: engine.SayVerb, Say: []engine.Words{es("Guardado.")}, Go: to("espera")},
				{ID: "espera", Verb: engine.WaitVerb, Wait: wait(100 * 24 * time.Hour), Go: to("dice")},
				{ID: "dice", Verb: engine.SayVerb, Say: []engine.Words{es("Pesabas {peso ?? 0}.")}, Go: end("done")},
				{ID: "nada", Verb: engine.SayVerb, Say: []engine.Words{es("No lo guardamos.")}, Go: end("done")},
			}},
			{ID: "fuera", Keywords: map[string][]string{"es": {"fuera"}}, Begins: "quita", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "quita", Withdraw: "estudio", Go: to("dicho")},
				{ID: "dicho", Verb: engine.SayVerb, Say: []engine.Words{es("Retirado.")}, Go: end("done")},
			}},
			{ID: "noche", Keywords: map[string][]string{"es": {"noche"}}, Begins: "espera", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "espera", Verb: engine.WaitVerb, Wait: wait(13 * time.Hour), Go: to("habla")}, // 22:00
				{ID: "habla", Verb: engine.AskVerb, Ask: es("¿Duermes?"), Go: end("done")},
			}},
			{ID: "olvida", Keywords: map[string][]string{"es": {"olvida"}}, Begins: "f", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "f", Forget: []string{"semana"}, Go: to("dicho")},
				{ID: "dicho", Verb: engine.SayVerb, Say: []engine.Words{es("Olvidado.")}, Go: end("done")},
			}},
			{ID: "pregunta", Keywords: map[string][]string{"es": {"pregunta"}}, Begins: "q", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "q", Verb: engine.AskVerb, Ask: es("¿Seguimos?"), Go: end("done"),
					Silence: &engine.Silence{After: 12*time.Hour + 30*time.Minute, Say: es("¿Y?"), Times: 1, Go: end("done")}},
			}},
			{ID: "tarde", Keywords: map[string][]string{"es": {"tarde"}}, Begins: "espera", Outcomes: []string{"done"}, Nodes: []engine.Node{
				{ID: "espera", Verb: engine.WaitVerb, Wait: wait(28 * time.Hour), Go: to("dice")},
				{ID: "dice", Verb: engine.SayVerb, Say: []engine.Words{es("Vas en la {semana}.")}, Go: to("q")},
				{ID: "q", Verb: engine.AskVerb, Ask: es("¿Sigues en la {semana}?"), Rows: []engine.Row{{ID: "si", Label: es("Sigo"), Go: end("done")}}},
			}},
		},
	}
}

// ledger are the entries of the last event.
func (l *life) ledger() (out []engine.Consented) {
	for _, e := range l.last.Effects {
		if c, ok := e.(engine.Consented); ok {
			out = append(out, c)
		}
	}
	return out
}

// agreed is a conversation that agreed to advice, in week 20, and waits.
func agreed(t *testing.T) *life {
	t.Helper()
	l := live(t, permiso())
	l.say(t, "embarazo", 0)
	l.tap(t, l.front(t), "yes")
	l.say(t, "20", 0)
	if len(l.c.Parked) != 1 || l.c.Data["semana"].Value.Int != 20 {
		t.Fatalf("%+v", l.c)
	}
	return l
}

func (l *life) has(t *testing.T, record string) {
	t.Helper()
	if !slices.Contains(l.records(), record) {
		t.Fatalf("no %s among %v", record, l.records())
	}
}

// Consent: an ask whose yes is written to the ledger: who, when, version, the
// exact words shown, message id.
func TestConsentWritesWhatWasShown(t *testing.T) {
	l := live(t, permiso())
	l.say(t, "embarazo", 0)
	shown := l.sends()[0].Body
	if want := "¿Podemos enviarte consejos?\n\nLuna · " + privacy + "\n\nAGENTE · STOP"; shown != want && !strings.HasPrefix(shown, "¿Podemos enviarte consejos?\n\nLuna · "+privacy+"\n\n") {
		t.Fatalf("%q", shown)
	}
	f := l.front(t)
	l.now = l.now.Add(time.Hour)
	l.must(t, l.s.Read(engine.Inbound{ID: "wamid.7", Kind: engine.InTap, Text: "Sí, acepto", Sent: l.now.Add(-time.Minute),
		Tap: engine.WireID{Flow: f.Flow, Node: f.Node, Visit: f.Visit, Row: "yes"}.String()}).Event(l.now))
	got := l.ledger()
	if len(got) != 1 || got[0] != (engine.Consented{
		Purpose: "consejos", Version: 3, Given: true, Words: shown + "\n[Sí, acepto] [No, gracias]",
		Message: "wamid.7", Source: "embarazo.permiso", Actor: engine.ByPerson, At: l.now.Add(-time.Minute),
	}) {
		t.Fatalf("%+v", got)
	}
	if g := l.c.Consents["consejos"]; !g.Live || g.Version != 3 {
		t.Fatalf("%+v", g)
	}
}

// Its message names the service and closes with the privacy link: what the
// words lack is appended in the same bubble, and nothing else.
func TestConsentNamesTheServiceAndItsPolicy(t *testing.T) {
	for _, c := range []struct{ body, service, want string }{
		{"¿Podemos escribirte?", "Luna", "¿Podemos escribirte?\n\nLuna · " + privacy},
		{"¿Puede LUNA escribirte?", "Luna", "¿Puede LUNA escribirte?\n\n" + privacy},
		{"Más: " + privacy, "Luna", "Más: " + privacy + "\n\nLuna"},
		{"Luna: " + privacy, "Luna", "Luna: " + privacy},
		{"¿Cada semana?", "Ana", "¿Cada semana?\n\nAna · " + privacy},
		{"¿Te escribe 🌙?", "🌙", "¿Te escribe 🌙?\n\n" + privacy},
	} {
		if got := engine.WithPolicy(c.body, c.service, privacy); got != c.want {
			t.Errorf("%q: %q, want %q", c.body, got, c.want)
		}
	}
	l := live(t, permiso())
	l.say(t, "estudio", 0)
	if b := l.sends()[0].Body; strings.Count(b, "Luna") != 1 || strings.Count(b, privacy) != 1 {
		t.Fatalf("%q", b)
	}
	// Asked again, it is the same message.
	l.say(t, "casa", 0)
	l.say(t, "Ana", 0)
	if m := l.sends(); len(m) != 2 || strings.Count(m[1].Body, privacy) != 1 {
		t.Fatalf("%+v", m)
	}
}

// Already agreed to this version: takes yes unasked; to an older one: asked.
func TestConsentGivenBeforeIsNotAskedAgain(t *testing.T) {
	l := agreed(t)
	same(t, l.say(t, "embarazo", 0), "¿Qué semana?")
	if len(l.ledger()) != 0 {
		t.Fatal("nobody said anything now")
	}
	if h := l.last.Trace[0]; h.Transition != "permiso/agreed" {
		t.Fatalf("%+v", l.last.Trace)
	}
	for _, g := range []engine.Agreement{{Version: 2, Live: true}, {Version: 4, Live: true}, {Version: 3}} {
		l.c.Consents["consejos"] = g
		same(t, l.say(t, "embarazo", 0), "¿Podemos enviarte consejos?")
	}
	// A yes that nobody said makes no answer of what comes after a wait.
	d := permiso()
	d.Flows[2].Begins = "espera"
	d.Flows[2].Nodes[3] = engine.Node{ID: "consejo", Go: engine.Target{Node: "permiso"}}
	l.s = live(t, d).s
	l.c.Consents["consejos"] = engine.Agreement{Version: 3, Live: true}
	l.say(t, "embarazo", 0)
	same(t, l.wait(t, 3*hour), "¿Qué semana?")
	if m := l.sends()[0]; m.Cause != policy.Proactive || m.Purpose != "consejos" {
		t.Fatalf("%+v", m)
	}
}

// A consent needs a tap of its own visit or a typed yes.
func TestConsentNeedsItsOwnTapOrTypedYes(t *testing.T) {
	given := func(l *life) bool { return l.c.Consents["consejos"].Live }
	l := live(t, permiso())
	l.say(t, "embarazo", 0)
	old := l.front(t)
	l.say(t, "embarazo", 0) // asked anew: another visit
	l.tap(t, old, "yes")
	if given(l) || len(l.c.Front) != 1 {
		t.Fatal("a tap on an older visit")
	}
	for _, m := range []engine.Inbound{
		{Kind: engine.InOther, Type: "image", Text: "Sí, acepto"},
		{Kind: engine.InMedia, Type: "image", Text: "Sí, acepto"},
		{Kind: engine.InFact, Type: "reaction", Text: "Sí, acepto"},
		{Kind: engine.InText, Type: "text", Text: "tal vez"},
	} {
		l.say(t, "embarazo", 0)
		m.ID, m.Sent = "m", l.now
		if l.must(t, l.s.Read(m).Event(l.now)); given(l) {
			t.Fatalf("%+v", m)
		}
	}
	for text, want := range map[string]bool{
		"sí, acepto": true, "Claro": true, "si": true, "SÍ!": true, "yes": true,
		"no": false, "¿sí?": false, "sí pero no": false, "no sé": false, "acepto no": false,
	} {
		l := live(t, permiso())
		l.say(t, "embarazo", 0)
		if l.say(t, text, 0); given(l) != want {
			t.Errorf("%q: %v", text, given(l))
		}
	}
	l = live(t, permiso())
	l.say(t, "embarazo", 0)
	same(t, l.say(t, "no", 0), "Está bien.") // a typed no is a no
}

// No withdraws a consent that was given; otherwise it stays never.
func TestNoWithdrawsOrStaysNever(t *testing.T) {
	l := live(t, permiso())
	l.say(t, "embarazo", 0)
	same(t, l.say(t, "no, gracias", 0), "Está bien.")
	if _, ok := l.c.Consents["consejos"]; ok || len(l.ledger()) != 0 {
		t.Fatalf("%+v", l.c.Consents)
	}
	l.c.Consents = map[string]engine.Agreement{"consejos": {Version: 2, Live: true}}
	l.say(t, "embarazo", 0)
	l.say(t, "no, gracias", 0)
	if g := l.c.Consents["consejos"]; g.Live {
		t.Fatalf("%+v", g)
	}
	if e := l.ledger(); len(e) != 1 || e[0].Given || e[0].Version != 2 || e[0].Words != "no, gracias" || e[0].Message != "m" {
		t.Fatalf("%+v", e)
	}
}

// agreed("x") is whether a live consent is kept; what needs a consent is not
// saved without it, and the record says so.
func TestSavingNeedsTheConsent(t *testing.T) {
	l := live(t, permiso())
	l.say(t, "estudio", 0)
	l.say(t, "no, gracias", 0)
	same(t, l.say(t, "60", 0), "No lo guardamos.")
	if _, ok := l.c.Data["peso"]; ok {
		t.Fatal("saved without its consent")
	}
	l.has(t, "fault/consent-missing")
	l.say(t, "estudio", 0)
	l.say(t, "claro", 0)
	same(t, l.say(t, "60", 0), "Guardado.")
	if l.c.Data["peso"].Value.Int != 60 {
		t.Fatalf("%+v", l.c.Data)
	}
	// Of another version it is not live.
	l.c.Consents["estudio"] = engine.Agreement{Version: 9, Live: true}
	l.say(t, "estudio", 0)
	l.say(t, "no, gracias", 0)
	same(t, l.say(t, "70", 0), "No lo guardamos.")
}

// Withdrawing a consent forgets the data only it covered, and ends flows behind
// that read it; later saves under it are refused.
func TestWithdrawingForgets(t *testing.T) {
	l := agreed(t)
	l.say(t, "estudio", 0)
	l.say(t, "claro", 0)
	l.say(t, "60", 0)
	if len(l.c.Parked) != 2 {
		t.Fatalf("%+v", l.c.Parked)
	}
	same(t, l.say(t, "fuera", 0), "Retirado.")
	if _, ok := l.c.Data["peso"]; ok || l.c.Consents["estudio"].Live {
		t.Fatalf("%+v", l.c)
	}
	if !l.timers[timerKey{"peso", 0, engine.ForKeep}].IsZero() {
		t.Fatal("a timer for what is gone")
	}
	if len(l.c.Parked) != 1 || l.c.Parked[0].Stack[0].Flow != "embarazo" || l.c.Data["semana"].At == 0 {
		t.Fatalf("and nothing else: %+v", l.c)
	}
	l.has(t, "lapse/left")
	if e := l.ledger(); len(e) != 1 || e[0].Words != "fuera" || e[0].Source != "fuera.quita" || e[0].Actor != engine.ByPerson {
		t.Fatalf("%+v", e)
	}
	// forget does as much, for the data it names.
	same(t, l.say(t, "olvida", 0), "Olvidado.")
	if _, ok := l.c.Data["semana"]; ok || len(l.c.Parked) != 0 || !l.c.Consents["consejos"].Live {
		t.Fatalf("%+v", l.c)
	}
}

// A question that was set aside, and reads what is taken back, ends left.
func TestForgettingEndsTheQuestionThatReadsIt(t *testing.T) {
	l := agreed(t)
	l.wait(t, 3*hour)
	l.say(t, "tarde", 0)
	l.wait(t, 29*hour)
	same(t, l.say(t, "hola", 0), "Vas en la 20.", "¿Sigues en la 20?")
	same(t, l.say(t, "olvida", 0), "Olvidado.")
	if len(l.c.Front) != 0 || l.c.Aside != nil {
		t.Fatalf("%+v", l.c)
	}
}

// Stop withdraws consents to messages, and no other; start leaves them
// withdrawn.
func TestStopWithdrawsConsentsToMessages(t *testing.T) {
	l := agreed(t)
	l.say(t, "estudio", 0)
	l.say(t, "claro", 0)
	l.say(t, "stop", 0)
	if l.c.Consents["consejos"].Live || !l.c.Consents["estudio"].Live {
		t.Fatalf("%+v", l.c.Consents)
	}
	if e := l.ledger(); len(e) != 1 || e[0].Purpose != "consejos" || e[0].Given || e[0].Source != "stop" || e[0].Message != "m" || e[0].Words == "" {
		t.Fatalf("%+v", e)
	}
	if _, ok := l.c.Data["semana"]; ok {
		t.Fatal("what it covered is forgotten")
	}
	l.say(t, "stop", 0)
	if len(l.ledger()) != 0 {
		t.Fatal("it is withdrawn once")
	}
	l.say(t, "alta", 0)
	if l.c.Stopped != nil || l.c.Consents["consejos"].Live {
		t.Fatalf("%+v", l.c)
	}
}

// Two that prove to be one: the latest word on each purpose; a stop under
// either name withdraws.
func TestMergeTakesTheLatestWord(t *testing.T) {
	g := func(at engine.Stamp, live bool) map[string]engine.Agreement {
		return map[string]engine.Agreement{"consejos": {Version: 3, Live: live, At: at}}
	}
	for _, c := range []struct {
		name         string
		older, newer map[string]engine.Agreement
		want         bool
	}{
		{"given later", g(1, false), g(2, true), true},
		{"withdrawn later", g(1, true), g(2, false), false},
		{"given earlier", g(2, false), g(1, true), false},
		{"both at once", g(1, true), g(1, false), false},
		{"only one was asked", nil, g(1, true), true},
		{"only the other", g(1, true), nil, true},
	} {
		for _, heard := range []engine.Stamp{0, 5} {
			m, _ := engine.Merge(engine.Conversation{Consents: maps.Clone(c.older)}, engine.Conversation{Consents: maps.Clone(c.newer), Heard: heard})
			if m.Consents["consejos"].Live != c.want {
				t.Errorf("%s: %+v", c.name, m.Consents)
			}
		}
	}
	m, _ := engine.Merge(engine.Conversation{Preferred: 3, NoMarketing: 3}, engine.Conversation{Preferred: 2, Heard: 9})
	if m.NoMarketing != 3 {
		t.Fatal("the latest word on marketing")
	}
	l := agreed(t)
	stopped := engine.Conversation{Stopped: &engine.Stopping{At: engine.Stamp(l.now.UnixMicro())}}
	l.c, _ = engine.Merge(stopped, l.c)
	l.say(t, "hola", 0)
	if l.c.Consents["consejos"].Live || len(l.ledger()) != 1 {
		t.Fatalf("%+v", l.c.Consents)
	}
}

// A consent that a flow takes back while nobody writes was not taken back by
// the person, and the ledger says so.
func TestTakenBackByTheService(t *testing.T) {
	d := luna()
	d.Home, d.Human.After = "casa", ""
	d.Consents = []engine.Consent{{Name: "x", Version: 1, Purpose: es("escribirte")}}
	d.Flows = []engine.Flow{{
		ID: "casa", Begins: "espera", Outcomes: []string{"done"}, Nodes: []engine.Node{
			{ID: "espera", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: time.Hour}, At: -1}, Go: engine.Target{Node: "quita"}},
			{ID: "quita", Withdraw: "x", Go: engine.Target{End: "done"}},
		},
	}}
	s, err := engine.New(d)
	if err != nil {
		t.Fatal(err)
	}
	w := sim.New(s, monday)
	w.Start(engine.Conversation{Consents: map[string]engine.Agreement{"x": {Version: 1, Live: true, At: 1}}})
	if _, err := w.Say("hola"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Wait(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, e := range w.Effects() {
		if c, ok := e.Effect.(engine.Consented); ok {
			if c.Given || c.Actor != engine.ByService || c.Source != "casa.quita" || c.Message != "" {
				t.Fatalf("%+v", c)
			}
			return
		}
	}
	t.Fatal("nothing was written")
}
