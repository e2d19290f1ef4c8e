package market_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

var certificationsOfOracle = flag.Int("certifications", 600, "how many certifications the oracle of their lists looks through")

// examined is a world of certifications as plain Go looks through it.
type examined struct {
	certifications []*ent.Certification // the newest first
	registrations  []*ent.PartnerCertification
	wishes         []*ent.CertificationWishlist
	sought         map[int64]string // names as they are searched
}

// examine adds certifications at random, with registrations and wishes of some partners.
func examine(t testing.TB, app *testkit.App, n int) *examined {
	t.Helper()
	app.BendAll()
	ctx, c, rng := t.Context(), app.Store.Client(), rand.New(rand.NewPCG(7, 9))
	at := func() time.Time { return app.Clock.Now().Add(-time.Duration(rng.IntN(n)) * time.Minute) }
	names := [][2]string{
		{"Renée Müller", "renee muller"}, {"100% safe_ly", "100% safe_ly"}, {`Back\slash`, `back\slash`}, {"STRASSE Straße", "strasse strasse"},
		{"Laser", "laser"}, {"Pump and laser", "pump and laser"}, {"X-ray", "x-ray"},
	}
	statuses := lifecycle.CertificationStatuses
	partners := []int64{app.World.Partners["partner"], app.World.Partners["partner2"]}
	for range (n + 99) / 100 {
		var made []*ent.CertificationCreate
		for range 100 {
			name, when := names[rng.IntN(len(names))], at()
			made = append(made, c.Certification.Create().SetName(name[0]).SetSearchName(name[1]).SetIssuer("I").SetActive(rng.IntN(4) > 0).
				SetRequirements([]string{}).SetBenefits([]string{}).SetCreatedAt(when).SetUpdatedAt(when))
		}
		var registered []*ent.PartnerCertificationCreate
		var wished []*ent.CertificationWishlistCreate
		for _, made := range c.Certification.CreateBulk(made...).SaveX(ctx) {
			for _, p := range partners {
				if when := at(); rng.IntN(2) == 0 {
					registered = append(registered, c.PartnerCertification.Create().SetPartnerID(p).SetCertificationID(made.ID).
						SetStatus(statuses[rng.IntN(len(statuses))]).SetRegisteredAt(when).SetCreatedAt(when).SetUpdatedAt(when))
				}
				if rng.IntN(2) == 0 {
					wished = append(wished, c.CertificationWishlist.Create().SetPartnerID(p).SetCertificationID(made.ID).SetCreatedAt(at()))
				}
			}
		}
		c.PartnerCertification.CreateBulk(registered...).ExecX(ctx)
		c.CertificationWishlist.CreateBulk(wished...).ExecX(ctx)
	}
	w := &examined{
		certifications: c.Certification.Query().AllX(ctx), registrations: c.PartnerCertification.Query().AllX(ctx), wishes: c.CertificationWishlist.Query().AllX(ctx),
		sought: map[int64]string{},
	}
	for _, r := range w.certifications {
		w.sought[r.ID] = strings.ToLower(r.Name)
		for _, name := range names {
			if r.Name == name[0] {
				w.sought[r.ID] = name[1]
			}
		}
	}
	slices.SortFunc(w.certifications, func(a, b *ent.Certification) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	slices.SortFunc(w.registrations, func(a, b *ent.PartnerCertification) int {
		return cmp.Or(b.RegisteredAt.Compare(a.RegisteredAt), cmp.Compare(b.ID, a.ID))
	})
	slices.SortFunc(w.wishes, func(a, b *ent.CertificationWishlist) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return w
}

// gluedIDs reads a whole list page by page, from its start or from its end.
func gluedIDs[V any](t *testing.T, what string, backward bool, id func(*V) int64, list func(market.Page) (*view.Page[V], error)) []int64 {
	t.Helper()
	ids, _, err := glued(list, 97, backward, id)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return ids
}

// TestCertificationsAreListedAsTheOracleSays: each filter alone and with each other, in
// order, pages glued from both ends. The oracle is loops over rows.
func TestCertificationsAreListedAsTheOracleSays(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := examine(t, app, *certificationsOfOracle)
		admin, partner := app.As("admin@demo.test"), app.As("partner@demo.test")
		me := app.World.Partners["partner"]
		seen := 0
		check := func(what string, got, want []int64) {
			t.Helper()
			seen += len(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d rows, want %d: %.200v want %.200v", what, len(got), len(want), got, want)
			}
		}
		texts := map[string]string{"": "", "LASER": "laser", "renée": "renee", "%": "%", "_": "_", `\`: `\`, "ß": "ss", "and l": "and l", "nothing": "nothing"}
		for typed, needle := range texts {
			for _, active := range []*bool{nil, new(true), new(false)} {
				var all, shown []int64
				for _, r := range w.certifications {
					if !strings.Contains(w.sought[r.ID], needle) {
						continue
					}
					if active == nil || *active == r.Active {
						all = append(all, r.ID)
					}
					if r.Active {
						shown = append(shown, r.ID)
					}
				}
				f := market.CertificationFilter{Text: typed, Active: active}
				backward := len(typed)%2 == 1
				id := func(v *view.Certification) int64 { return v.ID }
				what := fmt.Sprintf("%q, active %v", typed, active != nil)
				check("all of "+what, gluedIDs(t, what, backward, id, func(p market.Page) (*view.Page[view.Certification], error) {
					return app.Market.AllCertifications(admin, f, p)
				}), all)
				if active == nil {
					check("shown of "+what, gluedIDs(t, what, !backward, id, func(p market.Page) (*view.Page[view.Certification], error) {
						return app.Market.Certifications(partner, f, p)
					}), shown)
				}
			}
		}
		sets := [][]lifecycle.CertificationStatus{nil}
		for i, one := range lifecycle.CertificationStatuses {
			sets = append(sets, []lifecycle.CertificationStatus{one})
			for _, other := range lifecycle.CertificationStatuses[:i] {
				sets = append(sets, []lifecycle.CertificationStatus{one, other})
			}
		}
		id := func(v *view.PartnerCertification) int64 { return v.ID }
		for i, set := range sets {
			var own, all, pending []int64
			for _, r := range w.registrations {
				if r.Status == lifecycle.CertificationRegistered || r.Status == lifecycle.CertificationInReview {
					pending = append([]int64{r.ID}, pending...)
				}
				if set != nil && !slices.Contains(set, r.Status) {
					continue
				}
				all = append(all, r.ID)
				if r.PartnerID == me {
					own = append(own, r.ID)
				}
			}
			what, f := fmt.Sprint(set), market.RegistrationFilter{Statuses: set}
			check("own "+what, gluedIDs(t, what, i%2 == 0, id, func(p market.Page) (*view.Page[view.PartnerCertification], error) {
				return app.Market.PartnerCertifications(partner, f, p)
			}), own)
			f.PartnerID = &me
			check("of the partner "+what, gluedIDs(t, what, i%2 == 1, id, func(p market.Page) (*view.Page[view.PartnerCertification], error) {
				return app.Market.AllPartnerCertifications(admin, f, p)
			}), own)
			f.PartnerID = nil
			check("all "+what, gluedIDs(t, what, i%2 == 1, id, func(p market.Page) (*view.Page[view.PartnerCertification], error) {
				return app.Market.AllPartnerCertifications(admin, f, p)
			}), all)
			if i == 0 {
				check("pending", gluedIDs(t, what, false, id, func(p market.Page) (*view.Page[view.PartnerCertification], error) {
					return app.Market.PendingCertifications(admin, p, f.Unread)
				}), pending)
			}
		}
		checkCredentials(t, app, w, check)
		var wished []int64
		for _, r := range w.wishes {
			of := w.certifications[slices.IndexFunc(w.certifications, func(c *ent.Certification) bool { return c.ID == r.CertificationID })]
			if r.PartnerID == me && of.Active {
				wished = append(wished, r.ID)
			}
		}
		for _, backward := range []bool{false, true} {
			check("wishes", gluedIDs(t, "wishes", backward, func(v *view.CertificationWish) int64 { return v.ID }, func(p market.Page) (*view.Page[view.CertificationWish], error) {
				return app.Market.CertificationWishes(partner, p, market.CertificationFilter{}.Unread)
			}), wished)
		}
		if seen < 2**certificationsOfOracle {
			t.Errorf("only %d rows were looked at", seen)
		}
	})
}

// checkCredentials looks at what two partners have passed, of which the second is suspended,
// as everybody reads it.
func checkCredentials(t *testing.T, app *testkit.App, w *examined, check func(what string, got, want []int64)) {
	t.Helper()
	listed, suspended := app.World.Partners["partner"], app.World.Partners["partner2"]
	app.Store.Client().Partner.UpdateOneID(suspended).SetStatus(lifecycle.PartnerSuspended).ExecX(t.Context())
	id := func(v *view.PartnerCertification) int64 { return v.ID }
	for _, email := range []string{"institution@demo.test", "supervisor2@demo.test", "partner@demo.test", app.PartnerEmail("partner2"), "admin@demo.test"} {
		reader := app.As(email)
		for _, p := range []int64{listed, suspended} {
			var passed []int64
			for _, r := range w.registrations {
				mayKnow := p == listed || email == app.PartnerEmail("partner2") || email == "admin@demo.test"
				if mayKnow && r.PartnerID == p && r.Status == lifecycle.CertificationPassed {
					passed = append(passed, r.ID)
				}
			}
			check(fmt.Sprintf("passed by %d, for %s", p, email), gluedIDs(t, email, false, id, func(page market.Page) (*view.Page[view.PartnerCertification], error) {
				list, err := app.Market.PartnerCredentials(reader, []int64{987654, p}, page)
				if err != nil {
					return nil, err
				}
				if len(list[0].Items) != 0 {
					t.Errorf("an unknown partner has passed %d", len(list[0].Items))
				}
				return list[1], nil
			}), passed)
		}
	}
}
