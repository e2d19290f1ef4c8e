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
