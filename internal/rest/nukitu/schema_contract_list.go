package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// contractItem is a contract in the institution's list (schema ContractListItem).
type contractItem struct {
	itemHead
	PartnerStatus *lifecycle.PartnerPresence `json:"partner_status"`
	itemBody
	HasPendingExtensionRequest bool `json:"has_pending_extension_request"`
	itemTail
}

func toContractItem(v *view.Contract) contractItem {
	return contractItem{
		itemHead: toItemHead(v), PartnerStatus: v.PartnerStatus, itemBody: toItemBody(v),
		HasPendingExtensionRequest: v.HasPendingExtensionRequest, itemTail: toItemTail(v),
	}
}

// partnerContractItem is a contract in the partner's list (schema
// PartnerContractListItem): the institution's item without two keys.
type partnerContractItem struct {
	itemHead
	itemBody
	itemTail
}

func toPartnerContractItem(v *view.Contract) partnerContractItem {
	return partnerContractItem{itemHead: toItemHead(v), itemBody: toItemBody(v), itemTail: toItemTail(v)}
}

// itemHead, itemBody and itemTail are the keys of an item up to, between and
// after the two that the partner's list has not.
type itemHead struct {
	ID                                int64                    `json:"id"`
	ReferenceCode                     string                   `json:"reference_code"`
	Status                            lifecycle.ContractStatus `json:"status"`
	DisplayStatus                     lifecycle.DisplayStatus  `json:"display_status"`
	Step                              lifecycle.Step           `json:"step"`
	Kind                              lifecycle.Kind           `json:"kind"`
	ContractEscalationStage           *lifecycle.Stage         `json:"contract_escalation_stage"`
	EscalationDeadlineAt              *instant                 `json:"escalation_deadline_at"`
	ContractEscalationCountdownActive bool                     `json:"contract_escalation_countdown_active"`
}

func toItemHead(v *view.Contract) itemHead {
	return itemHead{
		ID: v.ID, ReferenceCode: v.ReferenceCode, Status: v.Status, DisplayStatus: v.DisplayStatus, Step: v.Step,
		Kind: v.Kind, ContractEscalationStage: v.ContractEscalationStage,
		EscalationDeadlineAt:              maybe(v.EscalationDeadlineAt, toInstant),
		ContractEscalationCountdownActive: v.ContractEscalationCountdownActive,
	}
}

type itemBody struct {
	Partner     *listedPartner      `json:"partner"`
	Institution contractInstitution `json:"institution"`
	SubService  named               `json:"sub_service"`
	contractDates
	ApproachingScheduledStart  bool           `json:"approaching_scheduled_start"`
	SecondsUntilScheduledStart *int32         `json:"seconds_until_scheduled_start"`
	Review                     *overallReview `json:"review"`
	TotalAmount                totalAmount    `json:"total_amount"`
}

func toItemBody(v *view.Contract) itemBody {
	return itemBody{
		Partner: maybe(v.Partner, toListedPartner), Institution: toContractInstitution(v.Institution),
		SubService: named{ID: v.SubService.ID, Name: v.SubService.Name}, contractDates: toContractDates(v),
		ApproachingScheduledStart:  v.ApproachingScheduledStart,
		SecondsUntilScheduledStart: v.SecondsUntilScheduledStart,
		Review:                     maybe(v.Review, toOverallReview), TotalAmount: toTotalAmount(v),
	}
}

type itemTail struct {
	PaymentDeadlineAt *instant                `json:"payment_deadline_at"`
	PaymentStatus     lifecycle.PaymentStatus `json:"payment_status"`
	CreatedAt         instant                 `json:"created_at"`
	UpdatedAt         instant                 `json:"updated_at"`
}

func toItemTail(v *view.Contract) itemTail {
	return itemTail{
		PaymentDeadlineAt: maybe(v.PaymentDeadlineAt, toInstant), PaymentStatus: v.PaymentStatus,
		CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt),
	}
}

// named is a record with its name.
type named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// listedPartner is the partner of a contract in a list.
type listedPartner struct {
	ID             int64          `json:"id"`
	FullName       string         `json:"full_name"`
	Picture        *string        `json:"picture"`
	RatingsSummary ratingsSummary `json:"ratings_summary"`
	City           *string        `json:"city"`
}

func toListedPartner(v *view.Partner) listedPartner {
	return listedPartner{
		ID: v.ID, FullName: v.FullName, Picture: link(v.Picture),
		RatingsSummary: toRatingsSummary(v.RatingsSummary), City: v.City,
	}
}

// contractInstitution is the institution of a contract.
type contractInstitution struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	City     string `json:"city"`
	Province string `json:"province"`
}

func toContractInstitution(v *view.Institution) contractInstitution {
	return contractInstitution{ID: v.ID, Name: v.Name, Address: v.Address, City: v.City, Province: v.Province}
}

// contractDates are the agreed period and the first and last of the schedules,
// local to the institution.
type contractDates struct {
	ContractStartDate *view.Date      `json:"contract_start_date"`
	ContractStartTime *view.ClockTime `json:"contract_start_time"`
	ContractEndDate   *view.Date      `json:"contract_end_date"`
	ContractEndTime   *view.ClockTime `json:"contract_end_time"`
	ScheduleStartDate *view.Date      `json:"schedule_start_date"`
	ScheduleStartTime *view.ClockTime `json:"schedule_start_time"`
	ScheduleEndDate   *view.Date      `json:"schedule_end_date"`
	ScheduleEndTime   *view.ClockTime `json:"schedule_end_time"`
}

func toContractDates(v *view.Contract) contractDates {
	return contractDates{
		ContractStartDate: v.ContractStartDate, ContractStartTime: v.ContractStartTime,
		ContractEndDate: v.ContractEndDate, ContractEndTime: v.ContractEndTime,
		ScheduleStartDate: v.ScheduleStartDate, ScheduleStartTime: v.ScheduleStartTime,
		ScheduleEndDate: v.ScheduleEndDate, ScheduleEndTime: v.ScheduleEndTime,
	}
}

// overallReview is what a review came to.
type overallReview struct {
	OverallRate float64 `json:"overall_rate"`
}

func toOverallReview(v *view.Review) overallReview { return overallReview{OverallRate: v.OverallRate} }
