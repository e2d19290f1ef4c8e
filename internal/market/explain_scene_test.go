package market_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/conclusion"
	"kontrak/ent/inspection"
	"kontrak/ent/payment"
	"kontrak/ent/review"
	"kontrak/ent/reviewrating"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// home is where an action is at home: who does it, to contracts of which states,
// and what has to be the case beside.
type home struct {
	role   actor.Role
	states []lifecycle.ContractState
	facets []facet
	fits   func(*laboratory, *ent.Contract) bool // nil: all of these states
	spoils []facet                               // what stands in its way
	late   bool                                  // time stands in its way
	weight int                                   // how often it is drawn; 0 is once
}

func states(list ...lifecycle.ContractState) []lifecycle.ContractState { return list }

// homes are written from the reference, not from the table of laws.
var homes = map[lifecycle.ContractAction]home{
	lifecycle.ActSetSchedule: {role: actor.Institution, states: states("draft")},
	lifecycle.ActSetDetails: {role: actor.Institution, states: states("draft"), fits: stepIn(lifecycle.StepDetails, lifecycle.StepPayment),
		spoils: []facet{stepIs(lifecycle.StepSchedule)}},
	lifecycle.ActProcessPayment: {role: actor.Institution, states: states("draft"), fits: stepIn(lifecycle.StepPayment), late: true, weight: 13,
		spoils: []facet{suspended, inactive, notVerified, resting, deleted, competencyPending, kindMissing, noCompetency, busy, noPrice, stepIs(lifecycle.StepDetails)}},
	lifecycle.ActSendProof:        {role: actor.Institution, states: states("payment_pending"), late: true},
	lifecycle.ActCancel:           {role: actor.Institution, states: states("draft", "payment_pending", "partner_pending", "supervisor_pending", "accepted"), late: true},
	lifecycle.ActShowStartCode:    {role: actor.Institution, states: states("accepted", "on_route")},
	lifecycle.ActFinishWork:       {role: actor.Institution, states: states("in_progress")},
	lifecycle.ActApproveExtension: {role: actor.Institution, states: states("in_progress"), facets: []facet{requestIs(true)}, spoils: []facet{requestIs(false)}},
	lifecycle.ActRejectExtension:  {role: actor.Institution, states: states("in_progress"), facets: []facet{requestIs(true)}, spoils: []facet{requestIs(false)}},
	lifecycle.ActReview:           {role: actor.Institution, states: states("completed"), facets: []facet{reviewIs(-1)}, spoils: []facet{reviewIs(0)}},
	lifecycle.ActEditReview:       {role: actor.Institution, states: states("completed"), facets: []facet{reviewIs(24 * time.Hour)}, weight: 3, spoils: []facet{reviewIs(-1), reviewIs(7 * 24 * time.Hour), reviewIs(7 * 24 * time.Hour), reviewIs(7*24*time.Hour - time.Millisecond)}},

	lifecycle.ActAccept: {role: actor.Partner, states: states("partner_pending"), late: true, weight: 2, spoils: []facet{suspended, inactive, notVerified, busy}},
	lifecycle.ActReject: {role: actor.Partner, states: states("partner_pending"), late: true},
	lifecycle.ActGoOnRoute: {role: actor.Partner, states: states("accepted"), weight: 3,
		spoils: []facet{suspended, startsIn(earliest), startsIn(earliest + time.Millisecond), startsIn(earliest + time.Millisecond)}},
	lifecycle.ActStartWork:        {role: actor.Partner, states: states("on_route"), spoils: []facet{suspended}},
	lifecycle.ActShowEndCode:      {role: actor.Partner, states: states("in_progress")},
	lifecycle.ActRequestExtension: {role: actor.Partner, states: states("in_progress"), facets: []facet{requestIs(false)}, late: true, weight: 5, spoils: []facet{requestIs(true)}},
	lifecycle.ActInspect:          {role: actor.Partner, states: states("in_progress"), facets: []facet{inspectionIs("")}, spoils: []facet{inspectionIs(lifecycle.InspectionDraft)}},
	lifecycle.ActEditInspection:   {role: actor.Partner, states: states("in_progress"), facets: []facet{inspectionIs(lifecycle.InspectionDraft)}, spoils: []facet{inspectionIs("")}},
	lifecycle.ActConclude: {role: actor.Partner, states: states("in_progress"), facets: []facet{inspectionIs(lifecycle.InspectionSubmitted), conclusionIs(false)},
		spoils: []facet{inspectionIs(""), inspectionIs(lifecycle.InspectionDraft), conclusionIs(true)}},
	lifecycle.ActEditConclusion: {role: actor.Partner, states: states("in_progress"), facets: []facet{inspectionIs(lifecycle.InspectionSubmitted), conclusionIs(true)},
		spoils: []facet{conclusionIs(false)}},

	lifecycle.ActAssignReplacement: {role: actor.Supervisor, states: states("supervisor_pending"), late: true, weight: 2,
		spoils: []facet{suspended, inactive, notVerified, deleted, competencyPending, kindMissing, noCompetency, busy}},
	lifecycle.ActRejectEscalation: {role: actor.Supervisor, states: states("supervisor_pending"), late: true},

	lifecycle.ActVerifyPayment: {role: actor.Admin, states: states("payment_pending"), facets: []facet{paymentIs(lifecycle.PaymentPending)}, spoils: []facet{paymentIs(lifecycle.PaymentUnpaid)}},
	lifecycle.ActRefusePayment: {role: actor.Admin, states: states("payment_pending"), facets: []facet{paymentIs(lifecycle.PaymentPending)}, spoils: []facet{paymentIs(lifecycle.PaymentUnpaid)}},
	lifecycle.ActRecordRefund: {role: actor.Admin, states: states("cancelled", "rejected", "expired"), facets: []facet{paymentIs(lifecycle.PaymentRefundDue)},
		fits: func(l *laboratory, c *ent.Contract) bool { return l.w.payments[c.ID] != nil }, spoils: []facet{paymentIs(lifecycle.PaymentRefunded)}},
	lifecycle.ActForceCancel: {role: actor.Admin, states: states(
		"draft", "payment_pending", "partner_pending", "supervisor_pending", "accepted", "on_route", "in_progress")},
	lifecycle.ActForceComplete: {role: actor.Admin, states: states("accepted", "on_route", "in_progress")},
	lifecycle.ActReplacePartner: {role: actor.Admin, states: states("partner_pending", "supervisor_pending", "accepted", "on_route"), weight: 5,
		spoils: []facet{suspended, inactive, notVerified, deleted, competencyPending, kindMissing, noCompetency, busy}},
}

