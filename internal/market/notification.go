package market

import (
	"context"
	stdsql "database/sql"
	"time"

	"kontrak/ent"
	"kontrak/ent/devicetoken"
	"kontrak/ent/notification"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// NotificationFilter narrows the list of a person's notifications.
type NotificationFilter struct {
	// Read keeps those that were read, or that were not.
	Read *bool
	// CountUnread asks for how many were not read, in the whole list.
	CountUnread bool
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// notificationRow is a notification as the database has it, with its reader's language.
type notificationRow struct {
	id, subjectID  int64
	topic, subject string
	payload        []byte // of the message that it comes from
	readAt         stdsql.Null[time.Time]
	created        time.Time
	language       lifecycle.Language
}

// selectNotifications begins the statement that reads notifications of one person.
func selectNotifications(dialect string, who actor.Actor) (*selection[notificationRow], *sql.SelectTable) {
	n, u := sql.Table(notification.Table).As("n"), sql.Table(user.Table).As("u")
	s := selectFrom[notificationRow](dialect, n)
	s.take(n, notification.FieldID, func(r *notificationRow) any { return &r.id })
	s.take(n, notification.FieldType, func(r *notificationRow) any { return &r.topic })
	s.take(n, notification.FieldSubjectType, func(r *notificationRow) any { return &r.subject })
	s.take(n, notification.FieldSubjectID, func(r *notificationRow) any { return &r.subjectID })
	s.take(n, notification.FieldPayload, func(r *notificationRow) any { return &r.payload })
	s.take(n, notification.FieldReadAt, func(r *notificationRow) any { return &r.readAt })
	s.take(n, notification.FieldCreatedAt, func(r *notificationRow) any { return &r.created })
	s.Join(u).On(u.C(user.FieldID), n.C(notification.FieldUserID))
	s.take(u, user.FieldLanguage, func(r *notificationRow) any { return &r.language })
	// access: everybody has its own notifications only.
	s.Where(sql.EQ(n.C(notification.FieldUserID), who.UserID))
	return s, n
}

// newestNotifications is the order of their list.
func newestNotifications(n *sql.SelectTable) order {
	return order{
		name: "notified", desc: true, arg: instantKey,
		key: func(*sql.Selector) string { return n.C(notification.FieldCreatedAt) },
		id:  func(*sql.Selector) string { return n.C(notification.FieldID) },
	}
}

// Notifications lists what the caller was told, the newest first.
//
// Faults: UNAUTHENTICATED, INVALID.
func (a *App) Notifications(ctx context.Context, f NotificationFilter, p Page) (*view.Inbox, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.Unread.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	now := a.Now()
	var in *view.Inbox
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in = &view.Inbox{}
		if f.CountUnread {
			n, err := countNotifications(ctx, on, who, new(false))
			if err != nil {
				return err
			}
			in.Unread = &n
		}
		in.Page, err = a.notificationPage(ctx, on, who, now, f, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return in, nil
}

func (a *App) notificationPage(ctx context.Context, on *ent.Client, who actor.Actor, now time.Time, f NotificationFilter, p Page) (*view.Page[view.Notification], error) {
	var total *int64
	if p.total {
		n, err := countNotifications(ctx, on, who, f.Read)
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s, n := selectNotifications(a.store.Dialect(), who)
	if f.Read != nil && *f.Read {
		s.Where(sql.NotNull(n.C(notification.FieldReadAt)))
	} else if f.Read != nil {
		s.Where(sql.IsNull(n.C(notification.FieldReadAt)))
	}
	by := newestNotifications(n)
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, func(r *notificationRow) (any, int64) { return r.created, r.id },
		func(rows []*notificationRow) ([]*view.Notification, error) {
			return a.seeNotifications(ctx, on, who, now, rows)
		})
}

func countNotifications(ctx context.Context, on *ent.Client, who actor.Actor, read *bool) (int64, error) {
	q := on.Notification.Query().Where(notification.UserID(who.UserID))
	switch {
	case read == nil:
	case *read:
		q.Where(notification.ReadAtNotNil())
	default:
		q.Where(notification.ReadAtIsNil())
	}
	n, err := q.Count(ctx)
	return int64(n), err
}

// Notification gives one notification of the caller.
//
// Faults: UNAUTHENTICATED; NOT_FOUND, also for another person's.
func (a *App) Notification(ctx context.Context, id int64) (*view.Notification, error) {
	found, err := a.NotificationsByID(ctx, []int64{id})
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, fault.New(fault.RecordNotFound, "There is no such notification.")
	}
	return found[0], nil
}

// NotificationsByID gives the caller's notifications with these ids, in their order; nil
// stands for one that is unknown or another person's.
//
// Faults: UNAUTHENTICATED.
func (a *App) NotificationsByID(ctx context.Context, ids []int64) ([]*view.Notification, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	views, err := a.notificationsWhere(ctx, who, func(n *sql.SelectTable) *sql.Predicate { return store.InP(n.C(notification.FieldID), ids) })
	if err != nil {
		return nil, err
	}
	return inOrder(ids, views, func(v *view.Notification) int64 { return v.ID }), nil
}

// notificationsWhere reads the notifications of a person that the condition keeps.
func (a *App) notificationsWhere(ctx context.Context, who actor.Actor, where func(*sql.SelectTable) *sql.Predicate) ([]*view.Notification, error) {
	now := a.Now()
	var views []*view.Notification
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s, n := selectNotifications(a.store.Dialect(), who)
		s.Where(where(n))
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		views, err = a.seeNotifications(ctx, on, who, now, rows)
		return err
	})
	return views, err
}

