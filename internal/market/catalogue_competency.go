package market

import (
	"context"
	"net/url"

	"kontrak/ent"
	"kontrak/ent/competencytest"
	"kontrak/ent/subservice"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// maxTests bounds the tests of a sub-service that are in use.
const maxTests = 50

// linkLength bounds an address, in letters.
const linkLength = 1000

// CompetencyTestDetails are what may change of a competency test. A new one needs a
// name.
type CompetencyTestDetails struct {
	Name, Description Optional[string]
	// URL is where it can be taken.
	URL Optional[string]
	// PassingScore is of 100: null for none.
	PassingScore Optional[int64]
	Active       Optional[bool]
}

var competencyTests = noun[ent.CompetencyTest]{
	name: lifecycle.NounCompetencyTest,
	of: func(r *ent.CompetencyTest) record {
		return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.CompetencyTest, error) {
		return tx.CompetencyTest.Query().Where(competencytest.ID(id), store.ForUpdate).Only(ctx)
	},
	refers: func(ctx context.Context, on *ent.Client, bad *fault.Fields, next *ent.CompetencyTest) error {
		known, err := on.SubService.Query().Where(subservice.ID(next.SubServiceID)).Exist(ctx)
		bad.Check(known || err != nil, "sub_service_id", "is no sub-service")
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.CompetencyTest) error {
		// Whoever adds one to a sub-service holds the sub-service meanwhile.
		_, err := subServices.find(ctx, tx, next.SubServiceID)
		if err != nil || !next.Active || before != nil && before.Active {
			return err
		}
		inUse, err := tx.CompetencyTest.Query().Where(competencytest.SubServiceID(next.SubServiceID), competencytest.Active(true)).Count(ctx)
		return roomFor(maxTests, "tests of the sub-service", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.CompetencyTest) (int64, error) {
		made, err := tx.CompetencyTest.Create().SetSubServiceID(r.SubServiceID).SetName(r.Name).SetDescription(r.Description).SetURL(r.URL).
			SetNillablePassingScore(r.PassingScore).SetActive(r.Active).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.CompetencyTest, version int64) (int, error) {
		u := tx.CompetencyTest.Update().Where(competencytest.ID(r.ID), competencytest.Version(version)).
			SetName(r.Name).SetDescription(r.Description).SetURL(r.URL).SetActive(r.Active).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt)
		if r.PassingScore == nil {
			u.ClearPassingScore()
		} else {
			u.SetPassingScore(*r.PassingScore)
		}
		return u.Save(ctx)
	},
}

// CreateCompetencyTest makes a competency test of a sub-service.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also for no
// sub-service, and where maxTests of it are in use.
func (a *App) CreateCompetencyTest(ctx context.Context, subServiceID int64, in CompetencyTestDetails, unread fault.Fields) (*view.CompetencyTest, error) {
	return seen(a, seeWholeTest)(competencyTests.create(ctx, a, func(bad *fault.Fields, r *ent.CompetencyTest) {
		*r = ent.CompetencyTest{SubServiceID: subServiceID, Active: true}
		bad.Take(unread.Err(fault.InputInvalid))
		in.change(bad, r)
	}))
}

// UpdateCompetencyTest changes a competency test, which stays with its sub-service.
// What partners sent for it stays as it is.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID; STALE
// when somebody changed it after that version.
func (a *App) UpdateCompetencyTest(ctx context.Context, id, version int64, in CompetencyTestDetails) (*view.CompetencyTest, error) {
	return seen(a, seeWholeTest)(competencyTests.amend(ctx, a, id, version, in.change))
}

func (in CompetencyTestDetails) change(bad *fault.Fields, r *ent.CompetencyTest) {
	setText(in.Name, &r.Name)
	setText(in.Description, &r.Description)
	setText(in.URL, &r.URL)
	setNumber(in.PassingScore, &r.PassingScore)
	set(bad, "active", in.Active, &r.Active)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	checkLink(bad, "url", r.URL)
	bad.Check(r.PassingScore == nil || *r.PassingScore >= 0 && *r.PassingScore <= 100, "passing_score", "must be between 0 and 100")
}

// AllCompetencyTests lists all competency tests, by their number; those of one
// sub-service where it is given.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllCompetencyTests(ctx context.Context, subServiceID *int64, active *bool, p Page, unread fault.Fields) (*view.Page[view.CompetencyTest], error) {
	of := whereIs(competencytest.FieldSubServiceID, subServiceID)
	return listRecords(ctx, a, p, unread, records[ent.CompetencyTest, view.CompetencyTest]{
		id: func(r *ent.CompetencyTest) int64 { return r.ID }, see: oneByOne(seeWholeTest),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.CompetencyTest, error) {
			return on.CompetencyTest.Query().Where(of, whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.CompetencyTest.Query().Where(of, whereActive(active)).Count(ctx)
		},
	})
}

// seeWholeTest is the view of a competency test for the back office.
func seeWholeTest(_ *App, r *ent.CompetencyTest) *view.CompetencyTest {
	return seeTest(r, view.Anyone|view.Admin)
}

func seeTest(r *ent.CompetencyTest, ties view.Tie) *view.CompetencyTest {
	return view.See(&view.CompetencyTest{
		ID: r.ID, SubServiceID: r.SubServiceID, Name: r.Name, Description: filled(r.Description), URL: filled(r.URL), PassingScore: r.PassingScore,
		Active: &r.Active, Version: &r.Version, CreatedAt: &r.CreatedAt, UpdatedAt: &r.UpdatedAt,
	}, ties)
}

// setNumber puts the value of a field that may be none where it belongs, if it was
// sent.
func setNumber(o Optional[int64], to **int64) {
	if o.Sent() {
		*to = o.value
	}
}

// checkLink notes what is no address that a client may be sent to; an empty one is
// none.
func checkLink(bad *fault.Fields, name, link string) {
	if link == "" {
		return
	}
	checkText(bad, name, link, 0, linkLength)
	u, err := url.Parse(link)
	bad.Check(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "", name, "must be an address such as https://example.com/page")
}
