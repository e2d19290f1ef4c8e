package authn

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontrak/ent"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
)

// The bounds of a password, in characters. The upper one keeps hashing cheap.
const (
	MinPassword = 8
	MaxPassword = 200
)

// OpenAccount is an account that the operator opens from the command line. Its
// address counts as verified, and a partner's or an institution's own record is
// not made with it.
type OpenAccount struct {
	Email    string
	Name     string
	Role     actor.Role
	Password string
}

// Open stores the account as of now and gives its id.
//
// Faults: INVALID with every bad field; DUPLICATE when the address is taken.
func (in OpenAccount) Open(ctx context.Context, st *store.Store, now time.Time) (int64, error) {
	if err := in.check(); err != nil {
		return 0, err
	}
	hash, err := HashPassword(ctx, in.Password)
	if err != nil {
		return 0, store.Fault(err)
	}
	now = store.Instant(now)
	var id int64
	err = st.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		u, err := tx.User.Create().
			SetEmail(FoldEmail(in.Email)).SetFullName(strings.TrimSpace(in.Name)).SetRole(in.Role).
			SetPasswordHash(hash).SetEmailVerifiedAt(now).SetCreatedAt(now).SetUpdatedAt(now).
			Save(ctx)
		if err != nil {
			return err
		}
		id = u.ID
		return nil
	})
	return id, err
}

func (in OpenAccount) check() error {
	var fields fault.Fields
	fields.Check(isAddress(in.Email), "email", "must be an address such as name@example.com")
	fields.Check(store.IsName(in.Name), "name", "must have 1 to 200 characters")
	fields.Check(slices.Contains(actor.Roles, in.Role), "role", "must be one of institution, partner, supervisor and admin")
	length := utf8.RuneCountInString(in.Password)
	fields.Check(length >= MinPassword && length <= MaxPassword,
		"password", "must have %d to %d characters", MinPassword, MaxPassword)
	return fields.Err(fault.InputInvalid)
}

// UserID gives the id of the account with that address.
//
// Faults: NOT_FOUND.
func UserID(ctx context.Context, st *store.Store, email string) (int64, error) {
	ctx, cancel := st.ReadContext(ctx)
	defer cancel()
	id, err := st.Client().User.Query().Where(user.Email(FoldEmail(email))).OnlyID(ctx)
	if ent.IsNotFound(err) {
		return 0, fault.New(fault.RecordNotFound, "There is no account with the address "+FoldEmail(email)+".")
	}
	return id, store.Fault(err)
}
