package market

import (
	"context"
	"fmt"
	"slices"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/education"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// registrant are the rows of whoever registers; those that are not there yet have no id.
type registrant struct {
	user      *ent.User
	partner   *ent.Partner
	place     *ent.PartnerLocation
	education *ent.Education
	removed   bool
}

// read reads the rows, which nobody else changes meanwhile where hold says so.
//
// Faults: TOKEN_INVALID for an account that has gone.
func (g *registering) read(ctx context.Context, on *ent.Client, hold bool) (*registrant, error) {
	users := on.User.Query().Where(user.ID(g.who.UserID), user.StatusEQ(lifecycle.UserActive))
	partners := on.Partner.Query().Where(partner.UserID(g.who.UserID))
	if hold {
		users.Where(store.ForUpdate)
		partners.Where(store.ForUpdate)
	}
	r := &registrant{}
	var err error
	if r.user, err = users.Only(ctx); ent.IsNotFound(err) {
		return nil, fault.New(fault.TokenInvalid, "")
	}
	if err != nil {
		return nil, err
	}
	if r.partner, err = partners.Only(ctx); ent.MaskNotFound(err) != nil {
		return nil, err
	}
	if r.partner == nil {
		r.partner = &ent.Partner{
			UserID: r.user.ID, Status: lifecycle.Partner.Start, VerificationStatus: lifecycle.VerificationNotStarted,
			VerificationStep: lifecycle.Verification.Start, Picture: r.user.Picture, Version: 1, CreatedAt: g.now,
		}
		r.place, r.education = &ent.PartnerLocation{}, &ent.Education{}
		return r, nil
	}
	r.removed = r.partner.DeletedAt != nil
	if r.place, err = orNew(on.PartnerLocation.Query().Where(partnerlocation.PartnerID(r.partner.ID), partnerlocation.IsPrimary(true)).Only(ctx)); err != nil {
		return nil, err
	}
	r.education, err = orNew(on.Education.Query().Where(education.PartnerID(r.partner.ID)).Only(ctx))
	return r, err
}

// orNew gives a row, or an empty one where there is none.
func orNew[R any](r *R, err error) (*R, error) {
	if ent.IsNotFound(err) {
		return new(R), nil
	}
	return r, err
}

// skills notes what is wrong with what the registrant says that it can do.
func (g *registering) skills(ctx context.Context, on *ent.Client, bad *fault.Fields) error {
	ids := g.in.SubServiceIDs
	bad.Check(len(ids) > 0, "sub_service_ids", "is required: name one sub-service at least")
	if len(ids) > maxClaims {
		bad.Add("sub_service_ids", "has %d sub-services, and %d are allowed", len(ids), maxClaims)
		return nil
	}
	offered, err := on.SubService.Query().Where(
		store.In(subservice.FieldID, ids), subservice.StatusEQ(lifecycle.CatalogueActive),
		subservice.HasServiceWith(service.StatusEQ(lifecycle.CatalogueActive)),
	).IDs(ctx)
	for i, id := range ids {
		field := fmt.Sprintf("sub_service_ids[%d]", i)
		bad.Check(slices.Contains(offered, id), field, "is no sub-service that is offered")
		bad.Check(!slices.Contains(ids[:i], id), field, "is there twice")
	}
	return err
}

// do writes the registration. A second try begins anew.
func (g *registering) do(ctx context.Context, tx *ent.Tx) error {
	g.pictures, g.papers = nil, nil
	r, err := g.judge(ctx, tx.Client(), true)
	if err != nil {
		return err
	}
	if g.picture != nil {
		g.pictures = picturesOf(r.user, r.partner)
		r.partner.Picture = g.picture.names()[0]
	}
	g.papers = papersSoFar(r.partner, r.education)
	r.partner.IdentityCard, r.education.Certificate = g.card.names()[0], ""
	if g.diploma != nil {
		r.education.Certificate = g.diploma.names()[0]
	}
	for _, step := range []func(context.Context, *ent.Tx, *registrant) error{
		g.saveUser, g.savePartner, g.savePlace, g.saveEducation, g.saveSkills, g.saveFiles,
	} {
		if err := step(ctx, tx, r); err != nil {
			return err
		}
	}
	g.id = r.partner.ID
	if err := goOn(ctx, tx, r.partner, g.now); err != nil {
		return err
	}
	if err := saveVerification(ctx, tx, r.partner, g.now); err != nil {
		return err
	}
	return memory{}.keep(ctx, tx, "Partner", g.id)
}

// saveUser gives the account the name, telephone number and picture of its partner: both
// have one.
func (g *registering) saveUser(ctx context.Context, tx *ent.Tx, r *registrant) error {
	return oneChanged(tx.User.Update().Where(user.ID(r.user.ID), user.Version(r.user.Version)).
		SetFullName(r.partner.FullName).SetPhone(r.partner.Phone).SetPicture(r.partner.Picture).
		AddVersion(1).SetUpdatedAt(g.now).Save(ctx))
}

// savePartner writes who the partner is; where its verification stands is written after.
func (g *registering) savePartner(ctx context.Context, tx *ent.Tx, r *registrant) error {
	p := r.partner
	if p.ID != 0 {
		err := tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).
			SetFullName(p.FullName).SetSearchName(p.SearchName).SetPicture(p.Picture).SetGender(p.Gender).SetPhone(p.Phone).
			SetBirthPlace(p.BirthPlace).SetBirthDate(p.BirthDate).SetIdentityNumber(p.IdentityNumber).SetIdentityCard(p.IdentityCard).
			SetUpdatedAt(g.now).Exec(ctx)
		if err != nil {
			return err
		}
		return store.KeepName(ctx, tx, store.PartnerNames, p.ID, p.SearchName)
	}
	made, err := tx.Partner.Create().SetUserID(p.UserID).SetStatus(p.Status).SetFullName(p.FullName).SetSearchName(p.SearchName).
		SetPicture(p.Picture).SetGender(p.Gender).SetPhone(p.Phone).SetBirthPlace(p.BirthPlace).SetBirthDate(p.BirthDate).
		SetIdentityNumber(p.IdentityNumber).SetIdentityCard(p.IdentityCard).SetCreatedAt(g.now).SetUpdatedAt(g.now).Save(ctx)
	if err != nil {
		return err
	}
	p.ID, p.Version = made.ID, made.Version
	return store.KeepName(ctx, tx, store.PartnerNames, p.ID, p.SearchName)
}

