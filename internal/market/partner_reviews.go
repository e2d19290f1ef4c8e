package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/review"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// partnerReviewRow is a review of a partner, with who wrote it.
type partnerReviewRow struct {
	id, partnerID, tenths int64
	comment               string
	created               time.Time
	institution           institutionRow
}

// PartnerReviews gives for each of the partners one page of its reviews, the newest
// first. It costs the same number of statements for any number of partners. An empty
// page stands for a partner that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of such a list.
func (a *App) PartnerReviews(ctx context.Context, ids []int64, p Page) ([]*view.Page[view.PartnerReview], error) {
	return partnerList[partnerReviewRow, view.PartnerReview]{
		table: review.Table, name: "reviewed", column: review.FieldCreatedAt,
		find: findReviews, see: seeReviews,
		of: func(r *partnerReviewRow) (int64, time.Time, int64) { return r.partnerID, r.created, r.id },
	}.pages(ctx, a, ids, p)
}

func findReviews(ctx context.Context, a *App, on *ent.Client, ids *sql.Selector) ([]*partnerReviewRow, error) {
	type row = partnerReviewRow
	t, i := sql.Table(review.Table).As("t"), sql.Table(institution.Table).As("i")
	s := selectFrom[row](a.store.Dialect(), t)
	s.Join(i).On(i.C(institution.FieldID), t.C(review.FieldInstitutionID))
	s.take(t, review.FieldID, func(r *row) any { return &r.id })
	s.take(t, review.FieldPartnerID, func(r *row) any { return &r.partnerID })
	s.take(t, review.FieldOverallTenths, func(r *row) any { return &r.tenths })
	s.take(t, review.FieldComment, func(r *row) any { return &r.comment })
	s.take(t, review.FieldCreatedAt, func(r *row) any { return &r.created })
	takeInstitution(s, i, func(r *row) *institutionRow { return &r.institution })
	s.Where(sql.In(t.C(review.FieldID), ids))
	s.OrderExpr(sql.Expr(t.C(review.FieldCreatedAt)+" DESC"), sql.Expr(t.C(review.FieldID)+" DESC"))
	return s.rows(ctx, on)
}

func seeReviews(ctx context.Context, a *App, _ *ent.Client, rows []*partnerReviewRow) ([]*view.PartnerReview, error) {
	who, err := caller(ctx)
	views := make([]*view.PartnerReview, len(rows))
	for i, r := range rows {
		views[i] = view.See(&view.PartnerReview{
			ID: r.id, OverallRate: float64(r.tenths) / 10, Comment: filled(r.comment),
			Institution: a.seeInstitution(&r.institution, who), CreatedAt: r.created,
		}, view.Anyone)
	}
	return views, err
}
