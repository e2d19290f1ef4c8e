package world

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/internal/store"
)

// demo is the demo world while it is made.
type demo struct {
	now   time.Time
	hash  string
	rows  *rows
	cat   *catalogue
	draws *drawing
	world *World

	users     map[string]*ent.User // by the part of the address before the @
	customers map[string]*customer
	partners  map[string]*technician
	told      []*told
	drawn     []*life
	archives  map[string]*archive // by institution
	// certifications are those of the demo, in the order of the constants.
	certifications []*ent.Certification
	// tests are the first competency tests of the demo, by the place of what they are for.
	tests map[int]*ent.CompetencyTest
}

// told is a story with its contract.
type told struct {
	name, about string
	life        *life
}

// seedOfDemo makes what is left to chance the same on each start.
const seedOfDemo = 20260608

// newDemo makes the whole world in memory.
func newDemo(cfg Config) (*demo, error) {
	if cfg.Now.IsZero() || cfg.PasswordHash == "" {
		return nil, errors.New("world: Config needs Now and PasswordHash")
	}
	d := &demo{
		now: store.Instant(cfg.Now), hash: cfg.PasswordHash, rows: newRows(counter{}.next),
		users: map[string]*ent.User{}, customers: map[string]*customer{}, partners: map[string]*technician{}, tests: map[int]*ent.CompetencyTest{},
	}
	if cfg.Secrets != nil {
		d.rows.secrets = cfg.Secrets
	}
	d.world = &World{
		Now: d.now, Institutions: map[string]int64{}, Partners: map[string]int64{}, Agreements: map[string]int64{},
		Companies: map[string]string{},
		Files:     map[string][]byte{}, Public: map[string]bool{},
	}
	opened := d.daysAgo(400)
	d.cat = stocktake(d.rows, opened, func(key, purpose string) string {
		return d.file(upload{key: key, purpose: purpose, public: true, at: opened})
	})
	stockPromotions(d.rows, d.cat, opened, d.now)
	d.retire(opened)
	if err := d.settle(); err != nil {
		return nil, err
	}
	d.draws = &drawing{
		rng: rand.New(rand.NewPCG(cmp.Or(cfg.Seed, seedOfDemo), 1)), cat: d.cat, now: d.now, admin: d.users["admin"], proof: d.receipt(),
	}
	if err := d.fileAgreements(); err != nil {
		return nil, err
	}
	d.tellAll()
	d.drawRest()
	if err := d.storeContracts(); err != nil {
		return nil, err
	}
	d.offer()
	d.onboard()
	d.describe()
	return d, nil
}

func (d *demo) daysAgo(n int) time.Time { return d.now.AddDate(0, 0, -n) }

// file stores a picture and gives its name.
func (d *demo) file(u upload) string {
	row, body := fileOf(u)
	d.rows.files.add(row)
	d.world.Files[row.Name], d.world.Public[row.Name] = body, u.public
	return row.Name
}

// receipt gives receipts, each another picture.
func (d *demo) receipt() func(at *customer) string {
	n := 0
	return func(at *customer) string {
		n++
		return d.privateFile(at, fmt.Sprintf("receipt %d", n), "proof")
	}
}

// privateFile stores a picture that belongs to a customer's business.
func (d *demo) privateFile(at *customer, key, purpose string) string {
	return d.file(upload{
		key: key, purpose: purpose, institution: new(at.row.ID), by: new(at.staff[0].ID), at: d.daysAgo(20),
	})
}

// storeContracts numbers all contracts in the order of their creation.
func (d *demo) storeContracts() error {
	lives := slices.Clone(d.drawn)
	for _, t := range d.told {
		lives = append(lives, t.life)
	}
	slices.SortStableFunc(lives, func(a, b *life) int {
		return cmp.Or(a.contract.CreatedAt.Compare(b.contract.CreatedAt), cmp.Compare(a.contract.PartnerID, b.contract.PartnerID))
	})
	var failed []error
	for _, l := range lives {
		if l.contract.UpdatedAt.After(d.now) {
			l.fail("changed at %s, after now", l.contract.UpdatedAt)
		}
		failed = append(failed, l.err)
		l.store(d.rows)
	}
	return errors.Join(failed...)
}

// describe tells what is where.
func (d *demo) describe() {
	for _, t := range d.told {
		d.world.Stories = append(d.world.Stories, Story{Name: t.name, ContractID: t.life.contract.ID, About: t.about})
	}
	for name, c := range d.customers {
		d.world.Institutions[name], d.world.Companies[name] = c.row.ID, c.row.PublicID
	}
	for name, t := range d.partners {
		d.world.Partners[name] = t.row.ID
	}
	q := &d.world.Queue
	q.ContractID = d.world.Contract("queue")
	q.EligibleID = d.partners["eligible"].row.ID
	for _, key := range []string{"eligible", "eligible_too", "lost_branch", "eligible_branch"} {
		q.EligibleIDs = append(q.EligibleIDs, d.partners[key].row.ID)
	}
	for _, p := range partnerTexts {
		if p.breaks != "" {
			q.Ineligible = append(q.Ineligible, Ineligible{PartnerID: d.partners[p.key].row.ID, Rule: p.breaks})
		}
	}
}
