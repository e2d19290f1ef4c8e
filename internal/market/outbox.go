package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/internal/store"
)

// The topics of changes that are no turn in a contract's life, so that nobody is
// notified of them: they are for those who look at the contract just now.
const (
	topicCreated = "contract_created"
	topicChanged = "contract_changed"
)

// leave leaves a message about a contract in the outbox. It names ids only: what
// a reader may see is decided when it is read.
func (a *App) leave(ctx context.Context, tx *ent.Tx, topic string, r *contractRow, now time.Time) error {
	return store.Leave(ctx, tx, store.Message{
		Topic: topic, InstitutionID: &r.institutionID, ContractID: &r.id,
		Payload: map[string]int64{"contract_id": r.id, "version": r.version + 1}, At: now, Wall: a.wall(),
	})
}
