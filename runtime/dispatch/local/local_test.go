package local

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cauce/runtime"
)

// A world runs a dispatcher inside a bubble, and keeps when each job's calls
// began, counted from the start. Leaving the bubble fails the test when a
// goroutine is left.
type world struct {
	*Dispatcher
	start time.Time
	stop  context.CancelFunc
	ended chan error
	mu    sync.Mutex
	calls [runtime.Jobs][]time.Duration
}

type call func(ctx context.Context, n int) (time.Time, error)

// run starts a dispatcher whose Sending does what call says for its nth call,
// counted from 1, and whose Timing does nothing.
func run(t *testing.T, sending call) *world {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &world{Dispatcher: New(slog.New(slog.DiscardHandler)), start: time.Now(), stop: stop, ended: make(chan error, 1)}
	go func() {
		w.ended <- w.Run(ctx, func(ctx context.Context, j runtime.Job) (time.Time, error) {
			w.mu.Lock()
			w.calls[j] = append(w.calls[j], time.Since(w.start))
			n := len(w.calls[j])
			w.mu.Unlock()
			if j == runtime.Sending {
				return sending(ctx, n)
			}
			return time.Time{}, nil
		})
	}()
	synctest.Wait()
	return w
}

func (w *world) at(d time.Duration) {
	time.Sleep(d - time.Since(w.start))
	synctest.Wait()
}

// end stops the dispatcher and fails unless the calls of Sending began then.
func (w *world) end(t *testing.T, want ...time.Duration) {
	t.Helper()
	w.stop()
	if err := <-w.ended; err != nil {
		t.Errorf("Run returned %v", err)
	}
	if !slices.Equal(w.calls[runtime.Sending], want) {
		t.Errorf("calls at %v, want %v", w.calls[runtime.Sending], want)
	}
	if !slices.Equal(w.calls[runtime.Timing], []time.Duration{0}) {
		t.Errorf("the other job was called at %v, want once at the start", w.calls[runtime.Timing])
	}
}

func never(context.Context, int) (time.Time, error) { return time.Time{}, nil }

func TestEachJobIsCalledOnceAtTheStartAndThenNotByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, never)
		w.at(365 * 24 * time.Hour)
		w.end(t, 0)
	})
}

func TestAWakeCallsItsJobAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, never)
		w.at(5 * time.Second)
		w.Wake(runtime.Sending)
		w.at(7 * time.Second)
		w.Wake(runtime.Sending)
		w.at(time.Hour)
		w.end(t, 0, 5*time.Second, 7*time.Second)
	})
}

func TestTheTimeItsLastCallReturnedIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := run(t, func(_ context.Context, n int) (time.Time, error) {
			switch n {
			case 1:
				return start.Add(7*24*time.Hour + time.Millisecond), nil
			case 2:
				return start, nil // past: there is more to do
			}
			return time.Time{}, nil
		})
		w.at(30 * 24 * time.Hour)
		week := 7*24*time.Hour + time.Millisecond
		w.end(t, 0, week, week)
	})
}

func TestAWakeComesBeforeTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := run(t, func(_ context.Context, n int) (time.Time, error) {
			if n == 1 {
				return start.Add(time.Hour), nil
			}
			return start.Add(2 * time.Hour), nil // the new time counts, the old one is gone
		})
		w.at(time.Minute)
		w.Wake(runtime.Sending)
		w.at(90 * time.Minute)
		w.end(t, 0, time.Minute)
	})
}

func TestAWakeDuringACallIsKeptForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, func(_ context.Context, n int) (time.Time, error) {
			if n == 1 {
				time.Sleep(10 * time.Second)
			}
			return time.Time{}, nil
		})
		w.at(time.Second)
		for range 100 { // however many, one more look is enough
			w.Wake(runtime.Sending)
		}
		w.at(time.Hour)
		w.end(t, 0, 10*time.Second)
	})
}

func TestAWakeBeforeRunNeedsNoSecondCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(slog.New(slog.DiscardHandler))
		for range 3 {
			d.Wake(runtime.Sending)
		}
		ctx, stop := context.WithCancel(t.Context())
		calls := make(chan runtime.Job, 10)
		go d.Run(ctx, func(_ context.Context, j runtime.Job) (time.Time, error) {
			calls <- j
			return time.Time{}, nil
		})
		synctest.Wait()
		if len(calls) != runtime.Jobs {
			t.Errorf("%d calls, want one a job", len(calls))
		}
		stop()
	})
}

func TestPausesAfterFailuresGrowToTheLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, func(context.Context, int) (time.Time, error) { return time.Time{}, errors.New("no store") })
		var want []time.Duration
		var at time.Duration
		for pause := FirstPause; at < time.Minute; pause = min(2*pause, LongestPause) {
			want = append(want, at)
			at += pause
		}
		w.at(time.Minute)
		w.end(t, want...)
		if last, before := want[len(want)-1], want[len(want)-2]; last-before != LongestPause {
			t.Errorf("the test ended before the longest pause: %v", want)
		}
	})
}

func TestASuccessMakesThePauseShortAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, func(_ context.Context, n int) (time.Time, error) {
			switch n {
			case 1, 2, 4:
				return time.Time{}, errors.New("no store")
			case 3:
				return time.Now().Add(time.Second), nil
			}
			return time.Time{}, nil
		})
		w.at(time.Hour)
		second := FirstPause + 2*FirstPause
		w.end(t, 0, FirstPause, second, second+time.Second, second+time.Second+FirstPause)
	})
}

func TestAWakeDoesNotShortenThePauseAndIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, func(_ context.Context, n int) (time.Time, error) {
			if n == 1 {
				return time.Time{}, errors.New("no store")
			}
			return time.Time{}, nil
		})
		w.at(FirstPause / 2)
		w.Wake(runtime.Sending)
		w.at(time.Hour)
		w.end(t, 0, FirstPause)
	})
}

func TestCallsOfAJobNeverOverlapAndJobsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		var mu sync.Mutex
		var under, most [runtime.Jobs]int
		both, calls := false, 0
		ended := make(chan error, 1)
		go func() {
			ended <- d.Run(ctx, func(_ context.Context, j runtime.Job) (time.Time, error) {
				mu.Lock()
				calls++
				under[j]++
				most[j] = max(most[j], under[j])
				both = both || under[runtime.Sending] > 0 && under[runtime.Timing] > 0
				mu.Unlock()
				time.Sleep(time.Duration(3+j) * time.Second)
				mu.Lock()
				under[j]--
				mu.Unlock()
				return time.Now().Add(time.Millisecond), nil
			})
		}()
		for range 500 {
			time.Sleep(500 * time.Millisecond)
			d.Wake(runtime.Sending)
			d.Wake(runtime.Timing)
		}
		stop()
		<-ended
		if most != [runtime.Jobs]int{1, 1} {
			t.Errorf("calls under way at once, by job: %v", most)
		}
		if !both {
			t.Error("the two jobs were never under way together")
		}
		if calls < 100 {
			t.Errorf("only %d calls", calls)
		}
	})
}

func TestRunWaitsForCallsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, func(ctx context.Context, _ int) (time.Time, error) {
			<-ctx.Done() // it is told
			time.Sleep(3 * time.Second)
			return time.Time{}, ctx.Err()
		})
		w.at(time.Second)
		w.stop()
		synctest.Wait()
		select {
		case <-w.ended:
			t.Fatal("Run returned before its call did")
		default:
		}
		w.end(t, 0)
		if got := time.Since(w.start); got != 4*time.Second {
			t.Errorf("Run returned after %v", got)
		}
	})
}

func TestARunningDispatcherCanNotRunTwiceButAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := run(t, never)
		if err := w.Run(t.Context(), nil); err == nil {
			t.Error("a second Run was let in")
		}
		w.end(t, 0)
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := w.Run(ctx, nil); err != nil {
			t.Errorf("Run after Run: %v", err)
		}
	})
}

func TestAFailureIsLoggedAndTheEndIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		d := New(slog.New(slog.NewTextHandler(&log, nil)))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- d.Run(ctx, func(ctx context.Context, j runtime.Job) (time.Time, error) {
				if j == runtime.Timing {
					<-ctx.Done()
					return time.Time{}, ctx.Err()
				}
				return time.Time{}, errors.New("disk full")
			})
		}()
		synctest.Wait()
		stop()
		<-ended
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "job=sending") || !strings.Contains(got, "disk full") {
			t.Errorf("log: %s", got)
		}
	})
}
