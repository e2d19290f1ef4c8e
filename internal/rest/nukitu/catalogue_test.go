package nukitu_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/certification"
	"kontrak/ent/certificationwishlist"
	"kontrak/ent/partnercertification"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// links are addresses of files, and expiring parts of them.
var links = regexp.MustCompile(`"http[^"]*/files/[^"]*"`)

// TestTheCatalogueIsAsDocumented: each answer of the catalogue, key by key in the order of
// the reference.
func TestTheCatalogueIsAsDocumented(t *testing.T) {
	t.Parallel()
	const (
		open   = `{"id":1,"name":"Radiation safety officer","issuer":"Bapeten","description":"Lectures, work with the equipment, and an examination.","image":"FILE","price":{"value":2500000,"currency":"IDR"},"location":"Jakarta","start_date":"2026-07-18","end_date":"2026-07-20","quota":30,"registration_deadline":"2026-07-08"`
		safety = `{"id":4,"name":"Electrical safety","issuer":"IKATEMI","description":"Lectures, work with the equipment, and an examination.","image":"FILE","price":{"value":0,"currency":"IDR"},"location":null,"start_date":"2026-07-03","end_date":"2026-07-03","quota":100,"registration_deadline":"2026-06-28"}`
		pumps  = `{"id":5,"name":"Calibration of pumps","issuer":"BPFK Jakarta","description":"Lectures, work with the equipment, and an examination.","image":"FILE","price":null,"location":"Jakarta","start_date":null,"end_date":null,"quota":null,"registration_deadline":null`
		more   = `,"requirements":["Two years of practice","A diploma of electromedicine"],"benefits":["A certificate for three years"],"sub_services":`
		mine   = `{"id":6,"certification":` + safety + `,"status":"registered","registered_at":"2026-06-03T02:00:00.000Z","certificate_url":null}`
		first  = `{"id":1,"certification":` + pumps + `},"created_at":"2026-06-05T02:00:00.000Z"}`
		meta   = `,"meta":{"page":1,"per_page":1,"total_count":%d,"total_pages":%[1]d,"prev_page":null,"next_page":%s}}`
		image  = `{"id":1,"name":"Medical imaging","description":"X-ray, ultrasound and computed tomography.","icon":"FILE","status":"active"`
		xray   = `{"id":1,"name":"X-ray machine","description":"Mobile and fixed X-ray units.","status":"active","kinds":["installation","maintenance","repair"]`
		welcom = `{"id":3,"title":"Welcome to Kontrak","image":"FILE","link":null,"position":1`
	)
	page := func(total int, next string) string { return fmt.Sprintf(meta, total, next) }
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "partner@demo.test")
		for _, c := range []struct{ path, token, want string }{
			{"/settings", "", `{"success":true,"data":{"settings":{"talent_finder_radius":25,"partner_response_hours":24,"supervisor_response_hours":24,"payment_deadline_hours":24,"departure_reminder_minutes":120,"max_extension_hours":8,"min_app_version":"1.0.0"}}}`},
			{"/banners", "", `{"success":true,"data":[{"id":2,"title":"Certify yourself this summer","image":"FILE","link":"https://demo.test/certifications","position":1},` + welcom + `},{"id":1,"title":"Hire a technician in minutes","image":"FILE","link":"https://demo.test/start","position":2}]}`},
			{"/banners/3", "", `{"success":true,"data":{"banner":` + welcom + `,"description":"Welcome to Kontrak.","content":"Welcome to Kontrak: what it is about, in a few sentences.","start_date":"2026-06-08","end_date":"2026-06-08"}}}`},
			{"/services?q=IMAGING", token, `{"success":true,"data":[` + image + `}]}`},
			{"/services?q=nothing", token, `{"success":true,"data":[]}`},
			{"/services/1", token, `{"success":true,"data":{"service":` + image + `,"sub_services":[` + xray + `},{"id":2,"name":"Ultrasound machine","description":"Ultrasound with its probes.","status":"active","kinds":["installation","maintenance","repair"]},{"id":3,"name":"CT scanner","description":"Tube, gantry and cooling of CT scanners.","status":"active","kinds":["maintenance","repair"]}]}}}`},
			{"/services/competency-tests?service_id=1&sub_service_id=1", token, `{"success":true,"data":[` + image + `,"sub_services":[` + xray + `,"competency_tests":[{"id":5,"name":"Radiation protection","description":"A written test and a practical one.","url":"https://tests.demo.test/5","passing_score":80},{"id":6,"name":"X-ray tube replacement","description":"A written test and a practical one.","url":"https://tests.demo.test/6","passing_score":null}]}]}]}`},
			{"/services/competency-tests?service_id=2&sub_service_id=1", token, `{"success":true,"data":[]}`},
			{"/certifications?q=RADIATION", token, `{"success":true,"data":[` + open + `}],"meta":{"page":1,"per_page":20,"total_count":1,"total_pages":1,"prev_page":null,"next_page":null}}`},
			{"/certifications/1", token, `{"success":true,"data":{"certification":` + open + more + `[{"id":1,"name":"X-ray machine"},{"id":3,"name":"CT scanner"}],"registered":false,"wishlisted":false}}}`},
			{"/certifications/5", token, `{"success":true,"data":{"certification":` + pumps + more + `[{"id":9,"name":"Infusion pump"}],"registered":false,"wishlisted":true}}}`},
			{"/partner/certifications?per_page=1", token, `{"success":true,"data":[` + mine + `]` + page(2, "2")},
			{"/profile/certifications?per_page=1&status=registered", token, `{"success":true,"data":[` + mine + `]` + page(1, "null")},
			{"/partner/certifications/6", token, `{"success":true,"data":{"certification":` + mine + `}}`},
			{"/partner/certification-wishlists?per_page=1", token, `{"success":true,"data":[` + first + `]` + page(1, "null")},
			{"/partner/certification-wishlists/1", token, `{"success":true,"data":{"wishlist":` + first + `}}`},
		} {
			got := a.Do(t, http.MethodGet, "/api/v1"+c.path, c.token, nil)
			if body := links.ReplaceAllString(strings.TrimSpace(string(got.Body)), `"FILE"`); got.Status != http.StatusOK || body != c.want {
				t.Errorf("%s: %d\n%s\nwant\n%s", c.path, got.Status, body, c.want)
			}
		}
		// A passed one shows its certificate, which only its link opens.
		var passed struct {
			Data struct {
				Certification struct {
					CertificateURL string `json:"certificate_url"`
				}
			}
		}
		a.Do(t, http.MethodGet, "/api/v1/partner/certifications/5", token, nil).JSON(t, &passed)
		path := strings.TrimPrefix(passed.Data.Certification.CertificateURL, testkit.PublicURL)
		if r := a.Do(t, http.MethodGet, path, "", nil); r.Status != http.StatusOK {
			t.Errorf("the certificate at %q: %d", path, r.Status)
		}
		if bare, _, _ := strings.Cut(path, "?"); a.Do(t, http.MethodGet, bare, "", nil).Status == http.StatusOK {
			t.Error("the certificate is open to everybody")
		}
	})
}

