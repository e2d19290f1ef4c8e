package faveo

import (
	"slices"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// contract is a row of the list, with its keys in the documented order.
type contract struct {
	ID            int64   `json:"id"`
	Name          string  `json:"name"`
	Cost          int64   `json:"cost"` // whole currency units
	Expiry        *string `json:"expiry"`
	Status        named   `json:"contract_status"`
	RenewalStatus *named  `json:"contract_renewal_status"`
	Vendor        *named  `json:"vendor"`
	Type          named   `json:"contract_type"`
	Number        string  `json:"contract_number"`
}

// named is an entry of a list.
type named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func toContract(v *view.Agreement) contract {
	c := contract{
		ID: v.ID, Name: v.Title, Cost: v.Cost.Value,
		Status: numbered(v.Status, 1, lifecycle.AgreementStatuses),
		Type:   named{v.AgreementType.ID, v.AgreementType.Name}, Number: v.ContractNumber,
	}
	if v.EndsAt != nil {
		c.Expiry = new(v.EndsAt.UTC().Format(time.DateTime))
	}
	if v.RenewalStatus != nil {
		c.RenewalStatus = new(numbered(*v.RenewalStatus, 1+len(lifecycle.AgreementStatuses), lifecycle.RenewalStatuses))
	}
	if v.Vendor != nil {
		c.Vendor = &named{v.Vendor.ID, v.Vendor.Name}
	}
	return c
}

// numbered gives a status with its id: its place in the list of all, of which the
// first has that id (Faveo reference, section 7).
func numbered[S ~string](status S, first int, all []S) named {
	return named{int64(first + slices.Index(all, status)), string(status)}
}

// contractDetail is what answers an action: a row of the list, and what was attached.
type contractDetail struct {
	contract
	Attachment *attachment `json:"attachment"`
}

// attachment is the file of a contract. Its link expires.
type attachment struct {
	Name        string `json:"name"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"` // bytes
	URL         string `json:"url"`
}

// done is the answer of an action that was done.
func done(said string, v *view.Agreement) *success {
	c := contractDetail{contract: toContract(v)}
	if f := v.File; f != nil {
		c.Attachment = &attachment{f.Title, f.ContentType, f.Size, f.URL}
	}
	return &success{Message: said, Data: struct {
		Contract contractDetail `json:"contract"`
	}{c}}
}
