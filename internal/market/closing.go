package market

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// CloseAccount closes the caller's own account for good. What is kept of the person
// goes, and everything that opens the account ends; contracts, payments, agreements
// and their histories stay, and name a closed account in its place. Whether it is the
// owner who asks is for the caller's password to say, before.
//
// Faults: UNAUTHENTICATED; WRONG_STATE, with every rule that is in the way and what to
// do first; STALE.
func (a *App) CloseAccount(ctx context.Context) error {
	who, err := caller(ctx)
	if err != nil {
		return err
	}
	_, err = a.close(ctx, who.UserID, closing{by: who.UserID, now: a.Now()})
	return err
}

// CloseUser closes somebody else's account, as CloseAccount does, and keeps why. A
// suspended one may be closed too.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID
// without a reason, and for the caller's own account; WRONG_STATE as CloseAccount, and
// when it is closed already; STALE.
func (a *App) CloseUser(ctx context.Context, id int64, why string) (*view.User, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.User, error) { return a.closeUser(ctx, id, why) },
		func(ctx context.Context, m memory) (*view.User, error) {
			if _, err := caller(ctx, actor.Admin); err != nil {
				return nil, store.ErrDone
			}
			ctx, cancel := a.store.ReadContext(ctx)
			defer cancel()
			u, err := there(a.store.Client().User.Get(ctx, m.id))
			if err != nil {
				return nil, err
			}
			return a.seeClosed(u), nil
		})
}

func (a *App) closeUser(ctx context.Context, id int64, why string) (*view.User, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	if err := a.closable(ctx, who, id, why); err != nil {
		return nil, err
	}
	closed, err := a.close(ctx, id, closing{by: who.UserID, reason: strings.TrimSpace(why), now: a.Now()})
	if err != nil {
		return nil, err
	}
	return a.seeClosed(closed), nil
}

// seeClosed shows a closed account to the back office.
func (a *App) seeClosed(u *ent.User) *view.User {
	v := a.seeUser(u)
	view.Redact(v, view.Admin)
	return v
}

// closable tells whether there is such an account, and what is wrong with the rest.
func (a *App) closable(ctx context.Context, who actor.Actor, id int64, why string) error {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	known, err := a.store.Client().User.Query().Where(user.ID(id)).Exist(ctx)
	if err != nil {
		return store.Fault(err)
	}
	if !known {
		return fault.New(fault.RecordNotFound, "There is no such account.")
	}
	var bad fault.Fields
	bad.Check(id != who.UserID, "user", "is your own: close it with your password")
	checkText(&bad, "reason", why, 1, reasonLength)
	return bad.Err(fault.InputInvalid)
}

// close closes an account in one transaction, and removes its pictures after it. What
// cannot be removed is left for housekeeping: a file without a row.
func (a *App) close(ctx context.Context, id int64, c closing) (closed *ent.User, err error) {
	var pictures, papers []string
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		u, p, err := holdAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := mayClose(ctx, tx, u, p); err != nil {
			return err
		}
		pictures = picturesOf(u, p)
		if papers, err = papersOf(ctx, tx, p); err != nil {
			return err
		}
		if err := closeUser(ctx, tx, u, c); err != nil {
			return err
		}
		if p != nil {
			if err := closePartner(ctx, tx, p, c.now); err != nil {
				return err
			}
		}
		if err := a.forget(ctx, tx, u, p, pictures, c.now); err != nil {
			return err
		}
		if err := forgetPapers(ctx, tx, u.ID, papers); err != nil {
			return err
		}
		if closed, err = tx.User.Get(ctx, id); err != nil || c.by == id { // whose sessions are over
			return err
		}
		if err := tellOfUser(ctx, tx, actor.From(ctx), c.now, u, closed); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "User", id)
	})
	if err != nil {
		return nil, err
	}
	a.removePictures(ctx, pictures)
	for _, name := range papers {
		a.removePrivate(ctx, name)
	}
	return closed, nil
}

