package kit

import (
	"strconv"

	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

type contractList struct {
	Total     int64          `json:"total"`
	Contracts []contractItem `json:"contracts"`
}

// contractItem is a contract of the list (Kit reference, section 4). Files are not
// in it.
type contractItem struct {
	ID           int64            `json:"id"`
	UUID         string           `json:"uuid"`
	CustomKey    *string          `json:"customKey"`
	Title        string           `json:"title"`
	Status       string           `json:"status"`
	Type         lifecycle.Origin `json:"type"`
	CreatedAt    instant          `json:"createdAt"`
	UpdatedAt    instant          `json:"updatedAt"`
	ContractDate contractDate     `json:"contractDate"`
	Signature    *signature       `json:"signature"`
}

type contractDate struct {
	Start     *instant `json:"startDate"`
	End       *instant `json:"endDate"`
	Concluded *instant `json:"concludedDate"`
}

type signature struct {
	UUID         string                    `json:"uuid"`
	Title        string                    `json:"title"`
	ExpiredDate  *instant                  `json:"expiredDate"`
	Status       lifecycle.SignatureStatus `json:"status"`
	CreatedAt    instant                   `json:"createdAt"`
	Participants []participant             `json:"participants"`
	Objects      []inputField              `json:"objects"`
}

type participant struct {
	UUID     string                      `json:"uuid"`
	Name     string                      `json:"name"`
	Status   lifecycle.ParticipantStatus `json:"status"`
	Auth     *string                     `json:"auth"`
	Send     lifecycle.SendWay           `json:"send"`
	Email    *string                     `json:"email"`
	Phone    *string                     `json:"phone"`
	Role     *string                     `json:"role"`
	Language *string                     `json:"language"`
}

type inputField struct {
	Contents    string                   `json:"contents"`
	Type        lifecycle.ObjectType     `json:"type"`
	Category    lifecycle.ObjectCategory `json:"category"`
	Name        string                   `json:"name"`
	Description string                   `json:"description"`
}

func toContract(v *view.Agreement) contractItem {
	return contractItem{
		ID: v.ID, UUID: v.UUID, CustomKey: v.CustomKey, Title: v.Title, Status: statusOf(v), Type: v.Origin,
		CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt), ContractDate: toDates(v), Signature: toSignature(v.Signature),
	}
}

// statusOf is a contract's status here: whether it was concluded or deleted, and nothing
// else.
func statusOf(v *view.Agreement) string {
	if v.DeletedAt != nil {
		return deleted
	}
	if v.ConcludedAt != nil {
		return concluded
	}
	return created
}

func toDates(v *view.Agreement) contractDate {
	return contractDate{Start: maybe(v.StartsAt), End: maybe(v.EndsAt), Concluded: maybe(v.ConcludedAt)}
}

func toSignature(v *view.Signature) *signature {
	if v == nil {
		return nil
	}
	return &signature{
		UUID: v.UUID, Title: v.Title, ExpiredDate: maybe(v.ExpiredDate), Status: v.Status, CreatedAt: instant(v.CreatedAt),
		Participants: each(v.Participants, toParticipant), Objects: each(v.Objects, toInputField),
	}
}

func toParticipant(v *view.Participant) participant {
	return participant{
		UUID: v.UUID, Name: v.Name, Status: v.Status, Auth: v.Auth, Send: v.Send, Email: v.Email, Phone: v.Phone,
		Role: v.RoleName, Language: v.Language,
	}
}

func toInputField(v *view.SignatureObject) inputField {
	return inputField{Contents: v.Contents, Type: v.Type, Category: v.Category, Name: v.Name, Description: v.Description}
}

type foundContract struct {
	Contract contractDetail `json:"contract"`
}

// contractDetail is the contract that find gives, whose id is a text.
type contractDetail struct {
	ID            string           `json:"id"`
	UUID          string           `json:"uuid"`
	ConcludedFile *string          `json:"concludedFile"`
	File          *string          `json:"file"`
	Title         string           `json:"title"`
	Customers     []customerName   `json:"customers"`
	CreatedAt     instant          `json:"createdAt"`
	UpdatedAt     instant          `json:"updatedAt"`
	CustomKey     *string          `json:"customKey"`
	Status        string           `json:"status"`
	Type          lifecycle.Origin `json:"type"`
	WordFile      *string          `json:"wordFile"`
	ContractDate  foundDate        `json:"contractDate"`
	Signature     *signature       `json:"signature"`
}

type customerName struct {
	ID        int64   `json:"id"`
	Title     string  `json:"title"`
	CustomKey *string `json:"customKey"`
}

// foundDate is contractDate in the order of the detail.
type foundDate struct {
	Concluded *instant `json:"concludedDate"`
	Start     *instant `json:"startDate"`
	End       *instant `json:"endDate"`
}

func toDetail(v *view.Agreement) contractDetail {
	return contractDetail{
		ID: strconv.FormatInt(v.ID, 10), UUID: v.UUID, ConcludedFile: link(v.ConcludedFile), File: link(v.File), Title: v.Title,
		Customers: each(v.Customers, toCustomerName), CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt),
		CustomKey: v.CustomKey, Status: statusOf(v), Type: v.Origin, WordFile: link(v.WordFile),
		ContractDate: foundDate{Concluded: maybe(v.ConcludedAt), Start: maybe(v.StartsAt), End: maybe(v.EndsAt)},
		Signature:    toSignature(v.Signature),
	}
}

func toCustomerName(v *view.Counterparty) customerName {
	return customerName{ID: v.ID, Title: v.Name, CustomKey: v.CustomKey}
}

// link gives the address of a file, or nil.
func link(f *view.StoredFile) *string {
	if f == nil {
		return nil
	}
	return &f.URL
}

type oldContract struct {
	Contract oldDetail `json:"contract"`
}

// oldDetail is the detail that find replaced, with fewer keys.
type oldDetail struct {
	ID            int64            `json:"id"`
	UUID          string           `json:"uuid"`
	Title         string           `json:"title"`
	Status        string           `json:"status"`
	Type          lifecycle.Origin `json:"type"`
	CreatedAt     instant          `json:"createdAt"`
	UpdatedAt     instant          `json:"updatedAt"`
	ContractDate  contractDate     `json:"contractDate"`
	File          *string          `json:"file"`
	ConcludedFile *string          `json:"concludedFile"`
}

func toOldDetail(v *view.Agreement) oldDetail {
	return oldDetail{
		ID: v.ID, UUID: v.UUID, Title: v.Title, Status: statusOf(v), Type: v.Origin, CreatedAt: instant(v.CreatedAt),
		UpdatedAt: instant(v.UpdatedAt), ContractDate: toDates(v), File: link(v.File), ConcludedFile: link(v.ConcludedFile),
	}
}
