package world_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// invariants are conditions that hold for every contract, as statements that
// find what breaks them. They read the same on both databases.
var invariants = []struct{ name, broken string }{
	{"a payment is the total less the discount",
		`SELECT p.id FROM payments p JOIN contracts c ON c.id = p.contract_id
		 WHERE p.amount <> c.pricing_total - c.discount OR p.discount <> c.discount`},
	{"the price lines add up to the total",
		`SELECT c.id FROM contracts c LEFT JOIN pricing_items i ON i.contract_id = c.id GROUP BY c.id, c.pricing_total
		 HAVING c.pricing_total <> COALESCE(SUM(CASE WHEN i.effect = 'add' THEN i.amount ELSE -i.amount END), 0)`},
	{"the partner's own price is charged",
		`SELECT i.id FROM pricing_items i WHERE i.is_partner_pricing AND i.amount = 0`},
	{"a discount has a promotion, and a promotion a discount",
		`SELECT id FROM payments WHERE (promotion_id IS NULL) <> (discount = 0)`},
	{"a promotion is used within its days",
		`SELECT p.id FROM payments p JOIN promotions o ON o.id = p.promotion_id JOIN contracts c ON c.id = p.contract_id
		 WHERE substr(CAST(p.created_at AS text), 1, 10) NOT BETWEEN o.start_date AND o.end_date OR c.pricing_total < o.min_order_amount`},
	{"at most one assignment is open",
		`SELECT contract_id FROM partner_assignments WHERE status IN ('pending', 'accepted') GROUP BY contract_id HAVING count(*) > 1`},
	{"an open assignment is the partner's",
		`SELECT c.id FROM contracts c JOIN partner_assignments a ON a.contract_id = c.id
		 WHERE a.status IN ('pending', 'accepted') AND a.partner_id <> c.partner_id`},
	{"whoever has an accepted contract has an accepted assignment",
		`SELECT c.id FROM contracts c WHERE c.status IN ('accepted', 'on_route', 'in_progress', 'completed') AND NOT EXISTS
		 (SELECT 1 FROM partner_assignments a WHERE a.contract_id = c.id AND a.status = 'accepted' AND a.partner_id = c.partner_id)`},
	{"a contract before acceptance has a pending assignment",
		`SELECT c.id FROM contracts c WHERE (c.status IN ('draft', 'payment_pending') OR c.stage = 'partner') AND NOT EXISTS
		 (SELECT 1 FROM partner_assignments a WHERE a.contract_id = c.id AND a.status = 'pending')`},
	{"nothing that is over has an assignment pending",
		`SELECT c.id FROM contracts c JOIN partner_assignments a ON a.contract_id = c.id
		 WHERE c.status IN ('completed', 'cancelled', 'rejected', 'expired') AND a.status = 'pending'`},
	{"assignments are numbered from 1",
		`SELECT contract_id FROM partner_assignments GROUP BY contract_id HAVING max(sequence) <> count(*) OR min(sequence) <> 1`},
	{"the first assignment is the institution's, the others are not",
		`SELECT id FROM partner_assignments WHERE (sequence = 1) <> (kind = 'initial') OR (sequence = 1) <> (assigned_by_role = 'institution')`},
	{"a stage has a deadline, and only a stage",
		`SELECT id FROM contracts WHERE (escalation_deadline_at IS NULL) <> (stage = '')`},
	{"what waits in the queue was released by its partner",
		`SELECT id FROM contracts WHERE stage = 'supervisor' AND released_at IS NULL OR stage = 'partner' AND released_at IS NOT NULL`},
	{"whoever has a contract has not lost it",
		`SELECT id FROM contracts WHERE status IN ('accepted', 'on_route', 'in_progress', 'completed') AND released_at IS NOT NULL`},
	{"a contract is offered once it is paid",
		`SELECT c.id FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id
		 WHERE (c.status IN ('partner_pending', 'accepted', 'on_route', 'in_progress', 'completed', 'rejected') AND c.offered_at IS NULL)
		 OR (c.offered_at IS NOT NULL AND (p.paid_at IS NULL OR p.paid_at <> c.offered_at))
		 OR (c.status IN ('draft', 'payment_pending') AND c.offered_at IS NOT NULL)`},
	{"work is done on paid contracts only",
		`SELECT c.id FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id
		 WHERE c.status IN ('partner_pending', 'accepted', 'on_route', 'in_progress', 'completed') AND (p.status IS NULL OR p.status <> 'paid')`},
	{"what ended unpaid or owed says so",
		`SELECT c.id FROM contracts c JOIN payments p ON p.contract_id = c.id
		 WHERE c.status IN ('cancelled', 'rejected', 'expired') AND p.status NOT IN ('refund_due', 'refunded', 'expired')`},
	{"a payment waits only while the contract does",
		`SELECT c.id FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id
		 WHERE (c.status = 'payment_pending') <> (p.status IN ('unpaid', 'pending') AND p.status IS NOT NULL)`},
	{"a payment's instants fit its status",
		`SELECT id FROM payments WHERE (status IN ('pending', 'paid', 'refunded') AND (proof = '' OR proof_sent_at IS NULL))
		 OR (paid_at IS NULL) <> (status IN ('unpaid', 'pending', 'expired')) OR (refunded_at IS NULL) <> (status <> 'refunded')`},
	{"the step says how far the wizard has come",
		`SELECT c.id FROM contracts c WHERE (c.step = 'completed') <> (c.offered_at IS NOT NULL)
		 OR (c.status = 'payment_pending' AND c.step <> 'payment')
		 OR (c.step <> 'schedule' AND (c.start_date = '' OR c.scheduled_start_at IS NULL OR NOT EXISTS (SELECT 1 FROM contact_persons p WHERE p.contract_id = c.id)))
		 OR (c.step IN ('payment', 'completed') AND c.description = '')`},
	{"instants of a contract's life follow each other",
		`SELECT id FROM contracts WHERE offered_at < created_at OR accepted_at < offered_at OR on_route_at < accepted_at
		 OR work_started_at < on_route_at OR completed_at < work_started_at OR updated_at < created_at`},
	{"instants of a contract's life are there when they passed",
		`SELECT id FROM contracts WHERE (status IN ('accepted', 'on_route', 'in_progress') AND accepted_at IS NULL)
		 OR (status IN ('on_route', 'in_progress') AND on_route_at IS NULL) OR (status = 'in_progress') AND work_started_at IS NULL
		 OR (status = 'completed') <> (completed_at IS NOT NULL) OR (status = 'cancelled') <> (cancelled_at IS NOT NULL)`},
	{"the summary of the schedules is theirs",
		`SELECT c.id FROM contracts c JOIN (SELECT contract_id, min(date || start_time) AS first, max(date || end_time) AS last
		 FROM schedules GROUP BY contract_id) s ON s.contract_id = c.id
		 WHERE s.first <> c.schedule_start_date || c.schedule_start_time OR s.last <> c.schedule_end_date || c.schedule_end_time
		 OR s.first < c.start_date || c.start_time OR s.last > c.end_date || c.end_time`},
	{"granted time adds up",
		`SELECT c.id FROM contracts c LEFT JOIN time_adjustments a ON a.contract_id = c.id AND a.status = 'approved'
		 GROUP BY c.id, c.extension_minutes HAVING c.extension_minutes <> COALESCE(SUM(a.minutes), 0)`},
	{"an adjustment's instants fit its status",
		`SELECT id FROM time_adjustments WHERE (approved_at IS NULL) <> (status <> 'approved') OR (responded_at IS NULL) <> (status = 'pending')`},
	{"only running contracts have a request pending",
		`SELECT c.id FROM contracts c JOIN time_adjustments a ON a.contract_id = c.id WHERE a.status = 'pending' AND c.status <> 'in_progress'`},
	{"a conclusion has a submitted inspection",
		`SELECT o.id FROM conclusions o WHERE NOT EXISTS (SELECT 1 FROM inspections i WHERE i.contract_id = o.contract_id AND i.status = 'submitted')`},
	{"an inspection has begun work",
		`SELECT i.id FROM inspections i JOIN contracts c ON c.id = i.contract_id WHERE c.work_started_at IS NULL OR i.started_at < c.work_started_at`},
	{"only completed contracts are reviewed, and their partner is",
		`SELECT r.id FROM reviews r JOIN contracts c ON c.id = r.contract_id WHERE c.status <> 'completed' OR r.partner_id <> c.partner_id`},
	{"a review rates every criterion in use",
		`SELECT r.id FROM reviews r WHERE (SELECT count(*) FROM review_ratings t WHERE t.review_id = r.id)
		 <> (SELECT count(*) FROM rating_items WHERE active)`},
	{"a review's overall rate is the average",
		`SELECT r.id FROM reviews r JOIN (SELECT review_id, sum(rate) AS total, count(*) AS n FROM review_ratings GROUP BY review_id) t
		 ON t.review_id = r.id WHERE abs(r.overall_tenths * t.n - t.total * 10) * 2 > t.n`},
	{"a partner's summary is that of its reviews",
		`SELECT p.id FROM partners p LEFT JOIN reviews r ON r.partner_id = p.id GROUP BY p.id, p.reviews_count, p.reviews_tenths
		 HAVING p.reviews_count <> count(r.id) OR p.reviews_tenths <> COALESCE(SUM(r.overall_tenths), 0)`},
	{"the history counts the versions",
		`SELECT c.id FROM contracts c LEFT JOIN contract_history h ON h.contract_id = c.id GROUP BY c.id, c.version
		 HAVING count(h.id) <> c.version OR min(h.contract_version) <> 1 OR max(h.contract_version) <> c.version`},
	{"the last history row tells the present state",
		`SELECT c.id FROM contracts c JOIN contract_history h ON h.contract_id = c.id AND h.contract_version = c.version
		 WHERE h.to_status <> c.status OR h.to_stage <> c.stage OR h.at <> c.updated_at OR h.partner_id <> c.partner_id`},
	{"a history row begins where the one before ended",
		`SELECT h.id FROM contract_history h JOIN contract_history b ON b.contract_id = h.contract_id AND b.contract_version = h.contract_version - 1
		 WHERE h.from_status <> b.to_status OR h.from_stage <> b.to_stage OR h.at < b.at`},
	{"everything of a contract belongs to its institution",
		`SELECT c.id FROM contracts c WHERE EXISTS (SELECT 1 FROM schedules x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)
		 OR EXISTS (SELECT 1 FROM payments x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)
		 OR EXISTS (SELECT 1 FROM partner_assignments x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)
		 OR EXISTS (SELECT 1 FROM contract_history x WHERE x.contract_id = c.id AND x.institution_id <> c.institution_id)`},
	{"a contract was made by an active member of its institution",
		`SELECT c.id FROM contracts c WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.institution_id = c.institution_id
		 AND m.user_id = c.created_by_id AND m.state = 'active' AND m.role <> 'agent')`},
	{"no partner has two works at once",
		`SELECT a.id FROM contracts a JOIN contracts b ON b.partner_id = a.partner_id AND b.id > a.id
		 AND a.scheduled_start_at < b.scheduled_end_at AND b.scheduled_start_at < a.scheduled_end_at
		 WHERE a.status IN ('accepted', 'on_route', 'in_progress') AND b.status IN ('accepted', 'on_route', 'in_progress')`},
	{"a partner can do what it is asked for",
		`SELECT c.id FROM contracts c WHERE NOT EXISTS (SELECT 1 FROM competencies k WHERE k.partner_id = c.partner_id AND k.sub_service_id = c.sub_service_id
		 AND k.status = 'active' AND CASE c.kind WHEN 'installation' THEN k.installation WHEN 'maintenance' THEN k.maintenance ELSE k.repair END)`},
	{"a kind is one that the sub-service offers",
		`SELECT c.id FROM contracts c JOIN sub_services s ON s.id = c.sub_service_id
		 WHERE NOT CASE c.kind WHEN 'installation' THEN s.installation WHEN 'maintenance' THEN s.maintenance ELSE s.repair END`},
	{"who reassigned or rejected is a supervisor",
		`SELECT c.id FROM contracts c JOIN users u ON u.id = c.supervisor_id WHERE u.role <> 'supervisor'`},
	{"a partner's account and the partner are one",
		`SELECT p.id FROM partners p JOIN users u ON u.id = p.user_id WHERE u.role <> 'partner' OR u.full_name <> p.full_name`},
}

