package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cauce/runtime"
	"cauce/runtime/store/sqlite"
)

// process is the real program, as an operator starts it.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	log *diary
	out bytes.Buffer
}

// command makes a cauce that has not begun. Of this process's environment it
// gets none that is Cauce's own.
func command(t testing.TB, path string, env map[string]string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(path, args...), log: &diary{}}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "CAUCE_") {
			p.cmd.Env = append(p.cmd.Env, kv)
		}
	}
	for k, v := range env {
		p.cmd.Env = append(p.cmd.Env, k+"="+v)
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, p.log
	return p
}

func (p *process) start() {
	p.t.Helper()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.cmd.Process.Kill()
			p.cmd.Wait() // it was killed: that is its error
		}
	})
}

// wait returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	late := time.AfterFunc(patience, func() { p.cmd.Process.Kill() })
	err := p.cmd.Wait()
	if !late.Stop() {
		p.t.Fatalf("it did not end\n%s", p.log)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	until(p.t, &p.log.news, "the server to end", func() bool { return strings.Contains(p.log.String(), "ending") })
}

// slow is a request whose body has not been written yet, while the server is
// reading it.
type slow struct {
	body   *io.PipeWriter
	answer chan int // 0: it broke off
}

func slowly(t testing.TB, addr string, body []byte) *slow {
	t.Helper()
	r, w := io.Pipe()
	s := &slow{w, make(chan int, 1)}
	reading := make(chan struct{})
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got100Continue: func() { close(reading) }})
	req, err := http.NewRequestWithContext(ctx, "POST", "http://"+addr+"/webhooks/whatsapp", r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Expect", "100-continue")
	req.Header.Set("X-Hub-Signature-256", sign(body, testSecret))
	req.ContentLength = int64(len(body))
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: patience}}
	go func() {
		status := 0
		if res, err := client.Do(req); err == nil {
			status = res.StatusCode
			res.Body.Close()
		}
		s.answer <- status
	}()
	select {
	case <-reading:
	case <-time.After(patience):
		t.Fatal("the server does not read the body")
	}
	return s
}

// SIGTERM: what was received is finished, what is being sent is settled, and
// what is owed is sent by the next start; nothing is lost, nothing doubled.
func TestSIGTERM(t *testing.T) {
	t.Parallel()
	g := newGraph(t, aNumber)
	holding := make(chan struct{})
	g.hold = func(m taken) { <-holding }
	dir := t.TempDir()
	db := filepath.Join(dir, "eco.db")
	run := func() *process {
		p := command(t, "cauce", environment(aNumber, g.URL+"/v25.0"),
			"serve", "--addr", "127.0.0.1:0", "--db", db, "../../runtime/testdata/eco")
		p.start()
		return p
	}
	p := run()
	s := &server{t: t, graph: g, log: p.log, number: aNumber, addr: p.log.address(t), db: db}
	s.post("hola", bodyOf(aNumber, note{"wamid.1", "573005550101", "Ana María", "hola a todas"}))
	until(t, &g.news, "a request to be under way", func() bool { return len(g.all()) == 1 })
	late := bodyOf(aNumber, note{"wamid.2", "573005550102", "Beatriz R.", "llegué tarde"})
	s.posted = append(s.posted, late)
	half := slowly(t, s.addr, late)

	p.signal(syscall.SIGTERM)
	refused := func() bool {
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	}
	for !refused() { // the door closes right after the log says so
	}
	if _, err := half.body.Write(late); err != nil {
		t.Error(err)
	}
	half.body.Close()
	if status := <-half.answer; status != 200 {
		t.Errorf("what was being received when the end came: %d", status)
	}
	close(holding)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	if names := files(t, dir); strings.Join(names, " ") != "eco.db eco.db.lock" {
		t.Errorf("it left %v behind", names)
	}
	s.checkLog()
	s.books = openBooks(t, db)
	if n := s.count(`SELECT count(*) FROM transcript WHERE incoming`); n != 2 {
		t.Errorf("%d messages in the transcript", n)
	}
	if n := s.count(`SELECT count(*) FROM outbox WHERE state IN ('sending', 'indeterminate')`); n != 0 {
		t.Errorf("%d messages in doubt", n)
	}
	if n := s.count(`SELECT count(*) FROM outbox WHERE state = 'sent' AND message_id = 'wamid.out.1'`); n != 1 {
		t.Error("what was being sent is not settled")
	}
	s.books.Close()

	p = run()
	s.log, s.addr = p.log, p.log.address(t)
	s.books = openBooks(t, db)
	s.post("hola again", s.posted[0])
	s.post("late again", late)
	s.quiet()
	if got := g.all(); len(got) != 2 || got[0].to == got[1].to {
		t.Errorf("got %+v", got)
	}
	s.books.Close()
	p.signal(os.Interrupt)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
}

