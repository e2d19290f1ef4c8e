package market_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// searchAtScale is how many partners, and how many institutions, TestSearchAtScale works
// on; 0 leaves it out. make scale-search gives 100,000.
var searchAtScale = flag.Int("search", 0, "partners and institutions to measure the searches on, on both databases")

// searchRounds is how often each search is measured.
const searchRounds = 31

// search is a search that is measured: ask runs it with arguments that differ from round
// to round, and tells how many it found.
type search struct {
	name string
	ask  func(round int) (int64, error)
	took []time.Duration
	most int64
}

// TestSearchAtScale measures the searches for partners and institutions, and the lists of
// the back office, each in turn. Nothing about time is asserted here: docs/performance.md
// has the figures, and internal/store holds the plans.
func TestSearchAtScale(t *testing.T) {
	if *searchAtScale == 0 {
		t.Skip("make scale-search runs it")
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		began := time.Now()
		s := searcher{app: app, customer: app.As(institution), admin: app.As("admin@demo.test"), subs: [2]int64{8, 12}}
		c := &crowding{t, app, *searchAtScale}
		c.spread(db.Name, s.subs, whose(s.customer))
		t.Logf("%s: %d partners and institutions were made in %v", db.Name, *searchAtScale, time.Since(began).Round(time.Second))
		if db.Name != "postgres" { // nothing makes SQLite look at its tables by itself
			measure(t, s.all())
			t.Log("the same once ANALYZE has run:")
		}
		c.analyse(db.Name)
		measure(t, s.all())
	})
}

// measure runs the searches in turn and prints the median of each.
func measure(t *testing.T, all []*search) {
	t.Helper()
	for round := range searchRounds {
		for _, q := range all {
			began := time.Now()
			n, err := q.ask(round)
			q.took = append(q.took, time.Since(began))
			if err != nil {
				t.Fatalf("%s: %v (%s)", q.name, err, detailOf(err))
			}
			q.most = max(q.most, n)
		}
	}
	for _, q := range all {
		slices.Sort(q.took)
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		median, mark := ms(q.took[len(q.took)/2]), ""
		if median > 20 {
			mark = "  ABOVE 20 ms"
		}
		t.Logf("%-66s %6d %8.2f ms, least %8.2f%s", q.name, q.most, median, ms(q.took[0]), mark)
	}
}

// searcher writes the searches.
type searcher struct {
	app             *testkit.App
	customer, admin context.Context //nolint:containedctx // who search
	subs            [2]int64
}

// paged gives a search as a page of the graph without its total, and as one of REST with
// it.
func paged[V any](name string, list func(round int, p market.Page) (*view.Page[V], error)) []*search {
	ask := func(p func() market.Page) func(int) (int64, error) {
		return func(round int) (int64, error) {
			page, err := list(round, p())
			if err != nil {
				return 0, err
			}
			if page.Total != nil {
				return *page.Total, nil
			}
			return int64(len(page.Items)), nil
		}
	}
	page := func() market.Page {
		p, err := market.Connection{First: new(int32(20))}.Page()
		if err != nil {
			panic(err) // 20 is a size
		}
		return p
	}
	return []*search{{name: name, ask: ask(page)}, {name: name + ", with total", ask: ask(func() market.Page { return market.NumberedPage(1, 20) })}}
}

func (s searcher) all() []*search {
	return slices.Concat(s.places(), s.nearby(), s.everywhere(), s.names(), s.backOffice(), s.beside())
}

// cityOf is the centre of a round.
func cityOf(round int) (*float64, *float64, *float64) {
	at := bigCities[round%len(bigCities)]
	return new(at[0] + float64(round)*0.0001), new(at[1]), new(25.0)
}

