package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/ent/membership"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// liveUpdate is what a subscriber is told.
type liveUpdate struct {
	Sequence, Version int64
	Topic, ContractID string
	InQueue           *bool
	Contract          map[string]any
	OccurredAt        time.Time
}

// put puts the program up on a socket.
func put(t *testing.T, app *testkit.App) *wired {
	t.Helper()
	srv := httptest.NewServer(app.Handler)
	t.Cleanup(srv.Close)
	return &wired{url: srv.URL}
}

// The subscriptions, with what is told of each update.
const (
	toldFields  = "{ sequence topic contractId version occurredAt contract { id version status partner { id } } }"
	allChanges  = "subscription { contractsChanged(greeting: true) " + toldFields + " }"
	queueChange = "subscription { escalationQueueChanged(greeting: true) { sequence topic contractId inQueue version occurredAt contract { id version status partner { id } } } }"
)

func changesOf(contract int64) string {
	return fmt.Sprintf(`subscription { contractChanged(id: \"%s\", greeting: true) %s }`, globalID("Contract", contract), toldFields)
}

// follow subscribes over a connection of its own, and waits until it stands.
func (w *wired) follow(t *testing.T, token, query string) *line {
	t.Helper()
	l := w.call(t, "Bearer "+token)
	l.say(asks("s", query))
	if u := l.told(); u.Sequence != 0 || u.Topic != "subscribed" {
		t.Fatalf("it is greeted with %+v", u)
	}
	return l
}

// told gives the next update.
func (l *line) told() liveUpdate {
	l.t.Helper()
	text, err := l.next()
	if err != nil {
		l.t.Fatal(err)
	}
	return updateOf(l.t, text)
}

func updateOf(t *testing.T, text string) liveUpdate {
	t.Helper()
	var m struct {
		Payload struct{ Data map[string]liveUpdate }
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil || len(m.Payload.Data) != 1 {
		t.Fatalf("this is no update (%v): %s", err, text)
	}
	for _, u := range m.Payload.Data {
		return u
	}
	panic("unreachable")
}

// is tells what is different from an update of a contract that the caller may see.
func (u liveUpdate) is(sequence int64, topic string, contract int64) error {
	id := globalID("Contract", contract)
	if u.Sequence != sequence || u.Topic != topic || u.ContractID != id || u.OccurredAt.IsZero() ||
		u.Contract["id"] != id || float64(u.Version) > u.Contract["version"].(float64) || u.Version < 2 {
		return fmt.Errorf("told %+v, want %d %s of contract %d", u, sequence, topic, contract)
	}
	return nil
}

// isGone tells what is different from the one update that says that a contract is gone.
func (u liveUpdate) isGone(sequence int64, contract int64) error {
	if u.Sequence != sequence || u.Topic != "contract_gone" || u.ContractID != globalID("Contract", contract) || u.Contract != nil || u.Version != 0 {
		return fmt.Errorf("told %+v, want %d, contract %d gone", u, sequence, contract)
	}
	return nil
}

func expect(t *testing.T, who string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", who, err)
	}
}

// doLive does a deed rightly and publishes what came of it.
func doLive(t *testing.T, app *testkit.App, as string, d deed, story string, input map[string]any) {
	t.Helper()
	in := map[string]any{"contract": globalID("Contract", app.World.Contract(story))}
	for k, v := range input {
		in[k] = v
	}
	got := ask(t, app, app.Token(t, as), d.text(), map[string]any{"input": in})
	if code, fields := refusedAs(got); code != "" {
		t.Fatalf("%s: %s %s: %s", d.mutation, code, fields, got.body)
	}
	app.Publish(t)
}

const byOther = "foreign@demo.test"

