package market

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreementtype"
	"kontrak/ent/columnitem"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// defaultType is the type of an agreement that nobody gave one.
const defaultType = "Maintenance"

// CreateAgreement is the input of CreateAgreement.
type CreateAgreement struct {
	// InstitutionID is whose agreement it is to be; nil for the caller's only one.
	InstitutionID *int64
	AgreementFields
	File *AgreementFile
	// Source and ExternalID say where an import takes it from.
	Source     lifecycle.AgreementSource
	ExternalID string
	// Origin is NEW unless it is said otherwise.
	Origin lifecycle.Origin
}

// CreateAgreement makes a draft.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID, with every field that is
// wrong; DUPLICATE when somebody else was faster with the same key.
func (a *App) CreateAgreement(ctx context.Context, in CreateAgreement, w AgreementWants) (*view.Agreement, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Agreement, error) { return a.createAgreement(ctx, in, w) }, a.paperAgain(w))
}

func (a *App) createAgreement(ctx context.Context, in CreateAgreement, w AgreementWants) (*view.Agreement, error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	d := &drafting{in: in, p: &paper{in: insider{who: who, institutions: who.Institutions}, now: a.Now(), row: &agreementRow{}}}
	if in.File != nil {
		d.file = in.File.uploads()
	}
	err = a.withNewFiles(ctx, d.file, d.check, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			if err := d.check(ctx, tx.Client()); err != nil {
				return err
			}
			if err := d.write(ctx, tx); err != nil {
				return err
			}
			return memory{}.keepPaper(ctx, tx, d.id)
		})
	})
	if err != nil {
		return nil, err
	}
	return a.answerPaper(ctx, d.p.in, d.id, d.p.now, w)
}

// drafting is an agreement while it is made.
type drafting struct {
	in   CreateAgreement
	p    *paper
	file *uploads
	// fileID is a document that is stored already, where none is sent.
	fileID *int64
	id     int64
}

// check tells what is wrong with the input, all of it at once.
func (d *drafting) check(ctx context.Context, on *ent.Client) error {
	row := &agreementRow{}
	d.p.row = row
	mine := d.p.in.who.Institutions
	switch id := d.in.InstitutionID; {
	case id != nil:
		row.institutionID = *id
	case len(mine) == 1:
		row.institutionID = mine[0]
	}
	given := row.institutionID != 0
	// access: an institution outside the caller's list is not told apart from an unknown
	// one, and nothing is looked up in it.
	known := given && d.p.in.keeps(row.institutionID)
	if known && d.p.in.all() {
		var err error
		if known, err = institutionExists(ctx, on, row.institutionID); err != nil {
			return err
		}
	}
	if !known {
		row.institutionID = 0
	}
	bad, err := d.in.check(ctx, on, d.p)
	if err != nil {
		return err
	}
	bad.Check(given, "institution_id", "is required: you act for %d institutions", len(mine))
	bad.Check(known || !given, "institution_id", "is not one of your institutions")
	if d.file != nil {
		if err := d.file.check(&bad, nil); err != nil {
			return err
		}
	}
	return bad.Err(fault.InputInvalid)
}

