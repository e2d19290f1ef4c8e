package world

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// The types that the migrations bring.
const (
	typeLease int64 = iota + 1
	typeSoftware
	typeMaintenance
)

// archive is what an institution of the demo sorts its agreements by.
type archive struct {
	vendors, tags, assets []int64
	template              *ent.SignatureTemplate
}

// fileAgreements makes the agreements of the demo: every ending twice, spread over the
// institutions, with files and attempts to have them signed.
func (d *demo) fileAgreements() error {
	d.archives = map[string]*archive{}
	for i, t := range customerTexts {
		d.archives[t.key] = d.stockArchive(i, t.key)
	}
	d.stockKeys()
	whose := []string{"home", "branch", "home", "foreign", "home", "other", "branch"}
	var papers []*paper
	for i := range 2 * len(paperEndings) {
		end := paperEndings[i%len(paperEndings)]
		p := &paper{name: end.name, at: d.customers[whose[i%len(whose)]]}
		if i >= len(paperEndings) {
			p.name += "_too"
		}
		d.tellPaper(i, whose[i%len(whose)], p, end)
		papers = append(papers, p)
	}
	slices.SortStableFunc(papers, func(a, b *paper) int { return a.row.CreatedAt.Compare(b.row.CreatedAt) })
	var failed []error
	for _, p := range papers {
		if p.row.UpdatedAt.After(d.now) || p.row.DueAt != nil && !p.row.DueAt.After(d.now) {
			p.fail("changed at %s, due at %s: now is %s", p.row.UpdatedAt, p.row.DueAt, d.now)
		}
		failed = append(failed, p.err)
		p.store(d.rows)
		d.world.Agreements[p.name] = p.row.ID
	}
	return errors.Join(failed...)
}

// midnight is the beginning of a day in UTC, so many days from now.
func (d *demo) midnight(n int) time.Time { return d.now.Truncate(24*time.Hour).AddDate(0, 0, n) }

// tellPaper leads one agreement to its ending.
func (d *demo) tellPaper(i int, whose string, p *paper, end paperEnding) {
	p.by = p.at.staff[i%len(p.at.staff)]
	at := d.midnight(-end.age).Add(time.Duration(2+i%9)*time.Hour + time.Duration(i)*time.Second)
	subject := paperSubjects[i%len(paperSubjects)]
	kind := i / 2 % 3
	title := fmt.Sprintf(paperTitles[kind], subject)
	if !end.bare {
		d.pairPaper(i, whose, p)
		p.approver = p.at.staff[0]
		if whose == "home" && i%5 == 0 {
			p.approver = d.users["supervisor"]
		}
	}
	p.draft(at, func(a *ent.Agreement) {
		a.Title, a.AgreementTypeID, a.Cost = title, int64(kind+1), int64(i%11)*1_250_000
		a.GatewayKind = lifecycle.GatewayKinds[i%3]
		if end.bare {
			return
		}
		d.fillPaper(i, whose, p, end, a)
		d.filePaper(i, p, a)
	})
	pattern := signingPatterns[i%len(signingPatterns)]
	if p.sum != "" && pattern.early {
		pattern.live(d, p, at.Add(time.Hour))
	}
	end.live(d, p)
	lives := []lifecycle.AgreementStatus{lifecycle.AgreementDraft, lifecycle.AgreementApproved, lifecycle.AgreementActive}
	if p.sum != "" && !pattern.early && slices.Contains(lives, p.row.Status) && p.row.DeletedAt == nil {
		pattern.live(d, p, p.row.UpdatedAt.Add(time.Hour))
	}
}

