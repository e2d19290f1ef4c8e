// Package parity proves that the graph and the three lists of agreements say the same
// of each agreement, each in its own form, and list nobody else's.
package parity

import (
	"flag"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

var (
	papers = flag.Int("parity.papers", 300, "how many random `agreements` the surfaces are compared over")
	seed   = flag.Uint64("parity.seed", 1, "the `seed` of the agreements")
)

const admin = "admin@demo.test"

// surface is one of the four: where it writes a field, and the field by which its rows
// are told apart.
type surface struct {
	name string
	of   func(field) written
	id   func(*testkit.Paper) any
	at   string
}

var surfaces = map[string]surface{
	"graph":  {"graph", func(f field) written { return f.graph }, func(p *testkit.Paper) any { return p.ID }, "databaseId"},
	"yedpay": {"yedpay", func(f field) written { return f.yedpay }, func(p *testkit.Paper) any { return p.PublicID }, "id"},
	"faveo":  {"faveo", func(f field) written { return f.faveo }, func(p *testkit.Paper) any { return p.ID }, "id"},
	"kit":    {"kit", func(f field) written { return f.kit }, func(p *testkit.Paper) any { return p.ID }, "id"},
}

// TestFourSurfacesSayTheSameOfEveryAgreement: the back office asks the graph, Faveo's list
// and Yedpay's of each company; a key of each institution asks Kit's. Every agreement that
// is not deleted is on all four, once, and every field is what the row says, as the table
// writes it; nothing is printed that the table does not know.
func TestFourSurfacesSayTheSameOfEveryAgreement(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		all := there(app.Papers(t, *papers, *seed))
		token := app.Token(t, admin)
		listed := map[string]said{"graph": byGraph(t, app, token), "faveo": byFaveo(t, app, token)}
		for name, s := range listed {
			check(t, name, s, all)
		}
		var yedpays, kits said
		for name, id := range app.World.Institutions {
			theirs := of(all, id)
			mine := byYedpay(t, app, token, app.World.Companies[name])
			check(t, "yedpay", mine, theirs)
			yedpays.rows = append(yedpays.rows, mine.rows...)
			mine = byKit(t, app, keyOf(t, app, id))
			check(t, "kit", mine, theirs)
			kits.rows = append(kits.rows, mine.rows...)
		}
		listed["yedpay"], listed["kit"] = yedpays, kits
		for name, s := range listed {
			complete(t, name, s.rows)
		}
	})
}

// there are the agreements that are not deleted.
func there(all []*testkit.Paper) []*testkit.Paper {
	return slices.DeleteFunc(slices.Clone(all), func(p *testkit.Paper) bool { return p.DeletedAt != nil })
}

// of are those of an institution.
func of(all []*testkit.Paper, institutionID int64) []*testkit.Paper {
	return slices.DeleteFunc(slices.Clone(all), func(p *testkit.Paper) bool { return p.InstitutionID != institutionID })
}

