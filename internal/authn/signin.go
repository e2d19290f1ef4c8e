package authn

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// Device is what signs in. It may be the zero Device.
type Device struct {
	ID       string
	Name     string
	Platform string
	// PushToken is where push messages to it are sent; empty: nowhere.
	PushToken string
}

// SignIn is what somebody signs in with.
type SignIn struct {
	Email    string
	Password string
	Device   Device
	// Address is where it comes from, with or without a port. Limits go by it.
	Address string
}

// Tokens are what a device gets when somebody signs in on it.
type Tokens struct {
	// Access goes into the Authorization header.
	Access string
	// Refresh is random, used once, and stored hashed.
	Refresh string
	// AccessLife is how long the access token lives.
	AccessLife time.Duration
}

// FoldEmail gives the form in which an address is stored and looked up.
func FoldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// SignIn opens a session for the account with that address and password, and
// gives its tokens and the user's id. A device has one session: signing in again
// on it ends the one before.
//
// Faults: INVALID for what is missing and for a device that is none; RATE_LIMITED, with retry_after; WRONG_CREDENTIALS for an unknown or closed account and for a wrong
// password, which take the same time; ACCOUNT_SUSPENDED and EMAIL_NOT_VERIFIED,
// which only somebody who knows the password learns, the latter with the code that is
// good, or another one that is sent, as verification; BUSY when too many sign in at once.
func (s *Service) SignIn(ctx context.Context, in SignIn) (*Tokens, int64, error) {
	if err := asked(in.Device, given{"email", in.Email}, given{"password", in.Password}); err != nil {
		return nil, 0, err
	}
	if err := s.gate.pass(in); err != nil { // before anything that costs
		return nil, 0, err
	}
	u, err := s.findUser(ctx, in.Email)
	if err != nil {
		return nil, 0, err
	}
	fits, err := CheckPassword(ctx, u.PasswordHash, in.Password)
	if err != nil {
		return nil, 0, store.Fault(err)
	}
	switch {
	case !fits, u.Status == lifecycle.UserClosed:
		return nil, 0, fault.New(fault.WrongCredentials, "")
	case u.Status != lifecycle.UserActive:
		return nil, 0, fault.New(fault.AccountSuspended, "")
	case u.EmailVerifiedAt == nil:
		return nil, 0, s.notVerified(ctx, u)
	}
	now, secret := store.Instant(s.wall()), rand.Text()
	var opened *ent.Session
	err = s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) (err error) {
		opened, err = s.openSession(ctx, tx, u, in.Device, secret, now, now.Add(s.refreshLife))
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	tokens, err := s.tokens(opened, secret, now)
	return tokens, u.ID, err
}

// notVerified tells whoever signs in with the right password what the code is like that
// its address waits for, and sends another one where there is no good one.
func (s *Service) notVerified(ctx context.Context, u *ent.User) error {
	no := fault.New(fault.EmailNotVerified, "")
	var v *Verification
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		now := store.Instant(s.wall())
		open, err := tx.OneTimeCode.Query().Where(onetimecode.Subject(s.codes.subject(u.Email)), onetimecode.EndedAtIsNil(),
			onetimecode.PurposeEQ(lifecycle.CodeEmailVerification), onetimecode.ExpiresAtGT(now)).Only(ctx)
		switch {
		case err == nil:
			v = s.verification(u.Email, open)
		case ent.IsNotFound(err):
			v, err = s.sendCode(ctx, tx, lifecycle.CodeEmailVerification, u.Email, &u.ID)
		}
		return err
	})
	switch f, is := fault.As(err); {
	case is && f.Code == fault.RateLimited: // there were too many within the hour
		return no.With("retry_after", f.Meta["retry_after"])
	case err != nil:
		return err
	}
	return no.With("verification", v)
}

// tokens are those of a session, for which a refresh token with that secret is stored.
func (s *Service) tokens(on *ent.Session, secret string, now time.Time) (*Tokens, error) {
	access, err := s.sign(claims{userID: on.UserID, sessionID: on.ID, role: on.Role}, now, now.Add(s.accessLife))
	if err != nil {
		return nil, err
	}
	return &Tokens{Access: access, Refresh: secret, AccessLife: s.accessLife}, nil
}

// Mint opens a session for the user without a password and gives its access
// token, which lives as long as the session. It is for the command line, the
// demo and tests; no route calls it.
//
// Faults: NOT_FOUND.
func (s *Service) Mint(ctx context.Context, userID int64, life time.Duration) (string, error) {
	bounded, cancel := s.store.ReadContext(ctx)
	defer cancel()
	u, err := s.store.Client().User.Get(bounded, userID)
	if err != nil {
		return "", store.Fault(err)
	}
	now := store.Instant(s.wall())
	var opened *ent.Session
	err = s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) (err error) {
		opened, err = s.openSession(ctx, tx, u, Device{}, "", now, now.Add(life))
		return err
	})
	if err != nil {
		return "", err
	}
	return s.sign(claims{userID: u.ID, sessionID: opened.ID, role: u.Role}, now, now.Add(life))
}

// findUser gives the account of an address, or one that no password fits.
func (s *Service) findUser(ctx context.Context, email string) (*ent.User, error) {
	email = FoldEmail(email)
	if !store.Storable(email) {
		return &ent.User{}, nil
	}
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	u, err := s.store.Client().User.Query().Where(user.Email(email)).Only(ctx)
	if ent.IsNotFound(err) {
		return &ent.User{}, nil
	}
	return u, store.Fault(err)
}

// openSession writes a session, after ending the one that the device had, and its first
// refresh token; without a secret it has none.
func (s *Service) openSession(ctx context.Context, tx *ent.Tx, u *ent.User, d Device, secret string, now, expires time.Time) (*ent.Session, error) {
	if d.ID == "" {
		d.PushToken = "" // there is nothing that it would move with
	}
	if secret != "" { // a person signs in
		if err := d.check(); err != nil {
			return nil, err
		}
		held, err := holdUser(ctx, tx, u.ID)
		// The password that fitted may have been changed since.
		if err == nil && (held == nil || held.PasswordHash != u.PasswordHash) {
			err = fault.New(fault.WrongCredentials, "")
		}
		if err != nil {
			return nil, err
		}
		u = held
	}
	if d.ID != "" {
		if err := store.EndSessions(ctx, tx, now, session.UserID(u.ID), session.DeviceID(d.ID)); err != nil {
			return nil, err
		}
	}
	opened, err := tx.Session.Create().
		SetUserID(u.ID).SetRole(u.Role).SetDeviceID(d.ID).SetDeviceName(d.Name).SetPlatform(d.Platform).
		SetExpiresAt(expires).SetCreatedAt(now).SetUpdatedAt(now).
		Save(ctx)
	if err != nil || secret == "" {
		return opened, err
	}
	if d.PushToken != "" {
		if err := keepDevice(ctx, tx, u.ID, d, now); err != nil {
			return nil, err
		}
	}
	return opened, tx.RefreshToken.Create().SetSessionID(opened.ID).SetHash(refreshHash(secret)).SetCreatedAt(now).Exec(ctx)
}

// refreshHash is what is stored of a refresh token's secret. The secret is
// random, so a fast hash will do.
func refreshHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
