package nukitu

import (
	"context"

	"kontrak/internal/market"
	"kontrak/internal/view"
)

// acceptContract answers PATCH /partner/contracts/{id}/accept.
func (d *dialect) acceptContract(r *request) (any, error) {
	return d.act(r, func(ctx context.Context, id int64, _ *attributes) (*view.Contract, error) {
		return d.app.AcceptContract(ctx, id, detailWants)
	})
}

// rejectContract answers PATCH /partner/contracts/{id}/reject.
func (d *dialect) rejectContract(r *request) (any, error) {
	return d.act(r, withReason(d.app.RejectContract))
}

// rejectEscalation answers PATCH /supervisor/contracts/{id}/reject.
func (d *dialect) rejectEscalation(r *request) (any, error) {
	return d.act(r, withReason(d.app.RejectEscalation))
}

// sendPaymentProof answers PATCH /contracts/{id}/payment-proof.
func (d *dialect) sendPaymentProof(r *request) (any, error) {
	return d.act(r, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.SendPaymentProof(ctx, id, in.file("proof"), detailWants)
	})
}

// cancelContract answers PATCH /contracts/{id}/cancel.
func (d *dialect) cancelContract(r *request) (any, error) {
	return d.act(r, withReason(d.app.CancelContract))
}

// act answers an action on the contract of the path, whose attributes stand
// under "contract", with the contract's detail.
func (d *dialect) act(r *request, do func(context.Context, int64, *attributes) (*view.Contract, error)) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	in := r.attributes("contract")
	v, err := do(market.Unread(r.Context(), in.bad), id, in)
	if err != nil {
		return nil, in.explain(err)
	}
	return data(toContractData(v)), nil
}

// withReason is an action whose one attribute is a reason.
func withReason(do func(context.Context, int64, string, market.ContractWants) (*view.Contract, error)) func(context.Context, int64, *attributes) (*view.Contract, error) {
	return func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return do(ctx, id, in.text("reason"), detailWants)
	}
}
