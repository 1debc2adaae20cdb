package engine_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/eval"
	"cauce/engine/policy"
	"cauce/engine/sim"
)

// fetching is a service with one flow, "pide", that saves nombre and fetches r.
func fetching(r engine.Request) engine.Definition {
	to := func(n engine.NodeID) engine.Target { return engine.Target{Node: n} }
	d := luna()
	d.Connections = []engine.Connection{{Name: "notas", URL: "https://example.org"}}
	r.Connection, r.Failed = "notas", to("falla")
	if r.Method == "" {
		r.Method = "POST"
	}
	d.Flows = append(d.Flows, engine.Flow{ID: "pide", Keywords: map[string][]string{"es": {"pide"}}, Begins: "quien", Outcomes: []string{"done"},
		Data: []engine.Datum{
			{Name: "cual", Type: eval.Text, Max: num(100)}, {Name: "nota", Type: eval.Integer, Max: num(10)}, {Name: "peso", Type: eval.Number},
			{Name: "dia", Type: eval.Date}, {Name: "si", Type: eval.Bool, Default: eval.BoolOf(true)},
		},
		Nodes: []engine.Node{
			{ID: "quien", Verb: engine.AskVerb, Ask: es("¿Cuál?"), Save: "cual", Go: to("busca")},
			{ID: "busca", Verb: engine.FetchVerb, Fetch: &r, Go: to("dice")},
			{ID: "dice", Verb: engine.SayVerb, Say: []engine.Words{es(`{result.status ?? -1}: {nota ?? -1} {cual ?? "-"}`)}, Go: engine.Target{End: "done"}},
			{ID: "falla", Verb: engine.AskVerb, Ask: es("Falló {result.status ?? -1}: {nota ?? -1} {cual ?? \"-\"}"), Go: engine.Target{End: "done"}},
		}})
	return d
}

// request is the request that an event made; a test fails without one.
func (l *life) request(t testing.TB) engine.Fetch {
	t.Helper()
	for _, e := range l.last.Effects {
		if f, ok := e.(engine.Fetch); ok {
			return f
		}
	}
	t.Fatalf("no request: %v", l.records())
	return engine.Fetch{}
}

// A value is encoded for the place it stands in: a path, a query, JSON of its
// own type.
func TestRequestsAreEncoded(t *testing.T) {
	l := live(t, fetching(engine.Request{
		Path:  "/notas/{cual}/de-{2 + 1}/{{x}}",
		Query: []engine.Field{{Name: "q&a", Source: "{cual} y {today}"}, {Name: "n", Source: "{3 / 2}"}, {Name: "ok", Source: "{si}"}},
		Body: &engine.Body{Object: []engine.Member{
			{Name: "texto", Body: engine.Body{Text: "sé \"{cual}\""}}, {Name: "n", Body: engine.Body{Text: "{2 + 1}"}}, {Name: "m", Body: engine.Body{Text: "{3 / 2}"}},
			{Name: "si", Body: engine.Body{Text: "{si}"}}, {Name: "hoy", Body: engine.Body{Text: "{today}"}}, {Name: "fijo", Body: engine.Body{Fixed: "7"}},
			{Name: "lista", Body: engine.Body{List: []engine.Body{{Text: "a"}, {Object: []engine.Member{{Name: "b", Body: engine.Body{Fixed: "true"}}}}}}},
			{Name: "vacio", Body: engine.Body{Text: ""}},
		}},
	}))
	l.say(t, "pide", 0)
	same(t, l.say(t, `ñu/1?&#<"`, 0))
	r := l.request(t)
	if want := `/notas/%C3%B1u%2F1%3F&%23%3C%22/de-3/{x}?q%26a=%C3%B1u%2F1%3F%26%23%3C%22+y+2026-03-02&n=1.5&ok=true`; r.Path != want {
		t.Errorf("%s\n%s", r.Path, want)
	}
	if want := `{"texto":"sé \"ñu/1?&#<\"\"","n":3,"m":1.5,"si":true,"hoy":"2026-03-02","fijo":7,"lista":["a",{"b":true}],"vacio":""}`; string(r.Body) != want {
		t.Errorf("%s\n%s", r.Body, want)
	}
	if r.Connection != "notas" || r.Method != "POST" || r.Timeout != 10*time.Second || r.Flow != "pide" || r.Visit == 0 {
		t.Errorf("%+v", r)
	}
}

