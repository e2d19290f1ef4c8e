package market

import (
	"context"
	"fmt"
	"slices"

	"kontrak/ent"
	"kontrak/ent/signaturetemplate"
	"kontrak/ent/tag"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// TemplateFields are what a template is made of: a document, the parts to be played
// and what is filled in. In a change, what is absent stays as it is.
type TemplateFields struct {
	Slug, Name   Optional[string]
	Order        Optional[lifecycle.SigningOrder]
	CC, Managers Optional[[]string]
	Participants Optional[[]lifecycle.TemplateParticipant]
	Objects      Optional[[]lifecycle.TemplateObject]
	TagIDs       Optional[[]int64]
	Active       Optional[bool] // false retires it
	File         *AgreementFile
	Unread       fault.Fields
}

// TemplateFilter narrows a list of templates.
type TemplateFilter struct {
	// Institutions nil keeps all that the caller may know of.
	Institutions []int64
	Title, Slug  string
	TagIDs       []int64 // any of them
	Retired      bool    // those that are retired too
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// CreateSignatureTemplate makes a template.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID; DUPLICATE; BUSY.
func (a *App) CreateSignatureTemplate(ctx context.Context, institutionID int64, in TemplateFields) (*view.SignatureTemplate, error) {
	return a.writeTemplate(ctx, &templating{fields: in, institutionID: institutionID})
}

// UpdateSignatureTemplate changes a template, or retires it. Signatures that were made
// of it stay as they are.
//
// Faults: UNAUTHENTICATED; NOT_FOUND; FORBIDDEN for partners; INVALID; STALE; BUSY.
func (a *App) UpdateSignatureTemplate(ctx context.Context, id int64, in TemplateFields) (*view.SignatureTemplate, error) {
	return a.writeTemplate(ctx, &templating{fields: in, id: id, change: true})
}

// templating is a template while it is written.
type templating struct {
	fields            TemplateFields
	change            bool
	id, institutionID int64 // of the template that is changed; whose the new one is to be
	made              int64 // the new one
	in                insider
	before            *ent.SignatureTemplate // nil for a new one
	file              *uploads
}

func (a *App) writeTemplate(ctx context.Context, d *templating) (*view.SignatureTemplate, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.SignatureTemplate, error) { return a.doTemplate(ctx, d) },
		func(ctx context.Context, m memory) (*view.SignatureTemplate, error) {
			return there(a.SignatureTemplate(ctx, m.id))
		})
}

func (a *App) doTemplate(ctx context.Context, d *templating) (*view.SignatureTemplate, error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	d.in = insider{who: who, institutions: who.Institutions}
	if d.fields.File != nil {
		d.file = d.fields.File.uploads()
	}
	err = a.withNewFiles(ctx, d.file, d.check, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			if err := d.check(ctx, tx.Client()); err != nil {
				return err
			}
			p := &paper{in: d.in, now: now, row: &agreementRow{institutionID: d.institutionID}}
			fileID, err := storeDocument(ctx, tx, d.file, d.fields.File, p)
			if err != nil {
				return err
			}
			if err := d.write(ctx, tx, p, fileID); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "SignatureTemplate", max(d.id, d.made))
		})
	})
	if err != nil {
		return nil, err
	}
	return a.SignatureTemplate(ctx, max(d.id, d.made))
}

// check tells what is wrong with the fields, all of it at once.
func (d *templating) check(ctx context.Context, on *ent.Client) (err error) {
	d.before = &ent.SignatureTemplate{ParticipantType: lifecycle.SignTogether, Active: true}
	if d.change {
		d.before, err = on.SignatureTemplate.Query().Where(signaturetemplate.ID(d.id), ofInstitutions(d.in)).Only(ctx)
		if ent.IsNotFound(err) {
			return noTemplate()
		}
		if err != nil {
			return err
		}
	}
	bad := d.fields.check(d.before)
	tenant := d.institutionID
	if d.change {
		tenant = d.before.InstitutionID
	} else {
		known := d.in.keeps(tenant)
		if known && d.in.all() {
			if known, err = institutionExists(ctx, on, tenant); err != nil {
				return err
			}
		}
		bad.Check(known, "institution_id", "is not one of your institutions")
	}
	// access: what another institution has is not told.
	if slug := d.fields.Slug.Or(d.before.Slug); slug != d.before.Slug && d.in.keeps(tenant) {
		taken, err := on.SignatureTemplate.Query().Where(signaturetemplate.InstitutionID(tenant), signaturetemplate.Slug(slug)).Exist(ctx)
		if err != nil {
			return err
		}
		bad.Check(!taken, "slug", "is used by another template already")
	}
	if ids := d.fields.TagIDs.Or(nil); len(ids) > 0 {
		found, err := on.Tag.Query().Where(tag.InstitutionID(tenant), store.In(tag.FieldID, ids)).IDs(ctx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			bad.Check(slices.Contains(found, id), "tag_ids", "names nothing: %d", id)
		}
	}
	if d.file != nil {
		if err := d.file.check(&bad, nil); err != nil {
			return err
		}
	}
	return bad.Err(fault.InputInvalid)
}

