package testkit

import (
	"log/slog"
	"testing"

	"kontrak/ent/outbox"
	"kontrak/internal/lifecycle"
	"kontrak/internal/worker"
)

// Events is the channel of events as the program has it.
func (a *App) Events() worker.Channel {
	return worker.Channel{
		Name: lifecycle.ChannelEvent, Store: a.Store, Wall: a.Wall.Now, Log: slog.New(slog.NewTextHandler(a.Log, nil)),
		Deliver: worker.Events(a.Market, a.Hub.Publish), Settles: true, Endless: true,
	}
}

// Publish delivers the events that wait in the outbox, and what these leave.
func (a *App) Publish(t testing.TB) {
	t.Helper()
	for range 1000 {
		if _, err := a.Events().Task(t.Context()); err != nil {
			t.Fatal(err)
		}
		waiting, err := a.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelEvent), outbox.DeliveredAtIsNil()).Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if waiting == 0 {
			return
		}
	}
	t.Fatal("testkit: events go on waiting")
}
