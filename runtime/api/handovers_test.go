package api_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Somebody asks for a person by webhook; an operator sees them, takes them,
// writes, and gives them back: the flow that runs after a release, then the
// question they left. What they write meanwhile is the operator's.
func TestAnOperatorTakesOverAndGivesBack(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(ana, "hola")
		w.gets(ana, "¿En qué semana estás?")
		if all := w.list(""); len(all.Handovers) > 0 {
			t.Fatalf("nobody asked, and %+v", all)
		}
		asked := time.Now().UTC()
		w.says(ana, "quiero hablar con una persona")
		w.gets(ana, "Ya viene alguien.")
		h := w.only()
		if h.State != "waiting" || h.Operator != "" || h.Inbox != "enfermeras" || h.Language != "es" || !h.WindowOpen ||
			h.Priority != 0 || h.Since.Before(asked) || h.Since.After(time.Now()) || len(h.Told)+len(h.Tags) > 0 {
			t.Errorf("%+v", h)
		}
		if said := transcript(h); said != "person: quiero hablar con una persona|service: Ya viene alguien." {
			t.Errorf("said: %s", said)
		}
		w.refused(h.ID, "reply", "Marta", "¡Hola!", "not-claimed")
		w.refused(h.ID, "release", "Marta", "", "not-claimed")
		w.does(h.ID, "claim", "Marta", "")
		w.does(h.ID, "claim", " Marta ", "") // again is fine
		before := len(w.got(ana))
		w.says(ana, "¿Hay alguien?")
		if got := w.got(ana); len(got) > before {
			t.Errorf("the flows spoke: %q", got[before:])
		}
		w.does(h.ID, "reply", "Marta", "Hola, soy Marta.\n¿Qué pasa?")
		w.gets(ana, "Ya viene alguien.", "Hola, soy Marta.")
		now := w.only()
		if now.ID != h.ID || now.State != "with" || now.Operator != "Marta" || !now.Since.Equal(h.Since) {
			t.Errorf("%+v", now)
		}
		if said := transcript(now); said != "person: quiero hablar con una persona|service: Ya viene alguien.|person: ¿Hay alguien?|operator: Hola, soy Marta.\n¿Qué pasa?" {
			t.Errorf("said: %s", said)
		}
		w.does(h.ID, "release", "Marta", "")
		w.gets(ana, "Hola, soy Marta.", "Esperamos haberte ayudado.", "¿En qué semana estás?")
		if all := w.list(""); len(all.Handovers) > 0 {
			t.Errorf("over, and %+v", all)
		}
		for _, what := range []string{"claim", "reply", "release"} {
			w.refused(h.ID, what, "Marta", "hola", "over")
		}
		w.says(ana, "12") // an answer again
		w.gets(ana, "¿Qué quieres hacer?")
	})
}

// What a node tells, its inbox, priority and tags are with the request, and
// after the release the flow goes on by done.
func TestANodeTellsTheOperator(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		for _, text := range []string{"hola", "30", "pedir cita"} {
			w.says(ana, text)
		}
		w.gets(ana, "Te busco a alguien de citas.")
		h := w.only()
		if h.Inbox != "citas" || h.Priority != 5 || fmt.Sprint(h.Told) != "[{semana 30}]" || fmt.Sprint(h.Tags) != "[cita]" {
			t.Errorf("%+v", h)
		}
		w.does(h.ID, "claim", "Luz", "")
		if h = w.only(); fmt.Sprint(h.Told) != "[{semana 30}]" {
			t.Errorf("told after the claim: %v", h.Told)
		}
		w.does(h.ID, "release", "Luz", "")
		w.gets(ana, "Te busco a alguien de citas.", "Esperamos haberte ayudado.", "Hasta pronto.")
	})
}

