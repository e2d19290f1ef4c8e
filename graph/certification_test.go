package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kontrak/ent/outbox"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const (
	enrols    = `mutation($input: CertificationInput!) { done: certificationRegister(input: $input) { partnerCertification { id version status certification { id viewerRegistration { id } viewerWishlisted registeredCount } } userErrors { field code } } }`
	wishesFor = `mutation($input: CertificationInput!) { done: certificationWishAdd(input: $input) { certificationWish { id certification { id viewerWishlisted } } userErrors { field code } } }`
	unwishes  = `mutation($input: CertificationInput!) { done: certificationWishRemove(input: $input) { certification { id viewerWishlisted } userErrors { field code } } }`
	ofADeed   = ` { partnerCertification { id version status statusReason certificate { url } certification { registeredCount } } userErrors { field code } } }`
	takesUp   = `mutation($input: PartnerCertificationReviewInput!) { done: partnerCertificationReview(input: $input)` + ofADeed
	passes    = `mutation($input: PartnerCertificationPassInput!) { done: partnerCertificationPass(input: $input)` + ofADeed
	fails     = `mutation($input: PartnerCertificationReasonInput!) { done: partnerCertificationFail(input: $input)` + ofADeed
	cancels   = `mutation($input: PartnerCertificationReasonInput!) { done: partnerCertificationCancel(input: $input)` + ofADeed
)

// certificationCases are the mutations of registrations and wishes in which nothing is
// wrong, in the order in which one world can do them, and what each costs: who calls, the
// certification and what stands for it, what it is held against, the record, its past and
// its message; and the relations that are asked for.
func certificationCases(app *testkit.App) []certificationCase {
	pumps := map[string]any{"certification": globalID("Certification", 5)}
	on := func(id, version int64, more ...any) map[string]any {
		return with(map[string]any{"registration": globalID("PartnerCertification", id), "version": version}, more...)
	}
	next := int64(app.Store.Client().PartnerCertification.Query().CountX(context.Background())) + 1
	return []certificationCase{
		{"certificationWishRemove", "partner@demo.test", unwishes, pumps, 4},
		{"certificationWishAdd", "partner@demo.test", wishesFor, pumps, 7},
		{"certificationRegister", "partner@demo.test", enrols, pumps, 12},
		{"partnerCertificationReview", byAdmin, takesUp, on(next, 1), 6},
		{"partnerCertificationPass", byAdmin, passes, on(next, 2), 6},
		{"partnerCertificationFail", byAdmin, fails, on(2, 2, "reason", "Not there."), 8},
		{"partnerCertificationCancel", byAdmin, cancels, on(7, 1, "reason", "It is not held."), 8},
	}
}

type certificationCase struct {
	mutation, as, document string
	input                  map[string]any
	cost                   int
}

func TestWhatRegistrationsAndWishesCost(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		for _, c := range certificationCases(app) {
			ctx, ran := store.Observe(t.Context())
			got := try(ctx, t, app, app.Token(t, c.as), c.document, map[string]any{"input": c.input})
			if code, fields := refusedAs(got); code != "" {
				t.Errorf("%s: %s of %s: %s", c.mutation, code, fields, got.body)
			}
			if ran.Count() != c.cost {
				t.Errorf("%s: %d statements, want %d: %q", c.mutation, ran.Count(), c.cost, ran.Texts())
			}
		}
	})
}

// certifies asks for a mutation and compares what stands under done with a part of it.
func certifies(t *testing.T, app *testkit.App, token, document string, input map[string]any, want ...string) {
	t.Helper()
	got := ask(t, app, token, document, map[string]any{"input": input})
	for _, part := range want {
		if !strings.Contains(got.body, part) {
			t.Errorf("%.80s %v: %s, without %s", document, input, got.body, part)
		}
	}
}

