package market

import (
	"context"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// NewPartner is a partner that a supervisor makes.
type NewPartner struct {
	// Email is the address to which the invitation goes; nobody has it yet.
	Email string
	// Language is that of its mails; Indonesian when empty.
	Language lifecycle.Language
	PartnerFields
}

// PartnerFields are what a supervisor says of its own partners.
type PartnerFields struct {
	FullName, PhoneNumber, BirthDate Optional[string]
	Gender                           Optional[lifecycle.Gender]
	// Place is where it works from, which is called PlaceAt and a dot in the input; "" for
	// fields that stand beside the others.
	Place   Place
	PlaceAt string
	// Skills are what it can do, whole: what is left out of a list that was sent it
	// cannot do any more.
	Skills Optional[[]Skill]
	// Unread is what a transport could not read.
	Unread fault.Fields
}

// OwnPartner gives a partner that the calling supervisor made, in any state.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor; NOT_FOUND for an
// unknown partner and for one of somebody else, alike.
func (a *App) OwnPartner(ctx context.Context, id int64, w PartnerWant) (*view.Partner, error) {
	if _, err := caller(ctx, actor.Supervisor); err != nil {
		return nil, err
	}
	v, err := known(a.onePartner(ctx, id, w))
	// access: others' partners may be listed, and are not the caller's.
	if err == nil && !v.Ties().Any(view.Creator) {
		return nil, errNoPartner()
	}
	return v, err
}

// CreatePartner makes a partner of the calling supervisor: an account without a password,
// the verified partner, its primary place, what it can do and what it asks for that. Its
// owner is invited by mail to choose the password. All of it is one transaction.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor; INVALID with every bad
// field; DUPLICATE when somebody has the address, which is a declared disclosure.
func (a *App) CreatePartner(ctx context.Context, in NewPartner, w PartnerWant) (*view.Partner, error) {
	again := func(ctx context.Context, m memory) (*view.Partner, error) { return there(a.OwnPartner(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Partner, error) {
		id, err := a.createPartner(ctx, in)
		if err != nil {
			return nil, err
		}
		return a.OwnPartner(ctx, id, w)
	}, again)
}

func (a *App) createPartner(ctx context.Context, in NewPartner) (id int64, err error) {
	who, err := caller(ctx, actor.Supervisor)
	if err != nil {
		return 0, err
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		k := &keptPartner{tx: tx, who: who, now: now, in: in.PartnerFields}
		k.user = &ent.User{Email: foldEmail(in.Email), Role: actor.Partner, Status: lifecycle.UserActive, Language: in.Language, Version: 1}
		if in.Language == "" {
			k.user.Language = lifecycle.Indonesian
		}
		k.partner = &ent.Partner{
			CreatedByID: &who.UserID, Status: lifecycle.PartnerActive, VerificationStatus: lifecycle.VerificationCompleted,
			VerificationStep: lifecycle.VerifyDone, OpenToWork: true, Version: 1,
		}
		k.bad = in.Unread
		checkEmail(&k.bad, k.user.Email)
		checkChoice(&k.bad, "language", k.user.Language, lifecycle.Languages)
		if err := k.check(ctx); err != nil {
			return err
		}
		if err := emailFree(tx.User.Query().Where(user.Email(k.user.Email)).Exist(ctx)); err != nil {
			return err
		}
		if err := k.insert(ctx); err != nil {
			return err
		}
		if err := a.invite(ctx, tx, k.user.ID, k.user.Email); err != nil {
			return err
		}
		id = k.partner.ID
		return memory{}.keep(ctx, tx, "Partner", id)
	})
	return id, emailRace(err)
}

// foldEmail is how addresses are kept: everybody has one address once.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// checkEmail notes what is no address.
func checkEmail(bad *fault.Fields, email string) {
	bad.Check(len(email) <= maxEmail && emailOK(email) && store.Storable(email), "email", "must be an address such as name@example.com")
}

// emailFree fails when somebody has the address.
//
// Faults: DUPLICATE.
func emailFree(taken bool, err error) error {
	if err != nil || !taken {
		return err
	}
	return duplicate("email", "is taken: somebody has an account with it")
}

// emailRace tells whoever lost a race for an address what the winner's account would
// have told.
func emailRace(err error) error {
	if f, is := fault.As(store.Fault(err)); is && f.Code == fault.Duplicate && len(f.Fields) == 0 {
		return emailFree(true, nil)
	}
	return err
}

// UpdatePartner changes a partner of the calling supervisor, and with it the name and
// telephone number of its account. The address stays: it signs in.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor; NOT_FOUND for an
// unknown partner and for one of somebody else, alike; INVALID with every bad field;
// STALE.
func (a *App) UpdatePartner(ctx context.Context, id int64, in PartnerFields, w PartnerWant) (*view.Partner, error) {
	again := func(ctx context.Context, m memory) (*view.Partner, error) { return there(a.OwnPartner(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Partner, error) {
		who, err := caller(ctx, actor.Supervisor)
		if err != nil {
			return nil, err
		}
		now := a.Now()
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			p, err := holdOwn(ctx, tx, who, id)
			if err != nil {
				return err
			}
			u, err := tx.User.Query().Where(user.ID(p.UserID), store.ForUpdate).Only(ctx)
			if err != nil {
				return err
			}
			k := &keptPartner{tx: tx, who: who, now: now, in: in, user: u, partner: p, bad: in.Unread}
			if err := k.check(ctx); err != nil {
				return err
			}
			if err := k.update(ctx); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "Partner", id)
		})
		if err != nil {
			return nil, err
		}
		return a.OwnPartner(ctx, id, w)
	}, again)
}

