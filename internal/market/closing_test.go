package market_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// idle gives a partner that has done work and has none now, with its account.
func idle(t *testing.T, c *ent.Client) (*ent.Partner, *ent.User) {
	t.Helper()
	for _, p := range c.Partner.Query().Where(partner.DeletedAtIsNil(), partner.VerificationStatusEQ(lifecycle.VerificationCompleted)).WithUser().Order(partner.ByID()).AllX(t.Context()) {
		of := c.Contract.Query().Where(contract.PartnerID(p.ID))
		under := of.Clone().Where(contract.StatusIn(busyStatuses...)).CountX(t.Context())
		done := of.Clone().Where(contract.StatusEQ(lifecycle.ContractCompleted)).CountX(t.Context())
		if under == 0 && done > 0 && p.Edges.User.Status == lifecycle.UserActive {
			return p, p.Edges.User
		}
	}
	t.Fatal("the demo has no partner whose work is done")
	return nil, nil
}

// TestAClosedAccountLeavesNothingOfItsOwner: no column of any table holds what told who
// it was, the address is free, and what others need stays as it was.
func TestAClosedAccountLeavesNothingOfItsOwner(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m := app.Store.Client(), app.Market
		p, u := idle(t, c)
		ctx := app.As(u.Email)
		traces := leaveTraces(ctx, t, app, u, p)
		for _, text := range traces {
			if len(app.Holding(t, text)) == 0 {
				t.Errorf("nothing holds %q before: it says nothing that nothing does later", text)
			}
		}
		work := c.Contract.Query().Where(contract.PartnerID(p.ID), contract.StatusEQ(lifecycle.ContractCompleted)).FirstX(t.Context())
		picture := c.User.GetX(t.Context(), u.ID).Picture
		before, pageBefore := app.Snapshot(t), pageCost(t, app)
		if err := m.CloseAccount(ctx); err != nil {
			t.Fatal(err)
		}
		for _, text := range traces {
			if held := app.Holding(t, text); len(held) > 0 {
				t.Errorf("%q is still held in %v", text, held)
			}
		}
		if f, err := app.Files.Open(t.Context(), picture); err == nil {
			_ = f.Content.Close()
			t.Error("the picture is still there")
		}
		checkKept(t, before, app.Snapshot(t))
		checkClosed(ctx, t, app, u)
		v, err := m.Contract(app.As(admin), work.ID, everything)
		if err != nil || v.Partner == nil || v.Partner.FullName != "Closed account" || v.Partner.Picture != nil || v.Partner.ID != p.ID {
			t.Errorf("its contract shows %+v %v", v, err)
		}
		if after := pageCost(t, app); after != pageBefore {
			t.Errorf("a page of contracts costs %d statements, and %d before", after, pageBefore)
		}
	})
}

// pageCost is how many statements a page of contracts with everything takes.
func pageCost(t *testing.T, app *testkit.App) int {
	t.Helper()
	ctx, ran := store.Observe(app.As(admin))
	if _, err := app.Market.Contracts(ctx, market.ContractFilter{}, market.ContractOrder{}, market.NumberedPage(1, 50), everything); err != nil {
		t.Fatal(err)
	}
	return ran.Count()
}

