package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/file"
	"kontrak/ent/institution"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// CompanyID gives the institution with a public id to whoever belongs to it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for an institution of others and an unknown one
// alike; NOT_FOUND for an unknown one to the back office, which may know of all.
func (a *App) CompanyID(ctx context.Context, publicID string) (int64, error) {
	who, err := caller(ctx)
	if err != nil {
		return 0, err
	}
	id := int64(0)
	if opaque.IsID(publicID) {
		ctx, cancel := a.store.ReadContext(ctx)
		defer cancel()
		id, err = firstOr(a.store.Client().Institution.Query().Where(institution.PublicID(publicID)).FirstID(ctx))
		if err != nil {
			return 0, store.Fault(err)
		}
	}
	in := insider{who: who, institutions: membershipsOf(who)}
	switch {
	// access: a foreign institution is not told apart from one that there is not.
	case !in.all() && !in.keeps(id):
		return 0, strangerRefusal(who)
	case id == 0:
		return 0, fault.New(fault.RecordNotFound, "There is no such company.")
	}
	return id, nil
}

// strangerRefusal is the fault of a caller that does not belong to the institution that
// it names, or that nobody has: it says who may know of one, and not whether there is.
func strangerRefusal(who actor.Actor) error {
	if may := []actor.Role{actor.Institution, actor.Supervisor, actor.Admin}; !who.Is(may...) {
		return RoleRefusal(who, may)
	}
	f := fault.New(fault.RoleForbidden, "Only members and agents of a company may know of it.")
	return f.Refuse("keeper", "a member or an agent of the institution, or the back office", string(who.Role))
}

// membershipsOf are the institutions whose agreements somebody may know of as a
// member or an agent.
func membershipsOf(who actor.Actor) []int64 {
	if who.Is(actor.Institution, actor.Supervisor) {
		return who.Institutions
	}
	return nil
}

// Companies gives the institutions that the caller belongs to, by id, with their
// public ids. The one that the caller acts for comes first.
//
// Faults: UNAUTHENTICATED.
func (a *App) Companies(ctx context.Context) ([]*view.Company, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var list []*view.Company
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := on.Institution.Query().Where(store.In(institution.FieldID, membershipsOf(who))).Order(ent.Asc(institution.FieldID)).All(ctx)
		list = nil
		for _, r := range rows {
			c := view.See(&view.Company{
				ID: r.ID, PublicID: r.PublicID, Name: r.Name, Kind: r.Kind, Address: r.Address, Phone: r.Phone, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
			}, insiderTies)
			if r.ID == who.CurrentInstitution {
				list = append([]*view.Company{c}, list...)
				continue
			}
			list = append(list, c)
		}
		return err
	})
	return list, err
}

// CompanyDocument gives a document of an agreement of the institution by its public
// id, with a link that expires.
//
// Faults: UNAUTHENTICATED, NOT_FOUND.
func (a *App) CompanyDocument(ctx context.Context, institutionID int64, publicID string) (*view.CompanyDocument, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var v *view.CompanyDocument
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil || !opaque.IsID(publicID) {
			return err
		}
		row, err := on.File.Query().Where(file.PublicID(publicID), file.InstitutionID(institutionID)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		of, err := a.agreementRows(ctx, on, in, AgreementFiles, func(s *sql.Selector, t *sql.SelectTable) {
			s.Where(sql.Or(sql.EQ(t.C(agreement.FieldFileID), row.ID), sql.EQ(t.C(agreement.FieldWordFileID), row.ID), sql.EQ(t.C(agreement.FieldConcludedFileID), row.ID)))
			s.Limit(1)
		})
		if err != nil || len(of) == 0 {
			return err
		}
		for i := range of[0].files {
			if f := &of[0].files[i]; f.id.Valid && f.id.V == row.ID {
				v = view.See(&view.CompanyDocument{
					File: a.seeStoredFile(f), UserID: row.UploadedByID, AgreementID: of[0].publicID, GatewayKind: of[0].gateway,
				}, insiderTies)
			}
		}
		return nil
	})
	if err == nil && v == nil {
		err = fault.New(fault.RecordNotFound, "There is no such document.")
	}
	return v, err
}
