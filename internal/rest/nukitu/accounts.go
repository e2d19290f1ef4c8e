package nukitu

import (
	"context"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
)

// accountRoutes are those of one's own account: the first eight are for everybody.
func (d *dialect) accountRoutes(r chi.Router) {
	r.Post("/auth/register", d.serve(anybody, d.register))
	r.Post("/auth/login", d.serve(anybody, d.login))
	r.Post("/auth/verify-email", d.serve(anybody, d.verifyEmail))
	r.Post("/auth/resend-otp", d.serve(anybody, d.resendCode))
	r.Post("/auth/refresh", d.serve(anybody, d.refresh))
	r.Post("/auth/forgot-password", d.serve(anybody, d.forgotPassword))
	r.Post("/auth/verify-reset-otp", d.serve(anybody, d.verifyReset))
	r.Post("/auth/reset-password", d.serve(anybody, d.resetPassword))
	r.Delete("/auth/logout", d.serve(signedIn, d.logout))
	r.Delete("/auth/logout-all", d.serve(signedIn, d.logoutEverywhere))
	r.Get("/auth/me", d.serve(signedIn, d.me))
	r.Get("/profile", d.serve(signedIn, d.profile))
	r.Patch("/profile/personal-information", d.serve(signedIn.withFiles(), d.updateProfile))
	r.Patch("/profile/password", d.serve(signedIn, d.changePassword))
	r.Put("/device-token", d.serve(signedIn, d.keepDevice))
	r.Delete("/device-token", d.serve(signedIn, d.forgetDevice))
}

// register answers POST /auth/register.
func (d *dialect) register(r *request) (any, error) {
	in, err := fromRegistration(r)
	if err != nil {
		return nil, err
	}
	id, sent, err := d.auth.Register(r.Context(), in)
	if err != nil {
		return nil, err
	}
	v, err := d.ownAccount(r.Context(), id)
	return newly(data(registerData{User: v, Verification: toVerification(sent)}), err)
}

// login answers POST /auth/login.
func (d *dialect) login(r *request) (any, error) {
	in := r.attributes("user")
	by := authn.SignIn{Email: in.required("email"), Password: in.required("password"), Device: deviceOf(in), Address: r.RemoteAddr}
	if err := in.err(); err != nil {
		return nil, err
	}
	tokens, _, err := d.auth.SignIn(r.Context(), by)
	return d.signed(r.Context(), tokens, err)
}

// verifyEmail answers POST /auth/verify-email.
func (d *dialect) verifyEmail(r *request) (any, error) {
	in := r.attributes("user")
	email, digits, device := in.required("email"), in.required("otp"), deviceOf(in)
	if err := in.err(); err != nil {
		return nil, err
	}
	tokens, _, err := d.auth.VerifyEmail(r.Context(), email, digits, device, r.RemoteAddr)
	return d.signed(r.Context(), tokens, err)
}

// resendCode answers POST /auth/resend-otp.
func (d *dialect) resendCode(r *request) (any, error) {
	in := r.attributes("user")
	email, purpose := in.required("email"), lifecycle.CodePurpose(in.required("purpose"))
	if err := in.err(); err != nil {
		return nil, err
	}
	sent, err := d.auth.SendCode(r.Context(), purpose, email, r.RemoteAddr)
	if err != nil {
		return nil, err
	}
	return data(sentData{Message: "If somebody has this address, a code is on its way.", Verification: toVerification(sent)}), nil
}

// refresh answers POST /auth/refresh.
func (d *dialect) refresh(r *request) (any, error) {
	in := r.attributes("user")
	token := in.required("refresh_token")
	if err := in.err(); err != nil {
		return nil, err
	}
	next, err := d.auth.Refresh(r.Context(), token, r.RemoteAddr)
	if err != nil {
		return nil, err
	}
	return data(tokensData{Tokens: toTokens(next)}), nil
}

// forgotPassword answers POST /auth/forgot-password: always the same.
func (d *dialect) forgotPassword(r *request) (any, error) {
	in := r.attributes("user")
	email := in.required("email")
	if err := in.err(); err != nil {
		return nil, err
	}
	err := d.auth.ForgotPassword(r.Context(), email, r.RemoteAddr)
	return said("If somebody has this address, a code is on its way."), err
}

// verifyReset answers POST /auth/verify-reset-otp.
func (d *dialect) verifyReset(r *request) (any, error) {
	in := r.attributes("user")
	email, digits := in.required("email"), in.required("otp")
	if err := in.err(); err != nil {
		return nil, err
	}
	grant, err := d.auth.VerifyReset(r.Context(), email, digits, r.RemoteAddr)
	if err != nil {
		return nil, err
	}
	return data(grantData{ResetToken: grant.Token, ExpiresAt: instant(grant.ExpiresAt)}), nil
}