// TestWhatKeepsAnAccountFromBeingClosedIsSaid with the rule and what to do first, and
// nothing is written.
func TestWhatKeepsAnAccountFromBeingClosedIsSaid(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, w, c := signedIn(t, app), app.Market, app.World, app.Store.Client()
		me := func(email string) int64 { return actor.From(as[email]).UserID }
		c.User.Update().Where(user.Email("admin2@demo.test")).SetStatus(lifecycle.UserSuspended).ExecX(t.Context())
		of := func(story string) string {
			p := c.Partner.GetX(t.Context(), c.Contract.GetX(t.Context(), w.Contract(story)).PartnerID)
			return c.User.GetX(t.Context(), p.UserID).Email
		}
		before := app.Snapshot(t)
		for _, r := range []struct {
			name, rules string
			code        fault.Code
			do          func() error
		}{
			{"nobody", "", fault.TokenMissing, func() error { return m.CloseAccount(t.Context()) }},
			{"a partner that is asked", "no_work_under_way", fault.WrongState, func() error { return m.CloseAccount(as[of("offer")]) }},
			{"a partner that has accepted", "no_work_under_way", fault.WrongState, func() error { return m.CloseAccount(as[of("accepted")]) }},
			{"the only manager", "another_manager", fault.WrongState, func() error { return m.CloseAccount(as["foreign@demo.test"]) }},
			{"the only manager, by the back office", "another_manager", fault.WrongState, func() error { _, err := m.CloseUser(as[admin], me("foreign@demo.test"), "Asked for."); return err }},
			{"the last of the back office", "another_admin", fault.WrongState, func() error { return m.CloseAccount(as[admin]) }},
			{"by a manager", "role", fault.RoleForbidden, func() error { _, err := m.CloseUser(as[institution], me("member@demo.test"), "x"); return err }},
			{"an unknown account", "", fault.RecordNotFound, func() error { _, err := m.CloseUser(as[admin], 1<<40, ""); return err }},
			{"without a reason", "", fault.InputInvalid, func() error { _, err := m.CloseUser(as[admin], me("member@demo.test"), " "); return err }},
			{"one's own", "", fault.InputInvalid, func() error { _, err := m.CloseUser(as[admin], me(admin), "x"); return err }},
		} {
			err := r.do()
			f, _ := fault.As(err)
			var rules []string
			for _, refusal := range f.Refusals {
				rules = append(rules, refusal.Rule)
			}
			if f.Code != r.code || strings.Join(rules, " ") != r.rules || r.code == fault.WrongState && !strings.HasPrefix(f.Message, "The account cannot be closed yet: ") {
				t.Errorf("%s: %v %v", r.name, err, f.Refusals)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Error("something was written")
		}
	})
}

// TestTheBackOfficeClosesAnAccount, a suspended one too, and says why; its keys end, and
// its contracts name a closed account.
func TestTheBackOfficeClosesAnAccount(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m, c := app.Market, app.Store.Client()
		home, manager := app.World.Institutions["home"], app.As(institution)
		c.Membership.Update().Where(membership.InstitutionID(home), membership.HasUserWith(user.Email("member@demo.test"))).SetRole(lifecycle.MembershipManager).ExecX(t.Context())
		key, _, err := m.CreateAPIKey(manager, market.CreateAPIKey{InstitutionID: &home, Label: "Archive"})
		if err != nil {
			t.Fatal(err)
		}
		name := c.User.GetX(t.Context(), actor.From(manager).UserID).FullName
		id := actor.From(manager).UserID
		c.User.UpdateOneID(id).SetStatus(lifecycle.UserSuspended).ExecX(t.Context())
		v, err := m.CloseUser(app.As(admin), id, " Died. ")
		if err != nil || v.Status != lifecycle.UserClosed || v.FullName != "Closed account" || v.PhoneNumber != nil {
			t.Fatalf("%+v %v", v, err)
		}
		row := c.User.GetX(t.Context(), id)
		if row.StatusReason != "Died." || *row.ClosedByID != actor.From(app.As(admin)).UserID {
			t.Errorf("%+v", row)
		}
		if c.ApiKey.GetX(t.Context(), key.ID).RevokedAt == nil {
			t.Error("its key is still good")
		}
		if n := c.Membership.Query().Where(membership.UserID(id), membership.StateNEQ(lifecycle.MembershipEnded)).CountX(t.Context()); n > 0 {
			t.Errorf("%d memberships are left", n)
		}
		story := app.World.Contract("accepted")
		page, err := m.ContractHistories(app.As(admin), []int64{story}, market.NumberedPage(1, 50))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(page)
		if err != nil || strings.Contains(string(text), name) || !strings.Contains(string(text), "Closed account") {
			t.Errorf("its history names %.500s %v", text, err)
		}
		if _, err := m.CloseUser(app.As(admin), id, "Again."); codeOf(err) != fault.WrongState {
			t.Errorf("once more: %v", err)
		}
	})
}