func TestAChangeIsToldToEverybodyWhoMaySeeIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := put(t, app)
		offer, mine := app.World.Contract("offer"), app.World.Contract("accepted")
		lines := map[string]*line{}
		for _, email := range []string{customer, partner, byAdmin, byOther} {
			lines[email] = w.follow(t, app.Token(t, email), allChanges)
		}
		one := w.follow(t, app.Token(t, customer), changesOf(mine))
		events := w.listen(t, "Bearer "+app.Token(t, customer), allChanges)
		events.hears(`"sequence":0`)

		doLive(t, app, partner, accept, "offer", nil)
		doLive(t, app, partner, goOnRoute, "accepted", nil)
		for _, email := range []string{customer, partner, byAdmin} {
			expect(t, email, lines[email].told().is(1, "contract_accepted", offer))
			expect(t, email, lines[email].told().is(2, "contract_on_route", mine))
		}
		expect(t, "of one contract", one.told().is(1, "contract_on_route", mine))
		events.hears(`"sequence":1,"topic":"contract_accepted"`, `"sequence":2,"topic":"contract_on_route"`)
		// What comes first to the other institution is its own.
		doLive(t, app, byOther, deeds[lifecycle.ActCancel], "offer_foreign", map[string]any{"reason": "Closed."})
		expect(t, byOther, lines[byOther].told().is(1, "contract_cancelled", app.World.Contract("offer_foreign")))
	})
}

func TestWhoLosesSightOfAContractIsToldOnceAndWithoutIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := put(t, app)
		id := app.World.Contract("offer")
		all := w.follow(t, app.Token(t, partner), allChanges)
		one := w.follow(t, app.Token(t, partner), changesOf(id))
		owner := w.follow(t, app.Token(t, customer), changesOf(id))
		queue := w.follow(t, app.Token(t, bySupervisor), queueChange)
		office := w.follow(t, app.Token(t, byAdmin), queueChange)

		doLive(t, app, partner, reject, "offer", map[string]any{"reason": "Ill."})
		expect(t, "the partner", all.told().isGone(1, id))
		expect(t, "the partner, of one", one.told().isGone(1, id))
		u := owner.told()
		expect(t, "the owner", u.is(1, "contract_escalated", id))
		if u.Contract["partner"] != nil {
			t.Errorf("the owner is told who lost it: %v", u.Contract)
		}
		for who, l := range map[string]*line{"the supervisor": queue, "the office": office} {
			u := l.told()
			expect(t, who, u.is(1, "contract_escalated", id))
			if u.InQueue == nil || !*u.InQueue {
				t.Errorf("%s: it is not in the queue: %+v", who, u)
			}
		}

		// Nothing more of it comes to the partner: the next is of another contract.
		doLive(t, app, bySupervisor, giveUp, "offer", map[string]any{"reason": "Nobody."})
		doLive(t, app, partner, goOnRoute, "accepted", nil)
		expect(t, "the partner", all.told().is(2, "contract_on_route", app.World.Contract("accepted")))
		for who, l := range map[string]*line{"the supervisor": queue, "the office": office} {
			u := l.told()
			expect(t, who, u.is(2, "contract_escalation_rejected", id))
			if u.InQueue == nil || *u.InQueue {
				t.Errorf("%s: it is in the queue: %+v", who, u)
			}
		}
	})
}

// TestAnotherSupervisorIsToldThatAContractLeftItsQueue: one whose the contract never was.
func TestAnotherSupervisorIsToldThatAContractLeftItsQueue(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := put(t, app)
		id := app.World.Contract("queue_shared") // nobody made its partner: several may take it over
		const another = "supervisor2@demo.test"
		loser := w.follow(t, app.Token(t, another), queueChange)
		everything := w.follow(t, app.Token(t, another), allChanges)
		doLive(t, app, bySupervisor, giveUp, "queue_shared", map[string]any{"reason": "Nobody."})
		expect(t, "the queue", loser.told().isGone(1, id))
		expect(t, "all contracts", everything.told().isGone(1, id))
	})
}

