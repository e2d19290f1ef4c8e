package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// ProfileChange is what somebody changes of what is known of them. The address is not
// among it: it signs in, and is proved by a code.
type ProfileChange struct {
	FullName    Optional[string]
	PhoneNumber Optional[string]
	Language    Optional[lifecycle.Language]
	// Picture replaces the picture: null takes it away.
	Picture Optional[*Upload]

	// What follows is for partners.
	Gender                Optional[lifecycle.Gender]
	BirthPlace, BirthDate Optional[string]
	About                 Optional[string]
	ExperienceYears       Optional[int64]
	// Unread is what a transport could not read of the input. It is answered together
	// with what else is wrong.
	Unread fault.Fields
}

// The bounds of a profile, in letters and years.
const (
	aboutLength   = 2000
	phoneLength   = 30
	maxExperience = 80
	// oldest is how old somebody may be. Whoever works has to be of age, which is for
	// the verification of a partner to say.
	oldest = 120
)

// UpdateProfile changes what is known of the caller. A partner is changed with its
// account: both have one name, one telephone number and one picture. The picture so
// far is removed, and its address is good no more.
//
// Faults: UNAUTHENTICATED; INVALID with every bad field, what only partners have among
// them; BUSY when the picture cannot be stored; STALE.
func (a *App) UpdateProfile(ctx context.Context, in ProfileChange, w PartnerWant) (*view.User, error) {
	again := func(ctx context.Context, _ memory) (*view.User, error) { return a.Viewer(ctx, w) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.User, error) {
		if err := a.updateProfile(ctx, in); err != nil {
			return nil, err
		}
		return again(ctx, memory{})
	}, again)
}

func (a *App) updateProfile(ctx context.Context, in ProfileChange) error {
	who, err := caller(ctx)
	if err != nil {
		return err
	}
	p := &profiling{App: a, in: in, who: who, now: a.Now(), picture: newPicture(in.Picture)}
	if err := p.look(); err != nil {
		return err
	}
	err = a.withNewFiles(ctx, p.picture, p.check, func() error { return a.store.WithTx(ctx, p.do) })
	if err != nil {
		return err
	}
	a.removePictures(ctx, p.former)
	return nil
}

// profiling is a change of a profile under way.
type profiling struct {
	*App
	in      ProfileChange
	who     actor.Actor
	now     time.Time
	picture *uploads     // nil: none comes
	wrong   fault.Fields // what is wrong with the picture
	former  []string     // the pictures so far, where others come
}

func newPicture(sent Optional[*Upload]) *uploads {
	f := sent.Or(nil)
	if f == nil {
		return nil
	}
	return &uploads{field: "picture", purpose: purposePicture, public: true, still: true, sent: []Attachment{{Upload: f}}}
}

// look looks at the picture once: it may be large.
func (p *profiling) look() error {
	if p.picture == nil {
		return nil
	}
	return p.picture.check(&p.wrong, nil)
}

// check tells what is wrong with the change, all of it at once.
func (p *profiling) check(ctx context.Context, on *ent.Client) error {
	u, err := on.User.Query().Where(user.ID(p.who.UserID)).Only(ctx)
	if err != nil {
		return err
	}
	t, err := on.Partner.Query().Where(partner.UserID(p.who.UserID), partner.DeletedAtIsNil()).Only(ctx)
	if ent.MaskNotFound(err) != nil {
		return err
	}
	return p.apply(u, t)
}

// do changes the rows, which are held meanwhile.
func (p *profiling) do(ctx context.Context, tx *ent.Tx) error {
	u, err := tx.User.Query().Where(user.ID(p.who.UserID), user.StatusEQ(lifecycle.UserActive), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		return fault.New(fault.TokenInvalid, "")
	}
	if err != nil {
		return err
	}
	var t *ent.Partner
	if p.who.Is(actor.Partner) {
		t, err = tx.Partner.Query().Where(partner.UserID(u.ID), partner.DeletedAtIsNil(), store.ForUpdate).Only(ctx)
		if ent.MaskNotFound(err) != nil {
			return err
		}
	}
	p.former = nil // a second try begins anew
	if p.in.Picture.Sent() {
		p.former = picturesOf(u, t)
	}
	if err := p.apply(u, t); err != nil {
		return err
	}
	if err := p.save(ctx, tx, u, t); err != nil {
		return err
	}
	if err := p.recordPicture(ctx, tx); err != nil {
		return err
	}
	return memory{}.keep(ctx, tx, "User", u.ID)
}

