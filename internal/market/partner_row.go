package market

import (
	stdsql "database/sql"
	"time"

	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// PartnerWant says which parts of a partner are wanted beside its name, picture
// and standing.
type PartnerWant uint32

// The parts of a partner.
const (
	WantLocation     PartnerWant = 1 << iota // city and location, joined
	WantPrivate                              // e-mail and papers, joined
	WantPhone                                // the phone, which needs the caller's contracts
	WantCompetencies                         // one statement
	WantPrice                                // one statement
	WantWishlisted                           // one statement, for institutions
	WantLocations                            // every place: one statement
	WantEducation                            // one statement
	WantPrices                               // every active price: one statement
	WantCompleted                            // how many contracts it completed: one statement
)

func (w PartnerWant) has(part PartnerWant) bool { return w&part != 0 }

// partnerRow is a partner as the database has it.
type partnerRow struct {
	id                          int64
	createdBy                   stdsql.Null[int64]
	name, picture               string
	gender                      lifecycle.Gender
	status                      lifecycle.PartnerStatus
	verification                lifecycle.VerificationStatus
	verificationStep            lifecycle.VerificationStep
	openToWork                  bool
	about                       string
	experience                  stdsql.Null[int64]
	reviewsCount, reviewsTenths int64
	created                     time.Time

	phone, birthPlace, birthDate, identity string
	email, statusReason                    string
	identityCard, verificationReason       string
	submitted, deleted                     stdsql.Null[time.Time]
	version                                int64
	location                               locationRow
	distance                               stdsql.Null[float64]
	sortKey                                int64
	// wishID and wished are of the entry of a wishlist, in a list of it; userID is of the
	// account, in a list of accounts.
	wishID, userID int64
	wished         time.Time
}

// locationRow is a partner's primary place; id is not valid when it has none.
type locationRow struct {
	id        stdsql.Null[int64]
	texts     [6]stdsql.Null[string] // province, city, district, subdistrict, postcode, address
	latitude  stdsql.Null[float64]
	longitude stdsql.Null[float64]
}

// partnerTables are the tables of a partner within a statement.
type partnerTables struct{ p, l, u *sql.SelectTable }

// takePartner takes a partner, and joins what stands once beside it, into a row
// of type R.
func takePartner[R any](s *selection[R], t partnerTables, w PartnerWant, at func(*R) *partnerRow) {
	s.take(t.p, partner.FieldID, func(r *R) any { return &at(r).id })
	s.take(t.p, partner.FieldCreatedByID, func(r *R) any { return &at(r).createdBy })
	s.take(t.p, partner.FieldFullName, func(r *R) any { return &at(r).name })
	s.take(t.p, partner.FieldPicture, func(r *R) any { return &at(r).picture })
	s.take(t.p, partner.FieldGender, func(r *R) any { return &at(r).gender })
	s.take(t.p, partner.FieldStatus, func(r *R) any { return &at(r).status })
	s.take(t.p, partner.FieldVerificationStatus, func(r *R) any { return &at(r).verification })
	s.take(t.p, partner.FieldVerificationStep, func(r *R) any { return &at(r).verificationStep })
	s.take(t.p, partner.FieldOpenToWork, func(r *R) any { return &at(r).openToWork })
	s.take(t.p, partner.FieldAbout, func(r *R) any { return &at(r).about })
	s.take(t.p, partner.FieldExperienceYears, func(r *R) any { return &at(r).experience })
	s.take(t.p, partner.FieldReviewsCount, func(r *R) any { return &at(r).reviewsCount })
	s.take(t.p, partner.FieldReviewsTenths, func(r *R) any { return &at(r).reviewsTenths })
	s.take(t.p, partner.FieldCreatedAt, func(r *R) any { return &at(r).created })
	s.take(t.p, partner.FieldVersion, func(r *R) any { return &at(r).version })
	if w.has(WantPhone) {
		s.take(t.p, partner.FieldPhone, func(r *R) any { return &at(r).phone })
	}
	if w.has(WantPrivate) {
		s.take(t.p, partner.FieldBirthPlace, func(r *R) any { return &at(r).birthPlace })
		s.take(t.p, partner.FieldBirthDate, func(r *R) any { return &at(r).birthDate })
		s.take(t.p, partner.FieldIdentityNumber, func(r *R) any { return &at(r).identity })
		s.take(t.p, partner.FieldStatusReason, func(r *R) any { return &at(r).statusReason })
		s.take(t.p, partner.FieldIdentityCard, func(r *R) any { return &at(r).identityCard })
		s.take(t.p, partner.FieldVerificationReason, func(r *R) any { return &at(r).verificationReason })
		s.take(t.p, partner.FieldSubmittedAt, func(r *R) any { return &at(r).submitted })
		s.take(t.p, partner.FieldDeletedAt, func(r *R) any { return &at(r).deleted })
		s.Join(t.u).On(t.u.C(user.FieldID), t.p.C(partner.FieldUserID))
		s.take(t.u, user.FieldEmail, func(r *R) any { return &at(r).email })
	}
	if w.has(WantLocation) {
		s.LeftJoin(t.l).OnP(primaryLocation(t))
		takeLocation(s, t.l, at)
	}
}

func primaryLocation(t partnerTables) *sql.Predicate {
	return sql.And(
		sql.ColumnsEQ(t.l.C(partnerlocation.FieldPartnerID), t.p.C(partner.FieldID)),
		sql.EQ(t.l.C(partnerlocation.FieldIsPrimary), true),
	)
}

func takeLocation[R any](s *selection[R], l *sql.SelectTable, at func(*R) *partnerRow) {
	s.take(l, partnerlocation.FieldID, func(r *R) any { return &at(r).location.id })
	for i, column := range []string{
		partnerlocation.FieldProvince, partnerlocation.FieldCity, partnerlocation.FieldDistrict,
		partnerlocation.FieldSubdistrict, partnerlocation.FieldPostcode, partnerlocation.FieldAddress,
	} {
		s.take(l, column, func(r *R) any { return &at(r).location.texts[i] })
	}
	s.take(l, partnerlocation.FieldLatitude, func(r *R) any { return &at(r).location.latitude })
	s.take(l, partnerlocation.FieldLongitude, func(r *R) any { return &at(r).location.longitude })
}

// institutionRow is an institution as the database has it.
type institutionRow struct {
	id                              int64
	name, address, province, city   string
	kind                            lifecycle.InstitutionKind
	district, subdistrict, postcode string
	zone, phone, email, picture     string
	latitude, longitude             float64
	created                         time.Time
}

// takeInstitution takes an institution into a row of type R.
func takeInstitution[R any](s *selection[R], t *sql.SelectTable, at func(*R) *institutionRow) {
	s.take(t, institution.FieldID, func(r *R) any { return &at(r).id })
	s.take(t, institution.FieldName, func(r *R) any { return &at(r).name })
	s.take(t, institution.FieldKind, func(r *R) any { return &at(r).kind })
	s.take(t, institution.FieldAddress, func(r *R) any { return &at(r).address })
	s.take(t, institution.FieldProvince, func(r *R) any { return &at(r).province })
	s.take(t, institution.FieldCity, func(r *R) any { return &at(r).city })
	s.take(t, institution.FieldDistrict, func(r *R) any { return &at(r).district })
	s.take(t, institution.FieldSubdistrict, func(r *R) any { return &at(r).subdistrict })
	s.take(t, institution.FieldPostcode, func(r *R) any { return &at(r).postcode })
	s.take(t, institution.FieldLatitude, func(r *R) any { return &at(r).latitude })
	s.take(t, institution.FieldLongitude, func(r *R) any { return &at(r).longitude })
	s.take(t, institution.FieldZone, func(r *R) any { return &at(r).zone })
	s.take(t, institution.FieldPhone, func(r *R) any { return &at(r).phone })
	s.take(t, institution.FieldEmail, func(r *R) any { return &at(r).email })
	s.take(t, institution.FieldPicture, func(r *R) any { return &at(r).picture })
	s.take(t, institution.FieldCreatedAt, func(r *R) any { return &at(r).created })
}
