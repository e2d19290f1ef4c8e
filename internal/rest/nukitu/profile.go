package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

const profileWants = market.WantLocation | market.WantCompetencies | market.WantPrivate | market.WantPhone

// profile answers GET /profile.
func (d *dialect) profile(r *request) (any, error) {
	return toProfile(d.app.Viewer(r.Context(), profileWants))
}

// updateProfile answers PATCH /profile/personal-information. The address is none of its
// attributes: it is ignored, as every other one that is not known. They may stand under
// user, as whoever they are about is called elsewhere, or under profile.
func (d *dialect) updateProfile(r *request) (any, error) {
	return toProfile(d.app.UpdateProfile(r.Context(), fromProfile(r.attributes("user", "profile")), profileWants))
}

// fromProfile reads what is changed of a profile.
func fromProfile(in *attributes) market.ProfileChange {
	c := market.ProfileChange{
		FullName: in.optional("full_name"), PhoneNumber: in.optional("phone_number"), Picture: in.picture("picture"),
		Gender: optionalAs[lifecycle.Gender](in.optional("gender")), BirthPlace: in.optional("birth_place"), BirthDate: in.optional("birth_date"),
		About: in.optional("about"), ExperienceYears: in.number("experience_years"),
	}
	c.Unread = *in.bad
	return c
}

// picture gives the one picture of a field: absent, null, which takes it away, and a
// file stay apart. The address of the picture that is there changes nothing.
func (a *attributes) picture(name string) market.Optional[*market.Upload] {
	raw, sent := a.values[name]
	files := a.uploads(name)
	switch {
	case len(files) > 1:
		a.bad.Add(name, "must be one file")
	case len(files) == 1:
		return market.Some(files[0])
	case sent && isNull(raw):
		return market.Null[*market.Upload]()
	case sent:
		a.bad.Add(name, "must be a file: send it as multipart/form-data, or null to take the picture away")
	}
	return market.Optional[*market.Upload]{}
}

// number gives a whole number of a change: absent, null and a number stay apart.
func (a *attributes) number(name string) market.Optional[int64] {
	raw, sent := a.values[name]
	switch n := a.amount(name); {
	case !sent:
		return market.Optional[int64]{}
	case isNull(raw):
		return market.Null[int64]()
	case n != nil:
		return market.Some(*n)
	}
	return market.Optional[int64]{} // it is noted what is wrong with it
}

// profileData is the data of the caller's profile (schemas UserProfileResponse and
// PartnerProfileResponse).
type profileData struct {
	User    detailedUser    `json:"user"`
	Profile *partnerProfile `json:"profile"`
}

// partnerProfile is a partner as itself sees it: null for every other role.
type partnerProfile struct {
	partner
	Email           *string    `json:"email"`
	PhoneNumber     *string    `json:"phone_number"`
	About           *string    `json:"about"`
	ExperienceYears *int32     `json:"experience_years"`
	BirthPlace      *string    `json:"birth_place"`
	BirthDate       *view.Date `json:"birth_date"`
	IdentityNumber  *string    `json:"identity_number"`
}

func toProfile(v *view.User, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return data(profileData{User: toDetailedUser(v), Profile: maybe(v.Partner, toPartnerProfile)}), nil
}

func toPartnerProfile(v *view.Partner) partnerProfile {
	return partnerProfile{
		partner: toPartner(v), Email: v.Email, PhoneNumber: v.PhoneNumber, About: v.About, ExperienceYears: v.ExperienceYears,
		BirthPlace: v.BirthPlace, BirthDate: v.BirthDate, IdentityNumber: v.IdentityNumber,
	}
}
