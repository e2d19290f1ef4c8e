package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/ratingitem"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// maxCriteria is how many criteria a review rates at most.
const maxCriteria = 20

// RatingItemDetails are what may change of a criterion. Its name is fixed once it is
// made: reviews that are there say by it what they rated.
type RatingItemDetails struct {
	Description Optional[string]
	Position    Optional[int32] // from 1; a new one needs it
	Active      Optional[bool]
}

var ratingNoun = noun[ent.RatingItem]{
	name: lifecycle.NounRatingItem,
	of:   func(r *ent.RatingItem) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.RatingItem, error) {
		return tx.RatingItem.Query().Where(ratingitem.ID(id), store.ForUpdate).Only(ctx)
	},
	room: func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.RatingItem.Query().Where(ratingitem.Active(true), store.ForUpdate).Order(ratingitem.ByID()).IDs(ctx)
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.RatingItem) error {
		if before != nil && before.Active == next.Active || before == nil && !next.Active {
			return nil
		}
		inUse, err := tx.RatingItem.Query().Where(ratingitem.Active(true)).Count(ctx)
		if next.Active || err != nil {
			return roomFor(maxCriteria, "criteria", inUse, err)
		}
		var bad fault.Fields
		bad.Check(inUse > 1, "active", "cannot be false: a review needs one criterion at least, and this is the last in use")
		return bad.Err(fault.InputInvalid)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.RatingItem) (int64, error) {
		made, err := tx.RatingItem.Create().SetName(r.Name).SetDescription(r.Description).SetPosition(r.Position).SetActive(r.Active).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.RatingItem, version int64) (int, error) {
		return tx.RatingItem.Update().Where(ratingitem.ID(r.ID), ratingitem.Version(version)).
			SetDescription(r.Description).SetPosition(r.Position).SetActive(r.Active).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// CreateRatingItem makes a criterion, which every review from now on rates. Reviews
// that are there stay as they are.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also where
// maxCriteria are in use.
func (a *App) CreateRatingItem(ctx context.Context, name string, in RatingItemDetails) (*view.RatingItem, error) {
	return seen(a, seeWholeRatingItem)(ratingNoun.create(ctx, a, func(bad *fault.Fields, r *ent.RatingItem) {
		*r = ent.RatingItem{Active: true}
		setText(Some(name), &r.Name)
		checkText(bad, "name", r.Name, 1, nameLength)
		in.change(bad, r)
	}))
}

// UpdateRatingItem changes what explains a criterion, where it stands in the list,
// and whether reviews rate it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID, also
// for the last one in use; STALE when somebody changed it after that version.
func (a *App) UpdateRatingItem(ctx context.Context, id, version int64, in RatingItemDetails) (*view.RatingItem, error) {
	return seen(a, seeWholeRatingItem)(ratingNoun.amend(ctx, a, id, version, in.change))
}

// maxPosition bounds the place of a criterion in the list.
const maxPosition = 1000

func (in RatingItemDetails) change(bad *fault.Fields, r *ent.RatingItem) {
	position := int32(r.Position)
	setText(in.Description, &r.Description)
	set(bad, "position", in.Position, &position)
	set(bad, "active", in.Active, &r.Active)
	r.Position = int(position)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	bad.Check(position >= 1 && position <= maxPosition, "position", "must be between 1 and %d", maxPosition)
}

// AllRatingItems lists all criteria, by their number.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllRatingItems(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.RatingItem], error) {
	return listRecords(ctx, a, p, unread, records[ent.RatingItem, view.RatingItem]{
		id: func(r *ent.RatingItem) int64 { return r.ID }, see: oneByOne(seeWholeRatingItem),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.RatingItem, error) {
			return on.RatingItem.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.RatingItem.Query().Where(whereActive(active)).Count(ctx)
		},
	})
}

// seeWholeRatingItem is the view of a criterion for the back office.
func seeWholeRatingItem(_ *App, r *ent.RatingItem) *view.RatingItem {
	return seeRatingItem(r, view.Anyone|view.Admin)
}

func seeRatingItem(r *ent.RatingItem, ties view.Tie) *view.RatingItem {
	return view.See(&view.RatingItem{
		ID: r.ID, Name: r.Name, Description: filled(r.Description), Position: int32(r.Position),
		Active: &r.Active, Version: &r.Version, CreatedAt: &r.CreatedAt, UpdatedAt: &r.UpdatedAt,
	}, ties)
}
