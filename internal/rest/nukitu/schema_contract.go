package nukitu

import (
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// contractData is the data of one contract (schema ContractDetailResponse).
type contractData struct {
	Contract contractDetail `json:"contract"`
}

// contractDetail is a contract with all that hangs on it (schema ContractDetail).
type contractDetail struct {
	ID                                int64                      `json:"id"`
	ReferenceCode                     string                     `json:"reference_code"`
	Status                            lifecycle.ContractStatus   `json:"status"`
	DisplayStatus                     lifecycle.DisplayStatus    `json:"display_status"`
	Step                              lifecycle.Step             `json:"step"`
	Kind                              lifecycle.Kind             `json:"kind"`
	ContractEscalationStage           *lifecycle.Stage           `json:"contract_escalation_stage"`
	EscalationDeadlineAt              *instant                   `json:"escalation_deadline_at"`
	ContractEscalationCountdownActive bool                       `json:"contract_escalation_countdown_active"`
	PartnerStatus                     *lifecycle.PartnerPresence `json:"partner_status"`
	Description                       *string                    `json:"description"`
	ToolBrand                         *string                    `json:"tool_brand"`
	ToolType                          *string                    `json:"tool_type"`
	ToolImages                        []*string                  `json:"tool_images"`
	Partner                           *engagedPartner            `json:"partner"`
	Institution                       contractInstitution        `json:"institution"`
	SubService                        contractSubService         `json:"sub_service"`
	contractDates
	Schedules               []schedule       `json:"schedules"`
	ContactPersons          []contactPerson  `json:"contact_persons"`
	PricingItems            []pricingItem    `json:"pricing_items"`
	PricingTotal            effectiveMoney   `json:"pricing_total"`
	Payment                 *payment         `json:"payment"`
	PartnerAssignments      []assignment     `json:"partner_assignments"`
	WorkStartedAt           *instant         `json:"work_started_at"`
	EffectiveScheduledEndAt *instant         `json:"effective_scheduled_end_at"`
	CanRequestExtension     bool             `json:"can_request_extension"`
	PendingTimeAdjustment   *pendingTime     `json:"pending_time_adjustment"`
	TimeAdjustments         []timeAdjustment `json:"time_adjustments"`
}

func toContractData(v *view.Contract) contractData {
	return contractData{Contract: toContractDetail(v)}
}

func toContractDetail(v *view.Contract) contractDetail {
	head := toItemHead(v)
	return contractDetail{
		ID: head.ID, ReferenceCode: head.ReferenceCode, Status: head.Status, DisplayStatus: head.DisplayStatus,
		Step: head.Step, Kind: head.Kind, ContractEscalationStage: head.ContractEscalationStage,
		EscalationDeadlineAt:              head.EscalationDeadlineAt,
		ContractEscalationCountdownActive: head.ContractEscalationCountdownActive,
		PartnerStatus:                     v.PartnerStatus,
		Description:                       v.Description, ToolBrand: v.ToolBrand, ToolType: v.ToolType,
		ToolImages: each(v.ToolImages, link),
		Partner:    maybe(v.Partner, toEngagedPartner), Institution: toContractInstitution(v.Institution),
		SubService: toContractSubService(v.SubService), contractDates: toContractDates(v),
		Schedules: each(v.Schedules, toSchedule), ContactPersons: each(v.ContactPersons, toContactPerson),
		PricingItems: each(v.PricingItems, toPricingItem), PricingTotal: toAdded(v.PricingTotal),
		Payment:            maybe(v.Payment, toPayment),
		PartnerAssignments: each(v.Assignments, toAssignment), WorkStartedAt: maybe(v.WorkStartedAt, toInstant),
		EffectiveScheduledEndAt: maybe(v.EffectiveScheduledEndAt, toInstant), CanRequestExtension: v.CanRequestExtension,
		PendingTimeAdjustment: maybe(v.PendingTimeAdjustment, toPendingTime),
		TimeAdjustments:       each(v.TimeAdjustments, toTimeAdjustment),
	}
}

// engagedPartner is the partner of a contract in its detail.
type engagedPartner struct {
	ID           int64        `json:"id"`
	FullName     string       `json:"full_name"`
	Picture      *string      `json:"picture"`
	Competencies []competency `json:"competencies"`
}

func toEngagedPartner(v *view.Partner) engagedPartner {
	return engagedPartner{
		ID: v.ID, FullName: v.FullName, Picture: link(v.Picture), Competencies: each(v.Competencies, toCompetency),
	}
}

// contractSubService is what is contracted, with the field of work it belongs to.
type contractSubService struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Service named  `json:"service"`
}

