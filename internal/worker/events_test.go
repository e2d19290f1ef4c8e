package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/devicetoken"
	"kontrak/ent/notification"
	"kontrak/ent/outbox"
	"kontrak/ent/webhookdelivery"
	"kontrak/internal/lifecycle"
	"kontrak/internal/live"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/worker"
)

func TestAnEventIsToldToWhomItConcernsAndNotToWhoDidIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		var none market.ContractWants
		mail := func(partnerID int64) string {
			for _, a := range r.World.Accounts {
				if a.PartnerID == partnerID {
					return strings.TrimSuffix(a.Email, "@demo.test")
				}
			}
			return ""
		}
		for _, c := range []struct {
			name, topic, story string
			do                 func(id int64) error
			told               func(id int64) string
		}{
			{"accepted", "contract_accepted", "offer", func(id int64) error {
				_, err := r.Market.AcceptContract(r.As("partner@demo.test"), id, none)
				return err
			}, func(int64) string { return "institution member" }},
			{"escalated", "contract_escalated", "offer_branch", func(id int64) error {
				_, err := r.Market.RejectContract(r.As("partner@demo.test"), id, "no time", none)
				return err
			}, func(id int64) string {
				return strings.Join(strings.Fields("institution "+r.seeing(t, id)+" branch"), " ")
			}},
			{"escalated where the partner registered itself", "contract_escalated", "queue_shared", nil,
				func(id int64) string {
					return strings.Join(strings.Fields("institution "+r.seeing(t, id)+" member"), " ")
				}},
			{"reassigned", "contract_reassigned", "queue", func(id int64) error {
				_, err := r.Market.AssignReplacement(r.As("supervisor@demo.test"), market.AssignReplacement{ContractID: id, PartnerID: r.World.Queue.EligibleID}, none)
				return err
			}, func(int64) string { return "institution member " + mail(r.World.Queue.EligibleID) }},
			{"cancelled by one member", "contract_cancelled", "accepted", func(id int64) error {
				_, err := r.Market.CancelContract(r.As("institution@demo.test"), id, "not needed", none)
				return err
			}, func(int64) string { return "partner member" }},
			{"cancelled while a partner is sought", "contract_cancelled", "queue_branch", func(id int64) error {
				_, err := r.Market.CancelContract(r.As("branch@demo.test"), id, "not needed", none)
				return err
			}, func(int64) string { return "institution" }},
			{"more time", "extension_approved", "running", func(id int64) error {
				_, err := r.Market.ApproveExtension(r.As("institution@demo.test"), id, none)
				return err
			}, func(int64) string { return "partner" }},
			{"cancelled after another partner was found", "contract_cancelled", "reassigned", func(id int64) error {
				_, err := r.Market.ForceCancel(r.As("admin@demo.test"), id, "as agreed", none)
				return err
			}, nil},
		} {
			id := r.World.Contract(c.story)
			if c.do == nil {
				r.leave(t, 1, c.topic, id)
			} else if err := c.do(id); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			r.drain(t, r.channel(), 0)
			got := r.toldOf(t, c.topic, id)
			if c.told == nil { // the members, the new partner, and who found it
				if !strings.HasPrefix(got, "institution ") || !strings.Contains(got, "supervisor") || len(strings.Fields(got)) != 4 {
					t.Errorf("%s is told to %q", c.name, got)
				}
				continue
			}
			if want := c.told(id); got != want {
				t.Errorf("%s is told to %q, want %q", c.name, got, want)
			}
		}
	})
}

// hooks makes webhooks, and gives which of them want a topic of home.
func (r *rig) hooks(t *testing.T) (wanting map[int64]bool) {
	t.Helper()
	home, branch := r.World.Institutions["home"], r.World.Institutions["branch"]
	wanting = map[int64]bool{}
	for _, h := range []struct {
		of     *int64
		events []string
		status lifecycle.WebhookStatus
		wants  bool
	}{
		{&home, []string{}, lifecycle.WebhookActive, true},
		{&home, []string{"contract_started", "contract_payment_verified"}, lifecycle.WebhookActive, true},
		{&home, []string{"contract_started"}, lifecycle.WebhookActive, false},
		{&home, []string{}, lifecycle.WebhookDisabled, false},
		{&branch, []string{}, lifecycle.WebhookActive, false},
		{nil, []string{}, lifecycle.WebhookActive, true},
	} {
		made := r.Store.Client().Webhook.Create().SetNillableInstitutionID(h.of).SetCreatedByID(r.World.Accounts[0].UserID).SetURL("https://hook.test").
			SetEvents(h.events).SetNonce("n").SetStatus(h.status).SetCreatedAt(r.Wall.Now()).SetUpdatedAt(r.Wall.Now()).SaveX(t.Context())
		wanting[made.ID] = h.wants
	}
	return wanting
}

