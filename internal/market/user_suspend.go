package market

import (
	"context"
	"strings"

	"kontrak/ent"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// SuspendUser lets nobody use an account until it is reinstated: its sessions end at
// once. What a partner has accepted stays its own; SuspendPartner is about that.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID without a
// reason, and for the caller's own account; WRONG_STATE when it is not active, and while
// its partner may be hired, who would never see the offer; STALE.
func (a *App) SuspendUser(ctx context.Context, id int64, why string, w PartnerWant) (*view.User, error) {
	return a.standUser(ctx, id, lifecycle.UserSuspend, func(bad *fault.Fields, who actor.Actor) string {
		bad.Check(id != who.UserID, "user", "is your own: somebody else of the back office has to do it")
		checkText(bad, "reason", why, 1, reasonLength)
		return strings.TrimSpace(why)
	}, w)
}

// ReinstateUser lets a suspended account be used again; its owner signs in anew.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; WRONG_STATE when
// it is not suspended; STALE.
func (a *App) ReinstateUser(ctx context.Context, id int64, w PartnerWant) (*view.User, error) {
	return a.standUser(ctx, id, lifecycle.UserReinstate, func(*fault.Fields, actor.Actor) string { return "" }, w)
}

// standUser moves an account, with the reason that check gives once the input is right.
func (a *App) standUser(ctx context.Context, id int64, event lifecycle.UserEvent, check func(*fault.Fields, actor.Actor) string, w PartnerWant) (*view.User, error) {
	again := func(ctx context.Context, m memory) (*view.User, error) { return there(a.oneUser(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.User, error) {
		who, err := caller(ctx, actor.Admin)
		if err != nil {
			return nil, err
		}
		now := a.Now()
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			u, p, err := holdAccount(ctx, tx, id)
			if ent.IsNotFound(err) {
				return fault.New(fault.RecordNotFound, "There is no such account.")
			}
			if err != nil {
				return err
			}
			var bad fault.Fields
			reason := check(&bad, who)
			if err := bad.Err(fault.InputInvalid); err != nil {
				return err
			}
			if event == lifecycle.UserSuspend && p != nil && p.DeletedAt == nil && p.Status == lifecycle.PartnerActive {
				return fault.New(fault.WrongState, "Suspend the partner first: that settles what becomes of its contracts.").
					Refuse("partner_status", "a partner that takes no contracts", string(p.Status))
			}
			if err := a.moveUser(ctx, tx, who, u, event, reason, now); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "User", id)
		})
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

// NewSupervisor is a supervisor that the back office makes.
type NewSupervisor struct {
	Email, FullName, PhoneNumber string
	Language                     lifecycle.Language // Indonesian when empty
}

// CreateSupervisor opens the account of a supervisor, without a password: its owner is
// invited by mail to choose it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID with every bad field;
// DUPLICATE when somebody has the address.
func (a *App) CreateSupervisor(ctx context.Context, in NewSupervisor, w PartnerWant) (*view.User, error) {
	again := func(ctx context.Context, m memory) (*view.User, error) { return there(a.oneUser(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.User, error) {
		id, err := a.createSupervisor(ctx, in)
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

func (a *App) createSupervisor(ctx context.Context, in NewSupervisor) (id int64, err error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return 0, err
	}
	now, email, name := a.Now(), foldEmail(in.Email), strings.TrimSpace(in.FullName)
	if in.Language == "" {
		in.Language = lifecycle.Indonesian
	}
	var bad fault.Fields
	checkEmail(&bad, email)
	checkText(&bad, "full_name", name, 1, nameLength)
	bad.Check(!strings.ContainsAny(name, "\r\n"), "full_name", "must stand on one line")
	checkPhone(&bad, in.PhoneNumber)
	checkChoice(&bad, "language", in.Language, lifecycle.Languages)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return 0, err
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := emailFree(tx.User.Query().Where(user.Email(email)).Exist(ctx)); err != nil {
			return err
		}
		u, err := tx.User.Create().SetEmail(email).SetPasswordHash("").SetFullName(name).SetRole(actor.Supervisor).SetPhone(in.PhoneNumber).
			SetLanguage(in.Language).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		id = u.ID
		if err := tellOfUser(ctx, tx, who, now, nil, u); err != nil {
			return err
		}
		if err := a.invite(ctx, tx, id, email); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "User", id)
	})
	return id, emailRace(err)
}
