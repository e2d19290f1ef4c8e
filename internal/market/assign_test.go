package market_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

const supervisor = "supervisor@demo.test"

// rules are the names of the rules by what the demo says of who breaks them.
var rules = map[string]string{
	"registered itself":                "own_partner",
	"another supervisor's partner":     "own_partner",
	"partner was deleted":              "own_partner",
	"no competency in the sub-service": "competency",
	"competency is pending":            "competency_active",
	"competency is inactive":           "competency_active",
	"kind is not in the competency":    "competency_kind",
	"partner is not verified":          "partner_verified",
	"partner is inactive":              "partner_active",
	"partner is suspended":             "partner_active",
	"partner lost this contract":       "another_partner",
}

// attempt is one try to assign a replacement that is refused.
type attempt struct {
	name     string
	as       string // an address, or "" for nobody
	contract int64
	partner  int64
	at       time.Time // the business clock; the demo's when zero
	code     fault.Code
	fields   []string
	rules    []string
}

// attempts are all the ways to be refused, in the order of the checks.
func attempts(w *world.World, deadline time.Time) []attempt {
	q, good := w.Queue.ContractID, w.Queue.EligibleID
	list := []attempt{
		{name: "nobody", contract: q, partner: good, code: fault.TokenMissing},
		{name: "nobody, of a contract that does not exist", contract: 1 << 40, code: fault.TokenMissing},
	}
	for _, as := range []string{
		"institution", "member", "branch", "foreign", "requested", "former", "newcomer", "partner", "partner4", "admin", "admin2",
	} {
		list = append(list,
			attempt{name: as + " has the wrong role", as: as + "@demo.test", contract: q, partner: good, code: fault.RoleForbidden, rules: []string{"role"}},
			attempt{name: as + " has the wrong role, whatever it names", as: as + "@demo.test", contract: 1 << 40, partner: -1, code: fault.RoleForbidden, rules: []string{"role"}})
	}
	own := []string{"partner_id"}
	list = append(list,
		attempt{name: "a foreign supervisor", as: "supervisor2@demo.test", contract: q, partner: good, code: fault.RecordNotFound},
		attempt{name: "a foreign supervisor with a partner of its own", as: "supervisor2@demo.test", contract: q, partner: w.Partners["foreign"], code: fault.RecordNotFound},
		attempt{name: "a contract in another supervisor's queue", as: supervisor, contract: w.Contract("queue_other"), partner: good, code: fault.RecordNotFound},
		attempt{name: "an unknown contract", as: supervisor, contract: 1 << 40, partner: good, code: fault.RecordNotFound},
		attempt{name: "an unknown contract and no partner", as: supervisor, contract: 1 << 40, code: fault.RecordNotFound},
		attempt{name: "no contract", as: supervisor, contract: 0, partner: good, code: fault.RecordNotFound},
		attempt{name: "no partner", as: supervisor, contract: q, code: fault.InputInvalid, fields: own},
		attempt{name: "a partner below zero", as: supervisor, contract: q, partner: -7, code: fault.InputInvalid, fields: own},
		attempt{name: "an unknown partner", as: supervisor, contract: q, partner: 1 << 40, code: fault.PartnerIneligible, fields: own, rules: []string{"own_partner"}},
		attempt{name: "no partner for a contract that was reassigned", as: supervisor, contract: w.Contract("reassigned"), code: fault.InputInvalid, fields: own},
		attempt{name: "a wrong partner for a contract that was reassigned", as: supervisor, contract: w.Contract("reassigned"), partner: w.Partners["no_competency"], code: fault.PartnerIneligible, fields: own, rules: []string{"competency"}},
		attempt{name: "a contract that was reassigned", as: supervisor, contract: w.Contract("reassigned"), partner: good, code: fault.PartnerIneligible, fields: own, rules: []string{"competency"}},
		attempt{name: "a wrong partner after the deadline", as: supervisor, contract: q, partner: w.Partners["suspended"], at: deadline, code: fault.PartnerIneligible, fields: own, rules: []string{"partner_active"}},
		attempt{name: "exactly at the deadline", as: supervisor, contract: q, partner: good, at: deadline, code: fault.DeadlinePassed, rules: []string{"deadline"}},
		attempt{name: "a millisecond after the deadline", as: supervisor, contract: q, partner: good, at: deadline.Add(time.Millisecond), code: fault.DeadlinePassed, rules: []string{"deadline"}},
		attempt{name: "a year after the deadline", as: supervisor, contract: q, partner: good, at: deadline.AddDate(1, 0, 0), code: fault.DeadlinePassed, rules: []string{"deadline"}},
	)
	for _, p := range w.Queue.Ineligible {
		list = append(list, attempt{name: p.Rule, as: supervisor, contract: q, partner: p.PartnerID, code: fault.PartnerIneligible, fields: own, rules: []string{rules[p.Rule]}})
	}
	return list
}

