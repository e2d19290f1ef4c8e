package authn

import (
	"context"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// unproved gives the account that somebody registered with an address and never proved to
// be theirs, and holds it; nil when there is none.
func unproved(ctx context.Context, tx *ent.Tx, email string) (*ent.User, error) {
	u, err := tx.User.Query().Where(user.Email(email), user.EmailVerifiedAtIsNil(), user.PasswordHashNEQ(""),
		user.StatusEQ(lifecycle.UserActive), store.ForUpdate).Only(ctx)
	return u, ent.MaskNotFound(err)
}

// replace makes an account that nobody proved to be theirs that of who registers now, once
// the code that was sent for it is over: nobody keeps an address from its owner, and nobody
// sets another password while its owner types in the code.
//
// Faults: DUPLICATE while that code is good; RATE_LIMITED.
func (s *Service) replace(ctx context.Context, tx *ent.Tx, before *ent.User, in Registration, hash string, now time.Time) (*Verification, error) {
	good, err := tx.OneTimeCode.Query().Where(onetimecode.Subject(s.codes.subject(before.Email)), onetimecode.EndedAtIsNil(),
		onetimecode.PurposeEQ(lifecycle.CodeEmailVerification), onetimecode.ExpiresAtGT(store.Instant(s.wall()))).Exist(ctx)
	if err == nil && good {
		err = taken()
	}
	if err != nil {
		return nil, err
	}
	err = tx.User.UpdateOne(before).SetFullName(strings.TrimSpace(in.Name)).SetRole(in.Role).SetPhone(in.Phone).
		SetLanguage(in.Language).SetPasswordHash(hash).AddVersion(1).SetUpdatedAt(now).Exec(ctx)
	if err != nil {
		return nil, err
	}
	return s.sendCode(ctx, tx, lifecycle.CodeEmailVerification, before.Email, &before.ID)
}

func taken() error {
	var bad fault.Fields
	bad.Add("email", "is taken: sign in, or ask for another password")
	return bad.Err(fault.Duplicate)
}
