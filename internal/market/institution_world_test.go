package market_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// site is an institution as the oracle knows it: made by chance, and never read from the
// database; of those that the demo has, what is read is what was written for the demo.
type site struct {
	id           int64
	name, folded string
	kind         lifecycle.InstitutionKind
	status       lifecycle.InstitutionStatus
	latitude     float64
	longitude    float64
	created      time.Time
}

// belonging is a membership.
type belonging struct {
	id, user, institution int64
	role                  lifecycle.MembershipRole
	state                 lifecycle.MembershipState
	created               time.Time
}

// asker is who asks for lists of institutions.
type asker struct {
	email           string
	ctx             context.Context //nolint:containedctx // who asks
	id              int64
	admin, customer bool
	// mine are those of which it is an active member, manages those of which it is an
	// active manager.
	mine, manages map[int64]bool
}

// sites is a world of institutions, by their number, with who belongs to them.
type sites struct {
	all        []*site
	byID       map[int64]*site
	belongings []*belonging
	askers     []*asker
}

// siteCentres are where institutions are: in Indonesia, at both poles, and on both sides
// of the 180th meridian.
var siteCentres = [][2]float64{{-6.2, 106.8}, {-7.25, 112.75}, {0, 110}, {-5.1, 119.4}, {89.9, 20}, {-89.7, -100}, {-17, 179.9}, {-17, -179.9}}

// inWorld keeps degrees within what there is.
func inWorld(degrees, most float64) float64 { return max(-most, min(most, degrees)) }

// sameRadius is how near a distance may be to a radius, as a part of it, before the text
// book's does not say on which side it is: the two take the earth for a little more and
// a little less round.
const sameRadius = 1e-5

// newSites makes n institutions by chance, with memberships of those who ask, and writes
// them.
func newSites(t testing.TB, app *testkit.App, n int, seed uint64) *sites {
	t.Helper()
	c, rng := app.Store.Client(), rand.New(rand.NewPCG(seed, 17))
	w := &sites{byID: map[int64]*site{}}
	for _, r := range c.Institution.Query().Order(ent.Asc("id")).AllX(t.Context()) {
		w.all = append(w.all, &site{r.ID, r.Name, testkit.Plain(r.Name), r.Kind, r.Status, r.Latitude, r.Longitude, r.CreatedAt})
	}
	for i := range n {
		name, at := crowdNames[rng.IntN(len(crowdNames))], siteCentres[rng.IntN(len(siteCentres))]
		s := &site{
			id: int64(3_000_000 + i), name: name[0], folded: name[1], kind: lifecycle.InstitutionKinds[rng.IntN(4)], status: lifecycle.InstitutionActive,
			latitude: inWorld(at[0]+rng.NormFloat64()*0.4, 90), longitude: inWorld(at[1]+rng.NormFloat64()*0.4, 180),
			created: world.Now.Add(-time.Duration(rng.IntN(n)) * time.Hour),
		}
		if rng.IntN(2) > 0 { // the others share their names
			suffix := fmt.Sprint(" ", rng.IntN(n))
			s.name, s.folded = s.name+suffix, s.folded+suffix
		}
		if rng.IntN(5) == 0 {
			s.status = lifecycle.InstitutionSuspended
		}
		if rng.IntN(10) == 0 { // in one house with another
			o := w.all[rng.IntN(len(w.all))]
			s.latitude, s.longitude = o.latitude, o.longitude
		}
		w.all = append(w.all, s)
	}
	made := w.all[len(w.all)-n:]
	for _, m := range c.Membership.Query().Order(ent.Asc("id")).AllX(t.Context()) {
		w.belongings = append(w.belongings, &belonging{m.ID, m.UserID, m.InstitutionID, m.Role, m.State, m.CreatedAt})
	}
	w.write(t, app, made)
	for _, s := range w.all {
		w.byID[s.id] = s
	}
	var those []*belonging
	for _, email := range []string{institution, "supervisor@demo.test"} {
		a, _ := app.World.Account(email)
		for _, k := range rng.Perm(n)[:min(n/2, 90)] {
			those = append(those, w.belong(rng, a.UserID, made[k].id))
		}
	}
	w.join(t, app, those)
	lookAgain(t, app)
	for _, email := range []string{institution, "admin@demo.test", "supervisor@demo.test", "partner@demo.test"} {
		w.askers = append(w.askers, w.asker(app, email))
	}
	return w
}

