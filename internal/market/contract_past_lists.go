package market

import (
	"context"
	stdsql "database/sql"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/ent/ratingitem"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// seePast makes the view of a contract as it was. Countdowns, and whether more time
// may be asked for, are those of the instant.
func (a *App) seePast(ctx context.Context, on *ent.Client, who actor.Actor, at time.Time, p *pastContract, w ContractWants) (*view.Contract, error) {
	l := &contractLoad{
		app: a, on: on, who: who, now: at, wants: w, rows: []*contractRow{p.row}, today: []*contractRow{p.today}, ids: []int64{p.row.id},
	}
	for _, fill := range []func(context.Context, changelog.State) error{
		l.fillLists, l.fillFindings, l.fillReview, l.fillPartner, l.fillAssignments,
	} {
		if err := fill(ctx, p.state); err != nil {
			return nil, err
		}
	}
	if w.has(WantReminder) {
		var err error
		if l.settings, err = readSettings(ctx, on); err != nil {
			return nil, err
		}
	}
	if err := l.readPartners(ctx); err != nil {
		return nil, err
	}
	return l.see(0), nil
}

// fillLists fills the lists from what the state tells of them.
func (l *contractLoad) fillLists(_ context.Context, state changelog.State) error {
	docs, err := readDocs(state)
	if err != nil {
		return err
	}
	ties, r := l.ties(0), l.rows[0]
	for _, t := range docs.adjustments {
		r.pendingRequest = r.pendingRequest || t.Status == lifecycle.AdjustmentPending
	}
	if !l.wants.has(WantPendingRequest) { // as it is where it is not read
		r.pendingRequest = false
	}
	if l.wants.has(WantSchedules) {
		l.schedules = [][]*view.Schedule{docs.seeSchedules(ties)}
	}
	if l.wants.has(WantContactPersons) {
		l.contacts = [][]*view.ContactPerson{docs.seeContacts(ties)}
	}
	if l.wants.has(WantPricingItems) {
		l.items = [][]*view.PricingItem{docs.seeItems(ties, r.currency)}
	}
	if l.wants.has(WantTimeAdjustments) {
		l.adjustments = [][]*view.TimeAdjustment{docs.seeAdjustments(ties)}
	}
	return nil
}

// fillFindings fills inspection and conclusion.
func (l *contractLoad) fillFindings(_ context.Context, state changelog.State) error {
	i, err := changelog.Read[*ent.Inspection](state[changelog.Inspection])
	if err != nil {
		return err
	}
	c, err := changelog.Read[*ent.Conclusion](state[changelog.Conclusion])
	if err != nil {
		return err
	}
	if i != nil && l.wants.has(WantInspection) {
		v, err := l.app.seeInspection(inspectionOf(i), l.ties(0), l.app.privateURL)
		if err != nil {
			return err
		}
		l.inspections = []*view.Inspection{v}
	}
	if c != nil && l.wants.has(WantConclusion) {
		l.conclusions = []*view.Conclusion{l.app.seeConclusion(conclusionOf(c), l.ties(0))}
	}
	return nil
}

// fillReview fills the review; its criteria are called as they are today.
func (l *contractLoad) fillReview(ctx context.Context, state changelog.State) error {
	r, err := changelog.Read[*changelog.Reviewed](state[changelog.Review])
	if err != nil || r == nil || !l.wants.has(WantReview|WantRatings) {
		return err
	}
	v := reviewOfRow(r).see(l.ties(0))
	l.reviews = []*view.Review{v}
	if !l.wants.has(WantRatings) {
		return nil
	}
	rates := map[int64]int{}
	var ids []int64
	for _, rate := range r.Ratings {
		rates[rate.RatingItemID] = rate.Rate
		ids = append(ids, rate.RatingItemID)
	}
	items, err := l.on.RatingItem.Query().Where(store.In(ratingitem.FieldID, ids)).Order(ratingitem.ByPosition(), ratingitem.ByID()).All(ctx)
	for _, item := range items {
		v.Ratings = append(v.Ratings, view.See(&view.Rating{
			RatingItemID: item.ID, Name: item.Name, Rate: int32(rates[item.ID]),
		}, v.Ties()))
	}
	return err
}

// fillPartner reads the partner that the contract had, where it has another now.
func (l *contractLoad) fillPartner(ctx context.Context, _ changelog.State) error {
	r := l.rows[0]
	if !l.wants.has(WantPartner) || r.partner.id == r.partnerID {
		return nil
	}
	found, err := l.partnersByID(ctx, []int64{r.partnerID})
	if err == nil {
		r.partner = *found[r.partnerID]
	}
	return err
}

// partnersByID reads partners, those that are listed no more among them.
func (l *contractLoad) partnersByID(ctx context.Context, ids []int64) (map[int64]*partnerRow, error) {
	s, t := l.app.selectPartners(l.wants.Partner, centre{})
	s.Where(store.InP(t.p.C(partner.FieldID), ids))
	rows, err := s.rows(ctx, l.on)
	found := make(map[int64]*partnerRow, len(rows))
	for _, r := range rows {
		found[r.id] = r
	}
	return found, err
}

// fillAssignments fills the tries that the caller may know of today.
func (l *contractLoad) fillAssignments(ctx context.Context, state changelog.State) error {
	if !l.wants.has(WantAssignments) {
		return nil
	}
	rows, err := changelog.Read[[]*ent.Assignment](state[changelog.Assignments])
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r *ent.Assignment) bool {
		return !pastTryVisible(l.who, l.ties(0), l.present(0), assignmentOf(r))
	})
	l.assignments = make([][]*assignmentRow, 1)
	if len(rows) == 0 {
		return nil
	}
	var partners, users []int64
	for _, r := range rows {
		partners, users = append(partners, r.PartnerID), append(users, r.AssignedByID)
	}
	found, err := l.partnersByID(ctx, partners)
	if err != nil {
		return err
	}
	people, err := l.on.User.Query().Where(store.In(user.FieldID, users)).Select(user.FieldFullName).All(ctx)
	names := map[int64]string{}
	for _, u := range people {
		names[u.ID] = u.FullName
	}
	for _, r := range rows {
		row := assignmentOf(r)
		row.partner, row.assignedByName = *found[r.PartnerID], names[r.AssignedByID]
		l.assignments[0] = append(l.assignments[0], row)
	}
	return err
}

// nullTime gives an instant as rows hold it.
func nullTime(at *time.Time) stdsql.Null[time.Time] {
	if at == nil {
		return stdsql.Null[time.Time]{}
	}
	return stdsql.Null[time.Time]{V: *at, Valid: true}
}
