package market

import (
	"cmp"
	"context"
	"strings"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/asset"
	"kontrak/ent/signaturetemplate"
	"kontrak/ent/tag"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// The limits of tags: letters of a name, and tags of an institution, whose list has
// no pages.
const (
	maxTagName  = 40
	maxTags     = 500
	maxTagPlace = 1_000_000
)

// TagFields are the fields of a tag that people write. In a change, what is absent
// stays as it is; null gives the default.
type TagFields struct {
	Name      Optional[string]
	ColorCode Optional[lifecycle.TagColor]
	// Position sorts the tags of an institution, the lowest first.
	Position Optional[int32]
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// tagGray is the colour of a tag that nobody gave one.
const tagGray lifecycle.TagColor = "GRAY"

// CreateTag makes a tag of an institution; nil for the caller's only one.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID, with every field that is
// wrong; DUPLICATE for a name that another one has.
func (a *App) CreateTag(ctx context.Context, institutionID *int64, in TagFields) (*view.Tag, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Tag, error) { return a.createTag(ctx, institutionID, in) }, a.tagAgain)
}

// tagAgain reads a tag for the answer of a repeat.
func (a *App) tagAgain(ctx context.Context, m memory) (*view.Tag, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	r, err := there(a.store.Client().Tag.Get(ctx, m.id))
	if err == nil && !keeps(actor.From(ctx), r.InstitutionID) {
		err = store.ErrDone
	}
	if err != nil {
		return nil, err
	}
	return tagView(r), nil
}

func (a *App) createTag(ctx context.Context, institutionID *int64, in TagFields) (*view.Tag, error) {
	now := a.Now()
	var made *ent.Tag
	err := a.keep(ctx, institutionID, in.Unread, func(ctx context.Context, tx *ent.Tx, tenant int64, bad *fault.Fields) error {
		r := &ent.Tag{InstitutionID: tenant, ColorCode: tagGray}
		n, err := tx.Tag.Query().Where(tag.InstitutionID(tenant)).Count(ctx)
		if err != nil {
			return err
		}
		bad.Check(n < maxTags, "name", "cannot be added: an institution has at most %d tags", maxTags)
		if err := in.change(ctx, tx.Client(), bad, r); err != nil {
			return err
		}
		made, err = tx.Tag.Create().SetInstitutionID(tenant).SetName(r.Name).SetColorCode(r.ColorCode).SetPosition(r.Position).
			SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Tag", made.ID)
	})
	if err != nil {
		return nil, err
	}
	return tagView(made), nil
}

// UpdateTag changes a tag, wherever it stands.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID, DUPLICATE.
func (a *App) UpdateTag(ctx context.Context, id int64, in TagFields) (*view.Tag, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Tag, error) { return a.updateTag(ctx, id, in) }, a.tagAgain)
}

func (a *App) updateTag(ctx context.Context, id int64, in TagFields) (*view.Tag, error) {
	now := a.Now()
	var made *ent.Tag
	err := a.amendTag(ctx, id, func(ctx context.Context, tx *ent.Tx, r *ent.Tag) (err error) {
		bad := in.Unread
		if err = in.change(ctx, tx.Client(), &bad, r); err != nil {
			return err
		}
		made, err = tx.Tag.UpdateOneID(id).SetName(r.Name).SetColorCode(r.ColorCode).SetPosition(r.Position).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Tag", id)
	})
	if err != nil {
		return nil, err
	}
	return tagView(made), nil
}

// DeleteTag takes away a tag that neither an agreement nor a template carries, and
// gives it as it was.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; WRONG_STATE while something carries it.
func (a *App) DeleteTag(ctx context.Context, id int64) (*view.Tag, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Tag, error) { return a.deleteTag(ctx, id) }, a.tagAgain)
}

func (a *App) deleteTag(ctx context.Context, id int64) (*view.Tag, error) {
	var gone *ent.Tag
	err := a.amendTag(ctx, id, func(ctx context.Context, tx *ent.Tx, r *ent.Tag) error {
		gone = r
		used, err := tx.Agreement.Query().Where(agreement.HasTagsWith(tag.ID(id)), agreement.DeletedAtIsNil()).Exist(ctx)
		if err == nil && !used {
			used, err = tx.SignatureTemplate.Query().Where(signaturetemplate.HasTagsWith(tag.ID(id))).Exist(ctx)
		}
		if err != nil {
			return err
		}
		if used {
			return fault.New(fault.WrongState, "Agreements or templates carry the tag, so it cannot be deleted.").
				Refuse("unused", "nothing that carries it", "something carries it")
		}
		if err := tx.Tag.UpdateOneID(id).ClearAgreements().Exec(ctx); err != nil { // of deleted ones
			return err
		}
		if err := tx.Tag.DeleteOneID(id).Exec(ctx); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Tag", id)
	})
	if err != nil {
		return nil, err
	}
	return tagView(gone), nil
}

