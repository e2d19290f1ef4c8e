package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// inboxes reads one page of the notifications of each account, all of which are the
// caller's own.
func inboxes(ctx context.Context, app *market.App, accounts []*view.User, c market.Connection, unread *bool) ([]*model.NotificationConnection, error) {
	f := market.NotificationFilter{CountUnread: graphql.FieldRequested(ctx, "unreadCount")}
	if unread != nil {
		f.Read = new(!*unread)
	}
	page, err := c.Page()
	f.Unread.Take(err)
	in, err := app.Notifications(ctx, f, page)
	if err != nil {
		return nil, err
	}
	list := make([]*model.NotificationConnection, len(accounts))
	for i := range accounts {
		list[i] = &model.NotificationConnection{
			Nodes: in.Items, PageInfo: toPageInfo(in.Page), TotalCount: total(in.Total), UnreadCount: total(in.Unread),
			Edges: connected(in.Page, func(cursor string, v *view.Notification) *model.NotificationEdge {
				return &model.NotificationEdge{Cursor: cursor, Node: v}
			}),
		}
	}
	return list, nil
}

// contractsNotified gives the contracts that notifications are about; 0 for none.
func contractsNotified(list []*view.Notification) []int64 {
	ids := make([]int64, len(list))
	for i, n := range list {
		if n.Contract != nil {
			ids[i] = n.Contract.ID
		}
	}
	return ids
}

// agreementsNotified gives the agreements that notifications are about; 0 for none.
func agreementsNotified(list []*view.Notification) []int64 {
	ids := make([]int64, len(list))
	for i, n := range list {
		if n.Agreement != nil {
			ids[i] = n.Agreement.ID
		}
	}
	return ids
}

func notificationPayload(v *view.Notification, err error) (*model.NotificationPayload, error) {
	bad, err := userErrors(err)
	return &model.NotificationPayload{Notification: v, UserErrors: bad}, err
}

func readAllPayload(n int, err error) (*model.NotificationsReadAllPayload, error) {
	bad, err := userErrors(err)
	return &model.NotificationsReadAllPayload{Count: int64(n), UserErrors: bad}, err
}
