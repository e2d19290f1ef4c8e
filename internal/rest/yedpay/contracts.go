package yedpay

import (
	"github.com/go-chi/chi/v5"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// contract is a contract as a list prints it: ten texts.
type contract struct {
	ID               string `json:"id"`
	CompanyID        string `json:"company_id"`
	Type             string `json:"type"`
	FileID           string `json:"file_id"`
	Status           string `json:"status"`
	GeneratedAt      string `json:"generated_at"`
	ClientApprovedAt string `json:"client_approved_at"`
	ExpiresAt        string `json:"expires_at"`
	CreatedAt        string `json:"created_at"`
	UpdatedAt        string `json:"updated_at"`
}

// contracts answers GET /v1/companies/{company_id}/contracts, oldest first.
func (d *dialect) contracts(r *request) (any, error) {
	company := chi.URLParam(r.Request, "company_id")
	id, err := d.app.CompanyID(r.Context(), company)
	if err != nil {
		return nil, err
	}
	p, of := r.paging(), market.AgreementFilter{InstitutionIDs: []int64{id}}
	page, err := d.app.Agreements(r.Context(), of, market.AgreementOrder{By: market.AgreementByID}, market.NumberedPage(p.number, p.size), market.AgreementFiles)
	if err != nil {
		return nil, err
	}
	return listOf(d, r, p, toContracts(page.Items, company), int(*page.Total)), nil
}

func toContracts(items []*view.Agreement, company string) []contract {
	rows := make([]contract, len(items))
	for i, v := range items {
		rows[i] = toContract(v, company)
	}
	return rows
}

func toContract(v *view.Agreement, company string) contract {
	c := contract{
		ID: v.PublicID, CompanyID: company, Type: string(v.GatewayKind), Status: "INACTIVE",
		GeneratedAt: string(v.GeneratedOn), ExpiresAt: day(v.EndsAt), CreatedAt: moment(v.CreatedAt), UpdatedAt: moment(v.UpdatedAt),
	}
	if v.Status == lifecycle.AgreementActive {
		c.Status = "ACTIVE"
	}
	if v.File != nil {
		c.FileID = v.File.PublicID
	}
	if v.ClientApprovedOn != nil {
		c.ClientApprovedAt = string(*v.ClientApprovedOn)
	}
	return c
}
