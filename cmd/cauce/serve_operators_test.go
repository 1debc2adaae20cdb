package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const testAPIToken = "a-token-for-the-operators-of-this-test"

// operate asks the API of a running server something.
func operate(t testing.TB, addr, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, "http://"+addr+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testAPIToken)
	req.Header.Set("Content-Type", "application/json")
	return answer(t, req)
}

// requested is what the list of requests says, shortly.
type requested struct {
	Handovers []struct {
		ID, State, Operator string
		Told                []struct{ Name, Value string }
	}
}

func (s *server) requests() requested {
	s.t.Helper()
	status, text := operate(s.t, s.addr, "GET", "handovers", "")
	var r requested
	if err := json.Unmarshal([]byte(text), &r); err != nil || status != 200 {
		s.t.Fatalf("%d %s %v", status, text, err)
	}
	return r
}

// The real program: an operator takes somebody who asked for a person; the
// server is killed, and started again: it is still theirs, what was told is
// still there, and what they write arrives. SIGTERM then ends it as ever.
func TestAClaimOutlivesAKill(t *testing.T) {
	t.Parallel()
	g := newGraph(t, aNumber)
	db := filepath.Join(t.TempDir(), "turno.db")
	run := func() (*process, *server) {
		env := environment(aNumber, g.URL+"/v25.0")
		env["CAUCE_API_TOKEN"] = testAPIToken + "\n" // as a file ends
		p := command(t, "cauce", env, "serve", "--addr", "127.0.0.1:0", "--db", db, "../../runtime/api/testdata/turno")
		p.start()
		return p, &server{t: t, graph: g, log: p.log, number: aNumber, addr: p.log.address(t), db: db}
	}
	p, s := run()
	for i, text := range []string{"hola, buenas", "treinta", "pedir cita"} {
		s.post(text, bodyOf(aNumber, note{fmt.Sprint("wamid.", i), "573005550101", "Ana María", text}))
		until(t, &g.news, "an answer", func() bool { return len(g.all()) > i })
	}
	before := s.requests()
	if len(before.Handovers) != 1 || before.Handovers[0].State != "waiting" || fmt.Sprint(before.Handovers[0].Told) != "[{semana 30}]" {
		t.Fatalf("%+v", before)
	}
	id := before.Handovers[0].ID
	if status, text := operate(t, s.addr, "POST", "handovers/"+id+"/claim", `{"operator":"Marta"}`); status != 200 {
		t.Fatalf("claim: %d %s", status, text)
	}
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.wait()

	again, s2 := run()
	s2.posted = s.posted
	after := s2.requests()
	if len(after.Handovers) != 1 || after.Handovers[0].ID != id || after.Handovers[0].Operator != "Marta" ||
		fmt.Sprint(after.Handovers[0].Told) != "[{semana 30}]" {
		t.Errorf("%+v", after)
	}
	if status, text := operate(t, s2.addr, "POST", "handovers/"+id+"/claim", `{"operator":"Luz"}`); status != 409 || !strings.Contains(text, "Marta") {
		t.Errorf("another's claim: %d %s", status, text)
	}
	const reply = "Hola, Ana: soy Marta, de citas."
	if status, text := operate(t, s2.addr, "POST", "handovers/"+id+"/reply", `{"operator":"Marta","text":"`+reply+`"}`); status != 202 {
		t.Fatalf("reply: %d %s", status, text)
	}
	until(t, &g.news, "the reply", func() bool {
		all := g.all()
		last := all[len(all)-1]
		return last.body == reply && last.to == "573005550101"
	})
	if status, text := get(t, "http://"+s2.addr+"/api/v1/handovers"); status != 401 {
		t.Errorf("without the token: %d %s", status, text)
	}
	again.signal(syscall.SIGTERM)
	if code := again.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, again.log)
	}
	s2.checkLog()
	for _, secret := range []string{testAPIToken, "Marta"} {
		if strings.Contains(p.log.String()+again.log.String(), secret) {
			t.Errorf("the log has %q in it", secret)
		}
	}
}

// Without CAUCE_API_TOKEN there is no API, and it says so.
func TestTheAPIIsOffWithoutAToken(t *testing.T) {
	s := serving(t, aNumber)
	if status, text := operate(t, s.addr, "GET", "handovers", ""); status != 404 || !strings.Contains(text, "CAUCE_API_TOKEN") {
		t.Errorf("%d %s", status, text)
	}
	s.stop()
}
