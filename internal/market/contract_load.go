package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/view"
)

// contractLoad turns the rows of one statement into finished views: it reads the
// wanted lists of all of them, each in one statement of the same snapshot, and
// leaves out what the caller may not see.
type contractLoad struct {
	app   *App
	on    *ent.Client
	who   actor.Actor
	now   time.Time
	wants ContractWants
	// also are ties that the caller had before the action which it is answered.
	also view.Tie

	settings settings // read only for what needs them

	rows []*contractRow
	// today are the contracts as they are now where the rows are of another time: the
	// law of today governs the past too. It is nil where the rows are of today.
	today []*contractRow
	ids   []int64
	at    map[int64]int // index of a contract by its id

	schedules   [][]*view.Schedule
	contacts    [][]*view.ContactPerson
	items       [][]*view.PricingItem
	assignments [][]*assignmentRow
	adjustments [][]*view.TimeAdjustment
	inspections []*view.Inspection
	conclusions []*view.Conclusion
	reviews     []*view.Review
	partners    *partnerParts
}

// seeContracts gives the views of the rows, in their order.
func (a *App) seeContracts(ctx context.Context, on *ent.Client, who actor.Actor, now time.Time, rows []*contractRow, w ContractWants, also view.Tie) ([]*view.Contract, error) {
	l := &contractLoad{app: a, on: on, who: who, now: now, wants: w, also: also, rows: rows}
	l.ids = make([]int64, len(rows))
	l.at = make(map[int64]int, len(rows))
	for i, r := range rows {
		l.ids[i], l.at[r.id] = r.id, i
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if err := l.read(ctx); err != nil {
		return nil, err
	}
	views := make([]*view.Contract, len(rows))
	for i := range rows {
		views[i] = l.see(i)
	}
	return views, nil
}

// ties gives the caller's ties to a row, with those it had before its action.
func (l *contractLoad) ties(i int) view.Tie { return contractTies(l.who, l.present(i)) | l.also }

// present gives the contract as it is now.
func (l *contractLoad) present(i int) *contractRow {
	if l.today != nil {
		return l.today[i]
	}
	return l.rows[i]
}

// read runs one statement for each wanted list, one after the other: a snapshot
// is one connection.
func (l *contractLoad) read(ctx context.Context) error {
	for _, part := range []struct {
		want ContractWant
		read func(context.Context) error
	}{
		{WantSchedules, l.readSchedules},
		{WantContactPersons, l.readContactPersons},
		{WantPricingItems, l.readPricingItems},
		{WantAssignments, l.readAssignments},
		{WantTimeAdjustments, l.readTimeAdjustments},
		{WantInspection, l.readInspections},
		{WantConclusion, l.readConclusions},
		{WantReview | WantRatings, l.readReviews},
	} {
		if !l.wants.has(part.want) {
			continue
		}
		if err := part.read(ctx); err != nil {
			return err
		}
	}
	if l.wants.has(WantReminder) {
		var err error
		if l.settings, err = readSettings(ctx, l.on); err != nil {
			return err
		}
	}
	return l.readPartners(ctx)
}

// readPartners reads what is wanted of every partner that the contracts and
// their assignments name.
func (l *contractLoad) readPartners(ctx context.Context) error {
	var rows []*partnerRow
	if l.wants.has(WantPartner) {
		for _, r := range l.rows {
			rows = append(rows, &r.partner)
		}
	}
	for _, list := range l.assignments {
		for _, r := range list {
			rows = append(rows, &r.partner)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	var err error
	l.partners, err = l.app.readPartnerParts(ctx, l.on, l.who, rows, l.wants.Partner, priceOf{})
	return err
}

// each runs a selection over a table whose rows belong to contracts and hands
// every row to put with the index of its contract.
func each[R any](ctx context.Context, l *contractLoad, s *selection[R], contractID func(*R) int64, put func(i int, r *R)) error {
	rows, err := s.rows(ctx, l.on)
	if err != nil {
		return err
	}
	for _, r := range rows {
		put(l.at[contractID(r)], r)
	}
	return nil
}
