package market

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/certification"
	"kontrak/ent/subservice"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// The bounds of a certification.
const (
	maxQuota       = 1_000_000
	maxPoints      = 50 // requirements, and benefits
	maxSubjects    = 50 // sub-services
	locationLength = 500
)

// CertificationDetails are what may change of a certification. A new one needs a name
// and an issuer.
type CertificationDetails struct {
	Name, Issuer, Description, Location, Currency Optional[string]
	// Price is in whole currency units, and Quota how many may be registered at once:
	// null for none.
	Price, Quota Optional[int64]
	// The first and the last day of it, and the last one to register on: null for none.
	StartDate, EndDate, RegistrationDeadline Optional[view.Date]
	Requirements, Benefits                   Optional[[]string]
	SubServiceIDs                            Optional[[]int64]
	Active                                   Optional[bool]
	// Image is its picture: null takes it away.
	Image Optional[*Upload]
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

var certifications = noun[ent.Certification]{
	name: lifecycle.NounCertification,
	of:   func(r *ent.Certification) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.Certification, error) {
		return tx.Certification.Query().Where(certification.ID(id), store.ForUpdate).WithSubServices(bySubServiceID).Only(ctx)
	},
	refers: func(ctx context.Context, on *ent.Client, bad *fault.Fields, next *ent.Certification) error {
		ids := subjectsOf(next)
		known, err := on.SubService.Query().Where(store.In(subservice.FieldID, ids)).IDs(ctx)
		for i, id := range ids {
			bad.Check(err != nil || slices.Contains(known, id), fmt.Sprintf("sub_service_ids[%d]", i), "is no sub-service")
		}
		return err
	},
	rule: func(_ context.Context, _ *ent.Tx, _, next *ent.Certification) error {
		var bad fault.Fields
		// The row is held: nobody registers meanwhile.
		bad.Check(next.Quota == nil || *next.Quota >= next.RegisteredCount, "quota", "must not be below the %d who are registered", next.RegisteredCount)
		return bad.Err(fault.InputInvalid)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Certification) (int64, error) {
		made, err := tx.Certification.Create().SetName(r.Name).SetSearchName(r.SearchName).SetIssuer(r.Issuer).SetDescription(r.Description).
			SetImage(r.Image).SetNillablePrice(r.Price).SetCurrency(r.Currency).SetLocation(r.Location).
			SetStartDate(r.StartDate).SetEndDate(r.EndDate).SetNillableQuota(r.Quota).SetRegistrationDeadline(r.RegistrationDeadline).
			SetRequirements(r.Requirements).SetBenefits(r.Benefits).SetActive(r.Active).AddSubServiceIDs(subjectsOf(r)...).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: updateCertification,
	beside: func(r *ent.Certification) map[string]any { return map[string]any{"sub_service_ids": subjectsOf(r)} },
}

func bySubServiceID(q *ent.SubServiceQuery) { q.Order(subservice.ByID()) }

// subjectsOf are the ids of the sub-services of a certification.
func subjectsOf(r *ent.Certification) []int64 {
	ids := make([]int64, len(r.Edges.SubServices))
	for i, s := range r.Edges.SubServices {
		ids[i] = s.ID
	}
	return ids
}

// updateCertification writes all but how many are registered, which is counted where
// they register.
func updateCertification(ctx context.Context, tx *ent.Tx, r *ent.Certification, version int64) (int, error) {
	u := tx.Certification.Update().Where(certification.ID(r.ID), certification.Version(version)).
		SetName(r.Name).SetSearchName(r.SearchName).SetIssuer(r.Issuer).SetDescription(r.Description).SetImage(r.Image).
		SetCurrency(r.Currency).SetLocation(r.Location).SetStartDate(r.StartDate).SetEndDate(r.EndDate).
		SetRegistrationDeadline(r.RegistrationDeadline).SetRequirements(r.Requirements).SetBenefits(r.Benefits).SetActive(r.Active).
		SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt)
	if r.Price == nil {
		u.ClearPrice()
	} else {
		u.SetPrice(*r.Price)
	}
	if r.Quota == nil {
		u.ClearQuota()
	} else {
		u.SetQuota(*r.Quota)
	}
	changed, err := u.Save(ctx)
	if err != nil || changed != 1 {
		return changed, err
	}
	stored, err := tx.Certification.Query().Where(certification.ID(r.ID)).QuerySubServices().Order(subservice.ByID()).IDs(ctx)
	if err != nil || slices.Equal(stored, subjectsOf(r)) {
		return changed, err
	}
	return changed, tx.Certification.UpdateOneID(r.ID).ClearSubServices().AddSubServiceIDs(subjectsOf(r)...).Exec(ctx)
}