// check notes what is wrong with the fields, as they will be together with those that
// stay.
func (f *TemplateFields) check(before *ent.SignatureTemplate) fault.Fields {
	bad := f.Unread
	checkText(&bad, "name", f.Name.Or(before.Name), 1, maxTitle)
	slug := f.Slug.Or(before.Slug)
	bad.Check(slug != "" && len(slug) <= 60 && customKeyOK(slug[:min(len(slug), maxCustomKey)]) && (len(slug) <= maxCustomKey || customKeyOK(slug[maxCustomKey:])),
		"slug", "must be 1 to 60 letters, digits, - and _")
	checkWord(&bad, "participant_type", f.Order.Or(before.ParticipantType), lifecycle.SigningOrders)
	for i, address := range f.CC.Or(nil) {
		bad.Check(mailOK(address), fmt.Sprintf("cc_emails[%d]", i), "must be an e-mail address")
	}
	bad.Check(len(f.CC.Or(nil)) <= maxCC, "cc_emails", "must be at most %d", maxCC)
	bad.Check(len(f.Managers.Or(nil)) <= maxCC, "manager_names", "must be at most %d", maxCC)
	for i, name := range f.Managers.Or(nil) {
		checkText(&bad, fmt.Sprintf("manager_names[%d]", i), name, 1, 100)
	}
	people := f.Participants.Or(before.Participants)
	bad.Check(len(people) >= 1 && len(people) <= maxSigners, "participants", "must be between 1 and %d", maxSigners)
	roles, ids := map[string]bool{}, map[int64]bool{}
	for i, p := range people {
		at := fmt.Sprintf("participants[%d]", i)
		checkText(&bad, at+".role", p.Role, 1, 100)
		bad.Check(!roles[p.Role], at+".role", "stands there twice")
		bad.Check(p.ID > 0 && !ids[p.ID], at+".id", "must be a number of its own, from 1")
		roles[p.Role], ids[p.ID] = true, true
	}
	objects := f.Objects.Or(before.Objects)
	bad.Check(len(objects) <= maxObjects, "objects", "must be at most %d", maxObjects)
	seen := map[int64]bool{}
	for i, o := range objects {
		at := fmt.Sprintf("objects[%d]", i)
		index := slices.IndexFunc(people, func(p lifecycle.TemplateParticipant) bool { return p.ID == o.Participant })
		object := ObjectInput{Type: o.Type, Category: o.Category, Name: o.Name, Description: o.Description, Contents: o.Contents}
		if o.Participant != 0 {
			object.Participant = &index
		}
		object.check(&bad, at, len(people))
		bad.Check(o.ID > 0 && !seen[o.ID], at+".id", "must be a number of its own, from 1")
		seen[o.ID] = true
	}
	return bad
}

// write stores the template.
func (d *templating) write(ctx context.Context, tx *ent.Tx, p *paper, fileID int64) error {
	f, b := &d.fields, d.before
	name, tags := f.Name.Or(b.Name), f.TagIDs.Or(nil)
	if !d.change {
		create := tx.SignatureTemplate.Create().SetInstitutionID(d.institutionID).SetSlug(f.Slug.Or("")).SetName(name).SetSearchName(store.Fold(name)).
			SetParticipantType(f.Order.Or(b.ParticipantType)).SetCcEmails(f.CC.Or([]string{})).SetManagerNames(f.Managers.Or([]string{})).
			SetParticipants(f.Participants.Or(nil)).SetObjects(f.Objects.Or([]lifecycle.TemplateObject{})).SetActive(f.Active.Or(true)).
			AddTagIDs(tags...).SetCreatedAt(p.now).SetUpdatedAt(p.now)
		if fileID != 0 {
			create.SetFileID(fileID)
		}
		made, err := create.Save(ctx)
		if err == nil {
			d.made = made.ID
		}
		return err
	}
	update := tx.SignatureTemplate.Update().Where(signaturetemplate.ID(d.id), signaturetemplate.Version(b.Version)).
		SetSlug(f.Slug.Or(b.Slug)).SetName(name).SetSearchName(store.Fold(name)).SetParticipantType(f.Order.Or(b.ParticipantType)).
		SetCcEmails(f.CC.Or(b.CcEmails)).SetManagerNames(f.Managers.Or(b.ManagerNames)).SetParticipants(f.Participants.Or(b.Participants)).
		SetObjects(f.Objects.Or(b.Objects)).SetActive(f.Active.Or(b.Active)).AddVersion(1).SetUpdatedAt(p.now)
	if fileID != 0 {
		update.SetFileID(fileID)
	}
	if f.TagIDs.sent {
		update.ClearTags().AddTagIDs(tags...)
	}
	return onlyOne(update.Save(ctx))
}

func noTemplate() error { return fault.New(fault.RecordNotFound, "There is no such template.") }

// ofInstitutions keeps the templates of the institutions that the caller acts for.
func ofInstitutions(in insider) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if !in.all() { // access: templates are for members and agents of their institution
			s.Where(store.InP(s.C(signaturetemplate.FieldInstitutionID), in.institutions))
		}
	}
}
