package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/ent/review"
	"kontrak/internal/actor"
	"kontrak/internal/store"
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
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	l := &reviewLoad{app: a, who: who, ids: ids, page: p}
	if err := l.behind(); err != nil {
		return nil, err
	}
	pages := make([]*view.Page[view.PartnerReview], len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := l.read(ctx, on)
		if err != nil {
			return err
		}
		counts := map[int64]int64{}
		if p.total {
			if counts, err = l.count(ctx, on); err != nil {
				return err
			}
		}
		for i, id := range ids {
			pages[i] = l.pageOf(rows[id], counts[id])
		}
		return nil
	})
	return pages, err
}

// reviewLoad reads one page of the reviews of several partners.
type reviewLoad struct {
	app  *App
	who  actor.Actor
	ids  []int64
	page Page
	// key and id are those of the review behind which the page begins; id 0 for none.
	key any
	id  int64
}

// order is that of a list of reviews.
func (l *reviewLoad) order(t *sql.SelectTable) order {
	return order{
		name: "reviewed", desc: true, arg: instantKey,
		key: func(*sql.Selector) string { return t.C(review.FieldCreatedAt) },
		id:  func(*sql.Selector) string { return t.C(review.FieldID) },
	}
}

// behind reads the position behind which the page begins.
//
// Faults: INVALID.
func (l *reviewLoad) behind() (err error) {
	if l.page.after != "" {
		l.key, l.id, err = l.order(sql.Table(review.Table)).position("after", l.page.after)
	}
	return err
}

func (l *reviewLoad) read(ctx context.Context, on reader) (map[int64][]*partnerReviewRow, error) {
	type row = partnerReviewRow
	t, i := sql.Table(review.Table).As("t"), sql.Table(institution.Table).As("i")
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.Join(i).On(i.C(institution.FieldID), t.C(review.FieldInstitutionID))
	s.take(t, review.FieldID, func(r *row) any { return &r.id })
	s.take(t, review.FieldPartnerID, func(r *row) any { return &r.partnerID })
	s.take(t, review.FieldOverallTenths, func(r *row) any { return &r.tenths })
	s.take(t, review.FieldComment, func(r *row) any { return &r.comment })
	s.take(t, review.FieldCreatedAt, func(r *row) any { return &r.created })
	takeInstitution(s, i, func(r *row) *institutionRow { return &r.institution })
	s.Where(sql.In(t.C(review.FieldID), l.firstOfEach()))
	s.OrderExpr(sql.Expr(t.C(review.FieldCreatedAt)+" DESC"), sql.Expr(t.C(review.FieldID)+" DESC"))
	rows, err := s.rows(ctx, on)
	return grouped(rows, func(r *row) int64 { return r.partnerID }), err
}

// firstOfEach selects the ids of the first reviews of each partner behind the position,
// one more than a page holds.
func (l *reviewLoad) firstOfEach() *sql.Selector {
	dialect := l.app.store.Dialect()
	t := sql.Table(review.Table).As("ft")
	ranked := sql.Dialect(dialect).Select(t.C(review.FieldID)).From(t)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(t.C(review.FieldPartnerID)).
		OrderExpr(sql.Expr(t.C(review.FieldCreatedAt)+" DESC"), sql.Expr(t.C(review.FieldID)+" DESC")), "rank_in_list")
	l.keep(ranked, t)
	if l.id != 0 {
		ranked.Where(beyond(t.C(review.FieldCreatedAt), t.C(review.FieldID), l.key, l.id, true))
	}
	first := ranked.As("first_of_each")
	return sql.Dialect(dialect).Select(first.C(review.FieldID)).From(first).Where(sql.LTE(first.C("rank_in_list"), l.page.size+1))
}

// keep keeps the reviews of those partners that the caller may know of.
func (l *reviewLoad) keep(s *sql.Selector, t *sql.SelectTable) {
	s.Where(store.InP(t.C(review.FieldPartnerID), l.ids))
	p := sql.Table(partner.Table).As("fp")
	// access: whoever may not know of a partner does not know of its reviews.
	if access := knownTo(l.who, p); access != nil {
		s.Where(sql.In(t.C(review.FieldPartnerID), sql.Dialect(s.Dialect()).Select(p.C(partner.FieldID)).From(p).
			Where(sql.And(store.InP(p.C(partner.FieldID), l.ids), access))))
	}
}

func (l *reviewLoad) count(ctx context.Context, on reader) (map[int64]int64, error) {
	t := sql.Table(review.Table).As("ft")
	s := selectFrom[countOf](l.app.store.Dialect(), t)
	s.take(t, review.FieldPartnerID, func(r *countOf) any { return &r.id })
	s.compute(sql.Expr("count(*)"), "n", func(r *countOf) any { return &r.n })
	l.keep(s.Selector, t)
	s.GroupBy(t.C(review.FieldPartnerID))
	return counted(s.rows(ctx, on))
}

// pageOf makes the page of one partner.
func (l *reviewLoad) pageOf(rows []*partnerReviewRow, count int64) *view.Page[view.PartnerReview] {
	by := l.order(sql.Table(review.Table))
	page := &view.Page[view.PartnerReview]{
		Items: []*view.PartnerReview{}, HasNext: len(rows) > l.page.size, HasPrevious: l.id != 0,
	}
	for _, r := range rows[:min(len(rows), l.page.size)] {
		page.Items = append(page.Items, view.See(&view.PartnerReview{
			ID: r.id, OverallRate: float64(r.tenths) / 10, Comment: filled(r.comment),
			Institution: l.app.seeInstitution(&r.institution, l.who), CreatedAt: r.created,
		}, view.Anyone))
		page.Cursors = append(page.Cursors, by.cursor(r.created, r.id))
	}
	if l.page.total {
		page.Total = new(count)
	}
	return page
}
