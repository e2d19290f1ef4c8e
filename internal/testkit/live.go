package testkit

import (
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/live"
)

// Publish publishes the events that wait in the outbox, as the worker does, and gives
// how many there were.
func (a *App) Publish(t testing.TB) int {
	t.Helper()
	published := 0
	for {
		claimed, err := a.Store.Claim(t.Context(), lifecycle.ChannelEvent, 100, a.Wall.Now(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range claimed {
			e := live.Event{Key: m.Key, Topic: m.Topic, InstitutionID: m.InstitutionID, ContractID: m.ContractID, Payload: m.Payload, At: m.CreatedAt}
			if err := a.Hub.Publish(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			if err := a.Store.Delivered(t.Context(), m, a.Wall.Now(), ""); err != nil {
				t.Fatal(err)
			}
		}
		if published += len(claimed); len(claimed) == 0 {
			return published
		}
	}
}
