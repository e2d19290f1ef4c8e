package market_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"

	"pgregory.net/rapid"
)

// TestPagesShowWhatStaysExactlyOnce: while agreements come and go between the pages of a
// list, each one that is there throughout is on exactly one page, whatever the list is
// sorted by and whichever way it is read; those without a key too.
func TestPagesShowWhatStaysExactlyOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Papers(t, 40, 7)
		me := app.As("institution@demo.test")
		home := app.World.Institutions["home"]
		rapid.Check(t, func(rt *rapid.T) {
			by := market.AgreementOrder{By: market.AgreementKey(rapid.IntRange(0, int(market.AgreementByCost)).Draw(rt, "by")), Descending: rapid.Bool().Draw(rt, "descending")}
			backward, size := rapid.Bool().Draw(rt, "backward"), new(int32(rapid.IntRange(1, 9).Draw(rt, "size")))
			stays, seen := map[int64]bool{}, map[int64]int{}
			for _, id := range pagedIDs(rt, app, by) {
				stays[id] = true
			}
			var cursor *string
			for page := range 2000 {
				c := market.Connection{First: size, After: cursor}
				if backward {
					c = market.Connection{Last: size, Before: cursor}
				}
				p, err := c.Page()
				if err != nil {
					rt.Fatal(err)
				}
				got, err := app.Market.Agreements(me, market.AgreementFilter{}, by, p, 0)
				if err != nil {
					rt.Fatal(err)
				}
				for _, v := range got.Items {
					seen[v.ID]++
				}
				if more := got.HasNext; len(got.Items) == 0 || !backward && !more || backward && !got.HasPrevious {
					break
				}
				cursor = &got.Cursors[len(got.Cursors)-1]
				if backward {
					cursor = &got.Cursors[0]
				}
				// One comes, and one goes: often the one that the position names. For a
				// while only: whoever reads towards what comes would never be done.
				if page >= 20 {
					continue
				}
				comeAgreement(rt, app, home, page)
				goes := got.Items[rapid.IntRange(0, len(got.Items)-1).Draw(rt, "goes")].ID
				app.Store.Client().Agreement.UpdateOneID(goes).SetDeletedAt(world.Now).ExecX(me)
				delete(stays, goes)
			}
			for _, id := range slices.Sorted(maps.Keys(stays)) {
				if seen[id] != 1 {
					rt.Errorf("agreement %d was shown %d times, by %+v, backward %v, %d at a time", id, seen[id], by, backward, *size)
				}
			}
		})
	})
}

func pagedIDs(rt *rapid.T, app *testkit.App, by market.AgreementOrder) []int64 {
	page, err := app.Market.Agreements(app.As("institution@demo.test"), market.AgreementFilter{}, by, market.OffsetPage(0, 10_000), 0)
	if err != nil {
		rt.Fatal(err)
	}
	ids := make([]int64, len(page.Items))
	for i, v := range page.Items {
		ids[i] = v.ID
	}
	return ids
}

// comeAgreement makes an agreement that stands anywhere in a list.
func comeAgreement(rt *rapid.T, app *testkit.App, institution int64, n int) {
	in := market.AgreementFields{
		Title: market.Some(fmt.Sprintf("%c%d", 'a'+rapid.IntRange(0, 25).Draw(rt, "letter"), n)), Cost: market.Some(int64(rapid.IntRange(0, 9_000_000).Draw(rt, "cost"))),
	}
	if rapid.Bool().Draw(rt, "has a period") {
		starts := world.Now.Add(time.Duration(rapid.IntRange(-500, 500).Draw(rt, "starts")) * time.Hour)
		in.StartsAt, in.EndsAt = market.Some(starts), market.Some(starts.Add(time.Hour))
	}
	if _, err := app.Market.CreateAgreement(app.As("institution@demo.test"), market.CreateAgreement{InstitutionID: &institution, AgreementFields: in}, 0); err != nil {
		rt.Fatal(err)
	}
}
