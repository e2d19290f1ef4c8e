package authn

import (
	"context"
	stdsql "database/sql"
	"net/http"
	"time"

	"entgo.io/ent/dialect/sql"

	"kontrak/ent"
	"kontrak/ent/apikey"
	"kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// KeyHeader is where a program sends its API key.
const KeyHeader = "X-Api-Key"

// keyStamp is how exactly the last use of a key is known: no key causes more than one
// write in that time.
const keyStamp = time.Minute

// AuthenticateKey gives for whom the key of a request acts: for its user, within its
// institution alone.
//
// Faults: UNAUTHENTICATED without a key; TOKEN_INVALID for one that is unknown or
// revoked; FORBIDDEN when its user is not active, or no active member of the
// institution any more; ACCOUNT_SUSPENDED while the institution is.
func (s *Service) AuthenticateKey(ctx context.Context, r *http.Request) (actor.Actor, error) {
	headers := r.Header.Values(KeyHeader)
	if len(headers) == 0 || len(headers) == 1 && headers[0] == "" {
		return actor.Actor{}, fault.New(fault.TokenMissing, "Send an API key in the header x-api-key.")
	}
	unknown := fault.New(fault.TokenInvalid, "The API key is not valid.")
	if len(headers) > 1 || len(headers[0]) > maxToken {
		return actor.Actor{}, unknown
	}
	k, err := s.apiKey(ctx, opaque.Hash(headers[0]))
	switch {
	case err != nil:
		return actor.Actor{}, err
	case k == nil || k.revoked.Valid:
		return actor.Actor{}, unknown
	case k.status != lifecycle.UserActive || !k.member.Valid || k.who.Is(actor.Admin):
		// access: a key has the rights of its user as they are now.
		return actor.Actor{}, fault.New(fault.RoleForbidden, "The member whose rights the API key has may not do this any more.")
	case k.institution == lifecycle.InstitutionSuspended:
		// access: a suspended institution does no business by programs.
		return actor.Actor{}, fault.New(fault.AccountSuspended, "The institution of the API key is suspended.")
	}
	s.stampKey(ctx, k)
	k.who.Institutions = []int64{k.who.CurrentInstitution}
	return k.who, nil
}

// keyRow is a key with the account behind it.
type keyRow struct {
	id     int64
	who    actor.Actor
	status lifecycle.UserStatus
	member stdsql.Null[int64] // the active membership
	// institution is the status of that where it is good.
	institution lifecycle.InstitutionStatus
	revoked     stdsql.Null[time.Time]
	used        stdsql.Null[time.Time]
}

// apiKey reads a key with its user and the user's active membership, in one statement;
// nil when there is no such key.
func (s *Service) apiKey(ctx context.Context, hash string) (*keyRow, error) {
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	k, u, m := sql.Table(apikey.Table).As("k"), sql.Table(user.Table).As("u"), sql.Table(membership.Table).As("m")
	i := sql.Table(institution.Table).As("i")
	text, args := sql.Dialect(s.store.Dialect()).Select(
		k.C(apikey.FieldID), k.C(apikey.FieldInstitutionID), k.C(apikey.FieldRevokedAt), k.C(apikey.FieldLastUsedAt),
		u.C(user.FieldID), u.C(user.FieldRole), u.C(user.FieldStatus), m.C(membership.FieldID), i.C(institution.FieldStatus),
	).From(k).
		Join(i).On(i.C(institution.FieldID), k.C(apikey.FieldInstitutionID)).
		Join(u).On(u.C(user.FieldID), k.C(apikey.FieldUserID)).
		LeftJoin(m).OnP(sql.And(
		sql.ColumnsEQ(m.C(membership.FieldUserID), k.C(apikey.FieldUserID)),
		sql.ColumnsEQ(m.C(membership.FieldInstitutionID), k.C(apikey.FieldInstitutionID)),
		sql.EQ(m.C(membership.FieldState), lifecycle.MembershipActive),
	)).
		Where(sql.EQ(k.C(apikey.FieldKeyHash), hash)).Query()
	rows, err := s.store.Client().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, store.Fault(err)
	}
	defer func() { _ = rows.Close() }() // the row is read, or an error is returned
	if !rows.Next() {
		return nil, store.Fault(rows.Err())
	}
	var r keyRow
	err = rows.Scan(&r.id, &r.who.CurrentInstitution, &r.revoked, &r.used, &r.who.UserID, &r.who.Role, &r.status, &r.member, &r.institution)
	return &r, store.Fault(err)
}

// stampKey notes when a key was used. A note that cannot be written keeps nobody from
// reading.
func (s *Service) stampKey(ctx context.Context, k *keyRow) {
	now := s.wall().UTC().Truncate(keyStamp)
	if k.used.Valid && !k.used.V.Before(now) {
		return
	}
	_ = s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return tx.ApiKey.UpdateOneID(k.id).SetLastUsedAt(now).Exec(ctx)
	})
}
