package nukitu_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// ofCertifications is what certifications may lack.
const ofCertifications = "description image price location start_date end_date quota registration_deadline"

// TestBodiesOfPartnersAreAsSettled: keys, their order and the types of what they hold.
func TestBodiesOfPartnersAreAsSettled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		_, err := a.Market.UpdateEducation(a.As("partner@demo.test"), market.EducationChange{
			Level: market.Some("diploma"), InstitutionName: market.Some("Politeknik"), Major: market.Some("Elektro"), GraduationYear: market.Some(int64(2012)),
		}, 0)
		if err != nil {
			t.Fatal(err)
		}
		a.Store.Client().Education.Update().SetCertificate("paper").ExecX(t.Context())
		detail := fmt.Sprintf("/api/v1/partners/%d", a.World.Partners["partner"])
		if r := a.Do(t, http.MethodPatch, detail+"/wishlist", a.Token(t, "institution@demo.test"), map[string]any{"wishlisted": true}); r.Status != http.StatusOK ||
			string(r.Body) != fmt.Sprintf("{\"success\":true,\"data\":{\"partner_id\":%d,\"is_wishlisted\":true}}\n", a.World.Partners["partner"]) {
			t.Errorf("%d %s", r.Status, r.Body)
		}
		for _, c := range []struct {
			email, file, path string
			nullable          string
		}{
			{"institution@demo.test", "partner.json", detail, "picture distance_km certificate comment " + ofCertifications + " certificate_url"},
			{"partner@demo.test", "partner.json", detail, "picture distance_km is_wishlisted comment " + ofCertifications},
			{"institution@demo.test", "wishlist-filters.json", "/api/v1/partners/wishlist/filters", ""},
			{"institution@demo.test", "partners.json", "/api/v1/partners/wishlist", "picture distance_km price prev_page next_page"},
			{"supervisor@demo.test", "partners.json", "/api/v1/supervisor/partners", "picture distance_km price is_wishlisted location prev_page next_page"},
			{"supervisor@demo.test", "supervisor-partner.json", fmt.Sprintf("/api/v1/supervisor/partners/%d", a.World.Partners["eligible"]),
				"picture distance_km price is_wishlisted education comment about experience_years birth_date"},
			{"supervisor@demo.test", "supervisor-services.json", "/api/v1/supervisor/services", "icon description"},
			{"partner@demo.test", "education.json", "/api/v1/profile/education", ""},
			{"partner@demo.test", "competencies.json", "/api/v1/profile/competencies", ""},
		} {
			want, seen := example(t, c.file), newShapes()
			for _, wrong := range seen.compare(want, get(t, a, a.Token(t, c.email), c.path), "") {
				t.Errorf("%s for %s: %s", c.path, c.email, wrong)
			}
			for place := range seen.null {
				if last := place[strings.LastIndex(place, ".")+1:]; !strings.Contains(" "+c.nullable+" ", " "+last+" ") {
					t.Errorf("%s for %s: %s is null", c.path, c.email, place)
				}
			}
		}
	})
}

// TestADetailShowsTheTwentyNewestCertificationsThatWerePassed: to everybody the same ones,
// and the paper to the partner itself and the back office; whatever else it registered for.
func TestADetailShowsTheTwentyNewestCertificationsThatWerePassed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		a.BendAll()
		c, id, at := a.Store.Client(), a.World.Partners["eligible"], a.Clock.Now().Add(-time.Hour)
		var want []int64
		for i := range 2 * 25 {
			at = at.Add(time.Second)
			status := lifecycle.CertificationPassed
			if i%2 == 1 {
				status = lifecycle.CertificationStatuses[i/2%5]
			}
			of := c.Certification.Create().SetName(fmt.Sprint("New ", i)).SetSearchName("new").SetIssuer("I").SetActive(false).
				SetRequirements([]string{}).SetBenefits([]string{}).SetCreatedAt(at).SetUpdatedAt(at).SaveX(t.Context())
			r := c.PartnerCertification.Create().SetPartnerID(id).SetCertificationID(of.ID).SetStatus(status).
				SetCertificate("paper").SetRegisteredAt(at).SetCreatedAt(at).SetUpdatedAt(at).SaveX(t.Context())
			if status == lifecycle.CertificationPassed {
				want = append([]int64{r.ID}, want...)
			}
		}
		itself := a.PartnerEmail("eligible")
		for _, email := range []string{"institution@demo.test", "foreign@demo.test", "partner@demo.test", "supervisor2@demo.test", "supervisor@demo.test", itself, "admin@demo.test"} {
			paths := []string{"partners"}
			if email == "supervisor@demo.test" {
				paths = append(paths, "supervisor/partners")
			}
			for _, path := range paths {
				var got struct {
					Data struct {
						Partner struct {
							Certifications []struct {
								ID             int64
								Status         string
								CertificateURL *string `json:"certificate_url"`
							}
						}
					}
				}
				a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/%s/%d", path, id), a.Token(t, email), nil).JSON(t, &got)
				var shown []int64
				for _, r := range got.Data.Partner.Certifications {
					shown = append(shown, r.ID)
					if r.Status != "passed" || (r.CertificateURL != nil) != (email == itself || email == "admin@demo.test") {
						t.Errorf("%s for %s: %+v", path, email, r)
					}
				}
				if !slices.Equal(shown, want[:20]) {
					t.Errorf("%s for %s shows %v, want %v", path, email, shown, want[:20])
				}
			}
		}
	})
}

