package world

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"kontrak/ent"
	"kontrak/ent/paymentmethod"
	"kontrak/ent/pricingschema"
	"kontrak/ent/promotion"
	"kontrak/ent/ratingitem"
	"kontrak/ent/subservice"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// prepare adds what the catalogue lacks and reads it.
func (s *seeder) prepare(ctx context.Context, tx *ent.Tx) error {
	r, at := newRows(s.ids.within(ctx, tx)), s.now.AddDate(0, 0, -400)
	none := func(string, string) string { return "" }
	for _, part := range []struct {
		exists func(context.Context) (bool, error)
		stock  func()
	}{
		{tx.Setting.Query().Exist, func() { stockSettings(r, at) }},
		{tx.SubService.Query().Where(subservice.StatusEQ(lifecycle.CatalogueActive)).Exist, func() { stockServices(r, &catalogue{}, at, none) }},
		{tx.PricingSchema.Query().Exist, func() { stockPrices(r, &catalogue{}, at) }},
		{tx.PaymentMethod.Query().Exist, func() { stockMethods(r, &catalogue{}, at, none) }},
		{tx.Promotion.Query().Exist, func() { stockPromotions(r, &catalogue{}, at, s.now) }},
		{tx.RatingItem.Query().Exist, func() { stockCriteria(r, &catalogue{}, at) }},
		{tx.User.Query().Where(user.RoleEQ(actor.Admin)).Exist, func() { addSeeded(r, "Back office", actor.Admin, at) }},
	} {
		some, err := part.exists(ctx)
		if err != nil {
			return err
		}
		if !some {
			part.stock()
		}
	}
	if s.ids.err != nil {
		return s.ids.err
	}
	if err := r.insert(ctx, tx, s.dialect); err != nil {
		return err
	}
	return s.read(ctx, tx)
}

// read reads the catalogue and an admin.
func (s *seeder) read(ctx context.Context, tx *ent.Tx) (err error) {
	c := &catalogue{}
	s.cat = c
	if c.subServices, err = tx.SubService.Query().Where(subservice.StatusEQ(lifecycle.CatalogueActive)).Order(ent.Asc(subservice.FieldID)).All(ctx); err != nil {
		return err
	}
	if c.schemas, err = tx.PricingSchema.Query().Where(pricingschema.Active(true)).Order(ent.Asc(pricingschema.FieldID)).All(ctx); err != nil {
		return err
	}
	if c.methods, err = tx.PaymentMethod.Query().Where(paymentmethod.Active(true)).Order(ent.Asc(paymentmethod.FieldID)).All(ctx); err != nil {
		return err
	}
	if c.promotions, err = tx.Promotion.Query().Where(promotion.Active(true)).Order(ent.Asc(promotion.FieldID)).All(ctx); err != nil {
		return err
	}
	if c.criteria, err = tx.RatingItem.Query().Where(ratingitem.Active(true)).Order(ent.Asc(ratingitem.FieldPosition)).All(ctx); err != nil {
		return err
	}
	if len(c.methods) == 0 || len(c.schemas) == 0 || len(c.criteria) == 0 {
		return errors.New("world: every payment method, price or rating item is switched off")
	}
	s.admin, err = tx.User.Query().Where(user.RoleEQ(actor.Admin)).Order(ent.Asc(user.FieldID)).First(ctx)
	return err
}

// addSeeded makes an account whose address follows from its id.
func addSeeded(r *rows, name string, role actor.Role, at time.Time) *ent.User {
	u := r.users.add(&ent.User{
		Language: lifecycle.Indonesian,
		FullName: name, Role: role, Status: lifecycle.UserActive, EmailVerifiedAt: new(at), Version: 1, CreatedAt: at, UpdatedAt: at,
	})
	u.Email, u.Phone = fmt.Sprintf("%s-%08d@seed.test", role, u.ID), phoneOf(u.ID)
	return u
}

// block is one transaction's worth of people and contracts, all in one place.
type block struct {
	*seeder
	rows  *rows
	rng   *rand.Rand
	place region
	zone  *time.Location
	draws *drawing

	customers  []*customer
	receipts   map[int64]string // by institution
	supervisor *ent.User
	pairs      []*pair
}

// pair are two partners who can do the same. Every other pair was made by the
// block's supervisor.
type pair struct {
	both         [2]*technician
	subServices  []*ent.SubService
	past, future int // days that are taken, from today on
	busyToday    bool
}

// settle makes the people for n contracts.
func (b *block) settle(n int) error {
	zone, err := b.place.location()
	if err != nil {
		return err
	}
	b.zone, b.receipts = zone, map[int64]string{}
	at := b.now.AddDate(0, 0, -400)
	b.supervisor = addSeeded(b.rows, "", actor.Supervisor, at)
	b.rng = rand.New(rand.NewPCG(uint64(b.supervisor.ID), 2)) // another for each block and run
	b.supervisor.FullName, _ = personName(b.rng)
	for range max(1, n/150) {
		b.addCustomer(at)
	}
	for i := range max(2, n/50) {
		p := &pair{}
		for k := range 3 {
			p.subServices = append(p.subServices, b.cat.subServices[(i*3+k)%len(b.cat.subServices)])
		}
		for k := range p.both {
			p.both[k] = b.addTechnician(p.subServices[:min(3, len(b.cat.subServices))], i%2 == 0, at)
		}
		b.pairs = append(b.pairs, p)
	}
	return nil
}

