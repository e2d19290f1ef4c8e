package routes

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"kontrak/internal/actor"
	"kontrak/internal/testkit"
)

// TestTheGraphDoesWhatEveryRouteDoes: of two equal worlds each route is used in one and
// its twin in the other. First with everything in the input wrong in turn, then as it
// should be, then again, by others and on other records. Whatever one refuses, the other
// refuses by the same code and for the same fields; and both worlds hold the same then.
func TestTheGraphDoesWhatEveryRouteDoes(t *testing.T) {
	t.Parallel()
	for i := range writes {
		t.Run(writes[i].number, func(t *testing.T) {
			t.Parallel()
			w := &writes[i]
			for _, use := range []func(*pair, *write){(*pair).rightly, (*pair).wrongly} {
				p := newPair(t, testkit.SQLite, 0, rand.New(rand.NewPCG(1, uint64(i))))
				p.mustDo = true
				p.before(w)
				use(p, w)
				p.equal(w)
			}
		})
	}
}

// TestTheGraphDoesWhatEveryRouteDoesInRandomWorlds: all routes one after the other in two
// equal worlds, on each database; what is refused in them by now is refused by both.
func TestTheGraphDoesWhatEveryRouteDoesInRandomWorlds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		another := map[string]func(testing.TB) testkit.Database{"sqlite": testkit.SQLite, "postgres": testkit.Postgres}[db.Name]
		first := map[string]uint64{"sqlite": 1, "postgres": 0}[db.Name] // each has its own pair of the demo's world on SQLite
		for seed := first; seed+1 < uint64(*worlds)+first; seed++ {
			p := newPair(t, another, seed, rand.New(rand.NewPCG(seed, 3)))
			p.some = 3
			for _, w := range p.inOrder() {
				p.before(w)
				p.wrongly(w)
				p.rightly(w)
				p.equal(w)
			}
		}
	})
}

// pair are two equal worlds.
type pair struct {
	t           *testing.T
	route, twin *place
	rng         *rand.Rand
	mustDo      bool // the good request has to be done
	// some is how many of the ways to be wrong are tried, all for 0.
	some int
	// drawn are columns that are drawn by lot by what was done so far.
	drawn []string
}

// newPair starts two programs on worlds of a seed.
func newPair(t *testing.T, on func(testing.TB) testkit.Database, seed uint64, rng *rand.Rand) *pair {
	t.Helper()
	p := &pair{t: t, route: settle(t, on(t), seed), twin: settle(t, on(t), seed), rng: rng}
	p.twin.app.BendAll() // it holds the same, or the test fails
	return p
}

// person is who has an address here.
func (p *place) person(email string) person {
	i := slices.IndexFunc(p.people, func(who person) bool { return who.email == email })
	if i < 0 {
		return person{}
	}
	return p.people[i]
}

// come lets somebody in who was not there from the start.
func (p *place) come(t testing.TB, email string) {
	t.Helper()
	token := p.app.Token(t, email)
	who, err := p.app.Auth.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	p.people = append(p.people, person{email, token, who})
}

// inOrder are the routes by chance, those last that write by lot into columns that are
// compared otherwise.
func (p *pair) inOrder() []*write {
	var list []*write
	for _, i := range p.rng.Perm(len(writes)) {
		list = append(list, &writes[i])
	}
	slices.SortStableFunc(list, func(a, b *write) int { return cmp.Compare(len(a.drawn), len(b.drawn)) })
	return list
}

// before uses the routes that have to be used first.
func (p *pair) before(w *write) {
	p.t.Helper()
	for _, number := range w.before {
		first := &writes[slices.IndexFunc(writes, func(w write) bool { return w.number == number })]
		one, two := p.route.good(p.t, first).byRoute(), p.twin.good(p.t, first).byRoute()
		p.same(number+" before "+w.route, one, two)
		if p.mustDo && one.code != "" {
			p.t.Errorf("%s before %s: %s", number, w.route, one)
		}
	}
}

// rightly uses a route as it should be, again, by others and on other records.
func (p *pair) rightly(w *write) {
	p.t.Helper()
	one, two := p.route.good(p.t, w), p.twin.good(p.t, w)
	if got := p.try(w, "as it should be", one, two); p.mustDo && got.code != "" {
		p.t.Errorf("%s: %s as it should be: %s", w.number, w.route, got)
	}
	for _, body := range w.more {
		p.try(w, body, one.with(body), two.with(body))
	}
	if w.session {
		return // it may be over
	}
	p.try(w, "again", one, two)
	if w.public {
		return // it does not look at who asks; the graph does when a token is sent
	}
	stories := p.route.app.World.Stories
	for range 4 {
		other, id := p.route.people[p.rng.IntN(len(p.route.people))], one.id
		if slices.Contains(w.wider, other.Role) {
			continue
		}
		who := other.email
		if w.path == onContract && p.rng.IntN(2) == 0 {
			id = stories[p.rng.IntN(len(stories))].ContractID
		}
		p.try(w, fmt.Sprintf("by %s on %d", who, id), one.by(p.route.person(who)).on(id), two.by(p.twin.person(who)).on(id))
	}
}

// wrongly uses a route with everything in its input wrong in turn, by whom it is not for,
// and on no record.
func (p *pair) wrongly(w *write) {
	p.t.Helper()
	one, two := p.route.good(p.t, w), p.twin.good(p.t, w)
	if !w.public {
		p.try(w, "by nobody", one.by(person{}), two.by(person{}))
		if !slices.Contains(w.wider, actor.Admin) {
			p.try(w, "by the back office", one.by(p.route.person("admin2@demo.test")), two.by(p.twin.person("admin2@demo.test")))
		}
	}
	if w.record != "" {
		p.try(w, "on no record", one.on(noRecord), two.on(noRecord))
	}
	list := spoils(p.t, w, one)
	if p.some > 0 {
		p.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		list = list[:min(p.some, len(list))]
	}
	for _, spoil := range list {
		p.try(w, spoil.name, spoil.of(one), spoil.of(two))
	}
}

// try sends a request both ways; both must be done, or be refused alike.
func (p *pair) try(w *write, name string, one, two *writing) refusal {
	p.t.Helper()
	got, twin := one.byRoute(), two.byTwin()
	if w.silent && twin.code == "RATE_LIMITED" {
		twin = refusal{}
	}
	p.same(w.number+" "+w.route+", "+name, got, twin)
	return got
}

func (p *pair) same(name string, route, twin refusal) {
	p.t.Helper()
	twin.code = cmp.Or(oneWord[twin.code], twin.code)
	if route.String() != twin.String() {
		p.t.Errorf("%s: the route says %s, the graph %s", name, route, twin)
	}
}

// equal fails unless both worlds hold the same, but for what is drawn by lot.
func (p *pair) equal(w *write) {
	p.t.Helper()
	p.drawn = append(p.drawn, w.drawn...)
	byLot := func(column string) bool {
		return column == "key" || column == "payload" || slices.ContainsFunc([]string{"hash", "uuid", "public_id", "token", "nonce", "family", "secret"}, func(part string) bool {
			return strings.Contains(column, part)
		}) || slices.Contains(p.drawn, column)
	}
	if d := gocmp.Diff(p.route.app.Kept(p.t, byLot), p.twin.app.Kept(p.t, byLot)); d != "" {
		p.t.Errorf("%s %s: the worlds differ: %s", w.number, w.route, d)
	}
}
