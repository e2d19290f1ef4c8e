package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partnercertification"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PartnerCredentials gives for each of the partners one page of the certifications that it
// has passed, the newest registration first: the same ones to everybody who may know of the
// partner, the partner itself and the back office too. It costs the same number of
// statements for any number of partners. An empty page stands for a partner that is unknown
// or not for the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of such a list.
func (a *App) PartnerCredentials(ctx context.Context, ids []int64, p Page) ([]*view.Page[view.PartnerCertification], error) {
	return partnerList[ent.PartnerCertification, view.PartnerCertification]{
		table: partnercertification.Table, name: "credentials", column: partnercertification.FieldRegisteredAt,
		// access: what has not been passed is the partner's own affair and the back office's.
		only: func(t *sql.SelectTable) *sql.Predicate {
			return is(t.C(partnercertification.FieldStatus), lifecycle.CertificationPassed)
		},
		find: func(ctx context.Context, _ *App, on *ent.Client, ids *sql.Selector) ([]*ent.PartnerCertification, error) {
			return on.PartnerCertification.Query().
				Where(func(s *sql.Selector) { s.Where(sql.In(s.C(partnercertification.FieldID), ids)) }).
				Order(partnercertification.ByRegisteredAt(sql.OrderDesc()), partnercertification.ByID(sql.OrderDesc())).All(ctx)
		},
		of: func(r *ent.PartnerCertification) (int64, time.Time, int64) { return r.PartnerID, r.RegisteredAt, r.ID },
		see: func(ctx context.Context, a *App, on *ent.Client, rows []*ent.PartnerCertification) ([]*view.PartnerCertification, error) {
			return a.seeRegistrations(ctx, on, rows)
		},
	}.pages(ctx, a, ids, p)
}