// checkInvariants runs every statement and plays every history back.
func checkInvariants(t *testing.T, st *store.Store) {
	t.Helper()
	for _, rule := range invariants {
		for _, id := range broken(t, st, rule.broken) {
			t.Errorf("%s: not so for %d", rule.name, id)
		}
	}
	checkHistories(t, st.Client())
}

// broken gives what a statement finds, the first few.
func broken(t *testing.T, st *store.Store, text string) []int64 {
	t.Helper()
	found, err := st.Client().QueryContext(t.Context(), text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	defer func() { _ = found.Close() }()
	var ids []int64
	for found.Next() && len(ids) < 5 {
		var id int64
		if err := found.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// checkHistories plays every contract's history back, event by event and column
// by column, and compares what comes out with the contract.
func checkHistories(t *testing.T, c *ent.Client) {
	t.Helper()
	history := c.ContractHistory.Query().Order(ent.Asc(contracthistory.FieldContractID, contracthistory.FieldContractVersion)).AllX(t.Context())
	states := map[int64]lifecycle.ContractState{}
	columns := map[int64]map[string]json.RawMessage{}
	for _, h := range history {
		want, ok := lifecycle.Contract.Next(states[h.ContractID], h.Event)
		switch {
		case h.Event == "create":
			want, ok = lifecycle.Contract.Start, h.ContractVersion == 1
		case slices.Contains(lifecycle.ContractChanges, h.Event):
			want, ok = states[h.ContractID], true
		}
		if got := lifecycle.StateOf(h.ToStatus, h.ToStage); !ok || got != want {
			t.Errorf("contract %d: %s leads from %s to %s", h.ContractID, h.Event, states[h.ContractID], got)
		}
		states[h.ContractID] = want
		var changes map[string]struct{ From, To json.RawMessage }
		if err := json.Unmarshal(h.Changes, &changes); err != nil {
			t.Fatalf("history row %d: %v", h.ID, err)
		}
		if columns[h.ContractID] == nil {
			columns[h.ContractID] = map[string]json.RawMessage{}
		}
		for name, change := range changes {
			if before, known := columns[h.ContractID][name]; known && canonical(before) != canonical(change.From) {
				t.Errorf("contract %d: %s says %s was %s, not %s", h.ContractID, h.Event, name, change.From, before)
			}
			columns[h.ContractID][name] = change.To
		}
	}
	for _, row := range c.Contract.Query().AllX(t.Context()) {
		compareColumns(t, row, columns[row.ID])
	}
}

// compareColumns compares a contract with what its history says of it.
func compareColumns(t *testing.T, row *ent.Contract, told map[string]json.RawMessage) {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	var columns map[string]json.RawMessage
	if err := json.Unmarshal(text, &columns); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"id", "version", "created_at", "updated_at", "edges"} {
		delete(columns, name)
	}
	for name, value := range told {
		if canonical(value) == `""` || canonical(value) == "null" || canonical(value) == "0" || canonical(value) == "[]" {
			delete(told, name) // as ent leaves out what is empty
			if _, there := columns[name]; there && canonical(columns[name]) != canonical(value) {
				t.Errorf("contract %d: %s is %s, its history says it is empty", row.ID, name, columns[name])
			}
		}
	}
	for name, value := range columns {
		if canonical(value) != canonical(told[name]) {
			t.Errorf("contract %d: %s is %s, its history says %s", row.ID, name, value, told[name])
		}
	}
	if len(told) > len(columns) {
		t.Errorf("contract %d: its history tells of columns that are empty: %v", row.ID, told)
	}
}

// canonical gives JSON so that equal values are equal texts; instants in
// milliseconds.
func canonical(text json.RawMessage) string {
	var value any
	if len(text) == 0 || json.Unmarshal(text, &value) != nil {
		return ""
	}
	if s, ok := value.(string); ok {
		return fmt.Sprintf("%q", instantText(s))
	}
	sorted, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(sorted)
}