func (a attempt) command() market.AssignReplacement {
	return market.AssignReplacement{ContractID: a.contract, PartnerID: a.partner}
}

// signedIn gives the context of every address, made once: it writes a session.
func signedIn(t testing.TB, app *testkit.App) map[string]context.Context {
	t.Helper()
	as := map[string]context.Context{"": t.Context()}
	for _, u := range readTruth(t, app).callers() {
		as[u.Email] = app.As(u.Email)
	}
	return as
}

// queueContract is the row of the demo's contract in the queue.
func queueContract(t testing.TB, app *testkit.App) *ent.Contract {
	t.Helper()
	return app.Store.Client().Contract.GetX(t.Context(), app.World.Queue.ContractID)
}

func TestAReplacementIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		before := app.Snapshot(t)
		for _, a := range attempts(app.World, *queueContract(t, app).EscalationDeadlineAt) {
			app.Clock.Set(world.Now)
			if !a.at.IsZero() {
				app.Clock.Set(a.at)
			}
			v, err := app.Market.AssignReplacement(as[a.as], a.command(), everything)
			f, ok := fault.As(err)
			if !ok || v != nil {
				t.Errorf("%s: %v", a.name, err)
				continue
			}
			var fields, broken []string
			for _, field := range f.Fields {
				fields = append(fields, field.Name)
			}
			for _, r := range f.Refusals {
				broken = append(broken, r.Rule)
				if r.Needed == "" || r.Actual == "" {
					t.Errorf("%s: the refusal %+v does not say enough", a.name, r)
				}
			}
			if f.Code != a.code || !slices.Equal(fields, a.fields) || !slices.Equal(broken, a.rules) {
				t.Errorf("%s: %s for fields %q by rules %q; want %s for %q by %q", a.name, f.Code, fields, broken, a.code, a.fields, a.rules)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("a refused assignment wrote something: %q", differing(before, after))
		}
	})
}

// differing are the tables whose checksums are not the same.
func differing(before, after map[string]string) []string {
	var tables []string
	for name := range before {
		if before[name] != after[name] {
			tables = append(tables, name)
		}
	}
	slices.Sort(tables)
	return tables
}

// TestOneRefusalDoesNotTellAnUnknownRecordFromAForeignOne compares whole faults.
func TestOneRefusalDoesNotTellAnUnknownRecordFromAForeignOne(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, w := app.As(supervisor), app.World
		refusal := func(contract, partner int64) string {
			_, err := app.Market.AssignReplacement(ctx, market.AssignReplacement{ContractID: contract, PartnerID: partner}, everything)
			raw, _ := json.Marshal(err) // a fault always encodes
			return string(raw)
		}
		for _, same := range [][]string{
			{refusal(1<<40, 1), refusal(w.Contract("queue_other"), 1), refusal(w.Contract("offer"), 1), refusal(w.Contract("draft_schedule"), 1)},
			{refusal(w.Queue.ContractID, 1<<40), refusal(w.Queue.ContractID, w.Partners["foreign"]), refusal(w.Queue.ContractID, w.Partners["unowned"]), refusal(w.Queue.ContractID, w.Partners["deleted"])},
		} {
			for _, r := range same {
				if r != same[0] || r == "null" {
					t.Errorf("%s is told apart from %s", r, same[0])
				}
			}
		}
	})
}

// TestEveryRuleThatIsBrokenIsNamed: a refusal lists all rules at once.
func TestEveryRuleThatIsBrokenIsNamed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, c, w := t.Context(), app.Store.Client(), app.World
		lost := w.Partners["lost"]
		c.Partner.UpdateOneID(lost).SetStatus(lifecycle.PartnerSuspended).SetVerificationStatus(lifecycle.VerificationRejected).ExecX(ctx)
		q := queueContract(t, app)
		for _, r := range readTruth(t, app).competencies[lost] {
			if r.SubServiceID == q.SubServiceID {
				c.Competency.UpdateOneID(r.ID).SetStatus(lifecycle.CataloguePending).SetRepair(false).ExecX(ctx)
			}
		}
		_, err := app.Market.AssignReplacement(app.As(supervisor), market.AssignReplacement{ContractID: q.ID, PartnerID: lost}, everything)
		f, _ := fault.As(err)
		want := []string{"partner_active", "partner_verified", "another_partner", "competency_active", "competency_kind"}
		if got := refusedBy(f); !slices.Equal(got, want) {
			t.Errorf("refused by %q, want %q", got, want)
		}
	})
}

