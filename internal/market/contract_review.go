package market

import (
	"context"
	"fmt"
	"slices"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/ent/ratingitem"
	"kontrak/ent/review"
	"kontrak/ent/reviewrating"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// ReviewContract is what an institution says of completed work.
type ReviewContract struct {
	// Ratings rate every criterion in use, each once.
	Ratings []Rate
	Comment Optional[string]
}

// Rate is the rate of one criterion, 1 to 5.
type Rate struct {
	RatingItemID int64
	Rate         int
}

// commentLength bounds the comment of a review, in letters.
const commentLength = 2000

// RatingItems lists the criteria in use, by their position.
//
// Faults: UNAUTHENTICATED.
func (a *App) RatingItems(ctx context.Context) ([]*view.RatingItem, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := ratingItems(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	ties := view.Anyone
	if who.Is(actor.Admin) {
		ties |= view.Admin
	}
	list := make([]*view.RatingItem, len(rows))
	for i, r := range rows {
		list[i] = seeRatingItem(r, ties)
	}
	return list, nil
}

func ratingItems(ctx context.Context, on *ent.Client) ([]*ent.RatingItem, error) {
	return on.RatingItem.Query().Where(ratingitem.Active(true)).Order(ratingitem.ByPosition(), ratingitem.ByID()).All(ctx)
}

// ReviewContract rates the work of a completed contract: once.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID unless every criterion in use is rated once, from 1 to 5; WRONG_STATE
// unless it is completed, and where there is a review already; STALE.
func (a *App) ReviewContract(ctx context.Context, id int64, in ReviewContract, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &reviewing{App: a, named: lifecycle.ActReview, in: in}, w)
}

// UpdateReview changes a review, for some days after it was written.
//
// Faults: as ReviewContract; WRONG_STATE where there is none; DEADLINE_PASSED once
// those days are over.
func (a *App) UpdateReview(ctx context.Context, id int64, in ReviewContract, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &reviewing{App: a, named: lifecycle.ActEditReview, in: in}, w)
}

// reviewing is the deed of ReviewContract and of UpdateReview.
type reviewing struct {
	*App
	named lifecycle.ContractAction
	in    ReviewContract
}

func (d *reviewing) action() lifecycle.ContractAction { return d.named }

func (d *reviewing) check(ctx context.Context, on *ent.Client, c *facts) error {
	items, err := once(c, "criteria", func([]*contractRow) ([]*ent.RatingItem, error) { return ratingItems(ctx, on) })
	if err != nil {
		return err
	}
	var bad fault.Fields
	rated := map[int64]bool{}
	for i, r := range d.in.Ratings {
		at := fmt.Sprintf("ratings[%d]", i)
		known := slices.ContainsFunc(items, func(item *ent.RatingItem) bool { return item.ID == r.RatingItemID })
		bad.Check(known, at+".rating_id", "is none of the criteria")
		bad.Check(!rated[r.RatingItemID], at+".rating_id", "is rated twice")
		bad.Check(r.Rate >= 1 && r.Rate <= 5, at+".rate", "must be a whole number from 1 to 5")
		rated[r.RatingItemID] = true
	}
	bad.Check(len(items) > 0, "ratings", "cannot be given: there is no criterion in use")
	for _, item := range items {
		bad.Check(rated[item.ID], "ratings", "must rate every criterion: %s (%d) is missing", item.Name, item.ID)
	}
	checkText(&bad, "comment", d.in.Comment.Or(""), 0, commentLength)
	return bad.Err(fault.InputInvalid)
}

func (d *reviewing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	told := d.announce(topicChanged)
	if d.named == lifecycle.ActReview {
		told = d.announce("review_received")
	}
	steps := []step{d.save, told}
	return moveContract(ctx, tx, c.row, move{event: lifecycle.ContractReview, by: c.who, now: c.now, beside: steps})
}

// overall is the average of the rates in tenths, half a tenth rounded up.
func (d *reviewing) overall() int64 {
	total := 0
	for _, r := range d.in.Ratings {
		total += r.Rate
	}
	n := len(d.in.Ratings)
	return int64((total*20 + n) / (2 * n))
}

// save writes the review with its rates, and the partner's summary. The summary is
// added to, not computed anew, so that two reviews at once both count.
func (d *reviewing) save(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
	overall := d.overall()
	before, rated, err := reviewOf(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	summary := tx.Partner.Update().Where(partner.ID(r.partnerID)).AddVersion(1).SetUpdatedAt(m.now)
	var after *ent.Review
	if before == nil {
		after, err = d.create(ctx, tx, r, m, overall)
		summary.AddReviewsCount(1).AddReviewsTenths(overall)
	} else {
		after, err = d.update(ctx, tx, before, m, overall)
		summary.AddReviewsTenths(overall - before.OverallTenths)
	}
	if err != nil {
		return nil, err
	}
	rates := make([]*ent.ReviewRatingCreate, len(d.in.Ratings))
	for i, rate := range d.in.Ratings {
		rates[i] = tx.ReviewRating.Create().SetInstitutionID(r.institutionID).SetReviewID(after.ID).
			SetRatingItemID(rate.RatingItemID).SetRate(rate.Rate).SetCreatedAt(m.now).SetUpdatedAt(m.now)
	}
	made, err := tx.ReviewRating.CreateBulk(rates...).Save(ctx)
	if err != nil {
		return nil, err
	}
	return changelog.Of(changelog.Review, changelog.ReviewText(before, rated), changelog.ReviewText(after, made)), summary.Exec(ctx)
}

// reviewOf reads the review of a contract with its rates; nil where there is none.
func reviewOf(ctx context.Context, tx *ent.Tx, r *contractRow) (*ent.Review, []*ent.ReviewRating, error) {
	before, err := tx.Review.Query().Where(review.ContractID(r.id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	rated, err := tx.ReviewRating.Query().Where(reviewrating.ReviewID(before.ID)).All(ctx)
	return before, rated, err
}

func (d *reviewing) create(ctx context.Context, tx *ent.Tx, r *contractRow, m *move, overall int64) (*ent.Review, error) {
	return tx.Review.Create().
		SetInstitutionID(r.institutionID).SetContractID(r.id).SetPartnerID(r.partnerID).SetCreatedByID(m.by.UserID).
		SetOverallTenths(overall).SetComment(d.in.Comment.Or("")).SetCreatedAt(m.now).SetUpdatedAt(m.now).Save(ctx)
}

func (d *reviewing) update(ctx context.Context, tx *ent.Tx, before *ent.Review, m *move, overall int64) (*ent.Review, error) {
	if _, err := tx.ReviewRating.Delete().Where(reviewrating.ReviewID(before.ID)).Exec(ctx); err != nil {
		return nil, err
	}
	changed := *before
	changed.OverallTenths, changed.Comment, changed.UpdatedAt = overall, d.in.Comment.Or(before.Comment), m.now
	changed.Version++
	return &changed, tx.Review.Update().Where(review.ID(before.ID)).
		SetOverallTenths(changed.OverallTenths).SetComment(changed.Comment).AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
}
