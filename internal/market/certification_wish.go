package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/certification"
	"kontrak/ent/certificationwishlist"
	"kontrak/ent/predicate"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// Wish is a wish by its own number, or by its certification.
type Wish struct{ ID, CertificationID int64 }

// WishCertification puts a certification on the caller's list.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND, also for a
// certification that is not in use; INVALID; DUPLICATE when it is there already.
func (a *App) WishCertification(ctx context.Context, certificationID int64, unread fault.Fields) (*view.CertificationWish, error) {
	again := func(ctx context.Context, m memory) (*view.CertificationWish, error) {
		return there(a.CertificationWish(ctx, m.id))
	}
	return repeatable(ctx, a, func(ctx context.Context) (*view.CertificationWish, error) {
		id, err := a.wish(ctx, certificationID, unread)
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

func (a *App) wish(ctx context.Context, certificationID int64, unread fault.Fields) (id int64, err error) {
	who, err := asPartner(ctx)
	if err != nil {
		return 0, err
	}
	if err := unread.Err(fault.InputInvalid); err != nil {
		return 0, err
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		offered, err := tx.Certification.Query().Where(certification.ID(certificationID), certification.Active(true)).Exist(ctx)
		if err != nil {
			return err
		}
		if !offered {
			return fault.New(fault.RecordNotFound, "There is no such certification.")
		}
		wished, err := tx.CertificationWishlist.Query().
			Where(certificationwishlist.PartnerID(who.PartnerID), certificationwishlist.CertificationID(certificationID)).Exist(ctx)
		if err != nil {
			return err
		}
		if wished {
			return duplicate("certification_id", "is on your list already")
		}
		made, err := tx.CertificationWishlist.Create().SetPartnerID(who.PartnerID).SetCertificationID(certificationID).SetCreatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		id = made.ID
		return memory{}.keep(ctx, tx, "CertificationWish", id)
	})
	return id, err
}

// UnwishCertification takes a certification off the caller's list.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND when it is not
// on it.
func (a *App) UnwishCertification(ctx context.Context, w Wish) error {
	_, err := repeatable(ctx, a, func(ctx context.Context) (struct{}, error) { return struct{}{}, a.unwish(ctx, w) },
		func(context.Context, memory) (struct{}, error) { return struct{}{}, nil })
	return err
}

func (a *App) unwish(ctx context.Context, w Wish) error {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return err
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		of := certificationwishlist.ID(w.ID)
		if w.ID == 0 {
			of = certificationwishlist.CertificationID(w.CertificationID)
		}
		// access: own rows only.
		gone, err := tx.CertificationWishlist.Delete().Where(certificationwishlist.PartnerID(who.PartnerID), of).Exec(ctx)
		if err != nil {
			return err
		}
		if gone == 0 {
			return fault.New(fault.RecordNotFound, "There is no such wish.")
		}
		return memory{}.keep(ctx, tx, "CertificationWish", w.ID)
	})
}

// CertificationWishes lists the certifications in use that are on the caller's list,
// the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID_PARAMETER.
func (a *App) CertificationWishes(ctx context.Context, p Page, unread fault.Fields) (page *view.Page[view.CertificationWish], err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	if err := unread.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		page, err = wishesOf(who).page(ctx, a, on, p)
		return err
	})
	return page, err
}

// wishesOf is how the wishes of the caller are read.
func wishesOf(who actor.Actor, more ...predicate.CertificationWishlist) records[ent.CertificationWishlist, view.CertificationWish] {
	by := newestBy("wished", certificationwishlist.FieldCreatedAt)
	// access: own rows only.
	where := certificationwishlist.And(append(more, certificationwishlist.PartnerID(who.PartnerID),
		certificationwishlist.HasCertificationWith(certification.Active(true)))...)
	return records[ent.CertificationWishlist, view.CertificationWish]{
		by: &by, at: func(r *ent.CertificationWishlist) (any, int64) { return r.CreatedAt, r.ID },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.CertificationWishlist, error) {
			return on.CertificationWishlist.Query().Where(where, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.CertificationWishlist.Query().Where(where).Count(ctx)
		},
		see: func(ctx context.Context, a *App, on *ent.Client, rows []*ent.CertificationWishlist) ([]*view.CertificationWish, error) {
			return a.seeWishes(ctx, on, rows)
		},
	}
}

// CertificationWish gives one entry of the caller's list.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND.
func (a *App) CertificationWish(ctx context.Context, id int64) (v *view.CertificationWish, err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		page, err := wishesOf(who, certificationwishlist.ID(id)).page(ctx, a, on, Page{size: 1})
		if err != nil {
			return err
		}
		if len(page.Items) == 0 {
			return fault.New(fault.RecordNotFound, "There is no such wish.")
		}
		v = page.Items[0]
		return nil
	})
	return v, err
}

func (a *App) seeWishes(ctx context.Context, on *ent.Client, rows []*ent.CertificationWishlist) ([]*view.CertificationWish, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.CertificationID
	}
	of, err := a.readCertifications(ctx, on, ids, view.Anyone)
	if err != nil {
		return nil, err
	}
	views := make([]*view.CertificationWish, len(rows))
	for i, r := range rows {
		views[i] = view.See(&view.CertificationWish{ID: r.ID, Certification: of[i], CreatedAt: r.CreatedAt}, view.Self)
	}
	return views, nil
}