// TestAPartnerIsMadeAndChangedByItsSupervisor over REST: what is no attribute changes
// nothing.
func TestAPartnerIsMadeAndChangedByItsSupervisor(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token, c := a.Token(t, "supervisor@demo.test"), a.Store.Client()
		body := map[string]any{
			"id": 7, "role": "admin", "status": "suspended", "verification_status": "rejected", "created_by_id": 1, "user_id": 1, "is_verified": false, "version": 9,
			"email": "made@example.com", "full_name": "Made", "phone_number": "+62 812 999 0001", "gender": "male",
			"province": "Banten", "city": "Serang", "address": "Jalan Raya 1", "latitude": -6.1, "longitude": 106.1,
			"competencies": []any{map[string]any{"sub_service_id": 8, "base_price": 90000, "status": "inactive"}},
		}
		r := a.Do(t, http.MethodPost, "/api/v1/supervisor/partners", token, map[string]any{"partner": body})
		if r.Status != http.StatusCreated {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		var made struct {
			Data struct {
				Partner struct {
					ID                 int64
					Status             string
					VerificationStatus string `json:"verification_status"`
					IsVerified         bool   `json:"is_verified"`
					Email              string
					Pricings           []struct{ Kind string }
				}
			}
		}
		r.JSON(t, &made)
		p := made.Data.Partner
		if p.ID == 7 || p.Status != "active" || p.VerificationStatus != "completed" || !p.IsVerified || p.Email != "made@example.com" || len(p.Pricings) != 3 {
			t.Errorf("%+v", p)
		}
		row, _ := a.World.Account("supervisor@demo.test")
		if got := c.Partner.GetX(t.Context(), p.ID); *got.CreatedByID != row.UserID || got.Version != 1 || c.User.GetX(t.Context(), got.UserID).Role != "partner" {
			t.Errorf("%+v", got)
		}
		one := fmt.Sprintf("/api/v1/supervisor/partners/%d", p.ID)
		r = a.Do(t, http.MethodPatch, one, token, map[string]any{"email": "other@example.com", "status": "suspended", "created_by_id": 1, "full_name": "Made Baru"})
		if got := c.Partner.Query().WithUser().AllX(t.Context()); r.Status != http.StatusOK || got[len(got)-1].FullName != "Made Baru" || got[len(got)-1].Status != "active" || got[len(got)-1].Edges.User.Email != "made@example.com" {
			t.Errorf("%d %s", r.Status, r.Body)
		}
		other := a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/supervisor/partners/%d", a.World.Partners["refused"]), token, nil)
		missing := a.Do(t, http.MethodGet, "/api/v1/supervisor/partners/987654", token, nil)
		if other.Status != http.StatusNotFound || string(other.Body) != string(missing.Body) {
			t.Errorf("another's: %s, none: %s", other.Body, missing.Body)
		}
		if r := a.Do(t, http.MethodDelete, one, token, nil); r.Status != http.StatusOK || a.Do(t, http.MethodGet, one, token, nil).Status != http.StatusNotFound {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	})
}