var certificationImages = pictures[ent.Certification]{
	of: &certifications, field: "image", place: func(r *ent.Certification) *string { return &r.Image },
	read: func(ctx context.Context, on *ent.Client, id int64) (*ent.Certification, error) {
		return on.Certification.Query().Where(certification.ID(id)).WithSubServices(bySubServiceID).Only(ctx)
	},
}

// CreateCertification makes a certification.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID; BUSY when its
// image cannot be stored.
func (a *App) CreateCertification(ctx context.Context, in CertificationDetails) (*view.Certification, error) {
	return seen(a, seeWholeCertification)(certificationImages.create(ctx, a, in.Image, func(bad *fault.Fields, r *ent.Certification) {
		*r = ent.Certification{Currency: defaultCurrency, Requirements: []string{}, Benefits: []string{}, Active: true}
		in.change(bad, r)
	}))
}

// UpdateCertification changes a certification. Who is registered stays registered,
// also when it is shown no more.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID, also
// for a quota below the number of those who are registered; STALE when somebody
// changed it after that version; BUSY when its image cannot be stored.
func (a *App) UpdateCertification(ctx context.Context, id, version int64, in CertificationDetails) (*view.Certification, error) {
	return seen(a, seeWholeCertification)(certificationImages.amend(ctx, a, id, version, in.Image, in.change))
}

func (in CertificationDetails) change(bad *fault.Fields, r *ent.Certification) {
	bad.Take(in.Unread.Err(fault.InputInvalid))
	setText(in.Name, &r.Name)
	setText(in.Issuer, &r.Issuer)
	setText(in.Description, &r.Description)
	setText(in.Location, &r.Location)
	set(bad, "currency", in.Currency, &r.Currency)
	setNumber(in.Price, &r.Price)
	setNumber(in.Quota, &r.Quota)
	setDay(in.StartDate, &r.StartDate)
	setDay(in.EndDate, &r.EndDate)
	setDay(in.RegistrationDeadline, &r.RegistrationDeadline)
	set(bad, "active", in.Active, &r.Active)
	r.SearchName = store.Fold(r.Name)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "issuer", r.Issuer, 1, nameLength)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	checkText(bad, "location", r.Location, 0, locationLength)
	checkCurrency(bad, r.Currency)
	if r.Price != nil {
		checkMoney(bad, "price", *r.Price, 0)
	}
	bad.Check(r.Quota == nil || *r.Quota >= 0 && *r.Quota <= maxQuota, "quota", "must be between 0 and %d", maxQuota)
	checkDays(bad, r.StartDate, r.EndDate)
	checkDay(bad, "registration_deadline", r.RegistrationDeadline)
	in.changeLists(bad, r)
}

