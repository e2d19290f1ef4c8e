package world_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/ent/payment"
	"kontrak/ent/review"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestDemoCoversEveryValue(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, _ := demo(t, db)
		for _, c := range []struct{ what, text, want string }{
			{"status", `SELECT status FROM contracts`, names(lifecycle.ContractStatuses)},
			{"stage", `SELECT stage FROM contracts WHERE stage <> ''`, names(lifecycle.Stages)},
			{"step", `SELECT step FROM contracts`, names(lifecycle.Steps)},
			{"step of a draft", `SELECT step FROM contracts WHERE status = 'draft'`, "details payment schedule"},
			{"display status", `SELECT CASE WHEN c.stage = 'supervisor' THEN 'supervisor_pending'
				WHEN c.status = 'payment_pending' AND p.status = 'pending' THEN 'payment_verification' ELSE c.status END
				FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id`, names(lifecycle.DisplayStatuses)},
			{"kind", `SELECT kind FROM contracts`, names(lifecycle.Kinds)},
			{"payment", `SELECT status FROM payments`, names(lifecycle.PaymentStatuses)},
			{"assignment", `SELECT status FROM partner_assignments`, names(lifecycle.AssignmentStatuses)},
			{"assignment kind", `SELECT kind FROM partner_assignments`, names(lifecycle.AssignmentKinds)},
			{"sequence", `SELECT CAST(sequence AS text) FROM partner_assignments`, "1 2"},
			{"schedule", `SELECT status FROM schedules`, names(lifecycle.ScheduleStatuses)},
			{"adjustment", `SELECT status FROM time_adjustments`, names(lifecycle.AdjustmentStatuses)},
			{"inspection", `SELECT status FROM inspections`, names(lifecycle.InspectionStatuses)},
			{"conclusion", `SELECT result FROM conclusions`, names(lifecycle.ConclusionResults)},
			{"effect", `SELECT effect FROM pricing_items`, names(lifecycle.Effects)},
			{"discount", `SELECT discount_type FROM promotions`, names(lifecycle.DiscountTypes)},
			{"discount used", `SELECT discount_type FROM promotions WHERE id IN (SELECT promotion_id FROM payments)`, names(lifecycle.DiscountTypes)},
			{"method", `SELECT kind FROM payment_methods WHERE id IN (SELECT payment_method_id FROM payments)`, names(lifecycle.PaymentMethodKinds)},
			{"membership", `SELECT role FROM memberships`, names(lifecycle.MembershipRoles)},
			{"membership state", `SELECT state FROM memberships`, names(lifecycle.MembershipStates)},
			{"institution", `SELECT kind FROM institutions`, names(lifecycle.InstitutionKinds)},
			{"zone", `SELECT zone FROM institutions`, "Asia/Jakarta Asia/Jayapura Asia/Makassar"},
			{"zone with contracts", `SELECT zone FROM institutions WHERE id IN (SELECT institution_id FROM contracts WHERE status = 'accepted' OR stage <> '')`, "Asia/Jakarta Asia/Jayapura Asia/Makassar"},
			{"user", `SELECT status FROM users`, names(lifecycle.UserStatuses)},
			{"role", `SELECT role FROM users`, names(actor.Roles)},
			{"partner", `SELECT status FROM partners`, names(lifecycle.PartnerStatuses)},
			{"verification", `SELECT verification_status FROM partners`, names(lifecycle.VerificationStatuses)},
			{"verification step", `SELECT verification_step FROM partners`, names(lifecycle.VerificationSteps)},
			{"gender", `SELECT gender FROM partners`, names(lifecycle.Genders)},
			{"competency", `SELECT status FROM competencies`, names(lifecycle.CatalogueStatuses)},
			{"service", `SELECT status FROM services`, names(lifecycle.CatalogueStatuses)},
			{"sub-service", `SELECT status FROM sub_services`, names(lifecycle.CatalogueStatuses)},
			{"event of the machine", `SELECT event FROM contract_history WHERE event NOT IN ('` + strings.ReplaceAll(names(lifecycle.ContractChanges), " ", "', '") + `')`, names(lifecycle.Contract.Events())},
		} {
			if got := values(t, st.Client(), c.text); got != c.want {
				t.Errorf("%s: %s\nwant %s", c.what, got, c.want)
			}
		}
	})
}

