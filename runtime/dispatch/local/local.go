// Package local is the runtime's dispatcher for one process: goroutines and
// timers, nothing on disk. What there is to do stands in the store, so nothing
// is lost when the process ends; the next one looks there first.
package local

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cauce/runtime"
)

// A call that failed is made again after a pause, which doubles from the first
// to the longest and is the first again after a call that succeeded. The
// longest is also how late an answer can be once the store is well again.
const (
	FirstPause   = 100 * time.Millisecond
	LongestPause = 10 * time.Second
)

// nap is the longest a timer runs before the clock is looked at again: a timer
// doesn't notice when the clock is set, or the machine was suspended.
const nap = time.Minute

// Dispatcher implements runtime.Dispatcher. Make one with New.
type Dispatcher struct {
	logger  *slog.Logger
	running atomic.Bool
	wake    [runtime.Jobs]chan struct{}
}

var _ runtime.Dispatcher = (*Dispatcher)(nil)

// New returns a Dispatcher that logs failed calls; to slog's default when
// logger is nil.
func New(logger *slog.Logger) *Dispatcher {
	if logger == nil {
		logger = slog.Default()
	}
	d := &Dispatcher{logger: logger}
	for j := range d.wake {
		d.wake[j] = make(chan struct{}, 1) // one is enough: a wake-up says "look", not how much there is
	}
	return d
}

// Wake implements runtime.Dispatcher. One that comes while the job's call is
// under way, or before Run, is kept: there is a call that begins after it.
func (d *Dispatcher) Wake(j runtime.Job) {
	select {
	case d.wake[j] <- struct{}{}:
	default:
	}
}

// Run implements runtime.Dispatcher. A wake-up does not shorten the pause
// after a failure. It returns nil when ctx has ended and no call is under way,
// and an error at once when it is running already.
func (d *Dispatcher) Run(ctx context.Context, work func(ctx context.Context, j runtime.Job) (time.Time, error)) error {
	if !d.running.CompareAndSwap(false, true) {
		return errors.New("this dispatcher is running already")
	}
	defer d.running.Store(false)
	var jobs sync.WaitGroup
	for j := range d.wake {
		jobs.Go(func() { d.loop(ctx, runtime.Job(j), work) })
	}
	jobs.Wait()
	return nil
}

func (d *Dispatcher) loop(ctx context.Context, j runtime.Job, work func(ctx context.Context, j runtime.Job) (time.Time, error)) {
	pause := FirstPause
	for ctx.Err() == nil {
		select {
		case <-d.wake[j]: // the call that begins now sees what it was about
		default:
		}
		next, err := work(ctx, j)
		if err == nil {
			pause = FirstPause
			wait(ctx, next, d.wake[j])
			continue
		}
		if ctx.Err() != nil {
			return
		}
		d.logger.ErrorContext(ctx, "dispatch: a job failed", "job", names[j], "err", err, "again_in", pause)
		wait(ctx, time.Now().Add(pause), nil)
		pause = min(2*pause, LongestPause)
	}
}

var names = [runtime.Jobs]string{runtime.Sending: "sending", runtime.Timing: "timing"}

// wait returns at a time (zero: never by itself), on a wake-up, or when ctx
// has ended, whichever is first.
func wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	for {
		var timer <-chan time.Time
		if !until.IsZero() {
			left := time.Until(until)
			if left <= 0 {
				return
			}
			timer = time.After(min(left, nap))
		}
		select {
		case <-timer:
		case <-wake:
			return
		case <-ctx.Done():
			return
		}
	}
}
