package market_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"

	"pgregory.net/rapid"
)

// contractFilters draw one field of a filter each.
var contractFilters = []struct {
	name string
	draw func(t *rapid.T, w *truth, f *market.ContractFilter)
}{
	{"status", func(t *rapid.T, _ *truth, f *market.ContractFilter) {
		f.Statuses = some(t, append([]lifecycle.ContractStatus{"no_status"}, lifecycle.ContractStatuses...))
	}},
	{"step", func(t *rapid.T, _ *truth, f *market.ContractFilter) { f.Steps = some(t, lifecycle.Steps) }},
	{"kind", func(t *rapid.T, _ *truth, f *market.ContractFilter) { f.Kinds = some(t, lifecycle.Kinds) }},
	{"stage", func(t *rapid.T, _ *truth, f *market.ContractFilter) { f.Stages = some(t, lifecycle.Stages) }},
	{"payment status", func(t *rapid.T, _ *truth, f *market.ContractFilter) {
		f.PaymentStatuses = some(t, lifecycle.PaymentStatuses)
	}},
	{"institution", func(t *rapid.T, w *truth, f *market.ContractFilter) {
		f.InstitutionIDs = some(t, append(idsOf(w.institutions, func(i *ent.Institution) int64 { return i.ID }), 1<<40))
	}},
	{"sub-service", func(t *rapid.T, w *truth, f *market.ContractFilter) {
		f.SubServiceIDs = some(t, append(idsOf(w.contracts, func(c *ent.Contract) int64 { return c.SubServiceID }), 1<<40))
	}},
	{"service", func(t *rapid.T, w *truth, f *market.ContractFilter) {
		f.ServiceIDs = some(t, append(idsOf(w.contracts, func(c *ent.Contract) int64 { return w.serviceOf[c.SubServiceID] }), 1<<40))
	}},
	{"partner", func(t *rapid.T, w *truth, f *market.ContractFilter) {
		f.PartnerIDs = some(t, append(idsOf(w.contracts, func(c *ent.Contract) int64 { return c.PartnerID }), 1<<40))
	}},
	{"created from", func(t *rapid.T, w *truth, f *market.ContractFilter) { f.CreatedFrom = new(instantNear(t, w)) }},
	{"created before", func(t *rapid.T, w *truth, f *market.ContractFilter) { f.CreatedBefore = new(instantNear(t, w)) }},
	{"start from", func(t *rapid.T, w *truth, f *market.ContractFilter) { f.StartFrom = new(dayNear(t, w)) }},
	{"start until", func(t *rapid.T, w *truth, f *market.ContractFilter) { f.StartUntil = new(dayNear(t, w)) }},
	{"queue", func(t *rapid.T, _ *truth, f *market.ContractFilter) { f.Queue = rapid.Bool().Draw(t, "queue") }},
	{"text", func(t *rapid.T, w *truth, f *market.ContractFilter) { f.Text = textNear(t, w) }},
}

// textsOf is what a contract is searched by.
func textsOf(c *ent.Contract) string {
	return view.ReferenceCode(c.ID) + " " + c.Description + " " + c.ToolBrand + " " + c.ToolType
}

