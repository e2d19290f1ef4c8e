package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/inspection"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// moveInspection writes the inspection. It is the only place that writes its
// status: what was submitted stays submitted.
func (d *inspecting) moveInspection(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
	sections := d.sections(&fault.Fields{}) // checked; now the photos have their names
	photos := d.photosAfter()
	if photos == nil {
		photos = []string{}
	}
	status := lifecycle.InspectionDraft
	if d.submit {
		status = lifecycle.InspectionSubmitted
	}
	if d.before == nil {
		create := tx.Inspection.Create().
			SetInstitutionID(r.institutionID).SetContractID(r.id).SetStatus(status).
			SetTemplateCode(d.template.code).SetTemplateName(d.template.name).SetSections(sections).SetPhotos(photos).
			SetStartedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now)
		if d.submit {
			create.SetSubmittedAt(m.now)
		}
		return nil, create.Exec(ctx)
	}
	update := tx.Inspection.Update().Where(inspection.ID(d.before.ID)).SetStatus(status).SetPhotos(photos).AddVersion(1).SetUpdatedAt(m.now)
	if sections != nil {
		update.SetSections(sections).SetTemplateCode(d.template.code).SetTemplateName(d.template.name)
	}
	if d.submit && d.before.SubmittedAt == nil {
		update.SetSubmittedAt(m.now)
	}
	return nil, update.Exec(ctx)
}
