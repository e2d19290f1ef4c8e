package world

import (
	"encoding/json"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// remind is the partner being reminded that the start is near; the program does
// it as soon as it is near, if there is a partner then.
func (l *life) remind() {
	c := l.contract
	if l.err != nil || c.AcceptedAt == nil || c.ScheduledStartAt == nil {
		l.fail("remind of nothing")
		return
	}
	at := c.ScheduledStartAt.Add(-departureReminder)
	if at.Before(*c.AcceptedAt) {
		at = *c.AcceptedAt
	}
	l.change(lifecycle.ContractRemindDeparture, at, who{}, func(c *ent.Contract) { c.DepartureRemindedAt = new(at) })
}

// goOnRoute is the partner setting out, reminded if it did not set out early.
func (l *life) goOnRoute(at time.Time) {
	if start := l.contract.ScheduledStartAt; start != nil && !at.Before(start.Add(-departureReminder)) {
		l.remind()
	}
	l.move(lifecycle.ContractGoOnRoute, at, l.technician.who(), func(c *ent.Contract) { c.OnRouteAt = new(at) })
}

// startWork is the partner beginning on site.
func (l *life) startWork(at time.Time) {
	l.move(lifecycle.ContractStartWork, at, l.technician.who(), func(c *ent.Contract) { c.WorkStartedAt = new(at) })
	if l.err == nil {
		l.setDay(l.schedules[0], lifecycle.ScheduleInProgress, at)
	}
}

// finishWork is the institution saying that the work is done.
func (l *life) finishWork(at time.Time, member *ent.User) {
	l.complete(lifecycle.ContractFinishWork, at, by(member), "")
}

// forceComplete is the back office saying so.
func (l *life) forceComplete(at time.Time, admin *ent.User, reason string) {
	l.complete(lifecycle.ContractForceComplete, at, by(admin), reason)
}

func (l *life) complete(event lifecycle.ContractEvent, at time.Time, actor who, reason string) {
	l.move(event, at, actor, func(c *ent.Contract) {
		c.StatusReason = reason
		c.CompletedAt = new(at)
	})
	l.because(reason)
	l.setSchedules(lifecycle.ScheduleCompleted, at)
	l.answer(lifecycle.AdjustmentRejected, at, "")
}

// requestExtension is the partner asking for more time.
func (l *life) requestExtension(at time.Time, minutes int64, reason string) {
	if !l.must("request_extension", "in_progress") {
		return
	}
	l.change(lifecycle.ContractRequestExtension, at, l.technician.who(), func(*ent.Contract) {})
	l.because(reason)
	l.adjustments = append(l.adjustments, &ent.TimeAdjustment{
		InstitutionID: l.contract.InstitutionID, Minutes: minutes, Reason: reason, Status: lifecycle.AdjustmentPending,
		RequestedAt: at, Version: 1, CreatedAt: at, UpdatedAt: at,
	})
}

// approveExtension is the institution granting the last request.
func (l *life) approveExtension(at time.Time, member *ent.User) {
	a := l.asked()
	if a == nil {
		l.fail("an answer without a request")
		return
	}
	l.change(lifecycle.ContractApproveExtension, at, by(member), func(c *ent.Contract) { c.ExtensionMinutes += a.Minutes })
	l.answer(lifecycle.AdjustmentApproved, at, "")
	a.ApprovedAt = new(at)
}

// rejectExtension is the institution refusing the last request.
func (l *life) rejectExtension(at time.Time, member *ent.User, reason string) {
	if l.asked() == nil {
		l.fail("an answer without a request")
		return
	}
	l.change(lifecycle.ContractRejectExtension, at, by(member), func(*ent.Contract) {})
	l.because(reason)
	l.answer(lifecycle.AdjustmentRejected, at, reason)
}

// asked gives the request for more time that waits; nil without one.
func (l *life) asked() *ent.TimeAdjustment {
	if n := len(l.adjustments); n > 0 && l.adjustments[n-1].Status == lifecycle.AdjustmentPending {
		return l.adjustments[n-1]
	}
	return nil
}

// answer answers the request that waits, if there is one.
func (l *life) answer(status lifecycle.AdjustmentStatus, at time.Time, reason string) {
	if a := l.asked(); l.err == nil && a != nil {
		a.Status, a.StatusReason, a.RespondedAt, a.Version, a.UpdatedAt = status, reason, new(at), a.Version+1, at
	}
}

// finding is one item of an inspection.
type finding struct {
	Key   string  `json:"key"`
	Label string  `json:"label"`
	Kind  string  `json:"kind"`
	Value *string `json:"value"`
	Note  *string `json:"note"`
}

// section is one part of an inspection.
type section struct {
	Key   string    `json:"key"`
	Title string    `json:"title"`
	Items []finding `json:"items"`
}

// inspect is the partner writing down what it found, as a draft.
func (l *life) inspect(at time.Time, sections []section, photos ...string) {
	if !l.must("inspect", "in_progress") {
		return
	}
	text, err := json.Marshal(sections)
	if err != nil {
		l.fail("%v", err)
	}
	kind := string(l.contract.Kind)
	l.change(lifecycle.ContractInspect, at, l.technician.who(), func(*ent.Contract) {})
	l.inspection = &ent.Inspection{
		InstitutionID: l.contract.InstitutionID, Status: lifecycle.InspectionDraft,
		TemplateCode: "general-" + kind, TemplateName: "General " + kind + " report", Sections: text, Photos: photos,
		StartedAt: new(at), Version: 1, CreatedAt: at, UpdatedAt: at,
	}
}

// submit is the partner saying that the inspection is complete.
func (l *life) submit(at time.Time) {
	if !l.must("inspect", "in_progress") || l.inspection == nil {
		l.fail("nothing to submit")
		return
	}
	l.change(lifecycle.ContractInspect, at, l.technician.who(), func(*ent.Contract) {})
	i := l.inspection
	i.Status, i.SubmittedAt, i.Version, i.UpdatedAt = lifecycle.InspectionSubmitted, new(at), i.Version+1, at
}

// conclude is the partner saying what the inspection came to.
func (l *life) conclude(at time.Time, result lifecycle.ConclusionResult, summary, recommendation string, photos ...string) {
	if !l.must("conclude", "in_progress") || l.inspection == nil {
		l.fail("a conclusion without an inspection")
		return
	}
	l.change(lifecycle.ContractConclude, at, l.technician.who(), func(*ent.Contract) {})
	l.conclusion = &ent.Conclusion{
		InstitutionID: l.contract.InstitutionID, Result: result, Summary: summary, Recommendation: recommendation,
		Photos: photos, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
}

// rate is the institution reviewing the work; rates are from 1 to 5, one for
// each criterion.
func (l *life) rate(at time.Time, member *ent.User, rates []int, comment string) {
	if !l.must("review", "completed") {
		return
	}
	if len(rates) != len(l.cat.criteria) || at.Before(*l.contract.CompletedAt) {
		l.fail("a review with %d rates at %s", len(rates), at)
		return
	}
	l.change(lifecycle.ContractReview, at, by(member), func(*ent.Contract) {})
	total := 0
	for i, rate := range rates {
		total += rate
		l.ratings = append(l.ratings, &ent.ReviewRating{
			InstitutionID: l.contract.InstitutionID, RatingItemID: l.cat.criteria[i].ID, Rate: rate,
			CreatedAt: at, UpdatedAt: at,
		})
	}
	l.review = &ent.Review{
		InstitutionID: l.contract.InstitutionID, PartnerID: l.contract.PartnerID, CreatedByID: member.ID,
		OverallTenths: tenths(total, len(rates)), Comment: comment, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	p := l.technician.row
	p.ReviewsCount++
	p.ReviewsTenths += l.review.OverallTenths
}

// tenths gives the average in tenths, half a tenth rounded up.
func tenths(total, count int) int64 {
	return int64((total*20 + count) / (2 * count))
}
