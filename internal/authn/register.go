package authn

import (
	"context"
	"crypto/rand"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// phoneForm is what telephone numbers look like.
var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ().\-]{3,}[0-9]$`)

// Registration is what somebody opens an account of their own with.
type Registration struct {
	Email, Password, Confirmation string
	Name                          string
	Phone                         string
	Role                          actor.Role // institution or partner
	Language                      lifecycle.Language
	Address                       string // where it comes from
}

// check says what is wrong with the fields, all at once, by their names in Nukitu.
func (in *Registration) check() error {
	var bad fault.Fields
	bad.Check(isAddress(in.Email), "email", "must be an address such as name@example.com")
	bad.Check(store.IsName(in.Name), "full_name", "must have 1 to %d letters on one line", store.MaxName)
	bad.Check(in.Role == actor.Institution || in.Role == actor.Partner, "role", "must be institution or partner")
	bad.Check(in.Phone == "" || len(in.Phone) <= 30 && phoneForm.MatchString(in.Phone), "phone_number", "must be a telephone number such as +62 21 5551234")
	bad.Check(in.Language == "" || in.Language == lifecycle.Indonesian || in.Language == lifecycle.English, "language", "must be id or en")
	checkPassword(&bad, in.Password, in.Confirmation)
	return bad.Err(fault.InputInvalid)
}

// isAddress tells whether a text is an address, with or without space around it: in
// ASCII, so that none looks like another or folds to it, and of a host with a dot.
func isAddress(text string) bool {
	email := strings.TrimSpace(text)
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 {
		return false
	}
	host := email[strings.LastIndexByte(email, '@')+1:]
	return strings.Contains(strings.Trim(host, "."), ".") && !strings.HasPrefix(host, "[") &&
		!strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII })
}

// checkPassword holds a new password against its bounds and its repetition.
func checkPassword(bad *fault.Fields, password, again string) {
	n := utf8.RuneCountInString(password)
	bad.Check(n >= MinPassword && n <= MaxPassword, "password", "must have %d to %d characters", MinPassword, MaxPassword)
	bad.Check(password == again, "password_confirmation", "must be the same as the password")
}

// Register opens an account, which can be used when its address is verified, and sends
// the code for that. It gives the account's id.
//
// An account whose address was never verified is replaced, once the code for it is over.
//
// Faults: RATE_LIMITED; INVALID with every bad field; DUPLICATE when somebody has the
// address, which is a declared disclosure.
func (s *Service) Register(ctx context.Context, in Registration) (int64, *Verification, error) {
	if err := s.passAddress(in.Address); err != nil {
		return 0, nil, err
	}
	if err := in.check(); err != nil {
		return 0, nil, err
	}
	hash, err := HashPassword(ctx, in.Password)
	if err != nil {
		return 0, nil, store.Fault(err)
	}
	if in.Language == "" {
		in.Language = lifecycle.Indonesian
	}
	email, now := FoldEmail(in.Email), store.Instant(s.now())
	var id int64
	var sent *Verification
	err = s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		before, err := unproved(ctx, tx, email)
		if err != nil {
			return err
		}
		if before != nil {
			id = before.ID
			sent, err = s.replace(ctx, tx, before, in, hash, now)
			return err
		}
		u, err := tx.User.Create().SetEmail(email).SetFullName(strings.TrimSpace(in.Name)).SetRole(in.Role).SetPhone(in.Phone).
			SetLanguage(in.Language).SetPasswordHash(hash).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		id = u.ID
		// Whoever asked for codes of the address before, when nobody had it, was sent none,
		// and does not keep its owner out.
		code, err := s.newCode(ctx, tx, lifecycle.CodeEmailVerification, s.codes.subject(email), &id, store.Instant(s.wall()))
		if err != nil {
			return err
		}
		sent = s.verification(email, code)
		return nil
	})
	if f, _ := fault.As(err); f != nil && f.Code == fault.Duplicate {
		err = taken()
	}
	if err != nil {
		return 0, nil, err
	}
	return id, sent, nil
}

// SendCode sends another code to an address, and tells the same whether anybody has
// the address or not.
//
// Faults: RATE_LIMITED, with retry_after, for the caller's address, while the code before
// is younger than the cool-down, and after as many as an hour allows; INVALID for what is
// no address, and for another purpose than the two.
func (s *Service) SendCode(ctx context.Context, purpose lifecycle.CodePurpose, email, address string) (*Verification, error) {
	if err := s.passAddress(address); err != nil {
		return nil, err
	}
	var bad fault.Fields
	bad.Check(isAddress(email), "email", "must be an address such as name@example.com")
	bad.Check(purpose == lifecycle.CodeEmailVerification || purpose == lifecycle.CodePasswordReset,
		"purpose", "must be email_verification or password_reset")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	var sent *Verification
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		id, err := whoGets(ctx, tx, purpose, email)
		if err != nil {
			return err
		}
		sent, err = s.sendCode(ctx, tx, purpose, email, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return sent, nil
}

// ForgotPassword sends the code with which a new password can be set, unless one was
// sent a moment ago or too many within the hour, and never tells whether anybody has the address.
//
// Faults: RATE_LIMITED for the caller's address; INVALID for what is no address.
func (s *Service) ForgotPassword(ctx context.Context, email, address string) error {
	_, err := s.SendCode(ctx, lifecycle.CodePasswordReset, email, address)
	if f, is := fault.As(err); is && f.Code == fault.RateLimited && f.Meta["cool_down"] != nil {
		return nil
	}
	return err
}

// whoGets gives whom a code for the address is sent to: nobody where there is no open
// account, and where the address is verified already.
func whoGets(ctx context.Context, tx *ent.Tx, purpose lifecycle.CodePurpose, email string) (*int64, error) {
	u, err := tx.User.Query().Where(user.Email(FoldEmail(email))).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	case err != nil:
		return nil, err
	case u.Status == lifecycle.UserClosed, purpose == lifecycle.CodeEmailVerification && u.EmailVerifiedAt != nil:
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	return &u.ID, nil
}

// VerifyEmail takes the code that was sent to an address, and signs its owner in.
//
// Faults: RATE_LIMITED; INVALID for what is missing and for a device that is none, and for
// a code that is wrong, old, used or was tried too often, and for an address that nobody
// has, alike; ACCOUNT_SUSPENDED, with a right code.
func (s *Service) VerifyEmail(ctx context.Context, email, digits string, d Device, address string) (*Tokens, int64, error) {
	if err := asked(d, given{"email", email}, given{"otp", digits}); err != nil {
		return nil, 0, err
	}
	if err := s.gate.pass(SignIn{Email: email, Address: address}); err != nil {
		return nil, 0, err
	}
	now, stamp, secret := store.Instant(s.wall()), store.Instant(s.now()), rand.Text()
	var opened *ent.Session
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		opened = nil // a second try begins anew
		code, err := s.takeCode(ctx, tx, lifecycle.CodeEmailVerification, email, digits)
		if err != nil || code == nil {
			return err
		}
		u, err := tx.User.Get(ctx, *code.UserID)
		if err != nil {
			return err
		}
		if u.Status != lifecycle.UserActive {
			return fault.New(fault.AccountSuspended, "")
		}
		if u, err = tx.User.UpdateOne(u).SetEmailVerifiedAt(stamp).AddVersion(1).SetUpdatedAt(stamp).Save(ctx); err != nil {
			return err
		}
		opened, err = s.openSession(ctx, tx, u, d, secret, now, now.Add(s.refreshLife))
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if opened == nil {
		return nil, 0, errCode("otp")
	}
	tokens, err := s.tokens(opened, secret, now)
	return tokens, opened.UserID, err
}

// Grant lets a password be set anew, once.
type Grant struct {
	Token     string
	ExpiresAt time.Time
}

// VerifyReset gives a token for the code of a forgotten password.
//
// Faults: RATE_LIMITED; INVALID as VerifyEmail gives it.
func (s *Service) VerifyReset(ctx context.Context, email, digits, address string) (*Grant, error) {
	if err := asked(Device{}, given{"email", email}, given{"otp", digits}); err != nil {
		return nil, err
	}
	if err := s.gate.pass(SignIn{Email: email, Address: address}); err != nil {
		return nil, err
	}
	var grant *Grant
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		grant = nil // a second try begins anew
		code, err := s.takeCode(ctx, tx, lifecycle.CodePasswordReset, email, digits)
		if err != nil || code == nil {
			return err
		}
		now, token := store.Instant(s.wall()), rand.Text()
		err = tx.OneTimeCode.Update().
			Where(onetimecode.Subject(code.Subject), onetimecode.PurposeEQ(lifecycle.CodeResetGrant), onetimecode.EndedAtIsNil()).
			SetEndedAt(now).Exec(ctx)
		if err != nil {
			return err
		}
		made, err := tx.OneTimeCode.Create().SetSubject(code.Subject).SetUserID(*code.UserID).SetPurpose(lifecycle.CodeResetGrant).
			SetNonce(refreshHash(token)).SetExpiresAt(now.Add(ResetTokenLife)).SetResendAt(now).SetCreatedAt(now).Save(ctx)
		if err == nil {
			grant = &Grant{Token: token, ExpiresAt: made.ExpiresAt}
		}
		return err
	})
	if err == nil && grant == nil {
		err = errCode("otp")
	}
	return grant, err
}

// ResetPassword sets the password that a token lets one set, also that of an invitation,
// and ends every session and every personal token of the account. Whoever had the token
// reads the account's mail, so its address is verified with it.
//
// Faults: RATE_LIMITED; INVALID with every bad field, a token that is wrong, old or
// used among them.
func (s *Service) ResetPassword(ctx context.Context, token, password, again, address string) error {
	return s.setByToken(ctx, token, password, again, address, lifecycle.CodeResetGrant, lifecycle.CodeInvitation)
}

func (s *Service) setByToken(ctx context.Context, token, password, again, address string, of ...lifecycle.CodePurpose) error {
	if err := s.passAddress(address); err != nil {
		return err
	}
	var bad fault.Fields
	checkPassword(&bad, password, again)
	bad.Check(token != "", "reset_token", "must be given")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return store.Fault(err)
	}
	now, stamp, open := store.Instant(s.wall()), store.Instant(s.now()), false
	err = s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		grant, err := tx.OneTimeCode.Query().Where(onetimecode.Nonce(refreshHash(token)), onetimecode.PurposeIn(of...),
			onetimecode.EndedAtIsNil(), onetimecode.ExpiresAtGT(now), store.ForUpdate).Only(ctx)
		if open = err == nil; !open {
			return ent.MaskNotFound(err)
		}
		if err := tx.OneTimeCode.UpdateOne(grant).SetEndedAt(now).Exec(ctx); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, *grant.UserID, hash, stamp); err != nil {
			return err
		}
		err = tx.User.Update().Where(user.ID(*grant.UserID), user.EmailVerifiedAtIsNil()).SetEmailVerifiedAt(stamp).Exec(ctx)
		if err != nil {
			return err
		}
		if err := s.endResets(ctx, tx, grant.Subject, now); err != nil {
			return err
		}
		if err := endPersonal(ctx, tx, *grant.UserID, now); err != nil {
			return err
		}
		return store.EndSessions(ctx, tx, now, session.UserID(*grant.UserID))
	})
	if err == nil && !open {
		err = errCode("reset_token")
	}
	return err
}

// endResets ends what would set the password once more: codes, tokens and invitations
// that were given before it was set.
func (s *Service) endResets(ctx context.Context, tx *ent.Tx, subject string, now time.Time) error {
	return tx.OneTimeCode.Update().
		Where(onetimecode.Subject(subject), onetimecode.PurposeIn(lifecycle.CodePasswordReset, lifecycle.CodeResetGrant, lifecycle.CodeInvitation), onetimecode.EndedAtIsNil()).
		SetEndedAt(now).Exec(ctx)
}

func setPassword(ctx context.Context, tx *ent.Tx, userID int64, hash string, now time.Time) error {
	return tx.User.UpdateOneID(userID).SetPasswordHash(hash).AddVersion(1).SetUpdatedAt(now).Exec(ctx)
}

// ChangePassword sets another password for the caller, and ends the other sessions and the
// personal tokens.
//
// Faults: RATE_LIMITED; INVALID with every bad field, a wrong current password among
// them.
func (s *Service) ChangePassword(ctx context.Context, who actor.Actor, current, password, again, address string) error {
	u, err := s.byID(ctx, who.UserID)
	if err != nil {
		return err
	}
	if err := s.gate.pass(SignIn{Email: u.Email, Address: address}); err != nil {
		return err
	}
	var bad fault.Fields
	checkPassword(&bad, password, again)
	fits, err := CheckPassword(ctx, u.PasswordHash, current)
	if err != nil {
		return store.Fault(err)
	}
	bad.Check(fits, "current_password", "is wrong")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return store.Fault(err)
	}
	now := store.Instant(s.wall())
	return s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		n, err := tx.User.Update().Where(user.ID(u.ID), user.Version(u.Version)).
			SetPasswordHash(hash).AddVersion(1).SetUpdatedAt(store.Instant(s.now())).Save(ctx)
		if err == nil && n == 0 {
			err = fault.New(fault.Stale, "")
		}
		if err != nil {
			return err
		}
		if err := s.endResets(ctx, tx, s.codes.subject(u.Email), now); err != nil {
			return err
		}
		if err := endPersonal(ctx, tx, u.ID, now); err != nil {
			return err
		}
		return store.EndSessions(ctx, tx, now, session.UserID(u.ID), session.IDNEQ(who.SessionID))
	})
}

func (s *Service) byID(ctx context.Context, id int64) (*ent.User, error) {
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	u, err := s.store.Client().User.Get(ctx, id)
	return u, store.Fault(err)
}
