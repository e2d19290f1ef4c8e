package market_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

func viewID(v *view.Contract) int64 { return v.ID }

// listAll reads a whole list by its numbered pages.
func listAll(ctx context.Context, t testing.TB, app *testkit.App, f market.ContractFilter, o market.ContractOrder, size int) ([]*view.Contract, int64) {
	t.Helper()
	var list []*view.Contract
	for number := 1; ; number++ {
		page, err := app.Market.Contracts(ctx, f, o, market.NumberedPage(number, size), market.ContractWants{})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, page.Items...)
		if page.HasPrevious != (number > 1) {
			t.Errorf("page %d says that something comes before it: %v", number, page.HasPrevious)
		}
		if !page.HasNext {
			return list, *page.Total
		}
	}
}

// TestEveryReadOfContractsAgreesWithTheRules holds list, look-up and single read
// of every account against the rules in plain Go, over every contract.
func TestEveryReadOfContractsAgreesWithTheRules(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 150)
		callers := w.callers()
		as := actors(t, app, callers)
		all := idsOf(w.contracts, contractID)
		asked := append([]int64{math.MaxInt64, all[0], 1 << 40}, all...)
		queued := 0
		for _, u := range callers {
			want := idsOf(w.known(u), contractID)
			list, total := listAll(as[u.ID], t, app, market.ContractFilter{}, market.ContractOrder{}, 100)
			if got := idsOf(list, viewID); !slices.Equal(got, want) || total != int64(len(want)) {
				t.Errorf("%s lists %v (total %d), want %v", u.Email, got, total, want)
			}
			found, err := app.Market.ContractsByID(as[u.ID], asked, market.ContractWants{})
			if err != nil || len(found) != len(asked) {
				t.Fatalf("%s: %d of %d, %v", u.Email, len(found), len(asked), err)
			}
			for i, v := range found {
				if v != nil && v.ID != asked[i] {
					t.Errorf("%s asked for %d and got %d", u.Email, asked[i], v.ID)
				}
				if (v != nil) != slices.Contains(want, asked[i]) {
					t.Errorf("%s finds contract %d: %v", u.Email, asked[i], v != nil)
				}
			}
			if u.Role == actor.Supervisor {
				queued += len(slices.DeleteFunc(slices.Clone(w.known(u)), func(c *ent.Contract) bool { return !waiting(c) }))
			}
		}
		if queued < 6 {
			t.Errorf("the supervisors' queues hold %d contracts: too few to say anything", queued)
		}
	})
}

// TestASingleReadTellsForeignAndMissingApartForNobody reads each contract of the
// demo by each demo account.
func TestASingleReadTellsForeignAndMissingApartForNobody(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := readTruth(t, app)
		callers := w.callers()
		as := actors(t, app, callers)
		for _, u := range callers {
			_, missing := app.Market.Contract(as[u.ID], 1<<40, market.ContractWants{})
			for _, c := range w.contracts {
				v, err := app.Market.Contract(as[u.ID], c.ID, market.ContractWants{})
				switch {
				case w.knows(u, c) && (err != nil || v.ID != c.ID):
					t.Errorf("%s may know of %d: %v", u.Email, c.ID, err)
				case !w.knows(u, c) && (codeOf(err) != fault.RecordNotFound || err.Error() != missing.Error()):
					t.Errorf("%s may not know of %d: %v, and of one that does not exist: %v", u.Email, c.ID, err, missing)
				}
			}
		}
		for _, id := range []int64{0, 1, -1, w.contracts[0].ID} {
			if _, err := app.Market.Contract(t.Context(), id, market.ContractWants{}); codeOf(err) != fault.TokenMissing {
				t.Errorf("nobody asks for %d: %v", id, err)
			}
		}
	})
}

// TestTheContractsOfInstitutionsAreThoseOfTheList: the list below each
// institution is the caller's list, cut by institution.
func TestTheContractsOfInstitutionsAreThoseOfTheList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 150)
		callers := w.callers()
		as := actors(t, app, callers)
		ids := idsOf(w.institutions, func(i *ent.Institution) int64 { return i.ID })
		accepted := []lifecycle.ContractStatus{lifecycle.ContractAccepted, lifecycle.ContractPartnerPending}
		for _, u := range callers {
			for _, f := range []market.ContractFilter{{}, {Statuses: accepted}, {PaymentStatuses: []lifecycle.PaymentStatus{lifecycle.PaymentUnpaid}}} {
				p, err := market.Connection{First: new(int32(4)), Total: true}.Page()
				if err != nil {
					t.Fatal(err)
				}
				pages, err := app.Market.ContractsOfInstitutions(as[u.ID], ids, f, p, market.ContractWants{})
				if err != nil || len(pages) != len(ids) {
					t.Fatalf("%s: %d of %d pages, %v", u.Email, len(pages), len(ids), err)
				}
				for i, page := range pages {
					want := w.kept(u, f, ids[i])
					first := want[:min(4, len(want))]
					if got := idsOf(page.Items, viewID); !slices.Equal(got, first) || *page.Total != int64(len(want)) || page.HasNext != (len(want) > 4) {
						t.Errorf("%s, institution %d: %v of %d, more: %v; want %v of %d", u.Email, ids[i], got, *page.Total, page.HasNext, first, len(want))
					}
				}
			}
		}
	})
}

// kept are the ids that a list of the institution keeps.
func (w *truth) kept(u *ent.User, f market.ContractFilter, institutionID int64) []int64 {
	var ids []int64
	for _, c := range w.known(u) {
		if c.InstitutionID == institutionID && w.fits(u, c, f) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
