package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Company is an institution as whoever belongs to it sees it in Yedpay's dialect.
type Company struct {
	Row
	ID        int64                     `see:"insider"`
	PublicID  string                    `see:"insider"`
	Name      string                    `see:"insider"`
	Kind      lifecycle.InstitutionKind `see:"insider"`
	Address   string                    `see:"insider"`
	Phone     string                    `see:"insider"`
	CreatedAt time.Time                 `see:"insider"`
	UpdatedAt time.Time                 `see:"insider"`
}

// CompanyDocument is a document of an agreement, with who sent it.
type CompanyDocument struct {
	Row
	File        *StoredFile           `see:"insider"`
	UserID      *int64                `see:"insider"`
	AgreementID string                `see:"insider"` // its public id
	GatewayKind lifecycle.GatewayKind `see:"insider"`
}
