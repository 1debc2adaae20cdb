package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"cauce/engine"
	"cauce/runtime"
	"cauce/runtime/store"
)

// DefaultBaseURL is Meta's API in the version this package was written for.
const DefaultBaseURL = "https://graph.facebook.com/v25.0"

// ClientOptions say which number a Client sends from, and as whom.
type ClientOptions struct {
	BaseURL       string // with the version; empty: DefaultBaseURL
	PhoneNumberID string
	Token         string
	// Files is the service's folder, from which pictures and recordings are
	// uploaded; nil: there are none to send.
	Files fs.FS
	// HTTP makes the requests; nil: one that gives up after 15 seconds. Its
	// redirects are never followed, for they would carry the token elsewhere.
	HTTP *http.Client
}

// Client hands messages to the Cloud API. Any number of goroutines may use it.
type Client struct {
	endpoint string // the number's
	token    string
	http     *http.Client
	uploads  uploads
}

var _ runtime.Sender = (*Client)(nil)

// NewClient returns a Client. It makes no request.
func NewClient(o ClientOptions) *Client {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	c := &Client{
		endpoint: strings.TrimRight(strings.TrimSpace(o.BaseURL), "/") + "/" + url.PathEscape(o.PhoneNumberID),
		uploads:  uploads{files: o.Files},
		token:    strings.TrimSpace(o.Token), // a newline at a secret's end would make every request fail
	}
	if o.HTTP != nil {
		own := *o.HTTP
		c.http = &own
	} else {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 64 // one host is all there is; 80 messages a second is what a number may send
		// A connection that the other side closes while we write on it leaves
		// a message of which nobody knows whether it went out.
		t.IdleConnTimeout = 30 * time.Second
		c.http = &http.Client{Transport: t, Timeout: 15 * time.Second}
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// maxAnswer is how much of an answer is read. One has less than 1 KB.
const maxAnswer = 64 << 10

// Send implements runtime.Sender. A contact is written to by phone number
// where there is one, else by user id. It refuses nothing that WhatsApp might
// take: limits are the checker's and the engine's.
//
// What it sends is in the gate's own word that it may: without one, it makes no
// request at all.
//
// Every error is a *runtime.SendError. When there is no answer, its Fate says
// how far the request came: Wait if no byte of it left, else Unknown. A file that
// the message shows is uploaded first, once; while that fails nothing left yet.
func (c *Client) Send(ctx context.Context, to store.Contact, p engine.Permit, token string) (runtime.Receipt, error) {
	m, ok := p.Message()
	if !ok {
		return runtime.Receipt{}, runtime.ErrNoPermit
	}
	media := ""
	if m.Media != nil && m.Media.File != "" {
		var err error
		if media, err = c.upload(ctx, m.Media.Type, m.Media.File); err != nil {
			return runtime.Receipt{}, err
		}
	}
	body, err := encode(to, m, token, media)
	if err != nil {
		return runtime.Receipt{}, &runtime.SendError{Fate: runtime.Never, Err: err}
	}
	// The transport asks for another connection only when it knows that
	// nothing went over the one before.
	var wrote atomic.Bool
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { wrote.Store(false) },
		WroteHeaders: func() { wrote.Store(true) },
	}), http.MethodPost, c.endpoint+"/messages", bytes.NewReader(body))
	if err != nil || req.URL.Host == "" || req.URL.Scheme != "https" && req.URL.Scheme != "http" {
		return runtime.Receipt{}, &runtime.SendError{Fate: runtime.Halt, Err: errors.New("the API's address is no URL; check CAUCE_WHATSAPP_API_URL")}
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		fate := runtime.Wait
		if wrote.Load() {
			fate = runtime.Unknown
		}
		return runtime.Receipt{}, &runtime.SendError{Fate: fate, Err: c.redact(err)}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		// The status alone is not trusted: an answer that breaks off may
		// have come from anybody between WhatsApp and us.
		return runtime.Receipt{}, &runtime.SendError{Fate: runtime.Unknown, Err: fmt.Errorf("the answer broke off: %w", c.redact(err))}
	}
	return read(res.StatusCode, res.Header.Get("Retry-After"), answer)
}

