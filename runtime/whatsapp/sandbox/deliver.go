package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

const (
	firstGap   = time.Second // after the second attempt; the second follows the first at once
	longestGap = 30 * time.Second
	patience   = 15 * time.Second // for one answer
	maxBatch   = 50               // statuses in one webhook
)

// trouble says why a person's webhooks do not arrive, for the page to put into words.
type trouble struct {
	Reason  string `json:"reason"` // nowhere, unreachable, slow, status
	Status  int    `json:"status,omitempty"`
	Waiting int    `json:"waiting"`
	Next    int64  `json:"next"` // Unix milliseconds of the next attempt
}

// Run delivers webhooks until ctx ends, then lets open pages go and returns nil. What was not
// delivered stays queued, and is lost with the process: a restart is a fresh set of phones.
// Only one Run may be under way. End it before waiting for an http.Server's Shutdown, which
// would wait for the open pages.
func (s *Sandbox) Run(ctx context.Context) error {
	s.mu.Lock()
	if s.running {
		s.mu.Unlock()
		return errors.New("sandbox: already running")
	}
	s.running, s.over = true, false
	s.mu.Unlock()

	var deliveries sync.WaitGroup
	for {
		s.mu.Lock()
		for _, p := range s.people {
			if len(p.waiting) > 0 && !p.busy {
				p.busy = true
				deliveries.Go(func() { s.deliver(ctx, p) })
			}
		}
		s.mu.Unlock()
		select {
		case <-s.wake:
			continue
		case <-ctx.Done():
		}
		break
	}
	s.mu.Lock()
	s.over = true
	s.hangUp()
	s.mu.Unlock()
	deliveries.Wait()
	s.mu.Lock()
	s.running = false
	s.mu.Unlock()
	return nil
}

// queue adds to what a person's webhooks will tell.
func (s *Sandbox) queue(p *person, u update) {
	if len(p.waiting) >= maxWaiting {
		s.log.Error("sandbox dropped a webhook: too many wait", slog.String("message", u.id()))
		return
	}
	p.waiting = append(p.waiting, u)
	s.nudge()
}

// deliver empties one person's queue, in order: nothing overtakes a webhook that is being
// repeated. Other people's do not wait for it.
func (s *Sandbox) deliver(ctx context.Context, p *person) {
	for {
		s.mu.Lock()
		batch := p.next()
		if len(batch) == 0 || ctx.Err() != nil {
			p.busy = false
			s.mu.Unlock()
			return
		}
		body := s.body(p, batch)
		s.mu.Unlock()

		attempts, ok := s.insist(ctx, p, body, batch[0].since)
		if ctx.Err() != nil && !ok {
			s.mu.Lock()
			p.busy = false
			s.mu.Unlock()
			return
		}
		s.mu.Lock()
		if !p.gone { // else the queue is empty already
			p.waiting = p.waiting[len(batch):]
		}
		s.delivered(p, batch, body, attempts, ok)
		s.mu.Unlock()
	}
}

// next is what the next webhook tells: one message, or the statuses that stand together.
func (p *person) next() []update {
	n := 0
	for n < len(p.waiting) && n < maxBatch && p.waiting[n].status != nil {
		n++
	}
	if n == 0 && len(p.waiting) > 0 {
		n = 1
	}
	return p.waiting[:n:n]
}

// insist posts one webhook until it is answered with 200, ctx ends, or seven days passed.
func (s *Sandbox) insist(ctx context.Context, p *person, body []byte, since time.Time) (attempts int, ok bool) {
	var gap time.Duration
	for {
		attempts++
		t := s.post(ctx, body)
		s.mu.Lock()
		stop := p.gone || time.Since(since) > keepTrying
		if t == nil || stop || ctx.Err() != nil {
			if p.trouble != nil {
				p.trouble = nil
				s.show(p)
			}
			s.mu.Unlock()
			return attempts, t == nil
		}
		t.Waiting, t.Next = len(p.waiting), time.Now().Add(gap).UnixMilli()
		if attempts > 1 { // once is no trouble yet: the second attempt follows at once
			p.trouble = t
			s.show(p)
		}
		s.mu.Unlock()
		s.log.Warn("sandbox webhook not taken", slog.String("reason", t.Reason), slog.Int("status", t.Status), slog.Int("attempt", attempts), slog.Duration("next", gap))
		select {
		case <-time.After(gap):
		case <-ctx.Done():
			return attempts, false
		}
		gap = max(firstGap, min(2*gap, longestGap))
	}
}

// post makes one attempt; nil is a 200.
func (s *Sandbox) post(ctx context.Context, body []byte) *trouble {
	s.mu.Lock()
	address := s.webhook
	s.mu.Unlock()
	if address == "" {
		return &trouble{Reason: "nowhere"}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		panic(fmt.Sprintf("sandbox: %v", err)) // SetWebhook let the address in
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set("X-Hub-Signature-256", sign(s.options.AppSecret, body))
	resp, err := s.client.Do(req)
	if err != nil {
		var timeout net.Error
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
			return &trouble{Reason: "slow"}
		}
		return &trouble{Reason: "unreachable"}
	}
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK { // by the letter: a 204 is a failure too
		return &trouble{Reason: "status", Status: resp.StatusCode}
	}
	return nil
}

// delivered writes a webhook that arrived (or was given up) into the books and onto the phone.
func (s *Sandbox) delivered(p *person, batch []update, body []byte, attempts int, ok bool) {
	line := Delivered{Body: body, Signature: sign(s.options.AppSecret, body), Attempts: attempts, At: time.Now()}
	for _, u := range batch {
		line.IDs = append(line.IDs, u.id())
		if u.status != nil {
			line.Status = u.status.Status
		}
		if b := s.sent[u.id()]; u.message != nil && b != nil && b.State == "waiting" {
			b.State = "delivered"
			if !ok {
				b.State = "lost"
			}
			s.publish("message", p.says(b))
		}
	}
	if ok {
		record(s, &s.books.Delivered, line)
	}
}