// write stores the draft, its pairs and the first row of its history.
func (d *drafting) write(ctx context.Context, tx *ent.Tx) error {
	f, now, who := &d.in.AgreementFields, d.p.now, d.p.in.who
	typeID := f.TypeID.Or(0)
	if typeID == 0 {
		var err error
		if typeID, err = tx.AgreementType.Query().Where(agreementtype.Name(defaultType)).FirstID(ctx); err != nil {
			return err
		}
	}
	title, identifier := f.Title.Or(""), f.Identifier.Or("")
	create := tx.Agreement.Create().SetInstitutionID(d.p.row.institutionID).
		SetPublicID(opaque.ID()).SetUUID(opaque.UUID()).SetCustomKey(f.CustomKey.Or("")).
		SetIdentifier(identifier).SetSearchIdentifier(store.Fold(identifier)).SetTitle(title).SetSearchTitle(store.Fold(title)).
		SetDescription(f.Description.Or("")).SetAgreementTypeID(typeID).SetGatewayKind(f.GatewayKind.Or(lifecycle.GatewayOther)).
		SetStatus(lifecycle.Agreement.Start).SetCost(f.Cost.Or(0)).SetCurrency(cmp.Or(f.Currency.Or(""), defaultCurrency)).
		SetNillableVendorID(f.VendorID.value).SetNillableLicenseTypeID(f.LicenseTypeID.value).SetNillableLicenseCount(f.LicenseCount.value).
		SetNillableOwnerID(f.OwnerID.value).SetNillableApproverID(f.ApproverID.value).SetNillableNotifyBeforeDays(f.NotifyBeforeDays.value).
		SetNillableStartsAt(f.StartsAt.value).SetNillableEndsAt(f.EndsAt.value).
		SetGeneratedOn(cmp.Or(string(f.GeneratedOn.Or("")), now.UTC().Format(time.DateOnly))).
		SetClientApprovedOn(string(f.ClientApprovedOn.Or(""))).
		SetCreatedAt(now).SetUpdatedAt(now)
	if d.in.Source != "" {
		create.SetSource(d.in.Source).SetExternalID(d.in.ExternalID)
	}
	if d.in.Origin != "" {
		create.SetOrigin(d.in.Origin)
	}
	create.SetNillableFileID(d.fileID)
	fileID, err := storeDocument(ctx, tx, d.file, d.in.File, d.p)
	if err != nil {
		return err
	}
	if fileID != 0 {
		create.SetFileID(fileID)
	}
	made, err := create.Save(ctx)
	if err != nil {
		return err
	}
	d.id, d.p.row.id = made.ID, made.ID
	m := &paperMove{now: now, told: changelog.OfAgreement(nil, made)}
	if err := f.pair()(ctx, tx, d.p.row, m); err != nil {
		return err
	}
	return tx.AgreementHistory.Create().SetInstitutionID(made.InstitutionID).SetAgreementID(made.ID).
		SetActorID(who.UserID).SetActorRole(string(who.Role)).SetEvent(lifecycle.AgreementCreate).SetToStatus(made.Status).
		SetChanges(m.told.JSON()).SetAgreementVersion(made.Version).SetAt(now).Exec(ctx)
}

// UpdateAgreement changes a draft or a rejected agreement, which becomes a draft
// again.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE.
func (a *App) UpdateAgreement(ctx context.Context, id int64, in AgreementFields, w AgreementWants) (*view.Agreement, error) {
	return a.UpdateAgreementWithFile(ctx, id, in, nil, w)
}

// UpdateAgreementWithFile is UpdateAgreement that also gives the agreement a document,
// in place of the one that it has; nil leaves that as it is.
//
// Faults: as for UpdateAgreement.
func (a *App) UpdateAgreementWithFile(ctx context.Context, id int64, in AgreementFields, file *AgreementFile, w AgreementWants) (*view.Agreement, error) {
	d := &redraft{AgreementFields: in, in: file}
	if file != nil {
		d.file = file.uploads()
	}
	return a.actOnPaper(ctx, id, d, w)
}

type redraft struct {
	AgreementFields
	in   *AgreementFile
	file *uploads // nil when there is none
}

func (d *redraft) brings() []*uploads { return []*uploads{d.file} }

func (*redraft) action() lifecycle.AgreementAction { return lifecycle.AgreementActUpdate }

func (d *redraft) check(ctx context.Context, on *ent.Client, p *paper) error {
	bad, err := d.AgreementFields.check(ctx, on, p)
	if err != nil {
		return err
	}
	if d.file != nil {
		if err := d.file.check(&bad, nil); err != nil {
			return err
		}
	}
	return bad.Err(fault.InputInvalid)
}

func (d *redraft) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	event := lifecycle.AgreementUpdate
	if p.row.status == lifecycle.AgreementRejected {
		event = lifecycle.AgreementReopen
	}
	fileID, err := storeDocument(ctx, tx, d.file, d.in, p)
	if err != nil {
		return err
	}
	set := func(u *ent.AgreementUpdate) {
		d.set(u)
		if fileID != 0 {
			u.SetFileID(fileID)
		}
	}
	return movePaper(ctx, tx, p.row, paperMove{event: event, by: p.in.who, now: p.now, set: set, beside: []paperStep{d.pair()}})
}

