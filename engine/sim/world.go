package sim

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"cauce/engine"
)

// Bring has the person send something that is no text, now: of m its type, what
// it carries and the caption are looked at.
func (w *World) Bring(m engine.Inbound) ([]Line, error) {
	return w.hear(engine.Inbound{Kind: engine.InMedia, Type: m.Type, Text: m.Text, Carries: m.Carries, Sent: w.now})
}

// Duplicate has WhatsApp deliver the newest message of the person once more.
// Whoever receives it knows its id, and does nothing.
func (w *World) Duplicate() ([]Line, error) {
	if w.last == nil {
		return nil, errNothingSaid
	}
	return w.hear(*w.last)
}

// Late has the person's newest message arrive again as one that was never seen,
// which they sent so long ago.
func (w *World) Late(ago time.Duration) ([]Line, error) {
	if w.last == nil {
		return nil, errNothingSaid
	}
	m := *w.last
	m.ID, m.Sent = "", w.now.Add(-ago)
	return w.hear(m)
}

var errNothingSaid = engine.Refuse("the person has sent nothing yet")

// Reorder has the next two messages of the person arrive in the other order.
// The first is on its way until the second was handled, or until anything else
// happens.
func (w *World) Reorder() { w.reorder = true }

// arrive delivers the message that Reorder keeps on its way, if there is one.
func (w *World) arrive() error {
	w.reorder = false
	if w.underway == nil {
		return nil
	}
	m := *w.underway
	w.underway = nil
	_, err := w.hear(m)
	return err
}

// Restart stops the program and starts it again: all that is left of the
// conversation is what was stored, and the service is read anew.
func (w *World) Restart() error {
	b, err := w.conv.Encode()
	if err != nil {
		return err
	}
	if w.conv, err = engine.Decode(b); err != nil {
		return err
	}
	w.svc, err = w.svc.Again()
	return err
}

// Pause has WhatsApp pause a template, or send it again: what is sent with it
// meanwhile fails, and reaches nobody.
func (w *World) Pause(template string, paused bool) error {
	if !slices.ContainsFunc(w.svc.Templates(), func(t engine.Template) bool { return t.Name == template }) {
		return engine.Refuse("no template is named %s", strconv.Quote(template))
	}
	if w.paused == nil {
		w.paused = map[string]bool{}
	}
	w.paused[template] = paused
	return nil
}

// Requests are the calls of flows that nobody has answered yet, the oldest
// first.
func (w *World) Requests() []engine.Fetch { return slices.Clone(w.requests) }

// Fetched answers the oldest request to a connection. Status 0: nothing came.
func (w *World) Fetched(connection string, status int, body []byte) ([]Line, error) {
	from := len(w.lines)
	if err := w.arrive(); err != nil {
		return w.lines[from:], err
	}
	for i, r := range w.requests {
		if r.Connection == connection {
			w.requests = slices.Delete(w.requests, i, i+1)
			err := w.advance(engine.Fetched{Now: w.now, Flow: r.Flow, Visit: r.Visit, Status: status, Body: body})
			return w.lines[from:], err
		}
	}
	return w.lines[from:], engine.Refuse("no request to %q waits for an answer", connection)
}

// over forgets the request of a visit: nobody waits for it any more.
func (w *World) over(flow engine.FlowID, visit uint64, p engine.Purpose) {
	if p != engine.ForFetch {
		return
	}
	w.requests = slices.DeleteFunc(w.requests, func(r engine.Fetch) bool { return r.Flow == flow && r.Visit == visit })
}

// Help has an operator do something in the inbox, under the name operator if
// there is none. Their words need a conversation that is theirs, so they take
// it first if it waits.
func (w *World) Help(act engine.Act, name, text string) ([]Line, error) {
	name = cmp.Or(name, "operator")
	from := len(w.lines)
	if h := w.conv.Handover; act == engine.Replies && h != nil && h.With == "" {
		if _, err := w.Operator(engine.Claims, name, ""); err != nil {
			return w.lines[from:], err
		}
	}
	h := w.conv.Handover
	switch {
	case h == nil:
		return w.lines[from:], engine.Refuse("nobody has asked for a person")
	case act == engine.Claims && h.With != "":
		return w.lines[from:], engine.Refuse("%s has the conversation already", h.With)
	}
	_, err := w.Operator(act, name, text)
	return w.lines[from:], err
}
