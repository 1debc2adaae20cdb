package runtime

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"cauce/engine"
	"cauce/engine/policy"
	"cauce/runtime/store"
)

const (
	claimAtMost = 64
	fireAtMost  = 128
	// grace is how long requests under way may go on once Run was told to
	// end; what has no answer by then is indeterminate.
	grace = 6 * time.Second
	// halt is how long nothing is sent after WhatsApp refused our token or
	// our account: the queue is kept, and somebody has to act.
	halt = time.Minute
	// remembered is how long what was seen and what was set aside is kept:
	// WhatsApp repeats for 7 days (Cloud API reference §1.3), and a margin.
	remembered = 8 * 24 * time.Hour
	// sweepEvery is how often it is looked through.
	sweepEvery = 6 * time.Hour
)

// Run sends what is owed and fires timers until ctx ends; then it lets the
// requests under way finish, for a few seconds, and settles them. No other
// Run may serve the same store: what was being sent when a former one died is
// found at the start, and judged when WhatsApp had time to tell of it.
func (s *Service) Run(ctx context.Context) error {
	orphans, err := s.store.Orphans(ctx, time.Now().Add(s.resendAfter))
	if err != nil {
		return err
	}
	if orphans > 0 {
		s.log.Warn("messages were being sent when the server last ended; WhatsApp's word on them is awaited",
			"messages", orphans, "for", s.resendAfter)
	}
	// Requests outlive ctx by the grace, so that what was begun is finished.
	sendCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stopGrace := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	defer stopGrace()

	var sweeping sync.WaitGroup
	sweeping.Go(func() { s.sweep(ctx) })
	defer sweeping.Wait()
	var settling sync.WaitGroup
	settling.Go(s.settle)
	var sending sync.WaitGroup
	err = s.dispatcher.Run(ctx, func(ctx context.Context, j Job) (time.Time, error) {
		if j == Timing {
			return s.fire(ctx)
		}
		return s.send(ctx, sendCtx, &sending)
	})
	sending.Wait()
	close(s.settled)
	settling.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// sweep forgets what is long past, now and every few hours, until ctx ends.
func (s *Service) sweep(ctx context.Context) {
	for {
		n, err := s.store.Sweep(ctx, time.Now().Add(-remembered))
		wait := sweepEvery
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Warn("could not forget what is long past", "error", err)
		case n > 0:
			wait = time.Second // there may be more; people's messages go first
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// send claims what may leave now, as far as there are free slots, and starts
// sending it. It returns when there will be more to do by itself.
func (s *Service) send(ctx, sendCtx context.Context, sending *sync.WaitGroup) (time.Time, error) {
	if until := time.Unix(0, s.paused.Load()); until.After(time.Now()) {
		return until, nil
	}
	var w wakes
	defer s.wake(&w)
	if _, err := s.store.Resolve(ctx, time.Now(), s.judgeAgain(time.Now(), &w)); err != nil {
		return time.Time{}, err
	}
	for ctx.Err() == nil {
		free := min(cap(s.slots)-len(s.slots), claimAtMost)
		if free == 0 {
			return time.Time{}, nil // a settled send wakes us
		}
		now := time.Now()
		claimed, err := s.store.Claim(ctx, now, free, s.judge(now, &w))
		if err != nil {
			return time.Time{}, err
		}
		for _, o := range claimed {
			s.slots <- struct{}{}
			sending.Go(func() { s.sendOne(sendCtx, o) })
		}
		if len(claimed) == 0 {
			at, ok, err := s.store.NextSend(ctx)
			if err != nil || !ok {
				return time.Time{}, err
			}
			// A message that could start now and was not claimed waits behind
			// one that is being sent, whose settling wakes us, or behind those
			// that the gate just took back.
			return later(at, now.Add(pause)), nil
		}
	}
	return time.Time{}, nil
}

// pause is how soon the outbox is looked at again when it says that something
// may leave and nothing did.
const pause = 250 * time.Millisecond

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// judgeAgain decides on a message that may or may not have gone out, and of
// which WhatsApp told nothing. Sending it once more may repeat it: only what
// answers somebody is worth that, and only while the gate still allows it.
func (s *Service) judgeAgain(now time.Time, w *wakes) store.Judge {
	gate := s.judge(now, w)
	return func(tx store.Tx, o store.Outgoing) (store.Verdict, error) {
		m, err := engine.DecodeOutgoing(o.Message)
		if err != nil {
			return store.Verdict{Reason: "unreadable"}, nil
		}
		switch {
		case m.Kind == engine.OutTemplate:
			return store.Verdict{Reason: "indeterminate"}, nil
		case m.Cause == policy.Answer, m.Cause == policy.Confirmation, m.Cause == policy.FromOperator:
			return gate(tx, o)
		}
		return store.Verdict{Reason: "indeterminate"}, nil
	}
}

// sendOne hands one message to WhatsApp and says how that ended.
func (s *Service) sendOne(ctx context.Context, o store.Outgoing) {
	s.settled <- s.try(ctx, o)
}

func (s *Service) try(ctx context.Context, o store.Outgoing) store.Result {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	receipt, err := s.sender.Send(ctx, o.To, o.Permit, o.Token)
	if err == nil {
		return store.Result{
			ID: o.ID, State: store.Sent, MessageID: receipt.MessageID, UserID: receipt.UserID, Phone: receipt.Phone,
		}
	}
	var se *SendError
	if !errors.As(err, &se) {
		se = &SendError{Err: err}
	}
	now := time.Now()
	log := s.log.With("contact", o.Contact, "outgoing", o.ID, "code", se.Code, "error", se)
	switch se.Fate {
	case Never:
		log.Warn("WhatsApp will not take this message")
		return store.Result{ID: o.ID, State: store.Failed, Reason: strconv.Itoa(se.Code)}
	case Wait:
		after := max(se.After, backoff(o.Attempts))
		log.Info("WhatsApp takes this message later", "after", after)
		return store.Result{ID: o.ID, State: store.Queued, Retry: now.Add(after), Reason: strconv.Itoa(se.Code)}
	case Halt:
		s.paused.Store(now.Add(halt).UnixNano())
		log.Error("WhatsApp refuses this number's messages; the queue is kept and tried again in a minute. Look at the token and the account")
		return store.Result{ID: o.ID, State: store.Queued, Retry: now.Add(halt), Reason: strconv.Itoa(se.Code)}
	}
	log.Warn("it is not known whether this message went out; WhatsApp's word on it is awaited", "for", s.resendAfter)
	return store.Result{ID: o.ID, State: store.Indeterminate, Retry: now.Add(s.resendAfter), Reason: "indeterminate"}
}

// backoff is how long the nth attempt waits for the next: 1, 2, 4 … 256 s.
func backoff(attempts int) time.Duration {
	return time.Second << min(max(attempts-1, 0), 8)
}

// settle writes down how sends ended, as many at once as there are. It goes on
// until every send has ended. A result that can't be written is tried until it
// can: the row would be taken for indeterminate otherwise, and sent again.
func (s *Service) settle() {
	for r := range s.settled {
		batch := []store.Result{r}
	more:
		for len(batch) < claimAtMost {
			select {
			case r, ok := <-s.settled:
				if !ok {
					break more
				}
				batch = append(batch, r)
			default:
				break more
			}
		}
		for attempt := 1; ; attempt++ {
			var w wakes
			now := time.Now()
			err := s.store.Settle(context.Background(), batch, func(tx store.Tx, o store.Outgoing) error {
				return s.stepFailed(tx, o, now, &w)
			})
			if err == nil {
				s.wake(&w)
				break
			}
			s.log.Error("could not write down how messages ended", "messages", len(batch), "error", err)
			if attempt == 5 {
				break // the next start finds them in sending, and asks what became of them
			}
			time.Sleep(time.Duration(attempt) * 200 * time.Millisecond)
		}
		for range batch {
			<-s.slots
		}
		s.dispatcher.Wake(Sending)
	}
}

// fire fires the timers that are due, and returns when the next one is.
func (s *Service) fire(ctx context.Context) (time.Time, error) {
	for ctx.Err() == nil {
		now := time.Now()
		due, err := s.store.Due(ctx, now, fireAtMost)
		if err != nil {
			return time.Time{}, err
		}
		if len(due) == 0 {
			at, ok, err := s.store.NextTimer(ctx)
			if err != nil {
				return time.Time{}, err
			}
			if !ok {
				s.nextTimer.Store(0)
				return time.Time{}, nil
			}
			s.nextTimer.Store(at.UnixNano())
			return at, nil
		}
		if err := s.fireAll(ctx, due, now); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

// fireAll fires timers side by side, so that the store can group them; those
// of one contact in the order they are due.
func (s *Service) fireAll(ctx context.Context, due []store.Timer, now time.Time) error {
	byContact := map[store.ContactID][]store.Timer{}
	var order []store.ContactID
	for _, t := range due {
		if byContact[t.Contact] == nil {
			order = append(order, t.Contact)
		}
		byContact[t.Contact] = append(byContact[t.Contact], t)
	}
	errs := make([]error, len(order))
	var wg sync.WaitGroup
	for i, c := range order {
		wg.Go(func() {
			for _, t := range byContact[c] {
				if errs[i] = s.fireOne(ctx, t, now); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *Service) fireOne(ctx context.Context, t store.Timer, now time.Time) error {
	var w wakes
	err := s.store.Update(ctx, store.Address{Contact: t.Contact}, func(tx store.Tx) error {
		there, err := tx.TakeTimer(t, now)
		if err != nil || !there {
			return err
		}
		err = s.step(tx, engine.TimerFired{
			Now: now, Flow: engine.FlowID(t.Flow), Visit: t.Visit, Purpose: engine.Purpose(t.Purpose),
		}, &w)
		var fault *flowError
		if errors.As(err, &fault) {
			// The timer is spent all the same: it would come back for ever.
			s.log.Error("a timer could not be handled", "contact", t.Contact, "flow", t.Flow, "error", fault)
			return tx.Record(store.Record{At: now, Kind: string(engine.RecordFault), Code: "timer", Flow: t.Flow})
		}
		return err
	})
	if err != nil {
		return err
	}
	s.wake(&w)
	return nil
}
