package nukitu

import (
	"context"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// What the bodies of findings need of a contract.
var (
	inspectionWants = market.ContractWants{Parts: market.WantInspection}
	conclusionWants = market.ContractWants{Parts: market.WantConclusion}
	reviewWants     = market.ContractWants{Parts: market.WantReview | market.WantRatings}
)

// modular answers GET /partner/contracts/{id}/modular.
func (d *dialect) modular(r *request) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	v, err := d.app.Contract(r.Context(), id, detailWants)
	if err != nil {
		return nil, err
	}
	t, err := d.app.InspectionTemplate(r.Context(), id)
	return data(modularData{Contract: toContractDetail(v), Template: maybe(t, toTemplate)}), err
}

// modularTemplate answers GET /partner/contracts/{id}/modular/template.
func (d *dialect) modularTemplate(r *request) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	t, err := d.app.InspectionTemplate(r.Context(), id)
	return data(templateData{Template: maybe(t, toTemplate)}), err
}

// inspection answers GET of a contract's inspection, for each role.
func (d *dialect) inspection(r *request) (any, error) {
	return found(r, d.app, inspectionWants, "inspection", toInspectionData)
}

// conclusion answers GET of a contract's conclusion, for each role.
func (d *dialect) conclusion(r *request) (any, error) {
	return found(r, d.app, conclusionWants, "conclusion", toConclusionData)
}

// review answers GET /contracts/{id}/review.
func (d *dialect) review(r *request) (any, error) {
	return found(r, d.app, reviewWants, "review", toReviewData)
}

// createInspection answers POST /partner/contracts/{id}/inspection.
func (d *dialect) createInspection(r *request) (any, error) {
	return newly(actOn(r, "inspection", toInspectionData, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.InspectContract(ctx, id, fromInspection(in), inspectionWants)
	}))
}

// updateInspection answers PATCH /partner/contracts/{id}/inspection.
func (d *dialect) updateInspection(r *request) (any, error) {
	return actOn(r, "inspection", toInspectionData, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.UpdateInspection(ctx, id, fromInspection(in), inspectionWants)
	})
}

// createConclusion answers POST /partner/contracts/{id}/inspection/conclusion.
func (d *dialect) createConclusion(r *request) (any, error) {
	return newly(actOn(r, "conclusion", toConclusionData, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.ConcludeContract(ctx, id, fromConclusion(in), conclusionWants)
	}))
}

// updateConclusion answers PATCH /partner/contracts/{id}/inspection/conclusion.
func (d *dialect) updateConclusion(r *request) (any, error) {
	return actOn(r, "conclusion", toConclusionData, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.UpdateConclusion(ctx, id, fromConclusion(in), conclusionWants)
	})
}

// createReview answers POST /contracts/{id}/review.
func (d *dialect) createReview(r *request) (any, error) {
	return newly(actOn(r, "review", toReviewData, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.ReviewContract(ctx, id, fromReview(in), reviewWants)
	}))
}

// updateReview answers PATCH /contracts/{id}/review.
func (d *dialect) updateReview(r *request) (any, error) {
	return actOn(r, "review", toReviewData, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.UpdateReview(ctx, id, fromReview(in), reviewWants)
	})
}

// ratings answers GET /contracts/{id}/ratings: the criteria are the same for every
// contract that the caller may know of.
func (d *dialect) ratings(r *request) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	if _, err := d.app.Contract(r.Context(), id, market.ContractWants{}); err != nil {
		return nil, err
	}
	items, err := d.app.RatingItems(r.Context())
	return data(each(items, toRatingItem)), err
}

// fromInspection reads an inspection. A client that says no status hands it in.
func fromInspection(in *attributes) market.InspectContract {
	status := in.oneOf("status", string(lifecycle.InspectionDraft), string(lifecycle.InspectionSubmitted))
	return market.InspectContract{
		Sections: mapped(in.list("sections"), fromSection), Photos: in.pictures("photos"),
		Submit: status != string(lifecycle.InspectionDraft),
	}
}

func fromSection(in *attributes) market.FindingSection {
	return market.FindingSection{Key: in.text("key"), Items: mapped(in.list("items"), fromFinding).Or(nil)}
}

func fromFinding(in *attributes) market.Finding {
	return market.Finding{Key: in.text("key"), Value: in.written("value"), Note: in.note("note")}
}

func fromConclusion(in *attributes) market.ConcludeContract {
	return market.ConcludeContract{
		Result:  optionalAs[lifecycle.ConclusionResult](in.optional("result")),
		Summary: in.optional("summary"), Recommendation: in.optional("recommendation"), Photos: in.pictures("photos"),
	}
}

func fromReview(in *attributes) market.ReviewContract {
	rate := func(in *attributes) market.Rate {
		return market.Rate{RatingItemID: in.id("rating_id"), Rate: in.whole("rate")}
	}
	return market.ReviewContract{Ratings: mapped(in.list("ratings"), rate).Or(nil), Comment: in.optional("comment")}
}
