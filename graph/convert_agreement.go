package graph

import (
	"strings"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
)

// The inputs of agreements whose fields the use-cases check.
var (
	agreementFields = fieldNames{
		"institution_id": "institution", "agreement_id": "agreement", "type_id": "agreementType", "license_type_id": "licenseType",
		"vendor_id": "vendor", "owner_id": "owner", "approver_id": "approver", "customer_ids": "customers", "tag_ids": "tags",
		"asset_ids": "assets", "notify_user_ids": "notifyUsers", "user_ids": "users", "organization_ids": "organizations",
	}
	counterpartyFields    = fieldNames{"name": "text"}
	agreementFilterFields = fieldNames{
		"title": "filter.title", "customer": "filter.customerName", "participant_name": "filter.participantName",
		"participant_email": "filter.participantEmail", "participant_phone": "filter.participantPhone", "text": "filter.text",
		"starts": "filter.starts", "ends": "filter.ends", "created": "filter.created", "updated": "filter.updated",
		"identifiers": "filter.identifier", "custom_keys": "filter.customKey", "customer_keys": "filter.customerKey", "uuids": "filter.uuid",
	}
)

// some is many for a list of a filter: where there is none, nil keeps all.
func (r *ids) some(field, typeName string, list []string) []int64 {
	if list == nil {
		return nil
	}
	return r.many("filter."+field, typeName, list)
}

// fromAgreementArgs makes filter and page of a list of agreements. What could not be
// read goes with the filter, for the use-case to answer.
func fromAgreementArgs(f *model.AgreementFilter, c market.Connection) (market.AgreementFilter, market.Page) {
	var r ids
	var filter market.AgreementFilter
	if f != nil {
		filter = market.AgreementFilter{
			IDs: r.some("agreement", "Agreement", f.Agreement), InstitutionIDs: r.some("institution", "Institution", f.Institution),
			TypeIDs: r.some("agreementType", "AgreementType", f.AgreementType), LicenseTypeIDs: r.some("licenseType", "LicenseType", f.LicenseType),
			VendorIDs: r.some("vendor", "Counterparty", f.Vendor), CustomerIDs: r.some("customer", "Counterparty", f.Customer),
			OwnerIDs: r.some("owner", "User", f.Owner), ApproverIDs: r.some("approver", "User", f.Approver),
			NotifyUserIDs: r.some("notifyUser", "User", f.NotifyUser), AssetIDs: r.some("asset", "Asset", f.Asset), TagIDs: r.some("tag", "Tag", f.Tag),
			Identifiers: f.Identifier, CustomKeys: f.CustomKey, CustomerKeys: f.CustomerKey, UUIDs: f.UUID,
			Statuses: f.Status, RenewalStatuses: f.RenewalStatus, Origins: f.Origin, GatewayKinds: f.GatewayKind,
			HasCustomer: f.HasCustomer, HasSignature: f.HasSignature, Concluded: f.Concluded, Period: f.Period,
			Starts: instants(f.Starts), Ends: instants(f.Ends), Created: instants(f.Created), Updated: instants(f.Updated),
			Title: deref(f.Title), CustomerName: deref(f.CustomerName), ParticipantName: deref(f.ParticipantName),
			ParticipantEmail: deref(f.ParticipantEmail), ParticipantPhone: deref(f.ParticipantPhone), Text: deref(f.Text),
		}
		filter.CostFrom, filter.CostTo = amounts(f.Cost)
		filter.NotifyDaysFrom, filter.NotifyDaysTo = amounts(f.NotifyBeforeDays)
	}
	page, err := c.Page()
	r.bad.Take(err)
	filter.Unread = r.bad
	return filter, page
}

func instants(in *model.InstantRangeInput) market.InstantRange {
	if in == nil {
		return market.InstantRange{}
	}
	return market.InstantRange{From: in.From, Before: in.Before}
}

func amounts(in *model.AmountRangeInput) (from, to *int64) {
	if in == nil {
		return nil, nil
	}
	return in.From, in.To
}

// agreementKeys are the sorts of a list by their names without the direction.
var agreementKeys = map[string]market.AgreementKey{
	"ID": market.AgreementByID, "CREATED_AT": market.AgreementByCreated, "TITLE": market.AgreementByTitle,
	"STARTS_AT": market.AgreementByStart, "ENDS_AT": market.AgreementByEnd, "CONCLUDED_AT": market.AgreementByConclusion,
	"UPDATED_AT": market.AgreementByUpdated, "COST": market.AgreementByCost,
}

func fromAgreementOrder(o model.AgreementOrder) market.AgreementOrder {
	name, descending := strings.CutSuffix(string(o), "_DESC")
	return market.AgreementOrder{By: agreementKeys[strings.TrimSuffix(name, "_ASC")], Descending: descending}
}

// fromCounterpartyArgs says which counterparties are asked for.
func fromCounterpartyArgs(institution string, text *string, c market.Connection) (market.CounterpartyFilter, market.Page) {
	var r ids
	f := market.CounterpartyFilter{InstitutionIDs: []int64{r.one("institution", "Institution", institution)}, Name: deref(text)}
	page, err := c.Page()
	r.bad.Take(err)
	f.Unread = r.bad
	return f, page
}

// reference makes an id of a change; one that is none is noted, and counts as absent.
func (r *ids) reference(field, typeName string, o graphql.Omittable[*string]) market.Optional[int64] {
	switch id, sent := o.ValueOK(); {
	case !sent:
	case id == nil:
		return market.Null[int64]()
	default:
		if n := r.one(field, typeName, *id); n != 0 {
			return market.Some(n)
		}
	}
	return market.Optional[int64]{}
}

