package market_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"kontrak/ent/membership"
	"kontrak/ent/notification"
	"kontrak/ent/outbox"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// belongs plays what happens to memberships of an institution.
type belongs struct {
	*testkit.App
	t    *testing.T
	home int64
	seen int // how many notifications were looked at
}

func belongsTo(t *testing.T, app *testkit.App) *belongs {
	t.Helper()
	b := &belongs{App: app, t: t, home: app.World.Institutions["home"]}
	app.TellEvents(t)
	b.told()
	return b
}

// id is the membership of an account in the institution.
func (b *belongs) id(email string) int64 {
	b.t.Helper()
	a, _ := b.World.Account(email)
	return b.Store.Client().Membership.Query().Where(membership.UserID(a.UserID), membership.InstitutionID(b.home)).OnlyIDX(b.t.Context())
}

func (b *belongs) asks(email string) error {
	_, err := b.Market.AskMembership(b.As(email), b.home)
	return err
}

func (b *belongs) leaves(email string, whose *string) error {
	var id *int64
	if whose != nil {
		a, _ := b.World.Account(*whose)
		id = &a.UserID
	}
	_, err := b.Market.LeaveInstitution(b.As(email), b.home, id)
	return err
}

// told gives the notifications that are new, as "topic: who who".
func (b *belongs) told() string {
	b.t.Helper()
	c := b.Store.Client()
	all := c.Notification.Query().Order(notification.ByID()).AllX(b.t.Context())
	var list []string
	topic := ""
	for _, n := range all[b.seen:] {
		if n.Type != topic {
			topic = n.Type
			list = append(list, topic+":")
		}
		list = append(list, strings.TrimSuffix(c.User.GetX(b.t.Context(), n.UserID).Email, "@demo.test"))
	}
	b.seen = len(all)
	return strings.Join(list, " ")
}

// newest is the newest notification of somebody.
func (b *belongs) newest(email string) *view.Notification {
	b.t.Helper()
	in, err := b.Market.Notifications(b.As(email), market.NotificationFilter{}, market.NumberedPage(1, 1))
	if err != nil || len(in.Items) == 0 {
		b.t.Fatalf("%s was told nothing: %v", email, err)
	}
	return in.Items[0]
}

// waiting counts the notifications of somebody that say that a request waits.
func (b *belongs) waiting(email string) (n int) {
	b.t.Helper()
	in, err := b.Market.Notifications(b.As(email), market.NotificationFilter{}, market.NumberedPage(1, 100))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, v := range in.Items {
		if strings.HasPrefix(v.Title, "Somebody wants to join ") {
			n++
		}
	}
	return n
}

