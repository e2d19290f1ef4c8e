package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/education"
	"kontrak/ent/file"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// DomicileChange is where a partner works from henceforth.
type DomicileChange struct {
	Place
	// Unread is what a transport could not read.
	Unread fault.Fields
}

// UpdateDomicile changes the primary place of the calling partner, from which searches
// measure. A partner without one gets it: then nothing of it may be left out.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID with every bad
// field; WRONG_STATE for who has not registered as a partner yet; STALE.
func (a *App) UpdateDomicile(ctx context.Context, in DomicileChange, w PartnerWant) (*view.User, error) {
	return a.ownChange(ctx, w, func(ctx context.Context, tx *ent.Tx, p *ent.Partner, now time.Time) error {
		bad := in.Unread
		r, err := tx.PartnerLocation.Query().Where(partnerlocation.PartnerID(p.ID), partnerlocation.IsPrimary(true)).Only(ctx)
		if ent.IsNotFound(err) {
			r, err = &ent.PartnerLocation{PartnerID: p.ID}, nil
		}
		if err != nil {
			return err
		}
		in.apply(&bad, "", r)
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		return savePlace(ctx, tx, r, now)
	})
}

// savePlace writes the primary place of a partner, new or not.
func savePlace(ctx context.Context, tx *ent.Tx, r *ent.PartnerLocation, now time.Time) error {
	if r.ID == 0 {
		return tx.PartnerLocation.Create().SetPartnerID(r.PartnerID).SetIsPrimary(true).SetProvince(r.Province).SetCity(r.City).
			SetDistrict(r.District).SetSubdistrict(r.Subdistrict).SetPostcode(r.Postcode).SetAddress(r.Address).
			SetLatitude(r.Latitude).SetLongitude(r.Longitude).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
	}
	return oneChanged(tx.PartnerLocation.Update().Where(partnerlocation.ID(r.ID), partnerlocation.Version(r.Version)).
		SetProvince(r.Province).SetCity(r.City).SetDistrict(r.District).SetSubdistrict(r.Subdistrict).SetPostcode(r.Postcode).
		SetAddress(r.Address).SetLatitude(r.Latitude).SetLongitude(r.Longitude).AddVersion(1).SetUpdatedAt(now).Save(ctx))
}

// ownChange does something to the calling partner's own record, which is held, and
// gives its account then.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; WRONG_STATE for who has
// no such record yet; those of fn.
func (a *App) ownChange(ctx context.Context, w PartnerWant, fn func(ctx context.Context, tx *ent.Tx, p *ent.Partner, now time.Time) error) (*view.User, error) {
	again := func(ctx context.Context, _ memory) (*view.User, error) { return a.Viewer(ctx, w) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.User, error) {
		who, err := caller(ctx, actor.Partner)
		if err != nil {
			return nil, err
		}
		now := a.Now()
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			p, err := tx.Partner.Query().Where(partner.UserID(who.UserID), partner.DeletedAtIsNil(), store.ForUpdate).Only(ctx)
			if ent.IsNotFound(err) {
				return fault.New(fault.WrongState, "There is no partner record yet: register as a partner first.").
					Refuse("registered", "a partner that has registered", "none")
			}
			if err != nil {
				return err
			}
			if err := fn(ctx, tx, p, now); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "User", who.UserID)
		})
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{})
	}, again)
}

// EducationChange is what a partner says of its highest education.
type EducationChange struct {
	Level, InstitutionName, Major Optional[string]
	GraduationYear                Optional[int64]
	// Unread is what a transport could not read.
	Unread fault.Fields
}

// The years in which somebody may have finished an education that counts here.
const firstGraduation = 1900

// UpdateEducation changes what is said of the calling partner's education. A paper that
// proved another one proves nothing any more: it goes when the level, the institution
// or the subject is another.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID with every bad
// field; WRONG_STATE for who has not registered as a partner yet; STALE.
func (a *App) UpdateEducation(ctx context.Context, in EducationChange, w PartnerWant) (*view.User, error) {
	former := ""
	v, err := a.ownChange(ctx, w, func(ctx context.Context, tx *ent.Tx, p *ent.Partner, now time.Time) error {
		r, err := tx.Education.Query().Where(education.PartnerID(p.ID)).Only(ctx)
		if ent.IsNotFound(err) {
			r, err = &ent.Education{PartnerID: p.ID}, nil
		}
		if err != nil {
			return err
		}
		before := *r
		if err := in.apply(r, now); err != nil {
			return err
		}
		former = ""
		if before.Level != r.Level || before.InstitutionName != r.InstitutionName || before.Major != r.Major {
			former, r.Certificate = before.Certificate, ""
		}
		if former != "" {
			if _, err := tx.File.Delete().Where(file.Name(former), file.UploadedByID(p.UserID)).Exec(ctx); err != nil {
				return err
			}
		}
		return saveEducation(ctx, tx, r, now)
	})
	if err == nil && former != "" {
		a.removePrivate(ctx, former)
	}
	return v, err
}

// apply makes the changes in a row, and tells what is wrong with it then.
func (in EducationChange) apply(r *ent.Education, now time.Time) error {
	bad := in.Unread
	setText(in.Level, &r.Level)
	checkText(&bad, "level", r.Level, 1, wordLength)
	setText(in.InstitutionName, &r.InstitutionName)
	checkText(&bad, "institution_name", r.InstitutionName, 1, nameLength)
	setText(in.Major, &r.Major)
	checkText(&bad, "major", r.Major, 0, nameLength)
	switch year := in.GraduationYear; {
	case year.Null():
		r.GraduationYear = nil
	case year.Sent():
		n := year.Or(0)
		bad.Check(n >= firstGraduation && n <= int64(now.Year()), "graduation_year", "must be from %d to this year", firstGraduation)
		r.GraduationYear = &n
	}
	return bad.Err(fault.InputInvalid)
}

func saveEducation(ctx context.Context, tx *ent.Tx, r *ent.Education, now time.Time) error {
	if r.ID == 0 {
		return tx.Education.Create().SetPartnerID(r.PartnerID).SetLevel(r.Level).SetInstitutionName(r.InstitutionName).SetMajor(r.Major).
			SetNillableGraduationYear(r.GraduationYear).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
	}
	change := tx.Education.Update().Where(education.ID(r.ID), education.Version(r.Version)).SetLevel(r.Level).
		SetInstitutionName(r.InstitutionName).SetMajor(r.Major).SetCertificate(r.Certificate).AddVersion(1).SetUpdatedAt(now)
	if r.GraduationYear == nil {
		change.ClearGraduationYear()
	} else {
		change.SetGraduationYear(*r.GraduationYear)
	}
	return oneChanged(change.Save(ctx))
}

// removePrivate removes a private file whose row is gone, as far as it can: what is left
// is for housekeeping.
func (a *App) removePrivate(ctx context.Context, name string) {
	if err := a.files.Remove(context.WithoutCancel(ctx), name, false); err != nil {
		a.log.WarnContext(ctx, "a file is left over", "name", name, "error", err)
	}
}
