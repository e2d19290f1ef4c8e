package nukitu

import (
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// loginData is the data of a sign-in (schema LoginResponse).
type loginData struct {
	User   user   `json:"user"`
	Tokens tokens `json:"tokens"`
}

// meData is the data of the caller's own account (schema UserProfileResponse).
type meData struct {
	User detailedUser `json:"user"`
}

// registerData is the data of a registration (schema RegisterResponse).
type registerData struct {
	User         user         `json:"user"`
	Verification verification `json:"verification"`
}

// verification is what is told of a code that was sent (schema VerificationInfo).
type verification struct {
	Email             string  `json:"email"`
	ExpiresAt         instant `json:"expires_at"`
	ResendAvailableAt instant `json:"resend_available_at"`
	AttemptsRemaining int     `json:"attempts_remaining"`
}

// sentData is the data of a code that was sent again (schema ResendOtpResponse).
type sentData struct {
	Message      string       `json:"message"`
	Verification verification `json:"verification"`
}

// grantData is the data of a right code of a forgotten password (schema
// VerifyResetOtpResponse).
type grantData struct {
	ResetToken string  `json:"reset_token"`
	ExpiresAt  instant `json:"expires_at"`
}

// tokensData is the data of a refresh (schema RefreshTokenResponse).
type tokensData struct {
	Tokens tokens `json:"tokens"`
}

// messageData is the data of an answer that only says something.
type messageData struct {
	Message string `json:"message"`
}

// tokens are what a device keeps of a sign-in (schema Tokens).
type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
}

func toTokens(t *authn.Tokens) tokens {
	return tokens{
		AccessToken: t.Access, RefreshToken: t.Refresh, TokenType: "Bearer", ExpiresIn: int64(t.AccessLife.Seconds()),
	}
}

// user is an account as its owner sees it (schema User).
type user struct {
	ID            int64                `json:"id"`
	Email         string               `json:"email"`
	FullName      string               `json:"full_name"`
	Role          actor.Role           `json:"role"`
	PhoneNumber   *string              `json:"phone_number"`
	Picture       *string              `json:"picture"`
	EmailVerified bool                 `json:"email_verified"`
	Status        lifecycle.UserStatus `json:"status"`
	CreatedAt     instant              `json:"created_at"`
}

func toUser(v *view.User) user {
	return user{
		ID: v.ID, Email: v.Email, FullName: v.FullName, Role: v.Role, PhoneNumber: v.PhoneNumber, Picture: link(v.Picture),
		EmailVerified: v.EmailVerified, Status: v.Status, CreatedAt: instant(v.CreatedAt),
	}
}

// detailedUser is an account with what belongs to it (schema UserDetailed).
type detailedUser struct {
	user
	CurrentInstitution *institution `json:"current_institution"`
	Partner            *partner     `json:"partner"`
	HasInstitution     bool         `json:"has_institution"`
	UpdatedAt          instant      `json:"updated_at"`
}

func toDetailedUser(v *view.User) detailedUser {
	u := detailedUser{
		user: toUser(v), Partner: maybe(v.Partner, toPartner),
		HasInstitution: v.HasInstitution, UpdatedAt: instant(v.UpdatedAt),
	}
	if v.CurrentInstitution != nil {
		u.CurrentInstitution = new(toInstitution(v.CurrentInstitution, true))
	}
	return u
}

// institution is a customer of the marketplace (schema Institution).
type institution struct {
	ID          int64                     `json:"id"`
	Name        string                    `json:"name"`
	Kind        lifecycle.InstitutionKind `json:"kind"`
	Address     string                    `json:"address"`
	Province    string                    `json:"province"`
	City        string                    `json:"city"`
	District    *string                   `json:"district"`
	Subdistrict *string                   `json:"subdistrict"`
	Postcode    *string                   `json:"postcode"`
	Latitude    float64                   `json:"latitude"`
	Longitude   float64                   `json:"longitude"`
	PhoneNumber *string                   `json:"phone_number"`
	Email       *string                   `json:"email"`
	Picture     *string                   `json:"picture"`
	IsMember    bool                      `json:"is_member"`
	IsCurrent   bool                      `json:"is_current"`
	CreatedAt   instant                   `json:"created_at"`
}

// toInstitution also takes whether the caller has selected the institution.
func toInstitution(v *view.Institution, current bool) institution {
	return institution{
		ID: v.ID, Name: v.Name, Kind: v.Kind, Address: v.Address, Province: v.Province, City: v.City,
		District: v.District, Subdistrict: v.Subdistrict, Postcode: v.Postcode, Latitude: v.Latitude,
		Longitude: v.Longitude, PhoneNumber: v.PhoneNumber, Email: v.Email, Picture: link(v.Picture),
		IsMember: v.IsMember != nil && *v.IsMember, IsCurrent: current, CreatedAt: instant(v.CreatedAt),
	}
}