func TestDemoIsLargeEnough(t *testing.T) {
	t.Parallel()
	st, _ := demo(t, testkit.SQLite(t))
	c, ctx := st.Client(), t.Context()
	for what, n := range map[string][2]int{
		"institutions": {c.Institution.Query().CountX(ctx), 3},
		"partners":     {c.Partner.Query().CountX(ctx), 12},
		"contracts":    {c.Contract.Query().CountX(ctx), 60},
		"promotions":   {c.Promotion.Query().CountX(ctx), 5},
		"reviews":      {c.Review.Query().CountX(ctx), 10},
		"wishlists":    {c.Wishlist.Query().CountX(ctx), 3},
		"two tries":    {c.Assignment.Query().Where(assignment.Sequence(2)).CountX(ctx), 3},
	} {
		if n[0] < n[1] {
			t.Errorf("%d %s, want %d", n[0], what, n[1])
		}
	}
}

func TestDemoRefusesADatabaseWithUsers(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, _ := demo(t, db)
		_, err := world.Demo(t.Context(), st, world.Config{Now: world.Now, PasswordHash: "x"})
		if !errors.Is(err, world.ErrNotEmpty) {
			t.Errorf("got %v, want ErrNotEmpty", err)
		}
	})
}

func TestDemoNeedsAClockAndAHash(t *testing.T) {
	t.Parallel()
	st := testkit.SQLite(t).Open(t)
	for _, cfg := range []world.Config{{}, {Now: world.Now}, {PasswordHash: "x"}} {
		if _, err := world.Demo(t.Context(), st, cfg); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}

func TestTheDatabaseGoesOnAfterTheDemosIDs(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, w := demo(t, db)
		for i := range 2 {
			row := st.Client().Setting.Create().SetKey(string(rune('a' + i))).SetValue("").SetCreatedAt(w.Now).SetUpdatedAt(w.Now).SaveX(t.Context())
			if want := int64(len(world.Settings()) + 1 + i); row.ID != want {
				t.Errorf("id %d, want %d", row.ID, want)
			}
		}
	})
}

func TestNothingHappenedAfterNow(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	for _, text := range []string{
		`SELECT id FROM contract_history WHERE at > '2026-06-08 02:00:00'`,
		`SELECT id FROM payments WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM time_adjustments WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM inspections WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM conclusions WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM reviews WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM partner_assignments WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM schedules WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM users WHERE updated_at > '2026-06-08 02:00:00'`,
		`SELECT id FROM files WHERE created_at > '2026-06-08 02:00:00'`,
	} {
		if ids := testkit.Broken(t, st, text); len(ids) > 0 {
			t.Errorf("%s finds %v; now is %s", text, ids, w.Now)
		}
	}
}