func stepIn(steps ...lifecycle.Step) func(*laboratory, *ent.Contract) bool {
	return func(_ *laboratory, c *ent.Contract) bool {
		for _, s := range steps {
			if c.Step == s {
				return true
			}
		}
		return false
	}
}

// scene is an action, with all that decides on it.
type scene struct {
	action     lifecycle.ContractAction
	contractID int64
	row        *ent.Contract
	user       *ent.User
	victim     int64 // the partner that facets are about
	occupier   int64 // the contract that keeps it busy
	at         time.Time
	facets     []facet
	setting    string // the one that is not at its default, if any
	play       *play
	looks      bool     // whether the whole database is looked at afterwards
	wrote      []string // the tables
}

// String tells everything that was drawn.
func (s *scene) String() string {
	text := fmt.Sprintf("%s of contract %d (%s %s %s) by %s (%s) at %s, partner %d, %s; facets", s.action, s.contractID, s.row.Status, s.row.Stage, s.row.Step,
		s.user.Email, s.user.Role, s.at.UTC().Format(time.RFC3339Nano), s.victim, s.play.name)
	for _, f := range s.facets {
		text += " " + f.name
	}
	return text
}

// facet is something about a world that decides on actions.
type facet struct {
	name string
	make func(ctx context.Context, tx *ent.Tx, s *scene) error
}

