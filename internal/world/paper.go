package world

import (
	"fmt"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// paper is one agreement with all that hangs on it. Its methods are what happens to
// an agreement; they keep every row as the application would have left it, and write
// the history. The first that cannot be stays in err, and those after it do nothing.
type paper struct {
	name string
	at   *customer
	by   *ent.User // a keeper, who does what is not the approver's

	row      *ent.Agreement
	approver *ent.User
	sum      string // of its document
	paired   struct{ customers, tags, assets, notified, users, organizations []int64 }
	items    []*ent.ColumnItem
	terms    []*ent.AgreementTerm
	signings []*signing
	history  []*ent.AgreementHistory
	told     []changelog.Changes

	err error
}

// draft creates an agreement. edit fills in what is known of it at the beginning.
func (p *paper) draft(at time.Time, edit func(a *ent.Agreement)) {
	ids := idsOf("agreement "+p.name, 0)
	p.row = &ent.Agreement{
		InstitutionID: p.at.row.ID, PublicID: opaque.IDFrom(ids), UUID: opaque.UUIDFrom(ids),
		GatewayKind: lifecycle.GatewayOther, Origin: lifecycle.OriginNew, Currency: "IDR", AgreementTypeID: typeMaintenance,
		GeneratedOn: at.UTC().Format(time.DateOnly), Source: lifecycle.SourceKontrak, CreatedAt: at, UpdatedAt: at,
	}
	p.change(lifecycle.AgreementCreate, at, by(p.by), func(a *ent.Agreement) {
		a.Status = lifecycle.Agreement.Start
		edit(a)
		a.SearchTitle, a.SearchIdentifier = store.Fold(a.Title), store.Fold(a.Identifier)
	})
	p.tell("customers", p.paired.customers)
	p.tell("tags", p.paired.tags)
	p.tell("assets", p.paired.assets)
	p.tell("notify_users", p.paired.notified)
	p.tell("users", p.paired.users)
	p.tell("organizations", p.paired.organizations)
	if len(p.items) > 0 {
		type item struct{ Slug, Name, Value string }
		list := make([]item, len(p.items))
		for i, c := range p.items {
			list[i] = item{c.Slug, c.Name, c.Value}
		}
		p.told[0].Add(changelog.Of("column_items", []byte("null"), changelog.Text(list)))
	}
}

// tell notes in the first row of the history what the agreement is paired with.
func (p *paper) tell(name string, ids []int64) {
	if len(ids) > 0 {
		p.told[0].Add(changelog.Of(name, []byte("null"), changelog.Text(ids)))
	}
}

func (p *paper) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("world: agreement %q: "+format, append([]any{p.name}, args...)...)
	}
}

// change takes the agreement to where the event leads, and its renewal to where its
// events lead; it edits the agreement, raises its version and writes the history row.
func (p *paper) change(event lifecycle.AgreementEvent, at time.Time, actor who, edit func(a *ent.Agreement), renewal ...lifecycle.RenewalEvent) {
	a := p.row
	if at.Before(a.UpdatedAt) {
		p.fail("%s at %s, before the last change at %s", event, at, a.UpdatedAt)
	}
	to := a.Status
	if !slices.Contains(lifecycle.AgreementChanges, event) {
		next, ok := lifecycle.Agreement.Next(a.Status, event)
		if !ok {
			p.fail("%s while %s", event, a.Status)
		}
		to = next
	}
	if p.err != nil {
		return
	}
	var old *ent.Agreement // nil: there was none
	before := *a
	if a.Version > 0 {
		old = &before
	}
	a.Status = to
	for _, e := range renewal {
		next, ok := lifecycle.Renewal.Next(a.RenewalStatus, e)
		if !ok {
			p.fail("%s while %q", e, a.RenewalStatus)
		}
		a.RenewalStatus = next
	}
	if edit != nil {
		edit(a)
	}
	a.Version++
	a.UpdatedAt = at
	a.DueAt = dueOf(a)
	told := changelog.OfAgreement(old, a)
	delete(told, "due_at") // it follows from the others
	p.told = append(p.told, told)
	h := &ent.AgreementHistory{
		InstitutionID: a.InstitutionID, ActorRole: string(actor.role), Event: event, FromStatus: before.Status, ToStatus: a.Status,
		AgreementVersion: a.Version, At: at,
	}
	if actor.id != 0 {
		h.ActorID = new(actor.id)
	}
	p.history = append(p.history, h)
}

// because gives the last change the reason that its actor gave.
func (p *paper) because(reason string) {
	if p.err == nil {
		p.history[len(p.history)-1].Reason = reason
	}
}

// dueOf gives when time does something to an agreement next.
func dueOf(a *ent.Agreement) *time.Time {
	var soonest *time.Time
	next := func(at time.Time) {
		if soonest == nil || at.Before(*soonest) {
			soonest = &at
		}
	}
	if a.DeletedAt != nil {
		return nil
	}
	renewed := a.RenewalStatus == lifecycle.RenewalApproved && a.StartsAt != nil
	switch a.Status {
	case lifecycle.AgreementApproved:
		if a.StartsAt != nil {
			next(*a.StartsAt)
		}
	case lifecycle.AgreementActive, lifecycle.AgreementExpired:
		if renewed {
			next(*a.StartsAt)
		}
		if a.Status == lifecycle.AgreementExpired || a.EndsAt == nil {
			break
		}
		if a.NotifyBeforeDays != nil && a.RemindedAt == nil {
			next(a.EndsAt.AddDate(0, 0, -int(*a.NotifyBeforeDays)))
		}
		next(a.EndsAt.Add(time.Millisecond))
	}
	return soonest
}

// store numbers the rows of the agreement and keeps them.
func (p *paper) store(r *rows) {
	a := r.agreements.add(p.row)
	for _, t := range p.terms {
		t.InstitutionID, t.AgreementID = a.InstitutionID, a.ID
		r.terms.add(t)
	}
	for _, c := range p.items {
		c.InstitutionID, c.AgreementID = a.InstitutionID, a.ID
		r.columnItems.add(c)
	}
	for i, h := range p.history {
		if i == 0 {
			p.told[0].Add(changelog.Of("id", []byte("null"), changelog.Text(a.ID)))
		}
		h.AgreementID, h.Changes = a.ID, p.told[i].JSON()
		r.agreementHistory.add(h)
	}
	for _, s := range p.signings {
		s.store(r, a)
	}
	r.paired.customers.add(a.ID, p.paired.customers...)
	r.paired.tags.add(a.ID, p.paired.tags...)
	r.paired.assets.add(a.ID, p.paired.assets...)
	r.paired.notified.add(a.ID, p.paired.notified...)
	r.paired.users.add(a.ID, p.paired.users...)
	r.paired.organizations.add(a.ID, p.paired.organizations...)
}
