package market

import (
	"context"
	stdsql "database/sql"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/apikey"
	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// The limits of API keys: letters of a label, and keys of an institution that are
// not revoked.
const (
	maxKeyLabel = 100
	maxAPIKeys  = 100
)

// CreateAPIKey is the input of CreateAPIKey.
type CreateAPIKey struct {
	// InstitutionID is where the key is good; nil for the caller's only one.
	InstitutionID *int64
	// UserID is the member whose rights it has; nil for the caller.
	UserID *int64
	Label  string
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// CreateAPIKey makes a key that lets a program act for a member of an institution,
// and gives the key itself, which nobody can read again.
//
// Faults: UNAUTHENTICATED; FORBIDDEN but for managers of the institution and the back
// office; INVALID, with every field that is wrong.
func (a *App) CreateAPIKey(ctx context.Context, in CreateAPIKey) (*view.APIKey, string, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, "", err
	}
	secret, now := opaque.Key(), a.Now()
	userID := who.UserID
	if in.UserID != nil {
		userID = *in.UserID
	}
	var id int64
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		tenant, err := in.check(ctx, tx.Client(), who, userID)
		if err != nil {
			return err
		}
		made, err := tx.ApiKey.Create().SetInstitutionID(tenant).SetUserID(userID).SetCreatedByID(who.UserID).
			SetLabel(strings.TrimSpace(in.Label)).SetKeyHash(opaque.Hash(secret)).SetCreatedAt(now).Save(ctx)
		if err == nil {
			id = made.ID
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	key, err := a.apiKey(ctx, id)
	return key, secret, err
}

// check gives the institution of the key to be made, or everything that is wrong.
func (in *CreateAPIKey) check(ctx context.Context, on *ent.Client, who actor.Actor, userID int64) (int64, error) {
	bad, known := in.Unread, fault.Fields{}
	tenant, err := tenantOf(ctx, on, who, in.InstitutionID, &known)
	if err != nil {
		return 0, err
	}
	if wrong := known.Err(fault.InputInvalid); wrong != nil {
		bad.Take(wrong)
	} else if err := manages(ctx, on, who, tenant); err != nil {
		return 0, err
	}
	checkText(&bad, "label", in.Label, 1, maxKeyLabel)
	if err := oneAtATime(ctx, on, tenant); err != nil {
		return 0, err
	}
	if n, err := on.ApiKey.Query().Where(apikey.InstitutionID(tenant), apikey.RevokedAtIsNil()).Count(ctx); err != nil {
		return 0, err
	} else if n >= maxAPIKeys {
		bad.Add("label", "cannot be added: an institution has at most %d keys, revoke one first", maxAPIKeys)
	}
	member, err := on.User.Query().Where(user.ID(userID), user.StatusEQ(lifecycle.UserActive), user.RoleNEQ(actor.Admin), func(s *sql.Selector) {
		m := sql.Table(membership.Table)
		s.Where(sql.In(s.C(user.FieldID), sql.Select(m.C(membership.FieldUserID)).From(m).Where(sql.And(
			sql.EQ(m.C(membership.FieldInstitutionID), tenant), sql.EQ(m.C(membership.FieldState), lifecycle.MembershipActive),
		))))
	}).Exist(ctx)
	if err != nil {
		return 0, err
	}
	bad.Check(member, "user_id", "names no active member of the institution")
	return tenant, bad.Err(fault.InputInvalid)
}

// managed gives those of the institutions that the caller manages: all for the back
// office.
func managed(ctx context.Context, on *ent.Client, who actor.Actor, institutionIDs []int64) (mine []int64, err error) {
	if who.Is(actor.Admin) {
		return institutionIDs, nil
	}
	// access: keys open what is the whole institution's, so its managers give them away.
	err = on.Membership.Query().Where(
		membership.UserID(who.UserID), membership.InstitutionIDIn(institutionIDs...),
		membership.RoleEQ(lifecycle.MembershipManager), membership.StateEQ(lifecycle.MembershipActive),
	).Select(membership.FieldInstitutionID).Scan(ctx, &mine)
	return mine, err
}

// manages fails unless the caller manages the institution, whose member it is.
//
// Faults: FORBIDDEN.
func manages(ctx context.Context, on *ent.Client, who actor.Actor, institutionID int64) error {
	mine, err := managed(ctx, on, who, []int64{institutionID})
	if err == nil && len(mine) == 0 {
		err = fault.New(fault.RoleForbidden, "Only a manager of the institution may do this.")
	}
	return err
}

// RevokeAPIKey ends a key for good. One that was revoked stays as it is.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; NOT_FOUND but for
// managers of its institution and the back office: what others have is not told apart
// from nothing.
func (a *App) RevokeAPIKey(ctx context.Context, id int64) (*view.APIKey, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.APIKey, error) { return a.revokeAPIKey(ctx, id) },
		func(ctx context.Context, m memory) (*view.APIKey, error) {
			v, err := there(a.apiKey(ctx, m.id))
			if err != nil {
				return nil, err
			}
			var mine []int64
			err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) (err error) {
				mine, err = managed(ctx, on, actor.From(ctx), []int64{v.InstitutionID})
				return err
			})
			if err == nil && len(mine) == 0 {
				err = store.ErrDone
			}
			if err != nil {
				return nil, err
			}
			return v, nil
		})
}

