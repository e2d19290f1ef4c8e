package market_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"kontrak/ent/contracthistory"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// instantOfPast is what the back office was told of a contract at an instant.
type instantOfPast struct {
	id   int64
	at   time.Time
	step string
	said string
}

// telling leads contracts through their lives and keeps what the back office is told
// after each step.
type telling struct {
	*testkit.App
	as   map[string]context.Context
	kept []instantOfPast
}

// said writes a contract whole. A partner's numbers and version are of today always.
func said(t testing.TB, v *view.Contract) string {
	t.Helper()
	if v.Partner != nil {
		v.Partner.RatingsSummary, v.Partner.CompletedContractsCount, v.Partner.Version = nil, 0, nil
	}
	for _, a := range v.Assignments {
		a.Partner.RatingsSummary, a.Partner.CompletedContractsCount, a.Partner.Version = nil, 0, nil
	}
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// keep keeps what the back office is told now.
func (s *telling) keep(t testing.TB, id int64, step string) {
	t.Helper()
	v, err := s.Market.Contract(s.as[admin], id, everything)
	if err != nil {
		t.Fatalf("%s: %v", step, err)
	}
	s.kept = append(s.kept, instantOfPast{id: id, at: s.Clock.Now(), step: step, said: said(t, v)})
}

// act does a step a minute and a bit after the last one.
func (s *telling) act(t testing.TB, id int64, step, as string, do func(ctx context.Context) (*view.Contract, error)) {
	t.Helper()
	s.Clock.Advance(time.Minute + 300*time.Microsecond)
	if _, err := do(s.as[as]); err != nil {
		t.Fatalf("%s of contract %d: %v (%s)", step, id, err, detailOf(err))
	}
	s.keep(t, id, step)
}

// wait lets time do what it does to a contract next.
func (s *telling) wait(t testing.TB, id int64) {
	t.Helper()
	row := s.Store.Client().Contract.GetX(t.Context(), id)
	due, ok := readTruthOf(t, s.App, row).waits(row)
	if !ok {
		t.Fatalf("contract %d waits for nothing", id)
	}
	if due.at.After(s.Clock.Now()) {
		s.Clock.Set(due.at)
	}
	fireDue(t.Context(), t, s.App)
	s.keep(t, id, string(due.kind))
}

// wholeLife leads a new contract from its first step to its review.
func (s *telling) wholeLife(t testing.TB) {
	m := s.Market
	s.Clock.Advance(time.Minute)
	made, err := m.CreateContract(s.as[institution], market.CreateContract{
		Current: true, PartnerID: s.World.Partners["partner"], SubServiceID: 8, Kind: lifecycle.KindRepair,
	}, everything)
	if err != nil {
		t.Fatalf("%v (%s)", err, detailOf(err))
	}
	id := made.ID
	s.keep(t, id, "create")
	s.wizard(t, id)
	s.act(t, id, "accept", technician, func(ctx context.Context) (*view.Contract, error) { return m.AcceptContract(ctx, id, everything) })
	// The start is ten days ahead.
	if _, err := m.SetSetting(s.as[admin], "departure_earliest_hours", "720", 0); err != nil {
		t.Fatal(err)
	}
	s.act(t, id, "go on route", technician, func(ctx context.Context) (*view.Contract, error) { return m.GoOnRoute(ctx, id, everything) })
	s.act(t, id, "start", technician, func(ctx context.Context) (*view.Contract, error) {
		return m.StartWork(ctx, id, tokenOf(s.as[institution], t, m.ShowStartCode, id), everything)
	})
	s.extensions(t, id)
	s.findings(t, id)
	s.act(t, id, "finish", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.FinishWork(ctx, id, tokenOf(s.as[technician], t, m.ShowEndCode, id), everything)
	})
	s.act(t, id, "review", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.ReviewContract(ctx, id, market.ReviewContract{Ratings: ratesOf(t, s.App, 4), Comment: market.Some("Good.")}, everything)
	})
	s.act(t, id, "edit the review", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.UpdateReview(ctx, id, market.ReviewContract{Ratings: ratesOf(t, s.App, 5)}, everything)
	})
}

// ratesOf rates every criterion in use alike.
func ratesOf(t testing.TB, app *testkit.App, rate int) []market.Rate {
	t.Helper()
	items, err := app.Market.RatingItems(app.As(institution))
	if err != nil {
		t.Fatal(err)
	}
	var list []market.Rate
	for _, item := range items {
		list = append(list, market.Rate{RatingItemID: item.ID, Rate: rate})
	}
	return list
}

