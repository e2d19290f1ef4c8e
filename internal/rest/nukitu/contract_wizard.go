package nukitu

import (
	"context"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// createContract answers POST /contracts.
func (d *dialect) createContract(r *request) (any, error) {
	in := r.attributes("contract")
	v, err := d.app.CreateContract(r.Context(), fromCreateContract(in), detailWants)
	if err != nil {
		return nil, in.explain(err)
	}
	return newly(data(toContractData(v)), nil)
}

// setSchedule answers PATCH /contracts/{id}/schedule.
func (d *dialect) setSchedule(r *request) (any, error) {
	return d.act(r, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.SetContractSchedule(ctx, fromStepOne(id, in), detailWants)
	})
}

// setDetails answers PATCH /contracts/{id}/details.
func (d *dialect) setDetails(r *request) (any, error) {
	return d.act(r, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.SetContractDetails(ctx, fromStepTwo(id, in), detailWants)
	})
}

// processPayment answers PATCH /contracts/{id}/payment.
func (d *dialect) processPayment(r *request) (any, error) {
	return d.act(r, func(ctx context.Context, id int64, in *attributes) (*view.Contract, error) {
		return d.app.ProcessPayment(ctx, fromStepThree(id, in), detailWants)
	})
}

// fromCreateContract reads schema ContractInitialRequest.
func fromCreateContract(in *attributes) market.CreateContract {
	c := market.CreateContract{
		PartnerID: in.id("partner_id"), SubServiceID: in.id("sub_service_id"), Kind: lifecycle.Kind(in.text("kind")), Current: true,
	}
	if in.sent("institution_id") {
		c.InstitutionID = new(in.id("institution_id"))
	}
	c.Unread = *in.bad
	return c
}

// fromStepOne reads schema ContractStepOneRequest.
func fromStepOne(id int64, in *attributes) market.SetContractSchedule {
	date := func(name string) market.Optional[view.Date] { return optionalAs[view.Date](in.optional(name)) }
	clock := func(name string) market.Optional[view.ClockTime] {
		return optionalAs[view.ClockTime](in.optional(name))
	}
	return market.SetContractSchedule{
		ContractID: id,
		StartDate:  date("contract_start_date"), StartTime: clock("contract_start_time"),
		EndDate: date("contract_end_date"), EndTime: clock("contract_end_time"),
		Schedules: mapped(in.list("schedules"), fromSchedule), Contacts: mapped(in.list("contact_persons"), fromContactPerson),
	}
}

func fromSchedule(in *attributes) market.Day {
	return market.Day{
		Date: view.Date(in.text("date")), StartTime: view.ClockTime(in.text("start_time")), EndTime: view.ClockTime(in.text("end_time")),
	}
}

func fromContactPerson(in *attributes) market.Contact {
	return market.Contact{ID: in.id("id"), Name: in.optional("name"), Phone: in.optional("phone"), Remove: in.flag("_destroy")}
}

// fromStepTwo reads schema ContractStepTwoRequest.
func fromStepTwo(id int64, in *attributes) market.SetContractDetails {
	return market.SetContractDetails{
		ContractID: id, Description: in.optional("description"), ToolBrand: in.optional("tool_brand"), ToolType: in.optional("tool_type"),
		ToolImages: in.pictures("tool_images"),
	}
}

// fromStepThree reads schema ContractStepThreeRequest.
func fromStepThree(id int64, in *attributes) market.ProcessPayment {
	return market.ProcessPayment{ContractID: id, PaymentMethodID: in.id("payment_method_id"), PromotionCode: in.text("promotion_code")}
}
