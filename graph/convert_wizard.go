package graph

import (
	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// optional makes a field of a change: absent, null and a value stay apart.
func optional[T any](o graphql.Omittable[*T]) market.Optional[T] {
	if !o.IsSet() {
		return market.Optional[T]{}
	}
	return market.OptionalOf(o.Value())
}

// optionalList is optional of a list.
func optionalList[T, U any](o graphql.Omittable[[]*T], to func(*T) U) market.Optional[[]U] {
	switch list, sent := o.ValueOK(); {
	case !sent:
		return market.Optional[[]U]{}
	case list == nil:
		return market.Null[[]U]()
	default:
		return market.Some(each(list, to))
	}
}

func each[T, U any](list []*T, to func(*T) U) []U {
	out := make([]U, len(list))
	for i, item := range list {
		out[i] = to(item)
	}
	return out
}

func fromContractCreate(in model.ContractCreateInput) market.CreateContract {
	var r ids
	return market.CreateContract{
		InstitutionID: new(r.one("institution", "Institution", in.Institution)), PartnerID: recordOf("Partner", in.Partner),
		SubServiceID: recordOf("SubService", in.SubService), Kind: in.Kind,
	}
}

func fromContractSetSchedule(in model.ContractSetScheduleInput) market.SetContractSchedule {
	return market.SetContractSchedule{
		ContractID: contractID(in.Contract),
		StartDate:  optional(in.ContractStartDate), StartTime: optional(in.ContractStartTime),
		EndDate: optional(in.ContractEndDate), EndTime: optional(in.ContractEndTime),
		Schedules: optionalList(in.Schedules, toDay), Contacts: optionalList(in.ContactPersons, toContact),
	}
}

func toDay(in *model.ScheduleInput) market.Day {
	return market.Day{Date: in.Date, StartTime: in.StartTime, EndTime: in.EndTime}
}

func toContact(in *model.ContactPersonInput) market.Contact {
	return market.Contact{Name: market.Some(in.Name), Phone: market.Some(in.Phone)}
}

func fromContractSetDetails(in model.ContractSetDetailsInput) market.SetContractDetails {
	return market.SetContractDetails{
		ContractID: contractID(in.Contract), Description: optional(in.Description),
		ToolBrand: optional(in.ToolBrand), ToolType: optional(in.ToolType), ToolImages: optionalList(in.ToolImages, toAttachment),
	}
}

func toAttachment(in *model.PictureInput) market.Attachment {
	return market.Attachment{Upload: fromUpload(in.Upload), Kept: deref(in.Keep)}
}

func fromContractProcessPayment(in model.ContractProcessPaymentInput) market.ProcessPayment {
	return market.ProcessPayment{
		ContractID: contractID(in.Contract), PaymentMethodID: recordOf("PaymentMethod", in.PaymentMethod),
		PromotionCode: deref(in.PromotionCode),
	}
}

// fromWizardInput is what the steps of the wizard read of the input that is asked
// about.
func fromWizardInput(in *model.ContractActionInput, to *market.ActionInput) {
	to.Schedule = fromContractSetSchedule(model.ContractSetScheduleInput{
		ContractStartDate: in.ContractStartDate, ContractStartTime: in.ContractStartTime, ContractEndDate: in.ContractEndDate,
		ContractEndTime: in.ContractEndTime, Schedules: in.Schedules, ContactPersons: in.ContactPersons,
	})
	to.Details = fromContractSetDetails(model.ContractSetDetailsInput{
		Description: in.Description, ToolBrand: in.ToolBrand, ToolType: in.ToolType,
	})
	to.Payment = fromContractProcessPayment(model.ContractProcessPaymentInput{
		PaymentMethod: deref(in.PaymentMethod), PromotionCode: in.PromotionCode,
	})
}

func fromPricingQuestion(promotionCode, paymentMethod *string) market.PricingQuestion {
	var r ids
	method := r.maybe("paymentMethod", "PaymentMethod", paymentMethod)
	return market.PricingQuestion{PaymentMethodID: method, PromotionCode: deref(promotionCode), Unread: r.bad}
}

// toPricingPreviews gives each contract its preview, or why there is none.
func toPricingPreviews(views []*view.PricingPreview, failed []error, err error) ([]*view.PricingPreview, error) {
	if err != nil {
		return nil, err
	}
	all := make(graphql.BatchErrorList, len(failed))
	for i, f := range failed {
		all[i] = wizardFields.of(f)
	}
	return views, all
}

// fromWhose names the institution whose day counts.
func fromWhose(r *ids, institution *string) market.Whose {
	return market.Whose{InstitutionID: r.maybe("institution", "Institution", institution)}
}

func fromPromotionCheck(code string, contract *string, orderAmount *int64, institution *string) market.ValidatePromotion {
	var r ids
	in := market.ValidatePromotion{
		Code: code, ContractID: r.maybe("contract", "Contract", contract), OrderAmount: orderAmount, At: fromWhose(&r, institution),
	}
	in.Unread = r.bad
	return in
}

// optionalPlain is optional of a list of values.
func optionalPlain[T any](o graphql.Omittable[[]T]) market.Optional[[]T] {
	switch list, sent := o.ValueOK(); {
	case !sent:
		return market.Optional[[]T]{}
	case list == nil:
		return market.Null[[]T]()
	default:
		return market.Some(list)
	}
}
