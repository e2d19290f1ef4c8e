package authn

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// holdUser gives an account that may be used as it stands now, and holds it until the
// transaction is over; nil when it may not.
func holdUser(ctx context.Context, tx *ent.Tx, userID int64) (*ent.User, error) {
	u, err := tx.User.Query().Where(user.ID(userID), user.StatusEQ(lifecycle.UserActive), store.ForUpdate).Only(ctx)
	return u, ent.MaskNotFound(err)
}

// Confirm gives whose account it is that the password opens: the caller's own, or, for
// whoever is not signed in, that of the address, also while it is suspended. It opens
// no session.
//
// Faults: RATE_LIMITED, with retry_after; INVALID for a wrong password of whoever is
// signed in; WRONG_CREDENTIALS for an unknown or closed account and for a wrong
// password otherwise, which take the same time.
func (s *Service) Confirm(ctx context.Context, who actor.Actor, email, password, address string) (int64, error) {
	if !who.Anonymous() {
		own, err := s.byID(ctx, who.UserID)
		if err != nil {
			return 0, err
		}
		email = own.Email
	}
	if err := s.gate.pass(SignIn{Email: email, Address: address}); err != nil {
		return 0, err
	}
	u, err := s.findUser(ctx, email)
	if err != nil {
		return 0, err
	}
	fits, err := CheckPassword(ctx, u.PasswordHash, password)
	switch {
	case err != nil:
		return 0, store.Fault(err)
	case fits && u.Status != lifecycle.UserClosed:
		return u.ID, nil
	case who.Anonymous():
		return 0, fault.New(fault.WrongCredentials, "")
	}
	var bad fault.Fields
	bad.Add("password", "is wrong")
	return 0, bad.Err(fault.InputInvalid)
}