func partnerIs(name string, set func(*ent.PartnerUpdateOne)) facet {
	return facet{name, func(ctx context.Context, tx *ent.Tx, s *scene) error {
		update := tx.Partner.UpdateOneID(s.victim)
		set(update)
		return update.Exec(ctx)
	}}
}

func competencyIs(name string, set func(*ent.CompetencyUpdate)) facet {
	return facet{name, func(ctx context.Context, tx *ent.Tx, s *scene) error {
		update := tx.Competency.Update().Where(competency.PartnerID(s.victim), competency.SubServiceID(s.row.SubServiceID))
		set(update)
		return update.Exec(ctx)
	}}
}

// The facets of partners that stand in the way of some action.
var (
	suspended         = partnerIs("suspended", func(u *ent.PartnerUpdateOne) { u.SetStatus(lifecycle.PartnerSuspended) })
	inactive          = partnerIs("inactive", func(u *ent.PartnerUpdateOne) { u.SetStatus(lifecycle.PartnerInactive) })
	notVerified       = partnerIs("not verified", func(u *ent.PartnerUpdateOne) { u.SetVerificationStatus(lifecycle.VerificationInProgress) })
	resting           = partnerIs("resting", func(u *ent.PartnerUpdateOne) { u.SetOpenToWork(false) })
	deleted           = partnerIs("deleted", func(u *ent.PartnerUpdateOne) { u.SetDeletedAt(longAgo) })
	competencyPending = competencyIs("competency pending", func(u *ent.CompetencyUpdate) { u.SetStatus(lifecycle.CataloguePending) })
	kindMissing       = competencyIs("kind missing", func(u *ent.CompetencyUpdate) { u.SetInstallation(false).SetMaintenance(false).SetRepair(false) })
	noCompetency      = facet{"no competency", func(ctx context.Context, tx *ent.Tx, s *scene) error {
		_, err := tx.Competency.Delete().Where(competency.PartnerID(s.victim)).Exec(ctx)
		return err
	}}
	noPrice = facet{"no price", func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if err := tx.BasePrice.Update().Where(baseprice.PartnerID(s.victim)).SetActive(false).Exec(ctx); err != nil {
			return err
		}
		return store.KeepLowestPrices(ctx, tx, s.victim, s.victim)
	}}
	busy = facet{"busy", func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.ScheduledStartAt == nil {
			return nil
		}
		return tx.Contract.UpdateOneID(s.occupier).SetStatus(lifecycle.ContractAccepted).SetPartnerID(s.victim).
			SetScheduledStartAt(s.row.ScheduledEndAt.Add(-time.Millisecond)).SetScheduledEndAt(s.row.ScheduledEndAt.Add(time.Hour)).Exec(ctx)
	}}
)

// spoilers are all facets that stand in the way of some action.
var spoilers = []facet{
	suspended, inactive, notVerified, resting, deleted, competencyPending, kindMissing, noCompetency, noPrice, busy,
	requestIs(true), requestIs(false), inspectionIs(""), inspectionIs(lifecycle.InspectionDraft), inspectionIs(lifecycle.InspectionSubmitted),
	conclusionIs(true), conclusionIs(false), reviewIs(-1), reviewIs(0), reviewIs(7 * 24 * time.Hour),
	paymentIs(lifecycle.PaymentUnpaid), paymentIs(lifecycle.PaymentRefunded),
}

// earliest is how long before the start a partner may set out, by default.
const earliest = 72 * time.Hour

// startsIn moves the period of accepted work.
func startsIn(ahead time.Duration) facet {
	return facet{fmt.Sprint("starts in ", ahead), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.Status != lifecycle.ContractAccepted {
			return nil
		}
		return tx.Contract.UpdateOneID(s.contractID).SetScheduledStartAt(s.at.Add(ahead)).SetScheduledEndAt(s.at.Add(ahead + time.Hour)).Exec(ctx)
	}}
}

// stepIs sets the wizard of a draft back.
func stepIs(step lifecycle.Step) facet {
	return facet{"step " + string(step), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.Status != lifecycle.ContractDraft {
			return nil
		}
		return tx.Contract.UpdateOneID(s.contractID).SetStep(step).Exec(ctx)
	}}
}

