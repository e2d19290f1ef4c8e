package kit

import (
	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/opaque"
	"kontrak/internal/view"
)

const (
	listWants   = market.AgreementSignature | market.AgreementParticipants | market.AgreementObjects
	detailWants = listWants | market.AgreementFiles | market.AgreementCustomers | market.AgreementBriefLinks
)

// contracts answers GET contracts.
func (d *Dialect) contracts(r *request) (any, error) {
	search := fromContracts(r)
	page, err := d.app.Agreements(r.Context(), search.filter, search.order, search.page, listWants)
	if err != nil {
		return nil, err
	}
	return contractList{Total: *page.Total, Contracts: each(page.Items, toContract)}, nil
}

// findContract answers GET contracts/find, which alone tells of deleted contracts.
func (d *Dialect) findContract(r *request) (any, error) {
	v, err := d.one(r, fromFind(r), detailWants)
	if err != nil {
		return nil, err
	}
	return foundContract{Contract: toDetail(v)}, nil
}

// fromFind reads which contract is sought.
func fromFind(r *request) market.AgreementFilter {
	f := market.AgreementFilter{InstitutionIDs: []int64{r.institution}, Deleted: true}
	uuid, key := r.query.word("uuid"), r.query.text("customKey")
	r.query.bad.Check(uuid != "" || key != "", "uuid", "or customKey is required")
	if f.Unread = r.query.bad; uuid != "" {
		f.UUIDs = []string{uuid}
	}
	if key != "" {
		f.CustomKeys = []string{key}
	}
	return f
}

// contract answers GET contracts/{uuid}.
func (d *Dialect) contract(r *request) (any, error) {
	v, err := d.byUUID(r, detailWants)
	if err != nil {
		return nil, err
	}
	return oldContract{Contract: toOldDetail(v)}, nil
}

// sortContract answers PATCH contracts/{uuid}.
func (d *Dialect) sortContract(r *request) (any, error) {
	tags, bad := fromTagIDs(r.input())
	uuid := chi.URLParam(r.Request, "uuid")
	if bad != nil || !opaque.IsUUID(uuid) {
		if _, err := d.byUUID(r, 0); err != nil {
			return nil, err
		}
		return nil, bad
	}
	_, err := d.app.SortAgreementByUUID(r.Context(), r.institution, uuid, market.AgreementPairs{TagIDs: tags}, 0)
	return nil, err
}

// fromTagIDs reads the tags that a contract is to have.
func fromTagIDs(in *fields) (market.Optional[[]int64], error) {
	tags := in.ids("tagIds")
	_, named := in.values["tagIds"]
	in.bad.Check(named && !tags.Null(), "tagIds", "is required")
	return tags, in.bad.Err(fault.InputInvalid)
}

// byUUID gives the contract whose uuid stands in the path.
//
// Faults: NOT_FOUND.
func (d *Dialect) byUUID(r *request, w market.AgreementWants) (*view.Agreement, error) {
	f := market.AgreementFilter{InstitutionIDs: []int64{r.institution}, UUIDs: []string{chi.URLParam(r.Request, "uuid")}}
	return d.one(r, f, w)
}

// one gives the contract that a filter keeps. What is no uuid is of no contract.
//
// Faults: NOT_FOUND, INVALID_PARAMETER.
func (d *Dialect) one(r *request, f market.AgreementFilter, w market.AgreementWants) (*view.Agreement, error) {
	if len(f.UUIDs) > 0 && !opaque.IsUUID(f.UUIDs[0]) || len(f.CustomKeys) > 0 && !keyForm.MatchString(f.CustomKeys[0]) {
		f.UUIDs, f.CustomKeys = []string{}, nil
	}
	page, err := d.app.Agreements(r.Context(), f, market.AgreementOrder{}, market.OffsetPage(0, 1), w)
	if err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	return page.Items[0], nil
}

// search is what a list of contracts is asked for.
type search struct {
	filter market.AgreementFilter
	order  market.AgreementOrder
	page   market.Page
}

// The words of the parameters.
const (
	created   = "CREATED"
	concluded = "CONCLUDED"
	deleted   = "DELETED" // of find alone
	included  = "included"
	excluded  = "excluded"
	ascending = "ASC"
	falling   = "DESC"
)

// fromContracts reads the parameters of the list (Kit reference, section 3). Whoever
// the key acts for, only contracts of its institution are listed.
func fromContracts(r *request) search {
	q := r.query
	f := market.AgreementFilter{
		InstitutionIDs: []int64{r.institution}, CustomerKeys: q.keys("customerCustomKeys"), CustomerIDs: q.ids("customerIds"),
		Title: q.text("title"), CustomerName: q.text("customer"), ParticipantName: q.text("participantName"),
		ParticipantEmail: q.text("participantEmail"), ParticipantPhone: q.text("participantPhone"), TagIDs: q.ids("tagIds"),
		Period:  oneOf(q, "periodStatus", lifecycle.PeriodStatuses...),
		Created: q.span("createdAtAfter", "createdAtBefore"), Ends: q.span("endDateAfter", "endDateBefore"),
	}
	if origin := oneOf(q, "type", lifecycle.Origins...); origin != nil {
		f.Origins = []lifecycle.Origin{*origin}
	}
	if status := oneOf(q, "status", created, concluded); status != nil {
		f.Concluded = new(*status == concluded)
	}
	if signature := oneOf(q, "signature", included, excluded); signature != nil {
		f.HasSignature = new(*signature == included)
	}
	if q.text("hasNoCustomer") == "true" {
		f.HasCustomer = new(false)
	}
	s := search{order: fromOrder(q), page: q.page()}
	f.Unread = q.bad
	s.filter = f
	return s
}

// orderKeys are the columns that the list can be ordered by.
var orderKeys = map[string]market.AgreementKey{
	"endDate": market.AgreementByEnd, "startDate": market.AgreementByStart,
	"createdAt": market.AgreementByCreated, "concludedDate": market.AgreementByConclusion,
}

// fromOrder reads orderKey and orderValue: the newest first unless told otherwise.
func fromOrder(q *query) market.AgreementOrder {
	o := market.AgreementOrder{By: market.AgreementByCreated, Descending: true}
	if key := oneOf(q, "orderKey", "endDate", "startDate", "createdAt", "concludedDate"); key != nil {
		o.By = orderKeys[*key]
	}
	if way := oneOf(q, "orderValue", ascending, falling); way != nil {
		o.Descending = *way == falling
	}
	return o
}
