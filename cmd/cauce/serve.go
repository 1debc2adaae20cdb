package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/api"
	"cauce/runtime/dispatch/local"
	"cauce/runtime/store/sqlite"
	"cauce/runtime/whatsapp"
	"cauce/runtime/whatsapp/sandbox"
)

// serveOptions are what serve was asked for, flags before environment.
type serveOptions struct {
	dir         string
	files       fs.FS // of dir
	addr        string
	db          string
	sandbox     bool
	resendAfter time.Duration
}

func serveCommand() *cobra.Command {
	o := serveOptions{}
	c := &cobra.Command{
		Use:   "serve DIR",
		Short: "Run the number: receive, answer, send, wait",
		Long: `Run the number of the service in DIR.

With --sandbox nothing leaves this machine and no secret is needed: a stand-in
for WhatsApp's Cloud API answers on loopback, and /phone/ is a phone in the
browser. Without it, these have to be in the environment:

  CAUCE_WHATSAPP_PHONE_NUMBER_ID   the number's id at Meta
  CAUCE_WHATSAPP_TOKEN             the access token messages are sent with
  CAUCE_WHATSAPP_APP_SECRET        signs the webhooks; two, comma-separated, while rotating
  CAUCE_WHATSAPP_VERIFY_TOKEN      what was entered beside the webhook's address

CAUCE_API_TOKEN turns on the HTTP API under /api/v1/, by which operators answer
people who ask for a person; whoever has it may read and write there, so make it
long (openssl rand -hex 16). /api/v1/openapi.json says what there is.

CAUCE_WHATSAPP_API_URL points elsewhere than https://graph.facebook.com/v25.0;
CAUCE_ADDR and CAUCE_DB stand for --addr and --db; CAUCE_DB not with --sandbox,
whose people never stand among the number's.`,
		Example:           "  cauce serve --sandbox flows/luna\n  cauce serve --addr :8080 --db /var/lib/cauce/luna.db flows/luna",
		Args:              oneFolder,
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir = args[0]
			f, err := openFolder(cmd, o.dir)
			if err != nil {
				return err
			}
			if f.service == nil {
				if err := f.print(cmd.OutOrStdout(), locale(os.Getenv)); err != nil {
					return err
				}
				return fmt.Errorf("%s has %s and can't be served; cauce check %s shows the same", f.dir, tally(f.list), f.dir)
			}
			if err := servable(f); err != nil {
				return err
			}
			o.files = f.files
			ctx := cmd.Context()
			if ctx == nil {
				ctx = context.Background()
			}
			ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
			defer stop()
			return serve(ctx, f.service, o, os.Getenv, cmd.ErrOrStderr())
		},
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "", "where to listen (default 127.0.0.1:8080)")
	f.StringVar(&o.db, "db", "", "the database file (default <service>.db in the working directory; <service>.sandbox.db with --sandbox)")
	f.BoolVar(&o.sandbox, "sandbox", false, "a Cloud API on loopback stands in for Meta's, and /phone/ is a phone")
	f.DurationVar(&o.resendAfter, "resend-after", 20*time.Second, "how long to wait for WhatsApp's word on a message that may or may not have gone out")
	return c
}

// servable refuses a service whose flows ask the world something that nobody
// would answer: each such question would fail, and people would be told so.
func servable(f *folder) error {
	var names []string
	for _, c := range f.service.Connections() {
		names = append(names, c.Name)
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%s calls other hosts (%s), and this version of Cauce calls none while it serves; cauce test and cauce chat play their answers",
		f.dir, strings.Join(names, ", "))
}

// number is how a service's number is reached.
type number struct {
	id, token, verify, apiURL string
	secrets                   []string
}