// keyOf makes a key of an institution, for one of its members.
func keyOf(t testing.TB, app *testkit.App, institutionID int64) string {
	t.Helper()
	member := app.Store.Client().Membership.Query().Where(membership.InstitutionID(institutionID), membership.StateEQ(lifecycle.MembershipActive),
		membership.RoleEQ(lifecycle.MembershipManager), membership.HasUserWith(user.StatusEQ(lifecycle.UserActive))).FirstX(t.Context())
	_, secret, err := app.Market.CreateAPIKey(app.As(admin), market.CreateAPIKey{InstitutionID: &institutionID, UserID: &member.UserID, Label: "parity"})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// check compares what a surface lists with the agreements that it should list: the same
// ones, each once, the same total, and field by field.
func check(t *testing.T, name string, s said, want []*testkit.Paper) {
	t.Helper()
	on, rows := surfaces[name], map[string]map[string]any{}
	for _, row := range s.rows {
		id := text(row[on.at])
		if rows[id] != nil {
			t.Errorf("%s lists %s twice", name, id)
		}
		rows[id] = row
	}
	if len(s.rows) != len(want) || s.total != int64(len(want)) {
		t.Errorf("%s lists %d, and says %d in all, want %d", name, len(s.rows), s.total, len(want))
	}
	wrong := 0
	for _, p := range want {
		row := rows[text(on.id(p))]
		if row == nil {
			t.Errorf("%s does not list %d", name, p.ID)
			continue
		}
		for _, f := range table() {
			w := on.of(f)
			if w.at == "" {
				continue
			}
			if got, value := text(follow(t, row, w.at)), w.write(f.of(p)); got != value {
				if wrong++; wrong <= 10 {
					t.Errorf("%s says of the %s of agreement %d, in %s: %s, want %s", name, f.name, p.ID, w.at, got, value)
				}
			}
		}
	}
}

// complete fails when a surface prints what the table has no row for, or when what a row
// says was never there.
func complete(t *testing.T, name string, rows []map[string]any) {
	t.Helper()
	printed := map[string]bool{}
	for _, row := range rows {
		leaves(printed, "", row)
	}
	known := map[string]bool{}
	for _, f := range table() {
		if path := surfaces[name].of(f).at; path != "" {
			known[path] = true
			if !printed[path] {
				t.Errorf("%s never prints a %s: nothing is shown of it", name, path)
			}
		}
	}
	for path, filled := range printed {
		above := slices.ContainsFunc(keys(known), func(k string) bool { return strings.HasPrefix(k, path+".") })
		if !known[path] && (filled || !above) {
			t.Errorf("%s prints %s, of which the table says nothing", name, path)
		}
	}
}

func keys(set map[string]bool) []string {
	var list []string
	for key := range set {
		list = append(list, key)
	}
	return list
}

// TestTheTableKnowsEveryFieldOfTheGraph: each is in the table, or is the graph's alone.
func TestTheTableKnowsEveryFieldOfTheGraph(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	got := fetch(t, app, nil, app.Request(t, http.MethodPost, "/query", app.Token(t, admin), map[string]any{"query": `{ __type(name: "Agreement") { fields { name } } }`}))
	inTable := map[string]bool{}
	for _, f := range table() {
		name, _, _ := strings.Cut(f.graph.at, ".")
		inTable[name] = true
	}
	alone := slices.Clone(graphOnly)
	for _, f := range within(got, "data", "__type", "fields").([]any) {
		name := f.(map[string]any)["name"].(string)
		i := slices.Index(alone, name)
		if inTable[name] == (i >= 0) {
			t.Errorf("%s has to be in the table, or to be the graph's alone", name)
		}
		if i >= 0 {
			alone = slices.Delete(alone, i, i+1)
		}
	}
	if len(alone) > 0 || !statusesAreKnown() {
		t.Errorf("the graph has no %q; or a status has no number", alone)
	}
}

// TestAnotherInstitutionsAgreementsAreOnNone of the four, and in no total: a manager of
// each institution asks the graph, Yedpay and Kit, an agent of it Faveo. The graph and
// Faveo also list what names the caller, wherever it is.
func TestAnotherInstitutionsAgreementsAreOnNone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		all := there(app.Papers(t, *papers, *seed+1))
		for name, id := range app.World.Institutions {
			manager := map[string]string{"home": "institution@demo.test"}[name]
			if manager == "" {
				manager = name + "@demo.test"
			}
			token := app.Token(t, manager)
			check(t, "graph", byGraph(t, app, token), visible(t, app, manager, all))
			check(t, "kit", byKit(t, app, keyOf(t, app, id)), of(all, id))
			agent := agentOf(t, app, id)
			check(t, "faveo", byFaveo(t, app, agent), visible(t, app, theAgent, all))
			refused(t, app, faveo.Path+"/contract-list", token)
			for other, company := range app.World.Companies {
				if slices.Contains(institutionsOf(t, app, manager), app.World.Institutions[other]) {
					check(t, "yedpay", byYedpay(t, app, token, company), of(all, app.World.Institutions[other]))
				} else {
					refused(t, app, "/v1/companies/"+company+"/contracts", token)
				}
			}
		}
	})
}

const theAgent = "supervisor@demo.test"

// agentOf makes the agent one of this institution alone, and signs in.
func agentOf(t testing.TB, app *testkit.App, institutionID int64) string {
	t.Helper()
	c, ctx := app.Store.Client(), t.Context()
	id := c.User.Query().Where(user.Email(theAgent), user.RoleEQ(actor.Supervisor)).OnlyIDX(ctx)
	c.Membership.Delete().Where(membership.UserID(id)).ExecX(ctx)
	c.Membership.Create().SetInstitutionID(institutionID).SetUserID(id).SetRole(lifecycle.MembershipAgent).
		SetState(lifecycle.MembershipActive).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).ExecX(ctx)
	return app.Token(t, theAgent)
}

// institutionsOf are those of an account's active memberships.
func institutionsOf(t testing.TB, app *testkit.App, email string) []int64 {
	t.Helper()
	var ids []int64
	for _, m := range app.Store.Client().Membership.Query().Where(membership.HasUserWith(user.Email(email)), membership.StateEQ(lifecycle.MembershipActive)).AllX(t.Context()) {
		ids = append(ids, m.InstitutionID)
	}
	return ids
}

// visible are the agreements of an account's institutions, and those that name it.
func visible(t testing.TB, app *testkit.App, email string, all []*testkit.Paper) []*testkit.Paper {
	t.Helper()
	me := app.Store.Client().User.Query().Where(user.Email(email)).OnlyIDX(t.Context())
	mine := institutionsOf(t, app, email)
	is := func(id *int64) bool { return id != nil && *id == me }
	list := []*testkit.Paper{}
	for _, p := range all {
		if slices.Contains(mine, p.InstitutionID) || is(p.OwnerID) || is(p.ApproverID) || slices.Contains(p.NotifyIDs, me) || slices.Contains(p.UserIDs, me) {
			list = append(list, p)
		}
	}
	return list
}

// refused fails unless a list is refused to the caller.
func refused(t testing.TB, app *testkit.App, path, token string) {
	t.Helper()
	if r := app.Do(t, http.MethodGet, path, token, nil); r.Status != http.StatusForbidden || strings.Contains(string(r.Body), "total") {
		t.Errorf("%s: %d %s", path, r.Status, r.Body)
	}
}