func (a *App) revokeAPIKey(ctx context.Context, id int64) (*view.APIKey, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r, err := tx.ApiKey.Query().Where(apikey.ID(id), store.ForUpdate).Only(ctx)
		var mine []int64
		if err == nil {
			mine, err = managed(ctx, tx.Client(), who, []int64{r.InstitutionID})
		}
		switch {
		case ent.IsNotFound(err), err == nil && len(mine) == 0:
			return fault.New(fault.RecordNotFound, "There is no such API key.")
		case err == nil && r.RevokedAt == nil:
			err = tx.ApiKey.UpdateOneID(id).SetRevokedAt(now).Exec(ctx)
		}
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "APIKey", id)
	})
	if err != nil {
		return nil, err
	}
	return a.apiKey(ctx, id)
}

// apiKey reads a key for who has just made or revoked it.
func (a *App) apiKey(ctx context.Context, id int64) (*view.APIKey, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	s, t := selectAPIKeys(a.store.Dialect())
	s.Where(sql.EQ(t.C(apikey.FieldID), id))
	rows, err := s.rows(ctx, a.store.Client())
	if err != nil || len(rows) == 0 {
		return nil, store.Fault(err)
	}
	return seeAPIKey(rows[0]), nil
}

// apiKeyRow is a key as the database has it.
type apiKeyRow struct {
	id, institutionID int64
	label             string
	user, by          personRow
	created           time.Time
	used, revoked     stdsql.Null[time.Time]
}

func selectAPIKeys(dialect string) (*selection[apiKeyRow], *sql.SelectTable) {
	t := sql.Table(apikey.Table).As("t")
	s := selectFrom[apiKeyRow](dialect, t)
	s.take(t, apikey.FieldID, func(r *apiKeyRow) any { return &r.id })
	s.take(t, apikey.FieldInstitutionID, func(r *apiKeyRow) any { return &r.institutionID })
	s.take(t, apikey.FieldLabel, func(r *apiKeyRow) any { return &r.label })
	s.take(t, apikey.FieldCreatedAt, func(r *apiKeyRow) any { return &r.created })
	s.take(t, apikey.FieldLastUsedAt, func(r *apiKeyRow) any { return &r.used })
	s.take(t, apikey.FieldRevokedAt, func(r *apiKeyRow) any { return &r.revoked })
	takePerson(s, sql.Table(user.Table).As("u"), t.C(apikey.FieldUserID), func(r *apiKeyRow) *personRow { return &r.user })
	takePerson(s, sql.Table(user.Table).As("by"), t.C(apikey.FieldCreatedByID), func(r *apiKeyRow) *personRow { return &r.by })
	return s, t
}

func seeAPIKey(r *apiKeyRow) *view.APIKey {
	return view.See(&view.APIKey{
		ID: r.id, InstitutionID: r.institutionID, Label: r.label, User: seePerson(&r.user), CreatedBy: seePerson(&r.by),
		CreatedAt: r.created, LastUsedAt: instant(r.used), RevokedAt: instant(r.revoked),
	}, view.Manager)
}