// TestWhoIsToldWhatOfAMembership goes through the life of memberships: managers are told of
// a request and of a member that left, the member of what was done to it, and who did it of
// nothing.
func TestWhoIsToldWhatOfAMembership(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := belongsTo(t, testkit.Start(t, db))
		const who, manager = "newcomer@demo.test", institution
		b.Store.Client().User.Update().Where(user.EmailIn(who, manager)).SetLanguage(lifecycle.English).ExecX(t.Context())
		name := b.Store.Client().Institution.GetX(t.Context(), b.home).Name
		for by, of := range map[string]*int64{manager: &b.home, admin: nil} {
			if _, _, err := b.Market.CreateWebhook(b.As(by), market.CreateWebhook{InstitutionID: of, WebhookFields: market.WebhookFields{URL: market.Some("https://example.com/")}}); err != nil {
				t.Fatal(err)
			}
		}
		decide := func(email string, do func(context.Context, market.MembershipDecision) (*view.Membership, error), role *lifecycle.MembershipRole) func() error {
			return func() error {
				_, err := do(b.As(email), market.MembershipDecision{ID: b.id(who), Role: role})
				return err
			}
		}
		for _, step := range []struct {
			name   string
			do     func() error
			told   string
			reader string
			title  string
		}{
			{"asks", func() error { return b.asks(who) }, "membership_requested: institution", manager, "Somebody wants to join " + name},
			{"asks once more", func() error { return b.asks(who) }, "", manager, "Somebody wants to join " + name},
			{"is let in by the back office", decide(admin, b.Market.ApproveMembership, nil), "membership_approved: newcomer", manager, "A request to join"},
			{"reads it", nil, "", who, "Request approved"},
			{"becomes a manager", decide(manager, b.Market.SetMembershipRole, new(lifecycle.MembershipManager)), "membership_role_changed: newcomer", who, "Your role has changed"},
			{"is one already", decide(manager, b.Market.SetMembershipRole, new(lifecycle.MembershipManager)), "", who, "Your role has changed"},
			{"becomes a member by itself", decide(who, b.Market.SetMembershipRole, new(lifecycle.MembershipMember)), "", who, "Your role has changed"},
			{"leaves", func() error { return b.leaves(who, nil) }, "membership_left: institution", manager, "Somebody has left " + name},
			{"asks anew", func() error { return b.asks(who) }, "membership_requested: institution", manager, "Somebody wants to join " + name},
			{"is refused", decide(manager, b.Market.RefuseMembership, nil), "membership_refused: newcomer", who, "Request not approved"},
			{"asks a third time", func() error { return b.asks(who) }, "membership_requested: institution", manager, "Somebody wants to join " + name},
			{"takes it back", func() error { return b.leaves(who, nil) }, "", manager, "A request to join"},
			{"another day", func() error { b.Clock.Advance(24 * time.Hour); return b.asks(who) }, "membership_requested: institution", manager, "Somebody wants to join " + name},
			{"takes it back and asks again before anybody is told", func() error {
				if err := b.leaves(who, nil); err != nil {
					return err
				}
				b.Clock.Advance(time.Second)
				return b.asks(who)
			}, "membership_requested: institution", manager, "Somebody wants to join " + name},
			{"is sent off before an answer", func() error { return b.leaves(manager, new(who)) }, "membership_refused: newcomer", who, "Request not approved"},
			{"asks and is let in", func() error {
				if err := b.asks(who); err != nil {
					return err
				}
				return decide(manager, b.Market.ApproveMembership, nil)()
			}, "membership_approved: newcomer", who, "Request approved"}, // of what does not wait any more nobody is told
			{"is sent away", func() error { return b.leaves(manager, new(who)) }, "membership_ended: newcomer", who, "Membership ended"},
		} {
			b.Clock.Advance(time.Second)
			if step.do != nil {
				if err := step.do(); err != nil {
					t.Fatalf("%s: %v", step.name, err)
				}
			}
			b.TellEvents(t)
			if got := b.told(); got != step.told {
				t.Errorf("%s: told is %q, want %q", step.name, got, step.told)
			}
			if n := b.newest(step.reader); n.Title != step.title || n.Body == "" || strings.Contains(n.Body, "Lia Amalia") {
				t.Errorf("%s: %s reads %q: %q, want %q", step.name, step.reader, n.Title, n.Body, step.title)
			}
			if n := b.waiting(manager); n > 1 || n == 1 && step.reader == manager && step.title != "Somebody wants to join "+name {
				t.Errorf("%s: %d notifications say that the one request waits", step.name, n)
			}
		}
		if n := b.Store.Client().WebhookDelivery.Query().CountX(t.Context()); n != 0 {
			t.Errorf("webhooks are told %d events of memberships", n)
		}
	})
}

