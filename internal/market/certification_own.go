package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/certification"
	"kontrak/ent/certificationwishlist"
	"kontrak/ent/partner"
	"kontrak/ent/partnercertification"
	"kontrak/ent/predicate"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

var registrations = noun[ent.PartnerCertification]{
	name: lifecycle.NounPartnerCertification,
	of: func(r *ent.PartnerCertification) record {
		return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.PartnerCertification, error) {
		return tx.PartnerCertification.Query().Where(partnercertification.ID(id), store.ForUpdate).Only(ctx)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.PartnerCertification) (int64, error) {
		made, err := tx.PartnerCertification.Create().SetPartnerID(r.PartnerID).SetCertificationID(r.CertificationID).SetStatus(r.Status).
			SetRegisteredAt(r.RegisteredAt).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: moveRegistration,
}

// asPartner gives the caller, who must have registered as a partner.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; WRONG_STATE.
func asPartner(ctx context.Context) (actor.Actor, error) {
	who, err := caller(ctx, actor.Partner)
	if err == nil && who.PartnerID == 0 {
		err = fault.New(fault.WrongState, "Register as a partner first.")
	}
	return who, err
}

// RegisterCertification registers the caller for a certification, which leaves its
// wishlist. Of several who want the last place at once one gets it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND, also for one
// that is not in use; INVALID; DUPLICATE when the caller is registered; DEADLINE_PASSED
// after its last day in Asia/Jakarta; WRONG_STATE when its quota is full, and for a suspended
// partner.
func (a *App) RegisterCertification(ctx context.Context, certificationID int64, unread fault.Fields) (*view.PartnerCertification, error) {
	row, err := repeatable(ctx, a, func(ctx context.Context) (*ent.PartnerCertification, error) {
		return a.register(ctx, certificationID, unread)
	}, registrations.again(a))
	if err != nil {
		return nil, err
	}
	return a.registrationMade(ctx, row)
}

func (a *App) register(ctx context.Context, certificationID int64, unread fault.Fields) (*ent.PartnerCertification, error) {
	who, err := asPartner(ctx)
	if err != nil {
		return nil, err
	}
	if err := unread.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	now := a.Now()
	today, err := dayIn(marketZone, now)
	if err != nil {
		return nil, err
	}
	var made *ent.PartnerCertification
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		suspended, err := tx.Partner.Query().Where(partner.ID(who.PartnerID), partner.StatusEQ(lifecycle.PartnerSuspended)).Exist(ctx)
		if err != nil {
			return err
		}
		if suspended {
			return fault.New(fault.WrongState, "A suspended partner registers for nothing.").
				Refuse("partner_status", string(lifecycle.PartnerActive), string(lifecycle.PartnerSuspended))
		}
		if err := takePlace(ctx, tx, who, certificationID, today); err != nil {
			return err
		}
		_, err = tx.CertificationWishlist.Delete().
			Where(certificationwishlist.PartnerID(who.PartnerID), certificationwishlist.CertificationID(certificationID)).Exec(ctx)
		if err != nil {
			return err
		}
		made = &ent.PartnerCertification{
			PartnerID: who.PartnerID, CertificationID: certificationID, Status: lifecycle.Certification.Start, RegisteredAt: now,
		}
		if err := registrations.add(ctx, tx, who, now, made); err != nil {
			return err
		}
		return registrations.keep(ctx, tx, made)
	})
	return made, err
}

// takePlace takes a place of a certification's quota for the caller. Whoever does so
// holds the certification from then on.
//
// Faults: NOT_FOUND, DUPLICATE, DEADLINE_PASSED, WRONG_STATE.
func takePlace(ctx context.Context, tx *ent.Tx, who actor.Actor, id int64, today string) error {
	taken, err := tx.Certification.Update().Where(certification.ID(id), certification.Active(true), hasPlace).AddRegisteredCount(1).Save(ctx)
	if err != nil {
		return err
	}
	c, err := tx.Certification.Query().Where(certification.ID(id), certification.Active(true)).Only(ctx)
	if ent.IsNotFound(err) {
		return fault.New(fault.RecordNotFound, "There is no such certification.")
	}
	if err != nil {
		return err
	}
	registered, err := tx.PartnerCertification.Query().Where(partnercertification.CertificationID(id), ownRegistration(who)).Exist(ctx)
	switch {
	case err != nil:
		return err
	case registered:
		return duplicate("certification_id", "is one that you are registered for")
	case c.RegistrationDeadline != "" && today > c.RegistrationDeadline:
		return fault.New(fault.DeadlinePassed, "The registration for this certification has closed.").
			Refuse("registration_deadline", c.RegistrationDeadline, today)
	case taken == 0:
		return fault.New(fault.WrongState, "The certification is full.").Refuse("quota", "a free place", "none is left")
	}
	return nil
}