// changeLists changes the lists of a certification; null empties one.
func (in CertificationDetails) changeLists(bad *fault.Fields, r *ent.Certification) {
	points := func(name string, o Optional[[]string], to *[]string) {
		if !o.Sent() {
			return
		}
		*to = []string{}
		for i, text := range o.Or(nil) {
			checkText(bad, fmt.Sprintf("%s[%d]", name, i), text, 1, nameLength)
			*to = append(*to, strings.TrimSpace(text))
		}
		bad.Check(len(*to) <= maxPoints, name, "must be at most %d", maxPoints)
	}
	points("requirements", in.Requirements, &r.Requirements)
	points("benefits", in.Benefits, &r.Benefits)
	if !in.SubServiceIDs.Sent() {
		return
	}
	ids := slices.Clone(in.SubServiceIDs.Or(nil))
	bad.Check(len(ids) <= maxSubjects, "sub_service_ids", "must be at most %d", maxSubjects)
	slices.Sort(ids)
	r.Edges.SubServices = nil
	for _, id := range slices.Compact(ids) {
		r.Edges.SubServices = append(r.Edges.SubServices, &ent.SubService{ID: id})
	}
}

// CertificationFilter narrows the list of certifications.
type CertificationFilter struct {
	// Text is looked for in the name, whatever its case and accents.
	Text string
	// Active keeps those in use, or those that are not. For the back office.
	Active *bool
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// check tells what is wrong with a filter.
//
// Faults: INVALID_PARAMETER.
func (f CertificationFilter) check() error {
	bad := f.Unread
	checkText(&bad, "q", f.Text, 0, maxSearch)
	return bad.Err(fault.ParameterInvalid)
}

func (f CertificationFilter) apply(s *sql.Selector) {
	if f.Text != "" {
		s.Where(store.ContainsP(s.C(certification.FieldSearchName), f.Text))
	}
	whereActive(f.Active)(s)
}

// AllCertifications lists all certifications, the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllCertifications(ctx context.Context, f CertificationFilter, p Page) (*view.Page[view.Certification], error) {
	checkText(&f.Unread, "q", f.Text, 0, maxSearch)
	return listRecords(ctx, a, p, f.Unread, certificationRecords(f, seeWholeCertification))
}

// certificationRecords is how certifications are listed.
func certificationRecords(f CertificationFilter, see func(*App, *ent.Certification) *view.Certification) records[ent.Certification, view.Certification] {
	by := newestBy("made", certification.FieldCreatedAt)
	return records[ent.Certification, view.Certification]{
		by: &by, at: func(r *ent.Certification) (any, int64) { return r.CreatedAt, r.ID }, see: oneByOne(see),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.Certification, error) {
			return on.Certification.Query().Where(f.apply, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.Certification.Query().Where(f.apply).Count(ctx)
		},
	}
}

// newestBy is the order of rows by an instant, the last one first.
func newestBy(name, column string) order {
	return order{
		name: name, desc: true, arg: instantKey,
		key: func(s *sql.Selector) string { return s.C(column) }, id: func(s *sql.Selector) string { return s.C("id") },
	}
}

// seeWholeCertification is the view of a certification for the back office.
func seeWholeCertification(a *App, r *ent.Certification) *view.Certification {
	return a.seeCertification(r, view.Anyone|view.Admin)
}

// seeCertification makes the view of a certification, but for its sub-services.
func (a *App) seeCertification(r *ent.Certification, ties view.Tie) *view.Certification {
	day := func(text string) *view.Date { return (*view.Date)(filled(text)) }
	v := &view.Certification{
		ID: r.ID, Name: r.Name, Issuer: r.Issuer, Description: filled(r.Description), Image: a.links.Public(r.Image), Location: filled(r.Location),
		StartDate: day(r.StartDate), EndDate: day(r.EndDate), Quota: r.Quota, RegistrationDeadline: day(r.RegistrationDeadline),
		Requirements: r.Requirements, Benefits: r.Benefits, RegisteredCount: &r.RegisteredCount,
		Active: &r.Active, Version: &r.Version, CreatedAt: r.CreatedAt, UpdatedAt: &r.UpdatedAt,
	}
	if r.Price != nil {
		v.Price = &view.Money{Value: *r.Price, Currency: r.Currency}
	}
	return view.See(v, ties)
}
