package worker

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/live"
)

// fanner makes of an event what it is to become, once: market.App.
type fanner interface {
	FanOut(ctx context.Context, m *ent.Outbox) error
}

// Events delivers the messages of the channel for events, and settles them. It publishes
// each before that: whoever dies in between leaves it to be published again, and never
// unpublished. What cannot be published is tried again as a whole. publish may be nil.
func Events(app fanner, publish func(context.Context, live.Event) error) func(context.Context, *ent.Outbox) error {
	return func(ctx context.Context, m *ent.Outbox) error {
		if publish != nil {
			err := publish(ctx, live.Event{
				Key: m.Key, Topic: m.Topic, InstitutionID: m.InstitutionID, ContractID: m.ContractID, Payload: m.Payload, At: m.CreatedAt,
			})
			if err != nil {
				return err
			}
		}
		return app.FanOut(ctx, m)
	}
}