// The list: most urgent first, by inbox, page by page.
func TestTheListIsOrderedFilteredAndPaged(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(bea, "hola")
		w.says(bea, "agente")
		for _, text := range []string{"hola", "30", "pedir cita"} {
			w.says(ana, text)
		}
		inboxes := func(l listing) (all []string) {
			for _, h := range l.Handovers {
				all = append(all, h.Inbox)
			}
			return all
		}
		if got := inboxes(w.list("")); !slices.Equal(got, []string{"citas", "enfermeras"}) {
			t.Errorf("all: %v", got)
		}
		if got := inboxes(w.list("?inbox=enfermeras")); !slices.Equal(got, []string{"enfermeras"}) {
			t.Errorf("one inbox: %v", got)
		}
		if got := w.list("?inbox=nadie"); len(got.Handovers) > 0 || got.Next != "" {
			t.Errorf("no such inbox: %v", got)
		}
		first := w.list("?limit=1")
		if got := inboxes(first); !slices.Equal(got, []string{"citas"}) || first.Next == "" {
			t.Fatalf("first page: %+v", first)
		}
		second := w.list("?limit=1&after=" + first.Next)
		if got := inboxes(second); !slices.Equal(got, []string{"enfermeras"}) || second.Next != "" {
			t.Errorf("second page: %+v", second)
		}
		for _, limit := range []string{"0", "-1", "201", "diez", ""} {
			if status, out := w.do("GET", "handovers?limit="+limit, ""); status != 400 || decode[answer](t, out).Error.Field != "limit" {
				t.Errorf("limit %q: %d %s", limit, status, out)
			}
		}
		if status, out := w.do("GET", "handovers?after=x", ""); status != 400 || decode[answer](t, out).Error.Field != "after" {
			t.Errorf("after x: %d %s", status, out)
		}
		if _, out := w.do("GET", "handovers", ""); strings.Contains(out, ana) || strings.Contains(out, bea) || strings.Contains(out, "María") {
			t.Errorf("a number or a name is told:\n%s", out)
		}
	})
}

// Free text goes out for 24 hours after they wrote, operator or not: after that
// the caller is told why, and nothing leaves until they write again.
func TestAReplyWithTheWindowShutIsRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(ana, "hola")
		w.says(ana, "agente")
		h := w.only()
		time.Sleep(23 * time.Hour)
		w.does(h.ID, "claim", "Marta", "") // within the 12 hours that an operator may be silent
		time.Sleep(2 * time.Hour)
		if w.only().WindowOpen {
			t.Error("the window is told to be open")
		}
		before := len(w.got(ana))
		a := w.refused(h.ID, "reply", "Marta", "¿Sigues ahí?", "window-shut")
		if !strings.Contains(a.Error.Message, "24 hours") {
			t.Errorf("words: %q", a.Error.Message)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := w.got(ana); len(got) > before {
			t.Errorf("it left: %q", got[before:])
		}
		if said := transcript(w.only()); strings.Contains(said, "¿Sigues ahí?") {
			t.Errorf("it counts as said: %s", said)
		}
		w.says(ana, "sí, aquí")
		w.does(h.ID, "reply", "Marta", "Qué bien.")
		w.gets(ana, "Ya viene alguien.", "Qué bien.")
	})
}

// After the release the question is asked again, but held while the window is
// shut.
func TestTheQuestionWaitsForTheWindowAfterARelease(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(ana, "hola")
		w.says(ana, "agente")
		h := w.only()
		time.Sleep(24 * time.Hour)
		w.does(h.ID, "claim", "Marta", "")
		before := len(w.got(ana))
		w.does(h.ID, "release", "Marta", "")
		if got := w.got(ana); len(got) > before {
			t.Errorf("with the window shut: %q", got[before:])
		}
		w.says(ana, "¿y ahora?")
		got := strings.Join(w.got(ana)[before:], "|")
		if !strings.Contains(got, "¿En qué semana estás?") {
			t.Errorf("when they write: %q", got)
		}
	})
}

// A stop ends the request, and nothing an operator writes leaves after it. One
// that they ask for later is another.
func TestAStopEndsARequest(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(ana, "hola")
		w.says(ana, "agente")
		h := w.only()
		w.does(h.ID, "claim", "Marta", "")
		w.says(ana, "stop")
		w.gets(ana, "Listo, no escribimos más.")
		if all := w.list(""); len(all.Handovers) > 0 {
			t.Errorf("%+v", all)
		}
		w.refused(h.ID, "reply", "Marta", "¿Por qué?", "over")
		w.refused(h.ID, "claim", "Luz", "", "over")
		w.gets(ana, "Listo, no escribimos más.")
		// Stopped, they ask for a person: that one may answer.
		w.says(ana, "agente")
		again := w.only()
		if again.ID == h.ID || again.State != "waiting" {
			t.Errorf("%+v, after %s", again, h.ID)
		}
		w.refused(h.ID, "claim", "Marta", "", "over")
		w.does(again.ID, "claim", "Marta", "")
		w.does(again.ID, "reply", "Marta", "Dime.")
		w.gets(ana, "Dime.")
	})
}