// belong draws a membership.
func (w *sites) belong(rng *rand.Rand, user, institution int64) *belonging {
	return &belonging{
		0, user, institution, lifecycle.MembershipRoles[rng.IntN(3)], lifecycle.MembershipStates[rng.IntN(3)],
		world.Now.Add(-time.Duration(rng.IntN(50)) * time.Hour),
	}
}

// write stores institutions, a hundred at a time.
func (w *sites) write(t testing.TB, app *testkit.App, made []*site) {
	t.Helper()
	for list := range slices.Chunk(made, 100) {
		err := app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			rows := make([]*ent.InstitutionCreate, len(list))
			for i, s := range list {
				rows[i] = tx.Institution.Create().SetID(s.id).SetName(s.name).SetSearchName(store.Fold(s.name)).SetKind(s.kind).SetStatus(s.status).
					SetAddress("A").SetProvince("P").SetCity("C").SetLatitude(s.latitude).SetLongitude(s.longitude).SetCreatedAt(s.created).SetUpdatedAt(s.created)
			}
			if err := tx.Institution.CreateBulk(rows...).Exec(ctx); err != nil {
				return err
			}
			return store.KeepNames(ctx, tx, store.InstitutionNames, list[0].id, list[len(list)-1].id)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// join stores memberships.
func (w *sites) join(t testing.TB, app *testkit.App, those []*belonging) {
	t.Helper()
	c := app.Store.Client()
	for list := range slices.Chunk(those, 200) {
		rows := make([]*ent.MembershipCreate, len(list))
		for i, m := range list {
			rows[i] = c.Membership.Create().SetUserID(m.user).SetInstitutionID(m.institution).SetRole(m.role).SetState(m.state).SetCreatedAt(m.created).SetUpdatedAt(m.created)
		}
		for i, r := range c.Membership.CreateBulk(rows...).SaveX(t.Context()) {
			list[i].id = r.ID
		}
	}
	w.belongings = append(w.belongings, those...)
}

// asker looks who somebody is.
func (w *sites) asker(app *testkit.App, email string) *asker {
	ctx := app.As(email)
	who := actor.From(ctx)
	a := &asker{
		email: email, ctx: ctx, id: who.UserID, admin: who.Role == actor.Admin, customer: who.Role == actor.Institution,
		mine: map[int64]bool{}, manages: map[int64]bool{},
	}
	for _, m := range w.belongings {
		if m.user == a.id && m.state == lifecycle.MembershipActive {
			a.mine[m.institution] = true
			a.manages[m.institution] = m.role == lifecycle.MembershipManager
		}
	}
	return a
}

// people makes accounts that belong to some of the institutions, or ask to: to those to
// which somebody belongs, and to a few others.
func (w *sites) people(t testing.TB, app *testkit.App, seed uint64) {
	t.Helper()
	c, rng := app.Store.Client(), rand.New(rand.NewPCG(seed, 19))
	pool := idsOf(append(slices.Clone(w.belongings), &belonging{institution: w.all[len(w.all)-1].id}), func(m *belonging) int64 { return m.institution })
	slices.Sort(pool)
	pool = slices.Compact(pool)
	var those []*belonging
	for i := range 40 {
		u := c.User.Create().SetEmail(fmt.Sprintf("member%d@example.test", i)).SetPasswordHash("").SetFullName("M").SetRole(actor.Institution).
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
		for _, k := range rng.Perm(len(pool))[:min(90, len(pool)/4)] {
			those = append(those, w.belong(rng, u.ID, pool[k]))
		}
	}
	w.join(t, app, those)
}