func registers(t testing.TB, a *testkit.App, token string, id int64) *testkit.Response {
	t.Helper()
	return a.Do(t, http.MethodPost, "/api/v1/partner/certifications", token, map[string]any{"certification": map[string]any{"certification_id": id}})
}

// TestRegisteringForACertification: the last day counts in Asia/Jakarta, the quota is
// kept, nobody is registered twice, and the wish is gone.
func TestRegisteringForACertification(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token, c := a.Token(t, "partner@demo.test"), a.Store.Client()
		refused := func(name string, id int64, status int, code string) {
			t.Helper()
			if got := registers(t, a, token, id); got.Status != status || !strings.Contains(string(got.Body), code) {
				t.Errorf("%s: %d %s", name, got.Status, got.Body)
			}
		}
		refused("closed", 2, 400, `"deadline_passed"`)
		refused("full", 3, 400, `"invalid_state"`)
		refused("registered", 4, 400, `"certification_id":["is one that you are registered for"]`)
		refused("not in use", 6, 404, `"not_found"`)
		refused("none", 987654, 404, `"not_found"`)

		// 23:59 in Jakarta is of the last day, 00:00 of the next one.
		a.Clock.Set(time.Date(2026, 7, 8, 16, 59, 0, 0, time.UTC))
		if got := registers(t, a, token, 1); got.Status != http.StatusCreated {
			t.Errorf("on the last day: %d %s", got.Status, got.Body)
		}
		a.Clock.Set(time.Date(2026, 7, 8, 17, 0, 0, 0, time.UTC))
		other := a.Token(t, a.PartnerEmail("partner2"))
		if got := registers(t, a, other, 1); got.Status != 400 || !strings.Contains(string(got.Body), `"deadline_passed"`) {
			t.Errorf("on the day after: %d %s", got.Status, got.Body)
		}
		if got := registers(t, a, token, 5); got.Status != http.StatusCreated {
			t.Errorf("what was wished for: %d %s", got.Status, got.Body)
		}
		partner := a.World.Partners["partner"]
		if n := c.CertificationWishlist.Query().Where(certificationwishlist.PartnerID(partner)).CountX(t.Context()); n != 0 {
			t.Errorf("%d wishes are left", n)
		}
		if n := c.Certification.GetX(t.Context(), 1).RegisteredCount; n != 2 {
			t.Errorf("%d are registered", n)
		}
		change := c.CatalogueChange.Query().AllX(t.Context())
		if len(change) != 2 || change[0].Noun != lifecycle.NounPartnerCertification {
			t.Errorf("it is written down as %+v", change)
		}
	})
}

