package whatsapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"cauce/runtime"
)

// MaxBody is the largest webhook body that is taken. WhatsApp sends up to 3 MB
// (Cloud API, webhooks).
const MaxBody = 3 << 20

// HandlerOptions say for which number a webhook is, and who takes what it
// receives.
type HandlerOptions struct {
	PhoneNumberID string
	// VerifyToken is what was entered beside the callback address at Meta.
	// Empty: no handshake succeeds.
	VerifyToken string
	// AppSecrets sign the bodies: one, or two while they are rotated. Empty
	// ones don't count; with none, no body is taken.
	AppSecrets []string
	// Receive puts a delivery on file. WhatsApp is told 200 when it returned
	// nil, and sends again when it did not; so it fails for want of a store
	// and never for what the delivery holds. It is not called for a body in
	// which nothing is about our number.
	Receive func(ctx context.Context, d runtime.Delivery) error
	Logger  *slog.Logger     // nil: slog's default
	Now     func() time.Time // nil: time.Now
}

// NewHandler answers WhatsApp's webhook on every path it is mounted on:
//
//	GET   the handshake: 200 and the challenge, or 403
//	POST  200 once the body is on file; 401 for a missing or wrong signature,
//	      whatever the body is; 413 above MaxBody; 500 when Receive failed
//
// and 405 to anything else.
func NewHandler(o HandlerOptions) http.Handler {
	h := &handler{HandlerOptions: o}
	for _, s := range o.AppSecrets {
		if s = strings.TrimSpace(s); s != "" {
			h.secrets = append(h.secrets, []byte(s))
		}
	}
	if h.Logger == nil {
		h.Logger = slog.Default()
	}
	if h.Now == nil {
		h.Now = time.Now
	}
	return h
}

type handler struct {
	HandlerOptions
	secrets [][]byte
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.post(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "only GET and POST", http.StatusMethodNotAllowed)
	}
}

func (h *handler) handshake(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("hub.mode") != "subscribe" || !same(h.VerifyToken, q.Get("hub.verify_token")) {
		h.Logger.WarnContext(r.Context(), "webhook: handshake with another verify token")
		http.Error(w, "the verify token does not match", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.WriteString(w, q.Get("hub.challenge"))
}

// same compares in a time that tells nothing of ours, its length included.
// Nothing equals an empty one.
func same(ours, theirs string) bool {
	a, b := sha256.Sum256([]byte(ours)), sha256.Sum256([]byte(theirs))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && ours != ""
}

func (h *handler) post(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			h.Logger.WarnContext(r.Context(), "webhook: body too large", "limit", int64(MaxBody))
			http.Error(w, "the body is larger than 3 MiB", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the body broke off", http.StatusBadRequest)
		return
	}
	if !h.signed(body, r.Header.Get("X-Hub-Signature-256")) {
		h.Logger.WarnContext(r.Context(), "webhook: signature missing or wrong", "bytes", len(body))
		http.Error(w, "the signature does not match", http.StatusUnauthorized)
		return
	}
	d := Decode(body, h.PhoneNumberID, h.Now())
	if len(d.Messages)+len(d.Statuses)+len(d.Notices) > 0 {
		if err := h.Receive(r.Context(), d); err != nil {
			h.Logger.ErrorContext(r.Context(), "webhook: delivery not stored; WhatsApp will send it again",
				"err", err, "messages", len(d.Messages), "statuses", len(d.Statuses), "notices", len(d.Notices))
			http.Error(w, "not stored", http.StatusInternalServerError)
			return
		}
	}
	// 200 by the letter: any other success is a failure to WhatsApp.
	w.WriteHeader(http.StatusOK)
}

// signed reports whether header is the body's HMAC-SHA256 under one of our
// secrets. It reads the bytes as they came: decoded and encoded again, the
// same JSON has others.
func (h *handler) signed(body []byte, header string) bool {
	claimed, err := hex.DecodeString(strings.TrimPrefix(header, "sha256="))
	if err != nil || !strings.HasPrefix(header, "sha256=") {
		claimed = nil
	}
	match := false
	for _, secret := range h.secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), claimed) {
			match = true
		}
	}
	return match
}
