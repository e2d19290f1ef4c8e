package market

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// CreateContract is the beginning of the wizard: whom an institution hires, and
// for what.
type CreateContract struct {
	// InstitutionID is one of the caller's, or with Current and nil the selected one.
	InstitutionID *int64
	Current       bool
	PartnerID     int64
	SubServiceID  int64
	Kind          lifecycle.Kind
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// CreateContract makes the draft of a contract, with the partner as its first try.
// The partner does not learn of it before it is paid.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; INVALID;
// PARTNER_NOT_ELIGIBLE with the rules that refuse the partner.
func (a *App) CreateContract(ctx context.Context, in CreateContract, w ContractWants) (*view.Contract, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	c := &creation{in: in, who: who, row: &contractRow{partnerID: in.PartnerID, kind: in.Kind}}
	c.row.institutionID = c.institution()
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := c.check(ctx, tx.Client()); err != nil {
			return err
		}
		c.id, err = c.write(ctx, tx, move{event: lifecycle.ContractCreate, by: who, now: now})
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.answer(ctx, who, c.id, now, w, 0)
}

// creation is a contract while it is made.
type creation struct {
	in  CreateContract
	who actor.Actor
	row *contractRow // as it will be, as far as rules ask
	id  int64
}

// institution gives whose contract it is to be; 0 for nobody's.
func (c *creation) institution() int64 {
	switch {
	case c.in.InstitutionID != nil:
		return *c.in.InstitutionID
	case c.in.Current:
		return c.who.CurrentInstitution
	}
	return 0
}

// check tells what is wrong: with the input first, all of it, then with the
// partner.
func (c *creation) check(ctx context.Context, on *ent.Client) error {
	bad := c.in.Unread
	switch id := c.row.institutionID; {
	case id == 0 && c.in.Current:
		bad.Add("institution_id", "is required: no institution is selected")
	case id == 0:
		bad.Add("institution_id", "is required")
	default:
		// access: an institution outside the caller's list is not told apart from an
		// unknown one.
		bad.Check(c.who.MemberOf(id), "institution_id", "is not one of your institutions")
	}
	bad.Check(c.in.PartnerID > 0, "partner_id", "is required: the id of a partner")
	bad.Check(slices.Contains(lifecycle.Kinds, c.in.Kind), "kind", "must be one of %s", join(lifecycle.Kinds, " "))
	if err := c.checkWork(ctx, on, &bad); err != nil {
		return err
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	return c.checkPartner(ctx, on)
}

// checkWork notes a sub-service that is not offered, or not for this kind.
func (c *creation) checkWork(ctx context.Context, on *ent.Client, bad *fault.Fields) error {
	if c.in.SubServiceID <= 0 {
		bad.Add("sub_service_id", "is required: the id of a sub-service")
		return nil
	}
	s, err := on.SubService.Query().Where(
		subservice.ID(c.in.SubServiceID), subservice.StatusEQ(lifecycle.CatalogueActive),
		subservice.HasServiceWith(service.StatusEQ(lifecycle.CatalogueActive)),
	).Only(ctx)
	if ent.IsNotFound(err) {
		bad.Add("sub_service_id", "is not offered")
		return nil
	}
	if err != nil {
		return err
	}
	c.row.subService.id, c.row.subService.name = s.ID, s.Name
	offered := kindsOf(s.Installation, s.Maintenance, s.Repair)
	bad.Check(!slices.Contains(lifecycle.Kinds, c.in.Kind) || slices.Contains(offered, c.in.Kind),
		"kind", "is not offered for %s, which has %s", s.Name, join(offered, " "))
	return nil
}

// checkPartner refuses a partner that cannot be hired for the work.
func (c *creation) checkPartner(ctx context.Context, on *ent.Client) error {
	// access: an institution knows of the listed partners only; one that is not
	// listed is not told apart from an unknown one.
	known, err := on.Partner.Query().Where(
		partner.ID(c.in.PartnerID), partner.StatusEQ(lifecycle.PartnerActive),
		partner.VerificationStatusEQ(lifecycle.VerificationCompleted), partner.DeletedAtIsNil(),
	).Exist(ctx)
	if err != nil {
		return err
	}
	if !known {
		return refuseIneligible([]fault.Refusal{{Rule: "partner_listed", Needed: "an active, verified partner", Actual: "no such partner"}})
	}
	p, err := candidateByID(ctx, on, c.in.PartnerID)
	if err != nil {
		return err
	}
	why := append(ineligibilities(p, c.row), unhirable(p)...)
	priced, err := on.BasePrice.Query().Where(
		baseprice.PartnerID(p.ID), baseprice.SubServiceID(c.row.subService.id), baseprice.Active(true), baseprice.Currency(defaultCurrency),
	).Exist(ctx)
	if err != nil {
		return err
	}
	if !priced {
		why = append(why, noPriceFor(c.row, defaultCurrency))
	}
	return refuseIneligible(why)
}

// noPriceFor is the refusal of a partner that asks for no price.
func noPriceFor(r *contractRow, currency string) fault.Refusal {
	return fault.Refusal{Rule: "price", Needed: fmt.Sprintf("a price of the partner for %s in %s", r.subService.name, currency), Actual: "none"}
}

// write stores the draft, its first try and the first row of its history.
func (c *creation) write(ctx context.Context, tx *ent.Tx, m move) (int64, error) {
	create := tx.Contract.Create().
		SetInstitutionID(c.row.institutionID).SetCreatedByID(c.who.UserID).SetPartnerID(c.in.PartnerID).
		SetSubServiceID(c.in.SubServiceID).SetKind(c.in.Kind).SetStatus(lifecycle.Contract.Start.Status()).
		SetStep(lifecycle.StepSchedule).SetCurrency(defaultCurrency).SetCreatedAt(m.now).SetUpdatedAt(m.now)
	told := created(create.Mutation())
	made, err := create.Save(ctx)
	if err != nil {
		return 0, err
	}
	err = tx.Assignment.Create().
		SetInstitutionID(made.InstitutionID).SetContractID(made.ID).SetPartnerID(made.PartnerID).SetSequence(1).
		SetKind(lifecycle.AssignmentInitial).SetStatus(lifecycle.Assignment.Start).
		SetAssignedByID(c.who.UserID).SetAssignedByRole(string(c.who.Role)).
		SetAssignedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now).Exec(ctx)
	if err != nil {
		return 0, err
	}
	return made.ID, tx.ContractHistory.Create().
		SetInstitutionID(made.InstitutionID).SetContractID(made.ID).SetActorID(c.who.UserID).SetActorRole(string(c.who.Role)).
		SetEvent(m.event).SetToStatus(made.Status).SetPartnerID(made.PartnerID).SetChanges(told.json()).
		SetContractVersion(made.Version).SetAt(m.now).Exec(ctx)
}

// created tells what a new row holds. Before it there was nothing.
func created(m mutation) changes {
	told := changes{}
	for _, name := range m.Fields() {
		if to, set := m.Field(name); set && !unrecorded[name] && name != contract.FieldCreatedAt {
			told[name] = change{From: json.RawMessage("null"), To: columnText(to)}
		}
	}
	return told
}
