package graph_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// paperOrders are how two agreements stand to each other in each order that rises; those
// without what is sorted by are told.
var paperOrders = map[string]struct {
	without func(*testkit.Paper) bool
	compare func(a, b *testkit.Paper) int
}{
	"ID":         {nil, func(a, b *testkit.Paper) int { return 0 }},
	"CREATED_AT": {nil, func(a, b *testkit.Paper) int { return a.CreatedAt.Compare(b.CreatedAt) }},
	"UPDATED_AT": {nil, func(a, b *testkit.Paper) int { return a.UpdatedAt.Compare(b.UpdatedAt) }},
	"TITLE":      {nil, func(a, b *testkit.Paper) int { return strings.Compare(testkit.Plain(a.Title), testkit.Plain(b.Title)) }},
	"COST":       {nil, func(a, b *testkit.Paper) int { return cmp.Compare(a.Cost, b.Cost) }},
	"STARTS_AT":  {func(p *testkit.Paper) bool { return p.StartsAt == nil }, func(a, b *testkit.Paper) int { return a.StartsAt.Compare(*b.StartsAt) }},
	"ENDS_AT":    {func(p *testkit.Paper) bool { return p.EndsAt == nil }, func(a, b *testkit.Paper) int { return a.EndsAt.Compare(*b.EndsAt) }},
	"CONCLUDED_AT": {func(p *testkit.Paper) bool { return p.ConcludedAt == nil },
		func(a, b *testkit.Paper) int { return a.ConcludedAt.Compare(*b.ConcludedAt) }},
}

// sortPapers sorts in place: what has no value comes last in both directions.
func sortPapers(list []*testkit.Paper, order string, falling bool) {
	by, way := paperOrders[order], 1
	if falling {
		way = -1
	}
	slices.SortFunc(list, func(a, b *testkit.Paper) int {
		if by.without != nil && (by.without(a) || by.without(b)) {
			if by.without(a) != by.without(b) {
				return map[bool]int{true: 1, false: -1}[by.without(a)]
			}
			return way * cmp.Compare(a.ID, b.ID)
		}
		return way * cmp.Or(by.compare(a, b), cmp.Compare(a.ID, b.ID))
	})
}

// paperReader is somebody who lists, and which agreements there are for them.
type paperReader struct {
	token string
	all   []*testkit.Paper
}

// paperReaders are the back office, and a member of two institutions whom others name.
func paperReaders(t *testing.T, app *testkit.App, all []*testkit.Paper) []paperReader {
	t.Helper()
	me := app.Store.Client().User.Query().Where(user.Email(customer)).OnlyIDX(t.Context())
	mine := map[int64]bool{}
	for _, m := range app.Store.Client().Membership.Query().Where(membership.UserID(me), membership.StateEQ(lifecycle.MembershipActive)).AllX(t.Context()) {
		mine[m.InstitutionID] = true
	}
	whole, member := paperReader{token: app.Token(t, theAdmin)}, paperReader{token: app.Token(t, customer)}
	for _, p := range all {
		if p.DeletedAt != nil {
			continue
		}
		whole.all = append(whole.all, p)
		if mine[p.InstitutionID] || slices.Contains(slices.Concat(some(p.OwnerID), some(p.ApproverID), p.NotifyIDs, p.UserIDs), me) {
			member.all = append(member.all, p)
		}
	}
	return []paperReader{whole, member}
}

// TestAFilterOfAgreementsKeepsWhatAPlainSearchFinds: each filter of the graph alone and
// in pairs, in every order, from both ends: the same agreements, in the same order, with
// the same total.
func TestAFilterOfAgreementsKeepsWhatAPlainSearchFinds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		all := app.Papers(t, *papers, *paperSeed)
		a := &paperAsker{Rand: rand.New(rand.NewPCG(*paperSeed, 3)), papers: all}
		filters, readers := a.filters(), paperReaders(t, app, all)
		asked, found, pairs := 0, 0, 0
		ask := func(questions ...paperQuestion) {
			asked++
			if a.comparePapers(t, app, readers[asked%len(readers)], questions) > 0 {
				found++
			}
		}
		for i, first := range filters {
			for range 2 {
				ask(first())
			}
			for _, second := range filters[:i] {
				if pairs++; pairs%*paperPairs == 0 {
					ask(first(), second())
				}
			}
		}
		if t.Logf("%d questions over %d agreements, %d found something", asked, len(all), found); found*3 < asked {
			t.Errorf("of %d questions only %d found something", asked, found)
		}
	})
}

// comparePapers asks one question, page by page from one end, and tells how many
// agreements there should be.
func (a *paperAsker) comparePapers(t *testing.T, app *testkit.App, r paperReader, questions []paperQuestion) int {
	t.Helper()
	filter, kept := map[string]any{}, []*testkit.Paper{}
	for _, q := range questions {
		for name, value := range q.in {
			filter[name] = value
		}
	}
	for _, p := range r.all {
		if !slices.ContainsFunc(questions, func(q paperQuestion) bool { return !q.keep(p) }) {
			kept = append(kept, p)
		}
	}
	orders := []string{"ID", "CREATED_AT", "UPDATED_AT", "TITLE", "COST", "STARTS_AT", "ENDS_AT", "CONCLUDED_AT"}
	order, falling, backwards := orders[a.IntN(len(orders))], a.IntN(2) == 0, a.IntN(3) == 0
	sortPapers(kept, order, falling)
	vars := map[string]any{"f": filter, "o": order + map[bool]string{true: "_DESC", false: "_ASC"}[falling]}
	size, pages := 1+a.IntN(100), 3 // enough to meet both ends of a page
	want := []int64{}
	for _, p := range kept {
		want = append(want, p.ID)
	}
	first, last, cursor, more := "first", "after", "endCursor", "hasNextPage"
	if backwards {
		first, last, cursor, more = "last", "before", "startCursor", "hasPreviousPage"
		slices.Reverse(want)
	}
	query := fmt.Sprintf(`query($f: AgreementFilter, $o: AgreementOrder!, $at: String) { agreements(filter: $f, orderBy: $o, %s: %d, %s: $at) {
		totalCount nodes { databaseId } pageInfo { %s %s } } }`, first, size, last, cursor, more)
	got := []int64{}
	for page := 1; page <= pages; page++ {
		list := ask(t, app, r.token, query, vars)
		var ids []int64
		for _, n := range list.list("agreements", "nodes") {
			ids = append(ids, int64(n.(map[string]any)["databaseId"].(float64)))
		}
		if backwards {
			slices.Reverse(ids)
		}
		got = append(got, ids...)
		info := list.object("agreements", "pageInfo")
		if total := list.object("agreements")["totalCount"]; total != float64(len(want)) || info[more] != (len(got) < len(want)) {
			t.Errorf("%v: %v in all, want %d; more after %d: %v", vars, total, len(want), len(got), info[more])
		}
		if vars["at"] = info[cursor]; info[more] != true {
			break
		}
	}
	if d := gocmp.Diff(want[:min(len(want), pages*size)], got); d != "" {
		t.Errorf("%v %s %d: %s", vars, first, size, d)
	}
	return len(want)
}
