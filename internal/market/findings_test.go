package market_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// partnerOf gives the context of a call by the partner of a contract.
func partnerOf(t testing.TB, app *testkit.App, id int64) context.Context {
	t.Helper()
	c := app.Store.Client().Contract.GetX(t.Context(), id)
	p := app.Store.Client().Partner.Query().Where(partner.ID(c.PartnerID)).OnlyX(t.Context())
	return app.As(app.Store.Client().User.Query().Where(user.ID(p.UserID)).OnlyX(t.Context()).Email)
}

func found(key string, values ...string) market.FindingSection {
	s := market.FindingSection{Key: key}
	for i := 0; i < len(values); i += 2 {
		s.Items = append(s.Items, market.Finding{Key: values[i], Value: &values[i+1]})
	}
	return s
}

var goodFindings = []market.FindingSection{
	found("condition", "appearance", "worn", "powers_on", "true"), found("measurement", "voltage", "221.5"),
	found("photos", "name_plate", "photos[0]"),
}

// firstWrites tells of each change of a field, in a history as somebody sees it, whether
// it was the first write: only that one is from nothing.
func firstWrites(t testing.TB, app *testkit.App, as, field string, id int64) string {
	t.Helper()
	var b strings.Builder
	for _, e := range historyOf(t, app, as, id).Items {
		for _, c := range e.Changes {
			switch {
			case c.Field != field:
			case c.To == nil:
				t.Errorf("%s has become nothing", field)
			case c.From == nil:
				b.WriteString("first ")
			default:
				b.WriteString("change ")
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestWhatWasFoundIsWrittenDownOnceAndChangedWhileWorkGoesOn(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		id := app.World.Contract("running_branch")
		ctx, m := partnerOf(t, app, id), app.Market
		photos := market.Some([]market.Attachment{{Upload: testkit.Upload(testkit.PNG)}})

		v, err := m.InspectContract(ctx, id, market.InspectContract{Sections: market.Some(goodFindings), Photos: photos}, everything)
		if err != nil || v.Inspection.Status != lifecycle.InspectionDraft || len(v.Inspection.Photos) != 1 ||
			!strings.HasPrefix(*v.Inspection.Sections[2].Items[0].Value, testkit.PublicURL+"/files/"+v.Inspection.Photos[0].Name+"?") {
			t.Fatalf("inspected: %+v, %v", v, err)
		}
		if _, err = m.InspectContract(ctx, id, market.InspectContract{Sections: market.Some(goodFindings)}, everything); codeOf(err) != fault.InputInvalid && codeOf(err) != fault.WrongState {
			t.Errorf("a second inspection: %v", err)
		}
		conclude := market.ConcludeContract{Result: market.Some(lifecycle.ResultGood), Summary: market.Some("All is well.")}
		if _, err = m.ConcludeContract(ctx, id, conclude, everything); codeOf(err) != fault.WrongState {
			t.Errorf("a conclusion before the inspection is submitted: %v", err)
		}
		// What is absent stays: sections and photos.
		if v, err = m.UpdateInspection(ctx, id, market.InspectContract{Submit: true}, everything); err != nil ||
			v.Inspection.Status != lifecycle.InspectionSubmitted || len(v.Inspection.Photos) != 1 || *v.Inspection.Sections[0].Items[0].Value != "worn" {
			t.Fatalf("submitted: %+v, %v", v, err)
		}
		if v, err = m.ConcludeContract(ctx, id, conclude, everything); err != nil || v.Conclusion.Result != lifecycle.ResultGood || v.Conclusion.Recommendation != nil {
			t.Fatalf("concluded: %+v, %v", v, err)
		}
		change := market.ConcludeContract{Recommendation: market.Some("Look again in May.")}
		if v, err = m.UpdateConclusion(ctx, id, change, everything); err != nil || v.Conclusion.Summary != "All is well." || *v.Conclusion.Recommendation != "Look again in May." {
			t.Fatalf("changed: %+v, %v", v, err)
		}
		change.Recommendation = market.Null[string]()
		if v, err = m.UpdateConclusion(ctx, id, change, everything); err != nil || v.Conclusion.Recommendation != nil {
			t.Fatalf("cleared: %+v, %v", v, err)
		}
		for _, as := range []string{institution, "admin@demo.test"} {
			if got := firstWrites(t, app, as, "inspection", id); got != "first change" {
				t.Errorf("the history tells %s of an inspection's %s", as, got)
			}
			if got := firstWrites(t, app, as, "conclusion", id); got != "first change change" {
				t.Errorf("the history tells %s of a conclusion's %s", as, got)
			}
		}
	})
}

func TestAReviewCountsForThePartnerAndCanBeChangedForAWhile(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, m, id := app.As(institution), app.Market, app.World.Contract("to_review")
		partnerID := app.Store.Client().Contract.GetX(t.Context(), id).PartnerID
		before := app.Store.Client().Partner.GetX(t.Context(), partnerID)
		items, err := m.RatingItems(ctx)
		if err != nil || len(items) < 2 {
			t.Fatal(items, err)
		}
		rates := func(n int) (list []market.Rate) {
			for _, item := range items {
				list = append(list, market.Rate{RatingItemID: item.ID, Rate: n})
			}
			return list
		}
		v, err := m.ReviewContract(ctx, id, market.ReviewContract{Ratings: rates(4), Comment: market.Some("Tidy.")}, everything)
		if err != nil || v.Review.OverallRate != 4 || len(v.Review.Ratings) != len(items) || *v.Review.Comment != "Tidy." {
			t.Fatalf("reviewed: %+v, %v", v, err)
		}
		if _, err = m.ReviewContract(ctx, id, market.ReviewContract{Ratings: rates(1)}, everything); codeOf(err) != fault.WrongState {
			t.Errorf("a second review: %v", err)
		}
		app.Clock.Advance(7*24*time.Hour - time.Millisecond)
		if v, err = m.UpdateReview(ctx, id, market.ReviewContract{Ratings: rates(2)}, everything); err != nil || v.Review.OverallRate != 2 || *v.Review.Comment != "Tidy." {
			t.Fatalf("changed: %+v, %v", v, err)
		}
		app.Clock.Advance(time.Millisecond)
		if _, err = m.UpdateReview(ctx, id, market.ReviewContract{Ratings: rates(3)}, everything); codeOf(err) != fault.DeadlinePassed {
			t.Errorf("too late: %v", err)
		}
		after := app.Store.Client().Partner.GetX(t.Context(), partnerID)
		if got := firstWrites(t, app, institution, "review", id); got != "first change" {
			t.Errorf("the history tells of a review's %s", got)
		}
		if after.ReviewsCount != before.ReviewsCount+1 || after.ReviewsTenths != before.ReviewsTenths+20 {
			t.Errorf("the summary went from %d/%d to %d/%d", before.ReviewsTenths, before.ReviewsCount, after.ReviewsTenths, after.ReviewsCount)
		}
	})
}

