package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// notificationCosts are the statements of each mutation of notifications: who calls, the
// change, and of one that is read itself and its agreement, in two.
var notificationCosts = map[string]int{"notificationRead": 5, "notificationsReadAll": 2}

const notificationFields = `id databaseId type title body isRead readAt createdAt contract { id referenceCode } agreement { id title }`

// happenings are three events of one contract that its institution is told of.
func happenings(t *testing.T, app *testkit.App) int64 {
	t.Helper()
	id := app.World.Contract("offer")
	var none market.ContractWants
	if _, err := app.Market.RejectContract(app.As("partner@demo.test"), id, "no time", none); err != nil {
		t.Fatal(err)
	}
	queue := app.World.Queue.ContractID
	if _, err := app.Market.AssignReplacement(app.As("supervisor@demo.test"), market.AssignReplacement{ContractID: queue, PartnerID: app.World.Queue.EligibleID}, none); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Market.ForceCancel(app.As("admin@demo.test"), app.World.Contract("accepted"), "as agreed", none); err != nil {
		t.Fatal(err)
	}
	app.Clock.Advance(time.Second) // that is told last
	if _, err := app.Market.TerminateAgreement(app.As("member@demo.test"), app.World.Agreements["active"], "as agreed", market.AgreementEverything); err != nil {
		t.Fatal(err)
	}
	app.TellEvents(t)
	return id
}

// listed gives a page of the notifications of a caller.
func listed(t *testing.T, app *testkit.App, token, args string) (page map[string]any, nodes []map[string]any) {
	t.Helper()
	got := ask(t, app, token, `{ viewer { notifications`+args+` { totalCount unreadCount pageInfo { hasNextPage endCursor } nodes { `+notificationFields+` } edges { cursor node { id } } } } }`, nil)
	page = got.object("viewer", "notifications")
	for _, n := range page["nodes"].([]any) {
		nodes = append(nodes, n.(map[string]any))
	}
	return page, nodes
}

// read marks a notification as read, and counts what that asks of the database.
func read(t *testing.T, app *testkit.App, token, id string) (got *answer, statements int) {
	t.Helper()
	ctx, ran := store.Observe(t.Context())
	got = try(ctx, t, app, token, `mutation($in: NotificationInput!) { done: notificationRead(input: $in) { notification { id isRead readAt } userErrors { code field } } }`,
		map[string]any{"in": map[string]any{"notification": id}})
	return got, ran.Count()
}

func TestSomebodyListsItsNotifications(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		contract := happenings(t, app)
		token := app.Token(t, "institution@demo.test")
		all, nodes := listed(t, app, token, "")
		if len(nodes) < 3 || all["totalCount"] != float64(len(nodes)) || all["unreadCount"] != float64(len(nodes)) {
			t.Fatalf("%v", all)
		}
		found := false
		for _, n := range nodes {
			if n["isRead"] != false || n["readAt"] != nil || n["title"] == "" || n["body"] == "" {
				t.Errorf("%v", n)
			}
			if n["type"] == "contract_escalated" {
				found = true
				if c := n["contract"].(map[string]any); c["id"] != globalID("Contract", contract) || !strings.Contains(n["title"].(string), c["referenceCode"].(string)) {
					t.Errorf("%v", n)
				}
			}
		}
		if !found {
			t.Error("it is not told that a partner is sought")
		}
		one, _ := listed(t, app, token, "(first: 1)")
		after, rest := listed(t, app, token, fmt.Sprintf("(first: 100, after: %q)", one["pageInfo"].(map[string]any)["endCursor"]))
		if len(rest) != len(nodes)-1 || after["totalCount"] != float64(len(nodes)) {
			t.Errorf("after the first: %v", after)
		}
		back, last := listed(t, app, token, "(last: 1)")
		if len(last) != 1 || last[0]["id"] != nodes[len(nodes)-1]["id"] || back["pageInfo"].(map[string]any)["hasNextPage"] != false {
			t.Errorf("the last: %v", back)
		}
	})
}