// holdOwn reads a partner that the supervisor made, and holds it until the transaction
// ends.
//
// Faults: NOT_FOUND.
func holdOwn(ctx context.Context, tx *ent.Tx, who actor.Actor, id int64) (*ent.Partner, error) {
	p, err := tx.Partner.Query().Where(partner.ID(id), partner.CreatedByID(who.UserID), partner.DeletedAtIsNil(), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, errNoPartner()
	}
	return p, err
}

// DeletePartner takes a partner of the calling supervisor out of the marketplace: its
// contracts and reviews stay, and its invitation ends. It gives the partner's id.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor; NOT_FOUND for an
// unknown partner and for one of somebody else, alike; WRONG_STATE while it is asked for
// a contract or has one; STALE.
func (a *App) DeletePartner(ctx context.Context, id int64) (int64, error) {
	again := func(_ context.Context, m memory) (int64, error) { return m.id, nil }
	return repeatable(ctx, a, func(ctx context.Context) (int64, error) {
		who, err := caller(ctx, actor.Supervisor)
		if err != nil {
			return 0, err
		}
		now := a.Now()
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			p, err := holdOwn(ctx, tx, who, id)
			if err != nil {
				return err
			}
			if err := withoutWork(underWay(ctx, tx, id)); err != nil {
				return err
			}
			if err := a.removePartner(ctx, tx, who, p, now); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "Partner", id)
		})
		return id, err
	}, again)
}

// removePartner writes that a partner is out of the marketplace.
func (a *App) removePartner(ctx context.Context, tx *ent.Tx, who actor.Actor, p *ent.Partner, now time.Time) error {
	err := oneChanged(tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).
		SetDeletedAt(now).SetOpenToWork(false).AddVersion(1).SetUpdatedAt(now).Save(ctx))
	if err != nil {
		return err
	}
	next := *p
	next.DeletedAt, next.OpenToWork, next.Version = &now, false, p.Version+1
	if err := tellOfPartner(ctx, tx, who, now, p, &next, nil); err != nil {
		return err
	}
	return endInvitations(ctx, tx, p.UserID, store.Instant(a.wall()))
}
