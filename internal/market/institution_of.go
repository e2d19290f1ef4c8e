package market

import (
	"context"

	"kontrak/ent/institution"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// Institution gives one institution.
//
// Faults: UNAUTHENTICATED, NOT_FOUND.
func (a *App) Institution(ctx context.Context, id int64) (*view.Institution, error) {
	list, err := a.InstitutionsByID(ctx, []int64{id})
	if err != nil {
		return nil, err
	}
	if list[0] == nil {
		return nil, noInstitution()
	}
	return list[0], nil
}

func noInstitution() error { return fault.New(fault.RecordNotFound, "There is no such institution.") }

// StandingsOf tells of institutions whether they take part in the marketplace, in their
// order; nil stands for an unknown one. Why one does not is for its members and the back
// office.
//
// Faults: UNAUTHENTICATED.
func (a *App) StandingsOf(ctx context.Context, institutionIDs []int64) ([]*view.InstitutionStanding, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Institution.Query().Where(store.In(institution.FieldID, institutionIDs)).
		Select(institution.FieldID, institution.FieldStatus, institution.FieldStatusReason, institution.FieldVersion).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	byID := map[int64]*view.InstitutionStanding{}
	for _, r := range rows {
		byID[r.ID] = view.See(&view.InstitutionStanding{Status: r.Status, Reason: filled(r.StatusReason), Version: r.Version}, institutionTies(who, r.ID))
	}
	list := make([]*view.InstitutionStanding, len(institutionIDs))
	for i, id := range institutionIDs {
		list[i] = byID[id]
	}
	return list, nil
}

// institutionTies are how a caller stands to an institution.
func institutionTies(who actor.Actor, id int64) view.Tie {
	ties := view.Anyone
	if who.Is(actor.Institution) {
		ties |= view.Customer
	}
	if who.MemberOf(id) {
		ties |= view.Member
	}
	if who.Is(actor.Admin) {
		ties |= view.Admin
	}
	return ties
}

// finished are the statuses of contracts that are over.
var finished = func() []lifecycle.ContractStatus {
	var list []lifecycle.ContractStatus
	for _, s := range lifecycle.ContractStatuses {
		if overStatus(s) {
			list = append(list, s)
		}
	}
	return list
}()

// overStatus tells whether nothing happens to a contract of that status any more.
func overStatus(s lifecycle.ContractStatus) bool {
	switch s {
	case lifecycle.ContractCompleted, lifecycle.ContractCancelled, lifecycle.ContractRejected, lifecycle.ContractExpired:
		return true
	case lifecycle.ContractDraft, lifecycle.ContractPaymentPending, lifecycle.ContractPartnerPending, lifecycle.ContractAccepted,
		lifecycle.ContractOnRoute, lifecycle.ContractInProgress:
	}
	return false
}

// WorkHistory lists the contracts of an institution that are over, the newest first, as
// its members see them.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution and admin; NOT_FOUND;
// FORBIDDEN for who is no member; INVALID_PARAMETER.
func (a *App) WorkHistory(ctx context.Context, institutionID int64, p Page, unread fault.Fields, w ContractWants) (*view.Page[view.Contract], error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	if _, err := a.Institution(ctx, institutionID); err != nil {
		return nil, err
	}
	// access: what an institution had done is for its members.
	if !who.MemberOf(institutionID) && !who.Is(actor.Admin) {
		return nil, notMember()
	}
	f := ContractFilter{InstitutionIDs: []int64{institutionID}, Statuses: finished, Unread: unread}
	return a.Contracts(ctx, f, ContractOrder{}, p, w)
}

// WorkHistoriesOf gives for each institution the first page of its WorkHistory; nil
// stands for one whose the caller may not read.
//
// Faults: UNAUTHENTICATED, INVALID.
func (a *App) WorkHistoriesOf(ctx context.Context, institutionIDs []int64, p Page, unread fault.Fields, w ContractWants) ([]*view.Page[view.Contract], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	pages, err := a.ContractsOfInstitutions(ctx, institutionIDs, ContractFilter{Statuses: finished, Unread: unread}, p, w)
	for i := range pages {
		if !who.MemberOf(institutionIDs[i]) && !who.Is(actor.Admin) { // access: as above
			pages[i] = nil
		}
	}
	return pages, err
}

// notMember is the fault of who does not belong to an institution.
func notMember() error {
	return fault.New(fault.RoleForbidden, "Only a member of the institution may do this.")
}
