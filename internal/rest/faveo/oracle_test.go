package faveo_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/testkit"
)

var (
	papers = flag.Int("faveo.papers", 250, "how many random `agreements` the lists are compared over")
	rounds = flag.Int("faveo.rounds", 2, "how many `questions` each filter and each pair is asked")
	seed   = flag.Uint64("faveo.seed", 1, "the `seed` of agreements and questions")
)

// question is a filter as it is sent, and as a plain function keeps agreements.
type question struct {
	query string
	keep  func(*testkit.Paper) bool
}

// asker draws questions whose answers are neither always empty nor everything.
type asker struct {
	*rand.Rand
	papers []*testkit.Paper
}

func (a *asker) one() *testkit.Paper { return a.papers[a.IntN(len(a.papers))] }

// idList asks for a few ids of the drawn papers, in one of the spellings.
func (a *asker) idList(name string, of func(*testkit.Paper) []int64) question {
	ids := []int64{987654321}
	for range 1 + a.IntN(3) {
		ids = append(ids, of(a.one())...)
	}
	var parts []string
	switch a.IntN(4) {
	case 0:
		parts = []string{name + "=" + strings.Trim(strings.ReplaceAll(fmt.Sprint(ids), " ", ","), "[]")}
	default:
		suffix := []string{"", "[]", "[%d]"}[a.IntN(3)]
		for i, id := range ids {
			key := name + suffix
			if suffix == "[%d]" {
				key = fmt.Sprintf(key, i)
			}
			parts = append(parts, fmt.Sprintf("%s=%d", key, id))
		}
	}
	return question{strings.Join(parts, "&"), func(p *testkit.Paper) bool {
		return slices.ContainsFunc(of(p), func(id int64) bool { return slices.Contains(ids, id) })
	}}
}

func maybeID(id *int64) []int64 {
	if id == nil {
		return nil
	}
	return []int64{*id}
}

// numbers asks for a range of numbers, of which either end may be missing.
func (a *asker) numbers(name string, of func(*testkit.Paper) (int64, bool)) question {
	low, _ := of(a.one())
	high, _ := of(a.one())
	if high < low {
		low, high = high, low
	}
	hasLow, hasHigh := a.IntN(3) > 0, a.IntN(3) > 0
	q := url.Values{}
	if hasLow {
		q.Set(name+"_begin", fmt.Sprint(low))
	}
	if hasHigh {
		q.Set(name+"_end", fmt.Sprint(high))
	}
	return question{q.Encode(), func(p *testkit.Paper) bool {
		n, there := of(p)
		if !hasLow && !hasHigh {
			return true
		}
		return there && (!hasLow || n >= low) && (!hasHigh || n <= high)
	}}
}

// span asks for a range of time. Seconds are compared, as they are printed.
func (a *asker) span(name string, of func(*testkit.Paper) *time.Time) question {
	text := func() string {
		if at := of(a.one()); at != nil && a.IntN(4) > 0 {
			return at.UTC().Format(time.DateTime)
		}
		return ""
	}
	from, to := text(), text()
	if from != "" && to != "" && to < from {
		from, to = to, from
	}
	return question{url.Values{name: {from + "~" + to}}.Encode(), func(p *testkit.Paper) bool {
		if from == "" && to == "" {
			return true
		}
		at := of(p)
		if at == nil {
			return false
		}
		second := at.UTC().Format(time.DateTime)
		return (from == "" || second >= from) && (to == "" || second <= to)
	}}
}