// device keeps a token for a device of a person.
func (r *rig) device(t *testing.T, email, id, token string) {
	t.Helper()
	if err := r.keep(email, id, token); err != nil {
		t.Fatal(err)
	}
}

// checkOnce says what is not as it is when each event had its effect once.
func (r *rig) checkOnce(t *testing.T, keys []string, people, devices int, hooks map[int64]bool) {
	t.Helper()
	c := r.Store.Client()
	wants := 0
	for _, yes := range hooks {
		if yes {
			wants++
		}
	}
	for _, key := range keys {
		if n := c.Notification.Query().Where(notification.Key(key)).CountX(t.Context()); n != people {
			t.Errorf("%s has %d notifications, want %d", key, n, people)
		}
		pushes := c.Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelPush), outbox.KeyHasPrefix(key)).AllX(t.Context())
		if len(pushes) != devices {
			t.Errorf("%s has %d push messages, want %d", key, len(pushes), devices)
		}
		for _, p := range pushes {
			var to market.Pushed
			if err := json.Unmarshal(p.Payload, &to); err != nil || to.Key != key || p.Key != fmt.Sprintf("%s-%d", key, to.DeviceID) ||
				c.DeviceToken.Query().Where(devicetoken.ID(to.DeviceID), devicetoken.UserID(to.UserID)).CountX(t.Context()) != 1 {
				t.Errorf("%s: a push message %s of %s", key, p.Key, p.Payload)
			}
		}
		told := c.WebhookDelivery.Query().Where(webhookdelivery.Key(key)).AllX(t.Context())
		for _, d := range told {
			if !hooks[d.WebhookID] || d.Event == "" || d.EndedAt != nil || d.Attempts != 0 {
				t.Errorf("%s: a delivery %+v", key, d)
			}
		}
		if len(told) != wants {
			t.Errorf("%s has %d deliveries, want %d", key, len(told), wants)
		}
	}
}

func TestAnEventHasItsEffectOnceHoweverItIsDelivered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		hooks := r.hooks(t)
		r.device(t, "institution@demo.test", "phone", "token-1")
		r.device(t, "institution@demo.test", "tablet", "token-2")
		r.device(t, "member@demo.test", "phone", "token-3")
		r.device(t, "partner@demo.test", "phone", "token-4")
		r.drain(t, r.channel(), 0)
		r.told = nil

		keys := r.leave(t, 12, "contract_payment_verified", r.World.Contract("offer"))
		held := r.Store.Client().Outbox.Query().Where(outbox.KeyIn(keys...)).Order(outbox.ByID()).AllX(t.Context())
		r.kills = 10
		for range 10 {
			if err := round(t.Context(), r.channel()); !errors.Is(err, errKilled) {
				t.Fatalf("the process lives: %v", err)
			}
			if n := r.Store.Client().Notification.Query().Where(notification.KeyIn(keys...)).CountX(t.Context()); n != 0 {
				t.Fatalf("%d notifications of a message that is not settled", n)
			}
			r.Wall.Set(r.Wall.Now().Add(11 * time.Minute)) // what it held is free then
		}
		// Twice at once, and in the other order.
		slices.Reverse(held)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for _, m := range held {
					if err := r.channel().Deliver(t.Context(), m); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		r.drain(t, r.channel(), 0)
		// Once more, as if nobody had noted it.
		r.Store.Client().Outbox.Update().Where(outbox.KeyIn(keys...)).ClearDeliveredAt().ExecX(t.Context())
		r.drain(t, r.channel(), 0)
		r.checkOnce(t, keys, 2, 3, hooks)

		seen := map[string]int{}
		for _, e := range r.told {
			if e.ContractID == nil || e.InstitutionID == nil || e.Topic != "contract_payment_verified" || len(e.Payload) == 0 {
				t.Fatalf("published: %+v", e)
			}
			seen[e.Key]++
		}
		for _, key := range keys {
			if seen[key] == 0 {
				t.Errorf("%s was never published", key)
			}
		}
	})
}