func toContractSubService(v *view.SubService) contractSubService {
	return contractSubService{ID: v.ID, Name: v.Name, Service: named{ID: v.Service.ID, Name: v.Service.Name}}
}

// schedule is one stretch of work.
type schedule struct {
	ID        int64                    `json:"id"`
	Date      view.Date                `json:"date"`
	StartTime view.ClockTime           `json:"start_time"`
	EndTime   view.ClockTime           `json:"end_time"`
	Status    lifecycle.ScheduleStatus `json:"status"`
}

func toSchedule(v *view.Schedule) schedule {
	return schedule{ID: v.ID, Date: v.Date, StartTime: v.StartTime, EndTime: v.EndTime, Status: v.Status}
}

// contactPerson is whom the partner asks for on site.
type contactPerson struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Phone *string `json:"phone"`
}

func toContactPerson(v *view.ContactPerson) contactPerson {
	return contactPerson{ID: v.ID, Name: v.Name, Phone: v.Phone}
}

// assignment is one partner tried (schema ContractPartnerAssignment).
type assignment struct {
	ID             int64                      `json:"id"`
	Sequence       int32                      `json:"sequence"`
	AssignmentKind lifecycle.AssignmentKind   `json:"assignment_kind"`
	Status         lifecycle.AssignmentStatus `json:"status"`
	StatusReason   *string                    `json:"status_reason"`
	AssignedAt     instant                    `json:"assigned_at"`
	RespondedAt    *instant                   `json:"responded_at"`
	Partner        triedPartner               `json:"partner"`
	AssignedBy     person                     `json:"assigned_by"`
}

func toAssignment(v *view.Assignment) assignment {
	return assignment{
		ID: v.ID, Sequence: v.Sequence, AssignmentKind: v.AssignmentKind, Status: v.Status, StatusReason: v.StatusReason,
		AssignedAt: instant(v.AssignedAt), RespondedAt: maybe(v.RespondedAt, toInstant),
		Partner:    triedPartner{ID: v.Partner.ID, FullName: v.Partner.FullName, Picture: link(v.Partner.Picture)},
		AssignedBy: person{ID: v.AssignedBy.ID, FullName: v.AssignedBy.FullName, Role: v.AssignedBy.Role},
	}
}

type triedPartner struct {
	ID       int64   `json:"id"`
	FullName string  `json:"full_name"`
	Picture  *string `json:"picture"`
}

type person struct {
	ID       int64      `json:"id"`
	FullName string     `json:"full_name"`
	Role     actor.Role `json:"role"`
}

// pendingTime is the request for more time that waits for an answer.
type pendingTime struct {
	ID              int64      `json:"id"`
	AdditionalHours view.Hours `json:"additional_hours"`
	Reason          string     `json:"reason"`
	RequestedAt     instant    `json:"requested_at"`
}

func toPendingTime(v *view.TimeAdjustment) pendingTime {
	return pendingTime{ID: v.ID, AdditionalHours: v.AdditionalHours, Reason: v.Reason, RequestedAt: instant(v.RequestedAt)}
}

// timeAdjustment is a request for more time. Its value is its hours.
type timeAdjustment struct {
	ID              int64                      `json:"id"`
	Value           view.Hours                 `json:"value"`
	AdditionalHours view.Hours                 `json:"additional_hours"`
	Reason          string                     `json:"reason"`
	Status          lifecycle.AdjustmentStatus `json:"status"`
	RequestedAt     instant                    `json:"requested_at"`
	ApprovedAt      *instant                   `json:"approved_at"`
}

func toTimeAdjustment(v *view.TimeAdjustment) timeAdjustment {
	return timeAdjustment{
		ID: v.ID, Value: v.AdditionalHours, AdditionalHours: v.AdditionalHours, Reason: v.Reason, Status: v.Status,
		RequestedAt: instant(v.RequestedAt), ApprovedAt: maybe(v.ApprovedAt, toInstant),
	}
}
