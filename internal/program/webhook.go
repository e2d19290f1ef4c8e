package program

import (
	"time"

	"kontrak/internal/api"
	"kontrak/internal/authn"
	"kontrak/internal/market"
	"kontrak/internal/webhook"
	"kontrak/internal/worker"
)

// hookSettings say whom webhooks may tell.
type hookSettings struct {
	WebhookPrivate bool `setting:"" name:"webhook-private" group:"Webhooks" help:"Let webhooks be told by plain HTTP and at addresses that are not public, such as those of this machine: for tests and closed networks."`
}

// hooks is what webhooks are made with.
func (p parts) hooks() market.Hooks {
	return market.Hooks{Key: p.keys.sub("webhooks"), Private: p.privateHooks}
}

// hookLoop is what tells webhooks.
func (p parts) hookLoop(app *market.App, auth *authn.Service, interval time.Duration) worker.Loop {
	h := &worker.Hooks{
		Store: p.store, App: app, Render: api.WebhookData(app, auth), Wall: p.wall, Log: p.log,
		Send: webhook.NewSender(p.privateHooks, p.wall).Send,
	}
	return worker.Loop{Name: "webhooks", Interval: interval, Task: h.Task, Wake: h.Ended(), Last: h.Wait, Logger: p.log}
}
