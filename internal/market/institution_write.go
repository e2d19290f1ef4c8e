package market

import (
	"context"
	"slices"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/file"
	"kontrak/ent/institution"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// maxMemberships is how many institutions an account may belong to or ask to, which
// bounds what is read of it with every request.
const maxMemberships = 100

// purposeInstitution is what the file of an institution's picture is for.
const purposeInstitution = "institution_picture"

// InstitutionFields are what can be said of an institution. Its number, its status and
// who belongs to it are not among them.
type InstitutionFields struct {
	Name                            Optional[string]
	Kind                            Optional[lifecycle.InstitutionKind]
	Address, Province, City         Optional[string]
	District, Subdistrict, Postcode Optional[string]
	Latitude, Longitude             Optional[float64]
	PhoneNumber, Email              Optional[string]
	// Picture null takes it away.
	Picture Optional[*Upload]
	// Zone is for a new institution alone: the dates of its contracts are local to it.
	Zone Optional[string]
	// Version is the one that is to be changed; nil for whichever there is.
	Version *int64
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// apply puts the fields that were sent into the row, and tells what is wrong with the
// row as it is then.
func (f InstitutionFields) apply(r *ent.Institution) error {
	var own fault.Fields
	bad := &own
	setText(f.Name, &r.Name)
	checkText(bad, "name", r.Name, 1, nameLength)
	if r.SearchName = store.Fold(r.Name); r.SearchName == "" && strings.TrimSpace(r.Name) != "" {
		bad.Add("name", "must hold a letter or a digit")
	}
	set(bad, "kind", f.Kind, &r.Kind)
	if !f.Kind.Null() {
		checkChoice(bad, "kind", r.Kind, lifecycle.InstitutionKinds)
	}
	for _, text := range []struct {
		name        string
		sent        Optional[string]
		to          *string
		least, most int
	}{
		{"address", f.Address, &r.Address, 1, addressLength}, {"province", f.Province, &r.Province, 1, placeLength}, {"city", f.City, &r.City, 1, placeLength},
		{"district", f.District, &r.District, 0, placeLength}, {"subdistrict", f.Subdistrict, &r.Subdistrict, 0, placeLength},
		{"postcode", f.Postcode, &r.Postcode, 0, postcodeLength}, {"email", f.Email, &r.Email, 0, maxEmail},
	} {
		setText(text.sent, text.to)
		checkText(bad, text.name, *text.to, text.least, text.most)
	}
	bad.Check(r.Email == "" || emailOK(r.Email), "email", "must be an address such as name@example.com")
	setText(f.PhoneNumber, &r.Phone)
	checkPhone(bad, r.Phone)
	f.place(bad, r)
	all := f.Unread
	all.TakeOther(bad.Err(fault.InputInvalid))
	return all.Err(fault.InputInvalid)
}

// The bounds of the other parts of an address, in letters.
const (
	placeLength    = 100
	postcodeLength = 20
)

// place puts where it is into the row.
func (f InstitutionFields) place(bad *fault.Fields, r *ent.Institution) {
	isNew := r.ID == 0
	bad.Check(!isNew || f.Latitude.Sent(), "latitude", "is required")
	bad.Check(!isNew || f.Longitude.Sent(), "longitude", "is required")
	set(bad, "latitude", f.Latitude, &r.Latitude)
	set(bad, "longitude", f.Longitude, &r.Longitude)
	bad.Check(r.Latitude >= -90 && r.Latitude <= 90, "latitude", "must be between -90 and 90")
	bad.Check(r.Longitude >= -180 && r.Longitude <= 180, "longitude", "must be between -180 and 180")
	if !isNew {
		return
	}
	r.Zone = marketZone
	set(bad, "zone", f.Zone, &r.Zone)
	_, err := zoneOf(r.Zone)
	bad.Check(f.Zone.Null() || err == nil && len(r.Zone) <= wordLength, "zone", "must be a zone of the IANA database, such as Asia/Makassar")
}

// CreateInstitution makes an institution; who makes it is its first manager. It becomes
// the caller's current one when there was none, which is told.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; INVALID, with every
// field that is wrong; WRONG_STATE for who belongs to a hundred institutions.
func (a *App) CreateInstitution(ctx context.Context, in InstitutionFields) (*view.Institution, bool, error) {
	v, err := repeatable(ctx, a, func(ctx context.Context) (*chosenInstitution, error) { return a.createInstitution(ctx, in) },
		func(ctx context.Context, m memory) (*chosenInstitution, error) {
			v, err := there(a.Institution(ctx, m.id))
			return &chosenInstitution{v, actor.From(ctx).CurrentInstitution == m.id}, err
		})
	if v == nil {
		return nil, false, err
	}
	return v.Institution, v.current, err
}

// chosenInstitution is an institution, and whether it is the caller's current one.
type chosenInstitution struct {
	*view.Institution
	current bool
}

func (a *App) createInstitution(ctx context.Context, in InstitutionFields) (*chosenInstitution, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	if in.Kind.Null() { // of a new record null stands for none
		in.Kind = Optional[lifecycle.InstitutionKind]{}
	}
	w := newInstitutionWork(a, who, in)
	if err := w.look(); err != nil {
		return nil, err
	}
	row, current := &ent.Institution{}, false
	err = a.withNewFiles(ctx, w.picture, func(context.Context, *ent.Client) error {
		return w.apply(&ent.Institution{Kind: lifecycle.InstitutionOther})
	}, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) (err error) {
			row = &ent.Institution{Kind: lifecycle.InstitutionOther, Status: lifecycle.Institution.Start, PublicID: opaque.ID(), UUID: opaque.UUID()}
			current, err = w.found(ctx, tx, row)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	// The answer is for the manager that the caller is by now.
	who.Institutions = slices.Sorted(slices.Values(append(slices.Clone(who.Institutions), row.ID)))
	v, err := a.Institution(actor.With(ctx, who), row.ID)
	return &chosenInstitution{v, current}, err
}

// institutionWork is a change of an institution under way.
type institutionWork struct {
	*App
	in      InstitutionFields
	who     actor.Actor
	now     time.Time
	picture *uploads // nil: none comes
	former  string   // the picture so far, where another one comes
}

func newInstitutionWork(a *App, who actor.Actor, in InstitutionFields) *institutionWork {
	w := &institutionWork{App: a, in: in, who: who, now: a.Now()}
	if f := in.Picture.Or(nil); f != nil {
		w.picture = &uploads{field: "picture", purpose: purposeInstitution, public: true, still: true, sent: []Attachment{{Upload: f}}}
	}
	return w
}

// look looks at the picture once: it may be large.
func (w *institutionWork) look() error {
	if w.picture == nil {
		return nil
	}
	return w.picture.check(&w.in.Unread, nil)
}

// apply puts the change into the row.
func (w *institutionWork) apply(r *ent.Institution) error {
	if w.in.Picture.Sent() {
		w.former, r.Picture = r.Picture, ""
	}
	if w.picture != nil && w.picture.stored != nil {
		r.Picture = w.picture.names()[0]
	}
	return w.in.apply(r)
}

// found writes a new institution with its first manager, and tells whether it became
// the current one.
func (w *institutionWork) found(ctx context.Context, tx *ent.Tx, r *ent.Institution) (current bool, err error) {
	u, err := holdCaller(ctx, tx, w.who)
	if err != nil {
		return false, err
	}
	if err := w.apply(r); err != nil {
		return false, err
	}
	if err := roomForMembership(ctx, tx, w.who.UserID); err != nil {
		return false, err
	}
	if err := institutionRecords.add(ctx, tx, w.who, w.now, r); err != nil {
		return false, err
	}
	first := &ent.Membership{InstitutionID: r.ID, UserID: w.who.UserID, Role: lifecycle.MembershipManager, State: lifecycle.MembershipActive}
	if err := membershipRecords.add(ctx, tx, w.who, w.now, first); err != nil {
		return false, err
	}
	if current = u.CurrentInstitutionID == nil || w.who.CurrentInstitution == 0; current {
		if err := chooseInstitution(ctx, tx, u.ID, &r.ID, w.now); err != nil {
			return false, err
		}
	}
	if err := w.recordPicture(ctx, tx, r.ID); err != nil {
		return false, err
	}
	return current, memory{}.keep(ctx, tx, "Institution", r.ID)
}

// recordPicture writes the row of a new picture, and deletes that of the one so far.
func (w *institutionWork) recordPicture(ctx context.Context, tx *ent.Tx, id int64) error {
	if w.former != "" {
		if _, err := tx.File.Delete().Where(file.Name(w.former), file.Purpose(purposeInstitution), file.InstitutionID(id)).Exec(ctx); err != nil {
			return err
		}
	}
	if w.picture == nil {
		return nil
	}
	f := w.picture.stored[0]
	return tx.File.Create().SetInstitutionID(id).SetUploadedByID(w.who.UserID).SetName(f.name).SetPurpose(w.picture.purpose).SetContentType(f.kind).
		SetSize(f.size).SetSha256(f.sum).SetPublic(true).SetCreatedAt(w.now).Exec(ctx)
}

// UpdateInstitution changes what is said of an institution.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; NOT_FOUND; FORBIDDEN
// but for its managers and the back office; INVALID, with every field that is wrong;
// STALE.
func (a *App) UpdateInstitution(ctx context.Context, id int64, in InstitutionFields) (*view.Institution, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Institution, error) { return a.updateInstitution(ctx, id, in) },
		func(ctx context.Context, m memory) (*view.Institution, error) { return there(a.Institution(ctx, m.id)) })
}

func (a *App) updateInstitution(ctx context.Context, id int64, in InstitutionFields) (*view.Institution, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	w := newInstitutionWork(a, who, in)
	if err := w.look(); err != nil {
		return nil, err
	}
	err = a.withNewFiles(ctx, w.picture, func(ctx context.Context, on *ent.Client) error {
		r, err := on.Institution.Query().Where(institution.ID(id)).Only(ctx)
		return w.judge(ctx, on, r, err)
	}, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error { return w.change(ctx, tx, id) })
	})
	if err != nil {
		return nil, err
	}
	if w.former != "" {
		a.removePictures(ctx, []string{w.former})
	}
	return a.Institution(ctx, id)
}

