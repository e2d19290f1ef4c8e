package program

import (
	"context"
	"log/slog"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/worker"
	"kontrak/internal/world"
)

// tellPast tells everybody what has happened in the world of the demo: notifications come
// of it in the way that all do.
func tellPast(ctx context.Context, st *store.Store, w *world.World, app *market.App, wall func() time.Time, log *slog.Logger) error {
	if err := world.LeavePast(ctx, st, w, wall()); err != nil {
		return err
	}
	events := worker.Channel{
		Name: lifecycle.ChannelEvent, Store: st, Wall: wall, Log: log, Deliver: worker.Events(app, nil), Settles: true, Endless: true, Batch: 500,
	}
	for more := true; more; {
		var err error
		if more, err = events.Task(ctx); err != nil {
			return err
		}
	}
	return world.ReadPast(ctx, st, w)
}
