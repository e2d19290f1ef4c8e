package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/webhookdelivery"
	"kontrak/internal/testkit"
	hooks "kontrak/internal/webhook"
	"kontrak/internal/worker"
)

// line is what is sent to receivers that answer when they are let.
type line struct {
	mu    sync.Mutex
	sent  []string // as it began: host and id
	now   map[string]int
	most  map[string]int           // messages on the way to one at once
	holds map[string]chan struct{} // whoever is here answers when that is closed
	news  chan string
}

func newLine(holds ...string) *line {
	l := &line{now: map[string]int{}, most: map[string]int{}, holds: map[string]chan struct{}{}, news: make(chan string, 1000)}
	for _, host := range holds {
		l.holds[host] = make(chan struct{})
	}
	return l
}

func (l *line) send(ctx context.Context, m hooks.Message) (int, error) {
	host := strings.TrimPrefix(m.URL, "https://")
	l.mu.Lock()
	l.sent = append(l.sent, host+" "+m.ID)
	l.now[host]++
	l.most[host] = max(l.most[host], l.now[host])
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.now[host]--
		l.mu.Unlock()
	}()
	l.news <- host
	if held := l.holds[host]; held != nil {
		select {
		case <-held:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return 204, nil
}

// to gives the ids that were sent to one, in order.
func (l *line) to(host string) (ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.sent {
		if id, is := strings.CutPrefix(s, host+" "); is {
			ids = append(ids, id)
		}
	}
	return ids
}

// awaits waits until so many messages have begun to be sent to one.
func (l *line) awaits(t *testing.T, host string, n int) {
	t.Helper()
	for len(l.to(host)) < n {
		select {
		case <-l.news:
		case <-time.After(time.Minute):
			t.Fatalf("%s is sent %v, and no more", host, l.to(host))
		}
	}
}

// tells is what tells webhooks by a line.
func (h *hooked) tells(l *line, atOnce int) *worker.Hooks {
	by := h.hooks()
	by.Send, by.AtOnce = l.send, atOnce
	return by
}

// runs runs it as the program does, in which nothing but turns that end begins another
// round, and gives what ends it.
func runs(t *testing.T, by *worker.Hooks) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	loop := worker.Loop{
		Name: "webhooks", Interval: time.Second, Task: by.Task, Wake: by.Ended(), Last: by.Wait, Logger: slog.New(slog.DiscardHandler),
		After: func(time.Duration) <-chan time.Time { return nil },
	}
	var running sync.WaitGroup
	running.Go(func() { loop.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

func numbered(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint("k", i))
	}
	return ids
}

// TestADeafReceiverHoldsUpNoOther: while one does not answer, another is sent all that
// waits for it, turn after turn; each is sent one message at a time, in order.
func TestADeafReceiverHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h, l := hookedOn(t, db), newLine("deaf.test")
		deaf, _ := h.hook(t, manager, h.World.Institutions["home"], "https://deaf.test")
		quick, _ := h.hook(t, manager, h.World.Institutions["home"], "https://quick.test")
		h.due(t, deaf, 20)
		h.due(t, quick, 30)
		end := runs(t, h.tells(l, 2))
		l.awaits(t, "deaf.test", 1)
		l.awaits(t, "quick.test", 30)
		if n := len(l.to("deaf.test")); n != 1 {
			t.Errorf("%d messages are on their way to who does not answer", n)
		}
		close(l.holds["deaf.test"])
		l.awaits(t, "deaf.test", 20)
		end()
		if !slices.Equal(l.to("quick.test"), numbered(30)) || !slices.Equal(l.to("deaf.test"), numbered(20)) {
			t.Errorf("they were sent in the order %v and %v", l.to("quick.test"), l.to("deaf.test"))
		}
		if l.most["quick.test"] != 1 || l.most["deaf.test"] != 1 {
			t.Errorf("at once there were %v", l.most)
		}
		if n := h.Store.Client().WebhookDelivery.Query().Where(webhookdelivery.Delivered(false)).CountX(t.Context()); n > 0 {
			t.Errorf("%d are not noted as delivered", n)
		}
	})
}

