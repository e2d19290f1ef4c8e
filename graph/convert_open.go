package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// openFields are the fields of what everybody may look through.
var openFields = fieldNames{
	"service_id": "service", "sub_service_id": "subService", "sub_service_ids": "subServices", "certification_id": "certification", "q": "filter.text",
}

func fromServiceCreate(in model.ServiceCreateInput) market.ServiceDetails {
	return market.ServiceDetails{
		Name: market.Some(in.Name), Description: market.Some(in.Description), Status: market.Some(in.Status), Icon: fromLogo(in.Icon),
	}
}

func fromServiceUpdate(in model.ServiceUpdateInput) (id, version int64, change market.ServiceDetails) {
	return recordID("Service", in.Service), in.Version, market.ServiceDetails{
		Name: optional(in.Name), Description: optional(in.Description), Status: optional(in.Status), Icon: fromLogo(in.Icon),
	}
}

func fromSubServiceCreate(in model.SubServiceCreateInput) (serviceID int64, details market.SubServiceDetails, unread fault.Fields) {
	var r ids
	serviceID = r.one("service_id", "Service", in.Service)
	return serviceID, market.SubServiceDetails{
		Name: market.Some(in.Name), Description: market.Some(in.Description), Kinds: market.Some(in.Kinds), Status: market.Some(in.Status),
	}, r.bad
}

func fromSubServiceUpdate(in model.SubServiceUpdateInput) (id, version int64, change market.SubServiceDetails) {
	return recordID("SubService", in.SubService), in.Version, market.SubServiceDetails{
		Name: optional(in.Name), Description: optional(in.Description), Kinds: optionalPlain(in.Kinds), Status: optional(in.Status),
	}
}

func fromTestCreate(in model.CompetencyTestCreateInput) (subServiceID int64, details market.CompetencyTestDetails, unread fault.Fields) {
	var r ids
	subServiceID = r.one("sub_service_id", "SubService", in.SubService)
	return subServiceID, market.CompetencyTestDetails{
		Name: market.Some(in.Name), Description: market.Some(in.Description), URL: market.Some(in.URL),
		PassingScore: market.OptionalOf(in.PassingScore), Active: market.Some(in.Active),
	}, r.bad
}

func fromTestUpdate(in model.CompetencyTestUpdateInput) (id, version int64, change market.CompetencyTestDetails) {
	return recordID("CompetencyTest", in.CompetencyTest), in.Version, market.CompetencyTestDetails{
		Name: optional(in.Name), Description: optional(in.Description), URL: optional(in.URL),
		PassingScore: optional(in.PassingScore), Active: optional(in.Active),
	}
}

func fromCertificationCreate(in model.CertificationCreateInput) market.CertificationDetails {
	var r ids
	d := market.CertificationDetails{
		Name: market.Some(in.Name), Issuer: market.Some(in.Issuer), Description: market.Some(in.Description), Location: market.Some(in.Location),
		Price: market.OptionalOf(in.Price), Currency: market.Some(in.Currency), StartDate: market.OptionalOf(in.StartDate), EndDate: market.OptionalOf(in.EndDate),
		Quota: market.OptionalOf(in.Quota), RegistrationDeadline: market.OptionalOf(in.RegistrationDeadline),
		Requirements: market.Some(in.Requirements), Benefits: market.Some(in.Benefits),
		SubServiceIDs: market.Some(r.many("sub_service_ids", "SubService", in.SubServices)), Active: market.Some(in.Active), Image: fromLogo(in.Image),
	}
	d.Unread = r.bad
	return d
}

func fromCertificationUpdate(in model.CertificationUpdateInput) (id, version int64, change market.CertificationDetails) {
	var r ids
	change = market.CertificationDetails{
		Name: optional(in.Name), Issuer: optional(in.Issuer), Description: optional(in.Description), Location: optional(in.Location),
		Price: optional(in.Price), Currency: optional(in.Currency), StartDate: optional(in.StartDate), EndDate: optional(in.EndDate),
		Quota: optional(in.Quota), RegistrationDeadline: optional(in.RegistrationDeadline),
		Requirements: optionalPlain(in.Requirements), Benefits: optionalPlain(in.Benefits), Active: optional(in.Active), Image: fromLogo(in.Image),
	}
	switch list, sent := in.SubServices.ValueOK(); {
	case sent && list == nil:
		change.SubServiceIDs = market.Null[[]int64]()
	case sent:
		change.SubServiceIDs = market.Some(r.many("sub_service_ids", "SubService", list))
	}
	change.Unread = r.bad
	return recordID("Certification", in.Certification), in.Version, change
}

