package graph

import (
	"context"
	"strings"

	"kontrak/graph/model"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
)

// accountFields names the fields of accounts as the graph's inputs do.
var accountFields = fieldNames{
	"full_name": "fullName", "phone_number": "phoneNumber", "otp": "code", "reset_token": "token", "current_password": "current",
	"device_id": "id", "device_name": "name", "fcm_token": "pushToken",
}

// signInFields are those of whoever comes in on a device.
var signInFields = merged(accountFields, fieldNames{
	"device_id": "device.id", "device_name": "device.name", "fcm_token": "device.pushToken",
})

// addressOf is where a request comes from.
func addressOf(ctx context.Context) string {
	from, _ := ctx.Value(senderKey{}).(sender)
	return from.address
}

func fromRegister(ctx context.Context, in model.AccountRegisterInput) authn.Registration {
	return authn.Registration{
		Email: in.Email, Password: in.Password, Confirmation: in.Password, Name: in.FullName, Phone: deref(in.PhoneNumber),
		Role: in.Role, Language: deref(in.Language), Address: addressOf(ctx),
	}
}

func fromDevice(in *model.DeviceInput) authn.Device {
	if in == nil {
		return authn.Device{}
	}
	return authn.Device{ID: in.ID, Name: deref(in.Name), Platform: platform(in.Platform), PushToken: deref(in.PushToken)}
}

func platform(p *model.Platform) string { return strings.ToLower(string(deref(p))) }

func fromSessionOpen(ctx context.Context, in model.SessionOpenInput) authn.SignIn {
	return authn.SignIn{Email: in.Email, Password: in.Password, Device: fromDevice(in.Device), Address: addressOf(ctx)}
}

func registerPayload(_ int64, v *authn.Verification, err error) (*model.AccountRegisterPayload, error) {
	bad, err := userErrors(accountFields.of(err))
	return &model.AccountRegisterPayload{Verification: v, UserErrors: bad}, err
}

func codeSendPayload(v *authn.Verification, err error) (*model.CodeSendPayload, error) {
	bad, err := userErrors(accountFields.of(err))
	return &model.CodeSendPayload{Verification: v, UserErrors: bad}, err
}

func signedPayload(t *authn.Tokens, _ int64, err error) (*model.SessionPayload, error) {
	return sessionPayload(t, signInFields.of(err))
}

func sessionPayload(t *authn.Tokens, err error) (*model.SessionPayload, error) {
	bad, err := userErrors(accountFields.of(err))
	p := &model.SessionPayload{UserErrors: bad}
	if t != nil {
		p.Tokens = &model.SessionTokens{AccessToken: t.Access, RefreshToken: t.Refresh, ExpiresIn: int32(t.AccessLife.Seconds())}
	}
	return p, err
}

func grantPayload(g *authn.Grant, err error) (*model.PasswordGrantPayload, error) {
	bad, err := userErrors(accountFields.of(err))
	p := &model.PasswordGrantPayload{UserErrors: bad}
	if g != nil {
		p.Token, p.ExpiresAt = &g.Token, &g.ExpiresAt
	}
	return p, err
}

func accountPayload(err error) (*model.AccountPayload, error) {
	bad, err := userErrors(accountFields.of(err))
	return &model.AccountPayload{Done: err == nil && len(bad) == 0, UserErrors: bad}, err
}

// forCaller does something for whoever is signed in.
func forCaller(ctx context.Context, do func(who actor.Actor) error) (*model.AccountPayload, error) {
	if err := signedIn(ctx); err != nil {
		return nil, err
	}
	return accountPayload(do(actor.From(ctx)))
}
