package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/partnercertification"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
)

// moveService is the only place that writes whether a service that is there is offered. It
// compares the version that the row was read with.
func moveService(ctx context.Context, tx *ent.Tx, r *ent.Service, version int64) (int, error) {
	return tx.Service.Update().Where(service.ID(r.ID), service.Version(version)).
		SetName(r.Name).SetDescription(r.Description).SetIcon(r.Icon).SetStatus(r.Status).
		SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
}

// moveSubService is moveService of a sub-service.
func moveSubService(ctx context.Context, tx *ent.Tx, r *ent.SubService, version int64) (int, error) {
	return tx.SubService.Update().Where(subservice.ID(r.ID), subservice.Version(version)).
		SetName(r.Name).SetDescription(r.Description).SetStatus(r.Status).
		SetInstallation(r.Installation).SetMaintenance(r.Maintenance).SetRepair(r.Repair).
		SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
}

// moveRegistration is the only place that writes where a registration for a certification
// stands; whoever calls has asked the machine. It compares the version that the row was
// read with.
func moveRegistration(ctx context.Context, tx *ent.Tx, r *ent.PartnerCertification, version int64) (int, error) {
	return tx.PartnerCertification.Update().Where(partnercertification.ID(r.ID), partnercertification.Version(version)).
		SetStatus(r.Status).SetStatusReason(r.StatusReason).SetCertificate(r.Certificate).
		SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
}
