package authn

import (
	"context"
	stdsql "database/sql"
	"net/http"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// Authenticate gives who sends the request. Only an Authorization header with a
// bearer token counts: no cookie, no parameter. Without that header the caller is
// anonymous, which is no fault here.
//
// Faults: TOKEN_INVALID, TOKEN_EXPIRED.
func (s *Service) Authenticate(ctx context.Context, r *http.Request) (actor.Actor, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return actor.Actor{}, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return actor.Actor{}, fault.New(fault.TokenInvalid, "")
	}
	return s.Verify(ctx, strings.TrimSpace(token))
}

// Verify gives whom an access token belongs to, as the account stands now.
//
// Faults: TOKEN_INVALID, TOKEN_EXPIRED.
func (s *Service) Verify(ctx context.Context, token string) (actor.Actor, error) {
	c, err := s.verify(token)
	if err != nil {
		return actor.Actor{}, err
	}
	a, err := s.account(ctx, c.sessionID)
	if err != nil {
		return actor.Actor{}, err
	}
	if a == nil || !a.open(s.wall()) || a.who.UserID != c.userID || a.who.Role != c.role {
		return actor.Actor{}, fault.New(fault.TokenInvalid, "")
	}
	return a.who, nil
}

// account is a session with the account behind it.
type account struct {
	who     actor.Actor
	status  lifecycle.UserStatus
	expires time.Time
	revoked bool
}

func (a *account) open(wall time.Time) bool {
	return !a.revoked && wall.Before(a.expires) && a.status == lifecycle.UserActive
}

// account reads a session with its account; nil when there is no such session.
func (s *Service) account(ctx context.Context, sessionID int64) (*account, error) {
	all, err := s.readAccounts(ctx, s.selectAccounts(func(on *sql.SelectTable) *sql.Predicate { return sql.EQ(on.C(session.FieldID), sessionID) }))
	return all[sessionID], err
}

// accounts reads sessions with their accounts, by their ids; those that are not there
// are left out.
func (s *Service) accounts(ctx context.Context, sessionIDs []int64) (map[int64]*account, error) {
	return s.readAccounts(ctx, s.selectAccounts(func(on *sql.SelectTable) *sql.Predicate { return store.InP(on.C(session.FieldID), sessionIDs) }))
}

// ActorOf gives a person as it stands now, for what is done for it while nobody has
// signed in; anonymous when the account is not active.
func (s *Service) ActorOf(ctx context.Context, userID int64) (actor.Actor, error) {
	u := sql.Table(user.Table).As("u")
	all, err := s.readAccounts(ctx, withTies(sql.Dialect(s.store.Dialect()).SelectExpr(sql.Raw("NULL"), sql.Raw("NULL"), sql.Raw("NULL")).From(u), u).
		Where(sql.EQ(u.C(user.FieldID), userID)))
	a := all[0]
	if err != nil || a == nil || a.status != lifecycle.UserActive {
		return actor.Actor{}, err
	}
	return a.who, nil
}

// readAccounts runs a statement of the columns of a session and those of withTies. It
// gives the accounts by session; 0 is none.
func (s *Service) readAccounts(ctx context.Context, from *sql.Selector) (map[int64]*account, error) {
	ctx, cancel := s.store.ReadContext(ctx)
	defer cancel()
	text, args := from.Query()
	rows, err := s.store.Client().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, store.Fault(err)
	}
	defer func() { _ = rows.Close() }() // the rows are read, or an error is returned
	all := map[int64]*account{}
	for rows.Next() { // one row for each membership, or one without
		var one account
		var sessionID, partnerID, institutionID, current stdsql.Null[int64]
		var expires, revoked stdsql.Null[time.Time]
		if err := rows.Scan(&sessionID, &expires, &revoked, &one.who.UserID, &one.who.Role, &one.status,
			&current, &partnerID, &institutionID); err != nil {
			return nil, store.Fault(err)
		}
		a := all[sessionID.V]
		if a == nil {
			one.who.SessionID, one.expires, one.revoked, one.who.PartnerID = sessionID.V, expires.V, revoked.Valid, partnerID.V
			a = &one
			all[sessionID.V] = a
		}
		if institutionID.Valid {
			a.who.Institutions = append(a.who.Institutions, institutionID.V)
			if institutionID.V == current.V {
				a.who.CurrentInstitution = current.V
			}
		}
	}
	return all, store.Fault(rows.Err())
}

// selectAccounts writes the statement of accounts.
func (s *Service) selectAccounts(which func(*sql.SelectTable) *sql.Predicate) *sql.Selector {
	on, u := sql.Table(session.Table).As("s"), sql.Table(user.Table).As("u")
	from := sql.Dialect(s.store.Dialect()).Select(on.C(session.FieldID), on.C(session.FieldExpiresAt), on.C(session.FieldRevokedAt)).
		From(on).Join(u).On(u.C(user.FieldID), on.C(session.FieldUserID))
	return withTies(from, u).Where(which(on))
}

// withTies adds to a statement over users what makes an actor of one: a row for each
// active membership, in order.
func withTies(from *sql.Selector, u *sql.SelectTable) *sql.Selector {
	m, p := sql.Table(membership.Table).As("m"), sql.Table(partner.Table).As("p")
	from.AppendSelect(u.C(user.FieldID), u.C(user.FieldRole), u.C(user.FieldStatus), u.C(user.FieldCurrentInstitutionID),
		p.C(partner.FieldID), m.C(membership.FieldInstitutionID))
	return from.LeftJoin(p).OnP(sql.And(
		sql.ColumnsEQ(p.C(partner.FieldUserID), u.C(user.FieldID)),
		sql.IsNull(p.C(partner.FieldDeletedAt)),
	)).
		// access: a membership counts while it is active, and no longer.
		LeftJoin(m).OnP(sql.And(
		sql.ColumnsEQ(m.C(membership.FieldUserID), u.C(user.FieldID)),
		sql.EQ(m.C(membership.FieldState), lifecycle.MembershipActive),
	)).OrderBy(m.C(membership.FieldInstitutionID))
}
