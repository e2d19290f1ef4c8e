package market

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"kontrak/ent"
	"kontrak/ent/devicetoken"
	"kontrak/ent/notification"
	"kontrak/ent/outbox"
	"kontrak/ent/webhook"
	"kontrak/ent/webhookdelivery"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// FanOut makes of an event in the outbox what it is to become, in one transaction that
// also settles it: a notification for everybody who is told, a push message for each of
// their devices, a mail to who is asked to sign, and a delivery for each webhook that wants the event. Doing so again, or
// in two places at once, changes nothing.
func (a *App) FanOut(ctx context.Context, m *ent.Outbox) error {
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		first, err := store.Settle(ctx, tx, m, a.wall(), "")
		if err != nil || !first || m.Topic == topicNotified { // that is for subscribers alone
			return err
		}
		f := &fan{app: a, tx: tx, m: m, wall: store.Instant(a.wall())}
		if err := f.tell(ctx); err != nil {
			return err
		}
		if err := f.mail(ctx); err != nil {
			return err
		}
		return f.webhooks(ctx)
	})
}

// fan is one event that becomes what is sent.
type fan struct {
	app  *App
	tx   *ent.Tx
	m    *ent.Outbox
	wall time.Time
}

// Pushed is what a push message in the outbox names: whose device, and the notification
// by its key.
type Pushed struct {
	UserID   int64  `json:"user_id"`
	DeviceID int64  `json:"device_id"` // of the row
	Key      string `json:"key"`
}

// tell writes the notifications and the push messages.
func (f *fan) tell(ctx context.Context) error {
	t, known := topics[f.m.Topic]
	if !known {
		return nil // a program that is ahead left it, and will tell of it
	}
	var a about
	if err := json.Unmarshal(f.m.Payload, &a); err != nil {
		return err
	}
	people, err := f.app.crowdOf(ctx, f.tx.Client(), t, a)
	if err != nil || len(people) == 0 {
		return err
	}
	subject := a.subject(t.about)
	told := rowsInto(notification.Table, notification.FieldUserID, notification.FieldKey, notification.FieldType,
		notification.FieldSubjectType, notification.FieldSubjectID, notification.FieldPayload, notification.FieldCreatedAt)
	for _, id := range people {
		told.add(id, f.m.Key, f.m.Topic, t.about, subject, []byte(f.m.Payload), f.m.CreatedAt)
	}
	if err := told.insert(ctx, f.tx, f.app.store.Dialect()); err != nil {
		return err
	}
	if err := f.push(ctx, people); err != nil {
		return err
	}
	return store.Leave(ctx, f.tx, store.Message{
		Topic: topicNotified, Payload: notified{Key: f.m.Key, UserIDs: people}, At: f.m.CreatedAt, Wall: f.wall,
	})
}

// push writes one push message for each device that those people are signed in on. Its key is the same
// however often it is written.
func (f *fan) push(ctx context.Context, people []int64) error {
	devices, err := f.tx.DeviceToken.Query().
		Where(store.In(devicetoken.FieldUserID, people), devicetoken.RetiredAtIsNil(), store.SignedInOn(f.wall)).Order(devicetoken.ByID()).All(ctx)
	if err != nil {
		return err
	}
	left := rowsInto(outbox.Table, outbox.FieldKey, outbox.FieldChannel, outbox.FieldTopic, outbox.FieldInstitutionID,
		outbox.FieldContractID, outbox.FieldPayload, outbox.FieldAvailableAt, outbox.FieldAttempts, outbox.FieldLastError, outbox.FieldCreatedAt)
	for _, d := range devices {
		names, err := json.Marshal(Pushed{UserID: d.UserID, DeviceID: d.ID, Key: f.m.Key})
		if err != nil {
			return err
		}
		// Its age is that of a message in real time: the clock of business may be held.
		left.add(f.m.Key+"-"+strconv.FormatInt(d.ID, 10), lifecycle.ChannelPush, f.m.Topic, f.m.InstitutionID,
			f.m.ContractID, names, f.wall, 0, "", f.wall)
	}
	if len(devices) > 0 {
		store.NoteLeft(ctx, lifecycle.ChannelPush)
	}
	return left.insert(ctx, f.tx, f.app.store.Dialect())
}

// mail leaves the mail to somebody who is asked to sign: it needs no account, and so is
// among nobody's notifications.
func (f *fan) mail(ctx context.Context) error {
	var a about
	if err := json.Unmarshal(f.m.Payload, &a); err != nil || a.ParticipantID == 0 || !slices.Contains(mailedTopics, f.m.Topic) {
		return err
	}
	return store.Leave(ctx, f.tx, store.Message{
		Channel: lifecycle.ChannelMail, Topic: f.m.Topic, InstitutionID: f.m.InstitutionID,
		Payload: map[string]int64{"participant_id": a.ParticipantID}, At: f.wall, Wall: f.wall, // as for push messages
	})
}

// mailedTopics are those that people without an account are mailed.
var mailedTopics = []string{"signature_requested", "signature_reminder"}

// webhooks writes what is to be sent to the webhooks of the institution whose event it
// is, and to those of the back office; of memberships none is told.
func (f *fan) webhooks(ctx context.Context) error {
	if topics[f.m.Topic].isPrivate() {
		return nil
	}
	of := webhook.InstitutionIDIsNil()
	if f.m.InstitutionID != nil {
		of = webhook.Or(of, webhook.InstitutionID(*f.m.InstitutionID))
	}
	hooks, err := f.tx.Webhook.Query().Where(of, webhook.StatusEQ(lifecycle.WebhookActive)).Order(webhook.ByID()).All(ctx)
	if err != nil {
		return err
	}
	due := rowsInto(webhookdelivery.Table, webhookdelivery.FieldWebhookID, webhookdelivery.FieldKey, webhookdelivery.FieldEvent,
		webhookdelivery.FieldPayload, webhookdelivery.FieldOccurredAt, webhookdelivery.FieldAttempts, webhookdelivery.FieldAvailableAt,
		webhookdelivery.FieldDelivered, webhookdelivery.FieldResponseStatus, webhookdelivery.FieldLastError,
		webhookdelivery.FieldCreatedAt, webhookdelivery.FieldUpdatedAt)
	for _, h := range hooks {
		if len(h.Events) > 0 && !slices.Contains(h.Events, f.m.Topic) {
			continue
		}
		due.add(h.ID, f.m.Key, f.m.Topic, []byte(f.m.Payload), f.m.CreatedAt, 0, f.wall, false, 0, "", f.wall, f.wall)
	}
	return due.insert(ctx, f.tx, f.app.store.Dialect())
}

// newRows are rows to be inserted, but for those that are there already.
type newRows struct {
	table   string
	columns []string
	rows    [][]any
}

func rowsInto(table string, columns ...string) *newRows {
	return &newRows{table: table, columns: columns}
}

func (r *newRows) add(values ...any) { r.rows = append(r.rows, values) }

// insertAtOnce is how many rows a statement inserts. It does so for powers of two, so
// that few texts serve every number.
const insertAtOnce = 64

func (r *newRows) insert(ctx context.Context, tx *ent.Tx, dialect string) error {
	for rest, n := r.rows, insertAtOnce; len(rest) > 0; rest = rest[n:] {
		for n > len(rest) {
			n /= 2
		}
		s := sql.Dialect(dialect).Insert(r.table).Columns(r.columns...)
		for _, row := range rest[:n] {
			s.Values(row...)
		}
		text, args := s.OnConflict(sql.DoNothing()).Query()
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}
