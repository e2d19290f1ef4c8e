package authn

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/jwtauth/v5"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
)

// The claims that are ours, and what an access token says in typ.
const (
	claimSession = "sid"
	claimType    = "typ"
	claimRole    = "role"
	typeAccess   = "access"
)

// maxToken is longer than any token that is signed here.
const maxToken = 4096

// claims are what an access token says.
type claims struct {
	userID, sessionID int64
	role              actor.Role
	expires           time.Time // read only; signing is told
}

// signer makes the key of one kid. Each check is asked for by name, because the
// library lets a token without an expiry pass.
func (s *Service) signer(kid string, secret []byte) (*jwtauth.JWTAuth, error) {
	key, err := jwk.FromRaw(secret)
	if err == nil {
		err = key.Set(jwk.KeyIDKey, kid) // puts the kid into the header of what it signs
	}
	if err != nil {
		return nil, fmt.Errorf("authn: key %q: %w", kid, err)
	}
	checks := []jwt.ValidateOption{
		jwt.WithClock(jwt.ClockFunc(s.wall)),
		jwt.WithAcceptableSkew(0),
		jwt.WithIssuer(s.issuer),
		jwt.WithAudience(s.audience),
		jwt.WithClaimValue(claimType, typeAccess),
	}
	for _, name := range []string{
		jwt.ExpirationKey, jwt.IssuedAtKey, jwt.NotBeforeKey, jwt.SubjectKey, jwt.IssuerKey, jwt.AudienceKey,
		claimSession, claimType, claimRole,
	} {
		checks = append(checks, jwt.WithRequiredClaim(name))
	}
	return jwtauth.New(jwa.HS256.String(), key, nil, checks...), nil
}

// sign makes an access token that lives from now until the expiry.
func (s *Service) sign(c claims, now, expires time.Time) (string, error) {
	_, token, err := s.keys[s.current].Encode(map[string]any{
		jwt.IssuerKey:     s.issuer,
		jwt.AudienceKey:   s.audience,
		jwt.SubjectKey:    strconv.FormatInt(c.userID, 10),
		jwt.IssuedAtKey:   now.Unix(),
		jwt.NotBeforeKey:  now.Unix(),
		jwt.ExpirationKey: expires.Unix(),
		claimSession:      strconv.FormatInt(c.sessionID, 10),
		claimType:         typeAccess,
		claimRole:         string(c.role),
	})
	if err != nil {
		return "", fault.New(fault.InternalError, "").Because(err)
	}
	return token, nil
}

// verify checks an access token by itself: its form, algorithm, key, signature
// and claims. The error is looked at before the token.
//
// Faults: TOKEN_INVALID, TOKEN_EXPIRED.
func (s *Service) verify(text string) (claims, error) {
	key, err := s.keyOf(text)
	if err != nil {
		return claims{}, fault.New(fault.TokenInvalid, "").Because(err)
	}
	token, err := jwtauth.VerifyToken(key, text)
	if errors.Is(err, jwtauth.ErrExpired) {
		return claims{}, fault.New(fault.TokenExpired, "").Because(err)
	}
	if err != nil {
		return claims{}, fault.New(fault.TokenInvalid, "").Because(err)
	}
	c, err := readClaims(token)
	if err != nil {
		return claims{}, fault.New(fault.TokenInvalid, "").Because(err)
	}
	return c, nil
}

var (
	errForm      = errors.New("authn: no compact token of one signature")
	errAlgorithm = errors.New("authn: the token is not signed with HS256")
	errKey       = errors.New("authn: the token names no key of ours")
	errClaim     = errors.New("authn: a claim is not of its form")
)

// keyOf finds the key that a token names, which is not yet believed.
func (s *Service) keyOf(text string) (*jwtauth.JWTAuth, error) {
	if len(text) > maxToken || !strictly(text) {
		return nil, errForm
	}
	message, err := jws.Parse([]byte(text), jws.WithCompact())
	if err != nil || len(message.Signatures()) != 1 {
		return nil, errForm
	}
	header := message.Signatures()[0].ProtectedHeaders()
	if header.Algorithm() != jwa.HS256 {
		return nil, errAlgorithm
	}
	key := s.keys[header.KeyID()]
	if key == nil {
		return nil, errKey
	}
	return key, nil
}

// strictly tells whether every part of a token is written in the one way in which base64
// writes it: a changed letter whose bits count for nothing makes no other token.
func strictly(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return false
		}
	}
	return true
}

func readClaims(token jwt.Token) (claims, error) {
	session, _ := token.Get(claimSession)
	role, _ := token.Get(claimRole)
	sid, isText := session.(string)
	word, isRole := role.(string)
	userID, errUser := strconv.ParseInt(token.Subject(), 10, 64)
	sessionID, errSession := strconv.ParseInt(sid, 10, 64)
	if !isText || !isRole || errUser != nil || errSession != nil {
		return claims{}, errClaim
	}
	return claims{userID: userID, sessionID: sessionID, role: actor.Role(word), expires: token.Expiration()}, nil
}