// TestManagersAloneAreToldOfARequest: of the institution that is asked, all of them, each
// on its devices; nobody who manages it no more reads what it was.
func TestManagersAloneAreToldOfARequest(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := belongsTo(t, testkit.Start(t, db))
		c := b.Store.Client()
		c.Membership.UpdateOneID(b.id(member)).SetRole(lifecycle.MembershipManager).ExecX(t.Context())
		for _, email := range []string{institution, member, "branch@demo.test"} {
			if err := b.Auth.KeepDevice(t.Context(), actor.From(b.As(email)), authn.Device{ID: email, PushToken: email, Platform: "android"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.asks("other@demo.test"); err != nil {
			t.Fatal(err)
		}
		b.TellEvents(t)
		if got := b.told(); got != "membership_requested: institution member" {
			t.Errorf("told is %q", got)
		}
		if n := c.Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelPush), outbox.Topic("membership_requested")).CountX(t.Context()); n != 2 {
			t.Errorf("%d push messages are left, want one to each manager", n)
		}
		before := b.newest(member)
		c.Membership.UpdateOneID(b.id(member)).SetRole(lifecycle.MembershipMember).ExecX(t.Context())
		if after := b.newest(member); after.ID != before.ID || after.Title == before.Title || after.Title != "Permintaan bergabung" {
			t.Errorf("who manages it no more reads %q, and read %q", after.Title, before.Title)
		}
		// An institution without a manager: its request waits in the list of the back office.
		c.Membership.Update().Where(membership.InstitutionID(b.home)).SetRole(lifecycle.MembershipMember).ExecX(t.Context())
		if err := b.asks("newcomer@demo.test"); err != nil {
			t.Fatal(err)
		}
		b.TellEvents(t)
		if got := b.told(); got != "" {
			t.Errorf("told is %q", got)
		}
	})
}

// TestOneInstitutionIsAskedThriceADay by one account, whatever becomes of the requests.
func TestOneInstitutionIsAskedThriceADay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := belongsTo(t, testkit.Start(t, db))
		const who = "newcomer@demo.test"
		first := b.Clock.Now()
		for n := range 3 {
			if err := b.asks(who); err != nil {
				t.Fatalf("request %d: %v", n+1, err)
			}
			if err := b.leaves(who, nil); err != nil {
				t.Fatal(err)
			}
			b.Clock.Advance(time.Hour)
		}
		ctx := b.As(who)
		before := b.Snapshot(t)
		_, err := b.Market.AskMembership(ctx, b.home)
		f, _ := fault.As(err)
		if f == nil || f.Code != fault.RateLimited || f.Meta["retry_after"] != 21*60*60 || !strings.Contains(f.Message, first.Add(24*time.Hour).UTC().Format(time.RFC3339)) {
			t.Errorf("the fourth: %+v", f)
		}
		if !maps.Equal(before, b.Snapshot(t)) {
			t.Error("a request that is refused has written something")
		}
		if _, err := b.Market.AskMembership(b.As(who), b.World.Institutions["branch"]); err != nil {
			t.Errorf("another institution: %v", err)
		}
		if err := b.asks("foreign@demo.test"); err != nil {
			t.Errorf("another account: %v", err)
		}
		b.Clock.Set(first.Add(24*time.Hour - time.Millisecond))
		if code := codeOf(b.asks(who)); code != fault.RateLimited {
			t.Errorf("a moment before the day is over: %q", code)
		}
		b.Clock.Advance(time.Millisecond)
		if err := b.asks(who); err != nil {
			t.Errorf("a day later: %v", err)
		}
		if err := b.leaves(who, nil); err != nil {
			t.Error(err)
		}
		if code := codeOf(b.asks(who)); code != fault.RateLimited {
			t.Errorf("as only one of them is a day old: %q", code)
		}
	})
}

// TestManagersAreToldThatAMemberHasClosedItsAccount, and of a request of it that nothing
// waits.
func TestManagersAreToldThatAMemberHasClosedItsAccount(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		b := belongsTo(t, testkit.Start(t, db))
		const who = "foreign-member@demo.test"
		if err := b.asks(who); err != nil {
			t.Fatal(err)
		}
		b.TellEvents(t)
		if got := b.told(); got != "membership_requested: institution" {
			t.Fatalf("told is %q", got)
		}
		asked := b.newest(institution)
		a, _ := b.World.Account(who)
		if _, err := b.Market.CloseUser(b.As(admin), a.UserID, "It asked for it."); err != nil {
			t.Fatal(err)
		}
		b.TellEvents(t)
		if got := b.told(); !strings.HasPrefix(got, "membership_left: foreign") || strings.Contains(got, "institution") {
			t.Errorf("told is %q", got)
		}
		if now := b.newest(institution); now.ID != asked.ID || now.Title == asked.Title {
			t.Errorf("the request still waits: %q", now.Title)
		}
	})
}
