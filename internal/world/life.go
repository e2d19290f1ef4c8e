package world

import (
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// who does something; the zero who is time.
type who struct {
	id   int64
	role actor.Role
}

func by(u *ent.User) who { return who{id: u.ID, role: u.Role} }

// customer is an institution with those who act for it.
type customer struct {
	row  *ent.Institution
	zone *time.Location
	// staff are its active members, a manager first.
	staff []*ent.User
}

// technician is a partner with what a contract needs to know of it.
type technician struct {
	row    *ent.Partner
	skills []*ent.Competency
	hourly map[int64]int64 // active base prices by sub-service
}

func (t *technician) who() who { return who{id: t.row.UserID, role: actor.Partner} }

// can tells whether the technician has an active competency for the work.
func (t *technician) can(subServiceID int64, kind lifecycle.Kind) bool {
	for _, s := range t.skills {
		if s.SubServiceID == subServiceID && s.Status == lifecycle.CatalogueActive {
			return offers(s.Installation, s.Maintenance, s.Repair, kind)
		}
	}
	return false
}

func offers(installation, maintenance, repair bool, kind lifecycle.Kind) bool {
	switch kind {
	case lifecycle.KindInstallation:
		return installation
	case lifecycle.KindMaintenance:
		return maintenance
	case lifecycle.KindRepair:
		return repair
	}
	return false
}

// life is one contract with all that hangs on it. Its methods are the events of
// the contract's life; they keep every row as the application would have left
// it, and write the history. The first event that cannot be stays in err, and
// those after it do nothing.
type life struct {
	at  *customer
	cat *catalogue

	contract    *ent.Contract
	schedules   []*ent.Schedule
	contacts    []*ent.ContactPerson
	items       []*ent.PricingItem
	payment     *ent.Payment
	assignments []*ent.Assignment
	adjustments []*ent.TimeAdjustment
	inspection  *ent.Inspection
	conclusion  *ent.Conclusion
	review      *ent.Review
	ratings     []*ent.ReviewRating
	history     []*ent.ContractHistory
	// told is what each history row tells of the contract's own columns, and hung
	// what hung on the contract when the next one was written.
	told []changelog.Changes
	hung []hanging

	technician *technician // the contract's partner
	err        error
}

// offer is what a contract begins with.
type offer struct {
	at         *customer
	by         *ent.User
	technician *technician
	subService *ent.SubService
	kind       lifecycle.Kind
	agreement  *int64 // that governs it
}

// propose creates the draft of a contract, with the technician as its first try.
func propose(cat *catalogue, o offer, at time.Time) *life {
	l := &life{at: o.at, cat: cat, technician: o.technician}
	l.contract = &ent.Contract{
		InstitutionID: o.at.row.ID, CreatedByID: o.by.ID, PartnerID: o.technician.row.ID,
		SubServiceID: o.subService.ID, Kind: o.kind, Step: lifecycle.StepSchedule,
		AgreementID: o.agreement, Currency: "IDR", CreatedAt: at, UpdatedAt: at,
	}
	if !o.technician.can(o.subService.ID, o.kind) {
		l.fail("partner %d cannot do %s of sub-service %d", o.technician.row.ID, o.kind, o.subService.ID)
	}
	l.change(lifecycle.ContractCreate, at, by(o.by), func(c *ent.Contract) {
		c.Status = lifecycle.Contract.Start.Status()
	})
	l.assign(o.technician, lifecycle.AssignmentInitial, lifecycle.AssignmentPending, at, by(o.by))
	return l
}

func (l *life) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("world: contract %q: "+format, append([]any{l.contract.Description}, args...)...)
	}
}

func (l *life) state() lifecycle.ContractState {
	return lifecycle.StateOf(l.contract.Status, l.contract.Stage)
}

// must fails unless the contract is in one of the states.
func (l *life) must(event string, states ...lifecycle.ContractState) bool {
	for _, s := range states {
		if l.state() == s {
			return l.err == nil
		}
	}
	l.fail("%s while %s", event, l.state())
	return false
}

// move is a change that takes the contract to the state where the event leads.
func (l *life) move(event lifecycle.ContractEvent, at time.Time, actor who, edit func(c *ent.Contract)) {
	next, ok := lifecycle.Contract.Next(l.state(), event)
	if !ok {
		l.fail("%s while %s", event, l.state())
	}
	l.change(event, at, actor, func(c *ent.Contract) {
		c.Status, c.Stage = next.Status(), next.Stage()
		if c.Status != lifecycle.ContractPartnerPending {
			c.EscalationDeadlineAt = nil
		}
		edit(c)
	})
}

// change edits the contract, raises its version and writes the history row. What
// hangs on the contract is changed after it, as part of the same change.
func (l *life) change(event lifecycle.ContractEvent, at time.Time, actor who, edit func(c *ent.Contract)) {
	c := l.contract
	if at.Before(c.UpdatedAt) {
		l.fail("%s at %s, before the last change at %s", event, at, c.UpdatedAt)
	}
	if l.err != nil {
		return
	}
	l.settle()
	var before ent.Contract
	var old *ent.Contract // nil: there was none
	if c.Version > 0 {
		before, old = *c, &before
	}
	edit(c)
	c.Version++
	c.UpdatedAt = at
	l.told = append(l.told, changelog.OfContract(old, c))
	row := &ent.ContractHistory{
		InstitutionID: c.InstitutionID, ActorRole: string(actor.role), PartnerID: new(c.PartnerID), Event: event,
		FromStatus: before.Status, FromStage: before.Stage, ToStatus: c.Status, ToStage: c.Stage,
		ContractVersion: c.Version, At: at,
	}
	if actor.id != 0 {
		row.ActorID = new(actor.id)
	}
	l.history = append(l.history, row)
}

// because gives the last change the reason that its actor gave.
func (l *life) because(reason string) {
	if l.err == nil {
		l.history[len(l.history)-1].Reason = reason
	}
}

// store numbers the rows of the life and keeps them.
func (l *life) store(r *rows) {
	c := r.contracts.add(l.contract)
	c.SearchText = store.FoldAll(view.ReferenceCode(c.ID), c.Description, c.ToolBrand, c.ToolType)
	for _, s := range l.schedules {
		s.ContractID = c.ID
		r.schedules.add(s)
	}
	for _, p := range l.contacts {
		p.ContractID = c.ID
		r.contacts.add(p)
	}
	for _, i := range l.items {
		i.ContractID = c.ID
		r.items.add(i)
	}
	for _, a := range l.assignments {
		a.ContractID = c.ID
		r.assignments.add(a)
	}
	for _, a := range l.adjustments {
		a.ContractID = c.ID
		r.adjustments.add(a)
	}
	l.storeSingle(r, c.ID)
	l.storeHistory(r, c.ID)
}

// storeSingle is store for what a contract has one of at most.
func (l *life) storeSingle(r *rows, contractID int64) {
	if l.payment != nil {
		l.payment.ContractID = contractID
		r.payments.add(l.payment)
	}
	if l.inspection != nil {
		l.inspection.ContractID = contractID
		r.inspections.add(l.inspection)
	}
	if l.conclusion != nil {
		l.conclusion.ContractID = contractID
		r.conclusions.add(l.conclusion)
	}
	if l.review == nil {
		return
	}
	l.review.ContractID = contractID
	review := r.reviews.add(l.review)
	for _, rating := range l.ratings {
		rating.ReviewID = review.ID
		r.ratings.add(rating)
	}
}
