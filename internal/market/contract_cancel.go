package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// CancelContract gives a contract up, until its partner sets out. What was paid is
// owed back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID without a reason, which only a draft may go without; WRONG_STATE; DEADLINE_PASSED when the contract has
// ended, or gone on, by time alone; STALE.
func (a *App) CancelContract(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &cancelling{App: a, reason: reason{why}}, w)
}

// cancelling is the deed of CancelContract.
type cancelling struct {
	*App
	reason
}

func (d *cancelling) action() lifecycle.ContractAction { return lifecycle.ActCancel }

func (d *cancelling) check(ctx context.Context, on *ent.Client, c *facts) error {
	if d.text == "" && c.row.status == lifecycle.ContractDraft {
		return nil // nobody was told of it
	}
	return d.reason.check(ctx, on, c)
}

func (d *cancelling) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractCancel, by: c.who, now: c.now, reason: d.text,
		set: func(u *ent.ContractUpdate) {
			u.SetStatusReason(d.text).SetCancelledAt(c.now).ClearEscalationDeadlineAt()
		},
		beside: append(ends(), d.announce("contract_cancelled")),
	})
}
