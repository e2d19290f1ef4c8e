// Package authn finds out who calls. It checks passwords, signs access tokens
// and turns the token of a request into an actor, for which it asks the database
// once: a session that was ended, an account that was suspended or whose role
// changed is refused at once, however long its token would still live.
package authn

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-chi/jwtauth/v5"

	"kontrak/internal/store"
)

// The lives of tokens unless the settings name others (Nukitu reference, section 5).
const (
	DefaultAccessLife  = time.Hour
	DefaultRefreshLife = 30 * 24 * time.Hour
)

// minSecret is the length that HS256 asks of its secret (RFC 7518, 3.2).
const minSecret = 32

// Keys are the secrets that sign access tokens, by their kid. A new key is added
// and made the current one; the old one is taken away when the last token that
// it signed has expired.
type Keys struct {
	// Current is the kid of the key that signs.
	Current string
	// Secrets hold at least 32 bytes each.
	Secrets map[string][]byte
}

// Config names what a Service is made of. Zero lives take the defaults; the rest
// is required.
type Config struct {
	Store *store.Store
	// Wall is real time: a held business clock never prolongs a token.
	Wall func() time.Time
	// Now is business time, for what is printed: when an account was opened, when its
	// address was verified. Wall when nil.
	Now      func() time.Time
	Keys     Keys
	Issuer   string
	Audience string

	AccessLife  time.Duration
	RefreshLife time.Duration

	// Limits bound how often somebody may try to sign in; the zero Limits do not.
	Limits Limits
	// Codes say what holds of one-time codes; their key is required.
	Codes Codes
}

// Service signs people in and recognises them. It is safe for concurrent use.
type Service struct {
	store       *store.Store
	wall, now   func() time.Time
	issuer      string
	audience    string
	accessLife  time.Duration
	refreshLife time.Duration
	gate        gate
	codes       Codes
	current     string
	keys        map[string]*jwtauth.JWTAuth
}

// New makes a Service. It fails when a part is missing, the current key is not
// among the keys, or a secret is too short.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Wall == nil || c.Issuer == "" || c.Audience == "" {
		return nil, errors.New("authn: store, clock, issuer and audience are required")
	}
	if len(c.Codes.Key) < minSecret {
		return nil, fmt.Errorf("authn: the key of one-time codes needs %d bytes at least", minSecret)
	}
	s := &Service{
		store: c.Store, wall: c.Wall, now: c.Now, issuer: c.Issuer, audience: c.Audience,
		accessLife: c.AccessLife, refreshLife: c.RefreshLife, current: c.Keys.Current, codes: c.Codes.withDefaults(),
		gate: newGate(c.Limits, c.Wall),
		keys: map[string]*jwtauth.JWTAuth{},
	}
	if s.now == nil {
		s.now = c.Wall
	}
	if s.accessLife <= 0 {
		s.accessLife = DefaultAccessLife
	}
	if s.refreshLife <= 0 {
		s.refreshLife = DefaultRefreshLife
	}
	for kid, secret := range c.Keys.Secrets {
		if kid == "" || len(secret) < minSecret {
			return nil, fmt.Errorf("authn: key %q: a key needs a kid and %d bytes at least", kid, minSecret)
		}
		key, err := s.signer(kid, secret)
		if err != nil {
			return nil, err
		}
		s.keys[kid] = key
	}
	if s.keys[s.current] == nil {
		return nil, fmt.Errorf("authn: there is no key %q to sign with", s.current)
	}
	return s, nil
}