func TestWhatCannotBePublishedIsTriedAgainAsAWhole(t *testing.T) {
	t.Parallel()
	r := rigOn(t, testkit.SQLite(t))
	r.drain(t, r.channel(), 0)
	keys := r.leave(t, 1, "contract_payment_verified", r.World.Contract("offer"))
	deaf := true
	c := r.channel()
	c.Deliver = worker.Events(r.Market, func(context.Context, live.Event) error {
		if deaf {
			return errors.New("nobody listens")
		}
		return nil
	})
	for range 40 { // more than a day, by which other messages are given up
		if err := round(t.Context(), c); err == nil && r.Store.Client().Notification.Query().Where(notification.KeyIn(keys...)).CountX(t.Context()) > 0 {
			t.Fatal("it was told to people and not to those who follow")
		}
		r.Wall.Set(r.Wall.Now().Add(time.Hour))
	}
	deaf = false
	r.drain(t, c, time.Hour)
	r.checkOnce(t, keys, 2, 0, nil)
}

func TestATopicOfAProgramThatIsAheadReachesWebhooksAndNobodyElse(t *testing.T) {
	t.Parallel()
	r := rigOn(t, testkit.SQLite(t))
	r.drain(t, r.channel(), 0)
	hooks := r.hooks(t)
	keys := r.leave(t, 1, "contract_teleported", r.World.Contract("offer"))
	for id := range hooks {
		h := r.Store.Client().Webhook.GetX(t.Context(), id)
		hooks[id] = hooks[id] && len(h.Events) == 0
	}
	r.drain(t, r.channel(), 0)
	r.checkOnce(t, keys, 0, 0, hooks)
}

// TestAnAgreementIsToldToThoseWhoLookAfterItAndToThoseWhoSign: those who have no account,
// or have not shown that the address is theirs, are told by mail alone.
func TestAnAgreementIsToldToThoseWhoLookAfterItAndToThoseWhoSign(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		me, home := r.As("institution@demo.test"), r.World.Institutions["home"]
		ids := map[string]int64{}
		for _, a := range r.World.Accounts {
			ids[strings.TrimSuffix(a.Email, "@demo.test")] = a.UserID
		}
		paper, err := r.Market.CreateAgreement(me, market.CreateAgreement{
			InstitutionID: &home, AgreementFields: market.AgreementFields{
				Title: market.Some("Lease of ventilators"), Cost: market.Some(int64(5)), OwnerID: market.Some(ids["member"]),
				AgreementPairs: market.AgreementPairs{NotifyUserIDs: market.Some([]int64{ids["supervisor"]})},
			},
			File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "lease.pdf"},
		}, 0)
		if err != nil {
			t.Fatal(err)
		}
		var signers []market.SignerInput
		for _, email := range []string{"Partner@demo.test", "ana@x.test", "unverified@demo.test", "foreign@demo.test"} {
			signers = append(signers, market.SignerInput{Name: "Somebody", Send: lifecycle.SendEmail, Email: email})
		}
		asked, err := r.Market.AskToSign(me, paper.ID, market.AskToSign{Title: "Sign", Participants: signers}, market.SignatureWants)
		if err != nil {
			t.Fatal(err)
		}
		r.drain(t, r.channel(), 0)
		if got := r.toldOf(t, "signature_requested", paper.ID); got != "partner foreign" && got != "foreign partner" {
			t.Errorf("asked to sign are %q", got)
		}
		if _, err := r.Market.CancelSignature(me, asked.Signature.UUID, "changed our minds"); err != nil {
			t.Fatal(err)
		}
		r.drain(t, r.channel(), 0)
		if got := strings.Fields(r.toldOf(t, "signature_cancelled", paper.ID)); !sameNames(got, "foreign", "member", "partner", "supervisor") {
			t.Errorf("that it came to nothing is told to %q", got)
		}
		err = r.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			return store.Leave(ctx, tx, store.Message{
				Topic: "agreement_expires_soon", InstitutionID: &home, Payload: map[string]int64{"agreement_id": paper.ID, "version": 1 << 40},
				At: r.Market.Now(), Wall: r.Wall.Now(),
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		r.drain(t, r.channel(), 0)
		if got := strings.Fields(r.toldOf(t, "agreement_expires_soon", paper.ID)); !sameNames(got, "institution", "member", "supervisor") {
			t.Errorf("that it expires is told to %q", got)
		}
		for email, title := range map[string]bool{"supervisor@demo.test": true, "foreign@demo.test": false} {
			in, err := r.Market.Notifications(r.As(email), market.NotificationFilter{}, market.NumberedPage(1, 100))
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range in.Items {
				if strings.Contains(n.Body, "Lease of ventilators") != title || (n.Agreement != nil) != title {
					t.Errorf("%s reads %q of %v", email, n.Body, n.Agreement)
				}
			}
		}
	})
}

// sameNames tells whether two lists hold the same, in any order.
func sameNames(got []string, want ...string) bool {
	slices.Sort(got)
	slices.Sort(want)
	return slices.Equal(got, want)
}
