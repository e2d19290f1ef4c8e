package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/ent/wishlist"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// maxWishes is how many partners one user may have on its wishlist. It bounds what
// counting the list costs.
const maxWishes = 1000

// WishPartner puts a partner on the caller's wishlist, or takes it away; nil does the
// one or the other, whichever changes something. What is so already stays so.
//
// unread is what a transport could not read of the input.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND for a
// partner that is not listed; INVALID; WRONG_STATE when the list is full.
func (a *App) WishPartner(ctx context.Context, id int64, wished *bool, unread error, w PartnerWant) (*view.Partner, error) {
	w |= WantWishlisted
	again := func(ctx context.Context, m memory) (*view.Partner, error) { return there(a.onePartner(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Partner, error) {
		if err := a.wishPartner(ctx, id, wished, unread); err != nil {
			return nil, err
		}
		return known(a.onePartner(ctx, id, w))
	}, again)
}

func (a *App) wishPartner(ctx context.Context, id int64, wished *bool, unread error) error {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return err
	}
	now := a.Now()
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		// The account is held, so that its wishes come one after the other.
		if _, err := tx.User.Query().Where(user.ID(who.UserID), store.ForUpdate).IDs(ctx); err != nil {
			return err
		}
		found, err := tx.Partner.Query().Where(partner.ID(id), whereListed).Exist(ctx)
		if err == nil && !found {
			err = errNoPartner()
		}
		if err == nil {
			err = unread
		}
		if err != nil {
			return err
		}
		own := tx.Wishlist.Query().Where(wishlist.UserID(who.UserID))
		there, err := own.Clone().Where(wishlist.PartnerID(id)).Exist(ctx)
		if err != nil {
			return err
		}
		want := !there
		if wished != nil {
			want = *wished
		}
		switch {
		case want && !there:
			if err := roomForWish(own.Count(ctx)); err != nil {
				return err
			}
			err = tx.Wishlist.Create().SetUserID(who.UserID).SetPartnerID(id).SetCreatedAt(now).Exec(ctx)
		case !want && there:
			_, err = tx.Wishlist.Delete().Where(wishlist.UserID(who.UserID), wishlist.PartnerID(id)).Exec(ctx)
		}
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Partner", id)
	})
}

// whereListed is listed for ent's queries.
func whereListed(s *sql.Selector) {
	p := s.Table()
	s.Where(sql.And(sql.IsNull(p.C(partner.FieldDeletedAt)), listed(p)))
}

func roomForWish(n int, err error) error {
	if err != nil || n < maxWishes {
		return err
	}
	return fault.Newf(fault.WrongState, "The wishlist is full: %d partners are on it. Take one away first.", n).
		Refuse("wishlist_room", "fewer than 1000 partners on the wishlist", "1000")
}

// Wishlist lists the partners on the caller's wishlist that are listed today, those
// that were put there last first. Of the filter, what is about places to search around
// is not looked at.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; INVALID_PARAMETER.
func (a *App) Wishlist(ctx context.Context, f PartnerFilter, p Page, w PartnerWant) (*view.Page[view.Partner], error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	if err := f.check(who); err != nil {
		return nil, err
	}
	f.readNames = true // there are maxWishes at most
	if f.City != "" {
		w |= WantLocation
	}
	var page *view.Page[view.Partner]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) (err error) {
		page, err = a.wishlistPage(ctx, on, who, f, p, w)
		return err
	})
	return page, err
}

func (a *App) wishlistPage(ctx context.Context, on *ent.Client, who actor.Actor, f PartnerFilter, p Page, w PartnerWant) (*view.Page[view.Partner], error) {
	wish := sql.Table(wishlist.Table).As("w")
	mine := func(s *sql.Selector, t partnerTables) {
		// access: everybody has a wishlist of its own only.
		s.Join(wish).OnP(sql.And(sql.ColumnsEQ(wish.C(wishlist.FieldPartnerID), t.p.C(partner.FieldID)), sql.EQ(wish.C(wishlist.FieldUserID), who.UserID)))
		f.apply(s, t, who, centre{})
	}
	var total *int64
	if p.total {
		t := newPartnerTables()
		n, err := count(ctx, on, a.store.Dialect(), t.p, func(s *sql.Selector) {
			if f.City != "" {
				s.LeftJoin(t.l).OnP(primaryLocation(t))
			}
			mine(s, t)
		})
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s, t := a.selectPartners(w, centre{})
	mine(s.Selector, t)
	s.take(wish, wishlist.FieldID, func(r *partnerRow) any { return &r.wishID })
	s.take(wish, wishlist.FieldCreatedAt, func(r *partnerRow) any { return &r.wished })
	by := order{
		name: "wished", desc: true, arg: instantKey,
		key: func(*sql.Selector) string { return wish.C(wishlist.FieldCreatedAt) },
		id:  func(*sql.Selector) string { return wish.C(wishlist.FieldID) },
	}
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, func(r *partnerRow) (any, int64) { return r.wished, r.wishID }, func(rows []*partnerRow) ([]*view.Partner, error) {
		return a.seePartners(ctx, on, who, rows, w, f.price())
	})
}
