package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
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
	return repeatable(ctx, a, func(ctx context.Context) (*view.Contract, error) { return a.createContract(ctx, in, w) }, a.contractAgain(w))
}

func (a *App) createContract(ctx context.Context, in CreateContract, w ContractWants) (*view.Contract, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	c := &creation{in: in, who: who, dialect: a.store.Dialect(), row: &contractRow{kind: in.Kind, currency: defaultCurrency}}
	c.row.institutionID = c.institution()
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := c.check(ctx, tx.Client()); err != nil {
			return err
		}
		if c.id, err = c.write(ctx, tx, move{event: lifecycle.ContractCreate, by: who, now: now}); err != nil {
			return err
		}
		made := &contractRow{id: c.id, institutionID: c.row.institutionID} // of version 1
		if err := a.leave(ctx, tx, topicCreated, made, now); err != nil {
			return err
		}
		return memory{}.keepContract(ctx, tx, c.id)
	})
	if err != nil {
		return nil, err
	}
	return a.answer(ctx, who, c.id, now, w, 0)
}

// creation is a contract while it is made.
type creation struct {
	in      CreateContract
	who     actor.Actor
	dialect string
	row     *contractRow // as it will be, as far as rules ask
	id      int64
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
	checkID(&bad, "partner_id", c.in.PartnerID, "Partner", "the id of a partner")
	if err := c.checkWork(ctx, on, &bad); err != nil {
		return err
	}
	if bad.Err(fault.InputInvalid) == nil {
		if err := checkInstitutionActive(ctx, on, c.row.institutionID); err != nil {
			return err
		}
		return c.checkPartner(ctx, on)
	}
	if err := c.checkKnown(ctx, on, &bad); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

// checkKnown notes a partner that the caller cannot know of, so that it is named
// together with what else is wrong.
func (c *creation) checkKnown(ctx context.Context, on *ent.Client, bad *fault.Fields) error {
	if c.in.PartnerID <= 0 {
		return nil
	}
	job := c.row.job(0)
	p, err := readCandidate(ctx, on, c.dialect, job, c.in.PartnerID)
	bad.Check(err != nil || p != nil && isListed.holds(job, p), "partner_id", "is none of the partners")
	return err
}

// checkWork notes a sub-service that is not offered, or not for this kind.
func (c *creation) checkWork(ctx context.Context, on *ent.Client, bad *fault.Fields) error {
	offered, err := checkOffered(ctx, on, bad, c.in.SubServiceID, c.in.Kind)
	if offered != nil {
		c.row.subService.id, c.row.subService.name = offered.ID, offered.Name
	}
	return err
}

// checkOffered reads a sub-service, and notes one that is not offered, or not for
// this kind; nil for none.
func checkOffered(ctx context.Context, on *ent.Client, bad *fault.Fields, id int64, kind lifecycle.Kind) (*ent.SubService, error) {
	known := slices.Contains(lifecycle.Kinds, kind)
	bad.Check(kind != "", "kind", "is required: one of %s", join(lifecycle.Kinds, " "))
	bad.Check(known || kind == "", "kind", "must be one of %s", join(lifecycle.Kinds, " "))
	if id <= 0 {
		checkID(bad, "sub_service_id", id, "SubService", "the id of a sub-service")
		return nil, nil //nolint:nilnil // nil is said to be none
	}
	s, err := on.SubService.Query().Where(
		subservice.ID(id), subservice.StatusEQ(lifecycle.CatalogueActive),
		subservice.HasServiceWith(service.StatusEQ(lifecycle.CatalogueActive)),
	).Only(ctx)
	if ent.IsNotFound(err) {
		bad.Add("sub_service_id", "is not offered")
		return nil, nil //nolint:nilnil // nil is said to be none
	}
	if err != nil {
		return nil, err
	}
	offered := kindsOf(s.Installation, s.Maintenance, s.Repair)
	bad.Check(!known || slices.Contains(offered, kind), "kind", "is not offered for %s, which has %s", s.Name, join(offered, " "))
	return s, nil
}

// checkPartner refuses a partner that cannot be hired for the work.
func (c *creation) checkPartner(ctx context.Context, on *ent.Client) error {
	job := c.row.job(0)
	p, err := readCandidate(ctx, on, c.dialect, job, c.in.PartnerID)
	if err != nil {
		return err
	}
	return toHire.refuseNamed(job, p)
}

// write stores the draft, its first try and the first row of its history.
func (c *creation) write(ctx context.Context, tx *ent.Tx, m move) (int64, error) {
	made, err := tx.Contract.Create().
		SetInstitutionID(c.row.institutionID).SetCreatedByID(c.who.UserID).SetPartnerID(c.in.PartnerID).
		SetSubServiceID(c.in.SubServiceID).SetKind(c.in.Kind).SetStatus(lifecycle.Contract.Start.Status()).
		SetStep(lifecycle.StepSchedule).SetCurrency(defaultCurrency).SetCreatedAt(m.now).SetUpdatedAt(m.now).
		Save(ctx)
	if err != nil {
		return 0, err
	}
	first, err := tx.Assignment.Create().
		SetInstitutionID(made.InstitutionID).SetContractID(made.ID).SetPartnerID(made.PartnerID).SetSequence(1).
		SetKind(lifecycle.AssignmentInitial).SetStatus(lifecycle.Assignment.Start).
		SetAssignedByID(c.who.UserID).SetAssignedByRole(string(c.who.Role)).
		SetAssignedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now).Save(ctx)
	if err != nil {
		return 0, err
	}
	// The reference code is of the number that the row has only now.
	if err := tx.Contract.Update().Where(contract.ID(made.ID)).SetSearchText(contractText(made.ID, "", "", "")).Exec(ctx); err != nil {
		return 0, err
	}
	told := changelog.OfContract(nil, made)
	told.Add(changelog.Of(changelog.Assignments, noRows, changelog.List([]*ent.Assignment{first})))
	return made.ID, tx.ContractHistory.Create().
		SetInstitutionID(made.InstitutionID).SetContractID(made.ID).SetActorID(c.who.UserID).SetActorRole(string(c.who.Role)).
		SetEvent(m.event).SetToStatus(made.Status).SetPartnerID(made.PartnerID).SetChanges(told.JSON()).
		SetContractVersion(made.Version).SetAt(m.now).Exec(ctx)
}