func (s *telling) wizard(t testing.TB, id int64) {
	m := s.Market
	schedule := func(name, phone, end string) func(context.Context) (*view.Contract, error) {
		return func(ctx context.Context) (*view.Contract, error) {
			return m.SetContractSchedule(ctx, market.SetContractSchedule{
				ContractID: id, StartDate: market.Some(view.Date("2026-06-18")), StartTime: market.Some(view.ClockTime("09:00")),
				EndDate: market.Some(view.Date("2026-06-19")), EndTime: market.Some(view.ClockTime(end)),
				Contacts: market.Some([]market.Contact{{Name: market.Some(name), Phone: market.Some(phone)}}),
			}, everything)
		}
	}
	s.act(t, id, "schedule", institution, schedule("Siti", "+62 812 1", "12:00"))
	s.act(t, id, "schedule again", institution, schedule("Dewi", "+62 812 2", "13:30"))
	s.act(t, id, "details", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.SetContractDetails(ctx, market.SetContractDetails{
			ContractID: id, Description: market.Some("It flickers."), ToolBrand: market.Some("Mindray"),
			ToolImages: market.Some([]market.Attachment{{Upload: testkit.Upload(testkit.PNG)}}),
		}, everything)
	})
	s.act(t, id, "payment", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.ProcessPayment(ctx, market.ProcessPayment{ContractID: id, PaymentMethodID: 1, PromotionCode: "PROMO10"}, everything)
	})
	prove := func(ctx context.Context) (*view.Contract, error) {
		return m.SendPaymentProof(ctx, id, testkit.Upload(testkit.PDF), everything)
	}
	s.act(t, id, "proof", institution, prove)
	s.act(t, id, "refuse the proof", admin, func(ctx context.Context) (*view.Contract, error) {
		return m.RefusePayment(ctx, id, "Another account.", everything)
	})
	s.act(t, id, "proof again", institution, prove)
	s.act(t, id, "verify", admin, func(ctx context.Context) (*view.Contract, error) { return m.VerifyPayment(ctx, id, everything) })
}

func (s *telling) extensions(t testing.TB, id int64) {
	m := s.Market
	ask := func(ctx context.Context) (*view.Contract, error) {
		return m.RequestExtension(ctx, market.ExtensionRequest{ContractID: id, AdditionalHours: "1.5", Reason: "A part."}, everything)
	}
	s.act(t, id, "ask for time", technician, ask)
	s.act(t, id, "grant", institution, func(ctx context.Context) (*view.Contract, error) { return m.ApproveExtension(ctx, id, everything) })
	s.act(t, id, "ask again", technician, ask)
	s.act(t, id, "deny", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.RejectExtension(ctx, id, "No.", everything)
	})
}

func (s *telling) findings(t testing.TB, id int64) {
	m := s.Market
	s.act(t, id, "inspect", technician, func(ctx context.Context) (*view.Contract, error) {
		photos := market.Some([]market.Attachment{{Upload: testkit.Upload(testkit.PNG)}})
		return m.InspectContract(ctx, id, market.InspectContract{Sections: market.Some(goodFindings), Photos: photos}, everything)
	})
	s.act(t, id, "submit", technician, func(ctx context.Context) (*view.Contract, error) {
		return m.UpdateInspection(ctx, id, market.InspectContract{Submit: true}, everything)
	})
	s.act(t, id, "conclude", technician, func(ctx context.Context) (*view.Contract, error) {
		return m.ConcludeContract(ctx, id, market.ConcludeContract{Result: market.Some(lifecycle.ResultGood), Summary: market.Some("Well.")}, everything)
	})
	s.act(t, id, "conclude again", technician, func(ctx context.Context) (*view.Contract, error) {
		return m.UpdateConclusion(ctx, id, market.ConcludeContract{Recommendation: market.Some("Look again.")}, everything)
	})
}

