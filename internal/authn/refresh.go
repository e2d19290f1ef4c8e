package authn

import (
	"context"
	"crypto/rand"
	"time"

	"kontrak/ent"
	"kontrak/ent/refreshtoken"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// refreshGrace is how long a used refresh token may be shown again, while its
// successor is unused: the answer that held it may have been lost (rulings, Sessions).
const refreshGrace = 30 * time.Second

// Refresh gives new tokens for a refresh token, which it uses up. A token that is shown
// again within refreshGrace, while its successor is unused, gets another successor in
// its place; any other repeat means that two hold it, and ends the session.
//
// Faults: INVALID without a token; RATE_LIMITED, with retry_after; TOKEN_INVALID for an unknown, used or revoked
// token, and when the session or the account is closed or has another role.
func (s *Service) Refresh(ctx context.Context, token, address string) (*Tokens, error) {
	if err := asked(Device{}, given{"refresh_token", token}); err != nil {
		return nil, err
	}
	if err := s.passAddress(address); err != nil {
		return nil, err
	}
	now, secret := store.Instant(s.wall()), rand.Text()
	var on *ent.Session
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		on = nil // a second try begins anew
		shown, held, err := s.holdRefresh(ctx, tx, token, now)
		if err != nil || shown == nil {
			return err
		}
		good, err := succeed(ctx, tx, shown, now)
		if err != nil {
			return err
		}
		if !good { // committed: a replay is not forgotten
			return store.EndSessions(ctx, tx, now, session.ID(held.ID))
		}
		_, err = tx.RefreshToken.Create().SetSessionID(held.ID).SetFollowsID(shown.ID).
			SetHash(refreshHash(secret)).SetCreatedAt(now).Save(ctx)
		if err == nil {
			on, err = tx.Session.UpdateOne(held).SetExpiresAt(now.Add(s.refreshLife)).SetUpdatedAt(now).Save(ctx)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if on == nil {
		return nil, fault.New(fault.TokenInvalid, "The refresh token is not valid: sign in again.")
	}
	return s.tokens(on, secret, now)
}

// holdRefresh finds the token and holds its session, so that of several who show
// tokens of one session each sees what the one before did. Both are nil for a token
// that opens nothing.
func (s *Service) holdRefresh(ctx context.Context, tx *ent.Tx, token string, now time.Time) (*ent.RefreshToken, *ent.Session, error) {
	if len(token) > maxToken || !store.Storable(token) {
		return nil, nil, nil
	}
	byHash := refreshtoken.Hash(refreshHash(token))
	found, err := tx.RefreshToken.Query().Where(byHash).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	held, err := tx.Session.Query().
		Where(session.ID(found.SessionID), session.RevokedAtIsNil(), session.ExpiresAtGT(now), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	u, err := tx.User.Query().Where(user.ID(held.UserID)).Only(ctx)
	if err != nil || u.Status != lifecycle.UserActive || u.Role != held.Role {
		return nil, nil, err
	}
	shown, err := tx.RefreshToken.Query().Where(byHash).Only(ctx) // as it stands now
	return shown, held, err
}

// succeed makes room for a successor of the token, and tells whether it may have one.
func succeed(ctx context.Context, tx *ent.Tx, shown *ent.RefreshToken, now time.Time) (bool, error) {
	if shown.RevokedAt != nil {
		return false, nil
	}
	if shown.UsedAt == nil {
		return true, tx.RefreshToken.UpdateOne(shown).SetUsedAt(now).Exec(ctx)
	}
	if now.Sub(*shown.UsedAt) > refreshGrace {
		return false, nil
	}
	// Of the successors one is neither used nor revoked, unless it was used already.
	n, err := tx.RefreshToken.Update().
		Where(refreshtoken.SessionID(shown.SessionID), refreshtoken.FollowsID(shown.ID), refreshtoken.UsedAtIsNil(), refreshtoken.RevokedAtIsNil()).
		SetRevokedAt(now).Save(ctx)
	return n == 1, err
}

// SignOut ends the session of the caller, or every one of the account and its personal
// tokens. No push messages are sent to their devices any more.
func (s *Service) SignOut(ctx context.Context, who actor.Actor, everywhere bool) error {
	now := store.Instant(s.wall())
	return s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if everywhere {
			if err := endPersonal(ctx, tx, who.UserID, now); err != nil {
				return err
			}
			return store.EndSessions(ctx, tx, now, session.UserID(who.UserID))
		}
		return store.EndSessions(ctx, tx, now, session.ID(who.SessionID))
	})
}
