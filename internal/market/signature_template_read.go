package market

import (
	"context"
	"strconv"

	"kontrak/ent"
	"kontrak/ent/signature"
	"kontrak/ent/signaturetemplate"
	"kontrak/ent/tag"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// SignatureTemplates lists the templates of the institutions that the caller acts for,
// newest first. Rows and total are of one snapshot.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID_PARAMETER.
func (a *App) SignatureTemplates(ctx context.Context, f TemplateFilter, p Page) (*view.Page[view.SignatureTemplate], error) {
	in, err := templateReader(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	var page *view.Page[view.SignatureTemplate]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) (err error) {
		page, err = templatesWhere(in, f).page(ctx, a, on, p)
		return err
	})
	return page, err
}

// templatesWhere are the templates of the institutions that pass the filter.
func templatesWhere(in insider, f TemplateFilter) records[ent.SignatureTemplate, view.SignatureTemplate] {
	return records[ent.SignatureTemplate, view.SignatureTemplate]{
		newest: true,
		id:     func(r *ent.SignatureTemplate) int64 { return r.ID },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.SignatureTemplate, error) {
			return on.SignatureTemplate.Query().Where(ofInstitutions(in), f.apply, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.SignatureTemplate.Query().Where(ofInstitutions(in), f.apply).Count(ctx)
		},
		see: func(ctx context.Context, a *App, on *ent.Client, rows []*ent.SignatureTemplate) ([]*view.SignatureTemplate, error) {
			return a.seeTemplates(ctx, on, rows)
		},
	}
}

// SignatureTemplatesByID gives the templates with these ids, in their order, retired
// ones too; nil stands for one that is unknown or of no institution that the caller acts
// for.
//
// Faults: UNAUTHENTICATED.
func (a *App) SignatureTemplatesByID(ctx context.Context, ids []int64) ([]*view.SignatureTemplate, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	in := insider{who: who, institutions: who.Institutions}
	var views []*view.SignatureTemplate
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := on.SignatureTemplate.Query().Where(ofInstitutions(in), store.In(signaturetemplate.FieldID, ids)).All(ctx)
		if err == nil {
			views, err = a.seeTemplates(ctx, on, rows)
		}
		return err
	})
	return inOrder(ids, views, func(v *view.SignatureTemplate) int64 { return v.ID }), err
}

// check tells what no filter can be.
func (f TemplateFilter) check() error {
	bad := f.Unread
	checkText(&bad, "title", f.Title, 0, maxAgreementText)
	bad.Check(store.Storable(f.Slug), "slug", "must be a text in UTF-8 without the zero character")
	return bad.Err(fault.ParameterInvalid)
}

// apply adds the conditions of the filter.
func (f TemplateFilter) apply(s *sql.Selector) {
	if f.Institutions != nil {
		s.Where(store.InP(s.C(signaturetemplate.FieldInstitutionID), f.Institutions))
	}
	if f.Title != "" {
		s.Where(containsText(s.C(signaturetemplate.FieldSearchName), store.Fold(f.Title)))
	}
	if f.Slug != "" {
		s.Where(sql.EQ(s.C(signaturetemplate.FieldSlug), f.Slug))
	}
	if f.TagIDs != nil {
		t := sql.Table(signaturetemplate.TagsTable)
		s.Where(sql.In(s.C(signaturetemplate.FieldID), sql.Dialect(s.Dialect()).Select(t.C("signature_template_id")).From(t).Where(store.InP(t.C("tag_id"), f.TagIDs))))
	}
	if !f.Retired {
		s.Where(sql.EQ(s.C(signaturetemplate.FieldActive), true))
	}
}

// templateReader is who may read templates.
func templateReader(ctx context.Context) (insider, error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	return insider{who: who, institutions: who.Institutions}, err
}

// SignatureTemplate gives one template, a retired one too.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; NOT_FOUND.
func (a *App) SignatureTemplate(ctx context.Context, id int64) (*view.SignatureTemplate, error) {
	return a.oneTemplate(ctx, signaturetemplate.ID(id))
}

// SignatureTemplateByKey gives the template with that id or slug, of one institution,
// from which agreements can be made: a retired one is not found.
//
// Faults: as for SignatureTemplate.
func (a *App) SignatureTemplateByKey(ctx context.Context, institutionID int64, key string) (*view.SignatureTemplate, error) {
	return a.oneTemplate(ctx, keyedTemplate(institutionID, key))
}

