package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/conclusion"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ConcludeContract is what an inspection came to. What is absent stays as it is.
type ConcludeContract struct {
	Result         Optional[lifecycle.ConclusionResult]
	Summary        Optional[string]
	Recommendation Optional[string]
	Photos         Optional[[]Attachment] // replace those that are there
}

// The bounds of a conclusion, in letters.
const conclusionLength = 5000

// ConcludeContract writes the conclusion of a contract: one each, once its
// inspection is submitted.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND; INVALID
// without a result or a summary; WRONG_STATE unless work is in progress, without a
// submitted inspection, and where there is a conclusion already; STALE; BUSY.
func (a *App) ConcludeContract(ctx context.Context, id int64, in ConcludeContract, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, newConcluding(a, lifecycle.ActConclude, in), w)
}

// UpdateConclusion changes the conclusion of a contract.
//
// Faults: as ConcludeContract; WRONG_STATE where there is none.
func (a *App) UpdateConclusion(ctx context.Context, id int64, in ConcludeContract, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, newConcluding(a, lifecycle.ActEditConclusion, in), w)
}

// concluding is the deed of ConcludeContract and of UpdateConclusion.
type concluding struct {
	*App
	named  lifecycle.ContractAction
	in     ConcludeContract
	photos uploads
	before *ent.Conclusion // what check found; empty where there is none
}

func newConcluding(a *App, named lifecycle.ContractAction, in ConcludeContract) *concluding {
	return &concluding{App: a, named: named, in: in, photos: uploads{
		field: "photos", purpose: "conclusion_photo", sent: in.Photos.Or(nil),
	}}
}

func (d *concluding) action() lifecycle.ContractAction { return d.named }

func (d *concluding) brings() []*uploads { return []*uploads{&d.photos} }

func (d *concluding) check(ctx context.Context, on *ent.Client, c *facts) error {
	before, err := conclusionFound(ctx, on, c)
	if err != nil {
		return err
	}
	if before == nil {
		before = &ent.Conclusion{}
		if d.named == lifecycle.ActEditConclusion {
			// The law says that there is none: nothing that is missing has to be sent.
			before.Result, before.Summary = lifecycle.ResultGood, "none"
		}
	}
	d.before = before
	var bad fault.Fields
	result := d.in.Result.Or(before.Result)
	bad.Check(slices.Contains(lifecycle.ConclusionResults, result), "result", "must be one of %s", join(lifecycle.ConclusionResults, ", "))
	checkText(&bad, "summary", d.in.Summary.Or(before.Summary), 1, conclusionLength)
	checkText(&bad, "recommendation", d.in.Recommendation.Or(before.Recommendation), 0, conclusionLength)
	if err := d.photos.check(&bad, before.Photos); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

func (d *concluding) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractConclude, by: c.who, now: c.now,
		beside: []step{storeUploads(&d.photos), d.save, d.announce(topicChanged)},
	})
}

func (d *concluding) save(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
	photos := d.before.Photos
	if d.in.Photos.Sent() {
		photos = d.photos.names()
	}
	if photos == nil {
		photos = []string{}
	}
	result, summary := d.in.Result.Or(d.before.Result), d.in.Summary.Or(d.before.Summary)
	advice := d.in.Recommendation.Or(d.before.Recommendation)
	if d.before.ID == 0 {
		made, err := tx.Conclusion.Create().
			SetInstitutionID(r.institutionID).SetContractID(r.id).
			SetResult(result).SetSummary(summary).SetRecommendation(advice).SetPhotos(photos).
			SetCreatedAt(m.now).SetUpdatedAt(m.now).Save(ctx)
		return changelog.Of(changelog.Conclusion, changelog.One[ent.Conclusion](nil), changelog.One(made)), err
	}
	changed := *d.before
	changed.Result, changed.Summary, changed.Recommendation, changed.Photos, changed.UpdatedAt = result, summary, advice, photos, m.now
	changed.Version++
	err := tx.Conclusion.Update().Where(conclusion.ID(d.before.ID)).
		SetResult(result).SetSummary(summary).SetRecommendation(advice).SetPhotos(photos).
		AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
	return changelog.Of(changelog.Conclusion, changelog.One(d.before), changelog.One(&changed)), err
}
