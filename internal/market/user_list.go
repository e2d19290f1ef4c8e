package market

import (
	"context"
	"strings"
	"unicode/utf8"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// UserFilter keeps the accounts that fit every field given.
type UserFilter struct {
	// Text is looked for in the address and in the name, whatever the case of the letters
	// A to Z.
	Text   string
	Role   *actor.Role
	Status *lifecycle.UserStatus
	// Unread is what a transport could not read.
	Unread fault.Fields
}

func (f UserFilter) where(s *sql.Selector) {
	if f.Role != nil {
		s.Where(sql.EQ(s.C(user.FieldRole), *f.Role))
	}
	if f.Status != nil {
		s.Where(sql.EQ(s.C(user.FieldStatus), *f.Status))
	}
	if text := strings.TrimSpace(f.Text); text != "" {
		pattern := "%" + store.EscapeLike(asciiLower(text)) + "%"
		s.Where(sql.P(func(b *sql.Builder) {
			// Names are not kept folded: only the letters that both databases fold alike.
			b.WriteString("(" + s.C(user.FieldEmail) + ` LIKE `).Arg(pattern).WriteString(` ESCAPE '\' OR LOWER(` + s.C(user.FieldFullName))
			if b.Dialect() == "postgres" {
				b.WriteString(` COLLATE "C"`)
			}
			b.WriteString(`) LIKE `).Arg(pattern).WriteString(` ESCAPE '\')`)
		}))
	}
}

// asciiLower makes the letters A to Z small.
func asciiLower(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// newestUsers is the order of the list of accounts.
func newestUsers() order {
	return order{
		name: "joined", desc: true, arg: instantKey,
		key: func(s *sql.Selector) string { return s.C(user.FieldCreatedAt) },
		id:  func(s *sql.Selector) string { return s.C(user.FieldID) },
	}
}

// Users lists the accounts, the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) Users(ctx context.Context, f UserFilter, p Page, w PartnerWant) (*view.Page[view.User], error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	bad := f.Unread
	bad.Check(utf8.RuneCountInString(f.Text) <= maxText, "text", "must have at most %d letters", maxText)
	bad.Check(store.Storable(f.Text), "text", "must be a text in UTF-8 without the zero character")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	var page *view.Page[view.User]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		var total *int64
		if p.total {
			n, err := on.User.Query().Where(f.where).Count(ctx)
			if err != nil {
				return err
			}
			total = new(int64(n))
		}
		by, wrong := newestUsers(), error(nil)
		rows, err := on.User.Query().Where(f.where, func(s *sql.Selector) { wrong = p.apply(s, by) }).All(ctx)
		if wrong != nil {
			return wrong
		}
		if err != nil {
			return err
		}
		page, err = asPage(p, by, rows, total, func(u *ent.User) (any, int64) { return u.CreatedAt, u.ID },
			func(rows []*ent.User) ([]*view.User, error) { return a.seeUsers(ctx, on, who, rows, w) })
		return err
	})
	return page, err
}

// seeUsers makes the views of accounts for the back office, with their institutions and
// partners: four statements for any number of them.
func (a *App) seeUsers(ctx context.Context, on *ent.Client, who actor.Actor, rows []*ent.User, w PartnerWant) ([]*view.User, error) {
	ids := make([]int64, len(rows))
	for i, u := range rows {
		ids[i] = u.ID
	}
	ties, err := on.Membership.Query().Where(store.In(membership.FieldUserID, ids), membership.StateEQ(lifecycle.MembershipActive)).
		Order(membership.ByInstitutionID()).All(ctx)
	if err != nil {
		return nil, err
	}
	institutions := make([]int64, len(ties))
	for i, m := range ties {
		institutions[i] = m.InstitutionID
	}
	found, err := a.institutions(ctx, on, who, institutions)
	if err != nil {
		return nil, err
	}
	partners, err := a.partnersOfUsers(ctx, on, who, ids, w)
	if err != nil {
		return nil, err
	}
	of, byInstitution := grouped(ties, func(m *ent.Membership) int64 { return m.UserID }), grouped(found, func(v *view.Institution) int64 { return v.ID })
	list := make([]*view.User, len(rows))
	for i, u := range rows {
		v := a.seeUser(u)
		v.Partner = partners[u.ID]
		for _, m := range of[u.ID] {
			in := first(byInstitution[m.InstitutionID])
			v.Institutions = append(v.Institutions, in)
			if u.CurrentInstitutionID != nil && *u.CurrentInstitutionID == m.InstitutionID {
				v.CurrentInstitution = in
			}
		}
		v.HasInstitution = len(v.Institutions) > 0
		list[i] = view.See(v, view.Admin)
	}
	return list, nil
}

// partnersOfUsers gives the partners that accounts are.
func (a *App) partnersOfUsers(ctx context.Context, on *ent.Client, who actor.Actor, ids []int64, w PartnerWant) (map[int64]*view.Partner, error) {
	s, t := a.selectPartners(w, centre{})
	s.take(t.p, partner.FieldUserID, func(r *partnerRow) any { return &r.userID })
	s.Where(sql.And(store.InP(t.p.C(partner.FieldUserID), ids), sql.IsNull(t.p.C(partner.FieldDeletedAt))))
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	views, err := a.seePartners(ctx, on, who, rows, w, priceOf{})
	of := make(map[int64]*view.Partner, len(views))
	for i, v := range views {
		of[rows[i].userID] = v
	}
	return of, err
}

// oneUser gives an account to the back office.
func (a *App) oneUser(ctx context.Context, id int64, w PartnerWant) (v *view.User, err error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		u, err := on.User.Get(ctx, id)
		if err != nil {
			return err
		}
		views, err := a.seeUsers(ctx, on, who, []*ent.User{u}, w)
		v = first(views)
		return err
	})
	return v, err
}
