// Package sandbox is WhatsApp on one machine: the Cloud API a service sends to, the signed
// webhooks it receives, and a phone in the browser for the people it talks with. With it the
// real runtime runs unchanged, without secrets and without a network.
//
// It has three faces:
//
//   - API answers like graph.facebook.com: bearer token, body validation, the 24-hour window,
//     templates, message ids, read receipts, and download of what people sent.
//   - Run delivers webhooks like Meta does: signed over the exact bytes, non-ASCII and slashes
//     escaped, in order for each person, again and again until the answer is 200.
//   - Phone serves the page under /phone/ on which people write, tap and choose.
//
// The sandbox shares no code with the adapter that talks to it, and keeps its own copy of
// WhatsApp's limits (limits.go). That is the point: when the adapter is wrong about the wire,
// a stand-in built from the same code would be wrong in the same way and say nothing.
//
// Promises: everything stays in memory and on this machine (a webhook address that is not
// loopback is refused, links in messages are never fetched); message ids are never repeated,
// across restarts too; a person's webhooks arrive in the order things happened to them.
// A new Sandbox is a fresh set of phones: the browser remembers who its people are and
// registers them again.
//
// Left out on purpose: rate limits, media upload, groups, WhatsApp Flows, catalogues and calls.
package sandbox

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options says whose number the sandbox stands in for. PhoneNumberID, DisplayNumber, Token and
// AppSecret are required; the caller makes them up and gives the same ones to the service.
type Options struct {
	PhoneNumberID string // the id in the API's path and in webhooks
	DisplayNumber string // the business number; everything but digits is ignored
	Token         string // the bearer token the API expects
	AppSecret     string // the key of the webhooks' signature

	Name      string     // the service's name: the title of the chat
	Language  string     // the page's own words, "es" (default) or "en"
	Templates []Template // what Meta would have approved

	Webhook string       // where webhooks are POSTed; empty until SetWebhook
	Client  *http.Client // delivers them; nil means one of our own. Redirects are never followed
	Logger  *slog.Logger // nil discards. Ids of messages only: never a number, a name or a text
}

// Sandbox is one business number and the people who write to it. Its methods may be used from
// any number of goroutines.
type Sandbox struct {
	options  Options
	digits   string // of DisplayNumber
	boot     string // names this life of the process, so that a page notices a restart
	language string
	registry registry
	client   *http.Client
	log      *slog.Logger
	wake     chan struct{} // something waits for delivery; never blocks

	mu      sync.Mutex
	webhook string
	people  []*person          // in order of arrival; absent ones too
	sent    map[string]*bubble // every bubble still kept, by message id
	owner   map[string]*person // whose it is
	media   mediaShelf         // what people sent
	books   Books
	streams map[chan frame]bool // open pages
	alert   *alert              // the last refusal that belongs to nobody
	running bool
	over    bool // Run has ended: pages are let go
}

// New prepares a sandbox. It fails when a required option is missing, a template cannot be
// what Meta approves, or Webhook is not on this machine.
func New(o Options) (*Sandbox, error) {
	for _, needed := range []struct{ name, value string }{
		{"PhoneNumberID", o.PhoneNumberID}, {"Token", o.Token}, {"AppSecret", o.AppSecret},
	} {
		if needed.value == "" {
			return nil, fmt.Errorf("sandbox: %s is missing", needed.name)
		}
	}
	s := &Sandbox{
		options:  o,
		digits:   onlyDigits(o.DisplayNumber),
		boot:     rand.Text(),
		language: "es",
		log:      o.Logger,
		wake:     make(chan struct{}, 1),
		sent:     map[string]*bubble{},
		owner:    map[string]*person{},
		streams:  map[chan frame]bool{},
	}
	if !validDigits(s.digits) {
		return nil, errors.New("sandbox: DisplayNumber is not a phone number")
	}
	if o.Language == "en" || strings.HasPrefix(o.Language, "en-") {
		s.language = "en"
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.registry, err = newRegistry(o.Templates); err != nil {
		return nil, err
	}
	client := http.Client{}
	if o.Client != nil {
		client = *o.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.client = &client
	if o.Webhook != "" {
		if err := s.SetWebhook(o.Webhook); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// SetWebhook says where webhooks go from now on, those that wait included. The address must be
// on this machine: people's words never leave it.
func (s *Sandbox) SetWebhook(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !loopback(u.Hostname()) {
		return fmt.Errorf("sandbox: webhook address %q is not an http address on this machine", address)
	}
	s.mu.Lock()
	s.webhook = address
	s.mu.Unlock()
	s.nudge()
	return nil
}

// nudge tells Run that something waits.
func (s *Sandbox) nudge() {
	select {
	case s.wake <- struct{}{}:
	default: // Run will look anyway
	}
}

// loopback reports whether a host (without port) can only be this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// seconds is the clock as WhatsApp's webhooks show it.
func seconds(t time.Time) time.Time { return t.Truncate(time.Second) }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