// TestWishingForACertification: once each, own ones only, foreign and missing alike.
func TestWishingForACertification(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "partner@demo.test")
		wish := func(id any) *testkit.Response {
			return a.Do(t, http.MethodPost, "/api/v1/partner/certification-wishlists", token, map[string]any{"certification_id": id})
		}
		made := wish(2)
		var body struct {
			Data struct{ Wishlist struct{ ID int64 } }
		}
		made.JSON(t, &body)
		id := body.Data.Wishlist.ID
		if made.Status != http.StatusCreated || id == 0 {
			t.Fatalf("%d %s", made.Status, made.Body)
		}
		for name, want := range map[string]struct {
			id     any
			status int
			text   string
		}{
			"twice": {2, 400, `"certification_id":["is on your list already"]`}, "not in use": {6, 404, "not_found"},
			"nothing": {nil, 400, `"certification_id":["is required"]`}, "a word": {"two", 400, `"certification_id":["must be the id`},
			"a fraction": {1.5, 400, `"certification_id":["must be the id`}, "huge": {json.Number("99999999999999999999"), 400, `"certification_id":["must be the id`},
			"negative": {-1, 400, `"certification_id":["must be the id`}, "a list": {[]int{1}, 400, `"certification_id":["must be the id`},
		} {
			if got := wish(want.id); got.Status != want.status || !strings.Contains(string(got.Body), want.text) {
				t.Errorf("%s: %d %s", name, got.Status, got.Body)
			}
		}
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			foreign := a.Do(t, method, "/api/v1/partner/certification-wishlists/2", token, nil)
			missing := a.Do(t, method, "/api/v1/partner/certification-wishlists/987654", token, nil)
			if foreign.Status != 404 || string(foreign.Body) != string(missing.Body) {
				t.Errorf("%s: a foreign one %s, none %s", method, foreign.Body, missing.Body)
			}
		}
		for _, want := range []int{200, 404} {
			if got := a.Do(t, http.MethodDelete, fmt.Sprint("/api/v1/partner/certification-wishlists/", id), token, nil); got.Status != want {
				t.Errorf("taken off: %d %s", got.Status, got.Body)
			}
		}
	})
}

// TestNothingElseCanBeSaidOfARegistration: who sends an id, a state, a price or a partner
// sends what is not read.
func TestNothingElseCanBeSaidOfARegistration(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		got := a.Do(t, http.MethodPost, "/api/v1/partner/certifications", a.Token(t, "partner@demo.test"), map[string]any{"certification": map[string]any{
			"certification_id": 1, "id": 4711, "partner_id": 1, "status": "passed", "price": 0, "certificate": "x.pdf", "version": 9, "registered_at": "2020-01-01T00:00:00Z", "😀": "😀",
		}})
		row := a.Store.Client().PartnerCertification.Query().Where(partnercertification.CertificationID(1), partnercertification.PartnerID(a.World.Partners["partner"])).OnlyX(t.Context())
		if got.Status != http.StatusCreated || row.ID == 4711 || row.Status != lifecycle.CertificationRegistered || row.Certificate != "" || row.Version != 1 || !row.RegisteredAt.Equal(a.Clock.Now()) {
			t.Errorf("%d %s: %+v", got.Status, got.Body, row)
		}
		if price := a.Store.Client().Certification.GetX(t.Context(), 1).Price; price == nil || *price != 2_500_000 {
			t.Errorf("the price is %v", price)
		}
	})
}

// atOnce does something in two places at once, and counts the answers by their status.
func atOnce(do func(i int) *testkit.Response) map[int]int {
	var together sync.WaitGroup
	answers := make([]*testkit.Response, 2)
	for i := range answers {
		together.Go(func() { answers[i] = do(i) })
	}
	together.Wait()
	count := map[int]int{}
	for _, r := range answers {
		count[r.Status]++
	}
	return count
}

