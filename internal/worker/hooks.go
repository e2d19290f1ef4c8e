package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/webhook"
)

// How webhooks are told. The pauses double from firstPause to longHookPause, so that the
// tries of one message take a day.
const (
	hooksAtOnce    = 16 // side by side
	messagesAtOnce = 8  // of each, one after the other
	hookLease      = 5 * time.Minute
	longHookPause  = time.Hour
	maxHookTries   = 34
)

// hookTeller knows whom a webhook tells, and keeps how that went: market.App.
type hookTeller interface {
	WebhookAddressee(ctx context.Context, webhookID int64) (*market.Addressee, error)
	DeliveryTried(ctx context.Context, d *ent.WebhookDelivery, status int, failure error, again time.Time, all bool) error
}

// Hooks tells webhooks of events.
type Hooks struct {
	Store *store.Store
	App   hookTeller
	// Render gives a record as somebody sees it now, as JSON; null for one that it may not
	// know of (any more).
	Render func(ctx context.Context, who actor.Actor, typeName string, id int64) (json.RawMessage, error)
	Send   func(ctx context.Context, m webhook.Message) (status int, err error)
	Wall   func() time.Time
	Log    *slog.Logger
}

// Task is one round, for a Loop.
func (h Hooks) Task(ctx context.Context) (more bool, err error) {
	claimed, err := h.Store.ClaimDeliveries(ctx, hooksAtOnce, messagesAtOnce, h.Wall(), hookLease)
	if err != nil {
		return false, err
	}
	var g errgroup.Group
	for _, waiting := range claimed {
		g.Go(func() error { return h.tell(ctx, waiting) })
	}
	return len(claimed) > 0, g.Wait()
}

// tell sends the messages of one webhook, one after the other, until its receiver is found
// to be away: the others have been put off with it.
func (h Hooks) tell(ctx context.Context, waiting []*ent.WebhookDelivery) error {
	for _, d := range waiting {
		if away, err := h.one(ctx, d); err != nil || away {
			return err
		}
	}
	return nil
}

// one tries to deliver a message and notes how that went. A claim that a program leaves
// when it ends is taken over when the lease is over.
func (h Hooks) one(ctx context.Context, d *ent.WebhookDelivery) (away bool, err error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	to, err := h.App.WebhookAddressee(ctx, d.WebhookID)
	if err != nil {
		return false, err
	}
	if to == nil {
		return false, h.App.DeliveryTried(ctx, d, 0, fmt.Errorf("%w: the webhook is told nothing any more", ErrDropped), time.Time{}, false)
	}
	body, err := h.body(ctx, to.Who, d)
	if err != nil { // a mistake of ours, which costs this message its try and no other
		h.Log.ErrorContext(ctx, "a message to a webhook could not be written", "webhook", d.WebhookID, "event", d.Event, "error", err)
		failure := errors.New("the message could not be written")
		return false, h.App.DeliveryTried(ctx, d, 0, failure, h.again(ctx, d, failure), false)
	}
	status, failure := h.Send(ctx, webhook.Message{ID: d.Key, URL: to.URL, Secret: to.Secret, Body: body})
	if ctx.Err() != nil {
		return false, ctx.Err() // whether it arrived is not known: it is sent again
	}
	away = failure != nil && (status == 0 || status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || errors.Is(failure, webhook.ErrGone))
	again := h.again(ctx, d, failure)
	all := away && (!again.IsZero() || errors.Is(failure, webhook.ErrGone)) // the last try of one is not that of all
	return away, h.App.DeliveryTried(ctx, d, status, failure, again, all)
}

// again is when a message is tried again; never when it was taken, when its receiver wants
// no more, and after a day of tries.
func (h Hooks) again(ctx context.Context, d *ent.WebhookDelivery, failure error) time.Time {
	switch {
	case failure == nil, errors.Is(failure, webhook.ErrGone):
		return time.Time{}
	case d.Attempts+1 >= maxHookTries:
		h.Log.WarnContext(ctx, "a message to a webhook is given up", "webhook", d.WebhookID, "event", d.Event, "attempts", d.Attempts+1, "error", failure)
		return time.Time{}
	}
	pause := pauseUpTo(d.Attempts+1, longHookPause)
	if asked, is := errors.AsType[retryAfter](failure); is {
		pause = max(pause, min(asked.RetryAfter(), maxRetryAfter))
	}
	return h.Wall().Add(pause)
}

// body is what is sent: the event, its instant of business time, and the record as the
// receiver sees it at the moment of sending.
func (h Hooks) body(ctx context.Context, who actor.Actor, d *ent.WebhookDelivery) ([]byte, error) {
	typeName, id, err := market.EventSubject(d.Payload)
	if err != nil {
		return nil, err
	}
	var data json.RawMessage = []byte("{}")
	if typeName != "" {
		if data, err = h.Render(ctx, who, typeName, id); err != nil {
			return nil, err
		}
	}
	return json.Marshal(struct {
		Type      string          `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      json.RawMessage `json:"data"`
	}{d.Event, d.OccurredAt.UTC(), data})
}