// set writes the columns of the fields that were sent.
func (f *AgreementFields) set(u *ent.AgreementUpdate) {
	text := func(o Optional[string], set func(string) *ent.AgreementUpdate) {
		if o.sent {
			set(o.Or(""))
		}
	}
	text(f.Title, func(s string) *ent.AgreementUpdate { return u.SetTitle(s).SetSearchTitle(store.Fold(s)) })
	text(f.Description, u.SetDescription)
	text(f.Identifier, func(s string) *ent.AgreementUpdate { return u.SetIdentifier(s).SetSearchIdentifier(store.Fold(s)) })
	text(f.CustomKey, u.SetCustomKey)
	if f.TypeID.value != nil {
		u.SetAgreementTypeID(*f.TypeID.value)
	}
	if f.GatewayKind.value != nil {
		u.SetGatewayKind(*f.GatewayKind.value)
	}
	if f.Cost.sent {
		u.SetCost(f.Cost.Or(0))
	}
	if f.Currency.value != nil {
		u.SetCurrency(*f.Currency.value)
	}
	if f.GeneratedOn.value != nil {
		u.SetGeneratedOn(string(*f.GeneratedOn.value))
	}
	if f.ClientApprovedOn.sent {
		u.SetClientApprovedOn(string(f.ClientApprovedOn.Or("")))
	}
	write(f.VendorID, u.SetVendorID, u.ClearVendorID)
	write(f.LicenseTypeID, u.SetLicenseTypeID, u.ClearLicenseTypeID)
	write(f.OwnerID, u.SetOwnerID, u.ClearOwnerID)
	write(f.ApproverID, u.SetApproverID, u.ClearApproverID)
	write(f.LicenseCount, u.SetLicenseCount, u.ClearLicenseCount)
	write(f.NotifyBeforeDays, u.SetNotifyBeforeDays, u.ClearNotifyBeforeDays)
	write(f.StartsAt, u.SetStartsAt, u.ClearStartsAt)
	write(f.EndsAt, u.SetEndsAt, u.ClearEndsAt)
}

// write sets or clears a column that may be empty.
func write[T any, U any](o Optional[T], set func(T) U, empty func() U) {
	switch {
	case !o.sent:
	case o.value == nil:
		empty()
	default:
		set(*o.value)
	}
}

// pair writes the lists that were sent.
func (f *AgreementFields) pair() paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		if err := f.AgreementPairs.write(ctx, tx, r, m); err != nil || !f.ColumnItems.sent {
			return err
		}
		if _, err := tx.ColumnItem.Delete().Where(columnitem.AgreementID(r.id)).Exec(ctx); err != nil {
			return err
		}
		items := f.ColumnItems.Or(nil)
		rows := make([]*ent.ColumnItemCreate, len(items))
		for i, item := range items {
			rows[i] = tx.ColumnItem.Create().SetInstitutionID(r.institutionID).SetAgreementID(r.id).
				SetSlug(item.Slug).SetName(item.Name).SetValue(item.Value)
		}
		m.tell("column_items", items)
		return tx.ColumnItem.CreateBulk(rows...).Exec(ctx)
	}
}

// write replaces the lists that were sent. It runs after the agreement's version was
// compared and set, so nobody else is at it.
func (p AgreementPairs) write(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
	one := tx.Agreement.UpdateOneID(r.id)
	some := false
	for _, list := range []struct {
		name  string
		ids   Optional[[]int64]
		clear func() *ent.AgreementUpdateOne
		add   func(...int64) *ent.AgreementUpdateOne
	}{
		{"customers", p.CustomerIDs, one.ClearCustomers, one.AddCustomerIDs},
		{"tags", p.TagIDs, one.ClearTags, one.AddTagIDs},
		{"assets", p.AssetIDs, one.ClearAssets, one.AddAssetIDs},
		{"notify_users", p.NotifyUserIDs, one.ClearNotifyUsers, one.AddNotifyUserIDs},
		{"users", p.UserIDs, one.ClearUsers, one.AddUserIDs},
		{"organizations", p.OrganizationIDs, one.ClearOrganizations, one.AddOrganizationIDs},
	} {
		if !list.ids.sent {
			continue
		}
		some = true
		ids := slices.Clone(list.ids.Or(nil))
		slices.Sort(ids)
		ids = slices.Compact(ids)
		list.clear()
		list.add(ids...)
		m.tell(list.name, ids)
	}
	if !some {
		return nil
	}
	return one.Exec(ctx)
}

// tell notes for the history what a list is now.
func (m *paperMove) tell(name string, list any) {
	if m.told == nil {
		m.told = changes{}
	}
	m.told.Add(changelog.Of(name, json.RawMessage("null"), changelog.Text(list)))
}
