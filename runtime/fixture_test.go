package runtime_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/dispatch/local"
	"cauce/runtime/store"
	"cauce/runtime/store/sqlite"
)

func es(s string) engine.Words { return engine.Words{"es": s} }

// echo is a service that asks, saves, waits and sends a template.
func echo() engine.Definition {
	return engine.Definition{
		Name: "Eco", Languages: []string{"es"}, Timezone: "America/Bogota", Home: "eco",
		NotUnderstood: es("No te entendí."), Hint: es("{word.human} · {word.stop}"),
		Human: engine.Human{Say: es("Ya viene alguien."), Paths: []engine.Path{{Inbox: "casa"}}},
		Stop:  engine.Stop{Say: es("Listo.")},
		Templates: []engine.Template{{Name: "sigue", Category: "utility", Body: es("¿Seguimos?"),
			Buttons: []engine.Button{{ID: "si", Label: es("Sí")}}}},
		Flows: []engine.Flow{{
			ID: "eco", Begins: "di", Outcomes: []string{"done"},
			Nodes: []engine.Node{
				{ID: "di", Verb: engine.AskVerb, Ask: es("Di algo."), Go: engine.Target{Node: "dicho"},
					Silence: &engine.Silence{After: 4 * time.Hour, Go: engine.Target{Node: "sigue"}}},
				{ID: "dicho", Verb: engine.SayVerb, Say: []engine.Words{es("Dijiste: {raw}")}, Go: engine.Target{Node: "di"}},
				{ID: "sigue", Verb: engine.TemplateV, Template: "sigue", Go: engine.Target{Node: "di"},
					Rows: []engine.Row{{ID: "si", Go: engine.Target{Node: "di"}}}},
			},
		}},
	}
}

// wire is WhatsApp as the runtime meets it.
type wire struct {
	mu   sync.Mutex
	sent []sent
	fail func(n int, m engine.Outgoing) error // of the nth request; nil: accepted
	hang bool                                 // no answer until the request is given up
	see  func(to store.Contact, m engine.Outgoing, id string)
	n    int
}

type sent struct {
	To    string
	Body  string
	Kind  engine.OutKind
	Token string
	ID    string
}

func (w *wire) Send(ctx context.Context, to store.Contact, p engine.Permit, token string) (runtime.Receipt, error) {
	m, ok := p.Message()
	if !ok {
		return runtime.Receipt{}, runtime.ErrNoPermit
	}
	if w.hang {
		<-ctx.Done()
		return runtime.Receipt{}, &runtime.SendError{Err: ctx.Err()}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	if w.fail != nil {
		if err := w.fail(w.n, m); err != nil {
			return runtime.Receipt{}, err
		}
	}
	id := fmt.Sprintf("wamid.%d", w.n)
	if w.see != nil {
		w.see(to, m, id)
	}
	w.sent = append(w.sent, sent{to.Phone, m.Body, m.Kind, token, id})
	return runtime.Receipt{MessageID: id}, nil
}

func (w *wire) bodies() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, s := range w.sent {
		out = append(out, s.Body)
	}
	return out
}

// house is a runtime over a real database.
type house struct {
	t     testing.TB
	flows engine.Definition
	path  string
	store *sqlite.Store
	wire  *wire
	svc   *runtime.Service
	end   context.CancelFunc
	ended chan error
	n     int
}

func open(t testing.TB) *house { return openWith(t, echo()) }

func openWith(t testing.TB, flows engine.Definition) *house {
	h := &house{t: t, flows: flows, path: filepath.Join(t.TempDir(), "eco.db"), wire: &wire{}}
	h.start()
	return h
}

func (h *house) start() {
	h.t.Helper()
	var err error
	if h.store, err = sqlite.Open(h.path, sqlite.Options{Merge: runtime.Merge}); err != nil {
		h.t.Fatal(err)
	}
	flows, err := engine.New(h.flows)
	if err != nil {
		h.t.Fatal(err)
	}
	h.svc, err = runtime.New(runtime.Options{Flows: flows, Store: h.store, Sender: h.wire, Dispatcher: local.New(nil)})
	if err != nil {
		h.t.Fatal(err)
	}
	var ctx context.Context
	ctx, h.end = context.WithCancel(context.Background())
	h.ended = make(chan error, 1)
	go func() { h.ended <- h.svc.Run(ctx) }()
}

func (h *house) close() {
	h.t.Helper()
	h.end()
	if err := <-h.ended; err != nil {
		h.t.Error(err)
	}
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
}

// message is a text as the adapter hands it over.
func message(id, phone, text string, at time.Time) runtime.Incoming {
	return runtime.Incoming{
		Key: "n/message/" + id, From: store.Address{Phone: phone},
		Message: engine.Inbound{ID: id, Kind: engine.InText, Type: "text", Text: text, Sent: at},
	}
}

func (h *house) say(phone, text string) {
	h.t.Helper()
	h.n++
	err := h.svc.Receive(context.Background(), runtime.Delivery{
		Messages: []runtime.Incoming{message(fmt.Sprint("m", h.n), phone, text, time.Now())},
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
