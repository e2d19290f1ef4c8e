package market

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// SetContractDetails is step two of the wizard: what is to be done, and to which
// equipment. What is absent stays as it is.
type SetContractDetails struct {
	ContractID  int64
	Description Optional[string] // never empty
	ToolBrand   Optional[string]
	ToolType    Optional[string]
	// ToolImages take the place of those that are there; none, or null, removes them.
	ToolImages Optional[[]Attachment]
}

// SetContractDetails does step two of the wizard, again if it was done before.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID; WRONG_STATE unless the contract is a draft whose step one is done;
// STALE; BUSY when a picture cannot be stored.
func (a *App) SetContractDetails(ctx context.Context, in SetContractDetails, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, in.ContractID, newDetailing(a, in), w)
}

// detailing is the deed of SetContractDetails.
type detailing struct {
	*App
	in     SetContractDetails
	images uploads
}

func newDetailing(a *App, in SetContractDetails) *detailing {
	images := uploads{field: "tool_images", purpose: "tool_image", sent: in.ToolImages.Or(nil)}
	return &detailing{App: a, in: in, images: images}
}

// The lengths of what is kept, in letters.
const (
	descriptionLength = 5000
	toolLength        = 200
)

func (d *detailing) action() lifecycle.ContractAction { return lifecycle.ActSetDetails }

func (d *detailing) brings() []*uploads { return []*uploads{&d.images} }

func (d *detailing) check(_ context.Context, _ *ent.Client, c *facts) error {
	var bad fault.Fields
	checkText(&bad, "description", d.in.Description.Or(c.row.description), 1, descriptionLength)
	checkText(&bad, "tool_brand", d.in.ToolBrand.Or(""), 0, toolLength)
	checkText(&bad, "tool_type", d.in.ToolType.Or(""), 0, toolLength)
	have, err := fileNames(c.row.images)
	if err != nil {
		return err
	}
	if err := d.images.check(&bad, have); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

// fileNames reads a column that holds names of files.
func fileNames(column []byte) ([]string, error) {
	var names []string
	if len(column) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(column, &names); err != nil {
		return nil, fmt.Errorf("market: names of files: %w", err)
	}
	return names, nil
}

func (d *detailing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractSetDetails, by: c.who, now: c.now, idle: !d.images.some(),
		set: func(u *ent.ContractUpdate) {
			description := strings.TrimSpace(d.in.Description.Or(c.row.description))
			brand, model := strings.TrimSpace(d.in.ToolBrand.Or(c.row.brand)), strings.TrimSpace(d.in.ToolType.Or(c.row.model))
			u.SetStep(furtherStep(c.row.step, lifecycle.StepPayment)).
				SetDescription(description).SetToolBrand(brand).SetToolType(model).
				SetSearchText(contractText(c.row.id, description, brand, model))
			if d.in.ToolImages.Sent() {
				u.SetToolImages(d.images.names())
			}
		},
		beside: []step{storeUploads(&d.images), d.announce(topicChanged)},
	})
}