func fromBannerCreate(in model.BannerCreateInput) market.BannerDetails {
	return market.BannerDetails{
		Title: market.Some(in.Title), Link: market.Some(in.Link), Position: market.Some(in.Position), Description: market.Some(in.Description),
		Content: market.Some(in.Content), StartDate: market.OptionalOf(in.StartDate), EndDate: market.OptionalOf(in.EndDate), Active: market.Some(in.Active),
		Image: market.Some(fromUpload(&in.Image)),
	}
}

func fromBannerUpdate(in model.BannerUpdateInput) (id, version int64, change market.BannerDetails) {
	return recordID("Banner", in.Banner), in.Version, market.BannerDetails{
		Title: optional(in.Title), Link: optional(in.Link), Position: optional(in.Position), Description: optional(in.Description),
		Content: optional(in.Content), StartDate: optional(in.StartDate), EndDate: optional(in.EndDate), Active: optional(in.Active), Image: fromLogo(in.Image),
	}
}

func toDecision(event lifecycle.CertificationEvent, id string, version int64) market.DecideCertification {
	return market.DecideCertification{ID: recordID("PartnerCertification", id), Version: version, Event: event}
}

func fromPass(in model.PartnerCertificationPassInput) market.DecideCertification {
	d := toDecision(lifecycle.CertificationPass, in.Registration, in.Version)
	d.Certificate = fromUpload(in.Certificate)
	return d
}

func fromReason(event lifecycle.CertificationEvent, in model.PartnerCertificationReasonInput) market.DecideCertification {
	d := toDecision(event, in.Registration, in.Version)
	d.Reason = in.Reason
	return d
}

// wishOf is a wish by its certification.
func wishOf(in model.CertificationInput) market.Wish {
	return market.Wish{CertificationID: recordID("Certification", in.Certification)}
}

// unwished is the certification that was taken off the caller's list.
func unwished(ctx context.Context, app *market.App, in model.CertificationInput) (*view.Certification, error) {
	w := wishOf(in)
	if err := app.UnwishCertification(ctx, w); err != nil {
		return nil, err
	}
	list, err := app.CertificationsByID(ctx, []int64{w.CertificationID})
	return firstOf(list, err)
}

// firstOf gives the one record that was asked for; nil where there is none.
func firstOf[V any](list []*V, err error) (*V, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// orNull gives nil for a record that is not there.
func orNull[V any](v *V, err error) (*V, error) {
	if fault.Is(err, fault.RecordNotFound) {
		return nil, nil // null is the answer
	}
	return v, err
}

// numberOf reads the id of a root field that everybody may ask for.
//
// Faults: INVALID.
func numberOf(typeName, id string) (int64, error) {
	var r ids
	n := r.one("id", typeName, id)
	return n, r.err()
}

func fromServiceFilter(f *model.ServiceFilter, unread ids) market.ServiceFilter {
	filter := market.ServiceFilter{}
	if f != nil {
		filter.Text = deref(f.Text)
	}
	filter.Unread = unread.bad
	return filter
}

func fromCertificationFilter(f *model.CertificationFilter, active *bool, unread ids) market.CertificationFilter {
	filter := market.CertificationFilter{Active: active}
	if f != nil {
		filter.Text = deref(f.Text)
	}
	filter.Unread = unread.bad
	return filter
}

func fromRegistrationFilter(f *model.PartnerCertificationFilter, unread ids) market.RegistrationFilter {
	filter := market.RegistrationFilter{}
	if f != nil {
		filter.PartnerID = unread.maybe("filter.partner", "Partner", f.Partner)
		filter.CertificationID = unread.maybe("filter.certification", "Certification", f.Certification)
		filter.Statuses = f.Status
	}
	filter.Unread = unread.bad
	return filter
}

// numbersOf gives the numbers of objects.
func numbersOf[V any](list []*V, id func(*V) int64) []int64 {
	numbers := make([]int64, len(list))
	for i, v := range list {
		numbers[i] = id(v)
	}
	return numbers
}

func certificationID(v *view.Certification) int64 { return v.ID }

// fieldOf gives one field of each object.
func fieldOf[V, F any](list []*V, err error, field func(*V) F) ([]F, error) {
	values := make([]F, len(list))
	for i, v := range list {
		values[i] = field(v)
	}
	return values, err
}