// places are the searches around a place.
func (s searcher) places() (all []*search) {
	type variant struct {
		name   string
		filter func(round int, f *market.PartnerFilter)
	}
	for _, v := range []variant{
		{"partners within 25 km", func(int, *market.PartnerFilter) {}},
		{"of a kind", func(round int, f *market.PartnerFilter) { f.Kind = new(lifecycle.Kinds[round%3]) }},
		{"of a sub-service", func(round int, f *market.PartnerFilter) { f.SubServiceID = &s.subs[round%2] }},
		{"of a service", func(round int, f *market.PartnerFilter) { f.ServiceID = new(int64(1 + round%4)) }},
		{"of a kind of a sub-service", func(round int, f *market.PartnerFilter) {
			f.Kind, f.SubServiceID = new(lifecycle.Kinds[round%3]), &s.subs[round%2]
		}},
		{"at work", func(_ int, f *market.PartnerFilter) { f.OpenToWork = new(true) }},
		{"called san, sant …", func(round int, f *market.PartnerFilter) { f.Text = often(oftenCalled, 3+round%6, round) }},
		{"of a rare name", func(round int, f *market.PartnerFilter) { f.Text = rare(3+round%6, round) }},
		{"of a kind of a sub-service, called so", func(round int, f *market.PartnerFilter) {
			f.Kind, f.SubServiceID, f.Text = new(lifecycle.Kinds[round%3]), &s.subs[round%2], often(oftenCalled, 3+round%6, round)
		}},
	} {
		for _, o := range ofPartners {
			name := v.name + ", " + o.name
			if v.name[0] != 'p' {
				name = "  " + name
			}
			all = append(all, paged(name, func(round int, p market.Page) (*view.Page[view.Partner], error) {
				var f market.PartnerFilter
				f.Latitude, f.Longitude, f.RadiusKm = cityOf(round)
				v.filter(round, &f)
				return s.partners(f, o.by, p)
			})...)
		}
	}
	return all
}

// sorted is an order with its name.
type sorted[O any] struct {
	name string
	by   O
}

var (
	nearest     = market.InstitutionOrder{By: market.InstitutionByDistance}
	newest      = market.InstitutionOrder{By: market.InstitutionByCreated, Descending: true}
	ofPartners  = []sorted[market.PartnerOrder]{{"newest first", market.PartnerOrder{Descending: true}}, {"cheapest first", market.PartnerOrder{ByPrice: true}}, {"oldest first", market.PartnerOrder{}}, {"dearest first", market.PartnerOrder{ByPrice: true, Descending: true}}}
	ofInstitute = []sorted[market.InstitutionOrder]{{"by name", market.InstitutionOrder{}}, {"newest first", newest}, {"nearest first", nearest}}
)

// nearby are the searches for institutions around a place.
func (s searcher) nearby() (all []*search) {
	for _, o := range ofInstitute {
		all = append(all, paged("institutions within 25 km, "+o.name, func(round int, p market.Page) (*view.Page[view.Institution], error) {
			return s.institutions(s.customer, s.near(round), o.by, p)
		})...)
	}
	all = append(all, paged("  of a kind, nearest first", func(round int, p market.Page) (*view.Page[view.Institution], error) {
		f := s.near(round)
		f.Kinds = []lifecycle.InstitutionKind{lifecycle.InstitutionKinds[round%4]}
		return s.institutions(s.customer, f, nearest, p)
	})...)
	all = append(all, paged("  called rum, ruma …, nearest first", func(round int, p market.Page) (*view.Page[view.Institution], error) {
		f := s.near(round)
		f.Text = often(oftenNamed, 3+round%6, round)
		return s.institutions(s.customer, f, nearest, p)
	})...)
	return append(all, &search{name: "a map of one degree, at most 10,000", ask: func(round int) (int64, error) {
		at := bigCities[round%len(bigCities)]
		list, err := s.app.Market.InstitutionMarkers(s.customer, &market.Box{South: at[0] - 0.5, North: at[0] + 0.5, West: at[1] - 0.5, East: at[1] + 0.5}, market.MaxMarkers, market.InstitutionFilter{}.Unread)
		return int64(len(list)), err
	}})
}

func (s searcher) near(round int) (f market.InstitutionFilter) {
	f.Latitude, f.Longitude, f.RadiusKm = cityOf(round)
	return f
}

func (s searcher) partners(f market.PartnerFilter, o market.PartnerOrder, p market.Page) (*view.Page[view.Partner], error) {
	return s.app.Market.Partners(s.customer, f, o, p, market.WantPrice|market.WantLocation|market.WantCompetencies)
}