// Neither WhatsApp nor a client that never ends its request keeps the server
// from ending; what was being sent is in doubt then, and said to be.
func TestSIGTERMWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	g := newGraph(t, aNumber)
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	g.hold = func(m taken) { <-never }
	db := filepath.Join(t.TempDir(), "eco.db")
	p := command(t, "cauce", environment(aNumber, g.URL+"/v25.0"),
		"serve", "--addr", "127.0.0.1:0", "--db", db, "../../runtime/testdata/eco")
	p.start()
	s := &server{t: t, graph: g, log: p.log, number: aNumber, addr: p.log.address(t), db: db}
	s.post("hola", bodyOf(aNumber, note{"wamid.1", "573005550101", "Ana María", "hola a todas"}))
	until(t, &g.news, "a request to be under way", func() bool { return len(g.all()) == 1 })
	half := slowly(t, s.addr, []byte("never written"))
	begun := time.Now()
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
	t.Logf("it ended after %v", time.Since(begun))
	half.body.Close()
	if status := <-half.answer; status == 200 {
		t.Error("a request that never ended was answered with 200")
	}
	s.checkLog()
	s.books = openBooks(t, db)
	if n := s.count(`SELECT count(*) FROM outbox WHERE state = 'indeterminate'`); n != 1 {
		t.Errorf("%d messages in doubt", n)
	}
}

