package market

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"kontrak/ent"
)

// leave leaves a message about a contract in the outbox. It names ids only: what
// a reader may see is decided when it is read.
func (a *App) leave(ctx context.Context, tx *ent.Tx, topic string, r *contractRow, now time.Time) error {
	payload, _ := json.Marshal(map[string]int64{"contract_id": r.id, "version": r.version + 1}) // numbers always encode
	return tx.Outbox.Create().
		SetKey(rand.Text()).SetTopic(topic).SetInstitutionID(r.institutionID).SetContractID(r.id).
		SetPayload(payload).SetAvailableAt(a.wall()).SetCreatedAt(now).
		Exec(ctx)
}