// apply changes the rows in memory, the partner's where there is one, and tells what
// is wrong with them then.
func (p *profiling) apply(u *ent.User, t *ent.Partner) error {
	bad := p.in.Unread
	bad.Take(p.wrong.Err(fault.InputInvalid))
	setText(p.in.FullName, &u.FullName)
	bad.Check(store.IsName(u.FullName), "full_name", "must have 1 to %d letters on one line", store.MaxName)
	setText(p.in.PhoneNumber, &u.Phone)
	checkPhone(&bad, u.Phone)
	set(&bad, "language", p.in.Language, &u.Language)
	checkChoice(&bad, "language", u.Language, lifecycle.Languages)
	if p.in.Picture.Sent() {
		u.Picture = ""
	}
	if p.picture != nil {
		u.Picture = p.picture.names()[0]
	}
	if t == nil {
		p.refusePartnerFields(&bad)
	} else {
		p.applyPartner(&bad, t, u)
	}
	return bad.Err(fault.InputInvalid)
}

// refusePartnerFields notes what only partners have.
func (p *profiling) refusePartnerFields(bad *fault.Fields) {
	for name, sent := range map[string]bool{
		"gender": p.in.Gender.Sent(), "birth_place": p.in.BirthPlace.Sent(), "birth_date": p.in.BirthDate.Sent(),
		"about": p.in.About.Sent(), "experience_years": p.in.ExperienceYears.Sent(),
	} {
		bad.Check(!sent, name, "is for partners alone: leave it out")
	}
}

func (p *profiling) applyPartner(bad *fault.Fields, t *ent.Partner, u *ent.User) {
	t.FullName, t.SearchName = u.FullName, store.Fold(u.FullName)
	if p.in.PhoneNumber.Sent() {
		t.Phone = u.Phone
	}
	if p.in.Picture.Sent() {
		t.Picture = u.Picture
	}
	set(bad, "gender", p.in.Gender, &t.Gender)
	checkChoice(bad, "gender", t.Gender, lifecycle.Genders)
	setText(p.in.BirthPlace, &t.BirthPlace)
	checkText(bad, "birth_place", t.BirthPlace, 0, nameLength)
	setText(p.in.BirthDate, &t.BirthDate)
	checkBirth(bad, t.BirthDate, p.now)
	setText(p.in.About, &t.About)
	checkText(bad, "about", t.About, 0, aboutLength)
	switch years := p.in.ExperienceYears; {
	case years.Null():
		t.ExperienceYears = nil
	case years.Sent():
		n := years.Or(0)
		bad.Check(n >= 0 && n <= maxExperience, "experience_years", "must be from 0 to %d", maxExperience)
		t.ExperienceYears = new(int(n))
	}
}

// save writes the rows as they are in memory, unless somebody was faster.
//
// Faults: STALE.
func (p *profiling) save(ctx context.Context, tx *ent.Tx, u *ent.User, t *ent.Partner) error {
	changed, err := tx.User.Update().Where(user.ID(u.ID), user.Version(u.Version)).
		SetFullName(u.FullName).SetPhone(u.Phone).SetLanguage(u.Language).SetPicture(u.Picture).
		AddVersion(1).SetUpdatedAt(p.now).Save(ctx)
	if err := oneChanged(changed, err); err != nil || t == nil {
		return err
	}
	change := tx.Partner.Update().Where(partner.ID(t.ID), partner.Version(t.Version)).
		SetFullName(t.FullName).SetSearchName(t.SearchName).SetPhone(t.Phone).SetPicture(t.Picture).
		SetGender(t.Gender).SetBirthPlace(t.BirthPlace).SetBirthDate(t.BirthDate).SetAbout(t.About).
		AddVersion(1).SetUpdatedAt(p.now)
	if t.ExperienceYears == nil {
		change.ClearExperienceYears()
	} else {
		change.SetExperienceYears(*t.ExperienceYears)
	}
	if err := oneChanged(change.Save(ctx)); err != nil || !p.in.FullName.Sent() {
		return err
	}
	return store.KeepName(ctx, tx, store.PartnerNames, t.ID, t.SearchName)
}

// recordPicture writes the row of a new picture, and deletes that of the one so far.
func (p *profiling) recordPicture(ctx context.Context, tx *ent.Tx) error {
	if err := forgetPictures(ctx, tx, p.former); err != nil || p.picture == nil {
		return err
	}
	f := p.picture.stored[0]
	return tx.File.Create().SetUploadedByID(p.who.UserID).SetName(f.name).SetPurpose(p.picture.purpose).SetContentType(f.kind).
		SetSize(f.size).SetSha256(f.sum).SetPublic(true).SetCreatedAt(p.now).Exec(ctx)
}

// checkPhone notes what is no telephone number; an empty one is none.
func checkPhone(bad *fault.Fields, phone string) {
	bad.Check(phone == "" || len(phone) <= phoneLength && phoneForm.MatchString(phone), "phone_number", "must be a telephone number such as +62 21 5551234")
}

// checkBirth notes a day on which nobody alive was born; an empty one is not known.
func checkBirth(bad *fault.Fields, day string, now time.Time) {
	if day == "" {
		return
	}
	born, err := time.Parse(time.DateOnly, day)
	today := now.UTC().Truncate(24 * time.Hour)
	bad.Check(err == nil && born.Before(today) && born.After(today.AddDate(-oldest, 0, 0)), "birth_date",
		"must be a day of the past, such as 1990-12-31")
}