func (s searcher) institutions(as context.Context, f market.InstitutionFilter, o market.InstitutionOrder, p market.Page) (*view.Page[view.Institution], error) {
	return s.app.Market.Institutions(as, f, o, p)
}

// often is a part, so long, of what many are called, and rare one of a name by chance.
func often(text string, letters, round int) string {
	from := round % (len(text) - letters + 1)
	return trimmed(text, from, letters)
}

// trimmed leaves out spaces at either end of a part: they are not looked for.
func trimmed(text string, from, letters int) string {
	for strings.TrimSpace(text[from:from+letters]) != text[from:from+letters] {
		from = (from + 1) % (len(text) - letters + 1)
	}
	return text[from : from+letters]
}

func rare(letters, round int) string {
	text := lettersOf(int64(1 + round*317))
	return text[round%(len(text)-letters+1):][:letters]
}

// everywhere are the lists of all partners.
func (s searcher) everywhere() (all []*search) {
	for _, o := range ofPartners {
		for of, f := range map[string]func(round int) market.PartnerFilter{
			"": func(int) market.PartnerFilter { return market.PartnerFilter{} },
			" of a kind": func(round int) market.PartnerFilter {
				return market.PartnerFilter{Kind: new(lifecycle.Kinds[round%3])}
			},
			" of a sub-service": func(round int) market.PartnerFilter { return market.PartnerFilter{SubServiceID: &s.subs[round%2]} },
		} {
			all = append(all, paged("partners everywhere"+of+", "+o.name, func(round int, p market.Page) (*view.Page[view.Partner], error) {
				return s.partners(f(round), o.by, p)
			})...)
		}
	}
	return all
}

// names are the searches for parts of names, in every order.
func (s searcher) names() (all []*search) {
	for _, letters := range []int{3, 4, 8} {
		for _, needle := range []struct {
			name string
			draw func(of string, round int) string
		}{
			{"rare", func(_ string, round int) string { return rare(letters, round) }},
			{"of every tenth", func(of string, round int) string { return often(of, letters, round) }},
			{"of nobody", func(_ string, round int) string { return strings.Repeat("q7", 4)[:letters-1] + fmt.Sprint(round%10) }},
		} {
			for _, o := range ofPartners {
				all = append(all, paged(fmt.Sprintf("partners by %d letters %s, %s", letters, needle.name, o.name), func(round int, p market.Page) (*view.Page[view.Partner], error) {
					return s.partners(market.PartnerFilter{Text: needle.draw(oftenCalled, round)}, o.by, p)
				})...)
			}
			for _, o := range ofInstitute[:2] {
				all = append(all, paged(fmt.Sprintf("institutions by %d letters %s, %s", letters, needle.name, o.name), func(round int, p market.Page) (*view.Page[view.Institution], error) {
					return s.institutions(s.customer, market.InstitutionFilter{Text: needle.draw(oftenNamed, round)}, o.by, p)
				})...)
			}
		}
	}
	return all
}

// backOffice are the lists of the back office.
func (s searcher) backOffice() (all []*search) {
	users := func(name string, filter func(round int) market.UserFilter) {
		all = append(all, paged(name, func(round int, p market.Page) (*view.Page[view.User], error) {
			return s.app.Market.Users(s.admin, filter(round), p, market.WantLocation)
		})...)
	}
	users("back office: accounts", func(int) market.UserFilter { return market.UserFilter{} })
	users("back office: accounts of a role", func(int) market.UserFilter { return market.UserFilter{Role: new(actor.Partner)} })
	users("back office: accounts of a status", func(round int) market.UserFilter {
		return market.UserFilter{Status: new([]lifecycle.UserStatus{lifecycle.UserActive, lifecycle.UserSuspended}[round%2])}
	})
	users("back office: accounts by a rare name", func(round int) market.UserFilter { return market.UserFilter{Text: rare(3+round%6, round)} })
	users("back office: accounts by a name of every tenth", func(round int) market.UserFilter {
		return market.UserFilter{Text: often(oftenCalled, 3+round%6, round)}
	})
	users("back office: accounts by a part of an address", func(round int) market.UserFilter {
		return market.UserFilter{Text: fmt.Sprintf("spread%d@", 1+round*317)}
	})
	suspended := []lifecycle.InstitutionStatus{lifecycle.InstitutionSuspended}
	for _, f := range []sorted[market.InstitutionFilter]{{"", market.InstitutionFilter{}}, {" suspended", market.InstitutionFilter{Statuses: suspended}}, {" of a kind", market.InstitutionFilter{Kinds: lifecycle.InstitutionKinds[:1]}}} {
		for _, o := range ofInstitute[:2] {
			all = append(all, paged("back office: institutions"+f.name+", "+o.name, func(_ int, p market.Page) (*view.Page[view.Institution], error) {
				return s.institutions(s.admin, f.by, o.by, p)
			})...)
		}
	}
	return append(all, s.queues()...)
}