// holdAccount reads an account and its partner, nil for none, and holds both until the
// transaction ends: also one that was taken out of the marketplace before. Of the back office all are held: the last one stays.
//
// Faults: NOT_FOUND.
func holdAccount(ctx context.Context, tx *ent.Tx, id int64) (*ent.User, *ent.Partner, error) {
	u, err := tx.User.Query().Where(user.ID(id)).Only(ctx)
	if err != nil {
		return nil, nil, err
	}
	if u.Role == actor.Admin {
		if _, err := otherAdmins(ctx, tx, 0); err != nil {
			return nil, nil, err
		}
	}
	if u, err = tx.User.Query().Where(user.ID(id), store.ForUpdate).Only(ctx); err != nil {
		return nil, nil, err
	}
	p, err := tx.Partner.Query().Where(partner.UserID(id), store.ForUpdate).Only(ctx)
	return u, p, ent.MaskNotFound(err)
}

// otherAdmins gives the open accounts of the back office but one, and holds them.
func otherAdmins(ctx context.Context, tx *ent.Tx, but int64) ([]int64, error) {
	return tx.User.Query().Where(user.RoleEQ(actor.Admin), user.StatusEQ(lifecycle.UserActive), user.IDNEQ(but), store.ForUpdate).
		Order(user.ByID()).IDs(ctx)
}

// mayClose tells what is in the way of closing an account, all of it at once.
//
// Faults: WRONG_STATE.
func mayClose(ctx context.Context, tx *ent.Tx, u *ent.User, p *ent.Partner) error {
	f := fault.New(fault.WrongState, "")
	var first []string
	refuse := func(rule, needed, actual, todo string) {
		f = f.Refuse(rule, needed, actual)
		first = append(first, todo)
	}
	if p != nil {
		under, err := underWay(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if len(under) > 0 {
			refuse("no_work_under_way", "no contract that the partner is asked for or has", strings.Join(under, ", "),
				"finish, or give back, the contracts that are under way")
		}
	}
	alone, err := managedAlone(ctx, tx, u.ID)
	if err != nil {
		return err
	}
	for _, id := range alone {
		refuse("another_manager", fmt.Sprintf("another active manager of institution %d", id), "none",
			fmt.Sprintf("make somebody else a manager of institution %d", id))
	}
	if u.Role == actor.Admin && u.Status == lifecycle.UserActive {
		others, err := otherAdmins(ctx, tx, u.ID)
		if err != nil {
			return err
		}
		if len(others) == 0 {
			refuse("another_admin", "another account of the back office", "none", "open another account of the back office")
		}
	}
	if len(first) == 0 {
		return nil
	}
	f.Message = "The account cannot be closed yet: " + strings.Join(first, "; ") + "."
	return f
}

// underWay gives the codes of contracts that a partner is asked for or works on, at
// most MaxPage of them. The partner is held, so that there will be no others.
func underWay(ctx context.Context, tx *ent.Tx, partnerID int64) ([]string, error) {
	ids, err := tx.Contract.Query().Where(contract.PartnerID(partnerID), contract.Or(
		store.In(contract.FieldStatus, works),
		contract.And(contract.StatusEQ(lifecycle.ContractPartnerPending), contract.StageEQ(lifecycle.StagePartner)),
	)).Order(contract.ByID()).Limit(MaxPage).IDs(ctx)
	codes := make([]string, len(ids))
	for i, id := range ids {
		codes[i] = view.ReferenceCode(id)
	}
	return codes, err
}

// managedAlone gives the institutions whose only manager the account is. All of their
// managers are held, in one order, so that no two of them leave at once.
func managedAlone(ctx context.Context, tx *ent.Tx, userID int64) ([]int64, error) {
	own, err := tx.Membership.Query().
		Where(membership.UserID(userID), membership.StateEQ(lifecycle.MembershipActive), membership.RoleEQ(lifecycle.MembershipManager)).
		All(ctx)
	if err != nil || len(own) == 0 {
		return nil, err
	}
	ids := make([]int64, len(own))
	for i, m := range own {
		ids[i] = m.InstitutionID
	}
	all, err := tx.Membership.Query().Where(
		store.In(membership.FieldInstitutionID, ids), membership.StateEQ(lifecycle.MembershipActive), membership.RoleEQ(lifecycle.MembershipManager),
		membership.HasUserWith(user.StatusEQ(lifecycle.UserActive)), store.ForUpdate,
	).Order(membership.ByID()).All(ctx)
	for _, m := range all {
		if m.UserID != userID {
			ids = slices.DeleteFunc(ids, func(id int64) bool { return id == m.InstitutionID })
		}
	}
	slices.Sort(ids)
	return ids, err
}