// Whatever somebody writes, it stays one part of the path, one value of the
// query and one text of the body.
func TestRequestsHoldWhatIsWritten(t *testing.T) {
	s := live(t, fetching(engine.Request{Path: "/a/{cual}/b", Query: []engine.Field{{Name: "q", Source: "{cual}"}}, Body: &engine.Body{Object: []engine.Member{{Name: "x", Body: engine.Body{Text: "{cual}"}}}}})).s
	rapid.Check(t, func(t *rapid.T) {
		l := &life{s: s, now: monday, timers: map[timerKey]time.Time{}}
		write := func(text string) {
			if err := l.do(l.s.Read(engine.Inbound{ID: "m", Kind: engine.InText, Text: text, Sent: l.now}).Event(l.now)); err != nil {
				t.Fatal(err)
			}
		}
		write("pide")
		text := rapid.OneOf(rapid.StringN(1, 50, -1), rapid.SampledFrom([]string{".", "..", "../x", "%2e%2e", "a/../../b", "..;/", "\\", "?x=1", "#", "a%2Fb", "{cual}", "=1+1"})).Draw(t, "text")
		write(text)
		if len(l.c.Front) == 0 || l.c.Front[0].Flow != "pide" {
			return // a word of its own: stop, a person
		}
		k, kept := l.c.Front[0].Data["cual"]
		if l.c.Front[0].Node != "busca" {
			if kept && k.Value.Text != "." && k.Value.Text != ".." {
				t.Fatalf("%q is not asked for: %v", k.Value.Text, l.records())
			}
			return
		}
		var r engine.Fetch
		for _, e := range l.last.Effects {
			if f, ok := e.(engine.Fetch); ok {
				r = f
			}
		}
		u, err := url.Parse(r.Path)
		if err != nil {
			t.Fatal(err)
		}
		part, err := url.PathUnescape(strings.TrimSuffix(strings.TrimPrefix(u.EscapedPath(), "/a/"), "/b"))
		if err != nil || part != k.Value.Text || strings.Count(u.EscapedPath(), "/") != 3 || len(u.Query()) != 1 || u.Query().Get("q") != k.Value.Text || u.Fragment != "" {
			t.Fatalf("%q became %q (%v)", k.Value.Text, r.Path, err)
		}
		var body map[string]string
		if err := json.Unmarshal(r.Body, &body); err != nil || body["x"] != k.Value.Text || len(body) != 1 {
			t.Fatalf("%q became %s (%v)", k.Value.Text, r.Body, err)
		}
	})
}

// A request that can't be made has failed, and nothing was sent: a path that a
// value would lead elsewhere, a value that is not known.
func TestRequestThatCannotBeMade(t *testing.T) {
	for name, c := range map[string]struct {
		r    engine.Request
		says string
	}{
		"up":            {engine.Request{Path: "/a/{cual}/b"}, ".."},
		"here":          {engine.Request{Path: "/a/{cual}"}, "."},
		"in two pieces": {engine.Request{Path: "/a/{cual}."}, "."},
		"nothing":       {engine.Request{Path: "/a/{''}"}, "x"},
		"unset":         {engine.Request{Path: "/a", Body: &engine.Body{Text: "{nota}"}}, "x"},
		"unset query":   {engine.Request{Path: "/a", Query: []engine.Field{{Name: "n", Source: "{nota}"}}}, "x"},
	} {
		l := live(t, fetching(c.r))
		l.say(t, "pide", 0)
		same(t, l.say(t, c.says, 0), "Falló 0: -1 "+c.says)
		for _, e := range l.last.Effects {
			if _, ok := e.(engine.Fetch); ok {
				t.Errorf("%s: it was sent", name)
			}
		}
		if !slices.Contains(l.records(), "fault/expression") {
			t.Errorf("%s: %v", name, l.records())
		}
	}
}

