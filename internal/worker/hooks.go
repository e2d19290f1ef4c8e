package worker

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

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
	messagesAtOnce = 8  // of each in its turn, one after the other
	hooksInSight   = 1000
	hookLease      = 5 * time.Minute // longer than a turn may take
	longHookPause  = time.Hour
	maxHookTries   = 34
)

// hookTeller knows whom a webhook tells, and keeps how that went: market.App.
type hookTeller interface {
	WebhookAddressee(ctx context.Context, webhookID int64) (*market.Addressee, error)
	DeliveryTried(ctx context.Context, d *ent.WebhookDelivery, status int, failure error, again time.Time, all bool) error
}

// Hooks tells webhooks of events. Each webhook has its turn, in which a few of its messages
// are sent, one after the other; so many have theirs side by side, and one whose receiver
// is slow keeps no other from its own. Turns go round: of those that something waits for,
// whoever has not had one for longest is next.
type Hooks struct {
	Store *store.Store
	App   hookTeller
	// Render gives a record as somebody sees it now, as JSON; null for one that it may not
	// know of (any more).
	Render func(ctx context.Context, who actor.Actor, typeName string, id int64) (json.RawMessage, error)
	Send   func(ctx context.Context, m webhook.Message) (status int, err error)
	Wall   func() time.Time
	Log    *slog.Logger
	// AtOnce is how many webhooks have their turn side by side, 16 when zero.
	AtOnce int

	turns turns
}

// Task is one round, for a Loop: turns begin as far as there is room, and it does not wait
// for them. One round runs at a time. A turn has ended when Ended says so, and all when
// Wait returns.
func (h *Hooks) Task(ctx context.Context) (more bool, err error) {
	room := cmp.Or(h.AtOnce, hooksAtOnce) - h.turns.running()
	if room <= 0 {
		return false, nil
	}
	due, err := h.Store.DueHooks(ctx, hooksInSight, h.Wall())
	if err != nil {
		return false, err
	}
	for _, hook := range h.turns.next(due, room) {
		waiting, err := h.Store.ClaimDeliveries(ctx, hook, messagesAtOnce, h.Wall(), hookLease)
		if err != nil {
			return false, err
		}
		if len(waiting) > 0 {
			h.turns.begin(hook, func() error { return h.turn(ctx, waiting) }, func(failure error) {
				h.Log.ErrorContext(ctx, "the turn of a webhook failed", "webhook", hook, "error", failure)
			})
		}
	}
	return false, nil
}

// Ended tells when a turn has ended, so that there may be room for another.
func (h *Hooks) Ended() <-chan struct{} { return h.turns.ended() }

// Wait waits until all turns have ended.
func (h *Hooks) Wait() { h.turns.all.Wait() }

// turn sends the messages of one webhook, one after the other, until its receiver is found
// to be away. What is not tried is given back; but not after a mistake of ours, which would
// be made again at once: that waits for the end of the lease.
func (h *Hooks) turn(ctx context.Context, waiting []*ent.WebhookDelivery) error {
	for i, d := range waiting {
		away, err := h.one(ctx, d)
		noting := context.WithoutCancel(ctx)
		switch {
		case ctx.Err() != nil && err != nil: // the program ends, and it is not known whether this one arrived
			return h.Store.ReleaseDeliveries(noting, waiting[i:])
		case err != nil:
			return err
		case away, ctx.Err() != nil:
			return h.Store.ReleaseDeliveries(noting, waiting[i+1:])
		}
	}
	return nil
}

// one tries to deliver a message and notes how that went, though the program ends.
func (h *Hooks) one(ctx context.Context, d *ent.WebhookDelivery) (away bool, err error) {
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
	if failure != nil && ctx.Err() != nil {
		return false, ctx.Err() // whether it arrived is not known: it is sent again
	}
	ctx = context.WithoutCancel(ctx)
	away = failure != nil && (status == 0 || status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || errors.Is(failure, webhook.ErrGone))
	again := h.again(ctx, d, failure)
	all := away && (!again.IsZero() || errors.Is(failure, webhook.ErrGone)) // the last try of one is not that of all
	return away, h.App.DeliveryTried(ctx, d, status, failure, again, all)
}

// again is when a message is tried again; never when it was taken, when its receiver wants
// no more, and after a day of tries.
func (h *Hooks) again(ctx context.Context, d *ent.WebhookDelivery, failure error) time.Time {
	switch {
	case failure == nil:
		return time.Time{}
	case errors.Is(failure, webhook.ErrGone), d.Attempts+1 >= maxHookTries:
		h.Log.WarnContext(ctx, "a message to a webhook is given up", "id", d.ID, "webhook", d.WebhookID, "event", d.Event, "attempts", d.Attempts+1, "error", failure)
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
func (h *Hooks) body(ctx context.Context, who actor.Actor, d *ent.WebhookDelivery) ([]byte, error) {
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