// resetPassword answers POST /auth/reset-password.
func (d *dialect) resetPassword(r *request) (any, error) {
	in := r.attributes("user")
	token, password, again := in.required("reset_token"), in.required("password"), in.required("password_confirmation")
	if err := in.err(); err != nil {
		return nil, err
	}
	err := d.auth.ResetPassword(r.Context(), token, password, again, r.RemoteAddr)
	return said("The password is set. Sign in with it."), err
}

// changePassword answers PATCH /profile/password.
func (d *dialect) changePassword(r *request) (any, error) {
	in := r.attributes("user", "profile")
	current, password, again := in.required("current_password"), in.required("password"), in.required("password_confirmation")
	if err := in.err(); err != nil {
		return nil, err
	}
	err := d.auth.ChangePassword(r.Context(), actor.From(r.Context()), current, password, again, r.RemoteAddr)
	return said("The password is changed."), err
}

// logout answers DELETE /auth/logout.
func (d *dialect) logout(r *request) (any, error) {
	return said("You are signed out on this device."), d.auth.SignOut(r.Context(), actor.From(r.Context()), false)
}

// logoutEverywhere answers DELETE /auth/logout-all.
func (d *dialect) logoutEverywhere(r *request) (any, error) {
	return said("You are signed out on every device."), d.auth.SignOut(r.Context(), actor.From(r.Context()), true)
}

// me answers GET /auth/me.
func (d *dialect) me(r *request) (any, error) {
	v, err := d.app.Viewer(r.Context(), market.WantLocation|market.WantCompetencies)
	if err != nil {
		return nil, err
	}
	return data(meData{User: toDetailedUser(v)}), nil
}

// keepDevice answers PUT /device-token.
func (d *dialect) keepDevice(r *request) (any, error) {
	in := r.attributes("device", "device_token")
	device := authn.Device{ID: in.required("device_id"), PushToken: in.required("fcm_token"), Platform: in.oneOf("platform", authn.Platforms...)}
	if err := in.err(); err != nil {
		return nil, err
	}
	return said("Push messages go to this device."), d.auth.KeepDevice(r.Context(), actor.From(r.Context()), device)
}

// forgetDevice answers DELETE /device-token, with the device in the query or the body.
func (d *dialect) forgetDevice(r *request) (any, error) {
	in := r.attributes("device", "device_token")
	id := r.query.text("device_id")
	if id == "" {
		id = in.required("device_id")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	return said("No more push messages go to this device."), d.auth.ForgetDevice(r.Context(), actor.From(r.Context()), id)
}

// fromRegistration reads what somebody registers with (schema RegisterRequest).
func fromRegistration(r *request) (authn.Registration, error) {
	in := r.attributes("user")
	to := authn.Registration{
		Email: in.required("email"), Password: in.required("password"), Confirmation: in.required("password_confirmation"),
		Name: in.required("full_name"), Phone: in.text("phone_number"), Role: actor.Role(in.required("role")), Address: r.RemoteAddr,
	}
	deviceOf(in) // the device is kept when somebody signs in on it
	return to, in.err()
}

// signed gives the tokens of a sign-in and the account that they belong to.
func (d *dialect) signed(ctx context.Context, tokens *authn.Tokens, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	who, err := d.auth.Verify(ctx, tokens.Access)
	if err != nil {
		return nil, err
	}
	v, err := d.app.Viewer(actor.With(ctx, who), 0)
	if err != nil {
		return nil, err
	}
	return data(loginData{User: toUser(v), Tokens: toTokens(tokens)}), nil
}

// ownAccount gives an account as its owner sees it, who is not signed in yet.
func (d *dialect) ownAccount(ctx context.Context, id int64) (user, error) {
	v, err := d.app.Viewer(actor.With(ctx, actor.Actor{UserID: id}), 0)
	if err != nil {
		return user{}, err
	}
	return toUser(v), nil
}

// deviceOf reads what somebody signs in on (schema DeviceInfo).
func deviceOf(in *attributes) authn.Device {
	if !in.sent("device_info") {
		return authn.Device{}
	}
	device := in.object("device_info")
	by := authn.Device{
		ID: device.visible("device_id", authn.MaxDevice), Name: device.short("device_name", authn.MaxDevice),
		Platform: device.oneOf("platform", authn.Platforms...), PushToken: device.visible("fcm_token", authn.MaxPushToken),
	}
	for _, name := range []string{"os_version", "app_version"} { // read, so that a wrong type is named
		device.text(name)
	}
	if by.ID == "" {
		by.PushToken = "" // there is nothing that it would move with
	}
	return by
}

// said is the answer of what has nothing else to tell.
func said(message string) object { return data(messageData{Message: message}) }

func toVerification(v *authn.Verification) verification {
	return verification{
		Email: v.Email, ExpiresAt: instant(v.ExpiresAt), ResendAvailableAt: instant(v.ResendAvailableAt), AttemptsRemaining: v.AttemptsRemaining,
	}
}