// fillPaper sets what an agreement has from the beginning, but its files.
func (d *demo) fillPaper(i int, whose string, p *paper, end paperEnding, a *ent.Agreement) {
	ar := d.archives[whose]
	a.Description = fmt.Sprintf("Agreed with the supplier for %s.", p.at.row.Name)
	if i%3 > 0 {
		a.Identifier = fmt.Sprintf("AGR/%d/%03d", a.CreatedAt.Year(), i+1)
	}
	if i%2 == 0 {
		a.CustomKey = fmt.Sprintf("kit-%03d", i+1)
	}
	a.VendorID = &ar.vendors[i%len(ar.vendors)]
	if i%7 == 3 {
		a.VendorID = nil
	}
	if a.AgreementTypeID == typeSoftware {
		a.LicenseTypeID, a.LicenseCount = new(int64(1+i%2)), new(int32(5+i))
	}
	a.OwnerID, a.ApproverID = &p.by.ID, &p.approver.ID
	a.NotifyBeforeDays = new(int32(7))
	if end.notify > 0 {
		a.NotifyBeforeDays = new(int32(end.notify))
	}
	if i%6 == 1 && end.notify == 0 {
		a.NotifyBeforeDays = nil
	}
	if end.starts != 0 {
		a.StartsAt = new(d.midnight(end.starts))
	}
	if end.ends != 0 {
		a.EndsAt = new(d.midnight(end.ends + i%5 + 1).Add(-time.Second))
	}
	if i%9 == 4 {
		a.ClientApprovedOn = a.CreatedAt.UTC().Format(time.DateOnly)
	}
	if end.source != "" {
		a.Source, a.ExternalID, a.Status = end.source, fmt.Sprintf("%d", 400+i), lifecycle.AgreementActive
	}
}

// pairPaper draws what an agreement is paired with.
func (d *demo) pairPaper(i int, whose string, p *paper) {
	ar := d.archives[whose]
	some := func(ids []int64, n int) []int64 {
		list := make([]int64, 0, n)
		for k := range min(n, len(ids)) {
			list = append(list, ids[(i+k)%len(ids)])
		}
		slices.Sort(list)
		return list
	}
	p.paired.customers = some(ar.vendors, (i+1)%4)
	p.paired.tags = some(ar.tags, i%3)
	p.paired.assets = some(ar.assets, (i+2)%3)
	if i%2 == 0 {
		p.paired.notified = []int64{p.at.staff[len(p.at.staff)-1].ID}
	}
	if i%4 == 0 {
		p.paired.users = []int64{p.by.ID}
	}
	if whose == "foreign" && i%14 == 3 { // nobody there, and named all the same
		p.paired.users = []int64{d.users["supervisor2"].ID}
	}
	if i%5 == 2 {
		p.paired.organizations = []int64{d.customers["branch"].row.ID, d.customers["other"].row.ID}
	}
	if i%4 == 1 {
		p.items = []*ent.ColumnItem{
			{Slug: "cost-centre", Name: "Cost centre", Value: fmt.Sprintf("CC-%d", 100+i)},
			{Slug: "shelf", Name: "Shelf", Value: "B" + fmt.Sprint(i%4+1)},
		}
	}
}

// filePaper gives an agreement its files.
func (d *demo) filePaper(i int, p *paper, a *ent.Agreement) {
	if i%6 == 5 {
		return
	}
	lines := []string{a.Title, "", p.at.row.Name, p.at.row.Address, "", "Reference: " + p.name}
	file := d.document(p, a.CreatedAt, document{
		kind: kindPDF, title: a.Title + ".pdf", description: "as agreed", shared: i%3 == 0, lines: lines, upload: upload{key: "agreement " + p.name},
	})
	a.FileID, p.sum = &file.ID, file.Sha256
	if i%4 == 0 {
		source := d.document(p, a.CreatedAt, document{kind: kindWord, title: a.Title + ".docx", lines: lines, upload: upload{key: "source of agreement " + p.name}})
		a.WordFileID = &source.ID
	}
}

// document stores a document of an agreement.
func (d *demo) document(p *paper, at time.Time, doc document) *ent.File {
	doc.purpose, doc.institution, doc.by, doc.at = "agreement", &p.at.row.ID, &p.by.ID, at
	row, body := documentOf(doc)
	row.PublicID = publicID("file " + doc.key)
	d.rows.files.add(row)
	d.world.Files[row.Name], d.world.Public[row.Name] = body, false
	return row
}

// conclusion stores what all have signed.
func (d *demo) conclusion(at time.Time) func(p *paper) *ent.File {
	return func(p *paper) *ent.File {
		lines := []string{p.row.Title, "", p.at.row.Name, "", "Signed by"}
		for _, person := range p.last().people {
			lines = append(lines, person.Name)
		}
		return d.document(p, at, document{kind: kindPDF, title: p.row.Title + " (signed).pdf", lines: lines, upload: upload{key: "signed agreement " + p.name}})
	}
}