func TestSomebodyReadsItsNotificationsAndNoOthers(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		contract := happenings(t, app)
		token := app.Token(t, "institution@demo.test")
		_, nodes := listed(t, app, token, "")
		n, id := len(nodes), nodes[0]["id"].(string)
		var first string
		for range 2 { // again, it stays as it is
			got, cost := read(t, app, token, id)
			if first == "" {
				first = got.body
			}
			if got.object("done", "notification")["isRead"] != true || got.body != first || cost != notificationCosts["notificationRead"] {
				t.Errorf("%d statements: %s", cost, got.body)
			}
			app.Clock.Advance(time.Second)
		}
		if page, unread := listed(t, app, token, "(unread: true)"); len(unread) != n-1 || page["totalCount"] != float64(n-1) || page["unreadCount"] != float64(n-1) {
			t.Errorf("unread: %v", page)
		}
		if page, done := listed(t, app, token, "(unread: false)"); page["totalCount"] != 1.0 || done[0]["id"] != id {
			t.Errorf("read: %v", page)
		}
		for _, foreign := range []struct{ token, id string }{
			{app.Token(t, "partner@demo.test"), id}, {token, globalID("Notification", 1<<40)}, {token, "nonsense"}, {token, globalID("Contract", contract)},
		} {
			got, _ := read(t, app, foreign.token, foreign.id)
			if done := got.object("done"); done["notification"] != nil || fmt.Sprint(done["userErrors"]) != "[map[code:NOT_FOUND field:<nil>]]" {
				t.Errorf("%s: %s", foreign.id, got.body)
			}
		}
		node := `query($id: ID!) { node(id: $id) { ... on Notification { isRead } } }`
		if got := ask(t, app, token, node, map[string]any{"id": id}); got.object("node")["isRead"] != true {
			t.Errorf("%s", got.body)
		}
		if got := ask(t, app, app.Token(t, "member@demo.test"), node, map[string]any{"id": id}); !strings.Contains(got.body, `"node":null`) {
			t.Errorf("another person reads %s", got.body)
		}
		if got, _ := read(t, app, "", id); !slices.Equal(got.codes(), []string{"UNAUTHENTICATED"}) {
			t.Errorf("nobody reads: %s", got.body)
		}
		ctx, ran := store.Observe(t.Context())
		done := askIn(ctx, t, app, token, `mutation { done: notificationsReadAll { count userErrors { code } } }`, nil).object("done")
		cost := ran.Count()
		if page, _ := listed(t, app, token, ""); done["count"] != float64(n-1) || cost != notificationCosts["notificationsReadAll"] || page["unreadCount"] != 0.0 {
			t.Errorf("%v in %d statements, then %v", done, cost, page)
		}
	})
}

// TestNoTextOfANotificationNamesAPerson reads every notification as everybody, in both
// languages, while a partner is hidden and after it lost the contract.
func TestNoTextOfANotificationNamesAPerson(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	happenings(t, app)
	names := app.Store.Client().User.Query().Select(user.FieldFullName).StringsX(t.Context())
	texts := map[string]map[string]bool{} // by language
	read := func() {
		for _, language := range lifecycle.Languages {
			app.Store.Client().User.Update().SetLanguage(language).ExecX(t.Context())
			for _, a := range app.World.Accounts {
				if slices.Contains([]string{"suspended@demo.test", "closed@demo.test"}, a.Email) {
					continue // it cannot read
				}
				in, err := app.Market.Notifications(app.As(a.Email), market.NotificationFilter{}, market.NumberedPage(1, 100))
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range in.Items {
					if texts[string(language)] == nil {
						texts[string(language)] = map[string]bool{}
					}
					texts[string(language)][n.Title+"\n"+n.Body] = true
					for _, name := range names {
						if strings.Contains(n.Title+" "+n.Body, name) {
							t.Errorf("%s is told %q: %q", a.Email, n.Title, n.Body)
						}
					}
				}
			}
		}
	}
	read()
	for _, language := range lifecycle.Languages {
		if len(texts[string(language)]) < 4 {
			t.Errorf("only %d texts in %s", len(texts[string(language)]), language)
		}
		for text := range texts[string(language)] {
			for other, list := range texts {
				if other != string(language) && list[text] {
					t.Errorf("the same in both languages: %q", text)
				}
			}
		}
	}
}

// TestAFormerPartnerReadsNothingOfTheContract: what it was told while it had the contract
// says nothing of it any more.
func TestAFormerPartnerReadsNothingOfTheContract(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		id := app.World.Contract("offer")
		app.Leave(t, "contract_assigned", id)
		app.TellEvents(t)
		token := app.Token(t, "partner@demo.test")
		last := func() map[string]any {
			t.Helper()
			got := ask(t, app, token, `{ viewer { notifications(first: 1) { nodes { `+notificationFields+` } } } }`, nil)
			return got.object("viewer")["notifications"].(map[string]any)["nodes"].([]any)[0].(map[string]any)
		}
		if n := last(); n["contract"] == nil || !strings.Contains(n["title"].(string), "NKT-") {
			t.Fatalf("while it is asked: %v", n)
		}
		if _, err := app.Market.RejectContract(app.As("partner@demo.test"), id, "no time", market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		n := last()
		if n["contract"] != nil || strings.Contains(n["title"].(string)+n["body"].(string), "NKT-") || n["type"] != "contract_assigned" {
			t.Errorf("afterwards: %v", n)
		}
	})
}