// What came is kept for the flow: by its way it goes on when the status is one
// of success and everything fits, and by the other when not; then nothing is
// saved.
func TestWhatCame(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, says string
	}{
		{200, `{"n": 7, "de": {"quien": "Ana"}}`, "200: 7 Ana"},
		{201, `{"n": 7, "de": {"quien": "Ana"}}`, "201: 7 Ana"},
		{299, `{"n": "7", "de": {"quien": 12}}`, "Falló 299: -1 x"},
		{200, `{"n": 11, "de": {"quien": "Ana"}}`, "Falló 200: -1 x"},
		{200, `{"n": 7}`, "Falló 200: -1 x"},
		{200, `{"n": 7, "de": {"quien": null}}`, "Falló 200: -1 x"},
		{200, ``, "Falló 200: -1 x"},
		{200, `no es JSON`, "Falló 200: -1 x"},
		{404, `{"n": 7, "de": {"quien": "Ana"}}`, "Falló 404: -1 x"},
		{302, `{"n": 7, "de": {"quien": "Ana"}}`, "Falló 302: -1 x"},
		{0, `{"n": 7, "de": {"quien": "Ana"}}`, "Falló 0: -1 x"},
		{200, `{"n": 7, "de": {"quien": "` + strings.Repeat("a", 70_000) + `"}}`, "Falló 0: -1 x"},
	} {
		l := live(t, fetching(engine.Request{Path: "/a", Save: []engine.Assign{{Name: "nota", Source: "result.body.n"}, {Name: "cual", Source: "result.body.de.quien"}}}))
		l.say(t, "pide", 0)
		l.say(t, "x", 0)
		same(t, l.fetched(t, c.status, c.body), c.says)
		if m := l.sends()[0]; m.Cause != policy.Answer {
			t.Errorf("%s: %+v", c.says, m)
		}
		if err := l.alive(); err != nil {
			t.Error(err)
		}
	}
}

// While a request is out no question is open: what they write is kept, and is
// no answer. One that never comes back has failed when its time is over; what
// comes then does nothing.
func TestWhileARequestIsOut(t *testing.T) {
	for method, after := range map[string]time.Duration{"GET": 90 * time.Second, "POST": 70 * time.Second} {
		l := live(t, fetching(engine.Request{Path: "/a", Method: method}))
		l.say(t, "pide", 0)
		old := l.front(t)
		l.say(t, "x", 0)
		f := l.front(t)
		for _, text := range []string{"hola", "embarazo", "20"} {
			same(t, l.say(t, text, 0))
			same(t, l.records(), "fact/fetching")
		}
		same(t, l.tap(t, old, "x"))
		same(t, l.wait(t, after-time.Microsecond))
		same(t, l.wait(t, time.Microsecond), "Falló 0: -1 x")
		same(t, l.must(t, engine.Fetched{Now: l.now, Flow: f.Flow, Visit: f.Visit, Status: 200}))
		same(t, l.records(), "lapse/past-visit")
		l.stands(t, "pide.falla")
	}
	// A stop is a stop, and what comes after it does nothing.
	l := live(t, fetching(engine.Request{Path: "/a"}))
	l.say(t, "pide", 0)
	l.say(t, "x", 0)
	f := l.front(t)
	l.say(t, "stop", 0)
	same(t, l.must(t, engine.Fetched{Now: l.now, Flow: f.Flow, Visit: f.Visit, Status: 200}))
	if len(l.timers) != 0 || l.c.Stopped == nil {
		t.Fatal(l.timers)
	}
}