// textNear draws a piece of what a contract is searched by, in other letters, or of
// nobody's.
func textNear(t *rapid.T, w *truth) string {
	whole := []rune(textsOf(rapid.SampledFrom(w.contracts).Draw(t, "contract")))
	from := rapid.IntRange(0, len(whole)-1).Draw(t, "from")
	piece := string(whole[from:min(len(whole), from+rapid.IntRange(1, 12).Draw(t, "letters"))])
	return rapid.SampledFrom([]string{piece, strings.ToUpper(piece), "  " + piece + " ", piece + "\u0301", "%", "_", "nobody's", `\`}).Draw(t, "text")
}

// some draws up to three of the values, repeats included, or none, which keeps all.
func some[V any](t *rapid.T, values []V) []V {
	return rapid.SliceOfN(rapid.SampledFrom(values), 0, 3).Draw(t, "some")
}

// instantNear draws the instant of a contract, or one beside it, in any zone.
func instantNear(t *rapid.T, w *truth) time.Time {
	at := rapid.SampledFrom(w.contracts).Draw(t, "contract").CreatedAt
	at = at.Add(time.Duration(rapid.SampledFrom([]int{0, 0, -1, 1}).Draw(t, "beside")) * time.Millisecond)
	return at.In(time.FixedZone("", rapid.IntRange(-14, 14).Draw(t, "zone")*3600))
}

// dayNear draws the first day of a contract, or one far away.
func dayNear(t *rapid.T, w *truth) view.Date {
	days := []string{"0001-01-01", "9999-12-31", "2026-02-28"}
	for _, c := range w.contracts {
		if c.StartDate != "" {
			days = append(days, c.StartDate)
		}
	}
	return view.Date(rapid.SampledFrom(days).Draw(t, "day"))
}

// among tells whether the values name v; no values name all.
func among[V comparable](values []V, v V) bool { return len(values) == 0 || slices.Contains(values, v) }

// fits tells whether a filter keeps a contract that the user may know of.
func (w *truth) fits(u *ent.User, c *ent.Contract, f market.ContractFilter) bool {
	paid := lifecycle.PaymentUnpaid
	if p := w.payments[c.ID]; p != nil {
		paid = p.Status
	}
	seesPartner := u.Role != actor.Institution || c.ReleasedAt == nil
	return among(f.Statuses, c.Status) && among(f.Steps, c.Step) && among(f.Kinds, c.Kind) && among(f.Stages, c.Stage) &&
		among(f.PaymentStatuses, paid) && among(f.InstitutionIDs, c.InstitutionID) && among(f.SubServiceIDs, c.SubServiceID) &&
		among(f.ServiceIDs, w.serviceOf[c.SubServiceID]) &&
		(len(f.PartnerIDs) == 0 || seesPartner && slices.Contains(f.PartnerIDs, c.PartnerID)) &&
		(f.CreatedFrom == nil || !c.CreatedAt.Before(*f.CreatedFrom)) &&
		(f.CreatedBefore == nil || c.CreatedAt.Before(*f.CreatedBefore)) &&
		(f.StartFrom == nil || c.StartDate != "" && c.StartDate >= string(*f.StartFrom)) &&
		(f.StartUntil == nil || c.StartDate != "" && c.StartDate <= string(*f.StartUntil)) &&
		(!f.Queue || waiting(c)) && testkit.Holds(textsOf(c), f.Text)
}

// expected gives the ids of a list, or the code with which it is refused.
func (w *truth) expected(u *ent.User, f market.ContractFilter, o market.ContractOrder) ([]int64, fault.Code) {
	if u.Role == actor.Institution {
		for _, id := range f.InstitutionIDs {
			if !w.memberOf(u, id) {
				return nil, fault.ParameterInvalid
			}
		}
	}
	list := slices.DeleteFunc(w.known(u), func(c *ent.Contract) bool {
		return !w.fits(u, c, f) || o.ByDeadline && c.EscalationDeadlineAt == nil
	})
	slices.SortFunc(list, func(a, b *ent.Contract) int {
		order := a.CreatedAt.Compare(b.CreatedAt)
		if o.ByDeadline {
			order = a.EscalationDeadlineAt.Compare(*b.EscalationDeadlineAt)
		}
		order = cmp.Or(order, cmp.Compare(a.ID, b.ID))
		if !o.Ascending {
			order = -order
		}
		return order
	})
	return idsOf(list, contractID), ""
}

// question is one list that one caller asks for.
type question[F, O any] struct {
	u      *ent.User
	names  [2]string
	filter F
	order  O
}

// askContracts draws a list with two fields of the filter, or with one, twice.
func askContracts(t *rapid.T, w *truth, callers []*ent.User, one, two int) question[market.ContractFilter, market.ContractOrder] {
	q := question[market.ContractFilter, market.ContractOrder]{
		u: rapid.SampledFrom(callers).Draw(t, "caller"), names: [2]string{contractFilters[one].name, contractFilters[two].name},
		order: market.ContractOrder{ByDeadline: rapid.Bool().Draw(t, "by deadline"), Ascending: rapid.Bool().Draw(t, "ascending")},
	}
	contractFilters[one].draw(t, w, &q.filter)
	if two != one {
		contractFilters[two].draw(t, w, &q.filter)
	}
	return q
}

// checkContracts compares the answer with the oracle, and gives how many
// contracts the list has.
func (w *truth) checkContracts(app *testkit.App, as sessions, q question[market.ContractFilter, market.ContractOrder]) (int, error) {
	want, refused := w.expected(q.u, q.filter, q.order)
	page, err := app.Market.Contracts(as[q.u.ID], q.filter, q.order, market.NumberedPage(1, 100), market.ContractWants{})
	what := fmt.Sprintf("%s filters by %q: %+v, %+v", q.u.Email, q.names, q.filter, q.order)
	if codeOf(err) != refused {
		return 0, fmt.Errorf("%s: code %q, want %q", what, codeOf(err), refused)
	}
	if refused != "" {
		return 0, nil
	}
	if got := idsOf(page.Items, viewID); !slices.Equal(got, want[:min(100, len(want))]) || *page.Total != int64(len(want)) {
		return 0, fmt.Errorf("%s:\ngot  %v of %d\nwant %v of %d", what, got, *page.Total, want, len(want))
	}
	return len(want), nil
}

// TestEveryFilterOfContractsKeepsWhatItSays tries every field of the filter
// alone and with every other, for callers of every role.
func TestEveryFilterOfContractsKeepsWhatItSays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 150)
		callers := w.callersOfEveryRole()
		as := actors(t, app, callers)
		filled := 0
		// Every pair once, and then pairs by chance.
		for one := range contractFilters {
			for two := one; two < len(contractFilters); two++ {
				q := rapid.Custom(func(t *rapid.T) question[market.ContractFilter, market.ContractOrder] {
					return askContracts(t, w, callers, one, two)
				}).Example(100*one + two)
				if _, err := w.checkContracts(app, as, q); err != nil {
					t.Error(err)
				}
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			one := rapid.IntRange(0, len(contractFilters)-1).Draw(rt, "one")
			for two := range contractFilters {
				n, err := w.checkContracts(app, as, askContracts(rt, w, callers, one, two))
				if err != nil {
					rt.Fatal(err)
				}
				filled += min(n, 1)
			}
		})
		if filled < 200 && !testing.Short() { // which draws a fifth
			t.Errorf("only %d lists had something in them", filled)
		}
	})
}

// callersOfEveryRole are the demo accounts that have contracts, and those that
// are near to having some.
func (w *truth) callersOfEveryRole() []*ent.User {
	var list []*ent.User
	for _, name := range []string{
		"admin", "admin", "institution", "institution", "foreign", "branch", "requested", "former", "newcomer",
		"partner", "partner2", "supervisor", "supervisor", "supervisor2",
	} {
		list = append(list, w.user(name+"@demo.test"))
	}
	return list
}

// TestPagesOfContractsGluedTogetherAreTheWholeList reads lists by numbered pages
// and by positions, forwards and back, in pages of any size.
func TestPagesOfContractsGluedTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 150)
		callers := w.callersOfEveryRole()
		as := actors(t, app, callers)
		for _, u := range callers {
			for _, o := range []market.ContractOrder{{}, {Ascending: true}, {ByDeadline: true}, {ByDeadline: true, Ascending: true}} {
				want, _ := w.expected(u, market.ContractFilter{}, o)
				for _, size := range []int{100, 7} {
					list, total := listAll(as[u.ID], t, app, market.ContractFilter{}, o, size)
					if got := idsOf(list, viewID); !slices.Equal(got, want) || total != int64(len(want)) {
						t.Errorf("%s, %+v, pages of %d: %v of %d, want %v", u.Email, o, size, got, total, want)
					}
				}
				for _, forward := range []bool{true, false} {
					got := walk(t, 13, forward, func(p market.Page) (*view.Page[view.Contract], error) {
						return app.Market.Contracts(as[u.ID], market.ContractFilter{}, o, p, market.ContractWants{})
					})
					if ids := idsOf(got, viewID); !slices.Equal(ids, want) {
						t.Errorf("%s, %+v, by positions, forward %v: %v, want %v", u.Email, o, forward, ids, want)
					}
				}
			}
		}
	})
}

// walk reads a list by positions, from its start or from its end.
func walk[V any](t testing.TB, size int, forward bool, read func(market.Page) (*view.Page[V], error)) []*V {
	t.Helper()
	var list []*V
	var c market.Connection
	for {
		if forward {
			c.First = new(int32(size))
		} else {
			c.Last = new(int32(size))
		}
		p, err := c.Page()
		if err != nil {
			t.Fatal(err)
		}
		page, err := read(p)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(page.Items); n != len(page.Cursors) || n > size {
			t.Fatalf("%d items with %d positions on a page of %d", n, len(page.Cursors), size)
		}
		if forward {
			list = append(list, page.Items...)
		} else {
			list = append(slices.Clone(page.Items), list...)
		}
		if forward && !page.HasNext || !forward && !page.HasPrevious {
			return list
		}
		c = market.Connection{After: &page.Cursors[len(page.Cursors)-1]}
		if !forward {
			c = market.Connection{Before: &page.Cursors[0]}
		}
	}
}
