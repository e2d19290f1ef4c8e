package nukitu

import (
	"slices"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// notificationRoutes are for everybody: each has its own.
func (d *dialect) notificationRoutes(r chi.Router) {
	r.Get("/notifications", d.serve(signedIn, d.notifications))
	r.Get("/notifications/{id}", d.serve(signedIn, d.notification))
	r.Patch("/notifications/{id}/read", d.serve(signedIn, d.readNotification))
}

// notifications answers GET /notifications.
func (d *dialect) notifications(r *request) (any, error) {
	f, p := market.NotificationFilter{Read: r.query.flag("read"), CountUnread: true}, r.query.page()
	f.Unread = r.query.bad
	in, err := d.app.Notifications(r.Context(), f, p.market())
	if err != nil {
		return nil, err
	}
	whole := listOf(p, in.Page, toNotification)
	return notificationList{Success: true, Data: whole.Data, Meta: notificationPages{whole.Meta, *in.Unread}}, nil
}

// notification answers GET /notifications/{id}.
func (d *dialect) notification(r *request) (any, error) {
	id, err := r.notificationID()
	if err != nil {
		return nil, err
	}
	return told(d.app.Notification(r.Context(), id))
}

// readNotification answers PATCH /notifications/{id}/read.
func (d *dialect) readNotification(r *request) (any, error) {
	id, err := r.notificationID()
	if err != nil {
		return nil, err
	}
	return told(d.app.ReadNotification(r.Context(), id))
}

// notificationID gives the id of the notification that stands in the path.
//
// Faults: NOT_FOUND.
func (r *request) notificationID() (int64, error) {
	id := recordID(chi.URLParam(r.Request, "id"))
	if id == 0 {
		return 0, fault.New(fault.RecordNotFound, "There is no such notification.")
	}
	return id, nil
}

// told is the answer with one notification.
func told(v *view.Notification, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return data(notificationData{Notification: toNotification(v)}), nil
}

// notificationList is the envelope of a page of notifications (schema
// NotificationsListResponse).
type notificationList struct {
	Success bool              `json:"success"`
	Data    []notification    `json:"data"`
	Meta    notificationPages `json:"meta"`
}

// notificationPages also counts all that were not read.
type notificationPages struct {
	pages
	UnreadCount int64 `json:"unread_count"`
}

// notificationData is the data of one notification (schema NotificationShowResponse).
type notificationData struct {
	Notification notification `json:"notification"`
}

// notification is what somebody was told (schema Notification).
type notification struct {
	ID         int64            `json:"id"`
	Type       notificationType `json:"type"`
	Title      string           `json:"title"`
	Body       string           `json:"body"`
	Notifiable *notifiable      `json:"notifiable"`
	Read       bool             `json:"read"`
	ReadAt     *instant         `json:"read_at"`
	CreatedAt  instant          `json:"created_at"`
}

// notificationType is what a notification is of, in this dialect's words.
type notificationType string

// typeGeneral is of whatever the dialect has no word for.
const typeGeneral notificationType = "general"

// notificationTypes are all that there are (Nukitu reference, 2.7). A client that knows
// them may rely on them.
var notificationTypes = []notificationType{
	"contract_payment_verified", "contract_payment_expired", "contract_assigned", "contract_accepted", "contract_rejected",
	"contract_escalated", "contract_reassigned", "contract_escalation_rejected", "contract_on_route", "contract_departure_reminder",
	"contract_started", "extension_requested", "extension_approved", "extension_rejected", "contract_completed", "contract_cancelled",
	"review_received", "certification_status_changed", "competency_test_status_changed", "partner_verified", typeGeneral,
}

// typeOfNotification gives the word for a topic: the same where the dialect has it, and
// general for agreements, signatures, memberships and what else is ours. Title and body say
// what it is.
func typeOfNotification(topic string) notificationType {
	if slices.Contains(notificationTypes, notificationType(topic)) {
		return notificationType(topic)
	}
	return typeGeneral
}

// notifiable is the record that a notification is about (schema
// NotificationNotifiableRef).
type notifiable struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
}

func toNotification(v *view.Notification) notification {
	n := notification{
		ID: v.ID, Type: typeOfNotification(v.Type), Title: v.Title, Body: v.Body, Read: v.IsRead, ReadAt: maybe(v.ReadAt, toInstant), CreatedAt: instant(v.CreatedAt),
	}
	if typeName, id := v.Subject(); id != 0 {
		n.Notifiable = &notifiable{Type: typeName, ID: id}
	}
	return n
}