// TestTurnsGoRound: whoever has much waiting since long has its turns between those of
// others.
func TestTurnsGoRound(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h, l := hookedOn(t, db), newLine()
		many, _ := h.hook(t, manager, h.World.Institutions["home"], "https://a")
		few, _ := h.hook(t, manager, h.World.Institutions["home"], "https://b")
		h.due(t, many, 20)
		h.Wall.Advance(time.Minute)
		h.due(t, few, 9)
		end := runs(t, h.tells(l, 1))
		l.awaits(t, "a", 20)
		end()
		var order strings.Builder
		for _, s := range l.sent {
			order.WriteString(s[:1])
		}
		if order.String() != "aaaaaaaabbbbbbbbaaaaaaaabaaaa" {
			t.Errorf("the turns were %s", &order)
		}
	})
}

// TestOneNodeSendsToAReceiverAtATime: what another has begun is left to it, though more
// waits; and of many who claim at once one does.
func TestOneNodeSendsToAReceiverAtATime(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h, l := hookedOn(t, db), newLine("slow.test")
		id, _ := h.hook(t, manager, h.World.Institutions["home"], "https://slow.test")
		h.due(t, id, 20)
		one := h.tells(l, 2)
		if _, err := one.Task(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.awaits(t, "slow.test", 1)
		turn(t, h.tells(l, 2))
		if n := len(l.to("slow.test")); n != 1 {
			t.Errorf("another node sent %d messages beside it", n-1)
		}
		close(l.holds["slow.test"])
		one.Wait()
		for range 10 {
			h.Wall.Advance(time.Hour) // leases end
			got := make(chan int, 8)
			for range cap(got) {
				go func() {
					rows, err := h.Store.ClaimDeliveries(t.Context(), id, 2, h.Wall.Now(), time.Minute)
					if err != nil {
						t.Error(err)
					}
					got <- len(rows)
				}()
			}
			sum := 0
			for range cap(got) {
				sum += <-got
			}
			if sum != 2 {
				t.Errorf("%d messages were claimed at once, by 2", sum)
			}
		}
	})
}

// TestAProgramThatEndsGivesBackWhatItHasNotSent: nobody waits for the lease. What was taken
// is noted; what may have arrived is sent again.
func TestAProgramThatEndsGivesBackWhatItHasNotSent(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h := hookedOn(t, db)
		for _, answers := range []bool{true, false} {
			l := newLine()
			id, _ := h.hook(t, manager, h.World.Institutions["home"], "https://example.com")
			h.due(t, id, 5)
			ctx, cancel := context.WithCancel(t.Context())
			ending := h.tells(l, 1)
			ending.Send = func(ctx context.Context, m hooks.Message) (int, error) {
				cancel() // while the first is on its way
				if answers {
					return 204, nil
				}
				return 0, ctx.Err()
			}
			if _, err := ending.Task(ctx); err != nil {
				t.Fatal(err)
			}
			ending.Wait()
			turn(t, h.tells(l, 1))
			want := numbered(5)
			if answers {
				want = want[1:]
			}
			if got := l.to("example.com"); !slices.Equal(got, want) {
				t.Errorf("answers %v: then %v are sent, want %v", answers, got, want)
			}
			for _, d := range h.Store.Client().WebhookDelivery.Query().AllX(t.Context()) {
				if !d.Delivered || d.Attempts != 1 || d.ClaimedUntil != nil {
					t.Errorf("answers %v: %v", answers, d)
				}
			}
			h.Store.Client().WebhookDelivery.Delete().ExecX(t.Context())
			h.Store.Client().Webhook.DeleteOneID(id).ExecX(t.Context())
		}
	})
}
