package nukitu_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"kontrak/internal/testkit"
)

type partnerBody struct {
	ID         int64
	FullName   string `json:"full_name"`
	IsVerified bool   `json:"is_verified"`
	OpenToWork bool   `json:"open_to_work"`
	Status     string
	Price      *struct{ Value int64 }
	DistanceKm *float64 `json:"distance_km"`
	CreatedAt  string   `json:"created_at"`
}

func search(t *testing.T, a *testkit.App, token, query string) []partnerBody {
	t.Helper()
	r := a.Do(t, http.MethodGet, "/api/v1/partners?per_page=100&"+query, token, nil)
	if r.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", query, r.Status, r.Body)
	}
	var body struct{ Data []partnerBody }
	r.JSON(t, &body)
	return body.Data
}

// price sorts those without one behind every other, whichever way prices run.
func price(missing int64) func(a, b partnerBody) int {
	of := func(p partnerBody) int64 {
		if p.Price == nil {
			return missing
		}
		return p.Price.Value
	}
	return func(a, b partnerBody) int { return cmp.Compare(of(a), of(b)) }
}

var (
	rising  = price(1 << 60)
	falling = func(a, b partnerBody) int { return price(-1)(b, a) }
	oldest  = func(a, b partnerBody) int { return cmp.Compare(a.CreatedAt, b.CreatedAt) }
	newest  = func(a, b partnerBody) int { return oldest(b, a) }
)

func TestPartnersAreSorted(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		const everywhere = "latitude=-2&longitude=118&radius=5000&"
		for _, c := range []struct {
			name, email, query string
			order              func(a, b partnerBody) int
		}{
			{"institutions see the cheapest first", "institution@demo.test", "", rising},
			{"institutions may turn that round", "institution@demo.test", "sort_order=desc", falling},
			{"sort by price, rising", "institution@demo.test", "sort=price_asc", rising},
			{"sort by price, falling", "institution@demo.test", "sort=price_desc", falling},
			{"the other way to say it, rising", "supervisor@demo.test", "sort_by=price", rising},
			{"the other way to say it, falling", "supervisor@demo.test", "sort_by=price&sort_order=desc", falling},
			{"sort wins over sort_by", "institution@demo.test", "sort=price_desc&sort_by=created_at&sort_order=asc", falling},
			{"by registration, newest first", "institution@demo.test", "sort_by=created_at", newest},
			{"by registration, oldest first", "institution@demo.test", "sort_by=created_at&sort_order=asc", oldest},
			{"supervisors see the newest first", "supervisor@demo.test", "", newest},
			{"partners see the newest first", "partner@demo.test", "", newest},
			{"an absent sort is none", "supervisor@demo.test", "sort=undefined&sort_by=null&sort_order=", newest},
			{"by the price of one sub-service", "supervisor@demo.test", "sub_service_id=8&sort=price_asc", rising},
		} {
			found := search(t, a, a.Token(t, c.email), everywhere+c.query)
			if len(found) < 5 || !slices.IsSortedFunc(found, c.order) {
				t.Errorf("%s: %d found: %+v", c.name, len(found), found)
			}
			for _, p := range found {
				if p.Status != "active" || !p.IsVerified {
					t.Errorf("%s: %+v is listed", c.name, p)
				}
			}
		}
	})
}

func TestPartnersAreSearchedAround(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		home, makassar := a.World.Partners["eligible"], a.World.Partners["makassar"]
		branch := url.Values{"institution_id": {itoa(a.World.Institutions["branch"])}}.Encode()
		const inMakassar = "latitude=-5.1365&longitude=119.41"
		for _, c := range []struct {
			name, email, query string
			home, makassar     bool
			measured           bool
		}{
			{"the current institution", "institution@demo.test", "", true, false, true},
			{"an institution of one's own", "institution@demo.test", branch, false, true, true},
			{"coordinates before everything else", "institution@demo.test", inMakassar + "&institution_id=" + itoa(a.World.Institutions["home"]), false, true, true},
			{"a wider radius", "institution@demo.test", "radius=2000", true, true, true},
			{"a radius of metres", "institution@demo.test", "radius=0.001", false, false, true},
			{"an absent centre", "institution@demo.test", "latitude=undefined&longitude=null&institution_id=", true, false, true},
			{"everywhere, for a supervisor", "supervisor@demo.test", "", true, true, false},
			{"everywhere, though a supervisor gives a radius", "supervisor@demo.test", "radius=1", true, true, false},
			{"coordinates, for a supervisor", "supervisor@demo.test", inMakassar, false, true, true},
			{"everywhere, for a partner", "partner@demo.test", "", true, true, false},
			{"coordinates, for a partner", "partner@demo.test", inMakassar + "&radius=10", false, true, true},
			{"everywhere, for the back office", "admin@demo.test", "", true, true, false},
		} {
			found := search(t, a, a.Token(t, c.email), c.query)
			has := func(id int64) bool { return slices.ContainsFunc(found, func(p partnerBody) bool { return p.ID == id }) }
			if has(home) != c.home || has(makassar) != c.makassar {
				t.Errorf("%s: Jakarta %v, Makassar %v in %+v", c.name, has(home), has(makassar), found)
			}
			for _, p := range found {
				if (p.DistanceKm != nil) != c.measured {
					t.Errorf("%s: distance %v", c.name, p.DistanceKm)
				}
			}
		}
	})
}

func TestPartnersAreFiltered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "supervisor@demo.test")
		names := func(keys ...string) []int64 {
			var ids []int64
			for _, key := range keys {
				ids = append(ids, a.World.Partners[key])
			}
			slices.Sort(ids)
			return ids
		}
		everybody := len(search(t, a, token, ""))
		for _, c := range []struct {
			name, query string
			want        []int64
		}{
			{"a sub-service", "sub_service_id=11", names("no_competency", "bandung")},
			{"a sub-service and a kind of it", "sub_service_id=8&kind=repair&q=joko", nil},
			{"a sub-service and another kind of it", "sub_service_id=8&kind=maintenance&q=joko", names("kind_missing")},
			{"a competency that is not active", "sub_service_id=8&q=eko", nil},
			{"a service", "service_id=4&q=asep", names("bandung")},
			{"an unknown service", "service_id=999", nil},
			{"those who are free", "open_to_work=false", names("resting")},
			{"those who are free, as a number", "open_to_work=0", names("resting")},
			{"a name in any case", "q=BUDI", names("partner")},
			{"a part of a name", "q=di+santo", names("partner")},
			{"a name with signs", "q=%25", nil},
			{"a name with another sign", "q=_", nil},
			{"a name with a quote", "q=%27%3B--", nil},
			{"the name null", "q=null", nil},
		} {
			var got []int64
			for _, p := range search(t, a, token, c.query) {
				got = append(got, p.ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
		for _, absent := range []string{"q=undefined", "q=", "kind=null", "open_to_work=undefined", "service_id=null&sub_service_id=", "page=null&per_page=undefined"} {
			r := a.Do(t, http.MethodGet, "/api/v1/partners?"+absent, token, nil)
			var body struct {
				Meta struct {
					Total   int `json:"total_count"`
					PerPage int `json:"per_page"`
				}
			}
			r.JSON(t, &body)
			if r.Status != http.StatusOK || body.Meta.Total != everybody || body.Meta.PerPage != 20 {
				t.Errorf("%s counts as a filter: %d of %d, %+v", absent, r.Status, everybody, body.Meta)
			}
		}
	})
}
