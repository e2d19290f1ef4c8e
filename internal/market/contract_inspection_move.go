package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/inspection"
	"kontrak/internal/changelog"
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
		made, err := create.Save(ctx)
		return changelog.Of(changelog.Inspection, changelog.One(d.before), changelog.One(made)), err
	}
	changed := *d.before
	changed.Status, changed.Photos, changed.UpdatedAt = status, photos, m.now
	changed.Version++
	update := tx.Inspection.Update().Where(inspection.ID(d.before.ID)).SetStatus(status).SetPhotos(photos).AddVersion(1).SetUpdatedAt(m.now)
	if sections != nil {
		update.SetSections(sections).SetTemplateCode(d.template.code).SetTemplateName(d.template.name)
		changed.Sections, changed.TemplateCode, changed.TemplateName = sections, d.template.code, d.template.name
	}
	if d.submit && d.before.SubmittedAt == nil {
		update.SetSubmittedAt(m.now)
		changed.SubmittedAt = &m.now
	}
	return changelog.Of(changelog.Inspection, changelog.One(d.before), changelog.One(&changed)), update.Exec(ctx)
}
