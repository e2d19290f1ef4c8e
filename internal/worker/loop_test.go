package worker

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
)

// bench runs a loop round by round: each pause waits for the test.
type bench struct {
	pauses chan time.Duration
	resume chan time.Time
	log    *record
	ended  chan struct{}
	end    context.CancelFunc
}

// record is a log that the test may read meanwhile.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func run(t *testing.T, task func(context.Context) (bool, error)) *bench {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	b := &bench{
		pauses: make(chan time.Duration), resume: make(chan time.Time), log: &record{}, ended: make(chan struct{}), end: end,
	}
	l := Loop{
		Name: "bench", Interval: 8 * time.Second, Task: task, Logger: slog.New(slog.NewTextHandler(b.log, nil)),
		After: func(d time.Duration) <-chan time.Time { b.pauses <- d; return b.resume },
	}
	go func() { defer close(b.ended); l.Run(ctx) }()
	return b
}

// around tells whether a pause is d, give or take a quarter.
func around(pause, d time.Duration) bool { return pause >= d-d/4 && pause <= d+d/4 }

func TestALoopWaitsLongerAfterWhatFailed(t *testing.T) {
	t.Parallel()
	rounds := []error{nil, errors.New("first"), errors.New("second"), errors.New("third"), nil, errors.New("fourth"), nil}
	want := []int{8, 16, 32, 64, 8, 16, 8}
	n := -1
	b := run(t, func(context.Context) (bool, error) { n++; return false, rounds[n] })
	for i, seconds := range want {
		if pause := <-b.pauses; !around(pause, time.Duration(seconds)*time.Second) {
			t.Errorf("after round %d it waits %s, want about %d s", i, pause, seconds)
		}
		if i == len(want)-1 {
			b.end()
			break
		}
		b.resume <- time.Time{}
	}
	<-b.ended
	for _, failed := range []string{"first", "second", "third", "fourth"} {
		if strings.Count(b.log.String(), failed) != 1 {
			t.Errorf("the log does not say once that the %s round failed:\n%s", failed, b.log)
		}
	}
}

func TestALoopNeverWaitsForEver(t *testing.T) {
	t.Parallel()
	l := Loop{Interval: time.Hour}
	for _, failures := range []int{0, 1, 20, 1 << 30} {
		if pause := l.pause(failures); !around(pause, maxPause) {
			t.Errorf("after %d failures it waits %s", failures, pause)
		}
	}
}

func TestALoopGoesOnAtOnceWhileThereIsMore(t *testing.T) {
	t.Parallel()
	n := 0
	b := run(t, func(context.Context) (bool, error) { n++; return n < 5, nil })
	<-b.pauses
	b.end()
	<-b.ended
	if n != 5 {
		t.Errorf("%d rounds before the first pause, want 5", n)
	}
}

func TestALoopOutlivesAPanic(t *testing.T) {
	t.Parallel()
	n := 0
	b := run(t, func(context.Context) (bool, error) {
		if n++; n == 1 {
			panic("broken")
		}
		return false, nil
	})
	if pause := <-b.pauses; !around(pause, 16*time.Second) {
		t.Errorf("after the panic it waits %s", pause)
	}
	b.resume <- time.Time{}
	<-b.pauses
	b.end()
	<-b.ended
	if n != 2 || !strings.Contains(b.log.String(), "broken") {
		t.Errorf("%d rounds, and the log says\n%s", n, b.log)
	}
}

// TestALoopEndsWithItsContext: in the middle of a round, which then ends by
// itself, nothing is said to have failed.
func TestALoopEndsWithItsContext(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	b := run(t, func(ctx context.Context) (bool, error) {
		close(began)
		<-ctx.Done()
		return true, ctx.Err()
	})
	<-began
	b.end()
	<-b.ended
	if b.log.String() != "" {
		t.Errorf("the log says\n%s", b.log)
	}
}

// clockwork answers FireDue as a test says.
type clockwork struct {
	fired market.Fired
	err   error
	asked time.Time
}

var noon = time.Date(2026, time.June, 8, 12, 0, 0, 0, time.UTC)

func (*clockwork) Now() time.Time { return noon }

func (c *clockwork) FireDue(_ context.Context, upTo time.Time) (market.Fired, error) {
	c.asked = upTo
	return c.fired, c.err
}

func TestARoundOfDeadlinesTellsWhatCameOfIt(t *testing.T) {
	t.Parallel()
	done := []market.Firing{{Kind: lifecycle.DuePartner, ContractID: 7, At: noon}}
	failed := []market.DueFailure{{Kind: lifecycle.DueReminder, ContractID: 9, Err: errors.New("disk full")}}
	broken := errors.New("no database")
	for _, c := range []struct {
		name  string
		fired market.Fired
		err   error
		more  bool
		wants error
		says  string
	}{
		{"nothing is due", market.Fired{}, nil, false, nil, ""},
		{"something was done", market.Fired{Done: done, More: true}, nil, true, nil, "count=1"},
		{"one of them failed", market.Fired{Done: done, Failed: failed}, nil, false, nil, "contract_id=9"},
		{"all of them failed", market.Fired{Failed: failed}, nil, false, errNothingDone, "disk full"},
		{"nothing can be read", market.Fired{}, broken, false, broken, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			log := &record{}
			work := &clockwork{fired: c.fired, err: c.err}
			more, err := Deadlines(work, slog.New(slog.NewTextHandler(log, nil)))(t.Context())
			if more != c.more || !errors.Is(err, c.wants) || !work.asked.Equal(noon) {
				t.Errorf("more %v, %v, asked until %s", more, err, work.asked)
			}
			if said := log.String(); !strings.Contains(said, c.says) || (c.says == "") != (said == "") {
				t.Errorf("the log says %q, want %q", said, c.says)
			}
		})
	}
}
