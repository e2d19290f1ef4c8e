package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// contractGroups are contracts by what is to be done about them (schema
// PartnerContractsListResponse).
type contractGroups[B any] struct {
	NeedsAction []B `json:"needs_action"`
	Upcoming    []B `json:"upcoming"`
	Ongoing     []B `json:"ongoing"`
	Completed   []B `json:"completed"`
	Cancelled   []B `json:"cancelled"`
}

func toContractGroups[B any](g *market.ContractGroups, to func(*view.Contract) B) contractGroups[B] {
	return contractGroups[B]{
		NeedsAction: each(g.NeedsAction, to), Upcoming: each(g.Upcoming, to), Ongoing: each(g.Ongoing, to),
		Completed: each(g.Completed, to), Cancelled: each(g.Cancelled, to),
	}
}

// partnerGroups answers GET /partner/contracts/grouped.
func (d *dialect) partnerGroups(r *request) (any, error) {
	g, err := d.app.GroupedContracts(r.Context(), market.ContractFilter{}, partnerItemWants)
	if err != nil {
		return nil, err
	}
	return data(toContractGroups(g, toPartnerContractItem)), nil
}

// institutionGroups answers GET /contracts/grouped.
func (d *dialect) institutionGroups(r *request) (any, error) {
	var f market.ContractFilter
	if id := r.query.id("institution_id"); id != nil {
		f.InstitutionIDs = []int64{*id}
	}
	f.Unread = r.query.bad
	g, err := d.app.GroupedContracts(r.Context(), f, itemWants)
	if err != nil {
		return nil, err
	}
	return data(toContractGroups(g, toContractItem)), nil
}

// supervisorContracts answers GET /supervisor/contracts.
func (d *dialect) supervisorContracts(r *request) (any, error) {
	f, o, p := fromSupervisorContracts(r.query)
	page, err := d.app.Contracts(r.Context(), f, o, p.market(), itemWants)
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toContractItem), nil
}

// fromSupervisorContracts reads the parameters of the supervisor's list: its queue,
// soonest deadline first, unless another status asks for what it has handled.
func fromSupervisorContracts(q *query) (market.ContractFilter, market.ContractOrder, paging) {
	f := market.ContractFilter{Queue: true}
	o := market.ContractOrder{ByDeadline: true, Ascending: true}
	if status := oneOf(q, "status", lifecycle.ContractStatuses...); status != nil && *status != lifecycle.ContractPartnerPending {
		f = market.ContractFilter{Statuses: []lifecycle.ContractStatus{*status}}
		o = market.ContractOrder{}
	}
	p := q.page()
	f.Unread = q.bad
	return f, o, p
}