// keyedTemplate keeps the template in use of an institution with that id or slug; a slug of
// digits alone gives way to the id.
func keyedTemplate(institutionID int64, key string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.And(sql.EQ(s.C(signaturetemplate.FieldInstitutionID), institutionID), sql.EQ(s.C(signaturetemplate.FieldActive), true)))
		if id, err := strconv.ParseInt(key, 10, 64); err == nil {
			s.Where(sql.EQ(s.C(signaturetemplate.FieldID), id))
			return
		}
		if !store.Storable(key) {
			key = ""
		}
		s.Where(sql.EQ(s.C(signaturetemplate.FieldSlug), key))
	}
}

func (a *App) oneTemplate(ctx context.Context, which func(*sql.Selector)) (v *view.SignatureTemplate, err error) {
	in, err := templateReader(ctx)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := on.SignatureTemplate.Query().Where(ofInstitutions(in), which).All(ctx)
		if err == nil && len(rows) != 1 {
			err = noTemplate()
		}
		if err != nil {
			return err
		}
		views, err := a.seeTemplates(ctx, on, rows)
		if err == nil {
			v = views[0]
		}
		return err
	})
	return v, err
}

// seeTemplates gives templates with their files, tags and counts: four statements for
// any number of them.
func (a *App) seeTemplates(ctx context.Context, on *ent.Client, rows []*ent.SignatureTemplate) ([]*view.SignatureTemplate, error) {
	views := make([]*view.SignatureTemplate, len(rows))
	if len(rows) == 0 {
		return views, nil
	}
	ids, at := make([]int64, len(rows)), map[int64]*view.SignatureTemplate{}
	for i, r := range rows {
		views[i] = view.See(&view.SignatureTemplate{
			ID: r.ID, InstitutionID: r.InstitutionID, Version: r.Version, Slug: r.Slug, Name: r.Name, ParticipantType: r.ParticipantType,
			CcEmails: r.CcEmails, ManagerNames: r.ManagerNames, Active: r.Active, Participants: r.Participants, Objects: r.Objects,
			Tags: []*view.Tag{}, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		}, insiderTies)
		ids[i], at[r.ID] = r.ID, views[i]
	}
	if err := a.readTemplateFiles(ctx, on, rows, at); err != nil {
		return nil, err
	}
	if err := a.readTemplateTags(ctx, on, ids, at); err != nil {
		return nil, err
	}
	t := sql.Table(signature.Table)
	s := selectFrom[child[int64]](a.store.Dialect(), t)
	s.take(t, signature.FieldTemplateID, func(r *child[int64]) any { return &r.contractID })
	s.compute(sql.Raw("count(*)"), "n", func(r *child[int64]) any { return &r.view })
	s.Where(store.InP(t.C(signature.FieldTemplateID), ids)).GroupBy(t.C(signature.FieldTemplateID))
	counts, err := s.rows(ctx, on)
	for _, r := range counts {
		at[r.contractID].SignatureCount = r.view
	}
	return views, err
}

func (a *App) readTemplateFiles(ctx context.Context, on *ent.Client, rows []*ent.SignatureTemplate, at map[int64]*view.SignatureTemplate) error {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	type row = child[fileRow]
	t := sql.Table(signaturetemplate.Table).As("t")
	s := selectFrom[row](a.store.Dialect(), t)
	s.take(t, signaturetemplate.FieldID, func(r *row) any { return &r.contractID })
	takeFile(s, sql.Table("files").As("f"), t.C(signaturetemplate.FieldFileID), func(r *row) *fileRow { return &r.view })
	s.Where(store.InP(t.C(signaturetemplate.FieldID), ids))
	found, err := s.rows(ctx, on)
	for _, r := range found {
		at[r.contractID].File = a.seeStoredFile(&r.view)
	}
	return err
}

func (a *App) readTemplateTags(ctx context.Context, on *ent.Client, ids []int64, at map[int64]*view.SignatureTemplate) error {
	type row = child[view.Tag]
	p, t := sql.Table(signaturetemplate.TagsTable).As("p"), sql.Table(tag.Table).As("t")
	s := selectFrom[row](a.store.Dialect(), p)
	s.Join(t).On(t.C(tag.FieldID), p.C("tag_id"))
	s.take(p, "signature_template_id", func(r *row) any { return &r.contractID })
	takeTag(s, t, func(r *row) *view.Tag { return &r.view })
	s.Where(store.InP(p.C("signature_template_id"), ids)).OrderBy(t.C(tag.FieldPosition), t.C(tag.FieldID))
	rows, err := s.rows(ctx, on)
	for _, r := range rows {
		at[r.contractID].Tags = append(at[r.contractID].Tags, view.See(&r.view, insiderTies))
	}
	return err
}
