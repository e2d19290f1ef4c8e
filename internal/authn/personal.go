package authn

import (
	"context"
	stdsql "database/sql"
	"errors"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/personaltoken"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

const (
	// personalPrefix stands before every personal token, so that it is told apart from
	// an access token, and found by those who look for secrets in texts.
	personalPrefix = "kpt_"
	// MaxPersonalTokens is how many good ones an account may have.
	MaxPersonalTokens = 50
	// maxPersonalName bounds the name of a token, in letters.
	maxPersonalName = 100
)

// PersonalToken is a long-lived token of an account. Only the dialect that makes them
// takes them.
type PersonalToken struct {
	ID, Name string
	// Token is the secret, known when it is made and never again.
	Token                string
	CreatedAt, ExpiresAt time.Time
	LastUsedAt           *time.Time // to the minute
	RevokedAt            *time.Time
}

// Good tells whether the token opens anything at that instant of real time.
func (t *PersonalToken) Good(wall time.Time) bool {
	return t.RevokedAt == nil && wall.Before(t.ExpiresAt)
}

// Good tells whether a token opens anything now.
func (s *Service) Good(t *PersonalToken) bool { return t.Good(s.wall()) }

// CreatePersonalToken makes a token that is good for a year.
//
// Faults: INVALID for a name that is missing or too long; WRONG_STATE for more than
// MaxPersonalTokens.
func (s *Service) CreatePersonalToken(ctx context.Context, userID int64, name string) (*PersonalToken, error) {
	var bad fault.Fields
	name = strings.TrimSpace(name)
	bad.Check(name != "", "name", "is required")
	bad.Check(len([]rune(name)) <= maxPersonalName && store.Storable(name), "name", "must have at most %d letters", maxPersonalName)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	now := store.Instant(s.wall())
	secret := personalPrefix + opaque.Key()
	var made *ent.PersonalToken
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		good, err := tx.PersonalToken.Query().
			Where(personaltoken.UserID(userID), personaltoken.RevokedAtIsNil(), personaltoken.ExpiresAtGT(now)).Count(ctx)
		if err != nil {
			return err
		}
		if good >= MaxPersonalTokens {
			return fault.Newf(fault.WrongState, "You have %d personal tokens: revoke one first.", good)
		}
		made, err = tx.PersonalToken.Create().SetPublicID(opaque.ID()).SetUserID(userID).SetName(name).
			SetTokenHash(refreshHash(secret)).SetExpiresAt(now.AddDate(1, 0, 0)).SetCreatedAt(now).Save(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	t := personal(made)
	t.Token = secret
	return t, nil
}

func personal(r *ent.PersonalToken) *PersonalToken {
	return &PersonalToken{ID: r.PublicID, Name: r.Name, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, LastUsedAt: r.LastUsedAt, RevokedAt: r.RevokedAt}
}

// PersonalTokens lists the tokens of an account, the oldest first, and tells how many
// there are.
func (s *Service) PersonalTokens(ctx context.Context, userID int64, offset, limit int) (list []*PersonalToken, total int, err error) {
	err = s.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		list = nil // a second try begins anew
		all := on.PersonalToken.Query().Where(personaltoken.UserID(userID))
		var err error
		if total, err = all.Clone().Count(ctx); err != nil {
			return err
		}
		rows, err := all.Order(ent.Asc(personaltoken.FieldID)).Offset(offset).Limit(limit).All(ctx)
		for _, r := range rows {
			list = append(list, personal(r))
		}
		return err
	})
	return list, total, err
}

