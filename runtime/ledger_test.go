package runtime_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/store"
)

// agreeing is the echo with a consent that is counted, and a tag.
func agreeing() engine.Definition {
	d := echo()
	d.Privacy = "https://example.org/p"
	d.Consents = []engine.Consent{{Name: "consejos", Version: 3, Messages: true, Purpose: engine.Words{"es": "enviarte consejos"}}}
	d.Flows = slices.Clone(d.Flows)
	done := engine.Target{End: "done"}
	d.Flows = append(d.Flows, engine.Flow{
		ID: "permiso", Begins: "pide", Outcomes: []string{"done"}, Keywords: map[string][]string{"es": {"permiso"}},
		Nodes: []engine.Node{{
			ID: "pide", Verb: engine.ConsentVerb, Consent: "consejos", Count: "pedidos", Tags: []string{"nueva"}, Ask: engine.Words{"es": "¿Podemos {purpose}?"},
			Rows: []engine.Row{
				{ID: "yes", Label: engine.Words{"es": "Sí"}, Count: "respuestas", Go: done}, {ID: "no", Label: engine.Words{"es": "No"}, Count: "respuestas", Go: done},
			},
		}},
	})
	return d
}

// What somebody agrees to, and how often people came by, is in the books with
// the message that caused it: once, however often WhatsApp repeats it.
func TestTheLedgerIsWrittenWithTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, agreeing())
		h.say(ana, "permiso")
		h.say(bea, "permiso")
		at := time.Now()
		yes := runtime.Delivery{Messages: []runtime.Incoming{message("si", ana, "sí", at)}}
		for range 3 {
			if err := h.svc.Receive(t.Context(), yes); err != nil {
				t.Fatal(err)
			}
		}
		h.say(bea, "no")
		h.say(ana, "parar")
		synctest.Wait()
		h.close()
		h.start()
		synctest.Wait()

		ctx := context.Background()
		who, err := h.store.Lookup(ctx, store.Address{Phone: ana})
		if err != nil {
			t.Fatal(err)
		}
		ledger, err := h.store.Consents(ctx, who.ID)
		if err != nil || len(ledger) != 2 {
			t.Fatalf("%+v, %v", ledger, err)
		}
		given, taken := ledger[0], ledger[1]
		words := given.Words
		given.Words = ""
		if want := (store.Consent{At: at.UTC(), Purpose: "consejos", Version: 3, Given: true, MessageID: "si", Source: "permiso.pide", Actor: "person"}); given != want {
			t.Errorf("given %+v, want %+v", given, want)
		}
		if want := "¿Podemos enviarte consejos?"; len(words) < len(want) || words[:len(want)] != want {
			t.Errorf("the words are %q", words)
		}
		if taken.Given || taken.Source != "stop" || taken.Words != "parar" {
			t.Errorf("taken back: %+v", taken)
		}
		if bea, err := h.store.Lookup(ctx, store.Address{Phone: bea}); err != nil {
			t.Fatal(err)
		} else if ledger, err := h.store.Consents(ctx, bea.ID); err != nil || len(ledger) > 0 {
			t.Errorf("who said no: %+v, %v", ledger, err)
		}
		tallies, err := h.store.Tallies(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for _, c := range tallies {
			if _, err := time.Parse(time.DateOnly, c.Day); err != nil || c.Language != "es" {
				t.Errorf("%+v", c)
			}
			got[c.Name+"/"+c.Row] += c.Times
		}
		if want := map[string]int64{"pedidos/": 2, "respuestas/yes": 1, "respuestas/no": 1}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("tallies %v, want %v", got, want)
		}
		records, err := h.store.Records(ctx, who.ID)
		if err != nil || !slices.ContainsFunc(records, func(r store.Record) bool { return r.Kind == "tag" && r.Code == "nueva" }) {
			t.Errorf("no tag: %+v, %v", records, err)
		}
		h.close()
	})
}
