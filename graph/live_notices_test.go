package graph_test

import (
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const noticeReceived = "subscription { notificationReceived(greeting: true) { sequence topic occurredAt notification { id type title isRead contract { id } } } }"

// TestANotificationIsToldOnceItCanBeRead: to whom it is for, and to nobody else. It can be
// read by its id by then.
func TestANotificationIsToldOnceItCanBeRead(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := put(t, app)
		mine, another := w.follow(t, app.Token(t, customer), noticeReceived), w.follow(t, app.Token(t, byOther), noticeReceived)
		too := w.follow(t, app.Token(t, customer), noticeReceived)
		doLive(t, app, partner, accept, "offer", nil)
		doLive(t, app, byAdmin, deeds["force_cancel"], "offer_foreign", map[string]any{"reason": "Closed."})
		for _, l := range []*line{mine, too} {
			text, err := l.next()
			if err != nil || !strings.Contains(text, `"sequence":1,"topic":"contract_accepted"`) || !strings.Contains(text, `"isRead":false,"contract":{"id":"`+globalID("Contract", app.World.Contract("offer"))) {
				t.Fatalf("it is told %s (%v)", text, err)
			}
			_, id, _ := strings.Cut(text, `"notification":{"id":"`)
			id, _, _ = strings.Cut(id, `"`)
			got := ask(t, app, app.Token(t, customer), `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id})
			if got.object("node")["id"] != id {
				t.Errorf("then it reads %s", got.body)
			}
		}
		if text, err := another.next(); err != nil || !strings.Contains(text, `"sequence":1,"topic":"contract_cancelled"`) {
			t.Errorf("the other is told %s (%v)", text, err)
		}
	})
}