func TestASubscriptionToWhatIsNotThereSaysNoMoreThanToWhatIsForeign(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := put(t, app)
		try := func(email, query string) (overSocket, asEvents string) {
			token := app.Token(t, email)
			l := w.call(t, "Bearer "+token)
			l.say(asks("s", query))
			overSocket, err := l.next()
			if err != nil {
				t.Fatal(err)
			}
			events := w.listen(t, "Bearer "+token, query)
			events.hears("data: {")
			return overSocket, events.Text()
		}
		socket, events := try(byOther, changesOf(app.World.Contract("offer")))
		missingSocket, missingEvents := try(byOther, changesOf(1<<40))
		if socket != missingSocket || events != missingEvents || !strings.Contains(socket, `"NOT_FOUND"`) || !strings.Contains(events, `"NOT_FOUND"`) {
			t.Errorf("foreign:\n%s\n%s\nmissing:\n%s\n%s", socket, events, missingSocket, missingEvents)
		}
		for email, want := range map[string]string{customer: "FORBIDDEN", partner: "FORBIDDEN"} {
			if got, _ := try(email, queueChange); !strings.Contains(got, want) {
				t.Errorf("%s and the queue: %s", email, got)
			}
		}
		nobody := w.dial(t, nil)
		nobody.say(`{"type":"connection_init"}`)
		nobody.hears("connection_ack")
		for _, query := range []string{allChanges, queueChange, changesOf(1)} {
			nobody.say(asks("s", query))
			nobody.hears(`"UNAUTHENTICATED"`)
			if app.Market.Subscriptions() != 0 {
				t.Fatal("a refused one is subscribed")
			}
			if l, err := nobody.next(); err != nil || !strings.Contains(l, "complete") {
				t.Fatal(l, err)
			}
		}
	})
}

// TestASubscriptionEndsWithTheRightToIt: at the next event, and without one when the
// program looks after its subscriptions. Nobody is told anything after that.
func TestASubscriptionEndsWithTheRightToIt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	client := func(a *testkit.App) int64 {
		return a.Store.Client().User.Query().Where(user.Email(customer)).OnlyIDX(ctx)
	}
	cases := []struct {
		name   string
		change func(a *testkit.App)
		code   fault.Code
		closes bool
	}{
		{"signed out", func(a *testkit.App) {
			a.Store.Client().Session.Update().Where(session.UserID(client(a))).SetRevokedAt(a.Wall.Now()).ExecX(ctx)
		}, fault.TokenInvalid, true},
		{"suspended", func(a *testkit.App) {
			a.Store.Client().User.UpdateOneID(client(a)).SetStatus(lifecycle.UserSuspended).ExecX(ctx)
		}, fault.TokenInvalid, true},
		{"token expired", func(a *testkit.App) { a.Wall.Set(a.Wall.Now().Add(25 * time.Hour)) }, fault.TokenExpired, true},
		{"membership ended", func(a *testkit.App) {
			a.Store.Client().Membership.Update().Where(membership.UserID(client(a))).SetState(lifecycle.MembershipEnded).ExecX(ctx)
		}, fault.TokenInvalid, false},
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, byEvent := range []bool{true, false} {
			for _, c := range cases {
				app := doors.Start(t, another(t, db))
				app.BendAll()
				w := put(t, app)
				l := w.follow(t, app.Token(t, customer), allChanges)
				events := w.listen(t, "Bearer "+app.Token(t, customer), allChanges)
				events.hears(`"sequence":0`)
				partners := app.Token(t, partner)
				c.change(app)
				if byEvent {
					if c.code == fault.TokenExpired {
						partners = app.Token(t, partner)
					}
					in := map[string]any{"input": map[string]any{"contract": globalID("Contract", app.World.Contract("offer"))}}
					ask(t, app, partners, accept.text(), in)
					app.Publish(t)
				} else if _, err := app.Market.LookAfterSubscriptions(ctx); err != nil {
					t.Fatal(err)
				}
				if c.closes {
					l.hearsEnd(4403, "Sign in again.")
				} else {
					l.hears(string(c.code))
				}
				events.hears(string(c.code))
				if strings.Contains(events.Text(), "contract_accepted") {
					t.Errorf("%s: it is told %s", c.name, events.Text())
				}
				events.hears("event: complete")
				if n := app.Market.Subscriptions(); n != 0 {
					t.Errorf("%s: %d subscriptions are left", c.name, n)
				}
			}
		}
	})
}