func TestEveryFileIsThere(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	rows := st.Client().File.Query().AllX(t.Context())
	stored := map[string]*ent.File{}
	for _, f := range rows {
		stored[f.Name] = f
		body := w.Files[f.Name]
		sum := sha256.Sum256(body)
		if int64(len(body)) != f.Size || hex.EncodeToString(sum[:]) != f.Sha256 {
			t.Errorf("%s: the row does not describe the bytes", f.Name)
		}
		if _, err := png.Decode(bytes.NewReader(body)); err != nil && f.ContentType == "image/png" {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if len(rows) != len(w.Files) {
		t.Errorf("%d rows, %d files", len(rows), len(w.Files))
	}
	named := map[string]bool{} // name → public
	c, ctx := st.Client(), t.Context()
	for _, u := range c.User.Query().AllX(ctx) {
		named[u.Picture] = true
	}
	for _, p := range c.Partner.Query().AllX(ctx) {
		named[p.Picture] = true
	}
	for _, m := range c.PaymentMethod.Query().AllX(ctx) {
		named[m.Logo] = true
	}
	for _, p := range c.Payment.Query().AllX(ctx) {
		named[p.Proof] = false
	}
	for _, k := range c.Contract.Query().AllX(ctx) {
		for _, name := range k.ToolImages {
			named[name] = false
		}
	}
	for _, i := range c.Inspection.Query().AllX(ctx) {
		for _, name := range i.Photos {
			named[name] = false
		}
	}
	delete(named, "")
	for name, public := range named {
		if f := stored[name]; f == nil || f.Public != public {
			t.Errorf("%s: %+v, want public %t", name, f, public)
		}
	}
}

// queueRules give, for each rule of an assignment, whether a partner breaks it.
func queueRules(t *testing.T, c *ent.Client, w *world.World, p *ent.Partner) []string {
	t.Helper()
	row := c.Contract.GetX(t.Context(), w.Queue.ContractID)
	supervisor, _ := w.Account("supervisor@demo.test")
	skill, err := c.Competency.Query().Where(competency.PartnerID(p.ID), competency.SubServiceID(row.SubServiceID)).Only(t.Context())
	var rules []string
	add := func(rule string, breaks bool) {
		if breaks {
			rules = append(rules, rule)
		}
	}
	add("registered itself", p.CreatedByID == nil)
	add("another supervisor's partner", p.CreatedByID != nil && *p.CreatedByID != supervisor.UserID)
	add("no competency in the sub-service", err != nil)
	add("competency is pending", err == nil && skill.Status == lifecycle.CataloguePending)
	add("competency is inactive", err == nil && skill.Status == lifecycle.CatalogueInactive)
	add("kind is not in the competency", err == nil && !skill.Repair)
	add("partner is not verified", p.VerificationStatus != lifecycle.VerificationCompleted)
	add("partner is inactive", p.Status == lifecycle.PartnerInactive)
	add("partner is suspended", p.Status == lifecycle.PartnerSuspended)
	add("partner was deleted", p.DeletedAt != nil)
	add("partner lost this contract", p.ID == row.PartnerID)
	return rules
}

func TestTheQueueHasPartnersThatBreakEachRuleOnce(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	if row := st.Client().Contract.GetX(t.Context(), w.Queue.ContractID); row.Kind != lifecycle.KindRepair {
		t.Fatalf("the contract is a %s", row.Kind)
	}
	claimed := map[int64]string{}
	for _, p := range w.Queue.Ineligible {
		claimed[p.PartnerID] = p.Rule
	}
	if len(claimed) < 11 {
		t.Errorf("%d rules", len(claimed))
	}
	var eligible []int64
	for _, p := range st.Client().Partner.Query().AllX(t.Context()) {
		rules := queueRules(t, st.Client(), w, p)
		if len(rules) == 0 {
			eligible = append(eligible, p.ID)
		}
		if rule := claimed[p.ID]; rule != "" && !slices.Equal(rules, []string{rule}) {
			t.Errorf("partner %d (%s) breaks %v, want %s alone", p.ID, p.FullName, rules, rule)
		}
	}
	if !slices.Equal(eligible, w.Queue.EligibleIDs) || w.Queue.EligibleID != eligible[0] {
		t.Errorf("eligible are %v, the world says %v", eligible, w.Queue.EligibleIDs)
	}
}

func TestEachAccountFindsItsWork(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	c, ctx := st.Client(), t.Context()
	partner, _ := w.Account("partner@demo.test")
	states := map[lifecycle.ContractState]bool{}
	for _, k := range c.Contract.Query().Where(contract.PartnerID(partner.PartnerID), contract.ReleasedAtIsNil()).AllX(ctx) {
		states[lifecycle.StateOf(k.Status, k.Stage)] = true
	}
	for _, s := range []lifecycle.ContractState{"partner_pending", "accepted", "in_progress", "completed", "cancelled"} {
		if !states[s] {
			t.Errorf("partner@demo.test has no contract that is %s", s)
		}
	}
	supervisor, _ := w.Account("supervisor@demo.test")
	waiting, overdue, shared := 0, 0, 0
	for _, k := range c.Contract.Query().Where(contract.StageEQ(lifecycle.StageSupervisor)).AllX(ctx) {
		lost := c.Partner.GetX(ctx, k.PartnerID)
		switch {
		case lost.CreatedByID != nil && *lost.CreatedByID != supervisor.UserID:
			continue
		case !w.Now.Before(*k.EscalationDeadlineAt):
			overdue++
			continue
		case lost.CreatedByID == nil:
			shared++
		}
		waiting++
	}
	if waiting < 3 || overdue != 1 || shared == 0 {
		t.Errorf("supervisor@demo.test has %d waiting, %d of them shared, and %d overdue", waiting, shared, overdue)
	}
	if n := c.Contract.Query().Where(contract.SupervisorID(supervisor.UserID)).CountX(ctx); n < 3 {
		t.Errorf("supervisor@demo.test has handled %d", n)
	}
}

func TestContractsAreNumberedAsTheyWereCreated(t *testing.T) {
	t.Parallel()
	st, _ := demo(t, testkit.SQLite(t))
	if ids := testkit.Broken(t, st, `SELECT a.id FROM contracts a JOIN contracts b ON b.id = a.id + 1 WHERE a.created_at > b.created_at`); len(ids) > 0 {
		t.Errorf("%v were created after the next one", ids)
	}
}

func TestBothSupervisorsCouldTakeTheSharedContract(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	row := st.Client().Contract.GetX(t.Context(), w.Contract("queue_shared"))
	if lost := st.Client().Partner.GetX(t.Context(), row.PartnerID); lost.CreatedByID != nil {
		t.Error("its partner was made by a supervisor")
	}
	for _, email := range []string{"supervisor@demo.test", "supervisor2@demo.test"} {
		account, _ := w.Account(email)
		able := st.Client().Partner.Query().Where(
			partner.CreatedByID(account.UserID), partner.StatusEQ(lifecycle.PartnerActive), partner.DeletedAtIsNil(),
			partner.VerificationStatusEQ(lifecycle.VerificationCompleted),
		).IDsX(t.Context())
		skilled := st.Client().Competency.Query().Where(
			competency.PartnerIDIn(able...), competency.SubServiceID(row.SubServiceID),
			competency.StatusEQ(lifecycle.CatalogueActive), competency.Maintenance(true),
		).CountX(t.Context())
		if skilled == 0 || row.Kind != lifecycle.KindMaintenance {
			t.Errorf("%s has nobody for it", email)
		}
	}
}

func TestStoriesAreWhatTheySay(t *testing.T) {
	t.Parallel()
	st, w := demo(t, testkit.SQLite(t))
	hours := func(n int) time.Time { return w.Now.Add(time.Duration(n) * time.Hour) }
	for _, c := range []struct {
		story   string
		at      string // the institution
		state   lifecycle.ContractState
		payment lifecycle.PaymentStatus
		holds   func(k *ent.Contract) bool
	}{
		{"queue", "home", "supervisor_pending", "paid", func(k *ent.Contract) bool { return k.EscalationDeadlineAt.After(hours(1)) }},
		{"queue_overdue", "foreign", "supervisor_pending", "paid", func(k *ent.Contract) bool { return k.EscalationDeadlineAt.Before(w.Now) }},
		{"to_pay", "home", "payment_pending", "unpaid", nil},
		{"to_verify", "home", "payment_pending", "pending", nil},
		{"offer", "home", "partner_pending", "paid", func(k *ent.Contract) bool { return k.EscalationDeadlineAt.After(hours(1)) }},
		{"offer_overdue", "home", "partner_pending", "paid", func(k *ent.Contract) bool { return k.EscalationDeadlineAt.Before(w.Now) }},
		{"approaching", "home", "accepted", "paid", func(k *ent.Contract) bool {
			return k.ScheduledStartAt.After(w.Now) && k.ScheduledStartAt.Before(hours(2))
		}},
		{"on_route", "home", "on_route", "paid", nil},
		{"running", "home", "in_progress", "paid", func(k *ent.Contract) bool { return k.ScheduledEndAt.After(w.Now) }},
		{"running_extended", "home", "in_progress", "paid", func(k *ent.Contract) bool { return k.ExtensionMinutes == 60 }},
		{"running_branch", "branch", "in_progress", "paid", nil},
		{"to_review", "home", "completed", "paid", func(k *ent.Contract) bool {
			return !st.Client().Review.Query().Where(review.ContractID(k.ID)).ExistX(t.Context())
		}},
		{"reviewed", "home", "completed", "paid", nil},
		{"rejected", "home", "rejected", "refund_due", func(k *ent.Contract) bool { return k.SupervisorID != nil && k.ReleasedAt != nil }},
		{"rejected_by_time", "home", "rejected", "refunded", func(k *ent.Contract) bool { return k.SupervisorID == nil }},
		{"cancelled", "home", "cancelled", "refund_due", nil},
		{"cancelled_queue", "home", "cancelled", "refunded", func(k *ent.Contract) bool { return k.ReleasedAt != nil }},
		{"expired", "home", "expired", "expired", nil},
		{"expired_late", "home", "expired", "refund_due", nil},
		{"reassigned", "home", "accepted", "paid", func(k *ent.Contract) bool { return k.SupervisorID != nil && k.ReleasedAt == nil }},
		{"reassigned_done", "home", "completed", "paid", func(k *ent.Contract) bool { return k.SupervisorID != nil }},
	} {
		k, err := st.Client().Contract.Get(t.Context(), w.Contract(c.story))
		if err != nil {
			t.Errorf("%s: %v", c.story, err)
			continue
		}
		if got := lifecycle.StateOf(k.Status, k.Stage); got != c.state || k.InstitutionID != w.Institutions[c.at] {
			t.Errorf("%s is %s at %d", c.story, got, k.InstitutionID)
		}
		p := st.Client().Payment.Query().Where(payment.ContractID(k.ID)).OnlyX(t.Context())
		if p.Status != c.payment {
			t.Errorf("%s: its payment is %s, want %s", c.story, p.Status, c.payment)
		}
		if c.holds != nil && !c.holds(k) {
			t.Errorf("%s is not what it says: %v", c.story, k)
		}
	}
}