// redact takes the address and, should a transport have put it there, the
// token out of an error. What it stands for can still be asked with errors.Is.
func (c *Client) redact(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if c.token != "" && strings.Contains(err.Error(), c.token) {
		return hidden{err, strings.ReplaceAll(err.Error(), c.token, "…")}
	}
	return err
}

type hidden struct {
	err  error
	text string
}

func (h hidden) Error() string        { return h.text }
func (h hidden) Is(target error) bool { return errors.Is(h.err, target) }

// read judges an answer.
func read(status int, retryAfter string, answer []byte) (runtime.Receipt, error) {
	answer = bytes.TrimSpace(answer)
	if !json.Valid(answer) {
		answer = nil // a page of something between WhatsApp and us
	}
	if e := find(answer, "error"); kind(e) == '{' {
		return runtime.Receipt{}, refusal(status, retryAfter, e)
	}
	if status < 200 || status > 299 {
		return runtime.Receipt{}, refusal(status, retryAfter, nil)
	}
	var got runtime.Receipt
	for m := range elements(find(answer, "messages")) {
		if got.MessageID == "" {
			got.MessageID = identifier(word(find(m, "id")))
		}
	}
	if got.MessageID == "" {
		return runtime.Receipt{}, &runtime.SendError{Fate: runtime.Unknown, Err: fmt.Errorf("HTTP %d without a message id", status)}
	}
	for c := range elements(find(answer, "contacts")) {
		p := named(word(find(c, "wa_id")), word(find(c, "user_id")), "")
		got.UserID, got.Phone = p.user, p.phone
		break // one message, one contact
	}
	return got, nil
}

// refusal makes of an error what became of the message. The error object's own
// texts are left out: they may quote what we sent, or to whom.
func refusal(status int, retryAfter string, object []byte) *runtime.SendError {
	e := &runtime.SendError{}
	code, err := strconv.Atoi(strings.TrimSpace(word(find(object, "code"))))
	coded := err == nil && code >= 0
	transient := string(find(object, "is_transient")) == "true"
	var meaning string
	switch v, known := lookup(code); {
	case coded && known:
		e.Code, e.Fate, e.After, meaning = code, v.fate, v.after, v.meaning
	case coded:
		e.Code, e.Fate, meaning = code, runtime.Never, "an error code we do not know"
		if transient || status >= 500 {
			e.Fate = runtime.Unknown
		}
	default:
		e.Fate, meaning = uncoded(status)
	}
	if e.Fate == runtime.Wait {
		if after := seconds(retryAfter); after > 0 {
			e.After = after
		}
	}
	said := fmt.Sprintf("%s (HTTP %d", meaning, status)
	if sub := word(find(object, "error_subcode")); digits(sub) && len(sub) <= 9 {
		said += ", subcode " + sub
	}
	if trace, _ := text(find(object, "fbtrace_id")); traceID(trace) {
		said += ", trace " + trace
	}
	e.Err = errors.New(said + ")")
	return e
}

// uncoded judges an answer without an error code, which is not WhatsApp's own:
// a proxy's, a balancer's, a wrong address's.
func uncoded(status int) (runtime.Fate, string) {
	switch {
	case status >= 500:
		return runtime.Unknown, "the API failed without saying how"
	case status == http.StatusTooManyRequests:
		return runtime.Wait, "too many requests"
	case status == http.StatusRequestTimeout:
		return runtime.Unknown, "the API got no whole request in time"
	case status >= 300 && status < 400:
		return runtime.Halt, "the API's address leads elsewhere; check CAUCE_WHATSAPP_API_URL"
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound,
		status == http.StatusMethodNotAllowed, status == http.StatusProxyAuthRequired:
		return runtime.Halt, "this is not the API, or it does not let us in; check CAUCE_WHATSAPP_API_URL and the token"
	case status >= 400:
		return runtime.Never, "refused without an error code"
	}
	return runtime.Unknown, "the answer makes no sense"
}

// seconds reads a Retry-After header, as seconds or as a date; a day at most.
func seconds(header string) time.Duration {
	const most = 24 * time.Hour
	if n, err := strconv.ParseUint(header, 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, most)
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(time.Until(at), 0), most)
	}
	return 0
}

// traceID reports whether s looks like the id Meta's support asks for. Digits
// alone may be somebody's number, which no log holds.
func traceID(s string) bool {
	return strings.Trim(s, "0123456789") != "" && len(s) <= 40 && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
}
