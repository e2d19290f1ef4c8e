package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/market"
	"kontrak/internal/push"
)

// pusher tells what a push message says, and hears of devices that are gone: market.App.
type pusher interface {
	Push(ctx context.Context, to market.Pushed) (*market.Push, error)
	RetireDevice(ctx context.Context, to market.Pushed, token string) error
}

// people tells who somebody is: authn.Service.
type people interface {
	ActorOf(ctx context.Context, userID int64) (actor.Actor, error)
}

// Pushes delivers the messages of the channel for push messages; by nil drops them.
func Pushes(app pusher, who people, by push.Sender) func(context.Context, *ent.Outbox) error {
	return func(ctx context.Context, m *ent.Outbox) error {
		var to market.Pushed
		if err := json.Unmarshal(m.Payload, &to); err != nil || to.UserID == 0 {
			return fmt.Errorf("%w: its payload names no device", ErrGivenUp)
		}
		if by == nil {
			return fmt.Errorf("%w: no push service is set up", ErrDropped)
		}
		reader, err := who.ActorOf(ctx, to.UserID)
		if err != nil {
			return err
		}
		if reader.Anonymous() {
			return fmt.Errorf("%w: the account is not active", ErrDropped)
		}
		p, err := app.Push(actor.With(ctx, reader), to)
		if err != nil {
			return err
		}
		if p == nil {
			return fmt.Errorf("%w: nobody is to have it", ErrDropped)
		}
		return sendPush(ctx, app, by, to, p, m.Key)
	}
}

// sendPush sends a push message, whose id is the same each time.
func sendPush(ctx context.Context, app pusher, by push.Sender, to market.Pushed, p *market.Push, id string) error {
	n := p.Notification
	data := map[string]string{"id": id, "type": n.Type, "notification_id": strconv.FormatInt(n.ID, 10), "subject": ""}
	if typeName, number := n.Subject(); number != 0 {
		data["subject"] = typeName + ":" + strconv.FormatInt(number, 10)
	}
	err := by.Send(ctx, push.Message{ID: id, Token: p.Token, Title: n.Title, Body: n.Body, Data: data})
	switch {
	case errors.Is(err, push.ErrUnregistered):
		if err := app.RetireDevice(ctx, to, p.Token); err != nil {
			return err
		}
		return fmt.Errorf("%w: %w", ErrDropped, err)
	case errors.Is(err, push.ErrRefused):
		return fmt.Errorf("%w: %w", ErrGivenUp, err)
	}
	return err
}