// queues are the lists of what waits, and those of a wishlist.
func (s searcher) queues() (all []*search) {
	none := market.InstitutionFilter{}.Unread
	all = append(all, paged("back office: partners that wait", func(_ int, p market.Page) (*view.Page[view.Partner], error) {
		return s.app.Market.PendingPartners(s.admin, p, none, market.WantLocation)
	})...)
	all = append(all, paged("back office: who asks to be a member", func(_ int, p market.Page) (*view.Page[view.Membership], error) {
		return s.app.Market.MembershipRequests(s.admin, p, none)
	})...)
	all = append(all, paged("back office: certificates that wait", func(_ int, p market.Page) (*view.Page[view.PartnerCertification], error) {
		return s.app.Market.PendingCertifications(s.admin, p, none)
	})...)
	all = append(all, paged("back office: registrations", func(_ int, p market.Page) (*view.Page[view.PartnerCertification], error) {
		return s.app.Market.AllPartnerCertifications(s.admin, market.RegistrationFilter{}, p)
	})...)
	all = append(all, paged("a wishlist of 1,000 of a kind", func(round int, p market.Page) (*view.Page[view.Partner], error) {
		return s.app.Market.Wishlist(s.customer, market.PartnerFilter{Kind: new(lifecycle.Kinds[round%3])}, p, market.WantPrice|market.WantLocation)
	})...)
	all = append(all, paged("a wishlist of 1,000, by a name", func(round int, p market.Page) (*view.Page[view.Partner], error) {
		return s.app.Market.Wishlist(s.customer, market.PartnerFilter{Text: often(oftenCalled, 3+round%6, round)}, p, market.WantPrice|market.WantLocation)
	})...)
	return append(all, &search{name: "a wishlist of 1,000, counted by its filters", ask: func(int) (int64, error) {
		v, err := s.app.Market.WishlistFilters(s.customer)
		return v.TotalCount, err
	}})
}

// beside are the same counts by reading every row, to be compared with.
func (s searcher) beside() []*search {
	raw := func(name, text string, args func(round int) []any) *search {
		return &search{name: "beside: " + name, ask: func(round int) (n int64, err error) {
			rows, err := s.app.Store.Client().QueryContext(s.customer, text, args(round)...)
			if err != nil {
				return 0, err
			}
			defer func() { _ = rows.Close() }() // one row is read
			for rows.Next() {
				if err := rows.Scan(&n); err != nil {
					return 0, err
				}
			}
			return n, rows.Err()
		}}
	}
	named := func(round int) []any { return []any{"%" + rare(3, round) + "%"} }
	around := func(round int) []any {
		lat, lng, _ := cityOf(round)
		return []any{*lat, *lng}
	}
	const near = "+ 0 BETWEEN CAST($1 AS DOUBLE PRECISION) - 0.2 AND CAST($1 AS DOUBLE PRECISION) + 0.2 AND longitude + 0 BETWEEN CAST($2 AS DOUBLE PRECISION) - 0.2 AND CAST($2 AS DOUBLE PRECISION) + 0.2"
	return []*search{
		raw("partners of 3 letters by reading all names", "SELECT count(*) FROM partners WHERE search_name || '' LIKE $1", named),
		raw("institutions of 3 letters by reading all names", "SELECT count(*) FROM institutions WHERE search_name || '' LIKE $1", named),
		raw("partners in a box by reading all places", "SELECT count(*) FROM partner_locations WHERE latitude "+near, around),
		raw("institutions in a box by reading all places", "SELECT count(*) FROM institutions WHERE latitude "+near, around),
	}
}