// ReadNotification notes that the caller has read a notification. One that was read
// stays as it is.
//
// Faults: UNAUTHENTICATED; NOT_FOUND, also for another person's.
func (a *App) ReadNotification(ctx context.Context, id int64) (*view.Notification, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Notification, error) { return a.readNotification(ctx, id) },
		func(ctx context.Context, m memory) (*view.Notification, error) {
			return there(a.Notification(ctx, m.id))
		})
}

func (a *App) readNotification(ctx context.Context, id int64) (*view.Notification, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		mine, err := tx.Notification.Update().Where(notification.ID(id), notification.UserID(who.UserID), notification.ReadAtIsNil()).SetReadAt(now).Save(ctx)
		if err == nil && mine == 0 && store.Keyed(ctx) { // read already, or not there: then the key stays free
			mine, err = tx.Notification.Query().Where(notification.ID(id), notification.UserID(who.UserID)).Count(ctx)
		}
		if err != nil || mine == 0 {
			return err
		}
		return memory{}.keep(ctx, tx, "Notification", id)
	})
	if err != nil {
		return nil, err
	}
	return a.Notification(ctx, id)
}

// ReadNotifications notes that the caller has read every notification so far, and tells
// how many were new.
//
// Faults: UNAUTHENTICATED.
func (a *App) ReadNotifications(ctx context.Context) (int, error) {
	return repeatable(ctx, a, a.readNotifications, func(_ context.Context, m memory) (int, error) { return m.Count, nil })
}

func (a *App) readNotifications(ctx context.Context) (int, error) {
	who, err := caller(ctx)
	if err != nil {
		return 0, err
	}
	now, changed := a.Now(), 0
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) (err error) {
		changed, err = tx.Notification.Update().
			Where(notification.UserID(who.UserID), notification.ReadAtIsNil()).SetReadAt(now).Save(ctx)
		if err != nil {
			return err
		}
		return memory{Count: changed}.keep(ctx, tx, "Notification", 0)
	})
	return changed, err
}

// Push is a push message as it is to be sent now.
type Push struct {
	Token        string
	Notification *view.Notification
}

// Push gives what is sent of a push message to a device of the caller; nil where there is
// nothing to send: the device is no longer the caller's or known, or the notification was
// read meanwhile.
//
// Faults: UNAUTHENTICATED.
func (a *App) Push(ctx context.Context, to Pushed) (*Push, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	within, cancel := a.store.ReadContext(ctx)
	defer cancel()
	// access: a device's messages are for whoever has it now, and is signed in on it.
	device, err := a.store.Client().DeviceToken.Query().
		Where(devicetoken.ID(to.DeviceID), devicetoken.UserID(who.UserID), devicetoken.RetiredAtIsNil(), store.SignedInOn(a.wall())).Only(within)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	if err != nil {
		return nil, store.Fault(err)
	}
	found, err := a.notificationsWhere(ctx, who, func(n *sql.SelectTable) *sql.Predicate { return sql.EQ(n.C(notification.FieldKey), to.Key) })
	if err != nil || len(found) == 0 || found[0].IsRead {
		return nil, err
	}
	return &Push{Token: device.Token, Notification: found[0]}, nil
}

// RetireDevice notes that no push message reaches a device by that token any more. It
// comes back with another one.
func (a *App) RetireDevice(ctx context.Context, to Pushed, token string) error {
	wall := store.Instant(a.wall())
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return tx.DeviceToken.Update().Where(devicetoken.ID(to.DeviceID), devicetoken.Token(token), devicetoken.RetiredAtIsNil()).
			SetRetiredAt(wall).SetUpdatedAt(wall).Exec(ctx)
	})
}
