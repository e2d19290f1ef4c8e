package nukitu

import (
	"context"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/market"
	"kontrak/internal/view"
)

// goOnRoute answers PATCH /partner/contracts/{id}/on-route.
func (d *dialect) goOnRoute(r *request) (any, error) {
	return d.act(r, withNothing(d.app.GoOnRoute))
}

// startWork answers PATCH /partner/contracts/{id}/start-work.
func (d *dialect) startWork(r *request) (any, error) {
	return d.act(r, withCode(d.app.StartWork))
}

// finishWork answers PATCH /contracts/{id}/finish-work.
func (d *dialect) finishWork(r *request) (any, error) {
	return d.act(r, withCode(d.app.FinishWork))
}

// requestExtension answers POST /partner/contracts/{id}/request-extension.
func (d *dialect) requestExtension(r *request) (any, error) {
	return newly(d.act(r, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.RequestExtension(ctx, fromRequestExtension(id, in), detailWants)
	}))
}

func fromRequestExtension(id int64, in *attributes) market.ExtensionRequest {
	return market.ExtensionRequest{
		ContractID: id, AdditionalHours: view.Hours(in.decimal("additional_hours")), Reason: in.text("reason"),
	}
}

// approveExtension answers PATCH /contracts/{id}/approve-extension.
func (d *dialect) approveExtension(r *request) (any, error) {
	return d.act(r, withNothing(d.app.ApproveExtension))
}

// rejectExtension answers PATCH /contracts/{id}/reject-extension.
func (d *dialect) rejectExtension(r *request) (any, error) {
	return d.act(r, withReason(d.app.RejectExtension))
}

// extensionEstimate answers GET /partner/contracts/{id}/extension-cost-estimate.
func (d *dialect) extensionEstimate(r *request) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	v, err := d.app.ExtensionEstimate(r.Context(), id, view.Hours(r.query.word("additional_hours")))
	if err != nil {
		return nil, err
	}
	return data(toExtensionEstimate(v)), nil
}

// startToken answers GET /contracts/{id}/qr-token-start.
func (d *dialect) startToken(r *request) (any, error) { return token(r, d.app.ShowStartCode) }

// endToken answers GET /contracts/{id}/qr-token-end and GET
// /partner/contracts/{id}/qr-token-end.
func (d *dialect) endToken(r *request) (any, error) { return token(r, d.app.ShowEndCode) }

// startPicture answers GET /contracts/{id}/qr-code-start.png and .svg.
func (d *dialect) startPicture(r *request) (any, error) { return drawn(r, d.app.ShowStartCode) }

// endPicture answers GET /contracts/{id}/qr-code-end.png and .svg, and the same
// under /partner.
func (d *dialect) endPicture(r *request) (any, error) { return drawn(r, d.app.ShowEndCode) }

// shown gives the code of the contract of the path.
func shown(r *request, show func(context.Context, int64) (*view.QRCode, error)) (*view.QRCode, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	return show(r.Context(), id)
}

// token answers with the code as text.
func token(r *request, show func(context.Context, int64) (*view.QRCode, error)) (any, error) {
	v, err := shown(r, show)
	if err != nil {
		return nil, err
	}
	return data(toQRToken(v)), nil
}

// drawn answers with the code as a picture.
func drawn(r *request, show func(context.Context, int64) (*view.QRCode, error)) (any, error) {
	v, err := shown(r, show)
	if err != nil {
		return nil, err
	}
	return draw(v.Token, chi.URLParam(r.Request, "form"))
}

// withNothing is an action without attributes.
func withNothing(do func(context.Context, int64, market.ContractWants) (*view.Contract, error)) func(context.Context, int64, *attributes) (*view.Contract, error) {
	return func(ctx context.Context, id int64, _ *attributes) (*view.Contract, error) {
		return do(ctx, id, detailWants)
	}
}

// withCode is an action whose one attribute is what was scanned from a code.
func withCode(do func(context.Context, int64, string, market.ContractWants) (*view.Contract, error)) func(context.Context, int64, *attributes) (*view.Contract, error) {
	return func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return do(ctx, id, in.text("qr_token"), detailWants)
	}
}
