package market_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/conclusion"
	"kontrak/ent/contactperson"
	"kontrak/ent/contract"
	"kontrak/ent/inspection"
	"kontrak/ent/partner"
	"kontrak/ent/payment"
	"kontrak/ent/pricingitem"
	"kontrak/ent/review"
	"kontrak/ent/reviewrating"
	"kontrak/ent/schedule"
	"kontrak/ent/setting"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// laboratory is a world in which scenes are played, one after the other: what a
// scene changes is put back from copies of the tables.
type laboratory struct {
	t        testing.TB
	app      *testkit.App
	w        *truth
	as       sessions
	criteria []int64
	// occupier is a contract that no scene is about: it keeps partners busy.
	occupier int64
	// contracts are those that scenes are about, by their state.
	contracts []*ent.Contract
	byState   map[lifecycle.ContractState][]*ent.Contract
	users     []*ent.User
	// partnerIDs are all partners; atHomes, naturalOf and knownBy say what might well
	// be done to which contract by whom, and who knows of which.
	partnerIDs []int64
	atHomes    map[lifecycle.ContractAction][]*ent.Contract
	naturalOf  map[lifecycle.ContractAction]map[int64][]*ent.User
	knownBy    map[int64][]*ent.Contract
	// rolesOf are the roles that may ever do an action.
	rolesOf map[lifecycle.ContractAction][]actor.Role
}

// kept is a table that scenes change, and by which column its rows belong to a
// contract, a partner or to themselves; "all" is a table that is put back whole.
type kept struct {
	table   string
	columns []string
	of      string
}

// copies are kept in the order in which they can be written; of what only grows,
// the new rows are removed.
var copies = []kept{
	{partner.Table, partner.Columns, "partner"},
	{competency.Table, competency.Columns, competency.FieldPartnerID},
	{baseprice.Table, baseprice.Columns, baseprice.FieldPartnerID},
	{contract.Table, contract.Columns, "contract"},
	{schedule.Table, schedule.Columns, schedule.FieldContractID},
	{contactperson.Table, contactperson.Columns, contactperson.FieldContractID},
	{pricingitem.Table, pricingitem.Columns, pricingitem.FieldContractID},
	{payment.Table, payment.Columns, payment.FieldContractID},
	{assignment.Table, assignment.Columns, assignment.FieldContractID},
	{timeadjustment.Table, timeadjustment.Columns, timeadjustment.FieldContractID},
	{inspection.Table, inspection.Columns, inspection.FieldContractID},
	{conclusion.Table, conclusion.Columns, conclusion.FieldContractID},
	{review.Table, review.Columns, review.FieldContractID},
	{reviewrating.Table, reviewrating.Columns, "review"},
	{setting.Table, setting.Columns, "all"},
}

var growing = []string{"contract_history", "outbox", "qr_tokens", "files"}

func newLaboratory(t testing.TB, db testkit.Database) *laboratory {
	app, w := seeded(t, db, 120)
	l := &laboratory{t: t, app: app, w: w, as: sessions{}, byState: map[lifecycle.ContractState][]*ent.Contract{}}
	l.users = w.callers()
	l.as = actors(t, app, l.users)
	for _, item := range app.Store.Client().RatingItem.Query().AllX(t.Context()) {
		if item.Active {
			l.criteria = append(l.criteria, item.ID)
		}
	}
	for _, c := range w.contracts {
		if c.Status == lifecycle.ContractCompleted && l.occupier == 0 {
			l.occupier = c.ID
			continue
		}
		l.contracts = append(l.contracts, c)
		state := lifecycle.StateOf(c.Status, c.Stage)
		l.byState[state] = append(l.byState[state], c)
	}
	for id := range w.partners {
		l.partnerIDs = append(l.partnerIDs, id)
	}
	slices.Sort(l.partnerIDs)
	l.settle()
	l.readRoles()
	for _, k := range copies {
		l.exec("CREATE TABLE keep_" + k.table + " AS SELECT * FROM " + k.table)
		l.exec("CREATE INDEX keep_" + k.table + "_id ON keep_" + k.table + " (id)")
	}
	for _, table := range growing {
		l.exec("CREATE TABLE keep_" + table + " AS SELECT max(id) AS id FROM " + table)
	}
	return l
}

func (l *laboratory) exec(text string, args ...any) {
	l.t.Helper()
	if _, err := l.app.Store.Client().ExecContext(context.Background(), text, args...); err != nil {
		l.t.Fatal(text, err)
	}
}

