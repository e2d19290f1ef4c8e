package market

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// moveUser is the only place that writes whether an account may be used, but for its end.
// It compares and sets the version that the row was read with.
//
// Faults: WRONG_STATE, STALE.
func (a *App) moveUser(ctx context.Context, tx *ent.Tx, who actor.Actor, u *ent.User, event lifecycle.UserEvent, reason string, now time.Time) error {
	to, ok := lifecycle.User.Next(u.Status, event)
	if !ok {
		return fault.New(fault.WrongState, "The account is not in a state that allows this.").
			Refuse("user_status", join(lifecycle.User.From(event), " or "), string(u.Status))
	}
	err := oneChanged(tx.User.Update().Where(user.ID(u.ID), user.Version(u.Version)).
		SetStatus(to).SetStatusReason(reason).AddVersion(1).SetUpdatedAt(now).Save(ctx))
	if err != nil {
		return err
	}
	if to != lifecycle.UserActive {
		if err := store.EndSessions(ctx, tx, store.Instant(a.wall()), session.UserID(u.ID)); err != nil {
			return err
		}
	}
	next := *u
	next.Status, next.StatusReason, next.Version = to, reason, u.Version+1
	return tellOfUser(ctx, tx, who, now, u, &next)
}

// closedName stands where the name of a closed account stood: in its contracts, their
// histories and their papers.
const closedName = "Closed account"

// closedEmail frees the address of a closed account. Nobody can take what stands for
// it before: it is random, and no mail reaches it (RFC 2606).
func closedEmail(id int64) string {
	return fmt.Sprintf("closed-%d-%s@account.invalid", id, rand.Text())
}

// closing says who closes an account, and why; an owner need not say.
type closing struct {
	by     int64
	reason string
	now    time.Time
}

// closeUser is the only place that writes that an account is closed, and what it said
// of a person goes with it. It compares and sets the version that the row was read
// with.
//
// Faults: WRONG_STATE, STALE.
func closeUser(ctx context.Context, tx *ent.Tx, u *ent.User, c closing) error {
	to, ok := lifecycle.User.Next(u.Status, lifecycle.UserClose)
	if !ok {
		return fault.New(fault.WrongState, "The account is closed already.").
			Refuse("user_status", join(lifecycle.User.From(lifecycle.UserClose), " or "), string(u.Status))
	}
	changed, err := tx.User.Update().Where(user.ID(u.ID), user.Version(u.Version)).
		SetStatus(to).SetStatusReason(c.reason).SetClosedAt(c.now).SetClosedByID(c.by).
		SetEmail(closedEmail(u.ID)).SetFullName(closedName).SetPhone("").SetPicture("").SetPasswordHash("").
		ClearEmailVerifiedAt().ClearCurrentInstitutionID().AddVersion(1).SetUpdatedAt(c.now).Save(ctx)
	return oneChanged(changed, err)
}

// closePartner takes a partner whose account is closed out of the marketplace, with
// what it said of a person. What it has earned stays: its contracts and its reviews.
//
// Faults: STALE.
func closePartner(ctx context.Context, tx *ent.Tx, p *ent.Partner, now time.Time) error {
	left := now
	if p.DeletedAt != nil {
		left = *p.DeletedAt
	}
	changed, err := tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).
		SetDeletedAt(left).SetFullName(closedName).SetSearchName(store.Fold(closedName)).SetPicture("").SetOpenToWork(false).
		SetStatusReason("").SetAbout("").ClearExperienceYears().SetPhone("").SetBirthPlace("").SetBirthDate("").SetIdentityNumber("").
		SetIdentityCard("").SetVerificationReason("").ClearSubmittedAt().
		AddVersion(1).SetUpdatedAt(now).Save(ctx)
	if err := oneChanged(changed, err); err != nil {
		return err
	}
	return store.KeepName(ctx, tx, store.PartnerNames, p.ID, store.Fold(closedName))
}

// endMemberships ends every membership of an account.
func endMemberships(ctx context.Context, tx *ent.Tx, userID int64, now time.Time) error {
	return tx.Membership.Update().Where(membership.UserID(userID), membership.StateNEQ(lifecycle.MembershipEnded)).
		SetState(lifecycle.MembershipEnded).AddVersion(1).SetUpdatedAt(now).Exec(ctx)
}

// oneChanged makes an update that hit no row into STALE.
func oneChanged(changed int, err error) error {
	if err == nil && changed != 1 {
		err = fault.New(fault.Stale, "")
	}
	return err
}