// hasPlace keeps the certifications that have a free place.
func hasPlace(s *sql.Selector) {
	s.Where(sql.Or(sql.IsNull(s.C(certification.FieldQuota)),
		sql.ColumnsLT(s.C(certification.FieldRegisteredCount), s.C(certification.FieldQuota))))
}

// RegistrationFilter narrows a list of registrations. Nothing keeps all.
type RegistrationFilter struct {
	Statuses        []lifecycle.CertificationStatus
	PartnerID       *int64 // for the back office
	CertificationID *int64 // for the back office
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

func (f RegistrationFilter) apply(s *sql.Selector) {
	if len(f.Statuses) > 0 {
		s.Where(store.InP(s.C(partnercertification.FieldStatus), f.Statuses))
	}
	whereIs(partnercertification.FieldPartnerID, f.PartnerID)(s)
	whereIs(partnercertification.FieldCertificationID, f.CertificationID)(s)
}

// PartnerCertifications lists the caller's registrations, the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID_PARAMETER.
func (a *App) PartnerCertifications(ctx context.Context, f RegistrationFilter, p Page) (page *view.Page[view.PartnerCertification], err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	if err := f.Unread.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	f.PartnerID, f.CertificationID = &who.PartnerID, nil // access: own rows only
	by := newestBy("registered", partnercertification.FieldRegisteredAt)
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		page, err = registrationRecords(by, f.apply).page(ctx, a, on, p)
		return err
	})
	return page, err
}

// registrationRecords is how registrations are listed, in the order of when they were made.
func registrationRecords(by order, where predicate.PartnerCertification) records[ent.PartnerCertification, view.PartnerCertification] {
	return records[ent.PartnerCertification, view.PartnerCertification]{
		by: &by, at: func(r *ent.PartnerCertification) (any, int64) { return r.RegisteredAt, r.ID },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.PartnerCertification, error) {
			return on.PartnerCertification.Query().Where(where, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.PartnerCertification.Query().Where(where).Count(ctx)
		},
		see: func(ctx context.Context, a *App, on *ent.Client, rows []*ent.PartnerCertification) ([]*view.PartnerCertification, error) {
			return a.seeRegistrations(ctx, on, rows)
		},
	}
}

// PartnerCertification gives one of the caller's registrations.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND.
func (a *App) PartnerCertification(ctx context.Context, id int64) (v *view.PartnerCertification, err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		// access: own rows only.
		rows, err := on.PartnerCertification.Query().Where(partnercertification.ID(id), partnercertification.PartnerID(who.PartnerID)).All(ctx)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.RecordNotFound, "There is no such registration.")
		}
		views, err := a.seeRegistrations(ctx, on, rows)
		if err == nil {
			v = views[0]
		}
		return err
	})
	return v, err
}

// registrationMade makes the view of a registration that was written.
func (a *App) registrationMade(ctx context.Context, r *ent.PartnerCertification) (*view.PartnerCertification, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	list, err := a.seeRegistrations(ctx, a.store.Client(), []*ent.PartnerCertification{r})
	if err != nil {
		return nil, store.Fault(err)
	}
	return list[0], nil
}

// tiesToRegistration are those of a caller to a registration that it may know of.
func tiesToRegistration(who actor.Actor, r *ent.PartnerCertification) view.Tie {
	ties := tiesOfCatalogue(who)
	if r.PartnerID == who.PartnerID {
		ties |= view.Self
	}
	return ties
}

// seeRegistrations makes the views of registrations, as the caller stands to each. Their
// certifications, which are shown whether or not they are in use, are read in one
// statement.
func (a *App) seeRegistrations(ctx context.Context, on *ent.Client, rows []*ent.PartnerCertification) ([]*view.PartnerCertification, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.CertificationID
	}
	of, err := a.readCertifications(ctx, on, ids, tiesOfCatalogue(who))
	if err != nil {
		return nil, err
	}
	wall := a.wall()
	views := make([]*view.PartnerCertification, len(rows))
	for i, r := range rows {
		views[i] = view.See(&view.PartnerCertification{
			ID: r.ID, PartnerID: r.PartnerID, CertificationID: r.CertificationID, Certification: of[i], Status: r.Status,
			StatusReason: filled(r.StatusReason), Certificate: a.links.Private(r.Certificate, wall),
			RegisteredAt: r.RegisteredAt, Version: &r.Version, UpdatedAt: &r.UpdatedAt,
		}, tiesToRegistration(who, r))
	}
	return views, nil
}

// readCertifications reads certifications, in use or not, in the order of their ids.
func (a *App) readCertifications(ctx context.Context, on *ent.Client, ids []int64, ties view.Tie) ([]*view.Certification, error) {
	if len(ids) == 0 {
		return []*view.Certification{}, nil
	}
	found, err := on.Certification.Query().Where(store.In(certification.FieldID, ids)).All(ctx)
	views := make([]*view.Certification, len(found))
	for i, r := range found {
		views[i] = a.seeCertification(r, ties)
	}
	return inOrder(ids, views, func(v *view.Certification) int64 { return v.ID }), err
}