// files are the names in a folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// snapshot is everything below a folder, but for the locks that serve leaves
// beside a database.
func snapshot(t testing.TB, dir string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".lock") {
			return nil
		}
		sum := [32]byte{}
		if err == nil && e.Type().IsRegular() {
			var b []byte
			b, err = os.ReadFile(path)
			sum = sha256.Sum256(b)
		}
		fmt.Fprintf(&out, "%s %x\n", path, sum[:8])
		if errors.Is(err, fs.ErrPermission) {
			return nil // what can't be read can't be compared
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// nobody is a user without rights, on most systems.
const nobody = 65534

// TestServeSaysWhatIsWrong starts serve where it can't run: one clear line, exit
// code 1 or 2, and everything on disk is as it was.
func TestServeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	// Whoever runs the tests may do anything if they are root, so the program
	// runs as somebody who may not, from a place that everybody can read.
	home, err := os.MkdirTemp("", "cauce-serve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
			if e != nil && e.IsDir() {
				os.Chmod(path, 0o755)
			}
			return nil
		})
		os.RemoveAll(home)
	})
	bin := filepath.Join(home, "cauce")
	built, err := exec.LookPath("cauce")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.WriteFile(bin, program, 0o755))
	check(os.Chmod(home, 0o755))
	own := func(path string) {
		if os.Getuid() == 0 {
			check(os.Chown(path, nobody, nobody))
		}
	}
	write := func(path, text string) {
		check(os.WriteFile(path, []byte(text), 0o644))
		own(path)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer taken.Close()

	// A database with a message in it.
	full := func(path string) {
		books, err := sqlite.Open(path, sqlite.Options{Merge: runtime.Merge})
		check(err)
		check(books.Ping(t.Context()))
		check(books.Close())
		check(os.Chmod(path, 0o644))
		check(os.Remove(path + ".lock"))
		own(path)
	}
	execSQL := func(path, query string) {
		db, err := sql.Open("sqlite3", path)
		check(err)
		_, err = db.Exec(query)
		check(err)
		check(db.Close())
		own(path)
	}

	tests := []struct {
		name string
		make func(dir string)  // in an empty folder that has a good service in eco
		env  map[string]string // instead of what is right
		args []string          // DIR is that folder
		code int
		says string // in the one line
		out  string // on stdout
	}{
		{name: "no folder named", args: []string{}, code: 2, says: "a folder is missing"},
		{name: "two folders", args: []string{"DIR/eco", "DIR/eco"}, code: 2, says: "one folder at a time"},
		{name: "an unknown flag", args: []string{"--port", "1", "DIR/eco"}, code: 2, says: "--port"},
		{name: "no such folder", args: []string{"DIR/ecco"}, code: 2, says: "ecco"},
		{name: "a file", args: []string{"DIR/eco/service.toml"}, code: 2, says: "is no folder"},
		{name: "an unreadable folder", args: []string{"DIR/eco"}, code: 2, says: "can't be read",
			make: func(dir string) { check(os.Chmod(dir+"/eco", 0)) }},
		{name: "an unreadable file", args: []string{"DIR/eco"}, code: 1, says: "can't be served", out: "eco.toml",
			make: func(dir string) { check(os.Chmod(dir+"/eco/eco.toml", 0)) }},
		{name: "an empty folder", args: []string{"DIR/eco"}, code: 1, says: "can't be served", out: "service.toml",
			make: func(dir string) { check(os.RemoveAll(dir + "/eco")); check(os.Mkdir(dir+"/eco", 0o755)) }},
		{name: "a flow that does not compile", args: []string{"DIR/eco"}, code: 1, says: "1 error", out: "eco.toml:5:6: error: ",
			make: func(dir string) {
				write(dir+"/eco/eco.toml", "title = \"Eco\"\nbegins = \"di\"\n\n[node.di]\ngo = \"dii\"\n")
			}},
		{name: "a flow that is no TOML", args: []string{"DIR/eco"}, code: 1, says: "can't be served", out: "eco.toml:1:",
			make: func(dir string) { write(dir+"/eco/eco.toml", "title = \n") }},
		{name: "a service that calls other hosts", args: []string{"DIR/eco"}, code: 1, says: "calls other hosts (clinica)",
			make: func(dir string) {
				b, err := os.ReadFile(dir + "/eco/service.toml")
				check(err)
				write(dir+"/eco/service.toml", string(b)+"\n[connection.clinica]\nurl = \"https://api.example.org\"\n")
			}},
		{name: "a taken port", args: []string{"--addr", taken.Addr().String(), "DIR/eco"}, code: 1, says: taken.Addr().String() + ": address already in use; end what uses it"},
		{name: "no address", args: []string{"--addr", "here", "DIR/eco"}, code: 1, says: "host:port"},
		{name: "a port too high", args: []string{"--addr", "127.0.0.1:99999", "DIR/eco"}, code: 1, says: "host:port"},
		{name: "no number", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_PHONE_NUMBER_ID not set", env: map[string]string{"CAUCE_WHATSAPP_PHONE_NUMBER_ID": ""}},
		{name: "no token", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_TOKEN not set", env: map[string]string{"CAUCE_WHATSAPP_TOKEN": ""}},
		{name: "no secret", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_APP_SECRET not set", env: map[string]string{"CAUCE_WHATSAPP_APP_SECRET": ""}},
		{name: "a comma for a secret", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_APP_SECRET not set", env: map[string]string{"CAUCE_WHATSAPP_APP_SECRET": " , "}},
		{name: "blanks for a token", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_TOKEN not set", env: map[string]string{"CAUCE_WHATSAPP_TOKEN": "  "}},
		{name: "no verify token", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_VERIFY_TOKEN not set", env: map[string]string{"CAUCE_WHATSAPP_VERIFY_TOKEN": ""}},
		{name: "nothing at all", args: []string{"DIR/eco"}, code: 1,
			says: "CAUCE_WHATSAPP_PHONE_NUMBER_ID, CAUCE_WHATSAPP_TOKEN, CAUCE_WHATSAPP_APP_SECRET, CAUCE_WHATSAPP_VERIFY_TOKEN not set",
			env:  map[string]string{"CAUCE_WHATSAPP_PHONE_NUMBER_ID": "", "CAUCE_WHATSAPP_TOKEN": "", "CAUCE_WHATSAPP_APP_SECRET": "", "CAUCE_WHATSAPP_VERIFY_TOKEN": ""}},
		{name: "an API that is no URL", args: []string{"DIR/eco"}, code: 1, says: "CAUCE_WHATSAPP_API_URL", env: map[string]string{"CAUCE_WHATSAPP_API_URL": "graph.facebook.com/v25.0"}},
		{name: "a newer database", args: []string{"DIR/eco"}, code: 1, says: "newer version of Cauce",
			make: func(dir string) { full(dir + "/books.db"); execSQL(dir+"/books.db", "PRAGMA user_version = 99") }},
		{name: "another program's database", args: []string{"DIR/eco"}, code: 1, says: "belongs to another program",
			make: func(dir string) {
				execSQL(dir+"/books.db", "CREATE TABLE invoice (n INTEGER); INSERT INTO invoice VALUES (1)")
			}},
		{name: "no database", args: []string{"DIR/eco"}, code: 1, says: "not a database",
			make: func(dir string) { write(dir+"/books.db", strings.Repeat("Dear diary, today nothing broke. ", 200)) }},
		{name: "a damaged database", args: []string{"DIR/eco"}, code: 1, says: "restore a backup",
			make: func(dir string) {
				full(dir + "/books.db")
				b, err := os.ReadFile(dir + "/books.db")
				check(err)
				write(dir+"/books.db", string(b[:200])+strings.Repeat("\xff", len(b)-200))
			}},
		{name: "a folder for a database", args: []string{"DIR/eco"}, code: 1, says: "it is a folder",
			make: func(dir string) { check(os.Mkdir(dir+"/books.db", 0o755)) }},
		{name: "a database in no folder", args: []string{"--db", "DIR/none/books.db", "DIR/eco"}, code: 1, says: "does not exist"},
		{name: "a folder that can't be written", args: []string{"DIR/eco"}, code: 1, says: "may not write",
			make: func(dir string) { check(os.Chmod(dir, 0o555)) }},
		{name: "a database in a folder that can't be written", args: []string{"DIR/eco"}, code: 1, says: "write its folder",
			make: func(dir string) { full(dir + "/books.db"); check(os.Chmod(dir, 0o555)) }},
		{name: "a database that can't be written", args: []string{"DIR/eco"}, code: 1, says: "may not write",
			make: func(dir string) { full(dir + "/books.db"); check(os.Chmod(dir+"/books.db", 0o444)) }},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(home, fmt.Sprint(i))
			check(os.Mkdir(dir, 0o755))
			check(os.CopyFS(filepath.Join(dir, "eco"), os.DirFS("../../runtime/testdata/eco")))
			check(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error { own(path); return err }))
			if tt.make != nil {
				tt.make(dir)
			}
			env := environment(aNumber, "http://127.0.0.1:1/v25.0")
			env["CAUCE_ADDR"], env["CAUCE_DB"] = "127.0.0.1:0", dir+"/books.db"
			for k, v := range tt.env {
				env[k] = v
			}
			args := []string{"serve"}
			for _, a := range tt.args {
				args = append(args, strings.ReplaceAll(a, "DIR", dir))
			}
			p := command(t, bin, env, args...)
			p.cmd.Dir = dir
			if os.Getuid() == 0 {
				p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			}
			before := snapshot(t, dir)
			p.start()
			ended := make(chan struct{})
			var watching sync.WaitGroup
			watching.Go(func() { // one that runs after all would run until the test gives up
				for {
					come := p.log.come()
					if listening.MatchString(p.log.String()) {
						p.cmd.Process.Kill()
						return
					}
					select {
					case <-come:
					case <-ended:
						return
					}
				}
			})
			code := p.wait()
			close(ended)
			watching.Wait()
			said := strings.TrimSuffix(p.log.String(), "\n")
			if tt.code == 2 {
				said = strings.TrimSuffix(said, "\nSee cauce serve --help.")
			}
			if code != tt.code {
				t.Errorf("exit code %d, not %d", code, tt.code)
			}
			if said == "" || strings.Contains(said, "\n") || !strings.Contains(said, tt.says) || !strings.HasPrefix(said, "cauce") {
				t.Errorf("it says\n%s\nnot one line with %q", said, tt.says)
			}
			if tt.out == "" && p.out.Len() > 0 || !strings.Contains(p.out.String(), tt.out) {
				t.Errorf("on stdout\n%s\nnot %q", &p.out, tt.out)
			}
			if after := snapshot(t, dir); after != before {
				t.Errorf("before:\n%safter:\n%s", before, after)
			}
		})
	}
}
