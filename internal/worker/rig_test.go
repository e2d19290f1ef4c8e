package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/notification"
	"kontrak/ent/outbox"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/live"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/worker"
)

// rig delivers what the program's actions leave.
type rig struct {
	*testkit.App
	told []live.Event // what was published
	mu   sync.Mutex
	// kills is how often the process still dies between publishing and what follows.
	kills int
}

// errKilled ends a round as a killed process would: nothing after it happens.
var errKilled = errors.New("killed")

func rigOn(t *testing.T, db testkit.Database) *rig { return &rig{App: doors.Start(t, db)} }

// channel is the one for events, as the program has it.
func (r *rig) channel() worker.Channel {
	return worker.Channel{
		Name: lifecycle.ChannelEvent, Store: r.Store, Wall: r.Wall.Now, Log: slog.New(slog.NewTextHandler(r.Log, nil)),
		Deliver: worker.Events(r.Market, r.publish), Settles: true, Endless: true,
	}
}

func (r *rig) publish(_ context.Context, e live.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Topic == "notified" { // what the others became
		return nil
	}
	r.told = append(r.told, e)
	if r.kills > 0 {
		r.kills--
		panic(errKilled)
	}
	return nil
}

// round is one round of a channel in a process that may be killed.
func round(ctx context.Context, c worker.Channel) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p != errKilled { //nolint:errorlint // it is this very value
				panic(p)
			}
			err = errKilled
		}
	}()
	_, err = c.Task(ctx)
	return err
}

// waiting counts the messages of a channel that are still to be delivered.
func (r *rig) waiting(t *testing.T, channel lifecycle.Channel) int {
	t.Helper()
	return r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(channel), outbox.DeliveredAtIsNil()).CountX(t.Context())
}

// drain runs rounds until nothing of the channel waits, a step of real time between two.
func (r *rig) drain(t *testing.T, c worker.Channel, step time.Duration) {
	t.Helper()
	for range 500 {
		if r.waiting(t, c.Name) == 0 {
			return
		}
		_ = round(t.Context(), c) // what fails is tried again
		r.Wall.Set(r.Wall.Now().Add(step))
	}
	t.Fatalf("messages of channel %s wait for ever", c.Name)
}

// leave leaves messages about a contract as an action would.
func (r *rig) leave(t *testing.T, n int, topic string, contractID int64) (keys []string) {
	t.Helper()
	for range n {
		r.Leave(t, topic, contractID)
	}
	return r.Store.Client().Outbox.Query().Where(outbox.Topic(topic), outbox.DeliveredAtIsNil()).Order(outbox.ByID()).
		Select(outbox.FieldKey).StringsX(t.Context())
}

// toldOf gives the addresses of those who have a notification of a topic, in order.
func (r *rig) toldOf(t *testing.T, topic string, contractID int64) string {
	t.Helper()
	ids := r.Store.Client().Notification.Query().Where(notification.Type(topic), notification.SubjectID(contractID)).
		Order(notification.ByUserID()).AllX(t.Context())
	var list []string
	for _, n := range ids {
		list = append(list, strings.TrimSuffix(r.Store.Client().User.Query().Where(user.ID(n.UserID)).OnlyX(t.Context()).Email, "@demo.test"))
	}
	return strings.Join(list, " ")
}

// seeing gives the supervisors who may know of a contract, in order of their ids.
func (r *rig) seeing(t *testing.T, contractID int64) string {
	t.Helper()
	var list []string
	for _, email := range []string{"supervisor", "supervisor2"} {
		if _, err := r.Market.Contract(r.As(email+"@demo.test"), contractID, market.ContractWants{}); err == nil {
			list = append(list, email)
		}
	}
	return strings.Join(list, " ")
}