func TestFindingsThatDoNotFitAreNamedAllAtOnceAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		id, reviewed := app.World.Contract("running_branch"), app.World.Contract("to_review")
		worker, owner := partnerOf(t, app, id), app.As(institution)
		inspect := func(submit bool, sections ...market.FindingSection) error {
			_, err := app.Market.InspectContract(worker, id, market.InspectContract{Sections: market.Some(sections), Submit: submit}, everything)
			return err
		}
		review := func(rates ...market.Rate) error {
			_, err := app.Market.ReviewContract(owner, reviewed, market.ReviewContract{Ratings: rates}, everything)
			return err
		}
		conclude := func(in market.ConcludeContract) error {
			_, err := app.Market.ConcludeContract(worker, id, in, everything)
			return err
		}
		before := app.Snapshot(t)
		for _, c := range []struct {
			name   string
			err    error
			code   fault.Code
			detail string
		}{
			{"no such section", inspect(false, found("engine", "x", "1")), fault.InputInvalid, "sections[0].key"},
			{"a section twice", inspect(false, found("condition"), found("condition")), fault.InputInvalid, "sections[1].key names a section twice"},
			{"no such item", inspect(false, found("condition", "smell", "bad")), fault.InputInvalid, "sections[0].items[0].key"},
			{"an item twice", inspect(false, found("condition", "appearance", "worn", "appearance", "worn")), fault.InputInvalid, "sections[0].items[1].key"},
			{"no option", inspect(false, found("condition", "appearance", "lovely")), fault.InputInvalid, "must be one of clean, worn, damaged"},
			{"no boolean", inspect(false, found("condition", "powers_on", "yes")), fault.InputInvalid, "must be true or false"},
			{"no number", inspect(false, found("measurement", "voltage", "much")), fault.InputInvalid, "must be a number"},
			{"no photo", inspect(false, found("photos", "name_plate", "photos[3]")), fault.InputInvalid, "photos[N]"},
			{"a foreign file", inspect(false, found("photos", "name_plate", "secret.png")), fault.InputInvalid, "photos[N]"},
			{"too long", inspect(false, found("measurement", "remark", strings.Repeat("ä", 2001))), fault.InputInvalid, "at most 2000 letters"},
			{"not complete", inspect(true, found("condition", "appearance", "worn")), fault.InputInvalid, "sections.condition.powers_on is required"},
			{"two at once", inspect(false, found("condition", "appearance", "lovely", "powers_on", "yes")), fault.InputInvalid, "true or false"},
			{"no result", conclude(market.ConcludeContract{Summary: market.Some("x")}), fault.InputInvalid, "result"},
			{"no summary", conclude(market.ConcludeContract{Result: market.Some(lifecycle.ResultGood)}), fault.InputInvalid, "summary is required"},
			{"no rates", review(), fault.InputInvalid, "ratings must rate every criterion"},
			{"no such criterion", review(market.Rate{RatingItemID: 999, Rate: 3}), fault.InputInvalid, "ratings[0].rating_id"},
			{"six of five", review(market.Rate{RatingItemID: 1, Rate: 6}), fault.InputInvalid, "ratings[0].rate"},
		} {
			if codeOf(c.err) != c.code || !strings.Contains(detailOf(c.err), c.detail) {
				t.Errorf("%s: %v (%s)", c.name, c.err, detailOf(c.err))
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %q", differing(before, after))
		}
	})
}