// longAgo is an instant before everything.
var longAgo = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// requestIs gives a running contract a request for more time that waits, or none.
func requestIs(waiting bool) facet {
	return facet{fmt.Sprint("request ", waiting), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.Status != lifecycle.ContractInProgress {
			return nil
		}
		if _, err := tx.TimeAdjustment.Delete().Where(timeadjustment.ContractID(s.contractID), timeadjustment.StatusEQ(lifecycle.AdjustmentPending)).Exec(ctx); err != nil || !waiting {
			return err
		}
		return tx.TimeAdjustment.Create().SetInstitutionID(s.row.InstitutionID).SetContractID(s.contractID).SetMinutes(60).SetReason("More.").
			SetRequestedAt(s.at).SetCreatedAt(s.at).SetUpdatedAt(s.at).Exec(ctx)
	}}
}

// inspectionIs gives a running contract an inspection, or takes it away.
func inspectionIs(status lifecycle.InspectionStatus) facet {
	return facet{"inspection " + string(status), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.Status != lifecycle.ContractInProgress {
			return nil
		}
		if _, err := tx.Inspection.Delete().Where(inspection.ContractID(s.contractID)).Exec(ctx); err != nil || status == "" {
			return err
		}
		create := tx.Inspection.Create().SetInstitutionID(s.row.InstitutionID).SetContractID(s.contractID).SetStatus(status).
			SetTemplateCode("general").SetTemplateName("General").SetSections(json.RawMessage("[]")).SetStartedAt(s.at).SetCreatedAt(s.at).SetUpdatedAt(s.at)
		if status == lifecycle.InspectionSubmitted {
			create.SetSubmittedAt(s.at)
		}
		return create.Exec(ctx)
	}}
}

// conclusionIs gives a running contract a conclusion, or takes it away.
func conclusionIs(there bool) facet {
	return facet{fmt.Sprint("conclusion ", there), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.Status != lifecycle.ContractInProgress {
			return nil
		}
		if _, err := tx.Conclusion.Delete().Where(conclusion.ContractID(s.contractID)).Exec(ctx); err != nil || !there {
			return err
		}
		return tx.Conclusion.Create().SetInstitutionID(s.row.InstitutionID).SetContractID(s.contractID).SetResult(lifecycle.ResultGood).
			SetSummary("All is well.").SetCreatedAt(s.at).SetUpdatedAt(s.at).Exec(ctx)
	}}
}

// reviewIs gives a completed contract a review of that age, or takes it away when
// the age is negative.
func reviewIs(age time.Duration) facet {
	return facet{fmt.Sprint("review ", age), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if s.row.Status != lifecycle.ContractCompleted {
			return nil
		}
		had, err := tx.Review.Query().Where(review.ContractID(s.contractID)).All(ctx)
		if err != nil {
			return err
		}
		sum := tx.Partner.UpdateOneID(s.row.PartnerID)
		for _, r := range had {
			if _, err := tx.ReviewRating.Delete().Where(reviewrating.ReviewID(r.ID)).Exec(ctx); err != nil {
				return err
			}
			sum.AddReviewsTenths(-r.OverallTenths)
		}
		if _, err := tx.Review.Delete().Where(review.ContractID(s.contractID)).Exec(ctx); err != nil {
			return err
		}
		if age < 0 {
			return sum.AddReviewsCount(-int64(len(had))).Exec(ctx)
		}
		const tenths = 40
		if err := sum.AddReviewsCount(1 - int64(len(had))).AddReviewsTenths(tenths).Exec(ctx); err != nil {
			return err
		}
		return tx.Review.Create().SetInstitutionID(s.row.InstitutionID).SetContractID(s.contractID).SetPartnerID(s.row.PartnerID).
			SetCreatedByID(s.row.CreatedByID).SetOverallTenths(tenths).SetCreatedAt(s.at.Add(-age)).SetUpdatedAt(s.at).Exec(ctx)
	}}
}

