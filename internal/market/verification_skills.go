package market

import (
	"context"
	"encoding/json"
	"slices"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/subservice"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// CompetencySetting is what the back office says of a sub-service that a partner can do.
type CompetencySetting struct {
	PartnerID int64
	// Version is that of the partner, as the caller has read it.
	Version      int64
	SubServiceID int64
	// Kinds are the kinds of work, one at least; a new competency has those that the
	// sub-service offers.
	Kinds Optional[[]lifecycle.Kind]
	// Status says whether it counts; a new competency does not.
	Status Optional[lifecycle.CatalogueStatus]
	// Unread is what a transport could not read.
	Unread fault.Fields
}

// SetCompetency says for which kinds of work a partner can do a sub-service, and whether
// that counts. Contracts that it has stay.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND for no partner;
// INVALID for no sub-service, no kind of work and no status; STALE when the partner is
// not the version that the caller has read.
func (a *App) SetCompetency(ctx context.Context, in CompetencySetting, w PartnerWant) (*view.Partner, error) {
	d := &verdict{App: a, version: in.Version}
	return d.onPartner(ctx, in.PartnerID, w, func(*fault.Fields) {}, func(ctx context.Context, tx *ent.Tx, p *ent.Partner) error {
		return d.setCompetency(ctx, tx, p, in)
	})
}

func (d *verdict) setCompetency(ctx context.Context, tx *ent.Tx, p *ent.Partner, in CompetencySetting) error {
	before, err := tx.Competency.Query().Where(competency.PartnerID(p.ID), competency.SubServiceID(in.SubServiceID)).Only(ctx)
	if ent.MaskNotFound(err) != nil {
		return err
	}
	next := &ent.Competency{
		PartnerID: p.ID, SubServiceID: in.SubServiceID, Status: lifecycle.CataloguePending,
	}
	if before != nil {
		copied := *before
		next = &copied
	}
	if err := in.apply(ctx, tx, next); err != nil {
		return err
	}
	if err := d.read(p.Version); err != nil {
		return err
	}
	told := changes{}
	for column, change := range differences(before, next) {
		told["competency."+column] = change
	}
	if len(told) == 0 {
		return nil
	}
	told["competency.sub_service_id"] = sameNumber(next.SubServiceID)
	if before == nil {
		err = tx.Competency.Create().SetPartnerID(next.PartnerID).SetSubServiceID(next.SubServiceID).SetStatus(next.Status).
			SetInstallation(next.Installation).SetMaintenance(next.Maintenance).SetRepair(next.Repair).
			SetCreatedAt(d.now).SetUpdatedAt(d.now).Exec(ctx)
	} else {
		err = tx.Competency.Update().Where(competency.ID(next.ID)).
			SetInstallation(next.Installation).SetMaintenance(next.Maintenance).SetRepair(next.Repair).Exec(ctx)
		if err == nil {
			err = moveSkills(ctx, tx, []int64{next.ID}, next.Status, d.now)
		}
	}
	if err != nil {
		return err
	}
	return d.touch(ctx, tx, p, told)
}

// sameNumber says which record a change is about.
func sameNumber(n int64) changelog.Change {
	text, _ := json.Marshal(n) // a number always encodes
	return changelog.Change{From: text, To: text}
}

// apply makes the row say what was sent.
//
// Faults: INVALID.
func (in CompetencySetting) apply(ctx context.Context, tx *ent.Tx, r *ent.Competency) error {
	bad := in.Unread
	of, err := tx.SubService.Query().Where(subservice.ID(in.SubServiceID)).Only(ctx)
	if ent.MaskNotFound(err) != nil {
		return err
	}
	bad.Check(of != nil, "sub_service_id", "is no sub-service")
	if of != nil && r.ID == 0 {
		r.Installation, r.Maintenance, r.Repair = of.Installation, of.Maintenance, of.Repair
	}
	set(&bad, "status", in.Status, &r.Status)
	checkChoice(&bad, "status", r.Status, lifecycle.CatalogueStatuses)
	if in.Kinds.Sent() {
		kinds := in.Kinds.Or(nil)
		bad.Check(len(kinds) > 0, "kinds", "must name one kind of work at least")
		for _, kind := range kinds {
			bad.Check(of == nil || slices.Contains(kindsOf(of.Installation, of.Maintenance, of.Repair), kind), "kinds", "has %s, which the sub-service does not offer", kind)
		}
		r.Installation = slices.Contains(kinds, lifecycle.KindInstallation)
		r.Maintenance = slices.Contains(kinds, lifecycle.KindMaintenance)
		r.Repair = slices.Contains(kinds, lifecycle.KindRepair)
	}
	return bad.Err(fault.InputInvalid)
}
