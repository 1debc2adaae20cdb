// Package runtime is what touches the world: it receives what people write,
// has the engine decide what that means, keeps the books, and sends and waits.
//
// One message takes four hops. A handler hands a Delivery to Receive, the only
// door for contacts; each message in it is read, then stepped in a transaction
// of its own (first sight, load, advance, save, transcript, outbox, timers);
// Receive returns when all of it is durable. Run claims what is owed, asking
// the gate again in the transaction that claims, sends it, and settles. Timers
// and failed deliveries take the same road from the second hop.
//
// The package decides nothing of a conversation (engine does), knows no SQL
// (a store does) and nothing of WhatsApp's JSON (whatsapp does).
package runtime

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"cauce/engine"
	"cauce/runtime/store"
)

// Options are what a Service is made of. Flows, Store, Sender and Dispatcher
// are required.
type Options struct {
	Flows      *engine.Service
	Store      store.Store
	Sender     Sender
	Dispatcher Dispatcher
	Logger     *slog.Logger // discards when nil
	// ResendAfter is how long a message that may or may not have gone out
	// waits for WhatsApp's word on it. Zero: 20 s.
	ResendAfter time.Duration
	// SendTimeout bounds one request to WhatsApp. Zero: 20 s.
	SendTimeout time.Duration
	// Concurrency is how many requests to WhatsApp may be under way at once.
	// Zero: 32.
	Concurrency int
}

// Service runs one number.
type Service struct {
	flows       *engine.Service
	store       store.Store
	sender      Sender
	dispatcher  Dispatcher
	log         *slog.Logger
	resendAfter time.Duration
	timeout     time.Duration
	slots       chan struct{}
	settled     chan store.Result
	paused      atomic.Int64 // unix nanoseconds until which nothing is sent
	nextTimer   atomic.Int64 // unix nanoseconds of the timer that Run waits for; 0: none
}

