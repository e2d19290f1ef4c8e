package world

import (
	"strconv"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// The certifications of the demo, by their place in it.
const (
	certOpen = iota
	certClosed
	certFull
	certRegistered
	certWished
	certRetired
)

// testText is a competency test of a sub-service.
type testText struct {
	sub   int
	name  string
	score int64 // 0: none is asked for
	old   bool  // it is not in use any more
}

var testTexts = []testText{
	{subMonitor, "Patient monitors, level 1", 75, false}, {subMicroscope, "Optics of microscopes", 60, false},
	{subGenerator, "Stand-by generators", 0, false}, {subGenerator, "Diesel engines", 50, true},
	{subXRay, "Radiation protection", 80, false}, {subXRay, "X-ray tube replacement", 0, false},
	{subUltrasound, "Ultrasound image quality", 70, false}, {subCentrifuge, "Rotor balance", 0, false},
	{subPump, "Infusion pump accuracy", 85, false}, {subMonitor, "Patient monitor safety", 75, false},
	{subPump, "Infusion pump accuracy, 2019", 60, true}, {subGenerator, "Emergency power", 70, false},
}

// offer adds what everybody may look through: competency tests, certifications with who
// registered for them and keeps them in mind, and banners.
func (d *demo) offer() {
	at := d.daysAgo(380)
	for i, t := range testTexts {
		row := &ent.CompetencyTest{
			SubServiceID: d.cat.subServices[t.sub].ID, Name: t.name, Description: "A written test and a practical one.",
			URL: "https://tests.demo.test/" + strconv.Itoa(i+1), Active: !t.old, Version: 1, CreatedAt: at, UpdatedAt: at,
		}
		if t.score > 0 {
			row.PassingScore = &t.score
		}
		d.rows.tests.add(row)
		if _, known := d.tests[t.sub]; !known {
			d.tests[t.sub] = row
		}
	}
	d.certify(d.daysAgo(200))
	d.hangBanners(d.daysAgo(200))
}

// certify adds certifications: one to register for, one whose registration has closed,
// one that is full, one that partner is registered for, one that it keeps in mind, and
// one that is not shown any more.
func (d *demo) certify(at time.Time) {
	day := func(n int) string { return d.now.AddDate(0, 0, n).Format(dateForm) }
	for i, c := range []ent.Certification{
		{Name: "Radiation safety officer", Issuer: "Bapeten", Price: new(int64(2_500_000)), Location: "Jakarta", StartDate: day(40), EndDate: day(42), Quota: new(int64(30)), RegistrationDeadline: day(30)},
		{Name: "Sterilisation of instruments", Issuer: "HISSI", Price: new(int64(900_000)), Location: "Bandung", StartDate: day(7), EndDate: day(8), RegistrationDeadline: day(-1)},
		{Name: "Ventilator service", Issuer: "IKATEMI", Price: new(int64(1_750_000)), Location: "Surabaya", StartDate: day(20), EndDate: day(21), Quota: new(int64(2)), RegistrationDeadline: day(10)},
		{Name: "Electrical safety", Issuer: "IKATEMI", Price: new(int64(0)), StartDate: day(25), EndDate: day(25), Quota: new(int64(100)), RegistrationDeadline: day(20)},
		{Name: "Calibration of pumps", Issuer: "BPFK Jakarta", Location: "Jakarta"},
		{Name: "Röntgen film processing", Issuer: "Bapeten", Price: new(int64(500_000)), StartDate: day(-100), EndDate: day(-99), RegistrationDeadline: day(-120)},
	} {
		c.SearchName, c.Currency, c.Active = store.Fold(c.Name), "IDR", i != certRetired
		c.Description = "Lectures, work with the equipment, and an examination."
		c.Image = d.file(upload{key: c.Name, purpose: "image", public: true, at: at})
		c.Requirements, c.Benefits = []string{"Two years of practice", "A diploma of electromedicine"}, []string{"A certificate for three years"}
		c.Version, c.CreatedAt, c.UpdatedAt = 1, at.Add(time.Duration(i)*time.Hour), at.Add(time.Duration(i)*time.Hour)
		d.certifications = append(d.certifications, d.rows.certifications.add(&c))
	}
	for which, subs := range map[int][]int{certOpen: {subXRay, subCTScanner}, certFull: {subVentilator}, certWished: {subPump}} {
		for _, sub := range subs {
			d.rows.certified.add(d.certifications[which].ID, d.cat.subServices[sub].ID)
		}
	}
	d.register()
	d.rows.certificationWishes.add(&ent.CertificationWishlist{
		PartnerID: d.partners["partner"].row.ID, CertificationID: d.certifications[certWished].ID, CreatedAt: d.daysAgo(3),
	})
	d.rows.certificationWishes.add(&ent.CertificationWishlist{
		PartnerID: d.partners["makassar"].row.ID, CertificationID: d.certifications[certOpen].ID, CreatedAt: d.daysAgo(2),
	})
}

// register adds registrations in every state.
func (d *demo) register() {
	for _, r := range []struct {
		partner     string
		which, ago  int
		status      lifecycle.CertificationStatus
		reason      string
		certificate bool
	}{
		{"partner2", certFull, 30, lifecycle.CertificationFailed, "The practical part was not passed.", false},
		{"second", certFull, 28, lifecycle.CertificationInReview, "", false},
		{"bandung", certFull, 27, lifecycle.CertificationPassed, "", true},
		{"makassar", certClosed, 20, lifecycle.CertificationCancelled, "The partner asked for it.", false},
		{"partner", certRetired, 150, lifecycle.CertificationPassed, "", true},
		{"partner", certRegistered, 5, lifecycle.CertificationRegistered, "", false},
		{"makassar", certOpen, 4, lifecycle.CertificationRegistered, "", false},
	} {
		c, at := d.certifications[r.which], d.daysAgo(r.ago)
		row := &ent.PartnerCertification{
			PartnerID: d.partners[r.partner].row.ID, CertificationID: c.ID, Status: r.status, StatusReason: r.reason,
			RegisteredAt: at, Version: 1, CreatedAt: at, UpdatedAt: at,
		}
		if r.status != lifecycle.CertificationRegistered {
			row.Version, row.UpdatedAt = 2, at.Add(24*time.Hour)
		}
		if r.status != lifecycle.CertificationFailed && r.status != lifecycle.CertificationCancelled {
			c.RegisteredCount++
		}
		if r.certificate {
			row.Certificate = d.file(upload{key: "certificate of " + r.partner, purpose: "certificate", by: new(d.users["admin"].ID), at: row.UpdatedAt})
		}
		d.rows.registrations.add(row)
	}
}

// hangBanners adds three banners that are shown, one whose days are over, and one that
// was taken down.
func (d *demo) hangBanners(at time.Time) {
	day := func(n int) string { return d.now.AddDate(0, 0, n).Format(dateForm) }
	for _, b := range []ent.Banner{
		{Title: "Hire a technician in minutes", Position: 2, Link: "https://demo.test/start", Active: true},
		{Title: "Certify yourself this summer", Position: 1, StartDate: day(-10), EndDate: day(30), Link: "https://demo.test/certifications", Active: true},
		{Title: "Welcome to Kontrak", Position: 1, StartDate: day(0), EndDate: day(0), Active: true},
		{Title: "Ramadan hours", Position: 0, StartDate: day(-110), EndDate: day(-1), Active: true},
		{Title: "Taken down", Position: 0},
	} {
		b.Image = d.file(upload{key: b.Title, purpose: "image", public: true, at: at})
		b.Description, b.Content = b.Title+".", b.Title+": what it is about, in a few sentences."
		b.Version, b.CreatedAt, b.UpdatedAt = 1, at, at
		d.rows.banners.add(&b)
	}
}