func (a *asker) search() question {
	p := a.one()
	source := []string{p.Title, p.Identifier, string(p.Status), string(p.RenewalStatus), p.Type, fmt.Sprintf("#CNTR-%d", p.ID), fmt.Sprint(p.Cost), "'; --", "%", "_", `\`}
	if p.Vendor != nil {
		source = append(source, p.Vendor.Name)
	}
	letters := []rune(source[a.IntN(len(source))])
	if len(letters) > 3 {
		from := a.IntN(len(letters) - 2)
		letters = letters[from : from+2+a.IntN(len(letters)-from-1)]
	}
	text := string(letters)
	if a.IntN(2) == 0 {
		text = strings.ToUpper(text)
	}
	needle := testkit.Plain(text)
	return question{url.Values{"search-query": {text}}.Encode(), func(p *testkit.Paper) bool {
		hay := []string{p.Title, p.Identifier, string(p.Status), string(p.RenewalStatus), p.Type, fmt.Sprintf("#CNTR-%d", p.ID), fmt.Sprint(p.Cost)}
		if p.Vendor != nil {
			hay = append(hay, p.Vendor.Name)
		}
		return slices.ContainsFunc(hay, func(text string) bool { return strings.Contains(testkit.Plain(text), needle) })
	}}
}

func (a *asker) identifiers() question {
	q, texts := url.Values{}, []string{"nobody's", "lease,1"}
	for range 3 {
		if text := a.one().Identifier; text != "" {
			texts = append(texts, text)
		}
	}
	q["identifiers[]"] = texts
	return question{q.Encode(), func(p *testkit.Paper) bool { return p.Identifier != "" && slices.Contains(texts, p.Identifier) }}
}

// statusIDs are the documented numbers (Faveo reference, section 7).
var statusIDs = map[string]int64{
	"draft": 1, "approved": 2, "active": 3, "expired": 4, "terminated": 5, "rejected": 6,
	"renewal_pending": 7, "renewal_approved": 8, "renewal_rejected": 9, "renewed": 10, "extension_pending": 11, "extended": 12, "extension_rejected": 13,
}

// filters are all filters of the list: each draws one question.
func (a *asker) filters() map[string]func() question {
	ids := func(name string, of func(*testkit.Paper) []int64) func() question {
		return func() question { return a.idList(name, of) }
	}
	span := func(name string, of func(*testkit.Paper) *time.Time) func() question {
		return func() question { return a.span(name, of) }
	}
	return map[string]func() question{
		"search-query": a.search, "identifiers": a.identifiers,
		"contract_ids":      ids("contract_ids", func(p *testkit.Paper) []int64 { return []int64{p.ID} }),
		"contract_type_ids": ids("contract_type_ids", func(p *testkit.Paper) []int64 { return []int64{p.AgreementTypeID} }),
		"approver_ids":      ids("approver_ids", func(p *testkit.Paper) []int64 { return maybeID(p.ApproverID) }),
		"vendor_ids":        ids("vendor_ids", func(p *testkit.Paper) []int64 { return maybeID(p.VendorID) }),
		"license_type_ids":  ids("license_type_ids", func(p *testkit.Paper) []int64 { return maybeID(p.LicenseTypeID) }),
		"status_ids":        ids("status_ids", func(p *testkit.Paper) []int64 { return []int64{statusIDs[string(p.Status)]} }),
		"renewal_status_ids": ids("renewal_status_ids", func(p *testkit.Paper) []int64 {
			if p.RenewalStatus == "" {
				return nil
			}
			return []int64{statusIDs[string(p.RenewalStatus)]}
		}),
		"owner_ids":        ids("owner_ids", func(p *testkit.Paper) []int64 { return maybeID(p.OwnerID) }),
		"asset_ids":        ids("asset_ids", func(p *testkit.Paper) []int64 { return p.AssetIDs }),
		"notify_agent_ids": ids("notify_agent_ids", func(p *testkit.Paper) []int64 { return p.NotifyIDs }),
		"cost": func() question {
			return a.numbers("cost", func(p *testkit.Paper) (int64, bool) { return p.Cost, true })
		},
		"notify_in_days": func() question {
			return a.numbers("notify_in_days", func(p *testkit.Paper) (int64, bool) {
				if p.NotifyBeforeDays == nil {
					return 0, false
				}
				return int64(*p.NotifyBeforeDays), true
			})
		},
		"contract_start_date": span("contract_start_date", func(p *testkit.Paper) *time.Time { return p.StartsAt }),
		"contract_end_date":   span("contract_end_date", func(p *testkit.Paper) *time.Time { return p.EndsAt }),
		"created_at":          span("created_at", func(p *testkit.Paper) *time.Time { return &p.CreatedAt }),
		"updated_at":          span("updated_at", func(p *testkit.Paper) *time.Time { return &p.UpdatedAt }),
	}
}

// sorted sorts as asked, in place: what has no end comes last in both directions.
func sorted(list []*testkit.Paper, field, direction string) {
	sign := 1
	if direction == "desc" {
		sign = -1
	}
	slices.SortFunc(list, func(a, b *testkit.Paper) int {
		by := 0
		switch field {
		case "name":
			by = sign * strings.Compare(testkit.Plain(a.Title), testkit.Plain(b.Title))
		case "expiry":
			switch {
			case a.EndsAt == nil || b.EndsAt == nil:
				by = cmp.Compare(btoi(a.EndsAt == nil), btoi(b.EndsAt == nil))
			default:
				by = sign * a.EndsAt.Compare(*b.EndsAt)
			}
		}
		return cmp.Or(by, sign*cmp.Compare(a.ID, b.ID))
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reader is somebody who lists, and which agreements there are for them.
type reader struct {
	token string
	all   []*testkit.Paper
}

// readers are an administrator and an agent of the institution home. The agent also
// sees what names them.
func readers(t *testing.T, app *testkit.App, all []*testkit.Paper) []reader {
	t.Helper()
	me := app.Store.Client().User.Query().Where(user.Email(agent), user.RoleEQ(actor.Supervisor)).OnlyIDX(t.Context())
	whole, mine := reader{token: app.Token(t, admin)}, reader{token: asAgent(t, app)}
	for _, p := range slices.Backward(all) {
		if p.DeletedAt != nil {
			continue
		}
		whole.all = append(whole.all, p)
		who := slices.Concat(maybeID(p.OwnerID), maybeID(p.ApproverID), p.NotifyIDs, p.UserIDs)
		if p.InstitutionID == app.World.Institutions["home"] || slices.Contains(who, me) {
			mine.all = append(mine.all, p)
		}
	}
	return []reader{whole, mine}
}

// TestEachFilterAndEachPairKeepsWhatItSays compares the list with plain Go over
// random agreements: the same ids, in the same order, with the same total.
func TestEachFilterAndEachPairKeepsWhatItSays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		all := app.Papers(t, *papers, *seed)
		a := &asker{Rand: rand.New(rand.NewPCG(*seed, 2)), papers: all}
		filters := a.filters()
		var names []string
		for name := range filters {
			names = append(names, name)
		}
		slices.Sort(names)
		asked, some, of := 0, 0, readers(t, app, all)
		for i, first := range names {
			for _, second := range names[i:] {
				for n := range *rounds {
					questions := []question{filters[first]()}
					if second != first {
						questions = append(questions, filters[second]())
					}
					found := a.compare(t, app, of[n%len(of)], questions)
					asked++
					if found > 0 {
						some++
					}
				}
			}
		}
		if t.Logf("%d questions, %d found something", asked, some); some*4 < asked {
			t.Errorf("of %d questions only %d found something", asked, some)
		}
	})
}

// compare asks one question, and tells how many agreements there should be.
func (a *asker) compare(t *testing.T, app *testkit.App, r reader, questions []question) int {
	t.Helper()
	field := []string{"", "name", "contract_number", "expiry", "id"}[a.IntN(5)]
	direction := []string{"", "asc", "desc"}[a.IntN(3)]
	size, number := 1000, 1
	if a.IntN(2) == 0 {
		size, number = 1+a.IntN(30), 1+a.IntN(3)
	}
	query := fmt.Sprintf("limit=%d&page=%d&sort-field=%s&sort-order=%s", size, number, field, direction)
	var kept []*testkit.Paper
	for _, p := range r.all {
		if !slices.ContainsFunc(questions, func(q question) bool { return !q.keep(p) }) {
			kept = append(kept, p)
		}
	}
	for _, q := range questions {
		query += "&" + q.query
	}
	sorted(kept, field, direction)
	want := []int64{}
	for _, p := range kept[min(len(kept), (number-1)*size):min(len(kept), number*size)] {
		want = append(want, p.ID)
	}
	got := list(t, app, r.token, query)
	if d := gocmp.Diff(want, got.ids()); d != "" || got.Total != len(kept) {
		t.Errorf("%s\ntotal %d, want %d\n%s", query, got.Total, len(kept), d)
	}
	return len(kept)
}
