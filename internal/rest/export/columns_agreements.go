package export

import "kontrak/internal/view"

// ofAgreement is a column that shows a field of an agreement.
func ofAgreement(name, field string, value func(*view.Agreement) any) column[view.Agreement] {
	return column[view.Agreement]{name, view.Agreement{}, field, value}
}

var agreementColumns = []column[view.Agreement]{
	ofAgreement("id", "ID", func(v *view.Agreement) any { return v.ID }),
	ofAgreement("public_id", "PublicID", func(v *view.Agreement) any { return v.PublicID }),
	ofAgreement("uuid", "UUID", func(v *view.Agreement) any { return v.UUID }),
	ofAgreement("custom_key", "CustomKey", func(v *view.Agreement) any { return given(v.CustomKey) }),
	ofAgreement("identifier", "Identifier", func(v *view.Agreement) any { return given(v.Identifier) }),
	ofAgreement("contract_number", "ContractNumber", func(v *view.Agreement) any { return v.ContractNumber }),
	ofAgreement("title", "Title", func(v *view.Agreement) any { return v.Title }),
	ofAgreement("description", "Description", func(v *view.Agreement) any { return given(v.Description) }),
	ofAgreement("type", "AgreementType", func(v *view.Agreement) any {
		return within(v.AgreementType, func(t *view.AgreementType) any { return t.Name })
	}),
	ofAgreement("gateway_kind", "GatewayKind", func(v *view.Agreement) any { return plain(v.GatewayKind) }),
	ofAgreement("origin", "Origin", func(v *view.Agreement) any { return plain(v.Origin) }),
	ofAgreement("status", "Status", func(v *view.Agreement) any { return plain(v.Status) }),
	ofAgreement("renewal_status", "RenewalStatus", func(v *view.Agreement) any { return given(v.RenewalStatus) }),
	ofAgreement("status_reason", "StatusReason", func(v *view.Agreement) any { return given(v.StatusReason) }),
	ofAgreement("period_status", "PeriodStatus", func(v *view.Agreement) any { return given(v.PeriodStatus) }),
	ofAgreement("currency", "Cost", func(v *view.Agreement) any { return v.Cost.Currency }),
	ofAgreement("cost", "Cost", func(v *view.Agreement) any { return v.Cost.Value }),
	ofAgreement("license_type", "LicenseType", func(v *view.Agreement) any {
		return within(v.LicenseType, func(t *view.LicenseType) any { return t.Name })
	}),
	ofAgreement("license_count", "LicenseCount", func(v *view.Agreement) any { return given(v.LicenseCount) }),
	ofAgreement("notify_before_days", "NotifyBeforeDays", func(v *view.Agreement) any { return given(v.NotifyBeforeDays) }),
	ofAgreement("starts_at", "StartsAt", func(v *view.Agreement) any { return given(v.StartsAt) }),
	ofAgreement("ends_at", "EndsAt", func(v *view.Agreement) any { return given(v.EndsAt) }),
	ofAgreement("generated_on", "GeneratedOn", func(v *view.Agreement) any { return plain(v.GeneratedOn) }),
	ofAgreement("client_approved_on", "ClientApprovedOn", func(v *view.Agreement) any { return given(v.ClientApprovedOn) }),
	ofAgreement("concluded_at", "ConcludedAt", func(v *view.Agreement) any { return given(v.ConcludedAt) }),
	ofAgreement("source", "Source", func(v *view.Agreement) any { return plain(v.Source) }),
	ofAgreement("external_id", "ExternalID", func(v *view.Agreement) any { return given(v.ExternalID) }),
	ofAgreement("institution_id", "Institution", func(v *view.Agreement) any {
		return within(v.Institution, func(i *view.Institution) any { return i.ID })
	}),
	ofAgreement("institution", "Institution", func(v *view.Agreement) any {
		return within(v.Institution, func(i *view.Institution) any { return i.Name })
	}),
	ofAgreement("vendor_id", "Vendor", func(v *view.Agreement) any { return within(v.Vendor, func(c *view.Counterparty) any { return c.ID }) }),
	ofAgreement("vendor", "Vendor", func(v *view.Agreement) any { return within(v.Vendor, func(c *view.Counterparty) any { return c.Name }) }),
	ofAgreement("owner", "Owner", func(v *view.Agreement) any { return within(v.Owner, person) }),
	ofAgreement("approver", "Approver", func(v *view.Agreement) any { return within(v.Approver, person) }),
	ofAgreement("created_at", "CreatedAt", func(v *view.Agreement) any { return v.CreatedAt }),
	ofAgreement("updated_at", "UpdatedAt", func(v *view.Agreement) any { return v.UpdatedAt }),
	ofAgreement("version", "Version", func(v *view.Agreement) any { return v.Version }),
}

func person(p *view.Person) any { return p.FullName }
