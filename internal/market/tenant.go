package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
)

// keeps tells whether the caller may change what the institution keeps beside its
// agreements: counterparties, tags, assets.
func keeps(who actor.Actor, institutionID int64) bool {
	return who.Is(actor.Admin) || slices.Contains(who.Institutions, institutionID)
}

// keep makes a new record of an institution: of the caller's only one for nil.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; those of create. What is wrong with
// the institution is noted before create, which answers it together with the rest.
func (a *App) keep(ctx context.Context, institutionID *int64, unread fault.Fields, create func(context.Context, *ent.Tx, int64, *fault.Fields) error) error {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return err
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		bad := unread
		tenant, err := tenantOf(ctx, tx.Client(), who, institutionID, &bad)
		if err != nil {
			return err
		}
		return create(ctx, tx, tenant, &bad)
	})
}

// tenantOf gives the institution that a new record is to belong to, and notes when
// there is none that the caller may make it for.
func tenantOf(ctx context.Context, on *ent.Client, who actor.Actor, id *int64, bad *fault.Fields) (int64, error) {
	switch {
	case id == nil && len(who.Institutions) == 1:
		return who.Institutions[0], nil
	case id == nil:
		bad.Add("institution_id", "is required: you act for %d institutions", len(who.Institutions))
		return 0, nil
	}
	// access: an institution outside the caller's list is not told apart from an
	// unknown one.
	known := keeps(who, *id)
	if known && who.Is(actor.Admin) {
		var err error
		if known, err = institutionExists(ctx, on, *id); err != nil {
			return 0, err
		}
	}
	bad.Check(known, "institution_id", "is not one of your institutions")
	return *id, nil
}

// oneAtATime has those wait who add to what an institution may have so many of, 0 for the
// back office, until the transaction ends that adds now: what each counts then stays true
// until its own is there. It locks a row that all of them share; the first account of the
// back office stands for that.
func oneAtATime(ctx context.Context, on *ent.Client, institutionID int64) error {
	if institutionID != 0 {
		_, err := on.Institution.Query().Where(institution.ID(institutionID), store.ForUpdate).IDs(ctx)
		return err
	}
	_, err := on.User.Query().Where(user.RoleEQ(actor.Admin), store.ForUpdate).Order(user.ByID()).Limit(1).IDs(ctx)
	return err
}