// TestARegistrationGoesItsWay: registered, in review, passed with a certificate; failed,
// which frees its place; what the machine does not have, and a version of the past.
func TestARegistrationGoesItsWay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, partner := app.Token(t, byAdmin), app.Token(t, "partner@demo.test")
		pumps := map[string]any{"certification": globalID("Certification", 5)}
		certifies(t, app, partner, unwishes, pumps, `"viewerWishlisted":false`, `"userErrors":[]`)
		certifies(t, app, partner, unwishes, pumps, `"code":"NOT_FOUND"`)
		certifies(t, app, partner, wishesFor, pumps, `"viewerWishlisted":true`, `"userErrors":[]`)
		certifies(t, app, partner, wishesFor, pumps, `"field":"certification","code":"DUPLICATE"`)
		certifies(t, app, partner, enrols, pumps, `"version":1,"status":"REGISTERED"`, `"viewerWishlisted":false,"registeredCount":null`, `"userErrors":[]`)
		certifies(t, app, partner, enrols, pumps, `"field":"certification","code":"DUPLICATE"`)
		certifies(t, app, partner, enrols, map[string]any{"certification": globalID("Certification", 3)}, `"code":"WRONG_STATE"`)
		certifies(t, app, partner, enrols, map[string]any{"certification": globalID("Certification", 2)}, `"code":"DEADLINE_PASSED"`)
		certifies(t, app, partner, enrols, map[string]any{"certification": globalID("Partner", 2)}, `"code":"NOT_FOUND"`)

		id := app.Store.Client().PartnerCertification.Query().CountX(t.Context())
		at := func(version int, more ...any) map[string]any {
			return with(map[string]any{"registration": globalID("PartnerCertification", int64(id)), "version": version}, more...)
		}
		certifies(t, app, partner, takesUp, at(1), `"code":"FORBIDDEN"`)
		certifies(t, app, admin, takesUp, at(7), `"code":"STALE"`)
		certifies(t, app, admin, takesUp, at(1), `"version":2,"status":"IN_REVIEW"`, `"registeredCount":1`)
		certifies(t, app, admin, takesUp, at(2), `"code":"WRONG_STATE"`)
		certifies(t, app, admin, fails, at(2, "reason", " "), `"field":"reason","code":"INVALID"`)
		certifies(t, app, admin, fails, at(2, "reason", strings.Repeat("ä", 1001)), `"field":"reason","code":"INVALID"`)
		got := askWithFiles(t, app, admin, passes, map[string]any{"input": at(2, "certificate", nil)}, map[string]string{"variables.input.certificate": testkit.PNG})
		if !strings.Contains(got.body, `"version":3,"status":"PASSED"`) || !strings.Contains(got.body, `"registeredCount":1`) {
			t.Errorf("passed: %s", got.body)
		}
		mine := ask(t, app, partner, fmt.Sprintf(`{ partnerCertification(id: %q) { status certificate { url } } }`, globalID("PartnerCertification", int64(id))), nil)
		certificate, _ := mine.object("partnerCertification")["certificate"].(map[string]any)
		url, _ := certificate["url"].(string)
		if r := app.Do(t, http.MethodGet, strings.TrimPrefix(url, testkit.PublicURL), "", nil); r.Status != http.StatusOK || string(r.Body) != testkit.PNG {
			t.Errorf("%s gives %d", mine.body, r.Status)
		}
		certifies(t, app, admin, cancels, at(3, "reason", "Too late."), `"code":"WRONG_STATE"`)

		// One that fails frees its place: certification 3 was full.
		certifies(t, app, admin, fails, map[string]any{"registration": globalID("PartnerCertification", 2), "version": 2, "reason": " Not there. "},
			`"version":3,"status":"FAILED","statusReason":"Not there."`, `"registeredCount":1`)
		certifies(t, app, partner, enrols, map[string]any{"certification": globalID("Certification", 3)}, `"status":"REGISTERED"`)
		if n := app.Store.Client().Outbox.Query().Where(outbox.Topic("certification_status_changed")).CountX(t.Context()); n != 3 {
			t.Errorf("%d messages were left, want 3", n)
		}
		told := ask(t, app, admin, `{ catalogueChanges(first: 20, noun: PARTNER_CERTIFICATION) { totalCount nodes { actor { role } changes { field from to } } } }`, nil)
		for _, part := range []string{`"totalCount":5`, `{"field":"status","from":"\"in_review\"","to":"\"passed\""}`, `"role":"PARTNER"`, `"role":"ADMIN"`} {
			if !strings.Contains(told.body, part) {
				t.Errorf("the changes do not tell %s: %s", part, told.body)
			}
		}
	})
}

