package testkit_test

import (
	"testing"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

func TestPapersAreTheAgreementsThatAreListed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		papers := app.Papers(t, 300, 7)
		want := map[int64]bool{}
		signed, twice := 0, 0
		for _, p := range papers {
			if p.DeletedAt == nil {
				want[p.ID] = true
			}
			if p.Latest() != nil {
				signed++
			}
			if len(p.Signatures) > 1 {
				twice++
			}
		}
		ctx := app.As("admin@demo.test")
		for offset := 0; ; offset += 100 {
			page, err := app.Market.Agreements(ctx, market.AgreementFilter{}, market.AgreementOrder{}, market.OffsetPage(offset, 100), market.AgreementEverything)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range page.Items {
				if !want[v.ID] {
					t.Errorf("%d is listed", v.ID)
				}
				delete(want, v.ID)
			}
			if !page.HasNext {
				break
			}
		}
		if len(want) > 0 || signed < 100 || twice < 20 {
			t.Errorf("%d are not listed; %d have a signature, %d two", len(want), signed, twice)
		}
	})
}
