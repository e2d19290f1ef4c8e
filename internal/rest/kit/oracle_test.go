package kit_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

var (
	papers = flag.Int("kit.papers", 300, "how many random `agreements` the lists are compared over")
	rounds = flag.Int("kit.rounds", 1, "how many `questions` each filter and each pair is asked")
	seed   = flag.Uint64("kit.seed", 1, "the `seed` of agreements and questions")
)

// question is a filter as it is sent, and as a plain function keeps agreements.
type question struct {
	query string
	keep  func(*testkit.Paper) bool
}

// asker draws questions about the drawn agreements of one institution.
type asker struct {
	*rand.Rand
	papers []*testkit.Paper
}

func (a *asker) one() *testkit.Paper { return a.papers[a.IntN(len(a.papers))] }

// part draws a piece of a text, in some case.
func (a *asker) part(text string) string {
	letters := []rune(text)
	if len(letters) == 0 || a.IntN(12) == 0 {
		return []string{"zzz", "%", "_", `\`, "'", "😀", "O'N"}[a.IntN(7)]
	}
	from := a.IntN(len(letters))
	piece := strings.TrimSpace(string(letters[from:min(len(letters), from+1+a.IntN(5))]))
	if piece == "" {
		return "a"
	}
	if a.IntN(2) == 0 {
		return strings.ToUpper(piece)
	}
	return piece
}

func (a *asker) text(name string, of func(*testkit.Paper) []string) question {
	source := ""
	if texts := of(a.one()); len(texts) > 0 {
		source = texts[a.IntN(len(texts))]
	}
	sought := a.part(source)
	return question{name + "=" + url.QueryEscape(sought), func(p *testkit.Paper) bool {
		return slices.ContainsFunc(of(p), func(text string) bool { return testkit.Holds(text, sought) })
	}}
}

func (a *asker) ids(name string, of func(*testkit.Paper) []int64) question {
	ids := append([]int64{987_654_321}, of(a.one())...)
	ids = append(ids, of(a.one())...)
	var query string
	switch a.IntN(3) {
	case 0:
		query = name + "=" + strings.ReplaceAll(strings.Trim(fmt.Sprint(ids), "[]"), " ", ",")
	case 1:
		for _, id := range ids {
			query += fmt.Sprintf("&%s[]=%d", name, id)
		}
	default:
		for _, id := range ids {
			query += fmt.Sprintf("&%s=%d", name, id)
		}
	}
	return question{strings.TrimPrefix(query, "&"), func(p *testkit.Paper) bool {
		return slices.ContainsFunc(of(p), func(id int64) bool { return slices.Contains(ids, id) })
	}}
}

func (a *asker) word(name, word string, keep func(*testkit.Paper) bool) question {
	return question{name + "=" + word, keep}
}

// bound asks for what comes after or before an instant of a drawn paper, which is
// included, or a whole day.
func (a *asker) bound(name string, after bool, of func(*testkit.Paper) *time.Time) question {
	pivot := world.Now
	if at := of(a.one()); at != nil {
		pivot = at.UTC()
	}
	text := pivot.Format("2006-01-02T15:04:05.000Z")
	if a.IntN(3) == 0 {
		text = pivot.Format(time.DateOnly)
		pivot = pivot.Truncate(24 * time.Hour)
		if !after {
			pivot = pivot.Add(24*time.Hour - time.Millisecond)
		}
	}
	return question{name + "=" + text, func(p *testkit.Paper) bool {
		at := of(p)
		return at != nil && (after && !at.Before(pivot) || !after && !at.After(pivot))
	}}
}

func customerIDs(p *testkit.Paper) (ids []int64) {
	for _, c := range p.Customers {
		ids = append(ids, c.ID)
	}
	return ids
}

// people asks for a participant by some of its three filters.
func (a *asker) people() question {
	name, email, phone := "", "", ""
	if s := a.one().Latest(); s != nil && len(s.Participants) > 0 {
		who := s.Participants[a.IntN(len(s.Participants))]
		name, email, phone = a.part(who.Name), a.part(who.Email), who.Phone[2:2+1+a.IntN(6)]
		if other := s.Participants[a.IntN(len(s.Participants))]; a.IntN(3) == 0 {
			email = a.part(other.Email)
		}
	}
	which := 1 + a.IntN(7)
	values := url.Values{}
	for i, f := range []struct{ name, text string }{{"participantName", name}, {"participantEmail", email}, {"participantPhone", phone}} {
		if which&(1<<i) != 0 && f.text != "" {
			values.Set(f.name, f.text)
		}
	}
	digits := strings.ReplaceAll(values.Get("participantPhone"), "-", "")
	return question{values.Encode(), func(p *testkit.Paper) bool {
		if len(values) == 0 {
			return true
		}
		if p.Latest() == nil {
			return false
		}
		for _, who := range p.Latest().Participants {
			phoneOK := !values.Has("participantPhone") || digits != "" && strings.Contains(strings.ReplaceAll(who.Phone, "-", ""), digits)
			if testkit.Holds(who.Name, values.Get("participantName")) && testkit.Holds(who.Email, values.Get("participantEmail")) && phoneOK {
				return true
			}
		}
		return false
	}}
}

func (a *asker) period() question {
	day := func(t *time.Time) string { return t.UTC().Format(time.DateOnly) }
	today := world.Now.Format(time.DateOnly)
	before := func(p *testkit.Paper) bool { return p.StartsAt != nil && day(p.StartsAt) > today }
	after := func(p *testkit.Paper) bool { return p.EndsAt != nil && day(p.EndsAt) < today }
	switch a.IntN(3) {
	case 0:
		return a.word("periodStatus", "before", before)
	case 1:
		return a.word("periodStatus", "after", after)
	}
	return a.word("periodStatus", "ongoing", func(p *testkit.Paper) bool {
		return (p.StartsAt != nil || p.EndsAt != nil) && !before(p) && !after(p)
	})
}

// kinds are the filters.
func (a *asker) kinds() []func() question {
	created := func(p *testkit.Paper) *time.Time { return &p.CreatedAt }
	ends := func(p *testkit.Paper) *time.Time { return p.EndsAt }
	return []func() question{
		func() question {
			keys := []string{"nobody"}
			for _, c := range a.one().Customers {
				keys = append(keys, c.CustomKey)
			}
			return question{"customerCustomKeys=" + strings.Join(keys, ","), func(p *testkit.Paper) bool {
				for _, c := range p.Customers {
					if c.CustomKey != "" && slices.Contains(keys, c.CustomKey) {
						return true
					}
				}
				return false
			}}
		},
		func() question { return a.ids("customerIds", customerIDs) },
		func() question { return a.ids("tagIds", func(p *testkit.Paper) []int64 { return p.TagIDs }) },
		func() question { return a.text("title", func(p *testkit.Paper) []string { return []string{p.Title} }) },
		func() question {
			return a.text("customer", func(p *testkit.Paper) (names []string) {
				for _, c := range p.Customers {
					names = append(names, c.Name)
				}
				return names
			})
		},
		a.people, a.period,
		func() question {
			origin := lifecycle.Origins[a.IntN(2)]
			return a.word("type", string(origin), func(p *testkit.Paper) bool { return p.Origin == origin })
		},
		func() question {
			concluded := a.IntN(2) == 0
			return a.word("status", map[bool]string{true: "CONCLUDED", false: "CREATED"}[concluded], func(p *testkit.Paper) bool { return (p.ConcludedAt != nil) == concluded })
		},
		func() question {
			with := a.IntN(2) == 0
			return a.word("signature", map[bool]string{true: "included", false: "excluded"}[with], func(p *testkit.Paper) bool { return (p.Latest() != nil) == with })
		},
		func() question { return a.bound("createdAtAfter", true, created) },
		func() question { return a.bound("createdAtBefore", false, created) },
		func() question { return a.bound("endDateAfter", true, ends) },
		func() question { return a.bound("endDateBefore", false, ends) },
		func() question {
			return a.word("hasNoCustomer", "true", func(p *testkit.Paper) bool { return len(p.Customers) == 0 })
		},
	}
}

// order draws a sort, and gives how two agreements stand to each other in it.
func (a *asker) order() (string, func(x, y *testkit.Paper) int) {
	n, falling := a.IntN(4), a.IntN(2) == 0
	of := func(p *testkit.Paper) *time.Time {
		return []*time.Time{p.EndsAt, p.StartsAt, &p.CreatedAt, p.ConcludedAt}[n]
	}
	query := "orderKey=" + []string{"endDate", "startDate", "createdAt", "concludedDate"}[n] + "&orderValue=" + map[bool]string{true: "DESC", false: "ASC"}[falling]
	return query, func(x, y *testkit.Paper) int {
		way := 1
		if falling {
			way = -1
		}
		switch s, t := of(x), of(y); {
		case s == nil && t != nil:
			return 1
		case s != nil && t == nil:
			return -1
		case s != nil && !s.Equal(*t):
			return way * s.Compare(*t)
		}
		return way * cmp.Compare(x.ID, y.ID)
	}
}

// TestTheListIsWhatAPlainSearchFinds: each filter alone and each pair of them, in
// some order, page by page.
func TestTheListIsWhatAPlainSearchFinds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		a := &asker{Rand: rand.New(rand.NewPCG(*seed, 2))}
		for _, p := range app.Papers(t, *papers, *seed) {
			if p.InstitutionID == app.World.Institutions["home"] && p.DeletedAt == nil {
				a.papers = append(a.papers, p)
			}
		}
		some, none := 0, 0
		ask := func(questions ...question) {
			query, by := a.order()
			var want []*testkit.Paper
			for _, p := range a.papers {
				if !slices.ContainsFunc(questions, func(q question) bool { return !q.keep(p) }) {
					want = append(want, p)
				}
			}
			slices.SortFunc(want, by)
			for _, q := range questions {
				query += "&" + q.query
			}
			if len(want) > 0 {
				some++
			} else {
				none++
			}
			compare(t, app, query, want, 1+a.IntN(100))
		}
		kinds := a.kinds()
		for range *rounds {
			for i, first := range kinds {
				ask(first())
				for _, second := range kinds[:i] {
					ask(first(), second())
				}
			}
		}
		if t.Logf("%d questions over %d agreements of one institution, %d found something", some+none, len(a.papers), some); some < none {
			t.Errorf("%d questions have an answer, %d have none", some, none)
		}
		checkParity(t, app)
	})
}

// compare glues the pages of a list together, which must be what is wanted.
func compare(t *testing.T, app *testkit.App, query string, want []*testkit.Paper, size int) {
	t.Helper()
	ids := []int64{}
	for _, p := range want {
		ids = append(ids, p.ID)
	}
	glued := []int64{}
	for offset := 0; ; offset += size {
		page := list(t, app, fmt.Sprintf("%s&limit=%d&offset=%d", query, size, offset))
		if page.Total != len(ids) {
			t.Errorf("%s: %d in all, want %d", query, page.Total, len(ids))
		}
		if len(page.Contracts) == 0 {
			break
		}
		glued = append(glued, idsOf(page.Contracts)...)
	}
	if !slices.Equal(glued, ids) {
		t.Errorf("%s\n gives %v\n  want %v", query, glued, ids)
	}
}

// checkParity compares this list with what the use-case gives a member by itself.
func checkParity(t *testing.T, app *testkit.App) {
	t.Helper()
	home := app.World.Institutions["home"]
	all, err := app.Market.Agreements(app.As("member@demo.test"), market.AgreementFilter{InstitutionIDs: []int64{home}},
		market.AgreementOrder{By: market.AgreementByCreated, Descending: true}, market.OffsetPage(0, 100), 0)
	if err != nil {
		t.Fatal(err)
	}
	got := list(t, app, "limit=100")
	if int64(got.Total) != *all.Total {
		t.Errorf("%d are listed, a member has %d", got.Total, *all.Total)
	}
	for i, v := range all.Items {
		if i >= len(got.Contracts) || got.Contracts[i].ID != v.ID || got.Contracts[i].Title != v.Title ||
			got.Contracts[i].UpdatedAt != v.UpdatedAt.UTC().Format("2006-01-02T15:04:05.000Z") {
			t.Fatalf("contract %d is %+v", i, v)
		}
	}
}

// TestTheSameContractInEachDialect: case 1 of the model. Title and end are the same,
// each in its own form.
func TestTheSameContractInEachDialect(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 60, 9)
	token := app.Token(t, "admin@demo.test")
	all := list(t, app, "limit=100").Contracts
	for _, c := range all {
		r := app.Do(t, http.MethodGet, fmt.Sprintf("/service-desk/api/contract-list?contract_ids=%d", c.ID), token, nil)
		var other struct {
			Data struct {
				Contracts []struct {
					Name   string
					Expiry *string
				}
			}
		}
		r.JSON(t, &other)
		if len(other.Data.Contracts) != 1 || other.Data.Contracts[0].Name != c.Title {
			t.Fatalf("%q is %s there", c.Title, r.Body)
		}
		ends := ""
		if c.ContractDate.EndDate != nil {
			ends = strings.Replace((*c.ContractDate.EndDate)[:19], "T", " ", 1)
		}
		if there := other.Data.Contracts[0].Expiry; (there == nil) != (ends == "") || there != nil && *there != ends {
			t.Errorf("%q ends at %q, and there at %s", c.Title, ends, r.Body)
		}
	}
	if len(all) < 10 {
		t.Errorf("only %d were compared", len(all))
	}
}
