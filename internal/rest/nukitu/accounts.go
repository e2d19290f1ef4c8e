package nukitu

import (
	"context"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// login answers POST /auth/login.
func (d *dialect) login(r *request) (any, error) {
	in, err := fromLogin(r.attributes("user"))
	if err != nil {
		return nil, err
	}
	in.Address = r.RemoteAddr
	signed, v, err := d.signIn(r.Context(), in)
	if err != nil {
		return nil, err
	}
	return data(loginData{User: toUser(v), Tokens: toTokens(signed)}), nil
}

// signIn gives the tokens of a sign-in and the account that they belong to.
func (d *dialect) signIn(ctx context.Context, in authn.SignIn) (*authn.Tokens, *view.User, error) {
	signed, _, err := d.auth.SignIn(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	who, err := d.auth.Verify(ctx, signed.Access)
	if err != nil {
		return nil, nil, err
	}
	v, err := d.app.Viewer(actor.With(ctx, who), 0)
	return signed, v, err
}

// me answers GET /auth/me.
func (d *dialect) me(r *request) (any, error) {
	v, err := d.app.Viewer(r.Context(), market.WantLocation|market.WantCompetencies)
	if err != nil {
		return nil, err
	}
	return data(meData{User: toDetailedUser(v)}), nil
}

// maxDevice bounds what is kept of a device.
const maxDevice = 200

// fromLogin reads what somebody signs in with (schemas LoginRequest, DeviceInfo).
func fromLogin(in *attributes) (authn.SignIn, error) {
	s := authn.SignIn{Email: in.required("email"), Password: in.required("password")}
	if in.sent("device_info") {
		device := in.object("device_info")
		s.Device = authn.Device{
			ID:       device.short("device_id", maxDevice),
			Name:     device.short("device_name", maxDevice),
			Platform: device.oneOf("platform", "ios", "android", "web"),
		}
		for _, name := range []string{"os_version", "app_version", "fcm_token"} {
			device.text(name)
		}
	}
	return s, in.err()
}
