package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"cauce/runtime"
	"cauce/runtime/store"
)

// Where a request for a person stands.
const (
	waiting = "waiting"
	with    = "with"
	over    = "over"
)

// page is what GET handovers answers.
type page struct {
	Handovers []handover `json:"handovers"`
	Next      string     `json:"next,omitempty"`
}

type handover struct {
	ID         string       `json:"id"`
	State      string       `json:"state"`
	Operator   string       `json:"operator,omitempty"`
	Inbox      string       `json:"inbox"`
	Since      time.Time    `json:"since"`
	Priority   int          `json:"priority"`
	Language   string       `json:"language"`
	WindowOpen bool         `json:"window_open"`
	Told       []store.Told `json:"told"`
	Tags       []string     `json:"tags"`
	Messages   []message    `json:"messages"`
}

type message struct {
	At   time.Time `json:"at"`
	From string    `json:"from"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
}

// standing is what taking, writing and giving back answer.
type standing struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Operator string `json:"operator,omitempty"`
}

func (a *api) list(r *http.Request, c call) (int, any, error) {
	q := runtime.HandoverQuery{Inbox: c.query["inbox"], After: c.query["after"]}
	if text, given := c.query["limit"]; given {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			n = -1 // which the runtime has the words for
		}
		q.Limit = n
	}
	found, err := a.operators.Handovers(r.Context(), q)
	if err != nil {
		return 0, nil, err
	}
	// Empty lists are [] and never null: a program may walk them as they are.
	p := page{Handovers: make([]handover, 0, len(found.Handovers)), Next: found.Next}
	for _, h := range found.Handovers {
		one := handover{
			ID: h.ID.String(), State: waiting, Operator: h.Operator, Inbox: h.Inbox, Since: h.Since, Priority: h.Priority,
			Language: h.Language, WindowOpen: h.WindowOpen,
			Told: append([]store.Told{}, h.Told...), Tags: append([]string{}, h.Tags...), Messages: make([]message, 0, len(h.Lines)),
		}
		if h.Operator != "" {
			one.State = with
		}
		for _, l := range h.Lines {
			one.Messages = append(one.Messages, message{At: l.At, From: string(l.From), Kind: l.Kind, Text: l.Text})
		}
		p.Handovers = append(p.Handovers, one)
	}
	return http.StatusOK, p, nil
}

func (a *api) claim(r *http.Request, c call) (int, any, error) {
	id, err := runtime.ParseHandoverID(c.id)
	if err == nil {
		err = a.operators.Claim(r.Context(), runtime.Claim{Handover: id, Operator: c.body["operator"]})
	}
	return http.StatusOK, standing{ID: c.id, State: with, Operator: strings.TrimSpace(c.body["operator"])}, err
}

// reply answers 202: the message is owed, and leaves in its turn.
func (a *api) reply(r *http.Request, c call) (int, any, error) {
	id, err := runtime.ParseHandoverID(c.id)
	if err == nil {
		err = a.operators.Reply(r.Context(), runtime.Reply{Handover: id, Operator: c.body["operator"], Text: c.body["text"]})
	}
	return http.StatusAccepted, standing{ID: c.id, State: with, Operator: strings.TrimSpace(c.body["operator"])}, err
}

func (a *api) release(r *http.Request, c call) (int, any, error) {
	id, err := runtime.ParseHandoverID(c.id)
	if err == nil {
		err = a.operators.Release(r.Context(), runtime.Release{Handover: id, Operator: c.body["operator"]})
	}
	return http.StatusOK, standing{ID: c.id, State: over}, err
}
