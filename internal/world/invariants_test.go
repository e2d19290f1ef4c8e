package world_test

import (
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// written are conditions of a world as it is written, beside those that hold
// always: later a price may change, a member leave, or a partner unlearn.
var written = []testkit.Invariant{
	{Name: "the partner's own price is charged", Broken: `SELECT i.id FROM pricing_items i WHERE i.is_partner_pricing AND i.amount = 0`},
	{Name: "a discount has a promotion, and a promotion a discount", Broken: `SELECT id FROM payments WHERE (promotion_id IS NULL) <> (discount = 0)`},
	{Name: "a promotion is used within its days", Broken: `SELECT p.id FROM payments p JOIN promotions o ON o.id = p.promotion_id JOIN contracts c ON c.id = p.contract_id
		 WHERE substr(CAST(p.created_at AS text), 1, 10) NOT BETWEEN o.start_date AND o.end_date OR c.pricing_total < o.min_order_amount`},
	{Name: "a review rates every criterion in use", Broken: `SELECT r.id FROM reviews r WHERE (SELECT count(*) FROM review_ratings t WHERE t.review_id = r.id)
		 <> (SELECT count(*) FROM rating_items WHERE active)`},
	{Name: "a contract was made by an active member of its institution", Broken: `SELECT c.id FROM contracts c WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.institution_id = c.institution_id
		 AND m.user_id = c.created_by_id AND m.state = 'active' AND m.role <> 'agent')`},
	{Name: "a partner can do what it is asked for", Broken: `SELECT c.id FROM contracts c WHERE NOT EXISTS (SELECT 1 FROM competencies k WHERE k.partner_id = c.partner_id AND k.sub_service_id = c.sub_service_id
		 AND k.status = 'active' AND CASE c.kind WHEN 'installation' THEN k.installation WHEN 'maintenance' THEN k.maintenance ELSE k.repair END)`},
	{Name: "a kind is one that the sub-service offers", Broken: `SELECT c.id FROM contracts c JOIN sub_services s ON s.id = c.sub_service_id
		 WHERE NOT CASE c.kind WHEN 'installation' THEN s.installation WHEN 'maintenance' THEN s.maintenance ELSE s.repair END`},
	{Name: "who reassigned or rejected is a supervisor", Broken: `SELECT c.id FROM contracts c JOIN users u ON u.id = c.supervisor_id WHERE u.role <> 'supervisor'`},
}

// checkInvariants checks what holds always, and what holds for a new world.
func checkInvariants(t *testing.T, st *store.Store) {
	t.Helper()
	for _, rule := range written {
		if ids := testkit.Broken(t, st, rule.Broken); len(ids) > 0 {
			t.Errorf("%s: not so for %v", rule.Name, ids)
		}
	}
	testkit.CheckInvariants(t, st)
}