func (g *registering) savePlace(ctx context.Context, tx *ent.Tx, r *registrant) error {
	l := r.place
	if l.ID == 0 {
		return tx.PartnerLocation.Create().SetPartnerID(r.partner.ID).SetIsPrimary(true).SetProvince(l.Province).SetCity(l.City).
			SetDistrict(l.District).SetSubdistrict(l.Subdistrict).SetPostcode(l.Postcode).SetAddress(l.Address).
			SetLatitude(l.Latitude).SetLongitude(l.Longitude).SetCreatedAt(g.now).SetUpdatedAt(g.now).Exec(ctx)
	}
	return oneChanged(tx.PartnerLocation.Update().Where(partnerlocation.ID(l.ID), partnerlocation.Version(l.Version)).
		SetProvince(l.Province).SetCity(l.City).SetDistrict(l.District).SetSubdistrict(l.Subdistrict).SetPostcode(l.Postcode).
		SetAddress(l.Address).SetLatitude(l.Latitude).SetLongitude(l.Longitude).AddVersion(1).SetUpdatedAt(g.now).Save(ctx))
}

func (g *registering) saveEducation(ctx context.Context, tx *ent.Tx, r *registrant) error {
	e := r.education
	if e.ID == 0 {
		return tx.Education.Create().SetPartnerID(r.partner.ID).SetLevel(e.Level).SetInstitutionName(e.InstitutionName).SetMajor(e.Major).
			SetNillableGraduationYear(e.GraduationYear).SetCertificate(e.Certificate).SetCreatedAt(g.now).SetUpdatedAt(g.now).Exec(ctx)
	}
	u := tx.Education.Update().Where(education.ID(e.ID), education.Version(e.Version)).SetLevel(e.Level).
		SetInstitutionName(e.InstitutionName).SetMajor(e.Major).SetCertificate(e.Certificate).AddVersion(1).SetUpdatedAt(g.now)
	if e.GraduationYear == nil {
		u.ClearGraduationYear()
	} else {
		u.SetGraduationYear(*e.GraduationYear)
	}
	return oneChanged(u.Save(ctx))
}

// saveSkills writes what the partner says that it can do: what it said before and says
// no more goes, unless the back office has decided on it.
func (g *registering) saveSkills(ctx context.Context, tx *ent.Tx, r *registrant) error {
	ids := g.in.SubServiceIDs
	_, err := tx.Competency.Delete().Where(
		competency.PartnerID(r.partner.ID), competency.StatusEQ(lifecycle.CataloguePending), competency.Not(store.In(competency.FieldSubServiceID, ids)),
	).Exec(ctx)
	if err != nil {
		return err
	}
	var had []int64
	if err := tx.Competency.Query().Where(competency.PartnerID(r.partner.ID)).Select(competency.FieldSubServiceID).Scan(ctx, &had); err != nil {
		return err
	}
	offered, err := tx.SubService.Query().Where(store.In(subservice.FieldID, ids)).Order(subservice.ByID()).All(ctx)
	if err != nil {
		return err
	}
	var rows []*ent.CompetencyCreate
	for _, of := range offered {
		if !slices.Contains(had, of.ID) {
			rows = append(rows, tx.Competency.Create().SetPartnerID(r.partner.ID).SetSubServiceID(of.ID).
				SetInstallation(of.Installation).SetMaintenance(of.Maintenance).SetRepair(of.Repair).SetStatus(lifecycle.CataloguePending).SetCreatedAt(g.now).SetUpdatedAt(g.now))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Competency.CreateBulk(rows...).Exec(ctx)
}

// saveFiles writes the rows of the new files, and deletes those of the files so far.
func (g *registering) saveFiles(ctx context.Context, tx *ent.Tx, r *registrant) error {
	if err := forgetPictures(ctx, tx, g.pictures); err != nil {
		return err
	}
	if err := forgetPapers(ctx, tx, r.user.ID, g.papers); err != nil {
		return err
	}
	var rows []*ent.FileCreate
	for _, u := range g.files() {
		f := u.stored[0]
		rows = append(rows, tx.File.Create().SetUploadedByID(r.user.ID).SetName(f.name).SetPurpose(u.purpose).SetContentType(f.kind).
			SetSize(f.size).SetSha256(f.sum).SetPublic(u.public).SetCreatedAt(g.now))
	}
	return tx.File.CreateBulk(rows...).Exec(ctx)
}

// papersSoFar are the private files of a partner that registered; p or e may be new.
func papersSoFar(p *ent.Partner, e *ent.Education) []string {
	return slices.DeleteFunc([]string{p.IdentityCard, e.Certificate}, func(name string) bool { return name == "" })
}

// removePapers removes private files whose rows are gone.
func (a *App) removePapers(ctx context.Context, names []string) {
	for _, name := range names {
		a.removePrivate(ctx, name)
	}
}
