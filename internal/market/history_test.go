package market_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// historyOf gives the whole history of a contract as somebody sees it.
func historyOf(t testing.TB, app *testkit.App, as string, id int64) *view.Page[view.HistoryEntry] {
	t.Helper()
	page, err := market.Connection{First: new(int32(100)), Total: true}.Page()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := app.Market.ContractHistories(app.As(as), []int64{id}, page)
	if err != nil {
		t.Fatal(err)
	}
	if n := int64(len(pages[0].Items)); *pages[0].Total != n {
		t.Errorf("%s is told of %d rows and shown %d", as, *pages[0].Total, n)
	}
	return pages[0]
}

func eventsOf(p *view.Page[view.HistoryEntry]) []lifecycle.ContractEvent {
	var list []lifecycle.ContractEvent
	for _, e := range p.Items {
		list = append(list, e.Event)
	}
	return list
}

// changeOf gives a change of the entry of an event, and whether it is shown.
func changeOf(p *view.Page[view.HistoryEntry], event lifecycle.ContractEvent, field string) (*view.HistoryChange, bool) {
	for _, e := range p.Items {
		for _, c := range e.Changes {
			if e.Event == event && c.Field == field {
				return c, true
			}
		}
	}
	return nil, false
}

func TestAHistoryShowsEachCallerWhatItsTiesOfTodayShow(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		offered := []lifecycle.ContractEvent{"create", "set_schedule", "set_details", "process_payment", "send_proof", "verify_payment"}
		reassigned := append(slices.Clone(offered), "escalate", "assign_replacement")
		heir := partnerMail(t, app, w.Contract("reassigned"))
		for _, c := range []struct {
			story, as string
			want      []lifecycle.ContractEvent
		}{
			{"queue", admin, append(slices.Clone(offered), "escalate")},
			{"queue", supervisor, append(slices.Clone(offered), "escalate")},
			{"queue", institution, offered},
			{"queue", technician, nil},
			{"reassigned", admin, reassigned},
			{"reassigned", supervisor, reassigned},
			{"reassigned", institution, reassigned},
			{"reassigned", heir, []lifecycle.ContractEvent{"assign_replacement"}},
			{"reassigned", technician, nil},
			{"offer", technician, []lifecycle.ContractEvent{"verify_payment"}},
			{"draft_payment", technician, nil},
			{"offer_foreign", institution, nil},
			{"rejected", institution, append(slices.Clone(offered), "escalate", "reject")},
			{"cancelled_queue", institution, append(slices.Clone(offered), "escalate", "cancel", "record_refund")},
		} {
			if got := eventsOf(historyOf(t, app, c.as, w.Contract(c.story))); !slices.Equal(got, c.want) {
				t.Errorf("%s sees of %s %q, want %q", c.as, c.story, got, c.want)
			}
		}
		shown := func(story, as string, event lifecycle.ContractEvent, field string, want bool) {
			t.Helper()
			if _, is := changeOf(historyOf(t, app, as, w.Contract(story)), event, field); is != want {
				t.Errorf("%s of %s at %s is shown to %s: %t", field, story, event, as, is)
			}
		}
		for field, who := range map[string][]string{
			"payment.proof": {admin, institution}, "payment.status": {admin, institution, supervisor}, "payment.statusReason": nil,
		} {
			for _, as := range []string{admin, institution, supervisor} {
				shown("queue", as, lifecycle.ContractSendProof, field, slices.Contains(who, as))
			}
		}
		for _, as := range []string{admin, institution, supervisor} {
			shown("queue", as, lifecycle.ContractProcessPayment, "payment.paymentMethod", as != supervisor)
			shown("queue", as, lifecycle.ContractCreate, "partner", as != institution)
			shown("queue", as, lifecycle.ContractCreate, "assignments", as != institution)
			shown("reassigned", as, lifecycle.ContractCreate, "partner", true)
		}
	})
}

// partnerMail gives the address of a contract's partner.
func partnerMail(t testing.TB, app *testkit.App, id int64) string {
	t.Helper()
	c := app.Store.Client()
	p := c.Partner.GetX(t.Context(), c.Contract.GetX(t.Context(), id).PartnerID)
	return c.User.GetX(t.Context(), p.UserID).Email
}

