package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"cauce/runtime"
)

// failure is an answer that says no.
type failure struct {
	status int
	Error  failing `json:"error"`
}

type failing struct {
	Reason   string `json:"reason"`
	Message  string `json:"message"`
	Field    string `json:"field,omitempty"`    // which part of the request
	Operator string `json:"operator,omitempty"` // with taken: who has it
}

// refusal is a failure on its way to the answer.
type refusal struct{ failure }

func (r *refusal) Error() string { return r.failure.Error.Message }

func problem(status int, reason, message string) error {
	return &refusal{failure{status, failing{Reason: reason, Message: message}}}
}

func badField(name, message string) error {
	return &refusal{failure{http.StatusBadRequest, failing{Reason: "bad-request", Message: message, Field: name}}}
}

// fail answers an error. One that nobody foresaw is logged and not told.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	var known *refusal
	var unfit *runtime.Unfit
	var no *runtime.Refusal
	f := failure{http.StatusInternalServerError, failing{Reason: "internal", Message: "it could not be done; the server's log says why"}}
	switch {
	case errors.As(err, &known):
		f = known.failure
	case errors.As(err, &unfit):
		f = failure{http.StatusBadRequest, failing{Reason: "bad-request", Message: unfit.Field + ": " + unfit.Words, Field: unfit.Field}}
	case errors.As(err, &no):
		f = failure{http.StatusConflict, failing{Reason: no.Reason, Message: no.Words, Operator: no.Operator}}
	case errors.Is(err, runtime.ErrNoHandover):
		f = failure{http.StatusNotFound, failing{Reason: "no-such-handover", Message: "nobody asked for a person under this id; GET " + Prefix + "handovers lists who waits"}}
	case r.Context().Err() == nil:
		a.log.ErrorContext(r.Context(), "api: a request could not be handled", "method", r.Method, "error", err)
	}
	write(w, f.status, f)
}

// write answers with JSON; bytes are JSON already.
func write(w http.ResponseWriter, status int, body any) {
	b, ok := body.([]byte)
	if !ok {
		var err error
		if b, err = json.Marshal(body); err != nil {
			panic(err) // every answer is made of texts, numbers and times
		}
		b = append(b, '\n')
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b)
}

// readBody reads a body that is one JSON object with just these fields, all of
// them texts. It goes by the bytes and not by a Go struct, which would take
// "TEXT" for "text", and the last of two.
func readBody(w http.ResponseWriter, r *http.Request, fields []field) (map[string]string, error) {
	if kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" ||
		params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
		return nil, problem(http.StatusUnsupportedMediaType, "content-type", "the body has to be JSON: Content-Type: application/json")
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, problem(http.StatusRequestEntityTooLarge, "too-large", "the body is larger than 64 KiB")
		}
		return nil, problem(http.StatusBadRequest, "bad-request", "the body broke off")
	}
	if !utf8.Valid(b) {
		return nil, problem(http.StatusBadRequest, "bad-request", "the body is not UTF-8")
	}
	takes := fmt.Sprintf("this takes {%s}", list(fields, `"`, `": "…"`))
	bad := problem(http.StatusBadRequest, "bad-request", "the body is not one JSON object; "+takes)
	d := json.NewDecoder(strings.NewReader(string(b)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, bad
	}
	got := map[string]string{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, bad
		}
		name := t.(string) // the decoder sees to it
		if !slices.Contains(fields, field(name)) {
			return nil, badField(name, fmt.Sprintf("no field is named %q here; %s", name, takes))
		}
		if _, twice := got[name]; twice {
			return nil, badField(name, fmt.Sprintf("%q stands there twice", name))
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, bad
		}
		var s *string
		if json.Unmarshal(raw, &s) != nil || s == nil {
			return nil, badField(name, fmt.Sprintf("%q has to be a text, in quotes", name))
		}
		got[name] = *s
	}
	if _, err := d.Token(); err != nil {
		return nil, bad
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, bad
	}
	for _, f := range fields {
		if _, ok := got[string(f)]; !ok {
			return nil, badField(string(f), fmt.Sprintf("%q is missing; %s", f, takes))
		}
	}
	return got, nil
}

// readQuery reads what stands behind the ? of an address.
func readQuery(r *http.Request, takes []string) (map[string]string, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, problem(http.StatusBadRequest, "bad-request", "what stands behind the ? can't be read")
	}
	got := map[string]string{}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch {
		case !slices.Contains(takes, name) && len(takes) == 0:
			return nil, badField(name, fmt.Sprintf("%q is not known here; nothing stands behind the ?", name))
		case !slices.Contains(takes, name):
			return nil, badField(name, fmt.Sprintf("%q is not known here; this takes %s", name, list(takes, "", "")))
		case len(values[name]) > 1:
			return nil, badField(name, fmt.Sprintf("%q stands there twice", name))
		case !utf8.ValidString(values[name][0]):
			return nil, badField(name, fmt.Sprintf("%q is not UTF-8", name))
		}
		got[name] = values[name][0]
	}
	return got, nil
}

// list writes names in a row.
func list[T ~string](names []T, before, behind string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(before + string(n) + behind)
	}
	return b.String()
}