// TestOfTwoManagersOneStays however they leave at once.
func TestOfTwoManagersOneStays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, foreign := app.Store.Client(), app.World.Institutions["foreign"]
		c.Membership.Update().Where(membership.InstitutionID(foreign), membership.StateEQ(lifecycle.MembershipActive)).SetRole(lifecycle.MembershipManager).ExecX(t.Context())
		one, other := app.As("foreign@demo.test"), app.As("foreign-member@demo.test")
		release := holdSessions(t, app, db)
		errs := together(release, func() error { return app.Market.CloseAccount(one) }, func() error { return app.Market.CloseAccount(other) })
		slices.Sort(errs)
		if fmt.Sprint(errs) != fmt.Sprint([]fault.Code{"", fault.WrongState}) {
			t.Errorf("they got %q", errs)
		}
		left := c.Membership.Query().Where(membership.InstitutionID(foreign), membership.StateEQ(lifecycle.MembershipActive), membership.RoleEQ(lifecycle.MembershipManager)).CountX(t.Context())
		if left != 1 {
			t.Errorf("%d managers are left", left)
		}
	})
}

// TestAPartnerThatLeavesIsNotAsked: of a payment that is verified after its account was
// closed, and at once, the contract goes to the supervisors, or the account stays.
func TestAPartnerThatLeavesIsNotAsked(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, atOnce := range []bool{false, true} {
			app := testkit.Start(t, afresh(t, db))
			c, id := app.Store.Client(), app.World.Contract("to_verify")
			p := c.Partner.GetX(t.Context(), c.Contract.GetX(t.Context(), id).PartnerID)
			for _, other := range c.Contract.Query().Where(contract.PartnerID(p.ID), contract.StatusIn(busyStatuses...)).AllX(t.Context()) {
				if _, err := app.Market.ForceCancel(app.As(admin), other.ID, "Out of the way.", none); err != nil {
					t.Fatal(err)
				}
			}
			leaving := app.As(c.User.GetX(t.Context(), p.UserID).Email)
			leave := func() error { return app.Market.CloseAccount(leaving) }
			verify := func() error { return contractErr(app.Market.VerifyPayment(app.As(admin), id, none)) }
			var errs []fault.Code
			if atOnce {
				errs = together(func() {}, leave, verify)
			} else {
				errs = []fault.Code{codeOf(leave()), codeOf(verify())}
			}
			row, gone := c.Contract.GetX(t.Context(), id), c.Partner.GetX(t.Context(), p.ID).DeletedAt != nil
			if row.Status != lifecycle.ContractPartnerPending || gone != (row.Stage == lifecycle.StageSupervisor) || !atOnce && !gone {
				t.Errorf("%q: gone %v, and the contract is %s at %s", errs, gone, row.Status, row.Stage)
			}
		}
	})
}

// busyStatuses are those in which a partner may be asked for a contract or have it.
var busyStatuses = []lifecycle.ContractStatus{
	lifecycle.ContractPartnerPending, lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress,
}

// afresh is another database of the same kind.
func afresh(t *testing.T, db testkit.Database) testkit.Database {
	t.Helper()
	if db.Name == dialect.Postgres {
		return testkit.Postgres(t)
	}
	return testkit.SQLite(t)
}

// together does things at once, and gives what each was refused with. meet is called once
// they are under way.
func together(meet func(), deeds ...func() error) []fault.Code {
	codes, done := make([]fault.Code, len(deeds)), make(chan int)
	for i, do := range deeds {
		go func() { codes[i] = codeOf(do()); done <- i }()
	}
	meet()
	for range deeds {
		<-done
	}
	return codes
}

// holdSessions holds all sessions, which closing an account comes to after it has looked
// whether it may: so two look before either has written. What it gives waits until both
// wait, and lets them go on. SQLite has one writer at a time anyway.
func holdSessions(t *testing.T, app *testkit.App, db testkit.Database) (release func()) {
	t.Helper()
	if db.Name != dialect.Postgres {
		return func() {}
	}
	tx, err := app.Store.Client().Tx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "UPDATE sessions SET platform = platform"); err != nil {
		t.Fatal(err)
	}
	return func() {
		for range 100_000 {
			if lockWaits(t, app) == 2 {
				break
			}
		}
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

// lockWaits counts the statements that wait for a lock.
func lockWaits(t *testing.T, app *testkit.App) (n int) {
	t.Helper()
	rows, err := app.Store.Client().QueryContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // one row
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}
