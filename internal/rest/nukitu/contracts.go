package nukitu

import (
	"context"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// What the bodies need of a contract.
var (
	partnerItemWants = market.ContractWants{
		Parts: market.WantInstitution | market.WantPartner | market.WantSubService | market.WantReview |
			market.WantReminder,
		Partner: market.WantLocation,
	}
	itemWants = market.ContractWants{
		Parts: partnerItemWants.Parts | market.WantPendingRequest, Partner: partnerItemWants.Partner,
	}
	detailWants = market.ContractWants{
		Parts: market.WantInstitution | market.WantPartner | market.WantSubService | market.WantPromotion |
			market.WantPendingRequest | market.WantSchedules | market.WantContactPersons | market.WantPricingItems |
			market.WantAssignments | market.WantTimeAdjustments,
		Partner: market.WantCompetencies,
	}
)

// partnerContracts answers GET /partner/contracts.
func (d *dialect) partnerContracts(r *request) (any, error) {
	f, p := fromPartnerContracts(r.query)
	page, err := d.app.Contracts(r.Context(), f, market.ContractOrder{}, p.market(), partnerItemWants)
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toPartnerContractItem), nil
}

// contracts answers GET /contracts.
func (d *dialect) contracts(r *request) (any, error) {
	f, p := fromContracts(r.query)
	page, err := d.app.Contracts(r.Context(), f, market.ContractOrder{}, p.market(), itemWants)
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toContractItem), nil
}

// contract answers GET /partner/contracts/{id}, GET /contracts/{id} and GET
// /supervisor/contracts/{id}.
func (d *dialect) contract(r *request) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	v, err := d.app.Contract(r.Context(), id, detailWants)
	if err != nil {
		return nil, err
	}
	return data(toContractData(v)), nil
}

// assignPartner answers PATCH /supervisor/contracts/{id}/assign-partner.
func (d *dialect) assignPartner(r *request) (any, error) {
	return d.act(r, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.AssignReplacement(ctx, fromAssignPartner(id, in), detailWants)
	})
}

func fromAssignPartner(id int64, in *attributes) market.AssignReplacement {
	return market.AssignReplacement{ContractID: id, PartnerID: in.id("partner_id")}
}

// fromPartnerContracts reads the parameters of the partner's list.
func fromPartnerContracts(q *query) (market.ContractFilter, paging) {
	var f market.ContractFilter
	if status := oneOf(q, "status", lifecycle.ContractStatuses...); status != nil {
		f.Statuses = []lifecycle.ContractStatus{*status}
	}
	if step := oneOf(q, "step", lifecycle.Steps...); step != nil {
		f.Steps = []lifecycle.Step{*step}
	}
	p := q.page()
	f.Unread = q.bad
	return f, p
}

// fromContracts reads the parameters of the institution's list.
func fromContracts(q *query) (market.ContractFilter, paging) {
	institutionID := q.id("institution_id")
	f, p := fromPartnerContracts(q)
	if institutionID != nil {
		f.InstitutionIDs = []int64{*institutionID}
	}
	return f, p
}
