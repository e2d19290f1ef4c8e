package market

import (
	"context"
	"regexp"
	"time"

	"kontrak/ent"
	"kontrak/ent/partnertest"
	"kontrak/ent/testattempt"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// Registration is what somebody says, with the papers that show it, who wants to become
// a partner.
type Registration struct {
	FullName, PhoneNumber, BirthPlace, BirthDate, IdentityNumber Optional[string]
	Gender                                                       Optional[lifecycle.Gender]
	// Picture may be left out: then that of the account stays.
	Picture *Upload
	// IdentityCard is a picture or a PDF.
	IdentityCard *Upload
	// Domicile becomes the primary place.
	Domicile  Place
	Education Schooling
	// SubServiceIDs are what the partner can do. Each counts once a certificate of a
	// competency test was approved, and the partner is verified.
	SubServiceIDs []int64
	// Unread is what a transport could not read.
	Unread fault.Fields
}

// Schooling is somebody's highest education.
type Schooling struct {
	Level, InstitutionName, Major Optional[string]
	GraduationYear                Optional[int64]
	// Certificate is a picture or a PDF; it may be left out.
	Certificate *Upload
}

// maxClaims bounds what somebody says of itself that it can do.
const maxClaims = 50

// identityForm is what numbers of identity papers look like.
var identityForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./-]{3,49}$`)

// RegisterPartner makes the caller's account a partner that is to be verified; the basic
// test comes next. Whoever was refused registers anew: what it passed and what was
// approved before still counts, so that it goes on where that leads. All of it is one
// transaction.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID with every bad
// field; WRONG_STATE for who has registered already; STALE; BUSY when the files cannot
// be stored.
func (a *App) RegisterPartner(ctx context.Context, in Registration, w PartnerWant) (*view.Partner, error) {
	again := func(ctx context.Context, m memory) (*view.Partner, error) {
		return there(a.onePartner(itself(ctx, m.id), m.id, w))
	}
	return repeatable(ctx, a, func(ctx context.Context) (*view.Partner, error) {
		id, err := a.registerPartner(ctx, in)
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

// itself is the context of a caller that has just become a partner.
func itself(ctx context.Context, partnerID int64) context.Context {
	who := actor.From(ctx)
	who.PartnerID = partnerID
	return actor.With(ctx, who)
}

func (a *App) registerPartner(ctx context.Context, in Registration) (int64, error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return 0, err
	}
	g := &registering{App: a, in: in, who: who, now: a.Now()}
	if err := g.look(); err != nil {
		return 0, err
	}
	foresee := func(ctx context.Context, on *ent.Client) error {
		_, err := g.judge(ctx, on, false)
		return err
	}
	if err := a.withAllFiles(ctx, g.files(), foresee, func() error { return a.store.WithTx(ctx, g.do) }); err != nil {
		return 0, err
	}
	a.removePictures(ctx, g.pictures)
	a.removePapers(ctx, g.papers)
	return g.id, nil
}

// registering is a registration under way.
type registering struct {
	*App
	in  Registration
	who actor.Actor
	now time.Time
	// picture, card and diploma are nil where none comes.
	picture, card, diploma *uploads
	wrong                  fault.Fields // what is wrong with the files
	// pictures and papers are the files so far, where others come.
	pictures, papers []string
	id               int64
}

// The purposes of private papers of partners.
const (
	purposeIdentity   = "identity_card"
	purposeDiploma    = "education_certificate"
	purposeCompetency = "competency_certificate"
)

// paperFile is a private picture or PDF of a person, nil for none.
func paperFile(field, purpose string, f *Upload) *uploads {
	if f == nil {
		return nil
	}
	return &uploads{field: field, purpose: purpose, papers: true, sent: []Attachment{{Upload: f}}}
}

// look looks at the files once: they may be large.
func (g *registering) look() error {
	if g.in.Picture != nil {
		g.picture = newPicture(Some(g.in.Picture))
	}
	g.card = paperFile("identity_card", purposeIdentity, g.in.IdentityCard)
	g.diploma = paperFile("education.certificate", purposeDiploma, g.in.Education.Certificate)
	g.wrong.Check(g.card != nil, "identity_card", "is required: send a picture or a PDF as multipart/form-data")
	for _, f := range g.files() {
		if err := f.check(&g.wrong, nil); err != nil {
			return err
		}
	}
	return nil
}

// files are those that come.
func (g *registering) files() []*uploads {
	var all []*uploads
	for _, f := range []*uploads{g.picture, g.card, g.diploma} {
		if f != nil {
			all = append(all, f)
		}
	}
	return all
}

// judge reads what the registration is about, which is held where hold says so, and
// tells what refuses it: every bad field first, then the state.
func (g *registering) judge(ctx context.Context, on *ent.Client, hold bool) (*registrant, error) {
	r, err := g.read(ctx, on, hold)
	if err != nil {
		return nil, err
	}
	bad := g.in.Unread
	bad.Take(g.wrong.Err(fault.InputInvalid))
	if err := g.skills(ctx, on, &bad); err != nil {
		return nil, err
	}
	g.apply(&bad, r)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	if r.removed {
		return nil, fault.New(fault.WrongState, "This account was a partner, and was taken out of the marketplace.").
			Refuse("registered", "an account that has not been a partner", "a partner that was removed")
	}
	if err := advance(r.partner, lifecycle.VerificationRegister, "", g.now); err != nil {
		f, _ := fault.As(err)
		f.Message = "You have registered as a partner already."
		return nil, f
	}
	return r, nil
}

// apply makes the rows say what was sent, and notes what is wrong with it. What is left
// out was not said: nothing of an earlier registration stays.
func (g *registering) apply(bad *fault.Fields, r *registrant) {
	p, in := r.partner, g.in
	p.FullName, p.Phone, p.BirthPlace, p.BirthDate, p.IdentityNumber, p.Gender = "", "", "", "", "", ""
	setText(in.FullName, &p.FullName)
	checkText(bad, "full_name", p.FullName, 1, nameLength)
	p.SearchName = store.Fold(p.FullName)
	p.Gender = in.Gender.Or("")
	checkChoice(bad, "gender", p.Gender, lifecycle.Genders)
	setText(in.BirthPlace, &p.BirthPlace)
	checkText(bad, "birth_place", p.BirthPlace, 0, nameLength)
	setText(in.BirthDate, &p.BirthDate)
	bad.Check(p.BirthDate != "", "birth_date", "is required")
	checkBirth(bad, p.BirthDate, g.now)
	setText(in.IdentityNumber, &p.IdentityNumber)
	bad.Check(identityForm.MatchString(p.IdentityNumber), "identity_number",
		"must be the number of an identity card or passport: 4 to 50 letters, digits, spaces, dots, strokes and hyphens")
	setText(in.PhoneNumber, &p.Phone)
	bad.Check(p.Phone != "", "phone_number", "is required")
	checkPhone(bad, p.Phone)
	place := &ent.PartnerLocation{} // whole, as a new one
	in.Domicile.apply(bad, "domicile.", place)
	place.ID, place.Version = r.place.ID, r.place.Version
	r.place = place
	in.Education.apply(bad, r.education, g.now)
}

// apply makes the row say what was sent, and notes what is wrong with it.
func (in Schooling) apply(bad *fault.Fields, r *ent.Education, now time.Time) {
	r.Level, r.InstitutionName, r.Major, r.GraduationYear = "", "", "", nil
	setText(in.Level, &r.Level)
	checkText(bad, "education.level", r.Level, 1, wordLength)
	setText(in.InstitutionName, &r.InstitutionName)
	checkText(bad, "education.institution_name", r.InstitutionName, 1, nameLength)
	setText(in.Major, &r.Major)
	checkText(bad, "education.major", r.Major, 0, nameLength)
	if year := in.GraduationYear; year.Sent() && !year.Null() {
		n := year.Or(0)
		bad.Check(n >= 1900 && n <= int64(now.Year()), "education.graduation_year", "must be from 1900 to this year")
		r.GraduationYear = &n
	}
}

// goOn makes the moves that an earlier registration has earned: the basic test is passed
// once, and a certificate that was approved need not be sent again.
func goOn(ctx context.Context, tx *ent.Tx, p *ent.Partner, now time.Time) error {
	passed, err := tx.TestAttempt.Query().Where(testattempt.PartnerID(p.ID), testattempt.Passed(true)).Exist(ctx)
	if err != nil || !passed {
		return err
	}
	if err := advance(p, lifecycle.VerificationPass, "", now); err != nil {
		return err
	}
	approved, err := tx.PartnerTest.Query().Where(partnertest.PartnerID(p.ID), partnertest.StatusEQ(lifecycle.TestApproved)).Exist(ctx)
	if err != nil || !approved {
		return err
	}
	return advance(p, lifecycle.VerificationSubmit, "", now)
}
