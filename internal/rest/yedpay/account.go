package yedpay

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// account is who calls.
type account struct {
	ID        string   `json:"id"`
	CompanyID string   `json:"company_id"`
	Role      string   `json:"role"`
	Email     string   `json:"email"`
	Phone     string   `json:"phone"`
	Username  string   `json:"username"`
	FirstName string   `json:"first_name"`
	LastName  string   `json:"last_name"`
	CanRefund bool     `json:"can_refund"`
	Activated bool     `json:"activated"`
	Disabled  bool     `json:"disabled"`
	CreatedAt string   `json:"created_at"`
	UpdatedAt string   `json:"updated_at"`
	Company   *company `json:"company,omitempty"`
}

// company is the institution that the caller acts for.
type company struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	BusinessType  string `json:"business_type"`
	Address       string `json:"address"`
	ContactMobile string `json:"contact_mobile"`
	CreatedAt     string `json:"created_at"`
	UpdatedAt     string `json:"updated_at"`
}

// me answers GET /v1/me.
func (d *dialect) me(r *request) (any, error) {
	v, err := d.app.Viewer(r.Context(), 0)
	if err != nil {
		return nil, err
	}
	companies, err := d.app.Companies(r.Context())
	if err != nil {
		return nil, err
	}
	wanted := strings.Split(strings.Join(r.query["include"], ","), ",")
	return object{Success: true, Data: toAccount(v, companies, slices.Contains(wanted, "company"))}, nil
}

func toAccount(v *view.User, companies []*view.Company, include bool) account {
	first, rest, _ := strings.Cut(v.FullName, " ")
	a := account{
		ID: strconv.FormatInt(v.ID, 10), Role: string(v.Role), Email: v.Email, Username: v.Email, FirstName: first, LastName: rest,
		Activated: v.EmailVerified, Disabled: v.Status != lifecycle.UserActive, CreatedAt: moment(v.CreatedAt), UpdatedAt: moment(v.UpdatedAt),
	}
	if v.PhoneNumber != nil {
		a.Phone = *v.PhoneNumber
	}
	if len(companies) == 0 {
		return a
	}
	c := companies[0]
	a.CompanyID = c.PublicID
	if include {
		a.Company = &company{
			ID: c.PublicID, Name: c.Name, BusinessType: string(c.Kind), Address: c.Address, ContactMobile: c.Phone,
			CreatedAt: moment(c.CreatedAt), UpdatedAt: moment(c.UpdatedAt),
		}
	}
	return a
}

// token is a personal token; the secret stands in it once, when it is made.
type token struct {
	ID        string `json:"id"`
	Token     string `json:"token"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
	Name      string `json:"name"`
	Status    string `json:"status"`
	ExpiresAt string `json:"expires_at"`
	LastUsed  string `json:"last_used"`
}

// bareToken is the answer of one token, which has no data around it.
type bareToken struct {
	Success bool `json:"success"`
	token
}

// createToken answers POST /v1/personal/token. A personal token makes no other: one
// that has leaked must not outlive its year.
func (d *dialect) createToken(r *request) (any, error) {
	if r.personal {
		f := fault.New(fault.RoleForbidden, "A personal token makes no other: sign in for that.")
		return nil, f.Refuse("session", "a token that was given at sign-in", "a personal token")
	}
	fields, err := r.fields()
	if err != nil {
		return nil, err
	}
	return d.bare(d.auth.CreatePersonalToken(r.Context(), r.who.UserID, last(fields["name"])))
}

// tokens answers GET /v1/personal/token, oldest first.
func (d *dialect) tokens(r *request) (any, error) {
	p := r.paging()
	found, total, err := d.auth.PersonalTokens(r.Context(), r.who.UserID, (p.number-1)*p.size, p.size)
	if err != nil {
		return nil, err
	}
	rows := make([]token, len(found))
	for i, t := range found {
		rows[i] = d.toToken(t)
	}
	return listOf(d, r, p, rows, total), nil
}

// token answers GET /v1/personal/token/{token_id}.
func (d *dialect) token(r *request) (any, error) {
	return d.bare(d.auth.PersonalToken(r.Context(), r.who.UserID, chi.URLParam(r.Request, "token_id")))
}

// revokeToken answers DELETE /v1/personal/token/{token_id}.
func (d *dialect) revokeToken(r *request) (any, error) {
	return d.bare(d.auth.RevokePersonalToken(r.Context(), r.who.UserID, chi.URLParam(r.Request, "token_id")))
}

func (d *dialect) bare(t *authn.PersonalToken, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return bareToken{Success: true, token: d.toToken(t)}, nil
}

func (d *dialect) toToken(t *authn.PersonalToken) token {
	v := token{
		ID: t.ID, Token: t.Token, CreatedAt: moment(t.CreatedAt), UpdatedAt: moment(t.CreatedAt), Name: t.Name,
		Status: "inactive", ExpiresAt: moment(t.ExpiresAt),
	}
	if d.auth.Good(t) {
		v.Status = "active"
	}
	if t.LastUsedAt != nil {
		v.LastUsed = moment(*t.LastUsedAt)
	}
	if t.RevokedAt != nil {
		v.UpdatedAt = moment(*t.RevokedAt)
	}
	return v
}
