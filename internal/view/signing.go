package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Signing is what a participant without an account sees of a signature: the document
// and its own part.
type Signing struct {
	Row
	Title          string                      `see:"guest"`
	Institution    string                      `see:"guest"`
	Name           string                      `see:"guest"`
	Role           *string                     `see:"guest"`
	Language       *string                     `see:"guest"`
	Status         lifecycle.ParticipantStatus `see:"guest"`
	DocumentTitle  string                      `see:"guest"`
	DocumentType   string                      `see:"guest"`
	DocumentURL    string                      `see:"guest"` // expires
	DocumentSha256 string                      `see:"guest"`
	ExpiresAt      *time.Time                  `see:"guest"`
	CodeAsked      bool                        `see:"guest"`
	CodeHint       *string                     `see:"guest"`
	CodeLocked     bool                        `see:"guest"`
	Fields         []*SigningField             `see:"guest"`
	// AnsweredAt is set in the receipt of an answer.
	AnsweredAt *time.Time `see:"guest"`
}

// SigningField is a field of the document: one that the participant fills in, or one
// that is filled in already.
type SigningField struct {
	Row
	ID          int64                `see:"guest"`
	Type        lifecycle.ObjectType `see:"guest"`
	Name        string               `see:"guest"`
	Description *string              `see:"guest"`
	Contents    string               `see:"guest"`
	Input       bool                 `see:"guest"`
}

// SignatureTemplate is what agreements are made of again and again: a document, who
// signs it and what is filled in.
type SignatureTemplate struct {
	Row
	ID              int64                           `see:"insider"`
	InstitutionID   int64                           `see:"insider"`
	Version         int64                           `see:"insider"`
	Slug            string                          `see:"insider"`
	Name            string                          `see:"insider"`
	ParticipantType lifecycle.SigningOrder          `see:"insider"`
	CcEmails        []string                        `see:"insider"`
	ManagerNames    []string                        `see:"insider"`
	Active          bool                            `see:"insider"`
	File            *StoredFile                     `see:"insider"`
	Participants    []lifecycle.TemplateParticipant `see:"insider"`
	Objects         []lifecycle.TemplateObject      `see:"insider"`
	Tags            []*Tag                          `see:"insider"`
	SignatureCount  int64                           `see:"insider"` // of the signatures made of it
	CreatedAt       time.Time                       `see:"insider"`
	UpdatedAt       time.Time                       `see:"insider"`
}

// GlobalID is the template's opaque id in the graph.
func (t *SignatureTemplate) GlobalID() GlobalID { return GlobalID{"SignatureTemplate", t.ID} }

// IsNode marks the template as an object with a global id.
func (*SignatureTemplate) IsNode() {}