// paymentIs moves the payment of a contract, where it can stand there.
func paymentIs(status lifecycle.PaymentStatus) facet {
	return facet{"payment " + string(status), func(ctx context.Context, tx *ent.Tx, s *scene) error {
		waiting := status == lifecycle.PaymentUnpaid || status == lifecycle.PaymentPending
		over := s.row.Status == lifecycle.ContractCancelled || s.row.Status == lifecycle.ContractRejected || s.row.Status == lifecycle.ContractExpired
		if waiting != (s.row.Status == lifecycle.ContractPaymentPending) || !waiting && !over {
			return nil
		}
		return tx.Payment.Update().Where(payment.ContractID(s.contractID)).SetStatus(status).Exec(ctx)
	}}
}

// dice draws numbers that are each as likely as any other; rapid alone prefers
// small ones. What it drew before counts, so that the same small number does not
// always mean the same.
type dice struct {
	rt  *rapid.T
	was uint64
}

func (d *dice) chance(label string, n int) int {
	x := rapid.Uint64().Draw(d.rt, label) + d.was + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	d.was = x ^ x>>31
	return int(d.was % uint64(n))
}

// pick draws one of a list.
func pick[T any](d *dice, label string, list []T) T { return list[d.chance(label, len(list))] }

// weighted are the actions, each as often as it is to be drawn.
var weighted = func() []lifecycle.ContractAction {
	var list []lifecycle.ContractAction
	for _, a := range lifecycle.ContractActions {
		for range max(1, homes[a].weight) {
			list = append(list, a)
		}
	}
	return list
}()

// drawScene draws a scene: most are right but for at most one thing, and the others
// are anything.
func drawScene(d *dice, l *laboratory) *scene {
	s := &scene{action: pick(d, "action", weighted), occupier: l.occupier, looks: d.chance("looks", 20) == 0}
	if d.chance("aimed", 10) < 2 {
		l.drawAnything(d, s)
	} else {
		l.drawAimed(d, s)
	}
	l.drawSetting(d, s)
	if s.play.facet.make != nil {
		s.facets = append(s.facets, s.play.facet)
	}
	return s
}

// about says which contract a scene is about.
func (s *scene) about(c *ent.Contract) { s.row, s.contractID, s.victim = c, c.ID, c.PartnerID }

func (l *laboratory) drawAnything(d *dice, s *scene) {
	s.about(pick(d, "contract", l.contracts))
	s.user = pick(d, "user", l.users)
	s.at = l.inTime(s.row)
	if d.chance("any instant", 2) == 1 {
		s.at = pick(d, "instant", l.boundaries(s.row))
	}
	s.play = l.drawPlay(d, s, d.chance("good", 2) == 1)
	for range d.chance("facets", 3) {
		s.facets = append(s.facets, pick(d, "facet", spoilers))
	}
}

func (l *laboratory) drawAimed(d *dice, s *scene) {
	h := homes[s.action]
	s.about(pick(d, "contract", l.atHomes[s.action]))
	s.user = pick(d, "user", l.naturalOf[s.action][s.contractID])
	s.at = l.inTime(s.row)
	s.facets = append(s.facets, h.facets...)
	good, spoilt := true, 0
	if d.chance("spoilt", 10) < 7 {
		switch by := d.chance("by", 10); {
		case by < 5 && h.late && (d.chance("late", 2+len(h.spoils)) < 2):
			s.at = pick(d, "instant", slices.DeleteFunc(l.boundaries(s.row), s.at.After))
		case by < 6 && len(h.spoils) > 0:
			spoilt = 1 + d.chance("facets", 3)/2
		case by < 7:
			good = false
		case by < 8:
			s.user = pick(d, "other user", l.users)
		default:
			s.about(pick(d, "other contract", l.knownBy[s.user.ID]))
			s.at = l.inTime(s.row)
		}
	}
	s.play = l.drawPlay(d, s, good)
	for range spoilt {
		s.facets = append(s.facets, pick(d, "facet", h.spoils))
	}
}
