package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/competencytest"
	"kontrak/ent/partner"
	"kontrak/ent/partnertest"
	"kontrak/ent/predicate"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PartnerTests lists the certificates of competency tests that the calling partner sent,
// the first one first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID.
func (a *App) PartnerTests(ctx context.Context, p Page, unread fault.Fields, w TestWants) (page *view.Page[view.PartnerTest], err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	if err := unread.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		// access: everybody has its own certificates only.
		page, err = a.testPage(ctx, on, who, testsBy("sent", partnertest.FieldCreatedAt), partnertest.PartnerID(who.PartnerID), p, w)
		return err
	})
	return page, err
}

// PartnerTest gives one certificate: the calling partner's own, or any one for the back
// office.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner and admin; NOT_FOUND.
func (a *App) PartnerTest(ctx context.Context, id int64, w TestWants) (*view.PartnerTest, error) {
	who, err := caller(ctx, actor.Partner, actor.Admin)
	if err != nil {
		return nil, err
	}
	var found []*view.PartnerTest
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		q := on.PartnerTest.Query().Where(partnertest.ID(id))
		if !who.Is(actor.Admin) {
			q.Where(partnertest.PartnerID(who.PartnerID)) // access: others' are not told apart from missing ones
		}
		rows, err := q.All(ctx)
		if err != nil {
			return err
		}
		found, err = a.seeTests(ctx, on, who, rows, w)
		return err
	})
	if err == nil && len(found) == 0 {
		err = fault.New(fault.RecordNotFound, "There is no such certificate of a competency test.")
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// testsBy is an order of certificates by an instant, the oldest first.
func testsBy(name, column string) order {
	return order{
		name: name, arg: instantKey,
		key: func(s *sql.Selector) string { return s.C(column) },
		id:  func(s *sql.Selector) string { return s.C(partnertest.FieldID) },
	}
}

// testPage reads a page of certificates.
func (a *App) testPage(ctx context.Context, on *ent.Client, who actor.Actor, by order, where predicate.PartnerTest, p Page, w TestWants) (*view.Page[view.PartnerTest], error) {
	var total *int64
	if p.total {
		n, err := on.PartnerTest.Query().Where(where).Count(ctx)
		if err != nil {
			return nil, err
		}
		total = new(int64(n))
	}
	var wrong error
	rows, err := on.PartnerTest.Query().Where(where, func(s *sql.Selector) { wrong = p.apply(s, by) }).All(ctx)
	if wrong != nil {
		return nil, wrong
	}
	if err != nil {
		return nil, err
	}
	position := func(r *ent.PartnerTest) (any, int64) {
		if by.name == "sent" {
			return r.CreatedAt, r.ID
		}
		return r.SubmittedAt, r.ID
	}
	return asPage(p, by, rows, total, position, func(rows []*ent.PartnerTest) ([]*view.PartnerTest, error) {
		return a.seeTests(ctx, on, who, rows, w)
	})
}

// seeTests makes the views of certificates; their tests, and their partners where they
// are wanted, are read for all of them at once.
func (a *App) seeTests(ctx context.Context, on *ent.Client, who actor.Actor, rows []*ent.PartnerTest, w TestWants) ([]*view.PartnerTest, error) {
	if len(rows) == 0 {
		return []*view.PartnerTest{}, nil
	}
	of, err := a.readTests(ctx, on, rows)
	if err != nil {
		return nil, err
	}
	by := map[int64]*view.Partner{}
	if w.Partner {
		if by, err = a.readSenders(ctx, on, who, rows, w.Parts); err != nil {
			return nil, err
		}
	}
	wall, list := a.wall(), make([]*view.PartnerTest, len(rows))
	for i, r := range rows {
		ties := view.Anyone
		if who.Is(actor.Admin) {
			ties |= view.Admin
		}
		if who.PartnerID == r.PartnerID {
			ties |= view.Self
		}
		t := of[r.CompetencyTestID]
		list[i] = view.See(&view.PartnerTest{
			ID: r.ID, Partner: by[r.PartnerID], CompetencyTest: seeTest(&t.row, ties), SubService: seeSubService(&t.sub),
			Status: r.Status, Certificate: a.links.Private(r.Certificate, wall), SubmittedAt: r.SubmittedAt, ReviewedAt: r.ReviewedAt,
			RejectionReason: filled(r.RejectionReason), Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		}, ties)
	}
	return list, nil
}

// testRow is a competency test with its sub-service.
type testRow struct {
	row ent.CompetencyTest
	sub subServiceRow
}

// readTests reads the tests of certificates, in use or not, by their number.
func (a *App) readTests(ctx context.Context, on reader, rows []*ent.PartnerTest) (map[int64]*testRow, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.CompetencyTestID
	}
	t, ss, sv := sql.Table(competencytest.Table).As("t"), sql.Table(subservice.Table).As("ss"), sql.Table(service.Table).As("sv")
	s := selectFrom[testRow](a.store.Dialect(), t)
	s.Join(ss).On(ss.C(subservice.FieldID), t.C(competencytest.FieldSubServiceID))
	s.Join(sv).On(sv.C(service.FieldID), ss.C(subservice.FieldServiceID))
	s.take(t, competencytest.FieldID, func(r *testRow) any { return &r.row.ID })
	s.take(t, competencytest.FieldSubServiceID, func(r *testRow) any { return &r.row.SubServiceID })
	s.take(t, competencytest.FieldName, func(r *testRow) any { return &r.row.Name })
	s.take(t, competencytest.FieldDescription, func(r *testRow) any { return &r.row.Description })
	s.take(t, competencytest.FieldURL, func(r *testRow) any { return &r.row.URL })
	s.take(t, competencytest.FieldPassingScore, func(r *testRow) any { return &r.row.PassingScore })
	s.take(t, competencytest.FieldActive, func(r *testRow) any { return &r.row.Active })
	s.take(t, competencytest.FieldVersion, func(r *testRow) any { return &r.row.Version })
	s.take(t, competencytest.FieldCreatedAt, func(r *testRow) any { return &r.row.CreatedAt })
	s.take(t, competencytest.FieldUpdatedAt, func(r *testRow) any { return &r.row.UpdatedAt })
	takeSubService(s, ss, sv, func(r *testRow) *subServiceRow { return &r.sub })
	s.Where(store.InP(t.C(competencytest.FieldID), ids))
	found, err := s.rows(ctx, on)
	byID := make(map[int64]*testRow, len(found))
	for _, r := range found {
		byID[r.row.ID] = r
	}
	return byID, err
}

// readSenders reads the partners that sent certificates, by their number.
func (a *App) readSenders(ctx context.Context, on *ent.Client, who actor.Actor, rows []*ent.PartnerTest, w PartnerWant) (map[int64]*view.Partner, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.PartnerID
	}
	s, t := a.selectPartners(w, centre{})
	s.Where(store.InP(t.p.C(partner.FieldID), ids))
	found, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	views, err := a.seePartners(ctx, on, who, found, w, priceOf{})
	byID := make(map[int64]*view.Partner, len(views))
	for _, v := range views {
		byID[v.ID] = v
	}
	return byID, err
}