// TestOneOfTwoGetsThere: the last place, the registration of one partner, and its wish.
func TestOneOfTwoGetsThere(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		c, ctx := a.Store.Client(), t.Context()
		tokens := []string{a.Token(t, "partner@demo.test"), a.Token(t, a.PartnerEmail("partner2"))}
		want := fmt.Sprint(map[int]int{201: 1, 400: 1})
		for round := range 5 {
			of := c.Certification.Create().SetName("Last place").SetSearchName("last place").SetIssuer("I").SetQuota(1).SetRequirements([]string{}).SetBenefits([]string{}).
				SetCreatedAt(a.Clock.Now()).SetUpdatedAt(a.Clock.Now()).SaveX(ctx)
			if got := fmt.Sprint(atOnce(func(i int) *testkit.Response { return registers(t, a, tokens[i], of.ID) })); got != want {
				t.Errorf("round %d: the last place: %s", round, got)
			}
			twice := c.Certification.Create().SetName("Twice").SetSearchName("twice").SetIssuer("I").SetRequirements([]string{}).SetBenefits([]string{}).
				SetCreatedAt(a.Clock.Now()).SetUpdatedAt(a.Clock.Now()).SaveX(ctx)
			wish := func(int) *testkit.Response {
				return a.Do(t, http.MethodPost, "/api/v1/partner/certification-wishlists", tokens[0], map[string]any{"certification_id": twice.ID})
			}
			if got := fmt.Sprint(atOnce(wish)); got != want {
				t.Errorf("round %d: a wish twice: %s", round, got)
			}
			if got := fmt.Sprint(atOnce(func(int) *testkit.Response { return registers(t, a, tokens[0], twice.ID) })); got != want {
				t.Errorf("round %d: registered twice: %s", round, got)
			}
			rows := c.PartnerCertification.Query().Where(partnercertification.CertificationIDIn(of.ID, twice.ID)).CountX(ctx)
			places := c.Certification.Query().Where(certification.IDIn(of.ID, twice.ID), certification.RegisteredCount(1)).CountX(ctx)
			if rows != 2 || places != 2 {
				t.Errorf("round %d: %d registrations, %d certifications that count one", round, rows, places)
			}
		}
	})
}

// TestAListOfTheCatalogueCostsTheSameForTwoAsForTwoHundred, in statements.
func TestAListOfTheCatalogueCostsTheSameForTwoAsForTwoHundred(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		a.BendAll()
		ctx, c, now := t.Context(), a.Store.Client(), a.Clock.Now()
		partner := a.World.Partners["partner"]
		for i := range 200 {
			made := c.Certification.Create().SetName("One of many").SetSearchName("one of many").SetIssuer("I").SetRequirements([]string{}).SetBenefits([]string{}).
				SetCreatedAt(now).SetUpdatedAt(now).SaveX(ctx)
			c.CertificationWishlist.Create().SetPartnerID(partner).SetCertificationID(made.ID).SetCreatedAt(now).ExecX(ctx)
			c.PartnerCertification.Create().SetPartnerID(partner).SetCertificationID(made.ID).SetStatus(lifecycle.CertificationRegistered).SetRegisteredAt(now).SetCreatedAt(now).SetUpdatedAt(now).ExecX(ctx)
			c.CompetencyTest.Create().SetSubServiceID(int64(1 + i%12)).SetName("T").SetCreatedAt(now).SetUpdatedAt(now).ExecX(ctx)
			if i < 40 {
				c.Banner.Create().SetTitle("B").SetImage("x.png").SetCreatedAt(now).SetUpdatedAt(now).ExecX(ctx)
			}
		}
		token := a.Token(t, "partner@demo.test")
		for _, path := range []string{"certifications", "partner/certifications", "profile/certifications", "partner/certification-wishlists"} {
			var counts []int
			for _, n := range []int{2, 100} {
				ctx, ran := store.Observe(t.Context())
				r := a.Request(t, http.MethodGet, fmt.Sprintf("/api/v1/%s?per_page=%d", path, n), token, nil).WithContext(ctx)
				var body struct{ Data []any }
				a.Send(r).JSON(t, &body)
				if len(body.Data) != n {
					t.Fatalf("%s: %d rows, want %d", path, len(body.Data), n)
				}
				counts = append(counts, ran.Count())
			}
			if counts[0] != counts[1] || counts[0] > 5 {
				t.Errorf("%s takes %v statements", path, counts)
			}
		}
		for path, most := range map[string]int{"services/competency-tests": 6, "services/1": 5, "services": 3, "certifications/1": 8, "banners": 2, "settings": 2} {
			ctx, ran := store.Observe(t.Context())
			a.Send(a.Request(t, http.MethodGet, "/api/v1/"+path, token, nil).WithContext(ctx))
			if ran.Count() > most {
				t.Errorf("%s takes %d statements: %q", path, ran.Count(), ran.Texts())
			}
		}
	})
}