// serve runs until ctx ends. What it listens on goes to stderr, as the log does.
func serve(ctx context.Context, flows *engine.Service, o serveOptions, env func(string) string, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	if o.addr == "" {
		o.addr = env("CAUCE_ADDR")
	}
	if o.addr == "" {
		o.addr = "127.0.0.1:8080"
	}
	// The environment is the number's. A sandbox started beside it never
	// writes its people into the number's database by mistake.
	if o.db == "" && !o.sandbox {
		o.db = env("CAUCE_DB")
	}
	if o.db == "" {
		o.db = defaultDB(o.dir, o.sandbox)
	}
	n, err := o.number(env)
	if err != nil {
		return err
	}
	apiToken := strings.TrimSpace(env("CAUCE_API_TOKEN"))
	if apiToken != "" {
		if err := api.CheckToken(apiToken); err != nil {
			return fmt.Errorf("CAUCE_API_TOKEN can't be used: %w", err)
		}
	}
	// The address is taken before the database is touched: a port that is not
	// free changes nothing.
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		next := "write --addr as host:port, of this machine"
		if errors.Is(err, syscall.EADDRINUSE) {
			next = "end what uses it, or choose another with --addr"
		}
		return fmt.Errorf("can't listen on %s: %w; %s", o.addr, plainNet(err), next)
	}
	defer listener.Close()

	books, err := sqlite.Open(o.db, sqlite.Options{Merge: runtime.Merge, Logger: log})
	if err != nil {
		return err
	}
	defer func() {
		if err := books.Close(); err != nil {
			log.Error("close the database", "error", err)
		}
	}()

	mux := http.NewServeMux()
	var stand *sandbox.Sandbox
	if o.sandbox {
		if stand, err = newSandbox(flows, &n, listener.Addr(), log); err != nil {
			return err
		}
		graph, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("can't listen on loopback for the sandbox: %w", plainNet(err))
		}
		apiServer := newServer(stand.API(), log)
		go apiServer.Serve(graph)
		defer apiServer.Close()
		n.apiURL = "http://" + graph.Addr().String() + "/v25.0"
		mux.Handle("/phone/", stand.Phone())
		mux.Handle("GET /{$}", http.RedirectHandler("/phone/", http.StatusFound))
	}
	dispatcher := local.New(log)
	service, err := runtime.New(runtime.Options{
		Flows: flows, Store: books, Dispatcher: dispatcher, Logger: log, ResendAfter: o.resendAfter,
		Sender: whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: n.apiURL, PhoneNumberID: n.id, Token: n.token, Files: o.files}),
	})
	if err != nil {
		return err
	}
	mux.Handle("/webhooks/whatsapp", whatsapp.NewHandler(whatsapp.HandlerOptions{
		PhoneNumberID: n.id, VerifyToken: n.verify, AppSecrets: n.secrets,
		Receive: service.Receive, Logger: log,
	}))
	forOperators, err := api.New(api.Options{Token: apiToken, Operators: service, Logger: log})
	if err != nil {
		return err
	}
	mux.Handle(api.Prefix, forOperators)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := books.Ping(r.Context()); err != nil {
			http.Error(w, "the database can't be written", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return run3(ctx, listener, newServer(mux, log), service, stand, flows.Name(), o, log)
}

// run3 runs the three that make a number (the door, the runtime, and with
// --sandbox the stand-in) until ctx ends or one of them can't go on, and ends
// them in that order: nothing more is taken in, what was received is finished.
func run3(ctx context.Context, l net.Listener, server *http.Server, service *runtime.Service, stand *sandbox.Sandbox, name string, o serveOptions, log *slog.Logger) error {
	runCtx, stopRun := context.WithCancel(context.Background())
	defer stopRun()
	failed := make(chan error, 3)
	ran := make(chan error, 1)
	go func() { ran <- service.Run(runCtx) }()
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	if stand != nil {
		// Its open pages and deliveries end first: they would keep the door open.
		standCtx, stopStand := context.WithCancel(ctx)
		defer stopStand()
		go func() {
			if err := stand.Run(standCtx); err != nil && standCtx.Err() == nil {
				failed <- err
			}
		}()
		log.Info("sandbox: nothing leaves this machine", "service", name, "phone", "http://"+shownAddr(l.Addr())+"/phone/", "db", o.db)
	} else {
		log.Info("serving", "service", name, "webhook", "http://"+shownAddr(l.Addr())+"/webhooks/whatsapp", "db", o.db)
	}

	var err error
	select {
	case <-ctx.Done():
		log.Info("ending: finishing what was received")
	case err = <-failed:
	case err = <-ran:
		ran <- nil
		if err == nil {
			err = errors.New("the runtime ended by itself")
		}
	}
	closing, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if server.Shutdown(closing) != nil {
		server.Close() // a request that takes longer has its repeat from WhatsApp
	}
	stopRun()
	if e := <-ran; e != nil && err == nil {
		err = e
	}
	return err
}

// number finds what the number needs, and names everything that is missing at once.
func (o serveOptions) number(env func(string) string) (number, error) {
	if o.sandbox {
		return number{id: "100000000000001", token: rand.Text(), verify: rand.Text(), secrets: []string{rand.Text()}}, nil
	}
	var missing []string
	need := func(name string) string {
		v := strings.TrimSpace(env(name)) // secrets that come from files end in a newline
		if strings.Trim(v, ", ") == "" {  // a comma between two secrets is none
			missing = append(missing, name)
		}
		return v
	}
	n := number{
		id:     need("CAUCE_WHATSAPP_PHONE_NUMBER_ID"),
		token:  need("CAUCE_WHATSAPP_TOKEN"),
		verify: "",
		apiURL: strings.TrimSpace(env("CAUCE_WHATSAPP_API_URL")),
	}
	for s := range strings.SplitSeq(need("CAUCE_WHATSAPP_APP_SECRET"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			n.secrets = append(n.secrets, s)
		}
	}
	n.verify = need("CAUCE_WHATSAPP_VERIFY_TOKEN")
	if len(missing) > 0 {
		return n, fmt.Errorf("%s not set: give the number's secrets in the environment, or try the service with --sandbox", strings.Join(missing, ", "))
	}
	if u, err := url.Parse(n.apiURL); n.apiURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return n, fmt.Errorf("CAUCE_WHATSAPP_API_URL is %q, which is no address; write it as %s, or leave it out", n.apiURL, whatsapp.DefaultBaseURL)
	}
	return n, nil
}

