package world

import (
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// partnerText is a partner of the demo. Unless it says otherwise, a partner is
// active, verified, open to work, and does every kind of its sub-services.
type partnerText struct {
	key, name string
	female    bool
	creator   string // the supervisor that made it; "" registered itself
	region    int
	skills    []int
	thousands int64  // per hour
	breaks    string // the rule that keeps it from the contract of the story "queue"
	edit      func(t *technician)
}

var partnerTexts = []partnerText{
	{key: "partner", name: "Budi Santoso", region: inJakarta, thousands: 150,
		skills: []int{subMonitor, subVentilator, subUltrasound, subPump}, breaks: "registered itself"},
	{key: "partner2", name: "Dewi Lestari", female: true, region: inJakarta, thousands: 175,
		skills: []int{subXRay, subMonitor, subCentrifuge, subAnalyser}},
	{key: "unowned", name: "Slamet Riyadi", region: inJakarta, thousands: 120,
		skills: []int{subMonitor, subVentilator, subAutoclave}},
	{key: "eligible", name: "Putri Maharani", female: true, creator: "supervisor", region: inJakarta, thousands: 140,
		skills: []int{subMonitor, subVentilator}},
	{key: "eligible_too", name: "Wahyu Nugroho", creator: "supervisor", region: inJakarta, thousands: 165,
		skills: []int{subMonitor, subPump}},
	{key: "no_competency", name: "Ratna Siregar", female: true, creator: "supervisor", region: inJakarta, thousands: 130,
		skills: []int{subAutoclave, subGenerator}, breaks: "no competency in the sub-service"},
	{key: "competency_pending", name: "Eko Prasetyo", creator: "supervisor", region: inJakarta, thousands: 125,
		skills: []int{subMonitor, subAutoclave}, breaks: "competency is pending",
		edit: func(t *technician) { t.skills[0].Status = lifecycle.CataloguePending }},
	{key: "competency_inactive", name: "Intan Permata", female: true, creator: "supervisor", region: inJakarta, thousands: 135,
		skills: []int{subMonitor, subPump}, breaks: "competency is inactive",
		edit: func(t *technician) { t.skills[0].Status = lifecycle.CatalogueInactive }},
	{key: "kind_missing", name: "Joko Susilo", creator: "supervisor", region: inJakarta, thousands: 110,
		skills: []int{subMonitor}, breaks: "kind is not in the competency",
		edit: func(t *technician) { t.skills[0].Repair = false }},
	{key: "not_verified", name: "Fitri Wulandari", female: true, creator: "supervisor", region: inJakarta, thousands: 100,
		skills: []int{subMonitor}, breaks: "partner is not verified",
		edit: verification(lifecycle.VerificationInProgress, lifecycle.VerifyCompetencyTest)},
	{key: "inactive", name: "Hendra Gunawan", creator: "supervisor", region: inJakarta, thousands: 145,
		skills: []int{subMonitor, subVentilator}, breaks: "partner is inactive",
		edit: func(t *technician) { t.row.Status = lifecycle.PartnerInactive }},
	{key: "suspended", name: "Tono Effendi", creator: "supervisor", region: inJakarta, thousands: 155,
		skills: []int{subMonitor}, breaks: "partner is suspended",
		edit: func(t *technician) {
			t.row.Status, t.row.StatusReason = lifecycle.PartnerSuspended, "Two institutions complained of late arrivals."
		}},
	{key: "lost", name: "Gilang Ramadhan", creator: "supervisor", region: inJakarta, thousands: 160,
		skills: []int{subMonitor, subPump, subXRay}, breaks: "partner lost this contract"},
	{key: "foreign", name: "Maya Kusuma", female: true, creator: "supervisor2", region: inJakarta, thousands: 150,
		skills: []int{subMonitor, subVentilator, subXRay}, breaks: "another supervisor's partner"},
	{key: "second", name: "Surya Damanik", creator: "supervisor2", region: inJakarta, thousands: 115,
		skills: []int{subXRay, subAutoclave, subCentrifuge}},
	{key: "refused", name: "Oscar Tanjung", creator: "supervisor2", region: inJakarta, thousands: 90,
		skills: []int{subGenerator}, edit: verification(lifecycle.VerificationRejected, lifecycle.VerifyRegistration)},
	{key: "registering", name: "Citra Yulianto", female: true, region: inJakarta, edit: func(t *technician) {
		verification(lifecycle.VerificationNotStarted, lifecycle.VerifyRegistration)(t)
		t.row.OpenToWork = false
	}},
	{key: "testing", name: "Bagus Jatmiko", region: inBandung, skills: []int{subMicroscope},
		edit: verification(lifecycle.VerificationInProgress, lifecycle.VerifyBasicTest)},
	{key: "makassar", name: "Andi Firmansyah", region: inMakassar, thousands: 130,
		skills: []int{subXRay, subUltrasound, subAutoclave, subAnalyser, subMonitor}},
	{key: "jayapura", name: "Kartika Rumaropen", female: true, region: inJayapura, thousands: 185,
		skills: []int{subCentrifuge, subMicroscope, subMonitor, subVentilator}},
	{key: "bandung", name: "Asep Hidayat", region: inBandung, thousands: 105,
		skills: []int{subGenerator, subMedicalGas, subAutoclave, subCTScanner}},
	{key: "resting", name: "Nadia Oktaviani", female: true, region: inBandung, thousands: 95,
		skills: []int{subMonitor, subUltrasound}, edit: func(t *technician) {
			t.row.OpenToWork = false
			t.skills[1].Installation, t.skills[1].Maintenance = false, false
		}},
	{key: "lost_branch", name: "Syamsul Basuki", creator: "supervisor", region: inMakassar, thousands: 125,
		skills: []int{subMonitor, subXRay}},
	{key: "eligible_branch", name: "Nyoman Adiputra", creator: "supervisor", region: inMakassar, thousands: 120,
		skills: []int{subMonitor, subXRay}},
	{key: "lost_foreign", name: "Julia Wibowo", female: true, creator: "supervisor", region: inJayapura, thousands: 170,
		skills: []int{subVentilator, subCentrifuge}},
	{key: "deleted", name: "Krisna Lubis", creator: "supervisor", region: inJakarta, thousands: 140,
		skills: []int{subMonitor}, breaks: "partner was deleted"},
}

func verification(status lifecycle.VerificationStatus, step lifecycle.VerificationStep) func(*technician) {
	return func(t *technician) { t.row.VerificationStatus, t.row.VerificationStep = status, step }
}

// addPartner makes a partner with its account, places, skills and prices.
func (d *demo) addPartner(i int, text partnerText) {
	at := d.daysAgo(370 - i*7)
	u := d.partnerUser(i, text, at)
	row := &ent.Partner{
		UserID: u.ID, FullName: text.name, SearchName: store.Fold(text.name), Picture: u.Picture, Gender: lifecycle.GenderMale,
		Status: lifecycle.PartnerActive, VerificationStatus: lifecycle.VerificationCompleted, VerificationStep: lifecycle.VerifyDone,
		OpenToWork: true, About: fmt.Sprintf("%d years with medical equipment, trained by its makers.", 3+i%9),
		ExperienceYears: new(3 + i%9), Phone: u.Phone, BirthPlace: regions[text.region].city,
		BirthDate:      fmt.Sprintf("%d-%02d-%02d", 1975+i, 1+i%12, 1+i%28),
		IdentityNumber: fmt.Sprintf("31710%011d", 41_000_000+i*7919), Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if text.female {
		row.Gender = lifecycle.GenderFemale
	}
	if text.creator != "" {
		row.CreatedByID = new(d.users[text.creator].ID)
	}
	if text.key == "deleted" {
		row.DeletedAt, row.UpdatedAt, row.Version = new(d.daysAgo(10)), d.daysAgo(10), 2
	}
	d.rows.partners.add(row)
	d.setPartner(u.ID, row.ID, text)
	t := &technician{row: row, hourly: map[int64]int64{}}
	if text.key != "registering" {
		d.addPlaces(i, text, row, at)
	} else {
		row.About, row.ExperienceYears = "", nil
	}
	for _, s := range text.skills {
		d.addSkill(t, d.cat.subServices[s].ID, text.thousands*1000, at)
	}
	if text.edit != nil {
		text.edit(t)
	}
	d.partners[text.key] = t
}

// partnerUser gives the account of a partner: partner@demo.test stands already.
func (d *demo) partnerUser(i int, text partnerText, at time.Time) *ent.User {
	if i > 0 {
		return d.addUser(at, userText{
			key: fmt.Sprintf("partner%d", i+1), name: text.name, role: actor.Partner, bare: text.key == "registering",
		})
	}
	u := d.users["partner"]
	u.FullName, u.Phone = text.name, phoneOf(u.ID)
	u.Picture = d.file(upload{key: u.Email, purpose: "picture", public: true, by: new(u.ID), at: at})
	return u
}

// setPartner ties the account to its partner.
func (d *demo) setPartner(userID, partnerID int64, text partnerText) {
	about := "a partner in " + regions[text.region].city
	if text.creator != "" {
		about += ", made by " + text.creator + "@demo.test"
	}
	for i := range d.world.Accounts {
		if a := &d.world.Accounts[i]; a.UserID == userID {
			a.PartnerID, a.About = partnerID, about
		}
	}
}

func (d *demo) addPlaces(i int, text partnerText, row *ent.Partner, at time.Time) {
	add := func(place region, house int, primary bool) {
		d.rows.locations.add(&ent.PartnerLocation{
			PartnerID: row.ID, IsPrimary: primary, Address: place.address(house), Province: place.province, City: place.city,
			District: place.district, Subdistrict: place.subdistrict, Postcode: place.post,
			Latitude:  round4(place.latitude + float64(i%5)*0.01),
			Longitude: round4(place.longitude - float64(i%7)*0.01), Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
	add(regions[text.region], 3+i, true)
	if i%4 == 1 {
		add(regions[4+i%5], 40+i, false)
	}
}

func (d *demo) addSkill(t *technician, subServiceID, hourly int64, at time.Time) {
	t.skills = append(t.skills, d.rows.competencies.add(&ent.Competency{
		PartnerID: t.row.ID, SubServiceID: subServiceID, Status: lifecycle.CatalogueActive,
		Installation: true, Maintenance: true, Repair: true, Version: 1, CreatedAt: at, UpdatedAt: at,
	}))
	if hourly == 0 {
		return
	}
	amount := hourly + int64(len(t.skills)-1)*5_000
	if len(t.skills) == 1 { // an older price, which no longer counts
		d.rows.basePrices.add(&ent.BasePrice{
			PartnerID: t.row.ID, SubServiceID: subServiceID, Amount: amount - 10_000, Currency: "IDR", Unit: "hour",
			Version: 2, CreatedAt: at, UpdatedAt: at.AddDate(0, 0, 5),
		})
	}
	d.rows.basePrices.add(&ent.BasePrice{
		PartnerID: t.row.ID, SubServiceID: subServiceID, Amount: amount, Currency: "IDR", Unit: "hour", Active: true,
		Version: 1, CreatedAt: at.AddDate(0, 0, 5), UpdatedAt: at.AddDate(0, 0, 5),
	})
	t.hourly[subServiceID] = amount
}

// retire adds what the catalogue no longer offers, or not yet.
func (d *demo) retire(at time.Time) {
	old := d.rows.services.add(&ent.Service{
		Name: "Film development", Description: "No longer offered.", Status: lifecycle.CatalogueInactive, Version: 2, CreatedAt: at, UpdatedAt: at,
	})
	for _, s := range []struct {
		name   string
		status lifecycle.CatalogueStatus
	}{{"Film processor", lifecycle.CatalogueInactive}, {"Film scanner", lifecycle.CataloguePending}} {
		d.rows.subServices.add(&ent.SubService{
			ServiceID: old.ID, Name: s.name, Description: "Not offered at present.", Status: s.status,
			Maintenance: s.status == lifecycle.CatalogueInactive, Repair: true,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
	d.rows.services.add(&ent.Service{
		Name: "Robotics", Description: "To come.", Status: lifecycle.CataloguePending, Version: 1, CreatedAt: at, UpdatedAt: at,
	})
	d.rows.ratingItems.add(&ent.RatingItem{
		Name: "Price", Description: "Was the price fair?", Position: 5, Version: 2, CreatedAt: at, UpdatedAt: at,
	})
}
