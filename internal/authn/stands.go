package authn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
)

// ErrChanged is behind the fault of a caller who is still signed in, but may see other
// things than before.
var ErrChanged = errors.New("authn: what the caller may see has changed")

// Stands tells of callers, by their sessions, why they are not what they were any more:
// signed out, suspended, or with another role or other memberships. Of those who are it
// says nothing. One statement serves all of them.
//
// Faults, of each caller: TOKEN_INVALID.
func (s *Service) Stands(ctx context.Context, callers []actor.Actor) (map[int64]error, error) {
	ids := make([]int64, len(callers))
	for i, who := range callers {
		ids[i] = who.SessionID
	}
	now, err := s.accounts(ctx, ids)
	if err != nil {
		return nil, err
	}
	wall := s.wall()
	bad := map[int64]error{}
	for _, was := range callers {
		switch a := now[was.SessionID]; {
		case a == nil || !a.open(wall):
			bad[was.SessionID] = fault.New(fault.TokenInvalid, "")
		case !alike(was, a.who):
			bad[was.SessionID] = fault.New(fault.TokenInvalid, "What you may see has changed: subscribe again.").Because(ErrChanged)
		}
	}
	return bad, nil
}

// alike tells whether two callers may see the same.
func alike(a, b actor.Actor) bool {
	return a.UserID == b.UserID && a.Role == b.Role && a.PartnerID == b.PartnerID && slices.Equal(a.Institutions, b.Institutions)
}

// Ends tells when the access token of a request ends by itself; zero for a request
// without a good one.
func (s *Service) Ends(authorization string) time.Time {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return time.Time{}
	}
	c, err := s.verify(strings.TrimSpace(token))
	if err != nil {
		return time.Time{}
	}
	return c.expires
}
