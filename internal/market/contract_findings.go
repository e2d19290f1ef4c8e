package market

import (
	"context"
	"encoding/json"

	"kontrak/ent/conclusion"
	"kontrak/ent/inspection"
	"kontrak/ent/ratingitem"
	"kontrak/ent/review"
	"kontrak/ent/reviewrating"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	stdsql "database/sql"
	"time"

	"entgo.io/ent/dialect/sql"
)

// inspectionRow is an inspection as the database has it.
type inspectionRow struct {
	contractID         int64
	sections, photos   []byte
	started, submitted stdsql.Null[time.Time]
	view               view.Inspection
}

func (l *contractLoad) readInspections(ctx context.Context) error {
	type row = inspectionRow
	t := sql.Table(inspection.Table).As("t")
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.take(t, inspection.FieldContractID, func(r *row) any { return &r.contractID })
	s.take(t, inspection.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, inspection.FieldStatus, func(r *row) any { return &r.view.Status })
	s.take(t, inspection.FieldTemplateCode, func(r *row) any { return &r.view.TemplateCode })
	s.take(t, inspection.FieldTemplateName, func(r *row) any { return &r.view.TemplateName })
	s.take(t, inspection.FieldSections, func(r *row) any { return &r.sections })
	s.take(t, inspection.FieldPhotos, func(r *row) any { return &r.photos })
	s.take(t, inspection.FieldStartedAt, func(r *row) any { return &r.started })
	s.take(t, inspection.FieldSubmittedAt, func(r *row) any { return &r.submitted })
	s.take(t, inspection.FieldCreatedAt, func(r *row) any { return &r.view.CreatedAt })
	s.take(t, inspection.FieldUpdatedAt, func(r *row) any { return &r.view.UpdatedAt })
	s.Where(store.InP(t.C(inspection.FieldContractID), l.ids))
	l.inspections = make([]*view.Inspection, len(l.rows))
	var failed error
	err := each(ctx, l, s, func(r *row) int64 { return r.contractID }, func(i int, r *row) {
		var err error
		if l.inspections[i], err = l.app.seeInspection(r, l.ties(i), l.app.privateURL); err != nil {
			failed = err
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// privateURL gives the link of a private file.
func (a *App) privateURL(name string) string { return a.links.Private(name, a.wall()).URL }

// seeInspection makes the view of an inspection; link says what stands for a photo
// that is a finding.
func (a *App) seeInspection(r *inspectionRow, ties view.Tie, link func(name string) string) (*view.Inspection, error) {
	if err := json.Unmarshal(r.sections, &r.view.Sections); err != nil {
		return nil, err
	}
	for _, section := range r.view.Sections {
		view.Redact(section, ties)
		for _, item := range section.Items {
			if item.Kind == lifecycle.FindingPhoto && item.Value != nil {
				item.Value = new(link(*item.Value))
			}
			view.Redact(item, ties)
		}
	}
	r.view.Photos = a.privateFiles(r.photos)
	r.view.StartedAt, r.view.SubmittedAt = instant(r.started), instant(r.submitted)
	return view.See(&r.view, ties), nil
}

// conclusionRow is a conclusion as the database has it.
type conclusionRow struct {
	contractID     int64
	recommendation string
	photos         []byte
	view           view.Conclusion
}

func (l *contractLoad) readConclusions(ctx context.Context) error {
	type row = conclusionRow
	t := sql.Table(conclusion.Table).As("t")
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.take(t, conclusion.FieldContractID, func(r *row) any { return &r.contractID })
	s.take(t, conclusion.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, conclusion.FieldResult, func(r *row) any { return &r.view.Result })
	s.take(t, conclusion.FieldSummary, func(r *row) any { return &r.view.Summary })
	s.take(t, conclusion.FieldRecommendation, func(r *row) any { return &r.recommendation })
	s.take(t, conclusion.FieldPhotos, func(r *row) any { return &r.photos })
	s.take(t, conclusion.FieldCreatedAt, func(r *row) any { return &r.view.CreatedAt })
	s.take(t, conclusion.FieldUpdatedAt, func(r *row) any { return &r.view.UpdatedAt })
	s.Where(store.InP(t.C(conclusion.FieldContractID), l.ids))
	l.conclusions = make([]*view.Conclusion, len(l.rows))
	return each(ctx, l, s, func(r *row) int64 { return r.contractID }, func(i int, r *row) {
		l.conclusions[i] = l.app.seeConclusion(r, l.ties(i))
	})
}

func (a *App) seeConclusion(r *conclusionRow, ties view.Tie) *view.Conclusion {
	r.view.Recommendation = filled(r.recommendation)
	r.view.Photos = a.privateFiles(r.photos)
	return view.See(&r.view, ties)
}

// reviewRow is a review as the database has it.
type reviewRow struct {
	contractID, tenths int64
	comment            string
	view               view.Review
}

func (l *contractLoad) readReviews(ctx context.Context) error {
	type row = reviewRow
	t := sql.Table(review.Table).As("t")
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.take(t, review.FieldContractID, func(r *row) any { return &r.contractID })
	s.take(t, review.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, review.FieldOverallTenths, func(r *row) any { return &r.tenths })
	s.take(t, review.FieldComment, func(r *row) any { return &r.comment })
	s.take(t, review.FieldCreatedAt, func(r *row) any { return &r.view.CreatedAt })
	s.take(t, review.FieldUpdatedAt, func(r *row) any { return &r.view.UpdatedAt })
	s.Where(store.InP(t.C(review.FieldContractID), l.ids))
	l.reviews = make([]*view.Review, len(l.rows))
	byID := map[int64]*view.Review{}
	err := each(ctx, l, s, func(r *row) int64 { return r.contractID }, func(i int, r *row) {
		l.reviews[i] = r.see(l.ties(i))
		byID[r.view.ID] = l.reviews[i]
	})
	if err != nil || !l.wants.has(WantRatings) || len(byID) == 0 {
		return err
	}
	return l.readRatings(ctx, byID)
}

func (r *reviewRow) see(ties view.Tie) *view.Review {
	r.view.OverallRate = float64(r.tenths) / 10
	r.view.Comment = filled(r.comment)
	return view.See(&r.view, ties)
}

// ratingRow is the rate that a review gives one criterion.
type ratingRow struct {
	reviewID int64
	view     view.Rating
}

func (l *contractLoad) readRatings(ctx context.Context, reviews map[int64]*view.Review) error {
	type row = ratingRow
	ids := make([]int64, 0, len(reviews))
	for id := range reviews {
		ids = append(ids, id)
	}
	t, item := sql.Table(reviewrating.Table).As("t"), sql.Table(ratingitem.Table).As("ri")
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.Join(item).On(item.C(ratingitem.FieldID), t.C(reviewrating.FieldRatingItemID))
	s.take(t, reviewrating.FieldReviewID, func(r *row) any { return &r.reviewID })
	s.take(t, reviewrating.FieldRatingItemID, func(r *row) any { return &r.view.RatingItemID })
	s.take(t, reviewrating.FieldRate, func(r *row) any { return &r.view.Rate })
	s.take(item, ratingitem.FieldName, func(r *row) any { return &r.view.Name })
	s.Where(store.InP(t.C(reviewrating.FieldReviewID), ids))
	s.OrderBy(item.C(ratingitem.FieldPosition), item.C(ratingitem.FieldID))
	rows, err := s.rows(ctx, l.on)
	for _, r := range rows {
		of := reviews[r.reviewID]
		of.Ratings = append(of.Ratings, view.See(&r.view, of.Ties()))
	}
	return err
}

// privateFiles gives the links of a stored list of file names.
func (a *App) privateFiles(stored []byte) []*view.File {
	var names []string
	if len(stored) == 0 || json.Unmarshal(stored, &names) != nil {
		return nil
	}
	files := make([]*view.File, 0, len(names))
	for _, name := range names {
		files = append(files, a.links.Private(name, a.wall()))
	}
	return files
}