// references is reference for a list.
func (r *ids) references(field, typeName string, o graphql.Omittable[[]string]) market.Optional[[]int64] {
	switch list, sent := o.ValueOK(); {
	case !sent:
		return market.Optional[[]int64]{}
	case list == nil:
		return market.Null[[]int64]()
	default:
		return market.Some(r.many(field, typeName, list))
	}
}

// agreementID reads the id of an agreement; what is none names no agreement.
func agreementID(id string) int64 {
	var r ids
	return r.one("agreement", "Agreement", id)
}

func toColumnItem(in *model.ColumnItemInput) market.ColumnItemInput {
	return market.ColumnItemInput{Slug: in.Slug, Name: in.Name, Value: in.Value}
}

func fromAgreementUpdate(in model.AgreementUpdateInput) market.AgreementFields {
	var r ids
	f := market.AgreementFields{
		Title: optional(in.Title), Description: optional(in.Description), Identifier: optional(in.Identifier), CustomKey: optional(in.CustomKey),
		TypeID: r.reference("agreementType", "AgreementType", in.AgreementType), GatewayKind: optional(in.GatewayKind),
		Cost: optional(in.Cost), Currency: optional(in.Currency), VendorID: r.reference("vendor", "Counterparty", in.Vendor),
		LicenseTypeID: r.reference("licenseType", "LicenseType", in.LicenseType), LicenseCount: optional(in.LicenseCount),
		OwnerID: r.reference("owner", "User", in.Owner), ApproverID: r.reference("approver", "User", in.Approver),
		NotifyBeforeDays: optional(in.NotifyBeforeDays), StartsAt: optional(in.StartsAt), EndsAt: optional(in.EndsAt),
		GeneratedOn: optional(in.GeneratedOn), ClientApprovedOn: optional(in.ClientApprovedOn), ColumnItems: optionalList(in.ColumnItems, toColumnItem),
	}
	f.AgreementPairs, f.Unread = r.pairs(model.AgreementSortInput{
		Customers: in.Customers, Tags: in.Tags, Assets: in.Assets, NotifyUsers: in.NotifyUsers, Users: in.Users, Organizations: in.Organizations,
	})
	return f
}

// pairs makes the lists of an agreement, and gives all that could not be read so far.
func (r *ids) pairs(in model.AgreementSortInput) (market.AgreementPairs, fault.Fields) {
	p := market.AgreementPairs{
		CustomerIDs: r.references("customers", "Counterparty", in.Customers), TagIDs: r.references("tags", "Tag", in.Tags),
		AssetIDs: r.references("assets", "Asset", in.Assets), NotifyUserIDs: r.references("notifyUsers", "User", in.NotifyUsers),
		UserIDs: r.references("users", "User", in.Users), OrganizationIDs: r.references("organizations", "Institution", in.Organizations),
	}
	return p, r.bad
}

func fromAgreementCreate(in model.AgreementCreateInput) market.CreateAgreement {
	var r ids
	institution := r.one("institution", "Institution", in.Institution)
	made := market.CreateAgreement{InstitutionID: &institution, AgreementFields: fromAgreementUpdate(model.AgreementUpdateInput{
		Title: graphql.OmittableOf(&in.Title), Description: in.Description, Identifier: in.Identifier, CustomKey: in.CustomKey,
		AgreementType: in.AgreementType, GatewayKind: in.GatewayKind, Cost: in.Cost, Currency: in.Currency, Vendor: in.Vendor,
		LicenseType: in.LicenseType, LicenseCount: in.LicenseCount, Owner: in.Owner, Approver: in.Approver,
		NotifyBeforeDays: in.NotifyBeforeDays, StartsAt: in.StartsAt, EndsAt: in.EndsAt, GeneratedOn: in.GeneratedOn,
		ClientApprovedOn: in.ClientApprovedOn, Customers: in.Customers, Tags: in.Tags, Assets: in.Assets, NotifyUsers: in.NotifyUsers,
		Users: in.Users, Organizations: in.Organizations, ColumnItems: in.ColumnItems,
	})}
	if u := fromUpload(in.File); u != nil {
		made.File = &market.AgreementFile{Upload: *u, Title: in.File.Filename}
	}
	return made
}

func fromAgreementPeriod(in model.AgreementPeriodInput) market.NextPeriod {
	var r ids
	return market.NextPeriod{
		ApproverID: r.one("approver", "User", in.Approver), Cost: in.Cost, StartsAt: in.StartsAt, EndsAt: &in.EndsAt,
	}
}

func fromAgreementFile(in model.AgreementFileInput) market.AgreementFile {
	f := market.AgreementFile{Upload: *fromUpload(&in.File), Title: in.File.Filename, Description: deref(in.Description), Shared: in.Shared}
	if in.Title != nil {
		f.Title = *in.Title
	}
	return f
}

func fromAgreementSort(in model.AgreementSortInput) market.AgreementPairs {
	var r ids
	p, unread := r.pairs(in)
	p.Unsorted = unread
	return p
}

func fromContractSetAgreement(in model.ContractSetAgreementInput) market.SetContractAgreement {
	var r ids
	set := market.SetContractAgreement{ContractID: contractID(in.Contract), AgreementID: r.maybe("agreement", "Agreement", in.Agreement)}
	set.Unread = r.bad
	return set
}
