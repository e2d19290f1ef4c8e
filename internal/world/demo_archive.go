package world

import (
	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// KitKey is the key by which a member of the hospital in Jakarta calls the Kit
// dialect of the demo.
const KitKey = "demo-kit-key"

var paperTitles = []string{"Lease of %s", "Licences for %s", "Maintenance of %s"}

var paperSubjects = []string{
	"the X-ray room", "patient monitors", "ventilators in intensive care", "the laboratory information system", "ultrasound machines",
	"the CT scanner", "infusion pumps", "autoclaves", "the emergency generator", "microscopes", "the picture archive", "centrifuges", "medical gas",
}

// vendorTexts are suppliers; each institution has those from its own number on.
var vendorTexts = []ent.Counterparty{
	{Name: "Sumber Medika", CustomKey: "sumber-medika", RegistrationNumber: "012345678901", Ceo: "Siti Nurhaliza", Address: "Jalan Gatot Subroto 12, Jakarta",
		Industry: "Medical devices", Category: "Supplier", Email: "sales@sumber-medika.example", Managers: []lifecycle.Manager{
			{Name: "Agus Salim", Email: "agus@sumber-medika.example", Position: "Account manager", Note: "mornings", Contact: "+628111222333", Roles: []lifecycle.ManagerRole{"CONTRACT", "TAX_BILL"}},
		}},
	{Name: "Müller Röntgen GmbH", CustomKey: "mueller", Ceo: "Jürgen Müller", Industry: "Radiology", Email: "service@mueller.example"},
	{Name: "Hanguk Uiryo", RegistrationNumber: "2208162517", Category: "Maker"},
	{Name: "Lima 100% Steril", Address: "Jalan Braga 5, Bandung"},
	{Name: "Perangkat_Lunak Klinik", CustomKey: "plk_1", Industry: "Software"},
	{Name: "Timur Gas Medis", Email: "office@timurgas.example"},
}

// stockArchive gives an institution suppliers, tags, assets and templates.
func (d *demo) stockArchive(i int, whose string) *archive {
	c, ar, at := d.customers[whose], &archive{}, d.daysAgo(385)
	for k := range 4 {
		row := vendorTexts[(i+k)%len(vendorTexts)]
		row.InstitutionID, row.SearchName, row.Version, row.CreatedAt, row.UpdatedAt = c.row.ID, store.Fold(row.Name), 1, at, at
		ar.vendors = append(ar.vendors, d.rows.counterparties.add(&row).ID)
	}
	if whose == "home" {
		partner := d.partners["partner"].row
		ar.vendors = append(ar.vendors, d.rows.counterparties.add(&ent.Counterparty{
			InstitutionID: c.row.ID, Name: partner.FullName, SearchName: store.Fold(partner.FullName), CustomKey: "technician",
			PartnerID: &partner.ID, Version: 1, CreatedAt: at, UpdatedAt: at,
		}).ID)
	}
	for k, name := range []string{"Radiology", "Laboratory", "Urgent", "Wards", "Archive", "Theatre"}[:6-i] {
		ar.tags = append(ar.tags, d.rows.tags.add(&ent.Tag{
			InstitutionID: c.row.ID, Name: name, ColorCode: lifecycle.TagColors[k], Position: int32(k), CreatedAt: at, UpdatedAt: at,
		}).ID)
	}
	for _, name := range []string{"Building A", "Building B", "Ambulance"} {
		ar.assets = append(ar.assets, d.rows.assets.add(&ent.Asset{InstitutionID: c.row.ID, Name: name, CreatedAt: at, UpdatedAt: at}).ID)
	}
	if i < 2 {
		ar.template = d.stockTemplate(whose, ar)
	}
	return ar
}

// stockTemplate makes two templates of an institution, of which one is in use.
func (d *demo) stockTemplate(whose string, ar *archive) *ent.SignatureTemplate {
	c, at := d.customers[whose], d.daysAgo(380)
	p := &paper{name: "template " + whose, at: c, by: c.staff[0]}
	file := d.document(p, at, document{
		kind: kindPDF, title: "Maintenance agreement.pdf", lines: []string{"Maintenance agreement", "", c.row.Name}, upload: upload{key: p.name},
	})
	row := func(slug, name string, order lifecycle.SigningOrder) *ent.SignatureTemplate {
		return &ent.SignatureTemplate{
			InstitutionID: c.row.ID, Slug: slug, Name: name, SearchName: store.Fold(name), ParticipantType: order,
			CcEmails: []string{"archive@" + whose + ".demo.test"}, ManagerNames: []string{c.staff[0].FullName},
			Participants: []lifecycle.TemplateParticipant{{ID: 1, Order: 1, Role: "Supplier"}, {ID: 2, Order: 2, Role: "Director"}},
			Objects: []lifecycle.TemplateObject{
				{ID: 1, Participant: 1, Type: lifecycle.ObjectSignature, Category: lifecycle.ObjectInput, Name: "supplier", Description: "Sign here"},
				{ID: 2, Participant: 2, Type: lifecycle.ObjectSignature, Category: lifecycle.ObjectInput, Name: "director", Description: "Sign here"},
				{ID: 3, Type: lifecycle.ObjectText, Category: lifecycle.ObjectDefault, Name: "place", Contents: c.row.City},
			},
			Version: 1, CreatedAt: at, UpdatedAt: at,
		}
	}
	used := row("maintenance", "Maintenance agreement", lifecycle.SignInOrder)
	used.FileID, used.Active = &file.ID, true
	d.rows.signTemplates.add(used)
	d.rows.paired.templateTags.add(used.ID, ar.tags[:2]...)
	d.rows.signTemplates.add(row("lease-2024", "Lease of 2024", lifecycle.SignTogether))
	return used
}

// template is what a signature of the agreement may be made of.
func (d *demo) template(p *paper) *ent.SignatureTemplate {
	for _, ar := range d.archives {
		if ar.template != nil && ar.template.InstitutionID == p.row.InstitutionID {
			return ar.template
		}
	}
	return nil
}

// stockKeys makes the key of the Kit dialect, and one that is good no more.
func (d *demo) stockKeys() {
	c := d.customers["home"].row
	add := func(label, key string, edit func(k *ent.ApiKey)) {
		k := &ent.ApiKey{
			InstitutionID: c.ID, UserID: d.users["member"].ID, CreatedByID: d.users["institution"].ID, Label: label,
			KeyHash: hashOf(key), CreatedAt: d.daysAgo(40),
		}
		edit(k)
		d.rows.apiKeys.add(k)
	}
	add("Kit of the hospital", KitKey, func(*ent.ApiKey) {})
	add("The former archive", "demo-kit-key-revoked", func(k *ent.ApiKey) {
		k.LastUsedAt, k.RevokedAt = new(d.daysAgo(30)), new(d.daysAgo(29))
	})
}

// publicID is a public id that is the same on each start.
func publicID(key string) string { return opaque.IDFrom(idsOf(key, 0)) }