// TestTheHeirOfAContractDoesNotLearnWhoLostIt looks at the one row that it sees.
func TestTheHeirOfAContractDoesNotLearnWhoLostIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		for story, event := range map[string]lifecycle.ContractEvent{
			"reassigned": lifecycle.ContractAssignReplacement, "replaced": lifecycle.ContractReplacePartner,
		} {
			id := app.World.Contract(story)
			row := app.Store.Client().Contract.GetX(t.Context(), id)
			p := historyOf(t, app, partnerMail(t, app, id), id)
			if len(p.Items) != 1 || p.Items[0].Reason != nil {
				t.Fatalf("%s: %+v", story, p.Items)
			}
			c, _ := changeOf(p, event, "partner")
			if c == nil || string(c.From) != "" || string(c.To) != `"`+(view.GlobalID{Type: "Partner", Number: row.PartnerID}).String()+`"` {
				t.Errorf("%s: the partner went %+v", story, c)
			}
			tries, _ := changeOf(p, event, "assignments")
			var list []map[string]any
			if tries == nil || string(tries.From) != "[]" || json.Unmarshal(tries.To, &list) != nil || len(list) != 1 || list[0]["sequence"] != 2.0 {
				t.Errorf("%s: the tries went %+v", story, tries)
			}
			// The back office sees all of it.
			if all := historyOf(t, app, admin, id); story == "replaced" && *all.Items[len(all.Items)-1].Reason != "The first partner had an accident." {
				t.Errorf("the back office is not told why")
			}
		}
	})
}

// TestHowAContractWasLostChangesNothingForItsInstitution: while it waits in the
// queue, an answer and the passing of time look the same.
func TestHowAContractWasLostChangesNothingForItsInstitution(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(testkit.PlaysBack)
		id, c := app.World.Contract("queue"), app.Store.Client()
		text := func(as string) string {
			raw, err := json.Marshal(historyOf(t, app, as, id))
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
		before, whole := text(institution), text(admin)
		row := c.ContractHistory.Query().Where(contracthistory.ContractID(id), contracthistory.EventEQ(lifecycle.ContractEscalate)).OnlyX(t.Context())
		c.ContractHistory.DeleteOne(row).ExecX(t.Context())
		c.ContractHistory.Create().SetInstitutionID(row.InstitutionID).SetContractID(id).SetEvent(row.Event).SetFromStatus(row.FromStatus).
			SetFromStage(row.FromStage).SetToStatus(row.ToStatus).SetToStage(row.ToStage).SetPartnerID(*row.PartnerID).
			SetChanges(json.RawMessage(`{}`)).SetContractVersion(row.ContractVersion).SetAt(row.At).ExecX(t.Context())
		// As of an instant before it was lost, it shows no more of the partner than today.
		v, err := app.Market.ContractAsOf(app.As(institution), id, row.At.Add(-1), everything)
		if err != nil || v.Partner != nil || len(v.Assignments) != 0 || v.ContractEscalationStage == nil || *v.ContractEscalationStage != lifecycle.StagePartner {
			t.Errorf("before it was lost it is shown as %+v, %v", v, err)
		}
		if after := text(institution); after != before {
			t.Errorf("the institution is told\n%s\nand was told\n%s", after, before)
		}
		if text(admin) == whole {
			t.Error("the back office is told the same too: nothing was tested")
		}
	})
}

// TestAHistoryIsReadInPages: every row once, in order, and at the same cost for any
// number of contracts.
func TestAHistoryIsReadInPages(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ids := app.Store.Client().Contract.Query().Order(contract.ByID()).Limit(60).IDsX(t.Context())
		id := app.World.Contract("reviewed")
		whole := historyOf(t, app, admin, id)
		var versions []int64
		cursor := (*string)(nil)
		for range 20 {
			page, err := market.Connection{First: new(int32(2)), After: cursor}.Page()
			if err != nil {
				t.Fatal(err)
			}
			pages, err := app.Market.ContractHistories(app.As(admin), []int64{id}, page)
			if err != nil {
				t.Fatal(err)
			}
			p := pages[0]
			for _, e := range p.Items {
				versions = append(versions, e.Version)
			}
			if p.HasPrevious != (cursor != nil) || p.HasNext != (len(versions) < len(whole.Items)) {
				t.Errorf("after %d rows: previous %t, next %t", len(versions), p.HasPrevious, p.HasNext)
			}
			if !p.HasNext {
				break
			}
			cursor = &p.Cursors[len(p.Cursors)-1]
		}
		if len(versions) != len(whole.Items) || !slices.IsSorted(versions) || versions[0] != 1 || versions[len(versions)-1] != int64(len(versions)) {
			t.Errorf("read %v, want %d rows", versions, len(whole.Items))
		}
		cost := func(ids []int64) int {
			ctx, ran := store.Observe(app.As(admin))
			page, _ := market.Connection{Total: true}.Page()
			if _, err := app.Market.ContractHistories(ctx, ids, page); err != nil {
				t.Fatal(err)
			}
			return ran.Count()
		}
		if one, many := cost([]int64{id}), cost(ids); one != 4 || many != 4 {
			t.Errorf("it costs %d statements for one contract and %d for %d, want 4", one, many, len(ids))
		}
		bad, _ := market.Connection{After: new("nonsense")}.Page()
		if _, err := app.Market.ContractHistories(app.As(admin), ids, bad); codeOf(err) != fault.InputInvalid || !strings.Contains(detailOf(err), "after") {
			t.Errorf("nonsense as a position: %v", err)
		}
	})
}
