package export

import (
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// What the columns need beside the rows themselves.
var (
	agreementWants = market.AgreementInstitution | market.AgreementPeople | market.AgreementLicense
	contractWants  = market.ContractWants{Parts: market.WantInstitution | market.WantPartner | market.WantSubService | market.WantPaymentMethod | market.WantPromotion}
	partnerWants   = market.WantLocation | market.WantPrivate | market.WantPhone | market.WantPrice
)

// ofContract is a column that shows a field of the contract itself.
func ofContract(name, field string, value func(*view.Contract) any) column[view.Contract] {
	return column[view.Contract]{name, view.Contract{}, field, value}
}

// ofPayment is a column that shows a field of the contract's payment.
func ofPayment(name, field string, value func(*view.Payment) any) column[view.Contract] {
	return column[view.Contract]{name, view.Payment{}, field, func(v *view.Contract) any {
		if v.Payment == nil {
			return nil
		}
		return value(v.Payment)
	}}
}

var contractColumns = []column[view.Contract]{
	ofContract("id", "ID", func(v *view.Contract) any { return v.ID }),
	ofContract("reference_code", "ReferenceCode", func(v *view.Contract) any { return v.ReferenceCode }),
	ofContract("status", "Status", func(v *view.Contract) any { return plain(v.Status) }),
	ofContract("display_status", "DisplayStatus", func(v *view.Contract) any { return plain(v.DisplayStatus) }),
	ofContract("status_reason", "StatusReason", func(v *view.Contract) any { return given(v.StatusReason) }),
	ofContract("step", "Step", func(v *view.Contract) any { return plain(v.Step) }),
	ofContract("kind", "Kind", func(v *view.Contract) any { return plain(v.Kind) }),
	ofContract("stage", "ContractEscalationStage", func(v *view.Contract) any { return given(v.ContractEscalationStage) }),
	ofContract("deadline_at", "EscalationDeadlineAt", func(v *view.Contract) any { return given(v.EscalationDeadlineAt) }),
	ofContract("institution_id", "Institution", func(v *view.Contract) any {
		return within(v.Institution, func(i *view.Institution) any { return i.ID })
	}),
	ofContract("institution", "Institution", func(v *view.Contract) any {
		return within(v.Institution, func(i *view.Institution) any { return i.Name })
	}),
	ofContract("partner_id", "Partner", func(v *view.Contract) any { return within(v.Partner, func(p *view.Partner) any { return p.ID }) }),
	ofContract("partner", "Partner", func(v *view.Contract) any { return within(v.Partner, func(p *view.Partner) any { return p.FullName }) }),
	ofContract("partner_status", "PartnerStatus", func(v *view.Contract) any { return given(v.PartnerStatus) }),
	ofContract("service", "SubService", func(v *view.Contract) any {
		return within(v.SubService, func(s *view.SubService) any {
			return within(s.Service, func(s *view.Service) any { return s.Name })
		})
	}),
	ofContract("sub_service", "SubService", func(v *view.Contract) any {
		return within(v.SubService, func(s *view.SubService) any { return s.Name })
	}),
	ofContract("description", "Description", func(v *view.Contract) any { return given(v.Description) }),
	ofContract("tool_brand", "ToolBrand", func(v *view.Contract) any { return given(v.ToolBrand) }),
	ofContract("tool_type", "ToolType", func(v *view.Contract) any { return given(v.ToolType) }),
	ofContract("start_date", "ContractStartDate", func(v *view.Contract) any { return given(v.ContractStartDate) }),
	ofContract("start_time", "ContractStartTime", func(v *view.Contract) any { return given(v.ContractStartTime) }),
	ofContract("end_date", "ContractEndDate", func(v *view.Contract) any { return given(v.ContractEndDate) }),
	ofContract("end_time", "ContractEndTime", func(v *view.Contract) any { return given(v.ContractEndTime) }),
	ofContract("scheduled_start_at", "ScheduledStartAt", func(v *view.Contract) any { return given(v.ScheduledStartAt) }),
	ofContract("effective_scheduled_end_at", "EffectiveScheduledEndAt", func(v *view.Contract) any { return given(v.EffectiveScheduledEndAt) }),
	ofContract("currency", "TotalAmount", func(v *view.Contract) any { return within(v.TotalAmount, currency) }),
	ofContract("pricing_total", "PricingTotal", func(v *view.Contract) any { return within(v.PricingTotal, amount) }),
	ofContract("discount_amount", "DiscountAmount", func(v *view.Contract) any { return within(v.DiscountAmount, amount) }),
	ofContract("total_amount", "TotalAmount", func(v *view.Contract) any { return within(v.TotalAmount, amount) }),
	ofContract("payment_status", "PaymentStatus", func(v *view.Contract) any { return plain(v.PaymentStatus) }),
	ofContract("payment_deadline_at", "PaymentDeadlineAt", func(v *view.Contract) any { return given(v.PaymentDeadlineAt) }),
	ofPayment("payment_method", "PaymentMethod", func(v *view.Payment) any {
		return within(v.PaymentMethod, func(m *view.PaymentMethod) any { return m.Name })
	}),
	ofPayment("payment_status_reason", "StatusReason", func(v *view.Payment) any { return given(v.StatusReason) }),
	ofPayment("promotion_code", "Promotion", func(v *view.Payment) any { return within(v.Promotion, func(p *view.Promotion) any { return p.Code }) }),
	ofPayment("paid_at", "PaidAt", func(v *view.Payment) any { return given(v.PaidAt) }),
	ofContract("accepted_at", "AcceptedAt", func(v *view.Contract) any { return given(v.AcceptedAt) }),
	ofContract("work_started_at", "WorkStartedAt", func(v *view.Contract) any { return given(v.WorkStartedAt) }),
	ofContract("completed_at", "CompletedAt", func(v *view.Contract) any { return given(v.CompletedAt) }),
	ofContract("cancelled_at", "CancelledAt", func(v *view.Contract) any { return given(v.CancelledAt) }),
	ofContract("created_at", "CreatedAt", func(v *view.Contract) any { return v.CreatedAt }),
	ofContract("updated_at", "UpdatedAt", func(v *view.Contract) any { return v.UpdatedAt }),
	ofContract("version", "Version", func(v *view.Contract) any { return v.Version }),
}

// within gives something of a record beside, or nothing.
func within[T any](p *T, of func(*T) any) any {
	if p == nil {
		return nil
	}
	return of(p)
}

func amount(m *view.Money) any   { return m.Value }
func currency(m *view.Money) any { return m.Currency }

// ofPartner is a column that shows a field of a partner. Identity papers are no part of
// an export.
func ofPartner(name, field string, value func(*view.Partner) any) column[view.Partner] {
	return column[view.Partner]{name, view.Partner{}, field, value}
}

var partnerColumns = []column[view.Partner]{
	ofPartner("id", "ID", func(v *view.Partner) any { return v.ID }),
	ofPartner("full_name", "FullName", func(v *view.Partner) any { return v.FullName }),
	ofPartner("gender", "Gender", func(v *view.Partner) any { return plain(v.Gender) }),
	ofPartner("is_verified", "IsVerified", func(v *view.Partner) any { return v.IsVerified }),
	ofPartner("open_to_work", "OpenToWork", func(v *view.Partner) any { return v.OpenToWork }),
	ofPartner("status", "Status", func(v *view.Partner) any { return plain(v.Status) }),
	ofPartner("status_reason", "StatusReason", func(v *view.Partner) any { return given(v.StatusReason) }),
	ofPartner("verification_status", "VerificationStatus", func(v *view.Partner) any { return plain(v.VerificationStatus) }),
	ofPartner("city", "City", func(v *view.Partner) any { return given(v.City) }),
	ofPartner("experience_years", "ExperienceYears", func(v *view.Partner) any { return given(v.ExperienceYears) }),
	ofPartner("rating", "RatingsSummary", func(v *view.Partner) any {
		return within(v.RatingsSummary, func(s *view.RatingsSummary) any { return s.OverallAverage })
	}),
	ofPartner("reviews", "RatingsSummary", func(v *view.Partner) any {
		return within(v.RatingsSummary, func(s *view.RatingsSummary) any { return s.TotalReviews })
	}),
	ofPartner("currency", "Price", func(v *view.Partner) any { return within(v.Price, currency) }),
	ofPartner("price", "Price", func(v *view.Partner) any { return within(v.Price, amount) }),
	ofPartner("phone_number", "PhoneNumber", func(v *view.Partner) any { return given(v.PhoneNumber) }),
	ofPartner("email", "Email", func(v *view.Partner) any { return given(v.Email) }),
	ofPartner("created_at", "CreatedAt", func(v *view.Partner) any { return v.CreatedAt }),
}
