package authn

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"kontrak/ent"
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
	// Refresh is random, used once, and stored hashed. It names its session.
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
// Faults: RATE_LIMITED, with retry_after; WRONG_CREDENTIALS for an unknown or closed account and for a wrong
// password, which take the same time; ACCOUNT_SUSPENDED and EMAIL_NOT_VERIFIED,
// which only somebody who knows the password learns; BUSY when too many
// sign in at once.
func (s *Service) SignIn(ctx context.Context, in SignIn) (*Tokens, int64, error) {
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
		return nil, 0, fault.New(fault.EmailNotVerified, "")
	}
	now := store.Instant(s.wall())
	secret := rand.Text()
	opened, err := s.openSession(ctx, u.ID, in.Device, refreshHash(secret), now, now.Add(s.refreshLife))
	if err != nil {
		return nil, 0, err
	}
	access, err := s.sign(claims{userID: u.ID, sessionID: opened.ID, role: u.Role}, now, now.Add(s.accessLife))
	if err != nil {
		return nil, 0, err
	}
	refresh := strconv.FormatInt(opened.ID, 10) + "." + secret
	return &Tokens{Access: access, Refresh: refresh, AccessLife: s.accessLife}, u.ID, nil
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
	opened, err := s.openSession(ctx, u.ID, Device{}, "", now, now.Add(life))
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

// openSession writes a session, after ending the one that the device had.
func (s *Service) openSession(ctx context.Context, userID int64, d Device, hash string, now, expires time.Time) (*ent.Session, error) {
	var opened *ent.Session
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if d.ID != "" {
			err := tx.Session.Update().
				Where(session.UserID(userID), session.DeviceID(d.ID), session.RevokedAtIsNil()).
				SetRevokedAt(now).SetUpdatedAt(now).Exec(ctx)
			if err != nil {
				return err
			}
		}
		var err error
		opened, err = tx.Session.Create().
			SetUserID(userID).SetFamily(rand.Text()).SetRefreshHash(hash).
			SetDeviceID(d.ID).SetDeviceName(d.Name).SetPlatform(d.Platform).
			SetExpiresAt(expires).SetCreatedAt(now).SetUpdatedAt(now).
			Save(ctx)
		return err
	})
	return opened, err
}

// refreshHash is what is stored of a refresh token's secret. The secret is
// random, so a fast hash will do.
func refreshHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