// amendTag finds a tag that the caller keeps and changes it.
func (a *App) amendTag(ctx context.Context, id int64, do func(context.Context, *ent.Tx, *ent.Tag) error) error {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return err
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r, err := tx.Tag.Query().Where(tag.ID(id), store.ForUpdate).Only(ctx)
		// access: another institution's is not told apart from one that is not there.
		if ent.IsNotFound(err) || err == nil && !keeps(who, r.InstitutionID) {
			return fault.New(fault.RecordNotFound, "There is no such tag.")
		}
		if err != nil {
			return err
		}
		return do(ctx, tx, r)
	})
}

// change makes the changes in a row, and fails with everything that is wrong then.
//
// Faults: INVALID, DUPLICATE.
func (in *TagFields) change(ctx context.Context, on *ent.Client, bad *fault.Fields, r *ent.Tag) error {
	setText(in.Name, &r.Name)
	if in.ColorCode.sent {
		r.ColorCode = lifecycle.TagColor(cmp.Or(string(in.ColorCode.Or("")), string(tagGray)))
	}
	r.Position = in.Position.Or(r.Position)
	checkText(bad, "name", r.Name, 1, maxTagName)
	checkChoice(bad, "color_code", r.ColorCode, lifecycle.TagColors)
	bad.Check(r.Position >= 0 && r.Position <= maxTagPlace, "position", "must be between 0 and %d", maxTagPlace)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	taken, err := on.Tag.Query().Where(tag.InstitutionID(r.InstitutionID), tag.IDNEQ(r.ID), tag.Name(r.Name)).Exist(ctx)
	if err != nil || !taken {
		return err
	}
	return duplicate("name", "is the name of another tag already")
}

func tagView(r *ent.Tag) *view.Tag {
	return view.See(&view.Tag{ID: r.ID, Name: r.Name, ColorCode: r.ColorCode, Position: r.Position}, insiderTies)
}

// Tags lists the tags of an institution by their position, then by id; none of an
// institution that is not the caller's.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners.
func (a *App) Tags(ctx context.Context, institutionID int64) ([]*view.Tag, error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	t := sql.Table(tag.Table).As("t")
	s := selectFrom[view.Tag](a.store.Dialect(), t)
	takeTag(s, t, func(r *view.Tag) *view.Tag { return r })
	s.Where(sql.And(sql.EQ(t.C(tag.FieldInstitutionID), institutionID), keptBy(who, t.C(tag.FieldInstitutionID)))).
		OrderBy(t.C(tag.FieldPosition), t.C(tag.FieldID)).Limit(maxTags)
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := s.rows(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	for _, r := range rows {
		view.Redact(r, insiderTies)
	}
	return rows, nil
}

// CreateAsset makes a thing that agreements are about; nil for the caller's only
// institution.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID; DUPLICATE for a name that
// another one has.
func (a *App) CreateAsset(ctx context.Context, institutionID *int64, name string, unread fault.Fields) (*view.Asset, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Asset, error) { return a.createAsset(ctx, institutionID, name, unread) }, a.assetAgain)
}

// assetAgain reads an asset for the answer of a repeat.
func (a *App) assetAgain(ctx context.Context, m memory) (*view.Asset, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	r, err := there(a.store.Client().Asset.Get(ctx, m.id))
	if err == nil && !keeps(actor.From(ctx), r.InstitutionID) {
		err = store.ErrDone
	}
	if err != nil {
		return nil, err
	}
	return assetView(r), nil
}

func assetView(r *ent.Asset) *view.Asset {
	return view.See(&view.Asset{ID: r.ID, Name: r.Name}, insiderTies)
}

func (a *App) createAsset(ctx context.Context, institutionID *int64, name string, unread fault.Fields) (*view.Asset, error) {
	now := a.Now()
	var made *ent.Asset
	err := a.keep(ctx, institutionID, unread, func(ctx context.Context, tx *ent.Tx, tenant int64, bad *fault.Fields) error {
		name := strings.TrimSpace(name)
		checkText(bad, "name", name, 1, maxPartyName)
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		taken, err := tx.Asset.Query().Where(asset.InstitutionID(tenant), asset.Name(name)).Exist(ctx)
		if err != nil {
			return err
		}
		if taken {
			return duplicate("name", "is the name of another asset already")
		}
		made, err = tx.Asset.Create().SetInstitutionID(tenant).SetName(name).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Asset", made.ID)
	})
	if err != nil {
		return nil, err
	}
	return assetView(made), nil
}

// Assets lists the assets of the caller's institutions, the oldest first; of one
// institution if that is given.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners.
func (a *App) Assets(ctx context.Context, institutionID *int64, p Page) (*view.Page[view.Asset], error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	t := sql.Table(asset.Table).As("t")
	var page *view.Page[view.Asset]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s := selectFrom[view.Asset](a.store.Dialect(), t)
		s.take(t, asset.FieldID, func(r *view.Asset) any { return &r.ID })
		s.take(t, asset.FieldName, func(r *view.Asset) any { return &r.Name })
		page, err = listKept(ctx, a, on, p, t, s, func(s *sql.Selector) {
			s.Where(keptBy(who, t.C(asset.FieldInstitutionID)))
			if institutionID != nil {
				s.Where(sql.EQ(t.C(asset.FieldInstitutionID), *institutionID))
			}
		}, func(r *view.Asset) int64 { return r.ID }, func(r *view.Asset) *view.Asset { return view.See(r, insiderTies) })
		return err
	})
	return page, err
}