// One conversation, one operator: of those who claim at once one has it, and
// the others are told who. They can neither write nor give it back.
func TestOneOperatorAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(ana, "hola")
		w.says(ana, "agente")
		h := w.only()
		names := []string{"Marta", "Luz", "Eva", "Sol", "Paz", "Ada", "Iris", "Mar"}
		status := make([]int, len(names))
		answers := make([]string, len(names))
		var all sync.WaitGroup
		for i, name := range names {
			all.Go(func() { status[i], answers[i] = w.raw(h.ID, "claim", `{"operator":"`+name+`"}`) })
		}
		all.Wait()
		has := ""
		for i, name := range names {
			if status[i] == 200 {
				if has != "" {
					t.Errorf("%s and %s have it", has, name)
				}
				has = name
			}
		}
		if has == "" || w.only().Operator != has {
			t.Fatalf("%q has it, and the list says %q", has, w.only().Operator)
		}
		for i, name := range names {
			if a := decode[answer](t, answers[i]); name != has && (status[i] != 409 || a.Error.Reason != "taken" || a.Error.Operator != has) {
				t.Errorf("%s: %d %s", name, status[i], answers[i])
			}
		}
		before := len(w.got(ana))
		for _, what := range []string{"claim", "reply", "release"} {
			a := w.refused(h.ID, what, "Otra", "hola", "taken")
			if a.Error.Operator != has || !strings.Contains(a.Error.Message, has) {
				t.Errorf("%s: %+v", what, a)
			}
		}
		if got := w.got(ana); len(got) > before {
			t.Errorf("another wrote: %q", got[before:])
		}
		if w.only().Operator != has {
			t.Error("another gave it back")
		}
	})
}

// Who has whom outlives the server.
func TestAClaimOutlivesARestart(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		for _, text := range []string{"hola", "30", "pedir cita"} {
			w.says(ana, text)
		}
		h := w.only()
		w.does(h.ID, "claim", "Marta", "")
		w.restart()
		if now := w.only(); now.ID != h.ID || now.Operator != "Marta" || fmt.Sprint(now.Told) != "[{semana 30}]" || !now.Since.Equal(h.Since) {
			t.Errorf("%+v", now)
		}
		w.refused(h.ID, "claim", "Luz", "", "taken")
		w.does(h.ID, "reply", "Marta", "Aquí sigo.")
		w.gets(ana, "Aquí sigo.")
	})
}

// An operator who falls silent loses the conversation, and one nobody takes is
// given up: both leave the list.
func TestTimeEndsARequest(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.says(ana, "hola")
		w.says(ana, "agente")
		h := w.only()
		w.does(h.ID, "claim", "Marta", "")
		time.Sleep(12*time.Hour + time.Minute)
		synctest.Wait()
		if all := w.list(""); len(all.Handovers) > 0 {
			t.Errorf("idle: %+v", all)
		}
		w.refused(h.ID, "reply", "Marta", "perdón", "over")
		w.gets(ana, "¿En qué semana estás?")
		w.says(ana, "agente")
		time.Sleep(10 * 24 * time.Hour)
		synctest.Wait()
		if all := w.list(""); len(all.Handovers) > 0 {
			t.Errorf("given up: %+v", all)
		}
	})
}

// The log of all this names nobody, and holds nothing that was written.
func TestTheLogNamesNobody(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		for _, text := range []string{"hola", "30", "pedir cita", "me duele mucho"} {
			w.says(ana, text)
		}
		h := w.only()
		w.does(h.ID, "claim", "Martina", "")
		w.refused(h.ID, "claim", "Lucrecia", "", "taken")
		w.does(h.ID, "reply", "Martina", "ven a la clínica")
		w.do("POST", "handovers/"+h.ID+"/reply", `{"operator":"Martina","texto":"ven ya"}`)
		w.does(h.ID, "release", "Martina", "")
		for _, secret := range []string{ana, "María", "duele", "Martina", "Lucrecia", "clínica", "ven ya", token} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log has %q in it:\n%s", secret, w.log.String())
			}
		}
	})
}

func transcript(h listed) string {
	var all []string
	for _, m := range h.Messages {
		all = append(all, m.From+": "+m.Text)
	}
	return strings.Join(all, "|")
}
