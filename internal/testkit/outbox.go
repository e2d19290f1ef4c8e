package testkit

import (
	"context"
	"log/slog"
	"testing"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/worker"
)

// Leave leaves an event of a contract as an action would that nobody did.
func (a *App) Leave(t testing.TB, topic string, contractID int64) {
	t.Helper()
	c := a.Store.Client().Contract.GetX(t.Context(), contractID)
	err := a.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		return store.Leave(ctx, tx, store.Message{
			Topic: topic, InstitutionID: &c.InstitutionID, ContractID: &c.ID,
			Payload: map[string]int64{"contract_id": c.ID, "version": 1 << 40}, At: a.Market.Now(), Wall: a.Wall.Now(),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TellEvents makes of every event in the outbox what it is to become: notifications,
// push messages and deliveries to webhooks.
func (a *App) TellEvents(t testing.TB) {
	t.Helper()
	c := worker.Channel{
		Name: lifecycle.ChannelEvent, Store: a.Store, Wall: a.Wall.Now, Log: slog.New(slog.NewTextHandler(a.Log, nil)),
		Deliver: worker.Events(a.Market, nil), Settles: true, Endless: true,
	}
	for more := true; more; {
		var err error
		if more, err = c.Task(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
}