// arrange makes the world that a scene is played in.
func (l *laboratory) arrange(s *scene) {
	l.app.Clock.Set(s.at)
	if len(s.facets) == 0 {
		return
	}
	err := l.observed(context.Background(), s, func(ctx context.Context) error {
		return l.app.Store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			for _, f := range s.facets {
				if err := f.make(ctx, tx, s); err != nil {
					return fmt.Errorf("%s: %w", f.name, err)
				}
			}
			return nil
		})
	})
	if err != nil {
		l.t.Fatalf("%s: %v", s, err)
	}
}

// writes finds the table that a statement writes.
var writes = regexp.MustCompile("^(?:INSERT INTO|UPDATE|DELETE FROM) [\"`]?([a-z_]+)")

// observed does something and notes which tables it wrote.
func (l *laboratory) observed(ctx context.Context, s *scene, do func(context.Context) error) error {
	ctx, ran := store.Observe(ctx)
	err := do(ctx)
	for _, text := range ran.Texts() {
		if m := writes.FindStringSubmatch(text); m != nil && !slices.Contains(s.wrote, m[1]) {
			s.wrote = append(s.wrote, m[1])
		}
	}
	return err
}

// putBack puts back what a scene has written.
func (l *laboratory) putBack(s *scene) {
	if len(s.wrote) == 0 {
		return
	}
	if slices.Contains(s.wrote, review.Table) && !slices.Contains(s.wrote, reviewrating.Table) {
		s.wrote = append(s.wrote, reviewrating.Table)
	}
	err := l.app.Store.WithTx(context.Background(), func(ctx context.Context, tx *ent.Tx) error {
		run := func(text string, args ...any) error {
			_, err := tx.ExecContext(ctx, text, args...)
			return err
		}
		for _, table := range growing {
			if slices.Contains(s.wrote, table) {
				if err := run("DELETE FROM " + table + " WHERE id > (SELECT coalesce(max(id), 0) FROM keep_" + table + ")"); err != nil {
					return err
				}
			}
		}
		for _, k := range slices.Backward(copies) {
			if slices.Contains(s.wrote, k.table) {
				if err := k.clear(run, s, l.occupier); err != nil {
					return err
				}
			}
		}
		for _, k := range copies {
			if slices.Contains(s.wrote, k.table) {
				if err := k.fill(run, s); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		l.t.Fatalf("%s cannot be put back: %v", s, err)
	}
}

// partners are those whose rows a scene may have changed.
func (s *scene) partners() [2]int64 { return [2]int64{s.row.PartnerID, s.victim} }

// clear removes the rows of a scene, or sets them right where others refer to them.
func (k kept) clear(run func(string, ...any) error, s *scene, occupier int64) error {
	set := func(one, other int64) error {
		list := strings.Join(k.columns[1:], ", ") // all but the id
		return run(fmt.Sprintf("UPDATE %[1]s SET (%[2]s) = (SELECT %[2]s FROM keep_%[1]s k WHERE k.id = %[1]s.id) WHERE id IN ($1, $2)", k.table, list), one, other)
	}
	switch k.of {
	case "contract":
		return set(s.contractID, occupier)
	case "partner":
		return set(s.partners()[0], s.partners()[1])
	case "all":
		return run("DELETE FROM " + k.table)
	case "review":
		return run("DELETE FROM review_ratings WHERE review_id IN (SELECT id FROM reviews WHERE contract_id = $1)", s.contractID)
	case competency.FieldPartnerID:
		return run(fmt.Sprintf("DELETE FROM %s WHERE %s IN ($1, $2)", k.table, k.of), s.partners()[0], s.partners()[1])
	}
	return run(fmt.Sprintf("DELETE FROM %s WHERE %s = $1", k.table, k.of), s.contractID)
}

// fill writes the rows of a scene as they were.
func (k kept) fill(run func(string, ...any) error, s *scene) error {
	list := strings.Join(k.columns, ", ")
	insert := fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM keep_%[1]s WHERE ", k.table, list)
	switch k.of {
	case "all":
		return run(insert + "true")
	case "contract", "partner":
		return nil
	case "review":
		return run(insert+"review_id IN (SELECT id FROM reviews WHERE contract_id = $1)", s.contractID)
	case competency.FieldPartnerID:
		return run(insert+k.of+" IN ($1, $2)", s.partners()[0], s.partners()[1])
	}
	return run(insert+k.of+" = $1", s.contractID)
}

func (l *laboratory) version(id int64) int64 {
	return l.app.Store.Client().Contract.Query().Where(contract.ID(id)).OnlyX(context.Background()).Version
}

// settle finds out, for each action, which contracts it might well be done to, and
// by whom.
func (l *laboratory) settle() {
	l.knownBy = map[int64][]*ent.Contract{}
	for _, u := range l.users {
		for _, c := range l.contracts {
			if l.w.knows(u, c) {
				l.knownBy[u.ID] = append(l.knownBy[u.ID], c)
			}
		}
	}
	l.atHomes, l.naturalOf = map[lifecycle.ContractAction][]*ent.Contract{}, map[lifecycle.ContractAction]map[int64][]*ent.User{}
	for a, h := range homes {
		l.naturalOf[a] = map[int64][]*ent.User{}
		for _, c := range l.contracts {
			if !slices.Contains(h.states, lifecycle.StateOf(c.Status, c.Stage)) || h.fits != nil && !h.fits(l, c) {
				continue
			}
			for _, u := range l.users {
				gives := a == lifecycle.ActAssignReplacement || a == lifecycle.ActReplacePartner
				if u.Role == h.role && l.w.knows(u, c) && (!gives || len(l.candidates(u, c)) > 0) {
					l.naturalOf[a][c.ID] = append(l.naturalOf[a][c.ID], u)
				}
			}
			if len(l.naturalOf[a][c.ID]) > 0 {
				l.atHomes[a] = append(l.atHomes[a], c)
			}
		}
		if len(l.atHomes[a]) == 0 {
			l.t.Fatalf("there is no contract that %s could be done to", a)
		}
	}
}

// candidates are the partners that an account could give a contract to.
func (l *laboratory) candidates(u *ent.User, c *ent.Contract) []int64 {
	var list []int64
	for _, p := range l.w.partners {
		mine := p.CreatedByID != nil && *p.CreatedByID == u.ID
		if l.w.eligible(p, c) && (u.Role == actor.Admin || mine) && !l.busy(p.ID, c) {
			list = append(list, p.ID)
		}
	}
	slices.Sort(list)
	return list
}

func (l *laboratory) busy(partnerID int64, c *ent.Contract) bool {
	return slices.ContainsFunc(l.contracts, func(o *ent.Contract) bool {
		works := o.Status == lifecycle.ContractAccepted || o.Status == lifecycle.ContractOnRoute || o.Status == lifecycle.ContractInProgress
		return works && o.PartnerID == partnerID && o.ID != c.ID && c.ScheduledStartAt != nil &&
			o.ScheduledStartAt.Before(*c.ScheduledEndAt) && o.ScheduledEndAt.After(*c.ScheduledStartAt)
	})
}

// inTime is an instant at which nothing that concerns the contract is too late.
func (l *laboratory) inTime(c *ent.Contract) time.Time {
	at := world.Now
	early := func(limit *time.Time) {
		if limit != nil && !at.Before(*limit) {
			at = limit.Add(-time.Millisecond)
		}
	}
	switch c.Status {
	case lifecycle.ContractDraft:
		early(c.ScheduledStartAt)
	case lifecycle.ContractPaymentPending:
		if p := l.w.payments[c.ID]; p != nil {
			early(p.DeadlineAt)
		}
	case lifecycle.ContractPartnerPending:
		early(c.EscalationDeadlineAt)
	case lifecycle.ContractAccepted:
		if c.ScheduledStartAt != nil && at.Before(c.ScheduledStartAt.Add(-earliest)) {
			at = c.ScheduledStartAt.Add(-earliest)
		}
	case lifecycle.ContractInProgress:
		early(c.ScheduledEndAt)
	}
	return at
}

// boundaries are the instants at which something about a contract changes.
func (l *laboratory) boundaries(c *ent.Contract) []time.Time {
	list := []time.Time{world.Now}
	add := func(at *time.Time) {
		if at != nil {
			list = append(list, at.Add(-time.Millisecond), *at, at.Add(time.Millisecond))
		}
	}
	add(c.EscalationDeadlineAt)
	add(c.ScheduledStartAt)
	if c.ScheduledStartAt != nil {
		add(new(c.ScheduledStartAt.Add(-earliest)))
	}
	add(c.ScheduledEndAt)
	if c.ScheduledEndAt != nil {
		add(new(c.ScheduledEndAt.Add(time.Duration(c.ExtensionMinutes) * time.Minute)))
	}
	if p := l.w.payments[c.ID]; p != nil {
		add(p.DeadlineAt)
	}
	return append(list, world.Now.Add(1000*time.Hour))
}

// holdsInvariants looks at the whole database after an action in a world that was
// not tampered with, where the scene says so: that takes as long as ten scenes.
func (l *laboratory) holdsInvariants(rt *rapid.T, s *scene) {
	for _, f := range s.facets {
		if f.name != s.play.facet.name {
			return
		}
	}
	if !s.looks {
		return
	}
	for _, rule := range testkit.Invariants {
		if ids := testkit.Broken(l.t, l.app.Store, rule.Broken); len(ids) > 0 {
			rt.Fatalf("%s\n%s: not so for %v", s, rule.Name, ids)
		}
	}
}
