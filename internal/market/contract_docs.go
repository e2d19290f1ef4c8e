package market

import (
	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/view"
)

// contractDocs are the lists of a contract as a history keeps them.
type contractDocs struct {
	schedules   []*ent.Schedule
	contacts    []*ent.ContactPerson
	items       []*ent.PricingItem
	adjustments []*ent.TimeAdjustment
}

func readDocs(state changelog.State) (d contractDocs, err error) {
	if d.schedules, err = changelog.Read[[]*ent.Schedule](state[changelog.Schedules]); err != nil {
		return d, err
	}
	if d.contacts, err = changelog.Read[[]*ent.ContactPerson](state[changelog.ContactPersons]); err != nil {
		return d, err
	}
	if d.items, err = changelog.Read[[]*ent.PricingItem](state[changelog.PricingItems]); err != nil {
		return d, err
	}
	d.adjustments, err = changelog.Read[[]*ent.TimeAdjustment](state[changelog.TimeAdjustments])
	return d, err
}

func (d *contractDocs) seeSchedules(ties view.Tie) []*view.Schedule {
	list := make([]*view.Schedule, len(d.schedules))
	for i, r := range d.schedules {
		list[i] = view.See(&view.Schedule{
			ID: r.ID, Date: view.Date(r.Date), StartTime: view.ClockTime(r.StartTime), EndTime: view.ClockTime(r.EndTime), Status: r.Status,
		}, ties)
	}
	return list
}

func (d *contractDocs) seeContacts(ties view.Tie) []*view.ContactPerson {
	list := make([]*view.ContactPerson, len(d.contacts))
	for i, r := range d.contacts {
		list[i] = view.See(&view.ContactPerson{ID: r.ID, Name: r.Name, Phone: &r.Phone}, ties)
	}
	return list
}

func (d *contractDocs) seeItems(ties view.Tie, currency string) []*view.PricingItem {
	list := make([]*view.PricingItem, len(d.items))
	for i, r := range d.items {
		list[i] = view.See(&view.PricingItem{
			ID: r.ID, PricingSchemaID: r.PricingSchemaID, Name: r.Name, Code: r.Code, Kind: r.Kind, Unit: r.Unit,
			Amount: view.Money{Value: r.Amount, Currency: currency}, IsPartnerPricing: r.IsPartnerPricing, Effect: r.Effect,
		}, ties)
	}
	return list
}

func (d *contractDocs) seeAdjustments(ties view.Tie) []*view.TimeAdjustment {
	list := make([]*view.TimeAdjustment, len(d.adjustments))
	for i, r := range d.adjustments {
		row := adjustmentRow{minutes: r.Minutes, reason: r.StatusReason, approved: nullTime(r.ApprovedAt), view: view.TimeAdjustment{
			ID: r.ID, Reason: r.Reason, Status: r.Status, RequestedAt: r.RequestedAt,
		}}
		list[i] = row.see(ties)
	}
	return list
}

func assignmentOf(r *ent.Assignment) *assignmentRow {
	return &assignmentRow{
		id: r.ID, assignedBy: r.AssignedByID, sequence: int32(r.Sequence), kind: r.Kind, status: r.Status,
		reason: r.StatusReason, assignedByRole: actor.Role(r.AssignedByRole), assigned: r.AssignedAt,
		responded: nullTime(r.RespondedAt), partner: partnerRow{id: r.PartnerID},
	}
}

func inspectionOf(r *ent.Inspection) *inspectionRow {
	return &inspectionRow{
		sections: r.Sections, photos: changelog.Text(r.Photos), started: nullTime(r.StartedAt), submitted: nullTime(r.SubmittedAt),
		view: view.Inspection{
			ID: r.ID, Status: r.Status, TemplateCode: r.TemplateCode, TemplateName: r.TemplateName, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		},
	}
}

func conclusionOf(r *ent.Conclusion) *conclusionRow {
	return &conclusionRow{
		recommendation: r.Recommendation, photos: changelog.Text(r.Photos),
		view: view.Conclusion{ID: r.ID, Result: r.Result, Summary: r.Summary, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt},
	}
}

func reviewOfRow(r *changelog.Reviewed) *reviewRow {
	return &reviewRow{
		tenths: r.OverallTenths, comment: r.Comment,
		view: view.Review{ID: r.ID, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt},
	}
}
