package market

import (
	stdsql "database/sql"
	"time"

	"kontrak/ent/contract"
	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/ent/payment"
	"kontrak/ent/paymentmethod"
	"kontrak/ent/promotion"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// ContractWant says which parts of a contract are wanted beside its own columns.
type ContractWant uint32

// The parts of a contract. Those that stand once beside it are joined to its
// statement; each list is one statement for all contracts of a page.
const (
	WantInstitution ContractWant = 1 << iota
	WantPartner
	WantSubService
	WantPaymentMethod
	WantPromotion
	WantPendingRequest // only whether there is one: CanRequestExtension and HasPendingExtensionRequest need it
	WantSchedules
	WantContactPersons
	WantPricingItems
	WantAssignments
	WantTimeAdjustments
	WantInspection
	WantConclusion
	WantReview
	WantRatings
	WantReminder // whether the start is near: a setting says how near
	wantStanding // what decides on actions: only for this package
)

// WantEverything is every part that a caller can want.
const WantEverything = ^wantStanding

// ContractWants is what a caller wants of contracts: their parts, and what is
// wanted of the partners among them.
type ContractWants struct {
	Parts   ContractWant
	Partner PartnerWant
}

func (w ContractWants) has(part ContractWant) bool { return w.Parts&part != 0 }

// contractRow is a contract as the database has it, with what stands once
// beside it. It never leaves this package.
type contractRow struct {
	id, institutionID, partnerID, version int64
	supervisorID                          stdsql.Null[int64]
	kind                                  lifecycle.Kind
	status                                lifecycle.ContractStatus
	stage                                 lifecycle.Stage
	step                                  lifecycle.Step
	reason, description, brand, model     string
	images                                []byte
	dates                                 [8]string // start, end, first and last of the schedules: date, time
	startAt, endAt                        stdsql.Null[time.Time]
	extension, total, discount            int64
	currency                              string
	deadline, offered, released, accepted stdsql.Null[time.Time]
	reminded, onRoute, workStarted        stdsql.Null[time.Time]
	completed, cancelled                  stdsql.Null[time.Time]
	created, updated                      time.Time
	pendingRequest                        bool

	institution institutionRow
	partner     partnerRow
	subService  subServiceRow
	payment     paymentRow
	standing    standing
}

func (r *contractRow) state() lifecycle.ContractState { return lifecycle.StateOf(r.status, r.stage) }

// effectiveEnd is when the work is to be done, with the time that was granted;
// the contract must have a period.
func (r *contractRow) effectiveEnd() time.Time {
	return r.endAt.V.Add(time.Duration(r.extension) * time.Minute)
}

// paymentRow is the payment of a contract; id is not valid when there is none.
type paymentRow struct {
	id, methodID, promotionID          stdsql.Null[int64]
	amount, discount                   stdsql.Null[int64]
	status                             stdsql.Null[lifecycle.PaymentStatus]
	reason, proof                      stdsql.Null[string]
	proofSent, deadline                stdsql.Null[time.Time]
	paid, refunded                     stdsql.Null[time.Time]
	methodName, methodCode             stdsql.Null[string]
	methodAccount                      [4]stdsql.Null[string] // name, number, instructions, logo
	methodActive                       stdsql.Null[bool]
	methodKind                         stdsql.Null[lifecycle.PaymentMethodKind]
	methodVersion, promoVersion        stdsql.Null[int64]
	methodMade, methodChanged          stdsql.Null[time.Time]
	promoMade, promoChanged            stdsql.Null[time.Time]
	promoActive                        stdsql.Null[bool]
	promoCode, promoName, promoText    stdsql.Null[string]
	promoType                          stdsql.Null[lifecycle.DiscountType]
	promoValue, promoMin, promoMax     stdsql.Null[int64]
	promoCurrency, promoFrom, promoEnd stdsql.Null[string]
}

// subServiceRow is a sub-service with its service.
type subServiceRow struct {
	id, serviceID                  int64
	name, description              string
	installation, maintain, repair bool
	serviceName, serviceText       string
}

// contractTables are the tables of a contract statement by their alias.
type contractTables struct {
	c, i, p, l, u, ss, sv, pay, pm, promo *sql.SelectTable
}

func newContractTables() contractTables {
	as := func(table, alias string) *sql.SelectTable { return sql.Table(table).As(alias) }
	return contractTables{
		c: as(contract.Table, "c"), i: as(institution.Table, "i"), p: as(partner.Table, "p"),
		l: as("partner_locations", "l"), u: as("users", "u"),
		ss: as(subservice.Table, "ss"), sv: as(service.Table, "sv"), pay: as(payment.Table, "pay"),
		pm: as(paymentmethod.Table, "pm"), promo: as(promotion.Table, "pr"),
	}
}

// selectContracts begins the statement that reads contracts with what stands
// once beside them.
func selectContracts(dialect string, w ContractWants) (*selection[contractRow], contractTables) {
	t := newContractTables()
	s := selectFrom[contractRow](dialect, t.c)
	take(s, t.c, contractColumns)
	s.LeftJoin(t.pay).On(t.pay.C(payment.FieldContractID), t.c.C(contract.FieldID))
	take(s, t.pay, paymentColumns)
	if w.has(WantInstitution) {
		s.Join(t.i).On(t.i.C(institution.FieldID), t.c.C(contract.FieldInstitutionID))
		takeInstitution(s, t.i, func(r *contractRow) *institutionRow { return &r.institution })
	}
	if w.has(WantPartner) {
		s.Join(t.p).On(t.p.C(partner.FieldID), t.c.C(contract.FieldPartnerID))
		takePartner(s, partnerTables{p: t.p, l: t.l, u: t.u}, w.Partner, func(r *contractRow) *partnerRow { return &r.partner })
	}
	if w.has(WantSubService) {
		s.Join(t.ss).On(t.ss.C(subservice.FieldID), t.c.C(contract.FieldSubServiceID))
		s.Join(t.sv).On(t.sv.C(service.FieldID), t.ss.C(subservice.FieldServiceID))
		takeSubService(s, t.ss, t.sv, func(r *contractRow) *subServiceRow { return &r.subService })
	}
	if w.has(WantPaymentMethod) {
		s.LeftJoin(t.pm).On(t.pm.C(paymentmethod.FieldID), t.pay.C(payment.FieldPaymentMethodID))
		takePaymentMethod(s, t.pm)
	}
	if w.has(WantPromotion) {
		s.LeftJoin(t.promo).On(t.promo.C(promotion.FieldID), t.pay.C(payment.FieldPromotionID))
		takePromotion(s, t.promo)
	}
	if w.has(WantPendingRequest) {
		s.compute(pendingRequest(t.c), "pending_request", func(r *contractRow) any { return &r.pendingRequest })
	}
	if w.has(wantStanding) {
		takeStanding(s, t.c)
	}
	return s, t
}

// contractColumns are the columns of a contract and where a row keeps them.
var contractColumns = func() []column {
	type row = contractRow
	list := []column{
		{contract.FieldID, func(r *row) any { return &r.id }},
		{contract.FieldInstitutionID, func(r *row) any { return &r.institutionID }},
		{contract.FieldPartnerID, func(r *row) any { return &r.partnerID }},
		{contract.FieldSupervisorID, func(r *row) any { return &r.supervisorID }},
		{contract.FieldVersion, func(r *row) any { return &r.version }},
		{contract.FieldKind, func(r *row) any { return &r.kind }},
		{contract.FieldStatus, func(r *row) any { return &r.status }},
		{contract.FieldStage, func(r *row) any { return &r.stage }},
		{contract.FieldStep, func(r *row) any { return &r.step }},
		{contract.FieldStatusReason, func(r *row) any { return &r.reason }},
		{contract.FieldDescription, func(r *row) any { return &r.description }},
		{contract.FieldToolBrand, func(r *row) any { return &r.brand }},
		{contract.FieldToolType, func(r *row) any { return &r.model }},
		{contract.FieldToolImages, func(r *row) any { return &r.images }},
		{contract.FieldScheduledStartAt, func(r *row) any { return &r.startAt }},
		{contract.FieldScheduledEndAt, func(r *row) any { return &r.endAt }},
		{contract.FieldExtensionMinutes, func(r *row) any { return &r.extension }},
		{contract.FieldPricingTotal, func(r *row) any { return &r.total }},
		{contract.FieldDiscount, func(r *row) any { return &r.discount }},
		{contract.FieldCurrency, func(r *row) any { return &r.currency }},
		{contract.FieldEscalationDeadlineAt, func(r *row) any { return &r.deadline }},
		{contract.FieldOfferedAt, func(r *row) any { return &r.offered }},
		{contract.FieldReleasedAt, func(r *row) any { return &r.released }},
		{contract.FieldAcceptedAt, func(r *row) any { return &r.accepted }},
		{contract.FieldDepartureRemindedAt, func(r *row) any { return &r.reminded }},
		{contract.FieldOnRouteAt, func(r *row) any { return &r.onRoute }},
		{contract.FieldWorkStartedAt, func(r *row) any { return &r.workStarted }},
		{contract.FieldCompletedAt, func(r *row) any { return &r.completed }},
		{contract.FieldCancelledAt, func(r *row) any { return &r.cancelled }},
		{contract.FieldCreatedAt, func(r *row) any { return &r.created }},
		{contract.FieldUpdatedAt, func(r *row) any { return &r.updated }},
	}
	for i, name := range []string{
		contract.FieldStartDate, contract.FieldStartTime, contract.FieldEndDate, contract.FieldEndTime,
		contract.FieldScheduleStartDate, contract.FieldScheduleStartTime, contract.FieldScheduleEndDate, contract.FieldScheduleEndTime,
	} {
		list = append(list, column{name, func(r *row) any { return &r.dates[i] }})
	}
	return list
}()

// paymentColumns are the same of its payment.
var paymentColumns = []column{
	{payment.FieldID, func(r *contractRow) any { return &r.payment.id }},
	{payment.FieldPaymentMethodID, func(r *contractRow) any { return &r.payment.methodID }},
	{payment.FieldPromotionID, func(r *contractRow) any { return &r.payment.promotionID }},
	{payment.FieldAmount, func(r *contractRow) any { return &r.payment.amount }},
	{payment.FieldDiscount, func(r *contractRow) any { return &r.payment.discount }},
	{payment.FieldStatus, func(r *contractRow) any { return &r.payment.status }},
	{payment.FieldStatusReason, func(r *contractRow) any { return &r.payment.reason }},
	{payment.FieldProof, func(r *contractRow) any { return &r.payment.proof }},
	{payment.FieldProofSentAt, func(r *contractRow) any { return &r.payment.proofSent }},
	{payment.FieldDeadlineAt, func(r *contractRow) any { return &r.payment.deadline }},
	{payment.FieldPaidAt, func(r *contractRow) any { return &r.payment.paid }},
	{payment.FieldRefundedAt, func(r *contractRow) any { return &r.payment.refunded }},
}

// columnOf is a column of a table and where a row of type R keeps it.
type columnOf[R any] struct {
	name string
	at   func(*R) any
}

// column is one of a contract or of its payment.
type column = columnOf[contractRow]

func take(s *selection[contractRow], t *sql.SelectTable, columns []column) {
	for _, c := range columns {
		s.take(t, c.name, c.at)
	}
}

func takePaymentMethod(s *selection[contractRow], t *sql.SelectTable) {
	type row = contractRow
	s.take(t, paymentmethod.FieldName, func(r *row) any { return &r.payment.methodName })
	s.take(t, paymentmethod.FieldCode, func(r *row) any { return &r.payment.methodCode })
	s.take(t, paymentmethod.FieldKind, func(r *row) any { return &r.payment.methodKind })
	for i, column := range []string{
		paymentmethod.FieldAccountName, paymentmethod.FieldAccountNumber, paymentmethod.FieldInstructions, paymentmethod.FieldLogo,
	} {
		s.take(t, column, func(r *row) any { return &r.payment.methodAccount[i] })
	}
	s.take(t, paymentmethod.FieldActive, func(r *row) any { return &r.payment.methodActive })
	s.take(t, paymentmethod.FieldVersion, func(r *row) any { return &r.payment.methodVersion })
	s.take(t, paymentmethod.FieldCreatedAt, func(r *row) any { return &r.payment.methodMade })
	s.take(t, paymentmethod.FieldUpdatedAt, func(r *row) any { return &r.payment.methodChanged })
}

func takePromotion(s *selection[contractRow], t *sql.SelectTable) {
	type row = contractRow
	s.take(t, promotion.FieldCode, func(r *row) any { return &r.payment.promoCode })
	s.take(t, promotion.FieldName, func(r *row) any { return &r.payment.promoName })
	s.take(t, promotion.FieldDescription, func(r *row) any { return &r.payment.promoText })
	s.take(t, promotion.FieldDiscountType, func(r *row) any { return &r.payment.promoType })
	s.take(t, promotion.FieldDiscountValue, func(r *row) any { return &r.payment.promoValue })
	s.take(t, promotion.FieldMinOrderAmount, func(r *row) any { return &r.payment.promoMin })
	s.take(t, promotion.FieldMaxDiscountAmount, func(r *row) any { return &r.payment.promoMax })
	s.take(t, promotion.FieldCurrency, func(r *row) any { return &r.payment.promoCurrency })
	s.take(t, promotion.FieldStartDate, func(r *row) any { return &r.payment.promoFrom })
	s.take(t, promotion.FieldEndDate, func(r *row) any { return &r.payment.promoEnd })
	s.take(t, promotion.FieldActive, func(r *row) any { return &r.payment.promoActive })
	s.take(t, promotion.FieldVersion, func(r *row) any { return &r.payment.promoVersion })
	s.take(t, promotion.FieldCreatedAt, func(r *row) any { return &r.payment.promoMade })
	s.take(t, promotion.FieldUpdatedAt, func(r *row) any { return &r.payment.promoChanged })
}

// takeSubService takes a sub-service and its service into a row of type R.
func takeSubService[R any](s *selection[R], ss, sv *sql.SelectTable, at func(*R) *subServiceRow) {
	s.take(ss, subservice.FieldID, func(r *R) any { return &at(r).id })
	s.take(ss, subservice.FieldName, func(r *R) any { return &at(r).name })
	s.take(ss, subservice.FieldDescription, func(r *R) any { return &at(r).description })
	s.take(ss, subservice.FieldInstallation, func(r *R) any { return &at(r).installation })
	s.take(ss, subservice.FieldMaintenance, func(r *R) any { return &at(r).maintain })
	s.take(ss, subservice.FieldRepair, func(r *R) any { return &at(r).repair })
	s.take(sv, service.FieldID, func(r *R) any { return &at(r).serviceID })
	s.take(sv, service.FieldName, func(r *R) any { return &at(r).serviceName })
	s.take(sv, service.FieldDescription, func(r *R) any { return &at(r).serviceText })
}

// pendingRequest tells whether a request for more time waits for an answer.
func pendingRequest(c *sql.SelectTable) sql.Querier {
	t := sql.Table(timeadjustment.Table).As("ta")
	return sql.Exists(sql.Select(t.C(timeadjustment.FieldID)).From(t).Where(sql.And(
		sql.ColumnsEQ(t.C(timeadjustment.FieldContractID), c.C(contract.FieldID)),
		is(t.C(timeadjustment.FieldStatus), lifecycle.AdjustmentPending),
	)))
}