// otherWays leads contracts of the demo down the other ways.
func (s *telling) otherWays(t testing.TB) {
	m, w := s.Market, s.World
	queue, accepted, running, draft := w.Contract("queue"), w.Contract("accepted"), w.Contract("running"), w.Contract("draft_schedule")
	offer := w.Contract("offer")
	s.act(t, offer, "reject", technician, func(ctx context.Context) (*view.Contract, error) {
		return m.RejectContract(ctx, offer, "I am away.", everything)
	})
	s.act(t, queue, "assign another", supervisor, func(ctx context.Context) (*view.Contract, error) {
		return m.AssignReplacement(ctx, market.AssignReplacement{ContractID: queue, PartnerID: w.Queue.EligibleID}, everything)
	})
	s.act(t, queue, "cancel", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.CancelContract(ctx, queue, "Not needed.", everything)
	})
	s.act(t, queue, "refund", admin, func(ctx context.Context) (*view.Contract, error) { return m.RecordRefund(ctx, queue, everything) })
	next := w.Partners["eligible_too"]
	teach(t, s.App, next, s.Store.Client().Contract.GetX(t.Context(), accepted))
	s.act(t, accepted, "replace", admin, func(ctx context.Context) (*view.Contract, error) {
		return m.ReplacePartner(ctx, market.PartnerReplacement{ContractID: accepted, PartnerID: next, Reason: "No show."}, everything)
	})
	s.act(t, accepted, "complete by force", admin, func(ctx context.Context) (*view.Contract, error) {
		return m.ForceComplete(ctx, accepted, "It was done.", everything)
	})
	s.act(t, running, "cancel by force", admin, func(ctx context.Context) (*view.Contract, error) {
		return m.ForceCancel(ctx, running, "A quarrel.", everything)
	})
	s.act(t, draft, "give a draft up", institution, func(ctx context.Context) (*view.Contract, error) {
		return m.CancelContract(ctx, draft, "", everything)
	})
	for _, waits := range []string{"to_pay", "offer_foreign", "offer_foreign", "replaced"} {
		s.wait(t, w.Contract(waits))
	}
}

// TestAContractAsOfAnInstantIsWhatWasSaidThen: after each step of stories that have
// every event in them the back office is told of the contract; asked afterwards for
// the contract as of that instant, it is told the same, byte for byte.
func TestAContractAsOfAnInstantIsWhatWasSaidThen(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		s := &telling{App: app, as: signedIn(t, app)}
		began := app.Clock.Now()
		s.wholeLife(t)
		s.otherWays(t)
		app.Clock.Advance(40 * 24 * time.Hour)
		for _, k := range s.kept {
			v, err := app.Market.ContractAsOf(s.as[admin], k.id, k.at, everything)
			if err != nil {
				t.Errorf("contract %d after %s: %v", k.id, k.step, err)
				continue
			}
			if got := said(t, v); got != k.said {
				t.Errorf("contract %d after %s is\n%s\nand was\n%s", k.id, k.step, got, k.said)
			}
		}
		seen := map[lifecycle.ContractEvent]bool{}
		for _, h := range app.Store.Client().ContractHistory.Query().Where(contracthistory.AtGTE(began)).AllX(t.Context()) {
			seen[h.Event] = true
		}
		for _, event := range append(lifecycle.Contract.Events(), lifecycle.ContractChanges...) {
			if !seen[event] {
				t.Errorf("no story has %s in it", event)
			}
		}
	})
}

// TestEveryContractOfTheDemoHasAPast asks for every contract at every instant of its
// history, and before it; the last instant is today.
func TestEveryContractOfTheDemoHasAPast(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, m := app.As(admin), app.Market
		rows := app.Store.Client().ContractHistory.Query().Order(contracthistory.ByContractID(), contracthistory.ByContractVersion()).AllX(t.Context())
		for i, h := range rows {
			if h.ContractVersion == 1 {
				if _, err := m.ContractAsOf(ctx, h.ContractID, h.At.Add(-time.Millisecond), everything); !fault.Is(err, fault.RecordNotFound) {
					t.Errorf("contract %d before it was made: %v", h.ContractID, err)
				}
			}
			last := i+1 == len(rows) || rows[i+1].ContractID != h.ContractID
			if !last && rows[i+1].At.Equal(h.At) {
				continue // the instant shows what came last
			}
			v, err := m.ContractAsOf(ctx, h.ContractID, h.At, everything)
			if err != nil || v.Version != h.ContractVersion || v.Status != h.ToStatus || !v.UpdatedAt.Equal(h.At) {
				t.Fatalf("contract %d at version %d: %+v, %v", h.ContractID, h.ContractVersion, v, err)
			}
			if !last {
				continue
			}
			now, err := m.Contract(ctx, h.ContractID, everything)
			if err != nil {
				t.Fatal(err)
			}
			then, err := m.ContractAsOf(ctx, h.ContractID, app.Clock.Now(), everything)
			if err != nil || said(t, then) != said(t, now) {
				t.Errorf("contract %d as of now, %v, is\n%s\nand is\n%s", h.ContractID, err, said(t, then), said(t, now))
			}
		}
		if _, err := m.ContractAsOf(ctx, 1, app.Clock.Now().Add(time.Millisecond), everything); codeOf(err) != fault.InputInvalid {
			t.Errorf("an instant that has not come: %v", err)
		}
	})
}