func (b *block) addCustomer(at time.Time) {
	kind := lifecycle.InstitutionKinds[b.rng.IntN(len(lifecycle.InstitutionKinds))]
	latitude, longitude := b.place.near(b.rng)
	row := b.rows.institutions.add(&ent.Institution{
		PublicID: opaque.ID(), UUID: opaque.UUID(), Kind: kind, Address: b.place.address(1 + b.rng.IntN(200)), Province: b.place.province, City: b.place.city,
		District: b.place.district, Subdistrict: b.place.subdistrict, Postcode: b.place.post,
		Latitude: latitude, Longitude: longitude, Zone: b.place.zone, Status: lifecycle.InstitutionActive, Version: 1, CreatedAt: at, UpdatedAt: at,
	})
	row.Name = fmt.Sprintf("%s %s %d", institutionWords[kind], b.place.city, row.ID)
	row.SearchName, row.Phone = store.Fold(row.Name), phoneOf(row.ID)
	row.Email = fmt.Sprintf("contact-%08d@seed.test", row.ID)
	c := &customer{row: row, zone: b.zone}
	for _, role := range []lifecycle.MembershipRole{manager, member} {
		name, _ := personName(b.rng)
		u := addSeeded(b.rows, name, actor.Institution, at)
		u.CurrentInstitutionID = new(row.ID)
		b.rows.memberships.add(&ent.Membership{
			InstitutionID: row.ID, UserID: u.ID, Role: role, State: active, Version: 1, CreatedAt: at, UpdatedAt: at,
		})
		c.staff = append(c.staff, u)
	}
	receipt, _ := fileOf(upload{
		key: fmt.Sprintf("seed receipt %d", row.ID), purpose: "proof", institution: new(row.ID), by: new(c.staff[0].ID), at: at,
	})
	b.receipts[row.ID] = b.rows.files.add(receipt).Name
	b.customers = append(b.customers, c)
}

var institutionWords = map[lifecycle.InstitutionKind]string{
	lifecycle.InstitutionHospital: "Rumah Sakit", lifecycle.InstitutionClinic: "Klinik",
	lifecycle.InstitutionLaboratory: "Laboratorium", lifecycle.InstitutionOther: "Balai",
}

func (b *block) addTechnician(subs []*ent.SubService, own bool, at time.Time) *technician {
	name, male := personName(b.rng)
	u := addSeeded(b.rows, name, actor.Partner, at)
	row := &ent.Partner{
		UserID: u.ID, FullName: name, SearchName: store.Fold(name), Gender: lifecycle.GenderFemale, Status: lifecycle.PartnerActive,
		VerificationStatus: lifecycle.VerificationCompleted, VerificationStep: lifecycle.VerifyDone, OpenToWork: b.rng.IntN(5) > 0,
		ExperienceYears: new(1 + b.rng.IntN(20)), Phone: u.Phone, BirthPlace: b.place.city,
		BirthDate: fmt.Sprintf("%d-%02d-%02d", 1970+b.rng.IntN(30), 1+b.rng.IntN(12), 1+b.rng.IntN(28)),
		Version:   1, CreatedAt: at, UpdatedAt: at,
	}
	if male {
		row.Gender = lifecycle.GenderMale
	}
	if own {
		row.CreatedByID = new(b.supervisor.ID)
	}
	t := &technician{row: b.rows.partners.add(row), hourly: map[int64]int64{}}
	latitude, longitude := b.place.near(b.rng)
	b.rows.locations.add(&ent.PartnerLocation{
		PartnerID: row.ID, IsPrimary: true, Address: b.place.address(1 + b.rng.IntN(200)), Province: b.place.province,
		City: b.place.city, District: b.place.district, Subdistrict: b.place.subdistrict, Postcode: b.place.post,
		Latitude: latitude, Longitude: longitude, Version: 1, CreatedAt: at, UpdatedAt: at,
	})
	for _, s := range subs {
		t.skills = append(t.skills, b.rows.competencies.add(&ent.Competency{
			PartnerID: row.ID, SubServiceID: s.ID, Status: lifecycle.CatalogueActive, Installation: true, Maintenance: true, Repair: true,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		}))
		t.hourly[s.ID] = int64(80+b.rng.IntN(25)*5) * 1000
		b.rows.basePrices.add(&ent.BasePrice{
			PartnerID: row.ID, SubServiceID: s.ID, Amount: t.hourly[s.ID], Currency: "IDR", Unit: "hour", Active: true,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
	return t
}
