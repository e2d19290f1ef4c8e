package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// moveSkills is the only place that writes whether competencies that are there count. The
// partner is held by whoever calls.
func moveSkills(ctx context.Context, tx *ent.Tx, ids []int64, to lifecycle.CatalogueStatus, now time.Time) error {
	return tx.Competency.Update().Where(store.In(competency.FieldID, ids)).SetStatus(to).AddVersion(1).SetUpdatedAt(now).Exec(ctx)
}

// moveSkill is the only place that writes for which kinds one of them is, and with it
// whether it counts. It compares the version that the row was read with.
//
// Faults: STALE.
func moveSkill(ctx context.Context, tx *ent.Tx, n *ent.Competency, now time.Time) error {
	return oneChanged(tx.Competency.Update().Where(competency.ID(n.ID), competency.Version(n.Version)).SetStatus(n.Status).
		SetInstallation(n.Installation).SetMaintenance(n.Maintenance).SetRepair(n.Repair).AddVersion(1).SetUpdatedAt(now).Save(ctx))
}