// New makes a service ready to receive; Run makes it send.
func New(o Options) (*Service, error) {
	if o.Flows == nil || o.Store == nil || o.Sender == nil || o.Dispatcher == nil {
		return nil, errors.New("runtime: flows, a store, a sender and a dispatcher are needed")
	}
	s := &Service{
		flows: o.Flows, store: o.Store, sender: o.Sender, dispatcher: o.Dispatcher,
		log: o.Logger, resendAfter: o.ResendAfter, timeout: o.SendTimeout,
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.resendAfter <= 0 {
		s.resendAfter = 20 * time.Second
	}
	if s.timeout <= 0 {
		s.timeout = 20 * time.Second
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 32
	}
	s.slots = make(chan struct{}, o.Concurrency)
	s.settled = make(chan store.Result, o.Concurrency)
	return s, nil
}

// Receive is the only door for contacts. It returns when everything in the
// delivery is durable; an error says that it may not be, and that WhatsApp has
// to send it again, which is harmless. Content that can't be handled is no
// error: it is set aside.
func (s *Service) Receive(ctx context.Context, d Delivery) error {
	now := time.Now()
	batch := make([]store.Inbound, 0, len(d.Messages)+len(d.Notices))
	for _, m := range d.Messages {
		r := s.flows.Read(m.Message)
		batch = append(batch, store.Inbound{
			Key: m.Key, From: m.From, Name: r.Name, Received: now, // without a card's number, as they may have it in their name
			Event: r.Event(now), Shape: m.Shape,
		})
	}
	// A notice is about nobody: the store keeps its shape, and steps nothing.
	for _, n := range d.Notices {
		batch = append(batch, store.Inbound{Key: n.Key, Received: now, Shape: n.Shape})
	}
	var wake wakes
	if len(batch) > 0 {
		outcomes, err := s.store.Ingest(ctx, batch, func(tx store.Tx, in store.Inbound) error {
			return s.stepInbound(tx, in, &wake)
		})
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		for i, o := range outcomes {
			if o.Aside != nil && i < len(d.Messages) && !errors.Is(o.Aside, store.ErrNobody) {
				s.log.Error("a message could not be handled and was set aside; its shape is kept for eight days",
					"contact", o.Contact, "error", o.Aside)
			}
		}
	}
	if len(d.Statuses) > 0 {
		if err := s.store.Report(ctx, d.Statuses, func(tx store.Tx, o store.Outgoing) error {
			return s.stepFailed(tx, o, now, &wake)
		}); err != nil {
			return fmt.Errorf("receive statuses: %w", err)
		}
		wake.send = true // what waited behind an indeterminate message may go now
	}
	s.wake(&wake)
	return nil
}

// wakes gathers what a transaction made there to do. A step may run twice;
// waking twice is harmless.
type wakes struct {
	send  bool
	timer time.Time // the earliest that was started
}

func (s *Service) wake(w *wakes) {
	if w.send {
		s.dispatcher.Wake(Sending)
	}
	if !w.timer.IsZero() {
		if next := s.nextTimer.Load(); next == 0 || w.timer.UnixNano() < next {
			s.dispatcher.Wake(Timing)
		}
	}
}

// stepInbound handles one message of a person.
func (s *Service) stepInbound(tx store.Tx, in store.Inbound, w *wakes) error {
	var r engine.Reading
	switch e := in.Event.(type) {
	case engine.Message:
		r = e.Reading
	case engine.Tap:
		r = e.Reading
	default:
		return fmt.Errorf("no step is known for %T", in.Event)
	}
	if err := tx.Append(store.Entry{
		At: in.Received, Sent: r.Sent, Incoming: true, Kind: r.Type, Text: r.Text, MessageID: r.ID,
	}); err != nil {
		return err
	}
	return s.step(tx, in.Event, w)
}

// stepFailed tells the conversation that a message of ours did not arrive.
func (s *Service) stepFailed(tx store.Tx, o store.Outgoing, now time.Time, w *wakes) error {
	m, err := engine.DecodeOutgoing(o.Message)
	if err != nil {
		return err
	}
	code, _ := strconv.Atoi(o.Reason)
	return s.step(tx, engine.Delivery{Now: now, Code: code, Cause: m.Cause, Flow: m.Flow, Visit: m.Visit, Sent: o.Claimed}, w)
}

// step advances a conversation and does what comes of it, all in one
// transaction.
func (s *Service) step(tx store.Tx, ev engine.Event, w *wakes) error {
	c, err := conversation(tx)
	if err != nil {
		return err
	}
	_, err = s.advance(tx, c, ev, w)
	return err
}

// conversation is the one on file, decoded.
func conversation(tx store.Tx) (engine.Conversation, error) {
	b, err := tx.Conversation()
	if err != nil {
		return engine.Conversation{}, err
	}
	return engine.Decode(b)
}

// advance is step for a conversation that was read in the same transaction.
func (s *Service) advance(tx store.Tx, c engine.Conversation, ev engine.Event, w *wakes) (*engine.Result, error) {
	res, err := s.flows.Advance(c, ev)
	if err != nil {
		return nil, &flowError{err}
	}
	return &res, s.apply(tx, ev.At(), &c, &res, w)
}

// flowError is a fault of a flow or of the engine, which repeating does not
// mend; nothing of the event has happened.
type flowError struct{ err error }

func (e *flowError) Error() string { return e.err.Error() }
func (e *flowError) Unwrap() error { return e.err }

// apply does what came of an event. before is the conversation as it was.
func (s *Service) apply(tx store.Tx, now time.Time, before *engine.Conversation, res *engine.Result, w *wakes) error {
	b, err := res.Conversation.Encode()
	if err != nil {
		return err
	}
	if err := tx.SaveConversation(b); err != nil {
		return err
	}
	if err := keepHandover(tx, before, res); err != nil {
		return err
	}
	for _, e := range res.Effects {
		switch e := e.(type) {
		case engine.Send:
			if err := s.enqueue(tx, now, &e.Message); err != nil {
				return err
			}
			w.send = true
		case engine.StartTimer:
			err = tx.StartTimer(store.Timer{Flow: string(e.Flow), Visit: e.Visit, Purpose: string(e.Purpose), Due: e.At})
			if w.timer.IsZero() || e.At.Before(w.timer) {
				w.timer = e.At
			}
		case engine.StopTimer:
			err = tx.StopTimer(string(e.Flow), e.Visit, string(e.Purpose))
		case engine.Withdraw:
			_, err = tx.Withdraw(e.Reason)
		case engine.HandOver:
			err = tx.Record(store.Record{At: now, Kind: "handover", Code: string(e.Act), Detail: e.Inbox})
		case engine.Flag:
			err = tx.Record(store.Record{At: now, Kind: "tag", Code: e.Tag})
		case engine.Consented:
			err = tx.Consent(store.Consent{
				At: e.At, Purpose: e.Purpose, Version: e.Version, Given: e.Given, Words: e.Words, MessageID: e.Message, Source: e.Source, Actor: string(e.Actor),
			})
		case engine.Count:
			err = tx.Count(store.Tally{Name: e.Name, Row: e.Row, Language: e.Language, Day: e.Day})
		case engine.Fetch:
			// Nobody calls other hosts yet: a request counts as failed when its
			// time is over, as one that nothing came of.
		case engine.Record:
			err = tx.Record(store.Record{
				At: now, Kind: string(e.Kind), Code: e.Code, Flow: string(e.Flow), Node: string(e.Node), Detail: e.Detail,
			})
		default:
			err = fmt.Errorf("no effect is known as %T", e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enqueue(tx store.Tx, now time.Time, m *engine.Outgoing) error {
	b, err := engine.EncodeOutgoing(m)
	if err != nil {
		return err
	}
	token := rand.Text()
	if _, err := tx.Enqueue(store.Outgoing{Message: b, Token: token, Created: now}); err != nil {
		return err
	}
	return tx.Append(store.Entry{
		At: now, Kind: string(m.Kind), Text: m.Body, MessageID: token,
		Cause: string(m.Cause), Flow: string(m.Flow), Node: string(m.Node),
	})
}

// judge asks the gate about a message that is about to leave. When the answer
// is not to send, the conversation is told: its visit was not asked.
func (s *Service) judge(now time.Time, w *wakes) store.Judge {
	return func(tx store.Tx, o store.Outgoing) (store.Verdict, error) {
		m, err := engine.DecodeOutgoing(o.Message)
		if err != nil {
			return store.Verdict{Reason: "unreadable"}, nil
		}
		c, err := conversation(tx)
		if err != nil {
			return store.Verdict{}, err
		}
		permit, d := s.flows.Permit(&c, &m, o.Created, now)
		if permit.Allows() {
			return store.Verdict{Start: permit}, nil
		}
		res, err := s.flows.Advance(c, engine.Decided{Now: now, Message: m, Reason: string(d.Reason)})
		if err != nil {
			return store.Verdict{}, err
		}
		if err := s.apply(tx, now, &c, &res, w); err != nil {
			return store.Verdict{}, err
		}
		return store.Verdict{Reason: string(d.Reason)}, nil
	}
}

// Merge joins two encoded conversations, for a store that finds that two
// contacts are one person.
func Merge(older, newer []byte) ([]byte, store.Heard, error) {
	a, err := engine.Decode(older)
	if err != nil {
		return nil, store.Older, err
	}
	b, err := engine.Decode(newer)
	if err != nil {
		return nil, store.Older, err
	}
	m, newerGoesOn := engine.Merge(a, b)
	out, err := m.Encode()
	heard := store.Older
	if newerGoesOn {
		heard = store.Newer
	}
	return out, heard, err
}
