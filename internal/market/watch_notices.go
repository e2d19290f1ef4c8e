package market

import (
	"context"
	"encoding/json"
	"fmt"

	"kontrak/ent/notification"
	"kontrak/internal/actor"
	"kontrak/internal/live"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// topicNotified is what is published once notifications are stored: an event of its own,
// left in the transaction that stores them, so that it is published if and only if they
// can be read, and again if its worker dies.
const topicNotified = "notified"

// notified is what such an event names: the people, and their notifications by the key
// that all of them have.
type notified struct {
	Key     string  `json:"key"`
	UserIDs []int64 `json:"user_ids"`
}

// WatchNotifications tells of what the caller is notified of.
//
// Faults: UNAUTHENTICATED, TOO_MANY_OPERATIONS.
func (a *App) WatchNotifications(ctx context.Context, how Watch) (<-chan *view.NotificationReceived, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	o := live.NewOutlet[*view.NotificationReceived](ctx)
	w := &watch{Watch: how, ctx: ctx, who: who, notices: true, close: o.End, send: func(u *update) bool {
		return o.Send(view.See(&view.NotificationReceived{
			Sequence: u.sequence, Topic: u.topic, Notification: u.notification, OccurredAt: u.at,
		}, view.Anyone))
	}}
	return o.Events(), a.feed.join(w, noContract)
}

// ofNotices is the circle of a person's subscriptions to its notifications.
func ofNotices(who actor.Actor) string { return fmt.Sprint("notices of ", who.UserID) }

// notices adds what the people are told whom an event has notified.
func (t *telling) notices(ctx context.Context) error {
	var n notified
	if err := json.Unmarshal(t.e.Payload, &n); err != nil {
		return err
	}
	for _, id := range n.UserIDs {
		c := t.app.feed.circles[ofNotices(actor.Actor{UserID: id})]
		if c == nil {
			continue
		}
		views, err := t.app.notificationsWhere(ctx, c.who, func(at *sql.SelectTable) *sql.Predicate {
			return sql.EQ(at.C(notification.FieldKey), n.Key)
		})
		if err != nil {
			return err
		}
		for _, v := range views { // one, or none once it was removed
			for w := range c.watches {
				t.to = append(t.to, w)
				t.what = append(t.what, update{topic: v.Type, notification: v, at: t.e.At})
			}
		}
	}
	return nil
}
