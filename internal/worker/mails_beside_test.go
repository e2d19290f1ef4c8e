package worker_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/outbox"
	"kontrak/internal/lifecycle"
	"kontrak/internal/mail"
	"kontrak/internal/testkit"
)

// slowly answers the first mail only when so many others were sent.
type slowly struct {
	mu        sync.Mutex
	sent      map[string]int
	now, most int
	rest      int
	others    chan struct{}
}

func (s *slowly) Send(ctx context.Context, m *mail.Message) error {
	s.mu.Lock()
	s.sent[m.ID]++
	s.now++
	s.most = max(s.most, s.now)
	slow := len(s.sent) == 1
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	if !slow {
		s.others <- struct{}{}
		return nil
	}
	for range s.rest {
		select {
		case <-s.others:
		case <-time.After(time.Minute):
			return errors.New("the others wait for it")
		}
	}
	return nil
}

// TestASlowMailHoldsUpNoOther: a few are sent side by side, no more, and each once.
func TestASlowMailHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		r.forgets(t, 0, 6)
		by := &slowly{sent: map[string]int{}, rest: 5, others: make(chan struct{})}
		c := r.mails(by)
		c.AtOnce, c.Batch = 2, 16
		if _, err := c.Task(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r.waiting(t, lifecycle.ChannelMail) != 0 || len(by.sent) != 6 || by.most != 2 {
			t.Errorf("%d wait, %v were sent, %d at once", r.waiting(t, lifecycle.ChannelMail), by.sent, by.most)
		}
		for id, n := range by.sent {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
	})
}

// TestMailsBesideOneThatIsKilledAreNoted: it is sent again when the lease is over, and they
// are not.
func TestMailsBesideOneThatIsKilledAreNoted(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r, office := rigOn(t, db), &postOffice{}
		r.forgets(t, 0, 4)
		first := r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelMail)).Order(outbox.ByID()).FirstX(t.Context())
		c := r.mails(killedAt{smtpAt(t, office), first.Key})
		c.AtOnce = 4
		if err := round(t.Context(), c); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		if n := r.waiting(t, lifecycle.ChannelMail); n < 1 {
			t.Fatalf("%d wait", n)
		}
		r.Wall.Advance(3*time.Minute + time.Second)
		if err := round(t.Context(), r.mails(smtpAt(t, office))); err != nil {
			t.Fatal(err)
		}
		for id, n := range office.ids() {
			if again := strings.HasPrefix(id, first.Key); (n == 2) != again {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if n := r.waiting(t, lifecycle.ChannelMail); n != 0 || len(office.ids()) != 4 {
			t.Errorf("%d wait, %v", n, office.ids())
		}
	})
}

// killedAt is killed when it has sent one mail.
type killedAt struct {
	mail.Sender
	id string
}

func (k killedAt) Send(ctx context.Context, m *mail.Message) error {
	err := k.Sender.Send(ctx, m)
	if m.ID == k.id {
		panic(errKilled)
	}
	return err
}

// refusing never takes a mail.
type refusing struct{}

func (refusing) Send(context.Context, *mail.Message) error {
	return fmt.Errorf("%w: code 550 5.1.1", mail.ErrRefused)
}

// TestWhatIsGivenUpIsLoggedByItsNumber, and without whom it was for.
func TestWhatIsGivenUpIsLoggedByItsNumber(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		r.forgets(t, 0, 1)
		m := r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelMail), outbox.DeliveredAtIsNil()).OnlyX(t.Context())
		if err := round(t.Context(), r.mails(refusing{})); err != nil {
			t.Fatal(err)
		}
		line := regexp.MustCompile(`(?m)^.*a message is given up.*$`).FindString(r.Log.String())
		if !strings.Contains(line, "level=WARN") || !strings.Contains(line, fmt.Sprintf("id=%d ", m.ID)) || strings.Contains(line, "demo.test") {
			t.Errorf("it is logged as %q", line)
		}
		if m = r.Store.Client().Outbox.GetX(t.Context(), m.ID); m.DeliveredAt == nil || !strings.Contains(m.LastError, "given up") {
			t.Errorf("%v", m)
		}
	})
}