// For a person asked for in the meantime the answer waits, and so does it for
// words from anywhere: it goes on at its turn, for what it went on for before.
func TestAnswerThatWaitsForItsTurn(t *testing.T) {
	l := live(t, fetching(engine.Request{Path: "/a"}))
	l.say(t, "pide", 0)
	l.say(t, "x", 0)
	same(t, l.say(t, "agente", 0), "Una enfermera te escribirá pronto.")
	same(t, l.fetched(t, 200, `{}`))
	same(t, l.act(t, engine.Releases), "200: -1 x")
	if m := l.sends()[0]; m.Cause != policy.Answer {
		t.Fatalf("%+v", m)
	}

	d := fetching(engine.Request{Path: "/a"})
	d.Anywhere = []engine.Anywhere{{Words: map[string][]string{"es": {"menú"}}, Flow: "embarazo"}}
	l = live(t, d)
	l.say(t, "pide", 0)
	l.say(t, "x", 0)
	same(t, l.say(t, "menú", 0), "¿Quieres consejos?")
	same(t, l.fetched(t, 200, `{}`))
	if err := l.alive(); err != nil {
		t.Fatal(err)
	}
	same(t, l.say(t, "no", 0), "Está bien.", "200: -1 x")

	// The gate is asked when it comes: with the window shut it is held.
	l = live(t, fetching(engine.Request{Path: "/a"}))
	l.say(t, "pide", 0)
	l.say(t, "x", 0)
	l.now = l.now.Add(25 * hour)
	same(t, l.fetched(t, 200, `{}`))
	same(t, l.say(t, "qué tal", 0), "200: -1 x")
}

// The key is the same for every try of a visit, another for every visit and
// every person, and tells nothing of anybody.
func TestIdempotencyKey(t *testing.T) {
	key := func(id string, visits int) string {
		l := live(t, fetching(engine.Request{Path: "/a"}))
		l.must(t, l.s.Read(engine.Inbound{ID: id, Kind: engine.InText, Text: "pide", Sent: l.now}).Event(l.now))
		l.say(t, "x", 0)
		for range visits {
			l.fetched(t, 200, `{}`)
			l.say(t, "pide", 0)
			l.say(t, "x", 0)
		}
		return l.request(t).Key
	}
	a := key("wamid.1", 0)
	if a != key("wamid.1", 0) || a == key("wamid.2", 0) || a == key("wamid.1", 1) || len(a) != 32 {
		t.Fatal("keys", a)
	}
}

// A proactive flow's answer is proactive; the hint closes the first answer of a
// session though a request came before it.
func TestCauseOfAnAnswer(t *testing.T) {
	d := fetching(engine.Request{Path: "/a"})
	f := flowOf(&d, "pide")
	f.Begins, f.Nodes[0] = "quien", engine.Node{ID: "quien", Verb: engine.WaitVerb, Wait: &engine.Wait{For: engine.Duration{Exact: hour}, At: -1}, Go: engine.Target{Node: "busca"}}
	l := live(t, d)
	l.say(t, "pide", 0)
	l.wait(t, hour)
	same(t, l.fetched(t, 200, `{}`), "200: -1 -")
	if m := l.sends()[0]; m.Cause != policy.Proactive || strings.Contains(m.Body, "STOP") {
		t.Fatalf("%+v", m)
	}
	f.Begins = "busca"
	f.Nodes = f.Nodes[1:]
	l = live(t, d)
	same(t, l.say(t, "pide", 0))
	l.fetched(t, 200, `{}`)
	if m := l.sends()[0]; m.Cause != policy.Answer || !strings.HasSuffix(m.Body, "DARME DE BAJA: salir") {
		t.Fatalf("%+v", m)
	}
}

// In the world of conversation tests a request waits for its answer, and is
// gone with its visit.
func TestRequestsOfTheWorld(t *testing.T) {
	s, err := engine.New(fetching(engine.Request{Path: "/a"}))
	if err != nil {
		t.Fatal(err)
	}
	w := sim.New(s, monday)
	talk(t, w, "> pide\n< ¿Cuál?\n> x")
	if r := w.Requests(); len(r) != 1 || r[0].Path != "/a" {
		t.Fatalf("%+v", r)
	}
	if l, err := w.Fetched("notas", 200, []byte(`{}`)); err != nil || fmt.Sprint(l) == "[]" {
		t.Fatal(l, err)
	}
	if _, err := w.Fetched("notas", 200, nil); err == nil {
		t.Fatal("answered twice")
	}
	talk(t, w, "> pide\n< ¿Cuál?\n> x\n@ 2m\n< Falló 0")
	if r := w.Requests(); len(r) != 0 {
		t.Fatalf("%+v", r)
	}
}
