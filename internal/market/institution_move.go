package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// institutionRecords are how institutions are written. Nothing else writes one, nor what
// becomes of it.
var institutionRecords = noun[ent.Institution]{
	name: lifecycle.NounInstitution,
	of: func(r *ent.Institution) record {
		return record{id: &r.ID, version: &r.Version, createdAt: &r.CreatedAt, changeAt: &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.Institution, error) {
		return tx.Institution.Query().Where(institution.ID(id), store.ForUpdate).Only(ctx)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Institution) (int64, error) {
		made, err := tx.Institution.Create().SetPublicID(r.PublicID).SetUUID(r.UUID).SetName(r.Name).SetSearchName(r.SearchName).SetKind(r.Kind).
			SetAddress(r.Address).SetProvince(r.Province).SetCity(r.City).SetDistrict(r.District).SetSubdistrict(r.Subdistrict).SetPostcode(r.Postcode).
			SetLatitude(r.Latitude).SetLongitude(r.Longitude).SetZone(r.Zone).SetPhone(r.Phone).SetEmail(r.Email).SetPicture(r.Picture).
			SetStatus(r.Status).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, store.KeepName(ctx, tx, store.InstitutionNames, made.ID, r.SearchName)
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.Institution, version int64) (int, error) {
		return tx.Institution.Update().Where(institution.ID(r.ID), institution.Version(version)).
			SetName(r.Name).SetSearchName(r.SearchName).SetKind(r.Kind).
			SetAddress(r.Address).SetProvince(r.Province).SetCity(r.City).SetDistrict(r.District).SetSubdistrict(r.Subdistrict).SetPostcode(r.Postcode).
			SetLatitude(r.Latitude).SetLongitude(r.Longitude).SetPhone(r.Phone).SetEmail(r.Email).SetPicture(r.Picture).
			SetStatus(r.Status).SetStatusReason(r.StatusReason).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// membershipRecords are how memberships are written.
var membershipRecords = noun[ent.Membership]{
	name: lifecycle.NounMembership,
	of: func(r *ent.Membership) record {
		return record{id: &r.ID, version: &r.Version, createdAt: &r.CreatedAt, changeAt: &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.Membership, error) {
		return tx.Membership.Query().Where(membership.ID(id), store.ForUpdate).Only(ctx)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Membership) (int64, error) {
		made, err := tx.Membership.Create().SetInstitutionID(r.InstitutionID).SetUserID(r.UserID).SetRole(r.Role).SetState(r.State).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.Membership, version int64) (int, error) {
		return tx.Membership.Update().Where(membership.ID(r.ID), membership.Version(version)).
			SetRole(r.Role).SetState(r.State).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// SuspendInstitution takes an institution out of the marketplace: it makes no new
// contracts, and its API keys open nothing. The contracts that it has go on.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID without a
// reason; WRONG_STATE when it is suspended already; STALE.
func (a *App) SuspendInstitution(ctx context.Context, id int64, why string, version *int64) (*view.Institution, error) {
	return a.moveInstitution(ctx, id, lifecycle.InstitutionSuspend, why, version)
}

// ReinstateInstitution lets a suspended institution take part again.
//
// Faults: as of SuspendInstitution.
func (a *App) ReinstateInstitution(ctx context.Context, id int64, why string, version *int64) (*view.Institution, error) {
	return a.moveInstitution(ctx, id, lifecycle.InstitutionReinstate, why, version)
}

func (a *App) moveInstitution(ctx context.Context, id int64, event lifecycle.InstitutionEvent, why string, version *int64) (*view.Institution, error) {
	again := func(ctx context.Context, m memory) (*view.Institution, error) { return there(a.Institution(ctx, m.id)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Institution, error) {
		who, err := caller(ctx, actor.Admin)
		if err != nil {
			return nil, err
		}
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			return a.turnInstitution(ctx, tx, who, id, event, why, version)
		})
		if err != nil {
			return nil, err
		}
		return a.Institution(ctx, id)
	}, again)
}

// turnInstitution moves an institution within a transaction. Why it was reinstated is
// told by the change, and by nothing after it.
func (a *App) turnInstitution(ctx context.Context, tx *ent.Tx, who actor.Actor, id int64, event lifecycle.InstitutionEvent, why string, version *int64) error {
	before, err := institutionRecords.find(ctx, tx, id)
	if ent.IsNotFound(err) {
		return noInstitution()
	}
	if err != nil {
		return err
	}
	var bad fault.Fields
	checkText(&bad, "reason", why, 1, reasonLength)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	to, ok := lifecycle.Institution.Next(before.Status, event)
	if !ok {
		return fault.New(fault.WrongState, "The institution is not in a state that allows this.").
			Refuse("institution_status", join(lifecycle.Institution.From(event), " or "), string(before.Status))
	}
	if version != nil && *version != before.Version {
		return fault.New(fault.Stale, "")
	}
	next := *before
	next.Status, next.StatusReason = to, why
	if err := institutionRecords.save(ctx, tx, who, a.Now(), before, &next); err != nil {
		return err
	}
	return memory{}.keep(ctx, tx, "Institution", id)
}

// checkInstitutionActive refuses new business of an institution that is suspended.
//
// Faults: WRONG_STATE.
func checkInstitutionActive(ctx context.Context, on *ent.Client, id int64) error {
	suspended, err := on.Institution.Query().Where(institution.ID(id), institution.StatusEQ(lifecycle.InstitutionSuspended)).Exist(ctx)
	if err != nil || !suspended {
		return err
	}
	return fault.New(fault.WrongState, "The institution is suspended: it makes no new contracts.").
		Refuse("institution_active", string(lifecycle.InstitutionActive), string(lifecycle.InstitutionSuspended))
}