// PersonalToken gives one token of an account.
//
// Faults: NOT_FOUND.
func (s *Service) PersonalToken(ctx context.Context, userID int64, id string) (*PersonalToken, error) {
	if !opaque.IsID(id) {
		return nil, fault.New(fault.RecordNotFound, "")
	}
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	r, err := s.store.Client().PersonalToken.Query().Where(personaltoken.UserID(userID), personaltoken.PublicID(id)).Only(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	return personal(r), nil
}

// RevokePersonalToken ends a token of an account. One that was ended stays so.
//
// Faults: NOT_FOUND.
func (s *Service) RevokePersonalToken(ctx context.Context, userID int64, id string) (*PersonalToken, error) {
	if _, err := s.PersonalToken(ctx, userID, id); err != nil {
		return nil, err
	}
	err := s.onceOnly(ctx, "PersonalToken", func(ctx context.Context, tx *ent.Tx) error {
		return tx.PersonalToken.Update().
			Where(personaltoken.UserID(userID), personaltoken.PublicID(id), personaltoken.RevokedAtIsNil()).
			SetRevokedAt(store.Instant(s.wall())).Exec(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.PersonalToken(ctx, userID, id)
}

// endPersonal ends every personal token of an account: whoever sets its password, or
// signs out everywhere, wants nobody else to act for it.
func endPersonal(ctx context.Context, tx *ent.Tx, userID int64, now time.Time) error {
	return tx.PersonalToken.Update().Where(personaltoken.UserID(userID), personaltoken.RevokedAtIsNil()).SetRevokedAt(now).Exec(ctx)
}

// IsPersonal tells whether a text has the form of a personal token.
func IsPersonal(token string) bool { return strings.HasPrefix(token, personalPrefix) }

// VerifyPersonal gives whom a personal token belongs to, as the account stands now,
// and notes the minute in which it was used. It opens no session.
//
// Faults: TOKEN_INVALID, TOKEN_EXPIRED.
func (s *Service) VerifyPersonal(ctx context.Context, token string) (actor.Actor, error) {
	if !IsPersonal(token) || len(token) > maxToken {
		return actor.Actor{}, fault.New(fault.TokenInvalid, "")
	}
	found, err := s.readPersonal(ctx, refreshHash(token))
	if err != nil {
		return actor.Actor{}, err
	}
	now := store.Instant(s.wall())
	switch {
	case found == nil, found.revoked, found.status != lifecycle.UserActive:
		return actor.Actor{}, fault.New(fault.TokenInvalid, "")
	case !now.Before(found.expires):
		return actor.Actor{}, fault.New(fault.TokenExpired, "")
	}
	if found.used.Valid && now.Sub(found.used.V) < time.Minute {
		return found.who, nil
	}
	err = s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return tx.PersonalToken.Update().Where(personaltoken.ID(found.id)).SetLastUsedAt(now.Truncate(time.Minute)).Exec(ctx)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		return actor.Actor{}, err
	}
	return found.who, nil
}

// holder is a personal token with the account behind it.
type holder struct {
	account
	id   int64
	used stdsql.Null[time.Time]
}

// readPersonal reads a token with its user, the user's active memberships and partner
// record, in one statement; nil when there is no such token.
func (s *Service) readPersonal(ctx context.Context, hash string) (*holder, error) {
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	text, args := s.selectPersonal(hash)
	rows, err := s.store.Client().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, store.Fault(err)
	}
	defer func() { _ = rows.Close() }() // the rows are read, or an error is returned
	var h *holder
	for rows.Next() { // one row for each membership, or one without
		var one holder
		var partnerID, institutionID, current stdsql.Null[int64]
		var revoked stdsql.Null[time.Time]
		if err := rows.Scan(&one.id, &one.expires, &one.used, &revoked, &one.who.UserID, &one.who.Role, &one.status,
			&current, &partnerID, &institutionID); err != nil {
			return nil, store.Fault(err)
		}
		if h == nil {
			one.revoked, one.who.PartnerID = revoked.Valid, partnerID.V
			h = &one
		}
		if institutionID.Valid {
			h.who.Institutions = append(h.who.Institutions, institutionID.V)
			if institutionID.V == current.V {
				h.who.CurrentInstitution = current.V
			}
		}
	}
	return h, store.Fault(rows.Err())
}

// selectPersonal writes the statement of readPersonal.
func (s *Service) selectPersonal(hash string) (string, []any) {
	on, u := sql.Table(personaltoken.Table).As("t"), sql.Table(user.Table).As("u")
	m, p := sql.Table(membership.Table).As("m"), sql.Table(partner.Table).As("p")
	return sql.Dialect(s.store.Dialect()).Select(
		on.C(personaltoken.FieldID), on.C(personaltoken.FieldExpiresAt), on.C(personaltoken.FieldLastUsedAt), on.C(personaltoken.FieldRevokedAt),
		u.C(user.FieldID), u.C(user.FieldRole), u.C(user.FieldStatus), u.C(user.FieldCurrentInstitutionID),
		p.C(partner.FieldID), m.C(membership.FieldInstitutionID),
	).From(on).
		Join(u).On(u.C(user.FieldID), on.C(personaltoken.FieldUserID)).
		LeftJoin(p).OnP(sql.And(
		sql.ColumnsEQ(p.C(partner.FieldUserID), u.C(user.FieldID)),
		sql.IsNull(p.C(partner.FieldDeletedAt)),
	)).
		// access: a membership counts while it is active, and no longer.
		LeftJoin(m).OnP(sql.And(
		sql.ColumnsEQ(m.C(membership.FieldUserID), u.C(user.FieldID)),
		sql.EQ(m.C(membership.FieldState), lifecycle.MembershipActive),
	)).
		Where(sql.EQ(on.C(personaltoken.FieldTokenHash), hash)).
		OrderBy(m.C(membership.FieldInstitutionID)).
		Query()
}