// newSandbox makes a stand-in for WhatsApp that knows the service's templates.
func newSandbox(flows *engine.Service, n *number, addr net.Addr, log *slog.Logger) (*sandbox.Sandbox, error) {
	var templates []sandbox.Template
	for _, t := range flows.Templates() {
		for _, lang := range flows.Languages() {
			st := sandbox.Template{Name: t.Name, Language: lang, Category: t.Category, Body: t.Body[lang]}
			for _, b := range t.Buttons {
				st.Buttons = append(st.Buttons, b.Label[lang])
			}
			templates = append(templates, st)
		}
	}
	return sandbox.New(sandbox.Options{
		PhoneNumberID: n.id, DisplayNumber: "+57 601 555 0199", Token: n.token, AppSecret: n.secrets[0],
		Name: flows.Name(), Language: flows.Languages()[0], Templates: templates,
		Webhook: "http://" + shownAddr(addr) + "/webhooks/whatsapp", Logger: log,
	})
}

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// defaultDB is the service's database in the working directory. The sandbox
// has one of its own: its people never stand among the number's.
func defaultDB(dir string, sandbox bool) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	name := filepath.Base(abs)
	if sandbox {
		return name + ".sandbox.db"
	}
	return name + ".db"
}

// shownAddr is an address as this machine reaches it.
func shownAddr(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// plainNet is the reason of a network error, without the call that met it.
func plainNet(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		var sys *os.SyscallError
		if errors.As(op.Err, &sys) {
			return sys.Err
		}
		return op.Err
	}
	return err
}