// judge tells what refuses a change of the row that was found, and makes the change in
// it.
func (w *institutionWork) judge(ctx context.Context, on *ent.Client, r *ent.Institution, err error) error {
	if ent.IsNotFound(err) {
		return noInstitution()
	}
	if err != nil {
		return err
	}
	// access: what is said of an institution is for its managers to say.
	if err := manages(ctx, on, w.who, r.ID); err != nil {
		return err
	}
	if err := w.apply(r); err != nil {
		return err
	}
	if w.in.Version != nil && *w.in.Version != r.Version {
		return fault.New(fault.Stale, "")
	}
	return nil
}

// change changes the row, which is held meanwhile.
func (w *institutionWork) change(ctx context.Context, tx *ent.Tx, id int64) error {
	w.former = ""
	before, err := institutionRecords.find(ctx, tx, id)
	var next ent.Institution
	if err == nil {
		next = *before
	}
	if err := w.judge(ctx, tx.Client(), &next, err); err != nil {
		return err
	}
	if err := institutionRecords.save(ctx, tx, w.who, w.now, before, &next); err != nil {
		return err
	}
	if next.SearchName != before.SearchName {
		if err := store.KeepName(ctx, tx, store.InstitutionNames, id, next.SearchName); err != nil {
			return err
		}
	}
	if err := w.recordPicture(ctx, tx, id); err != nil {
		return err
	}
	return memory{}.keep(ctx, tx, "Institution", id)
}
