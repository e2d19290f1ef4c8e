package market

import (
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/apikey"
	"kontrak/ent/certificationwishlist"
	"kontrak/ent/devicetoken"
	"kontrak/ent/education"
	"kontrak/ent/file"
	"kontrak/ent/notification"
	"kontrak/ent/onetimecode"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/partnertest"
	"kontrak/ent/personaltoken"
	"kontrak/ent/session"
	"kontrak/ent/testattempt"
	"kontrak/ent/wishlist"
	"kontrak/internal/store"
)

// purposePicture is what the file of a person's picture is for.
const purposePicture = "picture"

// forget ends everything that opens an account, and deletes what is kept for its owner
// alone. What others need stays: contracts, papers and what was said in them.
//
// Sessions are kept, ended, so that their refresh tokens are still known as such;
// housekeeping takes them away.
func (a *App) forget(ctx context.Context, tx *ent.Tx, u *ent.User, p *ent.Partner, pictures []string, now time.Time) error {
	wall := store.Instant(a.wall())
	steps := []func() error{
		func() error { return a.leaveAll(ctx, tx, u.ID, now) },
		func() error {
			return store.EndSessions(ctx, tx, wall, session.UserID(u.ID))
		},
		func() error { // the name of a device is often its owner's
			return tx.Session.Update().Where(session.UserID(u.ID)).SetDeviceID("").SetDeviceName("").SetPlatform("").Exec(ctx)
		},
		func() error {
			return tx.ApiKey.Update().Where(apikey.UserID(u.ID), apikey.RevokedAtIsNil()).SetRevokedAt(wall).Exec(ctx)
		},
		func() error {
			_, err := tx.PersonalToken.Delete().Where(personaltoken.UserID(u.ID)).Exec(ctx)
			return err
		},
		func() error { _, err := tx.OneTimeCode.Delete().Where(onetimecode.UserID(u.ID)).Exec(ctx); return err },
		func() error { _, err := tx.DeviceToken.Delete().Where(devicetoken.UserID(u.ID)).Exec(ctx); return err },
		func() error {
			_, err := tx.Notification.Delete().Where(notification.UserID(u.ID)).Exec(ctx)
			return err
		},
		func() error { _, err := tx.Wishlist.Delete().Where(wishlist.UserID(u.ID)).Exec(ctx); return err },
		func() error { return forgetPictures(ctx, tx, pictures) },
	}
	if p != nil {
		steps = append(steps, func() error {
			_, err := tx.PartnerLocation.Delete().Where(partnerlocation.PartnerID(p.ID)).Exec(ctx)
			return err
		}, func() error {
			_, err := tx.Education.Delete().Where(education.PartnerID(p.ID)).Exec(ctx)
			return err
		}, func() error { // nobody finds it any more
			_, err := tx.Wishlist.Delete().Where(wishlist.PartnerID(p.ID)).Exec(ctx)
			return err
		}, func() error {
			_, err := tx.CertificationWishlist.Delete().Where(certificationwishlist.PartnerID(p.ID)).Exec(ctx)
			return err
		}, func() error {
			_, err := tx.PartnerTest.Delete().Where(partnertest.PartnerID(p.ID)).Exec(ctx)
			return err
		}, func() error {
			_, err := tx.TestAttempt.Delete().Where(testattempt.PartnerID(p.ID)).Exec(ctx)
			return err
		})
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// picturesOf are the files of an account's pictures: its own, and its partner's, which
// is the same one most often.
func picturesOf(u *ent.User, p *ent.Partner) []string {
	names := []string{u.Picture}
	if p != nil {
		names = append(names, p.Picture)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// forgetPictures deletes the rows of pictures, so that their files are nobody's.
func forgetPictures(ctx context.Context, tx *ent.Tx, names []string) error {
	if len(names) == 0 {
		return nil
	}
	_, err := tx.File.Delete().Where(store.In(file.FieldName, names), file.Purpose(purposePicture), file.InstitutionIDIsNil()).Exec(ctx)
	return err
}

// papersOf are the private files that a partner has sent of itself.
func papersOf(ctx context.Context, tx *ent.Tx, p *ent.Partner) ([]string, error) {
	if p == nil {
		return nil, nil
	}
	names, err := tx.Education.Query().Where(education.PartnerID(p.ID)).Select(education.FieldCertificate).Strings(ctx)
	if err != nil {
		return nil, err
	}
	sent, err := tx.PartnerTest.Query().Where(partnertest.PartnerID(p.ID)).Select(partnertest.FieldCertificate).Strings(ctx)
	names = append(append(names, sent...), p.IdentityCard)
	return slices.DeleteFunc(names, func(name string) bool { return name == "" }), err
}

// forgetPapers deletes the rows of such files.
func forgetPapers(ctx context.Context, tx *ent.Tx, userID int64, names []string) error {
	if len(names) == 0 {
		return nil
	}
	_, err := tx.File.Delete().Where(store.In(file.FieldName, names), file.UploadedByID(userID), file.InstitutionIDIsNil()).Exec(ctx)
	return err
}

// removePictures removes the files of pictures whose rows are gone, as far as it can:
// what is left is for housekeeping.
func (a *App) removePictures(ctx context.Context, names []string) {
	for _, name := range names {
		if err := a.files.Remove(context.WithoutCancel(ctx), name, true); err != nil {
			a.log.WarnContext(ctx, "a picture is left over", "name", name, "error", err)
		}
	}
}
