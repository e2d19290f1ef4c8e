package market_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/live"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// watched is a contract and those who are told of it.
type watched struct {
	*testkit.App
	t  *testing.T
	id int64
}

// happens has the subscriptions told of what is the contract's state now.
func (w *watched) happens(topic string) {
	w.t.Helper()
	c := w.Store.Client().Contract.GetX(w.t.Context(), w.id)
	e := live.Event{Key: fmt.Sprint(topic, c.Version), Topic: topic, ContractID: &w.id, Payload: json.RawMessage(fmt.Sprintf(`{"version":%d}`, c.Version)), At: w.Clock.Now()}
	if err := w.Market.Happened(w.t.Context(), e); err != nil {
		w.t.Error(err)
	}
}

// touch changes the contract.
func (w *watched) touch() {
	w.Store.Client().Contract.UpdateOneID(w.id).AddVersion(1).ExecX(w.t.Context())
}

// told gives what waits for a subscriber.
func told(events <-chan *view.ContractChange) (list []*view.ContractChange) {
	for {
		select {
		case e, open := <-events:
			if !open {
				return list
			}
			list = append(list, e)
		default:
			return list
		}
	}
}

// TestWhoeverJoinsIsNotOvertaken: what happens between reading and joining is in the
// greeting, or told after it, and others need not wait for either.
func TestWhoeverJoinsIsNotOvertaken(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		w := &watched{app, t, app.World.Contract("offer")}
		ctx, how := app.As("institution@demo.test"), market.Watch{Greeting: true}
		other, err := app.Market.WatchContract(ctx, w.id, how)
		if err != nil {
			t.Fatal(err)
		}
		told(other)
		for _, overtaken := range []int{0, 1, market.JoinTries - 1, market.JoinTries + 5} {
			read, during := 0, make(chan struct{})
			events, err := app.Market.WatchContractWhile(ctx, w.id, how, func() {
				read++
				switch {
				case read > overtaken:
				case read < market.JoinTries:
					w.touch()
					w.happens("contract_changed")
				default: // nothing is told meanwhile
					w.touch()
					go func() { defer close(during); w.happens("contract_changed") }()
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			now := app.Store.Client().Contract.GetX(t.Context(), w.id).Version
			if last := overtaken >= market.JoinTries; last {
				<-during
				got := told(events)
				if len(got) != 2 || got[0].Contract.Version != now-1 || *got[1].Version != now || read != market.JoinTries {
					t.Errorf("overtaken again and again: %d readings, and told %v of version %d", read, got, now)
				}
				continue
			}
			if got := told(events); len(got) != 1 || got[0].Contract.Version != now || got[0].Sequence != 0 || read != overtaken+1 {
				t.Errorf("overtaken %d times: %d readings, and greeted with %v at version %d", overtaken, read, got, now)
			}
		}
		if n := len(told(other)); n != 1+2*(market.JoinTries-1)+1 {
			t.Errorf("somebody else was told %d times", n)
		}
	})
}

// TestANewCircleKnowsWhatItLostWhileItWasRead: what is lost before the greeting is told to
// nobody after it.
func TestANewCircleKnowsWhatItLostWhileItWasRead(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := &watched{app, t, app.World.Contract("offer")}
		if _, err := app.Market.WatchContracts(app.As("institution@demo.test"), market.Watch{}); err != nil {
			t.Fatal(err)
		}
		partner, read := app.As("partner@demo.test"), 0
		events, err := app.Market.WatchContractsWhile(partner, market.Watch{Greeting: true}, func() {
			if read++; read > 1 {
				return
			}
			if _, err := app.Market.RejectContract(partner, w.id, "No time.", market.ContractWants{}); err != nil {
				t.Error(err)
			}
			w.happens("contract_partner_rejected")
		})
		if err != nil || read != 2 {
			t.Fatalf("%d readings: %v", read, err)
		}
		w.happens("contract_changed")
		if got := told(events); len(got) != 1 || got[0].Topic != "subscribed" {
			t.Errorf("told %v", got)
		}
	})
}

// TestAnAccountHasSoManySubscriptions, and others theirs.
func TestAnAccountHasSoManySubscriptions(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	watch := func(ctx context.Context) error {
		_, err := app.Market.WatchContracts(ctx, market.Watch{})
		return err
	}
	ctx := app.As("institution@demo.test")
	first, end := context.WithCancel(ctx)
	if err := watch(first); err != nil {
		t.Fatal(err)
	}
	for range market.MaxSubscriptions - 1 {
		if err := watch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	err := watch(ctx)
	if f, _ := fault.As(err); f == nil || f.Code != fault.OperationLimit || f.Meta["limit"] != market.MaxSubscriptions {
		t.Errorf("one more: %v", err)
	}
	if _, err := app.Market.WatchNotifications(ctx, market.Watch{}); codeOf(err) != fault.OperationLimit {
		t.Errorf("one more of another kind: %v", err)
	}
	if err := watch(app.As("member@demo.test")); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	end()
	for app.Market.Subscriptions() > market.MaxSubscriptions {
		runtime.Gosched() // it leaves beside us
	}
	if err := watch(ctx); err != nil {
		t.Errorf("once another one has ended: %v", err)
	}
}
