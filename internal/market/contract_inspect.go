package market

import (
	"context"
	"encoding/json"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// InspectContract is what a partner found on site.
type InspectContract struct {
	// Sections are checked against the template of the contract. Absent, they stay as
	// they are; null clears them.
	Sections Optional[[]FindingSection]
	// Photos replace those that are there; a photo that is kept is named by its name
	// or its address.
	Photos Optional[[]Attachment]
	// Submit says that it is complete: every required item has a value. What was
	// submitted stays submitted.
	Submit bool
}

// InspectContract writes the inspection of a contract: one each.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND; INVALID
// with every finding that does not fit the template; WRONG_STATE unless work is in
// progress, and where there is an inspection already; STALE; BUSY.
func (a *App) InspectContract(ctx context.Context, id int64, in InspectContract, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, newInspecting(a, lifecycle.ActInspect, in), w)
}

// UpdateInspection changes the inspection of a contract.
//
// Faults: as InspectContract; WRONG_STATE where there is none.
func (a *App) UpdateInspection(ctx context.Context, id int64, in InspectContract, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, newInspecting(a, lifecycle.ActEditInspection, in), w)
}

// inspecting is the deed of InspectContract and of UpdateInspection.
type inspecting struct {
	*App
	named  lifecycle.ContractAction
	in     InspectContract
	photos uploads
	// What check found.
	template *inspectionTemplate
	before   *ent.Inspection // nil: there is none yet
	submit   bool
}

func newInspecting(a *App, named lifecycle.ContractAction, in InspectContract) *inspecting {
	return &inspecting{App: a, named: named, in: in, photos: uploads{
		field: "photos", purpose: "inspection_photo", sent: in.Photos.Or(nil),
	}}
}

func (d *inspecting) action() lifecycle.ContractAction { return d.named }

func (d *inspecting) brings() []*uploads { return []*uploads{&d.photos} }

func (d *inspecting) check(ctx context.Context, on *ent.Client, c *facts) error {
	var err error
	if d.before, err = inspectionFound(ctx, on, c); err != nil {
		return err
	}
	if d.template, err = templateFor(ctx, on, c, d.before); err != nil {
		return err
	}
	d.submit = d.in.Submit || d.before != nil && d.before.Status == lifecycle.InspectionSubmitted
	var bad fault.Fields
	if err := d.photos.check(&bad, d.photosBefore()); err != nil {
		return err
	}
	d.sections(&bad)
	return bad.Err(fault.InputInvalid)
}

func (d *inspecting) photosBefore() []string {
	if d.before == nil {
		return nil
	}
	return d.before.Photos
}

// photosAfter are the names of the photos that the inspection has then.
func (d *inspecting) photosAfter() []string {
	if !d.in.Photos.Sent() {
		return d.photosBefore()
	}
	return d.photos.names()
}

// sections gives the sections as they are stored then; nil where they stay.
func (d *inspecting) sections(bad *fault.Fields) json.RawMessage {
	if !d.in.Sections.Sent() && d.before != nil && !d.in.Photos.Sent() && d.submit == (d.before.Status == lifecycle.InspectionSubmitted) {
		return nil
	}
	filled := d.template.fill(bad, d.in.Sections.Or(d.sectionsBefore()), d.photosAfter(), d.submit)
	text, _ := json.Marshal(filled) // texts always encode
	return text
}

// sectionsBefore are the findings that are there, as they would be sent.
func (d *inspecting) sectionsBefore() []FindingSection {
	if d.before == nil {
		return nil
	}
	var stored []storedSection
	if json.Unmarshal(d.before.Sections, &stored) != nil {
		return nil
	}
	var list []FindingSection
	for _, s := range stored {
		section := FindingSection{Key: s.Key}
		for _, i := range s.Items {
			section.Items = append(section.Items, Finding{Key: i.Key, Value: i.Value, Note: i.Note})
		}
		list = append(list, section)
	}
	return list
}

func (d *inspecting) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractInspect, by: c.who, now: c.now,
		beside: []step{storeUploads(&d.photos), d.moveInspection, d.announce(topicChanged)},
	})
}