func refusedBy(f *fault.Error) []string {
	var names []string
	if f != nil {
		for _, r := range f.Refusals {
			names = append(names, r.Rule)
		}
	}
	return names
}

// TestOnlyAWaitingContractCanBeGivenAway tries every contract of the demo: what
// the supervisor may not know of is not found, and what it handled or what is
// overdue is refused by its state.
func TestOnlyAWaitingContractCanBeGivenAway(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := readTruth(t, app)
		u := w.user(supervisor)
		ctx, seen := app.As(supervisor), map[fault.Code]int{}
		before := app.Snapshot(t)
		for _, c := range w.contracts {
			var able *ent.Partner
			for _, p := range w.partners {
				if p.CreatedByID != nil && *p.CreatedByID == u.ID && w.eligible(p, c) {
					able = p
				}
			}
			named, want := int64(1<<40), fault.RecordNotFound
			switch {
			case able != nil && w.knows(u, c) && !waiting(c):
				named, want = able.ID, fault.WrongState
			case able != nil && w.knows(u, c) && !world.Now.Before(*c.EscalationDeadlineAt):
				named, want = able.ID, fault.DeadlinePassed
			case w.knows(u, c):
				want = fault.PartnerIneligible // unknown, so that nothing is written
			}
			_, err := app.Market.AssignReplacement(ctx, market.AssignReplacement{ContractID: c.ID, PartnerID: named}, market.ContractWants{})
			if codeOf(err) != want {
				t.Errorf("contract %d (%s %s): %v, want %s", c.ID, c.Status, c.Stage, err, want)
			}
			seen[want]++
		}
		if len(seen) < 3 || seen[fault.WrongState] < 2 {
			t.Errorf("%v: too few to say anything", seen)
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("a refused assignment wrote something: %q", differing(before, after))
		}
	})
}

// TestAReassignmentMovesTheContractFromOnePartnerToTheOther: the former partner
// does not see it, the replacement does, and the institution sees both tries.
func TestAReassignmentMovesTheContractFromOnePartnerToTheOther(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := readTruth(t, app)
		as := signedIn(t, app)
		q := queueContract(t, app)
		emailOf := func(partnerID int64) string {
			for _, u := range w.users {
				if u.ID == w.partners[partnerID].UserID {
					return u.Email
				}
			}
			return ""
		}
		former, next := emailOf(q.PartnerID), emailOf(app.World.Queue.EligibleID)
		see := func(email string) *view.Contract {
			v, err := app.Market.Contract(as[email], q.ID, everything)
			if err != nil && codeOf(err) != fault.RecordNotFound {
				t.Fatal(err)
			}
			return v
		}
		if see(former) != nil || see(next) != nil {
			t.Error("a partner sees the contract while it waits in the queue")
		}
		if v := see("institution@demo.test"); v.Partner != nil || len(v.Assignments) != 0 || *v.PartnerStatus != lifecycle.PartnerReassigning {
			t.Errorf("the institution sees %v and %d assignments while the contract waits", v.Partner, len(v.Assignments))
		}
		if _, err := app.Market.AssignReplacement(as[supervisor], market.AssignReplacement{ContractID: q.ID, PartnerID: app.World.Queue.EligibleID}, everything); err != nil {
			t.Fatal(err)
		}
		if see(former) != nil {
			t.Error("the former partner sees the contract after it was given away")
		}
		if v := see(next); v == nil || len(v.Assignments) != 1 || v.Partner.ID != app.World.Queue.EligibleID || !v.Ties().Any(view.Engaged) {
			t.Errorf("the replacement sees %+v", v)
		}
		v := see("institution@demo.test")
		if v.Partner == nil || v.Partner.ID != app.World.Queue.EligibleID || v.Partner.PhoneNumber == nil || len(v.Assignments) != 2 ||
			v.Assignments[0].Partner.ID != q.PartnerID || v.Assignments[0].Partner.PhoneNumber != nil || *v.PartnerStatus != lifecycle.PartnerAssigned {
			t.Errorf("the institution sees %+v with %d assignments", v.Partner, len(v.Assignments))
		}
		if see("supervisor2@demo.test") != nil || see(supervisor) == nil {
			t.Error("the supervisors' ties to the contract are not as they should be")
		}
	})
}