// TestAQuotaIsNotLoweredBelowThoseRegistered: and one as low as that is.
func TestAQuotaIsNotLoweredBelowThoseRegistered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin := app.Token(t, byAdmin)
		change := func(version, quota any) map[string]any {
			return map[string]any{"certification": globalID("Certification", 3), "version": version, "quota": quota}
		}
		certifies(t, app, admin, changesCert.text(), change(1, 1), `"field":"quota","code":"INVALID"`)
		certifies(t, app, admin, changesCert.text(), change(1, 3), `"quota":3`)
		certifies(t, app, admin, changesCert.text(), change(2, 2), `"quota":2`)
		certifies(t, app, admin, changesCert.text(), change(3, nil), `"quota":null`)
	})
}

const (
	makesBanner = `mutation($input: BannerCreateInput!) { done: bannerCreate(input: $input) { banner { id version image { url } } userErrors { field code } } }`
	rehangs     = `mutation($input: BannerUpdateInput!) { done: bannerUpdate(input: $input) { banner { id version image { url } } userErrors { field code } } }`
)

// hangsBanner makes a banner.
func hangsBanner(ctx context.Context, t testing.TB, app *testkit.App, token string) *answer {
	t.Helper()
	asked := app.AskWithFiles(t, token, makesBanner, map[string]any{"input": map[string]any{"title": "New", "image": nil}}, map[string]string{"variables.input.image": testkit.PNG})
	return answerOf(t, app.Send(asked.WithContext(ctx)))
}

// TestABannerHasAnImage: it comes with the mutation, everybody may fetch it, it is
// replaced and never taken away.
func TestABannerHasAnImage(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin := app.Token(t, byAdmin)
		image := map[string]string{"variables.input.image": testkit.PNG}
		got := hangsBanner(t.Context(), t, app, admin)
		made := got.object("done", "banner")
		if made == nil {
			t.Fatal(got.body)
		}
		url, _ := made["image"].(map[string]any)["url"].(string)
		if r := app.Do(t, http.MethodGet, strings.TrimPrefix(url, testkit.PublicURL), "", nil); r.Status != http.StatusOK || string(r.Body) != testkit.PNG {
			t.Errorf("%s gives %d", url, r.Status)
		}
		if shown := app.Do(t, http.MethodGet, "/api/v1/banners", "", nil); !strings.Contains(string(shown.Body), url) {
			t.Errorf("it is not shown: %s", shown.Body)
		}
		change := map[string]any{"banner": made["id"], "version": 1, "image": nil}
		certifies(t, app, admin, rehangs, change, `"field":"image","code":"INVALID"`)
		if got := askWithFiles(t, app, admin, rehangs, map[string]any{"input": change}, image); !strings.Contains(got.body, `"version":2`) || strings.Contains(got.body, url) {
			t.Errorf("another image: %s", got.body)
		}
		bad := askWithFiles(t, app, admin, makesBanner, map[string]any{"input": map[string]any{"title": "New", "image": nil}}, map[string]string{"variables.input.image": "no picture"})
		if !strings.Contains(bad.body, `"field":"image","code":"INVALID"`) {
			t.Errorf("no picture: %s", bad.body)
		}
	})
}
