package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// profileFields names the fields of a profile as the graph's input does.
var profileFields = fieldNames{
	"full_name": "fullName", "phone_number": "phoneNumber", "birth_place": "birthPlace", "birth_date": "birthDate", "experience_years": "experienceYears",
	"institution_name": "institutionName", "graduation_year": "graduationYear",
}

func fromProfileUpdate(in model.ProfileUpdateInput) market.ProfileChange {
	return market.ProfileChange{
		FullName: optional(in.FullName), PhoneNumber: optional(in.PhoneNumber), Language: optional(in.Language), Picture: fromLogo(in.Picture),
		Gender: optional(in.Gender), BirthPlace: optional(in.BirthPlace), BirthDate: textOf(optional(in.BirthDate)),
		About: optional(in.About), ExperienceYears: wideOf(optional(in.ExperienceYears)),
	}
}

// textOf is a field of another kind of text.
func textOf[T ~string](o market.Optional[T]) market.Optional[string] {
	switch {
	case !o.Sent():
		return market.Optional[string]{}
	case o.Null():
		return market.Null[string]()
	}
	return market.Some(string(o.Or("")))
}

// wideOf is a number of 32 bits as the use-cases take it.
func wideOf(o market.Optional[int32]) market.Optional[int64] {
	switch {
	case !o.Sent():
		return market.Optional[int64]{}
	case o.Null():
		return market.Null[int64]()
	}
	return market.Some(int64(o.Or(0)))
}

// updateProfile changes the profile of whoever is signed in.
func updateProfile(ctx context.Context, app *market.App, in model.ProfileUpdateInput) (*model.UserPayload, error) {
	if err := signedIn(ctx); err != nil {
		return nil, err
	}
	return userPayload(app.UpdateProfile(ctx, fromProfileUpdate(in), partnerWants(ctx, "user.partner.")))
}

// closeAccount closes the account that the password opens: the caller's own, or that of
// the address for whoever is not signed in.
func (r *Resolver) closeAccount(ctx context.Context, in model.AccountCloseInput) error {
	who := actor.From(ctx)
	if who.Anonymous() && in.Email == nil {
		return fault.New(fault.TokenMissing, "Sign in first, or send the address of a suspended account with its password.")
	}
	id, err := r.Auth.Confirm(ctx, who, deref(in.Email), in.Password, addressOf(ctx))
	if err != nil {
		return err
	}
	// access: whoever knows the password may close the account, and nothing else.
	return r.App.CloseAccount(actor.With(ctx, actor.Actor{UserID: id}))
}

func userPayload(u *view.User, err error) (*model.UserPayload, error) {
	bad, err := userErrors(profileFields.of(err))
	return &model.UserPayload{User: u, UserErrors: bad}, err
}
